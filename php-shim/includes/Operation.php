<?php
/**
 * One row of the contract.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * What the browser may ask for under one name: checks the parameters and says what to send to the gateway.
 */
final class Operation {

	public string $name;
	public string $method;
	public string $path;
	public string $handler;
	public string $capability;
	/**
	 * What of the answer goes on to the browser; see Keep.
	 *
	 * @var mixed
	 */
	public $keep;
	/**
	 * Names of the checks before a write.
	 *
	 * @var string[]
	 */
	public array $guard;
	/**
	 * Operations whose cached answers a write removes.
	 *
	 * @var string[]
	 */
	public array $clears;
	public int $ttl_s;
	public float $timeout_s;
	public int $max_bytes;

	/**
	 * Schemas by name of the parameter.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private array $params;
	/**
	 * What is sent with every request.
	 *
	 * @var array<string, mixed>
	 */
	private array $fixed;
	/**
	 * The `settled` column.
	 *
	 * @var array<string, mixed>
	 */
	private array $settled;

	/**
	 * Takes a row as it is in contract.json.
	 *
	 * @param array<string, mixed> $row The row.
	 */
	public function __construct( string $name, array $row ) {
		$this->name       = $name;
		$this->method     = 'POST' === ( $row['method'] ?? 'GET' ) ? 'POST' : 'GET';
		$this->path       = (string) ( $row['path'] ?? '' );
		$this->handler    = (string) ( $row['handler'] ?? '' );
		$this->capability = (string) ( $row['capability'] ?? '' );
		$this->params     = (array) ( $row['params'] ?? array() );
		$this->fixed      = (array) ( $row['fixed'] ?? array() );
		$this->settled    = (array) ( $row['settled'] ?? array() );
		$this->keep       = $row['keep'] ?? array();
		$this->guard      = (array) ( $row['guard'] ?? array() );
		$this->clears     = (array) ( $row['clears'] ?? array() );
		$this->ttl_s      = (int) ( $row['ttl_s'] ?? 0 );
		$this->timeout_s  = (float) ( $row['timeout_s'] ?? 15 );
		$this->max_bytes  = (int) ( $row['max_bytes'] ?? 1048576 );
	}

	/**
	 * Whether it changes something.
	 */
	public function is_write(): bool {
		return 'GET' !== $this->method;
	}

	/**
	 * Checks the parameters of the browser.
	 *
	 * @param array<int|string, mixed> $given As they came.
	 * @return array<string, mixed>|WP_Error By name, sorted, with their right types.
	 */
	public function check( array $given ) {
		$fields = array();
		$values = array();
		foreach ( $given as $name => $value ) {
			$name = (string) $name;
			if ( ! isset( $this->params[ $name ] ) ) {
				// A name like a number would make a list of the fields.
				$shown = is_numeric( $name ) ? 'params' : Failure::printable( $name, 60 );
				/* translators: %s: name of an operation. */
				$fields[ $shown ] = sprintf( __( '%s has no such parameter.', 'litellm-dashboard' ), $this->name );
			} elseif ( null !== $value ) {
				$problem = self::text_problem( $value, 'array' === ( $this->params[ $name ]['type'] ?? '' ) );
				$valid   = null === $problem ? rest_validate_value_from_schema( $value, $this->schema( $name ), $name ) : $problem;
				if ( is_wp_error( $valid ) ) {
					$fields[ $name ] = Failure::printable( $valid->get_error_message(), 200 );
					continue;
				}
				$value = rest_sanitize_value_from_schema( $value, $this->schema( $name ), $name );
				if ( is_wp_error( $value ) ) {
					$fields[ $name ] = Failure::printable( $value->get_error_message(), 200 );
					continue;
				}
				$values[ $name ] = $value;
			}
		}
		foreach ( $this->params as $name => $schema ) {
			if ( ! empty( $schema['required'] ) && ! isset( $values[ $name ] ) && ! isset( $fields[ $name ] ) ) {
				/* translators: %s: name of a parameter. */
				$fields[ $name ] = sprintf( __( '%s is missing.', 'litellm-dashboard' ), $name );
			}
		}
		if ( $fields ) {
			return Failure::invalid( $fields );
		}
		ksort( $values );
		return $values;
	}

	/**
	 * What is sent to the gateway, under LiteLLM's names; what is fixed wins.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @return array<string, mixed>
	 */
	public function upstream( array $values, string $service_key_hash ): array {
		$sent = array();
		foreach ( $values as $name => $value ) {
			if ( 'list' === ( $this->params[ $name ]['wrap'] ?? '' ) ) {
				$value = array( $value );
			}
			foreach ( $this->names_of( $name ) as $to ) {
				$sent[ $to ] = $value;
			}
		}
		foreach ( $this->fixed as $name => $value ) {
			$sent[ $name ] = '@service_key_hash' === $value ? $service_key_hash : $value;
		}
		return $sent;
	}

	/**
	 * Our name of one of LiteLLM's parameters, or '' when the browser has no part in it.
	 */
	public function own_name( string $theirs ): string {
		foreach ( array_keys( $this->params ) as $name ) {
			if ( in_array( $theirs, $this->names_of( (string) $name ), true ) ) {
				return (string) $name;
			}
		}
		return '';
	}

	/**
	 * For how many seconds an answer that is given now stays true.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function fresh_s( array $values, int $now ): int {
		return $this->is_settled( $values, $now ) ? (int) $this->settled['ttl_s'] : $this->ttl_s;
	}

	/**
	 * Whether these parameters ask for a time that ended more than an hour ago, so that the answer changes no more.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function is_settled( array $values, int $now ): bool {
		$moment = $values[ $this->settled['param'] ?? '' ] ?? null;
		if ( ! is_string( $moment ) || ! preg_match( '/^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d))?$/D', $moment, $part ) || ! checkdate( (int) $part[2], (int) $part[3], (int) $part[1] ) ) {
			return false;
		}
		$day = gmmktime( 0, 0, 0, (int) $part[2], (int) $part[3], (int) $part[1] );
		$end = isset( $part[4] ) ? $day + 3600 * (int) $part[4] + 60 * (int) $part[5] + (int) $part[6] : $day + DAY_IN_SECONDS;
		return $end + HOUR_IN_SECONDS < $now;
	}

	/**
	 * LiteLLM's names of one of our parameters.
	 *
	 * @return string[]
	 */
	private function names_of( string $name ): array {
		return (array) ( $this->params[ $name ]['to'] ?? $name );
	}

	/**
	 * The JSON schema of a parameter, without the columns that are ours.
	 *
	 * @return array<string, mixed>
	 */
	private function schema( string $name ): array {
		return array_diff_key( $this->params[ $name ], array( 'required' => 1, 'to' => 1, 'wrap' => 1 ) );
	}

	/**
	 * Refuses what WordPress's own check lets through: control characters (its patterns accept a line break at the end),
	 * and a text where a list is expected.
	 *
	 * @param mixed $value What the browser sent.
	 */
	private static function text_problem( $value, bool $list_expected ): ?WP_Error {
		if ( $list_expected && ! is_array( $value ) ) {
			return new WP_Error( 'list', __( 'A list is expected.', 'litellm-dashboard' ) );
		}
		foreach ( (array) $value as $text ) {
			if ( is_string( $text ) && ( preg_match( '/[\x00-\x1f\x7f]/', $text ) || ! preg_match( '//u', $text ) ) ) {
				return new WP_Error( 'text', __( 'Line breaks and control characters are not allowed.', 'litellm-dashboard' ) );
			}
		}
		return null;
	}
}
