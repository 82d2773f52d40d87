// How large the plugin's PHP is. It is a shim: what grows here asks whether it belongs into the app, or into WordPress.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const shim = process.env.SHIM ?? fileURLToPath( new URL( '../../php-shim', import.meta.url ) );
/** What stands between browser and gateway, and what WordPress itself shows or starts; the latter is loaded where it is needed. */
const PARTS = [
	{ folder: 'includes', more: [ 'litellm-dashboard.php', 'uninstall.php' ], lines: 2560, classes: 21 },
	{ folder: 'integrations', more: [], lines: 3200, classes: 18 },
];

const isCode = ( line ) => line !== '' && ! /^(?:\/\/|\/?\*|#)/.test( line );

for ( const part of PARTS ) {
	test( `${ part.folder } has at most ${ part.lines } lines of code in ${ part.classes } classes`, ( t ) => {
		const files = [ ...readdirSync( join( shim, part.folder ) ).map( ( name ) => join( part.folder, name ) ), ...part.more ];
		const texts = files.map( ( name ) => readFileSync( join( shim, name ), 'utf8' ) );
		const lines = texts.join( '\n' ).split( '\n' ).filter( ( line ) => isCode( line.trim() ) ).length;
		const count = texts.filter( ( text ) => /^(?:final |abstract )*class /m.test( text ) ).length;
		t.diagnostic( `${ lines } lines of code in ${ count } classes` );
		assert.ok( lines <= part.lines, `${ lines } lines of code in ${ part.folder }: write less, or say in doc/decisions.md why not` );
		assert.ok( count <= part.classes, `${ count } classes in ${ part.folder }` );
	} );
}
