# The database and Redis behind a local LiteLLM. Sourced by up.
# shellcheck shell=bash disable=SC2154 # of lib.sh

start_database() {
  if [ "$db" = postgres ]; then start_postgres; else start_pglite; fi
  node "$engine/db.js" migrate "$database_url" "$(site_packages)/litellm_proxy_extras/migrations" >&2
}

start_postgres() (
  bin=$(postgres_bin)
  postgres_places
  if is_root; then install --directory --owner=postgres --group=postgres --mode=700 "$pgdir"; else mkdir --parents "$pgdir"; fi
  cd "${TMPDIR:-/tmp}"
  if [ ! -e "$pgdir/data/PG_VERSION" ]; then
    say "making the database cluster"
    "${as_postgres[@]}" "$bin/initdb" -D "$pgdir/data" -U litellm -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  fi
  if ! "${as_postgres[@]}" "$bin/pg_ctl" -D "$pgdir/data" status >/dev/null 2>&1; then
    # Test data: durability is traded for speed.
    options="-p $db_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pgdir -c max_connections=200"
    options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$pgdir/data" -w -l "$pgdir/log" -o "$options" start >/dev/null || {
      "${as_postgres[@]}" tail -n 3 "$pgdir/log" >&2
      die "Postgres does not start (is port $db_port free? --db-port gives another one)"
    }
  fi
  node "$engine/db.js" wait "$admin_url" 30
  node "$engine/db.js" create "$admin_url" "$database" >&2
)

start_pglite() {
  if ! alive "$run/pglite.pid"; then
    port_free "$db_port" || die "port $db_port is taken; --db-port gives another one"
    start_detached pglite "$run" node "$packages/pglite/server.js" --db="$state/pglite-data-$version" --port="$db_port"
    echo "$db_port" >"$run/db-port"
  fi
  node "$engine/db.js" wait "$database_url" 60 || {
    tail --lines=5 "$run/pglite.log" >&2
    die "PGlite does not answer"
  }
}

start_redis() {
  if ! have redis-server; then
    if ! is_root; then
      say "no redis-server: going on without"
      redis=
      return
    fi
    apt_install redis-server
  fi
  ! alive "$state/redis.pid" || return 0
  start_detached redis "$state" redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$state"
  for _ in $(seq 40); do
    port_free "$redis_port" || break
    sleep 0.1
  done
  alive "$state/redis.pid" || die "Redis does not start (is port $redis_port free? LITELLM_LOCAL_REDIS_PORT gives another one)"
}
