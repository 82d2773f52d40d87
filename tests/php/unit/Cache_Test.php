<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Plugin;

final class Cache_Test extends Plugin_TestCase {

	private static function find( Cache $cache, string $name, array $values = array() ): ?array {
		$id = $cache->id( self::operation( $name ), $values );
		return $cache->find( array( $id ), true )[ $id ] ?? null;
	}

	private static function store( Cache $cache, string $name, array $values, $data, ?int $at = null ): void {
		$cache->store( self::operation( $name ), $values, $cache->generation(), $at ?? Clock::now(), $data, self::find( $cache, $name, $values ) );
	}

	public function test_what_is_stored_is_found_with_its_age_and_shape(): void {
		self::store( self::cache(), 'keys.list', array( 'page' => 1 ), (object) array( 'keys' => array(), 'map' => (object) array() ), 1795161600 );
		$entry = self::find( self::cache(), 'keys.list', array( 'page' => 1 ) );
		$this->assertSame( array( '{"keys":[],"map":{}}', 1795161600, 1795161603 ), array( $entry['json'], $entry['at'], $entry['until'] ) );
		$this->assertNull( self::find( self::cache(), 'keys.list', array( 'page' => 2 ) ) );
		$this->assertNull( self::find( self::cache(), 'teams.list', array( 'page' => 1 ) ) );
	}

	public function test_another_gateway_or_key_never_shows_old_numbers(): void {
		self::store( self::cache(), 'keys.list', array(), 'mine' );
		$this->assertNotNull( self::find( self::cache(), 'keys.list' ) );
		$this->assertNull( self::find( self::cache( self::settings( 'http://another.test' ) ), 'keys.list' ) );
		$this->assertNull( self::find( self::cache( self::settings( 'http://gateway.test', 'sk-another' ) ), 'keys.list' ) );
	}

