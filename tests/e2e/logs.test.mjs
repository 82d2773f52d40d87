// The log of a real LiteLLM: what the page shows and stores is what the gateway has.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { Stage } from './lib/stage.mjs';
import { eventually } from './lib/until.mjs';

const CALLS = 6;

const stage = new Stage();
const prefix = `logs-${ Date.now().toString( 36 ) }`;
let site, litellm, page, key, token;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	const made = await litellm.makeKey( { key_alias: prefix } );
	( { key } = made );
	token = made.token ?? made.token_id;
	for ( let call = 0; call < CALLS; call++ ) {
		assert.equal( ( await litellm.call( key ) ).status, 200 );
	}
	await litellm.call( key, 'always-fails' );
	await eventually( async () => assert.ok( ( await logged() ).length > CALLS ) );
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

const ours = () => page.locator( '#litellm-dashboard' );
const rows = () => ours().locator( '.gw-logs tbody tr:not(.gw-spacer)' );
const utc = ( ms ) => new Date( ms ).toISOString().slice( 0, 19 ).replace( 'T', ' ' );

/** The calls of the key as the gateway has them, newest first. */
async function logged() {
	const query = new URLSearchParams( { start_date: utc( Date.now() - 3_600_000 ), end_date: utc( Date.now() + 60_000 ), api_key: token, page_size: '100' } );
	return ( await litellm.ask( `/spend/logs/v2?${ query }` ) ).data;
}

/** What a reader of CSV makes of a text (RFC 4180). */
function csv( text ) {
	const lines = [ [ '' ] ];
	let quoted = false;
	for ( let at = 0; at < text.length; at++ ) {
		const sign = text[ at ];
		const line = lines.at( -1 );
		if ( quoted && sign === '"' && text[ at + 1 ] === '"' ) {
			line[ line.length - 1 ] += '"';
			at++;
		} else if ( sign === '"' ) {
			quoted = ! quoted;
		} else if ( ! quoted && sign === ',' ) {
			line.push( '' );
		} else if ( ! quoted && sign === '\r' && text[ at + 1 ] === '\n' ) {
			lines.push( [ '' ] );
			at++;
		} else {
			line[ line.length - 1 ] += sign;
		}
	}
	return lines.slice( 0, -1 );
}

test( 'the calls of a key are those that the gateway has, newest first', async () => {
	await site.open( page, 'logs', { key: token, range: '1h' } );
	const calls = await logged();
	await eventually( async () => assert.equal( await rows().count(), calls.length ) );
	const ids = await rows().evaluateAll( ( all ) => all.map( ( row ) => row.id.replace( /^logs-row-/, '' ) ) );
	assert.deepEqual( ids, calls.map( ( call ) => call.request_id ) );
	await ours().getByText( `${ calls.length } calls`, { exact: true } ).waitFor();
} );

test( 'failed calls are found, and say why', async () => {
	await ours().getByRole( 'button', { name: 'Failed', exact: true } ).click();
	await eventually( async () => assert.equal( await rows().count(), 1 ) );
	await rows().getByText( 'Failed', { exact: true } ).waitFor();
	assert.equal( new URL( page.url() ).searchParams.get( 'status' ), 'failure' );
	await ours().getByRole( 'button', { name: 'Clear filters' } ).click();
	await eventually( async () => assert.equal( new URL( page.url() ).searchParams.get( 'key' ), null ) );
} );

test( 'one call is told in full, with its neighbours and its session', async () => {
	await site.open( page, 'logs', { key: token, range: '1h' } );
	const [ , call ] = await logged();
	await rows().nth( 1 ).getByRole( 'link' ).click();
	const drawer = page.locator( '#gw-call[open]' );
	await drawer.getByText( call.request_id ).first().waitFor();
	assert.equal( new URL( page.url() ).searchParams.get( 'open' ), call.request_id );
	await drawer.getByRole( 'button', { name: 'Older call' } ).click();
	await eventually( async () => assert.notEqual( new URL( page.url() ).searchParams.get( 'open' ), call.request_id ) );
	await drawer.getByRole( 'button', { name: 'Newer call' } ).click();
	await eventually( async () => assert.equal( new URL( page.url() ).searchParams.get( 'open' ), call.request_id ) );
	await drawer.getByRole( 'button', { name: 'Show the session’s calls' } ).click();
	await drawer.getByRole( 'table', { name: 'The session’s calls' } ).waitFor();
	await drawer.getByRole( 'button', { name: 'Show prompt and answer' } ).click();
	await drawer.getByText( 'store_prompts_in_spend_logs' ).waitFor();
	await page.keyboard.press( 'Escape' );
	await drawer.waitFor( { state: 'hidden' } );
} );

test( 'a file has each call of the range, as a reader of CSV finds it', async () => {
	await site.open( page, 'logs', { key: token, range: '1h' } );
	await rows().first().waitFor();
	await ours().getByText( 'Download', { exact: true } ).click();
	const [ download ] = await Promise.all( [ page.waitForEvent( 'download' ), ours().getByRole( 'button', { name: 'All of these calls as CSV' } ).click() ] );
	assert.match( download.suggestedFilename(), /^calls-\d{4}-\d\d-\d\d\.csv$/ );
	const [ heads, ...lines ] = csv( ( await readFile( await download.path(), 'utf8' ) ).replace( '\u{feff}', '' ) );
	const calls = await logged();
	const column = ( name ) => lines.map( ( line ) => line[ heads.indexOf( name ) ] );
	assert.deepEqual( column( 'Request ID' ), calls.map( ( call ) => call.request_id ) );
	assert.deepEqual( column( 'Cost in US dollars' ).map( Number ), calls.map( ( call ) => call.spend ) );
	assert.deepEqual( column( 'Tokens in' ).map( Number ), calls.map( ( call ) => call.prompt_tokens ) );
	assert.deepEqual( column( 'Status' ), calls.map( ( call ) => call.status ) );
} );

test( 'a new call comes in by itself', async () => {
	await site.open( page, 'logs', { key: token, range: '1h', live: '1' } );
	await rows().first().waitFor();
	const before = await rows().count();
	assert.equal( ( await litellm.call( key ) ).status, 200 );
	await eventually( async () => assert.equal( await rows().count(), before + 1 ) );
} );
