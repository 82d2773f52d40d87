<?php
/**
 * The settings: two constants, and an optional third.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Reads and checks the settings. An environment variable comes before the constant of the same name.
 */
final class Settings {

	public const BASE    = 'LITELLM_API_BASE';
	public const KEY     = 'LITELLM_SERVICE_KEY';
	public const CONSOLE = 'LITELLM_CONSOLE_URL';

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
	 * The address of the gateway without a slash at its end, or '' when it is missing or invalid.
	 */
	public function base(): string {
		$base = $this->raw( self::BASE );
		return null === self::address_problem( $base ) ? rtrim( $base, '/' ) : '';
	}

	/**
	 * The service key, or '' when it is missing or invalid.
	 */
	public function key(): string {
		$key = $this->raw( self::KEY );
		return null === self::key_problem( $key ) ? $key : '';
	}

	/**
	 * The SHA-256 of the service key, by which LiteLLM names it; '' without a key.
	 */
	public function key_hash(): string {
		$key = $this->key();
		return '' === $key ? '' : hash( 'sha256', $key );
	}

	/**
	 * The public address of LiteLLM's own console, or '' when there is none.
	 */
	public function console_url(): string {
		$public = $this->raw( self::CONSOLE );
		$base   = '' === $public ? $this->base() : $public;
		if ( '' === $base || null !== self::address_problem( $base ) ) {
			return '';
		}
		$base = rtrim( $base, '/' );
		return preg_match( '#/ui$#', $base ) ? $base . '/' : $base . '/ui/';
	}

	/**
	 * Whether the gateway can be asked at all.
	 */
	public function is_configured(): bool {
		return '' !== $this->base() && '' !== $this->key();
	}

	/**
	 * Why the gateway cannot be asked, or null.
	 */
	public function problem(): ?WP_Error {
		if ( '' === $this->raw( self::BASE ) ) {
			/* translators: %s: name of a constant. */
			return Failure::not_configured( 'base_missing', sprintf( __( 'The address of the LiteLLM gateway is missing: define %s in wp-config.php.', 'litellm-dashboard' ), self::BASE ) );
		}
		if ( '' === $this->base() ) {
			return Failure::not_configured( 'base_invalid', (string) self::address_problem( $this->raw( self::BASE ) ) );
		}
		if ( '' === $this->raw( self::KEY ) ) {
			/* translators: %s: name of a constant. */
			return Failure::not_configured( 'key_missing', sprintf( __( 'The service key of the LiteLLM gateway is missing: define %s in wp-config.php.', 'litellm-dashboard' ), self::KEY ) );
		}
		if ( '' === $this->key() ) {
			return Failure::not_configured( 'key_invalid', (string) self::key_problem( $this->raw( self::KEY ) ) );
		}
		return null;
	}

	/**
	 * What the Status page shows of the address. An invalid value is not shown, as it may be the key in the wrong place.
	 *
	 * @return array{value: string|null, source: string, problem: string|null, hint: string|null}
	 */
	public function describe_base(): array {
		return $this->describe_address( self::BASE, $this->base() );
	}

	/**
	 * What the Status page shows of the console's address.
	 *
	 * @return array{value: string|null, source: string, problem: string|null, hint: string|null}
	 */
	public function describe_console(): array {
		return $this->describe_address( self::CONSOLE, '' === $this->raw( self::CONSOLE ) ? '' : $this->console_url() );
	}

	/**
	 * What the Status page shows of the key: its first three and last four characters.
	 *
	 * @return array{masked: string|null, source: string, problem: string|null, hint: string|null}
	 */
	public function describe_key(): array {
		$raw  = $this->raw( self::KEY );
		$key  = $this->key();
		$mask = null;
		if ( '' !== $key ) {
			$mask = strlen( $key ) >= 16 ? substr( $key, 0, 3 ) . '…' . substr( $key, -4 ) : '…';
		}
		return array(
			'masked'  => $mask,
			'source'  => $this->source( self::KEY ),
			'problem' => '' === $raw ? 'missing' : ( '' === $key ? 'invalid' : null ),
			'hint'    => '' === $raw ? null : self::key_problem( $raw ),
		);
	}

	/**
	 * Where a setting comes from.
	 */
	private function source( string $name ): string {
		if ( '' === $this->raw( $name ) ) {
			return 'missing';
		}
		return null === $this->given && '' !== self::environment( $name ) ? 'environment' : 'constant';
	}

	/**
	 * An address for the Status page.
	 *
	 * @return array{value: string|null, source: string, problem: string|null, hint: string|null}
	 */
	private function describe_address( string $name, string $valid ): array {
		$raw = $this->raw( $name );
		return array(
			'value'   => '' === $valid ? null : $valid,
			'source'  => $this->source( $name ),
			'problem' => '' === $raw ? 'missing' : ( '' === $valid ? 'invalid' : null ),
			'hint'    => '' === $raw ? null : self::address_problem( $raw ),
		);
	}

	/**
	 * The value as it was set, or ''.
	 */
	private function raw( string $name ): string {
		if ( null !== $this->given ) {
			return $this->given[ $name ] ?? '';
		}
		$value = self::environment( $name );
		if ( '' !== $value ) {
			return $value;
		}
		$value = defined( $name ) ? constant( $name ) : '';
		return is_string( $value ) ? $value : '';
	}

	/**
	 * The value in the environment, or ''.
	 */
	private static function environment( string $name ): string {
		$value = getenv( $name );
		return is_string( $value ) ? $value : '';
	}

	/**
	 * What is wrong with an address, as a sentence, or null.
	 */
	private static function address_problem( string $address ): ?string {
		if ( preg_match( '/[^\x21-\x7e]/', $address ) ) {
			return __( 'The address contains a space, a line break or a letter that is not ASCII.', 'litellm-dashboard' );
		}
		$parts = wp_parse_url( $address );
		if ( ! is_array( $parts ) || ! in_array( strtolower( $parts['scheme'] ?? '' ), array( 'http', 'https' ), true ) ) {
			return __( 'The address must begin with http:// or https://.', 'litellm-dashboard' );
		}
		if ( false !== strpos( $address, '@' ) ) {
			return __( 'The address must not contain a user name or a password.', 'litellm-dashboard' );
		}
		if ( false !== strpos( $address, '?' ) || false !== strpos( $address, '#' ) ) {
			return __( 'The address must end before any ? or #.', 'litellm-dashboard' );
		}
		$host = $parts['host'] ?? '';
		if ( ! preg_match( '/^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])$/i', $host ) ) {
			return __( 'The address has no valid host name.', 'litellm-dashboard' );
		}
		if ( isset( $parts['port'] ) && $parts['port'] < 1 ) {
			return __( 'The address has no valid port.', 'litellm-dashboard' );
		}
		$path = rtrim( $parts['path'] ?? '', '/' );
		if ( ! preg_match( '#^(?:/[A-Za-z0-9._~-]+)*$#', $path ) || preg_match( '#/\.{1,2}(?:/|$)#', $path ) ) {
			return __( 'The path of the address may only contain letters, digits and . _ ~ - between its slashes.', 'litellm-dashboard' );
		}
		return null;
	}

	/**
	 * What is wrong with a key, as a sentence that does not repeat it, or null.
	 */
	private static function key_problem( string $key ): ?string {
		if ( '' === $key || preg_match( '/[^\x21-\x7e]/', $key ) || strlen( $key ) > 1024 ) {
			return __( 'The service key contains a space, a line break or another character that a key cannot have.', 'litellm-dashboard' );
		}
		return null;
	}
}
