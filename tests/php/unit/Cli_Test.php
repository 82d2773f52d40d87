<?php
declare( strict_types=1 );

/** The commands in a real WP-CLI, in a process of its own, as somebody would call them. */
final class Cli_Test extends Plugin_TestCase {

	private Fake_LiteLLM $gateway;
	private string $file;

	/** Not isolated by a transaction: the other process would not see it, and SQLite would be locked. */
	protected function setUp(): void {
		$this->gateway = new Fake_LiteLLM();
		$this->file    = (string) tempnam( sys_get_temp_dir(), 'litellm' );
		wp_cache_flush();
		LiteLLM_Dashboard\Cache::delete( false, true );
	}

	protected function tearDown(): void {
		unlink( $this->file );
		wp_cache_flush();
		LiteLLM_Dashboard\Cache::delete( false, true );
	}

	/**
	 * Calls `wp litellm …`.
	 *
	 * @param array|null $to Where the standard output goes instead.
	 * @return array{0: int, 1: string, 2: string} Its exit code, and what it wrote to the standard output and the standard error.
	 */
	private function wp( array $arguments, array $environment = array(), ?array $to = null ): array {
		file_put_contents( $this->file, serialize( $this->gateway ) );
		$command = array_merge( array( dirname( (string) getenv( 'WP_ROOT' ) ) . '/wp-cli', '--require=' . dirname( __DIR__ ) . '/cli-gateway.php', 'litellm' ), $arguments );
		// A PHP without posix cannot see that it writes to a pipe, and would colour.
		$process = proc_open( $command, array( array( 'file', '/dev/null', 'r' ), $to ?? array( 'pipe', 'w' ), array( 'pipe', 'w' ) ), $pipes, null, $environment + array( 'FAKE_LITELLM' => $this->file, 'SHELL_PIPE' => '1' ) + getenv() );
		$out     = isset( $pipes[1] ) ? (string) stream_get_contents( $pipes[1] ) : '';
		$error   = (string) stream_get_contents( $pipes[2] );
		$code    = proc_close( $process );

		// The database of the oldest WordPress, and WP-CLI, on the newest PHP; not ours.
		$error         = (string) preg_replace( '/^\n?Deprecated: .*(?:sqlite-database-integration|wp-cli\.phar).*\n/m', '', $error );
		$this->gateway = unserialize( (string) file_get_contents( $this->file ) );
		$this->assertDoesNotMatchRegularExpression( '/(?:Warning|Notice|Deprecated|Fatal error): .* in |Stack trace/', $out . $error );
		return array( $code, $out, $error );
	}

	public function test_nothing_of_it_is_loaded_elsewhere(): void {
		foreach ( array( 'Cli', 'Cli_Keys' ) as $name ) {
			$this->assertFalse( class_exists( "LiteLLM_Dashboard\\$name", false ) );
		}
	}

	public function test_keys_are_listed_in_every_format(): void {
		$shop = $this->gateway->add( 'shop', array( 'spend' => 0.0000125, 'max_budget' => 20, 'models' => array( 'gpt-4o', 'o1' ) ) );
		$bad  = $this->gateway->add( "evil\e[31m\u{202e}=1", array( 'blocked' => true, 'team_id' => 'web' ) );
		list( $code, $table ) = $this->wp( array( 'keys', 'list', '--fields=alias,status,spend,models' ) );
		$this->assertSame( 0, $code );
		$this->assertStringContainsString( "shop\tactive\t0.0000125\tgpt-4o, o1", $table );
		$this->assertStringContainsString( "evil\u{fffd}[31m\u{fffd}=1\tblocked", $table, 'A name moves no cursor and turns no direction.' );
		$json = json_decode( $this->wp( array( 'keys', 'list', '--format=json', '--fields=id,models,max_budget,spend' ) )[1], true );
		$this->assertEquals( array( 'id' => $shop, 'models' => array( 'gpt-4o', 'o1' ), 'max_budget' => 20, 'spend' => 0.0000125 ), $json[0] );
		$this->assertSame( "$bad\n", $this->wp( array( 'keys', 'list', '--format=ids', '--status=blocked' ) )[1] );
		$this->assertSame( '1', $this->wp( array( 'keys', 'list', '--format=count', '--search=SHO' ) )[1] );
		$this->assertSame( "alias,spend\nshop,0.0000125\n", $this->wp( array( 'keys', 'list', '--format=csv', '--fields=alias,spend', '--search=shop' ) )[1] );
		$this->assertSame( "---\n- \n  alias: shop\n", $this->wp( array( 'keys', 'list', '--format=yaml', '--fields=alias', '--search=shop' ) )[1] );
	}

