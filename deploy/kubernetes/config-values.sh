#!/usr/bin/env bash
# Prints LiteLLM's configuration as values for its Helm chart, so that a server and a cluster have one and the same.
#
#   config-values.sh [FILE] > config-values.yaml      FILE: default ../config/litellm-config.yaml
#
# A change of the configuration then changes the pods' checksum, and Helm rolls them.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case ${1:-} in -h | --help) sed --quiet '2,/^$/{s/^# \{0,1\}//p}' "$0" && exit 0 ;; esac
file=${1:-$here/../config/litellm-config.yaml}
[ -r "$file" ] || { printf '%s: expected a configuration of LiteLLM at %s, and there is none; name yours\n' "${0##*/}" "$file" >&2 && exit 1; }
grep --quiet '^model_list:' "$file" || { printf '%s: %s has no model_list, so it is no configuration of LiteLLM\n' "${0##*/}" "$file" >&2 && exit 1; }

printf '# Made by config-values.sh: change the configuration, and make it again.\nproxy_config:\n'
sed 's/^\(.\)/  \1/' "$file"
