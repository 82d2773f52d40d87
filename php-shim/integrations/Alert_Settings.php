<?php
/**
 * The page where alerts are switched on.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * What is watched, and how it is told, by WordPress' Settings API. What is a secret is a constant; here stands whether it is set.
 */
final class Alert_Settings {

	public const PAGE = 'litellm-dashboard-alerts';

	private const MOST_ADDRESSES = 5;
	private const TEST           = 'litellm_dashboard_alert_test';

	/**
	 * What somebody needs to open the page. In a network the gateway belongs to all sites.
	 */
	public static function capability(): string {
		return is_multisite() ? 'manage_network_options' : 'manage_options';
	}

	/**
	 * Lets WordPress' options.php take the form; behind this it looks at what is registered.
	 *
	 * @param mixed $allowed Options by page.
	 * @return mixed
	 */
	public static function allow( $allowed ) {
		self::register();
		return $allowed;
	}

	/**
	 * Makes the setting known, where its page is opened or saved.
	 */
	public static function register(): void {
		// Before WordPress makes it, which would be loaded with every page.
		add_option( Alert_Run::RULES, array(), '', false );
		register_setting( self::PAGE, Alert_Run::RULES, array( 'type' => 'array', 'sanitize_callback' => array( self::class, 'sanitize' ) ) );
		add_action( 'update_option_' . Alert_Run::RULES, array( Alert_Run::class, 'schedule' ), 10, 0 );
	}

	/**
	 * Before the page is printed. Whatever took the look off WordPress' clock, it is on it again.
	 */
	public static function load(): void {
		self::register();
		Alert_Run::schedule();
		Help::show( 'alerts' );
		add_settings_section( 'watch', __( 'What is watched', 'litellm-dashboard' ), '__return_null', self::PAGE );
		add_settings_section( 'tell', __( 'How it is told', 'litellm-dashboard' ), '__return_null', self::PAGE );
		$fields = array(
			'on'       => array( 'watch', __( 'Alerts', 'litellm-dashboard' ) ),
			'budgets'  => array( 'watch', __( 'Budgets', 'litellm-dashboard' ) ),
			'unusual'  => array( 'watch', __( 'Cost and failures', 'litellm-dashboard' ) ),
			'gateway'  => array( 'watch', __( 'Gateway', 'litellm-dashboard' ) ),
			'expiring' => array( 'watch', __( 'Keys', 'litellm-dashboard' ) ),
			'mail'     => array( 'tell', __( 'E-mail', 'litellm-dashboard' ), 'litellm-alerts-mail' ),
			'webhook'  => array( 'tell', __( 'Webhook', 'litellm-dashboard' ), 'litellm-alerts-webhook' ),
			'quiet'    => array( 'tell', __( 'Quiet time', 'litellm-dashboard' ) ),
			'notice'   => array( 'tell', __( 'In WordPress', 'litellm-dashboard' ) ),
		);
		foreach ( $fields as $name => $field ) {
			add_settings_field( $name, $field[1], array( self::class, "print_$name" ), self::PAGE, $field[0], isset( $field[2] ) ? array( 'label_for' => $field[2] ) : array() );
		}
	}

