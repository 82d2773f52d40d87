<?php
/**
 * A key gets a successor.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Does what the page of a rotation does, in the same order (doc/keys.md), with the same note in the journal: after each step one
 * of the two keys can be used, and never both without an end. It goes straight on and stops at the first failure; the page, which
 * works out what is left from the two keys, goes on from there or undoes it.
 */
final class Rotation {

	/** How long both keys may be used, in seconds; 0: the old one is blocked first. */
	public const OVERLAPS = array( 'none' => 0, '1h' => HOUR_IN_SECONDS, '6h' => 6 * HOUR_IN_SECONDS, '1d' => DAY_IN_SECONDS, '3d' => 3 * DAY_IN_SECONDS, '7d' => WEEK_IN_SECONDS );

	/** The journal's word for it. */
	private const KIND = 'rotation';
	/** How long the old key goes on while its successor cannot be used yet. */
	private const SPARE_S = 30 * DAY_IN_SECONDS;
	/** Ends as near as this are the same: the gateway's clock may be another. */
	private const SAME_S   = HOUR_IN_SECONDS;
	private const MOST_DAYS = 3650;
	/** Of an alias, with the day and a number at its end. */
	private const LONGEST = 253;
	private const DAY     = '/-\d{4}-\d\d-\d\d$/D';
	/** How the scrubber marks what it took out. */
	private const MASKED  = '/sk-…|…"|…@|\[secret\]/u';
	private const DETAILS = '/model/info';
	private const CALLS   = 'llm_api_routes';

	private Questions $questions;
	private int $now;
	/** Days that LITELLM_KEY_LIMITS allows, in seconds. */
	private int $most_s;
	/**
	 * What is true by now, in a sentence.
	 *
	 * @var string
	 */
	private string $state = '';
	private int $revision = 0;
	/**
	 * The note.
	 *
	 * @var array<string, mixed>
	 */
	private array $plan;

	/**
	 * Takes who asks, and the time.
	 */
	public function __construct( Questions $questions, int $now ) {
		$days            = ( new Settings() )->key_limits()['duration_days'] ?? 0;
		$this->questions = $questions;
		$this->now       = $now;
		$this->most_s    = $days > 0 ? $days * DAY_IN_SECONDS : PHP_INT_MAX;
	}

	/**
	 * What of a key its successor is not given.
	 *
	 * @return array{0: string[], 1: string[]} What it could do more without, so that none is made; and the rest.
	 */
	public static function left_behind( stdClass $info ): array {
		$has    = static fn( string $name ): bool => ! empty( get_object_vars( (object) ( $info->{$name} ?? array() ) ) );
		$routes = (array) ( $info->allowed_routes ?? array() );
		$calls  = in_array( self::CALLS, $routes, true );
		$hard   = array_filter( array( 'model_max_budget', 'budget_limits', 'aliases' ), $has );
		$hard   = array_merge( $hard, array_filter( array( 'object_permission_id', 'project_id' ), static fn( string $name ): bool => ! empty( $info->{$name} ) ), $routes && ! $calls ? array( 'allowed_routes' ) : array() );
		$soft   = array_merge( $has( 'access_group_ids' ) ? array( 'access_group_ids' ) : array(), ! $routes || ( $calls && count( $routes ) > 1 && ! in_array( self::DETAILS, $routes, true ) ) ? array( 'allowed_routes' ) : array() );
		$own    = get_object_vars( (object) ( $info->metadata ?? array() ) );
		foreach ( array_diff_key( $own, self::copied( $own ), array( 'litellm_dashboard' => 1, 'temp_budget_increase' => 1, 'temp_budget_expiry' => 1 ) ) as $name => $value ) {
			$soft[] = "metadata.$name";
		}
		return array( array_values( $hard ), array_merge( $soft, empty( $info->auto_rotate ) ? array() : array( 'auto_rotate' ) ) );
	}

