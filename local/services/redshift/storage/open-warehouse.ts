/**
 * Opens the database file as one Redshift database.
 *
 * Where an answer still differs from Redshift's: NUMERIC divided by NUMERIC, and AVG of NUMERIC, are DOUBLE PRECISION;
 * text with trailing blanks does not equal text without; a transaction reads what was committed before its first
 * read and never fails with 1023.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ExportFormat, ExportResult, FetchObject, Warehouse } from '../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA, quoteName, quoteText, TWIN_SCHEMA } from '../sql/names';
import { ColumnCache } from './column-cache';
import { exportTables } from './export-tables';
import { loadErrorWriter } from './load-error-writer';
import { macroStatements } from './macros';
import { MemoryLimit } from './memory-limit';
import { OWN_SCHEMAS } from './own-schemas';
import { emptyPartFolder } from './part-file';
import { registerScalarFunctions } from './scalar-functions';
import type { SessionContext } from './session-context';
import { TableLocks } from './table-locks';
import { hiddenTableStatements, identityStatements, viewStatements } from './views';
import { TwinSession } from './warehouse-session';

export interface WarehouseOptions {
  /** The DuckDB file; made when it is not there. */
  readonly file: string;
  /** Name of the Redshift database. */
  readonly database: string;
  readonly fetchObject: FetchObject;
  /** The superuser that exists from the start. */
  readonly adminUser?: string;
  /** As DuckDB writes sizes: `2GB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

export interface OpenSessionOptions {
  /** Database user whose privileges count; without it the session may do everything. */
  readonly user?: string;
  /** Refuses whatever is not a read, for superusers too. */
  readonly readOnly?: boolean;
}

export interface TwinWarehouse extends Warehouse {
  readonly database: string;
  openSession(options?: OpenSessionOptions): Promise<TwinSession>;
  /** Whether the user was created here; others come in by IAM. */
  hasUser(user: string): Promise<boolean>;
}

/**
 * Rows that a transaction keeps in memory until they go to the file together, twice while they are written: of DuckDB's
 * default of 122,880 rows, 240 MB where a row has a kilobyte. Smaller groups make the first copy slower.
 */
const ROW_GROUP_ROWS = 24_576;

/**
 * Of the log that is kept before it goes into the tables. Each time, a row group that is not full is written again, up to
 * 100 MB of texts; with DuckDB's default of 16 MB that is at each commit of many changes. A start reads it in a second.
 */
const LOG_BYTES = '64MB';

/** Files open in this process. DuckDB's own lock does not keep a second instance in one process off. */
const openFiles = new Set<string>();

export async function openWarehouse(options: WarehouseOptions): Promise<TwinWarehouse> {
  const file = resolve(options.file);
  if (openFiles.has(file)) throw new Error(`the warehouse file ${file} is already open in this process`);
  openFiles.add(file);
  try {
    return await openFile(file, options);
  } catch (error) {
    openFiles.delete(file);
    throw error;
  }
}

/** What is open of one database file. */
interface OpenFile {
  readonly file: string;
  readonly instance: DuckDBInstance;
  /** Outside of any session: reads users, writes load errors. */
  readonly control: DuckDBConnection;
  readonly adminUser: string;
  readonly sessions: Set<TwinSession>;
  readonly shared: Omit<SessionContext, 'onClose'>;
}

