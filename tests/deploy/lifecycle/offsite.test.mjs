// offsite.sh: copies of backups elsewhere, by each of its ways, and the trial of one. With a real PostgreSQL and no gateway.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, digest, secret, secretsIn } from './lib/installation.mjs';

let gateway, work, identity, newest;
const password = secret(30);
const text = (file) => readFileSync(file, 'utf8');
const offsite = (...args) => gateway.script('offsite', args);
const metrics = (name = 'litellm-offsite') => Object.fromEntries(text(join(gateway.dir, `data/textfile/${name}.prom`)).split('\n').filter((line) => /^litellm/.test(line)).map((line) => line.split(' ')));
const to = (value) => gateway.setEnv('OFFSITE_TO', value);
const there = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
// A file by the name of a backup, with its checksum: what is copied is not read.
function pretend(name, folder = gateway.backups) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), name);
  writeFileSync(join(folder, `${name}.sha256`), `${digest(join(folder, name))}  ${name}\n`);
}

before(async () => {
  work = mkdtempSync(join(process.env.LITELLM_DASHBOARD_DEPLOY ?? tmpdir(), 'offsite-'));
  gateway = await Installation.make();
  await gateway.startDatabase();
  identity = join(work, 'identity.age');
  execFileSync('age-keygen', ['--output', identity], { stdio: 'ignore' });
  writeFileSync(join(gateway.dir, 'offsite.env'), `RESTIC_PASSWORD=${password}\nexport RCLONE_CONFIG="/dev/null" # none\n`, { mode: 0o600 });
  // Another server: its shell is the system's own, and what it is asked stands in a file.
  writeFileSync(join(gateway.tools, 'ssh'), `#!/bin/sh\necho "$*" >>'${work}/asked'\nwhile [ "$1" = -o ]; do shift 2; done\nif [ -e '${work}/away' ]; then echo 'ssh: connect to host: No route to host' >&2; exit 255; fi\nexec /bin/sh -c "$2"\n`, { mode: 0o755 });
});
after(async () => {
  await gateway?.remove();
  rmSync(work, { recursive: true, force: true });
});

test('nothing is copied, and nothing said to Prometheus, as long as nobody has said where to', async () => {
  const { code, out } = await offsite();
  assert.equal(code, 0);
  assert.match(out, /no copies elsewhere: OFFSITE_TO in .* is empty/);
  assert.deepEqual(there(join(gateway.dir, 'data/textfile')), []);
});

test('a place that cannot be one is refused', async () => {
  for (const [place, said] of [
    ['https://user:word@example.com/', /expected restic:REPOSITORY, rclone:REMOTE:FOLDER, ssh:HOST:FOLDER or command:\/PATH/],
    ['ssh:backup.example.com', /expected ssh:HOST:FOLDER/],
    ['ssh:host:a;id', /expected ssh:HOST:FOLDER/],
    ['ssh:-oProxyCommand=id:x', /expected ssh:HOST:FOLDER/],
    ['command:/nowhere', /which is not here or cannot be run/],
  ]) {
    to(place);
    const { code, err } = await offsite();
    assert.equal(code, 1, place);
    assert.match(err, said, place);
  }
});

test('a backup that is not encrypted stays on this server, and Prometheus learns of it', async () => {
  pretend('litellm-backup-20260101T000000Z.tar.gz');
  to(`ssh:backup@example.com:${work}/far`);
  const { code, err } = await offsite();
  assert.equal(code, 1);
  assert.match(err, /is not encrypted, and would take every secret .* BACKUP_RECIPIENT .*OFFSITE_PLAIN=yes/);
  assert.deepEqual(there(join(work, 'far')), []);
  assert.deepEqual(metrics(), { litellm_kit_offsite_last_exit_code: '1', litellm_kit_offsite_newest_backup_timestamp_seconds: '0' });
  rmSync(gateway.backups, { recursive: true });
});

