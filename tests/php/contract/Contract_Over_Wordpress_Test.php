<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Settings;

/**
 * Every operation of the contract, through WordPress, against a real LiteLLM.
 *
 * What changes something goes over HTTP as the browser sends it. What is made here is deleted here.
 */
final class Contract_Over_Wordpress_Test extends Plugin_TestCase {

	private static ?Http_Client $admin = null;
	/**
	 * Hashes of keys to delete at the end.
	 *
	 * @var string[]
	 */
	private static array $made = array();
	/**
	 * Operations that have succeeded.
	 *
	 * @var array<string, bool>
	 */
	private static array $done = array();

	public static function setUpBeforeClass(): void {
		self::$admin = new Http_Client( 'admin' );
	}

	public static function tearDownAfterClass(): void {
		if ( self::$made ) {
			self::litellm( 'POST', '/key/delete', array( 'keys' => self::$made ) );
		}
	}

	protected function setUp(): void {
		wp_cache_flush();
		Cache::delete( false );
	}

	protected function tearDown(): void {
		wp_set_current_user( 0 );
	}

	/** Calls LiteLLM itself, with the master key or another. */
	private static function litellm( string $method, string $path, ?array $body = null, string $key = '' ): array {
		$curl = curl_init( getenv( 'LITELLM_URL' ) . $path );
		curl_setopt_array( $curl, array(
			CURLOPT_CUSTOMREQUEST  => $method,
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_TIMEOUT        => 60,
			CURLOPT_HTTPHEADER     => array( 'Expect:', 'Content-Type: application/json', 'Authorization: Bearer ' . ( '' === $key ? getenv( 'LITELLM_MASTER_KEY' ) : $key ) ),
		) );
		if ( null !== $body ) {
			curl_setopt( $curl, CURLOPT_POSTFIELDS, json_encode( $body ) );
		}
		$text = (string) curl_exec( $curl );
		return array( 'status' => (int) curl_getinfo( $curl, CURLINFO_RESPONSE_CODE ), 'json' => json_decode( $text, true ) );
	}

	/** A key made by the master key. */
	private static function key( array $fields ): string {
		$made         = self::litellm( 'POST', '/key/generate', array( 'key_alias' => self::alias() ) + $fields )['json'];
		self::$made[] = $made['token'] ?? hash( 'sha256', $made['key'] );
		return $made['key'];
	}

	private static function alias(): string {
		return 'contract-' . bin2hex( random_bytes( 6 ) );
	}

	/** Reads through WordPress and expects success. */
	private static function read( string $operation, array $params = array() ): array {
		$answer = self::$admin->read( $operation, $params );
		self::assertSame( 200, $answer['status'], $operation . ': ' . $answer['body'] );
		self::assertSame( array( 'data', 'age_s', 'error', 'took_ms' ), array_keys( $answer['json'] ) );
		self::assertNull( $answer['json']['error'], $answer['body'] );
		self::assertStringNotContainsString( (string) getenv( 'CONTRACT_SERVICE_KEY' ), $answer['body'] );
		self::$done[ $operation ] = true;
		return is_array( $answer['json']['data'] ) ? $answer['json']['data'] : array( $answer['json']['data'] );
	}

	/** Writes through WordPress. */
	private static function write( string $operation, array $body ): array {
		$answer = self::$admin->rest( 'POST', $operation, $body );
		if ( 200 === $answer['status'] ) {
			self::$done[ $operation ] = true;
		}
		return $answer;
	}

	/** The reason why LiteLLM does not accept this key. */
	private static function reason( string $key, string $operation = 'keys.list' ): array {
		$outcome = self::outcome( self::operation( $operation ), array(), self::settings( (string) getenv( 'LITELLM_URL' ), $key ) );
		return array( $outcome->error ? $outcome->error->get_error_code() : null, $outcome->error ? $outcome->error->get_error_data()['reason'] ?? null : null );
	}

	public function test_the_life_of_a_key(): void {
		$alias  = self::alias();
		$before = self::read( 'keys.list', array( 'size' => 1 ) )['total_count'];

		$made = self::write( 'keys.create', array( 'alias' => $alias, 'models' => array( 'gpt-4o' ), 'max_budget' => 2.5, 'budget_duration' => '30d', 'rpm_limit' => 50, 'tpm_limit' => 5000, 'max_parallel_requests' => 3, 'duration' => '7d' ) );
		$this->assertSame( 200, $made['status'], $made['body'] );
		$secret       = $made['json']['data']['key'];
		$hash         = hash( 'sha256', $secret );
		self::$made[] = $hash;
		$this->assertStringStartsWith( 'sk-', $secret );
		$this->assertArrayNotHasKey( 'metadata', $made['json']['data'] );

		// The list shows it at once, although it was cached a moment ago.
		$listed = self::read( 'keys.list', array( 'size' => 1 ) );
		$this->assertSame( $before + 1, $listed['total_count'] );
		$found = self::read( 'keys.list', array( 'key' => $hash ) )['keys'];
		$this->assertCount( 1, $found );
		$this->assertSame( array( $hash, $alias, array( 'gpt-4o' ), 50, 5000, 3 ), array( $found[0]['token'], $found[0]['key_alias'], $found[0]['models'], $found[0]['rpm_limit'], $found[0]['tpm_limit'], $found[0]['max_parallel_requests'] ) );
		$this->assertEquals( 2.5, $found[0]['max_budget'] );
		$this->assertNotEmpty( $found[0]['expires'] );
		$this->assertSame( $alias, self::read( 'keys.list', array( 'alias' => $alias ) )['keys'][0]['key_alias'] );

		$call = static fn(): int => self::litellm( 'POST', '/v1/chat/completions', array( 'model' => 'gpt-4o', 'messages' => array( array( 'role' => 'user', 'content' => 'hello' ) ) ), $secret )['status'];
		$this->assertSame( 200, $call() );
		$this->assertSame( 403, self::litellm( 'GET', '/key/list', null, $secret )['status'], 'A key for applications cannot manage.' );

		$this->assertSame( 200, self::write( 'keys.block', array( 'key' => $hash ) )['status'] );
		$this->assertTrue( self::read( 'keys.list', array( 'key' => $hash ) )['keys'][0]['blocked'] );
		$this->assertContains( $call(), array( 401, 403 ) );
		$this->assertSame( 200, self::write( 'keys.unblock', array( 'key' => $hash ) )['status'] );
		$this->assertNotTrue( self::read( 'keys.list', array( 'key' => $hash ) )['keys'][0]['blocked'] );
		$this->assertSame( 200, $call() );

		$deleted = self::write( 'keys.delete', array( 'key' => $hash ) );
		$this->assertSame( 200, $deleted['status'], $deleted['body'] );
		$this->assertSame( $before, self::read( 'keys.list', array( 'size' => 1 ) )['total_count'] );
		$this->assertContains( $call(), array( 401, 403 ) );
	}

