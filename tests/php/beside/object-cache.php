<?php
/**
 * A persistent object cache in Redis, for tests: a drop-in that behaves as the well-known ones do. Values are serialized, lifetimes
 * are Redis's own, groups can be global, not persistent or flushed as a whole, several values travel at once, and when Redis
 * is gone it goes on with what this request knows. As some do, it remembers for the rest of a request that there was nothing.
 */

final class Test_Object_Cache {

	/** @var resource|false|null */
	private $socket = null;
	private array $known      = array();
	private array $missed     = array();
	private array $global     = array();
	private array $transitory = array();
	private string $blog;
	public int $cache_hits   = 0;
	public int $cache_misses = 0;

	public function __construct() {
		$this->blog = is_multisite() ? get_current_blog_id() . ':' : '';
	}

	public function add_global_groups( $groups ): void {
		$this->global += array_fill_keys( (array) $groups, true );
	}

	public function add_non_persistent_groups( $groups ): void {
		$this->transitory += array_fill_keys( (array) $groups, true );
	}

	public function switch_to_blog( $id ): void {
		$this->blog = is_multisite() ? (int) $id . ':' : '';
	}

	private function id( $key, $group ): string {
		$group = '' === (string) $group ? 'default' : $group;
		return 'wp:' . ( isset( $this->global[ $group ] ) ? '' : $this->blog ) . "$group:$key";
	}

	private function is_kept( $group ): bool {
		return ! isset( $this->transitory[ '' === (string) $group ? 'default' : $group ] );
	}

	/** Sends a command as Redis reads it; null where there is nothing, or no Redis. */
	private function redis( ...$words ) {
		if ( null === $this->socket ) {
			$this->socket = @stream_socket_client( 'unix://' . WP_TEST_REDIS, $code, $why, 1 );
		}
		if ( ! $this->socket ) {
			return null;
		}
		$text = '*' . count( $words ) . "\r\n";
		foreach ( $words as $word ) {
			$text .= '$' . strlen( (string) $word ) . "\r\n$word\r\n";
		}
		if ( false === @fwrite( $this->socket, $text ) ) {
			$this->socket = false;
			return null;
		}
		return $this->answer();
	}

	private function answer() {
		$line = @fgets( $this->socket );
		if ( false === $line ) {
			$this->socket = false;
			return null;
		}
		$rest = rtrim( substr( $line, 1 ), "\r\n" );
		if ( '$' === $line[0] ) {
			return '-1' === $rest ? null : substr( (string) stream_get_contents( $this->socket, (int) $rest + 2 ), 0, -2 );
		}
		if ( '*' === $line[0] ) {
			$all = array();
			for ( $at = 0; $at < (int) $rest; $at++ ) {
				$all[] = $this->answer();
			}
			return $all;
		}
		return ':' === $line[0] ? (int) $rest : ( '-' === $line[0] ? null : $rest );
	}

	private static function plain( $value ) {
		return is_object( $value ) ? clone $value : $value;
	}

	private function store( $key, $value, $group, $seconds, string $if ) {
		$id = $this->id( $key, $group );
		if ( ! $this->is_kept( $group ) || false === $this->socket ) {
			if ( ( 'NX' === $if && array_key_exists( $id, $this->known ) ) || ( 'XX' === $if && ! array_key_exists( $id, $this->known ) ) ) {
				return false;
			}
		} else {
			$done = $this->redis( 'SET', $id, serialize( $value ), ...( $seconds > 0 ? array( 'EX', (int) $seconds ) : array() ), ...( '' === $if ? array() : array( $if ) ) );
			if ( null === $done && false !== $this->socket ) {
				return false;
			}
		}
		$this->known[ $id ] = self::plain( $value );
		unset( $this->missed[ $id ] );
		return true;
	}

	public function add( $key, $value, $group, $seconds ) {
		return wp_suspend_cache_addition() ? false : $this->store( $key, $value, $group, $seconds, 'NX' );
	}

	public function replace( $key, $value, $group, $seconds ) {
		return $this->store( $key, $value, $group, $seconds, 'XX' );
	}

	public function set( $key, $value, $group, $seconds ) {
		return $this->store( $key, $value, $group, $seconds, '' );
	}

	public function get( $key, $group, $force, &$found ) {
		return $this->get_multiple( array( $key ), $group, $force, $found )[ $key ];
	}

