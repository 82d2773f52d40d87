#!/usr/bin/env node
'use strict';
// What console-proxy does with nginx, for machines without it: passes everything on, and lets one origin frame it.
//
//   console-proxy.js UPSTREAM PORT ORIGIN
const http = require('http');

const [upstream, port, origin] = process.argv.slice(2);
const { hostname, port: upstreamPort } = new URL(upstream);

const server = http.createServer((request, response) => {
  // The host stays as the browser sent it: LiteLLM builds the addresses of its redirects from it.
  const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress, 'x-forwarded-proto': 'http' };
  const passed = http.request({ hostname, port: upstreamPort, method: request.method, path: request.url, headers }, (answer) => {
    const out = { ...answer.headers, 'content-security-policy': `frame-ancestors ${origin}` };
    delete out['x-frame-options'];
    response.writeHead(answer.statusCode, out);
    answer.pipe(response);
  });
  passed.on('error', (error) => {
    if (response.headersSent) return response.destroy();
    response.writeHead(502, { 'content-type': 'text/plain' });
    response.end(`The gateway at ${upstream} does not answer: ${error.message}\n`);
  });
  response.on('close', () => passed.destroy());
  request.pipe(passed);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`${upstream} on port ${port}, framed by ${origin}`));
process.on('SIGTERM', () => process.exit(0));
