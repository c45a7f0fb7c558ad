/**
 * Which requests of the API have added their rows to MySQL: each in the transaction of its rows, so that both are there
 * or neither is. In a database of its own, which is not replicated, beside the runs of the scheduled ingest.
 */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { REMEMBERED_HOURS } from '../values/api-limits';
import { isDuplicateKey } from './mysql-errors';
import { quoteMysqlTable } from './mysql-identifier';

export const API_REQUESTS = { database: 'cdc_control', name: 'api_requests' } as const;

/** Hashes in hexadecimal. */
export function buildApiRequestsTable(): string {
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteMysqlTable(API_REQUESTS)} (`,
    '  `key_hash` CHAR(64) NOT NULL,',
    '  `body_hash` CHAR(64) NOT NULL,',
    '  `recorded_at` DATETIME(6) NOT NULL,',
    '  PRIMARY KEY (`key_hash`),',
    '  KEY `by_time` (`recorded_at`)',
    ') ENGINE = InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin',
  ].join('\n');
}

export interface RecordedRequest {
  readonly keyHash: string;
  readonly bodyHash: string;
}

/**
 * Records the request within the open transaction. One with the same key that is under way is waited for.
 * @returns false when such a request was recorded before; the caller then rolls the transaction back.
 */
export async function recordApiRequest(
  connection: Connection,
  { keyHash, bodyHash }: RecordedRequest,
): Promise<boolean> {
  try {
    await connection.query(`INSERT INTO ${quoteMysqlTable(API_REQUESTS)} VALUES (?, ?, UTC_TIMESTAMP(6))`, [
      keyHash,
      bodyHash,
    ]);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Hash of the body of the recorded request; undefined when there is none any more. */
export async function readApiRequest(connection: Connection, keyHash: string): Promise<string | undefined> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT body_hash AS hash FROM ${quoteMysqlTable(API_REQUESTS)} WHERE key_hash = ?`,
    [keyHash],
  );
  return rows[0] === undefined ? undefined : String(rows[0].hash);
}

/** In a statement of its own: within a transaction, two requests that forget the same records would wait for each other. */
export async function forgetApiRequests(connection: Connection): Promise<void> {
  await connection.query(
    `DELETE FROM ${quoteMysqlTable(API_REQUESTS)} WHERE recorded_at < UTC_TIMESTAMP(6) - INTERVAL ${REMEMBERED_HOURS} HOUR LIMIT 1000`,
  );
}
