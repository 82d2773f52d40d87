// stage.mjs LANGUAGE FOLDER: what mdBook needs, in FOLDER: the handbook, the two manuals of the kit that it leads to, and a search
// for Chinese, which mdBook's own cannot: it looks for words, and Chinese has no spaces between them.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve, relative, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath( new URL( '../..', import.meta.url ) );
const [ language, folder ] = process.argv.slice( 2 );
const chinese = language === 'zh-CN';
const suffix = chinese ? '.zh-CN.md' : '.md';
const texts = chinese
	? { title: 'LiteLLM Dashboard 手册', kit: '部署套件的手册', laptop: '在笔记本上运行网关', search: '搜索', none: '没有找到' }
	: { title: 'LiteLLM Dashboard Handbook', kit: 'Manual of the deployment kit', laptop: 'The gateway on a laptop' };
const src = join( folder, 'src' );
mkdirSync( src, { recursive: true } );

/** Pages of the book by where they are in the project. */
const pages = new Map( readdirSync( join( project, 'doc', language ) ).filter( ( name ) => name.endsWith( '.md' ) ).map( ( name ) => [ `doc/${ language }/${ name }`, name ] ) );
pages.set( `deploy/README${ suffix }`, 'kit.md' );
pages.set( `deploy/local/README${ suffix }`, 'laptop.md' );
const other = chinese ? 'en' : 'zh-CN';

/** A link to a page of the book, to the other language's book, or, where there is no such page, the words and the place in the project. */
function link( file, whole, words, target ) {
	if ( /^[a-z]+:|^#/.test( target ) ) return whole;
	const [ path, anchor ] = target.split( '#' );
	const place = relative( project, resolve( project, dirname( file ), path ) );
	if ( place.startsWith( 'doc/pictures/' ) ) {
		const copy = join( src, place.slice( 'doc/'.length ) );
		mkdirSync( dirname( copy ), { recursive: true } );
		copyFileSync( join( project, place ), copy );
		return `[${ words }](${ place.slice( 'doc/'.length ) })`;
	}
	if ( pages.has( place ) ) return `[${ words }](${ pages.get( place ) }${ anchor ? `#${ anchor }` : '' })`;
	if ( place === `doc/${ other }/README.md` ) return `[${ words }](../${ other }/index.html)`;
	return /README(\.zh-CN)?\.md$/.test( place ) && /^(English|简体中文)$/.test( words ) ? '' : chinese ? `${ words }（\`${ place }\`）` : `${ words } (\`${ place }\`)`;
}

const index = [];
for ( const [ file, name ] of pages ) {
	let text = readFileSync( join( project, file ), 'utf8' );
	// Not in code: neither in blocks nor in a line.
	text = text.split( /(^ *```[\s\S]*?^ *```|`[^`\n]*`)/m ).map( ( part, at ) => ( at % 2 ? part : part.replace( /\[([^\]]*)\]\(([^)\s]+)\)/g, ( whole, words, target ) => link( file, whole, words, target ) ) ) ).join( '' );
	// A line is a sentence; a browser puts a space where it ends, which Chinese has not.
	if ( chinese ) text = text.replace( /(?<=[\p{Script=Han}\u3000-\u303f\uff00-\uffef])\n *(?=[\p{Script=Han}“《（])|(?<=[。；：，])\n *(?=`[^`]|[[A-Za-z])/gu, '' );
	if ( name === 'SUMMARY.md' ) {
		writeFileSync( join( src, name ), `${ text.trimEnd() }\n[${ texts.kit }](kit.md)\n[${ texts.laptop }](laptop.md)\n` );
		continue;
	}
	writeFileSync( join( src, name ), text );
	let section = null;
	const page = /^# (.+)$/m.exec( text )?.[ 1 ];
	for ( const line of text.replace( /^ *```\w*$/gm, '' ).split( '\n' ) ) {
		const heading = /^#+ (.+)$/.exec( line );
		if ( heading ) {
			const id = heading[ 1 ].toLowerCase().replace( /[^\p{L}\p{N}_ -]/gu, '' ).replaceAll( ' ', '-' );
			section = { page: `${ name === 'README.md' ? 'index' : name.slice( 0, -3 ) }.html#${ id }`, title: heading[ 1 ] === page ? page : `${ page } › ${ heading[ 1 ] }`, text: '' };
			index.push( section );
		} else if ( section ) {
			section.text += `${ line.replace( /\]\([^)]*\)/g, '' ).replace( /[`|[\]*]|<!--.*-->|-{3,}/g, ' ' ) } `;
		}
	}
}

writeFileSync( join( folder, 'book.toml' ), `[book]
title = "${ texts.title }"
language = "${ language }"

[output.html]
no-section-label = true
${ chinese ? 'additional-js = ["search-index.js", "search.js"]\nadditional-css = ["search.css"]\n\n[output.html.search]\nenable = false\n' : '' }` );
if ( chinese ) {
	const sections = index.map( ( section ) => ( { ...section, text: section.text.replace( /\s+/g, ' ' ).trim() } ) );
	writeFileSync( join( folder, 'search-index.js' ), `window.handbook = ${ JSON.stringify( { texts: { search: texts.search, none: texts.none }, sections } ).replaceAll( '<', '\\u003c' ) };\n` );
	for ( const name of [ 'search.js', 'search.css' ] ) copyFileSync( join( project, 'dev/book', name ), join( folder, name ) );
}
