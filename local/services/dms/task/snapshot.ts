/**
 * The first copy of tables, all at one exact position of the source; those without transactions one by one, each under
 * a lock and at a position of its own.
 *
 *   1. Open a consistent read, or lock the one table, and learn the position in the binlog.
 *   2. Without a checkpoint yet: write one at that position. Stopped after this, a later run copies at a later
 *      position and still reads all changes from this one on; a table skips those that its copy has.
 *   3. For each table: append its rows chunk by chunk, each with the state `loading`, the last one with `loaded`. What
 *      was there before goes with the first; small tables go together.
 *      Stopped in between, a table with a key goes on behind its last chunk. Any other is copied again from its
 *      beginning, as DMS does: what was copied before is deleted under TRUNCATE_BEFORE_LOAD, and under DO_NOTHING
 *      stays and appears twice.
 */
import type { Connection } from 'mysql2';
import { quoteMysqlTable } from '../../../../pipeline/mysql/mysql-identifier';
import { isCopiedUnderLock, isSameEngine } from '../../../../pipeline/values/storage-engine';
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';
import { readFileCreation } from '../binlog/file-creation';
import type { Checkpoint } from './checkpoint';
import { type ConsistentRead, openConsistentRead } from './consistent-read';
import type { TableState } from './control-tables';
import { type CopyCheckpoint, CopyCheckpoints } from './copy-checkpoints';
import { isCopiedInOrder } from './copy-order';
import { CopyPipe } from './copy-pipe';
import { CopyWriter } from './copy-writer';
import { openLockedRead } from './locked-read';
import type { MappedTable } from './mapped-table';
import { createBeside } from './resync-target';
import { readTable } from './source-catalogue';
import { openSource } from './source-connection';
import { readServer } from './source-server';
import { structureFingerprint } from './source-table';
import { TableCopy, type TableCopyOptions } from './table-copy';
import { suspendTable, type TaskContext, type TaskTable } from './task-context';

/**
 * Copies every table that waits.
 * @returns the task's checkpoint, which is older when there was one already; none when no table could be copied
 */
export async function copyTables(
  context: TaskContext,
  tables: readonly TaskTable[],
  checkpoint: Checkpoint | undefined,
): Promise<Checkpoint | undefined> {
  const isLocked = ({ replicated }: TaskTable): boolean => isCopiedUnderLock(replicated?.source.engine);
  const together = tables.filter((table) => !isLocked(table));
  let from = checkpoint;
  if (together.length > 0) {
    const sources = together.flatMap(({ replicated }) => replicated?.source ?? []);
    from = await copyAt(context, together, from, await openConsistentRead(context.readLogin, sources));
  }
  for (const table of tables.filter(isLocked)) {
    const read = await openLockedRead(context.readLogin, (table.replicated as MappedTable).source);
    if (typeof read === 'string') await suspendTable(context, table, read);
    else from = await copyAt(context, [table], from, read);
  }
  return from;
}

async function copyAt(
  context: TaskContext,
  tables: readonly TaskTable[],
  checkpoint: Checkpoint | undefined,
  read: ConsistentRead,
): Promise<Checkpoint> {
  const pipe = new CopyPipe(context, read.connection, new CopyWriter(context));
  try {
    const from = await readTables(context, tables, { checkpoint, read, pipe });
    await pipe.settle();
    return from;
  } finally {
    await pipe.abandon();
  }
}

/** Ends the read, and with it the lock of a table without transactions, before the last rows are written. */
async function readTables(
  context: TaskContext,
  tables: readonly TaskTable[],
  {
    checkpoint,
    read,
    pipe,
  }: {
    readonly checkpoint: Checkpoint | undefined;
    readonly read: ConsistentRead;
    readonly pipe: CopyPipe;
  },
): Promise<Checkpoint> {
  try {
    await checkStructures(
      context,
      tables.flatMap(({ replicated }) => replicated ?? []),
    );
    context.failpoint('snapshot:opened');
    const from = checkpoint ?? (await writeFirstCheckpoint(context, read));
    const known = await readKnown(context, read, from.position);
    for (const table of tables) {
      await checkEngine(read.connection, table.replicated);
      const copy = await beginCopy(context, table, known, () => pipe.settle());
      if (copy !== undefined) await pipe.read(copy);
    }
    return from;
  } finally {
    read.connection.destroy();
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
      if (now === undefined || structureFingerprint(now) !== fingerprint || now.engine !== source.engine)
        throw new TableChanged(name);
    }
  } finally {
    connection.destroy();
  }
}

/** A table was altered before it could be copied: its structure has to be looked at again. */
export class TableChanged extends Error {
  override readonly name = 'TableChanged';
}

/**
 * A table that has lost its transactions since the read was opened is read as it is now: with a key the changes since
 * then put it right. The declaration of a table is today's; MySQL's information schema is as old as the read.
 */
