// An example configuration on a real LiteLLM without a database, and a provider on this machine behind it.
import { spawn } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, run, until } from '../../compose/lib/servers.mjs';
import { project } from '../../compose/lib/server.mjs';

export const version = '1.106.2';
const cache = process.env.LITELLM_DASHBOARD_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'litellm-dashboard');
export const python = join(cache, 'litellm', `venv-${version}`, 'bin/python');
export const install = () => run(join(project, 'dev/litellm/up'), ['--version', version, '--db', 'pglite', '--no-redis', '--install-only'], { maxBuffer: 1e7 });
export const readExample = (name) => readFileSync(join(project, 'deploy/config/examples', `${name}.yaml`), 'utf8');
/** What its reader is told to do who has a provider's key. */
export const withoutMocks = (text) => text.replace(/^ +mock_response: .*\n/gm, '');

/** A provider that tells its callers apart by their keys: `calls` has the path and the key of each, `hold(key)` keeps answers back. */
export async function startProvider() {
	const provider = { calls: [], failing: new Set(), held: new Map(), tokens: new Map() };
	provider.hold = (key) => {
		let release;
		const released = new Promise((resolve) => (release = resolve));
		provider.held.set(key, released);
		return () => {
			provider.held.delete(key);
			release();
		};
	};
	const server = createServer(async (request, response) => {
		let text = '';
		for await (const piece of request) text += piece;
		const key = (request.headers.authorization ?? '').replace('Bearer ', '');
		provider.calls.push({ path: request.url, key, body: JSON.parse(text || '{}') });
		const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		if (provider.failing.has(key)) return json(500, { error: { message: 'the provider is broken', type: 'server_error', code: null } });
		await provider.held.get(key);
		const completion_tokens = provider.tokens.get(key) ?? 20;
		const message = { role: 'assistant', content: `An answer for ${key}.` };
		json(200, { id: `call-${provider.calls.length}`, object: 'chat.completion', created: 1, model: 'any', choices: [{ index: 0, message, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens, total_tokens: 10 + completion_tokens } });
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	provider.url = `http://127.0.0.1:${server.address().port}`;
	provider.stop = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
	return provider;
}

/** Starts LiteLLM with this text as its configuration: { chat, ask, stop }. Rejects with what LiteLLM said when it ends by itself. */
export async function startGateway(text, env = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'litellm-example-'));
	writeFileSync(join(folder, 'config.yaml'), text);
	const [port] = freePorts(1);
	const key = 'sk-example-master';
	let log = '';
	const server = spawn(join(cache, 'litellm', `venv-${version}`, 'bin/litellm'), ['--config', join(folder, 'config.yaml'), '--host', '127.0.0.1', '--port', port, '--telemetry', 'False'], {
		cwd: folder,
		env: { PATH: process.env.PATH, HOME: process.env.HOME, LITELLM_DASHBOARD_DEPLOY: process.env.LITELLM_DASHBOARD_DEPLOY ?? '', LITELLM_MASTER_KEY: key, LITELLM_MODE: 'PRODUCTION', LITELLM_LOCAL_MODEL_COST_MAP: 'True', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (log += data));
	const ended = new Promise((resolve) => server.once('close', resolve));
	const stop = async () => {
		if (server.exitCode === null) server.kill('SIGKILL');
		await ended;
		rmSync(folder, { recursive: true, force: true });
	};
	const ask = async (path, body) => {
		const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
		const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(120_000) });
		const said = await answer.text();
		return { status: answer.status, text: said, json: JSON.parse(said), id: answer.headers.get('x-litellm-model-id'), headers: answer.headers };
	};
	const chat = (model, more = {}) => ask('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }], ...more });
	try {
		await until('LiteLLM answers', async () => {
			if (server.exitCode !== null) throw new Error(`LiteLLM ended: ${log}`);
			return fetch(`http://127.0.0.1:${port}/health/liveliness`).then(({ ok }) => ok, () => false);
		});
	} catch (error) {
		await stop();
		throw error;
	}
	return { ask, chat, stop, log: () => log };
}
