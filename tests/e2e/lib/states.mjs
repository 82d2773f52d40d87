// Every page in every state that somebody may see, and how one gets there: for the screenshots, for axe and for the validator.
//
// A state is a name, what has to be true of the site and the gateway meanwhile (`world`), the page it is on, and what one does
// there. `show` ends when the state is there to be looked at, and may give a function that undoes what it did.

import { until } from './until.mjs';

/** What has to be true outside of the page. `enter` brings it about, `leave` takes it back. The first one is how a stage begins. */
export const WORLDS = {
	/** Everything answers, and LiteLLM's own console may be shown in a frame. */
	ready: {
		enter: ( { stage, consoleUrl } ) => stage.configure( { LITELLM_CONSOLE_URL: consoleUrl } ),
	},
	/** Without a proxy that allows it the console cannot be shown in a frame. */
	unframed: {
		enter: ( { stage } ) => stage.configure( { LITELLM_CONSOLE_URL: null } ),
	},
	/** Nothing stands in wp-config.php yet. */
	unconfigured: {
		enter: ( { site } ) => site.configure( { LITELLM_API_BASE: null, LITELLM_SERVICE_KEY: null, LITELLM_CONSOLE_URL: null } ),
	},
	/** The gateway knows no such key. */
	refused: {
		enter: ( { stage } ) => stage.configure( { LITELLM_SERVICE_KEY: 'sk-this-key-is-not-known-to-it', LITELLM_CONSOLE_URL: null } ),
	},
	/** Nobody listens at the gateway's address, and no answer is known from before. */
	silent: {
		enter: ( { stage, freePort } ) => stage.configure( { LITELLM_API_BASE: `http://127.0.0.1:${ freePort }`, LITELLM_CONSOLE_URL: null } ),
	},
	/** The gateway went away after it had answered. */
	gone: {
		async enter( { stage, site, page } ) {
			await stage.configure( { LITELLM_CONSOLE_URL: null } );
			for ( const [ name, query ] of [ [ 'overview', { range: '7d' } ], [ 'usage' ], [ 'keys' ], [ 'teams' ], [ 'users' ], [ 'status' ] ] ) {
				await site.open( page, name, query );
				await settled( page );
			}
			await stage.line.cut();
		},
		leave: ( { stage } ) => stage.line.open(),
	},
};

/** Widths of windows: a phone, where wp-admin changes its layout, a tablet, and three screens. */
export const WIDTHS = [ 400, 782, 1024, 1400, 1920, 2560 ];

/** Our part of the page. */
export const ours = ( page ) => page.locator( '#litellm-dashboard' );

/** Waits until the app has drawn the page and has all it asked for. */
export async function settled( page ) {
	await ours( page ).getByRole( 'heading', { level: 1 } ).waitFor();
	await until( 'nothing is being loaded any more', () => ours( page ).evaluate( ( root ) => {
		// The page is WordPress' own until the app replaces it: only the app makes a heading that can have the focus.
		return root.querySelector( 'h1[tabindex]' ) !== null && root.querySelector( '[aria-busy="true"], [class*="skeleton"]' ) === null;
	} ) );
}

/** A text of the app in the language of this page; `{…}` stand for what is put in. */
async function words( page, text ) {
	const strings = await page.locator( '#litellm-dashboard-boot' ).evaluate( ( boot ) => JSON.parse( boot.textContent ).strings ?? {} );
	const said = strings[ text ];
	return typeof said === 'string' ? said : text;
}

/**
 * Waits for what the page of the console shows when the console was looked at in time. All that is looked at has six seconds
 * together, and a busy machine may need more: then it is asked for again, as one would.
 */
export async function seeConsole( page, shown ) {
	const again = ours( page ).getByRole( 'button', { name: await words( page, 'Check again' ), exact: true } );
	await until( 'the console was looked at', async () => {
		if ( await shown.first().isVisible() ) {
			return true;
		}
		if ( await again.isVisible() ) {
			await again.click();
		}
		return false;
	} );
}

/** A whole name made of a text with places: what is put into them may be anything. */
async function pattern( page, text ) {
	const parts = ( await words( page, text ) ).split( /\{\w+\}/ ).map( ( part ) => part.replace( /[.*+?^${}()|[\]\\]/g, '\\$&' ) );
	return new RegExp( `^${ parts.join( '.+' ) }$` );
}

const rows = ( page, least ) => until( `${ least } rows`, async () => ( await ours( page ).getByRole( 'row' ).count() ) >= least );

const overview = ( range ) => async ( { site, page } ) => {
	await site.open( page, 'overview', { range } );
	await rows( page, 8 );
	await settled( page );
};

const usage = ( query = {} ) => async ( { site, page } ) => {
	await site.open( page, 'usage', query );
	await rows( page, 3 );
	await settled( page );
};

