<?php
/**
 * Finds the classes of this plugin: one class a file, the file named like the class.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( string $class_name ): void {
		$prefix = __NAMESPACE__ . '\\';
		if ( 0 !== strpos( $class_name, $prefix ) ) {
			return;
		}
		$file = __DIR__ . '/' . substr( $class_name, strlen( $prefix ) ) . '.php';
		if ( is_file( $file ) ) {
			require_once $file;
		}
	}
);
