// upgrade.sh and rollback.sh with real gateways of both versions, and each way an upgrade can fail.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, copyKit, digest, old, recent, secret, secretsIn } from './lib/installation.mjs';
import { startObservers } from './lib/observers.mjs';
import { chat, fill, spend, startProvider, until } from './lib/provider.mjs';

const providerKey = `sk-${secret(48)}`;
let gateway, provider, observers, key, spent, work, identity;
const image = () => /^LITELLM_IMAGE=(.*)$/m.exec(gateway.env())[1];
const releases = () => readFileSync(join(gateway.dir, 'data/kit/releases.tsv'), 'utf8').trim().split('\n').map((line) => line.split('\t'));
const migrations = () => gateway.sql('select count(*) from _prisma_migrations');

// Everything that was there before still works, on the image that should run.
async function asBefore(expected = old) {
  assert.equal(image().replace(/@.*/, ''), expected);
  await gateway.ready();
  assert.equal(await spend(gateway, key), spent);
  // A call that costs nothing, so that the spend can be compared again.
  assert.equal((await gateway.api('GET', '/v1/models', { key })).status, 200);
  assert.deepEqual(await gateway.databases(), ['litellm']);
  assert.ok(!existsSync(join(gateway.dir, 'data/kit/upgrade')));
}

before(async () => {
  work = mkdtempSync(join(process.env.LITELLM_DASHBOARD_DEPLOY ?? tmpdir(), 'upgrade-'));
  provider = await startProvider();
  gateway = await Installation.make();
  observers = await startObservers(gateway);
  await gateway.startGateway();
  key = await fill(gateway, provider, providerKey);
  spent = await spend(gateway, key);
});
after(async () => {
  await gateway?.remove();
  await provider?.stop();
  await observers?.stop();
  rmSync(work, { recursive: true, force: true });
});

test('a dry run says what it would do and changes nothing', async () => {
  const before = await gateway.photograph();
  const { code, out, all } = await gateway.script('upgrade', ['--dry-run']);
  assert.equal(code, 0, all);
  assert.match(out, new RegExp(`from ${old} to ${recent}`));
  assert.match(out, /would stop the gateway and copy litellm to litellm_before_/);
  assert.equal(await gateway.photograph(), before);
});

test('what must not be installed is refused before anything happens', async () => {
  const before = await gateway.photograph();
  for (const [asked, expected] of [
    ['ghcr.io/berriai/litellm:v1.82.8', /malicious/],
    ['ghcr.io/berriai/litellm:main-latest', /moves/],
    ['ghcr.io/berriai/litellm:v1.79.0-stable', /is older than 1\.80\.11.*rollback\.sh/s],
  ]) {
    const { code, err, all } = await gateway.script('upgrade', ['--litellm-image', asked, '--yes']);
    assert.equal(code, 1, all);
    assert.match(err, expected);
  }
  const unanswered = await gateway.script('upgrade');
  assert.equal(unanswered.code, 1);
  assert.match(unanswered.err, /--yes says yes/);
  assert.equal(await gateway.photograph(), before);
});

test('an image that cannot be fetched, or a backup that fails, leaves the gateway running as it was', async () => {
  const unknown = await gateway.script('upgrade', ['--litellm-image', 'ghcr.io/berriai/litellm:v1.999.0', '--yes']);
  assert.equal(unknown.code, 1, unknown.all);
  assert.match(unknown.err, /could not be fetched.*the gateway still runs/s);
  gateway.fail('pg_dump');
  const unsaved = await gateway.script('upgrade', ['--yes']);
  gateway.mend();
  assert.equal(unsaved.code, 1, unsaved.all);
  assert.match(unsaved.err, /without a backup there is no upgrade/);
  await asBefore();
  assert.equal(releases().length, 1);
});

