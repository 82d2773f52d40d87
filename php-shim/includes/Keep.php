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
	 * The fields that are named. What has another form than described becomes null.
	 *
	 * @param mixed $value A decoded answer or a part of it; objects are stdClass.
	 * @param mixed $spec  What to keep of it.
	 * @return mixed
	 */
	public static function filter( $value, $spec ) {
		if ( null === $value || ! self::fits( $value, $spec ) ) {
			return null;
		}
		if ( true === $spec ) {
			return is_array( $value ) ? array_values( array_filter( $value, array( self::class, 'is_scalar_or_null' ) ) ) : $value;
		}
		if ( is_array( $value ) ) {
			$kept = array();
			foreach ( $value as $element ) {
				$element = self::filter( $element, $spec[0] );
				if ( null !== $element ) {
					$kept[] = $element;
				}
			}
			return $kept;
		}
		$kept = new stdClass();
		if ( isset( $spec['*'] ) ) {
			foreach ( get_object_vars( $value ) as $name => $field ) {
				$kept->{$name} = self::filter( $field, $spec['*'] );
			}
			return $kept;
		}
		foreach ( $spec as $name => $field_spec ) {
			if ( property_exists( $value, $name ) ) {
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
