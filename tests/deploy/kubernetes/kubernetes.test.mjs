// deploy/kubernetes: every manifest against the schemas of Kubernetes, the values against what the chart reads, and rules of our own,
// each of which is seen to fail.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { parse } from 'yaml';
import { configValues, faultsOf, faultsOfValues, folder, readKit, rendered } from './lib/kit.mjs';
import { objections, secretsOf } from './lib/policy.mjs';

const kit = readKit();
const changed = ( change ) => {
	const copy = structuredClone( kit );
	change( copy );
	return copy;
};
const find = ( { manifests }, kind, name = '' ) => manifests.find( ( { object } ) => object.kind === kind && object.metadata.name.includes( name ) ).object;
const named = ( manifests ) => manifests.map( ( { kind, metadata } ) => `${ kind } ${ metadata.name }` );
const allRight = ( manifests ) => assert.deepEqual( Object.fromEntries( faultsOf( manifests ).map( ( faults, i ) => [ named( manifests )[ i ], faults ] ) ), Object.fromEntries( named( manifests ).map( ( name ) => [ name, [] ] ) ) );

test( 'every manifest is what the oldest, a usual and the newest Kubernetes knows', () => {
	const objects = kit.manifests.map( ( { object } ) => object );
	assert.deepEqual( [ ...new Set( objects.map( ( { kind } ) => kind ) ) ].sort(), [ 'ExternalSecret', 'HTTPRoute', 'Namespace', 'NetworkPolicy', 'ServiceAccount', 'ServiceMonitor' ] );
	allRight( objects );
} );

test( 'a field that does not exist is seen in every kind', () => {
	const wrong = kit.manifests.map( ( { object } ) => {
		const copy = structuredClone( object );
		( copy.spec ?? copy ).specc = {};
		return copy;
	} );
	faultsOf( wrong ).forEach( ( faults, i ) => assert.match( faults.join( ' ' ), /specc/, named( wrong )[ i ] ) );
	const policy = structuredClone( find( kit, 'NetworkPolicy', 'litellm' ) );
	policy.spec.egress[ 0 ].ports[ 0 ].protocol = 53;
	assert.match( faultsOf( [ policy ] )[ 0 ].join(), /protocol/ );
	assert.match( faultsOf( [ { ...policy, kind: 'NetworkPolicies' } ] )[ 0 ].join(), /has no networking/ );
} );

test( 'every key of values.yaml is one that the chart reads', () => {
	assert.deepEqual( faultsOfValues( kit.values ), [] );
	for ( const [ typo, change ] of [
		[ 'autoScaling', ( values ) => ( values.autoScaling = values.autoscaling ) ],
		[ 'endPoint', ( values ) => ( values.db.endPoint = 'x' ) ],
		[ 'hook', ( values ) => ( values.migrationJob.hook = {} ) ],
		[ 'initialDelay', ( values ) => ( values.livenessProbe.initialDelay = 1 ) ],
		[ 'authSecret', ( values ) => ( values.serviceMonitor.authSecret = { name: 'x', key: 'y' } ) ],
		[ 'REDIS_PORT', ( values ) => ( values.envVars.REDIS_PORT = 6379 ) ],
		[ 'tag', ( values ) => ( values.image.tag = 1.1 ) ],
	] ) {
		const values = structuredClone( kit.values );
		change( values );
		assert.match( faultsOfValues( values ).join( ' ' ), new RegExp( typo ), typo );
	}
} );

test( 'what the chart makes of the values is what Kubernetes knows', () => {
	allRight( rendered( kit.values ) );
	for ( const [ field, change ] of [
		[ 'readOnlyFilesystem', ( values ) => ( values.securityContext.readOnlyFilesystem = true ) ],
		[ 'seccompProfil', ( values ) => ( values.podSecurityContext.seccompProfil = {} ) ],
		[ 'maxSkeww', ( values ) => ( values.topologySpreadConstraints[ 0 ].maxSkeww = 1 ) ],
		[ 'preStopp', ( values ) => ( values.lifecycle.preStopp = {} ) ],
		[ 'sizeLimitt', ( values ) => ( values.volumes[ 0 ].emptyDir.sizeLimitt = '1Gi' ) ],
		[ 'stabilisationWindowSeconds', ( values ) => ( values.autoscaling.behavior.scaleUp.stabilisationWindowSeconds = 1 ) ],
		[ 'secretRef', ( values ) => ( values.extraEnvVars[ 0 ].valueFrom.secretRef = {} ) ],
		[ 'limit', ( values ) => ( values.resources.limit = {} ) ],
	] ) {
		const values = structuredClone( kit.values );
		change( values );
		assert.match( faultsOf( rendered( values ) ).flat().join( ' ' ), new RegExp( field ), field );
	}
} );

