/** What a person sees: a line for each event that matters, a table after each reconciliation. */

import type { OutcomeFields, RuntimeEvent } from '../runtime/events';
import type { TaskEvent } from '../runtime/ports/replication-task';
import type { StreamMappingEvent } from '../runtime/ports/stream-mapping';
import { isOfHeartbeats } from '../runtime/progress-watch';
import { handlerOf } from '../runtime/runtime';
import { pointToFolder, typedCommand } from '../state/typed-command';
import { formatLine, line, more, plural, type ReportLine } from './report-line';
import { parseTableSummaries, type TableSummary } from './table-summary';
import { buildTextTable } from './text-table';
import { describeWarning } from './warnings';

/** Parts whose start takes noticeably long. */
const PARTS: Readonly<Record<string, string>> = {
  aws_db_instance: 'MySQL server',
  aws_dynamodb_table: 'DynamoDB table',
  aws_redshift_cluster: 'warehouse',
  aws_redshiftserverless_namespace: 'warehouse',
  aws_lambda_invocation: 'set-up',
  aws_lambda_event_source_mapping: 'stream mapping',
  aws_dms_replication_task: 'replication task',
};

/** As the terminal shows it: a comparison is a table there. */
export const printEvent = (event: RuntimeEvent, folder: string): readonly string[] =>
  event.type === 'function-ended' && handlerOf(event.functionName) === 'reconcile-tables'
    ? describeSummary(event.payload)
    : describeEvent(event, folder).map(formatLine);

/** The lines for one event; empty when it does not deserve one. @param folder of the state, for commands that they name */
export function describeEvent(event: RuntimeEvent, folder: string): readonly ReportLine[] {
  switch (event.type) {
    case 'part': {
      const [type = '', name = ''] = event.address.split('.');
      const part = PARTS[type];
      return part === undefined ? [] : [line('up', `${part} ${name}`, seconds(event.elapsedMs))];
    }
    case 'outcome':
      return describeOutcome(event, folder);
    case 'function-ended':
      return [];
    case 'function-failed':
      return [
        line('failed', event.functionName, `${pointToFolder(event.message, folder)}; next: ${event.next}`),
        more(`its log: ${event.logFile}`),
      ];
    case 'task':
      return describeTaskEvent(event.identifier, event.event, folder);
    case 'mapping':
      return describeMappingEvent(event.functionName, event.event);
    case 'engine-ended':
      return [line('failed', event.engine, event.message)];
    case 'exhausted':
      return [line('failed', 'this machine', event.message)];
    case 'denied':
      return [line('denied', event.role, event.message)];
    case 'undelivered':
      return [line('undelivered', event.stream, event.message)];
    case 'dead-letter':
      return [line('dead letter', event.from, event.file)];
  }
}

const SUMMARY_COLUMNS = [
  'source',
  'target',
  ...['source rows', 'target rows', 'mismatches', 'in flight'].map((name) => ({ name, isNumeric: true })),
];

/** Nothing where every table was proven before and nothing was compared. */
function describeSummary(payload: unknown): string[] {
  const tables = parseTableSummaries(payload).filter(({ isNews = true }) => isNews);
  return tables.length === 0 ? [] : [`\n${buildSummary(tables)}\n`];
}

/** Source and target side by side. */
export function buildSummary(tables: readonly TableSummary[]): string {
  const rows = tables.flatMap(({ target, rows: named = [] }) => named.map((row) => `${target}: ${row}`));
  return [buildCounts(tables), ...(rows.length === 0 ? [] : ['', ...rows])].join('\n');
}

function buildCounts(tables: readonly TableSummary[]): string {
  return buildTextTable(
    SUMMARY_COLUMNS,
    tables.map(({ source, target, sourceRows, targetRows, mismatches, inFlight }) => [
      source,
      target,
      sourceRows,
      targetRows,
      mismatches,
      inFlight,
    ]),
  );
}

function describeOutcome(
  { functionName, outcome, fields }: Extract<RuntimeEvent, { type: 'outcome' }>,
  folder: string,
): ReportLine[] {
  const table = String(fields.table ?? '');
  const count = (name: string): string => String(fields[name] ?? 0);
  const lag = typeof fields.lagMs === 'number' ? `, lag ${seconds(fields.lagMs)}` : '';
  switch (outcome) {
    case 'ingested':
      return [line('ingested', table, `${plural(fields.rows, 'row')}, ${count('rejected')} rejected`)];
    case 'staged':
      return [
        line('staged', table, `${plural(fields.rows, 'row')} in ${plural(fields.files, 'file')}${lag}`),
      ];
    case 'loaded':
      return fields.files === 0 ? [] : [line('loaded', table, describeLoad(fields) + lag)];
    case 'backfilled':
      return [line('backfilled', table, describeBackfill(fields))];
    case 'reconciled':
      return [line('reconciled', table, describeReconciliation(fields))];
    case 'dead-letter':
      return [line('dead letter', table, String(fields.message ?? ''))];
    case 'warned':
      return describeWarning(functionName, fields, folder);
    case 'refused':
      return [line('refused', table, pointToFolder(String(fields.reason ?? ''), folder))];
    case 'measured':
    // An API may have hundreds a second: the live page counts them.
    case 'answered':
      return [];
    // Another run was at it, which will say what it found.
    case 'skipped':
      return [];
    case 'prepared':
      return [line('prepared', functionName, '')];
    case 'started':
      // Every run of the schedule asks; only a start is news.
      if (fields.action === 'none') return [];
      return [
        line(
          'started',
          'replication task',
          `${String(fields.action ?? '')}: it was ${String(fields.status ?? '')}`,
        ),
      ];
    default:
      return [line(outcome, functionName, '')];
  }
}

