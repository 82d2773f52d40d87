// Starts of LiteLLM by a process that has it imported already, see warm.py: one for each version, as long as tests run.
import { connect } from 'node:net';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from './state.mjs';

// One line there and one back; undefined where nobody listens.
const exchange = (path, request) =>
  new Promise((done) => {
    let text = '';
    const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (data) => (text += data));
    socket.on('close', () => done(text ? JSON.parse(text) : undefined));
    socket.on('error', () => {});
  });

// startWarm VERSION START ALIVE REQUEST: the process that runs the gateway, or nothing where it has to be started in the
// ordinary way. START makes the process that has LiteLLM imported, and ALIVE says whether it lives.
export async function startWarm(version, start, alive, request) {
  // Only where somebody ends it, too; and a gateway belongs to the network that it is started from.
  const folder = process.env.LITELLM_DASHBOARD_DEPLOY;
  if (!folder) return undefined;
  const place = join(folder, `warm-${version}-${readlinkSync('/proc/self/ns/net').replace(/\D/g, '')}`);
  const path = join(place, 'socket');
  const pidFile = join(place, 'pid');
  try {
    mkdirSync(place);
    writeFileSync(pidFile, String(start(path)));
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  for (;;) {
    const answer = await exchange(path, request);
    if (answer) return answer.pid;
    let pid = '';
    try {
      pid = readFileSync(pidFile, 'utf8');
    } catch {
      // It is just being started.
    }
    if (pid && !alive(Number(pid))) return undefined;
    await sleep(200);
  }
}
