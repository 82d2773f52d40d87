<?php
/**
 * What a compiler would have said: names that do not exist, calls with too few or too many values, variables that nobody sets,
 * and what nobody uses. The types it knows are those that the code names; where it knows none it is silent.
 */

declare( strict_types=1 );

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;

final class Analysis {

	public const NAMES = array( 'Analysis.Function', 'Analysis.Class', 'Analysis.Member', 'Analysis.Arguments', 'Analysis.Variable', 'Analysis.Unused', 'Analysis.Php', 'Analysis.Hook', 'WordPress.WP.DeprecatedFunctions' );

	/** Not in PHP 7.4, and not made up for by the oldest WordPress that is supported. */
	private const NEWER_PHP = array(
		'get_debug_type', 'get_resource_id', 'fdiv', 'preg_last_error_msg', 'array_is_list', 'fsync', 'fdatasync', 'array_find', 'array_find_key', 'array_any', 'array_all', 'array_first', 'array_last', 'json_validate', 'mb_str_pad', 'mb_trim',
		'mb_ltrim', 'mb_rtrim', 'mb_ucfirst', 'mb_lcfirst', 'str_increment', 'str_decrement', 'enum_exists', 'ini_parse_quantity', 'iterator_apply_all', 'memory_reset_peak_usage', 'bcfloor', 'bcround', 'bcceil', 'grapheme_str_split',
	);
	/** Hooks whose name has a part of its own, and those of other plugins. */
	private const OPEN_HOOKS = '/^(?:litellm_|load-|admin_post_|wp_ajax_|update_option_|add_option_|pre_option_|option_|after_plugin_row_|plugin_action_links_|network_admin_plugin_action_links_|manage_|default_option_|rest_prepare_|sanitize_option_|admin_print_|activate_|deactivate_|cli_init$|members_get_capabilities$|ure_full_capabilites$|http_api_curl$|wp_abilities_api_)/';
	/** Of the command line, which is not part of WordPress. */
	private const ELSEWHERE = '/^(?:WP_CLI(?:$|\\\\|_)|cli\\\\)/i';

	/** @var WordPress_Sources[] The oldest first. */
	private array $wordpresses;
	/** @var array<string, Stmt\ClassLike> Ours, by name. */
	private array $classes = array();
	private Source_File $file;
	private NodeFinder $finder;
	/** @var array<string, array> */
	private array $known = array();

	/**
	 * @param WordPress_Sources[] $wordpresses
	 * @param Source_File[]       $files
	 */
	public function __construct( array $wordpresses, array $files ) {
		$this->finder      = new NodeFinder();
		$this->wordpresses = $wordpresses;
		foreach ( $files as $file ) {
			foreach ( $this->finder->findInstanceOf( $file->nodes, Stmt\ClassLike::class ) as $class ) {
				$this->classes[ strtolower( (string) $class->namespacedName ) ] = $class;
			}
		}
	}

	public function check( Source_File $file ): void {
		$this->file = $file;
		foreach ( $this->finder->find( $file->nodes, static fn( Node $node ): bool => true ) as $node ) {
			if ( $node instanceof Expr\FuncCall && $node->name instanceof Node\Name ) {
				$this->check_function( $node, Rules::name( $node ) );
			} elseif ( $node instanceof Expr\New_ && $node->class instanceof Node\Name ) {
				$this->check_member( $node, $this->class_name( $node->class ), '__construct', $node->args );
			} elseif ( $node instanceof Expr\StaticCall && $node->class instanceof Node\Name && $node->name instanceof Node\Identifier ) {
				$this->check_member( $node, $this->class_name( $node->class ), (string) $node->name, $node->args );
			} elseif ( $node instanceof Expr\MethodCall && $node->name instanceof Node\Identifier ) {
				$this->check_member( $node, $this->type( $node->var ), (string) $node->name, $node->args );
			} elseif ( $node instanceof Expr\ClassConstFetch && $node->class instanceof Node\Name && $node->name instanceof Node\Identifier && 'class' !== (string) $node->name ) {
				$this->check_constant( $node );
			} elseif ( $node instanceof Expr\PropertyFetch && $node->name instanceof Node\Identifier ) {
				$this->check_property( $node, $this->type( $node->var ), (string) $node->name );
			} elseif ( $node instanceof Expr\StaticPropertyFetch && $node->class instanceof Node\Name && $node->name instanceof Node\VarLikeIdentifier ) {
				$this->check_property( $node, $this->class_name( $node->class ), (string) $node->name );
			} elseif ( ( $node instanceof Stmt\ClassMethod || $node instanceof Stmt\Function_ || $node instanceof Expr\Closure ) && null !== $node->stmts ) {
				$this->check_variables( $node );
			} elseif ( $node instanceof Stmt\ClassLike ) {
				$this->check_private( $node );
			} elseif ( $node instanceof Stmt\UseUse ) {
				$short = $node->alias ? (string) $node->alias : $node->name->getLast();
				if ( preg_match_all( '/\b' . $short . '\b/', implode( "\n", $file->lines ) ) < 2 ) {
					$this->file->add( $node, 'Analysis.Unused', "$short is imported and not used" );
				}
			}
		}
	}

