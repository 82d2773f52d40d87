// What stands on our pages, read as an administrator would, and what has to stand there by LiteLLM's own sums.

import assert from 'node:assert/strict';

import { LIMIT_MS, eventually, until } from './until.mjs';

const CARDS = [ 'API requests', 'Tokens', 'Cost', 'Error rate' ];
const DAYS = { today: 1, '7d': 7, '30d': 30 };

/** The four cards: what is written, every digit of it (`exact`), the sentence on its change, and the figure in that. */
export async function cards( page ) {
	return page.locator( '.gw-card' ).evaluateAll( ( all ) => all.map( ( card ) => {
		const text = ( selector ) => card.querySelector( selector )?.textContent.trim() ?? '';
		return {
			label: text( '.gw-card-label' ),
			value: text( '.gw-card-value' ),
			exact: card.querySelector( '.gw-card-value' )?.title ?? '',
			change: text( '.gw-card-change' ),
			figure: text( '.gw-change' ),
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

/** By the rules of doc/decisions.md: whole days against the same days of the period before. */
function assertChange( card, whole, before, now, then ) {
	const is = ( words ) => assert.ok( card.change.startsWith( words ), `${ card.label }: "${ card.change }", ${ words } is right` );
	if ( before.requests === 0 ) {
		is( whole.requests === 0 ? 'Unchanged' : 'Nothing before' );
	} else if ( whole.requests > 10 * before.requests ) {
		is( 'No comparable period before' );
	} else if ( card.label === 'Error rate' ) {
		if ( whole.requests === 0 ) {
			is( 'No comparable period before' );
		} else if ( Math.abs( rate( whole ) - rate( before ) ) < 0.0005 ) {
			is( 'Unchanged' );
		} else {
			assertShown( card.figure, ( rate( whole ) - rate( before ) ) * 100, `${ card.label }, points of change` );
		}
	} else if ( then === 0 ) {
		is( now === 0 ? 'Unchanged' : 'Nothing before' );
	} else if ( Math.abs( now / then - 1 ) < 0.005 ) {
		is( 'Unchanged' );
	} else if ( now > 10 * then ) {
		is( 'More than ten times that of' );
	} else {
		assertShown( card.figure, ( now / then - 1 ) * 100, `${ card.label }, change` );
	}
}

/** The cards show what LiteLLM adds up itself. Calls may come in meanwhile: it is true as soon as both say the same. */
export async function assertSameAsLiteLLM( page, litellm, range, limit = LIMIT_MS ) {
	const count = DAYS[ range ];
	await eventually( async () => {
		const now = await litellm.days( count );
		const [ whole, before ] = count === 1 ? [ null, await litellm.days( 1, 1 ) ] : [ await litellm.days( count - 1, 1 ), await litellm.days( count - 1, count + 1 ) ];
		const shown = await cards( page );
		assert.deepEqual( shown.map( ( card ) => card.label ), CARDS );
		const [ requests, tokens, cost, errors ] = shown;
		assert.equal( number( requests.exact ), now.requests, 'requests' );
		assert.equal( number( tokens.exact ), now.tokens, 'tokens' );
		assert.ok( Math.abs( number( cost.exact ) - now.cost ) <= 0.000_001, `cost: ${ cost.exact } is on screen, ${ now.cost } is right` );
		assertShown( errors.value, rate( now ) * 100, 'error rate' );
		if ( whole === null ) {
			// A day that still runs stands beside all of yesterday.
			assert.match( requests.change, /in all of yesterday$/ );
			assertShown( requests.figure, before.requests, 'requests of yesterday' );
			assertShown( cost.figure, before.cost, 'cost of yesterday' );
			assertShown( errors.figure, rate( before ) * 100, 'error rate of yesterday' );
			return;
		}
		assertChange( requests, whole, before, whole.requests, before.requests );
		assertChange( tokens, whole, before, whole.tokens, before.tokens );
		assertChange( cost, whole, before, whole.cost, before.cost );
		assertChange( errors, whole, before );
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

/**
 * From now on the page gets no answer to what it asks by itself, and those that were under way are there: nothing of it changes,
 * whoever calls LiteLLM meanwhile. Gives what lets the questions go.
 */
export async function holdQuestions( page ) {
	const isOurs = ( url ) => /litellm-dashboard(\/|%2F)v1/i.test( url.href );
	const held = new Set();
	let release;
	const released = new Promise( ( resolve ) => ( release = resolve ) );
	const hold = async ( route ) => {
		held.add( route.request() );
		await released;
		// Its page may be gone.
		await route.continue().catch( () => {} );
	};
	await page.route( isOurs, hold );
	await until( 'what was asked before is answered', () => ! [ ...page.underWay ].some( ( request ) => isOurs( new URL( request.url() ) ) && ! held.has( request ) ) );
	return async () => {
		release();
		await page.unroute( isOurs, hold );
	};
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
