<?php
/**
 * How long WordPress' own pages take without the plugin, and with it while the gateway answers, is down, or hangs: medians in
 * milliseconds, and how much more that is. Each round asks for every page in all four ways, one after the other, so that what else
 * the machine does is shared by all.
 *
 *   WP_ROOT=… WP_URL=… php tests/bench/pages.php [ROUNDS [PAGE…]]
 *
 * with a WordPress as dev/wordpress/up makes it (`eval "$(dev/wordpress/up native-mariadb dist/litellm-dashboard.zip)"`), and node.
 * ROUNDS is 15 where nothing is said, and a PAGE one of the list below or any other, such as /wp-admin/edit.php.
 */

declare( strict_types=1 );

const PAGES = array( '/', '/wp-admin/index.php', '/wp-admin/edit.php', '/wp-admin/post-new.php', '/wp-admin/upload.php', '/wp-admin/edit-comments.php', '/wp-admin/themes.php', '/wp-admin/plugins.php', '/wp-admin/users.php', '/wp-admin/profile.php', '/wp-admin/tools.php', '/wp-admin/site-health.php', '/wp-admin/options-general.php' );
const WAYS  = array( 'without', 'up', 'down', 'hanging' );

$url    = (string) getenv( 'WP_URL' );
$folder = getenv( 'WP_ROOT' ) . '/wp-content/mu-plugins';
$rounds = (int) ( $argv[1] ?? 15 );
$pages  = array_slice( $argv, 2 ) ?: PAGES;
if ( '' === $url || ! is_dir( (string) getenv( 'WP_ROOT' ) ) || $rounds < 1 ) {
	fwrite( STDERR, "WP_ROOT=… WP_URL=… php tests/bench/pages.php [ROUNDS [PAGE…]]\n" );
	exit( 2 );
}

/** A gateway that answers, and one that takes a connection and says nothing. */
$script  = 'const http = require( "http" ), net = require( "net" );
const up = http.createServer( ( req, res ) => { res.setHeader( "content-type", "application/json" ); res.end( JSON.stringify( { status: "healthy", db: "connected", results: [], keys: [], teams: [], data: [], total: 0, total_count: 0 } ) ); } );
const mute = net.createServer( () => {} );
up.listen( 0, "127.0.0.1", () => mute.listen( 0, "127.0.0.1", () => console.log( up.address().port + " " + mute.address().port ) ) );';
$node    = proc_open( array( 'node', '-e', $script ), array( 1 => array( 'pipe', 'w' ) ), $pipes );
$ports   = explode( ' ', trim( (string) fgets( $pipes[1] ) ) );
$bases   = array( 'up' => "http://127.0.0.1:{$ports[0]}", 'down' => 'http://127.0.0.1:1', 'hanging' => "http://127.0.0.1:{$ports[1]}" );
$token   = bin2hex( random_bytes( 16 ) );
$switch  = '<?php
$way = hash_equals( ' . var_export( $token, true ) . ', $_SERVER["HTTP_X_BENCH_TOKEN"] ?? "" ) ? $_SERVER["HTTP_X_BENCH"] ?? "" : "";
if ( "" !== $way ) {
	$bases = ' . var_export( $bases, true ) . ';
	isset( $bases[ $way ] ) ? putenv( "LITELLM_API_BASE=" . $bases[ $way ] ) . putenv( "LITELLM_SERVICE_KEY=sk-Bench0Key1Of2Pages3" ) : add_filter( "option_active_plugins", static fn( $all ) => array_values( preg_grep( "/litellm-dashboard/", $all, PREG_GREP_INVERT ) ) );
	$used  = static fn( array $u ): float => 1e3 * ( $u["ru_utime.tv_sec"] + $u["ru_stime.tv_sec"] ) + ( $u["ru_utime.tv_usec"] + $u["ru_stime.tv_usec"] ) / 1e3;
	$begun = array( hrtime( true ), $used( getrusage() ) );
	register_shutdown_function( static function () use ( $begun, $used ) {
		printf( "<!--bench %.3f %.3f %d-->", ( hrtime( true ) - $begun[0] ) / 1e6, $used( getrusage() ) - $begun[1], class_exists( "LiteLLM_Dashboard\\\\Plugin", false ) );
	} );
}
';
$is_new = ! is_dir( $folder ) && mkdir( $folder );
file_put_contents( "$folder/litellm-bench.php", $switch );
$jar = (string) tempnam( sys_get_temp_dir(), 'jar' );
register_shutdown_function( static function () use ( $folder, $is_new, $jar, $node ): void {
	unlink( "$folder/litellm-bench.php" );
	$is_new && rmdir( $folder );
	unlink( $jar );
	proc_terminate( $node );
} );

