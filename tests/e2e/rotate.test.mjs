// Rotation in WordPress 7.1 against a real LiteLLM: both keys work during the overlap, what is left of the budget goes along,
// and a key that has leaked is stopped and replaced.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { field, keyRow } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { settled } from './lib/states.mjs';
import { eventually } from './lib/until.mjs';

const stage = new Stage();
const alias = `rotate-${ Date.now().toString( 36 ) }`;
const day = () => new Date().toISOString().slice( 0, 10 );
let site, litellm, page, key;

const hashOf = ( made ) => made.token ?? made.token_id;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	page = await stage.signedInPage();
	key = await litellm.makeKey( { key_alias: alias, max_budget: 5, spend: 2, rpm_limit: 60, models: [ 'gpt-4o-mini' ], key_type: 'llm_api', metadata: { project: 'search', tags: [ 'prod' ] } } );
} );
after( () => stage.stop() );

const info = async ( hash ) => ( await litellm.ask( `/key/info?key=${ hash }` ) ).info;
const secretField = () => field( page, 'The secret of the successor' );
const dialog = () => page.getByRole( 'alertdialog' );

/** The alias of the successor, when the form has one: that of the key with the day on which the form was made. */
async function proposed( name, since ) {
	const input = page.locator( '#gw-alias' );
	await eventually( async () => assert.notEqual( await input.inputValue(), '' ) );
	const alias = await input.inputValue();
	assert.ok( [ since, day() ].some( ( date ) => alias === `${ name }-${ date }` ), alias );
	return alias;
}

async function begin( name, hash ) {
	const since = day();
	await site.open( page, 'keys', { action: 'rotate', key: hash } );
	return proposed( name, since );
}

test( 'a successor has what is left of the budget, and both work during the overlap', async () => {
	await site.open( page, 'keys', { s: alias } );
	await keyRow( page, alias ).getByRole( 'link', { name: alias, exact: true } ).click();
	const since = day();
	await page.getByRole( 'dialog' ).getByRole( 'button', { name: `Rotate ${ alias }` } ).click();
	const next = await proposed( alias, since );
	await page.getByRole( 'combobox', { name: 'Both keys work for' } ).selectOption( '3600' );
	await page.locator( 'form' ).getByRole( 'button', { name: 'Create the successor' } ).click();
	const secret = await secretField().inputValue();
	const made = await litellm.keyByAlias( next );
	litellm.made.push( made.token );
	assert.deepEqual( [ made.max_budget, made.spend, made.rpm_limit, made.models, made.blocked, made.metadata.tags, made.metadata.project ], [ 5, 2, 60, [ 'gpt-4o-mini' ], true, [ 'prod' ], 'search' ] );
	assert.notEqual( ( await litellm.call( secret ) ).status, 200, 'it is blocked until its secret is in safety' );
	assert.equal( ( await litellm.call( key.key ) ).status, 200 );
	await page.getByRole( 'button', { name: 'I have copied it: go on' } ).click();
	await page.getByText( 'has taken the place of' ).waitFor();
	const [ old, successor ] = [ await info( hashOf( key ) ), await info( made.token ) ];
	const left = ( Date.parse( old.expires ) - Date.now() ) / 60_000;
	assert.ok( left > 50 && left <= 61, `the old key ends in an hour: ${ left } minutes` );
	assert.equal( old.metadata.litellm_dashboard.replaced_by, made.token );
	assert.deepEqual( [ successor.blocked ?? false, successor.expires ], [ false, null ] );
	await eventually( async () => assert.equal( ( await litellm.call( secret ) ).status, 200 ) );
	assert.equal( ( await litellm.call( key.key ) ).status, 200, 'both work during the overlap' );
	await site.open( page, 'keys', { s: alias } );
	await keyRow( page, alias ).getByText( `Replaced by ${ next }` ).waitFor();
	await keyRow( page, alias ).getByText( /^Ends in / ).waitFor();
} );

test( 'what broke off is found on the list, and undone', async () => {
	const name = `${ alias }-broken`;
	const broken = await litellm.makeKey( { key_alias: name, key_type: 'llm_api' } );
	const next = await begin( name, hashOf( broken ) );
	await page.locator( 'form' ).getByRole( 'button', { name: 'Create the successor' } ).click();
	await secretField().waitFor();
	litellm.made.push( ( await litellm.keyByAlias( next ) ).token );
	// The tab is closed: nobody has the secret.
	await page.close();
	page = await stage.signedInPage();
	await site.open( page, 'keys' );
	await page.getByText( `The rotation of ${ name } is not finished` ).waitFor();
	await page.getByRole( 'link', { name: 'Go on or undo' } ).click();
	await page.getByText( 'The secret of the successor was shown once' ).waitFor();
	await page.getByRole( 'button', { name: 'Undo' } ).click();
	await dialog().getByRole( 'button', { name: 'Undo' } ).click();
	await page.getByText( 'What was begun is undone' ).waitFor();
	assert.equal( await litellm.keyByAlias( next ), null );
	const after = await info( hashOf( broken ) );
	assert.deepEqual( [ after.expires, after.blocked ?? false ], [ null, false ] );
	await site.open( page, 'keys', { s: name } );
	await keyRow( page, name ).waitFor();
	await settled( page );
	assert.equal( await page.getByText( `The rotation of ${ name } is not finished` ).count(), 0 );
} );

