# Secrets of an existing .env: none weak, none lost. Changes nothing.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

check_secrets
[ -z "$demo" ] || [ -z "$(setting LITELLM_CONFIG)" ] || note "demo: the models of litellm-config.demo.yaml, which answer by themselves"
note "secrets: nothing weak$([ -f "$dir/.env" ] || printf '; there is no .env yet')"
