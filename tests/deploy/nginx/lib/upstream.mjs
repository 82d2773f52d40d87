// A small server in LiteLLM's place, for what has to be seen from behind nginx: what arrives there, and when.

import { createHash } from 'node:crypto';
import http from 'node:http';

export class Upstream {
	/** Every request that arrived: method, url, headers, size of the body. */
	requests = [];
	/** Answers of the slow stream wait here, one piece for each call of `more`. */
	#streams = [];
	#sockets = [];

	async start( { port = 0, answer } = {} ) {
		this.answer = answer;
		this.server = http.createServer( ( request, response ) => this.#receive( request, response ) );
		this.server.on( 'upgrade', ( request, socket ) => this.#echo( request, socket ) );
		await new Promise( ( resolve ) => this.server.listen( port, '127.0.0.1', resolve ) );
		this.port = this.server.address().port;
		return this;
	}

	stop() {
		const ended = new Promise( ( resolve ) => ( this.server ? this.server.close( resolve ) : resolve() ) );
		this.server?.closeAllConnections();
		// WebSockets are no longer connections of the server's.
		this.#sockets.forEach( ( socket ) => socket.destroy() );
		return ended;
	}

	get last() {
		return this.requests.at( -1 );
	}

	/** Sends the next piece on every open stream. */
	more( piece ) {
		this.#streams.forEach( ( stream ) => stream.write( piece ) );
	}

	end() {
		this.#streams.splice( 0 ).forEach( ( stream ) => stream.end() );
	}

	#receive( request, response ) {
		let size = 0;
		request.on( 'data', ( data ) => ( size += data.length ) );
		request.on( 'end', () => {
			this.requests.push( { method: request.method, url: request.url, headers: request.headers, size } );
			if ( this.answer ) {
				return this.answer( request, response );
			}
			if ( request.url === '/v1/chat/completions' ) {
				response.writeHead( 200, { 'Content-Type': 'text/event-stream; charset=utf-8' } );
				response.flushHeaders();
				this.#streams.push( response );
				return;
			}
			response.writeHead( 200, { 'Content-Type': 'application/json' } );
			response.end( JSON.stringify( { url: request.url, size } ) );
		} );
	}

	/** WebSocket as far as one short text frame goes: what comes in masked goes back unmasked. */
	#echo( request, socket ) {
		this.#sockets.push( socket );
		this.requests.push( { method: 'UPGRADE', url: request.url, headers: request.headers, size: 0 } );
		const accept = createHash( 'sha1' ).update( request.headers[ 'sec-websocket-key' ] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11' ).digest( 'base64' );
		socket.write( `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ accept }\r\n\r\n` );
		socket.on( 'data', ( frame ) => {
			const length = frame[ 1 ] & 0x7f, mask = frame.subarray( 2, 6 );
			const text = Buffer.from( frame.subarray( 6, 6 + length ).map( ( byte, index ) => byte ^ mask[ index % 4 ] ) );
			socket.write( Buffer.concat( [ Buffer.from( [ 0x81, text.length ] ), text ] ) );
		} );
		socket.on( 'error', () => {} );
	}
}
