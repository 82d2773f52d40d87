// How the app starts where something stands in its way: tools that optimise scripts, policies, files from another origin, a proxy
// that drops a header, a site whose public address is another host; and what is on screen before anything was asked.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { assertSameAsLiteLLM, cards, keysTable } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { until } from './lib/until.mjs';

const stage = new Stage();
let site, litellm, context, elsewhere;
/** Headers of the other origin. */
let headers = {};

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { site, litellm } = stage );
	await stage.configure();
	( { context } = await signedIn() );
	elsewhere = createServer( ( request, response ) => {
		if ( request.url.startsWith( '/silent' ) ) {
			return;
		}
		const file = path.join( site.root, new URL( request.url, 'http://x' ).pathname );
		const types = { '.js': 'text/javascript', '.css': 'text/css' };
		response.writeHead( 200, { 'content-type': types[ path.extname( file ) ] ?? 'application/octet-stream', ...headers } );
		createReadStream( file ).on( 'error', () => response.destroy() ).pipe( response );
	} );
	await new Promise( ( ready ) => elsewhere.listen( 0, '127.0.0.1', ready ) );
} );
after( async () => {
	elsewhere?.closeAllConnections();
	elsewhere?.close();
	await stage.stop();
} );

async function signedIn() {
	const page = await stage.signedInPage( 'admin', { errors: false } );
	return { context: page.context(), page };
}

/** What a must-use plugin does to the page of wp-admin. */
const rewriting = ( php ) => `add_action( 'admin_init', function () {
	ob_start( function ( $html ) { return ${ php }; } );
} );`;

/** Every script with an address waits for the first click, but those that the tool is asked to leave alone. */
const delaying = ( leftAlone ) => rewriting( `preg_replace( '#<script(?![^>]*(?:${ leftAlone }))(?=[^>]* src=)#', '<script type="text/delayed" ', $html )` );

async function visit( page, code, look ) {
	const remove = await site.addCode( 'in-the-way', code );
	try {
		await page.goto( site.page( 'overview' ), { waitUntil: 'commit' } );
		await look();
	} finally {
		await remove();
	}
}

/** The sentence of the style sheet, which comes after ten seconds, however long the page itself takes here. */
async function afterAWhile( page ) {
	await page.locator( '.gw-late' ).waitFor( { state: 'attached' } );
	await page.waitForLoadState( 'load' );
	const turn = ( ms ) => page.evaluate( ( time ) => {
		const late = document.getAnimations().find( ( one ) => one.animationName === 'gw-late' );
		late.pause();
		late.currentTime = time;
	}, ms );
	await turn( 9_900 );
	assert.equal( await page.getByRole( 'alert' ).count(), 0, 'not at once' );
	await turn( 10_000 );
	return page.getByRole( 'alert' ).textContent();
}

test( 'tools that optimise scripts leave the loader alone', async () => {
	const page = await stage.browser.page( context, { errors: false } );
	const modules = ( type ) => rewriting( `preg_replace( '/\\s+type=(["\\'])module\\1/', '${ type }', $html )` );
	for ( const code of [
		modules( ' type="kept-module"' ),
		modules( '' ),
		...[ 'data-cfasync="false"', 'data-no-optimize="1"', 'data-no-defer="1"', 'nowprocket', 'data-noptimize=', 'data-jetpack-boost="ignore"', 'data-pagespeed-no-defer', 'data-wpmeteor-nooptimize="true"' ].map( delaying ),
	] ) {
		await visit( page, code, () => page.locator( '.gw-card-value' ).first().waitFor() );
		assert.equal( await page.locator( '.gw-late' ).count(), 0 );
	}
	await page.close();
} );

test( 'where one holds the loader back all the same, words say so', async () => {
	const page = await stage.browser.page( context, { errors: false } );
	await visit( page, delaying( 'nobody' ), async () => {
		assert.match( await afterAWhile( page ), /script has not started\. .*let both leave litellm-dashboard alone/ );
	} );
	await page.close();
} );

test( 'a policy of nonces is met, and one that refuses the loader ends in words', async () => {
	const page = await stage.browser.page( context, { errors: false } );
	const policy = ( filters ) => `add_action( 'admin_init', function () {
		header( "Content-Security-Policy: script-src 'nonce-r4nd0m' 'strict-dynamic' 'wasm-unsafe-eval'" );
		foreach ( array( ${ filters } ) as $filter ) {
			add_filter( $filter, function ( $attributes ) { return $attributes + array( 'nonce' => 'r4nd0m' ); } );
		}
	}, 99 );`;
	await visit( page, policy( "'wp_script_attributes', 'wp_inline_script_attributes'" ), () => page.locator( '.gw-card-value' ).first().waitFor() );
	await visit( page, policy( '' ), async () => {
		assert.match( await afterAWhile( page ), /a script policy may refuse it/ );
	} );
	await page.close();
} );

test( 'files from another origin: they work with the header that is asked for, else words name it', async () => {
	const page = await stage.browser.page( context, { errors: false } );
	const origin = `http://127.0.0.1:${ elsewhere.address().port }`;
	stage.browser.recorder.allow( origin );
	await site.configure( { WP_CONTENT_URL: `${ origin }/wp-content` } );
	try {
		await page.goto( site.page( 'overview' ) );
		const words = await page.getByRole( 'alert' ).textContent();
		assert.match( words, /could not be loaded/ );
		const header = `Access-Control-Allow-Origin: ${ site.url }`;
		assert.ok( words.includes( `come from ${ origin }` ) && words.includes( `“${ header }”` ), words );
		headers = { 'access-control-allow-origin': site.url };
		await page.goto( site.page( 'overview' ) );
		await assertSameAsLiteLLM( page, litellm, '7d' );
	} finally {
		await site.configure( { WP_CONTENT_URL: null } );
	}
	await page.close();
} );

