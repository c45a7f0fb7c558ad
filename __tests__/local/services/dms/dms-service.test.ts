import type { JsonService } from '../../../../local/protocol/service';
import type { SourceLogin } from '../../../../local/runtime/ports/replication-task';
import { waitUntil } from '../../../../local/runtime/wait-until';
import { createDmsService } from '../../../../local/services/dms/dms-service';
import { EndpointConnections } from '../../../../local/services/dms/endpoint-connections';
import { testSource, testTarget } from '../../../../local/services/dms/endpoint-tests';
import { ARN, TaskBed, type TestTask, TIMEOUT_MS } from './task/task-bed';

const INSTANCE = 'arn:aws:dms:eu-central-1:123456789012:rep:I';
const SOURCE = 'arn:aws:dms:eu-central-1:123456789012:endpoint:SOURCE';
const TARGET = 'arn:aws:dms:eu-central-1:123456789012:endpoint:TARGET';

describe('the DMS calls over a task', () => {
  let bed: TaskBed;
  /** What each endpoint's secret holds; empty at first, as at a first deploy. */
  const secrets = new Map<string, SourceLogin>();
  let made: TestTask;
  let dms: JsonService;
  const call = (operation: string, input: object) =>
    dms.handle(operation, { ...input }, { identity: 'test' });
  const describeTask = async (): Promise<Record<string, unknown>> => {
    const answer = await call('DescribeReplicationTasks', {
      Filters: [{ Name: 'replication-task-arn', Values: [ARN] }],
    });
    return (answer.ReplicationTasks as Record<string, unknown>[])[0] ?? {};
  };
  const start = (type: string) =>
    call('StartReplicationTask', { ReplicationTaskArn: ARN, StartReplicationTaskType: type });
  const hasStatus = (status: string) =>
    waitUntil(async () => (await describeTask()).Status === status, {
      what: `the status ${status}`,
      timeoutMs: TIMEOUT_MS,
      lastState: () => JSON.stringify(made.task.describe()),
    });

  beforeAll(async () => {
    bed = await TaskBed.start();
    await bed.createDatabase('d');
    await bed.source('CREATE TABLE d.t (id INT PRIMARY KEY)', 'INSERT INTO d.t VALUES (1)');
    await bed.target('CREATE TABLE d.t (id INTEGER NOT NULL PRIMARY KEY)');
    made = await bed.task('d');
    const connections = new EndpointConnections();
    const login = (arn: string) => async () => {
      const value = secrets.get(arn);
      if (value === undefined) throw new Error(`the secret of ${arn} has no value yet`);
      return value;
    };
    connections.addInstance({ arn: INSTANCE, identifier: 'i' });
    connections.addEndpoint({ arn: SOURCE, identifier: 'source', test: () => testSource(login(SOURCE)) });
    const testWarehouse = () => testTarget(login(TARGET), bed.warehouse);
    connections.addEndpoint({ arn: TARGET, identifier: 'target', test: testWarehouse });
    connections.addTask(ARN, { instanceArn: INSTANCE, sourceArn: SOURCE, targetArn: TARGET });
    dms = createDmsService({ tasks: new Map([[ARN, made.task]]), connections });
  });
  afterAll(async () => {
    await bed?.stop();
  });

  const testConnection = (endpointArn: string, instanceArn = INSTANCE) =>
    call('TestConnection', { EndpointArn: endpointArn, ReplicationInstanceArn: instanceArn });
  const readConnection = async (endpointArn: string): Promise<Record<string, unknown>> => {
    const answer = await call('DescribeConnections', {
      Filters: [
        { Name: 'endpoint-arn', Values: [endpointArn] },
        { Name: 'replication-instance-arn', Values: [INSTANCE] },
      ],
    });
    return (answer.Connections as Record<string, unknown>[])[0] ?? {};
  };
  const tested = async (endpointArn: string): Promise<Record<string, unknown>> => {
    expect(await testConnection(endpointArn)).toMatchObject({
      Connection: { Status: 'testing', EndpointArn: endpointArn, ReplicationInstanceArn: INSTANCE },
    });
    let connection: Record<string, unknown> = {};
    await waitUntil(
      async () => {
        connection = await readConnection(endpointArn);
        return connection.Status !== 'testing';
      },
      { what: 'the end of the test', timeoutMs: TIMEOUT_MS, lastState: () => JSON.stringify(connection) },
    );
    return connection;
  };

  it('refuse a start until the connections were tested and both tests were successful', async () => {
    const refusal = {
      name: 'InvalidResourceStateFault',
      message: expect.stringMatching(
        /Test connection for replication instance and endpoint should be success/,
      ),
    };
    expect(await describeTask()).toMatchObject({
      SourceEndpointArn: SOURCE,
      TargetEndpointArn: TARGET,
      ReplicationInstanceArn: INSTANCE,
    });
    await expect(readConnection(SOURCE)).rejects.toMatchObject({ name: 'ResourceNotFoundFault' });
    await expect(start('start-replication')).rejects.toMatchObject(refusal);
    expect(await tested(SOURCE)).toMatchObject({
      Status: 'failed',
      EndpointIdentifier: 'source',
      LastFailureMessage: expect.stringMatching(/no value yet/),
    });

    secrets.set(SOURCE, { ...bed.login, password: 'not the password' });
    expect(await tested(SOURCE)).toMatchObject({
      Status: 'failed',
      LastFailureMessage: expect.stringMatching(/^the replication task cannot connect.*ER_ACCESS_DENIED/),
    });
    secrets.set(SOURCE, bed.login);
    expect(await tested(SOURCE)).toMatchObject({ Status: 'successful' });
    expect(await readConnection(SOURCE)).not.toHaveProperty('LastFailureMessage');
    await expect(start('start-replication')).rejects.toMatchObject(refusal);

    secrets.set(TARGET, bed.login);
    expect(await tested(TARGET)).toMatchObject({
      Status: 'failed',
      LastFailureMessage: expect.stringMatching(/no user cdc_dms/),
    });
    await bed.target("CREATE USER cdc_dms PASSWORD 'Abcdefgh1'");
    const first = testConnection(TARGET);
    await expect(testConnection(TARGET)).rejects.toMatchObject({ name: 'InvalidResourceStateFault' });
    await first;
    await waitUntil(async () => (await readConnection(TARGET)).Status === 'successful', {
      what: 'a successful test',
      timeoutMs: TIMEOUT_MS,
    });
    expect(await describeTask()).toMatchObject({ Status: 'ready' });
  });

  it('tell its life: ready, running, stopped, and running again', async () => {
    expect(await describeTask()).toMatchObject({
      ReplicationTaskArn: ARN,
      Status: 'ready',
      MigrationType: 'full-load-and-cdc',
    });
    await expect(start('resume-processing')).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
    });
    expect(await start('start-replication')).toMatchObject({ ReplicationTask: { Status: 'starting' } });
    await expect(start('start-replication')).rejects.toMatchObject({ name: 'InvalidResourceStateFault' });
    await hasStatus('running');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await describeTask()).toMatchObject({
      ReplicationTaskStats: { TablesLoaded: 1, TablesErrored: 0 },
      RecoveryCheckpoint: expect.stringMatching(/^checkpoint:V1#\d+#binlog\.\d+:\d+/),
    });
    expect(await call('StopReplicationTask', { ReplicationTaskArn: ARN })).toMatchObject({
      ReplicationTask: { Status: 'stopping' },
    });
    await hasStatus('stopped');
    await expect(call('StopReplicationTask', { ReplicationTaskArn: ARN })).rejects.toMatchObject({
      name: 'InvalidResourceStateFault',
    });
    await expect(start('start-replication')).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
      message: expect.stringMatching(/first start/),
    });
    await bed.source('INSERT INTO d.t VALUES (2)');
    await start('resume-processing');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('d', 't');
  });

  it('refuse what they do not know', async () => {
    await expect(call('DeleteReplicationTask', {})).rejects.toThrow(
      /does not know the operation DeleteReplicationTask/,
    );
    await expect(start('restart')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      call('StartReplicationTask', {
        ReplicationTaskArn: 'arn:aws:dms:x',
        StartReplicationTaskType: 'resume-processing',
      }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundFault' });
    await expect(
      call('DescribeReplicationTasks', { Filters: [{ Name: 'replication-task-arn', Values: ['other'] }] }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundFault' });
    await expect(testConnection('arn:other')).rejects.toMatchObject({ name: 'ResourceNotFoundFault' });
    await expect(testConnection(SOURCE, 'arn:other')).rejects.toMatchObject({
      name: 'ResourceNotFoundFault',
      message: expect.stringMatching(/no replication instance/),
    });
    await expect(
      call('DescribeConnections', { Filters: [{ Name: 'engine-name', Values: ['x'] }] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(
      call('DescribeReplicationTasks', { Filters: [{ Name: 'endpoint-arn', Values: ['x'] }] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});
