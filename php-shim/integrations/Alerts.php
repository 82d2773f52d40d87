<?php
/**
 * The rules of the alerts.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Decides what is to be said: of figures, of what was seen and said before, and of the time. It asks nobody and sends nothing;
 * doc/alerts.md has the rules in words.
 */
final class Alerts {

	public const LEVELS = array( 50, 80, 100 );
	/** So long before its end a key is said to expire. */
	public const SOON_S = WEEK_IN_SECONDS;
	/** So many times the usual, and so many deviations above it, is far above. */
	public const FACTOR     = 4;
	public const DEVIATIONS = 6;
	/** So many failed calls more than usual are too few to speak of; of the cost it is a setting. */
	public const FEW_FAILURES = 30;
	/** With so many weeks it is compared, and without so many of them not at all. */
	public const WEEKS        = 4;
	private const FEWEST_WEEKS = 3;
	/** So many minutes a look may be after another for its part of the day to be judged, or filled in between. */
	private const SHORTEST = 10;
	private const LONGEST  = 180;
	/** So long after a look without an answer the next one counts as another. */
	private const AGAIN_S = 300;
	/** The user in whose name newer versions of LiteLLM keep budget and spend of the whole gateway. */
	private const WHOLE = 'litellm-proxy-budget';

	/**
	 * Judges. A figure that is missing or null is not known, and nothing is said or forgotten of it.
	 *
	 * @param array<string, mixed> $state   What was seen and said so far: `said`, `down`, `series`; the rest is left alone.
	 * @param array<string, mixed> $figures `answers`, `reason`, `version`, `days`; `keys`, `teams`, `users`, `organizations`, `members`, each with `…_whole`.
	 * @param array<string, mixed> $rules   As Alert_Run::rules() gives them.
	 * @return array{0: array<int, array<string, mixed>>, 1: array<string, mixed>} Events, and the state.
	 */
	public static function judge( array $state, array $figures, array $rules, int $now ): array {
		$state  += array( 'said' => array(), 'down' => array( 0, 0 ), 'series' => array() );
		$said    = &$state['said'];
		$events  = array();
		$days    = $figures['days'] ?? array();
		$answers = $figures['answers'] ?? null;
		if ( false === $answers && $now - $state['down'][1] >= self::AGAIN_S ) {
			$state['down'] = array( $state['down'][0] + 1, $now );
		}
		if ( $rules['down'] && false === $answers && $state['down'][0] >= 2 && self::is_new( $said, 'down', '', 1 ) ) {
			$events[] = array( 'kind' => 'down', 'reason' => $figures['reason'] ?? '' );
		}
		if ( true === $answers ) {
			$state['down'] = array( 0, 0 );
			if ( isset( $said['down'] ) ) {
				unset( $said['down'] );
				$events[] = array( 'kind' => 'up' );
			}
		}
		if ( $rules['version'] && isset( $figures['version'] ) ) {
			$kind = array( Release::OLD => 'version', Release::MALICIOUS => 'malicious' )[ Release::verdict( $figures['version'] ) ] ?? '';
			if ( self::is_new( $said, 'version', $figures['version'], '' === $kind ? 0 : 1 ) ) {
				$events[] = array( 'kind' => $kind, 'version' => $figures['version'], 'safe_from' => Release::safe_from() );
			}
		}
		foreach ( array( 'key', 'team', 'user', 'organization', 'member' ) as $of ) {
			$holders = $figures[ $of . 's' ] ?? array();
			foreach ( $holders as $holder ) {
				$level = self::level( $holder['spend'], $holder['budget'], $rules['levels'] );
				$name  = self::id( 'budget', $of, $holder['id'] );
				// 1.80.11 moves the end of an organization's period, and lets what was spent stand.
				$period = 'organization' === $of && isset( $said[ $name ] ) && $holder['spend'] >= ( $said[ $name ][2] ?? 0 ) ? $said[ $name ][0] : (string) $holder['resets'];
				$is_new = self::is_new( $said, $name, $period, $level );
				if ( 'organization' === $of && isset( $said[ $name ] ) ) {
					$said[ $name ][2] = $holder['spend'];
				}
				if ( $is_new ) {
					$kind     = 'user' === $of && self::WHOLE === $holder['id'] ? 'budget_gateway' : "budget_$of";
					$events[] = array( 'kind' => $kind, 'level' => $level ) + array_intersect_key( $holder, array_flip( array( 'id', 'name', 'in', 'spend', 'budget' ) ) );
				}
				$expires = $holder['expires'] ?? 0;
				$is_soon = $rules['expiring'] && $expires > $now && $expires <= $now + self::SOON_S;
				if ( 'key' === $of && self::is_new( $said, self::id( 'expires', $of, $holder['id'] ), (string) $expires, $is_soon ? 1 : 0 ) ) {
					$events[] = array( 'kind' => 'expiring', 'id' => $holder['id'], 'name' => $holder['name'], 'expires' => $expires );
				}
			}
			if ( ! empty( $figures[ $of . 's_whole' ] ) ) {
				$said = self::without_gone( $said, $of, array_column( $holders, 'id' ) );
			}
		}
		$spend = self::month( $days, $now );
		if ( $rules['month'] > 0 && null !== $spend ) {
			$level = self::level( $spend, $rules['month'], $rules['levels'] );
			if ( self::is_new( $said, 'month', gmdate( 'Y-m', $now ), $level ) ) {
				$events[] = array( 'kind' => 'budget_whole', 'level' => $level, 'spend' => $spend, 'budget' => $rules['month'] );
			}
		}
		if ( $rules['unusual'] && isset( $days[ gmdate( 'Y-m-d', $now ) ] ) ) {
			$events = array_merge( $events, self::unusual( $said, $state['series'], $days, (float) $rules['floor'], $now ) );
		}
		return array( array_map( static fn( array $event ): array => $event + array( 'at' => $now ), $events ), $state );
	}

