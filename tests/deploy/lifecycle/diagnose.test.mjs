// diagnose.sh: what is in the file, and above all what is not.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation, copyKit, project, secret, secretsIn } from './lib/installation.mjs';

let gateway, work;
const awkward = `pa"ss/w\\rd+9&=x é%@${secret(12)}`;
const base64 = (text) => Buffer.from(text).toString('base64');
const redact = (text, secrets = []) => spawnSync('bash', ['-c', 'exec 3<"$1"; exec perl "$2"', '-', secretFile(secrets), join(project, 'deploy/lib/redact.pl')], { input: text, encoding: 'utf8', maxBuffer: 1e9 }).stdout;
function secretFile(secrets) {
  const file = join(work, 'secrets');
  writeFileSync(file, secrets.join('\n') + '\n');
  return file;
}
async function diagnose(args = [], options = {}) {
  const folder = mkdtempSync(join(work, 'to-'));
  const result = await gateway.script('diagnose', ['--to', folder, ...args], options);
  const [file] = readdirSync(folder);
  const texts = {};
  if (file) {
    execFileSync('tar', ['--extract', '--gzip', '--file', join(folder, file), '--directory', folder, '--strip-components=1']);
    for (const name of readdirSync(folder)) if (name.endsWith('.txt')) texts[name] = readFileSync(join(folder, name), 'utf8');
  }
  return { ...result, file: file && join(folder, file), texts, text: Object.values(texts).join('\n') };
}

before(async () => {
  work = mkdtempSync(join(process.env.LITELLM_DASHBOARD_DEPLOY ?? tmpdir(), 'diagnose-'));
  gateway = await Installation.make({ settings: { OPENAI_API_KEY: awkward, ALERT_WEBHOOK_URL: `https://hooks.example.com/services/${secret(30)}` } });
  await gateway.startDatabase();
});
after(async () => {
  await gateway?.remove();
  rmSync(work, { recursive: true, force: true });
});

test('a secret is removed however it is written', () => {
  const value = `sK9/${secret(12)}"+&%é`;
  const url = encodeURIComponent(value);
  const json = JSON.stringify(value).slice(1, -1);
  const half = Math.floor(value.length / 2);
  const forms = {
    plain: value,
    'in an address': url,
    'in lower-case hexadecimal': url.replace(/%../g, (code) => code.toLowerCase()),
    'encoded twice': encodeURIComponent(url),
    JSON: json,
    'JSON in JSON': JSON.stringify(json).slice(1, -1),
    'JSON with escaped slashes': json.replaceAll('/', '\\/'),
    hexadecimal: Buffer.from(value).toString('hex'),
    'base64, alone': base64(value),
    'base64, behind one letter': base64(`:${value}`),
    'base64, behind two letters': base64(`u:${value}`),
    'base64 for addresses': Buffer.from(`user:${value}`).toString('base64url'),
    'over two lines': `${value.slice(0, half)}\n${value.slice(half)}`,
    'over two lines of a log': `${value.slice(0, half)}\nlitellm-1  | 2026-11-20T11:00:00.123456789Z ${value.slice(half)}`,
    'over two lines, continued': `${value.slice(0, half)}\\\n    ${value.slice(half)}`,
    'cut off': value.slice(0, 12),
    'base64 over two lines': base64(`user:${value}`).replace(/^(.{17})/, '$1\nlitellm-1  | '),
  };
  for (const [what, form] of Object.entries(forms)) {
    const out = redact(`litellm-1  | before ${form} behind\nlitellm-1  | another line\n`, [value]);
    assert.match(out, /before .*\[removed\].* behind\n/s, `${what}: ${out}`);
    // Not even a piece of it.
    for (const part of form.split(/\\?\n(?:litellm-1 {2}\| (?:\S+Z )?| {4})?/))
      for (let at = 0; at + 10 <= part.length; at++) assert.ok(!out.includes(part.slice(at, at + 10)), `${what}: ${out}`);
    assert.match(out, /another line\n$/);
    assert.equal(out.split('\n').length, `${form}`.split('\n').length + 2, 'lines stay lines');
  }
});

