/** The metrics that alarms and the dashboard use, each named in one place. */
import type { HandlerName } from '../../pipeline/handler-environment';
import type { DynamodbTable } from '../../pipeline/tables';
import type { Names } from '../names';
import type { Settings } from '../settings';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, …, or a percentile like `p95`. */
  readonly statistic: string;
}

/** Metrics by subject. */
export function metricsOf(names: Names, { mysql }: Pick<Settings, 'mysql'>) {
  const metric =
    (namespace: string, dimensions: Metric['dimensions']) => (name: string, statistic: string) => ({
      namespace,
      name,
      dimensions,
      statistic,
    });
  const rdsInstance = mysql.kind === 'new' ? names.mysqlInstance : mysql.instanceIdentifier;
  return {
    /** What a function of the pipeline counts itself; most are counted per watched subject: a table, or all of a source. */
    own: (handler: HandlerName, subject?: string) =>
      metric(names.metricsNamespace, {
        service: handler,
        ...(subject === undefined ? {} : { table: subject }),
      }),
    function: (handler: HandlerName) => metric('AWS/Lambda', { FunctionName: names.function(handler) }),
    queue: (queue: string) => metric('AWS/SQS', { QueueName: queue }),
    schedules: metric('AWS/Scheduler', { ScheduleGroup: names.scheduleGroup }),
    /** Here DMS identifies a task by the last part of its ARN, not by its name. */
    replicationTask: metric('AWS/DMS', {
      ReplicationInstanceIdentifier: names.replicationInstance,
      ReplicationTaskIdentifier: names.replicationTaskResource,
    }),
    replicationInstance: metric('AWS/DMS', { ReplicationInstanceIdentifier: names.replicationInstance }),
    /** Absent for a server that is not of RDS: it has no metrics in CloudWatch. */
    mysql: rdsInstance === undefined ? undefined : metric('AWS/RDS', { DBInstanceIdentifier: rdsInstance }),
    warehouse: names.warehouse.isServerless
      ? metric('AWS/Redshift-Serverless', { Workgroup: names.warehouse.name })
      : metric('AWS/Redshift', { ClusterIdentifier: names.warehouse.name }),
    /** Of a serverless warehouse. */
    usageLimit: (id: string) =>
      metric('AWS/Redshift-Serverless', {
        UsageLimitId: id,
        UsageType: 'SERVERLESS_COMPUTE',
        Workgroup: names.warehouse.name,
      }),
    /** Of Firehose, to a destination outside the account. */
    delivery: (stream: string) => metric('AWS/Firehose', { DeliveryStreamName: names.of(stream) }),
    metricStream: (destination: string) =>
      metric('AWS/CloudWatch/MetricStreams', { MetricStreamName: names.of(destination) }),
    /** Of all methods of the API together. */
    api: metric('AWS/ApiGateway', { ApiName: names.of('api'), Stage: names.apiStage }),
    /** What is counted from its access log. */
    apiLog: metric(names.metricsNamespace, {}),
    table: (table: DynamodbTable) => metric('AWS/DynamoDB', { TableName: names.table(table) }),
    tableOperation: (table: DynamodbTable, operation: string) =>
      metric('AWS/DynamoDB', { TableName: names.table(table), Operation: operation }),
  };
}

export type Metrics = ReturnType<typeof metricsOf>;