	public function test_refusals_keep_litellms_words_and_our_fields(): void {
		$alias = self::alias();
		$first = self::write( 'keys.create', array( 'alias' => $alias ) );
		$this->assertSame( 200, $first['status'], $first['body'] );
		self::$made[] = hash( 'sha256', $first['json']['data']['key'] );
		$second       = self::write( 'keys.create', array( 'alias' => $alias ) );
		$this->assertSame( array( 400, 'gateway_refused' ), array( $second['status'], $second['json']['code'] ), $second['body'] );
		$this->assertStringContainsString( $alias, $second['json']['data']['fields']['alias'] );

		$unknown = self::write( 'keys.delete', array( 'key' => str_repeat( '0', 64 ) ) );
		$this->assertSame( array( 404, 'gateway_refused' ), array( $unknown['status'], $unknown['json']['code'] ), $unknown['body'] );
		$this->assertStringNotContainsString( '{', $unknown['json']['data']['detail'] );
	}

	public function test_the_service_key_is_protected(): void {
		$hash = hash( 'sha256', (string) getenv( 'CONTRACT_SERVICE_KEY' ) );
		foreach ( array( 'keys.block', 'keys.unblock', 'keys.delete' ) as $operation ) {
			$answer = self::write( $operation, array( 'key' => $hash ) );
			$this->assertSame( array( 409, 'litellm_own_key' ), array( $answer['status'], $answer['json']['code'] ) );
		}
		$self = self::read( 'keys.self' );
		$this->assertSame( $hash, $self['key'] );
		$answer = self::write( 'keys.create', array( 'alias' => self::alias(), 'user' => $self['info']['user_id'] ) );
		$this->assertSame( array( 409, 'litellm_own_user' ), array( $answer['status'], $answer['json']['code'] ) );
		$answer = self::write( 'keys.create', array( 'alias' => self::alias(), 'user' => 'another-user' ) );
		$this->assertSame( 200, $answer['status'], $answer['body'] );
		self::$made[] = hash( 'sha256', $answer['json']['data']['key'] );
	}

	public function test_reads_have_the_form_that_the_contract_describes(): void {
		$day     = gmdate( 'Y-m-d' );
		$earlier = gmdate( 'Y-m-d', time() - 3 * DAY_IN_SECONDS );
		foreach ( array( $day, $earlier ) as $one ) {
			$activity = self::read( 'activity.day', array( 'day' => $one ) );
			foreach ( $activity['results'] as $result ) {
				$this->assertSame( array( 'date', 'metrics', 'breakdown' ), array_keys( $result ) );
				$this->assertArrayHasKey( 'api_requests', $result['metrics'] );
				$this->assertSame( array( 'model_groups' ), array_keys( $result['breakdown'] ) );
			}
		}
		if ( ! self::is_old() ) {
			// Not without a licence.
			$error = self::$admin->read( 'usage.organizations', array( 'day' => $earlier, 'page' => 1 ) )['json'];
			$this->assertSame( array( 'gateway_unauthorized', 'enterprise' ), array( $error['code'], $error['data']['reason'] ) );
			self::$done['usage.organizations'] = true;
		}
		foreach ( array( 'calls' => 'providers', 'keys' => 'api_keys', 'owners' => 'entities', 'teams' => 'entities', 'tags' => 'entities', 'end_users' => 'entities' ) + ( self::is_old() ? array( 'organizations' => 'entities' ) : array() ) as $by => $breakdown ) {
			$usage = self::read( "usage.$by", array( 'day' => $earlier ) + ( 'entities' === $breakdown ? array( 'page' => 1 ) : array() ) );
			foreach ( $usage['results'] as $result ) {
				$this->assertSame( array( 'date', 'breakdown' ), array_keys( $result ), $by );
				foreach ( $result['breakdown'][ $breakdown ] as $part ) {
					$this->assertArrayHasKey( 'api_requests', $part['metrics'], $by );
					$this->assertArrayNotHasKey( 'api_key_breakdown', $part, $by );
				}
			}
		}
		$window = array( 'start' => $earlier . ' 00:00:00', 'end' => gmdate( 'Y-m-d H:i:s', time() + 60 ) );
		$logs   = self::read( 'logs.list', $window + array( 'page_size' => 5, 'page' => 1 ) );
		$this->assertLessThanOrEqual( 5, count( $logs['data'] ) );
		for ( $wait = 0; 0 === $logs['total'] && $wait < 100; $wait++ ) {
			// An empty LiteLLM: the calls of the test before this one are written after some seconds.
			sleep( 3 );
			$logs = self::read( 'logs.list', $window + array( 'page_size' => 5, 'page' => 1 ) );
		}
		$this->assertGreaterThan( 0, $logs['total'] );
		foreach ( $logs['data'] as $row ) {
			$this->assertArrayHasKey( 'request_id', $row );
			$this->assertArrayNotHasKey( 'messages', $row );
			$this->assertArrayNotHasKey( 'traceback', $row['metadata']['error_information'] ?? array() );
		}
		// Calls are written late: what counts is a list between two equal counts.
		$count = static fn(): int => self::read( 'logs.count', $window + array( 'status' => 'failure' ) )['total'];
		for ( $try = 0; $try < 20; $try++ ) {
			$before = $count();
			$failed = self::read( 'logs.outcomes', $window + array( 'page_size' => 100, 'status' => 'failure' ) );
			if ( $before === $count() ) {
				break;
			}
		}
		foreach ( $failed['data'] as $row ) {
			$this->assertSame( 'failure', $row['status'] ?? $row['metadata']['status'] ?? '' );
			$this->assertArrayNotHasKey( 'request_id', $row );
		}
		$this->assertSame( $before, $failed['total'] );
		$row     = $logs['data'][0];
		$session = self::read( 'logs.session', array( 'session' => $row['session_id'], 'page' => 1, 'page_size' => 5 ) );
		$this->assertContains( $row['request_id'], array_column( $session['data'], 'request_id' ) );
		$content = self::read( 'logs.content', array( 'request' => $row['request_id'] ) );
		$this->assertSame( array( $row['request_id'] ), array_column( $content['rows'], 'request_id' ) );
		$this->assertArrayHasKey( 'messages', $content['rows'][0] );
		$none = self::read( 'logs.list', $window + array( 'team' => 'no such team', 'owner' => 'nobody', 'end_user' => 'nobody', 'cost_from' => 1, 'cost_to' => 2 ) );
		$this->assertSame( array( array(), 0 ), array( $none['data'], $none['total'] ) );
		// Older versions pass over what they do not know.
		$asked = $window + array( 'model' => 'no such model', 'session' => 'no such session', 'error_code' => '418' );
		$this->assertSame( self::is_old(), self::read( 'logs.count', $asked )['total'] > 0 );
		$failed = self::read( 'logs.count', $window + array( 'status' => 'failure' ) )['total'];
		$passed = self::read( 'logs.count', $window + array( 'status' => 'success' ) )['total'];
		$this->assertGreaterThanOrEqual( $logs['total'] - 5, $failed + $passed );

		$models = self::read( 'models.list' )['data'];
		$this->assertContains( 'gpt-4o', array_column( $models, 'model_group' ) );
		$this->assertArrayNotHasKey( 'litellm_params', $models[0] );
		$this->assertArrayHasKey( 'teams', self::read( 'teams.list', array( 'page' => 1, 'page_size' => 10 ) ) );
		$this->assertContains( self::read( 'gateway.readiness' )['status'], array( 'connected', 'healthy' ) );
		$this->assertSame( array( "I'm alive!" ), self::read( 'gateway.liveliness' ) );
		foreach ( array( 'spend', 'max_budget', 'created_at', 'updated_at', 'key_alias' ) as $column ) {
			$this->assertNotEmpty( self::read( 'keys.list', array( 'sort_by' => $column, 'sort_order' => 'asc', 'size' => 2 ) )['keys'], $column );
		}
	}

