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
	/** So many keys are asked about in one request, so many pages of keys are read, and so long. */
	private const MOST_KEYS  = 8;
	private const PAGE       = 100;
	private const MOST_PAGES = 100;
	private const LONGEST_S  = 25;

	private string $tag;
	/**
	 * The contract.
	 *
	 * @var array<string, Operation>
	 */
	private array $operations;
	private Reader $reader;
	/**
	 * What was found out of keys, by hash.
	 *
	 * @var array<string, Outcome>
	 */
	private array $keys = array();
	/**
	 * Lists of keys, by what was asked for.
	 *
	 * @var array<string, stdClass[]|WP_Error>
	 */
	private array $lists = array();

	/**
	 * Takes the tag and the collaborators.
	 *
	 * @param array<string, Operation> $operations By name.
	 */
	public function __construct( string $tag, array $operations, Reader $reader ) {
		$this->tag        = $tag;
		$this->operations = $operations;
		$this->reader     = $reader;
	}

	/**
	 * Whether this network has sites see their own keys.
	 */
	public static function is_on(): bool {
		$value = Settings::environment( self::SETTING );
		$value = '' === $value && defined( self::SETTING ) ? constant( self::SETTING ) : $value;
		return is_multisite() && filter_var( $value, FILTER_VALIDATE_BOOLEAN );
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
	 * @param string $reason `site_view`, or `site_view_key` for a key without the tag.
	 */
	public static function refusal( string $reason = 'site_view' ): WP_Error {
		return Failure::make( 'rest_forbidden', 403, array( 'reason' => $reason ) );
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
		if ( is_wp_error( $found ) ) {
			return Outcome::failed( $found );
		}
		$count = count( $found );
		return Outcome::good( (object) array( 'keys' => array_slice( $found, ( $page - 1 ) * $size, $size ), 'total_count' => $count, 'current_page' => $page, 'total_pages' => (int) ceil( $count / $size ) ) );
	}

	/**
	 * All keys of the site, in the order that was asked for.
	 *
	 * @param array<string, mixed> $asked Without page and size.
	 * @return stdClass[]|WP_Error
	 */
	private function all_keys( array $asked ) {
		$until = time() + self::LONGEST_S;
		$found = array();
		$last  = 1;
		$left  = array( 1 );
		while ( $left ) {
			if ( time() > $until ) {
				return Failure::make( 'gateway_unreachable', 504, array( 'reason' => 'timeout' ) );
			}
			$wanted = array_map( fn( int $page ): array => array( $this->operations['keys.list'], array( 'page' => $page, 'size' => self::PAGE ) + $asked ), array_combine( $left, $left ) );
			foreach ( $this->reader->read( $wanted ) as $page => $outcome ) {
				if ( null !== $outcome->error ) {
					return $outcome->error;
				}
				if ( 202 !== $outcome->status ) {
					$found[ $page ] = array_values( array_filter( (array) ( $outcome->data->keys ?? array() ), fn( $key ): bool => $key instanceof stdClass && $this->is_ours( $key ) ) );
					$last           = max( $last, (int) ( $outcome->data->total_pages ?? 1 ) );
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
		return array_values( $keys );
	}

	/**
	 * The tags of a key of this site, as it is now.
	 *
	 * @return string[]|WP_Error|null Null: not now.
	 */
	private function tags_of( string $hash ) {
		if ( ! isset( $this->keys[ $hash ] ) && count( $this->keys ) >= self::MOST_KEYS ) {
			return null;
		}
		$outcome = $this->keys[ $hash ] ??= $this->reader->read( array( array( $this->operations['keys.info'], array( 'key' => $hash ) ) ) )[0];
		$info    = $outcome->data->info ?? null;
		if ( null !== $outcome->error || ! $info instanceof stdClass ) {
			return $outcome->error ?? self::refusal( 'site_view_key' );
		}
		return $this->is_ours( $info ) ? self::texts( $info->metadata->tags ) : self::refusal( 'site_view_key' );
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
