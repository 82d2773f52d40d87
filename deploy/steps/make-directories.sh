# The folders of the installation. Those that containers write to belong to the users in the containers.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

# make_directory MODE OWNER PATH: an existing one keeps its mode and owner, unless it is empty.
make_directory() {
  local mode=$1 owner=$2 path=$dir/$3
  if [ -d "$path" ] && [ -n "$(ls --almost-all "$path")" ]; then return 0; fi
  [ ! -d "$path" ] || [ "$(stat --format %a "$path") $(stat --format %u:%g "$path")" != "$mode $owner" ] || return 0
  if [ -n "$dry_run" ]; then
    note "would make: $path (mode $mode, owner $owner)"
    return 0
  fi
  mkdir --parents "$path"
  chmod "$mode" "$path"
  if ! chown "$owner" "$path" 2>/dev/null; then
    [ "$(id --user)" != 0 ] || die "$path cannot be given to user $owner, as which the container runs. Is it on a network disk or another file system without owners? Put --litellm-dir on a local disk"
    warn "not root: $path stays with $(id --user --name), though its container runs as $owner"
  fi
}

own=$(id --user):$(id --group)
[ -n "$dry_run" ] || { mkdir --parents "$dir" && chmod 755 "$dir"; }
make_directory 755 "$own" config
make_directory 750 "$own" logs
make_directory 755 "$own" data
make_directory 700 "$own" data/kit
# node-exporter reads it as nobody.
make_directory 755 "$own" data/textfile
# The users that the services run as, see `user:` in the compose files.
make_directory 700 999:999 data/postgres
make_directory 700 999:999 data/redis
if [ -n "$observability" ]; then
  make_directory 755 "$own" observability
  make_directory 700 65534:65534 data/prometheus
  make_directory 700 65534:65534 data/alertmanager
  make_directory 700 472:472 data/grafana
fi
