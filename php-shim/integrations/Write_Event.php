<?php
/**
 * What loggers are told of a write.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use Throwable;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Tells by two actions that a write is about to leave, and what came of it. doc/audit.md describes what they hand over.
 *
 * No secret is in there: neither the service key nor that of a key that was just made, and what else looks like a secret is
 * masked as in every answer.
 */
final class Write_Event {

	/**
	 * Who may not write at all is no part of it: else anybody who can sign in could push what matters out of a log. Who may, and
	 * reaches for a key of another site, is.
	 */
	private const NOT_TOLD = array( 'rest_forbidden', 'rest_not_logged_in', 'litellm_unknown_operation' );

	private Operation $operation;
	private Scrubber $scrubber;
	/**
	 * What is told when it starts.
	 *
	 * @var array<string, mixed>
	 */
	private array $write;

	/**
	 * Takes the write.
	 *
	 * @param array<int|string, mixed> $values Parameters.
	 * @param string                   $by     REST_Controller::PAGE and the like.
	 */
	public function __construct( Operation $operation, array $values, string $by, Scrubber $scrubber ) {
		$this->operation = $operation;
		$this->scrubber  = $scrubber;
		$this->write     = array(
			'id'        => wp_generate_uuid4(),
			'operation' => $operation->name,
			'by'        => $by,
			'key'       => preg_match( '/^[0-9a-f]{64}$/D', self::word( $values['key'] ?? '' ) ) ? $values['key'] : '',
			'alias'     => '',
			'user'      => $this->name( $values['user'] ?? '' ),
			'team'      => $this->name( $values['team'] ?? '' ),
			'asked'     => array(),
			'before'    => null,
			'timeout_s' => $operation->timeout_s,
		);
	}

	/**
	 * Tells of a write that was refused before its parameters were found good; they are left out.
	 *
	 * @param Operation|null           $operation Null where there is none of that name.
	 * @param array<int|string, mixed> $params    As they came.
	 */
	public static function refused( ?Operation $operation, array $params, string $by, Scrubber $scrubber, WP_Error $why ): Outcome {
		$outcome = Outcome::failed( $why );
		$is_ours = 0 === strpos( ( (array) $why->get_error_data() )['reason'] ?? '', 'site_view' );
		$is_told = null !== $operation && $operation->is_write() && '' === $operation->handler && ( $is_ours || ! in_array( $why->get_error_code(), self::NOT_TOLD, true ) );
		return $is_told ? ( new self( $operation, $params, $by, $scrubber ) )->ended( $outcome ) : $outcome;
	}

	/**
	 * Notes what is asked for, and what the key is now, as far as it was looked at anyway.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @param stdClass|null        $now    The key as the gateway has it.
	 */
	public function asks( array $values, ?stdClass $now ): void {
		$asked = $this->flat( array_diff_key( $values, array( 'key' => true ) ) );
		// The user or the team that it is about says nothing more.
		$asked = array_diff_key( $asked, isset( $values['key'] ) || 'keys.create' === $this->operation->name ? array() : array( 'user' => true, 'team' => true ) );
		if ( null !== $now ) {
			// Of the metadata all is known: what is not there was not set.
			$unset                 = array_filter( array_keys( $asked ), static fn( $name ): bool => 0 === strpos( (string) $name, 'metadata.' ) );
			$this->write['before'] = array_intersect_key( $this->flat( $this->named( $now ) ) + array_fill_keys( $unset, null ), $asked );
		}
		$this->write['asked'] = $asked;
		$this->write['alias'] = $this->name( $now->key_alias ?? $values['alias'] ?? '' );
	}

	/**
	 * Tells that the request leaves now.
	 */
	public function started(): void {
		/**
		 * A write is about to be sent to the gateway; all guards have agreed.
		 *
		 * @param array<string, mixed> $write What is asked for, by whom.
		 */
		$this->tell( 'litellm_dashboard_write_started' );
	}

