<?php
/**
 * What can go wrong, as codes and values.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Makes a WP_Error of everything that can fail: a stable code, a status, a reason, and the values that belong to it.
 *
 * The sentences are the app's, in the user's language; the only words here are LiteLLM's own, as `detail` and `fields`.
 */
final class Failure {

	/**
	 * How LiteLLM says that it cannot reach its database, or has none.
	 */
	private const DATABASE = '/can.?t reach database|(?:database|db) not connected|no connected db|connection pool|query.?engine|all connection attempts failed|kind: closed|too many (?:clients|connections) /i';

	/**
	 * How the database says that it lacks what this LiteLLM expects, as where a migration has not run.
	 */
	private const SCHEMA = '/does not exist in the current database|\b(?:column|relation|table) \S.{0,120}? does not exist|could not find field at|does not exist in enclosing type/i';
	/**
	 * How LiteLLM says that whoever asks is no administrator of it.
	 */
	private const NOT_ADMIN = '/only (?:proxy |organi[sz]ation )?admin|\brole ?= ?(?!proxy_admin\b)\w|no .?user_id.? is associated|service-account keys cannot/i';
	/**
	 * The end of an error of the deployment kit's nginx, whose form is LiteLLM's.
	 */
	private const KIT = '/"source":"nginx"\}\}\s*$/D';

	/**
	 * Any failure.
	 *
	 * @param array<string, mixed> $data The values; null and '' are left out.
	 */
	public static function make( string $code, int $status, array $data = array() ): WP_Error {
		$data = array_filter( $data, static fn( $value ): bool => null !== $value && '' !== $value );
		return new WP_Error( $code, '', array( 'status' => $status ) + $data );
	}

	/**
	 * What an answer of the gateway means, or null when it is a success.
	 */
	public static function of( Gateway_Answer $answer, Operation $operation, Scrubber $scrubber ): ?WP_Error {
		if ( 'too_large' === $answer->problem ) {
			return self::make( 'gateway_too_large', 502 );
		}
		if ( '' !== $answer->problem ) {
			return self::make( 'gateway_unreachable', 'timeout' === $answer->problem ? 504 : 502, array( 'reason' => $answer->problem, 'proxy' => $answer->proxy, 'detail' => self::printable( $scrubber->text( $answer->body ), 300 ) ) );
		}
		$status = $answer->status;
		if ( $status >= 200 && $status < 300 ) {
			return null;
		}
		$data = array( 'gateway_status' => $status );
		if ( $status >= 300 && $status < 400 ) {
			$address = (string) preg_replace( '/[?#].*/s', '', $answer->header( 'location' ) );
			return self::make( 'gateway_redirect', 502, $data + array( 'address' => self::printable( $scrubber->text( $address ), 100 ) ) );
		}
		$words = self::words( $answer->body, $operation->main );
		if ( ! $words['understood'] || preg_match( self::KIT, $answer->body ) ) {
			return self::not_litellm( $answer, $scrubber );
		}
		$data['detail'] = self::printable( $scrubber->text( $words['text'] ), 300 );
		// Before the key is looked at: 1.80.11 answers 401 when its database is gone.
		if ( 'no_db_connection' === $words['type'] || preg_match( self::DATABASE, $words['text'] ) ) {
			return self::make( 'gateway_error', 502, array( 'reason' => preg_match( '/no connected db|\bdb not connected/i', $words['text'] ) ? 'no_database' : 'database' ) + $data );
		}
		if ( preg_match( self::SCHEMA, $words['text'] ) ) {
			return self::make( 'gateway_error', 502, array( 'reason' => 'schema' ) + $data );
		}
		if ( $status < 400 || $status >= 500 ) {
			return self::make( 'gateway_error', 502, $data );
		}
		$reason = self::unauthorized_reason( $status, $words['type'], $words['text'] );
		if ( '' !== $reason ) {
			return self::make( 'gateway_unauthorized', 502, array( 'reason' => $reason, 'path' => $operation->path ) + $data );
		}
		if ( ( 404 === $status && 'Not Found' === $words['text'] ) || ( 405 === $status && 'Method Not Allowed' === $words['text'] ) ) {
			return self::make( 'gateway_too_old', 501, array( 'path' => $operation->path ) + $data );
		}
		$fields = array();
		foreach ( $words['fields'] as $theirs => $text ) {
			$own = $operation->own_name( (string) $theirs );
			if ( '' !== $own ) {
				$fields[ $own ] = self::printable( $scrubber->text( $text ), 200 );
			}
		}
		// A 401 about the key that is to be changed, not about the service key.
		$own_status = in_array( $status, array( 400, 404, 409, 422, 429 ), true ) ? $status : ( 401 === $status ? 404 : 400 );
		return self::make( 'gateway_refused', $own_status, $data + array( 'retry_after_s' => self::retry_after_s( $answer ), 'fields' => $fields ? $fields : null ) );
	}

