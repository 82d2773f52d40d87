<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Scrubber;

final class Scrubber_Test extends Plugin_TestCase {

	/** @dataProvider disguises */
	public function test_the_key_is_removed_in_every_usual_form( string $key, string $text ): void {
		$clean = ( new Scrubber( $key ) )->text( "before $text after" );
		$this->assertStringStartsWith( 'before ', $clean );
		$this->assertStringEndsWith( ' after', $clean );
		$this->assertStringContainsString( '[service key]', $clean );
		for ( $at = 0; $at + 12 <= strlen( $key ); $at++ ) {
			$this->assertStringNotContainsString( substr( $key, $at, 12 ), $clean );
		}
		$this->assertStringNotContainsString( $text, $clean );
	}

	public function disguises(): array {
		$key   = self::KEY;
		$odd   = 'sk-a/b+c"d&e<f%g\\hijklmnop';
		$cases = array();
		foreach ( array( $key, $odd ) as $one ) {
			$cases[] = array( $one, $one );
			$cases[] = array( $one, rawurlencode( $one ) );
			$cases[] = array( $one, urlencode( $one ) );
			$cases[] = array( $one, trim( json_encode( $one ), '"' ) );
			$cases[] = array( $one, htmlspecialchars( $one ) );
			$cases[] = array( $one, bin2hex( $one ) );
			$cases[] = array( $one, base64_encode( $one ) );
			$cases[] = array( $one, rtrim( strtr( base64_encode( $one ), '+/', '-_' ), '=' ) );
			$cases[] = array( $one, substr( $one, 0, 14 ) . '…' );
			$cases[] = array( $one, $one . $one );
		}
		$cases[] = array( $key, substr( $key, 0, 9 ) . '***' );
		$cases[] = array( $key, '...' . substr( $key, 5 ) );
		$cases[] = array( $key, strtoupper( $key ) );
		return $cases;
	}

	public function test_base64_is_found_wherever_the_key_begins_in_it(): void {
		foreach ( array( '', 'a', 'ab', 'abc', 'user:', 'Bearer ' ) as $before ) {
			$encoded = base64_encode( $before . self::KEY . 'zz' );
			$clean   = ( new Scrubber( self::KEY ) )->text( $encoded );
			$this->assertStringContainsString( '[service key]', $clean, $before );
			$this->assertStringNotContainsString( self::KEY, (string) base64_decode( str_replace( '[service key]', '', $clean ) ) );
			$this->assertLessThan( 12, strlen( str_replace( '[service key]', '', $clean ) ) - 4 * (int) ceil( ( strlen( $before ) + 2 ) / 3 ) );
		}
	}

	public function test_names_and_values_are_cleaned_at_any_depth(): void {
		$value = json_decode( json_encode( array( 'a' => array( array( 'x' . self::KEY => array( self::KEY, 5, true, null, 1.5 ) ) ) ) ) );
		$clean = ( new Scrubber( self::KEY ) )->scrub( $value );
		$this->assertSame( '{"a":[{"x[service key]":["[service key]",5,true,null,1.5]}]}', json_encode( $clean ) );
	}

	public function test_other_texts_stay_as_they_are(): void {
		$scrubber = new Scrubber( 'sk-litellm-local-master' );
		foreach ( array( 'litellm_version', 'sk-new-key-of-an-application', 'local', 'LiteLLM is here', '', 'sk-...ster', hash( 'sha256', 'x' ) ) as $text ) {
			$this->assertSame( $text, $scrubber->text( $text ) );
		}
		$this->assertSame( 'any text', ( new Scrubber( '' ) )->text( 'any text' ) );
	}

	public function test_a_short_key_does_not_take_the_rest_of_the_text_with_it(): void {
		foreach ( array( 'a', 'sk', 'sk-1', 'sk-12', 'sk-123', 'sk-1234' ) as $key ) {
			$clean = ( new Scrubber( $key ) )->text( "before $key after" );
			$this->assertSame( strlen( $key ) < 6 ? "before $key after" : 'before [service key] after', $clean );
		}
	}

	public function test_a_long_text_is_searched_quickly(): void {
		$text  = str_repeat( 'sk-Servi ce0Key sk-', 50000 ) . self::KEY;
		$start = microtime( true );
		$this->assertStringEndsWith( '[service key]', ( new Scrubber( self::KEY ) )->text( $text ) );
		$this->assertLessThan( 15, microtime( true ) - $start, 'A search that grows with the square of the text takes minutes.' );
	}
}
