/** What the warehouse is called by those who use it, whatever kind it is of. */
import type { WarehouseVariable } from '../pipeline/handler-environment';
import type { Settings } from './settings-schema';

export interface WarehouseNames {
  /** Of the cluster, or of the workgroup. */
  readonly name: string;
  readonly isServerless: boolean;
  /** The variable by which a function knows it. */
  readonly variable: WarehouseVariable;
  /** A pattern: its database users, as Redshift names them when it assumes a role for one of them. */
  readonly users: string;
  /** What a call that starts a statement is authorized on; a workgroup's own ARN ends in an id that AWS chooses. */
  readonly arnPattern: string;
}

/** @param ownName what this deployment calls a warehouse that it makes */
export function warehouseNames({ redshift, accountId, region }: Settings, ownName: string): WarehouseNames {
  const ofAccount = (service: string): string => `arn:aws:${service}:${region}:${accountId}`;
  switch (redshift.kind) {
    case 'provisioned':
      return clusterNames(ownName, ofAccount('redshift'));
    case 'serverless':
      return {
        name: ownName,
        isServerless: true,
        variable: { WORKGROUP_NAME: ownName },
        // Amazon Redshift management guide, "Restricting access to IAM roles": serverless-<account>-<id of the workgroup>.
        users: `${ofAccount('redshift')}:dbuser:serverless-${accountId}-*/*`,
        arnPattern: `${ofAccount('redshift-serverless')}:workgroup/*`,
      };
    case 'existing-cluster':
      return clusterNames(redshift.clusterIdentifier, ofAccount('redshift'));
    case 'existing-workgroup':
      return {
        name: redshift.workgroupName,
        isServerless: true,
        variable: { WORKGROUP_NAME: redshift.workgroupName },
        users: `${ofAccount('redshift')}:dbuser:serverless-${accountId}-*/*`,
        arnPattern: `${ofAccount('redshift-serverless')}:workgroup/${redshift.workgroupId}`,
      };
  }
}

const clusterNames = (name: string, redshift: string): WarehouseNames => ({
  name,
  isServerless: false,
  variable: { CLUSTER_IDENTIFIER: name },
  users: `${redshift}:dbuser:${name}/*`,
  arnPattern: `${redshift}:cluster:${name}`,
});