	private function check_function( Expr\FuncCall $call, string $name ): void {
		if ( in_array( $name, self::NEWER_PHP, true ) && ! $this->is_asked_for( $name ) ) {
			$this->file->add( $call, 'Analysis.Php', "$name is not in PHP 7.4" );
			return;
		}
		if ( in_array( $name, array( 'add_action', 'add_filter', 'remove_action', 'remove_filter', 'has_action', 'has_filter', 'did_action' ), true ) && $call->args[0]->value instanceof Node\Scalar\String_ ) {
			$hook = $call->args[0]->value->value;
			if ( ! preg_match( self::OPEN_HOOKS, $hook ) && ! end( $this->wordpresses )->has_hook( $hook ) ) {
				$this->file->add( $call, 'Analysis.Hook', "no WordPress has a hook '$hook'" );
			}
		}
		foreach ( $this->wordpresses as $at => $wordpress ) {
			$found = $this->known[ "$at $name" ] ?? ( $this->known[ "$at $name" ] = $this->signature( $wordpress, $name ) ?? array() );
			if ( array() === $found ) {
				if ( ! $this->is_asked_for( $name ) && ! preg_match( self::ELSEWHERE, (string) $call->name ) ) {
					$this->file->add( $call, 'Analysis.Function', "$name is not in WordPress $wordpress->version, nor in PHP" );
				}
				continue;
			}
			$this->check_arguments( $call, "$name of WordPress $wordpress->version", $found, $call->args );
			if ( $found['deprecated'] ?? false ) {
				$this->file->add( $call, 'WordPress.WP.DeprecatedFunctions', "$name is deprecated in WordPress $wordpress->version" );
			}
		}
	}

	private function signature( WordPress_Sources $wordpress, string $name ): ?array {
		if ( ! function_exists( $name ) ) {
			return $wordpress->function( $name );
		}
		$function = new ReflectionFunction( $name );
		$byref    = array();
		foreach ( $function->getParameters() as $at => $param ) {
			$byref += $param->isPassedByReference() ? array( $at => true ) + ( $param->isVariadic() ? array_fill( $at, 20, true ) : array() ) : array();
		}
		return array( 'least' => $function->getNumberOfRequiredParameters(), 'most' => $function->isVariadic() ? PHP_INT_MAX : $function->getNumberOfParameters(), 'byref' => $byref );
	}

	/** Whether this file asks first if there is such a function or class. */
	private function is_asked_for( string $name ): bool {
		return (bool) preg_match( '/(?:function|class|method|interface)_exists\(\s*\W?' . preg_quote( $name, '/' ) . '\W/i', implode( "\n", $this->file->lines ) );
	}

	/** @param Node\Arg[] $args */
	private function check_arguments( Node $call, string $what, array $signature, array $args ): void {
		foreach ( $args as $arg ) {
			if ( ! $arg instanceof Node\Arg || $arg->unpack ) {
				return;
			}
		}
		if ( count( $args ) < $signature['least'] || count( $args ) > $signature['most'] ) {
			$this->file->add( $call, 'Analysis.Arguments', sprintf( '%s takes %d%s values, and gets %d', $what, $signature['least'], $signature['most'] === $signature['least'] ? '' : ' or more, but not any number of', count( $args ) ) );
		}
	}

	/** The class that a name means here; null for what is known only when it runs. */
	private function class_name( Node\Name $name ): ?string {
		if ( ! $name->isSpecialClassName() ) {
			return (string) $name;
		}
		$class = $this->around( $name, Stmt\ClassLike::class );
		return 'parent' === strtolower( (string) $name ) ? ( isset( $class->extends ) ? (string) $class->extends : null ) : ( $class && $class->name ? (string) $class->namespacedName : null );
	}

