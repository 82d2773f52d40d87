/**
 * Starts the app: fetches its compressed files side by side, inflates them here, so that their size on the wire
 * does not depend on the host, and says in words what went wrong where an administrator can help.
 *
 * `dashboard.bin` is the module; each page has a chunk of its own beside it, such as `keys.bin`. `shell.bin` is what
 * surrounds them, as JSON, `[ style sheet, script ]`: the script is made by wasm-bindgen; its default export takes a compiled
 * module and runs the app. All of them lie there as plain files, too.
 *
 * It is a classic script, which the packer wraps into a function. PHP prints it in the head of the page: the files come and are
 * compiled while the browser still waits for WordPress's scripts, and the app starts as soon as its place is parsed.
 */

const canInflate = typeof DecompressionStream === 'function';
/** What the tag says, as it comes before the boot data. A tool that puts scripts together leaves no tag. */
const { assets, build, chunks: pages } = document.currentScript?.dataset ?? {};

/** The place of the app and the boot data, once they are parsed. */
let mount = null;
let boot = {};
/** What is said of another origin, in case that a file does not come. */
let otherOrigin = null;
/** Whether the browser let a file not through, or there was no answer. */
let isUnanswered = false;

/** The chunks that were asked for: name → promise of the compiled code. */
const chunks = {};
/** By this the app asks for its chunks: where it runs, no address tells where they are. It began when the page was new. */
globalThis.litellmDashboard = { chunk, ahead, answers: () => answers, begun: Date.now() };
/** The answers to what the page asks first: their text, '' where there are none. */
let answers = Promise.resolve( '' );
/** So long a file may keep everything waiting, in milliseconds, before that is said. */
const PATIENCE = 30_000;

/** An error whose message is meant for the administrator. */
class Notice extends Error {}

/** A file of the app that did not come, or is not what its name says; the message is `name (reason)`. */
class FileError extends Error {}

const parsed = whenParsed();
start().catch( show );

async function start() {
	if ( ! assets ) {
		await parsed;
	}
	if ( typeof WebAssembly !== 'object' ) {
		throw new Notice( t( 'This browser cannot run WebAssembly, which this page is made of. Update the browser or use another one; a lockdown mode has to be off for this site.' ) );
	}
	if ( isForbidden() ) {
		throw new Notice( t( "This site's Content-Security-Policy forbids WebAssembly. Add 'wasm-unsafe-eval' to its script-src directive; it allows WebAssembly and nothing else." ) );
	}
	const first = ( pages || boot.chunks || '' ).split( ' ' ).filter( Boolean );
	// The chunks early; what they come to is told when the app asks for them.
	const parts = [ loadModule(), loadShell(), ...first.map( ( name ) => chunk( name ) ) ];
	const code = Promise.all( parts.slice( 0, 2 ) );
	code.catch( () => {} );
	await parsed;
	const waiting = setTimeout( sayWaiting, PATIENCE );
	Promise.allSettled( parts ).then( () => {
		clearTimeout( waiting );
		mount?.querySelector( '.gw-waiting' )?.remove();
	} );
	answers = ask();
	const [ module, glue ] = await code;
	try {
		await glue.default( { module_or_path: module } );
	} catch ( error ) {
		if ( error instanceof WebAssembly.LinkError ) {
			throw new Notice( t( 'The files of the dashboard are not of one version: a cache gives out old ones, or an update did not finish. Empty the cache of the CDN, of the web server and of cache plugins, which have to tell files apart by the ?ver= in their addresses, and reload the page; if that does not help, install the plugin again.' ), { cause: error } );
		}
		throw new Notice( t( 'The dashboard was loaded but did not start. Reload the page; if that does not help, the browser console has the details: {reason}', { reason: String( error ) } ), { cause: error } );
	}
}

