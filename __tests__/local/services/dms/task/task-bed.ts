/** A MySQL server, a warehouse and tasks between them, for the tests of the replication task's twin. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import type { MysqlServer } from '../../../../../local/runtime/ports/mysql-server';
import type {
  ReplicationTask,
  ReplicationTaskOptions,
  SourceLogin,
  TaskEvent,
} from '../../../../../local/runtime/ports/replication-task';
import type { SourcePosition } from '../../../../../local/runtime/ports/source-position';
import type { ResultValue, Warehouse, WarehouseSession } from '../../../../../local/runtime/ports/warehouse';
import { queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { doubleText } from '../../../../../local/services/dms/binlog/value-reader';
import { createReplicationTask } from '../../../../../local/services/dms/task/replication-task';
import { buildSnapshotSelect } from '../../../../../local/services/dms/task/snapshot-select';
import { readTable } from '../../../../../local/services/dms/task/source-catalogue';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { readBinlogEnd } from '../../../../../local/services/dms/task/source-server';
import { startMysqlServer } from '../../../../../local/services/rds/mysql-server';
import { openWarehouse } from '../../../../../local/services/redshift/storage/open-warehouse';
import type { ServerFlavour } from '../../../../../pipeline/mysql/server-flavour';
import { buildRawRowReader, type RawRow } from './raw-rows';

export const ARN = 'arn:aws:dms:eu-central-1:123456789012:task:CDC';
const DMS_USER = 'cdc_dms';
const DMS_PASSWORD = 'a-password-of-DMS';
export const TIMEOUT_MS = 20_000;

export interface TestTask {
  readonly task: ReplicationTask;
  readonly events: TaskEvent[];
}

export class TaskBed {
  private readonly tasks: ReplicationTask[] = [];

  private constructor(
    readonly folder: string,
    private readonly parameters: Readonly<Record<string, string>>,
    private readonly flavour: ServerFlavour | undefined,
    public server: MysqlServer,
    public admin: Connection,
    readonly warehouse: Warehouse,
    readonly session: WarehouseSession,
  ) {}

  /** @param flavour without it, the server that the environment asks for */
  static async start(
    parameters: Readonly<Record<string, string>> = {},
    flavour?: ServerFlavour,
  ): Promise<TaskBed> {
    const folder = mkdtempSync(join(tmpdir(), 'cdc-task-'));
    const server = await startServer(folder, parameters, flavour);
    const admin = await openAdmin(server);
    await queryRows(admin, `CREATE USER ${DMS_USER}@'%' IDENTIFIED BY '${DMS_PASSWORD}'`);
    await queryRows(
      admin,
      `GRANT REPLICATION CLIENT, REPLICATION SLAVE, SELECT, LOCK TABLES ON *.* TO ${DMS_USER}@'%'`,
    );
    const warehouse = await openWarehouse({
      file: join(folder, 'warehouse.duckdb'),
      database: 'analytics',
      fetchObject: async () => {
        throw new Error('no file is copied here');
      },
    });
    return new TaskBed(folder, parameters, flavour, server, admin, warehouse, await warehouse.openSession());
  }

  /** kill -9, and what a start makes of what that left. Its port is another one then. */
  async killServer(): Promise<void> {
    process.kill(Number(readFileSync(join(this.folder, 'mysql', 'server.pid'), 'utf8')), 'SIGKILL');
    await this.restartServer();
  }

  /** Stops it in order. Its port is another one then. */
  async restartServer(): Promise<void> {
    this.admin.destroy();
    await this.server.stop();
    this.server = await startServer(this.folder, this.parameters, this.flavour);
    this.admin = await openAdmin(this.server);
  }

  /** The rights that set-up gives, and no more. */
  get login(): SourceLogin {
    return { ...loginOf(this.server), username: DMS_USER, password: DMS_PASSWORD };
  }

  /** Runs statements at the source, one after the other. */
  async source(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await queryRows(this.admin, statement);
  }

  rows(statement: string): Promise<unknown[]> {
    return queryRows(this.admin, statement);
  }

  binlogEnd(): Promise<SourcePosition> {
    return readBinlogEnd(this.admin);
  }

  /** Throws all binlogs away and starts again. */
  async resetBinlogs(): Promise<void> {
    await this.source(this.server.flavour === 'mariadb' ? 'RESET MASTER' : 'RESET BINARY LOGS AND GTIDS');
  }

  async target(...statements: readonly string[]): Promise<readonly (readonly ResultValue[])[]> {
    let rows: readonly (readonly ResultValue[])[] = [];
    for (const statement of statements) rows = (await this.session.run(statement)).rows;
    return rows;
  }

  /** A database at the source and a schema in the warehouse of one name. */
  async createDatabase(name: string): Promise<void> {
    await this.source(`CREATE DATABASE ${name}`);
    await this.target(`CREATE SCHEMA ${name}`);
  }

  /** A task that replicates one database, at once rather than once a second. */
  async task(database: string, options: Partial<ReplicationTaskOptions> = {}): Promise<TestTask> {
    const events: TaskEvent[] = [];
    const task = await createReplicationTask({
      arn: ARN,
      identifier: `task-${database}`,
      migrationType: 'full-load-and-cdc',
      tableMappings: JSON.stringify(selectAll(database)),
      settings: JSON.stringify(settings()),
      source: this.login,
      warehouse: this.warehouse,
      onEvent: (event) => events.push(event),
      ...options,
    });
    this.tasks.push(task);
    return { task, events };
  }

  async sourceRows(database: string, table: string): Promise<string[]> {
    const structure = await readTable(this.admin, database, table);
    if (structure === undefined) throw new Error(`no table ${database}.${table}`);
    const rows = await new Promise<RawRow[]>((resolve, reject) => {
      const sql = buildSnapshotSelect(structure);
      this.admin.query({ sql, rowsAsArray: true, typeCast: false }, (error, found) =>
        error ? reject(error) : resolve(found as unknown as RawRow[]),
      );
    });
    const toTexts = buildRawRowReader(structure);
    const types = structure.columns.map(({ dataType }) => dataType);
    return rows
      .map((row) => JSON.stringify(toTexts(row).map((text, index) => comparable(text, types[index]))))
      .sort();
  }

  targetRows(database: string, table: string): Promise<string[]> {
    return readTargetRows(this.session, database, table);
  }

  async expectEqual(database: string, ...tables: readonly string[]): Promise<void> {
    for (const table of tables)
      expect(await this.targetRows(database, table)).toEqual(await this.sourceRows(database, table));
  }

  async stop(): Promise<void> {
    for (const task of this.tasks) await task.close().catch(() => {});
    await this.session.close();
    await this.warehouse.close();
    this.admin.destroy();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const startServer = (
  folder: string,
  parameters: Readonly<Record<string, string>>,
  flavour: ServerFlavour | undefined,
): Promise<MysqlServer> =>
  startMysqlServer({
    folder: join(folder, 'mysql'),
    ...(flavour === undefined ? {} : { server: flavour }),
    parameters: {
      require_secure_transport: '1',
      binlog_format: 'ROW',
      binlog_row_image: 'FULL',
      character_set_server: 'utf8mb4',
      ...parameters,
    },
  });

/** A session with the server's own `sql_mode`, as an application has. */
async function openAdmin(server: MysqlServer): Promise<Connection> {
  const admin = await openSource(async () => loginOf(server));
  await queryRows(admin, 'SET SESSION sql_mode = DEFAULT');
  return admin;
}

/** Each row as the text that {@link TaskBed.sourceRows} has for its like at the source, sorted. */
export async function readTargetRows(
  session: WarehouseSession,
  database: string,
  table: string,
): Promise<string[]> {
  const { columns, rows } = await session.run(`SELECT * FROM ${database}.${table}`);
  return rows
    .map((row) =>
      JSON.stringify(row.map((value, index) => comparable(plain(value), columns[index]?.typeName))),
    )
    .sort();
}

export const loginOf = (server: MysqlServer): SourceLogin => ({
  host: server.host,
  port: server.port,
  username: server.adminUser,
  password: server.adminPassword,
  caFile: server.caFile,
});

export const selectAll = (database: string): { rules: object[] } => ({
  rules: [
    {
      'rule-type': 'selection',
      'rule-id': '1',
      'rule-name': 'all',
      'object-locator': { 'schema-name': database, 'table-name': '%' },
      'rule-action': 'include',
    },
  ],
});

/** Task settings as a stack gives them; groups are merged. A chunk of a copy has 1,000 rows. */
export function settings(changes: Readonly<Record<string, object>> = {}): object {
  const base: Record<string, object> = {
    TargetMetadata: { BatchApplyEnabled: true, LimitedSizeLobMode: true, LobMaxSize: 63 },
    FullLoadSettings: { TargetTablePrepMode: 'TRUNCATE_BEFORE_LOAD', CommitRate: 40 },
    ChangeProcessingTuning: { BatchApplyTimeoutMin: 1, BatchApplyTimeoutMax: 30 },
    ControlTablesSettings: { ControlSchema: 'dms_control' },
    ErrorBehavior: { DataErrorPolicy: 'LOG_ERROR', TableErrorPolicy: 'SUSPEND_TABLE' },
  };
  for (const [group, members] of Object.entries(changes)) base[group] = { ...base[group], ...members };
  return base;
}

/** Statements that insert (1, 1) to (count, count), a thousand rows each. */
export function insertNumbers(table: string, count: number): string[] {
  const statements: string[] = [];
  for (let from = 1; from <= count; from += 1_000) {
    const rows = Array.from(
      { length: Math.min(1_000, count - from + 1) },
      (_, index) => `(${from + index},${from + index})`,
    );
    statements.push(`INSERT INTO ${table} VALUES ${rows.join(',')}`);
  }
  return statements;
}

const plain = (value: ResultValue): string | null => {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? doubleText(value) : String(value);
};

/** Fractions of seconds are printed with or without trailing zeros. */
function comparable(text: string | null, type: string | undefined): string | null {
  if (text === null || (type !== 'datetime' && type !== 'timestamp')) return text;
  return text.replace(/\.?0*$/, (zeros) => (text.includes('.') ? '' : zeros));
}
