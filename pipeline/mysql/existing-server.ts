/**
 * Whether a MySQL server that somebody else runs can be a source. Everything here only reads; what is wrong is
 * reported as a list, each line with what was found, what is needed, and the statement that brings it about.
 */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { ExistingServer } from '../existing-mysql';

interface NeededVariable {
  readonly value: string;
  readonly reason: string;
}

/** DMS user guide, "Using a MySQL-compatible database as a source". A server without the variable is fine. */
const NEEDED: Readonly<Record<string, NeededVariable>> = {
  log_bin: {
    value: 'ON',
    reason: 'no change is logged; on RDS and Aurora it comes with backups and binlog_format',
  },
  binlog_format: { value: 'ROW', reason: 'changes are logged as statements' },
  binlog_row_image: { value: 'FULL', reason: 'changes leave columns out' },
  binlog_row_value_options: { value: '', reason: 'changes of JSON are partial' },
  binlog_transaction_compression: { value: 'OFF', reason: 'DMS cannot read compressed transactions' },
  log_bin_compress: { value: 'OFF', reason: 'DMS cannot read compressed events' },
  event_scheduler: { value: 'ON', reason: 'the heartbeat is an event of the server' },
};

/** Parameters of the server that replication needs otherwise. */
export async function serverProblems(connection: Connection): Promise<string[]> {
  const variables = await readVariables(connection, Object.keys(NEEDED));
  return Object.entries(NEEDED).flatMap(([name, { value, reason }]) => {
    const found = variables.get(name);
    if (found === undefined || found.toUpperCase() === value) return [];
    return [`${name} is "${found}" and must be "${value}" (${reason})`];
  });
}

const RETENTION = 'binlog retention hours';
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** How many hours binlogs are kept: nothing for as short as the server likes, `Infinity` for indefinitely. */
export async function readRetentionHours(
  connection: Connection,
  server: ExistingServer,
): Promise<number | undefined> {
  if (server !== 'self-managed') {
    const [sets] = await connection.query<RowDataPacket[][]>('CALL mysql.rds_show_configuration');
    const value: unknown = sets[0]?.find(({ name }) => name === RETENTION)?.value;
    return value === null || value === undefined ? undefined : Number(value);
  }
  const variables = await readVariables(connection, ['binlog_expire_logs_seconds', 'expire_logs_days']);
  const seconds = Number(variables.get('binlog_expire_logs_seconds') ?? 0);
  const days = Number(variables.get('expire_logs_days') ?? 0);
  if (seconds === 0 && days === 0) return Number.POSITIVE_INFINITY;
  return (seconds === 0 ? days * DAY_SECONDS : seconds) / HOUR_SECONDS;
}

export function retentionProblem(
  server: ExistingServer,
  found: number | undefined,
  neededHours: number,
): string | undefined {
  if (found !== undefined && found >= neededHours) return undefined;
  const kept = found === undefined ? 'as short as possible' : `${found} hours`;
  const remedy =
    server === 'self-managed'
      ? `SET GLOBAL binlog_expire_logs_seconds = ${neededHours * HOUR_SECONDS}, and in the server's configuration file`
      : `CALL mysql.rds_set_configuration('${RETENTION}', ${neededHours}), or add "binlog-retention" to mysql.mayChange`;
  return `binlogs are kept ${kept} and must be kept ${neededHours} hours (mysql.binlogRetentionHours): ${remedy}`;
}

export async function setRetentionHours(connection: Connection, hours: number): Promise<void> {
  await connection.query('CALL mysql.rds_set_configuration(?, ?)', [RETENTION, hours]);
}

async function readVariables(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const [rows] = await connection.query<RowDataPacket[]>('SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)', [
    names,
  ]);
  return new Map(rows.map(({ Variable_name: name, Value: value }) => [String(name), String(value)]));
}
