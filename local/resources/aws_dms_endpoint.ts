/** One end of the replication task: the MySQL server, by its secret, or the warehouse, by its database. */
import type { DmsEndpoint } from '../laptop';
import { roleNameIn } from '../permissions/role-name';
import { endpointSecretAccess } from '../permissions/service-access';
import type { ResourceTwin } from '../resource-twin';
import type { ResourceArguments } from '../terraform/resource-arguments';

/** What the twin of the task can read from and write to. */
const ENGINES = { source: 'mysql', target: 'redshift' } as const;
const TLS_MODES = ['verify-ca', 'verify-full'];

export const awsDmsEndpoint: ResourceTwin = {
  type: 'aws_dms_endpoint',
  honoured: [
    'endpoint_id',
    'endpoint_type',
    'engine_name',
    'database_name',
    'secrets_manager_arn',
    'secrets_manager_access_role_arn',
    'ssl_mode',
    'redshift_settings.bucket_name',
  ],
  ignored: {
    certificate_arn: 'the laptop has an authority of its own, and verifies it',
    extra_connection_attributes: 'no networks on a laptop: Secrets Manager is reached directly',
    service_access_role: 'the twin writes to the warehouse without files',
    redshift_settings: 'the twin writes to the warehouse without files',
    pause_replication_tasks: 'changes apply at the next start',
  },
  start: async (resource, laptop) => {
    const id = resource.text('endpoint_id');
    const endpoint = parseEndpoint(resource);
    const { permissions, facts } = laptop;
    permissions.demand(
      roleNameIn(resource, 'secrets_manager_access_role_arn'),
      endpointSecretAccess(endpoint.secretArn, permissions.keyOfSecret(endpoint.secretArn), facts),
    );
    if (endpoint.type === 'target') checkTarget(resource, endpoint, laptop);
    const arn = `arn:aws:dms:${laptop.facts.region}:${laptop.facts.accountId}:endpoint:${id}`;
    laptop.endpoints.set(arn, endpoint);
    return { attributes: { endpoint_id: id, id, endpoint_arn: arn } };
  },
};

function parseEndpoint(resource: ResourceArguments): DmsEndpoint {
  const type = resource.text('endpoint_type');
  if (type !== 'source' && type !== 'target') {
    throw resource.refusal('endpoint_type', `${type}, where DMS knows source and target`);
  }
  const engine = resource.text('engine_name');
  if (engine !== ENGINES[type]) {
    throw resource.refusal('engine_name', `${engine}, where the laptop's ${type} is ${ENGINES[type]}`);
  }
  const databaseName = resource.optionalText('database_name');
  if (type === 'source') {
    if (databaseName !== undefined) {
      // DMS would put every table into that one database (DMS API, MySQLSettings.DatabaseName).
      throw resource.refusal(
        'database_name',
        `${databaseName}; a MySQL source takes its databases from the mappings`,
      );
    }
    const mode = resource.optionalText('ssl_mode') ?? 'none';
    if (!TLS_MODES.includes(mode)) {
      throw resource.refusal(
        'ssl_mode',
        `${mode}, where the server must be verified: ${TLS_MODES.join(' or ')}`,
      );
    }
  }
  return { address: resource.address, type, databaseName, secretArn: resource.text('secrets_manager_arn') };
}

function checkTarget(
  resource: ResourceArguments,
  { databaseName }: DmsEndpoint,
  laptop: Parameters<ResourceTwin['start']>[1],
): void {
  if (databaseName === undefined || !laptop.warehouses.has(databaseName)) {
    throw resource.refusal(
      'database_name',
      `${databaseName ?? 'nothing'}, which is no database of a cluster`,
    );
  }
  const bucket = resource.optionalText('redshift_settings.bucket_name');
  if (bucket !== undefined && !laptop.s3.store.hasBucket(bucket)) {
    throw resource.refusal('redshift_settings.bucket_name', `${bucket}, which no stack declares`);
  }
}
