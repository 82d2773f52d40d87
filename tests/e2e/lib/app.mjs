// What stands on our pages, read as an administrator would, and what has to stand there by LiteLLM's own sums.

import assert from 'node:assert/strict';

import { eventually } from './until.mjs';

const CARDS = [ 'API requests', 'Tokens', 'Cost', 'Error rate' ];
const DAYS = { today: 1, '7d': 7, '30d': 30 };

/** The four cards: what is written, every digit of it (`exact`), the change, and against what. */
export async function cards( page ) {
	return page.locator( '.gw-card' ).evaluateAll( ( all ) => all.map( ( card ) => {
		const text = ( selector ) => card.querySelector( selector )?.textContent.trim() ?? '';
		return {
			label: text( '.gw-card-label' ),
			value: text( '.gw-card-value' ),
			exact: card.querySelector( '.gw-card-value' )?.title ?? '',
			change: text( '.gw-change' ),
			minor: text( '.gw-card-change .gw-minor' ),
		};
	} ) );
}

export function number( text ) {
	const found = Number( text.replace( '−', '-' ).replace( /[^\d.-]/g, '' ) );
	assert.ok( /\d/.test( text ) && Number.isFinite( found ), `a number was expected: "${ text }"` );
	return found;
}

/** A number that was rounded for the screen may differ by half of its last digit. */
function assertShown( text, expected, what ) {
	const digits = /\.(\d+)/.exec( text )?.[ 1 ].length ?? 0;
	const found = number( text );
	assert.ok( Math.abs( found - expected ) <= 0.5 * 10 ** -digits + 1e-9, `${ what }: "${ text }" is on screen, ${ expected } is right` );
}

const rate = ( sum ) => ( sum.requests > 0 ? sum.failed / sum.requests : 0 );

function assertChange( card, now, before ) {
	if ( before === 0 ) {
		assert.equal( card.change, now === 0 ? 'Unchanged' : 'Nothing before', card.label );
	} else if ( Math.abs( now / before - 1 ) < 0.005 ) {
		assert.equal( card.change, 'Unchanged', card.label );
	} else {
		assertShown( card.change, ( now / before - 1 ) * 100, `${ card.label }, change` );
	}
}

/** The cards show what LiteLLM adds up itself. Calls may come in meanwhile: it is true as soon as both say the same. */
export async function assertSameAsLiteLLM( page, litellm, range, limit = 45_000 ) {
	const count = DAYS[ range ];
	await eventually( async () => {
		const now = await litellm.days( count );
		const before = await litellm.days( count, count );
		const shown = await cards( page );
		assert.deepEqual( shown.map( ( card ) => card.label ), CARDS );
		const [ requests, tokens, cost, errors ] = shown;
		assert.equal( number( requests.exact ), now.requests, 'requests' );
		assert.equal( number( tokens.exact ), now.tokens, 'tokens' );
		assert.ok( Math.abs( number( cost.exact ) - now.cost ) <= 0.000_001, `cost: ${ cost.exact } is on screen, ${ now.cost } is right` );
		assertShown( errors.value, rate( now ) * 100, 'error rate' );
		assertChange( requests, now.requests, before.requests );
		assertChange( tokens, now.tokens, before.tokens );
		assertChange( cost, now.cost, before.cost );
		assertShown( errors.change, ( rate( now ) - rate( before ) ) * 100, 'error rate, points of change' );
	}, limit );
}

export const keysTable = ( page ) => page.getByRole( 'table', { name: 'Virtual keys' } );

/** A row of the table of keys. */
export function keyRow( page, alias ) {
	return keysTable( page ).getByRole( 'row' ).filter( { has: page.getByRole( 'rowheader' ).getByText( alias, { exact: true } ) } );
}

/** Whether the table says this of a key. */
export const keyIs = ( page, alias, status ) => keyRow( page, alias ).getByText( status, { exact: true } );

/** The calls of the live log, newest first. */
export function calls( page ) {
	return page.getByRole( 'table', { name: 'Live calls' } ).getByRole( 'row' ).filter( { has: page.getByRole( 'cell' ) } );
}

/** A field of the form for a new key. */
export const field = ( page, label ) => page.getByRole( 'textbox', { name: label, exact: true } );

/** Where the new key stands, once. */
export const secretField = ( page ) => field( page, 'Your new key' );

/** Everything in which a page could keep a secret: the DOM with the values of its fields, storages, cookies, history. */
export async function whateverIsKept( page ) {
	const kept = await page.evaluate( async () => {
		const fields = [ ...document.querySelectorAll( 'input, textarea, select' ) ].map( ( field ) => field.value );
		const databases = ( await indexedDB.databases?.() )?.map( ( one ) => one.name ) ?? [];
		const cacheNames = await caches.keys();
		return JSON.stringify( [ document.documentElement.outerHTML, fields, { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href, databases, cacheNames, window.name ] );
	} );
	return kept + JSON.stringify( await page.context().cookies() );
}
