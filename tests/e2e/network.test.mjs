// A network of sites in sub-folders: the gateway belongs to the whole network, and so does the plugin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertSameAsLiteLLM, calls, keysTable } from './lib/app.mjs';
import { SLUGS } from './lib/site.mjs';
import { Stage } from './lib/stage.mjs';

const stage = new Stage();
let site, page;

before( async () => {
	await stage.start( { env: { WP_MULTISITE: '1' } } );
	( { site } = stage );
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

test( 'the zip is uploaded in the network admin and activated for all sites', async () => {
	await site.install( page, process.env.PLUGIN_ZIP, { network: true } );
	await stage.configure();
} );

test( 'the super administrator sees the gateway in the network admin', async () => {
	await page.goto( `${ site.url }/wp-admin/network/` );
	await page.locator( '#toplevel_page_litellm-dashboard > a' ).click();
	await page.getByRole( 'heading', { name: 'Overview', exact: true } ).waitFor();
	assert.match( page.url(), /\/wp-admin\/network\/admin\.php\?page=litellm-dashboard/ );
	await assertSameAsLiteLLM( page, stage.litellm, '7d' );
	const documents = page.documents;
	await page.locator( '#toplevel_page_litellm-dashboard' ).getByRole( 'link', { name: 'Keys' } ).click();
	await keysTable( page ).waitFor();
	assert.equal( page.documents, documents );
	assert.match( page.url(), /\/wp-admin\/network\/admin\.php\?page=litellm-dashboard-keys/ );
} );

test( 'and in the admin of a site', async () => {
	await site.cli( 'site', 'create', '--slug=two', '--quiet' );
	await page.goto( `${ site.url }/two/wp-admin/admin.php?page=${ SLUGS.overview }` );
	await page.getByRole( 'heading', { name: 'Overview', exact: true } ).waitFor();
	await assertSameAsLiteLLM( page, stage.litellm, '7d' );
} );

test( 'an administrator of one site sees nothing', async () => {
	await site.cli( 'user', 'create', 'boss', 'boss@example.com', '--user_pass=password', '--quiet' );
	await site.cli( 'user', 'set-role', 'boss', 'administrator', `--url=${ site.url }/two`, '--quiet' );
	await site.cli( 'user', 'set-role', 'boss', 'administrator', `--url=${ site.url }/`, '--quiet' );
	const boss = await stage.signedInPage( 'boss' );
	for ( const folder of [ '', '/two' ] ) {
		await boss.goto( `${ site.url }${ folder }/wp-admin/` );
		await boss.locator( '#menu-settings' ).waitFor();
		assert.equal( await boss.locator( '#toplevel_page_litellm-dashboard' ).count(), 0 );
		for ( const slug of Object.values( SLUGS ) ) {
			assert.equal( ( await boss.goto( `${ site.url }${ folder }/wp-admin/admin.php?page=${ slug }` ) ).status(), 403, folder + slug );
		}
		const status = await boss.evaluate( async ( root ) => {
			const nonce = await ( await fetch( `${ root }/wp-admin/admin-ajax.php?action=rest-nonce` ) ).text();
			return ( await fetch( `${ root }/wp-json/litellm-dashboard/v1/batch`, { method: 'POST', headers: { 'X-WP-Nonce': nonce } } ) ).status;
		}, site.url + folder );
		assert.equal( status, 403 );
	}
} );

test( 'the plugin is updated by another upload in the network admin, and goes on', async () => {
	await site.replace( page, process.env.PLUGIN_ZIP, { network: true } );
	await page.goto( `${ site.url }/wp-admin/network/admin.php?page=${ SLUGS.overview }` );
	await calls( page ).first().waitFor();
} );

stage.testWhatTravelled( { errors: [ /status of 403 / ] } );
