<?php
/**
 * What the page hands over to the app.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Collects the boot data. The service key has no part in it.
 */
final class Boot {

	private Settings $settings;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * The boot data of a page.
	 *
	 * @return array<string, mixed>
	 */
	public function data( string $page, string $build ): array {
		$pages = array();
		foreach ( array_keys( Admin_Pages::titles() ) as $name ) {
			$pages[ $name ] = Admin_Pages::url( $name );
		}
		return array(
			'rest'            => self::rest(),
			'nonce'           => wp_create_nonce( 'wp_rest' ),
			'nonce_url'       => admin_url( 'admin-ajax.php?action=rest-nonce' ),
			'page'            => $page,
			'pages'           => $pages,
			'configured'      => $this->settings->is_configured(),
			'base'            => $this->settings->base(),
			'console_url'     => $this->settings->console_url(),
			'version'         => Plugin::VERSION,
			'locale'          => self::language_tag( get_user_locale() ),
			'rtl'             => is_rtl(),
			'timezone'        => wp_timezone_string(),
			'now_ms'          => (int) floor( microtime( true ) * 1000 ),
			'site'            => html_entity_decode( (string) get_bloginfo( 'name' ), ENT_QUOTES ),
			'login'           => wp_login_url( $pages[ $page ] ),
			'can_manage_keys' => current_user_can( Capabilities::MANAGE_KEYS ), // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Mapped by Capabilities.
			'assets'          => Plugin::url( 'assets/app/' ),
			'build'           => $build,
			'strings'         => (object) self::strings(),
		);
	}

	/**
	 * WordPress' name of a language as browsers write it: zh_CN is zh-CN, de_DE_formal is de-DE.
	 */
	public static function language_tag( string $locale ): string {
		$parts = explode( '_', $locale );
		return isset( $parts[1] ) && preg_match( '/^[A-Z]{2}$/D', $parts[1] ) ? $parts[0] . '-' . $parts[1] : $parts[0];
	}

	/**
	 * The address to which the app appends an operation. Plugins for languages add a query to it, and then it would not end
	 * where it should.
	 */
	private static function rest(): string {
		$address = rest_url( REST_Controller::ROUTE_NAMESPACE . '/' );
		$end     = '/' . REST_Controller::ROUTE_NAMESPACE . '/';
		$at      = strpos( $address, $end );
		return false === $at ? $address : substr( $address, 0, $at + strlen( $end ) );
	}

	/**
	 * The app's texts in the user's language, where they differ from English.
	 *
	 * @return array<string, string>
	 */
	private static function strings(): array {
		$file  = Plugin::path( 'languages/strings.json' );
		$texts = is_readable( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : array(); // phpcs:ignore WordPress.WP.AlternativeFunctions.file_get_contents_file_get_contents -- A file of the plugin.
		$found = array();
		foreach ( is_array( $texts ) ? $texts : array() as $text ) {
			$translated = is_string( $text ) && '' !== $text ? __( $text, 'litellm-dashboard' ) : $text; // phpcs:ignore WordPress.WP.I18n.NonSingularStringLiteralText -- The texts are in the file.
			if ( $translated !== $text ) {
				$found[ $text ] = $translated;
			}
		}
		return $found;
	}
}
