<?php
/**
 * The command `wp litellm`.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_CLI;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Looks after a LiteLLM gateway: its keys, what it is used for, and what is wrong with it.
 *
 * Whoever runs it can do what a user with all of the plugin's capabilities can
 * do in wp-admin, by the same rules: the plugin's own service key is left
 * alone, and LITELLM_KEY_LIMITS hold. Days and moments are in UTC, amounts in
 * US dollars.
 *
 * The exit code is 0 when all is done, 1 when something has failed or was
 * refused, and 2 when the answer to a change was lost, so that it may have
 * been done all the same. What went wrong stands on the standard error, with a
 * code in parentheses.
 *
 * ## EXAMPLES
 *
 *     # Is all well?
 *     $ wp litellm doctor
 *
 *     # What did each model cost this week?
 *     $ wp litellm usage --by=model
 *
 *     # Make a key for an application, and keep nothing but its secret.
 *     $ wp litellm keys create shop --max_budget=20 --budget_duration=30d --porcelain > shop.key
 */
final class Cli {

	/** So long before it ends the service key is to be replaced. */
	private const SOON_S = 14 * DAY_IN_SECONDS;

	/**
	 * Adds the commands; WP-CLI asks for it.
	 */
	public static function add(): void {
		WP_CLI::add_command( 'litellm', self::class );
		WP_CLI::add_command( 'litellm keys', Cli_Keys::class );
		WP_CLI::add_command(
			'litellm cache clear',
			static function (): void {
				( new Cache( new Settings() ) )->clear();
				WP_CLI::success( __( 'What was stored of the gateway’s answers counts no more.', 'litellm-dashboard' ) );
			},
			array(
				'shortdesc' => 'Makes the stored answers of the gateway count no more, so that everything is asked anew.',
				'longdesc'  => "Notes of unfinished work on keys stay.\n\n## EXAMPLES\n\n    \$ wp litellm cache clear\n    Success: What was stored of the gateway’s answers counts no more.",
			)
		);
	}

