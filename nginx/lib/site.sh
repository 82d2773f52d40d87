# Reads a site file and says in words what is wrong with its values. Sourced by render.sh.
# shellcheck shell=bash disable=SC2154 # site, http_only: render.sh

declare -A value=(
  [SERVER_NAME]='' [WORDPRESS_ORIGIN]='' [TLS_CERTIFICATE]='' [TLS_CERTIFICATE_KEY]='' [ADMIN_NETWORKS]='own'
  [UPSTREAM]='127.0.0.1:24157' [API_NETWORKS]='all' [FILES_API]='no' [PUBLIC_PATHS]='' [CONSOLE_SETTINGS]='no'
  [BODY_LIMIT]='32m' [UPLOAD_LIMIT]='200m' [READ_TIMEOUT]='600s' [REALTIME_TIMEOUT]='3600s'
  [API_RATE]='50r/s' [API_BURST]='200' [LOGIN_RATE]='10r/m' [LOGIN_BURST]='10' [CONNECTIONS]='200'
  [ACME_ROOT]='/var/www/acme' [DEFAULT_SERVER]='yes' [IPV6]='auto' [HTTP_PORT]='80' [HTTPS_PORT]='443' [HSTS_MAX_AGE]='31536000'
  [LOG_DIR]='/var/log/nginx' [CACHE_DIR]='/var/cache/litellm-assets' [CACHE_SIZE]='200m'
  [TRUSTED_PROXIES]='' [REAL_IP_HEADER]='X-Forwarded-For'
)
problems=()
problem() { problems+=("$1"); }

# read_site FILE: what is not a known name with a value is a mistake worth telling.
read_site() {
  local line number=0 name text seen=' '
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    if ! [[ $line =~ ^([A-Z0-9_]+)=(.*)$ ]]; then
      problem "line $number: expected NAME=value, found: $line"
      continue
    fi
    name=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]}
    text=${text%"${text##*[![:space:]]}"}
    case $text in
      \"*\") text=${text#\"} text=${text%\"} ;;
      \'*\') text=${text#\'} text=${text%\'} ;;
    esac
    if ! [[ -v value[$name] ]]; then
      problem "line $number: there is no setting $name; site.conf.example has them all"
    elif [[ $seen == *" $name "* ]]; then
      problem "line $number: $name is set twice"
    else
      value[$name]=$text seen+="$name "
    fi
  done <"$1"
}

# expect NAME PATTERN WHAT IT IS: every value has a pattern, none of which lets a character through that means something to nginx.
expect() {
  [[ ${value[$1]} =~ ^($2)$ ]] || problem "$1: expected $3, found: ${value[$1]:-nothing}"
}

