<?php
/**
 * What an operation came to.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Data with its age, or an error, or both: the last good answer with the reason why it is old.
 */
final class Outcome {

	public int $status;
	/**
	 * The answer for the browser.
	 *
	 * @var mixed
	 */
	public $data;
	public int $age_s;
	public ?WP_Error $error;
	/** How long the gateway took; null where it was not asked. */
	public ?int $took_ms;
	/** How far the gateway's clock is ahead of this server's, as its answer says; null where it does not. */
	public ?int $clock_s = null;

	/**
	 * Takes the parts.
	 *
	 * @param mixed $data The answer for the browser.
	 */
	private function __construct( int $status, $data = null, int $age_s = 0, ?WP_Error $error = null, ?int $took_ms = null ) {
		$this->status  = $status;
		$this->data    = $data;
		$this->age_s   = $age_s;
		$this->error   = $error;
		$this->took_ms = $took_ms;
	}

	/**
	 * An answer.
	 *
	 * @param mixed $data The answer for the browser.
	 */
	public static function good( $data, int $age_s = 0, ?int $took_ms = null ): self {
		return new self( 200, $data, $age_s, null, $took_ms );
	}

	/**
	 * A stored answer, with the reason why there is no newer one.
	 *
	 * @param array{at: int, json: string} $entry As the cache gives it.
	 */
	public static function stored( array $entry, ?WP_Error $error = null ): self {
		return new self( 200, json_decode( $entry['json'] ), max( 0, time() - $entry['at'] ), $error );
	}

	/**
	 * No answer.
	 */
	public static function failed( WP_Error $error ): self {
		return new self( (int) ( ( (array) $error->get_error_data() )['status'] ?? 500 ), null, 0, $error );
	}

	/**
	 * No answer yet: the browser asks again.
	 */
	public static function later(): self {
		return new self( 202 );
	}

	/**
	 * The answer as the browser gets it, with its own status.
	 *
	 * @return array<string, mixed>
	 */
	public function envelope(): array {
		return array(
			'status'  => $this->status,
			'data'    => $this->data,
			'age_s'   => $this->age_s,
			'error'   => null === $this->error ? null : Failure::to_array( $this->error ),
			'took_ms' => $this->took_ms,
		) + ( abs( $this->clock_s ?? 0 ) > MINUTE_IN_SECONDS ? array( 'clock_s' => $this->clock_s ) : array() );
	}
}
