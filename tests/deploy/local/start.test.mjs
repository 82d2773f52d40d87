// start.sh, stop.sh and reset.sh with a stand-in for Docker and a gateway of a few lines; and the Compose file by the real Compose.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, beforeEach } from 'node:test';
import { modelRules, secretsInArguments, whoSees } from '../compose/lib/policy.mjs';
import { commands, missingLine } from '../docs/lib/readme.mjs';
import { compose, exampleEnv, parseEnv, project, read, secrets } from '../compose/lib/server.mjs';

const work = mkdtempSync(join(tmpdir(), 'local-'));
const kit = join(work, 'kit');
const local = join(kit, 'deploy/local');
const standIns = join(work, 'stand-ins');
const keys = new Set();
const gateway = { status: 200, asked: [] };
const server = createServer(async (request, response) => {
	let text = '';
	for await (const piece of request) text += piece;
	const key = (request.headers.authorization ?? '').replace('Bearer ', '');
	gateway.asked.push({ path: request.url, key, text });
	const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	if (gateway.status !== 200) return json(gateway.status, { error: { message: 'in trouble', type: 'odd' } });
	if (request.url === '/key/generate') {
		if (key !== env().LITELLM_MASTER_KEY) return json(401, { error: { message: 'not the master key', type: 'auth_error' } });
		const made = `sk-made-${keys.size + 1}`;
		keys.add(made);
		return json(200, { key_alias: 'x', key: made });
	}
	if (!keys.has(key)) return json(401, { error: { message: 'no such key', type: 'auth_error' } });
	if (request.url === '/key/info') return json(200, { info: { spend: 0.25, max_budget: 5 } });
	if (request.url === '/v1/models') return json(200, { data: [{ id: 'gpt-5-mini' }] });
	const content = 'This answer of gpt-5-mini was made by the gateway itself. No provider was asked.';
	if (!JSON.parse(text).stream) return json(200, { choices: [{ message: { role: 'assistant', content } }] });
	response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: {"choices":[{"delta":{"content":"This"}}]}\n\ndata: [DONE]\n\n`);
});
let port;
before(async () => {
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	port = server.address().port;
	mkdirSync(join(standIns, 'bin'), { recursive: true });
	symlinkSync(join(project, 'tests/deploy/stand-ins/stand-in'), join(standIns, 'bin/docker'));
	// The real curl; its arguments are noted, as others on the machine would see them.
	writeFileSync(join(standIns, 'bin/curl'), `#!/bin/sh\nprintf '%s\\n' "$@" >>"$STAND_INS/curl-arguments"\nexec ${spawnSync('which', ['curl'], { encoding: 'utf8' }).stdout.trim()} "$@"\n`);
	chmodSync(join(standIns, 'bin/curl'), 0o755);
});
after(() => {
	server.close();
	rmSync(work, { recursive: true, force: true });
});

const answers = `case "$*" in
  'compose version --short') cat "$state/version" ;;
  info) [ ! -f "$state/down" ] || exit 1 ;;
  *' up '*) [ ! -f "$state/broken" ] || exit 17
    echo one >"$state/containers" && echo litellm-local_postgres >"$state/volumes" ;;
  'ps --all --quiet'*) cat "$state/containers" 2>/dev/null || true ;;
  'volume ls'*) cat "$state/volumes" 2>/dev/null || true ;;
  'rm '*) rm "$state/containers" ;;
  'volume rm'*) rm "$state/volumes" ;;
esac
`;
beforeEach(() => {
	rmSync(kit, { recursive: true, force: true });
	for (const name of ['calls', 'state', 'answers']) {
		rmSync(join(standIns, name), { recursive: true, force: true });
		mkdirSync(join(standIns, name));
	}
	rmSync(join(standIns, 'curl-arguments'), { force: true });
	writeFileSync(join(standIns, 'answers/docker'), answers);
	writeFileSync(join(standIns, 'state/version'), 'v2.40.3-desktop.1\n');
	for (const name of ['local', 'config']) cpSync(join(project, 'deploy', name), join(kit, 'deploy', name), { recursive: true });
	const file = join(local, 'env.example');
	writeFileSync(file, readFileSync(file, 'utf8').replace(/^LITELLM_PORT=.*/m, `LITELLM_PORT=${port}`));
	// Something of ours is there already, so that the port is its own.
	writeFileSync(join(standIns, 'state/containers'), 'one\n');
	keys.clear();
	Object.assign(gateway, { status: 200, asked: [] });
});

