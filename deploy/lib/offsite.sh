# Copies of backups elsewhere: the four ways there, and the steps of offsite.sh. Sourced by it.
# shellcheck shell=bash disable=SC2094,SC2154 # of offsite.sh and common.sh; nothing writes to what it reads

offsite_tag=litellm-server
# away PROGRAM…: with what offsite.env has in its environment, and nobody else.
away() (
  local name file=$dir/offsite.env
  [ ! -f "$file" ] || while IFS= read -r name; do export "$name=$(env_get "$name" "$file")"; done < <(env_names "$file")
  exec "$@"
)
# Under systemd there is no HOME; ssh finds its keys all the same, the others do not.
export HOME=${HOME:-/root}
# on_host COMMAND: its names have no character that a shell would read.
on_host() { ssh -o BatchMode=yes -o ConnectTimeout=30 "${place%%:*}" "$1"; }
restic_copies() { away restic --repo "$place" --no-lock snapshots --json --tag "$offsite_tag"; }
restic_id() { restic_copies | jq --raw-output --arg path "/$1" '[.[] | select(.paths == [$path])][-1].id // ""'; }

# --- put FILE, list, get NAME FILE, remove NAME: the same for each way ------------------------------------------------

put() {
  local name=${1##*/}
  case $way in
    restic) away restic --repo "$place" backup --quiet --tag "$offsite_tag" --stdin --stdin-filename "$name" ;;
    rclone) away rclone copyto "$1" "$place/$name" ;;
    ssh) on_host "umask 077; mkdir -p ${place#*:} && cat >${place#*:}/.$name.part && mv ${place#*:}/.$name.part ${place#*:}/$name" ;;
    command) away "$place" put "$1" ;;
  esac
} <"$1"
list_names() {
  case $way in
    restic) restic_copies | jq --raw-output '.[].paths[] | ltrimstr("/")' ;;
    rclone) away rclone mkdir "$place" && away rclone lsf --files-only "$place" ;;
    ssh) on_host "mkdir -p ${place#*:} && ls -1 ${place#*:}" ;;
    command) away "$place" list ;;
  esac
} </dev/null
get() {
  local id
  case $way in
    restic) id=$(restic_id "$1") && away restic --repo "$place" --no-lock dump "$id" "/$1" >"$2" ;;
    rclone) away rclone copyto "$place/$1" "$2" ;;
    ssh) on_host "cat ${place#*:}/$1" >"$2" ;;
    command) away "$place" get "$1" "$2" ;;
  esac
} </dev/null
remove() {
  local id
  case $way in
    restic) id=$(restic_id "$1") && away restic --repo "$place" forget --quiet --prune "$id" ;;
    rclone) away rclone deletefile "$place/$1" ;;
    ssh) on_host "rm -f ${place#*:}/$1" ;;
    command) away "$place" remove "$1" ;;
  esac
} </dev/null

# --- The steps --------------------------------------------------------------------------------------------------------

