<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Plugin;
use LiteLLM_Dashboard\Questions;
use LiteLLM_Dashboard\REST_Controller;
use LiteLLM_Dashboard\Rotation;
use LiteLLM_Dashboard\Settings;

final class Rotation_Test extends Plugin_TestCase {

	private Fake_LiteLLM $gateway;
	private string $given = '';

	protected function setUp(): void {
		parent::setUp();
		$this->gateway = new Fake_LiteLLM();
		$this->given   = '';
		$this->gateway_answers( array( $this->gateway, 'answer' ) );
	}

	/** @return array|WP_Error */
	private function rotate( string $hash, int $overlap_s = DAY_IN_SECONDS, bool $is_taken = true ) {
		$questions = new Questions( REST_Controller::CLI );
		$give      = function ( string $secret ) use ( $is_taken ): bool {
			$this->given = $secret;
			return $is_taken;
		};
		return ( new Rotation( $questions, time() ) )->run( $hash, $questions->key( $hash )[1], 'shop-b', $overlap_s, $give );
	}

	private static function notes(): array {
		return Plugin::rest_controller( new Settings() )->read( array( array( 'journal.list', array() ) ), REST_Controller::CLI )[0]->data['entries'];
	}

	private static function in_days( string $moment ): int {
		return (int) round( ( strtotime( $moment ) - time() ) / DAY_IN_SECONDS );
	}

	public function test_the_order_is_that_of_the_page(): void {
		$old  = $this->gateway->add( 'shop', array( 'max_budget' => 20, 'spend' => 7.5, 'rpm_limit' => 5, 'models' => array( 'gpt-4o' ), 'team_id' => 'web', 'metadata' => array( 'tags' => array( 'a' ), 'note' => 'x', 'logging' => array( 1 ), 'seen' => 'sk-abcdefghijklmnop' ) ) );
		$made = $this->rotate( $old );
		$new  = hash( 'sha256', $this->given );
		$this->assertSame( array( 'id' => $new, 'alias' => 'shop-b' ), $made );
		$paths = array_map( static fn( array $write ): string => $write[0] . ' ' . ( $old === ( $write[1]['key'] ?? '' ) ? 'old' : 'new' ), $this->gateway->writes );
		$this->assertSame( array( '/key/generate new', '/key/update old', '/key/unblock new', '/key/update old' ), $paths );
		$create   = $this->gateway->writes[0][1];
		$metadata = $create['metadata'];
		unset( $create['metadata'] );
		$this->assertEquals( array( 'blocked' => true, 'key_alias' => 'shop-b', 'max_budget' => 20.0, 'models' => array( 'gpt-4o' ), 'rpm_limit' => 5, 'spend' => 7.5, 'team_id' => 'web', 'key_type' => 'llm_api' ), $create );
		$this->assertSame( array( 'tags' => array( 'a' ), 'note' => 'x' ), array_diff_key( $metadata, array( 'litellm_dashboard' => 1 ) ), 'Neither what operators set nor what is masked.' );
		$this->assertSame( $old, $metadata['litellm_dashboard']['replaces'] );
		$this->assertSame( $new, $this->gateway->keys[ $old ]['metadata']['litellm_dashboard']['replaced_by'] );
		$this->assertSame( array( 30, 1, false, null ), array( (int) $this->gateway->writes[1][1]['duration'] / DAY_IN_SECONDS, self::in_days( $this->gateway->keys[ $old ]['expires'] ), $this->gateway->keys[ $new ]['blocked'], $this->gateway->keys[ $new ]['expires'] ?? null ) );
		$this->assertSame( array( 'seen' ), array_map( static fn( string $name ): string => substr( $name, 9 ), array_values( array_diff( Rotation::left_behind( ( new Questions( REST_Controller::CLI ) )->key( $old )[1] )[1], array( 'metadata.logging' ) ) ) ) );
		$this->assertSame( array(), self::notes() );
		$this->assertStringNotContainsString( $this->given, self::stored_text() );
	}

	/** Of a new key 1.80.11 moves an end of 1, 7 and 30 days, so another is asked for, and put right. */
	public function test_a_successor_ends_when_its_key_was_to_end(): void {
		$old = $this->gateway->add( 'shop', array( 'expires' => gmdate( 'Y-m-d\TH:i:s\Z', time() + 7 * DAY_IN_SECONDS ) ) );
		$this->rotate( $old, HOUR_IN_SECONDS );
		$this->assertSame( '6d', $this->gateway->writes[0][1]['duration'] );
		$this->assertSame( 7, self::in_days( $this->gateway->named( 'shop-b' )['expires'] ) );
		$this->assertSame( array( 'duration' => HOUR_IN_SECONDS . 's' ), array_intersect_key( end( $this->gateway->writes )[1], array( 'duration' => 1 ) ) );
		$this->assertArrayNotHasKey( 'duration', $this->gateway->writes[2][1], 'It ends within 30 days already.' );
	}

