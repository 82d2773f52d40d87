#!/usr/bin/env bash
# One member of a backup, as tar hands it over (TAR_FILENAME, content on standard input): pieces of the dump go to standard
# output, small members to ARCHIVE_FOLDER. Only names that a backup has are written at all.
set -euo pipefail
name=$TAR_FILENAME
if [[ $name =~ ^database/[0-9]{5,}$ ]]; then
  exec 3>&1
  sum=$(tee /dev/fd/3 | sha256sum)
elif [[ $name =~ ^(litellm-backup\.json|manifest\.json|files/[A-Za-z0-9._/@+-]+)$ && ! $name =~ (^|/)\.\.?(/|$) ]]; then
  mkdir --parents "$ARCHIVE_FOLDER/$(dirname "$name")"
  sum=$(tee "$ARCHIVE_FOLDER/$name" | sha256sum)
  # The manifest lists the others.
  [ "$name" != manifest.json ] || exit 0
else
  printf 'a member that no backup has: %s\n' "$name" >&2
  cat >/dev/null
  exit 1
fi
printf '%s  %s\n' "${sum:0:64}" "$name" >>"$ARCHIVE_FOLDER/sums"
