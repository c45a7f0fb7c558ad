/** One alarm for each way into the warehouse, which rings when anything on the way does: the one to be woken by. */
import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import { dynamodbTables, mysqlTables } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import { type Alarms, describe } from './alarm';

export function addWays(scope: Construct, alarms: Alarms, topicArn: string): void {
  const names = (tables: readonly { readonly name: string }[]) => tables.map(({ name }) => name);
  const shared = [...alarms.of('warehouse-health'), ...alarms.of('function-errors', ['reconcile-tables'])];
  addWay(scope, topicArn, {
    runbook: 'way-mysql',
    meaning: 'Changes of MySQL do not reach the warehouse as they should',
    alarms: [
      ...alarms.of('freshness', names(mysqlTables())),
      ...alarms.of('mismatches', names(mysqlTables())),
      ...alarms.of('replication-source-latency'),
      ...alarms.of('replication-target-latency'),
      ...alarms.of('function-errors', ['ingest-txns', 'start-replication-task']),
      ...alarms.of('dead-letters', ['ingest-txns', 'start-replication-task']),
      ...shared,
    ],
  });
  addWay(scope, topicArn, {
    runbook: 'way-dynamodb',
    meaning: 'Changes of DynamoDB do not reach the warehouse as they should',
    alarms: [
      ...alarms.of('freshness', names(dynamodbTables())),
      ...alarms.of('mismatches', names(dynamodbTables())),
      ...alarms.of('iterator-age'),
      ...alarms.of('function-errors', ['ingest-trades', 'stage-stream-records', 'load-staged-batches']),
      ...alarms.of('dead-letters', ['ingest-trades', 'stage-stream-records', 'load-staged-batches']),
      ...shared,
    ],
  });
}

interface Way {
  readonly runbook: string;
  readonly meaning: string;
  readonly alarms: readonly CloudwatchMetricAlarm[];
}

function addWay(scope: Construct, topicArn: string, way: Way): void {
  new CloudwatchCompositeAlarm(scope, way.runbook, {
    alarmName: stackOf(scope).names.of(way.runbook),
    alarmDescription: describe(way.meaning, way.runbook),
    alarmRule: way.alarms.map(({ alarmNameInput }) => `ALARM("${alarmNameInput}")`).join(' OR '),
    actionsEnabled: true,
    alarmActions: [topicArn],
    okActions: [topicArn],
    // The rule names alarms by their names, which Terraform does not see.
    dependsOn: [...way.alarms],
  });
}
