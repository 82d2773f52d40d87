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
		( new Admin_Pages( new Boot( $settings ), new Assets() ) )->register();

		add_action( 'init', array( self::class, 'load_translations' ) );
		add_action(
			'rest_api_init',
			static function () use ( $settings ): void {
				self::rest_controller( $settings )->register_routes();
			}
		);
		register_deactivation_hook( $file, array( Housekeeping::class, 'deactivate' ) );
	}

	/**
	 * The REST controller with all that it needs.
	 */
	public static function rest_controller( Settings $settings ): REST_Controller {
		$contract = Contract::load( self::path( 'contract.json' ) );
		$gateway  = new Gateway( $settings );
		$reader   = new Reader( $settings, $gateway, new Cache( $contract, $settings ) );
		$handlers = array(
			'status'  => array( new Status( $settings, $contract ), 'answer' ),
			'console' => array( new Console( $settings, $gateway ), 'answer' ),
		);
		return new REST_Controller( $contract, $reader, new Writer( $settings, $gateway, $reader, new Own_Key( $settings, $contract, $reader ) ), $handlers );
	}

	/**
	 * Loads the translations that come with the plugin.
	 */
	public static function load_translations(): void {
		load_plugin_textdomain( 'litellm-dashboard', false, dirname( plugin_basename( self::$file ) ) . '/languages' );
	}

	/**
	 * A file of the plugin.
	 */
	public static function path( string $relative ): string {
		return dirname( __DIR__ ) . '/' . $relative;
	}

	/**
	 * The address of a file of the plugin.
	 */
	public static function url( string $relative ): string {
		return plugins_url( $relative, self::$file );
	}

	/**
	 * The plugin's name among plugins, such as `litellm-dashboard/litellm-dashboard.php`.
	 */
	public static function basename(): string {
		return plugin_basename( self::$file );
	}
}
