// restore.sh with a real gateway: what comes back is what was there, provider keys included, and a failure changes nothing.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installation, old, secret, secretsIn } from './lib/installation.mjs';
import { startObservers } from './lib/observers.mjs';
import { chat, fill, spend, startProvider } from './lib/provider.mjs';

const providerKey = `sk-${secret(48)}`;
let first, second, provider, observers, key, archive, counts, spent, identity;
const oldest = () => second.archives()[0];

before(async () => {
  provider = await startProvider();
  first = await Installation.make();
  await first.startGateway();
  key = await fill(first, provider, providerKey);
  spent = await spend(first, key);
  await first.docker('compose', 'stop', 'litellm');
  counts = await first.counts();
  identity = join(first.root, 'identity.age');
  execFileSync('age-keygen', ['--output', identity], { stdio: 'ignore' });
  first.setEnv('BACKUP_RECIPIENT', /age1\w+/.exec(readFileSync(identity, 'utf8'))[0]);
  const backup = await first.must(first.script('backup'));
  archive = backup.out.split('\n')[0];
});
after(async () => {
  await second?.remove();
  await observers?.stop();
  await first?.remove();
  await provider?.stop();
});

test('the provider key is not readable in the database: it depends on the salt', async () => {
  const stored = await first.sql(`select litellm_params::text from "LiteLLM_ProxyModelTable" where model_name = 'echo'`);
  assert.ok(stored.length > 20);
  assert.ok(!stored.includes(providerKey));
});

test('on a new server with another salt it is refused, with the reason, and nothing changes', async () => {
  // The first server is gone.
  await first.docker('compose', 'down');
  second = await Installation.make();
  observers = await startObservers(second);
  await second.startGateway();
  mkdirSync(second.backups, { recursive: true });
  for (const suffix of ['', '.sha256']) cpSync(archive + suffix, join(second.backups, archive.split('/').at(-1) + suffix));
  const before = await second.photograph();
  const { code, err, all } = await second.script('restore', ['latest', '--identity', identity, '--yes']);
  assert.equal(code, 1, all);
  assert.match(err, /LITELLM_SALT_KEY of the backup is another one/);
  assert.match(err, /--with-env/);
  assert.deepEqual(secretsIn(all, { ...first.secrets, ...second.secrets }), []);
  assert.equal(await second.photograph(), before);
});

test('a dry run reads and checks the backup, says what would come, and changes nothing', async () => {
  const before = await second.photograph();
  const { code, out, all } = await second.script('restore', ['latest', '--identity', identity, '--with-env', '--dry-run']);
  assert.equal(code, 0, all);
  assert.match(out, /would stop the gateway, rename litellm to litellm_before_/);
  assert.equal(await second.photograph(), before);
});

test('with the secrets of the backup, everything is there again: rows, keys, spend, and the provider key in the clear', async () => {
  second.forgetCalls();
  const { code, out, all } = await second.script('restore', ['latest', '--identity', identity, '--with-env', '--yes']);
  assert.equal(code, 0, all);
  assert.match(out, /taken from the backup's \.env: LITELLM_SALT_KEY LITELLM_MASTER_KEY UI_PASSWORD/);
  assert.deepEqual(secretsIn(all, { ...first.secrets, ...second.secrets, providerKey, key }), []);
  assert.deepEqual(secretsIn(JSON.stringify(second.calls()), { ...first.secrets, ...second.secrets }), []);

  // Which of the two servers this is does not change.
  for (const name of ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'GRAFANA_ADMIN_PASSWORD']) assert.ok(second.env().includes(`${name}=${second.secrets[name]}`), name);
  for (const name of ['LITELLM_SALT_KEY', 'LITELLM_MASTER_KEY', 'UI_PASSWORD']) assert.ok(second.env().includes(`${name}=${first.secrets[name]}`), name);
  assert.equal(readFileSync(join(second.dir, 'service-key.txt'), 'utf8'), readFileSync(join(first.dir, 'service-key.txt'), 'utf8'));
  second.master = first.master;

  // verify.sh has made calls since; the tables that it does not write to are as they were.
  const quiet = (list) => list.split('\n').filter((line) => !/SpendLogs|Daily|CronJob|HealthCheck|UserTable|_prisma/.test(line)).join('\n');
  // One key has come: that of Prometheus.
  assert.equal(quiet(await second.counts()), quiet(counts).replace(/(VerificationToken):(\d+)/, (_, table, rows) => `${table}:${Number(rows) + 1}`));
  assert.equal(await spend(second, key), spent);
  provider.keys.length = 0;
  assert.equal(await chat(second, key), 'Echo.');
  assert.equal(provider.keys.at(-1), providerKey);

  // What the restored database does not know: Prometheus has a new key, WordPress needs one.
  assert.equal(await observers.scrape(), '1');
  assert.equal((statSync(observers.keyFile).mode & 0o777).toString(8), '640');
  assert.match(all, /the key of WordPress in \S+ is not one of this database: rotate-service-key\.sh --now/);

  const [aside] = (await second.databases()).filter((name) => /^litellm_before_/.test(name));
  assert.ok(aside, 'the former database is kept');
  assert.ok(second.archives().some((name) => /before-restore/.test(name)), 'and was backed up');
});

