<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Settings;

final class Settings_Test extends Plugin_TestCase {

	/** @dataProvider good_addresses */
	public function test_a_good_address_is_used_without_the_slash_at_its_end( string $given, string $used ): void {
		$this->assertSame( $used, self::settings( $given )->base() );
	}

	public function good_addresses(): array {
		return array(
			array( 'http://127.0.0.1:24157', 'http://127.0.0.1:24157' ),
			array( 'https://litellm.example.com/', 'https://litellm.example.com' ),
			array( 'https://example.com/llm/v2/', 'https://example.com/llm/v2' ),
			array( 'http://[::1]:4000', 'http://[::1]:4000' ),
			array( 'http://litellm_proxy:4000', 'http://litellm_proxy:4000' ),
			array( 'HTTP://Example.com/LLM', 'http://example.com/LLM' ),
			array( 'https://litellm.example.com///', 'https://litellm.example.com' ),
			array( 'https://litellm.example.com/v1', 'https://litellm.example.com' ),
			array( 'https://litellm.example.com/v1/', 'https://litellm.example.com' ),
			array( 'https://example.com/llm/ui/', 'https://example.com/llm' ),
			array( 'https://v1', 'https://v1' ),
			array( 'https://ui/', 'https://ui' ),
			array( 'https://example.com/my-v1', 'https://example.com/my-v1' ),
		);
	}

	public function test_what_was_left_out_is_told(): void {
		foreach ( array( 'https://x.test/v1/' => 'v1', 'https://x.test/ui' => 'ui', 'https://x.test/' => '', 'HTTPS://x.test' => '', 'https://x.test/llm/v1' => 'v1', 'https://x.test/ui/login/' => 'ui/login', 'https://x.test/login' => '', 'no address' => '' ) as $given => $cut ) {
			$this->assertSame( $cut, self::settings( $given )->status( array() )['base']['cut'], $given );
		}
	}

	/** @dataProvider logins */
	public function test_a_login_and_a_header_are_checked_and_shown_without_the_password( string $login, string $header, ?string $reason, ?string $hint, array $names ): void {
		$settings = self::settings( 'http://x.test', self::KEY, array( Settings::BASIC => $login, Settings::HEADER => $header ) );
		$problem  = $settings->problem();
		$this->assertSame( array( $reason, $hint ), null === $problem ? array( null, null ) : array( $problem->get_error_data()['reason'], $problem->get_error_data()['hint'] ) );
		$status = json_encode( $settings->status( array() ) );
		$this->assertStringNotContainsString( 'pass', $status );
		if ( null === $reason ) {
			$this->assertSame( $names, array_keys( $settings->credentials() ) );
			$this->assertSame( '' === $login ? null : 'wp:…', $settings->status( array() )['basic_auth']['masked'] );
			$this->assertSame( '' === $header ? 'missing' : 'constant', $settings->status( array() )['key_header']['source'] );
		}
	}

	public function logins(): array {
		return array(
			array( '', '', null, null, array( 'Authorization' ) ),
			array( 'wp:pass', '', null, null, array( 'x-litellm-api-key', 'Authorization' ) ),
			array( 'wp:pass: wörd', 'X-Key', null, null, array( 'X-Key', 'Authorization' ) ),
			array( '', 'X-Key', null, null, array( 'X-Key' ) ),
			array( '', 'Authorization', null, null, array( 'Authorization' ) ),
			array( 'pass', '', 'basic_invalid', 'pair', array() ),
			array( ':pass', '', 'basic_invalid', 'pair', array() ),
			array( 'wp:', '', 'basic_invalid', 'pair', array() ),
			array( "wp:pass\r\nX-Evil: 1", '', 'basic_invalid', 'characters', array() ),
			array( '', "X-Key\n", 'header_invalid', 'characters', array() ),
			array( '', 'X Key', 'header_invalid', 'characters', array() ),
			array( '', 'X-Key:', 'header_invalid', 'header', array() ),
			array( '', 'Host', 'header_invalid', 'header', array() ),
			array( '', 'Content-Length', 'header_invalid', 'header', array() ),
			array( 'wp:pass', 'authorization', 'header_invalid', 'login', array() ),
		);
	}

