// offsite.sh: copies of backups elsewhere, by each of its ways, and the trial of one. With a real PostgreSQL and no gateway.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, digest, project, secret, secretsIn } from './lib/installation.mjs';

let gateway, work, identity, newest;
const planted = 'litellm-backup-20990101T000000Z.tar.gz.age';
const password = secret(30);
const text = (file) => readFileSync(file, 'utf8');
const offsite = (...args) => gateway.script('offsite', args);
// seconds NAME: when the backup of this name was made.
const seconds = (name) => {
  const [year, month, ...more] = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name).slice(1);
  return String(Date.UTC(year, month - 1, ...more) / 1000);
};
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
  writeFileSync(join(gateway.tools, 'ssh'), `#!/bin/sh\necho "$*" >>'${work}/asked'\nwhile [ "$1" = -o ]; do shift 2; done\nif [ -e '${work}/away' ]; then echo 'ssh: connect to host: No route to host' >&2; exit 255; fi\nif [ -e '${work}/cut' ]; then head -c 5 | /bin/sh -c "$2"; exit; fi\nexec /bin/sh -c "$2"\n`, { mode: 0o755 });
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
    // It once ended before anything was written, and Prometheus knew of nothing.
    assert.equal(metrics().litellm_kit_offsite_last_exit_code, '1');
    rmSync(join(gateway.dir, 'data/textfile/litellm-offsite.prom'));
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

// They were copied oldest first, and the first that could not be kept the newest ones here.
test('what is wrong with one backup does not keep the others here', async () => {
  const [plain, good, lonely, damaged, best] = [1, 2, 3, 4, 5].map((day) => `litellm-backup-2026010${day}T000000Z.tar.gz${day > 1 ? '.age' : ''}`);
  for (const name of [plain, good, lonely, damaged, best]) pretend(name);
  rmSync(join(gateway.backups, `${lonely}.sha256`));
  appendFileSync(join(gateway.backups, damaged), 'x');
  to(`ssh:backup@example.com:${work}/some`);
  for (const option of ['--dry-run', '--list']) {
    assert.equal((await offsite(option)).code, 0);
    assert.ok(!existsSync(join(work, 'some')), `${option} has made the folder`);
  }
  const { code, out, err } = await offsite();
  assert.equal(code, 1);
  assert.match(out, new RegExp(`copied ${best}\n[^]*copied ${good}\n[^]*${plain} is not encrypted, and stays here; newer ones are\n`));
  assert.match(err, new RegExp(`${damaged} is damaged[^]*${lonely}.sha256 is missing[^]*not everything went well[^]*FAILED`));
  assert.deepEqual(there(join(work, 'some')), [good, `${good}.sha256`, best, `${best}.sha256`]);
  assert.deepEqual(metrics(), { litellm_kit_offsite_last_exit_code: '1', litellm_kit_offsite_newest_backup_timestamp_seconds: seconds(best) });
  rmSync(gateway.backups, { recursive: true });
});

test('over ssh: what is missing there is copied once, whole or not at all, and the oldest beyond OFFSITE_KEEP go', async () => {
  to(`ssh:backup@example.com:${work}/far`);
  gateway.setEnv('BACKUP_RECIPIENT', /age1\w+/.exec(text(identity))[0]);
  newest = (await gateway.must(gateway.script('backup', ['--quiet']))) && gateway.archives().at(-1).split('/').at(-1);
  const [old, older] = ['litellm-backup-20260102T000000Z.tar.gz.age', 'litellm-backup-20260101T000000Z.tar.gz.age'];
  for (const name of [old, older]) pretend(name);
  const far = join(work, 'far');
  // Of others: an old one, and one that would be the newest, with a checksum that fits.
  const foreign = ['litellm-backup-20250101T000000Z.tar.gz.age', planted];
  for (const name of foreign) pretend(name, far);
  writeFileSync(join(far, 'notes.txt'), 'not ours');
  gateway.setEnv('OFFSITE_KEEP', '2');
  const plan = await offsite('--dry-run');
  assert.match(plan.out, new RegExp(`would copy ${newest}\\n +would copy ${old}`));
  assert.equal(there(far).length, 5);

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
  assert.deepEqual(there(far), [...[old, newest, ...foreign].flatMap((name) => [name, `${name}.sha256`]), 'notes.txt'].sort(), 'not an older one, and what others have put there is theirs');
  assert.equal(digest(join(far, newest)), digest(join(gateway.backups, newest)));
  assert.equal((statSync(join(far, newest)).mode & 0o777).toString(8), '600');
  assert.deepEqual(metrics(), { litellm_kit_offsite_last_exit_code: '0', litellm_kit_offsite_newest_backup_timestamp_seconds: seconds(newest) });
  const again = await offsite('--quiet');
  assert.deepEqual([again.code, again.all], [0, '']);
  const other = '  (this server has not noted it as its own)';
  assert.equal((await offsite('--list')).out, `${foreign[0]}${other}\n${old}\n${newest}\n${planted}${other}\n`);
  assert.ok(!text(join(work, 'asked')).includes(password));

  // A backup here that is not what was written is not copied over a good one.
  appendFileSync(join(gateway.backups, older), 'x');
  gateway.setEnv('OFFSITE_KEEP', '3');
  const spoilt = await offsite();
  assert.equal(spoilt.code, 1);
  assert.match(spoilt.err, new RegExp(`${older} is damaged`));
  assert.equal(metrics().litellm_kit_offsite_newest_backup_timestamp_seconds, seconds(newest));
  for (const suffix of ['', '.sha256']) rmSync(join(gateway.backups, older + suffix));
});

