// Moving about without page loads; reading the chart by keyboard; and pages that fit, wide and narrow, in three languages.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { SLUGS } from './lib/site.mjs';
import { Stage } from './lib/stage.mjs';
import { eventually } from './lib/until.mjs';

const stage = new Stage();
let site, page;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { site } = stage );
	await stage.configure();
	page = await stage.signedInPage();
} );
after( () => stage.stop() );

const menu = () => page.locator( '#toplevel_page_litellm-dashboard .wp-submenu' );

async function seePage( title, slug ) {
	await page.getByRole( 'heading', { name: title, exact: true, level: 1 } ).waitFor();
	assert.equal( new URL( page.url() ).searchParams.get( 'page' ), slug );
	await eventually( async () => assert.match( await page.title(), new RegExp( `^(LiteLLM: )?${ title } ‹ .+ — WordPress$` ) ) );
	await eventually( async () => assert.deepEqual( await menu().locator( 'li.current' ).allTextContents(), [ title ] ) );
	assert.deepEqual( await menu().locator( '[aria-current="page"]' ).allTextContents(), [ title ] );
}

test( 'moving between pages loads none; title and menu follow, and so do back and forward', async () => {
	await site.open( page );
	const documents = page.documents;
	for ( const [ title, slug ] of [ [ 'Keys', SLUGS.keys ], [ 'Status', SLUGS.status ], [ 'Console', SLUGS.console ], [ 'Overview', SLUGS.overview ] ] ) {
		await menu().getByRole( 'link', { name: title } ).click();
		await seePage( title, slug );
	}
	await page.goBack();
	await seePage( 'Console', SLUGS.console );
	await page.goBack();
	await seePage( 'Status', SLUGS.status );
	await page.goForward();
	await seePage( 'Console', SLUGS.console );
	assert.equal( page.documents, documents );
} );

test( 'the columns of the chart are read by arrow keys', async () => {
	await site.open( page );
	await page.locator( '.gw-log tbody tr' ).first().waitFor();
	const plot = page.locator( '.gw-chart [tabindex="0"]' );
	assert.match( await plot.getAttribute( 'aria-label' ), /^Requests by day\. Use the arrow keys to read the values\.$/ );
	const said = page.locator( '.gw-chart [aria-live]' );
	const table = await page.getByRole( 'table', { name: 'Requests by day' } ).locator( 'tbody tr' ).evaluateAll( ( rows ) => rows.map( ( row ) => [ ...row.cells ].map( ( cell ) => cell.textContent ) ) );
	assert.equal( table.length, 7 );
	await plot.focus();
	await page.keyboard.press( 'ArrowRight' );
	await eventually( async () => assert.ok( ( await said.textContent() ).startsWith( table[ 0 ][ 0 ] ) ) );
	await page.keyboard.press( 'ArrowRight' );
	await eventually( async () => assert.ok( ( await said.textContent() ).startsWith( table[ 1 ][ 0 ] ) ) );
	await page.locator( '.gw-tooltip' ).waitFor();
	await page.keyboard.press( 'Escape' );
	await page.locator( '.gw-tooltip' ).waitFor( { state: 'detached' } );
	await page.keyboard.press( 'ArrowLeft' );
	const last = table.at( -1 );
	await eventually( async () => {
		const words = await said.textContent();
		assert.ok( last.every( ( cell ) => words.includes( cell ) ), `${ words } names ${ last.join( ', ' ) }` );
	} );
} );

test( 'the live log pauses on demand', async () => {
	await page.getByRole( 'button', { name: 'Pause' } ).click();
	await page.locator( '.gw-live' ).getByText( 'Paused' ).waitFor();
	await page.getByRole( 'button', { name: 'Resume' } ).click();
	await page.locator( '.gw-live' ).getByText( 'Live', { exact: true } ).waitFor();
} );

/** Waits until the page shows what it came for. */
async function drawn( name ) {
	const there = { overview: '.gw-log tbody tr', keys: '.gw-keys tbody tr', 'keys-new': '#gw-alias', console: '.gw-notice, iframe', status: '.gw-lines' };
	await page.locator( there[ name ] ).first().waitFor();
	await page.locator( '.gw-skeleton' ).first().waitFor( { state: 'detached' } );
}

for ( const [ locale, direction ] of [ [ 'en_US', 'ltr' ], [ 'zh_CN', 'ltr' ], [ 'ar', 'rtl' ] ] ) {
	test( `every page fits at 1400, 782 and 400 pixels in ${ locale }`, async () => {
		assert.ok( locale === 'en_US' || ( await site.addLanguage( locale ) ), 'WordPress has this language' );
		await site.cli( 'user', 'meta', 'update', 'admin', 'locale', locale );
		const wide = [];
		for ( const [ name, slug, query ] of [ [ 'overview', 'overview', { range: '30d' } ], [ 'keys', 'keys' ], [ 'keys-new', 'keys', { action: 'new' } ], [ 'console', 'console' ], [ 'status', 'status' ] ] ) {
			await page.setViewportSize( { width: 1400, height: 900 } );
			await site.open( page, slug, query );
			assert.equal( await page.locator( 'html' ).getAttribute( 'dir' ) ?? 'ltr', direction );
			await drawn( name );
			for ( const width of [ 1400, 782, 400 ] ) {
				await page.setViewportSize( { width, height: 900 } );
				await eventually( async () => {
					const over = await page.evaluate( () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth );
					assert.equal( over, 0, `${ name } is ${ over } pixels too wide at ${ width }` );
				}, 2_000 ).catch( ( error ) => wide.push( error.message ) );
				await page.screenshot( { path: path.join( process.env.SCREENSHOTS, `${ name }-${ locale }-${ width }.png` ), fullPage: true } );
			}
		}
		assert.deepEqual( wide, [] );
	} );
}

stage.testWhatTravelled();
