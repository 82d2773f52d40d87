# One installed site: its files, wp-config.php, WP-CLI, users and plugins. Sourced by up.
# shellcheck shell=bash disable=SC2154 # of up

make_tree() {
  cp --recursive --dereference "$1" "$root"
  mkdir --parents "$root/wp-content/mu-plugins" "$root/wp-content/plugins" "$root/wp-content/upgrade"
  rm --recursive --force "$root/wp-config.php" "$root/wp-content/database" "$root/wp-content/db.php"
  cp "$here/wp-dev.php" "$root/wp-content/mu-plugins/wp-dev.php"
  if [ -n "${WP_LOCALE:-}" ]; then
    mkdir --parents "$root/wp-content/languages"
    cp "$studio"/latest/languages/*"$WP_LOCALE"* "$root/wp-content/languages/" || die "there are no translation files for WP_LOCALE=$WP_LOCALE"
  fi
}

add_sqlite() {
  local to=$root/wp-content/mu-plugins/sqlite-database-integration
  cp --recursive "$1" "$to"
  sed --expression="s#{SQLITE_IMPLEMENTATION_FOLDER_PATH}#$to#" --expression='s#{SQLITE_PLUGIN}#sqlite-database-integration/load.php#g' \
    "$1/db.copy" >"$root/wp-content/db.php"
}

php_quote() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}
define() {
  case $2 in
    true | false) printf 'define( %s, %s );\n' "$(php_quote "$1")" "$2" ;;
    *) printf 'define( %s, %s );\n' "$(php_quote "$1")" "$(php_quote "$2")" ;;
  esac
}
random_text() { head --bytes=48 /dev/urandom | base64 --wrap=0; }

write_config() {
  local name line
  {
    echo '<?php'
    define DB_NAME wordpress
    define DB_USER root
    define DB_PASSWORD ''
    define DB_HOST "localhost:$run/db.sock"
    define DB_CHARSET utf8mb4
    define DB_COLLATE ''
    for name in AUTH SECURE_AUTH LOGGED_IN NONCE; do
      define ${name}_KEY "$(random_text)"
      define ${name}_SALT "$(random_text)"
    done
    if [ "${WP_DEV_DEBUG:-1}" = 1 ]; then
      define WP_DEBUG true
      define WP_DEBUG_LOG true
      define WP_DEBUG_DISPLAY false
      define SCRIPT_DEBUG "${WP_SCRIPT_DEBUG:-false}"
    fi
    define DISABLE_WP_CRON "${WP_DISABLE_CRON:-true}"
    define FS_METHOD direct
    define WP_DEV_AUTOLOGIN "${WP_AUTOLOGIN:-false}"
    define WP_ENVIRONMENT_TYPE "${WP_ENVIRONMENT_TYPE:-local}"
    [ -z "${LITELLM_API_BASE:-}" ] || define LITELLM_API_BASE "$LITELLM_API_BASE"
    [ -z "${LITELLM_SERVICE_KEY:-}" ] || define LITELLM_SERVICE_KEY "$LITELLM_SERVICE_KEY"
    while IFS= read -r line; do [ -z "$line" ] || define "${line%%=*}" "${line#*=}"; done <<<"${WP_CONSTANTS:-}"
    # shellcheck disable=SC2016 # PHP's own variable
    echo '$table_prefix = "wp_";'
    echo "/* That's all, stop editing! Happy publishing. */"
    echo "defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );"
    echo "require_once ABSPATH . 'wp-settings.php';"
  } >"$root/wp-config.php"
}

# A wrapper so that `wp-cli …` needs no further words.
write_wp_cli() {
  cat >"$site/wp-cli" <<WRAPPER
#!/bin/sh
export WP_CLI_CACHE_DIR='$downloads/wp-cli' WP_CLI_DISABLE_AUTO_CHECK_UPDATE=1 WP_CLI_PACKAGES_DIR='$downloads/wp-cli-packages'
exec php -d display_errors=stderr -d error_reporting='E_ALL & ~E_DEPRECATED' '$studio/wp-cli/wp-cli.phar' --allow-root --path='$root' "\$@"
WRAPPER
  chmod +x "$site/wp-cli"
}

install_wordpress() {
  local role command=install
  [ "${WP_MULTISITE:-0}" != 1 ] || command=multisite-install
  "$site/wp-cli" core $command --url="$url" --title="${WP_TITLE:-Plugin test}" --admin_user="$user" --admin_password="$password" \
    --admin_email=admin@example.com --skip-email --quiet
  [ $command != install ] || "$site/wp-cli" rewrite structure "${WP_PERMALINKS-/%postname%/}" --quiet
  [ -z "${WP_LOCALE:-}" ] || "$site/wp-cli" option update WPLANG "$WP_LOCALE" --quiet
  [ "${WP_ROLES:-1}" = 1 ] || return 0
  for role in editor subscriber; do
    "$site/wp-cli" user create "$role" "$role@example.com" --role="$role" --user_pass="$password" --quiet
  done
}

install_plugins() {
  local plugin
  for plugin in "${plugins[@]}"; do
    if [ -d "$plugin" ]; then
      ln --symbolic "$plugin" "$root/wp-content/plugins/${plugin##*/}"
      "$site/wp-cli" plugin activate "${plugin##*/}" --quiet
    else
      "$site/wp-cli" plugin install "$plugin" --activate --quiet
    fi
  done
}
