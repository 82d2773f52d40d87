// What a page of the documentation tells its reader to type, and what it says will be printed.
import { readFileSync } from 'node:fs';

// blocks FILE: [{ kind, text, line, why }] for every fenced block, in order. `why` is the reason given in a comment
// <!-- not run: … --> right before a block whose commands cannot be run where the tests run.
export function blocks(file) {
	const lines = readFileSync(file, 'utf8').split('\n');
	const found = [];
	let why = '';
	for (let i = 0; i < lines.length; i++) {
		const comment = lines[i].match(/^\s*<!-- not run: (.+) -->$/);
		if (comment) {
			why = comment[1];
			continue;
		}
		const fence = lines[i].match(/^(\s*)```(\w*)$/);
		if (!fence) {
			if (lines[i].trim() !== '') why = '';
			continue;
		}
		const [, indent, kind] = fence;
		const text = [];
		const line = i + 1;
		for (i++; i < lines.length && lines[i] !== `${indent}\`\`\``; i++) text.push(lines[i].slice(indent.length));
		if (i === lines.length) throw new Error(`${file}:${line}: the block is not closed`);
		found.push({ kind, text: text.join('\n'), line, why });
		why = '';
	}
	return found;
}

// commands FILE: its shell blocks, each with the output that follows it on the page.
export function commands(file) {
	const all = blocks(file);
	return all.flatMap((block, i) => (block.kind === 'sh' ? [{ ...block, printed: all[i + 1]?.kind === 'text' ? all[i + 1].text : '' }] : []));
}

// missingLine PRINTED OUTPUT: the first line of the page that the output does not have, in the page's order; '' when it has
// all. "…" stands for whatever is printed there: a time, a number, lines left out.
export function missingLine(printed, output) {
	const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	let rest = output.split('\n').map((line) => line.trimEnd());
	for (const line of printed.split('\n')) {
		const wanted = line.trimEnd();
		if (wanted === '' || wanted === '…') continue;
		const pattern = new RegExp(`^${wanted.split('…').map(escape).join('.*')}$`);
		const at = rest.findIndex((candidate) => pattern.test(candidate));
		if (at < 0) return wanted;
		rest = rest.slice(at + 1);
	}
	return '';
}

// withoutComments TEXT: a block as the shell sees it, so that two languages can be compared.
export const withoutComments = (text) =>
	text
		.split('\n')
		.map((line) => line.replace(/(^|\s+)#\s.*$/, '').trimEnd())
		.filter((line) => line !== '')
		.join('\n');
