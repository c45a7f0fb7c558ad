import { parseExpression } from '../sql/expression';
import { parseFrom } from '../sql/from';
import type { Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import type { Command } from './command';
import { onTable, toRead } from './needs';
import { readLocks } from './parse-command';

/** FROM may be left out; the target takes no alias. */
export function parseDelete(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('delete');
  reader.acceptWord('from');
  const target = t.tableName();
  let sql = `DELETE FROM ${t.text(target)}`;
  if (reader.acceptWord('using')) sql += ` USING ${parseFrom(t)}`;
  if (reader.acceptWord('where')) sql += ` WHERE ${parseExpression(t).sql}`;
  const reads = [target, ...t.reads];
  return {
    locks: [{ table: target, mode: 'write' }, ...readLocks(t.reads)],
    // The condition reads the target.
    needs: [onTable(target, 'delete'), ...toRead(reads)],
    run: (session) => changedRows(session, sql),
  };
}
