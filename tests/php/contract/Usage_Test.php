<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;

/**
 * What the calls of a range cost by model, key, team…, against sums over LiteLLM's own database.
 *
 * Each day of two weeks is read through the plugin by everything that usage can be told apart by, as the page reads it; the sums of
 * ten ranges come by SQL. Both are written to USAGE, where the app's own functions are held to them
 * (frontend/model/tests/usage.rs, which tests/php/run calls next).
 */
final class Usage_Test extends Plugin_TestCase {

	private const DAYS = 14;

	/** By dimension: the table, and the column; what is of nobody is empty in both. */
	private const TABLES = array(
		'model'    => array( 'LiteLLM_DailyUserSpend', 'model_group' ),
		'provider' => array( 'LiteLLM_DailyUserSpend', 'custom_llm_provider' ),
		'key'      => array( 'LiteLLM_DailyUserSpend', 'api_key' ),
		'owner'    => array( 'LiteLLM_DailyUserSpend', 'user_id' ),
		'call'     => array( 'LiteLLM_DailyUserSpend', 'endpoint' ),
		'team'     => array( 'LiteLLM_DailyTeamSpend', 'team_id' ),
		'org'      => array( 'LiteLLM_DailyOrganizationSpend', 'organization_id' ),
		'tag'      => array( 'LiteLLM_DailyTagSpend', 'tag' ),
		'end_user' => array( 'LiteLLM_DailyEndUserSpend', 'end_user_id' ),
	);

	private const PAGED = array( 'owners', 'teams', 'organizations', 'tags', 'end_users' );

	protected function setUp(): void {
		wp_cache_flush();
		Cache::delete( false );
	}

	/** Newer LiteLLM has them with a licence only. */
	private static function has_organizations(): bool {
		return '1.80.11' === getenv( 'LITELLM_VERSION_UNDER_TEST' );
	}

	private static function day( int $back ): string {
		return gmdate( 'Y-m-d', time() - $back * DAY_IN_SECONDS );
	}

	/** All pages of one operation for a day. */
	private static function pages( string $operation, string $day ): array {
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), (string) getenv( 'CONTRACT_SERVICE_KEY' ) );
		$is_paged = in_array( substr( $operation, 6 ), self::PAGED, true );
		$pages    = array();
		do {
			$params  = array( 'day' => $day ) + ( $is_paged ? array( 'page' => count( $pages ) + 1 ) : array() );
			$outcome = self::outcome( self::operation( $operation ), $params, $settings );
			self::assertSame( array( 200, null ), array( $outcome->status, $outcome->error ), "$operation of $day" );
			$pages[] = $outcome->data;
		} while ( $is_paged && count( $pages ) < ( $outcome->data->metadata->total_pages ?? 1 ) );
		return $pages;
	}

	/** The sums of ranges by each dimension; `''`: all calls. */
	private static function sums( array $ranges ): array {
		$has = array_column( self::sql( "select table_name || '.' || column_name c from information_schema.columns where table_name like 'LiteLLM_Daily%'" ), 'c' );
		$all = array();
		foreach ( self::TABLES as $dimension => list( $table, $column ) ) {
			if ( ! in_array( "$table.$column", $has, true ) || ( 'org' === $dimension && ! self::has_organizations() ) ) {
				continue;
			}
			// A call that was refused has no public name; newer LiteLLM counts it by that of its model.
			$id = 'model' === $dimension && ! self::has_organizations() ? "coalesce(nullif(model_group, ''), model, '')" : "coalesce(\"$column\", '')";
			foreach ( $ranges as $number => list( $from, $to ) ) {
				$all[] = "select $number r, '$dimension' d, $id id, sum(api_requests)::float8 requests, sum(failed_requests)::float8 failed, sum(spend)::float8 spend, sum(prompt_tokens)::float8 tokens_in, sum(completion_tokens)::float8 tokens_out from \"$table\" where date >= '$from' and date <= '$to' group by 3";
			}
		}
		foreach ( $ranges as $number => list( $from, $to ) ) {
			$all[] = "select $number r, '' d, '' id, coalesce(sum(api_requests), 0)::float8 requests, coalesce(sum(failed_requests), 0)::float8 failed, coalesce(sum(spend), 0)::float8 spend, coalesce(sum(prompt_tokens), 0)::float8 tokens_in, coalesce(sum(completion_tokens), 0)::float8 tokens_out from \"LiteLLM_DailyUserSpend\" where date >= '$from' and date <= '$to'";
		}
		return self::sql( implode( ' union all ', $all ) . ' order by 1, 2, 3' );
	}

	/** Ten ranges of these days by chance; USAGE_SEED has those of a run that failed again. */
	private static function ranges(): array {
		$seed = (int) ( getenv( 'USAGE_SEED' ) ?: random_int( 1, 999999 ) );
		mt_srand( $seed );
		$ranges = array();
		for ( $number = 0; $number < 10; $number++ ) {
			$first    = mt_rand( 1, self::DAYS );
			$ranges[] = array( self::day( $first ), self::day( mt_rand( 1, $first ) ) );
		}
		fwrite( STDERR, "usage in ten ranges: USAGE_SEED=$seed\n" );
		return $ranges;
	}

	public function test_sums_by_everything_are_written_down_for_the_app(): void {
		$ranges = self::ranges();
		$operations = array_filter( array_keys( self::operations() ), static fn( string $name ): bool => 'activity.day' === $name || 0 === strpos( $name, 'usage.' ) );
		// Others call LiteLLM meanwhile, so of today nothing is compared; late rows of yesterday are rare: then once more.
		for ( $try = 0; $try < 10; $try++ ) {
			Cache::delete( false );
			$before = self::sums( $ranges );
			$days   = array();
			for ( $back = 1; $back <= self::DAYS; $back++ ) {
				foreach ( $operations as $operation ) {
					if ( 'usage.organizations' === $operation && ! self::has_organizations() ) {
						$days[ $operation ][ self::day( $back ) ] = array();
						continue;
					}
					$days[ $operation ][ self::day( $back ) ] = self::pages( $operation, self::day( $back ) );
				}
			}
			if ( self::sums( $ranges ) === $before ) {
				$written = array( 'version' => getenv( 'LITELLM_VERSION_UNDER_TEST' ), 'ranges' => $ranges, 'days' => $days, 'sums' => $before );
				$this->assertGreaterThan( 1000, file_put_contents( (string) getenv( 'USAGE' ), json_encode( $written ) ) );
				return;
			}
		}
		self::fail( 'The gateway never rested for the time of one look.' );
	}
}
