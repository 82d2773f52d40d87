<?php
/**
 * The limits of one transfer.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WpOrg\Requests\Exception as Requests_Exception;
use WpOrg\Requests\Hooks;
use WpOrg\Requests\Proxy\Http as Requests_Proxy;

defined( 'ABSPATH' ) || exit;

/**
 * Sets, for one request of the Requests library, what the library itself leaves open when it sends several at a time.
 *
 * It verifies certificates against WordPress' list (the parallel path of the library takes cURL's default), goes
 * through WordPress' proxy, ends a transfer that is too large (the library reads on and drops what is too much), and
 * sleeps while nothing arrives (the library asks cURL again and again without a pause, which burns a processor and, in
 * a PHP that is compiled to WebAssembly, lets nothing arrive at all).
 */
final class Transfer_Limits {

	/**
	 * Whether the answer was larger than allowed.
	 *
	 * @var bool
	 */
	public bool $exceeded = false;
	/** How long the transfer took; null while there is no answer. */
	public ?int $took_ms = null;

	private string $url;
	private float $begun;
	private float $timeout_s;
	private int $max_bytes;
	private ?Requests_Proxy $proxy;
	/**
	 * The cURL handle, a resource before PHP 8; null without cURL.
	 *
	 * @var mixed
	 */
	private $handle = null;

	/**
	 * Takes the limits.
	 */
	public function __construct( string $url, float $timeout_s, int $max_bytes, ?Requests_Proxy $proxy ) {
		$this->url       = $url;
		$this->begun     = microtime( true );
		$this->timeout_s = $timeout_s;
		$this->max_bytes = $max_bytes;
		$this->proxy     = $proxy;
	}

	/**
	 * Host and port of the proxy, or ''.
	 */
	public function proxy(): string {
		return null === $this->proxy ? '' : (string) preg_replace( '#^.*[@/]#', '', (string) $this->proxy->proxy );
	}

	/**
	 * The limits as options of the library.
	 *
	 * @return array<string, mixed>
	 */
	public function options(): array {
		$hooks = new Hooks();
		// One of several, and one by itself.
		$hooks->register( 'curl.before_multi_add', array( $this, 'set_up' ) );
		$hooks->register( 'curl.before_send', array( $this, 'set_up' ) );
		$hooks->register( 'curl.after_send', array( $this, 'refuse_repetition' ) );
		$hooks->register( 'requests.before_parse', array( $this, 'finish' ) );
		$hooks->register( 'curl.before_multi_exec', array( self::class, 'transfer' ) );
		$hooks->register( 'request.progress', array( $this, 'count' ) );
		$hooks->register( 'transport.internal.parse_response', array( $this, 'finish' ), -1 );
		return array_filter(
			array(
				'timeout'    => $this->timeout_s,
				'max_bytes'  => $this->max_bytes + 1,
				'verify'     => $this->certificates(),
				'verifyname' => true,
				'proxy'      => $this->proxy,
				'hooks'      => $hooks,
			)
		);
	}

	/**
	 * Prepares the cURL handle.
	 *
	 * @param mixed $handle The handle.
	 */
	public function set_up( &$handle ): void {
		$this->handle = $handle;
		/** This action is documented in wp-includes/class-wp-http-curl.php. The arguments are left out, as they hold the key. */
		do_action_ref_array( 'http_api_curl', array( &$handle, array(), $this->url ) ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.

		// After that action, so that no other plugin can loosen these.
		// phpcs:disable WordPress.WP.AlternativeFunctions.curl_curl_setopt -- The library offers no option for these.
		curl_setopt( $handle, CURLOPT_FOLLOWLOCATION, false );
		curl_setopt( $handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYPEER, true );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYHOST, 2 );
		curl_setopt( $handle, CURLOPT_CAINFO, $this->certificates() );
		curl_setopt( $handle, CURLOPT_NOPROGRESS, false );
		curl_setopt( $handle, CURLOPT_PROGRESSFUNCTION, array( $this, 'watch' ) );
		if ( null !== $this->proxy ) {
			$this->proxy->curl_before_send( $handle );
		} elseif ( Gateway::is_internal( (string) wp_parse_url( $this->url, PHP_URL_HOST ) ) ) {
			// Nor through a proxy that cURL finds in the environment.
			curl_setopt( $handle, CURLOPT_PROXY, '' );
		}
		// phpcs:enable
	}

