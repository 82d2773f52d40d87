// What nginx passes on and holds back, seen from behind it: a small server stands where LiteLLM would.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { ask, converse, statusOf, STRANGER } from './lib/ask.mjs';
import { freePorts, run, until } from './lib/command.mjs';
import { Nginx, NAME, Scratch } from './lib/site.mjs';
import { Upstream } from './lib/upstream.mjs';

const scratch = new Scratch();
const upstream = new Upstream();
const nginx = new Nginx( scratch, 'passing' );
const KEY = `sk-secret-${ randomBytes( 8 ).toString( 'hex' ) }`;

before( async () => {
	await scratch.start();
	await upstream.start();
	await nginx.start( { UPSTREAM: `127.0.0.1:${ upstream.port }`, BODY_LIMIT: '64k', UPLOAD_LIMIT: '256k', FILES_API: 'no', PUBLIC_PATHS: '/mcp/ /v1/search', API_RATE: '1000r/s' } );
} );
after( async () => {
	await nginx.stop();
	await upstream.stop();
	await scratch.stop();
} );

test( 'a streamed answer arrives piece by piece', async () => {
	const pieces = [];
	const answer = ask( nginx.https, '/v1/chat/completions', { method: 'POST', body: '{}', headers: { 'Accept-Encoding': 'gzip' }, onData: ( piece ) => pieces.push( piece ) } );
	await until( 'the request', () => upstream.last?.url === '/v1/chat/completions' );
	for ( let number = 1; number <= 3; number++ ) {
		upstream.more( `data: {"piece": ${ number }}\n\n` );
		// The next piece is not sent before this one has arrived: with a buffer between them it never would.
		await until( `piece ${ number }`, () => pieces.join( '' ).includes( `"piece": ${ number }` ) );
	}
	upstream.end();
	const { headers } = await answer;
	assert.equal( headers[ 'content-encoding' ], undefined );
	assert.match( headers[ 'content-type' ], /^text\/event-stream/ );
} );

test( 'a WebSocket passes, another upgrade does not', async () => {
	const mask = Buffer.from( [ 1, 2, 3, 4 ] ), text = Buffer.from( 'hello' );
	const frame = Buffer.concat( [ Buffer.from( [ 0x81, 0x80 | text.length ] ), mask, text.map( ( byte, index ) => byte ^ mask[ index % 4 ] ) ] );
	const head = ( protocol ) => `GET /v1/realtime?model=m HTTP/1.1\r\nHost: ${ NAME }:${ nginx.https }\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${ protocol }\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${ randomBytes( 16 ).toString( 'base64' ) }\r\n\r\n`;
	const echoed = await converse( nginx.https, Buffer.concat( [ Buffer.from( head( 'websocket' ) ), frame ] ), { from: STRANGER, done: ( answer ) => answer.includes( 'hello' ) } );
	assert.equal( statusOf( echoed ), 101 );
	assert.match( echoed, /hello/ );
	assert.equal( upstream.last.headers.connection, 'upgrade' );

	await converse( nginx.https, head( 'h2c' ), { done: ( answer ) => answer.includes( '}' ) } );
	assert.equal( upstream.last.method, 'GET' );
	assert.equal( upstream.last.headers.upgrade, undefined );
	// Elsewhere not even WebSocket.
	await converse( nginx.https, head( 'websocket' ).replace( '/v1/realtime?model=m', '/v1/models' ), { done: ( answer ) => answer.includes( '}' ) } );
	assert.equal( upstream.last.method, 'GET' );
} );

