<?php
/**
 * Reads: from the cache, or from the gateway.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Answers read operations, several at a time, and sees to it that the gateway is asked only once for the same thing.
 */
final class Reader {

	/**
	 * So many requests at the same time; the others are asked for again by the browser.
	 */
	private const PARALLEL = 8;
	/**
	 * So long a single request waits for another one that asks the same.
	 */
	private const WAIT_S = 10;
	/**
	 * So long a batch waits that consists of such requests only.
	 */
	private const PAUSE_US = 300000;
	/**
	 * Failures after which the last good answer is better than none. The others are about the request itself.
	 */
	private const PASSING = array( 'gateway_unreachable', 'gateway_unauthorized', 'gateway_error', 'gateway_redirect', 'gateway_too_large', 'gateway_not_json' );

	private Settings $settings;
	private Gateway $gateway;
	private Cache $cache;
	private Scrubber $scrubber;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings, Gateway $gateway, Cache $cache ) {
		$this->settings = $settings;
		$this->gateway  = $gateway;
		$this->cache    = $cache;
		$this->scrubber = new Scrubber( $settings->key() );
	}

	/**
	 * Answers one operation.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function read( Operation $operation, array $values ): Outcome {
		$outcomes = $this->read_many( array( array( $operation, $values ) ) );
		$give_up  = microtime( true ) + self::WAIT_S;
		while ( 202 === $outcomes[0]->status ) {
			if ( microtime( true ) > $give_up ) {
				return Outcome::failed( Failure::unreachable( 'timeout' ) );
			}
			usleep( 100000 );
			$outcomes = $this->read_many( array( array( $operation, $values ) ), true );
		}
		return $outcomes[0];
	}

	/**
	 * Answers a batch. When others are asking all of it already, it waits a moment, so that the browser, which asks again
	 * for what is missing, does not do so without a pause.
	 *
	 * @param array<int, array{0: Operation, 1: array<string, mixed>}> $wanted Operations with checked parameters.
	 * @return array<int, Outcome> In the same order.
	 */
	public function read_batch( array $wanted ): array {
		$outcomes = $this->read_many( $wanted );
		if ( $outcomes && array( 202 ) === array_values( array_unique( array_column( $outcomes, 'status' ) ) ) ) {
			usleep( self::PAUSE_US );
			$outcomes = $this->read_many( $wanted, true );
		}
		return $outcomes;
	}

	/**
	 * Answers several operations: what is stored at once, and up to eight from the gateway.
	 *
	 * @param array<int, array{0: Operation, 1: array<string, mixed>}> $wanted Operations with checked parameters.
	 * @param bool                                                     $again  Whether the cache was read before in this process.
	 * @return array<int, Outcome> In the same order.
	 */
	public function read_many( array $wanted, bool $again = false ): array {
		$problem = $this->settings->problem();
		if ( null !== $problem ) {
			return array_fill_keys( array_keys( $wanted ), Outcome::failed( $problem ) );
		}
		$ids   = array();
		$asked = array();
		foreach ( $wanted as $index => $question ) {
			$ids[ $index ]           = $this->cache->id( $question[0], $question[1] );
			$asked[ $ids[ $index ] ] = $question;
		}
		$cacheable = array_filter( $asked, static fn( array $question ): bool => $question[0]->ttl_s > 0 );
		$stored    = $this->cache->find( $cacheable, $again );
		$outcomes  = self::fresh( $stored );
		$missing   = array_diff_key( $asked, $outcomes );
		$now_asked = array_slice( $missing, 0, self::PARALLEL, true );

		$locks = $this->lock( array_intersect_key( $now_asked, $cacheable ) );
		if ( $locks ) {
			// Whoever had the lock a moment ago may have stored the answer since.
			$stored    = $this->cache->find( array_intersect_key( $cacheable, array_flip( $locks ) ), true ) + $stored;
			$outcomes += self::fresh( $stored );
		}
		foreach ( array_keys( $missing ) as $id ) {
			$is_ours = isset( $now_asked[ $id ] ) && ( ! isset( $cacheable[ $id ] ) || in_array( $id, $locks, true ) );
			if ( ! $is_ours && ! isset( $outcomes[ $id ] ) ) {
				// Another process is asking this now, and its answer will be there for the next call. Until then the last one will
				// do, if it is not much older than a new one could be: nothing tells the reader that it is old.
				$known           = isset( $now_asked[ $id ] ) ? ( $stored[ $id ] ?? null ) : null;
				$limit_s         = (int) ceil( $asked[ $id ][0]->timeout_s ) + $asked[ $id ][0]->ttl_s;
				$outcomes[ $id ] = null !== $known && $known->age_s( time() ) <= $limit_s ? Outcome::stored( $known ) : Outcome::later();
			}
		}
		$outcomes += $this->ask( array_diff_key( $now_asked, $outcomes ), $stored );
		$this->cache->unlock( $locks );

		return array_map( static fn( string $id ): Outcome => $outcomes[ $id ], $ids );
	}

	/**
	 * Makes data of an answer: only the fields to keep, and without the service key.
	 *
	 * @return mixed|WP_Error
	 */
	public function interpret( Gateway_Answer $answer, Operation $operation ) {
		$failure = Failure::of( $answer, $operation, $this->scrubber );
		if ( null !== $failure ) {
			return $failure;
		}
		$type = $answer->header( 'content-type' );
		if ( '' !== $type && ! preg_match( '#^application/(?:[a-z0-9.+-]+\+)?json\b#i', $type ) ) {
			return Failure::not_json();
		}
		if ( ! Memory::can_decode( $answer->body ) ) {
			return Failure::of( new Gateway_Answer( 'too_large' ), $operation, $this->scrubber );
		}
		$decoded = json_decode( $answer->body, false, 64, JSON_INVALID_UTF8_SUBSTITUTE );
		if ( null === $decoded || ! Keep::fits( $decoded, $operation->keep ) ) {
			return Failure::not_json();
		}
		return $this->scrubber->scrub( Keep::filter( $decoded, $operation->keep ) );
	}

	/**
	 * Removes the cached answers of these operations.
	 *
	 * @param string[] $names Names of operations.
	 */
	public function forget( array $names ): void {
		$this->cache->clear( $names );
	}

	/**
	 * Asks the gateway and stores what it says.
	 *
	 * @param array<string, array{0: Operation, 1: array<string, mixed>}> $asked  By id.
	 * @param array<string, Cache_Entry>                                  $stored What is known, by id.
	 * @return array<string, Outcome> By id.
	 */
	private function ask( array $asked, array $stored ): array {
		if ( ! $asked ) {
			return array();
		}
		$requests    = array();
		$generations = array();
		foreach ( $asked as $id => list( $operation, $values ) ) {
			$requests[ $id ]    = array( $operation, $operation->upstream( $values, $this->settings->key_hash() ) );
			$generations[ $id ] = $this->cache->generation( $operation );
		}
		$at       = time();
		$answers  = $this->gateway->ask( $requests );
		$outcomes = array();
		foreach ( $asked as $id => list( $operation, $values ) ) {
			$data    = $this->interpret( $answers[ $id ], $operation );
			$took_ms = $answers[ $id ]->took_ms;
			unset( $answers[ $id ] );
			if ( is_wp_error( $data ) ) {
				$has_old         = isset( $stored[ $id ] ) && in_array( $data->get_error_code(), self::PASSING, true );
				$outcomes[ $id ] = $has_old ? Outcome::stored( $stored[ $id ], $data ) : Outcome::failed( $data );
				continue;
			}
			if ( $operation->ttl_s > 0 ) {
				$this->cache->store( $operation, $values, $generations[ $id ], $at, $data );
			}
			$outcomes[ $id ] = Outcome::good( $data, max( 0, time() - $at ), $took_ms );
		}
		return $outcomes;
	}

	/**
	 * What of the stored answers is new enough.
	 *
	 * @param array<string, Cache_Entry> $stored By id.
	 * @return array<string, Outcome>
	 */
	private static function fresh( array $stored ): array {
		$fresh = array_filter( $stored, static fn( Cache_Entry $entry ): bool => $entry->fresh_until > time() );
		return array_map( static fn( Cache_Entry $entry ): Outcome => Outcome::stored( $entry ), $fresh );
	}

	/**
	 * Locks what is about to be asked, for a little longer than it may take.
	 *
	 * @param array<string, array{0: Operation, 1: array<string, mixed>}> $asked By id.
	 * @return string[] The ids that were got.
	 */
	private function lock( array $asked ): array {
		return $this->cache->lock( array_map( static fn( array $question ): int => (int) ceil( $question[0]->timeout_s ) + 5, $asked ) );
	}
}
