#!/usr/bin/env bash
# Puts a backup of backup.sh back in place of the database in use, or says what is wrong with it.
#
#   restore.sh FILE [--identity FILE] [--with-env] [--with-config] [--no-backup] [--wait SECONDS] [--yes] [--dry-run]
#   restore.sh --check FILE [--deep] [--identity FILE]
#   restore.sh --list
#   restore.sh --drop-previous [--yes]
#
#   FILE              a backup; a bare name is looked for in BACKUP_DIR, 'latest' is the newest there
#   --identity FILE   the private key for a backup that is encrypted with age; GnuPG takes its key from root's keyring
#   --with-env        takes the gateway's secrets from the backup: salt, master key, sign-in, provider keys, service-key.txt
#   --with-config     takes config/ from the backup
#   --litellm-image I runs this image with it, whose version the backup is of (rollback.sh asks for that)
#   --no-backup       takes no backup of the present state first
#   --wait SECONDS    how long the gateway may take to be ready (300)
#   --check           only reads the backup and checks it; with --deep restores it into a scratch database as well
#   --list            the backups in BACKUP_DIR and the databases that earlier restores have put aside
#   --drop-previous   deletes those databases
#   --litellm-dir DIR, --yes, --dry-run as everywhere
#
# Nothing is touched before the backup has been read whole and its checksums are right. Then it goes into a scratch
# database, whose rows are counted; only when they are as many as were backed up, the gateway is stopped, the databases
# change names, and the gateway is started and tried. Fails that, the names are changed back. The former database stays as
# litellm_before_<time> until --drop-previous.
#
# The provider keys in a database can be decrypted with the LITELLM_SALT_KEY they were encrypted with, and no other. A
# backup from a gateway with another salt is refused, unless --with-env takes that salt as well.
#
# On a new, empty server: run deploy-full.sh there, copy the backup over, and run
#     restore.sh FILE --with-env --with-config
# It keeps the new server's own passwords of PostgreSQL, Redis and Grafana, and its images, ports and addresses.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/database.sh
. "$kit/deploy/lib/database.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"
# shellcheck source=lib/images.sh
. "$kit/deploy/lib/images.sh"
# shellcheck source=lib/environment.sh
. "$kit/deploy/lib/environment.sh"
# shellcheck source=lib/releases.sh
. "$kit/deploy/lib/releases.sh"
# shellcheck source=lib/keys.sh
. "$kit/deploy/lib/keys.sh"
# shellcheck source=lib/restore.sh
. "$kit/deploy/lib/restore.sh"

check='' deep='' list='' drop_previous='' file='' identity='' with_env='' with_config='' litellm_image='' no_backup='' wait=300
read_options 'check deep list drop-previous identity= with-env with-config litellm-image= no-backup wait= dry-run FILE' "$@"
image=$litellm_image
[ -z "$image" ] || refuse_bad_image "$image"
[[ $wait =~ ^[0-9]+$ ]] || die "--wait is a number of seconds, not '$wait'"
# Who is impatient with the new one is not with the one that has to come back.
wait_for_former=$((wait > 300 ? wait : 300))

need_installation
if [ -n "$list" ]; then
  list_all
  exit 0
fi
need_root
need docker jq tar gzip sha256sum
if [ -n "$drop_previous" ]; then
  # The copy that an upgrade goes back to is one of them.
  refuse_unfinished_upgrade
  lock_installation
  drop_put_aside
  exit 0
fi
find_file
[ -n "$check" ] || refuse_unfinished_upgrade
if [ -z "$check" ] || [ -n "$deep" ]; then lock_installation; fi
begin

# --- checks: the database in use is not touched -----------------------------------------------------------------------

step "Reading the backup"
read_backup
if [ -n "$check" ]; then
  say_of_salt
  [ -n "$deep" ] || exit 0
fi
need_postgres
check_versions
[ -n "$check" ] || check_salt
check_room
if [ -n "$dry_run" ]; then
  say_plan
  exit 0
fi
[ -n "$check" ] || ask
fill_scratch
[ -z "$check" ] || exit 0

# --- effects begin here -----------------------------------------------------------------------------------------------

back_up_present_state
swap
start_with_it
say_what_became
