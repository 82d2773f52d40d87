// Reads the measurements of each LiteLLM version, writes dist/bench.json, and prints them as one table against the targets.

import { readFile, writeFile } from 'node:fs/promises';

const [ target, ...files ] = process.argv.slice( 2 );
const all = await Promise.all( files.map( async ( file ) => JSON.parse( await readFile( file, 'utf8' ) ) ) );
await writeFile( target, JSON.stringify( all, null, '\t' ) + '\n' );

const kb = ( bytes ) => ( ! Number.isFinite( bytes ) ? '–' : bytes >= 1_000_000 ? `${ ( bytes / 1e6 ).toFixed( 1 ) } MB` : `${ ( bytes / 1000 ).toFixed( 1 ) } KB` );
const ms = ( value ) => ( Number.isFinite( value ) ? ( value >= 1000 ? `${ ( value / 1000 ).toFixed( 2 ) } s` : `${ Math.round( value ) } ms` ) : '–' );
const count = ( value ) => ( Number.isFinite( value ) ? String( Math.round( value ) ) : '–' );
const judge = ( value, most ) => ( Number.isFinite( value ) && value <= most ? 'met' : 'NOT MET' );
const times = ( value, base ) => `${ ( value / base ).toFixed( 2 ) } ×`;
const lines = [];
const row = ( ...cells ) => lines.push( cells );
const rule = () => lines.push( null );
/** A time beside another, which it should be at most so many times. */
const beside = ( what, value, base, of, most ) => row( what, ms( value ), `${ ms( base ) } (${ of })`, `${ times( value, base ) } ≤ ${ most.toFixed( 2 ) } ×`, judge( value, base * most ) );

row( 'what', 'here', 'LiteLLM\'s own', 'target', '' );
if ( all[ 0 ].ours ) {
	rule();
	for ( const [ name, bytes ] of Object.entries( all[ 0 ].sizes ) ) {
		row( `file ${ name }`, kb( bytes ), '', '', '' );
	}
}
for ( const one of all ) {
	rule();
	row( `LiteLLM ${ one.litellm }, WordPress ${ one.wordpress } (${ one.variant }), ${ one.database }, medians of ${ one.runs }`, '', one.large ? 'LiteLLM itself' : 'keys, usage, logs', '', '' );
	row( `${ one.machine.cpus } processors, ${ ( one.machine.memory / 2 ** 30 ).toFixed( 0 ) } GiB; load when it began and ended: ${ one.machine.load.map( ( load ) => load.toFixed( 1 ) ).join( ', ' ) }`, '', '', '', '' );
	rule();
	if ( one.ours ) {
		ofViews( one );
	}
	if ( one.large ) {
		ofLarge( one.large );
	}
	if ( one.manyKeys ) {
		const { count, ours: table, own: theirs, runs } = one.manyKeys;
		const keys = `${ count.toLocaleString( 'en-US' ) } keys`;
		row( `${ keys }, medians of ${ runs }: can be used, after the page began to come`, ms( table.known ), '', '≤ 700 ms', judge( table.known, 700 ) );
		row( `${ keys }: the same, WordPress knowing nothing`, ms( table.usable ), '', '', '' );
		beside( `${ keys }: real data on screen, WordPress knowing nothing`, table.ms, theirs.ms, 'keys', 1 / 3 );
		row( `${ keys }: all of them in the browser`, ms( table.all ), 'a page at a time', '', '' );
		row( `${ keys }: questions to the gateway at the same time`, String( table.atOnce ), '', '', '' );
		row( `${ keys }: a letter of a search, median`, ms( table.letter ), '', '≤ 50 ms', judge( table.letter, 50 ) );
		row( `${ keys }: a letter of a search, the slowest`, ms( table.letterMost ), '', '≤ 50 ms', judge( table.letterMost, 50 ) );
		row( `${ keys }: a frame while scrolling, median and p95`, `${ table.frame.toFixed( 1 ) }, ${ table.frameP95.toFixed( 1 ) } ms`, '', '≤ 17.5 ms', judge( table.frame, 17.5 ) );
		row( `${ keys }: memory of scripts and WebAssembly`, kb( table.bytes ), kb( theirs.bytes ), '≤ 80 MB', judge( table.bytes, 80e6 ) );
	}
}

