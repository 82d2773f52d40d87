// The handbook in both languages: the same chapters, headings, commands and names; commands that the manuals have, which are run
// as they are written by tests/deploy; and links that lead somewhere, in every page of the project.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { DIAGRAMS, LANGUAGES, svg } from '../../dev/book/diagrams.mjs';

const project = fileURLToPath( new URL( '../..', import.meta.url ) );
const read = ( file ) => readFileSync( join( project, file ), 'utf8' );
const pages = ( folder ) => readdirSync( join( project, folder ) ).filter( ( name ) => name.endsWith( '.md' ) ).sort();
const chapters = pages( 'doc/en' ).filter( ( name ) => /^\d\d-/.test( name ) );
/** Pages that stand beside each other: English, Chinese. */
const pairs = [
	...pages( 'doc/en' ).map( ( name ) => [ `doc/en/${ name }`, `doc/zh-CN/${ name }` ] ),
	[ 'README.md', 'README.zh-CN.md' ],
	[ 'deploy/local/README.md', 'deploy/local/README.zh-CN.md' ],
];

/** The fenced blocks of a page: { kind, text, skipped }; and the page without them. */
function parts( file ) {
	const blocks = [];
	const prose = read( file ).replace( /(<!-- not run: [^\n]+ -->\n)?^ *```(\w*)\n(.*?)^ *```$/gms, ( _, skipped, kind, text ) => {
		blocks.push( { kind, text, skipped: Boolean( skipped ) } );
		return '';
	} );
	return { blocks, prose };
}
const withoutComments = ( text ) => text.replace( /(^|\s+)#\s.*$/gm, '' ).split( '\n' ).map( ( line ) => line.trimEnd() ).filter( ( line ) => line !== '' );
const headings = ( file ) => [ ...parts( file ).prose.matchAll( /^(#+) (.+)$/gm ) ].map( ( [ , level, words ] ) => ( { level: level.length, words } ) );
/** As GitHub makes it: lower case, without punctuation, "-" for spaces; the second of a name has -1. */
function anchors( file ) {
	const seen = new Map();
	return headings( file ).map( ( { words } ) => {
		const slug = words.replace( /\[([^\]]*)\]\([^)]*\)/g, '$1' ).toLowerCase().replace( /[^\p{L}\p{N}_ -]/gu, '' ).replaceAll( ' ', '-' );
		const count = seen.get( slug ) ?? 0;
		seen.set( slug, count + 1 );
		return count ? `${ slug }-${ count }` : slug;
	} );
}
const chinese = /\p{Script=Han}/u;

test( 'both languages have the same pages', () => {
	assert.deepEqual( pages( 'doc/zh-CN' ), pages( 'doc/en' ) );
	assert.deepEqual( chapters.map( ( name ) => name.slice( 0, 2 ) ), [ '00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10' ] );
} );

for ( const [ en, zh ] of pairs ) {
	test( `${ en } and ${ zh } say the same`, () => {
		assert.deepEqual( headings( zh ).map( ( { level } ) => level ), headings( en ).map( ( { level } ) => level ), 'headings' );
		const [ english, translated ] = [ parts( en ), parts( zh ) ];
		const plain = ( { blocks } ) => blocks.map( ( { kind, text, skipped } ) => [ kind, skipped, kind === '' ? '' : withoutComments( text ) ] );
		assert.deepEqual( plain( translated ), plain( english ), 'blocks' );
		// Names, options, paths and values; what is Chinese in them is prose.
		const names = ( { prose } ) => [ ...new Set( [ ...prose.matchAll( /`([^`\n]+)`/g ) ].map( ( [ , name ] ) => name ).filter( ( name ) => ! chinese.test( name ) ) ) ].sort();
		assert.deepEqual( names( translated ), names( english ), 'names in the text' );
		const numbers = ( { prose } ) => [ ...new Set( prose.replace( /\]\([^)]*\)/g, '' ).match( /\d+(?:[.,]\d+)*/g ) ) ].filter( ( number ) => Number( number ) > 12 || number.includes( '.' ) ).sort();
		assert.deepEqual( numbers( translated ), numbers( english ), 'numbers' );
		const count = ( pattern ) => ( { prose } ) => ( prose.match( pattern ) ?? [] ).length;
		for ( const [ what, pattern ] of [ [ 'rows of tables', /^\|/gm ], [ 'points', /^(?:-|\d+\.) /gm ] ] ) {
			assert.equal( count( pattern )( translated ), count( pattern )( english ), what );
		}
		assert.ok( chinese.test( translated.prose ) );
	} );
}

for ( const [ language, first, last ] of [
	[ 'en', 'What you will have', [ 'Did it work?', 'What can go wrong' ] ],
	[ 'zh-CN', '您将得到', [ '怎样确认成功', '可能出的问题' ] ],
] ) {
	test( `${ language }: a chapter says what one will have, then how to see that it worked, then what can go wrong`, () => {
		for ( const name of chapters ) {
			const words = headings( `doc/${ language }/${ name }` ).filter( ( { level } ) => level === 2 ).map( ( heading ) => heading.words );
			assert.equal( words[ 0 ], first, name );
			const at = words.indexOf( last[ 0 ] );
			assert.deepEqual( words.slice( at, at + 2 ), last, name );
			assert.ok( at >= 2 && words.length <= at + 3, `${ name }: ${ words }` );
		}
	} );

	test( `${ language }: the book and the first page list every page, by its own title`, () => {
		const folder = `doc/${ language }`;
		for ( const list of [ 'SUMMARY.md', 'README.md' ] ) {
			const links = [ ...read( `${ folder }/${ list }` ).matchAll( /\[([^\]]+)\]\((\d\d-[\w-]+\.md|questions\.md)\)/g ) ];
			assert.deepEqual( links.map( ( [ , , file ] ) => file ), [ ...chapters, 'questions.md' ], list );
			for ( const [ , title, file ] of links ) assert.equal( title, headings( `${ folder }/${ file }` )[ 0 ].words );
		}
	} );
}

test( 'the diagrams are those of dev/book/diagrams.mjs, and each language shows its own', () => {
	for ( const language of LANGUAGES ) {
		const folder = `doc/pictures/${ language }`;
		assert.deepEqual( readdirSync( join( project, folder ) ).filter( ( name ) => name.endsWith( '.svg' ) ).sort(), Object.keys( DIAGRAMS ).map( ( name ) => `${ name }.svg` ).sort() );
		const shown = pages( `doc/${ language }` ).flatMap( ( name ) => [ ...read( `doc/${ language }/${ name }` ).matchAll( /!\[([^\]]+)\]\(\.\.\/(pictures\/[\w-]+\/\w+\.svg)\)/g ) ].map( ( [ , words, file ] ) => [ file, words ] ) );
		for ( const [ file, words ] of shown ) assert.equal( words, DIAGRAMS[ file.split( '/' ).pop().slice( 0, -4 ) ]?.title[ LANGUAGES.indexOf( language ) ], 'the words for who does not see them' );
		assert.deepEqual( shown.map( ( [ file ] ) => file ).sort(), Object.keys( DIAGRAMS ).map( ( name ) => `pictures/${ language }/${ name }.svg` ).sort() );
		for ( const name of Object.keys( DIAGRAMS ) ) assert.equal( read( `${ folder }/${ name }.svg` ), svg( name, language ), `${ name }: dev/book/diagrams.mjs writes it anew` );
	}
} );

test( 'every command of the handbook is one of the manuals, which tests run as they are written', () => {
	const manuals = new Map();
	for ( const file of [ 'deploy/README.md', 'deploy/local/README.md' ] ) {
		for ( const { kind, text, skipped } of parts( file ).blocks ) {
			if ( kind === 'sh' ) for ( const line of withoutComments( text ) ) manuals.set( line, ( manuals.get( line ) ?? true ) && skipped );
		}
	}
	let count = 0;
	for ( const name of pages( 'doc/en' ) ) {
		for ( const { kind, text, skipped } of parts( `doc/en/${ name }` ).blocks ) {
			if ( kind !== 'sh' ) continue;
			for ( const line of withoutComments( text ) ) {
				count += 1;
				assert.ok( manuals.has( line ), `${ name }: no manual has "${ line }"` );
				assert.ok( skipped || ! manuals.get( line ), `${ name }: "${ line }" is not run; say why before the block, as the manual does` );
			}
		}
	}
	assert.ok( count > 40, `only ${ count } commands` );
} );

test( 'the two READMEs lead to each other and to the handbook', () => {
	assert.ok( read( 'README.md' ).includes( '](README.zh-CN.md)' ) && read( 'README.md' ).includes( '](doc/en/README.md)' ) );
	assert.ok( read( 'README.zh-CN.md' ).includes( '](README.md)' ) && read( 'README.zh-CN.md' ).includes( '](doc/zh-CN/README.md)' ) );
} );

// Markdown closes emphasis behind punctuation only where no letter follows, and Chinese has no blanks.
test( 'no emphasis of a Chinese page is left open', () => {
	for ( const [ , zh ] of pairs ) {
		const lines = parts( zh ).prose.replace( /`[^`\n]+`/g, '`' );
		const open = [ ...lines.matchAll( /(\*{1,2})([^*\n]+)\1(?=(.?))/gu ) ].filter( ( [ , , words, next ] ) => /[\p{P}\p{S}]$/u.test( words ) && /[\p{L}\p{N}]/u.test( next ) );
		assert.deepEqual( open.map( ( [ found ] ) => found ), [], zh );
	}
} );

test( 'a Chinese page leads to Chinese pages where there are some', () => {
	for ( const [ , zh ] of pairs ) {
		for ( const [ , words, target ] of parts( zh ).prose.matchAll( /\[([^\]]+)\]\(([^)#]+\.md)/g ) ) {
			const translated = target.replace( /README\.md$/, 'README.zh-CN.md' );
			if ( words !== 'English' && translated !== target ) assert.ok( target.startsWith( 'doc/zh-CN/' ) || ! existsSync( join( project, dirname( zh ), translated ) ), `${ zh }: ${ target }` );
		}
	}
} );

test( 'every link within the repository leads to a file, and to a heading of it', () => {
	const files = execFileSync( 'git', [ 'ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', '*.md' ], { cwd: project, encoding: 'utf8' } ).split( '\0' ).filter( ( file ) => file && existsSync( join( project, file ) ) );
	const wrong = [];
	let count = 0;
	for ( const file of files ) {
		for ( const [ , link ] of parts( file ).prose.replace( /`[^`\n]*`/g, '' ).matchAll( /\]\(([^)\s]+)\)/g ) ) {
			if ( /^[a-z]+:/.test( link ) ) continue;
			count += 1;
			const [ path, anchor ] = decodeURI( link ).split( '#' );
			const target = path ? relative( project, resolve( project, dirname( file ), path ) ) : file;
			if ( target.startsWith( '..' ) || ! existsSync( join( project, target ) ) ) wrong.push( `${ file }: there is no ${ link }` );
			else if ( anchor && statSync( join( project, target ) ).isFile() && target.endsWith( '.md' ) && ! anchors( target ).includes( anchor ) ) wrong.push( `${ file }: ${ target } has no heading for #${ anchor }` );
		}
	}
	assert.deepEqual( wrong, [] );
	assert.ok( count > 200, `only ${ count } links` );
} );