test( 'the upstream gets a literal host and our own forwarding headers, whatever was sent', async () => {
	const hostile = {
		'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Port': '1', 'X-Forwarded-For': '10.0.0.1', 'X-Real-IP': '10.0.0.1',
		Forwarded: 'for=10.0.0.1;host=evil.example', 'X-Original-URL': '/key/list', 'X-Rewrite-URL': '/key/list', 'X-Original-Host': 'evil.example',
		'X-Forwarded-Prefix': '/key', 'X-Forwarded-Server': 'evil.example', 'X-Forwarded-Scheme': 'http', 'X-Host': 'evil.example', 'X-HTTP-Method-Override': 'DELETE',
		'X-Forwarded-User': 'admin', 'X-Forwarded-Email': 'admin@example.com', 'True-Client-IP': '10.0.0.1', 'CF-Connecting-IP': '10.0.0.1', Proxy: 'http://evil.example',
	};
	const ours = { 'x-forwarded-host': `${ NAME }:${ nginx.https }`, 'x-forwarded-proto': 'https', 'x-forwarded-port': String( nginx.https ), 'x-forwarded-for': STRANGER, 'x-real-ip': STRANGER };
	for ( const [ path, from ] of [ [ '/v1/models', STRANGER ], [ '/v1/realtime', STRANGER ], [ '/key/list', undefined ], [ '/ui/x', undefined ], [ '/_next/static/x.js', undefined ] ] ) {
		await ask( nginx.https, path, { headers: hostile, from } );
		assert.equal( upstream.last.url, path );
		assert.equal( upstream.last.headers.host, `${ NAME }:${ nginx.https }` );
		for ( const name of Object.keys( hostile ).map( ( text ) => text.toLowerCase() ) ) {
			const expected = name in ours ? ours[ name ].replace( STRANGER, from ?? '127.0.0.1' ) : undefined;
			assert.equal( upstream.last.headers[ name ], expected, `${ name } at ${ path }` );
		}
	}
} );

test( 'what the client may say arrives: key, encoding, query, path', async () => {
	await ask( nginx.https, '/v1/models/openai%2Fgpt-4o?x=%2F..%2F&y=//', { headers: { Authorization: `Bearer ${ KEY }`, 'Accept-Encoding': 'gzip' }, from: STRANGER } );
	assert.equal( upstream.last.url, '/v1/models/openai%2Fgpt-4o?x=%2F..%2F&y=//' );
	assert.equal( upstream.last.headers.authorization, `Bearer ${ KEY }` );
	assert.equal( upstream.last.headers[ 'accept-encoding' ], 'gzip' );
} );

// The plugin's calls, and what it asks for its page Console, from the address of this server; none of them is for strangers.
test( 'whatever WordPress asks comes through, and from WordPress only', async () => {
	// Some operations are several calls: every object with a path is one.
	const callsIn = ( value ) => ( value && typeof value === 'object' ? [ ...( typeof value.path === 'string' ? [ [ value.method, value.path ] ] : [] ), ...Object.values( value ).flatMap( callsIn ) ] : [] );
	const { operations } = JSON.parse( await readFile( new URL( '../../../php-shim/contract.json', import.meta.url ), 'utf8' ) );
	const calls = [ ...callsIn( operations ), [ 'GET', '/ui/' ] ];
	for ( const path of [ '/key/list', '/key/generate', '/spend/logs/v2', '/health/readiness/details' ] ) {
		assert.ok( calls.some( ( call ) => call[ 1 ] === path ), path );
	}
	for ( const [ method, path ] of calls ) {
		const body = method === 'GET' ? undefined : '{}';
		const before = upstream.requests.length;
		assert.equal( ( await ask( nginx.https, path, { method, body } ) ).status, 200, path );
		assert.equal( upstream.requests.length, before + 1, path );
		assert.equal( upstream.last.url, path );
		assert.equal( ( await ask( nginx.https, path, { method, body, from: STRANGER } ) ).status, path === '/health/liveliness' ? 200 : 403, path );
	}
} );

