# Packages of the system: installed as root on Debian and Ubuntu, named everywhere else. Sourced after common.sh.
# shellcheck shell=bash disable=SC2034 # read by those who source it

# What a command needs is looked for first, all of it, and brought or named in one go: want_…, then bring_missing.
missing_packages=() missing_words=()

can_install() { is_root && have apt-get && [ "${DEV_APT:-1}" = 1 ]; }

# bring_missing: installs the packages that are missing; ends with one sentence when it cannot bring everything.
bring_missing() {
  local of_system words list=''
  mapfile -t of_system < <(each_once "${missing_packages[@]}")
  mapfile -t words < <(each_once "${missing_words[@]}")
  missing_packages=() missing_words=()
  if [ ${#words[@]} = 0 ]; then
    [ ${#of_system[@]} = 0 ] || apt_install "${of_system[@]}"
    return 0
  fi
  printf -v list '%s; ' "${words[@]}"
  [ ${#of_system[@]} = 0 ] || list+="the system packages ${of_system[*]} (as root: apt-get install --no-install-recommends ${of_system[*]}); "
  die "needed and not here: ${list%; }. Install what is missing and run this again."
}
each_once() { [ $# = 0 ] || printf '%s\n' "$@" | awk '!seen[$0]++'; }

# apt_install PACKAGE…
apt_install() {
  can_install ||
    die "these system packages are needed: $*. Install them as root (apt-get install --no-install-recommends $*) and run this again."
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

# want COMMAND=PACKAGE[+PACKAGE]…
want() {
  local pair names
  for pair in "$@"; do
    IFS=+ read -r -a names <<<"${pair#*=}"
    have "${pair%%=*}" || missing_packages+=("${names[@]}")
  done
}
# need COMMAND=PACKAGE[+PACKAGE]…: wants them and brings them at once, as the other need_… do.
need() {
  want "$@"
  bring_missing
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

# want_php EXTENSION=PACKAGE…
want_php() {
  local missing
  mapfile -t missing < <(missing_php "$@")
  missing_packages+=("${missing[@]}")
}
need_php() {
  want_php "$@"
  bring_missing
}

want_rust() {
  have cargo || have rustup || [ -x /usr/bin/cargo ] || missing_words+=("a Rust toolchain (rustup; no 'cargo' was found)")
}

# want_node LEAST
want_node() {
  local least=$1 found
  if ! have node; then
    missing_words+=("Node.js $least or newer with npm (no 'node' was found)")
    return
  fi
  found=$(node --print 'process.versions.node')
  [ "${found%%.*}" -ge "$least" ] || missing_words+=("Node.js $least or newer (this is $found)")
  have npm || missing_words+=("npm, beside Node.js (Debian: the package npm)")
}
need_node() {
  want_node "$1"
  bring_missing
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
want_python() {
  local version
  ! find_python >/dev/null || return 0
  if can_install; then
    with_lock apt apt-get --quiet=2 update >&2 || true
    for version in 3 3.12 3.11 3.13; do
      case $(LC_ALL=C apt-cache policy "python$version" | sed --quiet 's/^ *Candidate: //p') in
        3.11* | 3.12* | 3.13*) missing_packages+=("python$version" "python$version-venv") && return 0 ;;
      esac
    done
  fi
  missing_words+=("Python $python_range with venv for LiteLLM, found $(python3 --version 2>/dev/null || echo none) (Debian 12, Ubuntu 24.04: python3 python3-venv; Ubuntu 22.04: python3.11 python3.11-venv; PYTHON names another one)")
}
need_python() {
  want_python
  bring_missing
  find_python >/dev/null || die "LiteLLM needs Python $python_range with venv, and the packages of the system brought none; name one in PYTHON and run this again."
}

postgres_bin() { { compgen -G '/usr/lib/postgresql/*/bin' || true; } | sort --version-sort | tail --lines=1; }
want_postgres() {
  [ -z "$(postgres_bin)" ] || return 0
  # No cluster of the system: what dev/ and the tests need they make themselves.
  if can_install && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir --parents /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  missing_packages+=(postgresql)
}
need_postgres() {
  want_postgres
  bring_missing
}
