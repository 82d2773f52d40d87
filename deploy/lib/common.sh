# Words, files, secrets and calls for the scripts of the kit. Sourced, not run.
# shellcheck shell=bash disable=SC2034 # read by those who source it

set -euo pipefail
umask 077
unset CDPATH

kit=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Everything outside the installation (systemd units, /etc) is below this folder: empty on a server, a scratch folder in tests.
root=${LITELLM_KIT_ROOT:-}
# The installation.
dir=${LITELLM_DIR:-$root/opt/litellm-server}

dry_run=${dry_run:-}
assume_yes=${assume_yes:-}

say() { printf '%s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf 'WARNING: %s\n' "$*" >&2; }
# die WHAT WAS FOUND AND WHAT TO DO
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}
# step TITLE: a heading; what a failure below it is called.
step_title=
step() {
  step_title=$1
  printf '\n==> %s\n' "$1"
}

# usage: the comment at the head of the script that runs.
usage() { sed --quiet '2,/^$/{s/^# \{0,1\}//p}' "$0"; }

# read_options OPTIONS "$@": what a script was called with, in variables named as the options are, with _ for -. Of OPTIONS
# `name` becomes 1, `name=` takes a value, `name+` one each time (a list), `name?` one behind "=" or none; WORD is what stands
# without an option. Every script knows --litellm-dir, --yes and --help.
read_options() {
  local options=" litellm-dir= yes help $1 " option kind_of given
  shift
  while [ $# -gt 0 ]; do
    if [[ $1 != -* && $options =~ " "([A-Z]+)" " ]]; then
      option=${BASH_REMATCH[1],,}
      [ -z "${!option}" ] || die "one $option at a time: '${!option}' or '$1'?"
      printf -v "$option" %s "$1"
      shift
      continue
    fi
    option=${1#--} option=${option%%=*} given=1
    [[ $1 == --?* && $options =~ " $option"([=+?]?)" " ]] || die "there is no option '$1'; see --help"
    kind_of=${BASH_REMATCH[1]}
    if [[ $1 == *=* ]]; then
      [ -n "$kind_of" ] || die "--$option takes no value; see --help"
      given=${1#*=}
    elif [[ $kind_of == [=+] ]]; then
      given=${2-}
      [ $# = 1 ] || shift
    fi
    [[ -n $given && $given != --* ]] || die "--$option needs a value; see --help"
    shift
    case $option in
      help) usage && exit 0 ;;
      yes) assume_yes=1 ;;
      litellm-dir) dir=$given ;;
      *)
        option=${option//-/_}
        if [ "$kind_of" = + ]; then
          local -n list_of=$option
          list_of+=("$given")
        else
          printf -v "$option" %s "$given"
        fi ;;
    esac
  done
}

have() { command -v "$1" >/dev/null 2>&1; }
# systemctl alone is no systemd: containers and chroots have it as well.
systemd_runs() { have systemctl && [ -d "$root/run/systemd/system" ]; }
is_root() { [ "$(id --user)" = 0 ] || [ -n "$root" ]; }
need_root() { is_root || die "this needs root: run it with sudo"; }
need() {
  local name missing=()
  for name in "$@"; do have "$name" || missing+=("$name"); done
  [ ${#missing[@]} = 0 ] || die "missing on this server: ${missing[*]}. 'deploy-full.sh --install-deps' installs them."
}
need_installation() {
  [ -f "$dir/.env" ] || die "there is no installation in $dir (no .env). Is it elsewhere? --litellm-dir DIR"
  [ -f "$dir/docker-compose.yml" ] || die "the installation in $dir has no docker-compose.yml; run deploy-full.sh again, it puts back what is missing"
}

# confirm QUESTION: yes at a terminal, or --yes; no everywhere else.
confirm() {
  local answer
  [ -z "$assume_yes" ] || return 0
  [ -t 0 ] || die "$1 Nobody can answer here; --yes says yes."
  read -r -p "$1 [y/N] " answer
  [[ $answer == [yY]* ]]
}

# run COMMAND…: or, in a dry run, says that it would. No secret may be among the words.
run() {
  if [ -n "$dry_run" ]; then
    note "would run: $*"
  else
    "$@"
  fi
}
# write_file MODE FILE: standard input becomes the file, at once or not at all.
write_file() {
  local mode=$1 file=$2 new
  if [ -n "$dry_run" ]; then
    cat >/dev/null
    note "would write: $file (mode $mode)"
    return
  fi
  mkdir --parents "$(dirname "$file")"
  new=$(mktemp "$file.XXXXXX")
  cat >"$new"
  chmod "$mode" "$new"
  [ ! -e "$file" ] || chown --reference="$file" "$new" 2>/dev/null || true
  mv --force "$new" "$file"
}

# One script of the kit at a time. Those that it calls work under its lock.
lock_installation() {
  [ -z "$dry_run" ] || return 0
  [ -z "${LITELLM_KIT_LOCKED:-}" ] || return 0
  mkdir --parents "$dir"
  hold_lock "$dir/.lock"
  export LITELLM_KIT_LOCKED=1
}
# hold_lock FILE: it goes with the process, and whoever holds it stands in the file.
hold_lock() {
  exec {kit_lock}<>"$1"
  flock --nonblock "$kit_lock" || die "another script of the kit is at work on $dir: $(grep . "$1" || echo 'it has just begun'). Wait for it to end. Nothing was changed."
  printf '%s, process %s, since %s\n' "${0##*/}" $$ "$(date --utc '+%Y-%m-%d %H:%M:%S UTC')" >"$1"
}

# An upgrade that was cut off, by a power failure say, has left half of each version: only upgrade.sh can tell which.
refuse_unfinished_upgrade() {
  [ -d "$dir/data/kit/upgrade" ] || return 0
  # Or it is under way.
  dry_run='' lock_installation
  local own_kit=$kit
  # With the kit that began it, where that is still there.
  kit=$(cat "$dir/data/kit/upgrade/kit" 2>/dev/null || true)
  [ -x "$kit/deploy/upgrade.sh" ] || kit=$own_kit
  die "an upgrade was cut off in the middle, and upgrade.sh goes back to the state before it. Nothing was changed. First run:
    $(command_line upgrade.sh)
If that cannot work, give it up, and restore a backup:
    $(giving_up)"
}
# giving_up: the way out where going back cannot work. What was kept for it stays beside, with the former files.
giving_up() {
  local safe=$dir/data/kit/upgrade
  printf 'sudo mv --no-target-directory %q %q && %s' "$safe" "$safe.given-up" "$(command_line restore.sh "$(grep . "$safe/backup" 2>/dev/null || echo latest)")"
}
# command_line SCRIPT [OPTION…]: how it is run for this installation.
command_line() {
  local script=$1
  shift
  printf 'sudo %q' "$kit/deploy/$script"
  [ $# = 0 ] || printf ' %q' "$@"
  [ "$dir" = "$root/opt/litellm-server" ] || printf ' --litellm-dir %q' "$dir"
}

# --- .env -------------------------------------------------------------------------------------------------------------
# The file is read as Compose reads it, as far as a line is a NAME=value: perhaps with `export` before it, with quotes or a
# comment behind it; of two lines with one name the last counts. It is never executed.

env_line='^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*'
# env_names FILE: the names that are set in it, in order.
env_names() { sed --quiet --regexp-extended "s/$env_line.*/\2/p" "$1"; }

# env_get NAME [FILE]: the value, or nothing.
env_get() {
  local file=${2:-$dir/.env} line value=''
  [ -f "$file" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    if [[ $line == *"$1"* && $line =~ $env_line && ${BASH_REMATCH[2]} == "$1" ]]; then value=${line#"${BASH_REMATCH[0]}"}; fi
  done <"$file"
  case $value in
    \"*) value=${value#\"} value=${value%%\"*} ;;
    \'*) value=${value#\'} value=${value%%\'*} ;;
    *) value=${value%% #*} value=${value%"${value##*[![:space:]]}"} ;;
  esac
  printf '%s' "$value"
}

# env_set NAME [FILE] <VALUE: sets one line and leaves the others as they are.
env_set() {
  local name=$1 file=${2:-$dir/.env} value
  value=$(cat)
  [[ $value != *$'\n'* ]] || die "$name may not have more than one line"
  # Compose would replace $NAME, and end the value before a comment.
  [[ $value != *[\$\"\\\#[:space:]]* || $value == *\'* ]] || value="'$value'"
  if [ -n "$dry_run" ]; then
    note "would set: $name in $file"
    return
  fi
  {
    local line found=
    while IFS= read -r line || [ -n "$line" ]; do
      if [[ $line =~ $env_line && ${BASH_REMATCH[2]} == "$name" ]]; then
        [ -n "$found" ] || printf '%s=%s\n' "$name" "$value"
        found=1
      else
        printf '%s\n' "$line"
      fi
    done < <(cat "$file" 2>/dev/null)
    [ -n "$found" ] || printf '%s=%s\n' "$name" "$value"
  } | write_file 600 "$file"
}

# random_secret LENGTH: letters and digits, from the kernel's generator through OpenSSL.
random_secret() {
  local text=
  while [ ${#text} -lt "$1" ]; do text+=$(openssl rand -base64 96 | tr --delete --complement 'A-Za-z0-9'); done
  printf '%s' "${text:0:$1}"
}

# --- Docker and the gateway -------------------------------------------------------------------------------------------

# compose ARGUMENT…: Compose reads .env, and COMPOSE_FILE in it, from the installation.
# What .env says counts: a variable of the same name in the caller's environment would come first, unnoticed.
compose() (
  cd "$dir"
  if [ -f .env ]; then
    while IFS= read -r name; do unset "$name"; done < <(env_names .env)
  fi
  docker compose "$@"
)

gateway_url() { printf 'http://127.0.0.1:%s' "$(env_get LITELLM_PORT | grep . || echo 24157)"; }

# api METHOD PATH KEY_NAME <BODY: asks the gateway as the key KEY_NAME of .env (LITELLM_MASTER_KEY), or as the key in a
# file when KEY_NAME is a path, or without a key when it is "-". Prints the answer; its last line is the status.
# The key reaches curl through a file descriptor: it is in no argument and no environment.
api() {
  local method=$1 path=$2 key_name=$3 key='' body
  case $key_name in
    -) ;;
    */*) key=$(cat "$key_name") ;;
    *) key=$(env_get "$key_name") ;;
  esac
  body=$(cat)
  {
    printf 'request = "%s"\nurl = "%s%s"\n' "$method" "$(gateway_url)" "$path"
    [ -z "$key" ] || printf 'header = "Authorization: Bearer %s"\n' "$key"
    if [ -n "$body" ]; then
      printf 'header = "Content-Type: application/json"\ndata-binary = %s\n' "$(jq --null-input --raw-output --arg body "$body" '$body | @json')"
    fi
  } | curl --silent --show-error --max-time "${api_timeout:-60}" --noproxy '*' --write-out '\n%{http_code}' --config - || printf '\n000'
}
# api_ok METHOD PATH KEY_NAME <BODY: the answer when the status is 2xx; otherwise a sentence, and failure.
api_ok() {
  local answer status
  answer=$(api "$@")
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  if [[ $status == 2* ]]; then
    printf '%s' "$answer"
    return
  fi
  printf '%s %s: %s\n' "$1" "$2" "$([ "$status" = 000 ] && echo 'no answer' || echo "status $status: $(message_of "$answer")")" >&2
  return 1
}
# message_of ANSWER: what the gateway says, in one short line, whatever the shape of its error.
message_of() {
  { jq --raw-output '(.error.message? // .detail.error? // .detail? // .) | if type == "string" then . else tojson end' <<<"$1" 2>/dev/null ||
    printf '%s' "$1"; } | tr '\n' ' ' | sed --regexp-extended 's/sk-[A-Za-z0-9_-]{6,}/sk-…/g' | cut --characters=1-300
}

# plain: without the codes that Compose colours and rewrites lines with, also where nobody looks at a screen; of lines that
# repeat each other the first.
plain() { sed --unbuffered --regexp-extended 's/\x1b\[[0-9;?]*[A-Za-z]//g; s/\r$//' | uniq; }

# gateway_restarts: how often the engine has started gateways again that ended by themselves; nothing where that is unknown.
gateway_restarts() {
  local names
  mapfile -t names < <(docker ps --all --filter label=com.docker.compose.project=litellm-server --format '{{.Label "com.docker.compose.service"}} {{.ID}}' 2>/dev/null </dev/null | sed --quiet --regexp-extended 's/^litellm(-[0-9]+)? //p')
  [ ${#names[@]} -gt 0 ] || return 0
  docker inspect --format '{{.RestartCount}}' "${names[@]}" 2>/dev/null </dev/null | awk '{ sum += $1 } END { if (NR) print sum }' || true
}

# wait_until_ready SECONDS: until the gateway answers and says that it has its database. A gateway that ends again and again
# is not waited for. Why it was given up is in `not_ready`.
not_ready=
wait_until_ready() {
  local end=$((SECONDS + $1)) answer look=$((SECONDS + 5)) restarts_before restarts
  restarts_before=$(gateway_restarts)
  not_ready="after $1 s"
  while [ $SECONDS -lt $end ]; do
    answer=$(api GET /health/readiness - </dev/null 2>/dev/null)
    if [ "${answer##*$'\n'}" = 200 ] && jq --exit-status '.db == "connected"' <<<"${answer%$'\n'*}" >/dev/null 2>&1; then return 0; fi
    if [ $SECONDS -ge $look ] && [ -n "$restarts_before" ]; then
      look=$((SECONDS + 5)) restarts=$(gateway_restarts)
      # A container that was replaced meanwhile counts from nothing.
      if [ "${restarts:-0}" -lt "$restarts_before" ]; then
        restarts_before=$restarts
      elif [ $((restarts - restarts_before)) -ge 4 ]; then
        not_ready="and is not waited for any longer: it ended and was started again $((restarts - restarts_before)) times"
        return 1
      fi
    fi
    sleep 1
  done
  return 1
}

# show_gateway_log: its last lines, without what looks like a secret.
show_gateway_log() {
  say "the last lines of the gateway's log:"
  compose logs --no-color --no-log-prefix --tail 15 litellm </dev/null 2>&1 | plain |
    sed --regexp-extended 's/sk-[A-Za-z0-9_-]{6,}/sk-…/g; s#://[^@ ]*@#://…@#g; s/^/    /' || true
}
