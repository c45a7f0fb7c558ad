/**
 * CREATE TABLE. Distribution, sort order, encoding and keys are read and checked, then left out: keys are not
 * enforced in Redshift either. NOT NULL is enforced there, and so is the length of text in bytes.
 */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteNameList, type TableName } from '../sql/names';
import type { ColumnDefinition, CreateTableStatement } from '../sql/syntax/statement-tree';
import type { NameParts, Query } from '../sql/syntax/tree';
import { recordOwner } from '../storage/privileges';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { makeTable, type NewColumn, newColumn } from './new-table';
import { existingColumns, type Plan } from './plan';
import { toCreateIn, toRead } from './privilege-need';

interface NewTable {
  readonly table: TableName;
  readonly ifNotExists: boolean;
}

export function planCreateTable(statement: CreateTableStatement, plan: Plan): Command {
  const { content, ifNotExists } = statement;
  const created = { table: plan.newTable(statement.name, statement.temporary), ifNotExists };
  switch (content.kind) {
    case 'columns':
      return planColumns(content.columns, created, plan);
    case 'like':
      return planLike(content, created, plan);
    case 'query':
      return planAsQuery(content, created, plan);
  }
}

function planColumns(columns: readonly ColumnDefinition[], created: NewTable, plan: Plan): Command {
  return {
    locks: [],
    needs: toCreateIn(created.table),
    run: async (session) => {
      const renderer = await plan.renderer(session);
      return createTable(
        session,
        plan,
        created,
        columns.map((column) => newColumn(renderer, column)),
      );
    },
  };
}

async function createTable(
  session: CommandSession,
  plan: Plan,
  { table, ifNotExists }: NewTable,
  columns: readonly NewColumn[],
): ReturnType<Command['run']> {
  if ((await existingColumns(session, table)) !== undefined) {
    if (ifNotExists) return EMPTY_RESULT;
    throw new WarehouseError(`Relation "${table.table}" already exists`);
  }
  await makeTable(session, plan, table, columns);
  if (table.schema !== undefined) await recordOwner(session, table.schema, table.table);
  return EMPTY_RESULT;
}

/** LIKE copies types, NOT NULL and, if asked, defaults; never the key constraints. */
function planLike(
  content: { readonly source: NameParts; readonly defaults: boolean },
  created: NewTable,
  plan: Plan,
): Command {
  const source = plan.table(content.source);
  return {
    locks: [{ table: source, mode: 'read' }],
    needs: [...toCreateIn(created.table), ...toRead([source])],
    run: async (session) => {
      const columns = await session.columnsOf(source);
      const copied = columns.map(
        ({ name, type, nullable, layout: { primaryKey, ...layout } = {}, defaultSql }) => ({
          name,
          type,
          nullable,
          layout,
          ...(content.defaults && defaultSql !== undefined ? { defaultSql } : {}),
        }),
      );
      return createTable(session, plan, created, copied);
    },
  };
}

function planAsQuery(
  content: { readonly columns: readonly string[]; readonly query: Query },
  { table, ifNotExists }: NewTable,
  plan: Plan,
): Command {
  return {
    locks: plan.readLocks,
    needs: [...toCreateIn(table), ...plan.readNeeds],
    run: async (session) => {
      if (ifNotExists && (await existingColumns(session, table)) !== undefined) return EMPTY_RESULT;
      const query = (await plan.renderer(session)).query(content.query);
      const temporary = table.schema === undefined ? 'TEMP ' : '';
      const counted = await session.execute(
        `CREATE ${temporary}TABLE ${plan.text(table)}${quoteNameList(content.columns)} AS ${query}`,
      );
      if (table.schema === undefined) session.tempTables.add(table.table);
      else await recordOwner(session, table.schema, table.table);
      return { columns: [], rows: [], rowCount: Number(counted.rows[0]?.[0] ?? 0) };
    },
  };
}
