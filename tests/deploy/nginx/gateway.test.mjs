// nginx before a real LiteLLM of both versions: who reaches what, by which spelling, from where; and the console in a frame.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { ADMIN, ask, converse, statusOf, STRANGER } from './lib/ask.mjs';
import { freePorts, until } from './lib/command.mjs';
import { Framer, launch, newContext, signIn } from './lib/console.mjs';
import { Gateways, NEW, OLD } from './lib/gateways.mjs';
import { Nginx, NAME, Scratch, WORDPRESS } from './lib/site.mjs';
import { Upstream } from './lib/upstream.mjs';
import { count, inWords } from './lib/weigh.mjs';

const VERSIONS = [ OLD, NEW ];
const scratch = new Scratch();
const gateways = new Gateways();
const framer = new Framer();
const alias = `shown-${ randomBytes( 4 ).toString( 'hex' ) }`;
const stands = {};
let browser;

before( async () => {
	await scratch.start();
	scratch.pair = await scratch.certificate( 'server' );
	await framer.start( scratch.pair );
	const ports = await freePorts( 4 );
	const public_ = Object.fromEntries( VERSIONS.map( ( version, index ) => [ version, `https://${ NAME }:${ ports[ 2 * index + 1 ] }` ] ) );
	const running = await gateways.start( scratch, public_ );
	for ( const [ index, version ] of VERSIONS.entries() ) {
		const nginx = new Nginx( scratch, version );
		stands[ version ] = { ...running[ version ], nginx };
		await nginx.start( { UPSTREAM: new URL( running[ version ].url ).host, WORDPRESS_ORIGIN: `https://${ WORDPRESS }:${ framer.port }`, API_RATE: '1000r/s', LOGIN_RATE: '60r/m' }, { ports: ports.slice( 2 * index, 2 * index + 2 ) } );
	}
	// Something for the console to show.
	await Promise.all( Object.values( stands ).map( async ( { url, key } ) => {
		const made = await fetch( `${ url }/key/generate`, { method: 'POST', headers: { ...json, ...bearer( key ) }, body: JSON.stringify( { key_alias: alias } ) } );
		assert.equal( made.status, 200, await made.text() );
	} ) );
	browser = await launch( scratch.pair );
} );
after( async () => {
	await browser?.close();
	framer.stop();
	await Promise.all( Object.values( stands ).map( ( { nginx } ) => nginx.stop() ) );
	await gateways.stop();
	await scratch.stop();
} );

/** A test for each version. */
const each = ( what, check ) => VERSIONS.forEach( ( version ) => test( `${ version }: ${ what }`, ( t ) => check( stands[ version ], t ) ) );

const json = { 'Content-Type': 'application/json' };
const bearer = ( key ) => ( { Authorization: `Bearer ${ key }` } );
/** nginx's own word, not LiteLLM's. */
const refused = ( { text } ) => /The path is written in an unusual way|This path is not open to your address|<title>400 Bad Request.*<center>nginx</s.test( text );

each( 'everybody with a key uses the LLM API, nobody without one', async ( { nginx, key } ) => {
	const post = ( path, body, headers = bearer( key ) ) => ask( nginx.https, path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify( body ), from: STRANGER } );
	const messages = [ { role: 'user', content: 'Hello' } ];
	for ( const path of [ '/v1/chat/completions', '/chat/completions', '/openai/deployments/gpt-4o/chat/completions', '/engines/gpt-4o/chat/completions' ] ) {
		const answer = await post( path, { model: 'gpt-4o', messages } );
		assert.equal( answer.status, 200, path );
		assert.match( answer.json.choices[ 0 ].message.content, /A mock answer/ );
	}
	assert.equal( ( await post( '/v1/messages', { model: 'claude-3-5-sonnet', max_tokens: 10, messages } ) ).status, 200 );
	assert.equal( ( await post( '/v1/embeddings', { model: 'text-embedding-3-small', input: 'x' } ) ).status, 200 );
	for ( const path of [ '/v1/models', '/models', '/v1/models/gpt-4o' ] ) {
		assert.equal( ( await ask( nginx.https, path, { headers: bearer( key ), from: STRANGER } ) ).status, 200, path );
	}
	assert.equal( ( await ask( nginx.https, '/health/liveliness', { from: STRANGER } ) ).status, 200 );
	assert.equal( ( await post( '/v1/chat/completions', { model: 'gpt-4o', messages }, {} ) ).status, 401 );
	// These reach LiteLLM, which has a word of its own about them.
	for ( const path of [ '/v1/responses', '/v1/rerank', '/v1/moderations', '/v1/images/generations', '/v1/audio/speech', '/v1/completions', '/v1beta/models/gemini-1.5-pro:generateContent' ] ) {
		const answer = await post( path, {}, {} );
		assert.equal( answer.status, 401, path );
		assert.ok( ! refused( answer ), path );
	}
} );