	/**
	 * Does all the transfers before the library begins to, which then finds them done.
	 *
	 * @param mixed $multi The handle of all transfers; a resource before PHP 8.
	 */
	public static function transfer( &$multi ): void {
		// phpcs:disable WordPress.WP.AlternativeFunctions -- As above.
		do {
			$status = curl_multi_exec( $multi, $active );
			if ( $active && CURLM_OK === $status && -1 === curl_multi_select( $multi, 1.0 ) ) {
				usleep( 1000 );
			}
		} while ( $active && CURLM_OK === $status );
		// phpcs:enable
	}

	/**
	 * Keeps the library from asking once more by itself after an answer that it cannot read: a key would be made twice.
	 *
	 * @throws Requests_Exception Instead.
	 */
	public function refuse_repetition(): void {
		if ( in_array( curl_errno( $this->handle ), array( CURLE_WRITE_ERROR, CURLE_BAD_CONTENT_ENCODING ), true ) ) { // phpcs:ignore WordPress.WP.AlternativeFunctions.curl_curl_errno -- As above.
			throw new Requests_Exception( 'broken encoding', 'curlerror' );
		}
	}

	/**
	 * Called by cURL all the time; any answer but 0 ends the transfer.
	 *
	 * @param mixed $handle     The handle.
	 * @param mixed $total      Unused: what the gateway says of its length.
	 * @param mixed $downloaded Bytes so far.
	 */
	public function watch( $handle, $total, $downloaded ): int {
		$this->exceeded = $this->exceeded || $downloaded > $this->max_bytes;
		return $this->exceeded ? 1 : 0;
	}

	/**
	 * Counts the bytes after decompression, and the time where there is no cURL to do it.
	 *
	 * @param mixed $data     The piece that has just arrived.
	 * @param mixed $received Bytes before it.
	 * @throws Requests_Exception When a transfer without cURL takes too long or is too large.
	 */
	public function count( $data, $received ): void {
		$this->exceeded = $this->exceeded || (int) $received + strlen( (string) $data ) > $this->max_bytes;
		if ( null === $this->handle && ( $this->exceeded || microtime( true ) > $this->begun + $this->timeout_s ) ) {
			throw new Requests_Exception( 'timed out', 'timeout' );
		}
	}

	/**
	 * Measures the time, and removes the headers of encodings that cURL has undone already, so that the library doesn't undo
	 * them a second time on what a hostile gateway has wrapped twice, without a limit of size. Without cURL none is asked for.
	 *
	 * @param mixed $raw Headers and body as one text.
	 */
	public function finish( &$raw ): void {
		$took_s        = null === $this->handle ? microtime( true ) - $this->begun : curl_getinfo( $this->handle, CURLINFO_TOTAL_TIME ); // phpcs:ignore WordPress.WP.AlternativeFunctions.curl_curl_getinfo -- As above.
		$this->took_ms = (int) round( $took_s * 1000 );
		$end           = is_string( $raw ) ? strpos( $raw, "\r\n\r\n" ) : false;
		if ( false !== $end ) {
			$raw = preg_replace( '/\r\n(?:content' . ( null === $this->handle ? '' : '|transfer' ) . ')-encoding[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*/i', '', substr( $raw, 0, $end ) ) . substr( $raw, $end );
		}
	}

	/**
	 * The file of certificates to trust. A site may name its own, but cannot turn the check off.
	 */
	private function certificates(): string {
		$default = ABSPATH . WPINC . '/certificates/ca-bundle.crt';
		/** This filter is documented in wp-includes/class-wp-http.php */
		$file = apply_filters( 'https_ssl_verify', $default, $this->url ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.
		return is_string( $file ) && is_readable( $file ) ? $file : $default;
	}
}
