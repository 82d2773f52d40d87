// The loader in a real browser, against every way in which hosts are known to treat its files.
// The app is a stand-in: a module of eight bytes, a sheet of one rule, and a script that says what it was given.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const { chromium } = createRequire( new URL( '../e2e/package.json', import.meta.url ) )( 'playwright-core' );

const WASM = Buffer.from( [ 0, 0x61, 0x73, 0x6d, 1, 0, 0, 0 ] );
const STYLE = '#litellm-dashboard { outline-style: dotted }';
const GLUE = `export default async ( { module_or_path: module } ) => {
	const place = document.getElementById( 'litellm-dashboard' );
	const style = getComputedStyle( place ).outlineStyle === 'dotted' ? '' : ', without style';
	const chunk = await litellmDashboard.chunk( 'keys' ).catch( () => null ) instanceof WebAssembly.Module ? '' : ', without chunk';
	place.textContent = ( module instanceof WebAssembly.Module ? 'started' : 'no module' ) + style + chunk;
};`;
const shellOf = ( glue ) => gzipSync( JSON.stringify( [ STYLE, glue ] ) );

/** As the packer writes it: a function of its own. */
const LOADER = `( () => {\n${ await readFile( new URL( '../../php-shim/assets/loader.js', import.meta.url ), 'utf8' ) }\n} )();`;
/** As PHP prints it, for the case that the loader never runs. */
const LATE = '<div class="gw-late" role="alert"><div class="notice inline"><p>It has not started.</p></div></div>';
const LATE_FROM_ELSEWHERE = LATE.replace( '</p>', '</p><p>Files come from elsewhere.</p>' );
const BOOT_CSS = await readFile( new URL( '../../frontend/style/boot.css', import.meta.url ), 'utf8' );

/** What a host answers when nothing is wrong with it. */
const files = {
	'loader.js': { type: 'text/javascript', body: LOADER },
	'app/shell.bin': { type: 'application/octet-stream', body: shellOf( GLUE ) },
	'app/dashboard.js': { type: 'text/javascript', body: GLUE },
	'app/dashboard.css': { type: 'text/css', body: STYLE },
	'app/dashboard.bin': { type: 'application/octet-stream', body: gzipSync( WASM ) },
	'app/dashboard_bg.wasm': { type: 'application/wasm', body: WASM },
	'app/keys.bin': { type: 'application/octet-stream', body: gzipSync( WASM ) },
	'app/keys.wasm': { type: 'application/wasm', body: WASM },
	'app/build.json': { type: 'application/json', body: '{"hash":"b1"}' },
	'app/status.bin': { type: 'application/octet-stream', body: gzipSync( WASM ) },
};

/** All that a browser takes when nothing is wrong. */
const USUAL = [ 'app/dashboard.bin?ver=b1', 'app/keys.bin?ver=b1', 'app/shell.bin?ver=b1', 'loader.js?ver=b1' ];

let host, browser, origin;
/** What the host of the current test does differently: file → answer, and headers, head and boot data of the page. */
let odd = {};
/** Every file that was asked for, with its query. */
let asked = [];
/** What was asked of WordPress. */
let posted = [];
/** What the browser's console said. */
let said = [];

before( async () => {
	host = createServer( answer );
	await new Promise( ( ready ) => host.listen( 0, '127.0.0.1', ready ) );
	origin = `http://127.0.0.1:${ host.address().port }`;
	browser = await chromium.launch( { executablePath: findChromium(), args: [ '--no-sandbox' ] } );
} );

after( async () => {
	await browser?.close();
	host?.close();
} );

test( 'a host that sends files as they are', async () => {
	assert.equal( await open( {} ), 'started' );
	assert.deepEqual( asked.sort(), USUAL );
} );

