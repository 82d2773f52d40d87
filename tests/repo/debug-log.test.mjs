// What counts as a message in WordPress's debug log that nobody expects: tests/debug-log.mjs decides it for all tests.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { unexpected } from '../debug-log.mjs';

const at = '[28-Nov-2026 10:00:00 UTC] ';

test( 'what others write is left out, whole', () => {
	assert.deepEqual( unexpected( [
		`${ at }PHP Deprecated:  Using null as an array offset in phar:///x/wp-cli.phar/vendor/a.php on line 9`,
		`${ at }WordPress database error <div>\nError message was: SQLSTATE[HY000]: General error: 5 database is locked\n<pre>#0 /wp-content/plugins/litellm-dashboard/includes/Cache.php(1)</pre> for query INSERT`,
		`${ at }PHP Warning:  translations_api(): An unexpected error occurred. Something may be wrong with WordPress.org`,
		'',
	].join( '\n' ) ), [] );
} );

test( 'everything else counts, also what is not ours by its path', () => {
	const messages = [
		`${ at }PHP Warning:  Undefined array key "a" in /x/plugins/litellm-dashboard/includes/Boot.php on line 3`,
		`${ at }PHP Notice:  Function _load_textdomain_just_in_time was called incorrectly in /x/wp-includes/functions.php on line 6114`,
		`${ at }WordPress database error no such table: wp_litellm_audit for query SELECT 1\nmade by require('wp-blog-header.php')`,
		`${ at }LiteLLM Dashboard: the audit log could not be written: full`,
	];
	assert.deepEqual( unexpected( messages.join( '\n' ) + '\n' ), messages );
} );
