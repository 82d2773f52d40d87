<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Alert_Sender;
use LiteLLM_Dashboard\Cache;

/** From WordPress' clock to the message, against a stand-in for the gateway. */
final class Alert_Run_Test extends Plugin_TestCase {

	/** 2026-11-25, a Wednesday, 12:00 UTC. */
	private const NOW   = 1795608000;
	private const HOOK  = 'https://93.184.216.34/hook/T0ken-of-the-Webhook';
	private const SIGNS = 'a-secret-of-sixteen-or-more';

	/** What the gateway has; a test changes it. */
	private array $gateway = array();
	/** Messages: to, subject, text. */
	private array $mails = array();
	/** Requests to the webhook: body and arguments. */
	private array $posts = array();
	private bool $mail_works = true;
	private $hook_answers;
	private $mailer;

	protected function setUp(): void {
		parent::setUp();
		Clock::$stands_at   = self::NOW;
		$this->hook_answers = self::answer( 200, 'ok', 'text/plain' );
		$this->mails        = $this->posts = array();
		$this->mail_works   = true;
		$this->gateway      = array( 'version' => '1.106.2', 'keys' => array(), 'teams' => array(), 'users' => array(), 'organizations' => array(), 'members' => array(), 'days' => array(), 'down' => null );
		$this->mailer       = function ( $pre, array $mail ): bool {
			$this->mails[] = array( $mail['to'], $mail['subject'], $mail['message'] );
			return $this->mail_works;
		};
		add_filter( 'pre_wp_mail', $this->mailer, 10, 2 );
		$this->gateway_answers( fn( string $method, string $url, array $args ) => $this->reply( $url, $args ) );
		update_option( 'timezone_string', 'UTC' );
		update_option( 'date_format', 'Y-m-d' );
		update_option( 'time_format', 'H:i' );
		wp_clear_scheduled_hook( Alert_Run::HOOK );
		self::rules();
	}

	protected function tearDown(): void {
		remove_filter( 'pre_wp_mail', $this->mailer );
		putenv( Alert_Sender::WEBHOOK );
		putenv( Alert_Sender::SECRET );
		parent::tearDown();
	}

	private static function rules( array $more = array() ): void {
		update_option( Alert_Run::RULES, $more + array( 'on' => true, 'mail' => array( 'ops@example.com' ), 'unusual' => false ), false );
	}

	private function reply( string $url, array $args ) {
		if ( false !== strpos( $url, '10.1.2.3' ) || false !== strpos( $url, ':6379' ) ) {
			// WordPress' own check comes behind this, and before anything is sent.
			return false;
		}
		if ( 0 === strpos( $url, 'https://93.184.216.34' ) || false !== strpos( $url, '/loopback' ) ) {
			$this->posts[] = array( $args['body'], $args );
			return $this->hook_answers;
		}
		if ( null !== $this->gateway['down'] ) {
			return $this->gateway['down'];
		}
		$path = (string) preg_replace( '#^.*/switch#', '', (string) strtok( $url, '?' ) );
		parse_str( (string) wp_parse_url( $url, PHP_URL_QUERY ), $query );
		$page = ( (int) ( $query['page'] ?? 1 ) - 1 ) * 100;
		switch ( $path ) {
			case '/health/readiness':
				return self::answer( 200, array( 'status' => 'connected', 'db' => 'connected', 'litellm_version' => $this->gateway['version'] ) );
			case '/key/list':
				return self::answer( 200, array( 'keys' => array_slice( $this->gateway['keys'], $page, 100 ), 'total_count' => count( $this->gateway['keys'] ) ) );
			case '/v2/team/list':
				return self::answer( 200, array( 'teams' => array_slice( $this->gateway['teams'], $page, 100 ), 'total' => count( $this->gateway['teams'] ) ) );
			case '/user/list':
				return self::answer( 200, array( 'users' => array_slice( $this->gateway['users'], $page, 100 ), 'total' => count( $this->gateway['users'] ), 'total_pages' => (int) ceil( count( $this->gateway['users'] ) / 100 ) ) );
			case '/organization/list':
				return null === $this->gateway['organizations'] ? self::answer( 403, array( 'detail' => array( 'error' => 'Organizations are only available for LiteLLM Enterprise users.' ) ) ) : self::answer( 200, $this->gateway['organizations'] );
			case '/team/info':
				return self::answer( 200, array( 'team_id' => $query['team_id'], 'team_info' => array( 'team_id' => $query['team_id'] ), 'team_memberships' => $this->gateway['members'][ $query['team_id'] ] ?? array() ) );
			case '/user/daily/activity/aggregated':
				$day = $this->gateway['days'][ $query['start_date'] ] ?? null;
				return self::answer( 200, array( 'results' => null === $day ? array() : array( array( 'date' => $query['start_date'], 'metrics' => array( 'spend' => $day[0], 'api_requests' => $day[1], 'failed_requests' => $day[2] ) ) ) ) );
			default:
				return self::answer( 404, array( 'detail' => 'Not Found' ) );
		}
	}

