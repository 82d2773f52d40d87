// The compose files, as the real Docker Compose understands them.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { variables } from './lib/policy.mjs';
import { composeFiles, project, read, resolve } from './lib/server.mjs';

const core = 'docker-compose.yml';
const scale = 'docker-compose.scale.yml';
const observability = 'docker-compose.observability.yml';
const combinations = [[core], [core, observability], [core, scale], [core, observability, scale]];

const resolved = (files, env) => {
	const { status, stderr, model } = resolve(files, env);
	assert.equal(status, 0, stderr);
	assert.equal(stderr, '', 'Compose warns');
	return model;
};

test('the three compose files are there', () => {
	for (const source of Object.values(composeFiles)) assert.ok(existsSync(join(project, source)), `${source} is missing`);
});

for (const files of combinations) {
	test(`${files.join(' and ')} resolve without an error or a warning`, () => {
		const model = resolved(files);
		assert.equal(model.name, 'litellm-server');
		const expected = ['litellm', 'postgres', 'redis'];
		if (files.includes(scale)) expected.push('litellm-2', 'litellm-3');
		if (files.includes(observability)) expected.push('prometheus', 'grafana', 'alertmanager', 'node-exporter', 'cadvisor', 'blackbox');
		assert.deepEqual(Object.keys(model.services).sort(), expected.sort());
	});
}

// Every ${NAME:?…}, with the first combination that has it.
const required = new Map();
for (const files of combinations) {
	for (const file of files) {
		for (const { name, operator } of variables(read(composeFiles[file]))) if (operator === ':?' && !required.has(name)) required.set(name, files);
	}
}
test('every secret and image is required', () => {
	const secrets = ['LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'UI_USERNAME', 'UI_PASSWORD', 'GRAFANA_ADMIN_PASSWORD'];
	const images = ['LITELLM', 'POSTGRES', 'REDIS', 'PROMETHEUS', 'ALERTMANAGER', 'GRAFANA', 'NODE_EXPORTER', 'CADVISOR', 'BLACKBOX'].map((name) => `${name}_IMAGE`);
	assert.deepEqual([...required.keys()].sort(), [...secrets, ...images].sort());
});
for (const [name, files] of required) {
	test(`nothing starts without ${name}, and the message says where to set it`, () => {
		for (const value of ['', undefined]) {
			const { status, stderr } = resolve(files, { [name]: value });
			assert.notEqual(status, 0);
			assert.match(stderr, new RegExp(`${name}.*\\.env`));
		}
	});
}

test('the gateway is on 127.0.0.1:24157, or the port in .env', () => {
	const port = (env) => resolved([core], env).services.litellm.ports.map(({ host_ip, published, target }) => `${host_ip}:${published}:${target}`);
	assert.deepEqual(port(), ['127.0.0.1:24157:4000']);
	assert.deepEqual(port({ LITELLM_PORT: '25000' }), ['127.0.0.1:25000:4000']);
});

test('the address of the console is the public one, and without one that of this machine', () => {
	const address = (env) => resolved([core], env).services.litellm.environment.PROXY_BASE_URL;
	assert.equal(address({ PROXY_BASE_URL: 'https://litellm.example.com' }), 'https://litellm.example.com');
	assert.equal(address({ LITELLM_PORT: '25000' }), 'http://127.0.0.1:25000');
});

test('without a second OpenAI key the first one serves both deployments', () => {
	const { environment } = resolved([core], { OPENAI_API_KEY: 'one' }).services.litellm;
	assert.equal(environment.OPENAI_API_KEY_2, 'one');
	assert.equal(resolved([core], { OPENAI_API_KEY: 'one', OPENAI_API_KEY_2: 'two' }).services.litellm.environment.OPENAI_API_KEY_2, 'two');
});

test('the gateway waits for its stores, and streams may end', () => {
	const { litellm } = resolved([core]).services;
	assert.deepEqual(Object.keys(litellm.depends_on).sort(), ['postgres', 'redis']);
	assert.equal(litellm.stop_grace_period, '1m30s');
});

test('the gateway reads the configuration that .env names', () => {
	assert.ok(resolved([core]).services.litellm.command.includes('/etc/litellm/litellm-config.yaml'));
	assert.ok(resolved([core], { LITELLM_CONFIG: 'litellm-config.demo.yaml' }).services.litellm.command.includes('/etc/litellm/litellm-config.demo.yaml'));
});

test('further instances are the first one, on ports of their own, and do not migrate', () => {
	const { services } = resolved([core, scale]);
	const published = (service) => service.ports.map(({ host_ip, published: port }) => `${host_ip}:${port}`);
	assert.deepEqual(published(services['litellm-2']), ['127.0.0.1:24158']);
	assert.deepEqual(published(services['litellm-3']), ['127.0.0.1:24159']);
	assert.equal(services.litellm.environment.DISABLE_SCHEMA_UPDATE, undefined, 'the first one has to migrate');
	for (const name of ['litellm-2', 'litellm-3']) {
		const { ports, depends_on: waits, environment, ...rest } = services[name];
		assert.equal(waits.litellm.condition, 'service_healthy', 'it would start before the tables are there');
		assert.equal(environment.DISABLE_SCHEMA_UPDATE, 'true');
		const { ports: firstPorts, depends_on: firstWaits, environment: firstEnvironment, ...first } = services.litellm;
		assert.deepEqual(rest, first);
		assert.deepEqual({ ...environment, DISABLE_SCHEMA_UPDATE: undefined }, { ...firstEnvironment, DISABLE_SCHEMA_UPDATE: undefined });
	}
});
