// The images there are: LiteLLM in the versions whose packages this machine has, and any other.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure, failing, load, save } from './state.mjs';

const cache = process.env.LITELLM_DASHBOARD_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'litellm-dashboard');
export const packages = join(cache, 'litellm');

const split = (ref) => {
  const [name, digest] = ref.split('@');
  const at = name.lastIndexOf(':') > name.lastIndexOf('/') ? name.lastIndexOf(':') : name.length;
  return { repository: name.slice(0, at), tag: name.slice(at + 1), digest };
};
// The published tag of each version; every other is unknown to the registry, as it would be.
const published = { 'v1.80.11-stable': '1.80.11', 'v1.106.2': '1.106.2' };

const digestOf = (repository, tag) => 'sha256:' + createHash('sha256').update(`${repository}:${tag}`).digest('hex');

function resolveTag({ repository, tag, digest }) {
  if (tag || !digest) return tag || 'latest';
  return Object.keys(published).find((known) => digestOf(repository, known) === digest);
}
// litellmVersion IMAGE: the version whose packages run, or nothing.
export const litellmVersion = (ref) => published[resolveTag(split(ref))];
export const venv = (version) => join(packages, `venv-${version}`);

export function repositoryDigests(ref) {
  const parts = split(ref);
  const tag = resolveTag(parts);
  return image(ref) && tag ? [`${parts.repository}@${digestOf(parts.repository, tag)}`] : [];
}
export const image = (ref) => load('images.json', {})[ref];

export function pull(ref) {
  const parts = split(ref);
  if (failing('pull', ref)) throw new Failure(`Error response from daemon: Get "https://registry/v2/": dial tcp: lookup registry: no such host`);
  if (/\/litellm$/.test(parts.repository)) {
    const version = litellmVersion(ref);
    const known = version && existsSync(join(venv(version), 'bin/litellm'));
    if (!known || (parts.digest && parts.digest !== digestOf(parts.repository, resolveTag(parts))))
      throw new Failure(`Error response from daemon: manifest for ${ref} not found: manifest unknown`);
  }
  const images = load('images.json', {});
  images[ref] = { id: 'sha256:' + createHash('sha256').update(ref).digest('hex'), RepoTags: [ref], RepoDigests: [`${parts.repository}@${digestOf(parts.repository, resolveTag(parts))}`] };
  save('images.json', images);
  console.log(ref);
}
