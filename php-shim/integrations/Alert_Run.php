<?php
/**
 * The hourly look.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the gateway for what the rules need, has it judged, and has sent what is to be said. Started by WordPress' clock, and only
 * while alerts are switched on.
 */
final class Alert_Run {

	public const HOOK  = 'litellm_dashboard_alerts';
	public const RULES = 'litellm_dashboard_alerts';
	public const STATE = 'litellm_dashboard_alerts_state';
	/** A look takes no longer than this, but for the answer that is under way; what is missing then is not judged. */
	private const LONGEST_S = 90;
	private const PAGES     = 100;
	/** Of so many teams the members are looked at: each is a question of its own. */
	private const TEAMS = 100;
	/** After a look without an answer the next one does not wait for the hour. */
	private const AGAIN_S = 600;
	/** LiteLLM's console makes keys for its logins in this team. */
	private const HIDDEN_TEAM = 'litellm-dashboard';
	/** LiteLLM's name for whoever has the master key. 1.80.11 gives this user the budget of the whole gateway, and the spend is another's. */
	private const MASTER = 'default_user_id';

	/**
	 * What is watched, and how it is told.
	 *
	 * @var array<string, mixed>
	 */
	private array $rules;
	private REST_Controller $gateway;
	private Questions $questions;
	private int $until;
	/**
	 * How far the lists could be read: seen, and there.
	 *
	 * @var array<string, array{0: int, 1: int}>
	 */
	private array $read = array();
	private string $problem = '';

	/**
	 * Takes the rules.
	 *
	 * @param array<string, mixed> $rules As rules() gives them.
	 */
	private function __construct( array $rules ) {
		$this->rules     = $rules;
		$this->gateway   = Plugin::rest_controller( new Settings() );
		$this->until     = time() + self::LONGEST_S;
		$this->questions = new Questions( REST_Controller::CRON, null, $this->until );
	}

	/**
	 * The settings, with what is so where nothing was said.
	 *
	 * @return array<string, mixed>
	 */
	public static function rules(): array {
		$given = get_option( self::RULES, array() );
		return ( is_array( $given ) ? $given : array() ) + array( 'on' => false, 'levels' => array( 80, 100 ), 'month' => 0, 'unusual' => true, 'floor' => 5, 'down' => true, 'version' => true, 'expiring' => true, 'mail' => array(), 'webhook' => '', 'quiet_from' => 0, 'quiet_to' => 0, 'notice' => true );
	}

	/**
	 * What was seen and said, past what this process knows of it.
	 *
	 * @return array<string, mixed>
	 */
	public static function state(): array {
		wp_cache_delete( self::STATE, 'options' );
		$state = get_option( self::STATE, array() );
		return is_array( $state ) ? $state : array();
	}

	/**
	 * Sees to it that WordPress starts the look once an hour if alerts are on, and not at all if they are not.
	 *
	 * @param mixed $everywhere Whether for all sites of a network.
	 */
	public static function schedule( $everywhere = false ): void {
		self::each_site(
			true === $everywhere,
			static function (): void {
				if ( ! self::rules()['on'] ) {
					wp_clear_scheduled_hook( self::HOOK );
				} elseif ( ! wp_next_scheduled( self::HOOK ) ) {
					wp_schedule_event( time() + MINUTE_IN_SECONDS, 'hourly', self::HOOK );
				}
			}
		);
	}

	/**
	 * Takes it off WordPress' clock, when the plugin goes.
	 *
	 * @param mixed $everywhere Whether for all sites of a network.
	 */
	public static function stop( $everywhere ): void {
		self::each_site( true === $everywhere, static fn() => wp_clear_scheduled_hook( self::HOOK ) );
	}

	/**
	 * Looks once, unless another process is at it.
	 */
	public static function run(): void {
		$rules = self::rules();
		if ( ! $rules['on'] ) {
			self::schedule();
			return;
		}
		$lock = new Cache( new Settings() );
		if ( $lock->lock( array( 'alerts' ), 10 * MINUTE_IN_SECONDS ) ) {
			( new self( $rules ) )->look( time() );
			$lock->unlock();
		}
	}

