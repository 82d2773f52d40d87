<?php
/**
 * Origins and sites, as browsers see them.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Scheme, host and port of an address.
 */
final class Origin {

	/**
	 * Public suffixes of two labels under which sites are registered; not all there are, but the common ones. One that is
	 * missing makes two sites look like one, and then the console asks for its login again and again.
	 */
	private const SECOND_LEVEL = array( 'ac', 'co', 'com', 'edu', 'gob', 'gov', 'go', 'gv', 'ne', 'net', 'nom', 'or', 'org', 'ltd', 'me', 'plc', 'sch', 'ind', 'firm', 'gen', 'id', 'web', 'mil', 'in', 'nic' );
	/**
	 * Suffixes under which strangers are neighbours.
	 */
	private const SHARED = array( 'github.io', 'gitlab.io', 'pages.dev', 'workers.dev', 'vercel.app', 'netlify.app', 'herokuapp.com', 'azurewebsites.net', 'cloudfront.net', 'onrender.com', 'fly.dev', 'web.app', 'firebaseapp.com', 'ngrok.io', 'ngrok.app', 'ngrok-free.app', 'trycloudflare.com', 'duckdns.org', 'run.app', 'appspot.com', 'railway.app', 'up.railway.app', 'wpengine.com', 'wpenginepowered.com', 'kinsta.cloud', 'pantheonsite.io', 'myshopify.com', 'wordpress.com' );

	public string $scheme;
	public string $host;
	public int $port;

	/**
	 * Takes the parts.
	 */
	private function __construct( string $scheme, string $host, int $port ) {
		$this->scheme = $scheme;
		$this->host   = $host;
		$this->port   = $port;
	}

	/**
	 * The origin of an address, or null when it has none.
	 */
	public static function of( string $url ): ?self {
		$parts  = wp_parse_url( $url );
		$scheme = is_array( $parts ) ? strtolower( $parts['scheme'] ?? '' ) : '';
		$host   = is_array( $parts ) ? rtrim( strtolower( $parts['host'] ?? '' ), '.' ) : '';
		if ( '' === $host || ! in_array( $scheme, array( 'http', 'https' ), true ) ) {
			return null;
		}
		return new self( $scheme, $host, (int) ( $parts['port'] ?? self::default_port( $scheme ) ) );
	}

	/**
	 * As it is written, such as `https://wp.example.com:8443`.
	 */
	public function text(): string {
		return $this->scheme . '://' . $this->host . ( self::default_port( $this->scheme ) === $this->port ? '' : ':' . $this->port );
	}

	/**
	 * Whether both are the same.
	 */
	public function equals( self $other ): bool {
		return $this->text() === $other->text();
	}

	/**
	 * Whether a `SameSite=Lax` cookie of one is sent within a frame on a page of the other: the same scheme and the same
	 * registrable domain, whatever the ports.
	 */
	public function is_same_site( self $other ): bool {
		return $this->scheme === $other->scheme && self::registrable_domain( $this->host ) === self::registrable_domain( $other->host );
	}

	/**
	 * Whether only the machine itself reaches this host.
	 */
	public function is_loopback(): bool {
		return 'localhost' === $this->host || '.localhost' === substr( $this->host, -10 ) || '[::1]' === $this->host
			|| ( 0 === strpos( $this->host, '127.' ) && false !== filter_var( $this->host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4 ) );
	}

	/**
	 * The part of a host name that somebody registered; addresses and single names are their own.
	 */
	public static function registrable_domain( string $host ): string {
		if ( '[' === substr( $host, 0, 1 ) || false !== filter_var( $host, FILTER_VALIDATE_IP ) ) {
			return $host;
		}
		$labels = explode( '.', $host );
		$count  = count( $labels );
		foreach ( self::SHARED as $suffix ) {
			if ( $host === $suffix || '.' . $suffix === substr( $host, -strlen( $suffix ) - 1 ) ) {
				return implode( '.', array_slice( $labels, -substr_count( $suffix, '.' ) - 2 ) );
			}
		}
		// Such as co.uk and com.cn: a known word under the two letters of a country.
		$is_second_level = $count > 2 && 2 === strlen( $labels[ $count - 1 ] ) && in_array( $labels[ $count - 2 ], self::SECOND_LEVEL, true );
		return implode( '.', array_slice( $labels, $is_second_level ? -3 : -2 ) );
	}

	/**
	 * The port that need not be written.
	 */
	private static function default_port( string $scheme ): int {
		return 'https' === $scheme ? 443 : 80;
	}
}