test('the trial of a copy: each byte where the key is elsewhere, restored where it is here, and an alarm when it is damaged', async () => {
  const bytes = await offsite('--check');
  assert.equal(bytes.code, 0, bytes.all);
  // Whoever holds the other side could have had any SQL restored here.
  assert.match(bytes.out, new RegExp(`^${newest}\n`));
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
  assert.match(forged.err, /is damaged, or is not the file that was backed up/);
  assert.deepEqual(metrics('litellm-offsite-check'), { ...known, litellm_kit_offsite_check_last_exit_code: '1' });
  // The other way round.
  writeFileSync(copy, good);
  const misled = await offsite('--check');
  assert.equal(misled.code, 1);
  assert.match(misled.err, /is good, and the checksum beside it is not/);
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

  // It once moved what it had fetched over the file here, and looked at it then.
  const [here, copy] = [join(gateway.backups, newest), join(work, 'far', newest)];
  const good = readFileSync(copy);
  writeFileSync(copy, 'rotten');
  chmodSync(gateway.backups, 0o755);
  const whole = await offsite('--get', newest);
  assert.deepEqual([whole.code, whole.out, digest(here)], [0, `${here}\n`, sum], 'what is here and whole stays');
  appendFileSync(here, 'x');
  const before = [digest(here), text(`${here}.sha256`)];
  const rotten = await offsite('--get', newest);
  assert.equal(rotten.code, 1);
  assert.match(rotten.err, /the copy of .* is damaged, or is not the file that was backed up/);
  assert.deepEqual([digest(here), text(`${here}.sha256`)], before);
  writeFileSync(copy, good);
  assert.equal((await offsite('--get', newest)).code, 0);
  assert.equal(digest(here), sum);
  assert.equal((statSync(gateway.backups).mode & 0o777).toString(8), '755', 'the folder has the mode that it had');

  // A new server knows none of them.
  const notes = join(gateway.dir, 'data/kit/offsite.sha256');
  renameSync(notes, `${notes}.away`);
  const foreign = await offsite('--get', 'latest');
  assert.deepEqual([foreign.code, foreign.out], [0, `${join(gateway.backups, planted)}\n`]);
  assert.match(foreign.err, /this server has not noted .* as its own/);
  assert.match((await offsite('--check')).err, /there is no copy 'latest' that this server has made/);
  renameSync(`${notes}.away`, notes);
  for (const suffix of ['', '.sha256']) rmSync(join(gateway.backups, planted + suffix));
  assert.deepEqual(there(gateway.backups), [newest, `${newest}.sha256`], 'nothing half is left');
  const unknown = await offsite('--get', '../../etc/passwd');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /there is no copy '\.\.\/\.\.\/etc\/passwd'; .*\n.*FAILED \(finding the copy\)\n$/);
});

test('a copy whose way was cut off is none', async () => {
  const name = 'litellm-backup-20270101T000000Z.tar.gz.age';
  pretend(name);
  writeFileSync(join(work, 'cut'), '');
  const { code, err } = await offsite();
  rmSync(join(work, 'cut'));
  assert.equal(code, 1);
  assert.match(err, new RegExp(`${name} was cut off on its way[^]*${name} could not be copied`));
  assert.ok(!existsSync(join(work, 'far', name)));
  for (const suffix of ['', '.sha256']) rmSync(join(gateway.backups, name + suffix));
});

// It failed each week, where the key was elsewhere as it should be.
test('GnuPG is asked whether the private key of a copy is here', { skip: spawnSync('gpg', ['--version']).error && 'gpg is not installed' }, async () => {
  const homes = ['with', 'without'].map((name) => join(work, name));
  const name = 'litellm-backup-20270102T000000Z.tar.gz.gpg';
  for (const home of homes) mkdirSync(home, { mode: 0o700 });
  try {
    const gpg = (...args) => execFileSync('gpg', ['--batch', '--quiet', '--homedir', homes[0], ...args], { stdio: ['pipe', 'pipe', 'ignore'], input: 'no backup' });
    gpg('--pinentry-mode', 'loopback', '--passphrase', '', '--quick-generate-key', 'backups@example.org', 'default', 'default', 'never');
    pretend(name);
    writeFileSync(join(gateway.backups, name), gpg('--trust-model', 'always', '--recipient', 'backups@example.org', '--encrypt'));
    writeFileSync(join(gateway.backups, `${name}.sha256`), `${digest(join(gateway.backups, name))}  ${name}\n`);
    await gateway.must(offsite());
    const elsewhere = await gateway.script('offsite', ['--check'], { env: { GNUPGHOME: homes[1] } });
    assert.equal(elsewhere.code, 0, elsewhere.all);
    assert.match(elsewhere.out, /each byte is as it was written; its private key is not here/);
    const here = await gateway.script('offsite', ['--check'], { env: { GNUPGHOME: homes[0] } });
    assert.equal(here.code, 1);
    assert.match(here.err, /is not a whole backup of this kit[^]*could not be restored into a scratch database/);
  } finally {
    for (const home of homes) spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  }
});

