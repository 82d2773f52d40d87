// What has to hold of every state: no finding of axe, and markup that a validator accepts. Each gives its findings as lines.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { HtmlValidate } from 'html-validate';

const axe = await readFile( createRequire( import.meta.url ).resolve( 'axe-core/axe.min.js' ), 'utf8' );

/** What WCAG 2.2 asks for up to AA, and what axe takes for good practice. */
const TAGS = [ 'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice' ];

/** Rules about whole pages: WordPress' own frame around us decides those. */
const OF_THE_PAGE = [ 'region', 'landmark-one-main', 'page-has-heading-one', 'bypass', 'skip-link' ];

/** The rules whose findings depend on colours. */
const OF_COLOURS = [ 'color-contrast', 'link-in-text-block' ];

/** axe's findings in our part of the page. Frames of others, such as LiteLLM's own console, are theirs. */
export async function axeFindings( page, { colours = false } = {} ) {
	// Evaluated by the debugger: the site's script policy does not matter.
	await page.evaluate( `window.axe || ( () => { ${ axe } } )()` );
	const violations = await page.evaluate( async ( { only, ignored } ) => {
		const { violations: found } = await window.axe.run( '#litellm-dashboard', {
			runOnly: only,
			rules: Object.fromEntries( ignored.map( ( id ) => [ id, { enabled: false } ] ) ),
			iframes: false,
			resultTypes: [ 'violations' ],
		} );
		return found.map( ( { id, impact, nodes } ) => ( {
			id,
			impact,
			nodes: nodes.map( ( node ) => ( { target: node.target.flat().join( ' ' ), why: [ ...node.any, ...node.all, ...node.none ].map( ( check ) => check.message ).join( '; ' ) } ) ),
		} ) );
	}, { only: colours ? { type: 'rule', values: OF_COLOURS } : { type: 'tag', values: TAGS }, ignored: colours ? [] : OF_THE_PAGE } );
	return violations.flatMap( ( { id, impact, nodes } ) => nodes.map( ( { target, why } ) => `axe ${ id } (${ impact }) ${ target }: ${ why }` ) );
}

const validator = new HtmlValidate( {
	root: true,
	extends: [ 'html-validate:recommended' ],
	rules: {
		// How markup is written is not asked: what is looked at was serialised by the browser.
		'attr-quotes': 'off',
		'no-trailing-whitespace': 'off',
		'attribute-boolean-style': 'off',
		'attribute-empty-style': 'off',
		'no-implicit-button-type': 'off',
		'no-raw-characters': 'off',
		'void-style': 'off',
		'doctype-style': 'off',
		'long-title': 'off',
		// A width that is a number from an answer has no class.
		'no-inline-style': 'off',
		// A dialog, a notice and a live region stand in a fragment, not in a document with its headings.
		'heading-level': [ 'error', { allowMultipleH1: false, minInitialRank: 'h1' } ],
		// The roles of a table are written out: on narrow screens its cells are no longer laid out as one.
		'no-redundant-role': 'off',
		'valid-id': [ 'error', { relaxed: true } ],
		// `role="region"` says the same as a named section.
		'prefer-native-element': 'off',
		// A search that answers while one types sends nothing; the form that sends has its button, which other tests press.
		'wcag/h32': 'off',
	},
} );

/** The validator's findings in our part of the page, as the browser serialises it. */
export async function markupFindings( page ) {
	const html = await page.locator( '#litellm-dashboard' ).evaluate( ( root ) => {
		const copy = root.cloneNode( true );
		// Nobody meets a dialog that is closed; each is looked at in the state in which it is open.
		copy.querySelectorAll( 'dialog:not([open])' ).forEach( ( dialog ) => dialog.remove() );
		return copy.innerHTML;
	} );
	const report = await validator.validateString( `${ html }\n` );
	const lines = html.split( '\n' );
	return report.results.flatMap( ( { messages } ) => messages ).map( ( { ruleId, message, selector, line, column } ) => {
		return `markup ${ ruleId } ${ selector ?? '' }: ${ message } — ${ lines[ line - 1 ]?.slice( Math.max( 0, column - 40 ), column + 80 ) }`;
	} );
}
