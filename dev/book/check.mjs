// check.mjs FOLDER: every link of the books in FOLDER that stays in it leads to a file, and to an element of it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const folder = resolve( process.argv[ 2 ] );
const files = readdirSync( folder, { recursive: true } ).filter( ( name ) => name.endsWith( '.html' ) && ! name.endsWith( 'toc.html' ) );
const read = new Map( files.map( ( name ) => [ join( folder, name ), readFileSync( join( folder, name ), 'utf8' ) ] ) );
const wrong = [];
let count = 0;
const follow = ( file, link ) => {
	if ( /^[a-z]+:/.test( link ) || link === '' ) return;
	count += 1;
	const [ path, id ] = decodeURIComponent( link.replaceAll( '&amp;', '&' ) ).split( '#' );
	const target = path ? resolve( dirname( file ), path ) : file;
	if ( ! existsSync( target ) ) wrong.push( `${ file }: there is no ${ link }` );
	else if ( id && read.has( target ) && ! read.get( target ).includes( `id="${ id }"` ) ) wrong.push( `${ file }: ${ target } has no #${ id }` );
};
for ( const [ file, text ] of read ) {
	if ( file.endsWith( '404.html' ) || file.endsWith( 'print.html' ) ) continue;
	for ( const [ , link ] of text.matchAll( /<(?:a|img) [^>]*(?:href|src)="([^"]*)"/g ) ) follow( file, link );
	if ( /\{\{#/.test( text ) ) wrong.push( `${ file }: a directive of mdBook is left` );
}
// What the search leads to.
for ( const script of readdirSync( folder, { recursive: true } ).filter( ( name ) => /search-index-?[^/]*\.js$/.test( name ) && ! name.startsWith( 'en' ) ) ) {
	const text = readFileSync( join( folder, script ), 'utf8' );
	for ( const { page } of JSON.parse( text.slice( text.indexOf( '=' ) + 1, text.lastIndexOf( ';' ) ) ).sections ) follow( join( folder, script.split( '/' )[ 0 ], 'index.html' ), page );
}
if ( wrong.length || count < 200 ) {
	console.error( [ `${ count } links`, ...wrong ].join( '\n' ) );
	process.exit( 1 );
}