	/**
	 * Shows how the plugin is set up, and whether the gateway answers.
	 *
	 * Of the service key only the ends are shown. The exit code is 1 when the
	 * gateway does not answer, or not as LiteLLM.
	 *
	 * ## OPTIONS
	 *
	 * [--field=<field>]
	 * : Show one of the fields alone.
	 *
	 * [--fields=<fields>]
	 * : Show these fields, with commas between.
	 *
	 * [--format=<format>]
	 * : How it is written.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * plugin, wordpress, php: their versions
	 * * gateway: its address
	 * * service_key: the ends of the key, and its alias
	 * * litellm: its version
	 * * database: what LiteLLM says of its database
	 *
	 * ## EXAMPLES
	 *
	 *     # Which LiteLLM is it?
	 *     $ wp litellm status --field=litellm
	 *     1.106.2
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function status( array $args, array $options ): void {
		$questions = self::questions();
		$setup     = (object) $questions->ask( 'status' );
		$state     = $questions->state();
		$own       = null === $state['problem'] ? $questions->ask( 'keys.self' ) : null;
		$alias     = $own instanceof stdClass ? Questions::key_row( $own->info, '' )['alias'] : null;
		$row       = array(
			'plugin'      => $setup->plugin,
			'wordpress'   => $setup->wordpress,
			'php'         => $setup->php,
			'gateway'     => $state['gateway'],
			'service_key' => trim( $setup->key['masked'] . ( null === $alias ? '' : " ($alias)" ) ),
			'litellm'     => $state['litellm_version'],
			'database'    => $state['database'],
		);
		$formatter = new WP_CLI\Formatter( $options, array_keys( $row ) );
		$formatter->display_item( 'json' === ( $options['format'] ?? '' ) ? $row : self::for_terminal( $row ) );
		if ( null !== $state['problem'] ) {
			WP_CLI::error( $state['problem'] );
		}
	}

	/**
	 * Shows what the gateway was used for.
	 *
	 * Each day is asked for by itself, and finished days are kept by WordPress, so
	 * that a second look is quick.
	 *
	 * ## OPTIONS
	 *
	 * [--days=<days>]
	 * : So many days up to today.
	 * ---
	 * default: 7
	 * ---
	 *
	 * [--from=<day>]
	 * : The first day, such as 2026-11-01, in place of a number of days.
	 *
	 * [--to=<day>]
	 * : The last day; today where it is not given.
	 *
	 * [--by=<what>]
	 * : What it is told apart by. Sums of tags may be more than the total, as a call can have several.
	 * ---
	 * default: day
	 * options:
	 *   - total
	 *   - day
	 *   - model
	 *   - provider
	 *   - endpoint
	 *   - key
	 *   - owner
	 *   - team
	 *   - organization
	 *   - tag
	 *   - end_user
	 * ---
	 *
	 * [--fields=<fields>]
	 * : Show these fields, with commas between.
	 *
	 * [--format=<format>]
	 * : How it is written; `ids` gives the days, models, hashes of keys … alone.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 *   - ids
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * id: the day, the model, the hash of the key, the id of the team …
	 * * name: the alias of a key or a team; else as the id
	 * * requests, failures
	 * * cost: in US dollars
	 * * prompt_tokens, completion_tokens
	 *
	 * ## EXAMPLES
	 *
	 *     # The ten keys that have cost the most this month.
	 *     $ wp litellm usage --from=2026-11-01 --by=key --fields=name,requests,cost --format=csv | head -n 11
	 *
	 *     # What did yesterday cost?
	 *     $ wp litellm usage --from=$(date -ud yesterday +%F) --to=$(date -ud yesterday +%F) --by=total --fields=cost --format=json
	 *     [{"cost":4.1306}]
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function usage( array $args, array $options ): void {
		$to   = $options['to'] ?? gmdate( 'Y-m-d' );
		$days = preg_match( '/^[1-9]\d{0,3}$/D', (string) $options['days'] ) ? (int) $options['days'] : Questions::MOST_DAYS + 1;
		$from = $options['from'] ?? gmdate( 'Y-m-d', (int) strtotime( "$to UTC" ) - ( $days - 1 ) * DAY_IN_SECONDS );
		$used = Questions::refuse_range( $from, $to ) ?? self::questions( self::is_table( $options ) )->usage( $from, $to, $options['by'] );
		if ( is_wp_error( $used ) ) {
			self::fail( $used );
		}
		$fields = array( 'id', 'name', 'requests', 'failures', 'cost', 'prompt_tokens', 'completion_tokens' );
		self::show( $used['rows'], $options, in_array( $options['by'], array( 'key', 'team', 'organization', 'end_user' ), true ) ? $fields : array_diff( $fields, array( 'name' ) ) );
		if ( ! $used['complete'] ) {
			WP_CLI::warning( __( 'Of a day with a thousand keys and more LiteLLM tells only the first thousand apart. The others are missing here.', 'litellm-dashboard' ) );
		}
	}

	/**
	 * Shows calls out of the gateway's log, the newest first.
	 *
	 * ## OPTIONS
	 *
	 * [--since=<when>]
	 * : How far back: such as 30m, 6h or 7d, or a moment in UTC such as "2026-11-20 08:00".
	 * ---
	 * default: 1h
	 * ---
	 *
	 * [--until=<when>]
	 * : Up to when, in the same form; now where it is not given.
	 *
	 * [--status=<status>]
	 * : Only these.
	 * ---
	 * options:
	 *   - success
	 *   - failure
	 * ---
	 *
	 * [--key=<key>]
	 * : Only of this key, by its alias or its hash.
	 *
	 * [--model=<model>]
	 * : Only to this model, by its public name.
	 *
	 * [--team=<id>]
	 * : Only of this team.
	 *
	 * [--owner=<id>]
	 * : Only of this user of LiteLLM.
	 *
	 * [--error_code=<code>]
	 * : Only what failed with this status, such as 429.
	 *
	 * [--limit=<calls>]
	 * : So many at most, up to 1000. `--format=count` counts all of them.
	 * ---
	 * default: 50
	 * ---
	 *
	 * [--fields=<fields>]
	 * : Show these fields, with commas between.
	 *
	 * [--format=<format>]
	 * : How it is written; `ids` gives the ids of the calls alone.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 *   - ids
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * id, time, status, model, key (its alias), tokens, cost, duration_ms, error: shown by default, but for the id
	 * * prompt_tokens, completion_tokens, key_id, team, owner, end_user, provider, error_code
	 *
	 * ## EXAMPLES
	 *
	 *     # Why do calls fail?
	 *     $ wp litellm logs --status=failure --since=24h --fields=time,model,key,error_code,error
	 *
	 *     # How many calls were there today?
	 *     $ wp litellm logs --since="$(date -u +%F)" --format=count
	 *     1284
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function logs( array $args, array $options ): void {
		$start = self::when( $options['since'] );
		$end   = isset( $options['until'] ) ? self::when( $options['until'] ) : time();
		$limit = (int) $options['limit'];
		if ( null === $start || null === $end || $start >= $end || $limit < 1 || $limit > 1000 ) {
			WP_CLI::error( __( 'A time is written as 30m, 6h, 7d or "2026-11-20 08:00" (UTC), and begins before it ends. A limit is a number from 1 to 1000.', 'litellm-dashboard' ) );
		}
		$params    = array( 'start' => gmdate( 'Y-m-d H:i:s', $start ), 'end' => gmdate( 'Y-m-d H:i:s', $end ) ) + array_intersect_key( $options, array_flip( array( 'status', 'model', 'team', 'owner', 'error_code' ) ) );
		$questions = self::questions();
		if ( isset( $options['key'] ) ) {
			$params['key'] = $questions->hash_of( $options['key'] );
			self::stop_at( $params['key'] );
		}
		if ( 'count' === $options['format'] ) {
			$counted = $questions->ask( 'logs.count', $params );
			self::stop_at( $counted );
			WP_CLI::line( (string) $counted->total );
			if ( ! empty( $counted->total_is_capped ) ) {
				WP_CLI::warning( __( 'LiteLLM counts no further; there are more.', 'litellm-dashboard' ) );
			}
			return;
		}
		$rows = array();
		$size = min( $limit, 100 );
		for ( $page = 1; count( $rows ) < $limit; $page++ ) {
			$answer = $questions->ask( 'logs.list', array( 'page' => $page, 'page_size' => $size ) + $params );
			self::stop_at( $answer );
			foreach ( Questions::objects( $answer->data ) as $call ) {
				$rows[] = self::call( $call );
			}
			if ( count( (array) $answer->data ) < $size ) {
				break;
			}
		}
		self::show( array_slice( $rows, 0, $limit ), $options, array( 'time', 'status', 'model', 'key', 'tokens', 'cost', 'duration_ms', 'error' ) );
	}

	/**
	 * Looks for what is wrong, from the settings to the rights of the service key.
	 *
	 * The exit code is 1 when anything has failed; a warning does not count.
	 *
	 * ## OPTIONS
	 *
	 * [--fields=<fields>]
	 * : Show these fields, with commas between.
	 *
	 * [--format=<format>]
	 * : How it is written.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * check: what was looked at
	 * * result: good, warning, failed, or unknown where it could not be looked at
	 * * detail: what was found
	 *
	 * ## EXAMPLES
	 *
	 *     # In a cron job: say something only when something has failed.
	 *     $ wp litellm doctor > /tmp/doctor || cat /tmp/doctor
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function doctor( array $args, array $options ): void {
		$rows = self::checks( self::questions() );
		self::show( $rows, $options, array( 'check', 'result', 'detail' ) );
		if ( in_array( 'failed', array_column( $rows, 'result' ), true ) ) {
			WP_CLI::halt( 1 );
		}
	}

	/**
	 * Who asks, with progress bars or without.
	 */
	public static function questions( bool $shows_progress = false ): Questions {
		return new Questions( REST_Controller::CLI, $shows_progress ? static fn( int $steps ) => WP_CLI\Utils\make_progress_bar( __( 'Asking the gateway', 'litellm-dashboard' ), $steps ) : null );
	}

