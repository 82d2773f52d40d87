#!/usr/bin/env bash
# Copies backups off this server, and tries whether they can be had back. Does nothing as long as OFFSITE_TO in .env is empty.
#
#   offsite.sh [--quiet] [--dry-run]          copies what is not there yet, and removes the oldest of its copies beyond OFFSITE_KEEP (30)
#   offsite.sh --check [--identity FILE]      fetches its newest copy and checks it, as far as it can be read here
#   offsite.sh --list                         the copies, and which of them are not its own
#   offsite.sh --get NAME                     fetches a copy into BACKUP_DIR, for restore.sh; 'latest' is its newest, or on a
#                                             server that has none yet the newest of all
#
#   --identity FILE   the private key of a backup encrypted with age (OFFSITE_IDENTITY)
#   --quiet           says only what is wrong (for the timers)
#   --litellm-dir DIR, --yes, --help as everywhere
#
# OFFSITE_TO in .env:
#   restic:REPOSITORY         with restic; it is made once by hand (restic init)
#   rclone:REMOTE:FOLDER      with rclone
#   ssh:HOST:FOLDER           with nothing but ssh, whose key and known_hosts root has
#   command:/PATH             a program of yours, called as: put FILE, list, get NAME FILE, remove NAME
# What these need in their environment, such as RESTIC_PASSWORD, stands in offsite.env beside .env, mode 600: it is in no
# backup, so keep it elsewhere as well. A backup that is not encrypted leaves the server with restic, which encrypts, or
# where OFFSITE_PLAIN=yes says that the other side may read every secret in it.
#
# Each gateway has a place of its own. What was copied is noted in data/kit/offsite.sha256, name and SHA-256: only that is
# checked, counted and removed, whatever else is there. Where the other side lets nothing be removed, OFFSITE_KEEP=all.
#
# The check restores into a scratch database (restore.sh --check --deep). Of a copy whose private key is not here, it can
# only tell that each byte is as it was when PostgreSQL accepted the dump. data/textfile/ has both results for Prometheus.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"
# shellcheck source=lib/offsite.sh
. "$kit/deploy/lib/offsite.sh"

check='' list='' get='' identity='' quiet=''
read_options 'check list get= identity= quiet dry-run' "$@"
[ -z "$quiet" ] || exec >/dev/null
need_root
need_installation
to=$(env_get OFFSITE_TO)
if [ -z "$to" ]; then
  # What is no longer done is not late.
  [ -n "$list$dry_run" ] || rm --force "$dir/data/textfile/litellm-offsite.prom" "$dir/data/textfile/litellm-offsite-check.prom"
  say "no copies elsewhere: OFFSITE_TO in $dir/.env is empty"
  exit 0
fi
folder=$(backup_folder)
if [ -z "$list$dry_run" ]; then
  # Not the lock of the installation, of which nothing is changed: an upload may take hours.
  hold_lock "$dir/.lock-offsite"
  begin
fi
check_settings
if [ -n "$list" ]; then
  say_copies
elif [ -n "$dry_run" ]; then
  say_plan
elif [ -n "$get" ]; then
  get_copy
elif [ -n "$check" ]; then
  check_newest
  say_failures
else
  copy_backups
  remove_old_copies
  say_failures
fi
