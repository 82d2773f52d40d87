<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Alert_Inbox;
use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Cache;

/** What Alertmanager brings, and the notice that shows it. */
final class Alert_Inbox_Test extends Plugin_TestCase {

	private const TOKEN = 'a-token-of-sixteen-or-more';

	protected function setUp(): void {
		parent::setUp();
		putenv( Alert_Inbox::TOKEN . '=' . self::TOKEN );
		Clock::$stands_at = 1795608000;
		update_option( 'timezone_string', 'UTC' );
		update_option( 'date_format', 'Y-m-d' );
		update_option( 'time_format', 'H:i' );
	}

	protected function tearDown(): void {
		putenv( Alert_Inbox::TOKEN );
		parent::tearDown();
	}

	/** @param mixed $body */
	private static function post( $body, string $authorization = 'Bearer ' . self::TOKEN, array $query = array() ): WP_REST_Response {
		return self::ask( 'POST', 'alertmanager', $query, $body, '' === $authorization ? array() : array( 'Authorization' => $authorization ) );
	}

	/** As Alertmanager 0.28 sends it. */
	private static function alert( string $name, array $more = array(), array $notes = array() ): array {
		return $more + array(
			'status'       => 'firing',
			'labels'       => array( 'alertname' => $name, 'severity' => 'critical', 'instance' => 'litellm:4000' ),
			'annotations'  => $notes + array( 'summary' => "$name happened.", 'summary_zh' => "发生了 {$name}。", 'action' => 'Look at it.' ),
			'startsAt'     => '2026-11-25T11:40:00.123Z',
			'endsAt'       => '0001-01-01T00:00:00Z',
			'generatorURL' => 'http://127.0.0.1:9090/graph?g0.expr=up',
			'fingerprint'  => substr( md5( $name ), 0, 16 ),
		);
	}

	private static function message( array ...$alerts ): array {
		return array( 'version' => '4', 'groupKey' => '{}:{}', 'truncatedAlerts' => 0, 'status' => 'firing', 'receiver' => 'critical', 'groupLabels' => new stdClass(), 'commonLabels' => new stdClass(), 'commonAnnotations' => new stdClass(), 'externalURL' => 'http://127.0.0.1:9093', 'alerts' => $alerts );
	}

	private static function notice(): string {
		ob_start();
		Alert_Inbox::print_notice();
		return (string) ob_get_clean();
	}

	public function test_what_fires_is_open_until_it_is_over_or_was_not_heard_of_for_a_day(): void {
		$this->assertSame( array( 200, array( 'open' => 2 ) ), array( self::post( self::message( self::alert( 'GatewayDown' ), self::alert( 'DiskFull' ) ) )->get_status(), self::post( self::message( self::alert( 'DiskFull' ) ) )->get_data() ) );
		$this->assertSame( array( 'GatewayDown happened.', 'DiskFull happened.' ), array_column( Alert_Inbox::open(), 'text' ) );
		$this->assertSame( 1795606800, array_values( Alert_Inbox::open() )[0]['since'] );
		self::post( self::message( self::alert( 'GatewayDown', array( 'status' => 'resolved' ) ) ) );
		$this->assertSame( array( 'DiskFull happened.' ), array_column( Alert_Inbox::open(), 'text' ) );
		Clock::$stands_at += 25 * 3600;
		$this->assertCount( 1, Alert_Inbox::open(), 'It is repeated once a day.' );
		Clock::$stands_at += 2 * 3600;
		$this->assertSame( array(), Alert_Inbox::open() );
		$this->assertSame( array(), array_intersect( self::stored( '%alerts_inbox%' ), array_keys( wp_load_alloptions( true ) ) ) );
	}

	/** @dataProvider strangers */
	public function test_without_the_token_nothing_is_taken( string $authorization ): void {
		$answer = self::post( self::message( self::alert( 'GatewayDown' ) ), $authorization );
		$this->assertSame( 401, $answer->get_status() );
		$this->assertSame( array(), Alert_Inbox::open() );
	}

	public function strangers(): array {
		return array( array( '' ), array( 'Bearer ' ), array( 'Bearer' ), array( self::TOKEN ), array( 'Bearer ' . self::TOKEN . 'x' ), array( 'Bearer ' . substr( self::TOKEN, 1 ) ), array( 'Basic ' . base64_encode( 'x:' . self::TOKEN ) ), array( 'Bearer Bearer ' . self::TOKEN ) );
	}

	public function test_the_token_counts_in_its_header_only(): void {
		$this->assertSame( 401, self::post( self::message(), '', array( 'authorization' => 'Bearer ' . self::TOKEN ) )->get_status() );
		$this->be( 'admin' );
		$this->assertSame( 401, self::post( self::message(), '' )->get_status(), 'Not even for administrators.' );
	}

	public function test_without_a_token_on_this_server_the_route_is_not_there(): void {
		foreach ( array( '', '=short' ) as $value ) {
			putenv( Alert_Inbox::TOKEN . $value );
			foreach ( array( '', 'Bearer ', 'Bearer short' ) as $authorization ) {
				$this->assertSame( 404, self::post( self::message(), $authorization )->get_status(), "$value $authorization" );
			}
		}
	}

	/** @dataProvider odd_bodies */
	public function test_odd_bodies( $body, int $status, int $open = 0 ): void {
		$this->assertSame( $status, self::post( $body )->get_status() );
		$this->assertCount( $open, Alert_Inbox::open() );
	}

