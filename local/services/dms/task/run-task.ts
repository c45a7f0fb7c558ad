/** One run of the task, from its start until it stops or fails: plan, copy what is missing, follow the binlog. */

import type { Connection } from 'mysql2';
import { PipelineError } from '../../../../pipeline/errors';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { BinlogFollower } from './binlog-follower';
import { type Checkpoint, checkCheckpoint } from './checkpoint';
import { planTables } from './plan-tables';
import { PreparedTransactions } from './prepared-transactions';
import { completeGtids } from './read-gtids';
import { NewTableFound } from './row-changes';
import { copyTables, TableChanged } from './snapshot';
import { isConnectionLoss, withSource } from './source-connection';
import { checkSourceSettings, readServer, readTraits } from './source-server';
import { checkSuccessor, moveTo } from './successor';
import {
  checkTablesLeft,
  findNamed,
  newTaskTable,
  ResyncRequested,
  suspendTable,
  type TaskContext,
  TaskStopped,
} from './task-context';
import { ChangesUndone, UndoneChanges } from './undone-changes';
import { suspendUnloggedChanges } from './unlogged-changes';

export interface RunHooks {
  /** Tables are known and the task does its work. */
  readonly onRunning: () => void;
  readonly onApplied: (position: SourcePosition) => void;
  readonly hurry: () => boolean;
}

/**
 * What the server says where tables are altered, dropped or renamed while they wait for their copy: ER_TABLE_DEF_CHANGED,
 * ER_NO_SUCH_TABLE, ER_BAD_DB_ERROR, ER_BAD_FIELD_ERROR, ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT.
 */
const CHANGES_MEANWHILE = new Set<unknown>([1412, 1146, 1049, 1054, 1213, 1205]);
/** So often in a row: then it is no change but a state. */
const MOST_CHANGES = 30;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** @returns when the task was stopped. @throws what made it fail. */
export async function runTask(context: TaskContext, hooks: RunHooks): Promise<void> {
  const sought = new Set<string>();
  const undone = new UndoneChanges();
  let changes = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runOnce(context, undone, {
        ...hooks,
        onRunning: () => {
          attempt = 1;
          hooks.onRunning();
        },
        onApplied: (position) => {
          changes = 0;
          hooks.onApplied(position);
        },
      });
    } catch (error) {
      await context.session.rollback().catch(() => {});
      if (error instanceof TaskStopped || context.stopping()) return;
      if (error instanceof ChangesUndone) {
        undone.add(error.range);
        continue;
      }
      if (error instanceof ResyncRequested) {
        for (const table of error.tables) await context.control.requestResync(table);
        for (const table of error.tables) context.announced.delete(table);
        continue;
      }
      if (error instanceof NewTableFound) {
        if (sought.has(error.message)) await suspendVanished(context, error.message);
        sought.add(error.message);
        continue;
      }
      if (hasChangedMeanwhile(error)) {
        changes += 1;
        if (changes > MOST_CHANGES) throw error;
      } else if (!isConnectionLoss(error)) throw error;
      const { recoverableErrorCount } = context.settings;
      if (recoverableErrorCount !== undefined && attempt > recoverableErrorCount)
        throw outOfAttempts(recoverableErrorCount, error);
      const message = error instanceof Error ? error.message : String(error);
      context.emit({ type: 'reconnecting', attempt, message });
      await pause(
        context,
        Math.min(FIRST_PAUSE_MS * 2 ** (Math.max(attempt, changes) - 1), LONGEST_PAUSE_MS),
      );
    }
  }
}

function outOfAttempts(count: number, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PipelineError({
    code: 'SOURCE_UNAVAILABLE',
    disposition: 'halt',
    message: `the source did not answer, and RecoverableErrorCount is ${count}, so that the task does not connect again: ${reason}. Once the source answers, resume the task; with RecoverableErrorCount -1 it keeps trying.`,
    context: { recoverableErrorCount: count },
    cause,
  });
}

/** The source was looked at for this table already, and its changes are met again: it is not there any more. */
async function suspendVanished(context: TaskContext, name: string): Promise<void> {
  if (findNamed(context, name) !== undefined) return;
  const table = newTaskTable(name);
  context.tables.set(name, table);
  await suspendTable(
    context,
    table,
    'it was created at the source and dropped again before it could be copied',
  );
}

const hasChangedMeanwhile = (error: unknown): boolean =>
  !(error instanceof WarehouseError) &&
  (error instanceof TableChanged || CHANGES_MEANWHILE.has((error as { errno?: unknown }).errno));

async function runOnce(context: TaskContext, undone: UndoneChanges, hooks: RunHooks): Promise<never> {
  await context.control.prepare();
  let before = await context.control.readCheckpoint();
  const toCopy = await withSource(context.readLogin, async (connection) => {
    await checkSourceSettings(connection);
    if (before !== undefined) before = await findCheckpoint(context, connection, before, undone);
    Object.assign(context.server, await readTraits(connection));
    context.expected.clear();
    return planTables(context, connection);
  });
  checkTablesLeft(context);
  hooks.onRunning();
  const checkpoint = toCopy.length > 0 ? await copyTables(context, toCopy, before) : before;
  checkTablesLeft(context);
  if (checkpoint === undefined) throw new Error('a task with copied tables has no checkpoint');
  // Where the binlog has nothing more, the first rows to come would be read by a wrong structure.
  await suspendUnloggedChanges(context, checkpoint.position);
  hooks.onApplied(checkpoint.position);
  return new BinlogFollower(context, {
    checkpoint,
    undone,
    prepared: await PreparedTransactions.read(context.readLogin, context.control),
    onApplied: hooks.onApplied,
    hurry: hooks.hurry,
  }).run();
}

/** @returns the checkpoint on the server that answers now. @throws PipelineError POSITION_LOST or SOURCE_REPLACED */
async function findCheckpoint(
  context: TaskContext,
  connection: Connection,
  before: Checkpoint,
  undone: UndoneChanges,
): Promise<Checkpoint> {
  const server = await readServer(connection);
  if (before.serverUuid === null || before.serverUuid === server.uuid) {
    await checkCheckpoint(connection, before, server);
    return { ...before, serverUuid: server.uuid, gtid: await completeGtids(context, connection, before) };
  }
  const checkpoint = await checkSuccessor(connection, before, server);
  await moveTo(context, before.position, checkpoint);
  undone.forget();
  context.emit({ type: 'source-changed', from: before.serverUuid, to: server.uuid });
  return checkpoint;
}

async function pause(context: TaskContext, pauseMs: number): Promise<void> {
  const deadline = performance.now() + pauseMs;
  while (performance.now() < deadline && !context.stopping())
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, pauseMs)));
}
