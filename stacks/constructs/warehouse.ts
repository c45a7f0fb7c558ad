/** The warehouse of the kind that the settings name, and what the other stacks have to know of it. */
import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { addExistingWarehouse } from './existing-warehouse';
import { RedshiftCluster } from './redshift-cluster';
import type { Role } from './role';
import { ServerlessWarehouse } from './serverless-warehouse';
import { stackOf } from './stack-of';

export interface WarehouseProps {
  readonly subnetIds: string[];
  /** Its group; asked for only where this deployment makes the warehouse. */
  readonly securityGroupId: () => string;
  readonly keyArn: string;
  /** Key in the region that snapshots are copied to. */
  readonly copyKeyArn?: string;
  /** Roles that the warehouse may assume in a COPY. */
  readonly roles: readonly Role[];
}

export interface DeclaredWarehouse {
  readonly host: string;
  /** Host and port. */
  readonly endpoint: string;
  readonly database: string;
  readonly adminSecretArn: string;
  /** Of a serverless one. */
  readonly serverless?: ServerlessParts;
}

/** Names that AWS chooses. */
export interface ServerlessParts {
  readonly workgroupArn: string;
  readonly namespaceArn: string;
  readonly usageLimitId: string;
}

export function addWarehouse(scope: Construct, id: string, props: WarehouseProps): DeclaredWarehouse {
  const { redshift: settings } = stackOf(scope).settings;
  switch (settings.kind) {
    case 'provisioned': {
      const { cluster } = new RedshiftCluster(scope, id, {
        ...props,
        settings,
        securityGroupId: props.securityGroupId(),
      });
      return {
        host: cluster.dnsName,
        endpoint: cluster.endpoint,
        database: cluster.databaseName,
        adminSecretArn: cluster.masterPasswordSecretArn,
      };
    }
    case 'serverless': {
      const { namespace, workgroup, usageLimit } = new ServerlessWarehouse(scope, id, {
        ...props,
        settings,
        securityGroupId: props.securityGroupId(),
      });
      const { address: host, port } = workgroup.endpoint.get(0);
      return {
        host,
        endpoint: `${host}:${Token.asString(port)}`,
        database: namespace.dbName,
        adminSecretArn: namespace.adminPasswordSecretArn,
        serverless: {
          workgroupArn: workgroup.arn,
          namespaceArn: namespace.arn,
          usageLimitId: usageLimit.id,
        },
      };
    }
    case 'existing-cluster':
    case 'existing-workgroup': {
      const { host, port, database, adminSecretArn } = addExistingWarehouse(scope, settings);
      return { host, endpoint: `${host}:${port}`, database, adminSecretArn };
    }
  }
}
