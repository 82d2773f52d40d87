<?php
/**
 * Alerts in words, and their way out.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Puts what is to be said into one message, waits where it is to be quiet, sends by e-mail and webhook, and tries again what was
 * not delivered. The webhook's address counts as a secret, as most have a token in them: it is a constant, like what signs.
 */
final class Alert_Sender {

	public const WEBHOOK = 'LITELLM_ALERT_WEBHOOK';
	public const SECRET  = 'LITELLM_ALERT_SECRET';
	public const TRIES   = 3;
	/** So many are written out in a message; how many more there are is told. */
	private const MOST     = 50;
	private const AGAIN_S  = HOUR_IN_SECONDS - 5 * MINUTE_IN_SECONDS;
	private const RECENT_S = DAY_IN_SECONDS;

	/**
	 * Adds what is to be said to what waits; outside the quiet time it becomes a message for each who gets one. A message that is
	 * due counts as tried before it is, so that one that ends PHP is not tried for ever.
	 *
	 * @param array<string, mixed>             $state  `pending`, `more`, `outbox`, `recent`; the rest is left alone.
	 * @param array<int, array<string, mixed>> $events As Alerts::judge() gives them.
	 * @param array<string, mixed>             $rules  As Alert_Run::rules() gives them.
	 * @return array<string, mixed> The state.
	 */
	public static function queue( array $state, array $events, array $rules, int $now ): array {
		$state += array( 'pending' => array(), 'more' => 0, 'outbox' => array(), 'recent' => array() );
		$is_up  = in_array( 'up', array_column( $events, 'kind' ), true );
		$recent = array_filter( $state['recent'], static fn( array $event ): bool => $event['at'] > $now - self::RECENT_S && ! ( $is_up && 'down' === $event['kind'] ) );
		$all    = array_merge( $state['pending'], $events );

		$state['recent']  = array_slice( array_merge( $recent, $events ), -self::MOST );
		$state['pending'] = array_slice( $all, 0, self::MOST );
		$state['more']   += max( 0, count( $all ) - self::MOST );
		// Who is no longer named gets nothing that was tried before.
		$channels        = self::channels( $rules );
		$state['outbox'] = array_values( array_filter( $state['outbox'], static fn( array $message ): bool => isset( $channels[ $message['channel'] ] ) ) );
		if ( $state['pending'] && ! self::is_quiet( $rules, $now ) ) {
			foreach ( $channels as $channel => $to ) {
				$state['outbox'][] = array( 'channel' => $channel, 'to' => $to, 'events' => $state['pending'], 'more' => $state['more'], 'tries' => 0, 'next' => $now );
			}
			$state['pending'] = array();
			$state['more']    = 0;
		}
		$is_quiet = self::is_quiet( $rules, $now );
		foreach ( $state['outbox'] as $index => $message ) {
			$next                      = $is_quiet ? max( $message['next'], $now + 1 ) : $message['next'];
			$state['outbox'][ $index ] = array( 'next' => $next, 'tries' => $message['tries'] + ( $next <= $now ? 1 : 0 ) ) + $message;
		}
		return $state;
	}

	/**
	 * Sends what is due.
	 *
	 * @param array<string, mixed> $state As queue() left it.
	 * @param array<string, mixed> $rules As Alert_Run::rules() gives them.
	 * @return array<string, mixed> The state.
	 */
	public static function deliver( array $state, array $rules, int $now ): array {
		foreach ( $state['outbox'] as $index => $message ) {
			if ( $message['next'] > $now ) {
				continue;
			}
			$why = $message['tries'] > self::TRIES ? 'tries' : self::send( $message, $rules );
			if ( '' === $why || $message['tries'] >= self::TRIES ) {
				unset( $state['outbox'][ $index ] );
			} else {
				$state['outbox'][ $index ] = array( 'next' => $now + self::AGAIN_S, 'why' => $why ) + $message;
			}
			if ( '' !== $why && $message['tries'] >= self::TRIES ) {
				$state['failed'] = array_slice( array_merge( $state['failed'] ?? array(), array( array( 'at' => $now, 'to' => $message['to'], 'count' => count( $message['events'] ) + $message['more'], 'why' => $why ) ) ), -5 );
			}
		}
		$state['outbox'] = array_values( $state['outbox'] );
		return $state;
	}

