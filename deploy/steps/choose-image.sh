# Which LiteLLM will run: the one asked for, or that of .env, or that of env.example. Changes nothing.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

litellm_image=${litellm_image:-$(setting LITELLM_IMAGE)}
[ -n "$litellm_image" ] || litellm_image=$(env_get LITELLM_IMAGE "$env_example")
refuse_bad_image "$litellm_image"

last_image=$(last_release | cut --fields=2)
last_version=$(image_version "$last_image")
new_version=$(image_version "$litellm_image")
if [ -n "$last_image" ] && [ "$last_image" != "$litellm_image" ] && database_has_data; then
  # An older LiteLLM cannot read the tables of a newer one.
  if [ -n "$last_version" ] && [ -n "$new_version" ] && version_below "$new_version" "$last_version"; then
    die "the database has run LiteLLM $last_version, and $new_version is older: it could not read the tables. Go back with $kit/deploy/rollback.sh, which restores the backup that fits"
  fi
  warn "$last_image ran here, and $litellm_image would follow without a backup. $kit/deploy/upgrade.sh makes one first, and goes back by itself on failure."
  [ -n "$dry_run" ] || confirm "Change the image without a backup all the same?" || die "nothing was changed"
fi
# What already runs here was agreed to when it came.
if [ "$last_image" = "$litellm_image" ]; then
  (dry_run=1 && warn_old_image "$litellm_image")
else
  warn_old_image "$litellm_image" || die "nothing was changed. The default image of this kit is $(env_get LITELLM_IMAGE "$env_example")"
fi
note "image: $litellm_image"
