// Measures the app and LiteLLM's own interface side by side; `run` starts what is measured. Prints one table and writes dist/bench.json.

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

import { LiteLLM } from '../e2e/lib/gateway.mjs';
import { project } from '../e2e/lib/command.mjs';
import { Site } from '../e2e/lib/site.mjs';
import { Counting } from './lib/counting.mjs';
import * as keysTable from './lib/keys.mjs';
import { large } from './lib/large.mjs';
import { Php } from './lib/php.mjs';
import { median, quantile, step, view } from './lib/view.mjs';

const { chromium } = createRequire( path.join( project, 'tests/e2e/package.json' ) )( 'playwright-core' );

const RUNS = Number( process.env.BENCH_RUNS || 5 );
/** So long a hand needs from reaching a link to pressing it. */
const RESTS_MS = 300;
const MANY_KEYS = Number( process.env.BENCH_KEYS || 10_000 );
/** Each reads all of them. */
const KEYS_RUNS = Math.min( RUNS, 3 );
const PAIRS = Number( process.env.BENCH_PAIRS || 60 );
const FLAGS = [ '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage' ];

const litellm = LiteLLM.fromEnvironment();
const { version } = litellm;
const say = ( text ) => process.stderr.write( `bench: ${ text }\n` );

/** What of the zip a browser loads, and the module as it is when inflated. */
function sizes() {
	const lines = execFileSync( 'unzip', [ '-Z', '-l', process.env.PLUGIN_ZIP ], { encoding: 'utf8' } ).split( '\n' );
	const found = {};
	for ( const line of lines ) {
		const [ , bytes, name ] = /^\S+\s+\S+\s+\S+\s+(\d+)\s.*litellm-dashboard\/assets\/(\S+)$/.exec( line ) ?? [];
		if ( name && ! name.endsWith( '/' ) ) {
			found[ name ] = Number( bytes );
		}
	}
	return found;
}

/** Where something of a view came from. */
function origin( url ) {
	if ( url.includes( '/plugins/litellm-dashboard/' ) ) {
		return 'files';
	}
	return url.includes( 'litellm-dashboard/v1' ) || url.includes( 'litellm-dashboard%2Fv1' ) ? 'answers' : 'wordpress';
}

function sums( { ms, requests }, calls ) {
	const of = ( wanted ) => requests.filter( ( one ) => wanted.includes( origin( one.url ) ) );
	const first = requests.filter( ( one ) => one.first );
	const own = first.filter( ( one ) => origin( one.url ) !== 'wordpress' );
	const bytes = ( list ) => list.reduce( ( sum, one ) => sum + one.bytes, 0 );
	return {
		ms, calls: calls.length,
		bytes: bytes( requests ), requests: requests.length,
		files: bytes( first.filter( ( one ) => origin( one.url ) === 'files' ) ), filesLater: bytes( of( [ 'files' ] ).filter( ( one ) => ! one.first ) ),
		answers: bytes( of( [ 'answers' ] ) ), ownRequests: own.length,
	};
}

/** Medians of every figure over the runs. */
function middle( runs ) {
	return Object.fromEntries( Object.keys( runs[ 0 ] ?? {} ).map( ( name ) => [ name, median( runs.map( ( run ) => run[ name ] ) ) ] ) );
}

// ---- What is on screen when data is there. These run in the page. ----

const cardsThere = ( expected ) => document.querySelector( '.gw-card-value' )?.title.replace( /\D/g, '' ) === String( expected )
	&& document.querySelectorAll( '.gw-card .gw-skeleton' ).length === 0;
const ourKeysThere = ( alias ) => [ ...document.querySelectorAll( '.gw-key-name' ) ].some( ( name ) => name.textContent === alias );
const textThere = ( text ) => document.body?.innerText.includes( text );
/** The usage page counts over its own range; a number behind these words is real data. */
const totalThere = () => /Total Requests\s+[\d,.]*[1-9]/.test( document.body?.innerText ?? '' );
/** The browser has drawn something of a page of WordPress' own. */
const paintThere = () => performance.getEntriesByName( 'first-contentful-paint' ).length > 0;
const rowThere = () => /\b(chatcmpl-|[0-9a-f]{8}-[0-9a-f]{4}-)/.test( document.querySelector( 'tbody' )?.innerText ?? '' );

// ---- LiteLLM's own interface. ----

class OwnInterface {
	async start( browser ) {
		this.browser = browser;
		this.counting = await new Counting( litellm.url ).start();
		return this;
	}