	private static function key( string $alias, float $spend, array $more = array() ): array {
		return $more + array( 'token' => hash( 'sha256', $alias ), 'key_alias' => $alias, 'key_name' => 'sk-...abcd', 'spend' => $spend, 'max_budget' => 10, 'budget_duration' => '30d', 'budget_reset_at' => '2026-12-01T00:00:00Z', 'created_at' => '2026-01-01T00:00:00Z' );
	}

	/** A look, so many hours after the first. */
	private static function run_at( float $hours = 0 ): array {
		Clock::$stands_at = self::NOW + (int) ( $hours * 3600 );
		do_action( Alert_Run::HOOK );
		return (array) get_option( Alert_Run::STATE, array() );
	}

	private function asked(): array {
		return array_map( static fn( array $sent ): string => (string) preg_replace( '#^.*/switch#', '', $sent[1] ), $this->sent );
	}

	public function test_what_is_found_comes_in_one_message_with_the_pages_to_open(): void {
		$this->gateway['version'] = '1.80.11';
		$this->gateway['keys']    = array( self::key( 'prod', 8.204 ), self::key( 'dev', 1 ), self::key( 'soon', 0, array( 'max_budget' => null, 'expires' => '2026-11-28T12:00:00+00:00' ) ) );
		$this->gateway['teams']   = array( array( 'team_id' => 't 1&x', 'team_alias' => 'Research', 'spend' => 20, 'max_budget' => 20 ) );
		$state                    = self::run_at();
		$this->assertCount( 1, $this->mails );
		list( $to, $subject, $text ) = $this->mails[0];
		$this->assertSame( 'ops@example.com', $to );
		$this->assertSame( sprintf( '[%s] 4 alerts from LiteLLM', get_bloginfo( 'name' ) ), $subject );
		$plain = str_replace( array( "\u{2068}", "\u{2069}" ), '', $text );
		foreach ( array( 'LiteLLM 1.80.11 has security holes that are exploited. Update it to 1.84.3 or newer.', 'Key prod has spent 82% of its budget: $8.20 of $10.00.', 'Key soon expires on 2026-11-28 12:00.', 'Team Research has spent 100% of its budget: $20.00 of $20.00.' ) as $sentence ) {
			$this->assertStringContainsString( "2026-11-25 12:00\n$sentence\nhttp", $plain );
		}
		$this->assertStringContainsString( admin_url( 'admin.php?page=litellm-dashboard-keys&s=' . substr( hash( 'sha256', 'prod' ), 0, 12 ) . "\n" ), $text );
		$this->assertStringContainsString( admin_url( "admin.php?page=litellm-dashboard-teams&team=t%201%26x\n" ), $text );
		$this->assertStringNotContainsString( hash( 'sha256', 'prod' ), $text, 'Not the whole hash.' );
		$this->assertSame( array(), array_merge( $state['outbox'], $state['pending'] ) );
		self::run_at( 1 );
		$this->assertCount( 1, $this->mails, 'Once a period.' );
		$this->gateway['keys'][1]['spend'] = 9;
		self::run_at( 2 );
		$this->assertSame( sprintf( '[%s] 1 alert from LiteLLM', get_bloginfo( 'name' ) ), $this->mails[1][1] );
	}

	public function test_switched_off_nothing_is_asked_stored_or_scheduled(): void {
		self::rules( array( 'on' => false ) );
		Alert_Run::schedule();
		$this->assertFalse( wp_next_scheduled( Alert_Run::HOOK ) );
		wp_schedule_event( time(), 'hourly', Alert_Run::HOOK );
		$this->assertSame( array(), self::run_at() );
		$this->assertSame( array(), $this->sent );
		$this->assertFalse( wp_next_scheduled( Alert_Run::HOOK ), 'As where the setting was changed by another way than the page.' );
		delete_option( Alert_Run::RULES );
		$this->assertFalse( Alert_Run::rules()['on'], 'Off by default.' );
	}

	public function test_it_is_on_the_clock_once_while_it_is_on_and_goes_with_the_plugin(): void {
		Alert_Run::schedule();
		Alert_Run::schedule();
		$this->assertSame( 'hourly', wp_get_schedule( Alert_Run::HOOK ) );
		$this->assertCount( 1, array_filter( _get_cron_array(), static fn( array $hooks ): bool => isset( $hooks[ Alert_Run::HOOK ] ) ) );
		Alert_Run::stop( false );
		$this->assertFalse( wp_next_scheduled( Alert_Run::HOOK ) );
		Alert_Run::schedule( false );
		$this->assertNotFalse( wp_next_scheduled( Alert_Run::HOOK ) );
		self::run_at();
		Cache::delete( false );
		$this->assertTrue( Alert_Run::rules()['on'], 'Deactivating leaves the settings.' );
		Cache::delete( false, true );
		$this->assertSame( array(), self::stored( '%litellm_dashboard_alerts%' ) );
	}