async function checkEngine(connection: Connection, table: MappedTable | undefined): Promise<void> {
  if (table === undefined || table.key.length > 0) return;
  const place = quoteMysqlTable({ database: table.source.database, name: table.source.table });
  // From here on nobody alters it.
  await queryRows(connection, `SELECT 1 FROM ${place} LIMIT 0`);
  const [row] = (await queryRows(connection, `SHOW CREATE TABLE ${place}`)) as { 'Create Table': string }[];
  const engine = [...(row?.['Create Table'] ?? '').matchAll(/^\) ENGINE=(\w+)/gm)].at(-1)?.[1];
  if (engine !== undefined && !isSameEngine(table.source.engine, engine)) throw new TableChanged(table.name);
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

/** What is known of all tables before the first is read. */
interface Known {
  readonly read: ConsistentRead;
  /** Changes are read from here on. */
  readonly from: SourcePosition;
  readonly facts: ReadonlyMap<string, SourceFacts>;
  readonly states: ReadonlyMap<string, TableState>;
  readonly checkpoints: ReadonlyMap<string, CopyCheckpoint>;
}

async function readKnown(context: TaskContext, read: ConsistentRead, from: SourcePosition): Promise<Known> {
  const databases = [...context.tables.values()].flatMap(
    ({ replicated }) => replicated?.source.database ?? [],
  );
  return {
    read,
    from,
    facts: await readFacts(read.connection, [...new Set(databases)]),
    states: await context.control.readTableStates(),
    checkpoints: await new CopyCheckpoints(context).read(),
  };
}

/**
 * Leaves the target as the task's setting says. `settle` is called before anything is done in the warehouse.
 * @returns undefined when the table was suspended instead
 */
async function beginCopy(
  context: TaskContext,
  table: TaskTable,
  known: Known,
  settle: () => Promise<void>,
): Promise<TableCopy | undefined> {
  const { replicated } = table;
  if (replicated === undefined) return undefined;
  const { session, settings } = context;
  const { position, exact } = known.read;
  if (replicated.key.length === 0 && !exact) {
    await settle();
    await suspendTable(context, table, INEXACT);
    return undefined;
  }
  const facts = known.facts.get(table.name) ?? { madeAt: '', expectedRows: 0 };
  const resume = findResume(table, replicated, known);
  const isOurs = known.states.get(table.name)?.state === 'loading';
  const replacesRows =
    resume === undefined && table.resync !== true && settings.prepareTarget === 'TRUNCATE_BEFORE_LOAD';
  if (table.resync === true) {
    await settle();
    await createBeside(session, replicated);
  } else if (!replacesRows && !isOurs) {
    await settle();
    if ((await session.run(`SELECT 1 FROM ${replicated.targetSql} LIMIT 1`)).rows.length > 0) {
      await suspendTable(context, table, hasOtherRows(replicated));
      return undefined;
    }
  }
  return new TableCopy(context, { table, replicated, position, resume, replacesRows, ...facts });
}

const hasOtherRows = ({ targetTable }: MappedTable): string =>
  `its target ${targetTable} has rows that this task did not write, and TargetTablePrepMode DO_NOTHING would add to them. Empty the target, or set TRUNCATE_BEFORE_LOAD; then reload-target`;

type SourceFacts = Pick<TableCopyOptions, 'madeAt' | 'expectedRows'>;

/** By table. */
async function readFacts(
  connection: Connection,
  databases: readonly string[],
): Promise<Map<string, SourceFacts>> {
  const rows = (await queryRows(
    connection,
    `SELECT table_schema AS db, table_name AS name, CAST(create_time AS CHAR) AS madeAt, table_rows AS expected
     FROM information_schema.tables WHERE table_schema IN (${databases.map((name) => connection.escape(name)).join(', ')})`,
  )) as {
    readonly db: string;
    readonly name: string;
    readonly madeAt: string | null;
    readonly expected: number | string | null;
  }[];
  return new Map(
    rows.map(({ db, name, madeAt, expected }) => [
      `${db}.${name}`,
      { madeAt: madeAt ?? '', expectedRows: Number(expected ?? 0) },
    ]),
  );
}

/**
 * Where an earlier run was broken off, if it copied this very table and the changes since its position will be read.
 * They are applied by key, so that it does not matter that the rest is copied as it is now.
 */
function findResume(
  table: TaskTable,
  replicated: MappedTable,
  { states, checkpoints, facts, from }: Known,
): CopyCheckpoint | undefined {
  if (table.resync === true || !isCopiedInOrder(replicated)) return undefined;
  if (states.get(table.name)?.state !== 'loading') return undefined;
  const found = checkpoints.get(table.name);
  if (found === undefined || found.fingerprint !== replicated.fingerprint) return undefined;
  if (found.madeAt !== facts.get(table.name)?.madeAt || comparePositions(from, found.position) > 0)
    return undefined;
  return found;
}
