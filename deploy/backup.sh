#!/usr/bin/env bash
# Backs up the gateway while it runs: one file litellm-backup-<time in UTC>.tar.gz in BACKUP_DIR (of .env).
#
#   backup.sh [--to DIR] [--label WORD] [--spare FILE] [--quiet] [--dry-run] [--litellm-dir DIR]
#
#   --to DIR       another folder than BACKUP_DIR; rotation is then of that folder
#   --label WORD   becomes part of the name, such as 'before-upgrade' (a-z, 0-9, -)
#   --spare FILE   rotation leaves this one, however old
#   --quiet        says only what is wrong (for the timer)
#   --dry-run      says what it would do
#
# In it: the database with all keys, teams, budgets and spend logs; .env, whose LITELLM_SALT_KEY alone can decrypt the
# provider keys in the database; config/, docker-compose*.yml, observability/ and service-key.txt. Not in it: what
# Prometheus and Grafana have collected, certificates, nginx.
#
# With BACKUP_RECIPIENT in .env the file is encrypted as it is written: age1… and ssh-… with age, anything else as the name
# of a key in root's GnuPG keyring. The private key has no business on this server; keep it where the backups are read.
# Without a recipient the file holds every secret of the gateway in the clear, and only its mode (600) protects it.
#
# The file is read back before it counts: checksums, and the dump by PostgreSQL itself. Then the oldest of our files
# beyond BACKUP_KEEP (14) go. data/textfile/litellm-backup.prom tells Prometheus when a backup last succeeded.
# Read it back with restore.sh.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/database.sh
. "$kit/deploy/lib/database.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"

to='' label='' spare='' quiet=''
read_options 'to= label= spare= quiet dry-run' "$@"
[ -z "$quiet" ] || exec >/dev/null

need_root
need docker jq tar gzip sha256sum
need_installation
[[ $label =~ ^[a-z0-9-]*$ ]] || die "--label '$label': only a-z, 0-9 and - can be part of the name"
folder=${to:-$(backup_folder)}
keep=$(env_get BACKUP_KEEP)
keep=${keep:-14}
[[ $keep =~ ^[1-9][0-9]{0,4}$ ]] || die "BACKUP_KEEP in $dir/.env is '$keep'; a number of backups to keep is expected, 1 or more. Nothing was backed up."
recipient=$(env_get BACKUP_RECIPIENT)

check_recipient() {
  case $recipient in
    '') warn "this backup is not encrypted: it holds the salt and every provider key. Set BACKUP_RECIPIENT in $dir/.env" ;;
    age1* | ssh-*)
      have age || die "BACKUP_RECIPIENT is an age recipient, and age is not installed: apt-get install age. Nothing was backed up."
      age --encrypt --recipient "$recipient" </dev/null >/dev/null 2>&1 ||
        die "BACKUP_RECIPIENT is not a recipient that age knows: ${recipient:0:12}…. Nothing was backed up."
      ;;
    *)
      have gpg || die "BACKUP_RECIPIENT is a GnuPG key, and gpg is not installed: apt-get install gnupg. Nothing was backed up."
      encrypt_for "$recipient" </dev/null >/dev/null 2>&1 ||
        die "GnuPG cannot encrypt for BACKUP_RECIPIENT '$recipient': import its public key into root's keyring (gpg --import). Nothing was backed up."
      ;;
  esac
}

# Twice the last backup; where there is none, half of the database, which does not get smaller than its indexes.
check_space() {
  local last size needed free
  last=$(list_backups "$folder" | tail --lines=1)
  size=$(database_size "$database")
  if [ -n "$last" ]; then needed=$((2 * $(stat --format=%s "$folder/$last"))); else needed=$((size / 2)); fi
  needed=$((needed + 8 * 1024 * 1024))
  free=$(df --output=avail --block-size=1 "$folder" | tail --lines=1)
  [ "$free" -ge "$needed" ] ||
    die "not enough room in $folder: $(in_words "$free") free, about $(in_words "$needed") needed (the database has $(in_words "$size")). Nothing was written. Make room, lower BACKUP_KEEP, or use --to DIR"
}
in_words() { numfmt --to=iec-i --suffix=B "$1"; }