// As SDKs write them: OpenAI's with and without /v1, Azure's, Anthropic's, Google's.
test( 'the paths of the usual clients are open', async () => {
	const openai = [ 'chat/completions?stream', 'completions', 'responses', 'embeddings', 'moderations', 'images/generations', 'images/edits', 'audio/speech', 'audio/transcriptions', 'audio/translations', 'models', 'models/gpt-5', 'rerank' ];
	const paths = [
		...openai.flatMap( ( path ) => [ `/${ path }`, `/v1/${ path }` ] ),
		...[ 'chat/completions?api-version=2024-10-21', 'embeddings', 'audio/transcriptions', 'images/generations' ].map( ( path ) => `/openai/deployments/gpt-5/${ path }` ),
		'/v1/responses/resp_1', '/v1/responses/resp_1/cancel', '/v1/messages?beta=true', '/v1/messages/count_tokens',
		...[ 'generateContent', 'streamGenerateContent?alt=sse', 'countTokens' ].map( ( call ) => `/v1beta/models/gemini-2.5-flash:${ call }` ),
	];
	for ( const path of paths ) {
		const { status } = await ask( nginx.https, path, { method: 'POST', body: '{}', from: STRANGER } );
		assert.equal( status, 200, path );
		assert.equal( upstream.last.url, path );
	}
} );

test( 'a request that is too large is refused as JSON, uploads may be larger', async () => {
	const send = ( path, kilobytes, from ) => ask( nginx.https, path, { method: 'POST', body: 'x'.repeat( kilobytes * 1024 ), from } );
	assert.equal( ( await send( '/v1/embeddings', 60, STRANGER ) ).status, 200 );
	const before = upstream.requests.length;
	const refused = await send( '/v1/embeddings', 70, STRANGER );
	assert.equal( refused.status, 413 );
	assert.equal( refused.headers[ 'content-type' ], 'application/json' );
	assert.equal( refused.json.error.message, 'The request is too large.' );
	assert.equal( upstream.requests.length, before, 'nothing reached LiteLLM' );
	assert.equal( ( await send( '/v1/audio/transcriptions', 200, STRANGER ) ).json.size, 200 * 1024 );
	assert.equal( ( await send( '/v1/images/edits', 300, STRANGER ) ).status, 413 );
	assert.equal( ( await send( '/v1/files', 200 ) ).status, 200, 'admins may, without FILES_API' );
	assert.equal( ( await send( '/v1/files', 10, STRANGER ) ).status, 403 );
} );

test( 'PUBLIC_PATHS opens exactly these', async () => {
	for ( const [ path, status ] of [ [ '/mcp/', 200 ], [ '/mcp/tools', 200 ], [ '/mcp', 403 ], [ '/mcpx/', 403 ], [ '/v1/search', 200 ], [ '/v1/search/x', 403 ], [ '/x/mcp/', 403 ] ] ) {
		assert.equal( ( await ask( nginx.https, path, { from: STRANGER } ) ).status, status, path );
	}
} );

test( 'commands to nginx in an answer are not obeyed, and telling headers stay inside', async () => {
	upstream.answer = ( request, response ) => {
		response.writeHead( 200, {
			'X-Accel-Redirect': '/v1/models', 'X-Accel-Limit-Rate': '1', Server: 'uvicorn', 'X-Powered-By': 'x', 'x-litellm-version': '1.80.11', 'x-litellm-model-api-base': 'https://inner.example', 'x-litellm-call-id': 'kept',
			'X-Frame-Options': 'DENY', 'Content-Security-Policy': 'frame-ancestors \'none\'', 'Set-Cookie': [ 'token=a; Path=/; SameSite=lax', 'other=b; Path=/ui' ],
		} );
		response.end( 'own answer' );
	};
	for ( const path of [ '/v1/moderations', '/ui/x', '/key/list' ] ) {
		const { text, headers } = await ask( nginx.https, path );
		assert.equal( text, 'own answer' );
		assert.equal( headers.server, 'nginx' );
		assert.equal( headers[ 'x-litellm-call-id' ], 'kept' );
		for ( const name of [ 'x-powered-by', 'x-litellm-version', 'x-litellm-model-api-base', 'x-frame-options', 'x-accel-redirect' ] ) {
			assert.equal( headers[ name ], undefined, name );
		}
		assert.equal( headers[ 'content-security-policy' ], path.startsWith( '/ui' ) ? "frame-ancestors 'self' https://wp.example.test" : "frame-ancestors 'none'" );
		assert.deepEqual( headers[ 'set-cookie' ], [ 'token=a; Path=/; Secure; SameSite=lax', 'other=b; Path=/ui; Secure' ] );
	}
	upstream.answer = undefined;
} );