	public function test_nothing_of_it_is_loaded_with_every_page(): void {
		self::run_at();
		$this->assertNotEmpty( self::stored( '%litellm_dashboard_alerts%' ) );
		$this->assertSame( array(), array_intersect( self::stored( '%litellm_dashboard_alerts%' ), array_keys( wp_load_alloptions( true ) ) ) );
	}

	public function test_a_look_does_not_begin_while_another_is_at_it(): void {
		$other = new Cache( self::settings() );
		$this->assertSame( array( 'alerts' ), $other->lock( array( 'alerts' ), 600 ) );
		self::run_at();
		$this->assertSame( array(), $this->sent );
		$other->unlock();
		self::run_at();
		$this->assertNotSame( array(), $this->sent );
		$this->assertSame( array(), self::stored( 'litellm_dashboard_lock_%' ), 'It gives the lock back.' );
	}

	/** Ten minutes later, not an hour. And a gateway that hangs costs its one timeout. */
	public function test_a_gateway_that_does_not_answer_is_asked_one_thing_and_looked_at_again_soon(): void {
		$this->gateway['down'] = new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' );
		$state                 = self::run_at();
		$this->assertSame( array( '/health/readiness', '/health/readiness/details' ), $this->asked() );
		$this->assertSame( array( array(), 1 ), array( $this->mails, $state['down'][0] ) );
		$this->assertSame( self::NOW + 600, wp_next_scheduled( Alert_Run::HOOK ) );
		self::run_at( 1 / 6 );
		$this->assertCount( 1, $this->mails );
		$this->assertStringContainsString( 'WordPress got no good answer from the gateway, twice in a row (gateway_unreachable', $this->mails[0][2] );
		$this->assertStringContainsString( 'page=litellm-dashboard-status', $this->mails[0][2] );
		$this->gateway['down'] = self::answer( 502, '<html>Bad gateway</html>', 'text/html' );
		self::run_at( 1 );
		$this->assertCount( 1, $this->mails );
		$this->gateway['down'] = null;
		self::run_at( 2 );
		$this->assertStringContainsString( 'The gateway answers again.', $this->mails[1][2] );
		$this->assertSame( array( 'up' ), array_column( Alert_Run::state()['recent'], 'kind' ), 'What is over is shown no more.' );
	}

	public function test_of_a_list_of_many_pages_all_are_read_and_of_a_broken_one_nothing_is_forgotten(): void {
		foreach ( range( 1, 230 ) as $n ) {
			$this->gateway['keys'][] = self::key( "key-$n", $n > 228 ? 10 : 0 );
		}
		$state = self::run_at();
		$this->assertSame( array( 'keys' => array( 230, 230 ), 'teams' => array( 0, 0 ), 'users' => array( 0, 0 ), 'organizations' => array( 0, 0 ), 'members' => array( 0, 0 ) ), $state['run']['read'] );
		$this->assertCount( 2, $state['recent'] );
		$all                   = $this->gateway['keys'];
		$this->gateway['keys'] = array_slice( $all, 0, 150 );
		$broken                = fn( $pre, array $args, string $url ) => strpos( $url, '/key/list' ) && strpos( $url, 'page=2' ) ? self::answer( 500, array( 'error' => array( 'message' => 'no' ) ) ) : $pre;
		add_filter( 'pre_http_request', $broken, 20, 3 );
		$state = self::run_at( 1 );
		remove_filter( 'pre_http_request', $broken, 20 );
		$this->assertSame( array( 100, 150 ), $state['run']['read']['keys'] );
		$this->assertSame( 'gateway_error', $state['run']['problem'] );
		$this->gateway['keys'] = $all;
		self::run_at( 2 );
		$this->assertCount( 1, $this->mails );
	}

