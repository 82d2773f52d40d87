# The key for WordPress: made once, shown when it is there.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

key_file=$(service_key_file)
wanted_kind=$([ -n "$read_only" ] && echo read-only || echo manage)
if [ -n "$dry_run" ]; then
  if [ -s "$key_file" ]; then note "would show the key in $key_file"; else note "would make a key ($wanted_kind) and write it to $key_file (mode 600)"; fi
else
  if [ -s "$key_file" ]; then
    state=$(key_state "$key_file")
    case $state in
      works) ;;
      refused*) die "the key in $key_file no longer works ($state). $kit/deploy/rotate-service-key.sh --now makes a new one and removes this one" ;;
      *) die "whether the key in $key_file works cannot be told ($state). $kit/deploy/verify.sh shows what is wrong with the gateway" ;;
    esac
    kind=$(key_kind "$key_file") || kind=unknown
    [ -z "$read_only" ] || [ "$kind" = read-only ] ||
      warn "this key is there already, and it can do more than read; rotate-service-key.sh --read-only replaces it by one that can only read"
    chmod 600 "$key_file"
    note "there already, and works: $key_file ($kind)"
  else
    generate_service_key "$key_file" "$wanted_kind" || die "no service key was made. The gateway itself is as it was"
    printf '%s\n' "$wanted_kind" | write_file 600 "$(service_key_kind_file)"
    note "new: $key_file (mode 600, $wanted_kind)"
  fi
  say
  say "For wp-config.php, above the line \"That's all, stop editing!\":"
  say
  print_defines "$key_file"
  say
  if [ -z "$(env_get PROXY_BASE_URL)" ]; then
    note "That address is right where WordPress runs on this server. Elsewhere, name the public one (PROXY_BASE_URL in .env)."
    note "The console inside wp-admin needs the public one in any case: define( 'LITELLM_CONSOLE_URL', 'https://…' );"
  fi
fi
