/** Compares what a deployment needs of an account with what the account has: before a deploy, within a minute, at no cost. */
import type { Deployment, Resource } from '../deployment';
import type { AwsAccount } from './aws-account';
import { examineQuickSight } from './examine-quicksight';
import { examineTables } from './examine-tables';
import { examineLayers, examineSecrets } from './examine-telemetry';
import { change, type Examination, type Finding, good, look, unknown } from './finding';

/** All findings, also after a call that failed: each failure is a finding of its own. */
export async function examineAccount(deployment: Deployment, account: AwsAccount): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [subject, examine] of EXAMINATIONS) {
    try {
      findings.push(...(await examine(deployment, account)));
    } catch (error) {
      findings.push(
        unknown(subject, `could not be asked: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  }
  return findings;
}

const one = (deployment: Deployment, type: string): Resource | undefined => deployment.of(type)[0];
const listed = (values: Iterable<string | undefined>): string =>
  [...new Set(values)]
    .filter((value) => value !== undefined)
    .sort()
    .join(', ') || 'none';

const examineIdentity: Examination = async (deployment, account) => {
  const { accountId } = deployment.home;
  const found = (await account.ask('sts get-caller-identity'))?.Account ?? 'nobody';
  return [
    found === accountId
      ? good('account', `${found}, as accountId says`)
      : change(
          'account',
          `the credentials belong to ${found}: set accountId (now ${accountId}), or use other credentials`,
        ),
  ];
};

const examineReplication: Examination = async (deployment, account) => {
  const instance = one(deployment, 'aws_dms_replication_instance');
  if (instance === undefined) return [];
  const [version, kind] = [instance.text('engine_version'), instance.text('replication_instance_class')];
  const answer = await account.ask('dms describe-orderable-replication-instances');
  const offers = answer?.OrderableReplicationInstances ?? [];
  const ofVersion = offers.filter(({ EngineVersion }) => EngineVersion === version);
  if (ofVersion.length === 0) {
    const others = listed(offers.map(({ EngineVersion }) => EngineVersion));
    return [change('DMS version', `${version} cannot be ordered: set dms.engineVersion to one of ${others}`)];
  }
  const offer = ofVersion.find(({ ReplicationInstanceClass }) => ReplicationInstanceClass === kind);
  if (offer === undefined) {
    const others = listed(ofVersion.map(({ ReplicationInstanceClass }) => ReplicationInstanceClass));
    return [
      change(
        'DMS class',
        `${kind} cannot be ordered with ${version}: set dms.instanceClass to one of ${others}`,
      ),
    ];
  }
  return [good('DMS', `${version} on ${kind}`), ...(await examineRunningVersion(instance, account))];
};

/** After an upgrade that AWS forced or someone chose, the next plan would downgrade the instance. */
async function examineRunningVersion(instance: Resource, account: AwsAccount): Promise<Finding[]> {
  const id = instance.text('replication_instance_id');
  const answer = await account.ask('dms describe-replication-instances');
  const running = answer?.ReplicationInstances?.find((found) => found.ReplicationInstanceIdentifier === id);
  const version = running?.EngineVersion;
  if (version === undefined || version === instance.text('engine_version')) return [];
  return [
    change(
      'DMS version',
      `${id} runs ${version}: set dms.engineVersion to it, or the next plan changes it to ${instance.text('engine_version')}`,
    ),
  ];
}

const examineDatabase: Examination = async (deployment, account) => {
  const database = one(deployment, 'aws_db_instance');
  if (database === undefined) return [];
  const [version, kind] = [database.text('engine_version'), database.text('instance_class')];
  const answer = await account.ask('rds describe-orderable-db-instance-options', {
    engine: 'mysql',
    'db-instance-class': kind,
  });
  const offers = answer?.OrderableDBInstanceOptions ?? [];
  const isOfLine = (found = ''): boolean => found === version || found.startsWith(`${version}.`);
  const ofLine = offers.filter((offer) => isOfLine(offer.EngineVersion) && offer.StorageType === 'gp3');
  if (offers.length === 0) {
    return [
      change('RDS class', `${kind} cannot be ordered for MySQL here: set mysql.instanceClass to another`),
    ];
  }
  if (ofLine.length === 0) {
    const others = listed(offers.map(({ EngineVersion }) => EngineVersion));
    return [
      change('RDS version', `MySQL ${version} with gp3 cannot be ordered on ${kind}: it has ${others}`),
    ];
  }
  const findings = [
    good('RDS', `MySQL ${listed(ofLine.map(({ EngineVersion }) => EngineVersion))} on ${kind}`),
  ];
  if (database.isOn('multi_az') && !ofLine.some(({ MultiAZCapable }) => MultiAZCapable)) {
    findings.push(
      change('RDS zones', `${kind} cannot be in two zones: set mysql.multiAz to false, or another class`),
    );
  }
  const zones = new Set(
    ofLine.flatMap(({ AvailabilityZones = [] }) => AvailabilityZones.map(({ Name }) => Name)),
  );
  const lacking = deployment
    .of('aws_subnet')
    .map((subnet) => subnet.text('availability_zone'))
    .filter((zone) => zone !== '' && zones.size > 0 && !zones.has(zone));
  if (lacking.length > 0) {
    findings.push(
      change(
        'RDS zones',
        `${kind} is not offered in ${listed(lacking)}: remove these from network.availabilityZones`,
      ),
    );
  }
  return findings;
};

/** The provider has no resource for it, so that a person creates it once. */
const examineSnapshotCopies: Examination = async (deployment, account) => {
  const namespace = one(deployment, 'aws_redshiftserverless_namespace');
  const region = deployment
    .of('aws_kms_key')
    .find((key) => key.text('region') !== '')
    ?.text('region');
  if (namespace === undefined || region === undefined) return [];
  const name = namespace.text('namespace_name');
  const answer = await account.ask('redshift-serverless list-snapshot-copy-configurations', {
    'namespace-name': name,
  });
  if (answer === undefined) return [look('Redshift copies', `the namespace ${name} does not exist yet`)];
  const copied = (answer.snapshotCopyConfigurations ?? []).map(({ destinationRegion }) => destinationRegion);
  return [
    copied.includes(region)
      ? good('Redshift copies', `snapshots of ${name} are copied to ${region}`)
      : change(
          'Redshift copies',
          `snapshots of ${name} are not copied to ${region}: run aws redshift-serverless create-snapshot-copy-configuration, as docs/deploy.md says`,
        ),
  ];
};

/** A warehouse that somebody else made: its owner attaches the roles by which it reads files. */
const examineAttachedRoles: Examination = async (deployment, account) => {
  const warehouse = one(deployment, 'existing_redshift');
  if (warehouse === undefined) return [];
  const attached = await attachedRoles(warehouse, account);
  const wanted = [warehouse.text('copy_role_arn'), warehouse.text('dms_role_arn')];
  const missing = wanted.filter((role) => !attached.some((known) => known.includes(role)));
  return [
    missing.length === 0
      ? good('Redshift roles', 'both roles are attached to the warehouse')
      : change(
          'Redshift roles',
          `${missing.join(' and ')} not attached to the warehouse: attach them after the warehouse stack and before the pipeline stack, as docs/deploy.md says`,
        ),
  ];
};

async function attachedRoles(warehouse: Resource, account: AwsAccount): Promise<readonly string[]> {
  const cluster = warehouse.text('cluster_identifier');
  if (cluster !== '') {
    const answer = await account.ask('redshift describe-clusters', { 'cluster-identifier': cluster });
    return answer?.Clusters?.[0]?.IamRoles?.map(({ IamRoleArn = '' }) => IamRoleArn) ?? [];
  }
  const namespace = { 'namespace-name': warehouse.text('namespace_name') };
  return (await account.ask('redshift-serverless get-namespace', namespace))?.namespace?.iamRoles ?? [];
}

const examineWarehouse: Examination = async (deployment, account) => {
  const cluster = one(deployment, 'aws_redshift_cluster');
  if (cluster === undefined) return [];
  const [kind, type] = [cluster.text('node_type'), cluster.text('cluster_type')];
  const answer = await account.ask('redshift describe-orderable-cluster-options');
  const offers = answer?.OrderableClusterOptions ?? [];
  if (offers.some(({ NodeType, ClusterType }) => NodeType === kind && ClusterType === type)) {
    return [good('Redshift', `${kind}, ${type}`)];
  }
  const others = listed(
    offers.filter(({ ClusterType }) => ClusterType === type).map(({ NodeType }) => NodeType),
  );
  return [
    change('Redshift', `${kind} cannot be ordered as ${type}: set redshift.nodeType to one of ${others}`),
  ];
};

/** Lambda keeps this many of an account's concurrent executions unreserved (AWS Lambda developer guide, "Reserved concurrency"). */
const UNRESERVED = 100;

const examineFunctions: Examination = async (deployment, account) => {
  const reserved = deployment
    .of('aws_lambda_function')
    .reduce((sum, fn) => sum + Number(fn.at('reserved_concurrent_executions') ?? 0), 0);
  const limit = (await account.ask('lambda get-account-settings'))?.AccountLimit?.ConcurrentExecutions ?? 0;
  if (reserved === 0) return [good('Lambda quota', `${limit} at once, and none is reserved`)];
  const needed = UNRESERVED + reserved;
  return [
    limit >= needed
      ? good('Lambda quota', `${limit} at once, of which ${reserved} are reserved`)
      : change(
          'Lambda quota',
          `${limit} at once, ${needed} are needed: set reserveConcurrency to false, or ask for more`,
        ),
  ];
};

const DMS_ROLES = ['dms-vpc-role', 'dms-cloudwatch-logs-role', 'dms-access-for-endpoint'];

const examineRoles: Examination = async (deployment, account) => {
  const isMade = deployment.named('aws_iam_role', 'name', 'dms-vpc-role') !== undefined;
  const findings: Finding[] = [];
  for (const role of DMS_ROLES) {
    const exists = (await account.ask('iam get-role', { 'role-name': role })) !== undefined;
    if (exists && isMade) {
      findings.push(
        look(
          role,
          'exists: if this deployment did not create it, import it or set createDmsServiceRoles to false',
        ),
      );
    } else if (!exists && !isMade) {
      findings.push(
        change(role, 'does not exist: set createDmsServiceRoles to true in one environment of the account'),
      );
    } else findings.push(good(role, isMade ? 'will be created' : 'exists'));
  }
  return findings;
};

const examineAlarms: Examination = async (deployment, account) => {
  const { accountId, region } = deployment.home;
  const placeholder = deployment
    .of('aws_sns_topic_subscription')
    .find((subscription) => /@example\.(com|org|net)$/.test(subscription.text('endpoint')));
  const findings = placeholder
    ? [change('alarms', `${placeholder.text('endpoint')} is nobody's address: set alarmEmail`)]
    : [];
  const topic = one(deployment, 'aws_sns_topic');
  if (topic === undefined) return findings;
  const arn = `arn:aws:sns:${region}:${accountId}:${topic.text('name')}`;
  const answer = await account.ask('sns list-subscriptions-by-topic', { 'topic-arn': arn });
  if (answer === undefined) return [...findings, good('alarms', 'the topic does not exist yet')];
  const all = answer.Subscriptions ?? [];
  const confirmed = all.filter(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'));
  return [
    ...findings,
    confirmed.length > 0
      ? good('alarms', `${confirmed.length} of ${all.length} subscriptions are confirmed`)
      : change(
          'alarms',
          `nobody gets them: ${all.length} subscriptions, none confirmed. Confirm the one that SNS sent`,
        ),
  ];
};

const EXAMINATIONS: readonly (readonly [string, Examination])[] = [
  ['account', examineIdentity],
  ['DMS', examineReplication],
  ['RDS', examineDatabase],
  ['DynamoDB', examineTables],
  ['Redshift', examineWarehouse],
  ['Redshift copies', examineSnapshotCopies],
  ['Redshift roles', examineAttachedRoles],
  ['Lambda quota', examineFunctions],
  ['layers', examineLayers],
  ['secrets', examineSecrets],
  ['QuickSight', examineQuickSight],
  ['roles of DMS', examineRoles],
  ['alarms', examineAlarms],
];