	public function test_owners_members_and_organizations_have_budgets_too(): void {
		$purse          = array( 'max_budget' => 10, 'budget_reset_at' => '2026-12-01T00:00:00Z' );
		$this->gateway  = array(
			'teams'         => array( array( 'team_id' => 'team-1', 'team_alias' => 'Blue', 'members_with_roles' => array( array( 'user_id' => 'u-2', 'role' => 'user' ) ) ), array( 'team_id' => 'team-2', 'members_with_roles' => array() ), array( 'team_id' => 'team-3', 'blocked' => true, 'members_with_roles' => array( array( 'user_id' => 'u-2' ) ) ) ),
			'users'         => array( array( 'user_id' => 'u-1', 'user_email' => 'one@example.com', 'spend' => 8 ) + $purse, array( 'user_id' => 'u-2', 'user_alias' => 'Two', 'spend' => 50, 'max_budget' => null ) ),
			'organizations' => array( array( 'organization_id' => 'o-1', 'organization_alias' => 'Acme', 'spend' => 10, 'litellm_budget_table' => $purse ), array( 'organization_id' => 'o-2', 'spend' => 99, 'litellm_budget_table' => null ) ),
			'members'       => array( 'team-1' => array( array( 'user_id' => 'u-2', 'spend' => 9, 'litellm_budget_table' => $purse ), array( 'user_id' => 'u-1', 'spend' => 9, 'litellm_budget_table' => null ) ) ),
		) + $this->gateway;
		$state = self::run_at();
		$this->assertSame( array( 'budget_user', 'budget_organization', 'budget_member' ), array_column( $state['recent'], 'kind' ) );
		$this->assertSame( 1, count( preg_grep( '#^/team/info#', $this->asked() ) ), 'Only where there are members, and it is not blocked.' );
		$this->assertSame( array( 1, 1 ), $state['run']['read']['members'] );
		$text = (string) preg_replace( '/[\x{2068}\x{2069}]/u', '', $this->mails[0][2] );
		foreach ( array( 'User one@example.com has spent 80% of their budget: $8.00 of $10.00.', 'page=litellm-dashboard-users&user=u-1', 'Organization Acme has spent 100% of its budget', 'Two has spent 90% of their budget in team Blue: $9.00 of $10.00.', 'page=litellm-dashboard-teams&team=team-1' ) as $said ) {
			$this->assertStringContainsString( $said, $text );
		}
		self::run_at( 1 );
		$this->assertCount( 1, $this->mails );
		// Who is there no more is forgotten, and of what could not be read nothing is.
		$this->gateway['members'] = array();
		$broken                   = fn( $pre, array $args, string $url ) => strpos( $url, '/user/list' ) ? self::answer( 500, array( 'error' => array( 'message' => 'no' ) ) ) : $pre;
		add_filter( 'pre_http_request', $broken, 20, 3 );
		$state = self::run_at( 2 );
		remove_filter( 'pre_http_request', $broken, 20 );
		$this->assertCount( 2, preg_grep( '/^budget /', array_keys( $state['said'] ) ) );
	}

	public function test_a_team_that_fails_silences_nobody_of_the_others(): void {
		$purse = array( 'max_budget' => 10, 'budget_reset_at' => '2026-12-01T00:00:00Z' );
		foreach ( array( 'team-1', 'team-2', 'team-3' ) as $team ) {
			$this->gateway['teams'][]          = array( 'team_id' => $team, 'members_with_roles' => array( array( 'user_id' => 'u' ) ) );
			$this->gateway['members'][ $team ] = array( array( 'user_id' => 'u', 'spend' => 9, 'litellm_budget_table' => $purse ) );
		}
		self::run_at();
		$broken = fn( $pre, array $args, string $url ) => strpos( $url, '/team/info' ) && strpos( $url, 'team-2' ) ? self::answer( 500, array( 'error' => array( 'message' => 'no' ) ) ) : $pre;
		add_filter( 'pre_http_request', $broken, 20, 3 );
		foreach ( array( 'team-1', 'team-2', 'team-3' ) as $team ) {
			$this->gateway['members'][ $team ][0]['spend'] = 10;
		}
		$state = self::run_at( 1 );
		remove_filter( 'pre_http_request', $broken, 20 );
		$this->assertSame( array( 'team-1', 'team-3' ), array_column( array_slice( $state['recent'], 3 ), 'in' ) );
		$this->assertSame( array( array( 2, 3 ), 'gateway_error' ), array( $state['run']['read']['members'], $state['run']['problem'] ) );
		$this->assertCount( 3, preg_grep( '/^budget member/', array_keys( $state['said'] ) ), 'Not forgotten, though it was not seen.' );
	}

	/** As 1.106.2 and 1.80.11 keep the budget of the whole gateway. */
	public function test_the_budget_of_the_whole_gateway_is_no_users(): void {
		$purse                  = array( 'max_budget' => 10, 'budget_reset_at' => '2026-12-01T00:00:00Z' );
		$this->gateway['users'] = array( array( 'user_id' => 'default_user_id', 'spend' => 10 ) + $purse, array( 'user_id' => 'litellm-proxy-budget', 'spend' => 9 ) + $purse );
		$state                  = self::run_at();
		$this->assertSame( array( 'budget_gateway' ), array_column( $state['recent'], 'kind' ) );
		$this->assertSame( array( 2, 2 ), $state['run']['read']['users'] );
		$this->assertStringContainsString( 'The whole gateway has spent 90% of the budget that LiteLLM has for it: $9.00 of $10.00.', $this->mails[0][2] );
		$this->assertStringContainsString( 'page=litellm-dashboard-usage', $this->mails[0][2] );
	}

