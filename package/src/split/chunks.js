import { initSync } from './dashboard.js';

// The loader knows where the files are; it says why one could not be had, and the app that one could not.
const load = ( name ) => async ( callback, data ) => {
	// Without arguments it gives the module that is there; the chunk takes memory, stack and table from it.
	const main = initSync();
	let done = 1;
	try {
		const chunk = await litellmDashboard.chunk( name );
		const [ build ] = WebAssembly.Module.customSections( chunk, 'build' );
		if ( ! build || new TextDecoder().decode( build ) !== BUILD ) {
			throw new Error( `${ name } is of another build: the plugin was updated since this page was loaded` );
		}
		await WebAssembly.instantiate( chunk, { __wasm_split: main } );
	} catch ( error ) {
		console.error( error );
		done = 0;
	}
	main.__indirect_function_table.get( callback )( data, done );
};

