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
  const rows = objects.flatMap((object) =>
    grant.grantees.flatMap((grantee) =>
      grant.privileges.map((privilege) => {
        const texts = [quoteText(object.kind), textOrNull(object.schema), textOrNull(object.name)];
        return `(${[...texts, quoteText(grantee), quoteText(privilege)].join(', ')})`;
      }),
    ),
  );
  if (rows.length === 0) return EMPTY_RESULT;
  const values = rows.join(', ');
  await changedRows(
    session,
    `DELETE FROM ${table} AS known USING (VALUES ${values}) AS given (kind, schema_name, name, grantee, privilege)
     WHERE known.object_kind = given.kind AND known.schema_name IS NOT DISTINCT FROM given.schema_name
       AND known.object_name IS NOT DISTINCT FROM given.name AND known.grantee = given.grantee
       AND known.privilege = given.privilege`,
  );
  if (grant.kind === 'grant') await changedRows(session, `INSERT INTO ${table} VALUES ${values}`);
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
      await requireTables(session, scope.tables);
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

/** One look at the catalogue for all: it reads the whole of it whatever is asked. */
async function requireTables(session: CommandSession, tables: readonly TableName[]): Promise<void> {
  const found = await session.execute(
    `SELECT DISTINCT schema_name, table_name FROM duckdb_columns() WHERE database_name = ${quoteText(session.database)}`,
  );
  const known = new Set(found.rows.map((row) => JSON.stringify(row)));
  for (const table of tables) {
    // Temp tables, and what is not there: in the words of every other statement.
    if (!known.has(JSON.stringify([table.schema, table.table]))) await session.columnsOf(table);
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
