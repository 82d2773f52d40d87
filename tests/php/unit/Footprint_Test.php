<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Today;

/** What the plugin costs where it shows nothing, or little. Each request is a process of its own. */
final class Footprint_Test extends Plugin_TestCase {

	protected function setUp(): void {
		global $wpdb;
		parent::setUp();
		// Other processes see only what is committed.
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
	}

	protected function tearDown(): void {
		Cache::delete( false, true );
		parent::tearDown();
	}

	/** @return array<string, mixed> */
	private static function visit( string $file, string $login = 'admin', string $with = 'with' ): array {
		$process = proc_open( array( PHP_BINARY, dirname( __DIR__ ) . '/footprint.php', $file, $login, $with ), array( 1 => array( 'pipe', 'w' ), 2 => array( 'pipe', 'w' ) ), $pipes );
		$printed = trim( (string) stream_get_contents( $pipes[1] ) );
		$errors  = (string) stream_get_contents( $pipes[2] );
		proc_close( $process );
		$cost = json_decode( (string) strrchr( "\n" . $printed, "\n" ), true );
		self::assertIsArray( $cost, $printed . $errors );
		self::assertGreaterThan( 1000, $cost['page'], 'A page was printed.' );
		return $cost;
	}

	/** Makes the site know the cost of today. */
	private static function learn_today( float $cost ): void {
		Today::note( 'activity.day', array( 'day' => gmdate( 'Y-m-d' ) ), time(), json_decode( (string) json_encode( array( 'results' => array( array( 'metrics' => array( 'spend' => $cost ) ) ) ) ) ) );
	}

	public function test_the_front_page_gets_four_small_files_and_no_query(): void {
		self::visit( '', 'nobody' );
		foreach ( array( 'nobody', 'subscriber', 'admin' ) as $login ) {
			$before = self::visit( '', $login, 'without' );
			$with   = self::visit( '', $login );
			$this->assertSame( array( 'litellm-dashboard.php', 'autoload.php', 'Plugin.php', 'Settings.php', 'Capabilities.php' ), $with['files'], $login );
			$this->assertSame( array(), self::more( $with, $before, self::visit( '', $login, 'without' ) ), $login );
			$this->assertFalse( $with['bar'] );
			$this->assertSame( array(), self::of_gateway( $with['requests'] ) );
		}
	}

	public function test_other_admin_pages_get_no_query_and_show_the_cost_of_today(): void {
		self::learn_today( 1.25 );
		$before = self::visit( 'wp-admin/edit.php', 'admin', 'without' );
		// WordPress notes once that there is another text for the privacy policy.
		self::visit( 'wp-admin/edit.php' );
		$with = self::visit( 'wp-admin/edit.php' );
		$this->assertTrue( $with['bar'] );
		$this->assertSame( array(), array_values( array_diff( $with['files'], array( 'litellm-dashboard.php', 'autoload.php', 'Plugin.php', 'Settings.php', 'Capabilities.php', 'Admin_Pages.php', 'Boot.php', 'Today.php', 'Audit_Privacy.php' ) ) ) );
		$this->assertSame( array(), array_values( preg_grep( '/litellm/', $with['queries'] ) ) );
		$this->assertSame( array(), self::more( $with, $before, self::visit( 'wp-admin/edit.php', 'admin', 'without' ) ) );
		$this->assertSame( array(), self::of_gateway( $with['requests'] ) );
	}

	/** Whether the gateway is down or hangs is the same to a page that does not ask it. */
	public function test_the_dashboard_asks_nobody(): void {
		$page = self::visit( 'wp-admin/index.php' );
		$this->assertTrue( $page['widget'] );
		$this->assertSame( array(), self::of_gateway( $page['requests'] ) );
		$this->assertFalse( self::visit( 'wp-admin/index.php', 'subscriber' )['widget'] );
	}

	/** Queries that there are only with the plugin: WordPress has some of its own that come once an hour or after one another. */
	private static function more( array $with, array ...$without ): array {
		$form = static fn( array $page ): array => preg_replace( '/\d+/', '0', $page['queries'] );
		return array_values( array_diff( $form( $with ), ...array_map( $form, $without ) ) );
	}

	/** What WordPress itself asks (news, updates) is not ours. */
	private static function of_gateway( array $urls ): array {
		return array_values( preg_grep( '#wordpress\.org#', $urls, PREG_GREP_INVERT ) );
	}
}
