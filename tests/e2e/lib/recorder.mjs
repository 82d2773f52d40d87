// The browser's only way out: a proxy that passes on what goes to known origins, refuses all else, and remembers everything.

import crypto from 'node:crypto';
import http from 'node:http';
import zlib from 'node:zlib';

export class Recorder {
	constructor() {
		this.allowed = new Set();
		/** Requests to somewhere else: they were refused. */
		this.foreign = [];
		this.exchanges = [];
		this.bodies = new Map();
		// One connection a request: `php -S` closes them anyway.
		this.agent = new http.Agent( { keepAlive: false } );
	}

	async start() {
		this.server = http.createServer( ( request, response ) => this.pass( request, response ) );
		for ( const event of [ 'connect', 'upgrade' ] ) {
			this.server.on( event, ( request, socket ) => {
				this.foreign.push( `${ event } ${ request.url }` );
				socket.on( 'error', () => {} );
				socket.end( 'HTTP/1.1 403 Forbidden\r\n\r\n' );
			} );
		}
		await new Promise( ( resolve ) => this.server.listen( 0, '127.0.0.1', resolve ) );
		this.url = `http://127.0.0.1:${ this.server.address().port }`;
		return this;
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}

	allow( url ) {
		this.allowed.add( new URL( url ).origin );
	}

	pass( request, response ) {
		const url = new URL( request.url, 'http://unknown.invalid' );
		const exchange = { method: request.method, url: url.href, headers: request.headers, status: 0 };
		if ( ! this.allowed.has( url.origin ) ) {
			this.foreign.push( `${ request.method } ${ url.href }` );
			request.resume();
			response.writeHead( 403 ).end();
			return;
		}
		this.exchanges.push( exchange );
		const sent = [];
		request.on( 'data', ( data ) => sent.push( data ) );
		request.on( 'end', () => ( exchange.sent = this.keep( Buffer.concat( sent ) ) ) );
		const headers = { ...request.headers };
		delete headers[ 'proxy-connection' ];
		const upstream = http.request( url, { method: request.method, headers, agent: this.agent }, ( answer ) => {
			exchange.status = answer.statusCode;
			exchange.answerHeaders = answer.rawHeaders.join( '\n' );
			const got = [];
			answer.on( 'data', ( data ) => got.push( data ) );
			answer.on( 'close', () => ( exchange.got = this.keep( inflated( Buffer.concat( got ), answer.headers[ 'content-encoding' ] ) ) ) );
			response.writeHead( answer.statusCode, answer.rawHeaders.filter( ( _, at, all ) => ! /^(connection|keep-alive|transfer-encoding)$/i.test( all[ at - ( at % 2 ) ] ) ) );
			answer.pipe( response );
		} );
		upstream.on( 'error', () => ( response.headersSent ? response.destroy() : response.writeHead( 502 ).end() ) );
		response.on( 'close', () => upstream.destroy() );
		request.pipe( upstream );
	}

	/** The same body is remembered once: wp-admin sends its scripts many times. */
	keep( body ) {
		const name = crypto.createHash( 'sha1' ).update( body ).digest( 'hex' );
		if ( ! this.bodies.has( name ) ) {
			this.bodies.set( name, body );
		}
		return name;
	}

	/** The requests in which one of these texts occurs, in any of the forms that `forms` gives, whichever way it travelled. */
	findAll( texts ) {
		const guilty = new Set();
		for ( const [ name, body ] of this.bodies ) {
			// A compressed module could hold anything too.
			const bodies = body[ 0 ] === 0x1f && body[ 1 ] === 0x8b ? [ body, inflated( body, 'gzip' ) ] : [ body ];
			if ( bodies.some( ( one ) => texts.some( ( text ) => one.includes( text ) ) ) ) {
				guilty.add( name );
			}
		}
		return this.exchanges.filter( ( exchange ) => {
			const around = [ exchange.url, JSON.stringify( exchange.headers ), exchange.answerHeaders ?? '' ].join( '\n' );
			return guilty.has( exchange.sent ) || guilty.has( exchange.got ) || texts.some( ( text ) => around.includes( text ) );
		} );
	}
}

/** A secret as it may turn up: plain, escaped for addresses, in hexadecimal, and in base64 wherever it may begin. */
export function forms( secret ) {
	const found = new Set( [ secret, encodeURIComponent( secret ), Buffer.from( secret ).toString( 'hex' ) ] );
	// The part behind `sk-` alone would do as well.
	const bare = secret.replace( /^sk-/, '' );
	found.add( bare );
	for ( let shift = 0; shift < 3; shift++ ) {
		const encoded = Buffer.from( ' '.repeat( shift ) + bare ).toString( 'base64' ).replace( /=+$/, '' );
		// The letters at both ends depend on what stands beside.
		const inner = encoded.slice( shift === 0 ? 0 : shift + 1, -2 );
		found.add( inner );
		found.add( inner.replaceAll( '+', '-' ).replaceAll( '/', '_' ) );
	}
	return [ ...found ];
}

function inflated( body, encoding ) {
	try {
		switch ( encoding ) {
			case 'gzip':
				return zlib.gunzipSync( body );
			case 'deflate':
				return zlib.inflateSync( body );
			case 'br':
				return zlib.brotliDecompressSync( body );
		}
	} catch {
		// Cut off half-way: what came is looked through as it is.
	}
	return body;
}
