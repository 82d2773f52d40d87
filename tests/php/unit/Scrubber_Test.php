<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Scrubber;

final class Scrubber_Test extends Plugin_TestCase {

	/** @dataProvider disguises */
	public function test_the_key_is_removed_in_every_usual_form( string $key, string $text ): void {
		$clean = ( new Scrubber( $key ) )->text( "before $text after" );
		$this->assertStringStartsWith( 'before ', $clean );
		$this->assertStringEndsWith( ' after', $clean );
		$this->assertStringContainsString( '[secret]', $clean );
		$this->assertStringNotContainsString( substr( $key, 0, 10 ), $clean );
		$this->assertStringNotContainsString( $text, $clean );
	}

	public function disguises(): array {
		$cases = array();
		foreach ( array( self::KEY, 'sk-a/b+c"d&e<f%g\\hijklmnop' ) as $key ) {
			$cases[] = array( $key, $key );
			$cases[] = array( $key, rawurlencode( $key ) );
			$cases[] = array( $key, urlencode( $key ) );
			$cases[] = array( $key, trim( json_encode( $key ), '"' ) );
			$cases[] = array( $key, base64_encode( $key ) );
			$cases[] = array( $key, substr( $key, 0, 14 ) . '…' );
			$cases[] = array( $key, $key . $key );
			$cases[] = array( $key, strtoupper( $key ) );
		}
		return $cases;
	}

	/** A whole answer is searched as JSON, where some characters are written in another way. */
	public function test_an_answer_stays_json(): void {
		foreach ( array( self::KEY, 'sk-a/b+c"d&e<f%g\\hijklmnop' ) as $key ) {
			$json  = json_encode( array( 'a' => array( array( 'x' . $key => array( $key, rawurlencode( $key ), base64_encode( 'k:' . $key ), 5, true, null, 1.5 ) ) ) ) );
			$clean = ( new Scrubber( $key ) )->text( $json );
			$this->assertIsArray( json_decode( $clean, true ), $clean );
			$this->assertStringContainsString( '"x[secret]":["[secret]","[secret]",', $clean );
			$this->assertStringNotContainsString( substr( base64_encode( 'k:' . $key ), 4, 20 ), stripslashes( $clean ) );
		}
	}

	public function test_base64_is_found_wherever_the_key_begins_in_it(): void {
		foreach ( array( '', 'a', 'ab', 'abc', 'user:', 'Bearer ' ) as $before ) {
			$encoded = base64_encode( $before . self::KEY . 'zz' );
			$clean   = ( new Scrubber( self::KEY ) )->text( $encoded );
			$this->assertStringContainsString( '[secret]', $clean, $before );
			$this->assertStringNotContainsString( self::KEY, (string) base64_decode( str_replace( '[secret]', '', $clean ) ) );
		}
	}

	public function test_other_texts_stay_as_they_are(): void {
		$scrubber = new Scrubber( 'sk-litellm-local-master' );
		foreach ( array( 'litellm_version', 'sk-new-key-of-an-application', 'local', 'LiteLLM is here', '', 'sk-...ster', hash( 'sha256', 'x' ) ) as $text ) {
			$this->assertSame( $text, $scrubber->text( $text ) );
		}
		$this->assertSame( 'any text', ( new Scrubber( '' ) )->text( 'any text' ) );
	}

	public function test_a_short_key_is_removed_too(): void {
		$this->assertSame( 'before [secret] after', ( new Scrubber( 'sk-1' ) )->text( 'before sk-1 after' ) );
		$this->assertSame( 'What a key may be', ( new Scrubber( 'a' ) )->text( 'What a key may be' ) );
	}

	public function test_a_login_is_removed_as_the_key_is(): void {
		$scrubber = new Scrubber( self::KEY, 'wp:correct horse', 'correct horse' );
		foreach ( array( 'wp:correct horse', 'correct horse', rawurlencode( 'correct horse' ), base64_encode( 'wp:correct horse' ), base64_encode( 'x:correct horse' ), self::KEY ) as $secret ) {
			$clean = $scrubber->text( "before $secret after" );
			$this->assertStringContainsString( '[secret]', $clean, $secret );
			$this->assertStringNotContainsString( 'horse', $clean );
			$this->assertStringNotContainsString( substr( $secret, 4, 10 ), $clean );
		}
		$this->assertSame( '{"keys":[]}', ( new Scrubber( self::KEY, 'a:keys', 'keys' ) )->text( '{"keys":[]}' ), 'A short password is a word.' );
	}

	public function test_a_long_text_is_searched_quickly(): void {
		$text  = str_repeat( 'sk-Servi ce0Key sk-', 50000 ) . self::KEY;
		$start = microtime( true );
		$this->assertStringEndsWith( '[secret]', ( new Scrubber( self::KEY ) )->text( $text ) );
		$this->assertLessThan( 15, microtime( true ) - $start, 'A search that grows with the square of the text takes minutes.' );
	}
}
