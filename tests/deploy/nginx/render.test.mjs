// render.sh: what it refuses and how it says so, and how it installs beside other sites and takes back what fails.

import assert from 'node:assert/strict';
import { chmod, cp, mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { freePorts, output, project, run } from './lib/command.mjs';
import { RENDER, Scratch } from './lib/site.mjs';

const scratch = new Scratch();
let root, bin, ports, nginxDir;

before( async () => {
	await scratch.start();
	scratch.pair = await scratch.certificate( 'server' );
	ports = await freePorts( 2 );
	bin = scratch.file( 'bin' );
	await mkdir( bin );
	// systemctl is not there to be tested: it records, and fails on demand.
	await writeFile( path.join( bin, 'systemctl' ), '#!/bin/sh\necho "systemctl $*" >>"$RECORD"\n[ "$1" != reload ] || [ -z "$RELOAD_FAILS" ]\n' );
	await chmod( path.join( bin, 'systemctl' ), 0o755 );
} );
after( () => scratch.stop() );

const files = ( values ) => scratch.site( { HTTP_PORT: ports[ 0 ], HTTPS_PORT: ports[ 1 ], ...values } );
const check = async ( values, ...more ) => run( RENDER, [ '--site', await files( values ), '--check', ...more ] );

test( 'a site file in order is accepted, and leaves nothing behind', async () => {
	const { status, stdout, stderr } = await check();
	assert.equal( status, 0, stderr );
	assert.match( stdout, /is in order; nginx accepts the result/ );
	assert.match( stdout, new RegExp( `PROXY_BASE_URL=https://litellm\\.example\\.test:${ ports[ 1 ] }` ) );
	assert.equal( stderr, '' );
	assert.equal( ( await run( 'test', [ '-e', scratch.file( 'cache-site.conf' ) ] ) ).status, 1 );
} );

const INJECTIONS = [ 'a;return 200', 'a} server {', '$host', 'a\\nb', '"x"', "'", 'a b', 'include /etc/passwd;', '`id`', '$(id)', '#', '@BODY_LIMIT@', '../x' ];
const REFUSED = {
	SERVER_NAME: [ '', 'litellm', 'https://litellm.example.test', 'lite_llm.example.test', '-a.example.test', '10.0.0.1', '*.example.test', '~^x', 'litellm.example.test:443', `${ 'a'.repeat( 64 ) }.example.test` ],
	WORDPRESS_ORIGIN: [ '', 'wp.example.test', 'http://wp.example.test', 'https://wp.example.test/', 'https://wp.example.test/wp-admin', 'https://*', '*', "https://wp.example.test 'unsafe-inline'", 'https://wp.example.test,https://b.example.test', 'https://10.0.0.1' ],
	TLS_CERTIFICATE: [ '', '/nowhere/x.crt', 'x.crt' ],
	TLS_CERTIFICATE_KEY: [ '', '/nowhere/x.key' ],
	ADMIN_NETWORKS: [ '', '10.0.0.0/33', '10.0.0', '256.1.1.1', '0.0.0.0/0', '::/0', '::1/129', '1:2:3', '2001:db8::1::2', '12345::', 'everybody', '10.0.0.0/8,10.1.0.0/16', '10.0.0.1/-1' ],
	API_NETWORKS: [ '', '10.0.0.0/99', 'none' ],
	TRUSTED_PROXIES: [ 'own', '0.0.0.0/0', 'cdn' ],
	UPSTREAM: [ '', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:99999', 'http://127.0.0.1:4000', '300.0.0.1:4000', '127.0.0.1:24157 x', 'unix:/run/x', '[::1:4000' ],
	PUBLIC_PATHS: [ '/', 'mcp', '/key/', '/ui/', '/KEY/', '/config', '/v1/model/', '/v1/', '/a/../key', '//', '/a?b', '/(.*)', '/.env' ],
	FILES_API: [ '', 'maybe', 'YES' ], CONSOLE_SETTINGS: [ 'true' ], DEFAULT_SERVER: [ 'on' ], IPV6: [ '6' ],
	HTTP_PORT: [ '0', '65536', 'http', '080' ], HTTPS_PORT: [ '', '443s' ],
	BODY_LIMIT: [ '0', '10', '32mb', '-1m' ], UPLOAD_LIMIT: [ 'x' ], CACHE_SIZE: [ '10' ],
	READ_TIMEOUT: [ '600', '0s', '10d' ], REALTIME_TIMEOUT: [ '1 h' ],
	API_RATE: [ '10', '10r/h', '0r/s' ], LOGIN_RATE: [ 'r/m' ], API_BURST: [ '-1', 'many' ], LOGIN_BURST: [ '' ], CONNECTIONS: [ '0' ],
	HSTS_MAX_AGE: [ 'year', '' ], ACME_ROOT: [ 'acme', '/', '/a b', '/a/../b' ], LOG_DIR: [ '' ], CACHE_DIR: [ 'x' ], REAL_IP_HEADER: [ 'X Y', '' ],
};

test( 'a bad value is refused by its name, whatever it is', async () => {
	const names = Object.keys( REFUSED );
	const groups = [ [ 'TLS_CERTIFICATE' ], [ 'TLS_CERTIFICATE_KEY' ], names.filter( ( name ) => ! name.startsWith( 'TLS_' ) ) ];
	for ( const group of groups ) {
		// Each round takes the next bad value of every setting: all of them are to be named.
		const rounds = Math.max( ...group.map( ( name ) => REFUSED[ name ].length ) ) + INJECTIONS.length;
		for ( let round = 0; round < rounds; round++ ) {
			const bad = Object.fromEntries( group.map( ( name ) => [ name, [ ...INJECTIONS, ...REFUSED[ name ] ][ round ] ] ).filter( ( [ , value ] ) => value !== undefined ) );
			const { status, stdout, stderr } = await run( RENDER, [ '--site', await files( bad ), '--out', scratch.file( 'refused' ) ] );
			assert.equal( status, 1, stdout );
			assert.match( stderr, /nothing was written/ );
			for ( const [ name, value ] of Object.entries( bad ) ) {
				assert.match( stderr, new RegExp( `^  ${ name }:`, 'm' ), `${ name }=${ value }` );
			}
		}
	}
	assert.equal( ( await run( 'test', [ '-e', scratch.file( 'refused' ) ] ) ).status, 1 );
} );

test( 'several mistakes are named at once, and lines that are none', async () => {
	const site = await files( { SERVER_NAME: 'x', API_RATE: 'fast' } );
	await writeFile( site, `${ await readFile( site, 'utf8' ) }API_RATE=1r/s\nNOT_A_SETTING=1\nexport X\n` );
	const { stderr } = await run( RENDER, [ '--site', site, '--check' ] );
	for ( const part of [ 'SERVER_NAME: ', 'API_RATE: ', 'API_RATE is set twice', 'there is no setting NOT_A_SETTING', 'expected NAME=value, found: export X' ] ) {
		assert.ok( stderr.includes( part ), `${ part } in ${ stderr }` );
	}
} );

test( 'WordPress\'s own name is refused, another domain is warned of', async () => {
	const own = await check( { WORDPRESS_ORIGIN: 'https://www.example.test https://LiteLLM.example.test:8443' } );
	assert.equal( own.status, 1 );
	assert.match( own.stderr, /SERVER_NAME: litellm\.example\.test is WordPress's own name/ );
	for ( const [ origin, warned ] of [ [ 'https://blog.other.test', true ], [ 'https://www.example.test', false ], [ 'https://example.test', false ], [ 'https://www.example.test:8443 https://x.y.example.test', false ] ] ) {
		const { status, stderr } = await check( { WORDPRESS_ORIGIN: origin } );
		assert.equal( status, 0, stderr );
		assert.equal( /do not seem to be below the same domain/.test( stderr ), warned, origin );
	}
	const pair = await scratch.certificate( 'uk', [ 'litellm.one.co.uk' ] );
	const { stderr } = await check( { SERVER_NAME: 'litellm.one.co.uk', WORDPRESS_ORIGIN: 'https://www.two.co.uk', TLS_CERTIFICATE: pair.certificate, TLS_CERTIFICATE_KEY: pair.key } );
	assert.match( stderr, /do not seem to be below the same domain/, 'co.uk is no domain of anybody' );
} );

test( 'a certificate has to be valid, of this name, and go with the key', async () => {
	const other = await scratch.certificate( 'other', [ 'other.example.test' ] );
	const soon = await scratch.certificate( 'soon', undefined, { days: 3 } );
	const past = await scratch.certificate( 'past', undefined, { days: 0 } );
	const all = await scratch.certificate( 'all', [ '*.example.test' ] );
	const with_ = ( pair, key = pair.key ) => check( { TLS_CERTIFICATE: pair.certificate, TLS_CERTIFICATE_KEY: key } );
	assert.match( ( await with_( other ) ).stderr, /is not for litellm\.example\.test but for: .*other\.example\.test/ );
	assert.match( ( await with_( scratch.pair, other.key ) ).stderr, /TLS_CERTIFICATE_KEY: .* is not the key of/ );
	assert.match( ( await with_( past ) ).stderr, /expired/ );
	const near = await with_( soon );
	assert.equal( near.status, 0 );
	assert.match( near.stderr, /expires soon/ );
	assert.equal( ( await with_( all ) ).status, 0, 'a wildcard' );
	assert.match( ( await with_( scratch.pair, scratch.pair.certificate ) ).stderr, /expected a key in PEM without a password/ );
	const locked = scratch.file( 'locked.key' );
	await output( 'openssl', [ 'pkey', '-in', scratch.pair.key, '-aes256', '-passout', 'pass:secret', '-out', locked ] );
	assert.match( ( await with_( scratch.pair, locked ) ).stderr, /expected a key in PEM without a password/ );
	await chmod( all.key, 0o644 );
	assert.match( ( await with_( all ) ).stderr, /everybody on this machine can read/ );
} );

test( 'before the first certificate there is a site for the authority\'s question only', async () => {
	const out = scratch.file( 'http-only' );
	const site = await files( { TLS_CERTIFICATE: '/nowhere/x', TLS_CERTIFICATE_KEY: '/nowhere/y' } );
	await output( RENDER, [ '--site', site, '--http-only', '--out', out ] );
	const text = await readFile( path.join( out, 'litellm.conf' ), 'utf8' );
	assert.match( text, /acme-challenge/ );
	assert.doesNotMatch( text, /ssl|proxy_pass/ );
} );

test( 'the example is accepted once the certificate is there; "own" is this machine', async () => {
	const pair = await scratch.certificate( 'example', [ 'litellm.example.com' ] );
	const text = ( await readFile( path.join( project, 'nginx/site.conf.example' ), 'utf8' ) )
		.replace( /^TLS_CERTIFICATE=.*/m, `TLS_CERTIFICATE=${ pair.certificate }` ).replace( /^TLS_CERTIFICATE_KEY=.*/m, `TLS_CERTIFICATE_KEY=${ pair.key }` )
		.replace( /^HTTP_PORT=.*/m, `HTTP_PORT=${ ports[ 0 ] }` ).replace( /^HTTPS_PORT=.*/m, `HTTPS_PORT=${ ports[ 1 ] }` );
	const site = scratch.file( 'example.conf' ), out = scratch.file( 'example' );
	await writeFile( site, text.replaceAll( '\n', '\r\n' ) );
	await output( RENDER, [ '--site', site, '--out', out ] );
	const rendered = await readFile( path.join( out, 'litellm.conf' ), 'utf8' );
	const addresses = ( await output( 'hostname', [ '-I' ] ) ).trim().split( /\s+/ ).filter( Boolean );
	for ( const network of [ '127.0.0.0/8', '::1', ...addresses ] ) {
		assert.ok( rendered.includes( `    ${ network } 0;\n` ), network );
	}
	assert.match( rendered, /geo \$litellm_stranger \{\n {4}default 1;/ );
	assert.doesNotMatch( rendered, /@[A-Z_]+@|#(if|else|end|include)\b/ );
} );

test( 'several instances become what the example file shows', async () => {
	const out = scratch.file( 'several' );
	await output( RENDER, [ '--site', await files( { UPSTREAM: '127.0.0.1:24157 127.0.0.1:24158 127.0.0.1:24159' } ), '--out', out ] );
	const block = ( text ) => /^upstream [^}]*}/m.exec( text )[ 0 ];
	assert.equal( block( await readFile( path.join( out, 'litellm.conf' ), 'utf8' ) ), block( await readFile( path.join( project, 'nginx/upstream-several.conf.example' ), 'utf8' ) ) );
} );

// --- installing -------------------------------------------------------------------------------------------------------

/** A server's /etc/nginx with WordPress's site in it. `layout`: Debian's folders, or nginx.org's. */
async function server( { layout = 'debian', wordpress = '', stock = '' } = {} ) {
	root = scratch.file( 'root' );
	await rm( root, { recursive: true, force: true } );
	nginxDir = path.join( root, 'etc/nginx' );
	const folders = layout === 'debian' ? [ 'sites-available', 'sites-enabled' ] : [ 'conf.d' ];
	await Promise.all( folders.map( ( folder ) => mkdir( path.join( nginxDir, folder ), { recursive: true } ) ) );
	const include = layout === 'debian' ? `${ nginxDir }/sites-enabled/*` : `${ nginxDir }/conf.d/*.conf`;
	await writeFile( path.join( nginxDir, 'nginx.conf' ), `pid ${ root }/nginx.pid;\nerror_log stderr;\nevents {}\nhttp { access_log off; include ${ include }; }\n` );
	const enabled = path.join( nginxDir, layout === 'debian' ? 'sites-enabled' : 'conf.d' );
	await writeFile( path.join( enabled, 'wordpress.conf' ), wordpress || `server { listen ${ ports[ 0 ] }; server_name wp.example.test; return 200 wordpress; }\n` );
	if ( stock ) {
		await writeFile( path.join( enabled, 'default' ), stock );
	}
	return enabled;
}

async function install( values = {}, { env = {}, more = [] } = {} ) {
	const record = scratch.file( 'record' );
	await writeFile( record, '' );
	const site = await files( { LOG_DIR: path.join( root, 'var/log/nginx' ), CACHE_DIR: path.join( root, 'var/cache/litellm' ), ACME_ROOT: path.join( root, 'var/www/acme' ), ...values } );
	const result = await run( RENDER, [ '--site', site, '--install', ...more ], { env: { LITELLM_KIT_ROOT: root, PATH: `${ bin }:${ process.env.PATH }`, RECORD: record, ...env } } );
	return { ...result, calls: ( await readFile( record, 'utf8' ) ).trim().split( '\n' ).filter( Boolean ) };
}
const installed = () => readFile( path.join( nginxDir, 'sites-available/litellm.conf' ), 'utf8' ).catch( () => null );
const present = ( file ) => stat( file ).then( () => true, () => false );

test( 'installs beside WordPress\'s site, reloads, and does nothing the second time', async () => {
	const enabled = await server();
	const first = await install();
	assert.equal( first.status, 0, first.stderr );
	assert.equal( await readlink( path.join( enabled, 'litellm.conf' ) ), '../sites-available/litellm.conf' );
	assert.deepEqual( first.calls, [ 'systemctl is-active --quiet nginx', 'systemctl reload nginx' ] );
	assert.equal( ( await stat( path.join( nginxDir, 'sites-available/litellm.conf' ) ) ).mode & 0o777, 0o644 );
	assert.equal( ( await stat( path.join( root, 'var/www/acme' ) ) ).mode & 0o777, 0o755 );
	assert.match( await readFile( path.join( enabled, 'wordpress.conf' ), 'utf8' ), /return 200 wordpress/ );
	const text = await installed();

	const second = await install();
	assert.equal( second.status, 0, second.stderr );
	assert.match( second.stdout, /as it should be; nothing to do/ );
	assert.deepEqual( second.calls, [] );
	assert.equal( await installed(), text );

	const changed = await install( { BODY_LIMIT: '7m' } );
	assert.equal( changed.status, 0, changed.stderr );
	assert.match( await installed(), /client_max_body_size 7m/ );
	assert.deepEqual( changed.calls.at( -1 ), 'systemctl reload nginx' );
} );

test( 'a dry run says what it would do, and changes nothing', async () => {
	await server();
	// nginx itself lays an empty pid file when it is asked for its configuration.
	const found = () => output( 'find', [ root, '!', '-name', 'nginx.pid' ] );
	const before = await found();
	const { status, stdout, calls } = await install( {}, { more: [ '--dry-run' ] } );
	assert.equal( status, 0 );
	assert.match( stdout, /would write: .*sites-available\/litellm\.conf/ );
	assert.match( stdout, /would run: nginx -t/ );
	assert.deepEqual( calls, [] );
	assert.equal( await found(), before );
} );

test( 'without Debian\'s folders it goes to conf.d', async () => {
	await server( { layout: 'nginx.org' } );
	const { status, stderr } = await install();
	assert.equal( status, 0, stderr );
	assert.ok( await present( path.join( nginxDir, 'conf.d/litellm.conf' ) ) );
} );

test( 'what nginx refuses beside the other sites is taken back', async () => {
	// Their zone has the name of one of ours, with another key: nginx sees that only with both.
	const enabled = await server( { wordpress: `limit_req_zone $server_name zone=litellm_login:1m rate=1r/s;\nserver { listen ${ ports[ 0 ] }; server_name wp.example.test; }\n` } );
	const fresh = await install();
	assert.equal( fresh.status, 1 );
	assert.match( fresh.stderr, /nginx does not accept it beside the other sites; what was there is back/ );
	assert.match( fresh.stderr, /litellm_login/ );
	assert.equal( await installed(), null );
	assert.equal( await present( path.join( enabled, 'litellm.conf' ) ), false );
	assert.deepEqual( fresh.calls, [], 'no reload' );

	// The site without HTTPS has no cache yet, whose name somebody else has taken.
	await server( { wordpress: `proxy_cache_path ${ scratch.file( 'theirs' ) } keys_zone=litellm_assets:1m;\nserver { listen ${ ports[ 0 ] }; server_name wp.example.test; }\n` } );
	assert.equal( ( await install( {}, { more: [ '--http-only' ] } ) ).status, 0 );
	const before = await installed();
	const clash = await install();
	assert.equal( clash.status, 1 );
	assert.match( clash.stderr, /what was there is back.*litellm_assets/s );
	assert.equal( await installed(), before );
	assert.ok( await present( path.join( enabled, 'litellm.conf' ) ), 'and switched on, as it was' );

	await server();
	assert.equal( ( await install() ).status, 0 );
	const former = await installed();
	const again = await install( {}, { env: { RELOAD_FAILS: '1' } } );
	assert.equal( again.status, 0, 'nothing changed, so nothing is reloaded' );
	const failing = await install( { BODY_LIMIT: '9m' }, { env: { RELOAD_FAILS: '1' } } );
	assert.equal( failing.status, 1 );
	assert.match( failing.stderr, /could not be reloaded; what was there is back/ );
	assert.equal( await installed(), former );
	assert.ok( await present( path.join( enabled, 'litellm.conf' ) ), 'it stays switched on' );
} );

test( 'a configuration that was broken before is not built upon', async () => {
	await server( { wordpress: 'server { listen;\n' } );
	const { status, stderr } = await install();
	assert.equal( status, 1 );
	assert.match( stderr, /the present configuration of nginx is broken/ );
	assert.equal( await installed(), null );
} );

test( 'another default server is named; DEFAULT_SERVER=no lives with it', async () => {
	const enabled = await server( { stock: `server {\n\tlisten ${ ports[ 0 ] } default_server;\n\tlisten [::1]:${ ports[ 0 ] } default_server;\n\tserver_name _;\n}\n` } );
	const { status, stderr } = await install();
	assert.equal( status, 1 );
	assert.ok( stderr.includes( `${ enabled }/default (port ${ ports[ 0 ] })` ), stderr );
	assert.match( stderr, /DEFAULT_SERVER=no/ );
	assert.equal( await installed(), null );
	const beside = await install( { DEFAULT_SERVER: 'no' } );
	assert.equal( beside.status, 0, beside.stderr );
	assert.doesNotMatch( await installed(), /default_server/ );
} );

test( 'another site of the same name is told of', async () => {
	await server( { wordpress: `server { listen ${ ports[ 0 ] }; server_name litellm.example.test; }\n` } );
	const { status, stderr } = await install();
	assert.equal( status, 1 );
	assert.match( stderr, /another site of this nginx has the name litellm\.example\.test/ );
	assert.equal( await installed(), null );
} );

test( 'an nginx.conf that does not include the site is told of', async () => {
	await server();
	await writeFile( path.join( nginxDir, 'nginx.conf' ), 'events {}\nhttp {}\n' );
	const { status, stderr } = await install();
	assert.equal( status, 1 );
	assert.match( stderr, /does not include/ );
	assert.equal( await installed(), null );
} );

async function remove( more = [], env = {} ) {
	const record = scratch.file( 'record' );
	await writeFile( record, '' );
	const result = await run( RENDER, [ '--remove', ...more ], { env: { LITELLM_KIT_ROOT: root, PATH: `${ bin }:${ process.env.PATH }`, RECORD: record, ...env } } );
	return { ...result, calls: ( await readFile( record, 'utf8' ) ).trim().split( '\n' ).filter( Boolean ) };
}

test( 'what was installed is taken away again, and nothing else is', async () => {
	const enabled = await server();
	const found = () => output( 'find', [ root, '!', '-name', 'nginx.pid' ] );
	const before = await found();
	assert.equal( ( await install() ).status, 0 );
	// What nginx has fetched, and what somebody else has laid beside it.
	const cache = path.join( root, 'var/cache/litellm' );
	await mkdir( path.join( cache, 'a/bc' ), { recursive: true } );
	await writeFile( path.join( cache, 'a/bc', '0123456789abcdef0123456789abcdef' ), '' );
	await writeFile( path.join( cache, 'mine' ), '' );
	// Folders of nginx.org's package in the same place, of Let's Encrypt's clients, and empty ones that are like those of nginx.
	const others = [ cache, ...[ 'client_temp', 'proxy_temp', 'other/a', 'a/bcd' ].map( ( name ) => path.join( cache, name ) ), path.join( root, 'var/www/acme' ) ];
	for ( const folder of others ) {
		await mkdir( folder, { recursive: true } );
	}
	const dry = await remove( [ '--dry-run' ] );
	assert.match( dry.stdout, /would run: rm .*sites-available\/litellm\.conf/ );
	assert.ok( await present( path.join( enabled, 'litellm.conf' ) ) );
	const removed = await remove();
	assert.equal( removed.status, 0, removed.stderr );
	assert.equal( removed.calls.at( -1 ), 'systemctl reload nginx' );
	for ( const place of [ path.join( cache, 'mine' ), ...others ] ) {
		assert.ok( await present( place ), place );
	}
	assert.ok( ! ( await present( path.join( cache, 'a/bc' ) ) ) );
	await rm( cache, { recursive: true } );
	// The folders that belong to all stay.
	for ( const place of [ 'var', 'var/log', 'var/log/nginx', 'var/cache', 'var/www' ] ) {
		assert.ok( await present( path.join( root, place ) ), place );
	}
	await rm( path.join( root, 'var' ), { recursive: true } );
	assert.equal( await found(), before );
	const again = await remove();
	assert.equal( again.status, 0 );
	assert.match( again.stdout, /no site of this kit/ );
	assert.deepEqual( again.calls, [] );
} );

test( 'a site that somebody wrote or changed is never removed', async () => {
	const enabled = await server();
	const file = path.join( nginxDir, 'sites-available/litellm.conf' );
	await writeFile( file, '# mine\nserver { listen 1; }\n' );
	assert.equal( ( await remove() ).status, 0 );
	assert.equal( await installed(), '# mine\nserver { listen 1; }\n' );
	assert.equal( ( await install() ).status, 0 );
	const changed = ( await installed() ).replace( 'server_tokens off', 'server_tokens on' );
	await writeFile( file, changed );
	const kept = await remove();
	assert.match( kept.stderr, /was changed since it was written, so it stays/ );
	assert.equal( await installed(), changed );
	assert.ok( await present( path.join( enabled, 'litellm.conf' ) ) );
	assert.deepEqual( kept.calls, [] );
} );

test( 'a removal that nginx does not accept is undone', async () => {
	const enabled = await server();
	assert.equal( ( await install() ).status, 0 );
	const before = await installed();
	for ( const [ wordpress, env, said ] of [
		[ `server { listen ${ ports[ 0 ] }; server_name wp.example.test; limit_req zone=litellm_requests; }\n`, {}, /does not accept its other sites, so it is back.*litellm_requests/s ],
		[ `server { listen ${ ports[ 0 ] }; server_name wp.example.test; }\n`, { RELOAD_FAILS: '1' }, /could not be reloaded; .* is back/ ],
		[ 'server { listen;\n', {}, /the present configuration of nginx is broken, so/ ],
	] ) {
		await writeFile( path.join( enabled, 'wordpress.conf' ), wordpress );
		const { status, stderr } = await remove( [], env );
		assert.equal( status, 1 );
		assert.match( stderr, said );
		assert.equal( await installed(), before );
		assert.equal( await readlink( path.join( enabled, 'litellm.conf' ) ), '../sites-available/litellm.conf' );
	}
} );

test( 'an instance that is replaced gets no calls, and what was written is known again', async () => {
	await server();
	const several = { UPSTREAM: '127.0.0.1:24157 127.0.0.1:24158 127.0.0.1:24159' };
	assert.equal( ( await install( several ) ).status, 0 );
	const before = await installed();
	const down = async () => [ ...( await installed() ).matchAll( /server (\S+) max_fails.* down;/g ) ].map( ( [ , address ] ) => address );
	const pause = async ( ...words ) => {
		const result = await run( RENDER, words, { env: { LITELLM_KIT_ROOT: root, PATH: `${ bin }:${ process.env.PATH }`, RECORD: scratch.file( 'record' ) } } );
		assert.equal( result.status, 0, result.stderr );
	};
	await pause( '--pause', '127.0.0.1:24158' );
	assert.deepEqual( await down(), [ '127.0.0.1:24158' ] );
	await pause( '--pause', '127.0.0.1:24159' );
	assert.deepEqual( await down(), [ '127.0.0.1:24159' ] );
	await pause( '--resume' );
	assert.equal( await installed(), before );
	// One that was left paused is ours, nevertheless.
	await pause( '--pause', '127.0.0.1:24157' );
	assert.match( ( await remove() ).stdout, /removed: / );
	assert.equal( await installed(), null );
	// The only one is never paused.
	await install();
	await pause( '--pause', '127.0.0.1:24157' );
	assert.deepEqual( await down(), [] );
} );

test( 'an nginx that cannot refuse a handshake gets a certificate for nobody', async () => {
	const old = scratch.file( 'old' );
	await cp( bin, old, { recursive: true } );
	const real = ( await output( 'which', [ 'nginx' ] ) ).trim();
	await writeFile( path.join( old, 'nginx' ), `#!/bin/sh\nif [ "$1" = -v ]; then echo "nginx version: nginx/1.18.0 (Ubuntu)" >&2; else exec ${ real } "$@"; fi\n` );
	await chmod( path.join( old, 'nginx' ), 0o755 );
	await server();
	const { status, stderr } = await install( {}, { env: { PATH: `${ old }:${ bin }:${ process.env.PATH }` } } );
	assert.equal( status, 0, stderr );
	const text = await installed();
	assert.doesNotMatch( text, /ssl_reject_handshake on/ );
	assert.match( text, /ssl_certificate .*\/etc\/nginx\/litellm\/unknown-host\.crt/ );
	assert.equal( ( await stat( path.join( nginxDir, 'litellm/unknown-host.key' ) ) ).mode & 0o077, 0 );
	assert.match( await output( 'openssl', [ 'x509', '-in', path.join( nginxDir, 'litellm/unknown-host.crt' ), '-noout', '-subject' ] ), /invalid/ );
	assert.equal( ( await remove() ).status, 0 );
	assert.equal( await present( path.join( nginxDir, 'litellm' ) ), false );
} );

test( '--help prints the head of the script; unknown words and missing ones are told of', async () => {
	assert.match( ( await run( RENDER, [ '--help' ] ) ).stdout, /--site FILE --install/ );
	for ( const [ args, said ] of [ [ [], /which site/ ], [ [ '--site', scratch.file( 'site.conf' ) ], /what to do/ ], [ [ '--bogus' ], /unknown option --bogus/ ], [ [ '--site', '/nowhere', '--check' ], /cannot read/ ] ] ) {
		const { status, stderr } = await run( RENDER, args );
		assert.equal( status, 1 );
		assert.match( stderr, said );
	}
} );
