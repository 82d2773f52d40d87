<?php
/**
 * Looks at PHP files by WordPress's rules, and for what a compiler would have said.
 *
 *   php check.php --wordpress FOLDER… [--expected FILE] FOLDER-OR-FILE…
 *
 * With --expected it first looks whether it finds in FILE what the comments at the ends of its lines expect, and nothing else.
 *
 * PhpParser is the one that comes with PHPUnit.
 */

declare( strict_types=1 );

error_reporting( E_ALL & ~E_DEPRECATED );
ini_set( 'memory_limit', '1G' );
require_once stream_resolve_include_path( 'PhpParser/autoload.php' ) ?: '/usr/share/php/PhpParser/autoload.php';
foreach ( array( 'Source_File', 'WordPress_Sources', 'Rules', 'Analysis' ) as $name ) {
	require_once __DIR__ . "/$name.php";
}

$places   = array();
$paths    = array();
$expected = null;
for ( $at = 1; $at < $argc; $at++ ) {
	if ( '--wordpress' === $argv[ $at ] ) {
		$places[] = $argv[ ++$at ];
	} elseif ( '--expected' === $argv[ $at ] ) {
		$expected = $argv[ ++$at ];
	} elseif ( is_dir( $argv[ $at ] ) ) {
		foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $argv[ $at ], FilesystemIterator::SKIP_DOTS ) ) as $file ) {
			if ( 'php' === $file->getExtension() && ! preg_match( '/\.l10n\.php$/', (string) $file ) ) {
				$paths[] = (string) $file;
			}
		}
	} else {
		$paths[] = $argv[ $at ];
	}
}
sort( $paths );
if ( ! $paths || ! $places ) {
	fwrite( STDERR, "usage: check.php --wordpress FOLDER… [--expected FILE] FOLDER-OR-FILE…\n" );
	exit( 2 );
}

$factory     = new PhpParser\ParserFactory();
$parser      = method_exists( $factory, 'createForNewestSupportedVersion' ) ? $factory->createForNewestSupportedVersion() : $factory->create( PhpParser\ParserFactory::ONLY_PHP7 );
$wordpresses = array_map( static fn( string $place ): WordPress_Sources => new WordPress_Sources( $place, $parser ), $places );
usort( $wordpresses, static fn( WordPress_Sources $a, WordPress_Sources $b ): int => version_compare( $a->version, $b->version ) );
$known = array_merge( Rules::NAMES, Analysis::NAMES );

/** @return Source_File[] */
$look = static function ( array $paths ) use ( $parser, $wordpresses ): array {
	$files    = array_map( static fn( string $path ): Source_File => new Source_File( $path, $parser ), $paths );
	$rules    = new Rules( $files );
	$analysis = new Analysis( $wordpresses, $files );
	foreach ( $files as $file ) {
		$rules->check( $file );
		$analysis->check( $file );
	}
	return $files;
};

$said = array();
if ( null !== $expected ) {
	$file  = $look( array( $expected ) )[0];
	$found = array_map( static fn( array $one ): string => "$one[0] $one[1]", $file->findings( $known ) );
	$names = array();
	$wants = array();
	foreach ( $file->lines as $number => $line ) {
		// A heredoc has no room for a comment in its first line.
		if ( preg_match( '#// (above )?finds: (.+)$#', $line, $parts ) ) {
			foreach ( explode( ', ', $parts[2] ) as $rule ) {
				$wants[] = ( '' === $parts[1] ? $number : $number - 3 ) . " $rule";
				$names[] = $rule;
			}
		}
	}
	foreach ( array( 'not found' => array_diff( $wants, $found ), 'found, but not expected' => array_diff( $found, $wants ), 'no line breaks this rule' => array_diff( $known, $names ) ) as $what => $lines ) {
		foreach ( $lines as $line ) {
			$said[] = "$expected: $what: $line";
		}
	}
}
$files = $look( $paths );
foreach ( $files as $file ) {
	foreach ( $file->findings( $known ) as $one ) {
		$said[] = "$file->path:$one[0]: $one[1]: $one[2]";
	}
}
echo implode( "\n", array_merge( $said, array( '' ) ) );
printf( "%d rules, %d files, WordPress %s: %d findings\n", count( $known ), count( $files ), implode( ' and ', array_map( static fn( WordPress_Sources $one ): string => $one->version, $wordpresses ) ), count( $said ) );
exit( $said ? 1 : 0 );