	private function node_of( string $class, int $at = -1 ): ?Stmt\ClassLike {
		$class = ltrim( $class, '\\' );
		return $this->classes[ strtolower( $class ) ] ?? ( $at < 0 ? end( $this->wordpresses ) : $this->wordpresses[ $at ] )->class( $class );
	}

	/** @return Node[] This class and those it extends, uses or implements, as far as their source is known; false where it is not. */
	private function family( string $class, int $at, bool &$is_whole ): array {
		$node = $this->node_of( $class, $at );
		if ( null === $node ) {
			// Of an interface of PHP's, the class has all.
			$is_whole = $is_whole && ! class_exists( $class );
			return array();
		}
		$more  = array_merge( array_filter( array( $node->extends ?? null ), static fn( $one ): bool => $one instanceof Node\Name ), $node->implements ?? array() );
		$all   = array( $node );
		foreach ( $more as $name ) {
			$is_there = $this->node_of( (string) $name, $at );
			$is_whole = $is_whole && ( $is_there || ! class_exists( (string) $name ) );
			$all      = array_merge( $all, $this->family( (string) $name, $at, $is_whole ) );
		}
		foreach ( $node->getTraitUses() as $use ) {
			foreach ( $use->traits as $name ) {
				$all = array_merge( $all, $this->family( (string) $name, $at, $is_whole ) );
			}
		}
		return $all;
	}

	private function check_member( Node $call, ?string $class, string $method, array $args ): void {
		if ( null === $class || preg_match( self::ELSEWHERE, $class ) ) {
			return;
		}
		foreach ( $this->wordpresses as $at => $wordpress ) {
			if ( null === $this->node_of( $class, $at ) ) {
				if ( ! class_exists( $class ) && ! interface_exists( $class ) && ! $this->is_asked_for( ltrim( $class, '\\' ) ) ) {
					$this->file->add( $call, 'Analysis.Class', "$class is not in WordPress $wordpress->version, nor in PHP" );
				} elseif ( class_exists( $class ) && '__construct' !== $method && ! method_exists( $class, $method ) ) {
					$this->file->add( $call, 'Analysis.Member', "$class has no method $method" );
				}
				continue;
			}
			$is_whole = true;
			$found    = null;
			foreach ( $this->family( $class, $at, $is_whole ) as $one ) {
				$found    = $found ?? $one->getMethod( $method );
				$is_whole = $is_whole && null === $one->getMethod( '__call' );
			}
			if ( null === $found ) {
				if ( $is_whole && '__construct' !== $method && ! $this->is_asked_for( $method ) ) {
					$this->file->add( $call, 'Analysis.Member', "$class of WordPress $wordpress->version has no method $method" );
				} elseif ( $is_whole && '__construct' === $method && array() !== $args ) {
					$this->file->add( $call, 'Analysis.Arguments', "$class takes no values" );
				}
				continue;
			}
			if ( $found->isPrivate() && $this->around( $call, Stmt\ClassLike::class ) !== $found->getAttribute( 'parent' ) ) {
				$this->file->add( $call, 'Analysis.Member', "$class::$method is private" );
			}
			if ( $call instanceof Expr\StaticCall && ! $found->isStatic() && $call->class instanceof Node\Name && 'parent' !== strtolower( (string) $call->class ) ) {
				$this->file->add( $call, 'Analysis.Member', "$class::$method is not static" );
			}
			$body = isset( $this->classes[ strtolower( ltrim( $class, '\\' ) ) ] ) ? '' : implode( ' ', array_map( 'Rules::name', $this->finder->findInstanceOf( (array) $found->stmts, Expr\FuncCall::class ) ) );
			$this->check_arguments( $call, "$class::$method", WordPress_Sources::signature( $found->params, $body ), $args );
		}
	}