const env = () => parseEnv(readFileSync(join(local, '.env'), 'utf8'));
const key = () => readFileSync(join(local, 'key.txt'), 'utf8').trim();
const mode = (name) => statSync(join(local, name)).mode & 0o777;
// Not spawnSync: the gateway is in this process.
const run = (script, args = [], { more = {}, input = '' } = {}) =>
	new Promise((resolve) => {
		const child = execFile('bash', [join(local, script), ...args], { env: { PATH: `${join(standIns, 'bin')}:${process.env.PATH}`, HOME: work, STAND_INS: standIns, ...more } }, (error, stdout, stderr) =>
			resolve({ status: error ? error.code : 0, stdout, stderr }),
		);
		child.stdin.end(input);
	});
const works = async (...all) => {
	const result = await run(...all);
	assert.equal(result.status, 0, result.stderr);
	return result.stdout;
};
/** The calls of docker: { args, environment }, in their order. */
const calls = () =>
	readdirSync(join(standIns, 'calls')).sort().map((name) => ({
		args: readFileSync(join(standIns, 'calls', name, 'args'), 'utf8').split('\0').join(' ').trim(),
		environment: Object.fromEntries(readFileSync(join(standIns, 'calls', name, 'environment'), 'utf8').split('\0').map((line) => line.split(/=(.*)/s))),
	}));
const ups = () => calls().filter(({ args }) => / up /.test(args));

