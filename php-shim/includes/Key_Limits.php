<?php
/**
 * How far keys may go that are made or changed here.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Holds new and changed keys to the ceilings of LITELLM_KEY_LIMITS. A limit that is not set is none, and so above each ceiling.
 * What of a key is not changed stays, though it may be above.
 */
final class Key_Limits {

	/**
	 * The ceilings, by our parameter; days for the expiry, and as the shortest period of a budget.
	 */
	private const CEILINGS = array(
		'max_budget'            => 'max_budget',
		'rpm_limit'             => 'rpm_limit',
		'tpm_limit'             => 'tpm_limit',
		'max_parallel_requests' => 'max_parallel_requests',
		'duration'              => 'duration_days',
	);
	private const SHORTEST = 'budget_days';
	/** What a budget of the gateway, which keys can share, may set above a ceiling: it wins over the key's own. */
	private const SHARED   = array( 'max_budget', 'rpm_limit', 'tpm_limit', 'max_parallel_requests', self::SHORTEST );
	private const MODELS   = 'models';
	private const REQUIRED = 'required';
	/**
	 * Seconds of each unit of a period; a month as long as the longest.
	 */
	private const UNITS = array( 's' => 1, 'm' => MINUTE_IN_SECONDS, 'h' => HOUR_IN_SECONDS, 'd' => DAY_IN_SECONDS, 'mo' => 31 * DAY_IN_SECONDS );

	private Settings $settings;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * What is wrong with the JSON of a setting: the name of the rule that it breaks, or null.
	 */
	public static function complaint( string $json ): ?string {
		$limits = '' === $json ? array() : json_decode( $json, true );
		if ( ! is_array( $limits ) || ( $limits && wp_is_numeric_array( $limits ) ) ) {
			return 'json';
		}
		foreach ( $limits as $name => $value ) {
			if ( self::MODELS === $name || self::REQUIRED === $name ) {
				$known = self::MODELS === $name ? $value : array_merge( array_keys( self::CEILINGS ), array( self::MODELS ) );
				$valid = is_array( $value ) && $value && wp_is_numeric_array( $value ) && array_filter( $value, 'is_string' ) === $value && ! array_diff( $value, (array) $known ) && ! in_array( '', $value, true );
			} elseif ( self::SHORTEST === $name || in_array( $name, self::CEILINGS, true ) ) {
				$valid = is_int( $value ) ? $value > 0 : 'max_budget' === $name && is_float( $value ) && $value > 0;
			} else {
				return 'name';
			}
			if ( ! $valid ) {
				return 'value';
			}
		}
		return null;
	}

	/**
	 * Whether a change can be judged only by what the key is now.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function depends_on_now( array $values ): bool {
		return isset( $this->settings->key_limits()['max_budget'] ) && ( isset( $values['max_budget'] ) || isset( $values['temp_budget_increase'] ) );
	}

	/**
	 * Why a key must not be made or changed like this, or null.
	 *
	 * @param array<string, mixed> $values    Checked parameters; the metadata are whole.
	 * @param bool                 $is_change Whether the key is there already.
	 * @param stdClass|null        $now       What it is now, where that matters.
	 */
	public function refuse( array $values, bool $is_change, ?stdClass $now ): ?WP_Error {
		$limits = $this->settings->key_limits();
		if ( null === $limits ) {
			return Failure::make( 'litellm_not_configured', 503, array( 'reason' => 'limits_invalid' ) );
		}
		$wrong = array();
		foreach ( array_merge( array_keys( self::CEILINGS ), array( self::MODELS ) ) as $name ) {
			$most    = $limits[ self::CEILINGS[ $name ] ?? $name ] ?? null;
			$is_said = array_key_exists( $name, $values ) || ! $is_change;
			$value   = $values[ $name ] ?? null;
			$is_none = null === $value || array() === $value;
			if ( $is_said && $is_none && ( null !== $most || in_array( $name, $limits[ self::REQUIRED ] ?? array(), true ) ) ) {
				$wrong[ $name ] = 'limit_required';
			} elseif ( ! $is_none && null !== $most ) {
				$is_over = self::MODELS === $name ? (bool) array_diff( $value, $most ) : ( 'duration' === $name ? self::seconds( $value ) > $most * DAY_IN_SECONDS : $value > $most );
				$wrong  += $is_over ? array( $name => 'limit' ) : array();
			}
		}
		if ( isset( $limits[ self::SHORTEST ], $values['budget_duration'] ) && self::seconds( $values['budget_duration'] ) < $limits[ self::SHORTEST ] * DAY_IN_SECONDS ) {
			$wrong['budget_duration'] = 'limit_short';
		}
		$wrong += isset( $values['budget'] ) && array_intersect( self::SHARED, array_keys( $limits ) ) ? array( 'budget' => 'limit' ) : array();
		if ( isset( $limits['max_budget'] ) && self::budget_for_now( $values, $now ) > $limits['max_budget'] ) {
			$wrong += array( isset( $values['max_budget'] ) ? 'max_budget' : 'temp_budget_increase' => 'limit' );
		}
		return $wrong ? Failure::make( 'litellm_key_limits', 400, array( 'params' => $wrong ) ) : null;
	}

	/**
	 * The budget with what is added to it for a time, as it will be; 0 where neither changes.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @param stdClass|null        $now    What the key is now.
	 */
	private static function budget_for_now( array $values, ?stdClass $now ): float {
		$metadata = $values['metadata'] ?? $now->metadata ?? new stdClass();
		$expiry   = $values['temp_budget_expiry'] ?? $metadata->temp_budget_expiry ?? null;
		// LiteLLM reads more than PHP does, and by its own clock: what is not surely over counts.
		$is_dated = is_string( $expiry ) && preg_match( '/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?$/D', $expiry );
		$is_over  = null === $expiry || ( $is_dated && strtotime( $expiry ) < time() - DAY_IN_SECONDS );
		$increase = $is_over ? 0 : ( $values['temp_budget_increase'] ?? $metadata->temp_budget_increase ?? 0 );
		$increase = is_numeric( $increase ) ? $increase : 0;
		$changes  = isset( $values['max_budget'] ) || isset( $values['temp_budget_increase'] ) || isset( $values['metadata'] );
		return $changes && $increase > 0 ? (float) ( $values['max_budget'] ?? $now->max_budget ?? 0 ) + (float) $increase : 0.0;
	}

	/**
	 * How long a period such as `30d` is.
	 */
	private static function seconds( string $period ): int {
		return (int) $period * self::UNITS[ ltrim( $period, '0123456789' ) ];
	}
}
