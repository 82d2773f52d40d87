<?php
/**
 * One stored answer.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * An answer with when it was given and how long it counts as new. The answer is JSON text, so that an empty object stays one.
 */
final class Cache_Entry {

	public string $id;
	public string $generation;
	public int $at;
	public int $fresh_until;
	public string $json;

	/**
	 * What was stored, if it is an entry.
	 *
	 * @param mixed $stored From the database or the object cache.
	 */
	public static function from( $stored ): ?self {
		if ( ! is_array( $stored ) || ! is_string( $stored['json'] ?? null ) || ! is_int( $stored['at'] ?? null ) || ! is_int( $stored['until'] ?? null ) ) {
			return null;
		}
		$entry              = new self();
		$entry->id          = (string) ( $stored['id'] ?? '' );
		$entry->generation  = (string) ( $stored['generation'] ?? '' );
		$entry->at          = $stored['at'];
		$entry->fresh_until = $stored['until'];
		$entry->json        = $stored['json'];
		return $entry;
	}

	/**
	 * What to store.
	 *
	 * @return array<string, int|string>
	 */
	public function to_array(): array {
		return array(
			'id'         => $this->id,
			'generation' => $this->generation,
			'at'         => $this->at,
			'until'      => $this->fresh_until,
			'json'       => $this->json,
		);
	}

	/**
	 * The answer.
	 *
	 * @return mixed
	 */
	public function data() {
		return json_decode( $this->json );
	}

	/**
	 * How old it is.
	 */
	public function age_s( int $now ): int {
		return max( 0, $now - $this->at );
	}
}
