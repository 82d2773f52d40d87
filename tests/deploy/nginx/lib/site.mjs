// A scratch folder with a certificate authority, site files, and the nginx that render.sh makes of them.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { freePorts, output, project, run, until } from './command.mjs';

export const RENDER = path.join( project, 'nginx/render.sh' );
export const NAME = 'litellm.example.test';
export const WORDPRESS = 'wp.example.test';

export class Scratch {
	async start() {
		this.folder = await mkdtemp( path.join( os.tmpdir(), 'litellm-nginx-' ) );
		// The workers of nginx run as another user when the test runs as root.
		await output( 'chmod', [ '755', this.folder ] );
		return this;
	}

	async stop() {
		await rm( this.folder, { recursive: true, force: true } );
	}

	file( name ) {
		return path.join( this.folder, name );
	}

	/** A certificate for `names`, by our own authority; `days` may be in the past. */
	async certificate( id, names = [ NAME, WORDPRESS, 'evil.example' ], { days = 30 } = {} ) {
		const certificate = this.file( `${ id }.crt` ), key = this.file( `${ id }.key` );
		const ca = this.file( 'ca' );
		await run( 'test', [ '-s', `${ ca }.crt` ] ).then( async ( { status } ) => {
			if ( status !== 0 ) {
				await output( 'openssl', [ 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj', '/CN=Test authority', '-keyout', `${ ca }.key`, '-out', `${ ca }.crt` ] );
			}
		} );
		this.authority = `${ ca }.crt`;
		await output( 'openssl', [ 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${ names[ 0 ] }`, '-keyout', key, '-out', this.file( `${ id }.csr` ) ] );
		await writeFile( this.file( `${ id }.ext` ), `subjectAltName=${ names.map( ( name ) => `DNS:${ name }` ).join( ',' ) }\n` );
		await output( 'openssl', [ 'x509', '-req', '-in', this.file( `${ id }.csr` ), '-CA', `${ ca }.crt`, '-CAkey', `${ ca }.key`, '-CAcreateserial', '-days', String( days ), '-extfile', this.file( `${ id }.ext` ), '-out', certificate ] );
		await output( 'chmod', [ '600', key ] );
		return { certificate, key };
	}

	/** A site file that is in order, but for `values`; null leaves a name out. */
	async site( values = {}, name = 'site.conf' ) {
		this.pair ??= await this.certificate( 'server' );
		const all = {
			SERVER_NAME: NAME,
			WORDPRESS_ORIGIN: `https://${ WORDPRESS }`,
			TLS_CERTIFICATE: this.pair.certificate,
			TLS_CERTIFICATE_KEY: this.pair.key,
			ADMIN_NETWORKS: '127.0.0.1/32',
			UPSTREAM: '127.0.0.1:24157',
			ACME_ROOT: this.file( 'acme' ),
			LOG_DIR: this.file( 'logs' ),
			CACHE_DIR: this.file( `cache-${ name }` ),
			IPV6: 'no',
			HTTP_PORT: '8080',
			HTTPS_PORT: '8443',
			...values,
		};
		const file = this.file( name );
		await writeFile( file, Object.entries( all ).filter( ( [ , value ] ) => value !== null ).map( ( [ key, value ] ) => `${ key }="${ value }"\n` ).join( '' ) );
		return file;
	}
}

/** nginx with one site, on ports of its own. */
export class Nginx {
	constructor( scratch, id ) {
		Object.assign( this, { scratch, id } );
	}

	/** `ports` are drawn where none are given; `change` may edit the rendered text, to see what would happen without a line. */
	async start( values = {}, { ports, change = ( text ) => text } = {} ) {
		[ this.http, this.https ] = ports ?? ( await freePorts( 2 ) );
		this.url = `https://${ NAME }:${ this.https }`;
		this.folder = this.scratch.file( this.id );
		this.logs = path.join( this.folder, 'logs' );
		await mkdir( this.logs, { recursive: true } );
		await mkdir( this.scratch.file( 'acme/.well-known/acme-challenge' ), { recursive: true } );
		const site = await this.scratch.site( { HTTP_PORT: this.http, HTTPS_PORT: this.https, LOG_DIR: this.logs, CACHE_DIR: path.join( this.folder, 'cache' ), ...values }, `${ this.id }.conf` );
		this.rendered = path.join( this.folder, 'litellm.conf' );
		await output( RENDER, [ '--site', site, '--out', this.folder ] );
		await output( 'chmod', [ '--recursive', 'a+rX', this.folder ] );
		await writeFile( this.rendered, change( await readFile( this.rendered, 'utf8' ) ) );
		const temporary = [ 'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi' ].map( ( name ) => `${ name }_temp_path ${ this.folder }/${ name };` ).join( '\n' );
		await writeFile( path.join( this.folder, 'nginx.conf' ), `daemon off;\npid ${ this.folder }/nginx.pid;\nerror_log ${ this.logs }/error.log warn;\nworker_processes 1;\nevents {}\nhttp {\n${ temporary }\naccess_log off;\ninclude ${ this.rendered };\n}\n` );
		this.child = spawn( 'nginx', [ '-c', path.join( this.folder, 'nginx.conf' ) ], { stdio: [ 'ignore', 'ignore', 'pipe' ] } );
		let said = '';
		this.child.stderr.on( 'data', ( data ) => ( said += data ) );
		await until( `nginx (${ said })`, async () => {
			if ( this.child.exitCode !== null ) {
				throw new Error( said );
			}
			return ( await readFile( path.join( this.folder, 'nginx.pid' ), 'utf8' ) ).trim() !== '';
		} );
		return this;
	}

	async stop() {
		if ( this.child && this.child.exitCode === null ) {
			const ended = new Promise( ( resolve ) => this.child.once( 'exit', resolve ) );
			this.child.kill( 'SIGTERM' );
			await ended;
		}
	}

	/** Everything that it wrote to its logs. */
	async written() {
		const files = [ 'litellm-access.log', 'litellm-error.log', 'error.log' ];
		return ( await Promise.all( files.map( ( name ) => readFile( path.join( this.logs, name ), 'utf8' ).catch( () => '' ) ) ) ).join( '' );
	}
}
