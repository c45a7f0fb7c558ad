/** Alarms of each replicated table: is the target fresh, is it equal, was anything rejected or flagged. */
import type { HandlerName } from '../../pipeline/handler-environment';
import { sourceName, targetName } from '../../pipeline/tables';
import { subjectOf, type WatchedTables, watchedTables } from '../../pipeline/watched-tables';
import { deployedIngests } from '../deployed-ingests';
import type { Settings } from '../settings';
import type { AlarmSpec, Alarms } from './alarm';
import type { Metrics } from './metric';

export function addTableAlarms(alarms: Alarms, metrics: Metrics, settings: Settings): void {
  for (const watched of watchedTables()) addEquality(alarms, metrics, settings, watched);
  for (const { table, handler } of deployedIngests(settings)) {
    addCountAlarm(alarms, metrics, {
      runbook: 'rejected-rows',
      subject: subjectOf(table.name),
      handler,
      metric: 'RejectedRows',
      meaning: `Rows or items for ${sourceName(table)} could not be ingested; they are in rejected/`,
    });
  }
  for (const watched of watchedTables().filter(({ source }) => source === 'dynamodb')) {
    const { subject } = watched;
    addCountAlarm(alarms, metrics, {
      runbook: 'flagged-values',
      subject,
      handler: 'stage-stream-records',
      metric: 'FlaggedValues',
      movedFrom: `aws_cloudwatch_metric_alarm.set_aside_values_${subject}`,
      meaning: `Values of ${sourceOf(watched)} do not fit their columns; they are only in the whole item`,
    });
    addCountAlarm(alarms, metrics, {
      runbook: 'rejected-files',
      subject,
      handler: 'load-staged-batches',
      metric: 'RejectedFiles',
      meaning: `Staged files of ${sourceOf(watched)} could not be loaded; they are in rejected/`,
    });
  }
}

const SYSTEMS = { mysql: 'MySQL', dynamodb: 'DynamoDB' } as const;

/** `mysql.bank.txns`, or `one of 500 tables of MySQL`. */
function sourceOf({ source, tables: [first, ...others] }: WatchedTables): string {
  if (first === undefined) throw new Error('nothing to watch');
  return others.length === 0
    ? sourceName(first)
    : `one of ${others.length + 1} tables of ${SYSTEMS[source]} (the function's log lines name it)`;
}

/** `bank.txns`, or `the target`. */
const targetOf = ({ tables: [first, ...others] }: WatchedTables): string =>
  first === undefined || others.length > 0 ? 'The target' : targetName(first);

function addEquality(alarms: Alarms, metrics: Metrics, settings: Settings, watched: WatchedTables): void {
  const { subject } = watched;
  const measured = metrics.own('measure-freshness', subject);
  alarms.add({
    runbook: 'freshness',
    subject,
    meaning: `${targetOf(watched)} is behind ${sourceOf(watched)}, or nothing was measured`,
    ...freshness(metrics, watched),
    when: 'above',
    threshold: settings.alarms.freshnessSeconds,
    bad: 3,
    of: 3,
    silence: 'bad',
  });
  alarms.add({
    runbook: 'proof',
    subject,
    meaning: `${targetOf(watched)} was not proven equal to ${sourceOf(watched)} for too long`,
    metrics: [measured('ProofAgeSeconds', 'Maximum')],
    when: 'above',
    threshold: settings.alarms.proofSeconds,
    bad: 3,
    of: 3,
    silence: 'bad',
  });
  alarms.add({
    runbook: 'mismatches',
    subject,
    meaning: `${targetOf(watched)} is not equal to ${sourceOf(watched)}`,
    metrics: [metrics.own('reconcile-tables', subject)('Mismatches', 'Maximum')],
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
function freshness(
  metrics: Metrics,
  { subject, source }: WatchedTables,
): Pick<AlarmSpec, 'metrics' | 'expression'> {
  const staged = metrics.own('measure-freshness', subject)('FreshnessSeconds', 'Maximum');
  if (source === 'mysql') return { metrics: [staged] };
  const inStream = metrics.function('stage-stream-records')('IteratorAge', 'Maximum');
  return {
    metrics: [staged, inStream],
    expression: 'IF(m1 > FILL(m2, 0) / 1000, m1, FILL(m2, 0) / 1000)',
  };
}

interface CountAlarm {
  readonly runbook: string;
  readonly subject: string;
  readonly handler: HandlerName;
  readonly metric: string;
  readonly meaning: string;
  readonly movedFrom?: string;
}

function addCountAlarm(
  alarms: Alarms,
  metrics: Metrics,
  { runbook, subject, handler, metric, meaning, movedFrom }: CountAlarm,
) {
  alarms.add({
    runbook,
    subject,
    meaning,
    metrics: [metrics.own(handler, subject)(metric, 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 1,
    of: 1,
    silence: 'good',
    ...(movedFrom === undefined ? {} : { movedFrom }),
  });
}
