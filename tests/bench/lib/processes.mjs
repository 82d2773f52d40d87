// What processes use of the processors, and how that is limited, from /proc and control groups.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';

const ticks = Number( execFileSync( 'getconf', [ 'CLK_TCK' ], { encoding: 'utf8' } ) );

// The fields behind the name of the command, which may hold blanks and brackets: [0] is the state, the third field.
async function stat( pid ) {
	const text = await readFile( `/proc/${ pid }/stat`, 'utf8' );
	return text.slice( text.lastIndexOf( ')' ) + 2 ).split( ' ' );
}

// This process and all below it.
export async function descendants( top ) {
	const children = new Map();
	for ( const name of await readdir( '/proc' ) ) {
		if ( /^\d+$/.test( name ) ) {
			const parent = await stat( name ).then( ( fields ) => Number( fields[ 1 ] ), () => 0 );
			children.set( parent, [ ...( children.get( parent ) ?? [] ), Number( name ) ] );
		}
	}
	const found = [ top ];
	for ( const pid of found ) {
		found.push( ...( children.get( pid ) ?? [] ) );
	}
	return found;
}

// Of a process, those below it, and those below it that have ended and been noticed.
export async function cpuSeconds( top ) {
	let sum = 0;
	for ( const pid of await descendants( top ) ) {
		const fields = await stat( pid ).catch( () => null );
		sum += fields ? fields.slice( 11, 15 ).reduce( ( all, one ) => all + Number( one ), 0 ) : 0;
	}
	return sum / ticks;
}

// Of the whole machine: everything but idle and waiting for a disk.
export async function machineSeconds() {
	const [ user, nice, system, , , irq, softirq ] = ( await readFile( '/proc/stat', 'utf8' ) ).split( '\n' )[ 0 ].split( /\s+/ ).slice( 1 ).map( Number );
	return ( user + nice + system + irq + softirq ) / ticks;
}

// Gives these processes together this share of one core. Returns what takes the limit away again.
export async function limitCpu( name, pids, share ) {
	const period = 50_000;
	const old = existsSync( '/sys/fs/cgroup/cpu/cpu.shares' ) || existsSync( '/sys/fs/cgroup/cpu/cgroup.procs' );
	const parent = old ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup';
	const group = `${ parent }/${ name }`;
	await mkdir( group );
	if ( old ) {
		await writeFile( `${ group }/cpu.cfs_period_us`, String( period ) );
		await writeFile( `${ group }/cpu.cfs_quota_us`, String( Math.round( period * share ) ) );
	} else {
		await writeFile( `${ group }/cpu.max`, `${ Math.round( period * share ) } ${ period }` );
	}
	const move = async ( to, those ) => {
		for ( const pid of those ) {
			await writeFile( `${ to }/cgroup.procs`, String( pid ) ).catch( ( error ) => {
				if ( error.code !== 'ESRCH' ) {
					throw error;
				}
			} );
		}
	};
	await move( group, pids );
	return async () => {
		const left = ( await readFile( `${ group }/cgroup.procs`, 'utf8' ) ).split( '\n' ).filter( Boolean );
		await move( parent, left );
		await rmdir( group );
	};
}
