# Copies of backups elsewhere: the four ways there, and the steps of offsite.sh. Sourced by it.
# shellcheck shell=bash disable=SC2094,SC2154 # of offsite.sh and common.sh; nothing writes to what it reads

offsite_tag=litellm-server
# away PROGRAM…: with what offsite.env has in its environment, and nobody else. Nothing asks at a terminal.
away() (
  local name file=$dir/offsite.env
  export RCLONE_ASK_PASSWORD=false
  [ ! -f "$file" ] || while IFS= read -r name; do export "$name=$(env_get "$name" "$file")"; done < <(env_names "$file")
  # An address may have a password in it, and arguments can be read by everybody.
  if [ "$way" = restic ]; then
    export RESTIC_REPOSITORY=$place
    unset RESTIC_REPOSITORY_FILE
  fi
  exec "$@"
)
# Under systemd there is no HOME; ssh finds its keys all the same, the others do not.
export HOME=${HOME:-/root}
# on_host COMMAND: its names have no character that a shell would read.
on_host() { ssh -o BatchMode=yes -o ConnectTimeout=30 "${place%%:*}" "$1"; }
restic_copies() { away restic --no-lock snapshots --json --tag "$offsite_tag"; }
# restic_ids NAME: oldest first; there are two where one was copied again.
restic_ids() { restic_copies | jq --raw-output --arg path "/$1" '.[] | select(.paths == [$path]).id'; }

# --- put FILE, list, get NAME FILE, remove NAME: the same for each way ------------------------------------------------

put() {
  local name=${1##*/} there=${place#*:} size
  size=$(stat --format=%s "$1")
  case $way in
    restic) away restic backup --quiet --tag "$offsite_tag" --stdin --stdin-filename "$name" <"$1" ;;
    rclone) away rclone copyto "$1" "$place/$name" </dev/null ;;
    # Where the connection breaks, cat there sees an end like any other.
    ssh)
      on_host "umask 077; mkdir -p $there && cat >$there/.$name.part && { [ \$(wc -c <$there/.$name.part) -eq $size ] ||
        { echo '$name was cut off on its way' >&2; false; }; } && mv -f $there/.$name.part $there/$name" <"$1"
      ;;
    command) away "$place" put "$1" </dev/null ;;
  esac
}
# list_names: nothing where the folder has not been made yet, which the first copy does.
list_names() {
  local status=0 errors
  case $way in
    restic) restic_copies | jq --raw-output '.[].paths[] | ltrimstr("/")' ;;
    rclone)
      # 3: there is no such folder.
      { errors=$(away rclone lsf --files-only "$place" 2>&1 >&3) || status=$?; } 3>&1
      [ "$status" != 3 ] || return 0
      [ -z "$errors" ] || printf '%s\n' "$errors" >&2
      return "$status"
      ;;
    ssh) on_host "[ ! -d ${place#*:} ] || ls -1 ${place#*:}" ;;
    command) away "$place" list ;;
  esac
} </dev/null
get() {
  local ids
  case $way in
    restic) ids=$(restic_ids "$1") && away restic --no-lock dump "${ids##*$'\n'}" "/$1" >"$2" ;;
    rclone) away rclone copyto "$place/$1" "$2" ;;
    ssh) on_host "cat ${place#*:}/$1" >"$2" ;;
    command) away "$place" get "$1" "$2" ;;
  esac
} </dev/null
remove() {
  local ids
  case $way in
    restic)
      ids=$(restic_ids "$1") || return 1
      # shellcheck disable=SC2086 # words of letters and digits
      [ -z "$ids" ] || away restic forget --quiet --prune $ids
      ;;
    rclone) away rclone deletefile "$place/$1" ;;
    ssh) on_host "rm -f ${place#*:}/$1" ;;
    command) away "$place" remove "$1" ;;
  esac
} </dev/null

