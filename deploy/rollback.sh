#!/usr/bin/env bash
# Back to the LiteLLM that ran before the last upgrade, or to another one of the history in data/kit/releases.tsv.
#
#   rollback.sh [--to IMAGE|previous] [--keep-database|--restore-database] [--identity FILE] [--no-backup]
#               [--wait SECONDS] [--list] [--yes] [--dry-run] [--litellm-dir DIR]
#
#   --to IMAGE           an image of the history; 'previous' (the default) is the one before the present one
#   --restore-database   with the database from the backup that was taken before the upgrade; what was written since is lost
#   --keep-database      with the present database
#   --identity FILE      the private key, where that backup is encrypted with age
#   --no-backup          takes no backup of the present state first
#   --wait SECONDS       how long the gateway may take to be ready (300)
#   --list               the history
#
# An older LiteLLM makes the tables fit itself when it starts: columns and tables that only the newer one knows are removed
# with what is in them. So, when the newer version has changed tables, one of the two options has to be chosen; the script
# says what each costs. When it has changed none, the present database is kept without asking. Where the registry's digest
# of the former image was recorded, exactly that image is taken. When the older gateway does not work, everything goes back.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/database.sh
. "$kit/deploy/lib/database.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"
# shellcheck source=lib/images.sh
. "$kit/deploy/lib/images.sh"
# shellcheck source=lib/releases.sh
. "$kit/deploy/lib/releases.sh"

to=previous keep_database='' restore_database='' identity='' no_backup='' wait=300 list=''
read_options 'to= keep-database restore-database identity= no-backup wait= list dry-run' "$@"
[ -z "$keep_database" ] || [ -z "$restore_database" ] || die "--keep-database or --restore-database, not both"
choice=${keep_database:+keep}${restore_database:+restore}
[[ $wait =~ ^[0-9]+$ ]] || die "--wait is a number of seconds, not '$wait'"
# Who is impatient with the new one is not with the one that has to come back.
wait_for_former=$((wait > 300 ? wait : 300))
need_installation
if [ -n "$list" ]; then
  [ -f "$(releases_file)" ] || { say "there is no history yet: $(releases_file) is written by deploy-full.sh and upgrade.sh" && exit 0; }
  say "What ran here, oldest first: time, image, backup taken before it"
  awk -F '\t' '{ printf "    %s  %s  %s\n", $1, $2, $4 == "" ? "-" : $4 }' "$(releases_file)"
  exit 0
fi
need_root
need docker jq curl
refuse_unfinished_upgrade

# find_release: target_image, with its digest where it is known, and the backup that was taken when it was left.
find_release() {
  local line digest number runs
  [ -f "$(releases_file)" ] || die "there is no history in $(releases_file), so there is no release to go back to. Nothing was changed."
  present=$(env_get LITELLM_IMAGE)
  # A release is known by its tag, or by the digest where either side has nothing else.
  read -r number runs < <(awk -F '\t' -v to="$to" -v present="$present" '
    function tag(image) { if (image ~ /:[^:\/@]+@/) sub(/@.*/, "", image); return image }
    function digest(image) { if (image !~ /@/) return "none"; sub(/.*@/, "", image); return image }
    function same(image) { return tag($2) == tag(image) || (tag(image) ~ /@/ || tag($2) ~ /@/) && digest($3) == digest(image) }
    (to == "previous" ? ! same(present) : same(to)) { found = NR; runs = same(present) } END { print found, runs }' "$(releases_file)") || true
  [ -n "$number" ] || die "$([ "$to" = previous ] && echo 'no other release than the present one' || echo "'$to'") is in the history (rollback.sh --list). Nothing was changed."
  line=$(sed --quiet "${number}p" "$(releases_file)")
  target_image=$(cut --fields=2 <<<"$line") digest=$(cut --fields=3 <<<"$line")
  backup=$(sed --quiet "$((number + 1))p" "$(releases_file)" | cut --fields=4)
  case $target_image in
    *@*) ;;
    *) [ -z "$digest" ] || target_image+=@${digest#*@} ;;
  esac
  [[ $to != *@* || $(image_digest "$to") == "$(image_digest "$target_image")" ]] ||
    die "the history has ${target_image%%@*} with another digest: $(image_digest "$target_image"). Nothing was changed."
  [ "$runs" != 1 ] || die "$present runs here already; see rollback.sh --list"
  refuse_bad_image "$target_image"
  [ -z "$(image_version "$present")" ] || [ -z "$(image_version "$target_image")" ] || ! version_below "$(image_version "$present")" "$(image_version "$target_image")" ||
    die "$target_image is newer than $present: that is an upgrade. Use upgrade.sh --litellm-image ${target_image%%@*}. Nothing was changed."
  note "from $present to $target_image"
  note "the backup from before the upgrade: ${backup:-none is recorded}"
}

