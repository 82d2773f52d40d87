<?php
/**
 * Which fields of an answer go on to the browser.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use Generator;
use stdClass;
use UnexpectedValueException;

defined( 'ABSPATH' ) || exit;

/**
 * Copies the fields that a row of the contract names, and no others. It knows nothing of what they mean.
 *
 * It takes the text of an answer as it arrives, and holds no more of it than a window: LiteLLM lists all keys in each model of
 * a day, so that of ten megabytes some hundred bytes are kept. What of an object or a list stands in the window as a whole is
 * decoded together; what is longer than the window is entered, and read in the same way. So all of it is read by json_decode(),
 * also what is not kept, and an answer that is broken anywhere is none. Names, numbers and spaces are shorter than a window.
 *
 * The rules are in tests/fixtures/contract/keep.json, which the app's tests use too.
 */
final class Keep {

	/**
	 * So many bytes of text are waited for; at most twice as many are held.
	 */
	private const WINDOW = 32768;
	/**
	 * So deep an answer may be.
	 */
	private const DEPTH = 64;
	/**
	 * What stands between commas as far as it is there: parts with a comma each, then the last one with the end of the object or
	 * the list. Brackets are counted, no more; json_decode() sees to the rest.
	 */
	private const PARTS = '~\A(?:((?:(?<part>(?:[^][{}",]++|"(?:[^"\\\\]++|\\\\.)*+"|(?<within>[[{](?:[^][{}"]++|"(?:[^"\\\\]++|\\\\.)*+"|(?&within))*+[]}]))++),)*+)(?:((?&part)?)([]}]))?+)~s';
	/**
	 * The beginning of what is longer, with the name of the field.
	 */
	private const LONG = '~\A[ \t\r\n]*+(?:("(?:[^"\\\\]++|\\\\.)*+")[ \t\r\n]*+:[ \t\r\n]*+)?+(["[{])~s';
	/**
	 * What stands between the quotes of a text, without half an escape.
	 */
	private const CHARACTERS = '~\A(?:[^"\\\\\x00-\x1f]++|\\\\(?:["\\\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}))*+~';

	/** Whether more is to be kept than there is memory for. */
	public bool $is_full = false;

	private string $text = '';
	private bool $ended  = false;
	private int $window;
	/**
	 * So much memory is left for what comes after, 16 MB or half of what is free; an answer of which more is kept is given up.
	 */
	private int $spare;
	private Generator $walk;

	/**
	 * Begins an answer.
	 *
	 * @param mixed  $spec The `keep` column.
	 * @param string $bare The name that an answer gets which is no object; '' for none.
	 */
	public function __construct( $spec, string $bare = '', int $window = self::WINDOW ) {
		list( $this->window, $this->spare ) = array( $window, min( 16777216, intdiv( Gateway::free_bytes(), 2 ) ) );

		$this->walk = $this->answer( $spec, $bare );
		$this->walk->current();
	}

	/**
	 * Takes the next piece of the text.
	 */
	public function take( string $piece ): void {
		for ( $from = 0; $from < strlen( $piece ) && $this->walk->valid(); $from += $this->window ) {
			$this->text .= substr( $piece, $from, $this->window );
			if ( strlen( $this->text ) >= $this->window ) {
				$this->walk->next();
			}
		}
	}

	/**
	 * What is kept of the answer, once all of it was taken; null when it is no JSON, or as a whole has another form than described.
	 *
	 * @return mixed
	 */
	public function kept() {
		$this->ended = true;
		$this->walk->next();
		return $this->walk->getReturn();
	}

	/**
	 * Reads the answer. This and the next three wait with `yield` for more text.
	 *
	 * @param mixed $spec What to keep of it.
	 */
	private function answer( $spec, string $bare ): Generator {
		try {
			list( , $first ) = yield from $this->match( '~\A[ \t\r\n]*+([[{]|.*+)~s' );
			$is_bare         = '' !== $bare && '{' !== $first;
			$spec            = $is_bare ? self::inner( $spec, $bare ) : $spec;
			$is_part         = '{' === $first || '[' === $first;
			$said            = $is_part ? yield from $this->within( $first, $spec, self::DEPTH ) : self::decoded( $first, 1 );
			$kept            = $is_part || self::fits( $said, $spec ) ? $said : null;
			yield from $this->match( '~\A[ \t\r\n]*+\z~' );
			return $is_bare && null !== $kept ? (object) array( $bare => $kept ) : $kept;
		} catch ( UnexpectedValueException $broken ) {
			return null;
		}
	}

