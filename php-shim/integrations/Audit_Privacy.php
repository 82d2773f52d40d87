<?php
/**
 * The audit log among the personal data that WordPress exports and erases.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Rows that name a person are those of what the person's account did, and those about a user of the gateway with that e-mail
 * address. Erasing leaves the rows, as they say what became of keys, and takes the person out of them.
 */
final class Audit_Privacy {

	/** So many rows at a time. */
	private const SIZE = 200;
	/** The columns that may hold an e-mail address. */
	private const TEXTS = array( 'login', 'subject_alias', 'subject_user', 'detail', 'changes' );

	/**
	 * Adds the exporter.
	 *
	 * @param mixed $exporters Those of others.
	 * @return mixed
	 */
	public static function exporters( $exporters ) {
		return self::with( $exporters, 'exporter_friendly_name', 'export' );
	}

	/**
	 * Adds the eraser.
	 *
	 * @param mixed $erasers Those of others.
	 * @return mixed
	 */
	public static function erasers( $erasers ) {
		return self::with( $erasers, 'eraser_friendly_name', 'erase' );
	}

	/**
	 * Rows that name a person.
	 *
	 * @return array{data: array<int, array<string, mixed>>, done: bool}|WP_Error An export that lacks some would look complete.
	 */
	public static function export( string $email, int $page = 1 ) {
		$rows = self::rows( $email, 0, ( $page - 1 ) * self::SIZE );
		if ( false === $rows ) {
			return new WP_Error( 'audit_failed', __( 'The audit log of the LiteLLM gateway could not be read.', 'litellm-dashboard' ) );
		}
		$items = array();
		foreach ( $rows as $row ) {
			$data = array();
			foreach ( self::names( $row, $email ) ? self::labels() : array() as $column => $label ) {
				if ( '' !== (string) $row[ $column ] ) {
					$data[] = array( 'name' => $label, 'value' => esc_html( (string) $row[ $column ] ) );
				}
			}
			if ( $data ) {
				$items[] = array( 'group_id' => 'litellm-audit', 'group_label' => __( 'LiteLLM audit log', 'litellm-dashboard' ), 'item_id' => "litellm-audit-{$row['id']}", 'data' => $data );
			}
		}
		return array( 'data' => $items, 'done' => count( $rows ) < self::SIZE );
	}

	/**
	 * Takes a person out of the rows, some of them at a time: those of which it was done are no longer found.
	 *
	 * @return array{items_removed: bool, items_retained: bool, messages: string[], done: bool}
	 */
	public static function erase( string $email ): array {
		global $wpdb;
		list( $done, $stuck, $id ) = array( 0, false, 0 );
		do {
			$rows = self::rows( $email, $id, 0 );
			foreach ( false === $rows ? array() : $rows as $row ) {
				$id = (int) $row['id'];
				if ( ! self::names( $row, $email ) ) {
					continue;
				}
				$new = (array) preg_replace( self::pattern( $email ), Audit_Log::REMOVED, array_intersect_key( $row, array_flip( self::TEXTS ) ) );
				$new = ( self::did( $row, $email ) ? array( 'user_id' => 0, 'address' => '', 'login' => Audit_Log::REMOVED ) : array() ) + $new;
				if ( false === Audit_Log::quietly( static fn() => $wpdb->update( Audit_Log::table(), $new, array( 'id' => $id ) ) ) ) { // phpcs:ignore WordPress.DB -- A table of our own.
					$stuck = true;
				} else {
					++$done;
				}
			}
			$is_last = false === $rows || count( $rows ) < self::SIZE;
		} while ( ! $is_last && $done < self::SIZE );
		$stuck    = $stuck || false === $rows;
		$messages = $done ? array( __( 'The audit log of the LiteLLM gateway still says what was done and when; the name and the IP address were removed from it.', 'litellm-dashboard' ) ) : array();
		if ( $stuck ) {
			$messages[] = __( 'The database refused to change some entries of the audit log of the LiteLLM gateway. Their personal data are still there.', 'litellm-dashboard' );
		}
		return array( 'items_removed' => $done > 0, 'items_retained' => $done > 0 || $stuck, 'messages' => $messages, 'done' => $is_last || $stuck );
	}

