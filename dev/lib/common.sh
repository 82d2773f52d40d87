# Words, places, locks, ports and processes for the scripts in dev/. Sourced, not run.
# shellcheck shell=bash disable=SC2034 # read by those who source it

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Downloads, packages and tools, shared by all clones of this user. Nothing in it is needed to stop what runs.
cache=${LITELLM_DASHBOARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/litellm-dashboard}

say() { printf '%s: %s\n' "${me:-${0##*/}}" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# usage: the comment at the head of the script that runs.
usage() { sed --quiet '2,/^set /{s/^# \{0,1\}//p}' "$0"; }

is_root() { [ "$(id --user)" = 0 ]; }
have() { command -v "$1" >/dev/null; }

# with_lock NAME COMMAND…: one run at a time on this machine; the others wait. COMMAND runs in a subshell.
with_lock() (
  mkdir --parents "$cache/locks"
  exec {lock}>"$cache/locks/$1"
  flock "$lock"
  shift
  # The lock is the open file: what COMMAND leaves running in the background must not keep it.
  "$@" {lock}>&-
)

port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# port_owner PORT: who listens there, in words; empty when that cannot be seen.
port_owner() {
  have ss || return 0
  ss --no-header --listening --tcp --numeric --processes "sport = :$1" 2>/dev/null |
    sed --quiet 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head --lines=1
}

# taken_by PORT: the end of a sentence about a taken port.
taken_by() {
  local owner
  owner=$(port_owner "$1")
  [ -z "$owner" ] || printf ' by %s' "$owner"
}

alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

# start_detached NAME FOLDER COMMAND…: in a session of its own, with FOLDER/NAME.pid and FOLDER/NAME.log.
start_detached() {
  local name=$1 folder=$2
  shift 2
  setsid nohup "$@" >"$folder/$name.log" 2>&1 </dev/null &
  echo $! >"$folder/$name.pid"
}

# stop_group PIDFILE: ends the process group that start_detached made, and nothing else.
# A process number may have gone to somebody else since: it is ours when its command line or environment names OURS.
stop_group() {
  local file=$1 ours=$2 pid
  [ -s "$file" ] || { rm --force "$file"; return 0; }
  pid=$(cat "$file")
  if [ -r "/proc/$pid/cmdline" ] && cat "/proc/$pid/cmdline" "/proc/$pid/environ" 2>/dev/null | tr '\0' '\n' | grep --quiet --fixed-strings -e "$ours"; then
    end_group "$pid"
  fi
  rm --force "$file"
}

# One that has ended but that its parent has not noticed yet (a zombie) is not alive.
group_alive() {
  local pid state
  for pid in $(pgrep --pgroup "$1"); do
    state=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) || continue
    [ "${state:0:1}" = Z ] || return 0
  done
  return 1
}

# end_group LEADER…: asks these process groups to end, and makes them after ten seconds.
end_group() {
  local leader
  for leader in "$@"; do kill -TERM -- "-$leader" 2>/dev/null || true; done
  for leader in "$@"; do
    for _ in $(seq 100); do
      group_alive "$leader" || break
      sleep 0.1
    done
    kill -KILL -- "-$leader" 2>/dev/null || true
  done
}

# stop_marked NAME=VALUE: ends whatever carries this variable in its environment, so whatever we have started with it.
stop_marked() {
  local marked
  for _ in 1 2 3; do
    marked=$(marked_processes "$1")
    [ -n "$marked" ] || return 0
    # shellcheck disable=SC2086 # a list of numbers
    kill -TERM $marked 2>/dev/null || true
    for _ in $(seq 50); do
      marked=$(marked_processes "$1")
      [ -n "$marked" ] || return 0
      sleep 0.1
    done
    # shellcheck disable=SC2086
    kill -KILL $marked 2>/dev/null || true
  done
}
# This shell and its own helpers do not count: the variable is for those it starts.
marked_processes() {
  { grep --files-with-matches --null-data --line-regexp --fixed-strings --text "$1" /proc/[0-9]*/environ 2>/dev/null || true; } |
    cut --delimiter=/ --fields=3
}
