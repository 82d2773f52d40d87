<?php // finds: PluginCheck.DirectFileAccess, Squiz.Commenting.FileComment
/** What each rule finds, and beside it what it has to let pass. Never run. */

namespace Somebody_Else;

use stdClass;
use WP_Error; // finds: Analysis.Unused

function helper() {} // finds: WordPress.NamingConventions.PrefixAllGlobals

final class Broken { // finds: WordPress.NamingConventions.PrefixAllGlobals

	private const NAME   = 'litellm_thing';
	private const OTHER  = 'thing';
	private const UNUSED = 1; // finds: Analysis.Unused
	private ?Broken $next;
	private $forgotten; // finds: Analysis.Unused

	public function register( string $what ): void {
		add_action( 'admin_post_one', array( $this, 'blind' ) ); // finds: WordPress.Security.NonceVerification, WordPress.Security.Permissions
		add_action( 'admin_post_two', array( self::class, 'careful' ) );
		add_action( 'innit', array( $this, 'register' ) ); // finds: Analysis.Hook
		add_action( 'init', array( $this, 'register' ), 10, 1, 5 ); // finds: Analysis.Arguments
		register_rest_route( 'litellm/v1', '/a', array( 'callback' => 'b' ) ); // finds: WordPress.Security.Permissions
		register_rest_route( 'litellm/v1', '/a', array( 'permission_callback' => '__return_true' ) ); // finds: WordPress.Security.Permissions
		register_rest_route( 'litellm/v1', '/a', array( 'permission_callback' => array( $this, 'may' ) ) );
		update_option( self::NAME, 1 );
		update_option( self::OTHER, 1 ); // finds: WordPress.NamingConventions.PrefixAllGlobals
		do_action( 'litellm_done', $what );
		do_action( $what ); // finds: WordPress.NamingConventions.PrefixAllGlobals
		load_plugin_textdomain( 'litellm-dashboard' ); // finds: PluginCheck.CodeAnalysis.DiscouragedFunctions
		wp_enqueue_script( 'litellm', 'https://cdn.example.com/a.js', array(), '1' ); // finds: WordPress.WP.EnqueuedResources
		wp_enqueue_style( 'litellm', plugins_url( 'a.css' ) ); // finds: WordPress.WP.EnqueuedResources
	}

	public function blind(): void {
		update_option( self::NAME, $_POST['a'] ); // finds: WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput
		wp_safe_redirect( admin_url() ); // finds: WordPress.Security.SafeRedirect
	}

	public static function careful(): void {
		check_admin_referer( 'two' );
		if ( current_user_can( 'manage_options' ) ) {
			update_option( self::NAME, sanitize_text_field( wp_unslash( $_POST['a'] ?? '' ) ) );
		}
		wp_safe_redirect( admin_url() );
		exit;
	}

	public function may( string $right ): bool {
		return current_user_can( 'litellm_view' ) // finds: WordPress.WP.Capabilities.Unknown
			|| current_user_can( 'manage_everything' ) // finds: WordPress.WP.Capabilities
			|| current_user_can( $right ); // finds: WordPress.WP.Capabilities
	}

	public function show( string $text, array $list ): void {
		echo '<p>' . esc_html( $text ) . (int) $text . implode( ' ', array_map( 'esc_html', $list ) ) . ( $list ? esc_html( $text ) : '' ) . '</p>';
		echo '<p>' . $text . '</p>'; // finds: WordPress.Security.EscapeOutput
		echo "<p>$text</p>"; // finds: WordPress.Security.EscapeOutput
		printf( '<p>%s</p>', $text ); // finds: WordPress.Security.EscapeOutput
		echo wp_json_encode( $list ); // finds: WordPress.Security.EscapeOutput
		echo wp_json_encode( $list, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT );
		_e( 'Text', 'litellm-dashboard' ); // finds: WordPress.Security.EscapeOutput
		print $text ?: 'none'; // finds: Universal.Operators.DisallowShortTernary, WordPress.Security.EscapeOutput
		echo '<script src="a.js"></script>'; // finds: WordPress.WP.EnqueuedResources
		echo esc_html( __( 'Text', 'litellm-dashboard' ) ) . esc_html__( 'Text', 'another' ); // finds: WordPress.WP.I18n
		echo esc_html__( "Text", 'litellm-dashboard' ); // finds: WordPress.WP.I18n
		echo esc_html( __( $text, 'litellm-dashboard' ) ); // finds: WordPress.WP.I18n

		echo esc_html( sprintf( __( 'Not %s.', 'litellm-dashboard' ), $text ) ); // finds: WordPress.WP.I18n
		/* translators: %s: what is there. */
		echo esc_html( sprintf( __( 'There is %s.', 'litellm-dashboard' ), $text ) );
		/* translators: 1: one, 2: the other. */
		echo esc_html( sprintf( __( '%s and %s', 'litellm-dashboard' ), $text, $text ) ); // finds: WordPress.WP.I18n
		$page = <<<'HTML'
			What is in it is not escaped.
HTML;
		// above finds: PluginCheck.Heredoc
		echo $page; // finds: WordPress.Security.EscapeOutput
	}

