<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Failure;
use LiteLLM_Dashboard\Gateway_Answer;
use LiteLLM_Dashboard\Scrubber;

final class Failure_Test extends Plugin_TestCase {

	private static function of( int $status, $body, string $operation = 'keys.create' ): ?WP_Error {
		$body = is_string( $body ) ? $body : json_encode( $body );
		return Failure::of( new Gateway_Answer( '', $status, $body, array( 'content-type' => 'application/json' ) ), self::operation( $operation ), new Scrubber( self::KEY ) );
	}

	private static function litellm( string $message, string $type = 'auth_error', ?string $param = 'None' ): array {
		return array( 'error' => array( 'message' => $message, 'type' => $type, 'param' => $param, 'code' => 'x' ) );
	}

	/** @dataProvider service_key_troubles */
	public function test_troubles_with_the_service_key_have_a_reason( int $status, array $body, string $reason ): void {
		$error = self::of( $status, $body );
		$this->assertSame( 'gateway_unauthorized', $error->get_error_code() );
		$this->assertSame( array( 'status' => 502, 'reason' => $reason, 'path' => '/key/generate', 'gateway_status' => $status ), array_diff_key( $error->get_error_data(), array( 'detail' => 1 ) ) );
	}

	/** As both versions answer; see the recorded answers. */
	public function service_key_troubles(): array {
		return array(
			array( 401, self::litellm( 'Authentication Error, Invalid proxy server token passed. Received API Key = sk-...d754, Key Hash (Token) =4a7a. Unable to find token in cache', 'token_not_found_in_db', 'key' ), 'key_unknown' ),
			array( 401, self::litellm( "Authentication Error, LiteLLM Virtual Key expected. Received=nonsense, expected to start with 'sk-'." ), 'key_unknown' ),
			array( 401, self::litellm( "LiteLLM Virtual Key expected. Received=****, expected to start with 'sk-'." ), 'key_unknown' ),
			array( 401, self::litellm( 'Authentication Error, No api key passed in.' ), 'key_not_received' ),
			array( 401, self::litellm( 'Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.' ), 'key_not_received' ),
			array( 401, self::litellm( "Authentication Error, Key is blocked. Update via `/key/unblock` if you're admin." ), 'key_blocked' ),
			array( 401, self::litellm( "Authentication Error, Team=team-a is blocked. Update via `/team/unblock` if you're an admin." ), 'team_blocked' ),
			array( 400, self::litellm( 'Authentication Error - Expired Key. Key Expiry time 2026', 'expired_key', 'd633' ), 'key_expired' ),
			array( 401, self::litellm( 'Authentication Error - Expired Key. Key Expiry time 2026', 'expired_key', 'sk-...f65e' ), 'key_expired' ),
			array( 400, self::litellm( 'Budget has been exceeded! Current cost: 1', 'budget_exceeded', null ), 'key_over_budget' ),
			array( 422, self::litellm( 'Budget has been exceeded! Key=x Current cost: 1', 'budget_exceeded', null ), 'key_over_budget' ),
			array( 403, array( 'detail' => "Virtual key is not allowed to call this route. Only allowed to call routes: ['" . str_repeat( '/key/list', 100 ) . "']. Tried to call route: /key/generate" ), 'route_not_allowed' ),
			// The role is missing, and no route. Such a key saw its own calls and keys, and nobody said that there are more.
			array( 403, self::litellm( 'user not allowed to access this route, role= internal_user. Tried to access route: /key/generate' ), 'not_admin' ),
			array( 401, array( 'detail' => array( 'error' => 'Only admin users can query all teams/other teams. Your user role=internal_user' ) ), 'not_admin' ),
			array( 401, self::litellm( "Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Route=/spend/logs/v2. Your role=internal_user. Your user_id=ada" ), 'not_admin' ),
			array( 403, array( 'detail' => array( 'error' => 'Only proxy admins and organization admins can list users.' ) ), 'not_admin' ),
			array( 403, self::litellm( "You are not authorized to access this endpoint. No 'user_id' is associated with your API key." ), 'not_admin' ),
			array( 403, array( 'detail' => array( 'error' => 'Service-account keys cannot query user analytics. Use a user-bound key, or call as a proxy admin.' ) ), 'not_admin' ),
			// Rules of whoever runs LiteLLM, which have nothing to do with the role.
			array( 403, array( 'detail' => 'Access forbidden: IP address 10.0.0.7 not allowed.' ), 'other' ),
			array( 403, array( 'detail' => 'This violates LiteLLM Proxy Rules. No team id provided.' ), 'other' ),
			array( 403, self::litellm( 'A proxy admin has role=proxy_admin, and yet a rule forbids it' ), 'other' ),
			array( 403, self::litellm( "{'error': 'This feature is only available for LiteLLM Enterprise users: tags.'}" ), 'enterprise' ),
			array( 401, self::litellm( 'Something new' ), 'other' ),
		);
	}

