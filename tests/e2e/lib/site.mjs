// A throw-away WordPress by dev/wordpress: its configuration, its users, its files, and its pages.

import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { unexpected } from '../../debug-log.mjs';
import { freePorts, project, run } from './command.mjs';
import { writeLanguage } from './pseudo.mjs';
import { until } from './until.mjs';

const pages = JSON.parse( readFileSync( new URL( '../../../php-shim/pages.json', import.meta.url ), 'utf8' ) );
export const SLUGS = Object.fromEntries( pages.map( ( { name, slug } ) => [ name, slug ] ) );

export class Site {
	/** Starts one; `zips` are installed and activated. */
	static async start( { version = '7.1', variant = 'native-sqlite', env = {}, zips = [] } = {} ) {
		const [ port ] = await freePorts( 1 );
		const { stdout } = await run( path.join( project, 'dev/wordpress/up' ), [ variant, ...zips ], {
			env: { LITELLM_API_BASE: '', LITELLM_SERVICE_KEY: '', WP_VERSION: version, WP_PORT: String( port ), ...env },
		} );
		const facts = Object.fromEntries( stdout.trim().split( '\n' ).map( ( line ) => [ line.slice( 0, line.indexOf( '=' ) ), line.slice( line.indexOf( '=' ) + 1 ) ] ) );
		const site = new Site();
		Object.assign( site, { port, version, url: facts.WP_URL, root: facts.WP_ROOT, wpCli: facts.WP_CLI, release: facts.WP_RELEASE } );
		return site;
	}

	async stop() {
		await run( path.join( project, 'dev/wordpress/down' ), [ String( this.port ) ], { tolerant: true } );
	}

	async cli( ...args ) {
		return ( await run( this.wpCli, args ) ).stdout.trim();
	}

	/** Writes these constants into wp-config.php, in place of earlier ones; null takes one away. */
	async configure( constants ) {
		const file = path.join( this.root, 'wp-config.php' );
		const names = new RegExp( `^define\\( '(${ Object.keys( constants ).join( '|' ) })'.*\\n`, 'gm' );
		const lines = Object.entries( constants ).filter( ( [ , value ] ) => value !== null ).map( ( [ name, value ] ) => `define( '${ name }', '${ value }' );\n` );
		const mark = "/* That's all";
		const text = ( await readFile( file, 'utf8' ) ).replace( names, '' );
		// In one go: a request in this moment must not find half a file.
		await writeFile( `${ file }.new`, text.replace( mark, lines.join( '' ) + mark ) );
		await rename( `${ file }.new`, file );
	}

	/** A must-use plugin for as long as a test wants it. */
	async addCode( name, php ) {
		const file = path.join( this.root, 'wp-content/mu-plugins', `${ name }.php` );
		// Neither half written nor gone: a request that goes on may have found it a moment before it reads it.
		const put = async ( code ) => {
			await writeFile( `${ file }.new`, `<?php\n${ code }\n` );
			await rename( `${ file }.new`, file );
		};
		await put( php );
		return () => put( '' );
	}

	async addLanguage( locale ) {
		const from = process.env.WP_LANGUAGES;
		const names = ( await readdir( from ) ).filter( ( name ) => name.includes( locale ) );
		for ( const name of names ) {
			await cp( path.join( from, name ), path.join( this.root, 'wp-content/languages', name ) );
		}
		return names.length > 0;
	}

	/** Our texts in a language that nobody speaks, as WordPress' updates put translations of plugins. */
	async addPseudoLanguage( locale ) {
		const folder = path.join( this.root, 'wp-content/languages/plugins' );
		await mkdir( folder, { recursive: true } );
		await writeLanguage( locale, folder );
	}

	/** What WordPress has written into its debug log that nobody expects there. */
	async complaints() {
		return unexpected( await readFile( path.join( this.root, 'wp-content/debug.log' ), 'utf8' ).catch( () => '' ) );
	}

