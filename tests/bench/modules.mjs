// How long the browser takes until the module can run, in several zips side by side: compiled and instantiated, without what
// it does then. Medians of nine, in turn, in one Chromium.
//
//   node tests/bench/modules.mjs BEFORE.zip AFTER.zip

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';

import { median } from './lib/view.mjs';

const { chromium } = createRequire( new URL( '../e2e/package.json', import.meta.url ) )( 'playwright-core' );
const RUNS = 9;

const zips = process.argv.slice( 2 );
if ( zips.length === 0 ) {
	console.error( 'which zips?' );
	process.exit( 2 );
}
const modules = zips.map( ( zip ) => execFileSync( 'unzip', [ '-p', zip, 'litellm-dashboard/assets/app/dashboard_bg.wasm' ], { maxBuffer: 1 << 26 } ) );
const taken = modules.map( () => [] );
const browser = await chromium.launch( { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: [ '--no-sandbox', '--disable-gpu' ] } );
const page = await browser.newPage();
for ( let run = 0; run < RUNS; run++ ) {
	for ( const [ index, module ] of modules.entries() ) {
		// A section that nothing reads: else the browser takes what it has compiled before.
		const fresh = Buffer.concat( [ module, Buffer.from( [ 0, 9, 0 ] ), randomBytes( 8 ) ] );
		taken[ index ].push( await page.evaluate( untilItRuns, fresh.toString( 'base64' ) ) );
	}
}
await browser.close();
zips.forEach( ( zip, index ) => console.log( `${ median( taken[ index ] ).toFixed( 1 ).padStart( 7 ) } ms  ${ String( modules[ index ].length ).padStart( 8 ) } bytes  ${ path.normalize( zip ) }` ) );

/** Runs in the page. */
async function untilItRuns( base64 ) {
	const bytes = Uint8Array.from( atob( base64 ), ( letter ) => letter.charCodeAt( 0 ) );
	const begin = performance.now();
	const module = await WebAssembly.compile( bytes );
	const imports = {};
	for ( const { module: from, name } of WebAssembly.Module.imports( module ) ) {
		( imports[ from ] ??= {} )[ name ] = () => {};
	}
	await WebAssembly.instantiate( module, imports );
	return performance.now() - begin;
}
