<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Admin_Pages;
use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Audit_Log;
use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Plugin;

/** The plugin in a network, where the constants belong to all sites. */
final class Multisite_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		require_once ABSPATH . 'wp-admin/includes/admin.php';
		$GLOBALS['menu'] = $GLOBALS['submenu'] = $GLOBALS['admin_page_hooks'] = $GLOBALS['_registered_pages'] = $GLOBALS['_parent_pages'] = array();
	}

	public function test_only_those_who_run_the_network_may(): void {
		$this->be( 'admin' );
		$this->assertTrue( is_super_admin() );
		$this->assertTrue( current_user_can( 'litellm_view' ) );
		$editor = get_user_by( 'login', 'editor' );
		$editor->set_role( 'administrator' );
		$this->be( 'editor' );
		$this->assertTrue( current_user_can( 'manage_options' ) );
		$this->assertFalse( current_user_can( 'litellm_view' ) );
		$this->assertFalse( current_user_can( 'litellm_manage_keys' ) );
		$editor->add_cap( 'litellm_view' );
		$this->be( 'subscriber' );
		$this->be( 'editor' );
		$this->assertTrue( current_user_can( 'litellm_view' ), 'Given by name.' );
		$editor->remove_cap( 'litellm_view' );
		$this->be( 'subscriber' );
		$this->be( 'editor' );
		$this->assertSame( 403, self::ask_to_read( 'status' )['status'] );
		$editor->set_role( 'editor' );
	}

	public function test_the_network_admin_has_the_menu_when_the_plugin_is_active_there(): void {
		$this->be( 'admin' );
		$pages = new Admin_Pages( new Boot( self::settings() ) );
		update_site_option( 'active_sitewide_plugins', array() );
		$pages->add_network_menu();
		$this->assertSame( array(), $GLOBALS['submenu'] );
		update_site_option( 'active_sitewide_plugins', array( Plugin::basename() => time() ) );
		$pages->add_network_menu();
		$this->assertCount( 10, $GLOBALS['submenu']['litellm-dashboard'] );
		// Alerts are each site's own.
		$GLOBALS['menu'] = $GLOBALS['submenu'] = array();
		set_current_screen( 'dashboard-network' );
		$pages->add_network_menu();
		unset( $GLOBALS['current_screen'] );
		$this->assertCount( 9, $GLOBALS['submenu']['litellm-dashboard'] );
	}

	public function test_the_served_network_admin_shows_the_page(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$before = get_site_option( 'active_sitewide_plugins' );
		update_site_option( 'active_sitewide_plugins', array( Plugin::basename() => time() ) );
		$admin = new Http_Client( 'admin' );
		$page  = $admin->request( 'GET', '/wp-admin/network/admin.php?page=litellm-dashboard-keys' );
		update_site_option( 'active_sitewide_plugins', $before );
		$this->assertSame( 200, $page['status'] );
		preg_match( '#id="litellm-dashboard-boot">(.*?)</script>#s', $page['body'], $match );
		$boot = json_decode( $match[1] );
		$this->assertSame( 'keys', $boot->page );
		$this->assertStringEndsWith( '/wp-admin/network/admin.php?page=litellm-dashboard', $boot->pages[0]->url );
		$this->assertTrue( $boot->can_manage_keys );
		Hostile_Gateway::behave( 'ok' );
		$this->assertSame( 200, $admin->read( 'keys.list' )['status'] );
		$this->assertSame( 403, ( new Http_Client( 'editor' ) )->request( 'GET', '/wp-admin/network/admin.php?page=litellm-dashboard' )['status'] );
		Cache::delete( true );
	}

	/** One gateway, one log. */
	public function test_all_sites_share_one_audit_log(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$this->be( 'admin' );
		$this->gateway_answers( self::answer( 200, array( 'token' => str_repeat( 'a', 64 ), 'blocked' => true ) ) );
		$second = (int) wp_insert_site( array( 'domain' => wp_parse_url( home_url(), PHP_URL_HOST ), 'path' => '/audited-' . wp_rand() . '/', 'title' => 'Second', 'user_id' => 1 ) );
		foreach ( array( get_main_site_id(), $second ) as $site ) {
			switch_to_blog( $site );
			$this->assertSame( $wpdb->base_prefix . 'litellm_audit', Audit_Log::table() );
			$this->assertSame( 200, self::ask( 'POST', 'keys.block', array(), array( 'key' => str_repeat( 'a', 64 ) ) )->get_status() );
			restore_current_blog();
		}
		$rows = self::ask_to_read( 'audit.list' )['data']['rows'];
		$this->assertSame( array( $second, get_main_site_id() ), array_column( $rows, 'site' ) );
		$wpdb->query( 'DELETE FROM ' . Audit_Log::table() );
		Cache::delete( true );
		wp_delete_site( $second );
	}

	/** Making a site makes tables, which does not go together with a transaction. */
	public function test_uninstalling_cleans_every_site(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		$second = (int) wp_insert_site( array( 'domain' => wp_parse_url( home_url(), PHP_URL_HOST ), 'path' => '/second-' . wp_rand() . '/', 'title' => 'Second', 'user_id' => 1 ) );
		foreach ( array( get_main_site_id(), $second ) as $site ) {
			switch_to_blog( $site );
			$this->gateway_answers( self::answer( 200, array( 'keys' => array(), 'results' => array() ) ) );
			self::outcome( self::operation( 'keys.list' ), array() );
			self::outcome( self::operation( 'activity.day' ), array( 'day' => '2026-01-01' ) );
			self::outcome( self::operation( 'activity.day' ), array( 'day' => gmdate( 'Y-m-d' ) ) );
			$this->assertSame( array( 'litellm_dashboard_today' ), self::stored( 'litellm_dashboard_today' ) );
			update_option( Alert_Run::RULES, array( 'on' => true ), false );
			$this->assertNotEmpty( self::stored() );
			restore_current_blog();
		}
		$this->assertSame( 0, (int) $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Audit_Log::table() ) );
		$next = static function ( int $site ): bool {
			switch_to_blog( $site );
			$is_on = false !== wp_next_scheduled( Alert_Run::HOOK );
			restore_current_blog();
			return $is_on;
		};
		Alert_Run::schedule( true );
		$this->assertSame( array( true, true ), array( $next( get_main_site_id() ), $next( $second ) ) );
		Alert_Run::stop( true );
		$this->assertSame( array( false, false ), array( $next( get_main_site_id() ), $next( $second ) ) );
		Alert_Run::schedule( true );
		define( 'WP_UNINSTALL_PLUGIN', Plugin::basename() );
		require Plugin::path( 'uninstall.php' );
		foreach ( array( get_main_site_id(), $second ) as $site ) {
			switch_to_blog( $site );
			$this->assertSame( array(), self::stored() );
			restore_current_blog();
			$this->assertFalse( $next( $site ) );
		}
		wp_delete_site( $second );
		$shown = $wpdb->suppress_errors( true );
		$this->assertNull( $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Audit_Log::table() ) );
		$wpdb->suppress_errors( $shown );
		$this->assertFalse( get_site_option( Audit_Log::OPTION ) );
	}
}