	/**
	 * Sends a message at once to each who gets alerts.
	 *
	 * @param array<string, mixed> $rules As Alert_Run::rules() gives them.
	 * @return array<string, string> Why not, or '', by recipient.
	 */
	public static function test( array $rules ): array {
		$outcome = array();
		foreach ( self::channels( $rules ) as $channel => $to ) {
			$outcome[ $to ] = self::send( array( 'channel' => $channel, 'to' => $to, 'events' => array( array( 'kind' => 'test', 'at' => time() ) ), 'more' => 0 ), $rules );
		}
		return $outcome;
	}

	/**
	 * Whether it is quiet now, by the hours of the site's time zone.
	 *
	 * @param array<string, mixed> $rules As Alert_Run::rules() gives them.
	 */
	public static function is_quiet( array $rules, int $now ): bool {
		$hour = (int) wp_date( 'G', $now );
		$from = $rules['quiet_from'];
		$to   = $rules['quiet_to'];
		return $from <= $to ? $from <= $hour && $hour < $to : $hour >= $from || $hour < $to;
	}

	/**
	 * A secret of the server, or ''. As with all settings, the environment comes before the constant.
	 */
	public static function secret( string $name ): string {
		$value = Settings::environment( $name );
		$value = '' === $value && defined( $name ) ? constant( $name ) : $value;
		return is_string( $value ) ? $value : '';
	}

	/**
	 * Why nothing is sent to the webhook, or ''. What only asking for the name can tell (a private address), and the port, are left to
	 * WordPress.
	 */
	public static function refusal( string $format ): string {
		$address = self::secret( self::WEBHOOK );
		$parts   = wp_parse_url( $address );
		$scheme  = strtolower( $parts['scheme'] ?? '' );
		if ( '' === $address ) {
			return 'missing';
		}
		if ( empty( $parts['host'] ) || ! ( 'https' === $scheme || ( 'http' === $scheme && self::is_loopback( $address ) ) ) ) {
			return 'scheme';
		}
		if ( isset( $parts['user'] ) || isset( $parts['pass'] ) || preg_match( '/[^\x21-\x7e]/', $address ) ) {
			return 'credentials';
		}
		return 'json' === $format && strlen( self::secret( self::SECRET ) ) < 16 ? 'secret' : '';
	}