test('a new gateway that ends at once: everything goes back by itself', async () => {
  const env = gateway.env();
  gateway.forgetCalls();
  gateway.fail('start', 'v1.106.2');
  const { code, err, all } = await gateway.script('upgrade', ['--yes', '--wait', '6']);
  gateway.mend();
  assert.equal(code, 1, all);
  assert.match(err, /The upgrade failed at: Verifying/);
  assert.match(err, /The gateway runs ghcr\.io\/berriai\/litellm:v1\.80\.11-stable again/);
  assert.match(err, /The database had not been migrated/);
  assert.equal(gateway.env(), env);
  assert.ok(!existsSync(join(gateway.dir, 'observability/alertmanager')), 'files that came with it are gone again');
  const calls = gateway.calls().map(({ argv }) => argv.slice(0, 2).join(' '));
  assert.equal(calls.filter((line) => line === 'compose restart').length, 2, 'with the new files, and again with the former ones');
  assert.ok(observers.restarted());
  await asBefore();
});

test('a new gateway that has migrated the database and then fails the verification: the database goes back as well', async () => {
  const kit = copyKit(join(work, 'kit'), (folder) => {
    const verify = join(folder, 'deploy/verify.sh');
    renameSync(verify, join(folder, 'deploy/verify-really.sh'));
    writeFileSync(verify, `#!/usr/bin/env bash\nif grep --quiet 'LITELLM_IMAGE=.*v1.106.2' '${gateway.dir}/.env'; then echo 'FAILED  chat: status 500'; exit 1; fi\nexec "$(dirname "$0")/verify-really.sh" "$@"\n`);
    chmodSync(verify, 0o755);
  });
  const before = await migrations();
  const { code, err, all } = await gateway.script('upgrade', ['--yes'], { kit });
  assert.equal(code, 1, all);
  assert.match(err, /The new version had migrated the database; the database is the one from before the upgrade again/);
  assert.match(err, /again, with the former files and settings, and answers/);
  assert.equal(await migrations(), before);
  assert.ok(!existsSync(join(gateway.dir, 'kit')), 'the kit that came with it is gone again');
  await asBefore();
  assert.deepEqual(secretsIn(all, { ...gateway.secrets, providerKey, key }), []);
});

test('files that Compose cannot read here: the former ones come back, and the gateway with them', async () => {
  const kit = copyKit(join(work, 'unreadable'), (folder) => writeFileSync(join(folder, 'docker-compose.core.yml'), `${readFileSync(join(folder, 'docker-compose.core.yml'), 'utf8')}\nx-broken: \${NOT_THERE:?needed}\n`));
  const compose = join(gateway.dir, 'docker-compose.yml');
  // As deploy-full.sh notes what it installed.
  const noted = join(gateway.dir, 'data/kit/installed.sha256');
  writeFileSync(noted, `${digest(compose)}  docker-compose.yml\n`);
  const { code, err, all } = await gateway.script('upgrade', ['--yes'], { kit });
  rmSync(noted);
  assert.equal(code, 1, all);
  assert.match(err, /Compose cannot read the new files/);
  assert.match(err, /again, with the former files and settings, and answers/);
  assert.doesNotMatch(readFileSync(compose, 'utf8'), /NOT_THERE/);
  await asBefore();
});

// The command that was named was that of the new kit, which left the old files under itself and then found nothing to upgrade;
// and where going back was cut off in its turn, .env or the Compose file was away, and no script went on.
test('killed in the middle, the next run goes back first, also from the new kit and without .env', async () => {
  const kit = join(gateway.dir, 'kit');
  const version = join(kit, 'deploy/VERSION');
  const env = gateway.env();
  copyKit(kit, () => writeFileSync(version, '0.0.1\n'));
  gateway.fail('not-ready', 'v1.106.2');
  const { child, ended, said } = gateway.begin('upgrade', ['--yes', '--wait', '100']);
  while (!/==> Verifying/.test(said.all) && child.exitCode === null) await new Promise((done) => setTimeout(done, 50));
  child.kill('SIGKILL');
  await ended;
  gateway.mend();
  assert.ok(existsSync(join(gateway.dir, 'data/kit/upgrade')), said.all);
  const rollback = await gateway.script('rollback', ['--yes']);
  assert.equal(rollback.code, 1);
  assert.match(rollback.err, /an upgrade was cut off/);
  const named = await gateway.script('backup', [], { kit });
  assert.ok(named.err.includes(`sudo ${join(gateway.kit, 'deploy/upgrade.sh')}\n`), named.err);
  const backup = gateway.archives().at(-1);
  assert.ok(named.err.includes(`sudo mv --no-target-directory ${gateway.dir}/data/kit/upgrade ${gateway.dir}/data/kit/upgrade.given-up && sudo ${join(gateway.kit, 'deploy/restore.sh')} ${backup}`), named.err);
  assert.notEqual(readFileSync(version, 'utf8'), '0.0.1\n');
  for (const name of ['.env', 'docker-compose.yml']) rmSync(join(gateway.dir, name));
  const { code, all } = await gateway.script('upgrade', ['--yes'], { kit });
  assert.equal(code, 0, all);
  assert.match(all, /an earlier upgrade .* was cut off in the middle/);
  assert.equal(gateway.env(), env);
  assert.equal(readFileSync(version, 'utf8'), '0.0.1\n', 'the kit from before');
  for (const name of ['.', 'data/kit', 'config']) assert.deepEqual(readdirSync(join(gateway.dir, name)).filter((each) => /upgrade/.test(each)), []);
  await asBefore();
  rmSync(kit, { recursive: true });
});

