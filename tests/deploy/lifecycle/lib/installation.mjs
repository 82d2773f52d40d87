// An installation of the kit in a scratch folder, on the stand-in engine (tests/deploy/engine), and what tests do with it.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const project = resolve(import.meta.dirname, '../../../..');
export const engine = join(project, 'tests/deploy/engine');
export const old = 'ghcr.io/berriai/litellm:v1.80.11-stable';
export const recent = 'ghcr.io/berriai/litellm:v1.106.2';
const packages = join(process.env.LITELLM_DASHBOARD_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'litellm-dashboard'), 'litellm');

export const secret = (length = 32) => randomBytes(length).toString('base64url').replace(/[^A-Za-z0-9]/g, 'x').slice(0, length);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

// start COMMAND…: what it said, and how it ended. Both streams in order of arrival are in `all`.
export function start(command, args, { env = {}, cwd, input, timeout = 720_000 } = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const said = { out: '', err: '', all: '' };
  child.stdout.on('data', (text) => ((said.out += text), (said.all += text)));
  child.stderr.on('data', (text) => ((said.err += text), (said.all += text)));
  const limit = setTimeout(() => child.kill('SIGKILL'), timeout);
  const ended = new Promise((done) =>
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      done({ ...said, code: code ?? signal });
    }),
  );
  return { child, ended, said };
}

export async function freePort() {
  return Number(execFileSync(join(project, 'dev/free-port'), ['1'], { encoding: 'utf8' }).trim());
}

// A copy of the kit, to break parts of it.
export function copyKit(folder, change = () => {}) {
  for (const name of ['deploy', 'docker-compose.core.yml', 'docker-compose.observability.yml', 'docker-compose.scale.yml', 'nginx'])
    if (existsSync(join(project, name))) cpSync(join(project, name), join(folder, name), { recursive: true });
  change(folder);
  return folder;
}

export class Installation {
  // image: what .env says; settings: further lines of .env; kit: whose scripts are run.
  static async make({ image = old, settings = {}, kit = project } = {}) {
    const made = new Installation();
    made.root = mkdtempSync(join(process.env.LITELLM_DASHBOARD_DEPLOY ?? tmpdir(), 'kit-'));
    chmodSync(made.root, 0o711);
    made.kit = kit;
    made.dir = join(made.root, 'opt/litellm-server');
    made.backups = join(made.root, 'var/backups/litellm-server');
    made.state = join(made.root, 'engine');
    made.port = await freePort();
    made.master = `sk-${secret(40)}`;
    made.secrets = { LITELLM_MASTER_KEY: made.master, LITELLM_SALT_KEY: `sk-${secret(40)}`, POSTGRES_PASSWORD: secret(), REDIS_PASSWORD: secret(), UI_PASSWORD: secret(), GRAFANA_ADMIN_PASSWORD: secret(), ...settings.secrets };
    delete settings.secrets;
    for (const folder of ['config', 'logs', 'data/kit', 'data/textfile', 'data/postgres', 'data/redis']) mkdirSync(join(made.dir, folder), { recursive: true });
    mkdirSync(made.state);
    // No systemd runs where tests do; what is asked of it is remembered.
    mkdirSync(join(made.root, 'run/systemd/system'), { recursive: true });
    made.tools = join(made.root, 'bin');
    mkdirSync(made.tools);
    writeFileSync(join(made.tools, 'systemctl'), `#!/bin/sh\necho "$*" >>'${made.state}/systemctl'\n`, { mode: 0o755 });
    // Debian's and Ubuntu's own awk, whatever this machine prefers.
    symlinkSync('/usr/bin/mawk', join(made.tools, 'awk'));
    const values = { LITELLM_PORT: made.port, LITELLM_IMAGE: image, LITELLM_CONFIG: 'litellm-config.demo.yaml', UI_USERNAME: 'admin', ...made.secrets, ...settings };
    let text = readFileSync(join(project, 'deploy/env.example'), 'utf8');
    for (const [name, value] of Object.entries(values)) {
      const line = new RegExp(`^${name}=.*$`, 'm');
      text = line.test(text) ? text.replace(line, () => `${name}=${value}`) : `${text}${name}=${value}\n`;
    }
    writeFileSync(join(made.dir, '.env'), text, { mode: 0o600 });
    cpSync(join(project, 'docker-compose.core.yml'), join(made.dir, 'docker-compose.yml'));
    for (const name of ['litellm-config.yaml', 'litellm-config.demo.yaml']) {
      // Spend is written sooner, so that tests wait less.
      const config = readFileSync(join(project, 'deploy/config', name), 'utf8').replace(/proxy_batch_write_at: \d+/, 'proxy_batch_write_at: 1');
      writeFileSync(join(made.dir, 'config', name), config);
    }
    writeFileSync(join(made.dir, 'service-key.txt'), `sk-${secret(30)}\n`, { mode: 0o600 });
    return made;
  }

