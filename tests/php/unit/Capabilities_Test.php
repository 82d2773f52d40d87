<?php
declare( strict_types=1 );

final class Capabilities_Test extends Plugin_TestCase {

	/** Signs in with a user object that is read anew. */
	private function be_anew( string $login ): void {
		$this->be( 'nobody' );
		$this->be( $login );
	}

	public function test_by_default_they_are_those_of_an_administrator(): void {
		foreach ( array( 'admin' => true, 'editor' => false, 'subscriber' => false, 'nobody' => false ) as $login => $may ) {
			$this->be( $login );
			$this->assertSame( $may, current_user_can( 'litellm_view' ) );
			$this->assertSame( $may, current_user_can( 'litellm_manage_keys' ) );
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
}
