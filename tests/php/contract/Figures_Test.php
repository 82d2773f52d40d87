<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;

/**
 * Whatever calls itself a figure, against sums over LiteLLM's own database.
 *
 * The answers are read through the plugin as a page reads them, at several moments; the sums come by SQL. Both are written to
 * FIGURES, where the app's own functions are held to them (frontend/model/tests/figures.rs, which tests/php/run calls next).
 *
 * What is made up here lies more than two months back: nothing else looks there, and there it is quiet.
 */
final class Figures_Test extends Plugin_TestCase {

	private const RANGES = array( 'today' => 1, '7d' => 7, '30d' => 30 );
	private const MINE   = 'figures-test';

	protected function setUp(): void {
		wp_cache_flush();
		Cache::delete( false );
	}

	protected function tearDown(): void {
		Clock::$ahead_s = 0;
		self::sql( 'delete from "LiteLLM_DailyUserSpend" where user_id = \'' . self::MINE . '\'; delete from "LiteLLM_SpendLogs" where request_id like \'' . self::MINE . '-%\'' );
		Cache::delete( false );
	}

	/** Calls that LiteLLM counts on a day, as if it had written them just now. */
	private static function count_calls( string $day, int $calls, int $failed, float $spend ): void {
		$id = self::MINE . '-' . bin2hex( random_bytes( 6 ) );
		self::sql(
			'create temp table late as select * from "LiteLLM_DailyUserSpend" where model_group <> \'\' limit 1;'
			. "update late set id = '$id', user_id = '" . self::MINE . "', api_key = '$id', date = '$day', api_requests = $calls, failed_requests = $failed, successful_requests = $calls - $failed, spend = $spend, prompt_tokens = 7 * $calls, completion_tokens = 3 * $calls;"
			. 'insert into "LiteLLM_DailyUserSpend" select * from late; drop table late'
		);
	}

	/** Calls in LiteLLM's log that began at a moment, as if it had written them just now. */
	private static function log_calls( int $at, int $calls, int $failed ): void {
		self::sql(
			"create temp table late as select s.* from \"LiteLLM_SpendLogs\" s, generate_series(1, $calls) limit $calls;"
			. "update late set request_id = '" . self::MINE . "-' || gen_random_uuid(), \"startTime\" = to_timestamp($at) at time zone 'utc', \"endTime\" = to_timestamp($at) at time zone 'utc', status = 'success';"
			. "update late set status = 'failure' where request_id in (select request_id from late limit $failed);"
			. 'insert into "LiteLLM_SpendLogs" select * from late; drop table late'
		);
	}

	/** The calls of each hour of a day until a moment, of which the log has these. */
	private static function hours( int $now, array $logged ): array {
		$questions = array();
		for ( $start = $now - $now % DAY_IN_SECONDS; $start <= $now; $start += HOUR_IN_SECONDS ) {
			$bounds                                    = array( 'start' => gmdate( 'Y-m-d H:i:s', $start ), 'end' => gmdate( 'Y-m-d H:i:s', $start + HOUR_IN_SECONDS - 1 ) );
			$questions[ $bounds['start'] ]             = array( self::operation( 'logs.count' ), $bounds );
			$questions[ $bounds['start'] . ' failed' ] = array( self::operation( 'logs.count' ), $bounds + array( 'status' => 'failure' ) );
		}
		$counts = self::read( $questions );
		// They come as they are answered.
		ksort( $counts );
		$hours  = array();
		foreach ( array_filter( array_keys( $counts ), static fn( string $name ): bool => 19 === strlen( $name ) ) as $start ) {
			$expected = current( array_filter( $logged, static fn( array $row ): bool => $row['h'] === $start ) );
			$hours[]  = array( 'start' => $start, 'all' => $counts[ $start ]->data, 'failed' => $counts[ $start . ' failed' ]->data, 'expected' => $expected ? $expected : array( 'calls' => 0, 'failed' => 0 ) );
		}
		return $hours;
	}

	/** By hour of a day: what LiteLLM's log adds up to. */
	private static function logged( string $day ): array {
		return self::sql( "select to_char(\"startTime\", 'YYYY-MM-DD HH24:00:00') h, count(*)::float8 calls, (count(*) filter (where status = 'failure'))::float8 failed from \"LiteLLM_SpendLogs\" where \"startTime\" >= '$day' and \"startTime\" < date '$day' + 1 group by 1 order by 1" );
	}

