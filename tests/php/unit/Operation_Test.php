<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Capabilities;
use LiteLLM_Dashboard\Operation;
use LiteLLM_Dashboard\Plugin;

final class Operation_Test extends Plugin_TestCase {

	private const HASH = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

	/** @dataProvider refused */
	public function test_what_the_contract_does_not_allow_is_refused_by_parameter( string $operation, array $given, array $params ): void {
		$error = self::operation( $operation )->check( $given );
		$this->assertInstanceOf( WP_Error::class, $error );
		$this->assertSame( 'litellm_invalid_request', $error->get_error_code() );
		$this->assertSame( array( 'status' => 400, 'params' => $params ), $error->get_error_data() );
	}

	public function refused(): array {
		return array(
			'unknown'             => array( 'keys.list', array( 'foo' => '1' ), array( 'foo' => 'unknown' ) ),
			'prototype'           => array( 'keys.list', array( '__proto__' => array( 'x' => 1 ) ), array( '__proto__' => 'unknown' ) ),
			'number as name'      => array( 'keys.list', array( 'x' ), array( 'params' => 'unknown' ) ),
			'theirs'              => array( 'keys.list', array( 'key_alias' => 'x' ), array( 'key_alias' => 'unknown' ) ),
			'fixed'               => array( 'keys.list', array( 'return_full_object' => 'false' ), array( 'return_full_object' => 'unknown' ) ),
			'forbidden on keys'   => array( 'keys.create', array( 'alias' => 'x', 'allowed_routes' => array( '*' ), 'permissions' => array( 'x' => true ), 'key_type' => 'management' ), array( 'allowed_routes' => 'unknown', 'permissions' => 'unknown', 'key_type' => 'unknown' ) ),
			'spend of a key'      => array( 'keys.update', array( 'key' => self::HASH, 'spend' => 0 ), array( 'spend' => 'unknown' ) ),
			'less than no spend'  => array( 'keys.create', array( 'alias' => 'x', 'spend' => -1 ), array( 'spend' => 'rest_out_of_bounds' ) ),
			'missing'             => array( 'activity.day', array(), array( 'day' => 'missing' ) ),
			'missing as null'     => array( 'activity.day', array( 'day' => null ), array( 'day' => 'missing' ) ),
			'array for scalar'    => array( 'activity.day', array( 'day' => array( '2026-11-20' ) ), array( 'day' => 'rest_invalid_type' ) ),
			'object for scalar'   => array( 'keys.list', array( 'page' => array( 'gt' => 1 ) ), array( 'page' => 'rest_invalid_type' ) ),
			'pattern'             => array( 'activity.day', array( 'day' => 'today' ), array( 'day' => 'rest_invalid_pattern' ) ),
			'line break at end'   => array( 'keys.block', array( 'key' => self::HASH . "\n" ), array( 'key' => 'characters' ) ),
			'upper case hash'     => array( 'keys.block', array( 'key' => strtoupper( self::HASH ) ), array( 'key' => 'rest_invalid_pattern' ) ),
			'key instead of hash' => array( 'keys.block', array( 'key' => 'sk-1234' ), array( 'key' => 'rest_invalid_pattern' ) ),
			'list of keys'        => array( 'keys.delete', array( 'key' => array( self::HASH ) ), array( 'key' => 'rest_invalid_type' ) ),
			'enum'                => array( 'keys.list', array( 'sort_by' => 'token' ), array( 'sort_by' => 'rest_not_in_enum' ) ),
			'too large'           => array( 'keys.list', array( 'size' => 101 ), array( 'size' => 'rest_out_of_bounds' ) ),
			'negative'            => array( 'keys.list', array( 'page' => -1 ), array( 'page' => 'rest_out_of_bounds' ) ),
			'fraction'            => array( 'keys.list', array( 'page' => 1.5 ), array( 'page' => 'rest_invalid_type' ) ),
			'empty'               => array( 'keys.list', array( 'alias' => '' ), array( 'alias' => 'rest_too_short' ) ),
			'too long'            => array( 'keys.list', array( 'alias' => str_repeat( 'x', 256 ) ), array( 'alias' => 'rest_too_long' ) ),
			'nul'                 => array( 'keys.list', array( 'alias' => "a\0b" ), array( 'alias' => 'characters' ) ),
			'not utf-8'           => array( 'keys.list', array( 'alias' => "a\xff" ), array( 'alias' => 'characters' ) ),
			'object in list'      => array( 'keys.create', array( 'alias' => 'x', 'models' => array( array( 'a' => 1 ) ) ), array( 'models' => 'rest_invalid_type' ) ),
			'twice in list'       => array( 'keys.create', array( 'alias' => 'x', 'models' => array( 'a', 'a' ) ), array( 'models' => 'rest_duplicate_items' ) ),
			'line break in list'  => array( 'keys.create', array( 'alias' => 'x', 'models' => array( "a\n" ) ), array( 'models' => 'characters' ) ),
			'line break in text for list' => array( 'keys.create', array( 'alias' => 'x', 'models' => "a\n" ), array( 'models' => 'characters' ) ),
			'text for number'     => array( 'keys.create', array( 'alias' => 'x', 'max_budget' => 'a lot' ), array( 'max_budget' => 'rest_invalid_type' ) ),
			'true for text'       => array( 'keys.create', array( 'alias' => true ), array( 'alias' => 'rest_invalid_type' ) ),
			'metadata, not text'  => array( 'keys.create', array( 'alias' => 'x', 'metadata' => array( 'a' => 1 ) ), array( 'metadata' => 'rest_invalid_type' ) ),
			'metadata, no object' => array( 'keys.update', array( 'key' => self::HASH, 'metadata' => '[{"a":1}]' ), array( 'metadata' => 'json' ) ),
			'metadata, broken'    => array( 'keys.update', array( 'key' => self::HASH, 'metadata' => '{"a":' ), array( 'metadata' => 'json' ) ),
			'metadata, too deep'  => array( 'keys.update', array( 'key' => self::HASH, 'metadata' => str_repeat( '{"a":', 17 ) . '1' . str_repeat( '}', 17 ) ), array( 'metadata' => 'json' ) ),
			'logging'             => array( 'keys.create', array( 'alias' => 'x', 'metadata' => '{"tags":["a"],"logging":[{"callback_name":"langfuse"}]}' ), array( 'metadata' => 'reserved' ) ),
			'logging taken away'  => array( 'keys.update', array( 'key' => self::HASH, 'metadata' => '{"logging":null}' ), array( 'metadata' => 'reserved' ) ),
			'pass-through routes' => array( 'keys.update', array( 'key' => self::HASH, 'metadata' => '{"allowed_passthrough_routes":["/x"]}' ), array( 'metadata' => 'reserved' ) ),
			'an administrator'    => array( 'users.create', array( 'role' => 'proxy_admin' ), array( 'role' => 'rest_not_in_enum' ) ),
			'a viewer of all'     => array( 'users.update', array( 'user' => 'ada', 'role' => 'proxy_admin_viewer' ), array( 'role' => 'rest_not_in_enum' ) ),
			'another access'      => array( 'keys.create', array( 'alias' => 'x', 'access' => 'management' ), array( 'access' => 'rest_not_in_enum' ) ),
			'no hash'             => array( 'keys.update', array( 'key' => null, 'models' => null ), array( 'key' => 'missing' ) ),
			'number for text'     => array( 'keys.create', array( 'alias' => 5 ), array( 'alias' => 'rest_invalid_type' ) ),
		);
	}

