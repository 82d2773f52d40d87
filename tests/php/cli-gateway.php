<?php
/**
 * Puts the small LiteLLM of the tests, as it stands in the file FAKE_LITELLM, in the gateway's place of a WP-CLI: wp --require=…
 */

declare( strict_types=1 );

require_once __DIR__ . '/Fake_LiteLLM.php';

$gateway = unserialize( (string) file_get_contents( (string) getenv( 'FAKE_LITELLM' ) ) );
WP_CLI::add_wp_hook(
	'pre_http_request',
	static function ( $pre, array $args, string $url ) use ( $gateway ) {
		return 0 === strpos( $url, 'http://127.0.0.1:' ) ? $gateway->answer( $args['method'], $url, $args ) : $pre;
	},
	10,
	3
);
register_shutdown_function(
	static function () use ( $gateway ): void {
		file_put_contents( (string) getenv( 'FAKE_LITELLM' ), serialize( $gateway ) );
	}
);