test( 'nothing to object to', () => assert.deepEqual( objections( kit ), [] ) );

// Each rule with a mistake that is really made, and the objection to it.
const mistakes = {
	'another image than the server has': [ ( { values } ) => ( values.image.tag = 'v1.105.0' ), /^image: .*deploy\/env.example/ ],
	'a floating tag': [ ( it ) => ( it.values.image.tag = 'main-latest' ) && ( it.image = 'ghcr.io/berriai/litellm:main-latest' ), /no release/ ],
	'another chart in the instructions': [ ( { files } ) => ( files[ 'README.md' ] += '--version 1.99.0' ), /chart 1\.99\.0/ ],
	'one pod at least': [ ( { values } ) => ( values.autoscaling.minReplicas = 1 ), /^replicas: one/ ],
	'one pod without the autoscaler': [ ( { values } ) => ( values.replicaCount = 1 ), /^replicas: one/ ],
	'no room to grow': [ ( { values } ) => ( values.autoscaling.maxReplicas = 2 ), /no room/ ],
	'acting at full load': [ ( { values } ) => ( values.autoscaling.targetCPUUtilizationPercentage = 95 ), /95 %/ ],
	'more connections than PostgreSQL has': [ ( { values } ) => ( values.autoscaling.maxReplicas = 20 ), /200 connections/ ],
	'an update that takes a pod away first': [ ( { values } ) => ( values.strategy.rollingUpdate.maxUnavailable = 1 ), /takes a pod away/ ],
	'no disruption budget': [ ( { values } ) => ( values.pdb.enabled = false ), /last pod/ ],
	'a budget that lets all go': [ ( { values } ) => ( values.pdb.maxUnavailable = 2 ), /last pod/ ],
	'a budget that lets none go': [ ( { values } ) => ( values.pdb.minAvailable = 2 ), /no node can be drained/ ],
	'no migration': [ ( { values } ) => ( values.migrationJob.enabled = false ), /migration has to run once/ ],
	'both hooks': [ ( { values } ) => ( values.migrationJob.hooks.argocd.enabled = true ), /migration has to run once/ ],
	'a migration without an end': [ ( { values } ) => ( values.migrationJob.activeDeadlineSeconds = null ), /hangs/ ],
	'pods that change the tables': [ ( { values } ) => ( values.extraResources[ 0 ].data.DISABLE_SCHEMA_UPDATE = 'false' ), /each on its own/ ],
	'a setting that no pod reads': [ ( { values } ) => ( values.environmentConfigMaps = [] ), /each on its own/ ],
	'a variable that is there twice': [ ( { values } ) => ( values.envVars.DISABLE_SCHEMA_UPDATE = 'true' ), /twice/ ],
	'an account that comes too late': [ ( { values } ) => ( values.serviceAccount.create = true ), /before the migration/ ],
	'an account with a token': [ ( it ) => ( find( it, 'ServiceAccount' ).automountServiceAccountToken = true ), /without a token/ ],
	'the PostgreSQL of the chart': [ ( { values } ) => ( values.db.deployStandalone = true ), /trying things out/ ],
	'a database in the clear': [ ( { values } ) => ( values.db.url = values.db.url.replace( '?sslmode=require', '' ) ), /in the clear/ ],
	'Redis by address': [ ( { values } ) => ( values.envVars.REDIS_URL = 'redis://x' ), /not by address/ ],
	'a master key in the values': [ ( { values } ) => ( values.masterkey = 'x' ), /master key/ ],
	'a password in the values': [ ( { values } ) => ( values.envVars.REDIS_PASSWORD = 'x' ), /REDIS_PASSWORD is a value/ ],
	'a key in the list of variables': [ ( { values } ) => values.extraEnvVars.push( { name: 'X', value: 'y' } ), /X is not by reference/ ],
	'a salt that may be missing': [ ( { values } ) => ( values.extraEnvVars.find( ( { name } ) => name === 'LITELLM_SALT_KEY' ).valueFrom.secretKeyRef.optional = true ), /LITELLM_SALT_KEY .*may be missing/ ],
	'no salt': [ ( { values } ) => ( values.extraEnvVars = values.extraEnvVars.filter( ( { name } ) => name !== 'LITELLM_SALT_KEY' ) ), /nothing gives LITELLM_SALT_KEY/ ],
	'a secret among the manifests': [ ( it ) => it.manifests.push( { file: 'x.yaml', object: { kind: 'Secret' } } ), /x\.yaml has a secret/ ],
	'a key in a comment': [ ( { files } ) => ( files[ 'values.yaml' ] += `# sk-${ 'a'.repeat( 20 ) }` ), /values\.yaml has sk-/ ],
	'an address with a password': [ ( { files } ) => ( files[ 'README.md' ] += 'postgresql://litellm:hunter2@db/litellm' ), /README\.md has/ ],
	'a provider key in the configuration': [ ( { config } ) => ( config.model_list[ 0 ].litellm_params.api_key = 'abc' ), /model_list\.0\.litellm_params\.api_key is a value/ ],
	'a variable that nobody sets': [ ( { config } ) => ( config.general_settings.x = 'os.environ/NOBODY_SETS_THIS' ), /NOBODY_SETS_THIS/ ],
	'root': [ ( { values } ) => ( values.podSecurityContext.runAsUser = 0 ), /run as root/ ],
	'no seccomp profile': [ ( { values } ) => delete values.podSecurityContext.seccompProfile, /seccomp/ ],
	'a capability': [ ( { values } ) => ( values.securityContext.capabilities.add = [ 'NET_ADMIN' ] ), /more than they need/ ],
	'a root that can be written': [ ( { values } ) => ( values.securityContext.readOnlyRootFilesystem = false ), /can be written/ ],
	'a namespace without rules': [ ( it ) => delete find( it, 'Namespace' ).metadata.labels[ 'pod-security.kubernetes.io/enforce' ], /lets pods with privileges in/ ],
	'a second volume on /tmp': [ ( { values } ) => values.volumeMounts.push( { name: 'scratch', mountPath: '/tmp' } ), /on \/tmp already/ ],
	'a home that cannot be written': [ ( { values } ) => ( values.envVars.HOME = '/root' ), /HOME is not on a volume/ ],
	'a volume without an end': [ ( { values } ) => ( values.volumes[ 0 ].emptyDir = {} ), /can fill the node/ ],
	'a probe that calls every model': [ ( { values } ) => ( values.readinessProbe.path = '/health' ), /readinessProbe asks \/health,/ ],
	'a restart because the database is away': [ ( { values } ) => ( values.livenessProbe.path = '/health/readiness' ), /livenessProbe/ ],
	'no time to start': [ ( { values } ) => ( values.startupProbe.failureThreshold = 3 ), /slow start/ ],
	'no time to end': [ ( { values } ) => ( values.terminationGracePeriodSeconds = 30 ), /fit into 90 s/ ],
	'an end that is cut off': [ ( { values } ) => ( values.envVars.GRACEFUL_SHUTDOWN_TIMEOUT = '85' ), /fit into 90 s/ ],
	'no requests': [ ( { values } ) => ( values.resources = {} ), /without requests/ ],
	'memory that is lent': [ ( { values } ) => ( values.resources.requests.memory = '1Gi' ), /taken back/ ],
	'a migration without a limit': [ ( { values } ) => ( values.migrationJob.resources = {} ), /migration has no limit/ ],
	'all on one node': [ ( { values } ) => values.topologySpreadConstraints.shift(), /on one node/ ],
	'counting other pods': [ ( { values } ) => ( values.topologySpreadConstraints[ 1 ].labelSelector.matchLabels = { app: 'litellm' } ), /counts other pods/ ],
	'nothing denied': [ ( it ) => ( it.manifests = it.manifests.filter( ( { object } ) => object.metadata.name !== 'deny-all' ) ), /not denied/ ],
	'a policy for nobody': [ ( it ) => ( find( it, 'NetworkPolicy', 'litellm' ).spec.podSelector.matchLabels = { app: 'litellm' } ), /no policy is for the pods/ ],
	'everybody may come in': [ ( it ) => find( it, 'NetworkPolicy', 'litellm' ).spec.ingress.push( { ports: [ { port: 'http' } ] } ), /everybody may come in/ ],
	'every namespace may come in': [ ( it ) => find( it, 'NetworkPolicy', 'litellm' ).spec.ingress[ 0 ].from.push( { namespaceSelector: {} } ), /everybody may come in/ ],
	'a way out to everything': [ ( it ) => find( it, 'NetworkPolicy', 'litellm' ).spec.egress.push( {} ), /way out that is not named/ ],
	'the metadata of the cloud': [ ( it ) => find( it, 'NetworkPolicy', 'litellm' ).spec.egress.forEach( ( { to } ) => to.forEach( ( { ipBlock } ) => ipBlock?.except && ( ipBlock.except = ipBlock.except.filter( ( one ) => one !== '169.254.0.0/16' ) ) ) ), /169\.254\.0\.0\/16 is not the internet/ ],
	'any port of the internet': [ ( it ) => find( it, 'NetworkPolicy', 'litellm' ).spec.egress.at( -1 ).ports.push( { port: 22, protocol: 'TCP' } ), /port 22/ ],
	'no way to Redis': [ ( { values } ) => ( values.envVars.REDIS_PORT = '6380' ), /no way to Redis/ ],
	'metrics without a key': [ ( it ) => delete find( it, 'ServiceMonitor' ).spec.endpoints[ 0 ].authorization, /wants a key/ ],
	'the monitor of the chart': [ ( { values } ) => ( values.serviceMonitor.enabled = true ), /sends no key/ ],
	'a monitor of other pods': [ ( it ) => ( find( it, 'ServiceMonitor' ).spec.selector.matchLabels = { app: 'litellm' } ), /looks for other pods/ ],
	'no metrics at all': [ ( { config } ) => ( config.litellm_settings.callbacks = [] ), /makes none/ ],
	'the example of the chart': [ ( { values } ) => delete values.proxy_config.model_list, /example of the chart/ ],
	'management on the public route': [ ( it ) => find( it, 'HTTPRoute', 'public' ).spec.rules[ 0 ].matches.push( { path: { type: 'PathPrefix', value: '/key' } } ), /\/key is on the public route/ ],
	'a console that anybody may frame': [ ( it ) => delete find( it, 'HTTPRoute', 'internal' ).spec.rules[ 0 ].filters, /into a frame/ ],
};
for ( const [ mistake, [ change, objection ] ] of Object.entries( mistakes ) ) {
	test( `${ mistake } is objected to`, () => assert.match( objections( changed( change ) ).join( '\n' ), objection ) );
}

