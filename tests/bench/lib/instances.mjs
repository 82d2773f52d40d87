// The measurement behind tests/bench/instances, which has started the first instance with its database and Redis:
// starts the second one and nginx, sends the load, prints tables and writes them as JSON.

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { round, median, oneLine, table } from './numbers.mjs';
import { cpuSeconds, descendants, limitCpu, machineSeconds } from './processes.mjs';

const target = process.argv[ 2 ];
const { BENCH_VERSION: version, BENCH_WORK: work, BENCH_RUN: run } = process.env;
const [ firstPort, secondPort, onePort, twoPort, databasePort ] = process.env.BENCH_PORTS.split( ' ' ).map( Number );
const [ rounds, seconds, connections, share ] = [ 'ROUNDS', 'SECONDS', 'CONNECTIONS', 'CPUS' ].map( ( name ) => Number( process.env[ `BENCH_${ name }` ] ) );
const master = ( await readFile( `${ run }/env`, 'utf8' ) ).match( /^LITELLM_MASTER_KEY=(.*)$/m )[ 1 ];
const say = ( text ) => process.stderr.write( `instances: ${ text }\n` );
const url = ( port ) => `http://127.0.0.1:${ port }`;

async function waitFor( what, condition, limit = 180 ) {
	for ( const start = Date.now(); Date.now() - start < limit * 1000; await pause( 250 ) ) {
		if ( await condition().catch( () => false ) ) {
			return;
		}
	}
	throw new Error( `${ what }: not so after ${ limit } s` );
}

const answers = ( port ) => async () => ( await fetch( `${ url( port ) }/health/readiness`, { signal: AbortSignal.timeout( 3000 ) } ) ).ok;

async function api( port, path, body ) {
	const response = await fetch( url( port ) + path, {
		method: body ? 'POST' : 'GET',
		headers: { authorization: `Bearer ${ master }`, 'content-type': 'application/json' },
		body: body && JSON.stringify( body ),
	} );
	const text = await response.text();
	if ( ! response.ok ) {
		throw new Error( `${ path }: expected 200, found ${ response.status }: ${ text.slice( 0, 300 ) }` );
	}
	return JSON.parse( text );
}
const makeKey = async ( limits ) => ( await api( firstPort, '/key/generate', { models: [ 'gpt-4o' ], ...limits } ) ).key;

const question = JSON.stringify( { model: 'gpt-4o', messages: [ { role: 'user', content: 'How many instances answer here?' } ] } );
async function call( port, key ) {
	const response = await fetch( `${ url( port ) }/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${ key }`, 'content-type': 'application/json' }, body: question } );
	await response.arrayBuffer();
	return response.status;
}

/* The servers */

const firstPid = Number( await readFile( `${ run }/litellm.pid`, 'utf8' ) );
const words = async ( file ) => ( await readFile( file, 'utf8' ) ).split( '\0' ).slice( 0, -1 );

function start( name, command, options = {} ) {
	const log = openSync( `${ work }/${ name }.log`, 'a' );
	const child = spawn( command[ 0 ], command.slice( 1 ), { detached: true, stdio: [ 'ignore', log, log ], ...options } );
	closeSync( log );
	child.unref();
	return child.pid;
}

// The same command in the same environment, on another port: that is all that makes it a second instance.
async function startSecond() {
	const environment = Object.fromEntries( ( await words( `/proc/${ firstPid }/environ` ) ).map( ( entry ) => [ entry.slice( 0, entry.indexOf( '=' ) ), entry.slice( entry.indexOf( '=' ) + 1 ) ] ) );
	const command = await words( `/proc/${ firstPid }/cmdline` );
	command[ command.indexOf( '--port' ) + 1 ] = String( secondPort );
	const pid = start( 'second', command, { env: environment, cwd: run } );
	await waitFor( 'the second instance answers', answers( secondPort ) );
	return pid;
}

async function startNginx() {
	const server = ( port ) => `server 127.0.0.1:${ port } max_fails=1 fail_timeout=5s;`;
	const site = ( port, upstream ) => `server { listen 127.0.0.1:${ port }; location / { proxy_pass http://${ upstream }; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }`;
	await mkdir( `${ work }/nginx` );
	await writeFile( `${ work }/nginx.conf`, `
worker_processes 1;
daemon off;
pid ${ work }/nginx/pid;
error_log ${ work }/nginx/error.log;
events { worker_connections 1024; }
http {
	access_log off;
	${ [ 'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi' ].map( ( name ) => `${ name }_temp_path ${ work }/nginx/${ name };` ).join( ' ' ) }
	upstream one { least_conn; ${ server( firstPort ) } keepalive 64; }
	upstream two { least_conn; ${ server( firstPort ) } ${ server( secondPort ) } keepalive 64; }
	${ site( onePort, 'one' ) }
	${ site( twoPort, 'two' ) }
}
` );
	const pid = start( 'nginx', [ 'nginx', '-c', `${ work }/nginx.conf` ] );
	await waitFor( 'nginx answers', answers( twoPort ), 10 );
	return pid;
}

/* The load */

