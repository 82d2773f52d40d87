<?php
declare( strict_types=1 );

final class Writer_Test extends Plugin_TestCase {

	private static function key(): string {
		return str_repeat( 'a', 64 );
	}

	public function test_a_write_goes_out_once_and_clears_what_it_makes_untrue(): void {
		$this->gateway_answers(
			static fn( string $method ): array => 'GET' === $method ? self::answer( 200, array( 'keys' => array() ) ) : self::answer( 200, array( 'token' => self::key(), 'blocked' => true, 'metadata' => 'x' ) )
		);
		self::outcome( self::operation( 'keys.list' ), array() );
		$outcome = self::writer()->write( self::operation( 'keys.block' ), array( 'key' => self::key() ) );
		$this->assertSame( array( 200, '{"token":"' . self::key() . '","blocked":true}' ), array( $outcome->status, json_encode( $outcome->data ) ) );
		self::outcome( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 'GET', 'POST', 'GET' ), array_column( $this->sent, 0 ) );
		$this->assertSame( '{"key":"' . self::key() . '"}', $this->sent[1][2]['body'] );
		$this->assertSame( 0, $this->sent[1][2]['redirection'] );
		$this->assertTrue( $this->sent[1][2]['sslverify'] );
	}

	public function test_a_new_key_is_always_one_for_applications(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-NewKey0OfAnApplication1', 'token' => self::key() ) ) );
		$outcome = self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'app', 'max_budget' => 2.5, 'models' => array() ) );
		$this->assertSame( 'sk-NewKey0OfAnApplication1', $outcome->data->key );
		$this->assertSame( '{"key_alias":"app","max_budget":2.5,"models":[],"key_type":"llm_api"}', $this->sent[0][2]['body'] );
		$this->assertStringNotContainsString( 'sk-NewKey0OfAnApplication1', self::stored_text(), 'A secret is in no cache.' );
	}

	/** The secret is shown once, in its field and nowhere else, and that of the plugin never. */
	public function test_only_the_field_of_the_new_key_shows_a_secret(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-NewKey0OfAnApplication1', 'key_alias' => 'sk-NewKey0OfAnApplication1' ) ) );
		$data = self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'app' ) )->data;
		$this->assertSame( array( 'sk-NewKey0OfAnApplication1', 'sk-…ion1' ), array( $data->key, $data->key_alias ) );
		$this->gateway_answers( self::answer( 200, array( 'key' => self::KEY ) ) );
		$this->assertSame( '[secret]', self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'app' ) )->data->key );
		$this->assertSame( array( 'keys.create' ), array_keys( array_filter( self::operations(), static fn( $operation ): bool => '' !== $operation->secret ) ) );
	}

	/** @dataProvider doubtful */
	public function test_in_doubt_the_cache_is_cleared_and_the_doubt_said( $failure, bool $in_doubt ): void {
		$this->gateway_answers( self::answer( 200, array( 'keys' => array() ) ) );
		self::outcome( self::operation( 'keys.list' ), array() );
		$this->gateway_answers( $failure );
		$error = self::writer()->write( self::operation( 'keys.block' ), array( 'key' => self::key() ) )->error;
		$this->assertSame( $in_doubt ? 'unknown' : null, $error->get_error_data()['outcome'] ?? null );
		$this->gateway_answers( self::answer( 200, array( 'keys' => array() ) ) );
		$asked = count( $this->sent );
		self::outcome( self::operation( 'keys.list' ), array() );
		$this->assertCount( $asked + 1, $this->sent );
	}

	public function doubtful(): array {
		return array(
			array( new WP_Error( 'http_request_failed', 'cURL error 28: timed out' ), true ),
			array( self::answer( 500, '' ), true ),
			array( self::answer( 200, 'not json' ), true ),
			array( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ), false ),
			array( self::answer( 400, array( 'detail' => 'no' ) ), false ),
		);
	}

	public function test_not_configured_sends_nothing(): void {
		$this->gateway_answers( self::answer( 200, '{}' ) );
		$this->assertSame( 503, self::writer( self::settings( '' ) )->write( self::operation( 'keys.block' ), array( 'key' => self::key() ) )->status );
		$this->assertSame( array(), $this->sent );
	}

	/** @dataProvider writes_to_a_key */
	public function test_the_service_key_cannot_be_changed( string $operation ): void {
		$this->gateway_answers( self::answer( 200, '{}' ) );
		$outcome = self::writer()->write( self::operation( $operation ), array( 'key' => hash( 'sha256', self::KEY ) ) );
		$this->assertSame( array( 409, 'litellm_own_key' ), array( $outcome->status, $outcome->error->get_error_code() ) );
		$this->assertSame( array(), $this->sent );
	}

	public function writes_to_a_key(): array {
		return array( array( 'keys.block' ), array( 'keys.unblock' ), array( 'keys.delete' ) );
	}

	/** The schema lets no such thing through; the guard doesn't either. */
	public function test_what_is_no_hash_is_refused(): void {
		$this->gateway_answers( self::answer( 200, '{}' ) );
		foreach ( array( '', self::KEY, hash( 'sha256', self::KEY ) . "\n", strtoupper( hash( 'sha256', self::KEY ) ), ' ' . hash( 'sha256', self::KEY ) ) as $key ) {
			$this->assertSame( 409, self::writer()->write( self::operation( 'keys.delete' ), array( 'key' => $key ) )->status );
		}
		$this->assertSame( array(), $this->sent );
	}

	/** @dataProvider users */
	public function test_no_key_is_made_for_the_user_of_the_service_key( $answer, string $user, bool $allowed, string $reason = 'owner_unknown' ): void {
		$this->gateway_answers( static fn( string $method ): array => 'GET' === $method ? $answer : self::answer( 200, array( 'key' => 'sk-new' ) ) );
		$outcome = self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'x', 'user' => $user ) );
		$this->assertSame( $allowed ? 200 : 409, $outcome->status );
		$this->assertSame( $reason, $allowed ? '' : $outcome->error->get_error_data()['reason'] );
		$this->assertSame( $allowed ? null : 'litellm_own_user', $allowed ? $outcome->error : $outcome->error->get_error_code() );
		$this->assertSame( $allowed ? array( 'GET', 'POST' ) : array( 'GET' ), array_column( $this->sent, 0 ) );
	}

	public function users(): array {
		$owner = static fn( $user ): array => self::answer( 200, array( 'key' => 'x', 'info' => array( 'user_id' => $user ) ) );
		return array(
			'another'          => array( $owner( 'wordpress' ), 'ada', true, '' ),
			'nobody'           => array( $owner( null ), 'ada', true, '' ),
			'own'              => array( $owner( 'wordpress' ), 'wordpress', false, 'owner' ),
			'own in disguise'  => array( $owner( 'wordpress' ), ' WordPress ', false, 'owner' ),
			'unknown key'      => array( self::answer( 404, array( 'error' => array( 'message' => 'Key not found in database', 'type' => 'not_found_error', 'param' => 'key', 'code' => '404' ) ) ), 'ada', false ),
			'no such field'    => array( self::answer( 200, array( 'key' => 'x', 'info' => array( 'key_alias' => 'x' ) ) ), 'ada', false ),
			'no information'   => array( self::answer( 200, array( 'key' => 'x', 'info' => null ) ), 'ada', false ),
			'an object'        => array( $owner( array( 'a' => 1 ) ), 'ada', false ),
			'a number'         => array( $owner( 5 ), 'ada', false ),
			'gateway fails'    => array( self::answer( 500, '' ), 'ada', false ),
			'not the right'    => array( self::answer( 403, array( 'detail' => 'Virtual key is not allowed to call this route.' ) ), 'ada', false ),
		);
	}

	/** What was known yesterday is not known today. */
	public function test_an_old_answer_about_the_user_is_not_enough(): void {
		self::cache()->store( self::operation( 'keys.self' ), array(), '', time() - 3600, (object) array( 'info' => (object) array( 'user_id' => 'wordpress' ) ) );
		$this->gateway_answers( static fn( string $method ): array => 'GET' === $method ? self::answer( 500, '' ) : self::answer( 200, array( 'key' => 'sk-new' ) ) );
		$this->assertSame( 'litellm_own_user', self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'x', 'user' => 'ada' ) )->error->get_error_code() );
		$this->assertSame( array( 'GET' ), array_column( $this->sent, 0 ) );
	}

	public function test_without_a_user_nobody_needs_to_be_asked(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-new' ) ) );
		$this->assertSame( 200, self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'x' ) )->status );
		$this->assertSame( array( 'POST' ), array_column( $this->sent, 0 ) );
	}

	public function test_a_guard_that_does_not_exist_refuses(): void {
		$this->gateway_answers( self::answer( 200, '{}' ) );
		$this->assertSame( 409, self::writer()->write( self::operation( 'keys.block', array( 'guard' => array( 'misspelt' ) ) ), array( 'key' => str_repeat( 'a', 64 ) ) )->status );
		$this->assertSame( array(), $this->sent );
	}
}
