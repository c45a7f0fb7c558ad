/**
 * A table that gets a new copy keeps its rows until the copy is complete:
 *
 *   1. A table beside it takes the rows: one of its own columns, or that of its new columns, which waits there.
 *   2. In one transaction its rows are replaced by those, its state says so, and the table beside it goes; one of new
 *      columns takes its place.
 *
 * Stopped before 2, the table has its old rows and is still to be copied; the next run begins with 1.
 */
import { buildExchange, rebuiltName } from '../../../../pipeline/warehouse/plan-rebuild';
import { quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';
import type { MappedTable } from './mapped-table';

/** Quoted. */
export const besideOf = ({ target, isRebuilt }: MappedTable): string =>
  quoteTable(target.schema, isRebuilt === true ? rebuiltName(target.table) : `awsdms_resync_${target.table}`);

/** Without a row. */
export async function createBeside(session: WarehouseSession, table: MappedTable): Promise<void> {
  const beside = besideOf(table);
  if (table.isRebuilt === true) {
    await session.run(`DELETE FROM ${beside}`);
    return;
  }
  await session.run(`DROP TABLE IF EXISTS ${beside}`);
  await session.run(`CREATE TABLE ${beside} (LIKE ${table.targetSql})`);
}

/** Part of the open transaction. Deleting keeps the table itself: its grants, its owner, the views on it; a new one has its grants. */
export async function replaceRows(session: WarehouseSession, table: MappedTable): Promise<void> {
  const beside = besideOf(table);
  if (table.isRebuilt === true) {
    for (const statement of buildExchange(table.target)) await session.run(statement);
    return;
  }
  await session.run(`DELETE FROM ${table.targetSql}`);
  await session.run(`INSERT INTO ${table.targetSql} SELECT * FROM ${beside}`);
  await session.run(`DROP TABLE ${beside}`);
}
