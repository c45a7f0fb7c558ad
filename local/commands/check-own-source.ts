/** Whether a MySQL server of one's own can be replicated: everything is only read, and all problems are found at once. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { readRetentionHours, retentionProblem, serverProblems } from '../../pipeline/mysql/existing-server';
import { readFolding } from '../../pipeline/mysql/folded-name';
import { missingPrivileges, privilegeText, readGrants } from '../../pipeline/mysql/held-privileges';
import { neededOfUser } from '../../pipeline/mysql/prepare-existing-mysql';
import { flavourOf, type ServerFlavour } from '../../pipeline/mysql/server-flavour';
import type { MysqlTable } from '../../pipeline/tables';

export interface CheckedSource {
  readonly problems: readonly string[];
  readonly flavour: ServerFlavour;
}

/** Binlogs are kept at least so long: how long the pipeline may be stopped. */
export const KEPT_HOURS = 24;

const NO_HEARTBEAT = { hasHeartbeat: false };

export async function checkOwnServer(connection: Connection, host: string): Promise<CheckedSource> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  const isRds = host.endsWith('.rds.amazonaws.com');
  const kind = isRds ? 'rds' : 'self-managed';
  const kept = await readRetentionHours(connection, kind).catch(() => Number.POSITIVE_INFINITY);
  return {
    flavour: flavourOf(String(rows[0]?.version)),
    problems: [
      ...(await serverProblems(connection, NO_HEARTBEAT)).map((problem) => withRemedy(problem, isRds)),
      ...[retentionProblem(kind, kept, KEPT_HOURS) ?? []].flat(),
    ],
  };
}

/** `binlog_row_image is "MINIMAL" and must be "FULL" (…)`, with the statement that does it. */
function withRemedy(problem: string, isRds: boolean): string {
  const [, name, value] = /^(\w+) is ".*?" and must be "(.*?)"/.exec(problem) ?? [];
  if (name === undefined || value === undefined) return problem;
  if (isRds) return `${problem}: set ${name} in its parameter group, and reboot if that says so`;
  if (name === 'log_bin') return `${problem}: log_bin in its configuration file, and restart it`;
  return `${problem}: SET GLOBAL ${name} = '${value}', and in its configuration file`;
}

/** What the login lacks: it reads the binlog and the tables. */
export async function checkOwnPrivileges(
  connection: Connection,
  tables: readonly MysqlTable[],
): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT CURRENT_USER() AS name');
  const [user = '', host = '%'] = String(rows[0]?.name).split('@');
  const needed = [
    ...neededOfUser('cdc_dms', tables, NO_HEARTBEAT),
    ...neededOfUser('cdc_reconcile', tables, {}),
  ];
  const missing = missingPrivileges(await readGrants(connection), needed, await readFolding(connection));
  const places = new Map<string, Set<string>>();
  for (const { name, database = '*', table = '*' } of missing) {
    const place = `${database}.${table}`;
    places.set(place, (places.get(place) ?? new Set()).add(name));
  }
  if (missing.length === 0) return [];
  const grants = [...places].map(
    ([place, names]) => `GRANT ${[...names].join(', ')} ON ${place} TO '${user}'@'${host}'`,
  );
  return [
    `the login lacks ${[...new Set(missing.map(privilegeText))].join(', ')}. Run: ${grants.join('; ')}`,
  ];
}
