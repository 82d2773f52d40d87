// The services as processes: PostgreSQL in a cluster of its own, redis-server, LiteLLM from its packages. The others
// (Prometheus, Grafana, …) are only said to run.
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { litellmVersion, packages, venv } from './images.mjs';
import { Failure, failing, load, ports, save, sleep, state, writeWhole } from './state.mjs';
import { startWarm } from './warm.mjs';

const engine = join(packages, 'engine');
const postgresBin = () => {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(a) - Number(b));
  return join('/usr/lib/postgresql', versions.at(-1), 'bin');
};
const isRoot = process.getuid() === 0;
const as = (command, ...args) => (isRoot ? ['runuser', ['--user', 'postgres', '--', command, ...args]] : [command, args]);

export const status = (name) => load(`${name}.service.json`);
const note = (name, value) => save(`${name}.service.json`, value);
const logFile = (name) => join(state, `${name}.log`);

// One that has ended but that nobody has noticed yet (a zombie) is not alive.
function alive(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0] !== 'Z';
  } catch {
    return false;
  }
}
export function running(name) {
  const now = status(name);
  if (!now?.on) return false;
  return name === 'postgres' ? existsSync(join(now.cluster, 'data/postmaster.pid')) : !now.pid || alive(now.pid);
}

// Nothing of ours but what the service needs: no lock that a script holds, no variable that Compose would not pass on.
const inherited = () => Object.fromEntries(['PATH', 'HOME', 'LANG', 'LITELLM_DASHBOARD_DEPLOY', 'ENGINE_STATE'].filter((key) => process.env[key]).map((key) => [key, process.env[key]]));

function detach(name, command, args, environment, folder) {
  const log = openSync(logFile(name), 'a');
  const child = spawn(command, args, { cwd: folder ?? state, env: { ...inherited(), ...environment }, detached: true, stdio: ['ignore', log, log] });
  child.unref();
  return child.pid;
}

export async function start(name, service, project, hash) {
  const now = { on: true, image: service.image, hash, folder: project.folder };
  if (name === 'postgres') now.cluster = startPostgres(project);
  else if (name === 'redis') now.pid = startRedis(project);
  else if (/^litellm(-\d+)?$/.test(name)) Object.assign(now, await startLitellm(name, service, project));
  note(name, now);
  if (name === 'redis') await answers(ports().redis);
}

