<?php
declare( strict_types=1 );

/** The served WordPress, with cookies and nonces, against the gateway that misbehaves. */
final class Routes_Over_Http_Test extends Plugin_TestCase {

	private static array $clients = array();

	private static function as( string $login ): Http_Client {
		return self::$clients[ $login ] ?? ( self::$clients[ $login ] = new Http_Client( $login ) );
	}

	/** Not isolated by a transaction: the other process would not see it, and SQLite would be locked. */
	protected function setUp(): void {
		Hostile_Gateway::behave( 'ok' );
		LiteLLM_Dashboard\Housekeeping::clear_site();
	}

	protected function tearDown(): void {
		LiteLLM_Dashboard\Housekeeping::clear_site();
	}

	public function test_an_administrator_reads_and_nothing_may_store_the_answer(): void {
		$answer = self::as( 'admin' )->rest( 'GET', 'keys.list?size=5' );
		$this->assertSame( 200, $answer['status'] );
		$this->assertSame( array( 'data', 'age_s', 'error', 'took_ms' ), array_keys( $answer['json'] ) );
		$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'] );
		$this->assertArrayHasKey( 'x-wp-nonce', $answer['headers'] );
		$this->assertSame( 'wordpress:admin', Hostile_Gateway::log()[0]['headers']['litellm-changed-by'] );
	}

	/** @dataProvider refused */
	public function test_others_are_refused( string $login, int $status, string $code ): void {
		foreach ( array( array( 'GET', 'keys.list' ), array( 'GET', 'status' ), array( 'POST', 'keys.block' ), array( 'POST', 'batch' ), array( 'GET', 'no.such' ) ) as list( $method, $operation ) ) {
			$answer = self::as( $login )->rest( $method, $operation, 'POST' === $method ? array( 'requests' => array() ) : null );
			$this->assertSame( array( $status, $code ), array( $answer['status'], $answer['json']['code'] ), "$login $operation" );
			$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'] );
		}
		$this->assertSame( array(), Hostile_Gateway::log() );
	}

	public function refused(): array {
		return array( array( 'editor', 403, 'rest_forbidden' ), array( 'subscriber', 403, 'rest_forbidden' ) );
	}

	public function test_nobody_is_told_to_sign_in(): void {
		$nobody = new Http_Client();
		foreach ( array( array( 'GET', 'keys.list' ), array( 'POST', 'keys.block' ), array( 'POST', 'batch' ), array( 'GET', 'no.such' ) ) as list( $method, $operation ) ) {
			$answer = $nobody->request( $method, '/wp-json/litellm-dashboard/v1/' . $operation, 'POST' === $method ? '{}' : null, array( 'Content-Type: application/json' ) );
			$this->assertSame( array( 401, 'rest_not_logged_in' ), array( $answer['status'], $answer['json']['code'] ), $operation );
			$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'] );
		}
	}

	public function test_a_cookie_without_a_nonce_is_nobody_and_a_wrong_nonce_is_said(): void {
		foreach ( array( 'keys.list', 'status' ) as $operation ) {
			$answer = self::as( 'admin' )->request( 'GET', '/wp-json/litellm-dashboard/v1/' . $operation );
			$this->assertSame( array( 401, 'rest_not_logged_in' ), array( $answer['status'], $answer['json']['code'] ) );
		}
		$answer = self::as( 'admin' )->request( 'POST', '/wp-json/litellm-dashboard/v1/keys.block', json_encode( array( 'key' => str_repeat( 'a', 64 ) ) ), array( 'Content-Type: application/json', 'X-WP-Nonce: 0123456789' ) );
		$this->assertSame( array( 403, 'rest_cookie_invalid_nonce' ), array( $answer['status'], $answer['json']['code'] ) );
		$this->assertSame( array(), Hostile_Gateway::log() );
	}

	public function test_a_link_cannot_make_a_browser_write(): void {
		$admin = self::as( 'admin' );
		foreach ( array( 'keys.block?_method=POST&key=' . str_repeat( 'a', 64 ), 'keys.block?_method=POST', 'keys.list?_method=POST', 'keys.list?_jsonp=alert', 'keys.list?operation=keys.block' ) as $address ) {
			$answer = $admin->rest( 'GET', $address );
			$this->assertContains( $answer['status'], array( 400, 405 ), $address );
		}
		$this->assertSame( 400, $admin->rest( 'POST', 'keys.block', array( 'key' => str_repeat( 'a', 64 ) ), array( 'X-HTTP-Method-Override: POST' ) )['status'] );
		$this->assertSame( 405, $admin->rest( 'HEAD', 'keys.list' )['status'] );
		foreach ( array( 'PUT', 'PATCH', 'DELETE' ) as $method ) {
			$this->assertSame( 404, $admin->rest( $method, 'keys.block', array( 'key' => str_repeat( 'a', 64 ) ) )['status'] );
		}
		$this->assertSame( array(), Hostile_Gateway::log() );
	}

	public function test_the_contract_cannot_be_read_off_the_route(): void {
		$nobody = new Http_Client();
		foreach ( array( '/wp-json/', '/wp-json/litellm-dashboard/v1' ) as $path ) {
			$this->assertStringNotContainsString( '(?P<operation>', $nobody->request( 'GET', $path )['body'] );
		}
		foreach ( array( 'keys.create', 'batch', 'status' ) as $operation ) {
			$text = $nobody->request( 'OPTIONS', '/wp-json/litellm-dashboard/v1/' . $operation )['body'];
			foreach ( array( 'max_budget', 'litellm_manage_keys', '/key/generate', 'pattern', 'alias' ) as $part ) {
				$this->assertStringNotContainsString( $part, $text );
			}
		}
		$this->assertSame( array(), Hostile_Gateway::log() );
	}

