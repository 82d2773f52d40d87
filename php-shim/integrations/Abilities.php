<?php
/**
 * What assistants and automations can have of the gateway.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Abilities of WordPress 6.9 and newer: by `wp_get_ability()`, its REST routes, and what passes them on, such as an MCP server.
 * They can do what the user can, by the same capabilities, and no answer of theirs has a secret.
 */
final class Abilities {

	private const SPACE = 'litellm-dashboard';
	/** A web request has to end: so many days, and so many rows. */
	private const MOST_DAYS = 31;
	private const MOST_ROWS = 1000;
	private const SOME_ROWS = 100;

	/**
	 * Adds the category.
	 */
	public static function add_category(): void {
		wp_register_ability_category( // phpcs:ignore Analysis.Function -- Only a WordPress that has it calls this.
			self::SPACE,
			array(
				'label'       => 'LiteLLM',
				'description' => __( 'What a LiteLLM gateway is used for, and the keys to it.', 'litellm-dashboard' ),
			)
		);
	}

	/**
	 * Adds the abilities.
	 */
	public static function add(): void {
		$key   = array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 255, 'description' => __( 'The hash of the key (64 hexadecimal digits), or its whole alias; never its secret.', 'litellm-dashboard' ) );
		$limit = array( 'type' => 'integer', 'minimum' => 1, 'maximum' => self::MOST_ROWS, 'default' => self::SOME_ROWS, 'description' => __( 'How many rows at most.', 'litellm-dashboard' ) );
		$day   = array( 'type' => 'string', 'pattern' => '^\d{4}-\d{2}-\d{2}$' );
		$list  = static fn( array $row ): array => array( 'type' => 'array', 'items' => self::schema( $row ) );

