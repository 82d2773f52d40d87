<?php
/**
 * Tools → Site Health.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;
use WP_HTTP_Proxy;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * Four tests, and a section of the information that one copies for support: the gateway, what is dangerous about it, LiteLLM's
 * console, and this host. Each test has several findings; the worst of them is its title. What the app says of the same is said
 * in the same sentences.
 */
final class Site_Health {

	private const GOOD        = 'good';
	private const RECOMMENDED = 'recommended';
	private const CRITICAL    = 'critical';

	private const SLOW_MS   = 1000;
	private const CLOCK_S   = 60;
	private const EXPIRES_S = 14 * DAY_IN_SECONDS;
	/** So often is asked for what one batch did not get to. */
	private const ROUNDS   = 8;
	private const LOOPBACK = array( 'timeout' => 10, 'redirection' => 0 );

	/**
	 * Adds the tests, for who may see the plugin, and for WordPress' own weekly check.
	 *
	 * @param mixed $tests The tests so far.
	 * @return mixed
	 */
	public static function add( $tests ) {
		if ( ! is_array( $tests ) || ! ( wp_doing_cron() || current_user_can( Capabilities::VIEW_ALL ) ) ) { // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
			return $tests;
		}
		$labels = array( 'gateway' => __( 'LiteLLM: connection', 'litellm-dashboard' ), 'host' => __( 'LiteLLM: this host', 'litellm-dashboard' ) );
		if ( null === ( new Settings() )->problem() ) {
			$labels += array( 'safety' => __( 'LiteLLM: version and service key', 'litellm-dashboard' ) );
			$labels += wp_doing_cron() || current_user_can( Capabilities::VIEW_CONSOLE ) ? array( 'console' => __( 'LiteLLM: console', 'litellm-dashboard' ) ) : array(); // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
		}
		foreach ( $labels as $name => $label ) {
			$tests['async'][ 'litellm_' . $name ] = array( 'label' => $label, 'test' => rest_url( REST_Controller::ROUTE_NAMESPACE . '/site-health/' . $name ), 'has_rest' => true, 'async_direct_test' => static fn(): array => self::result( $name ) );
		}
		return $tests;
	}

	/**
	 * Whether the user may have a test run.
	 */
	public static function may(): bool {
		return current_user_can( 'view_site_health_checks' ) && current_user_can( Capabilities::VIEW_ALL ); // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
	}

	/**
	 * Answers for one test.
	 *
	 * @return array<string, mixed>|WP_Error
	 */
	public static function answer( WP_REST_Request $request ) {
		$name = (string) ( $request->get_url_params()['test'] ?? '' );
		return in_array( $name, array( 'gateway', 'safety', 'console', 'host' ), true ) ? self::result( $name ) : new WP_Error( 'rest_no_route', '', array( 'status' => 404 ) );
	}

	/**
	 * Adds the section for support. Of the key it tells only whether it is there; addresses are not copied along.
	 *
	 * @param mixed $info The sections so far.
	 * @return mixed
	 */
	public static function describe( $info ) {
		if ( ! is_array( $info ) || ! self::may() ) {
			return $info;
		}
		$status = ( new Settings() )->status( array() );
		$fields = array( 'version' => array( 'label' => __( 'Version', 'litellm-dashboard' ), 'value' => Plugin::VERSION ) );
		foreach ( array( Settings::BASE => 'base', Settings::KEY => 'key', Settings::CONSOLE => 'console', Settings::BASIC => 'basic_auth', Settings::HEADER => 'key_header', Settings::LIMITS => 'key_limits' ) as $setting => $name ) {
			$found = $status[ $name ];
			$words = array( 'missing' => __( 'Not set', 'litellm-dashboard' ), 'environment' => __( 'Set in the environment', 'litellm-dashboard' ), 'constant' => __( 'Set in wp-config.php', 'litellm-dashboard' ) );
			$debug = $found['source'] . ( 'invalid' === $found['problem'] ? ', invalid: ' . $found['hint'] : '' );
			/* translators: %s: where a setting comes from. */
			$fields[ $setting ] = array( 'label' => $setting, 'value' => 'invalid' === $found['problem'] ? sprintf( __( '%s, and cannot be used', 'litellm-dashboard' ), $words[ $found['source'] ] ) : $words[ $found['source'] ], 'debug' => $debug );
		}
		$fields['address']      = array( 'label' => __( 'Address of the gateway', 'litellm-dashboard' ), 'value' => (string) $status['base']['value'], 'private' => true );
		$fields['parallel']     = array( 'label' => __( 'Several requests at the same time', 'litellm-dashboard' ), 'value' => Gateway::is_parallel() ? __( 'Yes', 'litellm-dashboard' ) : __( 'No', 'litellm-dashboard' ), 'debug' => Gateway::is_parallel() );
		$fields['object_cache'] = array( 'label' => __( 'Persistent object cache', 'litellm-dashboard' ), 'value' => $status['object_cache'] ? __( 'Yes', 'litellm-dashboard' ) : __( 'No', 'litellm-dashboard' ), 'debug' => $status['object_cache'] );
		$known = Plugin::rest_controller( new Settings() )->known( array( array( 'gateway.details', array() ), array( 'gateway.readiness', array() ) ) );
		foreach ( array( 'litellm' => 'litellm_version', 'database' => 'db' ) as $name => $part ) {
			$value = array_filter( array_map( static fn( array $answer ): string => Failure::printable( Today::text( $answer['data']->{$part} ?? '' ), 60 ), $known ) );

			$fields[ $name ] = array( 'label' => 'db' === $part ? __( 'Database of LiteLLM', 'litellm-dashboard' ) : __( 'LiteLLM version', 'litellm-dashboard' ), 'value' => $value ? reset( $value ) : __( 'Not known', 'litellm-dashboard' ), 'debug' => $value ? reset( $value ) : 'unknown' );
		}
		$info['litellm-dashboard'] = array( 'label' => 'LiteLLM Dashboard', 'fields' => $fields );
		return $info;
	}

