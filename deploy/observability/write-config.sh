#!/usr/bin/env bash
# Writes what Prometheus and Alertmanager cannot read from .env themselves, into observability/ of the installation:
#
#   write-config.sh [--litellm-dir DIR] [--dry-run] [--help]
#
# - alertmanager/alertmanager.yml from routes.yml and receivers.yml. receivers.yml is yours: it is made once, from
#   receivers.example.yml, and never touched again.
# - alertmanager/secrets/: readable for Alertmanager, and nobody else.
# - prometheus/targets/https.yml: the public address (PROXY_BASE_URL in .env), if it begins with https://
# - prometheus/targets/instances.yml: the other instances, if COMPOSE_FILE in .env names docker-compose.scale.yml
#
# Safe to run again. It restarts nothing; Prometheus notices its targets by itself, Alertmanager wants to be told:
#   docker compose exec -T alertmanager sh -c 'kill -HUP 1'

set -euo pipefail
# shellcheck source=../lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

read_options dry-run "$@"

# The user of Prometheus and Alertmanager in their images.
observer=65534
alertmanager=$dir/observability/alertmanager
targets=$dir/observability/prometheus/targets

need_files() {
  local file
  [ -f "$dir/.env" ] || die "there is no installation in $dir (no .env). Is it elsewhere? --litellm-dir DIR"
  for file in "$alertmanager/routes.yml" "$alertmanager/receivers.example.yml"; do
    [ -f "$file" ] || die "$file is missing; deploy-full.sh --with-observability puts it there"
  done
}

# Folders that a container's user looks into; umask 077 would lock it out.
open_folder() {
  run mkdir --parents "$1"
  run chmod 755 "$1"
}

write_receivers() {
  local file=$alertmanager/receivers.yml
  if [ -e "$file" ]; then
    note "kept: $file"
  else
    write_file 644 "$file" <"$alertmanager/receivers.example.yml"
  fi
}

# with_watchdog FILE: one that was made before there was a receiver of that name gets one that sends nothing.
with_watchdog() {
  local first
  if grep --quiet --extended-regexp '^ *(- +)?(\{ *)?name: *(watchdog|"watchdog"|'\''watchdog'\'')[[:space:]]*([,}#].*)?$' "$1"; then
    cat "$1"
  else
    # Indented as the list itself: what stands before it may have lists of its own.
    first=$(sed --quiet '/^receivers:[[:space:]]*\(#.*\)\?$/,/^[^-#[:space:]]/p' "$1" | grep --extended-regexp --only-matching '^ *- +' | head --lines=1 || true)
    [ -n "$first" ] || die "$1 has no list below a line 'receivers:' to which the receiver 'watchdog' could be added. Add it there, and run this again:  - name: watchdog"
    sed "s/^receivers:[[:space:]]*\(#.*\)\?\$/&\n${first}name: watchdog/" "$1"
  fi
}

write_alertmanager() {
  local receivers=$alertmanager/receivers.yml text
  [ -e "$receivers" ] || receivers=$alertmanager/receivers.example.yml # a dry run, which has not made it
  text=$(with_watchdog "$receivers")
  # One that was changed is kept as it is, and the rule comes all the same.
  grep --quiet '^[^#]*[wW]atchdog' "$alertmanager/routes.yml" ||
    warn "$alertmanager/routes.yml, which was changed, has no route for the alert Watchdog: it always fires, to say that all is well, and now goes to your default receiver like any other. Take the route over from $kit/deploy/observability/alertmanager/routes.yml, and run write-config.sh again"
  {
    printf '# Written by write-config.sh from routes.yml and receivers.yml: change those, and run it again.\n\n'
    cat "$alertmanager/routes.yml"
    printf '\n'
    printf '%s\n' "$text"
  } | write_file 644 "$alertmanager/alertmanager.yml"
}

protect_secrets() {
  local file
  run mkdir --parents "$alertmanager/secrets"
  for file in "$alertmanager/secrets" "$alertmanager"/secrets/*; do
    [ -e "$file" ] || continue
    # In a scratch folder without root, the owner stays.
    if [ "$(id --user)" = 0 ]; then run chown "0:$observer" "$file"; fi
    if [ -d "$file" ]; then run chmod 750 "$file"; else run chmod 640 "$file"; fi
  done
}

write_public_address() {
  local address
  address=$(env_get PROXY_BASE_URL)
  {
    echo "# Written by write-config.sh from PROXY_BASE_URL in .env. Empty it by hand, and it stays so until the next run."
    if [[ $address =~ ^https://[A-Za-z0-9.:_/-]+$ ]]; then
      printf -- '- targets: ["%s/health/liveliness"]\n' "${address%/}"
    else
      note "no https address in PROXY_BASE_URL: the public address is not watched" >&2
      echo '[]'
    fi
  } | write_file 644 "$targets/https.yml"
}

write_instances() {
  {
    echo "# Written by write-config.sh from COMPOSE_FILE in .env."
    if [[ $(env_get COMPOSE_FILE) == *docker-compose.scale.yml* ]]; then
      echo '- targets: ["litellm-2:4000", "litellm-3:4000"]'
    else
      echo '[]'
    fi
  } | write_file 644 "$targets/instances.yml"
}

need_files
lock_installation
open_folder "$alertmanager"
open_folder "$targets"
write_receivers
write_alertmanager
protect_secrets
write_public_address
write_instances
