# Checks the compose files and fetches the images. What runs keeps running.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would run: docker compose config --quiet"
  note "would run: docker compose pull"
else
  compose config --quiet </dev/null || die "Compose cannot read the files above ($dir/docker-compose*.yml with $dir/.env). A change in docker-compose.override.yml? Nothing was restarted"
  if ! compose pull --quiet </dev/null; then
    # Each is named with its version: one that is here already is the one that is wanted, so a change can be applied in an outage.
    mapfile -t needed_images < <(compose config --images </dev/null | sort --unique)
    { [ ${#needed_images[@]} -gt 0 ] && docker image inspect --format '{{.Id}}' "${needed_images[@]}" </dev/null >/dev/null 2>&1; } ||
      die "the images could not be fetched. Are the registries (ghcr.io, docker.io) reachable, and is there space ('docker system df')? Nothing was restarted"
    warn "the images could not be fetched, but every one of them is here already: going on with those"
  fi
  check_digests new
fi
