# The kit's files into the installation. What the operator changed is kept, and the kit's version comes beside it.
# data/kit/installed.sha256 says what we put there: only a file that is still that one is replaced.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

installed=$dir/data/kit/installed.sha256
replaced=()
sum_of() { sha256sum <"$1" | cut --characters=1-64; }
recorded_sum() { [ ! -f "$installed" ] || awk -v name="$1" '{ sum = $1; sub(/^[^ ]+  /, ""); if ($0 == name) print sum }' "$installed"; }
record_sum() { # record_sum NAME SUM
  local name=$1 sum=$2
  { awk -v name="$name" '{ line = $0; sub(/^[^ ]+  /, ""); if ($0 != name) print line }' "$installed" 2>/dev/null || true; printf '%s  %s\n' "$sum" "$name"; } |
    LC_ALL=C sort --key=2 | write_file 600 "$installed"
}

# install_file SOURCE NAME: SOURCE of the kit as NAME of the installation. Containers read these: mode 644.
install_file() {
  local source=$1 name=$2 target=$dir/$2 sum recorded current
  sum=$(sum_of "$source") recorded=$(recorded_sum "$2") current=
  [ ! -f "$target" ] || current=$(sum_of "$target")
  if [ "$current" = "$sum" ]; then
    [ -n "$dry_run" ] || [ "$recorded" = "$sum" ] || record_sum "$name" "$sum"
    [ ! -f "$target.new" ] || run rm --force "$target.new"
  elif [ -z "$current" ] || [ "$current" = "$recorded" ]; then
    [ -n "$dry_run" ] || { mkdir --parents "$(dirname "$target")" && make_readable "$(dirname "$name")"; }
    write_file 644 "$target" <"$source"
    [ -n "$dry_run" ] || record_sum "$name" "$sum"
    [ -z "$current" ] || replaced+=("$name")
    [ -n "$dry_run" ] || note "$([ -n "$current" ] && echo replaced || echo new): $name"
  elif [ "$recorded" = "$sum" ]; then
    note "kept: $name, which you changed"
  else
    if [ ! -f "$target.new" ] || [ "$(sum_of "$target.new")" != "$sum" ]; then write_file 644 "$target.new" <"$source"; fi
    note "kept: $name, which you changed. The kit's new version is beside it as ${name##*/}.new: take over what you need, and remove it"
  fi
}
# make_readable FOLDER: and those above it, within the installation.
make_readable() {
  local folder=$1
  while [ "$folder" != . ]; do chmod 755 "$dir/$folder" && folder=$(dirname "$folder"); done
}

install_file "$kit/docker-compose.core.yml" docker-compose.yml
for name in docker-compose.observability.yml docker-compose.scale.yml; do
  [ ! -f "$kit/$name" ] || install_file "$kit/$name" "$name"
done
for source in "$kit"/deploy/config/*.yaml; do install_file "$source" "config/${source##*/}"; done
if [ -n "$observability" ]; then
  while IFS= read -r name; do
    install_file "$kit/deploy/observability/$name" "observability/$name"
  done < <(cd "$kit/deploy/observability" && find prometheus alertmanager grafana blackbox -type f ! -name '*.test.*' 2>/dev/null | LC_ALL=C sort)
fi

# The kit itself stays on the server: timers call its scripts, and so does whoever comes after.
if [ "$kit" != "$dir/kit" ]; then
  kit_parts=()
  for name in docker-compose.core.yml docker-compose.observability.yml docker-compose.scale.yml nginx deploy LICENSE; do
    [ ! -e "$kit/$name" ] || kit_parts+=("$name")
  done
  same=1
  for name in "${kit_parts[@]}"; do diff --recursive --brief "$kit/$name" "$dir/kit/$name" >/dev/null 2>&1 || same=; done
  if [ -n "$same" ]; then
    :
  elif [ -n "$dry_run" ]; then
    note "would copy: the kit to $dir/kit"
  else
    rm --recursive --force "$dir/kit.new" "$dir/kit.old"
    mkdir --mode=755 "$dir/kit.new"
    (cd "$kit" && cp --recursive --preserve=mode,timestamps "${kit_parts[@]}" "$dir/kit.new/")
    [ ! -d "$dir/kit" ] || mv "$dir/kit" "$dir/kit.old"
    mv "$dir/kit.new" "$dir/kit"
    rm --recursive --force "$dir/kit.old"
    note "the kit: $dir/kit"
  fi
fi
