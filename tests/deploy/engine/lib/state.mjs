// Where the stand-in keeps what it knows (ENGINE_STATE), and what it is told to do wrong.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execFileSync } from 'node:child_process';

export class Failure extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

if (!process.env.ENGINE_STATE) {
  console.error('ENGINE_STATE names the folder of the stand-in engine; it is not set');
  process.exit(125);
}
export const state = resolve(process.env.ENGINE_STATE);
export const project = resolve(import.meta.dirname, '../../../..');

// failing(NAME, IMAGE): the test wants this to go wrong: ENGINE_STATE/fail/NAME is there, and empty or part of IMAGE.
export function failing(name, image = '') {
  const file = join(state, 'fail', name);
  return existsSync(file) && image.includes(readFileSync(file, 'utf8').trim());
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export function load(name, otherwise) {
  const file = join(state, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : otherwise;
}
export function save(name, value) {
  writeWhole(name, JSON.stringify(value, null, 2));
  return value;
}
// At once or not at all: another call may be reading it.
export function writeWhole(name, text) {
  mkdirSync(state, { recursive: true });
  const file = join(state, name);
  writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

// The ports of this engine's PostgreSQL and Redis.
export function ports() {
  const known = load('ports.json');
  if (known) return known;
  const [postgres, redis] = execFileSync(join(project, 'dev/free-port'), ['2'], { encoding: 'utf8' }).trim().split('\n').map(Number);
  return save('ports.json', { postgres, redis });
}
