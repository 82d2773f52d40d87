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
		return array( 'headers' => $headers ) + self::answer( $status, '<script src="https://elsewhere.example/x.js"></script>', 'text/html' );
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
			array( 'https://wp.example.com', 'http://litellm:4000', '', array( 'internal' ) ),
			array( 'http://localhost:8080', 'http://litellm:4000', '', array( 'internal' ) ),
			array( 'http://192.168.1.5', 'http://litellm.default.svc', '', array( 'internal' ) ),
			array( 'http://wordpress', 'http://litellm:4000', '', array( 'other_site' ) ),
			array( 'http://wp.corp', 'http://llm.corp', '', array( 'other_site' ) ),
			array( 'https://wp.example.com', 'http://litellm:4000', 'https://litellm.example.com', array() ),
			array( 'http://10.0.0.1', 'http://10.0.0.1:4000', '', array() ),
			array( 'https://wp.example.com', 'not an address', '', array( 'not_configured' ) ),
			array( 'https://wp.example.com', 'https://litellm.example.com', 'javascript:1', array( 'not_configured' ) ),
		);
	}

	public function test_what_differs_is_named(): void {
		$this->gateway_answers( self::page() );
		$this->assertSame( array( 'code' => 'other_site', 'console' => 'https://litellm.example.org', 'site' => 'https://wp.example.com:8443' ), $this->check( 'https://wp.example.com:8443', 'https://litellm.example.org:443' )['problems'][0] );
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
		$this->assertSame( 'refused', $result['problems'][0]['reason'] );
		// What a browser would do with a page that nobody gets is noise.
		$this->assertSame( array( 'mixed_content', 'unreachable' ), array_column( $this->check( 'https://wp.example.com', 'http://litellm.example.org' )['problems'], 'code' ) );
		$this->gateway_answers( self::page( array( 'WWW-Authenticate' => 'Basic realm="x"' ), 401 ) );
		$this->assertSame( array( array( 'code' => 'login_before' ) ), $this->check( 'https://wp.example.com', 'https://litellm.example.com' )['problems'] );
		$this->gateway_answers( self::page( array(), 404 ) );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$this->assertSame( array( true, 404, array( 'code' => 'bad_status', 'status' => 404 ) ), array( $result['reachable'], $result['http_status'], $result['problems'][0] ) );
	}

	/** @dataProvider redirects */
	public function test_only_redirects_within_the_origin_are_followed( string $location, int $asked ): void {
		$this->gateway_answers( static fn( string $method, string $url ): array => 'https://litellm.example.com/ui/' === $url ? self::page( array( 'Location' => $location ), 307 ) : self::page() );
		$result = $this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$pages  = array_filter( array_column( $this->sent, 1 ), static fn( string $url ): bool => 'https://litellm.example.com/sso/key/generate' !== $url );
		$this->assertCount( $asked, $pages );
		foreach ( $pages as $url ) {
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
		$asked = array_column( Hostile_Gateway::log(), 'url' );
		$this->assertSame( array( '/hop/ui/', '/hop/ui/login' ), array_slice( $asked, 0, 2 ) );
		$this->assertEqualsCanonicalizing( array( '/hop/_next/main.js', '/hop/sso/key/generate' ), array_slice( $asked, 2 ) );
		$this->assertFalse( $this->check( 'http://127.0.0.1:9999', Hostile_Gateway::base( 'redirect' ) )['embeddable'] );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( Hostile_Gateway::log() ) );
	}

	/** @dataProvider hosts */
	public function test_the_registrable_domain( string $host, string $domain ): void {
		$this->assertSame( $domain, Console::registrable_domain( $host ) );
	}

	public function hosts(): array {
		return array(
			array( 'example.com', 'example.com' ),
			array( 'a.b.example.com', 'example.com' ),
			array( 'wp.example.co.uk', 'example.co.uk' ),
			array( 'example.co.uk', 'example.co.uk' ),
			array( 'wp.example.com.cn', 'example.com.cn' ),
			array( 'wp.example.co.jp', 'example.co.jp' ),
			array( 'wp.example.com.br', 'example.com.br' ),
			array( 'co.uk', 'co.uk' ),
			array( 'me.github.io', 'me.github.io' ),
			array( 'a.me.github.io', 'me.github.io' ),
			array( 'x.up.railway.app', 'up.railway.app' ),
			array( '10.0.0.1', '10.0.0.1' ),
			array( '[::1]', '[::1]' ),
			array( 'localhost', 'localhost' ),
		);
	}

	/**
	 * "Can be shown" was said of all of these, and then there was a bare ring, a broken frame or raw text.
	 *
	 * @dataProvider contents
	 */
	public function test_what_comes_after_the_page_is_looked_at( string $behaviour, array $problems ): void {
		Hostile_Gateway::reset();
		$this->assertSame( $problems, $this->check( 'http://127.0.0.1:9999', Hostile_Gateway::base( $behaviour ) )['problems'] );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( Hostile_Gateway::log() ) );
	}

	public function contents(): array {
		return array(
			array( 'console', array() ),
			array( 'consoleassets', array( array( 'code' => 'assets_refused', 'status' => 403 ) ) ),
			array( 'consolehtml', array( array( 'code' => 'assets_refused', 'status' => 200 ) ) ),
			array( 'consoledisabled', array( array( 'code' => 'disabled' ) ) ),
			array( 'consolelogin', array( array( 'code' => 'login_framing_denied' ) ) ),
			array( 'consoleno', array( array( 'code' => 'no_console' ) ) ),
			array( 'basic401', array( array( 'code' => 'login_before' ) ) ),
		);
	}

	/** @dataProvider policies */
	public function test_as_a_browser_would( string $x_frame_options, string $policy, bool $allowed ): void {
		$this->assertSame( $allowed, Console::may_frame( $x_frame_options, $policy, 'https://litellm.example.com/ui/', 'https://wp.example.com/wp-admin/' ) );
	}

	public function policies(): array {
		return array(
			'nothing'              => array( '', '', true ),
			'deny'                 => array( 'DENY', '', false ),
			'deny twice'           => array( 'deny, DENY', '', false ),
			'sameorigin'           => array( 'SAMEORIGIN', '', false ),
			'allow-from'           => array( 'ALLOW-FROM https://other.example', '', true ),
			'nonsense'             => array( 'ALLOWALL', '', true ),
			'other directives'     => array( '', "default-src 'none'; script-src 'self'", true ),
			'none'                 => array( '', "frame-ancestors 'none'", false ),
			'empty'                => array( '', 'frame-ancestors', false ),
			'self'                 => array( '', "frame-ancestors 'self'", false ),
			'star'                 => array( '', 'frame-ancestors *', true ),
			'us'                   => array( '', 'frame-ancestors https://wp.example.com', true ),
			'us with a path'       => array( '', 'frame-ancestors https://wp.example.com/wp-admin/', true ),
			'us and others'        => array( '', "default-src x; Frame-Ancestors 'self' https://a.example https://WP.example.com", true ),
			'us wins over deny'    => array( 'DENY', 'frame-ancestors https://wp.example.com', true ),
			'other than us'        => array( '', 'frame-ancestors https://wp.example.org', false ),
			'two policies'         => array( '', "frame-ancestors https://wp.example.com, frame-ancestors 'none'", false ),
			'two that allow'       => array( '', 'frame-ancestors *, default-src x, frame-ancestors https:', true ),
			'the first counts'     => array( '', "frame-ancestors 'none'; frame-ancestors *", false ),
			'the first counts too' => array( '', "frame-ancestors *; frame-ancestors 'none'", true ),
			'scheme'               => array( '', 'frame-ancestors https:', true ),
			'lower scheme'         => array( '', 'frame-ancestors http:', true ),
			'other scheme'         => array( '', 'frame-ancestors data:', false ),
			'host alone'           => array( '', 'frame-ancestors wp.example.com', true ),
			'lower scheme of host' => array( '', 'frame-ancestors http://wp.example.com', true ),
			'wildcard'             => array( '', 'frame-ancestors https://*.example.com', true ),
			'wildcard of another'  => array( '', 'frame-ancestors https://*.wp.example.com', false ),
			'wildcard of a part'   => array( '', 'frame-ancestors https://*.ample.com', false ),
			'default port'         => array( '', 'frame-ancestors https://wp.example.com:443', true ),
			'other port'           => array( '', 'frame-ancestors https://wp.example.com:8443', false ),
			'any port'             => array( '', 'frame-ancestors https://wp.example.com:*', true ),
			'any host'             => array( '', 'frame-ancestors https://*', true ),
			'a longer name'        => array( '', "frame-ancestors-x 'none'", true ),
			'none beside us'       => array( '', "frame-ancestors 'none' https://wp.example.com", true ),
			'nonsense source'      => array( '', 'frame-ancestors ???', false ),
		);
	}

	public function test_itself(): void {
		$one = 'http://a.example:81/x';
		$this->assertTrue( Console::may_frame( 'SAMEORIGIN', '', $one, $one ) );
		$this->assertTrue( Console::may_frame( '', "frame-ancestors 'self'", $one, $one ) );
		$this->assertFalse( Console::may_frame( '', 'frame-ancestors http://a.example', $one, $one ) );
		$this->assertTrue( Console::may_frame( '', 'frame-ancestors http://a.example:81', $one, $one ) );
	}

	/** @dataProvider neighbours */
	public function test_ports_and_dots_do_not_part_what_is_one_site( string $site, string $console, array $problems ): void {
		$this->gateway_answers( self::page() );
		$this->assertSame( $problems, array_column( $this->check( $site, $console )['problems'], 'code' ) );
	}

	public function neighbours(): array {
		return array(
			array( 'https://wp.example.com', 'https://litellm.example.com:8443', array() ),
			array( 'https://EXAMPLE.com.', 'https://x.example.com', array() ),
			array( 'https://example.com:443', 'https://Example.com/llm', array( 'same_origin' ) ),
			array( 'http://10.0.0.1', 'http://11.0.0.1', array( 'other_site' ) ),
			array( 'https://a.co.uk', 'https://b.co.uk', array( 'other_site' ) ),
			array( 'https://a.github.io', 'https://b.github.io', array( 'other_site' ) ),
			array( 'http://wp.example.com', 'http://127.9.9.9', array( 'loopback' ) ),
			array( 'http://wp.example.com', 'http://[::1]', array( 'loopback' ) ),
			array( 'http://wp.example.com', 'http://x.localhost', array( 'loopback' ) ),
			array( 'http://wp.example.com', 'http://127.0.0.1.example.com', array() ),
			array( 'http://wp.example.com', 'http://localhost.example.com', array() ),
		);
	}

	/** Four tries of six seconds each held up a batch for 24. */
	public function test_all_redirects_together_have_six_seconds(): void {
		$this->gateway_answers( self::page( array( 'Location' => '/ui/' ), 302 ) );
		$this->check( 'https://wp.example.com', 'https://litellm.example.com' );
		$timeouts = array_map( static fn( array $sent ): float => $sent[2]['timeout'], $this->sent );
		$sorted   = $timeouts;
		rsort( $sorted );
		$this->assertSame( $sorted, $timeouts );
		$this->assertLessThan( $timeouts[0], $timeouts[3] );
		$this->assertLessThanOrEqual( 6.0, $timeouts[0] );
	}
}