# --- What this server has put there -----------------------------------------------------------------------------------
# Whoever holds the other side can put any file there by a newer name, with a checksum that fits: restored for a trial, its
# SQL would run in the cluster of the gateway. So only what is noted here, as it was when it was copied, is tried, counted
# and removed.

notes() { cat "$dir/data/kit/offsite.sha256" 2>/dev/null || true; }
noted_sum() { notes | awk -v name="$1" '$2 == name { sum = $1 } END { print sum }'; }
# note_down NAME [SHA-256]: without one it is forgotten.
note_down() {
  { notes | awk -v name="$1" '$2 != name' && if [ $# = 2 ]; then printf '%s  %s\n' "$2" "$1"; fi; } | write_file 600 "$dir/data/kit/offsite.sha256"
}
sum_of() { sha256sum <"$1" | cut --characters=1-64; }
# as_written FILE: its SHA-256, where the one beside it is the same.
as_written() {
  local said found
  [ -f "$1.sha256" ] || { warn "$1.sha256 is missing: whether the backup is whole cannot be told" && return 1; }
  said=$(cut --characters=1-64 "$1.sha256") found=$(sum_of "$1")
  [ "$said" = "$found" ] || { warn "$1 is damaged: its SHA-256 should be ${said:0:16}… and is ${found:0:16}…" && return 1; }
  printf '%s' "$found"
}

# --- The steps --------------------------------------------------------------------------------------------------------

check_settings() {
  local mode
  way=${to%%:*} place=${to#*:}
  case $way in
    restic | rclone) need "$way" jq ;;
    ssh)
      need ssh
      [[ $place =~ ^[A-Za-z0-9_.@-]+:[A-Za-z0-9._/~-]+$ && $place != -* && ${place#*:} != -* ]] || die "OFFSITE_TO: expected ssh:HOST:FOLDER, the folder of letters, digits and . _ ~ - /; found '$to'"
      ;;
    command) [[ $place == /* && -x $place ]] || die "OFFSITE_TO names the program '$place', which is not here or cannot be run. Expected command:/PATH" ;;
    *) die "OFFSITE_TO in $dir/.env: expected restic:REPOSITORY, rclone:REMOTE:FOLDER, ssh:HOST:FOLDER or command:/PATH. A password in an address has no place there: offsite.env is for it" ;;
  esac
  place=${place%/}
  keep=$(env_get OFFSITE_KEEP)
  keep=${keep:-30}
  [[ $keep =~ ^([1-9][0-9]{0,4}|all)$ ]] || die "OFFSITE_KEEP in $dir/.env is '$keep'; a number of copies to keep is expected, 1 or more, or all"
  identity=${identity:-$(env_get OFFSITE_IDENTITY)}
  mode=$(stat --format %a "$dir/offsite.env" 2>/dev/null || echo 600)
  [ "$mode" = 600 ] || die "$dir/offsite.env has mode $mode, and others could read the secrets in it: sudo chmod 600 $dir/offsite.env"
}

# list_whole: what is whole there, oldest first, whoever has put it there. The checksum comes after what it is of.
list_whole() {
  local names
  names=$(list_names) || die "what is in $way:… could not be listed; the reason is above"
  grep --extended-regexp "$archive_name" <<<"$names" | grep --fixed-strings --line-regexp --file=<(sed --quiet 's/\.sha256$//p' <<<"$names") | LC_ALL=C sort --unique || true
}
# list_copies: those of this server.
list_copies() {
  local whole
  whole=$(list_whole) || return 1
  grep --fixed-strings --line-regexp --file=<(notes | cut --characters=67-) <<<"$whole" || true
}
say_copies() {
  local name whole
  whole=$(list_whole)
  while IFS= read -r name; do
    [ -z "$name" ] || say "$name$([ -n "$(noted_sum "$name")" ] || echo '  (this server has not noted it as its own)')"
  done <<<"$whole"
}
copy_named() {
  local name=$1
  if [ "$name" = latest ]; then
    name=$(list_copies | tail --lines=1)
    # A new server has noted nothing yet.
    [ -n "$name$check" ] || name=$(list_whole | tail --lines=1)
  fi
  [[ $name =~ $archive_name ]] || die "there is no copy '$1'${check:+ that this server has made}; offsite.sh --list shows those there are"
  printf '%s' "$name"
}
# missing_copies: of the newest backups here, as many as are kept there, those that are not there; newest first.
missing_copies() {
  local there here
  there=$(list_copies) || return 1
  here=$(list_backups "$folder")
  [ "$keep" = all ] || here=$(tail --lines="$keep" <<<"$here")
  tac <<<"$here" | grep . | grep --invert-match --fixed-strings --line-regexp --file=<(printf '%s' "$there") || true
}
old_copies() {
  local there
  [ "$keep" != all ] || return 0
  there=$(list_copies) || return 1
  head --lines="-$keep" <<<"$there"
}
say_plan() {
  local name missing old
  missing=$(missing_copies) old=$(old_copies)
  while IFS= read -r name; do [ -z "$name" ] || note "would copy $name"; done <<<"$missing"
  while IFS= read -r name; do [ -z "$name" ] || note "would remove the copy $name"; done <<<"$old"
}

# What is wrong with one backup does not keep the others here.
failed=0
complain() {
  warn "$*"
  failed=$((failed + 1))
}

work='' doing='' metrics='' newest=''
begin() {
  doing='reading the settings'
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
    # Known where the copying went well and what came after it did not.
    newest=${newest:-$(former litellm_kit_offsite_newest_backup_timestamp_seconds)}
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
  local name names sum encrypted copied=0
  doing='listing the copies'
  names=$(missing_copies)
  encrypted=$(list_backups "$folder" | grep --invert-match '\.gz$' | tail --lines=1 || true)
  while IFS= read -r name; do
    [ -n "$name" ] || continue
    doing="copying $name"
    if [[ $way != restic && $name == *.tar.gz && $(env_get OFFSITE_PLAIN) != yes ]]; then
      # From before BACKUP_RECIPIENT was set: what was to be done about it has been done.
      if [[ $name < $encrypted ]]; then
        note "$name is not encrypted, and stays here; newer ones are"
      else
        complain "$name is not encrypted, and would take every secret of the gateway off this server in the clear. Set BACKUP_RECIPIENT in $dir/.env for the next ones, or OFFSITE_PLAIN=yes where the other side encrypts or may read them"
      fi
    elif ! sum=$(as_written "$folder/$name"); then
      complain "$name was not copied"
    elif put "$folder/$name" && put "$folder/$name.sha256" && note_down "$name" "$sum"; then
      copied=$((copied + 1))
      note "copied $name"
    else
      complain "$name could not be copied; the reason is above"
    fi
  done <<<"$names"
  doing='listing the copies'
  name=$(list_copies | tail --lines=1)
  if [ -z "$name" ]; then
    [ "$failed" = 0 ] || die "no backup has a copy elsewhere; the reasons are above"
    die "there is no backup to copy in $folder, and no copy elsewhere"
  fi
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
    { remove "$name.sha256" && remove "$name"; } ||
      die "the copy $name could not be removed; the reason is above. Where the other side lets nothing be removed: OFFSITE_KEEP=all in $dir/.env"
    note_down "$name"
    note "removed the copy $name ($keep are kept)"
  done <<<"$names"
}
say_failures() {
  doing=
  [ "$failed" = 0 ] || die "not everything went well: see the warnings above"
}

# fetch_copy NAME FOLDER: into FOLDER, and ends where it is not what was written.
fetch_copy() {
  local name=$1 folder=$2 noted said found
  doing="fetching $name"
  get "$name" "$folder/$name"
  get "$name.sha256" "$folder/$name.sha256"
  chmod 600 "$folder/$name" "$folder/$name.sha256"
  noted=$(noted_sum "$name") said=$(cut --characters=1-64 "$folder/$name.sha256") found=$(sum_of "$folder/$name")
  [ "$found" = "${noted:-$said}" ] || die "the copy of $name is damaged, or is not the file that was backed up: its SHA-256 should be $(cut --characters=1-16 <<<"${noted:-$said}")… and is ${found:0:16}…. Nothing was changed here; offsite.sh --list shows the other copies"
  [ "$found" = "$said" ] || {
    complain "the copy of $name is good, and the checksum beside it is not: a new server would refuse it. Delete both there, and it is copied again"
    printf '%s  %s\n' "$found" "$name" >"$folder/$name.sha256"
  }
}
# get_copy: what is whole here already is not fetched, and what is not is replaced by what has been checked.
get_copy() {
  local name noted sum
  doing='finding the copy'
  name=$(copy_named "$get")
  noted=$(noted_sum "$name")
  if [ ! -f "$folder/$name" ] || ! sum=$(as_written "$folder/$name") || [ "${noted:-$sum}" != "$sum" ]; then
    [ -n "$noted" ] || warn "this server has not noted $name as its own: whoever can write to where the copies are may have made it. Restore it only where you know that nobody else can"
    [ -d "$folder" ] || install --directory --mode=700 "$folder"
    clear_former
    work=$(mktemp --directory "$folder/.offsite-get.XXXXXX")
    fetch_copy "$name" "$work"
    mv --force "$work/$name.sha256" "$work/$name" "$folder/"
  fi
  say "$folder/$name"
}
# What a run that was killed has left.
clear_former() { find "$folder" -maxdepth 1 -name '.offsite-*' -mmin +1440 -exec rm --recursive --force {} +; }

# key_is_here FILE: whether what it is encrypted for can be decrypted on this server.
key_is_here() {
  local id ids
  case $1 in
    *.age) [ -n "$identity" ] ;;
    *.gpg)
      # Only the head is looked at; a key whose secret part is elsewhere is listed, too, with a #.
      ids=$(head --bytes=65536 "$1" | gpg --batch --no-tty --status-fd 1 --list-only --decrypt 2>/dev/null | sed --quiet 's/^\[GNUPG:\] ENC_TO \([0-9A-F]*\) .*/\1/p' || true)
      for id in $ids; do
        ! gpg --batch --no-tty --with-colons --list-secret-keys "$id" 2>/dev/null </dev/null |
          awk -F : -v id="$id" '($1 == "sec" || $1 == "ssb") && $5 == id && $15 != "#" { found = 1 } END { exit !found }' || return 0
      done
      return 1
      ;;
  esac
}
check_newest() {
  local name largest free
  [ -d "$folder" ] || install --directory --mode=700 "$folder"
  clear_former
  doing='listing the copies'
  name=$(copy_named latest)
  # Beside the backups: memory may be too small for it. The database must not lose its room to it.
  largest=$(list_backups "$folder" | (cd "$folder" && xargs --no-run-if-empty stat --format=%s) | sort --numeric-sort | tail --lines=1)
  free=$(df --output=avail --block-size=1 "$folder" | tail --lines=1)
  [ "$free" -gt $((2 * ${largest:-0} + 1024 * 1024 * 1024)) ] || die "not enough room in $folder to fetch a copy: $(numfmt --to=iec "$free") free"
  work=$(mktemp --directory "$folder/.offsite-check.XXXXXX")
  fetch_copy "$name" "$work"
  doing="checking $name"
  say "$name"
  restored=0
  if ! key_is_here "$work/$name"; then
    note "each byte is as it was written; its private key is not here, so it was not restored (age: OFFSITE_IDENTITY, --identity; GnuPG: root's keyring)"
  else
    "$kit/deploy/restore.sh" --check --deep "$work/$name" ${identity:+--identity "$identity"} --litellm-dir "$dir" </dev/null || die "the copy of $name could not be restored into a scratch database: the reason is above"
    restored=1
  fi
  checked_at=$(date +%s)
}
