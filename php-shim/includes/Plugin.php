<?php
/**
 * The list of what the plugin hooks into.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Builds the collaborators and registers their hooks; decides nothing itself.
 */
final class Plugin {

	public const VERSION = '0.1.0';
	/**
	 * Of a user: the columns that are switched on or off, by table.
	 */
	public const COLUMNS = 'litellm_dashboard_columns';

	/**
	 * The main file of the plugin.
	 *
	 * @var string
	 */
	private static string $file = '';

	/**
	 * Hooks everything up.
	 */
	public static function start( string $file ): void {
		self::$file = $file;

		$settings = new Settings();

		( new Capabilities() )->register();
		if ( is_admin() ) {
			( new Admin_Pages( new Boot( $settings ) ) )->register();
			add_action( 'wp_dashboard_setup', array( Widget::class, 'add' ) );
			add_action( 'wp_network_dashboard_setup', array( Widget::class, 'add' ) );
			add_action( 'admin_bar_menu', array( Today::class, 'add' ), 90 );
			add_filter( 'debug_information', array( Site_Health::class, 'describe' ) );
		}
		add_filter( 'site_status_tests', array( Site_Health::class, 'add' ) );
		add_action( 'litellm_dashboard_stored', array( Today::class, 'note' ), 10, 4 );

		add_action( 'init', array( self::class, 'load_translations' ) );
		add_action( 'cli_init', array( Cli::class, 'add' ) );
		add_action( 'wp_abilities_api_categories_init', array( Abilities::class, 'add_category' ) );
		add_action( 'wp_abilities_api_init', array( Abilities::class, 'add' ) );
		add_action(
			'rest_api_init',
			static function () use ( $settings ): void {
				// Before that of the operations, which its name fits as well.
				register_rest_route( REST_Controller::ROUTE_NAMESPACE, '/alertmanager', array( 'methods' => 'POST', 'callback' => array( Alert_Inbox::class, 'receive' ), 'permission_callback' => array( Alert_Inbox::class, 'may' ), 'show_in_index' => false ) );
				self::rest_controller( $settings )->register_routes();
				register_rest_route( REST_Controller::ROUTE_NAMESPACE, '/site-health/(?P<test>[a-z]+)', array( 'methods' => 'GET', 'callback' => array( Site_Health::class, 'answer' ), 'permission_callback' => array( Site_Health::class, 'may' ), 'show_in_index' => false ) );
				$schema = array( 'type' => 'object', 'context' => array( 'edit' ), 'additionalProperties' => array( 'type' => 'string', 'maxLength' => 500 ) );
				register_meta( 'user', self::COLUMNS, array( 'type' => 'object', 'single' => true, 'show_in_rest' => array( 'schema' => $schema ) ) );
			}
		);
		add_action( 'litellm_dashboard_write_started', array( Audit_Log::class, 'started' ) );
		add_action( 'litellm_dashboard_write_ended', array( Audit_Log::class, 'ended' ), 10, 2 );
		add_filter( 'wp_privacy_personal_data_exporters', array( Audit_Privacy::class, 'exporters' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( Audit_Privacy::class, 'erasers' ) );
		register_deactivation_hook( $file, array( Cache::class, 'delete' ) );

		// By name, so that each class is loaded when its hook fires.
		add_action( 'litellm_dashboard_alerts', array( Alert_Run::class, 'run' ) );
		add_action( 'load-index.php', array( Alert_Inbox::class, 'show' ) );
		add_filter( 'allowed_options', array( Alert_Settings::class, 'allow' ), 5 );
		add_filter( 'option_page_capability_litellm-dashboard-alerts', array( Alert_Settings::class, 'capability' ) );
		add_action( 'admin_post_litellm_dashboard_alert_test', array( Alert_Settings::class, 'test' ) );
		register_activation_hook( $file, array( Alert_Run::class, 'schedule' ) );
		register_deactivation_hook( $file, array( Alert_Run::class, 'stop' ) );
	}

	/**
	 * The REST controller with all that it needs.
	 */
	public static function rest_controller( Settings $settings ): REST_Controller {
		$operations = Operation::all( self::path( 'contract.json' ) );
		$gateway    = new Gateway( $settings );
		$reader     = new Reader( $settings, $gateway, new Cache( $settings ) );
		return new REST_Controller( $operations, $settings, $reader, new Writer( $settings, $gateway, $reader, $operations ), new Console( $settings, $gateway ), new Journal( $settings ) );
	}

	/**
	 * Loads the translations that come with the plugin.
	 */
	public static function load_translations(): void {
		load_plugin_textdomain( 'litellm-dashboard', false, dirname( plugin_basename( self::$file ) ) . '/languages' ); // phpcs:ignore PluginCheck.CodeAnalysis.DiscouragedFunctions.load_plugin_textdomainFound -- By itself WordPress before 6.8 looks for those of translate.wordpress.org only.
	}

	/**
	 * A file of the plugin.
	 */
	public static function path( string $relative ): string {
		return dirname( __DIR__ ) . '/' . $relative;
	}

	/**
	 * A JSON file of the plugin; an empty list when it is not there or broken.
	 *
	 * @return array<int|string, mixed>
	 */
	public static function json( string $file ): array {
		$content = is_readable( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : null; // phpcs:ignore WordPress.WP.AlternativeFunctions.file_get_contents_file_get_contents -- A file of the plugin.
		return is_array( $content ) ? $content : array();
	}

	/**
	 * The address of a file of the plugin.
	 */
	public static function url( string $relative ): string {
		return plugins_url( $relative, self::$file );
	}

	/**
	 * Scheme, host and port of an address.
	 */
	public static function origin( string $address ): string {
		return preg_match( '#^https?://[^/?\#]+#i', $address, $found ) ? strtolower( $found[0] ) : '';
	}

	/**
	 * The plugin's name among plugins, such as `litellm-dashboard/litellm-dashboard.php`.
	 */
	public static function basename(): string {
		return plugin_basename( self::$file );
	}
}
