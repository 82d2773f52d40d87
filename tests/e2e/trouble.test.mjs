// Keys in WordPress 7.1 against a real LiteLLM, where it hurts: an answer that gets lost in the middle of many, a process of PHP
// that is killed, two who go on with the same list, a login that ends over a form, and all forms by keyboard alone.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { field, keyIs, keyRow, keysTable, secretField } from './lib/app.mjs';
import { Stage } from './lib/stage.mjs';
import { settled } from './lib/states.mjs';
import { eventually, until } from './lib/until.mjs';

/** More than ten: such a run is kept in WordPress. */
const COUNT = 12;

const stage = new Stage();
const prefix = `trouble-${ Date.now().toString( 36 ) }`;
/** The hashes of keys by alias, by what they are for. */
const made = {};
/** Of nobody else: those of other test files may be gone before the key is made. */
const [ owner, team ] = [ `${ prefix }-owner`, `${ prefix }-team` ];
let site, litellm, page;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	await site.cli( 'user', 'create', 'second', 'second@example.com', '--role=administrator', '--user_pass=password', '--display_name=Second', '--quiet' );
	// Before any list is read: WordPress gives one for some time.
	await litellm.ask( '/user/new', { user_id: owner, user_alias: owner, user_role: 'internal_user', auto_create_key: false } );
	await litellm.ask( '/team/new', { team_id: team, team_alias: team } );
	for ( const name of [ 'lost', 'killed-after', 'killed-before', 'two', 'offline' ] ) {
		made[ name ] = await make( name, COUNT );
	}
	page = await stage.signedInPage();
} );
after( async () => {
	await litellm?.ask( '/team/delete', { team_ids: [ team ] } ).catch( () => {} );
	await litellm?.ask( '/user/delete', { user_ids: [ owner ] } ).catch( () => {} );
	await stage.stop();
} );

/** Makes keys; their hashes by alias. */
async function make( name, count, fields = {} ) {
	const aliases = Array.from( { length: count }, ( _, index ) => `${ prefix }-${ name }-${ String( index + 1 ).padStart( 2, '0' ) }` );
	const keys = await Promise.all( aliases.map( ( alias ) => litellm.makeKey( { key_alias: alias, ...fields } ) ) );
	return new Map( keys.map( ( key, at ) => [ aliases[ at ], key.token ?? key.token_id ] ) );
}

const info = async ( hash ) => ( await litellm.ask( `/key/info?key=${ hash }` ) ).info;
/** How many of them LiteLLM has blocked. */
const blocked = async ( keys ) => ( await Promise.all( [ ...keys.values() ].map( info ) ) ).filter( ( key ) => key.blocked === true ).length;

const dialog = ( of = page ) => of.getByRole( 'alertdialog' );
const told = ( text, of = page ) => dialog( of ).locator( '#gw-many-title, #gw-many-text' ).filter( { hasText: text } );
/** What became of the keys, by number, as the dialog has it. */
const numbers = ( of = page ) => dialog( of ).locator( 'dl.gw-facts' ).evaluate( ( list ) => Object.fromEntries(
	[ ...list.querySelectorAll( 'dt' ) ].map( ( term ) => [ term.textContent.trim(), Number( term.nextElementSibling.textContent ) ] ) ) );
const goOn = ( of = page ) => of.getByRole( 'button', { name: 'Go on', exact: true } );

async function openWith( search, of = page ) {
	await site.open( of, 'keys', { s: search } );
	await keysTable( of ).waitFor();
	await of.getByText( /^[\d,]+ of [\d,]+ keys?$/ ).first().waitFor();
	// All pages of it: with the keys of other test files there may be several.
	await settled( of );
}

/** Chooses all that have this in their name, and says yes to what is asked. */
async function begin( act, name, count, of = page ) {
	await openWith( `${ prefix }-${ name }-`, of );
	await of.getByRole( 'checkbox', { name: 'Choose all rows' } ).check();
	const bulk = of.getByRole( 'group', { name: 'Chosen rows' } );
	await bulk.getByText( `${ count } chosen` ).waitFor();
	await bulk.getByRole( 'button', { name: act, exact: true } ).click();
	await dialog( of ).getByRole( 'button', { name: `${ act } ${ count } keys` } ).click();
}

const isOf = ( operation ) => ( url ) => url.href.includes( operation );

