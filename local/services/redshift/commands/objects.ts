/** Schemas, views, DROP, COMMENT. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteName, quoteText } from '../sql/reader';
import type { Translation } from '../sql/translation';
import { forgetGrants, requirePrivileges } from '../storage/privileges';
import { type Command, EMPTY_RESULT } from './command';
import { exists } from './create-table';
import { onTable, toCreateIn, toRead } from './needs';
import { readLocks } from './parse-command';
import { parseDropUser, requireUser } from './users';

export function parseCreateSchema(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('create', 'schema');
  const ifNotExists = reader.acceptWord('if', 'not', 'exists');
  const schema = reader.name();
  const owner = reader.acceptWord('authorization') ? reader.userName() : undefined;
  if (reader.acceptWord('quota')) {
    if (!reader.acceptWord('unlimited')) {
      reader.integer();
      reader.acceptWord('gb');
    }
  }
  if (['main', '_twin', 'pg_catalog', 'information_schema'].includes(schema)) {
    throw new WarehouseError(`unacceptable schema name "${schema}"`);
  }
  return {
    locks: [],
    needs: [{ kind: 'database', privilege: 'create' }],
    run: async (session) => {
      if (owner !== undefined) await requireUser(session, owner);
      await session.execute(
        `CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteName(session.database)}.${quoteName(schema)}`,
      );
      return EMPTY_RESULT;
    },
  };
}

export function parseCreateView(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('create');
  const replace = reader.acceptWord('or', 'replace') ? 'OR REPLACE ' : '';
  reader.expectWord('view');
  const view = t.tableName();
  const columns = reader.isOperator('(') ? parseViewColumns(t) : '';
  reader.expectWord('as');
  const query = t.parseQuery();
  if (reader.isWord('with')) throw reader.unsupported('WITH NO SCHEMA BINDING');
  return {
    locks: readLocks(t.reads),
    needs: [...toCreateIn(view), ...toRead(t.reads)],
    run: async (session) => {
      await session.execute(`CREATE ${replace}VIEW ${t.text(view)}${columns} AS ${query}`);
      return EMPTY_RESULT;
    },
  };
}

function parseViewColumns(t: Translation): string {
  const { reader } = t;
  reader.expectOperator('(');
  const names = [quoteName(reader.name())];
  while (reader.acceptOperator(',')) names.push(quoteName(reader.name()));
  reader.expectOperator(')');
  return ` (${names.join(', ')})`;
}

export function parseDrop(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('drop');
  if (reader.isWord('user')) return parseDropUser(t);
  const kind = ['table', 'view', 'schema'].find((word) => reader.acceptWord(word));
  if (kind === undefined) throw reader.unsupported(`DROP ${reader.peek().raw.toUpperCase()}`);
  const ifExists = reader.acceptWord('if', 'exists');
  const command = kind === 'schema' ? parseDropSchema(t, ifExists) : parseDropRelation(t, kind, ifExists);
  return command;
}

function parseDropSchema(t: Translation, ifExists: boolean): Command {
  const { reader } = t;
  const schema = reader.name();
  const cascade = reader.acceptWord('cascade');
  if (!cascade) reader.acceptWord('restrict');
  return {
    locks: [],
    needs: [{ kind: 'superuser', what: 'drop a schema' }],
    run: async (session) => {
      const text = `${quoteName(session.database)}.${quoteName(schema)}`;
      await session.execute(`DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${text}${cascade ? ' CASCADE' : ''}`);
      await forgetGrants(session, schema);
      return EMPTY_RESULT;
    },
  };
}

function parseDropRelation(t: Translation, kind: string, ifExists: boolean): Command {
  const { reader } = t;
  const tables = [t.tableName()];
  while (reader.acceptOperator(',')) tables.push(t.tableName());
  if (!reader.acceptWord('cascade')) reader.acceptWord('restrict');
  return {
    locks: tables.map((table) => ({ table, mode: 'exclusive' as const })),
    needs: ifExists ? [] : tables.map((table) => onTable(table, 'drop')),
    run: async (session) => {
      for (const table of tables) {
        if (!(await exists(session, table))) {
          if (ifExists) continue;
          throw new WarehouseError(`${kind === 'view' ? 'View' : 'Table'} "${table.table}" does not exist`);
        }
        await requirePrivileges(session, [onTable(table, 'drop')]);
        await session.execute(`DROP ${kind.toUpperCase()} ${t.text(table)}`);
        if (table.schema === undefined) session.tempTables.delete(table.table);
        else await forgetGrants(session, table.schema, table.table);
      }
      return EMPTY_RESULT;
    },
  };
}

/** Comments on tables are kept; those of columns are where the twin keeps the declared types. */
export function parseComment(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('comment', 'on');
  if (!reader.acceptWord('table')) throw reader.unsupported(`COMMENT ON ${reader.peek().raw.toUpperCase()}`);
  const table = t.tableName();
  reader.expectWord('is');
  const text = reader.acceptWord('null') ? 'NULL' : quoteText(reader.stringLiteral());
  return {
    locks: [{ table, mode: 'exclusive' }],
    needs: [onTable(table, 'alter')],
    run: async (session) => {
      await session.execute(`COMMENT ON TABLE ${t.text(table)} IS ${text}`);
      return EMPTY_RESULT;
    },
  };
}
