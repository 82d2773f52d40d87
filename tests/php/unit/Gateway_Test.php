<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Gateway;
use LiteLLM_Dashboard\Gateway_Answer;
use LiteLLM_Dashboard\Keep;
use LiteLLM_Dashboard\Transfer;

/** What stands between the outbound class and the network; the network itself is in Hostile_Gateway_Test. */
final class Gateway_Test extends Plugin_TestCase {

	private static function send( string $name = 'keys.list', array $sent = array(), string $base = 'http://gateway.test/prefix' ) {
		return ( new Gateway( self::settings( $base ) ) )->ask( array( 'x' => array( self::operation( $name ), $sent ) ) )['x'];
	}

	public function test_the_filter_of_wordpress_sees_a_request_with_all_protections(): void {
		$this->be( 'admin' );
		$this->gateway_answers( self::answer( 200, '{}' ) );
		$answer = self::send( 'keys.block', array( 'key' => 'x' ) );
		$this->assertSame( array( '', 200, '{}', 'application/json' ), array( $answer->problem, $answer->status, $answer->body, $answer->header( 'content-type' ) ) );
		list( $method, $url, $args ) = $this->sent[0];
		$this->assertSame( array( 'POST', 'http://gateway.test/prefix/key/block' ), array( $method, $url ) );
		$this->assertSame( array( 0, true, 30.0, 2097152 ), array( $args['redirection'], $args['sslverify'], $args['timeout'], $args['limit_response_size'] ) );
	}

	/** @dataProvider failures */
	public function test_failures_have_a_reason( string $code, string $text, string $problem ): void {
		$this->gateway_answers( new WP_Error( $code, $text ) );
		$this->assertSame( $problem, self::send()->problem );
	}

	public function failures(): array {
		return array(
			array( 'http_request_failed', 'cURL error 6: Could not resolve host: x', 'dns' ),
			array( 'http_request_failed', 'cURL error 7: Failed to connect', 'refused' ),
			array( 'http_request_failed', 'cURL error 28: Operation timed out', 'timeout' ),
			array( 'http_request_failed', 'cURL error 28: Connection timed out after 5001 milliseconds', 'connect' ),
			array( 'http_request_failed', 'cURL error 28: Failed to connect to 10.255.255.1 port 80 after 5002 ms: Timeout was reached', 'connect' ),
			array( 'http_request_failed', 'cURL error 28: Resolving timed out after 5000 milliseconds', 'connect' ),
			array( 'http_request_failed', 'cURL error 28: SSL connection timeout', 'connect' ),
			array( 'http_request_failed', 'cURL error 28: Operation timed out after 10001 milliseconds with 0 bytes received', 'timeout' ),
			array( 'http_request_failed', 'cURL error 56: Recv failure: Connection timed out', 'other' ),
			array( 'http_request_failed', 'Connection timed out', 'connect' ),
			array( 'http_request_failed', 'cURL error 60: SSL certificate problem', 'tls' ),
			array( 'http_request_failed', 'cURL error 52: Empty reply', 'other' ),
			array( 'http_request_failed', 'cURL error 5: Could not resolve proxy: proxy.test', 'proxy' ),
			array( 'http_request_failed', 'cURL error 56: Received HTTP code 407 from proxy after CONNECT', 'proxy' ),
			array( 'http_request_failed', 'cURL error 56: CONNECT tunnel failed, response 403', 'proxy' ),
			array( 'http_request_failed', 'cURL error 6: Could not resolve host: litellm-proxy.test', 'dns' ),
			array( 'http_request_failed', 'cURL error 56: Recv failure: Connection reset by peer', 'other' ),
			array( 'http_request_failed', 'fsocket timed out', 'timeout' ),
			array( 'http_request_failed', 'stream_socket_client(): php_network_getaddresses: getaddrinfo failed', 'dns' ),
			array( 'http_request_failed', 'Connection refused', 'refused' ),
			array( 'http_request_not_executed', 'User has blocked requests', 'plugin' ),
		);
	}

