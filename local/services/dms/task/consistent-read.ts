/** A consistent read of tables whose position in the binlog is known. */
import type { Connection } from 'mysql2';
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';
import { openSource, type ReadLogin } from './source-connection';
import { readBinlogEnd, readExecutedGtids, readGtidAt, readServer } from './source-server';
import type { SourceTable } from './source-table';
import { lockTables } from './table-lock';

export interface ConsistentRead {
  /** Its transaction reads every table as of `position`. */
  readonly connection: Connection;
  readonly position: SourcePosition;
  /** The read holds all changes before the position and none after it. */
  readonly exact: boolean;
  /** All transactions before the position; null where the server does not name them. */
  readonly gtid: string | null;
}

type Place = Omit<ConsistentRead, 'connection'>;

const UNLOCKED_ATTEMPTS = 20;

/** The caller destroys the connection. */
export async function openConsistentRead(
  readLogin: ReadLogin,
  tables: readonly SourceTable[],
): Promise<ConsistentRead> {
  const connection = await openSource(readLogin);
  try {
    await queryRows(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    const { flavour } = await readServer(connection);
    if (flavour === 'mariadb') {
      const position = await openAtKnownPosition(connection);
      return { connection, position, exact: true, gtid: await readGtidAt(connection, position) };
    }
    const locked = await openUnderLock(readLogin, connection, tables);
    return { connection, ...(locked ?? (await openInAPause(connection, tables))) };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** MariaDB knowledge base, "START TRANSACTION WITH CONSISTENT SNAPSHOT" and "binlog_snapshot_position". */
async function openAtKnownPosition(connection: Connection): Promise<SourcePosition> {
  await queryRows(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const rows = (await queryRows(connection, "SHOW STATUS LIKE 'binlog_snapshot_%'")) as {
    Variable_name: string;
    Value: string;
  }[];
  const status = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  return {
    file: status.get('binlog_snapshot_file') ?? '',
    offset: Number(status.get('binlog_snapshot_position')),
  };
}

const OPEN = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';

/**
 * MySQL does not tell the position of a read. While the tables are locked against writing nothing of theirs is under
 * way: a lock is granted once the transactions that wrote to them are committed, in the binlog and in the engine. A
 * second connection reads, since a transaction gives locks up.
 * @returns undefined when the user may not lock tables, or a writer does not end
 */
async function openUnderLock(
  readLogin: ReadLogin,
  connection: Connection,
  tables: readonly SourceTable[],
): Promise<Place | undefined> {
  const locking = await openSource(readLogin);
  try {
    if ((await lockTables(locking, tables)) !== 'locked') return undefined;
    const gtid = await readExecutedGtids(locking);
    const position = await readBinlogEnd(locking);
    await queryRows(connection, OPEN);
    return { position, gtid, exact: true };
  } finally {
    locking.destroy();
  }
}

/**
 * Without a lock the position is taken first, and the read opened later, since a commit is in the binlog before it can
 * be read: by as long as the server holds commits together, and a moment. Changes in between are then applied to rows
 * that have them already, which changes nothing for rows with a key; for rows without one it is tried again until
 * nothing was written in between.
 */
async function openInAPause(connection: Connection, tables: readonly SourceTable[]): Promise<Place> {
  const attempts = tables.some(({ key }) => key.length === 0) ? UNLOCKED_ATTEMPTS : 1;
  const [row] = (await queryRows(
    connection,
    'SELECT @@GLOBAL.binlog_group_commit_sync_delay AS delayMicroseconds',
  )) as { delayMicroseconds: number }[];
  const seconds = 0.5 + (2 * Number(row?.delayMicroseconds ?? 0)) / 1_000_000;
  for (let attempt = 1; ; attempt += 1) {
    const gtid = await readExecutedGtids(connection);
    const position = await readBinlogEnd(connection);
    await queryRows(connection, `DO SLEEP(${seconds})`);
    await queryRows(connection, OPEN);
    const exact = comparePositions(position, await readBinlogEnd(connection)) === 0;
    if (exact || attempt >= attempts) return { position, gtid, exact };
  }
}
