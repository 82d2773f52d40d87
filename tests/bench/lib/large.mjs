// A gateway with many keys and calls: the figures of 30 days, the log, and what several tabs cost the gateway.

import { memory, watchWasm } from './memory.mjs';
import { median, quantile, view } from './view.mjs';

const DAY_MS = 86_400_000;
/** Longer than a gateway needs that puts together sixty heavy days. */
const LIMIT_MS = 300_000;
/** 60 frames a second. */
const FRAME_MS = 1000 / 60;
/** So far one scrolls in a frame while rows come in: a little more than the hundred rows a second that can come. */
const DOWN_PX = 60;
/** And back through all of them. */
const UP_PX = 600;
/** As many rows as the page keeps. */
const KEPT = 5_000;
/** So long a page has been left alone before it is watched, at most: what it asks for at its start is over. */
const SETTLED_MS = 15_000;
const TEN_S = 10_000;

const pause = ( ms ) => new Promise( ( resolve ) => setTimeout( resolve, ms ) );
const moment = ( ms ) => new Date( ms ).toISOString().slice( 0, 19 ).replace( 'T', ' ' );

// ---- These run in the page. ----

/** All cards have their figures, also what they are compared with, and one of them is the number of calls. */
const figuresThere = ( requests ) => document.querySelectorAll( '.gw-card .gw-skeleton' ).length === 0
	&& [ ...document.querySelectorAll( '.gw-card-value' ) ].some( ( value ) => value.title.replace( /\D/g, '' ) === String( requests ) );
const rowThere = () => document.querySelector( '#logs-table tr[id^="logs-row-"] time' ) !== null;

/** Notes the first frame in which a day of the chart has a figure. */
function watchNewest() {
	const look = () => {
		// The last line is the newest day; one that is not known yet has a sentence in place of figures.
		const cell = document.querySelector( '#litellm-dashboard .gw-content .screen-reader-text > table tbody tr:last-child td' );
		if ( cell && ! cell.hasAttribute( 'colspan' ) ) {
			performance.mark( 'bench-newest' );
		} else {
			requestAnimationFrame( look );
		}
	};
	requestAnimationFrame( look );
}

/** Chooses a range in the page that is open, and gives the time until its first row is on screen. */
async function chooseRange( range ) {
	const select = document.querySelector( '#litellm-dashboard select[aria-label="Range"]' );
	const began = performance.now();
	select.value = range;
	select.dispatchEvent( new Event( 'change', { bubbles: true } ) );
	for ( ;; ) {
		await new Promise( requestAnimationFrame );
		if ( document.querySelector( '#logs-table tr[id^="logs-row-"] time' ) ) {
			// Drawn with the frame that follows.
			await new Promise( ( go ) => requestAnimationFrame( () => setTimeout( go ) ) );
			return performance.now() - began;
		}
	}
}

/** Scrolls on until so many rows were read, or the other way to the top, and counts how long each frame took. */
async function scroll( [ rows, px, limitMs ] ) {
	const count = () => Number( document.querySelector( '#logs-table' ).getAttribute( 'aria-rowcount' ) ) - 1;
	const place = document.querySelector( '.gw-logs .gw-table-scroll' );
	// A histogram, as a list of all frames would be memory of its own.
	const frames = new Uint32Array( 1001 );
	let moved = 0;
	const began = performance.now();
	let last = began;
	for ( ;; ) {
		const before = place.scrollTop;
		place.scrollTop += px;
		await new Promise( requestAnimationFrame );
		const now = performance.now();
		frames[ Math.min( 1000, Math.round( now - last ) ) ]++;
		moved += Math.abs( place.scrollTop - before );
		last = now;
		if ( ( px < 0 ? place.scrollTop <= 0 : count() >= rows ) || now - began > limitMs ) {
			break;
		}
	}
	return { frames: [ ...frames.entries() ].filter( ( [ , times ] ) => times > 0 ), ms: last - began, moved, rows: count() };
}

// ---- Figures of 30 days. ----

