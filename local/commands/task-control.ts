/** The replication task of a running pipeline, by the names that docs/operator.sh has on AWS: looked at, stopped, started. */
import { callControlServer } from '../runtime/control-server';
import { STATE } from '../runtime/ports/host';
import { REPLICATION_TASKS, type ReplicationTask } from '../runtime/ports/replication-task';
import { formatPosition } from '../runtime/ports/source-position';
import type { Registry } from '../runtime/registry';
import { functionOfHandler } from '../runtime/runtime';
import { waitUntil } from '../runtime/wait-until';
import { typedCommand } from '../state/typed-command';
import type { DataDirFlag, Given } from './given';
import { requireRunning } from './require-running';
import { changeSchedule } from './set-schedule';
import { buildTextTable } from './text-table';

export const TASK_COMMANDS = ['task', 'task_tables', 'stop_task', 'start_task'] as const;
export type TaskCommand = (typeof TASK_COMMANDS)[number];

/** The function, and its schedule, which starts a stopped task again. */
const STARTER = 'start-replication-task';
const START_MS = 60_000;

export async function askTask({ flags }: Given<DataDirFlag>, asked: TaskCommand): Promise<number> {
  const running = requireRunning(flags.dataDir, asked);
  console.log(await callControlServer(running, 'task', { asked }));
  return 0;
}

/** Within the running pipeline: the text for the person. @throws Error for another word */
export async function actOnReplicationTask(registry: Registry, asked: string): Promise<string> {
  switch (asked as TaskCommand) {
    case 'task':
      return describeTask(onlyTask(registry));
    case 'task_tables':
      return describeTaskTables(onlyTask(registry));
    case 'stop_task':
      await stopTask(registry);
      return `the replication task is stopped, and the schedule that would start it is paused; changes wait in the binlog until ${typedCommand(registry.the(STATE).folder, 'start_task')}`;
    case 'start_task':
      await startTask(registry);
      return 'the replication task runs from its checkpoint';
    default:
      throw new Error(`the replication task knows ${TASK_COMMANDS.join(', ')}, got: ${asked}`);
  }
}

/** It stays so, also over a restart of the pipeline. */
export async function stopTask(registry: Registry): Promise<void> {
  changeSchedule(registry, { handler: STARTER, change: 'pause' });
  await onlyTask(registry).stop();
}

/** Returns when it runs. */
export async function startTask(registry: Registry): Promise<void> {
  const task = onlyTask(registry);
  changeSchedule(registry, { handler: STARTER, change: 'resume' });
  // The schedule leaves a task that was stopped alone for a while; a person's own call does not.
  await functionOfHandler(registry, STARTER).invoke({});
  await waitUntil(() => task.describe().status === 'running', {
    what: 'the replication task to run',
    timeoutMs: START_MS,
    lastState: () => task.describe().status,
    failure: () => task.describe().failure?.message,
  });
}

const onlyTask = (registry: Registry): ReplicationTask =>
  registry.only(REPLICATION_TASKS, 'a replication task');

/** With the members that the command has on AWS. */
function describeTask(task: ReplicationTask): string {
  const { status, stoppedAtMs, failure, appliedPosition, tables } = task.describe();
  const inState = (state: string): number => tables.filter((table) => table.state === state).length;
  const described = {
    status,
    stopped: stoppedAtMs === undefined ? null : new Date(stoppedAtMs).toISOString(),
    failure: failure === undefined ? null : `${failure.code}: ${failure.message}`,
    position: appliedPosition === undefined ? null : formatPosition(appliedPosition),
    tables: {
      loaded: inState('loaded'),
      loading: inState('loading'),
      waiting: inState('waiting'),
      suspended: inState('suspended'),
    },
  };
  return JSON.stringify(described, null, 2);
}

function describeTaskTables(task: ReplicationTask): string {
  const counts = ['loaded', 'inserts', 'updates', 'deletes', 'errors'];
  return buildTextTable(
    ['table', 'state', ...counts.map((name) => ({ name, isNumeric: true }))],
    task
      .describe()
      .tables.map(({ table, state, snapshotRows, inserts, updates, deletes, rejected }) => [
        table,
        state,
        snapshotRows,
        inserts,
        updates,
        deletes,
        rejected,
      ]),
  );
}