	/**
	 * Whether a level was not said yet in this period, and notes it. One that has fallen, as where a budget was raised, is said
	 * again when it is reached again.
	 *
	 * @param array<string, array{0: string, 1: int}> $said Period and level by id.
	 */
	private static function is_new( array &$said, string $id, string $period, int $level ): bool {
		$known  = $said[ $id ] ?? array( '', 0 );
		$before = $known[0] === $period ? $known[1] : 0;
		unset( $said[ $id ] );
		if ( $level > 0 ) {
			$said[ $id ] = array( $period, $level );
		}
		return $level > $before;
	}

	/**
	 * By what it is known whether something was said: short, as there may be one for each of ten thousand keys.
	 */
	private static function id( string $what, string $of, string $id ): string {
		return "$what $of " . substr( hash( 'sha256', $id ), 0, 16 );
	}

	/**
	 * What was said, but for those that are there no more.
	 *
	 * @param array<string, array{0: string, 1: int}> $said Period and level by id.
	 * @param string[]                                $ids  Those that are there.
	 * @return array<string, array{0: string, 1: int}>
	 */
	private static function without_gone( array $said, string $of, array $ids ): array {
		$known = array();
		foreach ( $ids as $id ) {
			$known += array( self::id( 'budget', $of, $id ) => true, self::id( 'expires', $of, $id ) => true );
		}
		return array_filter( $said, static fn( string $id ): bool => isset( $known[ $id ] ) || ! preg_match( "/^(?:budget|expires) $of /", $id ), ARRAY_FILTER_USE_KEY );
	}

	/**
	 * The highest level that is reached; 0: none. A budget of nothing is not about to be spent: it was meant to stop the key.
	 *
	 * @param int[] $levels Percents.
	 */
	private static function level( float $spend, float $budget, array $levels ): int {
		$share = $budget > 0 ? round( $spend / $budget * 100, 6 ) : 0;
		return (int) max( array( 0, ...array_filter( $levels, static fn( int $level ): bool => $share >= $level ) ) );
	}

	/**
	 * What this month (UTC) has cost so far, or null where a day of it is not known.
	 *
	 * @param array<string, array{0: float, 1: float, 2: float}> $days Cost, calls and failures by day.
	 */
	private static function month( array $days, int $now ): ?float {
		$spend = 0.0;
		for ( $day = 1; $day <= (int) gmdate( 'j', $now ); $day++ ) {
			$figures = $days[ gmdate( 'Y-m-', $now ) . sprintf( '%02d', $day ) ] ?? null;
			if ( null === $figures ) {
				return null;
			}
			$spend += $figures[0];
		}
		return $spend;
	}

	/**
	 * Cost and failures far above the usual: of the time since the last look, compared with the same part of the same weekday
	 * of four weeks; and of the day so far, compared with the whole of these days. Each is said once a day (UTC).
	 *
	 * @param array<string, array{0: string, 1: int}>            $said   Period and level by id.
	 * @param array<string, string>                              $series What was seen before, by day: `minute cost calls failures|…`.
	 * @param array<string, array{0: float, 1: float, 2: float}> $days   Cost, calls and failures by day.
	 * @return array<int, array<string, mixed>> Events.
	 */
	private static function unusual( array &$said, array &$series, array $days, float $floor, int $now ): array {
		$today  = gmdate( 'Y-m-d', $now );
		$minute = intdiv( $now % DAY_IN_SECONDS, MINUTE_IN_SECONDS );
		$points = self::points( $series[ $today ] ?? '', null );
		$last   = end( $points );
		$length = $minute - $last[0];
		$hours  = array();
		$wholes = array();
		for ( $back = 1; $back <= self::WEEKS; $back++ ) {
			$day   = gmdate( 'Y-m-d', $now - $back * WEEK_IN_SECONDS );
			$whole = $days[ $day ] ?? null;
			// A day without any call is one before the gateway, or one on which nobody works: no measure for a whole one.
			$wholes = $whole && $whole[1] > 0 ? array_merge( $wholes, array( $whole ) ) : $wholes;
			$hours  = array_merge( $hours, array_filter( array( $length >= self::SHORTEST && $length <= self::LONGEST ? self::most_around( self::points( $series[ $day ] ?? '', $whole ), $last[0], $minute ) : null ) ) );
		}
		$events = array();
		foreach ( array( 'spend' => array( 0, $floor ), 'errors' => array( 2, self::FEW_FAILURES ) ) as $what => list( $figure, $few ) ) {
			$since  = max( 0, $days[ $today ][ $figure ] - $last[ $figure + 1 ] );
			$of_day = array_column( $wholes, $figure );
			$usual  = array_column( $hours, $figure );
			$kind   = self::is_far_above( $since, $usual, $few ) ? 'hour' : ( self::is_far_above( $days[ $today ][ $figure ], $of_day, $few ) ? 'day' : '' );
			if ( '' !== $kind && self::is_new( $said, $what, $today, 1 ) ) {
				$is_hour  = 'hour' === $kind;
				$events[] = array(
					'kind'  => "{$what}_$kind",
					'value' => $is_hour ? $since : $days[ $today ][ $figure ],
					'calls' => $days[ $today ][1] - ( $is_hour ? $last[2] : 0 ),
					'usual' => self::median( $is_hour ? $usual : $of_day ),
					'from'  => $now - (int) $length * MINUTE_IN_SECONDS,
				);
			}
		}
		if ( $length >= self::SHORTEST || $last[0] < 1 ) {
			$series[ $today ] = ltrim( ( $series[ $today ] ?? '' ) . '|' . implode( ' ', array( $minute, round( $days[ $today ][0], 4 ), (int) $days[ $today ][1], (int) $days[ $today ][2] ) ), '|' );
		}
		$oldest = gmdate( 'Y-m-d', $now - self::WEEKS * WEEK_IN_SECONDS );
		$series = array_filter( $series, static fn( string $day ): bool => $day >= $oldest, ARRAY_FILTER_USE_KEY );
		return $events;
	}

