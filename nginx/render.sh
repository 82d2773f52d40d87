#!/usr/bin/env bash
# Makes the configuration of nginx for LiteLLM from one file, checks it, and installs it.
#
#   render.sh --site FILE --check          every value, and the result with nginx itself; leaves nothing behind
#   render.sh --site FILE --out DIR        the same, and DIR/litellm.conf
#   render.sh --site FILE --install        the same, and into /etc/nginx with a reload; what was there comes back if
#                                          nginx does not accept the whole
#   render.sh --remove                     takes away again what --install wrote, with a reload; a file that was changed
#                                          by hand stays, and so do certificates, logs and folders
#   render.sh --pause ADDRESS              gives this one of several instances (127.0.0.1:24158) no more calls, while it is
#                                          replaced; any other gets calls again, and with --resume all of them do
#     --http-only   without HTTPS: for the time before the first certificate
#     --dry-run     with --install and --remove: says what it would do
#
# FILE: a copy of site.conf.example, filled in. For nginx 1.18 and later.
# Installed as sites-available/litellm.conf with a link in sites-enabled where nginx has these (Debian, Ubuntu), otherwise
# as conf.d/litellm.conf. Other sites are not touched. Run it again after a change of FILE, of this machine's addresses, or
# an upgrade from nginx below 1.19.4; renewing the certificate only needs "systemctl reload nginx".
# Connections: an answer that streams takes two of worker_connections in nginx.conf (768 a worker on Debian).

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../deploy/lib/common.sh
. "$here/../deploy/lib/common.sh"
# shellcheck source=lib/site.sh
. "$here/lib/site.sh"
# shellcheck source=lib/template.sh
. "$here/lib/template.sh"

site='' out='' check='' install='' remove='' pause='' http_only=''
while [ $# -gt 0 ]; do
  case $1 in
    --site) site=${2:?--site needs a file} && shift ;;
    --out) out=${2:?--out needs a folder} && shift ;;
    --check) check=1 ;;
    --install) install=1 ;;
    --remove) remove=1 ;;
    --pause) pause=${2:?--pause needs an address} && shift ;;
    --resume) pause=none ;;
    --http-only) http_only=1 ;;
    --dry-run) dry_run=1 ;;
    --help) usage && exit ;;
    *) die "unknown option $1; --help lists them" ;;
  esac
  shift
done
[ -z "$remove$pause" ] || [ -z "$site$out$check$install" ] || die "--remove, --pause and --resume go with nothing but --dry-run"
[ -n "$site$remove$pause" ] || die "which site? --site FILE, a copy of $here/site.conf.example; --help tells more"
[ -n "$check$out$install$remove$pause" ] || die "what to do? --check, --out DIR, --install, --remove, --pause or --resume; --help tells more"
[ -n "$remove$pause" ] || [ -r "$site" ] || die "cannot read $site"
for tool in nginx openssl; do
  [ -n "$remove$pause" ] || have "$tool" || die "$tool is missing on this server: apt-get install $tool"
done

scratch=$(mktemp --directory)
trap 'rm --recursive --force "$scratch"' EXIT
nginx_dir=$root/etc/nginx

# nginx of the whole server, which in tests is below the scratch root.
whole_nginx() {
  if [ -n "$root" ]; then nginx -c "$nginx_dir/nginx.conf" "$@"; else nginx "$@"; fi
}