// PostgreSQL's own log of what is restored was not counted: a weekly trial could fill the disk of the gateway.
test('room is asked for the database and what PostgreSQL writes beside it', async () => {
  const df = join(second.tools, 'df');
  const size = Number(await second.sql("select pg_database_size('litellm')"));
  writeFileSync(df, `#!/bin/sh\nprintf 'Avail\\n%s\\n' ${2 * size + 64 * 1024 * 1024}\n`, { mode: 0o755 });
  const { code, err } = await second.script('restore', ['--check', oldest(), '--deep', '--identity', identity]);
  rmSync(df);
  assert.equal(code, 1, err);
  assert.match(err, /not enough room for a second database .* free, .* needed/);
});

test('a second restore of the same file works as the first', async () => {
  const { code, all } = await second.script('restore', [oldest(), '--identity', identity, '--yes', '--no-backup']);
  assert.equal(code, 0, all);
  assert.equal(await spend(second, key), spent);
});

test('when the gateway does not come up with it, the former database is back and in use', async () => {
  await chat(second, key);
  const { body: made } = await second.api('POST', '/key/generate', { body: { key_alias: 'younger than the backup' } });
  const databases = await second.databases();
  const env = second.env();
  const metricsKey = readFileSync(observers.keyFile, 'utf8');
  // The new container does not start, and the former one does.
  second.fail('start-once');
  const { code, err, all } = await second.script('restore', [oldest(), '--identity', identity, '--with-env', '--with-config', '--yes', '--no-backup', '--wait', '8']);
  second.mend();
  assert.notEqual(code, 0, all);
  assert.match(err, /The restore was undone/);
  assert.deepEqual(await second.databases(), databases);
  assert.equal(second.env(), env);
  assert.equal(readFileSync(observers.keyFile, 'utf8'), metricsKey);
  await second.ready();
  assert.equal(await observers.scrape(), '1');
  const { status } = await second.api('GET', `/key/info?key=${made.key}`);
  assert.equal(status, 200, 'what came after the backup is there');
});

test('a restore that is cut off by a signal goes back, too', async () => {
  const databases = await second.databases();
  const { child, ended, said } = second.begin('restore', [oldest(), '--identity', identity, '--yes', '--no-backup']);
  while (!/==> Starting the gateway/.test(said.all) && child.exitCode === null) await new Promise((done) => setTimeout(done, 50));
  child.kill('SIGTERM');
  const { code, all } = await ended;
  assert.equal(code, 143, all);
  assert.match(all, /The restore was undone/);
  assert.deepEqual(await second.databases(), databases);
  await second.ready();
});

test('while an upgrade is cut off in the middle, neither a restore nor the databases put aside get in its way', async () => {
  const mark = join(second.dir, 'data/kit/upgrade');
  mkdirSync(mark);
  const before = await second.photograph();
  for (const args of [[oldest(), '--identity', identity, '--yes'], ['--drop-previous', '--yes']]) {
    const { code, err } = await second.script('restore', args);
    assert.equal(code, 1);
    assert.match(err, /an upgrade was cut off in the middle.*First run:\n +sudo \S+\/deploy\/upgrade\.sh$/ms);
  }
  assert.equal(await second.photograph(), before);
  rmSync(mark, { recursive: true });
});

test('a backup of a newer LiteLLM or PostgreSQL is refused', async () => {
  const before = await second.photograph();
  const image = second.env();
  second.setEnv('LITELLM_IMAGE', 'ghcr.io/berriai/litellm:v1.79.0-stable');
  const older = await second.script('restore', [oldest(), '--identity', identity, '--yes']);
  writeFileSync(join(second.dir, '.env'), image);
  assert.equal(older.code, 1);
  assert.match(older.err, /the backup is of LiteLLM 1\.80\.11, and 1\.79\.0 runs here/);
  assert.equal(await second.photograph(), before);
  assert.ok(second.env().includes(`LITELLM_IMAGE=${old}`));
  assert.ok(existsSync(oldest()));
});