	/**
	 * Does it.
	 *
	 * @param stdClass $info    The key, as the gateway has it now.
	 * @param callable $give    Gives the secret to whoever is to have it; false where that did not work.
	 * @return array{id: string, alias: string}|WP_Error The successor.
	 */
	public function run( string $hash, stdClass $info, string $alias, int $overlap_s, callable $give ) {
		$this->plan = array( 'old' => $hash, 'marker' => implode( '', array_map( static fn(): int => random_int( 10 ** 8, 10 ** 9 - 1 ), range( 1, 3 ) ) ), 'alias' => $alias, 'overlap_s' => $overlap_s, 'ends' => (string) ( $info->expires ?? '' ), 'copied' => '', 'began_ms' => $this->now * 1000 );

		$failed = $this->note();
		if ( null !== $failed ) {
			return $failed;
		}
		$at_once     = 0 === $overlap_s;
		$blocks      = $at_once && empty( $info->blocked );
		$this->state = __( 'Nothing was changed.', 'litellm-dashboard' );
		$done        = $blocks ? $this->questions->act( 'keys.block', $hash ) : true;
		if ( is_wp_error( $done ) ) {
			$this->state = Questions::is_lost( $done ) ? __( 'There is no successor; whether the old key is blocked is not known.', 'litellm-dashboard' ) : $this->state;
			return $this->stopped( $done, ! Questions::is_lost( $done ) );
		}
		$this->state = $blocks ? __( 'The old key is blocked, and there is no successor.', 'litellm-dashboard' ) : $this->state;
		$done        = $this->questions->write( 'keys.create', $this->successor( $info ) );
		if ( is_wp_error( $done ) ) {
			if ( Questions::is_lost( $done ) ) {
				$this->state = $blocks ? __( 'The old key is blocked; whether there is a successor is not known.', 'litellm-dashboard' ) : __( 'The old key is as it was; whether there is a successor is not known.', 'litellm-dashboard' );
			}
			return $this->stopped( $done, ! $blocks && ! Questions::is_lost( $done ) );
		}
		$secret      = (string) $done->key;
		$new         = hash( 'sha256', $secret );
		$this->state = $at_once ? __( 'The old key is blocked, and its successor can be used.', 'litellm-dashboard' ) : __( 'The old key can be used; its successor is made, and blocked.', 'litellm-dashboard' );
		$left_s      = (int) Questions::moment( $this->plan['ends'] ) - $this->now;
		// When a key is made LiteLLM counts in whole days, and moves some of them.
		$is_off = '' !== $this->plan['ends'] && $left_s > 0 && abs( (int) Questions::moment( $done->expires ?? null ) - $this->now - $left_s ) > self::SAME_S;
		// First of all: whatever fails from here on, whoever has the secret can go on.
		$failed = $give( $secret ) ? null : new WP_Error( 'litellm_not_written', __( 'The secret of the successor could not be written.', 'litellm-dashboard' ) );

		$this->plan['copied'] = null === $failed ? $new : '';

		$failed = $failed ?? $this->note() ?? ( $is_off ? $this->change( $new, array( 'duration' => $left_s . 's' ) ) : null );

		$spare_s = min( max( self::SPARE_S, $overlap_s ), $this->most_s );
		$marks   = array( 'metadata' => (string) wp_json_encode( array( 'litellm_dashboard' => array( 'replaced_by' => $new ) ) ) );
		$failed  = $failed ?? $this->change( $hash, $marks + ( $at_once || ! $this->ends_after( $spare_s ) ? array() : array( 'duration' => $spare_s . 's' ) ), ! $at_once );
		if ( null === $failed && ! $at_once ) {
			$this->state = __( 'The old key can be used, and ends within 30 days; its successor is blocked.', 'litellm-dashboard' );
			$done        = $this->questions->act( 'keys.unblock', $new );
			$overlap_s   = min( $overlap_s, $this->most_s );
			$failed      = is_wp_error( $done ) ? $done : null;
			if ( null !== $failed && Questions::is_lost( $failed ) ) {
				$this->state = __( 'The old key can be used, and ends within 30 days; whether its successor can be used is not known.', 'litellm-dashboard' );
			} elseif ( null === $failed ) {
				$this->state = __( 'Both keys can be used; the old one ends within 30 days.', 'litellm-dashboard' );
				$failed      = $this->ends_after( $overlap_s ) ? $this->change( $hash, array( 'duration' => $overlap_s . 's' ) ) : null;
			}
		}
		if ( null !== $failed ) {
			return $this->stopped( $failed, false );
		}
		// All is done; a note that stays only says so on the Keys page.
		$this->questions->write( 'journal.remove', array( 'id' => $this->id(), 'revision' => $this->revision ) );
		return array( 'id' => $new, 'alias' => $alias );
	}

