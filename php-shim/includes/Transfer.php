<?php
/**
 * One transfer.
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
 * Takes what comes of one request, and sets what the Requests library leaves open when it sends several at a time.
 *
 * It verifies certificates against WordPress' list (the parallel path of the library takes cURL's default), goes
 * through WordPress' proxy, ends a transfer that is too large (the library reads on and drops what is too much), and
 * sleeps while nothing arrives (the library asks cURL again and again without a pause, which burns a processor and, in
 * a PHP that is compiled to WebAssembly, lets nothing arrive at all). An answer of which fields are kept is not held: each
 * piece goes to Keep as it arrives.
 */
final class Transfer {

	private const CONNECT_TIMEOUT_S = 5.0;
	/**
	 * So much of an answer is held beside what is kept of it: errors, and the titles of pages, are shorter.
	 */
	private const HEAD = 262144;
	/**
	 * So much arrives in one piece; the library's own pieces are of one kilobyte.
	 */
	private const PIECE = 65536;

	/**
	 * What is sent, as Gateway has it.
	 *
	 * @var array<string, mixed>
	 */
	private array $request;
	private ?Requests_Proxy $proxy;
	private float $begun;
	private int $bytes   = 0;
	private string $body = '';
	/** How long it took; null while there is no answer. */
	private ?int $took_ms = null;
	/**
	 * The cURL handle, a resource before PHP 8; null without cURL.
	 *
	 * @var mixed
	 */
	private $handle = null;

	/**
	 * Takes what is sent, and the way that it goes.
	 *
	 * @param array<string, mixed> $request As Gateway has it.
	 */
	public function __construct( array $request, ?Requests_Proxy $proxy ) {
		$this->request = $request;
		$this->proxy   = $proxy;
		$this->begun   = microtime( true );
	}

	/**
	 * Takes a piece of the body. Any answer but its length ends the transfer.
	 *
	 * @param mixed $handle The cURL handle, where there is one.
	 */
	public function take( $handle, string $piece ): int {
		$this->bytes += strlen( $piece );
		if ( $this->is_too_large() ) {
			return 0;
		}
		if ( null !== $this->request['keep'] ) {
			$this->request['keep']->take( $piece );
		}
		$this->body .= null === $this->request['keep'] ? $piece : substr( $piece, 0, max( 0, self::HEAD - strlen( $this->body ) ) );
		return strlen( $piece );
	}

	/**
	 * The answer, when all of it is here: with what is kept of it, and how it went.
	 *
	 * @param Gateway_Answer $answer With a body where none was taken.
	 */
	public function end( Gateway_Answer $answer ): Gateway_Answer {
		if ( '' === $answer->problem ) {
			$this->bytes = '' === $answer->body ? $this->bytes : 0;
			$this->take( null, $answer->body );
			$answer->body = $this->body;
			$answer->kept = null === $this->request['keep'] ? null : $this->request['keep']->kept();
		}
		$answer          = $this->is_too_large() ? new Gateway_Answer( 'too_large' ) : $answer;
		$answer->bytes   = $this->bytes;
		$answer->took_ms = $this->took_ms;
		$answer->proxy   = null === $this->proxy ? '' : (string) preg_replace( '#^.*[@/]#', '', (string) $this->proxy->proxy );
		// What refuses a connection that goes through a proxy is the proxy.
		$answer->problem = '' !== $answer->proxy && 'refused' === $answer->problem ? 'proxy' : $answer->problem;
		return $answer;
	}

	/**
	 * The options of the library.
	 *
	 * @return array<string, mixed>
	 */
	public function options(): array {
		$hooks = new Hooks();
		// One of several, and one by itself.
		foreach ( array( 'before_multi_add' => 'set_up', 'before_send' => 'set_up', 'after_send' => 'refuse_repetition', 'before_multi_exec' => 'transfer' ) as $hook => $method ) {
			$hooks->register( 'curl.' . $hook, array( $this, $method ) );
		}
		$hooks->register( 'request.progress', array( $this, 'count' ) );
		$hooks->register( 'requests.before_parse', array( $this, 'finish' ) );
		$hooks->register( 'transport.internal.parse_response', array( $this, 'finish' ), -1 );
		return array(
			'timeout'          => $this->request['timeout_s'],
			'connect_timeout'  => min( self::CONNECT_TIMEOUT_S, $this->request['timeout_s'] ),
			'verify'           => $this->certificates(),
			'follow_redirects' => false,
			'idn'              => false,
			'proxy'            => $this->proxy ?? false,
			'hooks'            => $hooks,
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
		do_action_ref_array( 'http_api_curl', array( &$handle, array(), $this->request['url'] ) ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.

		// After that action, so that no other plugin can loosen these.
		// phpcs:disable WordPress.WP.AlternativeFunctions.curl_curl_setopt -- The library offers no option for these.
		curl_setopt( $handle, CURLOPT_FOLLOWLOCATION, false );
		curl_setopt( $handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYPEER, true );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYHOST, 2 );
		curl_setopt( $handle, CURLOPT_CAINFO, $this->certificates() );
		curl_setopt( $handle, CURLOPT_WRITEFUNCTION, array( $this, 'take' ) );
		curl_setopt( $handle, CURLOPT_BUFFERSIZE, self::PIECE );
		if ( null !== $this->proxy ) {
			$this->proxy->curl_before_send( $handle );
		} elseif ( Gateway::is_internal( (string) wp_parse_url( $this->request['url'], PHP_URL_HOST ) ) ) {
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
	 * Counts bytes and time where there is no cURL to do it; with it, the library hears of no piece.
	 *
	 * @param mixed $data     The piece that has just arrived.
	 * @param mixed $received Bytes before it.
	 * @throws Requests_Exception When the transfer takes too long or is too large.
	 */
	public function count( $data, $received ): void {
		$this->bytes = (int) $received + strlen( (string) $data );
		if ( $this->is_too_large() || microtime( true ) > $this->begun + $this->request['timeout_s'] ) {
			throw new Requests_Exception( 'timed out', 'timeout' );
		}
	}

	/**
	 * Measures the time, and removes the headers of encodings: cURL has undone them, and without it none is asked for. So the
	 * library doesn't undo what a hostile gateway has wrapped twice, without a limit of size.
	 *
	 * @param mixed $raw Headers and body as one text.
	 */
	public function finish( &$raw ): void {
		$took_s        = null === $this->handle ? microtime( true ) - $this->begun : curl_getinfo( $this->handle, CURLINFO_TOTAL_TIME ); // phpcs:ignore WordPress.WP.AlternativeFunctions.curl_curl_getinfo -- As above.
		$this->took_ms = (int) round( $took_s * 1000 );
		$parts         = explode( "\r\n\r\n", $raw, 2 );
		$parts[0]      = preg_replace( '/\r\ncontent-encoding[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*/i', '', $parts[0] );
		$raw           = implode( "\r\n\r\n", $parts );
	}

	/**
	 * Whether the answer is larger than allowed, or more is kept of it than there is room for.
	 */
	private function is_too_large(): bool {
		return $this->bytes > $this->request['max_bytes'] || ( null !== $this->request['keep'] && $this->request['keep']->is_full );
	}

	/**
	 * The file of certificates to trust. A site may name its own, but cannot turn the check off.
	 */
	private function certificates(): string {
		$default = ABSPATH . WPINC . '/certificates/ca-bundle.crt';
		/** This filter is documented in wp-includes/class-wp-http.php */
		$file = apply_filters( 'https_ssl_verify', $default, $this->request['url'] ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.
		return is_string( $file ) && is_readable( $file ) ? $file : $default;
	}
}
