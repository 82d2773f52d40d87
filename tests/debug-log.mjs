// What is in the debug logs of test sites (WP_DEBUG is on) that nobody expects there:
//
//   node tests/debug-log.mjs FILE-OR-FOLDER…
//
// Prints it, and ends with 1 if there is anything. What others write, and where it is from, is listed here.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/** Whole messages, which may have several lines. */
const OTHERS = [
	// SQLite lets one write at a time, and its stand-in for MySQL prints a trace instead of waiting.
	/database is locked/,
	/in \S*\/sqlite-database-integration\//,
	// WordPress 6.2 in a network looks for it as a plugin; it is a drop-in.
	/file_get_contents\(\S*\/sqlite-database-integration\/load\.php\)/,
	/Deprecated: .* in phar:\/\/\S*wp-cli\.phar\//,
	// PHPUnit, on a PHP that is newer than it.
	/Deprecated: .* in \/usr\/share\/php\//,
	// A WordPress that is older than the PHP that it runs on.
	/Deprecated: (?!.*(?:<strong>deprecated|is deprecated since)).* in \S*\/wp-(?:includes|admin)\//,
	// A test site has no internet.
	/An unexpected error occurred\. Something may be wrong with WordPress\.org/,
];

/** A message begins with its time; what follows without one belongs to it. */
export function unexpected( text ) {
	return text.split( /^(?=\[\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d [^\]]+\] )/m ).map( ( message ) => message.trim() )
		.filter( ( message ) => message !== '' && ! OTHERS.some( ( known ) => known.test( message ) ) );
}

function filesOf( place ) {
	if ( ! statSync( place, { throwIfNoEntry: false } ) ) {
		return [];
	}
	return statSync( place ).isDirectory() ? readdirSync( place ).map( ( name ) => path.join( place, name ) ) : [ place ];
}

if ( process.argv[ 1 ] && import.meta.url === pathToFileURL( process.argv[ 1 ] ).href ) {
	const found = process.argv.slice( 2 ).flatMap( filesOf ).flatMap( ( file ) => unexpected( readFileSync( file, 'utf8' ) ).map( ( message ) => `${ path.basename( file ) }: ${ message.slice( 0, 600 ) }` ) );
	if ( found.length > 0 ) {
		console.log( `${ found.length } unexpected in the debug log of WordPress:\n${ found.slice( 0, 20 ).join( '\n' ) }` );
		process.exitCode = 1;
	}
}
