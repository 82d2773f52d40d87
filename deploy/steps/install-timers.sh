# systemd timers: the daily backup and the check of the certificates.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

units=$root/etc/systemd/system
timers=() units_changed=
for source in "$kit"/deploy/systemd/*.service "$kit"/deploy/systemd/*.timer; do
  [ -f "$source" ] || continue
  unit=${source##*/}
  text=$(sed "s|@LITELLM_DIR@|$dir|g" "$source")
  [[ $unit != *.timer ]] || timers+=("$unit")
  if [ ! -f "$units/$unit" ] || [ "$(cat "$units/$unit")" != "$text" ]; then
    write_file 644 "$units/$unit" <<<"$text"
    [ -n "$dry_run" ] || note "new: $units/$unit"
    units_changed=1
  fi
done
if [ ${#timers[@]} = 0 ]; then
  note "this kit has no timers"
elif ! systemd_runs; then
  warn "systemd does not run here: run $dir/kit/deploy/backup.sh and check-certificates.sh daily by other means (cron)"
else
  [ -z "$units_changed" ] || run systemctl daemon-reload
  for timer in "${timers[@]}"; do
    if ! { systemctl is-enabled --quiet "$timer" && systemctl is-active --quiet "$timer"; } 2>/dev/null; then
      run systemctl enable --now "$timer"
    fi
  done
fi