	/**
	 * Tells what came of it.
	 */
	public function ended( Outcome $outcome ): Outcome {
		$error = null === $outcome->error ? array() : (array) $outcome->error->get_error_data();
		$told  = array(
			'result' => null === $outcome->error ? 'done' : ( 'unknown' === ( $error['outcome'] ?? '' ) ? 'unknown' : 'refused' ),
			'code'   => null === $outcome->error ? '' : (string) $outcome->error->get_error_code(),
			'reason' => (string) ( $error['reason'] ?? implode( ', ', array_keys( (array) ( $error['params'] ?? array() ) ) ) ),
			'detail' => (string) ( $error['detail'] ?? '' ),
			'after'  => array(),
		);
		if ( $outcome->data instanceof stdClass ) {
			$data   = clone $outcome->data;
			$secret = self::word( '' === $this->operation->secret ? '' : $data->{$this->operation->secret} ?? '' );
			if ( '' !== $secret ) {
				// 1.80.11 may leave the hash out.
				$this->write['key'] = hash( 'sha256', $secret );
				unset( $data->{$this->operation->secret} );
			}
			$data = ( $data->data ?? null ) instanceof stdClass ? $data->data : $data;
			foreach ( array( 'key_alias' => 'alias', 'user_alias' => 'alias', 'team_alias' => 'alias', 'user_id' => 'user', 'team_id' => 'team' ) as $theirs => $ours ) {
				$this->write[ $ours ] = '' === $this->write[ $ours ] ? $this->name( $data->{$theirs} ?? '' ) : $this->write[ $ours ];
			}
			$told['after'] = array_intersect_key( $this->flat( $this->named( $data ) ), $this->write['asked'] );
		}
		/**
		 * A write has ended: it was done, refused before it was sent or by the gateway, or it is not known whether it was done.
		 * One that was refused before it was sent has not started.
		 *
		 * @param array<string, mixed> $write As when it started; with what the gateway's answer adds, such as the hash of a new key.
		 * @param array<string, mixed> $told  What came of it.
		 */
		$this->tell( 'litellm_dashboard_write_ended', $told );
		return $outcome;
	}

	/**
	 * Tells it. A logger that fails must neither stop a write, nor make one that was done look as if it had failed.
	 *
	 * @param array<string, mixed> ...$more What came of it.
	 */
	private function tell( string $action, array ...$more ): void {
		try {
			do_action( $action, $this->write, ...$more ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.DynamicHooknameFound -- Both names are above.
		} catch ( Throwable $failure ) {
			error_log( "LiteLLM Dashboard: $action: " . Failure::printable( $this->scrubber->text( $failure->getMessage() ), 300 ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log -- Nobody else would learn of it.
		}
	}

	/**
	 * Fields of LiteLLM's by our names of them.
	 *
	 * @return array<string, mixed>
	 */
	private function named( stdClass $theirs ): array {
		$ours = array();
		foreach ( get_object_vars( $theirs ) as $name => $value ) {
			$ours[ $this->operation->own_name( (string) $name ) ] = $value;
		}
		return array_diff_key( $ours, array( '' => true ) );
	}

	/**
	 * Without secrets, and each entry of the metadata under a name of its own, as only some of them change.
	 *
	 * @param array<string, mixed> $values By our names.
	 * @return array<string, mixed>
	 */
	private function flat( array $values ): array {
		$flat = array();
		foreach ( get_object_vars( $this->scrubber->value( (object) $values ) ) as $name => $value ) {
			foreach ( 'metadata' === $name && $value instanceof stdClass ? get_object_vars( $value ) : array() as $entry => $inner ) {
				$flat[ "metadata.$entry" ] = $inner;
			}
			$flat += 'metadata' === $name && $value instanceof stdClass ? array() : array( $name => $value );
		}
		return $flat;
	}

	/**
	 * A name that others chose, on one line.
	 *
	 * @param mixed $value What should be a text.
	 */
	private function name( $value ): string {
		return Failure::printable( $this->scrubber->text( self::word( $value ) ), 255 );
	}

	/**
	 * A text, or ''.
	 *
	 * @param mixed $value What should be one.
	 */
	private static function word( $value ): string {
		return is_string( $value ) ? $value : '';
	}
}
