# The pinned tools of the build and where they are. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154 # of common.sh
tools=$cache/tools
wasm_bindgen_version=0.2.129 # the same as wasm-bindgen in Cargo.toml
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
}

tools_complete() {
  local tool
  for tool in "wasm-bindgen-cli-$wasm_bindgen_version" "trunk-$trunk_version" "binaryen-$binaryen_version"; do
    [ -e "$tools/$tool/.complete" ] || return 1
  done
}
