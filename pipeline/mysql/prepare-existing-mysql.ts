/**
 * Set-up of a MySQL server that somebody else runs: it is checked, and only what a setting allows by name is changed.
 * No table of the catalogue is ever created, altered or dropped there.
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Connection } from 'mysql2/promise';
import { PipelineError } from '../errors';
import type { ExistingServer, MysqlChange } from '../existing-mysql';
import { HEARTBEATS } from '../heartbeats';
import { type MysqlSecret, mysqlSecret } from '../secrets';
import { type MysqlTable, mysqlName, mysqlTables } from '../tables';
import { API_REQUESTS, buildApiRequestsTable } from './api-requests';
import { readRetentionHours, retentionProblem, serverProblems, setRetentionHours } from './existing-server';
import { readFolding } from './folded-name';
import { missingPrivileges, type Privilege, privilegeText, readGrants } from './held-privileges';
import { buildIngestRunsTable, INGEST_RUNS } from './ingest-runs';
import { type MysqlConnectionOptions, withMysqlConnection } from './mysql-connection';
import { buildCreateDatabase } from './mysql-ddl';
import {
  type ApiOption,
  account,
  buildMysqlGrants,
  type MysqlAddress,
  type MysqlUser,
  mysqlGrants,
  prepareUser,
} from './mysql-users';
import { findHeartbeat, heartbeatStatements, prepareHeartbeat } from './prepare-heartbeat';
import { canSignIn, isThere, type PreparedMysql } from './prepare-mysql';
import { type CheckedSourceTables, checkSourceTables, type OnlySourceOption } from './refused-table';

export interface PrepareExistingMysqlOptions extends MysqlConnectionOptions, ApiOption, OnlySourceOption {
  readonly address: MysqlAddress;
  /** Holds `username` and `password` of a login with which set-up reads, and makes what it may. */
  readonly adminSecretArn: string;
  /** Of the users that this deployment needs; the secrets exist, with or without a value. */
  readonly userSecretArns: Readonly<Partial<Record<MysqlUser, string>>>;
  readonly binlogRetentionHours: number;
  readonly server: ExistingServer;
  readonly mayChange: readonly MysqlChange[];
  /** False: the server has no heartbeat, and none is asked for. */
  readonly hasHeartbeat?: boolean;
  readonly tables?: readonly MysqlTable[];
}

/**
 * 1. Check parameters, binlog retention, privileges, tables, heartbeat and users; report all problems at once.
 * 2. Only then change what `mayChange` names: users and their secrets, the heartbeat, how long binlogs are kept.
 *
 * Stopped anywhere in 2, the next run completes it. A second run changes nothing.
 *
 * @throws PipelineError SOURCE_NOT_READY (halt) with every problem and what a person runs to solve it.
 */
export async function prepareExistingMysql(
  client: SecretsManagerClient,
  options: PrepareExistingMysqlOptions,
): Promise<PreparedMysql> {
  const { address, mayChange, tables = mysqlTables() } = options;
  const users = Object.entries(options.userSecretArns) as [MysqlUser, string][];
  const admin = mysqlSecret(client, options.adminSecretArn, address);
  const checked = await withMysqlConnection(
    admin,
    async (connection) => {
      const { there, ...source } = await checkTables(connection, tables, options);
      const problems = [
        ...(await serverProblems(connection, options)),
        ...(await retentionProblems(connection, options)),
        ...source.problems,
        ...(options.hasHeartbeat === false ? [] : await heartbeatProblems(connection, mayChange)),
        ...(mayChange.includes('users')
          ? await privilegeProblems(connection, options, there)
          : await userProblems(client, options, there)),
      ];
      if (problems.length > 0) throw notReady(problems);
      await changeWhatMayBe(connection, client, { ...options, tables: there });
      return source;
    },
    options,
  );
  for (const [, secretArn] of users) {
    await withMysqlConnection(mysqlSecret(client, secretArn), async () => {}, options);
  }
  const { refused, ignored } = checked;
  return {
    databases: [...new Set(tables.map(({ database }) => database))],
    tables: tables.map(mysqlName).filter((name) => !refused.some(({ table }) => table === name)),
    refused,
    ignored,
    users: users.map(([user]) => user),
  };
}

