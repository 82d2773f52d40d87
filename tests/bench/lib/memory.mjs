// What a page keeps in memory: scripts, and WebAssembly.

/** Keeps hold of the memory of each WebAssembly module. Runs in the page, before its scripts. */
export function watchWasm() {
	window.benchMemories = new Set();
	const keep = ( made ) => {
		const { memory } = ( made.instance ?? made ).exports ?? {};
		memory && window.benchMemories.add( memory );
		return made;
	};
	for ( const name of [ 'instantiate', 'instantiateStreaming' ] ) {
		const real = WebAssembly[ name ];
		WebAssembly[ name ] = async ( ...given ) => keep( await real.apply( WebAssembly, given ) );
	}
	WebAssembly.Instance = new Proxy( WebAssembly.Instance, { construct: ( real, given ) => keep( new real( ...given ) ) } );
}

/** What scripts and WebAssembly hold after the garbage was collected, in bytes. */
export async function memory( page ) {
	const session = await page.context().newCDPSession( page );
	await session.send( 'HeapProfiler.collectGarbage' );
	await session.send( 'Performance.enable' );
	const { metrics } = await session.send( 'Performance.getMetrics' );
	await session.detach();
	const wasm = await page.evaluate( () => [ ...window.benchMemories ].reduce( ( sum, one ) => sum + one.buffer.byteLength, 0 ) );
	return metrics.find( ( one ) => one.name === 'JSHeapUsedSize' ).value + wasm;
}
