<?php
/**
 * The widget on the Dashboard of WordPress.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Shows what is stored of today and of the keys, with its age. LiteLLM is not asked: the Dashboard is there as fast when the
 * gateway is away.
 */
final class Widget {

	/** From this share of its budget on a key is named; as on the Overview. */
	private const NEAR = 0.8;
	private const SHOWN = 5;
	private const LIST = array( 'page' => 1, 'size' => 100 );

	private const STYLE = '#litellm_dashboard_widget .inside{margin:0;padding:0}.litellm-figures{display:flex;flex-wrap:wrap;gap:12px 24px;margin:0;padding:12px}.litellm-figures li{flex:1 1 120px;margin:0}.litellm-figures strong{display:block;font-size:20px;font-weight:600;line-height:1.4}.litellm-part{border-top:1px solid #f0f0f1;padding:8px 12px 4px}.litellm-part h3{margin-bottom:4px}.litellm-part li{display:flex;justify-content:space-between;gap:12px}.litellm-part bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.litellm-minor{color:#646970}';

	/**
	 * Adds it for who may see it.
	 */
	public static function add(): void {
		if ( current_user_can( Capabilities::VIEW_ALL ) ) { // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
			wp_add_dashboard_widget( 'litellm_dashboard_widget', __( 'LiteLLM today', 'litellm-dashboard' ), array( self::class, 'show' ) );
			wp_add_inline_style( 'dashboard', self::STYLE );
		}
	}

	/**
	 * Prints it.
	 */
	public static function show(): void {
		$settings = new Settings();
		if ( null !== $settings->problem() ) {
			self::say( __( 'The gateway is not configured yet', 'litellm-dashboard' ), 'status', __( 'What is missing or not valid?', 'litellm-dashboard' ) );
			return;
		}
		$today     = gmdate( 'Y-m-d', time() );
		$yesterday = gmdate( 'Y-m-d', time() - DAY_IN_SECONDS );
		$known     = array();
		$wanted    = array( array( 'activity.day', array( 'day' => $today ) ), array( 'activity.day', array( 'day' => $yesterday ) ), array( 'keys.list', self::LIST + array( 'sort_by' => 'spend', 'sort_order' => 'desc' ) ), array( 'keys.list', self::LIST ) );
		foreach ( Plugin::rest_controller( $settings )->known( $wanted ) as $answer ) {
			$params = (array) $answer['params'];
			$known[ $params['day'] ?? ( isset( $params['sort_by'] ) ? 'dearest' : 'newest' ) ] = $answer;
		}
		if ( isset( $known[ $today ] ) ) {
			self::show_day( $known[ $today ], $known[ $yesterday ] ?? null );
		} else {
			self::say( __( 'Nothing is known of today yet. LiteLLM is not asked while the Dashboard loads.', 'litellm-dashboard' ), '', __( 'Open the Overview to read the figures', 'litellm-dashboard' ) );
		}
		$keys = $known['dearest'] ?? ( $known['newest'] ?? null );
		if ( null !== $keys ) {
			self::show_keys( $keys );
		}
	}

	/**
	 * Prints the figures of today beside those of yesterday.
	 *
	 * @param array<string, mixed>      $today     An answer.
	 * @param array<string, mixed>|null $yesterday An answer.
	 */
	private static function show_day( array $today, ?array $yesterday ): void {
		$now = self::figures( $today );
		// What was asked while yesterday was running is not all of it.
		$is_whole = null !== $yesterday && $yesterday['age_s'] <= time() % DAY_IN_SECONDS;
		$before   = $is_whole ? self::figures( $yesterday ) : array();
		echo '<ul class="litellm-figures">';
		foreach ( array( 'requests' => __( 'Requests', 'litellm-dashboard' ), 'cost' => __( 'Cost', 'litellm-dashboard' ), 'errors' => __( 'Error rate', 'litellm-dashboard' ) ) as $name => $label ) {
			echo '<li>' . esc_html( $label ) . ' <strong><bdi>' . esc_html( $now[ $name ] ?? '–' ) . '</bdi></strong>';
			if ( isset( $before[ $name ] ) ) {
				/* translators: %s: a figure, such as 1,200 or $3.40. */
				echo ' <span class="litellm-minor">' . esc_html( sprintf( __( '%s in all of yesterday', 'litellm-dashboard' ), $before[ $name ] ) ) . '</span>';
			}
			echo '</li>';
		}
		$days = strtr( __( 'Days are LiteLLM’s UTC days: they begin at {time} in this site’s time.', 'litellm-dashboard' ), array( '{time}' => Today::time( time() - time() % DAY_IN_SECONDS ) ) );
		echo '</ul><p class="litellm-part litellm-minor">' . esc_html( Today::sentences( self::age( $today ), $days ) ) . ' <a href="' . esc_url( self::page( '' ) ) . '">' . esc_html__( 'Open the Overview', 'litellm-dashboard' ) . '</a></p>';
	}

	/**
	 * How old an answer is, in words.
	 *
	 * @param array<string, mixed> $answer An answer.
	 */
	private static function age( array $answer ): string {
		$at = time() - $answer['age_s'];
		/* translators: 1: time of day, 2: a span such as 5 minutes. */
		return sprintf( __( 'As it was at %1$s, %2$s ago.', 'litellm-dashboard' ), Today::time( $at ), human_time_diff( $at, time() ) );
	}

