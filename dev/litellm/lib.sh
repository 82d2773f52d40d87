# Options, places and ports of the local LiteLLM. Sourced by up, down, seed, service-key and trickle.
# shellcheck shell=bash disable=SC2034 # read by those who source it
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
me=litellm
# shellcheck source=../lib/common.sh
. "$here/../lib/common.sh"
# shellcheck source=../lib/packages.sh
. "$here/../lib/packages.sh"

latest=1.106.2 # the newest one that has a requirements/*.txt
packages=$cache/litellm
engine=$packages/engine

state=${LITELLM_LOCAL_STATE:-$cache/litellm-state}
version=1.80.11
port=
db=postgres
db_port=${LITELLM_LOCAL_DB_PORT:-}
redis_port=${LITELLM_LOCAL_REDIS_PORT:-24259}
master_key=${LITELLM_MASTER_KEY:-sk-litellm-local-master}
salt_key=${LITELLM_SALT_KEY:-sk-litellm-local-salt}

# parse OPTION…: the common options; what is left goes to args.
args=()
parse() {
  local asked_port=
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --port | --state | --db | --db-port) [ $# -gt 1 ] || die "$1 needs a value" ;;
    esac
    case $1 in
      --version) version=$2 && shift ;;
      --port) port=$2 asked_port=$2 && shift ;;
      --state) state=$2 && shift ;;
      --db) db=$2 && shift ;;
      --db-port) db_port=$2 && shift ;;
      --help) usage && exit 0 ;;
      *) args+=("$1") ;;
    esac
    shift
  done
  [ "$version" != latest ] || version=$latest
  [ -f "$here/requirements/$version.txt" ] || die "LiteLLM $version is not known; there are: $(versions | tr '\n' ' ')"
  case $db in postgres | pglite) ;; *) die "--db is postgres or pglite, not '$db'" ;; esac

  mkdir --parents "$state"
  state=$(cd "$state" && pwd)
  venv=$packages/venv-$version
  run=$state/run-$version
  [ "$db" = postgres ] || run=$run-pglite
  set_ports
  # Where it ran last in this state, it is expected again.
  if [ -z "$asked_port" ] && [ -s "$run/port" ]; then port=$(cat "$run/port"); fi
  url=http://127.0.0.1:$port
}

versions() { (cd "$here/requirements" && for f in *.txt; do printf '%s\n' "${f%.txt}"; done); }
# The place of this version in the list: its Redis database and its share of the default ports.
version_number() { versions | grep --line-number --line-regexp --fixed-strings "$version" | cut --delimiter=: --fields=1; }

set_ports() {
  local number
  number=$(version_number)
  if [ "$db" = pglite ]; then
    # PGlite: one process holds one database.
    port=${port:-$((24270 + number))}
    db_port=${db_port:-$(cat "$run/db-port" 2>/dev/null || echo $((24280 + number)))}
    database_url="postgresql://postgres:postgres@127.0.0.1:$db_port/postgres?sslmode=disable"
  else
    port=${port:-$((24260 + number))}
    db_port=${db_port:-24258}
    database=litellm_${version//./_}
    admin_url=postgresql://litellm@127.0.0.1:$db_port/postgres
    database_url=postgresql://litellm@127.0.0.1:$db_port/$database
  fi
}

# Postgres does not run as root, and its user cannot enter root's home.
postgres_places() {
  as_postgres=() pgdir=$state/postgres
  if is_root; then
    as_postgres=(runuser --user postgres --)
    pgdir=${LITELLM_LOCAL_PGDIR:-/var/lib/postgresql/litellm-dashboard-$(cksum <<<"$state" | cut --delimiter=' ' --fields=1)}
  fi
}
