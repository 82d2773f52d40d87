<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Abilities;
use LiteLLM_Dashboard\Admin_Pages;
use LiteLLM_Dashboard\Alert_Inbox;
use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Questions;
use LiteLLM_Dashboard\REST_Controller;
use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Site_View;

/** Where each site of a network sees its own keys. The main site is 1, and so its tag is site:1. */
final class Site_View_Test extends Plugin_TestCase {

	private Fake_LiteLLM $litellm;
	private string $ours;
	private string $theirs;
	private string $none;

	protected function setUp(): void {
		parent::setUp();
		putenv( 'LITELLM_SITE_VIEW=manage' );
		$this->litellm = new Fake_LiteLLM();
		$this->ours    = $this->litellm->add( 'ours', array( 'metadata' => array( 'tags' => array( 'a', 'site:1', 'site:9' ) ) ) );
		$this->theirs  = $this->litellm->add( 'theirs', array( 'metadata' => array( 'tags' => array( 'site:99999', 'site:11111' ) ) ) );
		$this->none    = $this->litellm->add( 'none' );
		$this->litellm->answers['/spend/logs/v2']       = array( 200, array( 'data' => array( array( 'request_id' => 'r1', 'api_key' => $this->ours ), array( 'request_id' => 'r2', 'api_key' => $this->theirs ), array( 'request_id' => 'r3' ) ), 'total' => 3 ) );
		$this->litellm->answers['/user/daily/activity/aggregated'] = self::day( 1000 );
		$this->litellm->answers['/tag/daily/activity']  = self::day( 5 );
		$this->gateway_answers( array( $this->litellm, 'answer' ) );
		get_user_by( 'login', 'editor' )->set_role( 'administrator' );
		$this->be( 'subscriber' );
		$this->be( 'editor' );
	}

	protected function tearDown(): void {
		putenv( 'LITELLM_SITE_VIEW' );
		putenv( 'LITELLM_KEY_LIMITS' );
		get_user_by( 'login', 'editor' )->set_role( 'editor' );
		unset( $GLOBALS['current_screen'] );
		parent::tearDown();
	}

	private static function day( float $cost, int $pages = 1 ): array {
		return array( 200, array( 'results' => array( array( 'date' => gmdate( 'Y-m-d' ), 'metrics' => array( 'spend' => $cost ), 'breakdown' => array() ) ), 'metadata' => array( 'total_pages' => $pages ) ) );
	}

	/** @return string[] The addresses that were asked for, without what stands before the path. */
	private function asked(): array {
		return array_map( static fn( array $sent ): string => (string) preg_replace( '#^\w+://[^/]+(/switch)?#', '', $sent[1] ), $this->sent );
	}

	/** @return string[] */
	private static function aliases( array $answer ): array {
		return array_map( static fn( stdClass $key ): string => $key->key_alias, $answer['data']->keys );
	}

	private static function today(): array {
		return array( 'day' => gmdate( 'Y-m-d' ) );
	}

	public function test_its_administrators_have_what_can_be_limited_and_nobody_else_anything(): void {
		$may = static fn(): array => array_map( 'current_user_can', array( 'litellm_view', 'litellm_view_logs', 'litellm_manage_keys', 'litellm_view_console', 'litellm_view_content', 'litellm_view_all' ) );
		$this->assertSame( array( true, true, true, false, false, false ), $may() );
		$this->assertSame( 'site:1', Site_View::tag() );
		// Not by a role editor either.
		get_user_by( 'login', 'editor' )->add_cap( 'litellm_view_console' );
		$this->be( 'subscriber' );
		$this->assertSame( array_fill( 0, 6, false ), $may() );
		$this->be( 'editor' );
		$this->assertFalse( current_user_can( 'litellm_view_console' ) );
		get_user_by( 'login', 'editor' )->remove_cap( 'litellm_view_console' );
		$this->be( 'admin' );
		$this->assertSame( array_fill( 0, 6, true ), $may() );
		$this->assertSame( '', Site_View::tag() );
		foreach ( array( 'false', '0', '', 'no' ) as $off ) {
			putenv( "LITELLM_SITE_VIEW=$off" );
			$this->be( 'subscriber' );
			$this->be( 'editor' );
			$this->assertSame( array_fill( 0, 6, false ), $may(), $off );
		}
	}

