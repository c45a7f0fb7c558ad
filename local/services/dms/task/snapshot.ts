/**
 * The first copy of tables, all at one exact position of the source.
 *
 *   1. Open a consistent read and learn its position in the binlog.
 *   2. Without a checkpoint yet: write one at that position. Stopped after this, a later run copies at a later
 *      position and still reads all changes from this one on; a table skips those that its copy has.
 *   3. For each table: mark it `loading`, append its rows batch by batch, mark it `loaded` with its last batch.
 *      Stopped in between, a `loading` table is copied again from its beginning, as DMS does: what was copied before
 *      is deleted under TRUNCATE_BEFORE_LOAD, and under DO_NOTHING stays and appears twice.
 */
import type { Connection } from 'mysql2';
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';
import { readFileCreation } from '../binlog/file-creation';
import type { Checkpoint } from './checkpoint';
import type { ApplyException, TableState } from './control-tables';
import { FlaggedValues } from './flagged-values';
import {
  columnNames,
  isMisfit,
  type MappedTable,
  type MisfitColumn,
  type TargetRow,
  toTargetRow,
} from './mapped-table';
import { rejectRow } from './rejected-rows';
import { buildRawRowReader, buildSnapshotSelect, type RawRow } from './snapshot-select';
import { openSource } from './source-connection';
import { readBinlogEnd, readGtidAt, readServer } from './source-server';
import { isSuspended, suspendTable, type TaskContext, TaskStopped, type TaskTable } from './task-context';

/** Copies every table that waits. @returns the task's checkpoint, which is older when there was one already. */
export async function copyTables(
  context: TaskContext,
  tables: readonly TaskTable[],
  checkpoint: Checkpoint | undefined,
): Promise<Checkpoint> {
  const connection = await openSource(context.readLogin);
  try {
    const needsExact = tables.some(({ replicated }) => replicated?.key.length === 0);
    const read = await openConsistentRead(connection, needsExact ? EXACT_ATTEMPTS : 1);
    context.failpoint('snapshot:opened');
    const from = checkpoint ?? (await writeFirstCheckpoint(context, read.position));
    for (const table of tables) {
      const { replicated } = table;
      if (replicated === undefined) continue;
      if (replicated.key.length === 0 && !read.exact) {
        await suspendTable(context, table, INEXACT);
        continue;
      }
      await copyTable(context, connection, table, replicated, read.position);
      context.failpoint('snapshot:table-done');
    }
    return from;
  } finally {
    connection.destroy();
  }
}

interface ConsistentRead {
  readonly position: SourcePosition;
  /** The read holds all changes before the position and none after it. */
  readonly exact: boolean;
}

const EXACT_ATTEMPTS = 20;
const INEXACT =
  'it has no key, and the source took writes all the time, so that no copy of it could be taken at an exact position. Give it a primary key, or reload-target while nothing is written';

/**
 * MariaDB tells the very position of a consistent read. MySQL does not: there the position is taken first, and the
 * read opened half a second later, since a commit is in the binlog shortly before it can be read. Changes in between
 * are then applied to rows that have them already, which changes nothing for rows with a key; for rows without one
 * it is tried again until nothing was written in between.
 */