	public function test_json_tells_members_of_a_team_apart(): void {
		$purse                    = array( 'max_budget' => 10, 'budget_reset_at' => '2026-12-01T00:00:00Z' );
		$this->gateway['teams']   = array( array( 'team_id' => 'team-1-and-more', 'members_with_roles' => array( array( 'user_id' => 'u' ) ) ) );
		$this->gateway['members'] = array( 'team-1-and-more' => array( array( 'user_id' => 'one@example.com', 'spend' => 9, 'litellm_budget_table' => $purse ), array( 'user_id' => 'two@example.com', 'spend' => 9, 'litellm_budget_table' => $purse ) ) );
		putenv( Alert_Sender::WEBHOOK . '=' . self::HOOK );
		putenv( Alert_Sender::SECRET . '=' . self::SIGNS );
		self::rules( array( 'webhook' => 'json', 'mail' => array() ) );
		self::run_at();
		$alerts = json_decode( $this->posts[0][0], true )['alerts'];
		$this->assertSame( array( array( 'team-1-and-m', 'one@example.com' ), array( 'team-1-and-m', 'two@example.com' ) ), array_map( static fn( array $alert ): array => array( $alert['id'], $alert['user'] ), $alerts ) );
	}

	public function test_organizations_that_need_a_licence_are_nothing_that_is_missing(): void {
		$this->gateway['organizations'] = null;
		$run                            = self::run_at()['run'];
		$this->assertSame( array( '', array( 0, 0 ) ), array( $run['problem'], $run['read']['organizations'] ) );
	}

	public function test_of_many_teams_the_members_of_some_are_looked_at_and_that_is_said(): void {
		foreach ( range( 1, 120 ) as $n ) {
			$this->gateway['teams'][] = array( 'team_id' => "team-$n", 'members_with_roles' => array( array( 'user_id' => 'u' ) ) );
		}
		$this->assertSame( array( 100, 120 ), self::run_at()['run']['read']['members'] );
	}

	/** @dataProvider quiet_keys */
	public function test_keys_that_nobody_has_to_be_told_of( array $more ): void {
		$this->gateway['keys'] = array( self::key( 'a', 10, $more ) );
		self::run_at();
		$this->assertSame( array(), $this->mails );
	}

	public function quiet_keys(): array {
		$soon = '2026-11-28T12:00:00Z';
		return array(
			'blocked'              => array( array( 'blocked' => true ) ),
			'expired'              => array( array( 'expires' => '2026-11-25T11:59:59Z' ) ),
			'no budget'            => array( array( 'max_budget' => null ) ),
			'a budget of nothing'  => array( array( 'max_budget' => 0 ) ),
			'raised for now'       => array( array( 'metadata' => array( 'temp_budget_increase' => 10, 'temp_budget_expiry' => '2026-11-26T00:00:00' ) ) ),
			'the console’s login'  => array( array( 'team_id' => 'litellm-dashboard' ) ),
			'made for a week'      => array( array( 'max_budget' => null, 'created_at' => '2026-11-21T12:00:00Z', 'expires' => $soon ) ),
			'has a successor'      => array( array( 'max_budget' => null, 'expires' => $soon, 'metadata' => array( 'litellm_dashboard' => array( 'replaced_by' => 'x' ) ) ) ),
			'figures that are none' => array( array( 'spend' => 'much', 'max_budget' => array(), 'expires' => 7, 'token' => 5 ) ),
		);
	}

	public function test_the_budget_of_an_object_counts_where_the_key_has_none_of_its_own(): void {
		$object                = array( 'budget_id' => 'b', 'max_budget' => 12, 'budget_reset_at' => '2026-12-01T00:00:00' );
		$this->gateway['keys'] = array( self::key( 'object', 10, array( 'max_budget' => null, 'litellm_budget_table' => $object ) ), self::key( 'both', 10, array( 'max_budget' => 100, 'litellm_budget_table' => $object ) ), self::key( 'was raised', 10, array( 'metadata' => array( 'temp_budget_increase' => 10, 'temp_budget_expiry' => '2026-11-25T11:00:00' ) ) ) );
		$this->assertSame( array( array( 80, 12.0 ), array( 100, 10.0 ) ), array_map( static fn( array $event ): array => array( $event['level'], $event['budget'] ), self::run_at()['recent'] ) );
	}

