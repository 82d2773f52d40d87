// Real Prometheus asks real LiteLLMs (1.106.2, and 1.80.11 beside it) that get into trouble, until every alert has fired,
// and real Alertmanager delivers to a webhook. Every panel of the dashboard is asked for its data on the way.
//
// All of this takes as long as the machine needs: what is waited for has minutes, trouble goes on until its alert is seen, and
// nothing depends on how many calls fit into a second.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse } from 'yaml';

import { alerts, dashboard, metricNames, queries, rules, substituted } from './lib/alerts.mjs';
import { masterKey, startGateway } from './lib/litellm.mjs';
import { makeCertificate, startPublicAddress, startTroubledContainers, startTroubledHost } from './lib/made-up.mjs';
import * as monitoring from './lib/monitoring.mjs';
import { freePorts, project, start, stop, stopAll, until } from './lib/processes.mjs';
import { startProvider } from './lib/provider.mjs';

const folder = mkdtempSync(`${tmpdir()}/observability-`);
const [newPort, newDatabase, oldPort, oldDatabase, redisPort, providerPort, prometheusPort, alertmanagerPort, blackboxPort, nodePort, hostPort, containersPort, publicPort, webhookPort] = freePorts(14);
const newAddress = `127.0.0.1:${newPort}`;
const oldAddress = `127.0.0.1:${oldPort}`;
const publicAddress = `https://127.0.0.1:${publicPort}`;
const metricsKey = `${folder}/observability/prometheus/metrics-key`;
const prometheus = monitoring.prometheusClient(`http://127.0.0.1:${prometheusPort}`);

let gateway, old, provider, redis, prometheusProcess, alertmanagerProcess, webhook, troubledContainers;
const servers = [];
const watch = { fired: new Map(), ever: new Map() };
const background = new AbortController();
const traffic = new AbortController();
const loops = [];
let begun;

const redisCli = (...args) => execFileSync('redis-cli', ['-p', String(redisPort), '-n', '1', ...args], { encoding: 'utf8' });
const textfile = (name, lines) => writeFileSync(`${folder}/textfile/${name}.prom`, `${lines.join('\n')}\n`);
const fires = (name) => until(`the alert ${name}`, () => watch.fired.get(name));
/** Makes trouble, and waits for an alert that has not fired before it. */
const causes = async (name, trouble) => {
  const firing = async () => (await prometheus.alerts()).some(({ labels, state }) => labels.alertname === name && state === 'firing');
  await until(`${name} to be quiet, before its cause`, async () => !(await firing()));
  watch.fired.delete(name);
  await trouble();
  await fires(name);
};
/** Again and again, until the tests are over or `ended` says so. */
const repeatedly = (pause, action, ended = background.signal) =>
  loops.push(
    (async () => {
      while (!background.signal.aborted && !ended.aborted) {
        await action().catch(() => {});
        await sleep(pause, undefined, { signal: background.signal }).catch(() => {});
      }
    })(),
  );
/** Looks again until nothing is missing: `look` gives what is. */
const complete = (what, look) =>
  until(what, async () => {
    const missing = await look();
    return missing.length === 0 || assert.fail(`missing: ${missing.join('; ')}`);
  });

