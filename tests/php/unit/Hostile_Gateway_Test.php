<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Gateway;
use LiteLLM_Dashboard\Operation;
use LiteLLM_Dashboard\Settings;

/** The outbound class against a real server that misbehaves. */
final class Hostile_Gateway_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		Hostile_Gateway::reset();
		$this->be( 'admin' );
	}

	private static function hostile( string $behaviour ): Settings {
		return self::settings( Hostile_Gateway::base( $behaviour ) );
	}

	/** Reads keys from a gateway that behaves so, and gives the error. */
	private static function error( string $behaviour, array $row = array(), string $name = 'keys.list' ): ?WP_Error {
		return self::outcome( self::operation( $name, $row ), 'activity.day' === $name ? array( 'day' => '2026-11-20' ) : array(), self::hostile( $behaviour ) )->error;
	}

	/** @dataProvider redirects */
	public function test_no_redirect_is_followed( string $behaviour ): void {
		$error = self::error( $behaviour );
		$this->assertSame( 'gateway_redirect', $error->get_error_code() );
		$this->assertCount( 1, Hostile_Gateway::log() );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ), 'The other host must not be asked, let alone get the key.' );

		$written = self::writer( self::hostile( $behaviour ) )->write( self::operation( 'keys.create' ), array( 'alias' => 'x' ) );
		$this->assertSame( 'gateway_redirect', $written->error->get_error_code() );
		$this->assertCount( 2, Hostile_Gateway::log() );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
	}

	public function redirects(): array {
		return array( array( 'redirect' ), array( 'redirect307' ), array( 'redirectself' ), array( 'redirectuserinfo' ), array( 'redirectloop' ) );
	}

	public function test_another_plugin_cannot_switch_redirects_on(): void {
		$loosen = static function ( $handle ): void {
			curl_setopt( $handle, CURLOPT_FOLLOWLOCATION, true );
			curl_setopt( $handle, CURLOPT_UNRESTRICTED_AUTH, true );
		};
		$more   = static fn( array $args ): array => array( 'redirection' => 5 ) + $args;
		add_action( 'http_api_curl', $loosen );
		add_filter( 'http_request_args', $more );
		try {
			$this->assertSame( 'gateway_redirect', self::error( 'redirect' )->get_error_code() );
			$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
		} finally {
			remove_action( 'http_api_curl', $loosen );
			remove_filter( 'http_request_args', $more );
		}
	}

	public function test_other_plugins_are_not_shown_the_key(): void {
		$shown = array();
		$spy   = static function () use ( &$shown ): void {
			foreach ( func_get_args() as $argument ) {
				$shown[] = is_object( $argument ) ? get_class( $argument ) : print_r( $argument, true );
			}
		};
		foreach ( array( 'http_api_curl', 'http_api_debug' ) as $hook ) {
			add_action( $hook, $spy, 10, 5 );
		}
		// It must not be asked in its place.
		$listen = static function ( $pre, array $args ) use ( $spy ) {
			$spy( $args );
			return $pre;
		};
		add_filter( 'pre_http_request', $listen, 10, 2 );
		try {
			$this->assertNull( self::error( 'ok' ) );
			$settings = self::settings( Hostile_Gateway::base( 'ok' ), self::KEY, array( Settings::BASIC => 'wp:pass word', Settings::HEADER => 'X-Key' ) );
			$this->assertNull( self::outcome( self::operation( 'teams.list' ), array(), $settings )->error );
			$this->assertNotEmpty( $shown );
			foreach ( array( self::KEY, 'pass word', base64_encode( 'wp:pass word' ) ) as $secret ) {
				$this->assertStringNotContainsString( $secret, implode( "\n", $shown ) );
			}
		} finally {
			remove_filter( 'pre_http_request', $listen );
			foreach ( array( 'http_api_curl', 'http_api_debug' ) as $hook ) {
				remove_action( $hook, $spy, 10 );
			}
		}
	}

	/** @dataProvider slow */
	public function test_a_slow_gateway_is_given_up_after_the_time_of_the_row( string $behaviour ): void {
		$start = microtime( true );
		$error = self::error( $behaviour, array( 'timeout_s' => 1 ) );
		$this->assertLessThan( 15, microtime( true ) - $start, 'Bounds for a busy machine: what is not given up takes far longer.' );
		$this->assertSame( 'gateway_unreachable', $error->get_error_code() );
		$this->assertSame( array( 'status' => 504, 'reason' => 'timeout' ), $error->get_error_data() );
	}

	public function slow(): array {
		return array( array( 'silent' ), array( 'drip' ), array( 'halfaminute' ) );
	}

	/** @dataProvider too_much */
	public function test_too_much_is_given_up_early( string $behaviour ): void {
		$start  = microtime( true );
		$before = memory_get_peak_usage();
		$error  = self::error( $behaviour, array( 'max_bytes' => 1048576, 'timeout_s' => 20 ) );
		$this->assertSame( 'gateway_too_large', $error->get_error_code() );
		$this->assertLessThan( 18, microtime( true ) - $start );
		$this->assertLessThan( 40 * 1048576, memory_get_peak_usage() - $before );
	}

	public function too_much(): array {
		return array( array( 'endless' ), array( 'huge' ), array( 'gzipbomb' ) );
	}

	/** Seven of eight were too large for the memory, which held each of them several times, decoded too. */
	public function test_eight_heavy_days_take_little_memory(): void {
		foreach ( array( 'heavyday', 'heavydaygzip' ) as $behaviour ) {
			self::cache( self::hostile( $behaviour ) )->is_light( self::operation( 'activity.day' ), 99 );
			$wanted   = array_map( static fn( int $day ): array => array( self::operation( 'activity.day', array( 'timeout_s' => 60 ) ), array( 'day' => "2026-09-0$day" ) ), range( 1, 8 ) );
			$before   = self::peak_from_now();
			$outcomes = self::reader( self::hostile( $behaviour ) )->read( $wanted );
			$this->assertLessThan( 16 * MB_IN_BYTES, memory_get_peak_usage() - $before, '88 MB came.' );
			$this->assertSame( array_fill( 0, 8, 200 ), array_column( $outcomes, 'status' ) );
			$day = $outcomes[7]->data->results[0];
			$this->assertSame( array( 7 / 8, 12, 11 / 8 ), array( $day->metrics->spend, count( get_object_vars( $day->breakdown->model_groups ) ), $day->breakdown->model_groups->{'model-11'}->metrics->spend ) );
			wp_cache_flush();
		}
	}

	/** "Choose a shorter range", where there was none. */
	public function test_a_page_of_the_log_with_huge_rows_is_shown(): void {
		$before  = self::peak_from_now();
		$moments = array( 'start' => '2026-11-20 00:00:00', 'end' => '2026-11-20 01:00:00' );
		$outcome = self::outcome( self::operation( 'logs.list' ), $moments + array( 'page' => 1, 'page_size' => 25 ), self::hostile( 'hugerows' ) );
		$this->assertNull( $outcome->error );
		$this->assertSame( array( 25, 'r24' ), array( count( $outcome->data->data ), $outcome->data->data[24]->request_id ) );
		$this->assertLessThan( 8 * MB_IN_BYTES, memory_get_peak_usage() - $before );
		$this->assertNull( self::outcome( self::operation( 'logs.count' ), $moments, self::hostile( 'hugerows' ) )->error, 'Counting takes a row along.' );
	}

	/** Begins a measurement of the memory: what is in use, from which PHP 8.2 can count the peak anew. */
	private static function peak_from_now(): int {
		if ( ! function_exists( 'memory_reset_peak_usage' ) ) {
			return memory_get_peak_usage();
		}
		gc_collect_cycles();
		memory_reset_peak_usage();
		return memory_get_usage();
	}

	/** The library would unpack what cURL has unpacked already, and the second time without a limit. */
	public function test_an_answer_that_is_packed_twice_is_unpacked_once(): void {
		$before = memory_get_peak_usage();
		$this->assertSame( 'gateway_not_litellm', self::error( 'gziptwice', array( 'max_bytes' => 1048576 ) )->get_error_code() );
		$this->assertLessThan( 40 * 1048576, memory_get_peak_usage() - $before );
	}

	public function test_an_answer_as_large_as_allowed_passes(): void {
		$length = strlen( (string) wp_remote_retrieve_body( wp_remote_get( Hostile_Gateway::base( 'ok' ) . '/key/list' ) ) );
		$this->assertNull( self::error( 'ok', array( 'max_bytes' => $length ) ) );
		wp_cache_flush();
		$this->assertSame( 'gateway_too_large', self::error( 'ok', array( 'max_bytes' => $length - 1, 'ttl_s' => 0 ) )->get_error_code() );
	}

	/** @dataProvider no_litellm */
	public function test_what_is_no_answer_of_litellm_is_told_apart( string $behaviour, string $code ): void {
		$this->assertSame( $code, self::error( $behaviour, array( 'timeout_s' => 'headers' === $behaviour ? 5 : 20 ) )->get_error_code() );
	}

	public function no_litellm(): array {
		return array(
			array( 'lying', 'gateway_unreachable' ),
			array( 'reset', 'gateway_unreachable' ),
			array( 'headers', 'gateway_unreachable' ),
			array( 'badencoding', 'gateway_unreachable' ),
			array( 'truncated', 'gateway_not_litellm' ),
			array( 'html', 'gateway_not_litellm' ),
			array( 'html404', 'gateway_not_litellm' ),
			array( 'htmljson', 'gateway_not_litellm' ),
			array( 'list', 'gateway_not_litellm' ),
			array( 'objectkeys', 'gateway_not_litellm' ),
			array( 'nul', 'gateway_not_litellm' ),
			array( 'empty', 'gateway_not_litellm' ),
			array( 'deep', 'gateway_not_litellm' ),
			array( 'nulname', 'gateway_not_litellm' ),
			array( 'error500', 'gateway_error' ),
			array( 'error500text', 'gateway_error' ),
			array( 'error502html', 'gateway_not_litellm' ),
			array( 'another', 'gateway_not_litellm' ),
		);
	}

	/**
	 * A firewall, a login or a proxy before LiteLLM answered, and the service key was blamed, or LiteLLM's log recommended.
	 *
	 * @dataProvider foreign
	 */
	public function test_what_stands_before_litellm_is_not_taken_for_it( string $behaviour, array $values ): void {
		foreach ( array( 'keys.list', 'keys.self', 'gateway.readiness', 'gateway.liveliness' ) as $name ) {
			$error = self::error( $behaviour, array(), $name );
			$this->assertSame( 'gateway_not_litellm', $error->get_error_code(), $name );
			$this->assertSame( array( 'status' => 502 ) + $values, $error->get_error_data(), $name );
		}
	}

	public function foreign(): array {
		return array(
			array( 'waf403', array( 'gateway_status' => 403, 'server' => 'edge/1.2', 'title' => 'Access denied' ) ),
			array( 'waf401', array( 'gateway_status' => 401, 'title' => 'Sign in', 'scheme' => 'bearer' ) ),
			array( 'waf404', array( 'gateway_status' => 404, 'title' => 'Not here' ) ),
			array( 'waf429', array( 'gateway_status' => 429, 'title' => 'Too many requests', 'retry_after_s' => 7 ) ),
			array( 'waf503', array( 'gateway_status' => 503, 'server' => 'nginx', 'title' => 'Maintenance', 'retry_after_s' => 120 ) ),
			array( 'waf504', array( 'gateway_status' => 504, 'server' => 'nginx', 'title' => 'Gateway timeout' ) ),
			array( 'error502html', array( 'gateway_status' => 502 ) ),
			array( 'basic401', array( 'gateway_status' => 401, 'server' => 'nginx', 'title' => '401 Authorization Required', 'scheme' => 'basic' ) ),
			array( 'json401', array( 'gateway_status' => 401 ) ),
			array( 'json403', array( 'gateway_status' => 403 ) ),
			array( 'problem403', array( 'gateway_status' => 403 ) ),
			array( 'html', array( 'title' => 'Sign in' ) ),
			array( 'another', array() ),
		);
	}

	public function test_a_date_to_come_back_is_understood(): void {
		// By a date, which the gateway made of its own clock, to the second.
		$before = \time();
		$error  = self::error( 'waf429date' );
		$date   = Clock::now() + $error->get_error_data()['retry_after_s'];
		$this->assertGreaterThanOrEqual( $before + 90, $date );
		$this->assertLessThanOrEqual( \time() + 90, $date );
		$error = self::error( 'litellm429' );
		$this->assertSame( array( 'gateway_refused', 429, 11 ), array( $error->get_error_code(), $error->get_error_data()['status'], $error->get_error_data()['retry_after_s'] ) );
	}

	public function test_what_another_says_of_itself_is_short_and_harmless(): void {
		$data = self::error( 'wafhostile' )->get_error_data();
		$this->assertSame( array( 80, 60 ), array( mb_strlen( $data['title'] ), mb_strlen( $data['server'] ) ) );
		$this->assertStringNotContainsString( "\0", $data['title'] );
		$data = self::error( 'wafecho' )->get_error_data();
		$this->assertSame( array( 'No entry for [secret]', 'x Bearer [secret]' ), array( $data['title'], $data['server'] ) );
	}

	/** Each row of the contract says what an answer must have: another service's JSON was "0 requests" and "No keys yet". */
	public function test_the_json_of_another_service_is_no_answer_to_anything(): void {
		foreach ( self::operations() as $name => $operation ) {
			if ( '' !== $operation->handler ) {
				continue;
			}
			$params = array( 'activity.day' => array( 'day' => '2026-11-20' ) )[ $name ] ?? array();
			$error  = $operation->is_write()
				? self::writer( self::hostile( 'another' ) )->write( $operation, array( 'key' => str_repeat( 'a', 64 ) ) )->error
				: self::outcome( $operation, $params, self::hostile( 'another' ) )->error;
			$this->assertNotNull( $error, $name );
			$this->assertSame( 'gateway_not_litellm', $error->get_error_code(), $name );
			$this->assertSame( $operation->is_write() ? 'unknown' : null, $error->get_error_data()['outcome'] ?? null, $name );
		}
	}

	/** 1.80.11 answers 401 then, and the service key was blamed. */
	public function test_a_database_that_is_gone_is_named(): void {
		foreach ( array( 'nodatabase401' => array( 'keys.list', 'keys.self' ), 'nodatabase503' => array( 'keys.list', 'gateway.readiness', 'gateway.details' ) ) as $behaviour => $names ) {
			foreach ( $names as $name ) {
				$error = self::error( $behaviour, array(), $name );
				$this->assertSame( array( 'gateway_error', 'database' ), array( $error->get_error_code(), $error->get_error_data()['reason'] ?? '' ), "$behaviour $name" );
			}
		}
	}

	public function test_the_key_goes_into_the_header_that_the_gateway_wants(): void {
		$error = self::error( 'otherheader' );
		$this->assertSame( array( 'gateway_unauthorized', 'key_not_received' ), array( $error->get_error_code(), $error->get_error_data()['reason'] ) );
		$settings = self::settings( Hostile_Gateway::base( 'otherheader' ), self::KEY, array( Settings::HEADER => 'X-LiteLLM-Key' ) );
		$this->assertNull( self::outcome( self::operation( 'keys.list' ), array(), $settings )->error );
		$sent = Hostile_Gateway::log()[1]['headers'];
		$this->assertSame( 'Bearer ' . self::KEY, $sent['x-litellm-key'] );
		$this->assertArrayNotHasKey( 'authorization', $sent );
	}

	public function test_a_login_before_the_gateway_gets_its_password_and_the_key_another_header(): void {
		$settings = self::settings( Hostile_Gateway::base( 'loginbefore' ), self::KEY, array( Settings::BASIC => 'wp:pass word' ) );
		$this->assertNull( self::outcome( self::operation( 'keys.list' ), array(), $settings )->error );
		$this->assertSame( 'Bearer ' . self::KEY, Hostile_Gateway::log()[0]['headers']['x-litellm-api-key'] );
		$named = self::settings( Hostile_Gateway::base( 'ok' ), self::KEY, array( Settings::BASIC => 'wp:pass word', Settings::HEADER => 'X-Key' ) );
		$this->assertNull( self::outcome( self::operation( 'keys.list' ), array(), $named )->error );
		$this->assertSame( 'Bearer ' . self::KEY, Hostile_Gateway::log()[1]['headers']['x-key'] );
		$this->assertArrayNotHasKey( 'x-litellm-api-key', Hostile_Gateway::log()[1]['headers'] );
	}

	public function test_the_login_never_comes_back(): void {
		$settings = self::settings( Hostile_Gateway::base( 'loginecho' ), self::KEY, array( Settings::BASIC => 'wp:pass word' ) );
		$text     = json_encode( self::outcome( self::operation( 'keys.list' ), array(), $settings )->envelope() ) . self::stored_text();
		foreach ( array( 'pass word', base64_encode( 'wp:pass word' ), 'cGFzcyB3b3' ) as $trace ) {
			$this->assertStringNotContainsStringIgnoringCase( $trace, $text );
		}
		$this->assertStringContainsString( '[secret]', $text );
	}

	public function test_wrong_types_within_an_answer_are_dropped(): void {
		$outcome = self::outcome( self::operation( 'keys.list' ), array(), self::hostile( 'objects' ) );
		$this->assertSame( '{"keys":[{}],"current_page":[1]}', json_encode( $outcome->data ) );
	}

	public function test_broken_text_does_not_spoil_the_rest(): void {
		$outcome = self::outcome( self::operation( 'keys.list' ), array(), self::hostile( 'utf8' ) );
		$this->assertNull( $outcome->error );
		$this->assertIsString( json_encode( $outcome->data ) );
	}

	/** @dataProvider echoes */
	public function test_the_key_never_comes_back( string $behaviour, string $name ): void {
		$outcome = self::outcome( self::operation( $name ), 'activity.day' === $name ? array( 'day' => '2026-11-20' ) : array(), self::hostile( $behaviour ) );
		$text    = json_encode( $outcome->envelope(), JSON_UNESCAPED_SLASHES ) . self::stored_text();
		$this->assertStringContainsString( self::KEY, Hostile_Gateway::log()[0]['headers']['authorization'], 'It was sent.' );
		foreach ( array( self::KEY, substr( self::KEY, 0, 10 ), substr( base64_encode( 'k:' . self::KEY ), 4, 16 ), strtolower( self::KEY ) ) as $trace ) {
			$this->assertStringNotContainsStringIgnoringCase( $trace, $text );
		}
	}

	public function echoes(): array {
		return array(
			array( 'echo', 'keys.list' ),
			array( 'echonames', 'activity.day' ),
			array( 'echo400', 'keys.list' ),
			array( 'echo401', 'keys.list' ),
			array( 'echo422', 'keys.list' ),
			array( 'echo500', 'keys.list' ),
			array( 'echoredirect', 'keys.list' ),
		);
	}

	/** A library that repeats a request after a broken answer would make a second key. */
	public function test_a_write_is_sent_once_whatever_the_answer( ): void {
		foreach ( array( 'badencoding', 'reset', 'lying', 'error500', 'html', 'waf503', 'another' ) as $behaviour ) {
			Hostile_Gateway::reset();
			$outcome = self::writer( self::hostile( $behaviour ) )->write( self::operation( 'keys.create' ), array( 'alias' => 'x' ) );
			$this->assertCount( 1, Hostile_Gateway::log(), $behaviour );
			$this->assertSame( 'unknown', $outcome->error->get_error_data()['outcome'], $behaviour );
		}
	}

	public function test_a_gateway_that_is_not_there_is_unreachable(): void {
		$this->assertSame( 'refused', self::outcome( self::operation( 'keys.list' ), array(), self::settings( 'http://127.0.0.1:1' ) )->error->get_error_data()['reason'] );
		$this->assertSame( 'dns', self::outcome( self::operation( 'keys.list' ), array(), self::settings( 'http://nowhere.invalid' ) )->error->get_error_data()['reason'] );
	}

	/** Not even another plugin can switch the check off; but a site may name its own certificates. */
	public function test_certificates_are_verified(): void {
		$base = 'https://127.0.0.1:' . getenv( 'HOSTILE_TLS_PORT' ) . '/ok';
		$read = static fn(): ?WP_Error => self::outcome( self::operation( 'keys.list' ), array(), self::settings( $base ) )->error;
		$this->assertSame( 'tls', $read()->get_error_data()['reason'] );

		$careless = static function ( $handle ): void {
			curl_setopt( $handle, CURLOPT_SSL_VERIFYPEER, false );
		};
		add_filter( 'https_ssl_verify', '__return_false' );
		add_action( 'http_api_curl', $careless );
		$this->assertSame( 'tls', $read()->get_error_data()['reason'] );
		remove_filter( 'https_ssl_verify', '__return_false' );
		remove_action( 'http_api_curl', $careless );
		$this->assertSame( array(), Hostile_Gateway::log() );

		$own = static fn(): string => (string) getenv( 'HOSTILE_CERTIFICATE' );
		add_filter( 'https_ssl_verify', $own );
		$this->assertNull( $read() );
		remove_filter( 'https_ssl_verify', $own );
	}

	public function test_what_is_sent_is_only_what_is_needed(): void {
		self::outcome( self::operation( 'keys.list' ), array( 'alias' => 'a b&c=d/ü', 'partial' => true ), self::hostile( 'ok' ) );
		$sent = Hostile_Gateway::log()[0];
		$this->assertSame( '/ok/key/list?key_alias=a%20b%26c%3Dd%2F%C3%BC&substring_matching=true&return_full_object=true&expand=user', $sent['url'] );
		$this->assertSame( 'Bearer ' . self::KEY, $sent['headers']['authorization'] );
		$this->assertSame( 'wordpress:admin', $sent['headers']['litellm-changed-by'] );
		$this->assertMatchesRegularExpression( '#^LiteLLM-Dashboard/\d+\.\d+\.\d+; WordPress/[\d.]+\S*$#', $sent['headers']['user-agent'] );
		$this->assertSame( array( 'accept', 'accept-encoding', 'authorization', 'connection', 'host', 'litellm-changed-by', 'user-agent' ), self::sorted( array_keys( $sent['headers'] ) ) );

		self::writer( self::hostile( 'ok' ) )->write( self::operation( 'keys.block' ), array( 'key' => str_repeat( 'a', 64 ) ) );
		$sent = Hostile_Gateway::log()[1];
		$this->assertSame( array( 'POST', '/ok/key/block', '{"key":"' . str_repeat( 'a', 64 ) . '"}', 'application/json' ), array( $sent['method'], $sent['url'], $sent['body'], $sent['headers']['content-type'] ) );
	}

	public function test_a_login_cannot_break_the_header(): void {
		wp_get_current_user()->user_login = "Zoë\r\nX-Evil: 1 " . str_repeat( 'x', 200 );
		self::outcome( self::operation( 'keys.list' ), array(), self::hostile( 'ok' ) );
		wp_get_current_user()->user_login = 'admin';
		$sent = Hostile_Gateway::log()[0]['headers'];
		$this->assertArrayNotHasKey( 'x-evil', $sent );
		$this->assertMatchesRegularExpression( '/^wordpress:[A-Za-z0-9._@+-]{1,80}$/', $sent['litellm-changed-by'] );
	}

	public function test_several_are_asked_in_parallel(): void {
		$wanted = array();
		for ( $day = 1; $day <= 8; $day++ ) {
			$wanted[] = array( self::operation( 'activity.day' ), array( 'day' => "2026-10-0$day" ) );
		}
		// Days that are known to be small. None is answered before all eight have been asked for.
		self::cache( self::hostile( 'together' ) )->is_light( $wanted[0][0], 99 );
		$outcomes = self::reader( self::hostile( 'together' ) )->read( $wanted );
		$this->assertSame( array_fill( 0, 8, 200 ), array_column( $outcomes, 'status' ) );
	}

	public function test_waiting_does_not_burn_the_processor(): void {
		$before = getrusage();
		$start  = microtime( true );
		self::error( 'twoseconds', array( 'timeout_s' => 5 ) );
		$after = getrusage();
		$used  = ( $after['ru_utime.tv_sec'] - $before['ru_utime.tv_sec'] ) + ( $after['ru_stime.tv_sec'] - $before['ru_stime.tv_sec'] )
			+ ( $after['ru_utime.tv_usec'] - $before['ru_utime.tv_usec'] + $after['ru_stime.tv_usec'] - $before['ru_stime.tv_usec'] ) / 1e6;
		$this->assertGreaterThan( 1.9, microtime( true ) - $start );
		$this->assertLessThan( 1.2, $used );
	}

	private static function sorted( array $list ): array {
		sort( $list );
		return $list;
	}
}