test( 'where the header of the nonce gets lost, the page works, and the status names it', async () => {
	const page = await stage.browser.page( context, { errors: false } );
	const remove = await site.addCode( 'in-the-way', "unset( $_SERVER['HTTP_X_WP_NONCE'] );" );
	try {
		const { exchanges } = stage.browser.recorder;
		const isOurs = ( url ) => /rest-nonce|litellm-dashboard\/v1/.test( url );
		const begun = exchanges.length;
		await site.open( page, 'overview' );
		await assertSameAsLiteLLM( page, litellm, '7d' );
		// The figures may be what WordPress knew. That the header gets lost the page learns by its first question of its own.
		await until( 'the page has learnt how to ask', () => {
			const last = exchanges.slice( begun ).filter( ( { url } ) => isOurs( url ) ).map( ( { url, status } ) => [ url.includes( '_wpnonce=' ), status ].join() );
			const awaited = [ ...page.underWay ].map( ( request ) => request.url() ).filter( ( url ) => isOurs( url ) && ! url.includes( '_wpnonce=' ) );
			return last.includes( 'false,401' ) && last.lastIndexOf( 'true,200' ) > last.lastIndexOf( 'false,401' ) && awaited.length === 0;
		} );
		const from = exchanges.length;
		await page.locator( '#toplevel_page_litellm-dashboard' ).getByRole( 'link', { name: 'Status' } ).click();
		await page.getByText( 'Header X-WP-Nonce' ).filter( { visible: true } ).waitFor();
		const sent = exchanges.slice( from ).map( ( { url, status } ) => [ url, status ] ).filter( ( [ url ] ) => isOurs( url ) );
		// Status 0: a question of the page that was left, given up before its answer.
		assert.ok( sent.every( ( [ url, status ] ) => url.includes( '_wpnonce=' ) && [ 0, 200 ].includes( status ) ) && sent.some( ( [ , status ] ) => status === 200 ), JSON.stringify( sent ) );
	} finally {
		await remove();
	}
	await page.close();
} );

test( 'a site whose public address has another host is asked under that of the admin', async () => {
	const page = await stage.browser.page( context, { errors: false } );
	stage.browser.recorder.allow( `http://localhost:${ site.port }` );
	await site.configure( { WP_HOME: `http://localhost:${ site.port }` } );
	try {
		for ( const structure of [ '/%postname%/', '' ] ) {
			await site.cli( 'option', 'update', 'permalink_structure', structure );
			await site.open( page, 'overview' );
			await assertSameAsLiteLLM( page, litellm, '7d' );
			assert.ok( ( await site.boot( page ) ).rest.startsWith( `${ site.url }/` ) );
		}
	} finally {
		await site.configure( { WP_HOME: null } );
		await site.cli( 'option', 'update', 'permalink_structure', '/%postname%/' );
	}
	await page.close();
} );

test( 'what WordPress knows is on screen before anything was asked', async () => {
	const page = await stage.browser.page( context );
	// Other journeys may make a call between what is shown and what WordPress keeps: then it is looked at once more.
	for ( let left = 4; left >= 0; left-- ) {
		await site.open( page, 'overview' );
		await assertSameAsLiteLLM( page, litellm, '7d' );
		const shown = await cards( page );
		await site.open( page, 'keys' );
		await keysTable( page ).getByRole( 'rowheader' ).first().waitFor();
		// From now on no answer comes.
		await page.route( '**/litellm-dashboard/v1/batch', () => {} );
		await site.open( page, 'overview' );
		await page.waitForFunction( () => document.querySelectorAll( '.gw-card-value' ).length === 4 && ! document.querySelector( '.gw-card .gw-skeleton' ) );
		const known = await cards( page );
		if ( left === 0 || isDeepStrictEqual( known, shown ) ) {
			assert.deepEqual( known, shown );
			break;
		}
		await page.unrouteAll( { behavior: 'ignoreErrors' } );
	}
	await site.open( page, 'keys' );
	await keysTable( page ).getByRole( 'rowheader' ).first().waitFor();
	await page.unrouteAll( { behavior: 'ignoreErrors' } );
	await page.close();
} );

test( 'a console that never answers holds nothing up on the status page', async () => {
	const page = await stage.browser.page( context );
	await stage.configure( { LITELLM_CONSOLE_URL: `http://127.0.0.1:${ elsewhere.address().port }/silent` } );
	try {
		// There is a moment in which only the console is awaited. It is given up after six seconds: a busy machine may need more for
		// the rest, and is looked at once more.
		const isAlone = () => document.querySelectorAll( '.gw-fold-waiting' ).length === 1
			&& [ 'settings', 'gateway', 'key', 'rights', 'site' ].every( ( part ) => document.getElementById( `gw-fold-${ part }` ) );
		await until( 'only the console is awaited', async () => {
			await site.open( page, 'status' );
			return page.waitForFunction( isAlone, undefined, { timeout: 20_000 } ).then( () => true, () => false );
		} );
		await page.locator( '#gw-fold-console' ).waitFor();
	} finally {
		await stage.configure( { LITELLM_CONSOLE_URL: null } );
	}
	await page.close();
} );

stage.testWhatTravelled( { errors: [ /status of 401 / ] } );
