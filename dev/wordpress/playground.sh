# WordPress on PHP compiled to WebAssembly, inside Node.js: no PHP, no database server. Sourced by up.
# shellcheck shell=bash disable=SC2154 # of up
playground=$downloads/playground

install_playground() {
  ! cmp --silent "$here/playground/package-lock.json" "$playground/.installed-lock" || return 0
  say "installing WordPress Playground (230 MB)"
  mkdir --parents "$playground"
  cp "$here"/playground/package*.json "$playground/"
  # None of its install scripts is needed, and the newer Node.js it asks for only makes it quicker.
  npm ci --prefix "$playground" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || die "npm could not install WordPress Playground"
  cp "$playground/package-lock.json" "$playground/.installed-lock"
}

# step JSON: one more step of the blueprint.
step() { steps+=${steps:+,}$1; }

start_playground() {
  local node=${WP_NODE:-node} php=${WP_PHP:-8.3} login=${WP_AUTOLOGIN:-false} mounts=() steps='' plugin name
  [ "${WP_MULTISITE:-0}" = 0 ] || die 'a network (WP_MULTISITE=1) needs a native variant'
  for plugin in "${plugins[@]}"; do
    name=${plugin##*/}
    if [ -d "$plugin" ]; then
      mkdir --parents "$root/wp-content/plugins/$name"
      mounts+=(--mount-dir "$plugin" "/wordpress/wp-content/plugins/$name")
      step "{\"step\":\"activatePlugin\",\"pluginPath\":\"/wordpress/wp-content/plugins/$name\"}"
    else
      cp "$plugin" "$run/$name"
      step "{\"step\":\"installPlugin\",\"pluginData\":{\"resource\":\"bundled\",\"path\":\"/$name\"},\"options\":{\"activate\":true}}"
    fi
  done
  if [ "${WP_ROLES:-1}" = 1 ]; then
    step "{\"step\":\"runPHP\",\"code\":\"<?php require '/wordpress/wp-load.php'; foreach (array('editor','subscriber') as \$r) { if (!username_exists(\$r)) { \$id = wp_create_user(\$r, 'password', \$r.'@example.com'); (new WP_User(\$id))->set_role(\$r); } }\"}"
  fi
  cat >"$run/blueprint.json" <<BLUEPRINT
{"preferredVersions":{"php":"$php","wp":"latest"},"features":{"networking":true},"login":$login,"steps":[$steps]}
BLUEPRINT
  # Nothing here may reach for wordpress.org: the WordPress is the folder made above.
  start_detached playground "$run" "$node" "$playground/node_modules/@wp-playground/cli/wp-playground.js" server \
    --port "$port" --php "$php" --site-url "$url" --workers "${WP_WORKERS:-2}" \
    --mount-dir-before-install "$root" /wordpress "${mounts[@]}" \
    --wordpress-install-mode install-from-existing-files --blueprint "$run/blueprint.json" --blueprint-may-read-adjacent-files
  for _ in $(seq 600); do
    ! grep --quiet 'Ready!' "$run/playground.log" || return 0
    alive "$run/playground.pid" || {
      tail --lines=20 "$run/playground.log" >&2
      die 'Playground ended'
    }
    sleep 0.2
  done
  die 'Playground did not become ready within two minutes'
}
