<?php
/**
 * Who may do what.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Maps the plugin's own capabilities to those of an administrator.
 *
 * In a network the constants in wp-config.php belong to all sites, so only those who run the network may use them.
 */
final class Capabilities {

	public const VIEW        = 'litellm_view';
	public const MANAGE_KEYS = 'litellm_manage_keys';

	/**
	 * Hooks in.
	 */
	public function register(): void {
		add_filter( 'map_meta_cap', array( $this, 'map' ), 10, 2 );
	}

	/**
	 * Answers for the plugin's capabilities and leaves all others alone.
	 *
	 * @param mixed $caps The primitive capabilities so far.
	 * @param mixed $cap  The capability asked for.
	 * @return mixed
	 */
	public function map( $caps, $cap ) {
		if ( self::VIEW !== $cap && self::MANAGE_KEYS !== $cap ) {
			return $caps;
		}
		return array( is_multisite() ? 'manage_network_options' : 'manage_options' );
	}
}
