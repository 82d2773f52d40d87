// A LiteLLM of each supported version: those the environment names, or our own.

import path from 'node:path';

import { freePorts, output, project, run } from './command.mjs';

export const OLD = '1.80.11';
export const NEW = '1.106.2';

export class Gateways {
	/** `publicUrls`: by version, the address that LiteLLM is told to be known by (only those that are started here). */
	async start( scratch, publicUrls = {} ) {
		this.state = scratch.file( 'litellm' );
		const environment = { [ OLD ]: 'OLD', [ NEW ]: 'NEW' };
		const begun = await Promise.allSettled( [ OLD, NEW ].map( async ( version ) => {
			const url = process.env[ `LITELLM_${ environment[ version ] }_URL` ];
			const key = process.env[ `LITELLM_${ environment[ version ] }_MASTER_KEY` ];
			if ( url && key ) {
				return [ version, { version, url, key } ];
			}
			return [ version, await this.own( version, publicUrls[ version ] ) ];
		} ) );
		const failed = begun.find( ( { status } ) => status === 'rejected' );
		if ( failed ) {
			throw failed.reason;
		}
		return Object.fromEntries( begun.map( ( { value } ) => value ) );
	}

	async own( version, publicUrl ) {
		const [ port, databasePort ] = await freePorts( 2 );
		const state = path.join( this.state, version );
		( this.started ??= [] ).push( [ version, state ] );
		const env = publicUrl ? { PROXY_BASE_URL: publicUrl } : {};
		const said = await output( path.join( project, 'dev/litellm/up' ), [ '--version', version, '--state', state, '--port', String( port ), '--db-port', String( databasePort ), '--db', 'pglite', '--no-redis' ], { env } );
		return { version, url: /^LITELLM_URL=(.*)$/m.exec( said )[ 1 ], key: /^LITELLM_MASTER_KEY=(.*)$/m.exec( said )[ 1 ] };
	}

	async stop() {
		for ( const [ version, state ] of this.started ?? [] ) {
			await run( path.join( project, 'dev/litellm/down' ), [ '--all', '--version', version, '--state', state, '--db', 'pglite' ] );
		}
	}
}
