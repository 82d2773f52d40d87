<?php
/**
 * What the command line and the abilities ask.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Asks until there is an answer: all pages of a list, each day of a range. An old answer counts as none, since a script or a
 * model that reads it has nobody to look at its age. What failed is said in a sentence, with the code and its values behind it.
 */
final class Questions {

	/** How many days a range may have. */
	public const MOST_DAYS = 366;
	/** What usage is told apart by: the operation, the part of its answer, and where a name for the id is. */
	public const KINDS = array(
		'total'        => array( 'activity.day', '' ),
		'day'          => array( 'activity.day', '' ),
		'model'        => array( 'activity.day', 'model_groups' ),
		'provider'     => array( 'usage.calls', 'providers' ),
		'endpoint'     => array( 'usage.calls', 'endpoints' ),
		'key'          => array( 'usage.keys', 'api_keys', 'key_alias' ),
		'owner'        => array( 'usage.owners', 'entities' ),
		'team'         => array( 'usage.teams', 'entities', 'team_alias' ),
		'organization' => array( 'usage.organizations', 'entities', 'organization_alias' ),
		'tag'          => array( 'usage.tags', 'entities' ),
		'end_user'     => array( 'usage.end_users', 'entities', 'alias' ),
	);
	/** The most keys of one day that LiteLLM tells apart. */
	private const MOST_KEYS  = 1000;
	private const MOST_PAGES = 1000;
	private const PAGE       = 100;
	/** So many reads at a time, and so many times in a row that none of them may come to anything; each such time is a pause. */
	private const BATCH = 80;
	private const TRIES = 150;
	/** Our figures, and LiteLLM's, which are added up. */
	private const FIGURES = array(
		'requests'          => 'api_requests',
		'failures'          => 'failed_requests',
		'cost'              => 'spend',
		'prompt_tokens'     => 'prompt_tokens',
		'completion_tokens' => 'completion_tokens',
	);

	private REST_Controller $controller;
	private string $by;
	private int $until;
	/**
	 * Makes a progress bar for so many steps.
	 *
	 * @var callable|null
	 */
	private $bar;

	/**
	 * Takes who asks.
	 *
	 * @param string        $by  As for REST_Controller.
	 * @param callable|null $bar Makes a progress bar for so many steps.
	 * @param int           $until When nothing new is asked any more.
	 */
	public function __construct( string $by, ?callable $bar = null, int $until = PHP_INT_MAX ) {
		$this->controller = Plugin::rest_controller( new Settings() );
		$this->by         = $by;
		$this->bar        = $bar;
		$this->until      = $until;
	}

	/**
	 * One answer.
	 *
	 * @param array<string, mixed> $params Of the operation.
	 * @return mixed|WP_Error
	 */
	public function ask( string $operation, array $params = array() ) {
		$answer = null;
		$failed = $this->ask_all(
			array( array( $operation, $params ) ),
			static function ( array $question, $data ) use ( &$answer ): void {
				$answer = $data;
			}
		);
		return $failed ?? $answer;
	}

	/**
	 * Several answers, each handed on as it comes. The first failure ends it, or is told when all others have been asked.
	 *
	 * @param array<int, array{0: string, 1: array<string, mixed>}> $left    Operations with parameters.
	 * @param callable                                              $take    Takes the question and its answer.
	 * @param bool                                                  $goes_on Whether it goes on after a failure.
	 */
	public function ask_all( array $left, callable $take, bool $goes_on = false ): ?WP_Error {
		$bar    = $this->bar && count( $left ) > 1 ? ( $this->bar )( count( $left ) ) : null;
		$tries  = self::TRIES;
		$failed = null;
		while ( $left ) {
			if ( 0 === $tries-- || time() >= $this->until ) {
				return self::told( Failure::make( 'gateway_unreachable', 504, array( 'reason' => 'timeout' ) ) );
			}
			foreach ( $this->controller->read( array_slice( $left, 0, self::BATCH, true ), $this->by ) as $index => $outcome ) {
				if ( null !== $outcome->error ) {
					$failed = $failed ?? self::told( $outcome->error );
					if ( ! $goes_on ) {
						return $failed;
					}
				} elseif ( 202 !== $outcome->status ) {
					$take( $left[ $index ], $outcome->data );
				}
				if ( 202 !== $outcome->status ) {
					unset( $left[ $index ] );
					$tries = self::TRIES;
					$bar && $bar->tick();
				}
			}
		}
		$bar && $bar->finish();
		return $failed;
	}

