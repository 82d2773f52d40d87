<?php
/**
 * What a WordPress offers: its functions with their parameters, its classes, its hooks; read from its sources when asked for.
 */

declare( strict_types=1 );

use PhpParser\Node\Stmt;

final class WordPress_Sources {

	public string $version = '';
	/** @var array<string, array{0: string, 1: int}> File and offset, by name in small letters. */
	private array $functions = array();
	/** @var array<string, string> File, by name in small letters. */
	private array $classes = array();
	/** @var array<string, true> */
	private array $hooks = array();
	/** @var array<string, ?Stmt\ClassLike> */
	private array $parsed = array();
	private PhpParser\Parser $parser;

	public function __construct( string $root, PhpParser\Parser $parser ) {
		$this->parser = $parser;
		foreach ( array( 'wp-includes', 'wp-admin', 'wp-login.php', 'wp-cron.php', 'wp-settings.php', 'wp-load.php' ) as $part ) {
			$files = is_dir( "$root/$part" ) ? new RecursiveIteratorIterator( new RecursiveDirectoryIterator( "$root/$part", FilesystemIterator::SKIP_DOTS ) ) : array( "$root/$part" );
			foreach ( $files as $file ) {
				if ( '.php' === substr( (string) $file, -4 ) && false === strpos( (string) $file, '/build/' ) ) {
					$this->index( (string) $file, (string) file_get_contents( (string) $file ) );
				}
			}
		}
		preg_match( "/wp_version = '([^']+)'/", (string) file_get_contents( "$root/wp-includes/version.php" ), $found );
		$this->version = $found[1];
	}

	/** By tokens: the sources may come without the white space by which a function is told from a method. */
	private function index( string $file, string $text ): void {
		$depth  = 0;
		$class  = array();
		$is_new = '';
		$offset = 0;
		$before = null;
		$space  = preg_match( '/(?:^|[\s;>])namespace ([\w\\\\]+);/', $text, $found ) ? strtolower( $found[1] ) . '\\' : '';
		foreach ( token_get_all( $text ) as $token ) {
			$word = is_array( $token ) ? $token[1] : $token;
			$kind = is_array( $token ) ? $token[0] : 0;
			if ( '{' === $word || T_CURLY_OPEN === $kind || T_DOLLAR_OPEN_CURLY_BRACES === $kind ) {
				++$depth;
				if ( '' !== $is_new ) {
					$class[] = $depth;
					$is_new  = '';
				}
			} elseif ( '}' === $word ) {
				if ( end( $class ) === $depth ) {
					array_pop( $class );
				}
				--$depth;
			} elseif ( T_STRING === $kind && is_array( $before ) && T_FUNCTION === $before[0] && ! $class ) {
				$this->functions += array( strtolower( $word ) => array( $file, $before[1] ) );
			} elseif ( T_STRING === $kind && is_array( $before ) && in_array( $before[0], array( T_CLASS, T_INTERFACE, T_TRAIT ), true ) ) {
				$this->classes += array( $space . strtolower( $word ) => $file );
				$is_new         = $word;
			}
			if ( T_WHITESPACE !== $kind && '&' !== $word && T_COMMENT !== $kind && T_DOC_COMMENT !== $kind ) {
				$before = array( $kind, $offset );
			}
			$offset += strlen( $word );
		}
		preg_match_all( '/\b(?:do_action|apply_filters)(?:_ref_array|_deprecated)?\(\s*([\'"])([^\'"]+)\1/', $text, $found );
		foreach ( $found[2] as $name ) {
			$this->hooks[ $name ] = true;
		}
	}

	/** @return ?array{least: int, most: int, deprecated: bool, byref: array<int, true>} */
	public function function( string $name ): ?array {
		$place = $this->functions[ strtolower( $name ) ] ?? null;
		if ( null === $place ) {
			return null;
		}
		$text = substr( (string) file_get_contents( $place[0] ), $place[1] );
		// To where the next one begins: only its head is parsed.
		$end  = preg_match( '/\bfunction &?\w+\s*\(/', $text, $found, PREG_OFFSET_CAPTURE, 10 ) ? $found[0][1] : strlen( $text );
		$body = substr( $text, 0, $end );
		$head = substr( $body, 0, (int) strpos( $body, '{' ) );
		$node = $this->parser->parse( "<?php $head {}" )[0];
		return self::signature( $node->params, $body ) + array( 'deprecated' => (bool) preg_match( '/_deprecated_function\(\s*__FUNCTION__/', $body ) );
	}

	/** @return array{least: int, most: int, byref: array<int, true>} */
	public static function signature( array $params, string $body = '' ): array {
		$least = 0;
		$most  = count( $params );
		$byref = array();
		foreach ( $params as $at => $param ) {
			$least = null === $param->default && ! $param->variadic ? $at + 1 : $least;
			$most  = $param->variadic ? PHP_INT_MAX : $most;
			$byref += $param->byRef ? array( $at => true ) : array();
		}
		return array( 'least' => $least, 'most' => false !== strpos( $body, 'func_get_args' ) ? PHP_INT_MAX : $most, 'byref' => $byref );
	}

	public function class( string $name ): ?Stmt\ClassLike {
		$short = strtolower( ltrim( $name, '\\' ) );
		if ( ! isset( $this->classes[ $short ] ) ) {
			return null;
		}
		if ( ! array_key_exists( $short, $this->parsed ) ) {
			$this->parsed[ $short ] = null;
			$traverser              = new PhpParser\NodeTraverser();
			$traverser->addVisitor( new PhpParser\NodeVisitor\NameResolver() );
			$nodes = $traverser->traverse( (array) $this->parser->parse( (string) file_get_contents( $this->classes[ $short ] ) ) );
			foreach ( ( new PhpParser\NodeFinder() )->findInstanceOf( $nodes, Stmt\ClassLike::class ) as $class ) {
				if ( $class->name && strtolower( (string) $class->namespacedName ) === $short ) {
					$this->parsed[ $short ] = $class;
				}
			}
		}
		return $this->parsed[ $short ];
	}

	public function has_hook( string $name ): bool {
		return isset( $this->hooks[ $name ] );
	}
}