	public function odd_bodies(): array {
		return array(
			'nothing'       => array( '', 400 ),
			'no JSON'       => array( '{"alerts":[', 400 ),
			'a list'        => array( '[]', 400 ),
			'no alerts'     => array( '{"alerts":"all"}', 400 ),
			'too deep'      => array( '{"alerts":' . str_repeat( '[', 20 ) . str_repeat( ']', 20 ) . '}', 400 ),
			'too large'     => array( '{"alerts":[],"x":"' . str_repeat( 'x', 262144 ) . '"}', 413 ),
			'empty'         => array( '{"alerts":[]}', 200 ),
			'no alert'      => array( '{"alerts":[1,"x",null]}', 200 ),
			'odd fields'    => array( '{"alerts":[{"labels":"x","annotations":[[]],"startsAt":{},"fingerprint":7,"status":null}]}', 200, 1 ),
			'odd numbers'   => array( '{"alerts":[{"labels":{"alertname":1e999},"annotations":{"summary":5},"startsAt":"9999-99-99"}]}', 200, 1 ),
			'two alike'     => array( '{"alerts":[{"labels":{"alertname":"A"}},{"labels":{"alertname":"A"}}]}', 200, 1 ),
		);
	}

	public function test_what_is_kept_is_bounded_and_has_no_markup_and_no_secret(): void {
		foreach ( range( 1, 8 ) as $page ) {
			self::post( self::message( ...array_map( static fn( int $n ): array => self::alert( "A$page-$n", array(), array( 'summary' => str_repeat( 'x', 900 ) ) ), range( 1, 20 ) ) ) );
		}
		$this->assertCount( 50, Alert_Inbox::open() );
		$this->assertSame( 300, max( array_map( static fn( array $alert ): int => mb_strlen( $alert['text'] ), Alert_Inbox::open() ) ) );
		self::post( self::message( self::alert( 'Odd', array(), array( 'summary' => "<script>alert(1)</script>\u{202e} sk-Abcdefghijklmnop1234 and " . self::KEY . "\nnext" ) ) ) );
		$this->be( 'admin' );
		$html = self::notice();
		$this->assertStringContainsString( '&lt;script&gt;alert(1)&lt;/script&gt; sk-…1234 and', self::last_line() );
		$this->assertStringNotContainsString( '<script', $html );
		$this->assertStringNotContainsString( self::KEY, self::stored_text() );
		$this->assertStringNotContainsString( "\u{202e}", $html . self::last_line() );
		$this->assertStringContainsString( '44 more alerts', $html );
	}

	/** What the newest alone says. */
	private static function last_line(): string {
		$open = array_slice( Alert_Inbox::open(), -1, null, true );
		update_option( 'litellm_dashboard_alerts_inbox', $open );
		$html = self::notice();
		return $html;
	}

	public function test_who_comes_while_another_is_at_it_is_told_to_come_again(): void {
		$other = new Cache( self::settings() );
		$other->lock( array( 'alerts_inbox' ), 60 );
		$this->assertSame( 503, self::post( self::message( self::alert( 'GatewayDown' ) ) )->get_status() );
		$other->unlock();
		$this->assertSame( 200, self::post( self::message( self::alert( 'GatewayDown' ) ) )->get_status() );
	}

	public function test_the_operations_have_their_route_as_before(): void {
		$this->be( 'admin' );
		$this->assertSame( 404, self::ask( 'POST', 'no.such', array(), array() )->get_data()['data']['status'] ?? 404 );
		$this->assertSame( 200, self::ask_to_read( 'status' )['status'] );
		$this->assertSame( 404, self::ask( 'GET', 'alertmanager' )->get_status() );
	}

	public function test_the_notice_is_for_those_who_may_view_in_their_language_and_for_a_day(): void {
		global $wp_filter;
		remove_all_actions( 'admin_notices' );
		$this->be( 'editor' );
		Alert_Inbox::show();
		$this->assertFalse( has_action( 'admin_notices' ) );
		$this->be( 'admin' );
		Alert_Inbox::show();
		$this->assertTrue( has_action( 'admin_notices' ) );
		remove_all_actions( 'admin_notices' );
		$this->assertSame( '', self::notice(), 'Nothing to say, nothing shown.' );
		self::post( self::message( self::alert( 'GatewayDown' ) ) );
		$this->assertStringContainsString( "2026-11-25 11:40</time> — Alertmanager: \u{2068}GatewayDown happened.\u{2069}", self::notice() );
		update_user_meta( get_current_user_id(), 'locale', 'zh_CN' );
		$this->assertStringContainsString( '发生了 GatewayDown。', self::notice() );
		delete_user_meta( get_current_user_id(), 'locale' );
		update_option( Alert_Run::RULES, array( 'on' => true ), false );
		update_option( Alert_Run::STATE, array( 'recent' => array( array( 'kind' => 'budget_key', 'level' => 80, 'id' => str_repeat( 'a', 64 ), 'name' => '<b>"x"', 'spend' => 8.2, 'budget' => 10.0, 'at' => 1795600000 ) ) ), false );
		$this->assertMatchesRegularExpression( '~<a href="[^"]*page=litellm-dashboard-keys&#038;s=aaaaaaaaaaaa">Key \x{2068}&lt;b&gt;&quot;x&quot;\x{2069} has spent 82% of its budget: \$8\.20 of \$10\.00\.</a>~u', self::notice() );
		Clock::$stands_at += 86400;
		$this->assertStringNotContainsString( 'has spent', self::notice() );
		Clock::$stands_at -= 86400;
		update_option( Alert_Run::RULES, array( 'on' => true, 'notice' => false ), false );
		$this->assertStringNotContainsString( 'has spent', self::notice() );
	}
}
