<?php
/**
 * The rules of WordPress's coding standard and of its plugin check that matter here, under the names that they have there.
 */

declare( strict_types=1 );

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Scalar;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;

final class Rules {

	public const DOMAIN = 'litellm-dashboard';
	public const PREFIX = 'litellm';
	public const NAMES  = array(
		'WordPress.Security.EscapeOutput', 'WordPress.Security.ValidatedSanitizedInput', 'WordPress.Security.NonceVerification', 'WordPress.Security.SafeRedirect',
		'WordPress.Security.Permissions', 'WordPress.DB.PreparedSQL', 'WordPress.DB.DirectDatabaseQuery', 'WordPress.NamingConventions.PrefixAllGlobals', 'WordPress.WP.I18n',
		'WordPress.WP.Capabilities', 'WordPress.WP.AlternativeFunctions', 'WordPress.WP.DiscouragedFunctions', 'WordPress.WP.EnqueuedResources', 'WordPress.PHP.DevelopmentFunctions',
		'WordPress.PHP.DiscouragedPHPFunctions', 'WordPress.PHP.NoSilencedErrors', 'WordPress.PHP.StrictInArray', 'WordPress.PHP.DontExtract', 'WordPress.PHP.RestrictedPHPFunctions',
		'WordPress.DateTime.RestrictedFunctions', 'Universal.Operators.StrictComparisons', 'Universal.Operators.DisallowShortTernary', 'PluginCheck.Heredoc', 'PluginCheck.CodeAnalysis.DiscouragedFunctions',
		'PluginCheck.DirectFileAccess', 'PluginCheck.Localhost', 'Squiz.Commenting.FileComment',
	);

