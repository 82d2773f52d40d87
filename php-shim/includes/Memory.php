<?php
/**
 * How much memory is left.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Answers with a sentence are better than PHP's "Allowed memory size exhausted".
 */
final class Memory {

	/**
	 * Decoded JSON is about so many times as large as its text.
	 */
	private const DECODED = 12;

	/**
	 * What PHP may still take.
	 */
	public static function free_bytes(): int {
		$limit = wp_convert_hr_to_bytes( (string) ini_get( 'memory_limit' ) );
		return $limit <= 0 ? PHP_INT_MAX : max( 0, $limit - memory_get_usage() );
	}

	/**
	 * Whether a JSON text can be decoded.
	 */
	public static function can_decode( string $json ): bool {
		return strlen( $json ) < intdiv( self::free_bytes(), self::DECODED );
	}
}
