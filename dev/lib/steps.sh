# Named steps that run side by side, each with its own log and process group. Sourced after common.sh.
# The caller sets `logs`, declares steps, runs them, and calls stop_steps in its traps.
# A step that ends with status 77 could not be run here, and its last words say why: it is 'omitted', which is no failure.
# shellcheck shell=bash disable=SC2034,SC2154 # read by the caller, set by the caller

step_names=()
declare -A step_label=() step_after=() step_command=() step_state=() step_pid=() step_began=() step_took=() step_cpu=() step_why=()
step_failed=
step_limit=${STEP_LIMIT:-8}

# step NAME LABEL 'NAMES OF STEPS BEFORE IT' COMMAND…
step() {
  local name=$1
  step_names+=("$name")
  step_label[$name]=$2 step_after[$name]=$3 step_state[$name]=waiting step_took[$name]=0 step_cpu[$name]=0 step_why[$name]=''
  shift 3
  printf -v "step_command[$name]" '%q ' "$@"
}

# run_steps: until all have ended, or the first one has failed (with keep_going set: goes on with the others).
# The first that failed is in step_failed. Not for conditions: there the steps would lose 'set -e'.
run_steps() {
  local name running
  mkdir --parents "$logs"
  [ ! -t 1 ] || [ "${TERM:-dumb}" = dumb ] || live=1
  while :; do
    running=0
    for name in "${step_names[@]}"; do
      [ "${step_state[$name]}" != running ] || reap_step "$name"
      if [ "${step_state[$name]}" = failed ] && [ -z "${keep_going:-}" ]; then
        clear_live
        step_failed=$name
        return 0
      fi
      [ "${step_state[$name]}" != running ] || running=$((running + 1))
    done
    for name in "${step_names[@]}"; do
      [ "${step_state[$name]}" = waiting ] || continue
      case $(readiness "$name") in
        ready)
          [ "$running" -lt "$step_limit" ] || continue
          start_step "$name"
          running=$((running + 1))
          ;;
        never) end_step "$name" skipped ;;
        without) end_step "$name" omitted ;;
      esac
    done
    [ "$running" -gt 0 ] || waiting_steps || break
    show_live
    sleep 0.2
  done
  clear_live
}

waiting_steps() {
  local name
  for name in "${step_names[@]}"; do [ "${step_state[$name]}" != waiting ] || return 0; done
  return 1
}

# What needs a step that could not be run here cannot be run here, either.
readiness() {
  local before without=
  for before in ${step_after[$1]}; do
    case ${step_state[$before]} in
      passed) ;;
      failed | skipped) echo never && return ;;
      omitted) without=1 ;;
      *) echo later && return ;;
    esac
  done
  if [ -n "$without" ]; then echo without; else echo ready; fi
}

start_step() {
  local name=$1
  step_state[$name]=running step_began[$name]=$SECONDS
  tell start "${step_label[$name]}"
  # Job control gives each step a process group of its own, so that it can be ended with all it started.
  set -m
  (
    step_times=$logs/$name.times
    trap 'times >"$step_times"' EXIT
    eval "${step_command[$name]}"
  ) >"$logs/$name.log" 2>&1 </dev/null &
  step_pid[$name]=$!
  set +m
}

reap_step() {
  local name=$1
  ! kill -0 "${step_pid[$name]}" 2>/dev/null || return 0
  local status=0
  wait "${step_pid[$name]}" 2>/dev/null || status=$?
  case $status in
    0) end_step "$name" passed ;;
    77) end_step "$name" omitted ;;
    *) end_step "$name" failed ;;
  esac
}