	/** @dataProvider bad_addresses */
	public function test_a_bad_address_is_refused_and_never_shown( string $given, string $rule ): void {
		$settings = self::settings( $given );
		$this->assertSame( '', $settings->base() );
		$this->assertSame( 'base_invalid', $settings->problem()->get_error_data()['reason'] );
		$this->assertSame( 503, $settings->problem()->get_error_data()['status'] );
		$described = $settings->status( array() )['base'];
		$this->assertSame( 'invalid', $described['problem'] );
		$this->assertNull( $described['value'] );
		$this->assertSame( $rule, $described['hint'] );
		$this->assertSame( $rule, $settings->problem()->get_error_data()['hint'] );
	}

	public function bad_addresses(): array {
		return array(
			// Docker's --env-file and some panels keep the quotes.
			array( '"http://example.com"', 'quotes' ),
			array( "'http://example.com", 'quotes' ),
			array( 'http://example.com`', 'quotes' ),
			array( ' http://example.com', 'characters' ),
			array( 'litellm.example.com', 'scheme' ),
			array( 'ftp://example.com', 'scheme' ),
			array( 'file:///etc/passwd', 'scheme' ),
			array( 'http://', 'host' ),
			array( 'gopher://x', 'scheme' ),
			array( 'http:///x', 'host' ),
			array( 'sk-Service0Key1Of2The3Tests4', 'scheme' ),
			array( 'http://example.com:99999', 'host' ),
			array( 'http://user:pass@example.com', 'credentials' ),
			array( 'http://user@example.com', 'credentials' ),
			array( 'http://127.0.0.1:24157@evil.example', 'credentials' ),
			array( 'http://example.com\\@evil.example', 'credentials' ),
			array( 'http://example.com?x=1', 'query' ),
			array( 'http://example.com/#x', 'query' ),
			array( 'http://example.com/?', 'query' ),
			array( "http://example.com\n", 'characters' ),
			array( 'http://exa mple.com', 'characters' ),
			array( 'http://bücher.example', 'characters' ),
			array( 'http://exa!mple.com', 'host' ),
			array( 'http://-', 'host' ),
			array( 'http://example.com:0', 'port' ),
			array( 'http://example.com/../admin', 'path' ),
			array( 'http://example.com//x', 'path' ),
			array( 'http://example.com/a%2fb', 'path' ),
		);
	}

	/** @dataProvider bad_keys */
	public function test_a_bad_key_is_refused_without_being_repeated( string $key ): void {
		$settings = self::settings( 'http://gateway.test', $key );
		$this->assertSame( '', $settings->key() );
		$this->assertSame( '', $settings->key_hash() );
		$this->assertSame( 'key_invalid', $settings->problem()->get_error_data()['reason'] );
		$this->assertStringNotContainsString( 'sk-', $settings->problem()->get_error_message() . json_encode( array( $settings->problem()->get_error_data(), $settings->status( array() ) ) ) );
	}

	public function bad_keys(): array {
		return array( array( "sk-with-line-break\n" ), array( 'sk-with space' ), array( "sk-a\r\nX-Evil: 1" ), array( "sk-\0" ), array( 'sk-ünicode' ), array( 'sk-' . str_repeat( 'x', 2000 ) ) );
	}

	public function test_what_is_missing_is_named(): void {
		$this->assertSame( 'base_missing', ( new Settings( array() ) )->problem()->get_error_data()['reason'] );
		$this->assertSame( 'key_missing', self::settings( 'http://x', '' )->problem()->get_error_data()['reason'] );
		$this->assertNull( self::settings()->problem() );
		$this->assertSame( array( 'value' => null, 'cut' => '', 'source' => 'missing', 'problem' => 'missing', 'hint' => null ), ( new Settings( array() ) )->status( array() )['base'] );
	}

	public function test_the_environment_comes_before_the_constant(): void {
		$this->assertSame( 'constant', ( new Settings() )->status( array() )['base']['source'] );
		$this->assertSame( LITELLM_API_BASE, ( new Settings() )->base() );
		putenv( 'LITELLM_API_BASE=http://environment.test' );
		try {
			$this->assertSame( 'environment', ( new Settings() )->status( array() )['base']['source'] );
			$this->assertSame( 'http://environment.test', ( new Settings() )->base() );
		} finally {
			putenv( 'LITELLM_API_BASE' );
		}
	}

