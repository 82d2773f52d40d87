// A real LiteLLM with the configuration gateway.yaml, on PGlite, from the packages that dev/litellm/up installs.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { promisify } from 'node:util';

import { project, start, stop, tail, until } from './processes.mjs';

const run = promisify(execFile);
const cache = process.env.LITELLM_DASHBOARD_CACHE ?? `${process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`}/litellm-dashboard`;
const packages = `${cache}/litellm`;
export const masterKey = 'sk-observability-master';

export async function startGateway({ version, folder, port, databasePort, redisPort, redisDatabase, provider }) {
  await run(`${project}dev/litellm/up`, ['--install-only', '--version', version, '--db', 'pglite', '--state', `${folder}/packages`]);
  const work = `${folder}/${version}`;
  mkdirSync(work, { recursive: true });
  const engine = `${packages}/engine`;
  const venv = `${packages}/venv-${version}`;
  const url = `http://127.0.0.1:${port}`;
  const DATABASE_URL = `postgresql://postgres:postgres@127.0.0.1:${databasePort}/postgres?sslmode=disable`;
  writeFileSync(`${work}/config.yaml`, readFileSync(new URL('gateway.yaml', import.meta.url), 'utf8').replaceAll('@PROVIDER@', provider));

  const database = start('pglite', 'node', [`${packages}/pglite/server.js`, `--db=${work}/database`, `--port=${databasePort}`], { folder: work });
  await run('node', [`${engine}/db.js`, 'wait', DATABASE_URL, '300']);
  const { stdout } = await run(`${venv}/bin/python`, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  await run('node', [`${engine}/db.js`, 'migrate', DATABASE_URL, `${stdout.trim()}/litellm_proxy_extras/migrations`]);

  const proxy = start('litellm', `${venv}/bin/litellm`, ['--config', `${work}/config.yaml`, '--host', '127.0.0.1', '--port', String(port), '--telemetry', 'False'], {
    folder: work,
    env: {
      DATABASE_URL, LITELLM_MASTER_KEY: masterKey, LITELLM_SALT_KEY: 'sk-observability-salt', DISABLE_SCHEMA_UPDATE: 'true',
      REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redisPort), REDIS_DB: String(redisDatabase),
      PROMETHEUS_BUDGET_METRICS_REFRESH_INTERVAL_MINUTES: '1',
      PYTHON_GC_THRESHOLD: '100000,50,50', // see dev/litellm/up
      LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False', LITELLM_MODE: 'PRODUCTION', LITELLM_LOG: 'ERROR',
      PRISMA_BINARY_CACHE_DIR: engine, PRISMA_QUERY_ENGINE_BINARY: `${engine}/query-engine`, PRISMA_SCHEMA_ENGINE_BINARY: `${engine}/query-engine`,
      PRISMA_SKIP_POSTINSTALL_GENERATE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1',
    },
  });
  try {
    await until(`LiteLLM ${version} on ${url}`, async () => (await fetch(`${url}/health/liveliness`)).ok, 600, 500);
  } catch (error) {
    throw new Error(`${error.message}\n${tail(proxy.log)}`);
  }

  const gateway = {
    version, url, port, database, proxy,
    async call(method, path, body, key = masterKey) {
      // A connection for each call: LiteLLM closes idle ones, at times just when they are used again.
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' };
      const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
      const text = await response.text();
      return { status: response.status, text, json: () => JSON.parse(text) };
    },
    async make(path, body) {
      const answer = await gateway.call('POST', path, body);
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      return answer.json();
    },
    chat: (key, model, more = {}) => gateway.call('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hello' }], ...more }, key),
    stop: () => Promise.all([stop(proxy), stop(database)]),
  };
  return gateway;
}
