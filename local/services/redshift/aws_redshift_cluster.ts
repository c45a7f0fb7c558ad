/** The warehouse over one DuckDB file, its Data API behind the gateway, and the admin secret that Redshift would manage. */

import type { Caller, JsonObject } from '../../protocol/service';
import { type Laptop, OPERATOR } from '../../runtime/laptop';
import type { FetchObject } from '../../runtime/ports/warehouse';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { copyAccess } from './copy/copy-access';
import { createDataApi } from './data-api/data-api';
import { openWarehouse } from './storage/open-warehouse';

export const awsRedshiftCluster: ResourceTwin = {
  type: 'aws_redshift_cluster',
  honoured: ['cluster_identifier', 'database_name', 'master_username', 'manage_master_password', 'port'],
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
    iam_roles: 'COPY reads by the role that it names; its policy is evaluated',
    default_iam_role_arn: 'a COPY here names its role',
  },
  start: async (resource, laptop) => {
    const clusterIdentifier = resource.text('cluster_identifier');
    const database = resource.text('database_name');
    const adminUser = resource.text('master_username');
    if (!resource.flag('manage_master_password', false)) {
      throw resource.refusal('manage_master_password', 'false: the laptop makes up the password itself');
    }
    if (laptop.warehouses.size > 0) {
      throw resource.refusal(
        'cluster_identifier',
        `${clusterIdentifier}, a second cluster, where the laptop runs one`,
      );
    }
    const file = laptop.state.path('warehouse', `${database}.duckdb`);
    const warehouse = await openWarehouse({ file, database, adminUser, fetchObject: fetchFrom(laptop) });
    laptop.warehouses.set(database, warehouse);
    laptop.services['redshift-data'] = createDataApi({
      warehouse,
      clusterIdentifier,
      userOf: (caller, input) => databaseUserOf(laptop, caller, input),
    });
    laptop.clusters.push({ clusterIdentifier, database, file, adminUser });
    const secretArn = laptop.secrets.keepValue(`redshift!${clusterIdentifier}-${adminUser}`, {
      username: adminUser,
      // Nothing here asks for it: the Data API takes the secret's ARN.
      password: 'not-used-on-a-laptop',
    });
    const host = `${clusterIdentifier}.laptop.internal`;
    const port = resource.number('port', 5439);
    return {
      attributes: {
        cluster_identifier: clusterIdentifier,
        id: clusterIdentifier,
        arn: `arn:aws:redshift:${laptop.facts.region}:${laptop.facts.accountId}:cluster:${clusterIdentifier}`,
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

/** A secret means its user, a role means `IAMR:<role>` (Amazon Redshift management guide, "Using the Data API"). */
function databaseUserOf(laptop: Laptop, caller: Caller, input: JsonObject): string | undefined {
  if (typeof input.SecretArn === 'string') {
    const login = JSON.parse(laptop.secrets.readValue(input.SecretArn) ?? '{}') as { username?: string };
    return login.username ?? 'nobody';
  }
  return caller.identity === OPERATOR ? undefined : `IAMR:${caller.identity}`;
}

/** Redshift reads S3 by the role that the COPY names. */
function fetchFrom({ s3, permissions, facts }: Laptop): FetchObject {
  return async (bucket, key, role) => {
    const name = role.split('/').at(-1) ?? role;
    permissions.demand(name, copyAccess(bucket, key, permissions.keyOfBucket(bucket), facts));
    const pieces: Buffer[] = [];
    for await (const piece of s3.store.read(bucket, key)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
}
