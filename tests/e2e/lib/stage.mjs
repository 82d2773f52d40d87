// What a test file plays on: LiteLLM behind a line that can be cut, a WordPress, a browser; and what has to be true of all of it in the end.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Browser } from './browser.mjs';
import { LiteLLM, Line } from './gateway.mjs';
import { forms } from './recorder.mjs';
import { Site } from './site.mjs';

export class Stage {
	async start( site = {} ) {
		this.litellm = LiteLLM.fromEnvironment();
		this.line = await new Line( this.litellm.url ).open();
		[ this.site, this.browser ] = await Promise.all( [ Site.start( site ), new Browser().start() ] );
		this.browser.recorder.allow( this.site.url );
	}

	async stop() {
		await this.browser?.stop();
		await this.litellm?.cleanUp();
		await this.site?.stop();
		await this.line?.cut();
	}

	configure( more = {} ) {
		return this.site.configure( { LITELLM_API_BASE: this.line.url, LITELLM_SERVICE_KEY: this.litellm.serviceKey, ...more } );
	}

	async signedInPage( user = 'admin', { errors = true, ...options } = {} ) {
		const context = await this.browser.context( options );
		await this.site.signIn( context, user );
		return this.browser.page( context, { errors } );
	}

	/** The last tests of a file: whatever its journeys were, these hold. `errors` in the console were provoked. */
	testWhatTravelled( { errors = [] } = {} ) {
		test( 'no request of the browser went anywhere but to the site', () => {
			const { recorder } = this.browser;
			assert.deepEqual( this.browser.strayed(), [] );
			assert.ok( recorder.exchanges.length > 50, 'the recorder saw the requests' );
		} );

		test( 'no answer and no request contains the service key', () => {
			const { recorder } = this.browser;
			const found = recorder.findAll( [ ...forms( this.litellm.serviceKey ), this.litellm.masterKey ] );
			assert.deepEqual( found.map( ( exchange ) => exchange.url ), [] );
			assert.ok( recorder.findAll( [ 'litellm-dashboard-boot' ] ).length > 0, 'the recorder sees what is in the pages' );
		} );

		test( 'no file of the site but wp-config.php contains the service key', async () => {
			assert.deepEqual( await this.site.filesWith( forms( this.litellm.serviceKey ) ), [ 'wp/wp-config.php' ] );
		} );

		test( 'the debug log of WordPress is empty', async () => {
			assert.deepEqual( await this.site.complaints(), [] );
		} );

		test( 'no page wrote an error to the console', () => {
			// The browser itself writes one for each answer of 400 and more: those that a test asks for are expected.
			assert.deepEqual( this.browser.errors.filter( ( line ) => ! errors.some( ( expected ) => expected.test( line ) ) ), [] );
		} );
	}
}