test('the first start makes secrets and a key, starts the models that answer by themselves, and says what to do next', async () => {
	const said = await works('start.sh');
	assert.equal(mode('.env'), 0o600);
	assert.equal(mode('key.txt'), 0o600);
	const made = ['LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'UI_PASSWORD'].map((name) => env()[name]);
	assert.equal(new Set(made).size, 5);
	for (const secret of made.slice(0, 2)) assert.match(secret, /^sk-[A-Za-z0-9]{40}$/);
	for (const secret of made.slice(2)) assert.match(secret, /^[A-Za-z0-9]{32}$/);
	assert.equal(key(), 'sk-made-1');
	assert.equal(ups().length, 1);
	assert.equal(ups()[0].environment.LITELLM_CONFIG, 'litellm-config.demo.yaml');
	assert.match(said, new RegExp(`LiteLLM runs on http://127\\.0\\.0\\.1:${port}, .*no provider key is set`));
	for (const words of ['client/try.sh', 'key.txt', '/ui, user admin', 'stop.sh']) assert.ok(said.includes(words), words);
	const body = JSON.parse(gateway.asked.find(({ path }) => path === '/key/generate').text);
	assert.deepEqual([body.max_budget, body.allowed_routes], [5, ['llm_api_routes', '/key/info']]);
	// Neither what is printed nor what others on this machine see of a process has a secret in it.
	const seen = said + calls().map(({ args }) => args).join('\n') + readFileSync(join(standIns, 'curl-arguments'), 'utf8');
	for (const secret of [...made, key()]) assert.ok(!seen.includes(secret));
});

test('again is harmless: nothing is made anew', async () => {
	await works('start.sh');
	const before_ = readFileSync(join(local, '.env'), 'utf8') + key();
	// As an editor may have left it.
	chmodSync(join(local, '.env'), 0o644);
	const said = await works('start.sh');
	assert.equal(mode('.env'), 0o600);
	assert.equal(readFileSync(join(local, '.env'), 'utf8') + key(), before_);
	assert.doesNotMatch(said, /new:|generated:/);
});

test('a provider key, in the environment or in .env, brings the models of providers', async () => {
	await works('start.sh', [], { more: { OPENAI_API_KEY: 'mine' } });
	assert.equal(ups()[0].environment.LITELLM_CONFIG, 'litellm-config.yaml');
	assert.equal(ups()[0].environment.OPENAI_API_KEY, 'mine');
	writeFileSync(join(local, '.env'), readFileSync(join(local, '.env'), 'utf8').replace('DEEPSEEK_API_KEY=', 'DEEPSEEK_API_KEY=mine'));
	assert.match(await works('start.sh'), /of your providers \(DEEPSEEK_API_KEY\)/);
	assert.equal(ups()[1].environment.LITELLM_CONFIG, 'litellm-config.yaml');
});

test('an example is started by its name; one that is not there is refused with those that are', async () => {
	await works('start.sh', ['--example', 'fallbacks', '--restart']);
	assert.equal(ups()[0].environment.LITELLM_CONFIG, 'examples/fallbacks.yaml');
	assert.match(ups()[0].args, /--force-recreate/);
	for (const name of ['../litellm-config', 'none']) {
		const { status, stderr } = await run('start.sh', ['--example', name]);
		assert.equal(status, 1);
		assert.match(stderr, /There are: .*fallbacks/);
	}
});

test('what the environment has of another gateway does not reach this one', async () => {
	await works('start.sh', [], { more: { LITELLM_MASTER_KEY: 'sk-other', POSTGRES_PASSWORD: 'other', LITELLM_PORT: '1', COMPOSE_FILE: 'other.yml' } });
	for (const name of ['LITELLM_MASTER_KEY', 'POSTGRES_PASSWORD', 'LITELLM_PORT', 'COMPOSE_FILE']) assert.equal(ups()[0].environment[name], undefined, name);
	assert.notEqual(env().LITELLM_MASTER_KEY, 'sk-other');
});

for (const [what, spoil, words] of [
	['Docker does not run', () => writeFileSync(join(standIns, 'state/down'), ''), /does not answer.*Docker Desktop/],
	['Compose is too old', () => writeFileSync(join(standIns, 'state/version'), '2.24.3\n'), /2\.24\.3 is too old; 2\.24\.4/],
	['there is a database whose passwords are gone', () => writeFileSync(join(standIns, 'state/volumes'), 'litellm-local_postgres\n'), /no \.env with its passwords.*reset\.sh/],
]) {
	test(`${what}: it says so, and makes nothing`, async () => {
		spoil();
		const { status, stderr } = await run('start.sh');
		assert.equal(status, 1);
		assert.match(stderr, words);
		assert.ok(!existsSync(join(local, '.env')));
		assert.equal(ups().length, 0);
	});
}

test('a salt that was taken out of .env is not replaced while there is a database', async () => {
	await works('start.sh');
	writeFileSync(join(local, '.env'), readFileSync(join(local, '.env'), 'utf8').replace(/^LITELLM_SALT_KEY=.*/m, 'LITELLM_SALT_KEY='));
	const { status, stderr } = await run('start.sh');
	assert.equal(status, 1);
	assert.match(stderr, /LITELLM_SALT_KEY is empty/);
	assert.equal(env().LITELLM_SALT_KEY, '');
});

test('a port that another program has is told before anything starts', async () => {
	rmSync(join(standIns, 'state/containers'));
	const { status, stderr } = await run('start.sh');
	assert.equal(status, 1);
	assert.match(stderr, new RegExp(`Port ${port} .* is taken`));
	assert.equal(ups().length, 0);
});

test('services that do not start: the state, the log, and the status', async () => {
	writeFileSync(join(standIns, 'state/broken'), '');
	const { status, stderr } = await run('start.sh');
	assert.equal(status, 1);
	assert.match(stderr, /did not start \(status 17\)/);
	assert.ok(calls().some(({ args }) => args.endsWith('logs --tail 20 litellm')));
	assert.ok(!existsSync(join(local, 'key.txt')));
});

test('a key that is refused is replaced; one of a gateway in trouble is kept', async () => {
	await works('start.sh');
	Object.assign(gateway, { status: 500, asked: [] });
	const { status, stderr, stdout } = await run('start.sh');
	assert.equal(status, 1);
	assert.match(stderr, /status 500/);
	assert.doesNotMatch(stdout + stderr, /refused/);
	assert.deepEqual(gateway.asked.map(({ path }) => path), ['/v1/models']);
	assert.equal(key(), 'sk-made-1');
	gateway.status = 200;
	keys.clear();
	keys.add('another');
	assert.match(await works('start.sh'), /is refused, so a new one is made/);
	assert.equal(key(), 'sk-made-2');
});

test('stop keeps all; reset asks, and deletes all', async () => {
	await works('start.sh');
	assert.match(await works('stop.sh'), /All data are kept/);
	for (const input of ['', 'yes\n']) {
		const { status, stderr } = await run('reset.sh', [], { input });
		assert.equal(status, 1);
		assert.match(stderr, /Nothing was deleted/);
	}
	assert.ok(existsSync(join(local, '.env')) && existsSync(join(standIns, 'state/volumes')));
	await works('reset.sh', [], { input: 'reset\n' });
	for (const file of [join(local, '.env'), join(local, 'key.txt'), join(standIns, 'state/volumes'), join(standIns, 'state/containers')]) assert.ok(!existsSync(file), file);
	assert.match(await works('stop.sh'), /Nothing runs/);
	assert.match(await works('reset.sh', ['--yes']), /Deleted/);
});

test('the commands of the manual, as they are written and in this order', async () => {
	const page = join(project, 'deploy/local/README.md');
	for (const { text, printed, line } of commands(page)) {
		const { status, stdout, stderr } = await new Promise((resolve) =>
			execFile('bash', ['-euo', 'pipefail', '-c', text], { cwd: kit, env: { PATH: `${join(standIns, 'bin')}:${process.env.PATH}`, HOME: work, STAND_INS: standIns } }, (error, out, said) => resolve({ status: error ? error.code : 0, stdout: out, stderr: said })),
		);
		assert.equal(status, 0, `line ${line}: ${stderr}`);
		// The page has the port of the kit.
		assert.equal(missingLine(printed, stdout.replaceAll(`:${port}`, ':24157')), '', `line ${line}:\n${stdout}`);
	}
});

// --- The Compose file ---------------------------------------------------------------------------------------------------

function resolve(more = {}) {
	const folder = mkdtempSync(join(work, 'compose-'));
	cpSync(join(project, 'docker-compose.core.yml'), join(folder, 'docker-compose.core.yml'));
	for (const name of ['local', 'config']) cpSync(join(project, 'deploy', name), join(folder, 'deploy', name), { recursive: true });
	const values = { ...parseEnv(read('deploy/local/env.example')), ...secrets, ...more };
	writeFileSync(join(folder, 'deploy/local/.env'), Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join(''));
	const { status, stdout, stderr } = spawnSync(compose(), ['--file', 'compose.yaml', 'config', '--format', 'json'], { cwd: join(folder, 'deploy/local'), env: { PATH: process.env.PATH, HOME: work }, encoding: 'utf8' });
	assert.equal(status, 0, stderr);
	assert.equal(stderr, '', 'Compose warns');
	return JSON.parse(stdout);
}

test('the Compose file keeps to the rules of the server, and nothing of the machine is mounted but the configuration', () => {
	const model = resolve();
	assert.deepEqual(Object.keys(model.services).sort(), ['litellm', 'postgres', 'redis']);
	for (const [name, rule] of Object.entries(modelRules)) assert.deepEqual(rule(model), [], name);
	assert.deepEqual(secretsInArguments(model, secrets), []);
	const { GRAFANA_ADMIN_PASSWORD: _, ...own } = secrets;
	assert.deepEqual(whoSees(model, own).POSTGRES_PASSWORD, ['litellm', 'postgres']);
	const mounts = Object.values(model.services).flatMap(({ volumes }) => volumes.map(({ type, source, target, read_only: only }) => `${type} ${type === 'bind' ? source.replace(/.*\/deploy\//, 'deploy/') : source} ${target}${only ? ' read-only' : ''}`));
	assert.deepEqual(mounts, ['bind deploy/config /etc/litellm read-only', 'volume postgres /var/lib/postgresql/data', 'volume redis /data']);
	assert.deepEqual(model.services.litellm.ports.map(({ host_ip, published }) => `${host_ip}:${published}`), ['127.0.0.1:24157']);
	assert.deepEqual(Object.keys(model.volumes), ['postgres', 'redis']);
});

test('images and ports are those of a server', () => {
	const example = parseEnv(read('deploy/local/env.example'));
	for (const name of ['LITELLM_IMAGE', 'POSTGRES_IMAGE', 'REDIS_IMAGE', 'LITELLM_PORT', 'AWS_REGION_NAME', 'UI_USERNAME']) assert.equal(example[name], exampleEnv()[name], name);
	assert.deepEqual(Object.entries(example).filter(([name, value]) => /(KEY|PASSWORD)(_2)?$/.test(name) && value), []);
});

test('the gateway gets what an example asks of the environment', () => {
	const { environment } = resolve().services.litellm;
	for (const name of readdirSync(join(project, 'deploy/config/examples'))) {
		for (const [, variable] of read(`deploy/config/examples/${name}`).matchAll(/os\.environ\/([A-Z0-9_]+)/g)) assert.ok(variable in environment, `${name}: ${variable}`);
	}
});

// --- Windows ------------------------------------------------------------------------------------------------------------

test('PowerShell says and does the same, as far as text can tell', () => {
	// Windows PowerShell 5.1 reads a file without a byte order mark in the code page of the machine.
	for (const name of ['lib', 'start', 'stop', 'reset']) assert.match(read(`deploy/local/${name}.ps1`), /^[\x00-\x7f]*$/, name);
	for (const name of ['start', 'stop', 'reset']) {
		const batch = read(`deploy/local/${name}.bat`);
		assert.ok(batch.includes(`"%~dp0${name}.ps1"`));
		assert.ok(batch.split('\n').slice(0, -1).every((line) => line.endsWith('\r')), `${name}.bat has lines that cmd may not read`);
	}
	const list = (text) => text.match(/[A-Z][A-Z0-9_]{3,}/g);
	const bash = read('deploy/local/lib.sh');
	const powershell = read('deploy/local/lib.ps1');
	assert.deepEqual(list(/^\$Secrets = .*$/m.exec(powershell)[0]), list(/^secrets=.*$/m.exec(bash)[0]));
	assert.deepEqual(list(/^\$ProviderKeys = .*$/m.exec(powershell)[0]), list(/^provider_keys=.*$/m.exec(bash)[0]));
	assert.deepEqual(list(/^\$Own = .*$/m.exec(powershell)[0]), list(/^unset .*$/m.exec(bash)[0]));
	// Every sentence of one is in the other, but for names of files and what each calls its variables.
	const sentences = (text) => [...text.matchAll(/(?:die|Stop-With) (['"])((?:(?!\1).)*)\1/g)].map(([, , words]) => words.split(/[.$"]|--| On Linux/)[0].replaceAll('\\', '/')).filter((words) => words.length > 12);
	const all = read('deploy/local/start.ps1') + read('deploy/local/reset.ps1') + powershell;
	for (const words of sentences(read('deploy/local/start.sh') + bash)) if (!/unknown option|random numbers|curl is not/.test(words)) assert.ok(all.replaceAll('\\', '/').includes(words), words);
});
