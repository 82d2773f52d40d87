// Editing keys in WordPress 7.1 against a real LiteLLM: what is saved is what LiteLLM has, and what its calls are judged by.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { field, keyRow, secretField } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually } from './lib/until.mjs';

const stage = new Stage();
const alias = `edit-${ Date.now().toString( 36 ) }`;
let site, litellm, page, key;

before( async () => {
	await stage.start();
	( { litellm, site } = stage );
	page = await stage.signedInPage();
	await site.install( page, process.env.PLUGIN_ZIP );
	await stage.configure();
	key = await litellm.makeKey( { key_alias: alias, max_budget: 5, budget_duration: '30d', rpm_limit: 60, key_type: 'llm_api', metadata: { project: { name: 'search' }, tags: [ 'prod' ] } } );
	key.token ??= key.token_id;
} );
after( () => stage.stop() );

const now = async () => ( await litellm.ask( `/key/info?key=${ key.token }` ) ).info;
const dialog = () => page.getByRole( 'alertdialog' );

async function open() {
	await site.open( page, 'keys', { action: 'edit', key: key.token } );
	await field( page, 'Alias' ).waitFor();
}

async function save( confirm = 'Save changes' ) {
	await page.locator( 'form' ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog().getByRole( 'button', { name: confirm } ).click();
}

test( 'a change is shown, saved, and nothing else is touched', async () => {
	await open();
	const before = await now();
	await field( page, 'Budget' ).fill( '7.5' );
	await field( page, 'Requests per minute' ).fill( '' );
	await page.locator( 'summary' ).click();
	await field( page, 'Tags' ).fill( 'prod\neu' );
	await page.locator( 'form' ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog().getByRole( 'row', { name: /Budget \$5\.00 \$7\.50/ } ).waitFor();
	await dialog().getByRole( 'button', { name: 'Save changes' } ).click();
	await page.getByText( 'The key was changed' ).waitFor();
	const after = await now();
	assert.deepEqual( [ after.max_budget, after.rpm_limit, after.metadata.tags, after.metadata.project ], [ 7.5, null, [ 'prod', 'eu' ], { name: 'search' } ] );
	for ( const name of [ 'key_alias', 'models', 'budget_duration', 'budget_reset_at', 'expires', 'team_id', 'user_id', 'allowed_routes', 'spend', 'blocked' ] ) {
		assert.deepEqual( after[ name ], before[ name ], name );
	}
} );

test( 'what somebody else changed meanwhile is not overwritten', async () => {
	await open();
	await field( page, 'Budget' ).fill( '8' );
	await litellm.ask( '/key/update', { key: key.token, max_budget: 99, tpm_limit: 7000 } );
	await save();
	await dialog().getByRole( 'heading', { name: `“${ alias }” was changed meanwhile` } ).waitFor();
	assert.equal( ( await now() ).max_budget, 99 );
	await dialog().getByRole( 'button', { name: 'Look at it first' } ).click();
	await eventually( async () => assert.equal( await field( page, 'Tokens per minute' ).inputValue(), '7000' ) );
	await save();
	await page.getByText( 'The key was changed' ).waitFor();
	const { max_budget: budget, tpm_limit: tokens } = await now();
	assert.deepEqual( [ budget, tokens ], [ 8, 7000 ] );
} );

test( 'a budget that is raised for now lets calls through, in every version', async () => {
	await litellm.ask( '/key/update', { key: key.token, max_budget: 0.5, spend: 1 } );
	await eventually( async () => assert.notEqual( ( await litellm.call( key.key ) ).status, 200 ) );
	await open();
	await field( page, 'Raise the budget for now' ).fill( '5' );
	await field( page, 'Days for which the budget is raised' ).fill( '2' );
	await save();
	await page.getByText( 'The key was changed' ).waitFor();
	await eventually( async () => assert.equal( ( await litellm.call( key.key ) ).status, 200 ) );
	assert.equal( ( await now() ).max_budget, 0.5, 'the budget itself stays' );
	await field( page, 'Raise the budget for now' ).fill( '0' );
	await save();
	await eventually( async () => assert.notEqual( ( await litellm.call( key.key ) ).status, 200 ) );
} );

test( 'what was spent is set to zero, and calls go through again', async () => {
	await open();
	await page.getByRole( 'button', { name: 'Reset to zero' } ).click();
	await dialog().getByRole( 'button', { name: 'Reset to zero' } ).click();
	await page.getByText( 'What the key has spent is set to zero' ).waitFor();
	await eventually( async () => assert.equal( ( await litellm.call( key.key ) ).status, 200 ) );
} );

test( 'what a version cannot take away is told', async () => {
	await litellm.ask( '/key/update', { key: key.token, duration: '45d' } );
	await open();
	await page.getByRole( 'combobox', { name: 'Expires' } ).selectOption( 'never' );
	await save();
	await page.locator( '.gw-form-message .notice' ).waitFor();
	const { expires } = await now();
	const told = expires === null ? 'The key was changed' : 'The gateway has not done this';
	await page.getByText( told ).waitFor();
} );

test( 'a key like it has its settings and works', async () => {
	await site.open( page, 'keys', { action: 'new', like: key.token } );
	await field( page, 'Alias' ).fill( `${ alias }-twin` );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	const secret = await secretField( page ).inputValue();
	const twin = await litellm.keyByAlias( `${ alias }-twin` );
	litellm.made.push( twin.token );
	assert.deepEqual( [ twin.max_budget, twin.budget_duration, twin.metadata.tags, twin.allowed_routes ], [ 0.5, '30d', [ 'prod', 'eu' ], [ 'llm_api_routes' ] ] );
	assert.notEqual( secret, key.key );
	assert.equal( ( await litellm.call( secret ) ).status, 200 );
} );

test( 'the service key is not edited', async () => {
	await site.open( page, 'keys', { action: 'edit', key: litellm.serviceKeyHash } );
	await page.getByText( 'It cannot be changed from here.' ).waitFor();
	await site.open( page, 'keys', { s: alias } );
	await keyRow( page, alias ).waitFor();
} );

stage.testWhatTravelled( { errors: [ /40\d|42\d/ ] } );
