/** Redshift, the roles that bring files into it, and DMS from MySQL into it. */
import type { App } from 'cdktf';
import { BaseStack } from './base-stack';
import { Replication } from './constructs/replication';
import { addSecret } from './constructs/secret';
import { addWarehouse } from './constructs/warehouse';
import { addWarehouseRoles } from './constructs/warehouse-roles';
import type { NetworkStack } from './network-stack';
import {
  NETWORK_OUTPUTS,
  NEW_WAREHOUSE_OUTPUTS,
  QUICK_SIGHT_WAREHOUSE_OUTPUTS,
  SERVERLESS_OUTPUTS,
  STORAGE_OUTPUTS,
  WAREHOUSE_OUTPUTS,
} from './outputs';
import type { Settings } from './settings';
import type { StorageStack } from './storage-stack';

export interface WarehouseStackProps {
  readonly network: NetworkStack;
  readonly storage: StorageStack;
}

export class WarehouseStack extends BaseStack {
  constructor(app: App, settings: Settings, upstream: WarehouseStackProps) {
    super(app, 'warehouse', settings);
    const network = this.importOutputs(upstream.network, NETWORK_OUTPUTS);
    const storage = this.importOutputs(upstream.storage, STORAGE_OUTPUTS);
    const keyArn = network.key_arn;
    const roles = addWarehouseRoles(this, keyArn);
    const warehouse = addWarehouse(this, 'warehouse', {
      subnetIds: network.private_subnet_ids,
      securityGroupId: () =>
        this.importOutputs(upstream.network, NEW_WAREHOUSE_OUTPUTS).warehouse_security_group_id,
      keyArn,
      ...this.copyKey(upstream.network),
      roles: [roles.copy, roles.dms],
    });
    const dmsSecret = addSecret(this, 'warehouse-dms', { description: 'Redshift user of DMS', keyArn });
    const replication = new Replication(this, 'replication', {
      subnetIds: network.private_subnet_ids,
      securityGroupId: network.replication_security_group_id,
      keyArn,
      mysqlSecretArn: storage.mysql_dms_secret_arn,
      warehouseSecretArn: dmsSecret.arn,
      secretsEndpointDnsName: network.secrets_endpoint_dns_name,
      filesRole: roles.dms,
      database: warehouse.database,
    });
    this.exportOutputs(WAREHOUSE_OUTPUTS, {
      warehouse_host: warehouse.host,
      warehouse_admin_secret_arn: warehouse.adminSecretArn,
      warehouse_dms_secret_arn: dmsSecret.arn,
      replication_instance_arn: replication.instance.replicationInstanceArn,
      replication_source_arn: replication.endpoints.source.endpointArn,
      replication_target_arn: replication.endpoints.target.endpointArn,
    });
    if (warehouse.serverless !== undefined) {
      this.exportOutputs(SERVERLESS_OUTPUTS, {
        warehouse_workgroup_arn: warehouse.serverless.workgroupArn,
        warehouse_namespace_arn: warehouse.serverless.namespaceArn,
        warehouse_usage_limit_id: warehouse.serverless.usageLimitId,
      });
    }
    if (settings.bi?.quickSight !== undefined) {
      const { arn } = addSecret(this, 'warehouse-bi', { description: 'Redshift user of QuickSight', keyArn });
      this.exportOutputs(QUICK_SIGHT_WAREHOUSE_OUTPUTS, { warehouse_bi_secret_arn: arn });
    }
    this.publish('warehouse_endpoint', warehouse.endpoint, 'Host and port of the warehouse.');
    this.publish(
      'replication_task_arn',
      replication.task.replicationTaskArn,
      'ARN of the DMS replication task.',
    );
  }
}
