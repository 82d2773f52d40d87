// A registry of images, as far as `docker pull` asks it: tags, digests, and "manifest unknown".
//
//   registry.mjs BUILT FOLDER     on 203.0.113.2:443, with a certificate of its own; FOLDER/ca.pem is who signed that
//
// A file FOLDER/registry-away makes it answer nobody.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { images } from './images.mjs';

const [built, folder] = process.argv.slice(2);
const layer = JSON.parse(readFileSync(join(built, 'layer.json'), 'utf8'));
const digest = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const key = join(folder, 'registry.key');
const signed = join(folder, 'ca.new.pem');
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=registry', '-addext', 'subjectAltName=DNS:ghcr.io,DNS:registry-1.docker.io', '-keyout', key, '-out', signed], { stdio: 'ignore' });

const blobs = new Map();
const manifests = new Map();
for (const [image, config] of Object.entries(images)) {
	const [, path, tag] = image.match(/^(.*):([^:/]+)$/);
	// As Docker completes a name: without a registry it is Docker Hub's, without a folder one of "library".
	const name = path.startsWith('ghcr.io/') ? path.slice('ghcr.io/'.length) : path.includes('/') ? path : `library/${path}`;
	const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'].filter((line) => !config.Env?.some((own) => own.startsWith('PATH=') && line.startsWith('PATH=')));
	const text = JSON.stringify({
		architecture: 'amd64',
		os: 'linux',
		created: '2026-01-01T00:00:00Z',
		config: { ...config, Env: [...environment, ...(config.Env ?? [])], Labels: { image } },
		rootfs: { type: 'layers', diff_ids: [layer.digest] },
		history: [{ created: '2026-01-01T00:00:00Z', created_by: 'tests/deploy/server/build' }],
	});
	blobs.set(digest(text), text);
	const manifest = JSON.stringify({
		schemaVersion: 2,
		mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
		config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: Buffer.byteLength(text), digest: digest(text) },
		layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', size: layer.size, digest: layer.digest }],
	});
	manifests.set(`${name}:${tag}`, manifest);
	manifests.set(`${name}:${digest(manifest)}`, manifest);
}

const server = createServer({ key: readFileSync(key), cert: readFileSync(signed) }, (request, response) => {
	if (existsSync(join(folder, 'registry-away'))) return request.socket.destroy();
	console.log(request.method, request.headers.host, request.url);
	const answer = (status, headers, body) => {
		response.writeHead(status, { 'Docker-Distribution-Api-Version': 'registry/2.0', ...headers });
		response.end(request.method === 'HEAD' ? undefined : body);
	};
	const unknown = (code, message) => answer(404, { 'Content-Type': 'application/json' }, JSON.stringify({ errors: [{ code, message }] }));
	const [, name, kind, reference] = request.url.match(/^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)$/) ?? [];
	if (request.url === '/v2/') return answer(200, { 'Content-Type': 'application/json' }, '{}');
	if (kind === 'manifests') {
		const manifest = manifests.get(`${name}:${reference}`);
		if (!manifest) return unknown('MANIFEST_UNKNOWN', 'manifest unknown');
		return answer(200, { 'Content-Type': 'application/vnd.docker.distribution.manifest.v2+json', 'Content-Length': Buffer.byteLength(manifest), 'Docker-Content-Digest': digest(manifest) }, manifest);
	}
	if (kind === 'blobs' && reference === layer.digest) {
		response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': layer.size, 'Docker-Content-Digest': reference });
		if (request.method === 'HEAD') return response.end();
		return createReadStream(join(built, 'layer.tar')).pipe(response);
	}
	if (kind === 'blobs' && blobs.has(reference)) return answer(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': Buffer.byteLength(blobs.get(reference)), 'Docker-Content-Digest': reference }, blobs.get(reference));
	return unknown('BLOB_UNKNOWN', 'blob unknown');
});
// Another machine of the network, from which nothing of the server may be reached but what is meant to be.
server.listen(443, '0.0.0.0', () => {
	renameSync(signed, join(folder, 'ca.pem'));
});
