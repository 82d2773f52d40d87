#!/usr/bin/env bash
# Tries the gateway with curl: lists models, chats, streams, shows what it cost.
#
#   try.sh [MODEL]
#
# The address and the key are those of this folder's start script; LITELLM_URL and LITELLM_KEY are others.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
die() {
  printf 'failed:   %s\n' "$*" >&2
  exit 1
}
folder=$here/..
command -v curl >/dev/null || die 'curl is not installed.'
url=${LITELLM_URL:-}
if [ -z "$url" ]; then
  [ -f "$folder/.env" ] || die '.env is not there; start.sh makes it.'
  port=$(sed -n 's/^LITELLM_PORT=\([0-9]*\).*/\1/p' "$folder/.env")
  url=http://127.0.0.1:${port:-24157}
fi
url=${url%/}
url=${url%/v1}
key=${LITELLM_KEY:-}
if [ -z "$key" ]; then
  [ -s "$folder/key.txt" ] || die 'key.txt is not there; start.sh makes it.'
  key=$(cat "$folder/key.txt")
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/try.XXXXXX")
trap 'rm -rf "$work"' EXIT

# ask PATH [BODY]: the answer goes to $work/body, its headers to $work/headers. The key is in no argument of curl's.
ask() {
  local status
  status=$(printf 'header = "Authorization: Bearer %s"\n' "$key" |
    curl --config - --silent --noproxy 127.0.0.1 --max-time 120 --header 'Content-Type: application/json' \
      --dump-header "$work/headers" --output "$work/body" --write-out '%{http_code}' ${2:+--data "$2"} "$url$1") ||
    die "Nothing answers on $url, or not in time. Is the gateway running, and is the address right?"
  case $status in 2*) return 0 ;; esac
  explain "$status"
}
# The type comes first, as its status is not the same in all versions of LiteLLM.
explain() {
  local kind words
  kind=$(sed -n 's/.*"type": *"\([^"]*\)".*/\1/p' "$work/body" | head -n 1)
  case $kind in
    expired_key) words='The key has expired.' ;;
    budget_exceeded) words='A budget is used up: that of the key, or of its team or owner.' ;;
    key_model_access_denied) words='This key may not use this model.' ;;
    team_model_access_denied) words='The team of this key may not use this model.' ;;
    user_model_access_denied) words='The owner of this key may not use this model.' ;;
    no_db_connection) words='The gateway has no database at the moment.' ;;
    *)
      case $1 in
        401) words='The gateway does not accept this key: it may be unknown or blocked, or of another gateway.' ;;
        403) words='The key may not do this.' ;;
        429) words='Too many calls or tokens in this minute: a limit of the key, of the model or of the provider.' ;;
        400 | 404 | 422) words='The gateway refuses this call as it is; often the model is not there.' ;;
        408 | 5*) words='The provider failed, or the gateway did.' ;;
        *) words='The gateway refused.' ;;
      esac ;;
  esac
  die "$words (status $1; it said: $(head -c 300 "$work/body"))"
}

ask /v1/models
# Each model is {"id":"NAME",…}: every name and value gets a line of its own.
split() { tr ',' '\n' <"$work/body" | tr '{' '\n'; }
models=$(split | sed -n 's/^ *"id": *"\([^"]*\)".*/\1/p')
[ -n "$models" ] || die 'The key may use no model, or the configuration has none.'
printf 'models:   %s\n' "$(printf '%s' "$models" | tr '\n' ' ')"
model=${1:-$(printf '%s\n' "$models" | head -n 1)}
case $model in *[!A-Za-z0-9._:/@-]*) die "'$model' is no name of a model." ;; esac

ask /v1/chat/completions "{\"model\": \"$model\", \"messages\": [{\"role\": \"user\", \"content\": \"Say hello in one sentence.\"}]}"
printf 'chat:     %s\n' "$(sed -n 's/.*"content": *"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$work/body" | head -n 1)"
cost=$(tr -d '\r' <"$work/headers" | sed -n 's/^[Xx]-[Ll]itellm-[Rr]esponse-[Cc]ost: *//p' | tail -n 1)
printf '          cost %s US dollars\n' "${cost:-unknown}"

ask /v1/chat/completions "{\"model\": \"$model\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Count to five.\"}]}"
grep -q '^data: \[DONE\]' "$work/body" || die 'The streamed answer was cut off.'
printf 'stream:   %s pieces\n' "$(grep -c '"content":' "$work/body")"

ask /key/info
printf 'spend:    %s US dollars; the last calls are in it within a minute\n' "$(split | sed -n 's/^ *"spend": *\([0-9.eE+-]*\).*/\1/p' | head -n 1)"
