<?php
/**
 * One row of the contract.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use Closure;
use stdClass;
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
	/** The field without which an answer is not LiteLLM's; '' where the answer is no object. */
	public string $main;
	/** The name that an answer gets which is no object; '' where none is expected. */
	public string $bare;
	/**
	 * Names of the checks before a write.
	 *
	 * @var string[]
	 */
	public array $guard;
	/** The field of the answer whose secret is shown once; '' for none. */
	public string $secret;
	public float $timeout_s;
	public int $max_bytes;
	/** Makes of an answer what may be stored and shown; null: that is all of it. */
	public ?Closure $sieve = null;

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
	private int $ttl_s;
	/**
	 * The `settled` column.
	 *
	 * @var array<string, mixed>
	 */
	private array $settled;

	/**
	 * The contract, which is read once a request, by its file.
	 *
	 * @var array<string, array<string, self>>
	 */
	private static array $read = array();

	/**
	 * What a schema says beside what WordPress validates.
	 */
	private const OURS = array( 'required', 'to', 'wrap', 'null', 'json', 'sets' );
	/**
	 * How deep an object may be that travels as text.
	 */
	private const DEPTH = 16;

	/**
	 * Takes a row as it is in contract.json.
	 *
	 * @param array<string, mixed> $row The row.
	 */
	public function __construct( string $name, array $row ) {
		$this->name       = $name;
		$this->method     = (string) ( $row['method'] ?? 'GET' );
		$this->path       = (string) ( $row['path'] ?? '' );
		$this->handler    = (string) ( $row['handler'] ?? '' );
		$this->capability = (string) ( $row['capability'] ?? '' );
		$this->params     = (array) ( $row['params'] ?? array() );
		$this->fixed      = (array) ( $row['fixed'] ?? array() );
		$this->settled    = (array) ( $row['settled'] ?? array() );
		$this->keep       = $row['keep'] ?? array();
		$this->main       = (string) ( $row['main'] ?? '' );
		$this->bare       = (string) ( $row['bare'] ?? '' );
		$this->guard      = (array) ( $row['guard'] ?? array() );
		$this->secret     = (string) ( $row['secret'] ?? '' );
		$this->ttl_s      = (int) ( $row['ttl_s'] ?? 0 );
		$this->timeout_s  = (float) ( $row['timeout_s'] ?? 15 );
		$this->max_bytes  = (int) ( $row['max_bytes'] ?? MB_IN_BYTES );
	}

	/**
	 * The rows of the contract. What each must look like is checked when the plugin is packed.
	 *
	 * @return array<string, self> By name.
	 */
	public static function all( string $file ): array {
		if ( ! isset( self::$read[ $file ] ) ) {
			self::$read[ $file ] = array();
			foreach ( Plugin::json( $file )['operations'] ?? array() as $name => $row ) {
				self::$read[ $file ][ $name ] = new self( (string) $name, $row );
			}
		}
		return self::$read[ $file ];
	}

	/**
	 * The same question of a part of the gateway, which LiteLLM answers at another address. It has another name, and so another
	 * place in the cache; how many pieces the answer has is kept, too.
	 *
	 * @param array<string, mixed> $fixed What is sent with it.
	 */
	public function of_part( string $part, string $path, array $fixed ): self {
		$other        = clone $this;
		$other->name  = "$this->name@$part";
		$other->path  = $path;
		$other->fixed = $fixed;
		$other->keep  = array( 'metadata' => array( 'total_pages' => true ) ) + $this->keep;
		return $other;
	}

	/**
	 * The same list with what is left of it for a part of the gateway, which has another place in the cache.
	 */
	public function of_keys( string $part, Closure $sieve ): self {
		$other        = clone $this;
		$other->name  = "$this->name@$part";
		$other->sieve = $sieve;
		$other->ttl_s = MINUTE_IN_SECONDS;
		return $other;
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
			if ( ! isset( $this->params[ $name ] ) ) {
				// A name like a number would make a list of the fields.
				$fields[ is_int( $name ) ? 'params' : Failure::printable( $name, 60 ) ] = 'unknown';
			} elseif ( null === $value ) {
				// Only where it means something; else it is as if it were not there.
				$values += array_key_exists( 'null', $this->params[ $name ] ) ? array( $name => null ) : array();
			} else {
				$schema = array_diff_key( $this->params[ $name ], array_flip( self::OURS ) );
				$valid  = self::has_plain_texts( $value ) ? rest_validate_value_from_schema( $value, $schema, $name ) : new WP_Error( 'characters' );
				$value  = is_wp_error( $valid ) ? $valid : rest_sanitize_value_from_schema( $value, $schema, $name );
				$value  = isset( $this->params[ $name ]['json'] ) && is_string( $value ) ? self::decoded( $value, $this->params[ $name ]['json']['without'] ?? array() ) : $value;
				if ( is_wp_error( $value ) ) {
					$fields[ $name ] = (string) $value->get_error_code();
				} else {
					$values[ $name ] = $value;
				}
			}
		}
		foreach ( $this->params as $name => $schema ) {
			if ( ! empty( $schema['required'] ) && ! isset( $values[ $name ] ) && ! isset( $fields[ $name ] ) ) {
				$fields[ $name ] = 'missing';
			}
		}
		ksort( $values );
		return $fields ? Failure::make( 'litellm_invalid_request', 400, array( 'params' => $fields ) ) : $values;
	}

	/**
	 * What is sent to the gateway, under LiteLLM's names; what is fixed wins. A dot in a name stands for an object within.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @return array<string, mixed>
	 */
	public function upstream( array $values, string $service_key_hash ): array {
		$sent = array();
		foreach ( $values as $name => $value ) {
			$value = $value ?? $this->params[ $name ]['null'] ?? null;
			foreach ( $this->names_of( $name ) as $to ) {
				$sent[ $to ] = 'list' === ( $this->params[ $name ]['wrap'] ?? '' ) ? array( $value ) : $value;
			}
		}
		foreach ( $this->params as $name => $schema ) {
			if ( isset( $schema['sets'] ) ) {
				// What is not chosen is the first.
				$sent = array_diff_key( $sent, array( $name => true ) ) + $schema['sets'][ $values[ $name ] ?? $schema['enum'][0] ];
			}
		}
		foreach ( $this->fixed as $name => $value ) {
			$sent[ $name ] = '@service_key_hash' === $value ? $service_key_hash : $value;
		}
		foreach ( $sent as $name => $value ) {
			list( $outer, $inner ) = explode( '.', $name, 2 ) + array( 1 => '' );
			if ( '' !== $inner ) {
				$sent[ $outer ][ $inner ] = $value;
				unset( $sent[ $name ] );
			}
		}
		return $sent;
	}

	/**
	 * Our name of one of LiteLLM's parameters, or '' when the browser has no part in it.
	 */
	public function own_name( string $theirs ): string {
		foreach ( array_keys( $this->params ) as $name ) {
			if ( in_array( $theirs, $this->names_of( $name ), true ) ) {
				return $name;
			}
		}
		return '';
	}

	/**
	 * For how many seconds an answer that is given now stays true; 0: it is out of date at once, and is not stored. What is over
	 * for less than a week is asked for again once an hour: calls may be written late.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function fresh_s( array $values, int $now ): int {
		$over_s = $this->over_s( $values, $now );
		return $over_s > WEEK_IN_SECONDS ? (int) $this->settled['ttl_s'] : ( $over_s > HOUR_IN_SECONDS ? HOUR_IN_SECONDS : $this->ttl_s );
	}

	/**
	 * Whether these parameters ask for a day or a moment (UTC) that ended more than an hour ago, so that the answer hardly
	 * changes. The rule is in tests/fixtures/contract/finality.json, which the app's tests use too.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function is_settled( array $values, int $now ): bool {
		return $this->over_s( $values, $now ) > HOUR_IN_SECONDS;
	}

	/**
	 * For how many seconds the day or the moment in these parameters has been over; less than nothing where it is not, 0 where
	 * there is none.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	private function over_s( array $values, int $now ): int {
		$moment = $values[ $this->settled['param'] ?? '' ] ?? null;
		if ( ! is_string( $moment ) || ! preg_match( '/^(\d{4})-(\d\d)-(\d\d)(?: ([01]\d|2[0-3]):([0-5]\d):([0-5]\d))?$/D', $moment, $part ) || ! checkdate( (int) $part[2], (int) $part[3], (int) $part[1] ) ) {
			return 0;
		}
		return $now - (int) strtotime( $moment . ' UTC' ) - ( isset( $part[4] ) ? 0 : DAY_IN_SECONDS );
	}

	/**
	 * An object that travels as text: PHP would make the same of an empty object as of an empty list.
	 *
	 * @param string[] $without Names that it must not have.
	 * @return stdClass|WP_Error
	 */
	private static function decoded( string $text, array $without ) {
		$object = json_decode( $text, false, self::DEPTH );
		if ( ! $object instanceof stdClass ) {
			return new WP_Error( 'json' );
		}
		return array_intersect_key( get_object_vars( $object ), array_flip( $without ) ) ? new WP_Error( 'reserved' ) : $object;
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
	 * Whether texts have no control characters; WordPress' own patterns let a line break at the end pass.
	 *
	 * @param mixed $value What the browser sent.
	 */
	private static function has_plain_texts( $value ): bool {
		foreach ( (array) $value as $text ) {
			if ( is_string( $text ) && ( preg_match( '/[\x00-\x1f\x7f]/', $text ) || ! preg_match( '//u', $text ) ) ) {
				return false;
			}
		}
		return true;
	}
}