# The counts and the dump see the database at the same moment: the dump takes part in the snapshot of this session.
open_snapshot() {
  coproc session { sql "$database" 2>"$archive_work/session.log"; }
  exec {ask}>&"${session[1]}" {answer}<&"${session[0]}"
  # Bash forgets the number as soon as the session has ended.
  # shellcheck disable=SC2154 # set by coproc
  session_pid=$session_PID
  # shellcheck disable=SC1083,SC2093 # closes the two descriptors that coproc made
  exec {session[0]}<&- {session[1]}>&-
  printf 'begin isolation level repeatable read, read only;\nselect pg_export_snapshot();\n' >&"$ask"
  read -r -t 60 snapshot <&"$answer" || die "PostgreSQL gave no snapshot to dump from: $(tail --lines=1 "$archive_work/session.log")"
}
# ask_snapshot <STATEMENT, with its semicolon: its rows, as the snapshot sees them.
ask_snapshot() {
  local line
  { cat && printf '\\echo end-of-rows\n'; } >&"$ask"
  while IFS= read -r line <&"$answer"; do
    [ "$line" != end-of-rows ] || return 0
    printf '%s\n' "$line"
  done
  die "PostgreSQL ended the session: $(tail --lines=1 "$archive_work/session.log")"
}
close_snapshot() {
  [ -n "$session_pid" ] || return 0
  exec {ask}>&- {answer}<&-
  wait "$session_pid" 2>/dev/null || true
  session_pid=
}

count_rows() {
  ask_snapshot <<<"$count_rows_sql" >"$archive_work/rows"
  [ -s "$archive_work/rows" ] || die "the database '$database' has no tables: there is nothing to back up yet. Start the gateway once (docker compose up -d)"
  ask_snapshot <<<'select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null order by migration_name collate "C";' >"$archive_work/migrations"
}

# What is not there is not backed up, but .env always is.
file_list() {
  local name
  (cd "$dir" || exit 1
    find .env docker-compose*.yml config observability service-key.txt data/kit/releases.tsv -type f 2>/dev/null || true) |
    LC_ALL=C sort | while IFS= read -r name; do
    # restore.sh takes no other names out of an archive.
    if [[ $name =~ ^[A-Za-z0-9._/@+-]+$ ]]; then printf '%s\n' "$name"; else warn "not backed up, because of its name: $name"; fi
  done
}

dump_database() {
  in_postgres pg_dump --username "$database_user" --dbname "$database" --format=custom --compress=0 --snapshot="$snapshot" </dev/null
}

write_manifest() {
  local image
  image=$(env_get LITELLM_IMAGE)
  jq --null-input --rawfile rows "$archive_work/rows" --rawfile migrations "$archive_work/migrations" --rawfile sums "$archive_work/sums" \
    --arg created "$created" --arg kit "$(kit_version)" --arg word "$label" --arg image "$image" \
    --arg digest "$(timeout 30 docker image inspect --format '{{join .RepoDigests " "}}' "$image" 2>/dev/null </dev/null || true)" \
    --arg postgres "$major" --arg postgres_image "$(env_get POSTGRES_IMAGE)" --arg host "$(uname --nodename)" \
    --arg size "$(database_size "$database")" '
    def lines: split("\n") | map(select(. != ""));
    {created: $created, kit: $kit, label: $word, host: $host, image: $image, digest: $digest,
     postgres: ($postgres | tonumber), postgres_image: $postgres_image, database_bytes: ($size | tonumber),
     rows: ($rows | lines | map(split("\t") | {(.[0]): (.[1] | tonumber)}) | add),
     migrations: ($migrations | lines),
     members: ($sums | lines | map({name: .[66:], sha256: .[:64]}))}'
}

# write_members: the whole archive, uncompressed, on standard output.
write_members() {
  local file
  jq --null-input --argjson format "$archive_format" --arg created "$created" --arg kit "$(kit_version)" --arg word "$label" \
    '{format: $format, created: $created, kit: $kit, label: $word}' | add_member litellm-backup.json
  while IFS= read -r file; do add_member "files/$file" <"$dir/$file"; done < <(file_list)
  export archive_work
  export -f add_member
  # shellcheck disable=SC2016 # split names the pieces
  # split asks SHELL to run its filter. Under systemd there is none, and dash, the one it takes then, passes no function on.
  dump_database | SHELL=$BASH split --bytes="$archive_piece" --numeric-suffixes --suffix-length=5 --filter='bash -euo pipefail -c "add_member $FILE"' - database/
  write_manifest | add_member manifest.json
  end_archive
}

# Encrypted files can only be read back as they are written: the key is elsewhere. So the plain stream is checked on its
# way, and the file on the disk against the checksum of what came out of the encryption.
write_archive() {
  local checker
  mkdir "$archive_work/read"
  exec {check}> >(trap - EXIT && exec {ask}>&- {answer}<&- && unpack_archive "$archive_work/read" 2>"$archive_work/unpack.log" | check_dump >"$archive_work/check.log" 2>&1)
  checker=$!
  write_members | gzip --no-name | tee "/dev/fd/$check" | encrypt_for "$recipient" | tee "$part" | sha256sum >"$archive_work/stream.sum"
  exec {check}>&-
  check=
  sync "$part"
  doing='reading the new backup back'
  wait "$checker" || die "what was written could not be read back: $(cat "$archive_work/unpack.log" "$archive_work/check.log" | tail --lines=3)"
  judge_archive "$archive_work/read"
  sum=$(sha256sum <"$part")
  [ "$sum" = "$(cat "$archive_work/stream.sum")" ] || die "the disk does not hold what was written to $part: is it failing?"
}