	public function test_a_refusal_keeps_its_status_words_and_field(): void {
		$error = self::of( 400, self::litellm( "Key with alias 'web' already exists.", 'bad_request_error', 'key_alias' ) );
		$this->assertSame( 'gateway_refused', $error->get_error_code() );
		$this->assertSame( '', $error->get_error_message(), 'The sentences are the app\'s.' );
		$this->assertSame( array( 'status' => 400, 'gateway_status' => 400, 'detail' => "Key with alias 'web' already exists.", 'fields' => array( 'alias' => "Key with alias 'web' already exists." ) ), $error->get_error_data() );
	}

	public function test_a_list_of_field_errors_comes_back_under_our_names(): void {
		$error = self::of( 422, array( 'detail' => array(
			array( 'type' => 'float_parsing', 'loc' => array( 'body', 'max_budget' ), 'msg' => 'Input should be a valid number' ),
			array( 'type' => 'x', 'loc' => array( 'body', 'models', 0 ), 'msg' => 'Not a model' ),
			array( 'type' => 'x', 'loc' => array( 'body', 'permissions' ), 'msg' => 'Not ours' ),
			'nonsense',
		) ) );
		$this->assertSame( 422, $error->get_error_data()['status'] );
		$this->assertSame( array( 'max_budget' => 'Input should be a valid number', 'models' => 'Not a model' ), $error->get_error_data()['fields'] );
	}

	/** @dataProvider wordings */
	public function test_the_words_are_found_in_every_form_of_error( array $body, string $words ): void {
		$this->assertSame( $words, self::of( 400, $body )->get_error_data()['detail'] ?? '' );
	}

	public function wordings(): array {
		return array(
			array( array( 'detail' => 'plain' ), 'plain' ),
			array( array( 'detail' => array( 'error' => 'inner' ) ), 'inner' ),
			array( array( 'error' => array( 'message' => array( 'error' => 'deeper' ) ) ), 'deeper' ),
			array( self::litellm( "{'error': 'No keys found'}" ), 'No keys found' ),
			array( self::litellm( '{"error": "It\'s double"}' ), "It's double" ),
			array( self::litellm( "400: {'error': 'It\\'s escaped', 'x': 1}" ), "It's escaped" ),
			array( self::litellm( "line\nbreak \0 and more" ), 'line break and more' ),
			array( array( 'detail' => array( 5, array( 'a' => 1 ) ) ), '' ),
			array( array( 'error' => array( 'message' => array( 1, 2 ) ) ), '' ),
		);
	}

	/**
	 * The service key was blamed for a column that a migration had not made.
	 *
	 * @dataProvider schemas
	 */
	public function test_a_database_of_another_version_is_named( int $status, array $body ): void {
		$error = self::of( $status, $body, 'keys.list' );
		$this->assertSame( array( 'gateway_error', 'schema', 502 ), array( $error->get_error_code(), $error->get_error_data()['reason'] ?? '', $error->get_error_data()['status'] ) );
	}

	public function schemas(): array {
		return array(
			// As 1.80.11 answers without the migration that makes the column.
			array( 500, self::litellm( 'Internal Server Error, The column `LiteLLM_VerificationToken.rotation_count` does not exist in the current database.', 'internal_server_error' ) ),
			array( 500, array( 'detail' => array( 'error' => "Failed to fetch analytics: 500: {'error': 'Failed to fetch analytics: The table `public.LiteLLM_DailyUserSpend` does not exist in the current database.'}" ) ) ),
			array( 401, self::litellm( 'Authentication Error, The column `LiteLLM_VerificationToken.rotation_count` does not exist in the current database.' ) ),
			array( 500, self::litellm( 'The table `public.LiteLLM_DailyUserSpend` does not exist in the current database.', 'internal_server_error' ) ),
			array( 400, self::litellm( 'column t.budget_limits does not exist' ) ),
			array( 500, array( 'detail' => array( 'error' => 'Failed to fetch analytics: 500: relation "LiteLLM_DailyUserSpend" does not exist' ) ) ),
		);
	}

