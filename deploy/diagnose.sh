#!/usr/bin/env bash
# Collects what helps to find out what is wrong, without secrets, into one file to send to whoever helps.
#
#   diagnose.sh [--to DIR] [--lines N] [--limit SECONDS] [--litellm-dir DIR]
#
#   --to DIR         where litellm-diagnosis-<time>.tar.gz goes (the present folder)
#   --lines N        how much of each service's log (1000)
#   --limit SECONDS  how long each section may take (20)
#
# Changes nothing, and works also when Docker, the database or the gateway does not: a section that fails says why.
#
# Every secret of .env, service-key.txt and the other key files is removed from every text, however it is written (plain,
# URL-encoded, escaped, base64, over two lines), and what looks like a secret as well; e-mail addresses too. The result is
# searched once more in another way, and when anything is found the file is not kept. Names of models, teams, keys and hosts
# stay in it: read it before you send it.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/database.sh
. "$kit/deploy/lib/database.sh"
# shellcheck source=lib/archive.sh
. "$kit/deploy/lib/archive.sh"
# shellcheck source=lib/diagnose.sh
. "$kit/deploy/lib/diagnose.sh"

to=$PWD lines=1000 limit=20 section=''
# This script calls itself with --section, to be able to stop one.
read_options 'to= lines= limit= section=' "$@"
[[ $lines =~ ^[0-9]+$ && $limit =~ ^[0-9]+$ ]] || die "--lines and --limit are numbers"
if [ -n "$section" ]; then
  one_section "$section"
  exit 0
fi

need perl tar timeout
[ -f "$dir/.env" ] || die "there is no installation in $dir (no .env). Is it elsewhere? --litellm-dir DIR"
[ -r "$dir/.env" ] || die "$dir/.env cannot be read: run this with sudo"
[ -d "$to" ] || die "--to $to: there is no such folder"

begin
list_secrets
collect
search_again
pack
