/**
 * A read of a table whose engine has no transactions. Others wait with their writing until its rows are read, so that
 * the table stays as it is at one position. A statement that writes to it is in the binlog before its lock on the table is
 * given up, and any single read of such a table keeps most writers waiting as well.
 */

import type { ConsistentRead } from './consistent-read';
import { openSource, type ReadLogin } from './source-connection';
import { readBinlogEnd, readExecutedGtids, readGtidAt, readServer } from './source-server';
import type { SourceTable } from './source-table';
import { lockTables } from './table-lock';

/** The caller destroys the connection, which gives up the lock. @returns why the table could not be locked, if so */
export async function openLockedRead(
  readLogin: ReadLogin,
  table: SourceTable,
): Promise<ConsistentRead | string> {
  const connection = await openSource(readLogin);
  try {
    const outcome = await lockTables(connection, [table]);
    if (outcome === 'locked') {
      const { flavour } = await readServer(connection);
      const executed = flavour === 'mysql' ? await readExecutedGtids(connection) : null;
      const position = await readBinlogEnd(connection);
      const gtid = executed ?? (await readGtidAt(connection, position));
      return { connection, position, gtid, exact: true };
    }
    connection.destroy();
    return outcome === 'denied' ? deniedProblem(table) : BUSY;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

const deniedProblem = ({ database, engine }: SourceTable): string =>
  `its storage engine ${engine} has no transactions, so that it has to be locked while it is copied, and the task's user may not do that. GRANT LOCK TABLES ON ${database}.*, or ALTER TABLE … ENGINE = InnoDB`;

const BUSY =
  'it has to be locked while it is copied, and a session has kept it for writing all the time. End that transaction or LOCK TABLES';
