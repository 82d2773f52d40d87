# What a local LiteLLM is made of: its Python packages, the query engine and, with PGlite, the database. Sourced by up.
# shellcheck shell=bash disable=SC2154 # of lib.sh

install_all() {
  need_node 18
  need curl=curl pgrep=procps
  if [ "$db" = postgres ] && [ -z "$(postgres_bin)" ]; then install_postgres; fi
  with_lock npm-engine install_npm "$here/engine" "$engine"
  [ "$db" = postgres ] || with_lock npm-pglite install_npm "$here/pglite" "$packages/pglite"
  with_lock "venv-$version" install_litellm
}

install_postgres() {
  is_root || die "PostgreSQL is missing; install it as root (apt-get install postgresql), or use --db pglite --no-redis, which need no root"
  need_postgres
}

# install_npm SOURCE TARGET: copies our files and installs the packages of their lock.
install_npm() {
  local file
  mkdir --parents "$2"
  for file in "$1"/*; do
    if [ -f "$file" ] && ! cmp --silent "$file" "$2/${file##*/}"; then cp "$file" "$2/"; fi
  done
  ! cmp --silent "$2/package-lock.json" "$2/node_modules/.installed-lock" || return 0
  say "installing npm packages (${1##*/})"
  npm ci --prefix "$2" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || die "npm could not install the packages of ${1##*/}"
  cp "$2/package-lock.json" "$2/node_modules/.installed-lock"
}

install_litellm() {
  ! cmp --silent "$here/requirements/$version.txt" "$venv/.installed" || return 0
  need_python
  say "installing the Python packages of LiteLLM $version (one to three minutes)"
  # A virtual environment knows its own place, so it is made where it stays; .installed is the last word.
  rm --recursive --force "$venv"
  "$(find_python)" -m venv "$venv" || die "no virtual environment could be made in $venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement "$here/requirements/$version.txt" >&2 ||
    die "pip could not install the packages of LiteLLM $version"
  generate_client
  cp "$here/requirements/$version.txt" "$venv/.installed"
}

site_packages() { "$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

# Prisma: the command line from npm, and our executable wherever an engine is asked for.
prisma_environment() {
  export PRISMA_BINARY_CACHE_DIR=$engine
  export PRISMA_QUERY_ENGINE_BINARY=$engine/query-engine PRISMA_SCHEMA_ENGINE_BINARY=$engine/query-engine
  export PRISMA_SKIP_POSTINSTALL_GENERATE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 CHECKPOINT_DISABLE=1
}
generate_client() (
  prisma_environment
  cd "$venv"
  PATH=$venv/bin:$PATH "$venv/bin/python" -m prisma generate --schema "$(site_packages)/litellm/proxy/schema.prisma" >"$venv/generate.log" 2>&1 || {
    tail --lines=5 "$venv/generate.log" >&2
    die "the Prisma client could not be generated"
  }
)
