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

	/** In its names as well, and whatever stands between: the answer keeps its form. */
	public function test_an_answer_keeps_its_form(): void {
		foreach ( array( self::KEY, 'sk-a/b+c"d&e<f%g\\hijklmnop' ) as $key ) {
			$texts  = array( $key, rawurlencode( $key ), base64_encode( 'k:' . $key ), json_encode( array( 'in' => $key ) ), 5, true, null, 1.5 );
			$answer = json_decode( json_encode( array( 'a' => array( array( 'x' . $key => $texts, 'none' => new stdClass() ) ) ) ) );
			$clean  = json_encode( ( new Scrubber( $key ) )->value( $answer ) );
			$this->assertStringContainsString( '{"a":[{"x[secret]":["[secret]","[secret]",', $clean );
			$this->assertStringContainsString( '"{\"in\":\"[secret]\"}",5,true,null,1.5],"none":{}}]}', $clean );
			$this->assertStringNotContainsString( substr( base64_encode( 'k:' . $key ), 4, 20 ), stripslashes( $clean ) );
		}
	}

	/** A failed call's error held the provider's address, and that the key to it. */
	public function test_other_secrets_are_removed_too(): void {
		$secret = 'Zk3-9vQ_p7Lm2XcT8bRw5YdN1';
		foreach ( array(
			"Received API Key = sk-$secret, blocked"                                       => 'Received API Key = sk-…YdN1, blocked',
			"key=Sk-proj-$secret"                                                           => 'key=Sk-…YdN1',
			"{\"error\":\"at\\nsk-$secret\"}"                                              => '{"error":"at\\nsk-…YdN1"}',
			"next%3Dsk-$secret%26x"                                                         => 'next%3Dsk-…YdN1%26x',
			"_sk-$secret"                                                                   => '_sk-…YdN1',
			"POST https://host/v1beta/models/gemini:generate?key=AIza$secret failed"        => 'POST https://host/v1beta/models/gemini:generate?key=… failed',
			"an AIza$secret key"                                                            => 'an AIza… key',
			"https://h/a?api-version=1&amp;api_key=$secret&x=1"                              => 'https://h/a?api-version=1&amp;api_key=…&x=1',
			"https://h/a?x=1\\u0026access_token=$secret'"                                   => "https://h/a?x=1\\u0026access_token=…'",
			"https://h/a?X-Amz-Security-Token=$secret&X-Amz-Signature=ab"                    => 'https://h/a?X-Amz-Security-Token=…&X-Amz-Signature=…',
			"https://b.blob/c?sv=1&sig=a%2Fb%3D"                                             => 'https://b.blob/c?sv=1&sig=…',
			"redis://:pass$secret@cache:6379/0"                                             => 'redis://…@cache:6379/0',
			'postgresql://llm:hunter2@db/litellm'                                           => 'postgresql://…@db/litellm',
			"{'Authorization': 'Bearer $secret'}"                                           => "{'Authorization': '…'}",
			"header bearer%20$secret"                                                       => 'header bearer%20…',
			"Authorization: Bearer $secret"                                                   => 'Authorization: Bearer …',
			'Authorization: Basic dXNlcjpwYXNz'                                             => 'Authorization: Basic …',
			"{'api_key': '$secret', 'model': 'm'}"                                          => "{'api_key': '…', 'model': 'm'}",
			"{\\\"client_secret\\\": \\\"$secret\\\"}"                                    => '{\\"client_secret\\": \\"…\\"}',
			'{"password": "correct horse battery", "x": 1}'                                 => '{"password": "…", "x": 1}',
			'api_key=sk-short12'                                                            => 'api_key=…',
			'aws_secret_access_key=wJalrXUtnFEMI/K7MDENG'                                   => 'aws_secret_access_key=…',
			'gsk_abcdefghij1234567890ABCD'                                                  => 'gsk_…',
			'a jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'                               => 'a jwt eyJ…',
			"-----BEGIN RSA PRIVATE KEY-----\n$secret\n-----END RSA PRIVATE KEY-----"       => '-----BEGIN RSA PRIVATE KEY-----…-----END RSA PRIVATE KEY-----',
		) as $text => $clean ) {
			$this->assertSame( $clean, ( new Scrubber( self::KEY ) )->text( $text ) );
			$this->assertSame( $clean, ( new Scrubber( self::KEY ) )->text( $clean ), 'What is masked stays so.' );
		}
	}

	public function test_what_is_called_a_secret_is_masked_whatever_it_looks_like(): void {
		$scrubber = new Scrubber( self::KEY );
		$shown    = $scrubber->value( json_decode( '{"password":"hunter2 is long enough","client_secret":"a-b-c","aws_secret_access_key":"wJalrXUtnFEMIK7MDENG","name":"hunter2","token":"plain","keys":["a"],"access_key":null}' ) );
		$this->assertSame( '{"password":"hun\u2026ough","client_secret":"\u2026","aws_secret_access_key":"wJa\u2026DENG","name":"hunter2","token":"plain","keys":["a"],"access_key":null}', json_encode( $shown ) );
	}

	public function test_a_text_that_cannot_be_searched_is_not_shown(): void {
		$limits = array( 'pcre.backtrack_limit' => '10', 'pcre.jit' => '0' );
		$before = array_map( 'ini_set', array_keys( $limits ), $limits );
		$text   = ( new Scrubber( '' ) )->text( 'https://host/?' . str_repeat( 'a-', 200 ) );
		array_map( 'ini_set', array_keys( $limits ), $before );
		$this->assertSame( '…', $text );
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
		foreach ( array(
			'litellm_version', 'local', 'LiteLLM is here', '', 'sk-...ster', hash( 'sha256', 'x' ), 'risk-assessment-of-production', 'task-and-desk-research-agent',
			'Basic authentication is needed', 'a basic question about models', 'Bearer token is missing', 'no Bearer authentication', 'API key: missing', 'password: authentication failed',
			'https://host/v1/models?page=2&key_alias=web', 'xai-grok-2-vision-1212', 'hf_mistral_large', 'Key Hash (Token) =4a7a', 'max_tokens=100000000', 'at https://host:4000/v1 by a@b', 'Max tokens: 12345678, token=none',
			'Rate limit exceeded for api_key: ' . hash( 'sha256', 'x' ) . '. Limit type: requests',
		) as $text ) {
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

	/** A search that grows with the square of the text takes minutes. */
	public function test_a_long_text_is_searched_quickly(): void {
		foreach ( array( 'api_key=', 'Basic aaaaaaaa ', '?a-', '://a:', 'eyJ', '-----BEGIN PRIVATE KEY-----', 'sk-Servi ce0Key sk-' ) as $piece ) {
			$start = microtime( true );
			$clean = ( new Scrubber( self::KEY ) )->text( str_repeat( $piece, intdiv( 1000000, strlen( $piece ) ) ) . ' ' . self::KEY );
			$this->assertStringNotContainsString( self::KEY, $clean );
			$this->assertLessThan( 15, microtime( true ) - $start, $piece );
		}
	}
}
