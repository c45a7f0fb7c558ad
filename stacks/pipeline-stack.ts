/** The functions and what starts them, where failures go, and what watches both paths. */
import type { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import type { App, ITerraformDependable } from 'cdktf';
import { dynamodbTables } from '../pipeline/tables';
import { SourceApi } from './api/source-api';
import { BaseStack } from './base-stack';
import { QuickSight } from './bi/quick-sight';
import { mayWriteRows } from './deployed-ingests';
import type { Folders } from './folders';
import type { NetworkStack } from './network-stack';
import { addObservability } from './observability/observability';
import {
  INGEST_OUTPUTS,
  MYSQL_AUTHORITY_OUTPUTS,
  NETWORK_OUTPUTS,
  QUICK_SIGHT_NETWORK_OUTPUTS,
  QUICK_SIGHT_WAREHOUSE_OUTPUTS,
  SERVERLESS_OUTPUTS,
  STORAGE_OUTPUTS,
  streamOutput,
  streamOutputs,
  WAREHOUSE_OUTPUTS,
} from './outputs';
import { addDeploySteps } from './pipeline/deploy-steps';
import { addFunctions, type PipelineFunctions } from './pipeline/functions';
import type { PipelineInputs, QuickSightInputs } from './pipeline/inputs';
import { Schedules } from './pipeline/schedules';
import { addSnapshotSchedule } from './pipeline/snapshot-schedule';
import { addStreamMappings } from './pipeline/streams';
import type { Settings } from './settings';
import type { StorageStack } from './storage-stack';
import type { WarehouseStack } from './warehouse-stack';
import { addWatch } from './watch/watch';

export interface PipelineStackProps {
  readonly network: NetworkStack;
  readonly storage: StorageStack;
  readonly warehouse: WarehouseStack;
  readonly folders: Folders;
}

export class PipelineStack extends BaseStack {
  constructor(app: App, settings: Settings, props: PipelineStackProps) {
    super(app, 'pipeline', settings);
    const inputs = this.readInputs(props);
    const keyArn = inputs.network.key_arn;
    const functions = addFunctions(this, inputs, { keyArn, bundleFolder: props.folders.bundles });
    const { prepared } = addDeploySteps(this, functions);
    const { group } = new Schedules(this, 'every', { functions, keyArn, after: prepared });
    this.addSnapshots(inputs, group);
    addStreamMappings(this, {
      stage: functions['stage-stream-records'],
      streamArns: inputs.streamArns,
      keyArn,
      after: prepared,
    });
    const usageLimitId = inputs.serverless?.warehouse_usage_limit_id;
    const watch = addWatch(this, { functions, keyArn, usageLimitId });
    addObservability(this, { ...watch, functions, keyArn });
    this.addApi(functions, keyArn);
    this.addQuickSight(inputs, prepared);
    for (const [handler, { function: deployed }] of Object.entries(functions)) {
      this.publish(
        `${handler.replaceAll('-', '_')}_function_name`,
        deployed.functionName,
        `Name of the function ${handler}.`,
      );
    }
  }

  private addApi(functions: PipelineFunctions, keyArn: string): void {
    const { api } = this.settings;
    if (api === undefined) return;
    const { url } = new SourceApi(this, 'api', { api, functions, keyArn });
    this.publish('api_url', url, 'Where the API in front of the sources is.');
  }

  private addQuickSight(
    { quickSight, network, warehouse }: PipelineInputs,
    after: readonly ITerraformDependable[],
  ): void {
    const settings = this.settings.bi?.quickSight;
    if (settings === undefined || quickSight === undefined) return;
    const { dashboardUrl } = new QuickSight(this, 'quick-sight', {
      settings,
      subnetIds: network.private_subnet_ids,
      securityGroupId: quickSight.securityGroupId,
      warehouseHost: warehouse.warehouse_host,
      secretArn: quickSight.secretArn,
      keyArn: network.key_arn,
      after,
    });
    this.publish('bi_dashboard_url', dashboardUrl, 'Where the dashboard for analysts is.');
  }

  /** A provisioned cluster takes its own. */
  private addSnapshots({ network, serverless }: PipelineInputs, group: SchedulerScheduleGroup): void {
    const { redshift } = this.settings;
    if (redshift.kind !== 'serverless' || serverless === undefined) return;
    addSnapshotSchedule(this, {
      namespaceArn: serverless.warehouse_namespace_arn,
      retentionDays: redshift.snapshotRetentionDays,
      keyArn: network.key_arn,
      group,
    });
  }

  private readInputs({ network, storage, warehouse }: PipelineStackProps): PipelineInputs {
    const tables = dynamodbTables();
    const streams = this.importOutputs(storage, streamOutputs(tables));
    return {
      network: this.importOutputs(network, NETWORK_OUTPUTS),
      storage: this.importOutputs(storage, STORAGE_OUTPUTS),
      ...this.readMysqlInputs(storage),
      warehouse: this.importOutputs(warehouse, WAREHOUSE_OUTPUTS),
      ...(this.settings.bi?.quickSight === undefined
        ? {}
        : { quickSight: this.readQuickSightInputs(network, warehouse) }),
      ...(this.settings.redshift.kind === 'serverless'
        ? { serverless: this.importOutputs(warehouse, SERVERLESS_OUTPUTS) }
        : {}),
      streamArns: Object.fromEntries(tables.map((table) => [table.name, streams[streamOutput(table)]!])),
    };
  }

  private readQuickSightInputs(network: NetworkStack, warehouse: WarehouseStack): QuickSightInputs {
    return {
      securityGroupId: this.importOutputs(network, QUICK_SIGHT_NETWORK_OUTPUTS).quick_sight_security_group_id,
      secretArn: this.importOutputs(warehouse, QUICK_SIGHT_WAREHOUSE_OUTPUTS).warehouse_bi_secret_arn,
    };
  }

  private readMysqlInputs(
    storage: StorageStack,
  ): Pick<PipelineInputs, 'mysqlIngestSecretArn' | 'mysqlAuthority'> {
    const { settings } = this;
    const isSignedByRds = settings.mysql.kind === 'new' || settings.mysql.certificateAuthority === 'rds';
    return {
      ...(mayWriteRows(settings)
        ? { mysqlIngestSecretArn: this.importOutputs(storage, INGEST_OUTPUTS).mysql_ingest_secret_arn }
        : {}),
      ...(isSignedByRds
        ? {}
        : {
            mysqlAuthority: this.importOutputs(storage, MYSQL_AUTHORITY_OUTPUTS).mysql_certificate_authority,
          }),
    };
  }
}