	/**
	 * Rows that may name a person, the oldest first; false where the database gives none.
	 *
	 * @return array<int, array<string, string|null>>|false
	 */
	private static function rows( string $email, int $after, int $skip ) {
		global $wpdb;
		if ( '' === $email ) {
			return array();
		}
		$user  = get_user_by( 'email', $email );
		$where = array( 'user_id = %d' );
		$args  = array( $user ? $user->ID : -1 );
		foreach ( self::TEXTS as $column ) {
			foreach ( self::forms( $email ) as $form ) {
				$where[] = "INSTR( LOWER( $column ), LOWER( %s ) ) > 0";
				$args[]  = $form;
			}
		}
		$sql  = 'SELECT * FROM ' . Audit_Log::table() . ' WHERE ( ' . implode( ' OR ', $where ) . ' ) AND id > %d ORDER BY id LIMIT %d OFFSET %d';
		$args = array_merge( $args, array( $after, self::SIZE, $skip ) );
		return Audit_Log::quietly( static fn() => $wpdb->get_results( $wpdb->prepare( $sql, $args ), ARRAY_A ) ); // phpcs:ignore WordPress.DB -- Our own words; what others chose is in the arguments.
	}

	/**
	 * Whether the account with this address did it.
	 *
	 * @param array<string, string|null> $row As it is in the table.
	 */
	private static function did( array $row, string $email ): bool {
		$user = get_user_by( 'email', $email );
		return $user && (int) $row['user_id'] === $user->ID;
	}

	/**
	 * Whether a row names this person, and not one whose address only ends or begins like this one.
	 *
	 * @param array<string, string|null> $row As it is in the table.
	 */
	private static function names( array $row, string $email ): bool {
		return self::did( $row, $email ) || preg_grep( self::pattern( $email ), array_intersect_key( $row, array_flip( self::TEXTS ) ) );
	}

	/**
	 * An address within a text.
	 */
	private static function pattern( string $email ): string {
		$forms = array_map( static fn( string $form ): string => preg_quote( $form, '~' ), self::forms( $email ) );
		return '~(?<![\pL\pN._%+-])(?:' . implode( '|', $forms ) . ')(?![\pL\pN_-]|\.[\pL\pN])~iu';
	}

	/**
	 * As it is, and as JSON may have it.
	 *
	 * @return string[]
	 */
	private static function forms( string $email ): array {
		return array_unique( array( $email, trim( (string) wp_json_encode( $email ), '"' ) ) );
	}

	/**
	 * What is exported of a row.
	 *
	 * @return array<string, string> By column.
	 */
	private static function labels(): array {
		return array(
			'began'         => __( 'Time (UTC)', 'litellm-dashboard' ),
			'login'         => __( 'User', 'litellm-dashboard' ),
			'address'       => __( 'IP address', 'litellm-dashboard' ),
			'channel'       => __( 'Channel', 'litellm-dashboard' ),
			'operation'     => __( 'Operation', 'litellm-dashboard' ),
			'subject_key'   => __( 'Key', 'litellm-dashboard' ),
			'subject_alias' => __( 'Name', 'litellm-dashboard' ),
			'subject_user'  => __( 'User of the gateway', 'litellm-dashboard' ),
			'subject_team'  => __( 'Team', 'litellm-dashboard' ),
			'changes'       => __( 'Changes', 'litellm-dashboard' ),
			'result'        => __( 'Result', 'litellm-dashboard' ),
			'detail'        => __( 'Details', 'litellm-dashboard' ),
		);
	}

	/**
	 * A list of WordPress' with an entry of ours.
	 *
	 * @param mixed $all Those of others.
	 * @return mixed
	 */
	private static function with( $all, string $named, string $callback ) {
		return is_array( $all ) ? $all + array( 'litellm-dashboard-audit' => array( $named => __( 'LiteLLM audit log', 'litellm-dashboard' ), 'callback' => array( self::class, $callback ) ) ) : $all;
	}
}