	/**
	 * An event as a sentence.
	 *
	 * @param array<string, mixed> $event As Alerts::judge() gives it.
	 */
	public static function sentence( array $event ): string {
		$name   = "\u{2068}" . ( $event['name'] ?? '' ) . "\u{2069}";
		$hour   = static fn( string $moment ): string => (string) wp_date( get_option( 'time_format' ), $event[ $moment ] );
		$usd    = static fn( string $figure ): string => number_format_i18n( (float) ( $event[ $figure ] ?? 0 ), ( $event[ $figure ] ?? 0 ) > 0 && $event[ $figure ] < 0.01 ? 6 : 2 );
		$number = static fn( string $figure ): string => number_format_i18n( round( (float) ( $event[ $figure ] ?? 0 ) ) );
		$share  = number_format_i18n( floor( round( 100 * ( $event['spend'] ?? 0 ) / max( 1e-9, $event['budget'] ?? 0 ), 6 ) ) );
		switch ( $event['kind'] ) {
			case 'budget_key':
				/* translators: 1: name of a key, 2: percent, 3: what was spent, 4: budget. */
				return sprintf( __( 'Key %1$s has spent %2$s%% of its budget: $%3$s of $%4$s.', 'litellm-dashboard' ), $name, $share, $usd( 'spend' ), $usd( 'budget' ) );
			case 'budget_team':
				/* translators: 1: name of a team, 2: percent, 3: what was spent, 4: budget. */
				return sprintf( __( 'Team %1$s has spent %2$s%% of its budget: $%3$s of $%4$s.', 'litellm-dashboard' ), $name, $share, $usd( 'spend' ), $usd( 'budget' ) );
			case 'budget_user':
				/* translators: 1: name of a user, 2: percent, 3: what was spent, 4: budget. */
				return sprintf( __( 'User %1$s has spent %2$s%% of their budget: $%3$s of $%4$s.', 'litellm-dashboard' ), $name, $share, $usd( 'spend' ), $usd( 'budget' ) );
			case 'budget_organization':
				/* translators: 1: name of an organization, 2: percent, 3: what was spent, 4: budget. */
				return sprintf( __( 'Organization %1$s has spent %2$s%% of its budget: $%3$s of $%4$s.', 'litellm-dashboard' ), $name, $share, $usd( 'spend' ), $usd( 'budget' ) );
			case 'budget_member':
				/* translators: 1: name of a user, 2: percent, 3: what was spent, 4: budget, 5: name of a team. */
				return sprintf( __( '%1$s has spent %2$s%% of their budget in team %5$s: $%3$s of $%4$s.', 'litellm-dashboard' ), $name, $share, $usd( 'spend' ), $usd( 'budget' ), "\u{2068}" . ( $event['in'] ?? '' ) . "\u{2069}" );
			case 'budget_gateway':
				/* translators: 1: percent, 2: what was spent, 3: budget. */
				return sprintf( __( 'The whole gateway has spent %1$s%% of the budget that LiteLLM has for it: $%2$s of $%3$s.', 'litellm-dashboard' ), $share, $usd( 'spend' ), $usd( 'budget' ) );
			case 'budget_whole':
				/* translators: 1: percent, 2: what was spent, 3: budget. */
				return sprintf( __( '%1$s%% of this month’s (UTC) budget for the whole gateway is spent: $%2$s of $%3$s.', 'litellm-dashboard' ), $share, $usd( 'spend' ), $usd( 'budget' ) );
			case 'spend_hour':
				/* translators: 1 and 2: times, 3 and 4: amounts. */
				return sprintf( __( 'Cost from %1$s to %2$s: $%3$s. Usual at this hour: $%4$s.', 'litellm-dashboard' ), $hour( 'from' ), $hour( 'at' ), $usd( 'value' ), $usd( 'usual' ) );
			case 'spend_day':
				/* translators: 1 and 2: amounts. */
				return sprintf( __( 'Cost today (UTC) so far: $%1$s. Usual on the whole of such a day: $%2$s.', 'litellm-dashboard' ), $usd( 'value' ), $usd( 'usual' ) );
			case 'errors_hour':
				/* translators: 1 and 2: times, 3: failed calls, 4: all calls, 5: failed calls. */
				return sprintf( __( 'Failed calls from %1$s to %2$s: %3$s of %4$s. Usual at this hour: %5$s.', 'litellm-dashboard' ), $hour( 'from' ), $hour( 'at' ), $number( 'value' ), $number( 'calls' ), $number( 'usual' ) );
			case 'errors_day':
				/* translators: 1: failed calls, 2: all calls, 3: failed calls. */
				return sprintf( __( 'Failed calls today (UTC) so far: %1$s of %2$s. Usual on the whole of such a day: %3$s.', 'litellm-dashboard' ), $number( 'value' ), $number( 'calls' ), $number( 'usual' ) );
			case 'down':
				/* translators: %s: name of a failure, such as gateway_unreachable timeout. */
				return sprintf( __( 'WordPress got no good answer from the gateway, twice in a row (%s).', 'litellm-dashboard' ), $event['reason'] );
			case 'up':
				return __( 'The gateway answers again.', 'litellm-dashboard' );
			case 'expiring':
				/* translators: 1: name of a key, 2: date and time. */
				return sprintf( __( 'Key %1$s expires on %2$s.', 'litellm-dashboard' ), $name, self::when( $event['expires'] ) );
			case 'version':
				/* translators: 1 and 2: versions. */
				return sprintf( __( 'LiteLLM %1$s has security holes that are exploited. Update it to %2$s or newer.', 'litellm-dashboard' ), $event['version'], $event['safe_from'] );
			case 'malicious':
				/* translators: %s: version. */
				return sprintf( __( 'LiteLLM %s contains malicious code. Stop the gateway, replace every secret that it could read, and install another release.', 'litellm-dashboard' ), $event['version'] );
			default:
				return __( 'This is a test: alerts of LiteLLM Dashboard arrive here.', 'litellm-dashboard' );
		}
	}

