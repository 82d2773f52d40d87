<?php
/**
 * The limits of one transfer.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_HTTP_Proxy;
use WpOrg\Requests\Exception as Requests_Exception;
use WpOrg\Requests\Hooks;

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

	private string $url;
	private float $deadline;
	private int $max_bytes;
	private bool $is_curl = false;

	/**
	 * Takes the limits.
	 */
	public function __construct( string $url, float $timeout_s, int $max_bytes ) {
		$this->url       = $url;
		$this->deadline  = microtime( true ) + $timeout_s;
		$this->max_bytes = $max_bytes;
	}

	/**
	 * Hooks into the request.
	 */
	public function register( Hooks $hooks ): void {
		$hooks->register( 'curl.before_multi_add', array( $this, 'set_up' ) );
		$hooks->register( 'curl.before_multi_exec', array( self::class, 'transfer' ) );
		$hooks->register( 'request.progress', array( $this, 'count' ) );
		$hooks->register( 'transport.internal.parse_response', array( $this, 'forget_encodings' ), -1 );
	}

	/**
	 * The file of certificates to trust. A site may name its own, but cannot turn the check off.
	 */
	public static function certificates( string $url ): string {
		$default = ABSPATH . WPINC . '/certificates/ca-bundle.crt';
		/** This filter is documented in wp-includes/class-wp-http.php */
		$file = apply_filters( 'https_ssl_verify', $default, $url ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.
		return is_string( $file ) && is_readable( $file ) ? $file : $default;
	}

	/**
	 * Prepares the cURL handle.
	 *
	 * @param mixed $handle The handle; a resource before PHP 8.
	 */
	public function set_up( &$handle ): void {
		$this->is_curl = true;
		/** This action is documented in wp-includes/class-wp-http-curl.php. The arguments are left out, as they hold the key. */
		do_action_ref_array( 'http_api_curl', array( &$handle, array(), $this->url ) ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.

		// After that action, so that no other plugin can loosen these.
		// phpcs:disable WordPress.WP.AlternativeFunctions.curl_curl_setopt -- The library offers no option for these.
		curl_setopt( $handle, CURLOPT_FOLLOWLOCATION, false );
		curl_setopt( $handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYPEER, true );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYHOST, 2 );
		curl_setopt( $handle, CURLOPT_CAINFO, self::certificates( $this->url ) );
		curl_setopt( $handle, CURLOPT_NOPROGRESS, false );
		curl_setopt( $handle, CURLOPT_PROGRESSFUNCTION, array( $this, 'watch' ) );
		$proxy = new WP_HTTP_Proxy();
		if ( $proxy->is_enabled() && $proxy->send_through_proxy( $this->url ) ) {
			curl_setopt( $handle, CURLOPT_PROXY, $proxy->host() );
			curl_setopt( $handle, CURLOPT_PROXYPORT, (int) $proxy->port() );
			if ( $proxy->use_authentication() ) {
				curl_setopt( $handle, CURLOPT_PROXYAUTH, CURLAUTH_ANY );
				curl_setopt( $handle, CURLOPT_PROXYUSERPWD, $proxy->authentication() );
			}
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
	 * Called by cURL all the time; any answer but 0 ends the transfer.
	 *
	 * @param mixed $handle     The handle.
	 * @param mixed $total      Unused: what the gateway says of its length.
	 * @param mixed $downloaded Bytes so far.
	 */
	public function watch( $handle, $total, $downloaded ): int {
		if ( $downloaded > $this->max_bytes ) {
			$this->exceeded = true;
		}
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
		if ( ! $this->is_curl && ( $this->exceeded || microtime( true ) > $this->deadline ) ) {
			throw new Requests_Exception( 'timed out', 'timeout' );
		}
	}

	/**
	 * Removes the headers of encodings that cURL has undone already, so that the library doesn't undo them a second time
	 * on what a hostile gateway has wrapped twice, without a limit of size.
	 *
	 * @param mixed $raw Headers and body as one text.
	 */
	public function forget_encodings( &$raw ): void {
		$end = $this->is_curl && is_string( $raw ) ? strpos( $raw, "\r\n\r\n" ) : false;
		if ( false !== $end ) {
			$raw = preg_replace( '/\r\n(?:content|transfer)-encoding[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*/i', '', substr( $raw, 0, $end ) ) . substr( $raw, $end );
		}
	}
}