	/** By day: what LiteLLM's daily table, or its log, adds up to. */
	private static function sums( bool $of_log ): array {
		$rows = self::sql(
			$of_log
			? 'select to_char("startTime", \'YYYY-MM-DD\') d, coalesce(model_group, \'\') m, count(*)::float8 requests, (count(*) filter (where status = \'failure\'))::float8 failed, sum(prompt_tokens + completion_tokens)::float8 tokens, sum(spend)::float8 spend from "LiteLLM_SpendLogs" group by 1, 2'
			: 'select date d, coalesce(model_group, \'\') m, sum(api_requests)::float8 requests, sum(failed_requests)::float8 failed, sum(prompt_tokens + completion_tokens)::float8 tokens, sum(spend)::float8 spend from "LiteLLM_DailyUserSpend" group by 1, 2'
		);
		$days = array();
		foreach ( $rows as $row ) {
			$days[ $row['d'] ][] = $row;
		}
		return $days;
	}

	private static function total( array $sums, int $now, int $first, int $last ): array {
		$total  = array_fill_keys( array( 'requests', 'failed', 'tokens', 'spend' ), 0.0 );
		$models = array();
		for ( $back = $first; $back >= $last; $back-- ) {
			foreach ( $sums[ gmdate( 'Y-m-d', $now - $back * DAY_IN_SECONDS ) ] ?? array() as $row ) {
				foreach ( array_keys( $total ) as $name ) {
					$total[ $name ] += $row[ $name ];
				}
				$models[ $row['m'] ] = ( $models[ $row['m'] ] ?? 0.0 ) + $row['spend'];
			}
		}
		return $total + array( 'models' => (object) $models );
	}

	/** What the cards of each range have to say at a moment. */
	private static function expected( array $sums, int $now ): array {
		$expected = array();
		foreach ( self::RANGES as $range => $days ) {
			$expected[ $range ] = array(
				'all'    => self::total( $sums, $now, $days - 1, 0 ),
				'whole'  => self::total( $sums, $now, $days - 1, 1 ),
				// Whole days, each as long before; for today, yesterday.
				'before' => 1 === $days ? self::total( $sums, $now, 1, 1 ) : self::total( $sums, $now, 2 * $days - 1, $days + 1 ),
			);
		}
		return $expected;
	}

