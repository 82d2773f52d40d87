<?php
/**
 * Loads a real WordPress with the plugin in it; `run` starts what is needed.
 *
 * PHPUnit includes this file inside a function, so WordPress' globals have to be declared.
 */

declare( strict_types=1 );

global $wpdb, $wp_filter, $wp_actions, $wp_current_filter, $wp_filters, $wp_rewrite, $wp_roles, $wp_object_cache, $table_prefix, $wp, $wp_query, $wp_the_query,
	$wp_version, $wp_db_version, $wp_locale, $wp_locale_switcher, $wp_textdomain_registry, $l10n, $l10n_unloaded, $wp_plugin_paths, $shortcode_tags, $current_site, $current_blog, $blog_id, $site_id,
	$wp_rest_server, $wp_scripts, $wp_styles, $wp_post_types, $wp_taxonomies, $wp_user_roles, $timestart, $allowedposttags, $allowedtags, $pagenow, $current_user,
	$domain, $path, $public, $switched, $_wp_switched_stack, $required_php_version, $required_mysql_version, $wp_local_package, $super_admins, $phpmailer, $wp_embed, $wp_widget_factory;

$root = (string) getenv( 'WP_ROOT' );
if ( '' === $root ) {
	fwrite( STDERR, "WP_ROOT is not set: use tests/php/run\n" );
	exit( 2 );
}
$_SERVER['HTTP_HOST']       = (string) preg_replace( '#^https?://#', '', (string) getenv( 'WP_URL' ) );
$_SERVER['SERVER_NAME']     = 'localhost';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';

require_once $root . '/wp-load.php';
require_once __DIR__ . '/Clock.php';
require_once __DIR__ . '/Random_Json.php';
require_once __DIR__ . '/Plugin_TestCase.php';
require_once __DIR__ . '/Http_Client.php';
require_once __DIR__ . '/Hostile_Gateway.php';
require_once __DIR__ . '/Fake_LiteLLM.php';
