import { parseExpression } from '../sql/expression';
import { parseAlias, parseFrom } from '../sql/from';
import { quoteName } from '../sql/reader';
import type { Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import type { Command } from './command';
import { onTable, toRead } from './needs';
import { readLocks } from './parse-command';

export function parseUpdate(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('update');
  const target = t.tableName();
  const alias = parseAlias(t);
  reader.expectWord('set');
  const changes: string[] = [];
  do {
    const column = reader.name();
    reader.expectOperator('=');
    changes.push(
      `${quoteName(column)} = ${reader.acceptWord('default') ? 'DEFAULT' : parseExpression(t).sql}`,
    );
  } while (reader.acceptOperator(','));
  let sql = `UPDATE ${t.text(target)}${alias === undefined ? '' : ` AS ${quoteName(alias)}`} SET ${changes.join(', ')}`;
  if (reader.acceptWord('from')) sql += ` FROM ${parseFrom(t)}`;
  if (reader.acceptWord('where')) sql += ` WHERE ${parseExpression(t).sql}`;
  const reads = [target, ...t.reads];
  return {
    locks: [{ table: target, mode: 'write' }, ...readLocks(t.reads)],
    // The condition reads the target.
    needs: [onTable(target, 'update'), ...toRead(reads)],
    run: (session) => changedRows(session, sql),
  };
}