	/**
	 * Looks, and keeps what came of it before anything is sent: where it cannot be kept nothing is sent, as it would be sent again
	 * each hour.
	 */
	private function look( int $now ): void {
		$state   = self::state();
		$figures = $this->figures( $now );

		list( $events, $state ) = Alerts::judge( $state, $figures, $this->rules, $now );

		$state        = Alert_Sender::queue( $state, $events, $this->rules, $now );
		$state['run'] = array( 'at' => $now, 'problem' => $this->problem, 'read' => $this->read, 'id' => wp_generate_uuid4() );
		if ( update_option( self::STATE, $state, false ) ) {
			update_option( self::STATE, Alert_Sender::deliver( $state, $this->rules, $now ), false );
		}
		if ( false === $figures['answers'] ) {
			wp_schedule_single_event( $now + self::AGAIN_S, self::HOOK );
		}
	}

	/**
	 * The figures that the rules need. A gateway that does not answer is asked one thing only.
	 *
	 * @return array<string, mixed> As Alerts::judge() takes them.
	 */
	private function figures( int $now ): array {
		$figures = array( 'answers' => null );
		$found   = $this->ask( array( 'old' => array( 'gateway.readiness', array() ), 'new' => array( 'gateway.details', array() ) ) );
		$ready   = $found['new'] ?? $found['old'] ?? null;
		if ( null === $ready ) {
			// Nothing is said of a gateway that was not asked.
			return 'litellm_not_configured' === strtok( $this->problem, ' ' ) ? $figures : array( 'answers' => false, 'reason' => $this->problem ) + $figures;
		}
		$this->problem      = '';
		$figures['answers'] = true;
		$figures['version'] = is_string( $ready->litellm_version ?? null ) ? self::name( $ready->litellm_version ) : null;
		$wanted             = array();
		foreach ( $this->days( $now ) as $day ) {
			$wanted[ $day ] = array( 'activity.day', array( 'day' => $day ) );
		}
		foreach ( array_filter( $this->ask( $wanted ), static fn( stdClass $data ): bool => is_array( $data->results ) ) as $day => $data ) {
			// A day without calls has no row.
			$metrics                 = $data->results[0]->metrics ?? null;
			$figures['days'][ $day ] = array( self::number( $metrics->spend ?? 0 ), self::number( $metrics->api_requests ?? 0 ), self::number( $metrics->failed_requests ?? 0 ) );
		}
		if ( $this->rules['levels'] || $this->rules['expiring'] ) {
			$figures += $this->pages( 'keys', 'keys.list', array(), fn( stdClass $key ): ?array => $this->key( $key, $now ) );
		}
		if ( $this->rules['levels'] ) {
			$by_id    = static fn( string $id ): array => array( 'sort_by' => $id, 'sort_order' => 'asc' );
			$figures += $this->pages( 'teams', 'teams.list', $by_id( 'team_id' ), fn( stdClass $team ): ?array => self::team( $team ) );
			$figures += $this->pages( 'users', 'users.list', $by_id( 'user_id' ), fn( stdClass $user ): ?array => self::MASTER === ( $user->user_id ?? '' ) ? null : self::holder( $user, $user, 'user_id', 'user_alias', 'user_email' ) );
			$figures += $this->pages( 'organizations', 'organizations.list', null, fn( stdClass $one ): ?array => self::holder( $one, $one->litellm_budget_table ?? null, 'organization_id', 'organization_alias' ) );
			$figures += $this->members( $figures );
		}
		return $figures;
	}

	/**
	 * The members of teams, as far as they have budgets of their own there.
	 *
	 * @param array<string, mixed> $figures With the teams, and the users for their names.
	 * @return array<string, mixed> As pages() gives it.
	 */
	private function members( array $figures ): array {
		$teams   = array_column( array_filter( $figures['teams'] ?? array(), static fn( array $team ): bool => ! $team['is_alone'] ), 'name', 'id' );
		$names   = array_column( $figures['users'] ?? array(), 'name', 'id' );
		$wanted  = array_map( static fn( $id ): array => array( 'teams.info', array( 'team' => (string) $id ) ), array_keys( array_slice( $teams, 0, self::TEAMS, true ) ) );
		$members = array();
		$seen    = 0;
		$failed  = $this->questions->ask_all(
			$wanted,
			static function ( array $question, $answer ) use ( &$members, &$seen, $teams, $names ): void {
				$team = $question[1]['team'];
				++$seen;
				foreach ( Questions::objects( $answer->team_memberships ?? null ) as $one ) {
					$member = self::holder( $one, $one->litellm_budget_table ?? null, 'user_id' );
					if ( null !== $member && $member['budget'] > 0 ) {
						$members[] = array( 'id' => "$team\n{$member['id']}", 'name' => $names[ $member['id'] ] ?? $member['name'], 'in' => $teams[ $team ] ) + $member;
					}
				}
			},
			true
		);
		$this->note( $failed );
		$this->read['members'] = array( $seen, count( $teams ) );
		return array( 'members' => $members, 'members_whole' => null === $failed && count( $teams ) === $seen && ! empty( $figures['teams_whole'] ) );
	}

