<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Plugin;

final class Abilities_Test extends Plugin_TestCase {

	private const NAMES = array( 'block-key', 'get-key', 'get-status', 'get-usage', 'list-keys', 'list-models' );

	private Fake_LiteLLM $gateway;

	protected function setUp(): void {
		parent::setUp();
		if ( ! function_exists( 'wp_get_ability' ) ) {
			// Before WordPress 6.9 nothing asks for them, so that nothing of them is loaded.
			$this->assertFalse( class_exists( 'LiteLLM_Dashboard\Abilities', false ) );
			$this->markTestSkipped( 'This WordPress has no abilities.' );
		}
		$this->gateway = new Fake_LiteLLM();
		$this->gateway_answers( array( $this->gateway, 'answer' ) );
		$this->be( 'admin' );
	}

	/** @return mixed */
	private static function run_it( string $name, array $input = array() ) {
		return wp_get_ability( "litellm-dashboard/$name" )->execute( $input );
	}

	private static function over_rest( string $method, string $name, array $input = array() ): WP_REST_Response {
		$request = new WP_REST_Request( $method, "/wp-abilities/v1/abilities/litellm-dashboard/$name/run" );
		'POST' === $method ? $request->set_body_params( array( 'input' => $input ) ) : $request->set_query_params( $input ? array( 'input' => $input ) : array() );
		return rest_do_request( $request );
	}

	public function test_each_is_there_with_its_schemas_and_says_what_it_does(): void {
		$ours = array_filter( array_keys( wp_get_abilities() ), static fn( string $name ): bool => 0 === strpos( $name, 'litellm-dashboard/' ) );
		sort( $ours );
		$this->assertSame( array_map( static fn( string $name ): string => "litellm-dashboard/$name", self::NAMES ), array_values( $ours ) );
		foreach ( self::NAMES as $name ) {
			$ability = wp_get_ability( "litellm-dashboard/$name" );
			$is_read = 'block-key' !== $name;
			$this->assertSame( array( 'readonly' => $is_read, 'destructive' => ! $is_read, 'idempotent' => true ), $ability->get_meta()['annotations'] );
			$this->assertSame( $is_read, $ability->get_meta()['mcp']['public'], 'What changes something is not for every assistant.' );
			$this->assertSame( 'object', $ability->get_input_schema()['type'] );
			$this->assertFalse( $ability->get_output_schema()['additionalProperties'] );
		}
	}

	public function test_keys_are_told_without_secrets(): void {
		$hash = $this->gateway->add( 'shop', array( 'spend' => 25, 'max_budget' => 20, 'team_id' => 'web', 'metadata' => array( 'tags' => array( 'a' ), 'hidden' => 'sk-abcdefghijklmnop' ) ) );
		$this->gateway->add( 'other', array( 'blocked' => true ) );
		$all = self::run_it( 'list-keys' );
		$this->assertSame( array( 2, array( 'shop' => 'over_budget', 'other' => 'blocked' ) ), array( $all['found'], array_column( $all['keys'], 'status', 'alias' ) ) );
		$this->assertSame( array( 'other' ), array_column( self::run_it( 'list-keys', array( 'status' => 'blocked' ) )['keys'], 'alias' ) );
		$this->assertSame( array( 1, 2 ), array( count( self::run_it( 'list-keys', array( 'limit' => 1 ) )['keys'] ), self::run_it( 'list-keys', array( 'limit' => 1 ) )['found'] ) );
		$one = self::run_it( 'get-key', array( 'key' => 'shop' ) );
		$this->assertSame( array( $hash, 20.0, array( 'a' ) ), array( $one['id'], $one['max_budget'], $one['tags'] ) );
		$this->assertStringNotContainsString( 'abcdefgh', (string) wp_json_encode( array( $all, $one ) ) );
	}

	public function test_all_pages_of_a_list_are_read(): void {
		for ( $number = 0; $number < 950; $number++ ) {
			$this->gateway->add( "key-$number" );
		}
		$this->assertSame( 950, self::run_it( 'list-keys' )['found'] );
	}

