<?php
/**
 * The command `wp litellm keys`.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_CLI;

defined( 'ABSPATH' ) || exit;

/**
 * Lists, makes, changes, stops and replaces the virtual keys of the gateway.
 *
 * A key is named by its alias, or by its hash, which `wp litellm keys list
 * --format=ids` gives. Its secret is no name: it would stand in the history of
 * the shell.
 *
 * ## EXAMPLES
 *
 *     # Which keys are out of budget?
 *     $ wp litellm keys list --status=over_budget
 *
 *     # Stop a key at once.
 *     $ wp litellm keys block shop
 *     Success: shop: blocked.
 */
final class Cli_Keys {

	/** The options that are parameters of the contract by the same name; what stands for nothing takes a limit away. */
	private const PARAMS = array( 'max_budget', 'budget_duration', 'rpm_limit', 'tpm_limit', 'max_parallel_requests', 'models', 'duration', 'team', 'organization', 'budget', 'access', 'temp_budget_increase', 'temp_budget_expiry' );
	private const NONE   = 'none';
	/** LiteLLM's units of time, and PHP's. */
	private const UNITS = array( 'mo' => ' months', 's' => ' seconds', 'm' => ' minutes', 'h' => ' hours', 'd' => ' days' );

	/**
	 * Lists the keys.
	 *
	 * All of them are read, a hundred at a time. A status is that of the key
	 * itself: its team or its owner may be over budget, too; the Keys page tells.
	 *
	 * ## OPTIONS
	 *
	 * [--search=<text>]
	 * : Only those with this in the alias, the owner, the team, the hash or the ends of the secret.
	 *
	 * [--status=<status>]
	 * : Only these.
	 * ---
	 * options:
	 *   - active
	 *   - blocked
	 *   - expired
	 *   - over_budget
	 * ---
	 *
	 * [--team=<id>]
	 * : Only those of this team.
	 *
	 * [--fields=<fields>]
	 * : Show these fields, with commas between.
	 *
	 * [--format=<format>]
	 * : How it is written; `ids` gives the hashes alone.
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
	 * * alias, masked, status, spend, max_budget, expires, team, owner: shown by default
	 * * id, models, budget_duration, budget_reset_at, rpm_limit, tpm_limit, max_parallel_requests, tags, created_at, last_active
	 *
	 * ## EXAMPLES
	 *
	 *     # Who has spent what, for a spreadsheet.
	 *     $ wp litellm keys list --fields=alias,owner,team,spend,max_budget --format=csv > keys.csv
	 *
	 *     # Block every key of a team.
	 *     $ wp litellm keys block $(wp litellm keys list --team=research --format=ids)
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function list( array $args, array $options ): void {
		$keys = Cli::questions( Cli::is_table( $options ) )->keys( array_intersect_key( $options, array( 'team' => true ) ) );
		Cli::stop_at( $keys );
		Cli::show( Questions::matching( $keys, $options['search'] ?? '', $options['status'] ?? '' ), $options, array( 'alias', 'masked', 'status', 'spend', 'max_budget', 'expires', 'team', 'owner' ) );
	}

	/**
	 * Makes a key, and writes its secret to the standard output, once.
	 *
	 * LiteLLM keeps only a hash of the secret, so nobody can show it again.
	 *
	 * ## OPTIONS
	 *
	 * <alias>
	 * : What it is called; each name is there once.
	 *
	 * [--max_budget=<usd>]
	 * : What it may cost.
	 *
	 * [--budget_duration=<period>]
	 * : After which the budget begins anew, such as 30d.
	 *
	 * [--duration=<period>]
	 * : How long it lives, such as 90d. LiteLLM 1.80.11 takes 1d, 7d and 30d for the next midnight, Monday and first of a month.
	 *
	 * [--models=<models>]
	 * : Which models it may call, with commas between; all where nothing is said.
	 *
	 * [--rpm_limit=<requests>]
	 * : Requests a minute.
	 *
	 * [--tpm_limit=<tokens>]
	 * : Tokens a minute.
	 *
	 * [--max_parallel_requests=<requests>]
	 * : Requests at the same time.
	 *
	 * [--team=<id>]
	 * : The team that it belongs to.
	 *
	 * [--owner=<id>]
	 * : The user of LiteLLM whose key it is.
	 *
	 * [--organization=<id>]
	 * : The organization that it belongs to.
	 *
	 * [--budget=<id>]
	 * : A budget object of LiteLLM.
	 *
	 * [--tags=<tags>]
	 * : Tags, with commas between.
	 *
	 * [--metadata=<json>]
	 * : More metadata, as a JSON object.
	 *
	 * [--access=<access>]
	 * : What it may do: call models, or also read their details.
	 * ---
	 * default: calls
	 * options:
	 *   - calls
	 *   - details
	 * ---
	 *
	 * [--blocked]
	 * : It cannot be used until it is unblocked.
	 *
	 * [--porcelain]
	 * : Write nothing but the secret.
	 *
	 * ## EXAMPLES
	 *
	 *     # A key for a shop: 20 dollars a month, for two models.
	 *     $ wp litellm keys create shop --max_budget=20 --budget_duration=30d --models=gpt-4o,gpt-4o-mini
	 *     sk-…
	 *     Success: shop was made. The line above is its secret, which is shown only this once.
	 *
	 *     # Straight into a file that only its owner can read.
	 *     $ ( umask 077; wp litellm keys create shop --porcelain > shop.key )
	 *
	 * @param string[]              $args    The alias.
	 * @param array<string, string> $options As above.
	 */
	public function create( array $args, array $options ): void {
		$params = self::params( $options, false );
		$made   = Cli::questions()->write( 'keys.create', array( 'alias' => $args[0] ) + $params );
		if ( is_wp_error( $made ) ) {
			Cli::fail( $made, Questions::is_lost( $made ) ? __( 'Look for a key with this alias, and delete it: nobody has its secret.', 'litellm-dashboard' ) : '' );
		}
		if ( ! self::give( (string) $made->key ) ) {
			WP_CLI::error( __( 'The key was made, but its secret could not be written. Delete it, and make another one.', 'litellm-dashboard' ) );
		}
		self::warn_of_differences( $params, $made );
		if ( empty( $options['porcelain'] ) ) {
			/* translators: %s: the alias of a key */
			WP_CLI::success( sprintf( __( '%s was made. The line above is its secret, which is shown only this once.', 'litellm-dashboard' ), Questions::plain( $args[0] ) ) );
		}
	}

