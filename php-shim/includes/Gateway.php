<?php
/**
 * The one place from which requests leave the server.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use Throwable;
use WP_HTTP_Proxy;
use WpOrg\Requests\Exception\Transport\Curl as Curl_Exception;
use WpOrg\Requests\Proxy\Http as Requests_Proxy;
use WpOrg\Requests\Requests;
use WpOrg\Requests\Response;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the configured gateway: no redirects, limited in time and size, certificates verified.
 *
 * One request goes the same way as several in parallel, through Requests::request_multiple, so that both have the same
 * protections; where PHP cannot send several, Requests::request has them too. wp_remote_request() is not used for single ones, because it repeats a request whose answer has a broken
 * content encoding, and creating a key twice is not the same as creating it once; and because it hands the headers,
 * and so the key, to every plugin that logs HTTP calls. The filter `pre_http_request` is honoured.
 */
final class Gateway {

	/**
	 * Why a request failed, by the words of the failure where there are no more than these (without cURL, or from another
	 * plugin), and by cURL's numbers. Others are `other`.
	 */
	private const REASONS = array(
		'proxy'   => array( '/HTTP code \d+ from proxy|CONNECT tunnel failed|resolve proxy/i', array( 5, 97 ) ),
		// No connection came about, so nothing was sent.
		'connect' => array( '/(?:connection|resolving) timed out|failed to connect .*time|connection timeout/i', array() ),
		'timeout' => array( '/timed? ?out/i', array( 28 ) ),
		'dns'     => array( '/getaddrinfo|resolve|name or service/i', array( 6 ) ),
		'refused' => array( '/refused/i', array( 7 ) ),
		'tls'     => array( '/ssl|tls|certificate/i', array( 35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91 ) ),
	);

