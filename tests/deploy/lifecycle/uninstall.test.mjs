// uninstall.sh, check-certificates.sh and the units of systemd.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, copyKit, project } from './lib/installation.mjs';

let gateway, work;
before(async () => {
  work = mkdtempSync(join(process.env.LITELLM_DASHBOARD_DEPLOY ?? tmpdir(), 'uninstall-'));
  gateway = await Installation.make();
  await gateway.startDatabase();
});
after(async () => {
  await gateway?.remove();
  rmSync(work, { recursive: true, force: true });
});
const uninstall = (args, options = {}) => gateway.script('uninstall', args, options);
const units = () => join(gateway.root, 'etc/systemd/system');
function installUnits() {
  mkdirSync(units(), { recursive: true });
  for (const name of readdirSync(join(project, 'deploy/systemd'))) writeFileSync(join(units(), name), readFileSync(join(project, 'deploy/systemd', name), 'utf8').replaceAll('@LITELLM_DIR@', gateway.dir));
  writeFileSync(join(units(), 'other.timer'), '');
}

test('the units are ones that systemd accepts, and run what is in the installation', { skip: spawnSync('systemd-analyze', ['--version']).status !== 0 && 'no systemd-analyze here' }, () => {
  installUnits();
  copyKit(join(gateway.dir, 'kit'));
  const files = readdirSync(units()).filter((name) => name.startsWith('litellm-')).map((name) => join(units(), name));
  assert.equal(files.length, 8);
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
  assert.equal(stderr.split('\n').filter((line) => line.includes('litellm-')).join('\n'), '');
  assert.equal(status, 0);
  for (const file of files) assert.ok(!readFileSync(file, 'utf8').includes('@'), file);
});

test('while an upgrade is cut off, neither backup nor rotation nor removal touches anything, and each says how to go on', async () => {
  const mark = join(gateway.dir, 'data/kit/upgrade');
  mkdirSync(mark);
  const before = await gateway.photograph();
  for (const [script, args] of [['backup', []], ['backup', ['--dry-run']], ['rotate-service-key', ['--yes']], ['uninstall', ['--yes']], ['uninstall', [`--delete-data=${gateway.dir}`, '--yes']]]) {
    const { code, err } = await gateway.script(script, args);
    assert.equal(code, 1, script);
    assert.match(err, /an upgrade was cut off in the middle.*Nothing was changed\. First run:\n +sudo \S+\/deploy\/upgrade\.sh$/ms, script);
  }
  assert.equal(await gateway.photograph(), before);
  assert.match(readFileSync(join(gateway.dir, 'data/textfile/litellm-backup.prom'), 'utf8'), /^litellm_kit_backup_last_exit_code 1$/m);
  rmSync(mark, { recursive: true });
});