	/**
	 * The days (UTC) that are needed: today and the same weekday of four weeks, and this month.
	 *
	 * @return string[]
	 */
	private function days( int $now ): array {
		$back = $this->rules['unusual'] ? range( 0, Alerts::WEEKS * 7, 7 ) : array();
		$back = $this->rules['month'] > 0 && $this->rules['levels'] ? array_merge( $back, range( 0, (int) gmdate( 'j', $now ) - 1 ) ) : $back;
		return array_map( static fn( int $days ): string => gmdate( 'Y-m-d', $now - $days * DAY_IN_SECONDS ), array_unique( $back ) );
	}

	/**
	 * A list, page by page, of which only what matters is kept.
	 *
	 * @param array<string, mixed>|null        $params Of the operation; null where it has no pages.
	 * @param callable(stdClass): (array|null) $row    What of a row matters, or null.
	 * @return array<string, mixed> The list, and whether it is whole; nothing where not even a page could be read.
	 */
	private function pages( string $name, string $operation, ?array $params, callable $row ): array {
		$rows   = array();
		$seen   = null;
		$there  = 0;
		$take   = static function ( stdClass $answer ) use ( $name, $row, &$rows, &$seen, &$there ): void {
			if ( ! is_array( $answer->{$name} ?? null ) ) {
				return;
			}
			$there = max( $there, (int) self::number( $answer->total_count ?? ( $answer->total ?? 0 ) ) );
			$seen  = ( $seen ?? 0 ) + count( $answer->{$name} );
			foreach ( Questions::objects( $answer->{$name} ) as $one ) {
				$found = $row( $one );
				if ( null !== $found ) {
					$rows[ $found['id'] ] = $found;
				}
			}
		};
		$failed = null === $params ? $this->questions->ask_all( array( array( $operation, array() ) ), static fn( array $question, $answer ) => $take( $answer ) ) : $this->questions->pages( $operation, $params, $take, self::PAGES );
		$this->note( $failed );
		$this->read[ $name ] = array( (int) $seen, max( (int) $seen, $there ) );
		return null === $seen ? array() : array( $name => array_values( $rows ), $name . '_whole' => null === $failed && $seen >= $there );
	}

	/**
	 * Notes why something is missing: codes of ours only, never a text of the gateway. What this LiteLLM does not have, or not
	 * without a licence, is not missing.
	 */
	private function note( ?WP_Error $error ): void {
		$reason = null === $error ? '' : ( (array) $error->get_error_data() )['reason'] ?? '';
		if ( null !== $error && 'gateway_too_old' !== $error->get_error_code() && 'enterprise' !== $reason ) {
			$this->problem = trim( $error->get_error_code() . ' ' . $reason );
		}
	}

	/**
	 * What of a key matters, or null: one that is stopped already, or that has a successor, ends as was meant.
	 *
	 * @return array<string, mixed>|null
	 */
	private function key( stdClass $key, int $now ): ?array {
		$expires = self::moment( $key->expires ?? null );
		$id      = $key->token ?? null;
		if ( ! is_string( $id ) || ! empty( $key->blocked ) || ( $expires > 0 && $expires <= $now ) || self::HIDDEN_TEAM === ( $key->team_id ?? '' ) ) {
			return null;
		}
		// The key's own budget comes before that of its object, as newer versions have it.
		$purse = isset( $key->max_budget ) ? $key : ( $key->litellm_budget_table ?? null );
		$marks = $key->metadata ?? null;
		$more  = self::moment( $marks->temp_budget_expiry ?? null ) > $now ? self::number( $marks->temp_budget_increase ?? 0 ) : 0;
		// That of a key that is made for a week or less was known when it was made.
		$is_short = $expires - self::moment( $key->created_at ?? null ) <= Alerts::SOON_S;
		$budget   = self::number( $purse->max_budget ?? 0 );
		$expires  = $is_short || isset( $marks->litellm_dashboard->replaced_by ) ? 0 : $expires;
		$named    = self::name( $key->key_alias ?? '' );
		return $budget <= 0 && 0 === $expires ? null : array(
			'id'      => $id,
			'name'    => '' !== $named ? $named : self::name( $key->key_name ?? '' ),
			'spend'   => self::number( $key->spend ?? 0 ),
			'budget'  => $budget > 0 ? $budget + $more : 0.0,
			'resets'  => self::moment( $purse->budget_reset_at ?? null ),
			'expires' => $expires,
		);
	}

