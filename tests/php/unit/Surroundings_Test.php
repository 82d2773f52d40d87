<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Alert_Inbox;
use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Alert_Sender;
use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Site_Health;

/**
 * What stands around WordPress and the gateway, seen by everything that is no page of the app: Site Health, alerts, abilities and
 * the command line. See tests/trials/README.md.
 */
final class Surroundings_Test extends Plugin_TestCase {

	private const LOGIN = 'wp:pass word';

	protected function setUp(): void {
		global $wpdb;
		parent::setUp();
		// The command line is another process.
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		Cache::delete( false, true );
		Hostile_Gateway::reset();
		wp_clear_scheduled_hook( Alert_Run::HOOK );
		// A test of the form has it cleaned as a form's, whose boxes that are not sent are not ticked.
		remove_all_filters( 'sanitize_option_' . Alert_Run::RULES );
		$this->be( 'admin' );
	}

	protected function tearDown(): void {
		foreach ( array( Settings::BASE, Settings::BASIC, Alert_Sender::WEBHOOK ) as $name ) {
			putenv( $name );
		}
		delete_option( Alert_Run::RULES );
		delete_option( Alert_Run::STATE );
		wp_clear_scheduled_hook( Alert_Run::HOOK );
		Cache::delete( false, true );
		parent::tearDown();
	}

	/** @return array{0: int, 1: string} Its exit code and all that it wrote. */
	private static function wp( string ...$arguments ): array {
		$process = proc_open( array_merge( array( dirname( (string) getenv( 'WP_ROOT' ) ) . '/wp-cli', 'litellm' ), $arguments ), array( array( 'file', '/dev/null', 'r' ), array( 'pipe', 'w' ), array( 'redirect', 1 ) ), $pipes );
		$out     = (string) stream_get_contents( $pipes[1] );
		return array( proc_close( $process ), $out );
	}

	/** All words of a test of Site Health. */
	private static function health( string $test ): string {
		$result = (array) rest_do_request( new WP_REST_Request( 'GET', '/litellm-dashboard/v1/site-health/' . $test ) )->get_data();
		return $result['status'] . ': ' . $result['label'] . '. ' . html_entity_decode( wp_strip_all_tags( str_replace( '</p>', ' ', $result['description'] ) ), ENT_QUOTES );
	}

	/** What a look of the alerts has found to be missing, and what it has said. */
	private static function look( int $times = 1 ): array {
		update_option( Alert_Run::RULES, array( 'on' => true, 'unusual' => false, 'mail' => array() ), false );
		for ( $time = 0; $time < $times; $time++ ) {
			do_action( Alert_Run::HOOK );
			Clock::$stands_at = time() + HOUR_IN_SECONDS;
		}
		Clock::reset();
		$state = Alert_Run::state();
		return array( $state['run']['problem'], array_column( $state['recent'] ?? array(), 'kind' ) );
	}

	/** What is not LiteLLM's blames neither the key nor LiteLLM. */
	public function test_a_page_of_a_firewall_is_told_everywhere(): void {
		putenv( Settings::BASE . '=' . Hostile_Gateway::base( 'waf403' ) );
		$health = self::health( 'gateway' );
		list( $code, $status ) = self::wp( 'status' );
		$doctor  = self::wp( 'doctor' );
		$ability = function_exists( 'wp_get_ability' ) ? wp_get_ability( 'litellm-dashboard/get-status' )->execute( array() )['problem'] : $status;
		$this->assertSame( array( 1, 1 ), array( $code, $doctor[0] ) );
		foreach ( array( $health, $status, $doctor[1], $ability ) as $said ) {
			$this->assertStringContainsString( 'gateway_not_litellm', $said );
			$this->assertStringContainsString( '403', $said );
			$this->assertStringContainsString( 'Access denied', $said );
			$this->assertDoesNotMatchRegularExpression( '/does not let the plugin|does not know the key|unauthorized|' . self::KEY . '/i', $said );
		}
		$this->assertStringStartsWith( 'critical: Something on the way to LiteLLM refused the request. Allow the requests of this server there,', $health );
		$this->assertStringContainsString( 'What came: HTTP 403, edge/1.2, “Access denied”. (gateway_not_litellm)', $health );
		foreach ( array( 'waf429' => 'Something before the gateway asks to slow down', 'waf503' => 'What stands before LiteLLM has no answer from it', 'waf404' => 'This is not an answer that the plugin knows', 'html' => 'This is not an answer that the plugin knows' ) as $behaviour => $title ) {
			Cache::delete( false );
			putenv( Settings::BASE . '=' . Hostile_Gateway::base( $behaviour ) );
			$this->assertStringStartsWith( "critical: $title.", self::health( 'gateway' ) );
		}
		putenv( Settings::BASE . '=' . Hostile_Gateway::base( 'waf403' ) );
		$this->assertSame( array( 'gateway_not_litellm', array( 'down' ) ), self::look( 2 ) );
	}