label='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
host_name="($label\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
is_ipv4() {
  local part
  [[ $1 =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ ]] || return 1
  for part in ${1//./ }; do [ "$((10#$part))" -le 255 ] || return 1; done
}
is_ipv6() {
  local groups part
  [[ $1 =~ ^[0-9A-Fa-f:]+$ && $1 == *:*:* && $1 != *:::* && $1 != *::*::* ]] || return 1
  [[ $1 != :* || $1 == ::* ]] && [[ $1 != *: || $1 == *:: ]] || return 1
  IFS=: read -r -a groups <<<"$1"
  [ ${#groups[@]} -le 8 ] || return 1
  [[ $1 == *::* ]] || [ ${#groups[@]} = 8 ] || return 1
  for part in "${groups[@]}"; do [ ${#part} -le 4 ] || return 1; done
}
# is_network TEXT: an address, or one with a prefix length.
is_network() {
  local address=${1%%/*} length=${1#*/}
  [[ $1 == */* ]] || length=0
  [[ $length =~ ^[0-9]{1,3}$ ]] || return 1
  if is_ipv4 "$address"; then [ "$((10#$length))" -le 32 ]; else is_ipv6 "$address" && [ "$((10#$length))" -le 128 ]; fi
}

# networks_of NAME: one a line, "own" spelled out.
networks_of() {
  local entry address
  for entry in ${value[$1]}; do
    if [ "$entry" != own ]; then
      printf '%s\n' "$entry"
      continue
    fi
    printf '127.0.0.0/8\n::1\n'
    for address in $(hostname -I 2>/dev/null); do printf '%s\n' "${address%%%*}"; done
  done | awk '!seen[$0]++'
}
check_networks() {
  local entry
  for entry in ${value[$1]}; do
    [ "$entry" = own ] || is_network "$entry" || problem "$1: expected \"own\", an address or a network such as 198.51.100.0/24, found: $entry"
    [[ $entry != */0 && $entry != */00* ]] || problem "$1: $entry is everybody; name the networks of those who may"
    [[ $entry != */[1-7] || $entry == *:* ]] || warn "$1: $entry is a large part of the internet"
  done
}

# registrable DOMAIN: the last two labels, or three where the last but one is a usual one for registrations (co.uk, com.cn).
registrable() {
  local labels count
  IFS=. read -r -a labels <<<"$1"
  count=${#labels[@]}
  if [ "$count" -ge 3 ] && [ ${#labels[count - 1]} = 2 ] && [[ ${labels[count - 2]} =~ ^(ac|co|com|edu|gob|gov|ne|net|or|org)$ ]]; then
    printf '%s.' "${labels[count - 3]}"
  fi
  printf '%s.%s' "${labels[count - 2]}" "${labels[count - 1]}"
}

check_names() {
  local origin host
  value[SERVER_NAME]=${value[SERVER_NAME],,}
  value[WORDPRESS_ORIGIN]=${value[WORDPRESS_ORIGIN],,}
  expect SERVER_NAME "$host_name" "the public name of LiteLLM, such as litellm.example.com"
  [ ${#value[SERVER_NAME]} -le 253 ] || problem "SERVER_NAME: longer than a name can be (253 characters)"
  [ -n "${value[WORDPRESS_ORIGIN]}" ] || problem "WORDPRESS_ORIGIN: expected the address of WordPress, such as https://www.example.com, found: nothing"
  for origin in ${value[WORDPRESS_ORIGIN]}; do
    if [[ $origin == http://* ]]; then
      problem "WORDPRESS_ORIGIN: $origin is not encrypted; a frame with LiteLLM's console needs https there"
    elif ! [[ $origin =~ ^https://($host_name)(:[0-9]{1,5})?$ ]]; then
      problem "WORDPRESS_ORIGIN: expected https:// and a name, without a path or a slash at its end, such as https://www.example.com, found: $origin"
    else
      host=${BASH_REMATCH[1]}
      if [ "$host" = "${value[SERVER_NAME]}" ]; then
        problem "SERVER_NAME: $host is WordPress's own name. LiteLLM's cookie, which carries an admin key, would be open to every script of WordPress; give LiteLLM a name of its own"
      elif [ "$(registrable "$host")" != "$(registrable "${value[SERVER_NAME]}")" ]; then
        warn "WORDPRESS_ORIGIN: $host and ${value[SERVER_NAME]} do not seem to be below the same domain. Browsers then keep LiteLLM's cookie out of the frame, and one cannot sign in there"
      fi
    fi
  done
}

check_certificate() {
  local file=${value[TLS_CERTIFICATE]} key=${value[TLS_CERTIFICATE_KEY]} problems_before=${#problems[@]}
  [ -z "$http_only" ] || return 0
  expect TLS_CERTIFICATE "$path_pattern" "the path of a certificate"
  expect TLS_CERTIFICATE_KEY "$path_pattern" "the path of a key"
  [ ${#problems[@]} = "$problems_before" ] || return 0
  if [ ! -r "$file" ]; then
    problem "TLS_CERTIFICATE: there is no $file (or it cannot be read). For the first one: render.sh --http-only --install, then certbot"
    return
  elif [ ! -r "$key" ]; then
    problem "TLS_CERTIFICATE_KEY: there is no $key (or it cannot be read; run this with sudo)"
    return
  elif ! openssl x509 -in "$file" -noout 2>/dev/null; then
    problem "TLS_CERTIFICATE: expected a certificate in PEM, found something else in $file"
    return
  elif ! openssl pkey -in "$key" -passin pass: -noout 2>/dev/null; then
    problem "TLS_CERTIFICATE_KEY: expected a key in PEM without a password, found something else in $key"
    return
  fi
  [ "$(openssl x509 -in "$file" -noout -pubkey)" = "$(openssl pkey -in "$key" -passin pass: -pubout)" ] ||
    problem "TLS_CERTIFICATE_KEY: $key is not the key of $file"
  [[ "$(openssl x509 -in "$file" -noout -checkhost "${value[SERVER_NAME]:-none}")" == *"does match"* ]] ||
    problem "TLS_CERTIFICATE: $file is not for ${value[SERVER_NAME]} but for: $(openssl x509 -in "$file" -noout -subject -ext subjectAltName 2>/dev/null | tr --squeeze-repeats '\n ' ' ')"
  if ! openssl x509 -in "$file" -noout -checkend 0 >/dev/null; then
    problem "TLS_CERTIFICATE: $file expired ($(openssl x509 -in "$file" -noout -enddate)); renew it: certbot renew"
  elif ! openssl x509 -in "$file" -noout -checkend 1209600 >/dev/null; then
    warn "TLS_CERTIFICATE: $file expires soon ($(openssl x509 -in "$file" -noout -enddate))"
  fi
  [ -z "$(find -L "$key" -perm /o=r)" ] || warn "TLS_CERTIFICATE_KEY: everybody on this machine can read $key; chmod 600 it"
}

check_upstream() {
  local entry host
  [ -n "${value[UPSTREAM]}" ] || problem "UPSTREAM: expected where LiteLLM listens, such as 127.0.0.1:24157, found: nothing"
  for entry in ${value[UPSTREAM]}; do
    host=${entry%:*}
    if ! [[ ${entry##*:} =~ ^[0-9]{1,5}$ && ${entry##*:} -ge 1 && ${entry##*:} -le 65535 ]] ||
      { ! is_ipv4 "$host" && ! [[ $host =~ ^($host_name|$label)$ ]] && ! { [[ $host == \[*\] ]] && is_ipv6 "${host:1:-1}"; }; } ||
      { [[ $host =~ ^[0-9.]+$ ]] && ! is_ipv4 "$host"; }; then
      problem "UPSTREAM: expected address:port, found: $entry"
    elif ! [[ $host =~ ^(127\.|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|localhost$|\[::1\]$) ]]; then
      warn "UPSTREAM: $entry is not a private address; keys travel there unencrypted"
    fi
  done
}

# What may not become public by PUBLIC_PATHS: the console, and paths that manage.
managed='ui|key|user|team|organization|customer|end_user|budget|model|config|spend|global|sso|login|health|cache|credentials|scim|invitation|management|litellm|fallback|onboarding|public|v1/mcp|mcp-rest|v1/model|v2'
check_public_paths() {
  local entry
  for entry in ${value[PUBLIC_PATHS]}; do
    if ! [[ $entry =~ ^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+/?$ ]]; then
      problem "PUBLIC_PATHS: expected a path of letters, digits, '.', '_', '-' and '/', found: $entry"
    elif [[ ${entry,,} =~ ^/(($managed)(/|$)|v1/$) ]]; then
      problem "PUBLIC_PATHS: $entry manages LiteLLM; it is for the admin networks"
    fi
  done
}

path_pattern='(/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+'
check_site() {
  local name
  set -f
  check_names
  check_certificate
  [ -n "${value[ADMIN_NETWORKS]}" ] || problem "ADMIN_NETWORKS: expected networks, or \"own\", found: nothing"
  check_networks ADMIN_NETWORKS
  [ "${value[API_NETWORKS]}" = all ] || check_networks API_NETWORKS
  [ -n "${value[API_NETWORKS]}" ] || problem "API_NETWORKS: expected \"all\" or networks, found: nothing"
  check_networks TRUSTED_PROXIES
  [[ " ${value[TRUSTED_PROXIES]} " != *" own "* ]] || problem "TRUSTED_PROXIES: expected the networks of the proxies, found: own"
  check_upstream
  check_public_paths
  for name in ACME_ROOT LOG_DIR CACHE_DIR; do expect $name "$path_pattern" "the path of a folder, from / on, without spaces"; done
  for name in FILES_API CONSOLE_SETTINGS DEFAULT_SERVER; do expect $name 'yes|no' "yes or no"; done
  expect IPV6 'yes|no|auto' "yes, no or auto"
  for name in HTTP_PORT HTTPS_PORT; do
    expect $name '[1-9][0-9]{0,4}' "a port"
    [[ ! ${value[$name]} =~ ^[0-9]{1,5}$ || ${value[$name]} -le 65535 ]] || problem "$name: expected a port up to 65535, found: ${value[$name]}"
  done
  [ "${value[HTTP_PORT]}" != "${value[HTTPS_PORT]}" ] || problem "HTTPS_PORT: HTTP_PORT is the same one"
  for name in BODY_LIMIT UPLOAD_LIMIT CACHE_SIZE; do expect $name '[1-9][0-9]{0,8}[kmg]' "a size such as 32m"; done
  for name in READ_TIMEOUT REALTIME_TIMEOUT; do expect $name '[1-9][0-9]{0,5}[smh]' "a time such as 600s"; done
  for name in API_RATE LOGIN_RATE; do expect $name '[1-9][0-9]{0,6}r/[sm]' "a rate such as 50r/s or 10r/m"; done
  for name in API_BURST LOGIN_BURST CONNECTIONS; do expect $name '[1-9][0-9]{0,6}' "a number"; done
  expect HSTS_MAX_AGE '[0-9]{1,9}' "a number of seconds"
  expect REAL_IP_HEADER '[A-Za-z][A-Za-z0-9-]*' "the name of a header"
  set +f
  if [ ${#problems[@]} -gt 0 ]; then
    printf '%s\n' "${problems[@]/#/  }" >&2
    die "${#problems[@]} to put right in $site; nothing was written"
  fi
  if [ "${value[IPV6]}" = auto ]; then
    if [ -s /proc/net/if_inet6 ]; then value[IPV6]=yes; else value[IPV6]=no; fi
  fi
}
