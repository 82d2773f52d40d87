<?php
/**
 * One request to WordPress in a process of its own, and what it cost: `footprint.php FILE USER with|without [REQUESTS]`.
 *
 * Prints a line of JSON at the end: files of the plugin that were loaded, statements that were sent to the database, requests
 * that would have left the server, and milliseconds of the processor. What the page itself printed is not shown. FILE is '' for the front page.
 */

declare( strict_types=1 );

list( , $file, $login, $with ) = $argv;

$root = (string) getenv( 'WP_ROOT' );
$seen = array( 'queries' => array(), 'requests' => array() );
foreach ( array( 'HTTP_HOST' => (string) preg_replace( '#^https?://#', '', (string) getenv( 'WP_URL' ) ), 'SERVER_NAME' => 'localhost', 'REQUEST_URI' => '/' . $file, 'PHP_SELF' => '/' . $file, 'SCRIPT_NAME' => '/' . $file, 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1', 'HTTP_USER_AGENT' => 'Mozilla/5.0' ) as $name => $value ) {
	$_SERVER[ $name ] = $value;
}
if ( '' !== $file ) {
	define( 'WP_ADMIN', true );
}
/** Hooks that are there before WordPress is: it takes them over. */
function before( string $hook, callable $callback, int $accepted = 1 ): void {
	$GLOBALS['wp_filter'][ $hook ][99][] = array( 'function' => $callback, 'accepted_args' => $accepted );
}
before( 'query', static function ( $query ) use ( &$seen ) {
	$seen['queries'][] = $query;
	return $query;
} );
before( 'pre_http_request', static function ( $pre, $args, $url ) use ( &$seen ) {
	$seen['requests'][] = $url;
	return new WP_Error( 'http_request_failed', 'cURL error 7: refused' );
}, 3 );
before( 'determine_current_user', static fn() => get_user_by( 'login', $login )->ID ?? 0 );
if ( 'without' === $with ) {
	before( 'pre_option_active_plugins', static fn() => array() );
}
$cpu   = static fn(): float => ( static fn( array $used ): float => 1e3 * ( $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] ) + ( $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'] ) / 1e3 )( getrusage() );
$begun = $cpu();
register_shutdown_function( static function () use ( &$seen, $begun, $cpu ): void {
	$ms   = $cpu() - $begun;
	$page = '';
	while ( ob_get_level() ) {
		$page = ob_get_clean() . $page;
	}
	$ours = preg_grep( '#/litellm-dashboard/(?:includes|integrations)/|/litellm-dashboard\.php$#', get_included_files() );
	echo json_encode( array( 'files' => array_values( array_map( 'basename', $ours ) ), 'page' => strlen( $page ), 'bar' => false !== strpos( $page, 'wp-admin-bar-litellm-dashboard' ), 'widget' => false !== strpos( $page, 'litellm_dashboard_widget' ), 'cpu_ms' => round( $ms, 2 ) ) + $seen ), "\n";
} );
ob_start();
if ( '' === $file ) {
	define( 'WP_USE_THEMES', true );
	require $root . '/wp-blog-header.php';
} else {
	/** Before WordPress defines its own: this process is whom the arguments say. */
	function auth_redirect(): void {}
	chdir( $root . '/' . dirname( $file ) );
	require $root . '/' . $file;
}