	private function check_constant( Expr\ClassConstFetch $node ): void {
		$class = $this->class_name( $node->class );
		if ( null === $class || preg_match( self::ELSEWHERE, $class ) ) {
			return;
		}
		$name = (string) $node->name;
		foreach ( array_keys( $this->wordpresses ) as $at ) {
			$is_whole = true;
			$is_there = false;
			$family   = $this->family( $class, $at, $is_whole );
			foreach ( $family as $one ) {
				foreach ( $one->getConstants() as $constants ) {
					foreach ( $constants->consts as $constant ) {
						$is_there = $is_there || $name === (string) $constant->name;
						if ( $name === (string) $constant->name && $constants->isPrivate() && $this->around( $node, Stmt\ClassLike::class ) !== $one ) {
							$this->file->add( $node, 'Analysis.Member', "$class::$name is private" );
						}
					}
				}
			}
			if ( array() === $family && ! class_exists( $class ) && ! interface_exists( $class ) ) {
				$this->file->add( $node, 'Analysis.Class', "there is no $class" );
			} elseif ( ! $is_there && ( array() === $family ? ! defined( "$class::$name" ) : $is_whole ) ) {
				$this->file->add( $node, 'Analysis.Member', "$class has no constant $name" );
			}
		}
	}

	/** Of ours only: objects of others have what they are given. */
	private function check_property( Node $node, ?string $class, string $name ): void {
		$own = null === $class ? null : $this->classes[ strtolower( ltrim( $class, '\\' ) ) ] ?? null;
		if ( null === $own || ! empty( $own->extends ) ) {
			return;
		}
		$property = $own->getProperty( $name );
		if ( null === $property ) {
			$this->file->add( $node, 'Analysis.Member', "$class has no property $name" );
		} elseif ( $property->isPrivate() && $this->around( $node, Stmt\ClassLike::class ) !== $own ) {
			$this->file->add( $node, 'Analysis.Member', "$class::\$$name is private" );
		}
	}

	/** The class of what an expression gives, where the code says it. */
	private function type( Node $expr ): ?string {
		if ( $expr instanceof Expr\New_ ) {
			return $expr->class instanceof Node\Name ? $this->class_name( $expr->class ) : null;
		}
		if ( $expr instanceof Expr\Variable ) {
			return $this->type_of_variable( $expr );
		}
		if ( $expr instanceof Expr\PropertyFetch && $expr->name instanceof Node\Identifier ) {
			$class    = $this->type( $expr->var );
			$own      = null === $class ? null : $this->node_of( $class );
			$property = $own ? $own->getProperty( (string) $expr->name ) : null;
			return $property ? $this->named( $property->type, $class ) : null;
		}
		if ( ( $expr instanceof Expr\MethodCall || $expr instanceof Expr\StaticCall ) && $expr->name instanceof Node\Identifier ) {
			$class  = $expr instanceof Expr\MethodCall ? $this->type( $expr->var ) : ( $expr->class instanceof Node\Name ? $this->class_name( $expr->class ) : null );
			$own    = null === $class ? null : $this->classes[ strtolower( ltrim( $class, '\\' ) ) ] ?? null;
			$method = $own ? $own->getMethod( (string) $expr->name ) : null;
			return $method ? $this->named( $method->returnType, $class ) : null;
		}
		return null;
	}

	private function named( ?Node $type, string $class ): ?string {
		$type = $type instanceof Node\NullableType ? $type->type : $type;
		return $type instanceof Node\Name ? ( $type->isSpecialClassName() ? $class : (string) $type ) : null;
	}

	private function type_of_variable( Expr\Variable $variable ): ?string {
		$function = $this->around( $variable, Node\FunctionLike::class );
		if ( 'this' === $variable->name ) {
			$class = $this->around( $variable, Stmt\ClassLike::class );
			return $class && $class->name ? (string) $class->namespacedName : null;
		}
		for ( $scope = $function; $scope; $scope = $scope instanceof Expr\ArrowFunction ? $this->around( $scope, Node\FunctionLike::class ) : null ) {
			foreach ( $scope->getParams() as $param ) {
				if ( $param->var->name === $variable->name ) {
					return $this->named( $param->type, '' );
				}
			}
			if ( $scope instanceof Expr\ArrowFunction ) {
				continue;
			}
			// Only where it is set once, and plainly.
			$sets = $this->finder->find( (array) $scope->getStmts(), static fn( Node $node ): bool => $node instanceof Expr\Variable && $node->name === $variable->name && self::is_set_here( $node ) );
			$set  = 1 === count( $sets ) ? $sets[0]->getAttribute( 'parent' ) : null;
			return $set instanceof Expr\Assign && $set->var === $sets[0] && $set->expr !== $variable ? $this->type( $set->expr ) : null;
		}
		return null;
	}

