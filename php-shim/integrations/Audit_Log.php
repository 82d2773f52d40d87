<?php
/**
 * The log of what is done through the plugin.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Writes one row for each write, in a table of its own: before the request leaves, and again when it has ended, so that a row
 * is there also when PHP is killed in between. In a network all sites share one, as they share the gateway.
 *
 * Where the database takes no row, the write goes on: who blocks a key must not be stopped by it. It is said in PHP's log, and
 * counted, which the page shows.
 */
final class Audit_Log {

	/** Which form the table has, when rows were removed last, and how many could not be written. Not loaded by itself. */
	public const OPTION  = 'litellm_audit';
	public const REMOVED = '(removed)';

	private const VERSION = 1;
	/** So long after its time is up nothing comes any more. */
	private const SLACK_S = 15;
	/** Rows above the limit are removed each time so many more were written, those that are too old once a day. */
	private const EVERY = 100;
	/** What is left of one value, in bytes. */
	private const LONGEST_VALUE = 2000;
	private const FRESH         = array( 'version' => 0, 'cleared' => '', 'missed' => 0, 'missed_at' => null );

	/**
	 * Rows of writes that are under way, by the id of the write.
	 *
	 * @var array<string, int>
	 */
	private static array $rows = array();

	/**
	 * The table.
	 */
	public static function table(): string {
		global $wpdb;
		return $wpdb->base_prefix . 'litellm_audit';
	}

	/**
	 * Writes down that a request is about to leave.
	 *
	 * @param array<string, mixed> $write As Write_Event tells it.
	 */
	public static function started( array $write ): void {
		$due = self::moment( time() + (int) ceil( $write['timeout_s'] ) + self::SLACK_S );
		self::insert( $write, array( 'result' => 'started', 'due' => $due, 'changes' => self::changes( $write, array() ) ) );
	}

	/**
	 * Writes down what came of it.
	 *
	 * @param array<string, mixed> $write As Write_Event tells it.
	 * @param array<string, mixed> $told  Likewise.
	 */
	public static function ended( array $write, array $told ): void {
		global $wpdb;
		$row    = self::$rows[ $write['id'] ] ?? 0;
		$result = array(
			'result'  => $told['result'],
			'reason'  => Failure::printable( "{$told['code']} {$told['reason']}", 190 ),
			'detail'  => self::fit( Failure::printable( $told['detail'], 500 ) ),
			'ended'   => self::moment( time() ),
			'changes' => self::changes( $write, $told['after'] ),
		);
		unset( self::$rows[ $write['id'] ] );
		$updated = 0 === $row ? 0 : self::quietly( static fn() => $wpdb->update( self::table(), $result + self::subject( $write ), array( 'id' => $row ) ) ); // phpcs:ignore WordPress.DB -- A table of our own.
		if ( false === $updated ) {
			self::miss();
		} elseif ( 0 === $updated ) {
			// It was refused before it started, or the row could not be written then, or is gone.
			self::insert( $write, $result + array( 'due' => $result['ended'] ) );
		}
		self::clear( false );
	}

	/**
	 * Rows, the newest first: `audit.list`.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public static function list( array $values ): Outcome {
		self::clear( false );
		$where   = self::where( $values );
		$size    = $values['size'] ?? 50;
		$is_back = isset( $values['after'] );
		$found   = $is_back ? self::rows( $where, 'id > %d', $values['after'], 'ASC', $size + 1 ) : self::rows( $where, 'id < %d', $values['before'] ?? PHP_INT_MAX, 'DESC', $size + 1 );
		if ( false === $found ) {
			self::complain( 'read' );
			return Outcome::failed( Failure::make( 'audit_failed', 500 ) );
		}
		$more  = count( $found ) > $size;
		$rows  = array_slice( $found, 0, $size );
		$rows  = $is_back ? array_reverse( $rows ) : $rows;
		$other = false;
		if ( $rows && ( $is_back || isset( $values['before'] ) ) ) {
			// The side from which one comes.
			$other = (bool) ( $is_back ? self::rows( $where, 'id < %d', (int) end( $rows )['id'], 'DESC', 1 ) : self::rows( $where, 'id > %d', (int) $rows[0]['id'], 'ASC', 1 ) );
		}
		$state = self::state();
		return Outcome::good(
			array(
				'rows'      => array_map( array( self::class, 'shown' ), $rows ),
				'earlier'   => $is_back ? $other : $more,
				'later'     => $is_back ? $more : $other,
				'days'      => self::limit( 'LITELLM_AUDIT_DAYS', 400 ),
				'most'      => self::limit( 'LITELLM_AUDIT_ROWS', 50000 ),
				'missed'    => $state['missed'],
				'missed_at' => $state['missed_at'],
			)
		);
	}

	/**
	 * Some rows as they are in the table; false where the database gives none.
	 *
	 * @param array{0: string, 1: array<int, mixed>} $where Conditions, and what they compare with.
	 * @return array<int, array<string, string|null>>|false
	 */
	public static function rows( array $where, string $edge, int $id, string $order, int $most ) {
		global $wpdb;
		$sql = 'SELECT * FROM ' . self::table() . " WHERE {$where[0]} AND $edge ORDER BY id $order LIMIT %d";
		return self::quietly( static fn() => $wpdb->get_results( $wpdb->prepare( $sql, array_merge( $where[1], array( $id, $most ) ) ), ARRAY_A ) ); // phpcs:ignore WordPress.DB -- Our own words; what others chose is in the arguments.
	}

