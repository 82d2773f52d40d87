# Docker Engine and Compose from Docker's own repository, and the tools of the scripts. An existing Docker is kept.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

# Docker's release key, as docs.docker.com names it. A key that merely came over HTTPS could be anybody's.
docker_fingerprint=9DC858229FC7DD38854AE2D88D81803C0EBFCD88

export DEBIAN_FRONTEND=noninteractive
# A new server often updates itself at this moment: its lock is waited for.
apt_install() { run apt-get install --yes --no-install-recommends --option DPkg::Lock::Timeout=300 "$@"; }

# fetch_docker_key FILE: the key, if it is the one with that fingerprint and nothing beside it.
fetch_docker_key() {
  local file=$1 home found
  curl --fail --silent --show-error --location --proto '=https' --max-time 60 --output "$file" "https://download.docker.com/linux/$os_id/gpg" ||
    die "Docker's repository key could not be fetched from download.docker.com. Is that host reachable from here?"
  home=$(mktemp --directory)
  found=$(gpg --homedir "$home" --batch --show-keys --with-colons "$file" 2>/dev/null |
    awk -F : '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }' | paste --serial --delimiters=,)
  rm --recursive --force "$home"
  [ "$found" = "$docker_fingerprint" ] ||
    die "the key from download.docker.com is not Docker's: expected the fingerprint $docker_fingerprint, found '${found:-none}'. It was not installed; something between here and Docker may be tampering"
}

wanted=(ca-certificates curl jq openssl age)
[ -z "$enable_ufw" ] || wanted+=(ufw)
have gpg || have docker || wanted+=(gnupg)
missing=()
for package in "${wanted[@]}"; do
  case $package in
    ca-certificates) [ -e "$root/etc/ssl/certs/ca-certificates.crt" ] || missing+=("$package") ;;
    gnupg) missing+=("$package") ;;
    *) have "$package" || missing+=("$package") ;;
  esac
done
if [ ${#missing[@]} -gt 0 ]; then
  run apt-get update
  apt_install "${missing[@]}"
fi

if have docker && docker compose version >/dev/null 2>&1; then
  note "Docker and Compose are here already, and stay as they are"
elif have docker; then
  # Another Docker (Debian's, Ubuntu's) stays: its containers would not survive a change of engine unnoticed.
  run apt-get update
  apt_install docker-compose-plugin || apt_install docker-compose-v2 ||
    die "Docker is here without the Compose plugin, and apt has neither docker-compose-plugin nor docker-compose-v2. Install the plugin by hand: https://docs.docker.com/compose/install/linux/"
else
  [ -n "$os_codename" ] || die "/etc/os-release has no VERSION_CODENAME, so the right repository of Docker cannot be named. Install Docker by hand: https://docs.docker.com/engine/install/"
  if [ -n "$dry_run" ]; then
    note "would fetch Docker's repository key, check its fingerprint ($docker_fingerprint) and write $root/etc/apt/sources.list.d/docker.sources"
  else
    docker_key=$(mktemp)
    fetch_docker_key "$docker_key"
    write_file 644 "$root/etc/apt/keyrings/docker.asc" <"$docker_key"
    rm --force "$docker_key"
    chmod 755 "$root/etc/apt/keyrings"
    write_file 644 "$root/etc/apt/sources.list.d/docker.sources" <<SOURCES
Types: deb
URIs: https://download.docker.com/linux/$os_id
Suites: $os_codename
Components: stable
Signed-By: $root/etc/apt/keyrings/docker.asc
SOURCES
  fi
  run apt-get update
  apt_install docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin
  ! systemd_runs || run systemctl enable --now docker
fi
if [ -z "$dry_run" ]; then
  need docker curl jq openssl
  docker info >/dev/null || die "Docker is installed, but its engine does not answer. What does 'systemctl status docker' say?"
fi