	private static function is_set_here( Expr\Variable $node ): bool {
		$parent = $node->getAttribute( 'parent' );
		return ( ( $parent instanceof Expr\Assign || $parent instanceof Expr\AssignRef ) && $parent->var === $node ) || ( $parent instanceof Expr\AssignOp && $parent->var === $node ) || $parent instanceof Node\Param || $parent instanceof Stmt\Catch_ || $parent instanceof Stmt\Global_
			|| $parent instanceof Stmt\StaticVar || ( $parent instanceof Stmt\Foreach_ && $parent->expr !== $node ) || $parent instanceof Expr\ClosureUse || ( $parent instanceof Expr\ArrayItem && self::is_list( $parent ) ) || ( $parent instanceof Expr\AssignRef && $parent->expr === $node );
	}

	private static function is_list( Expr\ArrayItem $item ): bool {
		$list = $item->getAttribute( 'parent' );
		$up   = $list->getAttribute( 'parent' );
		return $list instanceof Expr\List_ || ( $up instanceof Expr\Assign && $up->var === $list ) || ( $up instanceof Stmt\Foreach_ && $up->valueVar === $list ) || ( $up instanceof Expr\ArrayItem && self::is_list( $up ) );
	}

	/** Each function by itself; a closure is part of what it is in, as far as it takes variables from there. */
	private function check_variables( Node\FunctionLike $function ): void {
		$set = array_fill_keys( array( 'this', 'GLOBALS', '_GET', '_POST', '_COOKIE', '_SERVER', '_ENV', '_FILES', '_REQUEST' ), true );
		foreach ( $function->getParams() as $param ) {
			$set[ $param->var->name ] = true;
		}
		foreach ( $function->uses ?? array() as $use ) {
			$set[ $use->var->name ] = true;
		}
		$read  = array();
		$plain = array();
		foreach ( $this->variables( (array) $function->getStmts() ) as $variable ) {
			$parent = $variable->getAttribute( 'parent' );
			$name   = $variable->name;
			if ( self::is_set_here( $variable ) && ! $parent instanceof Expr\ClosureUse ) {
				$set[ $name ] = true;
				if ( $parent instanceof Expr\Assign ) {
					$plain[ $name ] = $plain[ $name ] ?? $variable;
				} else {
					$read[ $name ] = $read[ $name ] ?? null;
				}
			} elseif ( $this->is_filled( $variable ) ) {
				$set[ $name ]  = true;
				$read[ $name ] = $read[ $name ] ?? null;
			} elseif ( $parent instanceof Expr\Isset_ || $parent instanceof Expr\Empty_ || $parent instanceof Stmt\Unset_ || ( $parent instanceof Expr\BinaryOp\Coalesce && $parent->left === $variable ) || ( $parent instanceof Expr\ClosureUse && $parent->byRef ) ) {
				$read[ $name ] = $read[ $name ] ?? null;
				$set          += $parent instanceof Expr\ClosureUse ? array( $name => true ) : array();
			} else {
				$read[ $name ] = $read[ $name ] ?? $variable;
			}
		}
		foreach ( $this->finder->find( (array) $function->getStmts(), static fn( Node $node ): bool => $node instanceof Expr\FuncCall && 'compact' === Rules::name( $node ) ) as $call ) {
			foreach ( $call->args as $arg ) {
				$read += $arg->value instanceof Node\Scalar\String_ ? array( $arg->value->value => null ) : array();
			}
		}
		foreach ( $read as $name => $variable ) {
			if ( $variable && ! isset( $set[ $name ] ) ) {
				$this->file->add( $variable, 'Analysis.Variable', "\$$name is never set" );
			}
		}
		foreach ( array_diff_key( $plain, $read ) as $name => $variable ) {
			if ( ! isset( array_fill_keys( array_map( static fn( Node\Param $one ): string => $one->byRef ? $one->var->name : '', $function->getParams() ), true )[ $name ] ) && ! $this->is_by_reference( $function, $name ) ) {
				$this->file->add( $variable, 'Analysis.Unused', "\$$name is set and not used" );
			}
		}
	}

	private function is_by_reference( Node\FunctionLike $function, string $name ): bool {
		foreach ( $function->uses ?? array() as $use ) {
			if ( $use->byRef && $use->var->name === $name ) {
				return true;
			}
		}
		return false;
	}

