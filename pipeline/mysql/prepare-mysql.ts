/** Set-up of the MySQL source, at each deploy: databases, tables, users, secrets, how long binlogs are kept. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { PipelineError } from '../errors';
import { type MysqlSecret, mysqlSecret } from '../secrets';
import { type MysqlTable, mysqlName, mysqlTables } from '../tables';
import { API_REQUESTS, buildApiRequestsTable } from './api-requests';
import { isSameName, readFolding } from './folded-name';
import { buildIngestRunsTable, INGEST_RUNS } from './ingest-runs';
import { type MysqlConnectionOptions, withMysqlConnection } from './mysql-connection';
import { buildCreateDatabase, buildMysqlTable } from './mysql-ddl';
import { type ApiOption, type MysqlAddress, type MysqlUser, prepareUser } from './mysql-users';
import { prepareHeartbeat } from './prepare-heartbeat';
import {
  type CheckedSourceTables,
  checkSourceTables,
  type IgnoredColumn,
  type OnlySourceOption,
  type RefusedTable,
} from './refused-table';
import { sourceLogProblems } from './source-log';

export interface PrepareMysqlOptions extends MysqlConnectionOptions, ApiOption, OnlySourceOption {
  readonly address: MysqlAddress;
  /** Holds `username` and `password`; RDS manages it. */
  readonly adminSecretArn: string;
  /** Where each user's login is kept. The secrets exist, with or without a value. */
  readonly userSecretArns: Readonly<Partial<Record<MysqlUser, string>>>;
  readonly binlogRetentionHours: number;
  readonly tables?: readonly MysqlTable[];
}

export interface PreparedMysql {
  readonly databases: readonly string[];
  readonly tables: readonly string[];
  /** Tables that were left as they are; empty when all is well. */
  readonly refused: readonly RefusedTable[];
  /** Columns of the source that the catalogue does not name. */
  readonly ignored: readonly IgnoredColumn[];
  readonly users: readonly MysqlUser[];
}

/**
 * Brings the source to what the catalogue says. Every step is idempotent and none removes anything, so that a run
 * that stopped anywhere is completed by the next one. When nothing has to change, it sends no statement that
 * could: a second run writes nothing to the binlog.
 *
 * A table that differs from the catalogue, or that a foreign key changes below the binlog, is refused by name; the
 * others are set up all the same.
 *
 * @throws PipelineError SOURCE_NOT_READY (halt) when the server does not log changes as replication needs it, when
 * every table is refused and there is no other source, or when a user cannot log in with its secret afterwards.
 */
export async function prepareMysql(
  client: SecretsManagerClient,
  options: PrepareMysqlOptions,
): Promise<PreparedMysql> {
  const { address, userSecretArns, tables = mysqlTables() } = options;
  const databases = [...new Set(tables.map((table) => table.database))];
  const users = Object.entries(userSecretArns) as [MysqlUser, string][];
  const admin = mysqlSecret(client, options.adminSecretArn, address);
  let checked: CheckedSourceTables = { refused: [], ignored: [] };
  await withMysqlConnection(
    admin,
    async (connection) => {
      await checkBinlog(connection);
      await prepareTables(connection, tables, options);
      checked = await checkSourceTables(connection, tables, options);
      await prepareHeartbeat(connection);
      for (const [user, secretArn] of users) {
        const signsIn = () => canSignIn(mysqlSecret(client, secretArn), options);
        await prepareUser(connection, client, { user, secretArn, address, tables, options, signsIn });
      }
      await keepBinlogs(connection, options.binlogRetentionHours);
    },
    options,
  );
  for (const [, secretArn] of users) {
    await withMysqlConnection(mysqlSecret(client, secretArn), async () => {}, options);
  }
  const { refused, ignored } = checked;
  return {
    databases,
    tables: tables.map(mysqlName).filter((name) => !refused.some(({ table }) => table === name)),
    refused,
    ignored,
    users: users.map(([user]) => user),
  };
}

/** Creates what is missing. `CREATE … IF NOT EXISTS` would go into the binlog at each deploy, even if it creates nothing. */
async function prepareTables(
  connection: Connection,
  tables: readonly MysqlTable[],
  { hasApi = false }: ApiOption,
): Promise<void> {
  const [found] = await connection.query<RowDataPacket[]>(
    'SELECT SCHEMA_NAME AS name FROM INFORMATION_SCHEMA.SCHEMATA',
  );
  const folding = await readFolding(connection);
  const existing = found.map(({ name }) => String(name));
  for (const database of [...tables.map((table) => table.database), INGEST_RUNS.database]) {
    if (existing.some((name) => isSameName(name, database, folding))) continue;
    await connection.query(buildCreateDatabase(database));
    existing.push(database);
  }
  for (const table of tables) {
    if (!(await isThere(connection, table))) await connection.query(buildMysqlTable(table));
  }
  if (!(await isThere(connection, INGEST_RUNS))) await connection.query(buildIngestRunsTable());
  if (hasApi && !(await isThere(connection, API_REQUESTS))) await connection.query(buildApiRequestsTable());
}

/** Whether the server has a table of that name. */
export async function isThere(
  connection: Connection,
  { database, name, sourceTable = name }: Pick<MysqlTable, 'database' | 'name' | 'sourceTable'>,
): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [database, sourceTable],
  );
  return rows.length > 0;
}

/** Whether the server takes the login that the secret has. */
export async function canSignIn(secret: MysqlSecret, options: MysqlConnectionOptions): Promise<boolean> {
  try {
    await withMysqlConnection(secret, async () => {}, options);
    return true;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'SOURCE_NOT_READY') return false;
    throw error;
  }
}

/** On RDS this is not a parameter; without it binlogs go as soon as possible (RDS user guide, "mysql.rds_set_configuration"). */
async function keepBinlogs(connection: Connection, hours: number): Promise<void> {
  const [sets] = await connection.query<RowDataPacket[][]>('CALL mysql.rds_show_configuration');
  const kept = sets[0]?.find(({ name }) => name === BINLOG_RETENTION);
  if (kept !== undefined && Number(kept.value ?? Number.NaN) === hours) return;
  await connection.query('CALL mysql.rds_set_configuration(?, ?)', [BINLOG_RETENTION, hours]);
}

const BINLOG_RETENTION = 'binlog retention hours';

/** What replication reads: whole row images of every change (DMS user guide, MySQL source prerequisites). */
const BINLOG_SETTINGS = { log_bin: '1', binlog_format: 'ROW', binlog_row_image: 'FULL' } as const;

async function checkBinlog(connection: Connection): Promise<void> {
  const names = Object.keys(BINLOG_SETTINGS) as (keyof typeof BINLOG_SETTINGS)[];
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT ${names.map((name) => `@@GLOBAL.${name} AS ${name}`).join(', ')}`,
  );
  const wrong = names
    .map((name) => ({ name, got: String(rows[0]?.[name]), expected: BINLOG_SETTINGS[name] }))
    .filter(({ got, expected }) => got.toUpperCase() !== expected)
    .map(({ name, got, expected }) => `${name} is ${got}, expected ${expected}`);
  const problems = [...wrong, ...(await sourceLogProblems(connection))];
  if (problems.length === 0) return;
  throw new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `the server does not log changes as replication needs it: ${problems.join('; ')}. Set it in the parameter group, keep backups on, and reboot the instance.`,
    context: { problemCount: problems.length },
  });
}
