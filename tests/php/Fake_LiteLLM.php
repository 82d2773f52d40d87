<?php
/**
 * A small LiteLLM that has keys: what is done to one is seen in the next answer. By it a command is tried whole, and stopped
 * after each of its steps.
 */

declare( strict_types=1 );

final class Fake_LiteLLM {

	/** The keys by hash, as `/key/info` gives them. */
	public array $keys = array();
	/** The writes that arrived: path and body. */
	public array $writes = array();
	/** What becomes of the write of this number, counted from 1: `refused`, `lost` (not done), `late` (done, and the answer lost), or `gone` (the same, and from then on nothing is answered). */
	public array $fate = array();
	public bool $is_gone = false;
	/** Other answers by path. */
	public array $answers = array();

	public function add( string $alias, array $more = array() ): string {
		$hash                = hash( 'sha256', "sk-$alias" );
		$this->keys[ $hash ] = $more + array( 'key_alias' => $alias, 'key_name' => 'sk-...' . substr( $hash, -4 ), 'spend' => 0.0, 'models' => array(), 'blocked' => null, 'expires' => null, 'max_budget' => null, 'allowed_routes' => array( 'llm_api_routes' ), 'metadata' => new stdClass() );
		return $hash;
	}

	/** The key of this name, or null. */
	public function named( string $alias ): ?array {
		foreach ( $this->keys as $key ) {
			if ( $alias === $key['key_alias'] ) {
				return $key;
			}
		}
		return null;
	}

	/** Answers as `pre_http_request` has it. */
	public function answer( string $method, string $url, array $args ): array {
		$path  = (string) preg_replace( '#^/switch#', '', (string) wp_parse_url( $url, PHP_URL_PATH ) );
		$query = array();
		wp_parse_str( (string) wp_parse_url( $url, PHP_URL_QUERY ), $query );
		if ( $this->is_gone ) {
			return self::json( 500, 'Internal Server Error' );
		}
		if ( isset( $this->answers[ $path ] ) ) {
			return self::json( ...$this->answers[ $path ] );
		}
		if ( 'POST' === $method ) {
			$body           = json_decode( (string) $args['body'], true );
			$this->writes[] = array( $path, $body );
			$fate           = $this->fate[ count( $this->writes ) ] ?? '';
			if ( 'refused' === $fate ) {
				return self::json( 400, array( 'error' => array( 'message' => 'No.', 'type' => 'bad_request_error', 'param' => 'None', 'code' => '400' ) ) );
			}
			$this->is_gone = 'gone' === $fate;
			$answer        = 'lost' === $fate ? null : $this->write( $path, $body );
			return '' === $fate ? $answer : self::json( 500, 'Internal Server Error' );
		}
		if ( '/key/list' === $path ) {
			$rows = array();
			foreach ( $this->keys as $hash => $key ) {
				if ( ! isset( $query['key_alias'] ) || $query['key_alias'] === $key['key_alias'] ) {
					$rows[] = array( 'token' => $hash ) + $key;
				}
			}
			$page = (int) ( $query['page'] ?? 1 );
			$size = (int) ( $query['size'] ?? 100 );
			return self::json( 200, array( 'keys' => array_slice( $rows, ( $page - 1 ) * $size, $size ), 'total_count' => count( $rows ), 'current_page' => $page, 'total_pages' => (int) max( 1, ceil( count( $rows ) / $size ) ) ) );
		}
		if ( '/key/info' === $path ) {
			$hash = (string) $query['key'];
			return isset( $this->keys[ $hash ] ) ? self::json( 200, array( 'key' => $hash, 'info' => $this->keys[ $hash ] ) ) : self::missing();
		}
		return '/health/liveliness' === $path ? self::json( 200, "I'm alive!" ) : ( 0 === strpos( $path, '/health/readiness' ) ? self::json( 200, array( 'status' => 'healthy', 'db' => 'connected', 'litellm_version' => '1.106.2' ) ) : self::json( 200, array( 'results' => array(), 'data' => array(), 'teams' => array() ) ) );
	}

	/** Does a write, and answers it. */
	private function write( string $path, array $body ): array {
		if ( '/key/generate' === $path ) {
			$secret = 'sk-Made0Key' . count( $this->writes ) . 'OfTheTests' . substr( md5( $body['key_alias'] ), 0, 4 );
			if ( null !== $this->named( $body['key_alias'] ) ) {
				return self::json( 400, array( 'error' => array( 'message' => "Key with alias '{$body['key_alias']}' already exists.", 'type' => 'bad_request_error', 'param' => 'key_alias', 'code' => '400' ) ) );
			}
			$hash                = hash( 'sha256', $secret );
			$this->keys[ $hash ] = $body + array( 'key_name' => 'sk-...' . substr( $secret, -4 ), 'spend' => 0.0, 'models' => array(), 'blocked' => null, 'max_budget' => null, 'metadata' => new stdClass(), 'allowed_routes' => array( 'llm_api_routes' ) );
			$this->end( $hash, $body );
			return self::json( 200, array( 'key' => $secret, 'token' => $hash ) + $this->keys[ $hash ] );
		}
		$hash = (string) ( $body['key'] ?? $body['keys'][0] ?? '' );
		if ( ! isset( $this->keys[ $hash ] ) ) {
			return self::missing();
		}
		if ( '/key/delete' === $path ) {
			unset( $this->keys[ $hash ] );
			return self::json( 200, array( 'deleted_keys' => array( $hash ) ) );
		}
		if ( '/key/update' === $path ) {
			$this->keys[ $hash ] = array_diff_key( $body, array( 'key' => 1, 'duration' => 1 ) ) + $this->keys[ $hash ];
			$this->end( $hash, $body );
		} else {
			$this->keys[ $hash ]['blocked'] = '/key/block' === $path;
		}
		return self::json( 200, array( 'key' => $hash, 'token' => $hash ) + $this->keys[ $hash ] );
	}

	/** Sets the end of a key from a duration. */
	private function end( string $hash, array $body ): void {
		if ( array_key_exists( 'duration', $body ) ) {
			$unit                           = array( 's' => 1, 'd' => DAY_IN_SECONDS )[ substr( (string) $body['duration'], -1 ) ] ?? 1;
			$this->keys[ $hash ]['expires'] = null === $body['duration'] ? null : gmdate( 'Y-m-d\TH:i:s.000\Z', time() + (int) $body['duration'] * $unit );
		}
	}

	private static function missing(): array {
		return self::json( 404, array( 'error' => array( 'message' => 'Key not found in database', 'type' => 'not_found_error', 'param' => 'key', 'code' => '404' ) ) );
	}

	private static function json( int $status, $body ): array {
		return array( 'headers' => array( 'content-type' => 'application/json' ), 'body' => 'Internal Server Error' === $body ? $body : (string) json_encode( $body ), 'response' => array( 'code' => $status, 'message' => '' ), 'cookies' => array(), 'filename' => null );
	}
}
