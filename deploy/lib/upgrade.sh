# The steps of upgrade.sh, whose table of contents is there. Sourced by it.
# shellcheck shell=bash disable=SC2034,SC2154 # of upgrade.sh and the files it sources

# An earlier run that was cut off: back to the state before it, and no further.
finish_going_back() {
  warn "an earlier upgrade from $(cat "$safe/image") was cut off in the middle"
  [ -z "$dry_run" ] || { note "would go back to it" && return; }
  confirm "Go back to the state before it now?" || die "nothing was changed; the gateway may be in any state"
  go_back || die "going back did not work; what is needed for it is in $safe. Remove the cause and run this again. Where it cannot be removed:
    $(giving_up)"
  say "Now the upgrade can be tried again."
}

choose_image() {
  local from to
  refuse_bad_image "$litellm_image"
  from=$(image_version "$former_image") to=$(image_version "$litellm_image")
  if [ -z "$from" ] || [ -z "$to" ]; then
    [ "$former_image" = "$litellm_image" ] || warn "which of $former_image and $litellm_image is newer cannot be told from their names; an older LiteLLM damages the tables of a newer one"
    [ -n "$dry_run" ] || [ "$former_image" = "$litellm_image" ] || confirm "Is $litellm_image the newer one?" || die "nothing was changed"
  elif version_below "$to" "$from"; then
    die "$litellm_image is older than $from, which runs here: this script does not go back. 'rollback.sh' does, with the backup that fits. Nothing was changed."
  fi
  if [ "$former_image" = "$litellm_image" ] && [ "$(kit_version)" = "$(head --lines=1 "$dir/kit/deploy/VERSION" 2>/dev/null || kit_version)" ]; then
    say "$litellm_image and the kit $(kit_version) are what runs here already: there is nothing to upgrade."
    exit 0
  fi
  warn_old_image "$litellm_image" || die "nothing was changed"
  note "from $former_image to $litellm_image"
}

check_state() {
  local free size
  need_postgres
  database_exists "$database" || die "there is no database '$database': the gateway has not run here yet. Use deploy-full.sh"
  wait_until_ready 5 || [ -n "$force" ] ||
    die "the gateway is not ready now: whether the new one is as good could not be told. Find out why first (diagnose.sh, docker compose logs litellm), or --force. Nothing was changed."
  size=$(database_size "$database")
  free=$(df --output=avail --block-size=1 "$dir/data/postgres" | tail --lines=1)
  [ "$free" -ge $((size + size / 10 + 64 * 1024 * 1024)) ] ||
    die "not enough room for a copy of the database in $dir/data/postgres: it has $(numfmt --to=iec "$size"), and $(numfmt --to=iec "$free") are free. 'restore.sh --drop-previous' deletes databases put aside. Nothing was changed."
}

take_backup() {
  "$kit/deploy/backup.sh" --litellm-dir "$dir" --label before-upgrade </dev/null >"$safe.backup" || {
    rm --force "$safe.backup"
    die "without a backup there is no upgrade. Nothing was changed."
  }
  cat "$safe.backup"
  backup=$(head --lines=1 "$safe.backup")
  rm --force "$safe.backup"
}
say_plan() {
  note "would take a backup to $(backup_folder), pull $litellm_image and check its signature"
  note "would stop the gateway and copy $database to $copy"
  note "would install the files of kit $(kit_version), set LITELLM_IMAGE and start the gateway"
  note "would wait up to $wait s until it is ready, and make a real call; on failure everything back"
}
pull_image() {
  docker pull --quiet "$litellm_image" </dev/null >/dev/null ||
    die "$litellm_image could not be fetched. Does it exist, and is the registry reachable? Nothing was changed; the gateway still runs $former_image."
  note "$litellm_image $(repo_digest "$litellm_image")"
}

check_signature() {
  # shellcheck source=../steps/verify-signature.sh
  . "$kit/deploy/steps/verify-signature.sh"
}

# keep_former: after this, `go_back` can undo everything.
keep_former() {
  local name
  rm --recursive --force "$safe.new"
  install --directory --mode=700 "$safe.new/files"
  for name in "${kept_files[@]}"; do
    [ ! -e "$dir/$name" ] || (cd "$dir" && cp --archive --parents "$name" "$safe.new/files/")
  done
  applied_migrations "$database" >"$safe.new/migrations"
  printf '%s\n' "$copy" >"$safe.new/copy"
  printf '%s\n' "$former_image" >"$safe.new/image"
  printf '%s\n' "$kit" >"$safe.new/kit"
  printf '%s\n' "$backup" >"$safe.new/backup"
  printf '%s\n' "${kept_files[@]}" >"$safe.new/names"
  mv "$safe.new" "$safe"
  changed=1
}
copy_database() {
  stop_gateway
  disconnect "$database"
  sql postgres <<<"create database \"$copy\" template \"$database\" strategy file_copy"
  note "$database was copied to $copy"
}

