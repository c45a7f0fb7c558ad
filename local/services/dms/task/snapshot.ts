/**
 * The first copy of tables, all at one exact position of the source.
 *
 *   1. Open a consistent read and learn its position in the binlog.
 *   2. Without a checkpoint yet: write one at that position. Stopped after this, a later run copies at a later
 *      position and still reads all changes from this one on; a table skips those that its copy has.
 *   3. For each table: mark it `loading`, append its rows chunk by chunk, mark it `loaded` with its last chunk.
 *      Stopped in between, a table with a key goes on behind its last chunk. Any other is copied again from its
 *      beginning, as DMS does: what was copied before is deleted under TRUNCATE_BEFORE_LOAD, and under DO_NOTHING
 *      stays and appears twice.
 */
import type { Connection } from 'mysql2';
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';
import { readFileCreation } from '../binlog/file-creation';
import type { Checkpoint } from './checkpoint';
import { type ConsistentRead, openConsistentRead } from './consistent-read';
import { type CopyCheckpoint, CopyCheckpoints } from './copy-checkpoints';
import { isCopiedInOrder } from './copy-order';
import { copyRows } from './copy-table';
import type { MappedTable } from './mapped-table';
import { createBeside } from './resync-target';
import { readTable } from './source-catalogue';
import { openSource } from './source-connection';
import { readServer } from './source-server';
import { structureFingerprint } from './source-table';
import { suspendTable, type TaskContext, type TaskTable, tableStateOf } from './task-context';

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
    const from = checkpoint ?? (await writeFirstCheckpoint(context, read));
    for (const table of tables) {
      const { replicated } = table;
      if (replicated === undefined) continue;
      if (replicated.key.length === 0 && !read.exact) {
        await suspendTable(context, table, INEXACT);
        continue;
      }
      const { position } = read;
      await copyTable(context, connection, { table, replicated, position, from: from.position });
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

async function writeFirstCheckpoint(
  context: TaskContext,
  { position, gtid }: ConsistentRead,
): Promise<Checkpoint> {
  const connection = await openSource(context.readLogin);
  try {
    const { uuid } = await readServer(connection);
    const checkpoint: Checkpoint = {
      position,
      gtid,
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
  given: {
    readonly table: TaskTable;
    readonly replicated: MappedTable;
    readonly position: SourcePosition;
    readonly from: SourcePosition;
  },
): Promise<void> {
  const { table, replicated } = given;
  const facts = await readFacts(connection, replicated);
  const resume = await findResume(context, { ...given, madeAt: facts.madeAt });
  const position = resume?.position ?? given.position;
  if (resume !== undefined) beginLoading(table, position, resume.rowsCopied);
  else if (!(await prepareTarget(context, table, replicated, position))) return;
  await copyRows(context, { connection, table, replicated, position: given.position, resume, ...facts });
}

async function readFacts(
  connection: Connection,
  { source }: MappedTable,
): Promise<{ readonly madeAt: string; readonly expectedRows: number }> {
  const [row] = (await queryRows(
    connection,
    `SELECT CAST(create_time AS CHAR) AS madeAt, table_rows AS expected FROM information_schema.tables
     WHERE table_schema = ${connection.escape(source.database)} AND table_name = ${connection.escape(source.table)}`,
  )) as { readonly madeAt: string | null; readonly expected: number | string | null }[];
  return { madeAt: row?.madeAt ?? '', expectedRows: Number(row?.expected ?? 0) };
}

/**
 * Where an earlier run was broken off, if it copied this very table and the changes since its position will be read.
 * They are applied by key, so that it does not matter that the rest is copied as it is now.
 */
async function findResume(
  context: TaskContext,
  given: {
    readonly table: TaskTable;
    readonly replicated: MappedTable;
    readonly from: SourcePosition;
    readonly madeAt: string;
  },
): Promise<CopyCheckpoint | undefined> {
  const { table, replicated } = given;
  if (table.resync === true || !isCopiedInOrder(replicated)) return undefined;
  if ((await context.control.readState(table.name)) !== 'loading') return undefined;
  const found = await new CopyCheckpoints(context).read(table.name);
  if (found === undefined || found.fingerprint !== replicated.fingerprint) return undefined;
  if (found.madeAt !== given.madeAt || comparePositions(given.from, found.position) > 0) return undefined;
  return found;
}

function beginLoading(table: TaskTable, position: SourcePosition, snapshotRows: number): void {
  table.snapshotPosition = position;
  Object.assign(table.statistics, { state: 'loading', snapshotRows });
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
    beginLoading(table, position, 0);
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
  beginLoading(table, position, 0);
  await control.writeTableState(table.name, tableStateOf(table, 'loading'));
  await new CopyCheckpoints(context).forget(table.name);
  await session.commit();
  return true;
}
