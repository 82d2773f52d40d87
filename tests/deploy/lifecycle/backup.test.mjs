// backup.sh, and what restore.sh --check says of its files: a real PostgreSQL with the tables of LiteLLM, no gateway.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, digest, secretsIn, start } from './lib/installation.mjs';
import { until } from './lib/provider.mjs';

let gateway, work;
const text = (file) => readFileSync(file, 'utf8');
const member = (archive, name) => execFileSync('tar', ['--extract', '--to-stdout', '--gzip', '--file', archive, name], { encoding: 'utf8', maxBuffer: 1e9 });
const members = (archive) => execFileSync('tar', ['--list', '--gzip', '--file', archive], { encoding: 'utf8' }).trim().split('\n');
const mode = (file) => (statSync(file).mode & 0o777).toString(8);
const metrics = () => Object.fromEntries(text(join(gateway.dir, 'data/textfile/litellm-backup.prom')).split('\n').filter((line) => /^litellm/.test(line)).map((line) => line.split(' ')));

// A backup in a folder of its own, so that tests do not count each other's.
let folders = 0;
async function backUp(args = [], options = {}) {
  const folder = join(work, `to-${++folders}`);
  const result = await gateway.script('backup', ['--to', folder, ...args], options);
  return { ...result, folder, archive: gateway.archives(folder)[0] };
}

// heldBackup FOLDER: a backup that waits in the middle of its dump until mend(), however fast or slow this machine is.
async function heldBackup(folder) {
  gateway.forgetCalls();
  gateway.fail('pg_dump-held');
  const run = gateway.begin('backup', ['--to', folder]);
  const ended = () => run.child.exitCode !== null || run.child.signalCode !== null;
  const begun = () => gateway.files(folder).some((name) => name.endsWith('.part'));
  const calls = join(gateway.state, 'calls.jsonl');
  const dumps = () => existsSync(calls) && text(calls).includes('"pg_dump"');
  await until(() => ended() || (begun() && dumps()), 'the dump to begin');
  assert.ok(!ended(), run.said.all);
  return run;
}

before(async () => {
  work = mkdtempSync(join(process.env.LITELLM_DASHBOARD_DEPLOY ?? tmpdir(), 'backup-'));
  gateway = await Installation.make();
  await gateway.startDatabase();
  await gateway.sql(`insert into "LiteLLM_VerificationToken" (token, key_alias, spend) select md5(n::text), 'key ' || n, n from generate_series(1, 250) n;
    insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", spend, messages, response) select 'r' || n, 'acompletion', now(), now(), 0.5, '{}', '{}' from generate_series(1, 3000) n;`);
});
after(async () => {
  await gateway?.remove();
  rmSync(work, { recursive: true, force: true });
});

test('a backup holds the database and every file that is needed, and can be read by its owner only', async () => {
  gateway.forgetCalls();
  rmSync(join(gateway.dir, 'data/textfile'), { recursive: true });
  const { code, all, out } = await gateway.script('backup');
  assert.equal(code, 0, all);
  const [archive] = gateway.archives();
  assert.match(archive, /litellm-backup-\d{8}T\d{6}Z\.tar\.gz$/);
  assert.equal(out.split('\n')[0], archive);
  assert.equal(mode(archive), '600');
  assert.equal(mode(gateway.backups), '700');
  assert.deepEqual(gateway.files().length, 2, 'the archive and its checksum');
  execFileSync('sha256sum', ['--check', '--status', `${archive}.sha256`], { cwd: gateway.backups });

  const names = members(archive);
  assert.equal(names[0], 'litellm-backup.json');
  assert.equal(names.at(-1), 'manifest.json');
  for (const name of ['files/.env', 'files/config/litellm-config.yaml', 'files/docker-compose.yml', 'files/service-key.txt']) assert.ok(names.includes(name), name);
  assert.equal(member(archive, 'files/.env'), gateway.env());
  assert.ok(names.filter((name) => /^database\/\d+$/.test(name)).length > 2, 'a dump in several pieces');

  const manifest = JSON.parse(member(archive, 'manifest.json'));
  assert.equal(manifest.kit, text(join(gateway.kit, 'deploy/VERSION')).split('\n')[0]);
  assert.equal(manifest.image, 'ghcr.io/berriai/litellm:v1.80.11-stable');
  assert.equal(manifest.postgres, 15);
  assert.equal(manifest.rows.LiteLLM_VerificationToken, 250);
  assert.equal(manifest.rows.LiteLLM_SpendLogs, 3000);
  assert.equal(Object.entries(manifest.rows).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rows]) => `${name}:${rows}`).join('\n'), (await gateway.counts()).split('\n').sort().join('\n'));
  assert.deepEqual(manifest.members.map((one) => one.name), names.slice(0, -1));
  assert.ok(manifest.migrations.length > 50);

  assert.match(all, /WARNING: this backup is not encrypted/);
  const known = metrics();
  assert.equal(known.litellm_kit_backup_last_exit_code, '0');
  assert.equal(Number(known.litellm_kit_backup_size_bytes), statSync(archive).size);
  assert.ok(Math.abs(Number(known.litellm_kit_backup_last_success_timestamp_seconds) - Date.now() / 1000) < 300);
  // node-exporter reads it as nobody.
  assert.equal(mode(join(gateway.dir, 'data/textfile/litellm-backup.prom')), '644');
  assert.equal(mode(join(gateway.dir, 'data/textfile')), '755');

  assert.deepEqual(secretsIn(all, gateway.secrets), []);
  assert.deepEqual(secretsIn(JSON.stringify(gateway.calls()), gateway.secrets), [], 'in an argument or the environment of docker');
});

