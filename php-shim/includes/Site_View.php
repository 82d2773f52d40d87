<?php
/**
 * What one site of a network sees of the gateway.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use stdClass;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Limits whoever does not run the network to the keys that carry the tag of the site, and to what was called with them, where
 * LITELLM_SITE_VIEW says so. An operation that is in none of the lists is refused. What comes out under a tag has another name in
 * the cache than what all see.
 */
final class Site_View {

	public const SETTING = 'LITELLM_SITE_VIEW';
	/** The pages that have something to show. */
	public const PAGES = array( 'overview', 'usage', 'logs', 'keys' );
	/** What is nobody's. */
	private const COMMON = array( 'models.list', 'gateway.liveliness', 'gateway.readiness', 'gateway.details' );
	/** What LiteLLM adds up for a tag, too. */
	private const BY_TAG      = array( 'activity.day', 'usage.calls', 'usage.keys', 'usage.tags' );
	private const TAG_PATH    = '/tag/daily/activity';
	private const MOST_PIECES = 5000;
	/** What is about one key, which it names. */
	private const BY_KEY = array( 'keys.info', 'keys.activity', 'logs.list', 'logs.count', 'keys.update', 'keys.reset_spend', 'keys.block', 'keys.unblock', 'keys.delete' );
	/** Through these a key would share what is not this site's. */
	private const SHARED = array( 'team', 'user', 'organization', 'budget' );
	/** The tags of all sites, however they are written. */
	private const FORM = '/^\s*site:/i';
	/** What of a key's metadata a site may set: LiteLLM takes orders from many other names, and from more with each version. */
	private const METADATA = array( 'tags', 'litellm_dashboard', 'model_rpm_limit', 'model_tpm_limit', 'temp_budget_increase', 'temp_budget_expiry' );
	/** So many keys are asked about in one request. */
	private const MOST_KEYS = 8;
	/** So many keys has a page, so many pages are read, so many at a time, and so long. */
	private const PAGE       = 100;
	private const MOST_PAGES = 100;
	private const AT_A_TIME  = 8;
	private const LONGEST_S  = 20;

	private string $tag;
	/**
	 * The contract.
	 *
	 * @var array<string, Operation>
	 */
	private array $operations;
	private Reader $reader;
	/** Whether a key's budget may not be more than LITELLM_KEY_LIMITS says; also where that cannot be read. */
	private bool $is_capped;
	private int $until;
	/**
	 * What was found out of keys, by hash.
	 *
	 * @var array<string, Outcome>
	 */
	private array $keys = array();
	/**
	 * Lists of keys, and how old each is, by what was asked for.
	 *
	 * @var array<string, array{0: stdClass[], 1: int}|WP_Error|null>
	 */
	private array $lists = array();

	/**
	 * Takes the tag and the collaborators.
	 *
	 * @param array<string, Operation>  $operations By name.
	 * @param array<string, mixed>|null $limits     As Settings::key_limits() gives them.
	 */
	public function __construct( string $tag, array $operations, Reader $reader, ?array $limits = array() ) {
		$this->tag        = $tag;
		$this->operations = $operations;
		$this->reader     = $reader;
		$this->is_capped  = null === $limits || isset( $limits['max_budget'] );
		$this->until      = time() + self::LONGEST_S;
	}

	/**
	 * Whether this network has sites see their own keys, and whether they may change them, too.
	 *
	 * @param bool $to_manage Whether it is asked for the latter.
	 */
	public static function is_on( bool $to_manage = false ): bool {
		$value  = Settings::environment( self::SETTING );
		$value  = '' === $value && defined( self::SETTING ) ? constant( self::SETTING ) : $value;
		$manage = 'manage' === $value;
		return is_multisite() && ( $manage || ( ! $to_manage && filter_var( $value, FILTER_VALIDATE_BOOLEAN ) ) );
	}

	/**
	 * The tag to which a user is limited on this site, or '' where all is seen.
	 *
	 * @param int|null $user The user; null for the one who is signed in.
	 */
	public static function tag( ?int $user = null ): string {
		return self::is_on() && ! is_super_admin( $user ?? false ) ? 'site:' . get_current_blog_id() : '';
	}

	/**
	 * The refusal of what cannot be limited.
	 *
	 * @param string $reason `site_view`, `site_view_key` for a key without the tag, or `site_view_spend` for a spend that stays.
	 */
	public static function refusal( string $reason = 'site_view' ): WP_Error {
		return Failure::make( 'rest_forbidden', 403, array( 'reason' => $reason ) );
	}