	/**
	 * Whether somebody looks at a table, and not a program at what is written.
	 *
	 * @param array<string, string> $options Of the command.
	 */
	public static function is_table( array $options ): bool {
		return 'table' === ( $options['format'] ?? 'table' );
	}

	/**
	 * Writes rows as it was asked for.
	 *
	 * @param array<int, array<string, mixed>> $rows    The rows.
	 * @param array<string, string>            $options Of the command.
	 * @param string[]                         $fields  What is shown where nothing else is asked for.
	 */
	public static function show( array $rows, array $options, array $fields ): void {
		$format = $options['format'] ?? 'table';
		// JSON escapes by itself what a terminal would obey, and keeps numbers and lists.
		$rows = 'json' === $format ? $rows : array_map( array( self::class, 'for_terminal' ), $rows );
		if ( 'ids' === $format ) {
			WP_CLI::line( implode( ' ', array_column( $rows, 'id' ) ) );
			return;
		}
		$formatter = new WP_CLI\Formatter( $options, $fields );
		$formatter->display_items( $rows );
	}

	/**
	 * A row as texts.
	 *
	 * @param array<string, mixed> $row The row.
	 * @return array<string, string>
	 */
	public static function for_terminal( array $row ): array {
		return array_map(
			static function ( $value ): string {
				if ( is_float( $value ) ) {
					// Never as 1.0E-5, which no spreadsheet and few people read.
					return floor( $value ) === $value ? sprintf( '%.0F', $value ) : rtrim( sprintf( '%.10F', $value ), '0' );
				}
				return Questions::plain( is_array( $value ) ? implode( ', ', $value ) : (string) $value );
			},
			$row
		);
	}