	/**
	 * An answer that LiteLLM does not give: something before it refused, or something else is there. With what it says of
	 * itself, so that an administrator recognises it.
	 */
	public static function not_litellm( Gateway_Answer $answer, Scrubber $scrubber ): WP_Error {
		$text = static fn( string $text, int $max ): string => self::printable( $scrubber->text( $text ), $max );
		preg_match( '#<title[^>]*>([^<]{1,500})#i', substr( $answer->body, 0, MB_IN_BYTES ), $title );
		$is_error = $answer->status >= 400;
		return self::make(
			'gateway_not_litellm',
			502,
			array(
				'gateway_status' => $is_error ? $answer->status : null,
				'server'         => $text( $answer->header( 'server' ), 60 ),
				'title'          => $text( html_entity_decode( $title[1] ?? '', ENT_QUOTES ), 80 ),
				'scheme'         => 401 === $answer->status ? ( preg_match( '/(?:^|,)\s*basic\b/i', $answer->header( 'www-authenticate' ) ) ? 'basic' : strtolower( (string) strtok( $text( $answer->header( 'www-authenticate' ), 60 ), ' ' ) ) ) : null,
				'proxy'          => $is_error ? $answer->proxy : null,
				'kit'            => preg_match( self::KIT, $answer->body ) ? true : null,
				'retry_after_s'  => self::retry_after_s( $answer ),
			)
		);
	}

	/**
	 * How long to wait before the next question, where that is said: in seconds, or as a date.
	 */
	private static function retry_after_s( Gateway_Answer $answer ): ?int {
		$after = trim( $answer->header( 'retry-after' ) );
		$after = preg_match( '/^\d+$/D', $after ) ? (int) substr( $after, 0, 9 ) : (int) strtotime( $after ) - time();
		return in_array( $answer->status, array( 429, 503 ), true ) && $after > 0 ? min( $after, HOUR_IN_SECONDS ) : null;
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
	 * LiteLLM's words, out of the four forms that its errors have. Others write a bare text as `error`, or `title` and `status`
	 * beside `detail`.
	 *
	 * @param string $main What an answer of this operation has, with whatever status.
	 * @return array{understood: bool, type: string, text: string, fields: array<string, string>}
	 */
	private static function words( string $body, string $main ): array {
		$json   = strlen( $body ) > MB_IN_BYTES ? null : json_decode( $body, false, 32, JSON_INVALID_UTF8_SUBSTITUTE );
		$json   = $json instanceof stdClass ? $json : new stdClass();
		$error  = $json->error ?? $json->detail ?? null;
		$text   = '';
		$fields = array();
		if ( is_array( $error ) ) {
			foreach ( array_slice( $error, 0, 20 ) as $entry ) {
				$words = self::word( $entry, 'msg' );
				$where = $entry instanceof stdClass && is_array( $entry->loc ?? null ) ? array_values( array_filter( $entry->loc, 'is_string' ) ) : array();
				// `loc` is like ["body", "models", 0]: the name stands behind the place.
				$field = $where[1] ?? ( $where[0] ?? '' );
				if ( '' !== $words ) {
					$fields[ $field ] = $words;
					$text            .= ' ' . ( '' === $field ? $words : $field . ': ' . $words ) . '.';
				}
			}
		} else {
			$message = self::word( $error, 'message' );
			$text    = self::unwrap( is_scalar( $error ) ? (string) $error : ( '' === $message ? self::word( $error, 'error' ) : $message ) );
			$fields  = array( self::word( $error, 'param' ) => $text );
		}
		return array(
			'understood' => isset( $json->error ) ? isset( $error->message ) : ( isset( $json->detail ) ? ! isset( $json->title ) : isset( $json->{$main} ) || 'Internal Server Error' === trim( $body ) ),
			// 1.106.2 answers its probe with 503 and this field.
			'type'       => isset( $json->db ) ? 'no_db_connection' : self::word( $error, 'type' ),
			'text'       => $text,
			'fields'     => array_filter( $fields, 'strlen' ),
		);
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
		if ( 403 === $status && false !== stripos( $text, 'enterprise' ) ) {
			return 'enterprise';
		}
		if ( in_array( $status, array( 401, 403 ), true ) && preg_match( self::NOT_ADMIN, $text ) ) {
			return 'not_admin';
		}
		if ( 403 === $status ) {
			return false !== stripos( $text, 'virtual key is not allowed to call this route' ) ? 'route_not_allowed' : 'other';
		}
		// 1.80.11 answers so when the key that is to be changed does not exist.
		if ( 401 !== $status || false !== stripos( $text, 'user key does not exist' ) ) {
			return '';
		}
		if ( false !== stripos( $text, 'key is blocked' ) ) {
			return 'key_blocked';
		}
		if ( preg_match( '/\bteam=\S{1,200} is blocked/i', $text ) ) {
			return 'team_blocked';
		}
		if ( preg_match( '/no api key passed|malformed api key/i', $text ) ) {
			return 'key_not_received';
		}
		return 'token_not_found_in_db' === $type || preg_match( '/invalid proxy server token|virtual key expected/i', $text ) ? 'key_unknown' : 'other';
	}
}
