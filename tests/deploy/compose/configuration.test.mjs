// LiteLLM's configurations as they are written: what does not need a LiteLLM to be seen.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'yaml';
import { read, resolve } from './lib/server.mjs';

const config = parse(read('deploy/config/litellm-config.yaml'));
const demo = parse(read('deploy/config/litellm-config.demo.yaml'));
const { environment } = resolve(['docker-compose.yml']).model.services.litellm;

/** Every value in a tree, with its path. */
function* leaves(tree, path = []) {
	if (tree === null || typeof tree !== 'object') yield [path.join('.'), tree];
	else for (const [key, value] of Object.entries(tree)) yield* leaves(value, [...path, key]);
}
const asked = (tree) =>
	[...leaves(tree)].filter(([, value]) => String(value).startsWith('os.environ/')).map(([, value]) => value.slice('os.environ/'.length));

for (const [name, tree] of Object.entries({ config, demo })) {
	test(`${name}: what it asks of the environment, Compose gives`, () => {
		const missing = asked(tree).filter((variable) => !(variable in environment));
		assert.deepEqual(missing, []);
	});

	test(`${name}: no secret is written in it`, () => {
		const written = [...leaves(tree)].filter(([path, value]) => /(key|password|secret|token|_id)$/i.test(path) && typeof value === 'string' && !value.startsWith('os.environ/') && value !== 'none');
		assert.deepEqual(written, []);
	});

	test(`${name}: fallbacks and aliases lead to models that are there`, () => {
		const models = new Set(tree.model_list.map(({ model_name }) => model_name));
		const { model_group_alias: aliases, fallbacks, context_window_fallbacks: longer = [] } = tree.router_settings;
		const named = [...Object.values(aliases), ...[...fallbacks, ...longer].flatMap((entry) => Object.entries(entry).flat(2))];
		assert.deepEqual(named.filter((model) => !models.has(model)), []);
	});

	test(`${name}: the model for self-tests answers by itself and costs nothing`, () => {
		const [{ litellm_params: params }, ...more] = tree.model_list.filter(({ model_name }) => model_name === 'gateway-selftest');
		assert.equal(more.length, 0);
		assert.ok(params.mock_response);
		assert.equal(params.input_cost_per_token + params.output_cost_per_token, 0);
	});

	test(`${name}: two deployments share the calls of one model`, () => {
		const ids = tree.model_list.filter(({ model_name }) => model_name === 'gpt-5-mini').map(({ model_info }) => model_info.id);
		assert.deepEqual(ids, ['openai-gpt-5-mini-1', 'openai-gpt-5-mini-2']);
	});
}

test('every provider key of .env is used by a model', () => {
	const providers = Object.keys(environment).filter((name) => /^(OPENAI|ANTHROPIC|DEEPSEEK|GEMINI|AZURE|AWS)_/.test(name));
	assert.equal(providers.length, 11);
	assert.deepEqual(providers.filter((name) => !asked(config.model_list).includes(name)), []);
});

test('no model of the demo asks a provider', () => {
	assert.deepEqual(demo.model_list.filter(({ litellm_params: params }) => !params.mock_response || params.api_key !== 'none').map(({ model_name }) => model_name), []);
});

test('the demo differs from the real one in its models and how soon it writes, and in nothing else', () => {
	const settings = ({ model_list: _models, ...rest }) => {
		const { fallbacks: _fallbacks, context_window_fallbacks: _longer, model_group_alias: _aliases, ...router } = rest.router_settings;
		const { proxy_batch_write_at: _seconds, ...general } = rest.general_settings;
		return { ...rest, router_settings: router, general_settings: general };
	};
	assert.deepEqual(settings(demo), settings(config));
});

test('the settings of production are on', () => {
	const { litellm_settings: litellm, general_settings: general, router_settings: router } = config;
	assert.equal(general.proxy_batch_write_at, 60);
	assert.equal(general.database_connection_pool_limit, 10);
	assert.equal(general.maximum_spend_logs_retention_period, 'os.environ/SPEND_LOG_RETENTION');
	assert.equal(general.allow_requests_on_db_unavailable, false);
	assert.equal(general.background_health_checks, false, 'it would call every model, for money');
	assert.equal(litellm.request_timeout, 600);
	assert.equal(litellm.json_logs, true);
	assert.equal(litellm.require_auth_for_metrics_endpoint, true, '/metrics would be open in 1.80.11');
	assert.deepEqual(litellm.callbacks, ['prometheus']);
	assert.ok(litellm.cache_params.ttl > 0);
	for (const redis of [litellm.cache_params.url, litellm.cache_params.redis_url, router.redis_url]) assert.equal(redis, undefined, 'LiteLLM is slower with an address');
	assert.equal(environment.LITELLM_MODE, 'PRODUCTION');
	assert.equal(environment.LITELLM_LOG, 'ERROR');
});
