<?php
/**
 * The operation `console.check`.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Finds out whether LiteLLM's own console can be shown in a frame here, and if not why, as a browser would decide.
 *
 * It looks from the server, without the service key: at the page, at one of its scripts, and at the login that comes first.
 * An origin here is a list of scheme, host and port.
 */
final class Console {

	/**
	 * So long it may take in all, with redirects.
	 */
	private const TIMEOUT_S     = 6.0;
	private const MAX_REDIRECTS = 3;
	/**
	 * Public suffixes of two labels under which sites are registered; not all there are, but the common ones. One that is
	 * missing makes two sites look like one, and then the console asks for its login again and again.
	 */
	private const SECOND_LEVEL = array( 'ac', 'co', 'com', 'edu', 'gob', 'gov', 'go', 'gv', 'ne', 'net', 'nom', 'or', 'org', 'ltd', 'me', 'plc', 'sch', 'ind', 'firm', 'gen', 'id', 'web', 'mil', 'in', 'nic' );
	/**
	 * Suffixes under which strangers are neighbours.
	 */
	private const SHARED = array( 'github.io', 'gitlab.io', 'pages.dev', 'workers.dev', 'vercel.app', 'netlify.app', 'herokuapp.com', 'azurewebsites.net', 'cloudfront.net', 'onrender.com', 'fly.dev', 'web.app', 'firebaseapp.com', 'ngrok.io', 'ngrok.app', 'ngrok-free.app', 'trycloudflare.com', 'duckdns.org', 'run.app', 'appspot.com', 'railway.app', 'up.railway.app', 'wpengine.com', 'wpenginepowered.com', 'kinsta.cloud', 'pantheonsite.io', 'myshopify.com', 'wordpress.com' );

