<?php
/**
 * The REST route.
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
 * Lets the browser ask for the operations of the contract, and for nothing else.
 *
 * The nonce is checked by WordPress before any of this: without one, a signed-in browser counts as nobody.
 */
final class REST_Controller {

	public const ROUTE_NAMESPACE = 'litellm-dashboard/v1';

	private const MAX_BODY_BYTES = 262144;
	private const MAX_BATCH      = 80;
	private const NOT_STORED     = 'no-store, private';
	/**
	 * Names in the query that are WordPress' own and harmless here. `_method` and `_jsonp` are not among them on purpose, so
	 * that they are refused like any unknown parameter.
	 */
	private const OF_WORDPRESS = array( 'rest_route', '_wpnonce', '_locale', '_fields', '_envelope', '_embed', '_pretty' );

	private Contract $contract;
	private Reader $reader;
	private Writer $writer;
	/**
	 * What the plugin answers itself, by the name in the `handler` column.
	 *
	 * @var array<string, callable(): mixed>
	 */
	private array $handlers;

	/**
	 * Takes the collaborators.
	 *
	 * @param array<string, callable(): mixed> $handlers By name.
	 */
	public function __construct( Contract $contract, Reader $reader, Writer $writer, array $handlers ) {
		$this->contract = $contract;
		$this->reader   = $reader;
		$this->writer   = $writer;
		$this->handlers = $handlers;
	}

	/**
	 * Registers both routes. They have no argument lists and are in no index, so that nobody can read the contract off them.
	 */
	public function register_routes(): void {
		register_rest_route(
			self::ROUTE_NAMESPACE,
			'/batch',
			array(
				'methods'             => 'POST',
				'callback'            => array( $this, 'answer_batch' ),
				'permission_callback' => array( $this, 'may_view' ),
				'show_in_index'       => false,
			)
		);
		register_rest_route(
			self::ROUTE_NAMESPACE,
			'/(?P<operation>[a-z_.]+)',
			array(
				'methods'             => 'GET, POST',
				'callback'            => array( $this, 'answer' ),
				'permission_callback' => array( $this, 'may' ),
				'show_in_index'       => false,
			)
		);
		add_filter( 'rest_post_dispatch', array( $this, 'forbid_storing' ), 10, 3 );
	}

	/**
	 * Whether the user may do the operation. One that does not exist is treated like any to view.
	 *
	 * @return true|WP_Error
	 */
	public function may( WP_REST_Request $request ) {
		$operation = $this->contract->operation( self::name_in( $request ) );
		return self::permission( null === $operation ? Capabilities::VIEW : $operation->capability );
	}

	/**
	 * Whether the user may read.
	 *
	 * @return true|WP_Error
	 */
	public function may_view() {
		return self::permission( Capabilities::VIEW );
	}

	/**
	 * Answers one operation.
	 *
	 * @return WP_REST_Response|WP_Error
	 */
	public function answer( WP_REST_Request $request ) {
		$name      = self::name_in( $request );
		$operation = $this->contract->operation( $name );
		if ( null === $operation ) {
			return self::unknown( $name );
		}
		$problem = self::problem_of_form( $request, $operation->method );
		if ( null !== $problem ) {
			return $problem;
		}
		$given = $operation->is_write() ? self::json_object( $request ) : self::query( $request );
		if ( is_wp_error( $given ) ) {
			return $given;
		}
		$values = $operation->check( $given );
		if ( is_wp_error( $values ) ) {
			return $values;
		}
		if ( '' !== $operation->handler ) {
			$outcome = $this->handle( $operation );
		} elseif ( $operation->is_write() ) {
			$outcome = $this->writer->write( $operation, $values );
		} else {
			$outcome = $this->reader->read( $operation, $values );
		}
		return 200 === $outcome->status ? new WP_REST_Response( $outcome->envelope() ) : $outcome->error;
	}

