// A server in a scratch folder: the root, the tools on PATH, the calls of the stand-ins.
import { spawn, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = resolve( dirname( fileURLToPath( import.meta.url ) ), '../../../..' );
const standIn = join( project, 'tests/deploy/stand-ins/stand-in' );
const replaced = [ 'docker', 'apt-get', 'apt-cache', 'systemctl', 'ss', 'ufw', 'cosign', 'sshd', 'age' ];
const scratch = [];
export const cleanUp = () => scratch.splice( 0 ).forEach( ( folder ) => rmSync( folder, { recursive: true, force: true } ) );
export function scratchFolder() {
	const folder = mkdtempSync( join( tmpdir(), 'litellm-kit-' ) );
	scratch.push( folder );
	return folder;
}

// The tools of this machine, without those that a stand-in replaces: a folder of links, made once.
let tools;
function toolFolder() {
	if ( ! tools ) {
		tools = scratchFolder();
		const names = new Map();
		for ( const folder of [ '/bin', '/sbin', '/usr/bin', '/usr/sbin' ] ) {
			for ( const name of existsSync( folder ) ? readdirSync( folder ) : [] ) names.set( name, join( folder, name ) );
		}
		for ( const name of replaced ) names.delete( name );
		// Debian's and Ubuntu's own awk, whatever this machine prefers.
		names.set( 'awk', '/usr/bin/mawk' );
		for ( const [ name, path ] of names ) symlinkSync( path, join( tools, name ) );
	}
	return tools;
}

// The kit as an operator has it: these files and nothing else of the project.
let kit;
export function kitFolder() {
	if ( ! kit ) {
		kit = scratchFolder();
		copyKit( kit );
	}
	return kit;
}
// The same with a stand-in for verify.sh, for tests that are about what comes before it: half the time.
let quick;
export function quickKit() {
	if ( ! quick ) {
		quick = copyKit( scratchFolder() );
		withoutVerification( quick );
	}
	return quick;
}
export function withoutVerification( folder ) {
	rmSync( join( folder, 'deploy/verify.sh' ) );
	symlinkSync( standIn, join( folder, 'deploy/verify.sh' ) );
	return folder;
}
export function copyKit( folder ) {
	for ( const name of [ 'docker-compose.core.yml', 'docker-compose.observability.yml', 'docker-compose.scale.yml', 'deploy', 'nginx' ] ) {
		if ( existsSync( join( project, name ) ) ) cpSync( join( project, name ), join( folder, name ), { recursive: true } );
	}
	return folder;
}

export class Server {
	// without: stand-ins that are not installed. env: .env before the first run. os: lines of /etc/os-release.
	constructor( { without = [ 'cosign' ], env, os = 'ID=debian\nVERSION_CODENAME=bookworm\n', memoryKb = 8_000_000, from = kitFolder() } = {} ) {
		this.root = scratchFolder();
		this.dir = join( this.root, 'opt/litellm-server' );
		this.bin = join( this.root, 'stand-ins/bin' );
		this.log = join( this.root, 'stand-ins' );
		this.from = from;
		mkdirSync( this.bin, { recursive: true } );
		mkdirSync( join( this.log, 'state' ) );
		for ( const name of replaced ) if ( ! without.includes( name ) ) symlinkSync( standIn, join( this.bin, name ) );
		this.write( 'etc/os-release', os );
		this.write( 'proc/meminfo', `MemTotal: ${ memoryKb } kB\n` );
		mkdirSync( join( this.root, 'run/systemd/system' ), { recursive: true } );
		this.write( 'etc/ssl/certs/ca-certificates.crt', '' );
		if ( env !== undefined ) this.writeEnv( env );
	}
	write( path, text, mode = 0o644 ) {
		const file = join( this.root, path );
		mkdirSync( dirname( file ), { recursive: true } );
		writeFileSync( file, text, { mode } );
		chmodSync( file, mode );
	}
	writeEnv( text ) {
		this.write( 'opt/litellm-server/.env', text, 0o600 );
	}
	read( path ) {
		return readFileSync( join( this.dir, path ), 'utf8' );
	}
	has( path ) {
		return existsSync( join( this.dir, path ) );
	}
	mode( path ) {
		return ( statSync( join( this.dir, path ) ).mode & 0o7777 ).toString( 8 );
	}
	env() {
		return Object.fromEntries( this.read( '.env' ).split( '\n' ).filter( ( line ) => /^[A-Z_0-9]+=/.test( line ) ).map( ( line ) => [ line.slice( 0, line.indexOf( '=' ) ), line.slice( line.indexOf( '=' ) + 1 ) ] ) );
	}
	setEnv( name, value ) {
		this.writeEnv( this.read( '.env' ).replace( new RegExp( `^${ name }=.*$`, 'm' ), () => `${ name }=${ value }` ) );
	}
	// fail( 'docker compose pull*' ): every call that fits fails from now on; fail() ends that.
	fail( pattern, status = 1 ) {
		if ( pattern ) writeFileSync( join( this.log, 'fail' ), `${ pattern }\t${ status }\n` );
		else rmSync( join( this.log, 'fail' ), { force: true } );
	}
	answer( name, text ) {
		mkdirSync( join( this.log, 'answers' ), { recursive: true } );
		writeFileSync( join( this.log, 'answers', name ), text );
		if ( ! existsSync( join( this.bin, name ) ) ) symlinkSync( standIn, join( this.bin, name ) );
	}
	// Calls of these real tools are written down as well; recorded() is all of that as one text.
	record( ...names ) {
		for ( const name of names ) symlinkSync( join( project, 'tests/deploy/stand-ins/recorder' ), join( this.bin, name ) );
	}
	recorded() {
		return existsSync( join( this.log, 'recorded' ) ) ? readFileSync( join( this.log, 'recorded' ), 'utf8' ) : '';
	}
	state( name, text ) {
		writeFileSync( join( this.log, 'state', name ), text );
	}
	run( script, options = [], env = {} ) {
		const child = spawn( join( this.from, 'deploy', script ), options, {
			stdio: [ 'ignore', 'pipe', 'pipe' ],
			env: { PATH: `${ this.bin }:${ toolFolder() }`, HOME: this.root, LANG: 'C.UTF-8', TMPDIR: this.root, LITELLM_KIT_ROOT: this.root, STAND_INS: this.log, RECORDED_TOOLS: toolFolder(), LITELLM_READY_SECONDS: '180', LITELLM_SPEND_SECONDS: '180', LITELLM_KEY_CACHE_SECONDS: '90', ...env },
		} );
		let out = '', err = '';
		child.stdout.on( 'data', ( part ) => ( out += part ) );
		child.stderr.on( 'data', ( part ) => ( err += part ) );
		return new Promise( ( done, failed ) => {
			child.on( 'error', failed );
			child.on( 'close', ( status, signal ) => done( { status, signal, out, err, all: out + err } ) );
		} );
	}
	calls() {
		const folder = join( this.log, 'calls' );
		if ( ! existsSync( folder ) ) return [];
		return readdirSync( folder ).sort().map( ( number ) => {
			const file = ( name ) => ( existsSync( join( folder, number, name ) ) ? readFileSync( join( folder, number, name ), 'utf8' ) : '' );
			const args = file( 'args' ).split( '\0' ).slice( 0, -1 );
			return { name: file( 'name' ), args, line: [ file( 'name' ), ...args ].join( ' ' ), environment: file( 'environment' ).split( '\0' ), stdin: file( 'stdin' ) };
		} );
	}
	lines() {
		return this.calls().map( ( call ) => call.line );
	}
	forgetCalls() {
		rmSync( join( this.log, 'calls' ), { recursive: true, force: true } );
	}
	// Everything below the root but the stand-ins: path → kind, mode, owner, content.
	tree() {
		const found = {};
		const walk = ( folder ) => {
			for ( const name of readdirSync( folder ).sort() ) {
				const path = join( folder, name );
				if ( path === this.log ) continue;
				const stat = lstatSync( path );
				const about = `${ ( stat.mode & 0o7777 ).toString( 8 ) } ${ stat.uid }:${ stat.gid }`;
				if ( stat.isDirectory() ) {
					found[ path ] = about;
					walk( path );
				} else if ( name === '.lock' ) {
					// Who held it last stands in it.
					found[ path ] = about;
				} else {
					found[ path ] = `${ about } ${ stat.isSymbolicLink() ? readlinkSync( path ) : readFileSync( path, 'base64' ) }`;
				}
			}
		};
		walk( this.root );
		return found;
	}
}

// Calls that only look.
export const looks = ( line ) => /^(docker (compose (version|ps|port|config --(services|images))|(--)?version|info|ps|inspect|image inspect)|ss |df |sshd -T|systemctl (is-|show )|apt-cache |verify\.sh )/.test( line );
