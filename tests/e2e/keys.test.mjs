// The table of keys: search, filters, sorting, a file, the protected service key; and all of it by keyboard alone.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { field, keyRow, keysTable, secretField } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { settled } from './lib/states.mjs';
import { eventually, until } from './lib/until.mjs';

const COUNT = 30;

const stage = new Stage();
const prefix = `table-${ Date.now().toString( 36 ) }`;
const aliases = Array.from( { length: COUNT }, ( _, index ) => `${ prefix }-${ String( index + 1 ).padStart( 2, '0' ) }` );
/** Neither in the order of the names nor of their making. */
const spendOf = ( alias ) => ( ( Number( alias.slice( -2 ) ) * 7 ) % 31 ) / 10;
let site, litellm, page, pasted;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	for ( const alias of aliases ) {
		await litellm.makeKey( { key_alias: alias, spend: spendOf( alias ), models: [ 'gpt-4o' ] } );
	}
	// Before any list is read: WordPress gives one for three seconds, and the page does not ask again by itself.
	( { key: pasted } = await litellm.makeKey( { key_alias: `${ prefix }-pasted` } ) );
	await litellm.ask( '/key/block', { key: ( await litellm.keyByAlias( aliases[ 0 ] ) ).token } );
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

const names = () => keysTable( page ).getByRole( 'rowheader' ).locator( 'strong' ).allTextContents();
const argument = ( name ) => new URL( page.url() ).searchParams.get( name );
const seeNames = ( expected ) => eventually( async () => assert.deepEqual( await names(), expected ) );
/** Newest first. */
const newestFirst = [ `${ prefix }-pasted`, ...aliases.toReversed() ];
const byName = newestFirst.toReversed();

/** What is counted above the rows, of all keys of the gateway. */
const seeCount = ( count ) => page.getByText( new RegExp( `^${ count } of [\\d,]+ keys?$` ) ).waitFor();

test( 'a search while typing shows the matches, newest first, and comes back', async () => {
	await site.open( page, 'keys' );
	await keysTable( page ).waitFor();
	await page.getByRole( 'searchbox' ).pressSequentially( prefix.toUpperCase() );
	await seeCount( COUNT + 1 );
	assert.equal( argument( 's' ), prefix.toUpperCase() );
	await seeNames( newestFirst );
	await page.reload();
	await seeNames( newestFirst );
	assert.equal( await page.getByRole( 'searchbox' ).inputValue(), prefix.toUpperCase() );
} );

test( 'a key is found by its hash, by its masked form and by its secret, which goes nowhere', async () => {
	const [ alias ] = aliases;
	const { token, key_name: masked } = await litellm.keyByAlias( alias );
	const secret = pasted;
	const box = page.getByRole( 'searchbox' );
	const sent = [];
	const listen = ( request ) => sent.push( `${ request.url() } ${ request.postData() ?? '' }` );
	page.on( 'request', listen );
	await site.open( page, 'keys' );
	for ( const [ typed, name ] of [ [ token, alias ], [ token.slice( 5, 40 ), alias ], [ secret, `${ prefix }-pasted` ], [ ` Bearer ${ secret }`, `${ prefix }-pasted` ] ] ) {
		await box.fill( typed );
		await seeNames( [ name ] );
	}
	await box.fill( masked );
	await eventually( async () => assert.ok( ( await names() ).includes( alias ) ) );
	await box.fill( `${ secret }x` );
	await page.getByText( 'No key of this gateway has this secret' ).waitFor();
	page.off( 'request', listen );
	assert.ok( sent.length > 0 && ! sent.some( ( request ) => request.includes( secret ) ), 'the secret never left the browser' );
	assert.ok( ! page.url().includes( secret ) );
} );

test( 'chips and filters narrow it down, stand in the address, and come back', async () => {
	const [ blocked ] = aliases;
	await site.open( page, 'keys', { s: prefix } );
	await page.getByRole( 'button', { name: /^Blocked 1$/ } ).click();
	await seeNames( [ blocked ] );
	assert.equal( argument( 'show' ), 'blocked' );
	await page.reload();
	await seeNames( [ blocked ] );
	await page.goBack();
	await seeNames( newestFirst );
	await page.getByText( 'Filters', { exact: true } ).click();
	await page.getByRole( 'combobox', { name: 'May call' } ).fill( 'gpt-4o-mini' );
	await page.getByRole( 'option', { name: 'gpt-4o-mini' } ).click();
	await seeNames( [ `${ prefix }-pasted` ] );
	await page.getByRole( 'button', { name: 'Clear filters' } ).click();
	await eventually( async () => assert.deepEqual( [ argument( 's' ), argument( 'model' ) ], [ null, null ] ) );
} );

