// What PHP needs for the requests of the plugin: memory at its peak, and time. A must-use plugin writes a line a request.

import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

const NAME = 'bench-php.log';
const PHP = `
$bench_used = getrusage();
$bench_cpu  = static fn( array $used ): float => $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] + ( $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'] ) / 1e6;
$bench_cpu0 = $bench_cpu( $bench_used );
register_shutdown_function(
	static function () use ( $bench_cpu, $bench_cpu0 ): void {
		$line = array(
			'url'   => $_SERVER['REQUEST_URI'] ?? '',
			'peak'  => memory_get_peak_usage( true ),
			'ms'    => 1000 * ( microtime( true ) - $_SERVER['REQUEST_TIME_FLOAT'] ),
			'cpuMs' => 1000 * ( $bench_cpu( getrusage() ) - $bench_cpu0 ),
		);
		file_put_contents( WP_CONTENT_DIR . '/${ NAME }', json_encode( $line ) . "\\n", FILE_APPEND | LOCK_EX );
	}
);`;

export class Php {
	async start( site ) {
		this.file = path.join( site.root, 'wp-content', NAME );
		this.remove = await site.addCode( 'bench-php', PHP );
		return this;
	}

	/** Of the requests since it was asked last: the largest peak of memory, and processor time, of those that read from the gateway and of the plugin's pages. */
	async take() {
		// The line of a request is written after its answer.
		await new Promise( ( resolve ) => setTimeout( resolve, 500 ) );
		const lines = ( await readFile( this.file, 'utf8' ).catch( () => '' ) ).split( '\n' ).filter( Boolean ).map( ( line ) => JSON.parse( line ) );
		await rm( this.file, { force: true } );
		const of = ( wanted ) => {
			const found = lines.filter( ( line ) => wanted.test( line.url ) );
			return { requests: found.length, peak: Math.max( 0, ...found.map( ( line ) => line.peak ) ), cpuMs: found.reduce( ( sum, line ) => sum + line.cpuMs, 0 ) };
		};
		return { reads: of( /litellm-dashboard(\/|%2F)v1/ ), pages: of( /admin\.php\?page=litellm/ ), settings: of( /options-general\.php/ ) };
	}

	async stop() {
		await this.remove();
		await rm( this.file, { force: true } );
	}
}
