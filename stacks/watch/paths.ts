/** One alarm for each path into the warehouse. It fires when any alarm on that path does: the one to page somebody for. */
import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import type { HandlerName } from '../../pipeline/handler-environment';
import { watchedTables } from '../../pipeline/watched-tables';
import { stackOf } from '../constructs/stack-of';
import { type Alarms, describe } from './alarm';

export interface PathAlarmsOptions {
  readonly topicArn: string;
  /** What this deployment has. */
  readonly handlers: readonly HandlerName[];
}

export function addPathAlarms(
  scope: Construct,
  alarms: Alarms,
  { topicArn, handlers }: PathAlarmsOptions,
): void {
  const deployed = (...wanted: HandlerName[]) => wanted.filter((handler) => handlers.includes(handler));
  const onMysql = deployed('ingest-txns', 'start-replication-task');
  const onDynamodb = deployed('ingest-trades', 'stage-stream-records', 'load-staged-batches');
  const subjects = (wanted: 'mysql' | 'dynamodb') =>
    watchedTables().flatMap(({ source, subject }) => (source === wanted ? [subject] : []));
  const shared = [
    // A serverless warehouse does not report its health.
    ...(stackOf(scope).names.warehouse.isServerless ? [] : alarms.of('warehouse-health')),
    ...alarms.of('function-errors', ['reconcile-tables', 'measure-freshness']),
  ];
  addPathAlarm(scope, topicArn, {
    alarm: 'way-mysql',
    runbook: 'path-mysql',
    meaning: 'Changes of MySQL do not reach the warehouse as they should',
    alarms: [
      ...alarms.of('freshness', subjects('mysql')),
      ...alarms.of('proof', subjects('mysql')),
      ...alarms.of('mismatches', subjects('mysql')),
      ...alarms.of('replication-source-latency'),
      ...alarms.of('replication-target-latency'),
      ...alarms.of('function-errors', onMysql),
      ...alarms.of('dead-letters', onMysql),
      ...shared,
    ],
  });
  addPathAlarm(scope, topicArn, {
    alarm: 'way-dynamodb',
    runbook: 'path-dynamodb',
    meaning: 'Changes of DynamoDB do not reach the warehouse as they should',
    alarms: [
      ...alarms.of('freshness', subjects('dynamodb')),
      ...alarms.of('proof', subjects('dynamodb')),
      ...alarms.of('mismatches', subjects('dynamodb')),
      ...alarms.of('iterator-age'),
      ...alarms.of('function-errors', onDynamodb),
      ...alarms.of('dead-letters', onDynamodb),
      ...shared,
    ],
  });
}

interface DataPath {
  /** Keeps the name it was first deployed with: another one would replace the alarm and lose its history. */
  readonly alarm: string;
  readonly runbook: string;
  readonly meaning: string;
  readonly alarms: readonly CloudwatchMetricAlarm[];
}

function addPathAlarm(scope: Construct, topicArn: string, path: DataPath): void {
  new CloudwatchCompositeAlarm(scope, path.alarm, {
    alarmName: stackOf(scope).names.of(path.alarm),
    alarmDescription: describe(path.meaning, path.runbook),
    alarmRule: path.alarms.map(({ alarmNameInput }) => `ALARM("${alarmNameInput}")`).join(' OR '),
    actionsEnabled: true,
    alarmActions: [topicArn],
    okActions: [topicArn],
    // The rule refers to alarms by name, which Terraform does not see as a dependency.
    dependsOn: [...path.alarms],
  });
}