	public function test_a_version_that_lacks_an_operation_says_so(): void {
		$version = (string) getenv( 'LITELLM_VERSION_UNDER_TEST' );
		if ( version_compare( $version, '1.100', '<' ) ) {
			$answer = self::$admin->read( 'gateway.details' );
			$this->assertSame( array( 501, 'gateway_too_old' ), array( $answer['status'], $answer['json']['code'] ) );
			$this->assertSame( $version, self::read( 'gateway.readiness' )['litellm_version'] );
			self::$done['gateway.details'] = true;
		} else {
			$this->assertSame( $version, self::read( 'gateway.details' )['litellm_version'] );
		}
	}

	public function test_a_batch_asks_for_many_days_at_once(): void {
		$requests = array();
		for ( $back = 0; $back < 8; $back++ ) {
			$requests[] = array( 'operation' => 'activity.day', 'params' => array( 'day' => gmdate( 'Y-m-d', time() - $back * DAY_IN_SECONDS ) ) );
		}
		// Today, and two of the days that are over, to find out how large they are; then the rest.
		$answer = self::$admin->rest( 'POST', 'batch', array( 'requests' => $requests ) );
		$this->assertSame( array( 200, 200, 200 ), array_slice( array_column( $answer['json']['answers'], 'status' ), 0, 3 ), $answer['body'] );
		$answer = self::$admin->rest( 'POST', 'batch', array( 'requests' => $requests ) );
		$this->assertSame( array_fill( 0, 8, 200 ), array_column( $answer['json']['answers'], 'status' ), $answer['body'] );
	}

	public function test_each_trouble_with_the_service_key_has_its_reason(): void {
		$routes = array( 'allowed_routes' => array( '/key/list', '/key/info' ), 'user_id' => self::read( 'keys.self' )['info']['user_id'] );
		$this->assertSame( array( null, null ), self::reason( (string) getenv( 'CONTRACT_SERVICE_KEY' ) ) );
		$this->assertSame( array( 'gateway_unauthorized', 'key_unknown' ), self::reason( 'sk-' . bin2hex( random_bytes( 12 ) ) ) );
		$this->assertSame( array( 'gateway_unauthorized', 'key_unknown' ), self::reason( 'not-a-litellm-key' ) );

		$blocked = self::key( $routes );
		self::litellm( 'POST', '/key/block', array( 'key' => $blocked ) );
		$this->assertSame( array( 'gateway_unauthorized', 'key_blocked' ), self::reason( $blocked ) );

		$expired = self::key( $routes + array( 'duration' => '1s' ) );
		sleep( 3 );
		$this->assertSame( array( 'gateway_unauthorized', 'key_expired' ), self::reason( $expired ) );
	}

	/**
	 * Both versions give a key of an internal user its own keys as if there were no more. That it may not list the teams is the
	 * only sign that there are.
	 */
	public function test_a_key_that_is_no_administrator_is_told_apart(): void {
		$user = self::alias();
		$made = self::litellm( 'POST', '/user/new', array( 'user_id' => $user, 'user_role' => 'internal_user', 'auto_create_key' => false ) );
		$this->assertSame( 200, $made['status'], (string) json_encode( $made ) );
		try {
			$routes = array( 'allowed_routes' => array( '/key/list', '/key/info', '/v2/team/list', '/user/daily/activity/aggregated', '/spend/logs/v2' ) );
			foreach ( array( self::key( $routes + array( 'user_id' => $user ) ), self::key( $routes ) ) as $key ) {
				$this->assertSame( array( 'gateway_unauthorized', 'not_admin' ), self::reason( $key, 'teams.list' ) );
			}
			$settings = self::settings( (string) getenv( 'LITELLM_URL' ), self::key( $routes + array( 'user_id' => $user ) ) );
			$listed   = self::outcome( self::operation( 'keys.list', array( 'ttl_s' => 0 ) ), array(), $settings );
			$this->assertNull( $listed->error );
			$this->assertSame( 2, $listed->data->total_count, 'Its own, and not a word of the others.' );
		} finally {
			self::litellm( 'POST', '/user/delete', array( 'user_ids' => array( $user ) ) );
		}
	}

