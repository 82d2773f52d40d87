// By keyboard alone: after each action the focus is where one goes on from, never lost on the page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { SLUGS } from './lib/site.mjs';
import { Stage } from './lib/stage.mjs';
import { ours, settled } from './lib/states.mjs';
import { eventually, until } from './lib/until.mjs';

/** They are found by the prefix: no other test file may change how many there are. */
const COUNT = 55;

const stage = new Stage();
const prefix = `focus-${ Date.now().toString( 36 ) }`;
const aliases = Array.from( { length: COUNT }, ( _, index ) => `${ prefix }-${ String( index + 1 ).padStart( 2, '0' ) }` );
let site, litellm, page;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { litellm, site } = stage );
	await stage.configure();
	for ( const alias of aliases ) {
		await litellm.makeKey( { key_alias: alias } );
	}
	page = await stage.signedInPage();
	await page.context().grantPermissions( [ 'clipboard-read', 'clipboard-write' ], { origin: site.url } );
} );
after( () => stage.stop() );

/** What has the focus, by role and name, as a screen reader would call it: `button "Next page"`. */
async function focus() {
	const focused = page.locator( ':focus' );
	if ( ( await focused.count() ) === 0 ) {
		return 'nothing';
	}
	const [ line ] = ( await focused.first().ariaSnapshot() ).split( '\n' );
	// In quotes where the name has a colon.
	return /^- '?(\w+(?: "(?:[^"\\]|\\.)*")?)/.exec( line )?.[ 1 ] ?? `something without a role: ${ line }`;
}

/** The focus comes to rest on this: it is there, and still there a moment later, when all answers are in. */
async function seeFocus( ...wanted ) {
	await eventually( async () => {
		const seen = await focus();
		assert.ok( wanted.includes( seen ), `the focus should be on ${ wanted.join( ' or ' ) }, and is on ${ seen }` );
	} );
	await settled( page );
	await page.evaluate( () => new Promise( ( resolve ) => requestAnimationFrame( () => requestAnimationFrame( resolve ) ) ) );
	const seen = await focus();
	assert.ok( wanted.includes( seen ), `when all was drawn, the focus should still be on ${ wanted.join( ' or ' ) }, and is on ${ seen }` );
}

/** Presses Tab until this has the focus. */
async function tabTo( wanted, most = 150 ) {
	const passed = [];
	for ( let pressed = 0; pressed < most; pressed++ ) {
		await page.keyboard.press( 'Tab' );
		const seen = await focus();
		if ( wanted instanceof RegExp ? wanted.test( seen ) : seen === wanted ) {
			return;
		}
		passed.push( seen );
	}
	assert.fail( `${ wanted } was not reached by Tab; on the way were ${ [ ...new Set( passed ) ].join( ', ' ) }` );
}

async function press( wanted, key = 'Enter' ) {
	await tabTo( wanted );
	await page.keyboard.press( key );
}

/** Opens one of our pages with the focus on its heading, where moving between pages puts it. */
async function open( name, query ) {
	await site.open( page, name, query );
	await settled( page );
	await ours( page ).getByRole( 'heading', { level: 1 } ).focus();
}

const dialog = () => page.getByRole( 'alertdialog' );
const closed = () => dialog().waitFor( { state: 'hidden' } );
const at = ( name ) => new URL( page.url() ).searchParams.get( name );

test( 'a link of the menu leads to another page and does not lose it', async () => {
	await open( 'overview' );
	await page.locator( '#toplevel_page_litellm-dashboard .wp-submenu a', { hasText: 'Keys' } ).focus();
	await page.keyboard.press( 'Enter' );
	await until( 'the keys', () => at( 'page' ) === SLUGS.keys );
	await seeFocus( 'heading "Keys"', 'link "Keys"' );
} );

test( 'a range that was chosen keeps it', async () => {
	await open( 'overview' );
	await press( 'button "30 days"' );
	await seeFocus( 'button "30 days"' );
} );

test( 'pausing the live log keeps it on the same button', async () => {
	await press( 'button "Pause"' );
	await seeFocus( 'button "Resume"' );
	await page.keyboard.press( 'Enter' );
	await seeFocus( 'button "Pause"' );
} );

test( 'a search keeps it in the field, with what was typed', async () => {
	await open( 'keys' );
	await tabTo( 'searchbox "Search keys"' );
	await page.keyboard.type( prefix );
	await ours( page ).getByText( new RegExp( `^${ COUNT } of [\\d,]+ keys$` ) ).first().waitFor();
	await seeFocus( 'searchbox "Search keys"' );
	await page.keyboard.type( '-0' );
	await ours( page ).getByText( /^9 of [\d,]+ keys$/ ).first().waitFor();
	assert.equal( await page.locator( ':focus' ).inputValue(), `${ prefix }-0`, 'the caret stayed at the end' );
} );

