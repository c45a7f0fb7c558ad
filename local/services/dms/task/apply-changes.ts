/**
 * Writes net changes into the open warehouse transaction. Rows of touched keys are deleted and those that are there
 * in the end are appended, so that applying the same changes twice leaves the same table.
 */
import { quoteIdentifier, quoteList } from '../../../../pipeline/warehouse/sql-text';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';
import type { TableChanges } from './change-buffer';
import {
  buildMatch,
  columnNames,
  type MappedTable,
  mappedKeyColumns,
  type ReplicatedColumn,
  type TargetRow,
} from './mapped-table';

const CHANGED = 'awsdms_changes';
const NUMBER = 'awsdms_number';

export async function applyChanges(session: WarehouseSession, changes: TableChanges): Promise<void> {
  const { table } = changes;
  // TRUNCATE would commit what is open (Amazon Redshift database developer guide, TRUNCATE).
  if (changes.truncated) await session.run(`DELETE FROM ${table.targetSql}`);
  if (table.key.length > 0) await applyByKey(session, changes);
  else await applyByRow(session, changes);
}

async function applyByKey(
  session: WarehouseSession,
  { table, byKey, truncated }: TableChanges,
): Promise<void> {
  const entries = [...byKey.values()];
  if (entries.length === 0) return;
  if (!truncated) {
    const key = mappedKeyColumns(table);
    const names = key.map(({ name }) => name);
    await createTemporary(session, `SELECT ${quoteList(names)} FROM ${table.targetSql} WHERE 1 = 0`);
    await session.append(
      CHANGED,
      names,
      entries.map(({ key }) => key),
    );
    await deleteMatching(session, table, key, { nullSafe: false });
    await session.run(`DROP TABLE ${CHANGED}`);
  }
  const rows = entries.flatMap(({ row }) => (row === null ? [] : [row]));
  if (rows.length > 0) await session.append(table.targetSql, columnNames(table), rows);
}

/**
 * Without a key, equal rows cannot be distinguished: of those that shrink, all copies are counted, deleted, and as many
 * appended as should stay.
 */
async function applyByRow(session: WarehouseSession, { table, byRow }: TableChanges): Promise<void> {
  const entries = [...byRow.values()].filter(({ copies }) => copies !== 0);
  const shrinking = entries.filter(({ copies }) => copies < 0);
  const rows = entries.flatMap(({ row, copies }) => repeat(row, copies));
  if (shrinking.length > 0) rows.push(...(await takeAway(session, table, shrinking)));
  if (rows.length > 0) await session.append(table.targetSql, columnNames(table), rows);
}

async function takeAway(
  session: WarehouseSession,
  table: MappedTable,
  shrinking: readonly { readonly row: TargetRow; readonly copies: number }[],
): Promise<TargetRow[]> {
  const names = columnNames(table);
  const number = quoteIdentifier(NUMBER);
  await createTemporary(
    session,
    `SELECT ${quoteList(names)}, CAST(0 AS INTEGER) AS ${number} FROM ${table.targetSql} WHERE 1 = 0`,
  );
  await session.append(
    CHANGED,
    [...names, NUMBER],
    shrinking.map(({ row }, index) => [...row, String(index)]),
  );
  const counted = await session.run(
    [
      `SELECT c.${number}, COUNT(*)`,
      `FROM ${table.targetSql} AS t`,
      `JOIN ${CHANGED} AS c ON ${buildMatch(table.columns, 't', 'c', { nullSafe: true })}`,
      `GROUP BY c.${number}`,
    ].join('\n'),
  );
  await deleteMatching(session, table, table.columns, { nullSafe: true });
  await session.run(`DROP TABLE ${CHANGED}`);
  return counted.rows.flatMap(([index, count]) => {
    const entry = shrinking[Number(index)];
    return entry === undefined ? [] : repeat(entry.row, Number(count) + entry.copies);
  });
}

const createTemporary = (session: WarehouseSession, select: string): Promise<unknown> =>
  session.run(`CREATE TEMP TABLE ${CHANGED} AS ${select}`);

const deleteMatching = (
  session: WarehouseSession,
  table: MappedTable,
  columns: readonly ReplicatedColumn[],
  options: { readonly nullSafe: boolean },
): Promise<unknown> =>
  session.run(
    [
      `DELETE FROM ${table.targetSql}`,
      `USING ${CHANGED}`,
      `WHERE ${buildMatch(columns, table.targetSql, CHANGED, options)}`,
    ].join('\n'),
  );

const repeat = (row: TargetRow, copies: number): TargetRow[] =>
  copies > 0 ? new Array<TargetRow>(copies).fill(row) : [];
