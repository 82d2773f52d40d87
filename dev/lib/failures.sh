# What failed, and why, by the report of node's test runner. Sourced.
# shellcheck shell=bash

# tell_failures RESULTS.TAP: a line for each test that failed: its name, where it is, and how its error begins.
tell_failures() {
  awk '
    function tell() {
      if (name == "" || error == "1 subtest failed" || error ~ /^[0-9]+ subtests failed$/) return
      gsub(/[[:space:]]+/, " ", error)
      sub(/^ /, "", error)
      print "FAILED " name " (" place "): " substr(error, 1, 400)
    }
    { depth = match($0, /[^ ]/) }
    /^ *not ok [0-9]+ - / { name = $0; sub(/^ *not ok [0-9]+ - /, "", name); sub(/ # .*/, "", name); error = place = ""; next }
    name == "" { next }
    /^ *location: / { place = $0; sub(/^ *location: .*\//, "", place); sub(/:[0-9]+.$/, "", place) }
    /^ *error: / { error = $0; sub(/^ *error: (\|-)?/, "", error); gsub(/^.|.$/, "", error); reading = depth; next }
    reading && depth > reading { error = error " " $0; next }
    reading && NF > 0 { reading = 0 }
    /^ *\.\.\.$/ { tell(); name = ""; reading = 0 }
  ' "$1"
}