	/**
	 * Answers several reads.
	 *
	 * @return WP_REST_Response|WP_Error
	 */
	public function answer_batch( WP_REST_Request $request ) {
		$problem = self::problem_of_form( $request, 'POST' );
		$given   = null === $problem ? self::json_object( $request ) : $problem;
		if ( is_wp_error( $given ) ) {
			return $given;
		}
		$entries = $given['requests'] ?? null;
		if ( array( 'requests' ) !== array_keys( $given ) || ! is_array( $entries ) || ! wp_is_numeric_array( $entries ) ) {
			return Failure::invalid( array( 'requests' => __( 'A list of requests is expected, and nothing else.', 'litellm-dashboard' ) ) );
		}
		if ( count( $entries ) > self::MAX_BATCH ) {
			/* translators: %d: a number. */
			return Failure::invalid( array( 'requests' => sprintf( __( 'At most %d requests at a time.', 'litellm-dashboard' ), self::MAX_BATCH ) ) );
		}
		$outcomes = array();
		$reads    = array();
		$handled  = array();
		foreach ( array_values( $entries ) as $index => $entry ) {
			if ( ! is_array( $entry ) || ! is_string( $entry['operation'] ?? null ) || ! is_array( $entry['params'] ?? array() ) || array_diff( array_keys( $entry ), array( 'operation', 'params' ) ) ) {
				return Failure::invalid( array( 'requests' => __( 'Each request needs an operation, and params as an object.', 'litellm-dashboard' ) ) );
			}
			$read = $this->batched( $entry['operation'], $entry['params'] ?? array() );
			if ( is_wp_error( $read ) ) {
				$outcomes[ $index ] = Outcome::failed( $read );
			} elseif ( '' !== $read[0]->handler ) {
				$handled[ $read[0]->name ] = $handled[ $read[0]->name ] ?? $this->handle( $read[0] );
				$outcomes[ $index ]        = $handled[ $read[0]->name ];
			} else {
				$reads[ $index ] = $read;
			}
		}
		$outcomes += $this->reader->read_batch( $reads );
		ksort( $outcomes );
		$answers = array();
		foreach ( $outcomes as $outcome ) {
			$answers[] = array( 'status' => $outcome->status ) + $outcome->envelope();
		}
		return new WP_REST_Response( array( 'answers' => $answers ) );
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
			add_filter( 'nocache_headers', array( self::class, 'without_storing' ) );
		}
		return $response;
	}

	/**
	 * WordPress' headers against caching, with the one that matters here.
	 *
	 * @param mixed $headers By name.
	 * @return mixed
	 */
	public static function without_storing( $headers ) {
		return is_array( $headers ) ? array( 'Cache-Control' => self::NOT_STORED ) + $headers : $headers;
	}

	/**
	 * Checks one request of a batch.
	 *
	 * @param array<int|string, mixed> $params As they came.
	 * @return array{0: Operation, 1: array<string, mixed>}|WP_Error
	 */
	private function batched( string $name, array $params ) {
		$operation = $this->contract->operation( $name );
		if ( null === $operation ) {
			return self::unknown( $name );
		}
		if ( $operation->is_write() ) {
			/* translators: %s: name of an operation. */
			return Failure::invalid( array(), sprintf( __( '%s changes something and cannot be part of a batch.', 'litellm-dashboard' ), $operation->name ) );
		}
		$allowed = self::permission( $operation->capability );
		if ( is_wp_error( $allowed ) ) {
			return $allowed;
		}
		$values = $operation->check( $params );
		return is_wp_error( $values ) ? $values : array( $operation, $values );
	}

	/**
	 * Answers an operation without the gateway.
	 */
	private function handle( Operation $operation ): Outcome {
		$handler = $this->handlers[ $operation->handler ] ?? null;
		return null === $handler ? Outcome::failed( self::unknown( $operation->name ) ) : Outcome::good( $handler() );
	}

	/**
	 * The operation in the address. A parameter of the same name in the query or the body must not replace it.
	 */
	private static function name_in( WP_REST_Request $request ): string {
		$name = $request->get_url_params()['operation'] ?? '';
		return is_string( $name ) ? $name : '';
	}

	/**
	 * Whether the user has the capability.
	 *
	 * @return true|WP_Error
	 */
	private static function permission( string $capability ) {
		if ( ! is_user_logged_in() ) {
			return Failure::make( 'rest_not_logged_in', __( 'You are not signed in to WordPress any more.', 'litellm-dashboard' ), 401 );
		}
		if ( '' === $capability || ! current_user_can( $capability ) ) { // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of ours, from the contract.
			return Failure::make( 'rest_forbidden', __( 'Your WordPress account may not do this. Ask an administrator.', 'litellm-dashboard' ), 403 );
		}
		return true;
	}

	/**
	 * What is wrong with the form of the request, whatever the operation.
	 */
	private static function problem_of_form( WP_REST_Request $request, string $method ): ?WP_Error {
		if ( null !== $request->get_header( 'X-HTTP-Method-Override' ) ) {
			return Failure::invalid( array(), __( 'A request must use its real method.', 'litellm-dashboard' ) );
		}
		if ( $request->get_method() !== $method ) {
			/* translators: %s: GET or POST. */
			return Failure::make( 'litellm_invalid_request', sprintf( __( 'This operation must be asked for by %s.', 'litellm-dashboard' ), $method ), 405 );
		}
		if ( strlen( (string) $request->get_body() ) > self::MAX_BODY_BYTES ) {
			return Failure::make( 'litellm_invalid_request', __( 'The request is too large.', 'litellm-dashboard' ), 413 );
		}
		if ( 'GET' === $method && ( '' !== (string) $request->get_body() || $request->get_file_params() ) ) {
			return Failure::invalid( array(), __( 'A request by GET has no body.', 'litellm-dashboard' ) );
		}
		return null;
	}

	/**
	 * The query without WordPress' own names.
	 *
	 * @return array<int|string, mixed>
	 */
	private static function query( WP_REST_Request $request ): array {
		return array_diff_key( $request->get_query_params(), array_flip( self::OF_WORDPRESS ) );
	}

	/**
	 * The body, which must be a JSON object; the query has no part in a write.
	 *
	 * @return array<int|string, mixed>|WP_Error
	 */
	private static function json_object( WP_REST_Request $request ) {
		$unexpected = array_keys( self::query( $request ) );
		$given      = $request->is_json_content_type() ? json_decode( (string) $request->get_body(), true, 16 ) : null;
		if ( $unexpected || $request->get_file_params() || ! is_array( $given ) || '{' !== substr( ltrim( (string) $request->get_body() ), 0, 1 ) ) {
			return Failure::invalid( array(), __( 'The body must be a JSON object with the type application/json, and the address must have no parameters.', 'litellm-dashboard' ) );
		}
		return $given;
	}

	/**
	 * No such operation.
	 */
	private static function unknown( string $name ): WP_Error {
		/* translators: %s: name of an operation. */
		return Failure::make( 'litellm_unknown_operation', sprintf( __( 'There is no operation %s.', 'litellm-dashboard' ), Failure::printable( $name, 60 ) ), 404 );
	}
}
