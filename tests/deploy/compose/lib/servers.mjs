// Real servers, started as the compose file says, as far as that is possible without a container.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { project, resolve } from './server.mjs';

export const run = promisify(execFile);
export const freePorts = (count) => execFileSync(join(project, 'dev/free-port'), [String(count)], { encoding: 'utf8' }).trim().split('\n');

export async function until(what, condition, seconds = 300) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const value = await condition();
		if (value) return value;
		if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
		await pause(100);
	}
}

export const services = (env) => {
	const { status, stderr, model } = resolve(['docker-compose.yml'], env);
	if (status !== 0) throw new Error(stderr);
	return model.services;
};

/** Redis with the service's own script; only its places and its port are others. */
export async function startRedis(env) {
	const { entrypoint, environment, healthcheck } = services(env).redis;
	const folder = mkdtempSync(join(tmpdir(), 'litellm-redis-'));
	const [port] = freePorts(1);
	const script = entrypoint.at(-1).replaceAll('$$', '$').replaceAll('/run/redis/', `${folder}/`).replace("'dir /data'", `'dir ${folder}' 'port ${port}'`);
	const cli = (args, extra = environment) => run('redis-cli', ['-h', '127.0.0.1', '-p', port, ...args], { env: { PATH: process.env.PATH, ...extra } });
	const pong = () => cli(['ping']).then(({ stdout }) => stdout.startsWith('PONG'), () => false);
	let server;
	const start = async () => {
		let log = '';
		server = spawn(entrypoint[0], [...entrypoint.slice(1, -1), script], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (log += data));
		await until('Redis answers', async () => {
			if (server.exitCode !== null) throw new Error(`Redis ended: ${log}`);
			return pong();
		});
	};
	const end = async () => {
		if (server.exitCode !== null || server.signalCode !== null) return;
		const ended = new Promise((resolveEnd) => server.once('exit', resolveEnd));
		server.kill('SIGTERM');
		await ended;
	};
	const redis = {
		port,
		folder,
		cli,
		healthcheck,
		environment,
		restart: async () => {
			await end();
			await start();
		},
		stop: async () => {
			await end();
			rmSync(folder, { recursive: true, force: true });
		},
	};
	await start().catch(async (error) => {
		await redis.stop();
		throw error;
	});
	return redis;
}

/** LiteLLM with the environment that Compose gives it; only the addresses of its stores and its places are others. */
export async function startLiteLLM(version, { config, redis, env, state, ports }) {
	const { environment, healthcheck } = services(env).litellm;
	const [port, databasePort] = ports;
	const { DATABASE_URL: _theOneOfUp, ...given } = environment;
	const own = ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'LITELLM_DASHBOARD_CACHE', 'LITELLM_DASHBOARD_DEPLOY', 'LITELLM_DASHBOARD_TEST'];
	const all = {
		...Object.fromEntries(own.filter((name) => process.env[name]).map((name) => [name, process.env[name]])),
		...given,
		REDIS_HOST: '127.0.0.1',
		REDIS_PORT: redis.port,
		LITELLM_UI_PATH: join(state, `ui-${version}`),
		LITELLM_MIGRATION_DIR: join(state, `migrations-${version}`),
	};
	const options = ['--version', version, '--state', state, '--db', 'pglite', '--no-redis', '--port', port, '--db-port', databasePort];
	await run(join(project, 'dev/litellm/up'), [...options, '--restart', '--config', join(project, 'deploy/config', config)], { env: all, maxBuffer: 1e7 }).catch((error) => {
		throw new Error(`LiteLLM ${version} did not start with ${config}:\n${error.stderr}`);
	});
	return new Gateway(version, `http://127.0.0.1:${port}`, environment, healthcheck);
}
export const stopLiteLLM = (state) => run(join(project, 'dev/litellm/down'), ['--all', '--wipe', '--state', state]);

class Gateway {
	constructor(version, url, environment, healthcheck) {
		Object.assign(this, { version, url, healthcheck, key: environment.LITELLM_MASTER_KEY, environment });
	}

	/** { status, headers, text, json } of a request; `key: null` sends none. */
	async ask(path, { body, key = this.key, headers = {}, ...more } = {}) {
		const answer = await fetch(this.url + path, {
			method: body ? 'POST' : 'GET',
			headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
			body: body && JSON.stringify(body),
			signal: AbortSignal.timeout(180000),
			...more,
		});
		const text = await answer.text();
		let json;
		try {
			json = JSON.parse(text);
		} catch {
			// Not everything is JSON.
		}
		return { status: answer.status, headers: answer.headers, text, json };
	}

	chat(model, more = {}, options = {}) {
		return this.ask('/v1/chat/completions', { body: { model, messages: [{ role: 'user', content: 'Hello' }], ...more }, ...options });
	}

	/** The service's own health check, against this port. Resolves to whether it says healthy. */
	async healthy(port = new URL(this.url).port) {
		const [kind, command, ...args] = this.healthcheck.test;
		if (kind !== 'CMD') throw new Error(`expected CMD, found ${kind}`);
		// A proxy of the operator's must not be asked for 127.0.0.1.
		const env = { PATH: process.env.PATH, http_proxy: 'http://127.0.0.1:9' };
		return run(command, args.map((argument) => argument.replace(':4000/', `:${port}/`)), { env }).then(
			() => true,
			() => false,
		);
	}
}

export function makeState() {
	const state = mkdtempSync(join(tmpdir(), 'litellm-gateway-'));
	return { state, remove: () => rmSync(state, { recursive: true, force: true }) };
}
