<?php
/**
 * The REST routes.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;
use WP_HTTP_Response;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

/**
 * Lets the browser, and what else of WordPress asks, have the operations of the contract, and nothing else: reads in a batch,
 * writes one by one.
 *
 * The nonce is checked by WordPress before any of this: without one, a signed-in browser counts as nobody. What is asked for
 * stands in the body as JSON, which no link and no form of another site can send; the query has no part in it.
 */
final class REST_Controller {

	public const ROUTE_NAMESPACE = 'litellm-dashboard/v1';
	/** Who asks: the pages, an ability, the command line, or WordPress by the clock. */
	public const PAGE    = 'page';
	public const ABILITY = 'ability';
	public const CLI     = 'cli';
	public const CRON    = 'cron';

	private const MAX_BODY_BYTES = 262144;
	/** Of the journal, whose lists may name ten thousand keys. */
	private const MAX_LIST_BYTES = 4194304;
	private const MAX_BATCH      = 80;
	private const NOT_STORED     = 'no-store, private';
	/** Of a request, and first in its answer: by it the app finds the answer among what others print around it. */
	private const MARK = 'litellm_dashboard';

	/**
	 * The contract.
	 *
	 * @var array<string, Operation>
	 */
	private array $operations;
	private Settings $settings;
	private Reader $reader;
	private Writer $writer;
	private Console $console;
	private Journal $journal;

	/**
	 * Takes the collaborators.
	 *
	 * @param array<string, Operation> $operations By name.
	 */
	public function __construct( array $operations, Settings $settings, Reader $reader, Writer $writer, Console $console, Journal $journal ) {
		$this->operations = $operations;
		$this->settings   = $settings;
		$this->reader     = $reader;
		$this->writer     = $writer;
		$this->console    = $console;
		$this->journal    = $journal;
	}

	/**
	 * Registers both routes. They have no argument lists and are in no index, so that nobody can read the contract off them.
	 */
	public function register_routes(): void {
		foreach ( array( '/batch' => 'answer_batch', '/(?P<operation>[a-z_.]+)' => 'answer_write' ) as $route => $callback ) {
			register_rest_route( self::ROUTE_NAMESPACE, $route, array( 'methods' => 'POST', 'callback' => array( $this, $callback ), 'permission_callback' => array( $this, 'may' ), 'show_in_index' => false ) );
		}
		add_filter( 'rest_post_dispatch', array( $this, 'forbid_storing' ), 10, 3 );
	}

	/**
	 * Whether the user may do the operation. A batch, and one that does not exist, is treated like any to view.
	 *
	 * @return true|WP_Error
	 */
	public function may( WP_REST_Request $request ) {
		$operation = $this->operations[ self::name_in( $request ) ] ?? null;
		return self::permission( null === $operation ? Capabilities::VIEW : $operation->capability );
	}

	/**
	 * Does a write. A refusal has the status 200, too, and its own within: servers before WordPress replace the pages of errors,
	 * and what was refused would look as if it might have been done.
	 */
	public function answer_write( WP_REST_Request $request ): WP_REST_Response {
		$mark    = '';
		$name    = self::name_in( $request );
		$given   = self::json_object( $request, $mark, 'journal.save' === $name ? self::MAX_LIST_BYTES : self::MAX_BODY_BYTES );
		$outcome = is_wp_error( $given ) ? Outcome::failed( $given ) : $this->write( $name, $given, self::PAGE );
		return self::response( $mark, $outcome->envelope() );
	}

	/**
	 * Does a write, whoever asks for it.
	 *
	 * @param array<int|string, mixed> $params As they came.
	 * @param string                   $by     self::PAGE and self::ABILITY as far as the user may; self::CLI and self::CRON have no user.
	 */
	public function write( string $name, array $params, string $by ): Outcome {
		$site    = $this->site( $by );
		$checked = $this->check( $name, $params, true, $by );
		if ( null !== $site && is_array( $checked ) ) {
			$site->look( array( $checked ) );
			$checked = $site->limit( ...$checked ) ?? Site_View::refusal( 'site_view_key' );
		}
		if ( is_wp_error( $checked ) ) {
			$outcome = Write_Event::refused( $this->operations[ $name ] ?? null, $params, $by, $this->settings->scrubber(), $checked );
		} else {
			$outcome = 'journal' === $checked[0]->handler ? $this->journal->write( $name, $checked[1] ) : $this->writer->write( $checked[0], $checked[1], $by );
		}
		return null === $site ? $outcome : Site_View::without_place( $outcome );
	}

