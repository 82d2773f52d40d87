<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Settings;

final class Boot_Test extends Plugin_TestCase {

	protected function tearDown(): void {
		@unlink( Plugin::path( 'languages/strings.json' ) );
		parent::tearDown();
	}

	public function test_it_has_what_the_app_needs_and_no_key(): void {
		$this->be( 'admin' );
		// By the server's own clock, which goes on.
		$before = (int) ( microtime( true ) * 1000 );
		$data   = ( new Boot( self::settings() ) )->data( 'keys' );
		$after  = (int) ( microtime( true ) * 1000 );
		$this->assertSame(
			array( 'rest', 'nonce', 'nonce_url', 'page', 'chunks', 'pages', 'configured', 'problem', 'base', 'console_url', 'version', 'locale', 'rtl', 'timezone', 'now_ms', 'site', 'login', 'key_limits', 'can_manage_keys', 'columns', 'assets', 'build', 'answers', 'ask', 'strings', 'plural_rule' ),
			array_keys( $data )
		);
		$this->assertStringEndsWith( '/litellm-dashboard/v1/', $data['rest'] );
		$this->assertSame( array( 'overview', 'usage', 'logs', 'keys', 'teams', 'users', 'audit', 'console', 'status' ), array_column( $data['pages'], 'name' ) );
		$this->assertSame( array( 'name' => 'keys', 'title' => 'Keys', 'url' => admin_url( 'admin.php?page=litellm-dashboard-keys' ) ), array_diff_key( $data['pages'][3], array( 'first' => 1 ) ) );
		$this->assertSame( array( 'keys.list', 'keys.self', 'teams.list' ), array_column( $data['pages'][3]['first'], 'operation' ) );
		$this->assertSame( array( true, true, 'keys', '0123456789abcdef' ), array( $data['configured'], $data['can_manage_keys'], $data['page'], $data['build'] ) );
		$this->assertSame( 1, wp_verify_nonce( $data['nonce'], 'wp_rest' ) );
		$this->assertTrue( $before <= $data['now_ms'] && $data['now_ms'] <= $after, "$before, {$data['now_ms']}, $after" );
		$this->assertStringContainsString( 'redirect_to=', $data['login'] );
		$this->assertStringNotContainsString( self::KEY, (string) json_encode( $data ) );
		$this->assertStringNotContainsString( hash( 'sha256', self::KEY ), (string) json_encode( $data ) );
		$this->assertSame( '{}', json_encode( $data['strings'] ) );
		$this->assertSame( array(), $data['key_limits'] );
	}

	public function test_it_tells_the_ceilings_for_keys_or_that_they_cannot_be_read(): void {
		$this->be( 'admin' );
		foreach ( array( '{"max_budget":5.5,"models":["gpt-4o"]}' => '{"max_budget":5.5,"models":["gpt-4o"]}', '{"max_budget":"5"}' => '{"broken":true}' ) as $setting => $told ) {
			$settings = self::settings( 'http://gateway.test', self::KEY, array( Settings::LIMITS => $setting ) );
			$this->assertSame( $told, json_encode( ( new Boot( $settings ) )->data( 'keys' )['key_limits'] ) );
		}
	}