each( 'a streamed chat arrives piece by piece, uncompressed', async ( { nginx, url, key } ) => {
	// A provider that says the next word only after the one before it has come through LiteLLM and nginx.
	const provider = await new Upstream().start();
	const manage = ( path, body ) => fetch( url + path, { method: 'POST', headers: { ...json, ...bearer( key ) }, body: JSON.stringify( body ) } );
	const name = `slow-${ randomBytes( 4 ).toString( 'hex' ) }`;
	const made = await manage( '/model/new', { model_name: name, litellm_params: { model: 'openai/slow', api_base: `http://127.0.0.1:${ provider.port }/v1`, api_key: 'none' }, model_info: { id: name } } );
	assert.equal( made.status, 200, await made.text() );
	try {
		const pieces = [];
		let answer;
		await until( 'LiteLLM to know the model', async () => {
			pieces.length = 0;
			answer = ask( nginx.https, '/v1/chat/completions', {
				method: 'POST', from: STRANGER, headers: { ...json, ...bearer( key ), 'Accept-Encoding': 'gzip' }, onData: ( piece ) => pieces.push( piece ),
				body: JSON.stringify( { model: name, stream: true, messages: [ { role: 'user', content: 'Hello' } ] } ),
			} );
			const asked = until( 'the provider to be asked', () => provider.requests.length > 0 ).then( () => true );
			return Promise.race( [ asked, answer.then( () => false ) ] ).finally( () => asked.catch( () => {} ) );
		} );
		const word = ( content, finish_reason = null ) => `data: ${ JSON.stringify( { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'slow', choices: [ { index: 0, delta: { role: 'assistant', content }, finish_reason } ] } ) }\n\n`;
		// LiteLLM looks one piece ahead, to know the last one.
		provider.more( word( 'word-0 ' ) );
		for ( let number = 1; number <= 4; number++ ) {
			provider.more( word( `word-${ number } ` ) );
			await until( `word ${ number - 1 }`, () => pieces.join( '' ).includes( `word-${ number - 1 } ` ) );
		}
		provider.more( word( '', 'stop' ) + 'data: [DONE]\n\n' );
		provider.end();
		const { headers, text } = await answer;
		assert.match( headers[ 'content-type' ], /^text\/event-stream/ );
		assert.equal( headers[ 'content-encoding' ], undefined );
		assert.match( text, /data: \[DONE\]/ );
	} finally {
		await manage( '/model/delete', { id: name } );
		await provider.stop();
	}
} );

/** What manages LiteLLM or shows its state, and answers the master key. */
const MANAGEMENT = [ '/key/list', '/user/list', '/v2/team/list', '/model/info', '/v1/model/info', '/spend/logs/v2?start_date=2026-11-01&end_date=2026-11-02', '/global/spend', '/health/readiness', '/public/model_hub', '/.well-known/litellm-ui-config', '/get_image', '/ui/', '/ui/login/', '/sso/key/generate', '/fallback/login' ];

