/** Tables that are locked against writing for as long as a connection holds them. */
import type { Connection } from 'mysql2';
import { quoteMysqlTable } from '../../../../pipeline/mysql/mysql-identifier';
import { queryRows } from '../binlog/binlog-stream';
import type { SourceTable } from './source-table';

/** Seconds for which writers of the tables may be kept waiting at each attempt. */
const LOCK_WAIT_SECONDS = 3;
const LOCK_ATTEMPTS = 10;

/** ER_LOCK_WAIT_TIMEOUT; ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR. */
const LOCK_TIMED_OUT = 1205;
const DENIED = new Set([1044, 1142]);

/**
 * A lock is granted once nobody writes to the tables any more, and held until UNLOCK TABLES, a transaction or the end of
 * the connection.
 * @returns `busy` when a writer does not end, `denied` when the user may not lock them
 */
export async function lockTables(
  connection: Connection,
  tables: readonly SourceTable[],
): Promise<'locked' | 'busy' | 'denied'> {
  const names = tables.map(({ database, table }) => `${quoteMysqlTable({ database, name: table })} READ`);
  await queryRows(connection, `SET SESSION lock_wait_timeout = ${LOCK_WAIT_SECONDS}`);
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt += 1) {
    try {
      await queryRows(connection, `LOCK TABLES ${names.join(', ')}`);
      return 'locked';
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno !== undefined && DENIED.has(errno)) return 'denied';
      if (errno !== LOCK_TIMED_OUT) throw error;
    }
  }
  return 'busy';
}
