<?php
/**
 * The help of our pages.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Teaches, behind WordPress' own button “Help”: what a page shows, what its figures mean, and what to do when something is odd.
 * Loaded when one of our pages is.
 */
final class Help {

	private const DOCS = 'https://github.com/litellm-dashboard/litellm-dashboard/blob/main/doc/';
	/** What has more about a page, beside the handbook. */
	private const MORE = array( 'usage' => 'usage.md', 'logs' => 'logs.md', 'keys' => 'keys.md', 'teams' => 'people.md', 'users' => 'people.md', 'audit' => 'audit.md', 'alerts' => 'alerts.md' );

	/**
	 * Adds the tabs of a page, and where more is to be read. The app goes from page to page without loading one, so all of its
	 * pages are there, and the entry of the menu that is the current one decides which is seen.
	 */
	public static function show( string $page ): void {
		$screen = get_current_screen();
		if ( null === $screen ) {
			return;
		}
		$slugs = 'alerts' === $page ? array( 'alerts' => 'litellm-dashboard-alerts' ) : array_column( Admin_Pages::pages(), 'slug', 'name' );
		$texts = self::texts();
		$part  = static fn( string $name, string $html ): string => '<div class="litellm-help litellm-help-' . esc_attr( $name ) . ( $name === $page ? ' litellm-help-first' : '' ) . '">' . $html . '</div>';
		foreach ( array( __( 'What is here', 'litellm-dashboard' ), __( 'What it means', 'litellm-dashboard' ), __( 'What to do when…', 'litellm-dashboard' ) ) as $number => $title ) {
			$content = '';
			foreach ( array_keys( $slugs ) as $name ) {
				$content .= $part( $name, '<p>' . implode( '</p><p>', array_map( 'esc_html', (array) ( $texts[ $name ][ $number ] ?? '' ) ) ) . '</p>' );
			}
			$screen->add_help_tab( array( 'id' => "litellm-help-$number", 'title' => $title, 'content' => $content ) );
		}
		$link    = static fn( string $address, string $title ): string => '<p><a href="' . esc_url( self::DOCS . $address ) . '">' . esc_html( $title ) . '</a></p>';
		$book    = 'zh' === strtok( get_user_locale(), '_' ) ? 'zh-CN/' : 'en/';
		$sidebar = $link( $book . 'README.md', __( 'Handbook', 'litellm-dashboard' ) ) . $link( $book . '09-troubleshooting.md', __( 'Causes by what one sees', 'litellm-dashboard' ) );
		foreach ( array_intersect_key( self::MORE, $slugs ) as $name => $file ) {
			$sidebar .= $part( $name, $link( $file, __( 'This page in detail', 'litellm-dashboard' ) ) );
		}
		$screen->set_help_sidebar( '<p><strong>' . esc_html__( 'For more information:', 'litellm-dashboard' ) . '</strong></p>' . $sidebar );
		$entry = static fn( string $slug ): string => "#adminmenu a.current[href$=\"page=$slug\"]";
		// Where none of these is the current entry, as with a menu that another plugin has changed, the page's own stays.
		$rules = '.litellm-help:not(.litellm-help-first){display:none}@supports selector(:has(*)){body:has(' . implode( ',', array_map( $entry, $slugs ) ) . ') .litellm-help.litellm-help{display:none}';
		foreach ( $slugs as $name => $slug ) {
			$rules .= 'body:has(' . $entry( $slug ) . ") .litellm-help.litellm-help-$name{display:block}";
		}
		add_action(
			'admin_head',
			static function () use ( $rules ): void {
				echo "<style>$rules}</style>\n"; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- Of names in pages.json.
			}
		);
	}

