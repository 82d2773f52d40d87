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
 * Answers read operations, several at a time, and sees to it that the gateway is asked only once for what stays true.
 */
final class Reader {

	/**
	 * So many requests at the same time; the others are asked for again by the browser. Where PHP sends one after the other,
	 * it is one, so that no process is held for the sum of their times.
	 */
	private const PARALLEL = 8;
	/**
	 * So long a batch waits that others are asking already, so that the browser does not ask again without a pause.
	 */
	private const PAUSE_US = 300000;
	/**
	 * So many bytes of answers a page takes along.
	 */
	private const TAKEN_ALONG = 200000;
	/**
	 * Failures after which the last good answer is better than none. The others are about the request itself.
	 */
	private const PASSING = array( 'gateway_unreachable', 'gateway_unauthorized', 'gateway_error', 'gateway_redirect', 'gateway_too_large', 'gateway_not_litellm' );

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
		$this->scrubber = $settings->scrubber();
	}

	/**
	 * Answers several operations: what is stored at once, and as many from the gateway as go at the same time.
	 *
	 * @param array<int, array{0: Operation, 1: array<string, mixed>, 2?: bool}> $wanted Operations with checked parameters, and whether what is stored is not to count.
	 * @return array<int, Outcome> In the same order.
	 */
	public function read( array $wanted ): array {
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
		$storable = array_filter( $asked, static fn( array $question ): bool => $question[0]->fresh_s( $question[1], time() ) > 0 );
		$stored   = $this->cache->find( array_keys( $storable ) );
		$outcomes = self::fresh( $stored, $asked );
		$now      = array_diff_key( $asked, $outcomes );
		$heavy    = array_filter( $now, fn( array $question ): bool => $question[0]->is_settled( $question[1], time() ) && ! $this->cache->is_light( $question[0] ) );
		// Two of these, until it is known that they are small: a gateway does not put together eight large ones in time.
		$now      = array_slice( array_diff_key( $now, array_slice( $heavy, 2, null, true ) ), 0, Gateway::is_parallel() ? self::PARALLEL : 1, true );
		$settled  = array_filter( $now, static fn( array $question ): bool => $question[0]->is_settled( $question[1], time() ) );
		if ( $settled ) {
			$locked = $this->cache->lock( array_keys( $settled ), (int) ceil( max( array_map( static fn( array $question ): float => $question[0]->timeout_s, $settled ) ) ) + 5 );
			// Whoever had the lock a moment ago may have stored the answer since; whoever has it now will.
			$outcomes += self::fresh( $this->cache->find( array_keys( $settled ), true ), $asked );
			$now       = array_diff_key( $now, array_diff_key( $settled, array_flip( $locked ) ) );
		}
		$outcomes += $this->ask( array_diff_key( $now, $outcomes ), $stored );
		$this->cache->unlock();
		if ( $asked && ! $outcomes && function_exists( 'usleep' ) ) {
			usleep( self::PAUSE_US );
		}
		return array_map( static fn( string $id ): Outcome => $outcomes[ $id ] ?? Outcome::later(), $ids );
	}

	/**
	 * What is stored of several reads, fresh or old, as far as a page may take it along. Nobody is asked.
	 *
	 * @param array<int, array{0: Operation, 1: array<string, mixed>}> $wanted Operations with checked parameters.
	 * @return array<int, array{at: int, until: int, json: string}> By the same index; what is not stored is missing.
	 */
	public function known( array $wanted ): array {
		$ids    = array_map( fn( array $read ): string => $this->cache->id( ...$read ), $wanted );
		$stored = $this->cache->find( array_values( $ids ) );
		$known  = array();
		$left   = self::TAKEN_ALONG;
		foreach ( $ids as $index => $id ) {
			$bytes = strlen( $stored[ $id ]['json'] ?? '' );
			if ( $bytes > 0 && $bytes <= $left ) {
				$known[ $index ] = $stored[ $id ];
				$left           -= $bytes;
			}
		}
		return $known;
	}

	/**
	 * Makes data of an answer: only the fields to keep, and without secrets.
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
			return Failure::not_litellm( $answer, $this->scrubber );
		}
		$data = $this->scrubber->value( $answer->kept, $operation->secret );
		// A number beyond what JSON can say, such as 1e999, gives no text.
		if ( null === $data || ( '' !== $operation->main && ! isset( $data->{$operation->main} ) ) || false === wp_json_encode( $data ) ) {
			return Failure::not_litellm( $answer, $this->scrubber );
		}
		return null === $operation->sieve ? $data : ( $operation->sieve )( $data );
	}

	/**
	 * Makes what is stored count no more.
	 */
	public function forget(): void {
		$this->cache->forget();
	}

	/**
	 * Asks the gateway and stores what it says.
	 *
	 * @param array<string, array{0: Operation, 1: array<string, mixed>}> $asked  By id.
	 * @param array<string, array>                                        $stored What is known, by id.
	 * @return array<string, Outcome> By id.
	 */
	private function ask( array $asked, array $stored ): array {
		$generation = $this->cache->generation();
		$at         = time();
		$answers    = $this->gateway->ask( array_map( fn( array $question ): array => array( $question[0], $question[0]->upstream( $question[1], $this->settings->key_hash() ) ), $asked ) );
		$outcomes   = array();
		foreach ( $asked as $id => list( $operation, $values ) ) {
			$known   = $stored[ $id ] ?? null;
			$data    = $this->interpret( $answers[ $id ], $operation );
			$took_ms = $answers[ $id ]->took_ms;
			$this->cache->is_light( $operation, ! is_wp_error( $data ) && $operation->is_settled( $values, $at ) ? $answers[ $id ]->bytes : 0 );
			$this->cache->note_part( $operation, is_wp_error( $data ) ? $data->get_error_data()['reason'] ?? 'other' : '' );
			$date = strtotime( $answers[ $id ]->header( 'date' ) );
			unset( $answers[ $id ] );
			if ( is_wp_error( $data ) ) {
				$outcomes[ $id ] = null !== $known && ( in_array( $data->get_error_code(), self::PASSING, true ) || 429 === $data->get_error_data()['status'] ) ? Outcome::stored( $known, $data ) : Outcome::failed( $data );
			} else {
				$this->cache->store( $operation, $values, $generation, $at, $data, $known );
				$outcomes[ $id ] = Outcome::good( $data, max( 0, time() - $at ), $took_ms );

				$outcomes[ $id ]->clock_s = false === $date ? null : $date - time();
			}
		}
		return $outcomes;
	}

	/**
	 * What of the stored answers is new enough; one of the last minute is so for somebody, too, who asks anew.
	 *
	 * @param array<string, array> $stored By id.
	 * @param array<string, array> $asked  By id.
	 * @return array<string, Outcome>
	 */
	private static function fresh( array $stored, array $asked ): array {
		$is_fresh = static fn( array $entry, string $id ): bool => $entry['until'] > time() && ( empty( $asked[ $id ][2] ) || $entry['at'] > time() - MINUTE_IN_SECONDS );
		return array_map( array( Outcome::class, 'stored' ), array_filter( $stored, $is_fresh, ARRAY_FILTER_USE_BOTH ) );
	}
}
