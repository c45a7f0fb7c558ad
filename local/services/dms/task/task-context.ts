/** What one run of a task works with: its session, its tables, and what it counts and tells. */
import { type ErrorCode, PipelineError } from '../../../../pipeline/errors';
import type { Failpoint, TableStatistics, TaskEvent } from '../../../runtime/ports/replication-task';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';
import type { ControlTables } from './control-tables';
import type { MappedTable, MisfitColumn } from './mapped-table';
import type { ReadLogin } from './source-connection';
import type { TableMappings } from './table-mappings';
import type { TaskSettings } from './task-settings';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A table that the mappings select. Without `replicated` it is suspended and only named. */
export interface TaskTable {
  readonly name: string;
  replicated?: MappedTable;
  /** Changes before it are in the copy already. */
  snapshotPosition?: SourcePosition;
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

export const isSuspended = (table: TaskTable): boolean => table.statistics.state === 'suspended';

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
  const { snapshotRows } = table.statistics;
  table.statistics.state = 'suspended';
  table.statistics.suspendedBecause = reason;
  await context.control.writeTableState(table.name, {
    state: 'suspended',
    snapshotPosition: table.snapshotPosition ?? null,
    snapshotRows,
    fingerprint: table.replicated?.fingerprint ?? null,
    reason,
  });
  await context.control.writeSuspended(table.name, reason);
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
    `every table is suspended, so that nothing is replicated (${reasons}). Fix the cause, then load the tables again: reload-target.`,
    { tableCount: all.length },
  );
}

/** Names the column and the reason, never the value. */
export const describeMisfit = (table: TaskTable, misfit: MisfitColumn): string =>
  `column ${misfit.column} of ${table.replicated?.targetTable ?? table.name} cannot hold the value: it ${misfit.reason}`;
