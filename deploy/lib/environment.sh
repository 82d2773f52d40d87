# The secrets of .env: which there are, what makes one weak, and what must never change. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154 # dir and kit are of common.sh

env_example=$kit/deploy/env.example
secret_names=(LITELLM_MASTER_KEY LITELLM_SALT_KEY POSTGRES_PASSWORD REDIS_PASSWORD UI_PASSWORD GRAFANA_ADMIN_PASSWORD)

# setting NAME: its value in .env, or the one that the installation would begin with.
setting() {
  if [ -f "$dir/.env" ] && [[ $'\n'$(env_names "$dir/.env")$'\n' == *$'\n'"$1"$'\n'* ]]; then env_get "$1"; else env_get "$1" "$env_example"; fi
}

# new_secret NAME: a strong value for it, which by no accident looks like a weak one.
new_secret() {
  local value
  while :; do
    case $1 in
      LITELLM_MASTER_KEY | LITELLM_SALT_KEY) value=sk-$(random_secret 40) ;;
      *) value=$(random_secret 32) ;;
    esac
    [ -n "$(weakness "$1" "$value")" ] || break
  done
  printf '%s' "$value"
}

# weakness NAME VALUE: a sentence where the value is no secret, and nothing where it is one.
# Its arguments stay in this shell: no process sees them.
weakness() {
  local name=$1 value=$2 low=${2,,} least=16 bare rest
  local -A seen=()
  case $name in LITELLM_MASTER_KEY | LITELLM_SALT_KEY)
    least=20
    [[ $value == sk-* ]] || { echo "does not begin with sk-" && return; } ;;
  esac
  bare=${low#sk-}
  case $bare in
    1234* | *12345678* | *password* | *passw0rd* | *changeme* | *change-me* | *change_me* | *example* | *your-* | *your_* | \
      *replace* | litellm* | secret* | admin* | postgres* | redis* | grafana* | test* | qwerty* | abc123* | *...* | *…* | *'<'*'>'*)
      echo "is a default or an example, which attackers try first" && return ;;
  esac
  [ ${#value} -ge "$least" ] || { echo "is too short: ${#value} characters, and at least $least are needed" && return; }
  rest=$bare
  while [ -n "$rest" ]; do seen[${rest:0:1}]=1 rest=${rest:1}; done
  [ ${#seen[@]} -ge 8 ] || { echo "repeats the same few characters" && return; }
  # These two become part of an address, and Compose replaces $NAME in all of them.
  case $name in
    POSTGRES_PASSWORD | REDIS_PASSWORD) [[ $value =~ ^[A-Za-z0-9._~-]+$ ]] || { echo "may have letters, digits and . _ ~ - only, because it becomes part of an address" && return; } ;;
    *) [[ $value != *[\$\"\'\\\#[:space:]]* ]] || { echo "may not have quotes, blanks, \\, # or \$, because Compose reads them differently" && return; } ;;
  esac
}

# database_has_data: Postgres has made its cluster here.
database_has_data() { [ -e "$dir/data/postgres/PG_VERSION" ] || [ -n "$(compgen -G "$dir/data/postgres/*/PG_VERSION" || true)" ] || [ -n "$(compgen -G "$dir/data/postgres/*/*/PG_VERSION" || true)" ]; }

# salt_fingerprint: tells two salts apart and says nothing about either.
salt_fingerprint() { printf 'litellm-deploy-kit salt %s' "$(env_get LITELLM_SALT_KEY)" | sha256sum | cut --characters=1-16; }

# check_secrets: every weak secret of .env by name, and every one that the database cannot do without.
check_secrets() {
  local name value other problem problems=() file=$dir/.env
  [ -f "$file" ] || {
    ! database_has_data || die "$dir/data/postgres has a database, but there is no $file. Its LITELLM_SALT_KEY decrypts the provider keys in the database and POSTGRES_PASSWORD opens it: bring .env back from a backup (deploy/restore.sh), or move data/postgres away to begin anew"
    return 0
  }
  for name in "${secret_names[@]}"; do
    value=$(env_get "$name")
    if [ -z "$value" ]; then
      case $name in LITELLM_SALT_KEY | POSTGRES_PASSWORD)
        ! database_has_data || problems+=("$name is empty, but the database in $dir/data/postgres was made with one. A new one would not do: bring .env back from a backup") ;;
      esac
      continue
    fi
    problem=$(weakness "$name" "$value")
    if [ -n "$problem" ] && [ "$name" = LITELLM_SALT_KEY ] && database_has_data; then
      warn "LITELLM_SALT_KEY $problem. It cannot be changed any more, because the provider keys in the database are encrypted with it: keep .env and its backups all the safer."
    elif [ -n "$problem" ]; then
      problems+=("$name $problem")
    fi
    for other in "${secret_names[@]}"; do
      [ "$other" != "$name" ] || break
      [ "$(env_get "$other")" != "$value" ] || problems+=("$name is the same as $other")
    done
  done
  if [ -f "$dir/data/kit/salt.fingerprint" ] && database_has_data && [ -n "$(env_get LITELLM_SALT_KEY)" ] &&
    [ "$(cat "$dir/data/kit/salt.fingerprint")" != "$(salt_fingerprint)" ]; then
    problems+=("LITELLM_SALT_KEY is not the one that the database was made with: LiteLLM could not decrypt the provider keys in it. Put the former one back (from a backup of .env)")
  fi
  [ ${#problems[@]} != 0 ] || return 0
  die "secrets in $file that cannot stay:
$(printf '  - %s\n' "${problems[@]}")
Nothing was changed. Give each a value of its own, or leave it empty and the installer makes one (not the salt or the database password of a database that has data)."
}
