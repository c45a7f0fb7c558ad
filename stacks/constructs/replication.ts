/** DMS from MySQL to Redshift: instance, endpoints, task. */
import { DmsReplicationInstance } from '@cdktf/provider-aws/lib/dms-replication-instance';
import { DmsReplicationSubnetGroup } from '@cdktf/provider-aws/lib/dms-replication-subnet-group';
import { DmsReplicationTask } from '@cdktf/provider-aws/lib/dms-replication-task';
import { Construct } from 'constructs';
import { taskTables } from '../../pipeline/heartbeats';
import { buildTableMappings } from '../replication-mappings';
import { buildReplicationSettings } from '../replication-settings';
import { addLogGroup } from './log-group';
import {
  addReplicationEndpoints,
  type ReplicationEndpoints,
  type ReplicationEndpointsProps,
} from './replication-endpoints';
import { skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface ReplicationProps extends Omit<ReplicationEndpointsProps, 'slowly'> {
  readonly subnetIds: string[];
  readonly securityGroupId: string;
}

export class Replication extends Construct {
  readonly instance: DmsReplicationInstance;
  readonly endpoints: ReplicationEndpoints;
  readonly task: DmsReplicationTask;

  constructor(scope: Construct, id: string, props: ReplicationProps) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    this.instance = this.addInstance(props);
    this.endpoints = addReplicationEndpoints(this, { ...props, slowly: this.instance });
    const logGroup = addLogGroup(this, 'log_group', {
      name: names.replicationLogGroup,
      keyArn: props.keyArn,
    });
    this.task = new DmsReplicationTask(this, 'task', {
      replicationTaskId: names.replicationTask,
      resourceIdentifier: names.replicationTaskResource,
      migrationType: 'full-load-and-cdc',
      replicationInstanceArn: this.instance.replicationInstanceArn,
      sourceEndpointArn: this.endpoints.source.endpointArn,
      targetEndpointArn: this.endpoints.target.endpointArn,
      tableMappings: JSON.stringify(buildTableMappings(taskTables())),
      replicationTaskSettings: JSON.stringify(buildReplicationSettings(settings.dms)),
      // The function start-replication-task starts it, after set-up has created users and tables.
      startReplicationTask: false,
      dependsOn: [logGroup],
    });
  }

  private addInstance({ subnetIds, securityGroupId, keyArn }: ReplicationProps): DmsReplicationInstance {
    const { names, settings } = stackOf(this);
    const { dms, protectData } = settings;
    const subnetGroup = new DmsReplicationSubnetGroup(this, 'subnet_group', {
      replicationSubnetGroupId: names.replicationInstance,
      replicationSubnetGroupDescription: 'Private subnets of the replication instance',
      subnetIds,
    });
    const instance = new DmsReplicationInstance(this, 'instance', {
      replicationInstanceId: names.replicationInstance,
      replicationInstanceClass: dms.instanceClass,
      engineVersion: dms.engineVersion,
      allocatedStorage: dms.storageGb,
      multiAz: dms.multiAz,
      kmsKeyArn: keyArn,
      replicationSubnetGroupId: subnetGroup.replicationSubnetGroupId,
      vpcSecurityGroupIds: [securityGroupId],
      publiclyAccessible: false,
      // The version is pinned: an upgrade by DMS itself would be a downgrade in the next plan.
      autoMinorVersionUpgrade: false,
      applyImmediately: !protectData,
      preferredMaintenanceWindow: 'sun:06:30-sun:07:30',
      timeouts: { create: '60m', update: '60m', delete: '60m' },
    });
    skipChecks(instance, {
      CKV_AWS_222: 'its version is a setting; `npm run doctor -- --aws` tells which ones there are',
    });
    return instance;
  }
}
