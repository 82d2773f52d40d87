// The service key, its rights, its rotation and verify.sh against a real LiteLLM of both versions.
// Only Docker is a stand-in here.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ask, startLitellm, startTampering, versions } from './lib/litellm.mjs';
import { Server, cleanUp, project } from './lib/server.mjs';

const lines = readFileSync( join( project, 'deploy/service-routes.txt' ), 'utf8' ).split( '\n' );
const manage = lines.slice( lines.indexOf( '# manage' ) ).filter( ( line ) => line.startsWith( '/' ) );
const reading = lines.slice( 0, lines.indexOf( '# manage' ) ).filter( ( line ) => line.startsWith( '/' ) );
const contract = JSON.parse( readFileSync( join( project, 'php-shim/contract.json' ), 'utf8' ) ).operations;
// These need no key at all.
const open = [ '/health/liveliness', '/health/readiness' ];
const day = ( offset ) => new Date( Date.now() + offset * 86400e3 ).toISOString().slice( 0, 10 );
const sha256 = ( text ) => createHash( 'sha256' ).update( text ).digest( 'hex' );
const nobody = sha256( 'a key that does not exist' );
const forbidden = [
	[ 'POST', '/chat/completions', { model: 'gateway-selftest', messages: [] } ],
	[ 'POST', '/v1/chat/completions', { model: 'gateway-selftest', messages: [] } ],
	[ 'POST', '/v1/messages', {} ],
	[ 'POST', '/v1/responses', {} ],
	[ 'POST', '/embeddings', {} ],
	[ 'POST', '/v1/embeddings', {} ],
	[ 'POST', '/v1/images/generations', {} ],
	[ 'GET', '/v1/files' ],
	[ 'POST', '/models/gateway-selftest:generateContent', {} ],
	[ 'POST', '/user/bulk_update', {} ],
	[ 'POST', '/team/permissions_update', {} ],
	[ 'POST', '/organization/new', {} ],
	[ 'POST', '/budget/new', {} ],
	[ 'POST', '/budget/delete', {} ],
	[ 'POST', '/customer/new', {} ],
	[ 'POST', '/model/new', {} ],
	[ 'POST', '/model/update', {} ],
	[ 'POST', '/model/delete', {} ],
	[ 'POST', '/config/update', {} ],
	[ 'GET', '/config/list?config_type=general_settings' ],
	[ 'POST', '/config/field/update', {} ],
	[ 'GET', '/get/config/callbacks' ],
	[ 'GET', '/credentials' ],
	[ 'POST', '/credentials', {} ],
	[ 'GET', '/health' ],
	[ 'POST', '/cache/flushall', {} ],
	[ 'GET', '/cache/ping' ],
	[ 'POST', '/cache/delete', {} ],
	[ 'POST', '/global/spend/refresh', {} ],
	[ 'POST', '/global/spend/reset', {}, 401 ], // for the master key only, and says so
	[ 'GET', '/global/spend' ],
	[ 'GET', '/spend/tags' ],
	[ 'POST', '/key/regenerate', {} ],
	[ 'POST', `/key/${ nobody }/regenerate`, {} ],
];
// CVE-2026-42271: 1.80.11 does not ask for rights at the first of these. nginx of the kit denies it; the installer names the hole.
const mcpTest = [ '/mcp-rest/test/connection', '/mcp-rest/test/tools/list' ];
const hole = ( version, path ) => version === '1.80.11' && path === mcpTest[ 0 ];
const routeRefused = /not allowed to call this route/;

/** The route is open, and newer LiteLLM answers it with a licence only. */
const wantsLicence = ( got ) => got.status === 403 && /only available for LiteLLM Enterprise/.test( got.text );

