// Teams and users against a real LiteLLM: made, changed, blocked and deleted, with what becomes of their keys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { field, secretField } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually } from './lib/until.mjs';

const stage = new Stage();
const prefix = `people-${ Date.now().toString( 36 ) }`;
const email = `${ prefix }@example.test`;
let site, litellm, page, team, user, secret;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	page = await stage.signedInPage();
} );
after( async () => {
	if ( team ) {
		await litellm.ask( '/team/delete', { team_ids: [ team ] } ).catch( () => {} );
	}
	if ( user ) {
		await litellm.ask( '/user/delete', { user_ids: [ user ] } ).catch( () => {} );
	}
	await stage.stop();
} );

const dialog = () => page.getByRole( 'alertdialog' );
const row = ( name ) => page.getByRole( 'row' ).filter( { has: page.getByRole( 'rowheader' ).getByText( name, { exact: true } ) } );
const drawer = () => page.locator( '#gw-people-details[open]' );
const inTeam = async () => ( await litellm.ask( `/team/info?team_id=${ encodeURIComponent( team ) }` ) ).team_info;

/** Types into a combobox, and takes what is listed by this name. */
async function pick( label, typed, option ) {
	await page.getByRole( 'combobox', { name: label, exact: true } ).fill( typed );
	await page.getByRole( 'option', { name: option } ).click();
}

test( 'a team is made, and LiteLLM has it as it was filled in', async () => {
	await site.open( page, 'teams' );
	await page.getByRole( 'link', { name: 'Create team' } ).first().click();
	await field( page, 'Name' ).fill( prefix );
	await field( page, 'Budget' ).fill( '12.5' );
	await page.getByRole( 'combobox', { name: 'Budget period' } ).selectOption( '30d' );
	await field( page, 'Tokens per minute' ).fill( '50000' );
	await page.locator( 'form.gw-form' ).getByRole( 'button', { name: 'Create team' } ).click();
	await drawer().getByRole( 'heading', { name: prefix } ).waitFor();
	team = new URL( page.url() ).searchParams.get( 'team' );
	const made = await inTeam();
	assert.deepEqual( [ made.team_alias, made.max_budget, made.budget_duration, made.tpm_limit ], [ prefix, 12.5, '30d', 50_000 ] );
} );

test( 'it is found in the table by its name and by its id', async () => {
	await site.open( page, 'teams' );
	for ( const typed of [ prefix.toUpperCase(), team ] ) {
		await page.getByRole( 'searchbox' ).fill( typed );
		await row( prefix ).waitFor();
		await eventually( async () => assert.equal( await page.getByRole( 'rowheader' ).count(), 1 ) );
	}
} );