async function figures( stage, name, requests ) {
	const { ours, php } = stage;
	const context = await ours.context();
	await context.addInitScript( watchNewest );
	ours.counting.take();
	await php.take();
	const { page, ms, requests: wire } = await view( context, ours.site.page( name, { range: '30d' } ), figuresThere, requests, true, LIMIT_MS );
	const newest = await page.evaluate( () => performance.getEntriesByName( 'bench-newest' )[ 0 ]?.startTime ?? NaN );
	const boot = Buffer.byteLength( await page.locator( '#litellm-dashboard-boot' ).textContent() );
	const calls = ours.counting.take();
	await context.close();
	const answers = wire.filter( ( one ) => /litellm-dashboard(\/|%2F)v1/.test( one.url ) );
	const { reads, pages } = await php.take();
	const sum = ( list ) => list.reduce( ( bytes, one ) => bytes + one.bytes, 0 );
	return {
		ms, newest, boot,
		// Those until the figures are there; what comes after is the live log, causes, keys.
		figures: sum( answers.filter( ( one ) => one.first ) ),
		answers: sum( answers ), batches: answers.length,
		calls: calls.length, fromGateway: calls.reduce( ( sum, one ) => sum + one.bytes, 0 ),
		peak: Math.max( reads.peak, pages.peak ), cpuMs: reads.cpuMs,
	};
}

// ---- The log. ----

/** What LiteLLM itself needs for the first page of the window, asked as the app asks. */
async function directRows( litellm, days ) {
	const now = Date.now();
	const query = new URLSearchParams( { start_date: moment( now - days * DAY_MS ), end_date: moment( now ), page: '1', page_size: '50' } );
	const began = performance.now();
	const answer = await fetch( `${ litellm.url }/spend/logs/v2?${ query }`, { headers: { authorization: `Bearer ${ litellm.serviceKey }` } } );
	const bytes = ( await answer.arrayBuffer() ).byteLength;
	if ( ! answer.ok ) {
		throw new Error( `/spend/logs/v2: ${ answer.status }` );
	}
	return { ms: performance.now() - began, bytes };
}

/** From the choice of 30 days, in the page of a range without calls, to the first row; and the page opened anew. */
async function firstRows( { ours } ) {
	const context = await ours.context();
	const none = { from: '2020-01-01', to: '2020-01-02' };
	const page = await context.newPage();
	await page.goto( ours.site.page( 'logs', none ), { waitUntil: 'domcontentloaded', timeout: LIMIT_MS } );
	await page.getByText( 'No calls in the gateway’s log for this range' ).waitFor( { timeout: LIMIT_MS } );
	// Nothing of the range before waits for its turn.
	await pause( 3_000 );
	const chosen = await page.evaluate( chooseRange, '30d' );
	await page.close();
	const opened = await view( context, ours.site.page( 'logs', { range: '30d' } ), rowThere, undefined, false, LIMIT_MS );
	await context.close();
	return { chosen, opened: opened.ms };
}

/** Of frames as [milliseconds, how often]. */
function smoothness( runs ) {
	const frames = runs.flatMap( ( run ) => run.frames );
	const ms = runs.reduce( ( sum, run ) => sum + run.ms, 0 );
	const count = frames.reduce( ( sum, [ , times ] ) => sum + times, 0 );
	const dropped = frames.reduce( ( sum, [ took, times ] ) => sum + times * Math.max( 0, Math.round( took / FRAME_MS ) - 1 ), 0 );
	const sorted = frames.flatMap( ( [ took, times ] ) => Array( times ).fill( took ) );
	return { frames: count, dropped, perSecond: count / ( ms / 1000 ), p95: quantile( sorted, 0.95 ), longest: Math.max( ...frames.map( ( [ took ] ) => took ) ), ms };
}

/** The most within ten seconds, and the time between two. */
function pace( times ) {
	const apart = times.slice( 1 ).map( ( at, index ) => at - times[ index ] );
	const most = Math.max( 0, ...times.map( ( from ) => times.filter( ( at ) => at >= from && at < from + TEN_S ).length ) );
	return { requests: times.length, perSecond: apart.length > 0 ? 1000 * apart.length / ( times.at( -1 ) - times[ 0 ] ) : 0, mostInTenS: most, least: Math.min( ...apart, Infinity ), middle: median( apart ) };
}

