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
			array( 'HTTP://Example.com', 'HTTP://Example.com' ),
		);
	}

	/** @dataProvider bad_addresses */
	public function test_a_bad_address_is_refused_and_never_shown( string $given ): void {
		$settings = self::settings( $given );
		$this->assertSame( '', $settings->base() );
		$this->assertFalse( $settings->is_configured() );
		$this->assertSame( 'base_invalid', $settings->problem()->get_error_data()['reason'] );
		$this->assertSame( 503, $settings->problem()->get_error_data()['status'] );
		$described = $settings->describe_base();
		$this->assertSame( 'invalid', $described['problem'] );
		$this->assertNull( $described['value'] );
		$this->assertNotEmpty( $described['hint'] );
	}

	public function bad_addresses(): array {
		return array_map(
			static fn( string $address ): array => array( $address ),
			array( 'litellm.example.com', 'ftp://example.com', 'file:///etc/passwd', 'http://', 'http://user:pass@example.com', 'http://user@example.com', 'http://127.0.0.1:24157@evil.example', 'http://example.com?x=1', 'http://example.com/#x', 'http://example.com/?', "http://example.com\n", 'http://exa mple.com', 'http://example.com/../admin', 'http://example.com//x', 'http://example.com/a%2fb', 'http://example.com\\@evil.example', 'http://example.com:0', 'http://example.com:99999', 'http://bücher.example', 'gopher://x', 'http:///x', 'sk-Service0Key1Of2The3Tests4' )
		);
	}

	/** @dataProvider bad_keys */
	public function test_a_bad_key_is_refused_without_being_repeated( string $key ): void {
		$settings = self::settings( 'http://gateway.test', $key );
		$this->assertSame( '', $settings->key() );
		$this->assertSame( '', $settings->key_hash() );
		$this->assertSame( 'key_invalid', $settings->problem()->get_error_data()['reason'] );
		$this->assertStringNotContainsString( 'sk-', $settings->problem()->get_error_message() . json_encode( $settings->describe_key() ) );
	}

	public function bad_keys(): array {
		return array( array( "sk-with-line-break\n" ), array( 'sk-with space' ), array( "sk-a\r\nX-Evil: 1" ), array( "sk-\0" ), array( 'sk-ünicode' ), array( 'sk-' . str_repeat( 'x', 2000 ) ) );
	}

	public function test_what_is_missing_is_named(): void {
		$this->assertSame( 'base_missing', ( new Settings( array() ) )->problem()->get_error_data()['reason'] );
		$this->assertSame( 'key_missing', self::settings( 'http://x', '' )->problem()->get_error_data()['reason'] );
		$this->assertNull( self::settings()->problem() );
		$this->assertSame( array( 'value' => null, 'source' => 'missing', 'problem' => 'missing', 'hint' => null ), ( new Settings( array() ) )->describe_base() );
	}

	public function test_the_environment_comes_before_the_constant(): void {
		$this->assertSame( 'constant', ( new Settings() )->describe_base()['source'] );
		$this->assertSame( LITELLM_API_BASE, ( new Settings() )->base() );
		putenv( 'LITELLM_API_BASE=http://environment.test' );
		try {
			$this->assertSame( 'environment', ( new Settings() )->describe_base()['source'] );
			$this->assertSame( 'http://environment.test', ( new Settings() )->base() );
		} finally {
			putenv( 'LITELLM_API_BASE' );
		}
	}

	public function test_the_key_is_shown_by_its_ends_only(): void {
		$this->assertSame( 'sk-…sts4', self::settings()->describe_key()['masked'] );
		$this->assertSame( '…', self::settings( 'http://x', 'sk-short' )->describe_key()['masked'] );
	}

	public function test_the_console_has_its_own_address_or_that_of_the_gateway(): void {
		$this->assertSame( 'http://gateway.test/ui/', self::settings()->console_url() );
		$this->assertSame( 'https://llm.example.com/ui/', self::settings( 'http://x', 'sk-1', array( Settings::CONSOLE => 'https://llm.example.com/' ) )->console_url() );
		$this->assertSame( 'https://llm.example.com/ui/', self::settings( 'http://x', 'sk-1', array( Settings::CONSOLE => 'https://llm.example.com/ui' ) )->console_url() );
		$this->assertSame( '', self::settings( 'http://x', 'sk-1', array( Settings::CONSOLE => 'javascript:alert(1)' ) )->console_url() );
	}
}
