/** LOCK, TRUNCATE, VACUUM, ANALYZE. */
import type { TableName, Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import { type Command, EMPTY_RESULT } from './command';
import { onTable } from './needs';

export function parseLock(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('lock');
  reader.acceptWord('table');
  const tables = [t.tableName()];
  while (reader.acceptOperator(',')) tables.push(t.tableName());
  return {
    locks: tables.map((table) => ({ table, mode: 'exclusive' as const })),
    needs: tables.map((table) => onTable(table, 'update', 'delete')),
    run: async (session) => {
      for (const table of tables) await session.columnsOf(table);
      return EMPTY_RESULT;
    },
  };
}

/** Commits the transaction that it is in (developer guide, "TRUNCATE"). */
export function parseTruncate(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('truncate');
  reader.acceptWord('table');
  const table = t.tableName();
  return {
    locks: [{ table, mode: 'exclusive' }],
    needs: [onTable(table, 'truncate')],
    transaction: 'commits',
    run: async (session) => {
      await changedRows(session, `DELETE FROM ${t.text(table)}`);
      return EMPTY_RESULT;
    },
  };
}

const VACUUM_KINDS = new Set(['full', 'sort', 'delete', 'reindex', 'recluster']);

/** DuckDB keeps no sort order and frees space by itself: that the statement is allowed here is all that is checked. */
export function parseVacuum(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('vacuum');
  if (reader.isAnyWord(VACUUM_KINDS)) {
    const kind = reader.take().text;
    if (kind === 'sort' || kind === 'delete') reader.acceptWord('only');
  }
  const table = reader.atEnd() || reader.isOperator(';') ? undefined : t.tableName();
  if (reader.acceptWord('to')) {
    reader.integer();
    reader.expectWord('percent');
  }
  reader.acceptWord('boost');
  return { locks: [], needs: [], transaction: 'forbidden', run: (session) => existing(session, table) };
}

export function parseAnalyze(t: Translation): Command {
  const { reader } = t;
  reader.take();
  if (reader.isWord('compression')) throw reader.unsupported('ANALYZE COMPRESSION');
  reader.acceptWord('verbose');
  const table = reader.atEnd() || reader.isOperator(';') ? undefined : t.tableName();
  if (reader.acceptOperator('(')) {
    do reader.name();
    while (reader.acceptOperator(','));
    reader.expectOperator(')');
  }
  if (!reader.acceptWord('predicate', 'columns')) reader.acceptWord('all', 'columns');
  return { locks: [], needs: [], run: (session) => existing(session, table) };
}

async function existing(
  session: Parameters<Command['run']>[0],
  table: TableName | undefined,
): ReturnType<Command['run']> {
  if (table !== undefined) await session.columnsOf(table);
  return EMPTY_RESULT;
}
