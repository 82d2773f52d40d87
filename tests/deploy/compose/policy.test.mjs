// The rules for every service of the kit, and that each rule refuses what it is there to refuse.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { modelRules, secretsInArguments, sourceRules, unpinned, variables, whoSees } from './lib/policy.mjs';
import { composeFiles, exampleEnv, parseCompose, project, read, resolve, secrets } from './lib/server.mjs';

/** What may break a rule, and why. A rule that is not broken any more has to leave this list. */
const exceptions = {
	no_default_secret: {},
	nothing_of_the_host: {
		'node-exporter has / of this machine': 'it measures how full the file systems are; read-only, and as nobody',
		'cadvisor has /sys of this machine': 'it measures the containers there; read-only',
		'cadvisor has /var/lib/docker of this machine': 'it measures how much disk the containers take; read-only',
		"cadvisor has the engine's socket /var/run/docker.sock: that is root on this machine":
			'only the engine knows which container is which service; no capability, no port, no way out of its network; its comment says how to leave it out',
		'cadvisor has /var/run/docker.sock of this machine': 'the same',
		"cadvisor has the engine's socket /run/containerd/containerd.sock: that is root on this machine":
			'since Docker 29 it cannot register a container without it; the same holds as for the other one',
		'cadvisor has /run/containerd/containerd.sock of this machine': 'the same',
	},
};
const allFiles = Object.keys(composeFiles);
const { status, stderr, model } = resolve(allFiles);

test('the files resolve', () => assert.equal(status, 0, stderr));

for (const [name, rule] of Object.entries(modelRules)) {
	test(`${name}: every service keeps to it`, () => {
		assert.deepEqual(rule(model).sort(), Object.keys(exceptions[name] ?? {}).sort());
	});
}
for (const [name, rule] of Object.entries(sourceRules)) {
	test(`${name}: every file keeps to it`, () => {
		for (const file of Object.values(composeFiles)) {
			const text = read(file);
			assert.deepEqual(rule({ text, data: parseCompose(text) }), [], file);
		}
	});
}

test('no secret is in a command line', () => assert.deepEqual(secretsInArguments(model, secrets), []));

test('each service gets the secrets it needs, and no others', () => {
	const gateway = ['litellm', 'litellm-2', 'litellm-3'];
	assert.deepEqual(whoSees(model, secrets), {
		LITELLM_MASTER_KEY: gateway,
		LITELLM_SALT_KEY: gateway,
		POSTGRES_PASSWORD: [...gateway, 'postgres'],
		REDIS_PASSWORD: [...gateway, 'redis'],
		UI_USERNAME: gateway,
		UI_PASSWORD: gateway,
		GRAFANA_ADMIN_PASSWORD: ['grafana'],
	});
});

test('every image in env.example is a fixed version', () => {
	const images = Object.entries(exampleEnv()).filter(([name]) => name.endsWith('_IMAGE'));
	assert.equal(images.length, 9);
	for (const [name, image] of images) assert.equal(unpinned(image), undefined, name);
});

test('env.example has no value for a secret', () => {
	const filled = Object.entries(exampleEnv()).filter(([name, value]) => /KEY|PASSWORD|SECRET|TOKEN/.test(name) && value !== '');
	assert.deepEqual(filled, []);
});

test('env.example explains every variable', () => {
	const lines = read('deploy/env.example').split('\n');
	const bare = lines.filter((line, at) => /^[A-Z]/.test(line) && !explained(lines, at));
	assert.deepEqual(bare, []);
});
// A comment above it, or above those it stands together with.
function explained(lines, at) {
	while (/^[A-Z]/.test(lines[at])) at -= 1;
	return /^# +\S/.test(lines[at]) && !/^# ---/.test(lines[at]);
}

test('every variable of the compose files is in env.example', () => {
	const example = exampleEnv();
	const missing = Object.values(composeFiles).flatMap((file) => variables(read(file)).filter(({ name }) => !(name in example)).map(({ name }) => `${file}: ${name}`));
	assert.deepEqual(missing, []);
});

