<?php
/**
 * The help above our pages.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * What each page is for and how it is read, in WordPress' tabs of help. One moves between the pages without loading them, so each
 * has the tabs of all that one may see, and its own is open first.
 */
final class Help {

	/**
	 * Adds the tabs.
	 */
	public static function add(): void {
		$screen = get_current_screen();
		$page   = $GLOBALS['plugin_page'] ?? '';
		foreach ( null === $screen ? array() : Admin_Pages::pages() as $name => $one ) {
			$sentences = self::sentences( $name );
			if ( array() !== $sentences && current_user_can( $one['capability'] ) ) { // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of ours, from pages.json.
				$screen->add_help_tab(
					array(
						'id'       => 'litellm-dashboard-' . $name,
						'title'    => $one['title'],
						'content'  => '<p>' . implode( '</p><p>', array_map( 'esc_html', $sentences ) ) . '</p>',
						'priority' => $one['slug'] === $page ? 5 : 10,
					)
				);
			}
		}
	}

	/**
	 * What there is to say of a page.
	 *
	 * @return array<int, string>
	 */
	private static function sentences( string $page ): array {
		switch ( $page ) {
			case 'overview':
				return array(
					__( 'The four figures are of the range that is chosen at the top, beside the days before it. Each leads to what it is made of.', 'litellm-dashboard' ),
					__( 'Below the charts stand what fails now and which keys are near their budget; the table at the end shows calls as they come in.', 'litellm-dashboard' ),
					__( 'Charts are read by keyboard as well: the arrow keys go from value to value, and Enter shows what is behind one.', 'litellm-dashboard' ),
				);
			case 'usage':
				return array(
					__( 'What the calls of a range cost, by model, provider, key, team and more, beside the period before.', 'litellm-dashboard' ),
					__( 'The address of the page keeps what is chosen: it can be bookmarked, or sent to a colleague. The same figures can be had as files for a spreadsheet.', 'litellm-dashboard' ),
				);
			case 'logs':
				return array(
					__( 'Every call, the newest first. The filters narrow them down, the bars above them choose a time, and each call can be opened to see all that is known of it.', 'litellm-dashboard' ),
					__( 'What was asked and answered is there only if LiteLLM is set to store it.', 'litellm-dashboard' ),
				);
			case 'keys':
				return array(
					__( 'All virtual keys. The search finds them by every letter of their names, owners and teams, and also by a whole key that is pasted into it.', 'litellm-dashboard' ),
					__( 'The secret of a new key is shown once, and is stored nowhere. Whoever has lost it needs a new key: rotating a key makes one with the same limits, and both can work side by side until all applications have the new one.', 'litellm-dashboard' ),
					__( 'Choose several keys by their boxes to change, block or delete all of them.', 'litellm-dashboard' ),
				);
			case 'teams':
				return array( __( 'A team owns keys, and its budget and limits hold for all of them together. Before a team is deleted, the page says what becomes of its keys.', 'litellm-dashboard' ) );
			case 'users':
				return array( __( 'These are LiteLLM’s users, who own keys; they are not the users of this site.', 'litellm-dashboard' ) );
			case 'audit':
				return array( __( 'What was changed through this plugin: by whom, when, from where, and with what result. What is changed in LiteLLM’s own UI is not in it.', 'litellm-dashboard' ) );
			case 'status':
				return array( __( 'Look here first when something does not work: it says what is configured, whether the gateway answers, and what the service key may do.', 'litellm-dashboard' ) );
		}
		return array();
	}
}