	public function test_the_secret_of_a_new_key_is_on_the_standard_output_and_nowhere_else(): void {
		$this->gateway->keys[ hash( 'sha256', self::KEY ) ] = array( 'key_alias' => 'service', 'user_id' => 'wordpress' );
		list( $code, $out, $error ) = $this->wp( array( 'keys', 'create', 'shop', '--max_budget=2.5', '--models=gpt-4o, o1', '--tags=a,b', '--metadata={"note":{}}', '--duration=45d', '--owner=ada' ) );
		$this->assertSame( array( 0, '' ), array( $code, $error ) );
		$this->assertMatchesRegularExpression( '/^sk-Made0Key1OfTheTests\w+\nSuccess: shop was made\./', $out );
		$sent = $this->gateway->writes[0][1];
		$this->assertSame( array( 2.5, array( 'gpt-4o', 'o1' ), '45d', 'ada', array( 'tags' => array( 'a', 'b' ), 'note' => array() ), 'llm_api' ), array( $sent['max_budget'], $sent['models'], $sent['duration'], $sent['user_id'], $sent['metadata'], $sent['key_type'] ) );
		$this->assertStringNotContainsString( 'sk-Made', self::stored_text() );
		$this->assertStringNotContainsString( 'sk-Made', (string) @file_get_contents( getenv( 'WP_ROOT' ) . '/wp-content/debug.log' ) );
		list( $code, $out, $error ) = $this->wp( array( 'keys', 'create', 'cart', '--porcelain' ) );
		$this->assertSame( array( 0, '' ), array( $code, $error ) );
		$this->assertMatchesRegularExpression( '/^sk-Made0Key2OfTheTests\w+\n$/D', $out );
	}

	public function test_what_is_refused_is_said_on_the_standard_error(): void {
		$this->gateway->add( 'shop' );
		foreach (
			array(
				array( array( 'keys', 'create', 'shop' ), 'LiteLLM has refused this. (gateway_refused; 400' ),
				array( array( 'keys', 'create', 'new', '--max_budget=lots', '--metadata=no', '--tags=a' ), 'max_budget: rest_invalid_type; metadata: json' ),
				array( array( 'keys', 'edit', 'shop' ), 'Nothing is to be changed' ),
				array( array( 'keys', 'block', 'shop', 'nobody' ), 'There is no key “nobody”.' ),
				array( array( 'keys', 'block', 'sk-abcdefghijklmnop' ), 'This looks like the secret' ),
			) as list( $arguments, $words )
		) {
			list( $code, $out, $error ) = $this->wp( $arguments );
			$this->assertSame( array( 1, '' ), array( $code, $out ), implode( ' ', $arguments ) );
			$this->assertStringContainsString( $words, $error );
		}
		$this->assertCount( 1, $this->gateway->writes, 'Only the first was one for LiteLLM to refuse.' );
		$this->assertNull( $this->gateway->named( 'shop' )['blocked'], 'All are looked up before anything is done.' );
	}

	public function test_the_rules_are_those_of_the_page(): void {
		$own                         = hash( 'sha256', self::KEY );
		$this->gateway->keys[ $own ] = array( 'key_alias' => 'service' );
		foreach ( array( array( 'block', 'service' ), array( 'edit', $own, '--max_budget=none' ), array( 'rotate', 'service' ) ) as $arguments ) {
			list( $code, , $error ) = $this->wp( array_merge( array( 'keys' ), $arguments ) );
			$this->assertSame( 1, $code );
			$this->assertStringContainsString( 'litellm_own_key', $error );
		}
		list( $code, , $error ) = $this->wp( array( 'keys', 'create', 'shop', '--max_budget=50' ), array( 'LITELLM_KEY_LIMITS' => '{"max_budget":20,"required":["duration"]}' ) );
		$this->assertSame( 1, $code );
		$this->assertStringContainsString( '(litellm_key_limits; max_budget: limit; duration: limit_required)', $error );
		$this->assertSame( array(), $this->gateway->writes );
	}

	public function test_keys_are_changed_and_what_was_set_otherwise_is_said(): void {
		$hash = $this->gateway->add( 'shop', array( 'rpm_limit' => 5 ) );
		$this->assertSame( array( 0, "$hash\n", '' ), $this->wp( array( 'keys', 'edit', 'shop', '--rpm_limit=none', '--max_budget=4.50', '--porcelain' ) ) );
		$this->assertSame( array( 'key' => $hash, 'max_budget' => 4.5, 'rpm_limit' => null ), $this->gateway->writes[0][1] );
		$this->gateway->answers['/key/update'] = array( 200, array( 'key' => $hash, 'budget_duration' => '30d' ) );
		list( $code, $out, $error )            = $this->wp( array( 'keys', 'edit', 'shop', '--budget_duration=none' ) );
		$this->assertSame( array( 0, "Success: shop: changed.\n", "Warning: LiteLLM has set budget_duration to \"30d\".\n" ), array( $code, $out, $error ) );
	}