test( 'attempts to sign in are few, other requests are many; a refusal is JSON', async () => {
	const limited = await new Nginx( scratch, 'limited' ).start( { UPSTREAM: `127.0.0.1:${ upstream.port }`, LOGIN_RATE: '1r/m', LOGIN_BURST: '2', API_RATE: '1r/m', API_BURST: '5', CONNECTIONS: '3' } );
	try {
		const statuses = async ( path, count, options ) => {
			const seen = [];
			for ( let number = 0; number < count; number++ ) {
				seen.push( ( await ask( limited.https, path, options ) ).status );
			}
			return seen;
		};
		const signIn = { method: 'POST', body: 'username=admin&password=guess' };
		assert.deepEqual( await statuses( '/login', 5, signIn ), [ 200, 200, 200, 429, 429 ] );
		const refused = await ask( limited.https, '/v2/login', signIn );
		assert.equal( refused.status, 429, 'the other address of the same login counts too' );
		assert.equal( refused.headers[ 'content-type' ], 'application/json' );
		assert.equal( refused.headers[ 'retry-after' ], '10' );
		assert.equal( refused.json.error.type, 'rate_limit_error' );
		// The three that passed count as requests of this address too; a stranger has an account of its own.
		assert.deepEqual( await statuses( '/v1/models', 8, { from: STRANGER } ), [ 200, 200, 200, 200, 200, 200, 429, 429 ] );
		// The console loads dozens of files at once.
		assert.deepEqual( await statuses( '/_next/static/a.js', 10 ), Array( 10 ).fill( 200 ) );

		const open = [ 1, 2, 3 ].map( () => ask( limited.https, '/v1/chat/completions', { method: 'POST', body: '{}', from: '127.0.0.3' } ) );
		await until( 'three streams', () => upstream.requests.filter( ( { headers } ) => headers[ 'x-real-ip' ] === '127.0.0.3' ).length === 3 );
		assert.equal( ( await ask( limited.https, '/v1/models', { from: '127.0.0.3' } ) ).status, 429, 'the fourth connection' );
		upstream.end();
		await Promise.all( open );

		// LiteLLM's own 429 passes as it is.
		upstream.answer = ( request, response ) => response.writeHead( 429, { 'Retry-After': '7', 'Content-Type': 'application/json' } ).end( '{"error":{"message":"budget"}}' );
		const own = await ask( limited.https, '/v1/models', { from: '127.0.0.4' } );
		assert.deepEqual( [ own.status, own.headers[ 'retry-after' ], own.json.error.message ], [ 429, '7', 'budget' ] );
	} finally {
		upstream.answer = undefined;
		upstream.end();
		await limited.stop();
	}
} );