before(async () => {
  for (const each of ['textfile', 'certificates']) mkdirSync(`${folder}/${each}`);
  redis = start('redis', 'redis-server', ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { folder });
  provider = await startProvider(providerPort);
  webhook = await monitoring.startWebhook(webhookPort);
  const authority = makeCertificate(`${folder}/certificates`);
  troubledContainers = await startTroubledContainers(containersPort);
  servers.push(provider, webhook, await startTroubledHost(hostPort), await startPublicAddress(publicPort, `${folder}/certificates`));

  const common = { folder, redisPort, provider: `http://127.0.0.1:${providerPort}` };
  [gateway, old] = await Promise.all([
    startGateway({ ...common, version: '1.106.2', port: newPort, databasePort: newDatabase, redisDatabase: 1 }),
    startGateway({ ...common, version: '1.80.11', port: oldPort, databasePort: oldDatabase, redisDatabase: 2 }),
  ]);

  monitoring.install(folder, `PROXY_BASE_URL=${publicAddress}\nCOMPOSE_FILE=docker-compose.yml:docker-compose.observability.yml\n`);
  // The key that the installer makes; the old version has its own, and this is its file, too.
  const { key } = await gateway.make('/key/generate', { key_alias: 'prometheus', allowed_routes: ['/metrics'] });
  await old.make('/key/generate', { key_alias: 'prometheus', key, allowed_routes: ['/metrics'] });
  writeFileSync(metricsKey, key);
  monitoring.shortenPrometheus(folder, {
    'litellm:4000': [newAddress, oldAddress],
    'blackbox:9115': [`127.0.0.1:${blackboxPort}`],
    'postgres:5432': [`127.0.0.1:${newDatabase}`],
    'redis:6379': [`127.0.0.1:${redisPort}`],
    'node-exporter:9100': [`127.0.0.1:${nodePort}`, `127.0.0.1:${hostPort}`],
    'cadvisor:8080': [`127.0.0.1:${containersPort}`],
    '127.0.0.1:9090': [`127.0.0.1:${prometheusPort}`],
    'alertmanager:9093': [`127.0.0.1:${alertmanagerPort}`],
  });
  const webhookConfig = (path) => ({ webhook_configs: [{ url: `http://127.0.0.1:${webhookPort}/${path}`, send_resolved: true }] });
  monitoring.fillInReceivers(folder, [{ name: 'critical', ...webhookConfig('critical') }, { name: 'warning', ...webhookConfig('warning') }, { name: 'watchdog', ...webhookConfig('watchdog') }]);
  webhook.refuses = true;
  monitoring.startNodeExporter(folder, nodePort);
  monitoring.startBlackbox(folder, blackboxPort, authority);
  alertmanagerProcess = monitoring.startAlertmanager(folder, alertmanagerPort);
  prometheusProcess = monitoring.startPrometheus(folder, prometheusPort);
  await until('Prometheus', async () => (await fetch(`http://127.0.0.1:${prometheusPort}/-/ready`)).ok);
  repeatedly(500, async () => {
    for (const alert of await prometheus.alerts()) {
      if (alert.state !== 'firing') continue;
      watch.fired.set(alert.labels.alertname, alert);
      watch.ever.set(alert.labels.alertname, alert);
    }
  });
}, { timeout: 1_500_000 });

after(async () => {
  background.abort();
  await Promise.all(loops);
  await stopAll();
  await Promise.all([...servers, troubledContainers].filter(Boolean).map((server) => server.stop().catch(() => {})));
  rmSync(folder, { recursive: true, force: true });
});

test('Prometheus reads both versions with a key for /metrics, and all else', async () => {
  await until('all targets', async () => {
    const targets = await prometheus.targets();
    const bad = targets.filter((target) => target.health !== 'up').map((target) => `${target.labels.job} ${target.labels.instance}: ${target.lastError}`);
    return targets.length === 12 && bad.length === 0 ? targets : assert.fail(bad.join('; ') || `${targets.length} targets`);
  });
  // What was not there yet while all of it started does not count.
  watch.fired.clear();
  watch.ever.clear();
  // The key opens nothing else.
  assert.equal((await gateway.call('GET', '/key/list', undefined, readFileSync(metricsKey, 'utf8'))).status, 403);
  assert.deepEqual(await prometheus.query('{__name__=~"litellm_.+_created"}'), [], 'birth times of series are not kept');
  // One scrape that is late, and there are none for a moment.
  const containers = await until('the containers', async () => {
    const found = await prometheus.query('container_memory_working_set_bytes');
    return found.length > 0 && found;
  });
  assert.deepEqual([...new Set(containers.map(({ metric }) => `${metric.service} ${metric.name} ${metric.id}`))].sort(), [
    'litellm litellm-server-litellm-1 undefined', 'postgres litellm-server-postgres-1 undefined',
  ], 'only containers of this installation, by the name of their service');
});

test('the health checks of Compose find both well', () => {
  const services = parse(readFileSync(`${project}docker-compose.observability.yml`, 'utf8'), { merge: true }).services;
  for (const [service, shippedPort, port] of [['prometheus', 9090, prometheusPort], ['alertmanager', 9093, alertmanagerPort]]) {
    const [kind, command, ...args] = services[service].healthcheck.test;
    assert.equal(kind, 'CMD');
    execFileSync(command, args.map((word) => word.replace(String(shippedPort), String(port))), { stdio: 'pipe' });
    assert.throws(() => execFileSync(command, args.map((word) => word.replace(String(shippedPort), '1')), { stdio: 'pipe' }), 'and not where nobody listens');
  }
});