// Tries that took longer than the limit's part of it were repeated without an end, and those of a day may not cost the next.
test('the timers try four times, and again the next night', () => {
  for (const unit of ['litellm-offsite', 'litellm-offsite-check']) {
    const said = text(join(project, `deploy/systemd/${unit}.service`));
    const hours = (name) => Number(new RegExp(`^${name}=(\\d+)h$`, 'm').exec(said)[1]);
    const times = Number(/^StartLimitBurst=(\d+)$/m.exec(said)[1]);
    assert.equal(times, 4);
    assert.ok(hours('StartLimitIntervalSec') > times * (hours('RestartSec') + 4), 'each may take hours');
    assert.ok(hours('StartLimitIntervalSec') <= 23, 'a day, less what the timer varies by');
  }
});

// way NAME PLACE: put, list, get and remove by one way: what all of them have to do.
async function goesThereAndBack(place) {
  const far = 'litellm-backup-20260103T000000Z.tar.gz.age';
  to(place);
  gateway.setEnv('OFFSITE_KEEP', '1');
  rmSync(gateway.backups, { recursive: true });
  pretend(far);
  const none = await offsite('--list');
  assert.deepEqual([none.code, none.all], [0, '']);
  const first = await offsite();
  assert.equal(first.code, 0, first.all);
  // What is not noted is copied once more, and removed as a whole below.
  rmSync(join(gateway.dir, 'data/kit/offsite.sha256'));
  await gateway.must(offsite());
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

// Its address has a password in it, and whoever is on the server can read arguments.
test('restic is told its repository by the environment', async () => {
  const restic = join(gateway.tools, 'restic');
  writeFileSync(restic, `#!/bin/sh\necho "$*" >>'${work}/restic-asked'\nprintf '%s' "$RESTIC_REPOSITORY" >'${work}/restic-repository'\necho '[]'\n`, { mode: 0o755 });
  to(`restic:rest:https://somebody:${password}@backup.example.com/gateway/`);
  const { code, all } = await offsite('--list');
  rmSync(restic);
  assert.equal(code, 0, all);
  assert.equal(text(join(work, 'restic-repository')), `rest:https://somebody:${password}@backup.example.com/gateway`);
  assert.deepEqual(secretsIn(text(join(work, 'restic-asked')) + all, { password }), []);
});

const missing = (tool) => spawnSync(tool, ['version']).error && `${tool} is not installed`;

test('by a program of the operator, which finds what offsite.env has in its environment', async () => {
  const program = join(work, 'program');
  writeFileSync(program, `#!/bin/sh
[ "$RESTIC_PASSWORD" = '${password}' ] && [ "$RCLONE_CONFIG" = /dev/null ] || exit 3
mkdir -p '${work}/mine' && cd '${work}/mine' || exit
case $1 in put) cp "$2" . ;; list) ls ;; get) cp "$2" "$3" ;; remove) [ ! -e '${work}/append-only' ] && rm "$2" ;; *) exit 64 ;; esac
`, { mode: 0o755 });
  await goesThereAndBack(`command:${program}`);

  // Where nothing can be removed the copy has been made all the same.
  writeFileSync(join(work, 'append-only'), '');
  const last = 'litellm-backup-20260105T000000Z.tar.gz.age';
  pretend(last);
  const failed = await offsite();
  assert.equal(failed.code, 1);
  assert.match(failed.err, /could not be removed[^]*OFFSITE_KEEP=all/);
  assert.equal(metrics().litellm_kit_offsite_newest_backup_timestamp_seconds, seconds(last));
  gateway.setEnv('OFFSITE_KEEP', 'all');
  const all = await offsite();
  assert.equal(all.code, 0, all.all);
  assert.deepEqual(there(join(work, 'mine')).filter((name) => !name.endsWith('.sha256')), ['litellm-backup-20260104T000000Z.tar.gz.age', last]);
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

test('an age that is no longer looked after alarms nobody', async () => {
  const known = () => there(join(gateway.dir, 'data/textfile')).filter((name) => name.startsWith('litellm-offsite'));
  assert.deepEqual(known(), ['litellm-offsite-check.prom', 'litellm-offsite.prom']);
  to('');
  assert.equal((await offsite('--quiet')).code, 0);
  assert.deepEqual(known(), []);
});
