/** ALTER TABLE: what a growing schema needs. */

import { type StatementResult, WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteName, type TableName } from '../sql/names';
import type { RedshiftType } from '../sql/syntax/column-type';
import type { AlterTableStatement, TableChange } from '../sql/syntax/statement-tree';
import { withKeys } from '../sql/syntax/table-attributes';
import type { TableColumn } from '../storage/catalog';
import { changeOwner, moveGrants } from '../storage/privileges';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { describeColumns, makeTable, type NewColumn, newColumn } from './new-table';
import type { Plan } from './plan';
import { onTable, type PrivilegeNeed } from './privilege-need';
import { requireUser } from './users';

export function planAlterTable({ table: parts, change }: AlterTableStatement, plan: Plan): Command {
  const table = plan.table(parts);
  return {
    locks: [{ table, mode: 'exclusive' }],
    needs: [needOf(change, table)],
    run: async (session) => {
      await applyChange({ session, plan, table, columns: await session.columnsOf(table) }, change);
      return EMPTY_RESULT;
    },
  };
}

const needOf = (change: TableChange, table: TableName): PrivilegeNeed =>
  change.kind === 'owner' ? { kind: 'owner', table } : onTable(table, 'alter');

interface Altered {
  readonly session: CommandSession;
  readonly plan: Plan;
  readonly table: TableName;
  readonly columns: readonly TableColumn[];
}

async function applyChange(altered: Altered, change: TableChange): Promise<void> {
  const { session, plan, table, columns } = altered;
  switch (change.kind) {
    case 'owner':
      await requireUser(session, change.user);
      if (table.schema !== undefined) await changeOwner(session, table.schema, table.table, change.user);
      return;
    case 'add-column': {
      const { name } = change.column;
      if (columns.some((column) => column.name === name)) {
        throw new WarehouseError(`column "${name}" of relation "${table.table}" already exists`);
      }
      const added = newColumn(await plan.renderer(session), change.column);
      return rebuild(altered, [...columns, added], columns);
    }
    case 'drop-column': {
      requireColumn(altered, change.column);
      const kept = columns.filter(({ name }) => name !== change.column);
      return rebuild(altered, kept, kept);
    }
    case 'rename':
      return rename(altered, change.name);
    case 'rename-column':
      requireColumn(altered, change.from);
      await alter(session, plan, table, `RENAME ${quoteName(change.from)} TO ${quoteName(change.to)}`);
      return;
    case 'column-type':
      return widen(altered, change.column, change.type);
    case 'column-encoding': {
      requireColumn(altered, change.column);
      const { encoding } = change;
      return describeColumns(
        session,
        plan.text(table),
        columns.map((column) =>
          column.name === change.column ? { ...column, layout: { ...column.layout, encoding } } : column,
        ),
      );
    }
    case 'distribution':
      if (change.column !== undefined) requireColumn(altered, change.column);
      return layOut(altered, { distKey: change.column, sortKey: sortKeyOf(columns) });
    case 'sort-key':
      for (const name of change.columns) requireColumn(altered, name);
      return layOut(altered, {
        distKey: columns.find(({ layout }) => layout?.distKey === true)?.name,
        sortKey: change.columns,
      });
  }
}

const sortKeyOf = (columns: readonly TableColumn[]): string[] =>
  columns
    .filter(({ layout }) => layout?.sortKey !== undefined)
    .sort((one, other) => Number(one.layout?.sortKey) - Number(other.layout?.sortKey))
    .map(({ name }) => name);

const layOut = (
  { session, plan, table, columns }: Altered,
  keys: { readonly distKey: string | undefined; readonly sortKey: readonly string[] },
): Promise<void> => describeColumns(session, plan.text(table), withKeys(columns, keys));

const alter = (
  session: CommandSession,
  plan: Plan,
  table: TableName,
  text: string,
): Promise<StatementResult> => session.execute(`ALTER TABLE ${plan.text(table)} ${text}`);

function requireColumn({ table, columns }: Altered, name: string): TableColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new WarehouseError(`column "${name}" of relation "${table.table}" does not exist`);
}

/**
 * DuckDB cannot add a column with a check, so the table is recreated in the same transaction, and its rows are
 * copied. Redshift's own limits on the statement are not looser than this. The owner and the grants, which go by
 * the table's name, stay.
 */
async function rebuild(
  { session, plan, table }: Altered,
  columns: readonly NewColumn[],
  kept: readonly { readonly name: string }[],
): Promise<void> {
  const old = { ...table, table: `${table.table}.old` };
  await alter(session, plan, table, `RENAME TO ${quoteName(old.table)}`);
  await makeTable(session, plan, table, columns);
  const names = kept.map(({ name }) => quoteName(name)).join(', ');
  await session.execute(`INSERT INTO ${plan.text(table)} (${names}) SELECT ${names} FROM ${plan.text(old)}`);
  await session.execute(`DROP TABLE ${plan.text(old)}`);
}

async function rename({ session, plan, table }: Altered, name: string): Promise<void> {
  await alter(session, plan, table, `RENAME TO ${quoteName(name)}`);
  if (table.schema === undefined) {
    session.tempTables.delete(table.table);
    session.tempTables.add(name);
  } else await moveGrants(session, table.schema, table.table, name);
}

/** Redshift changes the length of VARCHAR in place, and no other type. */
async function widen(altered: Altered, name: string, type: RedshiftType): Promise<void> {
  const { columns } = altered;
  if (requireColumn(altered, name).type.name !== 'varchar') {
    throw new WarehouseError('target data type is not supported for the column');
  }
  const changed = columns.map((column) => (column.name === name ? { ...column, type } : column));
  await rebuild(altered, changed, columns);
}
