/** A warehouse that somebody else made: set-up makes schemas, tables and users in it, and nothing of it is ever changed. */
import type { Construct } from 'constructs';
import type { ExistingRedshift } from '../settings/redshift';
import { addExisting } from './existing';
import { stackOf } from './stack-of';

export interface WarehouseFacts {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly adminSecretArn: string;
}

export function addExistingWarehouse(scope: Construct, given: ExistingRedshift): WarehouseFacts {
  const { names } = stackOf(scope);
  const { warehouse } = addExisting(scope, 'existing_redshift', {
    warehouse: {
      ...(given.kind === 'existing-cluster'
        ? { cluster_identifier: given.clusterIdentifier }
        : {
            workgroup_name: given.workgroupName,
            workgroup_arn: names.warehouse.arnPattern,
            namespace_name: given.namespaceName,
          }),
      database: given.database,
      host: given.host,
      port: given.port,
      admin_secret_arn: given.adminSecretArn,
      admin_secret_key_arn: given.adminSecretKeyArn,
      security_group_id: given.securityGroupId,
      // Its owner attaches them: docs/deploy.md, "A warehouse that exists".
      copy_role_arn: names.roleArn(names.copyRole),
      dms_role_arn: names.roleArn(names.dmsWarehouseRole),
    },
  });
  return {
    host: warehouse.host,
    port: warehouse.port,
    database: warehouse.database,
    adminSecretArn: warehouse.admin_secret_arn,
  };
}