	public function test_names_that_others_chose_break_no_line_and_turn_no_direction(): void {
		$this->gateway['keys']  = array( self::key( "a\r\nBcc: x@example.com\n\u{202e}<b>&", 10 ), self::key( str_repeat( '长', 200 ), 10 ), self::key( 'sk-Abcdefghijklmnop1234', 10 ), self::key( '', 10 ), self::key( '@everyone ops@example.com *now*', 10 ) );
		$this->gateway['teams'] = array( array( 'team_id' => "t\n1", 'spend' => 5, 'max_budget' => 5 ) );
		update_option( 'blogname', "Site\nBcc: y@example.com" );
		putenv( Alert_Sender::WEBHOOK . '=' . self::HOOK );
		self::rules( array( 'webhook' => 'slack' ) );
		self::run_at();
		list( , $subject, $text ) = $this->mails[0];
		$this->assertStringNotContainsString( "\n", $subject );
		$this->assertStringContainsString( "Key \u{2068}a Bcc: x@example.com <b>&\u{2069} has", $text );
		$this->assertStringContainsString( "Key \u{2068}" . str_repeat( '长', 59 ) . "…\u{2069} has", $text );
		$this->assertStringContainsString( "Key \u{2068}sk-…1234\u{2069} has", $text );
		$this->assertStringContainsString( "Key \u{2068}sk-...abcd\u{2069} has", $text );
		$this->assertDoesNotMatchRegularExpression( '/^Bcc:|\x{202e}/mu', $text );
		$slack = json_decode( $this->posts[0][0], true )['text'];
		$this->assertStringContainsString( '&lt;b&gt;&amp;', $slack );
		$this->assertStringNotContainsString( '<', $slack );
		$this->assertStringContainsString( "\u{2068}@\u{200b}everyone ops@example.com *now*", $slack );
		$this->assertFalse( json_decode( $this->posts[0][0], true )['mrkdwn'] );
	}

	public function test_the_webhook_gets_json_with_a_time_and_a_signature_over_both(): void {
		putenv( Alert_Sender::WEBHOOK . '=' . self::HOOK );
		putenv( Alert_Sender::SECRET . '=' . self::SIGNS );
		self::rules( array( 'webhook' => 'json', 'mail' => array() ) );
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		self::run_at();
		list( $body, $args ) = $this->posts[0];
		$sent_at             = $args['headers']['X-LiteLLM-Timestamp'];
		$this->assertSame( (string) self::NOW, $sent_at );
		$this->assertSame( 'sha256=' . hash_hmac( 'sha256', "$sent_at.$body", self::SIGNS ), $args['headers']['X-LiteLLM-Signature'] );
		$this->assertTrue( $args['reject_unsafe_urls'] );
		$this->assertSame( 0, $args['redirection'] );
		$given = json_decode( $body, true );
		$this->assertSame( array( 'litellm-dashboard', home_url(), self::NOW, 0 ), array( $given['source'], $given['site'], $given['sent_at'], $given['more'] ) );
		$this->assertSame( array( substr( hash( 'sha256', 'prod' ), 0, 12 ), 'budget_key', 100, 10, self::NOW ), array_map( static fn( string $name ) => $given['alerts'][0][ $name ], array( 'id', 'kind', 'level', 'spend', 'at' ) ) );
		$this->assertSame( array(), $this->mails );
		foreach ( array( self::KEY, self::SIGNS, 'T0ken-of-the-Webhook', hash( 'sha256', 'prod' ) ) as $secret ) {
			$this->assertStringNotContainsString( $secret, $body );
		}
		foreach ( array( self::SIGNS, 'T0ken-of-the-Webhook' ) as $secret ) {
			$this->assertStringNotContainsString( $secret, self::stored_text() );
		}
	}

	/** @dataProvider refused */
	public function test_webhooks_that_are_refused( string $address, string $why, string $format = 'slack' ): void {
		putenv( Alert_Sender::WEBHOOK . ( '' === $address ? '' : "=$address" ) );
		$this->assertSame( array( 'webhook' => $why ), Alert_Sender::test( array( 'webhook' => $format, 'mail' => array() ) ) );
		$this->assertCount( '' === $why ? 1 : 0, $this->posts );
	}

	public function refused(): array {
		return array(
			'none'                  => array( '', 'missing' ),
			'in clear'              => array( 'http://93.184.216.34/hook', 'scheme' ),
			'another scheme'        => array( 'file:///etc/passwd', 'scheme' ),
			'no address'            => array( 'hooks.slack.com', 'scheme' ),
			'a login'               => array( 'https://user:password@93.184.216.34/', 'credentials' ),
			'a login like loopback' => array( 'http://127.0.0.1:80@93.184.216.34/loopback', 'credentials' ),
			'a name like loopback'  => array( 'http://127.0.0.1.example.com/loopback', 'scheme' ),
			'spaces'                => array( "https://93.184.216.34/\thook", 'credentials' ),
			'a private address'     => array( 'https://10.1.2.3/hook', 'address' ),
			'another port'          => array( 'https://93.184.216.34:6379/', 'address' ),
			'loopback'              => array( 'http://127.0.0.1:9/loopback', '' ),
			'by name'               => array( 'http://localhost:9/loopback', '' ),
			'json without a secret' => array( self::HOOK, 'secret', 'json' ),
			'as it should be'       => array( self::HOOK, '' ),
		);
	}

