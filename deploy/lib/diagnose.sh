# The steps of diagnose.sh, whose table of contents is there. Sourced by it.
# shellcheck shell=bash disable=SC2034,SC2154 # of diagnose.sh and the files it sources

# try COMMAND…: its output under its name; a failure is shown and does not end the section.
try() {
  printf '\n$ %s\n' "$*"
  "$@" </dev/null 2>&1 || printf '(failed: %s)\n' "$?"
}
# query TITLE <STATEMENT: what the database says.
query() {
  printf '\n%s\n' "$1"
  in_postgres psql --username "$database_user" --dbname "$database" --no-psqlrc --set ON_ERROR_STOP=1 2>&1 || printf '(failed: %s)\n' "$?"
}

sections=(versions settings configuration files containers compose system network nginx gateway database redis backups timers)
# Beside these, log-<service> for each service.

section_versions() {
  printf 'kit that runs this: %s\nkit installed: %s\n' "$(kit_version)" "$(head --lines=1 "$dir/kit/deploy/VERSION" 2>/dev/null || echo -)"
  printf '\nwhat ran here\n' && cat "$dir/data/kit/releases.tsv" 2>/dev/null || echo '(no history)'
  printf '\ntags when they were first pulled\n' && cat "$dir/data/kit/digests.tsv" 2>/dev/null || echo '(not recorded)'
  try uname --all
  try grep PRETTY_NAME /etc/os-release
  try docker version
  try docker compose version
  local image
  printf '\nimages\n'
  while IFS= read -r image; do
    printf '%s  %s\n' "$image" "$(docker image inspect --format '{{.Id}} {{join .RepoDigests " "}}' "$image" 2>&1 </dev/null)"
  done < <(sed --quiet 's/^[A-Z_]*_IMAGE=//p' "$dir/.env")
}
# Names only, and for what is no secret the value.
section_settings() {
  local name value
  while IFS= read -r name; do
    value=$(env_get "$name")
    if [ -z "$value" ]; then
      printf '%-28s empty\n' "$name"
    elif is_harmless "$name"; then
      printf '%-28s %s\n' "$name" "$value"
    else
      printf '%-28s set, %s characters%s\n' "$name" "${#value}" "$([[ $value =~ ^[A-Za-z0-9._~-]+$ ]] || echo ', with special ones')"
    fi
  done < <(env_names "$dir/.env")
}
is_harmless() {
  case $1 in
    *_IMAGE | *_PORT | *_CPUS | *_MEMORY | *_WORKERS | *_MAXMEMORY | COMPOSE_FILE | LITELLM_CONFIG | PROXY_BASE_URL | SPEND_LOG_RETENTION | \
      BACKUP_DIR | BACKUP_KEEP | OFFSITE_KEEP | OFFSITE_PLAIN | AZURE_API_VERSION | AWS_REGION_NAME) return 0 ;;
    *) return 1 ;;
  esac
}
section_configuration() {
  local file
  for file in "$dir"/config/*.yaml "$dir/docker-compose.override.yml"; do
    [ ! -f "$file" ] || try cat "$file"
  done
  # Which of the kit's files were changed here: the name is what matters.
  printf '\nfiles that are not as they were installed\n'
  (cd "$dir" && sha256sum --check --quiet data/kit/installed.sha256 2>&1) || true
}
section_files() {
  try find "$dir" -maxdepth 3 -not -path '*/data/postgres/*' -not -path '*/kit/*' -printf '%M %u:%g %10s %TY-%Tm-%Td %TH:%TM  %p\n'
}
section_containers() {
  try compose ps --all
  try compose top
  try docker stats --no-stream
  try docker system df
}
section_compose() {
  echo 'with the names of variables instead of their values'
  try compose config --no-interpolate
}
section_system() {
  try uptime
  try free --mebi
  try df --human-readable
  try df --inodes
  try du --summarize --human-readable "$dir"/data/*
  try nproc
  try timedatectl
  try ps -eo pid,user,pcpu,pmem,rss,etime,comm --sort=-pmem
  printf '\nkilled for want of memory\n'
  { journalctl --dmesg --since '-7 days' --no-pager 2>/dev/null || dmesg 2>/dev/null || true; } | grep --ignore-case --extended-regexp 'killed process|out of memory' | tail --lines=20 || echo none
}
section_network() {
  try ss --tcp --listening --numeric --processes
  try ip -brief address
  try docker network ls
  try ufw status verbose
  printf '\nproxies of this shell: %s\n' "$(env | grep --ignore-case --extended-regexp '^(http|https|no)_proxy=' | cut --delimiter== --fields=1 | tr '\n' ' ')"
}
section_nginx() {
  try nginx -v
  try nginx -t
  try "$kit/deploy/check-certificates.sh" --litellm-dir "$dir" --no-metrics
  printf '\nlast errors\n'
  tail --lines=50 "$root/var/log/nginx/error.log" 2>&1 || true
}
section_gateway() {
  local path
  for path in /health/liveliness /health/readiness; do
    printf '\n%s\n%s\n' "$path" "$(api_timeout=8 api GET "$path" - </dev/null 2>&1)"
  done
  printf '\n/health/readiness/details\n%s\n' "$(api_timeout=8 api GET /health/readiness/details LITELLM_MASTER_KEY </dev/null 2>&1)"
  printf '\nmodels\n%s\n' "$(api_timeout=8 api GET /v1/models LITELLM_MASTER_KEY </dev/null 2>&1 | jq --raw-output '.data[]?.id' 2>/dev/null)"
}
section_database() {
  query 'version and size' <<<"select version(), pg_size_pretty(pg_database_size(current_database())) as size, pg_postmaster_start_time() as started"
  query 'databases' <<<"select datname, pg_size_pretty(pg_database_size(datname)) as size from pg_database order by 1"
  query 'largest tables' <<<"select relname, pg_size_pretty(pg_total_relation_size(relid)) as size, n_live_tup as rows, n_dead_tup as dead, last_autovacuum from pg_stat_user_tables order by pg_total_relation_size(relid) desc limit 15"
  query 'connections' <<<"select datname, state, wait_event_type, count(*) from pg_stat_activity group by 1, 2, 3 order by 4 desc"
  query 'longest running' <<<"select pid, state, now() - query_start as since, left(query, 120) as query from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid() order by query_start limit 10"
  query 'locks waited for' <<<"select pid, pg_blocking_pids(pid) as blocked_by, left(query, 120) as query from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0"
  query 'migrations: number, unfinished, last' <<<"select count(*), count(*) filter (where finished_at is null and rolled_back_at is null) as unfinished, max(migration_name) as last from _prisma_migrations"
}
section_redis() {
  try compose exec -T redis redis-cli info
  try compose exec -T redis redis-cli dbsize
}
section_backups() {
  try "$kit/deploy/restore.sh" --list --litellm-dir "$dir"
  try cat "$dir"/data/textfile/*.prom
  try df --human-readable "$(backup_folder)"
}
section_timers() {
  try systemctl list-timers --all --no-pager 'litellm-*'
  try systemctl status --no-pager --lines=30 litellm-backup.service litellm-offsite.service litellm-offsite-check.service litellm-certificates.service
}

# one_section NAME: in a process of its own, which can be stopped.
one_section() {
  case $1 in
    log-*) compose logs --no-color --timestamps --tail "$lines" "${1#log-}" </dev/null 2>&1 | plain ;;
    *) "section_$1" 2>&1 ;;
  esac
}

begin() {
  work=$(private_folder)
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  name=litellm-diagnosis-$(time_for_name)
  mkdir "$work/raw" "$work/$name"
}
work='' result='' # until it is known to be clean
finish() {
  local status=$?
  [ -z "$work" ] || rm --recursive --force "$work"
  [ -z "$result" ] || rm --force "$result"
  exit "$status"
}

# Everything that must not be in the file, one a line.
secrets_of_files() {
  local each
  while IFS= read -r each; do
    is_harmless "$each" || [ "$each" = UI_USERNAME ] || { env_get "$each" && echo; }
  done < <(env_names "$dir/.env")
  # Those for the other side of offsite.sh.
  [ ! -f "$dir/offsite.env" ] || while IFS= read -r each; do env_get "$each" "$dir/offsite.env" && echo; done < <(env_names "$dir/offsite.env")
  # Key files hold one secret each, or lines in which it stands in quotes.
  for each in "$dir/service-key.txt" "$dir"/service-key*.txt "$dir/observability/prometheus/metrics-key"; do
    [ -f "$each" ] || continue
    grep --only-matching --extended-regexp '[A-Za-z0-9_-]{12,}' "$each" || true
  done
}
list_secrets() { secrets_of_files | LC_ALL=C sort --unique | grep --extended-regexp '.{6,}' >"$work/secrets" || true; }

services() { { (cd "$dir" && timeout "$limit" docker compose config --services) </dev/null 2>/dev/null || printf 'litellm\npostgres\nredis\n'; }; }
collect() {
  local part status logs
  mapfile -t logs < <(services | sed 's/^/log-/')
  say "Collecting (each part up to $limit s)"
  for part in "${sections[@]}" "${logs[@]}"; do
    printf '    %s' "$part"
    status=0
    LITELLM_DIR=$dir timeout --kill-after=3 "$limit" bash "$0" --section "$part" --lines "$lines" --litellm-dir "$dir" </dev/null >"$work/raw/$part.txt" 2>&1 || status=$?
    case $status in
      0) echo ;;
      124 | 137)
        printf '\n(stopped after %s s)\n' "$limit" >>"$work/raw/$part.txt"
        echo ' (took too long)'
        ;;
      *)
        printf '\n(failed: %s)\n' "$status" >>"$work/raw/$part.txt"
        echo ' (failed; the file says why)'
        ;;
    esac
    # The end of a text is what matters when it is large.
    tail --bytes=4000000 "$work/raw/$part.txt" >"$work/raw/part"
    perl "$kit/deploy/lib/redact.pl" 3<"$work/secrets" <"$work/raw/part" >"$work/$name/$part.txt" || die "secrets could not be removed from '$part'; no file was made"
    rm "$work/raw/part" "$work/raw/$part.txt"
  done
}

# --- The search for what was overlooked: other tools, other code --------------------------------------------------------

# Each secret as it is, encoded, and its halves.
needles() {
  local secret
  while IFS= read -r secret; do
    printf '%s\n' "$secret"
    jq --null-input --raw-output --rawfile text <(printf '%s' "$secret") '$text | @uri, (tojson | .[1:-1]), (@base64 | rtrimstr("=") | rtrimstr("="))' 2>/dev/null || true
    if [ ${#secret} -ge 24 ]; then printf '%s\n%s\n' "${secret:0:$((${#secret} / 2))}" "${secret:$((${#secret} / 2))}"; fi
  done <"$work/secrets" | LC_ALL=C sort --unique
}
search_again() {
  local text found=''
  needles >"$work/needles"
  for text in "$work/$name"/*.txt; do
    # Once as it is, once without line ends and what stands at the beginning of log lines.
    sed --regexp-extended 's/^[A-Za-z0-9_.-]+ *\| ?([0-9]{4}-[0-9T:.-]+Z? )?//' "$text" | tr --delete '\r\n' >"$work/raw/joined"
    if grep --quiet --fixed-strings --file="$work/needles" "$text" "$work/raw/joined" ||
      grep --quiet --extended-regexp '(^|[^A-Za-z])sk-[A-Za-z0-9_-]{12,}|AGE-SECRET-KEY-1[A-Z0-9]{8}|BEGIN [A-Z ]*PRIVATE KEY|(AKIA|ASIA)[A-Z0-9]{16}|[a-z]://[^ :@/]*:[^][ @]+@' "$text"; then
      found+=" ${text##*/}"
    fi
  done
  [ -z "$found" ] || die "a secret is still in:$found. The file was not kept. Please report this, with the kind of text that is there; not the text"
}

pack() {
  cat >"$work/$name/README.txt" <<TEXT
Made by diagnose.sh $(kit_version) of the deployment kit, $(date --utc +%Y-%m-%dT%H:%M:%SZ).
Secrets, what looks like one, and e-mail addresses were replaced by [removed].
TEXT
  result=$to/$name.tar.gz
  tar --create --gzip --owner=0 --group=0 --numeric-owner --directory="$work" --file="$result" "$name" || die "$result could not be written"
  chmod 600 "$result"
  say "$result"
  note "$(numfmt --to=iec-i --suffix=B "$(stat --format=%s "$result")"), without the values of $(wc --lines <"$work/secrets") secrets. Names of models, teams, keys and hosts are in it: read it before you send it (tar -xzf)."
  result=
}
