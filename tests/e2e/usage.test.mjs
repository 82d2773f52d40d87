// Usage against a real LiteLLM: its figures and lines are what LiteLLM adds up itself, each leads to its calls, and the files are
// read back.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { number } from './lib/app.mjs';
import { readCsv } from './lib/csv.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually } from './lib/until.mjs';

const DAY_MS = 86_400_000;
const stage = new Stage();
let site, litellm, page;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

/** Days are counted from here, also when one ends meanwhile. */
const now = Date.now();
const date = ( back ) => new Date( now - back * DAY_MS ).toISOString().slice( 0, 10 );
const table = () => page.getByRole( 'table', { name: 'Usage', exact: true } );

/** The lines as they stand there: the name, and the exact cost by the file of the table. */
async function exported() {
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), page.getByRole( 'button', { name: 'Download as CSV', exact: true } ).click() ] );
	return { name: download.suggestedFilename(), rows: readCsv( await readFile( await download.path(), 'utf8' ) ) };
}

/** Sums of days from `first` to `last` days ago by one breakdown of LiteLLM's own, asked for with the master key. */
async function sums( path, breakdown, first, last ) {
	const found = new Map();
	for ( let back = first; back >= last; back-- ) {
		const day = date( back );
		for ( let number = 1, pages = 1; number <= pages; number++ ) {
			const { results, metadata } = await litellm.ask( `${ path }?start_date=${ day }&end_date=${ day }&page=${ number }&page_size=1000` );
			pages = metadata.total_pages ?? 1;
			for ( const [ id, { metrics } ] of results.flatMap( ( result ) => Object.entries( result.breakdown[ breakdown ] ?? {} ) ) ) {
				const sum = found.get( id ) ?? { cost: 0, requests: 0, failed: 0 };
				found.set( id, { cost: sum.cost + metrics.spend, requests: sum.requests + metrics.api_requests, failed: sum.failed + metrics.failed_requests } );
			}
		}
	}
	return found;
}

/** Whole days only: nothing is written to them any more. */
const own = ( first, last ) => ( { from: date( first ), to: date( last ), compare: 'nothing' } );

test( 'the figures of whole days are those that LiteLLM adds up', async () => {
	await site.open( page, 'usage', own( 9, 2 ) );
	const expected = await litellm.days( 8, 2, now );
	await eventually( async () => {
		const exact = async ( label ) => number( await page.locator( '.gw-card', { has: page.getByRole( 'heading', { name: label, exact: true } ) } ).locator( '.gw-card-value' ).getAttribute( 'title' ) );
		assert.ok( Math.abs( ( await exact( 'Cost' ) ) - expected.cost ) <= 0.000_001 );
		assert.equal( await exact( 'Requests' ), expected.requests );
		assert.equal( await exact( 'Failed requests' ), expected.failed );
		assert.equal( ( await exact( 'Tokens in' ) ) + ( await exact( 'Tokens out' ) ), expected.tokens );
	} );
} );

for ( const [ by, path, breakdown ] of [
	[ 'model', '/user/daily/activity/aggregated', 'model_groups' ],
	[ 'key', '/user/daily/activity/aggregated', 'api_keys' ],
	[ 'team', '/team/daily/activity', 'entities' ],
	[ 'owner', '/user/daily/activity', 'entities' ],
	[ 'end_user', '/customer/daily/activity', 'entities' ],
	[ 'tag', '/tag/daily/activity', 'entities' ],
] ) {
	test( `the lines by ${ by } are those that LiteLLM adds up, in a file that a reader of CSV reads`, async () => {
		await site.open( page, 'usage', { ...own( 6, 3 ), by } );
		const expected = await sums( path, breakdown, 6, 3 );
		await table().getByRole( 'rowheader' ).first().waitFor();
		await eventually( () => page.locator( '[class*="skeleton"]' ).count().then( ( count ) => assert.equal( count, 0 ) ) );
		const { name, rows } = await exported();
		assert.equal( name, `usage-${ by }-${ date( 6 ) }-${ date( 3 ) }.csv` );
		const named = rows.filter( ( row ) => row.ID !== '' );
		const ids = [ ...expected.keys() ].filter( ( id ) => id !== '' && id !== 'Unassigned' && ! id.startsWith( 'User-Agent: ' ) );
		assert.deepEqual( named.map( ( row ) => row.ID ).sort(), ids.sort() );
		assert.ok( named.length > 0, 'there is something to compare' );
		for ( const row of named ) {
			const sum = expected.get( row.ID );
			assert.ok( Math.abs( Number( row[ 'Cost in US dollars' ] ) - sum.cost ) < 1e-9, `${ row.ID }: ${ row[ 'Cost in US dollars' ] } and ${ sum.cost }` );
			assert.deepEqual( [ Number( row.Requests ), Number( row[ 'Failed requests' ] ) ], [ sum.requests, sum.failed ], row.ID );
		}
		const total = await litellm.days( 4, 3, now );
		if ( by !== 'tag' ) {
			const all = rows.reduce( ( sum, row ) => sum + Number( row[ 'Cost in US dollars' ] ), 0 );
			assert.ok( Math.abs( all - total.cost ) < 1e-9, `all lines are ${ all }, LiteLLM has ${ total.cost }` );
		}
	} );
}

