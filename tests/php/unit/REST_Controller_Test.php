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
		$answer = self::ask_to_read( 'keys.list', array( 'page' => 1 ) );
		$this->assertMatchesRegularExpression( '/^\{"status":200,"data":\{"keys":\[\]\},"age_s":0,"error":null,"took_ms":null\}$/', json_encode( $answer ) );
		$this->assertSame( LITELLM_API_BASE . '/key/list?page=1&return_full_object=true&expand=user', $this->sent[0][1] );
	}

	/** @dataProvider everyone */
	public function test_only_administrators_may( string $login, ?int $status, string $code ): void {
		$this->be( $login );
		foreach ( self::operations() as $operation ) {
			$response = self::ask( 'POST', $operation->name, array(), array() );
			if ( null === $status ) {
				$this->assertNotContains( $response->get_status(), array( 401, 403 ), $operation->name );
			} else {
				$this->assertRefused( $response, $status, $code );
			}
		}
		if ( null !== $status ) {
			$this->assertRefused( self::ask( 'POST', 'batch', array(), array( 'requests' => array() ) ), $status, $code );
			$this->assertRefused( self::ask( 'POST', 'no.such', array(), array() ), $status, $code );
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
		$this->assertSame( 200, self::ask_to_read( 'keys.list' )['status'] );
		$this->sent = array();
		$this->assertRefused( self::ask( 'POST', 'keys.block', array(), array( 'key' => str_repeat( 'a', 64 ) ) ), 403, 'rest_forbidden' );
		remove_filter( 'map_meta_cap', $deny, 20 );
	}

	public function test_who_may_manage_keys_only_may_not_read(): void {
		$deny = static fn( array $caps, string $cap ): array => 'litellm_view' === $cap ? array( 'do_not_allow' ) : $caps;
		add_filter( 'map_meta_cap', $deny, 20, 2 );
		$this->assertRefused( self::ask( 'POST', 'batch', array(), array( 'requests' => array( array( 'operation' => 'keys.list' ) ) ) ), 403, 'rest_forbidden' );
		remove_filter( 'map_meta_cap', $deny, 20 );
	}

	/** @dataProvider unknown */
	public function test_what_is_no_operation_is_not_found( string $name ): void {
		$response = self::ask( 'POST', $name, array(), array() );
		$this->assertRefused( $response, 404, 'litellm_unknown_operation' );
		$this->assertSame( $name, $response->get_data()['data']['operation'] );
		$this->assertSame( 404, self::ask_to_read( $name )['status'] );
	}

	public function unknown(): array {
		return array( array( 'no.such' ), array( 'keys' ), array( '..' ), array( 'Keys.List' ) );
	}

	/** @dataProvider paths */
	public function test_a_path_is_no_operation( string $path ): void {
		$this->assertRefused( self::ask( 'POST', $path, array(), array() ), 404, 'rest_no_route' );
	}

	public function paths(): array {
		return array( array( 'key/list' ), array( 'keys.list/' ), array( 'keys.list%0a' ), array( "keys.list\n/x" ), array( 'http://evil.example' ), array( '@evil' ), array( 'keys.list?x' ), array( '' . str_repeat( 'é', 3 ) ) );
	}

	public function test_the_operation_in_the_address_counts(): void {
		$key = array( 'key' => str_repeat( 'a', 64 ) );
		$this->assertRefused( self::ask( 'POST', 'no.such', array( 'operation' => 'keys.block' ), $key + array( 'operation' => 'keys.block' ) ), 404, 'litellm_unknown_operation' );
		$this->assertRefused( self::ask( 'POST', 'keys.block', array(), $key + array( 'operation' => 'keys.delete' ) ), 400, 'litellm_invalid_request' );
		$this->be( 'subscriber' );
		$this->assertRefused( self::ask( 'POST', 'keys.block', array( 'operation' => 'status' ), $key ), 403, 'rest_forbidden' );
	}

	/** @dataProvider other_methods */
	public function test_nothing_is_asked_by_another_method_than_post( string $method, string $operation ): void {
		$this->assertRefused( self::ask( $method, $operation, array( 'key' => str_repeat( 'a', 64 ) ) ), 404, 'rest_no_route' );
	}

	public function other_methods(): array {
		return array( array( 'GET', 'keys.list' ), array( 'GET', 'keys.block' ), array( 'GET', 'batch' ), array( 'HEAD', 'keys.list' ), array( 'PUT', 'keys.block' ), array( 'DELETE', 'keys.delete' ) );
	}

	/** @dataProvider forms */
	public function test_a_request_of_the_wrong_form_is_refused( int $status, string $method, string $operation, array $query = array(), $body = null, array $headers = array() ): void {
		$this->assertRefused( self::ask( $method, $operation, $query, $body, $headers ), $status, 'litellm_invalid_request' );
	}

	public function test_the_query_has_no_part_in_a_request(): void {
		$this->assertRefused( self::ask( 'POST', 'keys.block', array( 'key' => str_repeat( 'a', 64 ) ), array() ), 400, 'litellm_invalid_request' );
		self::ask( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ), '_locale' => 'user', 'rest_route' => '/x' ), array( 'key' => str_repeat( 'a', 64 ) ) );
		$this->assertSame( '{"key":"' . str_repeat( 'a', 64 ) . '"}', $this->sent[0][2]['body'] );
	}

	public function forms(): array {
		return array(
			'read by itself'         => array( 405, 'POST', 'keys.list', array(), array() ),
			'no body'                => array( 400, 'POST', 'keys.block', array( 'key' => str_repeat( 'a', 64 ) ) ),
			'unknown parameter'      => array( 400, 'POST', 'keys.block', array(), array( 'key' => str_repeat( 'a', 64 ), 'foo' => 1 ) ),
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
		$this->assertRefused( self::unwrapped( rest_do_request( $request ) ), 400, 'litellm_invalid_request' );
	}

	public function test_errors_name_our_fields(): void {
		$data = self::ask( 'POST', 'keys.create', array(), array( 'alias' => '', 'max_budget' => 'x' ) )->get_data();
		$this->assertSame( array( 'status' => 400, 'params' => array( 'alias' => 'rest_too_short', 'max_budget' => 'rest_invalid_type' ) ), $data['data'] );
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
		$this->assertSame( array( 'day' => 'rest_invalid_pattern' ), $answers[3]['error']['data']['params'] );
		$this->assertSame( array( 'GET', 'GET' ), array_column( $this->sent, 0 ), 'No write in a batch.' );
		$this->assertSame( '{"litellm_dashboard":"","answers":[]}', json_encode( self::ask( 'POST', 'batch', array(), '{"requests":[]}' )->get_data() ) );
	}

	/** What others print around an answer is told apart by the mark that its request brought. */
	public function test_an_answer_begins_with_the_mark_of_its_request(): void {
		$key = str_repeat( 'a', 64 );
		foreach ( array( array( 'batch', array( 'requests' => array() ) ), array( 'batch', array() ), array( 'keys.block', array( 'key' => $key ) ), array( 'keys.block', array() ) ) as list( $operation, $body ) ) {
			foreach ( array( '0123456789abcdef' => '0123456789abcdef', '"<x>' => '', 'ABC' => '' ) as $mark => $echoed ) {
				$data = self::ask( 'POST', $operation, array(), array( 'litellm_dashboard' => $mark ) + $body )->get_data();
				if ( isset( $data['litellm_dashboard'] ) ) {
					$this->assertStringStartsWith( '{"litellm_dashboard":"' . $echoed . '",', (string) json_encode( $data ) );
				}
			}
		}
		$this->assertStringNotContainsString( 'litellm_dashboard', (string) json_encode( array_column( array_column( $this->sent, 2 ), 'body' ) ), 'It goes no further.' );
	}

	/** It may take seconds, and held up the answers that came with it. */
	public function test_the_check_of_the_console_comes_after_the_others(): void {
		$batch = static fn( array $names ): array => array_column( self::ask( 'POST', 'batch', array(), array( 'requests' => array_map( static fn( string $name ): array => array( 'operation' => $name ), $names ) ) )->get_data()['answers'], 'status' );
		$this->assertSame( array( 202, 200, 200 ), $batch( array( 'console.check', 'status', 'keys.list' ) ) );
		$this->assertCount( 1, $this->sent );
		$this->assertSame( array( 200, 200, 200 ), $batch( array( 'console.check', 'status', 'console.check' ) ) );
		$this->assertCount( 2, $this->sent, 'It is done once.' );
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
