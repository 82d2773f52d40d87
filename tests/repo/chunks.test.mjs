// How the module comes by a chunk: the part of the app's script that `package split` writes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const BUILD = '0123456789abcdef';
/** As wasm-bindgen's script: the module that runs, and here what was called back. */
const MAIN = `export const called = [];
const main = { table: new WebAssembly.Table( { initial: 1, element: 'anyfunc' } ), __indirect_function_table: { get: ( index ) => ( ...given ) => called.push( [ index, ...given ] ) } };
export const initSync = ( ...given ) => given.length ? null : main;`;
const script = readFileSync( new URL( '../../package/src/split/chunks.js', import.meta.url ), 'utf8' );

/** A module that wants \`table\` of \`main\`, with the section that says of which build it is. */
function chunk( build, wants = 'table' ) {
	const text = ( words ) => [ words.length, ...Buffer.from( words ) ];
	const section = ( id, ...content ) => [ id, content.length, ...content ];
	const imported = section( 2, 1, ...text( 'main' ), ...text( wants ), 1, 0x70, 0, 1 );
	const stamp = build ? section( 0, ...text( 'build' ), ...Buffer.from( build ) ) : [];
	return new WebAssembly.Module( Uint8Array.of( 0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...imported, ...stamp ) );
}

/** Loads it as the app does; gives what was called back, and what the console said. */
async function load( answer ) {
	const said = [];
	const error = console.error;
	console.error = ( words ) => said.push( String( words ) );
	globalThis.litellmDashboard = { chunk: async ( name ) => ( assert.equal( name, 'keys' ), answer() ) };
	// Another address each time is another module.
	const address = ( source ) => `data:text/javascript,${ encodeURIComponent( `${ source }\n// ${ Math.random() }` ).replaceAll( "'", '%27' ) }`;
	const main = address( MAIN );
	const whole = script.replace( './dashboard.js', main ) + `const BUILD = '${ BUILD }';\nexport const keys = load( [ 'keys' ] );`;
	try {
		const { keys } = await import( address( whole ) );
		await keys( 7, 42 );
	} finally {
		console.error = error;
	}
	return { called: ( await import( main ) ).called, said };
}

test( 'a chunk of this build gets what the module exports, and the app is told once', async () => {
	assert.deepEqual( await load( () => chunk( BUILD ) ), { called: [ [ 7, 42, 1 ] ], said: [] } );
} );

test( 'a chunk of another build is never run: it was made for another module', async () => {
	for ( const build of [ 'fedcba9876543210', BUILD.slice( 1 ), null ] ) {
		const { called, said } = await load( () => chunk( build ) );
		assert.deepEqual( called, [ [ 7, 42, 0 ] ] );
		assert.match( said.join(), /keys is of another build: the plugin was updated/ );
	}
} );

test( 'a chunk that is not to be had, or cannot run, is told to the app, and why to the console', async () => {
	const missing = await load( () => { throw new Error( 'keys.bin (HTTP 404)' ) } );
	assert.deepEqual( missing, { called: [ [ 7, 42, 0 ] ], said: [ 'Error: keys.bin (HTTP 404)' ] } );
	const unfit = await load( () => chunk( BUILD, 'nothing' ) );
	assert.deepEqual( unfit.called, [ [ 7, 42, 0 ] ] );
	assert.match( unfit.said.join(), /LinkError/ );
} );
