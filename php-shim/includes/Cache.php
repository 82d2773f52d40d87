<?php
/**
 * The short cache of answers.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps answers in transients, fresh for seconds and as "last good" for a day, and lets one caller ask for what stays true.
 *
 * A write begins a new generation, and answers of another one do not count, unless they are about a time that is over. An answer that was under way during the write
 * carries the old one, so that it cannot come back. What is stored has been filtered and scrubbed, and is bound to the
 * gateway's address and key by a keyed hash.
 */
final class Cache {

	private const PREFIX      = 'litellm_dashboard_';
	private const GENERATION  = self::PREFIX . 'generation';
	private const LOCK        = self::PREFIX . 'lock_';
	private const LAST_GOOD_S = DAY_IN_SECONDS;
	/**
	 * In place of a generation: what changes no more, whatever is written. Before the space stands the operation by which it came
	 * out that the key sees only a part of the gateway, if it does: then nothing is settled.
	 */
	private const SETTLED = self::PREFIX . 'settled';
	/**
	 * What is new for that long is stored each time, so that many pages ask the gateway no more often than one. Where transients
	 * are rows of the database, the rest is not: what has changed after a minute, what has not after ten, for the case that the
	 * gateway fails.
	 */
	private const SHARED_S    = 15;
	private const CHANGED_S   = 60;
	private const UNCHANGED_S = 600;
	/**
	 * What is larger takes a gateway so long that it does not put together eight of them in time.
	 */
	private const LIGHT_BYTES = 2 * MB_IN_BYTES;

	private Settings $settings;
	/**
	 * Gives back the locks that are ours.
	 *
	 * @var callable|null
	 */
	private $unlock = null;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * The name of an answer: one gateway, one operation, one set of parameters, one release of this plugin.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function id( Operation $operation, array $values ): string {
		$identity = hash_hmac( 'sha256', $this->settings->base() . "\n" . $this->settings->key(), wp_salt() );
		return substr( hash_hmac( 'sha256', Plugin::VERSION . "\n" . $operation->name . "\n" . wp_json_encode( $values ), $identity ), 0, 40 );
	}

	/**
	 * The stored answers, fresh or old.
	 *
	 * @param string[] $ids   Names of answers.
	 * @param bool     $again Whether another process may have stored something meanwhile.
	 * @return array<string, array{generation: string, at: int, until: int, json: string}> By id; what is not stored is missing.
	 */
	public function find( array $ids, bool $again = false ): array {
		$names = array( self::GENERATION, self::SETTLED );
		foreach ( $ids as $id ) {
			array_push( $names, '_transient_' . self::PREFIX . $id, '_transient_timeout_' . self::PREFIX . $id );
		}
		if ( $again && ! wp_using_ext_object_cache() ) {
			wp_cache_delete_multiple( array_merge( $names, array( 'notoptions' ) ), 'options' );
		}
		// One query for all of them, since WordPress 6.4.
		if ( function_exists( 'wp_prime_option_caches' ) ) {
			wp_prime_option_caches( wp_using_ext_object_cache() ? array_slice( $names, 0, 2 ) : $names );
		}
		$found = array();
		foreach ( $ids as $id ) {
			// Some object caches remember for the rest of the request that there was nothing.
			$entry = $again && wp_using_ext_object_cache() ? wp_cache_get( self::PREFIX . $id, 'transient', true ) : get_transient( self::PREFIX . $id );
			if ( is_array( $entry ) && is_string( $entry['json'] ?? null ) && is_int( $entry['at'] ?? null ) && is_int( $entry['until'] ?? null ) && in_array( $entry['generation'] ?? null, explode( "\n", $this->generation() ), true ) ) {
				$found[ $id ] = $entry;
			}
		}
		return $found;
	}

	/**
	 * The generation of answers, and of what is settled; to be read before the gateway is asked.
	 */
	public function generation(): string {
		return get_option( self::GENERATION, '' ) . "\n" . get_option( self::SETTLED, ' ' );
	}

	/**
	 * Notes that the key sees only a part of the gateway, as it was refused this, or that it gets it now. What was read meanwhile
	 * or before may be a part, too, and counts no more.
	 *
	 * @param string $reason Why it failed; '' when it did not.
	 */
	public function note_part( Operation $operation, string $reason ): void {
		$by = strstr( get_option( self::SETTLED, ' ' ), ' ', true );
		if ( 'not_admin' === $reason ? '' === $by : '' === $reason && $operation->name === $by ) {
			update_option( self::SETTLED, ( '' === $by ? $operation->name : '' ) . ' ' . wp_generate_uuid4(), false );
			$this->forget();
		}
	}

	/**
	 * Makes all stored answers count no more, and those under way too.
	 */
	public function forget(): void {
		update_option( self::GENERATION, wp_generate_uuid4(), false );
	}

	/**
	 * The same also for what is settled, for somebody who asks by hand.
	 */
	public function clear(): void {
		update_option( self::SETTLED, strstr( get_option( self::SETTLED, ' ' ), ' ', true ) . ' ' . wp_generate_uuid4(), false );
		$this->forget();
	}