async function openConsistentRead(connection: Connection, attempts: number): Promise<ConsistentRead> {
  await queryRows(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  const { flavour } = await readServer(connection);
  if (flavour === 'mariadb') return { position: await openAtKnownPosition(connection), exact: true };
  for (let attempt = 1; ; attempt += 1) {
    const position = await readBinlogEnd(connection);
    await queryRows(connection, 'DO SLEEP(0.5)');
    await queryRows(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const exact = comparePositions(position, await readBinlogEnd(connection)) === 0;
    if (exact || attempt >= attempts) return { position, exact };
  }
}

/** MariaDB knowledge base, "START TRANSACTION WITH CONSISTENT SNAPSHOT" and "binlog_snapshot_position". */
async function openAtKnownPosition(connection: Connection): Promise<SourcePosition> {
  await queryRows(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const rows = (await queryRows(connection, "SHOW STATUS LIKE 'binlog_snapshot_%'")) as {
    Variable_name: string;
    Value: string;
  }[];
  const status = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  return {
    file: status.get('binlog_snapshot_file') ?? '',
    offset: Number(status.get('binlog_snapshot_position')),
  };
}

async function writeFirstCheckpoint(context: TaskContext, position: SourcePosition): Promise<Checkpoint> {
  const connection = await openSource(context.readLogin);
  try {
    const { uuid } = await readServer(connection);
    const checkpoint: Checkpoint = {
      position,
      gtid: (await readGtidAt(connection, position)) || null,
      serverUuid: uuid,
      fileCreatedAtSeconds: await readFileCreation(context.readLogin, position),
    };
    await context.session.begin();
    await context.control.writeCheckpoint(checkpoint);
    await context.session.commit();
    return checkpoint;
  } finally {
    connection.destroy();
  }
}

async function copyTable(
  context: TaskContext,
  connection: Connection,
  table: TaskTable,
  replicated: MappedTable,
  position: SourcePosition,
): Promise<void> {
  if (!(await prepareTarget(context, table, replicated, position))) return;
  const batch: TargetRow[] = [];
  const exceptions: ApplyException[] = [];
  const flagged = new FlaggedValues();
  const onFlag = (misfit: MisfitColumn): void => flagged.add(table, misfit);
  let read = 0;
  for await (const row of readRows(connection, replicated)) {
    if (context.stopping()) throw new TaskStopped();
    // Read to the end all the same: the connection has more tables to read.
    if (isSuspended(table)) continue;
    read += 1;
    const converted = toTargetRow(replicated, row, onFlag);
    if (!isMisfit(converted)) batch.push(converted);
    else {
      const statement = `copy of row ${read} at ${position.file}:${position.offset}`;
      const exception = await rejectRow(context, table, converted, statement);
      if (exception !== undefined) exceptions.push(exception);
    }
    if (batch.length + exceptions.length >= context.settings.commitRate)
      await commitBatch(context, table, { batch, exceptions, state: 'loading' });
  }
  if (isSuspended(table)) return;
  exceptions.push(...flagged.drain(`copy at ${position.file}:${position.offset}`));
  await commitBatch(context, table, { batch, exceptions, state: 'loaded' });
  const { snapshotRows: rows, rejected } = table.statistics;
  context.emit({ type: 'snapshot-finished', table: table.name, rows, rejected });
}

/** Leaves the target as the task's setting says and the table marked `loading`; false when it was suspended instead. */
async function prepareTarget(
  context: TaskContext,
  table: TaskTable,
  replicated: MappedTable,
  position: SourcePosition,
): Promise<boolean> {
  const { session, control, settings } = context;
  const before = (await control.readTableStates()).get(table.name);
  await session.begin();
  const isOurs = before?.state === 'loading';
  if (settings.prepareTarget === 'TRUNCATE_BEFORE_LOAD')
    await session.run(`DELETE FROM ${replicated.targetSql}`);
  else if (!isOurs && (await session.run(`SELECT 1 FROM ${replicated.targetSql} LIMIT 1`)).rows.length > 0) {
    await suspendTable(
      context,
      table,
      `its target ${replicated.targetTable} has rows that this task did not write, and TargetTablePrepMode DO_NOTHING would add to them. Empty the target, or set TRUNCATE_BEFORE_LOAD; then reload-target`,
    );
    await session.commit();
    return false;
  }
  table.snapshotPosition = position;
  Object.assign(table.statistics, { state: 'loading', snapshotRows: 0 });
  await control.writeTableState(table.name, stateOf(table, 'loading'));
  await session.commit();
  return true;
}

const stateOf = (table: TaskTable, state: 'loading' | 'loaded'): TableState => ({
  state,
  snapshotPosition: table.snapshotPosition ?? null,
  snapshotRows: table.statistics.snapshotRows,
  fingerprint: table.replicated?.fingerprint ?? null,
  reason: null,
});

interface Batch {
  readonly batch: TargetRow[];
  readonly exceptions: ApplyException[];
  readonly state: 'loading' | 'loaded';
}

/** Rows, what was rejected, and the table's state in one transaction; empties the batch. */
async function commitBatch(
  context: TaskContext,
  table: TaskTable,
  { batch, exceptions, state }: Batch,
): Promise<void> {
  const replicated = table.replicated as MappedTable;
  const { session, control } = context;
  await session.begin();
  if (batch.length > 0) await session.append(replicated.targetTable, columnNames(replicated), batch);
  await control.writeExceptions(exceptions);
  table.statistics.snapshotRows += batch.length;
  await control.writeTableState(table.name, stateOf(table, state));
  context.failpoint('snapshot:batch');
  await session.commit();
  table.statistics.state = state;
  batch.length = 0;
  exceptions.length = 0;
}

/** Streams the table: the driver pauses the server while the warehouse writes. */
async function* readRows(connection: Connection, table: MappedTable): AsyncGenerator<(string | null)[]> {
  const toTexts = buildRawRowReader(table.source);
  const stream = connection
    .query({ sql: buildSnapshotSelect(table.source), rowsAsArray: true, typeCast: false })
    .stream({ highWaterMark: 1_000 });
  for await (const row of stream) yield toTexts(row as RawRow);
}