/** The hashes of the keys with which this page asks for it, in order. */
function record( of, operation ) {
	const sent = [];
	of.on( 'request', ( request ) => request.method() === 'POST' && isOf( operation )( new URL( request.url() ) ) && sent.push( request.postDataJSON().key ) );
	return sent;
}

const twice = ( sent ) => sent.filter( ( key, at ) => sent.indexOf( key ) !== at );

test( 'an answer that gets lost in the middle is not known, and is not asked for twice', async () => {
	const keys = made.lost;
	const sent = record( page, 'keys.block' );
	let asked = 0;
	await page.route( isOf( 'keys.block' ), async ( route ) => {
		asked++;
		if ( asked !== COUNT / 2 ) {
			return route.continue();
		}
		const { key } = route.request().postDataJSON();
		stage.line.isMute = true;
		await route.continue();
		await until( 'LiteLLM has done it', async () => ( await info( key ) ).blocked === true );
		await stage.line.cut();
		stage.line.isMute = false;
	} );
	await begin( 'Block', 'lost', COUNT );
	await told( `Blocking stopped after ${ COUNT / 2 - 1 } of ${ COUNT } keys.` ).waitFor();
	assert.deepEqual( await numbers(), { Done: COUNT / 2 - 1, 'Not known': 1, 'Not tried': COUNT / 2 } );
	assert.equal( await blocked( keys ), COUNT / 2 );
	await page.unroute( isOf( 'keys.block' ) );
	await stage.line.open();
	await page.reload();
	await goOn().click();
	await told( `${ COUNT } keys are blocked.` ).waitFor();
	assert.deepEqual( await numbers(), { Done: COUNT } );
	assert.equal( await blocked( keys ), COUNT );
	assert.deepEqual( twice( sent ), [] );
	await dialog().getByRole( 'button', { name: 'Close' } ).click();
	await page.reload();
	await keysTable( page ).waitFor();
	await settled( page );
	assert.equal( await goOn().count(), 0 );
} );

for ( const [ when, hook ] of [ [ 'after', 'rest_request_after_callbacks' ], [ 'before', 'rest_request_before_callbacks' ] ] ) {
	test( `a process of PHP that is killed ${ when } it has asked LiteLLM makes no key “not done”`, async () => {
		const name = `killed-${ when }`;
		const keys = made[ name ];
		const own = await stage.signedInPage( 'admin', { errors: false } );
		const sent = record( own, 'keys.block' );
		const mark = path.join( site.root, `${ name }.mark` );
		const remove = await site.addCode( name, `add_filter( '${ hook }', function ( $answer, $handler, $request ) {
			if ( false !== strpos( $request->get_route(), 'keys.block' ) && ! file_exists( '${ mark }' ) ) {
				touch( '${ mark }' );
				posix_kill( getmypid(), 9 );
			}
			return $answer;
		}, 1, 3 );` );
		await begin( 'Block', name, COUNT, own );
		if ( when === 'before' ) {
			await told( /^Blocking stopped after/, own ).waitFor();
			assert.deepEqual( await numbers( own ), { 'Not known': 1, 'Not tried': COUNT - 1 } );
			await dialog( own ).getByRole( 'button', { name: 'Go on' } ).click();
		}
		await told( `${ COUNT } keys are blocked.`, own ).waitFor();
		assert.deepEqual( await numbers( own ), { Done: COUNT } );
		assert.equal( await blocked( keys ), COUNT );
		assert.equal( twice( sent ).length, when === 'before' ? 1 : 0, 'only what never reached LiteLLM is asked for again' );
		await remove();
		await rm( mark );
		await own.context().close();
	} );
}

test( 'of two who go on with the same list one stops, and says who has it', async () => {
	const keys = made.two;
	// Who saved within a minute may be at it: the second one is there before, so that this machine has all of that minute.
	const second = await stage.signedInPage( 'second' );
	const theirs = record( second, 'keys.block' );
	await openWith( `${ prefix }-two-`, second );
	const first = await stage.signedInPage();
	const sent = record( first, 'keys.block' );
	let goes;
	const held = new Promise( ( resolve ) => ( goes = resolve ) );
	await first.route( isOf( 'keys.block' ), async ( route ) => {
		if ( sent.length > 2 ) {
			await held;
		}
		await route.continue();
	} );
	await begin( 'Block', 'two', COUNT, first );
	await until( 'the third is under way', () => sent.length === 3 );
	await openWith( `${ prefix }-two-`, second );
	await second.getByText( 'admin may be at it in another window' ).waitFor();
	await goOn( second ).click();
	await told( `${ COUNT } keys are blocked.`, second ).waitFor();
	assert.deepEqual( await numbers( second ), { Done: COUNT } );
	goes();
	await told( 'This window has stopped', first ).waitFor();
	assert.equal( await blocked( keys ), COUNT );
	assert.deepEqual( [ ...twice( sent ), ...twice( theirs ) ], [] );
	assert.ok( sent.length <= 8, 'what it had looked at before, and no more' );
	await first.context().close();
	await second.context().close();
} );

