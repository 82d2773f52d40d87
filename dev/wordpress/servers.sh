# The servers of a native site: php -S, or nginx with php-fpm and MariaDB, all private to it. Sourced by up.
# shellcheck shell=bash disable=SC2154 # of up

start_php_server() {
  # Several workers: WordPress calls itself (Site Health, cron).
  PHP_CLI_SERVER_WORKERS=${WP_WORKERS:-4} start_detached php "$run" php \
    -d opcache.enable_cli=1 -d opcache.revalidate_freq=0 -d upload_max_filesize=64M -d post_max_size=64M -d display_errors=0 \
    -S "127.0.0.1:$port" -t "$root" "$here/router.php"
}

start_mariadb() {
  local as=()
  ! is_root || as=(--user=root)
  mariadb-install-db --no-defaults "${as[@]}" --datadir="$run/db" --auth-root-authentication-method=normal --skip-test-db --force \
    >"$run/install-db.log" 2>&1 || {
    tail --lines=20 "$run/install-db.log" >&2
    die 'MariaDB could not make its files'
  }
  start_detached mariadb "$run" mariadbd --no-defaults "${as[@]}" --datadir="$run/db" --socket="$run/db.sock" --pid-file="$run/mariadbd.self" \
    --skip-networking --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=0 --sync-binlog=0
  for _ in $(seq 150); do
    ! mariadb --no-defaults -uroot --socket="$run/db.sock" --execute='CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4' 2>/dev/null || return 0
    sleep 0.2
  done
  tail --lines=20 "$run/mariadb.log" >&2
  die 'MariaDB did not start'
}

find_php_fpm() {
  local release file
  release=$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')
  for file in "/usr/sbin/php-fpm$release" "$(command -v php-fpm || true)"; do
    if [ -x "$file" ]; then
      echo "$file"
      return 0
    fi
  done
  return 1
}

start_nginx() {
  local root_user=() pool_user=''
  if is_root; then
    root_user=(-R)
    pool_user=$'user = root\ngroup = root'
  fi
  cat >"$run/fpm.conf" <<CONF
[global]
error_log = $run/fpm-error.log
daemonize = no
[www]
$pool_user
listen = $run/fpm.sock
pm = static
pm.max_children = ${WP_WORKERS:-4}
php_admin_value[upload_max_filesize] = 64M
php_admin_value[post_max_size] = 64M
php_admin_value[opcache.revalidate_freq] = 0
CONF
  write_nginx_config
  start_detached fpm "$run" "$(find_php_fpm)" -F "${root_user[@]}" -y "$run/fpm.conf"
  for _ in $(seq 100); do
    [ ! -S "$run/fpm.sock" ] || break
    sleep 0.1
  done
  start_detached nginx "$run" nginx -c "$run/nginx.conf" -e "$run/nginx-error.log"
}

write_nginx_config() {
  local subfolders=''
  if [ "${WP_MULTISITE:-0}" = 1 ]; then
    # shellcheck disable=SC2016 # nginx's own variables
    subfolders='if (!-e $request_filename) {
      rewrite ^/[_0-9a-zA-Z-]+(/wp-(content|admin|includes).*) $1 last;
      rewrite ^/[_0-9a-zA-Z-]+(/.*\.php)$ $1 last;
    }'
  fi
  mkdir --parents "$run/nginx"
  cat >"$run/nginx.conf" <<CONF
daemon off;
pid $run/nginx.self;
error_log $run/nginx-error.log;
$(is_root && echo 'user root;')
worker_processes 1;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log $run/nginx-access.log;
  client_max_body_size 64m;
  client_body_temp_path $run/nginx/body;
  proxy_temp_path $run/nginx/proxy;
  fastcgi_temp_path $run/nginx/fastcgi;
  uwsgi_temp_path $run/nginx/uwsgi;
  scgi_temp_path $run/nginx/scgi;
  server {
    listen 127.0.0.1:$port;
    root $root;
    index index.php;
    $subfolders
    location / { try_files \$uri \$uri/ /index.php?\$args; }
    location ~ \.php\$ {
      try_files \$uri =404;
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
      # Debian's file sends the host without its port, and WordPress builds addresses from it.
      fastcgi_param HTTP_HOST \$host:\$server_port;
      fastcgi_param HTTP_PROXY "";
      fastcgi_read_timeout 120s;
      fastcgi_pass unix:$run/fpm.sock;
    }
  }
}
CONF
}

# wait_http ADDRESS: until it answers, or one of the site's servers has ended.
wait_http() {
  local file
  for _ in $(seq 300); do
    for file in "$run"/*.pid; do
      if ! alive "$file"; then
        file=${file##*/}
        say "${file%.pid} ended"
        return 1
      fi
    done
    ! curl --silent --output /dev/null --fail --max-time 20 "$1" || return 0
    sleep 0.2
  done
  return 1
}
