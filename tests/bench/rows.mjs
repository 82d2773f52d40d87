#!/usr/bin/env node
// How the table scrolls through many rows: frames and memory, beside the same table with 25.
//
//   tests/bench/rows.mjs http://127.0.0.1:24180     a demo that is up (the first visit signs in); 10,000 rows
//   tests/bench/rows.mjs URL 50000
//
// The rows are made up in the browser, in the place of what WordPress answers; all else is real. A frame of a screen with
// 60 Hz takes 16.7 ms: what takes longer than 17.5 ms was late. Memory is what is left after the garbage was collected.
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
	models: [ 'gpt-4o', 'gpt-4o-mini' ], user_id: `user-${ number % 50 }`, created_at: '2026-11-01T00:00:00Z', blocked: number % 7 === 0,
} );
await page.route( /litellm-dashboard\/v1\/batch/, async ( route ) => {
	const { requests } = route.request().postDataJSON();
	const at = requests.findIndex( ( request ) => request.operation === 'keys.list' );
	const response = await route.fetch();
	const body = await response.json();
	if ( at >= 0 && body.answers ) {
		const keys = Array.from( { length: rows }, ( _, index ) => key( index + 1 ) );
		body.answers[ at ] = { status: 200, data: { keys, total_count: rows }, age_s: 0, error: null, took_ms: 1 };
	}
	await route.fulfill( { response, json: body } );
} );

async function measure( count ) {
	rows = count;
	await page.goto( `${ url }/wp-admin/admin.php?page=litellm-dashboard-keys` );
	await page.getByRole( 'row' ).nth( 20 ).waitFor();
	const heap = () => page.evaluate( () => { window.gc(); return performance.memory.usedJSHeapSize / 1e6; } );
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
	console.log( `${ String( count ).padStart( 6 ) } rows: frame ${ frames.median.toFixed( 1 ) } ms median, ${ frames.p95.toFixed( 1 ) } ms p95, ${ frames.late } of 300 late; ${ frames.most } rows on the page; memory ${ before.toFixed( 1 ) } → ${ ( await heap() ).toFixed( 1 ) } MB` );
}

await page.goto( `${ url }/` );
for ( const count of [ 25, Number( wanted ), 25, Number( wanted ) ] ) {
	await measure( count );
}
await browser.close();
