// Moving about without page loads; reading the chart by keyboard; and pages that fit, wide and narrow, in three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { calls } from './lib/app.mjs';
import { SLUGS } from './lib/site.mjs';
import { Stage } from './lib/stage.mjs';
import { STATES, WIDTHS } from './lib/states.mjs';
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
	await calls( page ).first().waitFor();
	const chart = page.locator( '.gw-chart' ).first();
	const plot = chart.getByRole( 'application' );
	assert.match( await plot.getAttribute( 'aria-label' ), /^Requests by day\. Use the arrow keys to read the values\.$/ );
	const said = chart.locator( '[aria-live]' );
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
	await page.getByRole( 'status' ).filter( { hasText: /^Paused$/ } ).waitFor();
	await page.getByRole( 'button', { name: 'Resume' } ).click();
	await page.getByRole( 'status' ).filter( { hasText: /^Live$/ } ).waitFor();
} );

/** Pages that are as wide as their content wants to be. */
const PAGES = [ 'overview-30d', 'keys', 'keys-new', 'console-unframed', 'status' ].map( ( name ) => STATES.find( ( state ) => state.name === name ) );

for ( const [ locale, direction ] of [ [ 'en_US', 'ltr' ], [ 'zh_CN', 'ltr' ], [ 'ar', 'rtl' ] ] ) {
	test( `every page fits at ${ WIDTHS.join( ', ' ) } pixels in ${ locale }`, async () => {
		assert.ok( locale === 'en_US' || ( await site.addLanguage( locale ) ), 'WordPress has this language' );
		await site.cli( 'user', 'meta', 'update', 'admin', 'locale', locale );
		const wide = [];
		for ( const state of PAGES ) {
			await page.setViewportSize( { width: 1400, height: 900 } );
			await state.show( { stage, site, page } );
			assert.equal( await page.locator( 'html' ).getAttribute( 'dir' ) ?? 'ltr', direction );
			for ( const width of WIDTHS ) {
				await page.setViewportSize( { width, height: 900 } );
				await eventually( async () => {
					const over = await page.evaluate( () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth );
					assert.equal( over, 0, `${ state.name } is ${ over } pixels too wide at ${ width }` );
				}, 2_000 ).catch( ( error ) => wide.push( error.message ) );
			}
		}
		assert.deepEqual( wide, [] );
	} );
}

stage.testWhatTravelled();
