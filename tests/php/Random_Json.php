<?php
/**
 * JSON by chance, with all that is odd in it, and broken in places.
 */

declare( strict_types=1 );

final class Random_Json {

	private const CHARACTERS = array( 'a', 'b', 'z', 'é', '😀', '\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\ud83d\\ude00', '\\u0000x', '{', '}', '[', ']', ',', ':', "\xff", ' ', '0' );
	private const NAMES      = array( '"a"', '"b"', '"c"', '"0"', '"7"', '""', '"\\u0061"', '"*"', '"**"' );
	private const WORDS      = array( '0', '-0', '1', '-1.5', '1e3', '1E-2', '123456789012345678901234567890', '0.1', '1e999', 'true', 'false', 'null' );
	private const RUBBISH    = array( '{', '}', '[', ']', ',', ':', '"', '\\', 'x', '0', "\0", "\n", '\\u12', '\\ud800', 'e', '-' );

	private static function one( array $list ) {
		return $list[ mt_rand( 0, count( $list ) - 1 ) ];
	}

	public static function space(): string {
		return mt_rand( 0, 9 ) ? '' : str_repeat( self::one( array( ' ', "\n", "\t", "\r" ) ), mt_rand( 1, 60 ) );
	}

	private static function text( int $most ): string {
		$text = '';
		for ( $left = mt_rand( 0, 9 ) ? mt_rand( 0, 6 ) : mt_rand( 0, $most ); $left > 0; $left-- ) {
			$text .= self::one( self::CHARACTERS );
		}
		return '"' . $text . '"';
	}

	/** Names are shorter than the smallest window. */
	private static function name(): string {
		return mt_rand( 0, 4 ) ? self::one( self::NAMES ) : self::text( 8 );
	}

	public static function value( int $depth ): string {
		$kind = mt_rand( 0, $depth > 0 ? 6 : 2 );
		if ( $kind < 3 ) {
			return 2 === $kind ? self::text( 200 ) : self::one( self::WORDS );
		}
		$parts = array();
		for ( $left = mt_rand( 0, 5 ); $left > 0; $left-- ) {
			$parts[] = self::space() . ( $kind < 5 ? '' : self::name() . self::space() . ':' . self::space() ) . self::value( $depth - 1 ) . self::space();
		}
		$inside = $parts ? implode( ',', $parts ) : self::space();
		return $kind < 5 ? "[$inside]" : "{{$inside}}";
	}

	/** @return true|array<int|string, mixed> What to keep. */
	public static function spec( int $depth ) {
		switch ( mt_rand( 0, $depth > 0 ? 6 : 1 ) ) {
			case 0:
			case 1:
				return true;
			case 2:
				return array( self::spec( $depth - 1 ) );
			case 3:
				return array( '*' => self::spec( $depth - 1 ) );
			case 4:
				return array( '**' => self::one( array( array(), array( 'a' ), array( 'b', '0' ) ) ) );
		}
		$spec = array();
		foreach ( array( 'a', 'b', 'c', '7' ) as $name ) {
			if ( mt_rand( 0, 1 ) ) {
				$spec[ $name ] = self::spec( $depth - 1 );
			}
		}
		return $spec ? $spec : array( 'a' => true );
	}

	/** Cut off, or with something taken out, doubled or put in. */
	public static function broken( string $text ): string {
		$at   = mt_rand( 0, strlen( $text ) );
		$rest = substr( $text, $at );
		$text = substr( $text, 0, $at );
		switch ( mt_rand( 0, 3 ) ) {
			case 0:
				return $text;
			case 1:
				return $text . substr( $rest, mt_rand( 1, 3 ) );
			case 2:
				return $text . substr( $rest, 0, mt_rand( 1, 9 ) ) . $rest;
		}
		return $text . self::one( self::RUBBISH ) . $rest;
	}
}