	public function test_the_v1_of_what_applications_call_is_no_part_of_the_address(): void {
		putenv( Settings::BASE . '=' . Hostile_Gateway::base( 'ok' ) . '/v1/' );
		$this->assertStringContainsString( 'LiteLLM answers', self::health( 'gateway' ) );
		list( $code, $status ) = self::wp( 'status', '--field=gateway' );
		$this->assertSame( 0, $code, $status );
		$this->assertStringNotContainsString( '/v1', $status );
		// This gateway has no users; what it has is found.
		$this->assertStringNotContainsString( 'unreachable', self::look()[0] );
		$this->assertSame( array(), preg_grep( '#/v1/(?:key|health|v2|user)#', array_column( Hostile_Gateway::log(), 'url' ) ) );
	}

	public function test_a_login_before_litellm_is_passed_everywhere(): void {
		putenv( Settings::BASE . '=' . Hostile_Gateway::base( 'loginbefore' ) );
		$this->assertStringContainsString( 'LITELLM_BASIC_AUTH', self::health( 'gateway' ), 'Without it, what to set is told.' );
		Cache::delete( false );
		putenv( Settings::BASIC . '=' . self::LOGIN );
		$this->assertStringContainsString( 'LiteLLM answers', self::health( 'gateway' ) );
		list( $code, $status ) = self::wp( 'status' );
		$this->assertSame( 0, $code, $status );
		$this->assertStringNotContainsString( 'pass word', $status );
		$this->assertSame( array(), self::look( 2 )[1] );
		$info = (string) wp_json_encode( Site_Health::describe( array() ) );
		$this->assertStringNotContainsString( 'pass word', $info );
	}

	/** PHP-FPM and readers of .env files may fill these only. */
	public function test_what_stands_in_env_alone_is_read_everywhere(): void {
		foreach ( array( Settings::BASE => Hostile_Gateway::base( 'ok' ), Alert_Sender::WEBHOOK => 'https://93.184.216.34/hook', 'LITELLM_ALERTMANAGER_TOKEN' => 'a-token-of-sixteen-or-more' ) as $name => $value ) {
			$_ENV[ $name ] = $value;
		}
		try {
			$this->assertStringContainsString( 'LiteLLM answers', self::health( 'gateway' ) );
			$this->assertSame( 'Set in the environment', Site_Health::describe( array() )['litellm-dashboard']['fields'][ Settings::BASE ]['value'] );
			$this->assertSame( '', Alert_Sender::refusal( 'slack' ) );
			$request = new WP_REST_Request( 'POST', '/litellm-dashboard/v1/alertmanager' );
			$request->set_header( 'Authorization', 'Bearer a-token-of-sixteen-or-more' );
			$this->assertTrue( Alert_Inbox::may( $request ) );
		} finally {
			unset( $_ENV[ Settings::BASE ], $_ENV[ Alert_Sender::WEBHOOK ], $_ENV['LITELLM_ALERTMANAGER_TOKEN'] );
		}
	}

	/** The message, and its signature, went to the proxy in clear. */
	public function test_a_webhook_of_this_machine_goes_through_no_proxy(): void {
		if ( ! defined( 'WP_PROXY_HOST' ) ) {
			define( 'WP_PROXY_HOST', '127.0.0.1' );
			define( 'WP_PROXY_PORT', (string) getenv( 'HOSTILE_PROXY_PORT' ) );
			// The constants stay; the other tests are to go without.
			add_filter( 'pre_http_send_through_proxy', '__return_false' );
		}
		$proxied = array();
		$through = static function ( $override, string $url ) use ( &$proxied ): bool {
			$proxied[] = $url;
			return true;
		};
		$environment = static fn( $handle ) => curl_setopt( $handle, CURLOPT_PROXY, 'http://127.0.0.1:1' );
		add_filter( 'pre_http_send_through_proxy', $through, 20, 2 );
		add_action( 'http_api_curl', $environment, 1 );
		putenv( Alert_Sender::WEBHOOK . '=' . Hostile_Gateway::base( 'ok' ) . '/health/liveliness' );
		update_option( Alert_Run::RULES, array( 'on' => true, 'unusual' => false, 'mail' => array(), 'webhook' => 'slack' ), false );
		putenv( Settings::BASE . '=' . Hostile_Gateway::base( 'waf503' ) );
		try {
			do_action( Alert_Run::HOOK );
			Clock::$stands_at = time() + HOUR_IN_SECONDS;
			do_action( Alert_Run::HOOK );
		} finally {
			remove_filter( 'pre_http_send_through_proxy', $through, 20 );
			remove_action( 'http_api_curl', $environment, 1 );
			Clock::reset();
		}
		$arrived = array_filter( Hostile_Gateway::log(), static fn( array $entry ): bool => 'POST' === $entry['method'] );
		$this->assertCount( 1, $arrived );
		$this->assertSame( array(), Alert_Run::state()['outbox'] ?? array() );
	}

	/** A name that only the server knows: said where it does not resolve, and it never goes to a proxy. */
	public function test_a_name_of_a_container_is_told_where_it_is_not_known(): void {
		putenv( Settings::BASE . '=http://litellm-that-is-not-there:4000' );
		$this->assertStringContainsString( 'Check the host name in LITELLM_API_BASE. (gateway_unreachable, dns)', self::health( 'gateway' ) );
		list( $code, $said ) = self::wp( 'status' );
		$this->assertSame( 1, $code );
		$this->assertStringContainsString( 'gateway_unreachable; dns', $said );
		$this->assertSame( array( 'gateway_unreachable dns', array( 'down' ) ), self::look( 2 ) );
	}
}