const opened = ( name, query ) => async ( { site, page } ) => {
	await site.open( page, name, query );
	await settled( page );
};

/** Opens a page of which WordPress knows nothing, and whose questions are never answered. */
const waiting = ( name, query ) => async ( { site, page } ) => {
	const hold = ( url ) => /litellm-dashboard(\/|%2F)v1/i.test( url.href );
	await page.route( hold, () => {} );
	await site.cli( 'transient', 'delete', '--all' );
	await site.open( page, name, query );
	await until( 'the app has started', () => ours( page ).locator( 'h1[tabindex]' ).isVisible() );
	return async () => {
		await page.unroute( hold );
		await page.goto( 'about:blank' );
	};
};

/** Goes to a page whose code comes late, or not at all, as `answer` has it. */
const withoutCode = ( answer, shown ) => async ( { site, page } ) => {
	const code = ( url ) => /\/assets\/app\/keys\.(bin|wasm)$/.test( url.pathname );
	await page.route( code, answer );
	await opened( 'overview', { range: '7d' } )( { site, page } );
	// By the element itself: on a phone the menu is not in sight.
	await page.locator( '#toplevel_page_litellm-dashboard .wp-submenu a[href$="-keys"]' ).evaluate( ( link ) => link.click() );
	await ours( page ).locator( shown ).waitFor();
	return async () => {
		await page.unroute( code );
		await page.goto( 'about:blank' );
	};
};

async function pressInRow( page, label ) {
	await ours( page ).getByRole( 'button', { name: await pattern( page, `${ label } {key}` ) } ).first().click();
	await page.getByRole( 'alertdialog' ).waitFor();
}

const dialog = ( label ) => async ( { site, page } ) => {
	await opened( 'keys' )( { site, page } );
	await pressInRow( page, label );
};

/** The question about the first keys that can be chosen. */
const many = ( label ) => async ( { site, page } ) => {
	await opened( 'keys' )( { site, page } );
	for ( const box of ( await ours( page ).locator( 'tbody input[type="checkbox"]' ).all() ).slice( 0, 2 ) ) {
		await box.check();
	}
	await ours( page ).locator( '.gw-bulk' ).getByRole( 'button', { name: await words( page, label ), exact: true } ).click();
	await page.getByRole( 'alertdialog' ).waitFor();
	await settled( page );
};

const killSwitch = async ( { site, page } ) => {
	await opened( 'keys' )( { site, page } );
	await ours( page ).locator( '.gw-filters > summary' ).click();
	await ours( page ).getByRole( 'button', { name: await words( page, 'Block all keys found…' ) } ).click();
	await page.locator( '#gw-many-yes' ).waitFor();
};

const form = opened( 'keys', { action: 'new' } );
const submit = async ( page ) => ours( page ).getByRole( 'button', { name: await words( page, 'Create key' ), exact: true } ).click();

