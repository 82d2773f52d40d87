<?php
/**
 * Protects the plugin's own key.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Refuses writes by which the service key could be changed, or widened through its own user. In doubt it refuses.
 */
final class Own_Key {

	private Settings $settings;
	private Contract $contract;
	private Reader $reader;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings, Contract $contract, Reader $reader ) {
		$this->settings = $settings;
		$this->contract = $contract;
		$this->reader   = $reader;
	}

	/**
	 * Why the write must not be done, or null.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function refuse( Operation $operation, array $values ): ?WP_Error {
		foreach ( $operation->guard as $guard ) {
			$refusal = null;
			if ( 'not_own_key' === $guard ) {
				$refusal = $this->refuse_key( (string) ( $values['key'] ?? '' ) );
			} elseif ( 'not_own_user' === $guard ) {
				$refusal = isset( $values['user'] ) ? $this->refuse_user( (string) $values['user'] ) : null;
			} else {
				$refusal = self::own_user( __( 'This plugin is damaged: install it again.', 'litellm-dashboard' ) );
			}
			if ( null !== $refusal ) {
				return $refusal;
			}
		}
		return null;
	}

	/**
	 * Refuses the hash of the service key, and what is no hash.
	 */
	private function refuse_key( string $hash ): ?WP_Error {
		if ( preg_match( '/^[0-9a-f]{64}$/D', $hash ) && ! hash_equals( $this->settings->key_hash(), $hash ) ) {
			return null;
		}
		return Failure::make( 'litellm_own_key', __( 'This is the service key with which WordPress itself reaches LiteLLM. It can only be changed in LiteLLM.', 'litellm-dashboard' ), 409 );
	}

	/**
	 * Refuses the user of the service key, and any user while that one is not known.
	 */
	private function refuse_user( string $user ): ?WP_Error {
		$self    = $this->contract->operation( 'keys.self' );
		$outcome = null === $self ? null : $this->reader->read( $self, array() );
		$info    = null === $outcome || null !== $outcome->error || ! $outcome->data instanceof stdClass ? null : ( $outcome->data->info ?? null );
		if ( ! $info instanceof stdClass || ! property_exists( $info, 'user_id' ) || ! ( null === $info->user_id || is_string( $info->user_id ) ) ) {
			$message = __( 'A key for a named user cannot be made now, because LiteLLM does not say which user the service key belongs to.', 'litellm-dashboard' );
			return self::own_user( null === $outcome || null === $outcome->error ? $message : $message . ' ' . $outcome->error->get_error_message() );
		}
		if ( null !== $info->user_id && 0 === strcasecmp( trim( $info->user_id ), trim( $user ) ) ) {
			return self::own_user( __( 'The service key belongs to this user. A key for an application needs another user, or none.', 'litellm-dashboard' ) );
		}
		return null;
	}

	/**
	 * A refusal because of the user.
	 */
	private static function own_user( string $message ): WP_Error {
		return Failure::make( 'litellm_own_user', $message, 409 );
	}
}
