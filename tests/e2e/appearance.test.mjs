// Moving about without page loads; reading the chart by keyboard; colours of every scheme; and pages that fit, wide and narrow, in
// three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { calls } from './lib/app.mjs';
import { englishLeft } from './lib/language.mjs';
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
	await makeLongKey();
} );
after( async () => {
	await stage.litellm?.ask( '/user/delete', { user_ids: [ LONG ] } ).catch( () => {} );
	await stage.stop();
} );

const LONG = `a-name-that-is-longer-than-most-of-them-${ Date.now().toString( 36 ) }`;

/** A key whose owner, models and successor have long names: its row wants more room than others. */
async function makeLongKey() {
	const { litellm } = stage;
	await litellm.ask( '/user/new', { user_id: LONG, user_alias: LONG, user_role: 'internal_user', auto_create_key: false } );
	const successor = await litellm.makeKey( { key_alias: LONG } );
	const replaced = { replaced_by: successor.token ?? successor.token_id };
	await litellm.makeKey( { key_alias: `${ LONG }-old`, user_id: LONG, models: [ LONG, `${ LONG }-2`, 'gpt-4o' ], duration: '2d', metadata: { litellm_dashboard: replaced } } );
}

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
	assert.match( await plot.getAttribute( 'aria-label' ), /^Requests by day\. Use the arrow keys to read the values, and Enter to see what is behind one\.$/ );
	const said = chart.locator( '[aria-live]' );
	const table = () => page.getByRole( 'table', { name: 'Requests by day' } ).locator( 'tbody tr' ).evaluateAll( ( rows ) => rows.map( ( row ) => [ ...row.cells ].map( ( cell ) => cell.textContent ) ) );
	assert.equal( ( await table() ).length, 7 );
	await plot.focus();
	// From outside of it. A day may end or a call come in meanwhile: then it is read once more.
	const reads = ( keys, at, cells ) => eventually( async () => {
		await page.keyboard.press( 'Escape' );
		await page.locator( '.gw-tooltip' ).waitFor( { state: 'detached' } );
		for ( const key of keys ) {
			await page.keyboard.press( key );
		}
		await page.locator( '.gw-tooltip' ).waitFor();
		const [ words, row ] = [ await said.textContent(), ( await table() ).at( at ) ];
		assert.ok( words.startsWith( row[ 0 ] ) && row.slice( 0, cells ).every( ( cell ) => words.includes( cell ) ), `${ words } names ${ row.join( ', ' ) }` );
	} );
	await reads( [ 'ArrowRight' ], 0, 1 );
	await reads( [ 'ArrowRight', 'ArrowRight' ], 1, 1 );
	await reads( [ 'ArrowLeft' ], -1 );
} );

test( 'the live log pauses on demand', async () => {
	await page.getByRole( 'button', { name: 'Pause' } ).click();
	await page.getByRole( 'status' ).filter( { hasText: /^Paused$/ } ).waitFor();
	await page.getByRole( 'button', { name: 'Resume' } ).click();
	await page.getByRole( 'status' ).filter( { hasText: /^Live$/ } ).waitFor();
} );

/** WordPress' schemes by the colour of what can be clicked. */
const SCHEMES = { fresh: '#2271b1', modern: '#3858e9', light: '#0085ba', blue: '#096484', coffee: '#46403c', ectoplasm: '#523f6d', midnight: '#e14d43', ocean: '#627c83', sunrise: '#dd823b' };
/** What text of that colour stands on: panels, heads of tables, the page, and two notices. Buttons are white on it. */
const GROUNDS = [ '#ffffff', '#fbfbfc', '#f0f0f1', '#fcf0f0', '#fef8ee' ];

test( 'links and buttons can be read in every colour scheme', async () => {
	await site.open( page, 'keys' );
	await page.locator( '.gw-key-name a' ).first().waitFor();
	const weak = await page.evaluate( ( [ schemes, grounds ] ) => {
		const brush = document.createElement( 'canvas' ).getContext( '2d', { willReadFrequently: true } );
		const luminance = ( color ) => {
			brush.fillStyle = color;
			brush.fillRect( 0, 0, 1, 1 );
			const [ red, green, blue ] = [ ...brush.getImageData( 0, 0, 1, 1 ).data ].map( ( part ) => ( part <= 10 ? part / 3294 : ( ( part / 255 + 0.055 ) / 1.055 ) ** 2.4 ) );
			return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
		};
		const parts = [ document.querySelector( '.gw-key-name a' ), document.querySelector( '.gw-header .button-primary' ) ];
		// Otherwise the colour of a moment ago is read.
		parts.forEach( ( part ) => part.style.setProperty( 'transition', 'none' ) );
		const found = [];
		for ( const [ scheme, color ] of Object.entries( schemes ) ) {
			document.body.style.setProperty( '--wp-admin-theme-color', color );
			const link = getComputedStyle( parts[ 0 ] ).color;
			const button = getComputedStyle( parts[ 1 ] ).backgroundColor;
			for ( const [ text, ground ] of [ ...grounds.map( ( ground ) => [ link, ground ] ), [ '#ffffff', button ] ] ) {
				const [ dark, bright ] = [ luminance( text ), luminance( ground ) ].sort( ( one, other ) => one - other );
				const contrast = ( bright + 0.05 ) / ( dark + 0.05 );
				if ( contrast < 4.5 ) {
					found.push( `${ scheme }: ${ text } on ${ ground } is ${ contrast.toFixed( 2 ) }` );
				}
			}
		}
		document.body.style.removeProperty( '--wp-admin-theme-color' );
		return found;
	}, [ SCHEMES, GROUNDS ] );
	assert.deepEqual( weak, [] );
} );