# Whether the newer version has changed tables: 'same', 'changed', or 'unknown' where the backup cannot be read.
compare_migrations() {
  tables=unknown
  [ -n "$backup" ] && [ -f "$backup" ] || return 0
  case $backup in *.age) [ -n "$identity" ] || return 0 ;; esac
  mkdir "$work/read"
  check_checksum "$backup"
  read_archive "$backup" "$work/read" "$identity"
  created=$(jq --raw-output .created "$work/read/manifest.json")
  jq --raw-output '.migrations[]' "$work/read/manifest.json" >"$work/then"
  applied_migrations "$database" >"$work/now"
  if cmp --silent "$work/then" "$work/now"; then tables=same; else tables=changed; fi
}
# What would be lost: counted by the database, from the moment of the backup on.
written_since() {
  [ -n "$created" ] || return 0
  sql "$database" <<SQL
select (select count(*) from "LiteLLM_SpendLogs" where "endTime" >= '$created'::timestamptz at time zone 'UTC') || ' rows of the spend log, '
  || (select count(*) from "LiteLLM_VerificationToken" where created_at >= '$created'::timestamptz at time zone 'UTC') || ' virtual keys, '
  || (select count(*) from "LiteLLM_TeamTable" where created_at >= '$created'::timestamptz at time zone 'UTC') || ' teams, '
  || (select count(*) from "LiteLLM_UserTable" where created_at >= '$created'::timestamptz at time zone 'UTC') || ' users'
SQL
}
decide() {
  local lost removed
  lost=$(written_since)
  removed=$(comm -13 <(LC_ALL=C sort "$work/then" 2>/dev/null) <(LC_ALL=C sort "$work/now" 2>/dev/null) 2>/dev/null | wc --lines)
  case $tables in
    same) note "the newer version has not changed the tables" ;;
    changed) note "the newer version has changed the tables: $removed migrations since" ;;
    unknown) note "whether the newer version has changed the tables cannot be told: the backup $([ -f "$backup" ] && echo 'is encrypted (--identity FILE reads it)' || echo 'is not there')" ;;
  esac
  [ -z "$lost" ] || note "written since $created: $lost"
  if [ -z "$choice" ] && [ "$tables" = same ]; then choice=keep; fi
  if [ -z "$choice" ]; then
    die "choose what becomes of the database. Nothing was changed yet.
    --restore-database   the one from $backup; ${lost:-everything written since} would be lost (a backup of the present state is taken first)
    --keep-database      the present one; LiteLLM $(image_version "$target_image") removes the columns and tables it does not know, with what is in them"
  fi
  if [ "$choice" = restore ]; then
    [ -n "$backup" ] || die "no backup is recorded for $target_image; restore.sh --list shows those there are. Nothing was changed."
    [ -f "$backup" ] || die "the backup $backup is not there any more. Nothing was changed."
    [ "$tables" != unknown ] || die "$backup is encrypted; --identity FILE names the private key. Nothing was changed."
    [ -n "$dry_run" ] || confirm "Restore the database of $created? This loses ${lost}." || die "nothing was changed"
  else
    [ -n "$dry_run" ] || confirm "Run $target_image on the present database?" || die "nothing was changed"
  fi
}