	/** The login's own header is taken, and both versions read the key from another one. */
	public function test_the_key_is_read_beside_a_login_and_from_another_header(): void {
		$key = (string) getenv( 'CONTRACT_SERVICE_KEY' );
		foreach ( array( array( Settings::BASIC => 'wp:password' ), array( Settings::HEADER => 'x-litellm-api-key' ) ) as $more ) {
			$settings = self::settings( (string) getenv( 'LITELLM_URL' ), $key, $more );
			foreach ( array( 'keys.list', 'keys.self', 'models.list' ) as $name ) {
				$this->assertNull( self::outcome( self::operation( $name, array( 'ttl_s' => 0 ) ), array(), $settings )->error, $name );
			}
		}
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), $key, array( Settings::HEADER => 'X-Not-Looked-At' ) );
		$error    = self::outcome( self::operation( 'keys.list', array( 'ttl_s' => 0 ) ), array(), $settings )->error;
		$this->assertSame( array( 'gateway_unauthorized', 'key_not_received' ), array( $error->get_error_code(), $error->get_error_data()['reason'] ) );
	}

	/** So the app reads all keys where LiteLLM does not search by itself. */
	public function test_keys_with_odd_aliases_are_in_the_list(): void {
		$made = array();
		foreach ( array( "two\nlines", str_repeat( 'x', 300 ), '  spaces around  ' ) as $odd ) {
			$key = self::litellm( 'POST', '/key/generate', array( 'key_alias' => $odd . self::alias() ) );
			if ( 200 === $key['status'] ) {
				$made[]       = hash( 'sha256', $key['json']['key'] );
				self::$made[] = end( $made );
			}
		}
		$this->assertNotEmpty( $made, 'At least one of them is taken by every version.' );
		$page  = array( 'size' => 100, 'sort_by' => 'created_at', 'sort_order' => 'asc' );
		$first = self::read( 'keys.list', $page + array( 'page' => 1 ) );
		$found = array_column( $first['keys'], 'token' );
		for ( $next = 2; $next <= ceil( $first['total_count'] / 100 ); $next++ ) {
			array_push( $found, ...array_column( self::read( 'keys.list', $page + array( 'page' => $next ) )['keys'], 'token' ) );
		}
		$this->assertSame( array(), array_diff( $made, $found ) );
		$this->assertCount( (int) $first['total_count'], array_unique( $found ), 'Each once.' );
	}

	public function test_a_key_that_may_only_read_is_told_which_route_it_lacks(): void {
		$key      = self::key( array( 'allowed_routes' => array( '/key/list' ), 'user_id' => self::read( 'keys.self' )['info']['user_id'] ) );
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), $key );
		$this->assertSame( array( null, null ), self::reason( $key ) );
		foreach ( array( 'keys.create' => array( 'alias' => self::alias() ), 'keys.block' => array( 'key' => str_repeat( '0', 64 ) ), 'keys.delete' => array( 'key' => str_repeat( '0', 64 ) ) ) as $name => $values ) {
			$error = self::writer( $settings )->write( self::operation( $name ), $values )->error;
			$this->assertSame( array( 'gateway_unauthorized', 'route_not_allowed' ), array( $error->get_error_code(), $error->get_error_data()['reason'] ) );
			$this->assertSame( self::operation( $name )->path, $error->get_error_data()['path'] );
		}
		$this->assertSame( array( 'gateway_unauthorized', 'route_not_allowed' ), self::reason( $key, 'models.list' ) );
	}

	/** Whether the version under test is the older one. */
	private static function is_old(): bool {
		return version_compare( (string) getenv( 'LITELLM_VERSION_UNDER_TEST' ), '1.100', '<' );
	}

	/** A key in full, without what moves by itself. */
	private static function info( string $hash ): array {
		$info = self::read( 'keys.info', array( 'key' => $hash ) )['info'];
		return array_diff_key( $info, array_flip( array( 'updated_at', 'settings_updated_at', 'updated_by', 'last_active', 'spend' ) ) );
	}

	/** Changes a key and expects success: what differs afterwards. */
	private function change( string $hash, array $changes ): array {
		$before = self::info( $hash );
		$answer = self::write( 'keys.update', array( 'key' => $hash ) + $changes );
		$this->assertSame( 200, $answer['status'], $answer['body'] );
		$after = self::info( $hash );
		$this->assertSame( array_keys( $before ), array_keys( $after ) );
		return array_filter( $after, static fn( $value, $name ): bool => $value !== $before[ $name ], ARRAY_FILTER_USE_BOTH );
	}

	public function test_a_successor_is_made_blocked_and_with_what_was_spent(): void {
		$spent  = array( 'max_budget' => 5, 'spend' => 5, 'blocked' => true, 'metadata' => '{"litellm_dashboard":{"replaces":"' . str_repeat( '0', 64 ) . '","rotation":"1"}}' );
		$made   = self::write( 'keys.create', array( 'alias' => self::alias() ) + $spent );
		$secret = $made['json']['data']['key'] ?? '';
		$this->assertSame( 200, $made['status'], $made['body'] );
		$hash         = hash( 'sha256', $secret );
		self::$made[] = $hash;
		$found        = self::read( 'keys.list', array( 'key' => $hash ) )['keys'][0];
		$this->assertEquals( array( true, 5, 5, '1' ), array( $found['blocked'], $found['spend'], $found['max_budget'], $found['metadata']['litellm_dashboard']['rotation'] ) );
		$call = static fn(): int => self::litellm( 'POST', '/v1/chat/completions', array( 'model' => 'gpt-4o', 'messages' => array( array( 'role' => 'user', 'content' => 'hello' ) ) ), $secret )['status'];
		$this->assertContains( $call(), array( 401, 403 ), 'It is blocked.' );
		$this->assertSame( 200, self::write( 'keys.unblock', array( 'key' => $hash ) )['status'] );
		$this->assertContains( $call(), array( 400, 422, 429 ), 'It has spent its budget from the start.' );
		$this->change( $hash, array( 'max_budget' => 6 ) );
		$this->assertSame( 200, $call(), 'What is left can be spent.' );

		// Its end, to the second, and the note on its predecessor.
		$changed = $this->change( $hash, array( 'duration' => '4000s', 'metadata' => '{"litellm_dashboard":{"replaced_by":"' . str_repeat( '1', 64 ) . '"}}' ) );
		$this->assertEqualsWithDelta( time() + 4000, strtotime( $changed['expires'] ), 60 );
		$this->assertSame( array( 'replaces', 'rotation', 'replaced_by' ), array_keys( $changed['metadata']['litellm_dashboard'] ) );
		$ended = $this->change( $hash, array( 'metadata' => '{"litellm_dashboard":{"replaced_by":null}}' ) );
		$this->assertArrayNotHasKey( 'replaced_by', $ended['metadata']['litellm_dashboard'] );
		// As good as none, where an end cannot be taken away.
		$this->assertGreaterThan( time() + 90 * YEAR_IN_SECONDS, strtotime( $this->change( $hash, array( 'duration' => '3153600000s' ) )['expires'] ) );
	}

	public function test_a_successor_shares_budget_and_organization(): void {
		$budget       = self::alias();
		self::litellm( 'POST', '/budget/new', array( 'budget_id' => $budget, 'max_budget' => 300 ) );
		// Organizations are there without a licence in the older version only.
		$organization = self::is_old() ? self::litellm( 'POST', '/organization/new', array( 'organization_alias' => self::alias(), 'max_budget' => 12, 'models' => array( 'gpt-4o' ) ) )['json']['organization_id'] : null;
		$shared       = array( 'budget' => $budget ) + ( null === $organization ? array() : array( 'organization' => $organization, 'models' => array( 'gpt-4o' ) ) );
		$made         = self::write( 'keys.create', array( 'alias' => self::alias() ) + $shared );
		$this->assertSame( 200, $made['status'], $made['body'] );
		$hash         = hash( 'sha256', $made['json']['data']['key'] );
		self::$made[] = $hash;
		$info         = self::info( $hash );
		$this->assertSame( array( $budget, $organization ), array( $info['budget_id'], $info['organization_id'] ?? null ) );
		self::litellm( 'POST', '/key/delete', array( 'keys' => array( $hash ) ) );
		self::litellm( 'POST', '/budget/delete', array( 'id' => $budget ) );
		if ( null !== $organization ) {
			self::litellm( 'DELETE', '/organization/delete', array( 'organization_ids' => array( $organization ) ) );
		}
	}

	public function test_a_change_changes_what_is_named_and_nothing_else(): void {
		$team  = self::write( 'teams.create', array( 'alias' => self::alias(), 'models' => array( 'gpt-4o', 'gpt-4o-mini' ) ) )['json']['data']['team_id'];
		$user  = self::write( 'users.create', array( 'alias' => self::alias(), 'role' => 'internal_user', 'email' => self::alias() . '@example.test' ) )['json']['data']['user_id'];
		$limit = array( 'model_rpm_limit' => array( 'gpt-4o' => 7 ), 'tags' => array( 'a' ), 'own' => array( 'x' => array( 1, 2 ), 'o' => new stdClass() ) );
		$made  = self::write( 'keys.create', array( 'alias' => self::alias(), 'models' => array( 'gpt-4o' ), 'max_budget' => 2.5, 'budget_duration' => '30d', 'rpm_limit' => 50, 'tpm_limit' => 5000, 'max_parallel_requests' => 3, 'duration' => '45d', 'metadata' => json_encode( $limit ) ) );
		$this->assertSame( 200, $made['status'], $made['body'] );
		$hash         = hash( 'sha256', $made['json']['data']['key'] );
		self::$made[] = $hash;
		$info         = self::read( 'keys.info', array( 'key' => $hash ) );
		$this->assertSame( $hash, $info['key'] );
		$this->assertSame( array( 'gpt-4o' => 7 ), $info['info']['metadata']['model_rpm_limit'] );
		$this->assertSame( array( 'a' ), self::read( 'keys.list', array( 'key' => $hash ) )['keys'][0]['metadata']['tags'] );

		$alias = self::alias();
		$this->assertSame( array( 'key_alias' => $alias ), $this->change( $hash, array( 'alias' => $alias ) ) );
		$this->assertSame( array( 'models' => array( 'gpt-4o-mini' ) ), $this->change( $hash, array( 'models' => array( 'gpt-4o-mini' ) ) ) );
		$this->assertEquals( array( 'max_budget' => 4 ), $this->change( $hash, array( 'max_budget' => 4 ) ) );
		$this->assertSame( array( 'rpm_limit' => 60 ), $this->change( $hash, array( 'rpm_limit' => 60 ) ) );
		$this->assertSame( array( 'tpm_limit' => 6000 ), $this->change( $hash, array( 'tpm_limit' => 6000 ) ) );
		$this->assertSame( array( 'max_parallel_requests' => 4 ), $this->change( $hash, array( 'max_parallel_requests' => 4 ) ) );
		$this->assertSame( array( 'expires' ), array_keys( $this->change( $hash, array( 'duration' => '14d' ) ) ) );
		$this->assertContains( array_keys( $this->change( $hash, array( 'budget_duration' => '7d' ) ) ), array( array( 'budget_duration', 'budget_reset_at' ), array( 'budget_duration' ) ) );
		$this->assertSame( array( 'team_id' => $team ), $this->change( $hash, array( 'team' => $team ) ) );
		$this->assertSame( array( 'team_id' => null ), $this->change( $hash, array( 'team' => null ) ) );
		$this->assertSame( array( 'user_id' => $user ), $this->change( $hash, array( 'user' => $user ) ) );
		$this->assertSame( array( 'user_id' => null ), $this->change( $hash, array( 'user' => null ) ) );

		// What is not named in the metadata stays.
		$changed = $this->change( $hash, array( 'metadata' => '{"tags":["b","c"],"own":{"x":null,"y":true},"model_rpm_limit":{"gpt-4o":null,"gpt-4o-mini":9}}' ) );
		$this->assertSame( array( 'metadata' ), array_keys( $changed ) );
		$this->assertSame( array( 'own' => array( 'o' => array(), 'y' => true ), 'tags' => array( 'b', 'c' ), 'model_rpm_limit' => array( 'gpt-4o-mini' => 9 ) ), array_merge( array_fill_keys( array( 'own', 'tags', 'model_rpm_limit' ), null ), $changed['metadata'] ) );
		$raised = $this->change( $hash, array( 'temp_budget_increase' => 10, 'temp_budget_expiry' => gmdate( 'Y-m-d\TH:i:s', time() + DAY_IN_SECONDS ) ) );
		$this->assertSame( array( 'metadata' ), array_keys( $raised ) );
		$this->assertEquals( 10, $raised['metadata']['temp_budget_increase'] );
		$this->assertSame( array( 'b', 'c' ), $raised['metadata']['tags'] );
		$ended = $this->change( $hash, array( 'metadata' => '{"temp_budget_increase":null,"temp_budget_expiry":null}' ) );
		$this->assertArrayNotHasKey( 'temp_budget_increase', $ended['metadata'] );

		// Limits are taken away.
		foreach ( array( 'max_budget', 'rpm_limit', 'tpm_limit', 'max_parallel_requests' ) as $name ) {
			$this->assertSame( array( $name => null ), $this->change( $hash, array( $name => null ) ) );
		}
		$this->assertSame( array( 'models' => array() ), $this->change( $hash, array( 'models' => null ) ) );
		if ( self::is_old() ) {
			// This version cannot do it, and says nothing: what came of it has to be read.
			$this->assertSame( array(), $this->change( $hash, array( 'duration' => null ) ) );
			$this->assertSame( array(), $this->change( $hash, array( 'budget_duration' => null ) ) );
		} else {
			$this->assertSame( array( 'expires' => null ), $this->change( $hash, array( 'duration' => null ) ) );
			$this->assertSame( array( 'budget_duration' => null, 'budget_reset_at' => null ), $this->change( $hash, array( 'budget_duration' => null ) ) );
		}

		$this->assertSame( 200, self::write( 'users.delete', array( 'user' => $user ) )['status'] );
		$this->assertSame( 200, self::write( 'teams.delete', array( 'team' => $team ) )['status'] );
	}

	public function test_the_spend_of_a_key_begins_anew(): void {
		$secret = self::key( array( 'models' => array( 'gpt-4o' ), 'spend' => 0.75, 'max_budget' => 5 ) );
		$hash   = hash( 'sha256', $secret );
		$this->assertEquals( 0.75, self::read( 'keys.info', array( 'key' => $hash ) )['info']['spend'] );
		$reset = self::write( 'keys.reset_spend', array( 'key' => $hash ) );
		$this->assertSame( 200, $reset['status'], $reset['body'] );
		$this->assertEquals( array( 0, 5 ), array( $reset['json']['data']['spend'], $reset['json']['data']['max_budget'] ) );
		$this->assertEquals( 0, self::read( 'keys.info', array( 'key' => $hash ) )['info']['spend'] );
		$unknown = self::write( 'keys.update', array( 'key' => str_repeat( '0', 64 ), 'alias' => 'x' ) );
		$this->assertSame( array( 404, 'gateway_refused' ), array( $unknown['status'], $unknown['json']['code'] ), $unknown['body'] );
	}

	public function test_the_days_of_one_key_are_those_of_that_key(): void {
		// As a site of a network marks its keys: LiteLLM adds up what is called with them by the tag.
		$tag    = 'site:' . random_int( 100000, 999999 );
		$secret = self::key( array( 'models' => array( 'gpt-4o' ), 'metadata' => array( 'tags' => array( $tag, 'other' ) ) ) );
		$other  = self::key( array( 'models' => array( 'gpt-4o' ) ) );
		foreach ( array( $secret, $secret, $other ) as $one ) {
			$this->assertSame( 200, self::litellm( 'POST', '/v1/chat/completions', array( 'model' => 'gpt-4o', 'messages' => array( array( 'role' => 'user', 'content' => 'hello' ) ) ), $one )['status'] );
		}
		$count = 0;
		for ( $wait = 0; 2 !== $count && $wait < 150; $wait++ ) {
			sleep( 2 );
			Cache::delete( false );
			$days  = self::read( 'keys.activity', array( 'key' => hash( 'sha256', $secret ), 'start' => gmdate( 'Y-m-d', time() - DAY_IN_SECONDS ), 'end' => gmdate( 'Y-m-d' ) ) )['results'];
			$count = array_sum( array_map( static fn( array $day ): int => $day['metrics']['api_requests'], $days ) );
		}
		$this->assertSame( 2, $count );
		$this->assertSame( 2, array_sum( array_map( static fn( array $day ): int => $day['breakdown']['model_groups']['gpt-4o']['metrics']['api_requests'], $days ) ) );

		$day      = $days[0]['date'];
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), (string) getenv( 'CONTRACT_SERVICE_KEY' ) );
		$part     = self::operation( 'activity.day' )->of_part( $tag, '/tag/daily/activity', array( 'tags' => $tag, 'page_size' => 5000 ) );
		for ( $wait = 0; 0 === $wait || ( 2 !== $count && $wait < 150 ); $wait++ ) {
			sleep( $wait ? 2 : 0 );
			Cache::delete( false );
			$found = self::outcome( $part, array( 'day' => $day ), $settings );
			$this->assertNull( $found->error );
			$count = $found->data->results[0]->metrics->api_requests ?? 0;
		}
		$this->assertSame( array( 2, 2, 1 ), array( $count, $found->data->results[0]->breakdown->model_groups->{'gpt-4o'}->metrics->api_requests, $found->data->metadata->total_pages ) );
		$keys = self::outcome( self::operation( 'usage.keys' )->of_part( $tag, '/tag/daily/activity', array( 'tags' => $tag, 'page_size' => 5000 ) ), array( 'day' => $day ), $settings );
		$this->assertSame( array( hash( 'sha256', $secret ) ), array_keys( (array) $keys->data->results[0]->breakdown->api_keys ) );
	}

	public function test_the_life_of_a_user_and_of_a_team(): void {
		$email = self::alias() . '@example.test';
		$made  = self::write( 'users.create', array( 'email' => $email, 'alias' => 'Ada', 'role' => 'internal_user', 'max_budget' => 5, 'budget_duration' => '30d', 'models' => array( 'gpt-4o' ), 'rpm_limit' => 5, 'tpm_limit' => 500 ) );
		$this->assertSame( 200, $made['status'], $made['body'] );
		$this->assertArrayNotHasKey( 'key', $made['json']['data'] );
		$user  = $made['json']['data']['user_id'];
		$find  = static fn(): array => array_values( array_filter( self::read( 'users.list', array( 'ids' => "$user,$user", 'page_size' => 100 ) )['users'], static fn( array $one ): bool => $one['user_id'] === $user ) );
		$found = $find()[0];
		$this->assertEquals( array( $email, 'Ada', 'internal_user', 5, '30d', array( 'gpt-4o' ), 5, 500, 0 ), array( $found['user_email'], $found['user_alias'], $found['user_role'], $found['max_budget'], $found['budget_duration'], $found['models'], $found['rpm_limit'], $found['tpm_limit'], $found['key_count'] ) );
		$this->assertArrayNotHasKey( 'password', $found );
		$this->assertSame( array( $user ), array_column( self::read( 'users.list', array( 'email' => substr( $email, 3, 15 ) ) )['users'], 'user_id' ) );
		$changed = self::write( 'users.update', array( 'user' => $user, 'max_budget' => 6, 'alias' => 'Ada L.' ) );
		$this->assertSame( 200, $changed['status'], $changed['body'] );
		$this->assertEquals( array( 6, 'Ada L.', 'internal_user', array( 'gpt-4o' ), 5, $email ), array( $find()[0]['max_budget'], $find()[0]['user_alias'], $find()[0]['user_role'], $find()[0]['models'], $find()[0]['rpm_limit'], $find()[0]['user_email'] ) );

		$team = self::write( 'teams.create', array( 'alias' => self::alias(), 'max_budget' => 9, 'budget_duration' => '30d', 'models' => array( 'gpt-4o' ), 'rpm_limit' => 9 ) );
		$this->assertSame( 200, $team['status'], $team['body'] );
		$team   = $team['json']['data']['team_id'];
		$listed = self::read( 'teams.list', array( 'team' => $team ) )['teams'];
		$this->assertEquals( array( $team, 9, '30d', array( 'gpt-4o' ), 9, false ), array( $listed[0]['team_id'], $listed[0]['max_budget'], $listed[0]['budget_duration'], $listed[0]['models'], $listed[0]['rpm_limit'], $listed[0]['blocked'] ) );
		$this->assertSame( 200, self::write( 'teams.add_member', array( 'team' => $team, 'user' => $user ) )['status'] );
		$secret       = self::key( array( 'team_id' => $team, 'user_id' => $user ) );
		$info         = self::read( 'teams.info', array( 'team' => $team ) );
		$this->assertContains( array( $user, 'user' ), array_map( static fn( array $member ): array => array( $member['user_id'], $member['role'] ), $info['team_info']['members_with_roles'] ) );
		$this->assertSame( array( array( 'token' => hash( 'sha256', $secret ) ) ), $info['keys'] );
		$call = static fn(): int => self::litellm( 'POST', '/v1/chat/completions', array( 'model' => 'gpt-4o', 'messages' => array( array( 'role' => 'user', 'content' => 'hello' ) ) ), $secret )['status'];
		$this->assertSame( 200, $call() );
		$this->assertTrue( self::write( 'teams.block', array( 'team' => $team ) )['json']['data']['blocked'] );
		$this->assertFalse( self::write( 'teams.unblock', array( 'team' => $team ) )['json']['data']['blocked'] );
		$changed = self::write( 'teams.update', array( 'team' => $team, 'max_budget' => null, 'alias' => 'renamed' ) );
		$this->assertSame( 200, $changed['status'], $changed['body'] );
		$this->assertEquals( array( null, 'renamed', array( 'gpt-4o' ), 9 ), array( $changed['json']['data']['data']['max_budget'], $changed['json']['data']['data']['team_alias'], $changed['json']['data']['data']['models'], $changed['json']['data']['data']['rpm_limit'] ) );
		// A key of the member would be deleted with it.
		self::litellm( 'POST', '/key/delete', array( 'keys' => array( hash( 'sha256', $secret ) ) ) );
		$this->assertSame( 200, self::write( 'teams.remove_member', array( 'team' => $team, 'user' => $user ) )['status'] );
		$this->assertSame( array( $team ), self::write( 'teams.delete', array( 'team' => $team ) )['json']['data']['deleted_teams'] );
		$this->assertSame( 1, self::write( 'users.delete', array( 'user' => $user ) )['json']['data']['deleted'] );
		$this->assertSame( array(), $find() );
	}

	public function test_bare_lists_have_a_name(): void {
		$organization = self::litellm( 'POST', '/organization/new', array( 'organization_alias' => self::alias(), 'max_budget' => 12, 'models' => array( 'gpt-4o' ) ) );
		if ( ! self::is_old() ) {
			// Not without a licence.
			$error = self::$admin->read( 'organizations.list' )['json'];
			$this->assertSame( array( 'gateway_unauthorized', 'enterprise' ), array( $error['code'], $error['data']['reason'] ) );
			self::$done['organizations.list'] = true;
		} else {
			$found = array_column( self::read( 'organizations.list' )['organizations'], null, 'organization_id' )[ $organization['json']['organization_id'] ];
			$this->assertEquals( array( 12, array( 'gpt-4o' ) ), array( $found['litellm_budget_table']['max_budget'], $found['models'] ) );
			self::litellm( 'DELETE', '/organization/delete', array( 'organization_ids' => array( $organization['json']['organization_id'] ) ) );
		}
		$budget = self::alias();
		self::litellm( 'POST', '/budget/new', array( 'budget_id' => $budget, 'max_budget' => 3 ) );
		$this->assertEquals( 3, array_column( self::read( 'budgets.list' )['budgets'], 'max_budget', 'budget_id' )[ $budget ] );
		$hash = hash( 'sha256', self::key( array( 'budget_id' => $budget ) ) );
		// The older version has it for one key only.
		$listed = self::read( 'keys.list', array( 'key' => $hash ) )['keys'][0]['litellm_budget_table'];
		$this->assertEquals( self::is_old() ? null : 3, $listed['max_budget'] ?? null );
		$this->assertEquals( 3, self::read( 'keys.info', array( 'key' => $hash ) )['info']['litellm_budget_table']['max_budget'] );
		self::litellm( 'POST', '/key/delete', array( 'keys' => array( $hash ) ) );
		self::litellm( 'POST', '/budget/delete', array( 'id' => $budget ) );
	}

	public function test_the_journal_is_kept_over_requests(): void {
		$saved = self::write( 'journal.save', array( 'id' => 'contract01', 'kind' => 'bulk', 'revision' => 0, 'entry' => '{"done":[]}' ) );
		$this->assertSame( 200, $saved['status'], $saved['body'] );
		$this->assertContains( 'contract01', array_column( self::read( 'journal.list' )['entries'], 'id' ) );
		$this->assertSame( 200, self::write( 'journal.remove', array( 'id' => 'contract01', 'revision' => 1 ) )['status'] );
	}

	/** Of a real gateway: what it is about, what was there, and what came of it. */
	public function test_what_was_done_is_in_the_audit_log(): void {
		$alias = self::alias();
		$made  = self::write( 'keys.create', array( 'alias' => $alias, 'max_budget' => 5 ) );
		$hash  = hash( 'sha256', $made['json']['data']['key'] );
		foreach ( array( 'keys.update' => array( 'max_budget' => 7, 'metadata' => '{"tags":["x"]}' ), 'keys.block' => array(), 'keys.delete' => array() ) as $operation => $values ) {
			$this->assertSame( 200, self::write( $operation, array( 'key' => $hash ) + $values )['status'], $operation );
		}
		$rows = self::read( 'audit.list', array( 'text' => $hash ) )['rows'];
		$this->assertSame( array( 'keys.delete', 'keys.block', 'keys.update', 'keys.create' ), array_column( $rows, 'operation' ) );
		$this->assertSame( array( 'done', 'done', 'done', 'done' ), array_column( $rows, 'result' ) );
		$changes = array_column( $rows[2]['changes'], null, 'field' );
		$this->assertEquals( array( 'field' => 'max_budget', 'asked' => 7, 'before' => 5 ), $changes['max_budget'] );
		$this->assertSame( $alias, $rows[2]['alias'] );
		$this->assertStringNotContainsString( $made['json']['data']['key'], (string) json_encode( $rows ) );
	}

	/** Nobody is handed the gateway: not the service key's user or team, and no administrator of the gateway. */
	public function test_what_could_widen_a_key_is_refused(): void {
		$admin = self::alias();
		self::litellm( 'POST', '/user/new', array( 'user_id' => $admin, 'user_role' => 'proxy_admin', 'auto_create_key' => false ) );
		$self = self::read( 'keys.self' )['info'];
		$hash = hash( 'sha256', self::key( array() ) );
		foreach ( array( $admin, 'default_user_id' ) as $user ) {
			foreach ( array( 'keys.update' => array( 'key' => $hash ), 'users.update' => array( 'role' => 'internal_user' ), 'users.delete' => array() ) as $operation => $values ) {
				$answer = self::write( $operation, array( 'user' => $user ) + $values );
				$this->assertSame( array( 409, 'litellm_admin_user', 'role' ), array( $answer['status'], $answer['json']['code'], $answer['json']['data']['reason'] ), $operation );
			}
		}
		foreach ( array( 'keys.update' => array( 'key' => $hash ), 'users.update' => array( 'max_budget' => 1 ), 'users.delete' => array(), 'users.create' => array( 'role' => 'internal_user' ) ) as $operation => $values ) {
			$answer = self::write( $operation, array( 'user' => $self['user_id'] ) + $values );
			$this->assertSame( array( 409, 'litellm_own_user' ), array( $answer['status'], $answer['json']['code'] ), $operation );
		}
		$own = hash( 'sha256', (string) getenv( 'CONTRACT_SERVICE_KEY' ) );
		foreach ( array( 'keys.update' => array( 'alias' => 'x' ), 'keys.reset_spend' => array() ) as $operation => $values ) {
			$this->assertSame( 'litellm_own_key', self::write( $operation, array( 'key' => $own ) + $values )['json']['code'] );
		}
		self::litellm( 'POST', '/user/delete', array( 'user_ids' => array( $admin ) ) );

		// A service key that belongs to a team.
		$team     = self::litellm( 'POST', '/team/new', array( 'team_alias' => self::alias() ) )['json']['team_id'];
		$key      = self::key( array( 'team_id' => $team, 'user_id' => $self['user_id'], 'allowed_routes' => $self['allowed_routes'] ) );
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), $key );
		foreach ( array( 'teams.update' => array( 'max_budget' => null ), 'teams.delete' => array(), 'teams.block' => array(), 'teams.unblock' => array(), 'teams.add_member' => array( 'user' => 'ada' ), 'teams.remove_member' => array( 'user' => 'ada' ) ) as $operation => $values ) {
			$this->assertSame( 'litellm_own_team', self::writer( $settings )->write( self::operation( $operation ), array( 'team' => $team ) + $values )->error->get_error_code(), $operation );
		}
		self::litellm( 'POST', '/team/delete', array( 'team_ids' => array( $team ) ) );
	}

	/** Route by route: keys of both kinds call models, one of them asks about models as well, and neither manages anything. */
	public function test_no_key_that_is_made_here_manages_anything(): void {
		// Each version tells some of its routes in one of these places only.
		$routes = array();
		foreach ( self::litellm( 'GET', '/routes' )['json']['routes'] as $route ) {
			$routes[ $route['path'] ] = array_diff( (array) $route['methods'], array( 'HEAD', 'OPTIONS' ) );
		}
		foreach ( self::litellm( 'GET', '/openapi.json' )['json']['paths'] as $path => $methods ) {
			$routes[ $path ] = array_unique( array_merge( $routes[ $path ] ?? array(), array_map( 'strtoupper', array_keys( $methods ) ) ) );
		}
		$this->assertGreaterThan( 380, count( $routes ) );
		$management = '#^/(?:v\d/|management/v\d/)?(?:key|user|team|organization|project|budget|customer|end_user|config|config_overrides|credentials|spend|global|cache|tag|audit|invitation|settings|access_group|model/(?:new|update|delete|\{)|add|update|delete|get/config|jwt|scim|sso/key|onboarding|policy|policies|guardrails/(?:register|submissions)|router|in_product)(?:/|$)#';
		$models     = array( '/v1/model/info', '/model/info', '/v2/model/info', '/model_group/info', '/v1/models/gpt-4o', '/models/gpt-4o' );
		// Also for an owner who may manage everything.
		$admin = self::alias();
		self::litellm( 'POST', '/user/new', array( 'user_id' => $admin, 'user_role' => 'proxy_admin', 'auto_create_key' => false ) );
		foreach ( array( array( 'calls', null ), array( 'details', null ), array( 'calls', $admin ), array( 'details', $admin ) ) as list( $access, $owner ) ) {
			$made = self::write( 'keys.create', array( 'alias' => self::alias(), 'access' => $access, 'models' => array( 'gpt-4o' ), 'user' => $owner ) );
			$this->assertSame( 200, $made['status'], $made['body'] );
			$secret       = $made['json']['data']['key'];
			self::$made[] = hash( 'sha256', $secret );
			$this->assertSame( 200, self::litellm( 'POST', '/v1/chat/completions', array( 'model' => 'gpt-4o', 'messages' => array( array( 'role' => 'user', 'content' => 'hello' ) ) ), $secret )['status'] );
			$this->assertSame( 200, self::litellm( 'GET', '/v1/models', null, $secret )['status'] );
			foreach ( $models as $path ) {
				$status = self::litellm( 'GET', $path, null, $secret )['status'];
				$this->assertContains( $status, 'details' === $access ? array( 200 ) : array( 200, 401, 403 ), "$access $path" );
			}
			$tried = 0;
			$open  = array();
			foreach ( $routes as $route => $methods ) {
				foreach ( preg_match( $management, $route ) ? $methods : array() as $method ) {
					$path   = (string) preg_replace( '/\{[^}]+\}/', 'x', $route );
					$body   = 'GET' === $method ? null : array();
					$status = self::litellm( $method, $path, $body, $secret )['status'];
					++$tried;
					// What is open to everybody, such as a login, is no right of this key.
					if ( ! in_array( $status, array( 401, 403, 404, 405 ), true ) && in_array( self::litellm( $method, $path, $body, 'sk-' . str_repeat( '0', 24 ) )['status'], array( 401, 403 ), true ) ) {
						$open[] = "$method $path: $status";
					}
				}
			}
			$this->assertGreaterThan( 60, $tried );
			$this->assertSame( array(), $open, "$access, $owner: $tried routes" );
		}
		self::litellm( 'POST', '/user/delete', array( 'user_ids' => array( $admin ) ) );
	}

	public function test_what_the_plugin_answers_itself(): void {
		$status = self::read( 'status' );
		$this->assertSame( array( getenv( 'LITELLM_URL' ), null, null ), array( $status['base']['value'], $status['base']['problem'], $status['key']['problem'] ) );
		$console = self::read( 'console.check' );
		$this->assertTrue( $console['reachable'] );
		$this->assertSame( 200, $console['http_status'] );
		$this->assertSame( null === $console['x_frame_options'], $console['embeddable'] );
	}

	/** @depends test_the_life_of_a_key */
	public function test_no_operation_was_left_out(): void {
		$this->assertSame( array(), array_diff( array_keys( self::operations() ), array_keys( self::$done ) ) );
	}
}
