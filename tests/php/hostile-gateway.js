#!/usr/bin/env node
/*
 * A gateway that misbehaves, for the tests of the plugin. No dependencies.
 *
 * The first part of the path says how: a base address of http://127.0.0.1:PORT/endless gets answers that never end,
 * whatever comes behind it. /switch behaves as POST /control/switch?to=NAME said last.
 * A second server plays another host; nothing may ever arrive there. A third one speaks TLS
 * with the certificate and key in the file HOSTILE_TLS, which nobody trusts.
 *
 * A fourth one is a proxy that lets nothing through.
 *
 *   GET  /control/log     what arrived, at both servers
 *   POST /control/reset   forget it
 *   POST /control/proxy?to=off   ends the proxy
 *
 * Prints its four ports when it is ready.
 */
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const zlib = require('zlib');

let log = [];
let current = 'ok';
let otherPort = 0;
let waiting = [];

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
  '/v2/team/list': { teams: [], total: 0 },
  '/key/block': { token: 'a'.repeat(64), blocked: true },
};

const json = (res, status, body, headers = {}) => {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
};
const bearer = (req) => (req.headers.authorization || '').replace(/^Bearer /, '');
const pour = (res, chunk, pause) => {
  const timer = setInterval(() => res.write(chunk), pause);
  res.on('close', () => clearInterval(timer));
};
const page = (res, status, title, headers = {}, body = '') => {
  res.writeHead(status, { 'content-type': 'text/html', ...headers });
  res.end(`<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`);
};
const litellmError = (message, type, code) => ({ error: { message, type, param: 'None', code: String(code) } });
const consolePage = (res, path) => {
  if (!path.endsWith('.js')) { page(res, 200, 'LiteLLM Dashboard', {}, `<script src="../_next/main.js" async=""></script>`); return; }
  res.writeHead(200, { 'content-type': 'text/javascript' });
  res.end('1');
};
// Made before the first request, whose time they would take.
const bomb = zlib.gzipSync(Buffer.alloc(200 * 1048576, 48));
const bombInBomb = zlib.gzipSync(bomb);

// A day as 1,500 keys make it: 11 MB.
let heavy = null;
const heavyDay = () => {
  if (heavy === null) {
    const metrics = (n) => ({ spend: n / 8, prompt_tokens: 900 + n, completion_tokens: 300, total_tokens: 1200 + n, successful_requests: n, failed_requests: 1, api_requests: n + 1 });
    const keys = Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [String(n).padStart(64, '0'), { metrics: metrics(n), metadata: { key_alias: `key-${n}`, team_id: null } }]));
    const models = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`model-${n}`, { metrics: metrics(n), metadata: {}, api_key_breakdown: keys }]));
    heavy = JSON.stringify({ results: [{ date: '2026-11-20', metrics: metrics(7), breakdown: { models, model_groups: models, api_keys: keys } }] });
  }
  return heavy;
};

