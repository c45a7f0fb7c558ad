import type { Connection, DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import {
  DescribeConnectionsCommand,
  TestConnectionCommand,
} from '@aws-sdk/client-database-migration-service';
import { testConnections } from '../../../pipeline/capture/test-connections';

const INSTANCE = 'arn:aws:dms:eu-central-1:123456789012:rep:I';
const SOURCE = 'arn:aws:dms:eu-central-1:123456789012:endpoint:SOURCE';
const TARGET = 'arn:aws:dms:eu-central-1:123456789012:endpoint:TARGET';

const fault = (name: string, message = name): Error => Object.assign(new Error(message), { name });

/** DMS with a clock of its own: each look at the connections may find the next state of each. */
class ScriptedDms {
  /** The states that each endpoint goes through, one a look; the last one stays. */
  readonly states = new Map<string, string[]>();
  readonly failures = new Map<string, string>();
  readonly tested: string[] = [];
  readonly pauses: number[] = [];
  readonly filters: unknown[] = [];
  lookFault: Error | undefined;
  beforeTest: (endpointArn: string) => void = () => {};
  remainingMs = 60_000;

  readonly client = {
    send: async (command: unknown) => {
      if (command instanceof DescribeConnectionsCommand) return this.look(command.input.Filters);
      if (command instanceof TestConnectionCommand) return this.test(command.input.EndpointArn as string);
      throw new Error('an unexpected command');
    },
  } as unknown as Pick<DatabaseMigrationServiceClient, 'send'>;

  run(): Promise<void> {
    return testConnections({
      dms: this.client,
      taskArn: 'arn:task',
      instanceArn: INSTANCE,
      endpointArns: [SOURCE, TARGET],
      remainingMs: () => this.remainingMs,
      pause: async (durationMs) => {
        this.pauses.push(durationMs);
        this.remainingMs -= durationMs;
      },
    });
  }

  private look(filters: unknown): { Connections: Connection[] } {
    this.filters.push(filters);
    if (this.lookFault !== undefined) throw this.lookFault;
    const connections = [...this.states].map(([endpointArn, states]) => ({
      EndpointArn: endpointArn,
      EndpointIdentifier: endpointArn.replace(/.*:/, '').toLowerCase(),
      Status: states.length > 1 ? states.shift() : states[0],
      LastFailureMessage: this.failures.get(endpointArn),
    }));
    if (connections.length === 0) throw fault('ResourceNotFoundFault');
    return { Connections: connections };
  }

  private test(endpointArn: string): object {
    this.beforeTest(endpointArn);
    this.tested.push(endpointArn);
    return {};
  }
}

let dms: ScriptedDms;
beforeEach(() => {
  dms = new ScriptedDms();
});

describe('the connections of a task', () => {
  it('are only looked at when all are successful', async () => {
    dms.states.set(SOURCE, ['successful']).set(TARGET, ['successful']);
    await dms.run();
    expect(dms).toMatchObject({ tested: [], pauses: [] });
    expect(dms.filters).toEqual([
      [
        { Name: 'endpoint-arn', Values: [SOURCE, TARGET] },
        { Name: 'replication-instance-arn', Values: [INSTANCE] },
      ],
    ]);
  });

  it('are tested when they never were, and waited for with growing pauses', async () => {
    dms.beforeTest = (endpointArn) => {
      const testing = Array.from({ length: 5 }, () => 'testing');
      dms.states.set(endpointArn, [...testing, 'successful']);
    };
    await dms.run();
    expect(dms.tested).toEqual([SOURCE, TARGET]);
    expect(dms.pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('are tested again, each once, where the test at creation failed; the others are not', async () => {
    dms.states.set(SOURCE, ['successful']).set(TARGET, ['failed']);
    dms.beforeTest = (endpointArn) => dms.states.set(endpointArn, ['testing', 'successful']);
    await dms.run();
    expect(dms.tested).toEqual([TARGET]);
  });

  it('are tested once more when a test that was under way fails, and not before it has ended', async () => {
    dms.states.set(SOURCE, ['testing', 'testing', 'failed']).set(TARGET, ['successful']);
    dms.beforeTest = () => dms.states.set(SOURCE, ['successful']);
    await dms.run();
    expect(dms).toMatchObject({ tested: [SOURCE], pauses: [1_000, 2_000, 4_000] });
  });

  it('are left to the test of another run that began just before', async () => {
    dms.states.set(SOURCE, ['failed']).set(TARGET, ['successful']);
    dms.beforeTest = () => {
      dms.states.set(SOURCE, ['testing', 'successful']);
      throw fault('InvalidResourceStateFault');
    };
    await dms.run();
    expect(dms.tested).toEqual([]);
  });
});

describe('a connection that is not successful', () => {
  it('halts with what DMS says of both ends, the usual causes, and what to do', async () => {
    dms.states.set(SOURCE, ['failed']).set(TARGET, ['failed']);
    dms.failures.set(SOURCE, 'Access denied for user').set(TARGET, 'secret has no value');
    await expect(dms.run()).rejects.toMatchObject({
      code: 'REPLICATION_TASK_FAILED',
      disposition: 'halt',
      message: expect.stringMatching(
        /2 of its 2 endpoints \(source: Access denied for user; target: secret has no value\)\. Usually.*secret.*empty.*security group.*TLS.*the next run tests again/,
      ),
      context: { taskArn: 'arn:task', instanceArn: INSTANCE },
    });
    expect(dms.tested).toEqual([SOURCE, TARGET]);
  });

  it('is reported although the test of the other end hangs until the time is over', async () => {
    dms.states.set(SOURCE, ['failed']).set(TARGET, ['testing']);
    await expect(dms.run()).rejects.toMatchObject({
      disposition: 'halt',
      message: expect.stringMatching(/1 of its 2 endpoints \(source: DMS gave no reason\)/),
    });
  });

  it('is left to the next run while its test takes longer than this one may', async () => {
    dms.states.set(SOURCE, ['testing']).set(TARGET, ['successful']);
    await expect(dms.run()).rejects.toMatchObject({
      code: 'REPLICATION_TASK_FAILED',
      disposition: 'retry',
      message: expect.stringMatching(/source is testing.*security group.*next run/),
    });
    expect(dms.remainingMs).toBeGreaterThanOrEqual(5_000);
    expect(dms.pauses.length).toBeLessThan(12);
  });

  it('is reported with why DMS would not test it', async () => {
    dms.states.set(SOURCE, ['failed']).set(TARGET, ['successful']);
    dms.beforeTest = () => {
      throw fault('InvalidResourceStateFault', 'the instance is being modified');
    };
    await expect(dms.run()).rejects.toThrow(/source is failed \(DMS: the instance is being modified\)/);
  });
});

it('names the permission that is missing when DMS cannot be asked', async () => {
  dms.lookFault = fault('AccessDeniedException', 'not you');
  await expect(dms.run()).rejects.toMatchObject({
    disposition: 'retry',
    message: expect.stringMatching(/AccessDeniedException: not you.*dms:DescribeConnections/),
  });
  dms.lookFault = undefined;
  dms.beforeTest = () => {
    throw fault('AccessDeniedException');
  };
  await expect(dms.run()).rejects.toThrow(/dms:TestConnection/);
});
