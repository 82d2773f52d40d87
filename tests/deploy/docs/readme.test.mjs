// The pages for operators, in both languages, against the kit: the same commands, every option, every file and port; and
// each command run as it is written, in order, on a server of its own with the packed kit and real services.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { blocks, commands, missingLine, withoutComments } from './lib/readme.mjs';

const project = resolve(import.meta.dirname, '../../..');
const page = { en: join(project, 'deploy/README.md'), zh: join(project, 'deploy/README.zh-CN.md') };
const text = { en: readFileSync(page.en, 'utf8'), zh: readFileSync(page.zh, 'utf8') };

const scripts = [...readdirSync(join(project, 'deploy')).filter((name) => name.endsWith('.sh')).map((name) => `deploy/${name}`), 'nginx/render.sh'];
const help = (script) => execFileSync('bash', [join(project, script), '--help'], { encoding: 'utf8' });
const options = (help) => new Set(help.match(/(?<![\w-])--[a-z][a-z-]+/g));

// Options that mean the same in all scripts are explained once.
const common = ['--litellm-dir', '--yes', '--dry-run', '--help'];

describe('what the pages say', () => {
	test('both languages have the same commands in the same order', () => {
		const plain = (file) => commands(file).map((block) => withoutComments(block.text));
		assert.deepEqual(plain(page.zh), plain(page.en));
	});

	test('both languages show the same output and the same files', () => {
		const shown = (file) => blocks(file).filter((block) => block.kind === 'text' || block.kind === 'yaml').map((block) => block.text);
		assert.deepEqual(shown(page.zh), shown(page.en));
	});

	// What a link within a page leads to is the heading as GitHub writes it: lower case, without punctuation, "-" for spaces.
	test('every link within a page leads to one of its headings', () => {
		for (const folder of ['deploy', 'deploy/kubernetes']) {
			for (const name of ['README.md', 'README.zh-CN.md']) {
				const content = readFileSync(join(project, folder, name), 'utf8').replace(/^```.*?^```$/gms, '');
				const headings = [...content.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-'));
				const links = [...content.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);
				assert.ok(links.length > 5);
				for (const link of links) assert.ok(headings.includes(link), `${folder}/${name} has no heading for #${link}`);
			}
		}
	});

	for (const script of scripts) {
		test(`${script}: every option is explained in both languages, and no other is used`, () => {
			const known = options(help(script));
			for (const option of known) {
				if (common.includes(option)) continue;
				for (const language of ['en', 'zh']) assert.ok(text[language].includes(option), `${page[language]} does not explain ${option} of ${script}`);
			}
			for (const { text: command, line } of commands(page.en)) {
				for (const [, rest] of command.matchAll(new RegExp(`(?:^|[ /])${script.replace('.', '\\.')}([^\\n|;&]*)`, 'gm'))) {
					for (const option of rest.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []) {
						assert.ok(known.has(option), `${page.en}:${line}: ${script} has no option ${option}`);
					}
				}
			}
		});
	}

	test('every file of the kit that is named exists', () => {
		for (const language of ['en', 'zh']) {
			for (const [, target] of text[language].matchAll(/\]\(([^)#:]+)\)/g)) {
				assert.ok(existsSync(join(project, 'deploy', target)), `${page[language]} links to ${target}`);
			}
			for (const [, name] of text[language].matchAll(/`((?:deploy|nginx)\/[\w./-]+\.(?:sh|yml|yaml|example|txt))`/g)) {
				assert.ok(existsSync(join(project, name)), `${page[language]} names ${name}`);
			}
		}
	});

	test('every published port is in the table of both languages', () => {
		for (const file of readdirSync(project).filter((name) => /^docker-compose\..*\.yml$/.test(name))) {
			for (const [, port] of readFileSync(join(project, file), 'utf8').matchAll(/- \"?127\.0\.0\.1:(?:\$\{\w+:-)?(\d+)/g)) {
				for (const language of ['en', 'zh']) assert.match(text[language], new RegExp(`\\| .*\\b${port}\\b.*\\|`), `${page[language]} has no row for port ${port} of ${file}`);
			}
		}
	});

	test('a line that is missing is found, and one that is there is not', () => {
		assert.equal(missingLine('one\ntwo … three', 'one\nmore\ntwo or three'), '');
		assert.equal(missingLine('two\none', 'one\ntwo'), 'one');
		assert.equal(missingLine('price 1.5', 'price 105'), 'price 1.5');
	});
});

describe('the commands, run as written', { skip: process.getuid() === 0 ? false : 'a server of its own (mounts, network) takes root' }, () => {
	const scratch = mkdtempSync(join(tmpdir(), 'litellm-kit-docs-'));
	const results = [];
	const walked = commands(page.en).filter((block) => block.why === '');

	before(
		() => {
			// PostgreSQL runs as a user of its own, below this folder.
			chmodSync(scratch, 0o755);
			const bin = join(scratch, 'bin');
			const home = join(scratch, 'server/home');
			mkdirSync(bin, { recursive: true });
			mkdirSync(home, { recursive: true });
			const command = (name, script) => writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
			command('sudo', 'exec "$@"');
			// No systemd here: nginx is told directly, and whatever else is asked for is only written down.
			command('systemctl', `printf '%s\\n' "$*" >>${scratch}/systemctl.log\ncase "$*" in *reload*nginx*) exec nginx -s reload ;; is-*) exit 1 ;; esac`);
			command('ufw', `printf '%s\\n' "$*" >>${scratch}/ufw.log\n[ "$1" != status ] || echo 'Status: inactive'`);
			execFileSync(join(project, 'dev/kit'), ['--out', home], { stdio: ['ignore', 'ignore', 'inherit'] });
			writeFileSync(
				join(scratch, 'plan.json'),
				JSON.stringify({
					scratch,
					path: `${bin}:${join(project, 'tests/deploy/engine')}`,
					env: { ENGINE_STATE: join(scratch, 'engine'), LC_ALL: 'C.UTF-8' },
					start: home,
					places: ['/opt', '/var/backups', '/etc/systemd/system', '/etc/nginx', '/etc/letsencrypt', '/var/cache', '/var/www', '/var/log/nginx'],
					prepare: join(import.meta.dirname, 'prepare'),
					blocks: walked.map(({ text, line }) => ({ text, line })),
				}),
			);
			const done = spawnSync(
				'unshare',
				['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, join(import.meta.dirname, 'lib/server.mjs'), join(scratch, 'plan.json'), join(scratch, 'result.json')],
				{ encoding: 'utf8', timeout: 2_200_000 },
			);
			assert.ok(existsSync(join(scratch, 'result.json')), `nothing was run: ${done.stderr}`);
			results.push(...JSON.parse(readFileSync(join(scratch, 'result.json'), 'utf8')));
		},
		{ timeout: 2_260_000 },
	);
	after(() => {
		if (process.env.KEEP_SCRATCH) console.error(`kept: ${scratch}`);
		else rmSync(scratch, { recursive: true, force: true });
	});

	test('there are commands to run', () => assert.ok(walked.length > 15));
	for (const block of walked) {
		test(`line ${block.line}: ${block.text.split('\n')[0]}`, () => {
			const result = results.find((result) => result.line === block.line);
			assert.ok(result, 'not reached: a command before it failed');
			assert.equal(result.status, 0, result.output);
			assert.equal(missingLine(block.printed, result.output), '', `not printed (or not in this order):\n${result.output}`);
		});
	}
});