	/**
	 * Ends the command where that is a failure.
	 *
	 * @param mixed|WP_Error $answer What was answered.
	 */
	public static function stop_at( $answer ): void {
		if ( is_wp_error( $answer ) ) {
			self::fail( $answer );
		}
	}

	/**
	 * Says what has failed, and ends the command.
	 */
	public static function fail( WP_Error $error, string $more = '' ): void {
		WP_CLI::error( trim( $error->get_error_message() . ' ' . $more ), Questions::is_lost( $error ) ? 2 : 1 );
	}

	/**
	 * A moment as it is typed; null where it is none.
	 */
	private static function when( string $typed ): ?int {
		if ( preg_match( '/^([1-9]\d{0,4})([mhd])$/D', $typed, $part ) ) {
			return time() - (int) $part[1] * array( 'm' => MINUTE_IN_SECONDS, 'h' => HOUR_IN_SECONDS, 'd' => DAY_IN_SECONDS )[ $part[2] ];
		}
		return preg_match( '/^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?Z?)?$/D', $typed ) ? Questions::moment( $typed ) : null;
	}

	/**
	 * A call as a row.
	 *
	 * @return array<string, mixed>
	 */
	private static function call( stdClass $call ): array {
		$metadata = $call->metadata ?? new stdClass();
		$problem  = $metadata->error_information ?? new stdClass();
		$began    = Questions::moment( $call->startTime ?? null );
		$text     = array( Questions::class, 'text' );
		$number   = static fn( $value ) => is_numeric( $value ) ? $value + 0 : null;
		return array(
			'id'                => $text( $call->request_id ?? null ),
			'time'              => null === $began ? null : gmdate( 'Y-m-d\TH:i:s\Z', $began ),
			'status'            => $text( $call->status ?? $metadata->status ?? null ),
			'model'             => $text( $call->model_group ?? null ) ?? $text( $call->model ?? null ),
			'provider'          => $text( $call->custom_llm_provider ?? null ),
			'key'               => $text( $metadata->user_api_key_alias ?? null ),
			'key_id'            => $text( $call->api_key ?? null ),
			'team'              => $text( $call->team_id ?? null ),
			'owner'             => $text( $call->user ?? null ),
			'end_user'          => $text( $call->end_user ?? null ),
			'tokens'            => $number( $call->total_tokens ?? null ),
			'prompt_tokens'     => $number( $call->prompt_tokens ?? null ),
			'completion_tokens' => $number( $call->completion_tokens ?? null ),
			'cost'              => $number( $call->spend ?? null ),
			'duration_ms'       => $number( $call->request_duration_ms ?? null ) ?? self::duration_ms( $call ),
			'error_code'        => $text( $problem->error_code ?? null ),
			'error'             => $text( $problem->error_message ?? null ) ?? $text( $problem->error_class ?? null ),
		);
	}