	public function test_values_get_their_types_and_an_order(): void {
		$values = self::operation( 'keys.list' )->check( array( 'page' => 2, 'partial' => true, 'alias' => 'Ünïcode & <b>', 'team' => null ) );
		$this->assertSame( array( 'alias' => 'Ünïcode & <b>', 'page' => 2, 'partial' => true ), $values );
		$this->assertSame( array( 'alias' => 'x', 'max_budget' => 12.5 ), self::operation( 'keys.create' )->check( array( 'max_budget' => '12.5', 'alias' => 'x' ) ) );
	}

	/** So a limit is taken away; elsewhere null is as if nothing were there. */
	public function test_null_is_sent_where_it_means_something(): void {
		$update = self::operation( 'keys.update' );
		$values = $update->check( array( 'key' => self::HASH, 'alias' => null, 'max_budget' => null, 'models' => null, 'duration' => null, 'team' => null ) );
		$this->assertSame( array( 'duration' => null, 'key' => self::HASH, 'max_budget' => null, 'models' => null, 'team' => null ), $values );
		$this->assertSame( array( 'duration' => null, 'key' => self::HASH, 'max_budget' => null, 'models' => array(), 'team_id' => null ), $update->upstream( $values, '' ) );
		$this->assertSame( array( 'key' => self::HASH ), $update->upstream( $update->check( array( 'key' => self::HASH ) ), '' ) );
		$this->assertSame( array( 'alias' => 'x' ), self::operation( 'keys.create' )->check( array( 'alias' => 'x', 'max_budget' => null ) ) );
	}

	public function test_an_object_travels_as_text_and_stays_what_it_is(): void {
		$values = self::operation( 'keys.update' )->check( array( 'key' => self::HASH, 'metadata' => '{"o":{},"l":[],"tags":["a\\nb"],"n":1.5,"7":null}' ) );
		$this->assertSame( '{"o":{},"l":[],"tags":["a\\nb"],"n":1.5,"7":null}', json_encode( $values['metadata'] ) );
	}

