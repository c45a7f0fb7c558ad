/** GRANT and REVOKE on schemas, tables and the database: recorded, answered by the svv_ views, and checked. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteText, type TableName } from '../sql/names';
import { requireVisibleSchema } from '../sql/resolve/resolve-names';
import type { GrantStatement } from '../sql/syntax/statement-tree';
import { grantsTable } from '../storage/privileges';
import { changedRows } from './changed-rows';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import type { Plan } from './plan';
import { requireGrantee } from './roles';

type ResolvedScope =
  | { readonly kind: 'tables'; readonly tables: readonly TableName[] }
  | Exclude<GrantStatement['scope'], { kind: 'tables' }>;

/** Owners may grant too; nothing here does. */
export function planGrant(statement: GrantStatement, plan: Plan): Command {
  const { scope } = statement;
  const resolved =
    scope.kind === 'tables'
      ? { kind: scope.kind, tables: scope.tables.map((parts) => plan.table(parts)) }
      : scope;
  return {
    locks: [],
    needs: [{ kind: 'superuser', what: 'grant or revoke privileges' }],
    run: (session) => record(session, statement, resolved),
  };
}

/** Each granted thing is one row: `schema`, or `schema.table`, or the database. */
async function record(
  session: CommandSession,
  grant: GrantStatement,
  scope: ResolvedScope,
): ReturnType<Command['run']> {
  for (const grantee of grant.grantees) await requireGrantee(session, grantee);
  const objects = await objectsOf(session, scope);
  const table = grantsTable(session.database);
  for (const object of objects) {
    for (const grantee of grant.grantees) {
      const place = `object_kind = ${quoteText(object.kind)} AND schema_name IS NOT DISTINCT FROM ${textOrNull(object.schema)} AND object_name IS NOT DISTINCT FROM ${textOrNull(object.name)} AND grantee = ${quoteText(grantee)}`;
      for (const privilege of grant.privileges) {
        await changedRows(
          session,
          `DELETE FROM ${table} WHERE ${place} AND privilege = ${quoteText(privilege)}`,
        );
        if (grant.kind === 'grant') {
          await changedRows(
            session,
            `INSERT INTO ${table} VALUES (${quoteText(object.kind)}, ${textOrNull(object.schema)}, ${textOrNull(object.name)}, ${quoteText(grantee)}, ${quoteText(privilege)})`,
          );
        }
      }
    }
  }
  return EMPTY_RESULT;
}

interface GrantedObject {
  readonly kind: 'table' | 'schema' | 'database';
  readonly schema?: string;
  readonly name?: string;
}

const textOrNull = (text: string | undefined): string => (text === undefined ? 'NULL' : quoteText(text));

async function objectsOf(session: CommandSession, scope: ResolvedScope): Promise<GrantedObject[]> {
  switch (scope.kind) {
    case 'database':
      if (scope.name !== session.database)
        throw new WarehouseError(`database "${scope.name}" does not exist`);
      return [{ kind: 'database', name: scope.name }];
    case 'tables':
      for (const table of scope.tables) await session.columnsOf(table);
      return scope.tables.map(({ schema, table }) => ({
        kind: 'table' as const,
        ...(schema === undefined ? {} : { schema }),
        name: table,
      }));
    case 'schemas':
      for (const schema of scope.schemas) await requireSchema(session, schema);
      return scope.schemas.map((schema) => ({ kind: 'schema' as const, schema }));
    case 'all-tables':
      for (const schema of scope.schemas) await requireSchema(session, schema);
      return (await Promise.all(scope.schemas.map((schema) => tablesIn(session, schema)))).flat();
  }
}

async function requireSchema(session: CommandSession, schema: string): Promise<void> {
  requireVisibleSchema(schema);
  const found = await session.execute(
    `SELECT 1 FROM duckdb_schemas() WHERE database_name = ${quoteText(session.database)} AND schema_name = ${quoteText(schema)}`,
  );
  if (found.rows.length === 0) throw new WarehouseError(`schema "${schema}" does not exist`);
}

async function tablesIn(session: CommandSession, schema: string): Promise<GrantedObject[]> {
  const found = await session.execute(
    `SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = ${quoteText(session.database)} AND schema_name = ${quoteText(schema)}`,
  );
  return found.rows.map(([name]) => ({ kind: 'table' as const, schema, name: String(name) }));
}
