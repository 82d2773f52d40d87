<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Admin_Pages;
use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Help;
use LiteLLM_Dashboard\Plugin;

final class Admin_Pages_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		require_once ABSPATH . 'wp-admin/includes/admin.php';
		$GLOBALS['menu'] = $GLOBALS['submenu'] = $GLOBALS['admin_page_hooks'] = $GLOBALS['_registered_pages'] = $GLOBALS['_parent_pages'] = array();
	}

	protected function tearDown(): void {
		file_put_contents( Plugin::path( 'assets/app/build.json' ), '{"hash":"0123456789abcdef"}' );
		parent::tearDown();
	}

	private static function pages(): Admin_Pages {
		return new Admin_Pages( new Boot( self::settings() ) );
	}

	private static function printed( Admin_Pages $pages ): string {
		ob_start();
		$pages->print_page();
		return (string) ob_get_clean();
	}

	public function test_the_menu_has_nine_pages_for_administrators(): void {
		$this->be( 'admin' );
		self::pages()->add_menu();
		$this->assertSame( array( 'LiteLLM', 'litellm_view', 'litellm-dashboard' ), array_slice( end( $GLOBALS['menu'] ), 0, 3 ) );
		$this->assertSame( array( 'litellm-dashboard', 'litellm-dashboard-usage', 'litellm-dashboard-logs', 'litellm-dashboard-keys', 'litellm-dashboard-teams', 'litellm-dashboard-users', 'litellm-dashboard-audit', 'litellm-dashboard-console', 'litellm-dashboard-status', 'litellm-dashboard-alerts' ), array_column( $GLOBALS['submenu']['litellm-dashboard'], 2 ) );
		$this->assertStringStartsWith( 'data:image/svg+xml;base64,', end( $GLOBALS['menu'] )[6] );
	}

	public function test_titles_are_in_the_users_language(): void {
		$translate = static fn( string $text, string $original, string $domain ): string => 'litellm-dashboard' === $domain && 'Keys' === $original ? 'Schlüssel' : $text;
		add_filter( 'gettext', $translate, 10, 3 );
		$this->assertSame( array( 'Overview', 'Usage', 'Logs', 'Schlüssel', 'Teams', 'Users', 'Audit log', 'Console', 'Status' ), array_column( Admin_Pages::pages(), 'title' ) );
		remove_filter( 'gettext', $translate, 10 );
	}

	public function test_others_see_no_menu(): void {
		$this->be( 'editor' );
		self::pages()->add_menu();
		$this->assertSame( array(), $GLOBALS['submenu'] );
	}

	public function test_a_page_is_a_place_for_the_app_with_boot_data(): void {
		$this->be( 'admin' );
		$html = self::printed( self::pages() );
		$page = new DOMDocument();
		$page->loadHTML( '<?xml encoding="utf-8">' . $html, LIBXML_NOERROR );
		$this->assertSame( 1, $page->getElementsByTagName( 'h1' )->length );
		$this->assertSame( 'Overview', $page->getElementsByTagName( 'h1' )->item( 0 )->textContent );
		$this->assertSame( 'gw-root', $page->getElementById( 'litellm-dashboard' )->getAttribute( 'class' ) );
		$this->assertSame( 1, $page->getElementsByTagName( 'noscript' )->length );
		$this->assertSame( 4, substr_count( $html, 'gw-skeleton-card"' ) );
		$this->assertSame( 'overview', json_decode( $page->getElementById( 'litellm-dashboard-boot' )->textContent )->page );
		$this->assertStringNotContainsString( self::KEY, $html );
		$xpath = new DOMXPath( $page );
		$late  = $xpath->query( '//*[@id="litellm-dashboard"]/*[@class="gw-late"][@role="alert"]//p' );
		$this->assertSame( 1, $late->length );
		$this->assertStringContainsString( 'let both leave litellm-dashboard alone', $late->item( 0 )->textContent );
		// The loader takes the boot data for complete when something follows them.
		$this->assertNotNull( $page->getElementById( 'litellm-dashboard-boot' )->nextSibling );
		$this->assertSame( 1, $page->getElementsByTagName( 'script' )->length, 'the loader is in the head' );
	}

	public function test_files_from_another_origin_are_told_with_the_header_that_they_need(): void {
		$this->be( 'admin' );
		$elsewhere = static fn( string $url ): string => (string) preg_replace( '#^https?://[^/]+#', 'https://static.example.com', $url );
		add_filter( 'plugins_url', $elsewhere );
		$html = self::printed( self::pages() );
		remove_filter( 'plugins_url', $elsewhere );
		$own = (string) preg_replace( '#^(https?://[^/]+).*#', '$1', admin_url() );
		$this->assertMatchesRegularExpression( '#class="gw-late".*</p><p>[^<]*https://static\.example\.com[^<]*“Access-Control-Allow-Origin: ' . preg_quote( $own, '#' ) . '”#s', $html );
	}

	/** The title of a site may contain anything. */
	public function test_no_text_can_break_out_of_the_boot_data(): void {
		$this->be( 'admin' );
		$title = static fn(): string => '</script><script>alert(1)</script><!-- " \' & ü';
		add_filter( 'bloginfo', $title );
		add_filter( 'option_blogname', $title );
		$html = self::printed( self::pages() );
		remove_filter( 'bloginfo', $title );
		remove_filter( 'option_blogname', $title );
		preg_match( '#<script type="application/json" id="litellm-dashboard-boot">(.*?)</script>#s', $html, $match );
		$this->assertSame( 1, substr_count( $html, '<script' ), 'the boot data' );
		$this->assertDoesNotMatchRegularExpression( '/[<>&\']/', $match[1] );
		$this->assertSame( $title(), json_decode( $match[1] )->site );
	}

	/** @dataProvider broken_builds */
	public function test_an_incomplete_plugin_says_so_and_loads_nothing( ?string $build ): void {
		unlink( Plugin::path( 'assets/app/build.json' ) );
		if ( null !== $build ) {
			file_put_contents( Plugin::path( 'assets/app/build.json' ), $build );
		}
		$this->be( 'admin' );
		$pages = self::pages();
		$pages->add_menu();
		$pages->enqueue( 'toplevel_page_litellm-dashboard' );
		$this->assertFalse( wp_style_is( 'litellm-dashboard', 'enqueued' ) );
		$html = self::printed( $pages );
		$this->assertStringContainsString( 'notice-error', $html );
		$this->assertStringNotContainsString( 'boot', $html );
	}

	public function broken_builds(): array {
		return array( array( null ), array( '' ), array( '{}' ), array( '{"hash":""}' ), array( '{"hash":["x"]}' ), array( '{"hash":"a\"b"}' ), array( '[]' ) );
	}

	public function test_the_link_among_the_plugins_is_for_administrators(): void {
		$this->be( 'admin' );
		$this->assertStringContainsString( 'page=litellm-dashboard', self::pages()->add_link( array( 'deactivate' => 'x' ) )['open'] );
		$this->be( 'editor' );
		$this->assertSame( array( 'x' ), self::pages()->add_link( array( 'x' ) ) );
	}

	public function test_each_page_has_help_that_teaches(): void {
		$this->be( 'admin' );
		$names = array_merge( array_keys( Admin_Pages::pages() ), array( 'alerts' ) );
		$hooks = $GLOBALS['wp_filter']['admin_head'] ?? null;
		unset( $GLOBALS['wp_filter']['admin_head'] );
		foreach ( $names as $name ) {
			set_current_screen( "litellm_page_$name" );
			Help::show( $name );
			$screen = get_current_screen();
			$tabs   = array_column( $screen->get_help_tabs(), 'content', 'title' );
			$this->assertSame( array( 'What is here', 'What it means', 'What to do when…' ), array_keys( $tabs ), $name );
			foreach ( $tabs as $text ) {
				$this->assertMatchesRegularExpression( "#<div class=\"litellm-help litellm-help-$name litellm-help-first\">(?:<p>[^<]{30,}</p>)+</div>#", $text );
				// The app goes on to another page without loading it.
				$this->assertSame( 'alerts' === $name ? 1 : 9, substr_count( $text, 'class="litellm-help ' ) );
				$this->assertStringNotContainsString( '<p></p>', $text );
			}
			ob_start();
			do_action( 'admin_head' );
			$style = (string) ob_get_clean();
			unset( $GLOBALS['wp_filter']['admin_head'] );
			$this->assertMatchesRegularExpression( '#\{body:has\((?:\#adminmenu a\.current\[href\$="page=[a-z-]+"\],?)+\) \.litellm-help\.litellm-help\{display:none\}#', $style, 'The page’s own is hidden only for another of ours.' );
			$this->assertSame( 'alerts' === $name ? 2 : 18, substr_count( $style, 'a.current[href$=' ) );
			$this->assertStringContainsString( '/doc/en/09-troubleshooting.md"', $screen->get_help_sidebar() );
			preg_match_all( '#/blob/main/doc/([^"]+)"#', $screen->get_help_sidebar(), $files );
			foreach ( $files[1] as $file ) {
				$this->assertFileExists( dirname( __DIR__, 3 ) . '/doc/' . $file );
			}
		}
		update_user_meta( get_current_user_id(), 'locale', 'zh_CN' );
		set_current_screen( 'litellm_page_chinese' );
		Help::show( 'keys' );
		$this->assertStringContainsString( '/doc/zh-CN/README.md"', get_current_screen()->get_help_sidebar() );
		delete_user_meta( get_current_user_id(), 'locale' );
		unset( $GLOBALS['current_screen'] );
		if ( null !== $hooks ) {
			$GLOBALS['wp_filter']['admin_head'] = $hooks;
		}
	}

	/** Nothing of it is loaded with other pages: Footprint_Test names what is. */
	public function test_the_help_comes_with_our_pages(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		$admin = new Http_Client( 'admin' );
		foreach ( array( 'litellm-dashboard-keys', 'litellm-dashboard-alerts' ) as $page ) {
			$body = $admin->request( 'GET', "/wp-admin/admin.php?page=$page" )['body'];
			$this->assertStringContainsString( 'id="tab-panel-litellm-help-2"', $body );
			$this->assertStringContainsString( "a.current[href$=\"page={$page}\"])", $body );
			$this->assertMatchesRegularExpression( "#<a href=['\"][^'\"]*page={$page}['\"] class=\"current\"#", $body, 'By this the rule finds which page it is.' );
			$this->assertStringContainsString( '/doc/' . ( 'litellm-dashboard-keys' === $page ? 'keys' : 'alerts' ) . '.md"', $body );
		}
	}
}
