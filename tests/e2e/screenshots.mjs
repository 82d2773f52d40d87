// Takes the pictures of `make screenshots`: every state, in several looks and widths. dev/screenshots sets the environment.

import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { Browser } from './lib/browser.mjs';
import { SLUGS, Site } from './lib/site.mjs';
import { STATES, WIDTHS } from './lib/states.mjs';
import { LOOKS, Tour, visitState } from './lib/tour.mjs';

/** The height of a window that is so wide. */
const HEIGHTS = { 400: 800, 782: 1000, 1024: 768, 1400: 900, 1920: 1080, 2560: 1440 };
/** The default look is taken at all of them; what the others change shows at these. */
const FEW = [ 400, 1400 ];

const list = ( name ) => ( process.env[ name ] ?? '' ).split( /[\s,]+/ ).filter( Boolean );
const fail = ( text ) => {
	console.error( text );
	process.exit( 2 );
};

/** `keys` stands for all that begins so, `keys$` for that one alone. */
function chosenStates() {
	const wanted = list( 'SHOTS' );
	const fits = ( state, one ) => ( one.endsWith( '$' ) ? state.name === one.slice( 0, -1 ) : state.name.startsWith( one ) );
	for ( const one of wanted ) {
		STATES.some( ( state ) => fits( state, one ) ) || fail( `SHOTS: no state begins with '${ one }'; there are: ${ STATES.map( ( state ) => state.name ).join( ', ' ) }` );
	}
	return wanted.length === 0 ? STATES : STATES.filter( ( state ) => wanted.some( ( one ) => fits( state, one ) ) );
}

function chosenLooks( known ) {
	const wanted = list( 'LOOKS' );
	for ( const one of wanted ) {
		known.includes( one ) || fail( `LOOKS: '${ one }' cannot be taken here; there are: ${ known.join( ', ' ) }` );
	}
	return wanted.length === 0 ? known.filter( ( look ) => ! LOOKS[ look ].pseudo ) : wanted;
}

function chosenWidths( look ) {
	const wanted = list( 'WIDTHS' ).map( Number );
	for ( const one of wanted ) {
		one >= 320 && one <= 4000 || fail( `WIDTHS: numbers of pixels from 320 to 4000 are expected, not '${ process.env.WIDTHS }'` );
	}
	return wanted.length > 0 ? wanted : look === 'default' ? WIDTHS : FEW;
}

const folder = process.env.SCREENSHOTS;
const failures = [];
const wide = [];
let taken = 0;

/** Two frames: the chart is drawn anew for another width. */
const drawn = ( page ) => page.evaluate( () => new Promise( ( resolve ) => requestAnimationFrame( () => requestAnimationFrame( resolve ) ) ) );

async function shoot( { state, look, page } ) {
	for ( const width of chosenWidths( look ) ) {
		const height = HEIGHTS[ width ] ?? Math.round( width * 0.6 );
		await page.setViewportSize( { width, height } );
		await drawn( page );
		// The whole page, by a window that is as high: in a picture that is put together, wp-admin's menu and the shade behind a
		// dialog end where the window does. A dialog and a frame are looked at in the window they were made for.
		const whole = await page.evaluate( () => ( document.querySelector( 'dialog[open], iframe' ) ? 0 : document.scrollingElement.scrollHeight ) );
		if ( whole > height ) {
			await page.setViewportSize( { width, height: whole } );
			await drawn( page );
		}
		const name = `${ state.name }-${ look }-${ width }`;
		await page.screenshot( { path: path.join( folder, `${ name }.png` ), animations: 'disabled' } );
		const over = await page.evaluate( () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth );
		if ( over > 0 ) {
			wide.push( `${ name }: ${ over } pixels wider than the window` );
		}
		taken++;
	}
	await page.setViewportSize( { width: 1400, height: 900 } );
}

/** One state that cannot be reached must not cost the other pictures. */
const tolerant = ( name, work ) => work().catch( ( error ) => {
	failures.push( `${ name }: ${ error.message.split( '\n' )[ 0 ] }${ error.cause ? ` (${ error.cause.message.split( '\n' )[ 0 ] })` : '' }` );
} );

/** A WordPress and a gateway of our own: everything can be shown. */
async function ofOwn( states ) {
	const looks = chosenLooks( Object.keys( LOOKS ) );
	const tour = new Tour();
	try {
		await tour.start( looks );
		for ( const world of new Set( states.map( ( state ) => state.world ) ) ) {
			await tolerant( world, () => tour.within( world, async () => {
				for ( const state of states.filter( ( one ) => one.world === world ) ) {
					for ( const [ look, page ] of tour.pages ) {
						await tolerant( `${ state.name }, ${ look }`, () => visitState( state, { ...tour.scene, page }, () => shoot( { state, look, page } ) ) );
					}
				}
			} ) );
		}
	} finally {
		await tour.stop();
	}
}

/** A demo that is up: nothing is changed there, so only what can be seen without that. */
async function ofDemo( states, url ) {
	const looks = chosenLooks( Object.keys( LOOKS ).filter( ( look ) => ! LOOKS[ look ].locale && ! LOOKS[ look ].scheme ) );
	const seen = states.filter( ( state ) => state.world === 'ready' && ! state.alters );
	if ( seen.length < states.length ) {
		console.log( `left out, as they would change something there: ${ states.filter( ( state ) => ! seen.includes( state ) ).map( ( state ) => state.name ).join( ', ' ) }` );
	}
	const site = Object.assign( new Site(), { url: url.replace( /\/+$/, '' ) } );
	const browser = await new Browser().start();
	try {
		browser.recorder.allow( site.url );
		for ( const look of looks ) {
			const context = await browser.context( LOOKS[ look ].context );
			await site.signIn( context, process.env.SCREENSHOTS_USER || 'admin', process.env.SCREENSHOTS_PASSWORD || 'password' );
			const page = await browser.page( context, { errors: false } );
			for ( const state of seen ) {
				await tolerant( `${ state.name }, ${ look }`, () => visitState( state, { site, page }, () => shoot( { state, look, page } ) ) );
			}
			await context.close();
		}
	} finally {
		await browser.stop();
	}
}

const states = chosenStates();
chosenWidths();
if ( [ 'SHOTS', 'LOOKS', 'WIDTHS' ].every( ( name ) => list( name ).length === 0 ) ) {
	await rm( folder, { recursive: true, force: true } );
}
await mkdir( folder, { recursive: true } );
const began = Date.now();
await ( process.env.SCREENSHOTS_URL ? ofDemo( states, process.env.SCREENSHOTS_URL ) : ofOwn( states ) );
console.log( `${ taken } pictures in ${ Math.round( ( Date.now() - began ) / 1000 ) } s` );
wide.forEach( ( line ) => console.log( `too wide: ${ line }` ) );
failures.forEach( ( line ) => console.error( `not taken: ${ line }` ) );
process.exit( failures.length > 0 || taken === 0 ? 1 : 0 );
