<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;

/** Beside a persistent object cache in a real Redis, security plugins and loggers of HTTP calls. */
final class Beside_Test extends Plugin_TestCase {

	private static ?Http_Client $admin = null;

	/** Not in a transaction: the served site would not see it. */
	protected function setUp(): void {
		Hostile_Gateway::behave( 'ok' );
		Clock::reset();
		wp_cache_flush();
		$this->be( 'admin' );
		// After the flush, which the served site sees.
		self::$admin = self::$admin ?? new Http_Client( 'admin' );
	}

	protected function tearDown(): void {
		foreach ( array( 'test_rest_for_users', 'test_rest_hidden' ) as $option ) {
			delete_option( $option );
		}
		Cache::delete( false, true );
		wp_set_current_user( 0 );
	}

	/** What Redis has, by its keys. */
	private static function in_redis( string $pattern ): array {
		$redis = new ReflectionMethod( $GLOBALS['wp_object_cache'], 'redis' );
		PHP_VERSION_ID >= 80100 || $redis->setAccessible( true );
		return (array) $redis->invoke( $GLOBALS['wp_object_cache'], 'KEYS', $pattern );
	}

	public function test_answers_are_in_the_object_cache_and_not_in_the_database(): void {
		$this->assertTrue( wp_using_ext_object_cache() );
		$this->assertTrue( self::$admin->read( 'status' )['json']['data']['object_cache'] );
		// Of a day that is over, as it stays fresh however slow the machine is.
		$this->assertSame( 200, self::$admin->read( 'activity.day', array( 'day' => '2026-09-09' ) )['status'] );
		$this->assertNotEmpty( self::in_redis( 'wp:transient:litellm_dashboard_*' ) );
		$this->assertSame( array(), self::stored( '_transient%litellm_dashboard%' ) );
		// What is fresh is not asked for again, also by another process.
		$this->assertSame( 200, self::$admin->read( 'activity.day', array( 'day' => '2026-09-09' ) )['status'] );
		$this->assertSame( array( '/switch/user/daily/activity/aggregated' ), array_map( static fn( array $one ): string => explode( '?', $one['url'] )[0], Hostile_Gateway::log() ) );
	}