test('over ssh: what is missing there is copied once, whole or not at all, and the oldest beyond OFFSITE_KEEP go', async () => {
  to(`ssh:backup@example.com:${work}/far`);
  gateway.setEnv('BACKUP_RECIPIENT', /age1\w+/.exec(text(identity))[0]);
  newest = (await gateway.must(gateway.script('backup', ['--quiet']))) && gateway.archives().at(-1).split('/').at(-1);
  const [old, older] = ['litellm-backup-20260102T000000Z.tar.gz.age', 'litellm-backup-20260101T000000Z.tar.gz.age'];
  for (const name of [old, older]) pretend(name);
  const far = join(work, 'far');
  pretend('litellm-backup-20250101T000000Z.tar.gz.age', far);
  writeFileSync(join(far, 'notes.txt'), 'not ours');
  gateway.setEnv('OFFSITE_KEEP', '2');
  const plan = await offsite('--dry-run');
  assert.match(plan.out, new RegExp(`would copy ${old}\\n +would copy ${newest}`));
  assert.equal(there(far).length, 3);

  // Away: nothing of what is known is forgotten, and no half of a file counts.
  writeFileSync(join(work, 'away'), '');
  const failed = await offsite();
  assert.notEqual(failed.code, 0);
  assert.match(failed.err, /No route to host[^]*could not be listed[^]*FAILED \(listing the copies\)/);
  rmSync(join(work, 'away'));
  writeFileSync(join(far, newest), 'half');

  const { code, out, all } = await offsite();
  assert.equal(code, 0, all);
  assert.match(out, new RegExp(`2 copied; the newest elsewhere is ${newest}`));
  assert.deepEqual(there(far), [old, `${old}.sha256`, newest, `${newest}.sha256`, 'notes.txt'].sort(), 'neither an older one nor somebody else’s file');
  assert.equal(digest(join(far, newest)), digest(join(gateway.backups, newest)));
  assert.equal((statSync(join(far, newest)).mode & 0o777).toString(8), '600');
  const made = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(newest).slice(1);
  assert.deepEqual(metrics(), { litellm_kit_offsite_last_exit_code: '0', litellm_kit_offsite_newest_backup_timestamp_seconds: String(Date.UTC(made[0], made[1] - 1, ...made.slice(2)) / 1000) });
  const again = await offsite('--quiet');
  assert.deepEqual([again.code, again.all], [0, '']);
  assert.equal((await offsite('--list')).out, `${old}\n${newest}\n`);
  assert.ok(!text(join(work, 'asked')).includes(password));

  // A backup here that is not what was written is not copied over a good one.
  appendFileSync(join(gateway.backups, older), 'x');
  gateway.setEnv('OFFSITE_KEEP', '3');
  const spoilt = await offsite();
  assert.equal(spoilt.code, 1);
  assert.match(spoilt.err, new RegExp(`${older} is damaged`));
  assert.equal(metrics().litellm_kit_offsite_newest_backup_timestamp_seconds, String(Date.UTC(made[0], made[1] - 1, ...made.slice(2)) / 1000));
  for (const suffix of ['', '.sha256']) rmSync(join(gateway.backups, older + suffix));
});

test('the trial of a copy: each byte where the key is elsewhere, restored where it is here, and an alarm when it is damaged', async () => {
  const bytes = await offsite('--check');
  assert.equal(bytes.code, 0, bytes.all);
  assert.match(bytes.out, /each byte is as it was written; its private key is not here/);
  assert.equal(metrics('litellm-offsite-check').litellm_kit_offsite_check_restored, '0');
  gateway.setEnv('OFFSITE_IDENTITY', identity);
  const restored = await offsite('--check');
  assert.equal(restored.code, 0, restored.all);
  assert.match(restored.out, /tables, each with as many rows as were backed up/);
  const known = metrics('litellm-offsite-check');
  assert.equal(known.litellm_kit_offsite_check_restored, '1');
  assert.ok(Math.abs(Number(known.litellm_kit_offsite_check_last_success_timestamp_seconds) - Date.now() / 1000) < 900);
  assert.deepEqual(await gateway.databases(), ['litellm'], 'the scratch database is gone');

  const copy = join(work, 'far', newest);
  const good = readFileSync(copy);
  writeFileSync(copy, good.subarray(0, good.length - 1000));
  const damaged = await offsite('--check');
  assert.equal(damaged.code, 1);
  assert.match(damaged.err, /is damaged, or is not the file that was backed up/);
  // Damaged, and with a checksum that fits.
  writeFileSync(`${copy}.sha256`, `${digest(copy)}  ${newest}\n`);
  const forged = await offsite('--check');
  assert.equal(forged.code, 1);
  assert.match(forged.err, /the copy of .* is not the backup that is in/);
  assert.deepEqual(metrics('litellm-offsite-check'), { ...known, litellm_kit_offsite_check_last_exit_code: '1' });
  writeFileSync(copy, good);
  writeFileSync(`${copy}.sha256`, text(join(gateway.backups, `${newest}.sha256`)));
  assert.deepEqual(there(gateway.backups).filter((name) => name.startsWith('.')), [], 'what was fetched is gone');
});

