#!/usr/bin/env bash
# Installs the gateway on this server, or brings an installation up to what this kit says. Safe to run again.
#
#   deploy-full.sh [options]
#
#   --install-deps           Docker Engine and Compose from Docker's own apt repository, curl, jq, openssl, age (Ubuntu, Debian)
#   --litellm-image IMAGE    another LiteLLM than the one in .env or env.example
#   --litellm-dir DIR        where the installation is (/opt/litellm-server)
#   --service-key            makes the key for WordPress, or shows it, and prints the lines for wp-config.php;
#                            alone, on a gateway that runs, it does nothing else
#   --read-only              with --service-key: a key that can only read
#   --enable-ufw             firewall: ssh, 80 and 443 stay open, everything else is closed
#   --ssh-port N             the port of ssh (22)
#   --with-observability     Prometheus, Grafana, Alertmanager and exporters beside it, on loopback
#   --demo                   models that answer by themselves: proves the installation without any provider key
#   --dry-run                prints what it would do and changes nothing
#   --yes                    answers every question with yes
#   --help                   this text
#
# What exists is kept: .env, its secrets, and every file that you changed (the kit's version comes beside it as FILE.new).
# Secrets are generated where they are empty, and printed nowhere.

# shellcheck disable=SC2034 # the steps read what is set here
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in images releases environment keys previous; do
  # shellcheck disable=SC1090
  . "$kit/deploy/lib/$part.sh"
done

asked=("$@")
install_deps='' litellm_image='' service_key='' read_only='' enable_ufw='' ssh_port='' with_observability='' demo=''
read_options 'install-deps litellm-image= service-key read-only enable-ufw ssh-port= with-observability demo dry-run' "$@"
observability=$with_observability
# Anything but --service-key was asked for.
installing=$install_deps$litellm_image$enable_ufw$observability$demo
[ -z "$read_only" ] || [ -n "$service_key" ] || die "--read-only goes with --service-key"
[ -z "$ssh_port" ] || [ -n "$enable_ufw" ] || die "--ssh-port goes with --enable-ufw"
[[ -z $ssh_port || ($ssh_port =~ ^[0-9]{1,5}$ && $((10#$ssh_port)) -ge 1 && $((10#$ssh_port)) -le 65535) ]] ||
  die "--ssh-port is a number from 1 to 65535, not '$ssh_port'"
[[ $dir == /* ]] || die "--litellm-dir is a whole path such as /opt/litellm-server, not '$dir'"
[[ $dir =~ ^[A-Za-z0-9._/-]+$ ]] || die "--litellm-dir may have letters, digits and . _ - / only: Compose and systemd read it"
dir=${dir%/}
[ -n "$dir" ] || die "--litellm-dir cannot be /"
# A second run does not forget what the first was asked for.
[[ $(env_get COMPOSE_FILE) != *observability* ]] || observability=1

run_step() { # run_step NAME
  step "$1"
  # shellcheck disable=SC1090
  . "$kit/deploy/steps/$1.sh"
  log_line "$1: done"
}
log_line() {
  [ -z "$effects" ] || [ -n "$dry_run" ] || [ ! -d "$dir/logs" ] ||
    printf '%s deploy-full %s\n' "$(date --utc +%Y-%m-%dT%H:%M:%SZ)" "$*" >>"$dir/logs/kit.log"
}
again() { printf 'sudo %q' "$kit/deploy/deploy-full.sh" && printf ' %q' ${asked[@]+"${asked[@]}"}; }

effects=
finish() {
  local status=$?
  [ $status != 0 ] || return 0
  [ -n "$effects" ] && [ -z "$dry_run" ] || exit $status
  log_line "$step_title: failed"
  put_back_previous || warn "the former files could not all be put back; they are in $(previous_files)"
  resume_instances
  {
    printf '\nThe step "%s" failed; the reason is above. ' "$step_title"
    if [ -n "$was_running" ]; then printf 'What ran before keeps running.\n'; else printf 'What the steps before it did stays, and is not done twice.\n'; fi
    printf 'When the cause is removed, go on with:\n    %s\n' "$(again)"
  } >&2
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- checks: nothing is changed ---------------------------------------------------------------------------------------

refuse_unfinished_upgrade
if [ -n "$service_key" ] && [ -z "$installing" ] && [ -f "$dir/docker-compose.yml" ] && [ -n "$(env_get LITELLM_MASTER_KEY)" ] && gateway_answers; then
  need_root
  need curl jq openssl
  effects=1
  lock_installation
  run_step make-service-key
  exit 0
fi

run_step check-system
run_step choose-image
run_step check-environment

# --- effects begin here -----------------------------------------------------------------------------------------------

effects=1
lock_installation
[ -z "$install_deps" ] || run_step install-dependencies
keep_previous
run_step make-directories
run_step install-files
run_step prepare-environment
[ -z "$observability" ] || run_step prepare-observability
run_step verify-signature
run_step pull-images
run_step start-services
run_step wait-until-ready
forget_previous
run_step record-release
[ -z "$observability" ] || run_step make-metrics-key
run_step install-timers
[ -z "$enable_ufw" ] || run_step enable-firewall
[ -z "$service_key" ] || run_step make-service-key
run_step verify-installation
run_step say-what-next
