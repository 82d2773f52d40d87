// Finds whatever is typed anywhere in the book, letter by letter, so that it works without spaces between words.
( () => {
	const { texts, sections } = window.handbook;
	const place = document.querySelector( '.menu-bar .right-buttons' ) ?? document.querySelector( '.menu-bar' );
	if ( ! place ) return;
	// Addresses are from the first page of the book, wherever this page is.
	const root = typeof path_to_root === 'string' ? path_to_root : '';
	const box = document.createElement( 'div' );
	box.className = 'handbook-search';
	const input = Object.assign( document.createElement( 'input' ), { type: 'search', placeholder: texts.search } );
	input.setAttribute( 'aria-label', texts.search );
	const results = document.createElement( 'ul' );
	results.hidden = true;
	box.append( input, results );
	place.prepend( box );

	const plain = sections.map( ( { title, text } ) => `${ title } ${ text }`.toLowerCase() );
	function find( typed ) {
		const wanted = typed.toLowerCase().split( /\s+/ ).filter( Boolean );
		if ( ! wanted.length ) return [];
		return sections
			.map( ( section, at ) => ( { section, at } ) )
			.filter( ( { at } ) => wanted.every( ( word ) => plain[ at ].includes( word ) ) )
			.map( ( { section } ) => {
				const first = section.text.toLowerCase().indexOf( wanted[ 0 ] );
				return { ...section, inTitle: section.title.toLowerCase().includes( wanted[ 0 ] ), excerpt: section.text.slice( Math.max( 0, first - 20 ), Math.max( 0, first - 20 ) + 80 ) };
			} )
			.sort( ( one, other ) => other.inTitle - one.inTitle )
			.slice( 0, 20 );
	}
	function show() {
		const found = find( input.value );
		results.replaceChildren( ...found.map( ( { page, title, excerpt } ) => {
			const link = Object.assign( document.createElement( 'a' ), { href: root + page } );
			link.append( Object.assign( document.createElement( 'strong' ), { textContent: title } ), ` ${ excerpt }` );
			const item = document.createElement( 'li' );
			item.append( link );
			return item;
		} ) );
		if ( ! found.length && input.value.trim() ) results.append( Object.assign( document.createElement( 'li' ), { textContent: texts.none } ) );
		results.hidden = ! input.value.trim();
	}
	input.addEventListener( 'input', show );
	input.addEventListener( 'keydown', ( event ) => {
		// mdBook turns the page with arrow keys.
		event.stopPropagation();
		if ( event.key === 'Escape' ) {
			input.value = '';
			show();
		}
	} );
} )();