/** Takes up the place of the app and the boot data as soon as they are parsed to their end. */
async function whenParsed() {
	const data = () => document.getElementById( 'litellm-dashboard-boot' );
	await new Promise( ( done ) => {
		const look = () => {
			if ( data()?.nextSibling || document.readyState !== 'loading' ) {
				observer.disconnect();
				done();
			}
		};
		const observer = new MutationObserver( look );
		observer.observe( document, { childList: true, subtree: true } );
		document.addEventListener( 'readystatechange', look );
		look();
	} );
	mount = document.getElementById( 'litellm-dashboard' );
	try {
		boot = JSON.parse( data().textContent );
	} catch {}
	// It says that this never ran.
	const late = mount?.querySelector( '.gw-late' );
	otherOrigin = late?.querySelector( 'p + p' );
	late?.remove();
}

/** Asks for what the page asks first and WordPress did not know when it printed the page, while the app is on its way. */
async function ask() {
	if ( ! boot.ask?.length ) {
		return '';
	}
	try {
		const response = await fetch( boot.rest + 'batch', {
			method: 'POST', headers: { 'Content-Type': 'application/json', 'X-WP-Nonce': boot.nonce }, body: JSON.stringify( { requests: boot.ask } ),
		} );
		return response.ok ? await response.text() : '';
	} catch {
		// The app asks again, and says what it comes to.
		return '';
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

/** Some security plugins and hosts refuse file names they do not know, so each part can also be had plain. */
function loadModule( names = [ 'dashboard.bin', 'dashboard_bg.wasm' ], priority ) {
	return firstOf( names, async ( name ) => {
		const body = await open( name, 0, priority );
		return WebAssembly.compileStreaming( new Response( body, { headers: { 'Content-Type': 'application/wasm' } } ) );
	} );
}

/** The code of a page, fetched once; what could not be had is asked for again the next time. */
function chunk( name, priority ) {
	return chunks[ name ] ??= insistOnBuild().then( () => loadModule( [ `${ name }.bin`, `${ name }.wasm` ], priority ) ).catch( ( error ) => {
		delete chunks[ name ];
		throw error;
	} );
}

/** The plugin may have been updated while the page was open: a chunk of another build would not fit what runs here. */
async function insistOnBuild() {
	const ours = build || boot.build;
	if ( Date.now() - litellmDashboard.begun > PATIENCE ) {
		const { hash } = ( await fetch( address( 'build.json' ), { cache: 'no-store', signal: AbortSignal.timeout?.( 5000 ) } ).then( ( response ) => response.json() ).catch( () => boot ) ) ?? {};
		if ( hash && hash !== ours ) {
			throw new FileError( `build.json (${ hash })` );
		}
	}
}

/** Fetches a chunk that may be wanted next, when the browser has nothing else to do. */
async function ahead( name ) {
	if ( navigator.connection?.saveData ) {
		throw new Error( 'Nothing is fetched ahead where data is to be saved.' );
	}
	if ( document.readyState !== 'complete' ) {
		await new Promise( ( done ) => addEventListener( 'load', done, { once: true } ) );
	}
	await new Promise( ( done ) => ( globalThis.requestIdleCallback ?? setTimeout )( done ) );
	await chunk( name, 'low' );
}

/** Puts the style sheet in its place, and gives the script. */
async function loadShell() {
	const shell = canInflate ? open( 'shell.bin', 0x5b ).then( ( body ) => new Response( body ).json() ) : Promise.reject();
	const [ glue ] = await Promise.all( [
		firstOf( [ 'shell.bin', 'dashboard.js' ], ( name ) => name === 'dashboard.js' ? runFile( name ) : shell.then( runText ) ),
		shell.then( addStyle ).catch( linkStyle ),
	] );
	return glue;
}

/** A policy for scripts may refuse this one, as it does not lie on the site. */
function runText( [ , script ] ) {
	const url = URL.createObjectURL( new Blob( [ script ], { type: 'text/javascript' } ) );
	return import( url ).finally( () => URL.revokeObjectURL( url ) );
}

async function runFile( name ) {
	try {
		return await import( address( name ) );
	} catch ( cause ) {
		// An import tells no status; asking once more does.
		const response = await fetch( address( name ) ).catch( () => null );
		throw new FileError( `${ name } (${ response?.ok ? cause : statusOf( response ) })`, { cause } );
	}
}

/** Throws in a browser that knows no sheets of this kind. */
function addStyle( [ style ] ) {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync( style );
	document.adoptedStyleSheets = [ ...document.adoptedStyleSheets, sheet ];
}

/** Done when the sheet applies, as the app measures what it draws; or when it cannot be had: better plain than not at all. */
async function linkStyle() {
	await new Promise( ( done ) => document.head.append( Object.assign( document.createElement( 'link' ), {
		rel: 'stylesheet', href: address( 'dashboard.css' ), onload: done, onerror: done,
	} ) ) );
}

/** What the first file that is of use gives; when none is, the reasons of all. */
async function firstOf( names, use ) {
	const reasons = [];
	for ( const name of names.filter( ( name ) => canInflate || ! name.endsWith( '.bin' ) ) ) {
		try {
			return await use( name );
		} catch ( error ) {
			reasons.push( error instanceof FileError ? error.message : `${ name } (${ error })` );
		}
	}
	throw new FileError( reasons.join( ', ' ) );
}

/** The content of a file, inflated if need be; `first` is the byte with which it then begins. */
async function open( name, first, priority ) {
	// Mode and credentials are those of `<link rel="preload" as="fetch" crossorigin>`, so that its answer is used.
	const response = await fetch( address( name ), { priority } ).catch( () => null );
	if ( ! response?.ok ) {
		throw new FileError( `${ name } (${ statusOf( response ) })` );
	}
	const [ copy, whole ] = response.body.tee();
	const reader = copy.getReader();
	const { value: start = [] } = await reader.read();
	reader.cancel();
	// gzip begins with 1f 8b; some hosts let the browser inflate it; what begins otherwise, such as a page, is not ours.
	if ( start[ 0 ] !== first && ! ( start[ 0 ] === 0x1f && canInflate ) ) {
		throw new FileError( `${ name } (${ response.headers.get( 'Content-Type' ) })` );
	}
	return start[ 0 ] === first ? whole : whole.pipeThrough( new DecompressionStream( 'gzip' ) );
}

/** A connection that hangs ends by no error: the grey shapes would stay for ever. */
function sayWaiting() {
	const text = document.createElement( 'p' );
	text.className = 'notice notice-warning inline gw-waiting';
	text.setAttribute( 'role', 'status' );
	text.textContent = t( 'The files of the dashboard are still on their way. If nothing comes, reload the page, or look whether something on the way holds back files in {folder}', { folder: folder().pathname } );
	mount?.prepend( text );
}

function address( name ) {
	return new URL( name + '?ver=' + ( build || boot.build ), folder() );
}

function folder() {
	return new URL( assets || boot.assets, location.href );
}

function statusOf( response ) {
	isUnanswered ||= ! response;
	return response ? `HTTP ${ response.status }` : t( 'no answer' );
}

async function show( error ) {
	console.error( error );
	await parsed;
	const text = document.createElement( 'p' );
	text.textContent = error instanceof Notice
		? error.message
		: t( 'The dashboard could not be loaded: {reason}. Reload the page; if that does not help, look whether a security plugin or the web server blocks files in {folder}', { reason: error.message, folder: folder().pathname } );
	const notice = document.createElement( 'div' );
	notice.className = 'notice notice-error inline';
	notice.setAttribute( 'role', 'alert' );
	notice.append( text, ...( isUnanswered && otherOrigin ? [ otherOrigin ] : [] ) );
	mount?.replaceChildren( notice );
}

/** The text in the user's language, with its {names} filled in. */
function t( english, values = {} ) {
	return ( boot.strings?.[ english ] || english ).replace( /\{(\w+)\}/g, ( whole, name ) => values[ name ] ?? whole );
}
