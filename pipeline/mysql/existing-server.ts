/**
 * Whether a MySQL server that somebody else runs can be a source. Everything here only reads; what is wrong is
 * reported as a list, each line with what was found, what is needed, and the statement that brings it about.
 */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { ExistingServer } from '../existing-mysql';
import { checkVariables, NEEDED_VARIABLES, type NeededVariables } from './needed-variables';
import { sourceLogProblems } from './source-log';

const NEEDED = {
  ...NEEDED_VARIABLES,
  log_bin: {
    value: 'ON',
    reason: 'no change is logged; on RDS and Aurora it comes with backups and binlog_format',
  },
  event_scheduler: { value: 'ON', reason: 'the heartbeat is an event of the server' },
} satisfies NeededVariables;

/** Parameters of the server that replication needs otherwise, and what is left out of its binlog. */
export async function serverProblems(
  connection: Connection,
  { hasHeartbeat = true }: { readonly hasHeartbeat?: boolean } = {},
): Promise<string[]> {
  const { event_scheduler, ...others } = NEEDED;
  const needed = hasHeartbeat ? NEEDED : others;
  return [
    ...checkVariables(await readVariables(connection, Object.keys(needed)), needed),
    ...(await sourceLogProblems(connection)),
  ];
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