	/**
	 * What of a form is taken.
	 *
	 * @param mixed $given As it came.
	 * @return array<string, mixed>
	 */
	public static function sanitize( $given ): array {
		$given = is_array( $given ) ? $given : array();
		$rules = array();
		foreach ( array( 'on', 'unusual', 'down', 'version', 'expiring', 'notice' ) as $name ) {
			$rules[ $name ] = ! empty( $given[ $name ] );
		}
		foreach ( array( 'month' => 0, 'floor' => 5 ) as $name => $usual ) {
			// What has three digits behind its comma, or its point, may be a thousand.
			$amount         = is_scalar( $given[ $name ] ?? null ) ? str_replace( ',', '.', trim( (string) $given[ $name ] ) ) : '';
			$is_amount      = preg_match( '/^\d{1,10}(?:\.\d{1,2})?$/D', $amount ) && $amount <= 1e9;
			$rules[ $name ] = $is_amount ? round( (float) $amount, 2 ) : ( '' === $amount ? $usual : Alert_Run::rules()[ $name ] );
			if ( ! $is_amount && '' !== $amount ) {
				self::complain( __( 'An amount was not understood and stays as it was. Write it in digits, such as 12.50.', 'litellm-dashboard' ) );
			}
		}
		$rules['floor']  = max( 0.01, $rules['floor'] );
		$rules['levels'] = array_values( array_intersect( Alerts::LEVELS, array_map( 'intval', array_filter( (array) ( $given['levels'] ?? array() ), 'is_scalar' ) ) ) );
		$mail            = $given['mail'] ?? '';
		$addresses       = is_array( $mail ) ? array_filter( $mail, 'is_string' ) : preg_split( '/[\s,;]+/', is_string( $mail ) ? $mail : '', -1, PREG_SPLIT_NO_EMPTY );
		$rules['mail']   = array_slice( array_values( array_unique( array_filter( (array) $addresses, 'is_email' ) ) ), 0, self::MOST_ADDRESSES );
		if ( count( array_unique( (array) $addresses ) ) > count( $rules['mail'] ) ) {
			/* translators: %s: number. */
			self::complain( sprintf( __( 'Only e-mail addresses are taken, and at most %s of them.', 'litellm-dashboard' ), number_format_i18n( self::MOST_ADDRESSES ) ) );
		}
		$rules['webhook'] = in_array( $given['webhook'] ?? '', array( 'slack', 'json' ), true ) ? $given['webhook'] : '';
		foreach ( array( 'quiet_from', 'quiet_to' ) as $name ) {
			$rules[ $name ] = max( 0, min( 23, (int) ( is_scalar( $given[ $name ] ?? 0 ) ? $given[ $name ] ?? 0 : 0 ) ) );
		}
		return $rules;
	}

	/**
	 * The page.
	 */
	public static function print_page(): void {
		echo '<div class="wrap"><h1>' . esc_html__( 'Alerts', 'litellm-dashboard' ) . '</h1>';
		settings_errors();
		// Here at once: above the title it would be moved by WordPress' script, and all below it would jump.
		if ( current_user_can( Capabilities::VIEW ) ) { // phpcs:ignore WordPress.WP.Capabilities.Unknown -- Granted by Capabilities.
			Alert_Inbox::print_notice();
		}
		echo '<p>' . esc_html__( 'Once an hour WordPress looks at the gateway, and tells what it found in one message. Each thing is told once: of a budget each threshold until its period begins anew, of a day or a key once.', 'litellm-dashboard' ) . '</p>';
		self::print_state();
		echo '<form method="post" action="' . esc_url( admin_url( 'options.php' ) ) . '">';
		settings_fields( self::PAGE );
		do_settings_sections( self::PAGE );
		submit_button();
		echo '</form><h2>' . esc_html__( 'Try it', 'litellm-dashboard' ) . '</h2><form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '"><input type="hidden" name="action" value="' . esc_attr( self::TEST ) . '">';
		wp_nonce_field( self::TEST );
		echo '<p>' . esc_html__( 'Sends a message at once by e-mail and webhook, as they are saved above.', 'litellm-dashboard' ) . '</p>';
		submit_button( __( 'Send a test', 'litellm-dashboard' ), 'secondary', 'test', false );
		echo '</form></div>';
	}