	/**
	 * Changes a key. What is not named stays.
	 *
	 * `none` takes a limit away. LiteLLM 1.80.11 cannot take an expiry away, and
	 * keeps the period of a budget.
	 *
	 * ## OPTIONS
	 *
	 * <key>
	 * : Its alias or its hash.
	 *
	 * [--alias=<alias>]
	 * : A new name.
	 *
	 * [--max_budget=<usd>]
	 * : What it may cost.
	 *
	 * [--budget_duration=<period>]
	 * : After which the budget begins anew, such as 30d.
	 *
	 * [--duration=<period>]
	 * : How long it lives from now on, such as 90d.
	 *
	 * [--models=<models>]
	 * : Which models it may call, with commas between.
	 *
	 * [--rpm_limit=<requests>]
	 * : Requests a minute.
	 *
	 * [--tpm_limit=<tokens>]
	 * : Tokens a minute.
	 *
	 * [--max_parallel_requests=<requests>]
	 * : Requests at the same time.
	 *
	 * [--team=<id>]
	 * : The team that it belongs to.
	 *
	 * [--owner=<id>]
	 * : The user of LiteLLM whose key it is.
	 *
	 * [--tags=<tags>]
	 * : Tags in place of those that it has, with commas between.
	 *
	 * [--metadata=<json>]
	 * : What is to change of the metadata, as a JSON object; null removes.
	 *
	 * [--temp_budget_increase=<usd>]
	 * : So much more budget for a time; needs --temp_budget_expiry.
	 *
	 * [--temp_budget_expiry=<moment>]
	 * : Until when, in UTC, such as 2026-12-01T00:00:00.
	 *
	 * [--porcelain]
	 * : Write nothing but the hash of the key.
	 *
	 * ## EXAMPLES
	 *
	 *     # Twice the budget, and no limit of requests any more.
	 *     $ wp litellm keys edit shop --max_budget=40 --rpm_limit=none
	 *     Success: shop: changed.
	 *
	 * @param string[]              $args    The key.
	 * @param array<string, string> $options As above.
	 */
	public function edit( array $args, array $options ): void {
		$params    = self::params( $options, true );
		$questions = Cli::questions();
		if ( ! $params ) {
			WP_CLI::error( __( 'Nothing is to be changed: name at least one setting.', 'litellm-dashboard' ) );
		}
		$key = $questions->key( $args[0] );
		Cli::stop_at( $key );
		$now = $questions->write( 'keys.update', array( 'key' => $key[0] ) + $params );
		Cli::stop_at( $now );
		self::warn_of_differences( $params, $now );
		/* translators: %s: the alias of a key */
		empty( $options['porcelain'] ) ? WP_CLI::success( sprintf( __( '%s: changed.', 'litellm-dashboard' ), Questions::plain( $args[0] ) ) ) : WP_CLI::line( $key[0] );
	}

