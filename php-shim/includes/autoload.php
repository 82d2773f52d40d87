<?php
/**
 * Finds the classes of this plugin: one class a file, the file named like the class. The shim between browser and gateway is in
 * includes/, what WordPress itself shows or starts in integrations/.
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
		foreach ( array( 'includes', 'integrations' ) as $folder ) {
			$file = dirname( __DIR__ ) . "/$folder/" . substr( $class_name, strlen( $prefix ) ) . '.php';
			if ( is_file( $file ) ) {
				require_once $file;
				return;
			}
		}
	}
);
