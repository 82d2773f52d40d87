<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Assets;

final class Assets_Test extends Plugin_TestCase {

	/** @dataProvider tags */
	public function test_our_script_is_a_module_whatever_wordpress_prints( string $handle, string $tag, string $expected ): void {
		$this->assertSame( $expected, ( new Assets() )->as_module( $tag, $handle ) );
	}

	public function tags(): array {
		return array(
			array( 'litellm-dashboard', "<script src='/loader.js?ver=1' id='x'></script>\n", "<script type=\"module\" src='/loader.js?ver=1' id='x'></script>\n" ),
			array( 'litellm-dashboard', "<script type='text/javascript' src='/loader.js' id='x'></script>", "<script type=\"module\" src='/loader.js' id='x'></script>" ),
			array( 'litellm-dashboard', '<script id="a">var x = 1;</script><script src="/loader.js" type="text/javascript"></script>', '<script id="a">var x = 1;</script><script type="module" src="/loader.js"></script>' ),
			array( 'other', '<script src="/x.js"></script>', '<script src="/x.js"></script>' ),
		);
	}

	public function test_the_hints_name_both_compressed_files_with_their_version(): void {
		ob_start();
		( new Assets() )->print_hints();
		$html = (string) ob_get_clean();
		$hint = '#<link rel="preload" href="[^"]*/assets/app/([a-z.]+)\?ver=0123456789abcdef" as="fetch" crossorigin>#';
		$this->assertSame( 2, preg_match_all( $hint, $html, $found ) );
		$this->assertSame( array( 'shell.bin', 'dashboard.bin' ), $found[1] );
		$this->assertSame( 2, substr_count( $html, '<link' ) );
	}
}
