/** Alarms of each replicated table: is the target fresh, is it equal, was anything rejected or flagged. */
import type { HandlerName } from '../../pipeline/handler-environment';
import { ingestedTables } from '../../pipeline/ingested-tables';
import { dynamodbTables, type ReplicatedTable, sourceName, TABLES, targetName } from '../../pipeline/tables';
import type { Settings } from '../settings';
import type { AlarmSpec, Alarms } from './alarm';
import type { Metrics } from './metric';

export function addTableAlarms(alarms: Alarms, metrics: Metrics, settings: Settings): void {
  for (const table of TABLES) addEquality(alarms, metrics, settings, table);
  for (const { table, handler } of ingestedTables()) {
    addCountAlarm(alarms, metrics, {
      runbook: 'rejected-rows',
      table,
      handler,
      metric: 'RejectedRows',
      meaning: `Rows or items for ${sourceName(table)} could not be ingested; they are in rejected/`,
    });
  }
  for (const table of dynamodbTables()) {
    addCountAlarm(alarms, metrics, {
      runbook: 'flagged-values',
      table,
      handler: 'stage-stream-records',
      metric: 'FlaggedValues',
      movedFrom: `aws_cloudwatch_metric_alarm.set_aside_values_${table.name}`,
      meaning: `Values of ${sourceName(table)} do not fit their columns; they are only in the whole item`,
    });
    addCountAlarm(alarms, metrics, {
      runbook: 'rejected-files',
      table,
      handler: 'load-staged-batches',
      metric: 'RejectedFiles',
      meaning: `Staged files of ${sourceName(table)} could not be loaded; they are in rejected/`,
    });
  }
}

function addEquality(alarms: Alarms, metrics: Metrics, settings: Settings, table: ReplicatedTable): void {
  const measured = metrics.own('measure-freshness', table);
  alarms.add({
    runbook: 'freshness',
    subject: table.name,
    meaning: `${targetName(table)} is behind ${sourceName(table)}, or nothing was measured`,
    ...freshness(metrics, table),
    when: 'above',
    threshold: settings.alarms.freshnessSeconds,
    bad: 3,
    of: 3,
    silence: 'bad',
  });
  alarms.add({
    runbook: 'proof',
    subject: table.name,
    meaning: `${targetName(table)} was not proven equal to ${sourceName(table)} for too long`,
    metrics: [measured('ProofAgeSeconds', 'Maximum')],
    when: 'above',
    threshold: settings.alarms.proofSeconds,
    bad: 3,
    of: 3,
    silence: 'bad',
  });
  alarms.add({
    runbook: 'mismatches',
    subject: table.name,
    meaning: `${targetName(table)} is not equal to ${sourceName(table)}`,
    metrics: [metrics.own('reconcile-tables', table)('Mismatches', 'Maximum')],
    when: 'above',
    threshold: 0,
    bad: 2,
    of: 3,
    silence: 'good',
  });
}

/**
 * Of a DynamoDB table, the greater of two times: how long changes wait in the stream, which Lambda measures whenever
 * it reads some, and how long staged ones wait for their commit. The second one is always there, so that its absence
 * shows; without the first one nothing was read.
 */
function freshness(metrics: Metrics, table: ReplicatedTable): Pick<AlarmSpec, 'metrics' | 'expression'> {
  const staged = metrics.own('measure-freshness', table)('FreshnessSeconds', 'Maximum');
  if (table.source === 'mysql') return { metrics: [staged] };
  const inStream = metrics.function('stage-stream-records')('IteratorAge', 'Maximum');
  return {
    metrics: [staged, inStream],
    expression: 'IF(m1 > FILL(m2, 0) / 1000, m1, FILL(m2, 0) / 1000)',
  };
}

interface CountAlarm {
  readonly runbook: string;
  readonly table: ReplicatedTable;
  readonly handler: HandlerName;
  readonly metric: string;
  readonly meaning: string;
  readonly movedFrom?: string;
}

function addCountAlarm(
  alarms: Alarms,
  metrics: Metrics,
  { runbook, table, handler, metric, meaning, movedFrom }: CountAlarm,
) {
  alarms.add({
    runbook,
    subject: table.name,
    meaning,
    metrics: [metrics.own(handler, table)(metric, 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 1,
    of: 1,
    silence: 'good',
    ...(movedFrom === undefined ? {} : { movedFrom }),
  });
}
