// Reads deploy/kubernetes, knows what the chart makes of the values, and asks the validator.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const root = fileURLToPath( new URL( '../../../..', import.meta.url ) );
export const folder = `${ root }/deploy/kubernetes`;
const here = fileURLToPath( new URL( '..', import.meta.url ) );
const read = ( file ) => readFileSync( file, 'utf8' );

// The oldest that values.yaml asks for (sleep before the end of a pod), one in wide use, the newest.
export const versions = [ '1.30', '1.34', '1.37' ];
export const release = { 'app.kubernetes.io/name': 'litellm', 'app.kubernetes.io/instance': 'litellm' };

export function readKit() {
	const files = Object.fromEntries( readdirSync( folder ).map( ( name ) => [ name, read( `${ folder }/${ name }` ) ] ) );
	return {
		files,
		values: parse( files[ 'values.yaml' ] ),
		manifests: Object.entries( files ).filter( ( [ name ] ) => name.endsWith( '.yaml' ) && name !== 'values.yaml' )
			.flatMap( ( [ file, text ] ) => parseAllDocuments( text ).map( ( document ) => ( { file, object: document.toJS() } ) ) ),
		config: parse( read( `${ root }/deploy/config/litellm-config.yaml` ) ),
		image: read( `${ root }/deploy/env.example` ).match( /^LITELLM_IMAGE=(.*)$/m )[ 1 ],
	};
}

export const configValues = ( ...args ) => execFileSync( `${ folder }/config-values.sh`, args, { encoding: 'utf8', stdio: [ 'ignore', 'pipe', 'pipe' ] } );

const schema = ( name ) => JSON.parse( read( `${ here }schemas/${ name }.schema.json` ) );
export const hasOwnSchema = ( { kind } ) => readdirSync( `${ here }schemas` ).includes( `${ kind }.schema.json` );

// What is wrong with each: a list for each manifest.
export function faultsOf( manifests ) {
	const core = manifests.filter( ( one ) => ! hasOwnSchema( one ) );
	const others = manifests.filter( hasOwnSchema );
	const answer = ask( { manifests: core, documents: others.map( ( value ) => ( { schema: schema( value.kind ), value } ) ) } );
	return manifests.map( ( one ) => ( hasOwnSchema( one ) ? answer.documents[ others.indexOf( one ) ] : answer.manifests[ core.indexOf( one ) ] ) );
}
export const faultsOfValues = ( values ) => ask( { documents: [ { schema: schema( 'values' ), value: values } ] } ).documents[ 0 ];

function ask( question ) {
	return JSON.parse( execFileSync( `${ here }lib/validator`, { input: JSON.stringify( { versions, ...question } ), encoding: 'utf8', maxBuffer: 2 ** 26 } ) );
}

// What the chart makes of the values, as far as Kubernetes defines it: so that its schemas can be asked about their inner parts.
export function rendered( values ) {
	const metadata = { name: 'litellm', namespace: 'litellm', labels: release };
	const variables = Object.entries( values.envVars ?? {} ).map( ( [ name, value ] ) => ( { name, value } ) ).concat( values.extraEnvVars ?? [] );
	const image = `${ values.image.repository }:${ values.image.tag }`;
	const probe = ( { path, ...times } ) => ( { httpGet: { path, port: 'http' }, ...times } );
	const pod = ( container ) => ( {
		metadata: { labels: release },
		spec: {
			serviceAccountName: values.serviceAccount.name,
			securityContext: values.podSecurityContext,
			volumes: values.volumes,
			containers: [ { image, imagePullPolicy: values.image.pullPolicy, securityContext: values.securityContext, volumeMounts: values.volumeMounts, ...container } ],
		},
	} );
	const gateway = pod( {
		name: 'litellm', env: variables, resources: values.resources, lifecycle: values.lifecycle,
		envFrom: [ ...values.environmentSecrets.map( ( name ) => ( { secretRef: { name } } ) ), ...values.environmentConfigMaps.map( ( name ) => ( { configMapRef: { name } } ) ) ],
		ports: [ { name: 'http', containerPort: values.service.port, protocol: 'TCP' } ],
		livenessProbe: probe( values.livenessProbe ), readinessProbe: probe( values.readinessProbe ), startupProbe: probe( values.startupProbe ),
	} );
	Object.assign( gateway.spec, { terminationGracePeriodSeconds: values.terminationGracePeriodSeconds, topologySpreadConstraints: values.topologySpreadConstraints, affinity: values.affinity, tolerations: values.tolerations } );
	const migration = pod( { name: 'prisma-migrations', env: variables, resources: values.migrationJob.resources } );
	migration.spec.restartPolicy = 'OnFailure';
	const { minReplicas, maxReplicas, behavior, targetCPUUtilizationPercentage: averageUtilization } = values.autoscaling;
	const { minAvailable, maxUnavailable } = values.pdb;
	return [
		{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: release }, strategy: values.strategy, template: gateway } },
		{ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: values.migrationJob.backoffLimit, activeDeadlineSeconds: values.migrationJob.activeDeadlineSeconds, ttlSecondsAfterFinished: values.migrationJob.ttlSecondsAfterFinished, template: migration } },
		{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'litellm' }, minReplicas, maxReplicas, behavior, metrics: [ { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } } ] } },
		{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { selector: { matchLabels: release }, ...( minAvailable == null ? { maxUnavailable } : { minAvailable } ) } },
		...values.extraResources,
	];
}
