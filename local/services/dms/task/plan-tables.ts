/** Decides for each selected table whether it is to be copied, followed, or stays suspended. */
import type { Connection } from 'mysql2';
import type { TableState } from './control-tables';
import { buildMappedTable, type MappedTable, TableProblem, targetNameOf } from './mapped-table';
import { type FoundTable, readSelectedTables } from './source-catalogue';
import { sourceTableName } from './source-table';
import { readTargetColumns } from './target-columns';
import { newTaskTable, suspendTable, type TaskContext, type TaskTable } from './task-context';

/** Fills the context's tables. @returns those that are to be copied. */
export async function planTables(context: TaskContext, connection: Connection): Promise<TaskTable[]> {
  const states = await context.control.readTableStates();
  const found = await readSelectedTables(connection, context.mappings);
  for (const one of found) {
    const name = sourceTableName(one.table);
    const table = context.tables.get(name) ?? newTaskTable(name);
    context.tables.set(name, table);
    await planTable(context, table, one, states.get(name));
  }
  for (const [name, state] of states) {
    if (context.tables.has(name)) continue;
    const table = newTaskTable(name);
    context.tables.set(name, table);
    if (!staySuspended(table, state))
      await suspendTable(context, table, 'it is gone from the source, or the mappings no longer select it');
  }
  return [...context.tables.values()].filter(({ statistics }) => statistics.state === 'waiting');
}

async function planTable(
  context: TaskContext,
  table: TaskTable,
  found: FoundTable,
  state: TableState | undefined,
): Promise<void> {
  if (state !== undefined && staySuspended(table, state)) return;
  const replicated = await pairWithTarget(context, table, found);
  if (replicated === undefined) return;
  table.replicated = replicated;
  if (state?.state !== 'loaded') {
    table.statistics.state = 'waiting';
    return;
  }
  if (state.snapshotPosition !== null) table.snapshotPosition = state.snapshotPosition;
  table.statistics.snapshotRows = state.snapshotRows;
  table.statistics.state = 'loaded';
  if (state.fingerprint !== replicated.fingerprint)
    await suspendTable(
      context,
      table,
      'its columns or key were changed at the source while the task did not run',
    );
}

function staySuspended(table: TaskTable, state: TableState): boolean {
  if (state.state !== 'suspended') return false;
  Object.assign(table.statistics, {
    state: 'suspended',
    snapshotRows: state.snapshotRows,
    suspendedBecause: state.reason ?? 'no reason was written down',
  });
  return true;
}

async function pairWithTarget(
  context: TaskContext,
  table: TaskTable,
  { table: source, problem }: FoundTable,
): Promise<MappedTable | undefined> {
  try {
    if (problem !== undefined) throw new TableProblem(problem);
    const target = targetNameOf(source, context.mappings);
    const columns = await readTargetColumns(context.session, target);
    if (columns.length === 0) {
      throw new TableProblem(
        `its target ${target.schema}.${target.table} does not exist in the warehouse. Set-up makes the tables of the catalogue; a table that is not in it has no target`,
      );
    }
    return buildMappedTable(source, columns, context.mappings, context.settings.maxLobBytes);
  } catch (error) {
    if (!(error instanceof TableProblem)) throw error;
    await suspendTable(context, table, error.message);
    return undefined;
  }
}
