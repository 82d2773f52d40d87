// What every service of the kit has to keep to. Each rule takes what Compose resolved ("model") or a file as it is written
// ("source", parsed and as text), and gives the sentences that say what is wrong: none when all is well.
const services = (model) => Object.entries(model.services ?? {});
const secretName = /KEY|PASSWORD|SECRET|TOKEN/;

export const modelRules = {
	loopback_only: (model) =>
		services(model).flatMap(([name, service]) => [
			...(service.ports ?? [])
				.filter((port) => !['127.0.0.1', '::1'].includes(port.host_ip))
				.map((port) => `${name} publishes ${port.target} on ${port.host_ip ?? 'every address'}, not on 127.0.0.1`),
			...(service.network_mode === 'host' ? [`${name} is on the network of the host, so all its ports are`] : []),
		]),
	health_check: (model) =>
		services(model)
			.filter(([, { healthcheck }]) => !healthcheck?.test?.length || healthcheck.test[0] === 'NONE' || healthcheck.disable)
			.map(([name]) => `${name} has no health check`),
	limits: (model) =>
		services(model).flatMap(([name, service]) => {
			const limits = service.deploy?.resources?.limits ?? {};
			return [
				['memory', service.mem_limit ?? limits.memory],
				['CPU', service.cpus ?? limits.cpus],
				['process', service.pids_limit ?? limits.pids],
			]
				.filter(([, limit]) => !(parseFloat(limit) > 0))
				.map(([what]) => `${name} has no ${what} limit`);
		}),
	log_rotation: (model) =>
		services(model)
			.filter(([, { logging }]) => !['json-file', 'local'].includes(logging?.driver) || !logging.options?.['max-size'] || !logging.options?.['max-file'])
			.map(([name]) => `${name} may fill the disk with its log: max-size and max-file are missing`),
	no_new_privileges: (model) =>
		services(model)
			.filter(([, service]) => !(service.security_opt ?? []).some((option) => /^no-new-privileges(:true)?$/.test(option)))
			.map(([name]) => `${name} may gain privileges: no-new-privileges is missing`),
	no_capabilities: (model) =>
		services(model).flatMap(([name, service]) => [
			...((service.cap_drop ?? []).includes('ALL') ? [] : [`${name} keeps capabilities: cap_drop has no ALL`]),
			...(service.cap_add ?? []).map((capability) => `${name} adds the capability ${capability}`),
			...(service.privileged ? [`${name} is privileged`] : []),
		]),
	read_only: (model) =>
		services(model)
			.filter(([, service]) => service.read_only !== true)
			.map(([name]) => `${name} can write to its file system`),
	nothing_of_the_host: (model) =>
		services(model).flatMap(([name, service]) => [
			...(service.volumes ?? [])
				.filter(({ source = '' }) => /docker\.sock|containerd/.test(source))
				.map(({ source }) => `${name} has the engine's socket ${source}: that is root on this machine`),
			...(service.volumes ?? [])
				.filter(({ type, source = '' }) => type === 'bind' && /^\/(?:$|etc|home|proc|root|run|sys|usr|var|dev)(?:\/|$)/.test(source))
				.map(({ source }) => `${name} has ${source} of this machine`),
			...['pid', 'ipc', 'uts', 'userns_mode']
				.filter((space) => service[space] === 'host')
				.map((space) => `${name} shares the ${space} of this machine`),
			...(service.devices ?? []).map((device) => `${name} has the device ${device.source ?? device}`),
		]),
	waits_for_health: (model) =>
		services(model).flatMap(([name, service]) =>
			Object.entries(service.depends_on ?? {})
				.filter(([, { condition }]) => condition !== 'service_healthy')
				.map(([other, { condition }]) => `${name} does not wait until ${other} is healthy (${condition})`),
		),
	restarts: (model) =>
		services(model)
			.filter(([, { restart }]) => !['unless-stopped', 'always'].includes(restart))
			.map(([name]) => `${name} is not started again`),
	stores_are_internal: (model) => [
		...(model.networks?.backend?.internal === true ? [] : ['the network backend has a way out: it is not internal']),
		...['postgres', 'redis'].flatMap((name) => {
			const service = model.services?.[name];
			if (!service) return [`there is no service ${name}`];
			const networks = Object.keys(service.networks ?? {}).join(', ');
			return [
				...(networks === 'backend' ? [] : [`${name} is on ${networks || 'no network'}, not on backend alone`]),
				...((service.ports ?? []).length === 0 ? [] : [`${name} publishes a port`]),
			];
		}),
	],
};

