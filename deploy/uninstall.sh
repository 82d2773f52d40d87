#!/usr/bin/env bash
# Stops the gateway and takes its containers, networks, timers and nginx's site away. Data, settings and backups stay.
#
#   uninstall.sh [--yes] [--dry-run] [--litellm-dir DIR]
#   uninstall.sh --delete-data[=DIR] [--no-backup] [--yes] [--dry-run] [--litellm-dir DIR]
#
#   --delete-data       also deletes the installation: database, .env with the salt, configuration. Asks for its path.
#   --delete-data=DIR   says that path beforehand; with --yes this is the only form that deletes
#   --no-backup         takes no last backup before deleting
#
# What this never touches: the backups, Docker and its images, WordPress, certificates, other sites of nginx, and the
# gateway's own where it was changed by hand.
# Afterwards deploy-full.sh brings a gateway with its data back, and nginx/render.sh --install its site.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"

delete_data='' no_backup=''
read_options 'delete-data? no-backup dry-run' "$@"
delete=$delete_data spelled=${delete_data#1}
need_root
need docker
need_installation
refuse_unfinished_upgrade

# refuse_suspicious_folder: what is deleted must be an installation and nothing else.
refuse_suspicious_folder() {
  local real each
  [ ! -L "${dir%/}" ] || die "$dir is a symbolic link, to $(readlink --canonicalize "$dir"). Name the folder itself with --litellm-dir. Nothing was changed."
  real=$(readlink --canonicalize "$dir")
  for each in / /opt /home /root /usr /usr/local /etc /var /var/lib /srv /mnt /media /tmp "${HOME:-/root}" "${SUDO_USER:+$(getent passwd "$SUDO_USER" | cut --delimiter=: --fields=6)}" "$PWD" "$root" "$root/opt"; do
    [ -z "$each" ] || [ "$real" != "$(readlink --canonicalize "$each" 2>/dev/null)" ] ||
      die "'$real' is not deleted: it is a folder of the system, your home or the one you stand in. Nothing was changed."
  done
  [[ $real == /*/* ]] || die "'$real' is directly below /: it is not deleted. Nothing was changed."
  { grep --quiet '^name: litellm-server' "$dir/docker-compose.yml" && [ -d "$dir/config" ]; } ||
    die "'$real' does not look like an installation of this kit (docker-compose.yml with 'name: litellm-server', config/). Nothing was changed."
  case $(readlink --canonicalize-missing "$(backup_folder)")/ in
    "$real"/*) die "the backups are in $(backup_folder), inside what would be deleted. Move them away and set BACKUP_DIR. Nothing was changed." ;;
  esac
}
# Asked twice: once whether, once for the path.
ask_for_path() {
  local answer
  if [ -n "$spelled" ]; then
    [ "${spelled%/}" = "${dir%/}" ] || die "--delete-data=$spelled is not the installation, which is $dir. Nothing was changed."
  elif [ -n "$assume_yes" ]; then
    die "--yes is not enough to delete data: spell the folder, --delete-data=$dir. Nothing was changed."
  fi
  [ -z "$dry_run" ] || return 0
  confirm "Delete the gateway in $dir with its database, salt and settings$([ ! -f "$dir/offsite.env" ] || printf ', and offsite.env, which is in no backup and without which copies elsewhere may not be had back,') for good?" || die "nothing was changed"
  [ -z "$spelled" ] || return 0
  read -r -p "Type the path of the folder to delete: " answer
  [ "${answer%/}" = "${dir%/}" ] || die "'$answer' is not $dir; nothing was changed"
}

remove_timers() {
  local unit units=$root/etc/systemd/system found=()
  for unit in "$kit"/deploy/systemd/*.timer "$kit"/deploy/systemd/*.service; do
    [ ! -f "$units/${unit##*/}" ] || found+=("${unit##*/}")
  done
  [ ${#found[@]} -gt 0 ] || { note "there are no timers" && return; }
  if systemd_runs; then
    for unit in "${found[@]}"; do [[ $unit != *.timer ]] || run systemctl disable --now "$unit" || true; done
  fi
  # And when each timer last ran, which systemd remembers.
  for unit in "${found[@]}"; do run rm --force "$units/$unit" "$root/var/lib/systemd/timers/stamp-$unit"; done
  ! systemd_runs || run systemctl daemon-reload || true
}

if [ -n "$delete" ]; then
  refuse_suspicious_folder
  ask_for_path
else
  [ -n "$dry_run" ] || confirm "Stop the gateway in $dir and remove its containers? Data and settings stay." || die "nothing was changed"
fi
lock_installation

if [ -n "$delete" ] && [ -z "$no_backup" ]; then
  step "Taking a last backup"
  if [ -n "$dry_run" ]; then
    note "would back up to $(backup_folder)"
  else
    "$kit/deploy/backup.sh" --litellm-dir "$dir" --label before-uninstall </dev/null ||
      die "the last backup failed, so nothing was deleted. Start the database (docker compose up -d postgres) and try again, or --no-backup"
  fi
fi
step "Removing timers"
remove_timers
step "Removing containers and networks"
if [ -n "$dry_run" ]; then
  note "would run: docker compose down --remove-orphans"
else
  compose down --remove-orphans </dev/null || die "the containers could not be removed; nothing was deleted. Is Docker running?"
  # Networks of a file that COMPOSE_FILE no longer names, such as that of the dashboards.
  mapfile -t networks < <(docker network ls --quiet --filter label=com.docker.compose.project=litellm-server </dev/null)
  [ ${#networks[@]} = 0 ] || docker network rm "${networks[@]}" </dev/null >/dev/null || warn "not all networks could be removed: 'docker network ls' shows them"
fi
step "Removing the site of nginx"
"$kit/nginx/render.sh" --remove ${dry_run:+--dry-run} </dev/null || warn "nginx still has the site of the gateway; $kit/nginx/render.sh --remove takes it away"

if [ -z "$delete" ]; then
  say ""
  say "The gateway is stopped and its containers are removed. What is kept:"
  note "$dir/data          the database and the other data"
  note "$dir/.env          settings and secrets; without LITELLM_SALT_KEY in it provider keys in the database cannot be read"
  note "$dir/config        the configuration; with a site.conf in it, nginx/render.sh --install brings nginx's site back"
  note "$(backup_folder)   backups"
  note "The images of Docker: 'docker image ls' shows them."
  exit 0
fi
step "Deleting $dir"
if [ -n "$dry_run" ]; then
  note "would delete $dir"
  exit 0
fi
# rm does not follow symbolic links, and stays on this file system: what is mounted below is not ours to delete.
rm --recursive --force --one-file-system -- "${dir%/}"
say "Deleted: $dir. The backups are in $(backup_folder); an encrypted one needs the private key that is elsewhere."