test('trouble with the server, certificates and backups', async () => {
  await fires('BackupNeverMade');
  const now = Math.floor(Date.now() / 1000);
  textfile('litellm-backup', [`litellm_kit_backup_last_success_timestamp_seconds ${now - 60 * 3600}`, 'litellm_kit_backup_size_bytes 12345678', 'litellm_kit_backup_last_exit_code 3']);
  textfile('litellm-offsite', [`litellm_kit_offsite_newest_backup_timestamp_seconds ${now - 60 * 3600}`, 'litellm_kit_offsite_last_exit_code 1']);
  textfile('litellm-offsite-check', [`litellm_kit_offsite_check_last_success_timestamp_seconds ${now - 10 * 86400}`, 'litellm_kit_offsite_check_last_exit_code 0']);
  textfile('litellm-certificates', [`litellm_kit_certificate_expiry_timestamp_seconds{file="/etc/letsencrypt/live/example/fullchain.pem"} ${now + 2 * 86400}`]);
  for (const name of ['BackupLate', 'BackupMissing', 'BackupFailed', 'CertificateExpiring', 'CertificateExpiresNow', 'DiskFilling', 'DiskAlmostFull', 'HostMemoryLow', 'ContainerRestarting', 'ContainerMemoryHigh']) await fires(name);
  await until('the certificate that is served, too', async () => (await prometheus.query('(probe_ssl_earliest_cert_expiry{job="blackbox-https"} - time()) / 86400 < 3')).length === 1);
  const restarting = await until('ContainerRestarting', async () => {
    const found = (await prometheus.alerts()).filter(({ labels }) => labels.alertname === 'ContainerRestarting').map(({ labels }) => labels.service);
    return found.length > 0 && found;
  });
  assert.deepEqual(restarting, ['litellm']);
  // Until now the webhook has refused whatever came.
  await fires('NotificationsFailing');
  webhook.refuses = false;
});

test('trouble with calls, money and queues', { timeout: 1_500_000 }, async () => {
  begun = Date.now();
  const team = await gateway.make('/team/new', { team_alias: 'research', max_budget: 3.2 });
  const keys = {};
  for (const [name, more] of Object.entries({ app: {}, spender: {}, slow: {}, small: { max_budget: 3.2 }, member: { team_id: team.team_id } })) {
    keys[name] = (await gateway.make('/key/generate', { key_alias: name, ...more })).key;
  }
  const oldTeam = await old.make('/team/new', { team_alias: 'research', max_budget: 50 });
  const oldKey = (await old.make('/key/generate', { key_alias: 'app', max_budget: 50, team_id: oldTeam.team_id })).key;

  // Ordinary traffic on both, streamed and not, and a provider that is broken: together, so that the share of what fails is the
  // same at any speed. What the budgets are told with comes along with it.
  let round = 0;
  const call = async () => {
    round += 1;
    const stream = { stream: round % 2 === 0 };
    await Promise.all([
      gateway.chat(keys.app, 'fast', stream), gateway.chat(keys.small, 'fast'), gateway.chat(keys.member, 'fast'), old.chat(oldKey, 'fast', stream),
      ...Array.from({ length: 4 }, () => gateway.chat(keys.app, 'broken')),
      ...(round % 3 === 0 ? [old.chat(oldKey, 'broken'), old.chat('sk-wrong', 'fast')] : []),
    ]);
  };
  repeatedly(1000, call, traffic.signal);
  // The router of 1.80.11 counts failures of the last seconds only, so it takes several at about the same time.
  await until('a deployment that 1.80.11 takes out of service', async () => {
    await Promise.all(Array.from({ length: 8 }, () => old.chat(oldKey, 'broken')));
    return (await prometheus.query(`litellm_deployment_cooled_down_total{instance="${oldAddress}"}`)).length > 0;
  }, 300, 2000);
  // A first call of each, so that what comes next counts from there.
  await Promise.all(['small', 'member', 'spender'].map((name) => gateway.chat(keys[name], 'expensive')));
  assert.equal((await gateway.chat(keys.slow, 'slow')).status, 200);
  await until('the first calls in Prometheus', async () =>
    (await prometheus.query('litellm_spend_metric_total{api_key_alias="spender"} > 2')).length > 0 && (await prometheus.query('litellm_request_total_latency_metric_count{requested_model="slow"}')).length > 0);

  // Sixty calls that take 31 s, or longer: until they are seen piling up. A few at a time, as the gateway has others to serve.
  const held = provider.hold('slow', 31_000);
  const slowCalls = [];
  while (slowCalls.length < 60) {
    slowCalls.push(...Array.from({ length: 6 }, () => gateway.chat(keys.slow, 'slow')));
    await until(`${slowCalls.length} calls at the provider`, () => held.waiting >= slowCalls.length);
  }
  await fires('RequestsPilingUp');
  held.release();
  for (let i = 0; i < 4; i += 1) await gateway.chat(keys.spender, 'expensive');
  await fires('SpendJump');
  await fires('DeploymentOutage');
  await fires('GatewayErrorRatioHigh');
  await fires('GatewayErrorRatioVeryHigh');

  // Another instance holds the lock and never writes: what is to be written piles up.
  redisCli('set', 'cronjob_lock:db_spend_update_job', '"somebody-else"', 'EX', '600');
  // All at once: while this process waits for another, it answers none of those that watch it.
  redisCli('rpush', 'litellm_spend_update_buffer', ...Array.from({ length: 101 }, () => '{}'));
  await fires('SpendQueueGrowing');
  redisCli('del', 'litellm_spend_update_buffer', 'cronjob_lock:db_spend_update_job');

  // 1.106.2 looks at what a key has spent once a minute.
  await fires('KeyBudgetLow');
  await fires('TeamBudgetLow');
  assert.deepEqual((await Promise.all(slowCalls)).filter(({ status }) => status !== 200), []);
  await fires('ModelLatencyHigh');
});