	/**
	 * Does a write.
	 *
	 * @param array<string, mixed> $params Of the operation.
	 * @return mixed|WP_Error
	 */
	public function write( string $operation, array $params ) {
		$outcome = $this->controller->write( $operation, $params, $this->by );
		return null === $outcome->error ? $outcome->data : self::told( $outcome->error );
	}

	/**
	 * Whether the plugin is set up, and whether the gateway and its database answer now.
	 *
	 * @return array{configured: bool, reachable: bool, gateway: string|null, litellm_version: string|null, database: string|null, problem: string|null}
	 */
	public function state(): array {
		$settings = new Settings();
		$alive    = $this->ask( 'gateway.liveliness' );
		$ready    = is_wp_error( $alive ) ? $alive : $this->ask( 'gateway.readiness' );
		$known    = is_wp_error( $ready ) ? null : $ready;
		// Newer versions tell theirs only to who has a key.
		$details = null === $known || isset( $known->litellm_version ) ? $known : $this->ask( 'gateway.details' );
		return array(
			'configured'      => null === $settings->problem(),
			'reachable'       => ! is_wp_error( $alive ),
			'gateway'         => '' === $settings->base() || ( REST_Controller::ABILITY === $this->by && is_multisite() && '' !== Site_View::tag() ) ? null : $settings->base(),
			'litellm_version' => is_wp_error( $details ) ? null : self::text( $details->litellm_version ?? null ),
			'database'        => self::text( $known->db ?? null ),
			'problem'         => is_wp_error( $ready ) ? $ready->get_error_message() : null,
		);
	}

	/**
	 * All keys, or those of a team, as rows.
	 *
	 * @param array<string, mixed> $params Of `keys.list`, without page and size.
	 * @return array<int, array<string, mixed>>|WP_Error
	 */
	public function keys( array $params = array() ) {
		$found  = array();
		$failed = $this->pages(
			'keys.list',
			$params,
			static function ( stdClass $answer ) use ( &$found ): void {
				foreach ( self::objects( $answer->keys ?? null ) as $key ) {
					// Of a list that changes while it is read, a key may come twice.
					$hash           = (string) self::text( $key->token ?? null );
					$found[ $hash ] = self::key_row( $key, $hash );
				}
			}
		);
		return $failed ?? array_values( $found );
	}

	/**
	 * A list, page by page, each handed on as it comes: the first tells how many there are. The first failure ends it.
	 *
	 * @param array<string, mixed> $params Of the operation, without page and size.
	 * @param callable             $take   Takes an answer.
	 */
	public function pages( string $operation, array $params, callable $take, int $most = self::MOST_PAGES ): ?WP_Error {
		$params += array( 'page' => 1, 'keys.list' === $operation ? 'size' : 'page_size' => self::PAGE );
		$pages   = 1;
		$note    = static function ( array $question, $answer ) use ( &$pages, $take ): void {
			$count = $answer->total_count ?? ( $answer->total ?? 0 );
			$pages = max( $pages, (int) ( $answer->total_pages ?? 0 ), is_numeric( $count ) ? (int) ceil( $count / self::PAGE ) : 0 );
			$take( $answer );
		};
		$failed  = $this->ask_all( array( array( $operation, $params ) ), $note );
		$more    = array();
		for ( $page = 2; $page <= min( $pages, $most ); $page++ ) {
			$more[] = array( $operation, array( 'page' => $page ) + $params );
		}
		return $failed ?? $this->ask_all( $more, $note );
	}

