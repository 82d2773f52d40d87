<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Audit_Log;
use LiteLLM_Dashboard\Audit_Privacy;
use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\REST_Controller;
use LiteLLM_Dashboard\Settings;

final class Audit_Log_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->be( 'admin' );
		$_SERVER['REMOTE_ADDR'] = '192.0.2.7';
	}

	protected function tearDown(): void {
		$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
		parent::tearDown();
	}

	private static function key( string $letter = 'a' ): string {
		return str_repeat( $letter, 64 );
	}

	/** @return array<string, mixed> What `audit.list` answers. */
	private static function listed( array $params = array() ): array {
		$answer = self::ask_to_read( 'audit.list', $params );
		self::assertSame( 200, $answer['status'], (string) json_encode( $answer ) );
		return json_decode( (string) json_encode( $answer['data'] ), true );
	}

	/** @return array<int, array<string, mixed>> */
	private static function rows( array $params = array() ): array {
		return self::listed( $params )['rows'];
	}

	/** Everything in the table, as one text. */
	private static function table_text(): string {
		global $wpdb;
		return (string) json_encode( $wpdb->get_results( 'SELECT * FROM ' . Audit_Log::table(), ARRAY_A ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
	}

	private function block( string $letter = 'a', array $answer = array() ): void {
		$this->gateway_answers( self::answer( 200, $answer + array( 'token' => self::key( $letter ), 'key_alias' => "app-$letter", 'blocked' => true ) ) );
		$this->assertSame( 200, self::ask( 'POST', 'keys.block', array(), array( 'key' => self::key( $letter ) ) )->get_status() );
	}

	public function test_what_was_done_is_there_with_who_when_from_where_and_what(): void {
		$before = gmdate( 'Y-m-d H:i:s' );
		$this->block();
		$row = self::rows()[0];
		$this->assertSame( array( 'keys.block', 'done', '', 'page' ), array( $row['operation'], $row['result'], $row['reason'], $row['channel'] ) );
		$this->assertSame( array( get_current_user_id(), 'admin', '192.0.2.7' ), array( $row['user_id'], $row['login'], $row['address'] ) );
		$this->assertSame( array( self::key(), 'app-a', '', '' ), array( $row['key'], $row['alias'], $row['user'], $row['team'] ) );
		$this->assertSame( array(), $row['changes'] );
		$this->assertGreaterThanOrEqual( $before, $row['began'] );
		$this->assertGreaterThanOrEqual( $row['began'], $row['ended'] );
		$this->assertSame( Plugin::origin( ( new Settings() )->base() ), $row['gateway'] );
		$this->assertCount( 1, self::rows() );
	}

	public function test_a_change_has_what_was_what_is_asked_for_and_what_came_of_it(): void {
		$this->gateway_answers(
			static fn( string $method ): array => 'GET' === $method
				? self::answer( 200, array( 'key' => self::key(), 'info' => array( 'key_alias' => 'app', 'max_budget' => 5.0, 'budget_duration' => '7d', 'rpm_limit' => 9, 'metadata' => array( 'tags' => array( 'old' ), 'logging' => array( array( 'callback_vars' => array( 'x' => 'Op3rat0rs0wn' ) ) ), 'other' => 'stays' ) ) ) )
				: self::answer( 200, array( 'key' => self::key(), 'key_alias' => 'app', 'max_budget' => 10.0, 'budget_duration' => '7d' ) )
		);
		$asked = array( 'key' => self::key(), 'max_budget' => 10, 'budget_duration' => null, 'metadata' => '{"tags":["new"],"owner":"ada"}' );
		$this->assertSame( 200, self::ask( 'POST', 'keys.update', array(), $asked )->get_status() );
		$row = self::rows()[0];
		$this->assertSame(
			array(
				array( 'field' => 'budget_duration', 'asked' => null, 'before' => '7d', 'after' => '7d' ),
				array( 'field' => 'max_budget', 'asked' => 10, 'before' => 5 ),
				array( 'field' => 'metadata.tags', 'asked' => array( 'new' ), 'before' => array( 'old' ) ),
				array( 'field' => 'metadata.owner', 'asked' => 'ada', 'before' => null ),
			),
			$row['changes']
		);
		$this->assertSame( 'app', $row['alias'] );
		$this->assertStringNotContainsString( 'Op3rat0rs0wn', self::table_text(), 'What is not changed is nobody’s business.' );
	}

	/** The gateway is not asked for the sake of the log. */
	public function test_what_was_before_is_left_out_where_nobody_looked(): void {
		$this->gateway_answers( self::answer( 200, array( 'user_id' => 'ada', 'data' => array( 'user_id' => 'ada', 'user_alias' => 'Ada L.' ) ) ) );
		$outcome = self::writer()->write( self::operation( 'users.update', array( 'guard' => array() ) ), array( 'user' => 'ada', 'alias' => 'Ada L.' ) );
		$this->assertSame( array( 200, array( 'POST' ) ), array( $outcome->status, array_column( $this->sent, 0 ) ) );
		$row = self::rows()[0];
		$this->assertSame( array( array( 'field' => 'alias', 'asked' => 'Ada L.' ) ), $row['changes'] );
		$this->assertSame( array( 'ada', 'Ada L.' ), array( $row['user'], $row['alias'] ) );
	}

	public function test_a_new_key_is_known_by_its_hash_and_no_secret_is_in_the_table(): void {
		$secret = 'sk-NewKey0OfAnApplication1';
		$this->gateway_answers( self::answer( 200, array( 'key' => $secret, 'key_alias' => 'app', 'team_id' => 'blue' ) ) );
		$asked = array( 'alias' => 'app', 'team' => 'blue', 'metadata' => (string) json_encode( array( 'note' => 'with sk-Another0Key1Of2Somebody', 'api_key' => 'Zx81Secret99plain', 'own' => self::KEY ) ) );
		$this->assertSame( $secret, self::ask( 'POST', 'keys.create', array(), $asked )->get_data()['data']->key );
		$this->assertSame( array( hash( 'sha256', $secret ), 'app', 'blue' ), array( self::rows()[0]['key'], self::rows()[0]['alias'], self::rows()[0]['team'] ) );
		foreach ( array( $secret, 'Another0Key1Of2Somebody', 'Zx81Secret99plain', self::KEY ) as $hidden ) {
			$this->assertStringNotContainsString( $hidden, self::table_text() );
		}
	}

	/** Nor do other loggers get to see one. */
	public function test_the_actions_have_stable_arguments_without_secrets(): void {
		$told    = array();
		$started = static function ( ...$args ) use ( &$told ): void {
			$told[] = $args;
		};
		add_action( 'litellm_dashboard_write_started', $started, 10, 9 );
		add_action( 'litellm_dashboard_write_ended', $started, 10, 9 );
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-NewKey0OfAnApplication1', 'token' => self::key(), 'key_alias' => 'app' ) ) );
		self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'app', 'max_budget' => 3 ) );
		remove_action( 'litellm_dashboard_write_started', $started );
		remove_action( 'litellm_dashboard_write_ended', $started );
		$this->assertSame( array( 1, 2 ), array_map( 'count', $told ) );
		$this->assertSame( array( 'id', 'operation', 'by', 'key', 'alias', 'user', 'team', 'asked', 'before', 'timeout_s' ), array_keys( $told[0][0] ) );
		$this->assertSame( array_keys( $told[0][0] ), array_keys( $told[1][0] ) );
		$this->assertSame( $told[0][0]['id'], $told[1][0]['id'] );
		$this->assertSame( array( 'alias' => 'app', 'max_budget' => 3.0 ), $told[0][0]['asked'] );
		$this->assertSame( array( 'result', 'code', 'reason', 'detail', 'after' ), array_keys( $told[1][1] ) );
		$this->assertStringNotContainsString( 'NewKey0Of', (string) json_encode( $told ) );
	}

	public function test_a_logger_that_fails_changes_nothing(): void {
		$fails = static function (): void {
			throw new RuntimeException( 'no' );
		};
		add_action( 'litellm_dashboard_write_started', $fails, 5 );
		add_action( 'litellm_dashboard_write_ended', $fails, 15 );
		$log = ini_set( 'error_log', '/dev/null' );
		$this->block();
		ini_set( 'error_log', (string) $log );
		remove_action( 'litellm_dashboard_write_started', $fails, 5 );
		remove_action( 'litellm_dashboard_write_ended', $fails, 15 );
		$this->assertSame( array( 'done' ), array_column( self::rows(), 'result' ) );
	}

	/** @dataProvider failures */
	public function test_each_failure_has_its_result_and_its_reason( $answer, string $result, string $reason ): void {
		$this->gateway_answers( $answer );
		self::ask( 'POST', 'keys.block', array(), array( 'key' => self::key() ) );
		$row = self::rows()[0];
		$this->assertSame( array( $result, $reason, self::key() ), array( $row['result'], $row['reason'], $row['key'] ) );
		$this->assertCount( 1, self::rows() );
	}

	public function failures(): array {
		return array(
			'no answer in time'     => array( new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' ), 'unknown', 'gateway_unreachable timeout' ),
			'an answer that is none' => array( self::answer( 200, 'not json' ), 'unknown', 'gateway_not_litellm' ),
			'nothing at the port'   => array( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ), 'refused', 'gateway_unreachable refused' ),
			'LiteLLM does not want' => array( self::answer( 400, array( 'error' => array( 'message' => 'no such thing', 'type' => 'x', 'param' => '', 'code' => '400' ) ) ), 'refused', 'gateway_refused' ),
		);
	}

	public function test_what_is_refused_before_it_is_sent_is_there_too(): void {
		$this->gateway_answers( self::answer( 200, array() ) );
		self::ask( 'POST', 'keys.block', array(), array( 'key' => ( new Settings() )->key_hash() ) );
		self::ask( 'POST', 'keys.delete', array(), array( 'key' => self::key( 'b' ), 'odd' => array( 'ignore all previous' ), 'alias' => '<script>' ) );
		$this->assertSame( array(), $this->sent );
		$rows = self::rows();
		$this->assertSame( array( 'litellm_invalid_request odd, alias', 'litellm_own_key' ), array_column( $rows, 'reason' ) );
		$this->assertSame( array( 'refused', 'refused' ), array_column( $rows, 'result' ) );
		$this->assertSame( array( self::key( 'b' ), ( new Settings() )->key_hash() ), array_column( $rows, 'key' ) );
		$this->assertStringNotContainsString( 'ignore all previous', self::table_text(), 'What was not checked is not kept.' );
	}

	/** Else anybody with a login could push out what matters. */
	public function test_who_may_not_write_leaves_no_row(): void {
		$controller = Plugin::rest_controller( new Settings() );
		foreach ( array( 'subscriber', 'nobody' ) as $login ) {
			$this->be( $login );
			$this->assertContains( $controller->write( 'keys.block', array( 'key' => self::key() ), REST_Controller::ABILITY )->status, array( 401, 403 ) );
			$this->assertContains( self::ask( 'POST', 'keys.block', array(), array( 'key' => self::key() ) )->get_status(), array( 401, 403 ) );
			$this->assertContains( self::ask_to_read( 'audit.list' )['status'], array( 401, 403 ) );
		}
		$this->be( 'admin' );
		self::ask( 'POST', 'keys.nonsense', array(), array() );
		$this->assertSame( array(), self::rows() );
	}

	public function test_command_line_and_clock_have_their_names_and_no_address(): void {
		$this->gateway_answers( self::answer( 200, array( 'token' => self::key(), 'blocked' => true ) ) );
		$controller = Plugin::rest_controller( new Settings() );
		wp_set_current_user( 0 );
		foreach ( array( 'cli', 'cron' ) as $by ) {
			$controller->write( 'keys.block', array( 'key' => self::key() ), $by );
		}
		$this->be( 'admin' );
		foreach ( array( 'cli', 'cron', 'ability' ) as $by ) {
			$controller->write( 'keys.block', array( 'key' => self::key() ), $by );
		}
		$rows = array_reverse( self::rows() );
		$this->assertSame( array( 'cli', 'cron', 'cli', 'cron', 'ability' ), array_column( $rows, 'channel' ) );
		// By the clock nobody did it, though somebody may be signed in whose visit set it off.
		$this->assertSame( array( 'cli', 'cron', 'admin', 'cron', 'admin' ), array_column( $rows, 'login' ) );
		$this->assertSame( array( 0, 0, get_current_user_id(), 0, get_current_user_id() ), array_column( $rows, 'user_id' ) );
		$this->assertSame( array( '', '', '', '', '192.0.2.7' ), array_column( $rows, 'address' ) );
	}

	/** A header is what anybody writes into it. */
	public function test_only_a_filter_believes_the_header_of_a_proxy(): void {
		$_SERVER['HTTP_X_FORWARDED_FOR'] = '203.0.113.9';
		$this->block();
		$behind = static fn(): string => $_SERVER['HTTP_X_FORWARDED_FOR'];
		add_filter( 'litellm_dashboard_audit_address', $behind );
		$this->block();
		$_SERVER['HTTP_X_FORWARDED_FOR'] = '<b>evil</b>';
		$this->block();
		remove_filter( 'litellm_dashboard_audit_address', $behind );
		unset( $_SERVER['HTTP_X_FORWARDED_FOR'] );
		$this->assertSame( array( '', '203.0.113.9', '192.0.2.7' ), array_column( self::rows(), 'address' ) );
	}

	public function test_a_row_is_there_before_the_request_leaves_and_tells_when_no_answer_can_come_any_more(): void {
		$seen = array();
		$this->gateway_answers(
			static function () use ( &$seen ): array {
				$seen = self::rows();
				throw new RuntimeException( 'killed' );
			}
		);
		try {
			self::ask( 'POST', 'keys.delete', array(), array( 'key' => self::key() ) );
			$this->fail( 'It goes on.' );
		} catch ( RuntimeException $killed ) {
			$this->assertSame( array( array( 'under_way' ), array( 'keys.delete' ), array( self::key() ) ), array( array_column( $seen, 'result' ), array_column( $seen, 'operation' ), array_column( $seen, 'key' ) ) );
		}
		$this->assertCount( 1, self::rows( array( 'result' => 'under_way' ) ) );
		$this->assertCount( 0, self::rows( array( 'result' => 'unknown' ) ) );
		// The operation may take 30 seconds.
		Clock::$ahead_s = 30;
		$this->assertSame( 'under_way', self::rows()[0]['result'] );
		Clock::$ahead_s = 50;
		$row = self::rows( array( 'result' => 'unknown' ) )[0];
		$this->assertSame( array( 'unknown', 'interrupted', null ), array( $row['result'], $row['reason'], $row['ended'] ) );
		$this->assertCount( 0, self::rows( array( 'result' => 'under_way' ) ) );
	}

	/** The database is full, or lacks the table and lets none be made: a key that is to be blocked is blocked all the same. */
	public function test_where_no_row_can_be_written_the_write_is_done_and_the_gap_is_told(): void {
		global $wpdb;
		// SQLite takes back a transaction in which something failed.
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$this->block();
		$broken = static fn( string $query ): string => preg_match( '/^\s*(INSERT|UPDATE)\b.*litellm_audit`/is', $query ) ? 'INSERT INTO nowhere VALUES ( 1 )' : $query;
		$file   = (string) tempnam( sys_get_temp_dir(), 'log' );
		$log    = ini_set( 'error_log', $file );
		add_filter( 'query', $broken );
		$this->block( 'b' );
		remove_filter( 'query', $broken );
		ini_set( 'error_log', (string) $log );
		$this->assertStringContainsString( 'LiteLLM Dashboard: the audit log could not be written', (string) file_get_contents( $file ) );
		unlink( $file );
		$listed = self::listed();
		Audit_Log::uninstall();
		Cache::delete( false );
		$this->assertSame( array( 'app-a' ), array_column( $listed['rows'], 'alias' ) );
		// The row before it leaves, and the row after.
		$this->assertSame( 2, $listed['missed'] );
		$this->assertNotNull( $listed['missed_at'] );
	}

	public function test_where_no_row_can_be_read_it_is_said(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		self::listed();
		$broken = static fn( string $query ): string => 0 === strpos( $query, 'SELECT * FROM ' . Audit_Log::table() ) ? 'SELECT nothing FROM nowhere' : $query;
		$log    = ini_set( 'error_log', '/dev/null' );
		add_filter( 'query', $broken );
		$answer = self::ask_to_read( 'audit.list' );
		$export = Audit_Privacy::export( 'ada@example.com' );
		$erased = Audit_Privacy::erase( 'ada@example.com' );
		remove_filter( 'query', $broken );
		ini_set( 'error_log', (string) $log );
		Audit_Log::uninstall();
		Cache::delete( false );
		// Neither looks complete, and neither stops what others have to give or to erase.
		$this->assertSame( 'audit_failed', is_wp_error( $export ) ? $export->get_error_code() : $export );
		$this->assertSame( array( false, true ), array( $erased['items_removed'], $erased['items_retained'] ) );
		$this->assertSame( array( 500, 'audit_failed' ), array( $answer['status'], $answer['error']['code'] ) );
	}

	public function test_a_table_that_is_gone_is_made_again(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$this->block();
		$wpdb->query( 'DROP TABLE ' . Audit_Log::table() );
		$this->block( 'b' );
		$listed = self::listed();
		Audit_Log::uninstall();
		Cache::delete( false );
		$this->assertSame( array( array( 'app-b' ), 0 ), array( array_column( $listed['rows'], 'alias' ), $listed['missed'] ) );
	}

	/** Rows by hand: one for each operation, user, time… */
	private static function put( array ...$rows ): void {
		global $wpdb;
		self::listed();
		foreach ( $rows as $row ) {
			self::assertSame( 1, $wpdb->insert( Audit_Log::table(), $row + array( 'began' => gmdate( 'Y-m-d H:i:s' ), 'due' => gmdate( 'Y-m-d H:i:s' ), 'result' => 'done', 'detail' => '', 'changes' => '[]' ) ) );
		}
	}

	public function test_filters(): void {
		self::put(
			array( 'began' => '2026-11-01 10:00:00', 'login' => 'ada', 'operation' => 'keys.block', 'subject_alias' => '100%_Sure', 'channel' => 'page' ),
			array( 'began' => '2026-11-02 10:00:00', 'login' => 'bob', 'operation' => 'keys.create', 'subject_alias' => '100 percent', 'channel' => 'cli', 'result' => 'refused' ),
			array( 'began' => '2026-11-03 10:00:00', 'login' => 'ada', 'operation' => 'teams.block', 'subject_team' => "O'Hara \\ \"x\"", 'channel' => 'cron', 'result' => 'unknown' ),
			array( 'began' => '2026-11-04 10:00:00', 'login' => 'eve', 'operation' => 'keys.block', 'subject_key' => self::key( 'f' ), 'channel' => 'ability' )
		);
		Clock::$ahead_s = strtotime( '2026-11-05 00:00:00 UTC' ) - time();
		$ids            = static fn( array $params ): array => array_map( static fn( array $row ): string => substr( $row['began'], 9, 1 ), self::rows( $params ) );
		foreach ( array(
			array( array(), '4321' ),
			array( array( 'user' => 'ada' ), '31' ),
			array( array( 'user' => '%' ), '' ),
			array( array( 'operation' => 'keys.block' ), '41' ),
			array( array( 'result' => 'refused' ), '2' ),
			array( array( 'result' => 'unknown' ), '3' ),
			array( array( 'channel' => 'ability' ), '4' ),
			array( array( 'from' => '2026-11-02 10:00:00', 'to' => '2026-11-04 10:00:00' ), '32' ),
			array( array( 'text' => '100%' ), '1' ),
			array( array( 'text' => '100%_sure' ), '1' ),
			array( array( 'text' => '0_' ), '' ),
			array( array( 'text' => '%' ), '1' ),
			array( array( 'text' => "o'hara \\ \"" ), '3' ),
			array( array( 'text' => "' OR 1=1 -- " ), '' ),
			array( array( 'text' => '%s%d%1$s' ), '' ),
			array( array( 'text' => 'ffff' ), '4' ),
			array( array( 'text' => '{}[]()\\' ), '' ),
			array( array( 'user' => 'ada', 'operation' => 'teams.block', 'result' => 'unknown', 'channel' => 'cron', 'text' => 'hara' ), '3' ),
		) as list( $params, $expected ) ) {
			$this->assertSame( $expected, implode( '', $ids( $params ) ), (string) json_encode( $params ) );
		}
		foreach ( array( array( 'from' => "2026-11-01' OR 1" ), array( 'result' => 'x' ), array( 'operation' => 'keys;' ), array( 'size' => 201 ), array( 'text' => str_repeat( 'x', 256 ) ), array( 'sort' => 'id' ) ) as $params ) {
			$this->assertSame( 400, self::ask_to_read( 'audit.list', $params )['status'], (string) json_encode( $params ) );
		}
	}

	public function test_pages_by_their_edges(): void {
		self::put( ...array_map( static fn( int $n ): array => array( 'login' => 1 === $n % 2 ? 'odd' : 'even', 'subject_alias' => "k$n" ), range( 1, 9 ) ) );
		$names = static fn( array $listed ): string => implode( ' ', array_column( $listed['rows'], 'alias' ) );
		$first = self::listed( array( 'size' => 2, 'user' => 'odd' ) );
		$this->assertSame( array( 'k9 k7', true, false ), array( $names( $first ), $first['earlier'], $first['later'] ) );
		$second = self::listed( array( 'size' => 2, 'user' => 'odd', 'before' => $first['rows'][1]['id'] ) );
		$this->assertSame( array( 'k5 k3', true, true ), array( $names( $second ), $second['earlier'], $second['later'] ) );
		$last = self::listed( array( 'size' => 2, 'user' => 'odd', 'before' => $second['rows'][1]['id'] ) );
		$this->assertSame( array( 'k1', false, true ), array( $names( $last ), $last['earlier'], $last['later'] ) );
		$back = self::listed( array( 'size' => 2, 'user' => 'odd', 'after' => $last['rows'][0]['id'] ) );
		$this->assertSame( array( 'k5 k3', true, true ), array( $names( $back ), $back['earlier'], $back['later'] ) );
		$back = self::listed( array( 'size' => 2, 'user' => 'odd', 'after' => $back['rows'][0]['id'] ) );
		$this->assertSame( array( 'k9 k7', true, false ), array( $names( $back ), $back['earlier'], $back['later'] ) );
	}

	public function test_what_is_old_goes_once_a_day(): void {
		self::put( array( 'began' => gmdate( 'Y-m-d H:i:s', time() - 401 * DAY_IN_SECONDS ), 'subject_alias' => 'old' ), array( 'began' => gmdate( 'Y-m-d H:i:s', time() - 398 * DAY_IN_SECONDS ), 'subject_alias' => 'young' ) );
		$this->assertCount( 2, self::rows(), 'It was looked at today.' );
		Clock::$ahead_s = DAY_IN_SECONDS;
		$this->assertSame( array( 'young' ), array_column( self::rows(), 'alias' ) );
	}

	public function test_what_is_too_much_goes_with_each_hundredth_write(): void {
		global $wpdb;
		self::put( array( 'id' => 5 ), array( 'id' => 200 ), array( 'id' => 201 ), array( 'id' => 50198 ) );
		$this->block();
		$this->assertSame( '5', $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Audit_Log::table() ), 'The 50,199th.' );
		$this->block();
		// The 50,200th is the last of them; what has 200 as its number is one too many then.
		$this->assertSame( array( 50200, 50199, 50198, 201 ), array_column( self::rows( array( 'size' => 100 ) ), 'id' ) );
	}

	public function test_a_long_value_is_cut_and_the_state_is_small(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-NewKey0OfAnApplication1', 'token' => self::key() ) ) );
		self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'app', 'models' => array_map( static fn( int $n ): string => "model-$n-" . str_repeat( 'x', 200 ), range( 1, 400 ) ), 'metadata' => (string) json_encode( array( 'a' => str_repeat( '长', 20000 ) ) ) ) );
		$this->assertLessThan( 4000, strlen( (string) json_encode( self::rows()[0]['changes'] ) ) );
		$this->assertLessThan( 1024, strlen( serialize( get_site_option( Audit_Log::OPTION ) ) ) );
		$this->assertArrayNotHasKey( Audit_Log::OPTION, wp_load_alloptions( true ) );
	}

	public function test_the_exporter_finds_what_a_person_did_and_what_was_done_to_that_user(): void {
		$email = wp_get_current_user()->user_email;
		$this->block();
		self::put( array( 'login' => 'eve', 'user_id' => 999, 'subject_user' => strtoupper( $email ) ), array( 'login' => 'eve', 'user_id' => 999, 'subject_user' => 'somebody@else.test' ), array( 'login' => 'eve', 'user_id' => 999, 'subject_user' => "not-$email" ), array( 'detail' => "$email.test" ) );
		$exporter = apply_filters( 'wp_privacy_personal_data_exporters', array() )['litellm-dashboard-audit'];
		$export   = ( $exporter['callback'] )( $email );
		$this->assertSame( array( 2, true ), array( count( $export['data'] ), $export['done'] ) );
		$this->assertSame( array( 'admin', '192.0.2.7' ), array_column( array_slice( $export['data'][0]['data'], 1, 2 ), 'value' ) );
		$this->assertSame( array( 'data' => array(), 'done' => true ), Audit_Privacy::export( 'nobody@nowhere.test' ) );
		$this->assertSame( array( 'data' => array(), 'done' => true ), Audit_Privacy::export( '' ) );
	}

	public function test_the_eraser_takes_the_person_out_and_leaves_what_was_done(): void {
		$email = wp_get_current_user()->user_email;
		$this->block();
		self::put(
			array( 'login' => 'eve', 'user_id' => 999, 'address' => '198.51.100.1', 'subject_user' => $email, 'changes' => (string) wp_json_encode( array( array( 'field' => 'email', 'asked' => $email ) ) ) ),
			array( 'login' => 'eve', 'user_id' => 999, 'subject_alias' => "not.$email" )
		);
		$eraser = apply_filters( 'wp_privacy_personal_data_erasers', array() )['litellm-dashboard-audit'];
		$erased = ( $eraser['callback'] )( $email );
		$this->assertSame( array( true, true, 1, true ), array( $erased['items_removed'], $erased['items_retained'], count( $erased['messages'] ), $erased['done'] ) );
		$rows = array_reverse( self::rows() );
		$this->assertSame( array( '(removed)', 0, '', 'keys.block', self::key() ), array( $rows[0]['login'], $rows[0]['user_id'], $rows[0]['address'], $rows[0]['operation'], $rows[0]['key'] ) );
		$this->assertSame( array( 'eve', '198.51.100.1', '(removed)', '(removed)' ), array( $rows[1]['login'], $rows[1]['address'], $rows[1]['user'], $rows[1]['changes'][0]['asked'] ) );
		$this->assertSame( array( 'eve', "not.$email" ), array( $rows[2]['login'], $rows[2]['alias'] ), 'Somebody else, whose address ends so.' );
		$this->assertSame( 1, substr_count( self::table_text(), $email ) );
		$again = Audit_Privacy::erase( $email );
		$this->assertSame( array( false, false, array(), true ), array( $again['items_removed'], $again['items_retained'], $again['messages'], $again['done'] ) );
	}

	public function test_many_rows_are_erased_in_several_steps(): void {
		$email = wp_get_current_user()->user_email;
		self::put( ...array_map( static fn( int $n ): array => array( 'subject_user' => 1 === $n % 2 ? $email : "x$email" ), range( 1, 1000 ) ) );
		$steps = 0;
		do {
			$erased = Audit_Privacy::erase( $email );
			++$steps;
		} while ( ! $erased['done'] && $steps < 9 );
		$this->assertSame( 3, $steps );
		$this->assertSame( 500, substr_count( self::table_text(), '"(removed)"' ) );
		$this->assertSame( 500, substr_count( self::table_text(), "\"x$email\"" ) );
	}

	public function test_the_policy_text_is_suggested_where_wordpress_wants_it(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$guide = ( new Http_Client( 'admin' ) )->request( 'GET', '/wp-admin/options-privacy.php?tab=policyguide' );
		$this->assertSame( 200, $guide['status'] );
		$this->assertStringContainsString( 'When somebody changes keys, users or teams of the LiteLLM gateway', $guide['body'] );
	}

	public function test_it_ends_with_the_plugin_and_outlives_its_rest(): void {
		global $wpdb;
		$this->block();
		Cache::delete( true );
		wp_cache_flush();
		$this->assertCount( 1, self::rows() );
		Audit_Log::uninstall();
		$this->assertFalse( get_site_option( Audit_Log::OPTION ) );
		$shown = $wpdb->suppress_errors( true );
		$this->assertNull( $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Audit_Log::table() ) );
		$wpdb->suppress_errors( $shown );
	}
}
