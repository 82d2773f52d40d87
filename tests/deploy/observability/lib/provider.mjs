// A provider of models on this machine, in the shape of OpenAI's: the first folder of the path says how it behaves.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What it does can be changed while it runs: provider.failing.add('broken'), provider.hold('slow', 31_000). */
export async function startProvider(port) {
  const provider = { held: {}, failing: new Set(['broken']), calls: 0 };
  // From now on, calls of this behaviour are answered when release() has been called, and that many milliseconds have passed.
  provider.hold = (behaviour, least) => {
    const hold = { least, waiting: 0 };
    hold.released = new Promise((resolve) => (hold.release = resolve));
    return (provider.held[behaviour] = hold);
  };
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
  provider.server = createServer(async (request, response) => {
    let text = '';
    try {
      for await (const piece of request) text += piece;
    } catch {
      return; // the gateway was ended in the middle of its call
    }
    if (!text) return response.destroy();
    provider.calls += 1;
    const behaviour = request.url.split('/')[1];
    const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (provider.failing.has(behaviour)) return json(500, { error: { message: 'the provider is broken', type: 'server_error', code: null } });
    const hold = provider.held[behaviour];
    if (hold) {
      hold.waiting += 1;
      await Promise.all([hold.released, sleep(hold.least, undefined, { ref: false })]);
    }
    const { model, stream } = JSON.parse(text);
    const answer = { id: `call-${provider.calls}`, created: Math.floor(Date.now() / 1000), model };
    if (!stream) {
      const message = { role: 'assistant', content: 'fine' };
      return json(200, { ...answer, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage });
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta, finish_reason, rest = {}) =>
      response.write(`data: ${JSON.stringify({ ...answer, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...rest })}\n\n`);
    send({ role: 'assistant', content: 'fi' }, null);
    send({ content: 'ne' }, null);
    send({}, 'stop', { usage });
    response.end('data: [DONE]\n\n');
  });
  await new Promise((resolve) => provider.server.listen(port, '127.0.0.1', resolve));
  provider.stop = () => new Promise((resolve) => (provider.server.closeAllConnections(), provider.server.close(resolve)));
  return provider;
}
