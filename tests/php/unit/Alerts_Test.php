<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Alerts;
use LiteLLM_Dashboard\Release;

require_once __DIR__ . '/../../bench/alerts.php';

/** The rules: functions of what is known, what was said, and the time. */
final class Alerts_Test extends Plugin_TestCase {

	/** 2026-11-25, a Wednesday, 12:00 UTC. */
	private const NOW = 1795608000;

	private const RULES = array( 'levels' => array( 50, 80, 100 ), 'month' => 0, 'unusual' => false, 'floor' => 5, 'down' => true, 'version' => true, 'expiring' => true );

	private array $state = array();

	protected function setUp(): void {
		parent::setUp();
		$this->state = array();
	}

	/** One look: what it says. */
	private function look( array $figures, int $now = self::NOW, array $rules = array() ): array {
		list( $events, $this->state ) = Alerts::judge( $this->state, $figures, $rules + self::RULES, $now );
		// It has to survive WordPress' store.
		$this->state = unserialize( serialize( $this->state ) );
		return $events;
	}

	private static function key( float $spend, array $more = array() ): array {
		return $more + array( 'id' => hash( 'sha256', 'a' ), 'name' => 'prod', 'spend' => $spend, 'budget' => 10.0, 'resets' => self::NOW + 86400, 'expires' => 0 );
	}

	private static function kinds( array $events ): array {
		return array_map( static fn( array $event ): string => $event['kind'] . ( isset( $event['level'] ) ? " $event[level]" : '' ), $events );
	}

