import { createDmsService } from '../../../../local/engines/replication-task/dms-service';
import { waitUntil } from '../../../../local/engines/wait-until';
import type { JsonService } from '../../../../local/gateway/service';
import { ARN, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

describe('the DMS calls over a task', () => {
  let bed: TaskBed;
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
    dms = createDmsService({ tasks: [made.task] });
  });
  afterAll(async () => {
    await bed?.stop();
  });

  test('tell its life: ready, running, stopped, and running again', async () => {
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

  test('refuse what they do not know', async () => {
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
    await expect(
      call('DescribeReplicationTasks', { Filters: [{ Name: 'endpoint-arn', Values: ['x'] }] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});
