<?php
/**
 * Today's cost in the bar above every page of wp-admin.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Admin_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Notes the cost of the day whenever the plugin has it from LiteLLM, and shows what was noted. Nobody is asked for it, and no
 * page of wp-admin waits for the database: the note is one of the few options that WordPress loads anyway, about a hundred bytes.
 */
final class Today {

	private const NOTE = 'litellm_dashboard_today';
	/** So much later it is noted again: what changes with every call need not be written with every call. */
	private const RHYTHM_S = 300;
	/** What is older is told with its time of day. */
	private const YOUNG_S = 900;

	/**
	 * Notes the cost where an answer has it.
	 *
	 * @param string               $operation Its name in the contract.
	 * @param array<string, mixed> $values    Its parameters.
	 * @param int                  $at        When LiteLLM was asked.
	 * @param mixed                $data      What it said, as the browser gets it.
	 */
	public static function note( string $operation, array $values, int $at, $data ): void {
		if ( 'activity.day' !== $operation || gmdate( 'Y-m-d', $at ) !== ( $values['day'] ?? '' ) ) {
			return;
		}
		$known = self::known();
		$cost  = self::figure( $data->results[0]->metrics ?? null, 'spend' );
		if ( null !== $cost && ( null === $known || $at >= $known['at'] + self::RHYTHM_S ) ) {
			update_option( self::NOTE, array( 'of' => self::gateway(), 'day' => $values['day'], 'cost' => $cost, 'at' => $at ), true );
		}
	}

	/**
	 * Adds the cost to the bar, for who may see it; nothing where it is not known.
	 *
	 * @param WP_Admin_Bar $bar The bar.
	 */
	public static function add( WP_Admin_Bar $bar ): void {
		$known = current_user_can( Capabilities::VIEW_ALL ) ? self::known() : null; // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
		if ( null === $known ) {
			return;
		}
		$time = self::time( $known['at'] );
		$cost = self::usd( $known['cost'] );
		/* translators: 1: an amount such as $1.20, 2: time of day. */
		$short = $known['at'] > time() - self::YOUNG_S ? $cost : sprintf( __( '%1$s at %2$s', 'litellm-dashboard' ), $cost, $time );
		/* translators: 1: time of day, 2: an amount such as $1.20. */
		$long = sprintf( __( 'Cost of today’s UTC day, as it was at %1$s: %2$s', 'litellm-dashboard' ), $time, $cost );
		$page = array( 'href' => admin_url( 'admin.php?page=litellm-dashboard' ) );
		$bar->add_node( array( 'id' => 'litellm-dashboard', 'title' => 'LiteLLM <bdi>' . esc_html( $short ) . '</bdi>' ) + $page );
		$bar->add_node( array( 'id' => 'litellm-dashboard-today', 'parent' => 'litellm-dashboard', 'title' => esc_html( $long ) ) + $page );
	}

	/**
	 * What was noted, where it is of this day and this gateway.
	 *
	 * @return array{cost: float, at: int}|null
	 */
	public static function known(): ?array {
		// Of what is loaded anyway: one that is not there yet would cost a query.
		$note = maybe_unserialize( wp_load_alloptions()[ self::NOTE ] ?? '' );
		if ( ! is_array( $note ) || gmdate( 'Y-m-d', time() ) !== ( $note['day'] ?? '' ) || self::gateway() !== ( $note['of'] ?? '' ) ) {
			return null;
		}
		return is_float( $note['cost'] ?? null ) && is_int( $note['at'] ?? null ) ? $note : null;
	}

	/**
	 * A text, or ''.
	 *
	 * @param mixed $value What should be one.
	 */
	public static function text( $value ): string {
		return is_string( $value ) ? $value : '';
	}

	/**
	 * A figure of LiteLLM's sums of a day; a day without calls has none. Null where it cannot be true.
	 *
	 * @param mixed $metrics The sums.
	 */
	public static function figure( $metrics, string $name ): ?float {
		$value = null === $metrics ? 0 : ( $metrics->{$name} ?? null );
		return ( is_int( $value ) || is_float( $value ) ) && $value >= 0 && $value < 1e15 ? (float) $value : null;
	}

	/**
	 * An amount as it is written here; of less than a dollar its first two digits, so that something is not nothing.
	 */
	public static function usd( float $amount ): string {
		$digits = $amount > 0 && $amount < 1 ? (int) max( 2, min( 10, 1 + ceil( -log10( $amount ) ) ) ) : 2;
		/* translators: %s: an amount in US dollars. */
		return sprintf( __( '$%s', 'litellm-dashboard' ), number_format_i18n( $amount, $digits ) );
	}

	/**
	 * A time of day in the time of the site.
	 */
	public static function time( int $at ): string {
		return (string) wp_date( (string) get_option( 'time_format' ), $at );
	}

	/**
	 * Sentences one after the other; some languages have no space between them.
	 */
	public static function sentences( string ...$texts ): string {
		return implode( preg_match( '/^(?:zh|ja)/', determine_locale() ) ? '' : ' ', $texts );
	}

	/**
	 * By which a note is known to be of the gateway and the key that are set now.
	 */
	private static function gateway(): string {
		$settings = new Settings();
		return substr( wp_hash( $settings->base() . "\n" . $settings->key() ), 0, 12 );
	}
}
