<?php
/**
 * The one place from which requests leave the server.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use Throwable;
use WP_HTTP_Proxy;
use WpOrg\Requests\Exception as Requests_Exception;
use WpOrg\Requests\Exception\Transport\Curl as Curl_Exception;
use WpOrg\Requests\Hooks;
use WpOrg\Requests\Proxy\Http as Requests_Proxy;
use WpOrg\Requests\Requests;
use WpOrg\Requests\Response;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the configured gateway: no redirects, limited in time and size, certificates verified.
 *
 * One request goes the same way as several in parallel, through Requests::request_multiple, so that both have the same
 * protections. wp_remote_request() is not used for single ones, because it repeats a request whose answer has a broken
 * content encoding, and creating a key twice is not the same as creating it once; and because it hands the headers,
 * and so the key, to every plugin that logs HTTP calls. The filter `pre_http_request` is honoured.
 */
final class Gateway {

	private const CONNECT_TIMEOUT_S = 5.0;

	/**
	 * Address and key.
	 *
	 * @var Settings
	 */
	private Settings $settings;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * Asks the gateway several things at the same time.
	 *
	 * @param array<string, array{0: Operation, 1: array<string, mixed>}> $asked Operation and what is sent, by any key.
	 * @return array<string, Gateway_Answer> By the same keys.
	 */
	public function ask( array $asked ): array {
		$requests = array();
		foreach ( $asked as $id => list( $operation, $sent ) ) {
			$url  = $this->settings->base() . $operation->path;
			$body = '';
			if ( $operation->is_write() ) {
				$body = (string) wp_json_encode( $sent ? $sent : new \stdClass() );
			} elseif ( $sent ) {
				$url .= '?' . self::query( $sent );
			}
			$headers = array(
				'Accept'             => 'application/json',
				'Authorization'      => 'Bearer ' . $this->settings->key(),
				'litellm-changed-by' => self::acting_user(),
			);
			if ( $operation->is_write() ) {
				$headers['Content-Type'] = 'application/json';
			}
			$requests[ $id ] = array(
				'url'       => $url,
				'method'    => $operation->method,
				'headers'   => $headers,
				'body'      => $body,
				'timeout_s' => $operation->timeout_s,
				'max_bytes' => $operation->max_bytes,
			);
		}
		return $this->send( $requests );
	}

	/**
	 * Looks at a public page of the gateway, without the key.
	 */
	public function look( string $url, float $timeout_s, int $max_bytes ): Gateway_Answer {
		$answers = $this->send(
			array(
				'page' => array(
					'url'       => $url,
					'method'    => 'GET',
					'headers'   => array( 'Accept' => 'text/html' ),
					'body'      => '',
					'timeout_s' => $timeout_s,
					'max_bytes' => $max_bytes,
				),
			)
		);
		return $answers['page'];
	}

	/**
	 * Sends the requests in parallel.
	 *
	 * @param array<string, array<string, mixed>> $requests As built above.
	 * @return array<string, Gateway_Answer>
	 */
	private function send( array $requests ): array {
		$answers = array();
		$jobs    = array();
		$limits  = array();
		wp_raise_memory_limit( 'litellm_dashboard' );
		foreach ( $requests as $id => $request ) {
			$request['max_bytes'] = min( $request['max_bytes'], self::affordable_bytes( count( $requests ) ) );
			$answers[ $id ]       = $this->intercepted( $request );
			if ( null === $answers[ $id ] ) {
				$limits[ $id ] = new Transfer_Limits( $request['url'], $request['timeout_s'], $request['max_bytes'] );
				$jobs[ $id ]   = $this->job( $request, $limits[ $id ] );
			}
		}
		if ( $jobs ) {
			$begun   = microtime( true );
			$took_ms = array();
			$timed   = static function ( $response, $id ) use ( $begun, &$took_ms ): void {
				$took_ms[ $id ] = (int) round( ( microtime( true ) - $begun ) * 1000 );
			};
			try {
				$responses = Requests::request_multiple( $jobs, array( 'complete' => $timed ) );
			} catch ( Throwable $error ) {
				$responses = array();
			}
			foreach ( array_keys( $jobs ) as $id ) {
				$answers[ $id ]          = self::answer( $responses[ $id ] ?? null, $limits[ $id ] );
				$answers[ $id ]->took_ms = $took_ms[ $id ] ?? null;
				unset( $responses[ $id ] );
			}
		}
		return $answers;
	}

	/**
	 * One request as the Requests library takes it.
	 *
	 * @param array<string, mixed> $request As built above.
	 * @return array<string, mixed>
	 */
	private function job( array $request, Transfer_Limits $limits ): array {
		$hooks = new Hooks();
		$limits->register( $hooks );
		$options = array(
			'timeout'          => $request['timeout_s'],
			'connect_timeout'  => min( self::CONNECT_TIMEOUT_S, $request['timeout_s'] ),
			'useragent'        => self::user_agent(),
			'follow_redirects' => false,
			'redirects'        => 0,
			'max_bytes'        => $request['max_bytes'] + 1,
			'verify'           => Transfer_Limits::certificates( $request['url'] ),
			'verifyname'       => true,
			'cookies'          => false,
			'idn'              => false,
			'data_format'      => 'body',
			'hooks'            => $hooks,
		);
		$proxy   = new WP_HTTP_Proxy();
		if ( $proxy->is_enabled() && $proxy->send_through_proxy( $request['url'] ) ) {
			$options['proxy'] = $proxy->use_authentication()
				? new Requests_Proxy( array( $proxy->host() . ':' . $proxy->port(), $proxy->username(), $proxy->password() ) )
				: new Requests_Proxy( $proxy->host() . ':' . $proxy->port() );
		}
		return array(
			'url'     => $request['url'],
			'headers' => $request['headers'],
			'data'    => $request['body'],
			'type'    => $request['method'],
			'options' => $options,
		);
	}

