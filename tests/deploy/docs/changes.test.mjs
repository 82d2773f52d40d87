// What the page says under "Changing things", where it is a matter of scripts: a folder that moves, a provider of one's own,
// several instances.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { startGateway } from '../installer/lib/gateway.mjs';
import { Server, cleanUp, quickKit } from '../installer/lib/server.mjs';

let gateway;
before(async () => (gateway = await startGateway()));
after(async () => {
	await gateway.stop();
	cleanUp();
});

async function installed() {
	const server = new Server({ env: `LITELLM_PORT=${gateway.port}\n`, from: quickKit() });
	gateway.masterKey = () => server.env().LITELLM_MASTER_KEY;
	await succeeds(server);
	return server;
}
async function succeeds(server, ...options) {
	const run = await server.run('deploy-full.sh', [...options, '--yes']);
	assert.equal(run.status, 0, run.all);
	return run;
}

test('an installation that was moved goes on in its new place, with its secrets and timers', async () => {
	const server = await installed();
	const before = server.env();
	execFileSync(join(server.bin, 'docker'), ['compose', 'down'], { cwd: server.dir, env: { ...process.env, STAND_INS: server.log } });
	const moved = join(server.root, 'srv/gateway');
	mkdirSync(dirname(moved));
	renameSync(server.dir, moved);
	server.dir = moved;
	// From the kit in the new place, as the page says.
	server.from = join(moved, 'kit');
	const { out } = await succeeds(server, '--litellm-dir', moved);
	assert.deepEqual(server.env(), before);
	assert.doesNotMatch(out, /generated|which you changed/);
	const units = join(server.root, 'etc/systemd/system');
	for (const unit of readdirSync(units).filter((name) => name.endsWith('.service'))) {
		const text = readFileSync(join(units, unit), 'utf8');
		assert.match(text, new RegExp(`^ExecStart=${moved}/kit/deploy/.* --litellm-dir ${moved}$`, 'm'), unit);
	}
});

test('a file for a provider of one\'s own is found, and further instances stay', async () => {
	const server = await installed();
	server.setEnv('COMPOSE_FILE', 'docker-compose.yml:docker-compose.scale.yml');
	writeFileSync(join(server.dir, 'docker-compose.override.yml'), 'services: {litellm: {environment: {MISTRAL_API_KEY: "${MISTRAL_API_KEY:?set it in .env}"}}}\n');
	await succeeds(server);
	assert.equal(server.env().COMPOSE_FILE, 'docker-compose.yml:docker-compose.scale.yml:docker-compose.override.yml');
	await succeeds(server, '--with-observability');
	assert.equal(server.env().COMPOSE_FILE, 'docker-compose.yml:docker-compose.observability.yml:docker-compose.scale.yml:docker-compose.override.yml');
});