	/**
	 * The page to open for an event. Of a key's hash it has the beginning only, by which the page finds it.
	 *
	 * @param array<string, mixed> $event As Alerts::judge() gives it.
	 */
	public static function address( array $event ): string {
		$kind  = $event['kind'];
		$pages = array( 'budget_key' => 'keys', 'expiring' => 'keys', 'budget_team' => 'teams', 'budget_member' => 'teams', 'budget_user' => 'users', 'budget_organization' => 'usage', 'budget_gateway' => 'usage', 'budget_whole' => 'usage', 'spend_hour' => 'usage', 'spend_day' => 'usage', 'errors_hour' => 'logs', 'errors_day' => 'logs', 'test' => 'alerts' );
		$page  = $pages[ $kind ] ?? 'status';
		$more  = array( 'keys' => array( 's' => substr( $event['id'] ?? '', 0, 12 ) ), 'teams' => array( 'team' => (string) strtok( $event['id'] ?? '', "\n" ) ), 'users' => array( 'user' => $event['id'] ?? '' ), 'logs' => array( 'status' => 'failure' ) );
		return add_query_arg( array_map( 'rawurlencode', array( 'page' => "litellm-dashboard-$page" ) + ( $more[ $page ] ?? array() ) ), admin_url( 'admin.php' ) );
	}

	/**
	 * A moment in the site's time zone, as the site writes it.
	 */
	public static function when( int $moment ): string {
		return (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $moment );
	}

	/**
	 * Who gets messages: each address one of its own, so that one that fails is tried again alone.
	 *
	 * @param array<string, mixed> $rules As Alert_Run::rules() gives them.
	 * @return array<string, string> What it is called, by channel.
	 */
	private static function channels( array $rules ): array {
		$channels = array();
		foreach ( $rules['mail'] as $address ) {
			$channels[ "mail $address" ] = $address;
		}
		return $channels + ( '' === $rules['webhook'] ? array() : array( 'webhook' => 'webhook' ) );
	}

	/**
	 * Sends a message.
	 *
	 * @param array<string, mixed> $message One of the outbox.
	 * @param array<string, mixed> $rules   As Alert_Run::rules() gives them.
	 * @return string Why not, in a word; '' when it is delivered.
	 */
	private static function send( array $message, array $rules ): string {
		if ( 'webhook' === $message['channel'] ) {
			return self::post( $message, $rules['webhook'] );
		}
		// Whoever has an account reads it in their own language.
		$user     = get_user_by( 'email', $message['to'] );
		$switched = $user && switch_to_locale( get_user_locale( $user ) );
		$site     = Alert_Run::name( html_entity_decode( (string) get_bloginfo( 'name' ), ENT_QUOTES ) );
		$lines    = self::lines( $message );
		$count    = count( $message['events'] ) + $message['more'];
		/* translators: 1: name of the site, 2: number of alerts. */
		$subject = sprintf( _n( '[%1$s] %2$s alert from LiteLLM', '[%1$s] %2$s alerts from LiteLLM', $count, 'litellm-dashboard' ), $site, number_format_i18n( $count ) );
		/* translators: %s: address of a page. */
		$lines[] = sprintf( __( 'What is told, and to whom, is set here: %s', 'litellm-dashboard' ), self::address( array( 'kind' => 'test' ) ) );
		if ( $switched ) {
			restore_previous_locale();
		}
		return wp_mail( $message['to'], $subject, implode( "\n\n", $lines ) . "\n" ) ? '' : 'mail';
	}

	/**
	 * The events of a message in words, each with its time and the page to open.
	 *
	 * @param array<string, mixed> $message One of the outbox.
	 * @return string[]
	 */
	private static function lines( array $message ): array {
		$lines = array();
		foreach ( $message['events'] as $event ) {
			$lines[] = self::when( $event['at'] ) . "\n" . self::sentence( $event ) . "\n" . self::address( $event );
		}
		if ( $message['more'] > 0 ) {
			/* translators: %s: number of alerts. */
			$lines[] = sprintf( _n( '%s more alert is not written out here.', '%s more alerts are not written out here.', $message['more'], 'litellm-dashboard' ), number_format_i18n( $message['more'] ) );
		}
		return $lines;
	}

