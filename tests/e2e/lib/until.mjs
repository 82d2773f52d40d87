// Waiting for a condition, with a limit.

const PAUSE_MS = 150;

/** Long enough for a machine with many times its work, on which a first page took a minute: what is there earlier is not waited for. */
export const LIMIT_MS = 300_000;

/** Asks until `look` gives something true, and gives that; after `limit` ms fails with what was seen last. */
export async function until( what, look, limit = LIMIT_MS ) {
	const end = Date.now() + limit;
	for ( ;; ) {
		let seen;
		try {
			seen = await look();
		} catch ( error ) {
			seen = null;
			if ( Date.now() >= end ) {
				throw new Error( `Not within ${ limit / 1000 } s: ${ what }`, { cause: error } );
			}
		}
		if ( seen ) {
			return seen;
		}
		if ( Date.now() >= end ) {
			throw new Error( `Not within ${ limit / 1000 } s: ${ what }` );
		}
		await new Promise( ( resolve ) => setTimeout( resolve, PAUSE_MS ) );
	}
}

/** As `until`, for an assertion: its own message tells what is wrong in the end. */
export async function eventually( check, limit = LIMIT_MS ) {
	let failure;
	await until( 'an assertion', async () => {
		try {
			await check();
			return true;
		} catch ( error ) {
			failure = error;
			return false;
		}
	}, limit ).catch( () => {
		throw failure;
	} );
}
