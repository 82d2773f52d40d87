# .env: made from env.example, filled with strong secrets where they are empty; what exists is kept.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

env_file=$dir/.env

# missing_lines: the variables of env.example that .env lacks, each with the comment above it.
missing_lines() {
  local line comment='' name names
  names=$'\n'$(env_names "$env_file")$'\n'
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '# ---'*) comment='' ;;
      '#'*) comment+=$line$'\n' ;;
      [A-Za-z_]*=*)
        name=${line%%=*}
        [[ $names == *$'\n'"$name"$'\n'* ]] || printf '%s%s\n' "$comment" "$line"
        comment='' ;;
      *) comment='' ;;
    esac
  done <"$env_example"
}

if [ ! -f "$env_file" ]; then
  write_file 600 "$env_file" <"$env_example"
  note "new: .env"
else
  added=$(missing_lines)
  if [ -n "$added" ]; then
    note "new in .env: $(env_names /dev/stdin <<<"$added" | paste --serial --delimiters=' ')"
    # The file may lack its last newline.
    { cat "$env_file" && { [ -z "$(tail --bytes=1 "$env_file")" ] || echo; } && printf '\n# New with version %s of the kit.\n%s\n' "$(head --lines=1 "$kit/deploy/VERSION")" "$added"; } |
      write_file 600 "$env_file"
  fi
fi
[ -n "$dry_run" ] || [ "$(stat --format %a "$env_file")" = 600 ] || { chmod 600 "$env_file" && note ".env could be read by others; now it is mode 600"; }

made=()
for name in "${secret_names[@]}"; do
  [ -z "$(env_get "$name")" ] || continue
  new_secret "$name" | env_set "$name"
  made+=("$name")
done
[ ${#made[@]} = 0 ] || note "$([ -n "$dry_run" ] && echo "would generate" || echo generated): ${made[*]}"
[ -n "$(env_get UI_USERNAME)" ] || printf 'admin' | env_set UI_USERNAME

# set_setting NAME VALUE: for what is no secret.
set_setting() { [ "$(env_get "$1")" = "$2" ] || printf '%s' "$2" | env_set "$1"; }
set_setting LITELLM_IMAGE "$litellm_image"
[ -z "$demo" ] || set_setting LITELLM_CONFIG litellm-config.demo.yaml

# What else the operator put into COMPOSE_FILE stays, in its place; the override has the last word.
compose_file=$(setting COMPOSE_FILE | grep . || echo docker-compose.yml)
compose_file=:$compose_file:
[[ -z $observability || $compose_file == *:docker-compose.observability.yml:* ]] || compose_file=${compose_file/:docker-compose.yml:/:docker-compose.yml:docker-compose.observability.yml:}
if [ -f "$dir/docker-compose.override.yml" ] && [[ $compose_file != *:docker-compose.override.yml:* ]]; then compose_file+=docker-compose.override.yml:; fi
compose_file=${compose_file#:}
set_setting COMPOSE_FILE "${compose_file%:}"

# Only a salt that a database was made with is held to.
if [ -z "$dry_run" ] && [ "$(cat "$dir/data/kit/salt.fingerprint" 2>/dev/null || true)" != "$(salt_fingerprint)" ]; then
  salt_fingerprint | write_file 600 "$dir/data/kit/salt.fingerprint"
fi
