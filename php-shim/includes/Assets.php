<?php
/**
 * The files of the app.
 *
 * @package LiteLLM_Dashboard
 */

declare( strict_types=1 );

namespace LiteLLM_Dashboard;

defined( 'ABSPATH' ) || exit;

/**
 * Loads what the page needs before the app is there, and announces the app's files, all under the version of the build.
 */
final class Assets {

	private const HANDLE = 'litellm-dashboard';

	/**
	 * The content hash of the build, once read.
	 *
	 * @var string|null
	 */
	private ?string $hash = null;

	/**
	 * Whether the app has been built into this plugin.
	 */
	public function are_complete(): bool {
		return '' !== $this->hash();
	}

	/**
	 * The content hash of the build, or ''.
	 */
	public function hash(): string {
		if ( null === $this->hash ) {
			$file       = Plugin::path( 'assets/app/build.json' );
			$build      = is_readable( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : null; // phpcs:ignore WordPress.WP.AlternativeFunctions.file_get_contents_file_get_contents -- A file of the plugin.
			$hash       = is_array( $build ) ? ( $build['hash'] ?? '' ) : '';
			$this->hash = is_string( $hash ) && preg_match( '/^[A-Za-z0-9._-]{1,64}$/D', $hash ) ? $hash : '';
		}
		return $this->hash;
	}

	/**
	 * Loads the sheet for the first moment, and the script that loads the rest.
	 */
	public function enqueue(): void {
		wp_enqueue_style( self::HANDLE, Plugin::url( 'assets/app/boot.css' ), array(), $this->hash() );
		wp_enqueue_script( self::HANDLE, Plugin::url( 'assets/loader.js' ), array(), $this->hash(), true );
	}

	/**
	 * Lets the browser fetch the app while it still reads the page.
	 */
	public function print_hints(): void {
		foreach ( array( 'shell.bin', 'dashboard.bin' ) as $name ) {
			$file = add_query_arg( 'ver', $this->hash(), Plugin::url( 'assets/app/' . $name ) );
			echo '<link rel="preload" href="' . esc_url( $file ) . '" as="fetch" crossorigin>' . "\n";
		}
	}

	/**
	 * Makes our script tag a module. WordPress' own way to load modules prints nothing in wp-admin before 6.6.
	 *
	 * @param mixed $tag    The tag.
	 * @param mixed $handle Whose it is.
	 * @return mixed
	 */
	public function as_module( $tag, $handle ) {
		if ( self::HANDLE !== $handle || ! is_string( $tag ) ) {
			return $tag;
		}
		$tag = (string) preg_replace( '/(<script\b[^>]*?)\s+type=(["\'])[^"\']*\2/', '$1', $tag );
		return (string) preg_replace( '/<script\b(?=[^>]*\ssrc=)/', '<script type="module"', $tag );
	}
}
