#!/usr/bin/env bash
# Checks an installation from outside in, with a real call through the gateway: a virtual key of its own, for the model
# gateway-selftest only, which answers by itself and costs nothing. The key is deleted again.
#
#   verify.sh [--quick] [--model NAME] [--accept-moved] [--litellm-dir DIR]
#
#   --quick         does not wait for the spend log (up to 90 s) and for Prometheus
#   --model NAME    also calls this model, at its price (a few tokens)
#   --accept-moved  where a tag names another image than when it was first pulled, the present one is the right one from now on
#
# Prints a line for each check, with what to do where one failed. Ends with 0 when all are ok, with 1 otherwise.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/images.sh
. "$kit/deploy/lib/images.sh"
# shellcheck source=lib/keys.sh
. "$kit/deploy/lib/keys.sh"
# shellcheck source=lib/releases.sh
. "$kit/deploy/lib/releases.sh"

quick='' model='' accept_moved=''
read_options 'quick model= accept-moved' "$@"
real_model=$model
need_root
need docker curl jq
need_installation

spend_limit=${LITELLM_SPEND_SECONDS:-90}
work=$(mktemp --directory)
test_key=$work/key
failed=0 passed=0

# check TITLE FUNCTION [ARGUMENT…]: a line of the table. What FUNCTION prints is the detail, or the reason.
check() {
  local title=$1 detail
  shift
  if detail=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'ok      %-42s %s\n' "$title" "$detail"
  else
    failed=$((failed + 1))
    printf 'FAILED  %-42s %s\n' "$title" "$detail"
    return 1
  fi
}
wrong() { # wrong FOUND HINT: ends the check, which runs in a shell of its own
  printf '%s\n        → %s' "$1" "$2"
  exit 1
}
# ask METHOD PATH KEY: sets answer and status. The body is standard input.
ask() {
  answer=$(api "$@" 2>"$work/curl")
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  [ "$status" != 000 ] || answer="no answer ($(head --lines=1 "$work/curl"))"
}
logs_hint() { printf 'cd %s && docker compose logs --tail 50 %s' "$dir" "$1"; }

