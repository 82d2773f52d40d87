// A server of its own for the documented commands: run inside `unshare --mount --net`, so that /opt, /etc/nginx and the
// ports 80, 443 and 24157 are those of the page and nobody else's.
//
//   server.mjs PLAN RESULT    PLAN: JSON, see readme.test.mjs; RESULT: JSON [{ line, status, output }]
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [planFile, resultFile] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planFile, 'utf8'));

execFileSync('ip', ['link', 'set', 'lo', 'up']);
for (const place of plan.places) {
	const own = join(plan.scratch, 'server', place);
	mkdirSync(own, { recursive: true });
	if (existsSync(place)) cpSync(place, own, { recursive: true, verbatimSymlinks: true });
	else mkdirSync(place, { recursive: true });
	execFileSync('mount', ['--bind', own, place]);
}
execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
// The sign that systemd runs; its commands are stood in for.
mkdirSync('/run/systemd/system', { recursive: true });
const env = { ...process.env, ...plan.env, PATH: `${plan.path}:${process.env.PATH}` };
execFileSync(plan.prepare, { env, stdio: ['ignore', 'ignore', 'inherit'] });

const results = [];
let cwd = plan.start;
for (const block of plan.blocks) {
	const script = join(plan.scratch, 'block.sh');
	const where = join(plan.scratch, 'cwd');
	// The reader's shell: commands one after the other, and the folder stays for the next block.
	writeFileSync(script, `set -euo pipefail\ntrap 'pwd >${where}' EXIT\n${block.text}\n`);
	const done = spawnSync('bash', [script], {
		cwd,
		env,
		encoding: 'utf8',
		timeout: 900_000,
		maxBuffer: 64 << 20,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	if (existsSync(where)) cwd = readFileSync(where, 'utf8').trim();
	results.push({ line: block.line, status: done.status ?? `ended by ${done.signal}`, output: done.stdout + done.stderr });
	writeFileSync(resultFile, JSON.stringify(results));
	process.stderr.write(`line ${block.line}: ${done.status}\n`);
	if (done.status !== 0) break;
}
// Whatever still runs ends with this process: it is the first one of its own process namespace.
