# What runs from now on, for upgrade and rollback.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

record_release "$litellm_image" ''
