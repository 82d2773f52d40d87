// A proxy in front of LiteLLM that counts its calls. What its interface is made of (scripts, pictures) is no call.

import http from 'node:http';

const STATIC = /^\/(ui|_next|litellm-asset-prefix|get_image|get_favicon|favicon\.ico|assets|swagger|[\w-]+\.(js|css|png|svg|ico))(\/|\?|$)/;

export class Counting {
	constructor( target ) {
		this.target = new URL( target );
		this.calls = [];
		// How many were on their way at the same time, at most.
		this.running = 0;
		this.most = 0;
		this.agent = new http.Agent( { keepAlive: true } );
	}

	async start() {
		this.server = http.createServer( ( request, response ) => {
			const call = { what: `${ request.method } ${ request.url.split( '?' )[ 0 ] }`, url: request.url, at: performance.now(), ms: NaN, bytes: 0 };
			if ( ! STATIC.test( request.url ) ) {
				this.calls.push( call );
			}
			const upstream = http.request( {
				host: this.target.hostname, port: this.target.port, method: request.method, path: request.url, headers: request.headers, agent: this.agent,
			}, ( answer ) => {
				response.writeHead( answer.statusCode, answer.rawHeaders );
				answer.on( 'data', ( data ) => ( call.bytes += data.length ) );
				answer.on( 'end', () => ( call.ms = performance.now() - call.at ) );
				answer.pipe( response );
			} );
			upstream.on( 'error', () => response.destroy() );
			this.running += 1;
			this.most = Math.max( this.most, this.running );
			response.on( 'close', () => {
				this.running -= 1;
				upstream.destroy();
			} );
			request.pipe( upstream );
		} );
		await new Promise( ( resolve ) => this.server.listen( 0, '127.0.0.1', resolve ) );
		this.url = `http://127.0.0.1:${ this.server.address().port }`;
		return this;
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
		this.agent.destroy();
	}

	/** Those since it was asked last, with when they came, how long they took and how large their answers were. */
	take() {
		return this.calls.splice( 0 );
	}
}