	/**
	 * A name for the successor: that of the key with the day, in place of the day that it may have at its end.
	 */
	private static function alias( string $alias, string $day ): string {
		$base = rtrim( mb_substr( (string) preg_replace( self::DAY, '', trim( $alias ) ), 0, self::LONGEST - strlen( "-$day" ) ) );
		return ( '' === $base ? 'key' : $base ) . "-$day";
	}

	/**
	 * Such a name that no key has yet.
	 */
	public static function free_alias( Questions $questions, string $alias, string $day ): string {
		$first = self::alias( $alias, $day );
		$name  = $first;
		for ( $number = 2; $number < 10 && ! is_wp_error( $questions->hash_of( $name ) ); $number++ ) {
			$name = "$first-$number";
		}
		return $name;
	}

	/**
	 * The parameters of the successor: everything that its key has and another can be given, with what it has spent, so that what
	 * is left of the budget is the same.
	 *
	 * @return array<string, mixed>
	 */
	private function successor( stdClass $info ): array {
		$own      = get_object_vars( (object) ( $info->metadata ?? array() ) );
		$until    = Questions::moment( $own['temp_budget_expiry'] ?? null );
		$raise    = null !== $until && $until > $this->now && is_numeric( $own['temp_budget_increase'] ?? null ) ? array_intersect_key( $own, array( 'temp_budget_increase' => 1, 'temp_budget_expiry' => 1 ) ) : array();
		$metadata = self::copied( $own ) + $raise + array( 'litellm_dashboard' => array( 'replaces' => $this->plan['old'], 'rotation' => $this->plan['marker'] ) );
		$ends     = Questions::moment( $this->plan['ends'] );
		$days     = null === $ends ? 0 : max( 1, min( self::MOST_DAYS, (int) floor( ( $ends - $this->now + DAY_IN_SECONDS - HOUR_IN_SECONDS ) / DAY_IN_SECONDS ) ) );
		// 1.80.11 takes these for the next midnight, Monday and first of a month.
		$days   = array( 1 => 2, 7 => 6, 30 => 29 )[ $days ] ?? $days;
		$models = array_values( array_filter( (array) ( $info->models ?? array() ), 'is_string' ) );
		$params = array(
			'alias'                 => $this->plan['alias'],
			'models'                => array( 'all-proxy-models' ) === $models ? array() : $models,
			'max_budget'            => $info->max_budget ?? null,
			'budget_duration'       => $info->budget_duration ?? null,
			'rpm_limit'             => $info->rpm_limit ?? null,
			'tpm_limit'             => $info->tpm_limit ?? null,
			'max_parallel_requests' => $info->max_parallel_requests ?? null,
			'team'                  => $info->team_id ?? null,
			'organization'          => $info->organization_id ?? null,
			'user'                  => $info->user_id ?? null,
			'budget'                => $info->budget_id ?? null,
			'spend'                 => ( $info->spend ?? 0 ) > 0 ? $info->spend : null,
			'duration'              => $days > 0 ? $days . 'd' : null,
			'metadata'              => (string) wp_json_encode( $metadata ),
			'access'                => in_array( self::DETAILS, (array) ( $info->allowed_routes ?? array() ), true ) ? 'details' : 'calls',
			'blocked'               => 0 === $this->plan['overlap_s'] ? null : true,
		);
		return array_filter( $params, static fn( $value ): bool => null !== $value && '' !== $value );
	}

