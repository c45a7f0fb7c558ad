/** Gives tables of MySQL a new copy, while their old rows stay visible and other tables are left alone. */
import { dynamodbTables, sourceName, targetName } from '../../pipeline/tables';
import { STATE } from '../runtime/ports/host';
import {
  REPLICATION_TASKS,
  type ReplicationTask,
  UnknownTableError,
} from '../runtime/ports/replication-task';
import type { Runtime } from '../runtime/runtime';
import { typedCommand } from '../state/typed-command';

export interface ResyncedTable {
  /** Source `database.table`. */
  readonly table: string;
  readonly rows: number;
  /** What its entry and its target took over from the source, as text. */
  readonly taken?: string;
}

/** As long as the largest table may take. */
const TIMEOUT_MS = 24 * 3_600_000;

/** What brings a table of DynamoDB back, where one of these is such a table; empty otherwise. */
export function adviseBackfill(folder: string, names: readonly string[]): string {
  const found = dynamodbTables().find((table) =>
    [table.name, sourceName(table), targetName(table)].some((name) => names.includes(name)),
  );
  return found === undefined
    ? ''
    : `. ${found.name} is a table of DynamoDB: ${typedCommand(folder, 'backfill', found.name)}`;
}

/** @throws Error when the task has no such table, or suspends it again. */
export async function resyncTables(runtime: Runtime, tables: readonly string[]): Promise<ResyncedTable[]> {
  const [task] = runtime.registry.of(REPLICATION_TASKS).values();
  if (task === undefined) throw new Error('no stack declares a replication task');
  await task.resync(tables).catch((error: unknown) => {
    if (!(error instanceof UnknownTableError)) throw error;
    throw new UnknownTableError(error.message + adviseBackfill(runtime.registry.the(STATE).folder, tables));
  });
  startAgain(task);
  await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
  return tables.map((table) => resynced(task, table));
}

/** A task whose tables are all suspended has failed; one that never ran copies every table anyway. */
function startAgain(task: ReplicationTask): void {
  const { status } = task.describe();
  if (status === 'stopped' || status === 'failed') task.start('resume-processing');
  if (status === 'ready') task.start('start-replication');
}

function resynced(task: ReplicationTask, table: string): ResyncedTable {
  const found = task.describe().tables.find((one) => one.table === table);
  if (found?.state === 'loaded') return { table, rows: found.snapshotRows };
  throw new Error(
    `${table} could not be brought back: ${found?.suspendedBecause ?? `its state is ${found?.state ?? 'unknown'}`}`,
  );
}
