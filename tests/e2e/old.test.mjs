// The oldest WordPress that the plugin promises to run on: from the uploaded zip to a key that works.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertSameAsLiteLLM, calls, field, keyRow, keysTable, secretField } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';

const stage = new Stage();
let site, litellm, page;

before( async () => {
	await stage.start( { version: '6.2' } );
	( { litellm, site } = stage );
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

test( 'it is WordPress 6.2', () => assert.match( site.release, /^6\.2/ ) );

test( 'the zip is uploaded and activated, and the first page says what to do', async () => {
	await site.install( page, process.env.PLUGIN_ZIP );
	await site.open( page );
	await page.getByRole( 'heading', { name: 'Connect your gateway' } ).waitFor();
} );

test( 'every page is drawn', async () => {
	await stage.configure();
	await site.open( page );
	await assertSameAsLiteLLM( page, litellm, '7d' );
	await calls( page ).first().waitFor();
	await site.open( page, 'keys' );
	await keysTable( page ).getByRole( 'rowheader' ).first().waitFor();
	await site.open( page, 'console' );
	await page.getByText( 'The console cannot be shown inside this page' ).or( page.getByTitle( 'LiteLLM’s console' ) ).first().waitFor();
	await site.open( page, 'status' );
	// What is right stands in a fold.
	await page.getByText( litellm.version ).first().waitFor( { state: 'attached' } );
	await page.getByText( site.release, { exact: true } ).first().waitFor( { state: 'attached' } );
} );

test( 'a key is created and works', async () => {
	const alias = `old-${ Date.now().toString( 36 ) }`;
	await page.locator( '#toplevel_page_litellm-dashboard' ).getByRole( 'link', { name: 'Keys' } ).click();
	await page.getByRole( 'link', { name: 'Create key' } ).first().click();
	await field( page, 'Alias' ).fill( alias );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	const secret = await secretField( page ).inputValue();
	litellm.made.push( ( await litellm.keyByAlias( alias ) ).token );
	assert.equal( ( await litellm.call( secret ) ).status, 200 );
	await page.getByRole( 'link', { name: 'Done' } ).click();
	// The key was not copied.
	await page.getByRole( 'alertdialog' ).getByRole( 'button', { name: 'Leave' } ).click();
	// Others may have made many since, and of a long list only what is in sight is written.
	await page.getByRole( 'searchbox' ).fill( alias );
	await keyRow( page, alias ).waitFor();
} );

test( 'the plugin is updated by another upload, and goes on', async () => {
	await site.replace( page, process.env.PLUGIN_ZIP );
	await site.open( page );
	await calls( page ).first().waitFor();
} );

stage.testWhatTravelled();
