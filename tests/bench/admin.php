<?php
/**
 * What the plugin adds to every page of wp-admin, in milliseconds: the best of many runs in one process, as opcache has the files
 * compiled in a real server. `WP_ROOT=… WP_URL=… php tests/bench/admin.php`, with a WordPress as dev/wordpress/up makes it.
 */

declare( strict_types=1 );

use LiteLLM_Dashboard\Admin_Pages;
use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Capabilities;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Today;
use LiteLLM_Dashboard\Widget;

define( 'WP_ADMIN', true );
$_SERVER['HTTP_HOST'] = (string) preg_replace( '#^https?://#', '', (string) getenv( 'WP_URL' ) );
require getenv( 'WP_ROOT' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
require_once ABSPATH . WPINC . '/class-wp-admin-bar.php';
wp_set_current_user( 1 );

function best( string $name, callable $what ): void {
	$best = INF;
	for ( $run = 0; $run < 200; $run++ ) {
		$begun = hrtime( true );
		$what();
		$best = min( $best, hrtime( true ) - $begun );
	}
	printf( "%-44s %6.3f ms\n", $name, $best / 1e6 );
}

$capabilities = new Capabilities();
Today::note( 'activity.day', array( 'day' => gmdate( 'Y-m-d' ) ), time(), (object) array( 'results' => array() ) );
best( 'menu', static function (): void {
	$GLOBALS['menu'] = $GLOBALS['submenu'] = array();
	( new Admin_Pages( new Boot( new Settings() ) ) )->add_menu();
} );
best( 'bar', static fn() => Today::add( new WP_Admin_Bar() ) );
best( 'capabilities, asked for 500 times', static function () use ( $capabilities ): void {
	for ( $times = 0; $times < 500; $times++ ) {
		$capabilities->map( array( 'edit_posts' ), 'edit_posts' );
		$capabilities->grant( array( 'manage_options' => true ) );
	}
} );
best( 'the widget, on the Dashboard only', static function (): void {
	ob_start();
	Widget::show();
	ob_end_clean();
} );
// Last, as each run adds the hooks once more.
best( 'hooks', static fn() => Plugin::start( Plugin::path( 'litellm-dashboard.php' ) ) );
