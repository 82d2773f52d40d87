// The shipped rules and the dashboard, as data.
import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import { project } from './processes.mjs';

export const shipped = `${project}deploy/observability`;
export const read = (file) => readFileSync(`${shipped}/${file}`, 'utf8');
export const readYaml = (file) => parse(read(file));

export const rules = ['recording', 'alerts'].flatMap((name) => readYaml(`prometheus/rules/${name}.yml`).groups.flatMap((group) => group.rules));
export const alerts = rules.filter((rule) => rule.alert);
export const dashboard = JSON.parse(read('grafana/dashboards/litellm.json'));
export const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
export const queries = panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel: panel.title, legend: target.legendFormat, expr: target.expr })));

/** What Grafana sends: variables at "All", intervals as on a screen of an hour. */
export const substituted = (expr) =>
  expr
    .replace(/\$(model|key|team)\b/g, '.*')
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '10m')
    .replaceAll('$__interval', '15s');

/** The metrics that a query reads; recorded names (with a colon) are not among them. */
export function metricNames(expr) {
  const alternatives = [...expr.matchAll(/__name__=~"([^"]+)"/g)].flatMap((match) => expand(match[1]));
  const bare = expr.replace(/"[^"]*"/g, '""');
  const names = [...bare.matchAll(/(?<![:\w])(?:litellm|probe|node|container|prometheus|alertmanager|process)_\w+(?![:\w])/g)].map((match) => match[0]);
  return [...new Set([...names, ...alternatives])];
}
// One optional group, as in litellm_redis_(daily_)?spend: both names.
const expand = (pattern) => {
  const group = pattern.match(/\(([^)]*)\)\?/);
  return group ? [pattern.replace(group[0], ''), pattern.replace(group[0], group[1])] : [pattern];
};