	/**
	 * What of the metadata may be given to another key: not what only LiteLLM's operators set, nor what is masked here.
	 *
	 * @param array<string, mixed> $own The metadata.
	 * @return array<string, mixed>
	 */
	private static function copied( array $own ): array {
		$reserved = Plugin::json( Plugin::path( 'contract.json' ) )['operations']['keys.create']['params']['metadata']['json']['without'];
		$own      = array_diff_key( $own, array_flip( $reserved ), array( 'litellm_dashboard' => 1, 'temp_budget_increase' => 1, 'temp_budget_expiry' => 1 ) );
		return array_filter( $own, static fn( $value ): bool => null !== $value && ! preg_match( self::MASKED, (string) wp_json_encode( $value, JSON_UNESCAPED_UNICODE ) ) );
	}

	/**
	 * Changes a key.
	 *
	 * @param array<string, mixed> $params       Of `keys.update`.
	 * @param bool                 $must_be_free Whether it is a failure that the key is blocked now: somebody has stopped it.
	 */
	private function change( string $hash, array $params, bool $must_be_free = false ): ?WP_Error {
		$now = $this->questions->write( 'keys.update', array( 'key' => $hash ) + $params );
		if ( ! is_wp_error( $now ) && $must_be_free && ! empty( $now->blocked ) ) {
			$now = new WP_Error( 'litellm_stopped', __( 'Somebody has blocked the old key meanwhile.', 'litellm-dashboard' ) );
		}
		return is_wp_error( $now ) ? $now : null;
	}

	/**
	 * Whether the old key would go on for longer.
	 */
	private function ends_after( int $seconds ): bool {
		$ends = Questions::moment( $this->plan['ends'] );
		return null === $ends || $ends > $this->now + $seconds + min( self::SAME_S, intdiv( $seconds, 2 ) );
	}

	/**
	 * Saves the note over the one before. Who saves first is the one who does it.
	 */
	private function note(): ?WP_Error {
		$saved = $this->questions->write( 'journal.save', array( 'id' => $this->id(), 'kind' => self::KIND, 'revision' => $this->revision, 'entry' => (string) wp_json_encode( $this->plan ) ) );
		if ( is_wp_error( $saved ) ) {
			return 0 === $this->revision ? $this->with_place( $saved, 'litellm_journal_changed' === $saved->get_error_code() ) : $saved;
		}
		$this->revision = $saved['revision'];
		return null;
	}

	/**
	 * What has failed, with what is true now. Where nothing was changed there is nothing to go on with, and the note goes.
	 */
	private function stopped( WP_Error $error, bool $is_untouched ): WP_Error {
		if ( $is_untouched ) {
			$this->questions->write( 'journal.remove', array( 'id' => $this->id(), 'revision' => $this->revision ) );
		}
		return $this->with_place( new WP_Error( $error->get_error_code(), trim( $error->get_error_message() . ' ' . $this->state ), $error->get_error_data() ), ! $is_untouched );
	}

	/**
	 * A failure with the address at which it goes on, where there is something to go on with.
	 */
	private function with_place( WP_Error $error, bool $goes_on ): WP_Error {
		if ( ! $goes_on ) {
			return $error;
		}
		$address = add_query_arg( array( 'page' => 'litellm-dashboard-keys', 'key' => $this->plan['old'], 'action' => 0 === $this->plan['overlap_s'] ? 'replace' : 'rotate' ), admin_url( 'admin.php' ) );
		/* translators: %s: an address */
		return new WP_Error( $error->get_error_code(), $error->get_error_message() . ' ' . sprintf( __( 'It can be gone on with, or undone, at %s', 'litellm-dashboard' ), $address ), $error->get_error_data() );
	}

	/**
	 * The journal's name for it: of one key there is one at a time.
	 */
	private function id(): string {
		return substr( $this->plan['old'], 0, 32 );
	}
}
