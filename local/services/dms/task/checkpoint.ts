/** The task's checkpoint, and the proof that the source still is what it was taken on. */

import type { Connection } from 'mysql2';
import { PipelineError } from '../../../../pipeline/errors';
import {
  comparePositions,
  formatPosition,
  type SourcePosition,
} from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';
import { BinlogDamagedError } from '../binlog/byte-reader';
import { Gtids } from '../binlog/gtids';
import { type BinlogFile, readBinlogFiles, readGtidAt, type SourceServer } from './source-server';

export interface Checkpoint {
  /** Every committed change before it is in the warehouse. */
  readonly position: SourcePosition;
  /**
   * All transactions before it, as {@link Gtids} has them; empty for none. Null where the server does not name them.
   * What an earlier version wrote down is the last one only.
   */
  readonly gtid: string | null;
  /** See {@link SourceServer}; null in checkpoints of an earlier version on MariaDB. */
  readonly serverUuid: string | null;
  /**
   * When the binlog file of the position was made. Null after the task has moved to another server, until all that it
   * read elsewhere lies before a file of this one: so long it is read by GTID.
   */
  readonly fileCreatedAtSeconds: number | null;
}

/** Whether the position alone does not tell what was read. */
export const isReadByGtid = ({ gtid, fileCreatedAtSeconds }: Checkpoint): boolean =>
  fileCreatedAtSeconds === null && gtid !== null && Gtids.parse(gtid) !== undefined;

/**
 * A source that was replaced, restored or reset can have a file of the same name with other changes at the same
 * place. Reading on there would silently skip or invent changes, so identity is compared before the first read.
 * @throws PipelineError POSITION_LOST or SOURCE_REPLACED (halt).
 */
export async function checkCheckpoint(
  connection: Connection,
  checkpoint: Checkpoint,
  server: SourceServer,
): Promise<void> {
  if (!isReadByGtid(checkpoint)) checkFiles(checkpoint, await readBinlogFiles(connection));
  if (checkpoint.gtid === null) return;
  if (server.flavour === 'mariadb' && isReadByGtid(checkpoint)) return;
  const known =
    server.flavour === 'mariadb'
      ? await mariadbKnows(connection, checkpoint.position, checkpoint.gtid)
      : await mysqlKnows(connection, checkpoint.gtid);
  if (!known)
    throw sourceReplaced(checkpoint, "its binlog does not have the checkpoint's transaction at that place");
}

function checkFiles(checkpoint: Checkpoint, files: readonly BinlogFile[]): void {
  const { position } = checkpoint;
  const oldest = files[0];
  const newest = files.at(-1);
  if (oldest === undefined || newest === undefined)
    throw sourceReplaced(checkpoint, 'the server lists no binlog file');
  const end = { file: newest.name, offset: newest.sizeBytes };
  if (comparePositions(position, end) > 0)
    throw sourceReplaced(checkpoint, `its binlog ends before the checkpoint, at ${formatPosition(end)}`);
  const file = files.find(({ name }) => name === position.file);
  if (file !== undefined && file.sizeBytes >= position.offset) return;
  if (comparePositions(position, { file: oldest.name, offset: 0 }) < 0)
    throw positionLost(checkpoint.position, oldest.name);
  throw sourceReplaced(checkpoint, "its binlog has no file of the checkpoint's name and length");
}

async function mariadbKnows(
  connection: Connection,
  position: SourcePosition,
  gtid: string,
): Promise<boolean> {
  const there = (await readGtidAt(connection, position))?.split(',') ?? [];
  return gtid.split(',').every((one) => there.includes(one));
}

async function mysqlKnows(connection: Connection, gtid: string): Promise<boolean> {
  const [row] = (await queryRows(
    connection,
    `SELECT GTID_SUBSET(${connection.escape(gtid)}, @@GLOBAL.gtid_executed) AS known`,
  )) as { known: number }[];
  return Number(row?.known) === 1;
}

export function positionLost(position: SourcePosition, oldestFile: string): PipelineError {
  return new PipelineError({
    code: 'POSITION_LOST',
    disposition: 'halt',
    message: `the source has purged changes that the task did not read yet: the checkpoint is ${formatPosition(position)}, the oldest binlog left is ${oldestFile}. Usually the task was stopped for longer than "binlog retention hours". Raise the retention, then load the tables again: reload-target.`,
    context: { checkpoint: formatPosition(position), oldestFile },
  });
}

export function sourceReplaced(checkpoint: Pick<Checkpoint, 'position'>, reason: string): PipelineError {
  return new PipelineError({
    code: 'SOURCE_REPLACED',
    disposition: 'halt',
    message: `the source is not the server that the checkpoint ${formatPosition(checkpoint.position)} was taken on: ${reason}. Usually it was restored, rebuilt, switched over or its binlogs were reset. Make sure that the endpoint points at the right server, then load the tables again: reload-target.`,
    context: { checkpoint: formatPosition(checkpoint.position) },
  });
}

function binlogDamaged(error: Error, position: SourcePosition): PipelineError {
  return new PipelineError({
    code: 'BINLOG_DAMAGED',
    disposition: 'halt',
    message: `the binlog after ${formatPosition(position)} cannot be trusted: ${error.message}. Nothing after it was replicated. If it was damaged on its way, resume reads it again. If resume fails at the same place, the file is damaged on the source's disk: check the disk, begin a new file there (FLUSH BINARY LOGS), then load the tables again: reload-target.`,
    context: { checkpoint: formatPosition(position) },
    cause: error,
  });
}

/** MySQL sends a transaction without a name only while gtid_mode is not ON, and one with a name while it is not OFF. */
const OTHER_GTID_MODE = /cannot replicate (?:anonymous|GTID)[ -]transaction when/i;

const otherGtidMode = (error: Error, position: SourcePosition): PipelineError =>
  new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `the source does not send transactions after ${formatPosition(position)} that it wrote under another gtid_mode than it has now: ${error.message} Set the permissive mode beside the present one (ON_PERMISSIVE for ON, OFF_PERMISSIVE for OFF) until the task has read them, then resume it; or load the tables again with reload-target.`,
    context: { checkpoint: formatPosition(position) },
    cause: error,
  });

/** ER_MASTER_FATAL_ERROR_READING_BINLOG: the server cannot read on from there; its text says why. */
export function explainDumpError(error: unknown, position: SourcePosition): unknown {
  if (error instanceof BinlogDamagedError) return binlogDamaged(error, position);
  if (error instanceof Error && OTHER_GTID_MODE.test(error.message)) return otherGtidMode(error, position);
  if ((error as { errno?: unknown }).errno !== 1236 || !(error instanceof Error)) return error;
  // A file under the reader is gone. On connecting again the checkpoint is compared, which tells why.
  if (/could not find next log/i.test(error.message))
    return Object.assign(new Error(error.message), { code: 'PROTOCOL_CONNECTION_LOST' });
  if (/could not find first log file|could not find GTID state|purged/i.test(error.message))
    return positionLost(position, 'not named');
  if (/not in the (master|source)'s binlog|more GTIDs than/i.test(error.message))
    return sourceReplaced({ position }, 'it does not have the last transactions that the warehouse has');
  if (/impossible position|beyond|binlog truncated/i.test(error.message))
    return sourceReplaced({ position }, 'its binlog does not reach that place');
  return new PipelineError({
    code: 'REPLICATION_TASK_FAILED',
    disposition: 'halt',
    message: `the source cannot send its binlog from ${formatPosition(position)}: ${error.message}`,
    context: { checkpoint: formatPosition(position) },
    cause: error,
  });
}
