// Prometheus, Alertmanager and Grafana as far as verify.sh asks them. They stand for the real ones at one address; what this
// Prometheus says of the gateway is true: it asks for /metrics with the key that the scripts have made for it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { project } from './installation.mjs';

export async function startObservers(gateway) {
  const keyFile = join(gateway.dir, 'observability/prometheus/metrics-key');
  const scrape = async () => {
    const key = readFileSync(keyFile, 'utf8').trim();
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/metrics/`, { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(60_000) });
    return answer.ok ? '1' : '0';
  };
  const server = createServer(async (request, response) => {
    const up = request.url.startsWith('/api/v1/query') ? await scrape().catch(() => '0') : '';
    response.end(JSON.stringify({ data: { result: [{ value: [0, up] }] } }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const compose = readFileSync(join(project, 'docker-compose.observability.yml'), 'utf8').replace(/"127\.0\.0\.1:\d+:(\d+)"/g, `"127.0.0.1:${server.address().port}:$1"`);
  writeFileSync(join(gateway.dir, 'docker-compose.observability.yml'), compose);
  for (const folder of ['observability/prometheus', 'data/prometheus', 'data/alertmanager', 'data/grafana']) mkdirSync(join(gateway.dir, folder), { recursive: true });
  gateway.setEnv('COMPOSE_FILE', 'docker-compose.yml:docker-compose.observability.yml');
  return {
    keyFile,
    scrape,
    // Compose restarted all that read files at their start.
    restarted: () => gateway.calls().some(({ argv }) => argv[1] === 'restart' && ['prometheus', 'alertmanager', 'grafana', 'blackbox'].every((name) => argv.includes(name))),
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  };
}
