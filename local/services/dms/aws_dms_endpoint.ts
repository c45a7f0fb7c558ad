/** One end of the replication task: the MySQL server, by its secret, or the warehouse, by its database. */

import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { ACCOUNT } from '../../runtime/ports/host';
import { MYSQL_SERVERS } from '../../runtime/ports/mysql-server';
import { OBJECTS } from '../../runtime/ports/object-store';
import type { SourceLogin } from '../../runtime/ports/replication-task';
import { SECRETS } from '../../runtime/ports/secrets';
import { WAREHOUSES, type Warehouse } from '../../runtime/ports/warehouse';
import { Kind, type Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { roleNameIn } from '../../runtime/role-name';
import { endpointSecretAccess } from './endpoint-access';
import { CONNECTIONS } from './endpoint-connections';
import { testSource, testTarget } from './endpoint-tests';
import type { ReadLogin } from './task/source-connection';

/** What the twin of the task can read from and write to. */
const ENGINES = { source: ['mysql', 'aurora', 'mariadb'], target: ['redshift'] } as const;
const TLS_MODES = ['verify-ca', 'verify-full'];

export interface DmsEndpoint {
  readonly address: string;
  readonly type: 'source' | 'target';
  /** Reads the endpoint's secret. @throws Error while set-up has not filled it */
  readonly readLogin: ReadLogin;
  /** For a target: the warehouse by its database name. */
  readonly databaseName: string | undefined;
}

/** By ARN. */
export const DMS_ENDPOINTS = new Kind<DmsEndpoint>('endpoints of DMS');

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
  start: async (resource, registry) => {
    const id = resource.text('endpoint_id');
    const endpoint = parseEndpoint(resource, registry);
    const warehouse = endpoint.type === 'target' ? targetOf(resource, endpoint, registry) : undefined;
    const secretArn = resource.text('secrets_manager_arn');
    const access = registry.the(ACCESS_CONTROL);
    const facts = registry.the(ACCOUNT);
    access.demand(
      roleNameIn(resource, 'secrets_manager_access_role_arn'),
      endpointSecretAccess(secretArn, access.keyOfSecret(secretArn), facts),
    );
    const arn = `arn:aws:dms:${facts.region}:${facts.accountId}:endpoint:${id}`;
    registry.of(DMS_ENDPOINTS).set(arn, endpoint);
    registry.the(CONNECTIONS).addEndpoint({
      arn,
      identifier: id,
      test: () =>
        warehouse === undefined ? testSource(endpoint.readLogin) : testTarget(endpoint.readLogin, warehouse),
    });
    return { attributes: { endpoint_id: id, id, endpoint_arn: arn } };
  },
};

function parseEndpoint(resource: ResourceArguments, registry: Registry): DmsEndpoint {
  const type = resource.text('endpoint_type');
  if (type !== 'source' && type !== 'target') {
    throw resource.refusal('endpoint_type', `${type}, where DMS knows source and target`);
  }
  const engine = resource.text('engine_name');
  const known: readonly string[] = ENGINES[type];
  if (!known.includes(engine)) {
    throw resource.refusal('engine_name', `${engine}, where the laptop's ${type} is ${known.join(' or ')}`);
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
  const { address } = resource;
  const secretArn = resource.text('secrets_manager_arn');
  return { address, type, databaseName, readLogin: async () => readLogin(registry, secretArn, address) };
}

/** Read again at each connection: set-up fills the secret after the endpoint was made, and the port changes. */
function readLogin(registry: Registry, secretArn: string, address: string): SourceLogin {
  const value = registry.the(SECRETS).readValue(secretArn);
  if (value === undefined) {
    throw new Error(`the secret of ${address} has no value yet; set-up of its database fills it`);
  }
  const { username, password, host, port } = JSON.parse(value) as Record<string, string | number>;
  const [server] = registry.of(MYSQL_SERVERS).values();
  return {
    username: String(username),
    password: String(password),
    host: String(host),
    port: Number(port),
    ...(server === undefined ? {} : { caFile: server.caFile }),
  };
}

function targetOf(resource: ResourceArguments, { databaseName }: DmsEndpoint, registry: Registry): Warehouse {
  const warehouse = registry.of(WAREHOUSES).get(databaseName ?? '');
  if (warehouse === undefined) {
    throw resource.refusal(
      'database_name',
      `${databaseName ?? 'nothing'}, which is no database of a cluster`,
    );
  }
  const bucket = resource.optionalText('redshift_settings.bucket_name');
  if (bucket !== undefined && !registry.the(OBJECTS).hasBucket(bucket)) {
    throw resource.refusal('redshift_settings.bucket_name', `${bucket}, which no stack declares`);
  }
  return warehouse;
}
