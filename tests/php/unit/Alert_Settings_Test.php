<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Alert_Sender;
use LiteLLM_Dashboard\Alert_Settings;
use LiteLLM_Dashboard\Cache;

/** The page, and what it takes. */
final class Alert_Settings_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		require_once ABSPATH . 'wp-admin/includes/admin.php';
		$GLOBALS['wp_settings_errors'] = array();
		wp_clear_scheduled_hook( Alert_Run::HOOK );
	}

	public function test_what_a_form_brings_is_checked(): void {
		$all   = array( 'on' => '1', 'levels' => array( '50', '100', '7', array() ), 'month' => ' 1200,50 ', 'unusual' => '1', 'floor' => '2', 'mail' => "a@example.com, b@example.com;a@example.com\nc", 'webhook' => 'json', 'quiet_from' => '22', 'quiet_to' => '99' );
		$rules = Alert_Settings::sanitize( $all );
		$this->assertSame( array( true, array( 50, 100 ), 1200.5, true, 2.0, array( 'a@example.com', 'b@example.com' ), 'json', 22, 23, false ), array_map( static fn( string $name ) => $rules[ $name ], array( 'on', 'levels', 'month', 'unusual', 'floor', 'mail', 'webhook', 'quiet_from', 'quiet_to', 'notice' ) ) );
		$this->assertCount( 1, get_settings_errors() );
		$this->assertSame( $rules, Alert_Settings::sanitize( $rules ), 'WordPress sanitizes the first time twice.' );
	}

	/** "1,000" was a budget of one dollar, and the next look sent that it was used up. */
	public function test_a_sign_that_may_part_thousands_is_not_understood(): void {
		foreach ( array( '1,000', '1.000', '1e3', '-1', '1.000,50' ) as $amount ) {
			$GLOBALS['wp_settings_errors'] = array();
			$this->assertSame( 0, (int) Alert_Settings::sanitize( array( 'month' => $amount ) )['month'], $amount );
			$this->assertCount( 1, get_settings_errors(), $amount );
		}
		$this->assertSame( 1000.5, Alert_Settings::sanitize( array( 'month' => '1000,5' ) )['month'] );
	}

	/** @dataProvider odd_forms */
	public function test_odd_forms( $given ): void {
		$rules = Alert_Settings::sanitize( $given );
		$this->assertSame( array( array(), array(), '', 0 ), array( $rules['levels'], $rules['mail'], $rules['webhook'], $rules['quiet_from'] ) );
		$this->assertGreaterThan( 0, $rules['floor'], 'With nothing for a floor everything would be unusual.' );
		$this->assertLessThan( 1024, strlen( serialize( $rules ) ) );
	}

	public function odd_forms(): array {
		return array( array( null ), array( 'x' ), array( array( 'mail' => array( array() ), 'webhook' => array(), 'quiet_from' => array(), 'levels' => 'x', 'month' => array(), 'floor' => '0' ) ), array( array( 'mail' => "x\r\nBcc: y", 'floor' => '1e400', 'month' => '-5', 'quiet_from' => '-3', 'webhook' => 'ftp' ) ) );
	}

	/** Through WordPress' own options.php, by a form as the page prints it. */
	public function test_the_page_is_saved_and_puts_the_look_on_the_clock(): void {
		$GLOBALS['wpdb']->query( 'ROLLBACK' );
		wp_cache_flush();
		$admin = new Http_Client( 'admin' );
		$page  = $admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard-alerts' );
		$this->assertSame( 200, $page['status'] );
		foreach ( array( '<h1>Alerts</h1>', 'name="litellm_dashboard_alerts[on]"', 'LITELLM_ALERT_WEBHOOK', 'LITELLM_ALERTMANAGER_TOKEN is set' ) as $part ) {
			$this->assertStringContainsString( $part, $page['body'] );
		}
		$this->assertStringNotContainsString( ' checked=\'checked\'> Look once an hour', $page['body'], 'Off by default.' );
		$this->assertSame( 1, preg_match( '/name="_wpnonce" value="([0-9a-f]+)"/', $page['body'], $nonce ) );
		$form = array( 'option_page' => 'litellm-dashboard-alerts', 'action' => 'update', '_wpnonce' => $nonce[1], '_wp_http_referer' => '/wp-admin/admin.php?page=litellm-dashboard-alerts', 'litellm_dashboard_alerts' => array( 'on' => '1', 'levels' => array( '80' ), 'mail' => 'a@example.com' ) );
		$this->assertSame( 302, $admin->request( 'POST', '/wp-admin/options.php', http_build_query( $form ) )['status'] );
		wp_cache_flush();
		$this->assertSame( array( true, array( 80 ), array( 'a@example.com' ), false ), array( Alert_Run::rules()['on'], Alert_Run::rules()['levels'], Alert_Run::rules()['mail'], Alert_Run::rules()['down'] ) );
		$this->assertArrayNotHasKey( Alert_Run::RULES, wp_load_alloptions( true ), 'Not loaded with every page.' );
		$this->assertNotFalse( wp_next_scheduled( Alert_Run::HOOK ) );
		$this->assertStringContainsString( 'Next look:', $admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard-alerts' )['body'] );
		unset( $form['litellm_dashboard_alerts']['on'] );
		$admin->request( 'POST', '/wp-admin/options.php', http_build_query( $form ) );
		wp_cache_flush();
		$this->assertFalse( wp_next_scheduled( Alert_Run::HOOK ) );
		// Not for others, and not without the nonce.
		$form['litellm_dashboard_alerts'] = array( 'on' => '1' );
		$this->assertSame( 403, $admin->request( 'POST', '/wp-admin/options.php', http_build_query( array( '_wpnonce' => 'no' ) + $form ) )['status'] );
		$this->assertSame( 403, ( new Http_Client( 'editor' ) )->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard-alerts' )['status'] );
		wp_cache_flush();
		$this->assertFalse( Alert_Run::rules()['on'] );
		Cache::delete( false, true );
	}

	public function test_the_test_button_says_what_came_of_it(): void {
		$GLOBALS['wpdb']->query( 'ROLLBACK' );
		wp_cache_flush();
		$admin = new Http_Client( 'admin' );
		$page  = static fn( string $path ): string => (string) preg_replace( '/\s+/', ' ', $admin->request( 'GET', $path )['body'] );
		preg_match( '#name="action" value="litellm_dashboard_alert_test">\s*<input[^>]*name="_wpnonce" value="([0-9a-f]+)"#', $page( '/wp-admin/admin.php?page=litellm-dashboard-alerts' ), $nonce );
		$form  = http_build_query( array( 'action' => 'litellm_dashboard_alert_test', '_wpnonce' => $nonce[1] ) );
		$sent  = $admin->request( 'POST', '/wp-admin/admin-post.php', $form );
		$this->assertSame( 302, $sent['status'] );
		$after = (string) wp_parse_url( $sent['headers']['location'], PHP_URL_PATH ) . '?' . wp_parse_url( $sent['headers']['location'], PHP_URL_QUERY );
		$this->assertStringContainsString( 'There is nobody to tell yet', $page( $after ) );
		update_option( Alert_Run::RULES, array( 'webhook' => 'slack' ), false );
		$admin->request( 'POST', '/wp-admin/admin-post.php', $form );
		$this->assertStringContainsString( 'Not delivered to webhook: No address is set.', $page( $after ) );
		$this->assertSame( 403, $admin->request( 'POST', '/wp-admin/admin-post.php', 'action=litellm_dashboard_alert_test&_wpnonce=no' )['status'] );
		Cache::delete( false, true );
	}

	public function test_what_could_not_be_delivered_or_read_is_told(): void {
		$this->be( 'admin' );
		update_option( Alert_Run::STATE, array( 'run' => array( 'at' => 1795608000, 'problem' => 'gateway_error database', 'read' => array( 'keys' => array( 9900, 12000 ) ) ), 'failed' => array( array( 'at' => Clock::now() - 60, 'to' => '<b>@example.com', 'count' => 1, 'why' => 'mail' ), array( 'at' => Clock::now() - 8 * DAY_IN_SECONDS, 'to' => 'long-ago@example.com', 'count' => 1, 'why' => 'mail' ) ), 'outbox' => array( array( 'channel' => 'webhook', 'to' => 'webhook', 'why' => 'HTTP 500' ) ) ), false );
		ob_start();
		Alert_Settings::load();
		Alert_Settings::print_page();
		$html = (string) ob_get_clean();
		foreach ( array( 'was not judged: gateway_error database.', 'Of a list of 12,000 only 9,900 entries', 'Given up after three attempts for &lt;b&gt;@example.com: WordPress could not send e-mail.', 'Not delivered to webhook yet: It answered HTTP 500. It is tried again.' ) as $text ) {
			$this->assertStringContainsString( $text, $html );
		}
		$this->assertStringNotContainsString( 'long-ago@', $html, 'It may have been mended since.' );
		putenv( Alert_Sender::WEBHOOK . '=https://hooks.example.com/T0ken' );
		update_option( Alert_Run::RULES, array( 'webhook' => 'slack' ), false );
		ob_start();
		Alert_Settings::print_webhook();
		$html = (string) ob_get_clean();
		putenv( Alert_Sender::WEBHOOK );
		$this->assertStringContainsString( "Set for \u{2068}hooks.example.com\u{2069}.", $html );
		$this->assertStringNotContainsString( 'T0ken', $html );
	}

	/** Nothing of it is there where it is not needed. */
	public function test_its_classes_are_loaded_when_their_hooks_fire_only(): void {
		$GLOBALS['wpdb']->query( 'ROLLBACK' );
		$probe = WPMU_PLUGIN_DIR . '/alerts-probe.php';
		wp_mkdir_p( WPMU_PLUGIN_DIR );
		file_put_contents( $probe, '<?php add_action( "shutdown", static function () { header( "X-Loaded: " . implode( " ", array_map( "basename", preg_grep( "~/integrations/Alert~", get_included_files() ) ) ) ); }, 0 ); ob_start();' );
		$admin  = new Http_Client( 'admin' );
		$loaded = static fn( string $path ): string => $admin->request( 'GET', $path )['headers']['x-loaded'] ?? 'none';
		try {
			$this->assertSame( array( '', '', '' ), array_map( $loaded, array( '/', '/wp-admin/edit.php', '/wp-admin/options-general.php' ) ) );
			$this->assertSame( 'Alert_Inbox.php Alert_Run.php', $loaded( '/wp-admin/index.php' ) );
			$this->assertStringContainsString( 'Alert_Settings.php', $loaded( '/wp-admin/admin.php?page=litellm-dashboard-alerts' ) );
		} finally {
			unlink( $probe );
			// The page puts its option there, so that it is not loaded with every page.
			Cache::delete( false, true );
			Cache::delete( false, true );
		}
	}
}