	public function test_usage_is_added_up_over_days_and_pages(): void {
		$metrics = static fn( float $cost ): array => array( 'metrics' => array( 'spend' => $cost, 'api_requests' => 2, 'failed_requests' => 1, 'prompt_tokens' => 10, 'completion_tokens' => 'odd' ) );
		$day     = array( 'breakdown' => array( 'entities' => array( 'web' => $metrics( 0.1 ) + array( 'metadata' => array( 'team_alias' => 'Web' ) ), '7' => $metrics( 0.3 ) ) ) );
		$this->gateway->answers['/team/daily/activity'] = array( 200, array( 'results' => array( array( 'date' => '2026-11-01' ) + $day, null ), 'metadata' => array( 'total_pages' => 2 ) ) );
		$used = self::run_it( 'get-usage', array( 'from' => '2026-11-01', 'to' => '2026-11-03', 'by' => 'team' ) );
		$this->assertCount( 6, $this->sent, 'Three days of two pages.' );
		$this->assertSame( array( array( '7', '7', 1.8 ), array( 'web', 'Web', 0.6 ) ), array_map( static fn( array $row ): array => array( $row['id'], $row['name'], $row['cost'] ), $used['rows'] ) );
		$this->assertEquals( array( 12, 6, 60, 0 ), array( $used['rows'][0]['requests'], $used['rows'][0]['failures'], $used['rows'][0]['prompt_tokens'], $used['rows'][0]['completion_tokens'] ) );
	}

	public function test_a_day_without_calls_is_a_day(): void {
		$this->assertSame( 3, self::run_it( 'get-usage', array( 'days' => 3, 'by' => 'day' ) )['found'] );
		$used = self::run_it( 'get-usage', array( 'from' => '2026-02-28', 'to' => '2026-03-02', 'by' => 'day' ) );
		$this->assertSame( array( '2026-02-28', '2026-03-01', '2026-03-02' ), array_column( $used['rows'], 'id' ) );
		$this->assertEquals( array( 0, 0, 0 ), array_column( $used['rows'], 'requests' ) );
	}

	/** LiteLLM tells at most a thousand keys of a day apart: the rest is missing, and that is said. */
	public function test_a_part_is_called_a_part(): void {
		$keys = array();
		for ( $number = 0; $number < 1000; $number++ ) {
			$keys[ hash( 'sha256', (string) $number ) ] = array( 'metrics' => array( 'spend' => 1 ), 'metadata' => array( 'key_alias' => "k$number" ) );
		}
		$this->gateway->answers['/user/daily/activity/aggregated'] = array( 200, array( 'results' => array( array( 'date' => '2026-11-01', 'breakdown' => array( 'api_keys' => $keys ) ) ) ) );
		$used = self::run_it( 'get-usage', array( 'from' => '2026-11-01', 'to' => '2026-11-01', 'by' => 'key' ) );
		$this->assertSame( array( false, 1000, 100 ), array( $used['complete'], $used['found'], count( $used['rows'] ) ) );
	}

	/** @dataProvider bad_input */
	public function test_bad_input_is_refused_in_words( string $name, array $input, string $code, string $words ): void {
		$answer = self::run_it( $name, $input );
		$this->assertSame( $code, $answer->get_error_code() );
		$this->assertStringContainsString( $words, $answer->get_error_message() );
		$over_rest = self::over_rest( 'block-key' === $name ? 'DELETE' : 'GET', $name, $input );
		$this->assertSame( 400, $over_rest->get_status() );
		$this->assertStringContainsString( $words, $over_rest->get_data()['message'] );
		$this->assertSame( array(), $this->sent );
	}

	public function bad_input(): array {
		return array(
			'no key'      => array( 'get-key', array(), 'ability_invalid_input', 'key is a required property' ),
			'a secret'    => array( 'get-key', array( 'key' => 'sk-abcdefghijklmnop' ), 'litellm_secret', 'secret of a key' ),
			'to block it' => array( 'block-key', array( 'key' => 'sk-abcdefghijklmnop' ), 'litellm_secret', 'secret of a key' ),
			'too long'    => array( 'get-usage', array( 'days' => 32 ), 'ability_invalid_input', 'days' ),
			'no day'      => array( 'get-usage', array( 'from' => '2026-02-30', 'to' => '2026-03-02' ), 'litellm_range', 'A range goes' ),
			'backwards'   => array( 'get-usage', array( 'from' => '2026-03-02', 'to' => '2026-03-01' ), 'litellm_range', 'A range goes' ),
			'both'        => array( 'get-usage', array( 'days' => 3, 'to' => '2026-03-01' ), 'litellm_range', 'either' ),
			'no kind'     => array( 'get-usage', array( 'by' => 'moon' ), 'ability_invalid_input', 'by' ),
			'no status'   => array( 'list-keys', array( 'status' => 'odd' ), 'ability_invalid_input', 'status' ),
			'unknown'     => array( 'list-keys', array( 'colour' => 'red' ), 'ability_invalid_input', 'colour' ),
		);
	}