test( 'sorting keeps it on the column', async () => {
	await open( 'keys', { s: prefix } );
	for ( const order of [ 'asc', 'desc' ] ) {
		if ( order === 'asc' ) {
			await tabTo( 'button "Key"' );
		}
		await page.keyboard.press( 'Enter' );
		await ours( page ).locator( `[aria-sort^="${ order }"]` ).getByRole( 'button', { name: 'Key' } ).waitFor();
		await seeFocus( 'button "Key"' );
	}
} );

test( 'a chip keeps it, and so does choosing a model among the filters', async () => {
	await open( 'keys', { s: prefix } );
	await tabTo( new RegExp( '^button "Blocked \\d+"$' ) );
	await page.keyboard.press( 'Enter' );
	await until( 'the chip', () => at( 'show' ) === 'blocked' );
	await eventually( async () => assert.match( await focus(), /^button "Blocked \d+"$/ ) );
	await page.keyboard.press( 'Enter' );
	await until( 'no chip', () => at( 'show' ) === null );
	await page.locator( '.gw-filters summary' ).focus();
	await page.keyboard.press( 'Enter' );
	await page.getByRole( 'combobox', { name: 'May call' } ).focus();
	await page.keyboard.type( 'gpt' );
	// The models may come later than the keys.
	await page.getByRole( 'option', { name: /gpt/ } ).first().waitFor();
	await page.keyboard.press( 'Enter' );
	await until( 'the filter', () => ( at( 'model' ) ?? '' ).includes( 'gpt' ) );
	await seeFocus( 'combobox "May call"' );
	await page.keyboard.press( 'Escape' );
	await until( 'the button', () => page.locator( '.gw-filters summary' ).evaluate( ( button ) => button === document.activeElement ) );
} );

for ( const action of [ 'Block', 'Delete' ] ) {
	test( `the question before ${ action } begins on Cancel, and Escape and Cancel give the focus back`, async () => {
		const opener = `button "${ action } ${ aliases[ 0 ] }"`;
		await open( 'keys', { s: aliases[ 0 ] } );
		await press( opener );
		await dialog().waitFor();
		await seeFocus( 'button "Cancel"' );
		await page.keyboard.press( 'Escape' );
		await closed();
		await seeFocus( opener );
		await page.keyboard.press( 'Enter' );
		await seeFocus( 'button "Cancel"' );
		await page.keyboard.press( 'Enter' );
		await closed();
		await seeFocus( opener );
	} );
}

test( 'the dialog keeps the focus while it is open, and Escape gives it back', async () => {
	const opener = `button "Delete ${ aliases[ 0 ] }"`;
	await open( 'keys', { s: aliases[ 0 ] } );
	await press( opener );
	await dialog().waitFor();
	for ( let pressed = 0; pressed < 4; pressed++ ) {
		await page.keyboard.press( 'Tab' );
		const outside = await page.evaluate( () => document.activeElement !== document.body && ! document.activeElement.closest( 'dialog' ) );
		assert.equal( outside, false, `${ await focus() } is outside of the dialog` );
	}
	await page.keyboard.press( 'Escape' );
	await closed();
	await seeFocus( opener );
} );

test( 'after a confirmed block it is on Unblock, and after that on Block', async () => {
	const alias = aliases[ 1 ];
	await open( 'keys', { s: alias } );
	await press( `button "Block ${ alias }"` );
	await press( 'button "Block key"' );
	await closed();
	await seeFocus( `button "Unblock ${ alias }"` );
	await page.keyboard.press( 'Enter' );
	await press( 'button "Unblock key"' );
	await closed();
	await seeFocus( `button "Block ${ alias }"` );
} );

test( 'after a deletion it is on the next row', async () => {
	// Newest first: the one that was made before stands below.
	await open( 'keys', { s: prefix } );
	await press( `button "Delete ${ aliases[ 39 ] }"` );
	await press( 'button "Delete key"' );
	await closed();
	await ours( page ).getByText( new RegExp( `^${ COUNT - 1 } of [\\d,]+ keys$` ) ).first().waitFor();
	await seeFocus( `checkbox "Choose ${ aliases[ 38 ] }"`, `button "Block ${ aliases[ 38 ] }"` );
} );

test( 'where the last row is deleted, the heading, the search or the way to all keys has it', async () => {
	await open( 'keys', { s: aliases[ 21 ] } );
	await press( `button "Delete ${ aliases[ 21 ] }"` );
	await press( 'button "Delete key"' );
	await closed();
	await ours( page ).getByRole( 'link', { name: 'Show all keys' } ).waitFor();
	await seeFocus( 'heading "Keys"', 'searchbox "Search keys"', 'link "Show all keys"' );
} );

test( 'after "Show all keys" it is on the heading or in the search', async () => {
	await open( 'keys', { s: 'no alias contains this' } );
	await press( 'link "Show all keys"' );
	await until( 'all keys', () => at( 's' ) === null );
	await seeFocus( 'heading "Keys"', 'searchbox "Search keys"' );
} );

