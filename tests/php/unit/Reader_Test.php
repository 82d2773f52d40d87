<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Outcome;

final class Reader_Test extends Plugin_TestCase {

	/** The app takes no bare list; in an object, what is no list is told apart. */
	public function test_a_bare_answer_gets_a_name(): void {
		$kept = function ( string $operation, $answer ) {
			$this->gateway_answers( self::answer( 200, $answer ) );
			$outcome = self::outcome( self::operation( $operation, array( 'method' => 'GET', 'ttl_s' => 0 ) ) );
			return null === $outcome->error ? json_encode( $outcome->data ) : $outcome->error->get_error_code();
		};
		$this->assertSame( '{"budgets":[{"budget_id":"small"}]}', $kept( 'budgets.list', '[{"budget_id":"small","created_by":"x"},7]' ) );
		$this->assertSame( '{"budgets":[]}', $kept( 'budgets.list', '[]' ) );
		$this->assertSame( '{"deleted":1}', $kept( 'users.delete', '1' ) );
		foreach ( array( '{"status":"ok"}', 'null', '"ok"', '1' ) as $other ) {
			$this->assertSame( 'gateway_not_litellm', $kept( 'budgets.list', $other ), $other );
		}
		$this->assertSame( 'gateway_not_litellm', $kept( 'keys.list', '[]' ) );
	}

	private const KEYS = array( 'keys' => array(), 'total_count' => 0 );
	private const DAY  = array( 'day' => '2026-09-01' );

	public function test_a_fresh_answer_is_not_asked_for_again(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$this->assertSame( 0, self::outcome( self::operation( 'keys.list' ) )->age_s );
		Clock::$ahead_s = 2;
		$again          = self::outcome( self::operation( 'keys.list' ) );
		$this->assertSame( array( 200, null ), array( $again->status, $again->error ) );
		$this->assertSame( 2, $again->age_s );
		$this->assertCount( 1, $this->sent );
		Clock::$ahead_s = 3;
		self::outcome( self::operation( 'keys.list' ) );
		$this->assertCount( 2, $this->sent );
	}

	public function test_without_a_time_nothing_is_stored(): void {
		$this->gateway_answers( self::answer( 200, '"I\'m alive!"' ) );
		self::outcome( self::operation( 'gateway.liveliness' ) );
		self::outcome( self::operation( 'gateway.liveliness' ) );
		$this->assertCount( 2, $this->sent );
		$this->assertSame( array(), self::stored() );
	}

	/** It wrote 42 times: each window of the log, each hour, and a lock for each. The day is written, as all pages share it. */
	public function test_a_minute_of_the_live_log_writes_the_day_only(): void {
		$this->gateway_answers( self::answer( 200, array( 'data' => array(), 'total' => 0, 'results' => array() ) ) );
		$ask = static function (): void {
			$now = Clock::now();
			self::reader()->read(
				array(
					array( self::operation( 'logs.list' ), array( 'start' => gmdate( 'Y-m-d H:i:s', $now - 900 ), 'end' => gmdate( 'Y-m-d H:i:s', $now ), 'page' => 1, 'page_size' => 25 ) ),
					array( self::operation( 'logs.count' ), array( 'start' => gmdate( 'Y-m-d H:00:00', $now ), 'end' => gmdate( 'Y-m-d H:59:59', $now ) ) ),
					array( self::operation( 'activity.day' ), array( 'day' => gmdate( 'Y-m-d', $now ) ) ),
				)
			);
		};
		$ask();
		$writes = array();
		$watch  = static function ( string $query ) use ( &$writes ): string {
			// When a transient ends is another row, which is written where a second has passed.
			if ( ! preg_match( '/^\s*(?:SELECT|SHOW)|_transient_timeout_/i', $query ) ) {
				$writes[] = $query;
			}
			return $query;
		};
		add_filter( 'query', $watch );
		for ( Clock::$ahead_s = 5; Clock::$ahead_s <= 60; Clock::$ahead_s += 5 ) {
			$ask();
		}
		remove_filter( 'query', $watch );
		$this->assertCount( 3, $writes );
		$this->assertStringContainsString( '{\"results\":[]}', $writes[0] . $writes[1] . $writes[2] );
		$this->assertGreaterThan( 27, count( $this->sent ) );
	}

