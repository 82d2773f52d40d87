<?php
/**
 * Makes a zip of the plugin as an upload has it: php zip.php FOLDER ZIP. With a third word, one of an earlier version: another
 * number, files that are gone since, and one that has changed.
 */

declare( strict_types=1 );

list( , $folder, $target ) = $argv;
$is_earlier                = isset( $argv[3] );
$zip                       = new ZipArchive();
$zip->open( $target, ZipArchive::CREATE | ZipArchive::OVERWRITE );
foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $folder, FilesystemIterator::SKIP_DOTS ) ) as $file ) {
	$name = substr( (string) $file, strlen( $folder ) + 1 );
	$text = (string) file_get_contents( (string) $file );
	if ( $is_earlier ) {
		$text = in_array( $name, array( 'litellm-dashboard.php', 'includes/Plugin.php' ), true ) ? preg_replace( "/(Version: +|VERSION = ')\d+\.\d+\.\d+/", '${1}0.0.9', $text ) : $text;
		$text = 'assets/app/build.json' === $name ? '{"hash":"fedcba9876543210"}' : $text;
	}
	$zip->addFromString( "litellm-dashboard/$name", $text );
}
if ( $is_earlier ) {
	$zip->addFromString( 'litellm-dashboard/includes/Gone.php', "<?php\n" );
	$zip->addFromString( 'litellm-dashboard/assets/app/gone.bin', 'gone' );
}
$zip->close();
