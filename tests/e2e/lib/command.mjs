// Running the project's own scripts, and the examples that the app hands out.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = path.resolve( path.dirname( fileURLToPath( import.meta.url ) ), '../../..' );

/** Runs a command and gives its output; fails with all it wrote when its status is not 0, unless `tolerant`. */
export function run( command, args = [], { input = '', env = {}, limit = 900_000, tolerant = false } = {} ) {
	return new Promise( ( resolve, reject ) => {
		const child = spawn( command, args, { cwd: project, env: { ...process.env, ...env } } );
		const timer = setTimeout( () => child.kill( 'SIGKILL' ), limit );
		let stdout = '';
		let stderr = '';
		child.stdout.on( 'data', ( data ) => ( stdout += data ) );
		child.stderr.on( 'data', ( data ) => ( stderr += data ) );
		child.on( 'error', reject );
		child.on( 'close', ( status ) => {
			clearTimeout( timer );
			if ( status !== 0 && ! tolerant ) {
				reject( new Error( `${ command } ${ args.join( ' ' ) } ended with ${ status }:\n${ stdout }${ stderr }` ) );
			} else {
				resolve( { status, stdout, stderr } );
			}
		} );
		child.stdin.on( 'error', () => {} );
		child.stdin.end( input );
	} );
}

export async function freePorts( count ) {
	const { stdout } = await run( path.join( project, 'dev/free-port' ), [ String( count ) ] );
	return stdout.trim().split( '\n' ).map( Number );
}
