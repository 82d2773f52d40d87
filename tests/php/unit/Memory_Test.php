<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Memory;

final class Memory_Test extends Plugin_TestCase {

	private string $limit = '';

	protected function setUp(): void {
		parent::setUp();
		$this->limit = (string) ini_get( 'memory_limit' );
	}

	protected function tearDown(): void {
		ini_set( 'memory_limit', $this->limit );
		parent::tearDown();
	}

	public function test_what_does_not_fit_is_not_decoded(): void {
		ini_set( 'memory_limit', (string) ( memory_get_usage( true ) + 64 * MB_IN_BYTES ) );
		$this->assertTrue( Memory::can_decode( str_repeat( ' ', MB_IN_BYTES ) ) );
		$this->assertFalse( Memory::can_decode( str_repeat( ' ', 8 * MB_IN_BYTES ) ) );
		ini_set( 'memory_limit', '-1' );
		$this->assertTrue( Memory::can_decode( str_repeat( ' ', 8 * MB_IN_BYTES ) ) );
	}
}