	public function test_columns_are_kept_with_the_account(): void {
		$this->be( 'admin' );
		$columns = static fn(): string => (string) json_encode( ( new Boot( self::settings() ) )->data( 'keys' )['columns'] );
		$this->assertSame( '{}', $columns() );
		$keep = static function ( array $meta ): int {
			$request = new WP_REST_Request( 'POST', '/wp/v2/users/me' );
			$request->set_header( 'content-type', 'application/json' );
			$request->set_body( (string) json_encode( array( 'meta' => array( Plugin::COLUMNS => $meta ) ) ) );
			return rest_do_request( $request )->get_status();
		};
		$this->assertSame( 200, $keep( array( 'keys' => 'owner,hash' ) ) );
		$this->assertSame( '{"keys":"owner,hash"}', $columns() );
		$this->assertSame( 400, $keep( array( 'keys' => str_repeat( 'x', 501 ) ) ) );
		$this->assertSame( 400, $keep( array( 'keys' => array( 'owner' ) ) ) );
		$this->assertSame( '{"keys":"owner,hash"}', $columns() );
		$shown = static fn( string $context ): array => (array) ( rest_do_request( ( static function () use ( $context ): WP_REST_Request {
			$request = new WP_REST_Request( 'GET', '/wp/v2/users/me' );
			$request->set_query_params( array( 'context' => $context ) );
			return $request;
		} )() )->get_data()['meta'] ?? array() );
		$this->assertArrayHasKey( Plugin::COLUMNS, $shown( 'edit' ) );
		$this->assertArrayNotHasKey( Plugin::COLUMNS, $shown( 'view' ), 'It is nobody else\'s.' );
		delete_user_meta( get_current_user_id(), Plugin::COLUMNS );
	}

	public function test_the_route_ends_where_the_operation_follows(): void {
		$language = static fn( string $url ): string => $url . '?lang=de';
		add_filter( 'rest_url', $language );
		$this->assertStringEndsWith( '/wp-json/litellm-dashboard/v1/', ( new Boot( self::settings() ) )->data( 'keys' )['rest'] );
		remove_filter( 'rest_url', $language );
		$plain = static fn(): string => '';
		add_filter( 'pre_option_permalink_structure', $plain );
		$this->assertStringEndsWith( '/index.php?rest_route=/litellm-dashboard/v1/', ( new Boot( self::settings() ) )->data( 'keys' )['rest'] );
		remove_filter( 'pre_option_permalink_structure', $plain );
	}

	/** The login counts on wp-admin's host only: the page said for ever that it had been open for too long. */
	public function test_the_route_is_on_the_host_of_the_admin(): void {
		$own     = (string) preg_replace( '#^(https?://[^/]+).*#', '$1', admin_url() );
		$home    = static fn(): string => 'https://public.example.com';
		$rewrite = static fn(): string => '/%postname%/';
		$plain   = static fn(): string => '';
		add_filter( 'option_home', $home );
		foreach ( array( $rewrite, $plain ) as $permalinks ) {
			add_filter( 'pre_option_permalink_structure', $permalinks );
			$this->assertStringStartsWith( 'https://public.example.com/', rest_url() );
			$this->assertSame( $own . '/index.php?rest_route=/litellm-dashboard/v1/', ( new Boot( self::settings() ) )->data( 'keys' )['rest'] );
			remove_filter( 'pre_option_permalink_structure', $permalinks );
		}
		remove_filter( 'option_home', $home );
		$this->assertStringStartsWith( $own . '/', ( new Boot( self::settings() ) )->data( 'keys' )['rest'] );
	}

	public function test_without_settings_the_app_is_told_so(): void {
		$data = ( new Boot( new Settings( array() ) ) )->data( 'overview' );
		$this->assertSame( array( false, '', '', false ), array( $data['configured'], $data['base'], $data['console_url'], $data['can_manage_keys'] ) );
		$this->assertSame( 'base_missing', $data['problem']['data']['reason'] );
	}

	/** The page of the first steps said "missing" of what was there and could not be used. */
	public function test_why_a_setting_cannot_be_used_is_told(): void {
		$data = ( new Boot( self::settings( 'gateway.test:24157' ) ) )->data( 'overview' );
		$this->assertSame( array( false, 'litellm_not_configured', 'base_invalid', 'scheme' ), array( $data['configured'], $data['problem']['code'], $data['problem']['data']['reason'], $data['problem']['data']['hint'] ) );
		$this->assertNull( ( new Boot( self::settings() ) )->data( 'overview' )['problem'] );
	}

	/** @dataProvider locales */
	public function test_languages_as_browsers_write_them( string $wordpress, string $browser ): void {
		$this->assertSame( $browser, Boot::language_tag( $wordpress ) );
	}

