# What start.sh, stop.sh and reset.sh share. Sourced. It runs on macOS too: Bash 3.2 and the tools of BSD, so short options only.
# shellcheck shell=bash disable=SC2034 # read by those who source it
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=litellm-local
state=$here # what is made here, beside what the kit brings
env_file=$state/.env
key_file=$state/key.txt
secrets='LITELLM_MASTER_KEY LITELLM_SALT_KEY POSTGRES_PASSWORD REDIS_PASSWORD UI_PASSWORD'
# What decides whether the models of providers or those that answer by themselves are taken.
provider_keys='OPENAI_API_KEY ANTHROPIC_API_KEY DEEPSEEK_API_KEY GEMINI_API_KEY AZURE_API_KEY AWS_ACCESS_KEY_ID'
# Compose prefers the environment to .env. The keys of providers may come from there; nothing that belongs to this gateway may.
# shellcheck disable=SC2086 # a list of names
unset $secrets UI_USERNAME LITELLM_PORT LITELLM_IMAGE POSTGRES_IMAGE REDIS_IMAGE LITELLM_CONFIG PROXY_BASE_URL COMPOSE_FILE COMPOSE_PROJECT_NAME

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# setting NAME [FILE]: its value in .env.
setting() { sed -n "s/^$1=//p" "${2:-$env_file}" | tail -n 1 | tr -d '\r'; }

compose() { (cd "$here" && docker compose --file compose.yaml --project-name "$project" "$@"); }

# Docker: installed, running, and with a Compose that is new enough; each in words.
check_docker() {
  command -v docker >/dev/null 2>&1 || die 'Docker is not installed. On macOS and Windows: Docker Desktop; on Linux: Docker Engine with its Compose plugin.'
  docker info >/dev/null 2>&1 || die 'Docker is installed, but does not answer. Start Docker Desktop and wait until it says that it runs. On Linux: is the service up, and are you in the group "docker"?'
  local version major minor patch
  version=$(docker compose version --short 2>/dev/null) || die 'Docker has no Compose plugin: "docker compose version" fails. Docker Desktop brings it; on Linux it is the package docker-compose-plugin.'
  version=${version#v}
  # A version of another form is one that somebody has built: it is not judged.
  [[ ${version%%[-+]*} =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || return 0
  IFS=. read -r major minor patch <<<"${version%%[-+]*}"
  if [ "$((major * 1000000 + minor * 1000 + patch))" -lt 2024004 ]; then
    die "Docker Compose $version is too old; 2.24.4 or newer is needed. Update Docker Desktop."
  fi
}

# of_project KIND: ids of its containers, names of its volumes or networks, by Compose's own label; needs no .env.
of_project() {
  case $1 in
    containers) docker ps --all --quiet --filter "label=com.docker.compose.project=$project" ;;
    volumes) docker volume ls --quiet --filter "label=com.docker.compose.project=$project" ;;
    networks) docker network ls --quiet --filter "label=com.docker.compose.project=$project" ;;
  esac
}