	/** Where no connection came about, nothing was sent: a write was "in doubt" all the same. */
	public function test_a_write_without_a_connection_is_known_to_be_not_done(): void {
		$listen = stream_context_create( array( 'socket' => array( 'backlog' => 0 ) ) );
		$full   = stream_socket_server( 'tcp://127.0.0.1:0', $number, $words, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $listen );
		$place  = stream_socket_get_name( $full, false );
		// Nobody takes these, and then there is no room for more.
		$waiting = array_map( static fn() => stream_socket_client( 'tcp://' . $place, $number, $words, 0, STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT ), range( 1, 4 ) );
		$write   = static fn( string $base ): array => self::writer( self::settings( $base ) )->write( self::operation( 'keys.block', array( 'timeout_s' => 2 ) ), array( 'key' => str_repeat( 'a', 64 ) ) )->error->get_error_data();
		$data    = $write( 'http://' . $place );
		$this->assertSame( array( 'connect', null ), array( $data['reason'], $data['outcome'] ?? null ) );
		array_map( 'fclose', $waiting );
		fclose( $full );
		Hostile_Gateway::reset();
		$data = $write( Hostile_Gateway::base( 'silent' ) );
		$this->assertSame( array( 'timeout', 'unknown' ), array( $data['reason'], $data['outcome'] ?? null ) );
	}

	/** A plugin that forbids the request was taken for WP_HTTP_BLOCK_EXTERNAL, and its own words were lost. */
	public function test_a_plugin_that_forbids_the_request_has_its_words(): void {
		$this->gateway_answers( new WP_Error( 'http_request_not_executed', 'Egress is closed for ' . self::KEY ) );
		$data = self::outcome( self::operation( 'keys.list' ) )->error->get_error_data();
		$this->assertSame( 'plugin', $data['reason'] );
		$this->assertStringStartsWith( 'Egress is closed for ', $data['detail'] );
		$this->assertStringNotContainsString( substr( self::KEY, 3, 10 ), $data['detail'] );
	}

	/** @dataProvider hosts */
	public function test_which_hosts_are_known_to_the_own_network_only( string $host, bool $internal ): void {
		$this->assertSame( $internal, Gateway::is_internal( $host ) );
	}

