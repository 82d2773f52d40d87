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
 * The guards refuse what would change the plugin's own service key, or widen it through its user or its team, and what would
 * give a key the rights of those who manage the gateway. In doubt they refuse.
 */
final class Writer {

	/**
	 * LiteLLM's name for whoever has the master key.
	 */
	private const ADMINS = array( 'default_user_id' );
	/**
	 * The roles of users that manage nothing; LiteLLM knows users without one.
	 */
	private const NO_ADMINS = array( '', 'internal_user', 'internal_user_viewer', 'customer', 'team' );

	/**
	 * LiteLLM's name for the sessions of its own interface: a key of this team is in no list.
	 */
	private const HIDDEN_TEAM = 'litellm-dashboard';

	private Settings $settings;
	private Gateway $gateway;
	private Reader $reader;
	private Key_Limits $limits;
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
		$this->limits     = new Key_Limits( $settings );
		$this->settings   = $settings;
		$this->gateway    = $gateway;
		$this->reader     = $reader;
		$this->operations = $operations;
	}

	/**
	 * Does it, and tells those who keep a log.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @param string               $by     Who asks, as for REST_Controller::write().
	 */
	public function write( Operation $operation, array $values, string $by = REST_Controller::PAGE ): Outcome {
		$event = new Write_Event( $operation, $values, $by, $this->settings->scrubber() );
		$event->asks( $values, null );
		$values = $this->settings->problem() ?? $this->refuse( $operation, $values ) ?? $this->in_full( $operation, $values, $event );
		if ( is_wp_error( $values ) ) {
			return $event->ended( Outcome::failed( $values ) );
		}
		$event->started();
		// A browser that goes away must not leave the cache behind the truth.
		if ( function_exists( 'ignore_user_abort' ) ) {
			ignore_user_abort( true );
		}
		$data = $this->reader->interpret( $this->ask( $operation, $values ), $operation );
		$this->reader->forget();
		return $event->ended( is_wp_error( $data ) ? Outcome::failed( self::with_doubt( $data ) ) : Outcome::good( $data ) );
	}

	/**
	 * Why the write must not be done, or null.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	private function refuse( Operation $operation, array $values ): ?WP_Error {
		if ( 0 === strcasecmp( self::HIDDEN_TEAM, trim( (string) ( $values['team'] ?? '' ) ) ) ) {
			return Failure::make( 'litellm_invalid_request', 400, array( 'params' => array( 'team' => 'reserved' ) ) );
		}
		foreach ( $operation->guard as $guard ) {
			if ( 'not_own_key' === $guard ) {
				$hash = (string) ( $values['key'] ?? '' );
				if ( ! preg_match( '/^[0-9a-f]{64}$/D', $hash ) || hash_equals( $this->settings->key_hash(), $hash ) ) {
					return Failure::make( 'litellm_own_key', 409 );
				}
			} elseif ( 'not_own_user' === $guard || 'not_own_team' === $guard ) {
				$what = substr( $guard, 8 );
				$own  = isset( $values[ $what ] ) ? $this->own( $what . '_id' ) : '';
				if ( null === $own || ( isset( $values[ $what ] ) && 0 === strcasecmp( $own, trim( (string) $values[ $what ] ) ) ) ) {
					return Failure::make( 'litellm_own_' . $what, 409, array( 'reason' => null === $own ? 'owner_unknown' : 'owner' ) );
				}
			} elseif ( 'not_admin_user' === $guard ) {
				$is_admin = isset( $values['user'] ) ? $this->is_admin( (string) $values['user'] ) : false;
				if ( false !== $is_admin ) {
					return Failure::make( 'litellm_admin_user', 409, array( 'reason' => null === $is_admin ? 'role_unknown' : 'role' ) );
				}
			} elseif ( 'key_limits' !== $guard ) {
				return Failure::make( 'litellm_own_user', 409, array( 'reason' => 'unknown_guard' ) );
			}
		}
		return null;
	}

	/**
	 * The parameters as they are sent. Of a key that is changed the whole of its metadata is, as LiteLLM replaces them: what
	 * they are now, with what is to change in them. So what the browser does not see stays, such as secrets, and what others
	 * have changed meanwhile. What a key is now also decides how far it may be raised.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @return array<string, mixed>|WP_Error
	 */
	private function in_full( Operation $operation, array $values, Write_Event $event ) {
		$is_limited = in_array( 'key_limits', $operation->guard, true );
		$is_change  = $is_limited && isset( $values['key'] );
		$now        = null;
		if ( $is_change && ( isset( $values['metadata'] ) || $this->limits->depends_on_now( $values ) ) ) {
			// All of it: what the browser is not shown stays as it is.
			$info       = clone $this->operations['keys.info'];
			$info->keep = array( 'info' => array( '**' => array() ) );
			$answer     = $this->ask( $info, array( 'key' => $values['key'] ) );
			$data       = $this->reader->interpret( $answer, $info );
			if ( is_wp_error( $data ) ) {
				return $data;
			}
			$now           = $answer->kept->info;
			$now->metadata = ( $now->metadata ?? null ) instanceof stdClass ? $now->metadata : new stdClass();
			$event->asks( $values, $now );
		}
		if ( null !== $now && isset( $values['metadata'] ) ) {
			$values['metadata'] = self::merged( $now->metadata, $values['metadata'] );
		}
		return ( $is_limited ? $this->limits->refuse( $values, $is_change, $now ) : null ) ?? $values;
	}

	/**
	 * An object with a change, as RFC 7396 has it: objects are merged, null removes, all else replaces.
	 */
	private static function merged( stdClass $old, stdClass $change ): stdClass {
		$new = clone $old;
		foreach ( get_object_vars( $change ) as $name => $value ) {
			if ( null === $value ) {
				unset( $new->{$name} );
			} elseif ( $value instanceof stdClass ) {
				$before       = $new->{$name} ?? null;
				$new->{$name} = self::merged( $before instanceof stdClass ? $before : new stdClass(), $value );
			} else {
				$new->{$name} = $value;
			}
		}
		return $new;
	}

	/**
	 * What the service key belongs to, by the field of `keys.self`: '' where there is none, or null when that cannot be found out.
	 */
	private function own( string $field ): ?string {
		$self = $this->operations['keys.self'] ?? null;
		$own  = null === $self ? null : $this->reader->read( array( array( $self, array() ) ) )[0];
		$info = null === $own || null !== $own->error ? null : ( $own->data->info ?? null );
		if ( ! $info instanceof stdClass || ! property_exists( $info, $field ) || ! ( null === $info->{$field} || is_string( $info->{$field} ) ) ) {
			return null;
		}
		return trim( (string) $info->{$field} );
	}

	/**
	 * Whether a user may manage the gateway, or null when that cannot be found out. Asked anew each time.
	 */
	private function is_admin( string $user ): ?bool {
		if ( in_array( strtolower( trim( $user ) ), self::ADMINS, true ) ) {
			return true;
		}
		$list = $this->operations['users.list'] ?? null;
		// LiteLLM parts ids by commas, and takes one alone for a part of an id.
		if ( null === $list || false !== strpos( $user, ',' ) || trim( $user ) !== $user ) {
			return null;
		}
		$data = $this->reader->interpret( $this->ask( $list, array( 'ids' => "$user,$user", 'page_size' => 100 ) ), $list );
		foreach ( is_wp_error( $data ) ? array() : $data->users as $known ) {
			if ( ( $known->user_id ?? '' ) === $user ) {
				return ! in_array( $known->user_role ?? '', self::NO_ADMINS, true );
			}
		}
		return is_wp_error( $data ) ? null : false;
	}

	/**
	 * Asks the gateway, past the cache.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	private function ask( Operation $operation, array $values ): Gateway_Answer {
		return $this->gateway->ask( array( array( $operation, $operation->upstream( $values, $this->settings->key_hash() ) ) ) )[0];
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