end_step() {
  local name=$1 state=$2 before
  step_state[$name]=$state
  if [ -n "${step_began[$name]:-}" ]; then
    step_took[$name]=$((SECONDS - step_began[$name]))
    step_cpu[$name]=$(processor_seconds "$logs/$name.times")
  fi
  case $state in
    omitted)
      for before in ${step_after[$name]}; do [ "${step_state[$before]}" != omitted ] || step_why[$name]=${step_why[$before]}; done
      step_why[$name]=${step_why[$name]:-$(last_words "$name")}
      ;;
    failed)
      step_failed=${step_failed:-$name}
      step_why[$name]=$(last_words "$name")
      ;;
    skipped)
      for before in ${step_after[$name]}; do
        [ "${step_state[$before]}" = passed ] || step_why[$name]="not run: ${step_label[$before]} did not pass"
      done
      ;;
  esac
  tell "$state" "${step_label[$name]}" "${step_took[$name]}"
}

# processor_seconds FILE: what `times` wrote, in whole seconds; servers that a step left running are not in it.
processor_seconds() {
  awk '{ for (i = 1; i <= NF; i++) { split($i, part, "m"); sum += part[1] * 60 + part[2] } } END { printf "%d", sum }' "$1" 2>/dev/null || echo 0
}

# last_words STEP: the last line of its log that says something.
last_words() { grep --text '[^[:space:]]' "$logs/$1.log" 2>/dev/null | tail --lines=1 | cut --characters=1-400 || true; }

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# tell WHAT LABEL [SECONDS]: one line that stays.
tell() {
  clear_live
  case $1 in
    start) [ -n "${live:-}" ] || printf '[%6s] started  %s\n' "$(clock $SECONDS)" "$2" ;;
    passed) printf '[%6s] done     %s (%s)\n' "$(clock $SECONDS)" "$2" "$(clock "$3")" ;;
    failed) printf '[%6s] FAILED   %s (%s)\n' "$(clock $SECONDS)" "$2" "$(clock "$3")" ;;
    skipped) printf '[%6s] not run  %s\n' "$(clock $SECONDS)" "$2" ;;
    omitted) printf '[%6s] SKIPPED  %s\n' "$(clock $SECONDS)" "$2" ;;
  esac
  told=$SECONDS
}

# The line that changes: what runs, and for how long. Where there is no terminal, a line every minute.
show_live() {
  local name line=''
  [ -n "${live:-}" ] || [ $((SECONDS - ${told:-0})) -ge 60 ] || return 0
  for name in "${step_names[@]}"; do
    [ "${step_state[$name]}" != running ] || line+="${line:+, }${step_label[$name]} $(clock $((SECONDS - step_began[$name])))"
  done
  if [ -n "${live:-}" ]; then
    line="[$(printf '%6s' "$(clock $SECONDS)")] running  $line"
    printf '\r\033[K%s' "${line:0:$(($(columns) - 1))}"
  else
    printf '[%6s] running  %s\n' "$(clock $SECONDS)" "$line"
    told=$SECONDS
  fi
}
clear_live() { [ -z "${live:-}" ] || printf '\r\033[K'; }
columns() {
  local size
  size=$(stty size <&1 2>/dev/null) && echo "${size#* }" || echo 80
}

# stop_steps: ends what still runs, with all that it started in its group.
stop_steps() {
  local name running=()
  for name in ${step_names[@]+"${step_names[@]}"}; do
    [ "${step_state[$name]}" != running ] || running+=("${step_pid[$name]}")
  done
  [ ${#running[@]} = 0 ] || end_group "${running[@]}"
}

# explain_failure STEP: which step, why, and where its log is.
explain_failure() {
  local log=$logs/$1.log
  printf '\n%s failed after %s' "${step_label[$1]}" "$(clock "${step_took[$1]}")"
  # Compilers say what is wrong first, and then a lot more.
  if grep --quiet --text --extended-regexp '^(error|ERROR|npm error)' "$log"; then
    printf '. The first error in its log:\n\n'
    sed --quiet --regexp-extended '/^(error|ERROR|npm error)/,$p' "$log" | head --lines=12 | sed 's/^/    /'
    printf '\nand its last lines:\n\n'
    tail --lines=5 "$log" | sed 's/^/    /'
  else
    printf '. The last lines of its log:\n\n'
    tail --lines=15 "$log" | sed 's/^/    /'
  fi
  printf '\nThe whole log: %s\n' "$logs/$1.log"
}