function describeBackfill(fields: OutcomeFields): string {
  const rejected = Number(fields.rejected ?? 0) > 0 ? `, ${fields.rejected} can never be rows` : '';
  return `${plural(fields.items, 'item')}${rejected}${fields.isDone === true ? '' : ' so far'}: ${fields.reason ?? ''}`;
}

function describeReconciliation(fields: OutcomeFields): string {
  const inFlight = Number(fields.inFlight ?? 0) > 0 ? `, ${fields.inFlight} in flight` : '';
  const open =
    typeof fields.progressPercent === 'number' && fields.progressPercent < 100
      ? `, ${fields.progressPercent} % compared`
      : '';
  return `${plural(fields.sourceRows, 'row')}, ${fields.targetRows} in the target, ${fields.mismatches} mismatches${inFlight}${open}`;
}

function describeLoad(fields: OutcomeFields): string {
  const rejected =
    typeof fields.rejected === 'number' && fields.rejected > 0
      ? `, ${plural(fields.rejected, 'file')} rejected`
      : '';
  return `${plural(fields.rows, 'row')} of ${plural(fields.files, 'file')}: ${fields.upserted ?? 0} upserted, ${fields.deleted ?? 0} deleted${rejected}`;
}

function describeTaskEvent(identifier: string, event: TaskEvent, folder: string): ReportLine[] {
  if (isOfHeartbeats(event) && event.type !== 'table-suspended') return [];
  switch (event.type) {
    case 'snapshot-finished':
      return [
        line(
          'captured',
          event.table,
          `snapshot of ${plural(event.rows, 'row')}${rejectedRows(event.rejected)}`,
        ),
      ];
    case 'snapshot-progress': {
      const left = event.secondsLeft === undefined ? '' : `, about ${event.secondsLeft} s left`;
      return [
        line('copying', event.table, `${plural(event.rows, 'row')}, ${event.rowsPerSecond} rows/s${left}`),
      ];
    }
    case 'applied': {
      const { inserts, updates, deletes, truncates } = event;
      const changes = [
        plural(inserts, 'insert'),
        ...(updates > 0 ? [plural(updates, 'update')] : []),
        ...(deletes > 0 ? [plural(deletes, 'delete')] : []),
        ...(truncates > 0 ? [plural(truncates, 'truncate')] : []),
      ].join(', ');
      return [
        line(
          'captured',
          event.table,
          `${changes}${rejectedRows(event.rejected)}, lag ${seconds(event.lagMs)}`,
        ),
      ];
    }
    case 'table-suspended':
      return [
        line('suspended', event.table, event.reason),
        more(`to bring it back: ${typedCommand(folder, 'resync', event.table)}`),
      ];
    case 'table-altered':
      return [
        line('altered', event.table, `its columns are now ${event.columns.join(', ')}`),
        ...event.ignored.map((column) => more(ignoredColumn(column))),
      ];
    case 'columns-ignored':
      return event.columns.map((column) => line('ignored', event.table, ignoredColumn(column)));
    case 'reconnecting':
      return [line('reconnecting', identifier, `try ${event.attempt}: ${event.message}`)];
    case 'source-changed':
      return [line('source', identifier, `continues by GTID on ${event.to}, after ${event.from}`)];
    case 'failed':
      return [line('failed', identifier, `${event.code}: ${event.message}`)];
    case 'status':
      return [];
  }
}

function describeMappingEvent(functionName: string, event: StreamMappingEvent): ReportLine[] {
  switch (event.type) {
    case 'delivered':
      return [];
    case 'function-failed':
      return [
        line(
          'failed',
          functionName,
          `${plural(event.records, 'stream record')}, try ${event.invokeCount}: ${event.message}`,
        ),
      ];
    case 'lost':
      return [line('lost', functionName, `${event.reason}. A backfill of its table makes up for it`)];
    case 'discarded':
      return [line('discarded', functionName, `${plural(event.records, 'stream record')}: ${event.reason}`)];
    case 'failed': {
      const message = event.error instanceof Error ? event.error.message : String(event.error);
      return [line('failed', functionName, `the stream mapping stopped: ${message}`)];
    }
  }
}

/** The catalogue of one's own tables is read from their server at each start. */
const ignoredColumn = (column: string): string =>
  `${column} is ignored: it is not in the catalogue. ${
    process.env.CDC_ENVIRONMENT !== 'own'
      ? 'Add it there (docs/add-a-table.md), and the table is copied again'
      : 'Stop (Ctrl-C) and start again: its entry is then read from the server, and the table is copied again'
  }`;

const rejectedRows = (rejected: number): string => (rejected > 0 ? `, ${rejected} rejected` : '');

const seconds = (milliseconds: number): string => `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;
