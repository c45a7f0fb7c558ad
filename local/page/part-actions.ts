/** What a person does to a part by the page: runs it, pauses it, stops, kills and starts it, and what became of it. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { HandlerName } from '../../pipeline/handler-environment';
import { INGEST_TRADES, INGEST_TXNS } from '../../pipeline/ingested-tables';
import { changeSchedule } from '../commands/set-schedule';
import { startTask, stopTask } from '../commands/task-control';
import { MYSQL_SERVERS, type MysqlServer } from '../runtime/ports/mysql-server';
import { REPLICATION_TASKS, type ReplicationTask } from '../runtime/ports/replication-task';
import { STREAM_MAPPINGS } from '../runtime/ports/stream-mapping';
import type { Runtime } from '../runtime/runtime';
import { waitUntil } from '../runtime/wait-until';
import { withMysqlServer } from '../runtime/with-mysql-server';
import type { PartAction, PartId } from './picture-node';

export type SayDone = (what: string, text: string) => void;

interface Acting {
  readonly runtime: Runtime;
  readonly say: SayDone;
}

type Act = (acting: Acting, action: PartAction) => Promise<void>;

/** By part; those that only show their state have none. */
const ACTS: Readonly<Partial<Record<PartId, Act>>> = {
  'ingest-mysql': actOnFunction(INGEST_TXNS.handler),
  'ingest-dynamodb': actOnFunction(INGEST_TRADES.handler),
  load: actOnFunction('load-staged-batches'),
  reconcile: actOnFunction('reconcile-tables'),
  mysql: actOnMysql,
  task: actOnTask,
  stage: actOnStage,
};

/** Returns when it is done; what takes longer to recover is said later. @throws Error for what the part cannot do */
export async function actOnPart(
  acting: Acting,
  { part, action }: Readonly<Record<string, unknown>>,
): Promise<void> {
  const act = Object.hasOwn(ACTS, String(part)) ? ACTS[part as PartId] : undefined;
  if (act === undefined) throw new Error(`nothing can be done to ${String(part)} here`);
  await act(acting, action as PartAction);
}

const refuse = (part: string, action: PartAction): never => {
  throw new Error(`${part} cannot ${String(action)}`);
};

function actOnFunction(handler: HandlerName): Act {
  return async ({ runtime, say }, action) => {
    const called = runtime.functionOf(handler);
    switch (action) {
      case 'run':
        // As the schedule calls it: tried again when it fails, and a dead letter in the end.
        called.accept({});
        return say('asked', `${handler} runs now`);
      case 'kill':
        await called.killInstances();
        return say('killed', `the process of ${handler}; the next run gets a new one`);
      case 'pause':
      case 'resume':
        return say(`${action}d`, changeSchedule(runtime.registry, { handler, change: action }));
      default:
        return refuse(handler, action);
    }
  };
}

async function actOnMysql({ runtime, say }: Acting, action: PartAction): Promise<void> {
  const server = onlyMysqlServer(runtime);
  switch (action) {
    case 'stop':
    case 'kill':
      await server.end(action);
      return say(
        action === 'kill' ? 'killed' : 'stopped',
        'the MySQL server; start it again to see the task recover',
      );
    case 'start':
    case 'restart': {
      if (action === 'restart') await server.end('stop');
      await server.startAgain();
      say('started', 'the MySQL server, on the same port with the same data');
      return watchReader(runtime, server, say);
    }
    default:
      return refuse('the MySQL server', action);
  }
}

async function actOnTask({ runtime, say }: Acting, action: PartAction): Promise<void> {
  switch (action) {
    case 'stop':
      await stopTask(runtime.registry);
      return say(
        'stopped',
        'the replication task, at a commit, and the schedule that would start it; changes wait in the binlog',
      );
    case 'start':
    case 'restart':
      if (action === 'restart') await stopTask(runtime.registry);
      await startTask(runtime.registry);
      return say('started', 'the replication task, from its checkpoint');
    case 'kill': {
      const server = onlyMysqlServer(runtime);
      const ids = await killReaders(server);
      say(
        'killed',
        `${ids.length} connection${ids.length === 1 ? '' : 's'} of the replication task to MySQL`,
      );
      return watchReader(runtime, server, say, ids);
    }
    default:
      return refuse('the replication task', action);
  }
}

async function actOnStage({ runtime, say }: Acting, action: PartAction): Promise<void> {
  const mappings = [...runtime.registry.of(STREAM_MAPPINGS).values()];
  switch (action) {
    case 'stop':
      await Promise.all(mappings.map((mapping) => mapping.disable()));
      return say('stopped', 'the stream mapping is disabled; changes wait in the stream for a day at most');
    case 'start':
    case 'restart':
      if (action === 'restart') await Promise.all(mappings.map((mapping) => mapping.disable()));
      await Promise.all(mappings.map((mapping) => mapping.enable()));
      return say('started', 'the stream mapping is enabled, from its checkpoints');
    case 'kill':
      await runtime.functionOf('stage-stream-records').killInstances();
      return say('killed', 'the process of stage-stream-records; its batch is delivered again');
    default:
      return refuse('the stream mapping', action);
  }
}

/** Its readers of the binlog, by the command that MySQL shows for them. @returns their ids */
async function killReaders(server: MysqlServer): Promise<number[]> {
  if (server.isReadOnly === true)
    throw new Error("the MySQL server is somebody else's: none of its connections is ended from here");
  return withMysqlServer(server, async (connection) => {
    const ids = await findReaders(connection);
    if (ids.length === 0) throw new Error('the replication task has no connection to MySQL at the moment');
    for (const id of ids) await connection.query(`KILL ${id}`);
    return ids;
  });
}

/** The ids of the connections that read the binlog. */
async function findReaders(connection: Connection): Promise<number[]> {
  const [rows] = await connection.query<RowDataPacket[]>('SHOW PROCESSLIST');
  return rows.filter(({ Command }) => /^Binlog Dump/.test(String(Command))).map(({ Id }) => Number(Id));
}

const RECOVERY_MS = 5 * 60_000;

/** In the background: says when the task reads the binlog again, by a connection that is not one of `killed`. */
function watchReader(
  runtime: Runtime,
  server: MysqlServer,
  say: SayDone,
  killed: readonly number[] = [],
): void {
  if (onlyTask(runtime).describe().status !== 'running') return;
  const startedAt = performance.now();
  waitUntil(
    async () => {
      const readers = await withMysqlServer(server, findReaders);
      return readers.some((id) => !killed.includes(id));
    },
    {
      what: 'the replication task to read the binlog again',
      timeoutMs: RECOVERY_MS,
      everyMs: 200,
      failure: () => (server.isUp() ? undefined : 'the MySQL server is down again'),
    },
  ).then(
    () =>
      say(
        'recovered',
        `the replication task reads the binlog again, after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
      ),
    (error: unknown) => say('waiting', error instanceof Error ? error.message : String(error)),
  );
}

const onlyTask = ({ registry }: Runtime): ReplicationTask =>
  registry.only(REPLICATION_TASKS, 'a replication task');

export const onlyMysqlServer = ({ registry }: Runtime): MysqlServer =>
  registry.only(MYSQL_SERVERS, 'a MySQL server');
