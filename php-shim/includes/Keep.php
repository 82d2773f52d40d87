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
 *
 * The rules are in tests/fixtures/contract/keep.json, which the app's tests use too.
 */
final class Keep {

	/**
	 * What is kept of an answer; null when the answer as a whole has another form than described.
	 *
	 * @param mixed $answer The decoded answer; objects are stdClass.
	 * @param mixed $spec   The `keep` column.
	 * @return mixed
	 */
	public static function apply( $answer, $spec ) {
		return self::fits( $answer, $spec ) ? self::filter( $answer, $spec ) : null;
	}

	/**
	 * Whether a value has the described form: a scalar or a list of them, an object, a list, or whatever it is.
	 *
	 * @param mixed $value A value that json_decode() gave.
	 * @param mixed $spec  What to keep of it.
	 */
	private static function fits( $value, $spec ): bool {
		if ( ! is_array( $spec ) ) {
			return '*' === $spec || ! $value instanceof stdClass;
		}
		return isset( $spec[0] ) ? is_array( $value ) : $value instanceof stdClass;
	}

	/**
	 * The fields that are named. What has another form is dropped; a field that is null stays null, whatever is described.
	 *
	 * @param mixed $value A value that fits.
	 * @param mixed $spec  What to keep of it.
	 * @return mixed
	 */
	private static function filter( $value, $spec ) {
		if ( '*' === $spec ) {
			return $value;
		}
		if ( is_array( $value ) ) {
			$kept = array();
			foreach ( $value as $element ) {
				if ( true === $spec ? null === $element || is_scalar( $element ) : self::fits( $element, $spec[0] ) ) {
					$kept[] = self::filter( $element, $spec[0] ?? true );
				}
			}
			return $kept;
		}
		if ( ! $value instanceof stdClass ) {
			return $value;
		}
		if ( isset( $spec['**'] ) ) {
			return (object) array_diff_key( get_object_vars( $value ), array_flip( $spec['**'] ) );
		}
		$kept = new stdClass();
		foreach ( get_object_vars( $value ) as $name => $field ) {
			$field_spec = $spec['*'] ?? $spec[ $name ] ?? null;
			if ( null !== $field_spec && ( null === $field || self::fits( $field, $field_spec ) ) ) {
				$kept->{$name} = self::filter( $field, $field_spec );
			}
		}
		return $kept;
	}
}
