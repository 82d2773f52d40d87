// What the plugin directory and its checker want of a plugin, as far as no WordPress is needed for it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath( new URL( '../..', import.meta.url ) );
const read = ( name ) => readFileSync( `${ project }/php-shim/${ name }`, 'utf8' );
const readme = read( 'readme.txt' );
const main = read( 'litellm-dashboard.php' );
const pages = JSON.parse( read( 'pages.json' ) );

const header = ( text, name ) => text.match( new RegExp( `^[ *]*${ name }:[ \\t]*(.+)$`, 'm' ) )?.[ 1 ].trim();
const section = ( name ) => readme.split( new RegExp( `^== ${ name } ==$`, 'm' ) )[ 1 ]?.split( /^== /m )[ 0 ].trim() ?? '';
const files = execFileSync( 'git', [ 'ls-files', '--cached', '--others', '--exclude-standard', '-z', 'php-shim' ], { cwd: project, encoding: 'utf8' } ).split( '\0' ).filter( Boolean ).map( ( name ) => name.slice( 'php-shim/'.length ) );

test( 'the readme begins with what the directory reads', () => {
	assert.equal( readme.split( '\n' )[ 0 ], `=== ${ header( main, 'Plugin Name' ) } ===` );
	for ( const name of [ 'Requires at least', 'Requires PHP', 'License', 'License URI' ] ) {
		assert.equal( header( readme, name ), header( main, name ), name );
	}
	assert.equal( header( readme, 'Stable tag' ), header( main, 'Version' ) );
	assert.match( header( readme, 'Tested up to' ), /^\d+\.\d+$/, 'a release of WordPress, without its last number' );
	const tags = header( readme, 'Tags' ).split( ', ' );
	assert.ok( tags.length > 0 && tags.length <= 5 && new Set( tags ).size === tags.length, String( tags ) );
	const short = readme.split( '\n\n' )[ 1 ].trim();
	assert.ok( short.length <= 150 && ! /[*`\n<]/.test( short ), `${ short.length }: ${ short }` );
	assert.equal( short, header( main, 'Description' ) );
} );

test( 'its sections are those that the directory shows, and it is short enough for it', () => {
	const names = [ ...readme.matchAll( /^== (.+) ==$/gm ) ].map( ( [ , name ] ) => name );
	assert.deepEqual( names, [ 'Description', 'Installation', 'Frequently Asked Questions', 'Screenshots', 'External services', 'Privacy', 'Changelog' ] );
	assert.ok( Buffer.byteLength( section( 'Description' ) ) < 10_000 );
	assert.ok( Buffer.byteLength( readme ) < 20_000 );
	assert.match( section( 'Changelog' ), new RegExp( `^= ${ header( main, 'Version' ).replaceAll( '.', '\\.' ) } =$`, 'm' ) );
	for ( const question of section( 'Frequently Asked Questions' ).split( /^= /m ).slice( 1 ) ) {
		assert.match( question, /^.+ =\n\n\S/ );
	}
} );

test( 'its description names each page, and as many as there are', () => {
	const named = [ ...section( 'Description' ).matchAll( /\*\*(.+?)\*\*/g ) ].map( ( [ , name ] ) => name );
	assert.deepEqual( named.sort(), [ ...pages.map( ( { title } ) => title ), 'Alerts' ].sort() );
	assert.ok( section( 'Description' ).includes( `${ { 9: 'nine', 10: 'ten', 11: 'eleven', 12: 'twelve' }[ named.length ] } pages` ) );
} );

test( 'each screenshot that it tells about can be taken, and shows the page of which it speaks', () => {
	const captions = section( 'Screenshots' ).split( '\n' );
	const states = execFileSync( `${ project }/dev/directory-assets`, [ '--list' ], { encoding: 'utf8' } ).trim().split( '\n' );
	const known = readFileSync( `${ project }/tests/e2e/lib/states.mjs`, 'utf8' );
	assert.equal( captions.length, states.length );
	states.forEach( ( state, at ) => {
		const page = pages.find( ( { name } ) => name === state.split( '-' )[ 0 ] );
		assert.ok( captions[ at ].startsWith( `${ at + 1 }. ${ page.title }: ` ), `${ state }: ${ captions[ at ] }` );
		assert.ok( known.includes( `name: '${ state }'` ) || known.includes( `'${ state }'` ), `there is no state ${ state }` );
	} );
} );

test( 'the settings of which it speaks are read somewhere', () => {
	const named = new Set( readme.match( /\bLITELLM_[A-Z_]+\b/g ) );
	const used = new Set( files.filter( ( name ) => name.endsWith( '.php' ) ).flatMap( ( name ) => read( name ).match( /'LITELLM_[A-Z_]+'/g ) ?? [] ).map( ( name ) => name.slice( 1, -1 ) ) );
	assert.deepEqual( [ ...named ].filter( ( name ) => ! used.has( name ) ), [] );
	assert.ok( used.size > 5 );
} );

test( 'nothing is in the plugin that does not belong there', () => {
	assert.deepEqual( files.filter( ( name ) => /(?:^|\/)\.|\.(?:zip|gz|phar|exe|sh|md|map|log|bak|orig|sql)$|~$|[^\w.\/-]/.test( name ) ), [] );
	// One that a page loads from elsewhere would tell others who visits it.
	for ( const name of files.filter( ( one ) => /\.(?:php|js|css)$/.test( one ) && ! one.startsWith( 'languages/' ) ) ) {
		const remote = read( name ).match( /(?:src|href)=["']?(?:https?:)?\/\/[^"'\s]+|@import\s+["']?https?:|import\(\s*["']https?:/g );
		assert.equal( remote, null, `${ name }: ${ remote }` );
	}
	for ( const name of files.filter( ( one ) => one.endsWith( '.php' ) ) ) {
		const text = read( name );
		assert.ok( text.startsWith( '<?php' ) && ! /\?>\s*$/.test( text ), `${ name } begins with <?php, and does not end with ?>` );
	}
	assert.match( readFileSync( `${ project }/LICENSE`, 'utf8' ), /GNU GENERAL PUBLIC LICENSE\s+Version 2/ );
} );
