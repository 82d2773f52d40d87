<?php
/**
 * What came of one request to the gateway.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * A status with headers and a body, or the reason why there is none.
 */
final class Gateway_Answer {

	/**
	 * '' or `dns`, `refused`, `proxy`, `connect`, `timeout`, `tls`, `other`, `blocked`, `plugin`, `too_large`.
	 *
	 * @var string
	 */
	public string $problem;
	public int $status;
	/** Of an answer of which fields are kept: its beginning. Where there is a problem: the words of the plugin that forbade the request. */
	public string $body;
	/**
	 * What is kept of it; null when it is not what is described.
	 *
	 * @var mixed
	 */
	public $kept = null;
	/** How large it was, unpacked. */
	public int $bytes = 0;
	/** How long it took, where that was measured. */
	public ?int $took_ms = null;
	/** The proxy of this site that it went through; '' without one. */
	public string $proxy = '';
	/**
	 * Headers by lower-case name; several of the same name are joined by a comma.
	 *
	 * @var array<string, string>
	 */
	private array $headers = array();

	/**
	 * Takes the parts.
	 *
	 * @param iterable<string, string|string[]> $headers By name.
	 */
	public function __construct( string $problem, int $status = 0, string $body = '', iterable $headers = array() ) {
		$this->problem = $problem;
		$this->status  = $status;
		$this->body    = $body;
		foreach ( $headers as $name => $values ) {
			$this->headers[ strtolower( (string) $name ) ] = implode( ', ', (array) $values );
		}
	}

	/**
	 * A header, or ''.
	 */
	public function header( string $name ): string {
		return $this->headers[ $name ] ?? '';
	}
}
