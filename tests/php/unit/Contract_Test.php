<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Contract;
use LiteLLM_Dashboard\Plugin;

final class Contract_Test extends Plugin_TestCase {

	private const ROW = array( 'method' => 'GET', 'path' => '/x/y', 'capability' => 'litellm_view', 'params' => array() );

	public function test_every_row_of_the_file_is_well_formed(): void {
		$rows = json_decode( (string) file_get_contents( Plugin::path( 'contract.json' ) ), true )['operations'];
		$this->assertSame( array_keys( $rows ), array_keys( self::contract()->all() ) );
		foreach ( self::contract()->all() as $operation ) {
			foreach ( $operation->clears as $cleared ) {
				$this->assertNotNull( self::contract()->operation( $cleared ), $operation->name . ' clears ' . $cleared );
			}
			if ( $operation->is_write() ) {
				$this->assertSame( 'litellm_manage_keys', $operation->capability );
				$this->assertNotEmpty( $operation->guard, $operation->name );
			}
		}
	}

	/** @dataProvider malformed */
	public function test_a_row_that_is_not_well_formed_cannot_be_reached( array $changes, string $name = 'x.y' ): void {
		$this->assertSame( array(), ( new Contract( array( $name => $changes + self::ROW ) ) )->all() );
	}

	public function malformed(): array {
		return array(
			array( array( 'method' => 'DELETE' ) ),
			array( array( 'capability' => 'read' ) ),
			array( array( 'capability' => null ) ),
			array( array( 'path' => 'x' ) ),
			array( array( 'path' => '/../x' ) ),
			array( array( 'path' => '//evil' ) ),
			array( array( 'path' => "/x\n" ) ),
			array( array( 'path' => '/x?y=1' ) ),
			array( array( 'path' => '' ) ),
			array( array( 'handler' => 'status' ) ),
			array( array( 'params' => 'x' ) ),
			array( array( 'method' => 'POST', 'ttl_s' => 5 ) ),
			array( array(), 'Upper' ),
			array( array(), '../x' ),
		);
	}

	public function test_a_missing_or_broken_file_allows_nothing(): void {
		$this->assertSame( array(), Contract::load( '/nowhere.json' )->all() );
		$this->assertSame( array(), Contract::load( __FILE__ )->all() );
	}

	public function test_it_knows_what_writes_clear(): void {
		$this->assertTrue( self::contract()->is_cleared( 'keys.list' ) );
		$this->assertFalse( self::contract()->is_cleared( 'activity.day' ) );
	}
}
