# Backups as files: their names, what is in them, how they are written, read and checked. Sourced after common.sh.
#
# A backup is a tar archive, compressed and perhaps encrypted. Its members, in this order:
#   litellm-backup.json      what this is, so that other archives are told apart at once
#   files/…                  .env, config/, docker-compose*.yml, observability/, service-key.txt
#   database/00000 …         the dump (pg_dump's custom format), cut into pieces: tar must know the size of a member before
#                            it begins, and neither the memory nor, plain, the disk has to hold a whole dump that way
#   manifest.json            versions, row counts, and the checksum of each member before it; the last word
# shellcheck shell=bash disable=SC2034,SC2154 # read by those who source it, of common.sh

archive_format=1
archive_name='^litellm-backup-[0-9]{8}T[0-9]{6}Z(-[a-z0-9-]+)?\.tar\.gz(\.age|\.gpg)?$'
archive_piece=${BACKUP_PIECE:-32M}

# list_backups FOLDER: our files in it, oldest first. Whatever else is there is not ours.
list_backups() {
  [ ! -d "$1" ] || find "$1" -maxdepth 1 -type f -printf '%f\n' | grep --extended-regexp "$archive_name" | LC_ALL=C sort || true
}
backup_folder() {
  local folder
  folder=$(env_get BACKUP_DIR)
  printf '%s' "$root${folder:-/var/backups/litellm-server}"
}

# private_folder: a folder for plain pieces that is memory, not disk; it goes with the script that asked for it.
private_folder() {
  local place
  for place in /dev/shm /run; do
    # What a script that was killed has left.
    find "$place" -maxdepth 1 -name 'litellm-kit.*' -user "$(id --user)" -mmin +1440 -exec rm --recursive --force {} + 2>/dev/null || true
    if [ -w "$place" ] && [ "$(stat --file-system --format=%T "$place")" = tmpfs ]; then
      mktemp --directory "$place/litellm-kit.$$.XXXXXX"
      return
    fi
  done
  warn "this server has no memory folder (/dev/shm): pieces of the backup touch ${TMPDIR:-/tmp} for a moment"
  mktemp --directory
}

# --- Writing ----------------------------------------------------------------------------------------------------------

# add_member NAME <CONTENT: one piece of a tar archive on standard output, its checksum noted in $archive_work/sums.
# Cutting off the two empty blocks at the end of each lets the pieces follow one another as one archive.
add_member() {
  local name=$1 place=$archive_work/member
  mkdir --parents "$place/$(dirname "$name")"
  cat >"$place/$name"
  (cd "$place" && sha256sum "$name") >>"$archive_work/sums"
  tar --create --format=ustar --blocking-factor=1 --owner=0 --group=0 --numeric-owner --directory="$place" "$name" | head --bytes=-1024
  rm --force "$place/$name"
}
end_archive() { head --bytes=1024 /dev/zero; }

# encrypt_for RECIPIENT <PLAIN
encrypt_for() {
  case $1 in
    '') cat ;;
    age1* | ssh-*) age --encrypt --recipient "$1" ;;
    # The key was named by the administrator of this server: that is all the trust there is.
    *) gpg --batch --quiet --no-tty --trust-model always --compress-algo none --recipient "$1" --encrypt --output - ;;
  esac
}
# encryption_suffix RECIPIENT
encryption_suffix() {
  case $1 in
    '') ;;
    age1* | ssh-*) printf .age ;;
    *) printf .gpg ;;
  esac
}

# --- Reading ----------------------------------------------------------------------------------------------------------

# open_archive FILE [IDENTITY]: the compressed archive, decrypted.
open_archive() {
  local file=$1 identity=${2:-}
  case $file in
    *.age)
      have age || die "$file is encrypted with age, which is not installed: apt-get install age"
      [ -n "$identity" ] || die "$file is encrypted with age; --identity FILE names the file with the private key for it"
      [ -r "$identity" ] || die "the identity file $identity cannot be read"
      age --decrypt --identity "$identity" "$file"
      ;;
    *.gpg)
      have gpg || die "$file is encrypted with GnuPG, which is not installed: apt-get install gnupg"
      gpg --batch --quiet --no-tty --decrypt "$file"
      ;;
    *) cat "$file" ;;
  esac
}

# unpack_archive FOLDER <COMPRESSED ARCHIVE: the dump on standard output, the small members in FOLDER, checksums of what
# was really read in FOLDER/sums. Nothing in the archive decides where a file goes.
unpack_archive() {
  mkdir --parents "$1/ignored"
  : >"$1/sums"
  gzip --decompress --stdout |
    ARCHIVE_FOLDER=$1 tar --extract --file=- --directory="$1/ignored" --no-same-owner --to-command="bash '$kit/deploy/lib/read-member.sh'"
}

