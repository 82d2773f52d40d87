# Settings and places of the throw-away WordPress. Sourced by up and down.
# shellcheck shell=bash disable=SC2034 # read by those who source it
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
me=wordpress
# shellcheck source=../lib/common.sh
. "$here/../lib/common.sh"
# shellcheck source=../lib/packages.sh
. "$here/../lib/packages.sh"

downloads=${WP_CACHE:-$cache/wordpress}
state=${WP_STATE:-${TMPDIR:-/tmp}/litellm-dashboard-wordpress-$(id --user)}
[ -z "${WP_APT:-}" ] || DEV_APT=$WP_APT

release_of() { sed --quiet "s/.*\$wp_version = '\([^']*\)'.*/\1/p" "$1/wp-includes/version.php"; }
