# Where things are, and what comes next. Changes nothing; says no secret.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  say "This was a dry run: nothing was changed."
else
  say "LiteLLM $(image_version "$litellm_image" | grep . || image_digest "$litellm_image") runs on $(gateway_url), reachable from this server only."
  say
  say "Secrets:     $dir/.env (mode 600): the master key, the console's password (UI_USERNAME, UI_PASSWORD)."
  say "             LITELLM_SALT_KEY decrypts the provider keys in the database: keep a copy of .env elsewhere."
  [ ! -s "$(service_key_file)" ] || say "             $(service_key_file) (mode 600): the key of WordPress."
  say "Models:      $dir/config/$(env_get LITELLM_CONFIG | grep . || echo litellm-config.yaml), provider keys in .env; then: cd $dir && docker compose up --detach"
  say "Next:        nginx in front of it:   $dir/kit/nginx/render.sh --help"
  [ -s "$(service_key_file)" ] || say "             the key for WordPress:  sudo $dir/kit/deploy/deploy-full.sh --service-key$([ "$dir" = "$root/opt/litellm-server" ] || printf ' --litellm-dir %s' "$dir")"
  say "             a backup elsewhere:     BACKUP_RECIPIENT and OFFSITE_TO in .env, then $dir/kit/deploy/backup.sh and offsite.sh"
  [ -z "$observability" ] || say "Dashboards:  Grafana on http://127.0.0.1:3000 (user admin, GRAFANA_ADMIN_PASSWORD in .env), through an SSH tunnel"
fi
