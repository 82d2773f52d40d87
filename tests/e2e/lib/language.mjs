// What of a page is still English although its user reads another language.

/** Of our part of the page: each text, and each name and hint, that is one of ours in English and has a translation. */
export const englishLeft = ( page ) => page.evaluate( () => {
	const { strings } = JSON.parse( document.getElementById( 'litellm-dashboard-boot' ).textContent );
	const fixed = ( text ) => text.replace( /\{\w+\}/g, '' ).replace( /[^A-Za-z]/g, '' );
	const pattern = ( text ) => new RegExp( `^${ text.split( /\{\w+\}/ ).map( ( part ) => part.replace( /[.*+?^${}()|[\]\\]/g, '\\$&' ) ).join( '[^]+?' ) }$` );
	// What is the same in both languages, and what has hardly a word of its own, says nothing.
	const english = Object.entries( strings )
		.flatMap( ( [ text, words ] ) => text.split( '\0' ).filter( ( one ) => one !== words && fixed( one ).length >= 4 ) );
	const [ whole, parts ] = [ new Set( english ), english.filter( ( text ) => text.includes( '{' ) ).map( pattern ) ];
	const root = document.getElementById( 'litellm-dashboard' );
	const found = new Set();
	const look = ( text ) => {
		const trimmed = ( text ?? '' ).trim();
		// With a full-width mark in it, it is a Chinese text around words of the gateway.
		if ( trimmed && ! /[\u3000-\u9fff\uff00-\uffef]/.test( trimmed ) && ( whole.has( trimmed ) || parts.some( ( one ) => one.test( trimmed ) ) ) ) {
			found.add( trimmed );
		}
	};
	for ( const element of [ root, ...root.querySelectorAll( '*' ) ] ) {
		[ 'aria-label', 'title', 'placeholder', 'alt', 'data-label' ].forEach( ( name ) => look( element.getAttribute( name ) ) );
		[ ...element.childNodes ].filter( ( node ) => node.nodeType === Node.TEXT_NODE ).forEach( ( node ) => look( node.data ) );
	}
	return { known: english.length, found: [ ...found ] };
} );
