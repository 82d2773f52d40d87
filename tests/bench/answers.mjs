// Where the time of LiteLLM's own answers goes: size, time, and processor time of LiteLLM, of its query engine and of
// PostgreSQL, for each question that the pages put. Processor time says something on a busy machine, too.
//
//   node tests/bench/answers.mjs RUN [TIMES]
//
//   RUN     the folder of a LiteLLM that dev/litellm/up has started on PostgreSQL, such as <state>/run-1.106.2
//   TIMES   each is asked (default 5); medians are shown

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import { table } from './lib/numbers.mjs';
import { cpuSeconds, descendants } from './lib/processes.mjs';
import { median } from './lib/view.mjs';

const DAY_MS = 86_400_000;
const run = path.resolve( process.argv[ 2 ] ?? '' );
const times = Number( process.argv[ 3 ] ?? 5 );
const facts = Object.fromEntries( ( await readFile( path.join( run, 'env' ), 'utf8' ) ).trim().split( '\n' ).map( ( line ) => line.split( /=(.*)/s ) ) );
const litellm = Number( await readFile( path.join( run, 'litellm.pid' ), 'utf8' ) );
const database = new URL( facts.DATABASE_URL );

const words = async ( pid ) => ( await readFile( `/proc/${ pid }/cmdline`, 'utf8' ).catch( () => '' ) ).split( '\0' ).join( ' ' );

/** Seconds of processor time so far. */
async function used() {
	const engines = [];
	for ( const pid of ( await descendants( litellm ) ).slice( 1 ) ) {
		if ( /query-engine/.test( await words( pid ) ) ) {
			engines.push( pid );
		}
	}
	const servers = [];
	for ( const name of await readdir( '/proc' ) ) {
		const said = /^\d+$/.test( name ) ? await words( name ) : '';
		if ( /postgres/.test( said ) && said.includes( ` -p ${ database.port } ` ) ) {
			servers.push( Number( name ) );
		}
	}
	const sum = async ( pids ) => ( await Promise.all( pids.map( cpuSeconds ) ) ).reduce( ( all, one ) => all + one, 0 );
	const [ whole, engine, postgres ] = [ await cpuSeconds( litellm ), await sum( engines ), await sum( servers ) ];
	return { python: whole - engine, engine, postgres };
}

const day = ( back ) => new Date( Date.now() - back * DAY_MS ).toISOString().slice( 0, 10 );
const log = ( days, size, more = '' ) => `/spend/logs/v2?start_date=${ day( days ) }%2000:00:00&end_date=${ day( 0 ) }%2023:59:59&page=1&page_size=${ size }${ more }`;
const activity = ( first, last, more = '' ) => `/user/daily/activity/aggregated?start_date=${ day( first ) }&end_date=${ day( last ) }${ more }`;
const questions = [
	[ 'sums of a day', activity( 1, 1 ) ],
	[ 'sums of a day, one key told apart', activity( 1, 1, '&api_key_limit=1' ) ],
	[ 'sums of a day, 1,000 keys told apart', activity( 1, 1, '&api_key_limit=1000' ) ],
	[ 'sums of 30 days, one key told apart', activity( 29, 0, '&api_key_limit=1' ) ],
	[ 'rows of a day by owner, 1,000', `/user/daily/activity?start_date=${ day( 1 ) }&end_date=${ day( 1 ) }&page=1&page_size=1000` ],
	[ 'log, 2 days, 50 calls', log( 1, 50 ) ],
	[ 'log, 30 days, 50 calls', log( 30, 50 ) ],
	[ 'log, 30 days, 100 calls', log( 30, 100 ) ],
	[ 'log, 30 days, number of calls', log( 30, 1 ) ],
	[ 'log, 30 days, failed calls, 50', log( 30, 50, '&status_filter=failure' ) ],
	[ 'keys, 100', '/key/list?return_full_object=true&expand=user&page=1&size=100' ],
];

const rows = [ [ 'question', 'ms', 'KB', 'LiteLLM, ms', 'query engine, ms', 'PostgreSQL, ms' ] ];
for ( const [ name, address ] of questions ) {
	const found = [];
	for ( let index = 0; index <= times; index++ ) {
		const before = await used();
		const began = performance.now();
		const answer = await fetch( facts.LITELLM_URL + address, { headers: { authorization: `Bearer ${ facts.LITELLM_MASTER_KEY }` } } );
		const bytes = ( await answer.arrayBuffer() ).byteLength;
		const ms = performance.now() - began;
		const after = await used();
		// The first one warms up.
		if ( index > 0 ) {
			found.push( { status: answer.status, ms, bytes, ...Object.fromEntries( Object.keys( after ).map( ( part ) => [ part, 1000 * ( after[ part ] - before[ part ] ) ] ) ) } );
		}
	}
	const middle = ( part ) => Math.round( median( found.map( ( one ) => one[ part ] ) ) );
	rows.push( [ found[ 0 ].status === 200 ? name : `${ name }: ${ found[ 0 ].status }`, middle( 'ms' ), ( middle( 'bytes' ) / 1000 ).toFixed( 1 ), middle( 'python' ), middle( 'engine' ), middle( 'postgres' ) ] );
}
console.log( `LiteLLM ${ facts.LITELLM_VERSION }, medians of ${ times }` );
console.log( table( rows ) );
