# What Prometheus and Alertmanager cannot read from .env themselves: deploy/observability/write-config.sh
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would run: $kit/deploy/observability/write-config.sh --litellm-dir $dir"
else
  alertmanager_yml=$dir/observability/alertmanager/alertmanager.yml
  former_yml=$(cat "$alertmanager_yml" 2>/dev/null || true)
  "$kit/deploy/observability/write-config.sh" --litellm-dir "$dir" </dev/null || die "the configuration of Prometheus and Alertmanager could not be written"
  # Read at the start only, like the files that install-files replaces.
  [ -z "$former_yml" ] || [ "$former_yml" = "$(cat "$alertmanager_yml")" ] || replaced+=(observability/alertmanager/alertmanager.yml)
  # Prometheus looks for the file as soon as it starts; the key comes with the step make-metrics-key.
  [ -e "$dir/observability/prometheus/metrics-key" ] || write_file 640 "$dir/observability/prometheus/metrics-key" </dev/null
fi