	public function test_who_may_not_is_refused_and_nothing_is_asked(): void {
		foreach ( array( 'editor', '' ) as $login ) {
			'' === $login ? wp_set_current_user( 0 ) : $this->be( $login );
			foreach ( self::NAMES as $name ) {
				$input = in_array( $name, array( 'get-key', 'block-key' ), true ) ? array( 'key' => 'shop' ) : array();
				$this->assertSame( 'ability_invalid_permissions', self::run_it( $name, $input )->get_error_code() );
				$this->assertSame( '' === $login ? 401 : 403, self::over_rest( 'block-key' === $name ? 'DELETE' : 'GET', $name, $input )->get_status() );
			}
		}
		$this->assertSame( array(), $this->sent );
	}

	public function test_who_may_only_view_cannot_block(): void {
		$hash = $this->gateway->add( 'shop' );
		$this->be( 'editor' );
		wp_get_current_user()->add_cap( 'litellm_view' );
		$this->assertSame( 1, self::run_it( 'list-keys' )['found'] );
		$this->assertSame( 'ability_invalid_permissions', self::run_it( 'block-key', array( 'key' => $hash ) )->get_error_code() );
		wp_get_current_user()->remove_cap( 'litellm_view' );
		$this->assertSame( array(), $this->gateway->writes );
	}

	public function test_a_key_is_blocked_once_by_any_way(): void {
		$hash = $this->gateway->add( 'shop' );
		$this->assertSame( array( 'id' => $hash, 'alias' => 'shop', 'blocked' => true ), self::run_it( 'block-key', array( 'key' => 'shop' ) ) );
		$this->assertSame( array( true, 200 ), array( $this->gateway->keys[ $hash ]['blocked'], self::over_rest( 'DELETE', 'block-key', array( 'key' => $hash ) )->get_status() ) );
		$this->assertCount( 1, $this->gateway->writes, 'What is blocked already is left alone.' );
		$this->assertSame( 405, self::over_rest( 'GET', 'block-key', array( 'key' => $hash ) )->get_status(), 'No link can do it.' );
	}

	/** @dataProvider lost_answers */
	public function test_after_a_lost_answer_the_gateway_is_asked( string $fate, bool $is_done ): void {
		$hash                = $this->gateway->add( 'shop' );
		$this->gateway->fate = array( 1 => $fate );
		$answer              = self::run_it( 'block-key', array( 'key' => $hash ) );
		$this->assertSame( $is_done, ! is_wp_error( $answer ) );
		if ( ! $is_done ) {
			$this->assertStringContainsString( 'lost' === $fate ? 'may have been done' : 'LiteLLM has refused this', $answer->get_error_message() );
		}
	}

	public function lost_answers(): array {
		return array( array( 'late', true ), array( 'lost', false ), array( 'refused', false ) );
	}

	public function test_the_own_key_is_protected(): void {
		$own                         = hash( 'sha256', self::KEY );
		$this->gateway->keys[ $own ] = array( 'key_alias' => 'service' );
		$answer                      = self::run_it( 'block-key', array( 'key' => $own ) );
		$this->assertSame( array( 'litellm_own_key', array() ), array( $answer->get_error_code(), $this->gateway->writes ) );
	}

