// deploy-full.sh step by step in a scratch root: first run, second run, dry run, each failure, and where secrets turn up.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startGateway } from './lib/gateway.mjs';
import { Server, cleanUp, copyKit, kitFolder, looks, project, quickKit, scratchFolder, withoutVerification } from './lib/server.mjs';

const secretNames = [ 'LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'UI_PASSWORD', 'GRAFANA_ADMIN_PASSWORD' ];
const example = readFileSync( join( project, 'deploy/env.example' ), 'utf8' );
const defaultImage = /^LITELLM_IMAGE=(.*)$/m.exec( example )[ 1 ];
let gateway;
before( async () => ( gateway = await startGateway() ) );
beforeEach( () => gateway.reset() );
after( async () => {
	await gateway.stop();
	cleanUp();
} );

// A server whose gateway is the one of these tests; env is added to .env. Verified runs end with the real verify.sh.
function aServer( { env = '', verified = false, ...options } = {} ) {
	const server = new Server( { env: `LITELLM_PORT=${ gateway.port }\n${ env }`, from: verified ? kitFolder() : quickKit(), ...options } );
	gateway.masterKey = () => ( server.has( '.env' ) ? server.env().LITELLM_MASTER_KEY : '' );
	return server;
}
async function succeeds( server, ...options ) {
	const run = await server.run( 'deploy-full.sh', options );
	assert.equal( run.status, 0, run.all );
	return run;
}
// A server on which the installer has run once: made by the first test that wants it, and put back as it was for the others.
let finished;
async function installed() {
	if ( ! finished ) {
		finished = { server: aServer(), copy: join( scratchFolder(), 'root' ) };
		await succeeds( finished.server );
		execFileSync( 'cp', [ '--archive', finished.server.root, finished.copy ] );
	} else {
		rmSync( finished.server.root, { recursive: true } );
		execFileSync( 'cp', [ '--archive', finished.copy, finished.server.root ] );
	}
	const { server } = finished;
	server.from = quickKit();
	gateway.masterKey = () => server.env().LITELLM_MASTER_KEY;
	return server;
}
async function refuses( server, options, said ) {
	const before = server.tree();
	const run = await server.run( 'deploy-full.sh', options );
	assert.equal( run.status, 1, run.all );
	assert.match( run.err, said );
	assert.deepEqual( server.tree(), before, 'a refusal changes nothing' );
	assert.deepEqual( server.lines().filter( ( line ) => ! looks( line ) ), [] );
	return run;
}
// Everywhere a secret could have got to, but for the files that are there to hold it.
const holders = /\/(\.env|service-key(\.old)?\.txt|metrics-key)$/;
function findSecrets( server, runs, also = [] ) {
	const env = server.env();
	const secrets = [ ...secretNames.map( ( name ) => env[ name ] ), ...also, ...[ 'service-key.txt', 'observability/prometheus/metrics-key' ].filter( ( file ) => server.has( file ) ).map( ( file ) => server.read( file ).trim() ) ].filter( Boolean );
	assert.ok( secrets.length >= 6 );
	const places = { 'a call of a tool': server.recorded() };
	for ( const run of runs ) Object.assign( places, { 'standard output': run.out, 'standard error': run.err } );
	for ( const [ n, call ] of server.calls().entries() ) places[ `call ${ n }: ${ call.name }` ] = [ ...call.args, ...call.environment, call.stdin ].join( '\n' );
	for ( const [ path, about ] of Object.entries( server.tree() ) ) {
		if ( ! holders.test( path ) ) places[ path ] = Buffer.from( about.split( ' ' )[ 2 ] ?? '', 'base64' ).toString();
	}
	const found = [];
	for ( const [ place, text ] of Object.entries( places ) ) {
		for ( const secret of secrets ) {
			// Base64 in each of the three alignments, without what the neighbours decide.
			const coded = [ 0, 1, 2 ].map( ( shift ) => Buffer.from( 'x'.repeat( shift ) + secret ).toString( 'base64' ).slice( shift ? shift + 1 : 0, -4 ) );
			if ( [ secret, encodeURIComponent( secret ), ...coded ].some( ( form ) => text.includes( form ) ) ) found.push( place );
		}
	}
	return found;
}

describe( 'the first run', () => {
	test( 'installs all of it, in order, and ends with a real call', async () => {
		const server = aServer( { verified: true } );
		const run = await succeeds( server );
		const steps = run.out.match( /^==> .*$/gm ).map( ( line ) => line.slice( 4 ) );
		assert.deepEqual( steps, [ 'check-system', 'choose-image', 'check-environment', 'make-directories', 'install-files', 'prepare-environment', 'verify-signature', 'pull-images', 'start-services', 'wait-until-ready', 'record-release', 'install-timers', 'verify-installation', 'say-what-next' ] );
		assert.match( run.out, /13 ok, 0 failed/ );
		assert.ok( gateway.asked.some( ( one ) => one.path === '/v1/chat/completions' ) );
		const lines = server.lines();
		const at = ( start ) => lines.findIndex( ( line ) => line.startsWith( start ) );
		assert.ok( 0 <= at( 'docker compose config --quiet' ) && at( 'docker compose config --quiet' ) < at( 'docker compose pull' ) && at( 'docker compose pull' ) < at( 'docker compose up --detach' ) );

		for ( const file of [ 'docker-compose.yml', 'config/litellm-config.yaml', 'config/litellm-config.demo.yaml' ] ) assert.equal( server.mode( file ), '644', file );
		assert.equal( server.read( 'docker-compose.yml' ), readFileSync( join( project, 'docker-compose.core.yml' ), 'utf8' ) );
		assert.equal( server.mode( '.env' ), '600' );
		assert.equal( server.mode( 'data/kit' ), '700' );
		assert.ok( server.has( 'kit/deploy/deploy-full.sh' ) && server.has( 'kit/docker-compose.core.yml' ) );
		assert.match( server.read( 'data/kit/installed.sha256' ), /^[0-9a-f]{64} {2}config\/litellm-config\.yaml$/m );
		execFileSync( 'sha256sum', [ '--check', '--quiet', 'data/kit/installed.sha256' ], { cwd: server.dir } );
		const [ time, image, digest, backup ] = server.read( 'data/kit/releases.tsv' ).replace( /\n$/, '' ).split( '\t' );
		assert.match( time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ );
		assert.deepEqual( [ image, backup ], [ defaultImage, '' ] );
		assert.match( digest, /^ghcr\.io\/berriai\/litellm@sha256:[0-9a-f]{64}$/ );
		assert.match( server.read( 'logs/kit.log' ), /deploy-full start-services: done/ );
		assert.match( run.out, /render\.sh[^]*deploy-full\.sh --service-key/ );
	} );

	test( 'the folders belong to the users in the containers', async ( t ) => {
		if ( process.getuid() !== 0 ) return t.skip( 'only root can give folders away' );
		const server = aServer();
		await succeeds( server, '--with-observability' );
		const tree = server.tree();
		const owner = ( name ) => tree[ join( server.dir, 'data', name ) ];
		assert.deepEqual( [ owner( 'postgres' ), owner( 'redis' ) ], [ '700 999:999', '700 999:999' ] );
		assert.deepEqual( [ owner( 'prometheus' ), owner( 'alertmanager' ), owner( 'grafana' ) ], [ '700 65534:65534', '700 65534:65534', '700 472:472' ] );
		// As the compose files have it.
		const compose = server.read( 'docker-compose.yml' ) + server.read( 'docker-compose.observability.yml' );
		for ( const user of [ '999:999', '65534', '472' ] ) assert.match( compose, new RegExp( `user: "${ user }` ) );
	} );

	test( 'secrets are strong, all different, and nothing else in .env is invented', async () => {
		const server = new Server( { env: undefined, from: quickKit() } );
		writeFileSync( join( server.log, 'fail' ), 'docker compose up*\t1\n' );
		await server.run( 'deploy-full.sh' );
		const env = server.env();
		for ( const name of secretNames ) assert.match( env[ name ], /^(sk-)?[A-Za-z0-9]{32,}$/, name );
		assert.match( env.LITELLM_MASTER_KEY, /^sk-/ );
		assert.match( env.LITELLM_SALT_KEY, /^sk-/ );
		assert.equal( new Set( secretNames.map( ( name ) => env[ name ] ) ).size, secretNames.length );
		const emptied = server.read( '.env' ).replace( new RegExp( `^(${ secretNames.join( '|' ) })=.*$`, 'gm' ), '$1=' );
		assert.equal( emptied, example );
	} );

	test( 'secrets are in no argument, environment, output, log or other file', async () => {
		const env = 'OPENAI_API_KEY=sk-proj-Zq81LmVnRt5xYw2K\nAWS_SECRET_ACCESS_KEY=aW9+Kd/81mzPq2\n';
		const server = aServer( { env, verified: true } );
		server.record( 'awk', 'chown', 'cp', 'curl', 'cut', 'diff', 'grep', 'jq', 'mv', 'openssl', 'sed', 'sha256sum', 'stat', 'tail', 'tr' );
		const own = [ 'sk-proj-Zq81LmVnRt5xYw2K', 'aW9+Kd/81mzPq2' ];
		const runs = [ await succeeds( server ), await succeeds( server ), await succeeds( server, '--dry-run' ) ];
		runs.push( await server.run( 'verify.sh', [ '--quick' ] ) );
		server.fail( 'docker compose pull*' );
		runs.push( await server.run( 'deploy-full.sh', [ '--demo' ] ) );
		server.fail();
		assert.deepEqual( findSecrets( server, runs, own ), [] );
		for ( const tool of [ 'curl', 'jq', 'openssl', 'sha256sum' ] ) assert.match( server.recorded(), new RegExp( `^${ tool }$`, 'm' ) );
		// The key for WordPress is printed where it is asked for, and nowhere else.
		const shown = await succeeds( server, '--service-key' );
		const key = server.read( 'service-key.txt' ).trim();
		assert.equal( shown.out.split( key ).length, 2 );
		assert.deepEqual( findSecrets( server, [ { out: shown.out.replace( key, '' ), err: shown.err } ], own ), [] );
		const rotated = await server.run( 'rotate-service-key.sh' );
		assert.equal( rotated.status, 0, rotated.all );
		assert.deepEqual( findSecrets( server, [ { out: rotated.out.replace( server.read( 'service-key.txt' ).trim(), '' ), err: rotated.err } ], [ ...own, key ] ), [] );
	} );

	test( 'a secret in the environment of the caller does not reach Compose', async () => {
		const server = aServer();
		const run = await server.run( 'deploy-full.sh', [], { LITELLM_MASTER_KEY: 'sk-from-the-shell-of-the-caller', COMPOSE_FILE: 'elsewhere.yml' } );
		assert.equal( run.status, 0, run.all );
		const composed = server.calls().filter( ( call ) => call.line.startsWith( 'docker compose up' ) );
		assert.equal( composed.length, 1 );
		for ( const call of composed ) assert.deepEqual( call.environment.filter( ( line ) => /^(LITELLM_MASTER_KEY|COMPOSE_FILE)=/.test( line ) ), [] );
	} );
} );

describe( 'the second run', () => {
	test( 'changes nothing', async () => {
		const server = aServer();
		await succeeds( server, '--demo' );
		assert.ok( server.lines().some( ( line ) => line.startsWith( `verify.sh --litellm-dir ${ server.dir }` ) ) );
		const before = server.tree();
		const run = await succeeds( server );
		const now = server.tree();
		for ( const name of [ 'logs/kit.log' ] ) {
			delete before[ join( server.dir, name ) ];
			delete now[ join( server.dir, name ) ];
		}
		assert.deepEqual( now, before );
		assert.doesNotMatch( run.out, /(new|replaced|generated): / );
		assert.equal( server.env().LITELLM_CONFIG, 'litellm-config.demo.yaml' );
		assert.equal( server.read( 'data/kit/releases.tsv' ).split( '\n' ).length, 2 );
	} );

	test( 'keeps what is in .env, and appends what a newer kit knows, with its comment', async () => {
		const server = aServer( { env: '# mine\nOPENAI_API_KEY=mine\nREDIS_PASSWORD=kQ7xW2mN9pR4tY6v\nMY_OWN=1' } );
		await succeeds( server );
		const text = server.read( '.env' );
		assert.match( text, /^LITELLM_PORT=\d+\n# mine\nOPENAI_API_KEY=mine\nREDIS_PASSWORD=kQ7xW2mN9pR4tY6v\nMY_OWN=1\n\n# New with version [\d.]+ of the kit\.\n/ );
		for ( const name of example.match( /^[A-Z_0-9]+(?==)/gm ) ) assert.equal( text.match( new RegExp( `^${ name }=`, 'gm' ) )?.length, 1, name );
		const comment = /((?:^#.*\n)+)SPEND_LOG_RETENTION=/m.exec( example )[ 1 ];
		assert.ok( text.includes( `${ comment }SPEND_LOG_RETENTION=90d` ) );
	} );

	test( 'a newer kit replaces what it installed, and keeps what the operator changed', async () => {
		const from = withoutVerification( copyKit( scratchFolder() ) );
		const server = aServer( { from } );
		await succeeds( server );
		appendFileSync( join( server.dir, 'config/litellm-config.yaml' ), '# mine\n' );
		writeFileSync( join( server.dir, 'docker-compose.override.yml' ), '# my own\n' );
		const mine = server.read( 'config/litellm-config.yaml' );
		// The same kit again: the change stays, and nothing is put beside it.
		let run = await succeeds( server );
		assert.match( run.out, /kept: config\/litellm-config\.yaml, which you changed$/m );
		assert.equal( server.has( 'config/litellm-config.yaml.new' ), false );
		// A newer kit.
		for ( const file of [ 'config/litellm-config.yaml', 'config/litellm-config.demo.yaml' ] ) appendFileSync( join( from, 'deploy', file ), '# newer\n' );
		appendFileSync( join( from, 'deploy/env.example' ), '\n# What it is for.\nBRAND_NEW=7\n' );
		server.forgetCalls();
		run = await succeeds( server );
		assert.equal( server.read( 'config/litellm-config.yaml' ), mine );
		assert.match( server.read( 'config/litellm-config.yaml.new' ), /# newer\n$/ );
		assert.match( run.out, /kept: config\/litellm-config\.yaml, which you changed\. The kit's new version is beside it as litellm-config\.yaml\.new/ );
		assert.match( server.read( 'config/litellm-config.demo.yaml' ), /# newer\n$/ );
		assert.equal( server.read( 'docker-compose.override.yml' ), '# my own\n' );
		assert.match( server.read( '.env' ), /\n# What it is for\.\nBRAND_NEW=7\n$/ );
		assert.equal( server.read( 'kit/deploy/config/litellm-config.yaml' ), readFileSync( join( from, 'deploy/config/litellm-config.yaml' ), 'utf8' ) );
		// The gateway reads its configuration at the start only.
		assert.ok( server.lines().includes( 'docker compose restart litellm' ) );
		// Taken over by hand: the file beside it goes.
		writeFileSync( join( server.dir, 'config/litellm-config.yaml' ), server.read( 'config/litellm-config.yaml.new' ) );
		await succeeds( server );
		assert.equal( server.has( 'config/litellm-config.yaml.new' ), false );
	} );

	test( '.env as editors and people leave it means to the scripts what it means to Compose', async () => {
		const server = await installed();
		const { LITELLM_MASTER_KEY: master, LITELLM_SALT_KEY: salt, POSTGRES_PASSWORD: password, UI_PASSWORD: console } = server.env();
		const without = server.read( '.env' ).replace( /^(LITELLM_SALT_KEY|POSTGRES_PASSWORD|UI_PASSWORD)=.*\n/gm, '' );
		const lines = [ `export LITELLM_SALT_KEY="${ salt }"  # do not lose`, `POSTGRES_PASSWORD=${ password } # of litellm`, `UI_PASSWORD='${ console }'`, 'PROXY_BASE_URL=https://litellm.example.com', `LITELLM_IMAGE= ${ defaultImage }` ];
		const text = `${ without }${ lines.join( '\n' ) }\n`.replace( /\n/g, '\r\n' );
		server.writeEnv( text );
		gateway.masterKey = () => master;
		const run = await succeeds( server );
		assert.doesNotMatch( run.out, /generated|new in \.env/ );
		assert.doesNotMatch( run.err, /salt/i );
		assert.equal( server.read( '.env' ), text );
		const { out } = await succeeds( server, '--service-key' );
		assert.match( out, /define\( 'LITELLM_API_BASE', 'https:\/\/litellm\.example\.com' \);/ );
		// A value that is written takes the place of both lines.
		await succeeds( server, '--litellm-image', 'ghcr.io/berriai/litellm:v1.107.0', '--yes' );
		assert.deepEqual( server.read( '.env' ).match( /^LITELLM_IMAGE=.*$/gm ), [ 'LITELLM_IMAGE=ghcr.io/berriai/litellm:v1.107.0' ] );
	} );

	test( 'an upgrade that was cut off comes first', async () => {
		const server = await installed();
		server.write( 'opt/litellm-server/data/kit/upgrade/image', 'ghcr.io/berriai/litellm:v1.80.11-stable' );
		server.forgetCalls();
		await refuses( server, [], /an upgrade was cut off[^]*First run:\n +sudo \S+\/deploy\/upgrade\.sh$/m );
	} );

	test( 'puts back a file that is missing, and a mode that is too wide', async () => {
		const server = await installed();
		rmSync( join( server.dir, 'docker-compose.yml' ) );
		chmodSync( join( server.dir, '.env' ), 0o644 );
		const run = await succeeds( server );
		assert.ok( server.has( 'docker-compose.yml' ) );
		assert.equal( server.mode( '.env' ), '600' );
		assert.match( run.out, /\.env could be read by others/ );
	} );

	test( 'COMPOSE_FILE follows the options and the override, and keeps what is in it', async () => {
		const server = aServer( { env: 'COMPOSE_FILE=docker-compose.yml:docker-compose.scale.yml\n' } );
		await succeeds( server );
		assert.equal( server.env().COMPOSE_FILE, 'docker-compose.yml:docker-compose.scale.yml' );
		server.write( 'opt/litellm-server/docker-compose.override.yml', 'services: {}\n' );
		await succeeds( server );
		assert.equal( server.env().COMPOSE_FILE, 'docker-compose.yml:docker-compose.scale.yml:docker-compose.override.yml' );
		await succeeds( server, '--with-observability' );
		assert.equal( server.env().COMPOSE_FILE, 'docker-compose.yml:docker-compose.observability.yml:docker-compose.scale.yml:docker-compose.override.yml' );
	} );

	test( 'the kit runs from its copy on the server', async () => {
		const server = await installed();
		server.from = join( server.dir, 'kit' );
		const before = server.tree();
		await succeeds( server );
		const now = server.tree();
		delete before[ join( server.dir, 'logs/kit.log' ) ];
		delete now[ join( server.dir, 'logs/kit.log' ) ];
		assert.deepEqual( now, before );
	} );
} );

describe( 'a dry run', () => {
	const combinations = [ [], [ '--demo' ], [ '--with-observability' ], [ '--service-key' ], [ '--service-key', '--read-only' ], [ '--install-deps' ], [ '--enable-ufw' ], [ '--enable-ufw', '--ssh-port', '22' ], [ '--litellm-image', 'ghcr.io/berriai/litellm:v1.80.11-stable' ], [ '--install-deps', '--enable-ufw', '--with-observability', '--demo', '--service-key', '--yes' ] ];
	test( 'says what it would do on an empty server, and changes nothing', async () => {
		for ( const options of combinations ) {
			const server = new Server( { without: options.includes( '--install-deps' ) ? [ 'docker', 'age' ] : [], env: undefined } );
			const before = server.tree();
			const run = await succeeds( server, '--dry-run', ...options );
			assert.match( run.out, /would run: docker compose up --detach/ );
			assert.match( run.out, /would write: .*\.env \(mode 600\)/ );
			assert.match( run.out, /This was a dry run: nothing was changed\.\n$/ );
			if ( options.includes( '--install-deps' ) ) assert.match( run.out, /would run: apt-get install .*docker-compose-plugin/ );
			if ( options.includes( '--enable-ufw' ) ) assert.match( run.out, /would run: ufw allow 22\/tcp[^]*would run: ufw --force enable/ );
			assert.deepEqual( server.tree(), before, options.join( ' ' ) );
			assert.deepEqual( server.lines().filter( ( line ) => ! looks( line ) ), [], options.join( ' ' ) );
		}
	} );
	test( 'changes nothing where the gateway runs, either', async () => {
		const server = await installed();
		for ( const options of combinations ) {
			gateway.asked.length = 0;
			server.forgetCalls();
			const before = server.tree();
			const run = await server.run( 'deploy-full.sh', [ '--dry-run', ...options ] );
			if ( ! options.includes( '--litellm-image' ) ) assert.equal( run.status, 0, run.all );
			assert.deepEqual( server.tree(), before, options.join( ' ' ) );
			assert.deepEqual( server.lines().filter( ( line ) => ! looks( line ) ), [] );
			assert.deepEqual( gateway.asked.filter( ( one ) => one.method !== 'GET' ), [] );
		}
	} );
} );

describe( 'a failing step', () => {
	const options = [ '--with-observability', '--service-key', '--enable-ufw', '--install-deps' ];
	// What the run calls and what changes something, found by running it; each then fails once.
	async function changing() {
		const server = aServer( { without: [ 'age' ] } );
		await server.run( 'deploy-full.sh', options );
		return [ ...new Set( server.lines().filter( ( line ) => ! looks( line ) ).map( ( line ) => line.replace( /^(\S+ \S+(?: [a-z]\S*)?).*/, '$1' ) ) ) ];
	}
	test( 'is named, one by one, and the next run goes on', async () => {
		const found = await changing();
		for ( const expected of [ 'apt-get update', 'docker compose config', 'docker compose pull', 'docker compose up', 'cosign verify', 'ufw allow', 'ufw --force enable' ] ) {
			if ( expected !== 'cosign verify' ) assert.ok( found.some( ( line ) => line.startsWith( expected ) ), `${ expected } is not among ${ found.join( ', ' ) }` );
		}
		// One server: each run comes as far as the call that fails now, so past the one that failed in the run before.
		gateway.reset();
		const server = aServer( { without: [ 'age' ] } );
		let saved = {};
		for ( const line of found ) {
			server.fail( `${ line }*` );
			server.forgetCalls();
			const run = await server.run( 'deploy-full.sh', options );
			assert.equal( run.status, 1, `${ line }: ${ run.all }` );
			assert.match( run.err, /The step "[a-z-]+" failed; the reason is above\.[^]*go on with:\n {4}sudo .*deploy-full\.sh --with-observability --service-key --enable-ufw --install-deps/, line );
			const env = server.has( '.env' ) ? server.env() : {};
			for ( const name of secretNames ) if ( saved[ name ] ) assert.equal( env[ name ], saved[ name ], `${ line }: ${ name }` );
			saved = env;
			if ( env.LITELLM_MASTER_KEY ) assert.deepEqual( findSecrets( server, [ run ] ).filter( ( place ) => ! place.startsWith( 'standard' ) ), [] );
		}
		server.fail();
		await succeeds( server, ...options );
		for ( const name of secretNames ) assert.equal( server.env()[ name ], saved[ name ], name );
	} );

	for ( const [ pattern, step, touched ] of [ [ 'docker compose config --quiet*', 'pull-images', false ], [ 'docker compose pull*', 'pull-images', false ], [ 'docker compose up*', 'start-services', true ] ] ) {
		test( `leaves what ran before running: ${ pattern }`, async () => {
			const from = withoutVerification( copyKit( scratchFolder() ) );
			const server = aServer( { from } );
			await succeeds( server );
			const before = server.tree();
			appendFileSync( join( from, 'docker-compose.core.yml' ), '# newer\n' );
			appendFileSync( join( from, 'deploy/config/litellm-config.yaml' ), '# newer\n' );
			server.forgetCalls();
			server.fail( pattern );
			const run = await server.run( 'deploy-full.sh', [ '--demo', '--litellm-image', 'ghcr.io/berriai/litellm:v1.107.0', '--yes' ] );
			assert.equal( run.status, 1 );
			assert.match( run.err, new RegExp( `The step "${ step }" failed[^]*What ran before keeps running` ) );
			const now = server.tree();
			for ( const name of [ '.env', 'docker-compose.yml', 'config/litellm-config.yaml', 'data/kit/releases.tsv' ] ) assert.equal( now[ join( server.dir, name ) ], before[ join( server.dir, name ) ], name );
			const ups = server.lines().filter( ( line ) => line.startsWith( 'docker compose up' ) ).length;
			assert.equal( ups, touched ? 2 : 0 );
			// The next run that works brings the new files: they are not taken for the operator's.
			server.fail();
			await succeeds( server );
			assert.match( server.read( 'docker-compose.yml' ), /# newer\n$/ );
			assert.equal( server.has( 'docker-compose.yml.new' ), false );
		} );
	}

	test( 'an image that does not start is replaced by the one before it', async () => {
		const server = await installed();
		const run = await server.run( 'deploy-full.sh', [ '--litellm-image', 'registry.example.com/broken/litellm:v1.107.0', '--yes' ] );
		assert.equal( run.status, 1 );
		assert.match( run.err, /start-services/ );
		assert.equal( readFileSync( join( server.log, 'state/image' ), 'utf8' ).trim(), defaultImage );
		assert.equal( server.env().LITELLM_IMAGE, defaultImage );
		assert.equal( server.has( 'data/kit/previous' ), false );
	} );

	// nginx went on leaving out the instance at which the run had ended, long after it was back.
	test( 'an instance that does not start: nginx asks all of them again', async () => {
		const from = withoutVerification( copyKit( scratchFolder() ) );
		rmSync( join( from, 'nginx/render.sh' ) );
		symlinkSync( join( project, 'tests/deploy/stand-ins/stand-in' ), join( from, 'nginx/render.sh' ) );
		const server = aServer( { from } );
		await succeeds( server );
		server.answer( 'docker', `[[ $* == 'compose config --services'* ]] || return 1\nprintf '%s\\n' litellm litellm-2 litellm-3` );
		server.fail( 'docker compose up --detach --wait*litellm-2' );
		server.forgetCalls();
		const run = await server.run( 'deploy-full.sh' );
		assert.equal( run.status, 1, run.all );
		assert.match( run.err, /litellm-2 did not start; the instances after it were left as they are/ );
		const order = server.lines().filter( ( line ) => /^render\.sh|^docker compose up/.test( line ) );
		assert.equal( order.filter( ( line ) => line.startsWith( 'render.sh --pause' ) ).length, 2, order.join( '\n' ) );
		assert.deepEqual( order.slice( -2 ), [ 'docker compose up --detach --remove-orphans', 'render.sh --resume' ] );
	} );

	test( 'a gateway that does not become ready', async () => {
		const server = aServer();
		gateway.fail = ( method, path ) => path === '/health/readiness' && [ 503, { detail: 'no database' } ];
		const run = await server.run( 'deploy-full.sh', [], { LITELLM_READY_SECONDS: '2' } );
		assert.equal( run.status, 1 );
		assert.match( run.err, /not ready after 2 s[^]*docker compose logs[^]*The step "wait-until-ready" failed/ );
	} );

	test( 'a verification that fails ends with 1', async () => {
		const server = aServer( { verified: true } );
		gateway.fail = ( method, path ) => path === '/v1/chat/completions' && [ 500, { error: { message: 'no' } } ];
		const run = await server.run( 'deploy-full.sh' );
		assert.equal( run.status, 1 );
		assert.match( run.out, /^FAILED +chat/m );
		assert.match( run.out, /^skipped +spend is logged +\(no call came through\)/m );
		assert.match( run.err, /The step "verify-installation" failed/ );
	} );

	test( 'two scripts of the kit do not run at the same time', async () => {
		const server = aServer();
		gateway.fail = ( method, path ) => path === '/health/readiness' && [ 503, {} ];
		const first = server.run( 'deploy-full.sh' );
		while ( ! gateway.asked.length ) await new Promise( ( done ) => setTimeout( done, 50 ) );
		const second = await server.run( 'deploy-full.sh' );
		assert.equal( second.status, 1 );
		assert.match( second.err, /another script of the kit is at work on \S+: deploy-full\.sh, process \d+, since 2\d{3}-/ );
		gateway.fail = null;
		assert.equal( ( await first ).status, 0 );
	} );
} );

describe( 'what is refused', () => {
	test( 'options that make no sense', async () => {
		const server = aServer();
		for ( const [ options, said ] of [
			[ [ '--bogus' ], /no option '--bogus'/ ],
			[ [ 'word' ], /no option 'word'/ ],
			[ [ '--litellm-image' ], /--litellm-image needs a value/ ],
			[ [ '--litellm-image', '--yes' ], /--litellm-image needs a value/ ],
			[ [ '--litellm-dir', 'relative' ], /whole path/ ],
			[ [ '--litellm-dir', '/opt/with blank' ], /letters, digits/ ],
			[ [ '--litellm-dir', '/' ], /cannot be \// ],
			[ [ '--read-only' ], /goes with --service-key/ ],
			[ [ '--ssh-port', '22' ], /goes with --enable-ufw/ ],
			[ [ '--enable-ufw', '--ssh-port', '0' ], /from 1 to 65535/ ],
			[ [ '--enable-ufw', '--ssh-port', '70000' ], /from 1 to 65535/ ],
			[ [ '--enable-ufw', '--ssh-port', 'ssh' ], /from 1 to 65535/ ],
		] ) await refuses( server, options, said );
	} );

	// One that is not in the help is nobody's: its script reads it all the same.
	test( 'every script tells of every option that it knows, and of no other', () => {
		const scripts = [ ...readdirSync( join( project, 'deploy' ) ).filter( ( name ) => name.endsWith( '.sh' ) ), 'observability/write-config.sh' ];
		assert.ok( scripts.length >= 11 );
		for ( const script of scripts ) {
			const [ , read ] = /^read_options (?:'([^']+)'|([a-z-]+)) "\$@"$/m.exec( readFileSync( join( project, 'deploy', script ), 'utf8' ) )?.filter( ( each ) => each !== undefined ) ?? assert.fail( script );
			const known = read.split( ' ' ).filter( ( name ) => /^[a-z]/.test( name ) && ! ( script === 'diagnose.sh' && name === 'section=' ) ).map( ( name ) => `--${ name.replace( /[=+?]$/, '' ) }` );
			const help = execFileSync( join( project, 'deploy', script ), [ '--help' ], { encoding: 'utf8' } );
			const told = new Set( help.match( /(?<![\w-])--[a-z][a-z-]+/g ) );
			for ( const option of known ) assert.ok( told.has( option ), `${ script } says nothing of ${ option }` );
			for ( const option of told ) {
				if ( help.includes( `${ basename( script ) } ${ option }` ) && ! known.includes( option ) ) assert.fail( `${ script } does not know ${ option }` );
			}
		}
	} );

	test( 'options are read alike everywhere: behind a blank or "=", once or as a list, and nothing unknown', () => {
		const read = ( ...given ) => {
			const { status, stdout, stderr } = spawnSync( 'bash', [ '-c', '. "$1/deploy/lib/common.sh"; shift; flag="" to="" both="" each=() file=""; read_options "flag to= each+ both? dry-run FILE" "$@"; printf "%s|" "$dir" "$assume_yes" "$dry_run" "$flag" "$to" "$both" "${each[*]-}" "$file"', 'options', project, ...given ], { encoding: 'utf8' } );
			return status === 0 ? stdout.split( '|' ).slice( 0, -1 ) : stderr.trim();
		};
		assert.deepEqual( read(), [ '/opt/litellm-server', '', '', '', '', '', '', '' ] );
		assert.deepEqual( read( '--yes', '--flag', '--to', 'a b', '--each', '1', 'x.tar', '--each=2', '--both', '--dry-run', '--litellm-dir', '/srv/g' ), [ '/srv/g', '1', '1', '1', 'a b', '1', '1 2', 'x.tar' ] );
		assert.deepEqual( read( '--to=a=b', '--both=/x' ).slice( 4, 6 ), [ 'a=b', '/x' ] );
		for ( const [ given, said ] of [ [ [ '--fla' ], /there is no option '--fla'/ ], [ [ '--' ], /there is no option '--'/ ], [ [ '-y' ], /there is no option '-y'/ ], [ [ '--.*' ], /there is no option/ ], [ [ '--to' ], /--to needs a value/ ], [ [ '--to', '--flag' ], /--to needs a value/ ], [ [ '--to=' ], /--to needs a value/ ], [ [ '--flag=1' ], /--flag takes no value/ ], [ [ 'one', 'two' ], /one file at a time: 'one' or 'two'/ ] ] ) {
			assert.match( String( read( ...given ) ), said );
		}
	} );

	test( 'Podman, by its name and behind the client of Docker', async () => {
		for ( const answer of [ "[[ $* != --version ]] || { echo 'podman version 3.4.4' && exit; }; return 1", "[[ $* == version ]] || return 1; printf 'Client: Docker Engine - Community\\nServer: linux/amd64\\n Podman Engine:\\n  Version: 4.9.3\\n'" ] ) {
			const server = aServer();
			server.answer( 'docker', answer );
			await refuses( server, [ '--install-deps' ], /what answers to 'docker' here is Podman/ );
		}
	} );

	test( 'a user who is not root', async ( t ) => {
		if ( process.getuid() !== 0 ) return t.skip( 'needs root to become somebody else' );
		// Without a scratch root it is about this machine, so nothing may happen; setpriv makes us nobody.
		assert.throws( () => execFileSync( 'setpriv', [ '--reuid=65534', '--regid=65534', '--clear-groups', 'bash', join( project, 'deploy/deploy-full.sh' ), '--dry-run', '--litellm-dir', '/nonexistent/litellm' ], { encoding: 'utf8', stdio: [ 'ignore', 'pipe', 'pipe' ], env: { PATH: process.env.PATH } } ), ( error ) => /needs root: run it with sudo/.test( error.stderr ) );
	} );

	test( 'a system, a disk, a memory, an engine that will not do', async () => {
		await refuses( aServer( { os: 'ID=fedora\n' } ), [ '--install-deps' ], /knows Ubuntu and Debian; this is 'fedora'/ );
		await refuses( aServer( { memoryKb: 1_000_000 } ), [], /976 MB of memory/ );
		const full = aServer();
		full.answer( 'df', 'printf "Avail\\n 1200\\n"' );
		await refuses( full, [], /has 1200 MB free, and at least 5000 are needed/ );
		await refuses( aServer( { without: [ 'docker' ] } ), [], /missing on this server: docker\. .*--install-deps/ );
		const stopped = aServer();
		stopped.fail( 'docker info*' );
		await refuses( stopped, [], /engine does not answer/ );
		const engine = ( version ) => {
			const server = aServer();
			server.answer( 'docker', `[[ $* == 'version --format'* ]] || return 1\necho ${ version }` );
			return server;
		};
		await refuses( engine( '20.10.24+dfsg1' ), [], /this is Docker Engine 20\.10\.24\+dfsg1, and 24 or newer is needed/ );
		assert.match( ( await succeeds( engine( '26.1.5' ), '--dry-run' ) ).err, /Docker Engine 26\.1\.5: before 28 a machine of the same network reaches/ );
		assert.doesNotMatch( ( await succeeds( engine( '28.0.0' ), '--dry-run' ) ).err, /before 28/ );
		const plain = aServer();
		plain.fail( 'docker compose version*' );
		await refuses( plain, [], /without its Compose plugin/ );
		const fedora = await succeeds( aServer( { os: 'ID=fedora\n' } ), '--dry-run' );
		assert.match( fedora.err, /tried on Ubuntu and Debian only/ );
	} );

	test( 'data that were copied by root, which their container may not read', async ( t ) => {
		if ( process.getuid() !== 0 ) return t.skip( 'needs root to give files away' );
		const server = aServer();
		server.write( 'opt/litellm-server/data/redis/dump.rdb', '' );
		await refuses( server, [], /data\/redis belongs to the user 0, and its container runs as 999\. .*sudo chown --recursive 999:999/ );
	} );

	// Nothing could be changed in an outage of the registry, though every image was here.
	test( 'a registry that is away, where every image is here', async () => {
		const server = await installed();
		server.fail( 'docker compose pull*' );
		const run = await succeeds( server );
		assert.match( run.err, /every one of them is here already/ );
	} );

	test( 'a tag that was moved is said at each start, until somebody accepts it; a digest cannot be', async () => {
		const server = await installed();
		const recorded = () => server.read( 'data/kit/digests.tsv' ).trim().split( '\n' ).map( ( line ) => line.split( '\t' ).slice( 0, 2 ).join( ' ' ) );
		const [ first ] = recorded();
		assert.match( first, /^ghcr\.io\/berriai\/litellm:v\S+ sha256:[0-9a-f]{64}$/ );
		const other = `sha256:${ 'b'.repeat( 64 ) }`;
		server.answer( 'docker', `[[ $* == 'image inspect'* ]] || return 1\necho mirror.example/litellm@sha256:${ 'c'.repeat( 64 ) } ghcr.io/berriai/litellm@${ other }` );
		server.fail( 'verify.sh*' );
		const failed = await server.run( 'deploy-full.sh' );
		assert.equal( failed.status, 1 );
		assert.deepEqual( recorded(), [ first ] );
		server.fail();
		const run = await succeeds( server );
		server.from = kitFolder();
		// A verification that went well was taken for a yes: of an image that somebody has put in its place, too.
		const verified = await server.run( 'verify.sh', [ '--quick' ] );
		assert.equal( verified.status, 0, verified.all );
		for ( const { err } of [ failed, run, verified ] ) assert.ok( err.includes( `names another image than the one that was first pulled here: ${ other } now, ${ first.split( ' ' )[ 1 ] } then.` ), err );
		assert.deepEqual( recorded(), [ first ] );
		assert.match( verified.err, /verify\.sh --accept-moved ends this warning/ );
		const accepted = await server.run( 'verify.sh', [ '--quick', '--accept-moved' ] );
		assert.equal( accepted.status, 0, accepted.all );
		assert.deepEqual( recorded(), [ first, `${ defaultImage } ${ other }` ] );
		server.from = quickKit();
		assert.doesNotMatch( ( await succeeds( server ) ).err, /names another image/ );

		const pinned = `ghcr.io/berriai/litellm@${ other }`;
		const asked = await succeeds( server, '--yes', '--litellm-image', pinned );
		assert.match( asked.err, /which version \S+ is cannot be told/ );
		assert.equal( server.env().LITELLM_IMAGE, pinned );
		assert.deepEqual( server.read( 'data/kit/releases.tsv' ).trim().split( '\n' ).at( -1 ).split( '\t' ).slice( 1, 3 ), [ pinned, pinned ] );
		assert.match( asked.out, new RegExp( `LiteLLM ${ other } runs on` ) );
		assert.equal( recorded().length, 2, 'a digest needs no record' );
	} );

	test( 'a second installation, which would take the containers of the first', async () => {
		const server = await installed();
		const before = server.tree();
		server.forgetCalls();
		const run = await server.run( 'deploy-full.sh', [ '--litellm-dir', join( server.root, 'srv/second' ), '--yes' ] );
		assert.equal( run.status, 1, run.all );
		assert.ok( run.err.includes( `this server has a gateway in ${ server.dir } already` ), run.err );
		assert.deepEqual( server.tree(), before );
		assert.deepEqual( server.lines().filter( ( line ) => ! looks( line ) ), [] );
		// The same folder by another name is no second one.
		symlinkSync( server.dir, join( server.root, 'link' ) );
		assert.equal( ( await server.run( 'deploy-full.sh', [ '--litellm-dir', join( server.root, 'link' ), '--dry-run' ] ) ).status, 0 );
	} );

	test( 'a port that somebody else has', async () => {
		const server = aServer();
		server.state( 'listening', `LISTEN 0 128 127.0.0.1:${ gateway.port } 0.0.0.0:*\n` );
		await refuses( server, [], new RegExp( `port ${ gateway.port } is taken by another program[^]*LITELLM_PORT` ) );
		const grafana = aServer();
		grafana.state( 'listening', 'LISTEN 0 128 *:3000 *:*\n' );
		await refuses( grafana, [ '--with-observability' ], /port 3000 is taken/ );
		await succeeds( grafana );
		// Our own container on it is no stranger.
		grafana.state( 'listening', `LISTEN 0 128 127.0.0.1:${ gateway.port } 0.0.0.0:*\n` );
		await succeeds( grafana );
	} );

	test( 'each weak secret, by its name', async () => {
		const strong = ( name ) => ( name.endsWith( '_KEY' ) ? 'sk-Zk4Qw8Rt2Yp6Lm9Xv3Bn' : 'Zk4Qw8Rt2Yp6Lm9Xv3Bn' ) + name.length;
		const weak = {
			LITELLM_MASTER_KEY: [ [ 'sk-1234', /default or an example/ ], [ 'sk-litellm-master-key-example', /default or an example/ ], [ 'sk-Ab3', /too short/ ], [ 'Zk4Qw8Rt2Yp6Lm9Xv3Bn', /does not begin with sk-/ ], [ 'sk-aaaaaaaaaaaaaaaaaaaaaaaa', /same few characters/ ], [ 'sk-Zk4Qw8Rt2$Yp6Lm9Xv3Bn', /\$/ ] ],
			LITELLM_SALT_KEY: [ [ 'sk-1234', /default or an example/ ], [ 'sk-XXXXXXXXXXXXXXXXXXXXXXX', /same few/ ] ],
			POSTGRES_PASSWORD: [ [ 'dbpassword9090', /default or an example/ ], [ 'litellm', /default or an example/ ], [ 'changeme', /default or an example/ ], [ 'Zk4Qw8Rt', /too short/ ], [ 'Zk4Qw8Rt2@p6Lm9Xv/Bn', /part of an address/ ] ],
			REDIS_PASSWORD: [ [ 'password', /default or an example/ ], [ 'redis', /default or an example/ ] ],
			UI_PASSWORD: [ [ 'admin', /default or an example/ ], [ 'MyP@ssword!', /too short|default/ ], [ '<your password here>', /default or an example/ ] ],
			GRAFANA_ADMIN_PASSWORD: [ [ 'grafana', /default or an example/ ], [ 'qwertyuiop123456', /default or an example/ ] ],
		};
		assert.deepEqual( Object.keys( weak ).sort(), [ ...secretNames ].sort() );
		for ( const [ name, values ] of Object.entries( weak ) ) {
			const others = secretNames.filter( ( other ) => other !== name );
			const server = aServer( { env: [ ...others.map( ( other ) => `${ other }=${ strong( other ) }` ), `${ name }=${ values[ 0 ][ 0 ] }` ].join( '\n' ) + '\n' } );
			const run = await refuses( server, [], new RegExp( `- ${ name } [^\n]*(${ values[ 0 ][ 1 ].source })` ) );
			for ( const other of others ) assert.doesNotMatch( run.err, new RegExp( `- ${ other } ` ), `${ other } is strong` );
		}
		// The others all at once: the first of each, the second of each, …
		for ( let n = 1; n < 6; n++ ) {
			const at = Object.entries( weak ).filter( ( [ , values ] ) => values[ n ] ).map( ( [ name, values ] ) => [ name, ...values[ n ] ] );
			const run = await refuses( aServer( { env: at.map( ( [ name, value ] ) => `${ name }=${ value }\n` ).join( '' ) } ), [], /cannot stay/ );
			for ( const [ name, value, why ] of at ) {
				assert.match( run.err, new RegExp( `- ${ name } [^\n]*(${ why.source })` ) );
				if ( value.length > 9 ) assert.equal( run.all.includes( value ), false, 'the value itself is not printed' );
			}
		}
		await refuses( aServer( { env: 'UI_PASSWORD=Zk4Qw8Rt2Yp6Lm9Xv3Bn\nREDIS_PASSWORD=Zk4Qw8Rt2Yp6Lm9Xv3Bn\n' } ), [], /UI_PASSWORD is the same as REDIS_PASSWORD/ );
	} );

	test( 'a salt or database password that the database was not made with', async () => {
		const server = await installed();
		const { LITELLM_SALT_KEY: salt, POSTGRES_PASSWORD: password } = server.env();
		server.forgetCalls();
		server.setEnv( 'LITELLM_SALT_KEY', 'sk-Zk4Qw8Rt2Yp6Lm9Xv3BnAnother' );
		await refuses( server, [], /LITELLM_SALT_KEY is not the one that the database was made with/ );
		server.setEnv( 'LITELLM_SALT_KEY', '' );
		await refuses( server, [], /LITELLM_SALT_KEY is empty, but the database/ );
		server.setEnv( 'LITELLM_SALT_KEY', salt );
		server.setEnv( 'POSTGRES_PASSWORD', '' );
		await refuses( server, [], /POSTGRES_PASSWORD is empty, but the database/ );
		server.setEnv( 'POSTGRES_PASSWORD', password );
		await succeeds( server );
		server.forgetCalls();
		rmSync( join( server.dir, '.env' ) );
		await refuses( server, [], /there is no .*\.env\.[^]*bring \.env back from a backup/ );
	} );

	test( 'malicious releases and moving tags', async () => {
		const digest = `sha256:${ 'a'.repeat( 64 ) }`;
		// What the rule says of an image; nothing where it may run.
		const rule = ( image ) => spawnSync( 'bash', [ '-c', '. "$1/deploy/lib/common.sh"; . "$1/deploy/lib/images.sh"; refuse_bad_image "$2"', 'rule', project, image ], { encoding: 'utf8' } ).stderr;
		for ( const version of [ '1.82.7', '1.82.8' ] ) {
			for ( const image of [ `ghcr.io/berriai/litellm:v${ version }`, `ghcr.io/berriai/litellm:${ version }`, `ghcr.io/berriai/litellm:v${ version }-stable`, `ghcr.io/berriai/litellm:main-v${ version }-stable`, `ghcr.io/berriai/litellm-database:v${ version }-nightly`, `registry.example.com:5000/mirror/litellm:V${ version }`, `ghcr.io/berriai/litellm:v${ version }@${ digest }`, `ghcr.io/berriai/litellm:v01.082.0${ version.at( -1 ) }`, `ghcr.io/berriai/litellm:litellm_stable_v${ version }.post1` ] ) {
				assert.match( rule( image ), /malicious release/, image );
			}
			await refuses( aServer(), [ '--yes', '--litellm-image', `ghcr.io/berriai/litellm:v${ version }` ], /malicious release/ );
		}
		await refuses( aServer( { env: 'LITELLM_IMAGE=ghcr.io/berriai/litellm:v1.82.8\n' } ), [ '--yes' ], /malicious release/ );
		for ( const image of [ 'ghcr.io/berriai/litellm', 'ghcr.io/berriai/litellm:latest', 'ghcr.io/berriai/litellm:main-latest', 'ghcr.io/berriai/litellm:main-stable', 'ghcr.io/berriai/litellm:v1.106.2-nightly', 'ghcr.io/berriai/litellm:stable', 'localhost:5000/litellm' ] ) {
			assert.match( rule( image ), /tag .*moves|has no tag/, image );
		}
		await refuses( aServer(), [ '--yes', '--litellm-image', 'ghcr.io/berriai/litellm:latest' ], /tag 'latest' moves/ );
		for ( const image of [ 'ghcr.io/berriai/litellm:v1.106.2 --privileged', '$(id)', 'ghcr.io/berriai/litellm@sha256:12', '-v', '', 'a:', '${IMAGE}:v1.106.2' ] ) {
			assert.match( rule( image ), /not an image reference/, image );
		}
		await refuses( aServer(), [ '--yes', '--litellm-image', '$(id)' ], /not an image reference/ );
		for ( const image of [ `ghcr.io/berriai/litellm:main-latest@${ digest }`, `ghcr.io/berriai/litellm@${ digest }`, 'ghcr.io/berriai/litellm:v1.82.70', 'ghcr.io/berriai/litellm:v1.84.3', 'registry.example.com:5000/mirror/litellm:v1.106.0-rc.1' ] ) {
			assert.equal( rule( image ), '', image );
		}
	} );

	test( 'an old release, unless somebody says yes; its holes are named', async () => {
		const image = 'ghcr.io/berriai/litellm:v1.80.11-stable';
		const run = await refuses( aServer(), [ '--litellm-image', image ], /Nobody can answer here; --yes says yes/ );
		for ( const hole of [ 'CVE-2026-49468', 'CVE-2026-42271', '/config/update', '/metrics' ] ) assert.ok( run.err.includes( hole ), hole );
		const server = aServer();
		const agreed = await succeeds( server, '--litellm-image', image, '--yes' );
		assert.match( agreed.err, /CVE-2026-49468/ );
		assert.match( agreed.out, /there is none: LiteLLM signs its images from 1\.83\.0/ );
		assert.equal( server.env().LITELLM_IMAGE, image );
		// The next run warns, and does not ask again.
		assert.match( ( await succeeds( server ) ).err, /CVE-2026-49468/ );
		const newer = await refuses( aServer(), [ '--litellm-image', 'ghcr.io/berriai/litellm:v1.83.14' ], /older than 1\.84\.3/ );
		assert.match( newer.err, /CVE-2026-49468/ );
		assert.doesNotMatch( newer.err, /CVE-2026-42271|config\/update/ );
		assert.doesNotMatch( ( await succeeds( aServer(), '--dry-run', '--litellm-image', 'ghcr.io/berriai/litellm:v1.84.3' ) ).err, /older/ );
	} );

	test( 'an older image than the database has run, and a newer one without a yes', async () => {
		const server = await installed();
		server.forgetCalls();
		await refuses( server, [ '--yes', '--litellm-image', 'ghcr.io/berriai/litellm:v1.105.0' ], /1\.105\.0 is older[^]*rollback\.sh/ );
		await refuses( server, [ '--litellm-image', 'ghcr.io/berriai/litellm:v1.107.0' ], /upgrade\.sh makes one first/ );
		await succeeds( server, '--yes', '--litellm-image', 'ghcr.io/berriai/litellm:v1.107.0' );
		assert.equal( server.read( 'data/kit/releases.tsv' ).trim().split( '\n' ).length, 2 );
	} );
} );

describe( 'options', () => {
	test( '--demo takes the configuration that answers by itself', async () => {
		const server = aServer();
		await succeeds( server, '--demo' );
		assert.equal( server.env().LITELLM_CONFIG, 'litellm-config.demo.yaml' );
	} );

	test( '--with-observability: files, folders, a key for Prometheus that is made once', async () => {
		const server = aServer( { verified: true } );
		const run = await succeeds( server, '--with-observability' );
		assert.match( run.out, /==> make-metrics-key/ );
		assert.equal( server.env().COMPOSE_FILE, 'docker-compose.yml:docker-compose.observability.yml' );
		assert.ok( server.has( 'observability/prometheus/prometheus.yml' ) );
		const key = server.read( 'observability/prometheus/metrics-key' );
		assert.match( key, /^sk-\S+\n$/ );
		assert.equal( server.mode( 'observability/prometheus/metrics-key' ), '640' );
		if ( process.getuid() === 0 ) assert.match( server.tree()[ join( server.dir, 'observability/prometheus/metrics-key' ) ], /^640 0:65534 / );
		assert.deepEqual( [ ...gateway.keys.values() ].map( ( one ) => one.allowed_routes ), [ [ '/metrics' ] ] );
		for ( const name of [ 'Prometheus is healthy', 'Alertmanager is healthy', 'Grafana is healthy', 'Prometheus reads the gateway' ] ) assert.match( run.out, new RegExp( `^ok +${ name }`, 'm' ) );
		assert.match( server.read( 'observability/alertmanager/alertmanager.yml' ), /^route:/m );
		server.from = quickKit();
		const again = await succeeds( server );
		server.from = kitFolder();
		assert.match( again.out, /==> make-metrics-key\n +kept: it works/ );
		assert.equal( server.read( 'observability/prometheus/metrics-key' ), key );
		gateway.keys.clear();
		await succeeds( server );
		assert.notEqual( server.read( 'observability/prometheus/metrics-key' ), key );
		// What does not answer is said.
		const verify = async ( fail ) => {
			gateway.fail = fail;
			return ( await server.run( 'verify.sh', [], { LITELLM_SPEND_SECONDS: '2' } ) ).out.match( /^FAILED.*$/gm )?.map( ( line ) => line.replace( /^FAILED +(.*?) {2}.*/, '$1' ) );
		};
		assert.deepEqual( await verify( ( method, path ) => path === '/-/healthy' && [ 503, '' ] ), [ 'Prometheus is healthy', 'Alertmanager is healthy' ] );
		assert.deepEqual( await verify( ( method, path ) => path === '/api/health' && [ 503, '' ] ), [ 'Grafana is healthy' ] );
		assert.deepEqual( await verify( ( method, path ) => path === '/api/v1/query' && [ 200, { data: { result: [ { value: [ 0, '0' ] } ] } } ] ), [ 'Prometheus reads the gateway' ] );
		// The receivers are the operator's; Alertmanager hears of a change.
		appendFileSync( join( server.dir, 'observability/alertmanager/receivers.yml' ), '# mine\n' );
		gateway.fail = null;
		server.forgetCalls();
		server.from = quickKit();
		await succeeds( server );
		assert.match( server.read( 'observability/alertmanager/alertmanager.yml' ), /# mine\n$/ );
		assert.ok( server.lines().includes( 'docker compose restart alertmanager' ) );
	} );

	test( '--service-key with an installation makes the key at its end; alone it does nothing else', async () => {
		const server = aServer();
		const run = await succeeds( server, '--demo', '--service-key', '--read-only' );
		assert.ok( run.out.indexOf( '==> make-service-key' ) > run.out.indexOf( '==> start-services' ) );
		assert.equal( server.mode( 'service-key.txt' ), '600' );
		const routes = [ ...gateway.keys.values() ].find( ( one ) => one.user_id === 'wordpress' ).allowed_routes;
		assert.ok( routes.includes( '/key/list' ) && ! routes.includes( '/key/generate' ) );
		server.forgetCalls();
		const alone = await succeeds( server, '--service-key' );
		assert.deepEqual( server.lines().filter( ( line ) => line.startsWith( 'docker' ) ), [] );
		assert.deepEqual( alone.out.match( /^define.*$/gm ), [ `define( 'LITELLM_API_BASE', 'http://127.0.0.1:${ gateway.port }' );`, `define( 'LITELLM_SERVICE_KEY', '${ server.read( 'service-key.txt' ).trim() }' );` ] );
		assert.match( alone.out, /LITELLM_CONSOLE_URL/ );
	} );

	test( '--service-key: a user of that name who is no administrator is not promoted', async () => {
		const server = await installed();
		gateway.users.set( 'wordpress', { user_id: 'wordpress', user_role: 'internal_user' } );
		const run = await server.run( 'deploy-full.sh', [ '--service-key' ] );
		assert.equal( run.status, 1 );
		assert.match( run.err, /role 'internal_user'; expected proxy_admin/ );
		assert.equal( server.has( 'service-key.txt' ), false );
	} );

	test( '--enable-ufw lets ssh in before anything is closed', async () => {
		const server = aServer();
		server.state( 'sshd-port', '2222' );
		await refuses( server, [ '--enable-ufw' ], /sshd listens on port 2222[^]*--ssh-port/ );
		await refuses( server, [ '--enable-ufw', '--ssh-port', '22' ], /sshd listens on port 2222, not on 22/ );
		await succeeds( server, '--enable-ufw', '--ssh-port', '2222' );
		assert.deepEqual( server.lines().filter( ( line ) => line.startsWith( 'ufw' ) ).map( ( line ) => line.replace( / comment .*/, '' ) ), [ 'ufw allow 2222/tcp', 'ufw allow 80/tcp', 'ufw allow 443/tcp', 'ufw default deny incoming', 'ufw --force enable' ] );
		// What is forwarded through somebody's session listens on loopback, and is no port to log in at.
		server.answer( 'ss', `printf 'LISTEN 0 128 %s 0.0.0.0:* users:(("sshd",pid=7,fd=9))\\n' 127.0.0.1:6010 '[::1]:6010' 0.0.0.0:22 '[::]:22'` );
		await succeeds( server, '--enable-ufw', '--dry-run' );
		const unknown = aServer();
		unknown.answer( 'ss', ':' );
		unknown.answer( 'sshd', 'exit 1' );
		await refuses( unknown, [ '--enable-ufw' ], /could not be found out/ );
		// Ubuntu 24.04: systemd listens, where its own unit says, and sshd would name the port of its configuration.
		const socket = ( state ) => `[[ $1 == show ]] || return 1; printf 'Listen=0.0.0.0:2222 (Stream)\\nListen=[::]:2222 (Stream)\\nActiveState=${ state }\\n'`;
		unknown.answer( 'sshd', 'echo port 22' );
		unknown.answer( 'systemctl', socket( 'active' ) );
		await refuses( unknown, [ '--enable-ufw' ], /sshd listens on port 2222, not only on 22/ );
		unknown.answer( 'systemctl', `[[ $1 == show ]] || return 1; printf 'Listen=%s (Stream)\\n' 0.0.0.0:22 127.0.0.1:2222 '[::1]:2222'; echo ActiveState=active` );
		await succeeds( unknown, '--enable-ufw', '--dry-run' );
		unknown.answer( 'systemctl', socket( 'inactive' ) );
		await succeeds( unknown, '--enable-ufw', '--dry-run' );
		await refuses( aServer( { without: [ 'ufw' ] } ), [ '--enable-ufw' ], /needs ufw/ );
	} );

	test( 'timers know where the installation is, and are enabled once', async () => {
		const units = readdirSync( join( project, 'deploy/systemd' ) ).filter( ( name ) => /\.(service|timer)$/.test( name ) );
		const server = await installed();
		for ( const unit of units ) {
			const text = readFileSync( join( server.root, 'etc/systemd/system', unit ), 'utf8' );
			assert.doesNotMatch( text, /@[A-Z_]+@/, unit );
			if ( unit.endsWith( '.service' ) ) assert.ok( text.includes( server.dir ), unit );
		}
		const enabled = server.lines().filter( ( line ) => line.startsWith( 'systemctl enable' ) );
		assert.deepEqual( enabled.sort(), units.filter( ( unit ) => unit.endsWith( '.timer' ) ).map( ( unit ) => `systemctl enable --now ${ unit }` ).sort() );
		server.forgetCalls();
		await succeeds( server );
		assert.deepEqual( server.lines().filter( ( line ) => line.startsWith( 'systemctl' ) && ! looks( line ) ), [] );
	} );

	test( 'where systemctl is, and systemd does not run, that is said and nothing fails', async () => {
		const server = aServer();
		rmSync( join( server.root, 'run/systemd' ), { recursive: true } );
		server.fail( 'systemctl *' );
		const run = await succeeds( server );
		assert.match( run.err, /systemd does not run here: run \S+backup\.sh/ );
		assert.deepEqual( server.lines().filter( ( line ) => line.startsWith( 'systemctl' ) ), [] );
	} );
} );

describe( '--install-deps', () => {
	const fingerprint = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88';
	// curl answers for download.docker.com only; the gateway is asked with the real one.
	const download = 'case "$*" in *download.docker.com*) while [ $# -gt 0 ]; do [ "$1" != --output ] || echo "a key" >"$2"; shift; done ;; *) exec "$REAL_CURL" "$@" <"$call/stdin" ;; esac';
	const show = ( ...fingerprints ) => `case "$*" in *--show-keys*) printf '${ fingerprints.map( ( one ) => `pub:-:4096:1:${ one.slice( -16 ) }:1487788586:::-:::scESA::::::23::0:\\nfpr:::::::::${ one }:\\nsub:-:4096:1:7EA0A9C3F273FCD8:1487788586::::::s::::::23:\\nfpr:::::::::D3306A018370199E527AE7997EA0A9C3F273FCD8:\\n` ).join( '' ) }' ;; esac`;
	const withDownloads = ( server, ...keys ) => {
		server.answer( 'curl', download );
		server.answer( 'gpg', show( ...keys ) );
		return server;
	};
	const run = ( server, ...options ) => server.run( 'deploy-full.sh', [ '--install-deps', ...options ], { REAL_CURL: execFileSync( 'which', [ 'curl' ], { encoding: 'utf8' } ).trim() } );

	for ( const [ id, codename ] of [ [ 'ubuntu', 'jammy' ], [ 'ubuntu', 'noble' ], [ 'debian', 'bookworm' ] ] ) {
		test( `brings Docker from its own repository on ${ id }`, async () => {
			const server = withDownloads( aServer( { without: [ 'docker', 'age', 'cosign' ], os: `ID=${ id }\nVERSION_CODENAME=${ codename }\n` } ), fingerprint );
			const done = await run( server );
			assert.equal( done.status, 0, done.all );
			const sources = readFileSync( join( server.root, 'etc/apt/sources.list.d/docker.sources' ), 'utf8' );
			assert.match( sources, new RegExp( `URIs: https://download\\.docker\\.com/linux/${ id }\nSuites: ${ codename }\n` ) );
			assert.match( sources, /Signed-By: .*\/etc\/apt\/keyrings\/docker\.asc/ );
			assert.equal( readFileSync( join( server.root, 'etc/apt/keyrings/docker.asc' ), 'utf8' ), 'a key\n' );
			const lines = server.lines();
			assert.ok( lines.some( ( line ) => /^apt-get install --yes --no-install-recommends --option DPkg::Lock::Timeout=\d+ age$/.test( line ) ) );
			assert.ok( lines.some( ( line ) => /^apt-get install .*docker-ce .*docker-compose-plugin/.test( line ) ) );
			assert.ok( lines.includes( 'systemctl enable --now docker' ) );
		} );
	}
	test( 'refuses a key that is not Docker\'s, or not alone', async () => {
		for ( const keys of [ [ 'A'.repeat( 40 ) ], [], [ fingerprint, 'B'.repeat( 40 ) ] ] ) {
			const server = withDownloads( aServer( { without: [ 'docker' ] } ), ...keys );
			const done = await run( server );
			assert.equal( done.status, 1 );
			assert.match( done.err, new RegExp( `is not Docker's: expected the fingerprint ${ fingerprint }` ) );
			assert.equal( existsSync( join( server.root, 'etc/apt/keyrings/docker.asc' ) ), false );
			assert.deepEqual( server.lines().filter( ( line ) => line.includes( 'docker-ce' ) ), [] );
		}
	} );
	test( 'reads the fingerprint of a real key', async ( t ) => {
		// With the real gpg: a key that was made here is not Docker's, and is found out by its own fingerprint.
		const home = scratchFolder();
		try {
			execFileSync( 'gpg', [ '--homedir', home, '--batch', '--quiet', '--passphrase', '', '--quick-generate-key', 'Somebody Else <else@example.com>', 'ed25519', 'sign' ], { stdio: 'pipe' } );
		} catch ( error ) {
			return t.skip( `no gpg here: ${ error.message }` );
		}
		const own = /^fpr:+([0-9A-F]{40}):/m.exec( execFileSync( 'gpg', [ '--homedir', home, '--list-keys', '--with-colons' ], { encoding: 'utf8', stdio: [ 'ignore', 'pipe', 'ignore' ] } ) )[ 1 ];
		execFileSync( 'gpg', [ '--homedir', home, '--armor', '--output', join( home, 'key.asc' ), '--export', own ], { stdio: 'pipe' } );
		execFileSync( 'gpgconf', [ '--homedir', home, '--kill', 'all' ], { stdio: 'pipe' } );
		const server = aServer( { without: [ 'docker' ] } );
		server.answer( 'curl', download.replace( 'echo "a key" >"$2"', `cp "${ home }/key.asc" "$2"` ) );
		const done = await run( server );
		assert.equal( done.status, 1 );
		assert.match( done.err, new RegExp( `found '${ own }'` ) );
	} );
	test( 'adds the Compose plugin to a Docker that lacks it', async () => {
		const server = aServer( { without: [ 'cosign' ] } );
		server.answer( 'docker', 'case "$*" in "compose version"*) [ -f "$state/plugin" ] || exit 1 ;; *) return 1 ;; esac' );
		server.answer( 'apt-get', 'case "$*" in *docker-compose-plugin*) echo "Unable to locate package" >&2; exit 100 ;; *docker-compose-v2*) touch "$state/plugin" ;; esac' );
		await succeeds( server, '--install-deps' );
		assert.deepEqual( server.lines().filter( ( line ) => /^apt-get install.*docker-ce/.test( line ) ), [] );
	} );
	test( 'keeps a Docker that is there', async () => {
		const server = aServer( { without: [] } );
		const done = await succeeds( server, '--install-deps' );
		assert.match( done.out, /Docker and Compose are here already/ );
		assert.deepEqual( server.lines().filter( ( line ) => /^apt-get install.*docker/.test( line ) ), [] );
		assert.equal( existsSync( join( server.root, 'etc/apt/sources.list.d/docker.sources' ) ), false );
	} );
} );

describe( 'the signature', () => {
	const verified = ( server ) => server.lines().filter( ( line ) => line.startsWith( 'cosign' ) );
	test( 'is checked with LiteLLM\'s keys at fixed commits, before the image is fetched', async () => {
		const server = aServer( { without: [] } );
		const run = await succeeds( server );
		assert.match( run.out, /good: signed with https:\/\/raw\.githubusercontent\.com\/BerriAI\/litellm\/[0-9a-f]{40}\/cosign\.pub/ );
		assert.equal( verified( server ).length, 1 );
		assert.match( verified( server )[ 0 ], new RegExp( `^cosign verify --key https://raw\\.githubusercontent\\.com/BerriAI/litellm/[0-9a-f]{40}/cosign\\.pub ${ defaultImage }$` ) );
		const lines = server.lines();
		assert.ok( lines.indexOf( verified( server )[ 0 ] ) < lines.findIndex( ( line ) => line.startsWith( 'docker compose pull' ) ) );
	} );
	test( 'the former key does for releases of its time, and for no later one', async () => {
		const server = aServer( { without: [] } );
		server.fail( 'cosign verify --key */e82a3c6*' );
		assert.match( ( await succeeds( server ) ).out, /good: signed with .*\/0112e53/ );
		const later = aServer( { without: [] } );
		later.fail( 'cosign verify --key */e82a3c6*' );
		const run = await later.run( 'deploy-full.sh', [ '--litellm-image', 'ghcr.io/berriai/litellm:v1.109.1' ] );
		assert.equal( run.status, 1 );
		assert.equal( verified( later ).length, 1 );
	} );
	test( 'that does not fit ends the run before anything is fetched', async () => {
		const server = aServer( { without: [] } );
		server.fail( 'cosign verify*' );
		const run = await server.run( 'deploy-full.sh' );
		assert.equal( run.status, 1 );
		assert.match( run.err, /signature of .* could not be verified[^]*The step "verify-signature" failed/ );
		assert.deepEqual( server.lines().filter( ( line ) => /^docker compose (pull|up)/.test( line ) ), [] );
	} );
	test( 'without cosign is one line', async () => {
		assert.match( ( await succeeds( aServer(), '--dry-run' ) ).out, /verify-signature\n +not checked: cosign is not installed here/ );
	} );
} );

test( 'every step of the table of contents is a file, and every file is in it', () => {
	const named = [ ...readFileSync( join( project, 'deploy/deploy-full.sh' ), 'utf8' ).matchAll( /run_step ([a-z-]+)/g ) ].map( ( one ) => one[ 1 ] );
	const files = readdirSync( join( project, 'deploy/steps' ) ).map( ( file ) => basename( file, '.sh' ) );
	assert.deepEqual( [ ...new Set( named ) ].sort(), files.sort() );
} );