	/** @return array<int, mixed> Answers of the plugin, asked for until all are there, as the browser does. */
	private static function read( array $questions ): array {
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), (string) getenv( 'CONTRACT_SERVICE_KEY' ) );
		$answers  = array();
		while ( $questions ) {
			foreach ( self::reader( $settings )->read( array_slice( $questions, 0, 80, true ) ) as $index => $outcome ) {
				if ( 202 !== $outcome->status ) {
					self::assertSame( array( 200, null ), array( $outcome->status, $outcome->error ) );
					$answers[ $index ] = $outcome;
					unset( $questions[ $index ] );
				}
			}
		}
		return $answers;
	}

	/** All days of two months before a moment, as the plugin gives them then. */
	private static function days( int $now, bool $anew = false ): array {
		Clock::$ahead_s = $now - \time();
		$questions      = array();
		for ( $back = 0; $back < 60; $back++ ) {
			$day               = gmdate( 'Y-m-d', $now - $back * DAY_IN_SECONDS );
			$questions[ $day ] = array( self::operation( 'activity.day' ), array( 'day' => $day ), $anew );
		}
		return array_map( static fn( $outcome ): array => array( 'data' => $outcome->data, 'age_s' => $outcome->age_s ), self::read( $questions ) );
	}

	private static function calls_on( array $days, string $day ): int {
		return (int) array_sum( array_map( static fn( $result ): int => $result->metrics->api_requests, $days[ $day ]['data']->results ) );
	}

	/** A week with little in it, after weeks with nothing; a day and an hour that end; calls that are written late. */
	private static function made_up(): array {
		$midnight = intdiv( \time(), DAY_IN_SECONDS ) * DAY_IN_SECONDS - 70 * DAY_IN_SECONDS;
		$day      = static fn( int $back ): string => gmdate( 'Y-m-d', $midnight - $back * DAY_IN_SECONDS );
		$moments  = array();
		$moment   = static function ( int $now, bool $anew = false ) use ( &$moments ): array {
			$days      = self::days( $now, $anew );
			$hours     = self::hours( $now, self::logged( gmdate( 'Y-m-d', $now ) ) );
			$moments[] = array( 'now_ms' => $now * 1000, 'anew' => $anew, 'days' => $days, 'expected' => self::expected( self::sums( false ), $now ), 'hours' => $hours );
			return $days;
		};
		$moment( $midnight - 100 * DAY_IN_SECONDS );
		self::count_calls( $day( 10 ), 2, 0, 0.25 );
		self::count_calls( $day( 3 ), 5, 1, 0.5 );
		self::count_calls( $day( 1 ), 60, 6, 2.0 );
		$evening = $moment( $midnight - 6 * HOUR_IN_SECONDS );
		self::assertSame( 60, self::calls_on( $evening, $day( 1 ) ) );
		self::count_calls( $day( 1 ), 100, 0, 1.0 );
		$night = $moment( $midnight + 90 * MINUTE_IN_SECONDS );
		self::assertSame( 160, self::calls_on( $night, $day( 1 ) ), 'A day that was asked for in the evening is asked for again.' );
		self::count_calls( $day( 5 ), 1000, 0, 10.0 );
		$late = self::days( $midnight + 100 * MINUTE_IN_SECONDS );
		self::assertSame( 0, self::calls_on( $late, $day( 5 ) ) );
		$refreshed = $moment( $midnight + 100 * MINUTE_IN_SECONDS, true );
		self::assertSame( 1000, self::calls_on( $refreshed, $day( 5 ) ), 'Who asks by hand gets what was written late.' );
		self::count_calls( $day( 4 ), 500, 0, 5.0 );
		$hour_later = $moment( $midnight + 170 * MINUTE_IN_SECONDS );
		self::assertSame( 500, self::calls_on( $hour_later, $day( 4 ) ), 'And the others after an hour.' );
		// Calls of an hour that are written when it is over, once it was asked for.
		self::log_calls( $midnight + 9 * HOUR_IN_SECONDS + 900, 3, 1 );
		self::log_calls( $midnight + 10 * HOUR_IN_SECONDS + 60, 2, 0 );
		$moment( $midnight + 10 * HOUR_IN_SECONDS + 1800 );
		self::log_calls( $midnight + 10 * HOUR_IN_SECONDS + 3590, 5, 2 );
		$moment( $midnight + 11 * HOUR_IN_SECONDS + 300 );
		self::assertSame( array( 3.0, 7.0 ), array_map( static fn( array $hour ): float => (float) $hour['expected']['calls'], array_slice( end( $moments )['hours'], 9, 2 ) ) );
		return $moments;
	}

	/** The last two months as they are. Others may call LiteLLM meanwhile: what counts is an answer between two equal sums. */
	private static function as_it_is(): array {
		$sums = static function ( int $now ): array {
			// What is over is in the log as it is in the daily table; today a refused call may be in the log only.
			$today = gmdate( 'Y-m-d', $now );
			$hours = self::logged( $today );
			return array( array( $today => self::sums( false )[ $today ] ?? array() ) + self::sums( true ), $hours );
		};
		for ( $try = 0; $try < 20; $try++ ) {
			Cache::delete( false );
			Clock::$ahead_s = 0;
			$now            = \time();
			$before         = $sums( $now );
			$days           = self::days( $now );
			$hours          = self::hours( $now, $before[1] );
			if ( $before === $sums( $now ) && gmdate( 'Y-m-d H', $now ) === gmdate( 'Y-m-d H' ) ) {
				return array( 'now_ms' => $now * 1000, 'anew' => true, 'days' => $days, 'expected' => self::expected( $before[0], $now ), 'hours' => $hours );
			}
		}
		self::fail( 'The gateway never rested for the time of one look.' );
	}

	public function test_answers_and_sums_are_written_down_for_the_app(): void {
		$moments = array_merge( array( self::as_it_is() ), self::made_up() );
		$this->assertGreaterThan( 1000, $moments[0]['expected']['30d']['all']['requests'], 'There is something to add up.' );
		$this->assertGreaterThan( 0, file_put_contents( (string) getenv( 'FIGURES' ), json_encode( $moments ) ) );
	}
}