	public function test_the_status_is_told_with_the_gateway_up_and_down(): void {
		$this->assertSame( array( true, true, '1.106.2', 'connected', null ), array_values( array_diff_key( self::run_it( 'get-status' ), array( 'gateway' => 1 ) ) ) );
		$this->gateway_answers( new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect' ) );
		$down = self::run_it( 'get-status' );
		$this->assertSame( array( true, false, null ), array( $down['configured'], $down['reachable'], $down['litellm_version'] ) );
		$this->assertStringContainsString( 'could not be reached', $down['problem'] );
		$this->assertStringContainsString( 'gateway_unreachable; refused', self::run_it( 'list-models' )->get_error_message() );
	}

	/** What stands in for an answer in wp-admin, with its age, is none here: nobody would see its age. */
	public function test_an_old_answer_is_none(): void {
		$this->gateway->add( 'shop' );
		$this->assertSame( 1, self::run_it( 'list-keys' )['found'] );
		Clock::$ahead_s = MINUTE_IN_SECONDS;
		$this->gateway_answers( new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect' ) );
		$this->assertSame( 'gateway_unreachable', self::run_it( 'list-keys' )->get_error_code() );
	}

	public function test_models_are_told_with_their_prices(): void {
		$this->gateway->answers['/model_group/info'] = array( 200, array( 'data' => array( array( 'model_group' => 'gpt-4o', 'providers' => array( 'openai' ), 'input_cost_per_token' => 0.0000025, 'mode' => 'chat' ) ) ) );
		$this->assertSame( array( 'gpt-4o', array( 'openai' ), 'chat', null, null, 0.0000025, null ), array_values( self::run_it( 'list-models' )['models'][0] ) );
	}

	/** As an assistant has it: another process, no cookie and no nonce, and a password that can be taken back. */
	public function test_with_an_application_password_they_are_had_over_http(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$made = array();
		foreach ( array( 'admin', 'subscriber' ) as $login ) {
			$user           = get_user_by( 'login', $login )->ID;
			$made[ $login ] = array( $user, WP_Application_Passwords::create_new_application_password( $user, array( 'name' => 'litellm-test-' . wp_generate_uuid4() ) ) );
			$this->assertIsArray( $made[ $login ][1] );
		}
		$ask = static function ( string $method, string $path, string $login, string $password, ?array $input = null ): array {
			$headers = '' === $login ? array() : array( 'Authorization: Basic ' . base64_encode( "$login:$password" ) );
			return ( new Http_Client() )->request( $method, '/wp-json/wp-abilities/v1/abilities' . $path, null === $input ? null : (string) json_encode( array( 'input' => $input ) ), array_merge( $headers, null === $input ? array() : array( 'Content-Type: application/json' ) ) );
		};
		$run  = '/litellm-dashboard/list-keys/run';
		$good = $made['admin'][1][0];
		Hostile_Gateway::behave( 'ok' );
		Hostile_Gateway::reset();
		try {
			$all  = $ask( 'GET', '?per_page=100', 'admin', $good );
			$keys = $ask( 'GET', $run, 'admin', $good );
			$few  = $ask( 'GET', $run . '?input[search]=nothing+like+this', 'admin', $good );
			$bad  = $ask( 'GET', $run . '?input[limit]=0', 'admin', $good );
			$seen = count( Hostile_Gateway::log() );
			$none = array( $ask( 'GET', $run, '', '' ), $ask( 'GET', $run, 'admin', 'abcd efgh ijkl mnop qrst uvwx' ), $ask( 'GET', $run, 'subscriber', $made['subscriber'][1][0] ), $ask( 'DELETE', '/litellm-dashboard/block-key/run?input[key]=' . str_repeat( 'a', 64 ), 'subscriber', $made['subscriber'][1][0] ) );
			$same = count( Hostile_Gateway::log() );
			$stop = $ask( 'DELETE', '/litellm-dashboard/block-key/run?input[key]=' . str_repeat( 'a', 64 ), 'admin', $good );
		} finally {
			foreach ( $made as list( $user, $password ) ) {
				WP_Application_Passwords::delete_application_password( $user, $password[1]['uuid'] );
			}
			LiteLLM_Dashboard\Cache::delete( false );
			$wpdb->query( 'DELETE FROM ' . LiteLLM_Dashboard\Audit_Log::table() );
		}
		$names = preg_grep( '#^litellm-dashboard/#', array_column( $all['json'], 'name' ) );
		$this->assertCount( 6, $names );
		$this->assertSame( array( 200, 1, 'one' ), array( $keys['status'], $keys['json']['found'], $keys['json']['keys'][0]['alias'] ), $keys['body'] );
		$this->assertSame( array( 200, 0 ), array( $few['status'], $few['json']['found'] ), $few['body'] );
		$this->assertSame( 400, $bad['status'], $bad['body'] );
		$this->assertSame( array( 401, 401, 403, 403 ), array_column( $none, 'status' ) );
		$this->assertSame( $seen, $same, 'The gateway was not asked for them.' );
		$this->assertSame( 200, $stop['status'], $stop['body'] );
		$this->assertTrue( $stop['json']['blocked'] );
		$this->assertStringNotContainsString( self::KEY, implode( array_column( array_merge( $none, array( $all, $keys, $bad, $stop ) ), 'body' ) ) );
		$this->assertSame( 401, $ask( 'GET', $run, 'admin', $good )['status'], 'It was taken back.' );
	}
}