test('a piece too short to be known by itself goes with the rest of its secret', () => {
  const value = `sK9.${secret(30)}`;
  const out = redact(`a 2026 ${value.slice(0, 5)}\nlitellm-1  | ${value.slice(5, -5)}\nlitellm-1  | ${value.slice(-5)} b\n`, [value]);
  assert.equal(out, 'a 2026 [removed]\nlitellm-1  | [removed]\nlitellm-1  | [removed] b\n');
});

test('what looks like a secret is removed without being known', () => {
  const pem = `-----BEGIN EC PRIVATE KEY-----\n${secret(64)}\n${secret(30)}\n-----END EC PRIVATE KEY-----`;
  for (const [text, gone] of [
    ['key sk-abcdef123456 used', 'abcdef123456'],
    ['{"text":"line\\nsk-abcdef123456"}', 'abcdef123456'],
    ['Authorization: Bearer abcdefgh12345678', 'abcdefgh12345678'],
    ['q=Bearer%20abcdefgh12345678&x', 'abcdefgh12345678'],
    [`id AKIA${'Z'.repeat(16)}`, 'ZZZZ'],
    ['postgresql://litellm:wordsecret/x@db:5432/litellm', 'wordsecret'],
    ['redis://:wordsecret@redis:6379', 'wordsecret'],
    ['token eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl done', 'eyJzdWIiOi'],
    ['AGE-SECRET-KEY-1QQPQQPQQPQQPQQPQQ', 'QQPQQPQQ'],
    [pem, pem.split('\n')[1]],
    [pem.split('\n').map((line) => `litellm-1  | 2026-11-20T11:00:00Z ${line}`).join('\n'), pem.split('\n')[2]],
    [JSON.stringify({ key: pem }), pem.split('\n')[2]],
    ['"api_key": "azure0123456789abcdef"', 'azure0123456789'],
    ['aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPx', 'wJalrXUtn'],
    ["{'password': 'hunter2hunter2'}", 'hunter2'],
    [base64('{"key":"sk-abcdef123456"}'), base64('{"key":"sk-abcdef123456"}').slice(4, 20)],
    ['user jane.doe+x@example.org signed in', 'jane.doe'],
    ['broken sk-abcdef12\n3456ghijkl off', '3456ghijkl'],
  ])
    assert.ok(!redact(`${text}\n`).includes(gone), `${text} → ${redact(text)}`);
});

test('ordinary text stays as it is', () => {
  const text = [
    'litellm-1  | 2026-11-20T11:00:00Z INFO: 172.18.0.1:39402 - "GET /health/readiness HTTP/1.1" 200',
    '{"prompt_tokens": 12, "completion_tokens": 5, "token": null, "max_tokens": 4096}',
    'api_key: os.environ/OPENAI_API_KEY', 'POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it in .env}',
    'task-scheduler and disk-usage-report', 'sha256:0f5c0c1ad2b0f1e9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a3928170615f4e3d2c',
    'https://hooks.example.com/services/', 'http://127.0.0.1:24157/ui', '',
  ].join('\n');
  assert.equal(redact(text, ['https://hooks.example.com/services/AbCdEfGhIjKlMnOp', 'geheimgeheim']), text);
});

