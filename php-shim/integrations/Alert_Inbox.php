<?php
/**
 * What others report, and the notice in wp-admin.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

/**
 * Takes what Alertmanager's webhook brings, and shows it with the alerts of the last day on our pages and on the Dashboard.
 * Alertmanager cannot sign, so it shows a token.
 */
final class Alert_Inbox {

	public const TOKEN = 'LITELLM_ALERTMANAGER_TOKEN';

	private const OPEN = 'litellm_dashboard_alerts_inbox';
	/** A token with fewer characters opens nothing. */
	private const SHORTEST_TOKEN = 16;
	private const MAX_BODY_BYTES = 262144;
	private const MOST           = 50;
	/** Alertmanager of the kit repeats what is open within a day. What it does not is forgotten: it may be gone itself. */
	private const FORGOTTEN_S = DAY_IN_SECONDS + 2 * HOUR_IN_SECONDS;
	private const SHOWN       = 6;

	/**
	 * Whether the request shows the token. Without one on this server the route is as if it were not there.
	 *
	 * @return true|WP_Error
	 */
	public static function may( WP_REST_Request $request ) {
		$token = Alert_Sender::secret( self::TOKEN );
		if ( strlen( $token ) < self::SHORTEST_TOKEN ) {
			return Failure::make( 'rest_no_route', 404 );
		}
		$shown = (string) preg_replace( '/^Bearer /i', '', (string) $request->get_header( 'authorization' ), 1, $count );
		return 1 === $count && hash_equals( $token, $shown ) ? true : Failure::make( 'rest_forbidden', 401 );
	}

	/**
	 * Takes a notification: what fires is kept, what is over is removed. Several come at the same time; one that finds another at
	 * it is told to come again, which Alertmanager does.
	 *
	 * @return WP_REST_Response|WP_Error
	 */
	public static function receive( WP_REST_Request $request ) {
		$body  = (string) $request->get_body();
		$given = strlen( $body ) <= self::MAX_BODY_BYTES ? json_decode( $body, true, 8 ) : array();
		if ( strlen( $body ) > self::MAX_BODY_BYTES ) {
			return Failure::make( 'litellm_invalid_request', 413, array( 'reason' => 'too_large' ) );
		}
		if ( ! is_array( $given ) || ! is_array( $given['alerts'] ?? null ) ) {
			return Failure::make( 'litellm_invalid_request', 400, array( 'reason' => 'body' ) );
		}
		$lock = new Cache( new Settings() );
		if ( ! $lock->lock( array( 'alerts_inbox' ), MINUTE_IN_SECONDS ) ) {
			return Failure::make( 'litellm_busy', 503 );
		}
		wp_cache_delete( self::OPEN, 'options' );
		wp_cache_delete( 'notoptions', 'options' );
		$open  = self::open();
		$known = $open;
		foreach ( array_filter( $given['alerts'], 'is_array' ) as $alert ) {
			$alert = self::cleaned( $alert );
			unset( $open[ $alert['id'] ] );
			if ( $alert['fires'] ) {
				$open[ $alert['id'] ] = $alert;
			}
		}
		// The newest stay.
		$open    = array_slice( $open, -self::MOST, null, true );
		$is_kept = $open === $known || update_option( self::OPEN, $open, false );
		$lock->unlock();
		return $is_kept ? new WP_REST_Response( array( 'open' => count( $open ) ) ) : Failure::make( 'litellm_not_stored', 500 );
	}

	/**
	 * Has the notice shown on the page that is being loaded, to who may see what it says.
	 */
	public static function show(): void {
		if ( current_user_can( Capabilities::VIEW_ALL ) ) { // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
			add_action( 'admin_notices', array( self::class, 'print_notice' ) );
		}
	}

