// Requests as no well-behaved client would send them: the path as it is, any Host, from any address of this machine.

import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';

import { NAME } from './site.mjs';

/** Loopback has many addresses: the first one is an admin's in the site files of these tests, the second a stranger's. */
export const ADMIN = '127.0.0.1';
export const STRANGER = '127.0.0.2';

/** One request over TLS (or, with `plain`, without). `body` may be a stream's worth of text; `onData` sees pieces as they come. */
export function ask( port, path, { method = 'GET', headers = {}, body, from = ADMIN, plain = false, onData } = {} ) {
	return new Promise( ( resolve, reject ) => {
		const options = {
			host: '127.0.0.1', port, path, method, localAddress: from, servername: NAME, rejectUnauthorized: false, agent: false,
			headers: { Host: `${ NAME }:${ port }`, ...headers },
		};
		const request = ( plain ? http : https ).request( options, ( response ) => {
			const pieces = [];
			response.on( 'data', ( piece ) => {
				pieces.push( piece );
				onData?.( piece.toString() );
			} );
			response.on( 'error', reject );
			response.on( 'end', () => {
				const bytes = Buffer.concat( pieces );
				resolve( { status: response.statusCode, headers: response.headers, raw: response.rawHeaders, bytes, text: bytes.toString(), get json() {
					return JSON.parse( bytes.toString() );
				} } );
			} );
		} );
		request.setTimeout( 300_000, () => request.destroy( new Error( `no answer to ${ method } ${ path }` ) ) );
		request.on( 'error', reject );
		request.end( body );
	} );
}

/** Sends text and gives what comes back until the other side ends, or `done` says that it is enough. */
export function converse( port, text, { from = ADMIN, plain = false, servername = NAME, done = () => false, tlsOptions = {} } = {} ) {
	return new Promise( ( resolve, reject ) => {
		const begin = () => socket.write( text );
		const socket = plain
			? net.connect( { host: '127.0.0.1', port, localAddress: from }, begin )
			: tls.connect( { host: '127.0.0.1', port, localAddress: from, servername, rejectUnauthorized: false, ...tlsOptions }, begin );
		let answer = '';
		socket.setTimeout( 300_000, () => socket.destroy( new Error( 'no answer' ) ) );
		socket.on( 'data', ( data ) => {
			answer += data.toString( 'latin1' );
			if ( done( answer ) ) {
				socket.destroy();
			}
		} );
		socket.on( 'error', ( error ) => reject( Object.assign( error, { answer } ) ) );
		socket.on( 'close', () => resolve( answer ) );
	} );
}

/** The first line's status of an answer, 0 where there was none. */
export const statusOf = ( answer ) => Number( /^HTTP\/1\.[01] (\d+)/.exec( answer )?.[ 1 ] ?? 0 );
