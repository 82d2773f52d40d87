// Medians, rounding and plain tables of the measurements.

export const round = ( value, places = 0 ) => Number( value.toFixed( places ) );

export function median( values ) {
	const sorted = [ ...values ].sort( ( a, b ) => a - b );
	const half = sorted.length >> 1;
	return sorted.length % 2 ? sorted[ half ] : ( sorted[ half - 1 ] + sorted[ half ] ) / 2;
}

export const oneLine = ( { perSecond, p50, p95, refused, broken } ) => `${ round( perSecond, 1 ) } requests a second, p50 ${ round( p50 ) } ms, p95 ${ round( p95 ) } ms, failed ${ refused + broken }`;

// A table in Markdown, so that it can go into a document as it is.
export function table( rows ) {
	const widths = rows[ 0 ].map( ( _, column ) => Math.max( 3, ...rows.map( ( row ) => String( row[ column ] ).length ) ) );
	const line = ( row ) => `| ${ row.map( ( cell, column ) => String( cell ).padEnd( widths[ column ] ) ).join( ' | ' ) } |`;
	return [ line( rows[ 0 ] ), line( widths.map( ( width ) => '-'.repeat( width ) ) ), ...rows.slice( 1 ).map( line ) ].join( '\n' );
}
