/** Starts the DMS replication task, or resumes it, by its status, once its connections are tested. */
import type {
  DatabaseMigrationServiceClient,
  ReplicationTask,
} from '@aws-sdk/client-database-migration-service';
import {
  DescribeReplicationTasksCommand,
  StartReplicationTaskCommand,
} from '@aws-sdk/client-database-migration-service';
import { PipelineError } from '../errors';
import type { MysqlTable } from '../tables';
import { testConnections } from './test-connections';
import { unknownTables } from './unknown-tables';

/** What was done: `none` when it already runs, is about to, or must wait; `reason` says which. */
export type StartAction = 'none' | 'start-replication' | 'resume-processing';

export interface StartOutcome {
  /** The status that DMS gave before the action. */
  readonly status: string;
  readonly action: StartAction;
  /** Why, in one sentence. */
  readonly reason: string;
}

export interface StartOptions {
  readonly dms: Pick<DatabaseMigrationServiceClient, 'send'>;
  readonly taskArn: string;
  /** The catalogue that this deployment's set-up made targets for. */
  readonly tables: readonly MysqlTable[];
  /** Whether both set-ups of this deployment have run; the task is not started before. */
  readonly isSetUp: boolean;
  /** A deploy, which stopped the task itself, and a person start it immediately; a schedule may have to wait. */
  readonly startedBy: 'deploy' | 'person' | 'schedule';
  /** How long a schedule leaves a stopped task alone: longer than a deploy needs to change it. */
  readonly resumeStoppedAfterSeconds: number;
  /** The clock; by default the real one. */
  readonly nowMs?: () => number;
  /** How much longer connection tests may be waited for. */
  readonly remainingMs: () => number;
  /** How to wait between two reads of a test's result; by default a timer. */
  readonly pause?: (durationMs: number) => Promise<void>;
}

/**
 * What each status asks for. `start-replication` is valid only for a task that never ran; one that ran before resumes
 * from its checkpoint (AWS DMS API, StartReplicationTask). A status that will pass by itself asks for nothing:
 * the next schedule looks again.
 */
const ACTION_BY_STATUS: Readonly<Record<string, StartAction>> = {
  ready: 'start-replication',
  stopped: 'resume-processing',
  failed: 'resume-processing',
  starting: 'none',
  running: 'none',
  stopping: 'none',
  creating: 'none',
  modifying: 'none',
  testing: 'none',
  moving: 'none',
};

/**
 * Brings the task to run. A second call while it runs does nothing; two calls at once start it once, since DMS
 * refuses the later one and this then looks again. Connections are tested only for a task that is to start.
 * @throws PipelineError REPLICATION_TASK_FAILED: `halt` when the task is missing or in a state that needs a person,
 * or DMS cannot connect to an endpoint; `retry` when it could not be started just now.
 */
export async function startReplicationTask(options: StartOptions): Promise<StartOutcome> {
  const task = await readTask(options);
  const { status } = task;
  const action = actionFor(status, options.taskArn);
  if (action === 'none') return { status, action, reason: `it is ${status}` };
  const obstacle = reasonToWait(task, options);
  if (obstacle !== undefined) return { status, action: 'none', reason: obstacle };
  checkTablesArePrepared(task, options);
  await testConnections({ pause: pauseByTimer, ...options, ...task });
  try {
    await options.dms.send(
      new StartReplicationTaskCommand({
        ReplicationTaskArn: options.taskArn,
        StartReplicationTaskType: action,
      }),
    );
    return { status, action, reason: reasonToStart(task) };
  } catch (error) {
    if (nameOf(error) !== 'InvalidResourceStateFault')
      throw startFailed(options.taskArn, status, action, error);
    return afterRefusal(options, status, action, error);
  }
}

/** DMS found the task in another state than the one read: somebody else may have started it in between. */
async function afterRefusal(
  options: StartOptions,
  before: string,
  action: StartAction,
  refusal: unknown,
): Promise<StartOutcome> {
  const { status } = await readTask(options);
  if (actionFor(status, options.taskArn) === 'none') {
    return { status, action: 'none', reason: `another call acted in between: it is ${status}` };
  }
  throw startFailed(options.taskArn, before, action, refusal);
}

/**
 * Why a task that could be started is left alone. Terraform stops a running task to change it, and the change fails
 * if the task runs again before it is made. So a schedule resumes a task that was stopped by a call (rather than by an
 * error of its own) only after it has been stopped for longer than a deploy takes. If DMS does not say when the task
 * was stopped, it is resumed, since nothing else would ever resume it.
 */
function reasonToWait(task: DescribedTask, options: StartOptions): string | undefined {
  if (!options.isSetUp) return 'set-up of this deployment has not run';
  const { status, stopReason, stoppedAtMs } = task;
  if (status !== 'stopped' || options.startedBy !== 'schedule' || isOwnStop(stopReason)) return undefined;
  if (stoppedAtMs === undefined) return undefined;
  const stoppedSeconds = Math.round(((options.nowMs ?? Date.now)() - stoppedAtMs) / 1_000);
  if (stoppedSeconds >= options.resumeStoppedAfterSeconds) return undefined;
  return `it was stopped ${stoppedSeconds} s ago, perhaps by a deploy that is changing it: the schedule resumes it after ${options.resumeStoppedAfterSeconds} s`;
}

