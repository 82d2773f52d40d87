// When something is in the way: the gateway gone and back, an old nonce, an ended login, a script policy, a file that is refused.

import assert from 'node:assert/strict';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { assertSameAsLiteLLM, calls, cards, field, holdQuestions, keyIs, keyRow, keysTable, secretField } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually, until } from './lib/until.mjs';

const stage = new Stage();
const alias = `outage-${ Date.now().toString( 36 ) }`;
let site, litellm, overview, keys;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	await litellm.makeKey( { key_alias: alias } );
	overview = await stage.signedInPage();
	keys = await stage.browser.page( overview.context() );
} );
after( () => stage.stop() );

const menu = ( page, name ) => page.locator( '#toplevel_page_litellm-dashboard .wp-submenu' ).getByRole( 'link', { name, exact: true } );
const notice = ( page ) => page.locator( '.gw-notice' );

test( 'the gateway goes away while pages are open: what is known stays, with its age, and words say why', async () => {
	await site.open( keys, 'keys', { s: alias } );
	await keyRow( keys, alias ).getByRole( 'button', { name: 'Block' } ).waitFor();
	await site.open( overview );
	await assertSameAsLiteLLM( overview, litellm, '7d' );
	await calls( overview ).first().waitFor();
	// Others may call LiteLLM: nothing comes between this look and the cut.
	const release = await holdQuestions( overview );
	const [ shown, known ] = [ await cards( overview ), await calls( overview ).count() ];
	await stage.line.cut();
	await release();
	await notice( overview ).getByText( 'The gateway cannot be reached' ).waitFor();
	assert.match( await notice( overview ).first().textContent(), /What is shown was read from the gateway .+ ago\./ );
	assert.match( await notice( overview ).first().textContent(), /Check that LiteLLM is running/ );
	assert.deepEqual( await cards( overview ), shown );
	assert.equal( await calls( overview ).count(), known );
	await overview.getByRole( 'status' ).filter( { hasText: /^Waiting for an answer$/ } ).waitFor();
} );

test( 'a write without a gateway is not said to be done', async () => {
	await keyRow( keys, alias ).getByRole( 'button', { name: 'Block' } ).click();
	const dialog = keys.getByRole( 'alertdialog' );
	await dialog.getByRole( 'button', { name: 'Block key' } ).click();
	await dialog.getByText( 'The gateway cannot be reached' ).waitFor();
	await dialog.getByRole( 'button', { name: 'Cancel' } ).click();
	await dialog.waitFor( { state: 'hidden' } );
	assert.ok( await keyIs( keys, alias, 'Active' ).isVisible() );
} );

test( 'the other pages say it too', async () => {
	const page = await stage.browser.page( overview.context() );
	await site.open( page, 'status' );
	await page.getByText( 'Nothing answers at LITELLM_API_BASE' ).filter( { visible: true } ).first().waitFor();
	await site.open( page, 'console' );
	await page.getByText( 'Nothing answers at the address of the console' ).waitFor();
	await site.open( page, 'keys', { s: 'never asked for before' } );
	await notice( page ).getByText( 'The gateway cannot be reached' ).waitFor();
	await page.close();
} );

test( 'the gateway comes back, and so does everything else, by itself', async ( t ) => {
	await stage.line.open();
	const began = Date.now();
	await notice( overview ).first().waitFor( { state: 'detached' } );
	t.diagnostic( `numbers are fresh ${ Math.round( ( Date.now() - began ) / 1000 ) } s after the gateway is` );
	await overview.getByRole( 'status' ).filter( { hasText: /^Live$/ } ).waitFor();
	t.diagnostic( `the log is live ${ Math.round( ( Date.now() - began ) / 1000 ) } s after the gateway is` );
	await assertSameAsLiteLLM( overview, litellm, '7d' );
	assert.equal( ( await litellm.keyByAlias( alias ) ).blocked ?? false, false, 'the block that failed was not repeated' );
	await keyRow( keys, alias ).getByRole( 'button', { name: 'Block' } ).click();
	await keys.getByRole( 'alertdialog' ).getByRole( 'button', { name: 'Block key' } ).click();
	await keyIs( keys, alias, 'Blocked' ).waitFor();
} );

test( 'a page whose nonce is too old takes a fresh one and asks once more', async () => {
	const page = await stage.browser.page( overview.context() );
	const made = `${ alias }-old-nonce`;
	await site.open( page, 'keys', { action: 'new' } );
	await field( page, 'Alias' ).fill( made );
	const from = stage.browser.recorder.exchanges.length;
	// With another lifetime all nonces of before are wrong, as those of yesterday are.
	const remove = await site.addCode( 'nonces', "add_filter( 'nonce_life', function () { return 7200; } );" );
	try {
		await page.getByRole( 'button', { name: 'Create key' } ).click();
		await secretField( page ).waitFor();
		const sent = stage.browser.recorder.exchanges.slice( from ).filter( ( exchange ) => exchange.url.includes( 'keys.create' ) );
		assert.deepEqual( sent.map( ( exchange ) => exchange.status ), [ 403, 200 ] );
		const { keys: found } = await litellm.ask( `/key/list?return_full_object=true&size=10&key_alias=${ made }` );
		assert.equal( found.length, 1, 'the key was made once' );
		litellm.made.push( found[ 0 ].token );
		await page.getByRole( 'link', { name: 'Done' } ).click();
		// The key was not copied.
		await page.getByRole( 'alertdialog' ).getByRole( 'button', { name: 'Leave' } ).click();
		// Others may have made many since, and of a long list only what is in sight is written.
		await page.getByRole( 'searchbox' ).fill( made );
		await keyRow( page, made ).waitFor();
		// The overview was open all the time.
		await assertSameAsLiteLLM( overview, litellm, '7d' );
		assert.equal( await notice( overview ).count(), 0 );
	} finally {
		await remove();
	}
	await page.close();
} );