	public function test_each_threshold_is_told_once_and_anew_in_the_next_period(): void {
		$said = array();
		foreach ( array( 4.99, 5, 6, 8, 8.5, 9.999, 10, 12 ) as $spend ) {
			$said[] = self::kinds( $this->look( array( 'keys' => array( self::key( $spend ) ) ) ) );
		}
		$this->assertSame( array( array(), array( 'budget_key 50' ), array(), array( 'budget_key 80' ), array(), array(), array( 'budget_key 100' ), array() ), $said );
		// The moment has passed, but the gateway has not started anew yet.
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 12 ) ) ), self::NOW + 90000 ) );
		$next = array( 'resets' => self::NOW + 30 * 86400 );
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 0, $next ) ) ), self::NOW + 90000 ) );
		$this->assertSame( array( 'budget_key 50' ), self::kinds( $this->look( array( 'keys' => array( self::key( 5, $next ) ) ) ) ) );
		$event = $this->look( array( 'keys' => array( self::key( 8.2, array( 'resets' => 1 ) ) ) ) )[0];
		$this->assertSame( array( 'kind' => 'budget_key', 'level' => 80, 'id' => hash( 'sha256', 'a' ), 'name' => 'prod', 'spend' => 8.2, 'budget' => 10.0, 'at' => self::NOW ), $event );
	}

	public function test_a_raised_budget_is_told_again_when_it_is_reached_and_only_chosen_thresholds_are(): void {
		$this->look( array( 'keys' => array( self::key( 9 ) ) ) );
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 9, array( 'budget' => 16.0 ) ) ) ) ), 'Back at 50 %, which nobody has to be told.' );
		$this->assertSame( array( 'budget_key 80' ), self::kinds( $this->look( array( 'keys' => array( self::key( 13, array( 'budget' => 16.0 ) ) ) ) ) ) );
		$this->state = array();
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 9 ) ) ), self::NOW, array( 'levels' => array( 100 ) ) ) );
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 0, array( 'budget' => 0.0 ) ) ) ) ), 'A budget of nothing was meant to stop it.' );
	}

	public function test_teams_are_told_as_keys_are_and_not_mixed_up_with_them(): void {
		$team   = array( 'id' => hash( 'sha256', 'a' ), 'name' => 'T', 'spend' => 10.0, 'budget' => 10.0, 'resets' => 0 );
		$events = $this->look( array( 'keys' => array( self::key( 10 ) ), 'teams' => array( $team ) ) );
		$this->assertSame( array( 'budget_key 100', 'budget_team 100' ), self::kinds( $events ) );
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 10 ) ), 'teams' => array( $team ) ) ) );
	}

	/** LiteLLM 1.80.11 moves the end of an organization's period, and does not begin its spend anew. */
	public function test_a_period_of_an_organization_is_new_where_its_spend_has_fallen(): void {
		$said = array();
		$one  = fn( float $spend, int $resets ): array => self::kinds( $this->look( array( 'organizations' => array( array( 'id' => 'o', 'name' => 'Acme', 'spend' => $spend, 'budget' => 10.0, 'resets' => $resets ) ) ) ) );
		foreach ( array( array( 8, 1 ), array( 8, 2 ), array( 8.5, 3 ), array( 10, 3 ), array( 10, 4 ), array( 12, 5 ) ) as list( $spend, $resets ) ) {
			$said[] = $one( $spend, $resets );
		}
		$this->assertSame( array( array( 'budget_organization 80' ), array(), array(), array( 'budget_organization 100' ), array(), array() ), $said );
		$this->assertSame( array( 'budget_organization 80' ), $one( 9, 6 ), 'As newer versions do it.' );
		$this->assertSame( array( array(), array( 'budget_organization 50' ) ), array( $one( 0, 7 ), $one( 5, 7 ) ) );
		// Said by a version that noted no spend.
		$this->state['said'] = array_map( static fn( array $known ): array => array_slice( $known, 0, 2 ), $this->state['said'] );
		$this->assertSame( array(), $one( 5, 8 ) );
		$this->assertSame( array( 'budget_user 80' ), self::kinds( $this->look( array( 'users' => array( self::key( 8 ) ) ) ) ) );
		$this->assertSame( array( 'budget_user 80' ), self::kinds( $this->look( array( 'users' => array( self::key( 8, array( 'resets' => 7 ) ) ) ) ) ), 'Of others the period says so.' );
	}

	/** A list that could not be read must not have everything said once more when it can be. */
	public function test_what_is_not_known_is_neither_told_nor_forgotten(): void {
		$this->look( array( 'keys' => array( self::key( 10 ) ), 'keys_whole' => true ) );
		$this->assertSame( array(), $this->look( array() ) );
		$this->assertSame( array(), $this->look( array( 'keys' => array(), 'keys_whole' => false ) ) );
		$this->assertSame( array(), $this->look( array( 'keys' => array( self::key( 10 ) ), 'keys_whole' => true ) ) );
		$this->look( array( 'keys' => array(), 'keys_whole' => true ) );
		$this->assertSame( array(), $this->state['said'], 'What is gone takes no room.' );
	}

	public function test_the_month_of_the_whole_gateway_counts_when_all_its_days_are_known(): void {
		$days = array();
		for ( $day = 1; $day <= 25; $day++ ) {
			$days[ sprintf( '2026-11-%02d', $day ) ] = array( 2.0, 10.0, 0.0 );
		}
		$rules = array( 'month' => 60 );
		$this->assertSame( array(), $this->look( array( 'days' => array_diff_key( $days, array( '2026-11-07' => true ) ) ), self::NOW, $rules ) );
		$event = $this->look( compact( 'days' ), self::NOW, $rules )[0];
		$this->assertSame( array( 'budget_whole', 80, 50.0, 60 ), array( $event['kind'], $event['level'], $event['spend'], $event['budget'] ) );
		$this->assertSame( array(), $this->look( compact( 'days' ), self::NOW, $rules ) );
		$this->assertSame( array( 'budget_whole 50' ), self::kinds( $this->look( array( 'days' => array( '2026-12-01' => array( 35.0, 1.0, 0.0 ) ) ), 1796083200 + 3600, $rules ) ), 'Another month.' );
		$this->assertSame( array(), $this->look( compact( 'days' ) ), 'Without a budget there is nothing to tell.' );
	}

	public function test_a_gateway_is_down_when_it_was_twice_in_a_row_and_is_told_once_until_it_is_back(): void {
		$down = array( 'answers' => false, 'reason' => 'gateway_unreachable timeout' );
		$this->assertSame( array(), $this->look( $down ) );
		$this->assertSame( array(), $this->look( array( 'answers' => true ), self::NOW + 600 ) );
		$this->assertSame( array(), $this->look( $down, self::NOW + 1200 ), 'Not in a row.' );
		$this->assertSame( array(), $this->look( $down, self::NOW + 1210 ), 'Not another look yet.' );
		$this->assertSame( array(), $this->look( array( 'answers' => null ), self::NOW + 1500 ), 'Not asked.' );
		$event = $this->look( $down, self::NOW + 1800 )[0];
		$this->assertSame( array( 'down', 'gateway_unreachable timeout' ), array( $event['kind'], $event['reason'] ) );
		$this->assertSame( array(), $this->look( $down, self::NOW + 5400 ) );
		$this->assertSame( array( 'up' ), self::kinds( $this->look( array( 'answers' => true ), self::NOW + 9000 ) ) );
		$this->assertSame( array(), $this->look( array( 'answers' => true ), self::NOW + 12600 ) );
	}

	public function test_a_key_that_expires_within_a_week_is_told_once_for_each_end(): void {
		$ends = static fn( int $in_s ): array => array( 'keys' => array( self::key( 0, array( 'expires' => self::NOW + $in_s ) ) ) );
		$this->assertSame( array(), $this->look( $ends( 7 * 86400 + 1 ) ) );
		$this->assertSame( array( 'expiring' ), self::kinds( $this->look( $ends( 7 * 86400 ) ) ) );
		$this->assertSame( array(), $this->look( $ends( 7 * 86400 ), self::NOW + 3600 ) );
		$this->assertSame( array(), $this->look( $ends( 0 ) ), 'Over.' );
		$this->assertSame( array( 'expiring' ), self::kinds( $this->look( $ends( 86400 ) ) ) );
	}

	/** @dataProvider versions */
	public function test_versions( string $version, string $verdict ): void {
		$this->assertSame( $verdict, Release::verdict( $version ) );
	}

	/** As frontend/model/src/version.rs reads them. */
	public function versions(): array {
		$cases = array( '0.9.99' => Release::OLD, '1.80.11' => Release::OLD, 'v1.80.11-stable' => Release::OLD, '1.84.0rc1' => Release::OLD, '1.84.3-rc.1' => Release::OLD, 'v1.84.3-nightly' => Release::OLD, '1.84.3.dev2' => Release::OLD, '1.84' => Release::OLD, '1.84.3' => Release::FINE, '1.84.3-stable' => Release::FINE, '1.84.3.post1' => Release::FINE, '1.106.2' => Release::FINE, '2.0.0' => Release::FINE, '1.82.7' => Release::MALICIOUS, 'v1.82.8-stable' => Release::MALICIOUS, '' => Release::UNKNOWN, 'latest' => Release::UNKNOWN );
		return array_map( null, array_map( 'strval', array_keys( $cases ) ), $cases );
	}

	public function test_a_version_is_told_once(): void {
		$this->assertSame( array( 'version' ), self::kinds( $this->look( array( 'version' => '1.80.11' ) ) ) );
		$this->assertSame( array(), $this->look( array( 'version' => '1.80.11' ) ) );
		$this->assertSame( array( 'malicious' ), self::kinds( $this->look( array( 'version' => '1.82.7' ) ) ) );
		$this->assertSame( array(), $this->look( array( 'version' => '1.106.2' ) ) );
		$this->assertSame( array( 'version' ), self::kinds( $this->look( array( 'version' => '1.80.11' ) ) ) );
		$this->assertSame( array(), $this->look( array( 'version' => '1.80.12' ), self::NOW, array( 'version' => false ) ) );
	}

	/** Days of the same weekday, each looked at once an hour, with so much of each an hour; and the same today until ten. */
	private function weeks( float $usd, float $failures, int $weeks = 4 ): array {
		$days = array();
		foreach ( range( $weeks, 0 ) as $back ) {
			$midnight = self::NOW - 12 * 3600 - $back * 604800;
			for ( $hour = 1; $hour <= ( $back ? 23 : 10 ); $hour++ ) {
				$days[ gmdate( 'Y-m-d', $midnight ) ] = array( $usd * $hour, 100.0 * $hour, $failures * $hour );
				$this->look( compact( 'days' ), $midnight + $hour * 3600, array( 'unusual' => true ) );
			}
		}
		return $days;
	}

	public function test_cost_and_failures_far_above_the_usual_of_the_hour_are_told_once_a_day(): void {
		$days = $this->weeks( 4, 2 );
		$look = fn( float $usd, float $failures, int $hour, int $calls = 1000 ): array => $this->look( array( 'days' => array( '2026-11-25' => array( 40 + $usd, $calls + 100.0, 20 + $failures ) ) + $days ), self::NOW + ( $hour - 12 ) * 3600, array( 'unusual' => true ) );
		$this->assertSame( array(), $look( 15.9, 7.9, 11 ), 'Nearly four times as much.' );
		$this->state['series']['2026-11-25'] = substr( $this->state['series']['2026-11-25'], 0, (int) strrpos( $this->state['series']['2026-11-25'], '|' ) );
		$events = $look( 16, 32, 11 );
		$this->assertSame( array( 'spend_hour', 'errors_hour' ), self::kinds( $events ) );
		$this->assertSame( array( 16.0, 4.0, self::NOW - 2 * 3600, self::NOW - 3600 ), array( $events[0]['value'], $events[0]['usual'], $events[0]['from'], $events[0]['at'] ) );
		$this->assertSame( array( 32.0, 2.0, 100.0 ), array( $events[1]['value'], $events[1]['usual'], $events[1]['calls'] ) );
		$this->assertSame( array(), $look( 60, 80, 12 ), 'Once a day.' );
	}

	/** From the first hour on there are LiteLLM's own days to compare with. */
	public function test_without_weeks_that_were_seen_the_day_is_compared_with_whole_days(): void {
		$days  = array( '2026-11-18' => array( 20.0, 500.0, 10.0 ), '2026-11-11' => array( 22.0, 500.0, 12.0 ), '2026-11-04' => array( 18.0, 500.0, 8.0 ), '2026-10-28' => array( 0.0, 0.0, 0.0 ) );
		$today = fn( float $usd, float $failures, ?array $past = null ): array => $this->look( array( 'days' => array( '2026-11-25' => array( $usd, 900.0, $failures ) ) + ( $past ?? $days ) ), self::NOW, array( 'unusual' => true ) );
		$this->assertSame( array(), $today( 79, 39 ) );
		$this->assertSame( array(), $today( 500, 500, array_slice( $days, 0, 2 ) + array( '2026-10-28' => $days['2026-10-28'] ) ), 'Two days are no measure, and a day before the gateway is none.' );
		$event = $today( 81, 39 )[0];
		$this->assertSame( array( 'spend_day', 81.0, 20.0 ), array( $event['kind'], $event['value'], $event['usual'] ) );
		$this->assertSame( array( 'errors_day' ), self::kinds( $today( 81, 41 ) ) );
	}

	public function test_a_trifle_is_not_told(): void {
		$days = $this->weeks( 0, 0 );
		$look = fn( float $usd, float $failures ): array => $this->look( array( 'days' => array( '2026-11-25' => array( $usd, 1000.0, $failures ) ) + $days ), self::NOW - 3600, array( 'unusual' => true ) );
		$this->assertSame( array(), $look( 4.99, 29 ) );
		$this->state['series']['2026-11-25'] = '600 0 1000 0';
		$this->assertSame( array( 'spend_hour', 'errors_hour' ), self::kinds( $look( 5, 30 ) ) );
	}

	public function test_after_a_gap_the_time_is_not_judged_by_the_hour(): void {
		$days = $this->weeks( 1, 0 );
		$this->assertSame( array(), $this->look( array( 'days' => array( '2026-11-25' => array( 25.0, 1000.0, 0.0 ) ) + $days ), self::NOW + 3 * 3600, array( 'unusual' => true ) ) );
	}

	public function test_what_was_seen_stays_small_and_ends(): void {
		$this->weeks( 1234.5678, 99 );
		foreach ( range( 1, 60 ) as $day ) {
			for ( $hour = 1; $hour < 24; $hour++ ) {
				$now = self::NOW - 43200 + $day * 86400 + $hour * 3600;
				$this->look( array( 'days' => array( gmdate( 'Y-m-d', $now ) => array( 1234.5678 * $hour, 12345.0 * $hour, 99.0 * $hour ) ) ), $now, array( 'unusual' => true ) );
			}
		}
		$this->assertCount( 29, $this->state['series'] );
		$this->assertLessThan( 25000, strlen( serialize( $this->state ) ) );
	}

	/** Days of a gateway that are odd must neither be told nor end the look. */
	public function test_odd_series_are_no_trouble(): void {
		$this->state = array( 'series' => array( '2026-11-25' => 'x|1 2|720 5 5 5|3 3 3 3', '2026-11-18' => '||', '2026-11-11' => '5 1e999 1 1' ) );
		$days        = array( '2026-11-25' => array( 1.0, 1.0, 1.0 ) );
		$this->assertSame( array(), $this->look( compact( 'days' ), self::NOW + 3600, array( 'unusual' => true ) ) );
	}

	/** Twenty weeks each of seven gateways without any trouble, and an office with troubles. doc/alerts.md has the numbers of ten years. */
	public function test_it_is_seldom_wrong_and_finds_what_is_seeded(): void {
		$wrong = Alerts_Trial::quiet( 1, 1, 20 );
		$this->assertSame( 0, $wrong['nothing at all'] );
		$this->assertLessThanOrEqual( 6, array_sum( $wrong ), json_encode( $wrong ) );
		foreach ( Alerts_Trial::troubled( 1, 1 ) as $trouble => $found ) {
			$this->assertSame( 1, $found, $trouble );
		}
	}
}
