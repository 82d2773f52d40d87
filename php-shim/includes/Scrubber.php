<?php
/**
 * Keeps the service key, and other secrets, out of what is passed on.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;

defined( 'ABSPATH' ) || exit;

/**
 * Removes the service key, and a login before the gateway, from a text, JSON or not, in the forms in which they may come
 * back: as they are, in an address, in JSON, in base64 as in HTTP Basic, and the key's beginning. Of other secrets it leaves
 * the ends at most: LiteLLM writes virtual keys and the keys of providers into its log, where a budget is exceeded or a
 * provider's address stands in an error.
 *
 * It cannot catch what a gateway disguises on purpose; but such a gateway has the key already.
 */
final class Scrubber {

	private const MARK = '[secret]';
	/**
	 * So many characters at its beginning would help to guess the rest. LiteLLM's own way to shorten keys shows fewer.
	 */
	private const START = 10;
	/**
	 * A form with fewer characters than this cannot be told from other text.
	 */
	private const SHORTEST = 4;
	/**
	 * Nor a login with fewer than this: a password such as "keys" would take names of fields out of every answer.
	 */
	private const SHORTEST_LOGIN = 8;
	/**
	 * Where a word begins: also behind an escape, as in `\nsk-…` within JSON, and in an address, as in `%3Dsk-…`.
	 */
	private const BEGIN = '~(?:(?<![a-z0-9])|(?<=\\\\[bfnrt])|(?<=\\\\u[0-9a-f]{4})|(?<=%[0-9a-f]{2}))';
	/**
	 * The name of a secret, up to a quote before its value.
	 */
	private const NAMED = '~((?:api[_-]?key|(?:access|refresh|id|session)[_-]token|(?:client|access|private)[_-](?:secret|key)|secret[_-]key|password|authorization)(?:\\\\*["\'])?\s*[:=]\s*b?\\\\*';
	/**
	 * Names of fields whose text is a secret.
	 */
	private const CALLED = '~(?:^|[_-])(?:api[_-]?key|(?:access|refresh|id|session)[_-]token|(?:client|access|private)[_-](?:secret|key)|secret[_-]key|password|authorization)$~i';
	/**
	 * How secrets look, and what is left of them.
	 */
	private const SECRETS = array(
		// Virtual keys, and those of providers, by how they begin.
		self::BEGIN . '(sk-)[a-z0-9_-]{12,}([a-z0-9_-]{4})~i' => '$1…$2',
		self::BEGIN . '(AIza|AKIA|ASIA|ya29\.|eyJ)[a-z0-9_.-]{16,}~i' => '$1…',
		self::BEGIN . '((?:gsk|hf|gh[a-z]|xai|pplx|nvapi|glpat|r8)[_-])[a-z0-9]{20,}[a-z0-9_-]*~i' => '$1…',
		'~(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).*?(?=-----END|$)~s' => '$1…',
		// In an address: ?key=…, &X-Amz-Signature=…, https://user:password@host.
		'~((?:[?&;]|\\\\u0026|%3F|%26)(?:[a-z0-9_.-]{0,40}[_-])?(?:key|apikey|token|sig|signature|secret|password)(?:=|%3D))[^\s&"\'<>\\\\]+~i' => '$1…',
		'~(://)[^\s/@:"\'<>]*:[^\s/@"\'<>]+(?=@)~' => '$1…',
		// By name, as in JSON, in Python and in headers: whatever is quoted, or looks like no word.
		self::NAMED . '["\'])(?!sk-(?:\.|…)|[0-9a-f]{64}\b)[^"\'\\\\]{4,}~i' => '$1…',
		self::NAMED . '["\']?)(?!sk-(?:\.|…)|[0-9a-f]{64}\b)(?=[^\s"\',;&<>\\\\]{0,99}[0-9])[^\s"\',;&<>\\\\]{8,}~i' => '$1…',
		'~\b(Bearer(?:\s|%20)+)(?!auth|tokens?\b|schemes?\b)[a-z0-9_.\~+/=-]{8,}~i' => '$1…',
		'~\b([Bb]asic(?:\s|%20)+)(?=[A-Za-z0-9+/]{0,99}(?:[0-9=]|[a-z][A-Z]))[A-Za-z0-9+/]{8,}=*~' => '$1…',
	);