test( 'a page that was open while the plugin was updated takes no code of the other version', async () => {
	const build = ( body ) => ( { files: { 'app/build.json': { type: 'application/json', body } } } );
	const page = await visit( {} );
	const status = () => page.evaluate( () => litellmDashboard.chunk( 'status' ).then( String, ( error ) => error.message ) );
	const later = () => page.evaluate( () => void ( litellmDashboard.begun -= 60_000 ) );
	odd = build( '{"hash":"b2"}' );
	await later();
	assert.equal( await status(), 'build.json (b2)' );
	assert.deepEqual( asked.filter( ( name ) => ! USUAL.includes( name ) ), [ 'app/build.json?ver=b1' ], 'it was not even asked for' );
	// The same version; a host that does not give out JSON.
	odd = build( '{"hash":"b1"}' );
	assert.equal( await status(), '[object WebAssembly.Module]' );
	await page.close();
	for ( const body of [ '<!doctype html>', '{}' ] ) {
		const other = await visit( build( body ) );
		await other.evaluate( () => void ( litellmDashboard.begun -= 60_000 ) );
		assert.equal( await other.evaluate( () => litellmDashboard.chunk( 'status' ).then( String ) ), '[object WebAssembly.Module]' );
		await other.close();
	}
} );

test( 'the app starts as soon as its place is parsed, whatever is still to come', async () => {
	// A script in the footer that never comes holds up what is deferred, and every module.
	const page = await visit( { foot: '<script src="assets/never.js"></script>' }, '', { waitUntil: 'commit' } );
	assert.equal( await page.locator( '#litellm-dashboard' ).textContent(), 'started' );
	assert.equal( await page.evaluate( () => document.readyState ), 'loading' );
	await page.close();
} );

test( 'a script that another tool has put into the page has no address, and needs none', async () => {
	assert.equal( await open( { script: `<script>${ LOADER }</script>` } ), 'started' );
	assert.deepEqual( asked.sort(), USUAL.filter( ( file ) => ! file.startsWith( 'loader' ) ) );
} );

test( 'that it never ran is hidden until then, and appears as an alert by the style sheet alone', async () => {
	const page = await browser.newPage();
	await page.setContent( `<style>${ BOOT_CSS }</style><div id="litellm-dashboard" class="gw-root">${ LATE }<p id="below">…</p></div>` );
	const alert = page.getByRole( 'alert' );
	const top = () => page.locator( '#below' ).evaluate( ( below ) => below.getBoundingClientRect().top );
	const before = await top();
	assert.equal( await page.locator( '.gw-late' ).evaluate( ( late ) => late.getBoundingClientRect().height ), 0 );
	assert.equal( await alert.count(), 0 );
	const delay = await page.evaluate( () => {
		const [ animation ] = document.getAnimations().filter( ( one ) => one.animationName === 'gw-late' );
		const { delay: found } = animation.effect.getTiming();
		animation.finish();
		return found;
	} );
	assert.equal( delay, 10_000 );
	assert.equal( await alert.textContent(), 'It has not started.' );
	assert.ok( await alert.isVisible() );
	assert.ok( await top() > before, 'it has room of its own' );
	await page.close();
} );

test( 'what was said in case that it never runs goes when it does, also while the app is on its way', async () => {
	odd = { files: { 'app/dashboard.bin': { never: true } } };
	const waiting = await browser.newPage();
	await waiting.goto( origin + '/' );
	await waiting.locator( '.gw-late' ).waitFor( { state: 'detached' } );
	assert.equal( await waiting.locator( '.skeleton' ).count(), 1 );
	await waiting.close();

	const page = await visit( { late: LATE_FROM_ELSEWHERE, files: { 'app/dashboard.bin': { status: 403 }, 'app/dashboard_bg.wasm': { status: 404 } } } );
	assert.equal( await page.locator( '.gw-late' ).count(), 0 );
	assert.doesNotMatch( await page.locator( '#litellm-dashboard' ).textContent(), /elsewhere/, 'refused by status: the origin has no part in it' );
	await page.close();
} );