/** No secret where `ps` and `docker inspect` of the command show it. `values`: the secrets, by their names. */
export const secretsInArguments = (model, values) =>
	services(model).flatMap(([name, service]) => {
		const words = JSON.stringify([service.command, service.entrypoint, service.healthcheck?.test, service.labels]);
		return Object.entries(values)
			.filter(([, value]) => words.includes(value))
			.map(([secret]) => `${name} has ${secret} in its command, entrypoint, health check or labels`);
	});

/** Which services see which secret: { secret: [services] }. */
export const whoSees = (model, values) =>
	Object.fromEntries(
		Object.entries(values).map(([secret, value]) => [
			secret,
			services(model)
				.filter(([, service]) => JSON.stringify(service.environment ?? {}).includes(value))
				.map(([name]) => name)
				.sort(),
		]),
	);

/** ${NAME}, ${NAME:-default}, ${NAME:?message} in a text: [{ name, operator, rest }], also inside of defaults. */
export function variables(text) {
	const found = [];
	const withoutComments = text.replace(/(^|\s)#.*$/gm, '$1').replaceAll('$$', '');
	for (let at = withoutComments.indexOf('${'); at !== -1; at = withoutComments.indexOf('${', at + 2)) {
		const [, name, operator = ''] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-?+])?/.exec(withoutComments.slice(at)) ?? [];
		if (!name) continue;
		let depth = 1;
		let end = at + 2;
		while (depth > 0 && end < withoutComments.length) {
			if (withoutComments.startsWith('${', end)) depth += 1;
			if (withoutComments[end] === '}') depth -= 1;
			end += 1;
		}
		found.push({ name, operator, rest: withoutComments.slice(at + 2 + name.length + operator.length, end - 1) });
	}
	for (const [, name] of withoutComments.matchAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g)) found.push({ name, operator: '', rest: '' });
	return found;
}

/** Rules about a file as it is written: { text, data }. */
export const sourceRules = {
	no_version_key: ({ data }) => ('version' in data ? ['"version:" has no meaning any more, and Compose warns of it'] : []),
	// Compose resolves it away, so that it is seen in the file only.
	whole_env_file_for_nobody: ({ data }) =>
		services(data)
			.filter(([, service]) => service.env_file)
			.map(([name]) => `${name} gets a whole env_file`),
	images_from_env: ({ data }) =>
		services(data)
			.filter(([, service]) => !service.extends && !/^\$\{[A-Z_]+_IMAGE:\?[^}]+\}$/.test(service.image ?? ''))
			.map(([name, service]) => `${name} takes its image from ${service.image ?? 'nowhere'}, not from \${…_IMAGE:?…}`),
	no_default_secret: ({ text, data }) => [
		...variables(text)
			.filter(({ name, operator, rest }) => secretName.test(name) && /[-+]$/.test(operator) && !/^(\$\{[A-Z0-9_]+:-\})?$/.test(rest))
			.map(({ name, rest }) => `${name} has the default "${rest}"`),
		...services(data).flatMap(([service, { environment = {} }]) => {
			const entries = Array.isArray(environment) ? environment.map((line) => line.split(/=(.*)/s)) : Object.entries(environment);
			return entries
				.filter(([name, value]) => secretName.test(name) && !/__FILE$|_FILE$/.test(name) && value && !String(value).includes('${'))
				.map(([name]) => `${service} has a fixed ${name}`);
		}),
	],
	message_names_the_file: ({ text }) =>
		variables(text)
			.filter(({ operator, rest }) => operator === '?' || (operator === ':?' && !rest.includes('.env')))
			.map(({ name, operator, rest }) => `${name}: "${operator}${rest}" does not refuse an empty value and say where to set it`),
};

/** An image that is a version, so that it is the same tomorrow. */
export function unpinned(image) {
	const [reference, digest] = image.split('@');
	const tag = /:([^/:]+)$/.exec(reference)?.[1];
	if (digest && /^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
	if (!tag) return `${image} has no tag`;
	if (!/^v?\d+\.\d+(\.\d+)?([-.][0-9A-Za-z.]+)*$/.test(tag) || /(^|[-.])(latest|main|nightly|edge|dev|rc)([-.]|$)/.test(tag)) return `${image}: the tag ${tag} may move`;
	return undefined;
}