	/**
	 * Prints the notice, if there is anything to say.
	 */
	public static function print_notice(): void {
		$rules = Alert_Run::rules();
		$lines = array();
		foreach ( array_reverse( self::open() ) as $alert ) {
			$text    = "\u{2068}" . ( 0 === strpos( get_user_locale(), 'zh' ) && '' !== $alert['zh'] ? $alert['zh'] : $alert['text'] ) . "\u{2069}";
			$lines[] = array( $alert['since'], 'Alertmanager: ' . $text, '' );
		}
		foreach ( $rules['on'] && $rules['notice'] ? array_reverse( Alert_Run::state()['recent'] ?? array() ) : array() as $event ) {
			if ( $event['at'] > time() - DAY_IN_SECONDS ) {
				$is_closed = 0 === strpos( $event['kind'], 'errors_' ) && ! current_user_can( Capabilities::VIEW_LOGS ); // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
				$lines[]   = array( $event['at'], Alert_Sender::sentence( $event ), $is_closed ? '' : Alert_Sender::address( $event ) );
			}
		}
		if ( ! $lines ) {
			return;
		}
		echo '<div class="notice notice-warning litellm-dashboard-alerts"><p><strong>' . esc_html__( 'Alerts of the LiteLLM gateway', 'litellm-dashboard' ) . '</strong></p><ul>';
		foreach ( array_slice( $lines, 0, self::SHOWN ) as list( $at, $text, $address ) ) {
			$time = '<time datetime="' . esc_attr( gmdate( 'c', $at ) ) . '">' . esc_html( Alert_Sender::when( $at ) ) . '</time>';
			echo '<li>' . $time . ' — ' . ( '' === $address ? esc_html( $text ) : '<a href="' . esc_url( $address ) . '">' . esc_html( $text ) . '</a>' ) . '</li>'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- The time is escaped above.
		}
		$more = count( $lines ) - self::SHOWN;
		if ( $more > 0 ) {
			/* translators: %s: number of alerts. */
			echo '<li>' . esc_html( sprintf( _n( '%s more alert', '%s more alerts', $more, 'litellm-dashboard' ), number_format_i18n( $more ) ) ) . '</li>';
		}
		echo '</ul></div>';
	}

	/**
	 * What is open and was heard of within a day.
	 *
	 * @return array<string, array<string, mixed>> By id, the newest last.
	 */
	public static function open(): array {
		$open = get_option( self::OPEN, array() );
		return array_filter( is_array( $open ) ? $open : array(), static fn( $alert ): bool => is_array( $alert ) && $alert['heard'] > time() - self::FORGOTTEN_S );
	}

	/**
	 * What is kept of an alert: these fields, as plain texts that are not long, without anything like a secret.
	 *
	 * @param array<int|string, mixed> $alert As it came.
	 * @return array<string, mixed>
	 */
	private static function cleaned( array $alert ): array {
		$labels = is_array( $alert['labels'] ?? null ) ? $alert['labels'] : array();
		$notes  = is_array( $alert['annotations'] ?? null ) ? $alert['annotations'] : array();
		$text   = static fn( $value ): string => Alert_Run::name( is_string( $value ) ? ( new Settings() )->scrubber()->text( wp_check_invalid_utf8( substr( $value, 0, 4096 ), true ) ) : '', 300 );
		$mark   = $alert['fingerprint'] ?? null;
		$began  = is_string( $alert['startsAt'] ?? null ) ? (int) strtotime( substr( $alert['startsAt'], 0, 40 ) ) : 0;
		$said   = $text( $notes['summary'] ?? null );
		return array(
			'id'    => is_string( $mark ) && preg_match( '/^[0-9a-f]{8,64}$/D', $mark ) ? "f$mark" : 'l' . md5( (string) wp_json_encode( $labels ) ),
			'fires' => 'resolved' !== ( $alert['status'] ?? '' ),
			'text'  => '' !== $said ? $said : $text( $labels['alertname'] ?? null ),
			'zh'    => $text( $notes['summary_zh'] ?? null ),
			'since' => $began > 0 && $began <= time() ? $began : time(),
			'heard' => time(),
		);
	}
}