const BEHAVIOURS = {
  heavyday: (req, res) => json(res, 200, heavyDay(), { 'content-encoding': 'identity' }),
  heavydaygzip: (req, res) => json(res, 200, zlib.gzipSync(heavyDay()), { 'content-encoding': 'gzip' }),
  // Prompts that are stored: 25 rows of 700 kB, and one of 5 MB.
  hugerows: (req, res) => {
    const rows = Array.from({ length: 25 }, (_, n) => ({ request_id: `r${n}`, messages: [{ role: 'user', content: 'p\n\u00e9"{'.repeat(n === 7 ? 700000 : 100000) }], response: {}, spend: n }));
    json(res, 200, JSON.stringify({ data: rows, total: 25, page: 1, page_size: 25, total_pages: 1 }));
  },
  ok: (req, res, path) => {
    const known = ANSWERS[path];
    json(res, known === undefined ? 404 : 200, known === undefined ? { detail: 'Not Found' } : JSON.stringify(known));
  },
  // All eight of a batch, when they are there: one after the other, none is answered in time.
  together: (req, res, path) => {
    waiting.push(() => BEHAVIOURS.ok(req, res, path));
    if (waiting.length === 8) waiting.splice(0).forEach((answer) => answer());
  },
  half: (req, res, path) => setTimeout(() => BEHAVIOURS.ok(req, res, path), 500),
  twoseconds: (req, res, path) => setTimeout(() => BEHAVIOURS.ok(req, res, path), 2000),
  halfaminute: (req, res, path) => setTimeout(() => BEHAVIOURS.ok(req, res, path), 30000),
  redirect: (req, res) => { res.writeHead(302, { location: `http://localhost:${otherPort}/stolen` }); res.end(); },
  redirect307: (req, res) => { res.writeHead(307, { location: `http://localhost:${otherPort}/stolen` }); res.end(); },
  redirectself: (req, res) => { res.writeHead(301, { location: '/ok/key/list' }); res.end(); },
  redirectuserinfo: (req, res) => { res.writeHead(302, { location: `http://127.0.0.1:${server.address().port}@localhost:${otherPort}/stolen` }); res.end(); },
  redirectloop: (req, res, path, url) => { res.writeHead(302, { location: url.pathname }); res.end(); },
  hop: (req, res, path) => {
    if (path === '/ui/') { res.writeHead(307, { location: '/hop/ui/login' }); res.end(); return; }
    consolePage(res, path);
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
  objects: (req, res) => json(res, 200, { keys: [{ token: { evil: 1 } }, 5], total_count: { evil: 1 }, current_page: [1, { a: 1 }, [2]] }),
  objectkeys: (req, res) => json(res, 200, { keys: { 0: { token: 'x' } }, total_count: 1 }),
  deep: (req, res) => json(res, 200, '{"keys":' + '['.repeat(5000) + ']'.repeat(5000) + '}'),
  nulname: (req, res) => json(res, 200, '{"\\u0000keys":1,"keys":[]}'),
  utf8: (req, res) => { res.writeHead(200, { 'content-type': 'application/json' }); res.end(Buffer.concat([Buffer.from('{"keys":[{"key_alias":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')])); },
  error500: (req, res) => json(res, 500, { error: { message: 'database is away', type: 'internal_server_error', param: null, code: '500' } }),
  error500text: (req, res) => { res.writeHead(500, { 'content-type': 'text/plain' }); res.end('Internal Server Error'); },
  waf403: (req, res) => page(res, 403, 'Access denied', { server: 'edge/1.2' }),
  waf401: (req, res) => page(res, 401, 'Sign in', { 'www-authenticate': 'Bearer realm="x"' }),
  waf404: (req, res) => page(res, 404, 'Not here'),
  waf429: (req, res) => page(res, 429, 'Too many requests', { 'retry-after': '7' }),
  waf429date: (req, res) => page(res, 429, 'Too many requests', { 'retry-after': new Date(Date.now() + 90000).toUTCString() }),
  waf503: (req, res) => page(res, 503, 'Maintenance', { server: 'nginx', 'retry-after': '120' }),
  waf504: (req, res) => page(res, 504, 'Gateway timeout', { server: 'nginx' }),
  wafecho: (req, res) => page(res, 403, `No entry for ${bearer(req)} <b>`, { server: `x ${req.headers.authorization}` }),
  wafhostile: (req, res) => page(res, 403, '\u202e&#0;&lt;script&gt;' + 'x'.repeat(5000), { server: 'y'.repeat(5000) }),
  json403: (req, res) => json(res, 403, { message: 'Forbidden' }),
  json401: (req, res) => json(res, 401, { error: 'unauthorized', error_description: 'no token' }),
  problem403: (req, res) => json(res, 403, { type: 'about:blank', title: 'Forbidden', status: 403, detail: 'not allowed' }, { 'content-type': 'application/problem+json' }),
  basic401: (req, res) => page(res, 401, '401 Authorization Required', { server: 'nginx', 'www-authenticate': 'Negotiate, Basic realm="gateway"' }),
  another: (req, res) => json(res, 200, { status: 'ok', service: 'something else', version: '3.2.1' }),
  litellm429: (req, res) => json(res, 429, litellmError('Rate limit reached', 'throttling_error', 429), { 'retry-after': '11' }),
  nodatabase401: (req, res) => json(res, 401, litellmError('Authentication Error, Can\'t reach database server at `127.0.0.1:5432`', 'auth_error', 401)),
  nodatabase503: (req, res, path) => json(res, 503, path.startsWith('/health/readiness') ? { status: 'healthy', db: 'disconnected' } : litellmError('Service Unavailable', 'no_db_connection', 503)),
  otherheader: (req, res, path) => ((req.headers['x-litellm-key'] || '').startsWith('Bearer ')
    ? BEHAVIOURS.ok(req, res, path)
    : json(res, 401, litellmError('Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.', 'auth_error', 401))),
  loginbefore: (req, res, path) => (req.headers.authorization === `Basic ${Buffer.from('wp:pass word').toString('base64')}` && req.headers['x-litellm-api-key']
    ? BEHAVIOURS.ok(req, res, path)
    : BEHAVIOURS.basic401(req, res)),
  loginecho: (req, res) => json(res, 200, { keys: [{ token: 't', key_alias: `x ${req.headers.authorization} ${Buffer.from((req.headers.authorization || '').slice(6), 'base64')} y` }], total_count: 1 }),
  console: (req, res, path) => consolePage(res, path),
  consoleassets: (req, res, path) => (path.endsWith('.js') ? page(res, 403, 'Access denied') : consolePage(res, path)),
  consolehtml: (req, res, path) => (path.endsWith('.js') ? page(res, 200, 'Sign in') : consolePage(res, path)),
  consoledisabled: (req, res, path) => (path.startsWith('/sso/') ? page(res, 200, 'Admin UI Disabled', {}, '<span>DISABLE_ADMIN_UI="False"</span>') : consolePage(res, path)),
  consolelogin: (req, res, path) => (path.startsWith('/sso/') ? page(res, 200, 'Log in', { 'x-frame-options': 'DENY' }) : consolePage(res, path)),
  consoleno: (req, res) => page(res, 200, 'Welcome to nginx!'),
  error502html: (req, res) => { res.writeHead(502, { 'content-type': 'text/html' }); res.end('<h1>Bad Gateway</h1>'); },
  reset: (req) => req.socket.destroy(),
  gzipbomb: (req, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }); res.end(bomb); },
  gziptwice: (req, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }); res.end(bombInBomb); },
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
  if (url.pathname === '/control/reset') { log = []; waiting = []; }
  if (url.pathname === '/control/switch') current = url.searchParams.get('to');
  if (url.pathname === '/control/proxy') { proxy.close(); proxy.closeAllConnections(); }
  json(res, 200, log);
};

const server = http.createServer(record('gateway'));
const other = http.createServer(record('other'));
server.on('clientError', (error, socket) => socket.destroy());
const pem = fs.readFileSync(process.env.HOSTILE_TLS);
const tls = https.createServer({ key: pem, cert: pem }, record('gateway'));

const proxy = http.createServer((req, res) => (req.url.startsWith('http://wantslogin.')
  ? page(res, 407, 'Login', { 'proxy-authenticate': 'Basic realm="proxy"' })
  : page(res, 403, 'ERR_ACCESS_DENIED', { server: 'squid/6.6' })));
proxy.on('connect', (req, socket) => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'));

const start = (one) => new Promise((resolve) => { one.listen(0, '127.0.0.1', () => resolve(one.address().port)); });
Promise.all([server, other, tls, proxy].map(start)).then((ports) => {
  [, otherPort] = ports;
  console.log(ports.join(' '));
});
