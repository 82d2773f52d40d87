// What an experienced operator would object to, as sentences. Each rule takes the whole kit and yields what is wrong.

import { release } from './kit.mjs';

const same = ( one, other ) => JSON.stringify( Object.entries( one ?? {} ).sort() ) === JSON.stringify( Object.entries( other ?? {} ).sort() );
const secretName = /KEY|SECRET|PASSWORD|TOKEN|SALT|CREDENTIAL/;
const of = ( kit, kind ) => kit.manifests.map( ( { object } ) => object ).filter( ( object ) => object.kind === kind );

// Every string in it, with its place.
function* strings( value, place = '' ) {
	if ( typeof value === 'string' ) {
		yield [ place, value ];
	} else if ( value && typeof value === 'object' ) {
		for ( const [ key, inner ] of Object.entries( value ) ) {
			yield* strings( inner, place ? `${ place }.${ key }` : key );
		}
	}
}

// The secrets that values.yaml and servicemonitor.yaml name: [secret, key], key null where the whole secret is taken.
export function secretsOf( { values, manifests } ) {
	return [
		[ values.masterkeySecretName, values.masterkeySecretKey ],
		[ values.db.secret.name, values.db.secret.usernameKey ],
		[ values.db.secret.name, values.db.secret.passwordKey ],
		...( values.extraEnvVars ?? [] ).flatMap( ( { valueFrom } ) => ( valueFrom?.secretKeyRef ? [ [ valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key ] ] : [] ) ),
		...values.environmentSecrets.map( ( name ) => [ name, null ] ),
		...of( { manifests }, 'ServiceMonitor' ).flatMap( ( { spec } ) => spec.endpoints.map( ( { authorization } ) => [ authorization?.credentials?.name, authorization?.credentials?.key ] ) ),
	];
}

// The variables that the configuration reads.
export const variablesOf = ( config ) => [ ...new Set( [ ...strings( config ) ].flatMap( ( [ , text ] ) => text.match( /^os\.environ\/(\w+)$/ )?.[ 1 ] ?? [] ) ) ];