$curl = curl_init();
curl_setopt_array( $curl, array( CURLOPT_RETURNTRANSFER => true, CURLOPT_COOKIEJAR => $jar, CURLOPT_COOKIEFILE => $jar, CURLOPT_TIMEOUT => 120 ) );
$ask = static function ( string $path, array $headers = array(), ?array $post = null ) use ( $curl, $url ): string {
	curl_setopt_array( $curl, array( CURLOPT_URL => $url . $path, CURLOPT_HTTPHEADER => $headers, CURLOPT_POST => null !== $post ) + ( null === $post ? array( CURLOPT_HTTPGET => true ) : array( CURLOPT_POSTFIELDS => http_build_query( $post ) ) ) );
	return (string) curl_exec( $curl );
};
$ask( '/wp-login.php', array( 'Cookie: wordpress_test_cookie=WP%20Cookie%20check' ), array( 'log' => getenv( 'WP_ADMIN_USER' ) ?: 'admin', 'pwd' => getenv( 'WP_ADMIN_PASSWORD' ) ?: 'password', 'testcookie' => 1 ) );

$times = array();
for ( $round = -1; $round < $rounds; $round++ ) {
	foreach ( $pages as $page ) {
		// Each way is first as often as the others; what is asked first finds the colder caches.
		for ( $turn = 0; $turn < count( WAYS ); $turn++ ) {
			$way  = WAYS[ ( $turn + $round + count( WAYS ) ) % count( WAYS ) ];
			$body = $ask( $page, array( "X-Bench: $way", "X-Bench-Token: $token" ) );
			if ( ! preg_match( '/<!--bench ([\d.]+) ([\d.]+) (\d)-->$/D', $body, $found ) || ( 'without' === $way ) === ( '1' === $found[3] ) || strlen( $body ) < 2000 ) {
				fwrite( STDERR, "$page ($way) is not the page that was asked for: " . substr( strip_tags( $body ), 0, 300 ) . "\n" );
				exit( 1 );
			}
			// The first round fills the caches.
			if ( $round >= 0 ) {
				$times[ $page ][ $way ][] = array( (float) $found[1], (float) $found[2] );
			}
		}
	}
}

$median = static function ( array $figures ): float {
	sort( $figures );
	$half = intdiv( count( $figures ), 2 );
	return count( $figures ) % 2 ? $figures[ $half ] : ( $figures[ $half - 1 ] + $figures[ $half ] ) / 2;
};
foreach ( array( 'time' => 0, 'processor' => 1 ) as $what => $figure ) {
	printf( "%s, ms, median of %d\n%-32s %9s %20s %20s %20s\n", $what, $rounds, '', ...WAYS );
	foreach ( $times as $page => $ways ) {
		$without = $median( array_column( $ways['without'], $figure ) );
		printf( '%-32s %9.2f', $page, $without );
		foreach ( array_slice( WAYS, 1 ) as $way ) {
			// Pairs of one round differ less than medians of all of them.
			$more = array_map( static fn( array $with, array $plain ): float => $with[ $figure ] - $plain[ $figure ], $ways[ $way ], $ways['without'] );
			printf( ' %11.2f (%+6.2f)', $median( array_column( $ways[ $way ], $figure ) ), $median( $more ) );
		}
		echo "\n";
	}
}
