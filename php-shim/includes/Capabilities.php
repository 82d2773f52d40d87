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
 * Gives the plugin's own capabilities to administrators. A role or a user to which they were given or denied by name, such
 * as with a role editor, keeps that.
 *
 * In a network the constants in wp-config.php belong to all sites, so only those who run the network have them by default;
 * WordPress grants them everything before this filter.
 */
final class Capabilities {

	public const VIEW        = 'litellm_view';
	public const MANAGE_KEYS = 'litellm_manage_keys';

	/**
	 * Hooks in.
	 */
	public function register(): void {
		add_filter( 'user_has_cap', array( $this, 'grant' ) );
	}

	/**
	 * Adds the plugin's capabilities where nothing is said about them.
	 *
	 * @param mixed $held What the user has: whether, by name of the capability.
	 * @return mixed
	 */
	public function grant( $held ) {
		if ( ! is_array( $held ) || is_multisite() || empty( $held['manage_options'] ) ) {
			return $held;
		}
		return $held + array(
			self::VIEW        => true,
			self::MANAGE_KEYS => true,
		);
	}
}
