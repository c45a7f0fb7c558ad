/** The data of a serverless warehouse: one DuckDB file, and the admin secret that Redshift would manage. */
import { ACCOUNT } from '../../runtime/ports/host';
import { Kind } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { idOf } from './serverless-id';
import { type StartedWarehouse, startWarehouse } from './start-warehouse';

/** By name. */
export const NAMESPACES = new Kind<StartedWarehouse>('namespaces of Redshift Serverless');

export const awsRedshiftserverlessNamespace: ResourceTwin = {
  type: 'aws_redshiftserverless_namespace',
  honoured: [
    'namespace_name',
    'db_name',
    'admin_username',
    'manage_admin_password',
    'iam_roles',
    'default_iam_role_arn',
  ],
  ignored: {
    admin_password_secret_kms_key_id: 'the laptop encrypts nothing at rest',
    log_exports: 'no CloudWatch: a person watches, and the logs are files',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const name = resource.text('namespace_name');
    const database = resource.text('db_name');
    const adminUser = resource.text('admin_username');
    if (!resource.flag('manage_admin_password', false)) {
      throw resource.refusal('manage_admin_password', 'false: the laptop makes up the password itself');
    }
    const started = await startWarehouse(resource, registry, {
      name,
      nameArgument: 'namespace_name',
      database,
      adminUser,
      roles: resource.list('iam_roles').map(String),
      defaultRole: resource.optionalText('default_iam_role_arn'),
    });
    registry.of(NAMESPACES).set(name, started);
    const namespaceId = idOf('namespace', name);
    return {
      attributes: {
        namespace_name: name,
        id: name,
        namespace_id: namespaceId,
        arn: `arn:aws:redshift-serverless:${region}:${accountId}:namespace/${namespaceId}`,
        db_name: database,
        admin_username: adminUser,
        admin_password_secret_arn: started.adminSecretArn,
      },
      stop: () => started.stop(),
    };
  },
};
