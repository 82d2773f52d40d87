// The images of the kit, under the names and tags of deploy/env.example: one layer (see build), and for each its own way to start.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../../..');
const script = (name) => readFileSync(join(import.meta.dirname, 'images', name), 'utf8');
const example = readFileSync(join(project, 'deploy/env.example'), 'utf8');
export const named = (variable) => example.match(new RegExp(`^${variable}=(\\S+)$`, 'm'))[1];

const postgresPath = '/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const litellm = { Entrypoint: ['bash', '-c', script('litellm.sh'), 'litellm'], WorkingDir: '/app' };
const repository = named('LITELLM_IMAGE').replace(/:.*/, '');

// What an upgrade may meet. The first two are good; the second runs as another user, as some of LiteLLM's images do.
export const releases = {
	good: named('LITELLM_IMAGE'),
	next: `${repository}:v1.106.3`,
	ends: `${repository}:v1.106.4`,
	hangs: `${repository}:v1.106.5`,
	migratesAndEnds: `${repository}:v1.106.6`,
	missing: `${repository}:v1.106.99`,
};

export const images = {
	[releases.good]: litellm,
	[releases.next]: { ...litellm, User: '65532:65532' },
	[releases.ends]: { ...litellm, Env: ['KIT_FAULT=ends'] },
	[releases.hangs]: { ...litellm, Env: ['KIT_FAULT=hangs'] },
	[releases.migratesAndEnds]: { ...litellm, Env: ['KIT_FAULT=migrates-and-ends'] },
	[named('POSTGRES_IMAGE')]: { Entrypoint: ['bash', '-c', script('postgres.sh'), 'postgres'], Cmd: ['postgres'], Env: ['PGDATA=/var/lib/postgresql/data', `PATH=${postgresPath}`] },
	[named('REDIS_IMAGE')]: { Cmd: ['redis-server'], WorkingDir: '/data' },
	[named('PROMETHEUS_IMAGE')]: { Entrypoint: ['prometheus'], WorkingDir: '/prometheus' },
	[named('ALERTMANAGER_IMAGE')]: { Entrypoint: ['prometheus-alertmanager'], WorkingDir: '/alertmanager' },
	[named('NODE_EXPORTER_IMAGE')]: { Entrypoint: ['prometheus-node-exporter'] },
	[named('BLACKBOX_IMAGE')]: { Entrypoint: ['prometheus-blackbox-exporter'] },
	[named('GRAFANA_IMAGE')]: { Entrypoint: ['python3', '-c', script('page.py'), '3000'] },
	[named('CADVISOR_IMAGE')]: { Entrypoint: ['python3', '-c', script('page.py'), '8080'] },
};
