// Every state of every page, in the default scheme, in Midnight and in forced colours: no finding of axe, and well-formed markup.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { axeFindings, markupFindings } from './lib/quality.mjs';
import { STATES, WORLDS } from './lib/states.mjs';
import { Tour, visitState } from './lib/tour.mjs';

const tour = new Tour();

before( () => tour.start( [ 'default' ] ) );
after( () => tour.stop() );

/** The state as it comes, and then the same page in other colours: it need not be loaded for each. */
async function findings( page ) {
	// A row under the pointer has another ground; where the pointer was left is chance.
	await page.mouse.move( 0, 0 );
	const found = [ ...await markupFindings( page ), ...await axeFindings( page ) ];
	await wearScheme( page, 'midnight' );
	found.push( ...( await axeFindings( page, { colours: true } ) ).map( ( line ) => `in Midnight: ${ line }` ) );
	await page.emulateMedia( { forcedColors: 'active' } );
	found.push( ...( await axeFindings( page, { colours: true } ) ).map( ( line ) => `in forced colours: ${ line }` ) );
	await page.emulateMedia( { forcedColors: 'none' } );
	return found;
}

/** Another of WordPress' colour schemes, by the style sheet and the class that a user with it gets. */
async function wearScheme( page, scheme ) {
	const before = await page.evaluate( () => getComputedStyle( document.querySelector( '#adminmenu' ) ).backgroundColor );
	await page.evaluate( ( name ) => new Promise( ( resolve, reject ) => {
		const sheet = document.querySelector( '#colors-css' );
		sheet.addEventListener( 'load', resolve );
		sheet.addEventListener( 'error', () => reject( new Error( `no style sheet of ${ name }` ) ) );
		sheet.href = sheet.href.replace( /\/colors\/[^/]+\//, `/colors/${ name }/` );
		document.body.className = document.body.className.replace( /\badmin-color-\S+/, `admin-color-${ name }` );
	} ), scheme );
	const now = await page.evaluate( () => getComputedStyle( document.querySelector( '#adminmenu' ) ).backgroundColor );
	assert.notEqual( now, before, 'the colours are others' );
}

test( 'what is wrong is found', async () => {
	await tour.within( 'ready', async () => {
		const page = tour.pages.get( 'default' );
		await visitState( STATES.find( ( state ) => state.name === 'keys-new' ), { ...tour.scene, page }, async () => {
			await page.locator( '#litellm-dashboard' ).evaluate( ( root ) => root.insertAdjacentHTML(
				'beforeend',
				'<p id="twice" style="color: #ccc; background: #fff; forced-color-adjust: none">pale</p><p id="twice">again</p><input type="text"><ul><div>no item</div></ul>'
			) );
			const found = ( await findings( page ) ).join( '\n' );
			for ( const wanted of [ /^axe color-contrast/m, /^axe label /m, /^markup no-dup-id/m, /^markup element-permitted-content/m, /^in Midnight: axe color-contrast/m, /^in forced colours: axe color-contrast/m ] ) {
				assert.match( found, wanted );
			}
		} );
	} );
} );

for ( const world of Object.keys( WORLDS ) ) {
	test( `while the world is ${ world }`, async ( t ) => {
		await tour.within( world, async () => {
			const page = tour.pages.get( 'default' );
			for ( const state of STATES.filter( ( one ) => one.world === world ) ) {
				await t.test( state.name, () => visitState( state, { ...tour.scene, page }, async () => {
					assert.deepEqual( await findings( page ), [] );
				} ) );
			}
		} );
	} );
}

tour.stage.testWhatTravelled( { errors: [ /status of 50[0-9] /, /keys\.bin \(HTTP 500\)/ ] } );
