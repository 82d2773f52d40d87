<?php
/**
 * What can go wrong, in words.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Makes a WP_Error of everything that can fail: a stable code, a status, and a sentence that an administrator can act on.
 */
final class Failure {

	private const MAX_LENGTH = 500;

	/**
	 * The settings are missing or wrong.
	 */
	public static function not_configured( string $reason, string $message ): WP_Error {
		return self::make( 'litellm_not_configured', $message, 503, array( 'reason' => $reason ) );
	}

	/**
	 * The browser asked for something that the contract does not allow.
	 *
	 * @param array<string, string> $fields Sentences by parameter.
	 */
	public static function invalid( array $fields, string $message = '' ): WP_Error {
		if ( '' === $message ) {
			$message = __( 'The request is not valid.', 'litellm-dashboard' ) . ' ' . implode( ' ', array_slice( array_values( $fields ), 0, 3 ) );
		}
		return self::make( 'litellm_invalid_request', $message, 400, $fields ? array( 'fields' => $fields ) : array() );
	}

	/**
	 * Any failure of our own.
	 *
	 * @param array<string, mixed> $data More of the error's data.
	 */
	public static function make( string $code, string $message, int $status, array $data = array() ): WP_Error {
		return new WP_Error( $code, self::printable( $message, self::MAX_LENGTH ), array( 'status' => $status ) + $data );
	}

	/**
	 * What an answer of the gateway means, or null when it is a success.
	 */
	public static function of( Gateway_Answer $answer, Operation $operation, Scrubber $scrubber ): ?WP_Error {
		if ( 'too_large' === $answer->problem ) {
			return self::make( 'gateway_too_large', __( 'The answer of the LiteLLM gateway is larger than this site can take. Ask for less at a time.', 'litellm-dashboard' ), 502 );
		}
		if ( '' !== $answer->problem ) {
			return self::unreachable( $answer->problem );
		}
		$status = $answer->status;
		if ( $status >= 300 && $status < 400 ) {
			return self::redirect( $answer, $scrubber );
		}
		if ( $status >= 200 && $status < 300 ) {
			return null;
		}
		$said = self::said( $answer->body );
		foreach ( $said['fields'] as $theirs => $text ) {
			unset( $said['fields'][ $theirs ] );
			$own = $operation->own_name( (string) $theirs );
			if ( '' !== $own ) {
				$said['fields'][ $own ] = self::printable( $scrubber->text( $text ), 200 );
			}
		}
		$said['text'] = self::printable( $scrubber->text( $said['text'] ), 300 );
		$data         = array( 'gateway_status' => $status );
		if ( $status < 400 || $status >= 500 ) {
			return self::make( 'gateway_error', self::with_words( __( 'The LiteLLM gateway failed with an error of its own. Its log says more.', 'litellm-dashboard' ), $said['text'] ), 502, $data );
		}
		$reason = self::unauthorized_reason( $status, $said['type'], $said['text'] );
		if ( '' !== $reason ) {
			return self::make( 'gateway_unauthorized', self::unauthorized_message( $reason, $operation, $said['text'] ), 502, array( 'reason' => $reason ) + $data );
		}
		if ( ! $said['understood'] ) {
			return self::not_json( $data );
		}
		if ( ( 404 === $status && 'Not Found' === $said['text'] ) || ( 405 === $status && 'Method Not Allowed' === $said['text'] ) ) {
			/* translators: %s: name of an operation. */
			return self::make( 'gateway_too_old', sprintf( __( 'This LiteLLM does not know %s. A newer version of LiteLLM does; or the address in LITELLM_API_BASE is not that of the gateway itself.', 'litellm-dashboard' ), $operation->path ), 501, $data );
		}
		if ( $said['fields'] ) {
			$data['fields'] = $said['fields'];
		}
		// A 401 about the key that is to be changed, not about the service key.
		$own_status = in_array( $status, array( 400, 404, 409, 422, 429 ), true ) ? $status : ( 401 === $status ? 404 : 400 );
		if ( 429 === $status ) {
			return self::make( 'gateway_refused', self::with_words( __( 'The LiteLLM gateway has had too many requests. Try again in a moment.', 'litellm-dashboard' ), $said['text'] ), 429, $data );
		}
		return self::make( 'gateway_refused', self::with_words( __( 'The LiteLLM gateway refused this.', 'litellm-dashboard' ), $said['text'] ), $own_status, $data );
	}