test('quiet says nothing but what is wrong', async () => {
  const { code, out, err } = await backUp(['--quiet']);
  assert.equal(code, 0, err);
  assert.equal(out, '');
  assert.match(err, /^WARNING: this backup is not encrypted[^\n]*\n$/);
});

test('the counts are of the moment of the dump, also while rows are being written', async () => {
  let writing = true;
  let written = 0;
  const writer = (async () => {
    while (writing) await gateway.sql(`insert into "LiteLLM_VerificationToken" (token, key_alias) values ('busy-${++written}', 'busy')`);
  })();
  const folder = join(work, 'busy');
  const { ended } = await heldBackup(folder);
  // Its snapshot is older than these.
  const since = written;
  await until(() => written > since + 3, 'rows that are written meanwhile');
  gateway.mend();
  const { code, all } = await ended;
  writing = false;
  await writer;
  assert.equal(code, 0, all);
  const [archive] = gateway.archives(folder);
  const check = await gateway.script('restore', ['--check', '--deep', archive]);
  assert.equal(check.code, 0, check.all);
  assert.match(check.out, /each with as many rows as were backed up/);
  assert.deepEqual(await gateway.databases(), ['litellm'], 'the scratch database is gone');
  await gateway.sql(`delete from "LiteLLM_VerificationToken" where key_alias = 'busy'`);
});

test('rotation removes the oldest of our own files, and nothing else', async () => {
  gateway.setEnv('BACKUP_KEEP', '2');
  const folder = join(work, 'rotation');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const others = ['notes.txt', 'litellm-backup-old.tar.gz', 'litellm-backup-20200101T000000Z.tar.gz.txt', 'my-litellm-backup-20200101T000000Z.tar.gz'];
  const ours = ['litellm-backup-20200101T000000Z.tar.gz', 'litellm-backup-20200102T000000Z-before-upgrade.tar.gz.age', 'litellm-backup-20200103T000000Z.tar.gz.gpg'];
  for (const name of [...others, ...ours]) writeFileSync(join(folder, name), 'x');
  writeFileSync(join(folder, `${ours[0]}.sha256`), 'x');
  const { code, all } = await gateway.script('backup', ['--to', folder]);
  assert.equal(code, 0, all);
  assert.equal(mode(folder), '755', 'a folder that was there keeps its mode');
  const left = gateway.files(folder);
  for (const name of others) assert.ok(left.includes(name), name);
  assert.deepEqual(ours.filter((name) => left.includes(name)), [ours[2]], 'the newest of the old ones');
  assert.ok(!left.includes(`${ours[0]}.sha256`));

  // A backup that fails removes nothing.
  gateway.fail('pg_dump');
  const failed = await gateway.script('backup', ['--to', folder]);
  gateway.mend();
  assert.notEqual(failed.code, 0);
  assert.deepEqual(gateway.files(folder), left);

  gateway.setEnv('BACKUP_KEEP', '0');
  const refused = await gateway.script('backup', ['--to', folder]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /BACKUP_KEEP .* is '0'/);
  gateway.setEnv('BACKUP_KEEP', '14');
});