test('a copy is fetched back to where restore.sh finds it', async () => {
  const sum = digest(join(gateway.backups, newest));
  rmSync(gateway.backups, { recursive: true });
  const { code, out, all } = await offsite('--get', 'latest');
  assert.equal(code, 0, all);
  assert.equal(out.trim(), join(gateway.backups, newest));
  assert.equal(digest(join(gateway.backups, newest)), sum);
  assert.deepEqual(there(gateway.backups), [newest, `${newest}.sha256`]);
  const unknown = await offsite('--get', '../../etc/passwd');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /there is no copy '\.\.\/\.\.\/etc\/passwd'; .*\n.*FAILED\n$/);
});

// way NAME PLACE: put, list, get and remove by one way: what all of them have to do.
async function goesThereAndBack(place) {
  const far = 'litellm-backup-20260103T000000Z.tar.gz.age';
  to(place);
  gateway.setEnv('OFFSITE_KEEP', '1');
  rmSync(gateway.backups, { recursive: true });
  pretend(far);
  const first = await offsite();
  assert.equal(first.code, 0, first.all);
  const next = 'litellm-backup-20260104T000000Z.tar.gz.age';
  pretend(next);
  const second = await offsite();
  assert.equal(second.code, 0, second.all);
  assert.match(second.out, new RegExp(`copied ${next}[^]*removed the copy ${far}`));
  assert.equal((await offsite('--list')).out, `${next}\n`);
  rmSync(gateway.backups, { recursive: true });
  const got = await offsite('--get', next);
  assert.equal(got.code, 0, got.all);
  assert.equal(text(join(gateway.backups, next)), next);
  for (const { all } of [first, second, got]) assert.deepEqual(secretsIn(all, { password }), []);
}
const missing = (tool) => spawnSync(tool, ['version']).error && `${tool} is not installed`;

test('by a program of the operator, which finds what offsite.env has in its environment', async () => {
  const program = join(work, 'program');
  writeFileSync(program, `#!/bin/sh
[ "$RESTIC_PASSWORD" = '${password}' ] && [ "$RCLONE_CONFIG" = /dev/null ] || exit 3
mkdir -p '${work}/mine' && cd '${work}/mine' || exit
case $1 in put) cp "$2" . ;; list) ls ;; get) cp "$2" "$3" ;; remove) rm "$2" ;; *) exit 64 ;; esac
`, { mode: 0o755 });
  await goesThereAndBack(`command:${program}`);
  writeFileSync(join(gateway.dir, 'offsite.env'), text(join(gateway.dir, 'offsite.env')), { mode: 0o600 });
  execFileSync('chmod', ['644', join(gateway.dir, 'offsite.env')]);
  const open = await offsite();
  execFileSync('chmod', ['600', join(gateway.dir, 'offsite.env')]);
  assert.equal(open.code, 1);
  assert.match(open.err, /offsite\.env has mode 644, and others could read the secrets/);
});

test('with rclone', { skip: missing('rclone') }, () => goesThereAndBack(`rclone::local:${work}/rclone`));

test('with restic, in a repository of its own', { skip: missing('restic') }, async () => {
  const repository = join(work, 'restic');
  execFileSync('restic', ['init', '--repo', repository], { env: { ...process.env, RESTIC_PASSWORD: password }, stdio: 'ignore' });
  await goesThereAndBack(`restic:${repository}`);
});