/** Tables that reach out of their panel, edges of the header that are not those of the content, and nothing below the end. */
const misfits = ( page ) => page.evaluate( () => {
	const found = [];
	const { scrollHeight } = document.scrollingElement;
	// Beside a long menu a short page ends with the menu.
	const end = Math.max( innerHeight, ...[ '#litellm-dashboard', '#adminmenu' ].map( ( name ) => document.querySelector( name ).getBoundingClientRect().bottom + scrollY ) );
	if ( scrollHeight > end + 150 ) {
		found.push( `the page goes on ${ scrollHeight - end } pixels below its end` );
	}
	for ( const place of document.querySelectorAll( '.gw-table-scroll' ) ) {
		const over = place.scrollWidth - place.clientWidth;
		if ( over > 0 ) {
			found.push( `a table is ${ over } pixels too wide` );
		}
	}
	const header = document.querySelector( '.gw-header' );
	const outside = header.getBoundingClientRect();
	const { paddingLeft, paddingRight } = getComputedStyle( header );
	const boxes = [ ...document.querySelector( '.gw-content' ).children ].filter( ( part ) => part.getClientRects().length > 0 ).map( ( part ) => part.getBoundingClientRect() );
	const left = Math.min( ...boxes.map( ( box ) => box.left ) ) - outside.left - parseFloat( paddingLeft );
	const right = Math.max( ...boxes.map( ( box ) => box.right ) ) - outside.right + parseFloat( paddingRight );
	if ( Math.abs( left ) > 1 || Math.abs( right ) > 1 ) {
		found.push( `the content's edges are ${ left } and ${ right } pixels from the header's` );
	}
	return found;
} );

/** The page is there by then: what does not fit after so long will not, and each that does not is waited for. */
const LAID_OUT_MS = 60_000;

/** Pages that are as wide as their content wants to be. */
const PAGES = [ 'overview-30d', 'usage', 'logs', 'keys', 'keys-new', 'console-unframed', 'status' ].map( ( name ) => STATES.find( ( state ) => state.name === name ) );

for ( const [ locale, direction ] of [ [ 'en_US', 'ltr' ], [ 'zh_CN', 'ltr' ], [ 'ar', 'rtl' ] ] ) {
	test( `every page fits at ${ WIDTHS.join( ', ' ) } pixels in ${ locale }`, async () => {
		assert.ok( locale === 'en_US' || ( await site.addLanguage( locale ) ), 'WordPress has this language' );
		await site.cli( 'user', 'meta', 'update', 'admin', 'locale', locale );
		const wide = [];
		for ( const state of PAGES ) {
			await page.setViewportSize( { width: 1400, height: 900 } );
			await state.show( { stage, site, page } );
			if ( locale === 'zh_CN' ) {
				const { known, found } = await englishLeft( page );
				assert.ok( known > 1_500, `${ known } texts have a translation` );
				assert.deepEqual( found, [], `${ state.name } has texts in English` );
				assert.ok( ( await menu().getByRole( 'link' ).allTextContents() ).includes( '概览' ), 'the menu is in Chinese' );
			}
			assert.equal( await page.locator( 'html' ).getAttribute( 'dir' ) ?? 'ltr', direction );
			// Also between a tablet and the width from which on the table of keys has room for all its columns.
			for ( const width of [ ...WIDTHS, 800, 961, 1170, 1270, 1400, 1440 ] ) {
				await page.setViewportSize( { width, height: 900 } );
				await eventually( async () => {
					const over = await page.evaluate( () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth );
					assert.equal( over, 0, `${ state.name } is ${ over } pixels too wide at ${ width }` );
					assert.deepEqual( await misfits( page ), [], `${ state.name } at ${ width }` );
				}, LAID_OUT_MS ).catch( ( error ) => wide.push( error.message ) );
			}
		}
		assert.deepEqual( wide, [] );
	} );
}

stage.testWhatTravelled();
