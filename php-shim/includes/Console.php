<?php
/**
 * The operation `console.check`.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Finds out whether LiteLLM's own console can be shown in a frame here, and if not why.
 *
 * It looks at the page from the server, without the service key.
 */
final class Console {

	private const TIMEOUT_S     = 6.0;
	private const MAX_BYTES     = 1048576;
	private const MAX_REDIRECTS = 3;

	private Settings $settings;
	private Gateway $gateway;
	private Scrubber $scrubber;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings, Gateway $gateway ) {
		$this->settings = $settings;
		$this->gateway  = $gateway;
		$this->scrubber = new Scrubber( $settings->key() );
	}

	/**
	 * The answer.
	 *
	 * @return array<string, mixed>
	 */
	public function answer(): array {
		$url     = $this->settings->console_url();
		$console = Origin::of( $url );
		$site    = Origin::of( admin_url() );
		$result  = array(
			'url'             => '' === $url ? null : $url,
			'embeddable'      => false,
			'reachable'       => false,
			'http_status'     => null,
			'x_frame_options' => null,
			'frame_ancestors' => null,
			'problems'        => array(),
			'nginx'           => null === $site ? '' : self::nginx( $site ),
		);
		if ( null === $console || null === $site ) {
			$result['problems'][] = self::problem( 'not_configured', __( 'The address of the LiteLLM gateway is missing or not valid.', 'litellm-dashboard' ) );
			return $result;
		}
		$answer = $this->visit( $url, $console );
		$policy = new Frame_Policy( $answer->header( 'x-frame-options' ), $answer->header( 'content-security-policy' ) );

		$result['problems'] = self::problems_of_place( $console, $site );
		// An answer that is too large is an answer.
		$result['reachable'] = '' === $answer->problem || 'too_large' === $answer->problem;
		if ( ! $result['reachable'] ) {
			$result['problems'][] = self::problem( 'unreachable', __( 'The console does not answer from this server.', 'litellm-dashboard' ) . ' ' . Failure::unreachable( $answer->problem )->get_error_message() );
		} elseif ( 'too_large' !== $answer->problem ) {
			$result['http_status']     = $answer->status;
			$result['x_frame_options'] = $this->shown( $answer->header( 'x-frame-options' ) );
			$result['frame_ancestors'] = null === $policy->ancestors() ? null : Failure::printable( $this->scrubber->text( $policy->ancestors() ), 300 );
			if ( 200 !== $answer->status ) {
				/* translators: %d: HTTP status. */
				$result['problems'][] = self::problem( 'bad_status', sprintf( __( 'The console answers with status %d instead of a page.', 'litellm-dashboard' ), $answer->status ) );
			} elseif ( ! $policy->allows( $console, $site ) ) {
				$result['problems'][] = self::problem( 'framing_denied', __( 'LiteLLM forbids showing its console in a frame. The web server before it can allow it for this site alone: the Console page has the lines to add to its configuration.', 'litellm-dashboard' ) );
			}
		}
		$result['embeddable'] = ! $result['problems'];
		return $result;
	}

	/**
	 * Fetches the page, following only redirects that stay on the same origin.
	 */
	private function visit( string $url, Origin $console ): Gateway_Answer {
		for ( $hops = 0; ; $hops++ ) {
			$answer   = $this->gateway->look( $url, self::TIMEOUT_S, self::MAX_BYTES );
			$location = $answer->header( 'location' );
			if ( $hops >= self::MAX_REDIRECTS || $answer->status < 301 || $answer->status > 308 || '' === $location || preg_match( '/[^\x21-\x7e]|\\\\/', $location ) ) {
				return $answer;
			}
			$next   = \WP_Http::make_absolute_url( $location, $url );
			$origin = Origin::of( $next );
			if ( null === $origin || ! $origin->equals( $console ) || null !== wp_parse_url( $next, PHP_URL_USER ) ) {
				return $answer;
			}
			$url = (string) strtok( $next, '#' );
		}
	}

	/**
	 * What does not fit between the two addresses.
	 *
	 * @return array<int, array{code: string, message: string}>
	 */
	private static function problems_of_place( Origin $console, Origin $site ): array {
		$problems = array();
		if ( $console->equals( $site ) ) {
			$problems[] = self::problem( 'same_origin', __( 'The console has the same origin as WordPress. Its login cookie would lie open to every script of this site: give it a host name of its own.', 'litellm-dashboard' ) );
			return $problems;
		}
		if ( $console->is_loopback() && ! $site->is_loopback() ) {
			$problems[] = self::problem( 'loopback', __( 'The address of the gateway is this server\'s own loopback, which your browser cannot reach. Define LITELLM_CONSOLE_URL with the public address of LiteLLM.', 'litellm-dashboard' ) );
			return $problems;
		}
		if ( 'https' === $site->scheme && 'http' === $console->scheme ) {
			$problems[] = self::problem( 'mixed_content', __( 'WordPress is served by HTTPS and the console is not. Browsers do not show it then: serve the console by HTTPS too.', 'litellm-dashboard' ) );
		}
		if ( Origin::registrable_domain( $console->host ) !== Origin::registrable_domain( $site->host ) || ( 'http' === $site->scheme && 'https' === $console->scheme ) ) {
			/* translators: 1: an origin, 2: an origin. */
			$problems[] = self::problem( 'other_site', sprintf( __( 'The console (%1$s) and WordPress (%2$s) are different sites, so the browser withholds the console\'s login cookie. Use host names of the same domain and the same scheme, such as litellm.example.com and wp.example.com.', 'litellm-dashboard' ), $console->text(), $site->text() ) );
		}
		return $problems;
	}

	/**
	 * The lines for nginx: they take LiteLLM's own headers away and allow this site.
	 */
	private static function nginx( Origin $site ): string {
		return "proxy_hide_header X-Frame-Options;\nproxy_hide_header Content-Security-Policy;\nadd_header Content-Security-Policy \"frame-ancestors " . $site->text() . '" always;';
	}

	/**
	 * A header as it may be shown.
	 */
	private function shown( string $header ): ?string {
		return '' === $header ? null : Failure::printable( $this->scrubber->text( $header ), 300 );
	}

	/**
	 * A problem.
	 *
	 * @return array{code: string, message: string}
	 */
	private static function problem( string $code, string $message ): array {
		return array(
			'code'    => $code,
			'message' => $message,
		);
	}
}