test( 'the form begins on its heading or its first field, and the way back, also by history, ends on the heading', async () => {
	await open( 'keys' );
	await press( 'link "Create key"' );
	await seeFocus( 'heading "Create key"', 'textbox "Alias"' );
	await ours( page ).getByRole( 'heading', { level: 1 } ).focus();
	await press( 'link "Back to all keys"' );
	await seeFocus( 'heading "Keys"' );
	await page.goBack();
	await seeFocus( 'heading "Create key"' );
	await page.goForward();
	await seeFocus( 'heading "Keys"' );
} );

test( 'a form with mistakes puts it on the first one', async () => {
	await open( 'keys', { action: 'new' } );
	await press( 'button "Create key"' );
	await eventually( async () => assert.match( await focus(), /^textbox "Alias/ ) );
	assert.equal( await page.locator( ':focus' ).getAttribute( 'aria-invalid' ), 'true' );
} );

test( 'after creating it is on the heading or on Copy key, and copying keeps it there', async () => {
	const alias = `${ prefix }-made`;
	await open( 'keys', { action: 'new' } );
	await tabTo( 'textbox "Alias"', 12 );
	await page.keyboard.type( alias );
	await page.keyboard.press( 'Enter' );
	await ours( page ).getByRole( 'button', { name: 'Copy key' } ).waitFor();
	litellm.made.push( ( await litellm.keyByAlias( alias ) ).token );
	await seeFocus( `heading "“${ alias }” is ready"`, 'button "Copy key"' );
	if ( ( await focus() ) !== 'button "Copy key"' ) {
		await tabTo( 'button "Copy key"', 12 );
	}
	await page.keyboard.press( 'Enter' );
	await ours( page ).getByText( 'Copied', { exact: true } ).first().waitFor();
	assert.equal( await page.evaluate( () => document.activeElement.closest( '#litellm-dashboard' ) !== null && document.activeElement.localName ), 'button' );
} );

test( 'a key is changed by keyboard alone, from the list to what LiteLLM has', async () => {
	const alias = aliases[ 2 ];
	await open( 'keys', { s: alias } );
	await press( `link "${ alias }"` );
	await press( `button "Edit ${ alias }"` );
	await until( 'the form', () => at( 'action' ) === 'edit' );
	await settled( page );
	await tabTo( 'textbox "Budget"' );
	await page.keyboard.type( '12.5' );
	await press( 'button "Save changes"' );
	await dialog().waitFor();
	await seeFocus( 'button "Cancel"' );
	await press( 'button "Save changes"' );
	await ours( page ).getByText( 'The key was changed' ).first().waitFor();
	assert.equal( ( await litellm.keyByAlias( alias ) ).max_budget, 12.5 );
	await eventually( async () => assert.notEqual( await focus(), 'nothing' ) );
} );

test( 'a key is rotated by keyboard alone', async () => {
	const alias = aliases[ 3 ];
	await open( 'keys', { s: alias } );
	await press( `link "${ alias }"` );
	await press( `button "Rotate ${ alias }"` );
	await until( 'the form', () => at( 'action' ) === 'rotate' );
	await settled( page );
	const successor = page.locator( '#gw-alias' );
	await eventually( async () => assert.notEqual( await successor.inputValue(), '' ) );
	const next = await successor.inputValue();
	await tabTo( 'combobox "Both keys work for"' );
	await press( 'button "Create the successor"' );
	await ours( page ).getByRole( 'textbox', { name: 'The secret of the successor' } ).waitFor();
	litellm.made.push( ( await litellm.keyByAlias( next ) ).token );
	await press( 'button "I have copied it: go on"' );
	await ours( page ).getByText( 'has taken the place of' ).first().waitFor();
	await eventually( async () => assert.notEqual( await focus(), 'nothing' ) );
} );

test( 'the log is narrowed down and a call is opened by keyboard alone', async () => {
	await open( 'logs', { range: '30d' } );
	await page.locator( '.gw-filters > summary' ).focus();
	await page.keyboard.press( 'Enter' );
	await tabTo( 'combobox "Model"' );
	await page.keyboard.type( 'gpt-4o-mini' );
	await page.keyboard.press( 'Enter' );
	await until( 'the filter', () => at( 'model' ) === 'gpt-4o-mini' );
	await seeFocus( 'combobox "Model"' );
	await tabTo( /^link "[A-Z][a-z]{2} \d+ / );
	const call = await focus();
	await page.keyboard.press( 'Enter' );
	await page.locator( '#gw-call[open]' ).waitFor();
	await until( 'the focus is in the drawer', () => page.evaluate( () => document.activeElement.closest( '#gw-call' ) !== null ) );
	await page.keyboard.press( 'Escape' );
	await page.locator( '#gw-call' ).waitFor( { state: 'hidden' } );
	await seeFocus( call );
} );

test( 'asking again keeps it on the button', async () => {
	await open( 'console' );
	await press( 'button "Check again"' );
	await settled( page );
	await seeFocus( 'button "Check again"', 'heading "Console"' );
} );

stage.testWhatTravelled();
