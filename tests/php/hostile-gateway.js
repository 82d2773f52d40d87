#!/usr/bin/env node
/*
 * A gateway that misbehaves, for the tests of the plugin. No dependencies.
 *
 * The first part of the path says how: a base address of http://127.0.0.1:PORT/endless gets answers that never end,
 * whatever comes behind it. /switch behaves as POST /control/switch?to=NAME said last.
 * A second server plays another host; nothing may ever arrive there. A third one speaks TLS
 * with the certificate and key in the file HOSTILE_TLS, which nobody trusts.
 *
 *   GET  /control/log     what arrived, at both servers
 *   POST /control/reset   forget it
 *
 * Prints its three ports when it is ready.
 */
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const zlib = require('zlib');

let log = [];
let current = 'ok';
let otherPort = 0;

const DAY = {
  results: [{
    date: '2026-11-20',
    metrics: { spend: 1.5, total_tokens: 10, api_requests: 2, prompt_tokens: 4, completion_tokens: 6, successful_requests: 2, failed_requests: 0, secret_metric: 1 },
    breakdown: { model_groups: { 'gpt-4o': { metrics: { spend: 1.5, total_tokens: 10, api_requests: 2 }, api_key_breakdown: { x: 1 } } }, providers: { openai: 1 } },
  }],
  metadata: { total_spend: 1.5 },
};
const ANSWERS = {
  '/health/liveliness': "I'm alive!",
  '/health/readiness': { status: 'healthy', db: 'connected', success_callbacks: ['x'] },
  '/user/daily/activity/aggregated': DAY,
  '/key/list': { keys: [{ token: 'a'.repeat(64), key_alias: 'one', key_name: 'sk-...abcd', metadata: { note: 'not for the browser' }, models: [], blocked: null }], total_count: 1, current_page: 1, total_pages: 1 },
  '/key/aliases': { aliases: ['one'] },
  '/key/info': { key: 'b'.repeat(64), info: { user_id: 'service-user', key_alias: 'service', metadata: { hidden: 1 } } },
  '/spend/logs/v2': { data: [], total: 0, page: 1, page_size: 1, total_pages: 0 },
  '/key/generate': { key: 'sk-new-key-of-an-application', token: 'c'.repeat(64), key_alias: 'app' },
  '/key/block': { token: 'a'.repeat(64), blocked: true },
};

