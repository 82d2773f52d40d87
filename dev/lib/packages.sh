# Packages of the system: installed as root on Debian and Ubuntu, named everywhere else. Sourced after common.sh.
# shellcheck shell=bash disable=SC2034 # read by those who source it

# apt_install PACKAGE…
apt_install() {
  if ! is_root || ! have apt-get || [ "${DEV_APT:-1}" != 1 ]; then
    die "these system packages are needed: $*. Install them as root (apt-get install --no-install-recommends $*) and run this again."
  fi
  say "installing $*"
  with_lock apt apt_install_now "$@"
}
apt_install_now() (
  # No service starts by itself: what dev/ needs of these servers it runs privately.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    trap 'rm --force $policy' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt=(apt-get --quiet=2 --option DPkg::Lock::Timeout=600)
  "${apt[@]}" update >&2 || say "apt-get update failed; going on with the lists there are"
  "${apt[@]}" install --yes --no-install-recommends "$@" >&2 || die "apt-get could not install $*"
)

# need COMMAND=PACKAGE[+PACKAGE]…: installs what is missing, all at once.
need() {
  local pair missing=() names
  for pair in "$@"; do
    IFS=+ read -r -a names <<<"${pair#*=}"
    have "${pair%%=*}" || missing+=("${names[@]}")
  done
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# missing_php EXTENSION=PACKAGE…: the packages that are missing for this PHP.
missing_php() {
  local pair
  have php || echo php-cli
  for pair in "$@"; do
    php -r "exit(extension_loaded('${pair%%=*}') ? 0 : 1);" 2>/dev/null || echo "${pair#*=}"
  done
}
php_extensions=(dom=php-xml mbstring=php-mbstring curl=php-curl zip=php-zip)

# need_php EXTENSION=PACKAGE…
need_php() {
  local missing
  mapfile -t missing < <(missing_php "$@")
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

need_node() {
  local at_least=$1 found
  have node || die "Node.js $at_least or newer is needed, and no 'node' was found. Install it and run this again."
  found=$(node --print 'process.versions.node')
  [ "${found%%.*}" -ge "$at_least" ] || die "Node.js $at_least or newer is needed, this is $found. Install a newer one and run this again."
  have npm || die "npm is needed beside Node.js (Debian: the package npm). Install it and run this again."
}

# find_python: a Python that LiteLLM's pinned packages support and that can make virtual environments.
python_range="3.11, 3.12 or 3.13"
find_python() {
  local python
  for python in ${PYTHON:+"$PYTHON"} python3 python3.12 python3.11 python3.13; do
    "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
    command -v "$python"
    return 0
  done
  return 1
}
need_python() {
  local version
  find_python >/dev/null && return
  if is_root && have apt-get; then
    with_lock apt apt-get --quiet=2 update >&2 || true
    for version in 3 3.12 3.11 3.13; do
      case $(LC_ALL=C apt-cache policy "python$version" | sed --quiet 's/^ *Candidate: //p') in
        3.11* | 3.12* | 3.13*) apt_install "python$version" "python$version-venv" && break ;;
      esac
    done
  fi
  find_python >/dev/null ||
    die "LiteLLM needs Python $python_range with venv; found: $(python3 --version 2>/dev/null || echo none). Install one (Debian 12, Ubuntu 24.04: python3 python3-venv; Ubuntu 22.04: python3.11 python3.11-venv), or name it in PYTHON, and run this again."
}

postgres_bin() { { compgen -G '/usr/lib/postgresql/*/bin' || true; } | sort --version-sort | tail --lines=1; }
need_postgres() {
  [ -z "$(postgres_bin)" ] || return 0
  # No cluster of the system: what dev/ and the tests need they make themselves.
  if is_root && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir --parents /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  apt_install postgresql
}
