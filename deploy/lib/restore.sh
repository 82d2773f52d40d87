# The steps of restore.sh, whose table of contents is there. Sourced by it.
# shellcheck shell=bash disable=SC2034,SC2154 # of restore.sh and the files it sources

list_all() {
  local name folder databases
  folder=$(backup_folder)
  say "Backups in $folder:"
  [ -n "$(list_backups "$folder")" ] || note "none"
  while IFS= read -r name; do
    [ -n "$name" ] || continue
    note "$(printf '%-62s %8s%s' "$name" "$(numfmt --to=iec "$(stat --format=%s "$folder/$name")")" "$([ -f "$folder/$name.sha256" ] || echo '  (its .sha256 is missing)')")"
  done < <(list_backups "$folder")
  if have docker && postgres_answers; then
    databases=$(our_databases 'before|restore|failed')
    [ -z "$databases" ] || say "Databases put aside (restore.sh --drop-previous deletes them):"
    while IFS= read -r name; do [ -z "$name" ] || note "$name $(numfmt --to=iec "$(database_size "$name")")"; done <<<"$databases"
  fi
}

drop_put_aside() {
  local name names
  need_postgres
  mapfile -t names < <(our_databases 'before|restore|failed')
  [ ${#names[@]} -gt 0 ] || { say "no database has been put aside" && return; }
  for name in "${names[@]}"; do note "$name $(numfmt --to=iec "$(database_size "$name")")"; done
  [ -z "$dry_run" ] || { note "would delete these databases" && return; }
  confirm "Delete these databases for good?" || die "nothing was deleted"
  for name in "${names[@]}"; do drop_database "$name" && note "deleted $name"; done
}

find_file() {
  local folder
  [ -n "$file" ] || die "which backup? restore.sh FILE, or --list"
  folder=$(backup_folder)
  if [ "$file" = latest ]; then
    file=$(list_backups "$folder" | tail --lines=1)
    [ -n "$file" ] || die "there is no backup in $folder"
    file=$folder/$file
  elif [[ $file != */* ]] && [ ! -e "$file" ]; then
    file=$folder/$file
  fi
  [ -f "$file" ] || die "there is no file $file; restore.sh --list shows the backups in $folder"
}

# of_backup FILTER: from its manifest.
of_backup() { jq --raw-output "$1" "$work/manifest.json"; }

read_backup() {
  check_checksum "$file"
  read_archive "$file" "$work" "$identity"
  say "$file"
  note "of $(of_backup .created) from $(of_backup .host), kit $(of_backup .kit), $(of_backup .image), PostgreSQL $(of_backup .postgres)"
  note "$(of_backup '[.rows[]] | "\(add) rows in \(length) tables"'), $(of_backup '.rows["LiteLLM_VerificationToken"] // 0') virtual keys, $(of_backup '.rows["LiteLLM_SpendLogs"] // 0') spend log rows"
  note "its checksums are right and the dump can be read"
}

check_versions() {
  local have_major theirs ours
  have_major=$(postgres_major)
  [ "$(of_backup .postgres)" -le "$have_major" ] ||
    die "the backup is of PostgreSQL $(of_backup .postgres) and cannot be read by the $have_major that runs here. Set POSTGRES_IMAGE in $dir/.env to that version (with an empty data/postgres), and run this again. Nothing was changed."
  theirs=$(image_version "$(of_backup .image)") ours=$(image_version "${image:-$(env_get LITELLM_IMAGE)}")
  if [ -n "$theirs" ] && [ -n "$ours" ] && version_below "$ours" "$theirs"; then
    die "the backup is of LiteLLM $theirs, and $ours runs here, which does not know tables that newer ones have. Run upgrade.sh --litellm-image $(of_backup .image) first. Nothing was changed."
  fi
}

# Without a salt LiteLLM encrypts with the master key.
salt_of() {
  local salt
  salt=$(env_get LITELLM_SALT_KEY "$1")
  printf '%s' "${salt:-$(env_get LITELLM_MASTER_KEY "$1")}"
}
check_salt() {
  [ -f "$work/files/.env" ] || die "the backup has no .env, and with it no LITELLM_SALT_KEY; it was not made by this kit. Nothing was changed."
  [ "$(salt_of "$work/files/.env")" != "$(salt_of "$dir/.env")" ] || return 0
  [ -z "$with_env" ] || return 0
  die "LITELLM_SALT_KEY of the backup is another one than that in $dir/.env. The provider keys and credentials in the backup were encrypted with the backup's: with the present salt LiteLLM cannot decrypt them, and every model that uses one fails. Run it again with --with-env to take the backup's secrets as well (the present .env is kept beside it). Nothing was changed."
}

say_of_salt() {
  [ "$(salt_of "$work/files/.env")" = "$(salt_of "$dir/.env")" ] || warn "its LITELLM_SALT_KEY is not the one of $dir/.env: restoring it here takes --with-env"
}

check_room() {
  local size wal needed free most=$((2 * 1024 * 1024 * 1024))
  size=$(of_backup .database_bytes)
  # PostgreSQL writes what is restored into its log as well, which may grow to twice its max_wal_size (1 GB).
  wal=$((2 * size < most ? 2 * size : most))
  needed=$((size + wal + 64 * 1024 * 1024))
  free=$(df --output=avail --block-size=1 "$dir/data/postgres" 2>/dev/null | tail --lines=1)
  [ -z "$free" ] || [ "$free" -ge "$needed" ] ||
    die "not enough room for a second database in $dir/data/postgres: $(numfmt --to=iec "$free") free, $(numfmt --to=iec "$needed") needed. 'restore.sh --drop-previous' deletes databases put aside. Nothing was changed."
}

say_plan() {
  note "would restore it into $scratch and compare the rows"
  [ -n "$no_backup" ] || note "would back up the present state"
  note "would stop the gateway, rename $database to $before and $scratch to $database, start it and try it"
}
ask() {
  say "This replaces the database '$database' of the gateway in $dir. It is away for about a minute."
  confirm "Go on?" || die "nothing was changed"
}

fill_scratch() {
  say "    restoring into the scratch database $scratch"
  sql postgres <<<"create database \"$scratch\" template template0 encoding 'UTF8'"
  scratch_made=1
  rm --recursive --force "$work/again"
  mkdir "$work/again"
  read_archive "$file" "$work/again" "$identity" in_postgres pg_restore --username "$database_user" --dbname "$scratch" --no-owner --no-privileges --exit-on-error
  compare_counts
}
compare_counts() {
  row_counts "$scratch" >"$work/found"
  of_backup '.rows | to_entries[] | "\(.key)\t\(.value)"' >"$work/expected"
  diff <(LC_ALL=C sort "$work/expected") <(LC_ALL=C sort "$work/found") >"$work/difference" ||
    die "the restored tables do not have the rows that were backed up (< expected, > found): $(grep '^[<>]' "$work/difference" | head --lines=6 | tr '\n\t' '; '). The database in use was not changed."
  note "$(wc --lines <"$work/found") tables, each with as many rows as were backed up"
}

back_up_present_state() {
  [ -z "$no_backup" ] && database_exists "$database" || return 0
  step "Backing up the present state"
  if [ -n "$(row_counts "$database")" ]; then
    "$kit/deploy/backup.sh" --litellm-dir "$dir" --label before-restore --spare "$file" </dev/null || die "the present state could not be backed up; nothing was changed. --no-backup does without"
  else
    note "the database is empty: there is nothing to back up"
  fi
}

# The names that say who this server is stay; those that belong to the data come along.
env_of_data=(LITELLM_SALT_KEY LITELLM_MASTER_KEY UI_USERNAME UI_PASSWORD OPENAI_API_KEY OPENAI_API_KEY_2 ANTHROPIC_API_KEY
  DEEPSEEK_API_KEY GEMINI_API_KEY AZURE_API_KEY AZURE_API_BASE AZURE_API_VERSION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION_NAME)
take_files() {
  local name taken=()
  [ -n "$with_env$with_config$image" ] || return 0
  install --directory --mode=700 "$aside"
  cp --archive "$dir/.env" "$dir/config" "$aside/"
  [ ! -f "$dir/service-key.txt" ] || cp --archive "$dir/service-key.txt" "$aside/"
  if [ -n "$with_env" ]; then
    for name in "${env_of_data[@]}"; do
      [ -n "$(env_get "$name" "$work/files/.env")" ] || continue
      [ "$(env_get "$name" "$work/files/.env")" != "$(env_get "$name")" ] || continue
      env_get "$name" "$work/files/.env" | env_set "$name"
      taken+=("$name")
    done
    [ ! -f "$work/files/service-key.txt" ] || write_file 600 "$dir/service-key.txt" <"$work/files/service-key.txt"
    [ ! -f "$dir/data/kit/salt.fingerprint" ] || salt_fingerprint | write_file 600 "$dir/data/kit/salt.fingerprint"
    note "taken from the backup's .env: ${taken[*]:-nothing, they are the same}"
  fi
  if [ -n "$image" ]; then printf '%s' "$image" | env_set LITELLM_IMAGE; fi
  if [ -n "$with_config" ] && [ -d "$work/files/config" ]; then
    (cd "$work/files/config" && find . -type f -print0) | while IFS= read -r -d '' name; do
      write_file 644 "$dir/config/$name" <"$work/files/config/$name"
    done
    # The gateway reads it as a user of its own.
    find "$dir/config" -type d -exec chmod 755 {} +
    note "config/ taken from the backup"
  fi
  if [ -n "$with_env$with_config" ]; then note "the former files are in $aside"; fi
}
put_files_back() {
  [ -d "$aside" ] || return 0
  cp --archive "$aside/.env" "$dir/.env"
  cp --archive "$aside/config/." "$dir/config/"
  if [ -f "$aside/service-key.txt" ]; then cp --archive "$aside/service-key.txt" "$dir/"; else rm --force "$dir/service-key.txt"; fi
  [ ! -f "$dir/data/kit/salt.fingerprint" ] || salt_fingerprint | write_file 600 "$dir/data/kit/salt.fingerprint"
  rm --recursive --force "$aside"
}

begin() {
  time=$(time_for_name)
  scratch=litellm_restore_${time,,} before=litellm_before_${time,,} aside=$dir/data/kit/before-restore-$time
  metrics_key=$dir/observability/prometheus/metrics-key
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  work=$(private_folder)
}
# What has happened so far, for finish to undo: stopped, swapped.
stopped='' swapped='' scratch_made='' work=''
finish() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [ "$status" != 0 ]; then undo || printf 'restore.sh: going back did not work; the database before the restore is %s, and it is still there. Look at docker compose logs in %s.\n' "$before" "$dir" >&2; fi
  [ -z "$scratch_made" ] || drop_database "$scratch" >/dev/null 2>&1 || true
  [ -z "$work" ] || rm --recursive --force "$work"
  exit "$status"
}
undo() {
  [ -n "$stopped" ] || return 0
  say "" >&2
  say "==> going back to the state before" >&2
  stop_gateway
  # In this place the shell does not stop at a failure by itself.
  if [ "$swapped" = exchanged ]; then
    exchange_databases "$before" "$scratch" || return 1
    scratch_made=1
  elif [ "$swapped" = new ]; then
    rename_database "$database" "$scratch" || return 1
    scratch_made=1
  fi
  put_files_back || return 1
  [ ! -e "$work/metrics-key" ] || cp --archive "$work/metrics-key" "$metrics_key" || return 1
  forget_cache
  [ -z "$was_running" ] || start_gateway || return 1
  say "The restore was undone: the database and the files are the ones from before." >&2
  [ -z "$was_running" ] || wait_until_ready "$wait_for_former" || say "The gateway is not ready yet; look at 'docker compose logs litellm' in $dir." >&2
}

swap() {
  step "Changing databases"
  was_running=$(compose ps --services </dev/null 2>/dev/null | grep --max-count=1 '^litellm' || true)
  [ ! -e "$metrics_key" ] || cp --archive "$metrics_key" "$work/metrics-key"
  stopped=1
  stop_gateway
  if database_exists "$database"; then
    exchange_databases "$scratch" "$before"
    swapped=exchanged
  else
    rename_database "$scratch" "$database"
    swapped=new
  fi
  scratch_made=
  take_files
  forget_cache
}
start_with_it() {
  step "Starting the gateway"
  start_gateway
  verify_gateway "$wait" || die "the gateway does not work with the restored database"
  stopped=
}
say_what_became() {
  # rollback.sh, which asks for an image as well, writes the history itself.
  if [ -n "$image" ] && [ -n "${kit_lock:-}" ]; then record_release "$image" ''; fi
  # The history has the image; files that were not replaced need no copy.
  [ -n "$with_env$with_config" ] || rm --recursive --force "$aside"
  say ""
  say "Restored: $file"
  if [ "$swapped" = exchanged ]; then note "the database before it is kept as $before; when all is well: restore.sh --drop-previous"; fi
  # A key that was made after the backup, or by another gateway, is not in this database.
  if [ -s "$(service_key_file)" ] && [[ $(key_state "$(service_key_file)") == refused* ]]; then
    warn "the key of WordPress in $(service_key_file) is not one of this database: rotate-service-key.sh --now makes a new one"
  fi
}
