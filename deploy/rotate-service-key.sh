#!/usr/bin/env bash
# Replaces the key of WordPress: the new one works at once, the old one goes on working until the overlap is over.
#
#   rotate-service-key.sh [--overlap 24h] [--read-only | --manage]   makes the successor
#   rotate-service-key.sh --now                                      the key has leaked: the old one ends at once
#   rotate-service-key.sh --finish                                   WordPress has the new one: the old one ends now
#
#   --overlap TIME    how long both work: 30m, 24h, 7d (24h); LiteLLM itself ends the old one
#   --read-only       the successor can only read; --manage: it can manage keys. Without either it is as the old one was
#   --litellm-dir DIR, --dry-run, --yes, --help
#
# The new key is in service-key.txt, the old one in service-key.old.txt until it has ended. Prints the line for wp-config.php.

set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/keys.sh
. "$kit/deploy/lib/keys.sh"

overlap='' now='' finish='' read_only='' manage=''
read_options 'overlap= now finish read-only manage dry-run' "$@"
kind=${manage:+manage}${read_only:+read-only}
[ -z "$manage" ] || [ -z "$read_only" ] || die "--read-only and --manage exclude each other"
case ${overlap:+o}${now:+n}${finish:+f} in on* | of* | nf) die "--overlap, --now and --finish exclude each other" ;; esac
[ -z "$finish" ] || [ -z "$kind" ] || die "--finish makes no key; --$kind goes with a new one"
# Seconds: LiteLLM reads these alike in all versions, whereas 1.80.11 takes some other spellings for dates of the calendar.
overlap=${overlap:-24h}
[[ $overlap =~ ^([0-9]{1,6})([smhd])$ ]] || die "--overlap is a number with s, m, h or d, such as 24h; not '$overlap'"
case ${BASH_REMATCH[2]} in s) unit=1 ;; m) unit=60 ;; h) unit=3600 ;; d) unit=86400 ;; esac
overlap_seconds=$((10#${BASH_REMATCH[1]} * unit))
if [ "$overlap_seconds" -lt 60 ] || [ "$overlap_seconds" -gt $((90 * 86400)) ]; then
  die "--overlap is from 60s to 90d, not $overlap; to end the old key at once use --now"
fi

need_root
need curl jq openssl
need_installation
current=$(service_key_file)
old=$dir/service-key.old.txt
new=$dir/service-key.new.txt
[ -s "$current" ] || die "there is no key to rotate ($current). 'deploy-full.sh --service-key' makes the first one"
refuse_unfinished_upgrade
lock_installation
gateway_answers || die "the gateway does not answer on $(gateway_url); nothing was changed. $kit/deploy/verify.sh shows what is wrong"

# end_key FILE: the gateway takes the key no more, and that was seen; FILE is removed.
end_key() {
  local file=$1 state end
  if ! delete_key "$file"; then
    # The key may have ended by itself, or have been deleted by hand.
    state=$(key_state "$file")
    if [[ $state != refused* ]]; then
      # Blocked is as good as deleted, for now.
      jq --null-input --arg hash "$(key_hash "$file")" '{key: $hash}' | api_ok POST /key/block LITELLM_MASTER_KEY >/dev/null || return 1
    fi
  fi
  # Other workers and instances remember a key for up to a minute.
  end=$((SECONDS + ${LITELLM_KEY_CACHE_SECONDS:-90}))
  while state=$(key_state "$file"); [[ $state != refused* ]]; do
    [ $SECONDS -lt $end ] || return 1
    sleep 1
  done
  rm --force "$file"
}

if [ -n "$finish" ]; then
  [ -s "$old" ] || die "there is no old key ($old): no rotation is under way"
  if [ -n "$dry_run" ]; then note "would end the key in $old" && exit 0; fi
  end_key "$old" || die "the old key STILL WORKS; it is in $old. Run this again, or delete it among the keys of the gateway (hash $(key_hash "$old"))"
  say "The old key has ended. $current is the only one."
  exit 0
fi

# An earlier rotation ends before the next one begins: there are never three keys.
if [ -s "$old" ]; then
  case $(key_state "$old") in
    refused*) run rm --force "$old" ;;
    works)
      [ -n "$now" ] || die "a rotation is under way, and the key before this one still works ($old). When WordPress has the present one, end it with --finish; then rotate again"
      if [ -n "$dry_run" ]; then note "would end the key in $old"; else
        end_key "$old" || die "the key in $old STILL WORKS and could not be ended; nothing else was changed. Delete it among the keys of the gateway (hash $(key_hash "$old"))"
      fi ;;
    *) die "whether the key in $old still works cannot be told; nothing was changed. $kit/deploy/verify.sh shows what is wrong with the gateway" ;;
  esac
