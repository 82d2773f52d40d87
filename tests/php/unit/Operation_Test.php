<?php
declare( strict_types=1 );

final class Operation_Test extends Plugin_TestCase {

	private const HASH = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

	/** @dataProvider refused */
	public function test_what_the_contract_does_not_allow_is_refused_by_field( string $operation, array $given, array $fields ): void {
		$error = self::operation( $operation )->check( $given );
		$this->assertWPError( $error );
		$this->assertSame( 'litellm_invalid_request', $error->get_error_code() );
		$this->assertSame( 400, $error->get_error_data()['status'] );
		$this->assertSame( $fields, array_keys( $error->get_error_data()['fields'] ) );
	}

	public function refused(): array {
		return array(
			'unknown'             => array( 'keys.list', array( 'foo' => '1' ), array( 'foo' ) ),
			'prototype'           => array( 'keys.list', array( '__proto__' => array( 'x' => 1 ) ), array( '__proto__' ) ),
			'number as name'      => array( 'keys.list', array( 'x' ), array( 'params' ) ),
			'theirs'              => array( 'keys.list', array( 'key_alias' => 'x' ), array( 'key_alias' ) ),
			'fixed'               => array( 'keys.list', array( 'return_full_object' => 'false' ), array( 'return_full_object' ) ),
			'forbidden on keys'   => array( 'keys.create', array( 'alias' => 'x', 'allowed_routes' => array( '*' ), 'permissions' => array( 'x' => true ), 'key_type' => 'management', 'metadata' => array() ), array( 'allowed_routes', 'permissions', 'key_type', 'metadata' ) ),
			'missing'             => array( 'activity.day', array(), array( 'day' ) ),
			'missing as null'     => array( 'activity.day', array( 'day' => null ), array( 'day' ) ),
			'array for scalar'    => array( 'activity.day', array( 'day' => array( '2026-11-20' ) ), array( 'day' ) ),
			'object for scalar'   => array( 'keys.list', array( 'page' => array( 'gt' => 1 ) ), array( 'page' ) ),
			'pattern'             => array( 'activity.day', array( 'day' => 'today' ), array( 'day' ) ),
			'line break at end'   => array( 'keys.block', array( 'key' => self::HASH . "\n" ), array( 'key' ) ),
			'upper case hash'     => array( 'keys.block', array( 'key' => strtoupper( self::HASH ) ), array( 'key' ) ),
			'key instead of hash' => array( 'keys.block', array( 'key' => 'sk-1234' ), array( 'key' ) ),
			'list of keys'        => array( 'keys.delete', array( 'key' => array( self::HASH ) ), array( 'key' ) ),
			'enum'                => array( 'keys.list', array( 'sort_by' => 'token' ), array( 'sort_by' ) ),
			'too large'           => array( 'keys.list', array( 'size' => '101' ), array( 'size' ) ),
			'negative'            => array( 'keys.list', array( 'page' => '-1' ), array( 'page' ) ),
			'fraction'            => array( 'keys.list', array( 'page' => '1.5' ), array( 'page' ) ),
			'empty'               => array( 'keys.list', array( 'alias' => '' ), array( 'alias' ) ),
			'too long'            => array( 'keys.list', array( 'alias' => str_repeat( 'x', 256 ) ), array( 'alias' ) ),
			'nul'                 => array( 'keys.list', array( 'alias' => "a\0b" ), array( 'alias' ) ),
			'not utf-8'           => array( 'keys.list', array( 'alias' => "a\xff" ), array( 'alias' ) ),
			'text for list'       => array( 'keys.create', array( 'alias' => 'x', 'models' => 'a,b' ), array( 'models' ) ),
			'object in list'      => array( 'keys.create', array( 'alias' => 'x', 'models' => array( array( 'a' => 1 ) ) ), array( 'models' ) ),
			'twice in list'       => array( 'keys.create', array( 'alias' => 'x', 'models' => array( 'a', 'a' ) ), array( 'models' ) ),
			'line break in list'  => array( 'keys.create', array( 'alias' => 'x', 'models' => array( "a\n" ) ), array( 'models' ) ),
			'text for number'     => array( 'keys.create', array( 'alias' => 'x', 'max_budget' => 'a lot' ), array( 'max_budget' ) ),
			'true for text'       => array( 'keys.create', array( 'alias' => true ), array( 'alias' ) ),
			'number for text'     => array( 'keys.create', array( 'alias' => 5 ), array( 'alias' ) ),
		);
	}

