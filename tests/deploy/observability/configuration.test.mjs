// What can be told without starting anything: promtool and amtool on the shipped files, the unit tests of the rules, the
// dashboard's JSON, the Compose file, and write-config.sh.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';

import { parse, stringify } from 'yaml';

import { alerts, dashboard, metricNames, panels, queries, read, readYaml, rules, shipped } from './lib/alerts.mjs';
import { install, writeConfig } from './lib/monitoring.mjs';
import { project } from './lib/processes.mjs';

const scratch = mkdtempSync(`${tmpdir()}/observability-files-`);
after(() => rmSync(scratch, { recursive: true, force: true }));

const tool = (command, ...args) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  assert.ok(!error, `${command} is not here: apt-get install --no-install-recommends prometheus prometheus-alertmanager`);
  return { status, output: `${stdout}${stderr}` };
};
const succeeds = (...words) => {
  const { status, output } = tool(...words);
  assert.equal(status, 0, output);
  return output;
};
let count = 0;
/** An installation with these lines in its .env. */
const installation = (...lines) => {
  const folder = `${scratch}/${(count += 1)}`;
  mkdirSync(folder);
  install(folder, `${lines.join('\n')}\n`);
  return folder;
};
const compose = (name) => parse(readFileSync(`${project}${name}`, 'utf8'), { merge: true });
const core = compose('docker-compose.core.yml');
const observability = compose('docker-compose.observability.yml');

// --- Prometheus -------------------------------------------------------------------------------------------------------

test('promtool accepts the configuration, with the files of an installation', () => {
  const folder = installation('PROXY_BASE_URL=https://litellm.example.com');
  const work = `${folder}/observability/prometheus`;
  writeFileSync(`${work}/metrics-key`, 'sk-key');
  writeFileSync(`${work}/prometheus.yml`, readFileSync(`${work}/prometheus.yml`, 'utf8').replaceAll('/etc/prometheus/', `${work}/`));
  const output = succeeds('promtool', 'check', 'config', `${work}/prometheus.yml`);
  assert.match(output, /3 rule files found/);
});

test('promtool accepts the rules, without a doubt about them', () => {
  succeeds('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', `${shipped}/prometheus/rules/recording.yml`, `${shipped}/prometheus/rules/alerts.yml`, `${shipped}/prometheus/rules/watchdog.yml`);
});

const unitTests = readdirSync(new URL('rules/', import.meta.url)).map((name) => new URL(`rules/${name}`, import.meta.url).pathname);
for (const file of unitTests) {
  test(`unit tests of the rules: ${file.split('/').pop()}`, () => succeeds('promtool', 'test', 'rules', file));
}

