// `docker compose` of the stand-in: reads .env and the compose files of the working folder as Compose does, as far as the
// kit needs it, and hands the services to services.mjs.
import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { image, pull } from './images.mjs';
import { Failure, load, save, sleep, writeWhole } from './state.mjs';
import { execute, health, logs, running, start, status, stop } from './services.mjs';

function readEnvironment(folder) {
  const file = join(folder, '.env');
  const values = {};
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const found = /^([A-Za-z_][A-Za-z0-9_]*)=(.*?)\r?$/.exec(line);
    if (found) values[found[1]] = found[2].replace(/^"(.*)"$|^'(.*)'$/, '$1$2');
  }
  return { ...values, ...process.env };
}

// ${NAME}, ${NAME:-word}, ${NAME-word}, ${NAME:?message}, ${NAME?message}, $$; words may hold ${…} again.
function interpolate(text, environment) {
  return text.replace(/\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}]|\{[^{}]*\})*))?\}|\$([A-Za-z_]\w*)/g, (all, name, operator, word, plain) => {
    if (all === '$$') return '$';
    const value = environment[name ?? plain];
    const there = value !== undefined && (value !== '' || !operator?.startsWith(':'));
    if (operator?.endsWith('+')) return there ? interpolate(word, environment) : '';
    if (there) return value;
    if (operator?.endsWith('?')) throw new Failure(`error while interpolating: required variable ${name} is missing a value: ${word}`, 15);
    return operator ? interpolate(word, environment) : '';
  });
}
function walk(node, environment) {
  if (typeof node === 'string') return interpolate(node, environment);
  if (Array.isArray(node)) return node.map((item) => walk(item, environment));
  if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, environment)]));
  return node;
}
const merge = (a, b) => {
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (a && b && typeof a === 'object' && typeof b === 'object') {
    const all = { ...a };
    for (const key of Object.keys(b)) all[key] = key in a ? merge(a[key], b[key]) : b[key];
    return all;
  }
  return b;
};
const asMap = (environment) =>
  Array.isArray(environment)
    ? Object.fromEntries(environment.map((line) => [line.split('=')[0], line.includes('=') ? line.slice(line.indexOf('=') + 1) : undefined]))
    : (environment ?? {});

const digest = (text) => createHash('sha256').update(text).digest('hex');
// Reading YAML takes longer than all else here, and each command reads the same files: so what one says is kept.
async function readYaml(text) {
  const name = `yaml-${digest(text)}.json`;
  return load(name) ?? save(name, (await import('yaml')).default.parse(text, { merge: true }));
}

