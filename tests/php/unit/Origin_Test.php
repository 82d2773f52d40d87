<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Origin;

final class Origin_Test extends Plugin_TestCase {

	/** @dataProvider hosts */
	public function test_the_registrable_domain( string $host, string $domain ): void {
		$this->assertSame( $domain, Origin::registrable_domain( $host ) );
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

	/** @dataProvider sites */
	public function test_the_same_site_is_the_same_scheme_and_domain( string $one, string $other, bool $same ): void {
		$this->assertSame( $same, Origin::of( $one )->is_same_site( Origin::of( $other ) ) );
		$this->assertSame( $same, Origin::of( $other )->is_same_site( Origin::of( $one ) ) );
	}

	public function sites(): array {
		return array(
			array( 'https://wp.example.com', 'https://litellm.example.com:8443', true ),
			array( 'http://127.0.0.1:9400', 'http://127.0.0.1:24157/ui/', true ),
			array( 'http://127.0.0.1', 'http://127.0.0.2', false ),
			array( 'http://10.0.0.1', 'http://11.0.0.1', false ),
			array( 'http://localhost', 'http://127.0.0.1', false ),
			array( 'http://wp.example.com', 'https://litellm.example.com', false ),
			array( 'https://a.co.uk', 'https://b.co.uk', false ),
			array( 'https://a.github.io', 'https://b.github.io', false ),
			array( 'https://EXAMPLE.com.', 'https://x.example.com', true ),
		);
	}

	public function test_origins_are_written_without_a_needless_port(): void {
		$this->assertSame( 'https://example.com', Origin::of( 'https://Example.com:443/x?y' )->text() );
		$this->assertSame( 'http://example.com:443', Origin::of( 'http://example.com:443' )->text() );
		$this->assertTrue( Origin::of( 'http://x' )->equals( Origin::of( 'http://x:80/y' ) ) );
		foreach ( array( '', 'x', 'ftp://x', '//x', 'javascript:1' ) as $none ) {
			$this->assertNull( Origin::of( $none ) );
		}
	}

	public function test_loopback(): void {
		foreach ( array( 'http://localhost', 'http://127.0.0.1', 'http://127.9.9.9', 'http://[::1]', 'http://x.localhost' ) as $url ) {
			$this->assertTrue( Origin::of( $url )->is_loopback(), $url );
		}
		foreach ( array( 'http://10.0.0.1', 'http://127.0.0.1.example.com', 'http://localhost.example.com' ) as $url ) {
			$this->assertFalse( Origin::of( $url )->is_loopback(), $url );
		}
	}
}
