<?php
/**
 * Writes: once, and never from the cache.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Sends a write to the gateway after its guards have agreed, and makes the cached answers count no more.
 *
 * The guards refuse what would change the plugin's own service key, or widen it through its user. In doubt they refuse.
 */
final class Writer {

	private Settings $settings;
	private Gateway $gateway;
	private Reader $reader;
	/**
	 * The contract.
	 *
	 * @var array<string, Operation>
	 */
	private array $operations;

	/**
	 * Takes the collaborators.
	 *
	 * @param array<string, Operation> $operations By name.
	 */
	public function __construct( Settings $settings, Gateway $gateway, Reader $reader, array $operations ) {
		$this->settings   = $settings;
		$this->gateway    = $gateway;
		$this->reader     = $reader;
		$this->operations = $operations;
	}

	/**
	 * Does it.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function write( Operation $operation, array $values ): Outcome {
		$refusal = $this->settings->problem() ?? $this->refuse( $operation, $values );
		if ( null !== $refusal ) {
			return Outcome::failed( $refusal );
		}
		// A browser that goes away must not leave the cache behind the truth.
		if ( function_exists( 'ignore_user_abort' ) ) {
			ignore_user_abort( true );
		}
		$answers = $this->gateway->ask( array( 'write' => array( $operation, $operation->upstream( $values, $this->settings->key_hash() ) ) ) );
		$data    = $this->reader->interpret( $answers['write'], $operation );
		$this->reader->forget();
		return is_wp_error( $data ) ? Outcome::failed( self::with_doubt( $data ) ) : Outcome::good( $data );
	}

	/**
	 * Why the write must not be done, or null.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	private function refuse( Operation $operation, array $values ): ?WP_Error {
		foreach ( $operation->guard as $guard ) {
			if ( 'not_own_key' === $guard ) {
				$hash = (string) ( $values['key'] ?? '' );
				if ( ! preg_match( '/^[0-9a-f]{64}$/D', $hash ) || hash_equals( $this->settings->key_hash(), $hash ) ) {
					return Failure::make( 'litellm_own_key', 409 );
				}
			} elseif ( 'not_own_user' !== $guard ) {
				return Failure::make( 'litellm_own_user', 409, array( 'reason' => 'unknown_guard' ) );
			} elseif ( isset( $values['user'] ) ) {
				$owner = $this->owner();
				if ( null === $owner || 0 === strcasecmp( $owner, trim( (string) $values['user'] ) ) ) {
					return Failure::make( 'litellm_own_user', 409, array( 'reason' => null === $owner ? 'owner_unknown' : 'owner' ) );
				}
			}
		}
		return null;
	}

	/**
	 * The user of the service key, '' when it has none, or null when that cannot be found out.
	 */
	private function owner(): ?string {
		$self = $this->operations['keys.self'] ?? null;
		$own  = null === $self ? null : $this->reader->read( array( array( $self, array() ) ) )[0];
		$info = null === $own || null !== $own->error ? null : ( $own->data->info ?? null );
		if ( ! $info instanceof stdClass || ! property_exists( $info, 'user_id' ) || ! ( null === $info->user_id || is_string( $info->user_id ) ) ) {
			return null;
		}
		return trim( (string) $info->user_id );
	}

	/**
	 * Says so where LiteLLM may have done it although there is no good answer.
	 */
	private static function with_doubt( WP_Error $error ): WP_Error {
		$code  = (string) $error->get_error_code();
		$data  = (array) $error->get_error_data();
		$never = 'gateway_unreachable' === $code && in_array( $data['reason'] ?? '', array( 'dns', 'refused', 'proxy', 'connect', 'tls', 'blocked' ), true );
		if ( ! $never && in_array( $code, array( 'gateway_unreachable', 'gateway_error', 'gateway_too_large', 'gateway_not_litellm' ), true ) ) {
			$error->add_data( array( 'outcome' => 'unknown' ) + $data );
		}
		return $error;
	}
}
