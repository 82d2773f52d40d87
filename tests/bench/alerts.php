<?php
/**
 * How often the alerts on unusual cost and failures are wrong, and what they miss: made-up gateways of a year each, looked at once
 * an hour, first without any trouble, then with one.
 *
 *   php tests/bench/alerts.php [SEED]
 *
 * tests/php/unit/Alerts_Test.php holds what doc/alerts.md says of it.
 */

declare( strict_types=1 );

use LiteLLM_Dashboard\Alerts;

final class Alerts_Trial {

	/** A Monday. */
	private const BEGIN = 1767571200;
	public const WEEKS  = 52;
	/** After these the method has what it compares with. */
	public const LEARNT = 4;

	/** Name → how much a day costs at first, growth a week, whether weekends rest, how the hours vary, and a night's job. */
	public const GATEWAYS = array(
		'a small team'            => array( 4, 1.0, true, 0.5, 0 ),
		'an office'               => array( 60, 1.0, true, 0.3, 0 ),
		'an office that grows'    => array( 30, 1.03, true, 0.3, 0 ),
		'a product, day and night' => array( 900, 1.01, false, 0.15, 0 ),
		'a job at night'          => array( 60, 1.0, true, 0.3, 80 ),
		'nearly nothing'          => array( 0.3, 1.0, true, 0.8, 0 ),
		'nothing at all'          => array( 0, 1.0, true, 0, 0 ),
	);

	/**
	 * The events of a year of a gateway.
	 *
	 * @param array<int, array{0: float, 1: float}> $trouble Cost and failures that come on top, by hour since the beginning.
	 * @return array<int, array<string, mixed>> Events, with the hour since the beginning.
	 */
	public static function year( array $gateway, int $seed, array $trouble = array(), int $weeks = self::WEEKS ): array {
		mt_srand( $seed );
		list( $usd, $growth, $rests, $vary, $job ) = $gateway;
		$state  = array();
		$days   = array();
		$events = array();
		$rules  = array( 'down' => false, 'version' => false, 'expiring' => false, 'levels' => array(), 'month' => 0, 'unusual' => true, 'floor' => 5.0 );
		$call   = $usd / 2000;
		for ( $hour = 0; $hour < $weeks * 168; $hour++ ) {
			$of_day = $hour % 24;
			$week   = intdiv( $hour, 168 );
			// From spring to autumn everybody begins an hour earlier by UTC.
			$clock   = ( $of_day + ( $week >= 12 && $week < 43 ? 1 : 0 ) ) % 24;
			$is_rest = $rests && $hour % 168 >= 120;
			$shape   = $rests ? ( $clock >= 8 && $clock < 18 ? 0.09 : 0.007 ) * ( $is_rest ? 0.1 : 1 ) : 0.042 + 0.02 * sin( ( $clock - 6 ) / 24 * 2 * M_PI );
			// Now and then a day on which nobody works, and each day has its own size.
			if ( 0 === $of_day ) {
				$size = mt_rand( 0, 39 ) ? self::varied( 0.2 ) : 0.1;
			}
			$spend  = $usd * $growth ** $week * $shape * $size * self::varied( $vary );
			$spend += 2 === $clock && $job ? $job * self::varied( 0.2 ) : 0;
			$calls  = $call > 0 ? $spend / $call : 0;
			$failed = floor( $calls * 0.01 * self::varied( 0.4 ) );
			list( $more, $failures ) = $trouble[ $hour ] ?? array( 0, 0 );

			$now  = self::BEGIN + ( $hour + 1 ) * HOUR_IN_SECONDS - mt_rand( 60, 900 );
			$day  = gmdate( 'Y-m-d', $now );
			$sum  = $days[ $day ] ?? array( 0.0, 0.0, 0.0 );
			$days[ $day ] = array( $sum[0] + $spend + $more, $sum[1] + floor( $calls ) + $failures, $sum[2] + $failed + $failures );
			// WordPress' clock stands still while nobody visits the site.
			if ( mt_rand( 0, 49 ) ) {
				list( $new, $state ) = Alerts::judge( $state, array( 'days' => $days ), $rules, $now );
				foreach ( $new as $event ) {
					$events[] = array( 'hour' => $hour ) + $event;
				}
			}
			if ( count( $days ) > 40 ) {
				array_shift( $days );
			}
		}
		return $events;
	}

	/** A factor around 1. */
	private static function varied( float $much ): float {
		$even = ( mt_rand() + 1 ) / ( mt_getrandmax() + 2 );
		return exp( $much * sqrt( -2 * log( $even ) ) * cos( 2 * M_PI * mt_rand() / mt_getrandmax() ) );
	}

	/** @return array<string, array{0: int, 1: int}> Wrong ones in this many years, by gateway. */
	public static function quiet( int $years, int $seed, int $weeks = self::WEEKS ): array {
		$wrong = array();
		foreach ( self::GATEWAYS as $name => $gateway ) {
			$wrong[ $name ] = 0;
			for ( $year = 0; $year < $years; $year++ ) {
				$wrong[ $name ] += count( self::year( $gateway, $seed + $year, array(), $weeks ) );
			}
		}
		return $wrong;
	}

	/**
	 * Troubles in an office of $60 a day, each tried so many times in the sixth week.
	 *
	 * @return array<string, int> How often it was found within four hours, by trouble.
	 */
	public static function troubled( int $times, int $seed ): array {
		$troubles = array(
			'$40 in one hour of the night'   => array( 5 * 168 + 26, array( array( 40, 0 ) ) ),
			'$12 an hour through the night'  => array( 5 * 168 + 24, array_fill( 0, 6, array( 12, 0 ) ) ),
			'$40 an hour by day'             => array( 5 * 168 + 34, array_fill( 0, 3, array( 40, 0 ) ) ),
			'200 failures in an hour by day' => array( 5 * 168 + 34, array( array( 0, 200 ) ) ),
			'60 failures at a weekend'       => array( 5 * 168 + 130, array( array( 0, 60 ) ) ),
		);
		$found    = array();
		foreach ( $troubles as $name => list( $begin, $hours ) ) {
			$trouble = array();
			foreach ( $hours as $offset => $more ) {
				$trouble[ $begin + $offset ] = $more;
			}
			$found[ $name ] = 0;
			for ( $time = 0; $time < $times; $time++ ) {
				$events = array_filter( self::year( self::GATEWAYS['an office'], $seed + $time, $trouble, 6 ), static fn( array $event ): bool => $event['hour'] >= $begin && $event['hour'] < $begin + 4 );
				$found[ $name ] += $events ? 1 : 0;
			}
		}
		return $found;
	}
}

if ( ! defined( 'ABSPATH' ) ) {
	foreach ( array( 'ABSPATH' => __DIR__, 'MINUTE_IN_SECONDS' => 60, 'HOUR_IN_SECONDS' => 3600, 'DAY_IN_SECONDS' => 86400, 'WEEK_IN_SECONDS' => 604800 ) as $name => $value ) {
		define( $name, $value );
	}
	require dirname( __DIR__, 2 ) . '/php-shim/integrations/Alerts.php';
	$seed  = (int) ( $argv[1] ?? 1 );
	$years = 10;
	echo "False alarms in $years years of each gateway, in which nothing was wrong:\n";
	foreach ( Alerts_Trial::quiet( $years, $seed ) as $name => $count ) {
		printf( "  %-26s %d\n", $name, $count );
	}
	echo "Troubles of an office that costs \$60 a day, found within four hours, of 50:\n";
	foreach ( Alerts_Trial::troubled( 50, $seed ) as $name => $count ) {
		printf( "  %-32s %d\n", $name, $count );
	}
}
