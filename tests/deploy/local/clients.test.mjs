// The clients on a real LiteLLM with the laptop's demo: what they print when all is well, and what they say when it is not.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { project } from '../compose/lib/server.mjs';
import { freePorts, makeState, startLiteLLM, startRedis, stopLiteLLM } from '../compose/lib/servers.mjs';
import { install, python, version } from './lib/examples.mjs';

const env = { LITELLM_MASTER_KEY: 'sk-local-tests-master-0123456789', LITELLM_SALT_KEY: 'sk-local-tests-salt-0123456789', REDIS_PASSWORD: 'localTestsRedis0123456789', UI_PASSWORD: 'localTestsConsole0123456789' };
const { state, remove } = makeState();
const local = join(state, 'deploy/local');
let redis;
let gateway;
let key;
let databasePort;
before(async () => {
	await install();
	redis = await startRedis(env);
	const ports = freePorts(2);
	databasePort = ports[1];
	gateway = await startLiteLLM(version, { config: 'litellm-config.demo.yaml', redis, env, state, ports });
	// The key that start.sh asks for.
	({ key } = (await gateway.ask('/key/generate', { body: { key_alias: 'laptop', max_budget: 5, allowed_routes: ['llm_api_routes', '/key/info'] } })).json);
	mkdirSync(local, { recursive: true });
	cpSync(join(project, 'deploy/local/client'), join(local, 'client'), { recursive: true });
	writeFileSync(join(local, '.env'), `LITELLM_PORT=${new URL(gateway.url).port}\n`);
	writeFileSync(join(local, 'key.txt'), `${key}\n`);
});
after(async () => {
	await stopLiteLLM(state).catch(() => {});
	await redis?.stop();
	remove();
});

const clients = { 'try.py': python, 'try.mjs': process.execPath, 'try.sh': 'bash' };
const run = (client, args = [], more = {}) =>
	new Promise((resolve) =>
		execFile(clients[client], [join(local, 'client', client), ...args], { env: { PATH: process.env.PATH, HOME: state, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'error', ...more }, timeout: 600_000 }, (error, stdout, stderr) => {
			assert.ok(!(stdout + stderr).includes(key) && !(stdout + stderr).includes('sk-not-there'), 'a key is printed');
			resolve({ status: error ? error.code : 0, stdout, stderr });
		}),
	);

test('the class, against answers that are written down', { timeout: 900_000 }, async () => {
	const { status, stderr } = await new Promise((resolve) => execFile(python, ['-B', join(import.meta.dirname, 'lib/client_test.py')], (error, _, said) => resolve({ status: error ? error.code : 0, stderr: said })));
	assert.equal(status, 0, stderr);
	assert.match(stderr, /Ran 1[0-9] tests/);
});

for (const client of Object.keys(clients)) {
	test(`${client}: lists models, chats, streams, and tells the cost and what was spent`, { timeout: 1_200_000 }, async () => {
		const { status, stdout, stderr } = await run(client, ['gpt-5-mini']);
		assert.equal(status, 0, stderr);
		assert.match(stdout, /^models: .*gpt-5-mini.*gateway-selftest/m);
		assert.match(stdout, /^chat: +This answer of gpt-5-mini was made by the gateway itself/m);
		assert.match(stdout, /cost 0\.0000[0-9]+ US dollars|cost [1-9][0-9.]*e-05 US dollars/);
		assert.match(stdout, /[2-9][0-9]* pieces|1[0-9] pieces/);
		assert.match(stdout, /^spend: +[0-9.e-]+ .*US dollars/m);
	});

	test(`${client}: says what is wrong in words, and ends with an error`, { timeout: 1_200_000 }, async () => {
		const says = async (words, args, more) => {
			const { status, stderr } = await run(client, args, more);
			assert.equal(status, 1);
			assert.match(stderr, words);
		};
		await says(/does not accept this key.*401/s, [], { LITELLM_KEY: 'sk-not-there' });
		await says(/refuses this call.*no-such-model|may not use this model/s, ['no-such-model']);
		await says(/Nothing answers on http:\/\/127\.0\.0\.1:9/, [], { LITELLM_URL: 'http://127.0.0.1:9' });
		// The first call fails at the provider; LiteLLM answers 500.
		await says(/provider failed.*500/s, ['always-fails']);
		const limited = async (body) => (await gateway.ask('/key/generate', { body })).json.key;
		await says(/may not use this model/, ['gpt-5'], { LITELLM_KEY: await limited({ models: ['gpt-5-mini'] }) });
		const empty = await limited({ max_budget: 0.000001 });
		await gateway.chat('gpt-5', {}, { key: empty });
		await gateway.ask('/key/update', { body: { key: createHash('sha256').update(empty).digest('hex'), spend: 1 } });
		await says(/budget is used up/, ['gpt-5'], { LITELLM_KEY: empty });
	});

	test(`${client}: without key.txt it says who makes it`, async () => {
		rmSync(join(local, 'key.txt'));
		try {
			const { status, stderr } = await run(client);
			assert.equal(status, 1);
			assert.match(stderr, /key\.txt.*start\.sh/s);
		} finally {
			writeFileSync(join(local, 'key.txt'), `${key}\n`);
		}
	});
}

test('an example has the same database: the key from before works, and another can be made', { timeout: 1_200_000 }, async () => {
	const example = await startLiteLLM(version, { config: 'examples/fallbacks.yaml', redis, env, state, ports: [new URL(gateway.url).port, databasePort] });
	const { status, stdout, stderr } = await run('try.sh', ['broken']);
	assert.equal(status, 0, stderr);
	assert.match(stdout, /^chat: +The reserve answered/m);
	assert.equal((await example.ask('/key/generate', { body: { key_alias: 'another' } })).status, 200);
});