	/**
	 * Does what needs the table, and makes the table first where it is not there in this form, as after a backup without it.
	 *
	 * @param callable(): mixed $ask Asks the database.
	 * @return mixed False where the database refuses.
	 */
	public static function quietly( callable $ask ) {
		global $wpdb;
		$shown = $wpdb->suppress_errors( true );
		foreach ( array( self::VERSION === self::state()['version'], false ) as $is_there ) {
			if ( ! $is_there ) {
				self::make();
			}
			$wpdb->last_error = '';
			$answer           = $ask();
			$is_good          = false !== $answer && '' === $wpdb->last_error;
			if ( $is_good ) {
				break;
			}
		}
		$wpdb->suppress_errors( $shown );
		return $is_good ? $answer : false;
	}

	/**
	 * Removes the table, when the plugin is removed.
	 */
	public static function uninstall(): void {
		global $wpdb;
		$wpdb->query( 'DROP TABLE IF EXISTS ' . self::table() ); // phpcs:ignore WordPress.DB -- Runs once.
		delete_site_option( self::OPTION );
	}

	/**
	 * Conditions for what is looked for.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @return array{0: string, 1: array<int, mixed>}
	 */
	private static function where( array $values ): array {
		// Not LIKE: what is looked for may have its signs, and not every database reads its escapes alike.
		$within = static fn( string $column ): string => "INSTR( LOWER( $column ), LOWER( %s ) ) > 0";
		$sql    = array(
			'from'      => 'began >= %s',
			'to'        => 'began < %s',
			'operation' => 'operation = %s',
			'channel'   => 'channel = %s',
			'user'      => 'login = %s',
			'text'      => '( ' . implode( ' OR ', array_map( $within, array( 'subject_key', 'subject_alias', 'subject_user', 'subject_team' ) ) ) . ' )',
			'result'    => array( 'under_way' => "result = 'started' AND due >= %s", 'unknown' => "( result = 'unknown' OR ( result = 'started' AND due < %s ) )" )[ $values['result'] ?? '' ] ?? 'result = %s',
		);
		$args   = array();
		$where  = array( '1 = 1' );
		foreach ( array_intersect_key( $sql, $values ) as $name => $condition ) {
			$where[] = $condition;
			$value   = 'result' === $name && false !== strpos( $condition, 'due' ) ? self::moment( time() ) : $values[ $name ];
			array_push( $args, ...array_fill( 0, substr_count( $condition, '%s' ), $value ) );
		}
		return array( implode( ' AND ', $where ), $args );
	}

	/**
	 * A row for those who look.
	 *
	 * @param array<string, string|null> $row As it is in the table.
	 * @return array<string, mixed>
	 */
	private static function shown( array $row ): array {
		$is_open = 'started' === $row['result'];
		$is_lost = $is_open && $row['due'] < self::moment( time() );
		return array(
			'id'      => (int) $row['id'],
			'user_id' => (int) $row['user_id'],
			'site'    => (int) $row['site'],
			'key'     => $row['subject_key'],
			'alias'   => $row['subject_alias'],
			'user'    => $row['subject_user'],
			'team'    => $row['subject_team'],
			'changes' => (array) json_decode( (string) $row['changes'] ),
			'result'  => $is_lost ? 'unknown' : ( $is_open ? 'under_way' : $row['result'] ),
			'reason'  => $is_lost ? 'interrupted' : $row['reason'],
		) + array_intersect_key( $row, array_flip( array( 'began', 'ended', 'login', 'channel', 'address', 'gateway', 'operation', 'detail' ) ) );
	}

