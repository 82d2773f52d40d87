<?php
/**
 * Who may show a page in a frame.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Reads X-Frame-Options and the `frame-ancestors` of Content-Security-Policy as browsers do.
 */
final class Frame_Policy {

	private string $x_frame_options;
	/**
	 * The source lists of all policies that have one.
	 *
	 * @var string[]
	 */
	private array $ancestors = array();

	/**
	 * Takes both headers; several of the same name are joined by commas.
	 */
	public function __construct( string $x_frame_options, string $content_security_policy ) {
		$this->x_frame_options = trim( $x_frame_options );
		foreach ( explode( ',', $content_security_policy ) as $policy ) {
			foreach ( explode( ';', $policy ) as $directive ) {
				$words = preg_split( '/\s+/', trim( $directive ), 2 );
				if ( 'frame-ancestors' === strtolower( $words[0] ) ) {
					// The first of a policy counts.
					$this->ancestors[] = trim( $words[1] ?? '' );
					break;
				}
			}
		}
	}

	/**
	 * The source lists as one text, or null when no policy has one.
	 */
	public function ancestors(): ?string {
		return $this->ancestors ? implode( ', ', $this->ancestors ) : null;
	}

	/**
	 * Whether a page of `$parent` may frame a page of `$page`. Where there are frame-ancestors, X-Frame-Options does not count.
	 */
	public function allows( Origin $page, Origin $parent ): bool {
		if ( ! $this->ancestors ) {
			return $this->x_frame_options_allow( $page, $parent );
		}
		foreach ( $this->ancestors as $list ) {
			if ( ! self::list_allows( $list, $page, $parent ) ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * X-Frame-Options alone. Browsers ignore ALLOW-FROM and words they don't know.
	 */
	private function x_frame_options_allow( Origin $page, Origin $parent ): bool {
		$words = array_map( 'trim', explode( ',', strtolower( $this->x_frame_options ) ) );
		if ( in_array( 'deny', $words, true ) ) {
			return false;
		}
		return ! in_array( 'sameorigin', $words, true ) || $page->equals( $parent );
	}

	/**
	 * Whether one source list names the parent. An empty list names nobody.
	 */
	private static function list_allows( string $sources, Origin $page, Origin $parent ): bool {
		foreach ( preg_split( '/\s+/', strtolower( $sources ), -1, PREG_SPLIT_NO_EMPTY ) as $source ) {
			if ( self::source_allows( $source, $page, $parent ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether one source is the parent.
	 */
	private static function source_allows( string $source, Origin $page, Origin $parent ): bool {
		if ( '*' === $source ) {
			return true;
		}
		if ( "'self'" === $source ) {
			return $page->equals( $parent );
		}
		if ( preg_match( '/^([a-z][a-z0-9+.-]*):$/', $source, $match ) ) {
			return self::scheme_allows( $match[1], $parent->scheme );
		}
		if ( ! preg_match( '#^(?:([a-z][a-z0-9+.-]*)://)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(\d+|\*))?(?:/.*)?$#', $source, $match ) ) {
			return false;
		}
		$scheme = $match[1];
		// Without a scheme, that of the page counts.
		if ( ! self::scheme_allows( '' === $scheme ? $page->scheme : $scheme, $parent->scheme ) ) {
			return false;
		}
		$host = $match[2];
		if ( '*' !== $host ) {
			$fits = '*.' === substr( $host, 0, 2 ) ? substr( $parent->host, -strlen( $host ) + 1 ) === substr( $host, 1 ) && strlen( $parent->host ) >= strlen( $host ) : $host === $parent->host;
			if ( ! $fits ) {
				return false;
			}
		}
		$port    = $match[3] ?? '';
		$default = 'https' === $parent->scheme ? 443 : 80;
		return '*' === $port || ( '' === $port ? $parent->port === $default : (int) $port === $parent->port || ( '80' === $port && 443 === $parent->port && 'https' === $parent->scheme ) );
	}

	/**
	 * Whether a scheme in a policy covers that of the parent; the secure one is covered by the other.
	 */
	private static function scheme_allows( string $named, string $actual ): bool {
		return $named === $actual || ( 'http' === $named && 'https' === $actual );
	}
}
