# Fills in templates. Sourced by render.sh.
#   @NAME@ is a value, "#include NAME" a snippet, "#if FEATURE", "#else" and "#end" keep lines or leave them out.
# A value with several lines stands alone on its line, and takes the indentation of it.
# shellcheck shell=bash disable=SC2154 # features: render.sh; value: site.sh

# public_host: as it stands in addresses.
public_host() {
  printf '%s' "${value[SERVER_NAME]}"
  [ "${value[HTTPS_PORT]}" = 443 ] || printf ':%s' "${value[HTTPS_PORT]}"
}

# each_network NAME BEFORE AFTER
each_network() { networks_of "$1" | sed "s|^|$2|; s|\$|$3|"; }
upstream_servers() {
  local entry
  for entry in ${value[UPSTREAM]}; do printf 'server %s max_fails=3 fail_timeout=10s;\n' "$entry"; done
}
# public_pattern: the further paths as one expression; a slash at the end means all below.
public_pattern() {
  local entry parts=()
  for entry in ${value[PUBLIC_PATHS]}; do
    if [[ $entry == */ ]]; then entry+='.*'; fi
    entry=${entry//./\\.}
    parts+=("${entry//\/\\.\*//.*}\$")
  done
  (IFS='|' && printf '%s' "${parts[*]}")
}

declare -A filled=()
# fill_template FILE NAME=VALUE…: the template with everything in its place; the values given here go before those of the site.
fill_template() {
  local template=$1 name
  shift
  for name in "${!value[@]}"; do filled[$name]=${value[$name]}; done
  for name; do filled[${name%%=*}]=${name#*=}; done
  filled[PUBLIC_HOST]=$(public_host)
  filled[ADMIN_GEO]=$(each_network ADMIN_NETWORKS '' ' 0;')
  filled[API_DEFAULT]=1 filled[API_GEO]=$(networks_of ADMIN_NETWORKS | cat - <(networks_of API_NETWORKS) | awk '!seen[$0]++ { print $0 " 0;" }')
  filled[API_WHO]="API_NETWORKS"
  if [ "${value[API_NETWORKS]}" = all ]; then filled[API_DEFAULT]=0 filled[API_GEO]='' filled[API_WHO]="everybody with a key"; fi
  filled[REAL_IP_FROM]=$(each_network TRUSTED_PROXIES 'set_real_ip_from ' ';')
  filled[UPSTREAM_SERVERS]=$(upstream_servers)
  filled[PUBLIC_PATTERN]=$(public_pattern)
  expand '' <"$here/templates/$template"
}

# expand INDENTATION <TEMPLATE
expand() {
  local line space text kept=(1) name rest
  while IFS= read -r line || [ -n "$line" ]; do
    space=${line%%[![:space:]]*} text=${line#"${line%%[![:space:]]*}"}
    case $text in
      '#if '*)
        if [ "${kept[-1]}" = 1 ] && [[ $features == *" ${text#'#if '} "* ]]; then kept+=(1); elif [ "${kept[-1]}" = 1 ]; then kept+=(0); else kept+=(-1); fi
        continue
        ;;
      '#else')
        if [ "${kept[-1]}" != -1 ]; then kept[-1]=$((1 - kept[-1])); fi
        continue
        ;;
      '#end')
        unset 'kept[-1]'
        continue
        ;;
    esac
    [ "${kept[-1]}" = 1 ] || continue
    if [[ $text == '#include '* ]]; then
      expand "$1$space" <"$here/snippets/${text#'#include '}.conf"
      continue
    fi
    rest=$text text=''
    while [[ $rest =~ @([A-Z0-9_]+)@ ]]; do
      name=${BASH_REMATCH[1]}
      [[ -v filled[$name] ]] || die "the template has @$name@, which nothing fills in"
      text+=${rest%%"@$name@"*}${filled[$name]}
      rest=${rest#*"@$name@"}
    done
    text+=$rest
    if [ -z "$text" ]; then
      [ -n "$line" ] || echo
    else
      printf '%s\n' "$1$space${text//$'\n'/$'\n'$1$space}"
    fi
  done
}
