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
		return array( array( 'keys.block' ), array( 'keys.unblock' ), array( 'keys.delete' ), array( 'keys.update' ), array( 'keys.reset_spend' ) );
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

	/** The service key can be widened through its team as well: more models, a larger budget. */
	public function test_the_team_of_the_service_key_cannot_be_changed(): void {
		$self = self::answer( 200, array( 'key' => 'x', 'info' => array( 'user_id' => 'wordpress', 'team_id' => 'team-1' ) ) );
		foreach ( self::operations() as $name => $operation ) {
			if ( ! in_array( 'not_own_team', $operation->guard, true ) ) {
				continue;
			}
			$this->sent = array();
			$this->gateway_answers( static fn( string $method, string $url ): array => 'GET' === $method ? ( strpos( $url, '/user/list' ) ? self::answer( 200, array( 'users' => array() ) ) : $self ) : self::answer( 200, array( 'team_id' => 'team-2', 'deleted_teams' => array( 'team-2' ) ) ) );
			$own = self::writer()->write( $operation, array( 'team' => ' TEAM-1', 'user' => 'ada' ) );
			$this->assertSame( array( 'litellm_own_team', 'owner' ), array( $own->error->get_error_code(), $own->error->get_error_data()['reason'] ), $name );
			$this->assertSame( array(), array_keys( array_column( $this->sent, 0 ), 'POST', true ) );
			$this->assertSame( 200, self::writer()->write( $operation, array( 'team' => 'team-2', 'user' => 'ada' ) )->status, $name );
		}
		$this->assertCount( 6, array_filter( self::operations(), static fn( $operation ): bool => in_array( 'not_own_team', $operation->guard, true ) ) );
		self::reader()->forget();
		$this->gateway_answers( self::answer( 500, '' ) );
		$this->assertSame( 'owner_unknown', self::writer()->write( self::operation( 'teams.delete' ), array( 'team' => 'team-2' ) )->error->get_error_data()['reason'] );
	}

	/**
	 * A key that somebody holds, and that is not restricted, would manage the gateway from the moment it belongs to an
	 * administrator of it.
	 *
	 * @dataProvider owners
	 */
	public function test_nothing_is_handed_to_whoever_manages_the_gateway( $list, string $user, ?string $reason ): void {
		$self = self::answer( 200, array( 'key' => 'x', 'info' => array( 'user_id' => 'wordpress', 'team_id' => null ) ) );
		$this->gateway_answers( static fn( string $method, string $url ): array => 'GET' !== $method ? self::answer( 200, strpos( $url, '/delete' ) ? '1' : array( 'key' => self::key(), 'user_id' => 'x', 'team_id' => 'team-2', 'data' => new stdClass() ) ) : ( strpos( $url, '/key/info' ) ? $self : $list ) );
		foreach ( array( 'keys.update' => array( 'key' => self::key() ), 'users.update' => array(), 'users.delete' => array(), 'teams.remove_member' => array( 'team' => 'team-2' ) ) as $name => $values ) {
			$outcome = self::writer()->write( self::operation( $name ), $values + array( 'user' => $user ) );
			$this->assertSame( null === $reason ? null : array( 'litellm_admin_user', $reason ), null === $outcome->error ? null : array( $outcome->error->get_error_code(), $outcome->error->get_error_data()['reason'] ?? null ), $name );
		}
		$this->assertCount( null === $reason ? 4 : 0, array_keys( array_column( $this->sent, 0 ), 'POST', true ) );
	}

	public function owners(): array {
		$list = static fn( $role ): array => self::answer( 200, array( 'users' => array( array( 'user_id' => 'ada-2', 'user_role' => 'proxy_admin' ), array( 'user_id' => 'ada', 'user_role' => $role ) ) ) );
		return array(
			'of the inside'        => array( $list( 'internal_user' ), 'ada', null ),
			'who only looks'       => array( $list( 'internal_user_viewer' ), 'ada', null ),
			'without a role'       => array( $list( null ), 'ada', null ),
			'not in the list'      => array( $list( 'proxy_admin' ), 'bob', null ),
			'administrator'        => array( $list( 'proxy_admin' ), 'ada', 'role' ),
			'who sees all'         => array( $list( 'proxy_admin_viewer' ), 'ada', 'role' ),
			'of an organization'   => array( $list( 'org_admin' ), 'ada', 'role' ),
			'role of the future'   => array( $list( 'superuser' ), 'ada', 'role' ),
			'of the master key'    => array( $list( null ), 'default_user_id', 'role' ),
			'in two'               => array( $list( null ), 'ada,bob', 'role_unknown' ),
			'with spaces'          => array( $list( null ), ' ada', 'role_unknown' ),
			'gateway fails'        => array( self::answer( 500, '' ), 'ada', 'role_unknown' ),
			'not the right'        => array( self::answer( 403, array( 'detail' => 'Virtual key is not allowed to call this route.' ) ), 'ada', 'role_unknown' ),
			'another service'      => array( self::answer( 200, array( 'status' => 'ok' ) ), 'ada', 'role_unknown' ),
		);
	}

	/** LiteLLM replaces the metadata of a key as a whole; what the browser has not seen must not be lost by that. */
	public function test_metadata_are_changed_where_they_are_to_change(): void {
		$now = '{"key":"x","info":{"max_budget":5,"metadata":{"logging":[{"callback_vars":{"secret":"sk-Abcdefghijklmnop1234"}}],"tags":["old"],"o":{"a":1,"b":{"c":2}},"gone":1,"empty":{},"none":[]}}}';
		$this->gateway_answers( static fn( string $method ): array => 'GET' === $method ? self::answer( 200, $now ) : self::answer( 200, array( 'key' => self::key(), 'metadata' => json_decode( $now )->info->metadata ) ) );
		$change  = json_decode( '{"tags":["new"],"o":{"b":{"c":null,"d":[]},"e":{}},"gone":null,"never":null}' );
		$outcome = self::writer()->write( self::operation( 'keys.update' ), array( 'key' => self::key(), 'metadata' => $change ) );
		$this->assertSame( 200, $outcome->status );
		$sent = json_decode( $this->sent[1][2]['body'] );
		$this->assertSame( '{"logging":[{"callback_vars":{"secret":"sk-Abcdefghijklmnop1234"}}],"tags":["new"],"o":{"a":1,"b":{"d":[]},"e":{}},"empty":{},"none":[]}', json_encode( $sent->metadata ) );
		$this->assertSame( array( 'key', 'metadata' ), array_keys( get_object_vars( $sent ) ) );
		$this->assertSame( array( 'tags', 'o', 'gone', 'empty', 'none' ), array_keys( get_object_vars( $outcome->data->metadata ) ), 'What the operators set is not shown.' );
	}

	public function test_a_change_without_metadata_asks_for_nothing_and_sends_none(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => self::key() ) ) );
		$this->assertSame( 200, self::writer()->write( self::operation( 'keys.update' ), array( 'key' => self::key(), 'max_budget' => null ) )->status );
		$this->assertSame( array( '{"key":"' . self::key() . '","max_budget":null}' ), array_map( static fn( array $one ): string => $one[2]['body'], $this->sent ) );
	}

	/** Nothing was sent yet, so there is no doubt. */
	public function test_metadata_of_a_key_that_cannot_be_read_are_not_changed(): void {
		foreach ( array( self::answer( 500, '' ), self::answer( 200, array( 'status' => 'ok' ) ), self::answer( 404, array( 'error' => array( 'message' => 'Key not found in database', 'type' => 'not_found_error', 'param' => 'key', 'code' => '404' ) ) ) ) as $answer ) {
			$this->sent = array();
			$this->gateway_answers( $answer );
			$error = self::writer()->write( self::operation( 'keys.update' ), array( 'key' => self::key(), 'metadata' => (object) array( 'tags' => array() ) ) )->error;
			$this->assertArrayNotHasKey( 'outcome', $error->get_error_data() );
			$this->assertSame( array( 'GET' ), array_column( $this->sent, 0 ) );
		}
	}

	/** What was known yesterday is not known today. */
	public function test_an_old_answer_about_the_user_is_not_enough(): void {
		self::cache()->store( self::operation( 'keys.self' ), array(), self::cache()->generation(), Clock::now() - 3600, (object) array( 'info' => (object) array( 'user_id' => 'wordpress' ) ) );
		$this->gateway_answers( static fn( string $method ): array => 'GET' === $method ? self::answer( 500, '' ) : self::answer( 200, array( 'key' => 'sk-new' ) ) );
		$this->assertSame( 'litellm_own_user', self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'x', 'user' => 'ada' ) )->error->get_error_code() );
		$this->assertSame( array( 'GET' ), array_column( $this->sent, 0 ) );
	}

	public function test_without_a_user_nobody_needs_to_be_asked(): void {
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-new' ) ) );
		$this->assertSame( 200, self::writer()->write( self::operation( 'keys.create' ), array( 'alias' => 'x' ) )->status );
		$this->assertSame( array( 'POST' ), array_column( $this->sent, 0 ) );
	}

	/** Such a key works, and stands in no list. */
	public function test_no_key_is_made_that_no_list_shows(): void {
		foreach ( array( 'litellm-dashboard', ' LiteLLM-Dashboard ' ) as $team ) {
			foreach ( array( 'keys.create' => array( 'alias' => 'x' ), 'keys.update' => array( 'key' => str_repeat( 'a', 64 ) ) ) as $name => $values ) {
				$error = self::writer( self::settings() )->write( self::operation( $name ), $values + array( 'team' => $team ) )->error;
				$this->assertSame( array( 'team' => 'reserved' ), $error->get_error_data()['params'] );
			}
		}
		$this->assertSame( array(), $this->sent );
	}

	public function test_what_loosens_a_limit_is_no_metadata(): void {
		foreach ( array( 'guardrails', 'opted_out_global_guardrails', 'rpm_limit_type', 'tpm_limit_type', 'throttle_on_budget_exceeded', 'litellm_disabled_callbacks' ) as $name ) {
			foreach ( array( 'keys.create' => array( 'alias' => 'x' ), 'keys.update' => array( 'key' => str_repeat( 'a', 64 ) ) ) as $operation => $values ) {
				$checked = self::operation( $operation )->check( $values + array( 'metadata' => json_encode( array( $name => 'dynamic' ) ) ) );
				$this->assertSame( array( 'metadata' => 'reserved' ), $checked->get_error_data()['params'], $name );
			}
		}
	}

	public function test_a_guard_that_does_not_exist_refuses(): void {
		$this->gateway_answers( self::answer( 200, '{}' ) );
		$this->assertSame( 409, self::writer()->write( self::operation( 'keys.block', array( 'guard' => array( 'misspelt' ) ) ), array( 'key' => str_repeat( 'a', 64 ) ) )->status );
		$this->assertSame( array(), $this->sent );
	}
}
