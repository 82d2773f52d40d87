// One Chromium, whose every request goes through a recorder; contexts with a signed-in user; pages whose errors count.

import { chromium } from 'playwright-core';

import { Recorder } from './recorder.mjs';
import { LIMIT_MS } from './until.mjs';

const FLAGS = [ '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage' ];

/** What Chromium asks for on its own account, whatever page is open: its clock, its updates, its autofill. The recorder refuses it. */
const CHROMIUM_ITSELF = /^\S+ (https?:\/\/)?[\w.-]+\.(google|googleapis|gvt1)\.com(:443)?(\/|$)/;

/** WordPress' own scripts, such as that of the login, which fails when the page is left before it is ready. */
const OF_WORDPRESS = /^https?:\/\/[^/]+\/(wp-admin|wp-includes)\/(js|load-scripts\.php)/;

/** Whether an error comes out of WordPress' own scripts, and of no other. */
function isOfWordPress( error ) {
	const places = String( error.stack ?? '' ).match( /https?:\/\/[^\s)]+|blob:[^\s)]+/g ) ?? [];
	return places.length > 0 && places.every( ( place ) => OF_WORDPRESS.test( place ) );
}

export class Browser {
	constructor() {
		/** What pages wrote to the console as an error, or threw. */
		this.errors = [];
		/** The origins that pages asked anything of. */
		this.requests = new Set();
	}

	async start() {
		this.recorder = await new Recorder().start();
		this.chromium = await chromium.launch( {
			executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
			args: FLAGS,
			// Also what stays on this machine goes through it.
			proxy: { server: this.recorder.url, bypass: '<-loopback>' },
		} );
		return this;
	}

	async stop() {
		await this.chromium?.close();
		this.recorder?.stop();
	}

	/** A browser of its own: cookies, cache, storage. */
	async context( options = {} ) {
		const context = await this.chromium.newContext( { viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce', ...options } );
		context.setDefaultTimeout( LIMIT_MS );
		context.setDefaultNavigationTimeout( LIMIT_MS );
		// Requests of all frames and workers; the recorder sees them too, but among those that Chromium makes for itself.
		context.on( 'request', ( request ) => this.requests.add( new URL( request.url() ).origin ) );
		return context;
	}

	/** A page of `context`. Where a test provokes errors it says so with `errors: false`. */
	async page( context, { errors = true } = {} ) {
		const page = await context.newPage();
		// Documents that were loaded; a change of the address by the app is none.
		page.documents = 0;
		/** Requests of this document whose answer is awaited. */
		page.underWay = new Set();
		for ( const end of [ 'requestfinished', 'requestfailed' ] ) {
			page.on( end, ( request ) => page.underWay.delete( request ) );
		}
		// Who goes to another address leaves what was typed behind; every other question is answered with no.
		page.on( 'dialog', ( dialog ) => ( dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss() ) );
		page.on( 'request', ( request ) => {
			if ( request.isNavigationRequest() && request.frame() === page.mainFrame() ) {
				page.documents++;
				page.underWay.clear();
			}
			page.underWay.add( request );
		} );
		if ( errors ) {
			page.on( 'pageerror', ( error ) => isOfWordPress( error ) || this.errors.push( `${ page.url() }: ${ error.stack ?? error }` ) );
			page.on( 'console', ( message ) => {
				if ( message.type() === 'error' && ! this.isOfFrame( page, message ) ) {
					this.errors.push( `${ page.url() }: ${ message.text() } (${ message.location().url })` );
				}
			} );
		}
		return page;
	}

	/** Requests to somewhere else than the recorder allows. */
	strayed() {
		const { allowed, foreign } = this.recorder;
		const ofPages = [ ...this.requests ].filter( ( origin ) => origin !== 'null' && ! allowed.has( origin ) );
		return [ ...ofPages, ...foreign.filter( ( line ) => ! CHROMIUM_ITSELF.test( line ) ) ];
	}

	/** LiteLLM's own interface, shown in a frame, writes errors of its own. */
	isOfFrame( page, message ) {
		const from = message.location().url;
		return from !== '' && URL.canParse( from ) && new URL( from ).origin !== new URL( page.url() ).origin;
	}
}