	public function test_what_does_not_exist_for_itself_is_no_database_of_another_version(): void {
		foreach ( array( 'invalid user key - user key does not exist in db. User Key=0000', 'Team table does not exist', 'Model gpt-4o does not exist' ) as $text ) {
			$this->assertNotSame( 'schema', self::of( 400, self::litellm( $text ), 'keys.list' )->get_error_data()['reason'] ?? '', $text );
		}
	}

	/** Its errors have LiteLLM's form, so that the key was blamed for what ADMIN_NETWORKS keeps out. */
	public function test_the_nginx_of_the_kit_is_told_apart(): void {
		preg_match( '/location @litellm_error \{\s+return 200 \'(.*?)\';/', (string) file_get_contents( dirname( __DIR__, 3 ) . '/nginx/templates/litellm.conf' ), $line );
		$body = static fn( string $status ): string => strtr( str_replace( '\n', "\n", $line[1] ), array( '$litellm_error_message' => 'This path is not open to your address.', '$litellm_error_kind' => 'permission_error', '$status' => $status ) );
		foreach ( array( 403, 429, 502 ) as $status ) {
			$error = self::of( $status, $body( (string) $status ), 'keys.list' );
			$this->assertSame( array( 'gateway_not_litellm', $status, true ), array( $error->get_error_code(), $error->get_error_data()['gateway_status'], $error->get_error_data()['kit'] ?? null ) );
		}
		$other = self::of( 403, '<html>', 'keys.list' );
		$this->assertArrayNotHasKey( 'kit', $other->get_error_data() );
	}

	/** @dataProvider databases */
	public function test_a_database_that_is_away_is_not_blamed_on_the_key( int $status, array $body, string $operation, string $reason = 'database' ): void {
		$error = self::of( $status, $body, $operation );
		$this->assertSame( array( 'gateway_error', $reason, 502 ), array( $error->get_error_code(), $error->get_error_data()['reason'] ?? '', $error->get_error_data()['status'] ) );
	}

	/** As both versions answer while PostgreSQL is stopped, starts, or is full. */
	public function databases(): array {
		return array(
			array( 401, self::litellm( "Authentication Error, Can't reach database server at `127.0.0.1:5432`" ), 'keys.list' ),
			array( 401, self::litellm( 'Authentication Error, Database not connected' ), 'keys.list' ),
			array( 500, self::litellm( "Authentication Error, Can't reach database server at `db:5432`", 'internal_server_error' ), 'keys.list' ),
			array( 401, self::litellm( 'Authentication Error, Timed out fetching a new connection from the connection pool.' ), 'keys.list' ),
			array( 401, self::litellm( 'Authentication Error, All connection attempts failed' ), 'keys.list' ),
			array( 400, self::litellm( 'DB not connected. See https://docs.litellm.ai/docs/proxy/virtual_keys', 'no_db_connection' ), 'keys.list', 'no_database' ),
			array( 500, array( 'detail' => array( 'error' => 'No connected db.' ) ), 'keys.list', 'no_database' ),
			array( 503, self::litellm( 'Service Unavailable, the authentication database is temporarily unreachable. Please retry shortly.', 'no_db_connection' ), 'keys.list' ),
			array( 500, array( 'detail' => array( 'error' => "Failed to fetch analytics: 500: {'error': \"Failed to fetch analytics: Can't reach database server: connect ECONNREFUSED\"}" ) ), 'activity.day' ),
			array( 503, array( 'status' => 'healthy', 'db' => 'disconnected' ), 'gateway.readiness' ),
			array( 503, array( 'detail' => "Service Unhealthy (Can't reach database server at `127.0.0.1:5432`)" ), 'gateway.readiness' ),
		);
	}

	public function test_a_long_message_is_cut(): void {
		$this->assertLessThanOrEqual( 300, mb_strlen( self::of( 400, self::litellm( str_repeat( 'ü', 5000 ) ) )->get_error_data()['detail'] ) );
		$this->assertLessThanOrEqual( 200, mb_strlen( self::of( 400, self::litellm( str_repeat( 'ü', 5000 ), 'x', 'key_alias' ) )->get_error_data()['fields']['alias'] ) );
	}

