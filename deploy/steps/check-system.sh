# Whether this server can run the gateway: system, rights, space, tools, ports. Changes nothing.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

system_file() { if [ -n "$root" ] && [ -e "$root$1" ]; then printf '%s' "$root$1"; else printf '%s' "$1"; fi; }

need_root
[ "$(uname -s)" = Linux ] || die "this kit runs on Linux; this is $(uname -s)"
case $(uname -m) in
  x86_64 | aarch64 | arm64) ;;
  *) die "the images exist for x86-64 and ARM64; this machine is $(uname -m)" ;;
esac

os_id=$(env_get ID "$(system_file /etc/os-release)")
os_codename=$(env_get VERSION_CODENAME "$(system_file /etc/os-release)")
case $os_id in
  ubuntu | debian) note "system: $os_id $os_codename" ;;
  *)
    [ -z "$install_deps" ] ||
      die "--install-deps knows Ubuntu and Debian; this is '${os_id:-unknown}'. Install Docker Engine 24 or newer with the Compose plugin, curl, jq and openssl yourself, and run this again without --install-deps"
    warn "tried on Ubuntu and Debian only; this is '${os_id:-unknown}'" ;;
esac

# Images take 4 GB (6 with observability), and an upgrade has two of them for a while.
existing=$dir
while [ ! -d "$existing" ]; do existing=$(dirname "$existing"); done
free_mb=$(($(df --output=avail --block-size=1M "$existing" | tail --lines=1)))
[ "$free_mb" -ge 5000 ] || die "$existing has $free_mb MB free, and at least 5000 are needed; 20000 are better"
[ "$free_mb" -ge 20000 ] || warn "$existing has only $free_mb MB free; 20000 are better: images, database and backups grow"
memory_mb=$(($(awk '/^MemTotal:/ { print $2 }' "$(system_file /proc/meminfo)") / 1024))
[ "$memory_mb" -ge 1800 ] || die "this machine has $memory_mb MB of memory, and at least 2 GB are needed; 4 GB are better"
[ "$memory_mb" -ge 3600 ] || warn "this machine has only $memory_mb MB of memory; 4 GB are better, 8 GB with observability"
note "space: $free_mb MB, memory: $memory_mb MB"

# Podman has the name of docker where podman-docker is installed, and may stand behind Docker's own client (DOCKER_HOST).
if have docker; then
  engine=$({ docker --version && docker version; } 2>/dev/null </dev/null || true)
  [[ ${engine,,} != *podman* ]] ||
    die "what answers to 'docker' here is Podman, which this kit does not run on: restarts after a reboot, health checks that services wait for, limits and the networks without a way out were tried with Docker Engine only. Where it is podman-docker, 'sudo apt-get remove podman-docker' takes only the name away, and --install-deps then brings Docker Engine beside Podman; where DOCKER_HOST or a context of Docker points to it, unset that"
fi

if [ -z "$install_deps" ]; then
  need docker curl jq openssl
  docker compose version >/dev/null 2>&1 || die "docker is here without its Compose plugin ('docker compose version' fails); --install-deps installs it"
  docker info >/dev/null 2>&1 || die "the Docker engine does not answer ('docker info' fails). Start it: sudo systemctl enable --now docker"
  engine_version=$(docker version --format '{{.Server.Version}}' 2>/dev/null </dev/null || true)
  engine_major=$([[ $engine_version =~ ^([0-9]+)\. ]] && echo "${BASH_REMATCH[1]}" || echo 28)
  [ "$engine_major" -ge 28 ] || [ "$engine_major" -lt 24 ] ||
    warn "this is Docker Engine $engine_version: before 28 a machine of the same network reaches also what is published on 127.0.0.1, past nginx and firewall, by a route to the container. Update Docker where that network is not trusted"
  [ "$engine_major" -ge 24 ] ||
    die "this is Docker Engine $engine_version, and 24 or newer is needed: its Compose files and limits were tried with no older one. Update Docker (https://docs.docker.com/engine/install/), and run this again"
fi

# A container that may not read its own files ends at once, and the reason is far down in its log.
for owned in postgres redis; do
  [ -n "$(ls --almost-all "$dir/data/$owned" 2>/dev/null)" ] || continue
  owner=$(stat --format %u "$dir/data/$owned")
  [ "$owner" = 999 ] || [ "$(id --user)" != 0 ] ||
    die "$dir/data/$owned belongs to the user $owner, and its container runs as 999. Were the files copied? sudo chown --recursive 999:999 $dir/data/$owned"
