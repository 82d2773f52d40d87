<?php
declare( strict_types=1 );

/** The routes within this process: who may, what is refused, what goes out. The nonce is tested over HTTP. */
final class REST_Controller_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->be( 'admin' );
		$this->gateway_answers( self::answer( 200, array( 'keys' => array(), 'results' => array(), 'data' => array() ) ) );
	}

	/** Asserts that nothing has left the server. */
	private function assertRefused( WP_REST_Response $response, int $status, string $code ): void {
		$this->assertSame( array( $status, $code ), array( $response->get_status(), $response->get_data()['code'] ?? null ), (string) json_encode( $response->get_data() ) );
		$this->assertSame( array(), $this->sent );
	}

	public function test_a_read_comes_in_the_envelope(): void {
		$response = self::ask( 'GET', 'keys.list', array( 'page' => '1' ) );
		$this->assertSame( 200, $response->get_status() );
		$this->assertMatchesRegularExpression( '/^\{"data":\{"keys":\[\]\},"age_s":[01],"error":null,"took_ms":null\}$/', json_encode( $response->get_data() ) );
		$this->assertSame( LITELLM_API_BASE . '/key/list?page=1&return_full_object=true', $this->sent[0][1] );
	}

	/** @dataProvider everyone */
	public function test_only_administrators_may( string $login, ?int $status, string $code ): void {
		$this->be( $login );
		foreach ( self::contract()->all() as $operation ) {
			$response = self::ask( $operation->method, $operation->name, array(), $operation->is_write() ? array() : null );
			if ( null === $status ) {
				$this->assertNotContains( $response->get_status(), array( 401, 403 ), $operation->name );
			} else {
				$this->assertRefused( $response, $status, $code );
			}
		}
		if ( null !== $status ) {
			$this->assertRefused( self::ask( 'POST', 'batch', array(), array( 'requests' => array() ) ), $status, $code );
			$this->assertRefused( self::ask( 'GET', 'no.such', array() ), $status, $code );
		}
	}

	public function everyone(): array {
		return array(
			array( 'admin', null, '' ),
			array( 'editor', 403, 'rest_forbidden' ),
			array( 'subscriber', 403, 'rest_forbidden' ),
			array( 'nobody', 401, 'rest_not_logged_in' ),
		);
	}

	public function test_the_capability_of_the_row_counts(): void {
		$deny = static fn( array $caps, string $cap ): array => 'litellm_manage_keys' === $cap ? array( 'do_not_allow' ) : $caps;
		add_filter( 'map_meta_cap', $deny, 20, 2 );
		$this->assertSame( 200, self::ask( 'GET', 'keys.list' )->get_status() );
		$this->sent = array();
		$this->assertRefused( self::ask( 'POST', 'keys.block', array(), array( 'key' => str_repeat( 'a', 64 ) ) ), 403, 'rest_forbidden' );
		remove_filter( 'map_meta_cap', $deny, 20 );
	}

	/** @dataProvider unknown */
	public function test_what_is_no_operation_is_not_found( string $name ): void {
		$this->assertRefused( self::ask( 'GET', $name ), 404, 'litellm_unknown_operation' );
	}

	public function unknown(): array {
		return array( array( 'no.such' ), array( 'keys' ), array( '..' ), array( 'Keys.List' ), array( 'batch' ) );
	}

	/** @dataProvider paths */
	public function test_a_path_is_no_operation( string $path ): void {
		$this->assertRefused( self::ask( 'GET', $path ), 404, 'rest_no_route' );
	}

	public function paths(): array {
		return array( array( 'key/list' ), array( 'keys.list/' ), array( 'keys.list%0a' ), array( "keys.list\n/x" ), array( 'http://evil.example' ), array( '@evil' ), array( 'keys.list?x' ), array( '' . str_repeat( 'é', 3 ) ) );
	}

	public function test_the_operation_in_the_address_counts(): void {
		$this->assertRefused( self::ask( 'GET', 'keys.list', array( 'operation' => 'keys.create' ) ), 400, 'litellm_invalid_request' );
		$this->assertRefused( self::ask( 'GET', 'no.such', array( 'operation' => 'keys.list' ) ), 404, 'litellm_unknown_operation' );
		$this->be( 'subscriber' );
		$this->assertRefused( self::ask( 'GET', 'keys.list', array( 'operation' => 'status' ) ), 403, 'rest_forbidden' );
	}

	/** @dataProvider forms */
	public function test_a_request_of_the_wrong_form_is_refused( int $status, string $method, string $operation, array $query = array(), $body = null, array $headers = array() ): void {
		$this->assertRefused( self::ask( $method, $operation, $query, $body, $headers ), $status, 'litellm_invalid_request' );
	}

	public function forms(): array {
		$key = array( 'key' => str_repeat( 'a', 64 ) );
		return array(
			'write by GET'           => array( 405, 'GET', 'keys.block', $key ),
			'read by POST'           => array( 405, 'POST', 'keys.list', array(), array() ),
			'read by HEAD'           => array( 405, 'HEAD', 'keys.list' ),
			'write by HEAD'          => array( 405, 'HEAD', 'keys.block', $key ),
			'override in query'      => array( 400, 'POST', 'keys.block', array( '_method' => 'POST' ), $key ),
			'override in header'     => array( 400, 'POST', 'keys.block', array(), $key, array( 'X-HTTP-Method-Override' => 'POST' ) ),
			'JSONP'                  => array( 400, 'GET', 'keys.list', array( '_jsonp' => 'x' ) ),
			'unknown parameter'      => array( 400, 'GET', 'keys.list', array( 'foo' => 'x' ) ),
			'array for scalar'       => array( 400, 'GET', 'keys.list', array( 'page' => array( '1', '2' ) ) ),
			'body of a read'         => array( 400, 'GET', 'keys.list', array(), array( 'page' => 2 ) ),
			'query of a write'       => array( 400, 'POST', 'keys.block', $key, $key ),
			'list as body'           => array( 400, 'POST', 'keys.block', array(), '[1,2]' ),
			'empty list as body'     => array( 400, 'POST', 'keys.create', array(), '[]' ),
			'text as body'           => array( 400, 'POST', 'keys.block', array(), '"text"' ),
			'null as body'           => array( 400, 'POST', 'keys.block', array(), 'null' ),
			'nested body'            => array( 400, 'POST', 'keys.block', array(), '{"key":' . str_repeat( '[', 100 ) . str_repeat( ']', 100 ) . '}' ),
			'large body'             => array( 413, 'POST', 'keys.create', array(), array( 'alias' => str_repeat( 'x', 300000 ) ) ),
			'prototype'              => array( 400, 'POST', 'keys.create', array(), '{"alias":"x","__proto__":{"allowed_routes":["*"]}}' ),
			'forbidden field'        => array( 400, 'POST', 'keys.create', array(), array( 'alias' => 'x', 'key_type' => 'management' ) ),
			'empty object'           => array( 400, 'POST', 'keys.create', array(), '{}' ),
		);
	}

	public function test_json_that_is_broken_is_refused(): void {
		$response = self::ask( 'POST', 'keys.block', array(), '{"key":' );
		$this->assertSame( 400, $response->get_status() );
		$this->assertSame( array(), $this->sent );
	}

	public function test_a_form_is_no_json(): void {
		$request = new WP_REST_Request( 'POST', '/litellm-dashboard/v1/keys.block' );
		$request->set_header( 'Content-Type', 'application/x-www-form-urlencoded' );
		$request->set_body_params( array( 'key' => str_repeat( 'a', 64 ) ) );
		$request->set_body( 'key=' . str_repeat( 'a', 64 ) );
		$this->assertRefused( rest_do_request( $request ), 400, 'litellm_invalid_request' );
	}

	public function test_wordpress_own_names_in_the_query_change_nothing(): void {
		$response = self::ask( 'GET', 'keys.list', array( '_locale' => 'user', 'rest_route' => '/x', '_wpnonce' => 'x', '_fields' => 'data', '_envelope' => '1', '_embed' => '1' ) );
		$this->assertSame( 200, $response->get_status() );
		$this->assertSame( LITELLM_API_BASE . '/key/list?return_full_object=true', $this->sent[0][1] );
	}

	public function test_errors_name_our_fields(): void {
		$data = self::ask( 'POST', 'keys.create', array(), array( 'alias' => '', 'max_budget' => 'x' ) )->get_data();
		$this->assertSame( array( 'alias', 'max_budget' ), array_keys( $data['data']['fields'] ) );
		$this->assertSame( 400, $data['data']['status'] );
	}

	public function test_a_batch_answers_in_order_with_all_kinds(): void {
		$response = self::ask( 'POST', 'batch', array(), array( 'requests' => array(
			array( 'operation' => 'keys.list', 'params' => array( 'page' => 2 ) ),
			array( 'operation' => 'no.such' ),
			array( 'operation' => 'keys.create', 'params' => array( 'alias' => 'x' ) ),
			array( 'operation' => 'activity.day', 'params' => array( 'day' => 'nonsense' ) ),
			array( 'operation' => 'status', 'params' => array() ),
			array( 'operation' => 'activity.day', 'params' => array( 'day' => '2026-09-01' ) ),
			array( 'operation' => 'batch' ),
		) ) );
		$this->assertSame( 200, $response->get_status() );
		$answers = $response->get_data()['answers'];
		$this->assertSame( array( 200, 404, 400, 400, 200, 200, 404 ), array_column( $answers, 'status' ) );
		$this->assertSame( array( 'status', 'data', 'age_s', 'error', 'took_ms' ), array_keys( $answers[0] ) );
		$this->assertSame( array( 'litellm_unknown_operation', 'litellm_invalid_request', 'litellm_invalid_request' ), array_map( static fn( array $answer ): string => $answer['error']['code'], array_slice( $answers, 1, 3 ) ) );
		$this->assertSame( array( 'day' ), array_keys( $answers[3]['error']['data']['fields'] ) );
		$this->assertSame( array( 'GET', 'GET' ), array_column( $this->sent, 0 ), 'No write in a batch.' );
		$this->assertSame( '{"answers":[]}', json_encode( self::ask( 'POST', 'batch', array(), '{"requests":[]}' )->get_data() ) );
	}

	/** @dataProvider malformed_batches */
	public function test_a_malformed_batch_is_refused_as_a_whole( $body ): void {
		$this->assertRefused( self::ask( 'POST', 'batch', array(), $body ), 400, 'litellm_invalid_request' );
	}

	public function malformed_batches(): array {
		$read = array( 'operation' => 'keys.list' );
		return array(
			array( '{}' ),
			array( array( 'requests' => 'x' ) ),
			array( array( 'requests' => array( 'a' => $read ) ) ),
			array( array( 'requests' => array( 'keys.list' ) ) ),
			array( array( 'requests' => array( array( 'params' => array() ) ) ) ),
			array( array( 'requests' => array( array( 'operation' => array( 'keys.list' ) ) ) ) ),
			array( array( 'requests' => array( array( 'operation' => 'keys.list', 'params' => 'x' ) ) ) ),
			array( array( 'requests' => array( array( 'operation' => 'keys.list', 'method' => 'POST' ) ) ) ),
			array( array( 'requests' => array( $read ), 'validation' => 'x' ) ),
			array( array( 'requests' => array_fill( 0, 81, $read ) ) ),
		);
	}

	public function test_wordpress_own_batch_does_not_reach_us(): void {
		$request = new WP_REST_Request( 'POST', '/batch/v1' );
		$request->set_body_params( array( 'requests' => array( array( 'path' => '/litellm-dashboard/v1/keys.block', 'body' => array( 'key' => str_repeat( 'a', 64 ) ) ) ) ) );
		$this->assertStringNotContainsString( '"status":200', (string) json_encode( rest_do_request( $request )->get_data() ) );
		$this->assertSame( array(), $this->sent );
	}
}
