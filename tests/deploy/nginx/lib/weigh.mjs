// What a browser receives for the console, in bytes on the wire: the first time, and again with what it kept.

import { newContext, signIn } from './console.mjs';

/** Files of the console: what is the same for everybody. The rest is data. */
const FILE = /^(\/litellm-asset-prefix)?\/(_next|ui)\/|^\/ui$|\.(ico|svg|png)$/;

/** Counts what a page receives from now on; `quiet` waits until nothing has been asked for, or has come, for a while. */
export async function count( page ) {
	const session = await page.context().newCDPSession( page );
	const sum = { requests: 0, files: 0, scripts: 0, data: 0 };
	const addresses = new Map();
	let last = Date.now();
	await session.send( 'Network.enable' );
	session.on( 'Network.requestWillBeSent', ( { requestId, request } ) => {
		addresses.set( requestId, new URL( request.url ) );
		last = Date.now();
	} );
	session.on( 'Network.loadingFinished', ( { requestId, encodedDataLength } ) => {
		const address = addresses.get( requestId );
		last = Date.now();
		if ( ! address || address.protocol === 'data:' || encodedDataLength === 0 ) {
			return;
		}
		sum.requests++;
		sum[ FILE.test( address.pathname ) ? 'files' : 'data' ] += encodedDataLength;
		sum.scripts += /\/_next\/static\//.test( address.pathname ) ? encodedDataLength : 0;
	} );
	return { sum, async quiet() {
		while ( Date.now() - last < 1_500 ) {
			await page.waitForTimeout( 100 );
		}
		await session.detach();
	} };
}

async function view( context, url, password ) {
	const page = await context.newPage();
	const { sum, quiet } = await count( page );
	await page.goto( `${ url }/ui/` );
	if ( password ) {
		await signIn( page, password );
	}
	await page.getByText( /Virtual Keys/ ).first().waitFor();
	await quiet();
	await page.close();
	return sum;
}

/** The first view, signing in included, and the same one again: in bytes, by what it was. */
export async function weigh( browser, url, password ) {
	const context = await newContext( browser, { viewport: { width: 1400, height: 900 } } );
	try {
		const first = await view( context, url, password );
		return { first, again: await view( context, url ) };
	} finally {
		await context.close();
	}
}

export const inWords = ( bytes ) => ( bytes < 100_000 ? `${ ( bytes / 1e3 ).toFixed( 1 ) } kB` : `${ ( bytes / 1e6 ).toFixed( 2 ) } MB` );

export function line( what, { first, again } ) {
	return `${ what.padEnd( 24 ) } first view ${ inWords( first.files + first.data ).padStart( 8 ) } (files ${ inWords( first.files ) }, data ${ inWords( first.data ) }, ${ first.requests } requests)   again ${ inWords( again.files + again.data ).padStart( 8 ) } (scripts, styles, fonts ${ inWords( again.scripts ) }, ${ again.requests } requests)`;
}
