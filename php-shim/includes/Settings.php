<?php
/**
 * The settings: two constants, and some optional ones.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Reads, checks and describes the settings. An environment variable comes before the constant of the same name.
 */
final class Settings {

	public const BASE    = 'LITELLM_API_BASE';
	public const KEY     = 'LITELLM_SERVICE_KEY';
	public const CONSOLE = 'LITELLM_CONSOLE_URL';
	/** User and password of a login before the gateway, with a colon between. */
	public const BASIC = 'LITELLM_BASIC_AUTH';
	/** The header in which the gateway wants the key. */
	public const HEADER = 'LITELLM_KEY_HEADER';
	/** Ceilings for new and changed keys: an array, or JSON. */
	public const LIMITS = 'LITELLM_KEY_LIMITS';
	/**
	 * Headers that mean something else on the way to the gateway.
	 */
	private const TAKEN = '/^(?:accept.*|connection|content-.*|cookie|expect|host|litellm-changed-by|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent)$/i';

	/**
	 * Values by name, given instead of environment and constants.
	 *
	 * @var array<string, string>|null
	 */
	private ?array $given;

	/**
	 * Takes other values than those of the server, for tests.
	 *
	 * @param array<string, string>|null $given Values by name.
	 */
	public function __construct( ?array $given = null ) {
		$this->given = $given;
	}

	/**
	 * The address of the gateway without what is not part of it, or '' when it is missing or invalid.
	 */
	public function base(): string {
		return self::trimmed( $this->valid( self::BASE ) );
	}

	/**
	 * The service key, or '' when it is missing or invalid.
	 */
	public function key(): string {
		return $this->valid( self::KEY );
	}

	/**
	 * The SHA-256 of the service key, by which LiteLLM names it; '' without a key.
	 */
	public function key_hash(): string {
		$key = $this->key();
		return '' === $key ? '' : hash( 'sha256', $key );
	}