test('every variable of env.example is used', () => {
	const used = new Set(Object.values(composeFiles).flatMap((file) => variables(read(file)).map(({ name }) => name)));
	const scripts = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', 'deploy', 'nginx'], { cwd: project, encoding: 'utf8' })
		.split('\n')
		.filter((file) => file.endsWith('.sh'))
		.map((file) => readFileSync(join(project, file), 'utf8').replace(/^\s*#.*$/gm, ''))
		.join('\n');
	// COMPOSE_FILE is Compose's own.
	const unused = Object.keys(exampleEnv()).filter((name) => name !== 'COMPOSE_FILE' && !used.has(name) && !new RegExp(`\\b${name}\\b`).test(scripts));
	assert.deepEqual(unused, []);
});

test('defaults in the compose files are those of env.example', () => {
	const example = exampleEnv();
	for (const file of Object.values(composeFiles)) {
		for (const { name, operator, rest } of variables(read(file))) {
			if (operator === ':-' && rest !== '' && !rest.includes('${')) assert.equal(rest, example[name], `${name} in ${file}`);
		}
	}
});

// --- The rules themselves ---------------------------------------------------------------------------------------------

/** A service that keeps to every rule; each bad one below differs in one thing. */
const good = {
	image: '${GOOD_IMAGE:?set it in .env}',
	ports: [{ host_ip: '127.0.0.1', published: '1', target: 1 }],
	healthcheck: { test: ['CMD', 'true'] },
	mem_limit: '1',
	cpus: 0.5,
	pids_limit: 1,
	logging: { driver: 'json-file', options: { 'max-size': '1m', 'max-file': '2' } },
	security_opt: ['no-new-privileges:true'],
	cap_drop: ['ALL'],
	read_only: true,
	restart: 'unless-stopped',
	networks: { edge: null },
	volumes: [{ type: 'bind', source: '/opt/litellm-server/config', target: '/etc/litellm' }],
	depends_on: { postgres: { condition: 'service_healthy' } },
};
const store = { ...good, ports: undefined, networks: { backend: null } };
const modelWith = (change, stores = {}) => ({
	services: { web: { ...good, ...change }, postgres: { ...store, depends_on: {}, ...stores.postgres }, redis: { ...store, ...stores.redis } },
	networks: { backend: { internal: true, ...stores.backend }, edge: {} },
});

test('a good model breaks no rule', () => {
	for (const [name, rule] of Object.entries(modelRules)) assert.deepEqual(rule(modelWith({})), [], name);
});

const badModels = {
	loopback_only: [
		modelWith({ ports: [{ published: '1', target: 1 }] }),
		modelWith({ ports: [{ host_ip: '0.0.0.0', published: '1', target: 1 }] }),
		modelWith({ ports: [{ host_ip: '10.0.0.4', published: '1', target: 1 }] }),
		modelWith({ network_mode: 'host' }),
	],
	health_check: [modelWith({ healthcheck: undefined }), modelWith({ healthcheck: { test: ['NONE'] } }), modelWith({ healthcheck: { test: ['CMD', 'x'], disable: true } })],
	limits: [modelWith({ mem_limit: undefined }), modelWith({ cpus: 0 }), modelWith({ pids_limit: undefined })],
	log_rotation: [modelWith({ logging: undefined }), modelWith({ logging: { driver: 'json-file', options: { 'max-size': '1m' } } }), modelWith({ logging: { driver: 'none' } })],
	no_new_privileges: [modelWith({ security_opt: undefined }), modelWith({ security_opt: ['no-new-privileges:false'] })],
	no_capabilities: [modelWith({ cap_drop: undefined }), modelWith({ cap_drop: ['NET_RAW'] }), modelWith({ cap_add: ['SYS_ADMIN'] }), modelWith({ privileged: true })],
	read_only: [modelWith({ read_only: false }), modelWith({ read_only: undefined })],
	nothing_of_the_host: [
		modelWith({ volumes: [{ type: 'bind', source: '/var/run/docker.sock', target: '/x' }] }),
		modelWith({ volumes: [{ type: 'bind', source: '/', target: '/x' }] }),
		modelWith({ volumes: [{ type: 'bind', source: '/etc', target: '/x' }] }),
		modelWith({ pid: 'host' }),
		modelWith({ devices: ['/dev/kmsg'] }),
	],
	waits_for_health: [modelWith({ depends_on: { postgres: { condition: 'service_started' } } })],
	restarts: [modelWith({ restart: undefined }), modelWith({ restart: 'on-failure' })],
	stores_are_internal: [
		modelWith({}, { backend: { internal: false } }),
		modelWith({}, { postgres: { networks: { backend: null, edge: null } } }),
		modelWith({}, { redis: { networks: { edge: null } } }),
		modelWith({}, { redis: { ports: [{ host_ip: '127.0.0.1', published: '6379', target: 6379 }] } }),
	],
};
test('each rule about a model refuses what breaks it, and nothing else does', () => {
	assert.deepEqual(Object.keys(badModels), Object.keys(modelRules));
	for (const [name, models] of Object.entries(badModels)) {
		for (const [at, bad] of models.entries()) {
			assert.notDeepEqual(modelRules[name](bad), [], `${name} lets number ${at} through`);
			const others = Object.keys(modelRules).filter((other) => other !== name && modelRules[other](bad).length > 0);
			assert.deepEqual(others, [], `number ${at} of ${name} is wrong in another way, too`);
		}
	}
});

const badSources = {
	no_version_key: ['version: "3.9"\nservices: {}'],
	whole_env_file_for_nobody: ['services: {web: {env_file: .env}}', 'services: {web: {env_file: [.env]}}'],
	images_from_env: [
		'services: {web: {image: "redis:7.4.11-bookworm"}}',
		'services: {web: {image: "${WEB_IMAGE:-redis:7.4.11}"}}',
		'services: {web: {image: "${WEB_IMAGE}"}}',
		'services: {web: {build: .}}',
	],
	no_default_secret: [
		'services: {web: {environment: {A: "${LITELLM_MASTER_KEY:-sk-1234}"}}}',
		'services: {web: {environment: {A: "${POSTGRES_PASSWORD-postgres}"}}}',
		'services: {web: {environment: {A: "${OUTER:-${API_TOKEN:-abc}}"}}}',
		'services: {web: {environment: {POSTGRES_PASSWORD: postgres}}}',
		'services: {web: {environment: ["GF_SECURITY_ADMIN_PASSWORD=admin"]}}',
	],
	message_names_the_file: ['services: {web: {environment: {A: "${REDIS_PASSWORD:?}"}}}', 'services: {web: {environment: {A: "${REDIS_PASSWORD?set it in .env}"}}}'],
};
test('each rule about a file refuses what breaks it', () => {
	assert.deepEqual(Object.keys(badSources), Object.keys(sourceRules));
	for (const [name, sources] of Object.entries(badSources)) {
		for (const text of sources) assert.notDeepEqual(sourceRules[name]({ text, data: parseCompose(text) }), [], `${name} lets through: ${text}`);
	}
});

test('an image with a moving tag is refused', () => {
	for (const image of ['redis', 'redis:latest', 'redis:7', 'redis:bookworm', 'ghcr.io/berriai/litellm:main-stable', 'ghcr.io/berriai/litellm:main-latest', 'ghcr.io/berriai/litellm:v1.106.0-dev.3', 'localhost:5000/redis', 'redis@sha256:12']) {
		assert.notEqual(unpinned(image), undefined, image);
	}
	for (const image of ['ghcr.io/berriai/litellm:v1.80.11-stable', 'redis:7.4.11-bookworm', `redis@sha256:${'a'.repeat(64)}`, 'localhost:5000/redis:7.4.11']) {
		assert.equal(unpinned(image), undefined, image);
	}
});

test('a secret in an argument or in another service is seen', () => {
	const bad = { services: { redis: { command: ['redis-server', '--requirepass', 'canary-redis'], environment: {} }, web: { environment: { URL: 'redis://:canary-redis@redis' } } } };
	assert.deepEqual(secretsInArguments(bad, secrets), ['redis has REDIS_PASSWORD in its command, entrypoint, health check or labels']);
	assert.deepEqual(whoSees(bad, { REDIS_PASSWORD: 'canary-redis' }), { REDIS_PASSWORD: ['web'] });
});

test('variables are found in every form', () => {
	const names = variables('a: ${A}\nb: ${B:-${C:?set it in .env}}\nc: $D\nd: $$E # ${F}\n# ${G}').map(({ name, operator }) => name + operator);
	assert.deepEqual(names, ['A', 'B:-', 'C:?', 'D']);
});