// The gateway carries it out, and its answer never comes.
test( 'whatever answer gets lost, it comes to the same end and nothing is done twice', async () => {
	for ( const [ at, operation ] of [ 'keys.create', 'keys.update', 'keys.unblock', 'journal.remove' ].entries() ) {
		const name = `${ alias }-lost-${ at }`;
		const cut = await litellm.makeKey( { key_alias: name, key_type: 'llm_api' } );
		const sent = ( url ) => url.href.includes( operation ) || url.href.includes( encodeURIComponent( operation ) );
		let lost = 0;
		await page.route( sent, async ( route ) => {
			lost++;
			if ( lost > 1 ) {
				return route.continue();
			}
			// Straight to the site: what Playwright fetches it asks the browser's proxy to tunnel.
			const request = route.request();
			const { 'content-type': type, 'x-wp-nonce': nonce } = request.headers();
			const cookies = await page.context().cookies( request.url() );
			const headers = { cookie: cookies.map( ( { name, value } ) => `${ name }=${ value }` ).join( '; ' ) };
			Object.assign( headers, type && { 'content-type': type }, nonce && { 'x-wp-nonce': nonce } );
			const answer = await fetch( request.url(), { method: request.method(), headers, body: request.postDataBuffer() ?? undefined } );
			assert.equal( answer.status, 200, await answer.text() );
			await route.abort();
		} );
		const next = await begin( name, hashOf( cut ) );
		await page.locator( 'form' ).getByRole( 'button', { name: 'Create the successor' } ).click();
		if ( operation === 'keys.create' ) {
			await page.getByRole( 'button', { name: 'Make another successor' } ).click();
			await dialog().getByRole( 'button', { name: 'Make another' } ).click();
		}
		const secret = await secretField().inputValue();
		await page.getByRole( 'button', { name: 'I have copied it: go on' } ).click();
		const done = page.getByText( 'has taken the place of' );
		const goOn = page.getByRole( 'button', { name: 'Go on', exact: true } );
		await done.or( goOn ).first().waitFor();
		if ( await goOn.isVisible() ) {
			await goOn.click();
		}
		await done.waitFor();
		await page.unroute( sent );
		const successor = await litellm.keyByAlias( next );
		litellm.made.push( successor.token );
		const old = await info( hashOf( cut ) );
		assert.equal( old.metadata.litellm_dashboard.replaced_by, successor.token, operation );
		assert.ok( Date.parse( old.expires ) - Date.now() < 25 * 3_600_000, operation );
		assert.deepEqual( [ successor.blocked ?? false, successor.expires ], [ false, null ], operation );
		await eventually( async () => assert.equal( ( await litellm.call( secret ) ).status, 200, operation ) );
		assert.ok( lost > 0, `${ operation } was sent` );
	}
} );

test( 'a leaked secret is found by its hash, stopped, and replaced', async () => {
	const name = `${ alias }-leaked`;
	const leaked = await litellm.makeKey( { key_alias: name, key_type: 'llm_api' } );
	assert.equal( ( await litellm.call( leaked.key ) ).status, 200 );
	const sent = [];
	const listen = ( request ) => sent.push( `${ request.url() } ${ request.postData() ?? '' }` );
	page.on( 'request', listen );
	await site.open( page, 'keys' );
	await page.getByRole( 'link', { name: 'Has a key leaked?' } ).click();
	await page.getByLabel( 'The secret' ).fill( `LITELLM_KEY="${ leaked.key }"` );
	await page.getByRole( 'button', { name: 'Look for it' } ).click();
	await page.getByRole( 'heading', { name, exact: true } ).waitFor();
	await page.getByRole( 'button', { name: 'Block it now' } ).click();
	await page.getByText( 'It is blocked' ).waitFor();
	await eventually( async () => assert.notEqual( ( await litellm.call( leaked.key ) ).status, 200 ) );
	const since = day();
	await page.getByRole( 'link', { name: 'Make a successor' } ).click();
	const next = await proposed( name, since );
	await page.locator( 'form' ).getByRole( 'button', { name: 'Create the successor' } ).click();
	const secret = await secretField().inputValue();
	litellm.made.push( ( await litellm.keyByAlias( next ) ).token );
	assert.equal( ( await litellm.call( secret ) ).status, 200 );
	await page.getByRole( 'button', { name: 'I have copied it: go on' } ).click();
	await page.getByText( 'has taken the place of' ).waitFor();
	assert.equal( ( await info( hashOf( leaked ) ) ).blocked, true );
	page.off( 'request', listen );
	assert.ok( sent.length > 0 && ! sent.some( ( request ) => request.includes( leaked.key ) ), 'the secret never left the browser' );
} );

test( 'a secret that this gateway does not know is said to be unknown', async () => {
	await site.open( page, 'keys', { action: 'leak' } );
	await page.getByLabel( 'The secret' ).fill( 'sk-of-another-gateway' );
	await page.getByRole( 'button', { name: 'Look for it' } ).click();
	await page.locator( '.gw-notice' ).getByText( 'No key of this gateway has this secret' ).waitFor();
} );

test( 'the service key is not rotated from here', async () => {
	await site.open( page, 'keys', { action: 'rotate', key: litellm.serviceKeyHash } );
	await page.getByText( 'The plugin’s own service key is protected' ).waitFor();
} );

stage.testWhatTravelled( { errors: [ /40\d/, /ERR_FAILED/ ] } );
