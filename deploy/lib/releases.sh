# The history of what ran here: data/kit/releases.tsv, one line a release, newest last. Sourced after common.sh.
# Fields, separated by tabs: time in UTC, image reference, digest of the image or nothing, backup taken before it or nothing.
# shellcheck shell=bash disable=SC2154 # dir and dry_run are of common.sh

releases_file() { printf '%s' "$dir/data/kit/releases.tsv"; }

# repo_digest IMAGE: name@sha256:… as the registry knows it; nothing where the engine knows none.
repo_digest() {
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
