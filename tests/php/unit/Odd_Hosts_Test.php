<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Settings;

/** PHP as some hosts give it: functions are switched off, or cURL is missing. Each in a PHP of its own, as none can be switched off later. */
final class Odd_Hosts_Test extends Plugin_TestCase {

	private const SEVERAL = array( 'curl_multi_exec', 'curl_multi_init', 'curl_multi_select' );
	private const NO_CURL = array( 'curl_init', 'curl_exec', 'curl_multi_exec', 'curl_multi_init' );

	protected function setUp(): void {
		// No transaction: the other PHP writes to the same database.
		wp_cache_flush();
		Hostile_Gateway::reset();
	}

	protected function tearDown(): void {}

	/**
	 * What a piece of code returns in a WordPress without these functions. It has $reader() and $writer(), by the gateway's behaviour, and $operation().
	 *
	 * @param string[] $functions Names.
	 * @return mixed
	 */
	private static function without( array $functions, string $code ) {
		$settings = var_export( array( Settings::BASE => Hostile_Gateway::base( '' ), Settings::KEY => self::KEY ), true );
		$script   = '$_SERVER["HTTP_HOST"] = "localhost"; $_SERVER["REQUEST_METHOD"] = "GET"; $_SERVER["SERVER_PROTOCOL"] = "HTTP/1.1";
			require ' . var_export( getenv( 'WP_ROOT' ) . '/wp-load.php', true ) . ';
			use LiteLLM_Dashboard\{Cache, Gateway, Operation, Plugin, Reader, Settings, Writer};
			$settings  = static function ( string $how ): Settings { $given = ' . $settings . '; $given["LITELLM_API_BASE"] .= $how; return new Settings( $given ); };
			$reader    = static fn( string $how = "ok" ): Reader => new Reader( $settings( $how ), new Gateway( $settings( $how ) ), new Cache( $settings( $how ) ) );
			$writer    = static fn( string $how = "ok" ): Writer => new Writer( $settings( $how ), new Gateway( $settings( $how ) ), $reader( $how ), array() );
			$operation = static fn( string $name, array $row = array() ): Operation => new Operation( $name, $row + json_decode( file_get_contents( Plugin::path( "contract.json" ) ), true )["operations"][ $name ] );
			$result    = ( static function () use ( $reader, $writer, $operation ) { ' . $code . ' } )();
			Cache::delete( false );
			echo "\nRESULT", json_encode( $result );';
		$pipes    = array();
		$process  = proc_open( array( PHP_BINARY, '-d', 'disable_functions=' . implode( ',', $functions ), '-d', 'display_errors=stderr', '-r', $script ), array( 1 => array( 'pipe', 'w' ), 2 => array( 'redirect', 1 ) ), $pipes );
		$said     = (string) stream_get_contents( $pipes[1] );
		fclose( $pipes[1] );
		proc_close( $process );
		$at = strpos( $said, "\nRESULT" );
		self::assertNotFalse( $at, $said );
		return json_decode( substr( $said, $at + 7 ), true );
	}

	public function hosts(): array {
		return array( 'no parallel requests' => array( self::SEVERAL ), 'no cURL' => array( self::NO_CURL ) );
	}

	/**
	 * It said that the connection broke off, for every request; or asked for eight slow days one after the other.
	 *
	 * @dataProvider hosts
	 */
	public function test_one_is_asked_at_a_time_and_the_others_come_later( array $missing ): void {
		$statuses = self::without( $missing, '
			$days = array_map( static fn( int $day ): array => array( $operation( "activity.day" ), array( "day" => "2026-09-0$day" ) ), range( 1, 3 ) );
			return array( array_column( $reader()->read( $days ), "status" ), array_column( $reader()->read( $days ), "status" ), array_column( $reader()->read( $days ), "status" ) );
		' );
		$this->assertSame( array( array( 200, 202, 202 ), array( 200, 200, 202 ), array( 200, 200, 200 ) ), $statuses );
		$this->assertCount( 3, Hostile_Gateway::log() );
		$this->assertSame( 'Bearer ' . self::KEY, Hostile_Gateway::log()[0]['headers']['authorization'] );
	}

	/** @dataProvider hosts */
	public function test_the_limits_hold( array $missing ): void {
		$codes = self::without( $missing, '
			$codes = array();
			foreach ( array( "redirect", "endless", "silent", "html", "reset", "error500", "gzipbomb" ) as $how ) {
				$codes[ $how ] = $reader( $how )->read( array( array( $operation( "keys.list", array( "max_bytes" => 1048576, "timeout_s" => "silent" === $how ? 1 : 30 ) ), array() ) ) )[0]->error->get_error_code();
			}
			$good = $reader()->read( array( array( $operation( "keys.list" ), array() ) ) )[0];
			return array( $codes, null === $good->error, is_int( $good->took_ms ) );
		' );
		$this->assertSame(
			array(
				'redirect' => 'gateway_redirect',
				'endless'  => 'gateway_too_large',
				'silent'   => 'gateway_unreachable',
				'html'     => 'gateway_not_litellm',
				'reset'    => 'gateway_unreachable',
				'error500' => 'gateway_error',
				'gzipbomb' => in_array( 'curl_exec', $missing, true ) ? 'gateway_not_litellm' : 'gateway_too_large',
			),
			$codes[0]
		);
		$this->assertSame( array( true, true ), array_slice( $codes, 1 ) );
		$this->assertSame( array(), Hostile_Gateway::log( 'other' ) );
	}

	/**
	 * The library repeats a single request after a broken answer, and then there would be two keys.
	 *
	 * @dataProvider hosts
	 */
	public function test_a_write_is_sent_once_whatever_the_answer( array $missing ): void {
		foreach ( array( 'badencoding', 'reset', 'lying', 'error500' ) as $how ) {
			Hostile_Gateway::reset();
			self::without( $missing, 'return $writer( "' . $how . '" )->write( $operation( "keys.create", array( "guard" => array(), "timeout_s" => 5 ) ), array( "alias" => "x" ) )->error;' );
			$this->assertCount( 1, Hostile_Gateway::log(), $how );
		}
	}

	/** A certificate that nobody trusts is refused on the way of single requests too. */
	public function test_certificates_are_verified(): void {
		$reason = self::without( self::SEVERAL, '
			$given = array( "LITELLM_API_BASE" => "https://127.0.0.1:' . getenv( 'HOSTILE_TLS_PORT' ) . '/ok", "LITELLM_SERVICE_KEY" => "' . self::KEY . '" );
			$own   = new \LiteLLM_Dashboard\Settings( $given );
			return ( new \LiteLLM_Dashboard\Gateway( $own ) )->ask( array( "x" => array( $operation( "keys.list" ), array() ) ) )["x"]->problem;
		' );
		$this->assertSame( 'tls', $reason );
		$this->assertSame( array(), Hostile_Gateway::log() );
	}

	/** It ended with a fatal error on every page. */
	public function test_functions_that_are_switched_off_are_not_called(): void {
		$found = self::without( array( 'getenv', 'ignore_user_abort', 'usleep' ), '
			$_SERVER["LITELLM_API_BASE"] = "http://litellm.example";
			$write = $writer()->write( $operation( "keys.block", array( "guard" => array() ) ), array( "key" => str_repeat( "a", 64 ) ) );
			$base  = ( new \LiteLLM_Dashboard\Settings() )->status( array() )["base"];
			return array( $write->status, $base["value"], $base["source"] );
		' );
		$this->assertSame( array( 200, 'http://litellm.example', 'environment' ), $found );
	}
}
