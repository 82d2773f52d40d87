// WebAssembly is compiled once, quickly, and not a second time for speed.
require('node:v8').setFlagsFromString('--liftoff-only');
