// The whole way, with the kit's own scripts only: install, verify, back up, upgrade, restore, diagnose, uninstall.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installation, old, recent, secretsIn } from './lib/installation.mjs';

let gateway;
before(async () => {
  gateway = await Installation.make();
  // Nothing is there yet but an empty folder and a free port.
  rmSync(gateway.dir, { recursive: true });
});
after(() => gateway?.remove());
const generated = () => Object.fromEntries([...gateway.env().matchAll(/^(LITELLM_MASTER_KEY|LITELLM_SALT_KEY|POSTGRES_PASSWORD|REDIS_PASSWORD|UI_PASSWORD|GRAFANA_ADMIN_PASSWORD)=(.+)$/gm)].map(([, name, value]) => [name, value]));

test('from nothing to a verified gateway, to a newer one, back to a backup, and away', async () => {
  const said = [];
  const must = async (name, args) => {
    const result = await gateway.script(name, args, { timeout: 1_200_000 });
    said.push(result.all);
    assert.equal(result.code, 0, `${name} ${args.join(' ')}\n${result.all}`);
    return result;
  };
  mkdirSync(gateway.dir, { recursive: true });
  writeFileSync(join(gateway.dir, '.env'), readFileSync(join(gateway.kit, 'deploy/env.example'), 'utf8').replace(/^LITELLM_PORT=.*$/m, `LITELLM_PORT=${gateway.port}`), { mode: 0o600 });

  await must('deploy-full', ['--demo', '--yes', '--litellm-image', old]);
  const secrets = generated();
  assert.equal(Object.keys(secrets).length, 6);
  gateway.master = secrets.LITELLM_MASTER_KEY;
  await must('verify', ['--quick']);
  const { body: made } = await gateway.api('POST', '/key/generate', { body: { key_alias: 'before' } });
  const backup = (await must('backup', [])).out.split('\n')[0];
  await gateway.api('POST', '/key/generate', { body: { key_alias: 'after' } });
  const kept = () => gateway.sql(`select string_agg(key_alias, ',' order by key_alias) from "LiteLLM_VerificationToken" where key_alias in ('before', 'after')`);

  await must('upgrade', ['--yes', '--litellm-image', recent]);
  assert.equal(await kept(), 'after,before');
  assert.ok(existsSync(join(gateway.dir, 'kit/deploy/backup.sh')), 'what the timers call');

  // The older backup into the newer gateway, which migrates it.
  await must('restore', [backup, '--yes']);
  assert.equal(await kept(), 'before');
  assert.equal((await gateway.api('GET', `/key/info?key=${made.key}`)).status, 200);
  assert.deepEqual(generated(), secrets);
  await must('restore', ['--drop-previous', '--yes']);
  assert.deepEqual(await gateway.databases(), ['litellm']);

  // Back to the older version on the tables of the newer one, when that is what the operator wants.
  await must('rollback', ['--keep-database', '--yes']);
  assert.match(gateway.env(), /^LITELLM_IMAGE=.*v1\.80\.11-stable@sha256:/m);
  assert.equal(await kept(), 'before');
  assert.equal((await gateway.api('GET', `/key/info?key=${made.key}`)).status, 200);

  await must('uninstall', [`--delete-data=${gateway.dir}`, '--yes']);
  assert.ok(!existsSync(gateway.dir));
  assert.ok(existsSync(backup));
  assert.deepEqual(secretsIn(said.join('\n'), secrets), []);
});
