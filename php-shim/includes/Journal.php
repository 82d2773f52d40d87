<?php
/**
 * Work on keys that is under way.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps lists of work that must survive a reload and be seen from another browser: what a kill switch blocked, how far a
 * rotation or a run over many keys has come. It knows nothing of what they mean, and keeps no secrets.
 *
 * Each is an option of its own, not loaded by itself, that begins with its revision, so that of two who save over the same
 * one the database lets one through. They belong to one gateway, by its address.
 */
final class Journal {

	public const PREFIX = 'litellm_dashboard_journal_';

	private const MOST_ENTRIES = 30;
	/** Of all of them, as all of them are read at once. */
	private const MOST_BYTES   = 8388608;
	private const LONGEST_TEXT = 1000;

	private Settings $settings;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * All entries, the oldest first.
	 *
	 * @return array{entries: array<int, array<string, mixed>>}
	 */
	public function list(): array {
		global $wpdb;
		$prefix  = $this->name( '' );
		$entries = array();
		foreach ( (array) $wpdb->get_results( $wpdb->prepare( "SELECT option_name, option_value FROM {$wpdb->options} WHERE option_name LIKE %s ORDER BY option_id", $prefix . '%' ) ) as $row ) { // phpcs:ignore WordPress.DB -- Past all caches.
			// What LIKE finds is more, and not every database reads its escapes alike.
			$entry   = 0 === strpos( $row->option_name, $prefix ) ? self::read( substr( $row->option_name, strlen( $prefix ) ), $row->option_value ) : null;
			$entries = null === $entry ? $entries : array_merge( $entries, array( $entry ) );
		}
		return array( 'entries' => $entries );
	}

	/**
	 * Does `journal.save` or `journal.remove`.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function write( string $operation, array $values ): Outcome {
		global $wpdb;
		$is_removal = 'journal.remove' === $operation;
		$name       = $this->name( $values['id'] );
		$revision   = (int) $values['revision'];
		$problem    = $is_removal ? null : $this->refuse( $values );
		if ( null !== $problem ) {
			return Outcome::failed( $problem );
		}
		$record = array( 'kind' => $values['kind'] ?? '', 'saved_at' => time(), 'saved_by' => is_user_logged_in() ? wp_get_current_user()->display_name : 'WP-CLI', 'entry' => $values['entry'] ?? null );
		$text   = self::revision( $revision + 1 ) . wp_json_encode( $record );
		$known  = self::revision( $revision ) . '%';
		// phpcs:disable WordPress.DB -- Only the database can say who came first.
		if ( $is_removal ) {
			$done = $wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name = %s AND option_value LIKE %s", $name, $known ) );
		} elseif ( 0 === $revision ) {
			$done = $wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO {$wpdb->options} ( option_name, option_value, autoload ) VALUES ( %s, %s, 'no' )", $name, $text ) );
		} else {
			$done = $wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->options} SET option_value = %s WHERE option_name = %s AND option_value LIKE %s", $text, $name, $known ) );
		}
		$newer = $done ? null : $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM {$wpdb->options} WHERE option_name = %s", $name ) );
		// phpcs:enable
		wp_cache_delete( $name, 'options' );
		wp_cache_delete( 'notoptions', 'options' );
		if ( false === $done || ( 0 === $done && 0 === $revision && null === $newer ) ) {
			return Outcome::failed( Failure::make( 'litellm_journal_failed', 500 ) );
		}
		// What is gone already is removed; what is gone cannot be saved over.
		if ( 0 === $done && ( null !== $newer || ! $is_removal ) ) {
			return Outcome::failed( Failure::make( 'litellm_journal_changed', 409, array( 'newer' => null === $newer ? null : self::read( $values['id'], $newer ) ) ) );
		}
		return Outcome::good( array( 'revision' => $is_removal ? 0 : $revision + 1 ) );
	}

	/**
	 * Why an entry must not be saved, or null.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	private function refuse( array $values ): ?WP_Error {
		global $wpdb;
		// Besides the one that is saved over.
		$known = $wpdb->get_row( $wpdb->prepare( "SELECT COUNT(*) AS entries, SUM(LENGTH(option_value)) AS bytes FROM {$wpdb->options} WHERE option_name LIKE %s AND option_name <> %s", $this->name( '' ) . '%', $this->name( $values['id'] ) ) ); // phpcs:ignore WordPress.DB -- Past all caches.
		$text  = wp_json_encode( $values['entry'] );
		if ( ( 0 === $values['revision'] && ( $known->entries ?? 0 ) >= self::MOST_ENTRIES ) || ( $known->bytes ?? 0 ) + strlen( (string) $text ) > self::MOST_BYTES ) {
			return Failure::make( 'litellm_journal_full', 409 );
		}
		$clean = $this->settings->scrubber()->value( $values['entry'] );
		$fault = false !== $text && wp_json_encode( $clean ) === $text ? ( self::is_bounded( $values['entry'] ) ? '' : 'rest_too_long' ) : 'secret';
		return '' === $fault ? null : Failure::make( 'litellm_invalid_request', 400, array( 'params' => array( 'entry' => $fault ) ) );
	}

	/**
	 * Whether each text is short enough for a name or a hash.
	 *
	 * @param mixed $value What json_decode() gave.
	 */
	private static function is_bounded( $value ): bool {
		if ( is_string( $value ) ) {
			return strlen( $value ) <= self::LONGEST_TEXT;
		}
		foreach ( is_scalar( $value ) || null === $value ? array() : (array) $value as $name => $inner ) {
			if ( strlen( (string) $name ) > self::LONGEST_TEXT || ! self::is_bounded( $inner ) ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * An entry out of its row; null where something else is in there.
	 *
	 * @return array<string, mixed>|null
	 */
	private static function read( string $id, string $text ): ?array {
		$record = json_decode( substr( $text, strlen( self::revision( 0 ) ) ), false );
		return $record instanceof stdClass ? array( 'id' => $id, 'revision' => (int) $text ) + (array) $record : null;
	}

	/**
	 * How a row begins.
	 */
	private static function revision( int $number ): string {
		return sprintf( '%010d ', $number );
	}

	/**
	 * The option of an entry.
	 */
	private function name( string $id ): string {
		return self::PREFIX . substr( hash( 'sha256', $this->settings->base() ), 0, 12 ) . '_' . $id;
	}
}