	/**
	 * Looks at the keys that these are about, all at the same time.
	 *
	 * @param array<int|string, mixed> $checked Operations with checked parameters, and refusals.
	 */
	public function look( array $checked ): void {
		$hashes = array();
		foreach ( array_filter( $checked, 'is_array' ) as list( $operation, $values ) ) {
			$hashes += in_array( $operation->name, self::BY_KEY, true ) && isset( $values['key'] ) ? array( $values['key'] => array( $this->operations['keys.info'], array( 'key' => $values['key'] ) ) ) : array();
		}
		$this->keys = ! $hashes ? array() : array_filter( $this->reader->read( array_slice( $hashes, 0, self::MOST_KEYS, true ) ), static fn( Outcome $outcome ): bool => 202 !== $outcome->status );
	}

	/**
	 * What is asked of the gateway in place of an operation: itself, after a look at the key that it is about, or with the tag.
	 *
	 * @param array<string, mixed> $values  Checked parameters.
	 * @param bool                 $may_ask Whether the gateway may be asked about a key.
	 * @return array{0: Operation, 1: array<string, mixed>}|WP_Error|null Null: not now, as too much is asked at once.
	 */
	public function limit( Operation $operation, array $values, bool $may_ask = true ) {
		$name = $operation->name;
		if ( in_array( $name, self::COMMON, true ) ) {
			return array( $operation, $values );
		}
		if ( in_array( $name, self::BY_TAG, true ) ) {
			return array( $operation->of_part( $this->tag, self::TAG_PATH, array( 'tags' => $this->tag, 'page_size' => self::MOST_PIECES ) ), $values );
		}
		if ( $may_ask && 'keys.list' === $name ) {
			return array( $operation, $values );
		}
		$is_new = 'keys.create' === $name;
		if ( ! $is_new && ( ! $may_ask || ! in_array( $name, self::BY_KEY, true ) || ! isset( $values['key'] ) ) ) {
			return self::refusal();
		}
		$wrong = array_intersect( self::SHARED, array_keys( $operation->is_write() ? $values : array() ) );
		if ( $wrong ) {
			return Failure::make( 'litellm_invalid_request', 403, array( 'reason' => 'site_view', 'params' => array_fill_keys( $wrong, 'site_view' ) ) );
		}
		$wrong = array_diff( array_keys( get_object_vars( $values['metadata'] ?? new stdClass() ) ), self::METADATA );
		if ( $wrong ) {
			/* translators: %s: names of fields. */
			$words = sprintf( __( 'Of a key’s metadata a site sets what the form has fields for, and nothing else: not %s.', 'litellm-dashboard' ), Failure::printable( implode( ', ', $wrong ), 200 ) );
			return Failure::make( 'litellm_invalid_request', 403, array( 'reason' => 'site_view', 'fields' => array( 'metadata' => $words ) ) );
		}
		if ( $this->is_capped && 'keys.reset_spend' === $name ) {
			return self::refusal( 'site_view_spend' );
		}
		if ( $is_new ) {
			return array( $operation, $this->tagged( $values, array() ) );
		}
		$tags = $this->tags_of( $values['key'] );
		return is_array( $tags ) ? array( $operation, isset( $values['metadata'] ) ? $this->tagged( $values, $tags ) : $values ) : $tags;
	}

	/**
	 * An outcome as this site may have it: of calls those of the key, of a part no more than was read as a whole.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function outcome( Operation $operation, array $values, Outcome $outcome ): Outcome {
		if ( 'logs.list' === $operation->name && is_array( $outcome->data->data ?? null ) ) {
			$outcome->data->data = array_values( array_filter( $outcome->data->data, static fn( $row ): bool => $values['key'] === ( $row->api_key ?? '' ) ) );
		}
		$pieces = ! isset( $values['page'] ) && self::TAG_PATH === $operation->path ? $outcome->data->metadata->total_pages ?? 0 : 0;
		return $pieces > 1 ? Outcome::failed( Failure::make( 'gateway_too_large', 502 ) ) : $outcome;
	}

	/**
	 * A page of the site's keys. LiteLLM cannot list keys by a tag, and how many others there are is not this site's to know:
	 * so all are read, and what is left is parted anew.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 */
	public function keys( array $values ): Outcome {
		list( $page, $size ) = array( $values['page'] ?? 1, $values['size'] ?? self::PAGE );

		$asked = array_diff_key( $values, array( 'page' => 1, 'size' => 1 ) );
		$found = $this->lists[ (string) wp_json_encode( $asked ) ] ??= $this->all_keys( $asked );
		if ( ! is_array( $found ) ) {
			return null === $found ? Outcome::later() : Outcome::failed( $found );
		}
		$count = count( $found[0] );
		return Outcome::good( (object) array( 'keys' => array_slice( $found[0], ( $page - 1 ) * $size, $size ), 'total_count' => $count, 'current_page' => $page, 'total_pages' => (int) ceil( $count / $size ) ), $found[1] );
	}

