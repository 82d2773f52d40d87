// A gateway of a few lines that answers as LiteLLM does, for tests of what the scripts do around it.
// What LiteLLM itself answers is tested with a real one, in real.test.mjs.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const hash = ( key ) => createHash( 'sha256' ).update( key ).digest( 'hex' );

export async function startGateway() {
	const keys = new Map(); // hash → { models, allowed_routes }
	const users = new Map();
	const asked = []; // { method, path, key, body }
	const gateway = { keys, users, asked, masterKey: () => '', fail: null };
	let calls = [];

	const answer = ( method, path, url, body, key ) => {
		const master = key !== '' && key === gateway.masterKey();
		const row = keys.get( hash( key ) );
		if ( path === '/health/liveliness' ) return [ 200, "I'm alive!" ];
		// Prometheus, Alertmanager and Grafana stand here, too: the stand-in for Docker publishes all on one port.
		if ( path === '/-/healthy' || path === '/api/health' ) return [ 200, 'OK' ];
		if ( path === '/api/v1/query' ) return [ 200, { data: { result: [ { value: [ 0, [ ...keys.values() ].some( ( one ) => one.allowed_routes?.includes( '/metrics' ) ) ? '1' : '0' ] } ] } } ];
		if ( path === '/health/readiness' ) return [ 200, { status: 'healthy', db: 'connected' } ];
		if ( ! master && ! row ) return [ 401, { error: { message: 'Authentication Error', type: 'auth_error', param: 'None', code: '401' } } ];
		if ( ! master && row.allowed_routes?.length && ! row.allowed_routes.some( ( route ) => path === route || path.startsWith( `${ route }/` ) ) ) {
			return [ 403, { detail: 'Virtual key is not allowed to call this route.' } ];
		}
		switch ( path ) {
			case '/health/readiness/details':
				return [ 200, { status: 'healthy', db: 'connected', cache: 'redis', litellm_version: '1.106.2' } ];
			case '/metrics/':
				return [ 200, '' ];
			case '/v1/models':
				return [ 200, { data: [ { id: 'gateway-selftest' }, { id: 'gpt-5-mini' } ] } ];
			case '/key/list':
				return [ 200, { keys: [ ...keys.keys() ] } ];
			case '/user/list':
				return [ 200, { users: [ ...users.values() ].filter( ( user ) => user.user_id === url.searchParams.get( 'user_ids' ) ) } ];
			case '/user/new':
				users.set( body.user_id, body );
				return [ 200, body ];
			case '/key/info': {
				const found = keys.get( url.searchParams.get( 'key' ) );
				return found ? [ 200, { info: found } ] : [ 404, { error: { message: 'Key not found in database' } } ];
			}
			case '/key/generate': {
				const made = `sk-${ randomBytes( 16 ).toString( 'hex' ) }`;
				keys.set( hash( made ), { allowed_routes: [], ...body } );
				return [ 200, { key: made } ];
			}
			case '/key/update':
				if ( ! keys.has( body.key ) ) return [ 404, { error: { message: 'Key not found' } } ];
				Object.assign( keys.get( body.key ), body );
				return [ 200, {} ];
			case '/key/block':
			case '/key/delete': {
				const gone = [].concat( body.keys ?? body.key );
				if ( ! gone.every( ( one ) => keys.delete( one ) ) ) return [ 404, { error: { message: 'Key not found' } } ];
				return [ 200, {} ];
			}
			case '/v1/chat/completions':
				if ( ! master && row.models?.length && ! row.models.includes( body.model ) ) return [ 403, { error: { message: 'key not allowed to access model' } } ];
				calls.push( { key: hash( key ), model_group: body.model, model: body.model } );
				if ( body.stream ) return [ 200, 'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n' ];
				return [ 200, { choices: [ { message: { content: 'Yes.' } } ] } ];
			case '/spend/logs/v2':
				return [ 200, { data: calls.filter( ( call ) => call.key === url.searchParams.get( 'api_key' ) ) } ];
		}
		return [ 404, { detail: 'Not Found' } ];
	};

	const server = createServer( ( request, response ) => {
		let text = '';
		request.on( 'data', ( part ) => ( text += part ) ).on( 'end', () => {
			const url = new URL( request.url, 'http://gateway' );
			const key = ( request.headers.authorization ?? '' ).replace( /^Bearer /, '' );
			asked.push( { method: request.method, path: url.pathname, key, body: text } );
			const [ status, body ] = gateway.fail?.( request.method, url.pathname, text ) || answer( request.method, url.pathname, url, text ? JSON.parse( text ) : null, key );
			response.writeHead( status, { 'content-type': 'application/json' } );
			response.end( typeof body === 'string' ? body : JSON.stringify( body ) );
		} );
	} );
	await new Promise( ( done ) => server.listen( 0, '127.0.0.1', done ) );
	gateway.port = server.address().port;
	gateway.reset = () => {
		keys.clear();
		users.clear();
		asked.length = 0;
		calls = [];
		gateway.fail = null;
	};
	gateway.stop = () => new Promise( ( done ) => {
		server.close( done );
		server.closeAllConnections();
	} );
	return gateway;
}
