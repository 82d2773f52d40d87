#!/usr/bin/env bash
# Starts the gateway on this laptop and says what to do next. Again is harmless.
#
#   start.sh                   the models of your providers where a key is set, else models that answer by themselves
#   start.sh --example NAME    one of the examples of ../config/examples, such as fallbacks
#   start.sh --restart         reads a configuration anew that was changed
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
example='' restart=''
while [ $# -gt 0 ]; do
  case $1 in
    --example) example=${2:?--example needs a name} && shift ;;
    --restart) restart=1 ;;
    -h | --help) sed -n '2,/^set/{s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}" && exit 0 ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done

# random N: letters and digits. They become part of addresses and go through Compose, where others have a meaning.
random() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom 2>/dev/null | dd bs=1 count="$1" 2>/dev/null || true; }

# .env with strong secrets. Those that are there stay.
make_settings() {
  if [ ! -f "$env_file" ]; then
    [ -z "$(of_project volumes)" ] || die "There is a database from before, but no .env with its passwords. Bring $env_file back, or begin anew with reset.sh, which deletes the database."
    (umask 077 && cp "$here/env.example" "$env_file")
    echo 'new: .env'
  fi
  chmod 600 "$env_file"
  local name value made=''
  for name in $secrets; do
    [ -z "$(setting "$name")" ] || continue
    case $name in
      LITELLM_SALT_KEY | POSTGRES_PASSWORD) [ -z "$(of_project volumes)" ] || die "$name is empty in .env, but there is a database that was made with one. Put it back, or begin anew with reset.sh, which deletes the database." ;;
    esac
    case $name in
      LITELLM_*) value=sk-$(random 40) ;;
      *) value=$(random 32) ;;
    esac
    [ "${#value}" -ge 32 ] || die 'No random numbers could be had from /dev/urandom.'
    # The value goes by the environment: arguments are seen by everybody on this machine.
    (umask 077 && NAME=$name VALUE=$value awk '
      index($0, ENVIRON["NAME"] "=") == 1 { if (!done) print ENVIRON["NAME"] "=" ENVIRON["VALUE"]; done = 1; next }
      { print }
      END { if (!done) print ENVIRON["NAME"] "=" ENVIRON["VALUE"] }' "$env_file" >"$env_file.new") && mv "$env_file.new" "$env_file"
    made="$made $name"
  done
  [ -z "$made" ] || echo "generated:$made"
}

# The file of ../config that the gateway reads, in LITELLM_CONFIG for Compose.
choose_config() {
  local name found='' set_by
  set_by=$(setting LITELLM_CONFIG)
  for name in $provider_keys; do
    if [ -n "${!name:-}" ] || [ -n "$(setting "$name")" ]; then found="$found $name"; fi
  done
  if [ -n "$example" ]; then
    LITELLM_CONFIG=examples/$example.yaml
    if [[ ! $example =~ ^[a-z-]+$ ]] || [ ! -f "$here/../config/$LITELLM_CONFIG" ]; then
      die "There is no example '$example'. There are: $(cd "$here/../config/examples" && echo *.yaml | sed 's/\.yaml//g')"
    fi
    models="those of the example $example"
  elif [ -n "$set_by" ]; then
    LITELLM_CONFIG=$set_by
    [ -f "$here/../config/$set_by" ] || die "LITELLM_CONFIG in .env is $set_by, and deploy/config has no such file."
    models="those of $set_by, as .env says"
  elif [ -n "$found" ]; then
    LITELLM_CONFIG=litellm-config.yaml
    models="those of your providers (${found# }); those without a key fail"
  else
    LITELLM_CONFIG=litellm-config.demo.yaml
    models='those that answer by themselves: no provider key is set'
  fi
  export LITELLM_CONFIG
}

# Somebody else's port would show as an error of Docker's that names no cause.
check_port() {
  [ -z "$(of_project containers)" ] || return 0
  ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || die "Port $port of this machine is taken by another program. End that, or write another LITELLM_PORT into $env_file."
}

start_services() {
  compose up --detach --wait --wait-timeout 900 ${restart:+--force-recreate} || {
    local status=$?
    compose ps --all >&2 || true
    compose logs --tail 20 litellm >&2 || true
    die "The services did not start (status $status). Above: which of them, and what the gateway said last. A registry that cannot be reached, too little memory for Docker (4 GB are needed) and a mistake in the configuration are the most frequent causes."
  }
}

# ask METHOD PATH KEY [BODY]: the answer, and its status in a last line. The key is in no argument of curl's.
ask() {
  local method=$1 path=$2 key=$3
  printf 'header = "Authorization: Bearer %s"\n' "$key" |
    curl --config - --silent --noproxy '*' --max-time 60 --request "$method" --header 'Content-Type: application/json' \
      --write-out '\n%{http_code}' ${4:+--data "$4"} "$url$path" 2>/dev/null || true
}

# A key for trying, which can call models and nothing else, and spends no more than five dollars.
make_key() {
  local answer key=''
  if [ -s "$key_file" ]; then
    answer=$(ask GET /v1/models "$(cat "$key_file")")
    case ${answer##*$'\n'} in
      200) return 0 ;;
      400 | 401 | 403 | 422) echo 'The key in key.txt is refused, so a new one is made.' ;;
      *) die "The gateway runs, but answers $url/v1/models with status ${answer##*$'\n'}: ${answer%$'\n'*}" ;;
    esac
  fi
  answer=$(ask POST /key/generate "$(setting LITELLM_MASTER_KEY)" "{\"key_alias\": \"laptop-$(random 8)\", \"max_budget\": 5, \"allowed_routes\": [\"llm_api_routes\", \"/key/info\"]}")
  key=$(printf '%s' "$answer" | sed -n 's/.*"key": *"\(sk-[^"]*\)".*/\1/p')
  [ -n "$key" ] || die "The gateway made no key (status ${answer##*$'\n'}). Is LITELLM_MASTER_KEY in .env the one it was started with? start.sh --restart starts it anew. It said: ${answer%$'\n'*}"
  (umask 077 && printf '%s\n' "$key" >"$key_file")
  echo 'new: key.txt, a key that calls models, for 5 US dollars at most'
}

check_docker
command -v curl >/dev/null 2>&1 || die 'curl is not installed; the gateway is asked with it.'
make_settings
choose_config
port=$(setting LITELLM_PORT)
port=${port:-24157}
url=http://127.0.0.1:$port
check_port
echo 'Starting. The first time the images are fetched, about 4 GB, and the tables are made: this takes some minutes.'
start_services
make_key
cat <<TEXT

LiteLLM runs on $url, reachable from this machine only. Models: $models

Try it:      client/try.sh, python3 client/try.py (pip install openai), or node client/try.mjs
Your key:    in key.txt; applications take $url/v1 and this key
Console:     $url/ui, user $(setting UI_USERNAME), password UI_PASSWORD in .env
Next:        provider keys into .env, then start.sh again; examples: start.sh --example fallbacks
End:         stop.sh keeps everything; reset.sh deletes everything, and asks before
TEXT