/** The pages as they are opened day by day. */
function ofViews( one ) {
	const { ours, own } = one;
	const views = [ own.keys, own.usage, own.logs ];
	const span = ( write, name ) => {
		const values = views.map( ( view ) => view[ name ] ).sort( ( a, b ) => a - b );
		return values[ 0 ] === values.at( -1 ) ? write( values[ 0 ] ) : `${ write( values[ 0 ] ) } – ${ write( values.at( -1 ) ) }`;
	};
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
}

/** A gateway with many keys and calls. */
function ofLarge( found ) {
	const { requests, log, tabs } = found;
	const whole = ( value ) => Math.round( value ).toLocaleString( 'en-US' );
	const mb = ( bytes ) => `${ ( bytes / 2 ** 20 ).toFixed( 0 ) } MB`;
	const calls = `30 days, ${ whole( requests ) } calls`;
	const { directDays, directDay, directRows, ownUsage, ownLogs, settings } = found;
	row( `${ calls }: LiteLLM's own usage page, with its own range`, '', `${ ms( ownUsage.ms ) }, ${ kb( ownUsage.bytes ) }`, '', '' );
	row( `${ calls }: LiteLLM's own answer, in one piece`, '', `${ ms( directDays.ms ) }, ${ kb( directDays.bytes ) }`, '', '' );
	row( `${ calls }: LiteLLM's own answer for the newest day`, '', `${ ms( directDay.ms ) }, ${ kb( directDay.bytes ) }`, '', '' );
	for ( const [ label, first, known ] of [ [ 'Overview', found.overviewFirst, found.overview ], [ 'Usage', found.usageFirst, found.usage ] ] ) {
		row( `${ label }, nothing known: newest day on screen`, ms( first.newest ), ms( directDay.ms ), '≤ 1.5 s', judge( first.newest, 1500 ) );
		row( `${ label }, nothing known: filled in, with the period before`, ms( first.ms ), ms( directDays.ms ), '', '' );
		row( `${ label }, finished days known: all figures on screen`, ms( known.ms ), ms( ownUsage.ms ), '≤ 1 s', judge( known.ms, 1000 ) );
		for ( const [ when, one ] of [ [ 'nothing known', first ], [ 'finished days known', known ] ] ) {
			row( `${ label }: to the browser, ${ when }: answers until the figures are there, with what the page brings along`, kb( one.figures + one.boot ), one === first ? kb( directDays.bytes ) : '', '≤ 100 KB', judge( one.figures + one.boot, 100_000 ) );
			row( `${ label }: to the browser, ${ when }: the same, with all that comes until the page is quiet`, kb( one.answers + one.boot ), '', '≤ 100 KB', judge( one.answers + one.boot, 100_000 ) );
		}
		row( `${ label }: from the gateway to WordPress, nothing known and known`, `${ kb( first.fromGateway ) }, ${ kb( known.fromGateway ) }`, '', '', '' );
		row( `${ label }: calls of the gateway's API, nothing known and known`, `${ count( first.calls ) }, ${ count( known.calls ) }`, count( ownUsage.calls ), '', '' );
		row( `${ label }: memory of PHP, at most`, mb( Math.max( first.peak, known.peak ) ), `${ mb( settings.peak ) } (a screen of WordPress' own)`, '≤ 64 MB', judge( Math.max( first.peak, known.peak ), 64 * 2 ** 20 ) );
		row( `${ label }: processor time of PHP, nothing known and known`, `${ ms( first.cpuMs ) }, ${ ms( known.cpuMs ) }`, '', '', '' );
	}
	beside( 'Logs: first rows of 30 days, from the choice of the range on', found.rows.chosen, directRows.ms, `its answer, ${ kb( directRows.bytes ) }`, 1.3 );
	row( "Logs: first rows of 30 days, the page opened anew; beside LiteLLM's own page with its own range", ms( found.rows.opened ), ms( ownLogs.ms ), '', '' );
	row( `Logs: rows read by scrolling${ log.read < log.wanted ? ` (of ${ whole( log.wanted ) } wanted, when the time was up)` : '' }`, whole( log.read ), '', '', '' );
	for ( const [ label, frames ] of [ [ 'reading on', log.down ], [ 'back through all of them', log.up ] ] ) {
		row( `Logs: ${ label }: frames a second`, frames.perSecond.toFixed( 1 ), '', '≥ 59', frames.perSecond >= 59 ? 'met' : 'NOT MET' );
		row( `Logs: ${ label }: dropped of so many frames`, `${ whole( frames.dropped ) } of ${ whole( frames.frames + frames.dropped ) }`, '', '', '' );
		row( `Logs: ${ label }: a frame, p95 and the longest`, `${ frames.p95.toFixed( 0 ) } ms, ${ frames.longest >= 1000 ? 'a second or more' : `${ frames.longest } ms` }`, '', '', '' );
	}
	row( `Logs: memory of scripts and WebAssembly at ${ whole( log.firstRows ) } rows, at the end, and back at the top`, [ log.early, log.late, log.end ].map( kb ).join( ', ' ), '', '', '' );
	row( 'Logs: how much that grew', `${ ( log.late / log.early ).toFixed( 2 ) } ×`, '', '≤ 1.20 ×', judge( log.late, 1.2 * log.early ) );
	for ( const [ label, pace ] of [ [ 'reading on', log.pace ], [ 'back through all of them', log.paceBack ] ] ) {
		// A line of questions a second apart has eleven in ten seconds where one of them comes a little early.
		row( `Logs: ${ label }: calls of the gateway's API in ten seconds, at most`, count( pace.mostInTenS ), `${ whole( pace.requests ) } in all, ${ pace.perSecond.toFixed( 2 ) } a second`, '≤ 11', judge( pace.mostInTenS, 11 ) );
	}
	row( 'Logs: memory of PHP, at most', mb( log.peak ), '', '≤ 64 MB', judge( log.peak, 64 * 2 ** 20 ) );
	for ( const name of [ 'overview', 'usage', 'logs' ] ) {
		const { one: alone, six, behind } = tabs[ name ];
		for ( const [ label, many ] of [ [ 'all in sight', six ], [ 'one of each three in sight', behind ] ] ) {
			row( `Tabs, ${ name }: two administrators with three each, ${ label }: calls of the gateway's API a minute`, many.minute.toFixed( 1 ), `${ alone.minute.toFixed( 1 ) } (one with one)`, `≤ ${ ( alone.minute * 1.1 ).toFixed( 1 ) }`, judge( many.minute, alone.minute * 1.1 ) );
			row( `Tabs, ${ name }: the same, how long the gateway was at it in a minute`, ms( many.busyMs ), ms( alone.busyMs ), '', '' );
		}
		row( `Tabs, ${ name }: calls of the gateway's API when they are opened at the same time, nothing known`, `${ six.opening }, ${ behind.opening }`, `${ alone.opening } (one with one)`, '', '' );
	}
}

const widths = [ 0, 1, 2, 3, 4 ].map( ( column ) => Math.max( ...lines.filter( Boolean ).filter( ( cells ) => column > 0 || cells[ 1 ] !== '' ).map( ( cells ) => cells[ column ].length ) ) );
for ( const cells of lines ) {
	console.log( cells ? cells.map( ( cell, column ) => ( column === 0 || column > 2 ? cell.padEnd( widths[ column ] ) : cell.padStart( widths[ column ] ) ) ).join( '  ' ).trimEnd() : '-'.repeat( widths.reduce( ( sum, width ) => sum + width + 2, -2 ) ) );
}