	/**
	 * Blocks keys: within a minute at the latest the gateway refuses whoever calls with them.
	 *
	 * ## OPTIONS
	 *
	 * <key>...
	 * : Aliases or hashes.
	 *
	 * [--porcelain]
	 * : Write nothing but the hashes of what is blocked.
	 *
	 * ## EXAMPLES
	 *
	 *     # Two at once.
	 *     $ wp litellm keys block shop intranet
	 *     Success: shop: blocked.
	 *     Success: intranet: blocked.
	 *
	 * @param string[]              $args    The keys.
	 * @param array<string, string> $options As above.
	 */
	public function block( array $args, array $options ): void {
		/* translators: %s: the alias of a key */
		self::act( 'keys.block', $args, $options, __( '%s: blocked.', 'litellm-dashboard' ) );
	}

	/**
	 * Unblocks keys, so that they can be used again.
	 *
	 * ## OPTIONS
	 *
	 * <key>...
	 * : Aliases or hashes.
	 *
	 * [--porcelain]
	 * : Write nothing but the hashes of what is unblocked.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp litellm keys unblock shop
	 *     Success: shop: unblocked.
	 *
	 * @param string[]              $args    The keys.
	 * @param array<string, string> $options As above.
	 */
	public function unblock( array $args, array $options ): void {
		/* translators: %s: the alias of a key */
		self::act( 'keys.unblock', $args, $options, __( '%s: unblocked.', 'litellm-dashboard' ) );
	}

	/**
	 * Deletes keys. What they have cost stays in the usage; they cannot be brought back.
	 *
	 * ## OPTIONS
	 *
	 * <key>...
	 * : Aliases or hashes.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * [--porcelain]
	 * : Write nothing but the hashes of what is deleted.
	 *
	 * ## EXAMPLES
	 *
	 *     # All that have expired.
	 *     $ wp litellm keys delete $(wp litellm keys list --status=expired --format=ids) --yes
	 *
	 * @param string[]              $args    The keys.
	 * @param array<string, string> $options As above.
	 */
	public function delete( array $args, array $options ): void {
		/* translators: %s: the alias of a key */
		self::act( 'keys.delete', $args, $options, __( '%s: deleted.', 'litellm-dashboard' ) );
	}

