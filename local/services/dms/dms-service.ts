/** The part of the DMS API that the pipeline calls, over the twins of the tasks. */
import { type JsonObject, type JsonService, ServiceError } from '../../protocol/service';
import {
  type ReplicationTask,
  type StartType,
  StartTypeError,
  type TaskDescription,
  TaskStateError,
} from '../../runtime/ports/replication-task';
import { describeConnections, testConnection } from './connection-calls';
import { parseFilters } from './dms-filters';
import type { EndpointConnections } from './endpoint-connections';

const START_TYPES: readonly string[] = ['start-replication', 'resume-processing', 'reload-target'];

export interface DmsServiceOptions {
  /** By ARN; more may be added. */
  readonly tasks: ReadonlyMap<string, ReplicationTask>;
  readonly connections: EndpointConnections;
}

/** Answers `AmazonDMSv20160101.<Operation>`; an operation that no handler uses is refused by name. */
export function createDmsService(options: DmsServiceOptions): JsonService {
  const { connections } = options;
  const describe = (task: ReplicationTask): JsonObject => describeTask(task, connections);
  const find = (arn: unknown): ReplicationTask => {
    const task = options.tasks.get(String(arn));
    if (task === undefined)
      throw new ServiceError('ResourceNotFoundFault', `no replication task has this ARN: ${String(arn)}`);
    return task;
  };
  return {
    handle: async (operation, input) => {
      switch (operation) {
        case 'DescribeReplicationTasks':
          return { ReplicationTasks: selectTasks([...options.tasks.values()], input).map(describe) };
        case 'StartReplicationTask': {
          const task = find(input.ReplicationTaskArn);
          checkConnections(task, connections);
          startTask(task, input.StartReplicationTaskType);
          return { ReplicationTask: describe(task) };
        }
        case 'StopReplicationTask': {
          const task = find(input.ReplicationTaskArn);
          stopTask(task);
          return { ReplicationTask: describe(task) };
        }
        case 'DescribeConnections':
          return describeConnections(connections, input);
        case 'TestConnection':
          return testConnection(connections, input);
        default:
          throw new ServiceError(
            'UnknownOperationException',
            `the laptop's DMS does not know the operation ${operation}`,
          );
      }
    },
  };
}

/** DMS starts nothing over a connection whose last test was not successful, or that was never tested. */
function checkConnections(task: ReplicationTask, connections: EndpointConnections): void {
  const { status } = task.describe();
  if (status === 'running' || status === 'starting') return;
  if (connections.arePassed(connections.endsOf(task.arn))) return;
  throw new ServiceError(
    'InvalidResourceStateFault',
    'Test connection for replication instance and endpoint should be successful for starting the replication task',
  );
}

function startTask(task: ReplicationTask, type: unknown): void {
  if (typeof type !== 'string' || !START_TYPES.includes(type)) {
    throw new ServiceError(
      'ValidationException',
      `StartReplicationTaskType must be one of ${START_TYPES.join(', ')}, got: ${String(type)}`,
    );
  }
  try {
    task.start(type as StartType);
  } catch (error) {
    if (error instanceof TaskStateError) throw new ServiceError('InvalidResourceStateFault', error.message);
    if (error instanceof StartTypeError)
      throw new ServiceError('InvalidParameterCombinationException', error.message);
    throw error;
  }
}

function stopTask(task: ReplicationTask): void {
  const { status } = task.describe();
  if (status !== 'running' && status !== 'starting') {
    throw new ServiceError(
      'InvalidResourceStateFault',
      `the task is ${status}; only a running task can be stopped`,
    );
  }
  // DMS answers at once with `stopping`; a failure to stop shows in the task's own status.
  void task.stop();
}

function selectTasks(tasks: readonly ReplicationTask[], input: JsonObject): ReplicationTask[] {
  const filters = parseFilters(input);
  let selected = [...tasks];
  for (const { name, values } of filters) {
    if (name === 'replication-task-arn') selected = selected.filter((task) => values.includes(task.arn));
    else if (name === 'replication-task-id')
      selected = selected.filter((task) => values.includes(task.identifier));
    else
      throw new ServiceError(
        'InvalidParameterValueException',
        `the laptop's DMS cannot filter tasks by ${name}`,
      );
  }
  if (filters.length > 0 && selected.length === 0)
    throw new ServiceError('ResourceNotFoundFault', 'no replication task matches the filters');
  return selected;
}

function describeTask(task: ReplicationTask, connections: EndpointConnections): JsonObject {
  const ends = connections.endsOf(task.arn);
  const description: TaskDescription = task.describe();
  const counted = (state: TaskDescription['tables'][number]['state']): number =>
    description.tables.filter((table) => table.state === state).length;
  return {
    ReplicationTaskArn: description.arn,
    ReplicationTaskIdentifier: description.identifier,
    SourceEndpointArn: ends.sourceArn,
    TargetEndpointArn: ends.targetArn,
    ReplicationInstanceArn: ends.instanceArn,
    MigrationType: description.migrationType,
    TableMappings: description.tableMappings,
    Status: description.status,
    ...(description.failure === undefined ? {} : { LastFailureMessage: description.failure.message }),
    ...stopReasonOf(description),
    ...(description.appliedPosition === undefined
      ? {}
      : {
          RecoveryCheckpoint: `checkpoint:V1#1#${description.appliedPosition.file}:${description.appliedPosition.offset}`,
        }),
    ReplicationTaskStats: {
      TablesLoaded: counted('loaded'),
      TablesLoading: counted('loading'),
      TablesQueued: counted('waiting'),
      TablesErrored: counted('suspended'),
      ...(description.stoppedAtMs === undefined ? {} : { StopDate: description.stoppedAtMs / 1_000 }),
    },
  };
}

/** AWS DMS API reference, ReplicationTask, StopReason. */
function stopReasonOf({ status }: TaskDescription): JsonObject {
  if (status === 'failed') return { StopReason: 'Stop Reason FATAL_ERROR Error Level FATAL' };
  return status === 'stopped' ? { StopReason: 'Stop Reason NORMAL' } : {};
}
