// A command that lacks something says so in its first second, all of it in one sentence, and compiles nothing before.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const project = path.resolve( path.dirname( fileURLToPath( import.meta.url ) ), '../..' );
const MISSING = [ 'shellcheck', 'chromium', 'php', 'pgrep', 'git', 'gzip', 'unzip' ];
let folder;

before( async () => {
	folder = await mkdtemp( path.join( os.tmpdir(), 'commands-' ) );
	// Everything of this machine but what is said to be missing; a compiler that tells when it is called.
	await mkdir( path.join( folder, 'bin' ) );
	const taken = new Set( MISSING );
	for ( const place of process.env.PATH.split( ':' ) ) {
		for ( const name of await readdir( place ).catch( () => [] ) ) {
			if ( ! taken.has( name ) ) {
				taken.add( name );
				await symlink( path.join( place, name ), path.join( folder, 'bin', name ) );
			}
		}
	}
	for ( const name of [ 'rustc', 'trunk', 'npm' ] ) {
		await rm( path.join( folder, 'bin', name ), { force: true } );
		await symlink( path.join( project, 'tests/repo/lib/tell-tale' ), path.join( folder, 'bin', name ) );
	}
} );
after( () => rm( folder, { recursive: true, force: true } ) );

function call( command, args = [] ) {
	return new Promise( ( resolve ) => {
		// As somebody who may not install packages.
		const env = { PATH: path.join( folder, 'bin' ), HOME: folder, DEV_APT: '0', TELL_TALE: path.join( folder, 'called' ), CHROMIUM: path.join( folder, 'no-chromium' ), PLUGIN_ZIP: '' };
		execFile( path.join( project, command ), args, { env, timeout: 30_000 }, ( error, stdout, stderr ) => resolve( { status: error ? error.code : 0, stderr } ) );
	} );
}

for ( const [ command, ...named ] of [
	[ 'dev/check', 'git', 'procps', 'php-cli', 'shellcheck', 'chromium' ],
	[ 'dev/build', 'git', 'procps' ],
	[ 'dev/zip', 'git', 'procps' ],
	[ 'dev/with-tools', 'git', 'procps' ],
	[ 'dev/kit', 'git', 'gzip' ],
	[ 'dev/screenshots', 'git', 'procps', 'php-cli', 'php-xml', 'unzip', 'chromium' ],
	[ 'tests/e2e/run', 'git', 'procps', 'php-cli', 'unzip', 'chromium' ],
	[ 'tests/bench/run', 'git', 'procps', 'php-cli', 'unzip', 'chromium' ],
	[ 'dev/setup', 'git', 'procps', 'php-cli', 'shellcheck', 'unzip' ],
] ) {
	test( `${ command } names all that is missing before it does anything`, async () => {
		const { status, stderr } = await call( command, command === 'dev/with-tools' ? [ 'true' ] : [] );
		assert.equal( status, 1, stderr );
		const sentences = stderr.trim().split( '\n' );
		assert.equal( sentences.length, 1, stderr );
		const packages = /apt-get install --no-install-recommends ([^)]*)\)/.exec( stderr )?.[ 1 ].split( ' ' ) ?? [];
		assert.deepEqual( named.filter( ( name ) => ! packages.includes( name ) ), [], stderr );
		assert.equal( new Set( packages ).size, packages.length, `each once: ${ stderr }` );
		assert.ok( ! existsSync( path.join( folder, 'called' ) ), 'nothing was compiled or installed' );
	} );
}
