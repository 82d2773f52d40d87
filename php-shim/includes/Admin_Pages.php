<?php
/**
 * The pages in wp-admin.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Puts the menu there and prints, on each page, the place where the app appears.
 */
final class Admin_Pages {

	public const SLUG = 'litellm-dashboard';

	private Boot $boot;
	private Assets $assets;
	/**
	 * Our pages by the name of WordPress' hook for each.
	 *
	 * @var array<string, string>
	 */
	private array $pages = array();

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Boot $boot, Assets $assets ) {
		$this->boot   = $boot;
		$this->assets = $assets;
	}

	/**
	 * Hooks in.
	 */
	public function register(): void {
		add_action( 'admin_menu', array( $this, 'add_menu' ) );
		add_action( 'network_admin_menu', array( $this, 'add_network_menu' ) );
		add_action( 'admin_enqueue_scripts', array( $this, 'enqueue' ) );
		add_filter( 'script_loader_tag', array( $this->assets, 'as_module' ), 10, 2 );
		add_filter( 'plugin_action_links_' . Plugin::basename(), array( $this, 'add_link' ) );
		add_filter( 'network_admin_plugin_action_links_' . Plugin::basename(), array( $this, 'add_link' ) );
	}

	/**
	 * Our pages: the last part of their slug and their title.
	 *
	 * @return array<string, string>
	 */
	public static function titles(): array {
		return array(
			'overview' => __( 'Overview', 'litellm-dashboard' ),
			'keys'     => __( 'Keys', 'litellm-dashboard' ),
			'console'  => __( 'Console', 'litellm-dashboard' ),
			'status'   => __( 'Status', 'litellm-dashboard' ),
		);
	}

	/**
	 * The slug of a page.
	 */
	public static function slug( string $page ): string {
		return 'overview' === $page ? self::SLUG : self::SLUG . '-' . $page;
	}

	/**
	 * Adds the menu for those with the capability.
	 */
	public function add_menu(): void {
		add_menu_page( 'LiteLLM', 'LiteLLM', Capabilities::VIEW, self::SLUG, array( $this, 'print_page' ), self::icon(), 58 );
		foreach ( self::titles() as $page => $title ) {
			/* translators: %s: title of a page. */
			$hook = add_submenu_page( self::SLUG, sprintf( __( 'LiteLLM: %s', 'litellm-dashboard' ), $title ), $title, Capabilities::VIEW, self::slug( $page ), array( $this, 'print_page' ) );
			if ( false !== $hook ) {
				$this->pages[ $hook ] = $page;
			}
		}
	}

	/**
	 * Adds the menu in the network admin where the plugin is active for the whole network.
	 */
	public function add_network_menu(): void {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		if ( is_plugin_active_for_network( Plugin::basename() ) ) {
			$this->add_menu();
		}
	}

	/**
	 * Loads scripts and styles, on our pages only.
	 *
	 * @param mixed $hook The page.
	 */
	public function enqueue( $hook ): void {
		if ( isset( $this->pages[ $hook ] ) && $this->assets->are_complete() ) {
			$this->assets->enqueue();
			add_action( 'admin_head', array( $this->assets, 'print_hints' ), 1 );
		}
	}

	/**
	 * Prints a page.
	 */
	public function print_page(): void {
		$page  = $this->pages[ (string) current_filter() ] ?? 'overview';
		$title = self::titles()[ $page ];
		echo '<div class="wrap gw-wrap"><hr class="wp-header-end">';
		if ( ! $this->assets->are_complete() ) {
			echo '<div class="notice notice-error inline"><p>' . esc_html__( 'LiteLLM Dashboard is incomplete: files of its app are missing. Install the plugin again.', 'litellm-dashboard' ) . '</p></div></div>';
			return;
		}
		// What the app replaces has its shape, so that nothing jumps when it comes.
		echo '<div id="litellm-dashboard" class="gw-root"><div class="gw-header"><div class="gw-header-text"><h1 class="gw-title">' . esc_html( $title ) . '</h1><p class="gw-subtitle" role="status">' . esc_html__( 'Loading…', 'litellm-dashboard' ) . '</p></div></div>';
		echo '<div class="gw-boot" aria-hidden="true">';
		if ( 'overview' === $page ) {
			echo '<div class="gw-skeleton-cards">' . str_repeat( '<div class="gw-skeleton gw-skeleton-card"></div>', 4 ) . '</div>';
		}
		echo '<div class="gw-skeleton gw-skeleton-chart"></div></div>';
		echo '<noscript><div class="notice notice-warning inline"><p>' . esc_html__( 'LiteLLM Dashboard needs JavaScript. Allow it for this site and load the page again.', 'litellm-dashboard' ) . '</p></div></noscript></div>';
		// The flags keep </script>, comments and quotes out of the text, whatever a title or a name contains.
		$json = wp_json_encode( $this->boot->data( $page, $this->assets->hash() ), JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_UNESCAPED_SLASHES );
		echo '<script type="application/json" id="litellm-dashboard-boot">' . $json . '</script></div>'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- Encoded above.
	}

	/**
	 * Adds a link to the row of the plugin.
	 *
	 * @param mixed $links The links so far.
	 * @return mixed
	 */
	public function add_link( $links ) {
		if ( ! is_array( $links ) || ! current_user_can( Capabilities::VIEW ) ) { // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Mapped by Capabilities.
			return $links;
		}
		$link = '<a href="' . esc_url( self::url( 'overview' ) ) . '">' . esc_html__( 'Open', 'litellm-dashboard' ) . '</a>';
		return array( 'open' => $link ) + $links;
	}

	/**
	 * The address of a page, in the network admin for whoever is there.
	 */
	public static function url( string $page ): string {
		return add_query_arg( 'page', self::slug( $page ), self_admin_url( 'admin.php' ) );
	}

	/**
	 * Three bars and a line. WordPress gives it the colours of the scheme.
	 */
	private static function icon(): string {
		$svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="#a7aaad" d="M2 16h16v2H2zM3 10h3v5H3zM8.5 6h3v9h-3zM14 2h3v13h-3z"/></svg>';
		return 'data:image/svg+xml;base64,' . base64_encode( $svg ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- The form WordPress recolours.
	}
}
