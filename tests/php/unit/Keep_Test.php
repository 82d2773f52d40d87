<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Capabilities;
use LiteLLM_Dashboard\Keep;
use LiteLLM_Dashboard\Plugin;

final class Keep_Test extends Plugin_TestCase {

	/** What is kept of a text that comes in pieces. */
	private static function kept( string $text, $spec, int $piece = 16384, int $window = 32768, string $bare = '' ) {
		$keep = new Keep( $spec, $bare, $window );
		for ( $at = 0; $at < strlen( $text ); $at += $piece ) {
			$keep->take( substr( $text, $at, $piece ) );
		}
		return $keep->kept();
	}

	/**
	 * As a whole, and in pieces through windows into which next to nothing goes.
	 *
	 * @dataProvider shared_rows
	 */
	public function test_an_answer_is_reduced_as_the_shared_rows_say( $answer, $spec, $kept ): void {
		foreach ( array( array( 16384, 32768 ), array( 7, 40 ), array( 1, 20 ), array( 1000, 16 ) ) as list( $piece, $window ) ) {
			$this->assertSame( self::sorted( $kept ), self::sorted( self::kept( (string) json_encode( $answer ), $spec, $piece, $window ) ), "in pieces of $piece through $window" );
		}
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
			// What was said in a call is for who may do more than look on.
			if ( 'logs.content' === $operation->name ) {
				$this->assertSame( 'litellm_view_content', $operation->capability );
				continue;
			}
			$text = (string) json_encode( $operation->keep );
			foreach ( array( 'password', 'litellm_params', 'traceback', 'messages', 'proxy_server_request', 'config', 'permissions' ) as $secret ) {
				$this->assertStringNotContainsString( '"' . $secret . '"', $text, $operation->name );
			}
		}
	}

	/** Whatever the JSON and whatever is wrong with it: the same as if it had been decoded as a whole. */
	public function test_reading_piece_by_piece_is_as_decoding_as_a_whole(): void {
		mt_srand( 20261127 );
		$found = array( 'broken' => 0, 'entered' => 0 );
		for ( $try = 0; $try < 6000; $try++ ) {
			$text = Random_Json::space() . Random_Json::value( mt_rand( 1, 8 ) ) . Random_Json::space();
			$text = mt_rand( 0, 2 ) ? $text : Random_Json::broken( $text );
			$spec = Random_Json::spec( mt_rand( 0, 5 ) );
			$bare = mt_rand( 0, 5 ) ? '' : 'a';
			$spec = '' === $bare ? $spec : array( 'a' => $spec );
			$said = json_decode( $text, false, 64, JSON_INVALID_UTF8_SUBSTITUTE );
			if ( is_scalar( $said ) && strlen( $text ) > 200 ) {
				continue;
			}
			$found['broken']  += null === $said ? 1 : 0;
			$found['entered'] += null !== $said && strlen( $text ) > 500 ? 1 : 0;
			$said              = '' === $bare || $said instanceof stdClass ? $said : (object) array( $bare => $said );
			$expected          = self::expected( $said, $spec );
			$kept              = self::kept( $text, $spec, mt_rand( 1, 99 ), array( 200, 260, 500, 32768 )[ mt_rand( 0, 3 ) ], $bare );
			if ( '' !== $bare ) {
				// Without its main field it is no answer, either.
				$expected = isset( $expected->a ) ? $expected : null;
				$kept     = isset( $kept->a ) ? $kept : null;
			}
			$this->assertSame( self::sorted( $expected ), self::sorted( $kept ), "$try: " . json_encode( $spec ) . " of $text" );
		}
		$this->assertGreaterThan( 1000, $found['broken'] );
		$this->assertGreaterThan( 300, $found['entered'] );
	}

	/** The rule in its shortest form, for what was decoded. */
	private static function expected( $value, $spec ) {
		$fits = static fn( $value, $spec ): bool => true === $spec ? ! $value instanceof stdClass : ( isset( $spec[0] ) ? is_array( $value ) : $value instanceof stdClass );
		if ( ! $fits( $value, $spec ) ) {
			return null;
		}
		if ( is_array( $value ) ) {
			$kept = array_filter( $value, static fn( $element ): bool => true === $spec ? null === $element || is_scalar( $element ) : $fits( $element, $spec[0] ) );
			return array_map( static fn( $element ) => true === $spec ? $element : self::expected( $element, $spec[0] ), array_values( $kept ) );
		}
		$kept = $value;
		if ( $value instanceof stdClass ) {
			$kept = new stdClass();
			foreach ( get_object_vars( $value ) as $name => $field ) {
				if ( isset( $spec['**'] ) ? ! in_array( (string) $name, $spec['**'], true ) : isset( $spec['*'] ) || isset( $spec[ $name ] ) ) {
					$within = isset( $spec['**'] ) ? null : ( $spec['*'] ?? $spec[ $name ] );
					if ( null === $within || null === $field || $fits( $field, $within ) ) {
						$kept->{$name} = null === $within || null === $field ? $field : self::expected( $field, $within );
					}
				}
			}
		}
		return $kept;
	}

	/** @dataProvider long */
	public function test_what_is_longer_than_the_window( string $text, $spec, string $kept ): void {
		foreach ( array( 1000, 16384, 40000000 ) as $piece ) {
			$this->assertSame( $kept, json_encode( self::kept( $text, $spec, $piece ) ), "in pieces of $piece" );
		}
	}

	public function long(): array {
		$text  = str_repeat( 'a\n\u00e9\ud83d\ude00\"]}', 20000 );
		$shown = str_repeat( 'a\n\u00e9\ud83d\ude00\"]}', 20000 );
		$keys  = implode( ',', array_map( static fn( int $key ): string => "\"k$key\":{\"n\":$key,\"x\":[{}]}", range( 1, 9000 ) ) );
		$cases = array(
			'a text that is not kept'            => array( "{\"a\":1,\"long\":\"$text\",\"b\":2}", array( 'a' => true, 'b' => true ), '{"a":1,"b":2}' ),
			'a text that is kept'                => array( "{\"long\":\"$text\",\"b\":2}", array( 'long' => true ), '{"long":"' . $shown . '"}' ),
			'a text where an object is kept'     => array( "{\"long\":\"$text\",\"b\":2}", array( 'long' => array( 'a' => true ), 'b' => true ), '{"b":2}' ),
			'a text in a list of scalars'        => array( "{\"l\":[1,\"$text\",{\"a\":\"$text\"},2]}", array( 'l' => true ), '{"l":[1,"' . $shown . '",2]}' ),
			'an object in a list of scalars'     => array( "{\"l\":[1,{{$keys}},2]}", array( 'l' => true ), '{"l":[1,2]}' ),
			'an object where a scalar is kept'   => array( "{\"l\":{{$keys}},\"b\":2}", array( 'l' => true, 'b' => true ), '{"b":2}' ),
			'rows, one of them huge'             => array( "{\"data\":[{\"id\":1},{\"messages\":[{\"content\":\"$text\"}],\"id\":2},{\"id\":3}]}", array( 'data' => array( array( 'id' => true ) ) ), '{"data":[{"id":1},{"id":2},{"id":3}]}' ),
			'of the same name the last counts'   => array( "{\"a\":1,\"l\":{{$keys}},\"a\":{\"x\":1},\"b\":{{$keys}},\"b\":7}", array( 'a' => true, 'b' => true ), '{"b":7}' ),
			'… also when it is the longer one'   => array( "{\"b\":7,\"b\":{{$keys}}}", array( 'b' => true ), '{}' ),
			'an object as it is, without a name' => array( "{\"m\":{\"no\":{{$keys}},\"yes\":[{\"t\":\"$text\"}]}}", array( 'm' => array( '**' => array( 'no' ) ) ), '{"m":{"yes":[{"t":"' . $shown . '"}]}}' ),
			'a name that is escaped'             => array( "{\"\\u0061\":{\"no\":{{$keys}},\"b\":1}}", array( 'a' => array( 'b' => true ) ), '{"a":{"b":1}}' ),
		);
		foreach ( array( 'half an escape' => '\\u12', 'half a pair' => '\\ud83d', 'the other half' => '\\ude00', 'an escape that is none' => '\\x', 'a capital' => '\\N', 'a line break' => "\n" ) as $name => $broken ) {
			$cases[ "$name in a text that is not kept" ] = array( "{\"a\":1,\"long\":\"$text$broken\"}", array( 'a' => true ), 'null' );
		}
		foreach ( array( 'a text without its end' => "{\"a\":1,\"long\":\"$text", 'an object without its end' => "{\"a\":1,\"l\":{{$keys}}", 'another bracket' => "{\"a\":1,\"l\":{{$keys}]}", 'a comma too many' => "{\"a\":1,\"l\":{{$keys},}}", 'two commas' => "{\"a\":1,\"l\":[{{$keys}},,1]}", 'two commas around a space' => "{\"a\":1,\"l\":[{{$keys}}, ,{{$keys}}]}", 'a comma and a space at the end' => "{\"a\":1,\"l\":[{{$keys}}, ]}", 'another bracket in place of a comma' => "{\"a\":1,\"l\":[{{$keys}}} 1]}", 'something behind it' => "{\"a\":1,\"l\":{{$keys}}} x", 'a name that begins with nul' => "{\"a\":1,\"\\u0000l\":{{$keys}}}", 'no name' => "{\"a\":1,{{$keys}}}", 'a name in a list' => "{\"a\":1,\"l\":[\"x\":{{$keys}}]}", 'a word that is none' => "{\"a\":1,\"l\":{{$keys},\"x\":nul}}" ) as $name => $broken ) {
			$cases[ "broken: $name" ] = array( $broken, array( 'a' => true ), 'null' );
		}
		return $cases;
	}

	public function test_what_is_too_deep_is_no_answer(): void {
		foreach ( array( 61 => '{"a":1}', 62 => '{"a":1}', 63 => 'null', 100000 => 'null' ) as $depth => $kept ) {
			foreach ( array( 1, 100000 ) as $before ) {
				$text = '{"a":1,"x":"' . str_repeat( 'x', $before ) . '","b":' . str_repeat( '[', $depth ) . str_repeat( ']', $depth ) . '}';
				$this->assertSame( $kept, json_encode( self::kept( $text, array( 'a' => true ) ) ), "$depth after $before" );
				$this->assertSame( 'null' === $kept, null === json_decode( $text, false, 64 ) );
			}
		}
		// Each too long to be decoded with what is in it.
		$deep = static fn( int $depth ): string => str_repeat( '{"x":"' . str_repeat( 'x', 40000 ) . '","b":', $depth ) . '1' . str_repeat( '}', $depth );
		foreach ( array( 63 => '{}', 64 => 'null', 70 => 'null' ) as $depth => $kept ) {
			$this->assertSame( $kept, json_encode( self::kept( $deep( $depth ), array( 'a' => true ) ) ), "$depth, long" );
			$this->assertSame( 'null' === $kept, null === json_decode( $deep( $depth ), false, 64 ) );
		}
	}

	/** Memory was twelve times the answer, and a day of many keys was too large. 32 MB of one, in a PHP that may have 24. */
	public function test_memory_depends_on_what_is_kept_and_not_on_what_comes(): void {
		$script = 'const ABSPATH = "/"; function wp_convert_hr_to_bytes( $value ) { return 24 << 20; }
			require ' . var_export( Plugin::path( 'includes/autoload.php' ), true ) . ';
			$keep  = new LiteLLM_Dashboard\Keep( json_decode( file_get_contents( ' . var_export( Plugin::path( 'contract.json' ), true ) . ' ), true )["operations"]["activity.day"]["keep"] );
			$keys  = str_repeat( "\"" . str_repeat( "0", 64 ) . "\":{\"metrics\":{\"spend\":0.25,\"total_tokens\":7},\"metadata\":{\"key_alias\":\"x\"}},", 500 );
			$bytes = 0;
			$take  = static function ( string $text ) use ( $keep, &$bytes ): void { $keep->take( $text ); $bytes += strlen( $text ); };
			$take( "{\"results\":[{\"date\":\"2026-11-20\",\"breakdown\":{\"model_groups\":{" );
			for ( $model = 0; $bytes < 32 << 20; $model++ ) {
				$take( "\"m$model\":{\"metrics\":{\"spend\":$model},\"api_key_breakdown\":{" );
				for ( $part = 0; $part < 25; $part++ ) { $take( $keys ); }
				$take( "\"last\":{}}}," );
			}
			$take( "\"last\":{}}}}]}" );
			echo count( get_object_vars( $keep->kept()->results[0]->breakdown->model_groups ) ), " ", $model + 1, " ", $bytes > 32 << 20 ? "all" : "", " ", memory_get_peak_usage() >> 20;';
		exec( escapeshellarg( PHP_BINARY ) . ' -d memory_limit=24M -r ' . escapeshellarg( $script ) . ' 2>&1', $said );
		$this->assertMatchesRegularExpression( '/^(\d+) \1 all [0-3]$/', implode( "\n", $said ) );
	}

	/** What is kept has to fit; what only comes along does not. */
	public function test_more_than_there_is_memory_for_is_given_up(): void {
		$limit = (string) ini_get( 'memory_limit' );
		foreach ( array( '"token":"abcdefgh","spend":1' => true, '"other":"abcdefgh","more":1' => false ) as $fields => $is_full ) {
			$keep = new Keep( array( 'keys' => array( array( 'token' => true, 'spend' => true ) ) ) );
			ini_set( 'memory_limit', (string) ( memory_get_usage( true ) + 48 * MB_IN_BYTES ) );
			$keep->take( '{"keys":[' );
			for ( $part = 0; $part < 400; $part++ ) {
				$keep->take( str_repeat( '{' . $fields . '},', 250 ) );
			}
			$keep->take( '{}]}' );
			$kept = $keep->kept();
			ini_set( 'memory_limit', $limit );
			$this->assertSame( array( $is_full, $is_full ? null : 100001 ), array( $keep->is_full, null === $kept ? null : count( $kept->keys ) ) );
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
