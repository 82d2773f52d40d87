<?php
/**
 * What a page loads and hands over to the app.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Loads the files of the app, all under the version of the build, and collects the boot data. The service key has no part in it.
 */
final class Boot {

	/**
	 * By these attributes tools that optimise scripts leave one alone, as their documentation or, where that is silent, their
	 * source says: Cloudflare's Rocket Loader (developers.cloudflare.com, "Ignore JavaScripts"; it has to stand before `src`),
	 * LiteSpeed Cache, WP Rocket (looks for `nowprocket` in the whole tag), Autoptimize, Jetpack Boost, mod_pagespeed
	 * (modpagespeed.com, "Defer JavaScript"), WP Meteor (its readme).
	 */
	private const LEFT_ALONE = array( 'data-cfasync' => 'false', 'data-no-optimize' => '1', 'data-no-defer' => '1', 'data-nowprocket' => '1', 'data-noptimize' => '1', 'data-jetpack-boost' => 'ignore', 'data-pagespeed-no-defer' => '1', 'data-wpmeteor-nooptimize' => 'true' );

	private const COUNTED = 200;
	private const MILLION = 1000000;

	private Settings $settings;
	/**
	 * The content hash of the build, once read.
	 *
	 * @var string|null
	 */
	private ?string $build = null;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * The content hash of the build; '' when the app has not been built into this plugin.
	 */
	public function build(): string {
		if ( null === $this->build ) {
			$hash        = Plugin::json( Plugin::path( 'assets/app/build.json' ) )['hash'] ?? '';
			$this->build = is_string( $hash ) && preg_match( '/^[A-Za-z0-9._-]{1,64}$/D', $hash ) ? $hash : '';
		}
		return $this->build;
	}

	/**
	 * Loads the sheet for the first moment.
	 */
	public function enqueue(): void {
		wp_enqueue_style( 'litellm-dashboard', Plugin::url( 'assets/app/boot.css' ), array(), $this->build() );
	}

	/**
	 * Prints the script that loads the rest, and lets the browser fetch the app and what of it shows this page while it still
	 * reads the page. Among WordPress' scripts it would wait for all of them. It is no module, as those are deferred, need CORS
	 * from another origin, and are what optimisers know least about. Its tag tells what it needs before the boot data come.
	 */
	public function print_loader( string $page ): void {
		$file = add_query_arg( 'ver', $this->build(), Plugin::url( 'assets/loader.js' ) );
		$told = array( 'data-assets' => Plugin::url( 'assets/app/' ), 'data-build' => $this->build(), 'data-chunks' => $this->chunks( $page ) );
		wp_print_script_tag( self::LEFT_ALONE + $told + array( 'id' => 'litellm-dashboard-loader', 'async' => true, 'fetchpriority' => 'high', 'src' => $file ) );
		foreach ( array( 'shell', 'dashboard', ...explode( ' ', $this->chunks( $page ) ) ) as $name ) {
			$file = add_query_arg( 'ver', $this->build(), Plugin::url( "assets/app/$name.bin" ) );
			echo '<link rel="preload" href="' . esc_url( $file ) . '" as="fetch" crossorigin>' . "\n";
		}
	}

	/**
	 * The boot data of a page.
	 *
	 * @return array<string, mixed>
	 */
	public function data( string $page ): array {
		$pages                 = Admin_Pages::pages();
		$problem               = $this->settings->problem();
		$is_part               = is_multisite() && '' !== Site_View::tag();
		list( $answers, $ask ) = $this->answers( $pages[ $page ]['first'] );
		return array(
			'rest'            => self::rest(),
			'nonce'           => wp_create_nonce( 'wp_rest' ),
			'nonce_url'       => admin_url( 'admin-ajax.php?action=rest-nonce' ),
			'page'            => $page,
			'chunks'          => $this->chunks( $page ),
			'pages'           => array_map( static fn( array $one ): array => array_intersect_key( $one, array_flip( array( 'name', 'title', 'url', 'first' ) ) ), array_values( array_filter( $pages, static fn( array $one ): bool => current_user_can( $one['capability'] ) ) ) ), // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of ours, from pages.json.
			'configured'      => null === $problem,
			'problem'         => null === $problem ? null : Failure::to_array( $problem ),
			// Where the gateway is, is not a site's to know.
			'base'            => $is_part ? '' : $this->settings->base(),
			'console_url'     => $is_part ? '' : $this->settings->console_url(),
			'version'         => Plugin::VERSION,
			'locale'          => self::language_tag( get_user_locale() ),
			'rtl'             => is_rtl(),
			'timezone'        => wp_timezone_string(),
			// A whole number is too small for it where PHP has 32 bits.
			'now_ms'          => floor( microtime( true ) * 1000 ),
			'site'            => html_entity_decode( (string) get_bloginfo( 'name' ), ENT_QUOTES ),
			'login'           => wp_login_url( $pages[ $page ]['url'] ),
			'key_limits'      => $this->settings->key_limits() ?? array( 'broken' => true ),
			'can_manage_keys' => current_user_can( Capabilities::MANAGE_KEYS ), // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
			'columns'         => (object) ( get_user_meta( get_current_user_id(), Plugin::COLUMNS, true ) ?: array() ), // phpcs:ignore Universal.Operators.DisallowShortTernary.Found -- '' where there is nothing.
			'assets'          => Plugin::url( 'assets/app/' ),
			'build'           => $this->build(),
			'answers'         => $answers,
			'ask'             => $ask,
		) + self::texts();
	}