	/**
	 * Gives a key a successor, and writes its secret to the standard output.
	 *
	 * The successor has the same limits and what is left of the budget.
	 * Both can be used until the old key ends, so that applications have time to
	 * change over. The order is such that one of them can be used at any time: the
	 * successor is made, blocked; its secret is written; the old key notes it and
	 * gets an end; the successor is unblocked; the old key ends after the overlap,
	 * and the gateway sees to that. Cut off in the middle, what is true by then is
	 * said, and the Keys page goes on or undoes it. Of a key that has leaked, or
	 * is blocked, use --overlap=none: the old key is blocked first.
	 *
	 * A key that can be given no faithful successor is refused: with budgets for
	 * single models or several periods, names of its own for models, permissions
	 * for MCP servers and the like, a project, or routes that are no calls of
	 * models.
	 *
	 * ## OPTIONS
	 *
	 * <key>
	 * : Its alias or its hash.
	 *
	 * [--alias=<alias>]
	 * : What the successor is called; that of the key with the day where nothing is said.
	 *
	 * [--overlap=<time>]
	 * : How long both can be used.
	 * ---
	 * default: 1d
	 * options:
	 *   - none
	 *   - 1h
	 *   - 6h
	 *   - 1d
	 *   - 3d
	 *   - 7d
	 * ---
	 *
	 * [--porcelain]
	 * : Write nothing but the secret of the successor.
	 *
	 * ## EXAMPLES
	 *
	 *     # A week to change over.
	 *     $ wp litellm keys rotate shop --overlap=7d
	 *     sk-…
	 *     Success: shop-2026-11-28 takes the place of shop. The line above is its secret, which is shown only this once.
	 *
	 *     # It has leaked.
	 *     $ wp litellm keys rotate shop --overlap=none --porcelain > shop.key
	 *
	 * @param string[]              $args    The key.
	 * @param array<string, string> $options As above.
	 */
	public function rotate( array $args, array $options ): void {
		$questions = Cli::questions();
		$key       = $questions->key( $args[0] );
		Cli::stop_at( $key );
		list( $hash, $info ) = $key;

		$row = Questions::key_row( $info, $hash );
		// Before a successor is made, not when the old key is to be changed.
		if ( ( new Settings() )->key_hash() === $hash ) {
			Cli::fail( Questions::told( Failure::make( 'litellm_own_key', 409 ) ) );
		}
		list( $hard, $soft ) = Rotation::left_behind( $info );
		if ( $hard ) {
			/* translators: %s: names of settings */
			WP_CLI::error( sprintf( __( 'A successor cannot be given what this key has (%s), and could do more without. Nothing was changed; LiteLLM’s own console can make one.', 'litellm-dashboard' ), Questions::plain( implode( ', ', $hard ) ) ) );
		}
		if ( 'expired' === $row['status'] ) {
			WP_CLI::error( __( 'The key has expired: there is nothing to change over from. Make a new one.', 'litellm-dashboard' ) );
		}
		$overlap_s = Rotation::OVERLAPS[ $options['overlap'] ];
		if ( 'blocked' === $row['status'] && $overlap_s > 0 ) {
			WP_CLI::error( __( 'The key is blocked, so there is nothing to change over from. Use --overlap=none, or unblock it first.', 'litellm-dashboard' ) );
		}
		if ( $soft ) {
			/* translators: %s: names of settings */
			WP_CLI::warning( sprintf( __( 'The successor does not get everything from here: %s', 'litellm-dashboard' ), Questions::plain( implode( ', ', $soft ) ) ) );
		}
		$successor = $info->metadata->litellm_dashboard->replaced_by ?? '';
		if ( is_string( $successor ) && '' !== $successor ) {
			/* translators: 1: a hash, 2: a moment */
			WP_CLI::warning( sprintf( __( 'The key has a successor already (%1$s). Another one ends when the key ends: %2$s', 'litellm-dashboard' ), Questions::plain( $successor, 64 ), $row['expires'] ?? '-' ) );
		}
		$alias = $options['alias'] ?? Rotation::free_alias( $questions, (string) $row['alias'], gmdate( 'Y-m-d' ) );
		$made  = ( new Rotation( $questions, time() ) )->run( $hash, $info, $alias, $overlap_s, array( self::class, 'give' ) );
		Cli::stop_at( $made );
		if ( empty( $options['porcelain'] ) ) {
			/* translators: 1, 2: aliases of keys */
			WP_CLI::success( sprintf( __( '%1$s takes the place of %2$s. The line above is its secret, which is shown only this once.', 'litellm-dashboard' ), Questions::plain( $alias ), Questions::plain( $args[0] ) ) );
		}
	}

	/**
	 * Writes a secret to the standard output; false where nobody reads it, as at the end of a broken pipe.
	 */
	public static function give( string $secret ): bool {
		// The notice of PHP would say less than what is said then.
		return '' !== $secret && strlen( $secret ) + 1 === @fwrite( STDOUT, "$secret\n" ) && fflush( STDOUT ); // phpcs:ignore WordPress.WP.AlternativeFunctions, WordPress.PHP.NoSilencedErrors -- No file, and see above.
	}

	/**
	 * Does the same to several keys, one after the other. All are looked up before anything is done.
	 *
	 * @param string[]              $args    The keys.
	 * @param array<string, string> $options Of the command.
	 * @param string                $done    What is said of a key when it is done.
	 */
	private static function act( string $operation, array $args, array $options, string $done ): void {
		$questions = Cli::questions();
		$is_quiet  = ! empty( $options['porcelain'] );
		$keys      = array();
		$is_so     = array();
		foreach ( array_unique( $args ) as $named ) {
			$key = $questions->key( $named );
			Cli::stop_at( $key );
			$keys[ $key[0] ] = Questions::key_row( $key[1], $key[0] )['alias'] ?? $named;
			// What is so already is not sent.
			$is_so[ $key[0] ] = 'keys.delete' !== $operation && ( 'keys.block' === $operation ) === ! empty( $key[1]->blocked );
		}
		if ( 'keys.delete' === $operation ) {
			/* translators: 1: a number, 2: aliases of keys */
			WP_CLI::confirm( sprintf( _n( 'Delete %1$s key for good (%2$s)?', 'Delete %1$s keys for good (%2$s)?', count( $keys ), 'litellm-dashboard' ), number_format_i18n( count( $keys ) ), Questions::plain( implode( ', ', $keys ), 1000 ) ), $options );
		}
		$bar  = ! $is_quiet && count( $keys ) > 10 ? WP_CLI\Utils\make_progress_bar( __( 'Asking the gateway', 'litellm-dashboard' ), count( $keys ) ) : null;
		$code = 0;
		foreach ( $keys as $hash => $alias ) {
			$result = $is_so[ $hash ] ? true : $questions->act( $operation, (string) $hash );
			$bar && $bar->tick();
			if ( is_wp_error( $result ) ) {
				WP_CLI::error( Questions::plain( $alias, 100 ) . ': ' . $result->get_error_message(), false );
				$code = max( $code, Questions::is_lost( $result ) ? 2 : 1 );
			} elseif ( $is_quiet ) {
				WP_CLI::line( (string) $hash );
			} elseif ( null === $bar ) {
				WP_CLI::success( sprintf( $done, Questions::plain( $alias, 100 ) ) );
			}
		}
		$bar && $bar->finish();
		if ( 0 !== $code ) {
			WP_CLI::halt( $code );
		}
	}

