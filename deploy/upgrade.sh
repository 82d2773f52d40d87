#!/usr/bin/env bash
# Brings the gateway to another LiteLLM and to the files of this kit; goes back by itself when that does not work.
#
#   upgrade.sh [--litellm-image IMAGE] [--wait SECONDS] [--force] [--yes] [--dry-run] [--litellm-dir DIR]
#
#   --litellm-image IMAGE   the image; without it the one in this kit's env.example
#   --wait SECONDS          how long the new gateway may take to be ready, its migrations included (600)
#   --force                 upgrades although the gateway does not work now
#
# In this order: a backup, the image and its signature, a copy of the database inside PostgreSQL (it takes as much room as
# the database), the kit's files, the new gateway, which migrates the database when it starts, and a real call through it.
# The gateway is away from the copy until it is ready again: seconds for a small database, minutes for a large one.
#
# When anything fails after that point, the former image, files and settings are put back, and, where the new gateway has
# already migrated it, the database as it was when the former gateway was stopped. Nothing written before is lost.
# Afterwards the copy is deleted; the backup stays for rollback.sh. This script never goes to an older version: rollback.sh.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/database.sh
. "$kit/deploy/lib/database.sh"
# shellcheck source=lib/images.sh
. "$kit/deploy/lib/images.sh"
# shellcheck source=lib/releases.sh
. "$kit/deploy/lib/releases.sh"
# shellcheck source=lib/environment.sh
. "$kit/deploy/lib/environment.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"
# shellcheck source=lib/upgrade.sh
. "$kit/deploy/lib/upgrade.sh"

litellm_image='' wait=600 force=''
read_options 'litellm-image= wait= force dry-run' "$@"
[[ $wait =~ ^[0-9]+$ ]] || die "--wait is a number of seconds, not '$wait'"
# Who is impatient with the new one is not with the one that has to come back.
wait_for_former=$((wait > 300 ? wait : 300))

need_root
need docker jq curl
# What a run that is under way needs to go back, also when this script itself is killed.
safe=$dir/data/kit/upgrade
# One that was cut off may lack anything, and has it in there.
[ -d "$safe" ] || need_installation
litellm_image=${litellm_image:-$(env_get LITELLM_IMAGE "$env_example")}
former_image=$(env_get LITELLM_IMAGE)
kept_files=(.env docker-compose.yml docker-compose.observability.yml docker-compose.scale.yml config observability
  data/kit/installed.sha256 data/kit/salt.fingerprint)
# The installation's own copy of the kit is replaced only by a kit from elsewhere.
[ "$kit" -ef "$dir/kit" ] || kept_files+=(kit)
copy=litellm_before_$(time_for_name | tr '[:upper:]' '[:lower:]')

# --- checks: nothing is changed ---------------------------------------------------------------------------------------

# An upgrade that was cut off; or it is under way, and ends before the lock is ours.
[ ! -d "$safe" ] || lock_installation
if [ -d "$safe" ]; then
  finish_going_back
  exit 0
fi
step "Choosing the image"
choose_image
check_state
if [ -n "$dry_run" ]; then
  say_plan
  exit 0
fi
confirm "Upgrade the gateway in $dir?" || die "nothing was changed"
# Not while a question waits for its answer: the nightly backup would be refused.
lock_installation
refuse_unfinished_upgrade
[ "$(env_get LITELLM_IMAGE)" = "$former_image" ] || die "another script has changed the image meanwhile. Nothing was changed by this one; run it again."

# --- effects begin here: what fails from keep_former on is undone by finish -------------------------------------------

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
install --directory --mode=700 "$dir/data/kit"
step "Taking a backup"
take_backup
step "Fetching the image"
pull_image
step "Checking its signature"
check_signature
step "Keeping what there is"
keep_former
copy_database
step "Installing the files of the kit"
install_kit
step "Starting the new gateway"
start_new
step "Verifying"
verify_new
forget_former
update_timers
say ""
say "The gateway runs $litellm_image."
note "back again: rollback.sh (with the backup $backup)"