	public function query( int $id, string $name ): void {
		global $wpdb;
		$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_id = %d", $id ) ); // finds: WordPress.DB.DirectDatabaseQuery
		$wpdb->query( "DELETE FROM {$wpdb->options} WHERE option_id = $id" ); // finds: WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL
		$wpdb->get_var( $wpdb->prepare( "SELECT 1 WHERE a = '$name' AND b = %d", $id ) ); // finds: WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL
		$wpdb->get_var( 'SELECT 1' ); // phpcs:ignore WordPress.DB -- A reason.
		$wpdb->get_var( 'SELECT 1' ); // phpcs:ignore WordPress.DB // finds: Ignores, WordPress.DB.DirectDatabaseQuery
		count( array() ); // phpcs:ignore WordPress.DB.PreparedSQL -- A reason for nothing. // finds: Ignores
	}

	public function other( array $list, string $text ): bool {
		extract( $list ); // finds: WordPress.PHP.DontExtract
		eval( $text ); // finds: WordPress.PHP.RestrictedPHPFunctions
		date( 'Y' ); // finds: WordPress.DateTime.RestrictedFunctions
		json_encode( $list ); // finds: WordPress.WP.AlternativeFunctions
		curl_init(); // finds: WordPress.WP.AlternativeFunctions
		query_posts( '' ); // finds: WordPress.WP.DiscouragedFunctions
		print_r( $list ); // finds: WordPress.PHP.DevelopmentFunctions
		base64_encode( $text ); // finds: WordPress.PHP.DiscouragedPHPFunctions
		wp_redirect( $text ); // finds: WordPress.Security.SafeRedirect
		wp_remote_get( 'http://localhost:4000/health' ); // finds: PluginCheck.Localhost
		$size = @filesize( $text ); // finds: WordPress.PHP.NoSilencedErrors
		return in_array( $text, $list ) || $size == 0; // finds: Universal.Operators.StrictComparisons, WordPress.PHP.StrictInArray
	}

	public function names( string $text ): void {
		no_such_function(); // finds: Analysis.Function
		array_find( array(), 'is_int' ); // finds: Analysis.Php
		wp_get_current_user( 1, 2 ); // finds: Analysis.Arguments
		strlen(); // finds: Analysis.Arguments
		wp_make_content_images_responsive( $text ); // finds: WordPress.WP.DeprecatedFunctions
		new No_Such_Class(); // finds: Analysis.Class
		new \WP_REST_Request( 'GET', '/', array(), 5 ); // finds: Analysis.Arguments
		( new \WP_REST_Request( 'GET' ) )->get_nothing(); // finds: Analysis.Member
		$this->next->missing(); // finds: Analysis.Member
		$this->next->may(); // finds: Analysis.Arguments
		self::may( '' ); // finds: Analysis.Member
		$this->nothing = new stdClass(); // finds: Analysis.Member
		self::NOTHING; // finds: Analysis.Member
		$unused = 1; // finds: Analysis.Unused
		$never + 1; // finds: Analysis.Variable
		preg_match( '/a/', $text, $found );
		foreach ( $found as $at => $one ) {
			$this->next = array_map( static fn( $x ) => $x . $one . $at, array() );
		}
		add_filter( 'the_title', function () use ( $text ) {
			return $text . $inside; // finds: Analysis.Variable
		} );
		if ( function_exists( 'wp_new_thing' ) ) {
			wp_new_thing();
		}
	}
}
