<?php
/**
 * Keeps the secrets out of what is passed on.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Removes the service key, and a login before the gateway, from a text, JSON or not, in the forms in which they may come
 * back: as they are, in an address, in JSON, in base64 as in HTTP Basic, and the key's beginning.
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
	 * What to remove, longer forms before shorter ones.
	 *
	 * @var string[]
	 */
	private array $forms = array();

	/**
	 * Prepares for a key, and for a login with its password.
	 */
	public function __construct( string $key, string ...$login ) {
		$forms  = array( substr( $key, 0, self::START ) );
		$logins = array_filter( $login, static fn( string $secret ): bool => strlen( $secret ) >= self::SHORTEST_LOGIN );
		foreach ( array_filter( array( $key, ...$logins ), 'strlen' ) as $secret ) {
			array_unshift( $forms, $secret, rawurlencode( $secret ), urlencode( $secret ) );
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
	 * A text without the key.
	 */
	public function text( string $text ): string {
		return str_ireplace( $this->forms, self::MARK, $text );
	}
}