// A connection that hangs ends by no error: the grey shapes stayed for ever.
test( 'a file that never comes is told after a while', async () => {
	for ( const file of [ 'app/dashboard.bin', 'app/shell.bin', 'app/keys.bin' ] ) {
		odd = { files: { [ file ]: { never: true } } };
		const page = await browser.newPage();
		await page.clock.install();
		await page.goto( origin + '/' );
		await page.locator( '.gw-late' ).waitFor( { state: 'detached' } );
		assert.equal( await page.locator( '.gw-waiting' ).count(), 0 );
		await page.clock.fastForward( 31_000 );
		await page.getByRole( 'status' ).getByText( /still on their way.*\/assets\/app\// ).waitFor();
		await page.close();
	}
	const page = await visit( {} );
	assert.ok( await page.evaluate( () => Math.abs( litellmDashboard.begun - Date.now() ) < 10_000 ), 'when it began is known' );
	await page.close();
} );

test( 'files from another origin that may not be read are told by their origin', async () => {
	const elsewhere = { late: LATE_FROM_ELSEWHERE, tag: `<script async src="assets/loader.js?ver=b1" data-assets="${ origin.replace( '127.0.0.1', 'localhost' ) }/assets/app/" data-build="b1"></script>` };
	assert.match( await open( elsewhere ), /dashboard\.bin \(no answer\).*Files come from elsewhere\./ );
	assert.equal( await open( { ...elsewhere, headers: { 'Access-Control-Allow-Origin': origin } } ), 'started' );
} );

test( 'a host that compresses the compressed file once more', async () => {
	const twice = ( name ) => ( { body: gzipSync( files[ name ].body ), encoding: 'gzip' } );
	const both = { 'app/dashboard.bin': twice( 'app/dashboard.bin' ), 'app/shell.bin': twice( 'app/shell.bin' ) };
	assert.equal( await open( { files: both } ), 'started' );
	assert.deepEqual( asked.sort(), USUAL );
} );

test( 'a host that labels the files as compressed, so that the browser inflates them', async () => {
	const both = { 'app/dashboard.bin': { encoding: 'gzip' }, 'app/shell.bin': { encoding: 'gzip' } };
	assert.equal( await open( { files: both } ), 'started' );
	assert.deepEqual( asked.sort(), USUAL );
} );

test( 'a host that does not know .bin takes the plain module, once', async () => {
	assert.equal( await open( { files: { 'app/dashboard.bin': { status: 404 } } } ), 'started' );
	assert.equal( asked.filter( ( file ) => file === 'app/dashboard_bg.wasm?ver=b1' ).length, 1 );
} );

test( 'a page in place of the file takes the plain module', async () => {
	const page = { type: 'text/html', body: '<p>Please sign in</p>' };
	assert.equal( await open( { files: { 'app/dashboard.bin': page } } ), 'started' );
} );

test( 'a file cut short takes the plain module', async () => {
	assert.equal( await open( { files: { 'app/dashboard.bin': { body: gzipSync( WASM ).subarray( 0, 20 ) } } } ), 'started' );
} );

test( 'a browser without DecompressionStream takes every part plain, the module whatever its type', async () => {
	const wasm = { type: 'text/plain' };
	assert.equal( await open( { files: { 'app/dashboard_bg.wasm': wasm } }, 'delete globalThis.DecompressionStream' ), 'started' );
	assert.deepEqual( asked.sort(), [ 'app/dashboard.css?ver=b1', 'app/dashboard.js?ver=b1', 'app/dashboard_bg.wasm?ver=b1', 'app/keys.wasm?ver=b1', 'loader.js?ver=b1' ] );
} );

test( 'a shell that is not to be had, or not ours, is replaced by the plain files, once', async () => {
	const html = { type: 'text/html', body: '<p>Please sign in</p>' };
	const json = { type: 'application/json', body: '{"code":"blocked"}' };
	const cut = { body: shellOf( GLUE ).subarray( 0, 40 ) };
	for ( const shell of [ { status: 404 }, { breaks: true }, html, json, cut, { body: gzipSync( '<p>' ) } ] ) {
		assert.equal( await open( { files: { 'app/shell.bin': shell } } ), 'started', JSON.stringify( shell ) );
		const plain = asked.filter( ( file ) => /\.(js|css)/.test( file ) ).sort();
		assert.deepEqual( plain, [ 'app/dashboard.css?ver=b1', 'app/dashboard.js?ver=b1', 'loader.js?ver=b1' ] );
	}
} );

test( 'the app waits for its style sheet, however it comes', async () => {
	const late = { pieces: [ '', '', '', STYLE ] };
	assert.equal( await open( { files: { 'app/shell.bin': { status: 404 }, 'app/dashboard.css': late } } ), 'started' );
	assert.equal( await open( { files: { 'app/shell.bin': { status: 404 }, 'app/dashboard.css': { status: 404 } } } ), 'started, without style' );
} );

test( 'sheets that are there already stay', async () => {
	const page = await visit( {}, 'document.adoptedStyleSheets = [ new CSSStyleSheet() ]' );
	assert.equal( await page.evaluate( () => document.adoptedStyleSheets.length ), 2 );
	await page.close();
} );

test( 'a browser without constructed style sheets takes the plain one, and the script out of the shell', async () => {
	for ( const script of [ 'delete Document.prototype.adoptedStyleSheets', 'delete CSSStyleSheet.prototype.replaceSync' ] ) {
		assert.equal( await open( {}, script ), 'started' );
		assert.deepEqual( asked.sort(), [ ...USUAL, 'app/dashboard.css?ver=b1' ].sort() );
	}
} );

test( 'a large module that arrives in pieces', async () => {
	// A custom section of noise: its size in five bytes of LEB128, an empty name, the noise.
	const size = 300_000;
	const leb = [ 0, 7, 14, 21, 28 ].map( ( shift ) => ( ( size >>> shift ) & 0x7f ) | ( shift < 28 ? 0x80 : 0 ) );
	const large = gzipSync( Buffer.concat( [ WASM, Buffer.from( [ 0, ...leb, 0 ] ), randomBytes( size - 1 ) ] ) );
	const pieces = [ large.subarray( 0, 1 ), large.subarray( 1, 100_000 ), large.subarray( 100_000 ) ];
	assert.equal( await open( { files: { 'app/dashboard.bin': { pieces } } } ), 'started' );
	assert.ok( ! asked.some( ( file ) => file.includes( '.wasm' ) ) );
} );

test( 'the chunk of the first page is asked for before the app asks, and once', async () => {
	// The app comes late.
	const late = { pieces: [ '', '', shellOf( GLUE ) ] };
	const page = await visit( { files: { 'app/shell.bin': late } } );
	const [ chunk, shell ] = await page.evaluate( () => [ 'keys', 'shell' ].map( ( name ) => performance.getEntriesByType( 'resource' ).find( ( { name: url } ) => url.includes( `/${ name }.bin` ) ).toJSON() ) );
	assert.ok( chunk.startTime < shell.responseEnd, `${ chunk.startTime } ${ shell.responseEnd }` );
	assert.deepEqual( asked.sort(), USUAL );
	await page.close();
} );

test( 'a chunk, too, is taken plain where its compressed form is not to be had', async () => {
	const page = { type: 'text/html', body: '<p>Please sign in</p>' };
	for ( const bin of [ { status: 404 }, { breaks: true }, page, { body: gzipSync( WASM ).subarray( 0, 20 ) } ] ) {
		assert.equal( await open( { files: { 'app/keys.bin': bin } } ), 'started' );
		assert.equal( asked.filter( ( file ) => file === 'app/keys.wasm?ver=b1' ).length, 1 );
	}
} );

test( 'a chunk that is not to be had stops nothing, says why, and is asked for again the next time', async () => {
	const page = await visit( { files: { 'app/keys.bin': { status: 404 }, 'app/keys.wasm': { breaks: true } } } );
	const chunk = () => page.evaluate( () => litellmDashboard.chunk( 'keys' ).then( String, ( error ) => error.message ) );
	assert.equal( await page.locator( '#litellm-dashboard' ).textContent(), 'started, without chunk' );
	assert.equal( await chunk(), 'keys.bin (HTTP 404), keys.wasm (no answer)' );
	odd = {};
	assert.equal( await chunk(), '[object WebAssembly.Module]' );
	const times = asked.length;
	assert.equal( await chunk(), '[object WebAssembly.Module]' );
	assert.equal( asked.length, times );
	await page.close();
} );

test( 'what may be wanted next is fetched at low priority, unless data is to be saved', async () => {
	const watch = 'const real = fetch; globalThis.priorities = {}; globalThis.fetch = ( url, init ) => { priorities[ String( url ).match( /(\\w+)\\.bin/ )?.[ 1 ] ] = init?.priority; return real( url, init ); };';
	const saving = "Object.defineProperty( navigator, 'connection', { value: { saveData: true } } );";
	const ahead = ( page ) => page.evaluate( () => litellmDashboard.ahead( 'status' ).then( () => 'fetched', () => 'left' ) );
	for ( const [ script, done, priorities ] of [
		[ watch, 'fetched', { keys: undefined, status: 'low' } ],
		[ `delete globalThis.requestIdleCallback; ${ watch }`, 'fetched', { keys: undefined, status: 'low' } ],
		[ saving + watch, 'left', { keys: undefined, status: undefined } ],
	] ) {
		const page = await visit( {}, script );
		assert.equal( await ahead( page ), done );
		const { keys, status } = await page.evaluate( () => priorities );
		assert.deepEqual( { keys, status }, priorities );
		assert.equal( asked.includes( 'app/status.bin?ver=b1' ), done === 'fetched' );
		await page.close();
	}
} );

test( 'the preloaded files are not fetched again', async () => {
	const hint = ( name ) => `<link rel="preload" href="assets/app/${ name }?ver=b1" as="fetch" crossorigin>`;
	const page = await visit( { head: hint( 'shell.bin' ) + hint( 'dashboard.bin' ) + hint( 'keys.bin' ) } );
	// Chromium complains about an unused preload a few seconds after the page has loaded.
	await page.waitForTimeout( 5_000 );
	await page.close();
	assert.deepEqual( said, [] );
	assert.deepEqual( asked.sort(), USUAL );
} );

test( 'without readable boot data the files are those of the tag', async () => {
	assert.equal( await open( { boot: '' } ), 'started' );
	assert.deepEqual( asked.sort(), USUAL );
} );

test( 'the files come before the place of the app is parsed', async () => {
	// What stands before it holds up the parser, as WordPress's scripts do.
	const page = await browser.newPage();
	odd = { head: '<script src="assets/never.js"></script>' };
	asked = [];
	await page.goto( origin + '/', { waitUntil: 'commit' } );
	await page.waitForFunction( () => performance.getEntriesByType( 'resource' ).filter( ( { name, responseEnd } ) => name.includes( '.bin' ) && responseEnd ).length === 3, null, { polling: 50 } );
	assert.equal( await page.locator( '#litellm-dashboard' ).count(), 0 );
	await page.close();
} );

test( 'what the page asks first is asked for while the app is on its way, and only where there is something to ask', async () => {
	const boot = ( ask ) => JSON.stringify( { assets: `${ origin }/assets/app/`, build: 'b1', chunks: 'keys', rest: `${ origin }/rest/`, nonce: 'n1', ask } );
	const answers = ( page ) => page.evaluate( () => litellmDashboard.answers() );
	const read = { operation: 'keys.list', params: {} };
	for ( const [ rest, expected ] of [ [ { body: '{"answers":[]}' }, '{"answers":[]}' ], [ { status: 403, body: 'no' }, '' ], [ { breaks: true }, '' ] ] ) {
		const page = await visit( { boot: boot( [ read ] ), rest } );
		assert.equal( await answers( page ), expected );
		// The browser itself sends it once more where a connection that it had used before breaks.
		assert.deepEqual( rest.breaks ? posted.slice( 0, 1 ) : posted, [ { nonce: 'n1', body: { requests: [ read ] } } ] );
		await page.close();
	}
	const page = await visit( { boot: boot( [] ) } );
	assert.equal( await answers( page ), '' );
	assert.deepEqual( posted, [] );
	await page.close();
} );

test( "a policy with 'wasm-unsafe-eval' is enough: the script comes plain then, the style sheet out of the shell", async () => {
	assert.equal( await open( { policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" } ), 'started' );
	assert.deepEqual( asked.sort(), [ ...USUAL, 'app/dashboard.js?ver=b1' ].sort() );
} );

test( 'a policy that also allows blob: needs nothing plain', async () => {
	assert.equal( await open( { policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:" } ), 'started' );
	assert.deepEqual( asked.sort(), USUAL );
} );

test( 'a policy that forbids WebAssembly is explained', async () => {
	const text = await open( { policy: "script-src 'self'" } );
	assert.match( text, /Content-Security-Policy forbids WebAssembly. Add 'wasm-unsafe-eval' to its script-src/ );
	assert.deepEqual( asked, [ 'loader.js?ver=b1' ] );
} );

test( 'a browser without WebAssembly is told so', async () => {
	assert.match( await open( {}, 'delete globalThis.WebAssembly' ), /cannot run WebAssembly/ );
} );

test( 'a refused module is named with its status, in both forms', async () => {
	const text = await open( { files: { 'app/dashboard.bin': { status: 403 }, 'app/dashboard_bg.wasm': { status: 404 } } } );
	assert.match( text, /could not be loaded: dashboard\.bin \(HTTP 403\), dashboard_bg\.wasm \(HTTP 404\)\./ );
	assert.match( text, /blocks files in \/assets\/app\// );
} );

test( 'a page in place of both forms is told by its type', async () => {
	const page = { type: 'text/html', body: '<p>Blocked</p>' };
	const text = await open( { files: { 'app/dashboard.bin': page, 'app/dashboard_bg.wasm': page } } );
	assert.match( text, /dashboard\.bin \(text\/html\), dashboard_bg\.wasm \(text\/html\)/ );
} );

test( 'a refused script is named with its status, in both forms', async () => {
	const text = await open( { files: { 'app/shell.bin': { status: 404 }, 'app/dashboard.js': { status: 403 } } } );
	assert.match( text, /could not be loaded: shell\.bin \(HTTP 404\), dashboard\.js \(HTTP 403\)\./ );
} );

test( 'a script of the wrong type is told in the browser\'s words', async () => {
	const text = await open( { files: { 'app/dashboard.js': { type: 'text/plain' } } }, 'delete globalThis.DecompressionStream' );
	assert.match( text, /could not be loaded: dashboard\.js \(TypeError: / );
} );

test( 'a connection that breaks is told as no answer', async () => {
	const broken = { breaks: true };
	const text = await open( { files: { 'app/dashboard.bin': broken, 'app/dashboard_bg.wasm': broken } } );
	assert.match( text, /dashboard\.bin \(no answer\), dashboard_bg\.wasm \(no answer\)/ );
} );

test( 'an app that fails to start is told, and the module is not fetched a second time', async () => {
	const body = shellOf( 'export default async () => { throw new Error( "unreachable executed" ); };' );
	const text = await open( { files: { 'app/shell.bin': { body } } } );
	assert.match( text, /did not start\. .*Error: unreachable executed/ );
	assert.deepEqual( asked.sort(), USUAL );
} );

// A reload brings the same files again.
test( 'a module and a script of different builds are told, and what to do about it', async () => {
	// A module that imports the function x.y, and a script that has a z only.
	const module = Buffer.concat( [ WASM, Buffer.from( [ 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x78, 1, 0x79, 0, 0 ] ) ] );
	const script = 'export default async ( { module_or_path: module } ) => WebAssembly.instantiate( module, { x: { z() {} } } )';
	const text = await open( { files: { 'app/dashboard.bin': { body: gzipSync( module ) }, 'app/shell.bin': { body: shellOf( script ) } } } );
	assert.match( text, /not of one version: a cache gives out old ones, or an update did not finish\. Empty the cache of the CDN/ );
} );

test( 'the message is an alert in the user\'s language, and markup in it stays text', async () => {
	const strings = { 'no answer': '<img src=x onerror="document.title=1">', 'The dashboard could not be loaded: {reason}. Reload the page; if that does not help, look whether a security plugin or the web server blocks files in {folder}': '无法加载：{reason}' };
	const broken = { breaks: true };
	const page = await visit( { boot: JSON.stringify( { strings } ), files: { 'app/dashboard.bin': broken, 'app/dashboard_bg.wasm': { status: 403 } } } );
	const notice = page.locator( '#litellm-dashboard > .notice.notice-error.inline[role=alert]' );
	assert.equal( await notice.textContent(), '无法加载：dashboard.bin (<img src=x onerror="document.title=1">), dashboard_bg.wasm (HTTP 403)' );
	assert.equal( await page.locator( '#litellm-dashboard img' ).count(), 0 );
	await page.close();
} );

/** The text that stands in the place of the skeleton. */
async function open( differences, script ) {
	const page = await visit( differences, script );
	const text = await page.locator( '#litellm-dashboard' ).textContent();
	await page.close();
	return text;
}

async function visit( differences, script, options ) {
	odd = differences;
	asked = [];
	posted = [];
	said = [];
	const page = await browser.newPage();
	page.on( 'console', ( message ) => said.push( message.text() ) );
	if ( script ) {
		await page.addInitScript( script );
	}
	await page.goto( origin + '/', options );
	await page.waitForFunction( () => ! document.querySelector( '.skeleton' ), null, { timeout: 10_000 } );
	return page;
}

function answer( request, response ) {
	const path = request.url.slice( 1 ).split( '?' )[ 0 ];
	if ( path === '' ) {
		const boot = odd.boot ?? JSON.stringify( { assets: `${ origin }/assets/app/`, build: 'b1', chunks: 'keys' } );
		response.setHeader( 'Content-Type', 'text/html; charset=utf-8' );
		if ( odd.policy ) {
			response.setHeader( 'Content-Security-Policy', odd.policy );
		}
		const tag = '<script async src="assets/loader.js?ver=b1" data-assets="assets/app/" data-build="b1" data-chunks="keys"></script>';
		return response.end( `<!doctype html><head><link rel="icon" href="data:,">${ odd.script ? '' : odd.tag ?? tag }${ odd.head ?? '' }</head>
			<div id="litellm-dashboard">${ odd.late ?? LATE }<p class="skeleton">…</p></div>
			<script type="application/json" id="litellm-dashboard-boot">${ boot }</script>
			${ odd.script ?? '' }${ odd.foot ?? '' }` );
	}
	if ( path === 'assets/never.js' ) {
		return;
	}
	if ( path === 'rest/batch' ) {
		let text = '';
		request.on( 'data', ( piece ) => ( text += piece ) ).on( 'end', () => {
			posted.push( { nonce: request.headers[ 'x-wp-nonce' ], body: JSON.parse( text ) } );
			return odd.rest.breaks ? request.socket.destroy() : response.writeHead( odd.rest.status ?? 200 ).end( odd.rest.body );
		} );
		return;
	}
	const name = path.replace( 'assets/', '' );
	if ( ! files[ name ] ) {
		return response.writeHead( 404 ).end();
	}
	asked.push( request.url.replace( '/assets/', '' ) );
	const { status = 200, type, body, encoding, breaks, never, pieces } = { ...files[ name ], ...odd.files?.[ name ] };
	if ( never ) {
		return;
	}
	if ( breaks ) {
		return request.socket.destroy();
	}
	if ( pieces ) {
		pieces.forEach( ( piece, at ) => setTimeout( () => response.write( piece ), at * 50 ) );
		return setTimeout( () => response.end(), pieces.length * 50 );
	}
	const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache', ...odd.headers };
	response.writeHead( status, encoding ? { ...headers, 'Content-Encoding': encoding } : headers ).end( body );
}

function findChromium() {
	const names = [ 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable' ];
	const places = process.env.PATH.split( delimiter ).flatMap( ( folder ) => names.map( ( name ) => join( folder, name ) ) );
	const found = [ process.env.CHROMIUM, ...places ].find( ( place ) => {
		try {
			return place && ( accessSync( place, constants.X_OK ), true );
		} catch {
			return false;
		}
	} );
	assert.ok( found, 'no Chromium found: install it, or name its program in CHROMIUM' );
	return found;
}
