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

	private Boot $boot;
	/**
	 * Our pages by the name of WordPress' hook for each.
	 *
	 * @var array<string, string>
	 */
	private array $hooks = array();

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Boot $boot ) {
		$this->boot = $boot;
	}

	/**
	 * Hooks in.
	 */
	public function register(): void {
		add_action( 'admin_menu', array( $this, 'add_menu' ) );
		add_action( 'network_admin_menu', array( $this, 'add_network_menu' ) );
		add_action( 'admin_enqueue_scripts', array( $this, 'enqueue' ) );
		add_filter( 'plugin_action_links_' . Plugin::basename(), array( $this, 'add_link' ) );
		add_filter( 'network_admin_plugin_action_links_' . Plugin::basename(), array( $this, 'add_link' ) );
	}

	/**
	 * Our pages, as pages.json lists them in the order of the menu; the title is in the user's language. The address is in the
	 * network admin for whoever is there.
	 *
	 * @return array<string, array{name: string, slug: string, title: string, capability: string, first: array, url: string}> By name.
	 */
	public static function pages(): array {
		$pages = array();
		foreach ( Plugin::json( Plugin::path( 'pages.json' ) ) as $page ) {
			$page['title']          = __( $page['title'], 'litellm-dashboard' ); // phpcs:ignore WordPress.WP.I18n.NonSingularStringLiteralText -- The titles are in the file.
			$page['url']            = add_query_arg( 'page', $page['slug'], self_admin_url( 'admin.php' ) );
			$pages[ $page['name'] ] = $page;
		}
		return $pages;
	}

	/**
	 * Adds the menu; each page is for those with its capability.
	 */
	public function add_menu(): void {
		$pages = self::pages();
		$first = reset( $pages );
		add_menu_page( 'LiteLLM', 'LiteLLM', $first['capability'], $first['slug'], array( $this, 'print_page' ), self::icon(), 58 );
		foreach ( $pages as $name => $page ) {
			/* translators: %s: title of a page. */
			$hook = add_submenu_page( $first['slug'], sprintf( __( 'LiteLLM: %s', 'litellm-dashboard' ), $page['title'] ), $page['title'], $page['capability'], $page['slug'], array( $this, 'print_page' ) );
			if ( false !== $hook ) {
				$this->hooks[ $hook ] = $name;
				add_action( "load-$hook", array( Alert_Inbox::class, 'show' ) );
				add_action( "load-$hook", array( Help::class, 'add' ) );
			}
		}
		if ( ! is_network_admin() ) {
			$title = __( 'Alerts', 'litellm-dashboard' );
			/* translators: %s: title of a page. */
			$hook = add_submenu_page( $first['slug'], sprintf( __( 'LiteLLM: %s', 'litellm-dashboard' ), $title ), $title, is_multisite() ? 'manage_network_options' : 'manage_options', 'litellm-dashboard-alerts', array( Alert_Settings::class, 'print_page' ) );
			add_action( "load-$hook", array( Alert_Settings::class, 'load' ) );
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
	 * Loads the style, and announces the app, on our pages only.
	 *
	 * @param mixed $hook The page.
	 */
	public function enqueue( $hook ): void {
		if ( isset( $this->hooks[ $hook ] ) && '' !== $this->boot->build() ) {
			$this->boot->enqueue();
			add_action( 'admin_head', fn() => $this->boot->print_loader( $this->hooks[ $hook ] ), 1 );
		}
	}

	/**
	 * Prints a page.
	 */
	public function print_page(): void {
		$pages = self::pages();
		$page  = $this->hooks[ (string) current_filter() ] ?? (string) key( $pages );
		echo '<div class="wrap gw-wrap"><hr class="wp-header-end">';
		if ( '' === $this->boot->build() ) {
			echo '<div class="notice notice-error inline"><p>' . esc_html__( 'LiteLLM Dashboard is incomplete: files of its app are missing. Install the plugin again.', 'litellm-dashboard' ) . '</p></div></div>';
			return;
		}
		// What the app replaces has its shape, so that nothing jumps when it comes.
		echo '<div id="litellm-dashboard" class="gw-root"><div class="gw-header"><div class="gw-header-text"><h1 class="gw-title">' . esc_html( $pages[ $page ]['title'] ) . '</h1><p class="gw-subtitle" role="status">' . esc_html__( 'Loading…', 'litellm-dashboard' ) . '</p></div></div>';
		// The style sheet lets it appear after a while, and the script takes it away.
		$files = Plugin::origin( Plugin::url( '' ) );
		$own   = Plugin::origin( admin_url() );
		echo '<div class="gw-late" role="alert"><div class="notice notice-warning inline"><p>' . esc_html__( 'The dashboard’s script has not started. A plugin that optimises scripts may hold it back, a script policy may refuse it, or it is still on its way: let both leave litellm-dashboard alone, then load the page again.', 'litellm-dashboard' ) . '</p>';
		if ( $files !== $own ) {
			/* translators: 1: origin of the plugin's files, 2: origin of wp-admin. */
			echo '<p>' . esc_html( sprintf( __( 'The plugin’s files come from %1$s, which is another origin than this page. The browser takes them only if that server sends “Access-Control-Allow-Origin: %2$s” with them.', 'litellm-dashboard' ), $files, $own ) ) . '</p>';
		}
		echo '</div></div><div class="gw-boot" aria-hidden="true">';
		if ( 'overview' === $page ) {
			echo '<div class="gw-skeleton-cards">' . str_repeat( '<div class="gw-skeleton gw-skeleton-card"></div>', 4 ) . '</div>';
		}
		echo '<div class="gw-skeleton gw-skeleton-chart"></div></div>';
		echo '<noscript><div class="notice notice-warning inline"><p>' . esc_html__( 'LiteLLM Dashboard needs JavaScript. Allow it for this site and load the page again.', 'litellm-dashboard' ) . '</p></div></noscript></div>';
		// The flags keep </script>, comments and quotes out of the text, whatever a title or a name contains.
		$json = wp_json_encode( $this->boot->data( $page ), JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
		// What follows it tells the loader that it is complete.
		echo '<script type="application/json" id="litellm-dashboard-boot">' . $json . "</script>\n</div>"; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- Encoded above.
	}

	/**
	 * Adds a link to the row of the plugin.
	 *
	 * @param mixed $links The links so far.
	 * @return mixed
	 */
	public function add_link( $links ) {
		$pages = self::pages();
		$first = reset( $pages );
		if ( ! is_array( $links ) || ! current_user_can( $first['capability'] ) ) { // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of ours, from pages.json.
			return $links;
		}
		return array( 'open' => '<a href="' . esc_url( $first['url'] ) . '">' . esc_html__( 'Open', 'litellm-dashboard' ) . '</a>' ) + $links;
	}

	/**
	 * Three bars and a line. WordPress gives it the colours of the scheme.
	 */
	private static function icon(): string {
		$svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="#a7aaad" d="M2 16h16v2H2zM3 10h3v5H3zM8.5 6h3v9h-3zM14 2h3v13h-3z"/></svg>';
		return 'data:image/svg+xml;base64,' . base64_encode( $svg ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- The form WordPress recolours.
	}
}
