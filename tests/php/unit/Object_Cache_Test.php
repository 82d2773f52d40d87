<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Housekeeping;

/** The cache where the site has a persistent object cache; WordPress' own stands in for it within the process. */
final class Object_Cache_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		wp_using_ext_object_cache( true );
	}

	protected function tearDown(): void {
		wp_using_ext_object_cache( false );
		parent::tearDown();
	}

	public function test_answers_and_locks_stay_out_of_the_database(): void {
		$this->gateway_answers( self::answer( 200, array( 'keys' => array() ) ) );
		$this->assertSame( 200, self::reader()->read( self::operation( 'keys.list' ), array() )->status );
		$this->assertSame( 200, self::reader()->read( self::operation( 'keys.list' ), array() )->status );
		$this->assertCount( 1, $this->sent );
		$this->assertSame( array(), self::stored() );
	}

	public function test_one_gets_the_lock(): void {
		$first = self::cache();
		$this->assertSame( array( 'a' ), $first->lock( array( 'a' => 10 ) ) );
		$this->assertSame( array(), self::cache()->lock( array( 'a' => 10 ) ) );
		$first->unlock();
		$next = self::cache();
		$this->assertSame( array( 'a' ), $next->lock( array( 'a' => 10 ) ) );
		$next->unlock();
	}

	public function test_a_write_clears_and_what_was_under_way_does_not_come_back(): void {
		$operation = self::operation( 'keys.list' );
		$cache     = self::cache();
		$id        = $cache->id( $operation, array() );
		$old       = $cache->generation( $operation );
		$cache->store( $operation, array(), $old, time(), 'x' );
		$this->assertCount( 1, self::cache()->find( array( $id => array( $operation, array() ) ) ) );
		self::cache()->clear( array( 'keys.list' ) );
		$this->assertCount( 0, self::cache()->find( array( $id => array( $operation, array() ) ) ) );
		$cache->store( $operation, array(), $old, time(), 'x' );
		$this->assertCount( 0, self::cache()->find( array( $id => array( $operation, array() ) ) ) );
	}

	public function test_deactivation_empties_it(): void {
		$operation = self::operation( 'models.list' );
		$cache     = self::cache();
		$cache->store( $operation, array(), '', time(), 'x' );
		Housekeeping::deactivate( false );
		$this->assertSame( array(), $cache->find( array( $cache->id( $operation, array() ) => array( $operation, array() ) ) ) );
	}
}