	/**
	 * Reads an object or a list behind its bracket: what is kept of it, or null where another form is described. Of fields of the
	 * same name the last one counts.
	 *
	 * @param mixed $spec  What to keep of it.
	 * @param int   $depth So deep it may be.
	 * @throws UnexpectedValueException When it is no JSON, or when there is no room for it.
	 */
	private function within( string $open, $spec, int $depth ): Generator {
		$is_object = '{' === $open;
		$close     = $is_object ? '}' : ']';
		$spec      = self::fits( $is_object ? new stdClass() : array(), $spec ) ? $spec : null;
		$kept      = array();
		self::insist( $depth > 1 );
		for ( $end = $open; $end !== $close; ) {
			$before = $end;
			$found  = yield from $this->match( self::PARTS );
			if ( '' !== $found[0] ) {
				$end   = $found[5] ?? ',';
				$parts = substr( $found[0], 0, -1 );
				// There is something before each comma, and after it.
				self::insist( '' !== trim( $parts ) || ( $before === $open && ',' !== $end ) );
				$names  = self::decoded( $open . $parts . ( ',' === $end ? $close : $end ), $depth );
				$fields = null === $spec ? array() : (array) self::filter( $names, $spec );
			} else {
				list( , $label, $first ) = yield from $this->match( self::LONG );
				self::insist( $is_object === ( '' !== $label ) );
				$names  = $is_object ? self::decoded( '{' . $label . ':0}', 2 ) : array( 0 );
				$name   = key( (array) $names );
				$inner  = self::inner( $spec, (string) $name );
				$value  = yield from '"' === $first ? $this->text( self::fits( '', $inner ) ) : $this->within( $first, $inner, $depth - 1 );
				$fields = null === $value ? array() : array( $name => $value );
				$end    = ( yield from $this->match( '~\A[ \t\r\n]*+([]},])~' ) )[1];
				self::insist( ',' === $end || $end === $close );
			}
			$kept          = $is_object ? array_replace( array_diff_key( $kept, (array) $names ), $fields ) : array_merge( $kept, $fields );
			$this->is_full = $fields && Gateway::free_bytes() < $this->spare;
			self::insist( ! $this->is_full );
		}
		return null === $spec ? null : ( $is_object ? (object) $kept : $kept );
	}

	/**
	 * Reads a text behind its quote; null where it is not wanted.
	 */
	private function text( bool $is_wanted ): Generator {
		$text = '';
		do {
			list( $piece ) = yield from $this->match( self::CHARACTERS );
			$text         .= $is_wanted ? $piece : '';
		} while ( '' !== $piece );
		yield from $this->match( '~\A"~' );
		return $is_wanted ? self::decoded( '"' . $text . '"', 1 ) : null;
	}

	/**
	 * Takes from the text what matches, once there is a window of it, or the rest.
	 *
	 * @throws UnexpectedValueException When nothing matches.
	 */
	private function match( string $pattern ): Generator {
		while ( ! $this->ended && strlen( $this->text ) < $this->window ) {
			yield;
		}
		self::insist( preg_match( $pattern, $this->text, $found ) );
		$this->text = (string) substr( $this->text, strlen( $found[0] ) );
		return $found;
	}

	/**
	 * What a part of the answer says.
	 *
	 * @return mixed
	 * @throws UnexpectedValueException When it is no JSON.
	 */
	private static function decoded( string $json, int $depth ) {
		$said = json_decode( $json, false, $depth, JSON_INVALID_UTF8_SUBSTITUTE );
		self::insist( null !== $said );
		return $said;
	}

	/**
	 * Gives up unless this holds.
	 *
	 * @param mixed $holds What has to.
	 * @throws UnexpectedValueException When it does not.
	 */
	private static function insist( $holds ): void {
		if ( ! $holds ) {
			throw new UnexpectedValueException();
		}
	}

	/**
	 * Whether a value has the described form: a scalar or a list of them, an object, or a list.
	 *
	 * @param mixed $value A value that json_decode() gave.
	 * @param mixed $spec  What to keep of it. Beside what the contract says: null for nothing, false for a scalar in a list of
	 *                     scalars, and "**" for whatever it is.
	 */
	private static function fits( $value, $spec ): bool {
		if ( is_array( $spec ) ) {
			return isset( $spec[0] ) ? is_array( $value ) : $value instanceof stdClass;
		}
		return '**' === $spec || ( null !== $spec && ! $value instanceof stdClass && ( $spec || ! is_array( $value ) ) );
	}

	/**
	 * What to keep of a field, or of an element of a list.
	 *
	 * @param mixed $spec What to keep of the object or the list.
	 * @return mixed
	 */
	private static function inner( $spec, string $name ) {
		if ( ! is_array( $spec ) ) {
			return true === $spec ? false : $spec;
		}
		return isset( $spec['**'] ) ? ( in_array( $name, $spec['**'], true ) ? null : '**' ) : ( $spec[0] ?? $spec['*'] ?? $spec[ $name ] ?? null );
	}

	/**
	 * The fields that are named. What has another form is dropped; a field that is null stays null, whatever is described.
	 *
	 * @param mixed $value A value that fits.
	 * @param mixed $spec  What to keep of it.
	 * @return mixed
	 */
	private static function filter( $value, $spec ) {
		if ( '**' === $spec || ! ( is_array( $value ) || $value instanceof stdClass ) ) {
			return $value;
		}
		$kept = array();
		foreach ( (array) $value as $name => $field ) {
			$inner = self::inner( $spec, (string) $name );
			if ( null !== $inner && ( self::fits( $field, $inner ) || ( null === $field && ! is_array( $value ) ) ) ) {
				$kept[ $name ] = self::filter( $field, $inner );
			}
		}
		return is_array( $value ) ? array_values( $kept ) : (object) $kept;
	}
}
