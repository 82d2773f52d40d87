<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;

/**
 * Keys with every limit that we tell of, and what LiteLLM says to a call with each of them.
 *
 * What is read of a key through the plugin, and what the gateway answered, is written to LIMITS, where the app's own function
 * is held to it (frontend/model/tests/limits.rs, which tests/php/run calls next). Budgets are spent by real calls.
 */
final class Limits_Test extends Plugin_TestCase {

	/** Less than any call with a price costs. */
	private const NEXT_TO_NOTHING = 0.0000001;
	private const PRICED          = 'gpt-4o';
	/** Spend is written some seconds after a call. */
	private const WRITTEN_S = 300;

	/**
	 * What is made here and taken away again: paths and bodies.
	 *
	 * @var array<int, array{0: string, 1: array<string, mixed>}>
	 */
	private static array $made = array();
	/**
	 * Secrets by the name of the case.
	 *
	 * @var array<string, string>
	 */
	private static array $secrets = array();

	protected function setUp(): void {
		wp_cache_flush();
		Cache::delete( false );
	}

	protected function tearDown(): void {
		Cache::delete( false );
	}

	public static function tearDownAfterClass(): void {
		foreach ( array_reverse( self::$made ) as $undo ) {
			self::litellm( $undo[0], $undo[1], $undo[2] ?? 'POST' );
		}
	}

	/** Calls LiteLLM itself, with the master key or another. */
	private static function litellm( string $path, ?array $body = null, string $method = 'POST', string $key = '' ): array {
		$curl = curl_init( getenv( 'LITELLM_URL' ) . $path );
		curl_setopt_array( $curl, array(
			CURLOPT_CUSTOMREQUEST  => $method,
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_TIMEOUT        => 60,
			CURLOPT_HTTPHEADER     => array( 'Expect:', 'Content-Type: application/json', 'Authorization: Bearer ' . ( '' === $key ? getenv( 'LITELLM_MASTER_KEY' ) : $key ) ),
		) );
		if ( null !== $body ) {
			curl_setopt( $curl, CURLOPT_POSTFIELDS, json_encode( $body ) );
		}
		$text = (string) curl_exec( $curl );
		return array( 'status' => (int) curl_getinfo( $curl, CURLINFO_RESPONSE_CODE ), 'text' => $text, 'json' => json_decode( $text, true ) );
	}

	/** The same, for what has to succeed. */
	private static function make( string $path, array $body, string $method = 'POST' ): array {
		$answer = self::litellm( $path, $body, $method );
		self::assertSame( 200, $answer['status'], $path . ': ' . $answer['text'] );
		return $answer['json'];
	}

	private static function is_newer(): bool {
		return version_compare( (string) getenv( 'LITELLM_VERSION_UNDER_TEST' ), '1.106.2', '>=' );
	}

	private static function name( string $what ): string {
		return 'limits-' . $what . '-' . bin2hex( random_bytes( 4 ) );
	}

	private static function team( array $fields = array() ): string {
		$id           = self::make( '/team/new', array( 'team_alias' => self::name( 'team' ) ) + $fields )['team_id'];
		self::$made[] = array( '/team/delete', array( 'team_ids' => array( $id ) ) );
		return $id;
	}

	private static function user( array $fields = array() ): string {
		$id = self::name( 'user' );
		self::make( '/user/new', array( 'user_id' => $id, 'user_role' => 'internal_user', 'auto_create_key' => false ) + $fields );
		self::$made[] = array( '/user/delete', array( 'user_ids' => array( $id ) ) );
		return $id;
	}

	private static function budget( array $fields ): string {
		$id = self::name( 'budget' );
		self::make( '/budget/new', array( 'budget_id' => $id ) + $fields );
		self::$made[] = array( '/budget/delete', array( 'id' => $id ) );
		return $id;
	}

	/** None where organizations are Enterprise only. */
	private static function organization( array $fields ): ?string {
		$answer = self::litellm( '/organization/new', array( 'organization_alias' => self::name( 'organization' ) ) + $fields );
		if ( 403 === $answer['status'] ) {
			return null;
		}
		self::assertSame( 200, $answer['status'], $answer['text'] );
		$id           = $answer['json']['organization_id'];
		self::$made[] = array( '/organization/delete', array( 'organization_ids' => array( $id ) ), 'DELETE' );
		return $id;
	}

	/** A key for one case. */
	private static function key( string $case, array $fields = array() ): string {
		$secret                 = self::make( '/key/generate', array( 'key_alias' => self::name( 'key' ) ) + $fields )['key'];
		self::$made[]           = array( '/key/delete', array( 'keys' => array( hash( 'sha256', $secret ) ) ) );
		self::$secrets[ $case ] = $secret;
		return hash( 'sha256', $secret );
	}