	/**
	 * The headers by which the gateway and a login before it know the plugin. The login takes LiteLLM's usual header, so the
	 * key goes into the other one that every LiteLLM reads.
	 *
	 * @return array<string, string> By name.
	 */
	public function credentials(): array {
		$basic  = $this->valid( self::BASIC );
		$header = $this->valid( self::HEADER );
		$login  = '' === $basic ? array() : array( 'Authorization' => 'Basic ' . base64_encode( $basic ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- HTTP Basic.
		return array( '' !== $header ? $header : ( $login ? 'x-litellm-api-key' : 'Authorization' ) => 'Bearer ' . $this->key() ) + $login;
	}

	/**
	 * The ceilings for keys, empty without any, or null when they cannot be read: then no key is made.
	 *
	 * @return array<string, mixed>|null
	 */
	public function key_limits(): ?array {
		$raw = $this->raw( self::LIMITS );
		return null === $this->complaint( self::LIMITS, $raw ) ? (array) json_decode( $raw, true ) : null;
	}

	/**
	 * What keeps all of these out of a text.
	 */
	public function scrubber(): Scrubber {
		$basic = $this->valid( self::BASIC );
		return new Scrubber( $this->key(), $basic, (string) substr( (string) strstr( $basic, ':' ), 1 ) );
	}

	/**
	 * The public address of LiteLLM's own console, or '' when there is none.
	 */
	public function console_url(): string {
		$base = '' === $this->raw( self::CONSOLE ) ? $this->base() : self::trimmed( $this->valid( self::CONSOLE ) );
		return '' === $base ? '' : $base . '/ui/';
	}

	/**
	 * Why the gateway cannot be asked, or null.
	 */
	public function problem(): ?WP_Error {
		foreach ( array( 'base' => self::BASE, 'key' => self::KEY, 'basic' => self::BASIC, 'header' => self::HEADER ) as $setting => $name ) {
			$found = $this->describe( $name );
			if ( 'invalid' === $found['problem'] || ( null !== $found['problem'] && in_array( $name, array( self::BASE, self::KEY ), true ) ) ) {
				return Failure::make( 'litellm_not_configured', 503, array( 'reason' => $setting . '_' . $found['problem'], 'hint' => $found['hint'] ) );
			}
		}
		return null;
	}

	/**
	 * The operation `status`: how the plugin is set up, without asking the gateway. An invalid address is not shown, as it may
	 * be the key in the wrong place; of the key its first three and last four characters are, of a login its user.
	 *
	 * @param array<string, Operation> $operations By name.
	 * @return array<string, mixed>
	 */
	public function status( array $operations ): array {
		$key     = $this->key();
		$console = '' === $this->raw( self::CONSOLE ) ? '' : $this->console_url();
		$user    = (string) strstr( $this->valid( self::BASIC ), ':', true );
		$header  = $this->valid( self::HEADER );
		$routes  = array();
		foreach ( $operations as $name => $operation ) {
			if ( '' === $operation->handler ) {
				$routes[ $name ] = array(
					'method' => $operation->method,
					'path'   => $operation->path,
					'write'  => $operation->is_write(),
				);
			}
		}
		return array(
			'plugin'       => Plugin::VERSION,
			'wordpress'    => get_bloginfo( 'version' ),
			'php'          => PHP_VERSION,
			'base'         => array( 'value' => '' === $this->base() ? null : $this->base(), 'cut' => trim( substr( $this->valid( self::BASE ), strlen( $this->base() ) ), '/' ) ) + $this->describe( self::BASE ),
			'key'          => array( 'masked' => '' === $key ? null : Scrubber::ends( $key ) ) + $this->describe( self::KEY ),
			'console'      => array( 'value' => '' === $console ? null : $console ) + $this->describe( self::CONSOLE ),
			'basic_auth'   => array( 'masked' => '' === $user ? null : $user . ':…' ) + $this->describe( self::BASIC ),
			'key_header'   => array( 'value' => '' === $header ? null : $header ) + $this->describe( self::HEADER ),
			'key_limits'   => array( 'value' => '' === $this->valid( self::LIMITS ) ? null : $this->valid( self::LIMITS ) ) + $this->describe( self::LIMITS ),
			'operations'   => (object) $routes,
			'object_cache' => (bool) wp_using_ext_object_cache(),
			'https'        => is_ssl(),
		);
	}

	/**
	 * Where a setting comes from, and what is wrong with it.
	 *
	 * @return array{source: string, problem: string|null, hint: string|null}
	 */
	private function describe( string $name ): array {
		$raw    = $this->raw( $name );
		$hint   = '' === $raw ? null : $this->complaint( $name, $raw );
		$source = null === $this->given && '' !== self::environment( $name ) ? 'environment' : 'constant';
		return array(
			'source'  => '' === $raw ? 'missing' : $source,
			'problem' => '' === $raw ? 'missing' : ( null === $hint ? null : 'invalid' ),
			'hint'    => $hint,
		);
	}

	/**
	 * The value, or '' when it is missing or invalid.
	 */
	private function valid( string $name ): string {
		$raw = $this->raw( $name );
		return null === $this->complaint( $name, $raw ) ? $raw : '';
	}

	/**
	 * An address with its scheme and host in small letters, and without what people copy along with it: slashes at its end,
	 * the /v1 of what applications call, and the /ui of the console with its login.
	 */
	private static function trimmed( string $url ): string {
		$url = (string) preg_replace( '#(?<=[^/:])(?:/(?:v1|ui(?:/login)?))*/*$#iD', '', $url );
		return (string) preg_replace_callback( '#^[a-z]+://[^/]*#i', static fn( array $match ): string => strtolower( $match[0] ), $url );
	}

	/**
	 * The value as it was set, or ''.
	 */
	private function raw( string $name ): string {
		if ( null !== $this->given ) {
			return $this->given[ $name ] ?? '';
		}
		$value = self::environment( $name );
		$value = '' === $value && defined( $name ) ? constant( $name ) : $value;
		$value = self::LIMITS === $name && null !== $value && ! is_string( $value ) ? (string) wp_json_encode( $value ) : $value;
		return is_string( $value ) ? $value : '';
	}

	/**
	 * The value in the environment, or ''. PHP-FPM and readers of .env files put it into one or another of these places; no
	 * header of a request can get there under such a name.
	 */
	public static function environment( string $name ): string {
		foreach ( array( function_exists( 'getenv' ) ? getenv( $name ) : '', $_ENV[ $name ] ?? '', $_SERVER[ $name ] ?? '' ) as $value ) { // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- From the server's own configuration, and checked like the constant.
			if ( is_string( $value ) && '' !== $value ) {
				return $value;
			}
		}
		return '';
	}

	/**
	 * What is wrong with a value: the name of the rule that it breaks, or null. It never repeats the value.
	 */
	private function complaint( string $name, string $value ): ?string {
		if ( self::LIMITS === $name ) {
			return Key_Limits::complaint( $value );
		}
		// Docker's --env-file keeps the quotes around a value; a password alone may end with one.
		if ( preg_match( self::BASIC === $name ? '/^(["\'`]).*\1$/D' : '/^["\'`]|["\'`]$/D', $value ) ) {
			return 'quotes';
		}
		// A password may have spaces and letters of any language.
		if ( preg_match( self::BASIC === $name ? '/[\x00-\x1f\x7f]/' : '/[^\x21-\x7e]/', $value ) || strlen( $value ) > 1024 ) {
			return 'characters';
		}
		if ( self::BASIC === $name ) {
			return preg_match( '/^[^:]+:./', $value ) || '' === $value ? null : 'pair';
		}
		if ( self::HEADER === $name ) {
			$is_name = '' === $value || ( preg_match( '/^[a-z][a-z0-9-]*$/i', $value ) && ! preg_match( self::TAKEN, $value ) );
			return ! $is_name ? 'header' : ( 'authorization' === strtolower( $value ) && '' !== $this->raw( self::BASIC ) ? 'login' : null );
		}
		if ( self::KEY === $name ) {
			return null;
		}
		$parts = wp_parse_url( $value );
		if ( ! is_array( $parts ) || ! in_array( strtolower( $parts['scheme'] ?? '' ), array( 'http', 'https' ), true ) ) {
			return preg_match( '#^https?://#i', $value ) ? 'host' : 'scheme';
		}
		if ( false !== strpos( $value, '@' ) ) {
			return 'credentials';
		}
		if ( false !== strpbrk( $value, '?#' ) ) {
			return 'query';
		}
		if ( ! preg_match( '/^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])$/i', $parts['host'] ?? '' ) ) {
			return 'host';
		}
		if ( isset( $parts['port'] ) && $parts['port'] < 1 ) {
			return 'port';
		}
		$path = rtrim( $parts['path'] ?? '', '/' );
		return preg_match( '#^(?:/[A-Za-z0-9._~-]+)*$#', $path ) && ! preg_match( '#/\.{1,2}(?:/|$)#', $path ) ? null : 'path';
	}
}
