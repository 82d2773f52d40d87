<?php
/**
 * Removes what the plugin has stored. The settings are constants in wp-config.php and stay there.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/autoload.php';

LiteLLM_Dashboard\Cache::delete( true, true );
LiteLLM_Dashboard\Audit_Log::uninstall();
LiteLLM_Dashboard\Alert_Run::stop( true );
delete_metadata( 'user', 0, LiteLLM_Dashboard\Plugin::COLUMNS, '', true );