each( 'management and console are for the admin networks', async ( { nginx, key } ) => {
	for ( const path of MANAGEMENT ) {
		assert.equal( ( await ask( nginx.https, path, { headers: bearer( key ) } ) ).status, 200, path );
		const stranger = await ask( nginx.https, path, { headers: bearer( key ), from: STRANGER } );
		assert.equal( stranger.status, 403, path );
		assert.match( stranger.text, /not open to your address/, path );
		if ( ! path.startsWith( '/ui/' ) ) {
			// By it the plugin names ADMIN_NETWORKS, and does not blame the key.
			assert.match( stranger.text, /"source":"nginx"\}\}\s*$/, path );
		}
	}
	const made = await ask( nginx.https, '/key/generate', { method: 'POST', headers: { ...json, ...bearer( key ) }, body: '{}' } );
	assert.equal( made.status, 200, made.text );
	assert.equal( ( await ask( nginx.https, '/key/generate', { method: 'POST', headers: { ...json, ...bearer( key ) }, body: '{}', from: STRANGER } ) ).status, 403 );
	assert.equal( ( await ask( nginx.https, '/v2/login', { method: 'POST', headers: json, body: '{}', from: STRANGER } ) ).status, 403 );
	// The claim to be somebody else is no way in.
	assert.equal( ( await ask( nginx.https, '/key/list', { headers: { ...bearer( key ), 'X-Forwarded-For': ADMIN, 'X-Real-IP': ADMIN }, from: STRANGER } ) ).status, 403 );
} );

/** What is closed even to admins with the master key. */
const CLOSED = [ '/health', '/metrics', '/metrics/', '/docs', '/redoc', '/openapi.json', '/swagger/', '/routes', '/test', '/debug/asyncio-tasks', '/debug/memory/summary', '/memory-usage-in-mem-cache', '/otel-spans', '/config/update', '/config/yaml', '/config/list', '/config/pass_through_endpoint', '/config/field/info', '/get/config/callbacks', '/mcp-rest/test/connection', '/guardrails/test_custom_code', '/prompts/test', '/cache/settings', '/health/services', '/health/test_connection', '/.env', '/ui/.git/config' ];

/** The same path as somebody would write it who looks for a gap. */
function spellings( path ) {
	const [ , first, ...rest ] = path.split( '/' );
	const tail = rest.length ? `/${ rest.join( '/' ) }` : '';
	const up = '/..'.repeat( 1 + rest.length );
	const hex = `%${ first.charCodeAt( 0 ).toString( 16 ) }${ first.slice( 1 ) }`;
	return [
		path, `/${ path }`, `//${ path }`, `/.${ path }`, `/x/..${ path }`, `/v1/models/../..${ path }`, `/v1/models/%2e%2e/%2e%2e${ path }`, `/v1/models%2f..%2f..${ path }`, `/v1/models/..%2f..${ path }`,
		`/v1/models/..;${ path }`, `/v1/models;${ path }`, `/%2f${ first }${ tail }`, `/%2e/${ first }${ tail }`, `/${ hex }${ tail }`, `/%25${ hex.slice( 1 ) }${ tail }`,
		`${ path }/`, `${ path }//`, `${ path }/.`, `${ path }/x/..`, `${ path };x`, `${ path }?x=/v1/models`, `${ path }%3f`, `${ path }%23/v1/models`, `${ path }%20`, `${ path }%09`, `${ path }%00`, `${ path }%0d%0a`, `${ path }#/../../v1/models`, `${ path }\\`, `/${ first }\\${ rest.join( '\\' ) }`,
		// To nginx these are /v1/models.
		`${ path }${ up }/v1/models`, `${ path }${ up.replaceAll( '.', '%2e' ) }/v1/models`, `${ path }${ up.replaceAll( '/', '%2f' ) }/v1/models`, `${ path }/.${ up }/v1/models`, `/v1/models#/../..${ path }`,
		path.toUpperCase(), `/${ first[ 0 ].toUpperCase() }${ first.slice( 1 ) }${ tail }`, rest.length ? `/${ first }%2f${ rest.join( '%2f' ) }` : `${ path }%2f`, rest.length ? `/${ first }//${ rest.join( '//' ) }` : `${ path }/./`, rest.length ? `/${ first }/./${ rest.join( '/' ) }` : `/./${ first }`,
	];
}

