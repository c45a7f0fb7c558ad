/** Alarms of the warehouse, by its kind. */
import type { Settings } from '../settings';
import type { RedshiftOf } from '../settings/redshift';
import type { AlarmSpec } from './alarm';
import type { Metrics } from './metric';

/** 15 minutes in a row; these grow slowly or pass on their own. */
const LASTING = { bad: 3, of: 3, silence: 'good' } as const;

/** @param usageLimitId of a serverless warehouse that this deployment makes */
export function warehouseAlarms(
  metrics: Metrics,
  { redshift }: Settings,
  usageLimitId: string | undefined,
): AlarmSpec[] {
  switch (redshift.kind) {
    case 'provisioned':
    case 'existing-cluster':
      return clusterAlarms(metrics);
    case 'serverless':
      return [connectionsAlarm(metrics), ...workgroupAlarms(metrics, redshift, usageLimitId)];
    case 'existing-workgroup':
      // What it may grow to and use is its owner's.
      return [connectionsAlarm(metrics)];
  }
}

function clusterAlarms({ warehouse }: Metrics): AlarmSpec[] {
  const above = (runbook: string, name: string, threshold: number, meaning: string): AlarmSpec => ({
    runbook,
    meaning,
    metrics: [warehouse(name, 'Average')],
    when: 'above',
    threshold,
    ...LASTING,
  });
  return [
    {
      runbook: 'warehouse-health',
      meaning: 'Redshift is unhealthy or does not report its health',
      metrics: [warehouse('HealthStatus', 'Minimum')],
      when: 'below',
      threshold: 1,
      bad: 2,
      of: 3,
      silence: 'bad',
    },
    above('warehouse-cpu', 'CPUUtilization', 90, 'The CPU of Redshift is above 90 %'),
    above('warehouse-disk', 'PercentageDiskSpaceUsed', 80, 'Redshift has used 80 % of its storage'),
    above(
      'warehouse-connections',
      'DatabaseConnections',
      400,
      'Redshift has more than 400 of its 500 connections',
    ),
    above('warehouse-commit-queue', 'CommitQueueLength', 20, 'Transactions in Redshift wait to commit'),
  ];
}

const connectionsAlarm = ({ warehouse }: Metrics): AlarmSpec => ({
  runbook: 'warehouse-connections',
  meaning: 'Redshift has more than 1,600 of its 2,000 connections',
  metrics: [warehouse('DatabaseConnections', 'Average')],
  when: 'above',
  threshold: 1_600,
  ...LASTING,
});

/** A workgroup says nothing of its health: that it takes no more changes shows in freshness. */
function workgroupAlarms(
  { warehouse, usageLimit }: Metrics,
  { maxCapacityRpus, usageLimit: limit }: RedshiftOf<'serverless'>,
  usageLimitId: string | undefined,
): AlarmSpec[] {
  return [
    {
      runbook: 'warehouse-capacity',
      meaning: `Redshift Serverless has been at its ${maxCapacityRpus} RPUs for hours`,
      metrics: [warehouse('ComputeCapacity', 'Average')],
      when: 'above',
      threshold: maxCapacityRpus - 1,
      // The metric is an average of half an hour.
      periodSeconds: 1_800,
      bad: 4,
      of: 4,
      silence: 'good',
    },
    ...(usageLimitId === undefined
      ? []
      : [
          {
            runbook: 'warehouse-usage-limit',
            meaning: `80 % of the ${limit.rpuHours} RPU-hours (${limit.period}) of Redshift Serverless are used`,
            metrics: [usageLimit(usageLimitId)('UsageLimitConsumed', 'Maximum')],
            when: 'above' as const,
            threshold: 0.8 * limit.rpuHours,
            ...LASTING,
          },
        ]),
  ];
}
