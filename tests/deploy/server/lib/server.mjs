// A whole server, booted from what `build` made: systemd, ufw, nginx and a Docker engine, with the packed kit in /srv.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../../../..');
const boot = join(import.meta.dirname, '../boot');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Those of runs that were killed before they could clean up.
function removeStale(place) {
	for (const name of readdirSync(place).filter((name) => name.startsWith('kit-server-run.'))) {
		const pid = join(place, name, 'owner.pid');
		if (!existsSync(pid) || !existsSync(`/proc/${readFileSync(pid, 'utf8')}`)) rmSync(join(place, name), { recursive: true, force: true });
	}
}

export const address = '203.0.113.10';

export class Server {
	begun = [];

	// files: of this machine, which are in /srv then.
	static async boot(built, files = []) {
		const server = new Server();
		removeStale(dirname(built));
		server.folder = mkdtempSync(join(dirname(built), 'kit-server-run.'));
		writeFileSync(join(server.folder, 'owner.pid'), String(process.pid));
		const root = join(server.folder, 'changes/srv');
		mkdirSync(root, { recursive: true });
		execFileSync(join(project, 'dev/kit'), ['--out', root], { stdio: ['ignore', 'ignore', 'inherit'] });
		for (const file of files) copyFileSync(file, join(root, basename(file)));
		server.process = spawn(boot, ['start', built, server.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
		await server.isUp();
		return server;
	}

	// Until systemd has started what it starts, and the engine answers.
	async isUp(limit = 600_000) {
		const end = Date.now() + limit;
		for (;;) {
			if (this.run('[ -d /run/systemd/system ] && docker info >/dev/null 2>&1 && systemctl is-active --quiet nginx').code === 0) return;
			if (this.process.exitCode !== null || Date.now() > end) throw new Error(`the server is not up after ${limit / 1000} s:\n${this.run('systemctl --failed --no-pager; journalctl --no-pager --lines 40').out}`);
			await sleep(500);
		}
	}

	// run COMMAND: in a shell on the server, as root. { code, out, all }
	run(command, { timeout = 900_000, input = '' } = {}) {
		return finished(spawnSync(boot, ['in', this.folder, 'bash', '-c', `cd /srv; exec 2>&1; ${command}`], { input, encoding: 'utf8', timeout, maxBuffer: 64 << 20 }), command);
	}
	// outside COMMAND…: on another machine of the network.
	outside(...command) {
		return finished(spawnSync(boot, ['outside', this.folder, ...command], { encoding: 'utf8', timeout: 900_000 }), command.join(' '));
	}
	// begin COMMAND: in bash on the other machine, while other things happen; end() lets it see that FOLDER/end is there.
	begin(command) {
		const [said, end] = [join(this.folder, 'begun.log'), join(this.folder, 'end')];
		rmSync(end, { force: true });
		const child = spawn(boot, ['outside', this.folder, 'bash', '-c', command], { stdio: ['ignore', openSync(said, 'w'), 'inherit'], env: { ...process.env, END: end } });
		const ended = new Promise((done) => child.once('exit', done));
		this.begun.push(child);
		return {
			end: async () => {
				writeFileSync(end, '');
				await ended;
				return readFileSync(said, 'utf8');
			},
		};
	}
	// file PATH: where this machine has a file that was written on the server.
	file(path) {
		return join(this.folder, 'changes', path);
	}
	// What the operator would see, when it has to go well.
	must(command, options = {}) {
		const result = this.run(command, { timeout: 1_800_000, ...options });
		if (result.code !== 0) throw new Error(`${command}: ${result.code}\n${result.out}`);
		return result.out;
	}

	setRegistryAway(away) {
		const file = join(this.folder, 'registry-away');
		if (away) writeFileSync(file, '');
		else rmSync(file, { force: true });
	}

	async reboot() {
		const before = this.run('cat /proc/sys/kernel/random/boot_id; stat --format %Y /proc/1').out;
		const boots = this.boots();
		this.run('systemctl reboot');
		const end = Date.now() + 600_000;
		while (this.boots() === boots) {
			if (Date.now() > end) throw new Error(`the server did not go down:\n${before}`);
			await sleep(200);
		}
		await this.isUp();
	}
	boots() {
		const file = join(this.folder, 'reboots');
		return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
	}

	// Seconds of processor time that all of the server has taken; nothing where this machine does not count them by group.
	processorTime() {
		const group = `litellm-kit-server.${this.process.pid}`;
		for (const [file, figure, unit] of [
			[`/sys/fs/cgroup/${group}/cpu.stat`, /^usage_usec (\d+)/, 1e6],
			[`/sys/fs/cgroup/cpuacct/${group}/cpuacct.usage`, /^(\d+)/, 1e9],
		]) {
			if (existsSync(file)) return Math.round(figure.exec(readFileSync(file, 'utf8'))[1] / unit);
		}
		return 0;
	}

	async stop() {
		for (const child of this.begun) child.kill('SIGKILL');
		if (this.process.exitCode === null && this.process.signalCode === null) {
			const ended = new Promise((done) => this.process.once('exit', done));
			this.process.kill('SIGTERM');
			await ended;
		}
		// The layers of the images are many files.
		execFileSync('rm', ['--recursive', '--force', this.folder]);
	}
}

function finished(result, command) {
	if (result.error) return { code: -1, out: `${command}: ${result.error.message}\n${result.stdout ?? ''}${result.stderr ?? ''}` };
	return { code: result.status, out: result.stdout + result.stderr };
}
