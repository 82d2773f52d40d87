# The pinned tools of the build and where they are. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154 # of common.sh
tools=$cache/tools
wasm_bindgen_version=0.2.129 # the same as wasm-bindgen in Cargo.toml; for trunk and wasm-pack
trunk_version=0.21.14
wasm_pack_version=0.15.1
binaryen_version=132.0.0 # the same as in dev/tools/binaryen/package-lock.json

# use_toolchain: the Rust compiler that knows the wasm target, and the tools, for what this shell starts.
use_toolchain() {
  local exports
  mkdir --parents "$tools"
  exports=$(with_lock wasm-target "$project/dev/wasm-target") || die "no compiler for WebAssembly; see above"
  eval "$exports"
  PATH=$tools/wasm-bindgen-cli-$wasm_bindgen_version/bin:$tools/trunk-$trunk_version/bin:$PATH
  PATH=$tools/wasm-pack-$wasm_pack_version/bin:$tools/binaryen-$binaryen_version/node_modules/.bin:$PATH
  export PATH
  forget_other_library
  # The app is compiled together with what it takes from npm.
  with_lock npm-frontend install_npm_packages "$project/frontend"
}

# install_npm_packages FOLDER: what its lock file pins.
install_npm_packages() {
  local dir=$1
  ! cmp --silent "$dir/package-lock.json" "$dir/node_modules/.installed-lock" || return 0
  npm ci --prefix "$dir" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || die "npm could not install the packages of ${dir#"$project"/}"
  cp "$dir/package-lock.json" "$dir/node_modules/.installed-lock"
}

# remapped_paths: compiler options, one a line, that leave no path of this machine in what is compiled.
# Where several match, the compiler takes the last. To be asked for when the crates have been fetched. The project's own path
# is left out of our crates by compile-ours.
remapped_paths() {
  local registry cargo_home=${CARGO_HOME:-$HOME/.cargo}
  printf -- '--remap-path-prefix=%s\n' "$HOME=/home" "$cargo_home=/cargo"
  # The folder of a registry is named after its host.
  for registry in "$cargo_home"/registry/src/*/; do printf -- '--remap-path-prefix=%s\n' "${registry%/}=/crates"; done
  printf -- '--remap-path-prefix=%s\n' "$cargo_home/git/checkouts=/crates"
}

# forget_other_library: what was compiled against another copy of the standard library cannot be used with this one,
# and cargo does not notice.
forget_other_library() {
  local library built=$project/target/wasm32-unknown-unknown
  library=$(rustc --version && cksum <"$(compgen -G "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib/libcore-*.rlib" | head --lines=1)")
  if [ "$library" != "$(cat "$built/.library" 2>/dev/null)" ]; then
    rm --recursive --force "$built"
    mkdir --parents "$built"
    printf '%s\n' "$library" >"$built/.library"
  fi
}

# Trunk calls wasm-bindgen; the packer has it built in.
tools_complete() {
  local tool needed=("binaryen-$binaryen_version")
  [ -n "${BUILD_WITHOUT_TRUNK:-}" ] || needed+=("wasm-bindgen-cli-$wasm_bindgen_version" "trunk-$trunk_version")
  for tool in "${needed[@]}"; do
    [ -e "$tools/$tool/.complete" ] || return 1
  done
}
