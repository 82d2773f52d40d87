<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Boot;
use LiteLLM_Dashboard\Capabilities;

final class Capabilities_Test extends Plugin_TestCase {

	/** Signs in with a user object that is read anew. */
	private function be_anew( string $login ): void {
		$this->be( 'nobody' );
		$this->be( $login );
	}

	public function test_by_default_they_are_those_of_an_administrator(): void {
		foreach ( array( 'admin' => true, 'editor' => false, 'subscriber' => false, 'nobody' => false ) as $login => $may ) {
			$this->be( $login );
			foreach ( array( 'litellm_view', 'litellm_view_logs', 'litellm_view_content', 'litellm_view_console', 'litellm_manage_keys' ) as $name ) {
				$this->assertSame( $may, current_user_can( $name ), "$login $name" );
			}
		}
	}

	public function test_a_role_can_be_granted_one_of_them(): void {
		get_role( 'editor' )->add_cap( 'litellm_view' );
		$this->be_anew( 'editor' );
		$granted = array( current_user_can( 'litellm_view' ), current_user_can( 'litellm_manage_keys' ) );
		get_role( 'editor' )->remove_cap( 'litellm_view' );
		$this->be_anew( 'editor' );
		$this->assertSame( array( true, false ), $granted );
		$this->assertFalse( current_user_can( 'litellm_view' ) );
	}

	public function test_a_user_can_be_granted_or_denied_one_of_them(): void {
		get_user_by( 'login', 'subscriber' )->add_cap( 'litellm_view' );
		$this->be_anew( 'subscriber' );
		$this->assertTrue( current_user_can( 'litellm_view' ) );
		get_user_by( 'login', 'admin' )->add_cap( 'litellm_manage_keys', false );
		$this->be_anew( 'admin' );
		$this->assertSame( array( true, false ), array( current_user_can( 'litellm_view' ), current_user_can( 'litellm_manage_keys' ) ) );
		get_user_by( 'login', 'subscriber' )->remove_cap( 'litellm_view' );
		get_user_by( 'login', 'admin' )->remove_cap( 'litellm_manage_keys' );
	}

	public function test_other_capabilities_are_left_alone(): void {
		$this->be( 'admin' );
		$this->assertFalse( current_user_can( 'litellm_other' ) );
		$this->be( 'editor' );
		$this->assertFalse( current_user_can( 'manage_options' ) );
		$this->assertTrue( current_user_can( 'edit_posts' ) );
	}

	/** @dataProvider granted */
	public function test_each_of_them_opens_its_own_and_nothing_without_the_way_in( array $granted, array $may, array $pages ): void {
		$role = get_role( 'editor' );
		array_map( array( $role, 'add_cap' ), $granted );
		$this->be_anew( 'editor' );
		$this->gateway_answers( self::answer( 503, array( 'detail' => 'x' ) ) );
		$key  = str_repeat( 'a', 64 );
		$time = array( 'start' => '2026-01-01 00:00:00', 'end' => '2026-01-01 01:00:00' );
		$was  = array(
			'figures' => 403 !== self::ask_to_read( 'activity.day', array( 'day' => '2026-01-01' ) )['status'],
			'counts'  => 403 !== self::ask_to_read( 'logs.count', $time )['status'],
			'calls'   => 403 !== self::ask_to_read( 'logs.list', $time )['status'],
			'causes'  => 403 !== self::ask_to_read( 'logs.outcomes', $time )['status'],
			'session' => 403 !== self::ask_to_read( 'logs.session', array( 'session' => 'x' ) )['status'],
			'content' => 403 !== self::ask_to_read( 'logs.content', array( 'request' => 'x' ) )['status'],
			'console' => 403 !== self::ask_to_read( 'console.check' )['status'],
			'write'   => 403 !== self::ask( 'POST', 'keys.block', array(), array( 'key' => $key ) )->get_status(),
		);
		$shown = array_column( ( new Boot( self::settings() ) )->data( 'overview' )['pages'], 'name' );
		array_map( array( $role, 'remove_cap' ), $granted );
		$this->assertSame( $may, array_keys( array_filter( $was ) ) );
		$this->assertSame( $pages, array_values( array_intersect( array( 'overview', 'logs', 'keys', 'console' ), $shown ) ) );
	}

	public function granted(): array {
		$view = array( 'figures', 'counts' );
		return array(
			'nothing'          => array( array(), array(), array() ),
			'the way in'       => array( array( 'litellm_view' ), $view, array( 'overview', 'keys' ) ),
			'logs'             => array( array( 'litellm_view', 'litellm_view_logs' ), array_merge( $view, array( 'calls', 'causes', 'session' ) ), array( 'overview', 'logs', 'keys' ) ),
			'console'          => array( array( 'litellm_view', 'litellm_view_console' ), array_merge( $view, array( 'console' ) ), array( 'overview', 'keys', 'console' ) ),
			'keys'             => array( array( 'litellm_view', 'litellm_manage_keys' ), array_merge( $view, array( 'write' ) ), array( 'overview', 'keys' ) ),
			'keys and logs'    => array( array( 'litellm_view', 'litellm_view_logs', 'litellm_manage_keys' ), array_merge( $view, array( 'calls', 'causes', 'session', 'content', 'write' ) ), array( 'overview', 'logs', 'keys' ) ),
			'without the door' => array( array( 'litellm_view_logs', 'litellm_view_console', 'litellm_manage_keys' ), array(), array() ),
		);
	}

	/** Members and User Role Editor have these filters. */
	public function test_editors_of_roles_offer_all_of_them(): void {
		$this->assertSame( array_merge( array( 'read' ), Capabilities::ALL ), apply_filters( 'members_get_capabilities', array( 'read' ) ) );
		$rows = apply_filters( 'ure_full_capabilites', array( 'read' => array( 'inner' => 'read', 'human' => 'Read', 'wp_core' => true ) ) );
		$this->assertSame( array_merge( array( 'read' ), Capabilities::ALL ), array_keys( $rows ) );
		$this->assertSame( array( 'inner' => 'litellm_view_logs', 'human' => 'litellm_view_logs', 'wp_core' => false ), $rows['litellm_view_logs'] );
	}
}
