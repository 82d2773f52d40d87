<?php
/**
 * A browser for the tests: cookies and the nonce of one user.
 */

declare( strict_types=1 );

final class Http_Client {

	public string $nonce = '';
	private string $jar;
	private string $url;

	public function __construct( string $user = '', string $url = '' ) {
		$this->url = '' === $url ? (string) getenv( 'WP_URL' ) : $url;
		$this->jar = (string) tempnam( sys_get_temp_dir(), 'jar' );
		if ( '' !== $user ) {
			$this->request( 'POST', '/wp-login.php', http_build_query( array( 'log' => $user, 'pwd' => 'password', 'testcookie' => 1 ) ), array( 'Cookie: wordpress_test_cookie=WP%20Cookie%20check' ) );
			$this->nonce = $this->request( 'GET', '/wp-admin/admin-ajax.php?action=rest-nonce' )['body'];
		}
	}

	public function __destruct() {
		@unlink( $this->jar );
	}

	/**
	 * A read by a batch of one; status and JSON are those of its answer, or of the refused batch.
	 *
	 * @return array{status: int, headers: array<string, string>, body: string, json: mixed}
	 */
	public function read( string $operation, array $params = array() ): array {
		$answer = $this->rest( 'POST', 'batch', self::batch( $operation, $params ) );
		return 200 === $answer['status'] ? self::unpacked( $answer['json'] ) + $answer : $answer;
	}

	/**
	 * A request to the REST route, with nonce and JSON.
	 *
	 * @param mixed $body To send as JSON.
	 * @return array{status: int, headers: array<string, string>, body: string, json: mixed}
	 */
	public function rest( string $method, string $operation, $body = null, array $headers = array() ): array {
		$headers[] = 'X-WP-Nonce: ' . $this->nonce;
		if ( null !== $body ) {
			$headers[] = 'Content-Type: application/json';
			$body      = is_string( $body ) ? $body : json_encode( $body );
		}
		$answer = $this->request( $method, '/wp-json/litellm-dashboard/v1/' . $operation, $body, $headers );
		$json   = $answer['json'];
		// A refusal is in the envelope, with its own status.
		return isset( $json['litellm_dashboard'], $json['error'] ) && ! isset( $json['data'] ) ? array( 'status' => $json['status'], 'json' => $json['error'] ) + $answer : $answer;
	}

	/**
	 * Any request.
	 *
	 * @return array{status: int, headers: array<string, string>, body: string, json: mixed}
	 */
	public function request( string $method, string $path, ?string $body = null, array $headers = array() ): array {
		$curl = $this->handle( $method, $path, $body, $headers, $got );
		$text = (string) curl_exec( $curl );
		return array(
			'status'  => (int) curl_getinfo( $curl, CURLINFO_RESPONSE_CODE ),
			'headers' => $got,
			'body'    => $text,
			'json'    => json_decode( $text, true ),
		);
	}

	/**
	 * The same read, several times at once.
	 *
	 * @return array<int, array{status: int, json: mixed}>
	 */
	public function read_at_once( int $times, string $operation, array $params ): array {
		$multi   = curl_multi_init();
		$handles = array();
		for ( $i = 0; $i < $times; $i++ ) {
			$handles[ $i ] = $this->handle( 'POST', '/wp-json/litellm-dashboard/v1/batch', (string) json_encode( self::batch( $operation, $params ) ), array( 'Content-Type: application/json', 'X-WP-Nonce: ' . $this->nonce ), $unused );
			curl_multi_add_handle( $multi, $handles[ $i ] );
		}
		do {
			curl_multi_exec( $multi, $active );
			curl_multi_select( $multi, 0.1 );
		} while ( $active );
		return array_map( static fn( $handle ): array => self::unpacked( json_decode( (string) curl_multi_getcontent( $handle ), true ) ), $handles );
	}

	private static function batch( string $operation, array $params ): array {
		return array( 'requests' => array( array( 'operation' => $operation, 'params' => (object) $params ) ) );
	}

	/** The one answer of a batch: the envelope of a success, or the error. */
	private static function unpacked( array $batch ): array {
		$answer = $batch['answers'][0];
		return array(
			'status' => $answer['status'],
			'json'   => $answer['status'] < 300 ? array_diff_key( $answer, array( 'status' => 1 ) ) : $answer['error'],
		);
	}

	private function handle( string $method, string $path, ?string $body, array $headers, ?array &$got ) {
		$got  = array();
		$curl = curl_init( $this->url . $path );
		curl_setopt_array(
			$curl,
			array(
				CURLOPT_CUSTOMREQUEST  => $method,
				CURLOPT_NOBODY         => 'HEAD' === $method,
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_COOKIEJAR      => $this->jar,
				CURLOPT_COOKIEFILE     => $this->jar,
				CURLOPT_HTTPHEADER     => array_merge( array( 'Expect:' ), $headers ),
				CURLOPT_TIMEOUT        => 90,
				CURLOPT_HEADERFUNCTION => static function ( $handle, string $line ) use ( &$got ): int {
					$parts = explode( ':', $line, 2 );
					if ( isset( $parts[1] ) ) {
						$got[ strtolower( trim( $parts[0] ) ) ] = trim( $parts[1] );
					}
					return strlen( $line );
				},
			)
		);
		if ( null !== $body ) {
			curl_setopt( $curl, CURLOPT_POSTFIELDS, $body );
		}
		return $curl;
	}
}
