// Each example configuration of the kit is started and called: as it is, and with a provider behind it, as its reader changes it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { parse } from 'yaml';
import { startRedis, until } from '../compose/lib/servers.mjs';
import { project } from '../compose/lib/server.mjs';
import { install, readExample, startGateway, startProvider, withoutMocks } from './lib/examples.mjs';

const started = new Set();
let provider;
let redis;
before(async () => {
	await install();
	provider = await startProvider();
	redis = await startRedis({ REDIS_PASSWORD: 'examplesRedis0123456789' });
});
after(async () => {
	await provider?.stop();
	await redis?.stop();
});

/** Runs a configuration with the keys `one` and `two` of the provider, and stops it whatever comes of it. */
async function with_(name, text, use) {
	started.add(name);
	const env = { OPENAI_API_KEY: 'one', OPENAI_API_KEY_2: 'two', ANTHROPIC_API_KEY: 'three', DEEPSEEK_API_KEY: 'four', OPENAI_API_BASE: provider.url, DEEPSEEK_API_BASE: `${provider.url}/deepseek`, REDIS_HOST: '127.0.0.1', REDIS_PORT: redis.port, REDIS_PASSWORD: 'examplesRedis0123456789' };
	provider.calls.length = 0;
	provider.failing.clear();
	const gateway = await startGateway(text, env);
	try {
		await use(gateway);
	} finally {
		await gateway.stop();
	}
}
const asIs = (name, use) => with_(name, readExample(name), use);
const withProvider = (name, use) => with_(name, withoutMocks(readExample(name)), use);
const content = ({ json }) => json.choices[0].message.content;

test('simple-shuffle: calls are shared by rpm, and none is refused', { timeout: 900_000 }, () =>
	asIs('simple-shuffle', async ({ chat }) => {
		const count = { first: 0, second: 0 };
		for (let call = 0; call < 80; call += 1) {
			const { status, id } = await chat('chat');
			assert.equal(status, 200);
			count[id] += 1;
		}
		// 60 to 20 by their weights; a fair coin would give fewer than 46 to the first in nine of ten runs, these weights in one of 20,000.
		assert.ok(count.first >= 45 && count.second > 0, JSON.stringify(count));
	}));

test('least-busy: a call goes to the account that has none under way', { timeout: 900_000 }, () =>
	withProvider('least-busy', async ({ chat }) => {
		const release = [provider.hold('one'), provider.hold('two')];
		const answers = [];
		for (let call = 1; call <= 4; call += 1) {
			answers.push(chat('chat'));
			await until('the provider has the call', () => provider.calls.length === call);
		}
		const keys = provider.calls.map(({ key }) => key);
		assert.deepEqual(keys.slice(0, 2).sort(), ['one', 'two']);
		assert.deepEqual(keys.slice(2).sort(), ['one', 'two']);
		for (const let_ of release) let_();
		for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200);
	}));

test('latency-based: calls go to the account that answers sooner', { timeout: 900_000 }, () =>
	withProvider('latency-based', async ({ chat }) => {
		// It is measured in seconds for each token of an answer. So an answer of a million tokens is a fast one, on any machine.
		provider.tokens.set('two', 1_000_000);
		const ids = new Set();
		await until('both accounts were tried', async () => {
			ids.add((await chat('chat')).id);
			return ids.size === 2;
		});
		// The measurement is noted a moment after the answer.
		await until('ten in a row go to the faster one', async () => {
			for (let call = 0; call < 10; call += 1) if ((await chat('chat')).id !== 'second') return false;
			return true;
		}, 60);
	}));

test('latency-based: the name that is often read does not start', { timeout: 900_000 }, async () => {
	const text = readExample('latency-based').replace('latency-based-routing\n', 'latency-based\n');
	await assert.rejects(startGateway(text), /LiteLLM ended/);
});