	/** What makes text safe in HTML, or is: by WordPress, or as what it returns is a number or markup of its own. */
	private const SAFE = array(
		'absint', 'esc_attr', 'esc_attr__', 'esc_attr_x', 'esc_html', 'esc_html__', 'esc_html_x', 'esc_js', 'esc_textarea', 'esc_url', 'esc_url_raw', 'esc_xml', 'wp_kses', 'wp_kses_post', 'wp_kses_data',
		'intval', 'floatval', 'count', 'checked', 'selected', 'disabled', 'number_format', 'wp_json_encode_safe', 'sanitize_html_class', 'sanitize_key', 'wp_nonce_field', 'get_submit_button', 'tag_escape', 'filemtime', 'gmdate',
	);
	/** Those hand on what they get: the arguments have to be safe. */
	private const PASSING = array( 'implode', 'join', 'str_repeat', 'sprintf', 'vsprintf', 'trim', 'nl2br', 'str_pad', 'array_map' );
	private const SANITIZING = array(
		'absint', 'intval', 'floatval', 'sanitize_text_field', 'sanitize_key', 'sanitize_email', 'sanitize_file_name', 'sanitize_title', 'sanitize_textarea_field', 'sanitize_user', 'sanitize_url', 'esc_url_raw', 'wp_verify_nonce',
		'wp_kses', 'wp_kses_post', 'rest_sanitize_boolean', 'isset', 'is_array', 'is_string', 'array_key_exists',
	);
	/** Function → rule and advice. */
	private const NOT_THESE = array(
		'extract'            => array( 'WordPress.PHP.DontExtract', 'name what is taken' ),
		'create_function'    => array( 'WordPress.PHP.RestrictedPHPFunctions', 'use a closure' ),
		'date'               => array( 'WordPress.DateTime.RestrictedFunctions', 'depends on a setting: gmdate or wp_date' ),
		'date_default_timezone_set' => array( 'WordPress.DateTime.RestrictedFunctions', 'WordPress counts on UTC' ),
		'mktime'             => array( 'WordPress.DateTime.RestrictedFunctions', 'depends on a setting: gmmktime' ),
		'current_time'       => array( 'WordPress.DateTime.RestrictedFunctions', 'time() or wp_date()' ),
		'json_encode'        => array( 'WordPress.WP.AlternativeFunctions', 'wp_json_encode' ),
		'parse_url'          => array( 'WordPress.WP.AlternativeFunctions', 'wp_parse_url' ),
		'strip_tags'         => array( 'WordPress.WP.AlternativeFunctions', 'wp_strip_all_tags' ),
		'rand'               => array( 'WordPress.WP.AlternativeFunctions', 'wp_rand' ),
		'mt_rand'            => array( 'WordPress.WP.AlternativeFunctions', 'wp_rand' ),
		'unlink'             => array( 'WordPress.WP.AlternativeFunctions', 'wp_delete_file' ),
		'file_get_contents'  => array( 'WordPress.WP.AlternativeFunctions', 'wp_remote_get, where it is an address' ),
		'file_put_contents'  => array( 'WordPress.WP.AlternativeFunctions', 'WP_Filesystem' ),
		'fopen'              => array( 'WordPress.WP.AlternativeFunctions', 'WP_Filesystem' ),
		'fwrite'             => array( 'WordPress.WP.AlternativeFunctions', 'WP_Filesystem' ),
		'readfile'           => array( 'WordPress.WP.AlternativeFunctions', 'WP_Filesystem' ),
		'mkdir'              => array( 'WordPress.WP.AlternativeFunctions', 'wp_mkdir_p' ),
		'rename'             => array( 'WordPress.WP.AlternativeFunctions', 'WP_Filesystem' ),
		'error_log'          => array( 'WordPress.PHP.DevelopmentFunctions', 'not in a release' ),
		'var_dump'           => array( 'WordPress.PHP.DevelopmentFunctions', 'not in a release' ),
		'var_export'         => array( 'WordPress.PHP.DevelopmentFunctions', 'not in a release' ),
		'print_r'            => array( 'WordPress.PHP.DevelopmentFunctions', 'not in a release' ),
		'debug_backtrace'    => array( 'WordPress.PHP.DevelopmentFunctions', 'not in a release' ),
		'trigger_error'      => array( 'WordPress.PHP.DevelopmentFunctions', 'not in a release' ),
		'set_error_handler'  => array( 'WordPress.PHP.DevelopmentFunctions', 'others have theirs' ),
		'error_reporting'    => array( 'WordPress.PHP.DevelopmentFunctions', 'a matter of the site' ),
		'phpinfo'            => array( 'WordPress.PHP.DevelopmentFunctions', 'tells too much' ),
		'base64_encode'      => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'looks like hiding something' ),
		'base64_decode'      => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'looks like hiding something' ),
		'str_rot13'          => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'looks like hiding something' ),
		'gzinflate'          => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'looks like hiding something' ),
		'serialize'          => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'wp_json_encode' ),
		'unserialize'        => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'makes objects of what others wrote' ),
		'urlencode'          => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'rawurlencode' ),
		'ini_set'            => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'a matter of the site' ),
		'set_time_limit'     => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'a matter of the site' ),
		'exec'               => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'starts a program' ),
		'shell_exec'         => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'starts a program' ),
		'system'             => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'starts a program' ),
		'passthru'           => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'starts a program' ),
		'proc_open'          => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'starts a program' ),
		'popen'              => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'starts a program' ),
		'query_posts'        => array( 'WordPress.WP.DiscouragedFunctions', 'WP_Query' ),
		'wp_reset_query'     => array( 'WordPress.WP.DiscouragedFunctions', 'WP_Query' ),
		'load_plugin_textdomain' => array( 'PluginCheck.CodeAnalysis.DiscouragedFunctions', 'WordPress loads translations by itself' ),
		'wp_redirect'        => array( 'WordPress.Security.SafeRedirect', 'wp_safe_redirect' ),
		'move_uploaded_file' => array( 'WordPress.WP.AlternativeFunctions', 'wp_handle_upload' ),
		'session_start'      => array( 'WordPress.PHP.DiscouragedPHPFunctions', 'no page can be cached then' ),
	);
	/** Function → where the name is that others must not have, too. */
	private const NAMED = array(
		'add_option' => 0, 'update_option' => 0, 'add_site_option' => 0, 'update_site_option' => 0, 'add_network_option' => 1, 'update_network_option' => 1, 'set_transient' => 0, 'set_site_transient' => 0,
		'update_user_meta' => 1, 'add_user_meta' => 1, 'register_setting' => 1, 'wp_schedule_single_event' => 1, 'wp_schedule_event' => 2, 'do_action' => 0, 'apply_filters' => 0, 'do_action_ref_array' => 0, 'apply_filters_ref_array' => 0,
		'define' => 0, 'add_shortcode' => 0, 'register_post_type' => 0, 'register_taxonomy' => 0, 'register_rest_route' => 0, 'wp_register_ability' => 0, 'wp_register_ability_category' => 0,
	);
	/** Function → how many texts it takes, and where the text domain is. */
	private const TEXTS = array(
		'__' => array( 1, 1 ), '_e' => array( 1, 1 ), 'esc_html__' => array( 1, 1 ), 'esc_html_e' => array( 1, 1 ), 'esc_attr__' => array( 1, 1 ), 'esc_attr_e' => array( 1, 1 ), '_x' => array( 2, 2 ), '_ex' => array( 2, 2 ),
		'esc_html_x' => array( 2, 2 ), 'esc_attr_x' => array( 2, 2 ), '_n' => array( 2, 3 ), '_nx' => array( 2, 4 ), '_n_noop' => array( 2, 2 ), '_nx_noop' => array( 3, 3 ), 'translate' => array( 1, 1 ),
	);
	/** What WordPress itself knows; and ours. */
	private const CAPABILITIES = '/^(?:manage_options|manage_network(?:_options|_plugins)?|activate_plugins|update_plugins|install_plugins|edit_users|list_users|view_site_health_checks|export_others_personal_data|erase_others_personal_data|read|edit_posts|litellm_\w+)$/';
	private const QUERIES      = array( 'query', 'get_var', 'get_row', 'get_col', 'get_results' );

	private Source_File $file;
	private NodeFinder $finder;
	/** @var array<string, ?Expr> Constants of all classes: Class::NAME. */
	private array $constants = array();

	/** @var array<string, Stmt\ClassLike> Of all files, by short name. */
	private array $classes = array();

	/** @param Source_File[] $files */
	public function __construct( array $files ) {
		$this->finder = new NodeFinder();
		foreach ( $files as $file ) {
			foreach ( $this->finder->findInstanceOf( $file->nodes, Stmt\ClassLike::class ) as $class ) {
				$this->classes[ (string) $class->name ] = $class;
				foreach ( $class->getConstants() as $group ) {
					foreach ( $group->consts as $constant ) {
						$this->constants[ "{$class->name}::{$constant->name}" ] = $constant->value;
					}
				}
			}
		}
	}

	public function check( Source_File $file ): void {
		$this->file = $file;
		$this->check_head();
		foreach ( $this->finder->find( $file->nodes, static fn( Node $node ): bool => true ) as $node ) {
			$this->check_node( $node );
		}
		$this->check_receivers();
	}

	/** A visitor who asks for the file itself gets nothing; and it says whose it is. */
	private function check_head(): void {
		$is_guarded = false;
		foreach ( $this->finder->findInstanceOf( $this->file->nodes, Expr\BinaryOp\BooleanOr::class ) as $or ) {
			$is_guarded = $is_guarded || ( $or->left instanceof Expr\FuncCall && 'defined' === self::name( $or->left ) && in_array( $this->text( $or->left->args[0]->value ?? null ), array( 'ABSPATH', 'WP_UNINSTALL_PLUGIN' ), true ) && $or->right instanceof Expr\Exit_ );
		}
		if ( ! $is_guarded ) {
			$this->file->add( 1, 'PluginCheck.DirectFileAccess', "defined( 'ABSPATH' ) || exit; is missing" );
		}
		if ( false === strpos( implode( "\n", array_slice( $this->file->lines, 0, 30 ) ), ' * @package LiteLLM_Dashboard' ) ) {
			$this->file->add( 1, 'Squiz.Commenting.FileComment', 'the comment at its head has no @package' );
		}
		foreach ( $this->file->lines as $number => $line ) {
			if ( preg_match( '#^\s*(?:echo|return|\$\w+ =).*<(?:script[^>]+src=|link[^>]+rel=.?["\']stylesheet)#', $line ) ) {
				$this->file->add( $number, 'WordPress.WP.EnqueuedResources', 'wp_enqueue_script or wp_enqueue_style' );
			}
		}
	}

	private function check_node( Node $node ): void {
		if ( $node instanceof Stmt\Echo_ ) {
			$this->check_output( $node->exprs );
		} elseif ( $node instanceof Expr\Print_ || $node instanceof Expr\Exit_ ) {
			$this->check_output( array_filter( array( $node->expr ) ) );
		} elseif ( $node instanceof Expr\FuncCall && $node->name instanceof Node\Name ) {
			$this->check_call( $node, self::name( $node ) );
		} elseif ( $node instanceof Expr\MethodCall && $node->var instanceof Expr\Variable && 'wpdb' === $node->var->name && $node->name instanceof Node\Identifier ) {
			$this->check_query( $node, (string) $node->name );
		} elseif ( $node instanceof Expr\Variable && is_string( $node->name ) && in_array( $node->name, array( '_GET', '_POST', '_REQUEST', '_COOKIE', '_SERVER', '_FILES', '_ENV' ), true ) ) {
			$this->check_input( $node );
		} elseif ( $node instanceof Expr\Eval_ || $node instanceof Expr\ShellExec || $node instanceof Stmt\Goto_ ) {
			$this->file->add( $node, 'WordPress.PHP.RestrictedPHPFunctions', 'eval, backticks and goto are not used' );
		} elseif ( $node instanceof Expr\ErrorSuppress ) {
			$this->file->add( $node, 'WordPress.PHP.NoSilencedErrors', 'an error that is silenced is not seen' );
		} elseif ( $node instanceof Expr\BinaryOp\Equal || $node instanceof Expr\BinaryOp\NotEqual ) {
			$this->file->add( $node, 'Universal.Operators.StrictComparisons', '=== or !==' );
		} elseif ( $node instanceof Expr\Ternary && null === $node->if ) {
			$this->file->add( $node, 'Universal.Operators.DisallowShortTernary', 'a ?: hides what counts as empty' );
		} elseif ( ( $node instanceof Scalar\String_ || $node instanceof Scalar\Encapsed ) && in_array( $node->getAttribute( 'kind' ), array( Scalar\String_::KIND_HEREDOC, Scalar\String_::KIND_NOWDOC ), true ) ) {
			$this->file->add( $node, 'PluginCheck.Heredoc', 'what is escaped in it cannot be seen' );
		} elseif ( ( $node instanceof Stmt\Function_ || $node instanceof Stmt\Class_ ) && $node->name && 0 !== stripos( ltrim( (string) ( $node->namespacedName ?? $node->name ), '\\' ), self::PREFIX ) ) {
			$this->file->add( $node, 'WordPress.NamingConventions.PrefixAllGlobals', "{$node->name} is in no namespace of ours" );
		} elseif ( $node instanceof Scalar\String_ && preg_match( '#https?://(?:localhost|127\.0\.0\.1)[:/]#', $node->value ) ) {
			$this->file->add( $node, 'PluginCheck.Localhost', 'an address of the machine it was written on' );
		}
	}

	/** @param Expr[] $exprs */
	private function check_output( array $exprs ): void {
		foreach ( $exprs as $expr ) {
			foreach ( $this->unsafe( $expr ) as $bad ) {
				$this->file->add( $bad, 'WordPress.Security.EscapeOutput', 'printed without esc_html, esc_attr, esc_url or the like' );
			}
		}
	}

	/** @return Expr[] The parts of what is printed that nobody has escaped. */
	private function unsafe( ?Node $expr ): array {
		if ( null === $expr || $expr instanceof Scalar\String_ || $expr instanceof Scalar\LNumber || $expr instanceof Scalar\DNumber || $expr instanceof Scalar\EncapsedStringPart || $expr instanceof Expr\Cast\Int_ || $expr instanceof Expr\Cast\Double || $expr instanceof Expr\Cast\Bool_ ) {
			return array();
		}
		if ( $expr instanceof Expr\BinaryOp\Concat || $expr instanceof Expr\BinaryOp\Coalesce ) {
			return array_merge( $this->unsafe( $expr->left ), $this->unsafe( $expr->right ) );
		}
		if ( $expr instanceof Expr\BinaryOp ) {
			return array();
		}
		if ( $expr instanceof Expr\Ternary ) {
			return array_merge( $this->unsafe( $expr->if ?? $expr->cond ), $this->unsafe( $expr->else ) );
		}
		if ( $expr instanceof Scalar\Encapsed ) {
			return array_merge( ...array_map( array( $this, 'unsafe' ), $expr->parts ) );
		}
		if ( $expr instanceof Expr\ConstFetch && in_array( strtoupper( (string) $expr->name->getLast() ), array( 'PHP_EOL', 'PHP_VERSION', 'TRUE', 'FALSE', 'NULL' ), true ) ) {
			return array();
		}
		if ( $expr instanceof Expr\FuncCall && $expr->name instanceof Node\Name ) {
			$name = self::name( $expr );
			if ( in_array( $name, self::SAFE, true ) ) {
				return array();
			}
			if ( 'array_map' === $name && in_array( $this->text( $expr->args[0]->value ), self::SAFE, true ) ) {
				return array();
			}
			if ( in_array( $name, self::PASSING, true ) ) {
				return array_merge( array(), ...array_map( fn( Node\Arg $one ): array => $this->unsafe( $one->value ), 'array_map' === $name ? array_slice( $expr->args, 1 ) : $expr->args ) );
			}
			// JSON for a script or an attribute of its own: with these no tag and no quote gets through.
			if ( 'wp_json_encode' === $name && isset( $expr->args[1] ) && 4 === count( array_intersect( array( 'JSON_HEX_TAG', 'JSON_HEX_AMP', 'JSON_HEX_APOS', 'JSON_HEX_QUOT' ), $this->constants_in( $expr->args[1]->value ) ) ) ) {
				return array();
			}
		}
		return array( $expr );
	}

	/** @return string[] */
	private function constants_in( Node $node ): array {
		return array_map( static fn( Node $one ): string => (string) $one->name->getLast(), $this->finder->findInstanceOf( array( $node ), Expr\ConstFetch::class ) );
	}

	private function check_call( Expr\FuncCall $call, string $name ): void {
		if ( isset( self::NOT_THESE[ $name ] ) || 0 === strpos( $name, 'curl_' ) ) {
			$why = self::NOT_THESE[ $name ] ?? array( 'WordPress.WP.AlternativeFunctions', 'wp_remote_request' );
			$this->file->add( $call, $why[0], "$name: {$why[1]}" );
		}
		if ( in_array( $name, array( 'printf', 'vprintf' ), true ) ) {
			$this->check_output( array_map( static fn( Node\Arg $one ): Expr => $one->value, $call->args ) );
		} elseif ( in_array( $name, array( '_e', '_ex' ), true ) ) {
			$this->file->add( $call, 'WordPress.Security.EscapeOutput', "$name: esc_html_e, esc_attr_e" );
		} elseif ( 'wp_die' === $name && isset( $call->args[0] ) ) {
			$this->check_output( array( $call->args[0]->value ) );
		} elseif ( in_array( $name, array( 'in_array', 'array_search', 'array_keys' ), true ) && count( $call->args ) < 3 && ( 'array_keys' !== $name || 2 === count( $call->args ) ) ) {
			$this->file->add( $call, 'WordPress.PHP.StrictInArray', "$name without true compares loosely" );
		} elseif ( in_array( $name, array( 'current_user_can', 'user_can', 'add_menu_page', 'add_submenu_page' ), true ) ) {
			$this->check_capability( $call, $call->args[ array( 'current_user_can' => 0, 'user_can' => 1, 'add_menu_page' => 2, 'add_submenu_page' => 3 )[ $name ] ] ?? null, 0 === strpos( $name, 'add_' ) );
		} elseif ( 'wp_safe_redirect' === $name && ! $this->is_before_exit( $call ) ) {
			$this->file->add( $call, 'WordPress.Security.SafeRedirect', 'what comes after it is done, too: exit' );
		} elseif ( 'register_rest_route' === $name ) {
			$this->check_route( $call );
		}
		if ( isset( self::TEXTS[ $name ] ) ) {
			$this->check_text( $call, $name );
		}
		if ( isset( self::NAMED[ $name ], $call->args[ self::NAMED[ $name ] ] ) ) {
			$named = $this->text( $call->args[ self::NAMED[ $name ] ]->value );
			if ( null === $named ? in_array( $name, array( 'do_action', 'apply_filters' ), true ) : 0 !== stripos( $named, self::PREFIX ) ) {
				$this->file->add( $call, 'WordPress.NamingConventions.PrefixAllGlobals', null === $named ? "$name: a name that cannot be seen here" : "$name: '$named' could be somebody else's" );
			}
		}
		if ( in_array( $name, array( 'wp_enqueue_script', 'wp_register_script', 'wp_enqueue_style', 'wp_register_style' ), true ) && isset( $call->args[1] ) ) {
			$address = $this->text( $call->args[1]->value );
			if ( null !== $address && preg_match( '#^(?:https?:)?//#', $address ) ) {
				$this->file->add( $call, 'WordPress.WP.EnqueuedResources', 'what a page needs comes with the plugin' );
			}
			if ( count( $call->args ) < 4 ) {
				$this->file->add( $call, 'WordPress.WP.EnqueuedResources', 'no version: browsers would keep an old one' );
			}
		}
	}

	private function is_before_exit( Node $call ): bool {
		$statement = $this->around( $call, Stmt::class );
		$siblings  = $statement && $statement->getAttribute( 'parent' ) ? $statement->getAttribute( 'parent' )->stmts ?? array() : $this->file->nodes;
		$at        = array_search( $statement, $siblings, true );
		$next      = false === $at ? null : $siblings[ $at + 1 ] ?? null;
		return $next instanceof Stmt\Expression && $next->expr instanceof Expr\Exit_;
	}

	private function check_capability( Node $call, ?Node\Arg $arg, bool $is_menu ): void {
		$name = null === $arg ? null : $this->text( $arg->value );
		if ( null === $name && ! $is_menu ) {
			$this->file->add( $call, 'WordPress.WP.Capabilities', 'which capability cannot be seen here' );
		} elseif ( null !== $name && ! preg_match( self::CAPABILITIES, $name ) ) {
			$this->file->add( $call, 'WordPress.WP.Capabilities', "'$name' is no capability of WordPress's or of ours" );
		} elseif ( null !== $name && 0 === strpos( $name, self::PREFIX ) ) {
			// WordPress's own standard cannot know them.
			$this->file->add( $call, 'WordPress.WP.Capabilities.Unknown', "'$name' is ours" );
		}
	}

	private function check_route( Expr\FuncCall $call ): void {
		$text = $this->finder->find( array( $call ), fn( Node $node ): bool => $node instanceof Expr\ArrayItem && 'permission_callback' === $this->text( $node->key ) );
		if ( array() === $text ) {
			$this->file->add( $call, 'WordPress.Security.Permissions', 'a route without permission_callback' );
		}
		foreach ( $text as $item ) {
			if ( '__return_true' === $this->text( $item->value ) ) {
				$this->file->add( $item, 'WordPress.Security.Permissions', 'a route that everybody may ask' );
			}
		}
	}

	private function check_text( Expr\FuncCall $call, string $name ): void {
		list( $count, $at ) = self::TEXTS[ $name ];
		$texts              = array();
		foreach ( array_slice( $call->args, 0, $count ) as $arg ) {
			if ( ! $arg->value instanceof Scalar\String_ ) {
				$this->file->add( $call, 'WordPress.WP.I18n', 'a text that cannot be found in the source' );
				return;
			}
			if ( Scalar\String_::KIND_SINGLE_QUOTED !== $arg->value->getAttribute( 'kind' ) ) {
				$this->file->add( $call, 'WordPress.WP.I18n', 'texts are in single quotes' );
			}
			$texts[] = $arg->value->value;
		}
		if ( self::DOMAIN !== $this->text( $call->args[ $at ]->value ?? null ) ) {
			$this->file->add( $call, 'WordPress.WP.I18n', "the text domain is '" . self::DOMAIN . "'" );
		}
		$marks = preg_match_all( '/(?<!%)(?:%%)*%(?:\d+\$)?[sd]/', $texts[0] );
		if ( $marks > 1 && preg_match( '/(?<!%)(?:%%)*%[sd]/', $texts[0] ) ) {
			$this->file->add( $call, 'WordPress.WP.I18n', 'several values have numbers (%1$s), as languages differ in their order' );
		}
		if ( $marks > 0 ) {
			for ( $line = $call->getStartLine(), $is_told = false; ! $is_told && $line >= max( 1, $call->getStartLine() - 1 ); $line-- ) {
				$is_told = false !== strpos( $this->file->lines[ $line ], 'translators: ' );
			}
			if ( ! $is_told ) {
				$this->file->add( $call, 'WordPress.WP.I18n', 'no comment "translators: …" in the line before says what the values are' );
			}
		}
		if ( '' === trim( preg_replace( '/%(?:\d+\$)?[sd]|[\W_]/u', '', $texts[0] ) ) && false === strpos( $texts[0], '$' ) && false === strpos( $texts[0], '%%' ) ) {
			$this->file->add( $call, 'WordPress.WP.I18n', 'nothing in it to translate' );
		}
	}

	private function check_query( Expr\MethodCall $call, string $method ): void {
		if ( in_array( $method, array_merge( self::QUERIES, array( 'insert', 'update', 'delete', 'replace' ) ), true ) ) {
			$this->file->add( $call, 'WordPress.DB.DirectDatabaseQuery', "\$wpdb->$method: say why WordPress's own functions do not do" );
		}
		$first = $call->args[0]->value ?? null;
		if ( in_array( $method, self::QUERIES, true ) && ! ( $first instanceof Expr\MethodCall && 'prepare' === (string) $first->name ) && ! $this->is_our_sql( $first ) ) {
			$this->file->add( $call, 'WordPress.DB.PreparedSQL', "\$wpdb->$method with what was not prepared" );
		} elseif ( 'prepare' === $method && ! $this->is_our_sql( $first ) ) {
			$this->file->add( $call, 'WordPress.DB.PreparedSQL', 'a query that is itself made of values' );
		}
	}

	/** Words of ours, and names of tables. */
	private function is_our_sql( ?Node $sql ): bool {
		if ( $sql instanceof Expr\BinaryOp\Concat ) {
			return $this->is_our_sql( $sql->left ) && $this->is_our_sql( $sql->right );
		}
		if ( $sql instanceof Scalar\Encapsed ) {
			return array() === array_filter( $sql->parts, fn( Node $part ): bool => ! $this->is_our_sql( $part ) );
		}
		return $sql instanceof Scalar\String_ || $sql instanceof Scalar\EncapsedStringPart || ( $sql instanceof Expr\PropertyFetch && $sql->var instanceof Expr\Variable && 'wpdb' === $sql->var->name )
			|| ( $sql instanceof Expr\StaticCall && 'table' === (string) $sql->name && array() === $sql->args );
	}

	private function check_input( Expr\Variable $variable ): void {
		$function = $this->around( $variable, Node\FunctionLike::class );
		for ( $node = $variable->getAttribute( 'parent' ), $is_clean = false, $is_unslashed = false; $node && ! $node instanceof Stmt; $node = $node->getAttribute( 'parent' ) ) {
			$name         = $node instanceof Expr\FuncCall && $node->name instanceof Node\Name ? self::name( $node ) : '';
			$is_unslashed = $is_unslashed || 'wp_unslash' === $name;
			$is_clean     = $is_clean || in_array( $name, self::SANITIZING, true ) || $node instanceof Expr\Isset_ || $node instanceof Expr\Empty_ || $node instanceof Expr\Cast\Int_ || $node instanceof Expr\BinaryOp\Identical || $node instanceof Expr\BinaryOp\NotIdentical;
		}
		if ( ! $is_clean ) {
			$this->file->add( $variable, 'WordPress.Security.ValidatedSanitizedInput', "\${$variable->name} is used as it comes" );
		}
		if ( in_array( $variable->name, array( '_GET', '_POST', '_REQUEST', '_FILES' ), true ) && ( null === $function || ! $this->calls( $function, array( 'check_admin_referer', 'check_ajax_referer', 'wp_verify_nonce' ) ) ) ) {
			$this->file->add( $variable, 'WordPress.Security.NonceVerification', "\${$variable->name} without a look at the nonce" );
		}
	}

	/** What a form or a request of wp-admin calls has to see whether it may, and whether its own page has sent it. */
	private function check_receivers(): void {
		foreach ( $this->finder->findInstanceOf( $this->file->nodes, Expr\FuncCall::class ) as $call ) {
			if ( ! $call->name instanceof Node\Name || 'add_action' !== self::name( $call ) || ! preg_match( '/^(?:admin_post_|wp_ajax_)/', (string) $this->text( $call->args[0]->value ) ) ) {
				continue;
			}
			$callback = $call->args[1]->value ?? null;
			$receiver = $callback instanceof Node\FunctionLike ? $callback : null;
			if ( $callback instanceof Expr\Array_ ) {
				$method   = $this->text( $callback->items[1]->value ?? null );
				$of       = $callback->items[0]->value;
				$class    = $of instanceof Expr\ClassConstFetch && ! $of->class->isSpecialClassName() ? $this->classes[ $of->class->getLast() ] ?? null : $this->around( $call, Stmt\ClassLike::class );
				$receiver = $class ? $class->getMethod( (string) $method ) : null;
			}
			foreach ( array( 'WordPress.Security.NonceVerification' => array( 'check_admin_referer', 'check_ajax_referer', 'wp_verify_nonce' ), 'WordPress.Security.Permissions' => array( 'current_user_can' ) ) as $rule => $names ) {
				if ( null === $receiver || ! $this->calls( $receiver, $names ) ) {
					$this->file->add( $call, $rule, 'what it calls has no ' . implode( ', ', $names ) );
				}
			}
		}
	}

	/** @param string[] $names */
	private function calls( Node $where, array $names ): bool {
		return null !== $this->finder->findFirst( array( $where ), static fn( Node $node ): bool => $node instanceof Expr\FuncCall && $node->name instanceof Node\Name && in_array( self::name( $node ), $names, true ) );
	}

	private function around( Node $node, string $class ): ?Node {
		do {
			$node = $node->getAttribute( 'parent' );
		} while ( $node && ! $node instanceof $class );
		return $node;
	}

	/** A function without its namespace: those of PHP and of WordPress are the only ones here. */
	public static function name( Expr\FuncCall $call ): string {
		return $call->name instanceof Node\Name ? strtolower( $call->name->getLast() ) : '';
	}

	/** The text that this is, or begins with; null where that cannot be seen. */
	private function text( ?Node $node ): ?string {
		if ( $node instanceof Scalar\String_ || $node instanceof Scalar\EncapsedStringPart ) {
			return $node->value;
		}
		if ( $node instanceof Expr\BinaryOp\Concat ) {
			return $this->text( $node->left );
		}
		if ( $node instanceof Scalar\Encapsed ) {
			return $this->text( $node->parts[0] );
		}
		if ( $node instanceof Expr\ClassConstFetch && $node->class instanceof Node\Name && $node->name instanceof Node\Identifier ) {
			$class = $node->class->isSpecialClassName() ? $this->around( $node, Stmt\ClassLike::class ) : null;
			$name  = $class ? (string) $class->name : $node->class->getLast();
			return $this->text( $this->constants[ "$name::{$node->name}" ] ?? null );
		}
		return null;
	}
}