	/** @return Expr\Variable[] Those of this function: what closures have inside is theirs, what arrow functions have is not, but for their parameters. */
	private function variables( array $nodes ): array {
		$found = array();
		foreach ( $nodes as $node ) {
			if ( is_array( $node ) ) {
				$found = array_merge( $found, $this->variables( $node ) );
			} elseif ( $node instanceof Expr\Closure ) {
				$found = array_merge( $found, $this->variables( $node->uses ) );
			} elseif ( $node instanceof Expr\ArrowFunction ) {
				$own   = array_map( static fn( Node\Param $one ): string => $one->var->name, $node->params );
				$inner = $this->variables( array( $node->expr ) );
				$found = array_merge( $found, array_filter( $inner, static fn( Expr\Variable $one ): bool => ! in_array( $one->name, $own, true ) ) );
			} elseif ( $node instanceof Stmt\ClassLike || $node instanceof Stmt\Function_ ) {
				continue;
			} elseif ( $node instanceof Node ) {
				if ( $node instanceof Expr\Variable && is_string( $node->name ) ) {
					$found[] = $node;
				}
				foreach ( $node->getSubNodeNames() as $name ) {
					$found = array_merge( $found, $this->variables( array_filter( array( $node->$name ), static fn( $one ): bool => is_array( $one ) || $one instanceof Node ) ) );
				}
			}
		}
		return $found;
	}

	/** Whether it is handed to a function that fills it, or one of its entries is set. */
	private function is_filled( Expr\Variable $variable ): bool {
		$node   = $variable;
		$parent = $variable->getAttribute( 'parent' );
		while ( ( $parent instanceof Expr\ArrayDimFetch || $parent instanceof Expr\PropertyFetch ) && $parent->var === $node ) {
			$node   = $parent;
			$parent = $parent->getAttribute( 'parent' );
		}
		if ( ( $parent instanceof Expr\Assign || $parent instanceof Expr\AssignOp ) && $parent->var === $node && $node instanceof Expr\ArrayDimFetch ) {
			return true;
		}
		if ( ! $parent instanceof Node\Arg ) {
			return false;
		}
		$call = $parent->getAttribute( 'parent' );
		if ( $call instanceof Expr\FuncCall && $call->name instanceof Node\Name ) {
			$signature = $this->signature( end( $this->wordpresses ), Rules::name( $call ) );
			return isset( $signature['byref'][ (int) array_search( $parent, $call->args, true ) ] );
		}
		if ( $call instanceof Expr\StaticCall || $call instanceof Expr\MethodCall ) {
			$class  = $call instanceof Expr\MethodCall ? $this->type( $call->var ) : ( $call->class instanceof Node\Name ? $this->class_name( $call->class ) : null );
			$own    = null === $class ? null : $this->node_of( $class );
			$method = $own && $call->name instanceof Node\Identifier ? $own->getMethod( (string) $call->name ) : null;
			return $method && isset( WordPress_Sources::signature( $method->params )['byref'][ (int) array_search( $parent, $call->args, true ) ] );
		}
		return false;
	}

	/** Private methods, constants and properties that are named nowhere else in the class. */
	private function check_private( Stmt\ClassLike $class ): void {
		$text = implode( "\n", array_slice( $this->file->lines, $class->getStartLine(), $class->getEndLine() - $class->getStartLine() + 1 ) );
		foreach ( $class->stmts as $member ) {
			$is_hidden = ( $member instanceof Stmt\ClassMethod || $member instanceof Stmt\ClassConst || $member instanceof Stmt\Property ) && $member->isPrivate();
			$names     = $member instanceof Stmt\ClassMethod ? array( $member ) : ( $member instanceof Stmt\ClassConst ? $member->consts : ( $member->props ?? array() ) );
			foreach ( $is_hidden ? $names : array() as $one ) {
				$name = (string) $one->name;
				if ( 0 !== strpos( $name, '__' ) && preg_match_all( '/(?<![\w])' . preg_quote( $name, '/' ) . '(?!\w)/', (string) preg_replace( '#^\s*(?://|/?\*).*$#m', '', $text ) ) < 2 ) {
					$this->file->add( $one, 'Analysis.Unused', "$name is private, and nobody uses it" );
				}
			}
		}
	}

	private function around( Node $node, string $class ): ?Node {
		do {
			$node = $node->getAttribute( 'parent' );
		} while ( $node && ! $node instanceof $class );
		return $node;
	}
}