	/**
	 * All keys of the site, in the order that was asked for, and how old the oldest part is. Of each page only what is this site's
	 * is kept for a minute: so whoever asks again goes on where the time was over.
	 *
	 * @param array<string, mixed> $asked Without page and size.
	 * @return array{0: stdClass[], 1: int}|WP_Error|null Null: not now.
	 */
	private function all_keys( array $asked ) {
		$list  = $this->operations['keys.list']->of_keys( $this->tag, fn( stdClass $page ): stdClass => (object) array( 'keys' => array_values( array_filter( (array) $page->keys, fn( $key ): bool => $key instanceof stdClass && $this->is_ours( $key ) ) ), 'total_pages' => $page->total_pages ?? 1 ) );
		$found = array();
		$age_s = 0;
		$last  = 1;
		$left  = array( 1 );
		while ( $left ) {
			if ( time() > $this->until ) {
				return null;
			}
			$now    = array_slice( $left, 0, self::AT_A_TIME );
			$wanted = array_map( static fn( int $page ): array => array( $list, array( 'page' => $page, 'size' => self::PAGE ) + $asked ), array_combine( $now, $now ) );
			foreach ( $this->reader->read( $wanted ) as $page => $outcome ) {
				if ( null !== $outcome->error ) {
					return $outcome->error;
				}
				if ( 202 !== $outcome->status ) {
					$found[ $page ] = $outcome->data->keys;
					$last           = max( $last, (int) $outcome->data->total_pages );
					$age_s          = max( $age_s, $outcome->age_s );
				}
			}
			if ( $last > self::MOST_PAGES ) {
				return Failure::make( 'gateway_too_large', 502 );
			}
			$left = array_values( array_diff( range( 1, $last ), array_keys( $found ) ) );
		}
		ksort( $found );
		$keys = array();
		foreach ( array_merge( ...$found ) as $key ) {
			// Of a list that changes while it is read, a key may come twice.
			$keys += array( (string) ( $key->token ?? '' ) => $key );
		}
		return array( array_values( $keys ), $age_s );
	}

	/**
	 * The tags of a key of this site, as it was when it was looked at.
	 *
	 * @return string[]|WP_Error|null Null: not now.
	 */
	private function tags_of( string $hash ) {
		$outcome = $this->keys[ $hash ] ?? null;
		if ( null === $outcome ) {
			return null;
		}
		$info = $outcome->data->info ?? null;
		if ( null !== $outcome->error || ! $info instanceof stdClass ) {
			return $outcome->error ?? self::refusal( 'site_view_key' );
		}
		return $this->is_ours( $info ) ? self::texts( $info->metadata->tags ) : self::refusal( 'site_view_key' );
	}

	/**
	 * An outcome that does not say where the gateway is. cURL's own words have its name, too.
	 */
	public static function without_place( Outcome $outcome ): Outcome {
		$code = null === $outcome->error ? '' : $outcome->error->get_error_code();
		if ( '' !== $code ) {
			$hidden         = array( 'proxy' => true, 'address' => true ) + ( 'gateway_unreachable' === $code ? array( 'detail' => true ) : array() );
			$outcome->error = new WP_Error( $code, $outcome->error->get_error_message(), array_diff_key( (array) $outcome->error->get_error_data(), $hidden ) );
		}
		return $outcome;
	}

	/**
	 * Whether a key carries the tag.
	 */
	private function is_ours( stdClass $key ): bool {
		return in_array( $this->tag, self::texts( $key->metadata->tags ?? null ), true );
	}

	/**
	 * Parameters with the tag in the metadata; those of other sites stay as they are.
	 *
	 * @param array<string, mixed> $values Checked parameters.
	 * @param string[]             $now    The tags of the key.
	 * @return array<string, mixed>
	 */
	private function tagged( array $values, array $now ): array {
		$metadata = isset( $values['metadata'] ) ? clone $values['metadata'] : new stdClass();
		if ( property_exists( $metadata, 'tags' ) || ! $now ) {
			$metadata->tags = array_values( array_unique( array_merge( preg_grep( self::FORM, self::texts( $metadata->tags ?? null ), PREG_GREP_INVERT ), preg_grep( self::FORM, $now ), array( $this->tag ) ) ) );
		}
		return array( 'metadata' => $metadata ) + $values;
	}

	/**
	 * The texts of what should be a list of them.
	 *
	 * @param mixed $list As it came.
	 * @return string[]
	 */
	private static function texts( $list ): array {
		return is_array( $list ) ? array_values( array_filter( $list, 'is_string' ) ) : array();
	}
}