	/**
	 * What is known of a page's first reads, so that its first view has numbers, and which of them are to be asked for. In a list
	 * of pages.json `{day}` stands for each of the last `days` days (UTC), the newest first; what comes `later` is left to the app.
	 *
	 * @param array<int, array<string, mixed>> $first As in pages.json.
	 * @return array{0: array<int, array<string, mixed>>, 1: array<int, array<string, mixed>>}
	 */
	private function answers( array $first ): array {
		$reads = array();
		foreach ( $first as $read ) {
			for ( $back = 0; $back < ( $read['days'] ?? 1 ); $back++ ) {
				$day     = gmdate( 'Y-m-d', time() - $back * DAY_IN_SECONDS );
				$reads[] = array( $read['operation'], array_map( static fn( $value ) => '{day}' === $value ? $day : $value, $read['params'] ) );
			}
		}
		$answers = Plugin::rest_controller( $this->settings )->known( $reads );
		$is_new  = static fn( array $answer ): bool => $answer['fresh_s'] > 0;
		$new     = array_map( static fn( array $answer ): array => array( $answer['operation'], (array) $answer['params'] ), array_filter( $answers, $is_new ) );
		$ask     = null === $this->settings->problem() ? array_filter( $reads, static fn( array $read ): bool => ! isset( array_column( $first, 'later', 'operation' )[ $read[0] ] ) && ! in_array( $read, $new, true ) ) : array();
		return array( $answers, array_map( static fn( array $read ): array => array( 'operation' => $read[0], 'params' => (object) $read[1] ), array_values( $ask ) ) );
	}

	/**
	 * The parts of the app that it shows first, as app.rs and the packer's split.rs have them.
	 */
	private function chunks( string $page ): string {
		$shown = 'status' === $page || null === $this->settings->problem() ? ( Admin_Pages::pages()[ $page ]['chunk'] ?? $page ) : 'first_run';
		$before = array( 'overview' => 'calls ', 'keys' => 'common lists limits ', 'people' => 'common lists forms ', 'audit' => 'common lists forms ', 'usage' => 'common lists forms calls ', 'logs' => 'common lists forms calls ' );
		return ( $before[ $shown ] ?? 'common ' ) . $shown;
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
	 * where it should. It is under the site's public address; where wp-admin has another host, the login does not count there,
	 * so it is wp-admin's own, in the form that needs no rewriting.
	 */
	private static function rest(): string {
		$end     = '/' . REST_Controller::ROUTE_NAMESPACE . '/';
		$address = rest_url( $end );
		if ( Plugin::origin( $address ) !== Plugin::origin( admin_url() ) ) {
			return site_url( 'index.php?rest_route=' . $end, 'admin' );
		}
		$at      = strpos( $address, $end );
		return false === $at ? $address : substr( $address, 0, $at + strlen( $end ) );
	}

	/**
	 * The app's texts in the user's language, where they differ from English. For a plural, which stands there as singular and
	 * plural with a zero byte between, that is all its forms, likewise; the rule tells the app which of them a number takes.
	 *
	 * @return array{strings: object, plural_rule: string}
	 */
	private static function texts(): array {
		$english = Plugin::json( Plugin::path( 'languages/strings.json' ) );
		$strings = array();
		foreach ( $english['texts'] ?? array() as $text ) {
			$translated = __( $text, 'litellm-dashboard' ); // phpcs:ignore WordPress.WP.I18n.NonSingularStringLiteralText -- The texts are in the file.
			if ( $translated !== $text ) {
				$strings[ $text ] = $translated;
			}
		}
		$rule  = self::plural_rule();
		$count = '' === $rule ? 0 : 1 + (int) max( str_split( $rule ) );
		foreach ( 0 === $count ? array() : ( $english['plurals'] ?? array() ) as $one => $other ) {
			$forms = array();
			for ( $form = 0; $form < $count; $form++ ) {
				$number  = strpos( $rule, (string) $form );
				$number  = self::COUNTED === $number ? self::MILLION : $number;
				$forms[] = false === $number ? '' : _n( (string) $one, $other, $number, 'litellm-dashboard' ); // phpcs:ignore WordPress.WP.I18n.NonSingularStringLiteralSingular, WordPress.WP.I18n.NonSingularStringLiteralPlural -- The texts are in the file.
			}
			if ( array_diff( $forms, array( $one, $other, '' ) ) ) {
				$strings[ "$one\0$other" ] = implode( "\0", $forms );
			}
		}
		return array( 'strings' => (object) $strings, 'plural_rule' => $rule );
	}

	/**
	 * The plural form of each number below COUNTED, and that of a million, as digits. Above, languages look at the last two
	 * digits only, or for whole millions. Empty where a translation states a rule that cannot be computed: English then.
	 */
	private static function plural_rule(): string {
		// In a variable first: for WordPress 6.5 and newer, `??` finds no such property.
		$headers    = get_translations_for_domain( 'litellm-dashboard' )->headers;
		$expression = preg_match( '/^\s*nplurals\s*=\s*\d+\s*;\s*plural\s*=([^;]+)/', (string) ( $headers['Plural-Forms'] ?? '' ), $found ) ? $found[1] : 'n != 1';
		$rule       = '';
		try {
			$forms = new \Plural_Forms( trim( $expression ) );
			for ( $number = 0; $number <= self::COUNTED; $number++ ) {
				$rule .= max( 0, min( 9, (int) $forms->get( self::COUNTED === $number ? self::MILLION : $number ) ) );
			}
		} catch ( \Throwable $error ) {
			return '';
		}
		return $rule;
	}
}
