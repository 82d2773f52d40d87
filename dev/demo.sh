# What demo and demo-stop share: the settings of the demo, where its state is, how it ends. Sourced, not run.
# shellcheck shell=bash disable=SC2034 # read by those who source it
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
me=demo
# shellcheck source=lib/common.sh
. "$here/lib/common.sh"
# shellcheck source=lib/packages.sh
. "$here/lib/packages.sh"

demo=$project/.demo
logs=$demo/logs
block=$demo/block.txt

wp_port=${DEMO_WP_PORT:-24180}
litellm_port=${DEMO_LITELLM_PORT:-24181}
console_port=${DEMO_CONSOLE_PORT:-24182}
db_port=${DEMO_DB_PORT:-24183}
litellm_version=${DEMO_LITELLM_VERSION:-latest}

export WP_STATE=$demo/wordpress LITELLM_LOCAL_STATE=$demo/litellm
# Whatever the demo starts carries this, so that nothing of it can be left behind.
mark=LITELLM_DASHBOARD_DEMO=$demo

# demo_process: the number of the 'demo' that is starting or that waits in another terminal.
demo_process() {
  alive "$demo/pid" && tr '\0' ' ' <"/proc/$(cat "$demo/pid")/cmdline" | grep --quiet --fixed-strings dev/demo && cat "$demo/pid"
}
demo_runs() { [ -e "$block" ] && [ -n "$(marked_processes "$mark")" ]; }

stop_demo() {
  rm --force "$block"
  stop_group "$demo/run/trickle.pid" "$demo"
  stop_group "$demo/run/console.pid" "$demo"
  "$here/wordpress/down" >>"$logs/stop.log" 2>&1 || true
  "$here/litellm/down" --all >>"$logs/stop.log" 2>&1 || true
  stop_marked "$mark"
}
