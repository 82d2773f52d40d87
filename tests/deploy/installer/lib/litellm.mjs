// A real LiteLLM: the one that the environment names, or one of our own.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { project, scratchFolder } from './server.mjs';

const run = promisify( execFile );
const names = { '1.80.11': 'LITELLM_OLD', '1.106.2': 'LITELLM_NEW' };
export const versions = Object.keys( names );

// startLitellm( version ) → { url, masterKey, stop }
export async function startLitellm( version ) {
	const url = process.env[ `${ names[ version ] }_URL` ], masterKey = process.env[ `${ names[ version ] }_MASTER_KEY` ];
	if ( url && masterKey ) return { url, masterKey, stop: async () => {} };
	const state = scratchFolder();
	const [ port, dbPort ] = ( await run( join( project, 'dev/free-port' ), [ '2' ] ) ).stdout.trim().split( '\n' );
	const common = [ '--version', version, '--state', state, '--db', 'pglite' ];
	await run( join( project, 'dev/litellm/up' ), [ ...common, '--port', port, '--db-port', dbPort, '--no-redis' ], { maxBuffer: 1e8 } );
	const env = readFileSync( join( state, `run-${ version }-pglite/env` ), 'utf8' );
	return {
		url: `http://127.0.0.1:${ port }`,
		masterKey: /^LITELLM_MASTER_KEY=(.*)$/m.exec( env )[ 1 ],
		stop: () => run( join( project, 'dev/litellm/down' ), common ),
	};
}

// ask( url, key, method, path, body? ) → { status, body }
export async function ask( url, key, method, path, body ) {
	const response = await fetch( url + path, {
		method,
		headers: { ...( key ? { authorization: `Bearer ${ key }` } : {} ), ...( body === undefined ? {} : { 'content-type': 'application/json' } ) },
		body: body === undefined ? undefined : JSON.stringify( body ),
		redirect: 'manual',
		signal: AbortSignal.timeout( 180_000 ),
	} );
	const text = await response.text();
	let json = null;
	try {
		json = JSON.parse( text );
	} catch {}
	return { status: response.status, text, json };
}

// Passes requests on to the gateway, but for those that `tamper( method, path, body )` answers with [ status, text ].
export async function startTampering( url ) {
	const proxy = { tamper: null };
	const server = createServer( ( request, response ) => {
		const parts = [];
		request.on( 'data', ( part ) => parts.push( part ) ).on( 'end', () => {
			const body = Buffer.concat( parts );
			const own = proxy.tamper?.( request.method, request.url.split( '?' )[ 0 ], body.toString() );
			if ( own ) {
				response.writeHead( own[ 0 ], { 'content-type': 'application/json' } );
				response.end( own[ 1 ] );
				return;
			}
			const onward = httpRequest( url + request.url, { method: request.method, headers: request.headers }, ( answer ) => {
				response.writeHead( answer.statusCode, answer.headers );
				answer.pipe( response );
			} );
			onward.on( 'error', () => response.destroy() );
			onward.end( body );
		} );
	} );
	await new Promise( ( done ) => server.listen( 0, '127.0.0.1', done ) );
	proxy.port = server.address().port;
	proxy.stop = () => new Promise( ( done ) => {
		server.close( done );
		server.closeAllConnections();
	} );
	return proxy;
}