	/**
	 * Requests, cost and error rate of a day as they are written; what cannot be true is missing.
	 *
	 * @param array<string, mixed> $answer An answer.
	 * @return array<string, string>
	 */
	private static function figures( array $answer ): array {
		$metrics = $answer['data']->results[0]->metrics ?? null;
		list( $all, $good, $failed, $cost ) = array_map( static fn( string $name ): ?float => Today::figure( $metrics, $name ), array( 'api_requests', 'successful_requests', 'failed_requests', 'spend' ) );

		$figures = null === $cost ? array() : array( 'cost' => Today::usd( $cost ) );
		if ( null !== $all && null !== $good && null !== $failed ) {
			$all     = max( $all, $good + $failed );
			$percent = $all > 0 ? 100 * $failed / $all : null;
			/* translators: %s: a number of percent. */
			$figures += array( 'requests' => number_format_i18n( $all ) ) + ( null === $percent ? array() : array( 'errors' => sprintf( __( '%s%%', 'litellm-dashboard' ), number_format_i18n( $percent, $percent > 0 && $percent < 10 ? 1 : 0 ) ) ) );
		}
		return $figures;
	}

	/**
	 * Prints the keys that have spent most of their budgets.
	 *
	 * @param array<string, mixed> $answer An answer.
	 */
	private static function show_keys( array $answer ): void {
		$keys = is_array( $answer['data']->keys ?? null ) ? $answer['data']->keys : array();
		$near = array();
		foreach ( $keys as $key ) {
			$budget = self::budget( $key );
			$share  = null === $budget ? 0 : (float) ( $key->spend ?? 0 ) / $budget;
			if ( $share >= self::NEAR ) {
				$near[] = array( 'name' => Failure::printable( Today::text( $key->key_alias ?? '' ) ?: Today::text( $key->key_name ?? '' ), 80 ), 'share' => $share, 'budget' => $budget ); // phpcs:ignore Universal.Operators.DisallowShortTernary.Found -- '' where there is none.
			}
		}
		usort( $near, static fn( array $one, array $other ): int => $other['share'] <=> $one['share'] );
		$is_all = (float) ( $answer['data']->total_count ?? 0 ) <= count( $keys );
		if ( ! $is_all && ! isset( ( (array) $answer['params'] )['sort_by'] ) ) {
			return; // The newest of many tell nothing of the others.
		}
		echo '<div class="litellm-part"><h3>' . esc_html__( 'Keys near their budget', 'litellm-dashboard' ) . '</h3>';
		if ( ! $near ) {
			echo '<p>' . esc_html__( 'None: no key has spent four fifths of its budget.', 'litellm-dashboard' ) . '</p>';
		}
		echo '<ul>';
		foreach ( array_slice( $near, 0, self::SHOWN ) as $key ) {
			/* translators: 1: a number of percent, 2: an amount such as $10. */
			$spent = sprintf( __( '%1$s%% of %2$s', 'litellm-dashboard' ), number_format_i18n( floor( 100 * $key['share'] ) ), Today::usd( $key['budget'] ) );
			echo '<li><bdi>' . esc_html( $key['name'] ) . '</bdi><span class="litellm-minor">' . esc_html( $spent ) . '</span></li>';
		}
		$more = count( $near ) - self::SHOWN;
		/* translators: %s: how many keys. */
		echo '</ul><p class="litellm-minor">' . ( $more > 0 ? esc_html( sprintf( _n( 'And %s more.', 'And %s more.', $more, 'litellm-dashboard' ), number_format_i18n( $more ) ) ) . ' ' : '' );
		/* translators: %s: how many keys. */
		$basis = $is_all ? _n( 'Of %s key, by its own budget.', 'Of all %s keys, by their own budgets.', count( $keys ), 'litellm-dashboard' ) : _n( 'Of the %s key that has spent most, by its own budget.', 'Of the %s keys that have spent most, by their own budgets.', count( $keys ), 'litellm-dashboard' );
		echo esc_html( Today::sentences( sprintf( $basis, number_format_i18n( count( $keys ) ) ), self::age( $answer ) ) ) . ' <a href="' . esc_url( self::page( '-keys&orderby=budget_spent' ) ) . '">' . esc_html__( 'All keys', 'litellm-dashboard' ) . '</a></p></div>';
	}

	/**
	 * What a key may spend by its own settings; null where that is no amount above nothing, or where something else stops it.
	 *
	 * @param mixed $key A key of the list.
	 */
	private static function budget( $key ): ?float {
		$own    = $key->max_budget ?? ( $key->litellm_budget_table->max_budget ?? null );
		$until  = strtotime( Today::text( $key->metadata->temp_budget_expiry ?? '' ) );
		$more   = $key->metadata->temp_budget_increase ?? null;
		$budget = is_numeric( $own ) ? (float) $own + ( is_numeric( $more ) && $until > time() ? (float) $more : 0 ) : 0;
		$ends   = empty( $key->expires ) ? false : strtotime( Today::text( $key->expires ) );
		return $budget > 0 && is_finite( $budget ) && empty( $key->blocked ) && ( false === $ends || $ends > time() ) ? $budget : null;
	}

	/**
	 * Prints that there is nothing to show, and where to look.
	 */
	private static function say( string $text, string $page, string $label ): void {
		echo '<p class="litellm-part">' . esc_html( $text ) . ' <a href="' . esc_url( self::page( '' === $page ? '' : '-' . $page ) ) . '">' . esc_html( $label ) . '</a></p>';
	}

	/**
	 * The address of a page of ours.
	 */
	private static function page( string $end ): string {
		return admin_url( 'admin.php?page=litellm-dashboard' . $end );
	}
}