	/**
	 * Sends a message to the webhook: as text, in which nothing is markup for Slack, or as JSON with a time and a signature over both.
	 *
	 * @param array<string, mixed> $message One of the outbox.
	 * @return string Why not, in a word; '' when it is delivered.
	 */
	private static function post( array $message, string $format ): string {
		$why = self::refusal( $format );
		if ( '' !== $why ) {
			return $why;
		}
		$headers = array( 'Content-Type' => 'application/json; charset=utf-8' );
		if ( 'json' === $format ) {
			$events = array();
			foreach ( $message['events'] as $event ) {
				$member   = 'budget_member' === $event['kind'] ? array( 'user' => Alert_Run::name( strstr( $event['id'], "\n" ) ) ) : array();
				$events[] = array( 'id' => substr( (string) strtok( $event['id'] ?? '', "\n" ), 0, 12 ) ) + $member + array_diff_key( $event, array( 'id' => true ) ) + array( 'text' => self::sentence( $event ), 'url' => self::address( $event ) );
			}
			$sent_at = time();
			$body    = (string) wp_json_encode( array( 'source' => 'litellm-dashboard', 'site' => home_url(), 'sent_at' => $sent_at, 'alerts' => $events, 'more' => $message['more'] ) );
			$headers = $headers + array( 'X-LiteLLM-Timestamp' => (string) $sent_at, 'X-LiteLLM-Signature' => 'sha256=' . hash_hmac( 'sha256', "$sent_at.$body", self::secret( self::SECRET ) ) );
		} else {
			// What is compatible with Slack may read @everyone as a mention without its brackets.
			$text = (string) preg_replace( '/(?<!\w)@(?=\w)/u', "@\u{200b}", str_replace( array( '&', '<', '>' ), array( '&amp;', '&lt;', '&gt;' ), implode( "\n\n", self::lines( $message ) ) ) );
			$body = (string) wp_json_encode( array( 'text' => $text, 'mrkdwn' => false ) );
		}
		$address = self::secret( self::WEBHOOK );
		$asked   = array( 'timeout' => 10, 'redirection' => 0, 'headers' => $headers, 'body' => $body, 'limit_response_size' => 4096 );
		$answer  = self::is_loopback( $address ) ? self::post_here( $address, $asked ) : wp_safe_remote_post( $address, $asked );
		if ( is_wp_error( $answer ) ) {
			// WordPress refuses private addresses and ports that are not the web's before it asks.
			return wp_http_validate_url( $address ) || self::is_loopback( $address ) ? 'unreachable' : 'address';
		}
		$status = (int) wp_remote_retrieve_response_code( $answer );
		return $status >= 200 && $status < 300 ? '' : "HTTP $status";
	}

	/**
	 * Sends to this machine, and through no proxy: neither WordPress's nor one that cURL finds in the environment.
	 *
	 * @param array<string, mixed> $asked As for wp_remote_post().
	 * @return array<string, mixed>|WP_Error
	 */
	private static function post_here( string $address, array $asked ) {
		$curl = static fn( $handle ) => curl_setopt( $handle, CURLOPT_NOPROXY, '*' ); // phpcs:ignore WordPress.WP.AlternativeFunctions.curl_curl_setopt -- The handle of WordPress.
		add_filter( 'pre_http_send_through_proxy', '__return_false', PHP_INT_MAX );
		add_action( 'http_api_curl', $curl );
		$answer = wp_remote_post( $address, $asked );
		remove_action( 'http_api_curl', $curl );
		remove_filter( 'pre_http_send_through_proxy', '__return_false', PHP_INT_MAX );
		return $answer;
	}

	/**
	 * Whether an address is of this machine.
	 */
	private static function is_loopback( string $address ): bool {
		return 1 === preg_match( '#^https?://(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?:[:/?\#]|$)#i', $address );
	}
}
