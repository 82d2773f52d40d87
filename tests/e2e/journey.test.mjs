// The main job in WordPress 7.1: from the uploaded zip to a key that is made, used, blocked, unblocked and deleted.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertSameAsLiteLLM, calls, cards, field, keyIs, keyRow, number, secretField, whateverIsKept } from './lib/app.mjs';
import { run } from './lib/command.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually, until } from './lib/until.mjs';

const stage = new Stage();
const alias = `journey-${ Date.now().toString( 36 ) }`;
let site, litellm, page, secret;

const day = ( ms = Date.now() ) => new Date( ms ).toISOString().slice( 0, 10 );

before( async () => {
	await stage.start();
	( { litellm, site } = stage );
	page = await stage.signedInPage();
	await page.context().grantPermissions( [ 'clipboard-read', 'clipboard-write' ], { origin: site.url } );
} );
after( () => stage.stop() );

test( 'the zip is uploaded and activated', async () => {
	await site.install( page, process.env.PLUGIN_ZIP );
	await page.locator( '#toplevel_page_litellm-dashboard' ).waitFor();
} );

test( 'the first page says what to put into wp-config.php', async () => {
	await site.open( page );
	await page.getByRole( 'heading', { name: 'Connect your gateway' } ).waitFor();
	const lines = await page.getByRole( 'region', { name: 'Lines for wp-config.php' } ).textContent();
	assert.match( lines, /define\( 'LITELLM_API_BASE'/ );
	assert.match( lines, /define\( 'LITELLM_SERVICE_KEY'/ );
	await page.getByRole( 'region', { name: 'Lines for wp-config.php' } ).locator( 'xpath=following-sibling::p[1]' ).getByRole( 'button', { name: 'Copy' } ).click();
	await eventually( async () => assert.equal( await page.evaluate( () => navigator.clipboard.readText() ), lines ) );
	await page.getByRole( 'link', { name: 'What is missing or not valid?' } ).click();
	await page.getByText( 'Missing', { exact: true } ).first().waitFor();
} );

test( 'with both constants, the overview shows the same totals as LiteLLM', async () => {
	await site.open( page );
	await stage.configure();
	await page.getByRole( 'button', { name: 'Reload' } ).click();
	await page.getByRole( 'heading', { name: 'Overview', exact: true } ).waitFor();
	await assertSameAsLiteLLM( page, litellm, '7d' );
} );

test( 'every range shows the same totals, stands in the address, and comes back with the back button', async () => {
	const documents = page.documents;
	for ( const [ label, range ] of [ [ '30 days', '30d' ], [ 'Today', 'today' ] ] ) {
		await page.getByRole( 'button', { name: label, exact: true } ).click();
		assert.equal( new URL( page.url() ).searchParams.get( 'range' ), range );
		await assertSameAsLiteLLM( page, litellm, range );
	}
	const pressed = () => page.getByRole( 'button', { pressed: true, name: /^(Today|7 days|30 days)$/ } ).textContent();
	await page.goBack();
	await eventually( async () => assert.equal( await pressed(), '30 days' ) );
	await page.goBack();
	await eventually( async () => assert.equal( await pressed(), '7 days' ) );
	await page.goForward();
	await eventually( async () => assert.equal( await pressed(), '30 days' ) );
	await assertSameAsLiteLLM( page, litellm, '30d' );
	assert.equal( page.documents, documents, 'no page was loaded for it' );
} );

test( 'a card, a bar and a model lead to the same range, and each row of the live log to its call', async () => {
	const at = () => new URL( page.url() ).searchParams;
	const back = async () => {
		await page.goBack();
		await page.getByRole( 'heading', { name: 'Overview', exact: true } ).waitFor();
		await assertSameAsLiteLLM( page, litellm, '30d' );
	};
	await site.open( page, 'overview', { range: '30d' } );
	const documents = page.documents;
	await assertSameAsLiteLLM( page, litellm, '30d' );
	const [ requests ] = await cards( page );
	// Wherever one clicks on the card.
	await page.locator( '.gw-card' ).first().click( { position: { x: 12, y: 12 } } );
	await page.getByRole( 'heading', { name: 'Usage', exact: true } ).waitFor();
	assert.deepEqual( [ at().get( 'range' ), at().get( 'unit' ) ], [ '30d', 'requests' ] );
	await eventually( async () => assert.ok( ( await cards( page ) ).some( ( card ) => card.label === 'Requests' && number( card.exact ) >= number( requests.exact ) ) ) );
	await back();
	await page.getByRole( 'link', { name: /^Error rate: / } ).click();
	await page.getByRole( 'heading', { name: 'Logs', exact: true } ).waitFor();
	assert.deepEqual( [ at().get( 'range' ), at().get( 'status' ) ], [ '30d', 'failure' ] );
	await back();
	const plot = page.getByRole( 'application', { name: /^Requests by day/ } );
	// One may end while the last one is pressed, and the chart may be some seconds old.
	const days = [ day( Date.now() - 60_000 ), day() ];
	await plot.focus();
	await page.keyboard.press( 'ArrowLeft' );
	await page.keyboard.press( 'Enter' );
	await page.getByRole( 'heading', { name: 'Logs', exact: true } ).waitFor();
	days.push( day() );
	assert.ok( days.includes( at().get( 'from' ) ), at().get( 'from' ) );
	assert.equal( at().get( 'to' ), at().get( 'from' ) );
	await back();
	const models = page.getByRole( 'application', { name: /^Cost by model/ } );
	await models.focus();
	await page.keyboard.press( 'ArrowDown' );
	await page.locator( '.gw-tooltip' ).waitFor();
	const model = await page.locator( '.gw-tooltip .gw-tooltip-title' ).textContent();
	await page.keyboard.press( 'Enter' );
	await page.getByRole( 'heading', { name: 'Logs', exact: true } ).waitFor();
	assert.deepEqual( [ at().get( 'range' ), at().get( 'model' ) ], [ '30d', model ] );
	await eventually( async () => assert.match( await page.getByRole( 'table', { name: 'Calls' } ).locator( 'tbody tr:not(.gw-spacer)' ).first().textContent(), new RegExp( model.replace( /[.*+?^${}()|[\]\\]/g, '\\$&' ) ) ) );
	await back();
	await calls( page ).first().getByRole( 'link' ).click();
	await page.locator( '#gw-call[open]' ).waitFor();
	assert.ok( at().get( 'open' ) );
	assert.equal( page.documents, documents, 'no page was loaded for it' );
} );

test( 'what fails and whose budget runs out comes after the figures', async () => {
	const made = await litellm.makeKey( { key_alias: `${ alias }-near`, max_budget: 1, spend: 0.95 } );
	assert.ok( made );
	await site.open( page, 'overview', { range: '30d' } );
	const panel = ( title ) => page.locator( '.gw-panel' ).filter( { has: page.getByRole( 'heading', { name: title } ) } );
	await panel( 'What fails now' ).locator( 'p' ).first().waitFor();
	await eventually( async () => assert.match( await panel( 'Keys near their budget' ).textContent(), /Of (all \d+ keys|the \d+ keys that have spent most)/ ) );
	await eventually( async () => assert.match( await page.locator( '.gw-card-cause' ).textContent(), /^Most(ly| often): .+ \(\d+ of (the newest )?\d+ failed calls?/ ) );
} );

/** What the page says is wrong with a field, by the text that the field is described by. */
const seeProblem = ( input, words ) => eventually( async () => {
	assert.match( await input.evaluate( ( element ) => element.getAttribute( 'aria-describedby' ).split( ' ' ).map( ( id ) => document.getElementById( id )?.getAttribute( 'role' ) === 'alert' ? document.getElementById( id ).textContent : '' ).join( '' ) ), words );
} );

test( 'a form with mistakes is not sent', async () => {
	await site.open( page, 'keys' );
	await page.getByRole( 'link', { name: 'Create key' } ).first().click();
	const sent = stage.browser.recorder.exchanges.length;
	await field( page, 'Budget' ).fill( 'a lot' );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	await seeProblem( field( page, 'Alias' ), /Enter a name/ );
	await seeProblem( field( page, 'Budget' ), /Enter a number/ );
	await eventually( async () => assert.ok( await field( page, 'Alias' ).evaluate( ( element ) => element === document.activeElement ) ) );
	assert.equal( await field( page, 'Alias' ).getAttribute( 'aria-invalid' ), 'true' );
	const asked = stage.browser.recorder.exchanges.slice( sent ).filter( ( exchange ) => exchange.url.includes( 'keys.create' ) );
	assert.deepEqual( asked, [] );
} );

test( 'an alias that is taken is refused on the alias field, and what was typed stays', async () => {
	const taken = `${ alias }-taken`;
	await litellm.makeKey( { key_alias: taken } );
	await field( page, 'Alias' ).fill( taken );
	await field( page, 'Budget' ).fill( '5' );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	await seeProblem( field( page, 'Alias' ), /\w/ );
	assert.equal( await field( page, 'Alias' ).inputValue(), taken );
	assert.equal( await field( page, 'Budget' ).inputValue(), '5' );
} );

test( 'a key is created as it was asked for', async () => {
	await field( page, 'Alias' ).fill( alias );
	await page.getByLabel( 'Only these' ).check();
	await page.getByRole( 'checkbox', { name: /^gpt-4o-mini/ } ).check();
	await page.getByRole( 'combobox', { name: 'Budget period' } ).selectOption( '7d' );
	await field( page, 'Requests per minute' ).fill( '600' );
	await page.getByRole( 'button', { name: 'Create key' } ).click();
	secret = await secretField( page ).inputValue();
	assert.match( secret, /^sk-.{16,}$/ );
	const key = await litellm.keyByAlias( alias );
	litellm.made.push( key.token );
	assert.deepEqual( key.models, [ 'gpt-4o-mini' ] );
	assert.deepEqual( [ key.max_budget, key.budget_duration, key.rpm_limit ], [ 5, '7d', 600 ] );
	assert.deepEqual( key.allowed_routes, [ 'llm_api_routes' ], 'a key for applications' );
} );

test( 'the key and the examples can be copied, and every example works', async () => {
	const copied = async ( button ) => {
		await page.evaluate( () => navigator.clipboard.writeText( '' ) );
		await button.click();
		await eventually( async () => assert.notEqual( await page.evaluate( () => navigator.clipboard.readText() ), '' ) );
		return page.evaluate( () => navigator.clipboard.readText() );
	};
	assert.equal( await copied( page.getByRole( 'button', { name: 'Copy key' } ) ), secret );
	const languages = { curl: [ 'bash' ], Python: [ 'python3', '-' ], JavaScript: [ 'node', '-' ], PHP: [ 'php' ] };
	for ( const [ language, [ command, ...args ] ] of Object.entries( languages ) ) {
		await page.getByRole( 'button', { name: language, exact: true } ).click();
		const example = await copied( page.getByRole( 'button', { name: /^(Copy|Copied)( example)?$/ } ).last() );
		assert.ok( example.includes( secret ) && example.includes( 'gpt-4o-mini' ), `${ language }: ${ example }` );
		const { stdout, stderr } = await run( command, args, { input: example } );
		assert.doesNotMatch( stdout, /error/i, language );
		assert.match( stdout, /\w+ \w+/, `${ language } printed no answer: ${ stdout }${ stderr }` );
	}
} );

test( 'the secret is gone after leaving', async () => {
	const kept = await whateverIsKept( page );
	assert.ok( kept.includes( secret ), 'the check sees what is on screen' );
	await page.getByRole( 'link', { name: 'Done' } ).click();
	// Others may have made many since, and of a long list only what is in sight is written.
	await page.getByRole( 'searchbox' ).fill( alias );
	await keyRow( page, alias ).waitFor();
	assert.ok( ! ( await whateverIsKept( page ) ).includes( secret ) );
	await page.goBack();
	await field( page, 'Alias' ).waitFor();
	assert.ok( ! ( await whateverIsKept( page ) ).includes( secret ), 'nor does the back button bring it back' );
	assert.equal( stage.browser.recorder.findAll( [ secret ] ).length, 1, 'it travelled once' );
} );

test( 'its calls appear in the live log and in the cards', async ( t ) => {
	await site.open( page, 'overview', { range: 'today' } );
	await assertSameAsLiteLLM( page, litellm, 'today' );
	const [ since, before ] = [ day(), number( ( await cards( page ) )[ 0 ].exact ) ];
	const row = calls( page ).filter( { hasText: alias } );
	// By their ids: older ones may leave the log meanwhile.
	const ids = () => row.evaluateAll( ( all ) => all.map( ( one ) => one.id ) );
	const known = await ids();
	assert.ok( ! known.includes( '' ) );
	assert.equal( ( await litellm.call( secret ) ).status, 200 );
	const called = Date.now();
	await until( 'the call in the live log', async () => ( await ids() ).some( ( id ) => ! known.includes( id ) ) );
	t.diagnostic( `in the live log ${ Math.round( ( Date.now() - called ) / 100 ) / 10 } s after the call` );
	assert.match( await row.first().textContent(), /gpt-4o-mini.*Success/s );
	await eventually( async () => assert.ok( number( ( await cards( page ) )[ 0 ].exact ) > ( day() === since ? before : 0 ), 'one more request' ) );
	t.diagnostic( `in the cards ${ Math.round( ( Date.now() - called ) / 1000 ) } s after the call` );
	await assertSameAsLiteLLM( page, litellm, 'today' );
} );

/** Presses a button of the key's row, and confirms after the question named the key. */
async function act( button, title, confirm ) {
	await keyRow( page, alias ).getByRole( 'button', { name: `${ button } ${ alias }` } ).click();
	const dialog = page.getByRole( 'alertdialog' );
	await dialog.getByRole( 'heading', { name: `${ title } “${ alias }”?` } ).waitFor();
	await dialog.getByRole( 'button', { name: confirm } ).click();
	await dialog.waitFor( { state: 'hidden' } );
}

test( 'a blocked key is refused', async () => {
	await site.open( page, 'keys', { s: alias } );
	await act( 'Block', 'Block', 'Block key' );
	await keyIs( page, alias, 'Blocked' ).waitFor();
	await eventually( async () => assert.notEqual( ( await litellm.call( secret ) ).status, 200 ) );
	assert.equal( ( await litellm.keyByAlias( alias ) ).blocked, true );
} );

test( 'an unblocked key is answered again', async () => {
	await act( 'Unblock', 'Unblock', 'Unblock key' );
	await keyIs( page, alias, 'Active' ).waitFor();
	await eventually( async () => assert.equal( ( await litellm.call( secret ) ).status, 200 ) );
} );

test( 'a deleted key is gone', async () => {
	await act( 'Delete', 'Delete', 'Delete key' );
	await keyRow( page, alias ).waitFor( { state: 'detached' } );
	await page.getByText( `“${ alias }” is deleted. Its calls are refused within a minute at the latest.` ).first().waitFor();
	await eventually( async () => assert.notEqual( ( await litellm.call( secret ) ).status, 200 ) );
	assert.equal( await litellm.keyByAlias( alias ), null );
} );

test( 'the plugin is updated by another upload, and goes on', async () => {
	await site.replace( page, process.env.PLUGIN_ZIP );
	await site.open( page );
	await calls( page ).first().waitFor();
} );

stage.testWhatTravelled( { errors: [ /status of 400 .*keys\.create/ ] } );
