# Until the gateway answers and has its database: the first start makes its tables, which takes a minute or two.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would wait for $(gateway_url)/health/readiness"
else
  ready_limit=${LITELLM_READY_SECONDS:-420}
  wait_until_ready "$ready_limit" || {
    show_gateway_log >&2
    die "the gateway was not ready $not_ready: $(gateway_url)/health/readiness should say that it has its database. Look at: cd $dir && docker compose ps --all && docker compose logs --tail 50 litellm postgres"
  }
  note "ready after $SECONDS s"
fi