	/** LiteLLM gives the key of an ordinary user that user’s calls for all of them, and refuses other questions. */
	public function test_days_that_were_read_with_too_small_a_key_do_not_stay(): void {
		$is_admin = true;
		$calls    = 10;
		$this->gateway_answers(
			static function ( string $method, string $url ) use ( &$is_admin, &$calls ) {
				if ( false !== strpos( $url, '/team/list' ) ) {
					return $is_admin ? self::answer( 200, array( 'teams' => array(), 'total' => 0 ) ) : self::answer( 401, array( 'detail' => array( 'error' => 'Only admin users can query all teams/other teams. Your user role=internal_user' ) ) );
				}
				return self::answer( 200, array( 'results' => array( array( 'date' => '2026-09-01', 'metrics' => array( 'api_requests' => $is_admin ? $calls : 1 ) ) ) ) );
			}
		);
		$requests = static fn( string $day ): int => self::outcome( self::operation( 'activity.day' ), array( 'day' => $day ) )->data->results[0]->metrics->api_requests;
		$teams    = static fn(): int => self::outcome( self::operation( 'teams.list', array( 'ttl_s' => 0 ) ), array( 'page' => 1, 'page_size' => 1 ) )->status;
		$this->assertSame( 10, $requests( '2026-09-01' ) );
		$calls = 11;
		$this->assertSame( array( 200, 10 ), array( $teams(), $requests( '2026-09-01' ) ), 'settled' );
		$is_admin = false;
		$this->assertSame( 1, $requests( '2026-09-02' ), 'nobody has told yet' );
		$this->assertSame( array( 502, 1 ), array( $teams(), $requests( '2026-09-03' ) ) );
		$this->assertSame( 502, $teams() );
		$is_admin = true;
		$this->assertSame( array( 11, 200 ), array( $requests( '2026-09-04' ), $teams() ) );
		foreach ( array( 1, 2, 3, 4 ) as $day ) {
			$this->assertSame( 11, $requests( "2026-09-0$day" ), "day $day" );
		}
		$calls = 12;
		$this->assertSame( array( 200, 11 ), array( $teams(), $requests( '2026-09-02' ) ), 'settled again' );
		self::cache()->forget();
		$this->assertSame( 11, $requests( '2026-09-02' ), 'also after a write' );
	}