test('from 1.80.11 to 1.106.2: keys work, spend is kept, provider keys are decrypted', async () => {
  gateway.forgetCalls();
  // From here on backups are encrypted: a rollback reads them with the key, which is elsewhere.
  identity = join(work, 'identity.age');
  execFileSync('age-keygen', ['--output', identity], { stdio: 'ignore' });
  gateway.setEnv('BACKUP_RECIPIENT', /age1\w+/.exec(readFileSync(identity, 'utf8'))[0]);
  const { code, out, all } = await gateway.script('upgrade', ['--yes']);
  assert.equal(code, 0, all);
  assert.match(out, new RegExp(`The gateway runs ${recent}`));
  await asBefore(recent);
  provider.keys.length = 0;
  assert.equal(await chat(gateway, key), 'Echo.');
  assert.equal(provider.keys.at(-1), providerKey);
  const [first, second] = releases();
  assert.equal(first[1], old);
  assert.equal(second[1], recent);
  assert.match(second[2], /@sha256:[0-9a-f]{64}$/);
  assert.match(second[3], /\.age$/);
  assert.ok(existsSync(second[3]), 'the backup to go back with');
  // The kit's files for the others, those that are made from .env among them, and a key for Prometheus that works.
  assert.match(readFileSync(join(gateway.dir, 'observability/alertmanager/alertmanager.yml'), 'utf8'), /^route:/m);
  assert.ok(observers.restarted());
  assert.equal(await observers.scrape(), '1');
  assert.deepEqual(secretsIn(all, { ...gateway.secrets, providerKey, key }), []);
  assert.deepEqual(secretsIn(JSON.stringify(gateway.calls()), { ...gateway.secrets, providerKey }), []);
});

test('a second upgrade has nothing to do', async () => {
  const before = await gateway.photograph();
  const { code, out } = await gateway.script('upgrade', ['--yes']);
  assert.equal(code, 0);
  assert.match(out, /there is nothing to upgrade/);
  // The same by its digest is another reference, and a fit one.
  const pinned = releases().at(-1)[2];
  const plan = await gateway.script('upgrade', ['--litellm-image', pinned, '--dry-run']);
  assert.equal(plan.code, 0, plan.all);
  assert.match(plan.out, new RegExp(`from ${recent} to ${pinned}[^]*pull ${pinned} and check`));
  assert.equal(await gateway.photograph(), before);
});

// By their names without the digest, all releases that have nothing else were one: there was no way back to any.
test('a release is found by its digest as well, and one whose digest is another is not taken for it', async () => {
  const [first, second] = releases();
  const plan = (...args) => gateway.script('rollback', ['--keep-database', '--dry-run', '--identity', identity, ...args]);
  const found = await plan('--to', first[2]);
  assert.equal(found.code, 0, found.all);
  assert.match(found.out, new RegExp(`from ${recent} to ${old}@sha256:`));
  const other = await plan('--to', `${old}@sha256:${'0'.repeat(64)}`);
  assert.equal(other.code, 1);
  assert.match(other.err, /the history has \S+ with another digest: sha256:[0-9a-f]{64}\. Nothing was changed/);
  const here = await plan('--to', second[2]);
  assert.equal(here.code, 1);
  assert.match(here.err, /runs here already/);

  const history = join(gateway.dir, 'data/kit/releases.tsv');
  const [lines, env] = [readFileSync(history, 'utf8'), gateway.env()];
  // As if both had been installed by nothing but their digests.
  writeFileSync(history, releases().map(([time, , sum, backup = '']) => `${time}\t${sum}\t${sum}\t${backup}\n`).join(''));
  gateway.setEnv('LITELLM_IMAGE', second[2]);
  const previous = await plan();
  writeFileSync(history, lines);
  writeFileSync(join(gateway.dir, '.env'), env);
  assert.equal(previous.code, 0, previous.all);
  assert.match(previous.out, new RegExp(`from ${second[2]} to ${first[2]}`));
});