	public function test_what_is_not_delivered_is_tried_three_times_and_then_told_on_the_page(): void {
		putenv( Alert_Sender::WEBHOOK . '=' . self::HOOK );
		self::rules( array( 'webhook' => 'slack' ) );
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		$this->hook_answers    = self::answer( 500, 'with T0ken', 'text/plain' );
		$state                 = self::run_at();
		$this->assertSame( array( 1, 'HTTP 500' ), array( count( $state['outbox'] ), $state['outbox'][0]['why'] ) );
		self::run_at( 1 / 6 );
		$this->assertCount( 1, $this->posts, 'Not before the hour is over.' );
		$this->hook_answers = new WP_Error( 'http_request_failed', 'no' );
		$state              = self::run_at( 1 );
		$this->assertSame( array( 2, 'unreachable' ), array( count( $this->posts ), $state['outbox'][0]['why'] ) );
		$state = self::run_at( 2 );
		$this->assertCount( 3, $this->posts );
		$this->assertSame( array( array(), array( 'webhook', 1, 'unreachable' ) ), array( $state['outbox'], array( $state['failed'][0]['to'], $state['failed'][0]['count'], $state['failed'][0]['why'] ) ) );
		self::run_at( 3 );
		$this->assertCount( 3, $this->posts );
		$this->assertCount( 1, $this->mails, 'The other way has nothing to do with it.' );
	}

	public function test_a_message_that_fails_once_comes_the_next_time_and_only_to_who_did_not_get_it(): void {
		$this->mail_works = false;
		self::rules( array( 'mail' => array( 'ops@example.com', 'other@example.com' ) ) );
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		$half                  = static fn( $pre, array $mail ) => 'other@example.com' === $mail['to'] ? true : $pre;
		add_filter( 'pre_wp_mail', $half, 20, 2 );
		self::run_at();
		remove_filter( 'pre_wp_mail', $half, 20 );
		$this->mail_works = true;
		self::run_at( 1 );
		self::run_at( 2 );
		$this->assertSame( array( 'ops@example.com', 'other@example.com', 'ops@example.com' ), array_column( $this->mails, 0 ) );
	}

	public function test_who_is_no_longer_named_gets_nothing_that_was_tried_before(): void {
		$this->mail_works      = false;
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		self::run_at();
		self::rules( array( 'mail' => array( 'other@example.com' ) ) );
		$this->assertSame( array(), self::run_at( 1 )['outbox'] );
		$this->assertSame( array( 'ops@example.com' ), array_column( $this->mails, 0 ) );
	}

	/** A mailer that ends PHP must not be started for ever. */
	public function test_a_message_counts_as_tried_before_it_is(): void {
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		$end                   = static function (): void {
			throw new RuntimeException( 'the end' );
		};
		add_filter( 'pre_wp_mail', $end, 5 );
		foreach ( range( 0, 4 ) as $hour ) {
			try {
				self::run_at( $hour );
			} catch ( RuntimeException $error ) {
				// As a fatal error would, it leaves the lock to the end of the process.
				$GLOBALS['wpdb']->query( "DELETE FROM {$GLOBALS['wpdb']->options} WHERE option_name LIKE 'litellm_dashboard_lock_%'" );
				$this->assertLessThan( 3, $hour );
			}
		}
		remove_filter( 'pre_wp_mail', $end, 5 );
		$this->assertSame( 'tries', Alert_Run::state()['failed'][0]['why'] );
	}

	public function test_where_nothing_can_be_stored_nothing_is_sent(): void {
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		$full                  = static fn( string $query ): string => preg_match( '/^\s*(?:INSERT|UPDATE)\b.*litellm_dashboard_alerts_state/is', $query ) ? 'SELECT no_such_column' : $query;
		add_filter( 'query', $full );
		$GLOBALS['wpdb']->suppress_errors( true );
		self::run_at();
		$GLOBALS['wpdb']->suppress_errors( false );
		remove_filter( 'query', $full );
		$this->assertSame( array(), $this->mails );
	}