	public function test_plain_permalinks_work_too(): void {
		$answer = self::as( 'admin' )->request( 'GET', '/index.php?rest_route=/litellm-dashboard/v1/keys.list&page=1', null, array( 'X-WP-Nonce: ' . self::as( 'admin' )->nonce ) );
		$this->assertSame( array( 200, null ), array( $answer['status'], $answer['json']['error'] ) );
	}

	public function test_an_envelope_changes_nothing_but_the_wrapping(): void {
		$answer = self::as( 'admin' )->rest( 'GET', 'no.such?_envelope=1' );
		$this->assertSame( array( 404, 'litellm_unknown_operation' ), array( $answer['json']['status'], $answer['json']['body']['code'] ) );
		$this->assertSame( 401, ( new Http_Client() )->request( 'GET', '/wp-json/litellm-dashboard/v1/keys.list?_envelope=1' )['json']['status'] );
	}

	/** One slow question, many browsers: the gateway is asked once. */
	public function test_many_callers_make_one_request(): void {
		Hostile_Gateway::behave( 'half' );
		$answers = self::as( 'admin' )->rest_at_once( 4, 'activity.day?day=2026-09-09' );
		$this->assertSame( array_fill( 0, 4, 200 ), array_column( $answers, 'status' ) );
		$this->assertCount( 1, Hostile_Gateway::log() );
	}

	public function test_the_last_good_answer_survives_the_gateway(): void {
		self::as( 'admin' )->rest( 'GET', 'keys.list' );
		Hostile_Gateway::behave( 'error500' );
		sleep( 4 );
		$answer = self::as( 'admin' )->rest( 'GET', 'keys.list' );
		$this->assertSame( array( 200, 'gateway_error', 'one' ), array( $answer['status'], $answer['json']['error']['code'], $answer['json']['data']['keys'][0]['key_alias'] ) );
		$this->assertGreaterThanOrEqual( 4, $answer['json']['age_s'] );
	}

	/** @dataProvider misbehaviour */
	public function test_misbehaviour_ends_as_a_sentence( string $behaviour, int $status, string $code ): void {
		Hostile_Gateway::behave( $behaviour );
		$answer = self::as( 'admin' )->rest( 'GET', 'keys.list' );
		$this->assertSame( array( $status, $code ), array( $answer['status'], $answer['json']['code'] ), $answer['body'] );
		$this->assertStringNotContainsString( substr( self::KEY, 0, 10 ), $answer['body'] );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
		$this->assertGreaterThan( 20, strlen( $answer['json']['message'] ) );
	}

	public function misbehaviour(): array {
		return array(
			array( 'redirect', 502, 'gateway_redirect' ),
			array( 'endless', 502, 'gateway_too_large' ),
			array( 'huge', 502, 'gateway_too_large' ),
			array( 'gzipbomb', 502, 'gateway_too_large' ),
			array( 'truncated', 502, 'gateway_not_json' ),
			array( 'html', 502, 'gateway_not_json' ),
			array( 'reset', 502, 'gateway_unreachable' ),
			array( 'error502html', 502, 'gateway_error' ),
			array( 'echo401', 502, 'gateway_unauthorized' ),
			array( 'echo400', 400, 'gateway_refused' ),
		);
	}

	/** @dataProvider logins */
	public function test_pages_and_menu_are_for_administrators( string $login, bool $may ): void {
		$home = self::as( $login )->request( 'GET', '/wp-admin/profile.php' )['body'];
		$this->assertSame( $may, false !== strpos( $home, 'page=litellm-dashboard' ) );
		foreach ( array( 'litellm-dashboard', 'litellm-dashboard-keys', 'litellm-dashboard-console', 'litellm-dashboard-status' ) as $page ) {
			$answer = self::as( $login )->request( 'GET', '/wp-admin/admin.php?page=' . $page );
			$this->assertSame( $may ? 200 : 403, $answer['status'] );
			$this->assertSame( $may, false !== strpos( $answer['body'], 'id="litellm-dashboard-boot"' ) );
			$this->assertStringNotContainsString( self::KEY, $answer['body'] );
		}
	}

	public function logins(): array {
		return array( array( 'admin', true ), array( 'editor', false ), array( 'subscriber', false ) );
	}

	public function test_our_files_are_on_our_pages_only(): void {
		$ours = self::as( 'admin' )->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard' )['body'];
		$this->assertMatchesRegularExpression( '#<script type="module"[^>]*\ssrc=["\'][^"\']*/litellm-dashboard/assets/loader\.js\?ver=0123456789abcdef["\']#', $ours );
		$this->assertMatchesRegularExpression( '#<link rel=.preload. href="[^"]*/assets/app/(?:shell|dashboard)\.bin\?ver=0123456789abcdef" as="fetch" crossorigin>#', $ours );
		$this->assertStringContainsString( 'assets/app/boot.css?ver=0123456789abcdef', $ours );
		foreach ( array( 'index.php', 'plugins.php', 'profile.php' ) as $page ) {
			$other = self::as( 'admin' )->request( 'GET', '/wp-admin/' . $page )['body'];
			$this->assertStringNotContainsString( 'litellm-dashboard/assets', $other );
			$this->assertStringNotContainsString( 'litellm-dashboard-boot', $other );
		}
		$this->assertStringContainsString( '>Open</a>', self::as( 'admin' )->request( 'GET', '/wp-admin/plugins.php' )['body'] );
		$this->assertSame( array(), Hostile_Gateway::log(), 'A page asks the gateway nothing.' );
	}
}