	/**
	 * How long a call took, from its ends; null where they do not tell.
	 */
	private static function duration_ms( stdClass $call ): ?int {
		$from = Questions::moment( $call->startTime ?? null );
		$to   = Questions::moment( $call->endTime ?? null );
		if ( null === $from || null === $to ) {
			return null;
		}
		$part = static fn( string $text ): float => preg_match( '/:\d\d(\.\d{1,6})/', $text, $found ) ? (float) $found[1] : 0.0;
		$ms   = (int) round( ( $to - $from + $part( $call->endTime ) - $part( $call->startTime ) ) * 1000 );
		return $ms < 0 ? null : $ms;
	}

	/**
	 * What was found by looking at everything, one after the other.
	 *
	 * @return array<int, array{check: string, result: string, detail: string}>
	 */
	private static function checks( Questions $questions ): array {
		$rows     = array();
		$add      = static function ( string $check, string $result, string $detail ) use ( &$rows ): void {
			$rows[] = compact( 'check', 'result', 'detail' );
		};
		$settings = new Settings();
		$problem  = $settings->problem();
		$add( 'settings', null === $problem ? 'good' : 'failed', null === $problem ? $settings->base() : Questions::told( $problem )->get_error_message() );
		$limits = $settings->key_limits();
		$add( 'key_limits', null === $limits ? 'failed' : 'good', null === $limits ? __( 'LITELLM_KEY_LIMITS cannot be read, so no key is made or changed.', 'litellm-dashboard' ) : (string) wp_json_encode( (object) $limits ) );
		if ( null !== $problem ) {
			return $rows;
		}
		$state = $questions->state();
		$add( 'gateway', $state['reachable'] ? 'good' : 'failed', $state['reachable'] ? __( 'It answers.', 'litellm-dashboard' ) : $state['problem'] );
		if ( ! $state['reachable'] ) {
			return $rows;
		}
		$is_ready = null === $state['problem'] && 'connected' === strtolower( (string) $state['database'] );
		$add( 'database', $is_ready ? 'good' : 'failed', $state['problem'] ?? (string) $state['database'] );
		$add( 'version', ...self::version( (string) $state['litellm_version'] ) );

		$own = $questions->ask( 'keys.self' );
		if ( is_wp_error( $own ) ) {
			// LiteLLM knows its master key by heart, and not as a key.
			$is_master = Questions::is_missing( $own );
			$add( 'service_key', $is_master ? 'warning' : 'failed', $is_master ? __( 'It is no virtual key, so it is probably the master key, which may do everything. Make a service key of its own for the plugin.', 'litellm-dashboard' ) : $own->get_error_message() );
		} else {
			$row  = Questions::key_row( $own->info, '' );
			$ends = Questions::moment( $own->info->expires ?? null );
			if ( in_array( $row['status'], array( 'blocked', 'expired', 'over_budget' ), true ) ) {
				$add( 'service_key', 'failed', $row['status'] );
			} elseif ( null === $row['owner'] ) {
				$add( 'service_key', 'warning', __( 'It has no user, so it sees its own data only. Give it a user with the role proxy_admin.', 'litellm-dashboard' ) );
			} else {
				$add( 'service_key', null !== $ends && $ends < time() + self::SOON_S ? 'warning' : 'good', trim( $row['alias'] . ' ' . ( $row['expires'] ?? '' ) ) );
			}
			$missing = self::missing_routes( array_filter( (array) ( $own->info->allowed_routes ?? array() ), 'is_string' ) );
			// A key that only looks on is right for who wants that.
			$verdict = $missing ? ( in_array( false, $missing, true ) ? 'failed' : 'warning' ) : 'good';
			$add( 'rights', null === $missing ? 'unknown' : $verdict, implode( ', ', array_keys( $missing ?? array() ) ) );
		}
		$notes = $questions->ask( 'journal.list' );
		$count = is_wp_error( $notes ) ? 0 : count( $notes['entries'] );
		/* translators: %s: a number */
		$add( 'unfinished_work', $count ? 'warning' : 'good', 0 === $count ? '' : sprintf( _n( '%s entry: the Keys page goes on with it, or undoes it.', '%s entries: the Keys page goes on with them, or undoes them.', $count, 'litellm-dashboard' ), number_format_i18n( $count ) ) );
		return $rows;
	}

