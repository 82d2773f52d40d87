<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Console;
use LiteLLM_Dashboard\Gateway;
use LiteLLM_Dashboard\Settings;

final class Console_Test extends Plugin_TestCase {

	private ?Closure $at = null;

	protected function tearDown(): void {
		if ( $this->at ) {
			remove_filter( 'admin_url', $this->at );
			$this->at = null;
		}
		parent::tearDown();
	}

	/** Checks the console of a gateway from a WordPress at that address. */
	private function check( string $site, string $base, string $console = '' ): array {
		if ( $this->at ) {
			remove_filter( 'admin_url', $this->at );
		}
		$this->at = static fn(): string => $site . '/wp-admin/';
		add_filter( 'admin_url', $this->at );
		$settings = self::settings( $base, self::KEY, array( Settings::CONSOLE => $console ) );
		return ( new Console( $settings, new Gateway( $settings ) ) )->answer();
	}

	private static function page( array $headers = array(), int $status = 200 ): array {
		return array( 'headers' => $headers ) + self::answer( $status, '<html>', 'text/html' );
	}

	/** @dataProvider places */
	public function test_what_does_not_fit_is_said( string $site, string $base, string $console, array $problems ): void {
		$this->gateway_answers( self::page() );
		$result = $this->check( $site, $base, $console );
		$this->assertSame( $problems, array_column( $result['problems'], 'code' ) );
		$this->assertSame( array() === $problems, $result['embeddable'] );
	}

	public function places(): array {
		return array(
			array( 'https://wp.example.com', 'https://litellm.example.com', '', array() ),
			array( 'https://wp.example.com', 'http://127.0.0.1:24157', 'https://litellm.example.com', array() ),
			array( 'http://127.0.0.1:9400', 'http://127.0.0.1:24157', '', array() ),
			array( 'https://wp.example.com', 'http://127.0.0.1:24157', '', array( 'loopback' ) ),
			array( 'https://wp.example.com', 'http://litellm.example.com', '', array( 'mixed_content' ) ),
			array( 'https://wp.example.com', 'http://litellm.example.org', '', array( 'mixed_content', 'other_site' ) ),
			array( 'https://wp.example.com', 'https://litellm.example.org', '', array( 'other_site' ) ),
			array( 'http://wp.example.com', 'https://litellm.example.com', '', array( 'other_site' ) ),
			array( 'http://localhost:9400', 'http://127.0.0.1:24157', '', array( 'other_site' ) ),
			array( 'https://wp.example.com', 'https://wp.example.com/llm', '', array( 'same_origin' ) ),
			array( 'https://wp.example.com', 'not an address', '', array( 'not_configured' ) ),
			array( 'https://wp.example.com', 'https://litellm.example.com', 'javascript:1', array( 'not_configured' ) ),
		);
	}

	public function test_the_headers_decide_and_the_lines_for_nginx_name_this_site(): void {
		$this->gateway_answers( self::page( array( 'X-Frame-Options' => 'DENY', 'Content-Security-Policy' => "default-src x; frame-ancestors 'none'" ) ) );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertSame( array( 'framing_denied' ), array_column( $result['problems'], 'code' ) );
		$this->assertSame( array( 'DENY', "'none'", 200, true, 'https://litellm.example.com/ui/' ), array( $result['x_frame_options'], $result['frame_ancestors'], $result['http_status'], $result['reachable'], $result['url'] ) );
		$this->assertStringContainsString( 'proxy_hide_header X-Frame-Options;', $result['nginx'] );
		$this->assertStringContainsString( 'proxy_hide_header Content-Security-Policy;', $result['nginx'] );
		$this->assertStringContainsString( 'add_header Content-Security-Policy "frame-ancestors https://wp.example.com" always;', $result['nginx'] );

		$this->gateway_answers( self::page( array( 'X-Frame-Options' => 'DENY', 'Content-Security-Policy' => array( 'default-src x', 'frame-ancestors https://wp.example.com' ) ) ) );
		$this->assertTrue( $this->check( 'https://wp.example.com', 'https://litellm.example.com' )['embeddable'] );
	}

	public function test_the_key_is_not_sent_to_a_page(): void {
		$this->gateway_answers( self::page() );
		$this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( $this->sent ) );
		$this->assertSame( array( 'Accept' ), array_keys( $this->sent[0][2]['headers'] ) );
	}

	public function test_no_answer_and_bad_answers(): void {
		$this->gateway_answers( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ) );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertSame( array( false, false, null, 'unreachable' ), array( $result['embeddable'], $result['reachable'], $result['http_status'], $result['problems'][0]['code'] ) );
		$this->gateway_answers( self::page( array(), 404 ) );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertSame( array( true, 404, 'bad_status' ), array( $result['reachable'], $result['http_status'], $result['problems'][0]['code'] ) );
	}

	/** @dataProvider redirects */
	public function test_only_redirects_within_the_origin_are_followed( string $location, int $asked ): void {
		$this->gateway_answers( static fn( string $method, string $url ): array => 'https://litellm.example.com/ui/' === $url ? self::page( array( 'Location' => $location ), 307 ) : self::page() );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertCount( $asked, $this->sent );
		foreach ( $this->sent as list( , $url ) ) {
			$this->assertStringStartsWith( 'https://litellm.example.com/ui/', $url );
		}
		$this->assertSame( $asked > 1, $result['embeddable'] );
	}

	public function redirects(): array {
		return array(
			array( '/ui/login', 2 ),
			array( 'https://litellm.example.com/ui/login#x', 2 ),
			array( 'http://litellm.example.com/ui/', 1 ),
			array( 'https://evil.example/', 1 ),
			array( '//evil.example/', 1 ),
			array( 'https://litellm.example.com@evil.example/', 1 ),
			array( 'https://x@litellm.example.com/ui/login', 1 ),
			array( "https://litellm.example.com/ui/\r\nX: y", 1 ),
			array( '\\\\evil.example/', 1 ),
		);
	}

	public function test_a_loop_ends(): void {
		$this->gateway_answers( self::page( array( 'Location' => '/ui/' ), 302 ) );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertCount( 4, $this->sent );
		$this->assertSame( 302, $result['http_status'] );
	}

	public function test_against_a_real_server(): void {
		Hostile_Gateway::reset();
		$this->assertTrue( $this->check( 'http://127.0.0.1:9999', Hostile_Gateway::base( 'hop' ) )['embeddable'] );
		$this->assertSame( array( '/hop/ui/', '/hop/ui/login' ), array_column( Hostile_Gateway::log(), 'url' ) );
		$this->assertFalse( $this->check( 'http://127.0.0.1:9999', Hostile_Gateway::base( 'redirect' ) )['embeddable'] );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( Hostile_Gateway::log() ) );
	}
}
