<?php
/**
 * Writes: once, and never from the cache.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Sends a write to the gateway after its guards have agreed, and removes the cached answers that it makes untrue.
 */
final class Writer {

	private Settings $settings;
	private Gateway $gateway;
	private Reader $reader;
	private Own_Key $own_key;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings, Gateway $gateway, Reader $reader, Own_Key $own_key ) {
		$this->settings = $settings;
		$this->gateway  = $gateway;
		$this->reader   = $reader;
		$this->own_key  = $own_key;
	}

	/**
	 * Does it.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function write( Operation $operation, array $values ): Outcome {
		$refusal = $this->settings->problem() ?? $this->own_key->refuse( $operation, $values );
		if ( null !== $refusal ) {
			return Outcome::failed( $refusal );
		}
		// A browser that goes away must not leave the cache behind the truth.
		ignore_user_abort( true );
		$answers = $this->gateway->ask( array( 'write' => array( $operation, $operation->upstream( $values, $this->settings->key_hash() ) ) ) );
		$data    = $this->reader->interpret( $answers['write'], $operation );
		$this->reader->forget( $operation->clears );
		return is_wp_error( $data ) ? Outcome::failed( self::with_doubt( $data ) ) : Outcome::good( $data );
	}

	/**
	 * Says so where LiteLLM may have done it although there is no good answer.
	 */
	private static function with_doubt( WP_Error $error ): WP_Error {
		$data  = (array) $error->get_error_data();
		$never = 'gateway_unreachable' === $error->get_error_code() && in_array( $data['reason'] ?? '', array( 'dns', 'refused', 'tls' ), true );
		if ( $never || ! in_array( $error->get_error_code(), array( 'gateway_unreachable', 'gateway_error', 'gateway_too_large', 'gateway_not_json' ), true ) ) {
			return $error;
		}
		$data['outcome'] = 'unknown';
		return new WP_Error( $error->get_error_code(), $error->get_error_message() . ' ' . __( 'It is not known whether the change was made: look before you try again.', 'litellm-dashboard' ), $data );
	}
}
