/**
 * An ALTER TABLE of a replicated table. What it does follows from its text and the structure that the task knows;
 * today's structure serves only to look up the types of what the text names, and only if it is exactly what the text
 * makes of the known one, but for columns that later statements added. Everything else suspends the table.
 *
 *   1. Changes from before it are written, in the structure that they have. The warehouse then tells whether there are
 *      rows that the statement changed at the source only; if so, the table is suspended.
 *   2. Rows that are there get the value of each new column.
 *   3. The new structure is written down. All three are in the transaction that moves the checkpoint past it.
 */
import type { Connection } from 'mysql2';
import { quoteMysqlTable } from '../../../../pipeline/mysql/mysql-identifier';
import { quoteIdentifier, quoteLiteral } from '../../../../pipeline/warehouse/sql-text';
import { queryRows } from '../binlog/binlog-stream';
import { isConverted, isPredicted } from './alter-prediction';
import {
  ALTERED_AGAIN,
  type AlterStatement,
  findChangedRows,
  firstProblem,
  isStructural,
  keyProblem,
  type RowsInDoubt,
  refusedByText,
  rowsInDoubt,
  targetColumnOf,
} from './alter-problem';
import { buildMappedTable, TableProblem, targetNameOf } from './build-mapped-table';
import type { ChangeApplier } from './change-applier';
import type { MappedTable } from './mapped-table';
import { readTable } from './source-catalogue';
import { isConnectionLoss, withSource } from './source-connection';
import { columnOf, type SourceColumn, type SourceTable, sameName } from './source-table';
import { type PredictedColumn, predictColumns } from './statement/predict-columns';
import { storedDefault } from './stored-default';
import { structureBetween } from './structure-between';
import { readTargetColumns, type TargetColumn } from './target-columns';
import { type TaskContext, type TaskTable, tableStateOf } from './task-context';

/** @returns why the table must be suspended; undefined when the task can continue with it. */
export async function applyAlter(
  context: TaskContext,
  applier: ChangeApplier,
  table: TaskTable,
  statement: AlterStatement,
): Promise<string | undefined> {
  const { replicated } = table;
  if (replicated === undefined) return undefined;
  const { source } = replicated;
  const refused = refusedByText(source, statement, context.server);
  if (refused !== undefined) return refused;
  if (!statement.specs.some((spec) => isStructural(source, spec))) return undefined;
  const today = await withSource(context.readLogin, (connection) => readToday(connection, source));
  const columns = predictColumns(
    source.columns.map(({ name }) => name),
    statement.specs,
  );
  if (today === undefined) return ALTERED_AGAIN;
  const now = structureBetween(today, source, columns, {
    specs: statement.specs,
    isNeverNull: (name) => targetColumnOf(replicated, name)?.nullable === false,
  });
  if (typeof now === 'string') return now;
  if (!isPredicted(source, columns, now, statement.modes) || !isConverted(statement.specs, now))
    return ALTERED_AGAIN;
  const alteration = { columns, now, statement };
  const problem = keyProblem(source, now) ?? firstProblem(replicated, alteration);
  if (problem !== undefined) return problem;
  const changed = rowsInDoubt(replicated, alteration);
  return changeStructure(context, applier, table, { before: replicated, columns, now, changed });
}

/** How long another session may keep the table to itself (LOCK TABLES). */
const LOCK_WAIT_SECONDS = 5;

/**
 * While another ALTER TABLE puts a new table in its place there may be none for a moment, or one without its key; so none
 * may begin. Where the table cannot be opened, it is looked at as it is.
 */
async function readToday(
  connection: Connection,
  { database, table }: SourceTable,
): Promise<SourceTable | undefined> {
  await queryRows(connection, `SET SESSION lock_wait_timeout = ${LOCK_WAIT_SECONDS}`);
  await queryRows(connection, 'START TRANSACTION');
  try {
    await queryRows(connection, `SELECT 1 FROM ${quoteMysqlTable({ database, name: table })} LIMIT 0`);
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
  }
  const today = await readTable(connection, database, table);
  await queryRows(connection, 'ROLLBACK');
  return today;
}

interface NewStructure {
  readonly before: MappedTable;
  readonly columns: readonly PredictedColumn[];
  readonly now: SourceTable;
  readonly changed: readonly RowsInDoubt[];
}

async function changeStructure(
  context: TaskContext,
  applier: ChangeApplier,
  table: TaskTable,
  { before, columns, now, changed: maybeChanged }: NewStructure,
): Promise<string | undefined> {
  const { session, control } = context;
  let changed: MappedTable;
  try {
    changed = await mapChanged(context, before, columns, now);
  } catch (error) {
    if (error instanceof TableProblem) return error.message;
    throw error;
  }
  const fillings = buildFillings(changed, columns);
  if ('problem' in fillings) return fillings.problem;
  let problem: string | undefined;
  await applier.runBetween(async () => {
    problem = await findChangedRows(session, changed, maybeChanged);
    if (problem !== undefined) return;
    for (const sql of fillings.statements) await session.run(sql);
    table.replicated = changed;
    await control.writeTableState(table.name, tableStateOf(table, 'loaded'));
  });
  if (problem !== undefined) return problem;
  const { ignored = [] } = changed.source;
  context.emit({
    type: 'table-altered',
    table: table.name,
    columns: now.columns.map(({ name }) => name).filter((name) => !ignored.includes(name)),
    ignored,
  });
  return undefined;
}

/**
 * A column that stayed behind stays behind although the target has a place for it by now: rows that are there have no
 * value in it. The next start copies the table again.
 * @throws TableProblem
 */
async function mapChanged(
  { mappings, settings, session }: TaskContext,
  before: MappedTable,
  columns: readonly PredictedColumn[],
  now: SourceTable,
): Promise<MappedTable> {
  const targetColumns = await readTargetColumns(session, targetNameOf(now, mappings));
  const map = (targets: readonly TargetColumn[]): MappedTable =>
    buildMappedTable(now, targets, mappings, { maxLobBytes: settings.maxLobBytes, toleratesExtra: true });
  const changed = map(targetColumns);
  const newPlaces: string[] = [];
  for (const { name, from } of columns) {
    const target = targetColumnOf(changed, name);
    if (from === undefined || target === undefined || targetColumnOf(before, from) !== undefined) continue;
    if (!sameName(from, name))
      throw new TableProblem(
        `its column ${name} was ${from} before ALTER TABLE, whose values the warehouse does not have`,
      );
    newPlaces.push(target.name);
  }
  return newPlaces.length === 0
    ? changed
    : map(targetColumns.filter((target) => !newPlaces.includes(target.name)));
}

/** Rows that were there before have the default of a new column, also where no row event says so. */
function buildFillings(
  changed: MappedTable,
  columns: readonly PredictedColumn[],
): { readonly statements: string[] } | { readonly problem: string } {
  const statements: string[] = [];
  for (const { name, from, definition } of columns) {
    const target = targetColumnOf(changed, name);
    if (from !== undefined || definition === undefined || target === undefined) continue;
    const source = columnOf(changed.source, name) as SourceColumn;
    const { filling } = definition;
    const value = filling.kind === 'computed' ? undefined : storedDefault(source, filling);
    if (
      value === undefined ||
      (value === null && !target.nullable) ||
      (value !== null && target.check(value))
    )
      return {
        problem: `its column ${name} was added by ALTER TABLE with a value in every row that only the source can tell`,
      };
    statements.push(
      `UPDATE ${changed.targetSql} SET ${quoteIdentifier(target.name)} = ${value === null ? 'NULL' : quoteLiteral(target.replace?.(value) ?? value)}`,
    );
  }
  return { statements };
}
