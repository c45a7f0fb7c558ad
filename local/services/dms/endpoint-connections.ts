/** The connections between replication instances and endpoints, as DMS tests them and remembers how that went. */
import { PipelineError } from '../../../pipeline/errors';
import { Single } from '../../runtime/registry';

/** The statuses of a connection (AWS DMS API, Connection.Status). */
export type ConnectionStatus = 'testing' | 'successful' | 'failed';

export interface ReplicationInstance {
  readonly arn: string;
  readonly identifier: string;
}

/** ARNs of what a task runs on and between. */
export interface TaskEnds {
  readonly instanceArn: string;
  readonly sourceArn: string;
  readonly targetArn: string;
}

export interface TestedEndpoint {
  readonly arn: string;
  readonly identifier: string;
  /** Connects as a task would. @throws Error that says what is wrong */
  test(): Promise<void>;
}

export interface TestedConnection {
  readonly instance: ReplicationInstance;
  readonly endpoint: TestedEndpoint;
  readonly status: ConnectionStatus;
  /** Of the last test, when it failed. */
  readonly failure?: string;
}

/** One for all tasks. */
export const CONNECTIONS = new Single<EndpointConnections>('the connections of DMS');

/** Kept in memory only: after a restart each connection is tested again, because ports and secrets may have changed. */
export class EndpointConnections {
  private readonly instances = new Map<string, ReplicationInstance>();
  private readonly endpoints = new Map<string, TestedEndpoint>();
  private readonly ends = new Map<string, TaskEnds>();
  private readonly tested = new Map<string, TestedConnection>();

  addInstance(instance: ReplicationInstance): void {
    this.instances.set(instance.arn, instance);
  }

  addEndpoint(endpoint: TestedEndpoint): void {
    this.endpoints.set(endpoint.arn, endpoint);
  }

  addTask(taskArn: string, ends: TaskEnds): void {
    this.ends.set(taskArn, ends);
  }

  endsOf(taskArn: string): TaskEnds {
    const ends = this.ends.get(taskArn);
    if (ends === undefined) throw new Error(`no endpoints of the task ${taskArn} are registered`);
    return ends;
  }

  instance(arn: string): ReplicationInstance | undefined {
    return this.instances.get(arn);
  }

  endpoint(arn: string): TestedEndpoint | undefined {
    return this.endpoints.get(arn);
  }

  /** All that were ever tested, with the status of their last test. */
  describe(): TestedConnection[] {
    return [...this.tested.values()];
  }

  /** Was the last test of both ends of the task successful? */
  arePassed({ instanceArn, sourceArn, targetArn }: TaskEnds): boolean {
    return [sourceArn, targetArn].every(
      (endpointArn) => this.tested.get(keyOf(instanceArn, endpointArn))?.status === 'successful',
    );
  }

  isUnderTest(instance: ReplicationInstance, endpoint: TestedEndpoint): boolean {
    return this.tested.get(keyOf(instance.arn, endpoint.arn))?.status === 'testing';
  }

  /** Begins a test and returns at once, as DMS does; how it went shows in the connection's status. */
  beginTest(instance: ReplicationInstance, endpoint: TestedEndpoint): TestedConnection {
    const connection: TestedConnection = { instance, endpoint, status: 'testing' };
    const key = keyOf(instance.arn, endpoint.arn);
    this.tested.set(key, connection);
    void endpoint.test().then(
      () => this.tested.set(key, { ...connection, status: 'successful' }),
      (error: unknown) =>
        this.tested.set(key, { ...connection, status: 'failed', failure: messageOf(error) }),
    );
    return connection;
  }
}

const keyOf = (instanceArn: string, endpointArn: string): string => `${instanceArn} ${endpointArn}`;

/** Without the pipeline's code, which DMS does not know. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof PipelineError ? error.message.replace(`${error.code}: `, '') : error.message;
}
