// Runs programs, finds ports, waits for conditions.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const project = path.resolve( path.dirname( fileURLToPath( import.meta.url ) ), '../../../..' );

/** The output and the status of a program, once it has ended. With `env` its environment has these names too. */
export function run( command, args = [], { env = {}, cwd = project, limit = 720_000 } = {} ) {
	return new Promise( ( resolve, reject ) => {
		const child = spawn( command, args, { cwd, env: { ...process.env, ...env }, stdio: [ 'ignore', 'pipe', 'pipe' ] } );
		const timer = setTimeout( () => child.kill( 'SIGKILL' ), limit );
		let stdout = '', stderr = '';
		child.stdout.on( 'data', ( data ) => ( stdout += data ) );
		child.stderr.on( 'data', ( data ) => ( stderr += data ) );
		child.on( 'error', reject );
		child.on( 'close', ( status ) => {
			clearTimeout( timer );
			resolve( { status, stdout, stderr } );
		} );
	} );
}

/** The output of a program that has to succeed. */
export async function output( command, args, options ) {
	const { status, stdout, stderr } = await run( command, args, options );
	if ( status !== 0 ) {
		throw new Error( `${ command } ${ args.join( ' ' ) } ended with ${ status }:\n${ stdout }${ stderr }` );
	}
	return stdout;
}

export async function freePorts( count ) {
	return ( await output( path.join( project, 'dev/free-port' ), [ String( count ) ] ) ).trim().split( '\n' ).map( Number );
}

/** Waits until `condition` gives something true, which it returns. */
export async function until( what, condition, limit = 300_000 ) {
	const end = Date.now() + limit;
	for ( ;; ) {
		const result = await Promise.resolve().then( condition ).catch( () => false );
		if ( result ) {
			return result;
		}
		if ( Date.now() > end ) {
			throw new Error( `waited ${ limit } ms in vain for ${ what }` );
		}
		await sleep( 50 );
	}
}