	/**
	 * Does reads, whoever asks for them.
	 *
	 * @param array<int|string, array{0: string, 1: array<string, mixed>, 2?: bool}> $wanted Operations with parameters, and whether what is stored is not to count.
	 * @param string                                                              $by     As for a write.
	 * @return array<int|string, Outcome> By the same keys. One whose status is 202 is to be asked for again.
	 */
	public function read( array $wanted, string $by ): array {
		$outcomes = array();
		$reads    = array();
		$site     = $this->site( $by );
		$checked  = array_map( fn( array $question ) => $this->check( $question[0], $question[1], false, $by ), $wanted );
		if ( null !== $site ) {
			$site->look( $checked );
		}
		foreach ( $wanted as $index => $question ) {
			$read = null !== $site && is_array( $checked[ $index ] ) ? $site->limit( ...$checked[ $index ] ) : $checked[ $index ];
			if ( ! is_array( $read ) ) {
				$outcomes[ $index ] = null === $read ? Outcome::later() : Outcome::failed( $read );
			} elseif ( null !== $site && 'keys.list' === $read[0]->name ) {
				$outcomes[ $index ] = $site->keys( $read[1] );
			} elseif ( 'status' === $read[0]->handler ) {
				$outcomes[ $index ] = Outcome::good( $this->settings->status( $this->operations ) );
			} elseif ( 'journal' === $read[0]->handler ) {
				$outcomes[ $index ] = Outcome::good( $this->journal->list() );
			} elseif ( 'audit' === $read[0]->handler ) {
				$outcomes[ $index ] = Audit_Log::list( $read[1] );
			} elseif ( 'console' === $read[0]->handler ) {
				$checks[] = $index;
			} else {
				$reads[ $index ] = array( $read[0], $read[1], $question[2] ?? false );
			}
		}
		foreach ( $this->reader->read( $reads ) as $index => $outcome ) {
			$outcomes[ $index ] = null === $site ? $outcome : $site->outcome( $reads[ $index ][0], $reads[ $index ][1], $outcome );
		}
		if ( isset( $checks ) ) {
			// It may take seconds. What came with it does not wait for it: whoever asks, asks once more for it alone.
			$outcomes += array_fill_keys( $checks, $reads ? Outcome::later() : Outcome::good( $this->console->answer() ) );
		}
		return null === $site ? $outcomes : array_map( array( Site_View::class, 'without_place' ), $outcomes );
	}

	/**
	 * Answers several reads.
	 */
	public function answer_batch( WP_REST_Request $request ): WP_REST_Response {
		$mark    = '';
		$given   = self::json_object( $request, $mark );
		$answers = is_wp_error( $given ) ? $given : $this->answers( $given['requests'] ?? null );
		return self::response( $mark, is_wp_error( $answers ) ? Outcome::failed( $answers )->envelope() : array( 'answers' => $answers ) );
	}

	/**
	 * The answers to the reads of a batch.
	 *
	 * @param mixed $entries What is asked for, as it came.
	 * @return array<int, array<string, mixed>>|WP_Error In the same order.
	 */
	private function answers( $entries ) {
		if ( ! is_array( $entries ) || ! wp_is_numeric_array( $entries ) || count( $entries ) > self::MAX_BATCH ) {
			return Failure::make( 'litellm_invalid_request', 400, array( 'reason' => 'batch' ) );
		}
		$wanted = array();
		foreach ( array_values( $entries ) as $index => $entry ) {
			$params = is_array( $entry ) ? $entry['params'] ?? array() : null;
			if ( ! is_array( $params ) || ! is_string( $entry['operation'] ?? null ) ) {
				return Failure::make( 'litellm_invalid_request', 400, array( 'reason' => 'batch' ) );
			}
			// By hand, what is stored is not new enough.
			$wanted[ $index ] = array( $entry['operation'], $params, true === ( $entry['anew'] ?? false ) );
		}
		$outcomes = $this->read( $wanted, self::PAGE );
		ksort( $outcomes );
		return array_map( static fn( Outcome $outcome ): array => $outcome->envelope(), $outcomes );
	}

	/**
	 * What is known of several reads, fresh or old, for the page that is being printed. The checks are those of a batch; the
	 * gateway is not asked.
	 *
	 * @param array<int, array{0: string, 1: array<string, mixed>}> $wanted Operations with parameters.
	 * @return array<int, array<string, mixed>> Each with its age, and for how many seconds more it is fresh.
	 */
	public function known( array $wanted ): array {
		$reads = array();
		$site  = $this->site( self::PAGE );
		foreach ( $wanted as list( $name, $params ) ) {
			$read    = $this->check( $name, $params, false, self::PAGE );
			$reads[] = null !== $site && is_array( $read ) ? $site->limit( $read[0], $read[1], false ) : $read;
		}
		$reads   = array_filter( $reads, 'is_array' );
		$stored  = $this->reader->known( $reads );
		$answers = array();
		foreach ( $reads as $index => list( $operation, $values ) ) {
			$entry = $stored[ $index ] ?? null;
			if ( null !== $entry || 'status' === $operation->handler ) {
				$outcome   = null === $entry ? Outcome::good( $this->settings->status( $this->operations ) ) : Outcome::stored( $entry );
				$outcome   = null === $site ? $outcome : $site->outcome( $operation, $values, $outcome );
				if ( 200 !== $outcome->status ) {
					// A part that is not for this site: with no data it would be taken for the answer.
					continue;
				}
				$fresh_s   = null === $entry ? MINUTE_IN_SECONDS : max( 0, $entry['until'] - time() );
				$answers[] = array( 'operation' => strtok( $operation->name, '@' ), 'params' => (object) $values, 'fresh_s' => $fresh_s ) + array_slice( $outcome->envelope(), 1 );
			}
		}
		return $answers;
	}

