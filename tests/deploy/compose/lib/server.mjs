// A folder as the installation on a server has it, and what the real Docker Compose makes of the files in it.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';

export const project = fileURLToPath(new URL('../../../../', import.meta.url));
/** The compose files of the kit, by their names on the server. */
export const composeFiles = {
	'docker-compose.yml': 'docker-compose.core.yml',
	'docker-compose.observability.yml': 'docker-compose.observability.yml',
	'docker-compose.scale.yml': 'docker-compose.scale.yml',
};
export const read = (file) => readFileSync(join(project, file), 'utf8');

let binary;
export const compose = () => (binary ??= process.env.COMPOSE || execFileSync(join(project, 'dev/compose'), { encoding: 'utf8' }).trim());

/** NAME=value lines; comments and empty lines are left out. */
export function parseEnv(text) {
	const lines = text.split('\n').filter((line) => /^[A-Z]/.test(line));
	return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
export const exampleEnv = () => parseEnv(read('deploy/env.example'));

/** Values that could be nobody's default, and that are found again wherever they end up. */
export const secrets = {
	LITELLM_MASTER_KEY: 'sk-canary-master',
	LITELLM_SALT_KEY: 'sk-canary-salt',
	POSTGRES_PASSWORD: 'canary-postgres',
	REDIS_PASSWORD: 'canary-redis',
	UI_USERNAME: 'canary-user',
	UI_PASSWORD: 'canary-ui',
	GRAFANA_ADMIN_PASSWORD: 'canary-grafana',
};

/** A YAML file as data, with the tags that Compose adds (!override, !reset). */
export function parseCompose(text) {
	const tag = (name, collection) => ({ tag: name, collection, resolve: (value) => value });
	const document = parseDocument(text, {
		merge: true,
		customTags: ['!override', '!reset'].flatMap((name) => [tag(name, 'seq'), tag(name, 'map')]),
	});
	if (document.errors.length > 0) throw document.errors[0];
	return document.toJS();
}

/** Makes the folder, with env.example and the secrets in .env; `dispose` removes it. */
export function makeServer(env = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'litellm-server-'));
	for (const [name, source] of Object.entries(composeFiles)) {
		if (existsSync(join(project, source))) copyFileSync(join(project, source), join(folder, name));
	}
	for (const name of ['config', 'data/postgres', 'data/redis']) mkdirSync(join(folder, name), { recursive: true });
	const values = { ...exampleEnv(), ...secrets, ...env };
	writeFileSync(join(folder, '.env'), Object.entries(values).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}\n`).join(''));
	return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What `docker compose config` says: { status, model, stderr }. An undefined variable in `env` is not in .env at all. */
export function resolve(files, env = {}) {
	const server = makeServer({ ...env, COMPOSE_FILE: files.join(':') });
	try {
		// Nothing of the tester's own environment may stand in for what .env lacks.
		const result = spawnSync(compose(), ['config', '--format', 'json'], {
			cwd: server.folder,
			env: { PATH: process.env.PATH, HOME: server.folder },
			encoding: 'utf8',
		});
		if (result.error) throw result.error;
		return { status: result.status, stderr: result.stderr, model: result.status === 0 ? JSON.parse(result.stdout) : undefined };
	} finally {
		server.dispose();
	}
}