	/**
	 * What several requests at the same time take. Hosts switch some of them off, or have no cURL.
	 */
	private const FOR_SEVERAL = array( 'curl_exec', 'curl_multi_init', 'curl_multi_add_handle', 'curl_multi_exec', 'curl_multi_select', 'curl_multi_info_read', 'curl_multi_remove_handle', 'curl_multi_close', 'usleep' );

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
			$headers         = array( 'Accept' => 'application/json', 'litellm-changed-by' => self::acting_user() ) + ( $operation->is_write() ? array( 'Content-Type' => 'application/json' ) : array() );
			$url             = $this->settings->base() . $operation->path . ( $operation->is_write() || ! $sent ? '' : '?' . self::query( $sent ) );
			$body            = $operation->is_write() ? (string) wp_json_encode( $sent ? $sent : new stdClass() ) : '';
			$limits          = array( 'timeout_s' => $operation->timeout_s, 'max_bytes' => $operation->max_bytes, 'keep' => new Keep( $operation->keep, $operation->bare ) );
			$requests[ $id ] = compact( 'url', 'headers', 'body' ) + $limits + array( 'method' => $operation->method, 'credentials' => $this->settings->credentials() );
		}
		return $this->send( $requests );
	}

	/**
	 * Looks at public pages of the gateway, without the key.
	 *
	 * @param array<string, string> $urls By any key.
	 * @return array<string, Gateway_Answer> By the same keys.
	 */
	public function look( array $urls, float $timeout_s, int $max_bytes ): array {
		$request = compact( 'timeout_s', 'max_bytes' ) + array( 'method' => 'GET', 'headers' => array( 'Accept' => 'text/html, */*' ), 'credentials' => array(), 'body' => '', 'keep' => null );
		return $this->send( array_map( static fn( string $url ): array => array( 'url' => $url ) + $request, $urls ) );
	}

	/**
	 * Whether several requests can be under way at the same time.
	 */
	public static function is_parallel(): bool {
		return array_filter( self::FOR_SEVERAL, 'function_exists' ) === self::FOR_SEVERAL;
	}

	/**
	 * What PHP may still take of the memory.
	 */
	public static function free_bytes(): int {
		$limit = wp_convert_hr_to_bytes( (string) ini_get( 'memory_limit' ) );
		return $limit <= 0 ? PHP_INT_MAX : max( 0, $limit - memory_get_usage() );
	}

	/**
	 * Whether only this server or its own network knows the host: a loopback or private address, in whatever notation, a name
	 * without a domain, or a name under a domain that is never public.
	 */
	public static function is_internal( string $host ): bool {
		$host = strtolower( rtrim( trim( $host, '[]' ), '.' ) );
		if ( false !== strpos( $host, ':' ) ) {
			// Of IPv6 only 2000::/3 is public, without what carries an IPv4 address (2002:).
			return ! preg_match( '/^(?!2002:)[23][0-9a-f]{3}:/', $host );
		}
		if ( false !== filter_var( $host, FILTER_VALIDATE_IP ) ) {
			// What PHP does not know as reserved: shared address space (carriers, Tailscale), protocols, benchmarks.
			return false === filter_var( $host, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE )
				|| 1 === preg_match( '/^(?:100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|192\.0\.0|198\.1[89])\./', $host );
		}
		return 1 === preg_match( '/^[^.]*$|\.(?:localhost|local|internal|intranet|lan|corp|home|private|test|svc|home\.arpa|0x[0-9a-f]*|\d+)$/', $host );
	}

	/**
	 * Sends the requests, in parallel where PHP can. Nobody else sees their `credentials`; without `keep` an answer is held as a whole.
	 *
	 * @param array<string, array<string, mixed>> $requests By any key.
	 * @return array<string, Gateway_Answer>
	 */
	private function send( array $requests ): array {
		$answers   = array();
		$transfers = array();
		$jobs      = array();
		wp_raise_memory_limit( 'litellm_dashboard' );
		foreach ( $requests as $id => $request ) {
			$answers[ $id ]   = $this->intercepted( $request );
			$transfers[ $id ] = new Transfer( array( 'credentials' => null ) + $request, null === $answers[ $id ] ? self::proxy( $request['url'] ) : null );
			if ( null === $answers[ $id ] ) {
				$jobs[ $id ] = array(
					'url'     => $request['url'],
					'headers' => $request['headers'] + $request['credentials'] + ( function_exists( 'curl_exec' ) ? array() : array( 'Accept-Encoding' => 'identity' ) ),
					'data'    => $request['body'],
					'type'    => $request['method'],
					'options' => array( 'useragent' => self::user_agent() ) + $transfers[ $id ]->options(),
				);
			}
		}
		$responses = self::transfer( $jobs );
		foreach ( $transfers as $id => $transfer ) {
			$answers[ $id ] = $transfer->end( $answers[ $id ] ?? self::answer( $responses[ $id ] ?? null ) );
			unset( $responses[ $id ], $transfers[ $id ] );
		}
		return $answers;
	}

	/**
	 * Has the Requests library send the requests: all at once, or one after the other.
	 *
	 * @param array<string, array<string, mixed>> $jobs By any key.
	 * @return array<string, mixed> Responses and exceptions by the same keys; what is missing broke off.
	 */
	private static function transfer( array $jobs ): array {
		try {
			return self::is_parallel() ? Requests::request_multiple( $jobs ) : array_map( static fn( array $job ) => Requests::request( $job['url'], $job['headers'], $job['data'], $job['type'], $job['options'] ), $jobs );
		} catch ( Throwable $error ) {
			return array_fill_keys( array_keys( $jobs ), $error );
		}
	}

	/**
	 * The proxy of WordPress, or null. It never sees a request to the own network, which carries the key in clear as a rule.
	 */
	private static function proxy( string $url ): ?Requests_Proxy {
		$proxy = new WP_HTTP_Proxy();
		if ( self::is_internal( (string) wp_parse_url( $url, PHP_URL_HOST ) ) || ! $proxy->is_enabled() || ! $proxy->send_through_proxy( $url ) ) {
			return null;
		}
		$address = $proxy->host() . ':' . $proxy->port();
		return new Requests_Proxy( $proxy->use_authentication() ? array( $address, $proxy->username(), $proxy->password() ) : $address );
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
			'headers'             => $request['headers'],
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
			$words  = $pre->get_error_message();
			$reason = self::reason( $words );
			// A plugin that has forbidden it says so in its own words; one that sends requests itself may have failed.
			return 'other' === $reason && false === stripos( $words, 'curl error' ) ? new Gateway_Answer( 'plugin', 0, $words ) : new Gateway_Answer( $reason );
		}
		if ( is_array( $pre ) ) {
			return new Gateway_Answer( '', (int) ( $pre['response']['code'] ?? 0 ), (string) ( $pre['body'] ?? '' ), $pre['headers'] ?? array() );
		}
		return _wp_http_get_object()->block_request( $request['url'] ) ? new Gateway_Answer( 'blocked' ) : null;
	}

	/**
	 * What the Requests library gave back.
	 *
	 * @param mixed $response Response, exception, or nothing.
	 */
	private static function answer( $response ): Gateway_Answer {
		if ( $response instanceof Response && is_int( $response->status_code ) ) {
			return new Gateway_Answer( '', $response->status_code, (string) $response->body, $response->headers->getAll() );
		}
		return new Gateway_Answer( $response instanceof Throwable ? self::reason( $response->getMessage(), $response instanceof Curl_Exception ? (int) $response->getCode() : 0 ) : 'other' );
	}

	/**
	 * Why a request failed.
	 */
	private static function reason( string $text, int $curl_error = 0 ): string {
		if ( preg_match( '/cURL error (\d+)/', $text, $match ) ) {
			$curl_error = (int) $match[1];
		}
		foreach ( self::REASONS as $reason => list( $pattern, $curl_errors ) ) {
			$by_words = $curl_error <= 0 || 'proxy' === $reason || ( 'connect' === $reason && 28 === $curl_error );
			if ( in_array( $curl_error, $curl_errors, true ) || ( $by_words && preg_match( $pattern, $text ) ) ) {
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
}