	/** @dataProvider passing_failures */
	public function test_the_last_good_answer_comes_with_the_reason_why_it_is_old( $failure, string $code ): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		self::outcome( self::operation( 'keys.list' ) );
		Clock::$ahead_s = 100;
		$this->gateway_answers( $failure );
		$outcome = self::outcome( self::operation( 'keys.list' ) );
		$this->assertSame( array( 200, $code ), array( $outcome->status, $outcome->error->get_error_code() ) );
		$this->assertSame( 100, $outcome->age_s );
		$this->assertSame( '{"keys":[],"total_count":0}', json_encode( $outcome->data ) );
	}

	public function passing_failures(): array {
		return array(
			array( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ), 'gateway_unreachable' ),
			array( new WP_Error( 'http_request_not_executed', 'blocked' ), 'gateway_unreachable' ),
			array( self::answer( 500, array( 'detail' => 'x' ) ), 'gateway_error' ),
			array( self::answer( 401, array( 'detail' => 'x' ) ), 'gateway_unauthorized' ),
			array( self::answer( 200, '<html>', 'text/html' ), 'gateway_not_litellm' ),
		);
	}

	public function test_a_refused_request_is_refused_whatever_is_stored(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		self::outcome( self::operation( 'keys.list' ) );
		Clock::$ahead_s = 100;
		$this->gateway_answers( self::answer( 400, array( 'detail' => 'no' ) ) );
		$outcome = self::outcome( self::operation( 'keys.list' ) );
		$this->assertSame( array( 400, null ), array( $outcome->status, $outcome->data ) );
	}

	public function test_a_failure_is_not_stored(): void {
		$this->gateway_answers( self::answer( 500, '' ) );
		$this->assertSame( 502, self::outcome( self::operation( 'keys.list' ) )->status );
		$this->assertSame( array(), self::stored() );
	}

	/** One such number made an HTTP 500 of the whole batch. */
	public function test_a_number_beyond_json_fails_its_operation_only(): void {
		$this->gateway_answers( static fn( string $method, string $url ): array => self::answer( 200, strpos( $url, '/key/list' ) ? '{"keys":[{"token":"a","spend":1e999}]}' : '{"teams":[]}' ) );
		$outcomes = self::reader()->read( array( array( self::operation( 'keys.list' ), array() ), array( self::operation( 'teams.list' ), array() ) ) );
		$this->assertSame( array( 502, 200 ), array_column( $outcomes, 'status' ) );
		$this->assertSame( 'gateway_not_litellm', $outcomes[0]->error->get_error_code() );
	}

	/** Eight days at once were too large for the memory, or took the gateway too long: three in four failed, again and again. */
	public function test_large_answers_are_asked_for_two_at_a_time(): void {
		$day   = '{"results":[{"date":"x","breakdown":{"api_keys":{"x":"' . str_repeat( 'x', 3 * MB_IN_BYTES ) . '"}}}]}';
		$ask   = static fn( int ...$days ): array => array_map( static fn( int $day ): array => array( self::operation( 'activity.day' ), array( 'day' => sprintf( '2026-09-%02d', $day ) ) ), $days );
		$asked = function ( array $questions ): int {
			$before = count( $this->sent );
			self::reader()->read( $questions );
			return count( $this->sent ) - $before;
		};
		$this->gateway_answers( self::answer( 200, $day ) );
		$keys = array( self::operation( 'keys.list' ), array() );
		$this->assertSame( 2, $asked( $ask( ...range( 1, 10 ) ) ), 'Nobody knows yet.' );
		$this->assertSame( 2, $asked( $ask( ...range( 1, 10 ) ) ) );
		$this->assertSame( 3, $asked( array_merge( $ask( 7, 8, 9 ), array( $keys ) ) ), 'What is small beside them is not held up.' );
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$this->assertSame( 2, $asked( $ask( ...range( 10, 20 ) ) ) );
		$this->assertSame( 2, $asked( $ask( ...range( 12, 20 ) ) ), 'Some are small, all are not.' );
		foreach ( self::stored( '%transient_timeout%' ) as $name ) {
			update_option( $name, time() - 1, false );
		}
		$this->assertSame( 2, $asked( $ask( ...range( 21, 30 ) ) ), 'A day later it is found out again.' );
		$this->assertSame( 8, $asked( $ask( ...range( 21, 30 ) ) ) );
	}

	/** An error says nothing of the answers. */
	public function test_what_failed_is_not_known_to_be_small(): void {
		$days = array_map( static fn( int $day ): array => array( self::operation( 'activity.day' ), array( 'day' => sprintf( '2026-09-%02d', $day ) ) ), range( 1, 9 ) );
		$this->gateway_answers( self::answer( 500, array( 'error' => array( 'message' => 'x' ) ) ) );
		self::reader()->read( $days );
		self::reader()->read( $days );
		$this->assertCount( 4, $this->sent );
	}

	public function test_not_configured_asks_nobody(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		foreach ( array( self::settings( '' ), self::settings( 'x' ), self::settings( 'http://x', '' ) ) as $settings ) {
			$outcome = self::outcome( self::operation( 'keys.list' ), array(), $settings );
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
		// Two to find out how large they are.
		$this->assertSame( array_merge( array_fill( 0, 2, 200 ), array_fill( 0, 18, 202 ) ), array_column( self::reader()->read( $wanted ), 'status' ) );
		$this->assertSame( array_merge( array_fill( 0, 10, 200 ), array_fill( 0, 10, 202 ) ), array_column( self::reader()->read( $wanted ), 'status' ) );
		$this->assertSame( array_merge( array_fill( 0, 18, 200 ), array_fill( 0, 2, 202 ) ), array_column( self::reader()->read( $wanted ), 'status' ) );
		$this->assertSame( array_fill( 0, 20, 200 ), array_column( self::reader()->read( $wanted ), 'status' ) );
		$this->assertCount( 20, $this->sent );
		$this->assertSame( array(), self::stored( '%dashboard_lock%' ) );
		$this->assertSame( 0, Clock::$slept_us );
	}

	public function test_the_same_question_twice_is_asked_once(): void {
		$this->gateway_answers( self::answer( 200, self::KEYS ) );
		$question = array( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 200, 200 ), array_column( self::reader()->read( array( $question, $question ) ), 'status' ) );
		$this->assertCount( 1, $this->sent );
	}

	public function test_what_another_is_asking_is_not_asked_twice(): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => array(), 'keys' => array() ) ) );
		$other = self::cache();
		$other->lock( array( $other->id( self::operation( 'activity.day' ), self::DAY ) ), 20 );
		$wanted = array( array( self::operation( 'activity.day' ), self::DAY ), array( self::operation( 'keys.list' ), array() ), array( self::operation( 'activity.day' ), array( 'day' => '2026-09-02' ) ) );
		$this->assertSame( array( 202, 200, 200 ), array_column( self::reader()->read( $wanted ), 'status' ) );
		$this->assertCount( 2, $this->sent );
		$this->assertSame( 0, Clock::$slept_us, 'Nobody waits who has an answer.' );
		$other->unlock();
		$this->assertSame( array( 200, 200, 200 ), array_column( self::reader()->read( $wanted ), 'status' ) );
		$this->assertCount( 3, $this->sent );
	}

	public function test_a_batch_that_others_are_asking_already_pauses(): void {
		$other = self::cache();
		$other->lock( array( $other->id( self::operation( 'activity.day' ), self::DAY ) ), 20 );
		$this->assertSame( 202, self::outcome( self::operation( 'activity.day' ), self::DAY )->status );
		$this->assertSame( 300000, Clock::$slept_us );
		$other->unlock();
		$this->assertSame( array(), self::reader()->read( array() ) );
		$this->assertSame( 300000, Clock::$slept_us );
	}

	/** Between looking into the cache and getting the lock, another request may have stored the answer. */
	public function test_what_was_stored_just_before_the_lock_is_used(): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$other = static function ( string $query ) use ( &$other ): string {
			if ( 0 === strpos( $query, 'INSERT IGNORE' ) ) {
				remove_filter( 'query', $other );
				// As another process would: this one's own memory of the options knows nothing of it.
				$known = wp_cache_get( 'notoptions', 'options' );
				self::cache()->store( self::operation( 'activity.day' ), self::DAY, self::cache()->generation(), Clock::now(), 'from another request' );
				wp_cache_flush();
				wp_cache_set( 'notoptions', $known, 'options' );
			}
			return $query;
		};
		add_filter( 'query', $other );
		$this->assertSame( 'from another request', self::outcome( self::operation( 'activity.day' ), self::DAY )->data );
		$this->assertSame( array(), $this->sent );
		$this->assertSame( array(), self::stored( '%dashboard_lock%' ) );
	}

	public function test_a_lock_left_behind_holds_nobody_up_for_ever(): void {
		$dead = self::cache();
		$dead->lock( array( $dead->id( self::operation( 'activity.day' ), self::DAY ) ), 30 );
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$this->assertSame( 202, self::outcome( self::operation( 'activity.day' ), self::DAY )->status );
		Clock::$ahead_s = 31;
		$this->assertSame( 200, self::outcome( self::operation( 'activity.day' ), self::DAY )->status );
		$dead->unlock();
	}

	/** A thousand calls of five days ago came in late; the day stayed wrong for a month. */
	public function test_a_day_of_this_week_is_asked_for_again_after_an_hour(): void {
		$question = array( self::operation( 'activity.day' ), array( 'day' => gmdate( 'Y-m-d', Clock::now() - 5 * DAY_IN_SECONDS ) ) );
		$calls    = function ( int $count ) use ( $question ): Outcome {
			$this->gateway_answers( self::answer( 200, array( 'results' => array( array( 'date' => 'x', 'metrics' => array( 'api_requests' => $count ) ) ) ) ) );
			return self::reader()->read( array( $question ) )[0];
		};
		$count = static fn( Outcome $outcome ): int => $outcome->data->results[0]->metrics->api_requests;
		$this->assertSame( 10, $count( $calls( 10 ) ) );
		Clock::$ahead_s = HOUR_IN_SECONDS - 1;
		$this->assertSame( 10, $count( $calls( 1010 ) ) );
		Clock::$ahead_s = HOUR_IN_SECONDS;
		$this->assertSame( 1010, $count( $calls( 1010 ) ) );
		$this->assertCount( 2, $this->sent );
		// What is over is the best that is known for longer than a day.
		Clock::$ahead_s = 3 * DAY_IN_SECONDS;
		$this->gateway_answers( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ) );
		$old = self::reader()->read( array( $question ) )[0];
		$this->assertSame( array( 1010, 'gateway_unreachable' ), array( $count( $old ), $old->error->get_error_code() ) );
	}

	/** By whoever looks once a day. */
	public function test_a_day_is_checked_each_day_for_a_week_and_then_kept(): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$ended = intdiv( Clock::now(), DAY_IN_SECONDS ) * DAY_IN_SECONDS;
		$day   = gmdate( 'Y-m-d', $ended - DAY_IN_SECONDS );
		$asked = array();
		for ( $after = 0; $after <= 20; $after++ ) {
			Clock::reset( $ended + $after * DAY_IN_SECONDS + 2 * HOUR_IN_SECONDS );
			self::reader()->read( array( array( self::operation( 'activity.day' ), array( 'day' => $day ) ) ) );
			$asked[] = count( $this->sent );
		}
		$this->assertSame( array( 1, 2, 3, 4, 5, 6, 7, 8 ), array_values( array_unique( $asked ) ) );
		$this->assertSame( array( 8 ), array_values( array_unique( array_slice( $asked, 7 ) ) ), 'What was asked for a week after the end is kept.' );
		self::reader()->read( array( array( self::operation( 'activity.day' ), array( 'day' => $day ), true ) ) );
		$this->assertCount( 9, $this->sent, 'Who asks anew asks.' );
	}

	public function test_too_many_requests_leave_the_last_good_answer(): void {
		$question = array( self::operation( 'keys.list' ), array() );
		$this->gateway_answers( self::answer( 200, array( 'keys' => array(), 'total_count' => 7 ) ) );
		self::reader()->read( array( $question ) );
		Clock::$ahead_s = MINUTE_IN_SECONDS;
		$this->gateway_answers( self::answer( 429, array( 'error' => array( 'message' => 'Too many requests', 'type' => 'throttling_error' ) ) ) );
		$outcome = self::reader()->read( array( $question ) )[0];
		$this->assertSame( array( 200, 7, 'gateway_refused' ), array( $outcome->status, $outcome->data->total_count, $outcome->error->get_error_code() ) );
	}

	public function test_who_asks_anew_gets_nothing_that_is_older_than_a_minute(): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		wp_set_current_user( 1 );
		$ask = static fn( array $anew ): array => self::ask( 'POST', 'batch', array(), array( 'requests' => array( array( 'operation' => 'activity.day', 'params' => self::DAY ) + $anew ) ) )->get_data()['answers'][0];
		$ask( array() );
		foreach ( array( array( 59, true, 1 ), array( 60, false, 1 ), array( 60, 1, 1 ), array( 60, 'true', 1 ), array( 60, true, 2 ), array( 119, true, 2 ), array( 120, true, 3 ) ) as list( $ahead_s, $anew, $asked ) ) {
			Clock::$ahead_s = $ahead_s;
			$this->assertSame( 200, $ask( array( 'anew' => $anew ) )['status'] );
			$this->assertCount( $asked, $this->sent, "after $ahead_s s" );
		}
		$this->gateway_answers( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ) );
		Clock::$ahead_s = 200;
		$this->assertSame( array( 200, 'gateway_unreachable' ), array( $ask( array( 'anew' => true ) )['status'], $ask( array( 'anew' => true ) )['error']['code'] ), 'What was known is not thrown away.' );
	}

	/** 1.86.2 logs the key of an application instead of its hash where a budget is exceeded, and the address with the provider's key. */
	public function test_a_log_shows_no_secret_of_others(): void {
		$secret = 'sk-Kq7vN2xPz0aJm4RtYw9BcD';
		$hash   = hash( 'sha256', $secret );
		$rows   = array();
		foreach ( array( $secret, 'opaque/Token+Of.Some0Kind==', 'sk-short', $hash, 'litellm-internal-health-check', '', null ) as $key ) {
			$rows[] = array(
				'api_key'  => $key,
				'user'     => $secret,
				'metadata' => array(
					'user_api_key_alias' => 'web',
					'error_information'  => array( 'error_message' => "Budget has been exceeded! Key=$secret, at https://host/x?key=AIza$secret with Bearer $secret" ),
				),
			);
		}
		$this->gateway_answers( self::answer( 200, array( 'data' => $rows, 'total' => 7 ) ) );
		$outcome = self::outcome( self::operation( 'logs.list' ), array( 'start' => '2026-11-20 00:00:00', 'end' => '2026-11-20 01:00:00' ) );
		$this->assertSame( array( 'sk-…9BcD', 'opa…nd==', '…', $hash, 'litellm-internal-health-check', '', null ), array_column( $outcome->data->data, 'api_key' ) );
		$this->assertSame( 'Budget has been exceeded! Key=sk-…9BcD, at https://host/x?key=… with Bearer sk-…9BcD', $outcome->data->data[0]->metadata->error_information->error_message );
		$this->assertSame( array( 'sk-…9BcD', 'web' ), array( $outcome->data->data[0]->user, $outcome->data->data[0]->metadata->user_api_key_alias ) );
		$this->assertStringNotContainsString( substr( $secret, 3, 10 ), (string) json_encode( $outcome->envelope() ) );
	}

	/** Such an error comes back from reads and writes alike. */
	public function test_an_error_shows_no_secret_of_others(): void {
		$secret = 'Kq7vN2xPz0aJm4RtYw9BcD';
		foreach ( array( 400, 401, 403, 422, 500 ) as $status ) {
			$this->gateway_answers( self::answer( $status, array( 'error' => array( 'message' => "Key sk-$secret at https://host/x?key=AIza$secret", 'param' => 'key_alias' ) ) ) );
			foreach ( array( self::outcome( self::operation( 'keys.list' ) ), self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'x' ) ) ) as $outcome ) {
				$this->assertSame( 'Key sk-…9BcD at https://host/x?key=…', $outcome->error->get_error_data()['detail'] );
				$this->assertStringNotContainsString( 'vN2xPz0a', (string) json_encode( $outcome->envelope() ) );
			}
		}
	}

	/** An hour between the clocks was seen nowhere. */
	public function test_a_clock_that_differs_is_told_and_one_that_agrees_is_not(): void {
		foreach ( array( 3600 => array( 'clock_s' => 3600 ), -7200 => array( 'clock_s' => -7200 ), 60 => array(), 0 => array() ) as $ahead_s => $told ) {
			$answer                    = self::answer( 200, '"I am alive"' );
			$answer['headers']['date'] = gmdate( 'D, d M Y H:i:s', Clock::now() + $ahead_s ) . ' GMT';
			$this->gateway_answers( $answer );
			$this->assertSame( $told, array_diff_key( self::outcome( self::operation( 'gateway.liveliness' ) )->envelope(), array_flip( array( 'status', 'data', 'age_s', 'error', 'took_ms' ) ) ), (string) $ahead_s );
		}
	}
}
