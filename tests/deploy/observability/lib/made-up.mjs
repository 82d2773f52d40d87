// Numbers of a server in trouble, in the shape in which node-exporter and cAdvisor tell them: this machine's disk cannot
// be filled and its containers cannot be killed for a test. And an https server whose certificate is about to expire.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { readFileSync } from 'node:fs';

const listen = (server, port) =>
  new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () => resolve({ stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) })),
  );

export const startTroubledHost = (port) =>
  listen(
    createServer((request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(
        [
          'node_filesystem_size_bytes{device="/dev/made-up",fstype="ext4",mountpoint="/made-up"} 1e+11',
          'node_filesystem_avail_bytes{device="/dev/made-up",fstype="ext4",mountpoint="/made-up"} 2e+09',
          'node_memory_MemTotal_bytes 8e+09',
          'node_memory_MemAvailable_bytes 4e+08',
          '',
        ].join('\n'),
      ),
    ),
    port,
  );

/** Two containers of ours, one that starts again every three scrapes, and one of somebody else. */
export const startTroubledContainers = (port) => {
  let scrapes = 0;
  const labels = (project, service) =>
    `{container_label_com_docker_compose_project="${project}",container_label_com_docker_compose_service="${service}",id="/system.slice/docker-0.scope",image="made-up",name="${project}-${service}-1"}`;
  return listen(
    createServer((request, response) => {
      scrapes += 1;
      const lines = ['cadvisor_version_info{cadvisorVersion="made-up"} 1'];
      for (const [project, service, started, used] of [
        ['litellm-server', 'litellm', 1e9 + Math.floor(scrapes / 3), 3.9e9],
        ['litellm-server', 'postgres', 1e9, 3e8],
        ['blog', 'wordpress', 1e9 + scrapes, 4e9],
      ]) {
        lines.push(`container_start_time_seconds${labels(project, service)} ${started}`);
        lines.push(`container_memory_working_set_bytes${labels(project, service)} ${used}`);
        lines.push(`container_spec_memory_limit_bytes${labels(project, service)} 4e+09`);
      }
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
    }),
    port,
  );
};

/** An authority of our own, and a certificate of it for 127.0.0.1 that is good for two days. */
export function makeCertificate(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'authority.key', '-out', 'authority.pem', '-days', '30', '-subj', '/CN=Test authority');
  openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1');
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-out', 'server.pem', '-days', '2', '-copy_extensions', 'copy');
  return `${folder}/authority.pem`;
}

/** /health/liveliness answers, unless it is asked below /broken. */
export const startPublicAddress = (port, folder) =>
  listen(
    createSecureServer({ key: readFileSync(`${folder}/server.key`), cert: readFileSync(`${folder}/server.pem`) }, (request, response) =>
      response.writeHead(request.url === '/health/liveliness' ? 200 : 503).end('alive'),
    ),
    port,
  );