	public function test_a_key_that_has_leaked_is_blocked_first_and_stays_so(): void {
		$old = $this->gateway->add( 'shop' );
		$this->rotate( $old, 0 );
		$this->assertSame( array( '/key/block', '/key/generate', '/key/update' ), array_column( $this->gateway->writes, 0 ) );
		$this->assertSame( array( true, null ), array( $this->gateway->keys[ $old ]['blocked'], $this->gateway->named( 'shop-b' )['blocked'] ) );
		$this->assertNull( $this->gateway->keys[ $old ]['expires'] );
		$this->assertSame( array(), self::notes() );
	}

	/**
	 * Stopped after any of its writes one of the keys can be used, never both without an end, and what is said is true.
	 *
	 * @dataProvider stops
	 */
	public function test_wherever_it_stops_one_key_works_and_that_is_said( int $at, string $fate, int $overlap_s ): void {
		$old                   = $this->gateway->add( 'shop' );
		$this->gateway->fate   = array( $at => $fate );
		$made                  = $this->rotate( $old, $overlap_s );
		$keys                  = $this->gateway->keys;
		$successor             = $this->gateway->named( 'shop-b' );
		$old_works             = ! $keys[ $old ]['blocked'];
		$successor_works       = null !== $successor && ! $successor['blocked'];
		$says                  = is_wp_error( $made ) ? $made->get_error_message() : '';
		// What is asked of a key again after a lost answer may show that it is done.
		if ( ! is_wp_error( $made ) ) {
			$this->assertSame( array( 'late', true, array() ), array( $fate, $successor_works, self::notes() ) );
			return;
		}
		$this->assertTrue( $old_works || $successor_works || 0 === $overlap_s );
		$this->assertFalse( $old_works && $successor_works && null === $keys[ $old ]['expires'], 'Both without an end.' );
		// Whether the old key and its successor can be used, and whether there is one; null: that is said not to be known.
		$claims = array(
			'Nothing was changed.'                                         => array( true, false, false ),
			'There is no successor; whether the old key is blocked is not known.' => array( null, false, false ),
			'The old key is as it was; whether there is a successor is not known.' => array( true, null, null ),
			'The old key is blocked; whether there is a successor is not known.' => array( false, null, null ),
			'The old key is blocked, and there is no successor.'           => array( false, false, false ),
			'The old key is blocked, and its successor can be used.'       => array( false, true, true ),
			'The old key can be used; its successor is made, and blocked.' => array( true, false, true ),
			'The old key can be used, and ends within 30 days; its successor is blocked.' => array( true, false, true ),
			'The old key can be used, and ends within 30 days; whether its successor can be used is not known.' => array( true, null, true ),
			'Both keys can be used; the old one ends within 30 days.'      => array( true, true, true ),
		);
		$said   = array_filter( $claims, static fn( string $claim ): bool => false !== strpos( $says, $claim ), ARRAY_FILTER_USE_KEY );
		$this->assertCount( 1, $said, $says );
		$known = array_filter( reset( $said ), 'is_bool' );
		$this->assertSame( $known, array_intersect_key( array( $old_works, $successor_works, null !== $successor ), $known ), $says );
		$is_lost = 'refused' !== $fate;
		$this->assertSame( $is_lost, false !== strpos( $says, 'may have been done' ), $says );
		$this->assertTrue( false === strpos( $says, 'ends within 30 days' ) || null !== $keys[ $old ]['expires'], $says );
		$this->assertStringNotContainsString( 'sk-Made', $says );
		$is_untouched = isset( $said['Nothing was changed.'] ) && ! $is_lost;
		$this->assertSame( $is_untouched ? array() : array( substr( $old, 0, 32 ) ), array_column( self::notes(), 'id' ) );
		$this->assertSame( ! $is_untouched, false !== strpos( $says, "key=$old&action=" . ( 0 === $overlap_s ? 'replace' : 'rotate' ) ) );
	}

