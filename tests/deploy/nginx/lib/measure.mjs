// The program behind "bytes".

import { launch } from './console.mjs';
import { Gateways, NEW, OLD } from './gateways.mjs';
import { Nginx, Scratch } from './site.mjs';
import { line, weigh } from './weigh.mjs';

export async function measure() {
	const scratch = await new Scratch().start();
	const gateways = new Gateways();
	let browser;
	const servers = [];
	try {
		const running = await gateways.start( scratch );
		scratch.pair = await scratch.certificate( 'server' );
		browser = await launch( scratch.pair );
		for ( const version of [ OLD, NEW ] ) {
			const { url, key } = running[ version ];
			const nginx = new Nginx( scratch, `bytes-${ version }` );
			servers.push( nginx );
			await nginx.start( { UPSTREAM: new URL( url ).host } );
			console.log( line( `${ version } directly`, await weigh( browser, url.replace( '127.0.0.1', 'direct.example.test' ), key ) ) );
			console.log( line( `${ version } through nginx`, await weigh( browser, nginx.url, key ) ) );
		}
	} finally {
		await browser?.close();
		await Promise.all( servers.map( ( nginx ) => nginx.stop() ) );
		await gateways.stop();
		await scratch.stop();
	}
}
