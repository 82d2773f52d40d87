<?php
declare( strict_types=1 );

final class Capabilities_Test extends Plugin_TestCase {

	public function test_they_are_those_of_an_administrator(): void {
		foreach ( array( 'admin' => true, 'editor' => false, 'subscriber' => false, 'nobody' => false ) as $login => $may ) {
			$this->be( $login );
			$this->assertSame( $may, current_user_can( 'litellm_view' ) );
			$this->assertSame( $may, current_user_can( 'litellm_manage_keys' ) );
		}
	}

	public function test_other_capabilities_are_left_alone(): void {
		$this->assertSame( array( 'edit_posts' ), map_meta_cap( 'edit_posts', 1 ) );
		$this->assertSame( array( 'litellm_other' ), map_meta_cap( 'litellm_other', 1 ) );
	}
}
