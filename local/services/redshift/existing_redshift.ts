/** Stands in for a warehouse that somebody else made: their administrator, and the roles that they attached. */
import { GATEWAY_SERVICES } from '../../runtime/ports/host';
import { WORKGROUP_ARNS } from '../../runtime/ports/warehouse';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { startWarehouse } from './start-warehouse';

/** Not this deployment's own name for an administrator. */
const OWNER = 'dba';

export const existingRedshift: ResourceTwin = {
  type: 'existing_redshift',
  honoured: [
    'cluster_identifier',
    'workgroup_name',
    'workgroup_arn',
    'namespace_name',
    'database',
    'admin_secret_arn',
    'copy_role_arn',
    'dms_role_arn',
  ],
  ignored: {
    host: 'no networks on a laptop; references resolve to a name of the laptop',
    port: 'no networks on a laptop',
    admin_secret_key_arn: 'the laptop encrypts nothing at rest',
    security_group_id: 'no networks on a laptop',
  },
  start: async (resource, registry) => {
    const clusterIdentifier = resource.optionalText('cluster_identifier');
    const workgroupName = resource.optionalText('workgroup_name');
    const database = resource.text('database');
    const adminSecretArn = resource.text('admin_secret_arn');
    const name = clusterIdentifier ?? resource.text('namespace_name');
    const started = await startWarehouse(resource, registry, {
      name,
      nameArgument: clusterIdentifier === undefined ? 'namespace_name' : 'cluster_identifier',
      database,
      adminUser: OWNER,
      adminSecretArn,
      roles: ['copy_role_arn', 'dms_role_arn'].map((role) => resource.text(role)),
      defaultRole: undefined,
    });
    if (workgroupName !== undefined)
      registry.of(WORKGROUP_ARNS).set(workgroupName, resource.text('workgroup_arn'));
    const called =
      workgroupName === undefined
        ? { clusterIdentifier: resource.text('cluster_identifier') }
        : { workgroupName };
    registry.of(GATEWAY_SERVICES).set('redshift-data', started.dataApi(called));
    return {
      attributes: {
        host: `${name}.laptop.internal`,
        port: resource.number('port'),
        database,
        admin_secret_arn: adminSecretArn,
      },
      stop: () => started.stop(),
    };
  },
};
