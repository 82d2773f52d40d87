#!/usr/bin/env bash
# Stops the gateway; keys, models and the log stay. start.sh starts it again.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
check_docker
ids=$(of_project containers)
[ -n "$ids" ] || { echo 'Nothing runs.' && exit 0; }
# shellcheck disable=SC2086 # a list of ids
docker stop --time 90 $ids >/dev/null
echo 'Stopped. All data are kept; start.sh starts it again.'