	public function test_a_choice_stands_for_what_is_fixed(): void {
		$create = self::operation( 'keys.create' );
		$this->assertSame( array( 'key_alias' => 'x', 'key_type' => 'llm_api' ), $create->upstream( array( 'alias' => 'x' ), '' ) );
		$this->assertSame( array( 'key_alias' => 'x', 'key_type' => 'llm_api' ), $create->upstream( array( 'access' => 'calls', 'alias' => 'x' ), '' ) );
		$sent = $create->upstream( array( 'access' => 'details', 'alias' => 'x' ), '' );
		$this->assertSame( array( 'key_alias', 'allowed_routes' ), array_keys( $sent ) );
		$this->assertContains( 'llm_api_routes', $sent['allowed_routes'] );
		$this->assertSame( array(), preg_grep( '#^/(?:key|user|team|budget|organization|config|spend|global)|^(?:management|key_management|info)_routes|[*]#', $sent['allowed_routes'] ) );
	}

	public function test_a_dot_in_a_name_stands_for_an_object_within(): void {
		$this->assertSame( array( 'team_id' => 't', 'member' => array( 'user_id' => 'ada', 'role' => 'user' ) ), self::operation( 'teams.add_member' )->upstream( array( 'team' => 't', 'user' => 'ada' ), '' ) );
	}

	public function test_our_names_become_theirs_and_what_is_fixed_wins(): void {
		$this->assertSame( array( 'start_date' => '2026-11-20', 'end_date' => '2026-11-20', 'api_key_limit' => 1 ), self::operation( 'activity.day' )->upstream( array( 'day' => '2026-11-20' ), '' ) );
		$this->assertSame( array( 'keys' => array( self::HASH ) ), self::operation( 'keys.delete' )->upstream( array( 'key' => self::HASH ), '' ) );
		$this->assertSame( array( 'key' => 'the-hash' ), self::operation( 'keys.self' )->upstream( array(), 'the-hash' ) );
		$create = self::operation( 'keys.create', array( 'params' => array( 'sneaky' => array( 'type' => 'string', 'to' => 'key_type' ) ), 'fixed' => array( 'key_type' => 'llm_api' ) ) );
		$this->assertSame( array( 'key_type' => 'llm_api' ), $create->upstream( array( 'sneaky' => 'management' ), '' ) );
	}

	public function test_their_names_become_ours(): void {
		$this->assertSame( 'alias', self::operation( 'keys.create' )->own_name( 'key_alias' ) );
		$this->assertSame( 'day', self::operation( 'activity.day' )->own_name( 'end_date' ) );
		$this->assertSame( '', self::operation( 'keys.create' )->own_name( 'alias' ) );
		$this->assertSame( '', self::operation( 'keys.create' )->own_name( 'allowed_routes' ) );
	}

	/** @dataProvider shared_rows */
	public function test_an_answer_stays_true_as_long_as_the_shared_rows_say( string $operation, array $values, int $asked_ms, string $finality ): void {
		$asked = intdiv( $asked_ms, 1000 );
		$for_s = array( 'running' => 'activity.day' === $operation ? 19 : 0, 'recent' => 3600, 'final' => 2592000 );
		$this->assertSame( $for_s[ $finality ], self::operation( $operation )->fresh_s( $values, $asked ) );
		$this->assertSame( 'running' !== $finality, self::operation( $operation )->is_settled( $values, $asked ) );
	}

	public function shared_rows(): array {
		$cases = array();
		foreach ( self::shared( 'finality' ) as $row ) {
			$cases[ $row->name ] = array( 'day' === $row->param ? 'activity.day' : 'logs.count', array( 'day' === $row->param ? 'day' : 'end' => $row->value ), $row->asked_ms, $row->finality );
		}
		return $cases;
	}

	public function test_what_is_not_about_a_time_is_never_settled(): void {
		$this->assertFalse( self::operation( 'logs.list' )->is_settled( array( 'end' => '2020-01-01 00:00:00' ), time() ) );
		$this->assertFalse( self::operation( 'activity.day' )->is_settled( array(), time() ) );
		$this->assertSame( 3, self::operation( 'keys.list' )->fresh_s( array(), time() ) );
	}

	public function test_every_row_of_the_file_can_be_reached_by_whom_it_names(): void {
		$rows = json_decode( (string) file_get_contents( Plugin::path( 'contract.json' ) ), true )['operations'];
		$this->assertSame( array_keys( $rows ), array_keys( self::operations() ) );
		foreach ( self::operations() as $operation ) {
			$this->assertContains( $operation->capability, array_merge( Capabilities::ALL, array( 'litellm_view_content' ) ) );
			if ( $operation->is_write() ) {
				$this->assertSame( 'litellm_manage_keys', $operation->capability );
				// What only makes something new, and our own list, change nothing of the service key.
				$this->assertSame( in_array( $operation->name, array( 'teams.create', 'journal.save', 'journal.remove' ), true ), array() === $operation->guard, $operation->name );
			}
		}
	}

	public function test_a_missing_or_broken_file_allows_nothing(): void {
		$this->assertSame( array(), Operation::all( '/nowhere.json' ) );
		$this->assertSame( array(), Operation::all( __FILE__ ) );
	}
}