	/**
	 * Sends a test, and says on the page what came of it.
	 */
	public static function test(): void {
		check_admin_referer( self::TEST );
		if ( ! current_user_can( self::capability() ) ) { // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of WordPress' own.
			wp_die( '', 403 );
		}
		$outcome = Alert_Sender::test( Alert_Run::rules() );
		foreach ( $outcome as $to => $why ) {
			/* translators: 1: e-mail address or "webhook", 2: reason. */
			$text = '' === $why ? sprintf( __( 'Handed over: %s', 'litellm-dashboard' ), $to ) : sprintf( __( 'Not delivered to %1$s: %2$s', 'litellm-dashboard' ), $to, self::reason( $why ) );
			add_settings_error( self::PAGE, 'test', esc_html( $text ), '' === $why ? 'success' : 'error' );
		}
		if ( ! $outcome ) {
			self::complain( __( 'There is nobody to tell yet: enter an e-mail address or choose a webhook, and save.', 'litellm-dashboard' ) );
		}
		set_transient( 'settings_errors', get_settings_errors(), 30 ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals -- WordPress' own, for the page that comes next.
		wp_safe_redirect( add_query_arg( array( 'page' => self::PAGE, 'settings-updated' => 'true' ), admin_url( 'admin.php' ) ) );
		exit;
	}

	/** Whether anything is done. */
	public static function print_on(): void {
		self::box( 'on', __( 'Look once an hour', 'litellm-dashboard' ), 'on' );
		self::help( __( 'Off, the gateway is not asked, and nothing is told.', 'litellm-dashboard' ), 'on' );
	}

	/** Thresholds, and the budget of the whole. */
	public static function print_budgets(): void {
		$rules = Alert_Run::rules();
		echo '<fieldset><legend>' . esc_html__( 'Tell when this share of a budget is spent:', 'litellm-dashboard' ) . '</legend>';
		foreach ( Alerts::LEVELS as $level ) {
			/* translators: %s: a number of percent. */
			echo '<label><input type="checkbox" name="' . esc_attr( Alert_Run::RULES ) . '[levels][]" value="' . esc_attr( (string) $level ) . '"' . checked( in_array( $level, $rules['levels'], true ), true, false ) . '> ' . esc_html( sprintf( __( '%s%%', 'litellm-dashboard' ), number_format_i18n( $level ) ) ) . '</label>&emsp;';
		}
		echo '</fieldset>';
		self::amount( 'month', __( 'Budget of the whole gateway for a month (UTC), in US dollars; empty for none', 'litellm-dashboard' ), 'month' );
		self::help( __( 'Those of keys, teams, their members, users and organizations are LiteLLM’s, and so is that of the whole gateway where LiteLLM tells it. One for a month is set here; nothing is stopped by it.', 'litellm-dashboard' ), 'month' );
	}

	/** What is unusual. */
	public static function print_unusual(): void {
		self::box( 'unusual', __( 'Tell when cost or failed calls are far above the usual of the hour', 'litellm-dashboard' ), 'unusual' );
		self::amount( 'floor', __( 'By at least so many US dollars', 'litellm-dashboard' ), 'unusual' );
		/* translators: 1: number of failed calls, 2: times, 3: number of deviations. */
		self::help( sprintf( __( 'What came since the last look is compared with the same time of the same weekday in the last four weeks (UTC): it must be %2$s times their median, %3$s deviations (MAD) above it, and that many dollars or %1$s failed calls more. Until three such weeks were seen, and beside it, the day so far is compared with the whole of these days in the same way.', 'litellm-dashboard' ), number_format_i18n( Alerts::FEW_FAILURES ), number_format_i18n( Alerts::FACTOR ), number_format_i18n( Alerts::DEVIATIONS ) ), 'unusual' );
	}

	/** The gateway itself. */
	public static function print_gateway(): void {
		echo '<p>';
		self::box( 'down', __( 'Tell when it gave no good answer twice in a row, ten minutes apart', 'litellm-dashboard' ) );
		echo '</p><p>';
		self::box( 'version', __( 'Tell when its version has security holes that are exploited', 'litellm-dashboard' ) );
		echo '</p>';
	}

	/** Ends of keys. */
	public static function print_expiring(): void {
		self::box( 'expiring', __( 'Tell when a key expires within 7 days', 'litellm-dashboard' ), 'expiring' );
		self::help( __( 'Not of keys that were made for a week or less, are blocked, or have a successor.', 'litellm-dashboard' ), 'expiring' );
	}

	/** E-mail. */
	public static function print_mail(): void {
		echo '<input type="text" id="litellm-alerts-mail"' . self::described( 'mail' ) . ' class="regular-text" dir="ltr" autocomplete="off" name="' . esc_attr( Alert_Run::RULES ) . '[mail]" value="' . esc_attr( implode( ', ', Alert_Run::rules()['mail'] ) ) . '">'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- described() escapes what it puts in.
		self::help( __( 'Addresses, with commas between them. Who has an account with one is told in their own language.', 'litellm-dashboard' ), 'mail' );
	}

	/** The webhook, and the constants that it takes. */
	public static function print_webhook(): void {
		$chosen = Alert_Run::rules()['webhook'];
		echo '<select id="litellm-alerts-webhook"' . self::described( 'webhook' ) . ' name="' . esc_attr( Alert_Run::RULES ) . '[webhook]">'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- described() escapes what it puts in.
		foreach ( array( '' => __( 'None', 'litellm-dashboard' ), 'slack' => __( 'Text, as Slack takes it', 'litellm-dashboard' ), 'json' => __( 'JSON with a signature', 'litellm-dashboard' ) ) as $value => $label ) {
			echo '<option value="' . esc_attr( $value ) . '"' . selected( $chosen, $value, false ) . '>' . esc_html( $label ) . '</option>';
		}
		echo '</select>';
		$host = (string) wp_parse_url( Alert_Sender::secret( Alert_Sender::WEBHOOK ), PHP_URL_HOST );
		/* translators: 1 and 2: names of constants. */
		self::help( sprintf( __( 'Its address is the constant %1$s in wp-config.php, as it is mostly a secret: https, or http on this machine. JSON is signed with the constant %2$s, of at least 16 characters.', 'litellm-dashboard' ), Alert_Sender::WEBHOOK, Alert_Sender::SECRET ), 'webhook' );
		$why = Alert_Sender::refusal( $chosen );
		if ( '' === $why || '' !== $chosen ) {
			/* translators: %s: host. */
			self::help( '' === $why ? sprintf( __( 'Set for %s.', 'litellm-dashboard' ), "\u{2068}$host\u{2069}" ) : self::reason( $why ) );
		}
	}

	/** Hours in which nothing is sent. */
	public static function print_quiet(): void {
		$rules = Alert_Run::rules();
		echo '<fieldset aria-describedby="litellm-alerts-help-quiet"><legend class="screen-reader-text">' . esc_html__( 'Quiet time', 'litellm-dashboard' ) . '</legend>';
		foreach ( array( 'quiet_from' => __( 'Begins at', 'litellm-dashboard' ), 'quiet_to' => __( 'Ends at', 'litellm-dashboard' ) ) as $name => $label ) {
			echo '<label>' . esc_html( $label ) . ' <select name="' . esc_attr( Alert_Run::RULES . "[$name]" ) . '">';
			for ( $hour = 0; $hour < 24; $hour++ ) {
				echo '<option value="' . esc_attr( (string) $hour ) . '"' . selected( $rules[ $name ], $hour, false ) . '>' . esc_html( sprintf( '%02d:00', $hour ) ) . '</option>';
			}
			echo '</select></label> ';
		}
		echo '</fieldset>';
		/* translators: %s: time zone. */
		self::help( sprintf( __( 'In the site’s time zone (%s). What is found then is told after it. The same hour twice: none.', 'litellm-dashboard' ), wp_timezone_string() ), 'quiet' );
	}

	/** The notice. */
	public static function print_notice(): void {
		self::box( 'notice', __( 'Show the alerts of the last day on the Dashboard and on the LiteLLM pages, to who may see them', 'litellm-dashboard' ), 'notice' );
		$is_open = strlen( Alert_Sender::secret( Alert_Inbox::TOKEN ) ) >= 16;
		/* translators: %s: name of a constant. */
		self::help( $is_open ? __( 'Alertmanager’s alerts are received, and shown there while they are open.', 'litellm-dashboard' ) : sprintf( __( 'Alertmanager’s alerts are received when the constant %s is set in wp-config.php.', 'litellm-dashboard' ), Alert_Inbox::TOKEN ), 'notice' );
	}

	/**
	 * When was looked, what was missing, and what could not be delivered.
	 */
	private static function print_state(): void {
		$state = Alert_Run::state();
		$lines = array();
		$next  = wp_next_scheduled( Alert_Run::HOOK );
		if ( isset( $state['run'] ) ) {
			/* translators: %s: date and time. */
			$lines[] = sprintf( __( 'Last look: %s.', 'litellm-dashboard' ), Alert_Sender::when( $state['run']['at'] ) );
			if ( '' !== $state['run']['problem'] ) {
				/* translators: %s: name of a failure, such as gateway_unreachable timeout. */
				$lines[] = sprintf( __( 'Something was missing then, and was not judged: %s.', 'litellm-dashboard' ), $state['run']['problem'] );
			}
			foreach ( $state['run']['read'] as list( $seen, $there ) ) {
				if ( $seen < $there ) {
					/* translators: 1 and 2: numbers. */
					$lines[] = sprintf( __( 'Of a list of %2$s only %1$s entries could be read.', 'litellm-dashboard' ), number_format_i18n( $seen ), number_format_i18n( $there ) );
				}
			}
		}
		if ( false !== $next ) {
			/* translators: %s: date and time. */
			$lines[] = sprintf( __( 'Next look: %s, or when the site is visited after it.', 'litellm-dashboard' ), Alert_Sender::when( $next ) );
		}
		$failed = array_filter( $state['failed'] ?? array(), static fn( array $message ): bool => $message['at'] > time() - WEEK_IN_SECONDS );
		foreach ( array_merge( $failed, array_filter( $state['outbox'] ?? array(), static fn( array $message ): bool => isset( $message['why'] ) ) ) as $message ) {
			$text    = isset( $message['channel'] )
				/* translators: 1: e-mail address or "webhook", 2: reason. */
				? __( 'Not delivered to %1$s yet: %2$s It is tried again.', 'litellm-dashboard' )
				/* translators: 1: e-mail address or "webhook", 2: reason. */
				: __( 'Given up after three attempts for %1$s: %2$s', 'litellm-dashboard' );
			$lines[] = ( isset( $message['channel'] ) ? '' : Alert_Sender::when( $message['at'] ) . ' – ' ) . sprintf( $text, $message['to'], self::reason( $message['why'] ) );
		}
		foreach ( $lines as $line ) {
			echo '<p class="description">' . esc_html( $line ) . '</p>';
		}
	}

	/**
	 * Why a message was not delivered.
	 */
	private static function reason( string $why ): string {
		$reasons = array(
			'missing'     => __( 'No address is set.', 'litellm-dashboard' ),
			'scheme'      => __( 'The address must begin with https://, or with http:// and be on this machine.', 'litellm-dashboard' ),
			'credentials' => __( 'The address must not have a user, a password or special characters in it.', 'litellm-dashboard' ),
			'secret'      => __( 'The secret for the signature is not set, or is shorter than 16 characters.', 'litellm-dashboard' ),
			'address'     => __( 'WordPress refuses the address: it is a private one, its port is not one of the web’s, or its name is not known.', 'litellm-dashboard' ),
			'unreachable' => __( 'It could not be reached.', 'litellm-dashboard' ),
			'mail'        => __( 'WordPress could not send e-mail.', 'litellm-dashboard' ),
			'tries'       => __( 'It ended the look three times.', 'litellm-dashboard' ),
		);
		/* translators: %s: HTTP status. */
		return $reasons[ $why ] ?? sprintf( __( 'It answered %s.', 'litellm-dashboard' ), $why );
	}

	/**
	 * A checkbox.
	 */
	private static function box( string $name, string $label, string $help = '' ): void {
		echo '<label><input type="checkbox"' . self::described( $help ) . ' name="' . esc_attr( Alert_Run::RULES . "[$name]" ) . '" value="1"' . checked( Alert_Run::rules()[ $name ], true, false ) . '> ' . esc_html( $label ) . '</label>'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- described() escapes what it puts in.
	}

	/**
	 * An amount, below what stands before it.
	 */
	private static function amount( string $name, string $label, string $help = '' ): void {
		$value = Alert_Run::rules()[ $name ];
		echo '<p><label><input type="text" inputmode="decimal" size="10" dir="ltr"' . self::described( $help ) . ' name="' . esc_attr( Alert_Run::RULES . "[$name]" ) . '" value="' . esc_attr( $value > 0 || 'floor' === $name ? (string) $value : '' ) . '"> ' . esc_html( $label ) . '</label></p>'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- described() escapes what it puts in.
	}

	/**
	 * A word on what stands above it.
	 */
	private static function help( string $text, string $id = '' ): void {
		echo '<p class="description"' . ( '' === $id ? '' : ' id="litellm-alerts-help-' . esc_attr( $id ) . '"' ) . '>' . esc_html( $text ) . '</p>';
	}

	/**
	 * The attribute that has a screen reader say, with a field, the word that stands below it.
	 */
	private static function described( string $help ): string {
		return '' === $help ? '' : ' aria-describedby="litellm-alerts-help-' . esc_attr( $help ) . '"';
	}

	/**
	 * Says what was not taken.
	 */
	private static function complain( string $text ): void {
		add_settings_error( self::PAGE, md5( $text ), esc_html( $text ) );
	}
}
