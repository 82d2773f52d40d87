import { initSync } from './dashboard.js';

/** What is there already, or on its way: name → promise. */
const instances = {};

function instance( name ) {
	return instances[ name ] ??= instantiate( name ).catch( ( error ) => {
		delete instances[ name ];
		throw error;
	} );
}

async function instantiate( name ) {
	// The loader knows where the files are; it says why one could not be had, and the app that one could not.
	const chunk = await litellmDashboard.chunk( name );
	const [ build ] = WebAssembly.Module.customSections( chunk, 'build' );
	if ( ! build || new TextDecoder().decode( build ) !== BUILD ) {
		throw new Error( `${ name } is of another build: the plugin was updated since this page was loaded` );
	}
	// Without arguments it gives the module that is there; a chunk takes memory, stack and table from it.
	await WebAssembly.instantiate( chunk, { main: initSync() } );
}

const load = ( names ) => async ( callback, data ) => {
	let done = 1;
	try {
		await Promise.all( names.map( instance ) );
	} catch ( error ) {
		console.error( error );
		done = 0;
	}
	initSync().__indirect_function_table.get( callback )( data, done );
};