# check_dump <DUMP: reads it whole as pg_restore does. Without PostgreSQL only that it is a dump.
check_dump() {
  if postgres_answers; then
    compose exec -T postgres pg_restore --file=/dev/null
  else
    warn "PostgreSQL does not run here: whether it would accept the dump was not tried"
    [ "$(head --bytes=5)" = PGDMP ] && cat >/dev/null
  fi
}

# judge_archive FOLDER: whether what unpack_archive left there is a whole backup of ours; says why not.
judge_archive() {
  local folder=$1 format
  jq --exit-status '.format' "$folder/litellm-backup.json" >/dev/null 2>&1 || {
    say "this is not a backup of this kit: it does not begin with litellm-backup.json" >&2
    return 1
  }
  format=$(jq --raw-output '.format' "$folder/litellm-backup.json")
  [ "$format" = "$archive_format" ] || {
    say "this backup has the format '$format'; this kit reads format $archive_format. Restore it with the kit that wrote it" >&2
    return 1
  }
  jq --exit-status '.members and .rows' "$folder/manifest.json" >/dev/null 2>&1 || {
    say "this backup is cut off or damaged: its manifest, the last member, is missing" >&2
    return 1
  }
  if ! cmp --silent <(jq --raw-output '.members[] | .sha256 + "  " + .name' "$folder/manifest.json") "$folder/sums"; then
    say "this backup is damaged: what it holds is not what its manifest lists:" >&2
    diff <(jq --raw-output '.members[].name' "$folder/manifest.json") <(cut --characters=67- "$folder/sums") >&2 || true
    diff <(jq --raw-output '.members[] | .sha256 + "  " + .name' "$folder/manifest.json") "$folder/sums" | sed --quiet 's/^> .\{64\}  /    differs: /p' >&2 || true
    return 1
  fi
}

# check_checksum FILE: against the .sha256 beside it, where there is one.
check_checksum() {
  local file=$1 expected found
  if [ ! -f "$file.sha256" ]; then
    warn "there is no $file.sha256: only the checksums inside the backup can be checked"
    return 0
  fi
  expected=$(cut --characters=1-64 "$file.sha256")
  found=$(sha256sum <"$file" | cut --characters=1-64)
  [ "$expected" = "$found" ] || die "$file is damaged, or is not the file that was backed up: its SHA-256 should be ${expected:0:16}… and is ${found:0:16}…. Nothing was changed. Take another backup: restore.sh --list"
}

# to_the_end COMMAND…: what COMMAND does not read is read for it, so that a failure of its own is told from one before it.
to_the_end() {
  local status=0
  "$@" || status=$?
  cat >/dev/null
  return "$status"
}

# read_archive FILE FOLDER IDENTITY [COMMAND…]: everything of FILE is read and checked, the dump goes to COMMAND (check_dump).
read_archive() {
  local file=$1 folder=$2 identity=$3 status=0
  shift 3
  [ $# -gt 0 ] || set -- check_dump
  # Its own shell: with `set -e` this could not tell the reasons apart.
  (
    set +e
    open_archive "$file" "$identity" 2>"$folder/open.log" | unpack_archive "$folder" 2>"$folder/unpack.log" | to_the_end "$@" 2>"$folder/dump.log"
    state=("${PIPESTATUS[@]}")
    [ "${state[0]}" = 0 ] || [ "${state[0]}" = 141 ] || exit 3
    [ "${state[1]}" = 0 ] || exit 4
    [ "${state[2]}" = 0 ] || exit 5
  ) || status=$?
  grep '^WARNING' "$folder/dump.log" >&2 || true
  case $status in
    0) ;;
    3) die "$file cannot be decrypted: $(tail --lines=1 "$folder/open.log"). Is it the right key (--identity FILE), and the whole file? Nothing was changed." ;;
    4)
      judge_archive "$folder" || true
      die "$file is not a whole backup of this kit: $(head --lines=1 "$folder/unpack.log"). It is cut off, damaged or another kind of file. Nothing was changed. Take another backup: restore.sh --list"
      ;;
    *)
      judge_archive "$folder" || die "$file was refused. Nothing was changed."
      die "PostgreSQL does not accept the dump in $file: $(grep --invert-match '^WARNING' "$folder/dump.log" | tail --lines=3 | tr '\n' ' '). The database in use was not changed."
      ;;
  esac
  judge_archive "$folder" || die "$file was refused. Nothing was changed. Take another backup: restore.sh --list"
}
