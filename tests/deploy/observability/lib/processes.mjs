// Programs that a test starts: each in a process group of its own, all of them ended by stopAll().
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export const project = new URL('../../../../', import.meta.url).pathname;

const running = new Set();

export function start(name, command, args, { folder, env = {}, cwd = folder } = {}) {
  const log = `${folder}/${name}.log`;
  const output = openSync(log, 'a');
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  const started = { name, child, log, ended: new Promise((resolve) => child.on('exit', resolve)) };
  child.on('error', (error) => (started.error = error));
  running.add(started);
  return started;
}

export async function stop(started, signal = 'SIGTERM') {
  running.delete(started);
  const { pid, exitCode, signalCode } = started.child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  const send = (which) => {
    try {
      process.kill(-pid, which);
    } catch {
      // It has ended.
    }
  };
  send(signal);
  await Promise.race([started.ended, sleep(8000, undefined, { ref: false })]);
  send('SIGKILL');
}

// A run that is interrupted runs no after() any more.
const killAll = () => {
  for (const { child } of running) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
};
for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.once(signal, () => {
    killAll();
    process.exit(status);
  });
}
process.once('exit', killAll);

export const stopAll = () => Promise.all([...running].map((each) => stop(each)));

/** Waits until look() gives something, with a limit; says what was waited for, and the end of the logs of what runs. */
export async function until(what, look, seconds = 300, pause = 250) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    for (const { name, child, log } of running) {
      if (child.exitCode !== null) throw new Error(`waiting for ${what}: ${name} ended with ${child.exitCode}\n${tail(log)}`);
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}${last ? `; last: ${last.message}` : ''}`);
    await sleep(pause);
  }
}

export const tail = (file, lines = 15) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');

export const freePorts = (count) => execFileSync(`${project}dev/free-port`, [String(count)], { encoding: 'utf8' }).trim().split('\n').map(Number);
