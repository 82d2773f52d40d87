// Who gets in: an administrator. Editors, subscribers and visitors get neither pages nor answers, whatever the kind of permalinks.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { assertSameAsLiteLLM, field, keysTable, secretField } from './lib/app.mjs';
import { project } from './lib/command.mjs';
import { SLUGS } from './lib/site.mjs';
import { Stage } from './lib/stage.mjs';

const stage = new Stage();
let site, operations;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { site } = stage );
	await stage.configure();
	( { operations } = JSON.parse( await readFile( path.join( project, 'php-shim/contract.json' ), 'utf8' ) ) );
} );
after( () => stage.stop() );

/** Asks for every operation, and for a batch, as the signed-in user of the page; gives the statuses, each once. */
async function askForAll( page, nonce ) {
	const asked = [ ...Object.keys( operations ), 'batch' ];
	const statuses = await page.evaluate( async ( { root, all, headers } ) => {
		const found = [];
		for ( const name of all ) {
			const body = JSON.stringify( name === 'batch' ? { requests: [ { operation: 'keys.list', params: {} } ] } : {} );
			const response = await fetch( root + name, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } } );
			const { code } = await response.json();
			found.push( `${ response.status } ${ code }` );
		}
		return [ ...new Set( found ) ];
	}, { root: `${ site.url }/wp-json/litellm-dashboard/v1/`, all: asked, headers: nonce ? { 'X-WP-Nonce': nonce } : {} } );
	assert.ok( asked.length > 10 );
	return statuses;
}

const freshNonce = ( page ) => page.evaluate( async ( url ) => ( await fetch( url ) ).text(), `${ site.url }/wp-admin/admin-ajax.php?action=rest-nonce` );

for ( const role of [ 'subscriber', 'editor' ] ) {
	test( `a ${ role } sees no menu, no page and no answer`, async () => {
		const page = await stage.signedInPage( role );
		await page.goto( `${ site.url }/wp-admin/` );
		await page.locator( '#adminmenu' ).waitFor();
		assert.equal( await page.locator( '#toplevel_page_litellm-dashboard' ).count(), 0 );
		const nonce = await freshNonce( page );
		assert.match( nonce, /^[0-9a-f]{10}$/ );
		assert.deepEqual( await askForAll( page, nonce ), [ '403 rest_forbidden' ] );
		for ( const name of Object.keys( SLUGS ) ) {
			const answer = await page.goto( site.page( name ) );
			assert.equal( answer.status(), 403, name );
			assert.doesNotMatch( await page.content(), /litellm-dashboard-boot/ );
		}
		await page.context().close();
	} );
}

test( 'a visitor is sent to the login, and gets no answer', async () => {
	const page = await stage.browser.page( await stage.browser.context() );
	for ( const name of Object.keys( SLUGS ) ) {
		await page.goto( site.page( name ) );
		assert.equal( new URL( page.url() ).pathname, '/wp-login.php', name );
	}
	assert.deepEqual( await askForAll( page ), [ '401 rest_not_logged_in' ] );
	await page.context().close();
} );

test( 'an administrator without a nonce gets no answer either', async () => {
	const page = await stage.signedInPage();
	await page.goto( `${ site.url }/wp-admin/` );
	assert.deepEqual( await askForAll( page ), [ '401 rest_not_logged_in' ] );
	assert.deepEqual( await askForAll( page, '0123456789' ), [ '403 rest_cookie_invalid_nonce' ] );
	await page.context().close();
} );

test( 'the app is loaded on its own pages only', async () => {
	const page = await stage.signedInPage();
	const { recorder } = stage.browser;
	const from = recorder.exchanges.length;
	const ours = () => recorder.exchanges.slice( from ).filter( ( exchange ) => exchange.url.includes( '/plugins/litellm-dashboard/' ) );
	for ( const name of [ '', 'plugins.php', 'users.php' ] ) {
		await page.goto( `${ site.url }/wp-admin/${ name }` );
	}
	await page.goto( site.url );
	assert.deepEqual( ours(), [] );
	await site.open( page );
	assert.ok( ours().length > 0 );
	await page.context().close();
} );

test( 'with plain permalinks everything works too', async () => {
	await site.cli( 'rewrite', 'structure', '' );
	const page = await stage.signedInPage();
	await site.open( page );
	assert.match( ( await site.boot( page ) ).rest, /\?rest_route=/ );
	await assertSameAsLiteLLM( page, stage.litellm, '7d' );
	await page.locator( '#toplevel_page_litellm-dashboard' ).getByRole( 'link', { name: 'Keys' } ).click();
	await keysTable( page ).waitFor();
	const alias = `plain-${ Date.now().toString( 36 ) }`;
	await page.getByRole( 'link', { name: 'Create key' } ).first().click();
	await field( page, 'Alias' ).fill( alias );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	await secretField( page ).waitFor();
	stage.litellm.made.push( ( await stage.litellm.keyByAlias( alias ) ).token );
} );

stage.testWhatTravelled( { errors: [ /status of 40[13] / ] } );
