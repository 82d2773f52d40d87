<?php
/**
 * The contract: what the browser may ask for.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Loads contract.json. A row that is not well-formed is left out, so that it cannot be reached.
 */
final class Contract {

	/**
	 * Rows by name.
	 *
	 * @var array<string, Operation>
	 */
	private array $operations = array();

	/**
	 * Takes rows as they are in the file.
	 *
	 * @param array<string, mixed> $rows Rows by name.
	 */
	public function __construct( array $rows ) {
		foreach ( $rows as $name => $row ) {
			if ( is_array( $row ) && self::is_well_formed( (string) $name, $row ) ) {
				$this->operations[ $name ] = new Operation( (string) $name, $row );
			}
		}
	}

	/**
	 * Reads the file.
	 */
	public static function load( string $file ): self {
		$text = is_readable( $file ) ? (string) file_get_contents( $file ) : ''; // phpcs:ignore WordPress.WP.AlternativeFunctions.file_get_contents_file_get_contents -- A file of the plugin.
		$rows = json_decode( $text, true );
		return new self( (array) ( $rows['operations'] ?? array() ) );
	}

	/**
	 * The operation of that name.
	 */
	public function operation( string $name ): ?Operation {
		return $this->operations[ $name ] ?? null;
	}

	/**
	 * All operations.
	 *
	 * @return array<string, Operation>
	 */
	public function all(): array {
		return $this->operations;
	}

	/**
	 * Whether some write removes the cached answers of this operation.
	 */
	public function is_cleared( string $name ): bool {
		foreach ( $this->operations as $operation ) {
			if ( in_array( $name, $operation->clears, true ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a row can be used: a known capability, and a plain path or a handler.
	 *
	 * @param array<string, mixed> $row The row.
	 */
	private static function is_well_formed( string $name, array $row ): bool {
		$path = (string) ( $row['path'] ?? '' );
		return (bool) preg_match( '/^[a-z_]+(\.[a-z_]+)*$/D', $name )
			&& in_array( $row['method'] ?? '', array( 'GET', 'POST' ), true )
			&& in_array( $row['capability'] ?? '', array( Capabilities::VIEW, Capabilities::MANAGE_KEYS ), true )
			&& ( isset( $row['handler'] ) xor (bool) preg_match( '#^(/[A-Za-z0-9_-]+)+$#D', $path ) )
			&& is_array( $row['params'] ?? array() )
			&& ( 'GET' === $row['method'] || ! isset( $row['ttl_s'] ) );
	}
}
