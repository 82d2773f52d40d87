// The archive of the deployment kit: what is in it, that it is the same everywhere, and what it refuses to hold.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const parts = ['docker-compose.core.yml', 'docker-compose.observability.yml', 'docker-compose.scale.yml', 'nginx', 'deploy', 'LICENSE'];
const git = (folder, ...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const work = mkdtempSync(join(tmpdir(), 'kit-test-'));
after(() => rmSync(work, { recursive: true, force: true }));

// What makes the kit, copied once: all checkouts are of the same state of the project.
const source = join(work, 'source');
const listed = git(project, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...parts, 'dev/kit', 'dev/lib/common.sh', 'dev/lib/packages.sh', 'Cargo.toml', '.gitignore').split('\0');
const present = [...new Set(listed)].filter((file) => file && existsSync(join(project, file)));
for (const file of present) {
	mkdirSync(dirname(join(source, file)), { recursive: true });
	copyFileSync(join(project, file), join(source, file));
}

/** A checkout at a place of its own. `change` may spoil it; files are committed only if asked for. */
function makeCheckout(name, { commit = false, change = () => {}, modes } = {}) {
	const folder = join(work, name);
	cpSync(source, folder, { recursive: true });
	for (const file of modes ? present.filter((path) => !path.startsWith('dev/')) : []) {
		chmodSync(join(folder, file), modes);
		utimesSync(join(folder, file), 1.6e9, 1.6e9);
	}
	git(folder, 'init', '--quiet');
	if (commit) {
		git(folder, 'add', '.');
		git(folder, '-c', 'user.name=kit', '-c', 'user.email=kit@example.com', 'commit', '--quiet', '--message', 'kit');
	}
	change(folder);
	return folder;
}
function pack(folder, env = {}) {
	const result = spawnSync(join(folder, 'dev/kit'), { cwd: tmpdir(), env: { ...process.env, ...env }, encoding: 'utf8' });
	return { ...result, archive: join(folder, 'dist/litellm-deploy-kit.tar.gz') };
}
const list = (archive, ...options) => execFileSync('tar', ['--list', '--file', archive, ...options], { encoding: 'utf8' }).trim().split('\n');

let archive;
let extracted;
before(() => {
	const packed = pack(makeCheckout('one'));
	assert.equal(packed.status, 0, packed.stderr);
	archive = packed.archive;
	execFileSync('tar', ['--extract', '--file', archive, '--directory', work]);
	extracted = join(work, list(archive)[0]);
});

/** The files of the extracted kit, by their paths in it. */
const filesOfKit = () => list(archive).filter((name) => !name.endsWith('/')).map((name) => name.slice(name.indexOf('/') + 1));
const read = (file) => readFileSync(join(extracted, file), 'utf8');

test('two folders make the same bytes, whatever their modes, times, language and zone', () => {
	const other = pack(makeCheckout('another/place', { commit: true, modes: 0o600 }), { LC_ALL: 'C.UTF-8', TZ: 'Asia/Shanghai' });
	assert.equal(other.status, 0, other.stderr);
	assert.deepEqual(readFileSync(other.archive), readFileSync(archive));
});

test('the checksum beside it is right', () => {
	const sum = createHash('sha256').update(readFileSync(archive)).digest('hex');
	assert.equal(readFileSync(`${archive}.sha256`, 'utf8'), `${sum}  litellm-deploy-kit.tar.gz\n`);
	execFileSync('sha256sum', ['--check', '--status', 'litellm-deploy-kit.tar.gz.sha256'], { cwd: dirname(archive) });
});

test('all is below one folder with the version, which is that of the plugin', () => {
	const [, version] = /^\[workspace\.package\]\nversion = "(.+)"$/m.exec(readFileSync(join(project, 'Cargo.toml'), 'utf8'));
	assert.equal(read('deploy/VERSION'), `${version}\n`);
	assert.deepEqual(readdirSync(dirname(extracted)).filter((name) => name.startsWith('litellm-deploy-kit')), [`litellm-deploy-kit-${version}`]);
	for (const name of list(archive)) assert.ok(name.startsWith(`litellm-deploy-kit-${version}/`), name);
});

test('it holds its parts and nothing else, and nothing of the project is missing', () => {
	const top = new Set(filesOfKit().map((file) => file.split('/')[0]));
	assert.deepEqual([...top].sort(), [...parts].sort());
	assert.deepEqual(filesOfKit().sort(), present.filter((file) => parts.includes(file.split('/')[0])).sort());
});

test('scripts can be run, all else is only read, and all belongs to root', () => {
	for (const line of list(archive, '--verbose', '--numeric-owner')) {
		const [mode, owner, , day] = line.split(/\s+/);
		const file = line.slice(line.indexOf('/', line.indexOf('litellm-deploy-kit-')) + 1);
		const expected = line.endsWith('/') ? 'drwxr-xr-x' : read(file).startsWith('#!') ? '-rwxr-xr-x' : '-rw-r--r--';
		assert.equal(mode, expected, line);
		assert.equal(owner, '0/0', line);
		assert.equal(day, '1980-01-01', line);
	}
});

test('every script is whole', () => {
	const scripts = filesOfKit().filter((file) => file.endsWith('.sh') || /^#!.*\bbash/.test(read(file)));
	assert.ok(scripts.length > 10);
	for (const script of scripts) execFileSync('bash', ['-n', join(extracted, script)]);
});

test('every file that a script or a unit names is there', () => {
	const files = filesOfKit();
	let references = 0;
	for (const script of files.filter((file) => /\.(sh|service|timer)$/.test(file))) {
		const text = read(script).replace(/^\s*#.*$/gm, '');
		const here = dirname(script);
		const named = [
			...[...text.matchAll(/\$\{?kit\}?"?\/([\w./-]*\w)(?=["'\s),;}]|$)/g)].map(([, path]) => path),
			...[...text.matchAll(/@LITELLM_DIR@\/kit\/([\w./-]*\w)/g)].map(([, path]) => path),
			...[...text.matchAll(/\$\{?here\}?"?\/([\w./-]*\w)(?=["'\s),;}]|$)/g)].map(([, path]) => join(here, path)),
			...[...text.matchAll(/\$\(dirname "\$\{BASH_SOURCE\[0\]\}"\)\/([\w./-]*\w)/g)].map(([, path]) => join(here, path)),
		];
		for (const path of named) {
			references += 1;
			assert.ok(existsSync(join(extracted, path)), `${script} names ${path}`);
		}
	}
	assert.ok(references > 20, `only ${references} were found`);
});

test('what a laptop needs is in it, and for Windows with lines that cmd reads', () => {
	const files = filesOfKit();
	for (const name of ['compose.yaml', 'env.example', 'README.md', 'README.zh-CN.md', ...['start', 'stop', 'reset'].flatMap((one) => [`${one}.sh`, `${one}.ps1`, `${one}.bat`]), 'client/try.py', 'client/try.mjs', 'client/try.sh', 'client/litellm_client.py']) {
		assert.ok(files.includes(`deploy/local/${name}`), name);
	}
	assert.ok(files.filter((name) => name.startsWith('deploy/config/examples/')).length > 5);
	assert.match(read('deploy/local/start.bat'), /\r\n$/);
});

// For Docker a container was stopped by hand then, and stayed down after the next reboot.
test('no text of the kit sends a signal with docker compose kill', () => {
	const told = present.filter((file) => /compose kill (-s|--signal)/.test(readFileSync(join(project, file), 'utf8')));
	assert.deepEqual(told, []);
});

test('the extracted installer says how it is used', () => {
	const { status, stdout, stderr } = spawnSync(join(extracted, 'deploy/deploy-full.sh'), ['--help'], { encoding: 'utf8' });
	assert.equal(status, 0, stderr);
	assert.match(stdout, /--litellm-dir/);
});

const put = (file, text) => (folder) => {
	mkdirSync(dirname(join(folder, file)), { recursive: true });
	writeFileSync(join(folder, file), text);
};
const append = (file, text) => (folder) => appendFileSync(join(folder, file), text);
// In parts, so that no secret of any kind is in this file.
const digits = '0123456789'.repeat(4);
const refusals = {
	'a private key': [put('deploy/certificate.txt', `-----BEGIN EC ${'PRIVATE'} KEY-----\n`), /certificate\.txt: what looks like a secret, in line 1/],
	'the key of a provider': [append('deploy/config/litellm-config.yaml', `\n# sk-${digits}\n`), /litellm-config\.yaml: what looks like a secret/],
	'the key of a cloud': [append('nginx/render.sh', `\n# ${'AKIA'}${digits.slice(0, 16)}\n`), /nginx\/render\.sh: what looks like a secret/],
	'an age identity': [put('deploy/notes.txt', `AGE-SECRET-${'KEY-1'}${'Q'.repeat(58)}\n`), /notes\.txt: what looks like a secret/],
	'an .env': [put('deploy/.env', 'A=1\n'), /deploy\/\.env: by its name a secret/],
	'a service key': [put('deploy/service-key.txt', 'x\n'), /service-key\.txt: by its name a secret/],
	'a dump': [put('deploy/litellm.dump', 'x\n'), /litellm\.dump: by its name a secret, or data/],
	'a value for a secret': [(folder) => writeFileSync(join(folder, 'deploy/env.example'), readFileSync(join(folder, 'deploy/env.example'), 'utf8').replace(/^UI_PASSWORD=$/m, 'UI_PASSWORD=admin')), /has a value for UI_PASSWORD/],
	'a test': [put('deploy/observability/prometheus/rules/alerts.test.yml', 'x: 1\n'), /alerts\.test\.yml: belongs to tests/],
	'a folder of tests': [put('nginx/tests/one.sh', 'x\n'), /nginx\/tests\/one\.sh: belongs to tests/],
	'a link': [(folder) => symlinkSync('/etc/passwd', join(folder, 'deploy/link.txt')), /deploy\/link\.txt: git knows it, but it is no file here/],
	'a strange name': [put('deploy/a b.txt', 'x\n'), /deploy\/a b\.txt: only letters/],
	'a missing part': [(folder) => rmSync(join(folder, 'docker-compose.scale.yml')), /docker-compose\.scale\.yml is missing/],
	'another version': [put('deploy/VERSION', '9.9.9\n'), /deploy\/VERSION is '9\.9\.9', and Cargo\.toml has/],
};
test('what must not be in it is refused, with its name and without its content', () => {
	for (const [at, [what, [change, message]]] of Object.entries(refusals).entries()) {
		const { status, stderr, archive: made } = pack(makeCheckout(`refused-${at}`, { change }));
		assert.equal(status, 1, `${what} was packed`);
		assert.match(stderr, message);
		assert.ok(!stderr.includes(digits.slice(0, 16)), `${what} is shown`);
		assert.ok(!existsSync(made), `${what}: an archive was made`);
	}
});

test('what git ignores stays out, and what was packed before stays when packing is refused', () => {
	const folder = makeCheckout('ignored', {
		change: (made) => {
			mkdirSync(join(made, 'deploy/node_modules'));
			writeFileSync(join(made, 'deploy/node_modules/secret.txt'), 'x');
		},
	});
	const first = pack(folder);
	assert.equal(first.status, 0, first.stderr);
	assert.deepEqual(readFileSync(first.archive), readFileSync(archive));
	put('deploy/.env', 'A=1\n')(folder);
	assert.equal(pack(folder).status, 1);
	assert.ok(statSync(first.archive).size > 0);
});