test( 'of several instances the dead one is passed over, and no POST is sent twice', async () => {
	const first = await new Upstream().start(), second = await new Upstream().start();
	const several = await new Nginx( scratch, 'several' ).start( { UPSTREAM: `127.0.0.1:${ first.port } 127.0.0.1:${ second.port }` } );
	try {
		const answer = ( request, response ) => response.writeHead( 200, { 'Content-Type': 'application/json' } ).end( '{}' );
		first.answer = second.answer = answer;
		for ( let number = 0; number < 6; number++ ) {
			assert.equal( ( await ask( several.https, '/v1/models' ) ).status, 200 );
		}
		assert.ok( first.requests.length > 0 && second.requests.length > 0, 'both are asked' );

		// Both take the request and die before they answer: a POST may have been billed by then.
		first.answer = second.answer = ( request ) => request.socket.destroy();
		const total = () => first.requests.length + second.requests.length;
		let before = total();
		const post = await ask( several.https, '/v1/embeddings', { method: 'POST', body: '{}', from: STRANGER } );
		assert.equal( post.status, 502 );
		assert.equal( post.headers[ 'content-type' ], 'application/json' );
		assert.equal( total() - before, 1, 'sent once' );
		before = total();
		await ask( several.https, '/v1/models' );
		assert.ok( total() - before >= 1 );

		first.answer = second.answer = answer;
		await second.stop();
		await until( 'the other one to be asked again', async () => ( await ask( several.https, '/v1/models' ) ).status === 200 );
		for ( let number = 0; number < 6; number++ ) {
			assert.equal( ( await ask( several.https, '/v1/models' ) ).status, 200 );
			assert.equal( ( await ask( several.https, '/v1/moderations', { method: 'POST', body: '{}' } ) ).status, 200, 'a POST that could not be sent goes to the other one' );
		}
	} finally {
		await several.stop();
		await first.stop();
		await second.stop();
	}
} );

test( 'while LiteLLM is away, programs get JSON and people a page', async () => {
	const [ nobody ] = await freePorts( 1 );
	const alone = await new Nginx( scratch, 'alone' ).start( { UPSTREAM: `127.0.0.1:${ nobody }` } );
	try {
		const api = await ask( alone.https, `/v1/models?key=${ KEY }`, { headers: { Authorization: `Bearer ${ KEY }`, Referer: `https://x.example/?key=${ KEY }` }, from: STRANGER } );
		assert.equal( api.status, 502 );
		assert.equal( api.json.error.code, '502' );
		assert.equal( api.headers[ 'retry-after' ], '5' );
		const page = await ask( alone.https, '/ui/' );
		assert.equal( page.status, 502 );
		assert.match( page.headers[ 'content-type' ], /^text\/html/ );
		assert.match( page.text, /The gateway does not answer/ );
		assert.match( page.headers[ 'content-security-policy' ], /wp\.example\.test/, 'the frame shows it' );
		assert.equal( page.headers[ 'cache-control' ], 'no-cache' );
		const asset = await ask( alone.https, '/_next/static/chunks/a.js' );
		assert.equal( asset.status, 502 );
		assert.equal( asset.headers[ 'cache-control' ], undefined, 'a failure is not kept for a year' );
		// nginx writes a line when it is done with the request, a moment after the answer.
		await until( 'the lines', async () => ( await alone.written() ).includes( '"path":"/_next/static/chunks/a.js"' ) );
		const written = await alone.written();
		assert.match( written, /"path":"\/v1\/models"/ );
		assert.ok( ! written.includes( KEY ), 'no key in the logs, not even of a failure' );
	} finally {
		await alone.stop();
	}
} );

test( 'no log holds a key, wherever the request had it', async () => {
	const headers = { Authorization: `Bearer ${ KEY }`, 'x-api-key': KEY, Cookie: `token=${ KEY }`, Referer: `https://x.example/?api_key=${ KEY }` };
	await ask( nginx.https, `/v1/models?api_key=${ KEY }`, { headers } );
	await ask( nginx.https, `/key/${ KEY }/regenerate`, { headers, method: 'POST' } );
	await ask( nginx.https, `/key/${ KEY }/regenerate?key=${ KEY }`, { headers, from: STRANGER } );
	await ask( nginx.https, `/v1/embeddings?key=${ KEY }`, { headers, method: 'POST', body: 'x'.repeat( 70_000 ) } );
	await ask( nginx.http, `/v1/models?key=${ KEY }`, { headers, plain: true } );
	await until( 'the lines', async () => ( await nginx.written() ).includes( '/key/sk-...' ) );
	const written = await nginx.written();
	assert.match( written, /"path":"\/key\/sk-\.\.\.\/regenerate"/ );
	assert.ok( ! written.includes( KEY ) );
	written.trim().split( '\n' ).filter( ( line ) => line.startsWith( '{' ) ).forEach( ( line ) => JSON.parse( line ) );
} );