// The answer as a whole was no JSON then, and the secret of a new key was lost with it.
test( 'a plugin that prints into every answer takes nothing away, and is told of', async () => {
	// WordPress's own scripts ask, too, and cannot read what comes.
	const page = await stage.browser.page( overview.context(), { errors: false } );
	const made = `${ alias }-noise`;
	const remove = await site.addCode( 'noise', `add_action( 'rest_api_init', function () {
		echo "\n<br /><b>Deprecated</b>: Old {code} in <b>/srv/other.php</b> on line 7<br />\n";
		add_action( 'shutdown', function () { echo '<!-- 12 queries -->'; } );
	} );` );
	try {
		await site.open( page );
		await assertSameAsLiteLLM( page, litellm, '7d' );
		await site.open( page, 'keys', { action: 'new' } );
		await field( page, 'Alias' ).fill( made );
		await page.getByRole( 'button', { name: 'Create key' } ).click();
		assert.match( await secretField( page ).inputValue(), /^sk-/ );
		const { keys: found } = await litellm.ask( `/key/list?return_full_object=true&size=10&key_alias=${ made }` );
		assert.equal( found.length, 1 );
		litellm.made.push( found[ 0 ].token );
		await site.open( page, 'status' );
		await page.getByText( 'Something prints into the answers of WordPress' ).first().waitFor();
		await page.getByText( 'Deprecated: Old {code} in /srv/other.php on line 7' ).first().waitFor();
	} finally {
		await remove();
	}
	await page.close();
} );

test( 'a page with a wrong nonce recovers', async () => {
	const page = await stage.browser.page( overview.context() );
	const remove = await site.addCode( 'wrong-nonce', `add_action( 'admin_init', function () {
		ob_start( function ( $html ) { return preg_replace( '/"nonce":"[^"]*"/', '"nonce":"0123456789"', $html ); } );
	} );` );
	try {
		await site.open( page );
		assert.equal( ( await site.boot( page ) ).nonce, '0123456789' );
		await assertSameAsLiteLLM( page, litellm, '7d' );
	} finally {
		await remove();
	}
	await page.close();
} );

test( 'signed out in another tab: words, and a link that leads back', async () => {
	const page = await stage.signedInPage( 'admin' );
	const other = await stage.browser.page( page.context() );
	await site.open( page, 'keys' );
	await keysTable( page ).waitFor();
	await other.goto( `${ site.url }/wp-admin/` );
	await other.goto( await other.locator( '#wp-admin-bar-logout a' ).evaluate( ( link ) => link.href ) );
	await page.locator( '#litellm-dashboard' ).getByRole( 'button', { name: 'Refresh' } ).click();
	await notice( page ).getByText( 'Your login has expired' ).waitFor();
	const link = page.getByRole( 'link', { name: 'Log in', exact: true } );
	const address = new URL( await link.getAttribute( 'href' ) );
	assert.equal( address.pathname, '/wp-login.php' );
	assert.match( address.searchParams.get( 'redirect_to' ), /page=litellm-dashboard-keys/ );
	await site.signIn( page.context() );
	await page.getByRole( 'button', { name: 'Try again' } ).or( page.locator( '#litellm-dashboard' ).getByRole( 'button', { name: 'Refresh' } ) ).first().click();
	await notice( page ).first().waitFor( { state: 'detached' } );
	await page.context().close();
} );

test( 'a script policy that forbids WebAssembly is named in words', async () => {
	const page = await stage.browser.page( overview.context(), { errors: false } );
	const policy = ( more ) => site.addCode( 'policy', `add_action( 'admin_init', function () {
		header( "Content-Security-Policy: script-src 'self' 'unsafe-inline'${ more }", false ); // Beside WordPress' own.
	}, 99 );` );
	let remove = await policy( '' );
	await page.goto( site.page( 'overview' ) );
	await page.getByRole( 'alert' ).getByText( "Add 'wasm-unsafe-eval' to its script-src directive" ).waitFor();
	assert.equal( await page.locator( '.gw-skeleton' ).count(), 0, 'nothing waits any more' );
	await remove();
	remove = await policy( " 'wasm-unsafe-eval'" );
	await until( 'the app starts', async () => {
		await page.goto( site.page( 'overview' ) );
		return page.locator( '.gw-title[tabindex]' ).waitFor( { timeout: 60_000 } ).then( () => true, () => false );
	} );
	await remove();
	await page.close();
} );

