// The script of the service redis, with a real Redis.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { run, startRedis } from './lib/servers.mjs';

const password = 'canaryRedis7';
let redis;
before(async () => {
	redis = await startRedis({ REDIS_PASSWORD: password, REDIS_MAXMEMORY: '8mb' });
});
after(() => redis?.stop());

test('nobody gets in without the password', async () => {
	assert.match((await redis.cli(['ping'], {})).stdout, /^NOAUTH/);
	assert.match((await redis.cli(['ping'])).stdout, /^PONG/);
});

test('the password is in no command line, and its file is private', async () => {
	const { stdout } = await run('ps', ['-e', '-ww', '-o', 'args']);
	assert.match(stdout, new RegExp(`redis-server .*:${redis.port}`), 'the server should be in the list');
	assert.ok(!stdout.includes(password));
	assert.equal(statSync(join(redis.folder, 'redis.conf')).mode & 0o777, 0o600);
});

test('its settings are those of the service', async () => {
	const value = async (name) => (await redis.cli(['config', 'get', name])).stdout.trim().split('\n')[1];
	assert.equal(await value('maxmemory'), String(8 * 1024 * 1024));
	assert.equal(await value('maxmemory-policy'), 'volatile-lru');
	assert.equal(await value('appendonly'), 'no');
	assert.equal(await value('save'), '300 1');
	assert.equal(await value('stop-writes-on-bgsave-error'), 'no');
	assert.equal(await value('dir'), redis.folder);
});

test('when memory is full, answers go and the queue of spend stays', async () => {
	await redis.cli(['rpush', 'spend-queue', 'row']);
	await redis.cli(['eval', "for i = 1, 400 do redis.call('set', 'answer' .. i, string.rep('x', 65536), 'ex', 600) end", '0']);
	assert.equal((await redis.cli(['exists', 'spend-queue'])).stdout.trim(), '1');
	const left = Number((await redis.cli(['dbsize'])).stdout.trim());
	assert.ok(left > 10 && left < 400, `${left} keys are left`);
});

test('the health check is well with a server that answers, and not otherwise', async () => {
	const [kind, command] = redis.healthcheck.test;
	assert.equal(kind, 'CMD-SHELL');
	const check = (env) => run('sh', ['-c', command.replace('redis-cli', `redis-cli -p ${redis.port}`)], { env: { PATH: process.env.PATH, ...env } }).then(() => true, () => false);
	assert.equal(await check(redis.environment), true);
	assert.equal(await check({ REDISCLI_AUTH: 'wrong' }), false);
	await redis.cli(['config', 'set', 'requirepass', 'changed']);
	assert.equal(await check(redis.environment), false, 'refused is not healthy, though redis-cli ends well');
	await redis.cli(['config', 'set', 'requirepass', password], { REDISCLI_AUTH: 'changed' });
});

test('what it has is still there after it was stopped and started', async () => {
	await redis.cli(['set', 'answer', 'kept', 'ex', '600']);
	await redis.restart();
	assert.equal((await redis.cli(['get', 'answer'])).stdout.trim(), 'kept');
});
