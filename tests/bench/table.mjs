// Reads the measurements of each LiteLLM version, writes dist/bench.json, and prints them as one table against the targets.

import { readFile, writeFile } from 'node:fs/promises';

const [ target, ...files ] = process.argv.slice( 2 );
const all = await Promise.all( files.map( async ( file ) => JSON.parse( await readFile( file, 'utf8' ) ) ) );
await writeFile( target, JSON.stringify( all, null, '\t' ) + '\n' );

const kb = ( bytes ) => ( bytes >= 1_000_000 ? `${ ( bytes / 1e6 ).toFixed( 1 ) } MB` : `${ ( bytes / 1000 ).toFixed( 1 ) } KB` );
const ms = ( value ) => ( Number.isFinite( value ) ? ( value >= 1000 ? `${ ( value / 1000 ).toFixed( 2 ) } s` : `${ Math.round( value ) } ms` ) : '–' );
const lines = [];
const row = ( ...cells ) => lines.push( cells );
const rule = () => lines.push( null );

row( 'what', 'here', 'LiteLLM\'s own', 'target', '' );
const { sizes } = all[ 0 ];
rule();
for ( const [ name, bytes ] of Object.entries( sizes ) ) {
	row( `file ${ name }`, kb( bytes ), '', '', '' );
}
for ( const one of all ) {
	const { ours, own } = one;
	const views = [ own.keys, own.usage, own.logs ];
	const span = ( write, name ) => {
		const values = views.map( ( view ) => view[ name ] ).sort( ( a, b ) => a - b );
		return values[ 0 ] === values.at( -1 ) ? write( values[ 0 ] ) : `${ write( values[ 0 ] ) } – ${ write( values.at( -1 ) ) }`;
	};
	const count = ( value ) => String( Math.round( value ) );
	const judge = ( value, most ) => ( value <= most ? 'met' : 'NOT MET' );
	const times = ( value, base ) => `${ ( value / base ).toFixed( 2 ) } ×`;
	/** A time beside another, which it should be at most so many times. */
	const beside = ( what, value, base, of, most ) => row( what, ms( value ), `${ ms( base ) } (${ of })`, `${ times( value, base ) } ≤ ${ most.toFixed( 2 ) } ×`, judge( value, base * most ) );
	rule();
	row( `LiteLLM ${ one.litellm }, WordPress ${ one.wordpress } (${ one.variant }), medians of ${ one.runs }`, '', 'keys, usage, logs', '', '' );
	rule();
	for ( const [ label, view ] of [ [ 'Overview', ours.overview ], [ 'Keys', ours.keys ] ] ) {
		row( `${ label }: our files on the wire, until data is on screen`, kb( view.files ), span( kb, 'bytes' ), '≤ 230 KB', judge( view.files, 230_000 ) );
		row( `${ label }: our files fetched ahead after that, for other pages`, kb( view.filesLater ), '', '', '' );
		row( `${ label }: answers on the wire`, kb( view.answers ), '', '', '' );
		row( `${ label }: all, with wp-admin's files`, kb( view.bytes ), span( kb, 'bytes' ), '', '' );
		row( `${ label }: requests of our own until then`, count( view.ownRequests ), span( count, 'requests' ), '≤ 10', judge( view.ownRequests, 10 ) );
		row( `${ label }: all, with wp-admin's`, count( view.requests ), span( count, 'requests' ), '', '' );
		row( `${ label }: calls of the gateway's API`, count( view.calls ), span( count, 'calls' ), '≤ 3', judge( view.calls, 3 ) );
		row( `${ label }: real data on screen, wp-admin's files known`, ms( view.fromAdmin ), '', '', '' );
		const rival = label === 'Overview' ? own.usage : own.keys;
		beside( `${ label }: real data on screen`, view.ms, rival.ms, label === 'Overview' ? 'usage' : 'keys', 1 / 3 );
	}
	beside( 'Overview: the same, beside a screen of WordPress\' own', ours.overview.ms, ours.settings.ms, 'Settings → General is drawn', 1.3 );
	beside( 'Keys the very first time: real data on screen', ours.keysFirst.ms, own.keys.ms, 'keys', 1 / 3 );
	row( "Overview the very first time: calls of the gateway's API", count( ours.first.calls ), '', '', '' );
	beside( 'Overview the very first time: real data on screen', ours.first.ms, own.usage.ms, 'usage', 1 / 3 );
	row( 'next page, the pointer having rested on the link: Overview → Keys', ms( ours.next.toKeysRested ), `${ ms( own.keys.toUsage ) } (keys → usage)`, '≤ 100 ms', judge( ours.next.toKeysRested, 100 ) );
	row( 'next page, the pointer having rested on the link: Keys → Overview', ms( ours.next.toOverviewRested ), `${ ms( own.keys.toKeys ) } (usage → keys)`, '≤ 100 ms', judge( ours.next.toOverviewRested, 100 ) );
	row( 'next page, at once: Overview → Keys, Keys → Overview', `${ ms( ours.next.toKeys ) }, ${ ms( ours.next.toOverview ) }`, '', '', '' );
	for ( const [ name, { median, p95, wordpress, gateway } ] of Object.entries( one.onTop ) ) {
		row( `WordPress on top of ${ name }: median`, ms( median ), `${ ms( wordpress ) } − ${ ms( gateway ) }`, '≤ 20 ms', judge( median, 20 ) );
		row( `WordPress on top of ${ name }: p95`, ms( p95 ), '', '', '' );
	}
	if ( one.manyKeys ) {
		const { count, ours: table, own: theirs, runs } = one.manyKeys;
		const keys = `${ count.toLocaleString( 'en-US' ) } keys`;
		row( `${ keys }, medians of ${ runs }: can be used, after the page began to come`, ms( table.usable ), '', '≤ 700 ms', judge( table.usable, 700 ) );
		beside( `${ keys }: real data on screen, WordPress knowing nothing`, table.ms, theirs.ms, 'keys', 1 / 3 );
		row( `${ keys }: all of them in the browser`, ms( table.all ), 'a page at a time', '', '' );
		row( `${ keys }: questions to the gateway at the same time`, String( table.atOnce ), '', '', '' );
		row( `${ keys }: a letter of a search, median`, ms( table.letter ), '', '≤ 50 ms', judge( table.letter, 50 ) );
		row( `${ keys }: a letter of a search, the slowest`, ms( table.letterMost ), '', '≤ 50 ms', judge( table.letterMost, 50 ) );
		row( `${ keys }: a frame while scrolling, median and p95`, `${ table.frame.toFixed( 1 ) }, ${ table.frameP95.toFixed( 1 ) } ms`, '', '≤ 17.5 ms', judge( table.frame, 17.5 ) );
		row( `${ keys }: memory of scripts and WebAssembly`, kb( table.bytes ), kb( theirs.bytes ), '≤ 80 MB', judge( table.bytes, 80e6 ) );
	}
	if ( one.large ) {
		const { cold, warm, direct, requests } = one.large;
		row( `30 days, ${ requests } calls: answers to the browser`, kb( warm.answers ), `${ kb( direct.bytes ) } (its API)`, '≤ 100 KB', judge( warm.answers, 100_000 ) );
		row( '30 days: on screen, nothing cached', ms( cold.ms ), `${ ms( direct.ms ) } (its API)`, '', '' );
		row( '30 days: on screen, finished days cached', ms( warm.ms ), '', '≤ 1 s', judge( warm.ms, 1000 ) );
	}
}

const widths = [ 0, 1, 2, 3, 4 ].map( ( column ) => Math.max( ...lines.filter( Boolean ).filter( ( cells ) => column > 0 || cells[ 1 ] !== '' ).map( ( cells ) => cells[ column ].length ) ) );
for ( const cells of lines ) {
	console.log( cells ? cells.map( ( cell, column ) => ( column === 0 || column > 2 ? cell.padEnd( widths[ column ] ) : cell.padStart( widths[ column ] ) ) ).join( '  ' ).trimEnd() : '-'.repeat( widths.reduce( ( sum, width ) => sum + width + 2, -2 ) ) );
}
