/** All transactions before a position, for checkpoints of earlier versions, which have the last one only. */
import type { Connection } from 'mysql2';
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { BinlogStream } from '../binlog/binlog-stream';
import { Gtids } from '../binlog/gtids';
import { type Checkpoint, isReadByGtid } from './checkpoint';
import { openSource, type ReadLogin } from './source-connection';
import { readExecutedGtids, readGtidAt, readServer } from './source-server';
import type { TaskContext } from './task-context';

const WAIT_MS = 10_000;

/** @returns what the checkpoint has, if that is all; otherwise what the server says. Null where it does not name any. */
export async function completeGtids(
  context: Pick<TaskContext, 'readLogin'>,
  connection: Connection,
  checkpoint: Checkpoint,
): Promise<string | null> {
  const { position, gtid } = checkpoint;
  if (isReadByGtid(checkpoint)) return gtid;
  const { flavour } = await readServer(connection);
  if (flavour === 'mariadb') return readGtidAt(connection, position);
  if (gtid !== null && Gtids.parse(gtid) !== undefined) return gtid;
  if ((await readExecutedGtids(connection)) === null) return null;
  return readGtidsBefore(context.readLogin, position);
}

/** Reads the file from its beginning, which says what is in those before it. */
async function readGtidsBefore(readLogin: ReadLogin, position: SourcePosition): Promise<string | null> {
  const start = { file: position.file, offset: 4 };
  const stream = await BinlogStream.open({ connection: await openSource(readLogin), start });
  let gtids: Gtids | undefined;
  try {
    for (;;) {
      const event = await stream.next(WAIT_MS);
      if (event === undefined) return null;
      if (event.kind === 'gtids-before' && gtids === undefined) gtids = event.gtids;
      const at =
        event.kind === 'begin' ? event.start : event.kind === 'position' ? event.position : undefined;
      if (at !== undefined && comparePositions(at, position) >= 0) return gtids?.toString() ?? null;
      if (event.kind === 'begin' && (event.gtid === undefined || gtids?.add(event.gtid) !== true))
        return null;
    }
  } finally {
    stream.close();
  }
}