	public function test_a_lost_answer_has_an_exit_code_of_its_own(): void {
		$this->gateway->add( 'shop' );
		$this->gateway->add( 'cart' );
		$this->gateway->fate        = array( 1 => 'lost' );
		list( $code, $out, $error ) = $this->wp( array( 'keys', 'block', 'shop', 'cart' ) );
		$this->assertSame( array( 2, "Success: cart: blocked.\n" ), array( $code, $out ) );
		$this->assertStringContainsString( 'Error: shop: LiteLLM itself has failed.', $error );
		$this->assertStringContainsString( 'may have been done all the same', $error );
		$this->assertSame( array( 0, "Success: cart: unblocked.\nSuccess: shop: unblocked.\n", '' ), $this->wp( array( 'keys', 'unblock', 'cart', 'shop' ) ) );
		$this->assertCount( 3, $this->gateway->writes, 'What is so already is not sent.' );
	}

	public function test_nothing_is_deleted_without_a_yes(): void {
		$hash = $this->gateway->add( 'shop' );
		$this->assertStringContainsString( 'Delete 1 key for good (shop)?', $this->wp( array( 'keys', 'delete', 'shop' ) )[1] );
		$this->assertSame( array(), $this->gateway->writes );
		$this->assertSame( array( 0, "$hash\n", '' ), $this->wp( array( 'keys', 'delete', 'shop', '--yes', '--porcelain' ) ) );
		$this->assertSame( array(), $this->gateway->keys );
	}

	public function test_a_key_gets_a_successor(): void {
		$hash                       = $this->gateway->add( 'shop', array( 'spend' => 3, 'max_budget' => 20 ) );
		list( $code, $out, $error ) = $this->wp( array( 'keys', 'rotate', 'shop', '--overlap=7d', '--porcelain' ) );
		$this->assertSame( array( 0, '' ), array( $code, $error ) );
		$this->assertMatchesRegularExpression( '/^sk-Made\w+\n$/D', $out );
		$this->assertCount( 2, $this->gateway->keys );
		$this->assertSame( 7, (int) round( ( strtotime( $this->gateway->keys[ $hash ]['expires'] ) - time() ) / DAY_IN_SECONDS ) );
		$this->gateway->add( 'odd', array( 'model_max_budget' => array( 'o1' => array( 'max_budget' => 1 ) ) ) );
		list( $code, , $error ) = $this->wp( array( 'keys', 'rotate', 'odd' ) );
		$this->assertSame( 1, $code );
		$this->assertStringContainsString( '(model_max_budget)', $error );
		// Into a full disk: nothing of the old key changes, as nobody has the secret.
		$before                 = $this->gateway->keys[ $hash ];
		list( $code, , $error ) = $this->wp( array( 'keys', 'rotate', 'shop', '--alias=second' ), array(), array( 'file', '/dev/full', 'w' ) );
		$this->assertSame( array( 1, $before, true ), array( $code, $this->gateway->keys[ $hash ], $this->gateway->named( 'second' )['blocked'] ) );
		$this->assertStringContainsString( 'could not be written', $error );
		LiteLLM_Dashboard\Cache::delete( false, true );
		$this->gateway->fate        = array( count( $this->gateway->writes ) + 3 => 'refused' );
		list( $code, $out, $error ) = $this->wp( array( 'keys', 'rotate', 'shop', '--alias=third' ) );
		$this->assertSame( 1, $code );
		$this->assertMatchesRegularExpression( '/^sk-Made\w+\n$/D', $out, 'Whoever has the secret can go on with it.' );
		$this->assertStringContainsString( "The old key can be used; its successor is made, and blocked. It can be gone on with, or undone, at http", $error );
	}

	public function test_status_and_doctor_tell_whether_all_is_well(): void {
		$own                         = hash( 'sha256', self::KEY );
		$this->gateway->keys[ $own ] = array( 'key_alias' => 'service', 'user_id' => 'wordpress', 'allowed_routes' => array( '/key', '/user' ) );
		$this->assertSame( array( 0, "1.106.2\n", '' ), $this->wp( array( 'status', '--field=litellm' ) ) );
		list( $code, $json ) = $this->wp( array( 'doctor', '--format=json' ) );
		$rows                = array_column( (array) json_decode( $json, true ), null, 'check' );
		$this->assertSame( 1, $code, 'A route is missing.' );
		$this->assertSame( array( 'good', 'good', 'good', 'good', 'good', 'good', 'failed', 'good' ), array_values( array_column( $rows, 'result' ) ) );
		$this->assertStringContainsString( '/team/daily/activity', $rows['rights']['detail'] );
		$this->assertStringNotContainsString( '/key/list', $rows['rights']['detail'] );
		LiteLLM_Dashboard\Cache::delete( false );
		$this->gateway->keys                              = array();
		$this->gateway->answers['/health/readiness']      = array( 200, array( 'status' => 'healthy', 'db' => 'connected', 'litellm_version' => '1.84.3-rc.1' ) );
		list( $code, $json )                              = $this->wp( array( 'doctor', '--format=json' ) );
		$rows                                             = array_column( (array) json_decode( $json, true ), null, 'check' );
		$this->assertSame( array( 0, 'warning', 'warning' ), array( $code, $rows['version']['result'], $rows['service_key']['result'] ) );
		$this->assertStringContainsString( 'probably the master key', $rows['service_key']['detail'] );
		LiteLLM_Dashboard\Cache::delete( false );
		$this->gateway->answers['/health/liveliness'] = array( 500, 'Internal Server Error' );
		list( $code, $out, $error )                   = $this->wp( array( 'status' ) );
		$this->assertSame( 1, $code );
		$this->assertStringNotContainsString( self::KEY, $out . $error );
		$this->assertSame( 1, $this->wp( array( 'doctor' ) )[0] );
	}