	async context() {
		const context = await this.browser.newContext( { viewport: { width: 1400, height: 900 } } );
		const send = ( address, init ) => fetch( litellm.url + address, { method: 'POST', redirect: 'manual', ...init } );
		const login = { username: 'admin', password: litellm.masterKey };
		let answer = await send( '/v2/login', { headers: { 'content-type': 'application/json' }, body: JSON.stringify( login ) } );
		if ( answer.status >= 400 ) {
			answer = await send( '/login', { body: new URLSearchParams( login ) } );
		}
		const token = /token=([^;]+)/.exec( answer.headers.get( 'set-cookie' ) ?? '' )?.[ 1 ];
		if ( ! token ) {
			throw new Error( `LiteLLM let nobody in: ${ answer.status }` );
		}
		await context.addCookies( [ { name: 'token', value: token, url: this.counting.url } ] );
		return context;
	}

	async view( name, alias, limit ) {
		const pages = { keys: [ 'api-keys', textThere, alias ], usage: [ 'new_usage', totalThere ], logs: [ 'logs', rowThere ] };
		const [ page, there, argument ] = pages[ name ];
		const context = await this.context();
		this.counting.take();
		const seen = await view( context, `${ this.counting.url }/ui/?page=${ page }`, there, argument, true, limit );
		const result = sums( seen, this.counting.take() );
		let next = {};
		if ( name === 'keys' ) {
			const link = ( label ) => seen.page.getByRole( 'menuitem', { name: label } ).or( seen.page.getByRole( 'link', { name: label, exact: true } ) ).first();
			try {
				next = { toUsage: await step( seen.page, link( 'Usage' ), totalThere ), toKeys: await step( seen.page, link( 'Virtual Keys' ), textThere, alias ) };
			} catch ( error ) {
				say( `LiteLLM's own next page: ${ error.message.split( '\n' )[ 0 ] }` );
			}
		}
		await context.close();
		return { ...result, ...next };
	}

	stop() {
		this.counting.stop();
	}
}

// ---- Ours. ----

class Ours {
	async start( browser, site ) {
		this.browser = browser;
		this.site = site;
		await this.forget();
		return this;
	}

	/** Another address of the gateway is another cache: WordPress knows nothing yet. */
	async forget() {
		this.counting?.stop();
		this.counting = await new Counting( litellm.url ).start();
		await this.site.configure( { LITELLM_API_BASE: this.counting.url, LITELLM_SERVICE_KEY: litellm.serviceKey } );
		// PHP keeps no compiled wp-config.php that is younger than two seconds.
		await new Promise( ( resolve ) => setTimeout( resolve, 2_500 ) );
		for ( let index = 0; index < 6; index++ ) {
			await fetch( `${ this.site.url }/wp-login.php` );
		}
		this.counting.take();
	}

	async context( user ) {
		const context = await this.browser.newContext( { viewport: { width: 1400, height: 900 } } );
		await this.site.signIn( context, user );
		return context;
	}

	async view( name, argument, query = {} ) {
		const there = name === 'keys' ? ourKeysThere : cardsThere;
		const context = await this.context();
		this.counting.take();
		const seen = await view( context, this.site.page( name, query ), there, argument );
		const result = sums( seen, this.counting.take() );
		return { context, page: seen.page, result };
	}

	/** As one comes from wp-admin's own first page: its files are there, none of ours. */
	async fromAdmin( name, argument ) {
		const context = await this.context();
		const page = await context.newPage();
		await page.goto( `${ this.site.url }/wp-admin/`, { waitUntil: 'networkidle' } );
		await page.close();
		const { ms } = await view( context, this.site.page( name ), name === 'keys' ? ourKeysThere : cardsThere, argument );
		await context.close();
		return ms;
	}

	/** A screen of WordPress' own, the first time in a browser: when it is drawn. */
	async settings() {
		const context = await this.context();
		const { ms } = await view( context, `${ this.site.url }/wp-admin/options-general.php`, paintThere );
		await context.close();
		return { ms };
	}

	/** From the overview to the keys and back, in one page: at once, and after the pointer has rested on the link. */
	async nextPages( requests, alias ) {
		const next = {};
		for ( const [ name, restMs ] of [ [ '', 0 ], [ 'Rested', RESTS_MS ] ] ) {
			const { context, page } = await this.view( 'overview', requests );
			const link = ( label ) => page.locator( '#toplevel_page_litellm-dashboard .wp-submenu' ).getByRole( 'link', { name: label } );
			next[ `toKeys${ name }` ] = await step( page, link( 'Keys' ), ourKeysThere, alias, restMs );
			next[ `toOverview${ name }` ] = await step( page, link( 'Overview' ), cardsThere, requests, restMs );
			await context.close();
		}
		return next;
	}