	/**
	 * What is said, by page: for each tab one paragraph or several.
	 *
	 * @return array<string, array<int, string|string[]>>
	 */
	private static function texts(): array {
		$utc = __( 'Days are days in UTC, as LiteLLM adds them up. Amounts are in US dollars and come from LiteLLM’s list of prices: the bill of a provider may differ.', 'litellm-dashboard' );
		$old = __( 'A figure with its age beside it is the last good one: the gateway did not answer since. Status says why.', 'litellm-dashboard' );
		return array(
			'overview' => array(
				__( 'Requests, tokens, cost and error rate of the range, each beside the period before; the cost by model; what fails now; keys near their budget; and the calls as they happen. Each figure leads to what it is made of.', 'litellm-dashboard' ),
				array( $utc, __( 'A day that still runs is not compared with whole ones. A model without a price counts as free, and is named under the cost.', 'litellm-dashboard' ) ),
				array( __( 'When many calls fail, open the model that is named: Logs shows these calls, and what LiteLLM said to each.', 'litellm-dashboard' ), $old ),
			),
			'usage'    => array(
				__( 'What the calls of any range cost, by model, provider, key, owner, team, organization, tag, end user and endpoint, beside the period before, and what the month will have cost. What is shown can be saved as a file for spreadsheets.', 'litellm-dashboard' ),
				array( $utc, __( 'A call with several tags counts under each of them, so the sum of all tags may be more than the whole.', 'litellm-dashboard' ) ),
				array( __( 'When a day is missing, LiteLLM did not answer for it in time: what has come stays, and the rest is asked for again.', 'litellm-dashboard' ), $old ),
			),
			'logs'     => array(
				__( 'Every call of the range, the newest first: narrow down by filters, watch new ones come in, open one to see it in full, or save the range as a file.', 'litellm-dashboard' ),
				__( 'Model, tokens, cost and error are as LiteLLM has written them, some seconds after the end of a call. Prompts and answers are there only where LiteLLM is set to store them, and only for who may also manage keys.', 'litellm-dashboard' ),
				__( 'When there are no calls although the Overview counts some, LiteLLM may be set to keep no log, or to remove old entries. When a call failed, its error tells the provider’s refusals from LiteLLM’s own.', 'litellm-dashboard' ),
			),
			'keys'     => array(
				__( 'All virtual keys. The search finds a part of a name, an owner, a team, a hash, or the end of a secret. Choose rows to change many at once.', 'litellm-dashboard' ),
				__( 'The spend is what a key has cost since its budget began anew. The status says what the key can do now, also where its team is what stops it.', 'litellm-dashboard' ),
				array( __( 'When a secret has leaked, block its key: within a minute nobody can call with it. Then rotate it, which makes a successor with the same limits.', 'litellm-dashboard' ), __( 'A secret is shown once, when the key is made. When it is lost, rotate the key.', 'litellm-dashboard' ) ),
			),
			'teams'    => array(
				__( 'Teams share models, limits and a budget among their keys. Open one to see its members, and to change, block or delete it.', 'litellm-dashboard' ),
				__( 'The budget of a team is for all of its keys together; each key may have a smaller one of its own.', 'litellm-dashboard' ),
				__( 'To stop all keys of a team for a while, block it. Deleting a team deletes its keys as well: the question before it says how many these are.', 'litellm-dashboard' ),
			),
			'users'    => array(
				__( 'Users of LiteLLM, who own keys and are members of teams. They are no users of this site, and need no login here.', 'litellm-dashboard' ),
				__( 'The budget of a user is for the keys that the user owns. Users with a role that manages the gateway are not changed from here.', 'litellm-dashboard' ),
				__( 'Deleting a user deletes all keys of the user, also those in teams. To keep a key, give it to another owner before.', 'litellm-dashboard' ),
			),
			'audit'    => array(
				__( 'What was changed through this plugin: by whom, when, from where, with what result. What somebody changes in LiteLLM itself is not in it.', 'litellm-dashboard' ),
				__( 'Where the answer of LiteLLM was lost the result is not known: it may have been done all the same. Secrets are in no entry.', 'litellm-dashboard' ),
				__( 'When an entry is missing, it may have been removed by age or number. Save what you want to keep as a CSV file.', 'litellm-dashboard' ),
			),
			'console'  => array(
				__( 'LiteLLM’s own interface. It has its own login, and can do what this plugin does not, such as adding models.', 'litellm-dashboard' ),
				__( 'What is done there stands in LiteLLM’s own records, and not in the audit log of this plugin.', 'litellm-dashboard' ),
				__( 'When the frame stays empty, the server before LiteLLM does not let other pages show it: above the frame stand the lines to change, and a link to open it in a new tab.', 'litellm-dashboard' ),
			),
			'status'   => array(
				__( 'What is configured, whether the gateway answers, which version it is, and what the service key may do. Problems come first.', 'litellm-dashboard' ),
				__( 'The service key is what WordPress shows to the gateway. It stays on the server; here it is shown by its ends.', 'litellm-dashboard' ),
				__( 'When you ask somebody for help, send what the button for support copies: no secret is in it. Tools → Site Health looks at this host, too.', 'litellm-dashboard' ),
			),
			'alerts'   => array(
				__( 'What WordPress looks at once an hour, and how you are told. Everything is off until “Look once an hour” is on.', 'litellm-dashboard' ),
				__( 'Each share of a budget is told once in its period. Unusual is far above the same hours of the last four weeks.', 'litellm-dashboard' ),
				__( 'When nothing arrives, send a test. Where nobody visits the site, have a real cron call wp-cron.php, as the look waits for a visit.', 'litellm-dashboard' ),
			),
		);
	}
}