const json = (res, status, body, headers = {}) => {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const bearer = (req) => (req.headers.authorization || '').replace(/^Bearer /, '');
const pour = (res, chunk, pause) => {
  const timer = setInterval(() => res.write(chunk), pause);
  res.on('close', () => clearInterval(timer));
};
const zeros = (megabytes, encode) => encode(Buffer.alloc(megabytes * 1048576, 48));

const BEHAVIOURS = {
  ok: (req, res, path) => {
    const known = ANSWERS[path];
    json(res, known === undefined ? 404 : 200, known === undefined ? { detail: 'Not Found' } : JSON.stringify(known));
  },
  half: (req, res, path) => setTimeout(() => BEHAVIOURS.ok(req, res, path), 500),
  twoseconds: (req, res, path) => setTimeout(() => BEHAVIOURS.ok(req, res, path), 2000),
  redirect: (req, res) => { res.writeHead(302, { location: `http://localhost:${otherPort}/stolen` }); res.end(); },
  redirect307: (req, res) => { res.writeHead(307, { location: `http://localhost:${otherPort}/stolen` }); res.end(); },
  redirectself: (req, res) => { res.writeHead(301, { location: '/ok/key/list' }); res.end(); },
  redirectuserinfo: (req, res) => { res.writeHead(302, { location: `http://127.0.0.1:${server.address().port}@localhost:${otherPort}/stolen` }); res.end(); },
  redirectloop: (req, res, path, url) => { res.writeHead(302, { location: url.pathname }); res.end(); },
  hop: (req, res, path) => {
    if (path === '/ui/') { res.writeHead(307, { location: '/hop/ui/login' }); res.end(); return; }
    res.writeHead(200, { 'content-type': 'text/html' }); res.end('<html></html>');
  },
  silent: () => {},
  drip: (req, res) => { res.writeHead(200, { 'content-type': 'application/json' }); res.write('{"keys":['); pour(res, ' ', 200); },
  endless: (req, res) => { res.writeHead(200, { 'content-type': 'application/json' }); pour(res, Buffer.alloc(262144, 32), 2); },
  headers: (req, res) => {
    res.socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n');
    const timer = setInterval(() => res.socket && res.socket.write(`x-${Math.random()}: ${'y'.repeat(8000)}\r\n`), 1);
    req.socket.on('close', () => clearInterval(timer));
    req.socket.on('error', () => clearInterval(timer));
  },
  huge: (req, res) => json(res, 200, JSON.stringify({ keys: [{ token: 'z'.repeat(9 * 1048576) }] })),
  lying: (req, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': 5000 }); res.write('{"keys":[]'); setTimeout(() => res.destroy(), 50); },
  truncated: (req, res) => json(res, 200, '{"keys":[{"token":"abc"'),
  html: (req, res) => { res.writeHead(200, { 'content-type': 'text/html' }); res.end('<!doctype html><title>Sign in</title>'); },
  html404: (req, res) => { res.writeHead(404, { 'content-type': 'text/html' }); res.end('<h1>Not here</h1>'); },
  htmljson: (req, res) => { res.writeHead(200, { 'content-type': 'text/html' }); res.end(JSON.stringify(ANSWERS['/key/list'])); },
  list: (req, res) => json(res, 200, ['not', 'an', 'object']),
  nul: (req, res) => json(res, 200, 'null'),
  empty: (req, res) => json(res, 200, ''),
  objects: (req, res) => json(res, 200, { keys: { 0: { token: 'x' } }, total_count: { evil: 1 }, current_page: [1, { a: 1 }, [2]] }),
  deep: (req, res) => json(res, 200, '{"keys":' + '['.repeat(5000) + ']'.repeat(5000) + '}'),
  nulname: (req, res) => json(res, 200, '{"\\u0000keys":1,"keys":[]}'),
  utf8: (req, res) => { res.writeHead(200, { 'content-type': 'application/json' }); res.end(Buffer.concat([Buffer.from('{"keys":[{"key_alias":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')])); },
  error500: (req, res) => json(res, 500, { error: { message: 'database is away', type: 'internal_server_error', param: null, code: '500' } }),
  error502html: (req, res) => { res.writeHead(502, { 'content-type': 'text/html' }); res.end('<h1>Bad Gateway</h1>'); },
  reset: (req) => req.socket.destroy(),
  gzipbomb: (req, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }); res.end(zeros(200, zlib.gzipSync)); },
  gziptwice: (req, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }); res.end(zlib.gzipSync(zeros(200, zlib.gzipSync))); },
  badencoding: (req, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }); res.end('this is no gzip'); },
  echo: (req, res) => {
    const key = bearer(req);
    json(res, 200, { keys: [{ token: key, key_alias: `x ${encodeURIComponent(key)} ${Buffer.from('k:' + key).toString('base64')} ${key.slice(0, 10)}… y`, key_name: JSON.stringify(key), models: [key] }], total_count: 1 });
  },
  echonames: (req, res) => json(res, 200, { results: [{ date: '2026-11-20', metrics: {}, breakdown: { model_groups: { [`a ${bearer(req)} b`]: { metrics: { spend: 1 } } } } }] }),
  echo400: (req, res) => json(res, 400, { error: { message: `bad key ${bearer(req)}`, type: 'x', param: 'key_alias', code: '400' } }, { 'x-key': bearer(req) }),
  echo401: (req, res) => json(res, 401, { error: { message: `Who is ${bearer(req)}?`, type: 'auth_error', param: 'None', code: '401' } }),
  echo422: (req, res) => json(res, 422, { detail: [{ type: 'x', loc: ['body', 'key_alias'], msg: `no ${bearer(req)}` }, { type: 'x', loc: ['body', bearer(req)], msg: 'no' }] }),
  echo500: (req, res) => json(res, 500, { error: { message: `trace ${bearer(req)}`, type: 'x', param: null, code: '500' } }),
  echoredirect: (req, res) => { res.writeHead(302, { location: `http://${bearer(req)}.localhost:${otherPort}/` }); res.end(); },
};

const record = (host) => (req, res) => {
  let body = '';
  req.on('data', (chunk) => { body += chunk; });
  req.on('end', () => {
    const url = new URL(req.url, 'http://x');
    if (host === 'gateway' && url.pathname.startsWith('/control/')) {
      control(url, res);
      return;
    }
    log.push({ host, method: req.method, url: req.url, headers: req.headers, body });
    if (host === 'other') {
      json(res, 200, { stolen: true });
      return;
    }
    const [, name, rest] = url.pathname.match(/^\/([^/]*)(.*)$/);
    const behaviour = BEHAVIOURS[name === 'switch' ? current : name];
    if (behaviour) behaviour(req, res, rest, url); else json(res, 404, { detail: 'Not Found' });
  });
};
const control = (url, res) => {
  if (url.pathname === '/control/reset') log = [];
  if (url.pathname === '/control/switch') current = url.searchParams.get('to');
  json(res, 200, log);
};

const server = http.createServer(record('gateway'));
const other = http.createServer(record('other'));
server.on('clientError', (error, socket) => socket.destroy());
const pem = fs.readFileSync(process.env.HOSTILE_TLS);
const tls = https.createServer({ key: pem, cert: pem }, record('gateway'));

const start = (one) => new Promise((resolve) => { one.listen(0, '127.0.0.1', () => resolve(one.address().port)); });
Promise.all([server, other, tls].map(start)).then((ports) => {
  [, otherPort] = ports;
  console.log(ports.join(' '));
});
