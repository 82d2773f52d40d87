<?php
declare( strict_types=1 );

final class Reader_Test extends Plugin_TestCase {

	private const KEYS = array( 'keys' => array(), 'total_count' => 0 );

	/** Makes what is stored look older. */
	private static function age( int $seconds ): void {
		foreach ( self::stored( 'litellm_dashboard_%' ) as $name ) {
			$entry = get_option( $name );
			if ( is_array( $entry ) ) {
				$entry['at']    -= $seconds;
				$entry['until'] -= $seconds;
				update_option( $name, $entry );
			}
		}
	}

	public function test_a_fresh_answer_is_not_asked_for_again(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$this->assertLessThanOrEqual( 1, self::reader()->read( self::operation( 'keys.list' ), array() )->age_s );
		self::age( 1 );
		$again = self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 200, null ), array( $again->status, $again->error ) );
		$this->assertEqualsWithDelta( 1.5, $again->age_s, 0.5 );
		$this->assertCount( 1, $this->sent );
		self::age( 2 );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->assertCount( 2, $this->sent );
	}

	public function test_without_a_time_nothing_is_stored(): void {
		$this->gateway_answers( self::answer( 200, '"I\'m alive!"' ) );
		self::reader()->read( self::operation( 'gateway.liveliness' ), array() );
		self::reader()->read( self::operation( 'gateway.liveliness' ), array() );
		$this->assertCount( 2, $this->sent );
		$this->assertSame( array(), self::stored() );
	}

	/** @dataProvider passing_failures */
	public function test_the_last_good_answer_comes_with_the_reason_why_it_is_old( $failure, string $code ): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		self::age( 100 );
		$this->gateway_answers( $failure );
		$outcome = self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 200, $code ), array( $outcome->status, $outcome->error->get_error_code() ) );
		$this->assertEqualsWithDelta( 101, $outcome->age_s, 1, 'A second may pass meanwhile.' );
		$this->assertSame( '{"keys":[],"total_count":0}', json_encode( $outcome->data ) );
	}

	public function passing_failures(): array {
		return array(
			array( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ), 'gateway_unreachable' ),
			array( new WP_Error( 'http_request_not_executed', 'blocked' ), 'gateway_unreachable' ),
			array( self::answer( 500, array( 'detail' => 'x' ) ), 'gateway_error' ),
			array( self::answer( 401, array( 'detail' => 'x' ) ), 'gateway_unauthorized' ),
			array( self::answer( 200, '<html>', 'text/html' ), 'gateway_not_json' ),
		);
	}

	public function test_a_refused_request_is_refused_whatever_is_stored(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		self::age( 100 );
		$this->gateway_answers( self::answer( 400, array( 'detail' => 'no' ) ) );
		$outcome = self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 400, null ), array( $outcome->status, $outcome->data ) );
	}

	public function test_a_failure_is_not_stored(): void {
		$this->gateway_answers( self::answer( 500, '' ) );
		$this->assertSame( 502, self::reader()->read( self::operation( 'keys.list' ), array() )->status );
		$this->assertSame( array(), self::stored() );
	}

	public function test_not_configured_asks_nobody(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		foreach ( array( self::settings( '' ), self::settings( 'x' ), self::settings( 'http://x', '' ) ) as $settings ) {
			$outcome = self::reader( $settings )->read( self::operation( 'keys.list' ), array() );
			$this->assertSame( array( 503, 'litellm_not_configured' ), array( $outcome->status, $outcome->error->get_error_code() ) );
		}
		$this->assertSame( array(), $this->sent );
	}

	public function test_at_most_eight_are_asked_and_the_others_come_later(): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$wanted = array();
		for ( $day = 1; $day <= 20; $day++ ) {
			$wanted[] = array( self::operation( 'activity.day' ), array( 'day' => sprintf( '2026-09-%02d', $day ) ) );
		}
		$this->assertSame( array_merge( array_fill( 0, 8, 200 ), array_fill( 0, 12, 202 ) ), array_column( self::reader()->read_many( $wanted ), 'status' ) );
		$this->assertSame( array_merge( array_fill( 0, 16, 200 ), array_fill( 0, 4, 202 ) ), array_column( self::reader()->read_many( $wanted ), 'status' ) );
		$this->assertSame( array_fill( 0, 20, 200 ), array_column( self::reader()->read_many( $wanted ), 'status' ) );
		$this->assertCount( 20, $this->sent );
		$this->assertSame( array(), self::stored( '%dashboard_lock%' ) );
	}

	public function test_the_same_question_twice_is_asked_once(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$question = array( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 200, 200 ), array_column( self::reader()->read_many( array( $question, $question ) ), 'status' ) );
		$this->assertCount( 1, $this->sent );
	}

	public function test_while_another_asks_the_last_good_answer_is_given(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		self::age( 11 );
		$other = self::cache();
		$other->lock( array( $other->id( self::operation( 'keys.list' ), array() ) => 20 ) );
		$outcome = self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 200, null ), array( $outcome->status, $outcome->error ) );
		$this->assertEqualsWithDelta( 12, $outcome->age_s, 2 );
		$this->assertCount( 1, $this->sent );
		$other->unlock();
	}

	/** It was given whatever its age, up to a day, and nothing said that it was old. */
	public function test_while_another_asks_an_old_answer_is_not_passed_off_as_new(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		self::age( 100 );
		$other = self::cache();
		$other->lock( array( $other->id( self::operation( 'keys.list' ), array() ) => 20 ) );
		$this->assertSame( 202, self::reader()->read_many( array( array( self::operation( 'keys.list' ), array() ) ) )[0]->status );
		$this->assertCount( 1, $this->sent );
		$other->unlock();
	}

	/** Between looking into the cache and getting the lock, another request may have stored the answer. */
	public function test_what_was_stored_just_before_the_lock_is_used(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$other = static function ( string $query ) use ( &$other ): string {
			if ( 0 === strpos( $query, 'INSERT IGNORE' ) ) {
				remove_filter( 'query', $other );
				self::cache()->store( self::operation( 'keys.list' ), array(), '', time(), 'from another request' );
				wp_cache_flush();
			}
			return $query;
		};
		add_filter( 'query', $other );
		$this->assertSame( 'from another request', self::reader()->read( self::operation( 'keys.list' ), array() )->data );
		$this->assertSame( array(), $this->sent );
		$this->assertSame( array(), self::stored( '%dashboard_lock%' ) );
	}

	public function test_in_a_batch_nobody_waits_for_another(): void {
		$other = self::cache();
		$other->lock( array( $other->id( self::operation( 'keys.list' ), array() ) => 20 ) );
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$start = microtime( true );
		$this->assertSame( 202, self::reader()->read_many( array( array( self::operation( 'keys.list' ), array() ) ) )[0]->status );
		$this->assertLessThan( 5, microtime( true ) - $start );
		$this->assertSame( array(), $this->sent );
		$other->unlock();
	}

	public function test_a_batch_that_others_are_asking_already_pauses(): void {
		$other = self::cache();
		$other->lock( array( $other->id( self::operation( 'keys.list' ), array() ) => 20 ) );
		$start = microtime( true );
		$this->assertSame( 202, self::reader()->read_batch( array( array( self::operation( 'keys.list' ), array() ) ) )[0]->status );
		$this->assertGreaterThan( 0.29, microtime( true ) - $start );
		$other->unlock();
		$start = microtime( true );
		$this->assertSame( array(), self::reader()->read_batch( array() ) );
		$this->assertLessThan( 5, microtime( true ) - $start );
	}

	public function test_a_lock_left_behind_holds_nobody_up_for_ever(): void {
		$dead = self::cache();
		$dead->lock( array( $dead->id( self::operation( 'keys.list' ), array() ) => 1 ) );
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$start = microtime( true );
		$this->assertSame( 200, self::reader()->read( self::operation( 'keys.list' ), array() )->status );
		$this->assertLessThan( 15, microtime( true ) - $start );
		$dead->unlock();
	}
}