	/** @return array{status: int, message: string} What LiteLLM says to a call. */
	private static function call( string $secret, string $model ): array {
		$answer  = self::litellm( '/v1/chat/completions', array( 'model' => $model, 'messages' => array( array( 'role' => 'user', 'content' => 'Say something.' ) ) ), 'POST', $secret );
		$message = 200 === $answer['status'] ? '' : (string) json_encode( $answer['json'] );
		return array( 'status' => $answer['status'], 'message' => $message );
	}

	/** What the plugin reads, as the drawer of a key asks for it. */
	private static function read( string $operation, array $params ) {
		$settings = self::settings( (string) getenv( 'LITELLM_URL' ), (string) getenv( 'CONTRACT_SERVICE_KEY' ) );
		$outcome  = self::reader( $settings )->read( array( array( self::operation( $operation ), $params ) ) )[0];
		return 404 === $outcome->status ? null : $outcome->data;
	}

	/** Keys that nothing has to be spent for; the model that each is called with. */
	private static function at_once(): array {
		$model = self::PRICED;
		self::key( 'no limits' );
		$blocked = self::key( 'blocked' );
		self::make( '/key/block', array( 'key' => $blocked ) );
		self::key( 'expired', array( 'duration' => '1s' ) );
		self::key( 'may spend nothing', array( 'max_budget' => 0 ) );
		self::key( 'no model', array( 'models' => array( 'no-default-models' ) ) );
		self::key( 'one model', array( 'models' => array( $model ) ) );
		self::key( 'models of the team, without a team', array( 'models' => array( 'all-team-models' ) ) );

		$team = self::team();
		self::key( 'in a team', array( 'team_id' => $team ) );
		$blocked = self::team();
		self::key( 'in a blocked team', array( 'team_id' => $blocked ) );
		self::make( '/team/block', array( 'team_id' => $blocked ) );
		$narrow = self::team( array( 'models' => array( 'gpt-4o-mini' ) ) );
		self::key( 'models of a narrow team', array( 'team_id' => $narrow, 'models' => array( 'all-team-models' ) ) );
		self::key( 'in a narrow team', array( 'team_id' => $narrow ) );
		self::key( 'in a narrow team, another model', array( 'team_id' => $narrow ) );
		// LiteLLM refuses to make such a key; changing the team makes it one.
		$changed = self::team( array( 'models' => array( $model, 'gpt-4o-mini' ) ) );
		self::key( 'nothing left in common with the team', array( 'team_id' => $changed, 'models' => array( $model ) ) );
		self::make( '/team/update', array( 'team_id' => $changed, 'models' => array( 'gpt-4o-mini' ) ) );
		$closed = self::team( array( 'models' => array( 'no-default-models' ) ) );
		self::key( 'in a team without models', array( 'team_id' => $closed ) );
		self::key( 'in a team that may spend nothing', array( 'team_id' => self::team( array( 'max_budget' => 0 ) ) ) );

		$lonely = self::user( array( 'models' => array( 'no-default-models' ) ) );
		self::key( 'of an owner for teams only', array( 'user_id' => $lonely ) );
		self::key( 'of an owner for teams only, in a team', array( 'user_id' => $lonely, 'team_id' => $team ) );
		$narrow = self::user( array( 'models' => array( 'gpt-4o-mini' ) ) );
		self::key( 'nothing in common with the owner', array( 'user_id' => $narrow, 'models' => array( $model ) ) );
		self::key( 'of an owner who may spend nothing', array( 'user_id' => self::user( array( 'max_budget' => 0 ) ) ) );
		return array( 'models of a narrow team' => 'gpt-4o-mini', 'in a narrow team' => 'gpt-4o-mini' );
	}