	/**
	 * The gateway answered with something else than described.
	 *
	 * @param array<string, mixed> $data More of the error's data.
	 */
	public static function not_json( array $data = array() ): WP_Error {
		return self::make( 'gateway_not_json', __( 'What answers at LITELLM_API_BASE does not answer like LiteLLM. Check the address, and whether a proxy or a login page stands before the gateway.', 'litellm-dashboard' ), 502, $data );
	}

	/**
	 * No answer.
	 */
	public static function unreachable( string $problem ): WP_Error {
		switch ( $problem ) {
			case 'dns':
				$message = __( 'The host name in LITELLM_API_BASE cannot be found. Check the address and this server\'s DNS.', 'litellm-dashboard' );
				break;
			case 'refused':
				$message = __( 'Nothing answers at LITELLM_API_BASE. Check that LiteLLM is running and that the host and the port are right.', 'litellm-dashboard' );
				break;
			case 'timeout':
				$message = __( 'The LiteLLM gateway did not answer in time. It may be overloaded, or a firewall is in the way.', 'litellm-dashboard' );
				break;
			case 'tls':
				$message = __( 'The certificate of the LiteLLM gateway could not be verified, or no secure connection could be made.', 'litellm-dashboard' );
				break;
			case 'blocked':
				$message = __( 'This site does not allow requests to the LiteLLM gateway: add its host to WP_ACCESSIBLE_HOSTS in wp-config.php.', 'litellm-dashboard' );
				break;
			default:
				$problem = 'other';
				$message = __( 'The connection to the LiteLLM gateway broke off.', 'litellm-dashboard' );
		}
		return self::make( 'gateway_unreachable', $message, 'timeout' === $problem ? 504 : 502, array( 'reason' => 'blocked' === $problem ? 'other' : $problem ) );
	}

	/**
	 * An error as the browser gets it.
	 *
	 * @return array{code: string, message: string, data: array<string, mixed>}
	 */
	public static function to_array( WP_Error $error ): array {
		return array(
			'code'    => (string) $error->get_error_code(),
			'message' => $error->get_error_message(),
			'data'    => (array) $error->get_error_data(),
		);
	}

	/**
	 * A text on one line, valid, and not longer than that.
	 */
	public static function printable( string $text, int $max ): string {
		$text = trim( (string) preg_replace( '/[\x00-\x20\x7f]+/', ' ', wp_check_invalid_utf8( $text, true ) ) );
		return mb_strlen( $text ) > $max ? mb_substr( $text, 0, $max - 1 ) . '…' : $text;
	}

	/**
	 * A redirect, with the host it leads to.
	 */
	private static function redirect( Gateway_Answer $answer, Scrubber $scrubber ): WP_Error {
		$host    = wp_parse_url( $answer->header( 'location' ), PHP_URL_HOST );
		$message = __( 'The LiteLLM gateway redirects elsewhere, which is not followed so that the service key goes nowhere else. Put the final address into LITELLM_API_BASE.', 'litellm-dashboard' );
		if ( is_string( $host ) ) {
			/* translators: %s: host name. */
			$message .= ' ' . sprintf( __( 'It leads to: %s', 'litellm-dashboard' ), $scrubber->text( self::printable( $host, 100 ) ) );
		}
		return self::make( 'gateway_redirect', $message, 502, array( 'gateway_status' => $answer->status ) );
	}

	/**
	 * LiteLLM's words, out of the four forms that its errors have.
	 *
	 * @return array{understood: bool, type: string, text: string, fields: array<string, string>}
	 */
	private static function said( string $body ): array {
		$said  = array(
			'understood' => false,
			'type'       => '',
			'text'       => '',
			'fields'     => array(),
		);
		$json  = strlen( $body ) > MB_IN_BYTES ? null : json_decode( $body, false, 32, JSON_INVALID_UTF8_SUBSTITUTE );
		$error = $json instanceof stdClass ? ( $json->error ?? $json->detail ?? null ) : null;
		if ( null === $error ) {
			return $said;
		}
		$said['understood'] = true;
		if ( is_array( $error ) ) {
			foreach ( array_slice( $error, 0, 20 ) as $entry ) {
				$text  = self::word( $entry, 'msg' );
				$where = $entry instanceof stdClass && is_array( $entry->loc ?? null ) ? array_values( array_filter( $entry->loc, 'is_string' ) ) : array();
				// `loc` is like ["body", "models", 0]: the name stands behind the place.
				$field = $where[1] ?? ( $where[0] ?? '' );
				if ( '' !== $text ) {
					$said['fields'][ $field ] = $text;
					$said['text']            .= ' ' . ( '' === $field ? $text : $field . ': ' . $text ) . '.';
				}
			}
			return $said;
		}
		if ( $error instanceof stdClass ) {
			$said['type'] = self::word( $error, 'type' );
			$said['text'] = self::word( $error, 'message' );
			$said['text'] = '' === $said['text'] ? self::word( $error, 'error' ) : $said['text'];
			$param        = self::word( $error, 'param' );
		} else {
			$said['text'] = is_scalar( $error ) ? (string) $error : '';
			$param        = '';
		}
		$said['text'] = self::unwrap( $said['text'] );
		if ( '' !== $param && '' !== $said['text'] ) {
			$said['fields'][ $param ] = $said['text'];
		}
		return $said;
	}

