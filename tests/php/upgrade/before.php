<?php
/**
 * What a site has in its database that was used with an earlier version: run by WP-CLI while that is active.
 */

use LiteLLM_Dashboard\Alert_Run;
use LiteLLM_Dashboard\Audit_Log;
use LiteLLM_Dashboard\Plugin;

require_once dirname( __DIR__ ) . '/Clock.php';

$ask = static function ( string $operation, array $body ) {
	$request = new WP_REST_Request( 'POST', "/litellm-dashboard/v1/$operation" );
	$request->set_header( 'Content-Type', 'application/json' );
	$request->set_body( (string) wp_json_encode( $body ) );
	return rest_do_request( $request );
};
wp_set_current_user( get_user_by( 'login', 'admin' )->ID );
add_filter(
	'pre_http_request',
	static fn( $pre, $args, $url ) => false === strpos( $url, '/switch' ) ? $pre : array(
		'headers'  => array( 'content-type' => 'application/json' ),
		'body'     => (string) wp_json_encode( array( 'token' => str_repeat( 'a', 64 ), 'key_alias' => 'before', 'blocked' => true, 'keys' => array(), 'data' => array( array( 'model_name' => 'of-the-earlier-version' ) ) ) ),
		'response' => array( 'code' => 200, 'message' => '' ),
		'cookies'  => array(),
		'filename' => null,
	),
	9,
	3
);

// A write, an answer that is kept, a list of work, columns, a right that was granted.
$done = array(
	$ask( 'keys.block', array( 'key' => str_repeat( 'a', 64 ) ) )->get_data(),
	$ask( 'batch', array( 'requests' => array( array( 'operation' => 'models.list', 'params' => new stdClass() ) ) ) )->get_data(),
	$ask( 'journal.save', array( 'id' => 'undo0001', 'kind' => 'kill_switch', 'revision' => 0, 'entry' => '{"blocked":[]}' ) )->get_data(),
);
update_user_meta( get_current_user_id(), Plugin::COLUMNS, array( 'keys' => 'spend' ) );
get_role( 'editor' )->add_cap( 'litellm_view' );

// Alerts as they were when there were fewer of them.
update_option( Alert_Run::RULES, array( 'on' => true, 'mail' => array( 'ops@example.com' ) ), false );
update_option( Alert_Run::STATE, array( 'run' => array( 'at' => time() - 60 ) ), false );
Alert_Run::schedule();

// And the table of the audit log as it could have been: without what is newer than its first version.
global $wpdb;
$table   = Audit_Log::table();
$entries = $wpdb->get_results( "SELECT * FROM $table", ARRAY_A );
$wpdb->query( "DROP TABLE $table" );
$wpdb->query( "CREATE TABLE $table ( id bigint(20) unsigned NOT NULL AUTO_INCREMENT, began datetime NOT NULL, due datetime NOT NULL, ended datetime DEFAULT NULL, user_id bigint(20) unsigned NOT NULL DEFAULT 0, login varchar(60) NOT NULL DEFAULT '', operation varchar(40) NOT NULL DEFAULT '', subject_key varchar(64) NOT NULL DEFAULT '', subject_alias varchar(255) NOT NULL DEFAULT '', result varchar(10) NOT NULL DEFAULT '', detail text NOT NULL, changes longtext NOT NULL, PRIMARY KEY  (id), KEY began (began) )" );
foreach ( $entries as $entry ) {
	$wpdb->insert( $table, array_intersect_key( $entry, array_flip( array( 'id', 'began', 'due', 'ended', 'user_id', 'login', 'operation', 'subject_key', 'subject_alias', 'result', 'detail', 'changes' ) ) ) );
}
update_site_option( Audit_Log::OPTION, array( 'version' => 0 ) + (array) get_site_option( Audit_Log::OPTION ) );

$facts = array( 'version' => Plugin::VERSION, 'done' => $done, 'next' => wp_next_scheduled( Alert_Run::HOOK ), 'stored' => $wpdb->get_col( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE '_transient_litellm%'" ) );
echo wp_json_encode( $facts ), "\n";
