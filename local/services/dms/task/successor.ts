/**
 * A source that is another server than at the checkpoint: a promoted replica, the other side of a blue/green deployment.
 * Where both know transactions by GTID the task continues there, with what it has not read yet. Positions in the files
 * of the former server mean nothing on it; what was written down by position is replaced, in one transaction.
 */
import type { Connection } from 'mysql2';
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { queryRows } from '../binlog/binlog-stream';
import { Gtids } from '../binlog/gtids';
import { type Checkpoint, positionLost, sourceReplaced } from './checkpoint';
import { readBinlogFiles, type SourceServer } from './source-server';
import type { TaskContext } from './task-context';

/**
 * @returns the checkpoint on this server
 * @throws PipelineError SOURCE_REPLACED when it lacks what the warehouse has; POSITION_LOST when it has purged what is missing
 */
export async function checkSuccessor(
  connection: Connection,
  checkpoint: Checkpoint,
  server: SourceServer,
): Promise<Checkpoint> {
  const gtids = checkpoint.gtid === null ? undefined : Gtids.parse(checkpoint.gtid);
  const dialect = server.flavour;
  if (gtids === undefined || (gtids.dialect ?? dialect) !== dialect)
    throw sourceReplaced(
      checkpoint,
      `${ANOTHER}, and the checkpoint has no GTIDs to continue by: ${WITHOUT}`,
    );
  if (dialect === 'mysql') await checkMysql(connection, checkpoint, gtids);
  else await checkMariadb(connection, checkpoint, gtids);
  const [oldest] = await readBinlogFiles(connection);
  if (oldest === undefined) throw sourceReplaced(checkpoint, 'the server lists no binlog file');
  return {
    position: { file: oldest.name, offset: 4 },
    gtid: gtids.toString(),
    serverUuid: server.uuid,
    fileCreatedAtSeconds: null,
  };
}

const WITHOUT =
  'gtid_mode was not ON, or transactions had tags (uuid:tag:number, MySQL 8.3 and later), which are not followed to another server';
const ANOTHER = 'it is another server than at the checkpoint';

async function checkMysql(connection: Connection, checkpoint: Checkpoint, gtids: Gtids): Promise<void> {
  const set = connection.escape(gtids.toString());
  const [row] = (await queryRows(
    connection,
    `SELECT GTID_SUBTRACT(${set}, @@GLOBAL.gtid_executed) AS missing, GTID_SUBTRACT(@@GLOBAL.gtid_purged, ${set}) AS purged`,
  )) as { missing: string; purged: string }[];
  if (row?.missing !== '')
    throw sourceReplaced(
      checkpoint,
      `${ANOTHER}, and does not have transactions that the warehouse has (${row?.missing})`,
    );
  if (row.purged !== '') throw positionLost(checkpoint.position, `without the transactions ${row.purged}`);
}

/** Whether it has each one, and has it still, the server says when it is asked for what follows. */
async function checkMariadb(connection: Connection, checkpoint: Checkpoint, gtids: Gtids): Promise<void> {
  const [row] = (await queryRows(connection, 'SELECT @@GLOBAL.gtid_binlog_pos AS there')) as {
    there: string;
  }[];
  if (Gtids.parse(row?.there ?? '')?.has(gtids) !== true)
    throw sourceReplaced(
      checkpoint,
      `${ANOTHER}, and its binlog ends before the transactions that the warehouse has (${gtids}): it has ${row?.there || 'none'}`,
    );
}

/** Writes down that the task continues there. Tables whose copy is newer than the checkpoint get a new one. */
export async function moveTo(
  context: Pick<TaskContext, 'session' | 'control'>,
  from: SourcePosition,
  checkpoint: Checkpoint,
): Promise<void> {
  const { session, control } = context;
  await session.begin();
  for (const [table, state] of await control.readTableStates()) {
    const { snapshotPosition } = state;
    if (snapshotPosition === null || state.state === 'suspended') continue;
    if (state.state === 'loaded' && comparePositions(snapshotPosition, from) <= 0)
      await control.writeTableState(table, { ...state, snapshotPosition: null });
    else if (state.state !== 'loading') await control.requestResync(table);
  }
  await control.forgetPlaces();
  await control.writeCheckpoint(checkpoint);
  await session.commit();
}
