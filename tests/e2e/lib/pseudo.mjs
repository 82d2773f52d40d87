#!/usr/bin/env node
// Languages that nobody speaks, made of the template of translators: every text is bracketed, in letters that English has not, and
// two fifths longer; what is filled in stays. What is on screen without brackets did not go through translation.
//
//   pseudo.mjs LOCALE FOLDER     writes litellm-dashboard-LOCALE.l10n.php, as WordPress 6.5 and newer load it

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TEMPLATE = new URL( '../../../php-shim/languages/litellm-dashboard.pot', import.meta.url );

export const [ OPEN, CLOSE ] = [ '⟦', '⟧' ];

const LATIN = [ 'abcdefghijklmnopqrstuvwxyz', 'áƀçðéƒĝĥîĵķļɱñöþǫŕšţüṽŵẋýž', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'ÁɃÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÜṼŴẊÝŽ' ];
const ARABIC = [ 'abcdefghijklmnopqrstuvwxyz', 'ابجديفغهيجكلمنوبقرستوفوخيز', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'ابجديفغهيجكلمنوبقرستوفوخيز', '?,;', '؟،؛' ];

/** By WordPress' name of the language. Any other one is as `en_XA`. */
const ALPHABETS = { ar: ARABIC };
const PLURALS = { ar: [ 6, 'n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5' ] };

/** What a translator leaves as it is: what is filled in, tags, and entities. */
const KEPT = /(\{\w+\}|%(?:\d+\$)?[sd]|%%|<[^>]+>|&\w+;)/;

/** One text in such a language. */
export function pseudo( text, locale = 'en_XA' ) {
	const alphabet = ALPHABETS[ locale ] ?? LATIN;
	const letters = new Map();
	for ( let at = 0; at < alphabet.length; at += 2 ) {
		[ ...alphabet[ at ] ].forEach( ( letter, index ) => letters.set( letter, [ ...alphabet[ at + 1 ] ][ index ] ) );
	}
	const other = ( part ) => [ ...part ].map( ( letter ) => letters.get( letter ) ?? letter ).join( '' );
	const parts = text.split( KEPT );
	const length = parts.filter( ( part, at ) => at % 2 === 0 ).join( '' ).length;
	const longer = Math.ceil( length * 0.4 ) - 2;
	const rest = longer > 1 ? ' ' + other( 'longer and '.repeat( Math.ceil( longer / 11 ) ) ).slice( 0, longer - 1 ).trim() : '';
	return OPEN + parts.map( ( part, at ) => ( at % 2 === 0 ? other( part ) : part ) ).join( '' ) + rest + CLOSE;
}

/** The texts of the template: the English one, and its plural where it has one. */
export async function texts() {
	const found = [];
	let entry = null, field = null;
	for ( const line of ( await readFile( TEMPLATE, 'utf8' ) ).split( '\n' ) ) {
		const [ , name, quoted ] = /^(?:(msgid|msgid_plural|msgstr(?:\[\d\])?) )?(".*")$/.exec( line ) ?? [];
		if ( quoted === undefined ) {
			continue;
		}
		if ( name === 'msgid' ) {
			found.push( entry = { msgid: '' } );
		}
		field = name ?? field;
		// Escaped as in JSON.
		entry[ field ] = ( entry[ field ] ?? '' ) + JSON.parse( quoted );
	}
	return found.filter( ( { msgid } ) => msgid !== '' ).map( ( { msgid, msgid_plural: other } ) => [ msgid, other ] );
}

/** The file that WordPress loads. */
export async function language( locale ) {
	const [ count, rule ] = PLURALS[ locale ] ?? [ 2, 'n != 1' ];
	const quoted = ( text ) => `'${ text.replace( /[\\']/g, '\\$&' ) }'`;
	const joined = ( all ) => all.map( quoted ).join( ' . "\\0" . ' );
	const lines = ( await texts() ).map( ( [ one, other ] ) => {
		// Only the form for one may have no number.
		const forms = other === undefined ? [ one ] : Array.from( { length: count }, ( _, form ) => ( count === 2 && form === 0 ? one : other ) );
		return `${ joined( other === undefined ? [ one ] : [ one, other ] ) } => ${ joined( forms.map( ( form ) => pseudo( form, locale ) ) ) },`;
	} );
	return `<?php\nreturn array( 'domain' => 'litellm-dashboard', 'language' => '${ locale }', 'plural-forms' => 'nplurals=${ count }; plural=${ rule };', 'messages' => array(\n${ lines.join( '\n' ) }\n) );\n`;
}

/** Writes it to where WordPress keeps the translations of plugins. */
export async function writeLanguage( locale, folder ) {
	await writeFile( path.join( folder, `litellm-dashboard-${ locale }.l10n.php` ), await language( locale ) );
}

if ( process.argv[ 1 ] && import.meta.url === pathToFileURL( process.argv[ 1 ] ).href ) {
	const [ locale, folder ] = process.argv.slice( 2 );
	if ( ! /^[a-z]{2,3}(_[A-Z]{2})?$/.test( locale ?? '' ) || ! folder ) {
		console.error( 'usage: pseudo.mjs LOCALE FOLDER' );
		process.exit( 2 );
	}
	await writeLanguage( locale, folder );
}