	/** Keys whose budgets a first call spends. */
	private static function after_a_call(): array {
		$little = array( 'max_budget' => self::NEXT_TO_NOTHING );
		self::key( 'over budget', $little );
		self::key( 'within budget', array( 'max_budget' => 1000 ) );
		self::key( 'over budget, which was raised for now', $little + array( 'metadata' => array( 'temp_budget_increase' => 5, 'temp_budget_expiry' => gmdate( 'Y-m-d\TH:i:s', \time() + DAY_IN_SECONDS ) ) ) );
		self::key( 'over the budget of an object', array( 'budget_id' => self::budget( $little ) ) );
		self::key( 'within its own budget, over that of an object', array( 'max_budget' => 1000, 'budget_id' => self::budget( $little ) ) );
		self::key( 'over its own budget, within that of an object', $little + array( 'budget_id' => self::budget( array( 'max_budget' => 1000 ) ) ) );
		if ( self::is_newer() ) {
			self::key( 'over one of its budgets', array( 'budget_limits' => array( array( 'budget_duration' => '1d', 'max_budget' => self::NEXT_TO_NOTHING ), array( 'budget_duration' => '30d', 'max_budget' => 1000 ) ) ) );
			self::key( 'within its budgets', array( 'budget_limits' => array( array( 'budget_duration' => '1d', 'max_budget' => 1000 ) ) ) );
		}
		self::key( 'in a team over budget', array( 'team_id' => self::team( $little ) ) );
		$owner = self::user( $little );
		self::key( 'of an owner over budget', array( 'user_id' => $owner ) );
		self::key( 'of an owner over budget, in a team', array( 'user_id' => $owner, 'team_id' => self::team() ) );
		$member = self::user();
		$team   = self::team();
		self::make( '/team/member_add', array( 'team_id' => $team, 'member' => array( 'role' => 'user', 'user_id' => $member ), 'max_budget_in_team' => self::NEXT_TO_NOTHING ) );
		self::key( 'of a member over budget', array( 'user_id' => $member, 'team_id' => $team ) );
		$organization = self::organization( $little );
		if ( null !== $organization ) {
			self::key( 'of an organization over budget', array( 'organization_id' => $organization ) );
			self::key( 'in a team of an organization over budget', array( 'team_id' => self::team( array( 'organization_id' => self::organization( $little ) ) ) ) );
		}
		return array( 'over budget', 'over budget, which was raised for now', 'within budget', 'over the budget of an object', 'within its own budget, over that of an object', 'over its own budget, within that of an object', 'over one of its budgets', 'within its budgets', 'in a team over budget', 'of an owner over budget', 'of an owner over budget, in a team', 'of a member over budget', 'of an organization over budget', 'in a team of an organization over budget' );
	}

	/** Everything that the drawer reads about a key. */
	private static function look( string $secret ): array {
		$info         = self::read( 'keys.info', array( 'key' => hash( 'sha256', $secret ) ) );
		$team         = empty( $info->info->team_id ) ? null : self::read( 'teams.info', array( 'team' => $info->info->team_id ) );
		$user         = $info->info->user_id ?? '';
		$organization = $info->info->organization_id ?? $team->team_info->organization_id ?? null;
		return array(
			'info'          => $info,
			'team'          => $team,
			'users'         => '' === (string) $user ? null : self::read( 'users.list', array( 'ids' => "$user,$user", 'page_size' => 100 ) ),
			'organization'  => $organization,
			'organizations' => null === $organization ? null : self::read( 'organizations.list', array() ),
		);
	}

	public function test_what_limits_keys_is_written_down_for_the_app(): void {
		$models = self::at_once();
		$spends = self::after_a_call();
		// Whoever has called once is stopped when that is written. The first call of each is answered.
		foreach ( array_intersect( $spends, array_keys( self::$secrets ) ) as $case ) {
			$first = self::call( self::$secrets[ $case ], self::PRICED );
			$this->assertContains( $case, array( 'of an owner over budget, in a team', 200 === $first['status'] ? $case : '' ), $first['message'] );
		}
		// What a gateway has cached of teams and users, such as that they are not blocked, holds for a minute.
		sleep( 65 );
		$all  = self::read( 'models.list', array() );
		$seen = array();
		foreach ( self::$secrets as $case => $secret ) {
			// What was spent is known to the gateway before its database has it, or after.
			$deadline = \time() + ( in_array( $case, $spends, true ) ? self::WRITTEN_S : 0 );
			do {
				$known  = self::look( $secret );
				$answer = self::call( $secret, $models[ $case ] ?? self::PRICED );
				$spent  = $known['info']->info->spend > 0;
			} while ( ! $spent && \time() < $deadline && ! usleep( 500000 ) );
			if ( in_array( $case, $spends, true ) ) {
				$this->assertTrue( $spent, "$case: nothing was spent" );
				// Sums of teams, owners and organizations are written with that of the key; caches live for a minute at most.
				$known  = self::look( $secret );
				$answer = self::call( $secret, self::PRICED );
			}
			$seen[] = array( 'case' => $case, 'now_ms' => \time() * 1000, 'version' => getenv( 'LITELLM_VERSION_UNDER_TEST' ), 'models' => $all, 'model' => $models[ $case ] ?? self::PRICED, 'answer' => $answer ) + $known;
		}
		$this->assertGreaterThan( 0, file_put_contents( (string) getenv( 'LIMITS' ), json_encode( $seen ) ) );
	}
}