fi

# The successor is of the same kind. A key that is gone cannot tell; then our own note can.
kind=${kind:-$(key_kind "$current" || cat "$(service_key_kind_file)" 2>/dev/null || true)}
case $kind in manage | read-only) ;; *) die "of what kind the key in $current was cannot be told any more; say --manage or --read-only" ;; esac

if [ -n "$dry_run" ]; then
  note "would make a key ($kind), check it, and write it to $current"
  if [ -n "$now" ]; then note "would end the present key at once"; else note "would let the present key end after $overlap, and keep it in $old until then"; fi
  exit 0
fi
[ -z "$now" ] || confirm "The present key stops working at once, and with it WordPress, until wp-config.php has the new one. Go on?" || die "nothing was changed"

# 1. The successor, and proof that it works, before anything happens to the present one.
generate_service_key "$new" "$kind" || die "no new key was made; the present one goes on working"
# A key that was made is not forgotten: where this fails, it is removed again.
undo_new() {
  if delete_key "$new" 2>/dev/null; then rm --force "$new"; else warn "the new key could not be removed either; it is in $new"; fi
}
state=$(key_state "$new")
[ "$state" = works ] || { undo_new; die "the new key does not work ($state); the present one goes on working"; }
ask_status() { tail --lines=1 <<<"$1"; }
forbidden=$(ask_status "$(api POST /chat/completions "$new" <<<'{}')")
[ "$forbidden" = 403 ] || { undo_new; die "the new key is not limited to its routes (chat: status $forbidden, expected 403); it was removed, and the present one goes on working"; }

# 2. Both files, then the end of the old one. From here on both keys work.
write_file 600 "$old" <"$current"
mv --force "$new" "$current"
printf '%s\n' "$kind" | write_file 600 "$(service_key_kind_file)"

ended=1
if [ -n "$now" ]; then
  end_key "$old" || ended=
else
  jq --null-input --arg hash "$(key_hash "$old")" --arg duration "${overlap_seconds}s" '{key: $hash, duration: $duration}' |
    api_ok POST /key/update LITELLM_MASTER_KEY >/dev/null || ended=
fi

say "The new key is in $current (mode 600, $kind). In wp-config.php:"
say
print_defines "$current" | tail --lines=1
say
if [ -z "$ended" ] && [[ $(key_state "$old") == refused* ]]; then
  # It had ended before.
  rm --force "$old"
  ended=1
fi
if [ -z "$ended" ]; then
  [ -z "$now" ] || die "the old key STILL WORKS; it is in $old. Run --finish, or delete it among the keys of the gateway (hash $(key_hash "$old"))"
  die "both keys work, but no end could be set for the old one; it is in $old. When WordPress has the new one, run --finish"
elif [ -n "$now" ]; then
  say "The old key has ended."
elif [ -f "$old" ]; then
  say "The old key works until $(date --utc --date "+$overlap_seconds seconds" '+%Y-%m-%d %H:%M UTC'); it is in $old."
  say "When WordPress has the new one, --finish ends it earlier."
fi