	stop() {
		this.counting.stop();
	}
}

// ---- The cost of WordPress on top of a call of the gateway. ----

const agent = new http.Agent( { keepAlive: true, maxSockets: 1 } );

function time( url, headers, body ) {
	return new Promise( ( resolve, reject ) => {
		const began = performance.now();
		http.request( url, { method: body ? 'POST' : 'GET', headers, agent }, ( answer ) => {
			answer.resume();
			answer.on( 'end', () => ( answer.statusCode === 200 ? resolve( performance.now() - began ) : reject( new Error( `${ url }: ${ answer.statusCode }` ) ) ) );
		} ).on( 'error', reject ).end( body );
	} );
}

/** Pairs of the same question, through WordPress and directly, one after the other; never from a cache. */
async function onTop( ours ) {
	const { context, page } = await ours.view( 'overview', ours.requests );
	const boot = await ours.site.boot( page );
	const cookies = ( await context.cookies() ).map( ( one ) => `${ one.name }=${ one.value }` ).join( '; ' );
	await context.close();
	const wordpress = { cookie: cookies, 'X-WP-Nonce': boot.nonce, 'Content-Type': 'application/json' };
	const direct = { authorization: `Bearer ${ litellm.serviceKey }` };
	const read = ( operation, params ) => JSON.stringify( { requests: [ { operation, params } ] } );
	const window = ( index ) => new Date( Date.now() - ( index + 1 ) * 60_000 ).toISOString().slice( 0, 19 ).replace( 'T', ' ' );
	const questions = {
		'gateway.liveliness': () => [ read( 'gateway.liveliness', {} ), '/health/liveliness' ],
		'logs.list': ( index ) => {
			const [ start, end ] = [ window( index + 1440 ), window( index ) ];
			return [ read( 'logs.list', { start, end, page: 1, page_size: 25 } ), `/spend/logs/v2?start_date=${ encodeURIComponent( start ) }&end_date=${ encodeURIComponent( end ) }&page=1&page_size=25` ];
		},
	};
	const found = {};
	for ( const [ name, ask ] of Object.entries( questions ) ) {
		const pairs = [];
		for ( let index = -5; index < PAIRS; index++ ) {
			const [ through, straight ] = ask( index + 5 );
			const both = [ () => time( `${ boot.rest }batch`, wordpress, through ), () => time( litellm.url + straight, direct ) ];
			const pair = index % 2 ? [ await both[ 0 ](), await both[ 1 ]() ] : [ await both[ 1 ](), await both[ 0 ]() ].reverse();
			// The first few warm up.
			if ( index >= 0 ) {
				pairs.push( pair );
			}
		}
		const more = pairs.map( ( [ with_, without ] ) => with_ - without );
		found[ name ] = {
			wordpress: median( pairs.map( ( pair ) => pair[ 0 ] ) ), gateway: median( pairs.map( ( pair ) => pair[ 1 ] ) ),
			median: median( more ), p95: quantile( more, 0.95 ), pairs: PAIRS,
		};
	}
	return found;
}

/** Ten thousand keys, which are put into the database now. */
async function manyKeys( ours, own ) {
	execFileSync( path.join( project, 'dev/litellm/seed' ), [ ...process.env.BENCH_SEED.split( ' ' ), '--calls', '0', '--no-spread', '--keys', String( MANY_KEYS ) ], { stdio: [ 'ignore', 'ignore', 'inherit' ] } );
	const { total_count: count } = await litellm.ask( '/key/list?return_full_object=true&size=1' );
	const newest = 'application-1';
	const runs = { ours: [], own: [] };
	for ( let index = 0; index <= KEYS_RUNS; index++ ) {
		const theirs = await own.context();
		const one = { own: await keysTable.own( theirs, `${ own.counting.url }/ui/?page=api-keys`, textThere, newest ) };
		await theirs.close();
		await ours.forget();
		const context = await ours.context();
		ours.counting.most = 0;
		one.ours = await keysTable.ours( context, ours.site.page( 'keys' ), newest, count );
		one.ours.atOnce = ours.counting.most;
		await context.close();
		const again = await ours.context();
		one.ours.known = await keysTable.known( again, ours.site.page( 'keys' ), newest );
		await again.close();
		if ( index > 0 ) {
			Object.entries( one ).forEach( ( [ name, result ] ) => runs[ name ].push( result ) );
		}
	}
	return { count, runs: KEYS_RUNS, ours: middle( runs.ours ), own: middle( runs.own ) };
}

