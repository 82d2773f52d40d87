// A reader of CSV by RFC 4180, that knows nothing of how ours is written.

/** The rows of a file, each an object by the names of the first line. */
export function readCsv( text ) {
	const rows = [ [ '' ] ];
	let quoted = false;
	for ( let at = 0; at < text.length; at++ ) {
		const sign = text[ at ];
		const row = rows.at( -1 );
		if ( quoted ) {
			if ( sign !== '"' ) {
				row[ row.length - 1 ] += sign;
			} else if ( text[ at + 1 ] === '"' ) {
				row[ row.length - 1 ] += sign;
				at++;
			} else {
				quoted = false;
			}
		} else if ( sign === '"' ) {
			quoted = true;
		} else if ( sign === ',' ) {
			row.push( '' );
		} else if ( sign === '\n' ) {
			rows.push( [ '' ] );
		} else if ( sign !== '\r' && sign !== '\uFEFF' ) {
			row[ row.length - 1 ] += sign;
		}
	}
	const [ head, ...lines ] = rows;
	return lines.filter( ( line ) => line.length > 1 ).map( ( line ) => Object.fromEntries( head.map( ( name, index ) => [ name, line[ index ] ] ) ) );
}