/** Reads `rows` rows by scrolling, and goes back through all of them. */
async function scrolling( { ours, php, say }, rows ) {
	const context = await ours.context();
	await context.addInitScript( watchWasm );
	await php.take();
	ours.counting.take();
	const { page } = await view( context, ours.site.page( 'logs', { range: '30d' } ), rowThere, undefined, false, LIMIT_MS );
	// The table scrolls by itself from the first answer on, as there is more.
	await page.locator( '.gw-logs .gw-table-scroll' ).hover();
	const first = Math.min( KEPT, Math.round( rows / 2 ) );
	// One answer a second, which has a hundred rows.
	const limit = ( of ) => 60_000 + of * 20;
	const down = [ await page.evaluate( scroll, [ first, DOWN_PX, limit( first ) ] ) ];
	const early = await memory( page );
	say( `${ down[ 0 ].rows } rows read` );
	down.push( await page.evaluate( scroll, [ rows, DOWN_PX, limit( rows - first ) ] ) );
	const late = await memory( page );
	const read = down[ 1 ].rows;
	say( `${ read } rows read, and back` );
	const reading = ours.counting.take().map( ( call ) => call.at );
	const up = await page.evaluate( scroll, [ 0, -UP_PX, 60_000 + rows * 10 ] );
	const back = ours.counting.take().map( ( call ) => call.at );
	const end = await memory( page );
	const { reads } = await php.take();
	await context.close();
	return { read, wanted: rows, early, late, end, firstRows: first, down: smoothness( down ), up: smoothness( [ up ] ), pace: pace( reading ), paceBack: pace( back ), peak: reads.peak };
}

// ---- Tabs. ----

/** What LiteLLM gets of each path. */
function byPath( calls ) {
	const found = {};
	for ( const { what } of calls ) {
		found[ what ] = ( found[ what ] ?? 0 ) + 1;
	}
	return found;
}

/** A tab that is behind another: what browsers tell a page of that. A browser without a window shows all of its tabs. */
function hide() {
	Object.defineProperty( document, 'hidden', { get: () => true } );
	Object.defineProperty( document, 'visibilityState', { get: () => 'hidden' } );
}

/** Opens so many tabs of a page by each of these users and watches for `seconds` what the gateway gets. */
async function tabs( { ours, contexts }, address, there, argument, { users, each, behind = 0, seconds } ) {
	await ours.forget();
	ours.counting.take();
	const open = [];
	await Promise.all( users.flatMap( ( user ) => Array.from( { length: each }, async ( _, index ) => {
		const page = await contexts[ user ].newPage();
		open.push( page );
		// What is behind is loaded, and then left.
		await page.goto( address, { waitUntil: 'commit', timeout: LIMIT_MS } );
		await page.waitForFunction( `( ${ there } )( ${ JSON.stringify( argument ) } )`, undefined, { timeout: LIMIT_MS } );
		if ( index >= each - behind ) {
			await page.evaluate( hide );
			await page.evaluate( () => document.dispatchEvent( new Event( 'visibilitychange' ) ) );
		}
	} ) ) );
	await pause( Math.min( SETTLED_MS, 1000 * seconds ) );
	const opening = ours.counting.take();
	await pause( 1000 * seconds );
	const watched = ours.counting.take();
	await Promise.all( open.map( ( page ) => page.close() ) );
	return {
		opening: opening.length, openingBusyMs: busy( opening ),
		minute: 60 * watched.length / seconds, busyMs: 60 * busy( watched ) / seconds, calls: watched.length, by: byPath( watched ),
	};
}

const busy = ( calls ) => calls.reduce( ( sum, call ) => sum + ( Number.isFinite( call.ms ) ? call.ms : 0 ), 0 );