	/**
	 * What a test has come to, as WordPress shows it.
	 *
	 * @return array<string, mixed>
	 */
	private static function result( string $name ): array {
		$findings = self::$name();
		$order    = array( self::CRITICAL => 0, self::RECOMMENDED => 1, self::GOOD => 2 );
		usort( $findings, static fn( array $one, array $other ): int => $order[ $one[0] ] <=> $order[ $other[0] ] );
		$text = '';
		foreach ( $findings as $at => list( , $title, $words ) ) {
			$text .= '<p>' . ( 0 === $at ? '' : '<strong>' . esc_html( $title ) . '</strong> ' ) . esc_html( $words ) . '</p>';
		}
		$page = 'console' === $name ? array( '-console', __( 'Open the Console page', 'litellm-dashboard' ) ) : array( '-status', __( 'Open the Status page', 'litellm-dashboard' ) );
		return array(
			'label'       => $findings[0][1],
			'status'      => $findings[0][0],
			'badge'       => array( 'label' => 'LiteLLM', 'color' => 'blue' ),
			'description' => $text,
			'actions'     => '<p><a href="' . esc_url( admin_url( 'admin.php?page=litellm-dashboard' . $page[0] ) ) . '">' . esc_html( $page[1] ) . '</a></p>',
			'test'        => 'litellm_' . $name,
		);
	}

	/**
	 * Whether LiteLLM answers, how fast, by which way, with its database and the right time.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}> Each with its weight, a title and what to do.
	 */
	private static function gateway(): array {
		$alive = self::read( array( 'alive' => 'gateway.liveliness' ) )['alive'];
		if ( null !== $alive->error ) {
			return array( self::failed( $alive->error, 'litellm_not_configured' === $alive->error->get_error_code() ? self::RECOMMENDED : self::CRITICAL ) );
		}
		$found = array( self::took( (int) $alive->took_ms ) );
		foreach ( self::read( array( 'ready' => 'gateway.readiness', 'own' => 'keys.self' ) ) as $outcome ) {
			if ( null !== $outcome->error && in_array( $outcome->error->get_error_data()['reason'] ?? '', array( 'database', 'no_database', 'schema' ), true ) ) {
				$found[] = self::failed( $outcome->error, self::CRITICAL );
				break;
			}
		}
		return array_merge( $found, self::way(), self::clock( $alive->clock_s ) );
	}

	/**
	 * What is to be said of how long LiteLLM took.
	 *
	 * @return array{0: string, 1: string, 2: string}
	 */
	public static function took( int $ms ): array {
		$is_slow = $ms > self::SLOW_MS;
		/* translators: %s: milliseconds. */
		$words = sprintf( __( 'The smallest question that there is took %s ms, from this server and back.', 'litellm-dashboard' ), number_format_i18n( $ms ) );
		return array( $is_slow ? self::RECOMMENDED : self::GOOD, $is_slow ? __( 'LiteLLM answers slowly', 'litellm-dashboard' ) : __( 'LiteLLM answers', 'litellm-dashboard' ), $words );
	}

