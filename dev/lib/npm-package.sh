# Packages of npm that are used as they are, checked against their digests. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154 # of common.sh

# fetch_package NAME@VERSION SHA512 FOLDER TAR-ARGUMENT…: unpacks these paths of an npm package, once.
fetch_package() {
  local spec=$1 sum=$2 dir=$3 temporary file
  shift 3
  [ ! -e "$dir/.complete" ] || return 0
  say "downloading $spec"
  mkdir --parents "$dir"
  temporary=$(mktemp --directory "$dir.download.XXXXXX")
  file=$(cd "$temporary" && npm pack --silent "$spec") || die "npm could not download $spec"
  sha512sum --check --status <<<"$sum  $temporary/$file" || die "$spec does not have the expected digest; nothing of it is used"
  tar --extract --gzip --file="$temporary/$file" --directory="$dir" "$@"
  rm --recursive --force "$temporary"
  touch "$dir/.complete"
}
