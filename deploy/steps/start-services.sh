# Starts the services, or replaces those whose image or settings changed.
# shellcheck shell=bash disable=SC2154,SC2034 # a part of deploy-full.sh

if [ -n "$dry_run" ]; then
  note "would run: docker compose up --detach --remove-orphans"
else
  services_touched=1 restarted=()
  # Several instances: one after the other, the first one first, as it migrates; the others answer meanwhile. Not with
  # --no-deps: what Compose starts so counts as changed for the `up` below, which replaces all at once.
  mapfile -t instances < <(compose config --services </dev/null | grep --extended-regexp '^litellm(-[0-9]+)?$' | sort)
  if [ -n "$was_running" ] && [ ${#instances[@]} -gt 1 ]; then
    anew=() paused=1
    # As the files have it: a container without a network would tell none.
    address_of() { compose config --format json </dev/null | jq --exit-status --raw-output --arg name "$1" '.services[$name].ports[0] | "\(.host_ip):\(.published)"'; }
    [[ " ${replaced[*]-}" != *' config/'* ]] || anew=(--force-recreate)
    for name in "${instances[@]}"; do
      # nginx asks the others meanwhile.
      "$kit/nginx/render.sh" --pause "$(address_of "$name" || echo none)" </dev/null >/dev/null || warn "nginx goes on asking $name while it is replaced: a few calls may fail"
      compose up --detach --wait ${anew[@]+"${anew[@]}"} "$name" </dev/null || die "$name did not start; the instances after it were left as they are. Look at: cd $dir && docker compose logs --tail 50 $name"
    done
    resume_instances
  fi
  compose up --detach --remove-orphans </dev/null || die "the services did not start. Look at: cd $dir && docker compose ps --all && docker compose logs --tail 50"
  # Compose does not see that a mounted file is another one now; the programs read theirs at the start only.
  for name in ${replaced[@]+"${replaced[@]}"}; do
    case $name in
      config/*) [ ${#instances[@]} -gt 1 ] || restarted+=(litellm) ;;
      observability/*/*) name=${name#observability/} && restarted+=("${name%%/*}") ;;
    esac
  done
  if [ -n "$was_running" ] && [ ${#restarted[@]} -gt 0 ]; then
    mapfile -t restarted < <(printf '%s\n' "${restarted[@]}" | sort --unique)
    compose restart "${restarted[@]}" </dev/null || die "after new files: not all of ${restarted[*]} could be restarted. Look at: cd $dir && docker compose ps --all"
  fi
fi
