/**
 * A table that became wider at the source, in a pipeline that runs: longer texts and more labels, which the task follows.
 * Its functions and stacks have the structure of their start, and read and compare such a table as before, so that its
 * target and its entry can become wider under them. A next start makes functions and stacks of the entry.
 */
import { join } from 'node:path';
import { TABLES_FOLDER } from '../../pipeline/catalogue-files';
import { dmsDataType, type MysqlTable } from '../../pipeline/tables';
import { MYSQL_DIALECT } from '../../pipeline/verify/mysql-dialect';
import { buildBucketQuery, buildRowQuery } from '../../pipeline/verify/queries';
import { WAREHOUSE_DIALECT } from '../../pipeline/verify/warehouse-dialect';
import { buildAdditions } from '../../pipeline/warehouse/additive-changes';
import { checkTables, readExistingTables } from '../../pipeline/warehouse/table-check';
import { targetDefinition } from '../../pipeline/warehouse/table-definitions';
import { WAREHOUSES } from '../runtime/ports/warehouse';
import type { Registry } from '../runtime/registry';
import { writeFileAtomically } from '../state/write-atomically';
import type { RenewedEntry } from './renew-entry';
import { sessionWarehouse } from './session-warehouse';

/** Whether comparisons read both sides by the same statements, and the task's rules are the same. */
export const isReadAlike = (known: MysqlTable, now: MysqlTable): boolean =>
  readingOf(known) === readingOf(now);

function readingOf(table: MysqlTable): string {
  const queries = [MYSQL_DIALECT, WAREHOUSE_DIALECT].flatMap((dialect) => [
    buildBucketQuery(dialect, table, 1),
    buildRowQuery(dialect, table, { buckets: ['0'] }, { withKeys: true }),
  ]);
  return JSON.stringify([queries, table.columns.map((column) => dmsDataType(column) ?? null)]);
}

/**
 * The target, then the entry: stopped between them, the next resync does the rest.
 * @returns false, and nothing is changed, where set-up would not change the target by itself either
 */
export async function takeWider(registry: Registry, { name, text, table }: RenewedEntry): Promise<boolean> {
  const isWide = await widenTarget(registry, table);
  if (isWide) writeFileAtomically(join(TABLES_FOLDER, `${name}.json`), text);
  return isWide;
}

async function widenTarget(registry: Registry, table: MysqlTable): Promise<boolean> {
  const definition = targetDefinition(table);
  const warehouse = registry.only(WAREHOUSES, 'a warehouse');
  const additions = await sessionWarehouse(warehouse, async (asked) => {
    if ((await checkTables(asked, [definition])).length === 0) return [];
    const found = buildAdditions([definition], await readExistingTables(asked, [definition]));
    return found.length === 0 ? undefined : found;
  });
  if (additions === undefined) return false;
  const session = await warehouse.openSession();
  try {
    // Each by itself: Redshift changes the length of a text outside of transactions only.
    for (const statement of additions) await session.run(statement);
  } finally {
    await session.close();
  }
  return true;
}