async function changeWhatMayBe(
  connection: Connection,
  client: SecretsManagerClient,
  options: PrepareExistingMysqlOptions & { readonly tables: readonly MysqlTable[] },
): Promise<void> {
  const { address, mayChange, server, tables } = options;
  if (mayChange.includes('heartbeat')) await prepareHeartbeat(connection);
  if (mayChange.includes('rows')) await prepareIngestTables(connection, options);
  if (mayChange.includes('users')) {
    for (const [user, secretArn] of Object.entries(options.userSecretArns) as [MysqlUser, string][]) {
      const signsIn = () => canSignIn(mysqlSecret(client, secretArn), options);
      await prepareUser(connection, client, { user, secretArn, address, tables, options, signsIn });
    }
  }
  if (mayChange.includes('binlog-retention') && server !== 'self-managed') {
    const kept = await readRetentionHours(connection, server);
    const isShort = retentionProblem(server, kept, options.binlogRetentionHours) !== undefined;
    if (isShort) await setRetentionHours(connection, options.binlogRetentionHours);
  }
}

async function retentionProblems(
  connection: Connection,
  { server, mayChange, binlogRetentionHours }: PrepareExistingMysqlOptions,
): Promise<string[]> {
  const found = await readRetentionHours(connection, server);
  if (mayChange.includes('binlog-retention') && server !== 'self-managed') return [];
  return [retentionProblem(server, found, binlogRetentionHours) ?? []].flat();
}

interface CheckedTables extends CheckedSourceTables {
  /** Others get no grants: a server refuses them. */
  readonly there: readonly MysqlTable[];
  readonly problems: readonly string[];
}

/**
 * One that is not there, or differs, is refused by name: only its owner makes it, and drops or renames it, and the others
 * are set up. Without any of them the server is no source.
 */
async function checkTables(
  connection: Connection,
  tables: readonly MysqlTable[],
  options: OnlySourceOption,
): Promise<CheckedTables> {
  const there: MysqlTable[] = [];
  const missing: MysqlTable[] = [];
  for (const table of tables) ((await isThere(connection, table)) ? there : missing).push(table);
  const gone = missing.map((table) => ({
    table: mysqlName(table),
    reason: `the table ${mysqlName(table)} of tables/${table.name}.json is not there`,
  }));
  if (there.length === 0 && options.isOnlySource !== false)
    return { refused: [], ignored: [], there, problems: gone.map(({ reason }) => reason) };
  try {
    const { refused, ignored } = await checkSourceTables(connection, there, options);
    return { refused: [...refused, ...gone], ignored, there, problems: [] };
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'SOURCE_NOT_READY') throw error;
    return { refused: [], ignored: [], there, problems: [...gone.map(({ reason }) => reason), error.reason] };
  }
}

async function heartbeatProblems(
  connection: Connection,
  mayChange: readonly MysqlChange[],
): Promise<string[]> {
  if (mayChange.includes('heartbeat')) return [];
  const { hasTable, hasEvent } = await findHeartbeat(connection);
  if (hasTable && hasEvent) return [];
  return [
    `the heartbeat ${HEARTBEATS.database}.${HEARTBEATS.name} is not there. Add "heartbeat" to mysql.mayChange, or run: ${heartbeatStatements().map(onOneLine).join('; ')}`,
  ];
}

/** What the login of set-up lacks for what it may make. */
async function privilegeProblems(
  connection: Connection,
  options: PrepareExistingMysqlOptions,
  tables: readonly MysqlTable[],
): Promise<string[]> {
  const { mayChange } = options;
  const users = Object.keys(options.userSecretArns) as MysqlUser[];
  const passedOn = users.flatMap((user) => mysqlGrants(user, tables, options)).flatMap(toPrivileges);
  const needed: Privilege[] = [
    { name: 'CREATE USER' },
    ...passedOn.map((privilege) => ({ ...privilege, isGrantable: true })),
    ...(mayChange.includes('heartbeat')
      ? ['CREATE', 'EVENT'].map((name) => ({ name, database: HEARTBEATS.database }))
      : []),
    ...(mayChange.includes('rows') ? [{ name: 'CREATE', database: INGEST_RUNS.database }] : []),
  ];
  const folding = await readFolding(connection);
  const missing = new Set(
    missingPrivileges(await readGrants(connection), needed, folding).map(privilegeText),
  );
  if (missing.size === 0) return [];
  return [
    `the login of mysql.adminSecretArn lacks ${[...missing].join(', ')}. Grant it, or leave "users" out of mysql.mayChange and create the users yourself`,
  ];
}

