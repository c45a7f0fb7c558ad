/** The warehouse over one DuckDB file, its Data API behind the gateway, and the admin secret that Redshift would manage. */

import type { Caller, JsonObject } from '../../protocol/service';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { ACCOUNT, GATEWAY_SERVICES, OPERATOR, STATE } from '../../runtime/ports/host';
import { OBJECTS } from '../../runtime/ports/object-store';
import { SECRETS, type Secrets } from '../../runtime/ports/secrets';
import { type FetchObject, WAREHOUSES } from '../../runtime/ports/warehouse';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { ATTACHED_ROLES, type AttachedRoles, requireCopyRole, rolesOf } from './copy/attached-roles';
import { copyAccess } from './copy/copy-access';
import { createDataApi } from './data-api/data-api';
import { validationError } from './data-api/input';
import { openWarehouse } from './storage/open-warehouse';

export const awsRedshiftCluster: ResourceTwin = {
  type: 'aws_redshift_cluster',
  honoured: [
    'cluster_identifier',
    'database_name',
    'master_username',
    'manage_master_password',
    'port',
    'iam_roles',
    'default_iam_role_arn',
  ],
  ignored: {
    node_type: 'the laptop is as large as it is',
    number_of_nodes: 'the laptop is as large as it is',
    cluster_type: 'the laptop is as large as it is',
    cluster_version: 'the twin has no versions',
    allow_version_upgrade: 'the twin has no versions',
    apply_immediately: 'changes apply at the next start',
    encrypted: 'the laptop encrypts nothing at rest',
    master_password_secret_kms_key_id: 'the laptop encrypts nothing at rest',
    automated_snapshot_retention_period: 'no backups',
    manual_snapshot_retention_period: 'no backups',
    skip_final_snapshot: 'no backups',
    final_snapshot_identifier: 'no backups',
    availability_zone: 'the laptop is one place',
    availability_zone_relocation_enabled: 'the laptop is one place',
    multi_az: 'the laptop is one place',
    preferred_maintenance_window: 'nobody maintains a laptop',
    cluster_parameter_group_name: 'TLS and audit logs are the service’s own',
    cluster_subnet_group_name: 'no networks on a laptop',
    vpc_security_group_ids: 'no networks on a laptop',
    enhanced_vpc_routing: 'no networks on a laptop',
    publicly_accessible: 'it has no port; the gateway listens on the loopback address alone',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const secrets = registry.the(SECRETS);
    const warehouses = registry.of(WAREHOUSES);
    const clusterIdentifier = resource.text('cluster_identifier');
    const database = resource.text('database_name');
    const adminUser = resource.text('master_username');
    if (!resource.flag('manage_master_password', false)) {
      throw resource.refusal('manage_master_password', 'false: the laptop makes up the password itself');
    }
    if (warehouses.size > 0) {
      throw resource.refusal(
        'cluster_identifier',
        `${clusterIdentifier}, a second cluster, where the laptop runs one`,
      );
    }
    const file = registry.the(STATE).path('warehouse', `${database}.duckdb`);
    const attached = rolesOf(registry.of(ATTACHED_ROLES), clusterIdentifier);
    for (const arn of resource.list('iam_roles')) attached.arns.add(String(arn));
    const defaultArn = resource.optionalText('default_iam_role_arn');
    if (defaultArn !== undefined) attached.defaultArn = defaultArn;
    const fetchObject = fetchFrom(registry, attached);
    const warehouse = await openWarehouse({ file, database, adminUser, fetchObject });
    warehouses.set(database, warehouse);
    const secretArn = secrets.keepValue(`redshift!${clusterIdentifier}-${adminUser}`, {
      username: adminUser,
      // Nothing here asks for it: the Data API takes the secret's ARN.
      password: 'not-used-on-a-laptop',
    });
    const dataApi = createDataApi({
      warehouse,
      clusterIdentifier,
      userOf: (caller, input) => databaseUserOf({ secretArn, adminUser, secrets }, caller, input),
    });
    registry.of(GATEWAY_SERVICES).set('redshift-data', dataApi);
    const host = `${clusterIdentifier}.laptop.internal`;
    const port = resource.number('port', 5439);
    return {
      attributes: {
        cluster_identifier: clusterIdentifier,
        id: clusterIdentifier,
        arn: `arn:aws:redshift:${region}:${accountId}:cluster:${clusterIdentifier}`,
        database_name: database,
        dns_name: host,
        port,
        endpoint: `${host}:${port}`,
        master_username: adminUser,
        master_password_secret_arn: secretArn,
      },
      stop: () => warehouse.close(),
    };
  },
};

interface AdminSecret {
  readonly secretArn: string;
  readonly adminUser: string;
  readonly secrets: Secrets;
}

/**
 * A secret means its user, a role means `IAMR:<role>` (Amazon Redshift management guide, "Using the Data API"). The twin
 * knows the password of the administrator only, so any other secret fails to sign in, whatever name is in it.
 */
function databaseUserOf(admin: AdminSecret, caller: Caller, input: JsonObject): string | undefined {
  const { SecretArn } = input;
  if (SecretArn === undefined) return caller.identity === OPERATOR ? undefined : `IAMR:${caller.identity}`;
  const value = admin.secrets.readValue(String(SecretArn));
  if (value !== undefined && value === admin.secrets.readValue(admin.secretArn)) return admin.adminUser;
  throw validationError(`FATAL: password authentication failed for the user of the secret ${SecretArn}`);
}

/** Redshift reads S3 by the role that the COPY names. */
function fetchFrom(registry: Registry, attached: AttachedRoles): FetchObject {
  const access = registry.the(ACCESS_CONTROL);
  return async (bucket, key, role) => {
    const account = registry.the(ACCOUNT);
    const name = requireCopyRole({ role, attached, accountId: account.accountId });
    access.demand(name, copyAccess(bucket, key, access.keyOfBucket(bucket), account));
    const pieces: Buffer[] = [];
    for await (const piece of registry.the(OBJECTS).read(bucket, key)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
}
