<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Site_Health;

/** The tests of Site Health, asked by their route, and the section for support. */
final class Site_Health_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->be( 'admin' );
	}

	protected function tearDown(): void {
		putenv( Settings::BASE );
		parent::tearDown();
	}

	/** Asks for a test as Site Health does. */
	private static function run_test( string $test ): array {
		$response = rest_do_request( new WP_REST_Request( 'GET', '/litellm-dashboard/v1/site-health/' . $test ) );
		return (array) $response->get_data() + array( 'http' => $response->get_status() );
	}

	/** The status and all words of a test. */
	private static function said( string $test ): string {
		$result = self::run_test( $test );
		self::assertSame( array( 'label', 'status', 'badge', 'description', 'actions', 'test', 'http' ), array_keys( $result ) );
		self::assertStringNotContainsString( self::KEY, (string) wp_json_encode( $result ) );
		return $result['status'] . ': ' . $result['label'] . '. ' . html_entity_decode( wp_strip_all_tags( str_replace( '</p>', ' ', $result['description'] ) ), ENT_QUOTES );
	}

	/** Answers as LiteLLM does, with these answers by path instead; `date` is how far its clock is ahead. */
	private function litellm_is( array $instead = array(), int $ahead_s = 0 ): void {
		$usual = array(
			'/health/liveliness'        => self::answer( 200, '"I\'m alive!"' ),
			'/health/readiness'         => self::answer( 200, array( 'status' => 'healthy', 'db' => 'connected' ) ),
			'/health/readiness/details' => self::answer( 200, array( 'status' => 'healthy', 'db' => 'connected', 'litellm_version' => '1.106.2' ) ),
			'/key/info'                 => self::own(),
			'/v2/team/list'             => self::answer( 200, array( 'teams' => array(), 'total' => 0 ) ),
		);
		$this->gateway_answers(
			static function ( string $method, string $url ) use ( $instead, $usual, $ahead_s ) {
				$path   = substr( (string) wp_parse_url( $url, PHP_URL_PATH ), (int) strpos( $url, '/switch' ) ? strlen( '/switch' ) : 0 );
				$answer = $instead[ $path ] ?? ( $usual[ $path ] ?? new WP_Error( 'http_request_failed', 'cURL error 7: refused' ) );
				return is_array( $answer ) ? array_merge_recursive( $answer, array( 'headers' => array( 'date' => gmdate( 'D, d M Y H:i:s', time() + $ahead_s ) . ' GMT' ) ) ) : $answer;
			}
		);
	}

	/** What LiteLLM tells of the service key. */
	private static function own( array $info = array() ): array {
		return self::answer( 200, array( 'key' => 'x', 'info' => $info + array( 'key_alias' => 'dashboard', 'user_id' => 'wordpress', 'expires' => null, 'allowed_routes' => array() ) ) );
	}

	private static function names(): array {
		return array_keys( ( Site_Health::add( array( 'direct' => array(), 'async' => array() ) ) )['async'] );
	}

	public function test_there_are_four_tests_for_who_may_see_the_plugin(): void {
		$this->assertSame( array( 'litellm_gateway', 'litellm_host', 'litellm_safety', 'litellm_console' ), self::names() );
		foreach ( apply_filters( 'site_status_tests', array() )['async'] as $name => $test ) {
			$this->assertTrue( $test['has_rest'] );
			$this->assertStringContainsString( 'litellm-dashboard/v1/site-health/' . substr( $name, 8 ), $test['test'] );
			$this->assertIsCallable( $test['async_direct_test'] );
		}
		get_user_by( 'login', 'admin' )->add_cap( 'litellm_view_console', false );
		$this->be( 'nobody' );
		$this->be( 'admin' );
		$this->assertNotContains( 'litellm_console', self::names() );
		get_user_by( 'login', 'admin' )->remove_cap( 'litellm_view_console' );
		$this->be( 'editor' );
		$this->assertSame( array(), self::names() );
		$this->be( 'admin' );
		putenv( Settings::BASE . '=nonsense' );
		$this->assertSame( array( 'litellm_gateway', 'litellm_host' ), self::names(), 'Of what is not set up there is less to test.' );
	}

	public function test_nobody_else_gets_an_answer(): void {
		$this->litellm_is();
		$this->assertSame( 404, self::run_test( 'nothing' )['http'] );
		$this->assertSame( 404, self::run_test( 'Gateway' )['http'] );
		get_role( 'editor' )->add_cap( 'litellm_view' );
		foreach ( array( 'nobody' => 401, 'subscriber' => 403, 'editor' => 403 ) as $login => $status ) {
			$this->be( $login );
			$this->assertSame( $status, self::run_test( 'gateway' )['http'], $login );
		}
		get_role( 'editor' )->remove_cap( 'litellm_view' );
		// Who may see Site Health, and not the plugin.
		get_user_by( 'login', 'admin' )->add_cap( 'litellm_view', false );
		$this->be( 'nobody' );
		$this->be( 'admin' );
		$this->assertTrue( current_user_can( 'view_site_health_checks' ) );
		$this->assertSame( 403, self::run_test( 'gateway' )['http'] );
		$this->assertSame( array( array(), array() ), array( Site_Health::add( array() ), Site_Health::describe( array() ) ) );
		get_user_by( 'login', 'admin' )->remove_cap( 'litellm_view' );
		$this->assertSame( array(), $this->sent );
	}

	public function test_a_gateway_in_order_is_good_in_all_its_parts(): void {
		$this->litellm_is();
		$said = self::said( 'gateway' );
		$this->assertMatchesRegularExpression( '/^good: LiteLLM answers\. The smallest question that there is took \d+ ms/', $said );
		$this->assertStringContainsString( 'The clocks agree', $said );
		$this->assertStringStartsWith( 'good: LiteLLM 1.106.2 is new enough.', self::said( 'safety' ) );
		$this->assertStringContainsString( 'page=litellm-dashboard-status', self::run_test( 'gateway' )['actions'] );
	}

	public function test_more_than_a_second_is_slow(): void {
		$this->assertSame( array( 'good', 'LiteLLM answers' ), array_slice( Site_Health::took( 1000 ), 0, 2 ) );
		list( $weight, $title, $words ) = Site_Health::took( 1001 );
		$this->assertSame( array( 'recommended', 'LiteLLM answers slowly' ), array( $weight, $title ) );
		$this->assertStringContainsString( 'took 1,001 ms', $words );
	}

	/** @dataProvider failures */
	public function test_a_gateway_that_fails_is_told_with_what_to_do( string $words, string $said ): void {
		$this->litellm_is( array( '/health/liveliness' => new WP_Error( 'http_request_failed', $words ) ) );
		$this->assertStringContainsString( $said, self::said( 'gateway' ) );
		$this->assertStringStartsWith( 'critical: ', self::said( 'gateway' ) );
		$this->assertStringStartsWith( 'recommended: Whether LiteLLM is safe could not be found out.', self::said( 'safety' ) );
	}

	public function failures(): array {
		return array(
			array( 'cURL error 6: Could not resolve host', 'Check the host name in LITELLM_API_BASE. (gateway_unreachable, dns)' ),
			array( 'cURL error 7: refused', 'Check that LiteLLM is running' ),
			array( 'cURL error 28: Operation timed out', 'The gateway did not answer in time' ),
			array( 'cURL error 60: SSL certificate', 'its certificate must be valid' ),
			array( 'Firewall rule 7', 'Allow the gateway’s host in that plugin. What it says: Firewall rule 7 (gateway_unreachable, plugin)' ),
		);
	}

	public function test_settings_that_cannot_be_used_are_told_and_blame_nobody_else(): void {
		$this->litellm_is();
		putenv( Settings::BASE . '=nonsense' );
		$this->assertStringStartsWith( 'recommended: A setting of the gateway cannot be used.', self::said( 'gateway' ) );
		$this->assertStringNotContainsString( 'nonsense', self::said( 'gateway' ) );
		$this->assertSame( array(), $this->sent );
	}

	public function test_a_database_that_is_gone_is_named(): void {
		$this->litellm_is( array( '/key/info' => self::answer( 401, array( 'error' => array( 'message' => 'DB not connected', 'type' => 'no_db_connection', 'code' => '401' ) ) ) ) );
		$this->assertStringStartsWith( 'critical: LiteLLM has no database.', self::said( 'gateway' ) );
		$this->assertStringContainsString( 'critical: LiteLLM has no database.', self::said( 'safety' ), 'And the key is not blamed.' );
	}

	/** @dataProvider clocks */
	public function test_the_clocks_are_compared( int $ahead_s, string $said ): void {
		$this->litellm_is( array(), $ahead_s );
		$this->assertStringContainsString( $said, self::said( 'gateway' ) );
	}

	public function clocks(): array {
		return array(
			array( 0, 'The clocks agree' ),
			array( 50, 'The clocks agree' ),
			array( 600, 'recommended: The clocks of WordPress and LiteLLM differ. The time in LiteLLM’s answer is ' . human_time_diff( 0, 600 ) . ' ahead' ),
			array( -7300, 'is 2 hours behind this server’s clock' ),
		);
	}

	/** The same as in frontend/model/src/version.rs. @dataProvider versions */
	public function test_versions_are_judged_as_the_app_does( string $version, string $weight, string $title ): void {
		list( $was, $said ) = Site_Health::version( $version );
		$this->assertSame( array( $weight, $title ), array( $was, $said ) );
	}

	public function versions(): array {
		$cases = array();
		foreach ( array( '', 'unknown', 'latest', 'main-stable', '1' ) as $version ) {
			$cases[] = array( $version, 'recommended', 'LiteLLM does not tell its version' );
		}
		foreach ( array( '1.80.11', 'v1.80.11-stable', 'v1.80.11-stable.2', '1.82.6', '1.82.9', '1.84.2', '1.84', '1.84.3-rc.1', '1.84.3rc1', '1.84.3.dev3', '1.84.3b2', 'v1.84.3-nightly' ) as $version ) {
			$cases[] = array( $version, 'critical', "LiteLLM $version is not safe" );
		}
		foreach ( array( '1.82.7', 'v1.82.8' ) as $version ) {
			$cases[] = array( $version, 'critical', "LiteLLM $version is an attack" );
		}
		foreach ( array( '1.84.3', '1.84.3-stable', '1.84.3.post1', '1.84.4-rc.1', '1.106.2', '2.0.0' ) as $version ) {
			$cases[] = array( $version, 'good', "LiteLLM $version is new enough" );
		}
		return $cases;
	}

	public function test_the_version_is_read_where_this_litellm_tells_it(): void {
		$this->litellm_is( array( '/health/readiness' => self::answer( 200, array( 'status' => 'connected', 'db' => 'connected', 'litellm_version' => '1.80.11' ) ), '/health/readiness/details' => self::answer( 404, array( 'detail' => 'Not Found' ) ) ) );
		$this->assertStringStartsWith( 'critical: LiteLLM 1.80.11 is not safe. This version has security holes that are exploited. Update LiteLLM to 1.84.3 or newer.', self::said( 'safety' ) );
	}

	/** @dataProvider keys */
	public function test_the_service_key_is_judged( array $answers, string $said ): void {
		$this->litellm_is( $answers );
		$this->assertStringContainsString( $said, self::said( 'safety' ) );
	}

	public function keys(): array {
		$reads = array( '/key/list', '/key/info', '/user/daily/activity', '/team', '/v2/team/list', '/organization', '/tag/daily/activity', '/customer/daily/activity', '/spend/logs', '/model_group/info', '/user/list', '/budget/list', '/health/readiness' );
		$error = static fn( int $status, string $message, string $type = 'auth_error' ): array => self::answer( $status, array( 'error' => array( 'message' => $message, 'type' => $type, 'code' => (string) $status ) ) );
		return array(
			'a key of its own'     => array( array(), 'The service key is a key of its own It is not restricted by route' ),
			'all routes'           => array( array( '/key/info' => self::own( array( 'allowed_routes' => array( '/*' ) ) ) ), 'It may read, and it may change what the pages change.' ),
			'reads only'           => array( array( '/key/info' => self::own( array( 'allowed_routes' => $reads ) ) ), 'that is right for a key that only looks on' ),
			'a group of routes'    => array( array( '/key/info' => self::own( array( 'allowed_routes' => array( 'management_routes' ) ) ) ), 'It may read, and it may change' ),
			'a route is missing'   => array( array( '/key/info' => self::own( array( 'allowed_routes' => array_values( array_diff( $reads, array( '/spend/logs', '/budget/list' ) ) ) ) ) ), 'recommended: The service key may not read everything. Add these to the key’s allowed_routes: /spend/logs/v2, /spend/logs/session/ui, /spend/logs, /budget/list' ),
			'the master key'       => array( array( '/key/info' => $error( 404, 'No keys found', 'None' ) ), 'recommended: LITELLM_SERVICE_KEY is no virtual key; it is probably the master key.' ),
			'unknown'              => array( array( '/key/info' => $error( 401, 'Invalid proxy server token passed', 'token_not_found_in_db' ), '/v2/team/list' => $error( 401, 'Invalid proxy server token passed', 'token_not_found_in_db' ) ), 'critical: LiteLLM does not know the service key.' ),
			'nothing knows it'     => array( array( '/key/info' => $error( 404, 'x' ), '/v2/team/list' => $error( 404, 'x' ) ), 'critical: The gateway reported an error.' ),
			'blocked'              => array( array( '/key/info' => $error( 401, 'Key is blocked.' ) ), 'critical: The service key is blocked.' ),
			'no user'              => array( array( '/key/info' => self::own( array( 'user_id' => null ) ) ), 'recommended: The service key sees only a part of the gateway.' ),
			'no administrator'     => array( array( '/v2/team/list' => $error( 401, 'Only admin users can query all teams. Your role=internal_user' ) ), 'recommended: The service key sees only a part of the gateway.' ),
			'about to expire'      => array( array( '/key/info' => self::own( array( 'expires' => gmdate( 'Y-m-d\TH:i:s\Z', time() + 3 * DAY_IN_SECONDS ) ) ) ), 'recommended: The service key expires soon.' ),
			'expires in a month'   => array( array( '/key/info' => self::own( array( 'expires' => gmdate( 'Y-m-d\TH:i:s\Z', time() + 30 * DAY_IN_SECONDS ) ) ) ), 'good: ' ),
		);
	}

	public function test_words_of_others_cannot_break_out(): void {
		$evil = '<img src=x onerror=alert(1)>';
		$this->litellm_is( array( '/key/info' => self::answer( 401, array( 'error' => array( 'message' => "Key is blocked. $evil " . self::KEY, 'type' => 'auth_error', 'code' => '401' ) ) ), '/health/readiness/details' => self::answer( 200, array( 'db' => 'connected', 'litellm_version' => "1.106.2$evil" ) ) ) );
		$this->assertStringNotContainsString( '<img', self::run_test( 'safety' )['description'] );
		$this->assertStringContainsString( '&lt;img', self::run_test( 'safety' )['description'] );
		self::said( 'safety' );
	}

	public function test_each_problem_of_the_console_has_its_words(): void {
		$this->litellm_is();
		$this->assertStringStartsWith( 'recommended: LiteLLM’s console cannot be shown inside wp-admin.', self::said( 'console' ) );
		$this->assertStringContainsString( 'page=litellm-dashboard-console', self::run_test( 'console' )['actions'] );
		putenv( Settings::BASE . '=http://litellm' );
		$this->assertStringContainsString( 'litellm looks like a name of the server’s own network', self::said( 'console' ) );
		// Where it is not reached, that it is of another site is of no use.
		$this->litellm_is( array( '/ui/' => self::answer( 200, '<script src="/litellm-asset-prefix/x.js"></script>', 'text/html' ) ) );
		putenv( Settings::BASE . '=http://llm.example.net' );
		$this->assertStringContainsString( '(http://llm.example.net) and WordPress (http://127.0.0.1', self::said( 'console' ) );
	}

	public function test_a_key_in_clear_on_a_public_way_is_told(): void {
		$this->litellm_is();
		putenv( Settings::BASE . '=http://llm.example.net' );
		$this->assertStringStartsWith( 'recommended: The service key travels unencrypted.', self::said( 'gateway' ) );
		putenv( Settings::BASE . '=https://llm.example.net' );
		$this->assertStringStartsWith( 'good: ', self::said( 'gateway' ) );
	}

	/** Answers this site's requests to itself: by the end of the path, or as a function of method, URL and arguments. */
	private function this_site_answers( array $answers ): void {
		$this->gateway_answers(
			static function ( string $method, string $url, array $args ) use ( $answers ) {
				foreach ( $answers + array( '.bin' => self::answer( 200, "\x1f\x8b\x08", 'application/octet-stream' ), '.wasm' => self::answer( 200, '', 'application/wasm' ), 'litellm-dashboard-status' => self::answer( 200, '<html>', 'text/html' ), '/batch' => self::answer( 200, '{"answers":[]}' ) ) as $part => $answer ) {
					if ( false !== strpos( $url, (string) $part ) ) {
						return is_callable( $answer ) ? $answer( $url, $args ) : $answer;
					}
				}
				return new WP_Error( 'http_request_failed', 'no such address' );
			}
		);
	}

	public function test_a_host_that_lets_everything_through_is_good(): void {
		$this->this_site_answers( array() );
		$said = self::said( 'host' );
		$this->assertStringStartsWith( 'good: This host gives out the files of the app. This host knows the type of WebAssembly.', $said );
		$this->assertStringContainsString( 'arrived with its header X-WP-Nonce', $said );
		foreach ( $this->sent as list( , $url, $args ) ) {
			$this->assertSame( array( Plugin::origin( admin_url() ), 0 ), array( Plugin::origin( $url ), $args['redirection'] ) );
		}
		$this->this_site_answers( array( '.wasm' => self::answer( 200, '', 'text/plain; charset=utf-8' ) ) );
		$this->assertStringStartsWith( 'good: This host gives out the files of the app. This host takes WebAssembly for “text/plain; charset=utf-8”.', self::said( 'host' ) );
	}

	public function test_a_host_that_cannot_ask_itself_is_not_blamed(): void {
		$this->gateway_answers( new WP_Error( 'http_request_failed', 'cURL error 7: refused' ) );
		$this->assertStringStartsWith( 'recommended: Whether this host lets LiteLLM Dashboard through could not be found out. This server cannot ask itself: cURL error 7', self::said( 'host' ) );
		$this->assertCount( 1, $this->sent );
	}

	public function test_files_that_do_not_come_are_told(): void {
		$this->this_site_answers( array( '.bin' => self::answer( 200, '<html>', 'text/html' ) ) );
		$this->assertStringStartsWith( 'recommended: This host keeps back or changes compressed files of the app.', self::said( 'host' ) );
		$this->this_site_answers( array( '.bin' => self::answer( 403, '' ), '.wasm' => self::answer( 403, '' ) ) );
		$this->assertStringStartsWith( 'critical: The files of the app cannot be had.', self::said( 'host' ) );
	}

	public function test_an_incomplete_plugin_is_told(): void {
		$build = Plugin::path( 'assets/app/build.json' );
		$was   = (string) file_get_contents( $build );
		unlink( $build );
		$said = self::said( 'host' );
		file_put_contents( $build, $was );
		$this->assertStringStartsWith( 'critical: The files of the app cannot be had. LiteLLM Dashboard is incomplete', $said );
	}

	/** @dataProvider policies */
	public function test_a_policy_that_forbids_webassembly_is_told( $policy, bool $forbids ): void {
		$this->this_site_answers( array( 'litellm-dashboard-status' => array_merge_recursive( self::answer( 200, '' ), array( 'headers' => array( 'content-security-policy' => $policy ) ) ) ) );
		$this->assertSame( $forbids, 0 === strpos( self::said( 'host' ), 'critical: The policy of this site forbids WebAssembly.' ) );
	}

	public function policies(): array {
		return array(
			array( "script-src 'self' 'unsafe-inline'", true ),
			array( "default-src 'self'; img-src *", true ),
			array( "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", false ),
			array( "default-src 'none'; script-src 'unsafe-eval' *", false ),
			array( "frame-ancestors 'self'", false ),
			array( "upgrade-insecure-requests, script-src 'self'", true ),
			array( array( "img-src *", "script-src 'self'" ), true ),
		);
	}

	public function test_a_header_that_gets_lost_is_told_from_a_login_that_does_not_count(): void {
		$lost = static fn( string $url ) => false !== strpos( $url, '_wpnonce=' ) ? self::answer( 200, '{"answers":[]}' ) : self::answer( 401, array( 'code' => 'rest_not_logged_in' ) );
		$this->this_site_answers( array( '/batch' => $lost ) );
		$this->assertStringStartsWith( 'recommended: The header X-WP-Nonce does not arrive.', self::said( 'host' ) );
		$this->this_site_answers( array( '/batch' => self::answer( 401, array( 'code' => 'rest_not_logged_in' ) ) ) );
		$said = self::said( 'host' );
		$this->assertStringStartsWith( 'good: ', $said );
		$this->assertStringContainsString( 'Whether the header X-WP-Nonce arrives could not be found out', $said );
	}

	/** WordPress' own weekly check has no user, and so no pages to look at. */
	public function test_the_weekly_check_runs_without_a_user(): void {
		$this->be( 'nobody' );
		add_filter( 'wp_doing_cron', '__return_true' );
		$this->litellm_is();
		$tests = Site_Health::add( array() )['async'];
		$this->assertCount( 4, $tests );
		$this->assertSame( array( 'good', 'good' ), array( $tests['litellm_gateway']['async_direct_test']()['status'], $tests['litellm_safety']['async_direct_test']()['status'] ) );
		$this->this_site_answers( array() );
		$this->sent = array();
		$this->assertSame( 'good', $tests['litellm_host']['async_direct_test']()['status'] );
		$this->assertCount( 2, $this->sent, 'Only the files.' );
		remove_filter( 'wp_doing_cron', '__return_true' );
		$this->assertSame( 401, self::run_test( 'gateway' )['http'] );
	}

	public function test_the_section_for_support_has_no_secret(): void {
		$this->litellm_is();
		self::said( 'safety' );
		$this->sent = array();
		$section    = Site_Health::describe( array() )['litellm-dashboard'];
		$this->assertStringNotContainsString( self::KEY, (string) wp_json_encode( $section ) );
		$this->assertStringNotContainsString( substr( self::KEY, -4 ), (string) wp_json_encode( $section ), 'Not even its end.' );
		$this->assertSame( array( 'constant', 'Set in wp-config.php' ), array( $section['fields'][ Settings::KEY ]['debug'], $section['fields'][ Settings::KEY ]['value'] ) );
		$this->assertTrue( $section['fields']['address']['private'] );
		$this->assertSame( '1.106.2', $section['fields']['litellm']['value'] );
		$this->assertSame( array(), $this->sent, 'Nobody is asked.' );
		putenv( Settings::BASE . '=sk-in-the-wrong-place' );
		$section = Site_Health::describe( array() )['litellm-dashboard'];
		$this->assertStringNotContainsString( 'wrong-place', (string) wp_json_encode( $section ) );
		$this->assertSame( 'environment, invalid: scheme', $section['fields'][ Settings::BASE ]['debug'] );
		$this->be( 'editor' );
		$this->assertSame( array(), Site_Health::describe( array() ) );
	}
}
