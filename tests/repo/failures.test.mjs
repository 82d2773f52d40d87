// What failed is told in a line each, by the report of node's own runner.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const project = path.resolve( import.meta.dirname, '../..' );

const TESTS = `
import { test } from 'node:test';
import assert from 'node:assert/strict';
test( 'it adds', () => assert.equal( 1, 2, 'one is two' ) );
test( 'around: it', ( t ) => t.test( 'within', () => { throw new Error( 'Timeout.\\nCall log:\\n  - waiting' ); } ) );
test( 'it is quoted', () => { throw new Error( "it's short" ); } );
test( 'it passes', () => {} );
`;

test( 'each failed test is told once, with where it is and how its error begins', () => {
	const folder = mkdtempSync( path.join( tmpdir(), 'failures-' ) );
	try {
		writeFileSync( path.join( folder, 'some.test.mjs' ), TESTS );
		// The runner that runs this must not be told of what fails here.
		const { NODE_TEST_CONTEXT: _, ...env } = process.env;
		const report = path.join( folder, 'results.tap' );
		const run = spawnSync( process.execPath, [ '--test', '--test-reporter=tap', `--test-reporter-destination=${ report }`, path.join( folder, 'some.test.mjs' ) ], { env } );
		assert.equal( run.status, 1 );
		const told = execFileSync( 'bash', [ '-c', '. "$1/dev/lib/failures.sh"; tell_failures "$2"', 'bash', project, report ], { encoding: 'utf8' } );
		assert.deepEqual( told.trimEnd().split( '\n' ), [
			'FAILED it adds (some.test.mjs:4): one is two 1 !== 2',
			'FAILED within (some.test.mjs:5): Timeout. Call log: - waiting',
			"FAILED it is quoted (some.test.mjs:6): it's short",
		] );
	} finally {
		rmSync( folder, { recursive: true } );
	}
} );
