<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Status;

final class Status_Test extends Plugin_TestCase {

	public function test_it_says_how_the_plugin_is_set_up(): void {
		$status = ( new Status( self::settings(), self::contract() ) )->answer();
		$this->assertSame( array( 'http://gateway.test', 'constant', null ), array( $status['base']['value'], $status['base']['source'], $status['base']['problem'] ) );
		$this->assertSame( 'sk-…sts4', $status['key']['masked'] );
		$this->assertSame( array( 'method' => 'GET', 'path' => '/key/list', 'write' => false ), $status['operations']->{'keys.list'} );
		$this->assertFalse( isset( $status['operations']->status ) );
		$this->assertSame( array( get_bloginfo( 'version' ), PHP_VERSION, false, false ), array( $status['wordpress'], $status['php'], $status['object_cache'], $status['https'] ) );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( $status ) );
	}

	public function test_what_is_wrong_is_said_without_repeating_it(): void {
		$status = ( new Status( new Settings( array( Settings::BASE => self::KEY, Settings::KEY => "x\n" . self::KEY ) ), self::contract() ) )->answer();
		$this->assertSame( array( 'invalid', 'invalid' ), array( $status['base']['problem'], $status['key']['problem'] ) );
		$this->assertNotEmpty( $status['base']['hint'] );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( $status ) );
	}
}