	/**
	 * Writes a row.
	 *
	 * @param array<string, mixed> $write  As Write_Event tells it.
	 * @param array<string, mixed> $result Columns.
	 */
	private static function insert( array $write, array $result ): void {
		global $wpdb;
		$is_nobody = REST_Controller::CRON === $write['by'] || ! is_user_logged_in();
		$is_far    = ! in_array( $write['by'], array( REST_Controller::CRON, REST_Controller::CLI ), true );
		// The address before a proxy is what anybody writes into a header: only a site knows which of them to believe.
		$address = $is_far ? apply_filters( 'litellm_dashboard_audit_address', sanitize_text_field( wp_unslash( $_SERVER['REMOTE_ADDR'] ?? '' ) ) ) : '';
		$columns = $result + self::subject( $write ) + array(
			'began'     => self::moment( time() ),
			'user_id'   => $is_nobody ? 0 : get_current_user_id(),
			'login'     => $is_nobody ? ( $is_far ? '' : $write['by'] ) : self::fit( wp_get_current_user()->user_login ),
			'channel'   => $write['by'],
			'address'   => (string) filter_var( $address, FILTER_VALIDATE_IP ),
			'site'      => get_current_blog_id(),
			'gateway'   => substr( Plugin::origin( ( new Settings() )->base() ), 0, 255 ),
			'operation' => $write['operation'],
			'detail'    => '',
		);
		if ( false === self::quietly( static fn() => $wpdb->insert( self::table(), $columns ) ) ) { // phpcs:ignore WordPress.DB -- A table of our own.
			self::miss();
			return;
		}
		if ( 'started' === $columns['result'] ) {
			self::$rows[ $write['id'] ] = (int) $wpdb->insert_id;
		}
		if ( 0 === $wpdb->insert_id % self::EVERY ) {
			self::clear( true );
		}
	}

	/**
	 * What it is about, as columns.
	 *
	 * @param array<string, mixed> $write As Write_Event tells it.
	 * @return array<string, string>
	 */
	private static function subject( array $write ): array {
		return array_map( array( self::class, 'fit' ), array( 'subject_key' => $write['key'], 'subject_alias' => $write['alias'], 'subject_user' => $write['user'], 'subject_team' => $write['team'] ) );
	}

	/**
	 * What changes, as JSON: of each field what it was, as far as that is known, what was asked for, and what the gateway made of
	 * it where it says something else.
	 *
	 * @param array<string, mixed> $write As Write_Event tells it.
	 * @param array<string, mixed> $after What the gateway says that it is now.
	 */
	private static function changes( array $write, array $after ): string {
		$changes = array();
		foreach ( $write['asked'] as $name => $value ) {
			$is        = $after[ $name ] ?? null;
			$before    = (array) $write['before'];
			$change    = array( 'field' => (string) $name, 'asked' => self::cut( $value ) );
			$change   += array_key_exists( $name, $before ) ? array( 'before' => self::cut( $before[ $name ] ) ) : array();
			$changes[] = $change + ( null === $is || wp_json_encode( $is ) === wp_json_encode( $value ) || $is == $value ? array() : array( 'after' => self::cut( $is ) ) ); // phpcs:ignore Universal.Operators.StrictComparisons.LooseEqual, WordPress.PHP.StrictComparisons.LooseComparison -- 10 is 10.0.
		}
		return (string) wp_json_encode( $changes, JSON_PARTIAL_OUTPUT_ON_ERROR );
	}

	/**
	 * A value that is not too long for a row.
	 *
	 * @param mixed $value Of JSON.
	 * @return mixed
	 */
	private static function cut( $value ) {
		$text = (string) wp_json_encode( $value );
		return strlen( $text ) > self::LONGEST_VALUE ? Failure::printable( is_string( $value ) ? $value : $text, 300 ) : $value;
	}