/** The raw request, as no library would let it through. */
async function spell( nginx, path, key, from, method = 'GET' ) {
	const text = await converse( nginx.https, `${ method } ${ path } HTTP/1.1\r\nHost: ${ NAME }:${ nginx.https }\r\nAuthorization: Bearer ${ key }\r\nConnection: close\r\n${ method === 'POST' ? 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}' : '\r\n' }`, { from } );
	return { status: statusOf( text ), text };
}

each( 'what is closed to all stays closed, however it is spelled', async ( { nginx, key } ) => {
	for ( const path of CLOSED ) {
		await Promise.all( spellings( path ).map( async ( spelling, number ) => {
			const method = [ 'GET', 'POST' ][ number % 2 ];
			const answer = await spell( nginx, spelling, key, ADMIN, method );
			// 404 is LiteLLM's: the path is another one to it, too.
			assert.ok( [ 400, 403, 404 ].includes( answer.status ) && ( refused( answer ) || answer.status === 404 ), `${ method } ${ spelling }: ${ answer.text }` );
		} ) );
		for ( const method of [ 'GET', 'POST', 'PUT' ] ) {
			assert.equal( ( await ask( nginx.https, path, { method, headers: bearer( key ) } ) ).status, 403, `${ method } ${ path }` );
		}
	}
} );

each( 'no spelling takes a stranger to management', async ( { nginx, key } ) => {
	for ( const path of [ '/key/list', '/key/generate', '/user/list', '/ui/', '/v1/model/info', '/health/readiness', '/routes' ] ) {
		await Promise.all( [ ...spellings( path ), `/v1/chat/completions/..${ path }`, `/v1/files/..${ path }`, `/engines/x/../..${ path }/chat/completions`, `/openai/deployments/../..${ path }` ].map( async ( spelling ) => {
			const answer = await spell( nginx, spelling, key, STRANGER );
			assert.ok( refused( answer ) && [ 400, 403 ].includes( answer.status ), `${ spelling }: ${ answer.text }` );
		} ) );
	}
} );

each( 'no host but ours gets an answer, and none changes what LiteLLM sees', async ( { nginx, key } ) => {
	const own = `${ NAME }:${ nginx.https }`;
	const request = ( line, ...hosts ) => `${ line } HTTP/1.1\r\n${ hosts.map( ( host ) => `Host: ${ host }\r\n` ).join( '' ) }Authorization: Bearer ${ key }\r\nConnection: close\r\n\r\n`;
	assert.equal( statusOf( await converse( nginx.https, request( 'GET /v1/models', own ) ) ), 200 );
	assert.equal( statusOf( await converse( nginx.https, request( `GET https://${ own }/v1/models`, own ) ) ), 200 );
	for ( const host of [ 'evil.example', '127.0.0.1', 'localhost', `x.${ NAME }`, `${ NAME }.`, `${ NAME }:1`, `${ NAME }.evil.example` ] ) {
		assert.equal( await converse( nginx.https, request( 'GET /v1/models', host ) ), '', host );
		assert.equal( await converse( nginx.https, request( `GET https://${ own }/v1/models`, host ) ), '', `${ host } beside an absolute address` );
		if ( ! [ `${ NAME }.`, `${ NAME }:1` ].includes( host ) ) {
			// Of these nginx takes the name, which is ours.
			assert.equal( await converse( nginx.https, request( `GET https://${ host }/v1/models`, own ) ), '', `${ host } in an absolute address` );
		}
	}
	// A host with more in it than a name: by this, LiteLLM 1.80.11 took the request for one that needs no key.
	for ( const host of [ `${ own }/health/liveliness?`, `${ own }/health/liveliness#`, `evil.example@${ own }`, `${ own }@evil.example`, `${ own }?`, `${ own }, evil.example`, ' ', `${ NAME }:${ nginx.https }:80`, `${ NAME }\\@evil.example`, `${ NAME }%2f` ] ) {
		for ( const path of [ '/key/list', '/v1/models' ] ) {
			const answer = await converse( nginx.https, request( `GET ${ path }`, host ).replace( /Authorization.*\r\n/, '' ) );
			assert.ok( [ 0, 400 ].includes( statusOf( answer ) ), `${ host }: ${ answer }` );
		}
	}
	// What two hosts mean differs by version of nginx; neither may be evil's.
	for ( const hosts of [ [ own, 'evil.example' ], [ 'evil.example', own ] ] ) {
		const answer = await converse( nginx.https, request( 'GET /ui', ...hosts ) );
		assert.ok( [ 0, 400 ].includes( statusOf( answer ) ) || ! answer.includes( 'evil' ), answer );
	}
	assert.ok( [ 0, 400 ].includes( statusOf( await converse( nginx.https, 'GET /v1/models HTTP/1.0\r\n\r\n' ) ) ), 'no host' );
} );

