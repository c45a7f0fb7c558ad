import { parseExpression } from '../sql/expression';
import { parseAlias, parseFrom } from '../sql/from';
import { quoteName } from '../sql/reader';
import type { Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import type { Command } from './command';
import { readLocks } from './parse-command';

/** FROM may be left out. */
export function parseDelete(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('delete');
  reader.acceptWord('from');
  const target = t.tableName();
  const alias = parseAlias(t);
  let sql = `DELETE FROM ${t.text(target)}${alias === undefined ? '' : ` AS ${quoteName(alias)}`}`;
  if (reader.acceptWord('using')) sql += ` USING ${parseFrom(t)}`;
  if (reader.acceptWord('where')) sql += ` WHERE ${parseExpression(t).sql}`;
  return {
    locks: [{ table: target, mode: 'write' }, ...readLocks(t.reads)],
    run: (session) => changedRows(session, sql),
  };
}
