# The gateway's database, reached through the container of PostgreSQL, and the gateway's services. Sourced after common.sh.
# Statements go in on standard input, so that no name or value is ever part of a command line.
# shellcheck shell=bash disable=SC2034,SC2154 # read by those who source it; dir and kit are of common.sh

database=litellm
database_user=litellm

# in_postgres COMMAND…: in the container, with our standard input and output.
in_postgres() { compose exec -T postgres "$@"; }

# sql DATABASE <STATEMENTS: rows as text, fields separated by tabs. Fails at the first statement that fails.
sql() {
  in_postgres psql --username "$database_user" --dbname "$1" --no-psqlrc --quiet --tuples-only --no-align \
    --field-separator $'\t' --set ON_ERROR_STOP=1
}

postgres_answers() { (cd "$dir" && timeout 30 docker compose exec -T postgres pg_isready --quiet --username "$database_user") </dev/null >/dev/null 2>&1; }
need_postgres() {
  postgres_answers ||
    die "PostgreSQL does not answer in $dir. Look at 'docker compose ps' and 'docker compose logs postgres' there, start it with 'docker compose up --detach --wait postgres', and run this again. Where nothing has run yet, deploy-full.sh comes first."
}

database_exists() { [ "$(sql postgres <<<"select 1 from pg_database where datname = '$1'")" = 1 ]; }
database_size() { sql postgres <<<"select pg_database_size('$1')"; }
# The major version of the server, such as 15.
postgres_major() { sql postgres <<<"select current_setting('server_version_num')::int / 10000"; }
# our_databases PREFIX: the databases this kit has put aside, oldest first.
our_databases() { sql postgres <<<"select datname from pg_database where datname ~ '^litellm_($1)_[0-9]{8}t[0-9]{6}z\$' order by right(datname, 16), datname"; }

# One line a table, name and number of rows, in an order that does not depend on the locale.
count_rows_sql=$(
  cat <<'SQL'
select format('select %L || chr(9) || count(*) from %I.%I', relname, nspname, relname)
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'p') and not relispartition and nspname = 'public' order by relname collate "C" \gexec
SQL
)
row_counts() { sql "$1" <<<"$count_rows_sql"; }

# The migrations that a database has, one a line; nothing for a database that LiteLLM has not set up yet.
applied_migrations() {
  local there
  there=$(sql "$1" <<<"select to_regclass('public._prisma_migrations') is not null")
  [ "$there" = t ] || return 0
  sql "$1" <<<'select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null order by migration_name collate "C"'
}

# time_for_name: what the names of our files and databases end in.
time_for_name() { date --utc +%Y%m%dT%H%M%SZ; }

# disconnect DATABASE…: nobody may be connected to a database that is renamed, copied or dropped.
disconnect() {
  local name list=
  for name in "$@"; do list+="${list:+,}'$name'"; done
  sql postgres <<<"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname in ($list) and pid <> pg_backend_pid()" >/dev/null
}
drop_database() {
  disconnect "$1"
  sql postgres <<<"drop database if exists \"$1\""
}
rename_database() {
  disconnect "$1"
  sql postgres <<<"alter database \"$1\" rename to \"$2\""
}
# exchange_databases NEW ASIDE: NEW becomes the gateway's database and the former one is called ASIDE, both or neither.
exchange_databases() {
  disconnect "$database" "$1"
  sql postgres <<SQL
begin;
alter database "$database" rename to "$2";
alter database "$1" rename to "$database";
commit;
SQL
}

# --- The gateway ------------------------------------------------------------------------------------------------------

# gateway_services: litellm, and litellm-2… where several instances run.
gateway_services() { compose config --services </dev/null | grep --extended-regexp '^litellm(-[0-9]+)?$'; }
stop_gateway() {
  local services
  mapfile -t services < <(gateway_services)
  compose stop "${services[@]}" </dev/null >&2
}
start_gateway() {
  local services
  mapfile -t services < <(gateway_services)
  compose up --detach "${services[@]}" </dev/null >&2 || return 1
  check_digests new
}
# What is in Redis is derived from the database: cached keys, counters, spend on its way. After another database is in
# place it would be wrong.
forget_cache() {
  # The container has the password in REDISCLI_AUTH, where redis-cli looks for it. It ends well even when it is refused.
  [ "$(compose exec -T redis redis-cli flushall </dev/null 2>/dev/null)" = OK ] ||
    warn "what Redis remembers could not be cleared; 'docker compose restart redis' in $dir does it"
}
# with_observability: Prometheus and the others belong to this installation.
with_observability() { [[ $(env_get COMPOSE_FILE) == *docker-compose.observability.yml* ]]; }
# ensure_metrics_key: another database may not know the key of Prometheus; then it gets a new one.
ensure_metrics_key() {
  with_observability && [ -d "$dir/observability/prometheus" ] || return 0
  # In a shell of its own: where it fails, the verification says what that means.
  (
    # shellcheck source=keys.sh
    . "$kit/deploy/lib/keys.sh"
    # shellcheck source=../steps/make-metrics-key.sh
    . "$kit/deploy/steps/make-metrics-key.sh"
  ) || true
}
# restart_observers: they read their files when they start, and keep a folder that was replaced.
restart_observers() {
  local names
  with_observability || return 0
  mapfile -t names < <(compose config --services </dev/null | grep --extended-regexp '^(prometheus|alertmanager|grafana|blackbox)$')
  # Without a name it would be all services.
  [ ${#names[@]} -gt 0 ] || return 0
  compose restart "${names[@]}" </dev/null >&2
}
# verify_gateway SECONDS [OPTION…]: it is ready within that time and a real call goes through it.
verify_gateway() {
  local limit=$1 services
  shift
  wait_until_ready "$limit" || {
    say "the gateway was not ready $not_ready" >&2
    show_gateway_log >&2
    return 1
  }
  ensure_metrics_key
  # Docker's own opinion follows at its next health check.
  mapfile -t services < <(gateway_services)
  compose up --detach --wait --wait-timeout 120 "${services[@]}" </dev/null >/dev/null 2>&1 || true
  "$kit/deploy/verify.sh" --litellm-dir "$dir" "$@" </dev/null
}
kit_version() { head --lines=1 "$kit/deploy/VERSION" 2>/dev/null || echo unknown; }
