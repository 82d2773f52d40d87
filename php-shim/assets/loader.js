/**
 * Starts the app: fetches its module and the script around it side by side, inflates the module here, so that its
 * size on the wire does not depend on the host, and says in words what went wrong where an administrator can help.
 *
 * The module's script is made by wasm-bindgen; its default export takes a compiled module and runs the app.
 */

const mount = document.getElementById( 'litellm-dashboard' );
const boot = readBoot();
const base = new URL( boot.assets || 'app/', import.meta.url );
const version = boot.build ? '?ver=' + boot.build : new URL( import.meta.url ).search;
const canInflate = typeof DecompressionStream === 'function';

/** An error whose message is meant for the administrator. */
class Notice extends Error {}

/** A file of the app that did not come, or is not what its name says; the message is `name (reason)`. */
class FileError extends Error {}

start().catch( show );

async function start() {
	if ( typeof WebAssembly !== 'object' ) {
		throw new Notice( t( 'This browser cannot run WebAssembly, which this page is made of. Update the browser or use another one; a lockdown mode has to be off for this site.' ) );
	}
	if ( isForbidden() ) {
		throw new Notice( t( "This site's Content-Security-Policy forbids WebAssembly. Add 'wasm-unsafe-eval' to its script-src directive; it allows WebAssembly and nothing else." ) );
	}
	const [ module, glue ] = await Promise.all( [ loadModule(), loadGlue() ] );
	try {
		await glue.default( { module_or_path: module } );
	} catch ( error ) {
		throw new Notice( t( 'The dashboard was loaded but did not start. Reload the page; if that does not help, the browser console has the details: {reason}', { reason: String( error ) } ), { cause: error } );
	}
}

/** Asks by compiling the smallest module there is: browsers word the refusal differently. */
function isForbidden() {
	try {
		return ! new WebAssembly.Module( Uint8Array.of( 0, 0x61, 0x73, 0x6d, 1, 0, 0, 0 ) );
	} catch {
		return true;
	}
}

async function loadGlue() {
	const name = 'dashboard.js';
	try {
		return await import( address( name ) );
	} catch ( cause ) {
		// An import tells no status; asking once more does.
		const response = await fetch( address( name ) ).catch( () => null );
		throw new FileError( `${ name } (${ response?.ok ? cause : statusOf( response ) })`, { cause } );
	}
}

/** The compressed module, or else the plain one: some security plugins and hosts refuse file names they do not know. */
async function loadModule() {
	const failures = [];
	for ( const name of canInflate ? [ 'dashboard.bin', 'dashboard_bg.wasm' ] : [ 'dashboard_bg.wasm' ] ) {
		try {
			return await compile( name );
		} catch ( error ) {
			failures.push( error instanceof FileError ? error.message : `${ name } (${ error })` );
		}
	}
	throw new FileError( failures.join( ', ' ) );
}

async function compile( name ) {
	// Mode and credentials are those of `<link rel="preload" as="fetch" crossorigin>`, so that its answer is used.
	const response = await fetch( address( name ) ).catch( () => null );
	if ( ! response?.ok ) {
		throw new FileError( `${ name } (${ statusOf( response ) })` );
	}
	const [ copy, whole ] = response.body.tee();
	const reader = copy.getReader();
	const { value: start = [] } = await reader.read();
	reader.cancel();
	// gzip begins with 1f 8b; a module, also one that the host inflated on the way, with 00 'asm'; a page does not.
	if ( start[ 0 ] !== 0 && ! ( start[ 0 ] === 0x1f && canInflate ) ) {
		throw new FileError( `${ name } (${ response.headers.get( 'Content-Type' ) })` );
	}
	const body = start[ 0 ] === 0 ? whole : whole.pipeThrough( new DecompressionStream( 'gzip' ) );
	return WebAssembly.compileStreaming( new Response( body, { headers: { 'Content-Type': 'application/wasm' } } ) );
}

function address( name ) {
	return new URL( name + version, base );
}

function statusOf( response ) {
	return response ? `HTTP ${ response.status }` : t( 'no answer' );
}

function show( error ) {
	console.error( error );
	const text = document.createElement( 'p' );
	text.textContent = error instanceof Notice
		? error.message
		: t( 'The dashboard could not be loaded: {reason}. Reload the page; if that does not help, look whether a security plugin or the web server blocks files in {folder}', { reason: error.message, folder: base.pathname } );
	const notice = document.createElement( 'div' );
	notice.className = 'notice notice-error inline';
	notice.setAttribute( 'role', 'alert' );
	notice.append( text );
	mount?.replaceChildren( notice );
}

/** The text in the user's language, with its {names} filled in. */
function t( english, values = {} ) {
	return ( boot.strings?.[ english ] || english ).replace( /\{(\w+)\}/g, ( whole, name ) => values[ name ] ?? whole );
}

function readBoot() {
	try {
		return JSON.parse( document.getElementById( 'litellm-dashboard-boot' ).textContent );
	} catch {
		return {};
	}
}
