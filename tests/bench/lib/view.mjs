// One view in a fresh browser: when real data is on screen, what came over the wire, and what was asked for.

/** How long nothing may be under way until a view counts as complete. */
const QUIET_MS = 700;
const LIMIT_MS = 60_000;

/** Everything that a page loads, in bytes as they came over the wire. */
export class Wire {
	static async of( page ) {
		const wire = new Wire();
		wire.requests = new Map();
		wire.changed = Date.now();
		const session = await page.context().newCDPSession( page );
		await session.send( 'Network.enable' );
		const change = ( id, with_ ) => {
			wire.changed = Date.now();
			const known = wire.requests.get( id );
			if ( known ) {
				with_( known );
			}
		};
		session.on( 'Network.requestWillBeSent', ( { requestId, request } ) => {
			wire.changed = Date.now();
			if ( /^https?:/.test( request.url ) ) {
				// A redirect comes under the same id.
				const name = wire.requests.has( requestId ) ? `${ requestId }+` : requestId;
				wire.requests.set( name, { url: request.url, bytes: 0, open: name === requestId } );
			}
		} );
		session.on( 'Network.loadingFinished', ( { requestId, encodedDataLength } ) => change( requestId, ( one ) => Object.assign( one, { bytes: encodedDataLength, open: false } ) ) );
		session.on( 'Network.loadingFailed', ( { requestId } ) => change( requestId, ( one ) => ( one.open = false ) ) );
		return wire;
	}

	all() {
		return [ ...this.requests.values() ];
	}

	async quiet() {
		const end = Date.now() + LIMIT_MS;
		while ( Date.now() < end && ( Date.now() - this.changed < QUIET_MS || this.all().some( ( one ) => one.open ) ) ) {
			await new Promise( ( resolve ) => setTimeout( resolve, 50 ) );
		}
	}
}

/** Opens `url` in `context` and waits for `there`, a function of the page that is asked at every frame; then until all is quiet. */
export async function view( context, url, there, argument, quiet = true, limit = LIMIT_MS ) {
	const page = await context.newPage();
	const wire = await Wire.of( page );
	const began = performance.now();
	await page.goto( url, { waitUntil: 'commit', timeout: limit } );
	// The page's own clock is asked where the mark is read: this one waits behind whatever keeps the page busy.
	const look = `( ${ there } )( ${ JSON.stringify( argument ) } ) && performance.mark( 'bench-there' )`;
	await page.waitForFunction( look, undefined, { polling: 'raf', timeout: limit } );
	const ms = performance.now() - began;
	// What comes later is fetched ahead, for other pages.
	wire.all().forEach( ( one ) => ( one.first = true ) );
	if ( quiet ) {
		await wire.quiet();
	}
	return { page, ms, requests: wire.all() };
}

/** Clicks, after the pointer has rested there for so long, and waits for `there`. From the click on, by the page's own clock. */
export async function step( page, link, there, argument, restMs = 0 ) {
	await link.hover();
	await page.waitForTimeout( restMs );
	await page.evaluate( () => addEventListener( 'click', () => ( window.benchClickedAt = performance.now() ), { capture: true, once: true } ) );
	await link.click( { noWaitAfter: true } );
	const look = `( ${ there } )( ${ JSON.stringify( argument ) } ) && performance.now() - window.benchClickedAt`;
	return ( await page.waitForFunction( look, undefined, { polling: 'raf', timeout: LIMIT_MS } ) ).jsonValue();
}

export function median( values ) {
	return quantile( values, 0.5 );
}

export function quantile( values, share ) {
	const sorted = values.toSorted( ( one, other ) => one - other );
	if ( sorted.length === 0 ) {
		return NaN;
	}
	const place = ( sorted.length - 1 ) * share;
	const low = Math.floor( place );
	return sorted[ low ] + ( ( sorted[ low + 1 ] ?? sorted[ low ] ) - sorted[ low ] ) * ( place - low );
}
