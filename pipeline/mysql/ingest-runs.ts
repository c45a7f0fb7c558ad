/**
 * Which runs have appended their rows to a MySQL table, so that one event appends once: a scheduler and Lambda deliver
 * an event at least once, and nothing else says that two runs come from the same one.
 */
import { createHash } from 'node:crypto';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { COLLATION } from './mysql-ddl';
import { isDuplicateKey } from './mysql-errors';
import { quoteMysqlTable } from './mysql-identifier';

interface NamedTable {
  readonly database: string;
  readonly name: string;
}

/** In a database of its own: the replication task copies the tables of the catalogue and no other. */
export const INGEST_RUNS: NamedTable = { database: 'cdc_control', name: 'ingest_runs' };

/** Far longer than an event can be repeated: EventBridge Scheduler and Lambda give up within a day. */
const KEPT_DAYS = 7;

export function buildIngestRunsTable(): string {
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteMysqlTable(INGEST_RUNS)} (`,
    '  `table_name` VARCHAR(130) NOT NULL,',
    '  `run_key` VARCHAR(128) NOT NULL,',
    '  `recorded_at` DATETIME(6) NOT NULL,',
    '  PRIMARY KEY (`table_name`, `run_key`)',
    `) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE ${COLLATION}`,
  ].join('\n');
}

/**
 * Takes the lock that every append to the table takes; the server releases it with the connection.
 * @returns false immediately when another run has it.
 */
export async function lockIngest(connection: Connection, table: NamedTable): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, 0) AS taken', [lockOf(table)]);
  return Number(rows[0]?.taken) === 1;
}

/** The name of a lock has at most 64 characters (MySQL manual, "Locking Functions"). */
const lockOf = (table: NamedTable): string =>
  `cdc-ingest-${createHash('sha256').update(nameOf(table)).digest('hex').slice(0, 32)}`;

/**
 * Records, within the open transaction, that this run appends its rows.
 * @returns false when a run of the same key has already done so; the caller then rolls the transaction back.
 */
export async function recordIngestRun(
  connection: Connection,
  table: NamedTable,
  runKey: string,
): Promise<boolean> {
  const runs = quoteMysqlTable(INGEST_RUNS);
  try {
    await connection.query(`INSERT INTO ${runs} VALUES (?, ?, UTC_TIMESTAMP(6))`, [nameOf(table), runKey]);
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  await connection.query(
    `DELETE FROM ${runs} WHERE table_name = ? AND recorded_at < UTC_TIMESTAMP(6) - INTERVAL ${KEPT_DAYS} DAY`,
    [nameOf(table)],
  );
  return true;
}

const nameOf = ({ database, name }: NamedTable): string => `${database}.${name}`;