// It is under way, and not cut off: the lock tells them apart.
test('while an upgrade is under way, that is said', async () => {
  const mark = join(gateway.dir, 'data/kit/upgrade');
  mkdirSync(mark);
  const lock = join(gateway.dir, '.lock');
  const holder = spawn('flock', [lock, 'sh', '-c', 'echo "upgrade.sh, process 1, since now" >"$0"; echo held; exec cat', lock], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((done) => holder.stdout.once('data', done));
  const { code, err } = await uninstall(['--dry-run']);
  holder.stdin.end();
  await new Promise((done) => holder.once('close', done));
  rmSync(mark, { recursive: true });
  assert.equal(code, 1);
  assert.match(err, /another script of the kit is at work on \S+: upgrade\.sh, process 1, since now\. Wait for it to end/);
});

test('a dry run changes nothing, and without an answer neither', async () => {
  const before = await gateway.photograph();
  const dry = await uninstall(['--dry-run', `--delete-data=${gateway.dir}`]);
  assert.equal(dry.code, 0, dry.all);
  assert.match(dry.out, /would delete .*litellm-server/);
  const unanswered = await uninstall([]);
  assert.equal(unanswered.code, 1);
  assert.equal(await gateway.photograph(), before);
});

test('data are deleted only when the folder is spelled out', async () => {
  const before = await gateway.photograph();
  for (const [args, expected] of [
    [['--delete-data', '--yes'], /--yes is not enough to delete data/],
    [['--delete-data=/opt', '--yes'], /is not the installation/],
    [[`--delete-data=${gateway.dir}x`, '--yes'], /is not the installation/],
  ]) {
    const { code, err } = await uninstall(args);
    assert.equal(code, 1);
    assert.match(err, expected);
  }
  assert.equal(await gateway.photograph(), before);
  // It is in no backup, and was lost without a word.
  writeFileSync(join(gateway.dir, 'offsite.env'), '', { mode: 0o600 });
  const asked = await uninstall(['--delete-data']);
  assert.equal(asked.code, 1);
  assert.match(asked.err, /Delete the gateway in .*, and offsite\.env, which is in no backup.* for good\? Nobody can answer here/);
  rmSync(join(gateway.dir, 'offsite.env'));
});

test('folders that are no installation, links, and an installation around its backups are not deleted', async () => {
  const looksRight = (folder) => {
    mkdirSync(join(folder, 'config'), { recursive: true });
    writeFileSync(join(folder, '.env'), '');
    writeFileSync(join(folder, 'docker-compose.yml'), 'name: litellm-server\n');
    return folder;
  };
  const home = looksRight(join(work, 'home'));
  const link = join(work, 'link');
  symlinkSync(gateway.dir, link);
  const foreign = looksRight(join(work, 'foreign'));
  writeFileSync(join(foreign, 'docker-compose.yml'), 'name: something-else\n');
  const around = looksRight(join(gateway.root, 'around'));
  writeFileSync(join(around, '.env'), 'BACKUP_DIR=/around/backups\n');
  for (const [folder, expected, env] of [
    [home, /your home/, { HOME: home }],
    [link, /is a symbolic link/, {}],
    [foreign, /does not look like an installation/, {}],
    [around, /the backups are in/, {}],
  ]) {
    const { code, err } = await uninstall(['--litellm-dir', folder, `--delete-data=${folder}`, '--no-backup', '--yes'], { env });
    assert.equal(code, 1, err);
    assert.match(err, expected);
    assert.ok(existsSync(join(folder, '.env')));
  }
  // The folders of the system have no .env; that alone stops it.
  for (const folder of ['/', '/opt', '/etc']) assert.equal((await uninstall(['--litellm-dir', folder, `--delete-data=${folder}`, '--no-backup', '--yes'])).code, 1);
});

test('it stops and removes services and timers, and keeps data, settings and backups', async () => {
  await gateway.must(gateway.script('backup', ['--quiet']));
  const stamps = join(gateway.root, 'var/lib/systemd/timers');
  mkdirSync(stamps, { recursive: true });
  for (const name of ['litellm-backup', 'litellm-certificates', 'other']) writeFileSync(join(stamps, `stamp-${name}.timer`), '');
  const kept = [join(gateway.dir, '.env'), join(gateway.dir, 'data/postgres/.stand-in-cluster'), gateway.archives()[0]];
  const { code, out, all } = await uninstall(['--yes']);
  assert.equal(code, 0, all);
  for (const file of kept) assert.ok(existsSync(file), file);
  assert.ok(out.includes(join(gateway.dir, '.env')) && out.includes(gateway.backups));
  assert.deepEqual(readdirSync(units()), ['other.timer']);
  assert.deepEqual(readdirSync(stamps), ['stamp-other.timer']);
  const asked = readFileSync(join(gateway.state, 'systemctl'), 'utf8');
  assert.match(asked, /disable --now litellm-backup\.timer/);
  assert.match(asked, /disable --now litellm-certificates\.timer/);
  assert.equal((await gateway.docker('compose', 'ps', '--all', '--services')).out, '');
  const again = await uninstall(['--yes']);
  assert.equal(again.code, 0, again.all);
});

test('deleting takes a last backup first, and does not follow links out of the folder', async () => {
  const precious = join(work, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'file'), 'x');
  symlinkSync(precious, join(gateway.dir, 'data/linked'));
  const stopped = await uninstall([`--delete-data=${gateway.dir}`, '--yes']);
  assert.equal(stopped.code, 1, 'the database does not run, so there can be no backup');
  assert.match(stopped.err, /the last backup failed, so nothing was deleted/);
  assert.ok(existsSync(join(gateway.dir, '.env')));
  await gateway.docker('compose', 'up', '--detach', 'postgres');
  const { code, all } = await uninstall([`--delete-data=${gateway.dir}`, '--yes']);
  assert.equal(code, 0, all);
  assert.ok(!existsSync(gateway.dir));
  assert.ok(existsSync(join(precious, 'file')));
  assert.ok(gateway.archives().some((name) => /before-uninstall/.test(name)));
});

