<?php
/**
 * A file under examination: its tree, its lines, what it asks to be let off, and what was found.
 */

declare( strict_types=1 );

use PhpParser\Node;

final class Source_File {

	public string $path;
	/** @var string[] By number, from 1. */
	public array $lines;
	/** @var Node[] */
	public array $nodes;
	/** @var array<int, array{0: int, 1: string, 2: string}> Line, rule, words. */
	public array $found = array();
	/** @var array<int, array{codes: string[], from: int, to: int, used: bool}> */
	private array $ignores = array();

	public function __construct( string $path, PhpParser\Parser $parser ) {
		$this->path  = $path;
		$text        = (string) file_get_contents( $path );
		$this->lines = array_merge( array( '' ), explode( "\n", $text ) );
		$traverser   = new PhpParser\NodeTraverser();
		$traverser->addVisitor( new PhpParser\NodeVisitor\ParentConnectingVisitor() );
		$traverser->addVisitor( new PhpParser\NodeVisitor\NameResolver( null, array( 'preserveOriginalNames' => true ) ) );
		$this->nodes = $traverser->traverse( (array) $parser->parse( $text ) );
		$this->read_ignores();
	}

	/** Those of PHP_CodeSniffer, as whoever runs it with WordPress's standard needs them. Each says why. */
	private function read_ignores(): void {
		$open = null;
		foreach ( $this->lines as $number => $line ) {
			if ( null !== $open && preg_match( '#// phpcs:enable#', $line ) ) {
				$this->ignores[ $open ]['to'] = $number;
				$open                         = null;
			}
			if ( ! preg_match( '#// phpcs:(ignore|disable) (\S+(?:, \S+)*)(?: -- (.+))?$#', $line, $found ) ) {
				if ( preg_match( '#phpcs:(?:ignore|disable)#', $line ) ) {
					$this->add( $number, 'Ignores', 'names the rules and says why: // phpcs:ignore RULE, RULE -- Why.' );
				}
				continue;
			}
			if ( '' === trim( $found[3] ?? '' ) ) {
				$this->add( $number, 'Ignores', 'says why: // phpcs:ignore RULE -- Why.' );
			}
			// One on a line of its own is for the next.
			$is_alone        = '' === trim( (string) strstr( $line, '//', true ) );
			$this->ignores[] = array( 'codes' => explode( ', ', $found[2] ), 'from' => $number, 'to' => 'disable' === $found[1] ? count( $this->lines ) : $number + (int) $is_alone, 'used' => false );
			$open            = 'disable' === $found[1] ? array_key_last( $this->ignores ) : $open;
		}
	}

	/** @param int|Node $where */
	public function add( $where, string $rule, string $words ): void {
		$this->found[] = array( is_int( $where ) ? $where : $where->getStartLine(), $rule, $words );
	}

	/** What was found and is not let off; and lines that let off what is not there, of the rules that are known here. */
	public function findings( array $known ): array {
		$left = array();
		foreach ( $this->found as $one ) {
			$is_off = false;
			foreach ( $this->ignores as $at => $ignore ) {
				foreach ( $ignore['codes'] as $code ) {
					if ( $one[0] >= $ignore['from'] && $one[0] <= $ignore['to'] && self::is_same( $code, $one[1] ) ) {
						$this->ignores[ $at ]['used'] = true;
						$is_off                       = true;
					}
				}
			}
			if ( ! $is_off ) {
				$left[] = $one;
			}
		}
		foreach ( $this->ignores as $ignore ) {
			$ours = array_filter( $ignore['codes'], static fn( string $code ): bool => array() !== array_filter( $known, static fn( string $rule ): bool => self::is_same( $code, $rule ) ) );
			if ( ! $ignore['used'] && count( $ours ) === count( $ignore['codes'] ) ) {
				$left[] = array( $ignore['from'], 'Ignores', 'nothing is found here that had to be let off: ' . implode( ', ', $ignore['codes'] ) );
			}
		}
		sort( $left );
		return array_unique( $left, SORT_REGULAR );
	}

	private static function is_same( string $code, string $rule ): bool {
		return 0 === strpos( "$code.", "$rule." ) || 0 === strpos( "$rule.", "$code." );
	}
}
