// Chromium, a stand-in for WordPress's page that frames the console, and what it takes to sign in there.

import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { createRequire } from 'node:module';
import path from 'node:path';

import { output, project } from './command.mjs';

const { chromium } = createRequire( path.join( project, 'tests/e2e/package.json' ) )( 'playwright-core' );

/** Every name of these tests is this machine; nothing else is to be reached. */
const FLAGS = [ '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
	'--host-resolver-rules=MAP *.example.test 127.0.0.1, MAP evil.example 127.0.0.1, MAP * ~NOTFOUND' ];

/**
 * The certificate of the tests counts as valid, by the digest of its key. With a mere "ignore certificate errors" Chromium
 * would keep nothing in its cache.
 */
export async function launch( { certificate } ) {
	const digest = ( await output( 'bash', [ '-c', `openssl x509 -in '${ certificate }' -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64` ] ) ).trim();
	return chromium.launch( { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: [ ...FLAGS, `--ignore-certificate-errors-spki-list=${ digest }` ] } );
}

/** A context whose pages may take as long as a busy machine needs. */
export async function newContext( browser, options ) {
	const context = await browser.newContext( options );
	context.setDefaultTimeout( 300_000 );
	return context;
}

/** A page that frames `?src=`, under whatever name it is asked for. */
export class Framer {
	async start( { certificate, key } ) {
		this.server = https.createServer( { cert: await readFile( certificate ), key: await readFile( key ) }, ( request, response ) => {
			const address = new URL( request.url, 'https://framer' ).searchParams.get( 'src' );
			response.writeHead( 200, { 'Content-Type': 'text/html; charset=utf-8' } );
			response.end( `<!doctype html><title>WordPress</title><h1>Console</h1><iframe title="console" src="${ address ?? 'about:blank' }" style="width:1300px;height:760px;border:1px solid"></iframe>` );
		} );
		await new Promise( ( resolve ) => this.server.listen( 0, '127.0.0.1', resolve ) );
		this.port = this.server.address().port;
		return this;
	}

	url( host, src ) {
		return `https://${ host }:${ this.port }/?src=${ encodeURIComponent( src ) }`;
	}

	stop() {
		this.server?.closeAllConnections();
		this.server?.close();
	}
}

/** Signs in as the administrator, in a page or a frame that shows the login form of either version. */
export async function signIn( place, password ) {
	const user = place.locator( 'input[type=text], input[name=username], input#username, input[placeholder*=sername]' ).first();
	await user.waitFor();
	await user.fill( 'admin' );
	const secret = place.locator( 'input[type=password]' ).first();
	await secret.fill( password );
	await secret.press( 'Enter' );
}
