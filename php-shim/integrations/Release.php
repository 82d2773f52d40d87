<?php
/**
 * What is known of LiteLLM's releases.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Judges a version by what contract.json says, as the app's `version.rs` does: for WP-CLI, Site Health and the alerts.
 */
final class Release {

	public const UNKNOWN   = 'unknown';
	public const FINE      = 'fine';
	public const OLD       = 'old';
	public const MALICIOUS = 'malicious';

	/**
	 * The first release without holes that are known to be exploited.
	 */
	public static function safe_from(): string {
		return (string) ( self::rules()['safe_from'] ?? '' );
	}

	/**
	 * What is to be said of a version, such as 1.80.11, v1.80.11-stable.2, 1.84.0-rc.1 or 1.84.0rc1: a candidate comes before its
	 * release, and a patch is one.
	 */
	public static function verdict( string $version ): string {
		if ( ! preg_match( '/^\s*v?(\d+\.\d+)(?:\.(\d+))?(?:[._-]?(rc|nightly|dev|alpha|beta|a|b)(?![a-z]))?/i', $version, $part ) ) {
			return self::UNKNOWN;
		}
		$number = $part[1] . '.' . ( $part[2] ?? '0' );
		if ( in_array( $number, self::rules()['malicious'] ?? array(), true ) ) {
			return self::MALICIOUS;
		}
		return version_compare( $number . ( isset( $part[3] ) ? 'dev' : '' ), self::safe_from(), '<' ) ? self::OLD : self::FINE;
	}

	/**
	 * The row of the contract.
	 *
	 * @return array<string, mixed>
	 */
	private static function rules(): array {
		return Plugin::json( Plugin::path( 'contract.json' ) )['litellm'] ?? array();
	}
}