const rules = {
	* image( { values, image, files } ) {
		const { repository, tag } = values.image;
		if ( `${ repository }:${ tag }` !== image ) {
			yield `image: values.yaml has ${ repository }:${ tag }, deploy/env.example has ${ image }`;
		}
		if ( ! /^v\d+\.\d+\.\d+$/.test( tag ) ) {
			yield `image: ${ tag } is no release`;
		}
		for ( const [ name, text ] of Object.entries( files ) ) {
			for ( const [ , version ] of text.matchAll( /--version (\d+\.\d+\.\d+)/g ) ) {
				if ( `v${ version }` !== tag ) {
					yield `image: ${ name } has chart ${ version }, values.yaml has image ${ tag }`;
				}
			}
		}
	},

	* replicas( { values, config } ) {
		const { enabled, minReplicas, maxReplicas, targetCPUUtilizationPercentage: target } = values.autoscaling;
		if ( ! enabled || minReplicas < 2 || values.replicaCount < 2 ) {
			yield 'replicas: one instance is no instance when it goes';
		}
		if ( maxReplicas <= minReplicas ) {
			yield 'replicas: the autoscaler has no room';
		}
		if ( ! ( target >= 40 && target <= 80 ) ) {
			yield `replicas: at ${ target } % of the processor the autoscaler acts too early or too late`;
		}
		const connections = maxReplicas * values.numWorkers * config.general_settings.database_connection_pool_limit;
		if ( ! ( connections <= 90 ) ) {
			yield `replicas: ${ connections } connections at most, and PostgreSQL has 100 for all`;
		}
		const { maxSurge, maxUnavailable } = values.strategy?.rollingUpdate ?? {};
		if ( maxUnavailable !== 0 || ! maxSurge ) {
			yield 'replicas: an update takes a pod away before the next one is there';
		}
	},

	* disruption( { values } ) {
		const { enabled, minAvailable, maxUnavailable } = values.pdb;
		const least = values.autoscaling.minReplicas;
		const stays = minAvailable ?? ( maxUnavailable === undefined ? 0 : least - maxUnavailable );
		if ( ! enabled || ! ( stays >= 1 ) ) {
			yield 'disruption: nothing keeps the last pod when nodes are drained';
		}
		if ( stays >= least ) {
			yield 'disruption: no pod may go, so that no node can be drained';
		}
	},

	* schema( { values, manifests } ) {
		const { migrationJob: job } = values;
		const hooks = [ job.hooks?.helm?.enabled, job.hooks?.argocd?.enabled ].filter( Boolean ).length;
		if ( ! job.enabled || hooks !== 1 || ! job.hooks.helm.enabled ) {
			yield 'schema: the migration has to run once, before the pods, by the hook of Helm';
		}
		if ( ! job.activeDeadlineSeconds ) {
			yield 'schema: a migration that hangs holds up Helm for ever';
		}
		const settings = values.extraResources.filter( ( one ) => one.kind === 'ConfigMap' && values.environmentConfigMaps.includes( one.metadata.name ) );
		if ( ! settings.some( ( { data } ) => data.DISABLE_SCHEMA_UPDATE === 'true' ) ) {
			yield 'schema: the pods would change the tables, each on its own';
		}
		if ( 'DISABLE_SCHEMA_UPDATE' in values.envVars || values.extraEnvVars.some( ( { name } ) => name === 'DISABLE_SCHEMA_UPDATE' ) ) {
			yield 'schema: DISABLE_SCHEMA_UPDATE would be twice in the environment of the migration';
		}
		if ( values.serviceAccount.create || ! of( { manifests }, 'ServiceAccount' ).some( ( one ) => one.metadata.name === values.serviceAccount.name && one.automountServiceAccountToken === false ) ) {
			yield 'schema: the account has to be there before the migration, and without a token';
		}
	},

	* outside( { values } ) {
		if ( values.db.deployStandalone || ! values.db.useExisting || values.redis.enabled ) {
			yield 'outside: PostgreSQL and Redis of the chart are for trying things out';
		}
		if ( ! /[?&]sslmode=(require|verify-)/.test( values.db.url ) ) {
			yield 'outside: the database is spoken to in the clear';
		}
		if ( ! values.envVars.REDIS_HOST || values.envVars.REDIS_URL ) {
			yield 'outside: Redis by host and port, not by address';
		}
	},

	* secrets( kit ) {
		const { values, files, manifests, config } = kit;
		if ( values.masterkey !== undefined || ! values.masterkeySecretName ) {
			yield 'secrets: the chart would make a master key, or has one in its values';
		}
		for ( const name of Object.keys( values.envVars ).filter( ( one ) => secretName.test( one ) ) ) {
			yield `secrets: ${ name } is a value`;
		}
		for ( const { name, value, valueFrom } of values.extraEnvVars ) {
			if ( value !== undefined || ! valueFrom?.secretKeyRef || valueFrom.secretKeyRef.optional ) {
				yield `secrets: ${ name } is not by reference, or may be missing`;
			}
		}
		for ( const name of [ 'LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'REDIS_PASSWORD', 'UI_PASSWORD' ] ) {
			if ( ! values.extraEnvVars.some( ( one ) => one.name === name ) ) {
				yield `secrets: nothing gives ${ name }`;
			}
		}
		for ( const { file, object } of manifests ) {
			if ( object.kind === 'Secret' ) {
				yield `secrets: ${ file } has a secret in it`;
			}
		}
		// A parameter such as $(DATABASE_PASSWORD) is none.
		const literal = /\bsk-[A-Za-z0-9_-]{8,}|\bAKIA[A-Z0-9]{12,}|-----BEGIN|:\/\/[^/\s:$]+:[^@\s$(]+@/;
		for ( const [ name, text ] of Object.entries( files ) ) {
			const found = text.match( literal );
			if ( found ) {
				yield `secrets: ${ name } has ${ found[ 0 ].slice( 0, 6 ) }… in it`;
			}
		}
		for ( const [ place, text ] of strings( { config, proxy_config: values.proxy_config } ) ) {
			if ( /(api_key|password|secret\w*|master_key|aws_access_key_id)$/.test( place ) && ! /^os\.environ\//.test( text ) && text !== 'none' ) {
				yield `secrets: ${ place } is a value`;
			}
		}
	},

	// Each variable that the configuration reads comes from the values or, for those of providers, from the secret that the README makes.
	* variables( { values, config, files } ) {
		const given = new Set( [ 'DATABASE_URL', ...Object.keys( values.envVars ), ...values.extraEnvVars.map( ( { name } ) => name ) ] );
		for ( const readme of [ 'README.md', 'README.zh-CN.md' ] ) {
			const providers = new Set( [ ...( files[ readme ] ?? '' ).matchAll( /\b([A-Z][A-Z0-9_]+)=/g ) ].map( ( [ , name ] ) => name ) );
			for ( const name of variablesOf( config ).filter( ( one ) => ! given.has( one ) && ! providers.has( one ) ) ) {
				yield `variables: the configuration reads ${ name }, and neither values.yaml nor ${ readme } gives it`;
			}
		}
	},

	* privileges( { values, manifests } ) {
		const { podSecurityContext: pod, securityContext: container } = values;
		if ( pod.runAsNonRoot !== true || ! ( pod.runAsUser > 0 ) || pod.seccompProfile?.type !== 'RuntimeDefault' ) {
			yield 'privileges: the pods run as root, or without a seccomp profile';
		}
		if ( container.allowPrivilegeEscalation !== false || container.privileged || ! container.capabilities?.drop?.includes( 'ALL' ) || container.capabilities.add ) {
			yield 'privileges: the containers have more than they need';
		}
		if ( container.readOnlyRootFilesystem !== true ) {
			yield 'privileges: the root file system can be written';
		}
		if ( ! of( { manifests }, 'Namespace' ).every( ( { metadata } ) => metadata.labels[ 'pod-security.kubernetes.io/enforce' ] === 'restricted' ) ) {
			yield 'privileges: the namespace lets pods with privileges in';
		}
	},

	// What is written goes to a volume that the migration has too; the chart has its own on /tmp, /.cache and /.npm.
	* writing( { values } ) {
		const mounts = values.volumeMounts.map( ( { mountPath } ) => mountPath );
		for ( const path of mounts.filter( ( one ) => [ '/tmp', '/.cache', '/.npm', '/etc/litellm' ].includes( one ) ) ) {
			yield `writing: the chart has a volume on ${ path } already`;
		}
		for ( const name of [ 'HOME', 'TMPDIR', 'LITELLM_MIGRATION_DIR', 'LITELLM_UI_PATH', 'LITELLM_ASSETS_PATH' ] ) {
			const path = values.envVars[ name ] ?? '';
			if ( ! mounts.some( ( mount ) => path === mount || path.startsWith( `${ mount }/` ) ) ) {
				yield `writing: ${ name } is not on a volume`;
			}
		}
		for ( const { name, emptyDir } of values.volumes ) {
			if ( ! emptyDir?.sizeLimit ) {
				yield `writing: volume ${ name } can fill the node`;
			}
		}
	},

	* probes( { values } ) {
		const right = { livenessProbe: '/health/liveliness', readinessProbe: '/health/readiness', startupProbe: '/health/readiness' };
		for ( const [ name, path ] of Object.entries( right ) ) {
			if ( values[ name ].path !== path ) {
				yield `probes: ${ name } asks ${ values[ name ].path }, not ${ path }`;
			}
		}
		if ( ! ( values.startupProbe.periodSeconds * values.startupProbe.failureThreshold >= 300 ) ) {
			yield 'probes: a slow start is taken for a failure';
		}
	},

	* end( { values } ) {
		const wait = values.lifecycle?.preStop?.sleep?.seconds ?? 0;
		const drain = Number( values.envVars.GRACEFUL_SHUTDOWN_TIMEOUT ?? 30 );
		if ( values.terminationGracePeriodSeconds !== 90 || ! ( wait >= 5 ) || wait + drain >= 90 ) {
			yield `end: ${ wait } s to be forgotten and ${ drain } s to finish have to fit into 90 s`;
		}
	},

	* resources( { values } ) {
		const { requests = {}, limits = {} } = values.resources;
		if ( ! requests.cpu || ! requests.memory || ! limits.memory ) {
			yield 'resources: without requests the autoscaler knows no share, without a limit one pod takes the node\'s memory';
		}
		if ( requests.memory !== limits.memory ) {
			yield 'resources: memory that is not reserved is taken back under load';
		}
		if ( ! values.migrationJob.resources?.limits?.memory ) {
			yield 'resources: the migration has no limit';
		}
	},

	* spread( { values } ) {
		const nodes = ( values.topologySpreadConstraints ?? [] ).find( ( one ) => one.topologyKey === 'kubernetes.io/hostname' );
		if ( nodes?.whenUnsatisfiable !== 'DoNotSchedule' ) {
			yield 'spread: all pods may be on one node';
		}
		for ( const one of values.topologySpreadConstraints ?? [] ) {
			if ( ! same( one.labelSelector.matchLabels, release ) ) {
				yield `spread: ${ one.topologyKey } counts other pods than those of the release`;
			}
		}
	},

	* network( { manifests, values } ) {
		const policies = of( { manifests }, 'NetworkPolicy' );
		const all = policies.find( ( { spec } ) => same( spec.podSelector, {} ) );
		if ( ! all || all.spec.ingress || all.spec.egress || all.spec.policyTypes.length !== 2 ) {
			yield 'network: what is not allowed is not denied';
		}
		const own = policies.find( ( { spec } ) => same( spec.podSelector.matchLabels, release ) );
		if ( ! own ) {
			yield 'network: no policy is for the pods of the release';
			return;
		}
		for ( const { from, ports } of own.spec.ingress ) {
			if ( ! from?.length || ! from.every( ( { namespaceSelector } ) => namespaceSelector?.matchLabels?.[ 'kubernetes.io/metadata.name' ] ) ) {
				yield 'network: everybody may come in, or a whole cluster';
			}
			if ( ! ports?.length ) {
				yield 'network: every port is open to those who may come in';
			}
		}
		const out = own.spec.egress.flatMap( ( { to, ports } ) => ( to?.length ? to : [ {} ] ).flatMap( ( peer ) => ( ports?.length ? ports : [ {} ] ).map( ( { port } ) => ( { peer, port } ) ) ) );
		for ( const { peer, port } of out ) {
			const { cidr, except = [] } = peer.ipBlock ?? {};
			if ( ! port || ( ! cidr && ! peer.namespaceSelector ) ) {
				yield 'network: there is a way out that is not named';
			}
			if ( cidr === '0.0.0.0/0' ) {
				if ( port !== 443 ) {
					yield `network: port ${ port } is open to the whole internet`;
				}
				for ( const inside of [ '10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16' ] ) {
					if ( ! except.includes( inside ) ) {
						yield `network: ${ inside } is not the internet`;
					}
				}
			}
		}
		for ( const [ what, port ] of [ [ 'DNS', 53 ], [ 'PostgreSQL', 5432 ], [ 'Redis', Number( values.envVars.REDIS_PORT ) ], [ 'the providers', 443 ] ] ) {
			if ( ! out.some( ( one ) => one.port === port ) ) {
				yield `network: there is no way to ${ what }`;
			}
		}
	},

	* metrics( { manifests, values, config } ) {
		if ( values.serviceMonitor.enabled ) {
			yield 'metrics: the ServiceMonitor of the chart sends no key';
		}
		for ( const { spec } of of( { manifests }, 'ServiceMonitor' ) ) {
			if ( ! same( spec.selector.matchLabels, release ) ) {
				yield 'metrics: the ServiceMonitor looks for other pods';
			}
			for ( const { path, authorization } of spec.endpoints ) {
				if ( path !== '/metrics/' || ! authorization?.credentials?.key ) {
					yield 'metrics: /metrics/ has a slash at its end and wants a key';
				}
			}
		}
		if ( ! config.litellm_settings.callbacks.includes( 'prometheus' ) ) {
			yield 'metrics: the configuration makes none';
		}
	},

	* models( { values } ) {
		if ( values.proxy_config.model_list?.length !== 0 ) {
			yield 'models: without config-values.yaml the example of the chart would be served';
		}
	},

	* console( { manifests } ) {
		const rules = of( { manifests }, 'HTTPRoute' ).flatMap( ( { metadata, spec } ) => spec.rules.map( ( rule ) => ( { route: metadata.name, ...rule } ) ) );
		for ( const { route, matches = [], filters = [] } of rules ) {
			for ( const { path } of matches ) {
				if ( /public/.test( route ) && ! /^\/v1\/\w/.test( path.value ) ) {
					yield `console: ${ path.value } is on the public route`;
				}
				const set = filters.flatMap( ( one ) => one.responseHeaderModifier?.set ?? [] );
				if ( path.value === '/ui' && ! set.some( ( { name, value } ) => name === 'Content-Security-Policy' && /^frame-ancestors https:\/\//.test( value ) ) ) {
					yield 'console: nobody says who may put /ui into a frame';
				}
			}
		}
	},
};

export const objections = ( kit ) => Object.values( rules ).flatMap( ( rule ) => [ ...rule( kit ) ] );
