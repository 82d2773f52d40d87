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
 * WordPress grants them everything before this filter. Where each site sees its own keys (Site_View), its administrators see what
 * can be limited to them, change it where the network says so, too, and nobody else has the rest. In many networks anybody may
 * start a site, and whoever makes keys spends the network's money.
 */
final class Capabilities {

	/** The way in: the pages, their figures, keys, teams and users. */
	public const VIEW = 'litellm_view';
	/** Beside it, the calls one by one. */
	public const VIEW_LOGS = 'litellm_view_logs';
	/** Beside it, LiteLLM's own console. */
	public const VIEW_CONSOLE = 'litellm_view_console';
	/** Beside it, everything that changes something. */
	public const MANAGE_KEYS = 'litellm_manage_keys';

	/** What is shown of the whole gateway beside the pages; granted to nobody by this name. */
	public const VIEW_ALL = 'litellm_view_all';

	/** What can be granted. */
	public const ALL = array( self::VIEW, self::VIEW_LOGS, self::VIEW_CONSOLE, self::MANAGE_KEYS );
	/** Of what was said in a call; in the contract, and granted to nobody by this name. */
	private const VIEW_CONTENT = 'litellm_view_content';

	/**
	 * Hooks in.
	 */
	public function register(): void {
		add_filter( 'user_has_cap', array( $this, 'grant' ) );
		add_filter( 'map_meta_cap', array( $this, 'map' ), 10, 3 );
		// Editors of roles offer what some role has by name; no role has these until one of them has granted it.
		add_filter( 'members_get_capabilities', static fn( $names ) => array_merge( (array) $names, self::ALL ) );
		add_filter( 'ure_full_capabilites', static fn( $rows ) => (array) $rows + array_combine( self::ALL, array_map( static fn( string $name ): array => array( 'inner' => $name, 'human' => $name, 'wp_core' => false ), self::ALL ) ) );
	}

	/**
	 * Adds the plugin's capabilities where nothing is said about them.
	 *
	 * @param mixed $held What the user has: whether, by name of the capability.
	 * @return mixed
	 */
	public function grant( $held ) {
		if ( ! is_array( $held ) || empty( $held['manage_options'] ) ) {
			return $held;
		}
		$granted = ! is_multisite() ? self::ALL : ( Site_View::is_on() ? array( self::VIEW, self::VIEW_LOGS ) : array() );
		return $held + array_fill_keys( $granted, true ) + ( is_multisite() && Site_View::is_on( true ) ? array( self::MANAGE_KEYS => true ) : array() );
	}

	/**
	 * Says what has to be held for one of ours: nothing counts without the way in, and what was said in a call is for those who
	 * may see calls and do more than look on.
	 *
	 * @param mixed $needed What has to be held so far.
	 * @param mixed $name   What is asked for.
	 * @param mixed $user   Of whom.
	 * @return mixed
	 */
	public function map( $needed, $name, $user = 0 ) {
		$means = array( self::VIEW_CONTENT => array( self::VIEW_LOGS, self::MANAGE_KEYS ), self::VIEW_ALL => array( self::VIEW ) )[ $name ] ?? ( in_array( $name, self::ALL, true ) ? array( $name ) : array() );
		if ( ! is_array( $needed ) || ! $means ) {
			return $needed;
		}
		$is_closed = in_array( $name, array( self::VIEW_CONTENT, self::VIEW_ALL, self::VIEW_CONSOLE ), true ) && is_multisite() && '' !== Site_View::tag( (int) $user );
		return $is_closed ? array( 'do_not_allow' ) : array_merge( array_diff( $needed, array( $name ) ), $means, array( self::VIEW ) );
	}
}