	/**
	 * Stores an answer, if it stays true for a while.
	 *
	 * @param array<string, mixed> $values     Checked parameters.
	 * @param string               $generation The generation when the gateway was asked.
	 * @param int                  $at         When the gateway was asked.
	 * @param mixed                $data       Filtered and scrubbed.
	 * @param array|null           $known      What is stored so far.
	 */
	public function store( Operation $operation, array $values, string $generation, int $at, $data, ?array $known = null ): void {
		list( $current, $settled ) = explode( "\n", $generation );

		$json       = (string) wp_json_encode( $data );
		$fresh_s    = $operation->fresh_s( $values, $at );
		$is_settled = ' ' === $settled[0] && $operation->is_settled( $values, $at );
		$is_cheap   = wp_using_ext_object_cache() || $is_settled || $fresh_s >= self::SHARED_S;
		$is_young   = null !== $known && $known['at'] > $at - ( $known['json'] === $json ? self::UNCHANGED_S : self::CHANGED_S );
		if ( 0 === $fresh_s || strlen( $json ) > MB_IN_BYTES || ( $is_young && ! $is_cheap ) ) {
			return;
		}
		$entry = array( 'generation' => $is_settled ? $settled : $current, 'at' => $at, 'until' => $at + $fresh_s, 'json' => $json );
		set_transient( self::PREFIX . $this->id( $operation, $values ), $entry, max( $is_settled ? MONTH_IN_SECONDS : self::LAST_GOOD_S, $fresh_s ) );
		/** Fires when an answer was stored: the operation, its parameters, when LiteLLM was asked, and the data for the browser. */
		do_action( 'litellm_dashboard_stored', $operation->name, $values, $at, $data );
	}

	/**
	 * Whether the answers of this operation are known to be small: one of the last day was, and none was large.
	 *
	 * @param int $bytes How large one is now, which is noted.
	 */
	public function is_light( Operation $operation, int $bytes = 0 ): bool {
		$name  = self::PREFIX . $this->id( $operation, array( 'weight' => true ) );
		$known = (int) get_transient( $name );
		$now   = $bytes > self::LIGHT_BYTES ? 2 : min( $bytes, 1 );
		return 1 === ( $now > $known && set_transient( $name, $now, DAY_IN_SECONDS ) ? $now : $known );
	}

	/**
	 * Tries to become the one who asks, for each of these. A lock is a row whose name is unique; it ends by itself. Where no row
	 * can be written, such as in a full or read-only database, nobody is kept from asking.
	 *
	 * @param string[] $ids Names of answers.
	 * @return string[] Those that no one else is asking for.
	 */
	public function lock( array $ids, int $seconds ): array {
		global $wpdb;
		$now   = time();
		$value = sprintf( '%012d %s', $now + $seconds, wp_generate_uuid4() );
		// phpcs:disable WordPress.DB -- Locks must not be cached, and the lists are prepared piece by piece.
		$names = implode( ', ', array_map( static fn( string $id ): string => $wpdb->prepare( '%s', self::LOCK . $id ), $ids ) );
		$rows  = implode( ', ', array_map( static fn( string $id ): string => $wpdb->prepare( "( %s, %s, 'no' )", self::LOCK . $id, $value ), $ids ) );
		// Also after a fatal error, such as the end of the memory or of the time. What is another's by now is left alone.
		$this->unlock = static function () use ( $wpdb, $names, $value ): void {
			$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name IN ( $names ) AND option_value = %s", $value ) );
		};
		register_shutdown_function( array( $this, 'unlock' ) );
		$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name IN ( $names ) AND option_value < %s", sprintf( '%012d', $now ) ) );
		$wpdb->query( "INSERT IGNORE INTO {$wpdb->options} ( option_name, option_value, autoload ) VALUES $rows" );
		$held = $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name IN ( $names ) AND option_value <> %s AND option_value >= %s", $value, sprintf( '%012d', $now ) ) );
		// phpcs:enable
		return array_values( array_filter( $ids, static fn( string $id ): bool => ! in_array( self::LOCK . $id, $held, true ) ) );
	}

	/**
	 * Gives back what was locked.
	 */
	public function unlock(): void {
		if ( null !== $this->unlock ) {
			( $this->unlock )();
			$this->unlock = null;
		}
	}

	/**
	 * Removes all that the plugin has stored: for this site, or for all sites of a network. In an object cache it ends by itself,
	 * and has no generation to fit any more.
	 *
	 * @param mixed $everywhere Whether for all sites.
	 * @param bool  $all        With the journal and the alerts, which are no cache.
	 */
	public static function delete( $everywhere, bool $all = false ): void {
		global $wpdb;
		if ( $everywhere && is_multisite() ) {
			foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $site_id ) {
				switch_to_blog( (int) $site_id );
				self::delete( false, $all );
				restore_current_blog();
			}
			return;
		}
		foreach ( (array) $wpdb->get_col( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE '%litellm_dashboard_%'" ) as $name ) { // phpcs:ignore WordPress.DB -- Runs once.
			// What LIKE finds is more, and not every database reads its escapes alike.
			if ( preg_match( '/^(?:_transient_(?:timeout_)?)?litellm_dashboard_/', $name ) && ( $all || ! preg_match( '/^litellm_dashboard_(?:journal_|alerts)/', $name ) ) ) {
				delete_option( $name );
			}
		}
	}
}
