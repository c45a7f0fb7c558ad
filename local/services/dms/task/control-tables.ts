/**
 * The task's own tables in the warehouse. They are written in the same transactions as the rows they speak of, so
 * that after a crash at any moment both are of one state.
 */
import { quoteLiteral, quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { ResultValue, WarehouseSession } from '../../../runtime/ports/warehouse';
import type { Checkpoint } from './checkpoint';
import { CONTROL_TABLES } from './control-table-columns';
import type { SourceTable } from './source-table';

/**
 * What became of one table's copy. `loading`: its rows are ours and incomplete.
 * `resync`: it has rows that stay until a new copy takes their place.
 */
export interface TableState {
  readonly state: 'loading' | 'loaded' | 'suspended' | 'resync';
  /** Changes from here on are not in the copy. */
  readonly snapshotPosition: SourcePosition | null;
  readonly snapshotRows: number;
  /** Structure at the source when it was copied. */
  readonly fingerprint: string | null;
  /** That structure itself: what rows at the checkpoint have. Null in states of earlier versions. */
  readonly structure: SourceTable | null;
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

/** Characters; each has at most three bytes. */
const STRUCTURE_PART = 20_000;

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
    await this.replace('awsdms_txn_state', `task_name = ${this.task}`, [
      {
        task_name: this.taskIdentifier,
        checkpoint_file: checkpoint.position.file,
        checkpoint_offset: String(checkpoint.position.offset),
        checkpoint_gtid: checkpoint.gtid,
        server_uuid: checkpoint.serverUuid,
        file_created_at:
          checkpoint.fileCreatedAtSeconds === null ? null : String(checkpoint.fileCreatedAtSeconds),
        updated_at: now(),
      },
    ]);
  }

  async readTableStates(): Promise<Map<string, TableState>> {
    const { rows } = await this.session.run(
      [
        'SELECT table_name, state, snapshot_file, snapshot_offset, snapshot_rows, structure, reason',
        `FROM ${this.sqlName('awsdms_table_state')}`,
        `WHERE task_name = ${this.task}`,
      ].join('\n'),
    );
    const structures = await this.readStructures();
    return new Map(
      rows.map((row) => [String(row[0]), parseTableState(row, structures.get(String(row[0])) ?? null)]),
    );
  }

  writeTableState(table: string, state: TableState): Promise<void> {
    return this.writeTableStates(new Map([[table, state]]));
  }

  /** Those of many tables in as many statements as that of one. */
  async writeTableStates(states: ReadonlyMap<string, TableState>): Promise<void> {
    if (states.size === 0) return;
    await this.replace(
      'awsdms_table_state',
      this.ofTables([...states.keys()]),
      [...states].map(([table, state]) => ({
        task_name: this.taskIdentifier,
        table_name: table,
        state: state.state,
        snapshot_file: state.snapshotPosition?.file ?? null,
        snapshot_offset: state.snapshotPosition === null ? null : String(state.snapshotPosition.offset),
        snapshot_rows: String(state.snapshotRows),
        structure: state.fingerprint,
        reason: state.reason,
        updated_at: now(),
      })),
    );
    // Batches of a copy do not change it, and a suspended table is not read.
    const changed = [...states].filter(([, { state }]) => state === 'loaded' || state === 'resync');
    if (changed.length > 0) await this.writeStructures(changed);
  }

  private async readStructures(): Promise<Map<string, SourceTable>> {
    const { rows } = await this.session.run(
      [
        'SELECT table_name, text',
        `FROM ${this.sqlName('awsdms_table_structure')}`,
        `WHERE task_name = ${this.task}`,
        'ORDER BY table_name, part',
      ].join('\n'),
    );
    const texts = new Map<string, string>();
    for (const [name, text] of rows)
      texts.set(String(name), (texts.get(String(name)) ?? '') + String(text ?? ''));
    return new Map([...texts].map(([name, text]) => [name, JSON.parse(text) as SourceTable]));
  }

  /** In parts: a text has at most 65,535 bytes in the warehouse. */
  private async writeStructures(states: readonly (readonly [string, TableState])[]): Promise<void> {
    const tables = states.map(([table]) => table);
    const rows = states.flatMap(([table, { structure }]) =>
      partsOf(structure).map((text, part) => ({
        task_name: this.taskIdentifier,
        table_name: table,
        part: String(part),
        text,
      })),
    );
    await this.replace('awsdms_table_structure', this.ofTables(tables), rows);
  }

  async readPrepared(): Promise<{ readonly xid: string; readonly start: SourcePosition | undefined }[]> {
    const { rows } = await this.session.run(
      [
        'SELECT xid, start_file, start_offset',
        `FROM ${this.sqlName('awsdms_prepared_transactions')}`,
        `WHERE task_name = ${this.task}`,
      ].join('\n'),
    );
    return rows.map(([xid, file, offset]) => ({
      xid: String(xid),
      start: textOrNull(file) === null ? undefined : { file: String(file), offset: Number(offset) },
    }));
  }

  async writePrepared(xid: string, start: SourcePosition): Promise<void> {
    await this.replace('awsdms_prepared_transactions', this.ofXid(xid), [
      {
        task_name: this.taskIdentifier,
        xid,
        start_file: start.file,
        start_offset: String(start.offset),
      },
    ]);
  }

  async forgetPrepared(xid: string): Promise<void> {
    await this.session.run(
      `DELETE FROM ${this.sqlName('awsdms_prepared_transactions')} WHERE ${this.ofXid(xid)}`,
    );
  }

  /** A new copy of one table is wanted; its rows stay until then. */
  async requestResync(table: string): Promise<void> {
    const before = (await this.readTableStates()).get(table);
    await this.writeTableState(table, {
      state: 'resync',
      snapshotPosition: null,
      snapshotRows: before?.snapshotRows ?? 0,
      fingerprint: null,
      structure: null,
      reason: null,
    });
    await this.session.run(
      `DELETE FROM ${this.sqlName('awsdms_suspended_tables')} WHERE ${this.ofTable(table)}`,
    );
    await this.session.run(`DELETE FROM ${this.sqlName('awsdms_copy_state')} WHERE ${this.ofTable(table)}`);
  }

  /** After a move to another server, what is known by place must be looked for: copies that are under way, XA. */
  async forgetPlaces(): Promise<void> {
    await this.session.run(`DELETE FROM ${this.sqlName('awsdms_copy_state')} WHERE task_name = ${this.task}`);
    await this.session.run(
      `UPDATE ${this.sqlName('awsdms_prepared_transactions')} SET start_file = NULL, start_offset = NULL WHERE task_name = ${this.task}`,
    );
  }

  async writeSuspended(table: string, reason: string): Promise<void> {
    await this.replace('awsdms_suspended_tables', this.ofTable(table), [
      {
        task_name: this.taskIdentifier,
        table_name: table,
        suspend_reason: reason,
        suspend_timestamp: now(),
      },
    ]);
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
    for (const name of Object.keys(CONTROL_TABLES).filter((name) => name !== 'awsdms_apply_exceptions'))
      await this.session.run(`DELETE FROM ${this.sqlName(name)} WHERE task_name = ${this.task}`);
  }

  private sqlName(name: string): string {
    return quoteTable(this.schema, name);
  }

  private ofXid(xid: string): string {
    return `task_name = ${this.task} AND xid = ${quoteLiteral(xid)}`;
  }

  private ofTable(table: string): string {
    return `task_name = ${this.task} AND table_name = ${quoteLiteral(table)}`;
  }

  private ofTables(tables: readonly string[]): string {
    return `task_name = ${this.task} AND table_name IN (${tables.map(quoteLiteral).join(', ')})`;
  }

  /** `rows` have the same columns. */
  private async replace(
    name: string,
    where: string,
    rows: readonly Readonly<Record<string, string | null>>[],
  ): Promise<void> {
    await this.session.run(`DELETE FROM ${this.sqlName(name)} WHERE ${where}`);
    const columns = Object.keys(rows[0] ?? {});
    await this.session.append(`${this.schema}.${name}`, columns, rows.map(Object.values));
  }
}

function partsOf(structure: SourceTable | null): string[] {
  if (structure === null) return [];
  const text = JSON.stringify(structure);
  return Array.from({ length: Math.ceil(text.length / STRUCTURE_PART) }, (_, part) =>
    text.slice(part * STRUCTURE_PART, (part + 1) * STRUCTURE_PART),
  );
}

function parseTableState(row: readonly ResultValue[], structure: SourceTable | null): TableState {
  const [, state, file, offset, rows, fingerprint, reason] = row;
  return {
    state: state as TableState['state'],
    snapshotPosition: textOrNull(file) === null ? null : { file: String(file), offset: Number(offset) },
    snapshotRows: Number(rows),
    fingerprint: textOrNull(fingerprint),
    structure,
    reason: textOrNull(reason),
  };
}

const textOrNull = (value: ResultValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