	/**
	 * What is to be said of the way from here to LiteLLM.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function way(): array {
		$base  = ( new Settings() )->base();
		$proxy = new WP_HTTP_Proxy();
		$found = array();
		if ( Gateway::is_internal( (string) wp_parse_url( $base, PHP_URL_HOST ) ) ) {
			return $found;
		}
		$is_clear = 0 !== strpos( $base, 'https://' );
		if ( $is_clear ) {
			$found[] = array( self::RECOMMENDED, __( 'The service key travels unencrypted', 'litellm-dashboard' ), __( 'LITELLM_API_BASE begins with http:// and is not an address of this server’s own network: whoever is on the way can read the key. Let LiteLLM be reached by https://.', 'litellm-dashboard' ) );
		}
		if ( $proxy->is_enabled() && $proxy->send_through_proxy( $base ) ) {
			/* translators: %s: host and port. */
			$words   = sprintf( __( 'Requests to LiteLLM go through the proxy of this site, %s. WP_PROXY_BYPASS_HOSTS lets a host go past it.', 'litellm-dashboard' ), Failure::printable( $proxy->host() . ':' . $proxy->port(), 100 ) );
			$found[] = array( self::GOOD, __( 'There is a proxy on the way', 'litellm-dashboard' ), $words );
		}
		if ( defined( 'WP_HTTP_BLOCK_EXTERNAL' ) && WP_HTTP_BLOCK_EXTERNAL ) {
			$found[] = array( self::GOOD, __( 'This site forbids requests, and allows those to LiteLLM', 'litellm-dashboard' ), __( 'WP_HTTP_BLOCK_EXTERNAL is set, and WP_ACCESSIBLE_HOSTS has the gateway’s host.', 'litellm-dashboard' ) );
		}
		return $found;
	}

	/**
	 * Whether both clocks agree; that of LiteLLM decides when a day, a budget and a key end.
	 *
	 * @param int|null $ahead_s How far LiteLLM's is ahead; null: it did not say.
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function clock( ?int $ahead_s ): array {
		if ( null === $ahead_s || abs( $ahead_s ) <= self::CLOCK_S ) {
			return null === $ahead_s ? array() : array( array( self::GOOD, __( 'The clocks agree', 'litellm-dashboard' ), __( 'The clock of this server and the time in LiteLLM’s answer differ by less than a minute.', 'litellm-dashboard' ) ) );
		}
		$span = human_time_diff( 0, abs( $ahead_s ) );
		/* translators: %s: a span such as 5 minutes. */
		$words = $ahead_s > 0 ? sprintf( __( 'The time in LiteLLM’s answer is %s ahead of this server’s clock.', 'litellm-dashboard' ), $span ) : sprintf( __( 'The time in LiteLLM’s answer is %s behind this server’s clock.', 'litellm-dashboard' ), $span );
		return array( array( self::RECOMMENDED, __( 'The clocks of WordPress and LiteLLM differ', 'litellm-dashboard' ), Today::sentences( $words, __( 'Today’s figures, the newest calls and the ends of keys depend on both: let both servers set their clocks by the network (NTP). Where a proxy stands before LiteLLM, it may be its clock.', 'litellm-dashboard' ) ) ) );
	}

	/**
	 * Whether LiteLLM's version and the service key are safe, and the key does what it is for.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function safety(): array {
		$alive = self::read( array( 'alive' => 'gateway.liveliness' ) )['alive'];
		if ( null !== $alive->error ) {
			return array( array( self::RECOMMENDED, __( 'Whether LiteLLM is safe could not be found out', 'litellm-dashboard' ), __( 'LiteLLM did not answer: the test of the connection says why.', 'litellm-dashboard' ) ) );
		}
		$read    = self::read( array( 'details' => 'gateway.details', 'ready' => 'gateway.readiness', 'own' => 'keys.self', 'part' => 'teams.list' ) );
		$version = '';
		foreach ( array( 'details', 'ready' ) as $name ) {
			$version = '' === $version && null === $read[ $name ]->error ? Failure::printable( Today::text( $read[ $name ]->data->litellm_version ?? '' ), 60 ) : $version;
		}
		// A LiteLLM that does not accept the key tells nothing of itself.
		$of_version = '' === $version && null !== $read['own']->error ? array() : array( self::version( $version ) );
		return array_merge( $of_version, self::key( $read['own'], $read['part'] ) );
	}

	/**
	 * What is to be said of a version.
	 *
	 * @return array{0: string, 1: string, 2: string}
	 */
	public static function version( string $version ): array {
		$from = Release::safe_from();
		switch ( Release::verdict( $version ) ) {
			case Release::UNKNOWN:
				/* translators: %s: a version. */
				return array( self::RECOMMENDED, __( 'LiteLLM does not tell its version', 'litellm-dashboard' ), sprintf( __( 'Make sure that it is %s or newer.', 'litellm-dashboard' ), $from ) );
			case Release::MALICIOUS:
				/* translators: %s: a version. */
				return array( self::CRITICAL, sprintf( __( 'LiteLLM %s is an attack', 'litellm-dashboard' ), $version ), __( 'This release contains malicious code. Stop the gateway, replace every secret that it could read, and install another release.', 'litellm-dashboard' ) );
			case Release::OLD:
				/* translators: %s: a version. */
				return array( self::CRITICAL, sprintf( __( 'LiteLLM %s is not safe', 'litellm-dashboard' ), $version ), sprintf( __( 'This version has security holes that are exploited. Update LiteLLM to %s or newer.', 'litellm-dashboard' ), $from ) );
		}
		/* translators: %s: a version. */
		return array( self::GOOD, sprintf( __( 'LiteLLM %s is new enough', 'litellm-dashboard' ), $version ), sprintf( __( 'The holes that are exploited, as far as this plugin knows, are in versions before %s. Keep LiteLLM up to date all the same.', 'litellm-dashboard' ), $from ) );
	}

	/**
	 * What is to be said of the service key.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function key( Outcome $own, Outcome $part ): array {
		if ( null !== $own->error ) {
			// LiteLLM knows its master key by heart, and not as a key; it is LiteLLM, as it has just answered.
			$is_master = 'gateway_refused' === $own->error->get_error_code() && 404 === $own->status && null === $part->error;
			return array( $is_master ? array( self::RECOMMENDED, __( 'LITELLM_SERVICE_KEY is no virtual key; it is probably the master key', 'litellm-dashboard' ), __( 'The master key may do everything. Make a service key of its own for this plugin, so that a leak can be stopped without stopping the gateway.', 'litellm-dashboard' ) ) : self::failed( $own->error, self::CRITICAL ) );
		}
		$info  = $own->data->info;
		$found = array();
		if ( empty( $info->user_id ) || 'not_admin' === ( null === $part->error ? '' : $part->error->get_error_data()['reason'] ?? '' ) ) {
			$found[] = array( self::RECOMMENDED, __( 'The service key sees only a part of the gateway', 'litellm-dashboard' ), __( 'Its own keys and calls are all that it is shown. Give it a user with the role proxy_admin.', 'litellm-dashboard' ) );
		}
		$ends = empty( $info->expires ) || ! is_string( $info->expires ) ? false : strtotime( $info->expires );
		if ( false !== $ends && $ends < time() + self::EXPIRES_S ) {
			/* translators: %s: a date and a time. */
			$found[] = array( self::RECOMMENDED, __( 'The service key expires soon', 'litellm-dashboard' ), sprintf( __( 'It is not accepted after %s. Make a new service key and put it into LITELLM_SERVICE_KEY before then.', 'litellm-dashboard' ), wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $ends ) ) );
		}
		$routes = array_filter( (array) ( $info->allowed_routes ?? array() ), 'is_string' );
		$closed = array();
		foreach ( Operation::all( Plugin::path( 'contract.json' ) ) as $operation ) {
			if ( '' !== $operation->path && ! self::opens( $routes, $operation->path ) ) {
				$closed[ $operation->is_write() ? 'write' : 'read' ][ $operation->path ] = $operation->path;
			}
		}
		if ( isset( $closed['read'] ) ) {
			/* translators: %s: paths, such as /key/list. */
			$found[] = array( self::RECOMMENDED, __( 'The service key may not read everything', 'litellm-dashboard' ), sprintf( __( 'Add these to the key’s allowed_routes: %s', 'litellm-dashboard' ), implode( ', ', $closed['read'] ) ) );
		}
		$may = isset( $closed['write'] ) ? __( 'It may read, and it may not change everything: that is right for a key that only looks on.', 'litellm-dashboard' ) : __( 'It may read, and it may change what the pages change.', 'litellm-dashboard' );
		return $found ? $found : array( array( self::GOOD, __( 'The service key is a key of its own', 'litellm-dashboard' ), $routes ? $may : __( 'It is not restricted by route; the role of its user decides.', 'litellm-dashboard' ) ) );
	}

	/**
	 * Whether a key with these routes may call a path, as LiteLLM reads them: exactly, up to a slash, or up to a star. What a
	 * group of routes holds is not known here, so it is not said that it closes anything.
	 *
	 * @param string[] $routes None: it is not restricted.
	 */
	private static function opens( array $routes, string $path ): bool {
		foreach ( $routes as $route ) {
			$is_start = '*' === substr( $route, -1 ) ? 0 === strpos( $path, substr( $route, 0, -1 ) ) : 0 === strpos( $path . '/', $route . '/' );
			if ( $is_start || '/' !== substr( $route, 0, 1 ) ) {
				return true;
			}
		}
		return ! $routes || in_array( $path, array( '/health/liveliness', '/health/readiness' ), true );
	}

	/**
	 * Whether LiteLLM's console can be shown inside wp-admin.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function console(): array {
		$check = self::read( array( 'check' => 'console.check' ) )['check'];
		if ( null !== $check->error ) {
			return array( self::failed( $check->error, self::RECOMMENDED ) );
		}
		$found = array();
		foreach ( $check->data['problems'] as $problem ) {
			$found[] = array( self::RECOMMENDED, __( 'LiteLLM’s console cannot be shown inside wp-admin', 'litellm-dashboard' ), self::of_console( $problem ) );
		}
		return $found ? $found : array( array( self::GOOD, __( 'LiteLLM’s console can be shown inside wp-admin', 'litellm-dashboard' ), __( 'It is of the same site, by a scheme and with headers that browsers accept.', 'litellm-dashboard' ) ) );
	}

	/**
	 * What is wrong with the console, and what to do: the sentences of its page, as far as the place decides.
	 *
	 * @param array<string, mixed> $problem As the operation gives it.
	 */
	private static function of_console( array $problem ): string {
		$words = array(
			'mixed_content'  => __( 'WordPress is served by HTTPS and the console is not. Browsers do not show it then: serve the console by HTTPS too.', 'litellm-dashboard' ),
			'other_site'     => __( 'The console ({console}) and WordPress ({site}) are different sites, so the browser withholds the console’s login cookie. Use host names of the same domain and the same scheme, such as litellm.example.com and wp.example.com.', 'litellm-dashboard' ),
			'same_origin'    => __( 'The console has the same origin as WordPress. Its login cookie would lie open to every script of this site: give it a host name of its own.', 'litellm-dashboard' ),
			'loopback'       => __( 'The address of the gateway is this server’s own loopback, which your browser cannot reach. Define LITELLM_CONSOLE_URL with the public address of LiteLLM.', 'litellm-dashboard' ),
			'internal'       => __( '{console} looks like a name of the server’s own network. If your browser does not reach it, define LITELLM_CONSOLE_URL with the public address of LiteLLM.', 'litellm-dashboard' ),
			'framing_denied' => __( 'The console is sent with a header that forbids showing it in a frame. The web server before it can allow it for this site alone: the Console page has the lines to add to its configuration.', 'litellm-dashboard' ),
		);
		return strtr( $words[ $problem['code'] ] ?? __( 'The Console page says why, and what to do about it.', 'litellm-dashboard' ), array( '{console}' => $problem['console'] ?? '', '{site}' => $problem['site'] ?? '' ) );
	}

	/**
	 * Whether the app's files, its requests and WebAssembly get through, as far as this server sees itself. What needs a login is
	 * looked at while somebody is signed in.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function host(): array {
		$files = Plugin::url( 'assets/app/' );
		if ( '' === ( new Boot( new Settings() ) )->build() ) {
			return array( array( self::CRITICAL, __( 'The files of the app cannot be had', 'litellm-dashboard' ), __( 'LiteLLM Dashboard is incomplete: files of its app are missing. Install the plugin again.', 'litellm-dashboard' ) ) );
		}
		$plain = self::ask_self( 'HEAD', $files . 'dashboard_bg.wasm' );
		if ( is_wp_error( $plain ) ) {
			/* translators: %s: words of WordPress. */
			return array( array( self::RECOMMENDED, __( 'Whether this host lets LiteLLM Dashboard through could not be found out', 'litellm-dashboard' ), sprintf( __( 'This server cannot ask itself: %s', 'litellm-dashboard' ), Failure::printable( $plain->get_error_message(), 200 ) ) ) );
		}
		$packed    = self::ask_self( 'GET', $files . 'dashboard.bin', array( 'limit_response_size' => 16 ) );
		$is_packed = 200 === (int) wp_remote_retrieve_response_code( $packed ) && preg_match( '/^(?:\x1f\x8b|\x00asm)/', (string) wp_remote_retrieve_body( $packed ) );
		$is_plain  = 200 === (int) wp_remote_retrieve_response_code( $plain );
		$type      = Failure::printable( implode( ', ', (array) wp_remote_retrieve_header( $plain, 'content-type' ) ), 60 );
		/* translators: %s: a type such as application/octet-stream. */
		$words = 'application/wasm' === strtok( $type, '; ' ) ? __( 'This host knows the type of WebAssembly.', 'litellm-dashboard' ) : sprintf( __( 'This host takes WebAssembly for “%s”. The pages do without the type.', 'litellm-dashboard' ), $type );
		if ( $is_packed ) {
			$found = array( array( self::GOOD, __( 'This host gives out the files of the app', 'litellm-dashboard' ), $is_plain ? $words : '' ) );
		} elseif ( $is_plain ) {
			$found = array( array( self::RECOMMENDED, __( 'This host keeps back or changes compressed files of the app', 'litellm-dashboard' ), Today::sentences( __( 'The pages take the plain files instead, which are larger.', 'litellm-dashboard' ), $words ) ) );
		} else {
			/* translators: %s: an address. */
			$found = array( array( self::CRITICAL, __( 'The files of the app cannot be had', 'litellm-dashboard' ), sprintf( __( 'The pages stay empty without them. Let the web server, and what stands before it, give out what is in %s.', 'litellm-dashboard' ), $files ) ) );
		}
		return array_merge( $found, is_user_logged_in() ? array_merge( self::policy(), self::nonce() ) : array() );
	}

	/**
	 * Whether the policy that comes with our page allows WebAssembly.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function policy(): array {
		$page     = self::ask_self( 'GET', admin_url( 'admin.php?page=litellm-dashboard-status' ), array( 'limit_response_size' => MB_IN_BYTES ) );
		$policies = is_wp_error( $page ) ? '' : implode( ',', (array) wp_remote_retrieve_header( $page, 'content-security-policy' ) );
		foreach ( explode( ',', $policies ) as $policy ) {
			$sources = preg_match( '/(?:^|;)\s*script-src\s([^;]*)/i', $policy, $match ) || preg_match( '/(?:^|;)\s*default-src\s([^;]*)/i', $policy, $match ) ? $match[1] : '';
			if ( '' !== $sources && ! preg_match( "/'(?:wasm-)?unsafe-eval'/i", $sources ) ) {
				return array( array( self::CRITICAL, __( 'The policy of this site forbids WebAssembly', 'litellm-dashboard' ), __( 'The Content-Security-Policy of this site forbids WebAssembly. Add \'wasm-unsafe-eval\' to its script-src directive; it allows WebAssembly and nothing else.', 'litellm-dashboard' ) ) );
			}
		}
		return array();
	}

	/**
	 * Whether the header with the nonce arrives: the smallest question to the plugin's own route, once with it and, where that
	 * fails, once with the nonce in the address.
	 *
	 * @return array<int, array{0: string, 1: string, 2: string}>
	 */
	private static function nonce(): array {
		$route = rest_url( REST_Controller::ROUTE_NAMESPACE . '/batch' );
		$nonce = wp_create_nonce( 'wp_rest' );
		$sent  = array( 'body' => '{"requests":[]}', 'headers' => array( 'Content-Type' => 'application/json' ) );
		$there = static fn( $answer ): bool => ! is_wp_error( $answer ) && 200 === (int) wp_remote_retrieve_response_code( $answer ) && false !== strpos( (string) wp_remote_retrieve_body( $answer ), '"answers"' );
		if ( $there( self::ask_self( 'POST', $route, array_merge_recursive( $sent, array( 'headers' => array( 'X-WP-Nonce' => $nonce ) ) ) ) ) ) {
			return array( array( self::GOOD, __( 'The requests of the pages arrive', 'litellm-dashboard' ), __( 'A request of this server to itself arrived with its header X-WP-Nonce.', 'litellm-dashboard' ) ) );
		}
		if ( $there( self::ask_self( 'POST', add_query_arg( '_wpnonce', $nonce, $route ), $sent ) ) ) {
			return array( array( self::RECOMMENDED, __( 'The header X-WP-Nonce does not arrive', 'litellm-dashboard' ), __( 'Something before WordPress, such as a proxy, drops this header. The nonce travels in the address instead; let the header pass, so that it stays out of logs.', 'litellm-dashboard' ) ) );
		}
		return array( array( self::GOOD, __( 'Whether the header X-WP-Nonce arrives could not be found out', 'litellm-dashboard' ), __( 'A request of this server to itself was not taken for yours. If the pages work, nothing is wrong.', 'litellm-dashboard' ) ) );
	}

	/**
	 * Asks this site itself, as whoever is signed in here.
	 *
	 * @param array<string, mixed> $more More of what is sent.
	 * @return array<string, mixed>|WP_Error
	 */
	private static function ask_self( string $method, string $url, array $more = array() ) {
		$cookies = Plugin::origin( $url ) === Plugin::origin( admin_url() ) ? wp_unslash( $_COOKIE ) : array(); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Handed back to this site as they came.
		/** This filter is documented in wp-includes/class-wp-http-streams.php */
		$verify = apply_filters( 'https_local_ssl_verify', false, $url ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WordPress' own.
		return wp_remote_request( $url, self::LOOPBACK + $more + array( 'method' => $method, 'cookies' => $cookies, 'sslverify' => $verify ) );
	}

	/**
	 * Asks for operations by name, until each has its answer.
	 *
	 * @param array<string, string> $wanted Operations by any key.
	 * @return array<string, Outcome> By the same keys.
	 */
	private static function read( array $wanted ): array {
		$rest  = Plugin::rest_controller( new Settings() );
		$found = array();
		for ( $round = 0; $round < self::ROUNDS && $wanted; $round++ ) {
			$questions = array_map( static fn( string $name ): array => array( $name, 'teams.list' === $name ? array( 'page' => 1, 'page_size' => 1 ) : array() ), $wanted );
			$found     = array_merge( $found, $rest->read( $questions, wp_doing_cron() && ! is_user_logged_in() ? REST_Controller::CRON : REST_Controller::PAGE ) );
			$wanted    = array_filter( $wanted, static fn( string $key ): bool => 202 === $found[ $key ]->status, ARRAY_FILTER_USE_KEY );
		}
		return array_map( static fn( Outcome $outcome ): Outcome => 202 === $outcome->status ? Outcome::failed( Failure::make( 'gateway_unreachable', 504, array( 'reason' => 'timeout' ) ) ) : $outcome, $found );
	}

	/**
	 * What stands before LiteLLM, or in its place, by what it answered; as the app tells it.
	 *
	 * @param array<string, mixed> $data Of a failure.
	 */
	private static function foreign( array $data ): string {
		$status = $data['gateway_status'] ?? 0;
		$exact  = array( 407 => 'by_proxy', 429 => 'too_many', 404 => 'elsewhere' ) + ( 'basic' === ( $data['scheme'] ?? '' ) ? array( 401 => 'login' ) : array() ) + ( empty( $data['kit'] ) ? array() : array( 403 => 'kit' ) );
		$is_away = ( $status >= 502 && $status <= 504 ) || ( $status >= 520 && $status <= 530 );
		return $exact[ $status ] ?? ( $is_away ? 'away' : ( $status >= 500 ? 'failed' : ( $status >= 400 ? 'kept_out' : 'elsewhere' ) ) );
	}

	/**
	 * A failure in words: what happened, and what to do; LiteLLM's own words, and the code for whoever looks it up.
	 *
	 * @return array{0: string, 1: string, 2: string}
	 */
	private static function failed( WP_Error $error, string $weight ): array {
		$code   = (string) $error->get_error_code();
		$data   = (array) $error->get_error_data();
		$reason = (string) ( $data['reason'] ?? '' );

		$is_invalid = '_invalid' === substr( $reason, -8 );
		$of         = '' === $reason && 'gateway_not_litellm' === $code ? self::foreign( $data ) : $reason;

		$titles = array(
			'login'                  => __( 'A login stands before the gateway', 'litellm-dashboard' ),
			'kit'                    => __( 'The nginx before LiteLLM keeps this server out', 'litellm-dashboard' ),
			'by_proxy'               => __( 'The proxy of this site refused the request', 'litellm-dashboard' ),
			'too_many'               => __( 'Something before the gateway asks to slow down', 'litellm-dashboard' ),
			'away'                   => __( 'What stands before LiteLLM has no answer from it', 'litellm-dashboard' ),
			'kept_out'               => __( 'Something on the way to LiteLLM refused the request', 'litellm-dashboard' ),
			'failed'                 => __( 'Something before LiteLLM, or in its place, reported an error', 'litellm-dashboard' ),
			'litellm_not_configured' => $is_invalid ? __( 'A setting of the gateway cannot be used', 'litellm-dashboard' ) : __( 'The gateway is not configured yet', 'litellm-dashboard' ),
			'gateway_unreachable'    => 'timeout' === $reason ? __( 'The gateway did not answer in time', 'litellm-dashboard' ) : __( 'The gateway cannot be reached', 'litellm-dashboard' ),
			'gateway_unauthorized'   => __( 'LiteLLM does not accept the service key for this', 'litellm-dashboard' ),
			'gateway_redirect'       => __( 'The request is redirected', 'litellm-dashboard' ),
			'gateway_not_litellm'    => __( 'This is not an answer that the plugin knows', 'litellm-dashboard' ),
			'rest_forbidden'         => __( 'You are not allowed to do this', 'litellm-dashboard' ),
			'key_unknown'            => __( 'LiteLLM does not know the service key', 'litellm-dashboard' ),
			'key_not_received'       => __( 'LiteLLM did not receive the service key', 'litellm-dashboard' ),
			'key_blocked'            => __( 'The service key is blocked', 'litellm-dashboard' ),
			'key_expired'            => __( 'The service key has expired', 'litellm-dashboard' ),
			'key_over_budget'        => __( 'A budget of the service key is used up', 'litellm-dashboard' ),
			'route_not_allowed'      => __( 'The service key may not do this', 'litellm-dashboard' ),
			'not_admin'              => __( 'The service key sees only a part of the gateway', 'litellm-dashboard' ),
			'database'               => __( 'LiteLLM cannot reach its database', 'litellm-dashboard' ),
			'no_database'            => __( 'LiteLLM has no database', 'litellm-dashboard' ),
			'schema'                 => __( 'LiteLLM’s database does not fit its version', 'litellm-dashboard' ),
		);
		$advice = array(
			'login'             => __( 'Put its user and password into wp-config.php: define( \'LITELLM_BASIC_AUTH\', \'user:password\' ); The key then travels in a header of its own. If they are there, they are refused: correct them.', 'litellm-dashboard' ),
			'kit'               => __( 'Add this server’s address to ADMIN_NETWORKS in the site file of nginx, then run nginx/render.sh with --install.', 'litellm-dashboard' ),
			'by_proxy'          => __( 'The proxy on the way did not let the request through.', 'litellm-dashboard' ),
			'too_many'          => __( 'Wait a moment, then try again, or allow this server more requests there.', 'litellm-dashboard' ),
			'away'              => __( 'LiteLLM may be starting or busy: wait a moment. If it stays so, see that LiteLLM runs, and look into the log of that server.', 'litellm-dashboard' ),
			'kept_out'          => __( 'Allow the requests of this server there, such as in a firewall or an access list, or put an address into LITELLM_API_BASE that does not lead through it.', 'litellm-dashboard' ),
			'failed'            => __( 'Look into the log of what stands before LiteLLM, then try again.', 'litellm-dashboard' ),
			'elsewhere'         => __( 'Check that LITELLM_API_BASE is LiteLLM’s address, with its path where it has one. If it is, something before it may change its answers or cut them off, or LiteLLM may be newer than this plugin knows.', 'litellm-dashboard' ),
			'base_missing'      => __( 'The address of the gateway, LITELLM_API_BASE, is missing.', 'litellm-dashboard' ),
			'key_missing'       => __( 'The service key, LITELLM_SERVICE_KEY, is missing.', 'litellm-dashboard' ),
			'dns'               => __( 'Check the host name in LITELLM_API_BASE.', 'litellm-dashboard' ),
			'refused'           => __( 'Check that LiteLLM is running, and the host and port in LITELLM_API_BASE. In a container, 127.0.0.1 is the container itself.', 'litellm-dashboard' ),
			'timeout'           => __( 'LiteLLM or its database may be busy: wait a moment. If it stays so, look into LiteLLM’s log, and check the port in LITELLM_API_BASE.', 'litellm-dashboard' ),
			'connect'           => __( 'A firewall may drop what WordPress’s server sends, or the host or port in LITELLM_API_BASE is wrong.', 'litellm-dashboard' ),
			'tls'               => __( 'If LiteLLM has no certificate, begin LITELLM_API_BASE with http://. Otherwise its certificate must be valid for this host name and come from an authority in WordPress’s own list; the filter https_ssl_verify can name another list.', 'litellm-dashboard' ),
			'blocked'           => __( 'Add the gateway’s host to WP_ACCESSIBLE_HOSTS in wp-config.php.', 'litellm-dashboard' ),
			'plugin'            => __( 'Allow the gateway’s host in that plugin.', 'litellm-dashboard' ),
			'proxy'             => __( 'The proxy on the way did not let the request through.', 'litellm-dashboard' ),
			'key_expired'       => __( 'Make a new service key and put it into LITELLM_SERVICE_KEY.', 'litellm-dashboard' ),
			'key_blocked'       => __( 'Unblock it in LiteLLM’s console, or configure another one.', 'litellm-dashboard' ),
			'no_database'       => __( 'Without one it knows no keys and no spend: set DATABASE_URL for LiteLLM, or start it anew where that is set.', 'litellm-dashboard' ),
		);
		$words = array( $is_invalid ? __( 'Correct it in wp-config.php or in the environment; the Status page names it.', 'litellm-dashboard' ) : ( $advice[ $of ] ?? __( 'The Status page says more, and what to do about it.', 'litellm-dashboard' ) ) );
		if ( ! empty( $data['detail'] ) ) {
			/* translators: %s: words of LiteLLM or of another plugin. */
			$words[] = sprintf( __( 'What it says: %s', 'litellm-dashboard' ), $data['detail'] );
		}
		$marks = 'gateway_not_litellm' === $code ? array_filter( array( isset( $data['gateway_status'] ) ? "HTTP {$data['gateway_status']}" : '', $data['server'] ?? '', isset( $data['title'] ) ? "“{$data['title']}”" : '' ) ) : array();
		if ( $marks ) {
			/* translators: %s: status, server and title of an answer. */
			$words[] = sprintf( __( 'What came: %s.', 'litellm-dashboard' ), implode( ', ', $marks ) );
		}
		$words[] = '(' . $code . ( '' === $reason ? '' : ', ' . $reason ) . ')';
		return array( $weight, $titles[ $of ] ?? ( $titles[ $code ] ?? __( 'The gateway reported an error', 'litellm-dashboard' ) ), Today::sentences( ...$words ) );
	}
}