test( 'behind a CDN the client is whom the CDN names, and only the CDN is believed', async () => {
	const behind = await new Nginx( scratch, 'behind' ).start( { UPSTREAM: `127.0.0.1:${ upstream.port }`, TRUSTED_PROXIES: '127.0.0.9/32', ADMIN_NETWORKS: '198.51.100.7' } );
	try {
		const claim = { 'X-Forwarded-For': '198.51.100.7' };
		assert.equal( ( await ask( behind.https, '/key/list', { from: '127.0.0.9', headers: claim } ) ).status, 200 );
		assert.equal( upstream.last.headers[ 'x-real-ip' ], '198.51.100.7' );
		assert.equal( ( await ask( behind.https, '/key/list', { from: '127.0.0.9', headers: { 'X-Forwarded-For': '198.51.100.7, 203.0.113.5' } } ) ).status, 403 );
		assert.equal( ( await ask( behind.https, '/key/list', { from: STRANGER, headers: claim } ) ).status, 403 );
	} finally {
		await behind.stop();
	}
} );

test( 'plain HTTP is sent to HTTPS, but for the answers to a certificate authority', async () => {
	await writeFile( scratch.file( 'acme/.well-known/acme-challenge/token-1' ), 'token-1.thumbprint' );
	const challenge = await ask( nginx.http, '/.well-known/acme-challenge/token-1', { plain: true, from: STRANGER } );
	assert.deepEqual( [ challenge.status, challenge.text ], [ 200, 'token-1.thumbprint' ] );
	assert.equal( ( await ask( nginx.http, '/.well-known/acme-challenge/none', { plain: true } ) ).status, 404 );
	for ( const path of [ '/', '/ui/?page=x', '/v1/models' ] ) {
		const { status, headers } = await ask( nginx.http, path, { plain: true, from: STRANGER } );
		assert.deepEqual( [ status, headers.location ], [ 308, `${ nginx.url }${ path }` ] );
	}
	const mistaken = await converse( nginx.https, `GET /ui/ HTTP/1.1\r\nHost: ${ NAME }:${ nginx.https }\r\nConnection: close\r\n\r\n`, { plain: true } );
	assert.equal( statusOf( mistaken ), 308, 'plain HTTP on the port of HTTPS' );
} );

test( 'TLS 1.2 and 1.3 only', async () => {
	const speak = ( ...options ) => run( 'bash', [ '-c', `openssl s_client -connect 127.0.0.1:${ nginx.https } -servername ${ NAME } -CAfile ${ scratch.authority } -verify_return_error ${ options.join( ' ' ) } </dev/null` ] );
	for ( const version of [ '-tls1_2', '-tls1_3' ] ) {
		const { status, stdout } = await speak( version );
		assert.equal( status, 0, `${ version }: ${ stdout }` );
		assert.match( stdout, /Verification: OK/ );
	}
	for ( const version of [ '-tls1_1', '-tls1' ] ) {
		// Seclevel 0: this client would speak it.
		assert.notEqual( ( await speak( version, '-cipher', 'DEFAULT@SECLEVEL=0' ) ).status, 0, version );
	}
	assert.notEqual( ( await speak( '-tls1_2', '-cipher', 'AES128-SHA:AES256-SHA256' ) ).status, 0, 'without forward secrecy' );
} );

test( 'HTTP/2 is spoken', async () => {
	const { stdout } = await run( 'curl', [ '--silent', '--insecure', '--http2', '--resolve', `${ NAME }:${ nginx.https }:127.0.0.1`, '--write-out', '%{http_version} %{http_code}', '--output', '/dev/null', `${ nginx.url }/v1/models` ] );
	assert.equal( stdout, '2 200' );
} );
