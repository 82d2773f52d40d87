<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Frame_Policy;
use LiteLLM_Dashboard\Origin;

final class Frame_Policy_Test extends Plugin_TestCase {

	/** @dataProvider policies */
	public function test_as_a_browser_would( string $x_frame_options, string $policy, bool $allowed ): void {
		$this->assertSame( $allowed, ( new Frame_Policy( $x_frame_options, $policy ) )->allows( Origin::of( 'https://litellm.example.com' ), Origin::of( 'https://wp.example.com' ) ) );
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
			'nonsense source'      => array( '', 'frame-ancestors ???', false ),
		);
	}

	public function test_itself(): void {
		$one = Origin::of( 'http://a.example:81' );
		$this->assertTrue( ( new Frame_Policy( 'SAMEORIGIN', '' ) )->allows( $one, $one ) );
		$this->assertTrue( ( new Frame_Policy( '', "frame-ancestors 'self'" ) )->allows( $one, $one ) );
		$this->assertFalse( ( new Frame_Policy( '', 'frame-ancestors http://a.example' ) )->allows( $one, $one ) );
		$this->assertTrue( ( new Frame_Policy( '', 'frame-ancestors http://a.example:81' ) )->allows( $one, $one ) );
	}

	public function test_what_was_said_can_be_shown(): void {
		$this->assertNull( ( new Frame_Policy( 'DENY', "default-src 'none'" ) )->ancestors() );
		$this->assertSame( "'none', https://a.example", ( new Frame_Policy( '', "frame-ancestors 'none', frame-ancestors https://a.example" ) )->ancestors() );
	}
}