const script = `${ work }/load.lua`;
await writeFile( script, `
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")
wrk.body = ${ JSON.stringify( question ) }
done = function(summary, latency)
	local errors = summary.errors
	io.write(string.format('RESULT {"requests":%d,"micros":%d,"p50":%.3f,"p95":%.3f,"refused":%d,"broken":%d}\\n',
		summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
		errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
` );

// The key is in the environment, not among the arguments, which anybody can read.
async function load( port, key, time, wide = connections ) {
	const child = spawn( 'wrk', [ '--threads', '1', '--connections', String( wide ), '--duration', `${ time }s`, '--timeout', '20s', '--script', script, url( port ) + '/v1/chat/completions' ], { env: { ...process.env, BENCH_KEY: key }, stdio: [ 'ignore', 'pipe', 'inherit' ] } );
	let text = '';
	child.stdout.on( 'data', ( piece ) => ( text += piece ) );
	await new Promise( ( resolve ) => child.on( 'close', resolve ) );
	const result = text.match( /^RESULT (.*)$/m );
	if ( ! result ) {
		throw new Error( `wrk said nothing of its result: ${ text }` );
	}
	const { requests, micros, ...others } = JSON.parse( result[ 1 ] );
	// wrk counts answers; those refused are among them.
	return { requests, perSecond: ( requests - others.refused ) / ( micros / 1e6 ), ...others };
}

let secondPid = await startSecond();
const nginxPid = await startNginx();
const redisPid = Number( await readFile( `${ work }/litellm/redis.pid`, 'utf8' ) );
const postgresPid = await ( async () => {
	for ( const pid of ( await readdir( '/proc' ) ).filter( ( name ) => /^\d+$/.test( name ) ) ) {
		const command = ( await words( `/proc/${ pid }/cmdline` ).catch( () => [] ) );
		if ( /postgres$/.test( command[ 0 ] ?? '' ) && command.includes( String( databasePort ) ) ) {
			return Number( pid );
		}
	}
	throw new Error( `no PostgreSQL with port ${ databasePort } is running` );
} )();
const groups = () => ( { first: firstPid, second: secondPid, nginx: nginxPid, postgres: postgresPid, redis: redisPid } );

async function measured( port, key ) {
	const before = await Promise.all( Object.values( groups() ).map( cpuSeconds ) );
	const wholeBefore = await machineSeconds();
	const result = await load( port, key, seconds );
	const after = await Promise.all( Object.values( groups() ).map( cpuSeconds ) );
	const used = Object.fromEntries( Object.keys( groups() ).map( ( name, i ) => [ name, ( after[ i ] - before[ i ] ) / seconds ] ) );
	const whole = ( await machineSeconds() - wholeBefore ) / seconds;
	// The generator, the system, and whoever else works here.
	used.others = Math.max( 0, whole - Object.values( used ).reduce( ( sum, one ) => sum + one, 0 ) );
	return { ...result, cpu: used };
}

async function compare( title, key ) {
	const runs = { one: [], two: [] };
	for ( let i = 0; i < rounds; i++ ) {
		for ( const name of i % 2 ? [ 'two', 'one' ] : [ 'one', 'two' ] ) {
			const result = await measured( name === 'one' ? onePort : twoPort, key );
			runs[ name ].push( result );
			say( `${ title }, round ${ i + 1 }, ${ name }: ${ oneLine( result ) }` );
		}
	}
	const middle = ( of ) => ( {
		perSecond: median( of.map( ( one ) => one.perSecond ) ),
		p50: median( of.map( ( one ) => one.p50 ) ),
		p95: median( of.map( ( one ) => one.p95 ) ),
		requests: of.reduce( ( sum, one ) => sum + one.requests, 0 ),
		failed: of.reduce( ( sum, one ) => sum + one.refused + one.broken, 0 ),
		cpu: Object.fromEntries( Object.keys( of[ 0 ].cpu ).map( ( name ) => [ name, median( of.map( ( one ) => one.cpu[ name ] ) ) ] ) ),
	} );
	return { title, one: middle( runs.one ), two: middle( runs.two ), runs };
}

/* What both have to know of each other */

// A key of 30 calls a minute, 90 calls, in turn to both: 30 pass where they count together, 60 where each counts alone.
async function sharedRate() {
	const limit = 30;
	const key = await makeKey( { rpm_limit: limit } );
	const passed = { [ firstPort ]: 0, [ secondPort ]: 0 };
	const codes = {};
	const begin = Date.now();
	for ( let i = 0; i < 3 * limit; i++ ) {
		const port = i % 2 ? secondPort : firstPort;
		const status = await call( port, key );
		codes[ status ] = ( codes[ status ] ?? 0 ) + 1;
		passed[ port ] += status === 200 ? 1 : 0;
	}
	return { limit, calls: 3 * limit, seconds: round( ( Date.now() - begin ) / 1000, 1 ), passed: [ firstPort, secondPort ].map( ( port ) => passed[ port ] ), codes };
}