	public function test_the_key_is_nowhere_in_it(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		self::store( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ), 'x' );
		$all = implode( "\n", self::stored() ) . self::stored_text();
		$this->assertStringNotContainsString( self::KEY, $all );
		$this->assertStringNotContainsString( hash( 'sha256', self::KEY ), $all );
	}

	/** @dataProvider lifetimes */
	public function test_wordpress_removes_what_is_stored_when_its_time_is_over( string $name, array $values, int $seconds ): void {
		// By WordPress' own clock, which goes on.
		$before = \time();
		self::store( self::cache(), $name, $values, 'x' );
		$after = \time();
		$ends  = self::stored( '_transient_timeout_litellm_dashboard_%' );
		$this->assertCount( 1, $ends );
		$this->assertGreaterThanOrEqual( $before + $seconds, (int) get_option( $ends[0] ) );
		$this->assertLessThanOrEqual( $after + $seconds, (int) get_option( $ends[0] ) );
	}

	public function lifetimes(): array {
		return array(
			'last good' => array( 'keys.list', array(), DAY_IN_SECONDS ),
			'settled'   => array( 'activity.day', array( 'day' => '2026-01-01' ), 30 * DAY_IN_SECONDS ),
		);
	}

	/** The window of the live log moves with every request; each stored one would be a row that nobody reads again. */
	public function test_what_is_out_of_date_at_once_is_not_stored(): void {
		self::store( self::cache(), 'logs.list', array( 'start' => '2026-11-20 00:00:00', 'end' => '2026-11-20 00:00:05' ), 'x' );
		self::store( self::cache(), 'logs.count', array( 'start' => '2026-11-20 00:00:00', 'end' => gmdate( 'Y-m-d H:i:s', Clock::now() ) ), 'x' );
		self::store( self::cache(), 'keys.info', array( 'key' => str_repeat( 'a', 64 ) ), 'x' );
		$this->assertSame( array(), self::stored() );
		self::store( self::cache(), 'logs.count', array( 'start' => '2026-11-20 00:00:00', 'end' => '2026-01-01 00:00:00' ), 'x' );
		$this->assertCount( 2, self::stored() );
	}

	public function test_the_database_is_not_written_with_every_answer(): void {
		global $wpdb;
		$now = Clock::now();
		self::store( self::cache(), 'gateway.readiness', array(), 'first', $now );
		$before = $wpdb->num_queries;
		$writes = array();
		$watch  = static function ( string $query ) use ( &$writes ): string {
			if ( ! preg_match( '/^\s*SELECT/i', $query ) ) {
				$writes[] = $query;
			}
			return $query;
		};
		add_filter( 'query', $watch );
		for ( $second = 10; $second < 600; $second += 10 ) {
			self::store( self::cache(), 'gateway.readiness', array(), 'first', $now + $second );
		}
		self::store( self::cache(), 'gateway.readiness', array(), 'second', $now + 59 );
		remove_filter( 'query', $watch );
		$this->assertSame( array(), $writes );
		$this->assertGreaterThan( $before, $wpdb->num_queries );
		self::store( self::cache(), 'gateway.readiness', array(), 'second', $now + 60 );
		$this->assertSame( '"second"', self::find( self::cache(), 'gateway.readiness' )['json'], 'What has changed is stored after a minute.' );
		self::store( self::cache(), 'gateway.readiness', array(), 'second', $now + 660 );
		$this->assertSame( $now + 660, self::find( self::cache(), 'gateway.readiness' )['at'], 'What has not is stored after ten.' );
	}

	/** Pages ask for today every 20 seconds; all of them together are to ask the gateway no more often. */
	public function test_what_pages_share_is_stored_each_time(): void {
		$now = Clock::now();
		foreach ( array( array( 'models.list', array() ), array( 'activity.day', array( 'day' => gmdate( 'Y-m-d', $now ) ) ) ) as list( $name, $values ) ) {
			self::store( self::cache(), $name, $values, 'first', $now - 20 );
			self::store( self::cache(), $name, $values, 'second', $now );
			$stored = self::find( self::cache(), $name, $values );
			$this->assertSame( '"second"', $stored['json'] );
			$this->assertGreaterThanOrEqual( $now + 15, $stored['until'] );
		}
	}

	public function test_nothing_is_loaded_with_every_page(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		self::cache()->forget();
		self::cache()->lock( array( 'someid' ), 10 );
		wp_cache_flush();
		$this->assertSame( array(), array_filter( array_keys( wp_load_alloptions() ), static fn( string $name ): bool => false !== strpos( $name, 'litellm' ) ) );
	}

	public function test_an_answer_that_is_too_large_is_not_stored(): void {
		self::store( self::cache(), 'keys.list', array(), str_repeat( 'x', 1100000 ) );
		$this->assertSame( array(), self::stored() );
	}

	public function test_after_a_write_only_what_is_settled_counts(): void {
		self::store( self::cache(), 'keys.list', array(), 'a' );
		self::store( self::cache(), 'models.list', array(), 'b' );
		self::store( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ), 'c' );
		self::cache()->forget();
		$this->assertNull( self::find( self::cache(), 'keys.list' ) );
		$this->assertNull( self::find( self::cache(), 'models.list' ) );
		$this->assertNotNull( self::find( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ) ) );
		self::store( self::cache(), 'keys.list', array(), 'd' );
		$this->assertSame( '"d"', self::find( self::cache(), 'keys.list' )['json'], 'In the row of the old one, however young that is.' );
	}

	/** A day that was stored before it was over is not final once it is. */
	public function test_what_was_not_settled_when_it_was_stored_is_not_so_later(): void {
		self::store( self::cache(), 'activity.day', array( 'day' => '2026-11-20' ), 'x', gmmktime( 23, 0, 0, 11, 20, 2026 ) );
		$this->assertSame( gmmktime( 23, 0, 19, 11, 20, 2026 ), self::find( self::cache(), 'activity.day', array( 'day' => '2026-11-20' ) )['until'] );
	}

	public function test_an_answer_under_way_during_a_write_does_not_come_back(): void {
		$reading    = self::cache();
		$generation = $reading->generation();
		self::cache()->forget();
		$reading->store( self::operation( 'keys.list' ), array(), $generation, Clock::now(), 'from before the write' );
		$this->assertNull( self::find( self::cache(), 'keys.list' ) );
	}

	public function test_rubbish_in_the_database_is_no_answer(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		$this->assertNotNull( self::find( self::cache(), 'keys.list' ) );
		$id = self::cache()->id( self::operation( 'keys.list' ), array() );
		foreach ( array( 'text', array( 'json' => 5 ), array(), array( 'generation' => '', 'json' => '1' ), array( 'json' => '1', 'at' => 1, 'until' => 2 ) ) as $rubbish ) {
			set_transient( 'litellm_dashboard_' . $id, $rubbish, 60 );
			$this->assertNull( self::find( self::cache(), 'keys.list' ) );
		}
	}

	public function test_one_gets_the_lock_until_it_is_given_back(): void {
		$first  = self::cache();
		$second = self::cache();
		$this->assertSame( array( 'a', 'b' ), $first->lock( array( 'a', 'b' ), 10 ) );
		$this->assertSame( array( 'c' ), $second->lock( array( 'a', 'c' ), 10 ) );
		$first->unlock();
		$this->assertSame( array( 'a' ), self::cache()->lock( array( 'a', 'c' ), 10 ) );
		$second->unlock();
		$this->assertCount( 1, self::stored( '%dashboard_lock%' ) );
	}

	public function test_a_lock_ends_by_itself_and_only_its_holder_gives_it_back(): void {
		$dead = self::cache();
		$dead->lock( array( 'a' ), -5 );
		$next = self::cache();
		$this->assertSame( array( 'a' ), $next->lock( array( 'a' ), 10 ) );
		$dead->unlock();
		$this->assertSame( array(), self::cache()->lock( array( 'a' ), 10 ), 'The lock of the next one is still there.' );
		$next->unlock();
		$this->assertSame( array(), self::stored( '%dashboard_lock%' ) );
	}

	/**
	 * Nobody got the lock, so that days that are over were asked for by no one, for ever.
	 *
	 * @testWith ["INSERT INTO no_such_table VALUES ( 1 )"]
	 *           ["SELECT 0"]
	 */
	public function test_a_database_that_takes_nothing_keeps_nobody_from_asking( string $instead ): void {
		global $wpdb;
		self::cache()->lock( array( 'over' ), -10 );
		$takes_nothing = static fn( string $query ): string => preg_match( '/^\s*SELECT/i', $query ) ? $query : $instead;
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$shown = $wpdb->suppress_errors( true );
		add_filter( 'query', $takes_nothing );
		try {
			$this->assertSame( array( 'free', 'over' ), self::cache()->lock( array( 'free', 'over' ), 10 ) );
			$this->assertSame( 200, self::outcome( self::operation( 'activity.day' ), array( 'day' => '2026-01-01' ) )->status );
		} finally {
			remove_filter( 'query', $takes_nothing );
			$wpdb->suppress_errors( $shown );
		}
	}

	public function test_a_view_of_thirty_days_costs_few_queries(): void {
		global $wpdb;
		$cache = self::cache();
		$ids   = array();
		for ( $day = 1; $day <= 30; $day++ ) {
			$values = array( 'day' => sprintf( '2026-09-%02d', $day ) );
			self::store( $cache, 'activity.day', $values, 'x' );
			$ids[] = $cache->id( self::operation( 'activity.day' ), $values );
		}
		wp_cache_flush();
		wp_load_alloptions();
		$before = $wpdb->num_queries;
		$this->assertCount( 30, self::cache()->find( $ids ) );
		// Before 6.4 WordPress cannot read several options at once; two short ones for each transient, and one each for the generation and for what is settled.
		$this->assertLessThanOrEqual( function_exists( 'wp_prime_option_caches' ) ? 1 : 62, $wpdb->num_queries - $before );
	}

	public function test_a_persistent_object_cache_keeps_it_all_out_of_the_database(): void {
		wp_using_ext_object_cache( true );
		try {
			self::store( self::cache(), 'keys.list', array(), 'first', 1795161600 );
			self::store( self::cache(), 'keys.list', array(), 'second', 1795161601 );
			$this->assertSame( '"second"', self::find( self::cache(), 'keys.list' )['json'] );
			$this->assertSame( array(), self::stored() );
			self::cache()->forget();
			$this->assertNull( self::find( self::cache(), 'keys.list' ) );
		} finally {
			wp_using_ext_object_cache( false );
		}
	}

	/** Fills the cache in every way there is. */
	private static function fill(): void {
		self::store( self::cache(), 'keys.list', array(), 'x' );
		self::store( self::cache(), 'activity.day', array( 'day' => '2026-01-01' ), 'x' );
		self::cache()->forget();
		self::cache()->lock( array( 'left' ), -10 );
		add_option( 'other_litellm_dashboard_of_someone', 'stays' );
		self::assertCount( 7, self::stored() );
	}

	public function test_deactivation_removes_it(): void {
		self::fill();
		do_action( 'deactivate_' . Plugin::basename(), false );
		$this->assertSame( array( 'other_litellm_dashboard_of_someone' ), self::stored() );
	}

	public function test_uninstalling_leaves_nothing_behind(): void {
		self::fill();
		define( 'WP_UNINSTALL_PLUGIN', Plugin::basename() );
		require Plugin::path( 'uninstall.php' );
		$this->assertSame( array( 'other_litellm_dashboard_of_someone' ), self::stored() );
	}
}