test( 'each day of the range adds up to its total, in the file for programs', async () => {
	await site.open( page, 'usage', { ...own( 6, 3 ), by: 'team' } );
	await table().getByRole( 'rowheader' ).first().waitFor();
	await eventually( () => page.locator( '[class*="skeleton"]' ).count().then( ( count ) => assert.equal( count, 0 ) ) );
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), page.getByRole( 'button', { name: 'Download each day as JSON' } ).click() ] );
	const file = JSON.parse( await readFile( await download.path(), 'utf8' ) );
	assert.deepEqual( [ file.by, file.from, file.to, file.missing_days ], [ 'team', date( 6 ), date( 3 ), [] ] );
	for ( const total of file.totals ) {
		const sum = file.rows.filter( ( row ) => row.day === total.day ).reduce( ( all, row ) => all + row.cost_usd, 0 );
		assert.ok( Math.abs( sum - total.cost_usd ) < 1e-9, total.day );
	}
} );

/** Nearest rank: the smallest that so large a share does not exceed. */
const percentile = ( values, share ) => values.toSorted( ( a, b ) => a - b )[ Math.max( 0, Math.ceil( share * values.length - 1e-9 ) - 1 ) ];

/** All calls of the log between two moments, asked for with the master key. */
async function logged( from, to ) {
	const rows = [];
	for ( let number = 1, pages = 1; number <= pages; number++ ) {
		const answer = await litellm.ask( `/spend/logs/v2?start_date=${ encodeURIComponent( from ) }&end_date=${ encodeURIComponent( to ) }&page=${ number }&page_size=100` );
		pages = answer.total_pages;
		rows.push( ...answer.data );
	}
	return rows;
}

test( 'percentiles, cache hits and hours are those of the calls in the database', async () => {
	// A whole day, to which nothing is written any more.
	await site.open( page, 'usage', own( 2, 2 ) );
	const day = date( 2 );
	const rows = ( await logged( `${ day } 00:00:00`, `${ day } 23:59:59` ) ).filter( ( row ) => row.startTime.startsWith( day ) );
	assert.ok( rows.length > 0 && rows.length <= 2_000, `${ rows.length } calls` );
	const took = ( row ) => row.request_duration_ms > 0 ? row.request_duration_ms : Date.parse( row.endTime ) - Date.parse( row.startTime );
	const durations = rows.map( took ).filter( ( ms ) => ms > 0 );
	await page.getByRole( 'button', { name: 'Read the log' } ).click();
	const duration = page.getByRole( 'row', { name: /^Duration/ } );
	await duration.waitFor();
	const cells = await duration.getByRole( 'cell' ).allInnerTexts();
	const written = ( ms ) => page.evaluate( ( value ) => {
		const [ amount, unit ] = value < 1_000 ? [ value, 'millisecond' ] : value < 60_000 ? [ value / 1_000, 'second' ] : [ value / 60_000, 'minute' ];
		return new Intl.NumberFormat( document.documentElement.lang, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } ).format( amount );
	}, ms );
	assert.deepEqual( cells, [ await written( percentile( durations, 0.5 ) ), await written( percentile( durations, 0.95 ) ), durations.length.toLocaleString( 'en-US' ) ] );
	const says = rows.map( ( row ) => String( row.cache_hit ).toLowerCase() ).filter( ( hit ) => hit === 'true' || hit === 'false' );
	if ( says.length > 0 ) {
		const hits = says.filter( ( hit ) => hit === 'true' ).length;
		await page.getByText( `Out of LiteLLM’s cache: ${ hits.toLocaleString( 'en-US' ) } (` ).waitFor();
	}
	await page.getByRole( 'button', { name: 'Hours', exact: true } ).click();
	await page.getByText( 'added up here from the gateway’s log.' ).waitFor();
	await eventually( async () => {
		const requests = page.locator( '.gw-card', { has: page.getByRole( 'heading', { name: 'Requests', exact: true } ) } ).locator( '.gw-card-value' );
		assert.equal( number( await requests.getAttribute( 'title' ) ), rows.length );
	} );
} );

test( 'a line leads to the calls behind it, with the same range', async () => {
	await site.open( page, 'usage', own( 6, 3 ) );
	await table().getByRole( 'rowheader', { name: 'gpt-4o', exact: true } ).getByRole( 'link' ).click();
	await page.getByRole( 'heading', { level: 1, name: 'Logs' } ).waitFor();
	const arguments_ = new URL( page.url() ).searchParams;
	assert.deepEqual( [ arguments_.get( 'model' ), arguments_.get( 'from' ), arguments_.get( 'to' ) ], [ 'gpt-4o', date( 6 ), date( 3 ) ] );
} );

test( 'the range is chosen by keyboard, and the address is a view to come back to', async () => {
	await site.open( page, 'usage' );
	const range = page.getByRole( 'combobox', { name: 'Range' } );
	await range.focus();
	await range.selectOption( '30d' );
	await page.waitForURL( /range=30d/ );
	await page.getByRole( 'combobox', { name: 'By' } ).selectOption( 'team' );
	await page.waitForURL( /by=team/ );
	await page.reload();
	await eventually( async () => assert.deepEqual( [ await range.inputValue(), await page.getByRole( 'combobox', { name: 'By' } ).inputValue() ], [ '30d', 'team' ] ) );
	await page.goBack();
	await eventually( async () => assert.equal( await page.getByRole( 'combobox', { name: 'By' } ).inputValue(), 'model' ) );
} );

stage.testWhatTravelled();