/** The app's files, and which of them the host has no longer; they are back when `act` is done. */
async function withoutFiles( act ) {
	const folder = path.join( site.root, 'wp-content/plugins/litellm-dashboard/assets/app' );
	const hidden = [];
	const hide = async ( name ) => {
		await rename( path.join( folder, name ), path.join( folder, `${ name }.hidden` ) );
		hidden.push( name );
	};
	const restore = async () => {
		for ( const name of hidden.splice( 0 ) ) {
			await rename( path.join( folder, `${ name }.hidden` ), path.join( folder, name ) );
		}
	};
	const visit = async () => {
		const context = await stage.browser.context();
		await site.signIn( context );
		const page = await stage.browser.page( context, { errors: false } );
		await page.goto( site.page( 'overview' ) );
		return page;
	};
	try {
		await act( { all: await readdir( folder ), hide, restore, visit } );
	} finally {
		await restore();
	}
}

test( 'a host that refuses the compressed files gets the plain ones; one that refuses those too gets words', () => withoutFiles( async ( { all, hide, visit } ) => {
	for ( const name of all.filter( ( file ) => file.endsWith( '.bin' ) ) ) {
		await hide( name );
	}
	const page = await visit();
	await assertSameAsLiteLLM( page, litellm, '7d' );
	assert.equal( await page.locator( '.gw-cards' ).evaluate( ( element ) => getComputedStyle( element ).display ), 'grid', 'it has its style' );
	await menu( page, 'Keys' ).click();
	await keysTable( page ).waitFor();
	await page.context().close();
	await hide( 'dashboard_bg.wasm' );
	const second = await visit();
	const words = await second.getByRole( 'alert' ).textContent();
	assert.match( words, /dashboard\.bin \(HTTP 404\), dashboard_bg\.wasm \(HTTP 404\)/ );
	assert.match( words, /wp-content\/plugins\/litellm-dashboard\/assets\/app\// );
	await second.context().close();
} ) );

test( 'a page whose code is not to be had says so; the others go on, and it is there when its code is', () => withoutFiles( async ( { hide, restore, visit } ) => {
	await hide( 'keys.bin' );
	await hide( 'keys.wasm' );
	const page = await visit();
	await assertSameAsLiteLLM( page, litellm, '7d' );
	const missing = page.getByRole( 'alert' ).getByText( 'This page could not be loaded' );
	await menu( page, 'Keys' ).click();
	await missing.waitFor();
	assert.equal( await page.getByRole( 'heading', { level: 1 } ).textContent(), 'Keys' );
	assert.equal( await page.locator( '.gw-skeleton' ).count(), 0, 'nothing waits any more' );
	await menu( page, 'Status' ).click();
	await page.getByText( /^Checked at/ ).waitFor();
	await menu( page, 'Keys' ).click();
	await missing.waitFor();
	await restore();
	await menu( page, 'Overview' ).click();
	await menu( page, 'Keys' ).click();
	await keysTable( page ).waitFor();

	// As after an update of the plugin, when a page that was open for long is gone on with.
	await hide( 'keys.bin' );
	await hide( 'keys.wasm' );
	await page.goto( site.page( 'keys' ) );
	await missing.waitFor();
	await restore();
	await page.getByRole( 'button', { name: 'Reload the page' } ).click();
	await keysTable( page ).waitFor();
	await page.context().close();
} ) );

test( 'a page is there in the moment in which it is opened, as its code was fetched before', async () => {
	const page = await stage.signedInPage();
	await site.open( page, 'overview' );
	await until( 'the code of the other pages has come', () => page.evaluate( () =>
		[ 'keys', 'people', 'console', 'status' ].every( ( name ) => performance.getEntriesByType( 'resource' ).some( ( { name: url } ) => url.includes( `/app/${ name }.bin` ) ) ) ) );
	// The last one that is fetched: what came before it is ready.
	await page.evaluate( async () => {
		await litellmDashboard.chunk( 'status' );
		await new Promise( ( done ) => requestIdleCallback( done ) );
	} );
	const standIns = await page.evaluate( async () => {
		let seen = 0;
		new MutationObserver( () => { seen += document.querySelectorAll( '.gw-boot' ).length } ).observe( document.getElementById( 'litellm-dashboard' ), { childList: true, subtree: true } );
		for ( const name of [ 'Keys', 'Teams', 'Users', 'Console', 'Status', 'Overview' ] ) {
			[ ...document.querySelectorAll( '#toplevel_page_litellm-dashboard .wp-submenu a' ) ].find( ( link ) => link.textContent === name ).click();
			await new Promise( ( done ) => requestAnimationFrame( () => requestAnimationFrame( done ) ) );
		}
		return seen;
	} );
	assert.equal( standIns, 0, 'no page shows a grey shape first' );
	await page.close();
} );

stage.testWhatTravelled( { errors: [ /status of 403 /, /status of 401 /, /status of 400 .*rest-nonce/, /status of 50[24] .*keys\.block/ ] } );
