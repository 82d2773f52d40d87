<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Keep;

final class Keep_Test extends Plugin_TestCase {

	/** @dataProvider cases */
	public function test_only_what_is_named_is_kept( string $answer, $spec, string $kept ): void {
		$this->assertSame( $kept, json_encode( Keep::filter( json_decode( $answer ), $spec ) ) );
	}

	public function cases(): array {
		return array(
			'fields'                    => array( '{"a":1,"b":2}', array( 'a' => true, 'c' => true ), '{"a":1}' ),
			'nested'                    => array( '{"a":{"b":1,"c":2},"d":3}', array( 'a' => array( 'b' => true ) ), '{"a":{"b":1}}' ),
			'object where scalar'       => array( '{"a":{"password":"x"},"b":1}', array( 'a' => true, 'b' => true ), '{"b":1}' ),
			'scalar where object'       => array( '{"a":"text"}', array( 'a' => array( 'b' => true ) ), '{}' ),
			'list where object'         => array( '{"a":[{"b":1}]}', array( 'a' => array( 'b' => true ) ), '{}' ),
			'list of scalars'           => array( '{"a":["x",1,null,{"p":1},["y"]]}', array( 'a' => true ), '{"a":["x",1,null]}' ),
			'list of objects'           => array( '[{"a":1,"b":2},"x",{"a":3}]', array( array( 'a' => true ) ), '[{"a":1},{"a":3}]' ),
			'object where list'         => array( '{"l":{"0":{"a":1}}}', array( 'l' => array( array( 'a' => true ) ) ), '{}' ),
			'map'                       => array( '{"m":{"x":{"a":1,"b":2},"":{"a":3}}}', array( 'm' => array( '*' => array( 'a' => true ) ) ), '{"m":{"x":{"a":1},"":{"a":3}}}' ),
			'empty map stays an object' => array( '{"m":{}}', array( 'm' => array( '*' => true ) ), '{"m":{}}' ),
			'empty list stays a list'   => array( '{"l":[]}', array( 'l' => array( array( 'a' => true ) ) ), '{"l":[]}' ),
			'null'                      => array( '{"a":null}', array( 'a' => array( 'b' => true ) ), '{"a":null}' ),
			'text'                      => array( '"I\'m alive!"', true, '"I\'m alive!"' ),
			'object where map of texts' => array( '{"m":{"x":{"a":1},"y":2}}', array( 'm' => array( '*' => true ) ), '{"m":{"y":2}}' ),
			'names like numbers'        => array( '{"m":{"0":{"a":1},"7":{"a":2}}}', array( 'm' => array( '*' => array( 'a' => true ) ) ), '{"m":{"0":{"a":1},"7":{"a":2}}}' ),
		);
	}

	public function test_an_answer_of_another_form_does_not_fit(): void {
		$this->assertTrue( Keep::fits( 'text', true ) );
		$this->assertFalse( Keep::fits( new stdClass(), true ) );
		$this->assertTrue( Keep::fits( new stdClass(), array( 'a' => true ) ) );
		$this->assertFalse( Keep::fits( array(), array( 'a' => true ) ) );
		$this->assertFalse( Keep::fits( null, array( 'a' => true ) ) );
		$this->assertTrue( Keep::fits( array(), array( array( 'a' => true ) ) ) );
		$this->assertFalse( Keep::fits( new stdClass(), array( array( 'a' => true ) ) ) );
	}

	/** The recorded answers of LiteLLM hold secrets beside the fields; none of them may pass. */
	public function test_no_row_of_the_contract_keeps_what_is_secret(): void {
		foreach ( self::contract()->all() as $operation ) {
			$text = (string) json_encode( $operation->keep );
			foreach ( array( 'password', 'litellm_params', 'traceback', 'messages', 'proxy_server_request', 'config', 'permissions' ) as $secret ) {
				$this->assertStringNotContainsString( '"' . $secret . '"', $text, $operation->name );
			}
		}
	}
}
