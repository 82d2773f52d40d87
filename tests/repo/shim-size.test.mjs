// How large the plugin's PHP is. It is a shim: what grows here asks whether it belongs into the app, or into WordPress.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const shim = process.env.SHIM ?? fileURLToPath( new URL( '../../php-shim', import.meta.url ) );
const MOST_LINES = 2230;
const MOST_CLASSES = 20;

const isCode = ( line ) => line !== '' && ! /^(?:\/\/|\/?\*|#)/.test( line );

test( `the shim has at most ${ MOST_LINES } lines of code in ${ MOST_CLASSES } classes`, ( t ) => {
	const classes = readdirSync( join( shim, 'includes' ) ).map( ( name ) => join( 'includes', name ) );
	const texts = [ ...classes, 'litellm-dashboard.php', 'uninstall.php' ].map( ( name ) => readFileSync( join( shim, name ), 'utf8' ) );
	const lines = texts.join( '\n' ).split( '\n' ).filter( ( line ) => isCode( line.trim() ) ).length;
	const count = texts.filter( ( text ) => /^(?:final |abstract )*class /m.test( text ) ).length;
	t.diagnostic( `${ lines } lines of code in ${ count } classes` );
	assert.ok( lines <= MOST_LINES, `${ lines } lines of code in php-shim: write less, or say in doc/decisions.md why not` );
	assert.ok( count <= MOST_CLASSES, `${ count } classes in php-shim/includes` );
} );
