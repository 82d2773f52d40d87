#!/usr/bin/env node
// Tries the gateway: lists models, chats, streams, shows what it cost. Node.js 18 or newer, no packages.
//
//     node try.mjs [MODEL]
//
// The address and the key are those of this folder's start script; LITELLM_URL and LITELLM_KEY are others.
import { readFileSync } from 'node:fs';

class Failed extends Error {}

function read(name) {
	try {
		return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
	} catch (error) {
		throw new Failed(`${name} cannot be read (${error.code}). start.sh (or start.ps1) makes it.`);
	}
}
const settings = () => ({
	url: (process.env.LITELLM_URL || `http://127.0.0.1:${/^LITELLM_PORT=(\d+)/m.exec(read('.env'))?.[1] ?? 24157}`).replace(/\/+(v1\/?)?$/, ''),
	key: process.env.LITELLM_KEY || read('key.txt').trim(),
});

// What LiteLLM calls it, and what it means. The type comes first, as its status is not the same in all versions.
const kinds = {
	expired_key: 'The key has expired.',
	budget_exceeded: 'A budget is used up: that of the key, or of its team or owner.',
	key_model_access_denied: 'This key may not use this model.',
	team_model_access_denied: 'The team of this key may not use this model.',
	user_model_access_denied: 'The owner of this key may not use this model.',
	no_db_connection: 'The gateway has no database at the moment.',
};
function words(status, kind) {
	if (kinds[kind]) return kinds[kind];
	if (status === 401) return 'The gateway does not accept this key: it may be unknown or blocked, or of another gateway.';
	if (status === 403) return 'The key may not do this.';
	if (status === 429) return 'Too many calls or tokens in this minute: a limit of the key, of the model or of the provider.';
	if ([400, 404, 422].includes(status)) return 'The gateway refuses this call as it is; often the model is not there.';
	if (status === 408 || status >= 500) return 'The provider failed, or the gateway did.';
	return 'The gateway refused.';
}

async function ask({ url, key }, path, body) {
	let answer;
	try {
		answer = await fetch(url + path, {
			method: body ? 'POST' : 'GET',
			headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
			body: body && JSON.stringify(body),
			signal: AbortSignal.timeout(120_000),
		});
	} catch (error) {
		throw new Failed(error.name === 'TimeoutError' ? `${url} did not answer in time.` : `Nothing answers on ${url}. Is the gateway running, and is the address right? (${error.cause?.code ?? error.message})`);
	}
	if (answer.ok) return answer;
	const text = await answer.text();
	let said = {};
	try {
		said = JSON.parse(text);
	} catch {
		// A page of something between here and the gateway: its status has to do.
	}
	const error = said.error ?? said;
	throw new Failed(`${words(answer.status, error.type)} (status ${answer.status}; it said: ${String(error.message ?? JSON.stringify(error.detail) ?? text).slice(0, 300)})`);
}

/** The pieces of a streamed answer. */
async function* pieces(answer) {
	let rest = '';
	let ended = false;
	for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
		const lines = (rest + part).split('\n');
		rest = lines.pop();
		for (const line of lines.filter((one) => one.startsWith('data: '))) {
			if (line.trim() === 'data: [DONE]') {
				ended = true;
				continue;
			}
			const chunk = JSON.parse(line.slice(6));
			if (chunk.error) throw new Failed(`The answer was cut off: ${chunk.error.message}`);
			const text = chunk.choices?.[0]?.delta?.content;
			if (text) yield text;
		}
	}
	if (!ended) throw new Failed('The answer was cut off.');
}

async function main() {
	const gateway = settings();
	const { data } = await (await ask(gateway, '/v1/models')).json();
	const models = data.map(({ id }) => id);
	console.log(`models:   ${models.join(', ') || 'none'}`);
	if (models.length === 0) throw new Failed('The key may use no model, or the configuration has none.');
	const model = process.argv[2] ?? models[0];
	const question = (content) => ({ model, messages: [{ role: 'user', content }] });
	const answer = await ask(gateway, '/v1/chat/completions', question('Say hello in one sentence.'));
	const cost = answer.headers.get('x-litellm-response-cost');
	const said = await answer.json();
	console.log(`chat:     ${said.choices[0].message.content}\n          by ${said.model}, cost ${cost === null || !Number.isFinite(Number(cost)) ? 'unknown' : `${Number(cost).toFixed(6)} US dollars`}`);
	process.stdout.write('stream:   ');
	let count = 0;
	for await (const piece of pieces(await ask(gateway, '/v1/chat/completions', { ...question('Count to five.'), stream: true }))) {
		process.stdout.write(piece);
		count += 1;
	}
	console.log(`\n          in ${count} pieces`);
	const { info } = await (await ask(gateway, '/key/info')).json();
	const budget = info.max_budget === null || info.max_budget === undefined ? 'without a budget' : `of ${info.max_budget}`;
	console.log(`spend:    ${Number(info.spend ?? 0).toFixed(6)} ${budget} US dollars; the last calls are in it within a minute`);
}

main().catch((error) => {
	console.error(`\nfailed:   ${error instanceof Failed ? error.message : error.stack}`);
	process.exitCode = 1;
});