	/** PHP-FPM and phpdotenv put values there, and getenv() does not see them. */
	public function test_the_environment_is_read_wherever_php_keeps_it(): void {
		foreach ( array( '_ENV', '_SERVER' ) as $place ) {
			$GLOBALS[ $place ]['LITELLM_API_BASE'] = 'http://' . strtolower( trim( $place, '_' ) ) . '.test';
			try {
				$this->assertSame( 'environment', ( new Settings() )->status( array() )['base']['source'] );
				$this->assertSame( 'http://' . strtolower( trim( $place, '_' ) ) . '.test', ( new Settings() )->base() );
			} finally {
				unset( $GLOBALS[ $place ]['LITELLM_API_BASE'] );
			}
		}
		$_SERVER['HTTP_LITELLM_API_BASE'] = 'http://evil.test';
		$this->assertSame( LITELLM_API_BASE, ( new Settings() )->base(), 'What a request sends is no setting.' );
		unset( $_SERVER['HTTP_LITELLM_API_BASE'] );
	}

	public function test_the_status_says_how_the_plugin_is_set_up(): void {
		$status = self::settings()->status( self::operations() );
		$this->assertSame( array( 'value' => 'http://gateway.test', 'cut' => '', 'source' => 'constant', 'problem' => null, 'hint' => null ), $status['base'] );
		$this->assertSame( array( 'value' => null, 'source' => 'missing', 'problem' => 'missing', 'hint' => null ), $status['console'] );
		$this->assertSame( array( 'method' => 'GET', 'path' => '/key/list', 'write' => false ), $status['operations']->{'keys.list'} );
		$this->assertFalse( isset( $status['operations']->status ) );
		$this->assertSame( array( get_bloginfo( 'version' ), PHP_VERSION, false, false ), array( $status['wordpress'], $status['php'], $status['object_cache'], $status['https'] ) );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( $status ) );
	}

	public function test_what_is_wrong_is_said_without_repeating_it(): void {
		$status = ( new Settings( array( Settings::BASE => self::KEY, Settings::KEY => "x\n" . self::KEY ) ) )->status( self::operations() );
		$this->assertSame( array( 'invalid', 'invalid' ), array( $status['base']['problem'], $status['key']['problem'] ) );
		$this->assertSame( array( 'scheme', 'characters' ), array( $status['base']['hint'], $status['key']['hint'] ) );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( $status ) );
	}

	/** The gateway was blamed for not knowing such a key. */
	public function test_a_key_in_quotes_is_refused_with_the_reason(): void {
		foreach ( array( '"' . self::KEY . '"' => 'quotes', "'" . self::KEY . "'" => 'quotes', self::KEY . '"' => 'quotes', self::KEY . ' ' => 'characters', '“' . self::KEY . '”' => 'characters' ) as $value => $hint ) {
			$settings = self::settings( 'http://x', $value );
			$this->assertSame( array( '', 'key_invalid', $hint ), array( $settings->key(), $settings->problem()->get_error_data()['reason'], $settings->problem()->get_error_data()['hint'] ), $value );
		}
		$this->assertNull( self::settings( 'http://x', 'sk-a"b\'c' )->problem() );
	}

	public function test_the_key_is_shown_by_its_ends_only(): void {
		$this->assertSame( 'sk-…sts4', self::settings()->status( array() )['key']['masked'] );
		$this->assertSame( '…', self::settings( 'http://x', 'sk-short' )->status( array() )['key']['masked'] );
	}

	public function test_the_console_has_its_own_address_or_that_of_the_gateway(): void {
		$this->assertSame( 'http://gateway.test/ui/', self::settings()->console_url() );
		$this->assertSame( 'https://llm.example.com/ui/', self::settings( 'http://x', 'sk-1', array( Settings::CONSOLE => 'https://llm.example.com/' ) )->console_url() );
		$this->assertSame( 'https://llm.example.com/ui/', self::settings( 'http://x', 'sk-1', array( Settings::CONSOLE => 'https://llm.example.com/ui' ) )->console_url() );
		$this->assertSame( '', self::settings( 'http://x', 'sk-1', array( Settings::CONSOLE => 'javascript:alert(1)' ) )->console_url() );
	}
}