const toPrivileges = ({ privileges, on }: ReturnType<typeof mysqlGrants>[number]): Privilege[] =>
  privileges.map((name) => ({
    name,
    ...(on === undefined ? {} : { database: on.database }),
    ...(on?.name === undefined ? {} : { table: tableOf(on) }),
  }));

const tableOf = (on: { readonly name?: string; readonly sourceTable?: string }): string =>
  on.sourceTable ?? on.name ?? '*';

/** Users that a person creates: each signs in with its secret and has what it needs, or the statements are in the problem. */
async function userProblems(
  client: SecretsManagerClient,
  options: PrepareExistingMysqlOptions,
  tables: readonly MysqlTable[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const [user, secretArn] of Object.entries(options.userSecretArns) as [MysqlUser, string][]) {
    const secret = mysqlSecret(client, secretArn);
    if (!(await canSignIn(secret, options))) {
      const statements = [
        `CREATE USER ${account(user)} IDENTIFIED BY '<password>' REQUIRE SSL`,
        ...buildMysqlGrants(user, tables, options).filter((grant) => !grant.startsWith('GRANT LOCK TABLES ')),
      ];
      problems.push(
        `no user signs in with the secret ${secretArn}. Run: ${statements.join('; ')}; and store {"username":"${user}","password":"<password>","host":"${options.address.host}","port":${options.address.port}} there`,
      );
      continue;
    }
    const missing = await missingOf(secret, user, options, tables);
    if (missing.length > 0) problems.push(`${user} lacks ${missing.join(', ')}`);
  }
  return problems;
}

/** LOCK TABLES is for the laptop's task only (`mysqlGrants`): of a user that a person creates it is not asked. */
const missingOf = (
  secret: MysqlSecret,
  user: MysqlUser,
  options: MysqlConnectionOptions & UserOptions,
  tables: readonly MysqlTable[],
): Promise<string[]> =>
  withMysqlConnection(
    secret,
    async (connection) => {
      const needed = neededOfUser(user, tables, options);
      const folding = await readFolding(connection);
      return missingPrivileges(await readGrants(connection), needed, folding).map(privilegeText);
    },
    options,
  );

type UserOptions = Pick<PrepareExistingMysqlOptions, 'hasHeartbeat' | 'hasApi'>;

/** What a user that a person creates must be able to do. */
export const neededOfUser = (
  user: MysqlUser,
  tables: readonly MysqlTable[],
  { hasHeartbeat = true, hasApi = false }: UserOptions,
): Privilege[] =>
  mysqlGrants(user, tables, { hasApi })
    .filter(({ on }) => hasHeartbeat || on?.database !== HEARTBEATS.database)
    .flatMap(toPrivileges)
    .filter(({ name }) => name !== 'LOCK TABLES');

const onOneLine = (statement: string): string => statement.replaceAll(/\s*\n\s*/g, ' ');

const notReady = (problems: readonly string[]): PipelineError =>
  new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `the MySQL server cannot be a source yet, and nothing was changed:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    context: { problemCount: problems.length },
  });

/** Where ingest and API record what they have added. */
async function prepareIngestTables(connection: Connection, { hasApi = false }: ApiOption): Promise<void> {
  for (const [table, statement] of [
    [INGEST_RUNS, buildIngestRunsTable()] as const,
    ...(hasApi ? [[API_REQUESTS, buildApiRequestsTable()] as const] : []),
  ]) {
    if (await isThere(connection, table)) continue;
    await connection.query(buildCreateDatabase(table.database));
    await connection.query(statement);
  }
}
