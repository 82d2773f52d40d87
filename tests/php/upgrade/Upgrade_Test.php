<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Audit_Log;
use LiteLLM_Dashboard\Journal;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Settings;

/** A site on which an earlier version was used (before.php) and then another zip was installed over it. */
final class Upgrade_Test extends Plugin_TestCase {

	/** @var array<string, mixed> What before.php told. */
	private array $before;

	protected function setUp(): void {
		parent::setUp();
		$this->before = json_decode( (string) getenv( 'BEFORE' ), true );
		$this->be( 'admin' );
	}

	public function test_it_is_another_version_and_the_files_of_the_earlier_one_are_gone(): void {
		$this->assertSame( '0.0.9', $this->before['version'] );
		$this->assertNotSame( '0.0.9', Plugin::VERSION );
		$this->assertTrue( in_array( 'litellm-dashboard/litellm-dashboard.php', get_option( 'active_plugins' ), true ), 'It stays active.' );
		$this->assertFileDoesNotExist( Plugin::path( 'includes/Gone.php' ) );
		$this->assertFileDoesNotExist( Plugin::path( 'assets/app/gone.bin' ) );
		$this->assertFileExists( Plugin::path( 'includes/Boot.php' ) );
	}

	public function test_alerts_go_on_by_the_same_rules_and_at_the_same_time(): void {
		$rules = Alert_Run::rules();
		$this->assertSame( array( true, array( 'ops@example.com' ) ), array( $rules['on'], $rules['mail'] ) );
		$this->assertSame( array( 80, 100 ), $rules['levels'], 'What is newer is as it is for everybody.' );
		$this->assertGreaterThan( 0, $this->before['next'] );
		$this->assertSame( $this->before['next'], wp_next_scheduled( Alert_Run::HOOK ) );
		$this->assertCount( 1, array_filter( _get_cron_array(), static fn( array $hooks ): bool => isset( $hooks[ Alert_Run::HOOK ] ) ) );
		$this->assertNotEmpty( Alert_Run::state()['run'] );
		// And the next look does not stumble over what it finds.
		$this->gateway_answers( self::answer( 500, array() ) );
		do_action( Alert_Run::HOOK );
		$this->assertGreaterThan( time() - 60, Alert_Run::state()['run']['at'] );
	}

	public function test_the_audit_log_keeps_what_it_has_and_goes_on(): void {
		global $wpdb;
		$this->gateway_answers( self::answer( 200, array( 'token' => str_repeat( 'b', 64 ), 'key_alias' => 'after', 'blocked' => true ) ) );
		$this->assertSame( 200, self::ask( 'POST', 'keys.block', array(), array( 'key' => str_repeat( 'b', 64 ) ) )->get_status() );
		$rows = json_decode( (string) json_encode( self::ask_to_read( 'audit.list' )['data'] ), true )['rows'];
		$this->assertSame( array( 'after', 'before' ), array_column( $rows, 'alias' ) );
		$this->assertSame( array( 'done', 'done' ), array_column( $rows, 'result' ) );
		$this->assertSame( array( 'admin', 'admin' ), array_column( $rows, 'login' ) );
		$this->assertArrayHasKey( 'channel', (array) $wpdb->get_row( 'SELECT * FROM ' . Audit_Log::table(), ARRAY_A ) );
		$this->assertGreaterThan( 0, get_site_option( Audit_Log::OPTION )['version'] );
	}

	public function test_what_the_earlier_version_has_read_is_not_shown_by_this_one(): void {
		$this->assertNotEmpty( $this->before['stored'], 'It had stored something.' );
		$this->gateway_answers( self::answer( 200, array( 'data' => array( array( 'model_name' => 'of-this-version' ) ) ) ) );
		$answer = (string) json_encode( self::ask_to_read( 'models.list' ) );
		$this->assertCount( 1, $this->sent, 'It was asked anew.' );
		$this->assertStringNotContainsString( 'of-the-earlier-version', $answer );
		foreach ( $this->before['stored'] as $name ) {
			$this->assertNotFalse( get_option( '_transient_timeout_' . substr( $name, strlen( '_transient_' ) ) ), 'It goes by itself.' );
		}
	}

	public function test_lists_of_work_columns_and_rights_are_kept(): void {
		$entries = ( new Journal( new Settings() ) )->list()['entries'];
		$this->assertSame( array( 'undo0001' ), array_column( $entries, 'id' ) );
		$this->assertSame( array( 'keys' => 'spend' ), get_user_meta( get_current_user_id(), Plugin::COLUMNS, true ) );
		$this->be( 'editor' );
		$this->assertTrue( current_user_can( 'litellm_view' ) );
		$this->assertFalse( current_user_can( 'litellm_manage_keys' ) );
	}
}