	/**
	 * Keeps every answer of ours, refusals too, out of caches on the way.
	 *
	 * @param mixed $response The response.
	 * @param mixed $server   Unused.
	 * @param mixed $request  The request.
	 * @return mixed
	 */
	public function forbid_storing( $response, $server, $request ) {
		if ( $response instanceof WP_HTTP_Response && $request instanceof WP_REST_Request && 0 === strpos( $request->get_route(), '/' . self::ROUTE_NAMESPACE ) ) {
			$response->header( 'Cache-Control', self::NOT_STORED );
			// WordPress may send headers of its own behind these, and before 6.3 they allow storing.
			add_filter( 'nocache_headers', static fn( $headers ) => is_array( $headers ) ? array( 'Cache-Control' => self::NOT_STORED ) + $headers : $headers );
		}
		return $response;
	}

	/**
	 * Checks what is asked for: a write, or one read of a batch.
	 *
	 * @param array<int|string, mixed> $params As they came.
	 * @return array{0: Operation, 1: array<string, mixed>}|WP_Error
	 */
	private function check( string $name, array $params, bool $is_write, string $by ) {
		$operation = $this->operations[ $name ] ?? null;
		if ( null === $operation ) {
			return Failure::make( 'litellm_unknown_operation', 404, array( 'operation' => Failure::printable( $name, 60 ) ) );
		}
		if ( $operation->is_write() !== $is_write ) {
			return Failure::make( 'litellm_invalid_request', $is_write ? 405 : 400, array( 'reason' => $is_write ? 'read' : 'write' ) );
		}
		$allowed = in_array( $by, array( self::CLI, self::CRON ), true ) ? true : self::permission( $operation->capability );
		$values  = is_wp_error( $allowed ) ? $allowed : $operation->check( $params );
		return is_wp_error( $values ) ? $values : array( $operation, $values );
	}

	/**
	 * What limits who asks to the keys of this site, or null. Who has the command line has the settings, too.
	 */
	private function site( string $by ): ?Site_View {
		$tag = ! is_multisite() || in_array( $by, array( self::CLI, self::CRON ), true ) ? '' : Site_View::tag();
		return '' === $tag ? null : new Site_View( $tag, $this->operations, $this->reader, $this->settings->key_limits() );
	}

	/**
	 * The operation in the address. A parameter of the same name in the query or the body must not replace it.
	 */
	private static function name_in( WP_REST_Request $request ): string {
		return (string) ( $request->get_url_params()['operation'] ?? '' );
	}

	/**
	 * Whether the user has the capability.
	 *
	 * @return true|WP_Error
	 */
	private static function permission( string $capability ) {
		if ( ! is_user_logged_in() ) {
			return Failure::make( 'rest_not_logged_in', 401 );
		}
		return current_user_can( $capability ) ? true : Failure::make( 'rest_forbidden', 403 ); // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of ours, from the contract.
	}

	/**
	 * An answer of ours, with the mark of its request before all else.
	 *
	 * @param array<string, mixed> $parts The answer.
	 */
	private static function response( string $mark, array $parts ): WP_REST_Response {
		return new WP_REST_Response( array( self::MARK => $mark ) + $parts );
	}

	/**
	 * The body, which must be a JSON object.
	 *
	 * @param string $mark Becomes the request's mark, which is no part of what is asked for.
	 * @return array<int|string, mixed>|WP_Error
	 */
	private static function json_object( WP_REST_Request $request, string &$mark, int $max_bytes = self::MAX_BODY_BYTES ) {
		$body = (string) $request->get_body();
		if ( strlen( $body ) > $max_bytes ) {
			return Failure::make( 'litellm_invalid_request', 413, array( 'reason' => 'too_large' ) );
		}
		$given = $request->is_json_content_type() ? json_decode( $body, true, 16 ) : null;
		if ( is_array( $given ) ) {
			$asked = $given[ self::MARK ] ?? null;
			$mark  = is_string( $asked ) && preg_match( '/^[0-9a-f]{1,32}$/D', $asked ) ? $asked : '';
			unset( $given[ self::MARK ] );
		}
		return is_array( $given ) ? $given : Failure::make( 'litellm_invalid_request', 400, array( 'reason' => 'body' ) );
	}
}