# As deploy-full.sh does it.
install_kit() {
  local part
  observability='' demo=''
  ! with_observability || observability=1
  for part in make-directories install-files prepare-environment ${observability:+prepare-observability}; do
    # shellcheck disable=SC1090
    . "$kit/deploy/steps/$part.sh"
  done
  compose config --quiet </dev/null || die "Compose cannot read the new files; a change of yours in docker-compose.override.yml?"
}
start_new() {
  compose up --detach --remove-orphans </dev/null || die "the services did not start"
  check_digests new
  restart_observers || die "Prometheus, Alertmanager and Grafana could not be restarted with their new files"
}
verify_new() { verify_gateway "$wait" || die "the new gateway does not work as it should"; }
forget_former() {
  record_release "$litellm_image" "$backup"
  check_digests all
  changed=
  forget_safe
  drop_database "$copy"
}
# Where timers were installed, they are those of this kit; without them the gateway is upgraded all the same.
update_timers() {
  [ -e "$root/etc/systemd/system/litellm-backup.timer" ] || return 0
  # shellcheck source=../steps/install-timers.sh
  (. "$kit/deploy/steps/install-timers.sh") || warn "the timers could not be brought up to date; deploy-full.sh does it"
}

# forget_safe: at once. A half of it would be taken for an installation that had no more than that.
forget_safe() {
  rm --recursive --force "$safe.done"
  mv "$safe" "$safe.done" || return 1
  rm --recursive --force "$safe.done"
}

# put_back NAME: a file is there at every moment, also when this is cut off.
put_back() {
  local target=$dir/$1 kept=$safe/files/$1
  rm --recursive --force "$target.upgrade-aside" "$target.upgrade-back"
  # With its number: in a trap a bare `return` means what failed before it.
  [ -e "$kept" ] || { rm --recursive --force "$target" && return 0; }
  mkdir --parents "$(dirname "$target")" || return 1
  cp --archive "$kept" "$target.upgrade-back" || return 1
  [ ! -d "$target" ] || mv "$target" "$target.upgrade-aside" || return 1
  mv --no-target-directory "$target.upgrade-back" "$target" || return 1
  rm --recursive --force "$target.upgrade-aside"
}

# Only with $safe; says what it did.
go_back() {
  local name copy had_migrated='' names=("${kept_files[@]}")
  # Those of the kit that began the upgrade, which may be another one.
  [ ! -s "$safe/names" ] || mapfile -t names <"$safe/names"
  # What is not among the files is deleted below.
  [ -f "$safe/files/.env" ] || { say "$safe/files has no .env: it is no state to go back to" && return 1; }
  copy=$(cat "$safe/copy")
  say ""
  say "==> going back to $(cat "$safe/image")"
  # The files first: with those of the new kit Compose may not be able to do anything.
  for name in "${names[@]}"; do
    [ "$name" = kit ] || put_back "$name" || return 1
  done
  rm --force "$dir"/docker-compose*.yml.new "$dir"/config/*.new
  stop_gateway || return 1
  # A database that does not answer would look like one without the copy.
  compose up --detach --wait --wait-timeout 120 postgres </dev/null >&2 || return 1
  if database_exists "$copy"; then
    applied_migrations "$database" 2>/dev/null | cmp --silent - "$safe/migrations" || had_migrated=1
    if [ -n "$had_migrated" ]; then
      exchange_databases "$copy" "${copy/before/failed}" || return 1
      drop_database "${copy/before/failed}" || true
    else
      drop_database "$copy" || true
    fi
  fi
  forget_cache
  compose up --detach --remove-orphans </dev/null >&2 || return 1
  "$kit/nginx/render.sh" --resume </dev/null >/dev/null || warn "$kit/nginx/render.sh --resume lets nginx ask all instances again"
  restart_observers || say "Not all of Prometheus, Alertmanager and Grafana could be restarted; 'docker compose ps' in $dir shows which."
  if verify_gateway "$wait_for_former" --quick >&2; then
    say "The gateway runs $(cat "$safe/image") again, with the former files and settings, and answers."
  else
    say "The gateway was started with $(cat "$safe/image") and the former files, but it is not as it should be: see the lines with FAILED above."
  fi
  if [ -n "$had_migrated" ]; then
    say "The new version had migrated the database; the database is the one from before the upgrade again. What was written to the new version in between is gone."
  else
    say "The database had not been migrated and was left as it is."
  fi
  # Last, as this may run from there; a kit that came with the upgrade and is needed here stays.
  if [ -e "$safe/files/kit" ] || { [ -s "$safe/names" ] && [[ " ${names[*]} " == *' kit '* ]] && ! [ "$kit" -ef "$dir/kit" ]; }; then put_back kit || return 1; fi
  forget_safe
}

changed='' backup=''
finish() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [ "$status" != 0 ] && [ -n "$changed" ]; then
    {
      printf '\nThe upgrade failed at: %s\n' "$step_title"
      go_back || printf 'Going back did not work to the end. What is needed for it is in %s; remove the cause and run upgrade.sh again to go back. Where it cannot be removed:\n    %s\n' "$safe" "$(giving_up)"
      [ -z "$backup" ] || printf 'The backup from before: %s\n' "$backup"
    } >&2
  fi
  exit "$status"
}
