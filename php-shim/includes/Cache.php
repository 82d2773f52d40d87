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
 * Keeps answers, fresh for seconds and as "last good" for a day, and lets one caller ask for all.
 *
 * Where there is a persistent object cache all is in there. Otherwise:
 * - answers that change no more are transients, which WordPress removes when their time is over;
 * - other answers share a fixed number of rows for each operation, so that parameters which never come again (the moving
 *   window of the live log) do not fill the table; each has two places to be in, and the older occupant gives way;
 * - a write gives its operations a new generation, and answers of another generation do not count. An answer that was
 *   under way during the write carries the old one, so that it cannot come back.
 *
 * What is stored has been filtered and scrubbed, and is bound to the gateway's address and key by a keyed hash.
 */
final class Cache {

	private const GROUP       = 'litellm-dashboard';
	private const PREFIX      = 'litellm_dashboard_';
	private const SLOTS       = 32;
	private const MAX_BYTES   = 1048576;
	private const LAST_GOOD_S = DAY_IN_SECONDS;

	private Contract $contract;
	private Settings $settings;
	/**
	 * What is locked now, by id, with the value that proves it is ours.
	 *
	 * @var array<string, string>
	 */
	private array $locked = array();

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Contract $contract, Settings $settings ) {
		$this->contract = $contract;
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
	 * @param array<string, array{0: Operation, 1: array<string, mixed>}> $asked By id.
	 * @param bool                                                        $again Whether another process may have stored something meanwhile.
	 * @return array<string, Cache_Entry> By id; what is not stored is missing.
	 */
	public function find( array $asked, bool $again = false ): array {
		$now   = time();
		$names = array();
		foreach ( $asked as $id => list( $operation, $values ) ) {
			$names[] = $this->generation_name( $operation );
			if ( ! wp_using_ext_object_cache() ) {
				array_push( $names, ...$this->slots( $operation, $id ) );
				if ( $operation->is_settled( $values, $now ) ) {
					array_push( $names, '_transient_' . self::PREFIX . $id, '_transient_timeout_' . self::PREFIX . $id );
				}
			}
		}
		self::prime( array_values( array_unique( array_filter( $names ) ) ), $again );

		$found = array();
		foreach ( $asked as $id => list( $operation, $values ) ) {
			$generation = $this->generation( $operation );
			foreach ( $this->candidates( $operation, $values, $id, $now, $again ) as $stored ) {
				$entry = Cache_Entry::from( $stored );
				if ( null !== $entry && $entry->id === $id && $entry->generation === $generation && ( $entry->fresh_until > $now || $entry->at > $now - self::LAST_GOOD_S ) ) {
					$found[ $id ] = $entry;
					break;
				}
			}
		}
		return $found;
	}

	/**
	 * The generation of an operation's answers; to be read before the gateway is asked.
	 */
	public function generation( Operation $operation ): string {
		$name = $this->generation_name( $operation );
		return '' === $name ? '' : (string) get_option( $name, '' );
	}

	/**
	 * Stores an answer.
	 *
	 * @param array<string, mixed> $values     Checked parameters.
	 * @param string               $generation The generation when the gateway was asked.
	 * @param int                  $at         When the gateway was asked.
	 * @param mixed                $data       Filtered and scrubbed.
	 */
	public function store( Operation $operation, array $values, string $generation, int $at, $data ): void {
		$json = wp_json_encode( $data );
		if ( ! is_string( $json ) || strlen( $json ) > self::MAX_BYTES ) {
			return;
		}
		$entry              = new Cache_Entry();
		$entry->id          = $this->id( $operation, $values );
		$entry->generation  = $generation;
		$entry->at          = $at;
		$entry->fresh_until = $at + $operation->fresh_s( $values, $at );
		$entry->json        = $json;

		$keep_s = max( self::LAST_GOOD_S, $entry->fresh_until - $at );
		if ( wp_using_ext_object_cache() ) {
			wp_cache_set( $entry->id, $entry->to_array(), self::GROUP, $keep_s );
		} elseif ( $operation->is_settled( $values, $at ) ) {
			set_transient( self::PREFIX . $entry->id, $entry->to_array(), $keep_s );
		} else {
			update_option( $this->place_for( $operation, $entry ), $entry->to_array(), false );
		}
	}

	/**
	 * Makes all stored answers of these operations count no more, whatever their parameters, and those under way too.
	 *
	 * @param string[] $names Names of operations.
	 */
	public function clear( array $names ): void {
		foreach ( $names as $name ) {
			update_option( self::PREFIX . 'generation_' . $name, wp_generate_uuid4(), false );
		}
	}

	/**
	 * Tries to become the one who asks, for each of these. A lock ends by itself after its time.
	 *
	 * @param array<string, int> $wanted Seconds by id.
	 * @return string[] The ids that were got.
	 */
	public function lock( array $wanted ): array {
		if ( ! $wanted ) {
			return array();
		}
		if ( ! $this->locked ) {
			// Also after a fatal error, such as the end of the memory or of the time.
			register_shutdown_function( array( $this, 'unlock' ) );
		}
		$got = wp_using_ext_object_cache() ? $this->lock_in_object_cache( $wanted ) : $this->lock_in_database( $wanted );
		return $got;
	}

	/**
	 * Gives back these locks, or all.
	 *
	 * @param string[]|null $ids Ids.
	 */
	public function unlock( ?array $ids = null ): void {
		global $wpdb;
		$ids = array_intersect( array_keys( $this->locked ), $ids ?? array_keys( $this->locked ) );
		if ( ! $ids ) {
			return;
		}
		if ( wp_using_ext_object_cache() ) {
			foreach ( $ids as $id ) {
				// Only what is still ours: a lock that ended may be another's by now.
				if ( wp_cache_get( 'lock_' . $id, self::GROUP, true ) === $this->locked[ $id ] ) {
					wp_cache_delete( 'lock_' . $id, self::GROUP );
				}
			}
		} else {
			$where = array();
			foreach ( $ids as $id ) {
				$where[] = $wpdb->prepare( '( option_name = %s AND option_value = %s )', self::lock_name( $id ), $this->locked[ $id ] );
			}
			$wpdb->query( "DELETE FROM {$wpdb->options} WHERE " . implode( ' OR ', $where ) ); // phpcs:ignore WordPress.DB -- Prepared above; locks are never cached.
		}
		$this->locked = array_diff_key( $this->locked, array_flip( $ids ) );
	}

	/**
	 * Locks by the object cache, whose add() succeeds for one only.
	 *
	 * @param array<string, int> $wanted Seconds by id.
	 * @return string[]
	 */
	private function lock_in_object_cache( array $wanted ): array {
		$got = array();
		foreach ( $wanted as $id => $seconds ) {
			$value = wp_generate_uuid4();
			if ( wp_cache_add( 'lock_' . $id, $value, self::GROUP, $seconds ) ) {
				$this->locked[ $id ] = $value;
				$got[]               = $id;
			}
		}
		return $got;
	}

	/**
	 * Locks by rows of the options table, whose name is unique. All in one statement.
	 *
	 * @param array<string, int> $wanted Seconds by id.
	 * @return string[]
	 */
	private function lock_in_database( array $wanted ): array {
		global $wpdb;
		// phpcs:disable WordPress.DB -- Locks must not be cached, and the lists are prepared piece by piece.
		$token  = wp_generate_uuid4();
		$rows   = array();
		$mine   = array();
		$shown  = $wpdb->hide_errors();
		$now    = time();
		foreach ( $wanted as $id => $seconds ) {
			$mine[ self::lock_name( $id ) ] = sprintf( '%012d %s', $now + $seconds, $token );
			$rows[]                         = $wpdb->prepare( "( %s, %s, 'no' )", self::lock_name( $id ), $mine[ self::lock_name( $id ) ] );
		}
		if ( 1 === wp_rand( 1, 200 ) ) {
			// What a process left behind that was killed.
			$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name LIKE %s AND option_value < %s", $wpdb->esc_like( self::PREFIX . 'lock_' ) . '%', sprintf( '%012d', $now ) ) );
		}
		$wpdb->query( "INSERT IGNORE INTO {$wpdb->options} ( option_name, option_value, autoload ) VALUES " . implode( ', ', $rows ) );
		$names = implode( ', ', array_map( static fn( string $name ): string => $wpdb->prepare( '%s', $name ), array_keys( $mine ) ) );
		$held  = array();
		foreach ( (array) $wpdb->get_results( "SELECT option_name, option_value FROM {$wpdb->options} WHERE option_name IN ( $names )" ) as $row ) {
			$held[ $row->option_name ] = $row->option_value;
		}
		$got = array();
		foreach ( array_keys( $wanted ) as $id ) {
			$name  = self::lock_name( $id );
			$value = $held[ $name ] ?? '';
			if ( '' !== $value && $value !== $mine[ $name ] && (int) $value < $now ) {
				// An old one: whoever changes it first has it.
				$taken = $wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->options} SET option_value = %s WHERE option_name = %s AND option_value = %s", $mine[ $name ], $name, $value ) );
				$value = 1 === (int) $taken ? $mine[ $name ] : $value;
			}
			if ( $value === $mine[ $name ] ) {
				$this->locked[ $id ] = $value;
				$got[]               = $id;
			}
		}
		if ( $shown ) {
			$wpdb->show_errors();
		}
		// phpcs:enable
		return $got;
	}

	/**
	 * Where the answer may be stored, the best place first.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @return iterable<mixed>
	 */
	private function candidates( Operation $operation, array $values, string $id, int $now, bool $again ): iterable {
		if ( wp_using_ext_object_cache() ) {
			yield wp_cache_get( $id, self::GROUP, $again );
			return;
		}
		if ( $operation->is_settled( $values, $now ) ) {
			yield get_transient( self::PREFIX . $id );
		}
		foreach ( $this->slots( $operation, $id ) as $name ) {
			yield get_option( $name, null );
		}
	}

	/**
	 * The row for a new answer: its own, an empty one, or that of the older occupant.
	 */
	private function place_for( Operation $operation, Cache_Entry $entry ): string {
		$oldest = '';
		$age    = PHP_INT_MAX;
		foreach ( $this->slots( $operation, $entry->id ) as $name ) {
			$there = Cache_Entry::from( get_option( $name, null ) );
			if ( null === $there || $there->id === $entry->id ) {
				return $name;
			}
			if ( $there->at < $age ) {
				$oldest = $name;
				$age    = $there->at;
			}
		}
		return $oldest;
	}

	/**
	 * The two rows in which an answer may be.
	 *
	 * @return string[]
	 */
	private function slots( Operation $operation, string $id ): array {
		$first  = hexdec( substr( $id, 0, 4 ) ) % self::SLOTS;
		$second = ( $first + 1 + hexdec( substr( $id, 4, 4 ) ) % ( self::SLOTS - 1 ) ) % self::SLOTS;
		return array( self::PREFIX . $operation->name . '_' . $first, self::PREFIX . $operation->name . '_' . $second );
	}

	/**
	 * The option with the generation, or '' for operations that no write touches.
	 */
	private function generation_name( Operation $operation ): string {
		return $this->contract->is_cleared( $operation->name ) ? self::PREFIX . 'generation_' . $operation->name : '';
	}

	/**
	 * The row of a lock.
	 */
	private static function lock_name( string $id ): string {
		return self::PREFIX . 'lock_' . $id;
	}

	/**
	 * Reads many options with one query.
	 *
	 * @param string[] $names Names of options.
	 * @param bool     $again Whether to forget what was read before.
	 */
	private static function prime( array $names, bool $again ): void {
		global $wpdb;
		if ( ! $names ) {
			return;
		}
		if ( $again ) {
			$missing = (array) wp_cache_get( 'notoptions', 'options' );
			wp_cache_set( 'notoptions', array_diff_key( $missing, array_flip( $names ) ), 'options' );
			foreach ( $names as $name ) {
				wp_cache_delete( $name, 'options' );
			}
		}
		if ( function_exists( 'wp_prime_option_caches' ) ) {
			wp_prime_option_caches( $names );
			return;
		}
		// Before WordPress 6.4.
		$missing = (array) wp_cache_get( 'notoptions', 'options' );
		$unread  = array();
		foreach ( $names as $name ) {
			if ( ! isset( $missing[ $name ] ) && false === wp_cache_get( $name, 'options' ) ) {
				$unread[ $name ] = true;
			}
		}
		if ( ! $unread ) {
			return;
		}
		$list = implode( ', ', array_map( static fn( string $name ): string => $wpdb->prepare( '%s', $name ), array_keys( $unread ) ) );
		foreach ( (array) $wpdb->get_results( "SELECT option_name, option_value FROM {$wpdb->options} WHERE option_name IN ( $list )" ) as $row ) { // phpcs:ignore WordPress.DB -- Prepared above, and cached here.
			wp_cache_set( $row->option_name, $row->option_value, 'options' );
			unset( $unread[ $row->option_name ] );
		}
		wp_cache_set( 'notoptions', $missing + $unread, 'options' );
	}
}
