<?php
/**
 * Plugin Name: Neighbours
 * Description: What security plugins and loggers do, each switched on by an option; for tests.
 */

defined( 'ABSPATH' ) || exit;

// Nobody who is not signed in may use REST, as several security plugins have it.
add_filter( 'rest_authentication_errors', static fn( $result ) => null === $result && get_option( 'test_rest_for_users' ) && ! is_user_logged_in() ? new WP_Error( 'rest_not_logged_in', 'You are not currently logged in.', array( 'status' => 401 ) ) : $result, 99 );
// The index tells nothing, the API has another address, and what only administrators need is taken away from others.
add_filter( 'rest_index', static fn( $response ) => get_option( 'test_rest_hidden' ) ? new WP_REST_Response( array( 'code' => 'rest_no_route' ), 404 ) : $response );
add_filter( 'rest_url_prefix', static fn( $prefix ) => get_option( 'test_rest_hidden' ) ? 'api' : $prefix );
add_filter(
	'rest_endpoints',
	static function ( $endpoints ) {
		if ( get_option( 'test_rest_hidden' ) && ! current_user_can( 'list_users' ) ) {
			unset( $endpoints['/wp/v2/users'], $endpoints['/'] );
		}
		return $endpoints;
	}
);

// An ability of somebody else's, beside ours.
add_action( 'wp_abilities_api_categories_init', static function () {
	wp_register_ability_category( 'neighbour', array( 'label' => 'Neighbour', 'description' => 'Of another plugin.' ) );
} );
add_action( 'wp_abilities_api_init', static function () {
	$hello = array( 'label' => 'Hello', 'description' => 'Says hello.', 'category' => 'neighbour', 'execute_callback' => static fn() => 'hello', 'permission_callback' => 'is_user_logged_in', 'meta' => array( 'show_in_rest' => true ) );
	wp_register_ability( 'neighbour/hello', $hello );
} );

// Writes down all that a logger of HTTP calls gets to see.
$log = static function ( ...$seen ) {
	file_put_contents( WP_CONTENT_DIR . '/http.log', current_filter() . ' ' . print_r( $seen, true ) . "\n", FILE_APPEND );
};
add_filter( 'pre_http_request', static function ( $pre, ...$more ) use ( $log ) {
	$log( ...$more );
	return $pre;
}, 1, 3 );
foreach ( array( 'http_request_args' => 2, 'http_response' => 3 ) as $hook => $count ) {
	add_filter( $hook, static function ( $value, ...$more ) use ( $log ) {
		$log( $value, ...$more );
		return $value;
	}, 99, $count );
}
add_action( 'http_api_debug', $log, 10, 5 );
add_action( 'http_api_curl', static function ( $handle, ...$more ) use ( $log ) {
	$log( curl_getinfo( $handle ), ...$more );
}, 10, 3 );
add_action( 'requests-requests.before_request', $log, 10, 5 );
