/** Set-up of the heartbeat: its database, its table, and the event by which the server writes it. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { HEARTBEATS } from '../heartbeats';
import { buildCreateDatabase, buildMysqlTable } from './mysql-ddl';
import { quoteMysqlIdentifier, quoteMysqlTable } from './mysql-identifier';
import { checkMysqlTable } from './mysql-table-check';

const EVENT = 'beat';

/** The server's own clock, in UTC whatever its time zone is. */
export function buildHeartbeatEvent(): string {
  return [
    `CREATE EVENT IF NOT EXISTS ${quoteMysqlIdentifier(HEARTBEATS.database)}.${quoteMysqlIdentifier(EVENT)}`,
    '  ON SCHEDULE EVERY 1 MINUTE',
    '  DO',
    `    INSERT INTO ${quoteMysqlTable(HEARTBEATS)} (\`id\`, \`beat_at\`) VALUES (1, UTC_TIMESTAMP(6))`,
    '    ON DUPLICATE KEY UPDATE `beat_at` = UTC_TIMESTAMP(6)',
  ].join('\n');
}

/** What a person runs where set-up may not. */
export const heartbeatStatements = (): string[] => [
  buildCreateDatabase(HEARTBEATS.database),
  buildMysqlTable(HEARTBEATS),
  buildHeartbeatEvent(),
];

/** What of the heartbeat the server has. */
export async function findHeartbeat(
  connection: Connection,
): Promise<{ readonly hasTable: boolean; readonly hasEvent: boolean }> {
  const [found] = await connection.query<RowDataPacket[]>(
    [
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
      'UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?',
    ].join(' '),
    [HEARTBEATS.database, HEARTBEATS.database],
  );
  const names = new Set(found.map(({ name }) => String(name)));
  return { hasTable: names.has(HEARTBEATS.name), hasEvent: names.has(EVENT) };
}

/**
 * Sends no statement that changes anything once all is there: each would be in the binlog. Whether events run is the
 * server's parameter `event_scheduler`. Throws as the connection does, and as `checkMysqlTable`.
 */
export async function prepareHeartbeat(connection: Connection): Promise<void> {
  const { hasTable, hasEvent } = await findHeartbeat(connection);
  if (!hasTable) {
    await connection.query(buildCreateDatabase(HEARTBEATS.database));
    await connection.query(buildMysqlTable(HEARTBEATS));
  }
  await checkMysqlTable(connection, HEARTBEATS);
  if (!hasEvent) await connection.query(buildHeartbeatEvent());
}