test( 'its budget is changed after the difference was shown', async () => {
	await site.open( page, 'teams', { action: 'edit', team } );
	await field( page, 'Budget' ).fill( '20' );
	await page.locator( 'form.gw-form' ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog().getByRole( 'row', { name: /Budget \$12\.50 \$20\.00/ } ).waitFor();
	await dialog().getByRole( 'button', { name: 'Save changes' } ).click();
	await page.getByText( 'The changes are saved' ).waitFor();
	const { max_budget: budget, tpm_limit: tokens, team_alias: name } = await inTeam();
	assert.deepEqual( [ budget, tokens, name ], [ 20, 50_000, prefix ] );
} );

test( 'a key is made in it from the form for a key, with an owner who was missing', async () => {
	await site.open( page, 'keys', { action: 'new' } );
	await field( page, 'Alias' ).fill( prefix );
	await pick( 'Owner', email, `Create user “${ email }”…` );
	const quick = page.getByRole( 'dialog', { name: 'Create a user for the key' } );
	await quick.getByRole( 'textbox', { name: 'Budget', exact: true } ).fill( '5' );
	await quick.getByRole( 'button', { name: 'Create user' } ).click();
	await quick.waitFor( { state: 'hidden' } );
	await eventually( async () => assert.equal( await page.getByRole( 'combobox', { name: 'Owner', exact: true } ).inputValue(), email ) );
	// Not the offer to make one of this name.
	await pick( 'Team', prefix, new RegExp( `^${ prefix }` ) );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	secret = await secretField( page ).inputValue();
	const key = await litellm.keyByAlias( prefix );
	litellm.made.push( key.token );
	user = key.user_id;
	const { users } = await litellm.ask( `/user/list?user_ids=${ user },${ user }` );
	assert.deepEqual( [ key.team_id, users[ 0 ].user_email, users[ 0 ].user_role, users[ 0 ].max_budget ], [ team, email, 'internal_user', 5 ] );
	assert.equal( ( await litellm.call( secret ) ).status, 200 );
} );

test( 'a blocked team stops its keys, until it is unblocked', async () => {
	await site.open( page, 'teams', { s: prefix } );
	await row( prefix ).getByRole( 'button', { name: `Block ${ prefix }` } ).click();
	await dialog().getByRole( 'button', { name: 'Block team' } ).click();
	await row( prefix ).getByText( 'Blocked', { exact: true } ).waitFor();
	assert.equal( ( await inTeam() ).blocked, true );
	// LiteLLM keeps teams in memory for a minute.
	await eventually( async () => assert.notEqual( ( await litellm.call( secret ) ).status, 200 ) );
	await row( prefix ).getByRole( 'button', { name: `Unblock ${ prefix }` } ).click();
	await dialog().getByRole( 'button', { name: 'Unblock team' } ).click();
	await row( prefix ).getByText( 'Active', { exact: true } ).waitFor();
	assert.equal( ( await inTeam() ).blocked, false );
} );

test( 'the user is in the table with the key, and is changed', async () => {
	await site.open( page, 'users', { s: email } );
	await row( email ).getByText( 'User', { exact: true } ).waitFor();
	await row( email ).getByRole( 'button', { name: `Edit ${ email }` } ).click();
	await field( page, 'Name' ).fill( 'Grace' );
	await page.locator( 'form.gw-form' ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog().getByRole( 'button', { name: 'Save changes' } ).click();
	await page.getByText( 'The changes are saved' ).waitFor();
	const { users } = await litellm.ask( `/user/list?user_ids=${ user },${ user }` );
	assert.deepEqual( [ users[ 0 ].user_alias, users[ 0 ].max_budget ], [ 'Grace', 5 ] );
} );

test( 'the user of the service key is protected, on the page and past it', async () => {
	const { info } = await litellm.ask( `/key/info?key=${ litellm.serviceKeyHash }` );
	await site.open( page, 'users', { user: info.user_id } );
	await drawer().getByText( 'protected here' ).waitFor();
	assert.equal( await drawer().getByRole( 'button', { name: /^(Edit|Delete) / } ).count(), 0 );
	await site.open( page, 'users', { action: 'edit', user: info.user_id } );
	await page.locator( '#litellm-dashboard' ).getByText( /protected here|manages the gateway/ ).waitFor();
	const boot = await site.boot( page );
	const send = ( operation, body ) => page.evaluate( async ( { url, nonce, text } ) => {
		const response = await fetch( url, { method: 'POST', headers: { 'X-WP-Nonce': nonce, 'Content-Type': 'application/json' }, body: text } );
		const { status, error } = await response.json();
		return { status, code: error?.code };
	}, { url: boot.rest + operation, nonce: boot.nonce, text: JSON.stringify( body ) } );
	for ( const [ operation, body ] of [ [ 'users.update', { user: info.user_id, max_budget: null } ], [ 'users.delete', { user: info.user_id } ] ] ) {
		assert.deepEqual( await send( operation, body ), { status: 409, code: 'litellm_own_user' }, operation );
	}
} );

test( 'deleting the team says how many keys go with it, and they are gone', async () => {
	await site.open( page, 'teams', { s: prefix } );
	await row( prefix ).getByRole( 'button', { name: `Delete ${ prefix }` } ).click();
	await dialog().getByText( 'There is 1 such key now.' ).waitFor();
	await dialog().getByRole( 'button', { name: 'Delete team and its keys' } ).click();
	await page.getByText( `No team has “${ prefix }” in its name or its ID` ).waitFor();
	team = null;
	assert.equal( await litellm.keyByAlias( prefix ), null );
	await eventually( async () => assert.notEqual( ( await litellm.call( secret ) ).status, 200 ) );
	await site.open( page, 'keys', { s: prefix } );
	await page.getByText( `No key has “${ prefix }” in its names or its hash` ).waitFor();
} );

test( 'a user is deleted', async () => {
	await site.open( page, 'users', { s: email } );
	await row( 'Grace' ).getByRole( 'button', { name: 'Delete Grace' } ).click();
	await dialog().getByText( 'LiteLLM deletes all keys of the user along with it' ).waitFor();
	await dialog().getByRole( 'button', { name: 'Delete user and all keys' } ).click();
	await page.getByText( `No user has “${ email }” in name, e-mail or ID` ).waitFor();
	const { users } = await litellm.ask( `/user/list?user_ids=${ user },${ user }` );
	assert.deepEqual( users, [] );
	user = null;
} );

stage.testWhatTravelled( { errors: [ /status of 409 / ] } );