test('a rollback does not decide about the database by itself', async () => {
  await gateway.api('POST', '/key/generate', { body: { key_alias: 'of the new version' } });
  const before = await gateway.photograph();
  const unread = await gateway.script('rollback', ['--restore-database', '--yes']);
  assert.equal(unread.code, 1);
  assert.match(unread.err, /is encrypted; --identity FILE names the private key/);
  const { code, err, out } = await gateway.script('rollback', ['--identity', identity, '--yes']);
  assert.equal(code, 1);
  assert.match(out, /the newer version has changed the tables: \d{2,} migrations since/);
  assert.match(err, /--restore-database .* \d+ rows of the spend log, 1 virtual keys, .* would be lost/);
  assert.match(err, /--keep-database .* removes the columns and tables it does not know/);
  const dry = await gateway.script('rollback', ['--restore-database', '--identity', identity, '--dry-run']);
  assert.equal(dry.code, 0, dry.all);
  assert.equal(await gateway.photograph(), before);
});

// A digest that the history has was taken for an image that is here: the gateway was stopped, and then nothing could start.
test('a rollback to an image that is gone and cannot be fetched stops nothing', async () => {
  gateway.forgetCalls();
  gateway.fail('pull');
  const { code, err, all } = await gateway.script('rollback', ['--keep-database', '--no-backup', '--yes']);
  gateway.mend();
  assert.equal(code, 1, all);
  assert.match(err, /could not be fetched\. .*Nothing was changed/);
  assert.equal(image(), recent);
  assert.ok(!gateway.calls().some(({ argv }) => argv[1] === 'stop'));
});

test('a rollback whose old gateway does not start leaves the new one running', async () => {
  gateway.fail('start', 'v1.80.11');
  const { code, all } = await gateway.script('rollback', ['--restore-database', '--identity', identity, '--yes', '--wait', '6']);
  gateway.mend();
  assert.equal(code, 1, all);
  assert.match(all, /The restore was undone/);
  assert.equal(image(), recent);
  await gateway.ready();
  await until(async () => (await spend(gateway, key)) > spent, 'what the call above has cost');
});

test('back to 1.80.11 with its database: exactly the image that ran, and what it knew', async () => {
  const { code, all } = await gateway.script('rollback', ['--to', releases()[0][2], '--restore-database', '--identity', identity, '--yes']);
  assert.equal(code, 0, all);
  assert.equal(await observers.scrape(), '1');
  assert.match(image(), /v1\.80\.11-stable@sha256:[0-9a-f]{64}$/);
  await gateway.ready();
  assert.equal(await spend(gateway, key), spent);
  assert.equal(await chat(gateway, key), 'Echo.');
  assert.equal(provider.keys.at(-1), providerKey);
  assert.equal(await gateway.sql(`select count(*) from "LiteLLM_VerificationToken" where key_alias = 'of the new version'`), '0');
  assert.equal((await gateway.databases()).length, 2, 'the newer database is kept');
  assert.equal(releases().length, 3);
  // A tag and its digest, noted when it was first pulled; what is pinned needs no note.
  assert.deepEqual([...new Set(readFileSync(join(gateway.dir, 'data/kit/digests.tsv'), 'utf8').trim().split('\n').map((line) => line.split('\t')[0]))].filter((name) => name.includes('/litellm:')), [recent]);
  const again = await gateway.script('rollback', ['--yes']);
  assert.equal(again.code, 1);
  assert.match(again.err, /is newer than .*: that is an upgrade/);
});