test('what works does not raise an alarm', async () => {
  // 1.106.2 tells the right number at once, then for up to a minute one that lacks the last calls.
  const firing = await until('the budget of the key as it is', async () => {
    const all = await prometheus.alerts();
    return all.some(({ labels }) => labels.alertname === 'KeyBudgetLow' && labels.api_key_alias === 'small') && all;
  });
  const about = (name) => firing.filter(({ labels }) => labels.alertname === name).map(({ labels }) => labels);
  assert.deepEqual([...new Set(about('DeploymentOutage').map((labels) => labels.model_id))].filter((id) => !id.startsWith('broken-')), []);
  assert.deepEqual(about('KeyBudgetLow').map((labels) => labels.api_key_alias), ['small']);
  assert.deepEqual(about('ModelLatencyHigh').map((labels) => labels.requested_model), ['slow']);
  // Not among them: TargetDown and GatewayMetricsMissing, as with a second for each scrape a busy machine is late now and then.
  for (const name of ['GatewayDown', 'DatabaseUnreachable', 'PostgresDown', 'RedisDown', 'PublicAddressDown', 'MonitoringConfigBroken', 'RulesFailing']) {
    assert.equal(watch.ever.has(name), false, `${name} has fired although nothing of the kind has happened`);
  }
});

test('every panel of the dashboard has data', { timeout: 600_000 }, async () => {
  // All of the time since there are calls, in as many points as a panel has.
  const dataOf = async (expr) => {
    const seconds = Math.ceil((Date.now() - begun) / 1000);
    return prometheus.range(substituted(expr), seconds, Math.max(5, Math.ceil(seconds / 200)));
  };
  const values = (result) => result.flatMap((series) => series.values.map(([, value]) => value)).filter((value) => value !== 'NaN');
  await complete('data of every panel', async () => {
    const empty = [];
    for (const { panel, legend, expr } of queries) if (values(await dataOf(expr)).length === 0) empty.push(`${panel} (${legend}): ${substituted(expr)}`);
    return empty;
  });
  for (const { panel, legend, expr } of queries) {
    // A legend that names a label which is not there would show an empty name.
    for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
      for (const series of await dataOf(expr)) assert.ok(label in series.metric, `${panel}: ${label} is not among the labels ${Object.keys(series.metric)}`);
    }
  }
  for (const variable of dashboard.templating.list) {
    const [, metric, label] = variable.query.query.match(/^label_values\((\w+), (\w+)\)$/);
    await until(`values of ${variable.name}`, async () => (await prometheus.query(`count by (${label}) (${metric})`)).length > 0);
  }
});

test('each metric of LiteLLM that is used is one that both versions have', async () => {
  // in_flight is counted by 1.106.2 only; the rule has another way for 1.80.11.
  const newOnly = new Set(['litellm_in_flight_requests']);
  const used = new Set([...rules.map((rule) => rule.expr), ...queries.map((query) => query.expr)].flatMap(metricNames).filter((name) => name.startsWith('litellm_') && !name.startsWith('litellm_kit_')));
  assert.ok(used.size > 20, `${used.size} names were found in rules and dashboard`);
  const missing = async (instance, names) => {
    const there = new Set(await prometheus.names(`{instance="${instance}"}`));
    return names.filter((name) => !there.has(name));
  };
  await complete('the numbers of 1.106.2', () => missing(newAddress, [...used]));
  traffic.abort();
  // A failed query of the old version's database: its counter begins with the first.
  await stop(old.database);
  await complete('the numbers of 1.80.11', async () => {
    await old.call('GET', '/key/list');
    return missing(oldAddress, [...used].filter((name) => !newOnly.has(name)));
  });
  assert.deepEqual(await missing(oldAddress, [...newOnly]), [...newOnly], 'no longer needs to be listed as new');
  await old.stop();
});

