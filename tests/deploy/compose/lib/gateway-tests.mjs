// Both shipped configurations on a real LiteLLM, with a real Redis and PostgreSQL (PGlite), and with the environment that
// Compose resolves. One file for each version, so that they run side by side.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { freePorts, makeState, startLiteLLM, startRedis, stopLiteLLM, until } from './servers.mjs';

const env = {
	LITELLM_MASTER_KEY: 'sk-kit-tests-master-0123456789',
	LITELLM_SALT_KEY: 'sk-kit-tests-salt-0123456789',
	REDIS_PASSWORD: 'kitTestsRedis0123456789',
	UI_USERNAME: 'admin',
	UI_PASSWORD: 'kitTestsConsole0123456789',
};

export function testGateway(version) {
	const old = version.startsWith('1.80.');
	const { state, remove } = makeState();
	let redis;
	let ports;
	let gateway;
	before(async () => {
		redis = await startRedis(env);
		ports = freePorts(2);
	});
	after(async () => {
		await stopLiteLLM(state).catch(() => {});
		await redis?.stop();
		remove();
	});
	const start = async (config) => {
		gateway = await startLiteLLM(version, { config, redis, env, state, ports });
	};
	/** What both configurations have to do. */
	const works = async () => {
		const ready = await gateway.ask('/health/readiness', { key: null });
		assert.equal(ready.status, 200);
		assert.equal(ready.json.db, 'connected');
		const details = old ? ready : await gateway.ask('/health/readiness/details');
		assert.equal(details.json.cache, 'redis');
		// That only says what is configured; this asks Redis, with the password.
		const cache = await gateway.ask('/cache/ping');
		assert.equal(cache.status, 200, cache.text);
		assert.equal(cache.json.ping_response, true);
		assert.equal(await gateway.healthy(), true);

		const answer = await gateway.chat('gateway-selftest');
		assert.equal(answer.json.choices[0].message.content, 'The gateway works.');
		assert.equal(Number(answer.headers.get('x-litellm-response-cost')), 0);
		assert.equal((await gateway.chat('gateway-selftest', {}, { key: null })).status, 401);

		const login = await fetch(`${gateway.url}/login`, {
			method: 'POST',
			redirect: 'manual',
			body: new URLSearchParams({ username: env.UI_USERNAME, password: env.UI_PASSWORD }),
		});
		assert.equal(login.status, 303, 'the console lets the administrator in');
		assert.ok(new URL(login.headers.get('location'), gateway.url).pathname.startsWith('/ui'));
	};
	const guardsMetrics = async () => {
		const refused = await gateway.ask('/metrics', { key: null });
		assert.equal(refused.status, 401);
		assert.ok(!refused.text.includes('litellm_proxy_'), 'it says nothing about the gateway');
		const { status, text } = await gateway.ask('/metrics');
		assert.equal(status, 200);
		for (const name of ['litellm_proxy_total_requests_metric_total', 'litellm_spend_metric_total', 'litellm_deployment_state', 'litellm_redis_latency_bucket']) {
			assert.ok(text.includes(`\n${name}{`), `${name} is missing`);
		}
	};
	const groups = async () => {
		const { json } = await gateway.ask('/model/info');
		const found = new Map();
		for (const { model_name: name, model_info: info } of json.data) found.set(name, [...(found.get(name) ?? []), info]);
		return found;
	};

	test(`${version}: the configuration for production, without any provider key`, { timeout: 1200000 }, async (t) => {
		await start('litellm-config.yaml');
		await t.test('database, cache, self-test and console work', works);

		await t.test('the models are there, with both deployments, their aliases and a price', async () => {
			const found = await groups();
			assert.deepEqual(found.get('gpt-5-mini').map(({ id }) => id).sort(), ['openai-gpt-5-mini-1', 'openai-gpt-5-mini-2']);
			for (const alias of ['chat-fast', 'chat-best', 'embeddings']) assert.ok(found.has(alias), alias);
			// Newer versions leave a model out whose address is missing.
			assert.equal(found.has('azure-gpt-5.4-mini'), old);
			const free = [...found].filter(([, infos]) => infos.some(({ input_cost_per_token: price }) => !(price > 0))).map(([name]) => name);
			assert.deepEqual(free, ['gateway-selftest'], 'a model without a price costs nothing in spend and budgets');
		});

		await t.test('a model without its key fails with an error, and the gateway goes on', async () => {
			const alone = { num_retries: 0, disable_fallbacks: true };
			const said = {};
			for (const model of ['gpt-5', 'claude-haiku-4-5', 'gemini-2.5-flash', 'bedrock-nova-2-lite']) {
				const { status, json } = await gateway.chat(model, alone);
				assert.ok(status >= 400, `${model} answered ${status}`);
				said[model] = json.error.message;
			}
			if (old) {
				assert.match(said['bedrock-nova-2-lite'], /credentials/);
			} else {
				assert.match(said['gpt-5'], /OPENAI_API_KEY/);
				assert.match(said['claude-haiku-4-5'], /ANTHROPIC_API_KEY/);
				assert.match(said['gemini-2.5-flash'], /GEMINI_API_KEY/);
			}
			assert.equal((await gateway.chat('gateway-selftest')).status, 200);
		});

		await t.test('metrics are for keys only', guardsMetrics);
	});

	test(`${version}: the demo`, { timeout: 1200000 }, async (t) => {
		await start('litellm-config.demo.yaml');
		await t.test('database, cache, self-test and console work', works);

		await t.test('an alias answers, at the real price', async () => {
			const answer = await gateway.chat('chat-fast');
			assert.match(answer.json.choices[0].message.content, /gpt-5-mini/);
			const { prompt_tokens: asked, completion_tokens: answered } = answer.json.usage;
			const price = asked * 0.25e-6 + answered * 2e-6;
			assert.ok(Math.abs(Number(answer.headers.get('x-litellm-response-cost')) - price) < 1e-9, `${answer.headers.get('x-litellm-response-cost')} instead of ${price}`);
		});

		await t.test('every model but the failing ones answers', async () => {
			const names = [...(await groups()).keys()].filter((name) => !['always-fails', 'embeddings', 'text-embedding-3-small'].includes(name));
			for (const name of names) assert.equal((await gateway.chat(name)).status, 200, name);
			const { json } = await gateway.ask('/v1/embeddings', { body: { model: 'embeddings', input: 'Hello' } });
			assert.equal(json.data[0].embedding.length, 4);
		});

		await t.test('both deployments of a model get calls', async () => {
			const answered = new Set();
			await until('both answered', async () => {
				answered.add((await gateway.chat('gpt-5-mini')).headers.get('x-litellm-model-id'));
				return answered.size === 2;
			});
			assert.deepEqual([...answered].sort(), ['openai-gpt-5-mini-1', 'openai-gpt-5-mini-2']);
		});

		await t.test('an answer can be streamed', async () => {
			const { headers, text } = await gateway.chat('gpt-5', { stream: true });
			assert.match(headers.get('content-type'), /event-stream/);
			const events = text.split('\n').filter((line) => line.startsWith('data: '));
			assert.ok(events.length > 3);
			assert.equal(events.at(-1), 'data: [DONE]');
			const words = events.slice(0, -1).map((line) => JSON.parse(line.slice(6)).choices[0]?.delta?.content ?? '').join('');
			assert.match(words, /^This answer of gpt-5 was made by the gateway itself/);
		});

		await t.test('where a model fails, its fallback answers', async () => {
			const answer = await gateway.chat('unreliable');
			assert.equal(answer.status, 200);
			assert.match(answer.json.choices[0].message.content, /gpt-5-mini/);
			assert.equal(answer.headers.get('x-litellm-attempted-fallbacks'), '1');
			assert.equal((await gateway.chat('always-fails')).status, 500, 'without a fallback the error comes through');
		});

		await t.test('an answer is kept for those who ask for it, in Redis and for ten minutes', async () => {
			const twice = async (more) => {
				const ids = [];
				for (let call = 0; call < 2; call += 1) ids.push((await gateway.chat('claude-haiku-4-5', { user: version, ...more })).json.id);
				return ids;
			};
			const [first, second] = await twice({});
			assert.notEqual(first, second, 'nobody asked for a kept answer');
			const cache = { 'use-cache': true };
			// It is kept a moment after it was given, and by then there may have been another one.
			await until('the answer comes from the cache', async () => {
				const [given, again] = await twice({ cache });
				return again === given;
			});
			const keys = (await redis.cli(['--scan'])).stdout.trim().split('\n');
			const lifetimes = [];
			for (const key of keys) {
				if (/^[0-9a-f]{64}$/.test(key.split(':').at(-1))) lifetimes.push(Number((await redis.cli(['ttl', key])).stdout));
			}
			assert.ok(lifetimes.some((seconds) => seconds > 500 && seconds <= 600), `no answer for ten minutes among ${keys}`);
		});

		await t.test('what was called is in the log, with its price and the address that nginx saw', async () => {
			const caller = '203.0.113.7';
			// 1.80.11 keeps addresses with a licence only.
			const expected = old ? '' : caller;
			assert.equal((await gateway.chat('claude-haiku-4-5', {}, { headers: { 'x-forwarded-for': caller } })).status, 200);
			const day = (offset) => new Date(Date.now() + offset * 86400000).toISOString().slice(0, 10);
			await until('the log has it', async () => {
				const { json } = await gateway.ask(`/spend/logs/v2?start_date=${day(-1)}&end_date=${day(2)}&page_size=100`);
				return json.data?.some(({ model_group: group, spend, requester_ip_address: from }) => group === 'claude-haiku-4-5' && spend > 0 && (from || '') === expected);
			});
		});

		await t.test('metrics are for keys only', guardsMetrics);
	});

	test(`${version}: stopped, it is not healthy`, async () => {
		await stopLiteLLM(state);
		assert.equal(await gateway.healthy(), false);
	});
}