	/**
	 * What of a team matters, or null.
	 *
	 * @return array<string, mixed>|null
	 */
	private static function team( stdClass $team ): ?array {
		$found = empty( $team->blocked ) ? self::holder( $team, $team, 'team_id', 'team_alias' ) : null;
		return null === $found ? null : $found + array( 'is_alone' => array() === ( $team->members_with_roles ?? null ) );
	}

	/**
	 * What matters of who has a budget beside keys, or null: by the first name that there is, else by the id.
	 *
	 * @param mixed $purse What has the budget.
	 * @return array<string, mixed>|null
	 */
	private static function holder( stdClass $one, $purse, string $id, string ...$names ): ?array {
		$known = $one->{$id} ?? null;
		if ( ! is_string( $known ) || '' === $known ) {
			return null;
		}
		$named = array_filter( array_map( static fn( string $name ): string => self::name( $one->{$name} ?? '' ), $names ) );
		return array(
			'id'     => $known,
			'name'   => $named ? reset( $named ) : self::name( $known ),
			'spend'  => self::number( $one->spend ?? 0 ),
			'budget' => self::number( $purse->max_budget ?? 0 ),
			'resets' => self::moment( $purse->budget_reset_at ?? null ),
		);
	}

	/**
	 * Asks, and again for what is to be asked for again. What fails is missing; so is what is old: it says nothing of now.
	 *
	 * @param array<int|string, array{0: string, 1: array<string, mixed>}> $wanted Operations with parameters.
	 * @return array<int|string, stdClass> By the same keys.
	 */
	private function ask( array $wanted ): array {
		$found = array();
		for ( $round = 0; $wanted && $round < self::PAGES && time() < $this->until; $round++ ) {
			foreach ( $this->gateway->read( $wanted, REST_Controller::CRON ) as $name => $outcome ) {
				if ( 202 === $outcome->status ) {
					continue;
				}
				unset( $wanted[ $name ] );
				if ( null === $outcome->error && $outcome->data instanceof stdClass ) {
					$found[ $name ] = $outcome->data;
				} else {
					$this->note( $outcome->error );
				}
			}
		}
		return $found;
	}

	/**
	 * A number, or 0 for what is none.
	 *
	 * @param mixed $value Of the gateway.
	 */
	private static function number( $value ): float {
		return ( is_int( $value ) || is_float( $value ) ) && is_finite( (float) $value ) ? (float) $value : 0.0;
	}

	/**
	 * A moment, or 0. LiteLLM writes UTC where it names no zone.
	 *
	 * @param mixed $value Of the gateway.
	 */
	private static function moment( $value ): int {
		$is_text = is_string( $value ) && preg_match( '/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^ ]{0,20}$/D', $value );
		return $is_text ? max( 0, (int) strtotime( $value . ( preg_match( '/(?:Z|[+-]\d\d:?\d\d)$/D', $value ) ? '' : ' UTC' ) ) ) : 0;
	}

	/**
	 * A name that others chose: no line breaks, nothing that turns the direction of what follows, and not long.
	 *
	 * @param mixed $text Of the gateway.
	 */
	public static function name( $text, int $longest = 60 ): string {
		$text = is_string( $text ) ? (string) preg_replace( '/[\p{Cc}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\s]+/u', ' ', $text ) : '';
		$text = trim( $text );
		global $wpdb;
		if ( in_array( $wpdb->get_col_charset( $wpdb->options, 'option_value' ), array( 'utf8', 'utf8mb3' ), true ) ) {
			// An older table refuses the whole row.
			$text = (string) preg_replace( '/[\x{10000}-\x{10ffff}]/u', "\u{fffd}", $text );
		}
		return mb_strlen( $text, 'UTF-8' ) > $longest ? mb_substr( $text, 0, $longest - 1, 'UTF-8' ) . '…' : $text;
	}

	/**
	 * Does something for this site, or for all of a network.
	 */
	private static function each_site( bool $everywhere, callable $what ): void {
		foreach ( $everywhere && is_multisite() ? get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) : array( 0 ) as $site ) {
			if ( $site ) {
				switch_to_blog( (int) $site );
			}
			$what();
			if ( $site ) {
				restore_current_blog();
			}
		}
	}
}
