// The audit log against a real LiteLLM: what is done on the pages is in it, is found again, and can be had as a file.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { field, keyIs, keyRow, secretField } from './lib/app.mjs';
import { readCsv } from './lib/csv.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually } from './lib/until.mjs';

const stage = new Stage();
const alias = `audit-${ Date.now().toString( 36 ) }`;
let site, litellm, page, secret, hash;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

const table = () => page.getByRole( 'table', { name: 'Audit log' } );
const rows = () => table().locator( 'tbody tr' );
const drawer = () => page.locator( '#gw-entry[open]' );

/** What the rows say was done, the newest first. */
const operations = () => rows().locator( 'td[data-label="Operation"]' ).allTextContents();

/** Presses a button of the key's row, and confirms. */
async function act( button, confirm ) {
	await keyRow( page, alias ).getByRole( 'button', { name: `${ button } ${ alias }` } ).click();
	const dialog = page.getByRole( 'alertdialog' );
	await dialog.getByRole( 'button', { name: confirm } ).click();
	await dialog.waitFor( { state: 'hidden' } );
}

test( 'where nothing was changed yet, the page says so', async () => {
	await site.open( page, 'audit' );
	await page.getByText( 'Nothing was changed yet' ).waitFor();
} );

test( 'a key is made, blocked and deleted, and each of it is an entry', async () => {
	await site.open( page, 'keys', { action: 'new' } );
	await field( page, 'Alias' ).fill( alias );
	await field( page, 'Budget' ).fill( '5' );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	secret = await secretField( page ).inputValue();
	hash = ( await litellm.keyByAlias( alias ) ).token;
	litellm.made.push( hash );
	await site.open( page, 'keys', { s: alias } );
	await act( 'Block', 'Block key' );
	await keyIs( page, alias, 'Blocked' ).waitFor();
	await act( 'Delete', 'Delete key' );
	await keyRow( page, alias ).waitFor( { state: 'detached' } );
	await site.open( page, 'audit', { s: hash } );
	await eventually( async () => assert.deepEqual( await operations(), [ 'Delete a key', 'Block a key', 'Create a key' ] ) );
	for ( const row of await rows().all() ) {
		const text = await row.textContent();
		assert.match( text, /admin/ );
		assert.match( text, /Done/ );
		assert.match( text, /These pages/ );
	}
} );

test( 'an entry says what was asked for, from where, and leads to the key', async () => {
	await rows().nth( 2 ).getByRole( 'rowheader' ).getByRole( 'link' ).click();
	await drawer().getByRole( 'heading', { name: 'Create a key' } ).waitFor();
	await drawer().getByText( '127.0.0.1', { exact: true } ).waitFor();
	await drawer().getByRole( 'row', { name: /Budget in US dollars 5/ } ).waitFor();
	assert.match( await drawer().getByRole( 'link', { name: hash } ).getAttribute( 'href' ), new RegExp( hash ) );
	const open = new URL( page.url() ).searchParams.get( 'open' );
	await page.keyboard.press( 'Escape' );
	await drawer().waitFor( { state: 'hidden' } );
	// By its address, where the list has other entries.
	await site.open( page, 'audit', { s: 'no name contains this', open } );
	await drawer().getByRole( 'heading', { name: 'Create a key' } ).waitFor();
} );

test( 'filters find it, and lead back to all', async () => {
	await site.open( page, 'audit' );
	await page.getByText( 'Filters', { exact: true } ).click();
	await page.getByRole( 'combobox', { name: 'Operation' } ).selectOption( 'keys.block' );
	await eventually( async () => assert.deepEqual( await operations(), [ 'Block a key' ] ) );
	await page.getByRole( 'textbox', { name: 'Who (login name)' } ).fill( 'nobody' );
	await page.getByRole( 'textbox', { name: 'Who (login name)' } ).press( 'Tab' );
	await page.getByText( 'No entry matches these filters' ).waitFor();
	assert.equal( new URL( page.url() ).searchParams.get( 'user' ), 'nobody' );
	await page.getByRole( 'button', { name: 'Clear filters' } ).click();
	await eventually( async () => assert.equal( ( await operations() ).length, 3 ) );
	await page.getByRole( 'button', { name: 'Not done', exact: true } ).click();
	await page.getByText( 'No entry matches these filters' ).waitFor();
} );

test( 'a file has each entry, as a reader of CSV finds it, and no secret', async () => {
	await site.open( page, 'audit', { s: alias } );
	await rows().first().waitFor();
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), page.getByRole( 'button', { name: 'Download as CSV' } ).click() ] );
	assert.match( download.suggestedFilename(), /^audit-\d{4}-\d\d-\d\d\.csv$/ );
	const text = await readFile( await download.path(), 'utf8' );
	const lines = readCsv( text );
	assert.deepEqual( lines.map( ( line ) => line[ 'Operation’s name' ] ).filter( ( name ) => name !== 'keys.delete' ), [ 'keys.block', 'keys.create' ] );
	assert.ok( lines.every( ( line ) => line[ 'Done by' ] === 'admin' && line[ 'IP address' ] === '127.0.0.1' && line[ 'Key’s hash' ] === hash ) );
	const asked = JSON.parse( lines.at( -1 ).Changes ).find( ( change ) => change.field === 'max_budget' );
	assert.equal( asked.asked, 5 );
	assert.ok( ! text.includes( secret ) && ! text.includes( litellm.serviceKey ) );
} );

test( 'an administrator without the capability sees no page', async () => {
	const remove = await site.addCode( 'viewer', "add_filter( 'user_has_cap', function ( $held ) { return array( 'litellm_manage_keys' => false ) + $held; }, 5 );" );
	try {
		await page.goto( site.page( 'overview' ) );
		await page.locator( '#toplevel_page_litellm-dashboard' ).waitFor();
		assert.equal( await page.locator( '#toplevel_page_litellm-dashboard' ).getByRole( 'link', { name: 'Audit log' } ).count(), 0 );
		assert.equal( ( await page.goto( site.page( 'audit' ) ) ).status(), 403 );
	} finally {
		await remove();
	}
} );

stage.testWhatTravelled( { errors: [ /status of 403/ ] } );