		self::register(
			'get-status',
			__( 'Get the status of the gateway', 'litellm-dashboard' ),
			__( 'Whether the plugin is set up, whether the gateway and its database answer now, and which LiteLLM it is.', 'litellm-dashboard' ),
			array(),
			array( 'configured' => 'boolean', 'reachable' => 'boolean', 'gateway' => 'string?', 'litellm_version' => 'string?', 'database' => 'string?', 'problem' => 'string?' )
		);
		self::register(
			'list-models',
			__( 'List models', 'litellm-dashboard' ),
			__( 'The models of the gateway, with their providers and prices in US dollars per token.', 'litellm-dashboard' ),
			array(),
			array( 'models' => $list( array( 'model' => 'string', 'providers' => array( 'type' => 'array', 'items' => array( 'type' => 'string' ) ), 'mode' => 'string?', 'max_input_tokens' => 'number?', 'max_output_tokens' => 'number?', 'input_cost_per_token' => 'number?', 'output_cost_per_token' => 'number?' ) ) )
		);
		self::register(
			'list-keys',
			__( 'List virtual keys', 'litellm-dashboard' ),
			__( 'Virtual keys with their spend and limits, without their secrets. Amounts are in US dollars, moments in UTC. The status is that of the key itself: its team or owner may be over budget as well.', 'litellm-dashboard' ),
			array(
				'search' => array( 'type' => 'string', 'maxLength' => 255, 'description' => __( 'A part of the alias, the owner or the team.', 'litellm-dashboard' ) ),
				'status' => array( 'type' => 'string', 'enum' => array( 'active', 'blocked', 'expired', 'over_budget' ) ),
				'team'   => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 255, 'description' => __( 'The id of a team.', 'litellm-dashboard' ) ),
				'limit'  => $limit,
			),
			array( 'keys' => $list( self::key_fields() ), 'found' => 'integer' )
		);
		self::register(
			'get-key',
			__( 'Get a virtual key', 'litellm-dashboard' ),
			__( 'One virtual key as the gateway has it now, without its secret.', 'litellm-dashboard' ),
			array( 'key' => $key ),
			self::key_fields(),
			array( 'key' )
		);
		self::register(
			'get-usage',
			__( 'Get usage and cost', 'litellm-dashboard' ),
			__( 'Requests, failures, tokens and cost in US dollars of days in UTC, the most costly first. Without a range: the last 7 days with today.', 'litellm-dashboard' ),
			array(
				'days'  => array( 'type' => 'integer', 'minimum' => 1, 'maximum' => self::MOST_DAYS, 'description' => __( 'So many days up to today.', 'litellm-dashboard' ) ),
				'from'  => $day + array( 'description' => __( 'The first day, such as 2026-11-01, in place of a number of days.', 'litellm-dashboard' ) ),
				'to'    => $day + array( 'description' => __( 'The last day.', 'litellm-dashboard' ) ),
				'by'    => array( 'type' => 'string', 'enum' => array_keys( Questions::KINDS ), 'default' => 'total', 'description' => __( 'What it is told apart by.', 'litellm-dashboard' ) ),
				'limit' => $limit,
			),
			array(
				'from'     => 'string',
				'to'       => 'string',
				'by'       => 'string',
				'rows'     => $list( array( 'id' => 'string', 'name' => 'string', 'requests' => 'number', 'failures' => 'number', 'cost' => 'number', 'prompt_tokens' => 'number', 'completion_tokens' => 'number' ) ),
				'found'    => 'integer',
				'complete' => array( 'type' => 'boolean', 'description' => __( 'False where the gateway tells only a part of the keys of a day apart.', 'litellm-dashboard' ) ),
			)
		);
		self::register(
			'block-key',
			__( 'Block a virtual key', 'litellm-dashboard' ),
			__( 'Stops a virtual key: from now on, within a minute at the latest, the gateway refuses whoever calls with it, until somebody unblocks it. The plugin’s own service key is refused.', 'litellm-dashboard' ),
			array( 'key' => $key ),
			array( 'id' => 'string', 'alias' => 'string?', 'blocked' => 'boolean' ),
			array( 'key' ),
			Capabilities::MANAGE_KEYS
		);
	}

	/**
	 * Whether the plugin is set up, and whether the gateway answers.
	 *
	 * @return array<string, mixed>
	 */
	public static function get_status(): array {
		return ( new Questions( REST_Controller::ABILITY ) )->state();
	}

	/**
	 * The models.
	 *
	 * @return array<string, mixed>|WP_Error
	 */
	public static function list_models() {
		$answer = ( new Questions( REST_Controller::ABILITY ) )->ask( 'models.list' );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$models = array();
		foreach ( (array) ( $answer->data ?? array() ) as $model ) {
			$row = array(
				'model'     => is_string( $model->model_group ?? null ) ? $model->model_group : '',
				'providers' => array_values( array_filter( (array) ( $model->providers ?? array() ), 'is_string' ) ),
				'mode'      => is_string( $model->mode ?? null ) ? $model->mode : null,
			);
			foreach ( array( 'max_input_tokens', 'max_output_tokens', 'input_cost_per_token', 'output_cost_per_token' ) as $name ) {
				$row[ $name ] = is_numeric( $model->{$name} ?? null ) ? $model->{$name} + 0 : null;
			}
			$models[] = $row;
		}
		return array( 'models' => $models );
	}

	/**
	 * The keys that are looked for.
	 *
	 * @param array<string, mixed> $input Checked.
	 * @return array<string, mixed>|WP_Error
	 */
	public static function list_keys( array $input ) {
		$keys = ( new Questions( REST_Controller::ABILITY ) )->keys( array_intersect_key( $input, array( 'team' => true ) ) );
		if ( is_wp_error( $keys ) ) {
			return $keys;
		}
		$keys = Questions::matching( $keys, (string) ( $input['search'] ?? '' ), (string) ( $input['status'] ?? '' ) );
		return array( 'keys' => array_slice( $keys, 0, (int) ( $input['limit'] ?? self::SOME_ROWS ) ), 'found' => count( $keys ) );
	}

	/**
	 * One key.
	 *
	 * @param array<string, mixed> $input Checked.
	 * @return array<string, mixed>|WP_Error
	 */
	public static function get_key( array $input ) {
		$key = ( new Questions( REST_Controller::ABILITY ) )->key( (string) $input['key'] );
		return is_wp_error( $key ) ? $key : Questions::key_row( $key[1], $key[0] );
	}

	/**
	 * Usage of a range.
	 *
	 * @param array<string, mixed> $input Checked.
	 * @return array<string, mixed>|WP_Error
	 */
	public static function get_usage( array $input ) {
		if ( isset( $input['days'] ) && ( isset( $input['from'] ) || isset( $input['to'] ) ) ) {
			return new WP_Error( 'litellm_range', __( 'Give either a number of days or a first and a last day.', 'litellm-dashboard' ), array( 'status' => 400 ) );
		}
		$to   = (string) ( $input['to'] ?? gmdate( 'Y-m-d' ) );
		$from = (string) ( $input['from'] ?? gmdate( 'Y-m-d', (int) strtotime( "$to UTC" ) - ( (int) ( $input['days'] ?? 7 ) - 1 ) * DAY_IN_SECONDS ) );
		$by   = (string) ( $input['by'] ?? 'total' );
		$used = Questions::refuse_range( $from, $to, self::MOST_DAYS ) ?? ( new Questions( REST_Controller::ABILITY ) )->usage( $from, $to, $by );
		if ( is_wp_error( $used ) ) {
			return $used;
		}
		return array( 'from' => $from, 'to' => $to, 'by' => $by, 'rows' => array_slice( $used['rows'], 0, (int) ( $input['limit'] ?? self::SOME_ROWS ) ), 'found' => count( $used['rows'] ), 'complete' => $used['complete'] );
	}

	/**
	 * Blocks a key.
	 *
	 * @param array<string, mixed> $input Checked.
	 * @return array<string, mixed>|WP_Error
	 */
	public static function block_key( array $input ) {
		$questions = new Questions( REST_Controller::ABILITY );
		$key       = $questions->key( (string) $input['key'] );
		$done      = is_wp_error( $key ) ? $key : ( empty( $key[1]->blocked ) ? $questions->act( 'keys.block', $key[0] ) : true );
		return is_wp_error( $done ) ? $done : array( 'id' => $key[0], 'alias' => Questions::key_row( $key[1], $key[0] )['alias'], 'blocked' => true );
	}

	/**
	 * Registers one; its function has its name.
	 *
	 * @param array<string, array<string, mixed>> $input      Schemas by name.
	 * @param array<string, mixed>                $output     Schemas or types by name.
	 * @param string[]                            $required   Which of the input has to be there.
	 * @param string                              $capability One of ours. Who needs more than to view, writes.
	 */
	private static function register( string $name, string $label, string $description, array $input, array $output, array $required = array(), string $capability = Capabilities::VIEW ): void {
		$is_write = Capabilities::VIEW !== $capability;
		$schema   = array( 'type' => 'object', 'properties' => $input, 'additionalProperties' => false, 'default' => array() ) + array_filter( array( 'required' => $required ) );
		wp_register_ability( // phpcs:ignore Analysis.Function -- Only a WordPress that has it calls this.
			self::SPACE . '/' . $name,
			array(
				'label'               => $label,
				'description'         => $description,
				'category'            => self::SPACE,
				'input_schema'        => $schema,
				'output_schema'       => self::schema( $output ),
				'permission_callback' => static fn(): bool => current_user_can( $capability ), // phpcs:ignore WordPress.WP.Capabilities.Undetermined -- One of ours.
				'execute_callback'    => static fn( $given = null ) => call_user_func( array( self::class, str_replace( '-', '_', $name ) ), (array) $given ),
				'meta'                => array(
					'show_in_rest' => true,
					'annotations'  => array( 'readonly' => ! $is_write, 'destructive' => $is_write, 'idempotent' => true ),
					// What changes something is not handed to every assistant by itself.
					'mcp'          => array( 'public' => ! $is_write ),
				),
			)
		);
	}

	/**
	 * The schema of an object, of which everything is always there; a type with a question mark may be null.
	 *
	 * @param array<string, mixed> $fields Schemas or types by name.
	 * @return array<string, mixed>
	 */
	private static function schema( array $fields ): array {
		foreach ( $fields as $name => $field ) {
			if ( is_string( $field ) ) {
				$type            = rtrim( $field, '?' );
				$fields[ $name ] = array( 'type' => $type === $field ? $type : array( $type, 'null' ) );
			}
		}
		return array( 'type' => 'object', 'properties' => $fields, 'required' => array_keys( $fields ), 'additionalProperties' => false );
	}

	/**
	 * What is told of a key.
	 *
	 * @return array<string, mixed>
	 */
	private static function key_fields(): array {
		$texts = array( 'type' => 'array', 'items' => array( 'type' => 'string' ) );
		$kinds = array( 'id' => 'string', 'status' => 'string', 'spend' => 'number', 'models' => $texts, 'tags' => $texts );
		foreach ( Questions::key_row( new \stdClass(), '' ) as $name => $value ) {
			$fields[ $name ] = $kinds[ $name ] ?? ( preg_match( '/_(?:budget|limit|requests)$/', $name ) ? 'number?' : 'string?' );
		}
		return $fields;
	}
}