test( 'who has lost the network learns that somebody else has finished it', async () => {
	const keys = made.offline;
	const first = await stage.signedInPage( 'admin', { errors: false } );
	const sent = record( first, 'keys.delete' );
	await first.route( isOf( 'keys.delete' ), async ( route ) => {
		if ( sent.length === 4 ) {
			await first.context().setOffline( true );
		}
		await route.continue().catch( () => {} );
	} );
	await begin( 'Delete', 'offline', COUNT, first );
	await told( `Deleting stopped after 3 of ${ COUNT } keys.`, first ).waitFor();
	assert.deepEqual( await numbers( first ), { Done: 3, 'Not known': 1, 'Not tried': COUNT - 4 } );
	const second = await stage.signedInPage();
	const theirs = record( second, 'keys.delete' );
	await openWith( `${ prefix }-offline-`, second );
	await goOn( second ).click();
	await told( `${ COUNT } keys are deleted.`, second ).waitFor();
	await first.context().setOffline( false );
	await dialog( first ).getByRole( 'button', { name: 'Go on' } ).click();
	await told( 'Somebody has finished or dismissed it meanwhile.', first ).waitFor();
	assert.equal( theirs.length, COUNT - 3, 'the fourth never left the first browser' );
	assert.deepEqual( ( await Promise.all( [ ...keys.keys() ].map( ( alias ) => litellm.keyByAlias( alias ) ) ) ).filter( Boolean ), [] );
	await first.context().close();
	await second.context().close();
} );

test( 'a login that ends over the form of a new key costs nothing of it', async () => {
	const own = await stage.signedInPage( 'admin', { errors: false } );
	const alias = `${ prefix }-signed-out`;
	await site.open( own, 'keys', { action: 'new' } );
	await field( own, 'Alias' ).fill( alias );
	await field( own, 'Budget' ).fill( '12.5' );
	await settled( own );
	await own.context().clearCookies();
	await own.getByRole( 'button', { name: 'Create key' } ).click();
	await own.locator( '.gw-form-message' ).getByText( 'Your login has expired' ).waitFor();
	assert.deepEqual( [ await field( own, 'Alias' ).inputValue(), await field( own, 'Budget' ).inputValue() ], [ alias, '12.5' ] );
	assert.equal( await litellm.keyByAlias( alias ), null );
	await site.signIn( own.context() );
	await own.getByRole( 'button', { name: 'Create key' } ).click();
	assert.match( await secretField( own ).inputValue(), /^sk-/ );
	const { keys } = await litellm.ask( `/key/list?return_full_object=true&size=10&key_alias=${ alias }` );
	litellm.made.push( ...keys.map( ( key ) => key.token ) );
	assert.deepEqual( keys.map( ( key ) => key.max_budget ), [ 12.5 ] );
	await own.context().close();
} );

