# Which LiteLLM images this kit runs, which it warns of and which it refuses. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154 # dry_run is of common.sh

# Below this version holes are known that are used by attackers.
images_safe_from=1.84.3
# LiteLLM signs its images from this version on.
# shellcheck disable=SC2034 # for verify-signature
images_signed_from=1.83.0

# image_tag IMAGE: the tag, or nothing. A colon before the last slash belongs to a registry's port.
image_tag() {
  local name=${1%%@*}
  name=${name##*/}
  case $name in *:*) printf '%s' "${name#*:}" ;; esac
}
# image_digest IMAGE: sha256:…, or nothing.
image_digest() { case $1 in *@*) printf '%s' "${1#*@}" ;; esac; }
# image_repository IMAGE: without tag and digest.
image_repository() {
  local name=${1%%@*} tag
  tag=$(image_tag "$1")
  printf '%s' "${name%":$tag"}"
}
# image_version IMAGE: the version that the tag names, as 1.106.2; nothing where it names none.
# Tags in use: v1.106.2, v1.80.11-stable, main-v1.80.11-stable, 1.84.0, v1.83.3-stable.patch.1, v1.106.0-rc.1.
image_version() {
  local tag
  tag=$(image_tag "$1")
  if [[ ${tag,,} =~ ^([a-z_]+[-_])*v?([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})([^0-9]|$) ]]; then
    printf '%d.%d.%d' "$((10#${BASH_REMATCH[2]}))" "$((10#${BASH_REMATCH[3]}))" "$((10#${BASH_REMATCH[4]}))"
  fi
}
# version_below A B: A is older than B.
version_below() {
  [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | head --lines=1)" = "$1" ]
}

# refuse_bad_image IMAGE: ends the script where the image must not run here.
refuse_bad_image() {
  local image=$1 tag digest version
  [[ $image =~ ^[a-z0-9][A-Za-z0-9._/:-]*(@sha256:[0-9a-f]{64})?$ && $image != *: ]] ||
    die "'$image' is not an image reference. Expected: registry/name:tag or registry/name@sha256:…, for example ghcr.io/berriai/litellm:v1.106.2"
  tag=$(image_tag "$image") digest=$(image_digest "$image") version=$(image_version "$image")
  # Whoever published them had stolen LiteLLM's release rights: they send away every secret they find. Also when pinned.
  case $version in
    1.82.7 | 1.82.8) die "LiteLLM $version is a malicious release that steals secrets; it is refused in every form. Take ghcr.io/berriai/litellm:v1.106.2" ;;
  esac
  [ -z "$digest" ] || return 0
  [ -n "$tag" ] || die "'$image' has no tag, which means 'latest': it would be another program after the next pull. Name a release, for example ${image}:v1.106.2"
  case ${tag,,} in
    main-* | *nightly* | *latest* | dev-* | *-dev) ;;
    *) [ -z "$version" ] || return 0 ;;
  esac
  die "the tag '$tag' moves: it would be another program after the next pull. Name a release (v1.106.2, v1.80.11-stable), or pin it: $(image_repository "$image")@sha256:…"
}

# known_holes VERSION: one line for each hole that is known in it.
known_holes() {
  local fixed text
  while IFS='|' read -r fixed text; do
    ! version_below "$1" "$fixed" || printf '%s\n' "$text"
  done <<'HOLES'
1.84.0|CVE-2026-49468: a forged Host header gets past the authentication (fixed in 1.84.0)
1.83.7|CVE-2026-42271: any key, also one that may only read, can start programs in the gateway through the MCP test endpoints (fixed in 1.83.7)
1.83.0|/config/update changes the configuration without asking for a role (fixed in 1.83.0)
1.83.0|/metrics is open to anyone who reaches the port, with the names of keys, teams and users
HOLES
}

# warn_old_image IMAGE: says what is known of an old release, and asks. Fails when the answer is no.
warn_old_image() {
  local image=$1 version hole
  version=$(image_version "$image")
  if [ -z "$version" ]; then
    warn "which version $image is cannot be told from its name. Make sure that it is $images_safe_from or newer."
    return 0
  fi
  version_below "$version" "$images_safe_from" || return 0
  warn "LiteLLM $version is older than $images_safe_from and has holes that are being exploited:"
  while IFS= read -r hole; do warn "  - $hole"; done < <(known_holes "$version")
  warn "  - every security fix between $version and $images_safe_from is missing as well"
  warn "Run it only behind the nginx of this kit, which fixes the Host header and closes these paths, and move on soon: deploy/upgrade.sh"
  [ -z "$dry_run" ] || return 0
  confirm "Run LiteLLM $version all the same?"
}
