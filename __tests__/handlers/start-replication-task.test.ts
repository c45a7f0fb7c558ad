import { DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import { endpointVariables } from '../../local/protocol/endpoint-variables';
import { type Gateway, startGateway } from '../../local/protocol/gateway';
import { type JsonService, ServiceError } from '../../local/protocol/service';
import {
  type ReplicationTask,
  type StartType,
  StartTypeError,
  TaskStateError,
  type TaskStatus,
} from '../../local/runtime/ports/replication-task';
import { createDmsService } from '../../local/services/dms/dms-service';
import { EndpointConnections } from '../../local/services/dms/endpoint-connections';
import { type StartOptions, startReplicationTask } from '../../pipeline/capture/start-replication-task';
import { mysqlTables } from '../../pipeline/tables';
import { type BundledHandler, bundleHandler } from '../support/run-handler';
import { DATA_BUCKET, type S3Bed, startS3Bed } from '../support/s3-bed';

const DMS_ARN = 'arn:aws:dms:eu-central-1:123456789012';
const ARN = `${DMS_ARN}:task:CDC-DEV-TASK`;
const INSTANCE = `${DMS_ARN}:rep:I`;
const SOURCE = `${DMS_ARN}:endpoint:SOURCE`;
const TARGET = `${DMS_ARN}:endpoint:TARGET`;

/** A task whose state the test sets; DMS's own rules of what may start when are the service's. */
class ScriptedTask implements ReplicationTask {
  readonly arn = ARN;
  readonly identifier = 'cdc-dev-task';
  readonly started: StartType[] = [];
  status: string = 'ready';
  stoppedAtMs: number | undefined;
  selected: readonly string[] = ['txns'];
  beforeStart: () => void = () => {};

  describe() {
    return {
      arn: ARN,
      identifier: this.identifier,
      migrationType: 'full-load-and-cdc',
      tableMappings: JSON.stringify({
        rules: this.selected.map((table) => ({
          'rule-type': 'selection',
          'rule-action': 'include',
          'object-locator': { 'schema-name': 'bank', 'table-name': table },
        })),
      }),
      status: this.status as TaskStatus,
      tables: [],
      ...(this.stoppedAtMs === undefined ? {} : { stoppedAtMs: this.stoppedAtMs }),
    };
  }

  start(type: StartType): void {
    this.beforeStart();
    if (this.status === 'running' || this.status === 'starting')
      throw new TaskStateError(`it is ${this.status}`);
    if ((type === 'start-replication') !== (this.status === 'ready'))
      throw new StartTypeError(`${type} is not for a task that is ${this.status}`);
    this.started.push(type);
    this.status = 'starting';
  }

  async resync(): Promise<void> {}

  async stop(): Promise<void> {
    this.status = 'stopped';
  }
  async currentSourcePosition() {
    return { file: 'binlog.000001', offset: 4 };
  }
  async waitUntilApplied(): Promise<void> {}
  async close(): Promise<void> {}
}

describe('start-replication-task', () => {
  let task: ScriptedTask;
  const tasks: ReplicationTask[] = [];
  /** What DMS finds wrong when it tests an endpoint. */
  const wrong = new Map<string, string>();
  let connections: EndpointConnections;
  let gateway: Gateway;
  let s3: S3Bed;
  let dms: DatabaseMigrationServiceClient;
  let bundled: BundledHandler<'start-replication-task'>;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [bundled, s3] = await Promise.all([bundleHandler('start-replication-task'), startS3Bed()]);
    const dmsTwin: JsonService = {
      handle: (...call) =>
        createDmsService({ tasks: new Map(tasks.map((task) => [task.arn, task])), connections }).handle(
          ...call,
        ),
    };
    gateway = await startGateway({ services: new Map([['dms', dmsTwin]]) });
    const credentials = gateway.registerCaller('cdc-dev-start-replication-task');
    dms = new DatabaseMigrationServiceClient({
      endpoint: gateway.endpoint,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    });
    environment = {
      ...endpointVariables(gateway),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
  });
  beforeEach(() => {
    task = new ScriptedTask();
    tasks.splice(0, tasks.length, task);
    wrong.clear();
    connections = new EndpointConnections();
    connections.addInstance({ arn: INSTANCE, identifier: 'i' });
    for (const arn of [SOURCE, TARGET]) {
      const test = async () => {
        const reason = wrong.get(arn);
        if (reason !== undefined) throw new Error(reason);
      };
      connections.addEndpoint({ arn, identifier: arn.replace(/.*:/, '').toLowerCase(), test });
    }
    connections.addTask(ARN, { instanceArn: INSTANCE, sourceArn: SOURCE, targetArn: TARGET });
  });
  afterAll(async () => {
    dms?.destroy();
    await gateway?.stop();
    bundled?.remove();
    await s3?.stop();
  });

  const begin = (client: DatabaseMigrationServiceClient, others: Partial<StartOptions> = {}) =>
    startReplicationTask({
      dms: client,
      taskArn: ARN,
      tables: mysqlTables(),
      isSetUp: true,
      startedBy: 'schedule',
      resumeStoppedAfterSeconds: 1_800,
      remainingMs: () => 60_000,
      pause: async () => {},
      ...others,
    });
  const start = (others: Partial<StartOptions> = {}) => begin(dms, others);

  it.each([
    ['ready', 'start-replication', ['start-replication']],
    ['stopped', 'resume-processing', ['resume-processing']],
    ['failed', 'resume-processing', ['resume-processing']],
    ['starting', 'none', []],
    ['running', 'none', []],
    ['stopping', 'none', []],
    ['modifying', 'none', []],
  ])('a task that is %s: %s', async (status, action, started) => {
    task.status = status;
    await expect(start()).resolves.toMatchObject({ status, action, reason: expect.stringContaining(status) });
    expect(task.started).toEqual(started);
    expect(connections.describe().map(({ endpoint }) => endpoint.arn)).toEqual(
      action === 'none' ? [] : [SOURCE, TARGET],
    );
  });

  it('starts nothing while the task selects a table whose target nobody made', async () => {
    task.status = 'stopped';
    task.selected = ['txns', 'cards'];
    await expect(start()).rejects.toMatchObject({
      code: 'REPLICATION_TASK_FAILED',
      disposition: 'retry',
      message: expect.stringMatching(/bank\.cards.*deploy it/),
    });
    expect(task.started).toEqual([]);
    task.selected = ['%'];
    await expect(start()).resolves.toMatchObject({ action: 'resume-processing' });
  });

  it('starts nothing while DMS cannot connect, and says why; the run after it is fixed does', async () => {
    wrong.set(SOURCE, 'the secret has no value yet');
    await expect(start()).rejects.toMatchObject({
      code: 'REPLICATION_TASK_FAILED',
      disposition: 'halt',
      message: expect.stringMatching(
        /cannot connect to 1 of its 2 endpoints \(source: the secret has no value yet\)/,
      ),
    });
    expect(task.started).toEqual([]);
    wrong.clear();
    await expect(start()).resolves.toMatchObject({ status: 'ready', action: 'start-replication' });
  });

  describe('a task that somebody stopped', () => {
    const STOPPED_AT_MS = Date.parse('2026-01-02T03:00:00Z');
    const later = (seconds: number) => ({ nowMs: () => STOPPED_AT_MS + seconds * 1_000 });
    beforeEach(() => {
      task.status = 'stopped';
      task.stoppedAtMs = STOPPED_AT_MS;
    });

    it('is left alone by a schedule for as long as a deploy may be changing it, and the result says so', async () => {
      await expect(start(later(1_799))).resolves.toEqual({
        status: 'stopped',
        action: 'none',
        reason: expect.stringMatching(/stopped 1799 s ago, perhaps by a deploy .* resumes it after 1800 s/),
      });
      expect(task.started).toEqual([]);
      await expect(start(later(1_800))).resolves.toMatchObject({ action: 'resume-processing' });
    });

    it.each(['deploy', 'person'] as const)('is resumed immediately by a %s', async (startedBy) => {
      await expect(start({ ...later(1), startedBy })).resolves.toMatchObject({
        action: 'resume-processing',
        reason: 'it was stopped (Stop Reason NORMAL)',
      });
    });

    it('is resumed immediately when it stopped because of its own error', async () => {
      task.status = 'failed';
      await expect(start(later(1))).resolves.toMatchObject({ action: 'resume-processing' });
      const stopReason = 'Stop Reason RECOVERABLE_ERROR Error Level RECOVERABLE';
      const send = async () => ({
        ReplicationTasks: [
          {
            Status: 'stopped',
            StopReason: stopReason,
            ReplicationTaskStats: { StopDate: new Date(STOPPED_AT_MS) },
          },
        ],
      });
      const looked = await begin({ send } as unknown as DatabaseMigrationServiceClient, {
        ...later(1),
        tables: [],
        remainingMs: () => 0,
      }).catch((error) => error);
      // It continued with the connections, of which this answer has none, instead of waiting.
      expect(looked).not.toMatchObject({ action: 'none' });
    });

    it('is resumed when DMS does not say since when it is stopped', async () => {
      task.stoppedAtMs = undefined;
      await expect(start(later(1))).resolves.toMatchObject({ action: 'resume-processing' });
    });
  });

  it('starts nothing before both set-ups of the deployment are done', async () => {
    await expect(start({ isSetUp: false })).resolves.toEqual({
      status: 'ready',
      action: 'none',
      reason: 'set-up of this deployment has not run',
    });
    expect(task.started).toEqual([]);
  });

  describe('its handler', () => {
    const settings = {
      REPLICATION_TASK_ARN: ARN,
      RESUME_STOPPED_AFTER_SECONDS: '1800',
      DATA_BUCKET,
      PREPARE_MYSQL_FINGERPRINT: 'mysql-2',
      PREPARE_WAREHOUSE_FINGERPRINT: 'warehouse-2',
    };
    const run = (event: unknown = {}) =>
      bundled.run(settings, { ...environment, AWS_ENDPOINT_URL_S3: s3.endpoint }, event);
    beforeEach(async () => {
      await s3.put('set-up/prepare-mysql', 'mysql-2');
      await s3.put('set-up/prepare-warehouse', 'warehouse-2');
    });

    it('reports the status and what it did, and returns it', async () => {
      const { result, lines } = await run();
      expect(result).toEqual({ status: 'ready', action: 'start-replication', reason: 'it was ready' });
      expect(lines).toContainEqual(
        expect.objectContaining({ outcome: 'started', status: 'ready', action: 'start-replication' }),
      );
      expect(lines).toContainEqual(expect.objectContaining({ OutdatedSetUps: 0 }));
      expect((await run()).result).toMatchObject({ status: 'starting', action: 'none' });
      expect(task.started).toEqual(['start-replication']);
    });

    it('counts and names a set-up that is not the deployed one, and starts nothing', async () => {
      await s3.put('set-up/prepare-warehouse', 'warehouse-1');
      const { result, lines } = await run({ startedBy: 'deploy' });
      expect(result).toMatchObject({ action: 'none', reason: 'set-up of this deployment has not run' });
      expect(lines).toContainEqual(expect.objectContaining({ OutdatedSetUps: 1 }));
      expect(lines).toContainEqual(
        expect.objectContaining({ level: 'WARN', setUp: 'prepare-warehouse', found: 'warehouse-1' }),
      );
      expect(task.started).toEqual([]);
    });

    it('leaves a task that was stopped just now to a deploy or a person, and logs why', async () => {
      Object.assign(task, { status: 'stopped', stoppedAtMs: Date.now() });
      const scheduled = await run({ scheduledAt: '2026-01-02T03:05:00Z' });
      expect(scheduled.result).toMatchObject({ action: 'none' });
      expect(scheduled.lines).toContainEqual(
        expect.objectContaining({
          outcome: 'started',
          reason: expect.stringContaining('perhaps by a deploy'),
        }),
      );
      expect((await run({ startedBy: 'deploy' })).result).toMatchObject({ action: 'resume-processing' });
      Object.assign(task, { status: 'stopped', stoppedAtMs: Date.now() });
      expect((await run({})).result).toMatchObject({ action: 'resume-processing' });
    });
  });

  it('starts once when another call comes in between', async () => {
    task.beforeStart = () => {
      task.status = 'running';
    };
    await expect(start()).resolves.toMatchObject({ status: 'running', action: 'none' });
    expect(task.started).toEqual([]);
  });

  it('fails when DMS refuses to start a task that still does not run', async () => {
    task.beforeStart = () => {
      throw new TaskStateError('the endpoint was not tested');
    };
    await expect(start()).rejects.toMatchObject({
      code: 'REPLICATION_TASK_FAILED',
      disposition: 'retry',
      message: expect.stringMatching(
        /refused start-replication.*InvalidResourceStateFault.*the endpoint was not tested/s,
      ),
    });
  });

  it('fails with the start type that DMS did not allow', async () => {
    task.status = 'stopped';
    task.beforeStart = () => {
      task.status = 'ready';
    };
    await expect(start()).rejects.toThrow(/refused resume-processing.*InvalidParameterCombinationException/);
  });

  it('calls a person for a status that it cannot start from', async () => {
    task.status = 'deleting';
    await expect(start()).rejects.toMatchObject({
      code: 'REPLICATION_TASK_FAILED',
      disposition: 'halt',
      message: expect.stringMatching(/"deleting".*last failure/s),
    });
  });

  it('calls a person when there is no such task', async () => {
    tasks.length = 0;
    await expect(start()).rejects.toMatchObject({
      disposition: 'halt',
      message: expect.stringMatching(/no replication task.*deploy/s),
    });
  });

  it('says how DMS failed when it cannot be asked', async () => {
    const handle = jest.fn(async () => {
      throw new ServiceError('AccessDeniedException', 'not you', 403);
    });
    const closed = await startGateway({ services: new Map([['dms', { handle }]]) });
    const credentials = closed.registerCaller('x');
    const client = new DatabaseMigrationServiceClient({
      endpoint: closed.endpoint,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    });
    await expect(begin(client)).rejects.toMatchObject({
      disposition: 'retry',
      message: expect.stringMatching(/AccessDeniedException.*dms:DescribeReplicationTasks/s),
    });
    client.destroy();
    await closed.stop();
  });
});
