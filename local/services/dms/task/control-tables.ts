/**
 * The task's own tables in the warehouse. They are written in the same transactions as the rows they speak of, so
 * that after a crash at any moment both are of one state.
 */
import { quoteLiteral, quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { ResultValue, WarehouseSession } from '../../../runtime/ports/warehouse';
import type { Checkpoint } from './checkpoint';

/** What became of one table's copy. `loading`: its rows are ours and incomplete; the copy starts from its beginning. */
export interface TableState {
  readonly state: 'loading' | 'loaded' | 'suspended';
  /** Changes from here on are not in the copy. */
  readonly snapshotPosition: SourcePosition | null;
  readonly snapshotRows: number;
  /** Structure at the source when it was copied. */
  readonly fingerprint: string | null;
  readonly reason: string | null;
}

/** A row that its target cannot hold: where it is, never what it holds. */
export interface ApplyException {
  /** Source `database.table`. */
  readonly table: string;
  /** What was to be done, and where in the source. */
  readonly statement: string;
  readonly error: string;
}

const now = (): string => new Date().toISOString().replace('T', ' ').replace('Z', '');

export class ControlTables {
  private readonly task: string;

  constructor(
    private readonly session: WarehouseSession,
    private readonly schema: string,
    private readonly taskIdentifier: string,
  ) {
    this.task = quoteLiteral(taskIdentifier);
  }

  async prepare(): Promise<void> {
    await this.session.run(`CREATE SCHEMA IF NOT EXISTS "${this.schema}"`);
    for (const [name, columns] of Object.entries(CONTROL_TABLES)) {
      const list = columns.map(([column, type]) => `  ${column} ${type}`).join(',\n');
      await this.session.run(`CREATE TABLE IF NOT EXISTS ${this.sqlName(name)} (\n${list}\n)`);
    }
  }

  async readCheckpoint(): Promise<Checkpoint | undefined> {
    const { rows } = await this.session.run(
      [
        'SELECT checkpoint_file, checkpoint_offset, checkpoint_gtid, server_uuid, file_created_at',
        `FROM ${this.sqlName('awsdms_txn_state')}`,
        `WHERE task_name = ${this.task}`,
      ].join('\n'),
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const [file, offset, gtid, serverUuid, createdAt] = row;
    return {
      position: { file: String(file), offset: Number(offset) },
      gtid: textOrNull(gtid),
      serverUuid: textOrNull(serverUuid),
      fileCreatedAtSeconds: createdAt === null || createdAt === undefined ? null : Number(createdAt),
    };
  }

  async writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await this.replace('awsdms_txn_state', `task_name = ${this.task}`, {
      task_name: this.taskIdentifier,
      checkpoint_file: checkpoint.position.file,
      checkpoint_offset: String(checkpoint.position.offset),
      checkpoint_gtid: checkpoint.gtid,
      server_uuid: checkpoint.serverUuid,
      file_created_at:
        checkpoint.fileCreatedAtSeconds === null ? null : String(checkpoint.fileCreatedAtSeconds),
      updated_at: now(),
    });
  }

  async readTableStates(): Promise<Map<string, TableState>> {
    const { rows } = await this.session.run(
      [
        'SELECT table_name, state, snapshot_file, snapshot_offset, snapshot_rows, structure, reason',
        `FROM ${this.sqlName('awsdms_table_state')}`,
        `WHERE task_name = ${this.task}`,
      ].join('\n'),
    );
    return new Map(rows.map((row) => [String(row[0]), parseTableState(row)]));
  }

  async writeTableState(table: string, state: TableState): Promise<void> {
    const { snapshotPosition } = state;
    await this.replace('awsdms_table_state', this.ofTable(table), {
      task_name: this.taskIdentifier,
      table_name: table,
      state: state.state,
      snapshot_file: snapshotPosition?.file ?? null,
      snapshot_offset: snapshotPosition === null ? null : String(snapshotPosition.offset),
      snapshot_rows: String(state.snapshotRows),
      structure: state.fingerprint,
      reason: state.reason,
      updated_at: now(),
    });
  }

  async writeSuspended(table: string, reason: string): Promise<void> {
    await this.replace('awsdms_suspended_tables', this.ofTable(table), {
      task_name: this.taskIdentifier,
      table_name: table,
      suspend_reason: reason,
      suspend_timestamp: now(),
    });
  }

  async writeExceptions(exceptions: readonly ApplyException[]): Promise<void> {
    if (exceptions.length === 0) return;
    const time = now();
    await this.session.append(
      `${this.schema}.awsdms_apply_exceptions`,
      ['task_name', 'table_name', 'error_time', 'statement', 'error'],
      exceptions.map((one) => [this.taskIdentifier, one.table, time, one.statement, one.error]),
    );
  }

  /** Forgets everything of this task except the exceptions, which are a log. */
  async forget(): Promise<void> {
    for (const name of ['awsdms_txn_state', 'awsdms_table_state', 'awsdms_suspended_tables'])
      await this.session.run(`DELETE FROM ${this.sqlName(name)} WHERE task_name = ${this.task}`);
  }

  private sqlName(name: string): string {
    return quoteTable(this.schema, name);
  }

  private ofTable(table: string): string {
    return `task_name = ${this.task} AND table_name = ${quoteLiteral(table)}`;
  }

  private async replace(
    name: string,
    where: string,
    values: Readonly<Record<string, string | null>>,
  ): Promise<void> {
    await this.session.run(`DELETE FROM ${this.sqlName(name)} WHERE ${where}`);
    await this.session.append(`${this.schema}.${name}`, Object.keys(values), [Object.values(values)]);
  }
}

/** After DMS's own control tables (AWS DMS user guide, "Control table task settings"), as far as the twin keeps them. */
const CONTROL_TABLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  awsdms_txn_state: [
    ['task_name', 'VARCHAR(128)'],
    ['checkpoint_file', 'VARCHAR(512)'],
    ['checkpoint_offset', 'BIGINT'],
    ['checkpoint_gtid', 'VARCHAR(65535)'],
    ['server_uuid', 'VARCHAR(64)'],
    ['file_created_at', 'BIGINT'],
    ['updated_at', 'TIMESTAMP'],
  ],
  awsdms_table_state: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['state', 'VARCHAR(16)'],
    ['snapshot_file', 'VARCHAR(512)'],
    ['snapshot_offset', 'BIGINT'],
    ['snapshot_rows', 'BIGINT'],
    ['structure', 'VARCHAR(64)'],
    ['reason', 'VARCHAR(65535)'],
    ['updated_at', 'TIMESTAMP'],
  ],
  awsdms_suspended_tables: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['suspend_reason', 'VARCHAR(65535)'],
    ['suspend_timestamp', 'TIMESTAMP'],
  ],
  awsdms_apply_exceptions: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['error_time', 'TIMESTAMP'],
    ['statement', 'VARCHAR(65535)'],
    ['error', 'VARCHAR(65535)'],
  ],
};

function parseTableState(row: readonly ResultValue[]): TableState {
  const [, state, file, offset, rows, fingerprint, reason] = row;
  return {
    state: state as TableState['state'],
    snapshotPosition: textOrNull(file) === null ? null : { file: String(file), offset: Number(offset) },
    snapshotRows: Number(rows),
    fingerprint: textOrNull(fingerprint),
    reason: textOrNull(reason),
  };
}

const textOrNull = (value: ResultValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