test('each alert has a case in which it fires and one in which it does not', () => {
  const recorded = new Map(rules.filter((rule) => rule.record).map((rule) => [rule.record, rule.expr]));
  const metricsOf = (expr) => {
    const names = [...recorded].filter(([name]) => expr.includes(name));
    return [...metricNames(expr), ...names.flatMap(([, inner]) => metricsOf(inner)), ...(/\bup\{/.test(expr) ? ['up'] : [])];
  };
  const cases = unitTests.flatMap((file) => parse(readFileSync(file, 'utf8')).tests);
  for (const { alert, expr } of alerts) {
    const metrics = metricsOf(expr);
    const about = cases
      .filter((each) => each.input_series.some(({ series }) => metrics.some((name) => series === name || series.startsWith(`${name}{`))))
      .flatMap((each) => each.promql_expr_test)
      .filter((each) => each.expr.startsWith('ALERTS') && (!each.expr.includes('alertname=') || each.expr.includes(`"${alert}"`)));
    const fires = (each) => (each.exp_samples ?? []).some(({ labels }) => labels.includes(`alertname="${alert}"`) && labels.includes('alertstate="firing"'));
    assert.ok(about.some(fires), `${alert} fires in no unit test`);
    assert.ok(about.some((each) => !fires(each)), `${alert} is quiet in no unit test`);
  }
});

test('each alert says what happened, in two languages, and what to do', () => {
  for (const { alert, labels, annotations } of alerts) {
    assert.match(labels.severity, /^(critical|warning)$/, alert);
    assert.deepEqual(Object.keys(annotations), ['summary', 'summary_zh', 'action'], alert);
    assert.match(annotations.summary_zh, /\p{Script=Han}/u, alert);
    assert.ok(annotations.action.length > 30, `${alert} does not say what to do`);
  }
  assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
});

test('what is watched exists: services, ports and networks of Compose', () => {
  const services = { ...core.services, ...observability.services, ...compose('docker-compose.scale.yml').services };
  const folder = installation('COMPOSE_FILE=docker-compose.yml:docker-compose.scale.yml');
  const instances = parse(readFileSync(`${folder}/observability/prometheus/targets/instances.yml`, 'utf8')).flatMap((group) => group.targets);
  assert.equal(instances.length, Object.keys(services).filter((name) => /^litellm-\d$/.test(name)).length);
  const named = [...read('prometheus/prometheus.yml').matchAll(/"([a-z][a-z-]*):(\d+)"/g)].map((match) => match[1]);
  assert.ok(named.length >= 8);
  for (const host of [...named, ...instances.map((address) => address.split(':')[0])]) {
    assert.ok(services[host], `prometheus.yml names ${host}, which is no service`);
    const networks = services[host].networks ?? core.services.litellm.networks; // further instances extend litellm
    assert.ok(networks.some((network) => observability.services.prometheus.networks.includes(network)), `Prometheus does not reach ${host}`);
  }
  for (const host of ['litellm', 'postgres', 'redis']) assert.ok(services[host].networks.some((network) => observability.services.blackbox.networks.includes(network)), host);
});

test('the gateway is configured to tell what is asked for', () => {
  const ours = parse(readFileSync(new URL('lib/gateway.yaml', import.meta.url), 'utf8')).litellm_settings;
  for (const name of readdirSync(`${project}deploy/config`).filter((file) => file.endsWith('.yaml'))) {
    const settings = parse(readFileSync(`${project}deploy/config/${name}`, 'utf8')).litellm_settings;
    for (const each of ['callbacks', 'service_callback', 'prometheus_initialize_budget_metrics', 'require_auth_for_metrics_endpoint']) assert.deepEqual(settings[each], ours[each], `${each} in ${name}`);
  }
});

// --- Alertmanager -----------------------------------------------------------------------------------------------------

test('amtool accepts what write-config.sh makes, as it is and filled in', () => {
  const folder = installation('PROXY_BASE_URL=');
  const work = `${folder}/observability/alertmanager`;
  const output = succeeds('amtool', 'check-config', `${work}/alertmanager.yml`);
  assert.match(output, /3 receivers/);
  assert.deepEqual(parse(readFileSync(`${work}/alertmanager.yml`, 'utf8')).receivers, [{ name: 'critical' }, { name: 'warning' }, { name: 'watchdog' }], 'nothing is sent as long as nothing is filled in');

  // Every example of the file, without its "# ". Debian's Alertmanager does not know url_file of webhooks yet.
  const example = read('alertmanager/receivers.example.yml');
  const filledIn = example.replace(/^    # (?=[ -]|[a-z_]+_configs:)/gm, '    ').replace(/url_file: \/\S+(?:webhook|watchdog)-url/g, 'url: http://127.0.0.1/');
  const { critical } = Object.fromEntries(parse(filledIn).receivers.map((receiver) => [receiver.name, receiver]));
  const wordpress = critical.webhook_configs.find(({ url }) => url?.endsWith('/wp-json/litellm-dashboard/v1/alertmanager'));
  assert.deepEqual(wordpress.http_config, { authorization: { credentials_file: '/etc/alertmanager/secrets/wordpress-token' } }, 'the token is in a file');
  for (const kind of ['webhook_configs', 'email_configs', 'slack_configs']) assert.match(filledIn, new RegExp(`^    ${kind}:`, 'm'));
  writeFileSync(`${work}/receivers.yml`, filledIn);
  writeConfig(folder);
  succeeds('amtool', 'check-config', `${work}/alertmanager.yml`);
  assert.equal(readFileSync(`${work}/receivers.yml`, 'utf8'), filledIn, 'what was filled in stays');
  assert.doesNotMatch(example, /^[^#]*(password|token|secret|url):/m, 'no place for a secret in the file itself');
});

test('amtool sends each severity where it belongs', () => {
  const file = `${installation('PROXY_BASE_URL=')}/observability/alertmanager/alertmanager.yml`;
  for (const { alert, labels } of alerts) {
    succeeds('amtool', 'config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${labels.severity}`, `alertname=${alert}`, `severity=${labels.severity}`);
  }
  assert.notEqual(tool('amtool', 'config', 'routes', 'test', `--config.file=${file}`, '--verify.receivers=critical', 'severity=warning').status, 0);
});

test('the watchdog always fires, and reaches its own receiver and nobody else, also where receivers.yml is older than it', () => {
  const [watchdog] = readYaml('prometheus/rules/watchdog.yml').groups[0].rules;
  assert.deepEqual([watchdog.expr, watchdog.for], ['vector(1)', undefined]);
  const folder = installation('PROXY_BASE_URL=');
  const work = `${folder}/observability/alertmanager`;
  for (const receivers of [undefined, 'receivers:\n  - name: critical\n  - name: warning\ntemplates: []\n', 'receivers: # ours\n- name: warning\n- name: critical\n', 'receivers:\n  - name: critical\n  - name: warning\n  - name: "watchdog"\n',
    // Another one whose name begins so, a list of more than one level before it, and a name that is not the first of its entry.
    'templates:\n      - /etc/alertmanager/*.tmpl\nreceivers:\n- name: watchdog-old\n- name: critical\n- name: warning\n', 'receivers:\n  - name: critical\n  - name: warning\n  - webhook_configs: []\n    name: watchdog # ours\n', 'receivers:\n  - {name: critical}\n  - {name: warning}\n  - {name: watchdog}\n']) {
    if (receivers) writeFileSync(`${work}/receivers.yml`, receivers);
    writeConfig(folder);
    succeeds('amtool', 'check-config', `${work}/alertmanager.yml`);
    succeeds('amtool', 'config', 'routes', 'test', `--config.file=${work}/alertmanager.yml`, '--verify.receivers=watchdog', 'alertname=Watchdog', `severity=${watchdog.labels.severity}`);
    if (receivers) assert.equal(readFileSync(`${work}/receivers.yml`, 'utf8'), receivers);
  }
  // What counts alerts does not count it.
  for (const { expr, panel } of queries) if (/\bALERTS\b/.test(expr)) assert.match(expr, /alertname!="Watchdog"/, panel);
});

test('an older routes.yml, in which the watchdog would go to everybody, is said; a list that cannot be added to as well', () => {
  const folder = installation('PROXY_BASE_URL=');
  const work = `${folder}/observability/alertmanager`;
  const script = () => spawnSync(`${project}deploy/observability/write-config.sh`, ['--litellm-dir', folder], { encoding: 'utf8' });
  assert.equal(script().stderr.includes('WARNING'), false);
  const routes = parse(readFileSync(`${work}/routes.yml`, 'utf8'));
  routes.route.routes = routes.route.routes.filter(({ receiver }) => receiver !== 'watchdog');
  writeFileSync(`${work}/routes.yml`, `# without Watchdog\n${stringify(routes)}`);
  const older = script();
  assert.equal(older.status, 0, older.stderr);
  assert.match(older.stderr, /WARNING: \S+routes\.yml, which was changed, has no route for the alert Watchdog/);
  const written = readFileSync(`${work}/alertmanager.yml`, 'utf8');
  writeFileSync(`${work}/receivers.yml`, 'receivers: [{name: critical}, {name: warning}]\n');
  const refused = script();
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /has no list below a line 'receivers:'[^]* - name: watchdog/);
  assert.equal(readFileSync(`${work}/alertmanager.yml`, 'utf8'), written);
});

test('what is silenced, and by what, exists', () => {
  const names = new Set(alerts.map(({ alert }) => alert));
  const inhibit = readYaml('alertmanager/routes.yml').inhibit_rules;
  for (const [, pattern] of inhibit.flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers]).map((matcher) => matcher.match(/^alertname=~?"(.+)"$/)).filter(Boolean)) {
    for (const alternative of pattern.split(/\|(?![^(]*\))/)) {
      assert.ok([...names].some((name) => new RegExp(`^(?:${alternative})$`).test(name)), `${alternative} is no alert`);
    }
  }
  // Two degrees of the same trouble.
  for (const what of new Set(alerts.map(({ labels }) => labels.about).filter(Boolean))) {
    const pair = alerts.filter(({ labels }) => labels.about === what);
    assert.deepEqual(pair.map(({ labels }) => labels.severity).sort(), ['critical', 'warning'], what);
  }
});

// --- write-config.sh --------------------------------------------------------------------------------------------------

test('write-config.sh takes the public address from .env, if it is https', () => {
  const targets = (folder) => parse(readFileSync(`${folder}/observability/prometheus/targets/https.yml`, 'utf8'));
  const folder = installation('PROXY_BASE_URL=https://litellm.example.com/');
  assert.deepEqual(targets(folder), [{ targets: ['https://litellm.example.com/health/liveliness'] }]);
  for (const other of ['', 'http://127.0.0.1:24157', 'https://a.example.com"], labels: {x: "y', 'https://a b']) {
    writeFileSync(`${folder}/.env`, `PROXY_BASE_URL=${other}\n`);
    writeConfig(folder);
    assert.deepEqual(targets(folder), [], other);
  }
});

test('write-config.sh leaves secrets to Alertmanager alone, and all else readable', () => {
  const folder = installation('PROXY_BASE_URL=');
  const secrets = `${folder}/observability/alertmanager/secrets`;
  writeFileSync(`${secrets}/webhook-url`, 'https://example.com/token', { mode: 0o644 });
  writeConfig(folder);
  const mode = (file) => (statSync(file).mode & 0o777).toString(8);
  assert.deepEqual([mode(secrets), mode(`${secrets}/webhook-url`)], ['750', '640']);
  if (process.getuid() === 0) assert.deepEqual([statSync(`${secrets}/webhook-url`).uid, statSync(`${secrets}/webhook-url`).gid], [0, 65534]);
  for (const file of ['alertmanager/alertmanager.yml', 'prometheus/targets/https.yml', 'prometheus/targets/instances.yml']) assert.equal(mode(`${folder}/observability/${file}`), '644');
  assert.equal(mode(`${folder}/observability/prometheus/targets`), '755');
});

test('write-config.sh changes nothing in a dry run, and says what is missing', () => {
  const folder = installation('PROXY_BASE_URL=https://litellm.example.com');
  const file = `${folder}/observability/prometheus/targets/https.yml`;
  rmSync(file);
  assert.match(writeConfig(folder, '--dry-run'), /would write: .*https\.yml/);
  assert.equal(existsSync(file), false);
  rmSync(`${folder}/observability/alertmanager/routes.yml`);
  const { status, output } = tool(`${project}deploy/observability/write-config.sh`, '--litellm-dir', folder);
  assert.equal(status, 1);
  assert.match(output, /routes\.yml is missing; deploy-full\.sh --with-observability puts it there/);
  assert.match(tool(`${project}deploy/observability/write-config.sh`, '--help').output, /^Writes what Prometheus/);
});

// --- Compose ----------------------------------------------------------------------------------------------------------

test('every service is pinned, limited, unprivileged, checked and off the public network', () => {
  const published = [];
  for (const [name, service] of Object.entries(observability.services)) {
    assert.match(service.image, /^\$\{[A-Z_]+_IMAGE:\?/, name);
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.equal(service.privileged ?? service.cap_add ?? service.network_mode ?? service.pid, undefined, name);
    assert.match(service.user, /^\d+:\d+$/, name);
    for (const key of ['healthcheck', 'cpus', 'mem_limit', 'pids_limit', 'logging', 'restart']) assert.ok(service[key], `${name}: ${key}`);
    for (const port of service.ports ?? []) published.push(port);
    for (const volume of service.volumes) {
      if (volume.source.startsWith('./observability/')) {
        assert.ok(volume.read_only, `${name}: ${volume.source}`);
        assert.ok(existsSync(`${shipped}/${volume.source.slice('./observability/'.length)}`), `${volume.source} is in the kit`);
      }
    }
  }
  assert.deepEqual(published.sort(), ['127.0.0.1:3000:3000', '127.0.0.1:9090:9090', '127.0.0.1:9093:9093']);
  // What sees the whole machine has no way out.
  assert.equal(observability.networks.exporters.internal, true);
  for (const name of ['cadvisor', 'node-exporter']) assert.deepEqual(observability.services[name].networks, ['exporters']);
  assert.match(observability.services.grafana.environment.GF_SECURITY_ADMIN_PASSWORD, /^\$\{GRAFANA_ADMIN_PASSWORD:\?/);
  for (const name of ['GF_AUTH_ANONYMOUS_ENABLED', 'GF_USERS_ALLOW_SIGN_UP', 'GF_ANALYTICS_REPORTING_ENABLED']) assert.equal(observability.services.grafana.environment[name], 'false');
});

// With Docker 29 (images in containerd) cAdvisor registers no container without containerd's socket, and the alerts on
// containers would never fire.
test('cAdvisor can ask Docker and containerd, and nobody else can', () => {
  for (const [name, { volumes }] of Object.entries(observability.services)) {
    const sockets = volumes.map(({ source }) => source).filter((source) => source.endsWith('.sock'));
    assert.deepEqual(sockets, name === 'cadvisor' ? ['/var/run/docker.sock', '/run/containerd/containerd.sock'] : [], name);
  }
});

test('every variable of the Compose file is explained in env.example, and its images are pinned', () => {
  const lines = readFileSync(`${project}deploy/env.example`, 'utf8').split('\n');
  for (const [, name] of readFileSync(`${project}docker-compose.observability.yml`, 'utf8').matchAll(/(?<!\$)\$\{([A-Z_]+)/g)) {
    const line = lines.find((each) => each.startsWith(`${name}=`));
    assert.ok(line, `${name} is not in deploy/env.example`);
    if (name.endsWith('_IMAGE')) assert.match(line, /:v?\d+\.\d+\.\d+$/, `${name} has a full version`);
  }
});

// --- Grafana ----------------------------------------------------------------------------------------------------------

test('the dashboard is sound: ids, places, sources, units, variables', () => {
  // Those that the dashboard uses, of Grafana's own list.
  const units = new Set(['short', 'none', 'reqps', 'ops', 's', 'd', 'percentunit', 'currencyUSD', 'bytes']);
  const uid = readYaml('grafana/provisioning/datasources/prometheus.yml').datasources[0].uid;
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'ids are unique');
  const taken = new Map();
  for (const { title, type, gridPos: { x, y, w, h } } of panels) {
    assert.ok(x >= 0 && x + w <= 24, `${title} is within 24 columns`);
    for (let column = x; column < x + w; column += 1) {
      for (let line = y; line < y + h; line += 1) {
        const place = `${column}/${line}`;
        assert.equal(taken.get(place), undefined, `${title} lies upon ${taken.get(place)}`);
        taken.set(place, title);
      }
    }
    assert.ok(['row', 'stat', 'timeseries', 'bargauge', 'state-timeline', 'table'].includes(type), type);
  }
  const variables = new Set(dashboard.templating.list.map(({ name }) => name));
  for (const panel of panels.filter(({ type }) => type !== 'row')) {
    assert.equal(panel.datasource.uid, uid, panel.title);
    assert.ok(panel.type === 'table' || units.has(panel.fieldConfig.defaults.unit), `${panel.title}: ${panel.fieldConfig.defaults.unit}`);
    assert.ok(panel.targets.length > 0, panel.title);
    assert.equal(new Set(panel.targets.map(({ refId }) => refId)).size, panel.targets.length, panel.title);
    for (const target of panel.targets) {
      assert.equal(target.datasource.uid, uid, panel.title);
      for (const [, name] of target.expr.matchAll(/\$(?!__)(\w+)/g)) assert.ok(variables.has(name), `${panel.title}: $${name}`);
    }
    // A line for each series: named by a label, never by the whole expression.
    if (panel.type !== 'table') for (const target of panel.targets) assert.ok(target.legendFormat, panel.title);
  }
  const recorded = new Set(rules.map((rule) => rule.record));
  for (const { expr, panel } of queries) for (const [name] of expr.matchAll(/\b[a-z]+:\w+:\w+\b/g)) assert.ok(recorded.has(name), `${panel}: ${name} is not recorded`);
  assert.ok(queries.length >= 40);
});

// Grafana 13 starts a process for each of the sources in its image, which its limits of memory and processes do not allow for;
// and at the start it would replace them, which a read-only file system lets it begin and not finish.
test('Grafana loads the sources that are used, fetches none, and has room for their processes', () => {
  const { environment, pids_limit } = observability.services.grafana;
  const off = environment.GF_PLUGINS_DISABLE_PLUGINS.split(',');
  for (const name of ['elasticsearch', 'tempo', 'zipkin', 'opentsdb', 'stackdriver', 'mssql', 'jaeger', 'loki', 'mysql', 'influxdb', 'grafana-postgresql-datasource', 'grafana-pyroscope-datasource']) {
    assert.ok(off.includes(name), `${name} comes with the image`);
  }
  const used = new Set([readYaml('grafana/provisioning/datasources/prometheus.yml').datasources[0].type, ...panels.flatMap(({ datasource }) => datasource?.type ?? [])]);
  for (const type of used) assert.ok(!off.includes(type), `${type} is used`);
  assert.equal(environment.GF_PLUGINS_PREINSTALL_DISABLED, 'true');
  assert.ok(pids_limit >= 256);
});

test('Grafana finds the dashboard where it looks for it', () => {
  const [provider] = readYaml('grafana/provisioning/dashboards/litellm.yml').providers;
  const { volumes, environment } = observability.services.grafana;
  const mount = volumes.find(({ target }) => target === provider.options.path);
  assert.ok(mount, `${provider.options.path} is mounted`);
  const home = environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH.replace(mount.target, mount.source).replace('./observability/', '');
  assert.equal(JSON.parse(read(home)).uid, dashboard.uid);
});
