<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Settings;

/** What a page brings along: the last answers to its first questions, without asking the gateway. */
final class Known_Test extends Plugin_TestCase {

	private const LIST = array( 'page' => 1, 'size' => 100 );

	protected function setUp(): void {
		parent::setUp();
		$this->be( 'admin' );
	}

	/** The answers of a page's boot data. */
	private static function answers( string $page, ?Settings $settings = null ): array {
		return ( new Boot( $settings ?? self::settings() ) )->data( $page )['answers'];
	}

	private static function known( string $operation, array $params ): array {
		return Plugin::rest_controller( self::settings() )->known( array( array( $operation, $params ) ) );
	}

	/** Makes WordPress know the list of keys. */
	private function learn_keys( string $alias = 'web' ): void {
		$this->gateway_answers( self::answer( 200, array( 'keys' => array( array( 'key_alias' => $alias ) ), 'total_count' => 1 ) ) );
		self::outcome( self::operation( 'keys.list' ), self::operation( 'keys.list' )->check( self::LIST ) );
		$this->sent = array();
	}

	public function test_an_answer_comes_with_its_age_and_how_long_it_is_fresh(): void {
		$this->learn_keys();
		list( $answer ) = self::answers( 'keys' );
		$this->assertSame( array( 'operation', 'params', 'fresh_s', 'data', 'age_s', 'error', 'took_ms' ), array_keys( $answer ) );
		$this->assertSame( array( 'keys.list', self::LIST ), array( $answer['operation'], array_replace( self::LIST, (array) $answer['params'] ) ) );
		$this->assertSame( 'web', $answer['data']->keys[0]->key_alias );
		$this->assertSame( array( 3, 0 ), array( $answer['fresh_s'], $answer['age_s'] ) );
		Clock::$ahead_s = 3600;
		list( $answer ) = self::answers( 'keys' );
		$this->assertSame( 0, $answer['fresh_s'], 'the last good one' );
		$this->assertSame( 3600, $answer['age_s'] );
		$this->assertSame( array(), $this->sent, 'The gateway is not asked.' );
	}

	/** Parameters are compared as JSON: a number is no text, and no parameters are no list. */
	public function test_parameters_have_the_types_of_the_app(): void {
		$this->learn_keys();
		$this->assertEquals( self::LIST, json_decode( (string) json_encode( self::answers( 'keys' )[0]['params'] ), true ) );
		$this->assertStringContainsString( '"size":100', (string) json_encode( self::answers( 'keys' ) ) );
		$this->assertStringContainsString( '"params":{}', (string) json_encode( self::answers( 'status' ) ) );
		// What the loader asks for, too: the app takes no answer to another question.
		Clock::$ahead_s = 3600;
		$ask            = (string) json_encode( ( new Boot( self::settings() ) )->data( 'keys' )['ask'] );
		$this->assertStringContainsString( '{"operation":"keys.list","params":{"page":1,"size":100}}', $ask );
		$this->assertStringContainsString( '"params":{"day":"' . gmdate( 'Y-m-d', Clock::now() ) . '"}', (string) json_encode( ( new Boot( self::settings() ) )->data( 'overview' )['ask'] ) );
	}

	public function test_the_days_of_the_overview_are_found_in_one_query_newest_first(): void {
		$this->gateway_answers( self::answer( 200, array( 'results' => array() ) ) );
		$days = array_map( static fn( int $back ): string => gmdate( 'Y-m-d', Clock::now() - $back * DAY_IN_SECONDS ), range( 0, 13 ) );
		foreach ( $days as $day ) {
			self::outcome( self::operation( 'activity.day' ), array( 'day' => $day ) );
		}
		wp_cache_flush();
		wp_load_alloptions();
		$boot    = new Boot( self::settings() );
		$queries = 0;
		$count   = static function ( string $query ) use ( &$queries ): string {
			$queries += (int) ( false !== strpos( $query, 'litellm_dashboard_' ) );
			return $query;
		};
		add_filter( 'query', $count );
		$answers = $boot->data( 'overview' )['answers'];
		remove_filter( 'query', $count );
		$this->assertSame( $days, array_map( static fn( array $answer ): string => $answer['params']->day, $answers ) );
		$this->assertGreaterThan( DAY_IN_SECONDS, $answers[13]['fresh_s'] );
		// Before 6.4 WordPress knows no way to read several at once.
		if ( function_exists( 'wp_prime_option_caches' ) ) {
			$this->assertLessThanOrEqual( 2, $queries );
		}
	}

	/** @dataProvider strangers */
	public function test_what_a_user_may_not_read_is_not_there( string $login ): void {
		$this->learn_keys();
		$this->be( $login );
		$this->assertSame( array(), self::answers( 'keys' ) );
		$this->assertSame( array(), self::answers( 'status' ) );
	}

	public function strangers(): array {
		return array( array( 'editor' ), array( 'subscriber' ), array( 'nobody' ) );
	}

	public function test_only_reads_of_the_contract_with_its_parameters_are_known(): void {
		$this->learn_keys();
		$this->assertCount( 1, self::known( 'keys.list', self::LIST ) );
		foreach ( array( array( 'keys.list', array( 'evil' => 1 ) + self::LIST ), array( 'keys.list', array( 'page' => 0 ) + self::LIST ), array( 'keys.create', array( 'alias' => 'x' ) ), array( 'no.such', array() ), array( 'console.check', array() ), array( 'activity.day', array() ) ) as list( $operation, $params ) ) {
			$this->assertSame( array(), self::known( $operation, $params ), $operation );
		}
	}

	public function test_what_counts_no_more_is_not_there(): void {
		$this->learn_keys();
		$this->assertCount( 1, self::answers( 'keys' ) );
		$this->assertSame( array(), self::answers( 'keys', self::settings( 'http://other.test' ) ) );
		$this->assertSame( array(), self::answers( 'keys', self::settings( '' ) ) );
		self::reader()->forget();
		$this->assertSame( array(), self::answers( 'keys' ) );
	}

	/** A page takes 200 KB along; what does not fit is asked for as ever. */
	public function test_there_is_room_for_so_many_bytes(): void {
		foreach ( array( 'keys.list' => self::LIST, 'teams.list' => array( 'page' => 1, 'page_size' => 100, 'sort_by' => 'team_id', 'sort_order' => 'asc' ), 'keys.self' => array() ) as $operation => $params ) {
			$name = str_repeat( 'x', 'keys.self' === $operation ? 10 : 150000 );
			$this->gateway_answers( self::answer( 200, array( 'keys' => array( array( 'key_alias' => $name ) ), 'teams' => array( array( 'team_alias' => $name ) ), 'key' => $name, 'info' => array( 'key_alias' => 'x' ) ) ) );
			self::outcome( self::operation( $operation ), self::operation( $operation )->check( $params ) );
		}
		$this->assertSame( array( 'keys.list', 'keys.self' ), array_column( self::answers( 'keys' ), 'operation' ) );
	}

	public function test_how_the_plugin_is_set_up_is_always_known(): void {
		list( $answer ) = self::answers( 'status', self::settings( '' ) );
		$this->assertSame( array( 'status', 'missing', 0 ), array( $answer['operation'], $answer['data']['base']['problem'], $answer['age_s'] ) );
		$this->assertGreaterThan( 0, $answer['fresh_s'] );
	}
}