// The cluster belongs to data/postgres of the installation: when that folder is emptied, the next start makes a new one.
function startPostgres(project) {
  const mark = join(project.folder, 'data/postgres/.stand-in-cluster');
  mkdirSync(join(project.folder, 'data/postgres'), { recursive: true });
  if (!existsSync(mark)) writeFileSync(mark, join(state, `postgres-${randomBytes(4).toString('hex')}`));
  const cluster = readFileSync(mark, 'utf8');
  const bin = postgresBin();
  const pid = join(cluster, 'data/postmaster.pid');
  if (!existsSync(join(cluster, 'data/PG_VERSION'))) {
    chmodSync(state, 0o711);
    mkdirSync(cluster, { recursive: true, mode: 0o711 });
    writeFileSync(join(cluster, 'password'), project.environment.POSTGRES_PASSWORD ?? '', { mode: 0o600 });
    if (isRoot) execFileSync('chown', ['--recursive', 'postgres:postgres', cluster]);
    execFileSync(...as(join(bin, 'initdb'), '-D', join(cluster, 'data'), '-U', 'litellm', '--pwfile', join(cluster, 'password'), '--auth-local=trust', '--auth-host=scram-sha-256', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'), { cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  }
  if (existsSync(pid) && !alive(Number(readFileSync(pid, 'utf8').split('\n')[0]))) rmSync(pid);
  // Test data: durability is traded for speed.
  const options = `-p ${ports().postgres} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${cluster} -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=150`;
  const result = spawnSync(...as(join(bin, 'pg_ctl'), '-D', join(cluster, 'data'), '-w', '-l', join(cluster, 'log'), '-o', options, 'start'), { cwd: '/', env: inherited(), stdio: 'ignore' });
  if (result.status !== 0) throw new Failure(`container postgres exited (${result.status}): ${readFileSync(join(cluster, 'log'), 'utf8').slice(-500)}`);
  const exists = spawnSync(join(bin, 'psql'), ['-tAc', "select 1 from pg_database where datname = 'litellm'", 'postgres'], { env: clientEnvironment(cluster), encoding: 'utf8' });
  // As the image does it with POSTGRES_DB, in an empty cluster only.
  if (!exists.stdout.trim() && !existsSync(join(cluster, 'made'))) execFileSync(join(bin, 'createdb'), ['litellm'], { env: clientEnvironment(cluster) });
  writeFileSync(join(cluster, 'made'), '');
  writeFileSync(join(project.folder, 'data/postgres/PG_VERSION'), '15\n');
  // What `docker` needs for a command in it.
  const { PGHOST, PGPORT } = clientEnvironment(cluster);
  writeWhole('postgres.place', `folder='${project.folder}'\ncluster='${PGHOST}'\nport='${PGPORT}'\nprograms='${bin}'\n`);
  return cluster;
}
const clientEnvironment = (cluster) => ({ ...inherited(), PATH: `${postgresBin()}:${process.env.PATH}`, PGHOST: cluster, PGPORT: String(ports().postgres), PGUSER: 'litellm' });

function startRedis(project) {
  const file = join(state, 'redis.conf');
  writeFileSync(file, `port ${ports().redis}\nbind 127.0.0.1\nsave ""\nappendonly no\ndir ${state}\nrequirepass "${project.environment.REDIS_PASSWORD}"\n`, { mode: 0o600 });
  return detach('redis', 'redis-server', [file]);
}

// The published port of this instance, from `127.0.0.1:24157:4000`.
const published = (service) => Number(/(\d+):\d+(?:\/tcp)?$/.exec(String(service.ports?.[0]?.published ? `${service.ports[0].published}:4000` : service.ports?.[0]))?.[1]);

// Inside the network the database and Redis have names; here they are ports of this machine.
function litellmEnvironment(service, version) {
  const environment = { ...service.environment };
  for (const key of Object.keys(environment)) environment[key] = String(environment[key]).replace(/@postgres(:\d+)?\//, `@127.0.0.1:${ports().postgres}/`).replace(/@redis(:\d+)?/, `@127.0.0.1:${ports().redis}`);
  if (environment.REDIS_HOST) Object.assign(environment, { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(ports().redis) });
  return {
    ...environment,
    DISABLE_SCHEMA_UPDATE: 'true', // as the image does at start, but by db.js: see the script below
    PRISMA_BINARY_CACHE_DIR: engine, PRISMA_QUERY_ENGINE_BINARY: join(engine, 'query-engine'), PRISMA_SCHEMA_ENGINE_BINARY: join(engine, 'query-engine'),
    PRISMA_SKIP_POSTINSTALL_GENERATE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1',
    LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False', LITELLM_MIGRATION_DIR: join(state, 'migrations'),
    NO_PROXY: '127.0.0.1,localhost', STAND_IN_VENV: venv(version),
    PYTHON_GC_THRESHOLD: '100000,50,50', // see dev/litellm/up
  };
}

const script = `
set -eu
echo "LiteLLM: migrating the database"
node "$STAND_IN_DB" migrate "$DATABASE_URL" "$STAND_IN_MIGRATIONS"
cd "$STAND_IN_FOLDER"
exec "$STAND_IN_VENV/bin/litellm" "$@"
`;
async function startLitellm(name, service, project) {
  const version = litellmVersion(service.image);
  if (!version) throw new Failure(`Error response from daemon: No such image: ${service.image}`);
  const folder = join(state, name);
  mkdirSync(folder, { recursive: true });
  const once = join(state, 'fail/start-once');
  const broken = failing('start-once', service.image);
  rmSync(once, { force: true });
  if (broken || failing('start', service.image)) return { pid: detach(name, 'sh', ['-c', 'echo "ImportError: the image is broken" >&2; exit 1']) };
  if (failing('not-ready', service.image)) return { pid: detach(name, 'sleep', ['600']) };
  const config = join(project.folder, 'config', project.environment.LITELLM_CONFIG || 'litellm-config.yaml');
  const library = join(venv(version), 'lib');
  const migrations = join(library, readdirSync(library)[0], 'site-packages/litellm_proxy_extras/migrations');
  const port = published(service);
  const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--telemetry', 'False'];
  const environment = { ...litellmEnvironment(service, version), STAND_IN_DB: join(engine, 'db.js'), STAND_IN_MIGRATIONS: migrations, STAND_IN_FOLDER: folder };
  const migrate = ['node', environment.STAND_IN_DB, 'migrate', environment.DATABASE_URL, migrations];
  const importing = (socket) => detach(`warm-${version}`, join(venv(version), 'bin/python'), [join(import.meta.dirname, 'warm.py'), socket], environment);
  const pid = await startWarm(version, importing, alive, { environment: { ...inherited(), ...environment }, folder, log: logFile(name), migrate, args });
  return { pid: pid ?? detach(name, 'bash', ['-c', script, 'litellm', ...args], environment), port };
}

export async function stop(name, remove = false) {
  const now = status(name);
  if (!now) return;
  if (running(name)) {
    console.error(` Container ${name}  Stopping`);
    if (name === 'postgres') spawnSync(...as(join(postgresBin(), 'pg_ctl'), '-D', join(now.cluster, 'data'), '-m', 'fast', '-w', 'stop'), { cwd: '/', stdio: 'ignore' });
    else if (now.pid) await endGroup(now.pid);
  }
  if (remove) rmSync(join(state, `${name}.service.json`));
  else note(name, { ...now, on: false });
}
async function endGroup(leader) {
  const send = (signal) => {
    try {
      process.kill(-leader, signal);
    } catch {
      return false;
    }
    return true;
  };
  send('SIGTERM');
  for (let n = 0; n < 150 && groupAlive(leader); n++) await sleep(100);
  if (groupAlive(leader)) send('SIGKILL');
}
function groupAlive(leader) {
  const members = spawnSync('pgrep', ['--pgroup', String(leader)], { encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean);
  return members.some(alive);
}

const answers = async (port) => {
  for (let n = 0; n < 100; n++) {
    if (await new Promise((done) => connect({ port, host: '127.0.0.1' }, function () { this.end(); done(true); }).on('error', () => done(false)))) return;
    await sleep(100);
  }
  throw new Failure(`nothing listens on ${port}`);
};

export async function health(name) {
  const now = status(name);
  if (!running(name)) return '';
  if (name === 'postgres') return spawnSync(join(postgresBin(), 'pg_isready'), ['-q'], { env: clientEnvironment(now.cluster) }).status === 0 ? 'healthy' : 'starting';
  if (!now.port) return now.pid && /^litellm/.test(name) ? 'starting' : 'healthy';
  const answer = await fetch(`http://127.0.0.1:${now.port}/health/liveliness`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  if (!answer?.ok) return 'starting';
  // The engine asks every few seconds only: that a service answers is known a moment later, and not at once.
  const delay = Number(process.env.ENGINE_HEALTH_DELAY ?? 1500);
  if (!delay) return 'healthy';
  if (!now.answeredAt) note(name, { ...now, answeredAt: Date.now() });
  return now.answeredAt && Date.now() - now.answeredAt > delay ? 'healthy' : 'starting';
}

export function logs(name, tail) {
  const file = name === 'postgres' ? join(status(name)?.cluster ?? state, 'log') : logFile(name);
  if (!existsSync(file)) return;
  let lines = readFileSync(file, 'utf8').replace(/\n$/, '').split('\n');
  if (tail && tail !== 'all') lines = lines.slice(-Number(tail));
  for (const line of lines) console.log(`${name}-1  | ${line}`);
}

// A command "in" a service, with our own standard input and output.
export function execute(name, command, project) {
  if (!running(name)) throw new Failure(`service "${name}" is not running`);
  const now = status(name);
  const tool = command[0];
  let environment = { ...inherited(), ...project.services[name].environment };
  if (name === 'postgres') {
    if (failing(tool)) command = ['sh', '-c', `echo "${tool}: error: could not write: No space left on device" >&2; exit 1`];
    if (failing(`${tool}-halfway`)) command = ['sh', '-c', `"$@" | head --bytes=60000; echo "${tool}: error: connection lost" >&2; exit 1`, 'sh', ...command];
    if (failing(`${tool}-held`)) {
      const goesOn = `head --bytes=200000; while [ -e '${join(state, 'fail', `${tool}-held`)}' ]; do sleep 0.1; done; exec cat`;
      command = ['bash', '-o', 'pipefail', '-c', `"$@" | { ${goesOn}; }`, 'bash', ...command];
    }
    environment = clientEnvironment(now.cluster);
  } else if (name === 'redis') {
    // redis-cli asks port 6379 inside the container.
    const folder = join(state, 'redis-bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'redis-cli'), `#!/bin/sh\nexec /usr/bin/redis-cli -p ${ports().redis} "$@"\n`, { mode: 0o755 });
    environment = { ...environment, PATH: `${folder}:${process.env.PATH}` };
  }
  const result = spawnSync(command[0], command.slice(1), { env: environment, stdio: 'inherit', cwd: '/' });
  if (result.error) throw new Failure(`OCI runtime exec failed: ${result.error.message}`, 126);
  process.exitCode = result.status ?? 137;
}