	public function hosts(): array {
		$cases = array();
		foreach ( self::shared( 'hosts' ) as $row ) {
			$cases[ 'shared: ' . $row->host ] = array( $row->host, $row->internal );
		}
		foreach ( array( 'localhost', 'LOCALHOST.', 'x.localhost', '127.0.0.1', '127.9.9.9', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.1.1', '0.0.0.0', '[::1]', '[fd00::1]', '[fe80::1]', '[::ffff:10.0.0.1]', 'litellm', 'litellm_proxy', '2130706433', '0177.0.0.1', '127.1', '0x7f.0.0.0x1', 'gateway.local', 'gateway.internal', '100.64.0.1', '100.127.255.254', '192.0.0.8', '198.18.0.1', '[2002:a00:1::]', 'litellm.default.svc', 'gateway.corp', 'gateway.home', 'x.home.arpa', '' ) as $host ) {
			$cases[ 'internal: ' . $host ] = array( $host, true );
		}
		foreach ( array( 'litellm.example.com', '8.8.8.8', '172.32.0.1', '100.63.0.1', '100.128.0.1', '198.20.0.1', 'corp.example.com', '[2606:4700::1111]', 'localhost.example.com', '127.0.0.1.example.com', 'internal.example.com', 'x.localnet.example' ) as $host ) {
			$cases[ 'public: ' . $host ] = array( $host, false );
		}
		return $cases;
	}

	/** The key went through the proxy in clear, on its way to the machine itself. */
	public function test_a_request_to_the_own_network_never_goes_through_a_proxy(): void {
		$proxied = array();
		$spy     = static function ( $handle ) use ( &$proxied ): void {
			// As if the server's environment named a proxy for cURL.
			curl_setopt( $handle, CURLOPT_PROXY, 'http://127.0.0.1:1' );
		};
		$through = static function ( $override, string $url ) use ( &$proxied ): bool {
			$proxied[] = $url;
			return true;
		};
		self::give_a_proxy();
		add_filter( 'pre_http_send_through_proxy', $through, 10, 2 );
		add_action( 'http_api_curl', $spy );
		Hostile_Gateway::reset();
		try {
			$this->assertSame( 200, self::send( 'keys.list', array(), Hostile_Gateway::base( 'ok' ) )->status );
			$this->assertCount( 1, Hostile_Gateway::log() );
			$this->assertSame( array(), $proxied );
			$this->assertSame( 403, self::send( 'keys.list', array(), 'http://litellm.example.com' )->status, 'A public one does.' );
			$this->assertSame( array( 'http://litellm.example.com/key/list' ), $proxied );
		} finally {
			remove_filter( 'pre_http_send_through_proxy', $through );
			remove_action( 'http_api_curl', $spy );
			// The constants stay; the other tests are to go without.
			add_filter( 'pre_http_send_through_proxy', '__return_false' );
		}
	}

	private static function give_a_proxy(): void {
		if ( ! defined( 'WP_PROXY_HOST' ) ) {
			// Its password is nobody's business.
			define( 'WP_PROXY_HOST', 'someone:secret@127.0.0.1' );
			define( 'WP_PROXY_PORT', (string) getenv( 'HOSTILE_PROXY_PORT' ) );
		}
	}

	/** It was blamed on the key, or on the gateway. */
	public function test_a_refusal_of_the_proxy_is_named(): void {
		self::give_a_proxy();
		$proxy = '127.0.0.1:' . getenv( 'HOSTILE_PROXY_PORT' );
		$error = static fn( string $base ): array => self::outcome( self::operation( 'keys.list' ), array(), self::settings( $base ) )->error->get_error_data();
		add_filter( 'pre_http_send_through_proxy', '__return_true', 20 );
		try {
			$this->assertSame( array( 'status' => 502, 'gateway_status' => 403, 'server' => 'squid/6.6', 'title' => 'ERR_ACCESS_DENIED', 'proxy' => $proxy ), $error( 'http://litellm.example.com' ) );
			$this->assertSame( array( 'status' => 502, 'gateway_status' => 407, 'title' => 'Login', 'proxy' => $proxy ), $error( 'http://wantslogin.example.com' ) );
			$this->assertSame( array( 'status' => 502, 'reason' => 'proxy', 'proxy' => $proxy ), $error( 'https://litellm.example.com' ) );
			Hostile_Gateway::end_proxy();
			$this->assertSame( array( 'status' => 502, 'reason' => 'proxy', 'proxy' => $proxy ), $error( 'http://litellm.example.com' ) );
		} finally {
			remove_filter( 'pre_http_send_through_proxy', '__return_true', 20 );
		}
	}

	public function test_an_answer_of_which_too_much_is_to_be_kept_is_too_large(): void {
		$keep          = new Keep( true );
		$keep->is_full = true;
		$transfer      = new Transfer( array( 'url' => 'http://x', 'timeout_s' => 1.0, 'max_bytes' => 99, 'keep' => $keep ), null );
		$this->assertSame( 'too_large', $transfer->end( new Gateway_Answer( '', 200, '1' ) )->problem );
	}

	public function test_an_answer_of_another_plugin_is_limited_too(): void {
		$this->gateway_answers( self::answer( 200, str_repeat( ' ', 70000 ) ) );
		$this->assertSame( 'too_large', self::send( 'gateway.liveliness' )->problem );
	}

	/** The library offers its other transport where PHP has no cURL; the limits hold there as well. */
	public function test_without_curl_the_limits_hold(): void {
		$transports = new ReflectionProperty( WpOrg\Requests\Requests::class, 'transports' );
		PHP_VERSION_ID >= 80100 || $transports->setAccessible( true );
		$chosen = new ReflectionProperty( WpOrg\Requests\Requests::class, 'transport' );
		PHP_VERSION_ID >= 80100 || $chosen->setAccessible( true );
		$before        = $transports->getValue();
		$before_chosen = $chosen->getValue();
		$transports->setValue( null, array( WpOrg\Requests\Transport\Fsockopen::class => WpOrg\Requests\Transport\Fsockopen::class ) );
		$chosen->setValue( null, array() );
		Hostile_Gateway::reset();
		try {
			$this->assertSame( 200, self::send( 'keys.list', array(), Hostile_Gateway::base( 'ok' ) )->status );
			$this->assertSame( 302, self::send( 'keys.list', array(), Hostile_Gateway::base( 'redirect' ) )->status );
			$this->assertSame( 'too_large', self::send( 'keys.list', array(), Hostile_Gateway::base( 'endless' ) )->problem );
			$this->assertSame( 'too_large', self::send( 'keys.list', array(), Hostile_Gateway::base( 'huge' ) )->problem );
			$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
		} finally {
			$transports->setValue( null, $before );
			$chosen->setValue( null, $before_chosen );
		}
	}
}
