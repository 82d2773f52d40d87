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
		$window = array( 'start' => $earlier . ' 00:00:00', 'end' => gmdate( 'Y-m-d H:i:s', time() + 60 ) );
		$logs   = self::read( 'logs.list', $window + array( 'page_size' => 5, 'page' => 1 ) );
		$this->assertLessThanOrEqual( 5, count( $logs['data'] ) );
		for ( $wait = 0; 0 === $logs['total'] && $wait < 20; $wait++ ) {
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