async function openFile(file: string, options: WarehouseOptions): Promise<TwinWarehouse> {
  const { database, adminUser = 'cdc_admin', memoryLimit = '2GB', threads = 2 } = options;
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    threads: String(threads),
    temp_directory: `${file}.tmp`,
    write_buffer_row_group_count: '1',
  });
  emptyPartFolder(partFolderOf(file));
  const control = await instance.connect();
  for (const sql of openingStatements(file, database, adminUser)) await control.run(sql);
  registerScalarFunctions(control);
  for (const sql of [...macroStatements(), ...viewStatements(database)]) await control.run(sql);
  // Grows over restarts too: rows of earlier runs stay in the error tables.
  let queryId = Math.floor(Date.now() / 1000) * 1000;
  const shared = {
    database,
    locks: new TableLocks(),
    columnCache: new ColumnCache(),
    nextQueryId: () => ++queryId,
    fetchObject: options.fetchObject,
    partFolder: partFolderOf(file),
    memory: new MemoryLimit(control, memoryLimit),
    recordLoadErrors: loadErrorWriter(control, database),
  };
  const open: OpenFile = { file, instance, control, adminUser, sessions: new Set(), shared };
  return {
    database,
    openSession: (sessionOptions) => openSession(open, sessionOptions),
    exportTables: (format) => exportBeside(open, format),
    hasUser: async (user) => (await userRow(control, database, user)) !== undefined,
    close: () => closeFile(open),
  };
}

async function openSession(
  { instance, control, adminUser, sessions, shared }: OpenFile,
  { user, readOnly = false }: OpenSessionOptions = {},
): Promise<TwinSession> {
  const { database } = shared;
  const connection = await instance.connect();
  await connection.run(`USE ${quoteName(database)}.public`);
  const identity = {
    user: user ?? adminUser,
    superuser: user === undefined || (await isSuperuser(control, database, user)),
    readOnly,
  };
  for (const sql of identityStatements(identity.user, identity.superuser)) await connection.run(sql);
  const context = { ...shared, onClose: () => void sessions.delete(session) };
  const session: TwinSession = new TwinSession(connection, context, identity);
  sessions.add(session);
  return session;
}

async function exportBeside(
  { file, instance, shared: { database } }: OpenFile,
  format: ExportFormat,
): Promise<ExportResult> {
  const folder = join(partFolderOf(file), `export-${randomUUID()}`);
  const connection = await instance.connect();
  try {
    const tables = await exportTables(connection, { database, folder, format, without: OWN_SCHEMAS });
    return { folder, tables };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    connection.closeSync();
  }
}

async function closeFile({ file, instance, control, sessions, shared }: OpenFile): Promise<void> {
  for (const session of sessions) session.cancel();
  await Promise.allSettled([...sessions].map((session) => session.close()));
  await control.run(`CHECKPOINT ${quoteName(shared.database)}`).catch(() => undefined);
  control.closeSync();
  instance.closeSync();
  rmSync(partFolderOf(file), { recursive: true, force: true });
  openFiles.delete(file);
}

const partFolderOf = (file: string): string => `${file}.parts`;

function openingStatements(file: string, database: string, adminUser: string): string[] {
  return [
    `ATTACH ${quoteText(file)} AS ${quoteName(database)} (ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
    `SET allowed_directories = [${quoteText(partFolderOf(file))}]`,
    // From here on no statement can name a file, but for rows that are appended as columns.
    'SET enable_external_access = false',
    'SET GLOBAL integer_division = true',
    `SET GLOBAL default_null_order = 'nulls_last_on_asc_first_on_desc'`,
    `SET GLOBAL TimeZone = 'UTC'`,
    `SET GLOBAL wal_autocheckpoint = '${LOG_BYTES}'`,
    `CREATE SCHEMA IF NOT EXISTS ${quoteName(database)}.public`,
    ...hiddenTableStatements(database, adminUser),
    `CREATE SCHEMA ${TWIN_SCHEMA}`,
  ];
}

/** A user that nobody created comes in by IAM, with the privileges of PUBLIC only. */
async function isSuperuser(control: DuckDBConnection, database: string, user: string): Promise<boolean> {
  return (await userRow(control, database, user))?.[0] === true;
}

async function userRow(
  control: DuckDBConnection,
  database: string,
  user: string,
): Promise<readonly unknown[] | undefined> {
  const found = await control.runAndReadAll(
    `SELECT superuser FROM ${quoteName(database)}.${HIDDEN_SCHEMA}.users WHERE name = ${quoteText(user)}`,
  );
  return found.getRows()[0];
}
