// LiteLLM itself, asked directly with the master key: what the app shows is compared with this.

import crypto from 'node:crypto';
import net from 'node:net';

import { freePorts } from './command.mjs';
import { LIMIT_MS } from './until.mjs';

const DAY_MS = 86_400_000;

export class LiteLLM {
	constructor( { url, masterKey, serviceKey, version } ) {
		Object.assign( this, { url, masterKey, serviceKey, version } );
		this.made = [];
	}

	static fromEnvironment() {
		const { LITELLM_URL: url, LITELLM_MASTER_KEY: masterKey, LITELLM_SERVICE_KEY: serviceKey, LITELLM_VERSION_UNDER_TEST: version } = process.env;
		if ( ! url || ! masterKey || ! serviceKey ) {
			throw new Error( 'LITELLM_URL, LITELLM_MASTER_KEY and LITELLM_SERVICE_KEY are needed; tests/e2e/run sets them' );
		}
		return new LiteLLM( { url, masterKey, serviceKey, version: version || 'unknown' } );
	}

	async ask( path, body ) {
		const response = await fetch( this.url + path, {
			method: body ? 'POST' : 'GET',
			headers: { authorization: `Bearer ${ this.masterKey }`, 'content-type': 'application/json' },
			body: body && JSON.stringify( body ),
			signal: AbortSignal.timeout( LIMIT_MS ),
		} );
		const text = await response.text();
		if ( ! response.ok ) {
			throw new Error( `LiteLLM: ${ path }: ${ response.status } ${ text.slice( 0, 300 ) }` );
		}
		return JSON.parse( text );
	}

	/** A real call; gives status and text. */
	async call( key, model = 'gpt-4o-mini' ) {
		const response = await fetch( `${ this.url }/v1/chat/completions`, {
			method: 'POST',
			headers: { authorization: `Bearer ${ key }`, 'content-type': 'application/json' },
			body: JSON.stringify( { model, messages: [ { role: 'user', content: 'Say hello.' } ] } ),
			signal: AbortSignal.timeout( LIMIT_MS ),
		} );
		return { status: response.status, text: await response.text() };
	}

	/** Makes a key that `cleanUp` removes. */
	async makeKey( fields ) {
		const key = await this.ask( '/key/generate', fields );
		this.made.push( key.token ?? key.token_id );
		return key;
	}

	async keyByAlias( alias ) {
		const { keys } = await this.ask( `/key/list?return_full_object=true&size=1&key_alias=${ encodeURIComponent( alias ) }` );
		return keys[ 0 ] ?? null;
	}

	/** All of them, also where other test files have made more than one answer holds. */
	async allKeys() {
		const all = [];
		for ( let number = 1, pages = 1; number <= pages; number++ ) {
			const { keys, total_pages: count } = await this.ask( `/key/list?return_full_object=true&size=100&page=${ number }` );
			pages = count;
			all.push( ...keys );
		}
		return all;
	}

	async cleanUp() {
		const keys = this.made.splice( 0 );
		if ( keys.length > 0 ) {
			await this.ask( '/key/delete', { keys } ).catch( () => {} );
		}
	}

	/** The sums of one UTC day, as LiteLLM adds them up itself. */
	async day( date ) {
		const { metadata } = await this.ask( `/user/daily/activity/aggregated?start_date=${ date }&end_date=${ date }` );
		return {
			requests: metadata.total_api_requests,
			tokens: metadata.total_tokens,
			cost: metadata.total_spend,
			failed: metadata.total_failed_requests,
		};
	}

	/** The sums of `count` days that end `back` days before today, asked for day by day. Finished days are asked for once. */
	async days( count, back = 0, now = Date.now() ) {
		this.finished ??= new Map();
		const sum = { requests: 0, tokens: 0, cost: 0, failed: 0 };
		for ( let index = back; index < back + count; index++ ) {
			const date = new Date( now - index * DAY_MS ).toISOString().slice( 0, 10 );
			const day = this.finished.get( date ) ?? ( await this.day( date ) );
			if ( index > 1 ) {
				this.finished.set( date, day );
			}
			for ( const name of Object.keys( sum ) ) {
				sum[ name ] += day[ name ];
			}
		}
		return sum;
	}

	get serviceKeyHash() {
		return crypto.createHash( 'sha256' ).update( this.serviceKey ).digest( 'hex' );
	}
}

/** A TCP proxy in front of the gateway, so that the gateway can go away and come back within a moment. */
export class Line {
	constructor( target ) {
		this.target = new URL( target );
		this.sockets = new Set();
		this.port = 0;
		/** What is asked from now on gets through, and no answer comes back. */
		this.isMute = false;
	}

	async open() {
		// Not one that the system could give to somebody else while the line is cut.
		this.port ||= ( await freePorts( 1 ) )[ 0 ];
		this.server = net.createServer( ( socket ) => {
			const upstream = net.connect( Number( this.target.port ), this.target.hostname );
			for ( const [ end, other ] of [ [ socket, upstream ], [ upstream, socket ] ] ) {
				this.sockets.add( end );
				end.on( 'error', () => other.destroy() );
				end.on( 'close', () => {
					this.sockets.delete( end );
					other.destroy();
				} );
			}
			socket.pipe( upstream );
			if ( ! this.isMute ) {
				upstream.pipe( socket );
			}
		} );
		await new Promise( ( resolve, reject ) => this.server.once( 'error', reject ).listen( this.port, '127.0.0.1', resolve ) );
		this.url = `http://127.0.0.1:${ this.port }`;
		return this;
	}

	async cut() {
		const closed = new Promise( ( resolve ) => this.server.close( resolve ) );
		for ( const socket of this.sockets ) {
			socket.destroy();
		}
		await closed;
	}
}
