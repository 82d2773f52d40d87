# The firewall: ssh first, so that nobody is locked out; then the web; everything else closed.
# Docker writes its own rules, which ufw does not see: a container's published port is open whatever ufw says. That is why
# the compose files publish on 127.0.0.1 only.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

run ufw allow "$ssh_port/tcp" comment 'ssh'
run ufw allow 80/tcp comment 'http: redirect and certificates'
run ufw allow 443/tcp comment 'https'
run ufw default deny incoming
run ufw --force enable
note "open: $ssh_port (ssh), 80, 443. Docker's published ports do not pass through ufw, so keep them on 127.0.0.1"