test('fallbacks: where a model fails, another one answers', { timeout: 900_000 }, () =>
	withProvider('fallbacks', async ({ chat }) => {
		assert.equal(content(await chat('chat')), 'An answer for one.');
		provider.failing.add('one');
		const answer = await chat('chat');
		assert.equal(answer.status, 200);
		assert.equal(content(answer), 'An answer for two.');
		assert.equal(answer.headers.get('x-litellm-attempted-fallbacks'), '1');
	}));
test('fallbacks: as it is, the broken model shows it', { timeout: 900_000 }, () =>
	asIs('fallbacks', async ({ chat }) => {
		assert.equal(content(await chat('chat')), 'The first provider answered.');
		assert.equal(content(await chat('broken')), 'The reserve answered.');
	}));

test('aliases: a name of ours leads to the model, and one is not listed', { timeout: 900_000 }, () =>
	asIs('aliases', async ({ ask, chat }) => {
		assert.equal(content(await chat('chat-fast')), 'gpt-5-mini answered.');
		assert.equal(content(await chat('chat-old-name')), 'claude-haiku-4-5 answered.');
		const listed = (await ask('/v1/models')).json.data.map(({ id }) => id);
		assert.ok(listed.includes('chat-fast'), listed.join());
		assert.ok(!listed.includes('chat-old-name'), listed.join());
	}));

test('rate-limits: above the limit the answer is 429, and without the check there is none', { timeout: 900_000 }, async () => {
	await asIs('rate-limits', async ({ chat }) => {
		const status = [(await chat('chat')).status];
		assert.equal(status[0], 200);
		// Five at once, as one minute has to have more than three, however slow this machine is.
		await until('a call is refused', async () => {
			for (const answer of await Promise.all(Array.from({ length: 5 }, () => chat('chat')))) status.push(answer.status);
			return status.includes(429);
		});
		assert.deepEqual(status.filter((one) => one !== 200 && one !== 429), []);
	});
	await with_('rate-limits', readExample('rate-limits').replace(/^ +optional_pre_call_checks.*\n/m, ''), async ({ chat }) => {
		for (let call = 0; call < 8; call += 1) assert.equal((await chat('chat')).status, 200);
	});
});

test('redis-cache: the same question is answered from Redis', { timeout: 900_000 }, () =>
	withProvider('redis-cache', async ({ chat }) => {
		const first = await chat('chat');
		await until('the answer comes from Redis', async () => {
			const before_ = provider.calls.length;
			const again = await chat('chat');
			assert.equal(content(again), content(first));
			return provider.calls.length === before_;
		});
		const asked = provider.calls.length;
		await chat('chat', { cache: { 'no-cache': true } });
		assert.equal(provider.calls.length, asked + 1, 'who wants a new answer gets one');
		assert.match((await redis.cli(['--scan'])).stdout, /[0-9a-f]{64}/);
	}));

test('deepseek: the address is the one of DEEPSEEK_API_BASE, and the call has a price', { timeout: 900_000 }, () =>
	asIs('deepseek', async ({ chat }) => {
		const answer = await chat('deepseek-chat');
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(provider.calls.map(({ path, key }) => [path, key]), [['/deepseek/chat/completions', 'four']]);
		assert.equal(provider.calls[0].body.model, 'deepseek-v4-flash');
		assert.ok(Math.abs(Number(answer.headers.get('x-litellm-response-cost')) - (10 * 0.3e-6 + 20 * 1.2e-6)) < 1e-9);
	}));

test('every example was started, and none has a secret in it', () => {
	const there = readdirSync(join(project, 'deploy/config/examples')).map((name) => name.replace(/\.yaml$/, ''));
	assert.deepEqual([...started].sort(), there.sort());
	for (const name of there) {
		for (const { litellm_params: params } of parse(readExample(name)).model_list) assert.match(params.api_key, /^(os\.environ\/[A-Z0-9_]+|none)$/, name);
	}
});
