# The signature of LiteLLM's image, with cosign where that is installed. A signature that does not fit ends the run.
# shellcheck shell=bash disable=SC2154 # a part of deploy-full.sh

# LiteLLM's public keys, each at the commit that brought it: what a commit names cannot be changed afterwards.
# The newer one signs every release from 1.108 on, and the last ones of older lines.
signing_keys=(
  https://raw.githubusercontent.com/BerriAI/litellm/e82a3c646908ba0a6ee0beddc4310d7a6cac4065/cosign.pub
  https://raw.githubusercontent.com/BerriAI/litellm/0112e53046018d726492c814b3644b7d376029d0/cosign.pub
)

signature_version=$(image_version "$litellm_image")
if [[ $(image_repository "$litellm_image") != ghcr.io/berriai/litellm* ]]; then
  note "not checked: $litellm_image is not one of LiteLLM's own images, so LiteLLM's key says nothing of it"
elif [ -n "$signature_version" ] && version_below "$signature_version" "$images_signed_from"; then
  note "there is none: LiteLLM signs its images from $images_signed_from on, and this is $signature_version"
elif ! have cosign; then
  note "not checked: cosign is not installed here (https://docs.sigstore.dev/cosign/system_config/installation/)"
elif [ -n "$dry_run" ]; then
  note "would run: cosign verify --key … $litellm_image"
else
  [ -z "$signature_version" ] || version_below "$signature_version" 1.108.0 || signing_keys=("${signing_keys[0]}")
  signed_with=''
  for signing_key in "${signing_keys[@]}"; do
    # What cosign prints is long; it matters when no key fits.
    if cosign_said=$(cosign verify --key "$signing_key" "$litellm_image" 2>&1 </dev/null); then
      signed_with=$signing_key
      break
    fi
  done
  [ -n "$signed_with" ] || die "the signature of $litellm_image could not be verified with LiteLLM's published keys, so it does not run. cosign says: $(tail --lines=3 <<<"$cosign_said" | tr '\n' ' ')
Is the reference right, and can this server reach ghcr.io and raw.githubusercontent.com?"
  note "good: signed with $signed_with"
fi
