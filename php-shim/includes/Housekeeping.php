<?php
/**
 * Cleaning up.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Removes what the plugin has stored, which is its cache only.
 */
final class Housekeeping {

	/**
	 * Clears the cache of this site, or of all sites when the plugin is switched off for the network.
	 *
	 * @param mixed $network_wide Whether it is switched off for the network.
	 */
	public static function deactivate( $network_wide ): void {
		if ( $network_wide ) {
			self::clear_all();
		} else {
			self::clear_site();
		}
	}

	/**
	 * Clears the cache of all sites.
	 */
	public static function clear_all(): void {
		global $wpdb;
		if ( ! is_multisite() ) {
			self::clear_site();
			return;
		}
		foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $site_id ) {
			switch_to_blog( (int) $site_id );
			self::clear_site();
			restore_current_blog();
		}
		foreach ( (array) $wpdb->get_results( "SELECT site_id, meta_key FROM {$wpdb->sitemeta} WHERE meta_key LIKE '%litellm_dashboard_%'" ) as $row ) { // phpcs:ignore WordPress.DB -- Runs once.
			if ( self::is_ours( $row->meta_key ) ) {
				delete_network_option( (int) $row->site_id, $row->meta_key );
			}
		}
	}

	/**
	 * Clears the cache of the current site.
	 */
	public static function clear_site(): void {
		global $wpdb;
		foreach ( (array) $wpdb->get_col( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE '%litellm_dashboard_%'" ) as $name ) { // phpcs:ignore WordPress.DB -- Runs once.
			if ( self::is_ours( $name ) ) {
				delete_option( $name );
			}
		}
		if ( wp_using_ext_object_cache() && wp_cache_supports( 'flush_group' ) ) {
			wp_cache_flush_group( 'litellm-dashboard' );
		}
	}

	/**
	 * Whether an option is the plugin's: what LIKE finds is more, and not every database reads its escapes alike.
	 */
	private static function is_ours( string $name ): bool {
		return (bool) preg_match( '/^(?:_(?:site_)?transient_(?:timeout_)?)?litellm_dashboard_/', $name );
	}
}
