// The kit on a whole server with a real Docker engine, as an operator uses it: install, look, back up, upgrade, reboot, remove.
// One server for all of it, in this order; see README.md.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test as run } from 'node:test';
import { named, releases } from './images.mjs';
import { Server, address } from './lib/server.mjs';

const build = spawnSync(join(import.meta.dirname, 'build'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const built = build.stdout.trim();
const skip = build.status === 77 ? build.stderr.trim().split('\n').at(-1) : false;

const kit = '/srv/litellm-deploy-kit-*';
const dir = '/opt/litellm-server';
let server;
const began = Date.now();
let processorTime = 0;
// Each goes on where the one before it ended.
let failed;
const test = (name, body) =>
	run(name, { skip }, async (t) => {
		if (failed) return t.skip(`after what went wrong in: ${failed}`);
		failed = name;
		await body(t);
		failed = '';
	});
const must = (command, options) => server.must(command, options);
// script NAME: of the unpacked kit.
const script = (command) => `cd ${kit} && deploy/${command}`;
const containers = (template) => must(`docker ps --all --filter label=com.docker.compose.project=litellm-server --format '${template}' | sort`).trim().split('\n');
const inspect = (service, template) => must(`docker inspect --format '${template}' litellm-server-${service}-1`).trim();
const setting = (name) => must(`sed --quiet 's/^${name}=//p' ${dir}/.env`).trim();
const sql = (statement) => must(`cd ${dir} && docker compose exec -T postgres psql --username litellm --no-psqlrc --tuples-only --no-align`, { input: statement }).trim();
// api METHOD PATH [BODY]: the gateway as the master key: { status, body }
function api(method, path, body = '') {
	const out = must(`curl --silent --request ${method} --header "Authorization: Bearer $(sed --quiet 's/^LITELLM_MASTER_KEY=//p' ${dir}/.env)" --header 'Content-Type: application/json' ${body && '--data @-'} --write-out '\\n%{http_code}' http://127.0.0.1:24157${path}`, { input: body && JSON.stringify(body) });
	return { status: Number(out.slice(out.lastIndexOf('\n') + 1)), body: JSON.parse(out.slice(0, out.lastIndexOf('\n')) || 'null') };
}
const aliases = () => sql(`select string_agg(key_alias, ',' order by key_alias) from "LiteLLM_VerificationToken" where key_alias like 'trial-%'`);
const makeKey = (alias) => assert.equal(api('POST', '/key/generate', { key_alias: alias }).status, 200);

// What an operator would find of the gateway, but for backups, nginx's logs and the unpacked kit.
const traces = () => [
	must('docker ps --all --quiet; docker volume ls --quiet; docker network ls --format "{{.Name}}" | grep --invert-match --line-regexp "bridge\\|host\\|none" || true'),
	must('systemctl list-units --all --plain --no-legend "litellm*"'),
	must('find / -xdev \\( -path /srv -o -path /var/backups -o -path /var/log -o -path "/proc" \\) -prune -o -iname "*litellm*" -print -prune'),
].join('').trim();
const seconds = (from) => `${((Date.now() - from) / 1000).toFixed(0)} s`;

// The gateway's public name, with a certificate of nobody's.
const site = `${dir}/config/site.conf`;
const publicName = 'litellm.example.com';
function installSite() {
	must(`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${publicName} -addext subjectAltName=DNS:${publicName} -keyout /etc/ssl/private/own.key -out /etc/ssl/certs/own.pem`);
	must(`sed 's#^TLS_CERTIFICATE=.*#TLS_CERTIFICATE=/etc/ssl/certs/own.pem#; s#^TLS_CERTIFICATE_KEY=.*#TLS_CERTIFICATE_KEY=/etc/ssl/private/own.key#; s/^DEFAULT_SERVER=.*/DEFAULT_SERVER=no/; s/^UPSTREAM=.*/UPSTREAM="127.0.0.1:24157 127.0.0.1:24158 127.0.0.1:24159"/' ${kit}/nginx/site.conf.example >${site} && cd ${kit} && nginx/render.sh --site ${site} --install`);
}
// ask PATH: a shell's words by which another machine asks the gateway at its public name.
const ask = (path, key, more = '') => `curl --silent --insecure --max-time 60 --output /dev/null --write-out '%{http_code}\\n' --resolve ${publicName}:443:${address} --header 'Authorization: Bearer ${key}' ${more} https://${publicName}${path}`;

// The ports that another machine reaches: of those that the kit and its web server use.
const ports = [22, 80, 443, 24157, 24158, 24159, 4000, 5432, 6379, 9090, 9093, 3000];
const reached = () => server.outside('bash', '-c', `for port in ${ports.join(' ')}; do { timeout 10 bash -c "</dev/tcp/${address}/$port" && echo $port; } 2>/dev/null & done; wait`).out.trim().split('\n').map(Number).sort((a, b) => a - b);

async function stop() {
	const { folder } = server ?? {};
	processorTime += server?.processorTime() ?? 0;
	await server?.stop();
	server = null;
	if (folder) assert.ok(!existsSync(folder), 'what the server wrote is still there');
}

before(async () => {
	if (skip) return;
	assert.equal(build.status, 0, `no server was built:\n${build.stderr}`);
	server = await Server.boot(built);
});
// A command holds up everything else, also what was said: now it is said.
afterEach(() => new Promise((done) => setTimeout(done, 20)));
after(async () => {
	await stop();
	if (!skip) console.log(`all of it took ${seconds(began)}, and ${processorTime} s of processor time on the servers`);
});

// From the copied files to the key for WordPress, while the images come from a registry beside it.
test('the five minutes of the manual, with the firewall on', (t) => {
	const began = Date.now();
	must('sha256sum --check litellm-deploy-kit.tar.gz.sha256 && tar --extract --file litellm-deploy-kit.tar.gz');
	must(script('deploy-full.sh --demo --enable-ufw --dry-run'));
	assert.equal(server.run(`ls --directory ${dir}`).code, 2);
	const said = must(script('deploy-full.sh --demo --enable-ufw --yes'));
	assert.match(said, /^13 ok, 0 failed$/m);
	assert.doesNotMatch(said, new RegExp(['LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'UI_PASSWORD'].map(setting).join('|')));
	const installed = seconds(began);
	assert.match(must(script('deploy-full.sh --service-key')), /define\( 'LITELLM_SERVICE_KEY', 'sk-/);
	t.diagnostic(`the five minutes of the manual took ${seconds(began)}, ${installed} of it until the gateway was verified`);
	assert.match(must('ufw status'), /^Status: active/);
});

// Without the registry it went no further than pulling: no setting could be changed in an outage.
test('a second run, while the registry is away, replaces no container', () => {
	const before = containers('{{.ID}} {{.Names}}');
	server.setRegistryAway(true);
	const said = must(script('deploy-full.sh --demo --yes'));
	server.setRegistryAway(false);
	assert.match(said, /every one of them is here already[^]*^13 ok, 0 failed$/m);
	assert.deepEqual(containers('{{.ID}} {{.Names}}'), before);
});

test('the key for WordPress, its successor beside it, and the end of the first one', () => {
	const works = (file) => must(`curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $(cat ${file})" http://127.0.0.1:24157/key/list`);
	const [current, old] = [`${dir}/service-key.txt`, `${dir}/service-key.old.txt`];
	assert.equal(must(`stat --format %a ${current}`).trim(), '600');
	assert.equal(works(current), '200');
	must(`cp ${current} /srv/first-key`);
	assert.match(must(script('rotate-service-key.sh --overlap 1h --yes')), /define\( 'LITELLM_SERVICE_KEY', 'sk-/);
	assert.notEqual(must(`cat ${current}`), must('cat /srv/first-key'));
	assert.deepEqual([works(current), works(old)], ['200', '200']);
	must(script('rotate-service-key.sh --finish --yes'));
	assert.deepEqual([works(current), works('/srv/first-key')], ['200', '401']);
});

for (const service of ['litellm', 'postgres', 'redis']) {
	test(`${service}: no rights, no writable files, limits, as the engine has them`, () => {
		assert.equal(inspect(service, '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}'), 'true [ALL] [no-new-privileges:true] false');
		const inside = (command) => server.run(`docker exec litellm-server-${service}-1 sh -c '${command}'`);
		assert.match(inside('touch /usr/x /x').out, /Read-only file system/);
		assert.match(inside('cat /proc/1/status').out, /^CapEff:\t0+$[^]*^NoNewPrivs:\t1$/m);
		const [memory, processes] = inspect(service, '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}').split(' ').map(Number);
		assert.ok(memory > 0 && processes > 0);
		assert.equal(inside('cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes').out.trim(), String(memory));
		assert.equal(inside('cat /sys/fs/cgroup/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids/pids.max').out.trim(), String(processes));
	});
}

test('database and cache have no way out, the gateway has', () => {
	const connects = (service) => server.run(`docker exec litellm-server-${service}-1 timeout 5 bash -c '</dev/tcp/203.0.113.2/443'`).code;
	assert.notEqual(connects('postgres'), 0);
	assert.notEqual(connects('redis'), 0);
	assert.equal(connects('litellm'), 0);
});

test('another machine reaches nginx and ssh, and nothing of the kit, with the firewall or without', () => {
	assert.deepEqual(reached(), [22, 80]);
	must('ufw disable');
	assert.deepEqual(reached(), [22, 80]);
	must('ufw --force enable');
});

test('what the installer says of an engine before 28 is so', () => {
	const old = Number(must("docker version --format '{{.Server.Version}}'").split('.')[0]) < 28;
	const warned = /before 28 a machine of the same network reaches/.test(must(script('deploy-full.sh --demo --dry-run')));
	const own = inspect('litellm', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}').split(' ');
	server.outside('ip', 'route', 'add', '172.16.0.0/12', 'via', address);
	const reached = own.some((host) => server.outside('timeout', '10', 'bash', '-c', `</dev/tcp/${host}/4000`).code === 0);
	server.outside('ip', 'route', 'delete', '172.16.0.0/12');
	assert.deepEqual([warned, reached], [old, old]);
});

test('a data folder of another owner is said before anything is touched', () => {
	must(`touch ${dir}/data/redis/copied && chown 1000 ${dir}/data/redis`);
	const result = server.run(script('deploy-full.sh --demo --yes'));
	must(`rm ${dir}/data/redis/copied && chown 999 ${dir}/data/redis`);
	assert.equal(result.code, 1);
	assert.match(result.out, /data\/redis belongs to the user 1000[^]*sudo chown --recursive 999:999/);
});

test('backup, its check in a scratch database, and restore', () => {
	makeKey('trial-before');
	must(script('backup.sh'));
	makeKey('trial-after');
	must(script('restore.sh --check --deep latest'));
	must(script('restore.sh latest --yes'));
	assert.equal(aliases(), 'trial-before');
	must(script('restore.sh --drop-previous --yes'));
});

test('an upgrade to an image that does not exist changes nothing', () => {
	const before = containers('{{.ID}}');
	assert.match(server.run(script(`upgrade.sh --yes --litellm-image ${releases.missing}`)).out, /could not be fetched/);
	assert.deepEqual(containers('{{.ID}}'), before);
});

// It was waited for ten minutes, though the engine started it again and again.
test('an upgrade to an image that ends at once goes back soon', () => {
	const result = server.run(script(`upgrade.sh --yes --litellm-image ${releases.ends}`));
	assert.equal(result.code, 1);
	assert.match(result.out, /it ended and was started again \d+ times[^]*ImportError: the image is broken[^]*The database had not been migrated/);
	assert.doesNotMatch(result.out, /\x1b/);
	assert.equal(inspect('litellm', '{{.Config.Image}}'), releases.good);
	assert.equal(aliases(), 'trial-before');
});

test('an upgrade to an image that never gets ready goes back when the time is over', () => {
	const result = server.run(script(`upgrade.sh --yes --wait 15 --litellm-image ${releases.hangs}`));
	assert.equal(result.code, 1);
	assert.match(result.out, /after 15 s[^]*The database had not been migrated/);
	assert.equal(inspect('litellm', '{{.Config.Image}}'), releases.good);
	assert.equal(aliases(), 'trial-before');
});

test('an upgrade that migrates and then ends brings the database back as well', () => {
	const result = server.run(script(`upgrade.sh --yes --litellm-image ${releases.migratesAndEnds}`));
	assert.equal(result.code, 1);
	assert.match(result.out, /the database is the one from before the upgrade again/);
	assert.equal(sql(`select to_regclass('"KitFault"') is null`), 't');
	assert.equal(aliases(), 'trial-before');
});

test('an upgrade that works, and the way back', () => {
	must(script(`upgrade.sh --yes --litellm-image ${releases.next}`));
	assert.equal(inspect('litellm', '{{.Config.Image}} {{.Config.User}}'), `${releases.next} 65532:65532`);
	makeKey('trial-newer');
	must(script('rollback.sh --yes --keep-database'));
	assert.match(setting('LITELLM_IMAGE'), new RegExp(`^${named('LITELLM_IMAGE')}@sha256:`));
	assert.equal(aliases(), 'trial-before,trial-newer');
});

test('a database that is killed comes back, and the gateway with it', () => {
	must("kill -KILL $(docker inspect --format '{{.State.Pid}}' litellm-server-postgres-1)");
	must(`cd ${dir} && docker compose up --detach --wait postgres && curl --silent --fail --retry 60 --retry-delay 1 --retry-all-errors --output /dev/null http://127.0.0.1:24157/health/readiness`);
	assert.equal(Number(inspect('postgres', '{{.RestartCount}}')), 1);
	assert.equal(aliases(), 'trial-before,trial-newer');
});

test('monitoring: healthy, sees the disks of the server and no others, reads its configuration anew', () => {
	assert.match(must(script('deploy-full.sh --demo --with-observability --yes')), /^17 ok, 0 failed$/m);
	const query = (text) => JSON.parse(must(`curl --silent --get --data-urlencode 'query=${text}' http://127.0.0.1:9090/api/v1/query`)).data.result;
	// Docker's own mounts in the container were counted as disks.
	assert.deepEqual(query('node_filesystem_size_bytes').map(({ metric }) => metric.mountpoint).filter((place) => /^\/(etc|textfile)/.test(place)), []);
	assert.deepEqual(query('node_filesystem_device_error == 1').map(({ metric }) => metric.mountpoint), []);
	for (const service of ['prometheus', 'alertmanager', 'blackbox']) must(`cd ${dir} && docker compose exec -T ${service} sh -c 'kill -HUP 1'`);
});

// What was told to read its configuration by `docker compose kill` stayed down: for Docker it had been stopped by hand.
test('after a reboot everything is there again', async () => {
	const before = containers('{{.Names}}');
	await server.reboot();
	const said = must(script('verify.sh'));
	assert.match(said, /^17 ok, 0 failed$/m);
	assert.deepEqual(containers('{{.Names}} {{.State}}'), before.map((name) => `${name} running`));
	assert.match(must('systemctl list-timers --no-pager'), /litellm-backup\.timer[^]*litellm-certificates\.timer|litellm-certificates\.timer[^]*litellm-backup\.timer/);
	assert.match(must('ufw status'), /^Status: active/);
	must('systemctl start litellm-backup.service');
	assert.equal(aliases(), 'trial-before,trial-newer');
});

test('a diagnosis, without secrets and codes of the screen', () => {
	must(script('diagnose.sh --to /srv --limit 30'));
	const text = must('cat /srv/litellm-diagnosis-*.tar.gz | tar --extract --gzip --to-stdout');
	for (const name of ['LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'POSTGRES_PASSWORD']) assert.ok(!text.includes(setting(name)), name);
	assert.doesNotMatch(text, /\x1b\[/);
});

// All of them were replaced at once.
test('three instances: one that is cut off is passed over, and all are replaced one after the other while calls come in', async (t) => {
	must(`sed --in-place 's/^COMPOSE_FILE=.*/&:docker-compose.scale.yml/' ${dir}/.env`);
	must(script('deploy-full.sh --demo --yes'));
	installSite();
	assert.deepEqual(reached(), [22, 80, 443]);
	const { body: { key } } = api('POST', '/key/generate', { key_alias: 'load', models: ['gateway-selftest'] });
	const chat = ask('/v1/chat/completions', key, `--header 'Content-Type: application/json' --data '{"model":"gateway-selftest","messages":[{"role":"user","content":"."}]}'`);
	const answers = (text) => text.trim().split('\n');
	const bad = (list) => list.filter((status) => status !== '200');

	must("for each in $(docker inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' litellm-server-litellm-2-1); do docker network disconnect --force $each litellm-server-litellm-2-1; done");
	const alone = answers(server.outside('bash', '-c', `for each in $(seq 12); do ${chat}; done`).out);
	assert.equal(alone.length, 12);
	assert.deepEqual(bad(alone), []);

	const before = containers('{{.Names}} {{.ID}}').filter((line) => line.includes('-litellm-'));
	assert.equal(before.length, 3);
	const load = server.begin(`while [ ! -e "$END" ] && [ $SECONDS -lt 1200 ]; do ${ask('/v1/models', key)}; ${chat}; sleep 0.2; done`);
	must(`sed --in-place 's/^LITELLM_MEMORY=.*/LITELLM_MEMORY=3g/' ${dir}/.env`);
	must(script('deploy-full.sh --demo --yes'));
	const asked = answers(await load.end());
	t.diagnostic(`${asked.length} calls while the instances were replaced, ${bad(asked).length} failed`);
	assert.ok(asked.length > 20);
	assert.deepEqual(bad(asked), []);
	const now = containers('{{.Names}} {{.ID}}');
	assert.deepEqual(before.filter((line) => now.includes(line)), []);
});

test('uninstalled, the data stay, and an installation finds them again', () => {
	// As somebody has it who turned the dashboards off by hand: their networks were left.
	must(`sed --in-place 's/^COMPOSE_FILE=.*/COMPOSE_FILE=docker-compose.yml/' ${dir}/.env`);
	must(script('uninstall.sh --yes'));
	assert.equal(traces(), dir);
	assert.equal(must('ls -A /etc/nginx/sites-enabled; systemctl is-active nginx').trim(), 'default\nactive');
	must(script('deploy-full.sh --demo --yes'));
	assert.equal(aliases(), 'trial-before,trial-newer');
});

let moved;
test('uninstalled with its data, nothing is left', () => {
	installSite();
	must(script(`uninstall.sh --delete-data=${dir} --yes`));
	assert.equal(traces(), '');
	moved = must('ls /var/backups/litellm-server/*before-uninstall.tar.gz').trim();
});

// The disk of the database is one of its own there, so that it can be filled.
test('the backup on a new server: with its secrets, everything is there again', async () => {
	const place = mkdtempSync(join(tmpdir(), 'moved-'));
	const files = [moved, `${moved}.sha256`].map((file) => {
		copyFileSync(server.file(file), join(place, file.split('/').at(-1)));
		return join(place, file.split('/').at(-1));
	});
	await stop();
	server = await Server.boot(built, files);
	rmSync(place, { recursive: true });
	must('tar --extract --file litellm-deploy-kit.tar.gz');
	must(`install --directory --mode=700 --owner=999 --group=999 ${dir}/data/postgres && mount -t tmpfs -o size=700m,mode=700,uid=999,gid=999 tmpfs ${dir}/data/postgres`);
	must(script('deploy-full.sh --demo --yes'));
	assert.match(server.run(script('restore.sh /srv/litellm-backup-*.tar.gz --yes')).out, /LITELLM_SALT_KEY of the backup is another one/);
	must(script('restore.sh /srv/litellm-backup-*.tar.gz --with-env --with-config --no-backup --yes'));
	must(script('restore.sh --drop-previous --yes'));
	assert.equal(aliases(), 'trial-before,trial-newer');
	// The master key came along, and so did the key of WordPress.
	assert.equal(must(`curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $(cat ${dir}/service-key.txt)" http://127.0.0.1:24157/key/list`), '200');
});

test('full disks: backup, restore and upgrade say so, and what runs goes on running', () => {
	const before = containers('{{.ID}} {{.Names}}');
	must('mkdir /mnt/small && mount -t tmpfs -o size=1m tmpfs /mnt/small');
	const small = server.run(script('backup.sh --to /mnt/small'));
	assert.equal(small.code, 1);
	assert.match(small.out, /not enough room in \/mnt\/small/);
	assert.equal(must('ls -A /mnt/small'), '');

	must(script('backup.sh'));
	server.run(`dd if=/dev/zero of=${dir}/data/postgres/filler bs=1M`);
	assert.equal(must(`df --output=avail ${dir}/data/postgres | tail --lines=1`).trim(), '0');
	for (const [command, said] of [
		[`upgrade.sh --yes --litellm-image ${releases.next}`, /not enough room for a copy of the database[^]*Nothing was changed/],
		['restore.sh latest --yes', /not enough room for a second database[^]*Nothing was changed/],
		['backup.sh', /No space left on device/],
	]) {
		const { code, out } = server.run(script(command));
		assert.equal(code, 1, out);
		assert.match(out, said);
	}
	assert.deepEqual(containers('{{.ID}} {{.Names}}'), before);
	must(`rm ${dir}/data/postgres/filler`);
	assert.equal(aliases(), 'trial-before,trial-newer');
	makeKey('trial-room');
	assert.equal(Number(inspect('postgres', '{{.RestartCount}}')), 0);
});
