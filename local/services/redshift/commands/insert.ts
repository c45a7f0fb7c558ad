import { parseExpression, startsQuery } from '../sql/expression';
import { parseColumnNames } from '../sql/query';
import type { Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import type { Command } from './command';
import { onTable, toRead } from './needs';
import { readLocks } from './parse-command';

export function parseInsert(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('insert', 'into');
  const target = t.tableName();
  const columns = reader.isOperator('(') && !startsQuery(t) ? parseColumnNames(t) : '';
  const source = parseInsertSource(t);
  const sql = `INSERT INTO ${t.text(target)} ${columns} ${source}`;
  return {
    locks: [{ table: target, mode: 'write' }, ...readLocks(t.reads)],
    needs: [onTable(target, 'insert'), ...toRead(t.reads)],
    run: (session) => changedRows(session, sql),
  };
}

function parseInsertSource(t: Translation): string {
  const { reader } = t;
  if (reader.acceptWord('default', 'values')) return 'DEFAULT VALUES';
  if (!reader.acceptWord('values')) {
    if (!startsQuery(t)) throw reader.syntaxError();
    return t.parseQuery();
  }
  const rows: string[] = [];
  do {
    reader.expectOperator('(');
    const values: string[] = [];
    do {
      values.push(reader.acceptWord('default') ? 'DEFAULT' : parseExpression(t).sql);
    } while (reader.acceptOperator(','));
    reader.expectOperator(')');
    rows.push(`(${values.join(', ')})`);
  } while (reader.acceptOperator(','));
  return `VALUES ${rows.join(', ')}`;
}
