#!/usr/bin/env bash
# Says how long the certificates of nginx are still valid; warns, and ends with 1, when one has less than 21 days.
#
#   check-certificates.sh [--file CERTIFICATE]… [--site FILE]… [--days N] [--no-metrics] [--litellm-dir DIR]
#
#   --file CERTIFICATE   this one; may be given several times
#   --site FILE          the certificates that a site file of nginx/render.sh names (TLS_CERTIFICATE=…)
#   --days N             warns below N days (21)
#   --no-metrics, --dry-run   writes nothing
#
# Without --file and --site: those that nginx's litellm.conf uses, as nginx/render.sh installs it. Certificates of Let's Encrypt are renewed 30 days
# before they end, so a warning means that renewal has been failing for more than a week.
# data/textfile/litellm-certificates.prom has the same for Prometheus.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

file=() site=() days=21 no_metrics=''
read_options 'file+ site+ days= no-metrics dry-run' "$@"
files=(${file[@]+"${file[@]}"}) sites=(${site[@]+"${site[@]}"})
[[ $days =~ ^[0-9]+$ ]] || die "--days is a number, not '$days'"
need openssl

# certificates_of_nginx: what the installed site has after ssl_certificate. The one for unknown names is nobody's.
certificates_of_nginx() {
  local conf nginx=$root/etc/nginx
  for conf in "$nginx/sites-enabled/litellm.conf" "$nginx/conf.d/litellm.conf"; do
    [ ! -f "$conf" ] || sed --quiet --regexp-extended 's/^[[:space:]]*ssl_certificate[[:space:]]+"?([^";]+)"?;.*/\1/p' "$conf"
  done | grep --invert-match --fixed-strings "$nginx/litellm/" || true
}
if [ ${#files[@]} = 0 ] && [ ${#sites[@]} = 0 ]; then
  mapfile -t files < <(certificates_of_nginx)
fi
for site in ${sites[@]+"${sites[@]}"}; do
  [ -r "$site" ] || die "$site cannot be read; expected a file of NAME=value lines, as nginx/site.conf.example"
  while IFS= read -r file; do
    file=${file%$'\r'} file=${file#[\"\']} file=${file%[\"\']}
    [ -z "$file" ] || files+=("$file")
  done < <(sed --quiet --regexp-extended 's/^[[:space:]]*[A-Z_]*TLS_CERTIFICATE=//p' "$site")
done
if [ ${#files[@]} = 0 ]; then
  say "no certificate to check: nginx has no site litellm.conf with one in $root/etc/nginx (nginx/render.sh --install); --file names others"
  exit 0
fi

# expiry FILE: seconds since 1970; of the first certificate in it, which is the server's own.
expiry() {
  local end
  end=$(openssl x509 -in "$1" -noout -enddate 2>/dev/null) || return 1
  date --utc --date "${end#notAfter=}" +%s
}

now=$(date +%s) bad='' lines=''
mapfile -t files < <(printf '%s\n' "${files[@]}" | LC_ALL=C sort --unique)
for file in "${files[@]}"; do
  if ! end=$(expiry "$file"); then
    warn "$file is not a certificate that can be read"
    bad=1 end=0
  else
    left=$(((end - now) / 86400))
    if [ "$end" -le "$now" ]; then
      warn "$file EXPIRED on $(date --utc --date "@$end" +%Y-%m-%d): browsers refuse the site. Renew it (certbot renew) and reload nginx"
      bad=1
    elif [ "$left" -lt "$days" ]; then
      warn "$file ends in $left days, on $(date --utc --date "@$end" +%Y-%m-%d). Renewal does not work: try 'certbot renew --dry-run', look at the port 80 and the ACME path"
      bad=1
    else
      say "$file: $left days left, until $(date --utc --date "@$end" +%Y-%m-%d)"
    fi
  fi
  label=${file//\\/\\\\}
  lines+="litellm_kit_certificate_expiry_timestamp_seconds{file=\"${label//\"/\\\"}\"} $end"$'\n'
done
if [ -z "$no_metrics$dry_run" ] && [ -d "$dir/data" ]; then
  install --directory --mode=755 "$dir/data/textfile"
  {
    echo '# HELP litellm_kit_certificate_expiry_timestamp_seconds When the certificate ends; 0 where it cannot be read.'
    echo '# TYPE litellm_kit_certificate_expiry_timestamp_seconds gauge'
    printf '%s' "$lines"
  } | write_file 644 "$dir/data/textfile/litellm-certificates.prom"
fi
[ -z "$bad" ]