	public function test_usage_and_logs_are_shown(): void {
		$this->gateway->answers['/user/daily/activity/aggregated'] = array( 200, array( 'results' => array( array( 'date' => '2026-11-01', 'metrics' => array( 'spend' => 0.1, 'api_requests' => 3 ), 'breakdown' => array( 'model_groups' => array( 'gpt-4o' => array( 'metrics' => array( 'spend' => 0.1 ) ) ) ) ) ) ) );
		$this->assertSame( array( 0, "id,cost\n2026-11-01,0.1\n2026-11-02,0.1\n", '' ), $this->wp( array( 'usage', '--from=2026-11-01', '--to=2026-11-02', '--fields=id,cost', '--format=csv' ) ) );
		$this->assertSame( 'gpt-4o' . "\n", $this->wp( array( 'usage', '--from=2026-11-01', '--to=2026-11-02', '--by=model', '--format=ids' ) )[1] );
		$this->assertSame( 1, $this->wp( array( 'usage', '--days=400' ) )[0] );
		$call                                      = array( 'request_id' => 'r1', 'startTime' => '2026-11-01T08:00:00.250Z', 'endTime' => '2026-11-01T08:00:01.500Z', 'model_group' => 'gpt-4o', 'spend' => 0.00002, 'metadata' => array( 'status' => 'failure', 'user_api_key_alias' => 'shop', 'error_information' => array( 'error_message' => "no\e[2J" ) ) );
		$this->gateway->answers['/spend/logs/v2'] = array( 200, array( 'data' => array( $call, null ), 'total' => 12 ) );
		$this->assertSame( "time,status,model,key,cost,duration_ms,error\n2026-11-01T08:00:00Z,failure,gpt-4o,shop,0.00002,1250,no\u{fffd}[2J\n", $this->wp( array( 'logs', '--format=csv', '--fields=time,status,model,key,cost,duration_ms,error' ) )[1] );
		$this->assertSame( "12\n", $this->wp( array( 'logs', '--since=2d', '--format=count' ) )[1] );
		$this->assertSame( 1, $this->wp( array( 'logs', '--since=yesterday' ) )[0] );
		$this->assertSame( "Success: What was stored of the gateway’s answers counts no more.\n", $this->wp( array( 'cache', 'clear' ) )[1] );
	}

	/** `wp help` teaches by example. */
	public function test_every_command_has_examples_and_says_what_its_options_are(): void {
		$code     = '$of = function ( $path, $command ) use ( &$of ) { $all = array(); foreach ( $command->get_subcommands() as $inner ) { $all += $of( "$path {$inner->get_name()}", $inner ); } return $all ? $all : array( $path => array( $command->get_shortdesc(), $command->get_longdesc() ) ); };'
			. 'echo json_encode( $of( "litellm", WP_CLI::get_root_command()->get_subcommands()["litellm"] ) );';
		$process  = proc_open( array( dirname( (string) getenv( 'WP_ROOT' ) ) . '/wp-cli', 'eval', $code ), array( 1 => array( 'pipe', 'w' ) ), $pipes );
		$commands = (array) json_decode( (string) stream_get_contents( $pipes[1] ), true );
		$this->assertSame( 0, proc_close( $process ) );
		foreach ( $commands as $path => list( $short, $long ) ) {
			$this->assertStringContainsString( "    \$ wp $path", $long, $path );
			$this->assertNotSame( '', $short, $path );
		}
		$seen = array_keys( $commands );
		sort( $seen );
		$this->assertSame( array( 'litellm cache clear', 'litellm doctor', 'litellm keys block', 'litellm keys create', 'litellm keys delete', 'litellm keys edit', 'litellm keys list', 'litellm keys rotate', 'litellm keys unblock', 'litellm logs', 'litellm status', 'litellm usage' ), $seen );
	}
}