check_settings() {
  local mode
  way=${to%%:*} place=${to#*:}
  case $way in
    restic | rclone) need "$way" jq ;;
    ssh)
      need ssh
      [[ $place =~ ^[A-Za-z0-9_.@-]+:[A-Za-z0-9._/~-]+$ && $place != -* ]] || die "OFFSITE_TO: expected ssh:HOST:FOLDER, the folder of letters, digits and . _ ~ - /; found '$to'"
      ;;
    command) [[ $place == /* && -x $place ]] || die "OFFSITE_TO names the program '$place', which is not here or cannot be run. Expected command:/PATH" ;;
    *) die "OFFSITE_TO in $dir/.env: expected restic:REPOSITORY, rclone:REMOTE:FOLDER, ssh:HOST:FOLDER or command:/PATH. A password in an address has no place there: offsite.env is for it" ;;
  esac
  place=${place%/}
  keep=$(env_get OFFSITE_KEEP)
  keep=${keep:-30}
  [[ $keep =~ ^[1-9][0-9]{0,4}$ ]] || die "OFFSITE_KEEP in $dir/.env is '$keep'; a number of copies to keep is expected, 1 or more"
  identity=${identity:-$(env_get OFFSITE_IDENTITY)}
  mode=$(stat --format %a "$dir/offsite.env" 2>/dev/null || echo 600)
  [ "$mode" = 600 ] || die "$dir/offsite.env has mode $mode, and others could read the secrets in it: sudo chmod 600 $dir/offsite.env"
}

# list_copies: ours that are whole, oldest first. The checksum comes after what it is of.
list_copies() {
  local names
  names=$(list_names) || die "what is in $way:… could not be listed; the reason is above"
  grep --extended-regexp "$archive_name" <<<"$names" | grep --fixed-strings --line-regexp --file=<(sed --quiet 's/\.sha256$//p' <<<"$names") | LC_ALL=C sort --unique || true
}
copy_named() {
  local name=$1
  [ "$name" != latest ] || name=$(list_copies | tail --lines=1)
  [[ $name =~ $archive_name ]] || die "there is no copy '$1'; offsite.sh --list shows those there are"
  printf '%s' "$name"
}
# missing_copies: of the newest backups here, as many as are kept there, those that are not there.
missing_copies() {
  local there
  there=$(list_copies) || return 1
  list_backups "$folder" | tail --lines="$keep" | grep --invert-match --fixed-strings --line-regexp --file=<(printf '%s' "$there") || true
}
old_copies() { list_copies | head --lines="-$keep"; }
say_plan() {
  local name missing old
  missing=$(missing_copies) old=$(old_copies)
  while IFS= read -r name; do [ -z "$name" ] || note "would copy $name"; done <<<"$missing"
  while IFS= read -r name; do [ -z "$name" ] || note "would remove the copy $name"; done <<<"$old"
}

work='' doing='' metrics=''
begin() {
  metrics=$dir/data/textfile/litellm-offsite${check:+-check}.prom
  [ -z "$get" ] || metrics=
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}
finish() {
  local status=$?
  trap - EXIT
  [ -z "$work" ] || rm --recursive --force "$work"
  [ "$status" = 0 ] || printf 'offsite.sh: FAILED%s\n' "${doing:+ ($doing)}" >&2
  [ -z "$metrics" ] || write_metrics "$status"
  exit "$status"
}
former() { sed --quiet "s/^$1 //p" "$metrics" 2>/dev/null || true; }
# write_metrics EXIT_CODE: after a failure what was true before still is.
write_metrics() {
  install --directory --mode=755 "$dir/data/textfile"
  if [ -n "$check" ]; then
    [ "$1" = 0 ] || { checked_at=$(former litellm_kit_offsite_check_last_success_timestamp_seconds) restored=$(former litellm_kit_offsite_check_restored); }
    write_file 644 "$metrics" <<METRICS
# HELP litellm_kit_offsite_check_last_exit_code What the last offsite.sh --check ended with; 0 is success.
# TYPE litellm_kit_offsite_check_last_exit_code gauge
litellm_kit_offsite_check_last_exit_code $1
# HELP litellm_kit_offsite_check_last_success_timestamp_seconds When a copy was last fetched back and found good.
# TYPE litellm_kit_offsite_check_last_success_timestamp_seconds gauge
litellm_kit_offsite_check_last_success_timestamp_seconds ${checked_at:-0}
# HELP litellm_kit_offsite_check_restored 1: restored into a scratch database; 0: its bytes were compared, as the key is elsewhere.
# TYPE litellm_kit_offsite_check_restored gauge
litellm_kit_offsite_check_restored ${restored:-0}
METRICS
  else
    [ "$1" = 0 ] || newest=$(former litellm_kit_offsite_newest_backup_timestamp_seconds)
    write_file 644 "$metrics" <<METRICS
# HELP litellm_kit_offsite_last_exit_code What the last offsite.sh ended with; 0 is success.
# TYPE litellm_kit_offsite_last_exit_code gauge
litellm_kit_offsite_last_exit_code $1
# HELP litellm_kit_offsite_newest_backup_timestamp_seconds When the newest backup that has a copy elsewhere was made.
# TYPE litellm_kit_offsite_newest_backup_timestamp_seconds gauge
litellm_kit_offsite_newest_backup_timestamp_seconds ${newest:-0}
METRICS
  fi
}

copy_backups() {
  local name names copied=0
  doing='listing the copies'
  names=$(missing_copies)
  while IFS= read -r name; do
    [ -n "$name" ] || continue
    doing="copying $name"
    [[ $way == restic || $name != *.tar.gz || $(env_get OFFSITE_PLAIN) == yes ]] ||
      die "$name is not encrypted, and would take every secret of the gateway off this server in the clear. Set BACKUP_RECIPIENT in $dir/.env for the next ones, or OFFSITE_PLAIN=yes where the other side encrypts or may read them"
    [ -f "$folder/$name.sha256" ] || die "$folder/$name.sha256 is missing: whether the backup is whole cannot be told"
    check_checksum "$folder/$name"
    put "$folder/$name"
    put "$folder/$name.sha256"
    copied=$((copied + 1))
    note "copied $name"
  done <<<"$names"
  doing='listing the copies'
  name=$(list_copies | tail --lines=1)
  [ -n "$name" ] || die "there is no backup to copy in $folder, and no copy elsewhere"
  newest=${name#litellm-backup-}
  newest=$(date --utc --date "${newest:0:4}-${newest:4:2}-${newest:6:2} ${newest:9:2}:${newest:11:2}:${newest:13:2}" +%s)
  say "$copied copied; the newest elsewhere is $name"
}
remove_old_copies() {
  local name names
  doing='removing old copies'
  names=$(old_copies)
  while IFS= read -r name; do
    [ -n "$name" ] || continue
    # The checksum first: what is left without it counts as no copy.
    remove "$name.sha256"
    remove "$name"
    note "removed the copy $name ($keep are kept)"
  done <<<"$names"
}

# fetch_copy NAME FOLDER: prints the file, which is as it was written.
fetch_copy() {
  local name=$1 folder=$2
  doing="fetching $name"
  install --directory --mode=700 "$folder"
  get "$name" "$folder/.$name.part"
  get "$name.sha256" "$folder/$name.sha256"
  chmod 600 "$folder/.$name.part" "$folder/$name.sha256"
  mv "$folder/.$name.part" "$folder/$name"
  check_checksum "$folder/$name"
  say "$folder/$name"
}
check_newest() {
  local name largest free
  # What a run that was killed has left.
  find "$folder" -maxdepth 1 -name '.offsite-check.*' -mmin +1440 -exec rm --recursive --force {} +
  doing='listing the copies'
  name=$(copy_named latest)
  # Beside the backups: memory may be too small for it. The database must not lose its room to it.
  largest=$(list_backups "$folder" | (cd "$folder" && xargs --no-run-if-empty stat --format=%s) | sort --numeric-sort | tail --lines=1)
  free=$(df --output=avail --block-size=1 "$folder" | tail --lines=1)
  [ "$free" -gt $((2 * ${largest:-0} + 1024 * 1024 * 1024)) ] || die "not enough room in $folder to fetch a copy: $(numfmt --to=iec "$free") free"
  work=$(mktemp --directory "$folder/.offsite-check.XXXXXX")
  fetch_copy "$name" "$work"
  doing="checking $name"
  # The one here was read back when it was written.
  [ ! -f "$folder/$name.sha256" ] || cmp --silent "$folder/$name.sha256" "$work/$name.sha256" || die "the copy of $name is not the backup that is in $folder"
  restored=0
  if [[ $name == *.age && -z $identity ]]; then
    note "each byte is as it was written; its private key is not here, so it was not restored (OFFSITE_IDENTITY, --identity)"
  else
    "$kit/deploy/restore.sh" --check --deep "$work/$name" ${identity:+--identity "$identity"} --litellm-dir "$dir" </dev/null || die "the copy of $name could not be restored into a scratch database: the reason is above"
    restored=1
  fi
  checked_at=$(date +%s)
}
