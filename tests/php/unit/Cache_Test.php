<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;

final class Cache_Test extends Plugin_TestCase {

	private static function find( Cache $cache, string $name, array $values ) {
		$operation = self::operation( $name );
		$id        = $cache->id( $operation, $values );
		return $cache->find( array( $id => array( $operation, $values ) ), true )[ $id ] ?? null;
	}

	private static function store( Cache $cache, string $name, array $values, $data, ?int $at = null ): void {
		$operation = self::operation( $name );
		$cache->store( $operation, $values, $cache->generation( $operation ), $at ?? time(), $data );
	}

	public function test_what_is_stored_is_found_with_its_age_and_shape(): void {
		self::store( self::cache(), 'keys.list', array( 'page' => 1 ), (object) array( 'keys' => array(), 'map' => (object) array() ), time() - 7 );
		$entry = self::find( self::cache(), 'keys.list', array( 'page' => 1 ) );
		$this->assertSame( '{"keys":[],"map":{}}', json_encode( $entry->data() ) );
		$this->assertEqualsWithDelta( 7.5, $entry->age_s( time() ), 0.5 );
		$this->assertLessThan( time(), $entry->fresh_until );
		$this->assertNull( self::find( self::cache(), 'keys.list', array( 'page' => 2 ) ) );
		$this->assertNull( self::find( self::cache(), 'keys.aliases', array( 'page' => 1 ) ) );
	}

	public function test_another_gateway_or_key_never_shows_old_numbers(): void {
		self::store( self::cache(), 'keys.list', array(), 'mine' );
		$this->assertNotNull( self::find( self::cache(), 'keys.list', array() ) );
		$this->assertNull( self::find( self::cache( self::settings( 'http://another.test' ) ), 'keys.list', array() ) );
		$this->assertNull( self::find( self::cache( self::settings( 'http://gateway.test', 'sk-another' ) ), 'keys.list', array() ) );
	}