	public function test_texts_of_a_query_become_their_types(): void {
		$values = self::operation( 'keys.list' )->check( array( 'page' => '2', 'partial' => 'true', 'alias' => 'Ünïcode & <b>', 'team' => null ) );
		$this->assertSame( array( 'alias' => 'Ünïcode & <b>', 'page' => 2, 'partial' => true ), $values );
		$this->assertSame( array( 'partial' => false ), self::operation( 'keys.list' )->check( array( 'partial' => '0' ) ) );
		$this->assertSame( array( 'alias' => 'x', 'max_budget' => 12.5 ), self::operation( 'keys.create' )->check( array( 'max_budget' => '12.5', 'alias' => 'x' ) ) );
	}

	public function test_our_names_become_theirs_and_what_is_fixed_wins(): void {
		$this->assertSame( array( 'start_date' => '2026-11-20', 'end_date' => '2026-11-20' ), self::operation( 'activity.day' )->upstream( array( 'day' => '2026-11-20' ), '' ) );
		$this->assertSame( array( 'keys' => array( self::HASH ) ), self::operation( 'keys.delete' )->upstream( array( 'key' => self::HASH ), '' ) );
		$this->assertSame( array( 'key' => 'the-hash' ), self::operation( 'keys.self' )->upstream( array(), 'the-hash' ) );
		$create = self::operation( 'keys.create', array( 'params' => array( 'sneaky' => array( 'type' => 'string', 'to' => 'key_type' ) ) ) );
		$this->assertSame( array( 'key_type' => 'llm_api' ), $create->upstream( array( 'sneaky' => 'management' ), '' ) );
	}

	public function test_their_names_become_ours(): void {
		$this->assertSame( 'alias', self::operation( 'keys.create' )->own_name( 'key_alias' ) );
		$this->assertSame( 'day', self::operation( 'activity.day' )->own_name( 'end_date' ) );
		$this->assertSame( '', self::operation( 'keys.create' )->own_name( 'alias' ) );
		$this->assertSame( '', self::operation( 'keys.create' )->own_name( 'metadata' ) );
	}

	public function test_a_day_is_settled_an_hour_after_its_end(): void {
		$operation = self::operation( 'activity.day' );
		$end       = gmmktime( 0, 0, 0, 11, 21, 2026 );
		$this->assertFalse( $operation->is_settled( array( 'day' => '2026-11-20' ), $end - 1 ) );
		$this->assertFalse( $operation->is_settled( array( 'day' => '2026-11-20' ), $end + 3600 ) );
		$this->assertTrue( $operation->is_settled( array( 'day' => '2026-11-20' ), $end + 3601 ) );
		$this->assertFalse( $operation->is_settled( array( 'day' => '2026-02-30' ), $end ) );
		$this->assertSame( 10, $operation->fresh_s( array( 'day' => '2026-11-20' ), $end ) );
		$this->assertSame( 2592000, $operation->fresh_s( array( 'day' => '2026-11-20' ), $end + 3601 ) );
	}

	public function test_a_moment_is_settled_an_hour_later(): void {
		$operation = self::operation( 'logs.count' );
		$moment    = gmmktime( 14, 30, 5, 11, 20, 2026 );
		$this->assertFalse( $operation->is_settled( array( 'end' => '2026-11-20 14:30:05' ), $moment + 3600 ) );
		$this->assertTrue( $operation->is_settled( array( 'end' => '2026-11-20 14:30:05' ), $moment + 3601 ) );
		$this->assertFalse( self::operation( 'logs.list' )->is_settled( array( 'end' => '2020-01-01 00:00:00' ), $moment ) );
	}

	private function assertWPError( $value ): void {
		$this->assertInstanceOf( WP_Error::class, $value );
	}
}