each( 'unknown names get nothing, with and without TLS', async ( { nginx } ) => {
	for ( const host of [ 'evil.example', '127.0.0.1' ] ) {
		assert.equal( await converse( nginx.http, `GET /.well-known/acme-challenge/x HTTP/1.1\r\nHost: ${ host }\r\n\r\n`, { plain: true, from: STRANGER } ), '' );
	}
	for ( const servername of [ 'evil.example', '' ] ) {
		// Where nginx cannot refuse the handshake, the certificate is for nobody, and then there is no answer.
		const answer = await converse( nginx.https, `GET / HTTP/1.1\r\nHost: ${ servername || '127.0.0.1' }\r\n\r\n`, { servername } ).catch( ( { code } ) => code );
		assert.ok( [ '', 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'ECONNRESET' ].includes( answer ), String( answer ) );
	}
} );

each( '/ui and its pages are found without a loop, at the public address', async ( { nginx, version } ) => {
	const page = version === OLD ? '/ui/virtual-keys' : '/ui/api-keys';
	for ( const start of [ '/', '/ui', '/ui/', '/ui?page=logs', '/ui/?page=logs', '/ui/login', page, `${ page }/` ] ) {
		let path = start;
		for ( let hop = 0; ; hop++ ) {
			assert.ok( hop < 3, `${ start } goes round in circles, now at ${ path }` );
			const { status, headers } = await ask( nginx.https, path );
			if ( status === 200 ) {
				assert.match( headers[ 'content-type' ], /^text\/html/ );
				break;
			}
			assert.ok( [ 302, 307, 308 ].includes( status ), `${ path }: ${ status }` );
			assert.ok( headers.location.startsWith( `${ nginx.url }/` ), `${ path } leads to ${ headers.location }` );
			path = headers.location.slice( nginx.url.length );
		}
		if ( start.includes( '?' ) ) {
			assert.ok( path.endsWith( '?page=logs' ), path );
		}
	}
	// Its own redirect elsewhere.
	assert.equal( ( await ask( nginx.https, '/key/list/' ) ).headers.location, `${ nginx.url }/key/list` );
} );

