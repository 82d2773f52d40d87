// Real Prometheus, Alertmanager, blackbox and node exporter (Debian's) with the shipped configuration. Only addresses,
// intervals and `for:` are changed for the test; the expressions and texts are those that are shipped.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { parse, stringify } from 'yaml';

import { shipped } from './alerts.mjs';
import { project, start } from './processes.mjs';

/** As the installer does it: the files of the kit, then write-config.sh. */
export function install(folder, environment) {
  mkdirSync(`${folder}/observability`, { recursive: true });
  for (const part of ['prometheus', 'alertmanager', 'blackbox', 'grafana']) cpSync(`${shipped}/${part}`, `${folder}/observability/${part}`, { recursive: true });
  writeFileSync(`${folder}/.env`, environment, { mode: 0o600 });
  writeConfig(folder);
}
export const writeConfig = (folder, ...options) =>
  execFileSync(`${project}deploy/observability/write-config.sh`, ['--litellm-dir', folder, ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

// What a probe tells that comes every 5 s: one that is late on a busy machine is no trouble, three are.
const probed = new Set(['GatewayDown', 'DatabaseUnreachable', 'PostgresDown', 'RedisDown', 'PublicAddressDown']);

/** addresses: what stands for each address of the shipped prometheus.yml here: {"litellm:4000": ["127.0.0.1:1234"], …} */
export function shortenPrometheus(folder, addresses) {
  const work = `${folder}/observability/prometheus`;
  const file = `${work}/prometheus.yml`;
  const config = parse(readFileSync(file, 'utf8').replaceAll('/etc/prometheus/', `${work}/`));
  const replace = (address) => {
    if (!addresses[address]) throw new Error(`prometheus.yml names ${address}; the test has nothing in its place`);
    return addresses[address];
  };
  Object.assign(config.global, { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '2s' });
  for (const job of config.scrape_configs) {
    for (const group of job.static_configs ?? []) group.targets = group.targets.flatMap(replace);
    for (const step of job.relabel_configs ?? []) if (step.target_label === '__address__') [step.replacement] = replace(step.replacement);
    delete job.scrape_interval;
    delete job.scrape_timeout;
    // A busy machine takes seconds for the many numbers of the gateway; and the gateway takes some to say that it has no database.
    if (job.job_name === 'litellm' || job.job_name.startsWith('blackbox-')) Object.assign(job, { scrape_interval: '5s', scrape_timeout: '5s' });
  }
  for (const each of config.alerting.alertmanagers) for (const group of each.static_configs) group.targets = group.targets.flatMap(replace);
  writeFileSync(file, stringify(config));
  for (const name of readdirSync(`${work}/rules`)) {
    const text = readFileSync(`${work}/rules/${name}`, 'utf8');
    writeFileSync(`${work}/rules/${name}`, text.replace(/(- alert: (\w+)\n(?:(?!- alert:)[^])*?\n\s+for:) .*/g, (all, before, alert) => `${before} ${probed.has(alert) ? '12s' : '1s'}`));
  }
}

/** The routes as they are, with waits of a second, and the receivers of the test. */
export function fillInReceivers(folder, receivers) {
  const work = `${folder}/observability/alertmanager`;
  writeFileSync(`${work}/receivers.yml`, stringify({ receivers }));
  writeConfig(folder);
  const file = `${work}/alertmanager.yml`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/group_wait: .*/g, 'group_wait: 1s').replace(/group_interval: .*/g, 'group_interval: 2s'));
}

export const startPrometheus = (folder, port) =>
  start('prometheus', 'prometheus', [`--config.file=${folder}/observability/prometheus/prometheus.yml`, `--storage.tsdb.path=${folder}/prometheus`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], { folder });
export const startAlertmanager = (folder, port) =>
  start('alertmanager', 'prometheus-alertmanager', [`--config.file=${folder}/observability/alertmanager/alertmanager.yml`, `--storage.path=${folder}/alertmanager`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=warn'], { folder });
export const startBlackbox = (folder, port, authority) =>
  start('blackbox', 'prometheus-blackbox-exporter', [`--config.file=${folder}/observability/blackbox/blackbox.yml`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], { folder, env: { SSL_CERT_FILE: authority } });
export const startNodeExporter = (folder, port) =>
  start('node-exporter', 'prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`, '--collector.disable-defaults', '--collector.cpu', '--collector.meminfo', '--collector.filesystem', '--collector.textfile', `--collector.textfile.directory=${folder}/textfile`, '--log.level=warn'], { folder });

/** Takes notifications, and refuses them as long as it is told to. */
export async function startWebhook(port) {
  const webhook = { messages: [], refuses: false };
  webhook.server = createServer(async (request, response) => {
    let text = '';
    try {
      for await (const piece of request) text += piece;
    } catch {
      return; // Alertmanager was ended in the middle of its message
    }
    if (webhook.refuses) return response.writeHead(400).end();
    webhook.messages.push({ path: request.url, ...JSON.parse(text) });
    return response.writeHead(200).end();
  });
  await new Promise((resolve) => webhook.server.listen(port, '127.0.0.1', resolve));
  webhook.stop = () => new Promise((resolve) => (webhook.server.closeAllConnections(), webhook.server.close(resolve)));
  return webhook;
}

export const prometheusClient = (url) => {
  const ask = async (path, query) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(query) });
    const answer = await response.json();
    if (answer.status !== 'success') throw new Error(`${JSON.stringify(query)}: ${answer.error}`);
    return answer.data;
  };
  return {
    query: async (query) => (await ask('/api/v1/query', { query })).result,
    range: async (query, seconds, step) => {
      const end = Math.floor(Date.now() / 1000);
      return (await ask('/api/v1/query_range', { query, start: end - seconds, end, step })).result;
    },
    alerts: async () => (await (await fetch(`${url}/api/v1/alerts`)).json()).data.alerts,
    targets: async () => (await (await fetch(`${url}/api/v1/targets`)).json()).data.activeTargets,
    /** The names of metrics that have values, of one target. */
    names: async (selector) => {
      const response = await fetch(`${url}/api/v1/label/__name__/values?${new URLSearchParams({ 'match[]': selector })}`);
      return (await response.json()).data;
    },
  };
};