	/**
	 * The hash of a key that is named by its hash or by its whole alias.
	 *
	 * @return string|WP_Error
	 */
	public function hash_of( string $named ) {
		if ( preg_match( '/^[0-9a-f]{64}$/D', $named ) ) {
			return $named;
		}
		// It would stand in the log of the gateway, as it stands in the history of a shell.
		if ( 0 === strpos( $named, 'sk-' ) ) {
			return new WP_Error( 'litellm_secret', __( 'This looks like the secret of a key. Name the key by its alias or its hash instead.', 'litellm-dashboard' ), array( 'status' => 400 ) );
		}
		$answer = $this->ask( 'keys.list', array( 'alias' => $named, 'size' => 100 ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$hashes = array();
		foreach ( self::objects( $answer->keys ?? null ) as $key ) {
			$hashes += ( $key->key_alias ?? null ) === $named && null !== self::text( $key->token ?? null ) ? array( $key->token => true ) : array();
		}
		return 1 === count( $hashes ) ? (string) array_key_first( $hashes ) : self::no_key( $named, (bool) $hashes );
	}

	/**
	 * A key in full, as the gateway has it now.
	 *
	 * @return array{0: string, 1: stdClass}|WP_Error Its hash, and what it is.
	 */
	public function key( string $named ) {
		$hash   = $this->hash_of( $named );
		$answer = is_wp_error( $hash ) ? $hash : $this->ask( 'keys.info', array( 'key' => $hash ) );
		if ( is_wp_error( $answer ) ) {
			return self::is_missing( $answer ) ? self::no_key( $named ) : $answer;
		}
		$info = $answer->info ?? null;
		// Newer versions keep what they have deleted.
		return $info instanceof stdClass && 'deleted' !== ( $info->status ?? '' ) ? array( $hash, $info ) : self::no_key( $named );
	}

	/**
	 * Blocks, unblocks or deletes a key. Where the answer is lost, the gateway is asked whether it is done.
	 *
	 * @return true|WP_Error
	 */
	public function act( string $operation, string $hash ) {
		$done = $this->write( $operation, array( 'key' => $hash ) );
		if ( ! is_wp_error( $done ) || ! self::is_lost( $done ) ) {
			return is_wp_error( $done ) ? $done : true;
		}
		$now     = $this->key( $hash );
		$is_done = 'keys.delete' === $operation ? is_wp_error( $now ) && 'litellm_key_name' === $now->get_error_code() : ! is_wp_error( $now ) && ( 'keys.block' === $operation ) === ! empty( $now[1]->blocked );
		return $is_done ? true : $done;
	}

	/**
	 * Whether a write may have been done although there is no good answer to it.
	 */
	public static function is_lost( WP_Error $error ): bool {
		return 'unknown' === ( $error->get_error_data()['outcome'] ?? '' );
	}

	/**
	 * A key as a row; of a key by itself the hash stands beside it.
	 *
	 * @return array<string, mixed>
	 */
	public static function key_row( stdClass $key, string $hash ): array {
		$text   = static fn( string $name ): ?string => self::text( $key->{$name} ?? null );
		$number = static fn( string $name ): ?float => is_numeric( $key->{$name} ?? null ) ? (float) $key->{$name} : null;
		$texts  = static fn( $list ): array => array_values( array_filter( (array) $list, 'is_string' ) );
		$marks  = $key->metadata ?? new stdClass();
		$until  = self::moment( $marks->temp_budget_expiry ?? null );
		$raised = null !== $until && $until > time() && is_numeric( $marks->temp_budget_increase ?? null ) ? (float) $marks->temp_budget_increase : 0.0;
		$ends   = self::moment( $key->expires ?? null );
		$status = 'active';
		if ( ! empty( $key->blocked ) ) {
			$status = 'blocked';
		} elseif ( null !== $ends && $ends <= time() ) {
			$status = 'expired';
		} elseif ( null !== $number( 'max_budget' ) && (float) $number( 'spend' ) >= $number( 'max_budget' ) + $raised ) {
			$status = 'over_budget';
		}
		return array(
			'id'                    => $hash,
			'alias'                 => $text( 'key_alias' ),
			'masked'                => $text( 'key_name' ),
			'status'                => $status,
			'spend'                 => (float) $number( 'spend' ),
			'max_budget'            => $number( 'max_budget' ),
			'budget_duration'       => $text( 'budget_duration' ),
			'budget_reset_at'       => self::iso( $key->budget_reset_at ?? null ),
			'expires'               => self::iso( $key->expires ?? null ),
			'models'                => $texts( $key->models ?? array() ),
			'rpm_limit'             => $number( 'rpm_limit' ),
			'tpm_limit'             => $number( 'tpm_limit' ),
			'max_parallel_requests' => $number( 'max_parallel_requests' ),
			'team'                  => $text( 'team_id' ),
			'owner'                 => $text( 'user_id' ),
			'tags'                  => $texts( $marks->tags ?? array() ),
			'created_at'            => self::iso( $key->created_at ?? null ),
			'last_active'           => self::iso( $key->last_active ?? null ),
		);
	}

	/**
	 * The rows of keys that are looked for.
	 *
	 * @param array<int, array<string, mixed>> $rows   As keys() gives them.
	 * @param string                           $search A part of a name, a hash or the ends of the secret; '' for all.
	 * @param string                           $status '' for any.
	 * @return array<int, array<string, mixed>>
	 */
	public static function matching( array $rows, string $search, string $status ): array {
		return array_values(
			array_filter(
				$rows,
				static function ( array $row ) use ( $search, $status ): bool {
					$names = implode( "\n", array( $row['alias'], $row['masked'], $row['owner'], $row['team'], $row['id'] ) );
					return ( '' === $status || $status === $row['status'] ) && ( '' === $search || preg_match( '/' . preg_quote( $search, '/' ) . '/iu', $names ) );
				}
			)
		);
	}

	/**
	 * What was used, by days in UTC, the most costly first (days in their order).
	 *
	 * @param string $from The first day, such as 2026-11-01.
	 * @param string $to   The last day.
	 * @return array{rows: array<int, array<string, mixed>>, complete: bool}|WP_Error
	 */
	public function usage( string $from, string $to, string $kind ) {
		list( $operation, $part, $name ) = self::KINDS[ $kind ] + array( 2 => '' );

		$wanted = array();
		$rows   = array();
		for ( $at = (int) strtotime( "$from UTC" ); $at <= strtotime( "$to UTC" ); $at += DAY_IN_SECONDS ) {
			$day      = gmdate( 'Y-m-d', $at );
			$wanted[] = array( $operation, array( 'day' => $day ) + ( 'entities' === $part ? array( 'page' => 1 ) : array() ) );
			// Where nothing was called there is no row in the answer: it is a day without calls all the same.
			$rows += '' === $part ? array( 'day' === $kind ? $day : 'total' => self::usage_row( 'day' === $kind ? $day : 'total' ) ) : array();
		}
		$more        = array();
		$is_complete = true;
		$take        = static function ( array $question, $answer ) use ( $kind, $part, $name, &$rows, &$more, &$is_complete ): void {
			foreach ( self::objects( $answer->results ?? null ) as $result ) {
				$entries     = '' === $part ? array( 'day' === $kind ? $question[1]['day'] : 'total' => $result ) : (array) ( $result->breakdown->{$part} ?? array() );
				$is_complete = $is_complete && ( 'key' !== $kind || count( $entries ) < self::MOST_KEYS );
				foreach ( $entries as $id => $entry ) {
					$id = (string) $id;
					// LiteLLM makes tags of what a client calls itself, too.
					if ( 'tag' === $kind && 0 === strpos( $id, 'User-Agent:' ) ) {
						continue;
					}
					$rows[ $id ] = $rows[ $id ] ?? self::usage_row( $id );
					if ( '' !== $name && null !== self::text( $entry->metadata->{$name} ?? null ) ) {
						$rows[ $id ]['name'] = self::text( $entry->metadata->{$name} );
					}
					foreach ( self::FIGURES as $ours => $theirs ) {
						$figure               = $entry->metrics->{$theirs} ?? null;
						// Without what adding up leaves behind the last digit.
						$rows[ $id ][ $ours ] = round( $rows[ $id ][ $ours ] + ( is_numeric( $figure ) ? $figure : 0 ), 10 );
					}
				}
			}
			for ( $page = 2; 1 === ( $question[1]['page'] ?? 0 ) && $page <= min( (int) ( $answer->metadata->total_pages ?? 1 ), self::MOST_PAGES ); $page++ ) {
				$more[] = array( $question[0], array( 'page' => $page ) + $question[1] );
			}
		};
		$failed      = $this->ask_all( $wanted, $take ) ?? $this->ask_all( $more, $take );
		if ( null !== $failed ) {
			return $failed;
		}
		$rows = array_values( $rows );
		if ( 'day' !== $kind ) {
			usort( $rows, static fn( array $one, array $other ): int => array( $other['cost'], $other['requests'] ) <=> array( $one['cost'], $one['requests'] ) );
		}
		return array( 'rows' => $rows, 'complete' => $is_complete );
	}

	/**
	 * Why a range cannot be asked for, or null.
	 */
	public static function refuse_range( string $from, string $to, int $most_days = self::MOST_DAYS ): ?WP_Error {
		$is_day = static fn( string $day ): bool => preg_match( '/^(\d{4})-(\d\d)-(\d\d)$/D', $day, $part ) && checkdate( (int) $part[2], (int) $part[3], (int) $part[1] );
		if ( $is_day( $from ) && $is_day( $to ) && $from <= $to && strtotime( "$to UTC" ) - strtotime( "$from UTC" ) < $most_days * DAY_IN_SECONDS ) {
			return null;
		}
		/* translators: %s: a number of days */
		return new WP_Error( 'litellm_range', sprintf( __( 'A range goes from one day (in UTC, such as 2026-11-01) to the same or a later one, and has at most %s days.', 'litellm-dashboard' ), number_format_i18n( $most_days ) ), array( 'status' => 400 ) );
	}

	/**
	 * A moment of LiteLLM's, which is in UTC where it does not say otherwise; null for none.
	 *
	 * @param mixed $text As LiteLLM writes it.
	 */
	public static function moment( $text ): ?int {
		$at = is_string( $text ) && '' !== $text ? strtotime( preg_match( '/(?:Z|UTC|[+-]\d\d:?\d\d)$/iD', $text ) ? $text : $text . ' UTC' ) : false;
		return false === $at ? null : $at;
	}

	/**
	 * The same as a text; what cannot be read stays as it is.
	 *
	 * @param mixed $text As LiteLLM writes it.
	 */
	public static function iso( $text ): ?string {
		$at = self::moment( $text );
		return null !== $at ? gmdate( 'Y-m-d\TH:i:s\Z', $at ) : ( is_string( $text ) && '' !== $text ? $text : null );
	}

	/**
	 * A text of others for a terminal: without what moves its cursor, colours it or turns its direction.
	 */
	public static function plain( string $text, int $most = 500 ): string {
		$text = (string) preg_replace( '/[\t\r\n]+/', ' ', $text );
		$text = (string) preg_replace( '/[\x{00}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]/u', "\u{fffd}", wp_check_invalid_utf8( $text, true ) );
		return mb_strlen( $text ) > $most ? mb_substr( $text, 0, $most - 1 ) . '…' : $text;
	}

	/**
	 * The failure with a sentence: few, which are true of each reason that there is, and the code and its values behind it.
	 */
	public static function told( WP_Error $error ): WP_Error {
		$code      = (string) $error->get_error_code();
		$data      = (array) $error->get_error_data();
		$sentences = array(
			'litellm_not_configured'    => __( 'The plugin is not set up yet, or one of its settings is not valid.', 'litellm-dashboard' ),
			'gateway_unreachable'       => __( 'The gateway could not be reached, or did not answer in time.', 'litellm-dashboard' ),
			'gateway_unauthorized'      => __( 'The gateway does not let the plugin’s service key do this.', 'litellm-dashboard' ),
			'gateway_refused'           => __( 'LiteLLM has refused this.', 'litellm-dashboard' ),
			'gateway_error'             => __( 'LiteLLM itself has failed.', 'litellm-dashboard' ),
			'gateway_redirect'          => __( 'The address of the gateway leads to another one.', 'litellm-dashboard' ),
			'gateway_not_litellm'       => __( 'What answered is not LiteLLM.', 'litellm-dashboard' ),
			'gateway_too_large'         => __( 'The answer of the gateway is too large.', 'litellm-dashboard' ),
			'gateway_too_old'           => __( 'This LiteLLM does not know this operation.', 'litellm-dashboard' ),
			'litellm_own_key'           => __( 'This is the key with which the plugin itself reaches the gateway. It is not changed from here.', 'litellm-dashboard' ),
			'litellm_own_user'          => __( 'The user belongs to the plugin’s own service key, or it could not be found out whether that is so.', 'litellm-dashboard' ),
			'litellm_own_team'          => __( 'The team belongs to the plugin’s own service key, or it could not be found out whether that is so.', 'litellm-dashboard' ),
			'litellm_admin_user'        => __( 'The user manages the gateway, or it could not be found out whether that is so.', 'litellm-dashboard' ),
			'litellm_key_limits'        => __( 'The key would be beyond what this site allows (LITELLM_KEY_LIMITS).', 'litellm-dashboard' ),
			'litellm_journal_changed'   => __( 'Work on this key is under way already, or somebody else was faster.', 'litellm-dashboard' ),
			'litellm_journal_full'      => __( 'There is too much unfinished work: finish or undo some of it first.', 'litellm-dashboard' ),
			'litellm_invalid_request'   => __( 'One of the values is not valid.', 'litellm-dashboard' ),
			'rest_not_logged_in'        => __( 'You are not logged in.', 'litellm-dashboard' ),
			'rest_forbidden'            => __( 'You are not allowed to do this.', 'litellm-dashboard' ),
		);
		$values    = array_filter( array( $code, $data['reason'] ?? '', (string) ( $data['gateway_status'] ?? '' ), $data['hint'] ?? '', $data['path'] ?? '', $data['proxy'] ?? '', $data['server'] ?? '', $data['title'] ?? '' ) );
		foreach ( (array) ( $data['params'] ?? array() ) + (array) ( $data['fields'] ?? array() ) as $name => $why ) {
			$values[] = "$name: $why";
		}
		if ( isset( $data['detail'] ) && ! in_array( $data['detail'], (array) ( $data['fields'] ?? array() ), true ) ) {
			$values[] = '“' . $data['detail'] . '”';
		}
		$parts = array( $sentences[ $code ] ?? __( 'This has failed.', 'litellm-dashboard' ), '(' . self::plain( implode( '; ', $values ), 800 ) . ')' );
		if ( 'site_view_spend' === ( $data['reason'] ?? '' ) ) {
			$parts[] = __( 'Where LITELLM_KEY_LIMITS has a most for budgets, a site does not reset what its keys have spent.', 'litellm-dashboard' );
		} elseif ( 0 === strpos( $data['reason'] ?? '', 'site_view' ) ) {
			$parts[] = __( 'This site sees the keys with its tag only, and what was called with them.', 'litellm-dashboard' );
		}
		if ( 'unknown' === ( $data['outcome'] ?? '' ) ) {
			$parts[] = __( 'The answer was lost, so it may have been done all the same.', 'litellm-dashboard' );
		}
		return new WP_Error( $code, implode( ' ', $parts ), $data );
	}

	/**
	 * A row of usage without any.
	 *
	 * @return array<string, mixed>
	 */
	private static function usage_row( string $id ): array {
		return array( 'id' => $id, 'name' => $id ) + array_fill_keys( array_keys( self::FIGURES ), 0 );
	}

	/**
	 * Whether LiteLLM says that there is no such key.
	 */
	public static function is_missing( WP_Error $error ): bool {
		return 'gateway_refused' === $error->get_error_code() && 404 === ( $error->get_error_data()['status'] ?? 0 );
	}

	/**
	 * That a name is none of a key, or of more than one.
	 */
	private static function no_key( string $named, bool $are_several = false ): WP_Error {
		/* translators: %s: an alias or a hash of a key */
		$sentence = $are_several ? __( 'Several keys are called “%s”. Name it by its hash.', 'litellm-dashboard' ) : __( 'There is no key “%s”.', 'litellm-dashboard' );
		return new WP_Error( 'litellm_key_name', sprintf( $sentence, self::plain( $named, 100 ) ), array( 'status' => $are_several ? 409 : 404 ) );
	}

	/**
	 * The objects of what should be a list of them.
	 *
	 * @param mixed $list As LiteLLM sends it.
	 * @return stdClass[]
	 */
	public static function objects( $list ): array {
		return array_filter( (array) $list, static fn( $entry ): bool => $entry instanceof stdClass );
	}

	/**
	 * What should be a text; null where there is none.
	 *
	 * @param mixed $value As LiteLLM sends it.
	 */
	public static function text( $value ): ?string {
		return is_scalar( $value ) && '' !== $value ? (string) $value : null;
	}
}