test( 'config-values.sh gives the chart the configuration of the server, unchanged', () => {
	assert.deepEqual( parse( configValues() ), { proxy_config: kit.config } );
	assert.deepEqual( faultsOfValues( { ...kit.values, ...parse( configValues() ) } ), [] );
} );

test( 'config-values.sh refuses what is no configuration', () => {
	const scratch = mkdtempSync( `${ tmpdir() }/litellm-kubernetes-` );
	try {
		writeFileSync( `${ scratch }/x.yaml`, 'services: {}\n' );
		for ( const [ file, words ] of [ [ `${ scratch }/x.yaml`, /no model_list/ ], [ `${ scratch }/y.yaml`, /there is none/ ] ] ) {
			const { status, stdout, stderr } = spawnSync( `${ folder }/config-values.sh`, [ file ], { encoding: 'utf8' } );
			assert.equal( status, 1 );
			assert.equal( stdout, '' );
			assert.match( stderr, words );
		}
	} finally {
		rmSync( scratch, { recursive: true } );
	}
} );

const blocks = ( text ) => [ ...text.matchAll( /```sh\n([^]*?)```/g ) ].map( ( [ , block ] ) => block );

test( 'both languages have the same commands', () => {
	assert.ok( blocks( kit.files[ 'README.md' ] ).length >= 8 );
	assert.deepEqual( blocks( kit.files[ 'README.zh-CN.md' ] ), blocks( kit.files[ 'README.md' ] ) );
} );

test( 'the README makes every secret that is named, from files', () => {
	const commands = blocks( kit.files[ 'README.md' ] ).join( '\n' );
	for ( const [ secret, key ] of secretsOf( kit ) ) {
		const made = commands.match( new RegExp( `create secret generic ${ secret } .*` ) )?.[ 0 ] ?? '';
		assert.match( made, key ? new RegExp( `--from-file=${ key }=` ) : /--from-env-file=/, `${ secret }: ${ key }` );
	}
	assert.doesNotMatch( commands, /--from-literal/ );
} );

test( 'the commands of the README are shell, and every file they name is here or made by them', () => {
	for ( const block of blocks( kit.files[ 'README.md' ] ) ) {
		const { status, stderr } = spawnSync( 'bash', [ '-n' ], { input: block, encoding: 'utf8' } );
		assert.equal( status, 0, `${ block }\n${ stderr }` );
		for ( const [ , file ] of block.matchAll( /(?:--filename|--values|cp) ([\w./-]+\.yaml)/g ) ) {
			assert.ok( file in kit.files || [ 'config-values.yaml', 'site-values.yaml', 'rendered.yaml', 'httproute.yaml' ].includes( file ), file );
		}
	}
} );