each( 'each answer carries the headers that protect it; frames are for WordPress, and the console only', async ( { nginx, key } ) => {
	for ( const [ path, from ] of [ [ '/v1/models', STRANGER ], [ '/key/list' ], [ '/ui/' ], [ '/ui/', STRANGER ], [ '/sso/key/generate' ], [ '/health' ], [ '//' ], [ '/ui' ] ] ) {
		const { headers, raw } = await ask( nginx.https, path, { headers: bearer( key ), from } );
		assert.equal( headers[ 'strict-transport-security' ], 'max-age=31536000', path );
		assert.equal( headers[ 'x-content-type-options' ], 'nosniff', path );
		assert.equal( headers[ 'referrer-policy' ], 'same-origin', path );
		assert.equal( headers[ 'x-frame-options' ], undefined, path );
		assert.equal( headers[ 'content-security-policy' ], path.startsWith( '/ui/' ) ? `frame-ancestors 'self' https://${ WORDPRESS }:${ framer.port }` : "frame-ancestors 'none'", path );
		assert.equal( headers.server, 'nginx', path );
		for ( const name of [ 'Strict-Transport-Security', 'Content-Security-Policy', 'X-Content-Type-Options', 'Cache-Control' ] ) {
			assert.ok( raw.filter( ( text ) => text.toLowerCase() === name.toLowerCase() ).length <= 1, `${ name } once at ${ path }` );
		}
	}
} );