	public function locales(): array {
		return array( array( 'en_US', 'en-US' ), array( 'zh_CN', 'zh-CN' ), array( 'de_DE_formal', 'de-DE' ), array( 'ja', 'ja' ), array( 'pt_PT_ao90', 'pt-PT' ), array( 'sr_latin', 'sr' ) );
	}

	public function test_texts_are_handed_over_where_they_differ(): void {
		file_put_contents( Plugin::path( 'languages/strings.json' ), json_encode( array( 'texts' => array( 'Spend', 'Requests' ) ) ) );
		$translate = static fn( string $text, string $original, string $domain ): string => 'litellm-dashboard' === $domain && 'Spend' === $original ? 'Ausgaben' : $text;
		add_filter( 'gettext', $translate, 10, 3 );
		$data = ( new Boot( self::settings() ) )->data( 'overview' );
		remove_filter( 'gettext', $translate, 10 );
		$this->assertSame( '{"Spend":"Ausgaben"}', json_encode( $data['strings'] ) );
	}

	/** Optimisers, policies and other origins have nothing to take hold of. */
	public function test_the_script_is_classic_and_left_alone(): void {
		$nonce = static fn( array $attributes ): array => $attributes + array( 'nonce' => 'r4nd0m' );
		add_filter( 'wp_script_attributes', $nonce );
		ob_start();
		( new Boot( self::settings() ) )->print_loader( 'keys' );
		$html = (string) ob_get_clean();
		remove_filter( 'wp_script_attributes', $nonce );
		$this->assertSame( 1, preg_match( '#^<script ([^>]*)></script>#', $html, $found ), $html );
		foreach ( array( '#(?:^| )async(?: |$)#', '#data-cfasync="false".* src="[^"]*/assets/loader\.js\?ver=0123456789abcdef"#', '#data-no-optimize="1"#', '#data-no-defer="1"#', '#nowprocket#', '#data-noptimize="1"#', '#data-jetpack-boost="ignore"#', '#data-pagespeed-no-defer#', '#data-wpmeteor-nooptimize="true"#', '#nonce="r4nd0m"#', '#data-assets="[^"]*/assets/app/"#', '#data-build="0123456789abcdef"#', '#data-chunks="common lists limits keys"#' ) as $attribute ) {
			$this->assertMatchesRegularExpression( $attribute, $found[1] );
		}
		$this->assertDoesNotMatchRegularExpression( '#(?:^| )(?:type|defer)\b#', $found[1] );
	}

	/** @dataProvider chunks */
	public function test_the_hints_name_the_compressed_files_of_the_page_with_their_version( bool $configured, string $page, string $chunk ): void {
		$boot = new Boot( $configured ? self::settings() : new Settings( array() ) );
		ob_start();
		$boot->print_loader( $page );
		$html = (string) ob_get_clean();
		$hint = '#<link rel="preload" href="[^"]*/assets/app/([a-z_.]+)\?ver=0123456789abcdef" as="fetch" crossorigin>#';
		$chunks = explode( ' ', $chunk );
		$this->assertSame( 2 + count( $chunks ), preg_match_all( $hint, $html, $found ) );
		$this->assertSame( array( 'shell.bin', 'dashboard.bin', ...array_map( static fn( string $name ): string => "$name.bin", $chunks ) ), $found[1] );
		$this->assertSame( 2 + count( $chunks ), substr_count( $html, '<link' ) );
		$this->assertSame( $chunk, $boot->data( $page )['chunks'] );
	}

	public function chunks(): array {
		return array(
			array( true, 'overview', 'calls overview' ),
			array( true, 'usage', 'common lists forms calls usage' ),
			array( true, 'keys', 'common lists limits keys' ),
			// Two pages, one chunk.
			array( true, 'teams', 'common lists forms people' ),
			array( true, 'users', 'common lists forms people' ),
			array( true, 'logs', 'common lists forms calls logs' ),
			array( true, 'status', 'common status' ),
			// Whatever page was asked for, the first thing to say is how to connect; the status says what is missing.
			array( false, 'keys', 'common first_run' ),
			array( false, 'status', 'common status' ),
		);
	}
}