  // Without SHELL, as systemd starts the timers.
  get environment() {
    return { PATH: `${this.tools}:${engine}:${process.env.PATH}`, ENGINE_STATE: this.state, LITELLM_KIT_ROOT: this.root, LITELLM_DIR: '', BACKUP_PIECE: '64k', SHELL: undefined };
  }
  // script NAME ARGUMENT…: runs deploy/NAME.sh on this installation.
  begin(name, args = [], options = {}) {
    const environment = { ...this.environment, ...options.env };
    delete environment.LITELLM_DIR;
    return start(join(options.kit ?? this.kit, `deploy/${name}.sh`), args, { ...options, env: environment });
  }
  script(name, args = [], options = {}) {
    return this.begin(name, args, options).ended;
  }
  docker(...args) {
    return start('docker', args, { cwd: this.dir, env: this.environment }).ended;
  }
  async must(promise) {
    const result = await promise;
    if (result.code !== 0) throw new Error(`ended with ${result.code}:\n${result.all}`);
    return result;
  }

  // The database alone, with the tables of LiteLLM: quicker than a gateway, where none is needed.
  async startDatabase(version = '1.80.11') {
    await this.must(this.docker('compose', 'up', '--detach', 'postgres', 'redis'));
    const { postgres } = JSON.parse(readFileSync(join(this.state, 'ports.json'), 'utf8'));
    const library = readdirSync(join(packages, `venv-${version}/lib`))[0];
    const migrations = join(packages, `venv-${version}/lib/${library}/site-packages/litellm_proxy_extras/migrations`);
    execFileSync('node', [join(packages, 'engine/db.js'), 'migrate', `postgresql://litellm:${this.secrets.POSTGRES_PASSWORD}@127.0.0.1:${postgres}/litellm`, migrations], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  async startGateway() {
    await this.must(this.docker('compose', 'up', '--detach'));
    await this.ready();
    const [, repository, tag] = /LITELLM_IMAGE=(.*?):([^\n@]*)/.exec(this.env());
    const { out } = await this.must(this.docker('image', 'inspect', '--format', '{{index .RepoDigests 0}}', `${repository}:${tag}`));
    writeFileSync(join(this.dir, 'data/kit/releases.tsv'), `2026-11-01T00:00:00Z\t${repository}:${tag}\t${out.trim()}\t\n`);
  }
  async ready(limit = 480_000) {
    const end = Date.now() + limit;
    for (;;) {
      const answer = await this.api('GET', '/health/readiness', { key: '' }).catch(() => null);
      if (answer?.status === 200 && answer.body.db === 'connected') return;
      if (Date.now() > end) throw new Error(`not ready: ${readFileSync(join(this.state, 'litellm.log'), 'utf8').slice(-2000)}`);
      await sleep(300);
    }
  }
  async api(method, path, { body, key = this.master } = {}) {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { method, headers: { ...(key && { authorization: `Bearer ${key}` }), 'content-type': 'application/json' }, body: body && JSON.stringify(body), signal: AbortSignal.timeout(180_000) });
    const text = await answer.text();
    try {
      return { status: answer.status, body: JSON.parse(text) };
    } catch {
      return { status: answer.status, body: text };
    }
  }
  async sql(statement, database = 'litellm') {
    const { ended } = start('docker', ['compose', 'exec', '-T', 'postgres', 'psql', '-U', 'litellm', '-d', database, '-qtA', '-v', 'ON_ERROR_STOP=1'], { cwd: this.dir, env: this.environment, input: statement });
    return (await this.must(ended)).out.trim();
  }
  async databases() {
    return (await this.sql("select datname from pg_database where datname like 'litellm%' order by 1", 'postgres')).split('\n').filter(Boolean);
  }
  // Every table with its rows, as one text.
  async counts(database = 'litellm') {
    return this.sql(`select format('select %L || '':'' || count(*) from %I', relname, relname) from pg_stat_user_tables order by relname \\gexec`, database);
  }

  fail(name, content = '') {
    mkdirSync(join(this.state, 'fail'), { recursive: true });
    writeFileSync(join(this.state, 'fail', name), content);
  }
  mend() {
    rmSync(join(this.state, 'fail'), { recursive: true, force: true });
  }
  env() {
    return readFileSync(join(this.dir, '.env'), 'utf8');
  }
  setEnv(name, value) {
    writeFileSync(join(this.dir, '.env'), this.env().replace(new RegExp(`^${name}=.*$`, 'm'), () => `${name}=${value}`));
  }
  files(folder = this.backups) {
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }
  archives(folder = this.backups) {
    return this.files(folder).filter((name) => /^litellm-backup-.*\.tar\.gz(\.age|\.gpg)?$/.test(name)).map((name) => join(folder, name));
  }
  calls() {
    const file = join(this.state, 'calls.jsonl');
    const calls = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
    // Those of commands in PostgreSQL: a file each, named by its time.
    for (const name of this.files(join(this.state, 'calls'))) {
      const [count, ...words] = readFileSync(join(this.state, 'calls', name), 'utf8').split('\0').slice(0, -1);
      const environment = words.slice(Number(count) + 1).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
      calls.push({ time: Number.parseFloat(name), argv: words.slice(0, Number(count)), cwd: words[Number(count)], environment: Object.fromEntries(environment) });
    }
    return calls.sort((one, other) => one.time - other.time);
  }
  forgetCalls() {
    // Under another name first: a call may be coming in, and a folder that fills up cannot be removed.
    for (const name of ['calls.jsonl', 'calls']) if (existsSync(join(this.state, name))) renameSync(join(this.state, name), join(this.state, `forgotten-${name}`));
    for (const name of ['calls.jsonl', 'calls']) rmSync(join(this.state, `forgotten-${name}`), { recursive: true, force: true, maxRetries: 20 });
  }

  // Everything of the installation that a script might change, as one value. Logs and locks come and go.
  async photograph() {
    const lines = [];
    const walk = (folder) => {
      for (const name of readdirSync(folder).sort()) {
        const file = join(folder, name);
        if (/\/(\.lock|engine|data\/postgres|data\/redis|data\/textfile|logs)$/.test(file)) continue;
        if (statSync(file).isDirectory()) walk(file);
        else lines.push(`${file} ${statSync(file).mode.toString(8)} ${digest(file)}`);
      }
    };
    walk(this.root);
    // A gateway that runs writes what it has counted when it likes.
    const busy = existsSync(join(this.state, 'litellm.service.json')) ? /^LiteLLM_(SpendLogs|Daily|CronJob|HealthCheck|UserTable|Config)/ : /^$/;
    const rows = (await this.counts()).split('\n').filter((line) => !busy.test(line));
    return [...lines, ...(await this.databases()), ...rows].join('\n');
  }

  async remove() {
    this.mend();
    if (existsSync(join(this.dir, 'docker-compose.yml'))) await this.docker('compose', 'down');
    rmSync(this.root, { recursive: true, force: true });
  }
}

// secretsIn TEXT: the names of the secrets whose value is in it.
export const secretsIn = (text, secrets) => Object.entries(secrets).filter(([, value]) => value.length > 5 && text.includes(value)).map(([name]) => name);
