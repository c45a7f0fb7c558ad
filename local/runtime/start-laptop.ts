/** The engines that serve many resources, up before any resource starts. */
import { mkdirSync } from 'node:fs';
import { DeployedPolicies } from '../../deployment/deployed-policies';
import { type AttributesOf, createLookup } from '../../deployment/lookup';
import { DeploymentError, type Stack } from '../../deployment/terraform-json';
import { EngineProxy } from '../protocol/engine-proxy';
import { startGateway } from '../protocol/gateway';
import type { GatewayService } from '../protocol/service';
import { createDmsService } from '../services/dms/dms-service';
import { Connections } from '../services/dms/endpoint-connections';
import { startDynamodbLocal } from '../services/dynamodb/dynamodb-local';
import { Permissions } from '../services/iam/permissions';
import { S3Service } from '../services/s3/s3-service';
import { openSecretsManager } from '../services/secretsmanager/secrets-manager';
import type { StateFolder } from '../state/state-folder';
import type { RuntimeEvent } from './events';
import { type Laptop, OPERATOR } from './laptop';
import type { DynamodbLocal } from './ports/dynamodb-local';
import type { ReplicationTask } from './ports/replication-task';

export interface StartLaptopOptions {
  readonly stacks: readonly Stack[];
  readonly state: StateFolder;
  readonly everySeconds: number | undefined;
  readonly tell: (event: RuntimeEvent) => void;
  /** What has started so far. */
  readonly attributesOf: AttributesOf;
}

export interface StartedLaptop {
  readonly laptop: Laptop;
  readonly stop: () => Promise<void>;
}

export async function startLaptop(options: StartLaptopOptions): Promise<StartedLaptop> {
  const { stacks, state, everySeconds, tell, attributesOf } = options;
  const facts = factsOf(stacks);
  const lookup = createLookup(stacks, attributesOf, facts);
  const policies = new DeployedPolicies(stacks, lookup);
  const permissions = new Permissions({
    policies,
    facts,
    operator: OPERATOR,
    onDenied: (role, message) => tell({ type: 'denied', role, message }),
  });
  const folders = new Map(stacks.map(({ name, folder }) => [name, folder]));
  for (const folder of ['s3', 'secrets', 'warehouse', 'queues'])
    mkdirSync(state.path(folder), { recursive: true });
  const s3 = await S3Service.open(state.path('s3'));
  const secrets = openSecretsManager({ folder: state.path('secrets'), ...facts });
  const tasks: ReplicationTask[] = [];
  const connections = new Connections();
  const services: Record<string, GatewayService> = {
    s3,
    secretsmanager: secrets,
    dms: createDmsService({ tasks, connections }),
  };
  const dynamodb = await startDynamodbLocal({ folder: state.path('dynamodb') });
  const dynamodbProxy = new EngineProxy('DynamoDB Local', dynamodb);
  services.dynamodb = dynamodbProxy;
  try {
    const gateway = await startGateway({
      services,
      authorize: (request) => permissions.authorize(request),
    });
    const laptop: Laptop = {
      facts,
      lookup,
      permissions,
      state,
      everySeconds,
      secrets,
      s3,
      dynamodb,
      gateway,
      services,
      tell,
      stackFolder: (stack) => folders.get(stack) ?? '.',
      parameterGroups: new Map(),
      mysqlServers: new Map(),
      warehouses: new Map(),
      clusters: [],
      streams: new Map(),
      endpoints: new Map(),
      connections,
      tasks,
      queues: new Map(),
      functions: new Map(),
      mappings: [],
      schedules: [],
    };
    return { laptop, stop: () => stopEngines(gateway, dynamodbProxy, dynamodb) };
  } catch (error) {
    await dynamodb.stop();
    throw error;
  }
}

async function stopEngines(
  gateway: { readonly stop: () => Promise<void> },
  proxy: EngineProxy,
  dynamodb: DynamodbLocal,
): Promise<void> {
  try {
    await gateway.stop();
    proxy.stop();
  } finally {
    await dynamodb.stop();
  }
}

function factsOf(stacks: readonly Stack[]): Laptop['facts'] {
  const only = (what: string, values: readonly (string | undefined)[]): string => {
    const found = [...new Set(values.filter((value) => value !== undefined))];
    if (found.length === 1 && found[0] !== undefined) return found[0];
    throw new DeploymentError(
      `the stacks must be of one ${what}, stated by their provider; got: ${found.join(', ') || 'none'}`,
    );
  };
  return {
    region: only(
      'region',
      stacks.map(({ region }) => region),
    ),
    accountId: only(
      'account',
      stacks.map(({ accountId }) => accountId),
    ),
  };
}
