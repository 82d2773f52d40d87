# Keys that the kit makes: for WordPress, for Prometheus, for the verification. Sourced after common.sh.
# A key is named by its file, or by its hash: the key itself is in no argument.
# shellcheck shell=bash disable=SC2154 # dir, kit are of common.sh

service_user=wordpress
service_key_file() { printf '%s' "$dir/service-key.txt"; }
service_key_kind_file() { printf '%s' "$dir/data/kit/service-key.kind"; }

gateway_answers() { [ "$(api_timeout=5 api GET /health/liveliness - </dev/null 2>/dev/null | tail --lines=1)" = 200 ]; }

# service_routes KIND: what a service key may call, as JSON; KIND is manage or read-only.
service_routes() {
  { if [ "$1" = read-only ]; then sed '/^# manage/,$d' "$kit/deploy/service-routes.txt"; else cat "$kit/deploy/service-routes.txt"; fi; } |
    jq --raw-input --null-input --compact-output '[inputs | select(startswith("/"))]'
}

# key_hash FILE: how the gateway names the key: SHA-256 in hexadecimal.
key_hash() { printf '%s' "$(cat "$1")" | sha256sum | cut --characters=1-64; }

# key_state FILE: "works", "refused: REASON", or "unknown: REASON" where the gateway itself is in trouble.
key_state() {
  local answer status
  answer=$(api GET '/key/list?size=1' "$1" </dev/null 2>/dev/null)
  status=${answer##*$'\n'}
  case $status in
    2*) printf 'works' ;;
    400 | 401 | 403) printf 'refused: status %s: %s' "$status" "$(message_of "${answer%$'\n'*}")" ;;
    000) printf 'unknown: no answer from %s' "$(gateway_url)" ;;
    *) printf 'unknown: status %s: %s' "$status" "$(message_of "${answer%$'\n'*}")" ;;
  esac
}
# key_kind FILE: manage or read-only, as the gateway has it; fails where it does not know the key.
key_kind() {
  local info
  info=$(api_ok GET "/key/info?key=$(key_hash "$1")" LITELLM_MASTER_KEY </dev/null 2>/dev/null) || return 1
  jq --raw-output 'if ((.info.allowed_routes // []) | index("/key/generate")) then "manage" else "read-only" end' <<<"$info"
}

# ensure_service_user: management routes need an administrator behind the key.
ensure_service_user() {
  local role
  role=$(api_ok GET "/user/list?user_ids=$service_user&page_size=100" LITELLM_MASTER_KEY </dev/null |
    jq --raw-output --arg id "$service_user" '[.users[]? | select(.user_id == $id) | .user_role][0] // ""') || return 1
  case $role in
    proxy_admin) return 0 ;;
    '')
      jq --null-input --arg id "$service_user" '{user_id: $id, user_alias: $id, user_role: "proxy_admin", auto_create_key: false}' |
        api_ok POST /user/new LITELLM_MASTER_KEY >/dev/null ;;
    *)
      printf "the user '%s' exists in the gateway with the role '%s'; expected proxy_admin. Somebody else uses that name: rename or remove that user.\n" "$service_user" "$role" >&2
      return 1 ;;
  esac
}

# generate_key FILE <BODY: makes a key and writes it to FILE, mode 600.
generate_key() {
  local file=$1 answer
  answer=$(api_ok POST /key/generate LITELLM_MASTER_KEY) || return 1
  jq --exit-status '.key | strings | startswith("sk-")' <<<"$answer" >/dev/null || {
    printf 'the gateway answered /key/generate without a key\n' >&2
    return 1
  }
  jq --raw-output '.key' <<<"$answer" | write_file 600 "$file"
}
# generate_service_key FILE KIND
generate_service_key() {
  local file=$1 kind=$2 alias
  alias=$service_user-$(date --utc +%Y%m%d-%H%M%S)-$RANDOM
  ensure_service_user || return 1
  jq --null-input --arg alias "$alias" --arg user "$service_user" --arg kind "$kind" --argjson routes "$(service_routes "$kind")" \
    '{key_alias: $alias, user_id: $user, allowed_routes: $routes, metadata: {purpose: "backend", kind: $kind}}' |
    generate_key "$file" || {
    printf "Should the key list of the gateway show '%s' nevertheless, delete it: its secret was lost.\n" "$alias" >&2
    return 1
  }
}
# delete_key FILE: removes it from the gateway.
delete_key() {
  jq --null-input --arg hash "$(key_hash "$1")" '{keys: [$hash]}' | api_ok POST /key/delete LITELLM_MASTER_KEY >/dev/null
}

# print_defines FILE: the lines for wp-config.php. This is the one place that prints a key, and only when asked to.
print_defines() {
  local base
  base=$(env_get PROXY_BASE_URL | grep . || gateway_url)
  printf "define( 'LITELLM_API_BASE', '%s' );\n" "${base%/}"
  printf "define( 'LITELLM_SERVICE_KEY', '%s' );\n" "$(cat "$1")"
}
