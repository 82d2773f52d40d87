<?php
/**
 * The gateway that misbehaves, seen from the tests.
 */

declare( strict_types=1 );

final class Hostile_Gateway {

	/** The base address that behaves in that way. */
	public static function base( string $behaviour ): string {
		return 'http://127.0.0.1:' . getenv( 'HOSTILE_PORT' ) . '/' . $behaviour;
	}

	/** Makes the gateway of the served WordPress behave in that way, and forgets what arrived. */
	public static function behave( string $behaviour ): void {
		self::call( 'switch?to=' . $behaviour );
		self::call( 'reset' );
	}

	/**
	 * What arrived at the gateway, or at the other host.
	 *
	 * @return array<int, array<string, mixed>>
	 */
	public static function log( string $host = 'gateway' ): array {
		return array_values( array_filter( self::call( 'log' ), static fn( array $entry ): bool => $entry['host'] === $host ) );
	}

	/** Ends the proxy. */
	public static function end_proxy(): void {
		self::call( 'proxy?to=off' );
	}

	/** Forgets what arrived. */
	public static function reset(): void {
		self::call( 'reset' );
	}

	private static function call( string $what ): array {
		return json_decode( (string) file_get_contents( 'http://127.0.0.1:' . getenv( 'HOSTILE_PORT' ) . '/control/' . $what ), true );
	}
}
