/** Whether a server's binlog has all changes: of every database, and, on a replica, those that it takes from its own source. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { isPrivilegeMissing } from './mysql-errors';
import { flavourOf, type ServerFlavour } from './server-flavour';

/** As the server names what it leaves out of its binlog, or has in it only; empty or absent without such a setting. */
export interface BinlogFilters {
  readonly Binlog_Do_DB?: string;
  readonly Binlog_Ignore_DB?: string;
}

/** MySQL 8.2 renamed the statement and 8.4 dropped the old name. */
export const binlogStatusSql = (flavour: ServerFlavour, version: string): string =>
  flavour === 'mysql' && Number.parseFloat(version) >= 8.2 ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS';

/**
 * Rows go by the database of their table, statements by that of their session: a filter leaves out an ALTER TABLE of
 * any database (MySQL manual, "binlog-do-db").
 */
export function checkBinlogFilters(status: BinlogFilters): string[] {
  return (['Binlog_Do_DB', 'Binlog_Ignore_DB'] as const).flatMap((name) => {
    const databases = status[name] ?? '';
    if (databases === '') return [];
    const option = name.toLowerCase().replaceAll('_', '-');
    return [`${option} is "${databases}" and must be empty (changes are left out of the binlog)`];
  });
}

/** MySQL 8.0.26 renamed the variable; MariaDB and earlier versions have the other name. */
const LOGS_UPDATES =
  "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_slave_updates', 'log_replica_updates')";
const REPLICA_STATUS = ['SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'];
/** Needs no privilege; a replica that is stopped does not count there. */
const RUNNING_REPLICAS = "SHOW GLOBAL STATUS LIKE 'Slaves_running'";

/** @param query gives the rows of a statement @returns one line, or none where all is well */
export async function replicaProblems(query: (sql: string) => Promise<readonly object[]>): Promise<string[]> {
  const [variable] = (await query(LOGS_UPDATES)) as { Variable_name: string; Value: string }[];
  if (variable?.Value !== 'OFF' || !(await isReplica(query))) return [];
  return [
    `${variable.Variable_name} is "OFF" and must be "ON": the server is a replica, and what it takes from its own source is left out of its binlog. Set it in the server's configuration and start the server again, or replicate from its source`,
  ];
}

/** A login that may not look at replicas sees how many of them run. */
async function isReplica(query: (sql: string) => Promise<readonly object[]>): Promise<boolean> {
  for (const sql of REPLICA_STATUS) {
    const found = await query(sql).catch(() => undefined);
    if (found !== undefined) return found.length > 0;
  }
  const [running] = (await query(RUNNING_REPLICAS)) as { Value: string }[];
  return Number(running?.Value ?? 0) > 0;
}

/**
 * Of set-up. A server without a binlog is refused by its variables; where the login of somebody's own server may not look
 * at the binlog, what is left out of it is not known here.
 */
export async function sourceLogProblems(connection: Connection): Promise<string[]> {
  const query = async (sql: string): Promise<RowDataPacket[]> =>
    (await connection.query<RowDataPacket[]>(sql))[0];
  const [server] = await query('SELECT VERSION() AS version, @@GLOBAL.log_bin AS logs');
  if (Number(server?.logs) === 0) return [];
  const version = String(server?.version);
  const [status] = await query(binlogStatusSql(flavourOf(version), version)).catch((error: unknown) => {
    // The login lacks REPLICATION CLIENT.
    if (isPrivilegeMissing(error)) return [];
    throw error;
  });
  return [...checkBinlogFilters((status ?? {}) as BinlogFilters), ...(await replicaProblems(query))];
}