	/**
	 * A text that an older database can hold, too, which else would refuse the row.
	 */
	private static function fit( string $text ): string {
		global $wpdb;
		return 0 === strpos( (string) $wpdb->charset, 'utf8mb4' ) ? $text : (string) preg_replace( '/[\x{10000}-\x{10ffff}]/u', "\u{fffd}", $text );
	}

	/**
	 * Says that a row could not be written.
	 */
	private static function miss(): void {
		self::complain( 'written' );
		self::save( array( 'missed' => self::state()['missed'] + 1, 'missed_at' => self::moment( time() ) ) );
	}

	/**
	 * Whoever runs the site has to know.
	 */
	private static function complain( string $what ): void {
		global $wpdb;
		error_log( "LiteLLM Dashboard: the audit log could not be $what: " . Failure::printable( $wpdb->last_error, 300 ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log -- It would be silent otherwise.
	}

	/**
	 * Removes what is too old, once a day, and what is too much.
	 */
	private static function clear( bool $by_size ): void {
		global $wpdb;
		$today = substr( self::moment( time() ), 0, 10 );
		$table = self::table();
		// Where a database counts in steps, ids may never be round.
		$by_size = $by_size || self::state()['cleared'] !== $today;
		if ( $by_size ) {
			$last = self::rows( array( '1 = 1', array() ), 'id < %d', PHP_INT_MAX, 'DESC', 1 );
			self::quietly( static fn() => $wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE id <= %d", (int) ( $last[0]['id'] ?? 0 ) - self::limit( 'LITELLM_AUDIT_ROWS', 50000 ) ) ) ); // phpcs:ignore WordPress.DB -- A table of our own.
		}
		if ( self::state()['cleared'] !== $today ) {
			self::quietly( static fn() => $wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE began < %s", self::moment( time() - self::limit( 'LITELLM_AUDIT_DAYS', 400 ) * DAY_IN_SECONDS ) ) ) ); // phpcs:ignore WordPress.DB -- Likewise.
			self::save( array( 'cleared' => $today ) );
		}
	}

	/**
	 * Makes the table, or brings it into this form.
	 */
	private static function make(): void {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$columns = array( 'id bigint(20) unsigned NOT NULL AUTO_INCREMENT', 'began datetime NOT NULL', 'due datetime NOT NULL', 'ended datetime DEFAULT NULL', 'user_id bigint(20) unsigned NOT NULL DEFAULT 0', 'site bigint(20) unsigned NOT NULL DEFAULT 0' );
		$texts   = array( 'login' => 60, 'channel' => 10, 'address' => 45, 'gateway' => 255, 'operation' => 40, 'subject_key' => 64, 'subject_alias' => 255, 'subject_user' => 255, 'subject_team' => 255, 'result' => 10, 'reason' => 190 );
		foreach ( $texts as $name => $length ) {
			$columns[] = "$name varchar($length) NOT NULL DEFAULT ''";
		}
		array_push( $columns, 'detail text NOT NULL', 'changes longtext NOT NULL', 'PRIMARY KEY  (id)', 'KEY began (began)', 'KEY user_id (user_id)', 'KEY subject_key (subject_key)' );
		dbDelta( 'CREATE TABLE ' . self::table() . " (\n" . implode( ",\n", $columns ) . "\n) {$wpdb->get_charset_collate()};" );
		self::save( array( 'version' => self::VERSION ) );
	}

	/**
	 * What is kept about the table.
	 *
	 * @return array{version: int, cleared: string, missed: int, missed_at: string|null}
	 */
	private static function state(): array {
		$state = get_site_option( self::OPTION );
		return ( is_array( $state ) ? $state : array() ) + self::FRESH;
	}

	/**
	 * Keeps something else about it.
	 *
	 * @param array<string, mixed> $change What is new.
	 */
	private static function save( array $change ): void {
		update_site_option( self::OPTION, $change + self::state() );
	}

	/**
	 * A limit that wp-config.php may set.
	 */
	private static function limit( string $constant, int $otherwise ): int {
		$limit = defined( $constant ) ? constant( $constant ) : null;
		return is_int( $limit ) && $limit > 0 ? $limit : $otherwise;
	}

	/**
	 * A moment (UTC) as the table has it.
	 */
	private static function moment( int $time ): string {
		return gmdate( 'Y-m-d H:i:s', $time );
	}
}