# can_refuse_handshakes: since 1.19.4.
can_refuse_handshakes() {
  local version
  version=$(nginx -v 2>&1)
  version=${version##*nginx/}
  version=${version%% *}
  [ "$(printf '%s\n' 1.19.4 "$version" | sort --version-sort | head --lines=1)" = 1.19.4 ]
}

# make_unknown_certificate DIR: for default servers that cannot refuse the handshake.
make_unknown_certificate() {
  [ -n "$needs_unknown" ] || return 0
  [ ! -s "$1/unknown-host.crt" ] || [ ! -s "$1/unknown-host.key" ] || return 0
  if [ -n "$dry_run" ] && [ "$1" != "$scratch" ]; then
    note "would make: a certificate for no name in $1"
    return
  fi
  mkdir --parents "$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=invalid \
    -keyout "$1/unknown-host.key" -out "$1/unknown-host.crt" 2>/dev/null
}

# check_alone: the result in a configuration of nothing else, with logs and cache that are ours.
check_alone() {
  make_unknown_certificate "$scratch"
  fill_template litellm.conf LOG_DIR="$scratch" CACHE_DIR="$scratch/cache" UNKNOWN_DIR="$scratch" >"$scratch/litellm.conf"
  printf 'pid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\n  access_log off;\n  include %s/litellm.conf;\n}\n' "$scratch" "$scratch" >"$scratch/nginx.conf"
  nginx -t -c "$scratch/nginx.conf" 2>"$scratch/said" ||
    die "nginx does not accept the result: $(grep --invert-match 'test failed' "$scratch/said")"
}

# where_to: the file, and the link that switches it on (empty where a folder is read whole).
where_to() {
  if [ -d "$nginx_dir/sites-enabled" ]; then
    target=$nginx_dir/sites-available/litellm.conf link=$nginx_dir/sites-enabled/litellm.conf
  else
    target=$nginx_dir/conf.d/litellm.conf link=''
  fi
}

# refuse_second_default: nginx takes one default_server a port.
refuse_second_default() {
  [ "${value[DEFAULT_SERVER]}" = yes ] || return 0
  local other
  other=$(awk -v ours="/${target##*/}:" -v ports="${value[HTTP_PORT]} ${value[HTTPS_PORT]}" '
    BEGIN { split(ports, list, " "); for (i in list) port[list[i]] = 1 }
    /^# configuration file / { file = $4 }
    /^[ \t]*listen[ \t].*[ \t]default_server/ {
      address = $2; sub(/;$/, "", address); sub(/.*:/, "", address)
      if (address ~ /[^0-9]/) address = 80
      if (!(index(file, ours) && substr(file, length(file) - length(ours) + 1) == ours) && address in port) {
        sub(/:$/, "", file); print file " (port " address ")"
      }
    }' "$scratch/whole" | sort --unique | paste --serial --delimiters=, | sed 's/,/, /g')
  [ -z "$other" ] || die "another site is the default server already: $other. Debian's stock page goes with 'rm /etc/nginx/sites-enabled/default'; if the other one is meant to stay, set DEFAULT_SERVER=no in $site"
}

# put_back: what was there before, and no more.
put_back() {
  if [ -e "$scratch/former" ]; then cp "$scratch/former" "$target"; else rm --force "$target"; fi
  [ -z "$link" ] || [ -n "$was_linked" ] || rm --force "$link"
}

reload_nginx() {
  if have systemctl && systemctl is-active --quiet nginx; then
    systemctl reload nginx
  elif [ -z "$root" ] && [ -s /run/nginx.pid ]; then
    nginx -s reload
  else
    warn "nginx does not run; start it: systemctl enable --now nginx"
  fi
}

# The last line of what is installed is the sum of those before it: so --remove knows it from a file that somebody changed.
sealed='# as it was written: '
seal() { tee "$scratch/unsealed" && printf '%s%s\n' "$sealed" "$(sha256sum <"$scratch/unsealed" | cut --characters=1-64)"; }
is_as_written() { [ "$(tail --lines=1 "$1")" = "$sealed$(head --lines=-1 "$1" | resumed | sha256sum | cut --characters=1-64)" ]; }

# What stands behind a published port of Docker is asked from the moment its container begins: a call that is sent to one
# that does not listen yet is lost, as nobody may send a POST twice.
resumed() { sed --regexp-extended 's/^( *server [^ ;]+ max_fails=.*) down;$/\1;/'; }
paused() { sed --regexp-extended "s/^( *server ${1//./\\.} max_fails=.*);\$/\1 down;/"; }
pause_instance() {
  need_root
  local target link was_linked=1
  where_to
  { grep --quiet --no-messages '^# Written by nginx/render.sh ' "$target" && [ "$(grep --count '^ *server .* max_fails=' "$target")" -gt 1 ]; } ||
    { note "nginx has no site of this kit with several instances" && return; }
  resumed <"$target" | { if [ "$pause" = none ]; then cat; else paused "$pause"; fi; } >"$scratch/new.conf"
  ! cmp --silent "$scratch/new.conf" "$target" || return 0
  cp "$target" "$scratch/former"
  write_file 644 "$target" <"$scratch/new.conf"
  [ -z "$dry_run" ] || return 0
  whole_nginx -t 2>"$scratch/said" || { put_back && die "nginx does not accept it; what was there is back. It says: $(cat "$scratch/said")"; }
  reload_nginx || { put_back && die "nginx could not be reloaded; what was there is back. See: systemctl status nginx"; }
}

install_site() {
  need_root
  where_to
  [ -d "$nginx_dir" ] || die "there is no $nginx_dir; is nginx installed? apt-get install nginx"
  local was_linked=''
  [ -z "$link" ] || [ ! -L "$link" ] || was_linked=1
  make_unknown_certificate "$nginx_dir/litellm"
  fill_template litellm.conf UNKNOWN_DIR="$nginx_dir/litellm" | seal >"$scratch/new.conf"
  if cmp --silent "$scratch/new.conf" "$target" && { [ -z "$link" ] || [ -n "$was_linked" ]; }; then
    say "$target is as it should be; nothing to do"
    return
  fi
  whole_nginx -T >"$scratch/whole" 2>"$scratch/said" ||
    die "the present configuration of nginx is broken, put that right first: $(cat "$scratch/said")"
  refuse_second_default
  run install --directory --mode=755 "$(in_root "${value[ACME_ROOT]}")" "$(in_root "${value[LOG_DIR]}")" "$(dirname "$(in_root "${value[CACHE_DIR]}")")"
  [ ! -e "$target" ] || cp "$target" "$scratch/former"
  write_file 644 "$target" <"$scratch/new.conf"
  [ -z "$link" ] || run ln --symbolic --force --no-target-directory ../sites-available/litellm.conf "$link"
  if [ -n "$dry_run" ]; then
    note "would run: nginx -t, then a reload of nginx"
    return
  fi
  if ! whole_nginx -T >"$scratch/whole" 2>"$scratch/said"; then
    put_back
    die "nginx does not accept it beside the other sites; what was there is back. It says: $(cat "$scratch/said")"
  fi
  if ! grep --quiet --fixed-strings --line-regexp "# configuration file ${link:-$target}:" "$scratch/whole"; then
    put_back
    die "$nginx_dir/nginx.conf does not include ${link:-$target}: add 'include $(dirname "${link:-$target}")/*;' within http { }"
  fi
  if grep --quiet "conflicting server name \"${value[SERVER_NAME]}\"" "$scratch/said"; then
    put_back
    die "another site of this nginx has the name ${value[SERVER_NAME]} too; what was there is back. Find it with: nginx -T | grep '${value[SERVER_NAME]}'"
  fi
  if ! reload_nginx; then
    put_back
    die "nginx could not be reloaded; what was there is back. See: systemctl status nginx"
  fi
  say "installed: $target"
}

# remove_site: both places are looked at, as nginx may have been another one when it was installed.
remove_site() {
  need_root
  local target link was_linked found='' changed='' cache each
  for each in sites-available:sites-enabled conf.d:; do
    target=$nginx_dir/${each%:*}/litellm.conf link=${each#*:}
    link=${link:+$nginx_dir/$link/litellm.conf}
    grep --quiet --no-messages '^# Written by nginx/render.sh ' "$target" || continue
    if ! is_as_written "$target"; then
      warn "$target was changed since it was written, so it stays. To take it away: rm $target ${link:+$link }&& nginx -t && systemctl reload nginx"
      changed=1
      continue
    fi
    found=1
    cache=$(sed --quiet 's/^proxy_cache_path \([^ ;]*\) .*/\1/p' "$target")
    ! have nginx || whole_nginx -t 2>"$scratch/said" ||
      die "the present configuration of nginx is broken, so $target stays until that is put right: $(cat "$scratch/said")"
    cp "$target" "$scratch/former"
    was_linked=''
    [ -z "$link" ] || [ ! -L "$link" ] || was_linked=1
    run rm --force "$target" ${was_linked:+"$link"}
    if [ -n "$dry_run" ]; then
      note "would run: nginx -t, then a reload of nginx"
      continue
    fi
    if have nginx && ! whole_nginx -t 2>"$scratch/said"; then
      bring_back
      die "without $target nginx does not accept its other sites, so it is back. nginx says: $(cat "$scratch/said")"
    fi
    if have systemctl && systemctl is-active --quiet nginx; then
      systemctl reload nginx || { bring_back && die "nginx could not be reloaded; $target is back. See: systemctl status nginx"; }
    elif [ -z "$root" ] && [ -s /run/nginx.pid ]; then
      nginx -s reload || { bring_back && die "nginx could not be reloaded; $target is back"; }
    fi
    say "removed: $target"
    # What nginx laid there itself, by its form: the folder may be one that others use, too, such as /var/cache/nginx with the
    # empty folders of nginx.org's package. Without that one nginx would not start.
    [ ! -d "${cache:=/nowhere}" ] || (
      cd "$cache"
      find . -regextype posix-extended -regex '\./[0-9a-f]/[0-9a-f]{2}/[0-9a-f]{32}' -type f -delete
      find . -depth -regextype posix-extended -regex '\./[0-9a-f](/[0-9a-f]{2})?' -type d -empty -delete
    )
  done
  [ -n "$found$changed" ] || { say "nginx has no site of this kit" && return; }
  if [ -n "$found" ] && [ -z "$changed" ]; then
    run rm --force "$nginx_dir/litellm/unknown-host.crt" "$nginx_dir/litellm/unknown-host.key"
    [ -n "$dry_run" ] || [ ! -d "$nginx_dir/litellm" ] || rmdir --ignore-fail-on-non-empty "$nginx_dir/litellm"
  fi
}
bring_back() {
  cp "$scratch/former" "$target"
  [ -z "$was_linked" ] || ln --symbolic --force --no-target-directory ../sites-available/litellm.conf "$link"
}

# in_root PATH: below the scratch root, unless it is there already.
in_root() { case $1 in "$root"/*) printf '%s' "$1" ;; *) printf '%s%s' "$root" "$1" ;; esac; }

if [ -n "$remove" ]; then
  remove_site
  exit 0
elif [ -n "$pause" ]; then
  pause_instance
  exit 0
fi
read_site "$site"
check_site
features=" "
[ -n "$http_only" ] || features+="https "
[ "${value[DEFAULT_SERVER]}" = no ] || features+="default "
[ "${value[IPV6]}" = no ] || features+="ipv6 "
[ "${value[FILES_API]}" = no ] || features+="files "
[ "${value[CONSOLE_SETTINGS]}" = yes ] || features+="locked "
[ -z "${value[PUBLIC_PATHS]}" ] || features+="public_paths "
[ -z "${value[TRUSTED_PROXIES]}" ] || features+="real_ip "
needs_unknown=''
if can_refuse_handshakes; then features+="reject_handshake "; else [[ $features != *" https "* || $features != *" default "* ]] || needs_unknown=1; fi

check_alone
if [ -n "$out" ]; then
  out=$(mkdir --parents "$out" && cd "$out" && pwd)
  make_unknown_certificate "$out"
  fill_template litellm.conf UNKNOWN_DIR="$out" | write_file 644 "$out/litellm.conf"
  say "written: $out/litellm.conf"
fi
[ -z "$install" ] || install_site
[ -z "$check" ] || say "$site is in order; nginx accepts the result"
[ -n "$http_only" ] || note "LiteLLM's .env needs: PROXY_BASE_URL=https://$(public_host)"