	public function get_multiple( $keys, $group, $force, &$found = null ) {
		$values = array();
		$ask    = array();
		foreach ( $keys as $key ) {
			$id = $this->id( $key, $group );
			if ( array_key_exists( $id, $this->known ) && ( ! $force || ! $this->is_kept( $group ) ) ) {
				$values[ $key ] = self::plain( $this->known[ $id ] );
				$found          = true;
				++$this->cache_hits;
			} else {
				$values[ $key ] = false;
				$found          = false;
				$ask           += $force || ! isset( $this->missed[ $id ] ) ? array( $key => $id ) : array();
			}
		}
		$answers = $ask && $this->is_kept( $group ) ? $this->redis( 'MGET', ...array_values( $ask ) ) : null;
		foreach ( array_keys( $ask ) as $at => $key ) {
			if ( isset( $answers[ $at ] ) ) {
				$values[ $key ]             = unserialize( $answers[ $at ] );
				$this->known[ $ask[ $key ] ] = self::plain( $values[ $key ] );
				$found                      = true;
				++$this->cache_hits;
			} else {
				$this->missed[ $ask[ $key ] ] = true;
				++$this->cache_misses;
			}
		}
		return $values;
	}

	public function delete( $key, $group ) {
		$id   = $this->id( $key, $group );
		$done = $this->is_kept( $group ) ? (bool) $this->redis( 'DEL', $id ) : false;
		$done = $done || array_key_exists( $id, $this->known );
		unset( $this->known[ $id ] );
		return $done;
	}

	public function change( $key, $by, $group ) {
		$value = $this->get( $key, $group, true, $found );
		if ( ! $found ) {
			return false;
		}
		$value = max( 0, (int) $value + (int) $by );
		$this->set( $key, $value, $group, 0 );
		return $value;
	}

	public function flush_group( $group ) {
		$pattern = $this->id( '*', $group );
		foreach ( (array) $this->redis( 'KEYS', $pattern ) as $id ) {
			$this->redis( 'DEL', $id );
		}
		foreach ( array_keys( $this->known ) as $id ) {
			if ( 0 === strpos( $id, substr( $pattern, 0, -1 ) ) ) {
				unset( $this->known[ $id ] );
			}
		}
		return true;
	}

	public function flush() {
		$this->known  = array();
		$this->missed = array();
		$this->redis( 'FLUSHALL' );
		return true;
	}

	public function forget() {
		$this->known  = array();
		$this->missed = array();
		return true;
	}
}

function wp_cache_init() {
	$GLOBALS['wp_object_cache'] = new Test_Object_Cache();
}
function wp_cache_add( $key, $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->add( $key, $data, $group, $expire );
}
function wp_cache_replace( $key, $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->replace( $key, $data, $group, $expire );
}
function wp_cache_set( $key, $data, $group = '', $expire = 0 ) {
	return $GLOBALS['wp_object_cache']->set( $key, $data, $group, $expire );
}
function wp_cache_get( $key, $group = '', $force = false, &$found = null ) {
	return $GLOBALS['wp_object_cache']->get( $key, $group, $force, $found );
}
function wp_cache_get_multiple( $keys, $group = '', $force = false ) {
	return $GLOBALS['wp_object_cache']->get_multiple( $keys, $group, $force );
}
function wp_cache_add_multiple( array $data, $group = '', $expire = 0 ) {
	return array_map( static fn( $key ) => wp_cache_add( $key, $data[ $key ], $group, $expire ), array_combine( array_keys( $data ), array_keys( $data ) ) );
}
function wp_cache_set_multiple( array $data, $group = '', $expire = 0 ) {
	return array_map( static fn( $key ) => wp_cache_set( $key, $data[ $key ], $group, $expire ), array_combine( array_keys( $data ), array_keys( $data ) ) );
}
function wp_cache_delete( $key, $group = '' ) {
	return $GLOBALS['wp_object_cache']->delete( $key, $group );
}
function wp_cache_delete_multiple( array $keys, $group = '' ) {
	return array_map( static fn( $key ) => wp_cache_delete( $key, $group ), array_combine( $keys, $keys ) );
}
function wp_cache_incr( $key, $offset = 1, $group = '' ) {
	return $GLOBALS['wp_object_cache']->change( $key, $offset, $group );
}
function wp_cache_decr( $key, $offset = 1, $group = '' ) {
	return $GLOBALS['wp_object_cache']->change( $key, -$offset, $group );
}
function wp_cache_flush() {
	return $GLOBALS['wp_object_cache']->flush();
}
function wp_cache_flush_runtime() {
	return $GLOBALS['wp_object_cache']->forget();
}
function wp_cache_flush_group( $group ) {
	return $GLOBALS['wp_object_cache']->flush_group( $group );
}
function wp_cache_supports( $feature ) {
	return in_array( $feature, array( 'add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime', 'flush_group' ), true );
}
function wp_cache_close() {
	return true;
}
function wp_cache_add_global_groups( $groups ) {
	$GLOBALS['wp_object_cache']->add_global_groups( $groups );
}
function wp_cache_add_non_persistent_groups( $groups ) {
	$GLOBALS['wp_object_cache']->add_non_persistent_groups( $groups );
}
function wp_cache_switch_to_blog( $blog_id ) {
	$GLOBALS['wp_object_cache']->switch_to_blog( $blog_id );
}
