/** What one run of a task works with: its session, its tables, and what it counts and tells. */
import { type ErrorCode, PipelineError } from '../../../../pipeline/errors';
import { foldSourceName } from '../../../../pipeline/mysql/folded-name';
import type { Failpoint, TableStatistics, TaskEvent } from '../../../runtime/ports/replication-task';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';
import type { ControlTables, TableState } from './control-tables';
import type { MappedTable, MisfitColumn } from './mapped-table';
import type { ReadLogin } from './source-connection';
import type { StatementTable } from './statement/clauses';
import type { TableMappings } from './table-mappings';
import type { TaskSettings } from './task-settings';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A table that the mappings select. Without `replicated` it is suspended and only named. */
export interface TaskTable {
  readonly name: string;
  replicated?: MappedTable;
  /** Changes before it are in the copy already. */
  snapshotPosition?: SourcePosition;
  /** It has a copy that stays visible until a new one takes its place. */
  resync?: boolean;
  readonly statistics: Writable<TableStatistics>;
}

export interface TaskContext {
  readonly identifier: string;
  readonly mappings: TableMappings;
  readonly settings: TaskSettings;
  readonly readLogin: ReadLogin;
  readonly session: WarehouseSession;
  readonly control: ControlTables;
  /** By source `database.table`. */
  readonly tables: Map<string, TaskTable>;
  readonly emit: (event: TaskEvent) => void;
  readonly failpoint: (step: Failpoint) => void;
  /** True once the task should stop. */
  readonly stopping: () => boolean;
  /** Called between transactions, with nothing waiting. @throws ResyncRequested */
  readonly checkRequests: () => void;
  /** Tables whose structure at the start is another than the task last saw: what it must be when `by` is reached. */
  readonly expected: Map<TaskTable, { readonly by: SourcePosition; readonly fingerprint: string }>;
  /** Suspended tables of which this run has spoken. */
  readonly announced: Set<string>;
  /** What was learned about the server. */
  readonly server: { foldsNames: boolean; logsCascades: boolean };
}

export function newTaskTable(name: string): TaskTable {
  return {
    name,
    statistics: {
      table: name,
      state: 'waiting',
      snapshotRows: 0,
      inserts: 0,
      updates: 0,
      deletes: 0,
      rejected: 0,
      flagged: 0,
    },
  };
}

/** By the name that an event has for it; a server may not care about capitals (lower_case_table_names). */
export function findTable(context: TaskContext, { database, table }: StatementTable): TaskTable | undefined {
  return findNamed(context, `${database}.${table}`);
}

/** @param name as `database.table` */
export function findNamed({ tables, server }: TaskContext, name: string): TaskTable | undefined {
  const found = tables.get(name);
  if (found !== undefined || !server.foldsNames) return found;
  const folded = foldSourceName(name);
  return [...tables.values()].find((one) => foldSourceName(one.name) === folded);
}

export function isInDatabase(context: TaskContext, table: TaskTable, database: string): boolean {
  const fold = (name: string): string => (context.server.foldsNames ? foldSourceName(name) : name);
  const known = table.replicated?.source.database;
  // A database may have a point in its name.
  if (known !== undefined) return fold(known) === fold(database);
  return fold(table.name).startsWith(`${fold(database)}.`);
}

/** What is written down of a table, with the rows that it speaks of. */
export const tableStateOf = (table: TaskTable, state: TableState['state'], reason?: string): TableState => ({
  state,
  snapshotPosition: table.snapshotPosition ?? null,
  snapshotRows: table.statistics.snapshotRows,
  fingerprint: table.replicated?.fingerprint ?? null,
  structure: table.replicated?.source ?? null,
  reason: reason ?? null,
});

export const isSuspended = (table: TaskTable): boolean => table.statistics.state === 'suspended';

/** Thrown to leave a run that should copy tables again; not a failure. */
export class ResyncRequested extends Error {
  override readonly name = 'ResyncRequested';

  constructor(readonly tables: readonly string[]) {
    super(`new copies are wanted: ${tables.join(', ')}`);
  }
}

/** Thrown to leave a run that should stop; not a failure. */
export class TaskStopped extends Error {
  override readonly name = 'TaskStopped';
}

export function taskFailure(
  message: string,
  context: PipelineError['context'] = {},
  code: ErrorCode = 'REPLICATION_TASK_FAILED',
): PipelineError {
  return new PipelineError({ code, disposition: 'halt', message, context });
}

/**
 * Applies no more changes of this table, and says so in the control tables and as an event. Part of the open
 * warehouse transaction, if there is one.
 * @throws PipelineError REPLICATION_TASK_FAILED when the settings say so, or when no table is left.
 */
export async function suspendTable(context: TaskContext, table: TaskTable, reason: string): Promise<void> {
  table.statistics.state = 'suspended';
  table.statistics.suspendedBecause = reason;
  await context.control.writeTableState(table.name, tableStateOf(table, 'suspended', reason));
  await context.control.writeSuspended(table.name, reason);
  context.announced.add(table.name);
  context.emit({ type: 'table-suspended', table: table.name, reason });
  if (context.settings.tableErrorPolicy === 'STOP_TASK')
    throw taskFailure(`the table ${table.name} cannot be replicated: ${reason}`, { table: table.name });
}

/** @throws PipelineError when no table is left to replicate. */
export function checkTablesLeft(context: TaskContext): void {
  const all = [...context.tables.values()];
  if (all.some((table) => !isSuspended(table))) return;
  if (all.length === 0) {
    throw taskFailure(
      'the table mappings select no table that exists at the source. Usually set-up has not created the tables yet, or a selection rule names another schema; run set-up or correct the rule, then start the task again.',
    );
  }
  const reasons = all.map(({ name, statistics }) => `${name}: ${statistics.suspendedBecause}`).join('; ');
  throw taskFailure(
    `every table is suspended, so that nothing is replicated (${reasons}). Fix the cause, then bring them back: a resync of each on the laptop, or reload-target for all.`,
    { tableCount: all.length },
  );
}

/** Names the column and the reason, never the value. */
export const describeMisfit = (table: TaskTable, misfit: MisfitColumn): string =>
  `column ${misfit.column} of ${table.replicated?.targetTable ?? table.name} cannot hold the value: it ${misfit.reason}`;
