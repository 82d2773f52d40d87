<?php
/**
 * The audit log among the personal data that WordPress exports and erases.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

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
	 * Suggests words for the privacy policy.
	 */
	public static function suggest(): void {
		$text = __( 'When somebody changes keys, users or teams of the LiteLLM gateway with the plugin, this site keeps who did it (user ID and login name), when, from which IP address, and what was changed. Entries are removed after 400 days, or when there are more than 50,000 of them, if the site has not set other limits. They stay on this site.', 'litellm-dashboard' );
		wp_add_privacy_policy_content( 'LiteLLM Dashboard', '<p>' . esc_html( $text ) . '</p>' );
	}

	/**
	 * Rows that name a person.
	 *
	 * @return array{data: array<int, array<string, mixed>>, done: bool}
	 */
	public static function export( string $email, int $page = 1 ): array {
		$rows  = self::rows( $email, ( $page - 1 ) * self::SIZE );
		$items = array();
		foreach ( (array) $rows as $row ) {
			$data = array();
			foreach ( self::labels() as $column => $label ) {
				if ( '' !== (string) $row[ $column ] ) {
					$data[] = array( 'name' => $label, 'value' => esc_html( (string) $row[ $column ] ) );
				}
			}
			$items[] = array( 'group_id' => 'litellm-audit', 'group_label' => __( 'LiteLLM audit log', 'litellm-dashboard' ), 'item_id' => "litellm-audit-{$row['id']}", 'data' => $data );
		}
		return array( 'data' => $items, 'done' => count( $items ) < self::SIZE );
	}

	/**
	 * Takes a person out of the rows.
	 *
	 * @return array{items_removed: bool, items_retained: bool, messages: string[], done: bool}
	 */
	public static function erase( string $email, int $page = 1 ): array {
		global $wpdb;
		// What was done is no longer found: each page is the first of what is left.
		$rows = self::rows( $email, 0 );
		$user = get_user_by( 'email', $email );
		$done = 0;
		foreach ( (array) $rows as $row ) {
			$names = array( $email );
			$new   = array();
			if ( $user && (int) $row['user_id'] === $user->ID ) {
				$new     = array( 'user_id' => 0, 'address' => '' );
				$names[] = $user->user_login;
			}
			foreach ( self::TEXTS as $column ) {
				// In JSON an address may be written in another way.
				$forms          = 'login' === $column ? $names : array( $email, trim( (string) wp_json_encode( $email ), '"' ) );
				$new[ $column ] = isset( $new['user_id'] ) && 'login' === $column ? Audit_Log::REMOVED : str_ireplace( $forms, Audit_Log::REMOVED, (string) $row[ $column ] );
			}
			$done += Audit_Log::quietly( static fn() => $wpdb->update( Audit_Log::table(), $new, array( 'id' => $row['id'] ) ) ) ? 1 : 0; // phpcs:ignore WordPress.DB -- A table of our own.
		}
		$is_stuck = false === $rows || $done < count( $rows );
		$messages = $done ? array( __( 'The audit log of the LiteLLM gateway still says what was done and when; the name and the IP address were removed from it.', 'litellm-dashboard' ) ) : array();
		if ( $is_stuck ) {
			$messages[] = __( 'The database refused to change some entries of the audit log of the LiteLLM gateway. Their personal data are still there.', 'litellm-dashboard' );
		}
		return array( 'items_removed' => $done > 0, 'items_retained' => $done > 0 || $is_stuck, 'messages' => $messages, 'done' => $is_stuck || count( $rows ) < self::SIZE );
	}

	/**
	 * Rows that name a person, the oldest first; false where the database gives none.
	 *
	 * @return array<int, array<string, string|null>>|false
	 */
	private static function rows( string $email, int $from ) {
		global $wpdb;
		if ( '' === $email ) {
			return array();
		}
		$user  = get_user_by( 'email', $email );
		$forms = array_unique( array( $email, trim( (string) wp_json_encode( $email ), '"' ) ) );
		$where = array();
		$args  = array();
		foreach ( self::TEXTS as $column ) {
			foreach ( $forms as $form ) {
				$where[] = "INSTR( LOWER( $column ), LOWER( %s ) ) > 0";
				$args[]  = $form;
			}
		}
		if ( $user ) {
			$where[] = 'user_id = %d';
			$args[]  = $user->ID;
		}
		$sql = 'SELECT * FROM ' . Audit_Log::table() . ' WHERE ' . implode( ' OR ', $where ) . ' ORDER BY id LIMIT %d OFFSET %d';
		return Audit_Log::quietly( static fn() => $wpdb->get_results( $wpdb->prepare( $sql, array_merge( $args, array( self::SIZE, $from ) ) ), ARRAY_A ) ); // phpcs:ignore WordPress.DB -- Our own words; what others chose is in the arguments.
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