each( 'the console\'s files are compressed, kept for good, and asked of LiteLLM once', async ( { nginx, url, version }, t ) => {
	const page = await ask( nginx.https, '/ui/', { headers: { 'Accept-Encoding': 'gzip' } } );
	assert.equal( page.headers[ 'content-encoding' ], 'gzip' );
	assert.equal( page.headers[ 'cache-control' ], 'no-cache' );
	assert.equal( ( await ask( nginx.https, '/ui/', { headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': page.headers.etag } } ) ).status, 304, 'unchanged' );
	assert.equal( ( await ask( nginx.https, '/ui/favicon.ico' ) ).headers[ 'cache-control' ], 'no-cache', 'a name that stays while the content changes' );

	const html = await ( await fetch( `${ url }/ui/` ) ).text();
	const files = [ ...new Set( html.match( /\/litellm-asset-prefix\/_next\/static\/[\w./~-]+/g ) ) ];
	assert.ok( files.length >= 5, `${ files.length } files` );
	let before = 0, after_ = 0;
	for ( const file of files ) {
		assert.match( file.split( '/' ).at( -1 ), /[0-9a-f]{16}|[0-9a-z_~-]{12,}\.(js|css|woff2)$/, 'a hash in the name' );
		const direct = Buffer.from( await ( await fetch( url + file, { headers: { 'Accept-Encoding': 'gzip' } } ) ).arrayBuffer() );
		const { status, headers, bytes } = await ask( nginx.https, file, { headers: { 'Accept-Encoding': 'gzip', Cookie: 'token=x' } } );
		assert.equal( status, 200 );
		assert.equal( headers[ 'cache-control' ], 'public, max-age=31536000, immutable' );
		assert.equal( headers[ 'access-control-allow-origin' ], undefined );
		if ( /\.(js|css)$/.test( file ) && direct.length > 1024 ) {
			assert.equal( headers[ 'content-encoding' ], 'gzip', file );
			const plain = await ask( nginx.https, file );
			assert.ok( plain.bytes.equals( direct ), `${ file } as LiteLLM has it` );
		}
		before += direct.length;
		after_ += bytes.length;
	}
	t.diagnostic( `${ version }, the ${ files.length } files that /ui/ names: ${ inWords( before ) } directly, ${ inWords( after_ ) } through nginx` );
	assert.ok( after_ < before * 0.45, `${ after_ } of ${ before }` );
	await until( 'the log', async () => ( await nginx.written() ).includes( files.at( -1 ) ) );
	const script = files.find( ( file ) => file.endsWith( '.js' ) );
	const last = ( await nginx.written() ).split( '\n' ).filter( ( line ) => line.includes( script ) ).map( ( line ) => JSON.parse( line ).cache );
	assert.deepEqual( [ ...new Set( last.slice( 1 ) ) ], [ 'HIT' ] );

	const missing = await ask( nginx.https, '/litellm-asset-prefix/_next/static/chunks/none-0123456789abcdef.js' );
	assert.deepEqual( [ missing.status, missing.headers[ 'cache-control' ] ], [ 404, undefined ] );
	assert.equal( ( await ask( nginx.https, files[ 0 ], { from: STRANGER } ) ).status, 403 );
} );

each( 'in a frame of WordPress one signs in and sees data; a second visit loads no script again', async ( { nginx, key, version }, t ) => {
	const context = await newContext( browser, { viewport: { width: 1400, height: 900 } } );
	try {
		const page = await context.newPage();
		const statuses = [];
		page.on( 'response', ( response ) => statuses.push( [ response.status(), new URL( response.url() ).pathname ] ) );
		const frame = page.frameLocator( 'iframe' );
		await page.goto( framer.url( WORDPRESS, `${ nginx.url }/ui/` ) );
		await signIn( frame, key );
		await frame.getByText( 'Virtual Keys' ).first().waitFor();

		const [ cookie ] = ( await context.cookies( nginx.url ) ).filter( ( { name } ) => name === 'token' );
		assert.equal( cookie.httpOnly, false, 'the console reads it' );
		assert.equal( cookie.secure, true );
		assert.equal( cookie.domain, NAME );

		const keys = framer.url( WORDPRESS, nginx.url + ( version === OLD ? '/ui/?page=api-keys' : '/ui/api-keys' ) );
		const visit = async () => {
			const { sum, quiet } = await count( page );
			await page.goto( keys );
			await frame.getByText( alias ).first().waitFor();
			await quiet();
			return sum;
		};
		// What a page asks for late, a slow machine may see on the next visit only; in the end nothing is left to ask for.
		let again = await visit();
		for ( let more = 0; more < 5 && ( more === 0 || again.scripts > 0 ); more++ ) {
			again = await visit();
		}
		if ( process.env.SCREENSHOTS ) {
			await page.screenshot( { path: `${ process.env.SCREENSHOTS }/console-${ version }.png` } );
		}
		t.diagnostic( `${ version }, the page with the keys again: ${ inWords( again.files ) } of files, ${ inWords( again.data ) } of data` );
		assert.equal( again.scripts, 0 );
		assert.ok( again.files < 100_000, `${ again.files } bytes of files on the second visit` );
		assert.equal( statuses.filter( ( [ status ] ) => status === 403 || status === 429 || status >= 500 ).join( ' ' ), '' );
	} finally {
		await context.close();
	}
} );

each( 'a stranger\'s page gets an empty frame, and WordPress a refusal for anything but the console', async ( { nginx } ) => {
	const context = await newContext( browser );
	try {
		for ( const [ host, path, shown ] of [ [ WORDPRESS, '/ui/login/', true ], [ 'evil.example', '/ui/login/', false ], [ 'evil.example.test', '/ui/login/', false ], [ WORDPRESS, '/fallback/login', false ] ] ) {
			const page = await context.newPage();
			const violations = [];
			page.on( 'console', ( message ) => violations.push( message.text() ) );
			await page.goto( framer.url( host, nginx.url + path ) );
			if ( shown ) {
				await page.frameLocator( 'iframe' ).locator( 'input[type=password]' ).waitFor();
			} else {
				await until( `a refusal of ${ path } at ${ host }`, () => violations.some( ( text ) => text.includes( 'frame-ancestors' ) ) );
				assert.equal( await page.frameLocator( 'iframe' ).locator( 'input' ).count(), 0 );
			}
			await page.close();
		}
	} finally {
		await context.close();
	}
} );

test( 'the site file shipped has every setting that there is, and no other', async () => {
	const example = await readFile( new URL( '../../../nginx/site.conf.example', import.meta.url ), 'utf8' );
	const code = await readFile( new URL( '../../../nginx/lib/site.sh', import.meta.url ), 'utf8' );
	const known = [ ...code.slice( 0, code.indexOf( '\n)' ) ).matchAll( /\[([A-Z0-9_]+)\]=/g ) ].map( ( [ , name ] ) => name ).sort();
	const shipped = [ ...example.matchAll( /^#?([A-Z0-9_]+)=/gm ) ].map( ( [ , name ] ) => name ).sort();
	assert.deepEqual( shipped, known );
} );
