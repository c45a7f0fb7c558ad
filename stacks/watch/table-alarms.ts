/** Alarms of each replicated table: is the target fresh, is it equal, was anything rejected or flagged. */
import type { HandlerName } from '../../pipeline/handler-environment';
import { dynamodbTables, type ReplicatedTable, sourceName, TABLES, targetName } from '../../pipeline/tables';
import type { Settings } from '../settings';
import type { Alarms } from './alarm';
import type { Metrics } from './metric';

export function addTableAlarms(alarms: Alarms, metrics: Metrics, settings: Settings): void {
  for (const table of TABLES) {
    addEquality(alarms, metrics, settings, table);
    addCountAlarm(alarms, metrics, {
      runbook: 'rejected-rows',
      table,
      handler: table.source === 'mysql' ? 'ingest-txns' : 'ingest-trades',
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
  const metric = metrics.own('reconcile-tables', table);
  alarms.add({
    runbook: 'freshness',
    subject: table.name,
    meaning: `${targetName(table)} is behind ${sourceName(table)}, or no comparison ran`,
    metrics: [metric('FreshnessSeconds', 'Maximum')],
    when: 'above',
    threshold: settings.alarms.freshnessSeconds,
    bad: 3,
    of: 3,
    silence: 'bad',
  });
  alarms.add({
    runbook: 'mismatches',
    subject: table.name,
    meaning: `${targetName(table)} is not equal to ${sourceName(table)}`,
    metrics: [metric('Mismatches', 'Maximum')],
    when: 'above',
    threshold: 0,
    bad: 2,
    of: 3,
    silence: 'good',
  });
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
