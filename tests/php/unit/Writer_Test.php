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
		self::reader()->read( self::operation( 'keys.list' ), array() );
		$outcome = self::writer()->write( self::operation( 'keys.block' ), array( 'key' => self::key() ) );
		$this->assertSame( array( 200, '{"token":"' . self::key() . '","blocked":true}' ), array( $outcome->status, json_encode( $outcome->data ) ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->assertSame( array( 'GET', 'POST', 'GET' ), array_column( $this->sent, 0 ) );
		$this->assertSame( '{"key":"' . self::key() . '"}', $this->sent[1][2]['body'] );
		$this->assertSame( 0, $this->sent[1][2]['redirection'] );
		$this->assertTrue( $this->sent[1][2]['sslverify'] );
	}

	public function test_a_new_key_is_always_one_for_applications(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-new', 'token' => self::key() ) ) );
		$outcome = self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'app', 'max_budget' => 2.5, 'models' => array() ) );
		$this->assertSame( 'sk-new', $outcome->data->key );
		$this->assertSame( '{"key_alias":"app","max_budget":2.5,"models":[],"key_type":"llm_api"}', $this->sent[0][2]['body'] );
		$this->assertStringNotContainsString( 'sk-new', self::stored_text(), 'A secret is in no cache.' );
	}

	/** @dataProvider doubtful */
	public function test_in_doubt_the_cache_is_cleared_and_the_doubt_said( $failure, bool $in_doubt ): void {
		$this->gateway_answers( self::answer( 200, array( 'keys' => array() ) ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		$this->gateway_answers( $failure );
		$error = self::writer()->write( self::operation( 'keys.block' ), array( 'key' => self::key() ) )->error;
		$this->assertSame( $in_doubt ? 'unknown' : null, $error->get_error_data()['outcome'] ?? null );
		$this->gateway_answers( self::answer( 200, array( 'keys' => array() ) ) );
		$asked = count( $this->sent );
		self::reader()->read( self::operation( 'keys.list' ), array() );
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
}
