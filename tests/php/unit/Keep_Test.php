<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Keep;

final class Keep_Test extends Plugin_TestCase {

	/** @dataProvider shared_rows */
	public function test_an_answer_is_reduced_as_the_shared_rows_say( $answer, $spec, $kept ): void {
		$this->assertSame( self::sorted( $kept ), self::sorted( Keep::apply( $answer, $spec ) ) );
	}

	public function shared_rows(): array {
		$cases = array();
		foreach ( self::shared( 'keep' ) as $row ) {
			$cases[ $row->name ] = array( $row->answer, json_decode( (string) json_encode( $row->keep ), true ), $row->kept );
		}
		return $cases;
	}

	/** The recorded answers of LiteLLM hold secrets beside the fields; none of them may pass. */
	public function test_no_row_of_the_contract_keeps_what_is_secret(): void {
		foreach ( self::operations() as $operation ) {
			$text = (string) json_encode( $operation->keep );
			foreach ( array( 'password', 'litellm_params', 'traceback', 'messages', 'proxy_server_request', 'config', 'permissions' ) as $secret ) {
				$this->assertStringNotContainsString( '"' . $secret . '"', $text, $operation->name );
			}
		}
	}

	/** JSON text with the names of each object in order; an empty object stays one. */
	private static function sorted( $value ): string {
		if ( $value instanceof stdClass ) {
			$fields = get_object_vars( $value );
			ksort( $fields, SORT_STRING );
			$value = array();
			foreach ( $fields as $name => $field ) {
				$value[] = json_encode( (string) $name ) . ':' . self::sorted( $field );
			}
			return '{' . implode( ',', $value ) . '}';
		}
		return is_array( $value ) ? '[' . implode( ',', array_map( array( self::class, 'sorted' ), $value ) ) . ']' : (string) json_encode( $value );
	}
}
