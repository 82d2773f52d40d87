# The key with which Prometheus reads /metrics, and can do nothing else.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

metrics_key=$dir/observability/prometheus/metrics-key
if [ -n "$dry_run" ]; then
  note "would make a key for /metrics where there is none that works: $metrics_key"
elif [ -s "$metrics_key" ] && [ "$(api GET /metrics/ "$metrics_key" </dev/null 2>/dev/null | tail --lines=1)" = 200 ]; then
  note "kept: it works"
else
  jq --null-input --arg alias "prometheus-$(date --utc +%Y%m%d-%H%M%S)-$RANDOM" \
    '{key_alias: $alias, allowed_routes: ["/metrics"], metadata: {purpose: "prometheus"}}' | generate_key "$metrics_key" ||
    die "no key for Prometheus was made. The gateway itself is fine"
  note "new: $metrics_key"
fi
# Prometheus runs as 65534 and reads it; nobody else does.
if [ -z "$dry_run" ]; then
  chmod 640 "$metrics_key"
  chown 0:65534 "$metrics_key" 2>/dev/null || warn "not root: Prometheus (65534) cannot read $metrics_key"
fi