	/**
	 * Parameters of the contract, which checks their values.
	 *
	 * @param array<string, mixed> $options Of the command.
	 * @return array<string, mixed>
	 */
	private static function params( array $options, bool $is_change ): array {
		$params = array_intersect_key( $options, array_flip( self::PARAMS ) );
		$params = isset( $options['owner'] ) ? array( 'user' => $options['owner'] ) + $params : $params;
		$params = $is_change && isset( $options['alias'] ) ? array( 'alias' => $options['alias'] ) + $params : $params;
		foreach ( $params as $name => $value ) {
			// An empty text is no limit that somebody meant: it is refused by the contract.
			$params[ $name ] = $is_change && self::NONE === $value && ! in_array( $name, array( 'alias', 'temp_budget_increase', 'temp_budget_expiry' ), true ) ? null : ( 'models' === $name ? array_map( 'trim', explode( ',', $value ) ) : $value );
		}
		if ( isset( $options['tags'] ) ) {
			$metadata            = json_decode( $options['metadata'] ?? '{}' );
			$options['metadata'] = is_object( $metadata ) ? (string) wp_json_encode( (object) ( array( 'tags' => self::NONE === $options['tags'] ? array() : array_map( 'trim', explode( ',', $options['tags'] ) ) ) + (array) $metadata ) ) : $options['metadata'];
		}
		return $params + array_intersect_key( $options, array( 'metadata' => true ) ) + ( empty( $options['blocked'] ) ? array() : array( 'blocked' => true ) );
	}

	/**
	 * Says which settings LiteLLM has made otherwise: it fills in and cuts, and older versions keep what was to go.
	 *
	 * @param array<string, mixed> $asked Parameters.
	 * @param object               $now   What the key is now, as far as LiteLLM has told.
	 */
	private static function warn_of_differences( array $asked, object $now ): void {
		foreach ( array( 'max_budget' => 'max_budget', 'budget_duration' => 'budget_duration', 'rpm_limit' => 'rpm_limit', 'tpm_limit' => 'tpm_limit', 'max_parallel_requests' => 'max_parallel_requests', 'models' => 'models', 'team' => 'team_id', 'user' => 'user_id', 'duration' => 'expires' ) as $name => $theirs ) {
			if ( ! array_key_exists( $name, $asked ) || ! property_exists( $now, $theirs ) ) {
				continue;
			}
			$wanted = $asked[ $name ];
			if ( null === $wanted ) {
				$is_same = in_array( $now->{$theirs}, array( null, array(), '' ), true );
			} elseif ( 'duration' === $name ) {
				$is_same = abs( (int) Questions::moment( $now->expires ) - (int) strtotime( '+' . strtr( $wanted, self::UNITS ) ) ) <= HOUR_IN_SECONDS;
			} else {
				$is_same = $wanted == $now->{$theirs}; // phpcs:ignore Universal.Operators.StrictComparisons, WordPress.PHP.StrictComparisons -- Typed numbers are texts.
			}
			if ( ! $is_same ) {
				/* translators: 1: the name of a setting, 2: its value */
				WP_CLI::warning( sprintf( __( 'LiteLLM has set %1$s to %2$s.', 'litellm-dashboard' ), $theirs, Questions::plain( (string) wp_json_encode( $now->{$theirs} ) ) ) );
			}
		}
	}
}
