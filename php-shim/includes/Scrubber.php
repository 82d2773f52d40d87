<?php
/**
 * Keeps the service key out of what is passed on.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;

defined( 'ABSPATH' ) || exit;

/**
 * Removes the service key, in the forms in which it may come back, from texts, lists and objects.
 *
 * It catches the key, its usual encodings, its beginning, and any twelve of its characters in a row.
 * It cannot catch what a gateway disguises on purpose; but such a gateway has the key already.
 */
final class Scrubber {

	private const MARK = '[service key]';
	/**
	 * So many characters in a row are part of the key and not a coincidence.
	 */
	private const RUN = 12;
	/**
	 * So many at its beginning.
	 */
	private const START = 8;
	/**
	 * A form of the key with fewer characters than this cannot be told from other text.
	 */
	private const SHORTEST = 6;

	/**
	 * A pattern that finds each position where a piece of the key begins, or '' without a key.
	 *
	 * @var string
	 */
	private string $pattern = '';

	/**
	 * Prepares for a key.
	 */
	public function __construct( string $key ) {
		if ( strlen( $key ) < self::SHORTEST ) {
			return;
		}
		$pieces = array();
		foreach ( self::forms( $key ) as $form ) {
			$pieces[] = $form;
			for ( $at = 0; $at + self::RUN <= strlen( $form ); $at++ ) {
				$pieces[] = substr( $form, $at, self::RUN );
			}
		}
		if ( strlen( $key ) >= 2 * self::START ) {
			$pieces[] = substr( $key, 0, self::START );
		}
		$pieces = array_unique( $pieces );
		usort(
			$pieces,
			static function ( string $a, string $b ): int {
				return strlen( $b ) <=> strlen( $a );
			}
		);
		// A look-ahead finds overlapping pieces too, so that a long part of the key goes as a whole.
		$this->pattern = '/(?=(' . implode(
			'|',
			array_map(
				static function ( string $piece ): string {
					return preg_quote( $piece, '/' );
				},
				$pieces
			)
		) . '))/i';
	}

	/**
	 * The value without the key, in names and values, at any depth.
	 *
	 * @param mixed $value Text, list or object as json_decode() gives them.
	 * @return mixed
	 */
	public function scrub( $value ) {
		if ( is_string( $value ) ) {
			return $this->text( $value );
		}
		if ( is_array( $value ) ) {
			return array_map( array( $this, 'scrub' ), $value );
		}
		if ( $value instanceof stdClass ) {
			$clean = new stdClass();
			foreach ( get_object_vars( $value ) as $name => $element ) {
				$clean->{$this->text( (string) $name )} = $this->scrub( $element );
			}
			return $clean;
		}
		return $value;
	}

	/**
	 * A text without the key.
	 */
	public function text( string $text ): string {
		if ( '' === $this->pattern || '' === $text ) {
			return $text;
		}
		$found = preg_match_all( $this->pattern, $text, $matches, PREG_OFFSET_CAPTURE );
		if ( false === $found ) {
			// Better nothing than a text that could not be searched.
			return self::MARK;
		}
		$clean = '';
		$done  = 0;
		$until = -1;
		foreach ( $matches[1] as list( $piece, $at ) ) {
			if ( $at > $until ) {
				$clean .= substr( $text, $done, $at - $done ) . self::MARK;
			}
			$until = max( $until, $at + strlen( $piece ) );
			$done  = $until;
		}
		return $clean . substr( $text, $done );
	}

	/**
	 * The key as it is, and as it may be written.
	 *
	 * @return string[]
	 */
	private static function forms( string $key ): array {
		$forms = array( $key, rawurlencode( $key ), urlencode( $key ), esc_html( $key ), trim( (string) wp_json_encode( $key ), '"' ), bin2hex( $key ) );
		// Base64 depends on where in the encoded text the key begins; what its neighbours share is cut off.
		for ( $before = 0; $before < 3; $before++ ) {
			$encoded = base64_encode( str_repeat( "\0", $before ) . $key ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- To find it, not to hide it.
			$encoded = (string) substr( rtrim( $encoded, '=' ), array( 0, 2, 3 )[ $before ], -1 );
			$forms[] = $encoded;
			$forms[] = strtr( $encoded, '+/', '-_' );
		}
		return array_filter( array_unique( $forms ), static fn( string $form ): bool => strlen( $form ) >= self::SHORTEST );
	}
}