async function readProject(folder, profiles) {
  const environment = readEnvironment(folder);
  let model = {};
  const sums = existsSync(join(folder, '.env')) ? [`${digest(readFileSync(join(folder, '.env')))}  ${folder}/.env`] : [];
  for (const file of (environment.COMPOSE_FILE || 'docker-compose.yml').split(':')) {
    const path = join(folder, file);
    if (!existsSync(path)) throw new Failure(`open ${path}: no such file or directory`, 14);
    const text = readFileSync(path, 'utf8');
    sums.push(`${digest(text)}  ${path}`);
    model = merge(model, await readYaml(text));
  }
  const written = model;
  model = walk(model, environment);
  for (const [name, service] of Object.entries(model.services ?? {})) {
    if (service.profiles && !service.profiles.some((profile) => profiles.includes(profile))) delete model.services[name];
    service.environment = asMap(service.environment);
    for (const file of [service.env_file ?? []].flat()) Object.assign(service.environment, { ...readEnvironmentFile(join(folder, file.path ?? file)), ...service.environment });
    for (const key of Object.keys(service.environment)) service.environment[key] ??= environment[key] ?? '';
  }
  // As sha256sum checks it: the files that commands to PostgreSQL need not have read again.
  writeWhole('readable.sha256', `${sums.join('\n')}\n`);
  return { folder, environment, written, model, services: model.services ?? {} };
}
const readEnvironmentFile = (file) =>
  Object.fromEntries((existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n').filter((line) => /^\w+=/.test(line)).map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));

const dependencies = (service) => (Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {}));
function inOrder(project, wanted) {
  const order = [];
  const add = (name) => {
    if (order.includes(name)) return;
    if (!project.services[name]) throw new Failure(`no such service: ${name}`);
    dependencies(project.services[name]).filter((other) => project.services[other]).forEach(add);
    order.push(name);
  };
  wanted.forEach(add);
  return order;
}

async function up(project, names, options) {
  const wanted = names.length ? names : Object.keys(project.services);
  for (const name of options['no-deps'] ? wanted : inOrder(project, wanted)) {
    const service = project.services[name];
    if (!image(service.image)) pull(service.image);
    const hash = createHash('sha256').update(JSON.stringify(service)).digest('hex');
    const now = status(name);
    if (running(name) && now.hash === hash && !options['force-recreate']) {
      console.error(` Container ${name}  Running`);
      continue;
    }
    if (running(name)) await stop(name);
    console.error(` Container ${name}  Starting`);
    await start(name, service, project, hash);
  }
  if (options.wait) {
    const end = Date.now() + 1000 * Number(options['wait-timeout'] ?? 120);
    for (const name of wanted) {
      while ((await health(name, project)) !== 'healthy') {
        if (!running(name)) throw new Failure(`container ${name} exited (${status(name).code ?? 1})`);
        if (Date.now() > end) throw new Failure('application not healthy after the time given');
        await sleep(200);
      }
    }
  }
}

async function ps(project, names, options) {
  const rows = [];
  for (const name of names.length ? names : Object.keys(project.services)) {
    const now = status(name);
    if (!now || (!running(name) && !options.all && !options.a)) continue;
    const alive = running(name);
    rows.push({ Name: `litellm-server-${name}-1`, Service: name, Image: now.image, State: alive ? 'running' : 'exited', Health: alive ? await health(name, project) : '', ExitCode: alive ? 0 : (now.code ?? 0), Status: alive ? 'Up' : 'Exited' });
  }
  if (options.services) return rows.forEach((row) => console.log(row.Service));
  if (options.quiet || options.q) return rows.forEach((row) => console.log(row.Name));
  if (options.format === 'json') return rows.forEach((row) => console.log(JSON.stringify(row)));
  console.log('NAME\tIMAGE\tSERVICE\tSTATUS');
  rows.forEach((row) => console.log([row.Name, row.Image, row.Service, `${row.Status} ${row.Health}`].join('\t')));
}

// read ARGUMENTS, which options take a value: {options, words}. Options end at the first word where `stopAtWord` says so.
function read(args, valued, stopAtWord = false) {
  const options = {};
  const words = [];
  for (let at = 0; at < args.length; at++) {
    const found = /^--?([a-zA-Z-]+)(?:=(.*))?$/.exec(args[at]);
    if (!found) {
      words.push(...(stopAtWord ? args.slice(at) : [args[at]]));
      if (stopAtWord) break;
    } else if (found[2] !== undefined) options[found[1]] = found[2];
    else options[found[1]] = valued.includes(found[1]) ? args[++at] : true;
  }
  return { options, words };
}

export async function compose(args) {
  const outer = read(args, ['f', 'file', 'p', 'project-name', 'project-directory', 'profile', 'env-file'], true);
  const [command, ...rest] = outer.words;
  const project = await readProject(outer.options['project-directory'] ?? process.cwd(), [outer.options.profile ?? []].flat());
  const all = Object.keys(project.services);
  const { options, words } = read(rest, ['format', 'tail', 'wait-timeout', 'timeout', 't', 'user', 'u', 'env', 'e', 'pull', 'since', 'workdir', 'w'], command === 'exec' || command === 'run');
  const unknown = words.find((word) => !['exec', 'port'].includes(command) && !project.services[word]);
  if (unknown) throw new Failure(`no such service: ${unknown}`);
  switch (command) {
    case 'config':
      if (options.quiet || options.q) return;
      if (options.services) return all.forEach((name) => console.log(name));
      if (options.images) return all.forEach((name) => console.log(project.services[name].image));
      if (options.format === 'json') return console.log(JSON.stringify(project.model, null, 2));
      return process.stdout.write((await import('yaml')).default.stringify(options['no-interpolate'] ? project.written : project.model));
    case 'up':
      return up(project, words, options);
    case 'start':
      for (const name of words.length ? words : all) {
        if (!status(name)) throw new Failure(`service "${name}" has no container to start`);
        if (!running(name)) await start(name, project.services[name], project, status(name).hash);
      }
      return;
    case 'stop':
    case 'kill':
      for (const name of (words.length ? words : all).reverse()) await stop(name);
      return;
    case 'restart':
      for (const name of words.length ? words : all) {
        await stop(name);
        await start(name, project.services[name], project, status(name)?.hash);
      }
      return;
    case 'rm':
      for (const name of words.length ? words : all) await stop(name, true);
      return;
    case 'down':
      for (const name of [...inOrder(project, all)].reverse()) await stop(name, true);
      return;
    case 'ps':
      return ps(project, words, options);
    case 'exec':
      return execute(words[0], words.slice(1), project);
    case 'logs':
      for (const name of words.length ? words : all) logs(name, options.tail);
      return;
    case 'port':
      return console.log(String(project.services[words[0]].ports?.[0] ?? '').replace(/:\d+$/, ''));
    case 'pull':
      for (const name of words.length ? words : all) pull(project.services[name].image);
      return;
    case 'images':
      return all.forEach((name) => console.log(`litellm-server-${name}-1\t${project.services[name].image}`));
    case 'ls':
    case 'top':
    case 'stats':
      return;
  }
  throw new Failure(`unknown docker command: "compose ${command}"`, 16);
}