	page( name, query = {} ) {
		return `${ this.url }/wp-admin/admin.php?${ new URLSearchParams( { page: SLUGS[ name ], ...query } ) }`;
	}

	/** Signs in by posting the form: wp-admin's own script moves the focus while one types. */
	async signIn( context, user = 'admin', password = 'password' ) {
		const answer = await fetch( `${ this.url }/wp-login.php`, {
			method: 'POST',
			headers: { cookie: 'wordpress_test_cookie=WP%20Cookie%20check' },
			body: new URLSearchParams( { log: user, pwd: password, testcookie: '1', 'wp-submit': 'Log In' } ),
			redirect: 'manual',
		} );
		if ( answer.status !== 302 ) {
			throw new Error( `${ user } could not sign in: ${ answer.status } ${ ( await answer.text() ).slice( 0, 300 ) }` );
		}
		await context.addCookies( answer.headers.getSetCookie().map( ( line ) => {
			const [ pair, ...attributes ] = line.split( /;\s*/ );
			const folder = attributes.find( ( one ) => /^path=/i.test( one ) )?.slice( 5 ) ?? '/';
			return { name: pair.slice( 0, pair.indexOf( '=' ) ), value: pair.slice( pair.indexOf( '=' ) + 1 ), domain: '127.0.0.1', path: folder, httpOnly: /httponly/i.test( line ) };
		} ) );
	}

	/** Goes to one of our pages and waits until the app has drawn it: WordPress' own heading, which stands there first, cannot have the focus. */
	async open( page, name = 'overview', query = {} ) {
		await page.goto( this.page( name, query ), { waitUntil: 'domcontentloaded' } );
		await page.locator( '#litellm-dashboard .gw-title[tabindex]' ).waitFor();
		return page;
	}

	/** What PHP handed over with the page. */
	async boot( page ) {
		return JSON.parse( await page.locator( '#litellm-dashboard-boot' ).textContent() );
	}

	/** Uploads a zip as an administrator would, and activates it. */
	async install( page, zip, { network = false } = {} ) {
		const admin = `${ this.url }/wp-admin/${ network ? 'network/' : '' }`;
		await page.goto( `${ admin }plugin-install.php?tab=upload` );
		await page.locator( '#pluginzip' ).setInputFiles( zip );
		await Promise.all( [ page.waitForURL( /update\.php\?action=upload-plugin/ ), page.locator( '#install-plugin-submit' ).click() ] );
		const activate = page.locator( 'a.button-primary[href*="action=activate"]' );
		await activate.waitFor();
		await Promise.all( [ page.waitForURL( /plugins\.php/ ), activate.click() ] );
		await until( 'the plugin is active', () => page.locator( 'tr.active[data-slug="litellm-dashboard"]' ).isVisible() );
	}

	/** Uploads a zip over the plugin that is there, as WordPress asks one to confirm. */
	async replace( page, zip, { network = false } = {} ) {
		await page.goto( `${ this.url }/wp-admin/${ network ? 'network/' : '' }plugin-install.php?tab=upload` );
		await page.locator( '#pluginzip' ).setInputFiles( zip );
		await Promise.all( [ page.waitForURL( /update\.php\?action=upload-plugin/ ), page.locator( '#install-plugin-submit' ).click() ] );
		await Promise.all( [ page.waitForURL( /overwrite=/ ), page.locator( 'a.update-from-upload-overwrite' ).click() ] );
		await page.getByText( /updated successfully/i ).waitFor();
	}

	/** The files of the site, the logs of its servers too, in which one of the texts occurs. */
	async filesWith( texts ) {
		const args = [ '--recursive', '--files-with-matches', '--text', '--fixed-strings' ];
		for ( const text of texts ) {
			args.push( '-e', text );
		}
		const { stdout } = await run( 'grep', [ ...args, '--', path.dirname( this.root ) ], { tolerant: true } );
		return stdout.trim().split( '\n' ).filter( Boolean ).map( ( file ) => path.relative( path.dirname( this.root ), file ) );
	}
}
