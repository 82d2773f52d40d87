// LiteLLM's own console in a frame, through nginx with the lines that the page recommends; and what the page says without them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { keysTable } from './lib/app.mjs';
import { freePorts, project } from './lib/command.mjs';
import { Stage } from './lib/stage.mjs';
import { seeConsole } from './lib/states.mjs';
import { until } from './lib/until.mjs';

const stage = new Stage();
let site, page, consoleUrl, folder, proxy;

before( async () => {
	await stage.start( { zips: [ process.env.PLUGIN_ZIP ] } );
	( { site } = stage );
	await stage.configure();
	page = await stage.signedInPage();
	const [ port ] = await freePorts( 1 );
	folder = await mkdtemp( path.join( os.tmpdir(), 'console-' ) );
	consoleUrl = `http://127.0.0.1:${ port }`;
	proxy = spawn( path.join( project, 'dev/console-proxy' ), [ stage.litellm.url, String( port ), site.url, folder ], { stdio: 'ignore' } );
	stage.browser.recorder.allow( consoleUrl );
	await until( 'the proxy for the console', async () => ( await fetch( `${ consoleUrl }/health/liveliness` ) ).ok );
} );
after( async () => {
	proxy?.kill();
	await stage.stop();
	await rm( folder, { recursive: true, force: true } );
} );

test( 'where a header forbids frames, the page says so, with the lines for nginx and a link', async ( t ) => {
	const answer = await fetch( `${ stage.litellm.url }/ui/`, { redirect: 'follow' } );
	if ( ! answer.headers.has( 'x-frame-options' ) ) {
		t.skip( 'this LiteLLM does not forbid frames' );
		return;
	}
	await site.open( page, 'console' );
	await page.getByText( 'The console cannot be shown inside this page' ).waitFor();
	await seeConsole( page, page.getByText( 'The console is sent with a header that forbids showing it in a frame.' ) );
	assert.equal( await page.locator( 'iframe' ).count(), 0 );
	const lines = await page.getByRole( 'region', { name: 'Lines for nginx' } ).textContent();
	assert.match( lines, /proxy_hide_header X-Frame-Options;/ );
	assert.ok( lines.includes( `frame-ancestors ${ site.url }"` ), lines );
	const link = page.getByRole( 'link', { name: 'Open in a new tab' } ).last();
	assert.equal( await link.getAttribute( 'target' ), '_blank' );
	assert.match( await link.getAttribute( 'rel' ), /noopener/ );
	assert.equal( await link.getAttribute( 'href' ), `${ stage.line.url }/ui/` );
} );

test( 'through nginx with these lines, the frame shows LiteLLM\'s login', async () => {
	await stage.configure( { LITELLM_CONSOLE_URL: consoleUrl } );
	await site.open( page, 'console' );
	await seeConsole( page, page.locator( 'iframe' ) );
	const frame = page.frameLocator( 'iframe[title="LiteLLM’s console"]' );
	await frame.getByPlaceholder( /username/i ).or( frame.getByLabel( /username/i ) ).first().waitFor();
	const box = await page.getByTitle( 'LiteLLM’s console' ).boundingBox();
	assert.ok( box.width > 1000 && box.height > 500, `it fills the page: ${ JSON.stringify( box ) }` );
} );

test( 'the frame is left when the page is', async () => {
	await page.locator( '#toplevel_page_litellm-dashboard' ).getByRole( 'link', { name: 'Keys' } ).click();
	await keysTable( page ).waitFor();
	assert.equal( await page.locator( 'iframe' ).count(), 0 );
} );

stage.testWhatTravelled();
