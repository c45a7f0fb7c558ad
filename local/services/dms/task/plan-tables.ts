/** Decides for each selected table whether it is to be copied, followed, or stays suspended. */
import type { Connection } from 'mysql2';
import { rebuiltName } from '../../../../pipeline/warehouse/plan-rebuild';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import { buildMappedTable, TableProblem, targetNameOf } from './build-mapped-table';
import type { TableState } from './control-tables';
import type { MappedTable } from './mapped-table';
import { RejectedCounts, setRejected } from './rejected-counts';
import { type FoundTable, readSelectedTables } from './source-catalogue';
import { readBinlogEnd } from './source-server';
import { type SourceTable, sourceTableName, structureFingerprint } from './source-table';
import { isSelected } from './table-mappings';
import { type NamedTarget, readTargetsColumns, type TargetColumn } from './target-columns';
import { newTaskTable, suspendTable, type TaskContext, type TaskTable } from './task-context';

/** Fills the context's tables. @returns those that are to be copied. */
export async function planTables(context: TaskContext, connection: Connection): Promise<TaskTable[]> {
  const states = await context.control.readTableStates();
  const known = [...states.values()].flatMap(({ structure }) => structure ?? []);
  const found = await readSelectedTables(connection, context.mappings, context.server, known);
  // What was looked at before is in the binlog before this.
  const end = await readBinlogEnd(connection);
  const targets = found.map(({ table }) => targetNameOf(table, context.mappings));
  const columnsOf = await readTargetsColumns(context.session, targets);
  const rejected = await new RejectedCounts(context).read();
  for (const one of found) {
    const name = sourceTableName(one.table);
    const table = context.tables.get(name) ?? newTaskTable(name);
    context.tables.set(name, table);
    setRejected(table, rejected.get(name));
    await planTable(context, table, one, { state: states.get(name), end, columnsOf });
  }
  for (const [name, state] of states) {
    if (context.tables.has(name)) continue;
    if (!isSelectedName(context.mappings, name)) {
      // Its changes pass by from here on: it is copied again if it is ever selected again.
      if (state.state !== 'resync') await context.control.requestResync(name);
      continue;
    }
    const table = newTaskTable(name);
    context.tables.set(name, table);
    if (!staySuspended(context, table, state)) await suspendTable(context, table, GONE);
  }
  // One that waited for its copy at an earlier attempt of this run. Of what is followed the binlog tells.
  const there = new Set(found.map(({ table }) => sourceTableName(table)));
  for (const table of context.tables.values()) {
    const { state } = table.statistics;
    if (!there.has(table.name) && (state === 'waiting' || state === 'loading'))
      await suspendTable(context, table, GONE);
  }
  return [...context.tables.values()].filter(({ statistics }) => statistics.state === 'waiting');
}

const GONE = 'it is gone from the source';

/** @param name `database.table`, either of which may have dots */
const isSelectedName = (mappings: TaskContext['mappings'], name: string): boolean =>
  [...name.matchAll(/\./g)].some(({ index }) =>
    isSelected(mappings, name.slice(0, index), name.slice(index + 1)),
  );

interface TablePlan {
  /** What an earlier run left. */
  readonly state: TableState | undefined;
  /** What was looked at is in the binlog before this. */
  readonly end: SourcePosition;
  readonly columnsOf: (target: NamedTarget) => readonly TargetColumn[];
}

async function planTable(
  context: TaskContext,
  table: TaskTable,
  found: FoundTable,
  { state, end, columnsOf }: TablePlan,
): Promise<void> {
  if (state !== undefined && staySuspended(context, table, state)) return;
  const isLoaded = state?.state === 'loaded';
  const known = isLoaded ? (state.structure ?? found.table) : found.table;
  const isResync = state?.state === 'resync';
  const pair = (source: SourceTable) =>
    pairWithTarget(context, table, { ...found, table: source }, { isLoaded, isResync, columnsOf });
  const replicated = await pair(known);
  if (replicated === undefined) return;
  // Earlier rows have no value in a column that was ignored and has a place now: the table is copied again.
  const hasNewPlace = (known.ignored ?? []).some((name) => !replicated.source.ignored?.includes(name));
  table.replicated = hasNewPlace ? await pair(found.table) : replicated;
  if (!isLoaded || hasNewPlace) {
    if (table.replicated === undefined) return;
    table.statistics.state = 'waiting';
    table.resync = hasNewPlace || isResync;
    tellIgnored(context, table);
    return;
  }
  if (state.snapshotPosition !== null) table.snapshotPosition = state.snapshotPosition;
  table.statistics.snapshotRows = state.snapshotRows;
  table.statistics.state = 'loaded';
  const fingerprint = structureFingerprint(found.table);
  if (fingerprint === state.fingerprint) return;
  // Rows at the checkpoint have the structure of then; the binlog should tell what changed it.
  if (state.structure !== null) context.expected.set(table, { by: end, fingerprint });
  else
    await suspendTable(
      context,
      table,
      'its columns or key were changed at the source while the task did not run',
    );
}

/** A column for which the target has no place stays behind in the copy as it does in the changes. */
function tellIgnored(context: TaskContext, { name, replicated }: TaskTable): void {
  const columns = replicated?.source.ignored ?? [];
  if (columns.length > 0) context.emit({ type: 'columns-ignored', table: name, columns });
}

/** A suspended table says so at each start. */
function staySuspended(context: TaskContext, table: TaskTable, state: TableState): boolean {
  if (state.state !== 'suspended') return false;
  const reason = state.reason ?? 'no reason was written down';
  Object.assign(table.statistics, {
    state: 'suspended',
    snapshotRows: state.snapshotRows,
    suspendedBecause: reason,
  });
  if (!context.announced.has(table.name))
    context.emit({ type: 'table-suspended', table: table.name, reason });
  context.announced.add(table.name);
  return true;
}

async function pairWithTarget(
  context: TaskContext,
  table: TaskTable,
  { table: source, problem }: FoundTable,
  {
    isLoaded,
    isResync,
    columnsOf,
  }: Pick<TablePlan, 'columnsOf'> & { readonly isLoaded: boolean; readonly isResync: boolean },
): Promise<MappedTable | undefined> {
  try {
    if (problem !== undefined) throw new TableProblem(problem);
    const target = targetNameOf(source, context.mappings);
    const columns = columnsOf(target);
    if (columns.length === 0) {
      throw new TableProblem(
        `its target ${target.schema}.${target.table} does not exist in the warehouse. Set-up makes the tables of the catalogue; a table that is not in it has no target`,
      );
    }
    // What the table is to be waits beside it for the rows of a new copy.
    const rebuilt = isResync ? columnsOf({ ...target, table: rebuiltName(target.table) }) : [];
    const isRebuilt = rebuilt.length > 0;
    return buildMappedTable(source, isRebuilt ? rebuilt : columns, context.mappings, {
      maxLobBytes: context.settings.maxLobBytes,
      toleratesExtra: isLoaded,
      isRebuilt,
    });
  } catch (error) {
    if (!(error instanceof TableProblem)) throw error;
    await suspendTable(context, table, error.message);
    return undefined;
  }
}