test('certificates: days left, a warning below 21 days, and the time for Prometheus', async () => {
  const { dir } = await Installation.make().then((other) => ((gateway.other = other), other));
  const other = gateway.other;
  try {
    const certificate = (name, from, to) => {
      const [file, key] = [join(work, `${name}.pem`), join(work, `${name}.key`)];
      const day = (days) => new Date(Date.now() + days * 86400000).toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z';
      execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-subj', '/CN=litellm.example.com', '-out', `${file}.csr`], { stdio: 'ignore' });
      const folder = mkdtempSync(join(work, 'ca-'));
      writeFileSync(join(folder, 'index'), '');
      writeFileSync(join(folder, 'conf'), `[ca]\ndefault_ca=c\n[c]\ndatabase=${folder}/index\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`);
      execFileSync('openssl', ['ca', '-batch', '-config', join(folder, 'conf'), '-selfsign', '-keyfile', key, '-in', `${file}.csr`, '-out', file, '-startdate', day(from), '-enddate', day(to)], { stdio: 'ignore' });
      return file;
    };
    const good = certificate('good', -1, 60);
    const ending = certificate('ending', -60, 10);
    const expired = certificate('expired', -90, -2);
    const fine = await other.script('check-certificates', ['--file', good]);
    assert.equal(fine.code, 0, fine.all);
    assert.match(fine.out, /(59|60) days left/);
    const metrics = readFileSync(join(dir, 'data/textfile/litellm-certificates.prom'), 'utf8');
    const [, time] = new RegExp(`litellm_kit_certificate_expiry_timestamp_seconds\\{file="${good}"\\} (\\d+)`).exec(metrics);
    assert.ok(Math.abs(Number(time) - (Date.now() / 1000 + 60 * 86400)) < 600);

    const bad = await other.script('check-certificates', ['--file', good, '--file', ending, '--file', expired, '--file', join(work, 'missing.pem')]);
    assert.equal(bad.code, 1);
    assert.match(bad.err, /ending\.pem ends in (9|10) days/);
    assert.match(bad.err, /expired\.pem EXPIRED/);
    assert.match(bad.err, /missing\.pem is not a certificate/);
    assert.equal((await other.script('check-certificates', ['--file', ending, '--days', '5'])).code, 0);

    const site = join(work, 'site.conf');
    writeFileSync(site, `# TLS_CERTIFICATE=/no\nSERVER_NAME=x\nTLS_CERTIFICATE="${ending}"\nTLS_CERTIFICATE_KEY=/key\n`);
    assert.match((await other.script('check-certificates', ['--site', site])).err, /ending\.pem/);

    const none = await other.script('check-certificates');
    assert.equal(none.code, 0);
    assert.match(none.out, /no certificate to check/);
    const nginx = join(other.root, 'etc/nginx/sites-enabled');
    mkdirSync(nginx, { recursive: true });
    writeFileSync(join(nginx, 'litellm.conf'), `server {\n    ssl_certificate ${join(other.root, 'etc/nginx/litellm/unknown-host.crt')};\n    ssl_certificate ${expired};\n    ssl_certificate_key /key;\n}\n`);
    const found = await other.script('check-certificates');
    assert.equal(found.code, 1);
    assert.match(found.err, /^WARNING: .*expired\.pem EXPIRED[^\n]*\n$/);
  } finally {
    await other.remove();
  }
});