	public function test_in_the_quiet_time_it_is_collected_and_sent_after_it(): void {
		update_option( 'timezone_string', 'Asia/Shanghai' );
		self::rules( array( 'quiet_from' => 19, 'quiet_to' => 22 ) );
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		self::run_at();
		$this->gateway['keys'][] = self::key( 'dev', 10 );
		$state                   = self::run_at( 1.9 );
		$this->assertSame( array( array(), 2 ), array( $this->mails, count( $state['pending'] ) ) );
		self::run_at( 2 );
		$this->assertCount( 1, $this->mails );
		$this->assertMatchesRegularExpression( '/2026-11-25 20:00\n.*prod.*2026-11-25 21:54\n.*dev/s', $this->mails[0][2] );
	}

	/** @dataProvider hours */
	public function test_quiet_hours( int $from, int $to, int $hour, bool $quiet ): void {
		$this->assertSame( $quiet, Alert_Sender::is_quiet( array( 'quiet_from' => $from, 'quiet_to' => $to ), self::NOW - 12 * 3600 + $hour * 3600 ) );
	}

	public function hours(): array {
		return array( array( 22, 7, 21, false ), array( 22, 7, 22, true ), array( 22, 7, 3, true ), array( 22, 7, 7, false ), array( 9, 17, 9, true ), array( 9, 17, 17, false ), array( 0, 0, 0, false ), array( 5, 5, 5, false ) );
	}

	public function test_a_message_has_an_end(): void {
		foreach ( range( 1, 100 ) as $n ) {
			$this->gateway['keys'][] = self::key( "key-$n", 10 );
		}
		self::run_at();
		$this->assertCount( 1, $this->mails );
		$this->assertStringContainsString( ' 100 alerts', $this->mails[0][1] );
		$this->assertStringContainsString( '50 more alerts are not written out here.', $this->mails[0][2] );
		$this->assertSame( 50, substr_count( $this->mails[0][2], 'has spent' ) );
	}

	public function test_days_are_asked_for_as_far_as_they_are_needed(): void {
		self::rules( array( 'unusual' => true, 'levels' => array(), 'expiring' => false ) );
		self::run_at();
		$days = array_values( array_filter( array_map( static fn( string $url ): string => preg_match( '/start_date=([0-9-]+)/', $url, $day ) ? $day[1] : '', $this->asked() ) ) );
		sort( $days );
		$this->assertSame( array( '2026-10-28', '2026-11-04', '2026-11-11', '2026-11-18', '2026-11-25' ), $days );
		$this->assertSame( array(), preg_grep( '#list#', $this->asked() ) );
		$this->gateway['days'] = array( '2026-11-01' => array( 30, 5, 0 ), '2026-11-25' => array( 12, 5, 0 ) );
		self::rules( array( 'month' => 50, 'levels' => array( 80 ), 'expiring' => false ) );
		self::run_at( 1 );
		$this->assertStringContainsString( '84% of this month’s (UTC) budget for the whole gateway is spent: $42.00 of $50.00.', $this->mails[0][2] );
		$this->sent = array();
		self::run_at( 2 );
		$this->assertLessThan( 12, count( preg_grep( '#activity#', $this->asked() ) ), 'Most days are over and known.' );
	}

	public function test_not_configured_is_no_trouble_of_the_gateway(): void {
		putenv( 'LITELLM_SERVICE_KEY="quoted"' );
		$kept                           = $_ENV['LITELLM_SERVICE_KEY'] ?? null;
		$_ENV['LITELLM_SERVICE_KEY']    = '';
		self::run_at();
		$state                          = self::run_at( 1 );
		putenv( 'LITELLM_SERVICE_KEY' );
		unset( $_ENV['LITELLM_SERVICE_KEY'] );
		if ( null !== $kept ) {
			$_ENV['LITELLM_SERVICE_KEY'] = $kept;
		}
		$this->assertSame( array( array(), array( 0, 0 ), 'litellm_not_configured key_invalid' ), array( $this->mails, $state['down'], $state['run']['problem'] ) );
	}

	public function test_who_has_an_account_is_told_in_their_language(): void {
		$user     = get_user_by( 'login', 'editor' );
		$switched = array();
		$note     = static function ( string $locale ) use ( &$switched ): void {
			$switched[] = $locale;
		};
		update_user_meta( $user->ID, 'locale', 'de_DE' );
		$switcher = $GLOBALS['wp_locale_switcher'];
		$known    = new ReflectionProperty( $switcher, 'available_languages' );
		PHP_VERSION_ID >= 80100 || $known->setAccessible( true );
		$known->setValue( $switcher, array( 'en_US', 'de_DE' ) );
		add_action( 'switch_locale', $note );
		self::rules( array( 'mail' => array( $user->user_email ) ) );
		$this->gateway['keys'] = array( self::key( 'prod', 10 ) );
		self::run_at();
		remove_action( 'switch_locale', $note );
		$known->setValue( $switcher, array( 'en_US' ) );
		$this->assertSame( array( array( 'de_DE' ), 'en_US' ), array( $switched, determine_locale() ) );
		$this->assertCount( 1, $this->mails );
	}
}