test( 'what is shown is stored as a file', async () => {
	await site.open( page, 'keys', { s: prefix } );
	await seeCount( COUNT + 1 );
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), page.getByRole( 'button', { name: 'Download as CSV' } ).click() ] );
	assert.match( download.suggestedFilename(), /^keys-\d{4}-\d\d-\d\d\.csv$/ );
	const lines = ( await readFile( await download.path(), 'utf8' ) ).trimEnd().split( '\r\n' );
	assert.ok( lines[ 0 ].startsWith( '\ufeff"Key","Masked key"' ) );
	assert.equal( lines.length, COUNT + 2 );
	for ( const alias of aliases ) {
		const line = lines.find( ( text ) => text.startsWith( `"${ alias }",` ) );
		assert.ok( line.includes( `,${ spendOf( alias ) },` ), line );
	}
} );

test( 'columns sort both ways', async () => {
	const column = ( name ) => page.getByRole( 'columnheader', { name, exact: true } );
	await site.open( page, 'keys', { s: prefix } );
	await column( 'Key' ).getByRole( 'button' ).click();
	await seeNames( byName );
	assert.equal( await column( 'Key' ).getAttribute( 'aria-sort' ), 'ascending' );
	assert.deepEqual( [ argument( 'orderby' ), argument( 'order' ) ], [ 'key_alias', 'asc' ] );
	await column( 'Key' ).getByRole( 'button' ).click();
	await seeNames( newestFirst );
	assert.equal( await column( 'Key' ).getAttribute( 'aria-sort' ), 'descending' );
	await column( 'Spend' ).getByRole( 'button' ).click();
	await seeNames( [ ...newestFirst.slice( 1 ).toSorted( ( one, other ) => spendOf( other ) - spendOf( one ) ), `${ prefix }-pasted` ] );
	assert.equal( await column( 'Key' ).getAttribute( 'aria-sort' ), 'none' );
	await page.goBack();
	await seeNames( newestFirst );
} );

test( 'a search without matches says so, and markup in it stays text', async () => {
	const odd = '<img src=x onerror=alert(1)>"&';
	await site.open( page, 'keys', { s: odd } );
	await page.getByText( `No key has “${ odd }” in its names or its hash` ).waitFor();
	assert.equal( await page.locator( '#litellm-dashboard img' ).count(), 0 );
	await page.getByRole( 'link', { name: 'Show all keys' } ).click();
	await keysTable( page ).waitFor();
	assert.equal( await page.getByRole( 'searchbox' ).inputValue(), '' );
} );

// An older LiteLLM takes whole aliases only: one odd alias killed the search, and the order was not that of the header.
test( 'keys with odd aliases are found and counted, in the order that the header names', async () => {
	const odd = `${ prefix }odd`;
	const made = [];
	for ( const alias of [ `${ odd }\nlines`, `${ odd }-${ 'x'.repeat( 290 ) }`, `  ${ odd } spaces  `, `${ odd }-plain` ] ) {
		// What a version refuses is not there to be found.
		made.push( ...await litellm.makeKey( { key_alias: alias } ).then( () => [ alias ], () => [] ) );
	}
	const shown = ( alias ) => alias.replaceAll( '\n', '⏎' ).trim();
	// WordPress may know an older list.
	await eventually( async () => {
		await site.open( page, 'keys', { s: odd } );
		await settled( page );
		assert.deepEqual( ( await names() ).map( ( name ) => name.trim() ), made.toReversed().map( shown ) );
	} );
	await seeCount( made.length );
	assert.equal( await page.getByRole( 'columnheader', { name: 'Created' } ).getAttribute( 'aria-sort' ), 'descending' );
} );

test( 'an alias with markup stays text', async () => {
	const { key_alias: odd } = await until( 'the key that the seed has made', async () => ( await litellm.allKeys() ).find( ( key ) => /never-used/.test( key.key_alias ?? '' ) ) );
	await site.open( page, 'keys', { s: 'never-used' } );
	await keyRow( page, odd ).waitFor();
	assert.equal( await keysTable( page ).locator( 'b' ).count(), 0 );
} );

test( 'the service key is marked and has no buttons', async () => {
	const { info } = await litellm.ask( `/key/info?key=${ litellm.serviceKeyHash }` );
	await site.open( page, 'keys', { s: info.key_alias } );
	const row = keyRow( page, info.key_alias );
	await row.getByText( 'Service key', { exact: true } ).waitFor();
	assert.equal( await row.getByRole( 'button' ).count(), 0 );
} );

