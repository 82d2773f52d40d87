# What the end-to-end tests and the screenshots stand on: a folder that is removed in the end, the zip, a LiteLLM, WordPress'
# translations. Sourced after dev/lib/common.sh; the caller sets `root`.
# shellcheck shell=bash disable=SC2154 # of the caller and of common.sh

e2e_work='' own_gateway='' e2e_child=''

# need_e2e_tools: what drives a browser through a WordPress; what is missing is installed, or named in one sentence.
need_e2e_tools() {
  export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
  "$root/dev/setup" system browser
  "$root/dev/setup" e2e-packages
  [ -x "$CHROMIUM" ] || die "there is no Chromium at $CHROMIUM; CHROMIUM names another place"
}

# begin_e2e MARK: the folder, and its end, whatever happens. Whatever is started carries the variable MARK.
begin_e2e() {
  e2e_work=$(mktemp --directory "${TMPDIR:-/tmp}/litellm-dashboard-e2e.XXXXXX")
  e2e_mark=$1=$e2e_work
  export WP_STATE=$e2e_work/sites "${e2e_mark?}"
  trap end_e2e EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}
end_e2e() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$e2e_child" ] || kill "$e2e_child" 2>/dev/null || true
  "$root/dev/wordpress/down" >/dev/null 2>&1 || true
  [ -z "$own_gateway" ] || "$root/dev/litellm/down" --all >/dev/null 2>&1 || true
  # Whatever a test left behind, such as a browser.
  stop_marked "$e2e_mark"
  rm --recursive --force "$e2e_work"
  exit "$status"
}

# in_e2e COMMAND…: waiting, unlike a command in the foreground, ends at once when this script is to end.
in_e2e() {
  local status=0
  "$@" &
  e2e_child=$!
  wait "$e2e_child" || status=$?
  e2e_child=
  return "$status"
}

# take_zip FILE: the same for all tests, also when it is built anew meanwhile.
take_zip() {
  export PLUGIN_ZIP=$e2e_work/litellm-dashboard.zip
  cp "$1" "$PLUGIN_ZIP"
}

# start_gateway: a LiteLLM of its own, seeded, unless LITELLM_URL names one that runs.
start_gateway() {
  local ports name version=${LITELLM_VERSION_UNDER_TEST:-1.106.2}
  if [ -z "${LITELLM_URL:-}" ]; then
    export LITELLM_LOCAL_STATE=$e2e_work/litellm
    mapfile -t ports < <("$root/dev/free-port" 2)
    own_gateway=1
    say "starting LiteLLM $version"
    if ! "$root/dev/litellm/up" --version "$version" --db pglite --no-redis --port "${ports[0]}" --db-port "${ports[1]}" >"$e2e_work/litellm.log" 2>&1 ||
      ! "$root/dev/litellm/seed" --version "$version" --db pglite --rows 3000 >>"$e2e_work/litellm.log" 2>&1; then
      cat "$e2e_work/litellm.log" >&2
      die 'LiteLLM did not start'
    fi
    set -a
    # shellcheck source=/dev/null
    . "$LITELLM_LOCAL_STATE/run-$version-pglite/env"
    set +a
    LITELLM_SERVICE_KEY=$("$root/dev/litellm/service-key" --version "$version" --db pglite)
    export LITELLM_SERVICE_KEY LITELLM_VERSION_UNDER_TEST=$version
  fi
  for name in LITELLM_MASTER_KEY LITELLM_SERVICE_KEY; do [ -n "${!name:-}" ] || die "LITELLM_URL needs $name too"; done
}

# find_languages: where dev/wordpress keeps the translations of WordPress itself.
find_languages() {
  WP_LANGUAGES=$(
    # shellcheck source=../../../dev/wordpress/lib.sh
    . "$root/dev/wordpress/lib.sh"
    # shellcheck source=../../../dev/wordpress/sources.sh
    . "$root/dev/wordpress/sources.sh"
    # shellcheck disable=SC2154 # of sources.sh
    echo "$studio/latest/languages"
  )
  export WP_LANGUAGES
}