	/**
	 * In what has none of these, none of the above is: most texts.
	 */
	private const SUSPECT = '~[:?&;]|%3F|%26|u0026|sk-|AIza|AKIA|ASIA|ya29|eyJ|gsk|hf|gh|xai|pplx|nvapi|glpat|r8|key|token|secret|password|authorization|bearer|basic|-----~i';

	/**
	 * What to remove, longer forms before shorter ones.
	 *
	 * @var string[]
	 */
	private array $forms = array();
	/**
	 * Names of fields, which come again with each row, and what of them is shown.
	 *
	 * @var array<string, string>
	 */
	private array $names = array();

	/**
	 * Prepares for a key, and for a login with its password.
	 */
	public function __construct( string $key, string ...$login ) {
		$forms  = array( substr( $key, 0, self::START ) );
		$logins = array_filter( $login, static fn( string $secret ): bool => strlen( $secret ) >= self::SHORTEST_LOGIN );
		foreach ( array_filter( array( $key, ...$logins ), 'strlen' ) as $secret ) {
			array_unshift( $forms, $secret, rawurlencode( $secret ), urlencode( $secret ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.urlencode_urlencode -- As others may have written it.
			// Base64 depends on where in the encoded text it begins; what its neighbours share is cut off.
			foreach ( array( 0, 2, 3 ) as $before => $cut ) {
				$forms[] = substr( rtrim( base64_encode( str_repeat( "\0", $before ) . $secret ), '=' ), $cut, -1 ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- To find it, not to hide it.
			}
		}
		foreach ( $forms as $form ) {
			array_push( $this->forms, $form, trim( (string) wp_json_encode( $form ), '"' ) );
		}
		$this->forms = array_unique( array_filter( $this->forms, static fn( string $form ): bool => strlen( $form ) >= self::SHORTEST ) );
	}

	/**
	 * An answer without secrets, in its names and in its texts.
	 *
	 * @param mixed  $value Of json_decode(); objects are stdClass.
	 * @param string $shown The field whose secret is shown once; '' for none.
	 * @param string $name  The field that this is the value of.
	 * @return mixed
	 */
	public function value( $value, string $shown = '', string $name = '' ) {
		if ( is_string( $value ) ) {
			if ( '' !== $shown && $shown === $name ) {
				return $this->without_own_key( $value );
			}
			// A hash, a name of LiteLLM's own, or what should have been a hash; and what is called a secret.
			return preg_match( self::CALLED, $name ) && ! preg_match( '/^(?:[0-9a-f]{64}|litellm[a-z_-]*)?$/D', $value ) ? self::ends( $this->without_own_key( $value ) ) : $this->text( $value );
		}
		if ( is_array( $value ) ) {
			return array_map( fn( $element ) => $this->value( $element, $shown, $name ), $value );
		}
		if ( ! $value instanceof stdClass ) {
			return $value;
		}
		$clean = new stdClass();
		foreach ( get_object_vars( $value ) as $field => $inner ) {
			$clean->{ $this->names[ $field ] ??= $this->text( (string) $field ) } = $this->value( $inner, $shown, (string) $field );
		}
		return $clean;
	}

	/**
	 * A text without secrets. One that cannot be searched is not shown.
	 */
	public function text( string $text ): string {
		$text = $this->without_own_key( $text );
		return 0 === preg_match( self::SUSPECT, $text ) ? $text : preg_replace( array_keys( self::SECRETS ), array_values( self::SECRETS ), $text ) ?? '…';
	}

	/**
	 * A secret by its first three and last four characters, as LiteLLM shortens keys.
	 */
	public static function ends( string $secret ): string {
		return strlen( $secret ) >= 16 ? substr( $secret, 0, 3 ) . '…' . substr( $secret, -4 ) : '…';
	}

	/**
	 * A text without the service key.
	 */
	private function without_own_key( string $text ): string {
		return str_ireplace( $this->forms, self::MARK, $text );
	}
}
