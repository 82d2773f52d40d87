#!/usr/bin/env bash
# Deletes the gateway of this laptop: containers, database, secrets and keys. It asks before; --yes is the answer.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
answer=''
[ "${1:-}" != --yes ] || answer=reset
check_docker
if [ -z "$answer" ]; then
  echo "This deletes the database with all keys, models and the log, and .env with its secrets and provider keys. There is no way back."
  printf 'Type "reset" to delete all of it: '
  read -r answer || true
fi
[ "$answer" = reset ] || die 'Nothing was deleted.'
for kind in containers volumes networks; do
  found=$(of_project "$kind")
  [ -n "$found" ] || continue
  # shellcheck disable=SC2086 # a list of ids
  case $kind in
    containers) docker rm --force $found >/dev/null ;;
    volumes) docker volume rm $found >/dev/null ;;
    networks) docker network rm $found >/dev/null ;;
  esac
done
rm -f "$env_file" "$key_file"
echo 'Deleted. The images are kept (docker image ls); start.sh begins anew.'