// In turn to both until ten calls in a row are refused: as many pass as the budget pays for, where both count together.
// One refusal alone says little: near its end a budget was seen to refuse a call and to let later ones pass.
async function sharedBudget() {
	const budget = 0.002;
	const key = await makeKey( { max_budget: budget } );
	const ports = [ firstPort, secondPort ];
	const passed = [ 0, 0 ];
	const codes = {};
	const begin = Date.now();
	for ( let i = 0, refused = 0; refused < 10 && Date.now() - begin < 90_000; i++ ) {
		const status = await call( ports[ i % 2 ], key );
		codes[ status ] = ( codes[ status ] ?? 0 ) + 1;
		passed[ i % 2 ] += status === 200 ? 1 : 0;
		refused = status === 200 ? 0 : refused + 1;
		await pause( 300 );
	}
	return { budget, seconds: round( ( Date.now() - begin ) / 1000, 1 ), passed, codes };
}

// One instance goes while calls are under way. KILL is a lost machine; TERM is what an update or a drained node sends.
async function loss( signal, key ) {
	const underWay = load( twoPort, key, 12, 16 );
	await pause( 4000 );
	process.kill( signal === 'SIGKILL' ? -secondPid : secondPid, signal );
	const result = await underWay;
	await waitFor( 'the second instance has ended', async () => ! ( await answers( secondPort )().catch( () => false ) ), 60 );
	secondPid = await startSecond();
	return { signal, requests: result.requests, refused: result.refused, broken: result.broken };
}

/* The run */

const key = await makeKey( {} );
say( 'warming up' );
await load( onePort, key, 4 );
await load( twoPort, key, 6 );

const comparisons = [ await compare( 'no limit: all share the cores of this machine', key ) ];
const limits = [];
try {
	for ( const [ name, pid ] of [ [ 'first', firstPid ], [ 'second', secondPid ] ] ) {
		limits.push( await limitCpu( `${ process.env.BENCH_GROUP }-${ name }`, await descendants( pid ), share ) );
	}
	comparisons.push( await compare( `each instance limited to ${ share } of a core`, key ) );
} catch ( error ) {
	if ( ! [ 'EACCES', 'EROFS', 'ENOENT', 'EPERM' ].includes( error.code ) ) {
		throw error;
	}
	say( `no control groups to limit with (${ error.message }): that comparison is left out` );
} finally {
	for ( const release of limits ) {
		await release();
	}
}

say( 'a rate limit over both' );
const rate = await sharedRate();
say( 'a budget over both' );
const spent = await sharedBudget();
const losses = [];
for ( const signal of [ 'SIGTERM', 'SIGKILL' ] ) {
	say( `${ signal } to one of two under load` );
	losses.push( await loss( signal, key ) );
}

const report = {
	litellm: version, date: new Date().toISOString().slice( 0, 10 ), machine: `${ cpus().length } × ${ cpus()[ 0 ].model.trim() }`,
	rounds, seconds, connections, comparisons, rate, budget: spent, losses,
};
await writeFile( target, JSON.stringify( report, null, '\t' ) + '\n' );

if ( Math.max( ...comparisons.flatMap( ( { one, two } ) => [ one.cpu.others, two.cpu.others ] ) ) > 0.5 ) {
	say( 'others used more than half a core meanwhile: take the ratios with care, and the numbers not at all' );
}
console.log( `LiteLLM ${ version }, ${ report.date }, ${ report.machine }; ${ rounds } rounds of ${ seconds } s, ${ connections } connections, medians` );
for ( const { title, one, two } of comparisons ) {
	const line = ( what, of, places ) => [ what, round( of( one ), places ), round( of( two ), places ), of( one ) ? `${ round( of( two ) / of( one ), 2 ) } ×` : '' ];
	console.log( `\n${ title }\n${ table( [
		[ '', 'one instance', 'two', 'ratio' ],
		line( 'requests a second', ( of ) => of.perSecond, 1 ),
		line( 'p50, ms', ( of ) => of.p50, 0 ),
		line( 'p95, ms', ( of ) => of.p95, 0 ),
		line( 'requests', ( of ) => of.requests, 0 ),
		line( 'failed', ( of ) => of.failed, 0 ),
		...Object.keys( one.cpu ).map( ( name ) => line( `cores used: ${ name }`, ( of ) => of.cpu[ name ], 2 ) ),
	] ) }` );
}
console.log( `\n${ table( [
	[ 'over both instances', '' ],
	[ `a key of ${ rate.limit } calls a minute, ${ rate.calls } calls in ${ rate.seconds } s`, `${ rate.passed[ 0 ] } + ${ rate.passed[ 1 ] } passed` ],
	[ `a key with a budget of $${ spent.budget }, ${ Object.values( spent.codes ).reduce( ( sum, one ) => sum + one, 0 ) } calls in ${ spent.seconds } s`, `${ spent.passed[ 0 ] } + ${ spent.passed[ 1 ] } passed` ],
	...losses.map( ( one ) => [ `${ one.signal } to one of two under load`, `${ one.refused } answered with an error, ${ one.broken } broken off, of ${ one.requests }` ] ),
] ) }` );
process.exit( 0 );
