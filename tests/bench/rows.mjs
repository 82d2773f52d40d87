#!/usr/bin/env node
// How the table of keys copes with many: reading them, scrolling, searching with each letter, memory; beside one of 25.
//
//   tests/bench/rows.mjs http://127.0.0.1:24180     a demo that is up (the first visit signs in); 10,000 rows
//   tests/bench/rows.mjs URL 50000
//
// The rows are made up in the browser, in the place of what WordPress answers; all else is real. A frame of a screen with
// 60 Hz takes 16.7 ms: what takes longer than 17.5 ms was late. Memory is what is left after the garbage was collected, and
// the WebAssembly memory beside it, which never shrinks. A letter is counted from the key to the next frame that shows what
// was found.
import { chromium } from '../e2e/node_modules/playwright-core/index.mjs';

const [ url, wanted = '10000' ] = process.argv.slice( 2 );
if ( ! url ) {
	console.error( 'usage: tests/bench/rows.mjs URL [ROWS]' );
	process.exit( 2 );
}
const quiet = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --js-flags=--expose-gc --enable-precise-memory-info'.split( ' ' );
const browser = await chromium.launch( { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet } );
const page = await browser.newPage( { viewport: { width: 1400, height: 900 } } );
let rows = 25;
const key = ( number ) => ( {
	token: number.toString( 16 ).padStart( 64, '0' ), key_alias: `application-${ number }`, key_name: 'sk-...abcd', spend: number / 100, max_budget: 1000,
	models: [ 'gpt-4o', 'gpt-4o-mini' ], user_id: `user-${ number % 50 }`, user: { user_email: `user-${ number % 50 }@example.com`, user_alias: null },
	team_id: `team-${ number % 150 }`, rpm_limit: 60, tpm_limit: 100000, metadata: { tags: [ 'prod' ] },
	created_at: new Date( 1.76e12 + number * 60000 ).toISOString(), blocked: number % 7 === 0,
} );
const most = { asked: 0, running: 0 };
await page.route( /litellm-dashboard\/v1\/batch/, async ( route ) => {
	const { requests } = route.request().postDataJSON();
	const at = requests.findIndex( ( request ) => request.operation === 'keys.list' );
	if ( at < 0 ) {
		return route.continue();
	}
	most.running += 1;
	most.asked = Math.max( most.asked, most.running );
	const { page: number, size } = requests[ at ].params;
	const first = rows - ( number - 1 ) * size;
	const keys = Array.from( { length: Math.max( 0, Math.min( size, first ) ) }, ( _, index ) => key( first - index ) );
	const answer = { status: 200, data: { keys, total_count: rows }, age_s: 0, error: null, took_ms: 1 };
	if ( requests.length === 1 ) {
		await route.fulfill( { json: { answers: [ answer ] } } );
	} else {
		const response = await route.fetch();
		const body = await response.json();
		body.answers[ at ] = answer;
		await route.fulfill( { response, json: body } );
	}
	most.running -= 1;
} );

async function measure( count ) {
	rows = count;
	const began = Date.now();
	await page.goto( `${ url }/wp-admin/admin.php?page=litellm-dashboard-keys`, { waitUntil: 'commit' } );
	const since = Date.now();
	await page.getByRole( 'row' ).nth( 20 ).waitFor();
	const usable = Date.now() - since;
	await page.getByText( `${ count.toLocaleString( 'en-US' ) } keys`, { exact: true } ).waitFor( { timeout: 300_000 } );
	const read = Date.now() - since;
	const heap = () => page.evaluate( async () => {
		window.gc();
		const all = await performance.measureUserAgentSpecificMemory?.().catch( () => null );
		return ( all?.bytes ?? performance.memory.usedJSHeapSize ) / 1e6;
	} );
	const before = await heap();
	const frames = await page.evaluate( async () => {
		const place = document.querySelector( '.gw-table-scroll' );
		const scroller = place.scrollHeight > place.clientHeight + 1 ? place : document.scrollingElement;
		const times = [];
		let last = performance.now(), most = 0;
		for ( let step = 0; step < 300; step++ ) {
			scroller.scrollTop += 600;
			await new Promise( requestAnimationFrame );
			const now = performance.now();
			times.push( now - last );
			last = now;
			most = Math.max( most, document.querySelectorAll( '#keys-table tbody tr' ).length );
		}
		times.sort( ( a, b ) => a - b );
		return { median: times[ 150 ], p95: times[ 285 ], late: times.filter( ( ms ) => ms > 17.5 ).length, most };
	} );
	const typed = [ ...await letters( 'application-12' ), ...await letters( 'user-7@ex' ) ].sort( ( a, b ) => a - b );
	await page.getByRole( 'searchbox', { name: 'Search keys' } ).fill( '' );
	console.log( `${ String( count ).padStart( 6 ) } rows: usable ${ usable } ms after the page began (${ since - began } ms for WordPress), all there after ${ read } ms, ${ most.asked } question at a time; a letter ${ typed[ typed.length >> 1 ].toFixed( 1 ) } ms median, ${ typed.at( -1 ).toFixed( 1 ) } ms at most` );
	console.log( `${ String( count ).padStart( 6 ) } rows: frame ${ frames.median.toFixed( 1 ) } ms median, ${ frames.p95.toFixed( 1 ) } ms p95, ${ frames.late } of 300 late; ${ frames.most } rows on the page; memory ${ before.toFixed( 1 ) } → ${ ( await heap() ).toFixed( 1 ) } MB` );
}

/** From each letter to the frame that shows what was found. */
async function letters( text ) {
	const box = page.getByRole( 'searchbox', { name: 'Search keys' } );
	await box.fill( '' );
	return page.evaluate( async ( typed ) => {
		const input = document.querySelector( '.gw-search' );
		const times = [];
		for ( let end = 1; end <= typed.length; end++ ) {
			await new Promise( requestAnimationFrame );
			const began = performance.now();
			input.value = typed.slice( 0, end );
			input.dispatchEvent( new InputEvent( 'input', { bubbles: true } ) );
			await new Promise( ( go ) => requestAnimationFrame( () => { document.body.getBoundingClientRect(); setTimeout( go ); } ) );
			times.push( performance.now() - began );
		}
		return times;
	}, text );
}

await page.goto( `${ url }/` );
for ( const count of [ 25, Number( wanted ), 25, Number( wanted ) ] ) {
	await measure( count );
}
await browser.close();