test( 'nor can the service key be changed past the page', async () => {
	const boot = await site.boot( page );
	const send = ( operation, body ) => page.evaluate( async ( { url, nonce, text } ) => {
		const response = await fetch( url, { method: 'POST', headers: { 'X-WP-Nonce': nonce, 'Content-Type': 'application/json' }, body: text } );
		const { status, error } = await response.json();
		return { status, code: error?.code };
	}, { url: boot.rest + operation, nonce: boot.nonce, text: JSON.stringify( body ) } );
	const key = litellm.serviceKeyHash;
	try {
		for ( const operation of [ 'keys.block', 'keys.unblock', 'keys.delete' ] ) {
			assert.deepEqual( await send( operation, { key } ), { status: 409, code: 'litellm_own_key' }, operation );
		}
	} catch ( error ) {
		// Whatever else uses this key should not fail for it.
		await litellm.ask( '/key/unblock', { key } ).catch( () => {} );
		throw error;
	}
	const { info } = await litellm.ask( `/key/info?key=${ key }` );
	assert.notEqual( info.blocked, true );
	assert.deepEqual( await send( 'keys.create', { alias: `${ prefix }-own`, user: info.user_id } ), { status: 409, code: 'litellm_own_user' } );
	assert.equal( await litellm.keyByAlias( `${ prefix }-own` ), null );
	assert.equal( ( await send( 'keys.create', { alias: `${ prefix }-wide`, allowed_routes: [ '*' ] } ) ).status, 400 );
} );

/** Presses Tab until this has the focus. */
async function tabTo( wanted, most = 12 ) {
	for ( let pressed = 0; pressed < most; pressed++ ) {
		await page.keyboard.press( 'Tab' );
		if ( await wanted.evaluate( ( element ) => element === document.activeElement ) ) {
			return;
		}
	}
	assert.fail( `${ wanted } was not reached by Tab; the focus is on ${ await page.evaluate( () => document.activeElement.outerHTML.slice( 0, 200 ) ) }` );
}

test( 'a key is created by keyboard alone', async () => {
	const alias = `${ prefix }-by-keyboard`;
	await site.open( page, 'keys' );
	await keysTable( page ).waitFor();
	await page.getByRole( 'link', { name: 'Create key' } ).first().focus();
	await page.keyboard.press( 'Enter' );
	await field( page, 'Alias' ).waitFor();
	await tabTo( field( page, 'Alias' ) );
	await page.keyboard.type( alias );
	await tabTo( page.getByRole( 'radio', { name: 'All models, also those added later' } ) );
	// Past those of the team.
	await page.keyboard.press( 'ArrowDown' );
	await page.keyboard.press( 'ArrowDown' );
	await page.getByRole( 'checkbox', { name: /^gpt/ } ).first().waitFor();
	await tabTo( page.getByRole( 'checkbox' ).and( page.locator( '#litellm-dashboard *' ) ).first() );
	await page.keyboard.press( 'Space' );
	await eventually( async () => assert.equal( await page.locator( '#litellm-dashboard' ).getByRole( 'checkbox', { checked: true } ).count(), 1 ) );
	await tabTo( field( page, 'Budget' ), 40 );
	await page.keyboard.type( '1.5' );
	await page.keyboard.press( 'Enter' );
	await secretField( page ).waitFor();
	const key = await litellm.keyByAlias( alias );
	litellm.made.push( key.token );
	assert.equal( key.max_budget, 1.5 );
	assert.equal( key.models.length, 1 );
} );

test( 'a question is answered by keyboard alone, and Escape gives the focus back', async () => {
	const alias = aliases[ 0 ];
	await site.open( page, 'keys', { s: alias } );
	const button = keyRow( page, alias ).getByRole( 'button', { name: `Delete ${ alias }` } );
	await button.focus();
	await page.keyboard.press( 'Enter' );
	const dialog = page.getByRole( 'alertdialog' );
	await dialog.waitFor();
	await eventually( async () => assert.ok( await dialog.evaluate( ( element ) => element.contains( document.activeElement ) ), 'the dialog has the focus' ) );
	await page.keyboard.press( 'Escape' );
	await dialog.waitFor( { state: 'hidden' } );
	await eventually( async () => assert.ok( await button.evaluate( ( element ) => element === document.activeElement ), 'the focus is back on the button' ) );
	assert.notEqual( await litellm.keyByAlias( alias ), null, 'Escape deletes nothing' );
	await page.keyboard.press( 'Enter' );
	await dialog.waitFor();
	await tabTo( dialog.getByRole( 'button', { name: 'Delete key' } ), 3 );
	await page.keyboard.press( 'Enter' );
	await dialog.waitFor( { state: 'hidden' } );
	await eventually( async () => assert.equal( await litellm.keyByAlias( alias ), null ) );
} );

stage.testWhatTravelled( { errors: [ /status of 409 /, /status of 400 .*keys\.create/ ] } );
