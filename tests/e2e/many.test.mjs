// Many keys at once in WordPress 7.1 against a real LiteLLM: a change of several, a kill switch of a team that is undone after
// a reload, and a gateway that goes away in the middle.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { keyIs, keyRow, keysTable } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { settled } from './lib/states.mjs';
import { eventually } from './lib/until.mjs';

const COUNT = 14;

const stage = new Stage();
const prefix = `many-${ Date.now().toString( 36 ) }`;
const aliases = Array.from( { length: COUNT }, ( _, index ) => `${ prefix }-${ String( index + 1 ).padStart( 2, '0' ) }` );
const [ first, second, third, ...others ] = aliases;
const team = `${ prefix }-team`;
const keys = {};
let site, litellm, page;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	await litellm.ask( '/team/new', { team_id: team, team_alias: team } );
	for ( const alias of aliases ) {
		keys[ alias ] = await litellm.makeKey( { key_alias: alias, max_budget: 5, metadata: { note: alias }, ...( [ first, second, third ].includes( alias ) ? { team_id: team } : {} ) } );
		keys[ alias ].token ??= keys[ alias ].token_id;
	}
	page = await stage.signedInPage();
} );
after( async () => {
	await litellm?.ask( '/team/delete', { team_ids: [ team ] } ).catch( () => {} );
	await stage.stop();
} );

const now = async ( alias ) => ( await litellm.ask( `/key/info?key=${ keys[ alias ].token }` ) ).info;
const isBlocked = async ( alias ) => ( await now( alias ) ).blocked === true;
const dialog = () => page.getByRole( 'alertdialog' );
/** What its heading or the line below it says; the same is read out, too. */
const told = ( text ) => dialog().locator( '#gw-many-title, #gw-many-text' ).filter( { hasText: text } );
const bulk = () => page.getByRole( 'group', { name: 'Chosen rows' } );

async function choose( ...names ) {
	for ( const alias of names ) {
		await keyRow( page, alias ).getByRole( 'checkbox' ).check();
	}
	await bulk().getByText( `${ names.length } chosen` ).waitFor();
}

async function openWith( query ) {
	await site.open( page, 'keys', query );
	await keysTable( page ).waitFor();
	await page.getByText( new RegExp( '^\\d+ of [\\d,]+ keys?$' ) ).waitFor();
	// All pages of it: with the keys of other test files there may be several.
	await settled( page );
}

test( 'the budget of three keys changes, and nothing else of them', async () => {
	await openWith( { s: prefix } );
	await choose( first, second, third );
	await bulk().getByRole( 'button', { name: 'Change…' } ).click();
	await dialog().getByRole( 'combobox', { name: 'Their budget' } ).selectOption( 'new' );
	await dialog().getByRole( 'textbox', { name: 'Budget', exact: true } ).fill( '7.5' );
	await dialog().getByRole( 'combobox', { name: 'Their tags' } ).selectOption( 'add' );
	await dialog().getByRole( 'textbox', { name: 'Which tags' } ).fill( 'many' );
	await dialog().getByRole( 'button', { name: 'Change 3 keys' } ).click();
	await told( '3 keys were changed.' ).waitFor();
	for ( const alias of [ first, second, third ] ) {
		const { max_budget: budget, metadata, team_id: of } = await now( alias );
		assert.deepEqual( [ budget, metadata.tags, metadata.note, of ], [ 7.5, [ 'many' ], alias, team ] );
	}
	assert.equal( ( await now( others[ 0 ] ) ).max_budget, 5 );
	await dialog().getByRole( 'button', { name: 'Close' } ).click();
	await dialog().waitFor( { state: 'hidden' } );
} );

test( 'a kill switch blocks the keys of a team, and its undo restores exactly those that were active', async () => {
	await litellm.ask( '/key/block', { key: keys[ third ].token } );
	// WordPress gives an answer for three seconds.
	await eventually( async () => {
		await openWith( { team } );
		assert.ok( await keyIs( page, third, 'Blocked' ).isVisible() );
	} );
	await page.getByText( 'Filters (1)', { exact: true } ).click();
	await page.getByRole( 'button', { name: 'Block all keys found…' } ).click();
	await dialog().getByRole( 'button', { name: 'Block 2 keys' } ).click();
	await told( '2 keys are blocked.' ).waitFor();
	assert.deepEqual( await Promise.all( [ first, second, third ].map( isBlocked ) ), [ true, true, true ] );
	assert.equal( await isBlocked( others[ 0 ] ), false, 'other keys are left alone' );
	await eventually( async () => assert.notEqual( ( await litellm.call( keys[ first ].key ) ).status, 200 ) );
	await page.reload();
	await page.getByText( 'It has blocked 2 keys.' ).waitFor();
	await page.getByRole( 'button', { name: 'Unblock these keys' } ).click();
	await dialog().getByRole( 'button', { name: 'Unblock 2 keys' } ).click();
	await told( '2 keys are no longer blocked.' ).waitFor();
	assert.deepEqual( await Promise.all( [ first, second, third ].map( isBlocked ) ), [ false, false, true ] );
	await dialog().getByRole( 'button', { name: 'Close' } ).click();
	await page.reload();
	await keysTable( page ).waitFor();
	await page.getByText( new RegExp( '^\\d+ of [\\d,]+ keys?$' ) ).waitFor();
	await settled( page );
	assert.equal( await page.getByText( /^Kill switch of/ ).count(), 0 );
} );

test( 'a gateway that goes away in the middle leaves a true picture, and the rest is done later', async () => {
	await openWith( { s: prefix } );
	await page.getByRole( 'checkbox', { name: 'Choose all rows' } ).check();
	await bulk().getByRole( 'button', { name: 'Block', exact: true } ).click();
	let asked = 0;
	const isBlock = ( url ) => url.href.endsWith( 'keys.block' );
	await page.route( isBlock, async ( route ) => {
		asked++;
		if ( asked === 5 ) {
			await stage.line.cut();
		}
		await route.continue();
	} );
	await dialog().getByRole( 'button', { name: `Block ${ COUNT } keys` } ).click();
	await told( new RegExp( `^Blocking stopped after \\d+ of ${ COUNT } keys\\.$` ) ).waitFor();
	await page.unroute( isBlock );
	await stage.line.open();
	await page.reload();
	await page.getByRole( 'button', { name: 'Go on', exact: true } ).click();
	await told( 'keys are blocked.' ).waitFor();
	for ( const alias of aliases ) {
		assert.equal( await isBlocked( alias ), true, alias );
	}
	await dialog().getByRole( 'button', { name: 'Close' } ).click();
	await page.reload();
	await keysTable( page ).waitFor();
	await settled( page );
	assert.equal( await page.getByRole( 'button', { name: 'Go on', exact: true } ).count(), 0 );
} );

test( 'the chosen are deleted', async () => {
	await openWith( { s: prefix } );
	await choose( ...others.slice( 0, 2 ) );
	await bulk().getByRole( 'button', { name: 'Delete', exact: true } ).click();
	await dialog().getByRole( 'button', { name: 'Delete 2 keys' } ).click();
	await told( '2 keys are deleted.' ).waitFor();
	for ( const alias of others.slice( 0, 2 ) ) {
		assert.equal( await litellm.keyByAlias( alias ), null );
	}
} );

stage.testWhatTravelled();
