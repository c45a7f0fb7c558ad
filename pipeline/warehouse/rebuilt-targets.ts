/**
 * A target whose new form only the source can fill: a table beside it, as the catalogue now says, which waits for a new copy
 * of the rows and takes the target's name with the last of them. Until then the target has its former columns and rows.
 */
import { mysqlName, type ReplicatedTable, targetName } from '../tables';
import { type ChangingWarehouse, readTargetGrants } from './change-table';
import { buildDropRebuilt, buildRebuilt, planRebuild, rebuiltName } from './plan-rebuild';
import {
  type ExistingTables,
  type RefusedTarget,
  readExistingTables,
  readRequiredColumns,
} from './table-check';
import { type TableDefinition, targetDefinition } from './table-definitions';
import { catalogType } from './warehouse-types';

/**
 * Makes the table beside the target where the target differs from the catalogue, and takes away one that waited where it
 * does not. A second call begins again.
 * @returns what will differ, a line each; empty where nothing does, or there is no target yet
 */
export async function beginRebuild(
  warehouse: ChangingWarehouse,
  table: ReplicatedTable,
): Promise<readonly string[]> {
  const definition = targetDefinition(table);
  const existing = await readExistingTables(warehouse, [definition]);
  const actual = existing.get(targetName(table)) ?? [];
  const required = await readRequiredColumns(warehouse, definition);
  const grants = await readTargetGrants(warehouse, table);
  const plan = planRebuild({ table, actual, required, grants, renamed: {}, isEmpty: true });
  const lines = 'problems' in plan || actual.length === 0 ? [] : plan.differences;
  const statements = lines.length === 0 ? [buildDropRebuilt(table.target)] : buildRebuilt(table, grants);
  await warehouse.executeBatch(statements, { name: `rebuild/${table.name}` });
  return lines;
}

/**
 * Those of the differing targets that wait for their rows. What waits beside any other target is of a catalogue that is no
 * more, and goes.
 * @param existing with all tables of the targets' schemas
 */
export async function settleRebuilt(
  warehouse: ChangingWarehouse,
  tables: readonly ReplicatedTable[],
  { existing, differing }: { readonly existing: ExistingTables; readonly differing: ReadonlySet<string> },
): Promise<readonly RefusedTarget[]> {
  const waiting: RefusedTarget[] = [];
  for (const table of tables) {
    const beside = existing.get(`${table.target.schema}.${rebuiltName(table.target.table)}`);
    if (beside === undefined) continue;
    const definition = targetDefinition(table);
    const expected = definition.columns.map(({ name, sqlType }) => `${name} ${catalogType(sqlType)}`);
    const differs = differing.has(targetName(table)) || (await isTooStrict(warehouse, definition));
    if (differs && beside.join() === expected.join())
      waiting.push({
        table: targetName(table),
        reason: `it has its former columns until a new copy takes its place: ${fillOf(table)}`,
      });
    else
      await warehouse.executeBatch([buildDropRebuilt(table.target)], { name: `rebuild/${table.name}/drop` });
  }
  return waiting;
}

/** Types are equal then, so that the comparison of set-up sees no difference. */
async function isTooStrict(warehouse: ChangingWarehouse, definition: TableDefinition): Promise<boolean> {
  const required = await readRequiredColumns(warehouse, definition);
  return definition.columns.some(({ name, nullable }) => nullable && required.has(name));
}

const fillOf = (table: ReplicatedTable): string =>
  table.source === 'mysql'
    ? `npm run resync -- ${shellName(mysqlName(table))}`
    : `npm run alter -- ${shellName(targetName(table))}`;

/** Shells read blanks and other characters that a name may have. */
const shellName = (name: string): string =>
  /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
