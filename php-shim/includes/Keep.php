<?php
/**
 * Which fields of an answer go on to the browser.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;

defined( 'ABSPATH' ) || exit;

/**
 * Copies the fields that a row of the contract names, and no others. It knows nothing of what they mean.
 */
final class Keep {

	/**
	 * Whether the answer as a whole has the form that the row describes.
	 *
	 * @param mixed $value The decoded answer; objects are stdClass.
	 * @param mixed $spec  The `keep` column.
	 */
	public static function fits( $value, $spec ): bool {
		if ( true === $spec ) {
			return ! $value instanceof stdClass;
		}
		return wp_is_numeric_array( $spec ) && array() !== $spec ? is_array( $value ) : $value instanceof stdClass;
	}

	/**
	 * The fields that are named. What has another form than described is dropped; null stays null, whatever is described.
	 *
	 * @param mixed $value A decoded answer or a part of it that fits; objects are stdClass.
	 * @param mixed $spec  What to keep of it.
	 * @return mixed
	 */
	public static function filter( $value, $spec ) {
		if ( null === $value || is_scalar( $value ) ) {
			return $value;
		}
		if ( true === $spec ) {
			return array_values( array_filter( $value, array( self::class, 'is_scalar_or_null' ) ) );
		}
		if ( is_array( $value ) ) {
			$kept = array();
			foreach ( $value as $element ) {
				if ( self::fits( $element, $spec[0] ) ) {
					$kept[] = self::filter( $element, $spec[0] );
				}
			}
			return $kept;
		}
		$kept   = new stdClass();
		$is_map = isset( $spec['*'] );
		foreach ( $is_map ? get_object_vars( $value ) : $spec as $name => $unused ) {
			$field_spec = $is_map ? $spec['*'] : $spec[ $name ];
			if ( property_exists( $value, (string) $name ) && ( null === $value->{$name} || self::fits( $value->{$name}, $field_spec ) ) ) {
				$kept->{$name} = self::filter( $value->{$name}, $field_spec );
			}
		}
		return $kept;
	}

	/**
	 * Neither a list nor an object.
	 *
	 * @param mixed $value An element of a list.
	 */
	private static function is_scalar_or_null( $value ): bool {
		return null === $value || is_scalar( $value );
	}
}