async function tabsOfPages( stage, requests, seconds ) {
	const { ours, say } = stage;
	await ours.site.cli( 'user', 'create', 'second', 'second@example.test', '--role=administrator', '--user_pass=password' );
	const found = {};
	for ( const [ name, query, there, argument ] of [
		[ 'overview', { range: '30d' }, figuresThere, requests ],
		[ 'usage', { range: '30d' }, figuresThere, requests ],
		[ 'logs', { range: '24h', live: '1' }, rowThere, undefined ],
	] ) {
		say( `${ name }: one tab, six tabs` );
		const contexts = { admin: await ours.context(), second: await ours.context( 'second' ) };
		const watch = ( how ) => tabs( { ours, contexts }, ours.site.page( name, query ), there, argument, { seconds, ...how } );
		found[ name ] = {
			one: await watch( { users: [ 'admin' ], each: 1 } ),
			six: await watch( { users: [ 'admin', 'second' ], each: 3 } ),
			behind: await watch( { users: [ 'admin', 'second' ], each: 3, behind: 2 } ),
		};
		await Promise.all( Object.values( contexts ).map( ( context ) => context.close() ) );
	}
	return { seconds, ...found };
}

// ---- All of it. ----

/** What LiteLLM's own answer for 30 days takes, in one piece. */
async function directDays( litellm ) {
	const day = ( back ) => new Date( Date.now() - back * DAY_MS ).toISOString().slice( 0, 10 );
	const ask = async ( first, last ) => {
		const began = performance.now();
		const answer = await fetch( `${ litellm.url }/user/daily/activity/aggregated?start_date=${ day( first ) }&end_date=${ day( last ) }`, { headers: { authorization: `Bearer ${ litellm.serviceKey }` } } );
		const bytes = ( await answer.arrayBuffer() ).byteLength;
		return { ms: performance.now() - began, bytes, status: answer.status };
	};
	return { all: await ask( 29, 0 ), oneDay: await ask( 0, 0 ) };
}

/** LiteLLM's own page; what does not come in time is told as that. */
async function tolerant( look, say, what ) {
	try {
		return await look();
	} catch ( error ) {
		say( `LiteLLM's own ${ what }: ${ error.message.split( '\n' )[ 0 ] }` );
		return { ms: NaN, bytes: NaN, calls: NaN };
	}
}

/** `middle`: medians of every figure of a list of runs. */
export async function large( { litellm, ours, own, php, say, runs, middle, scrollRows, tabSeconds } ) {
	const stage = { ours, php, say };
	const requests = ( await litellm.days( 30 ) ).requests;
	const lists = { overviewFirst: [], overview: [], usageFirst: [], usage: [], ownUsage: [], directDays: [], directDay: [], directRows: [], rows: [], ownLogs: [], settings: [] };
	for ( let index = 0; index < runs; index++ ) {
		say( `30 days, run ${ index + 1 } of ${ runs }` );
		const direct = await directDays( litellm );
		lists.directDays.push( direct.all );
		lists.directDay.push( direct.oneDay );
		lists.ownUsage.push( await tolerant( () => own.view( 'usage', undefined, LIMIT_MS ), say, 'usage' ) );
		for ( const name of [ 'overview', 'usage' ] ) {
			// Each of both for itself: they have answers in common.
			await ours.forget();
			lists[ `${ name }First` ].push( await figures( stage, name, requests ) );
			lists[ name ].push( await figures( stage, name, requests ) );
		}
		lists.directRows.push( await directRows( litellm, 30 ) );
		lists.rows.push( await firstRows( stage ) );
		lists.ownLogs.push( await tolerant( () => own.view( 'logs', undefined, LIMIT_MS ), say, 'logs' ) );
		await php.take();
		await ours.settings();
		lists.settings.push( { peak: ( await php.take() ).settings.peak } );
	}
	say( `the log: scrolling through ${ scrollRows } rows` );
	const log = await scrolling( stage, scrollRows );
	const of = await tabsOfPages( stage, requests, tabSeconds );
	return { requests, runs, ...Object.fromEntries( Object.entries( lists ).map( ( [ name, list ] ) => [ name, middle( list ) ] ) ), log, tabs: of };
}