fetch_image() {
  docker image inspect "$target_image" </dev/null >/dev/null 2>&1 || docker pull --quiet "$target_image" </dev/null >/dev/null ||
    die "$target_image could not be fetched. Is the registry reachable? Nothing was changed."
}

set_image() { printf '%s' "$1" | env_set LITELLM_IMAGE; }

changed='' work='' created='' tables='' before='' moved=''
finish() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [ "$status" != 0 ] && [ -n "$changed" ]; then
    {
      printf '\n==> going forward to %s again\n' "$present"
      go_forward || printf 'That did not work to the end. LITELLM_IMAGE in %s/.env was %s; the backup of the state before is in %s\n' "$dir" "$present" "$(backup_folder)"
    } >&2
  fi
  [ -z "$work" ] || rm --recursive --force "$work"
  exit "$status"
}
go_forward() {
  set_image "$present" || return 1
  stop_gateway || return 1
  # The older gateway may have removed columns: the copy from before it started has them.
  if [ -n "$moved" ] && database_exists "$before"; then
    exchange_databases "$before" "${before/before/failed}" || return 1
    drop_database "${before/before/failed}" || true
  fi
  forget_cache
  start_gateway || return 1
  if verify_gateway "$wait_for_former" --quick >&2; then
    say "The rollback was undone: the gateway runs $present with the database it had, and answers."
  else
    say "The rollback was undone: the gateway was started with $present and the database it had, but it is not as it should be: see above."
  fi
}

need_postgres
work=$(private_folder)
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
step "Choosing the release"
find_release
compare_migrations
decide
if [ -n "$dry_run" ]; then
  note "would $([ -n "$no_backup" ] && echo 'take no backup' || echo 'back up the present state'), fetch $target_image, $([ "$choice" = restore ] && echo "restore the database of $created" || echo 'keep the database') and start the gateway"
  exit 0
fi
# Not while a question waits for its answer: the nightly backup would be refused.
lock_installation
refuse_unfinished_upgrade
[ "$(env_get LITELLM_IMAGE)" = "$present" ] || die "another script has changed the image meanwhile. Nothing was changed by this one; run it again."
assume_yes=1
step "Fetching the image"
fetch_image
if [ -z "$no_backup" ]; then
  step "Backing up the present state"
  "$kit/deploy/backup.sh" --litellm-dir "$dir" --label before-rollback ${backup:+--spare "$backup"} </dev/null >"$work/backup" || die "the present state could not be backed up. Nothing was changed; --no-backup does without"
  cat "$work/backup"
fi

step "Changing to $target_image"
if [ "$choice" = restore ]; then
  # It changes the image as well, and both back when that fails.
  "$kit/deploy/restore.sh" "$backup" --litellm-image "$target_image" ${identity:+--identity "$identity"} --no-backup --yes --wait "$wait" --litellm-dir "$dir" </dev/null ||
    die "the rollback failed; the gateway runs $present with the database it had, as restore.sh says above"
else
  before=litellm_before_$(time_for_name | tr '[:upper:]' '[:lower:]')
  changed=1
  stop_gateway
  disconnect "$database"
  sql postgres <<<"create database \"$before\" template \"$database\" strategy file_copy"
  moved=1
  set_image "$target_image"
  forget_cache
  start_gateway
  verify_gateway "$wait" || die "$target_image does not work on the present database"
fi
changed=
record_release "$target_image" "$(head --lines=1 "$work/backup" 2>/dev/null || true)"
say ""
say "The gateway runs $target_image."
if [ "$choice" = restore ]; then note "the database from before the rollback is kept; when all is well: restore.sh --drop-previous"; else
  note "a copy of the database from before the rollback is kept as $before; when all is well: restore.sh --drop-previous"
fi
