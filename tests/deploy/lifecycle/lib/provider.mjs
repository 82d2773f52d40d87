// A provider of models: answers chats as OpenAI does, and remembers with which key it was asked.
import { createServer } from 'node:http';

export async function startProvider() {
  const keys = [];
  const server = createServer((request, response) => {
    keys.push((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'echo', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Echo.' } }], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } }));
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { keys, url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) };
}

// With a key of its own, a model whose provider key is in the database, encrypted with the salt; and a virtual key that
// has called it, with what that has cost.
export async function fill(gateway, provider, providerKey) {
  const model = await gateway.api('POST', '/model/new', { body: { model_name: 'echo', litellm_params: { model: 'openai/echo', api_base: provider.url, api_key: providerKey, input_cost_per_token: 0.001, output_cost_per_token: 0.002 }, model_info: {} } });
  if (model.status !== 200) throw new Error(`no model: ${JSON.stringify(model)}`);
  const { body } = await gateway.api('POST', '/key/generate', { body: { key_alias: 'of a team', max_budget: 10, models: ['echo', 'gateway-selftest'] } });
  await chat(gateway, body.key);
  await until(async () => (await spend(gateway, body.key)) > 0, 'the spend of the call');
  return body.key;
}
export async function chat(gateway, key, model = 'echo') {
  let answer;
  // A model from the database is known to the router a moment after it was made or the gateway was started.
  await until(async () => {
    answer = await gateway.api('POST', '/v1/chat/completions', { key, body: { model, messages: [{ role: 'user', content: 'Say one word.' }] } });
    return answer.status === 200;
  }, () => `a chat: ${JSON.stringify(answer)}`);
  return answer.body.choices[0].message.content;
}
export async function spend(gateway, key) {
  const { body } = await gateway.api('GET', `/key/info?key=${key}`);
  return body.info?.spend ?? 0;
}
export async function until(condition, what, limit = 240_000) {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${typeof what === 'function' ? what() : what}`);
    await new Promise((done) => setTimeout(done, 300));
  }
}
