/** Alarms of the systems: MySQL, DynamoDB, replication, and those of the warehouse. */
import { dynamodbTables } from '../../pipeline/tables';
import type { Settings } from '../settings';
import type { AlarmSpec, Alarms } from './alarm';
import type { Metrics } from './metric';
import { warehouseAlarms } from './warehouse-alarms';

const GB = 1024 ** 3;
const MB = 1024 ** 2;

/** 15 minutes in a row; these grow slowly or pass on their own. */
const LASTING = { bad: 3, of: 3, silence: 'good' } as const;

export interface DatabaseAlarmsOptions {
  readonly metrics: Metrics;
  readonly settings: Settings;
  /** Of a serverless warehouse. */
  readonly usageLimitId: string | undefined;
}

export function addDatabaseAlarms(
  alarms: Alarms,
  { metrics, settings, usageLimitId }: DatabaseAlarmsOptions,
): void {
  const specs = [
    ...mysqlAlarms(metrics, settings),
    ...dynamodbAlarms(metrics),
    ...replicationTaskAlarms(metrics, settings),
    ...replicationInstanceAlarms(metrics, settings),
    ...warehouseAlarms(metrics, settings, usageLimitId),
  ];
  for (const spec of specs) alarms.add(spec);
}

function mysqlAlarms({ mysql }: Metrics, { mysql: server }: Settings): AlarmSpec[] {
  if (mysql === undefined) return [];
  const above = (runbook: string, name: string, threshold: number, meaning: string): AlarmSpec => ({
    runbook,
    meaning,
    metrics: [mysql(name, 'Average')],
    when: 'above',
    threshold,
    ...LASTING,
  });
  const below = (runbook: string, name: string, threshold: number, meaning: string): AlarmSpec => ({
    ...above(runbook, name, threshold, meaning),
    when: 'below',
  });
  /** Only where its size is known: an instance that somebody else runs has alarms of its own. */
  const ofStorage = (storageGb: number): AlarmSpec[] => [
    below(
      'mysql-storage',
      'FreeStorageSpace',
      0.15 * storageGb * GB,
      'MySQL has less than 15 % of its storage left',
    ),
    above(
      'mysql-binlog',
      'BinLogDiskUsage',
      0.3 * storageGb * GB,
      'The binlog fills 30 % of the storage: DMS may be down',
    ),
  ];
  return [
    above('mysql-cpu', 'CPUUtilization', 85, 'The CPU of MySQL is above 85 %'),
    below('mysql-memory', 'FreeableMemory', 256 * MB, 'MySQL has less than 256 MB of memory left'),
    ...(server.kind === 'new' ? ofStorage(server.storageGb) : []),
    above('mysql-connections', 'DatabaseConnections', 200, 'MySQL has more than 200 connections'),
    above('mysql-read-latency', 'ReadLatency', 0.05, 'Reads in MySQL take more than 50 ms'),
    above('mysql-write-latency', 'WriteLatency', 0.05, 'Writes in MySQL take more than 50 ms'),
  ];
}

function dynamodbAlarms(metrics: Metrics): AlarmSpec[] {
  return dynamodbTables().flatMap((table) => [
    {
      runbook: 'dynamodb-throttles',
      subject: table.name,
      meaning: `DynamoDB throttles reads or writes of ${table.name}`,
      metrics: ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => metrics.table(table)(name, 'Sum')),
      when: 'above' as const,
      threshold: 0,
      ...LASTING,
    },
    {
      runbook: 'dynamodb-errors',
      subject: table.name,
      meaning: `DynamoDB fails reads or writes of ${table.name} with internal errors`,
      metrics: ['BatchGetItem', 'BatchWriteItem', 'GetRecords', 'Scan'].map((operation) =>
        metrics.tableOperation(table, operation)('SystemErrors', 'Sum'),
      ),
      when: 'above' as const,
      threshold: 0,
      ...LASTING,
    },
  ]);
}

function replicationTaskAlarms({ replicationTask: task }: Metrics, { alarms }: Settings): AlarmSpec[] {
  const late = (runbook: string, name: string, meaning: string): AlarmSpec => ({
    runbook,
    meaning,
    metrics: [task(name, 'Maximum')],
    when: 'above',
    threshold: alarms.replicationLatencySeconds,
    bad: 3,
    of: 3,
    // A running task always has a latency, even if it is 0: no value means that it is not running.
    silence: 'bad',
  });
  return [
    late(
      'replication-source-latency',
      'CDCLatencySource',
      'The replication task reads the binlog late, or not at all',
    ),
    late(
      'replication-target-latency',
      'CDCLatencyTarget',
      'The replication task writes to Redshift late, or not at all',
    ),
    {
      runbook: 'replication-spill',
      meaning:
        'Changes wait on the disk of the replication instance: Redshift takes them more slowly than they arrive',
      metrics: [task('CDCChangesDiskTarget', 'Maximum')],
      when: 'above',
      threshold: 100_000,
      ...LASTING,
    },
  ];
}

function replicationInstanceAlarms(
  { replicationInstance: instance }: Metrics,
  { dms }: Settings,
): AlarmSpec[] {
  const host = (
    runbook: string,
    name: string,
    when: 'above' | 'below',
    threshold: number,
    meaning: string,
  ): AlarmSpec => ({
    runbook,
    meaning,
    metrics: [instance(name, 'Average')],
    when,
    threshold,
    ...LASTING,
  });
  return [
    host(
      'replication-cpu',
      'CPUUtilization',
      'above',
      85,
      'The CPU of the replication instance is above 85 %',
    ),
    host(
      'replication-memory',
      'FreeableMemory',
      'below',
      256 * MB,
      'The replication instance has less than 256 MB of memory left',
    ),
    host(
      'replication-swap',
      'SwapUsage',
      'above',
      512 * MB,
      'The replication instance has more than 512 MB in swap',
    ),
    host(
      'replication-storage',
      'FreeStorageSpace',
      'below',
      0.15 * dms.storageGb * GB,
      'The replication instance has less than 15 % of its storage left',
    ),
  ];
}
