// What the stand-in for `docker` beside this file does. It runs the services of the kit for real, as processes of this machine:
// PostgreSQL of Debian, redis-server, and the LiteLLM whose version the image's tag names. What it leaves out is isolation.
// See README.md.
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from './lib/compose.mjs';
import { running, status } from './lib/services.mjs';
import { Failure, failing, sleep, state } from './lib/state.mjs';
import { image, pull, repositoryDigests } from './lib/images.mjs';

const argv = process.argv.slice(2);

function record() {
  mkdirSync(state, { recursive: true });
  appendFileSync(join(state, 'calls.jsonl'), JSON.stringify({ time: Date.now() / 1000, argv, cwd: process.cwd(), environment: process.env }) + '\n');
}

const formatted = (template, ref) =>
  template
    .replace('{{range .RepoDigests}}{{println .}}{{end}}', repositoryDigests(ref).map((digest) => `${digest}\n`).join(''))
    .replace(/\{\{join \.RepoDigests "(.*?)"\}\}/, (_, between) => repositoryDigests(ref).join(between))
    .replace(/\{\{json \.RepoDigests\}\}/, JSON.stringify(repositoryDigests(ref)))
    .replace(/\{\{index \.RepoDigests 0\}\}/, repositoryDigests(ref)[0] ?? '')
    .replace(/\{\{\.Id\}\}/, image(ref)?.id ?? '');

function inspectImage(args) {
  const at = args.findIndex((arg) => arg === '--format' || arg === '-f');
  const template = at < 0 ? null : args.splice(at, 2)[1];
  for (const ref of args) {
    if (!image(ref)) throw new Failure(`Error response from daemon: No such image: ${ref}`);
    process.stdout.write(template === null ? `${JSON.stringify([image(ref)], null, 2)}\n` : `${formatted(template, ref)}\n`);
  }
}

function listContainers(args) {
  const at = args.indexOf('--format');
  const names = readdirSync(state).filter((file) => file.endsWith('.service.json')).map((file) => file.replace('.service.json', '')).filter(running);
  for (const name of names) {
    const { port, image, folder } = status(name);
    const published = port ? `127.0.0.1:${port}->4000/tcp` : '';
    const row = { Names: `litellm-server-${name}-1`, Image: image, Ports: published, Status: 'Up' };
    console.log(at < 0 ? Object.values(row).join('\t') : args[at + 1].replace('{{.Label "com.docker.compose.project.working_dir"}}', folder).replace(/\{\{\.(\w+)\}\}/g, (_, key) => row[key] ?? ''));
  }
}

async function main() {
  record();
  if (failing('hang')) await sleep(600_000);
  const [command, ...rest] = argv;
  if (command === 'compose' && rest[0] === 'version') return console.log(rest.includes('--short') ? '2.40.0' : 'Docker Compose version v2.40.0');
  if (failing('daemon')) throw new Failure('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
  switch (command) {
    case 'compose':
      return compose(rest);
    case 'version':
      return console.log(rest.some((arg) => arg.startsWith('--format') || arg === '-f') ? '28.5.0' : 'Client:\n Version: 28.5.0\nServer:\n Version: 28.5.0');
    case '--version':
      return console.log('Docker version 28.5.0, build stand-in');
    case 'info':
      return console.log('Server Version: 28.5.0');
    case 'pull':
      return pull(rest.filter((arg) => !arg.startsWith('-'))[0]);
    case 'image':
      if (rest[0] === 'inspect') return inspectImage(rest.slice(1));
      if (rest[0] === 'pull') return pull(rest.slice(1).filter((arg) => !arg.startsWith('-'))[0]);
      if (rest[0] === 'ls') return console.log(existsSync(join(state, 'images.json')) ? readFileSync(join(state, 'images.json'), 'utf8') : '');
      break;
    case 'inspect':
      return inspectImage(rest);
    case 'ps':
      return listContainers(rest);
    case 'stats':
    case 'system':
    case 'network':
      return;
  }
  throw new Failure(`docker: '${argv.join(' ')}' is not something the stand-in knows`, 125);
}

main().catch((error) => {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code;
});