	public function stops(): iterable {
		foreach ( array( 'refused', 'lost', 'late', 'gone' ) as $fate ) {
			foreach ( array( DAY_IN_SECONDS => 4, 0 => 3 ) as $overlap_s => $writes ) {
				for ( $at = 1; $at <= $writes; $at++ ) {
					yield "$fate at $at, $overlap_s" => array( $at, $fate, $overlap_s );
				}
			}
		}
	}

	public function test_a_secret_that_nobody_took_stops_it_before_the_old_key_changes(): void {
		$old  = $this->gateway->add( 'shop' );
		$made = $this->rotate( $old, DAY_IN_SECONDS, false );
		$this->assertSame( 'litellm_not_written', $made->get_error_code() );
		$this->assertSame( array( null, true ), array( $this->gateway->keys[ $old ]['expires'], $this->gateway->named( 'shop-b' )['blocked'] ) );
		$this->assertSame( '', self::notes()[0]['entry']->copied );
	}

	/** The note is what the page reads: model::rotation::Plan. */
	public function test_the_page_can_go_on(): void {
		$old                 = $this->gateway->add( 'shop' );
		$this->gateway->fate = array( 3 => 'lost' );
		$this->rotate( $old );
		$note = self::notes()[0];
		$this->assertSame( array( 'rotation', 2, 'WP-CLI' ), array( $note['kind'], $note['revision'], $note['saved_by'] ) );
		$this->assertSame( array( 'old', 'marker', 'alias', 'overlap_s', 'ends', 'copied', 'began_ms' ), array_keys( (array) $note['entry'] ) );
		$this->assertSame( array( $old, 'shop-b', DAY_IN_SECONDS, '', hash( 'sha256', $this->given ) ), array( $note['entry']->old, $note['entry']->alias, $note['entry']->overlap_s, $note['entry']->ends, $note['entry']->copied ) );
		$this->assertSame( $note['entry']->marker, $this->gateway->named( 'shop-b' )['metadata']['litellm_dashboard']['rotation'] );
		$again = $this->rotate( $old );
		$this->assertSame( 'litellm_journal_changed', $again->get_error_code() );
		$this->assertStringContainsString( "action=rotate", $again->get_error_message() );
	}

	public function test_somebody_who_stops_the_old_key_meanwhile_is_heeded(): void {
		$old = $this->gateway->add( 'shop' );
		$this->gateway_answers(
			function ( string $method, string $url, array $args ) use ( $old ): array {
				if ( false !== strpos( $url, '/key/update' ) ) {
					$this->gateway->keys[ $old ]['blocked'] = true;
				}
				return $this->gateway->answer( $method, $url, $args );
			}
		);
		$this->assertSame( 'litellm_stopped', $this->rotate( $old )->get_error_code() );
		$this->assertTrue( $this->gateway->named( 'shop-b' )['blocked'] );
	}

	/** @dataProvider not_faithful */
	public function test_what_a_successor_could_do_more_without_forbids_it( array $more ): void {
		$old = $this->gateway->add( 'shop', $more );
		$this->assertSame( array_keys( $more ), Rotation::left_behind( ( new Questions( REST_Controller::CLI ) )->key( $old )[1] )[0] );
	}

	public function not_faithful(): array {
		return array(
			array( array( 'model_max_budget' => array( 'gpt-4o' => array( 'max_budget' => 1 ) ) ) ),
			array( array( 'budget_limits' => array( array( 'max_budget' => 1 ) ) ) ),
			array( array( 'aliases' => array( 'a' => 'b' ) ) ),
			array( array( 'object_permission_id' => 'x' ) ),
			array( array( 'project_id' => 'x' ) ),
			array( array( 'allowed_routes' => array( '/chat/completions' ) ) ),
		);
	}

	public function test_a_successor_is_called_as_its_key_with_the_day_and_as_no_other_key(): void {
		$questions = new Questions( REST_Controller::CLI );
		$this->gateway->add( 'cart-2026-11-28' );
		$this->gateway->add( 'cart-2026-11-28-2' );
		foreach ( array( 'cart' => 'cart-2026-11-28-3', 'shop' => 'shop-2026-11-28', 'shop-2026-01-02' => 'shop-2026-11-28', '' => 'key-2026-11-28', str_repeat( 'ü', 300 ) => str_repeat( 'ü', 242 ) . '-2026-11-28' ) as $alias => $expected ) {
			$this->assertSame( $expected, Rotation::free_alias( $questions, (string) $alias, '2026-11-28' ) );
		}
	}
}