	/**
	 * A text in an object, or ''.
	 *
	 * @param mixed $holder What should be an object.
	 */
	private static function word( $holder, string $name ): string {
		$value = $holder instanceof stdClass ? ( $holder->{$name} ?? null ) : null;
		if ( $value instanceof stdClass ) {
			return self::word( $value, 'error' );
		}
		return is_scalar( $value ) && 'None' !== $value ? (string) $value : '';
	}

	/**
	 * The text within a Python dict as text, such as {'error': 'No keys found'}.
	 */
	private static function unwrap( string $text ): string {
		$pattern = '/^\s*(?:\d{3}: )?\{\s*[\'"](?:error|message|detail)[\'"]\s*:\s*(?:\'((?:[^\'\\\\]|\\\\.)*+)\'|"((?:[^"\\\\]|\\\\.)*+)")/s';
		if ( ! preg_match( $pattern, $text, $match ) ) {
			return $text;
		}
		return stripslashes( str_replace( '\\n', ' ', '' === $match[1] ? ( $match[2] ?? '' ) : $match[1] ) );
	}

	/**
	 * Why the service key was not accepted, or '' when it was.
	 */
	private static function unauthorized_reason( int $status, string $type, string $text ): string {
		if ( 'expired_key' === $type || ( 401 === $status && false !== stripos( $text, 'expired key' ) ) ) {
			return 'key_expired';
		}
		if ( 'budget_exceeded' === $type ) {
			return 'key_over_budget';
		}
		if ( 401 === $status ) {
			// 1.80.11 answers so when the key that is to be changed does not exist.
			if ( false !== stripos( $text, 'user key does not exist' ) ) {
				return '';
			}
			if ( false !== stripos( $text, 'key is blocked' ) ) {
				return 'key_blocked';
			}
			return 'token_not_found_in_db' === $type || preg_match( '/invalid proxy server token|virtual key expected|no api key/i', $text ) ? 'key_unknown' : 'other';
		}
		if ( 403 === $status ) {
			return preg_match( '/not allowed to (?:call|access) this route|tried to (?:call|access) route/i', $text ) ? 'route_not_allowed' : 'other';
		}
		return '';
	}

	/**
	 * What to do about it.
	 */
	private static function unauthorized_message( string $reason, Operation $operation, string $said ): string {
		switch ( $reason ) {
			case 'key_unknown':
				return __( 'LiteLLM does not know the service key. Put a valid one into LITELLM_SERVICE_KEY.', 'litellm-dashboard' );
			case 'key_blocked':
				return __( 'The service key is blocked in LiteLLM. Unblock it there, or put another one into LITELLM_SERVICE_KEY.', 'litellm-dashboard' );
			case 'key_expired':
				return __( 'The service key has expired. Make a new one in LiteLLM and put it into LITELLM_SERVICE_KEY.', 'litellm-dashboard' );
			case 'key_over_budget':
				return __( 'The service key has used up its budget. A key for management needs no budget: take it away in LiteLLM.', 'litellm-dashboard' );
			case 'route_not_allowed':
				/* translators: %s: path of a route. */
				return sprintf( __( 'The service key may not call %s. Add this route to the allowed routes of the key in LiteLLM.', 'litellm-dashboard' ), $operation->path );
		}
		return self::with_words( __( 'LiteLLM did not accept the service key for this.', 'litellm-dashboard' ), $said );
	}

	/**
	 * Our sentence, and LiteLLM's words behind it.
	 */
	private static function with_words( string $sentence, string $said ): string {
		/* translators: 1: a sentence, 2: the words of LiteLLM. */
		return '' === $said ? $sentence : sprintf( __( '%1$s LiteLLM says: %2$s', 'litellm-dashboard' ), $sentence, $said );
	}
}
