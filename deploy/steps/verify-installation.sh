# A real call through the gateway, and everything around it: deploy/verify.sh
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would run: $kit/deploy/verify.sh --litellm-dir $dir"
else
  "$kit/deploy/verify.sh" --litellm-dir "$dir" </dev/null ||
    die "the gateway runs, but not everything is as it should be: see the lines with FAILED. $kit/deploy/verify.sh checks again"
fi
