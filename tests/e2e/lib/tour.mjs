// Goes through the states of the app as several people see them: each look is a user with a language and a colour scheme.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { freePorts, project } from './command.mjs';
import { Stage } from './stage.mjs';
import { WORLDS } from './states.mjs';
import { until } from './until.mjs';

export const LOOKS = {
	default: {},
	zh_CN: { locale: 'zh_CN' },
	he_IL: { locale: 'he_IL' },
	// Texts in letters that tell whether they were translated, and longer than English: nobody's language, and from right to left.
	pseudo: { locale: 'en_XA', pseudo: true },
	'pseudo-ar': { locale: 'ar', pseudo: true },
	midnight: { scheme: 'midnight' },
	'forced-colors': { context: { forcedColors: 'active' } },
};

export class Tour {
	constructor() {
		this.stage = new Stage();
	}

	/** Starts a site with these looks, and the proxy that lets the console be shown in a frame. */
	async start( looks ) {
		await this.stage.start( { zips: [ process.env.PLUGIN_ZIP ], env: { WP_TITLE: 'LiteLLM Dashboard' } } );
		const { site, browser } = this.stage;
		const [ consolePort, freePort ] = await freePorts( 2 );
		this.folder = await mkdtemp( path.join( os.tmpdir(), 'console-' ) );
		this.consoleUrl = `http://127.0.0.1:${ consolePort }`;
		this.proxy = spawn( path.join( project, 'dev/console-proxy' ), [ this.stage.litellm.url, String( consolePort ), site.url, this.folder ], { stdio: 'ignore' } );
		browser.recorder.allow( this.consoleUrl );
		this.scene = { stage: this.stage, site, consoleUrl: this.consoleUrl, freePort };
		this.scene.page = await this.stage.signedInPage();
		this.pages = new Map();
		for ( const look of looks ) {
			await this.dress( look, LOOKS[ look ] );
		}
		await this.makeKeys( 14 );
		await until( 'the proxy for the console', async () => ( await fetch( `${ this.consoleUrl }/health/liveliness` ) ).ok );
	}

	/** With those of the seed, enough for a second page of the table. */
	async makeKeys( count ) {
		const { litellm } = this.stage;
		const made = Date.now().toString( 36 );
		for ( let index = 1; index <= count; index++ ) {
			await litellm.makeKey( { key_alias: `nightly-${ made }-${ String( index ).padStart( 2, '0' ) }`, models: [ 'gpt-4o-mini' ], max_budget: index, spend: ( index * 7 ) % 11 } );
		}
	}

	/** A user of this look, and a page on which it is signed in. */
	async dress( name, { locale, pseudo, scheme, context } ) {
		const { site } = this.stage;
		const user = `look-${ name.toLowerCase() }`;
		await site.cli( 'user', 'create', user, `${ user }@example.com`, '--role=administrator', '--user_pass=password' );
		if ( pseudo ) {
			await site.addPseudoLanguage( locale );
		}
		if ( locale ) {
			// WordPress itself has no such language, and is in English beside it.
			if ( ! await site.addLanguage( locale ) && ! pseudo ) {
				throw new Error( `WordPress has no translation for ${ locale } here` );
			}
			await site.cli( 'user', 'meta', 'update', user, 'locale', locale );
		}
		if ( scheme ) {
			await site.cli( 'user', 'meta', 'update', user, 'admin_color', scheme );
		}
		this.pages.set( name, await this.stage.signedInPage( user, context ) );
	}

	/** Calls `work` while this is true of the world. */
	async within( world, work ) {
		const { enter, leave } = WORLDS[ world ];
		await enter( this.scene );
		try {
			return await work();
		} finally {
			await leave?.( this.scene );
		}
	}

	async stop() {
		this.proxy?.kill();
		await this.stage.stop();
		if ( this.folder ) {
			await rm( this.folder, { recursive: true, force: true } );
		}
	}
}

/** One page in one state, for as long as `see` takes. */
export async function visitState( state, scene, see ) {
	const undo = await state.show( scene );
	try {
		return await see();
	} finally {
		await undo?.();
	}
}
