<?php
/**
 * The clock of the plugin in the tests: PHP looks for a function in the namespace of the caller first, so that no test waits.
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard {

	function time(): int {
		return \Clock::$stands_at ?? \time() + \Clock::$ahead_s;
	}

	function usleep( int $microseconds ): void {
		\Clock::$slept_us += $microseconds;
	}
}

namespace {

	final class Clock {

		/** So many seconds the plugin's clock is ahead. */
		public static int $ahead_s = 0;
		/** Where the clock stands still. */
		public static ?int $stands_at = null;
		/** So long the plugin would have slept. */
		public static int $slept_us = 0;

		public static function reset(): void {
			self::$ahead_s   = 0;
			self::$stands_at = null;
			self::$slept_us  = 0;
		}
	}
}