	public function test_an_unknown_route_means_an_old_gateway(): void {
		$error = self::of( 404, array( 'detail' => 'Not Found' ), 'gateway.details' );
		$this->assertSame( 'gateway_too_old', $error->get_error_code() );
		$this->assertSame( array( 501, '/health/readiness/details' ), array( $error->get_error_data()['status'], $error->get_error_data()['path'] ) );
		$this->assertSame( 'gateway_too_old', self::of( 405, array( 'detail' => 'Method Not Allowed' ) )->get_error_code() );
		$this->assertSame( 'gateway_refused', self::of( 404, self::litellm( "{'error': 'No keys found'}" ), 'keys.delete' )->get_error_code() );
	}

	/** 1.80.11 answers 401 when the key to change does not exist; that is no trouble with the service key. */
	public function test_an_unknown_key_in_a_write_is_a_refusal(): void {
		$error = self::of( 401, self::litellm( 'Authentication Error: invalid user key - user key does not exist in db. User Key=0000' ), 'keys.block' );
		$this->assertSame( 'gateway_refused', $error->get_error_code() );
		$this->assertSame( 404, $error->get_error_data()['status'] );
	}

	/** @dataProvider statuses */
	public function test_other_answers_have_a_code_and_a_status( int $status, string $body, string $code, int $our_status ): void {
		$error = self::of( $status, $body );
		$this->assertSame( $code, $error->get_error_code() );
		$this->assertSame( $our_status, $error->get_error_data()['status'] );
		$this->assertSame( $status, $error->get_error_data()['gateway_status'] ?? null );
	}

	public function statuses(): array {
		$said = '{"detail":"no"}';
		return array(
			array( 302, '', 'gateway_redirect', 502 ),
			array( 304, '', 'gateway_redirect', 502 ),
			array( 404, '<h1>Not found</h1>', 'gateway_not_litellm', 502 ),
			array( 409, $said, 'gateway_refused', 409 ),
			array( 413, $said, 'gateway_refused', 400 ),
			array( 429, $said, 'gateway_refused', 429 ),
			array( 500, '<h1>Oops</h1>', 'gateway_not_litellm', 502 ),
			array( 500, 'Internal Server Error', 'gateway_error', 502 ),
			array( 500, '{"error":{"message":"x","type":"y","param":null,"code":"500"}}', 'gateway_error', 502 ),
			array( 401, '{"error":"text only"}', 'gateway_not_litellm', 502 ),
			array( 403, '{"title":"Forbidden","status":403,"detail":"no"}', 'gateway_not_litellm', 502 ),
			array( 407, '<h1>Proxy</h1>', 'gateway_not_litellm', 502 ),
			array( 503, $said, 'gateway_error', 502 ),
			array( 101, $said, 'gateway_error', 502 ),
			array( 600, $said, 'gateway_error', 502 ),
		);
	}

	public function test_no_answer_has_a_reason_and_a_timeout_is_504(): void {
		foreach ( array( 'dns' => 502, 'refused' => 502, 'proxy' => 502, 'connect' => 502, 'timeout' => 504, 'tls' => 502, 'other' => 502, 'blocked' => 502 ) as $problem => $status ) {
			$error = Failure::of( new Gateway_Answer( $problem ), self::operation( 'keys.list' ), new Scrubber( '' ) );
			$this->assertSame( 'gateway_unreachable', $error->get_error_code() );
			$this->assertSame( $status, $error->get_error_data()['status'] );
			$this->assertSame( $problem, $error->get_error_data()['reason'] );
		}
	}

	public function test_a_redirect_says_where_it_leads(): void {
		$error = Failure::of( new Gateway_Answer( '', 307, '', array( 'Location' => 'https://login.example/x?token=y#z' ) ), self::operation( 'keys.list' ), new Scrubber( self::KEY ) );
		$this->assertSame( array( 'status' => 502, 'gateway_status' => 307, 'address' => 'https://login.example/x' ), $error->get_error_data() );
		$error = Failure::of( new Gateway_Answer( '', 307, '', array( 'Location' => '?token=y' ) ), self::operation( 'keys.list' ), new Scrubber( self::KEY ) );
		$this->assertSame( array( 'status' => 502, 'gateway_status' => 307 ), $error->get_error_data() );
	}

	public function test_a_success_is_no_failure(): void {
		$this->assertNull( self::of( 200, '{}' ) );
	}
}