	/** In many networks anybody may start a site. */
	public function test_keys_are_changed_only_where_the_network_says_so_or_by_a_capability_that_was_given(): void {
		$writes = fn(): array => array( self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'mine' ) )->get_status(), self::ask( 'POST', 'keys.block', array(), array( 'key' => $this->ours ) )->get_status() );
		$again  = function ( string $mode ): void {
			putenv( "LITELLM_SITE_VIEW=$mode" );
			$this->be( 'subscriber' );
			$this->be( 'editor' );
		};
		foreach ( array( 'true', '1', 'yes' ) as $mode ) {
			$again( $mode );
			$this->assertSame( array( true, true, false ), array_map( 'current_user_can', array( 'litellm_view', 'litellm_view_logs', 'litellm_manage_keys' ) ), $mode );
			$this->assertSame( array( 403, 403 ), $writes(), $mode );
			$this->assertFalse( ( new Boot( new Settings() ) )->data( 'keys' )['can_manage_keys'] );
		}
		$this->assertSame( 200, self::ask_to_read( 'keys.info', array( 'key' => $this->ours ) )['status'] );
		foreach ( array( 'manage-all', 'management' ) as $none ) {
			$again( $none );
			$this->assertFalse( current_user_can( 'litellm_view' ), $none );
		}
		$this->assertSame( array(), $this->litellm->writes );
		get_user_by( 'login', 'editor' )->add_cap( 'litellm_manage_keys' );
		$again( 'true' );
		$given = $writes();
		get_user_by( 'login', 'editor' )->remove_cap( 'litellm_manage_keys' );
		$this->assertSame( array( 200, 200 ), $given );
	}

	/** It would be a budget without an end. */
	public function test_what_a_key_has_spent_is_not_reset_where_budgets_have_a_most(): void {
		$reset = fn(): WP_REST_Response => self::ask( 'POST', 'keys.reset_spend', array(), array( 'key' => $this->ours ) );
		foreach ( array( '{"max_budget":20}', '{broken' ) as $limits ) {
			putenv( "LITELLM_KEY_LIMITS=$limits" );
			$this->assertSame( array( 403, 'site_view_spend' ), array( $reset()->get_status(), $reset()->get_data()['data']['reason'] ), $limits );
		}
		$this->assertSame( array(), $this->litellm->writes );
		$this->assertStringContainsString( 'a site does not reset what its keys have spent', Questions::told( Site_View::refusal( 'site_view_spend' ) )->get_error_message() );
		putenv( 'LITELLM_KEY_LIMITS={"rpm_limit":20}' );
		$this->assertSame( 200, $reset()->get_status() );
		putenv( 'LITELLM_KEY_LIMITS={"max_budget":20}' );
		$this->be( 'admin' );
		$this->assertSame( 200, $reset()->get_status(), 'Who runs the network may.' );
	}

	public function test_of_the_metadata_a_site_sets_what_the_form_has_fields_for(): void {
		$may = '{"tags":["a"],"litellm_dashboard":{"note":"x"},"model_rpm_limit":{"m":1},"model_tpm_limit":null,"temp_budget_increase":null,"temp_budget_expiry":null}';
		$this->assertSame( 200, self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'fields', 'metadata' => $may ) )->get_status() );
		$this->assertSame( 200, self::ask( 'POST', 'keys.update', array(), array( 'key' => $this->ours, 'metadata' => $may ) )->get_status() );
		$count = count( $this->litellm->writes );
		foreach ( array( '{"model_max_budget":{}}', '{"project":"x","tags":[]}', '{"max_budget":null}', '{"Tags":["site:2"]}', '{"anything_new":{"on":true}}', '{"":1}' ) as $metadata ) {
			foreach ( array( 'keys.create' => array( 'alias' => 'odd' ), 'keys.update' => array( 'key' => $this->ours ) ) as $name => $params ) {
				$answer = self::ask( 'POST', $name, array(), $params + compact( 'metadata' ) );
				$this->assertSame( array( 403, 'litellm_invalid_request', 'site_view' ), array( $answer->get_status(), $answer->get_data()['code'], $answer->get_data()['data']['reason'] ), $metadata );
			}
		}
		$this->assertCount( $count, $this->litellm->writes );
		$answer = self::ask( 'POST', 'keys.update', array(), array( 'key' => $this->ours, 'metadata' => '{"project":"x","tags":[],"deep":1}' ) );
		$this->assertStringContainsString( 'nothing else: not project, deep.', $answer->get_data()['data']['fields']['metadata'] );
		$this->be( 'admin' );
		$this->assertSame( 200, self::ask( 'POST', 'keys.update', array(), array( 'key' => $this->ours, 'metadata' => '{"project":"x"}' ) )->get_status() );
	}

	/** What lies in the tables of a site can be read by its plugins, and goes along with its backup. */
	public function test_of_the_keys_of_others_nothing_is_stored(): void {
		self::ask_to_read( 'keys.list', array( 'page' => 1, 'size' => 100 ) );
		self::ask_to_read( 'keys.info', array( 'key' => $this->theirs ) );
		$text = self::stored_text();
		$this->assertStringContainsString( '"key_alias":"ours"', $text );
		foreach ( array( 'theirs', $this->theirs, $this->none, 'total_count', 'site:11111' ) as $hidden ) {
			$this->assertStringNotContainsString( $hidden, $text );
		}
		// What is left lies there for a minute, and until something is written.
		$asked = fn(): int => count( preg_grep( '#^/key/list#', $this->asked() ) );
		Clock::$ahead_s = 59;
		$this->assertSame( array( 59, 1 ), array( self::ask_to_read( 'keys.list' )['age_s'], $asked() ) );
		Clock::$ahead_s = 61;
		$this->assertSame( array( 0, 2 ), array( self::ask_to_read( 'keys.list' )['age_s'], $asked() ) );
		self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'young' ) );
		$this->assertContains( 'young', self::aliases( self::ask_to_read( 'keys.list' ) ) );
	}

	/** A list that takes long is no failure: what has come stays, and whoever asks again goes on there. */
	public function test_a_list_that_takes_long_goes_on_where_it_was(): void {
		for ( $key = 0; $key < 3000; $key++ ) {
			$this->litellm->add( "more-$key", array( 'metadata' => array( 'tags' => array( 0 === $key % 1000 ? 'site:1' : 'site:12' ) ) ) );
		}
		$this->gateway_answers(
			function ( string $method, string $url, array $args ): array {
				++Clock::$ahead_s;
				return $this->litellm->answer( $method, $url, $args );
			}
		);
		$statuses = array();
		do {
			$before     = count( $this->sent );
			$answer     = self::ask_to_read( 'keys.list' );
			$statuses[] = array( $answer['status'], $answer['error'], count( $this->sent ) - $before );
		} while ( 202 === $answer['status'] && count( $statuses ) < 10 );
		$this->assertSame( array( array( 202, null, 25 ), array( 200, null, 6 ) ), $statuses );
		$this->assertSame( array( 'ours', 'more-0', 'more-1000', 'more-2000' ), self::aliases( $answer ) );
	}

	/** Whose the keys of a batch are is found out at the same time, and not one after the other. */
	public function test_the_keys_of_a_batch_are_looked_at_together(): void {
		$wanted = array();
		foreach ( range( 1, 5 ) as $key ) {
			$wanted[] = array( 'keys.info', array( 'key' => $this->litellm->add( "together-$key", array( 'metadata' => array( 'tags' => array( 'site:1' ) ) ) ) ) );
		}
		$wanted[] = array( 'keys.info', array( 'key' => $this->theirs ) );
		// Read before each round of questions.
		$rounds = array();
		$count  = function ( $option ) use ( &$rounds ) {
			$rounds[] = count( $this->sent );
			return $option;
		};
		add_filter( 'pre_option_litellm_dashboard_generation', $count );
		$outcomes = Plugin::rest_controller( new Settings() )->read( $wanted, REST_Controller::PAGE );
		remove_filter( 'pre_option_litellm_dashboard_generation', $count );
		ksort( $outcomes );
		$this->assertSame( array( 200, 200, 200, 200, 200, 403 ), array_map( static fn( $outcome ): int => $outcome->status, $outcomes ) );
		$this->assertSame( array( 0, 6, 11 ), array_values( array_unique( array_merge( $rounds, array( count( $this->sent ) ) ) ) ), 'Once for whose they are, once for what is asked.' );
	}

	public function test_where_the_gateway_is_stays_with_who_runs_the_network(): void {
		$boot = ( new Boot( new Settings() ) )->data( 'keys' );
		$this->assertSame( array( '', '' ), array( $boot['base'], $boot['console_url'] ) );
		$this->assertNull( ( new Questions( REST_Controller::ABILITY ) )->state()['gateway'] );
		$this->assertNotNull( ( new Questions( REST_Controller::CLI ) )->state()['gateway'] );
		$this->gateway_answers( array( 'headers' => array( 'location' => 'https://other.example.com/' ), 'body' => '', 'response' => array( 'code' => 302, 'message' => '' ), 'cookies' => array(), 'filename' => null ) );
		$asked = static fn(): array => array( self::ask_to_read( 'activity.day', self::today() )['error'], self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'away' ) )->get_data() );
		foreach ( $asked() as $error ) {
			$this->assertSame( array( 'gateway_redirect', false ), array( $error['code'], isset( $error['data']['address'] ) ) );
		}
		$away = Site_View::without_place( LiteLLM_Dashboard\Outcome::failed( LiteLLM_Dashboard\Failure::make( 'gateway_unreachable', 502, array( 'reason' => 'dns', 'proxy' => 'proxy.internal:3128', 'detail' => 'Could not resolve host: litellm.internal' ) ) ) );
		$this->assertSame( array( 'status' => 502, 'reason' => 'dns' ), $away->error->get_error_data() );
		$this->be( 'admin' );
		foreach ( $asked() as $error ) {
			$this->assertSame( 'https://other.example.com/', $error['data']['address'] );
		}
		$this->assertNotSame( '', ( new Boot( new Settings() ) )->data( 'keys' )['base'] );
		$this->assertNotNull( ( new Questions( REST_Controller::ABILITY ) )->state()['gateway'] );
	}

	public function test_a_write_to_a_key_of_another_site_stands_in_the_log(): void {
		$told = array();
		$log  = static function ( array $write, array $of ) use ( &$told ): void {
			$told[] = array( $write['operation'], $write['key'], $of['result'], $of['code'], $of['reason'] );
		};
		add_action( 'litellm_dashboard_write_ended', $log, 10, 2 );
		self::ask( 'POST', 'keys.delete', array(), array( 'key' => $this->theirs ) );
		self::ask( 'POST', 'teams.block', array(), array( 'team' => 'x' ) );
		// Who may not write at all is none of it.
		putenv( 'LITELLM_SITE_VIEW=true' );
		$this->be( 'subscriber' );
		$this->be( 'editor' );
		self::ask( 'POST', 'keys.delete', array(), array( 'key' => $this->theirs ) );
		remove_action( 'litellm_dashboard_write_ended', $log );
		$this->assertSame( array( array( 'keys.delete', $this->theirs, 'refused', 'rest_forbidden', 'site_view_key' ), array( 'teams.block', '', 'refused', 'rest_forbidden', 'site_view' ) ), $told );
	}

	public function test_the_list_has_the_keys_with_the_tag_and_no_count_of_others(): void {
		for ( $key = 0; $key < 250; $key++ ) {
			$this->litellm->add( "more-$key", array( 'metadata' => array( 'tags' => array( 0 === $key % 50 ? 'site:1' : 'site:12' ) ) ) );
		}
		$first = self::ask_to_read( 'keys.list', array( 'page' => 1, 'size' => 4 ) );
		$this->assertSame( array( 'ours', 'more-0', 'more-50', 'more-100' ), self::aliases( $first ) );
		$this->assertSame( array( 6, 1, 2 ), array( $first['data']->total_count, $first['data']->current_page, $first['data']->total_pages ) );
		$this->assertSame( array( 'more-150', 'more-200' ), self::aliases( self::ask_to_read( 'keys.list', array( 'page' => 2, 'size' => 4 ) ) ) );
		$this->assertSame( array(), self::aliases( self::ask_to_read( 'keys.list', array( 'page' => 3, 'size' => 4 ) ) ) );
		// Looking for it by name tells nothing of whether it is there.
		foreach ( array( array( 'alias' => 'theirs' ), array( 'alias' => 'nobody' ), array( 'key' => $this->theirs, 'alias' => 'theirs', 'partial' => true ) ) as $params ) {
			$answer = self::ask_to_read( 'keys.list', $params );
			$this->assertSame( array( array(), 0, 0 ), array( $answer['data']->keys, $answer['data']->total_count, $answer['data']->total_pages ) );
		}
		$this->assertCount( 6, ( new Questions( REST_Controller::ABILITY ) )->keys() );
		$this->assertCount( 253, ( new Questions( REST_Controller::CLI ) )->keys(), 'Who has the command line has the settings.' );
		$this->be( 'admin' );
		$this->assertSame( 253, self::ask_to_read( 'keys.list', array() )['data']->total_count );
	}

	public function test_a_list_that_cannot_be_read_as_a_whole_is_none(): void {
		$this->litellm->answers['/key/list'] = array( 500, array( 'error' => array( 'message' => 'x' ) ) );
		$this->assertSame( 'gateway_error', self::ask_to_read( 'keys.list', array( 'page' => 2 ) )['error']['code'] );
		$this->litellm->answers['/key/list'] = array( 200, array( 'keys' => array(), 'total_count' => 10001, 'total_pages' => 101 ) );
		$this->assertSame( 'gateway_too_large', self::ask_to_read( 'keys.list' )['error']['code'] );
	}

	/** Each operation that there is: what has no way to be limited is refused, and the gateway is not asked. */
	public function test_an_operation_that_is_not_known_to_be_limitable_is_refused(): void {
		$open   = array( 'activity.day', 'usage.calls', 'usage.keys', 'usage.tags', 'logs.list', 'logs.count', 'keys.list', 'keys.info', 'keys.activity', 'models.list', 'gateway.liveliness', 'gateway.readiness', 'gateway.details', 'keys.create', 'keys.update', 'keys.reset_spend', 'keys.block', 'keys.unblock', 'keys.delete' );
		$now    = gmdate( 'Y-m-d H:i:s' );
		$values = array( 'day' => gmdate( 'Y-m-d' ), 'page' => 1, 'start' => $now, 'end' => $now, 'session' => 'x', 'request' => 'x', 'team' => 'x', 'user' => 'x', 'id' => str_repeat( 'a', 32 ), 'kind' => 'rotation', 'revision' => 1, 'entry' => '{}', 'email' => 'a@example.com', 'role' => 'internal_user', 'alias' => 'x' );
		$seen   = array();
		foreach ( self::operations() as $name => $operation ) {
			if ( in_array( $name, $open, true ) ) {
				$seen[] = $name;
				continue;
			}
			$params   = array_intersect_key( $values, ( fn() => $this->params )->call( $operation ) );
			$response = $operation->is_write() ? self::ask( 'POST', $name, array(), $params ) : null;
			$answer   = $response ? array( 'status' => $response->get_status(), 'error' => $response->get_data() ) : self::ask_to_read( $name, $params );
			$this->assertSame( array( 403, 'rest_forbidden' ), array( $answer['status'], $answer['error']['code'] ), $name . ' ' . wp_json_encode( $answer ) );
		}
		$this->assertSame( array(), array_diff( $open, $seen ), 'A name that there is no more.' );
		$this->assertSame( array(), $this->sent );
		$one = new Site_View( 'site:1', self::operations(), self::reader() );
		$new = self::operation( 'keys.list' );
		$new->name = 'something.new';
		$this->assertSame( 'rest_forbidden', $one->limit( $new, array( 'key' => $this->ours ) )->get_error_code() );
		$told = Questions::told( Site_View::refusal() )->get_error_message();
		$this->assertStringContainsString( 'This site sees the keys with its tag only', $told );
	}

	public function test_a_key_of_others_is_closed_by_any_way(): void {
		$time  = array( 'start' => '2026-01-01 00:00:00', 'end' => '2026-01-01 01:00:00' );
		$reads = array( 'keys.info' => array(), 'keys.activity' => array( 'start' => '2026-01-01', 'end' => '2026-01-02' ), 'logs.list' => $time, 'logs.count' => $time );
		foreach ( array( $this->theirs, $this->none ) as $hash ) {
			foreach ( $reads as $name => $params ) {
				$answer = self::ask_to_read( $name, array( 'key' => $hash ) + $params );
				$this->assertSame( array( 403, 'rest_forbidden', 'site_view_key', null ), array( $answer['status'], $answer['error']['code'], $answer['error']['data']['reason'], $answer['data'] ), $name );
			}
			foreach ( array( 'keys.update' => array( 'max_budget' => 5 ), 'keys.reset_spend' => array(), 'keys.block' => array(), 'keys.unblock' => array(), 'keys.delete' => array() ) as $name => $params ) {
				$this->assertSame( 403, self::ask( 'POST', $name, array(), array( 'key' => $hash ) + $params )->get_status(), $name );
				$this->assertSame( 403, self::ask( 'POST', $name, array( 'key' => $this->ours ), array( 'key' => $hash ) + $params )->get_status(), 'A key in the query is none.' );
			}
		}
		foreach ( array( 'logs.list', 'logs.count' ) as $name ) {
			$this->assertSame( 403, self::ask_to_read( $name, $time )['status'], $name );
		}
		$this->assertSame( array( '/key/info' ), array_values( array_unique( array_map( static fn( string $address ): string => (string) strtok( $address, '?' ), $this->asked() ) ) ), 'Only whose it is was asked.' );
		$this->assertSame( array(), $this->litellm->writes );
		// Nor may the parameter name another tag.
		$this->assertSame( array( 400, 'unknown' ), array( self::ask_to_read( 'usage.tags', self::today() + array( 'page' => 1, 'tags' => 'site:2' ) )['status'], self::ask_to_read( 'activity.day', self::today() + array( 'tags' => 'site:2' ) )['error']['data']['params']['tags'] ) );
		$this->assertSame( 200, self::ask_to_read( 'keys.info', array( 'key' => $this->ours ) )['status'] );
		// What it was a moment ago counts no more.
		$this->litellm->keys[ $this->ours ]['metadata'] = array( 'tags' => array( 'site:2' ) );
		$this->assertSame( 403, self::ask_to_read( 'keys.info', array( 'key' => $this->ours ) )['status'] );
	}

	public function test_calls_are_those_of_the_key(): void {
		$time   = array( 'start' => '2026-01-01 00:00:00', 'end' => '2026-01-01 01:00:00' );
		$answer = self::ask_to_read( 'logs.list', array( 'key' => $this->ours ) + $time );
		$this->assertSame( array( 'r1' ), array_column( $answer['data']->data, 'request_id' ) );
		$this->assertStringContainsString( 'api_key=' . $this->ours, $this->asked()[1] );
	}

	public function test_figures_are_those_of_the_tag_and_have_a_place_of_their_own_in_the_cache(): void {
		$cost = static fn( string $name = 'activity.day', array $more = array() ): float => (float) self::ask_to_read( $name, self::today() + $more )['data']->results[0]->metrics->spend;
		$this->be( 'admin' );
		$this->assertSame( 1000.0, $cost() );
		$today = get_option( 'litellm_dashboard_today' );
		$this->assertSame( 1000.0, (float) $today['cost'] );
		$this->be( 'editor' );
		$this->assertSame( 5.0, $cost() );
		$this->assertStringStartsWith( '/tag/daily/activity?', $this->asked()[1] );
		wp_parse_str( (string) wp_parse_url( $this->asked()[1], PHP_URL_QUERY ), $query );
		ksort( $query );
		$this->assertSame( array( 'end_date' => gmdate( 'Y-m-d' ), 'page_size' => '5000', 'start_date' => gmdate( 'Y-m-d' ), 'tags' => 'site:1' ), $query );
		$this->assertSame( $today, get_option( 'litellm_dashboard_today' ), 'Its cost is not that of all.' );
		$this->assertSame( array( 5.0, 5.0 ), array( $cost(), $cost() ) );
		$this->assertCount( 2, $this->sent, 'Both are in the cache.' );
		$this->be( 'admin' );
		$this->assertSame( 1000.0, $cost() );
		$this->be( 'editor' );
		foreach ( array( 'usage.calls', 'usage.keys', 'usage.tags' ) as $name ) {
			self::ask_to_read( $name, self::today() + ( 'usage.tags' === $name ? array( 'page' => 1 ) : array() ) );
			$this->assertStringContainsString( 'tags=site%3A1', end( $this->sent )[1], $name );
		}
	}

	public function test_a_part_of_a_day_is_not_taken_for_the_day(): void {
		$this->litellm->answers['/tag/daily/activity'] = self::day( 5, 2 );
		$this->assertSame( 'gateway_too_large', self::ask_to_read( 'activity.day', self::today() )['error']['code'] );
		$this->assertSame( 'gateway_too_large', self::ask_to_read( 'activity.day', self::today() )['error']['code'], 'From the cache, too.' );
		$boot = ( new Boot( new Settings() ) )->data( 'overview' );
		$this->assertSame( array(), $boot['answers'], 'A page would take it for an answer without data.' );
		$this->assertContains( 'activity.day', array_column( $boot['ask'], 'operation' ) );
	}

	/** What a page takes along, and what its menu, the bar, the Dashboard and notices show. */
	public function test_nothing_of_others_comes_with_a_page(): void {
		$this->be( 'admin' );
		self::ask_to_read( 'activity.day', self::today() );
		self::ask_to_read( 'keys.list', array( 'page' => 1, 'size' => 100 ) );
		self::ask_to_read( 'teams.list', array( 'page' => 1, 'page_size' => 1 ) );
		require_once ABSPATH . WPINC . '/class-wp-admin-bar.php';
		$bar = new WP_Admin_Bar();
		LiteLLM_Dashboard\Today::add( $bar );
		$this->assertNotNull( $bar->get_node( 'litellm-dashboard' ) );
		$this->assertSame( 'keys.list', ( new Boot( new Settings() ) )->data( 'keys' )['answers'][0]['operation'] );

		$this->be( 'editor' );
		$count = count( $this->sent );
		foreach ( Site_View::PAGES as $page ) {
			$boot = ( new Boot( new Settings() ) )->data( $page );
			$this->assertSame( Site_View::PAGES, array_column( $boot['pages'], 'name' ) );
			$this->assertSame( array(), $boot['answers'], $page );
		}
		$this->assertCount( $count, $this->sent );
		self::ask_to_read( 'activity.day', self::today() );
		$answer = ( new Boot( new Settings() ) )->data( 'overview' )['answers'][0];
		$this->assertSame( array( 'activity.day', 5 ), array( $answer['operation'], $answer['data']->results[0]->metrics->spend ) );
		$bar = new WP_Admin_Bar();
		LiteLLM_Dashboard\Today::add( $bar );
		$this->assertNull( $bar->get_node( 'litellm-dashboard' ) );
		remove_all_actions( 'admin_notices' );
		Alert_Inbox::show();
		$this->assertFalse( has_action( 'admin_notices', array( Alert_Inbox::class, 'print_notice' ) ) );
		$this->assertArrayNotHasKey( 'litellm-dashboard', LiteLLM_Dashboard\Site_Health::describe( array() ) );
		$this->assertSame( array(), LiteLLM_Dashboard\Site_Health::add( array() ) );
		ob_start();
		( new Admin_Pages( new Boot( new Settings() ) ) )->print_page();
		$this->assertStringContainsString( 'This site sees the keys with its tag, site:1,', (string) ob_get_clean() );
	}

	public function test_a_new_key_gets_the_tag_whatever_is_said(): void {
		$given = array(
			array( null, array( 'site:1' ) ),
			array( '{"tags":["b","site:2"," SITE:3"],"litellm_dashboard":{"note":"x"}}', array( 'b', 'site:1' ) ),
			array( '{"tags":null}', array( 'site:1' ) ),
			array( '{"tags":"site:2"}', array( 'site:1' ) ),
			array( '{"tags":[["site:2"],{"a":"site:2"},7]}', array( 'site:1' ) ),
		);
		foreach ( $given as $number => list( $metadata, $tags ) ) {
			$answer = self::ask( 'POST', 'keys.create', array(), array( 'alias' => "new-$number" ) + ( null === $metadata ? array() : array( 'metadata' => $metadata ) ) );
			$this->assertSame( 200, $answer->get_status() );
			$this->assertSame( $tags, end( $this->litellm->writes )[1]['metadata']['tags'] );
		}
		$this->assertSame( 'x', $this->litellm->writes[1][1]['metadata']['litellm_dashboard']['note'] );
		foreach ( array( 'team', 'user', 'organization', 'budget' ) as $name ) {
			$answer = self::ask( 'POST', 'keys.create', array(), array( 'alias' => 'shared', $name => 'x' ) );
			$this->assertSame( array( 403, array( $name => 'site_view' ) ), array( $answer->get_status(), $answer->get_data()['data']['params'] ) );
		}
		$this->assertNull( $this->litellm->named( 'shared' ) );
	}

	public function test_a_change_takes_no_tag_of_a_site_away_and_gives_none(): void {
		$change = fn( array $params ): int => self::ask( 'POST', 'keys.update', array(), array( 'key' => $this->ours ) + $params )->get_status();
		$tags   = fn(): array => $this->litellm->keys[ $this->ours ]['metadata']['tags'];
		foreach ( array( '{"tags":["c","site:2"]}' => array( 'c', 'site:1', 'site:9' ), '{"tags":null}' => array( 'site:1', 'site:9' ), '{"tags":[]}' => array( 'site:1', 'site:9' ), '{"litellm_dashboard":{"note":"y"}}' => array( 'site:1', 'site:9' ) ) as $metadata => $expected ) {
			$this->assertSame( 200, $change( array( 'metadata' => $metadata ) ) );
			$this->assertSame( $expected, $tags() );
		}
		$this->assertSame( 'y', $this->litellm->keys[ $this->ours ]['metadata']['litellm_dashboard']['note'] );
		$this->assertSame( 200, $change( array( 'max_budget' => 5 ) ) );
		$this->assertSame( 5, $this->litellm->keys[ $this->ours ]['max_budget'] );
		foreach ( array( array( 'team' => 'x' ), array( 'team' => null ), array( 'user' => 'x' ), array( 'user' => null ) ) as $params ) {
			$this->assertSame( 403, $change( $params ), wp_json_encode( $params ) );
		}
		$this->assertSame( 200, self::ask( 'POST', 'keys.block', array(), array( 'key' => $this->ours ) )->get_status() );
		$this->assertTrue( $this->litellm->keys[ $this->ours ]['blocked'] );
	}

	public function test_a_batch_about_many_keys_is_answered_piece_by_piece(): void {
		$wanted = array();
		for ( $key = 0; $key < 10; $key++ ) {
			$wanted[] = array( 'keys.info', array( 'key' => $this->litellm->add( "batch-$key", array( 'metadata' => array( 'tags' => array( 'site:1' ) ) ) ) ) );
		}
		$statuses = array_map( static fn( $outcome ): int => $outcome->status, Plugin::rest_controller( new Settings() )->read( $wanted, REST_Controller::PAGE ) );
		ksort( $statuses );
		$this->assertSame( array( 200, 200, 200, 200, 200, 200, 200, 200, 202, 202 ), $statuses );
	}

	/** Another site of the network has another tag, and its administrators nothing here. */
	public function test_another_site_sees_its_own(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$second = (int) wp_insert_site( array( 'domain' => wp_parse_url( home_url(), PHP_URL_HOST ), 'path' => '/seen-' . wp_rand() . '/', 'title' => 'Second', 'user_id' => 1 ) );
		$user   = get_user_by( 'login', 'subscriber' )->ID;
		$hash   = $this->litellm->add( 'second', array( 'metadata' => array( 'tags' => array( "site:$second" ) ) ) );
		add_user_to_blog( $second, $user, 'administrator' );
		switch_to_blog( $second );
		$this->be( 'subscriber' );
		$list = self::ask_to_read( 'keys.list' );
		$here = self::ask_to_read( 'keys.info', array( 'key' => $this->ours ) );
		restore_current_blog();
		wp_set_current_user( 0 );
		$this->be( 'subscriber' );
		$there = self::ask_to_read( 'keys.info', array( 'key' => $hash ) );
		Cache::delete( true );
		wp_delete_site( $second );
		$this->assertSame( array( 'second' ), self::aliases( $list ) );
		$this->assertSame( array( 403, 403 ), array( $here['status'], $there['status'] ) );
	}
}
