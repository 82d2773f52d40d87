<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Cache;
use LiteLLM_Dashboard\Journal;

final class Journal_Test extends Plugin_TestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->be( 'admin' );
	}

	private static function save( string $id, int $revision, $entry, string $kind = 'kill_switch' ): WP_REST_Response {
		return self::ask( 'POST', 'journal.save', array(), array( 'id' => $id, 'kind' => $kind, 'revision' => $revision, 'entry' => is_string( $entry ) ? $entry : json_encode( $entry ) ) );
	}

	private static function entries(): array {
		$answer = self::ask_to_read( 'journal.list' );
		self::assertSame( 200, $answer['status'], json_encode( $answer ) );
		return json_decode( json_encode( $answer['data']['entries'] ), true );
	}

	public function test_an_entry_is_there_for_everyone_until_it_is_removed(): void {
		$this->assertSame( array(), self::entries() );
		$hashes = array( hash( 'sha256', 'a' ), hash( 'sha256', 'b' ) );
		$this->assertSame( 1, self::save( 'undo0001', 0, array( 'blocked' => $hashes, 'filter' => new stdClass() ) )->get_data()['data']['revision'] );
		$this->assertSame( 1, self::save( 'rotation01', 0, array( 'step' => 'made' ), 'rotation' )->get_data()['data']['revision'] );
		$this->assertSame( 2, self::save( 'undo0001', 1, array( 'blocked' => array( $hashes[0] ) ) )->get_data()['data']['revision'] );
		wp_cache_flush();
		$entries = self::entries();
		$this->assertSame( array( 'undo0001', 'rotation01' ), array_column( $entries, 'id' ) );
		$this->assertSame( array( 2, 1 ), array_column( $entries, 'revision' ) );
		$this->assertSame( array( 'kill_switch', 'rotation' ), array_column( $entries, 'kind' ) );
		$this->assertSame( array( 'blocked' => array( $hashes[0] ) ), $entries[0]['entry'] );
		$this->assertSame( wp_get_current_user()->display_name, $entries[0]['saved_by'] );
		$this->assertSame( Clock::now(), $entries[0]['saved_at'] );
		$this->assertSame( 200, self::ask( 'POST', 'journal.remove', array(), array( 'id' => 'undo0001', 'revision' => 2 ) )->get_status() );
		$this->assertSame( array( 'rotation01' ), array_column( self::entries(), 'id' ) );
		$this->assertSame( 200, self::ask( 'POST', 'journal.remove', array(), array( 'id' => 'undo0001', 'revision' => 2 ) )->get_status(), 'What is gone is removed.' );
	}

	/** As frontend/model/src/run/entry.rs prints it. */
	public function test_a_run_over_many_keys_is_kept_as_it_was_written(): void {
		$hashes = array_map( static fn( int $n ): string => hash( 'sha256', (string) $n ), range( 1, 6 ) );
		$keys   = array_map( static fn( string $hash ): array => array( $hash ), array_combine( array( 'done', 'same', 'gone', 'failed', 'unknown', 'waiting' ), $hashes ) );
		$runs   = array(
			'bulk'        => array(
				'act'      => 'change',
				'began_ms' => 1795176000000,
				'change'   => array( 'budget' => array( 'period' => '30d', 'usd' => 12.5 ), 'ends_ms' => null, 'tags' => array( 'how' => 'add', 'list' => array( 'prod' ) ), 'team' => '' ),
				'keys'     => $keys,
				'stopped'  => false,
				'window'   => '123456789012345',
			),
			'kill_switch' => array(
				'act'      => 'block',
				'began_ms' => 1795176000000,
				'filter'   => array( array( 'team', 'f47ac10b-58cc-4372-a567-0e02b2c3d479' ), array( 's', 'größer & <b>' ) ),
				'keys'     => $keys,
				'stopped'  => true,
				'undo'     => false,
				'window'   => '12345678',
			),
		);
		foreach ( $runs as $kind => $run ) {
			$this->assertSame( 200, self::save( str_replace( '_', '', $kind ) . '0001', 0, $run, $kind )->get_status(), $kind );
		}
		$this->assertSame( array_values( $runs ), array_column( self::entries(), 'entry' ) );
	}

	/** Two administrators at once: the second learns of the first, and nothing is overwritten. */
	public function test_who_comes_second_gets_the_newer_one(): void {
		self::save( 'undo0001', 0, array( 'n' => 1 ) );
		self::save( 'undo0001', 1, array( 'n' => 2 ) );
		foreach ( array( 0, 1, 3 ) as $old ) {
			$late = self::save( 'undo0001', $old, array( 'n' => 'late' ) );
			$this->assertSame( array( 409, 'litellm_journal_changed' ), array( $late->get_status(), $late->get_data()['code'] ) );
			$this->assertSame( array( 2, '{"n":2}' ), array( $late->get_data()['data']['newer']['revision'], json_encode( $late->get_data()['data']['newer']['entry'] ) ) );
		}
		$this->assertSame( 409, self::ask( 'POST', 'journal.remove', array(), array( 'id' => 'undo0001', 'revision' => 1 ) )->get_status() );
		$this->assertSame( array( 'n' => 2 ), self::entries()[0]['entry'] );
		$gone = self::save( 'undo0002', 4, array( 'n' => 5 ) );
		$this->assertSame( array( 409, 'litellm_journal_changed' ), array( $gone->get_status(), $gone->get_data()['code'] ), 'What was removed meanwhile does not come back.' );
		$this->assertCount( 1, self::entries() );
	}

	/** @dataProvider refused */
	public function test_what_does_not_belong_there_is_refused( $entry, string $problem ): void {
		$answer = self::save( 'undo0001', 0, $entry );
		$this->assertSame( array( 400, array( 'entry' => $problem ) ), array( $answer->get_status(), $answer->get_data()['data']['params'] ) );
		$this->assertSame( array(), self::entries() );
	}

	public function refused(): array {
		return array(
			'a virtual key'     => array( array( 'keys' => array( array( 'secret' => 'sk-Abcdefghijklmnop1234' ) ) ), 'secret' ),
			'the service key'   => array( array( 'note' => 'with sk-Service0Key1Of2The3Tests4' ), 'secret' ),
			'in a name'         => array( array( 'sk-Abcdefghijklmnop1234' => 1 ), 'secret' ),
			'a long text'       => array( array( 'a' => array( 'b' => str_repeat( 'x', 1001 ) ) ), 'rest_too_long' ),
			'a long name'       => array( array( str_repeat( 'x', 1001 ) => 1 ), 'rest_too_long' ),
			'no object'         => array( '["a"]', 'json' ),
			'no JSON'           => array( 'undo', 'json' ),
			'too large'         => array( '{"a":"' . str_repeat( 'x', 1500000 ) . '"}', 'rest_too_long' ),
		);
	}

	public function test_ten_thousand_keys_fit_and_thirty_lists(): void {
		$hashes = array_map( static fn( int $n ): string => hash( 'sha256', (string) $n ), range( 1, 10000 ) );
		$this->assertSame( 200, self::save( 'large001', 0, array( 'blocked' => $hashes ) )->get_status() );
		$this->assertCount( 10000, self::entries()[0]['entry']['blocked'] );
		for ( $n = 2; $n <= 30; $n++ ) {
			$this->assertSame( 200, self::save( sprintf( 'small%03d', $n ), 0, array( 'n' => $n ) )->get_status() );
		}
		$this->assertSame( 'litellm_journal_full', self::save( 'onemore1', 0, array( 'n' => 31 ) )->get_data()['code'] );
		$this->assertSame( 200, self::save( 'small002', 1, array( 'n' => 'goes on' ) )->get_status() );
	}

	/** Its old text makes room for its new one. */
	public function test_a_list_is_saved_over_where_there_is_room_for_one_of_it_only(): void {
		$large = array( 'x' => array_fill( 0, 1300, str_repeat( 'x', 1000 ) ) );
		foreach ( range( 1, 6 ) as $n ) {
			$this->assertSame( 200, self::save( 'large00' . $n, 0, $large )->get_status() );
		}
		$this->assertSame( 200, self::save( 'large001', 1, $large )->get_status() );
		$this->assertSame( 'litellm_journal_full', self::save( 'large007', 0, $large )->get_data()['code'] );
	}

	public function test_it_is_for_those_who_manage_keys(): void {
		$deny = static fn( array $caps, string $cap ): array => 'litellm_manage_keys' === $cap ? array( 'do_not_allow' ) : $caps;
		add_filter( 'map_meta_cap', $deny, 20, 2 );
		$this->assertSame( 403, self::ask_to_read( 'journal.list' )['status'] );
		$this->assertSame( 403, self::save( 'undo0001', 0, array( 'n' => 1 ) )->get_status() );
		remove_filter( 'map_meta_cap', $deny, 20 );
		wp_set_current_user( 0 );
		$this->assertSame( 401, self::save( 'undo0001', 0, array( 'n' => 1 ) )->get_status() );
	}

	public function test_it_belongs_to_one_gateway(): void {
		( new Journal( self::settings( 'http://one.test' ) ) )->write( 'journal.save', array( 'id' => 'undo0001', 'kind' => 'bulk', 'revision' => 0, 'entry' => new stdClass() ) );
		$this->assertCount( 1, ( new Journal( self::settings( 'http://one.test', 'sk-AnotherKey0OfTheSame1' ) ) )->list()['entries'] );
		$this->assertSame( array(), ( new Journal( self::settings( 'http://two.test' ) ) )->list()['entries'] );
	}

	public function test_it_outlives_the_cache_and_ends_with_the_plugin(): void {
		self::save( 'undo0001', 0, array( 'n' => 1 ) );
		Cache::delete( false );
		wp_cache_flush();
		$this->assertCount( 1, self::entries() );
		$this->assertSame( array(), array_intersect( self::stored( '%litellm_dashboard_journal%' ), array_keys( wp_load_alloptions( true ) ) ), 'Not loaded by itself.' );
		Cache::delete( false, true );
		$this->assertSame( array(), self::stored() );
	}

	public function test_what_else_is_in_the_database_is_left_out(): void {
		self::save( 'undo0001', 0, array( 'n' => 1 ) );
		$name = self::stored( '%litellm_dashboard_journal%' )[0];
		add_option( substr( $name, 0, -4 ) . '0002', 'no entry at all' );
		$this->assertSame( array( 'undo0001' ), array_column( self::entries(), 'id' ) );
	}
}