/** In the order in which they are best visited. `alters`: leaves something at the gateway until it is undone. */
export const STATES = [
	{ name: 'overview-today', show: overview( 'today' ) },
	{ name: 'overview', show: overview( '7d' ) },
	{ name: 'overview-30d', show: overview( '30d' ) },
	{
		name: 'overview-paused',
		async show( { site, page } ) {
			await overview( '7d' )( { site, page } );
			await ours( page ).getByRole( 'button', { name: await words( page, 'Pause' ) } ).click();
			await ours( page ).getByRole( 'button', { name: await words( page, 'Resume' ) } ).waitFor();
		},
	},
	{
		name: 'overview-chart',
		async show( { site, page } ) {
			await overview( '7d' )( { site, page } );
			// The chart is read by arrow keys; what they point at stands beside it.
			await ours( page ).getByRole( 'application' ).first().focus();
			await page.keyboard.press( 'ArrowRight' );
			await page.keyboard.press( 'ArrowRight' );
		},
	},
	{
		name: 'overview-cost',
		async show( { site, page } ) {
			await overview( '30d' )( { site, page } );
			// A model is read by the keyboard, and leads to its calls.
			await ours( page ).getByRole( 'application' ).nth( 1 ).focus();
			await page.keyboard.press( 'ArrowDown' );
			await ours( page ).locator( '.gw-tooltip' ).waitFor();
		},
	},
	{
		name: 'overview-card',
		async show( { site, page } ) {
			await overview( '7d' )( { site, page } );
			await ours( page ).locator( '.gw-card-link' ).first().focus();
		},
	},
	{ name: 'overview-loading', show: waiting( 'overview', { range: '7d' } ) },
	{ name: 'usage', show: usage() },
	{ name: 'usage-month', show: usage( { range: 'month' } ) },
	{ name: 'usage-key', show: usage( { by: 'key', unit: 'tokens' } ) },
	// When today has just begun, it has no lines.
	{ name: 'usage-today', show: opened( 'usage', { by: 'team', range: 'today' } ) },
	{
		name: 'usage-own',
		async show( { site, page } ) {
			await usage()( { site, page } );
			await ours( page ).getByRole( 'combobox', { name: await words( page, 'Range' ) } ).selectOption( 'own' );
		},
	},
	{
		name: 'usage-calendar',
		async show( { site, page } ) {
			await usage()( { site, page } );
			await ours( page ).getByRole( 'combobox', { name: await words( page, 'Range' ) } ).selectOption( 'own' );
			await ours( page ).getByRole( 'button', { name: await words( page, 'Choose days in a calendar' ) } ).click();
			await ours( page ).getByRole( 'grid' ).first().waitFor();
		},
	},
	{
		name: 'usage-log',
		async show( { site, page } ) {
			// With yesterday: when today has just begun, there is no call in it.
			const [ yesterday, today ] = [ 1, 0 ].map( ( back ) => new Date( Date.now() - back * 86_400_000 ).toISOString().slice( 0, 10 ) );
			await usage( { from: yesterday, to: today, days: 'hours' } )( { site, page } );
			await ours( page ).getByRole( 'row', { name: await words( page, 'Duration' ) } ).waitFor();
		},
	},
	{ name: 'usage-empty', show: opened( 'usage', { from: '2020-01-01', to: '2020-01-02', compare: 'nothing' } ) },
	{ name: 'usage-loading', show: waiting( 'usage' ) },
	{ name: 'keys', show: opened( 'keys' ) },
	{ name: 'keys-search', show: opened( 'keys', { s: 'a' } ) },
	{ name: 'keys-sorted', show: opened( 'keys', { orderby: 'spend', order: 'desc' } ) },
	{ name: 'keys-empty', show: opened( 'keys', { s: 'no alias contains this' } ) },
	{ name: 'keys-loading', show: waiting( 'keys' ) },
	{ name: 'keys-code-loading', show: withoutCode( () => {}, '.gw-boot' ) },
	{ name: 'keys-code-missing', show: withoutCode( ( route ) => route.fulfill( { status: 500 } ), '[role="alert"]' ) },
	{ name: 'keys-block', show: dialog( 'Block' ) },
	{ name: 'keys-delete', show: dialog( 'Delete' ) },
	{ name: 'keys-many-block', show: many( 'Block' ) },
	{ name: 'keys-many-change', show: many( 'Change…' ) },
	{ name: 'keys-kill-switch', show: killSwitch },
	{ name: 'keys-new', show: form },
	{
		name: 'keys-new-models',
		async show( { site, page } ) {
			await form( { site, page } );
			await ours( page ).getByRole( 'radio', { name: await words( page, 'Only these' ) } ).check();
			await ours( page ).getByRole( 'checkbox' ).first().waitFor();
		},
	},
	{
		name: 'keys-new-errors',
		async show( { site, page } ) {
			await form( { site, page } );
			await ours( page ).getByRole( 'textbox', { name: await words( page, 'Budget' ) } ).first().fill( 'a lot' );
			await submit( page );
			await until( 'the form shows its errors', async () => ( await ours( page ).locator( '[aria-invalid="true"]' ).count() ) > 0 );
		},
	},
	{
		name: 'keys-created',
		alters: true,
		async show( { site, page, stage } ) {
			const alias = `shown-${ Date.now().toString( 36 ) }`;
			await form( { site, page } );
			await ours( page ).getByRole( 'textbox', { name: await words( page, 'Alias' ) } ).fill( alias );
			await submit( page );
			await ours( page ).getByRole( 'button', { name: await words( page, 'Copy key' ) } ).waitFor();
			const { token } = await stage.litellm.keyByAlias( alias );
			return () => stage.litellm.ask( '/key/delete', { keys: [ token ] } );
		},
	},
	{
		name: 'keys-rotate',
		async show( { site, page, stage } ) {
			// One of ours: others may be gone in the next moment.
			const { token } = ( await stage.litellm.allKeys() ).find( ( key ) => /^nightly-/.test( key.key_alias ?? '' ) && stage.litellm.made.includes( key.token ) );
			await opened( 'keys', { action: 'rotate', key: token } )( { site, page } );
			await ours( page ).getByRole( 'combobox', { name: await words( page, 'Both keys work for' ) } ).waitFor();
		},
	},
	{ name: 'keys-leak', show: opened( 'keys', { action: 'leak' } ) },
	{ name: 'logs', show: opened( 'logs', { range: '30d' } ) },
	{ name: 'logs-empty', show: opened( 'logs', { from: '2020-01-01', to: '2020-01-02' } ) },
	{ name: 'logs-loading', show: waiting( 'logs' ) },
	{
		name: 'logs-one',
		async show( { site, page } ) {
			await opened( 'logs', { range: '30d' } )( { site, page } );
			await ours( page ).locator( '.gw-logs tbody th a' ).first().click();
			await ours( page ).locator( '#gw-call[open] .gw-facts' ).first().waitFor();
			await settled( page );
		},
	},
	{ name: 'teams', show: opened( 'teams' ) },
	{ name: 'teams-empty', show: opened( 'teams', { s: 'no name contains this' } ) },
	{ name: 'teams-loading', show: waiting( 'teams' ) },
	{ name: 'teams-new', show: opened( 'teams', { action: 'new' } ) },
	{
		name: 'teams-one',
		async show( { site, page } ) {
			await opened( 'teams' )( { site, page } );
			await ours( page ).locator( '.gw-key-name a' ).first().click();
			await ours( page ).locator( '#gw-people-details[open]' ).waitFor();
			await settled( page );
		},
	},
	{ name: 'users', show: opened( 'users' ) },
	{ name: 'users-loading', show: waiting( 'users' ) },
	{ name: 'users-new', show: opened( 'users', { action: 'new' } ) },
	{
		name: 'audit',
		async show( { site, page } ) {
			// Refused before it is sent, so that there is an entry and nothing is changed.
			await opened( 'audit' )( { site, page } );
			const status = await page.evaluate( async ( url ) => {
				const { rest, nonce } = JSON.parse( document.getElementById( 'litellm-dashboard-boot' ).textContent );
				const answer = await fetch( `${ rest }keys.block`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-WP-Nonce': nonce }, body: JSON.stringify( { key: 'f'.repeat( 64 ), odd: url } ) } );
				// The refusal is within.
				return ( await answer.json() ).status;
			}, 'x' );
			if ( status !== 400 ) {
				throw new Error( `a write that was to be refused came to ${ status }` );
			}
			await opened( 'audit' )( { site, page } );
		},
	},
	{ name: 'audit-empty', show: opened( 'audit', { s: 'no name contains this' } ) },
	{ name: 'audit-loading', show: waiting( 'audit' ) },
	{
		name: 'audit-one',
		async show( { site, page } ) {
			await opened( 'audit' )( { site, page } );
			await ours( page ).locator( '.gw-audit tbody th a' ).first().click();
			await ours( page ).locator( '#gw-entry[open] .gw-facts' ).waitFor();
			await settled( page );
		},
	},
	{ name: 'status', show: opened( 'status' ) },
	{ name: 'status-loading', show: waiting( 'status' ) },
	{
		name: 'console',
		alters: true,
		async show( { site, page } ) {
			await opened( 'console' )( { site, page } );
			const frame = ours( page ).locator( 'iframe' );
			await seeConsole( page, frame );
			await frame.contentFrame().getByRole( 'textbox' ).first().waitFor();
		},
	},
	{ name: 'console-loading', show: waiting( 'console' ) },
	{ name: 'console-unframed', world: 'unframed', show: opened( 'console' ) },
	{ name: 'first-run', world: 'unconfigured', show: opened( 'overview' ) },
	{ name: 'status-unconfigured', world: 'unconfigured', show: opened( 'status' ) },
	{ name: 'overview-refused', world: 'refused', show: opened( 'overview', { range: '7d' } ) },
	{ name: 'status-refused', world: 'refused', show: opened( 'status' ) },
	{ name: 'overview-silent', world: 'silent', show: opened( 'overview', { range: '7d' } ) },
	{ name: 'usage-silent', world: 'silent', show: opened( 'usage' ) },
	{ name: 'keys-silent', world: 'silent', show: opened( 'keys' ) },
	{ name: 'logs-silent', world: 'silent', show: opened( 'logs' ) },
	{ name: 'teams-silent', world: 'silent', show: opened( 'teams' ) },
	{ name: 'users-silent', world: 'silent', show: opened( 'users' ) },
	{ name: 'status-silent', world: 'silent', show: opened( 'status' ) },
	{ name: 'console-silent', world: 'silent', show: opened( 'console' ) },
	{
		name: 'overview-gone',
		world: 'gone',
		async show( { site, page } ) {
			await site.open( page, 'overview', { range: '7d' } );
			await ours( page ).locator( '.gw-notice' ).first().waitFor();
			// What it asks for after its figures fails, too, and says so.
			await settled( page );
		},
	},
	{ name: 'usage-gone', world: 'gone', show: opened( 'usage' ) },
	{ name: 'logs-gone', world: 'gone', show: opened( 'logs' ) },
	{ name: 'keys-gone', world: 'gone', show: opened( 'keys' ) },
	{ name: 'teams-gone', world: 'gone', show: opened( 'teams' ) },
].map( ( state ) => ( { world: 'ready', alters: false, ...state } ) );