# The key must go, whatever happens; a check reports whether it went.
delete_test_key() {
  [ -s "$test_key" ] || return 0
  delete_key "$test_key" || wrong "the key of this verification is still there" "it ends by itself within 15 minutes; to delete it now, look for the alias kit-verify-… among the keys"
  # Other workers and instances remember a key for up to a minute.
  local end=$((SECONDS + ${LITELLM_KEY_CACHE_SECONDS:-90}))
  while ask GET /v1/models "$test_key" </dev/null && [[ $status != 4* ]]; do
    [ $SECONDS -lt $end ] || wrong "the key was deleted, but still works (status $status)" "is there another gateway on this database, with a cache of its own?"
    sleep 1
  done
  rm --force "$test_key"
}
finish() {
  local status=$?
  trap '' INT TERM HUP
  [ ! -s "$test_key" ] || (delete_test_key) >&2 || status=1
  rm --recursive --force "$work"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- the checks -------------------------------------------------------------------------------------------------------

env_is_private() {
  local mode
  mode=$(stat --format %a "$dir/.env")
  [ "$mode" = 600 ] || wrong "mode $mode, expected 600" "chmod 600 $dir/.env; whoever could read it has every secret"
}
# not_healthy SERVICES: those that are not, with their state; empty when all are.
not_healthy() {
  local list
  # Compose prints a list, or one object a line, depending on its version.
  list=$(compose ps --all --format json </dev/null | jq --slurp 'flatten') || return 1
  jq --raw-output --arg services "$1" '. as $list | $services | split("\n") | map(select(length > 0)) | map(. as $name
    | [$list[] | select(.Service == $name)]
    | if length == 0 then "\($name): not there"
      else map(select(.State != "running" or ((.Health // "") | . != "" and . != "healthy")) | "\($name): \(.State) \(.Health // "")")[] end) | join(", ")' <<<"$list"
}
containers_are_healthy() {
  local services bad end=$((SECONDS + 90))
  services=$(compose config --services </dev/null) || wrong "Compose cannot read its files" "cd $dir && docker compose config --quiet"
  # A container is "starting" until Docker has asked it for the first time, which it does every 15 s.
  while :; do
    bad=$(not_healthy "$services") || wrong "docker compose ps failed" "is the engine up? systemctl status docker"
    [[ $bad == *'running starting'* && $SECONDS -lt $end ]] || break
    sleep 1
  done
  [ -z "$bad" ] || wrong "$bad" "$(logs_hint '')"
  tr '\n' ' ' <<<"$services"
}
only_on_loopback() {
  local port published open
  port=$(env_get LITELLM_PORT | grep . || echo 24157)
  published=$(compose port litellm 4000 </dev/null 2>/dev/null || true)
  case $published in
    127.0.0.1:"$port" | '[::1]:'"$port") ;;
    '') wrong "the gateway publishes no port" "$(logs_hint litellm)" ;;
    *) wrong "published as $published, expected 127.0.0.1:$port" "everybody could reach it past nginx and the firewall: correct ports: in docker-compose.override.yml" ;;
  esac
  # Also what another container of ours publishes, or another program forwards.
  open=$(docker ps --filter label=com.docker.compose.project=litellm-server --format '{{.Names}} {{.Ports}}' </dev/null | grep --extended-regexp '(0\.0\.0\.0|\[?::\]?):[0-9]+->' || true)
  [ -z "$open" ] || wrong "reachable from everywhere: $(tr '\n' ' ' <<<"$open")" "publish on 127.0.0.1 only: Docker's ports are open whatever the firewall says"
  if have ss; then
    open=$(ss --tcp --listening --numeric --no-header "sport = :$port" | awk '{ print $4 }' | grep --extended-regexp --invert-match '^(127\.[0-9.]+|\[::1\]|\[::ffff:127\.[0-9.]+\]):' || true)
    [ -z "$open" ] || wrong "something listens on $(tr '\n' ' ' <<<"$open")" "sudo ss --tcp --listening --processes 'sport = :$port' shows what"
  fi
  printf '%s' "$published"
}
is_alive() {
  ask GET /health/liveliness - </dev/null
  [ "$status" = 200 ] || wrong "status $status: $(message_of "$answer")" "$(logs_hint litellm)"
}
is_ready() {
  local cache config version details
  ask GET /health/readiness - </dev/null
  [ "$status" = 200 ] || wrong "status $status: $(message_of "$answer")" "$(logs_hint 'litellm postgres')"
  jq --exit-status '.db == "connected"' <<<"$answer" >/dev/null 2>&1 || wrong "the database is not connected: $(message_of "$answer")" "$(logs_hint 'postgres litellm')"
  details=$answer
  # Newer versions say the rest only to those with a key.
  ask GET /health/readiness/details LITELLM_MASTER_KEY </dev/null
  [ "$status" != 200 ] || details=$answer
  config=$dir/config/$(env_get LITELLM_CONFIG | grep . || echo litellm-config.yaml)
  cache=$(jq --raw-output '.cache // ""' <<<"$details")
  version=$(jq --raw-output '.litellm_version // ""' <<<"$details")
  if [ -n "$version" ] && grep --quiet --extended-regexp '^[^#]*type: *["'\'']?redis' "$config" 2>/dev/null; then
    [ -n "$cache" ] || wrong "the cache is not connected" "$(logs_hint 'redis litellm')"
  fi
  case $version in
    1.82.7 | 1.82.8) wrong "this is LiteLLM $version, a malicious release" "stop it now (docker compose stop litellm), change every secret and provider key, and install another version" ;;
  esac
  printf 'database%s%s' "${cache:+, cache}" "${version:+, LiteLLM $version}"
}
is_closed() {
  local path
  for path in /v1/models /key/list; do
    ask GET "$path" - </dev/null
    [ "$status" = 401 ] || wrong "$path without a key: status $status, expected 401" "is LITELLM_MASTER_KEY set in .env, and general_settings: master_key in the configuration?"
  done
}
lists_models() {
  ask GET /v1/models LITELLM_MASTER_KEY </dev/null
  [ "$status" = 200 ] || wrong "status $status: $(message_of "$answer")" "the gateway does not take LITELLM_MASTER_KEY of $dir/.env; was .env changed without 'docker compose up --detach'?"
  jq --exit-status '[.data[].id] | index("gateway-selftest")' <<<"$answer" >/dev/null ||
    wrong "there is no model gateway-selftest" "take it over from $kit/deploy/config/litellm-config.yaml into your configuration"
  printf '%s' "$(jq '.data | length' <<<"$answer") models"
}
makes_key() {
  local models='["gateway-selftest"]'
  [ -z "$real_model" ] || models=$(jq --null-input --compact-output --arg model "$real_model" '["gateway-selftest", $model]')
  # In seconds: 1.80.11 rounds minutes, hours and days of a new key to the clock, so that "15m" can mean one minute.
  jq --null-input --argjson models "$models" --arg alias "kit-verify-$(date --utc +%Y%m%d-%H%M%S)-$RANDOM" \
    '{key_alias: $alias, models: $models, max_budget: 0.1, duration: "900s", metadata: {purpose: "verification"}}' |
    generate_key "$test_key" || wrong "no key was made" "$(logs_hint 'litellm postgres')"
}
chat_body() { jq --null-input --arg model "$1" --argjson stream "$2" '{model: $model, stream: $stream, max_tokens: 16, messages: [{role: "user", content: "Say one word."}]}'; }
answers_chat() {
  ask POST /v1/chat/completions "$test_key" < <(chat_body "$1" false)
  [ "$status" = 200 ] || wrong "status $status: $(message_of "$answer")" "${2:-$(logs_hint litellm)}"
  jq --exit-status '.choices[0].message.content | strings | length > 0' <<<"$answer" >/dev/null || wrong "an answer without text: $(message_of "$answer")" "$(logs_hint litellm)"
}
answers_in_pieces() {
  ask POST /v1/chat/completions "$test_key" < <(chat_body gateway-selftest true)
  [ "$status" = 200 ] || wrong "status $status: $(message_of "$answer")" "$(logs_hint litellm)"
  local pieces
  pieces=$(grep --count '^data: {' <<<"$answer" || true)
  grep --quiet '^data: \[DONE\]' <<<"$answer" || wrong "the stream has no end, after $pieces pieces" "$(logs_hint litellm)"
  [ "$pieces" -ge 2 ] || wrong "not a stream: $pieces pieces" "$(logs_hint litellm)"
  printf '%s pieces' "$pieces"
}
refuses_other_models() {
  local other
  ask GET /v1/models LITELLM_MASTER_KEY </dev/null
  other=$(jq --raw-output --arg real "$real_model" '[.data[]?.id | select(. != "gateway-selftest" and . != $real and (contains("*") | not))][0] // "another-model"' <<<"$answer" 2>/dev/null || echo another-model)
  ask POST /v1/chat/completions "$test_key" < <(chat_body "$other" false)
  case $status in
    401 | 403) ;;
    *) wrong "a key for gateway-selftest only called $other: status $status, expected 401 or 403" "the limits of keys do not hold; which LiteLLM runs here?" ;;
  esac
}
logs_spend() {
  local end=$((SECONDS + spend_limit)) path
  path="/spend/logs/v2?start_date=$(date --utc --date yesterday +%Y-%m-%d)&end_date=$(date --utc --date tomorrow +%Y-%m-%d)&page_size=10&api_key=$(key_hash "$test_key")"
  while :; do
    ask GET "$path" LITELLM_MASTER_KEY </dev/null
    if [ "$status" = 200 ] && jq --exit-status '[.data[]? | select(.model_group == "gateway-selftest" or (.model | endswith("gateway-selftest")))] | length > 0' <<<"$answer" >/dev/null 2>&1; then return 0; fi
    [ $SECONDS -lt $end ] || break
    sleep 2
  done
  wrong "no row after $spend_limit s (last status $status)" "spend and budgets are not recorded: $(logs_hint 'litellm postgres')"
}
is_healthy() { # is_healthy SERVICE PORT PATH: published on loopback, and its health page says 200
  local address
  address=$(compose port "$1" "$2" </dev/null 2>/dev/null || true)
  case $address in
    127.0.0.1:* | '[::1]:'*) ;;
    *) wrong "published as ${address:-nothing}, expected 127.0.0.1:$2" "$(logs_hint "$1")" ;;
  esac
  curl --silent --fail --max-time 10 --noproxy '*' --output /dev/null "http://$address$3" || wrong "no good answer from http://$address$3" "$(logs_hint "$1")"
  printf '%s' "$address"
}
prometheus_scrapes() {
  local end=$((SECONDS + spend_limit)) found address
  address=$(compose port prometheus 9090 </dev/null 2>/dev/null || true)
  while :; do
    found=$(curl --silent --max-time 10 --noproxy '*' --get --data-urlencode 'query=up{job="litellm"}' "http://$address/api/v1/query" | jq --raw-output '[.data.result[]?.value[1]] | join(",")' 2>/dev/null || true)
    [[ ! $found =~ ^1(,1)*$ ]] || return 0
    [ $SECONDS -lt $end ] || break
    sleep 2
  done
  wrong "up{job=\"litellm\"} is '${found:-nothing}', expected 1" "does the key in $dir/observability/prometheus/metrics-key work? Run deploy-full.sh --with-observability again"
}

