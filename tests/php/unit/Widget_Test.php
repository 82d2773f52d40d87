<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Today;
use LiteLLM_Dashboard\Widget;

/** The widget of the Dashboard, and the cost of today in the bar. */
final class Widget_Test extends Plugin_TestCase {

	private const LIST = array( 'page' => 1, 'size' => 100 );

	protected function setUp(): void {
		parent::setUp();
		require_once ABSPATH . 'wp-admin/includes/admin.php';
		require_once ABSPATH . 'wp-admin/includes/dashboard.php';
		require_once ABSPATH . WPINC . '/class-wp-admin-bar.php';
		$this->be( 'admin' );
		// The middle of a day, so that none ends in between.
		Clock::$ahead_s = DAY_IN_SECONDS - ( time() % DAY_IN_SECONDS ) + 12 * HOUR_IN_SECONDS;
	}

	protected function tearDown(): void {
		putenv( Settings::BASE );
		parent::tearDown();
	}

	/** Has a day read, so that it is stored. */
	private function learn_day( string $day, array $metrics ): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => $metrics ? array( array( 'date' => $day, 'metrics' => $metrics ) ) : array() ) ) );
		self::outcome( self::operation( 'activity.day' ), array( 'day' => $day ), new Settings() );
		$this->sent = array();
	}

	private function learn_keys( array $keys, int $count = 0, array $order = array( 'sort_by' => 'spend', 'sort_order' => 'desc' ) ): void {
		$this->gateway_answers( self::answer( 200, array( 'keys' => $keys, 'total_count' => max( $count, count( $keys ) ) ) ) );
		self::outcome( self::operation( 'keys.list' ), self::operation( 'keys.list' )->check( self::LIST + $order ), new Settings() );
		$this->sent = array();
	}

	private static function today( int $back = 0 ): string {
		return gmdate( 'Y-m-d', time() + Clock::$ahead_s - $back * DAY_IN_SECONDS );
	}

	private static function metrics( float $spend, int $good, int $failed ): array {
		return array( 'spend' => $spend, 'api_requests' => $good + $failed, 'successful_requests' => $good, 'failed_requests' => $failed );
	}

	private static function shown(): string {
		ob_start();
		Widget::show();
		return (string) ob_get_clean();
	}

	/** The words of it, without its markup. */
	private static function words(): string {
		return html_entity_decode( (string) preg_replace( '/\s+/', ' ', wp_strip_all_tags( str_replace( '<', ' <', self::shown() ) ) ), ENT_QUOTES );
	}

	/** @return array<string, string> Titles in the bar by id. */
	private static function bar(): array {
		$bar = new WP_Admin_Bar();
		Today::add( $bar );
		return array_map( static fn( $node ): string => (string) $node->title, (array) $bar->get_nodes() );
	}

	public function test_it_is_for_who_may_see_the_plugin(): void {
		global $wp_meta_boxes;
		foreach ( array( 'admin' => true, 'editor' => false, 'subscriber' => false ) as $login => $is_there ) {
			$wp_meta_boxes = array();
			set_current_screen( 'dashboard' );
			$this->be( $login );
			Widget::add();
			$this->assertSame( $is_there, false !== strpos( (string) wp_json_encode( $wp_meta_boxes ), 'litellm_dashboard_widget' ), $login );
		}
		unset( $GLOBALS['current_screen'] );
		$this->assertStringContainsString( '.litellm-figures{', implode( '', (array) wp_styles()->get_data( 'dashboard', 'after' ) ) );
	}

	public function test_nothing_known_is_not_nothing_used(): void {
		$words = self::words();
		$this->assertStringContainsString( 'Nothing is known of today yet.', $words );
		$this->assertStringContainsString( 'page=litellm-dashboard"', self::shown() );
		$this->assertStringNotContainsString( '$', $words );
		$this->assertSame( array(), self::bar() );
	}

	public function test_settings_that_are_missing_lead_to_the_status(): void {
		putenv( Settings::BASE . '=nonsense' );
		$this->assertStringContainsString( 'page=litellm-dashboard-status', self::shown() );
		$this->assertSame( array(), self::bar() );
	}

	public function test_the_figures_of_today_beside_yesterday_with_their_age_and_nobody_is_asked(): void {
		// Of a day that was read an hour after its end.
		Clock::$ahead_s = DAY_IN_SECONDS - ( time() % DAY_IN_SECONDS ) + 2 * HOUR_IN_SECONDS;
		$this->learn_day( self::today( 1 ), self::metrics( 3, 100, 0 ) );
		$this->learn_day( self::today(), self::metrics( 1.25, 1190, 10 ) );
		Clock::$ahead_s += 600;
		$words           = self::words();
		foreach ( array( 'Requests 1,200', '100 in all of yesterday', 'Cost $1.25', '$3.00 in all of yesterday', 'Error rate 0.8%', '0% in all of yesterday', human_time_diff( 0, 600 ) . ' ago', 'LiteLLM’s UTC days' ) as $part ) {
			$this->assertStringContainsString( $part, $words );
		}
		$this->assertSame( array(), $this->sent );
	}

	/** What was read while yesterday was running is less than all of it. */
	public function test_a_part_of_yesterday_is_not_all_of_it(): void {
		Clock::$ahead_s = DAY_IN_SECONDS - ( time() % DAY_IN_SECONDS ) - HOUR_IN_SECONDS;
		$this->learn_day( self::today(), self::metrics( 3, 100, 0 ) );
		Clock::$ahead_s += 3 * HOUR_IN_SECONDS;
		$this->assertStringContainsString( 'Nothing is known of today yet.', self::words(), 'Another day has begun.' );
		$this->assertSame( array(), self::bar() );
		$this->learn_day( self::today(), self::metrics( 1, 1, 0 ) );
		$this->assertStringNotContainsString( 'yesterday', self::words() );
	}

	public function test_a_day_without_calls_has_no_error_rate(): void {
		$this->learn_day( self::today(), array() );
		$this->assertStringContainsString( 'Requests 0 Cost $0.00 Error rate –', self::words() );
		$this->assertStringContainsString( '$0.00', self::bar()['litellm-dashboard'] );
	}

	/** @dataProvider absurd */
	public function test_what_cannot_be_true_is_not_shown( $spend ): void {
		$this->learn_day( self::today(), array( 'spend' => $spend ) + self::metrics( 0, 1, 0 ) );
		$this->assertStringContainsString( 'Cost – ', self::words() );
		$this->assertSame( array(), self::bar() );
	}

	public function absurd(): array {
		return array( array( -1 ), array( 1e15 ), array( 'many' ), array( null ), array( '1e3' ) );
	}

	public function test_keys_near_their_budget_are_named_with_the_nearest_first(): void {
		$soon = gmdate( 'Y-m-d\TH:i:s', time() + Clock::$ahead_s + HOUR_IN_SECONDS );
		$this->learn_keys(
			array(
				array( 'key_alias' => 'eighty', 'spend' => 8, 'max_budget' => 10 ),
				array( 'key_alias' => 'over', 'spend' => 12, 'max_budget' => 10 ),
				array( 'key_alias' => 'far', 'spend' => 7.9, 'max_budget' => 10 ),
				array( 'key_alias' => 'raised', 'spend' => 9, 'max_budget' => 10, 'metadata' => array( 'temp_budget_increase' => 90, 'temp_budget_expiry' => $soon ) ),
				array( 'key_alias' => 'blocked', 'spend' => 9, 'max_budget' => 10, 'blocked' => true ),
				array( 'key_alias' => 'ended', 'spend' => 9, 'max_budget' => 10, 'expires' => '2020-01-01T00:00:00Z' ),
				array( 'key_alias' => 'free', 'spend' => 9, 'max_budget' => null ),
				array( 'key_alias' => 'none', 'spend' => 0, 'max_budget' => 0 ),
				array( 'key_alias' => null, 'key_name' => 'sk-...ab12', 'spend' => 0.0000009, 'litellm_budget_table' => array( 'max_budget' => 0.000001 ) ),
			)
		);
		$words = self::words();
		$this->assertMatchesRegularExpression( '/over 120% of \$10\.00 sk-\.\.\.ab12 90% of \$0\.0000010 eighty 80% of \$10\.00 Of all 9 keys, by their own budgets\./', $words );
		foreach ( array( 'far', 'raised', 'blocked', 'ended', 'free', 'none' ) as $name ) {
			$this->assertStringNotContainsString( " $name ", $words );
		}
	}

	public function test_of_many_keys_those_that_spent_most_are_looked_at_and_the_newest_say_nothing(): void {
		$this->learn_keys( array( array( 'key_alias' => 'a', 'spend' => 1, 'max_budget' => 10 ) ), 500, array() );
		$this->assertStringNotContainsString( 'budget', self::words() );
		$this->learn_keys( array( array( 'key_alias' => 'a', 'spend' => 1, 'max_budget' => 10 ) ), 500 );
		$this->assertStringContainsString( 'None: no key has spent four fifths of its budget. Of the 1 key that has spent most', self::words() );
	}

	public function test_names_cannot_break_out(): void {
		$this->learn_keys( array( array( 'key_alias' => "<script>alert(1)</script>\n\"'&" . str_repeat( 'x', 200 ), 'spend' => 9, 'max_budget' => 10 ) ) );
		$html = self::shown();
		$this->assertStringNotContainsString( '<script', $html );
		$this->assertStringContainsString( '<bdi>&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#039;&amp;xxx', $html );
		$this->assertStringNotContainsString( str_repeat( 'x', 80 ), $html );
	}

	public function test_the_bar_tells_of_what_time_it_is_and_to_whom_it_may(): void {
		$this->learn_day( self::today(), self::metrics( 0.007, 1, 0 ) );
		$this->assertSame( 'LiteLLM <bdi>$0.0070</bdi>', self::bar()['litellm-dashboard'] );
		$this->assertMatchesRegularExpression( '/^Cost of today’s UTC day, as it was at \d.*: \$0\.0070$/', self::bar()['litellm-dashboard-today'] );
		$this->be( 'editor' );
		$this->assertSame( array(), self::bar() );
	}

	public function test_an_old_cost_has_its_time(): void {
		Clock::$ahead_s = DAY_IN_SECONDS - ( time() % DAY_IN_SECONDS ) + HOUR_IN_SECONDS;
		$this->learn_day( self::today(), self::metrics( 2, 1, 0 ) );
		Clock::$ahead_s += HOUR_IN_SECONDS;
		$this->assertMatchesRegularExpression( '#<bdi>\$2\.00 at \d#', self::bar()['litellm-dashboard'] );
	}

	/** The note is of one gateway and one key, small, and not written with every answer. */
	public function test_the_note_is_of_this_gateway_and_small_and_goes_with_the_plugin(): void {
		global $wpdb;
		Clock::$ahead_s = DAY_IN_SECONDS - ( time() % DAY_IN_SECONDS ) + HOUR_IN_SECONDS;
		$this->learn_day( self::today(), self::metrics( 2, 1, 0 ) );
		Clock::$ahead_s += 60;
		$this->learn_day( self::today(), self::metrics( 3, 1, 0 ) );
		$this->assertSame( 2.0, Today::known()['cost'], 'Not so soon.' );
		Clock::$ahead_s += 300;
		$this->learn_day( self::today(), self::metrics( 4, 1, 0 ) );
		$this->assertSame( 4.0, Today::known()['cost'] );
		$row = $wpdb->get_row( "SELECT option_value, autoload FROM {$wpdb->options} WHERE option_name = 'litellm_dashboard_today'" );
		$this->assertContains( $row->autoload, array( 'yes', 'on' ) );
		$this->assertLessThan( 200, strlen( $row->option_value ) );
		putenv( Settings::BASE . '=http://other.test' );
		$this->assertNull( Today::known() );
		putenv( Settings::BASE );
		Cache::delete( false );
		$this->assertSame( array(), self::stored( 'litellm_dashboard_today' ) );
		$this->assertNull( Today::known() );
	}
}
