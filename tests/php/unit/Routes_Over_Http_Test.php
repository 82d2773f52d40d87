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
		Clock::reset();
		wp_cache_flush();
		LiteLLM_Dashboard\Cache::delete( false );
	}

	protected function tearDown(): void {
		LiteLLM_Dashboard\Cache::delete( false );
	}

	public function test_an_administrator_reads_and_nothing_may_store_the_answer(): void {
		$answer = self::as( 'admin' )->read( 'keys.list', array( 'size' => 5 ) );
		$this->assertSame( 200, $answer['status'] );
		$this->assertSame( array( 'data', 'age_s', 'error', 'took_ms' ), array_keys( $answer['json'] ) );
		$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'] );
		$this->assertArrayHasKey( 'x-wp-nonce', $answer['headers'] );
		$this->assertSame( 'wordpress:admin', Hostile_Gateway::log()[0]['headers']['litellm-changed-by'] );
	}

	/** @dataProvider refused */
	public function test_others_are_refused( string $login, int $status, string $code ): void {
		foreach ( array( 'keys.list', 'status', 'keys.block', 'batch', 'no.such' ) as $operation ) {
			$answer = self::as( $login )->rest( 'POST', $operation, array( 'requests' => array() ) );
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
		foreach ( array( 'keys.list', 'keys.block', 'batch', 'no.such' ) as $operation ) {
			$answer = $nobody->request( 'POST', '/wp-json/litellm-dashboard/v1/' . $operation, '{}', array( 'Content-Type: application/json' ) );
			$this->assertSame( array( 401, 'rest_not_logged_in' ), array( $answer['status'], $answer['json']['code'] ), $operation );
			$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'] );
		}
	}

	public function test_a_cookie_without_a_nonce_is_nobody_and_a_wrong_nonce_is_said(): void {
		foreach ( array( 'keys.block', 'batch' ) as $operation ) {
			$answer = self::as( 'admin' )->request( 'POST', '/wp-json/litellm-dashboard/v1/' . $operation, '{}', array( 'Content-Type: application/json' ) );
			$this->assertSame( array( 401, 'rest_not_logged_in' ), array( $answer['status'], $answer['json']['code'] ) );
		}
		$answer = self::as( 'admin' )->request( 'POST', '/wp-json/litellm-dashboard/v1/keys.block', json_encode( array( 'key' => str_repeat( 'a', 64 ) ) ), array( 'Content-Type: application/json', 'X-WP-Nonce: 0123456789' ) );
		$this->assertSame( array( 403, 'rest_cookie_invalid_nonce' ), array( $answer['status'], $answer['json']['code'] ) );
		$this->assertSame( array(), Hostile_Gateway::log() );
	}

	public function test_a_link_cannot_make_a_browser_write(): void {
		$admin = self::as( 'admin' );
		$key   = str_repeat( 'a', 64 );
		foreach ( array( 'keys.block?_method=POST&key=' . $key, 'keys.block?_method=POST', 'batch?_method=POST', 'keys.list?_method=POST', 'keys.list?_jsonp=alert', 'keys.block?_jsonp=alert&_method=POST&key=' . $key ) as $address ) {
			$answer = $admin->rest( 'GET', $address );
			// The envelope of a refusal, as a script.
			preg_match( '#^/\*\*/alert\(\{"litellm_dashboard":"","status":(\d+)#', $answer['body'], $within );
			$this->assertContains( (int) ( $within[1] ?? $answer['status'] ), array( 400, 404, 405 ), $address );
		}
		// What a form of another site can send has no nonce either; with one it is still no JSON.
		foreach ( array( 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x' ) as $type ) {
			$answer = $admin->request( 'POST', '/wp-json/litellm-dashboard/v1/keys.block?key=' . $key, '{"key":"' . $key . '"}', array( 'Content-Type: ' . $type, 'X-WP-Nonce: ' . $admin->nonce ) );
			$this->assertSame( array( 400, 'litellm_invalid_request' ), array( $answer['json']['status'], $answer['json']['error']['code'] ), $type );
		}
		foreach ( array( 'HEAD', 'PUT', 'PATCH', 'DELETE' ) as $method ) {
			$this->assertSame( 404, $admin->rest( $method, 'keys.block', 'HEAD' === $method ? null : array( 'key' => $key ) )['status'], $method );
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
		$answer = self::as( 'admin' )->request( 'POST', '/index.php?rest_route=/litellm-dashboard/v1/batch', '{"requests":[{"operation":"keys.list"}]}', array( 'Content-Type: application/json', 'X-WP-Nonce: ' . self::as( 'admin' )->nonce ) );
		$this->assertSame( array( 200, null ), array( $answer['json']['answers'][0]['status'], $answer['json']['answers'][0]['error'] ) );
	}

	/** Servers before WordPress put pages of their own in the place of errors: a refused write was "in doubt" then. */
	public function test_what_is_refused_has_the_status_of_a_success_and_its_own_within(): void {
		$admin = self::as( 'admin' );
		$ask   = static fn( string $operation, array $body ): array => $admin->request( 'POST', '/wp-json/litellm-dashboard/v1/' . $operation, (string) json_encode( $body ), array( 'Content-Type: application/json', 'X-WP-Nonce: ' . $admin->nonce ) );
		Hostile_Gateway::behave( 'error500' );
		foreach ( array( array( 'no.such', array(), 404, 'litellm_unknown_operation' ), array( 'batch', array(), 400, 'litellm_invalid_request' ), array( 'keys.block', array(), 400, 'litellm_invalid_request' ), array( 'keys.block', array( 'key' => str_repeat( 'a', 64 ) ), 502, 'gateway_error' ) ) as list( $operation, $body, $status, $code ) ) {
			$answer = $ask( $operation, array( 'litellm_dashboard' => '0a1b' ) + $body );
			$this->assertSame( array( 200, $status, $code ), array( $answer['status'], $answer['json']['status'], $answer['json']['error']['code'] ), $operation );
			$this->assertStringStartsWith( '{"litellm_dashboard":"0a1b",', $answer['body'] );
			$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'] );
		}
	}

	public function test_an_envelope_changes_nothing_but_the_wrapping(): void {
		$answer = self::as( 'admin' )->rest( 'POST', 'no.such?_envelope=1', array() );
		$this->assertSame( array( 404, 'litellm_unknown_operation' ), array( $answer['json']['body']['status'], $answer['json']['body']['error']['code'] ) );
		$this->assertSame( 401, ( new Http_Client() )->request( 'POST', '/wp-json/litellm-dashboard/v1/batch?_envelope=1' )['json']['status'] );
	}

	/** One slow question, many browsers: the gateway is asked once, and the others are told to come again. */
	public function test_many_callers_make_one_request(): void {
		Hostile_Gateway::behave( 'half' );
		$day     = array( 'day' => '2026-09-09' );
		$answers = self::as( 'admin' )->read_at_once( 4, 'activity.day', $day );
		$this->assertContains( 200, array_column( $answers, 'status' ) );
		$this->assertSame( array(), array_diff( array_column( $answers, 'status' ), array( 200, 202 ) ) );
		$this->assertSame( 200, self::as( 'admin' )->read( 'activity.day', $day )['status'] );
		$this->assertCount( 1, Hostile_Gateway::log() );
	}

	public function test_the_last_good_answer_survives_the_gateway(): void {
		self::as( 'admin' )->read( 'keys.list' );
		Hostile_Gateway::behave( 'error500' );
		// As if four seconds had passed.
		$name  = preg_replace( '/^_transient_/', '', self::stored( '_transient_litellm_dashboard_%' )[0] );
		$entry = get_transient( $name );
		set_transient( $name, array( 'at' => $entry['at'] - 4, 'until' => $entry['until'] - 4 ) + $entry, 60 );
		$answer = self::as( 'admin' )->read( 'keys.list' );
		$this->assertSame( array( 200, 'gateway_error', 'one' ), array( $answer['status'], $answer['json']['error']['code'], $answer['json']['data']['keys'][0]['key_alias'] ) );
		$this->assertGreaterThanOrEqual( 4, $answer['json']['age_s'] );
	}

	/** @dataProvider misbehaviour */
	public function test_misbehaviour_ends_as_a_code( string $behaviour, int $status, string $code ): void {
		Hostile_Gateway::behave( $behaviour );
		$answer = self::as( 'admin' )->read( 'keys.list' );
		$this->assertSame( array( $status, $code ), array( $answer['status'], $answer['json']['code'] ), $answer['body'] );
		$this->assertStringNotContainsString( substr( self::KEY, 0, 10 ), $answer['body'] );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
		$this->assertSame( '', $answer['json']['message'] );
	}

	public function misbehaviour(): array {
		return array(
			array( 'redirect', 502, 'gateway_redirect' ),
			array( 'endless', 502, 'gateway_too_large' ),
			array( 'huge', 502, 'gateway_too_large' ),
			array( 'gzipbomb', 502, 'gateway_too_large' ),
			array( 'truncated', 502, 'gateway_not_litellm' ),
			array( 'html', 502, 'gateway_not_litellm' ),
			array( 'reset', 502, 'gateway_unreachable' ),
			array( 'error502html', 502, 'gateway_not_litellm' ),
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
		$this->assertMatchesRegularExpression( '#<script [^>]*\ssrc=["\'][^"\']*/litellm-dashboard/assets/loader\.js\?ver=0123456789abcdef["\'].*</head>.*id="litellm-dashboard-boot">#s', $ours );
		foreach ( array( 'shell', 'dashboard', 'overview' ) as $file ) {
			$this->assertMatchesRegularExpression( "#<link rel=.preload. href=\"[^\"]*/assets/app/$file\.bin\?ver=0123456789abcdef\" as=\"fetch\" crossorigin>#", $ours );
		}
		$this->assertStringContainsString( 'assets/app/boot.css?ver=0123456789abcdef', $ours );
		foreach ( array( 'index.php', 'plugins.php', 'profile.php' ) as $page ) {
			$other = self::as( 'admin' )->request( 'GET', '/wp-admin/' . $page )['body'];
			$this->assertStringNotContainsString( 'litellm-dashboard/assets', $other );
			$this->assertStringNotContainsString( 'litellm-dashboard-boot', $other );
		}
		$this->assertStringContainsString( '>Open</a>', self::as( 'admin' )->request( 'GET', '/wp-admin/plugins.php' )['body'] );
		$this->assertSame( array(), Hostile_Gateway::log(), 'A page asks the gateway nothing.' );
	}

	public function test_a_page_brings_what_is_known_and_never_waits_for_the_gateway(): void {
		$admin = self::as( 'admin' );
		$admin->read( 'keys.self' );
		$admin->read( 'keys.list', array( 'page' => 1, 'size' => 100 ) );
		Hostile_Gateway::behave( 'silent' );
		$html = $admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard-keys' )['body'];
		preg_match( '#id="litellm-dashboard-boot">(.*?)</script>#', $html, $found );
		list( 'answers' => $answers, 'ask' => $ask ) = json_decode( $found[1], true );
		$this->assertSame( array( 'keys.list', 'keys.self' ), array_column( $answers, 'operation' ) );
		$this->assertSame( array( 'keys', 'total_count' ), array_slice( array_keys( $answers[0]['data'] ), 0, 2 ) );
		// What is known and still new need not be asked for, and what comes later is left to the app.
		$this->assertSame( array(), array_diff( array_column( $ask, 'operation' ), array( 'keys.list' ) ) );
		$teams = $admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard-teams' )['body'];
		$this->assertStringContainsString( '"ask":[{"operation":"teams.list",', $teams );
		$this->assertSame( array(), Hostile_Gateway::log() );
	}
}
