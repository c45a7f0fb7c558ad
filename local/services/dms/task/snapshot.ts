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
import type { SourcePosition } from '../../../runtime/ports/source-position';
import { readFileCreation } from '../binlog/file-creation';
import type { Checkpoint } from './checkpoint';
import { openConsistentRead } from './consistent-read';
import type { ApplyException } from './control-tables';
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
import { besideOf, createBeside, replaceRows } from './resync-target';
import { buildRawRowReader, buildSnapshotSelect, type RawRow } from './snapshot-select';
import { readTable } from './source-catalogue';
import { openSource } from './source-connection';
import { readGtidAt, readServer } from './source-server';
import { structureFingerprint } from './source-table';
import {
  isSuspended,
  suspendTable,
  type TaskContext,
  TaskStopped,
  type TaskTable,
  tableStateOf,
} from './task-context';

/** Copies every table that waits. @returns the task's checkpoint, which is older when there was one already. */
export async function copyTables(
  context: TaskContext,
  tables: readonly TaskTable[],
  checkpoint: Checkpoint | undefined,
): Promise<Checkpoint> {
  const structures = tables.flatMap(({ replicated }) => replicated ?? []);
  const read = await openConsistentRead(
    context.readLogin,
    structures.map(({ source }) => source),
  );
  const { connection } = read;
  try {
    await checkStructures(context, structures);
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

const INEXACT =
  'it has no key, and the source took writes all the time, so that no copy of it could be taken at an exact position. Give it a primary key, let the task lock it for a moment (GRANT LOCK TABLES), or reload-target while nothing is written';

/** Between the look at its structure and the read it may have been altered; after the read the server would refuse. */
async function checkStructures(context: TaskContext, tables: readonly MappedTable[]): Promise<void> {
  const connection = await openSource(context.readLogin);
  try {
    for (const { source, fingerprint, name } of tables) {
      const now = await readTable(connection, source.database, source.table);
      if (now === undefined || structureFingerprint(now) !== fingerprint) throw new TableChanged(name);
    }
  } finally {
    connection.destroy();
  }
}

/** A table was altered before it could be copied: its structure has to be looked at again. */
export class TableChanged extends Error {
  override readonly name = 'TableChanged';
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
  if (table.resync === true) {
    table.snapshotPosition = position;
    Object.assign(table.statistics, { state: 'loading', snapshotRows: 0 });
    await createBeside(session, replicated);
    return true;
  }
  const isOurs = (await control.readState(table.name)) === 'loading';
  await session.begin();
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
  await control.writeTableState(table.name, tableStateOf(table, 'loading'));
  await session.commit();
  return true;
}

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
  const isBeside = table.resync === true;
  const target = isBeside ? besideOf(replicated) : replicated.targetTable;
  if (batch.length > 0) await session.append(target, columnNames(replicated), batch);
  await control.writeExceptions(exceptions);
  table.statistics.snapshotRows += batch.length;
  if (isBeside && state === 'loaded') await replaceRows(session, replicated);
  // Until its rows are replaced it stays a table that is to be copied.
  if (!isBeside || state === 'loaded') await control.writeTableState(table.name, tableStateOf(table, state));
  context.failpoint('snapshot:batch');
  await session.commit();
  table.statistics.state = state;
  if (state === 'loaded') table.resync = false;
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
