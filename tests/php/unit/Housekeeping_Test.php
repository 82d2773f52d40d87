<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Housekeeping;
use LiteLLM_Dashboard\Plugin;

final class Housekeeping_Test extends Plugin_TestCase {

	/** Fills the cache in every way there is. */
	private function fill(): void {
		$this->gateway_answers( self::answer( 200, array( 'keys' => array(), 'results' => array() ) ) );
		self::reader()->read( self::operation( 'keys.list' ), array() );
		self::reader()->read( self::operation( 'activity.day' ), array( 'day' => '2026-01-01' ) );
		self::cache()->clear( array( 'keys.list' ) );
		$lock = self::cache();
		$lock->lock( array( 'left' => -10 ) );
		set_site_transient( 'litellm_dashboard_x', 'x', 60 );
		add_option( 'other_litellm_dashboard_of_someone', 'stays' );
		$this->assertGreaterThanOrEqual( 6, count( self::stored() ) );
	}

	public function test_deactivation_clears_the_cache(): void {
		$this->fill();
		Housekeeping::deactivate( false );
		$this->assertSame( array( 'other_litellm_dashboard_of_someone' ), self::stored() );
	}

	public function test_uninstalling_leaves_nothing_behind(): void {
		$this->fill();
		define( 'WP_UNINSTALL_PLUGIN', Plugin::basename() );
		require Plugin::path( 'uninstall.php' );
		$this->assertSame( array( 'other_litellm_dashboard_of_someone' ), self::stored() );
		$this->assertFalse( get_option( '_transient_timeout_litellm_dashboard_x' ) );
	}
}