	/**
	 * What is to be said of a version.
	 *
	 * @return array{0: string, 1: string}
	 */
	private static function version( string $version ): array {
		switch ( Release::verdict( $version ) ) {
			case Release::UNKNOWN:
				/* translators: %s: a version */
				return array( 'unknown', sprintf( __( 'The gateway does not tell it. Make sure that it is %s or newer.', 'litellm-dashboard' ), Release::safe_from() ) );
			case Release::MALICIOUS:
				/* translators: %s: a version */
				return array( 'failed', sprintf( __( 'LiteLLM %s contains malicious code. Stop the gateway, replace every secret that it could read, and install another release.', 'litellm-dashboard' ), $version ) );
			case Release::OLD:
				/* translators: 1, 2: versions */
				return array( 'warning', sprintf( __( 'LiteLLM %1$s has security holes that are exploited. Update it to %2$s or newer.', 'litellm-dashboard' ), $version, Release::safe_from() ) );
		}
		return array( 'good', $version );
	}

	/**
	 * The routes of the contract that the service key may not call; null where that depends on a group of routes, which differs
	 * between LiteLLM's versions. A route opens what lies below it as well.
	 *
	 * @param string[] $routes That it may call; none: it is not restricted by route.
	 * @return array<string, bool>|null By route whether it is a write.
	 */
	private static function missing_routes( array $routes ): ?array {
		$opens   = static fn( string $route, string $path ): bool => '*' === substr( $route, -1 ) ? 0 === strncmp( $path, $route, strlen( $route ) - 1 ) : 0 === strpos( $path . '/', $route . '/' );
		$missing = array();
		foreach ( Operation::all( Plugin::path( 'contract.json' ) ) as $operation ) {
			$is_open = '' === $operation->path || in_array( $operation->path, array( '/health/liveliness', '/health/readiness' ), true ) || ! $routes;
			foreach ( $routes as $route ) {
				$is_open = $is_open || $opens( $route, $operation->path );
			}
			$missing += $is_open ? array() : array( $operation->path => $operation->is_write() );
		}
		return $missing && array_filter( $routes, static fn( string $route ): bool => 0 !== strpos( $route, '/' ) ) ? null : $missing;
	}
}