test( 'nor of a change, nor of a question in the list', async () => {
	const own = await stage.signedInPage( 'admin', { errors: false } );
	const [ [ alias, hash ] ] = await make( 'edited', 1, { max_budget: 5 } );
	await site.open( own, 'keys', { action: 'edit', key: hash } );
	await field( own, 'Budget' ).fill( '7.25' );
	await settled( own );
	await own.context().clearCookies();
	await own.locator( 'form' ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog( own ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog( own ).getByText( 'Your login has expired' ).waitFor();
	assert.equal( ( await info( hash ) ).max_budget, 5 );
	await site.signIn( own.context() );
	await dialog( own ).getByRole( 'button', { name: 'Save changes' } ).click();
	await own.getByText( 'The key was changed' ).waitFor();
	assert.equal( ( await info( hash ) ).max_budget, 7.25 );
	// WordPress may know an older list.
	await eventually( async () => {
		await site.open( own, 'keys', { s: alias } );
		await settled( own );
		assert.equal( await keyRow( own, alias ).count(), 1 );
	} );
	await own.context().clearCookies();
	await keyRow( own, alias ).getByRole( 'button', { name: 'Block' } ).click();
	await dialog( own ).getByRole( 'button', { name: 'Block key' } ).click();
	await dialog( own ).getByText( 'Your login has expired' ).waitFor();
	await site.signIn( own.context() );
	await dialog( own ).getByRole( 'button', { name: 'Block key' } ).click();
	await keyIs( own, alias, 'Blocked' ).waitFor();
	await own.context().close();
} );

test( 'a budget that no form would take stays as it is when something else is changed', async () => {
	const [ [ , hash ] ] = await make( 'huge', 1, { max_budget: 1e308 } );
	await site.open( page, 'keys', { action: 'edit', key: hash } );
	await field( page, 'Requests per minute' ).fill( '7' );
	await page.locator( 'form' ).getByRole( 'button', { name: 'Save changes' } ).click();
	await dialog().getByRole( 'button', { name: 'Save changes' } ).click();
	await page.getByText( 'The key was changed' ).waitFor();
	const { max_budget: budget, rpm_limit: rate } = await info( hash );
	assert.deepEqual( [ budget, rate ], [ 1e308, 7 ] );
} );

/** Where the keyboard is; empty: on nothing. And what lies over it. */
const where = () => page.evaluate( () => {
	const element = document.activeElement;
	const name = ( element.getAttribute( 'aria-label' ) ?? element.labels?.[ 0 ]?.textContent ?? element.textContent ).trim().replace( /\s+/g, ' ' );
	const { left, top, right, height } = element.getBoundingClientRect();
	const isHit = ( x ) => element.contains( document.elementFromPoint( x, top + height / 2 ) );
	return { id: element.id, name: element === document.body ? '' : name, whole: isHit( left + 2 ) && isHit( right - 2 ) };
} );

test( 'a key is made, changed, rotated and deleted by keyboard alone', async () => {
	const alias = `${ prefix }-keyboard`;
	await page.context().grantPermissions( [ 'clipboard-read', 'clipboard-write' ], { origin: site.url } );
	const press = async ( ...strokes ) => {
		for ( const stroke of strokes ) {
			await page.keyboard.press( stroke );
		}
	};
	const type = ( text ) => page.keyboard.insertText( text );
	/** Tab until it is on this, by id or by name. */
	const tabTo = async ( wanted, stroke = 'Tab' ) => {
		const passed = [];
		for ( let count = 0; count < 120; count++ ) {
			await press( stroke );
			const now = await where();
			if ( wanted instanceof RegExp ? wanted.test( now.name ) : now.id === wanted ) {
				return now;
			}
			passed.push( now.id || now.name );
		}
		return assert.fail( `${ wanted } was not reached; on the way were ${ [ ...new Set( passed ) ].join( ', ' ) }` );
	};
	/** It comes to rest on this. */
	const rests = async ( wanted ) => {
		await settled( page );
		await eventually( async () => assert.match( ( await where() ).name, wanted ) );
	};

	await site.open( page, 'keys' );
	await settled( page );
	await page.getByRole( 'heading', { level: 1 } ).focus();
	await tabTo( /^Create key$/ );
	await press( 'Enter' );
	await rests( /^Create key$/ );
	await tabTo( 'gw-alias' );
	await type( alias );
	await press( 'Tab', 'ArrowUp' );
	await page.locator( '#gw-model-list input' ).first().waitFor();
	await tabTo( /^gpt-4o-mini/ );
	await press( 'Space' );
	const choose = async ( id, name ) => {
		await tabTo( id );
		await press( 'ArrowDown' );
		// The first is none.
		await page.locator( `#${ id }-options [role="option"]` ).nth( 1 ).waitFor();
		await press( 'Escape' );
		assert.equal( ( await where() ).id, id );
		await type( name );
		await page.locator( `#${ id }-options [role="option"]` ).filter( { hasText: name } ).first().waitFor();
		await press( 'ArrowDown', 'Enter' );
	};
	await choose( 'gw-user', owner );
	await choose( 'gw-team', team );
	await tabTo( 'gw-duration' );
	await press( 'End', 'ArrowUp', 'Tab' );
	assert.equal( ( await where() ).id, 'gw-expiry-days' );
	await type( '45' );
	await tabTo( 'gw-max_budget' );
	await type( '１２.5' );
	await tabTo( 'gw-budget_duration' );
	await press( 'ArrowDown' );
	for ( const [ id, number ] of [ [ 'gw-rpm_limit', '60' ], [ 'gw-tpm_limit', '1000' ], [ 'gw-max_parallel_requests', '4' ] ] ) {
		await tabTo( id );
		await type( number );
	}
	await tabTo( /^Advanced/ );
	await press( 'Enter' );
	await tabTo( 'gw-add-limit' );
	await press( 'Enter' );
	await eventually( async () => assert.equal( ( await where() ).id, 'gw-limit-model-0' ) );
	await tabTo( /^Remove this model/ );
	await press( 'Enter' );
	await eventually( async () => assert.equal( ( await where() ).id, 'gw-add-limit' ) );
	await tabTo( 'gw-tags' );
	await type( 'prod\neu' );
	await tabTo( 'gw-metadata' );
	await type( '{"project": "search"}' );
	await tabTo( /^Create key$/ );
	await press( 'Enter' );
	await rests( /^Copy key$/ );
	const key = await litellm.keyByAlias( alias );
	litellm.made.push( key.token );
	assert.deepEqual( [ key.user_id, key.team_id ], [ owner, team ] );
	assert.deepEqual( [ key.models, key.max_budget, key.budget_duration, key.rpm_limit, key.tpm_limit, key.max_parallel_requests ], [ [ 'gpt-4o-mini' ], 12.5, '1d', 60, 1000, 4 ] );
	assert.deepEqual( [ key.metadata.tags, key.metadata.project ], [ [ 'prod', 'eu' ], 'search' ] );
	await press( 'Enter' );
	await rests( /^Copied$/ );
	await tabTo( /^Done$/, 'Shift+Tab' );
	await press( 'Enter' );
	await rests( /^Keys$/ );

	await tabTo( /^Search keys$/ );
	await type( alias );
	await eventually( async () => assert.equal( await keysTable( page ).getByRole( 'rowheader' ).count(), 1 ) );
	for ( const act of [ 'Edit', 'Block', 'Delete' ] ) {
		assert.ok( ( await tabTo( new RegExp( `^${ act } ${ alias }$` ) ) ).whole, `${ act } is seen whole` );
	}
	await tabTo( new RegExp( `^Edit ${ alias }$` ), 'Shift+Tab' );
	await press( 'Enter' );
	await rests( /^Edit “/ );
	await tabTo( 'gw-max_budget' );
	await press( 'Control+a' );
	await type( '20' );
	await press( 'Enter' );
	await rests( /^Cancel$/ );
	await press( 'Escape' );
	await eventually( async () => assert.equal( ( await where() ).id, 'gw-max_budget' ) );
	await press( 'Enter' );
	await rests( /^Cancel$/ );
	await tabTo( /^Save changes$/ );
	await press( 'Enter' );
	await rests( /^The key was changed/ );
	assert.equal( ( await info( key.token ) ).max_budget, 20 );

	await tabTo( /^Show the key$/, 'Shift+Tab' );
	await press( 'Enter' );
	await page.getByRole( 'dialog' ).waitFor();
	await rests( /^Close$/ );
	await tabTo( new RegExp( `^Rotate ${ alias }$` ) );
	await press( 'Enter' );
	await rests( /^Rotate “/ );
	const name = page.locator( '#gw-alias' );
	await eventually( async () => assert.notEqual( await name.inputValue(), '' ) );
	const successor = await name.inputValue();
	await tabTo( /^Create the successor$/ );
	await press( 'Enter' );
	await rests( /^Copy key$/ );
	litellm.made.push( ( await litellm.keyByAlias( successor ) ).token );
	await tabTo( /^I have copied it: go on$/ );
	await press( 'Enter' );
	await page.getByText( 'has taken the place of' ).waitFor();
	await rests( /^Rotate “/ );

	await eventually( async () => {
		await site.open( page, 'keys', { s: successor } );
		await settled( page );
		assert.equal( await keyRow( page, successor ).count(), 1 );
	} );
	await page.getByRole( 'heading', { level: 1 } ).focus();
	await tabTo( new RegExp( `^Delete ${ successor }$` ) );
	await press( 'Enter' );
	await rests( /^Cancel$/ );
	await tabTo( /^Delete key$/ );
	await press( 'Enter' );
	await dialog().waitFor( { state: 'hidden' } );
	await settled( page );
	await eventually( async () => assert.notEqual( ( await where() ).name, '' ) );
	assert.equal( await litellm.keyByAlias( successor ), null );
} );

stage.testWhatTravelled( { errors: [ /status of (409|50[24])/ ] } );