for ( const version of versions ) {
	const newest = version === versions.at( -1 );
	describe( `LiteLLM ${ version }`, () => {
		let litellm, proxy;
		const made = [];
		const master = ( method, path, body ) => ask( litellm.url, litellm.masterKey, method, path, body );
		// An installation whose gateway is the real one (or the tampering proxy before it).
		function installation( { port = new URL( litellm.url ).port, masterKey = litellm.masterKey } = {} ) {
			const server = new Server( { env: `LITELLM_PORT=${ port }\nLITELLM_MASTER_KEY=${ masterKey }\nLITELLM_CONFIG=litellm-config.yaml\nPROXY_BASE_URL=https://litellm.example.com/\n` } );
			mkdirSync( join( server.dir, 'data/kit' ), { recursive: true } );
			server.write( 'opt/litellm-server/docker-compose.yml', 'services: {}\n' );
			// The gateway of these tests has no Redis.
			server.write( 'opt/litellm-server/config/litellm-config.yaml', 'model_list: []\n' );
			server.state( 'up', server.dir );
			return server;
		}
		const keyOf = ( server, file = 'service-key.txt' ) => server.read( file ).trim();
		async function withKey( ...options ) {
			const server = installation();
			const run = await server.run( 'deploy-full.sh', [ '--service-key', ...options ] );
			assert.equal( run.status, 0, run.all );
			made.push( server );
			return { server, run, key: keyOf( server ) };
		}
		const works = async ( key ) => ( await ask( litellm.url, key, 'GET', '/key/list?size=1' ) ).status === 200;
		const infoOf = async ( key ) => ( await master( 'GET', `/key/info?key=${ sha256( key ) }` ) ).json.info;
		const aliases = async () => {
			const found = await master( 'GET', '/key/list?return_full_object=true&size=100&sort_by=created_at&sort_order=desc' );
			return found.json.keys.map( ( key ) => key.key_alias ?? '' );
		};

		before( async () => {
			litellm = await startLitellm( version );
			proxy = await startTampering( litellm.url );
		} );
		after( async () => {
			for ( const server of made ) {
				for ( const file of [ 'service-key.txt', 'service-key.old.txt' ] ) {
					if ( server.has( file ) ) await master( 'POST', '/key/delete', { keys: [ sha256( keyOf( server, file ) ) ] } );
				}
			}
			await proxy?.stop();
			await litellm?.stop();
		} );

		test( 'the service key is made once, kept private, and shown again', async () => {
			const { server, run, key } = await withKey();
			assert.match( key, /^sk-\S{16,}$/ );
			assert.equal( server.mode( 'service-key.txt' ), '600' );
			assert.deepEqual( run.out.match( /^define.*$/gm ), [ "define( 'LITELLM_API_BASE', 'https://litellm.example.com' );", `define( 'LITELLM_SERVICE_KEY', '${ key }' );` ] );
			const again = await server.run( 'deploy-full.sh', [ '--service-key' ] );
			assert.equal( again.status, 0, again.all );
			assert.equal( keyOf( server ), key );
			assert.match( again.out, new RegExp( `'${ key }'` ) );
			const user = await master( 'GET', '/user/list?user_ids=wordpress' );
			assert.equal( user.json.users.find( ( one ) => one.user_id === 'wordpress' ).user_role, 'proxy_admin' );
			assert.equal( ( await infoOf( key ) ).user_id, 'wordpress' );
		} );

		test( 'every route of the list is open to the service key', async () => {
			const { key } = await withKey();
			const query = `start_date=${ day( -1 ) }&end_date=${ day( 1 ) }&page_size=1&size=1`;
			for ( const route of reading ) {
				const got = await ask( litellm.url, key, 'GET', `${ route }?${ query }` );
				assert.ok( ( got.status !== 401 && got.status !== 403 ) || wantsLicence( got ), `${ route }: ${ got.status } ${ got.text.slice( 0, 300 ) }` );
				assert.doesNotMatch( got.text, routeRefused, route );
			}
			for ( const route of manage ) {
				// A key that is there, so that the answer is about the right and not about the key.
				const other = ( await master( 'POST', '/key/generate', { duration: '600s' } ) ).json.key;
				const user = `kit-${ sha256( other ).slice( 0, 12 ) }`;
				await master( 'POST', '/user/new', { user_id: user, auto_create_key: false } );
				const team = ( await master( 'POST', '/team/new', { team_alias: user } ) ).json.team_id;
				if ( route === '/team/member_delete' ) await master( 'POST', '/team/member_add', { team_id: team, member: { role: 'user', user_id: user } } );
				const body = {
					'/key/generate': { key_type: 'llm_api', duration: '600s' },
					'/key/delete': { keys: [ sha256( other ) ] },
					'/user/new': { user_id: `${ user }-new`, auto_create_key: false },
					'/user/update': { user_id: user, max_budget: 1 },
					'/user/delete': { user_ids: [ user ] },
					'/team/new': { team_alias: `${ user }-new` },
					'/team/delete': { team_ids: [ team ] },
					'/team/member_add': { team_id: team, member: { role: 'user', user_id: user } },
					'/team/member_delete': { team_id: team, user_id: user },
				}[ route ] ?? ( route.startsWith( '/team/' ) ? { team_id: team } : { key: sha256( other ) } );
				const got = await ask( litellm.url, key, 'POST', route, body );
				assert.equal( got.status, 200, `${ route }: ${ got.text.slice( 0, 300 ) }` );
				for ( const left of [ got.json.key, other ] ) if ( left?.startsWith?.( 'sk-' ) ) await master( 'POST', '/key/delete', { keys: [ sha256( left ) ] } );
			}
		} );

		test( 'every upstream path of the plugin is open to the service key', async () => {
			const { key } = await withKey();
			assert.ok( Object.keys( contract ).length > 10 );
			for ( const [ name, operation ] of Object.entries( contract ) ) {
				if ( ! operation.path ) continue; // made of other operations
				const listed = [ ...reading, ...manage, ...open ].some( ( route ) => operation.path === route || operation.path.startsWith( `${ route }/` ) );
				assert.ok( listed, `${ name } calls ${ operation.path }, which deploy/service-routes.txt does not open` );
				const got = await ask( litellm.url, key, operation.method, operation.path, operation.method === 'POST' ? { keys: [ nobody ], key: nobody, duration: 'x', user_id: 7, user_ids: 7, team_id: 7, team_ids: 7 } : undefined );
				assert.ok( got.status !== 403 || wantsLicence( got ), `${ name }: ${ got.text.slice( 0, 300 ) }` );
				assert.doesNotMatch( got.text, routeRefused, name );
			}
		} );

		test( 'everything else is closed to it', async () => {
			const { key } = await withKey();
			for ( const [ method, path, body, status = 403 ] of forbidden ) {
				const got = await ask( litellm.url, key, method, path, body );
				assert.equal( got.status, status, `${ method } ${ path }: ${ got.status } ${ got.text.slice( 0, 300 ) }` );
			}
			for ( const path of mcpTest ) {
				const got = await ask( litellm.url, key, 'POST', path, {} );
				if ( hole( version, path ) ) assert.equal( got.status, 200, `${ path } is closed in ${ version }, too: take the exception out of this test` );
				else assert.equal( got.status, 403, path );
			}
		} );

		test( 'a read-only key reads, and can neither make, change, block nor delete a key', async () => {
			const { server, key } = await withKey( '--read-only' );
			assert.equal( server.read( 'data/kit/service-key.kind' ), 'read-only\n' );
			for ( const route of reading ) {
				const got = await ask( litellm.url, key, 'GET', `${ route }?start_date=${ day( -1 ) }&end_date=${ day( 1 ) }&page_size=1&size=1` );
				assert.ok( ( got.status !== 401 && got.status !== 403 ) || wantsLicence( got ), `${ route }: ${ got.status }` );
			}
			for ( const route of manage ) {
				// Also of itself: it cannot widen its own rights.
				const got = await ask( litellm.url, key, 'POST', route, { key: key, keys: [ key ], allowed_routes: [] } );
				assert.equal( got.status, 403, `${ route }: ${ got.text.slice( 0, 300 ) }` );
			}
			for ( const [ method, path, body, status = 403 ] of forbidden ) assert.equal( ( await ask( litellm.url, key, method, path, body ) ).status, status, path );
			assert.ok( await works( key ) );
		} );

		test( 'a key that stopped working is named, and not replaced unasked', async () => {
			const { server, key } = await withKey();
			await master( 'POST', '/key/delete', { keys: [ sha256( key ) ] } );
			const run = await server.run( 'deploy-full.sh', [ '--service-key' ] );
			assert.equal( run.status, 1 );
			assert.match( run.err, /no longer works[^]*rotate-service-key\.sh --now/ );
			assert.doesNotMatch( run.all, /sk-[A-Za-z0-9]/ );
			assert.equal( keyOf( server ), key );
			const rotated = await server.run( 'rotate-service-key.sh', [ '--now', '--yes' ] );
			assert.equal( rotated.status, 0, rotated.all );
			assert.ok( await works( keyOf( server ) ) );
			assert.equal( server.has( 'service-key.old.txt' ), false );
		} );

		test( 'verify.sh passes, and leaves no key behind', async () => {
			const server = installation();
			const run = await server.run( 'verify.sh' );
			assert.equal( run.status, 0, run.all );
			for ( const title of [ 'secrets are private', 'containers run', 'published on loopback', 'the gateway answers', 'the gateway is ready', 'nothing is answered', 'models are listed', 'a virtual key is made', 'chat', 'chat, streamed', 'a model that the key may not use', 'spend is logged', 'the virtual key is deleted' ] ) {
				assert.match( run.out, new RegExp( `^ok +${ title }`, 'm' ) );
			}
			assert.match( run.out, new RegExp( `LiteLLM ${ version.replaceAll( '.', '\\.' ) }` ) );
			assert.match( run.out, /\n13 ok, 0 failed\n$/ );
			assert.deepEqual( ( await aliases() ).filter( ( alias ) => alias.startsWith( 'kit-verify' ) ), [] );
			assert.doesNotMatch( run.all, /sk-[A-Za-z0-9]/ );
		} );

		test( 'verify.sh --model calls that model; one that fails is a failure', async () => {
			const server = installation();
			const good = await server.run( 'verify.sh', [ '--quick', '--model', 'gpt-4o-mini' ] );
			assert.equal( good.status, 0, good.all );
			assert.match( good.out, /^ok +chat with gpt-4o-mini/m );
			const bad = await server.run( 'verify.sh', [ '--quick', '--model', 'always-fails' ] );
			assert.equal( bad.status, 1 );
			assert.match( bad.out, /^FAILED +chat with always-fails/m );
			assert.match( bad.out, /1 failed/ );
		} );

		// Each state is broken in one way, and verify.sh says which.
		const broken = {
			'a wrong master key': { env: { masterKey: 'sk-not-the-master-key-of-this-gateway' }, failed: [ 'models are listed' ] },
			'a readable .env': { prepare: ( server ) => chmodSync( join( server.dir, '.env' ), 0o644 ), failed: [ 'secrets are private' ] },
			'a container that is not healthy': { prepare: ( server ) => server.answer( 'docker', 'case "$*" in *json*) echo \'[{"Service":"litellm","State":"running","Health":"unhealthy"},{"Service":"postgres","State":"running","Health":"healthy"},{"Service":"redis","State":"exited","Health":""}]\' ;; *) return 1 ;; esac' ), failed: [ 'containers run' ], detail: /litellm: running unhealthy, redis: exited/ },
			'a port for everybody': { prepare: ( server ) => server.answer( 'docker', 'case "$*" in *"compose port"*) echo 0.0.0.0:24157 ;; *) return 1 ;; esac' ), failed: [ 'published on loopback' ] },
			'a database port for everybody': { prepare: ( server ) => server.answer( 'docker', 'case "$*" in "ps "*) echo litellm-server-postgres-1 0.0.0.0:5432-\\>5432/tcp ;; *) return 1 ;; esac' ), failed: [ 'published on loopback' ], detail: /postgres/ },
			'another listener on the port': { prepare: ( server ) => server.state( 'listening-on-port', 'LISTEN 0 128 0.0.0.0:24157 0.0.0.0:*\n' ), failed: [ 'published on loopback' ] },
			'a gateway without database': { tamper: ( method, path ) => path === '/health/readiness' && [ 503, '{"error":{"message":"Service Unhealthy (No DB)"}}' ], failed: [ 'the gateway is ready' ], detail: /No DB/ },
			'a gateway open to all': { tamper: ( method, path ) => path === '/key/list' && [ 200, '{}' ], failed: [ 'nothing is answered' ] },
			'no key made': { tamper: ( method, path ) => path === '/key/generate' && [ 500, '{"error":{"message":"no"}}' ], failed: [ 'a virtual key is made' ] },
			'a chat that fails': { tamper: ( method, path, body ) => path === '/v1/chat/completions' && body.includes( 'gateway-selftest' ) && body.includes( 'false' ) && [ 500, '{"error":{"message":"no upstream"}}' ], failed: [ 'chat' ], detail: /no upstream/ },
			'a stream without end': { tamper: ( method, path, body ) => path === '/v1/chat/completions' && body.includes( 'true' ) && [ 200, 'data: {"a":1}\n\ndata: {"a":1}\n\n' ], failed: [ 'chat, streamed' ] },
			'limits that do not hold': { tamper: ( method, path, body ) => path === '/v1/chat/completions' && ! body.includes( 'gateway-selftest' ) && [ 200, '{}' ], failed: [ 'a model that the key may not use' ] },
			'no spend log': { options: [], tamper: ( method, path ) => path === '/spend/logs/v2' && [ 200, '{"data":[]}' ], failed: [ 'spend is logged' ], settings: { LITELLM_SPEND_SECONDS: '2' } },
			'a key that cannot be deleted': { tamper: ( method, path ) => path === '/key/delete' && [ 500, '{"error":{"message":"no"}}' ], failed: [ 'the virtual key is deleted' ], leaves: true },
		};
		for ( const [ name, { env = {}, prepare, tamper, options = [ '--quick' ], settings = {}, failed, detail, leaves } ] of Object.entries( broken ) ) {
			// What is wrong around the gateway is the same for both versions.
			if ( prepare && ! newest ) continue;
			test( `verify.sh sees ${ name }`, async () => {
				proxy.tamper = tamper ?? null;
				const server = installation( { ...env, ...( tamper ? { port: proxy.port } : {} ) } );
				prepare?.( server );
				const run = await server.run( 'verify.sh', options, settings );
				proxy.tamper = null;
				assert.equal( run.status, 1, run.all );
				const found = run.out.match( /^FAILED .*$/gm ) ?? [];
				assert.equal( found.length, failed.length, run.all );
				failed.forEach( ( title, n ) => assert.match( found[ n ], new RegExp( `^FAILED +${ title }` ) ) );
				assert.match( run.out, /^ +→ /m );
				if ( detail ) assert.match( run.out, detail );
				assert.doesNotMatch( run.all, /sk-[A-Za-z0-9]/ );
				const left = ( await master( 'GET', '/key/list?return_full_object=true&size=100&sort_by=created_at&sort_order=desc' ) ).json.keys.filter( ( key ) => key.key_alias?.startsWith( 'kit-verify' ) );
				assert.equal( left.length, leaves ? 1 : 0 );
				if ( leaves ) await master( 'POST', '/key/delete', { keys: left.map( ( key ) => key.token ) } );
			} );
		}
		if ( newest ) test( 'verify.sh sees a gateway that is down', async () => {
			const server = installation( { port: 9 } );
			const run = await server.run( 'verify.sh' );
			assert.equal( run.status, 1 );
			assert.match( run.out, /^FAILED +the gateway answers +.*no answer/m );
		} );

		test( 'rotation: both keys work until the overlap ends, which is exact; --finish ends the old one', async () => {
			for ( const [ overlap, seconds ] of [ [ '24h', 86400 ], [ '30d', 30 * 86400 ], [ '90m', 5400 ] ] ) {
				const { server, key: first } = await withKey();
				const begun = Date.now();
				const run = await server.run( 'rotate-service-key.sh', [ '--overlap', overlap ] );
				const took = ( Date.now() - begun ) / 1000;
				assert.equal( run.status, 0, run.all );
				const second = keyOf( server );
				assert.notEqual( second, first );
				assert.equal( keyOf( server, 'service-key.old.txt' ), first );
				assert.deepEqual( [ server.mode( 'service-key.txt' ), server.mode( 'service-key.old.txt' ) ], [ '600', '600' ] );
				assert.match( run.out, new RegExp( `^define\\( 'LITELLM_SERVICE_KEY', '${ second }' \\);$`, 'm' ) );
				assert.equal( run.all.includes( first ), false );
				assert.ok( ( await works( first ) ) && ( await works( second ) ) );
				const ends = ( new Date( ( await infoOf( first ) ).expires ) - begun ) / 1000;
				assert.ok( ends > seconds - 2 && ends < seconds + took + 2, `${ overlap }: ends ${ ends } s after the rotation began, which took ${ took } s` );
				assert.equal( ( await infoOf( second ) ).expires, null );
				assert.deepEqual( ( await infoOf( second ) ).allowed_routes, ( await infoOf( first ) ).allowed_routes );

				const another = await server.run( 'rotate-service-key.sh', [] );
				assert.equal( another.status, 1 );
				assert.match( another.err, /a rotation is under way[^]*--finish/ );
				const finished = await server.run( 'rotate-service-key.sh', [ '--finish' ] );
				assert.equal( finished.status, 0, finished.all );
				assert.deepEqual( [ await works( first ), await works( second ), server.has( 'service-key.old.txt' ) ], [ false, true, false ] );
			}
		} );

		test( 'rotation --now ends the leaked key at once', async () => {
			const { server, key: first } = await withKey( '--read-only' );
			const run = await server.run( 'rotate-service-key.sh', [ '--now', '--yes' ] );
			assert.equal( run.status, 0, run.all );
			assert.deepEqual( [ await works( first ), await works( keyOf( server ) ), server.has( 'service-key.old.txt' ) ], [ false, true, false ] );
			// It stays of the same kind.
			assert.equal( ( await ask( litellm.url, keyOf( server ), 'POST', '/key/generate', {} ) ).status, 403 );
		} );

		test( 'rotation that fails loses nothing', async () => {
			const { server, key: first } = await withKey();
			server.setEnv( 'LITELLM_PORT', proxy.port );
			const rotate = async ( tamper, options = [] ) => {
				proxy.tamper = tamper;
				const run = await server.run( 'rotate-service-key.sh', options );
				proxy.tamper = null;
				return run;
			};
			const count = async () => ( await aliases() ).filter( ( alias ) => alias.startsWith( 'wordpress-' ) ).length;
			const before = await count();
			// No successor.
			assert.match( ( await rotate( ( method, path ) => path === '/key/generate' && [ 500, '{"error":{"message":"no"}}' ] ) ).err, /no new key was made/ );
			// A successor that can do too much.
			const wide = await rotate( ( method, path ) => path === '/chat/completions' && [ 200, '{}' ] );
			assert.equal( wide.status, 1 );
			assert.match( wide.err, /not limited to its routes/ );
			assert.deepEqual( [ keyOf( server ), await works( first ), server.has( 'service-key.old.txt' ), server.has( 'service-key.new.txt' ), await count() ], [ first, true, false, false, before ] );
			// The old one cannot be given an end.
			const endless = await rotate( ( method, path ) => path === '/key/update' && [ 500, '{"error":{"message":"no"}}' ] );
			assert.equal( endless.status, 1 );
			assert.match( endless.err, /both keys work[^]*--finish/ );
			assert.ok( ( await works( first ) ) && ( await works( keyOf( server ) ) ) );
			assert.equal( keyOf( server, 'service-key.old.txt' ), first );
			assert.match( endless.out, new RegExp( keyOf( server ) ) );
			// Nor deleted, nor blocked: it says that the key still works.
			const stuck = await rotate( ( method, path ) => [ '/key/delete', '/key/block' ].includes( path ) && [ 500, '{"error":{"message":"no"}}' ], [ '--finish' ] );
			assert.equal( stuck.status, 1 );
			assert.match( stuck.err, /STILL WORKS/ );
			assert.equal( keyOf( server, 'service-key.old.txt' ), first );
			// Blocked instead of deleted is an end, too.
			const blocked = await rotate( ( method, path ) => path === '/key/delete' && [ 500, '{"error":{"message":"no"}}' ], [ '--finish' ] );
			assert.equal( blocked.status, 0, blocked.all );
			assert.equal( await works( first ), false );
			await master( 'POST', '/key/delete', { keys: [ sha256( first ) ] } );
		} );

		if ( newest ) test( 'rotation: dry run and wrong options change nothing', async () => {
			const { server, key } = await withKey();
			const before = server.tree();
			for ( const options of [ [ '--dry-run' ], [ '--dry-run', '--now' ] ] ) {
				const run = await server.run( 'rotate-service-key.sh', options );
				assert.equal( run.status, 0, run.all );
				assert.match( run.out, /would make a key \(manage\)/ );
			}
			for ( const [ options, said ] of [
				[ [ '--overlap', '30' ], /number with s, m, h or d/ ], [ [ '--overlap', '1s' ], /from 60s to 90d/ ], [ [ '--overlap', '9999d' ], /from 60s to 90d/ ], [ [ '--overlap' ], /needs a value/ ],
				[ [ '--now', '--finish' ], /exclude/ ], [ [ '--now', '--overlap', '1h' ], /exclude/ ], [ [ '--read-only', '--manage' ], /exclude/ ], [ [ '--finish' ], /no old key/ ], [ [ '--now' ], /--yes says yes/ ], [ [ '--bogus' ], /no option '--bogus'/ ],
			] ) {
				const run = await server.run( 'rotate-service-key.sh', options );
				assert.equal( run.status, 1, options.join( ' ' ) );
				assert.match( run.err, said );
			}
			delete before[ join( server.dir, '.lock' ) ];
			const now = server.tree();
			delete now[ join( server.dir, '.lock' ) ];
			assert.deepEqual( now, before );
			assert.ok( await works( key ) );
		} );
	} );
}
after( cleanUp );
