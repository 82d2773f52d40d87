# Starts the services, or replaces those whose image or settings changed.
# shellcheck shell=bash disable=SC2154,SC2034 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would run: docker compose up --detach --remove-orphans"
else
  services_touched=1 restarted=()
  compose up --detach --remove-orphans </dev/null || die "the services did not start. Look at: cd $dir && docker compose ps --all && docker compose logs --tail 50"
  # Compose does not see that a mounted file is another one now; the programs read theirs at the start only.
  for name in ${replaced[@]+"${replaced[@]}"}; do
    case $name in
      config/*) restarted+=(litellm) ;;
      observability/*/*) name=${name#observability/} && restarted+=("${name%%/*}") ;;
    esac
  done
  if [ -n "$was_running" ] && [ ${#restarted[@]} -gt 0 ]; then
    mapfile -t restarted < <(printf '%s\n' "${restarted[@]}" | sort --unique)
    compose restart "${restarted[@]}" </dev/null || die "after new files: not all of ${restarted[*]} could be restarted. Look at: cd $dir && docker compose ps --all"
  fi
fi
