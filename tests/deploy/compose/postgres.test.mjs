// The settings of the service postgres, with a real PostgreSQL of this system.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { freePorts, run, services, until } from './lib/servers.mjs';

const password = 'canaryPostgres7';
const { command, environment, healthcheck } = services({ POSTGRES_PASSWORD: password }).postgres;
const [version] = readdirSync('/usr/lib/postgresql').sort((a, b) => b - a);
const bin = (name) => join('/usr/lib/postgresql', version, 'bin', name);
// PostgreSQL does not run as root.
const isRoot = process.getuid() === 0;
const asPostgres = (words) => (isRoot ? ['runuser', '--user', 'postgres', '--', ...words] : words);

const folder = mkdtempSync(join(tmpdir(), 'litellm-postgres-'));
const data = join(folder, 'data');
const [port] = freePorts(1);
let server;
let log = '';

/** Starts it with the service's own arguments, and others that only a test needs. */
async function start(more = []) {
	const [, ...given] = command;
	const words = asPostgres([bin('postgres'), '-D', data, '-p', port, '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off', ...given, ...more]);
	server = spawn(words[0], words.slice(1), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
	for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (log += text));
	await until('PostgreSQL answers on its socket', async () => {
		if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${log}`);
		return run(bin('pg_isready'), ['-h', folder, '-p', port]).then(() => true, () => false);
	});
}
async function stop() {
	if (!server || server.exitCode !== null) return;
	const ended = new Promise((resolve) => server.once('exit', resolve));
	const words = asPostgres([bin('pg_ctl'), '-D', data, '-m', 'fast', 'stop']);
	await run(words[0], words.slice(1), { cwd: folder });
	await ended;
}
const ask = (host, sql, env = {}) =>
	run(bin('psql'), ['-h', host, '-p', port, '-U', 'litellm', '-d', 'postgres', '-w', '-Atc', sql], { env: { PATH: process.env.PATH, ...env } }).then(
		({ stdout }) => stdout.trim(),
		({ stderr }) => `refused: ${stderr}`,
	);
const healthy = () => {
	const [kind, program, ...args] = healthcheck.test;
	assert.deepEqual([kind, program], ['CMD', 'pg_isready']);
	return run(bin(program), [...args, `--port=${port}`]).then(() => true, () => false);
};

before(async () => {
	mkdirSync(data, { mode: 0o700 });
	if (isRoot) {
		const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
		for (const path of [folder, data]) chownSync(path, id('-u'), id('-g'));
	}
	// As the image's entry point does: the user of the environment, and the arguments of the service.
	const words = asPostgres([bin('initdb'), '-D', data, '-U', environment.POSTGRES_USER, '--no-sync', ...environment.POSTGRES_INITDB_ARGS.split(' ')]);
	await run(words[0], words.slice(1), { cwd: folder });
	await start();
	await ask(folder, `ALTER ROLE litellm PASSWORD '${environment.POSTGRES_PASSWORD}'`);
});
after(async () => {
	await stop();
	rmSync(folder, { recursive: true, force: true });
});

test('the arguments of the service count', async () => {
	assert.equal(await ask(folder, 'show shared_buffers'), '256MB');
	assert.equal(await ask(folder, 'show max_connections'), '100');
	assert.equal(await ask(folder, 'show data_checksums'), 'on');
});

test('from the network with the password, on the socket without', async () => {
	assert.equal(await ask(folder, 'select 1'), '1');
	assert.match(await ask('127.0.0.1', 'select 1'), /^refused: .*password/);
	assert.match(await ask('127.0.0.1', 'select 1', { PGPASSWORD: 'wrong' }), /^refused: .*password/);
	assert.equal(await ask('127.0.0.1', 'select 1', { PGPASSWORD: password }), '1');
	assert.equal(await ask(folder, "select left(rolpassword, 13) from pg_authid where rolname = 'litellm'"), 'SCRAM-SHA-256');
});

test('the health check does not take the server that makes the database for the real one', async () => {
	assert.equal(await healthy(), true);
	await stop();
	assert.equal(await healthy(), false);
	await start(['-c', 'listen_addresses=']);
	assert.equal(await healthy(), false, 'it answers on its socket only, as while the database is being made');
});