	/**
	 * The answer of the filter `pre_http_request`, or of WordPress' own setting to send no requests, or null.
	 *
	 * @param array<string, mixed> $request As built above.
	 */
	private function intercepted( array $request ): ?Gateway_Answer {
		$args = array(
			'method'              => $request['method'],
			'timeout'             => $request['timeout_s'],
			'redirection'         => 0,
			'httpversion'         => '1.1',
			'user-agent'          => self::user_agent(),
			'reject_unsafe_urls'  => false,
			'blocking'            => true,
			// Whoever listens may keep what it hears, so it does not hear the key.
			'headers'             => array_diff_key( $request['headers'], array( 'Authorization' => true ) ),
			'cookies'             => array(),
			'body'                => '' === $request['body'] ? null : $request['body'],
			'sslverify'           => true,
			'stream'              => false,
			'filename'            => null,
			'limit_response_size' => $request['max_bytes'],
		);
		/** This filter is documented in wp-includes/class-wp-http.php */
		$pre = apply_filters( 'pre_http_request', false, $args, $request['url'] ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.
		if ( is_wp_error( $pre ) ) {
			return new Gateway_Answer( 'http_request_not_executed' === $pre->get_error_code() ? 'blocked' : self::reason_of_text( $pre->get_error_message() ) );
		}
		if ( is_array( $pre ) ) {
			$body    = (string) ( $pre['body'] ?? '' );
			$headers = array();
			foreach ( $pre['headers'] ?? array() as $name => $value ) {
				$headers[ strtolower( (string) $name ) ] = implode( ', ', (array) $value );
			}
			return strlen( $body ) > $request['max_bytes'] ? new Gateway_Answer( 'too_large' ) : new Gateway_Answer( '', (int) ( $pre['response']['code'] ?? 0 ), $body, $headers );
		}
		return _wp_http_get_object()->block_request( $request['url'] ) ? new Gateway_Answer( 'blocked' ) : null;
	}

	/**
	 * What the Requests library gave back.
	 *
	 * @param mixed $response Response, exception, or nothing.
	 */
	private static function answer( $response, Transfer_Limits $limits ): Gateway_Answer {
		if ( $limits->exceeded ) {
			return new Gateway_Answer( 'too_large' );
		}
		if ( $response instanceof Response && is_int( $response->status_code ) ) {
			$headers = array();
			foreach ( $response->headers->getAll() as $name => $values ) {
				$headers[ strtolower( (string) $name ) ] = implode( ', ', (array) $values );
			}
			return new Gateway_Answer( '', $response->status_code, (string) $response->body, $headers );
		}
		if ( $response instanceof Curl_Exception ) {
			return new Gateway_Answer( self::reason_of_curl( (int) $response->getCode() ) );
		}
		return new Gateway_Answer( $response instanceof Requests_Exception ? self::reason_of_text( $response->getMessage() ) : 'other' );
	}

	/**
	 * Why cURL failed.
	 */
	private static function reason_of_curl( int $code ): string {
		switch ( $code ) {
			case 5:
			case 6:
				return 'dns';
			case 7:
				return 'refused';
			case 28:
				return 'timeout';
			case 35:
			case 51:
			case 53:
			case 54:
			case 58:
			case 59:
			case 60:
			case 66:
			case 77:
			case 80:
			case 82:
			case 83:
			case 90:
			case 91:
				return 'tls';
		}
		return 'other';
	}

	/**
	 * Why a request failed, where there is only a text: without cURL, or from another plugin.
	 */
	private static function reason_of_text( string $text ): string {
		if ( preg_match( '/cURL error (\d+)/', $text, $match ) ) {
			return self::reason_of_curl( (int) $match[1] );
		}
		foreach (
			array(
				'timeout' => '/timed? ?out/i',
				'dns'     => '/getaddrinfo|resolve|name or service/i',
				'refused' => '/refused/i',
				'tls'     => '/ssl|tls|certificate/i',
			) as $reason => $pattern
		) {
			if ( preg_match( $pattern, $text ) ) {
				return $reason;
			}
		}
		return 'other';
	}

	/**
	 * Parameters as a query; a list gives its name several times, as LiteLLM reads it.
	 *
	 * @param array<string, mixed> $sent By LiteLLM's names.
	 */
	private static function query( array $sent ): string {
		$pairs = array();
		foreach ( $sent as $name => $values ) {
			foreach ( (array) $values as $value ) {
				$pairs[] = rawurlencode( $name ) . '=' . rawurlencode( is_bool( $value ) ? ( $value ? 'true' : 'false' ) : (string) $value );
			}
		}
		return implode( '&', $pairs );
	}

	/**
	 * The WordPress user for LiteLLM's audit, as a header may carry it.
	 */
	private static function acting_user(): string {
		$login = preg_replace( '/[^A-Za-z0-9._@+-]/', '_', (string) wp_get_current_user()->user_login );
		return 'wordpress:' . substr( '' === (string) $login ? '-' : (string) $login, 0, 80 );
	}

	/**
	 * The plugin's own User-Agent; the site's address, which WordPress would add, is nobody's business.
	 */
	private static function user_agent(): string {
		return 'LiteLLM-Dashboard/' . Plugin::VERSION . '; WordPress/' . get_bloginfo( 'version' );
	}

	/**
	 * How large one of so many answers may be before PHP runs out of memory; the library holds several copies of each.
	 */
	private static function affordable_bytes( int $answers ): int {
		return max( 262144, intdiv( Memory::free_bytes(), 5 * $answers ) );
	}
}