# The names that others hold on to: the last release's backup stays for rollback.sh.
remove_old() {
  local name kept=0 last
  last=$(tail --lines=1 "$dir/data/kit/releases.tsv" 2>/dev/null | cut --fields=4 || true)
  while IFS= read -r name; do
    kept=$((kept + 1))
    [ "$kept" -gt "$keep" ] || continue
    [ "$folder/$name" != "$last" ] || continue
    [ -z "$spare" ] || [ ! "$folder/$name" -ef "$spare" ] || continue
    rm --force "$folder/$name" "$folder/$name.sha256"
    note "removed $name ($keep are kept)"
  done < <(list_backups "$folder" | LC_ALL=C sort --reverse)
}

# write_metrics EXIT_CODE [SIZE]: a failure keeps the time of the last success, whose age is what alarms.
write_metrics() {
  local file=$dir/data/textfile/litellm-backup.prom time size
  time=$(date +%s) size=${2:-}
  if [ "$1" != 0 ]; then
    time=$(sed --quiet 's/^litellm_kit_backup_last_success_timestamp_seconds //p' "$file" 2>/dev/null || true)
    size=$(sed --quiet 's/^litellm_kit_backup_size_bytes //p' "$file" 2>/dev/null || true)
  fi
  install --directory --mode=755 "$dir/data/textfile"
  write_file 644 "$file" <<METRICS
# HELP litellm_kit_backup_last_exit_code What the last run of backup.sh ended with; 0 is success.
# TYPE litellm_kit_backup_last_exit_code gauge
litellm_kit_backup_last_exit_code $1
# HELP litellm_kit_backup_last_success_timestamp_seconds When a backup was last written and checked.
# TYPE litellm_kit_backup_last_success_timestamp_seconds gauge
litellm_kit_backup_last_success_timestamp_seconds ${time:-0}
# HELP litellm_kit_backup_size_bytes The size of that backup.
# TYPE litellm_kit_backup_size_bytes gauge
litellm_kit_backup_size_bytes ${size:-0}
METRICS
}

part='' check='' archive_work='' session_pid='' doing='preparing'
finish() {
  local status=$?
  trap - EXIT
  # What still reads or dumps would hold the lock; it ends when nothing more can come.
  [ -z "$check" ] || exec {check}>&-
  close_snapshot
  wait || true
  [ -z "$part" ] || rm --force "$part"
  [ -z "$archive_work" ] || rm --recursive --force "$archive_work"
  if [ "$status" != 0 ] && [ -z "$dry_run" ]; then
    printf 'backup.sh: the backup FAILED (%s). No file was left in %s; earlier backups are as they were.\n' "$doing" "$folder" >&2
    write_metrics "$status" || true
  fi
  exit "$status"
}

if [ -n "$dry_run" ]; then
  note "would back up the database '$database' and the files of $dir to $folder/litellm-backup-$(time_for_name)${label:+-$label}.tar.gz$(encryption_suffix "$recipient")"
  note "would keep the newest $keep backups there"
  refuse_unfinished_upgrade
  check_recipient
  exit 0
fi

lock_installation
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
refuse_unfinished_upgrade
check_recipient
doing='asking PostgreSQL'
need_postgres
# One that is there may be anybody's, /mnt or /tmp: its mode is not ours to change, and the files are 600.
[ -d "$folder" ] || install --directory --mode=700 "$folder"
# What a run that was killed left behind; nobody else writes here while we hold the lock.
find "$folder" -maxdepth 1 -type f -name '.litellm-backup-*.part' -mmin +1440 -delete
check_space

while
  name=litellm-backup-$(time_for_name)${label:+-$label}.tar.gz$(encryption_suffix "$recipient")
  [ -e "$folder/$name" ]
do sleep 1; done
created=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
part=$folder/.$name.part
archive_work=$(private_folder)
major=$(postgres_major)
doing='counting rows'
open_snapshot
count_rows
doing='writing the backup'
: >"$part"
chmod 600 "$part"
write_archive
close_snapshot
printf '%s  %s\n' "${sum:0:64}" "$name" | write_file 600 "$folder/$name.sha256"
mv "$part" "$folder/$name"
part=
sync "$folder"
size=$(stat --format=%s "$folder/$name")
say "$folder/$name"
note "$(in_words "$size"), $(jq --raw-output '[.rows[]] | "\(add) rows in \(length) tables"' "$archive_work/read/manifest.json"), read back and checked${recipient:+, encrypted}"
write_metrics 0 "$size"
doing='removing old backups'
remove_old
