<?php
/**
 * The operation `status`.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Says how the plugin is set up, without asking the gateway.
 */
final class Status {

	private Settings $settings;
	private Contract $contract;

	/**
	 * Takes the collaborators.
	 */
	public function __construct( Settings $settings, Contract $contract ) {
		$this->settings = $settings;
		$this->contract = $contract;
	}

	/**
	 * The answer.
	 *
	 * @return array<string, mixed>
	 */
	public function answer(): array {
		$operations = array();
		foreach ( $this->contract->all() as $name => $operation ) {
			if ( '' === $operation->handler ) {
				$operations[ $name ] = array(
					'method' => $operation->method,
					'path'   => $operation->path,
					'write'  => $operation->is_write(),
				);
			}
		}
		return array(
			'plugin'       => Plugin::VERSION,
			'wordpress'    => get_bloginfo( 'version' ),
			'php'          => PHP_VERSION,
			'base'         => $this->settings->describe_base(),
			'key'          => $this->settings->describe_key(),
			'console'      => $this->settings->describe_console(),
			'operations'   => (object) $operations,
			'compression'  => array( 'zlib' => extension_loaded( 'zlib' ) ),
			'object_cache' => (bool) wp_using_ext_object_cache(),
			'https'        => is_ssl(),
		);
	}
}