test('trouble with the monitoring itself', async () => {
  writeFileSync(`${folder}/observability/prometheus/rules/broken.yml`, 'groups: [{name: broken, rules: [{record: broken, expr: "up * on (job) group_right up"}]}]\n');
  await causes('RulesFailing', () => process.kill(prometheusProcess.child.pid, 'SIGHUP'));
  await causes('GatewayMetricsMissing', () => writeFileSync(metricsKey, 'sk-deleted'));
  await causes('TargetDown', () => troubledContainers.stop());
});

test('a public address that answers with an error', async () => {
  const file = `${folder}/observability/prometheus/targets/https.yml`;
  await causes('PublicAddressDown', () => {
    writeFileSync(file, `- targets: ["${publicAddress}/broken"]\n`);
    process.kill(prometheusProcess.child.pid, 'SIGHUP');
  });
});

test('database, cache and gateway go, one after the other', { timeout: 1_200_000 }, async () => {
  // The master key is known without a database. The key for /metrics works as long as the gateway remembers it, a minute.
  writeFileSync(metricsKey, masterKey);
  await until('metrics again', async () => (await prometheus.query(`up{job="litellm", instance="${newAddress}"} == 1`)).length > 0);
  await causes('PostgresDown', () => stop(gateway.database));
  repeatedly(1000, () => gateway.call('GET', '/key/list'));
  await fires('DatabaseUnreachable');
  await fires('DatabaseErrors');
  const down = async () => (await prometheus.alerts()).some(({ labels, state }) => labels.alertname === 'GatewayDown' && labels.instance === newAddress && state === 'firing');
  assert.equal(await down(), false, 'a gateway without a database is not down');
  await causes('RedisDown', () => stop(redis));
  await stop(gateway.proxy, 'SIGKILL');
  await until('GatewayDown', down);
});

test('the alert arrives at the webhook, with our text and on its route', async () => {
  const [message, alert] = await until('GatewayDown at the webhook', () => {
    for (const each of webhook.messages) for (const one of each.alerts) if (one.labels.alertname === 'GatewayDown' && one.labels.instance === newAddress && one.status === 'firing') return [each, one];
    return undefined;
  });
  assert.equal(message.path, '/critical');
  assert.equal(alert.annotations.summary, `The gateway ${newAddress} does not answer`);
  assert.equal(alert.annotations.summary_zh, `网关 ${newAddress} 无响应`);
  assert.match(alert.annotations.action, /^docker compose ps; docker compose logs --tail 100 litellm/);
  await until('KeyBudgetLow at the webhook', () => webhook.messages.some((each) => each.path === '/warning' && each.alerts.some((one) => one.labels.alertname === 'KeyBudgetLow')));
});

test('the watchdog goes its own way', async () => {
  await until('Watchdog at its receiver', () => webhook.messages.some((each) => each.path === '/watchdog'));
  const paths = webhook.messages.filter((each) => each.alerts.some((one) => one.labels.alertname === 'Watchdog')).map((each) => each.path);
  assert.deepEqual([...new Set(paths)], ['/watchdog']);
});

test('what follows from a gateway that is down is not sent', async () => {
  const shown = async (name) => (await (await fetch(`http://127.0.0.1:${alertmanagerPort}/api/v2/alerts`)).json()).filter(({ labels }) => labels.alertname === name);
  for (const name of ['DatabaseErrors', 'PublicAddressDown', 'DiskFilling', 'BackupLate']) {
    const [first] = await until(`${name} in Alertmanager`, async () => { const found = await shown(name); return found.length > 0 && found; });
    await until(`${name} to be silenced by its cause`, async () => (await shown(name)).every(({ status }) => status.inhibitedBy.length > 0));
    assert.ok(first);
  }
  assert.ok((await shown('GatewayDown')).every(({ status }) => status.inhibitedBy.length === 0));
});

test('a configuration that Alertmanager refuses', async () => {
  writeFileSync(`${folder}/observability/alertmanager/alertmanager.yml`, 'route: {}\n');
  process.kill(alertmanagerProcess.child.pid, 'SIGHUP');
  await fires('MonitoringConfigBroken');
});

test('every alert has fired, and its texts are complete', () => {
  assert.deepEqual(alerts.map((alert) => alert.alert).filter((name) => !watch.ever.has(name)), []);
  for (const [name, { annotations }] of watch.ever) {
    for (const [which, text] of Object.entries(annotations)) assert.doesNotMatch(text, /<no value>|<error|\{\{|  +|\(\)|  /, `${name}, ${which}: ${text}`);
  }
});
