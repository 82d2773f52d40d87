<?php
/**
 * What the tests share: isolation, users, a stand-in for the gateway, and a way to ask the route.
 */

declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Gateway;
use LiteLLM_Dashboard\Operation;
use LiteLLM_Dashboard\Outcome;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Reader;
use LiteLLM_Dashboard\Settings;
use LiteLLM_Dashboard\Writer;
use PHPUnit\Framework\TestCase;

abstract class Plugin_TestCase extends TestCase {

	protected const KEY = 'sk-Service0Key1Of2The3Tests4';

	/**
	 * Requests that were answered by the stand-in: method, url, args.
	 *
	 * @var array<int, array{0: string, 1: string, 2: array<string, mixed>}>
	 */
	protected array $sent = array();
	/** The stand-in, by which it can be taken away again. */
	private $stand_in = null;

	protected function setUp(): void {
		global $wpdb;
		wp_cache_flush();
		$wpdb->query( 'START TRANSACTION' );
		$this->sent = array();
		Clock::reset();
	}

	protected function tearDown(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		if ( $this->stand_in ) {
			remove_filter( 'pre_http_request', $this->stand_in );
		}
		wp_set_current_user( 0 );
		unset( $GLOBALS['wp_rest_server'] );
	}

	/** Signs a user in. */
	protected function be( string $login ): void {
		$user = get_user_by( 'login', $login );
		wp_set_current_user( $user ? $user->ID : 0 );
	}

	/** Settings of their own. */
	protected static function settings( string $base = 'http://gateway.test', string $key = self::KEY, array $more = array() ): Settings {
		return new Settings( array( Settings::BASE => $base, Settings::KEY => $key ) + $more );
	}

	/** @return array<string, Operation> The contract, by name. */
	protected static function operations(): array {
		return Operation::all( Plugin::path( 'contract.json' ) );
	}

	/** @return array<int, array<string, mixed>> Rows of LiteLLM's own database, of the statement that gives any. */
	protected static function sql( string $statements ): array {
		$process = proc_open( array( 'node', (string) getenv( 'LITELLM_DB' ), 'query', (string) getenv( 'DATABASE_URL' ), $statements ), array( 1 => array( 'pipe', 'w' ) ), $pipes );
		$lines   = array_filter( explode( "\n", (string) stream_get_contents( $pipes[1] ) ) );
		self::assertSame( 0, proc_close( $process ), $statements );
		return array_map( static fn( string $line ): array => json_decode( $line, true ), array_values( $lines ) );
	}

	/** @return array<int, stdClass> Rows of a rule that the app's tests use too; see tests/fixtures/contract/README.md. */
	protected static function shared( string $name ): array {
		return json_decode( (string) file_get_contents( dirname( __DIR__ ) . "/fixtures/contract/$name.json" ) );
	}

	protected static function operation( string $name, array $changes = array() ): Operation {
		$rows = json_decode( (string) file_get_contents( Plugin::path( 'contract.json' ) ), true )['operations'];
		return new Operation( $name, $changes + $rows[ $name ] );
	}

	protected static function cache( ?Settings $settings = null ): Cache {
		return new Cache( $settings ?? self::settings() );
	}

	protected static function reader( ?Settings $settings = null ): Reader {
		$settings = $settings ?? self::settings();
		return new Reader( $settings, new Gateway( $settings ), self::cache( $settings ) );
	}

	protected static function writer( ?Settings $settings = null ): Writer {
		$settings = $settings ?? self::settings();
		$reader   = self::reader( $settings );
		return new Writer( $settings, new Gateway( $settings ), $reader, self::operations() );
	}

	/** Reads one operation. */
	protected static function outcome( Operation $operation, array $values = array(), ?Settings $settings = null ): Outcome {
		return self::reader( $settings )->read( array( array( $operation, $values ) ) )[0];
	}

	/** An answer as the stand-in gives it. */
	protected static function answer( int $status, $body, string $type = 'application/json' ): array {
		return array(
			'headers'  => array( 'content-type' => $type ),
			'body'     => is_string( $body ) ? $body : json_encode( $body ),
			'response' => array( 'code' => $status, 'message' => '' ),
			'cookies'  => array(),
			'filename' => null,
		);
	}

	/**
	 * Answers in place of the gateway.
	 *
	 * @param callable(string, string, array): mixed|array|WP_Error $how A function of method, url and arguments, or what to answer always.
	 */
	protected function gateway_answers( $how ): void {
		if ( $this->stand_in ) {
			remove_filter( 'pre_http_request', $this->stand_in );
		}
		$this->stand_in = function ( $pre, array $args, string $url ) use ( $how ) {
			$this->sent[] = array( $args['method'], $url, $args );
			return is_callable( $how ) ? $how( $args['method'], $url, $args ) : $how;
		};
		add_filter( 'pre_http_request', $this->stand_in, 10, 3 );
	}

	/** Reads by a batch of one within this process: its answer, or the error of the batch as a whole. */
	protected static function ask_to_read( string $operation, array $params = array() ): array {
		$response = self::ask( 'POST', 'batch', array(), array( 'requests' => array( array( 'operation' => $operation, 'params' => (object) $params ) ) ) );
		return 200 === $response->get_status() ? $response->get_data()['answers'][0] : array( 'status' => $response->get_status(), 'error' => $response->get_data() );
	}

	/**
	 * Asks the route within this process.
	 *
	 * @param mixed $body To send as JSON.
	 */
	protected static function ask( string $method, string $operation, array $query = array(), $body = null, array $headers = array() ): WP_REST_Response {
		$request = new WP_REST_Request( $method, '/litellm-dashboard/v1/' . $operation );
		$request->set_query_params( $query );
		if ( null !== $body ) {
			$request->set_header( 'Content-Type', 'application/json' );
			$request->set_body( is_string( $body ) ? $body : (string) json_encode( $body ) );
		}
		foreach ( $headers as $name => $value ) {
			$request->set_header( $name, $value );
		}
		return self::unwrapped( rest_do_request( $request ) );
	}

	/** What the envelope of a refusal holds, as if it came without: its status and its error. */
	protected static function unwrapped( WP_REST_Response $response ): WP_REST_Response {
		$data = $response->get_data();
		if ( ! is_array( $data ) || ! isset( $data['litellm_dashboard'] ) ) {
			return $response;
		}
		self::assertSame( array( 200, 'litellm_dashboard' ), array( $response->get_status(), array_keys( $data )[0] ) );
		return isset( $data['data'] ) || empty( $data['error'] ) ? $response : new WP_REST_Response( $data['error'], $data['status'] );
	}

	/** Options of the plugin in the database. */
	protected static function stored( string $like = '%litellm_dashboard%' ): array {
		global $wpdb;
		return $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $like ) );
	}

	/** Everything that the plugin has in the database, as one text. */
	protected static function stored_text(): string {
		global $wpdb;
		return implode( "\n", $wpdb->get_col( "SELECT option_value FROM {$wpdb->options} WHERE option_name LIKE '%litellm_dashboard%'" ) );
	}
}