done

# Compose tells installations apart by the project's name, which is the same for all: it would take over the other's containers.
if have docker; then
  while IFS= read -r other; do
    [ -z "$other" ] || [ "$(readlink --canonicalize-missing "$other")" = "$(readlink --canonicalize-missing "$dir")" ] ||
      die "this server has a gateway in $other already, and its containers would be replaced by those of $dir. Name that folder (--litellm-dir $other), or remove its containers first (uninstall.sh --litellm-dir $other keeps its data)"
  done < <(docker ps --all --filter label=com.docker.compose.project=litellm-server --format '{{.Label "com.docker.compose.project.working_dir"}}' 2>/dev/null </dev/null | sort --unique)
fi

# taken_ports: what listens here, but not for our own containers.
ours=
if have docker; then ours=$(docker ps --filter label=com.docker.compose.project=litellm-server --format '{{.Ports}}' 2>/dev/null || true); fi
ports=("$(setting LITELLM_PORT | grep . || echo 24157)")
[[ ${ports[0]} =~ ^[0-9]{2,5}$ ]] || die "LITELLM_PORT in $dir/.env is '${ports[0]}'; a port such as 24157 is expected"
[ -z "$observability" ] || ports+=(9090 9093 3000)
if have ss; then
  listening=$(ss --tcp --listening --numeric --no-header)
  for port in "${ports[@]}"; do
    [[ $ours != *":$port->"* ]] || continue
    # Not --quiet: awk, told to stop, would count as a failure.
    ! awk '{ print $4 }' <<<"$listening" | grep --extended-regexp "[:.]$port$" >/dev/null ||
      die "port $port is taken by another program (sudo ss --tcp --listening --processes 'sport = :$port' shows which). Stop it$([ "$port" != "${ports[0]}" ] || printf ', or write another LITELLM_PORT into %s/.env' "$dir")"
  done
fi

if [ -n "$enable_ufw" ]; then
  [ -n "$install_deps" ] || have ufw || die "--enable-ufw needs ufw: install it with 'apt-get install ufw', or add --install-deps"
  # Whoever is locked out cannot come back to correct it: the port must be known, not guessed. What sshd has on loopback are
  # tunnels and screens that it forwards.
  sshd_ports=$(ss --tcp --listening --numeric --processes --no-header 2>/dev/null | awk '/"sshd"/ && $4 !~ /^(127\.|\[::1\])/ { sub(/.*:/, "", $4); print $4 }' | sort --unique || true)
  # On newer Ubuntu systemd listens for it, until somebody comes; where it listens, sshd's own configuration does not say.
  [ -n "$sshd_ports" ] || sshd_ports=$(systemctl show ssh.socket --property=ActiveState,Listen 2>/dev/null </dev/null |
    awk '/^ActiveState=active$/ { active = 1 } /^Listen=.*\(Stream\)$/ { sub(/^Listen=/, ""); sub(/ \(Stream\)$/, ""); if (/^(127\.|\[::1\])/) next; sub(/.*:/, ""); port[$0] } END { if (active) for (each in port) print each }' | sort --unique || true)
  [ -n "$sshd_ports" ] || sshd_ports=$(sshd -T 2>/dev/null </dev/null | awk '$1 == "port" { print $2 }' | sort --unique || true)
  sshd_ports=$(tr '\n' ' ' <<<"$sshd_ports" | sed 's/ *$//')
  if [ -z "$ssh_port" ]; then
    [ -n "$sshd_ports" ] || die "on which port ssh listens here could not be found out, and the firewall would lock you out: say --ssh-port N"
    [ "$sshd_ports" = 22 ] || die "sshd listens on port $sshd_ports, not only on 22, and the firewall would lock you out: say --ssh-port N"
    ssh_port=22
  elif [ -n "$sshd_ports" ] && [[ " $sshd_ports " != *" $ssh_port "* ]]; then
    die "sshd listens on port $sshd_ports, not on $ssh_port, and the firewall would lock you out: correct --ssh-port"
  fi
  note "ssh stays open on port $ssh_port"
fi