	private Settings $settings;
	private Gateway $gateway;
	private Scrubber $scrubber;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings, Gateway $gateway ) {
		$this->settings = $settings;
		$this->gateway  = $gateway;
		$this->scrubber = $settings->scrubber();
	}

	/**
	 * The answer.
	 *
	 * @return array<string, mixed>
	 */
	public function answer(): array {
		$url    = $this->settings->console_url();
		$site   = self::text( self::origin( admin_url() ) );
		$result = array(
			'url'             => '' === $url ? null : $url,
			'embeddable'      => false,
			'reachable'       => false,
			'http_status'     => null,
			'x_frame_options' => null,
			'frame_ancestors' => null,
			'problems'        => array( array( 'code' => 'not_configured' ) ),
			// They take LiteLLM's own headers away and allow this site.
			'nginx'           => "proxy_hide_header X-Frame-Options;\nproxy_hide_header Content-Security-Policy;\nadd_header Content-Security-Policy \"frame-ancestors $site\" always;",
		);
		if ( '' === $url ) {
			return $result;
		}
		$end      = microtime( true ) + self::TIMEOUT_S;
		$answer   = $this->visit( $url, $end );
		$problems = self::problems_of_place( $url, admin_url() );
		$framing  = $answer->header( 'x-frame-options' );
		$policy   = $answer->header( 'content-security-policy' );

		// An answer that is too large is an answer.
		$result['reachable'] = '' === $answer->problem || 'too_large' === $answer->problem;
		if ( ! $result['reachable'] ) {
			// That the login's cookie would be withheld is of no use to whoever has no page yet.
			$problems   = array_values( array_filter( $problems, static fn( array $problem ): bool => 'other_site' !== $problem['code'] ) );
			$problems[] = array( 'code' => 'unreachable', 'reason' => $answer->problem );
		} elseif ( 'too_large' !== $answer->problem ) {
			$result['http_status']     = $answer->status;
			$result['x_frame_options'] = $this->shown( $framing );
			$result['frame_ancestors'] = $this->shown( implode( ', ', self::frame_ancestors( $policy ) ) );
			if ( 401 === $answer->status ) {
				$problems[] = array( 'code' => 'login_before' );
			} elseif ( 200 !== $answer->status ) {
				$problems[] = array( 'code' => 'bad_status', 'status' => $answer->status );
			} elseif ( ! self::may_frame( $framing, $policy, $url, admin_url() ) ) {
				$problems[] = array( 'code' => 'framing_denied' );
			} else {
				array_push( $problems, ...$this->problems_of_content( $answer->body, $url, $end ) );
			}
		}
		$result['problems']   = $problems;
		$result['embeddable'] = ! $problems;
		return $result;
	}

	/**
	 * Whether the headers of a page allow it to be framed by a page at another address. Where a policy has frame-ancestors,
	 * X-Frame-Options does not count, and of that browsers ignore ALLOW-FROM and words they don't know.
	 */
	public static function may_frame( string $x_frame_options, string $policy, string $url, string $parent_url ): bool {
		$page      = self::origin( $url );
		$parent    = self::origin( $parent_url );
		$ancestors = self::frame_ancestors( $policy );
		if ( ! $ancestors ) {
			$words = array_map( 'trim', explode( ',', strtolower( $x_frame_options ) ) );
			return ! in_array( 'deny', $words, true ) && ( $page === $parent || ! in_array( 'sameorigin', $words, true ) );
		}
		foreach ( $ancestors as $sources ) {
			$naming = array_filter( preg_split( '/\s+/', strtolower( $sources ) ), static fn( string $source ): bool => self::source_names( $source, $page, $parent ) );
			if ( ! $naming ) {
				return false;
			}
		}
		return true;
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
			if ( '.' . $suffix === substr( '.' . $host, -strlen( $suffix ) - 1 ) ) {
				return implode( '.', array_slice( $labels, -substr_count( $suffix, '.' ) - 2 ) );
			}
		}
		// Such as co.uk and com.cn: a known word under the two letters of a country.
		$is_second_level = $count > 2 && 2 === strlen( $labels[ $count - 1 ] ) && in_array( $labels[ $count - 2 ], self::SECOND_LEVEL, true );
		return implode( '.', array_slice( $labels, $is_second_level ? -3 : -2 ) );
	}

	/**
	 * Fetches the page, following only redirects that stay on the same origin.
	 */
	private function visit( string $url, float $end ): Gateway_Answer {
		$origin = self::origin( $url );
		for ( $hops = 0; ; $hops++ ) {
			$answer   = $this->gateway->look( array( $url ), max( 0.1, $end - microtime( true ) ), MB_IN_BYTES )[0];
			$location = $answer->header( 'location' );
			if ( $hops >= self::MAX_REDIRECTS || $answer->status < 301 || $answer->status > 308 || '' === $location || preg_match( '/[^\x21-\x7e]|\\\\/', $location ) ) {
				return $answer;
			}
			$next = \WP_Http::make_absolute_url( $location, $url );
			if ( self::origin( $next ) !== $origin || null !== wp_parse_url( $next, PHP_URL_USER ) ) {
				return $answer;
			}
			$url = (string) strtok( $next, '#' );
		}
	}

	/**
	 * What a browser would not get after the page: a script of it, which something may refuse that lets the page through, and
	 * the login, which says with status 200 that the console is switched off.
	 *
	 * @return array<int, array<string, mixed>>
	 */
	private function problems_of_content( string $page, string $url, float $end ): array {
		if ( ! preg_match( '#<script\b[^>]*\ssrc=["\']([^"\'<>\s]+)#i', $page, $match ) ) {
			return array( array( 'code' => 'no_console' ) );
		}
		$script = \WP_Http::make_absolute_url( html_entity_decode( $match[1] ), $url );
		$urls   = array( 'login' => substr( $url, 0, -3 ) . 'sso/key/generate' ) + ( self::origin( $script ) === self::origin( $url ) ? array( 'script' => $script ) : array() );
		$found  = $this->gateway->look( $urls, max( 0.1, $end - microtime( true ) ), MB_IN_BYTES );
		$asset  = $found['script'] ?? new Gateway_Answer( 'other' );
		$login  = $found['login'];
		if ( '' === $asset->problem && ( 200 !== $asset->status || preg_match( '#^text/html#i', $asset->header( 'content-type' ) ) ) ) {
			return array( array( 'code' => 'assets_refused', 'status' => $asset->status ) );
		}
		if ( false !== strpos( $login->body, 'DISABLE_ADMIN_UI' ) ) {
			return array( array( 'code' => 'disabled' ) );
		}
		$may_frame = self::may_frame( $login->header( 'x-frame-options' ), $login->header( 'content-security-policy' ), $url, admin_url() );
		return 200 !== $login->status || $may_frame ? array() : array( array( 'code' => 'login_framing_denied' ) );
	}

	/**
	 * What does not fit between the two addresses.
	 *
	 * @return array<int, array<string, string>>
	 */
	private static function problems_of_place( string $console_url, string $site_url ): array {
		$console = self::origin( $console_url );
		$site    = self::origin( $site_url );
		if ( $console === $site ) {
			return array( array( 'code' => 'same_origin' ) );
		}
		if ( self::is_loopback( $console[1] ) && ! self::is_loopback( $site[1] ) ) {
			return array( array( 'code' => 'loopback' ) );
		}
		if ( self::is_inner_name( $console[1] ) && ! self::is_inner_name( $site[1] ) ) {
			return array( array( 'code' => 'internal', 'console' => $console[1] ) );
		}
		$problems = array();
		if ( 'https' === $site[0] && 'http' === $console[0] ) {
			$problems[] = array( 'code' => 'mixed_content' );
		}
		// A cookie with SameSite=Lax is sent within one registrable domain and scheme, whatever the ports.
		if ( self::registrable_domain( $console[1] ) !== self::registrable_domain( $site[1] ) || ( 'http' === $site[0] && 'https' === $console[0] ) ) {
			$problems[] = array( 'code' => 'other_site', 'console' => self::text( $console ), 'site' => self::text( $site ) );
		}
		return $problems;
	}

	/**
	 * The source lists of `frame-ancestors`, of each policy that has one; of each the first counts.
	 *
	 * @return string[]
	 */
	private static function frame_ancestors( string $policies ): array {
		$lists = array();
		foreach ( explode( ',', $policies ) as $policy ) {
			if ( preg_match( '/(?:^|;)\s*frame-ancestors(?![^\s;])([^;]*)/i', $policy, $match ) ) {
				$lists[] = trim( $match[1] );
			}
		}
		return $lists;
	}

	/**
	 * Whether one source of a list names the parent.
	 *
	 * @param array{0: string, 1: string, 2: int} $page   Origin.
	 * @param array{0: string, 1: string, 2: int} $parent Origin.
	 */
	private static function source_names( string $source, array $page, array $parent ): bool {
		list( $scheme, $host, $port ) = $parent;
		if ( '*' === $source || "'self'" === $source ) {
			return '*' === $source || $page === $parent;
		}
		if ( preg_match( '/^([a-z][a-z0-9+.-]*):$/', $source, $match ) ) {
			return self::covers( $match[1], $scheme );
		}
		if ( ! preg_match( '#^(?:([a-z][a-z0-9+.-]*)://)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(\d+|\*))?(?:/.*)?$#', $source, $match ) ) {
			return false;
		}
		// Without a scheme, that of the page counts.
		if ( ! self::covers( '' === $match[1] ? $page[0] : $match[1], $scheme ) ) {
			return false;
		}
		if ( '*.' === substr( $match[2], 0, 2 ) ? substr( $host, -strlen( $match[2] ) + 1 ) !== substr( $match[2], 1 ) : ! in_array( $match[2], array( '*', $host ), true ) ) {
			return false;
		}
		$named = $match[3] ?? '';
		return '*' === $named || ( '' === $named ? self::default_port( $scheme ) : (int) $named ) === $port || ( '80' === $named && 443 === $port && 'https' === $scheme );
	}

	/**
	 * Whether a scheme in a policy covers that of the parent; the secure one is covered by the other.
	 */
	private static function covers( string $named, string $actual ): bool {
		return $named === $actual || ( 'http' === $named && 'https' === $actual );
	}

	/**
	 * Scheme, host and port of an address.
	 *
	 * @return array{0: string, 1: string, 2: int}
	 */
	private static function origin( string $url ): array {
		$parts  = (array) wp_parse_url( $url );
		$scheme = strtolower( $parts['scheme'] ?? '' );
		return array( $scheme, rtrim( strtolower( $parts['host'] ?? '' ), '.' ), $parts['port'] ?? self::default_port( $scheme ) );
	}

	/**
	 * An origin as it is written, such as `https://wp.example.com:8443`.
	 *
	 * @param array{0: string, 1: string, 2: int} $origin Origin.
	 */
	private static function text( array $origin ): string {
		return $origin[0] . '://' . $origin[1] . ( self::default_port( $origin[0] ) === $origin[2] ? '' : ':' . $origin[2] );
	}

	/**
	 * The port that need not be written.
	 */
	private static function default_port( string $scheme ): int {
		return 'https' === $scheme ? 443 : 80;
	}

	/**
	 * Whether only the machine itself reaches this host.
	 */
	private static function is_loopback( string $host ): bool {
		return 1 === preg_match( '/^(?:(?:.*\.)?localhost|\[::1\])$/', $host ) || ( 0 === strpos( $host, '127.' ) && false !== filter_var( $host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4 ) );
	}

	/**
	 * Whether this is a name that only the network of the server knows, such as that of a container. Where the site has such a
	 * name too, the browser is in that network.
	 */
	private static function is_inner_name( string $host ): bool {
		return ! self::is_loopback( $host ) && false === filter_var( trim( $host, '[]' ), FILTER_VALIDATE_IP ) && Gateway::is_internal( $host );
	}

	/**
	 * A header as it may be shown.
	 */
	private function shown( string $header ): ?string {
		return '' === $header ? null : Failure::printable( $this->scrubber->text( $header ), 300 );
	}
}
