<?php
/**
 * The clock of the plugin in the tests: PHP looks for a function in the namespace of the caller first, so that no test waits.
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard {

	function time(): int {
		return \Clock::now();
	}

	function usleep( int $microseconds ): void {
		\Clock::$slept_us += $microseconds;
	}
}

namespace {

	final class Clock {

		/** So many seconds the plugin's clock is ahead. */
		public static int $ahead_s = 0;
		/** Where it stands; null: it goes. With one that goes, a second that passes within a test decides on what is still new. */
		public static ?int $stands_at = null;
		/** So long the plugin would have slept. */
		public static int $slept_us = 0;

		/** Where no test has stopped it, such as against a real LiteLLM, it goes. */
		public static function now(): int {
			return ( self::$stands_at ?? \time() ) + self::$ahead_s;
		}

		/** Stops it, at the moment that it is unless another is named. */
		public static function reset( ?int $at = null ): void {
			self::$stands_at = $at ?? \time();
			self::$ahead_s   = 0;
			self::$slept_us  = 0;
		}
	}
}
