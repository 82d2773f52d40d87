# Checks the compose files and fetches the images. What runs keeps running.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would run: docker compose config --quiet"
  note "would run: docker compose pull"
else
  compose config --quiet </dev/null || die "Compose cannot read the files above ($dir/docker-compose*.yml with $dir/.env). A change in docker-compose.override.yml? Nothing was restarted"
  compose pull --quiet </dev/null || die "the images could not be fetched. Are the registries (ghcr.io, docker.io) reachable, and is there space ('docker system df')? Nothing was restarted"
fi
