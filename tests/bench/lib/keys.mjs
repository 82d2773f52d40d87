// The table of keys with many of them, beside LiteLLM's own: when it can be used, when all are there, each letter of a search,
// frames while scrolling, memory.

import { memory, watchWasm } from './memory.mjs';
import { median, quantile, view } from './view.mjs';

const FRAMES = 300;
/** So far one scrolls in a frame of 16.7 ms: 7,200 px, or 140 rows, a second. */
const STEP_PX = 120;

/** How many milliseconds after the page began to come, by its own clock. */
const sincePage = ( page ) => page.evaluate( () => performance.now() - performance.getEntriesByType( 'navigation' )[ 0 ].responseStart );

/** From each letter to the frame that shows what was found. Runs in the page. */
async function letters( typed ) {
	const input = document.querySelector( '.gw-search' );
	const times = [];
	for ( let end = 0; end <= typed.length; end++ ) {
		await new Promise( requestAnimationFrame );
		const began = performance.now();
		input.value = typed.slice( 0, end );
		input.dispatchEvent( new InputEvent( 'input', { bubbles: true } ) );
		await new Promise( ( go ) => requestAnimationFrame( () => {
			document.body.getBoundingClientRect();
			setTimeout( go );
		} ) );
		if ( end > 0 ) {
			times.push( performance.now() - began );
		}
	}
	return times;
}

/** The times between the frames while the table scrolls. Runs in the page. */
async function frames( [ count, px ] ) {
	const place = document.querySelector( '.gw-table-scroll' );
	const times = [];
	let last = performance.now();
	for ( let step = 0; step < count; step++ ) {
		place.scrollTop += px;
		await new Promise( requestAnimationFrame );
		times.push( performance.now() - last );
		last = performance.now();
	}
	return times;
}

const rowThere = ( alias ) => [ ...document.querySelectorAll( '.gw-key-name' ) ].some( ( name ) => name.textContent === alias );

/** When the first rows are there, since the page began to come: what WordPress needs before is not the table's. */
const usableAfter = ( page ) => page.evaluate( () => performance.getEntriesByName( 'bench-there' )[ 0 ].startTime - performance.getEntriesByType( 'navigation' )[ 0 ].responseStart );

/** Ours, where WordPress knows the first page of the list. */
export async function known( context, url, newest ) {
	const { page } = await view( context, url, rowThere, newest, false );
	return usableAfter( page );
}

/** Ours: `newest` is the alias of the newest key, `count` how many there are. */
export async function ours( context, url, newest, count ) {
	await context.addInitScript( watchWasm );
	const { page, ms } = await view( context, url, rowThere, newest, false );
	const usable = await usableAfter( page );
	await page.getByText( `${ count.toLocaleString( 'en-US' ) } keys`, { exact: true } ).waitFor( { timeout: 300_000 } );
	const all = await sincePage( page );
	const bytes = await memory( page );
	const typed = [ ...await page.evaluate( letters, 'application-12' ), ...await page.evaluate( letters, 'ada@ex' ) ];
	await page.evaluate( letters, '' );
	const drawn = await page.evaluate( frames, [ FRAMES, STEP_PX ] );
	return { ms, usable, all, bytes, letter: median( typed ), letterMost: Math.max( ...typed ), frame: median( drawn ), frameP95: quantile( drawn, 0.95 ) };
}

/** LiteLLM's own: `there` is asked with the newest key's alias. */
export async function own( context, url, there, newest ) {
	await context.addInitScript( watchWasm );
	const { page, ms } = await view( context, url, there, newest );
	return { ms, bytes: await memory( page ) };
}
