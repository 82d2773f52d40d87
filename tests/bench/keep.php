<?php
/**
 * What it takes to keep the figures of a heavy day: milliseconds and memory, beside decoding it as a whole. Prints numbers,
 * asserts nothing.
 *
 *     php tests/bench/keep.php [keys a model] [models]
 */

declare( strict_types=1 );

namespace {
	const ABSPATH = '/';

	/** As WordPress has it, for a limit in bytes. */
	function wp_convert_hr_to_bytes( string $value ): int {
		return (int) $value;
	}
	require dirname( __DIR__, 2 ) . '/php-shim/includes/autoload.php';

	/** A day like LiteLLM's aggregate: the same models four times, each with all its keys. */
	function day( int $keys, int $models ): string {
		$metrics = static fn( int $seed ): array => array( 'spend' => $seed / 7000, 'prompt_tokens' => 900 + $seed, 'completion_tokens' => 300 + $seed, 'cache_read_input_tokens' => 0, 'cache_creation_input_tokens' => 0, 'total_tokens' => 1200 + 2 * $seed, 'successful_requests' => 1 + $seed % 90, 'failed_requests' => $seed % 5, 'api_requests' => 1 + $seed % 90 + $seed % 5 );
		$of_keys = array();
		for ( $key = 0; $key < $keys; $key++ ) {
			$of_keys[ hash( 'sha256', (string) $key ) ] = array( 'metrics' => $metrics( $key ), 'metadata' => array( 'key_alias' => "key-$key", 'team_id' => null ) );
		}
		$of_models = array();
		for ( $model = 0; $model < $models; $model++ ) {
			$of_models[ "model-$model" ] = array( 'metrics' => $metrics( $model ), 'metadata' => new stdClass(), 'api_key_breakdown' => $of_keys );
		}
		$breakdown = array( 'models' => $of_models, 'model_groups' => $of_models, 'mcp_servers' => new stdClass(), 'api_keys' => $of_keys, 'entities' => new stdClass() );
		return (string) json_encode( array( 'results' => array( array( 'date' => '2026-11-20', 'metrics' => $metrics( 1 ), 'breakdown' => $breakdown ) ), 'metadata' => array( 'total_pages' => 1 ) ) );
	}

	$how = $argv[1] ?? '';
	if ( 'whole' !== $how && 'pieces' !== $how ) {
		$file = (string) tempnam( sys_get_temp_dir(), 'day' );
		file_put_contents( $file, day( (int) ( $argv[1] ?? 1500 ), (int) ( $argv[2] ?? 10 ) ) );
		foreach ( array( 'whole', 'pieces' ) as $way ) {
			passthru( escapeshellarg( PHP_BINARY ) . ' -d memory_limit=-1 ' . escapeshellarg( __FILE__ ) . " $way " . escapeshellarg( $file ) );
		}
		unlink( $file );
		exit;
	}
	$file  = (string) $argv[2];
	$rows  = json_decode( (string) file_get_contents( dirname( __DIR__, 2 ) . '/php-shim/contract.json' ), true )['operations'];
	$taker = new LiteLLM_Dashboard\Keep( $rows['activity.day']['keep'] );
	$taker->take( '{"results":[]}' );
	$taker->kept();
	$before = memory_get_peak_usage();
	$began  = microtime( true );
	if ( 'whole' === $how ) {
		$result = is_object( json_decode( (string) file_get_contents( $file ) ) ) ? 'decoded' : 'broken';
	} else {
		$taker = new LiteLLM_Dashboard\Keep( $rows['activity.day']['keep'] );
		$input = fopen( $file, 'rb' );
		while ( ! feof( $input ) ) {
			// As cURL gives it.
			$taker->take( (string) fread( $input, 16384 ) );
		}
		$result = strlen( (string) json_encode( $taker->kept() ) ) . ' bytes kept';
	}
	printf( "%-8s %5.1f MB: %4d ms, %6.1f MB of memory, %s\n", $how, filesize( $file ) / 1e6, ( microtime( true ) - $began ) * 1000, ( memory_get_peak_usage() - $before ) / 1e6, $result );
}