/** Reasons other than a call (AWS DMS API reference, ReplicationTask, StopReason). */
const OWN_STOPS =
  /RECOVERABLE_ERROR|FATAL_ERROR|STOPPED_DUE_TO_LOW_(MEMORY|DISK)|RECONFIGURATION_RESTART|RECYCLE_TASK/;

const isOwnStop = (stopReason: string | undefined): boolean =>
  stopReason !== undefined && OWN_STOPS.test(stopReason);

const reasonToStart = ({ status, stopReason }: DescribedTask): string =>
  `it was ${status}${stopReason === undefined ? '' : ` (${stopReason})`}`;

function actionFor(status: string, taskArn: string): StartAction {
  const action = ACTION_BY_STATUS[status];
  if (action !== undefined) return action;
  throw new PipelineError({
    code: 'REPLICATION_TASK_FAILED',
    disposition: 'halt',
    message: `the replication task is "${status}" and cannot be started from there (expected one of ${Object.keys(ACTION_BY_STATUS).join(', ')}). Usually the task is being deleted, or an endpoint or instance it needs is broken: look at the task's last failure in DMS, fix it, and start the task manually once.`,
    context: { taskArn, status },
  });
}

/**
 * The warehouse stack, which maps the tables, is deployed before the pipeline stack, whose set-up makes their targets.
 * In between a start would let DMS make the missing ones by itself, with its own types and without keys.
 */
function checkTablesArePrepared({ tableMappings }: DescribedTask, { tables, taskArn }: StartOptions): void {
  const unknown = unknownTables(tableMappings, tables);
  if (unknown.length === 0) return;
  throw new PipelineError({
    code: 'REPLICATION_TASK_FAILED',
    disposition: 'retry',
    message: `the replication task selects ${unknown.join(', ')}, which this function's catalogue does not have, so nobody has made the target. Usually the warehouse stack is deployed and the pipeline stack is not yet: deploy it; it makes the table and starts the task.`,
    context: { taskArn, unknownTables: unknown.length },
  });
}

interface DescribedTask {
  readonly status: string;
  readonly tableMappings: string;
  readonly instanceArn: string;
  readonly stopReason?: string;
  readonly stoppedAtMs?: number;
  /** Source and target. */
  readonly endpointArns: readonly string[];
}

async function readTask({ dms, taskArn }: StartOptions): Promise<DescribedTask> {
  let task: ReplicationTask | undefined;
  try {
    const answer = await dms.send(
      new DescribeReplicationTasksCommand({
        Filters: [{ Name: 'replication-task-arn', Values: [taskArn] }],
      }),
    );
    task = answer.ReplicationTasks?.[0];
  } catch (error) {
    if (nameOf(error) !== 'ResourceNotFoundFault') {
      throw new PipelineError({
        code: 'REPLICATION_TASK_FAILED',
        disposition: 'retry',
        message: `DMS did not say how the replication task is (${nameOf(error)}). Usually the role lacks dms:DescribeReplicationTasks, or DMS cannot be reached; the next run asks again.`,
        context: { taskArn },
        cause: error,
      });
    }
  }
  if (task?.Status !== undefined) {
    return {
      status: task.Status,
      tableMappings: task.TableMappings ?? '',
      instanceArn: task.ReplicationInstanceArn ?? '',
      ...(task.StopReason === undefined ? {} : { stopReason: task.StopReason }),
      ...stoppedAt(task),
      endpointArns: [task.SourceEndpointArn ?? '', task.TargetEndpointArn ?? ''],
    };
  }
  throw new PipelineError({
    code: 'REPLICATION_TASK_FAILED',
    disposition: 'halt',
    message:
      'DMS knows no replication task with the ARN in REPLICATION_TASK_ARN. Usually the warehouse stack was not deployed, or it replaced the task: deploy it, then the pipeline stack.',
    context: { taskArn },
  });
}

function stoppedAt({ ReplicationTaskStats: stats }: ReplicationTask): { readonly stoppedAtMs?: number } {
  const time = stats?.StopDate?.getTime();
  return time === undefined || Number.isNaN(time) ? {} : { stoppedAtMs: time };
}

function startFailed(taskArn: string, status: string, action: StartAction, cause: unknown): PipelineError {
  return new PipelineError({
    code: 'REPLICATION_TASK_FAILED',
    disposition: 'retry',
    message: `DMS refused ${action} of the replication task, which was "${status}" (${nameOf(cause)}: ${cause instanceof Error ? cause.message : 'no message'}). Usually an endpoint was changed just now and its connection is not tested yet, or the role lacks dms:StartReplicationTask; the next run tries again.`,
    context: { taskArn, status, action },
    cause,
  });
}

const pauseByTimer = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');
