/**
 * The connections of a replication task to its endpoints. DMS starts a task only when the last test of each of them was
 * successful; the first test comes before set-up has filled the endpoints' secrets, and fails.
 */
import type { Connection, DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import {
  DescribeConnectionsCommand,
  TestConnectionCommand,
} from '@aws-sdk/client-database-migration-service';
import { PipelineError } from '../errors';

export interface TestConnectionsOptions {
  readonly dms: Pick<DatabaseMigrationServiceClient, 'send'>;
  readonly taskArn: string;
  readonly instanceArn: string;
  readonly endpointArns: readonly string[];
  /** How much longer may be waited; asked before each wait. */
  readonly remainingMs: () => number;
  readonly pause: (durationMs: number) => Promise<void>;
}

/** A test takes DMS from a few seconds to minutes, when nothing answers. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 8_000;
/** Time kept for the caller to start the task, and to end in order. */
const RESERVE_MS = 5_000;

/**
 * Returns when the last test of every connection was successful, at once when it is so already. Each one that is not
 * is tested once more; a test that is under way is waited for first, since it may have begun with an empty secret.
 * @throws PipelineError REPLICATION_TASK_FAILED: `halt` with DMS's own words when a test fails, `retry` when tests
 * take longer than this run may, or DMS cannot be asked.
 */
export async function testConnections(options: TestConnectionsOptions): Promise<void> {
  const round = new TestRound(options);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    const untested = await round.advance();
    if (untested.length === 0) return;
    if (options.remainingMs() - pauseMs < RESERVE_MS) throw round.timedOut(untested);
    await options.pause(pauseMs);
  }
}

class TestRound {
  private readonly tested = new Set<string>();
  /** Why DMS would not test an endpoint when it was last asked. */
  private readonly refusals = new Map<string, string>();

  constructor(private readonly options: TestConnectionsOptions) {}

  /** Tests what is not successful and was not tested yet. Gives the endpoints whose outcome is open. */
  async advance(): Promise<Connection[]> {
    const open = (await this.readConnections()).filter(({ Status: status }) => status !== 'successful');
    const failed = open.filter((connection) => this.hasFailed(connection));
    // The other end may be wrong as well: one message for both.
    if (failed.length > 0 && failed.length === open.length) throw this.failed(failed);
    for (const { EndpointArn: endpointArn = '', Status: status } of open) {
      if (status !== 'testing' && !this.tested.has(endpointArn)) await this.test(endpointArn);
    }
    return open;
  }

  timedOut(open: readonly Connection[]): PipelineError {
    const failed = open.filter((connection) => this.hasFailed(connection));
    if (failed.length > 0) return this.failed(failed);
    const states = open.map(
      (connection) =>
        `${nameOf(connection)} is ${connection.Status ?? 'not tested'}${this.refusalOf(connection)}`,
    );
    return this.error(
      'retry',
      `DMS has not finished the connection tests that must pass before the replication task can start: ${states.join('; ')}. A test that hangs usually means that a security group keeps the replication instance from the database, or from the endpoint of Secrets Manager; the next run looks again.`,
    );
  }

  private hasFailed({ EndpointArn: endpointArn = '', Status: status }: Connection): boolean {
    return status === 'failed' && this.tested.has(endpointArn);
  }

  private refusalOf({ EndpointArn: endpointArn = '' }: Connection): string {
    const refusal = this.refusals.get(endpointArn);
    return refusal === undefined ? '' : ` (DMS: ${refusal})`;
  }

  /** One for each endpoint, in their order; one that was never tested has no status. */
  private async readConnections(): Promise<Connection[]> {
    const { dms, instanceArn, endpointArns } = this.options;
    let known: readonly Connection[] = [];
    try {
      const answer = await dms.send(
        new DescribeConnectionsCommand({
          Filters: [
            { Name: 'endpoint-arn', Values: [...endpointArns] },
            { Name: 'replication-instance-arn', Values: [instanceArn] },
          ],
        }),
      );
      known = answer.Connections ?? [];
    } catch (error) {
      // None of the endpoints was ever tested.
      if (!isFault(error, 'ResourceNotFoundFault')) throw this.unanswered('dms:DescribeConnections', error);
    }
    return endpointArns.map(
      (endpointArn) =>
        known.find((connection) => connection.EndpointArn === endpointArn) ?? { EndpointArn: endpointArn },
    );
  }

  private async test(endpointArn: string): Promise<void> {
    const { dms, instanceArn } = this.options;
    try {
      await dms.send(
        new TestConnectionCommand({ EndpointArn: endpointArn, ReplicationInstanceArn: instanceArn }),
      );
      this.tested.add(endpointArn);
    } catch (error) {
      // Another run began a test just before, or the instance is being changed: both pass, so it is asked again.
      if (!isFault(error, 'InvalidResourceStateFault')) throw this.unanswered('dms:TestConnection', error);
      this.refusals.set(endpointArn, error.message);
    }
  }

  private failed(connections: readonly Connection[]): PipelineError {
    const reasons = connections.map(
      (connection) => `${nameOf(connection)}: ${connection.LastFailureMessage ?? 'DMS gave no reason'}`,
    );
    return this.error(
      'halt',
      `the replication task cannot start, because DMS cannot connect to ${connections.length} of its ${this.options.endpointArns.length} endpoints (${reasons.join('; ')}). Usually the endpoint's secret is still empty (prepare-mysql and prepare-warehouse fill it: run them again), a security group keeps the replication instance from the database, or the server's certificate is not signed by the endpoint's authority (TLS). Fix it; the next run tests again.`,
    );
  }

  private unanswered(action: string, cause: unknown): PipelineError {
    const [name, message] =
      cause instanceof Error ? [cause.name, cause.message] : ['unknown error', 'no message'];
    return this.error(
      'retry',
      `DMS did not answer about the connections of the replication task (${name}: ${message}). Usually the role lacks ${action}, or the stacks were not deployed in their order since the task was replaced; the next run asks again.`,
      cause,
    );
  }

  private error(disposition: 'retry' | 'halt', message: string, cause?: unknown): PipelineError {
    const { taskArn, instanceArn } = this.options;
    const context = { taskArn, instanceArn };
    return new PipelineError({
      code: 'REPLICATION_TASK_FAILED',
      disposition,
      message,
      context,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

const nameOf = ({ EndpointIdentifier: identifier, EndpointArn: arn }: Connection): string =>
  identifier ?? arn ?? 'an endpoint';

const isFault = (error: unknown, name: string): error is Error =>
  error instanceof Error && error.name === name;