	public function test_the_key_is_nowhere_in_it(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		self::store( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ), 'x' );
		$all = implode( "\n", self::stored() ) . self::stored_text();
		$this->assertStringNotContainsString( self::KEY, $all );
		$this->assertStringNotContainsString( hash( 'sha256', self::KEY ), $all );
	}

	public function test_a_last_good_answer_ends_after_a_day(): void {
		self::store( self::cache(), 'keys.list', array(), 'x', time() - DAY_IN_SECONDS + 60 );
		$this->assertNotNull( self::find( self::cache(), 'keys.list', array() ) );
		self::store( self::cache(), 'keys.list', array(), 'x', time() - DAY_IN_SECONDS - 1 );
		$this->assertNull( self::find( self::cache(), 'keys.list', array() ) );
	}

	public function test_settled_answers_are_transients_that_wordpress_removes(): void {
		self::store( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ), 'x', time() - 5 * DAY_IN_SECONDS );
		$this->assertCount( 1, self::stored( '_transient_timeout_litellm_dashboard_%' ) );
		$this->assertGreaterThan( time(), self::find( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ) )->fresh_until );
	}

	/** The window of the live log moves with every request; the table must not grow with it. */
	public function test_parameters_that_never_come_again_do_not_fill_the_table(): void {
		for ( $second = 0; $second < 300; $second++ ) {
			self::store( self::cache(), 'logs.list', array( 'start' => '2026-11-20 00:00:00', 'end' => gmdate( 'Y-m-d H:i:s', 1795161600 + $second ) ), 'x', time() - 300 + $second );
		}
		$this->assertLessThanOrEqual( 32, count( self::stored() ) );
		$found = 0;
		for ( $second = 295; $second < 300; $second++ ) {
			$found += null === self::find( self::cache(), 'logs.list', array( 'start' => '2026-11-20 00:00:00', 'end' => gmdate( 'Y-m-d H:i:s', 1795161600 + $second ) ) ) ? 0 : 1;
		}
		$this->assertSame( 5, $found, 'The newest stay.' );
	}

	public function test_nothing_is_loaded_with_every_page(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		self::cache()->clear( array( 'keys.list' ) );
		self::cache()->lock( array( 'someid' => 10 ) );
		wp_cache_flush();
		$this->assertSame( array(), array_filter( array_keys( wp_load_alloptions() ), static fn( string $name ): bool => false !== strpos( $name, 'litellm' ) ) );
	}

	public function test_an_answer_that_is_too_large_is_not_stored(): void {
		self::store( self::cache(), 'keys.list', array(), str_repeat( 'x', 1100000 ) );
		$this->assertSame( array(), self::stored() );
	}

	public function test_a_write_clears_all_parameters_of_an_operation_and_nothing_else(): void {
		self::store( self::cache(), 'keys.list', array(), 'a' );
		self::store( self::cache(), 'keys.list', array( 'page' => 2 ), 'b' );
		self::store( self::cache(), 'models.list', array(), 'c' );
		self::cache()->clear( array( 'keys.list', 'keys.self' ) );
		$this->assertNull( self::find( self::cache(), 'keys.list', array() ) );
		$this->assertNull( self::find( self::cache(), 'keys.list', array( 'page' => 2 ) ) );
		$this->assertNotNull( self::find( self::cache(), 'models.list', array() ) );
	}

	public function test_an_answer_under_way_during_a_write_does_not_come_back(): void {
		$reading    = self::cache();
		$operation  = self::operation( 'keys.list' );
		$generation = $reading->generation( $operation );
		self::cache()->clear( array( 'keys.list' ) );
		$reading->store( $operation, array(), $generation, time(), 'from before the write' );
		$this->assertNull( self::find( self::cache(), 'keys.list', array() ) );
	}

	public function test_rubbish_in_the_database_is_no_answer(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		foreach ( array( 'text', array( 'json' => 5 ), array(), array( 'id' => 'x', 'json' => '1' ) ) as $rubbish ) {
			update_option( self::stored()[0], $rubbish );
			$this->assertNull( self::find( self::cache(), 'keys.list', array() ) );
		}
	}

	public function test_one_gets_the_lock_until_it_is_given_back(): void {
		$first  = self::cache();
		$second = self::cache();
		$this->assertSame( array( 'a', 'b' ), $first->lock( array( 'a' => 10, 'b' => 10 ) ) );
		$this->assertSame( array( 'c' ), $second->lock( array( 'a' => 10, 'c' => 10 ) ) );
		$first->unlock( array( 'a' ) );
		$this->assertSame( array( 'a' ), $second->lock( array( 'a' => 10, 'b' => 10 ) ) );
		$first->unlock();
		$second->unlock();
		$this->assertSame( array(), self::stored( '%dashboard_lock%' ) );
	}

	public function test_a_lock_ends_by_itself_and_only_its_holder_gives_it_back(): void {
		$dead = self::cache();
		$dead->lock( array( 'a' => -5 ) );
		$next = self::cache();
		$this->assertSame( array( 'a' ), $next->lock( array( 'a' => 10 ) ) );
		$dead->unlock();
		$this->assertSame( array(), self::cache()->lock( array( 'a' => 10 ) ), 'The lock of the next one is still there.' );
		$next->unlock();
	}

	public function test_a_view_of_thirty_days_costs_few_queries(): void {
		global $wpdb;
		$cache = self::cache();
		$asked = array();
		for ( $day = 1; $day <= 30; $day++ ) {
			$values = array( 'day' => sprintf( '2026-09-%02d', $day ) );
			self::store( $cache, 'activity.day', $values, 'x' );
			$asked[ $cache->id( self::operation( 'activity.day' ), $values ) ] = array( self::operation( 'activity.day' ), $values );
		}
		wp_cache_flush();
		wp_load_alloptions();
		$before = $wpdb->num_queries;
		$this->assertCount( 30, self::cache()->find( $asked ) );
		$this->assertLessThanOrEqual( 2, $wpdb->num_queries - $before );
	}
}