	public function test_after_a_write_what_was_stored_counts_no_more(): void {
		self::$admin->read( 'keys.list' );
		$this->assertSame( 200, self::$admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ) ) )['status'] );
		Hostile_Gateway::reset();
		self::$admin->read( 'keys.list' );
		$this->assertCount( 1, Hostile_Gateway::log(), 'It was asked anew.' );
	}

	public function test_many_callers_make_one_request(): void {
		Hostile_Gateway::behave( 'half' );
		$day     = array( 'day' => '2026-09-09' );
		$answers = self::$admin->read_at_once( 4, 'activity.day', $day );
		$this->assertSame( array(), array_diff( array_column( $answers, 'status' ), array( 200, 202 ) ) );
		$this->assertSame( 200, self::$admin->read( 'activity.day', $day )['status'] );
		$this->assertCount( 1, Hostile_Gateway::log() );
	}

	/** Some object caches remember that there was nothing, and the answer of whoever held the lock was never found. */
	public function test_what_another_process_has_stored_meanwhile_is_found(): void {
		$settings = new LiteLLM_Dashboard\Settings();
		$cache    = new Cache( $settings );
		$id       = $cache->id( self::operation( 'activity.day' ), array( 'day' => '2026-09-09' ) );
		$this->assertSame( array(), $cache->find( array( $id ) ) );
		$this->assertSame( 200, self::$admin->read( 'activity.day', array( 'day' => '2026-09-09' ) )['status'] );
		$this->assertSame( array( $id ), array_keys( $cache->find( array( $id ), true ) ) );
	}

	public function test_an_emptied_object_cache_costs_one_question_and_no_more(): void {
		self::$admin->read( 'keys.list' );
		wp_cache_flush();
		Hostile_Gateway::reset();
		$this->assertSame( 200, self::$admin->read( 'keys.list' )['status'] );
		$this->assertCount( 1, Hostile_Gateway::log() );
	}

	public function test_what_is_no_cache_survives_an_emptied_object_cache(): void {
		$saved = self::$admin->rest( 'POST', 'journal.save', array( 'id' => 'undo0001', 'kind' => 'kill_switch', 'revision' => 0, 'entry' => '{"blocked":[]}' ) );
		$this->assertSame( 200, $saved['status'] );
		self::$admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ) ) );
		wp_cache_flush();
		$this->assertSame( array( 'undo0001' ), array_column( self::$admin->read( 'journal.list' )['json']['data']['entries'], 'id' ) );
		$this->assertNotEmpty( self::$admin->read( 'audit.list' )['json']['data']['rows'] );
	}

	public function test_what_is_deactivated_leaves_nothing_that_counts(): void {
		self::$admin->read( 'keys.list' );
		$before = get_option( 'litellm_dashboard_generation' );
		Cache::delete( false );
		Hostile_Gateway::reset();
		$this->assertNotSame( '', $before );
		self::$admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ) ) );
		Hostile_Gateway::reset();
		self::$admin->read( 'keys.list' );
		$this->assertCount( 1, Hostile_Gateway::log() );
	}

	public function test_where_guests_get_no_rest_the_pages_work_and_alertmanager_is_told_so(): void {
		$alert = static fn(): array => ( new Http_Client() )->request( 'POST', '/wp-json/litellm-dashboard/v1/alertmanager', '{"alerts":[]}', array( 'Content-Type: application/json', 'Authorization: Bearer ' . LITELLM_ALERTMANAGER_TOKEN ) );
		$this->assertLessThan( 300, $alert()['status'] );
		update_option( 'test_rest_for_users', 1 );
		$this->assertSame( 200, self::$admin->read( 'keys.list' )['status'] );
		$this->assertSame( 200, self::$admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ) ) )['status'] );
		$answer = $alert();
		$this->assertSame( 401, $answer['status'] );
		$this->assertStringContainsString( 'rest_not_logged_in', $answer['body'] );
	}

	public function test_where_rest_has_another_address_and_no_index_the_pages_ask_there(): void {
		update_option( 'test_rest_hidden', 1 );
		update_option( 'rewrite_rules', '' );
		$page = self::$admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard-keys' );
		preg_match( '#id="litellm-dashboard-boot">(.*?)</script>#s', $page['body'], $match );
		$boot = json_decode( $match[1], true );
		$this->assertStringContainsString( '/api/litellm-dashboard/v1/', $boot['rest'] );
		$path   = (string) substr( $boot['rest'], strlen( (string) getenv( 'WP_URL' ) ) );
		$answer = self::$admin->request( 'POST', $path . 'batch', '{"requests":[{"operation":"keys.list","params":{}}]}', array( 'Content-Type: application/json', 'X-WP-Nonce: ' . $boot['nonce'] ) );
		$this->assertSame( 200, $answer['status'] );
		$this->assertSame( 200, $answer['json']['answers'][0]['status'], $answer['body'] );
		delete_option( 'test_rest_hidden' );
		update_option( 'rewrite_rules', '' );
	}

	public function test_loggers_of_http_calls_see_that_the_gateway_was_asked_and_not_with_what_key(): void {
		$log = WP_CONTENT_DIR . '/http.log';
		file_put_contents( $log, '' );
		self::$admin->read( 'keys.list' );
		self::$admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ) ) );
		self::$admin->rest( 'POST', 'keys.create', array( 'alias' => 'logged' ) );
		$seen = (string) file_get_contents( $log );
		$this->assertStringContainsString( '/key/list', $seen );
		$this->assertStringContainsString( '/key/block', $seen );
		$this->assertStringContainsString( 'LiteLLM-Dashboard/', $seen );
		foreach ( array( LITELLM_SERVICE_KEY, base64_encode( LITELLM_SERVICE_KEY ), 'Authorization', 'Bearer' ) as $secret ) {
			$this->assertStringNotContainsStringIgnoringCase( $secret, $seen );
		}
	}

	/** WordPress has a client for models of its own, and pages for who provides them. */
	public function test_wordpress_own_ai_is_left_alone(): void {
		if ( ! function_exists( 'wp_ai_client_prompt' ) || ! function_exists( 'wp_get_ability' ) ) {
			$this->markTestSkipped( 'This WordPress has no AI client.' );
		}
		Hostile_Gateway::reset();
		$page = self::$admin->request( 'GET', '/wp-admin/options-connectors.php' );
		$this->assertSame( 200, $page['status'] );
		$this->assertStringContainsString( 'toplevel_page_litellm-dashboard', $page['body'] );
		$this->assertFalse( wp_ai_client_prompt( 'Hello?' )->is_supported_for_text_generation(), 'We offer it no model.' );
		$this->assertSame( array(), Hostile_Gateway::log() );
		$listed = self::$admin->request( 'GET', '/wp-json/wp-abilities/v1/abilities?per_page=100', null, array( 'X-WP-Nonce: ' . self::$admin->nonce ) );
		$names  = array_column( $listed['json'], 'name' );
		$this->assertContains( 'neighbour/hello', $names );
		$this->assertNotEmpty( preg_grep( '#^litellm-dashboard/#', $names ) );
		foreach ( array( 'litellm-dashboard', 'litellm-dashboard-keys' ) as $ours ) {
			$this->assertSame( 200, self::$admin->request( 'GET', "/wp-admin/admin.php?page=$ours" )['status'] );
		}
	}

	/** The last one: Redis does not come back. */
	public function test_without_redis_the_site_goes_on(): void {
		$redis = new ReflectionMethod( $GLOBALS['wp_object_cache'], 'redis' );
		PHP_VERSION_ID >= 80100 || $redis->setAccessible( true );
		$redis->invoke( $GLOBALS['wp_object_cache'], 'SHUTDOWN', 'NOSAVE' );
		$this->assertSame( 200, self::$admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard' )['status'] );
		$this->assertSame( 200, self::$admin->read( 'keys.list' )['status'] );
		$this->assertSame( 200, self::$admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'b', 64 ) ) )['status'] );
		wp_cache_flush();
	}
}
