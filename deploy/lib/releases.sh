# The history of what ran here: data/kit/releases.tsv, one line a release, newest last. Sourced after common.sh.
# Fields, separated by tabs: time in UTC, image reference, digest of the image or nothing, backup taken before it or nothing.
# shellcheck shell=bash disable=SC2154 # dir and dry_run are of common.sh

releases_file() { printf '%s' "$dir/data/kit/releases.tsv"; }

# repo_digest IMAGE: name@sha256:… as the registry knows it; nothing where the engine knows none.
repo_digest() {
  local digest
  digest=$(image_digest "$1")
  [ -z "$digest" ] || { printf '%s@%s\n' "$(image_repository "$1")" "$digest" && return; }
  # A local image may carry the digests of several names: that of its own name is wanted.
  docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$1" 2>/dev/null </dev/null |
    grep --max-count=1 --fixed-strings -- "$(image_repository "$1")@sha256:" || true
}

# record_release IMAGE BACKUP: appends a line; the same release again, without a backup, changes nothing.
record_release() {
  local image=$1 backup=${2:-} digest last
  digest=$(repo_digest "$image")
  last=$(last_release | cut --fields=2,3)
  [ -n "$backup" ] || [ "$last" != "$image"$'\t'"$digest" ] || return 0
  if [ -n "$dry_run" ]; then
    note "would record: $image in $(releases_file)"
    return 0
  fi
  mkdir --parents "$dir/data/kit"
  printf '%s\t%s\t%s\t%s\n' "$(date --utc +%Y-%m-%dT%H:%M:%SZ)" "$image" "$digest" "$backup" >>"$(releases_file)"
}

# last_release: the line of what ran last, or nothing.
last_release() { [ ! -f "$(releases_file)" ] || tail --lines=1 "$(releases_file)"; }
# -F, because Debian's and Ubuntu's awk (mawk) knows no long options.
# previous_release: the newest line that was another image than the last one, or nothing.
previous_release() {
  [ ! -f "$(releases_file)" ] ||
    awk -F '\t' '{ line[NR] = $0; id[NR] = $2 FS $3 }
      END { for (n = NR - 1; n > 0; n--) if (id[n] != id[NR]) { print line[n]; exit } }' "$(releases_file)"
}

# --- Digests: a tag can be moved, a digest cannot ---------------------------------------------------------------------
# data/kit/digests.tsv has a line for each tag that was pulled: image, digest, time in UTC. The last one of an image counts.
digests_file() { printf '%s' "$dir/data/kit/digests.tsv"; }

# check_digests say: says which tags name another image now than when they were first pulled here. With `new` instead the digests of
# those that have none yet are recorded; with `all`, which says nothing, those that were moved as well: only where somebody wants that.
check_digests() {
  local record=${1:-} format='{{join .RepoDigests " "}}' image images found digests recorded digest
  mapfile -t images < <(compose config --images </dev/null 2>/dev/null | grep --invert-match @ | LC_ALL=C sort --unique)
  [ ${#images[@]} -gt 0 ] || return 0
  # One that is not here yet spoils the answer for all.
  found=$(docker image inspect --format "$format" "${images[@]}" 2>/dev/null </dev/null) ||
    found=$(for image in "${images[@]}"; do printf '%s\n' "$(docker image inspect --format "$format" "$image" 2>/dev/null </dev/null)"; done)
  while IFS=$'\t' read -r image digests; do
    # Of an image that was built here no registry knows one.
    [ -n "$digests" ] || continue
    recorded=$(awk -F '\t' -v image="$image" '$1 == image { digest = $2 } END { print digest }' "$(digests_file)" 2>/dev/null || true)
    [[ -z $recorded || " $digests " != *"@$recorded "* ]] || continue
    digest=$(tr ' ' '\n' <<<"$digests" | grep --max-count=1 --fixed-strings "$(image_repository "$image")@" || echo "$digests")
    digest=${digest##*@}
    [ -z "$recorded" ] || [ "$record" = all ] ||
      warn "the tag $image names another image than the one that was first pulled here: $digest now, $recorded then. Its makers may have rebuilt it; where you know of no reason, do not run it. The former one is $(image_repository "$image")@$recorded; where all is well, verify.sh --accept-moved ends this warning"
    case $record$recorded in
      new | all*) printf '%s\t%s\t%s\n' "$image" "$digest" "$(date --utc +%Y-%m-%dT%H:%M:%SZ)" >>"$(digests_file)" ;;
    esac
  done < <(paste <(printf '%s\n' "${images[@]}") <(printf '%s\n' "$found"))
}