/** A gateway with many keys and calls, and nothing else of what is measured. */
async function measureLarge( site, ours, own ) {
	const php = await new Php().start( site );
	const scrollRows = Math.min( Number( process.env.BENCH_SCROLL || 100_000 ), Number( process.env.BENCH_ROWS ) );
	const tabSeconds = Number( process.env.BENCH_TABS_S || 60 );
	const found = await large( { litellm, ours, own, php, say, runs: RUNS, middle, scrollRows, tabSeconds } );
	await php.stop();
	const keys = process.env.BENCH_SEED ? ( say( `${ MANY_KEYS } keys` ), await manyKeys( ours, own ) ) : null;
	return { large: found, manyKeys: keys };
}

// ---- The run. ----

async function measure() {
	// Nothing else moves: one total and one key are known for the whole run.
	const requests = process.env.BENCH_LARGE ? NaN : ( await litellm.days( 7 ) ).requests;
	const alias = `bench-${ Date.now().toString( 36 ) }`;
	await litellm.makeKey( { key_alias: alias } );
	say( `starting WordPress (${ process.env.BENCH_WORDPRESS })` );
	const site = await Site.start( { variant: process.env.BENCH_WORDPRESS, zips: [ process.env.PLUGIN_ZIP ], env: { WP_DEV_DEBUG: '0' } } );
	const browser = await chromium.launch( { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: FLAGS } );
	const own = await new OwnInterface().start( browser );
	const ours = await new Ours().start( browser, site );
	ours.requests = requests;
	const load = os.loadavg()[ 0 ];
	const about = () => ( {
		litellm: version, wordpress: site.release, variant: process.env.BENCH_WORDPRESS, database: process.env.BENCH_DATABASE, runs: RUNS,
		machine: { cpus: os.cpus().length, memory: os.totalmem(), node: process.version, chromium: browser.version(), load: [ load, os.loadavg()[ 0 ] ] },
	} );
	try {
		if ( process.env.BENCH_LARGE ) {
			const found = await measureLarge( site, ours, own );
			return { ...about(), ...found };
		}
		const runs = { overviewFirst: [], overview: [], keysFirst: [], keys: [], settings: [], next: [], ownKeys: [], ownUsage: [], ownLogs: [] };
		for ( let index = 0; index <= RUNS; index++ ) {
			say( index === 0 ? 'warming up' : `run ${ index } of ${ RUNS }` );
			const one = { ownKeys: await own.view( 'keys', alias ) };
			await ours.forget();
			for ( const [ name, page, argument ] of [ [ 'overviewFirst', 'overview', requests ], [ 'overview', 'overview', requests ], [ 'keysFirst', 'keys', alias ], [ 'keys', 'keys', alias ] ] ) {
				const { context, result } = await ours.view( page, argument );
				one[ name ] = result;
				await context.close();
			}
			one.settings = await ours.settings();
			one.ownUsage = await own.view( 'usage' );
			one.overview.fromAdmin = await ours.fromAdmin( 'overview', requests );
			one.keys.fromAdmin = await ours.fromAdmin( 'keys', alias );
			one.next = await ours.nextPages( requests, alias );
			one.ownLogs = await own.view( 'logs' );
			if ( index > 0 ) {
				Object.entries( one ).forEach( ( [ name, result ] ) => runs[ name ].push( result ) );
			}
		}
		say( 'WordPress on top of the gateway' );
		const top = await onTop( ours );
		const keys = process.env.BENCH_SEED ? ( say( `${ MANY_KEYS } keys` ), await manyKeys( ours, own ) ) : null;
		return {
			...about(),
			ours: { first: middle( runs.overviewFirst ), overview: middle( runs.overview ), keysFirst: middle( runs.keysFirst ), keys: middle( runs.keys ), settings: middle( runs.settings ), next: middle( runs.next ) },
			own: { keys: middle( runs.ownKeys ), usage: middle( runs.ownUsage ), logs: middle( runs.ownLogs ) },
			onTop: top, manyKeys: keys,
		};
	} finally {
		await browser.close();
		own.stop();
		ours.stop();
		agent.destroy();
		await litellm.cleanUp();
		await site.stop();
	}
}

const file = process.env.BENCH_OUT;
await mkdir( path.dirname( file ), { recursive: true } );
await writeFile( file, JSON.stringify( { sizes: sizes(), ...( await measure() ) }, null, '\t' ) + '\n' );