for (const [name, failure] of [['fails', 'pg_dump'], ['breaks off', 'pg_dump-halfway']])
  test(`a dump that ${name} leaves no file, and Prometheus learns of it`, async () => {
    const good = await gateway.must(gateway.script('backup', ['--quiet']));
    const { litellm_kit_backup_last_success_timestamp_seconds: since } = metrics();
    const before = gateway.files();
    gateway.fail(failure);
    const { code, err } = await gateway.script('backup');
    gateway.mend();
    assert.notEqual(code, 0, good.all);
    assert.match(err, /the backup FAILED/);
    assert.deepEqual(gateway.files(), before);
    assert.notEqual(metrics().litellm_kit_backup_last_exit_code, '0');
    assert.equal(metrics().litellm_kit_backup_last_success_timestamp_seconds, since, 'the age of the last good one goes on');
    assert.deepEqual(execFileSync('find', [gateway.backups, '-name', '*.part'], { encoding: 'utf8' }), '');
  });

test('no room: refused before it begins, and nothing left when the disk fills up meanwhile', { skip: process.getuid() !== 0 && 'only root can mount' }, async () => {
  const small = join(work, 'small');
  mkdirSync(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=9m', 'tmpfs', small]);
  try {
    const refused = await gateway.script('backup', ['--to', small]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /not enough room in .*small: .* free, about .* needed/);
    assert.deepEqual(gateway.files(small), []);

    // A small backup from last time lets it begin; what has come since does not fit.
    const last = 'litellm-backup-20260101T000000Z.tar.gz';
    writeFileSync(join(small, last), 'x');
    await gateway.sql(`create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 600000) n group by n % 100`);
    const full = await gateway.script('backup', ['--to', small], { env: { BACKUP_PIECE: '1M' } });
    await gateway.sql('drop table noise');
    assert.notEqual(full.code, 0);
    assert.match(full.err, /No space left on device/);
    assert.match(full.err, /the backup FAILED \(writing the backup\)/);
    assert.deepEqual(execFileSync('ls', ['-A', small], { encoding: 'utf8' }).trim().split('\n'), [last]);
  } finally {
    execFileSync('umount', [small]);
  }
});

test('ended in the middle it leaves no file and no lock', async () => {
  const folder = join(work, 'ended');
  await gateway.sql(`create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 60000) n group by n % 100`);
  const { child, ended, said } = await heldBackup(folder);
  const second = await gateway.script('backup', ['--to', folder]);
  child.kill('SIGTERM');
  gateway.mend();
  const { code } = await ended;
  await gateway.sql('drop table noise');
  assert.equal(code, 143, said.all);
  assert.equal(second.code, 1, 'a second one meanwhile');
  assert.match(second.err, new RegExp(`another script of the kit is at work on \\S+: backup\\.sh, process ${child.pid}, since `));
  assert.deepEqual(execFileSync('ls', ['-A', folder], { encoding: 'utf8' }), '');
  const again = await gateway.script('backup', ['--to', folder]);
  assert.equal(again.code, 0, again.all);
  assert.deepEqual(execFileSync('find', ['/dev/shm', '-maxdepth', '1', '-name', `litellm-kit.${child.pid}.*`], { encoding: 'utf8' }), '', 'plain pieces in memory');
});

test('a dry run says what it would do and changes nothing', async () => {
  const before = await gateway.photograph();
  const { code, out } = await gateway.script('backup', ['--dry-run']);
  assert.equal(code, 0);
  assert.match(out, /would back up the database/);
  assert.equal(await gateway.photograph(), before);
});

test('without PostgreSQL it fails in words', async () => {
  await gateway.docker('compose', 'stop', 'postgres');
  const { code, err } = await gateway.script('backup');
  await gateway.docker('compose', 'start', 'postgres');
  assert.equal(code, 1);
  assert.match(err, /PostgreSQL does not answer/);
});

test('encrypted with age, it is never plain on the disk, and opens with the right key only', async () => {
  const [mine, theirs] = ['mine', 'theirs'].map((name) => join(work, `${name}.age`));
  for (const file of [mine, theirs]) execFileSync('age-keygen', ['--output', file], { stdio: 'ignore' });
  const recipient = /age1\w+/.exec(text(mine))[0];
  gateway.setEnv('BACKUP_RECIPIENT', recipient);
  const { code, all, archive } = await backUp();
  assert.equal(code, 0, all);
  assert.doesNotMatch(all, /not encrypted/);
  assert.match(archive, /\.tar\.gz\.age$/);
  assert.match(text(archive).slice(0, 30), /^age-encryption.org/);
  const plain = execFileSync('age', ['--decrypt', '--identity', mine, archive], { maxBuffer: 1e9 });
  writeFileSync(join(work, 'plain.tar.gz'), plain);
  assert.equal(member(join(work, 'plain.tar.gz'), 'files/.env'), gateway.env());

  const good = await gateway.script('restore', ['--check', '--identity', mine, archive]);
  assert.equal(good.code, 0, good.all);
  const wrong = await gateway.script('restore', ['--check', '--identity', theirs, archive]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /cannot be decrypted/);
  const none = await gateway.script('restore', ['--check', archive]);
  assert.equal(none.code, 1);
  assert.match(none.err, /--identity FILE/);

  // Cut off, with a checksum that fits: age itself has to notice.
  const cut = join(work, 'litellm-backup-20260101T000000Z.tar.gz.age');
  writeFileSync(cut, readFileSync(archive).subarray(0, statSync(archive).size - 20_000));
  const short = await gateway.script('restore', ['--check', '--identity', mine, cut]);
  assert.equal(short.code, 1, short.all);

  gateway.setEnv('BACKUP_RECIPIENT', 'age1notarecipient');
  const bad = await backUp();
  assert.equal(bad.code, 1);
  assert.match(bad.err, /not a recipient that age knows/);
  gateway.setEnv('BACKUP_RECIPIENT', '');
});

test('encrypted for an SSH key, it opens with that', async () => {
  const key = join(work, 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  gateway.setEnv('BACKUP_RECIPIENT', text(`${key}.pub`).split(' ').slice(0, 2).join(' '));
  const { code, all, archive } = await backUp();
  gateway.setEnv('BACKUP_RECIPIENT', '');
  assert.equal(code, 0, all);
  const check = await gateway.script('restore', ['--check', '--identity', key, archive]);
  assert.equal(check.code, 0, check.all);
});

test('encrypted with GnuPG, it opens with the key in the keyring', async () => {
  const home = join(work, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const env = { GNUPGHOME: home };
  const gpg = (...args) => execFileSync('gpg', ['--batch', '--quiet', ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    gpg('--pinentry-mode', 'loopback', '--passphrase', '', '--quick-generate-key', 'backups@example.org', 'default', 'default', 'never');
    gateway.setEnv('BACKUP_RECIPIENT', 'backups@example.org');
    const { code, all, archive } = await backUp([], { env });
    assert.equal(code, 0, all);
    assert.match(archive, /\.tar\.gz\.gpg$/);
    assert.ok(!readFileSync(archive).subarray(0, 2).equals(Buffer.from([0x1f, 0x8b])), 'not a plain gzip file');
    const good = await gateway.script('restore', ['--check', archive], { env });
    assert.equal(good.code, 0, good.all);

    const elsewhere = mkdtempSync(join(work, 'empty-'));
    const wrong = await gateway.script('restore', ['--check', archive], { env: { GNUPGHOME: elsewhere } });
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /cannot be decrypted/);
    gateway.setEnv('BACKUP_RECIPIENT', 'nobody@example.org');
    const unknown = await backUp([], { env });
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /GnuPG cannot encrypt for BACKUP_RECIPIENT/);
  } finally {
    gateway.setEnv('BACKUP_RECIPIENT', '');
    await start('gpgconf', ['--kill', 'all'], { env }).ended;
  }
});

test('archives that are damaged, cut off, swapped or not ours are refused in words, and nothing is touched', async () => {
  const { archive } = await backUp();
  const before = await gateway.photograph();
  const name = 'litellm-backup-20260202T020202Z.tar.gz';
  const file = join(work, 'bad', name);
  mkdirSync(join(work, 'bad'), { recursive: true });
  const sum = () => writeFileSync(`${file}.sha256`, `${digest(file)}  ${name}\n`);
  // unpacked FUNCTION: the archive with other content, packed as it was.
  const unpacked = (change) => {
    const folder = mkdtempSync(join(work, 'unpacked-'));
    execFileSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', folder]);
    const order = members(archive);
    const names = change(folder, order) ?? order;
    execFileSync('tar', ['--create', '--gzip', '--file', file, '--directory', folder, ...names]);
  };
  const cases = {
    'another checksum beside it': [/is damaged, or is not the file that was backed up/, () => { copyFileSync(archive, file); writeFileSync(`${file}.sha256`, `${'0'.repeat(64)}  ${name}\n`); }],
    'one byte changed': [/damaged|not a whole backup/, () => { const bytes = readFileSync(archive); bytes[bytes.length >> 1] ^= 0x55; writeFileSync(file, bytes); sum(); }],
    'cut off': [/is not a whole backup of this kit/, () => { writeFileSync(file, readFileSync(archive).subarray(0, 9000)); sum(); }],
    'empty': [/is not a whole backup of this kit|refused/, () => { writeFileSync(file, ''); sum(); }],
    'not an archive': [/is not a whole backup of this kit/, () => { writeFileSync(file, 'a text\n'.repeat(1000)); sum(); }],
    'another archive': [/a member that no backup has: other\.txt/, () => { writeFileSync(join(work, 'other.txt'), 'x'); execFileSync('tar', ['--create', '--gzip', '--file', file, '--directory', work, 'other.txt']); sum(); }],
    'a member changed': [/differs: files\/\.env/, () => { unpacked((folder) => writeFileSync(join(folder, 'files/.env'), 'LITELLM_SALT_KEY=sk-of-an-attacker\n')); sum(); }],
    'a piece of the dump missing': [/damaged|does not accept/, () => { unpacked((_, order) => order.filter((one) => one !== 'database/00001')); sum(); }],
    'the manifest missing': [/its manifest, the last member, is missing/, () => { unpacked((_, order) => order.slice(0, -1)); sum(); }],
    'a path out of the folder': [/a member that no backup has/, () => { unpacked((folder, order) => { writeFileSync(join(folder, 'files/evil;id'), 'x'); return [...order, 'files/evil;id']; }); sum(); }],
    'a format of the future': [/has the format '2'/, () => { unpacked((folder) => writeFileSync(join(folder, 'litellm-backup.json'), '{"format":2}')); sum(); }],
  };
  for (const [what, [expected, make]] of Object.entries(cases)) {
    make();
    // Checking and restoring begin with the same reading.
    const { code, err, all } = await gateway.script('restore', what === 'cut off' ? ['--check', file] : [file, '--yes']);
    assert.equal(code, 1, `${what}: ${all}`);
    assert.match(err, expected, what);
  }
  assert.equal(await gateway.photograph(), before);
  const missing = await gateway.script('restore', ['no-such-file', '--yes']);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /there is no file/);
  // The original is still good: it was the change that was refused.
  const good = await gateway.script('restore', ['--check', archive]);
  assert.equal(good.code, 0, good.all);
});

test('the list names the backups and the databases that were put aside', async () => {
  await gateway.sql('create database litellm_before_20260101t000000z', 'postgres');
  await gateway.sql('create database litellm_reports', 'postgres');
  const { code, out } = await gateway.script('restore', ['--list']);
  assert.equal(code, 0);
  for (const archive of gateway.archives()) assert.ok(out.includes(archive.split('/').at(-1)));
  assert.match(out, /litellm_before_20260101t000000z/);
  const refused = await gateway.script('restore', ['--drop-previous']);
  assert.equal(refused.code, 1, 'nobody said yes');
  const dropped = await gateway.script('restore', ['--drop-previous', '--yes']);
  assert.equal(dropped.code, 0, dropped.all);
  assert.deepEqual(await gateway.databases(), ['litellm', 'litellm_reports'], 'only those that a restore has made');
  await gateway.sql('drop database litellm_reports', 'postgres');
  assert.ok(existsSync(gateway.backups));
});
