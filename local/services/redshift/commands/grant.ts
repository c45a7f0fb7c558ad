/** GRANT and REVOKE on schemas, tables and the database: recorded, answered by the svv_ views, and checked. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteText } from '../sql/reader';
import type { TableName, Translation } from '../sql/translation';
import { grantsTable } from '../storage/privileges';
import { changedRows } from './changed-rows';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { requireUser } from './users';

const TABLE_PRIVILEGES = ['select', 'insert', 'update', 'delete', 'drop', 'references', 'alter', 'truncate'];
const SCHEMA_PRIVILEGES = ['usage', 'create', 'alter', 'drop'];
const DATABASE_PRIVILEGES = ['create', 'temporary', 'temp', 'usage', 'alter'];

type Scope =
  | { readonly kind: 'tables'; readonly tables: readonly TableName[] }
  | { readonly kind: 'all-tables' | 'schemas'; readonly schemas: readonly string[] }
  | { readonly kind: 'database'; readonly name: string };

/** Owners may grant too; nothing here does. */
const MANAGE: Command['needs'] = [{ kind: 'superuser', what: 'grant or revoke privileges' }];

interface Grant {
  readonly privileges: readonly string[];
  readonly scope: Scope;
  readonly grantees: readonly string[];
}

export function parseGrant(t: Translation): Command {
  t.reader.expectWord('grant');
  const grant = parseBody(t, 'to');
  if (t.reader.isWord('with')) throw t.reader.unsupported('WITH GRANT OPTION');
  return { locks: [], needs: MANAGE, run: (session) => record(session, grant, true) };
}

export function parseRevoke(t: Translation): Command {
  t.reader.expectWord('revoke');
  const grant = parseBody(t, 'from');
  if (!t.reader.acceptWord('cascade')) t.reader.acceptWord('restrict');
  return { locks: [], needs: MANAGE, run: (session) => record(session, grant, false) };
}

function parseBody(t: Translation, link: 'to' | 'from'): Grant {
  const { reader } = t;
  const words: string[] = [];
  if (reader.acceptWord('all')) {
    reader.acceptWord('privileges');
    words.push('all');
  } else {
    do words.push(reader.take().text);
    while (reader.acceptOperator(','));
  }
  if (!reader.isWord('on'))
    throw reader.unsupported('GRANT or REVOKE of a role, a group or a system privilege');
  reader.expectWord('on');
  const scope = parseScope(t);
  const privileges = checkPrivileges(words, scope);
  reader.expectWord(link);
  const grantees: string[] = [];
  do {
    if (reader.isWord('group') || reader.isWord('role'))
      throw reader.unsupported(`GRANT to a ${reader.peek().text}`);
    grantees.push(reader.acceptWord('public') ? 'public' : reader.userName());
  } while (reader.acceptOperator(','));
  return { privileges, scope, grantees };
}

function parseScope(t: Translation): Scope {
  const { reader } = t;
  if (reader.acceptWord('all', 'tables', 'in', 'schema'))
    return { kind: 'all-tables', schemas: parseNames(t) };
  if (reader.acceptWord('schema')) return { kind: 'schemas', schemas: parseNames(t) };
  if (reader.acceptWord('database')) return { kind: 'database', name: reader.name() };
  for (const word of ['function', 'procedure', 'language', 'model', 'datashare']) {
    if (reader.isWord(word)) throw reader.unsupported(`GRANT ON ${word.toUpperCase()}`);
  }
  reader.acceptWord('table');
  const tables = [t.tableName()];
  while (reader.acceptOperator(',')) tables.push(t.tableName());
  return { kind: 'tables', tables };
}

function parseNames(t: Translation): string[] {
  const names = [t.reader.name()];
  while (t.reader.acceptOperator(',')) names.push(t.reader.name());
  return names;
}

function checkPrivileges(words: readonly string[], scope: Scope): string[] {
  const allowed =
    scope.kind === 'schemas'
      ? SCHEMA_PRIVILEGES
      : scope.kind === 'database'
        ? DATABASE_PRIVILEGES
        : TABLE_PRIVILEGES;
  if (words[0] === 'all') return [...allowed.filter((word) => word !== 'temp')];
  for (const word of words) {
    if (!allowed.includes(word))
      throw new WarehouseError(
        `invalid privilege type ${word.toUpperCase()} for ${scope.kind === 'schemas' ? 'schema' : scope.kind === 'database' ? 'database' : 'relation'}`,
      );
  }
  return words.map((word) => (word === 'temp' ? 'temporary' : word));
}

/** Each granted thing is one row: `schema`, or `schema.table`, or the database. */
async function record(session: CommandSession, grant: Grant, given: boolean): ReturnType<Command['run']> {
  for (const grantee of grant.grantees) if (grantee !== 'public') await requireUser(session, grantee);
  const objects = await objectsOf(session, grant.scope);
  const table = grantsTable(session.database);
  for (const object of objects) {
    for (const grantee of grant.grantees) {
      const place = `object_kind = ${quoteText(object.kind)} AND schema_name IS NOT DISTINCT FROM ${textOrNull(object.schema)} AND object_name IS NOT DISTINCT FROM ${textOrNull(object.name)} AND grantee = ${quoteText(grantee)}`;
      for (const privilege of grant.privileges) {
        await changedRows(
          session,
          `DELETE FROM ${table} WHERE ${place} AND privilege = ${quoteText(privilege)}`,
        );
        if (given) {
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

async function objectsOf(session: CommandSession, scope: Scope): Promise<GrantedObject[]> {
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