say "Gateway:   $(gateway_url)   installation: $dir"
say
check 'secrets are private (.env)' env_is_private || true
check 'containers run and are healthy' containers_are_healthy || true
check 'published on loopback only' only_on_loopback || true
if check 'the gateway answers' is_alive; then
  check 'the gateway is ready' is_ready || true
  check 'nothing is answered without a key' is_closed || true
  if check 'models are listed' lists_models && check 'a virtual key is made' makes_key; then
    called=
    check 'chat' answers_chat gateway-selftest && called=1
    check 'chat, streamed' answers_in_pieces && called=1
    check 'a model that the key may not use' refuses_other_models || true
    [ -z "$real_model" ] || check "chat with $real_model" answers_chat "$real_model" "is its provider key set in .env, and valid?" || true
    if [ -n "$quick" ]; then
      say 'skipped spend is logged                            (--quick)'
    elif [ -z "$called" ]; then
      say 'skipped spend is logged                            (no call came through)'
    else
      check 'spend is logged' logs_spend || true
    fi
    # Where this fails, the end of the script tries once more.
    check 'the virtual key is deleted' delete_test_key || true
  fi
fi
if [[ $(env_get COMPOSE_FILE) == *observability* ]]; then
  check 'Prometheus is healthy' is_healthy prometheus 9090 /-/healthy || true
  check 'Alertmanager is healthy' is_healthy alertmanager 9093 /-/healthy || true
  check 'Grafana is healthy' is_healthy grafana 3000 /api/health || true
  [ -n "$quick" ] || check 'Prometheus reads the gateway' prometheus_scrapes || true
fi
say
# A script that starts the services has said it.
[ -n "${LITELLM_KIT_LOCKED:-}" ] || check_digests "$([ -n "$accept_moved" ] && echo all || echo say)"
say "$passed ok, $failed failed"
[ $failed = 0 ]
