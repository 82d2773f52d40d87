<?php
/**
 * Plugin Name:       LiteLLM Dashboard
 * Plugin URI:        https://github.com/litellm-dashboard/litellm-dashboard
 * Description:       Run a LiteLLM gateway from wp-admin: what it costs, who calls it, and the keys to it.
 * Version:           0.1.0
 * Requires at least: 6.2
 * Requires PHP:      7.4
 * Author:            LiteLLM Dashboard contributors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       litellm-dashboard
 * Domain Path:       /languages
 * Update URI:        https://github.com/litellm-dashboard/litellm-dashboard
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

// WordPress checks both versions when it activates a plugin, but not when a site is moved to an older server.
if ( version_compare( PHP_VERSION, '7.4', '<' ) || version_compare( get_bloginfo( 'version' ), '6.2', '<' ) ) {
	add_action(
		'after_plugin_row_' . plugin_basename( __FILE__ ),
		function () {
			echo '<tr class="plugin-update-tr active"><td colspan="4" class="plugin-update"><div class="notice inline notice-error notice-alt"><p>';
			echo esc_html__( 'LiteLLM Dashboard needs WordPress 6.2 and PHP 7.4 or newer, and rests until then.', 'litellm-dashboard' );
			echo '</p></div></td></tr>';
		}
	);
	return;
}

require_once __DIR__ . '/includes/autoload.php';

LiteLLM_Dashboard\Plugin::start( __FILE__ );