test('the file has what helps, and none of the secrets, although every log is full of them', async () => {
  const values = { ...gateway.secrets, awkward, key: readFileSync(join(gateway.dir, 'service-key.txt'), 'utf8').trim() };
  const log = ['ordinary line of a log'];
  for (const value of Object.values(values)) {
    const half = Math.floor(value.length / 2);
    log.push(`a ${value} b`, `GET /?key=${encodeURIComponent(value)}`, JSON.stringify({ message: value }), `Basic ${base64(`user:${value}`)}`, `x ${value.slice(0, half)}`, `${value.slice(half)} y`);
  }
  for (const name of ['litellm', 'redis']) writeFileSync(join(gateway.state, `${name}.log`), `${log.join('\n')}\n`);
  await gateway.sql(`insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime") values ('r1', 'acompletion', now(), now())`);
  const before = await gateway.photograph();
  gateway.forgetCalls();
  const { code, all, file, texts, text } = await diagnose();
  assert.equal(code, 0, all);
  assert.deepEqual(secretsIn(JSON.stringify(gateway.calls()), values), []);
  assert.equal(await gateway.photograph(), before, 'it changes nothing');
  assert.match(file, /litellm-diagnosis-\d{8}T\d{6}Z\.tar\.gz$/);
  assert.equal((statSync(file).mode & 0o777).toString(8), '600');
  for (const name of ['versions', 'settings', 'configuration', 'containers', 'compose', 'system', 'network', 'nginx', 'gateway', 'database', 'redis', 'backups', 'timers', 'log-litellm', 'log-postgres', 'log-redis'])
    assert.ok(texts[`${name}.txt`]?.length > 20, name);
  assert.match(texts['log-litellm.txt'], /ordinary line of a log/);
  assert.match(texts['settings.txt'], /LITELLM_MASTER_KEY +set, 43 characters/);
  assert.match(texts['settings.txt'], /OPENAI_API_KEY +set, \d+ characters, with special ones/);
  assert.match(texts['settings.txt'], /ANTHROPIC_API_KEY +empty/);
  assert.match(texts['database.txt'], /LiteLLM_SpendLogs/);
  assert.match(texts['versions.txt'], /v1\.80\.11-stable/);
  assert.match(texts['redis.txt'], /redis_version/);
  assert.match(texts['compose.txt'], /\$\{LITELLM_IMAGE/);

  const joined = text.replace(/\n(\S+ *\| ?)?/g, '');
  for (const [name, value] of Object.entries(values))
    for (const form of [value, encodeURIComponent(value), base64(value).replace(/=+$/, ''), JSON.stringify(value).slice(1, -1), value.slice(0, Math.floor(value.length / 2)), value.slice(Math.floor(value.length / 2))])
      assert.ok(!text.includes(form) && !joined.includes(form), name);
  assert.deepEqual(secretsIn(all, values), []);
});

test('when the removal misses one, no file is kept', async () => {
  // A kit whose removal is broken: the search afterwards is other code.
  for (const [name, broken] of [['all', 'exec cat\n'], ['url', 'exec sed "s/geheim/x/"\n']]) {
    const kit = copyKit(join(work, `kit-${name}`), (folder) => writeFileSync(join(folder, 'deploy/lib/redact.pl'), `#!/usr/bin/env perl\nexec 'sh', '-c', '${broken.trim()}';\n`));
    writeFileSync(join(gateway.state, 'litellm.log'), name === 'all' ? `x ${gateway.secrets.LITELLM_SALT_KEY} y\n` : `GET /?x=${encodeURIComponent(awkward)}\n`);
    const { code, err, file } = await diagnose([], { kit });
    assert.equal(code, 1);
    assert.match(err, /a secret is still in:.*log-litellm\.txt.*not kept/s);
    assert.equal(file, undefined);
    assert.deepEqual(secretsIn(err, gateway.secrets), []);
  }
});

test('it works when Docker is dead, and when Docker hangs', async () => {
  gateway.fail('daemon');
  const dead = await diagnose();
  gateway.mend();
  assert.equal(dead.code, 0, dead.all);
  assert.match(dead.texts['containers.txt'], /Cannot connect to the Docker daemon/);
  assert.ok(dead.texts['system.txt'].length > 200);

  gateway.fail('hang');
  const hung = await diagnose(['--limit', '5']);
  gateway.mend();
  assert.equal(hung.code, 0, hung.all);
  assert.match(hung.texts['containers.txt'], /stopped after 5 s/);
  assert.match(hung.texts['settings.txt'], /LITELLM_MASTER_KEY/);
});

test('without an installation it says so', async () => {
  mkdirSync(join(work, 'empty'), { recursive: true });
  const lost = await gateway.script('diagnose', ['--litellm-dir', join(work, 'empty')]);
  assert.equal(lost.code, 1);
  assert.match(lost.err, /there is no installation/);
});