	/**
	 * The points of a day: minute, cost, calls and failures so far. It begins with nothing, and ends with the whole where that
	 * is known.
	 *
	 * @param array{0: float, 1: float, 2: float}|null $whole Figures of the day.
	 * @return array<int, float[]>
	 */
	private static function points( string $seen, ?array $whole ): array {
		$points = array( array( 0.0, 0.0, 0.0, 0.0 ) );
		foreach ( array_filter( explode( '|', $seen ) ) as $point ) {
			$point = array_map( 'floatval', explode( ' ', $point ) );
			if ( 4 === count( $point ) && $point[0] > end( $points )[0] ) {
				$points[] = $point;
			}
		}
		return null === $whole ? $points : array_merge( $points, array( array( 1440.0, ...$whole ) ) );
	}

	/**
	 * Cost, calls and failures between two minutes of a day, or an hour earlier or later if that is more: where the clock is
	 * changed, work begins an hour off. Null where it is not known.
	 *
	 * @param array<int, float[]> $points As points() gives them.
	 * @return float[]|null
	 */
	private static function most_around( array $points, float $from, float $to ): ?array {
		$most = null;
		foreach ( array( 0, -60, 60 ) as $shift ) {
			$start = self::at( $points, $from + $shift );
			$end   = self::at( $points, $to + $shift );
			if ( null === $start || null === $end ) {
				if ( 0 === $shift ) {
					return null;
				}
				continue;
			}
			foreach ( array( 0, 1, 2 ) as $figure ) {
				$most[ $figure ] = max( $most[ $figure ] ?? 0.0, $end[ $figure + 1 ] - $start[ $figure + 1 ] );
			}
		}
		return $most;
	}

	/**
	 * The figures of a day at a minute, filled in between two points that are near each other; else null.
	 *
	 * @param array<int, float[]> $points As points() gives them.
	 * @return float[]|null
	 */
	private static function at( array $points, float $minute ): ?array {
		$before = null;
		foreach ( $points as $point ) {
			if ( $point[0] === $minute ) {
				return $point;
			}
			if ( $point[0] > $minute ) {
				if ( null === $before || $point[0] - $before[0] > self::LONGEST ) {
					return null;
				}
				$part = ( $minute - $before[0] ) / ( $point[0] - $before[0] );
				return array_map( static fn( float $low, float $high ): float => $low + $part * ( $high - $low ), $before, $point );
			}
			$before = $point;
		}
		return null;
	}

	/**
	 * Whether a figure is far above what these are: four times their median, six deviations above it, and no trifle more.
	 *
	 * @param float[] $usual Of earlier weeks.
	 */
	private static function is_far_above( float $figure, array $usual, float $trifle ): bool {
		if ( count( $usual ) < self::FEWEST_WEEKS ) {
			return false;
		}
		$median    = self::median( $usual );
		$deviation = 1.4826 * self::median( array_map( static fn( float $one ): float => abs( $one - $median ), $usual ) );
		return $figure - $median >= $trifle && $figure >= self::FACTOR * $median && $figure >= $median + self::DEVIATIONS * $deviation;
	}

	/**
	 * The middle of these.
	 *
	 * @param float[] $figures At least one.
	 */
	private static function median( array $figures ): float {
		sort( $figures );
		$half = intdiv( count( $figures ), 2 );
		return 0.0 + ( count( $figures ) % 2 ? $figures[ $half ] : ( $figures[ $half - 1 ] + $figures[ $half ] ) / 2 );
	}
}
