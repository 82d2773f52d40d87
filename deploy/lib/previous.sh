# The files of the installation as they were before this run, for when it fails. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154,SC2034 # dir, dry_run are of common.sh; was_running is read by deploy-full.sh

was_running=
services_touched=
paused=
restarted=()
previous_kept=
previous_files() { printf '%s' "$dir/data/kit/previous"; }
previous_names=(.env docker-compose.yml docker-compose.observability.yml docker-compose.scale.yml config observability data/kit/installed.sha256)

# keep_previous: where services run, keeps a copy of what they were started from.
keep_previous() {
  local name
  [ -f "$dir/.env" ] && [ -f "$dir/docker-compose.yml" ] || return 0
  have docker || return 0
  [ -n "$(compose ps --quiet --status running 2>/dev/null || true)" ] || return 0
  was_running=1
  [ -z "$dry_run" ] || return 0
  rm --recursive --force "$(previous_files)"
  mkdir --parents "$(previous_files)"
  for name in "${previous_names[@]}"; do
    [ ! -e "$dir/$name" ] || (cd "$dir" && cp --archive --parents "$name" "$(previous_files)/")
  done
  previous_kept=1
}
# put_back_previous: the files are as they were; containers that were replaced are started from them again.
put_back_previous() {
  local name failed=
  [ -n "$previous_kept" ] || return 0
  for name in "${previous_names[@]}"; do
    [ -e "$(previous_files)/$name" ] || continue
    if [ -d "$(previous_files)/$name" ]; then
      cp --archive "$(previous_files)/$name/." "$dir/$name/" || failed=1
    else
      cp --archive "$(previous_files)/$name" "$dir/$name" || failed=1
    fi
  done
  [ -z "$failed" ] || return 1
  if [ -n "$services_touched" ]; then
    say "    starting again what ran before" >&2
    compose up --detach --remove-orphans >&2 </dev/null || return 1
    [ ${#restarted[@]} = 0 ] || compose restart "${restarted[@]}" >&2 </dev/null || return 1
  fi
  forget_previous
}
# resume_instances: nginx asks those again that were replaced, or were to be.
resume_instances() {
  [ -n "$paused" ] || return 0
  paused=
  "$kit/nginx/render.sh" --resume </dev/null >/dev/null || warn "$kit/nginx/render.sh --resume lets nginx ask all instances again"
}
forget_previous() {
  [ -n "$previous_kept" ] || return 0
  rm --recursive --force "$(previous_files)"
  previous_kept=
}
