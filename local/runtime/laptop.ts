/** What the twins of resources share: the engines that serve several of them, and each other by name. */

import type { AccountFacts } from '../../deployment/lookup';
import type { Lookup } from '../../deployment/references';
import type { Gateway } from '../protocol/gateway';
import type { GatewayService } from '../protocol/service';
import type { Connections } from '../services/dms/endpoint-connections';
import type { ReadLogin } from '../services/dms/task/source-connection';
import type { Permissions } from '../services/iam/permissions';
import type { StreamMapping } from '../services/lambda/stream-mapping/stream-mapping';
import type { MysqlServer } from '../services/rds/mysql-server';
import type { TwinWarehouse } from '../services/redshift/storage/open-warehouse';
import type { S3Service } from '../services/s3/s3-service';
import type { Schedule } from '../services/scheduler/schedule';
import type { SecretsManager } from '../services/secretsmanager/secrets-manager';
import type { StateFolder } from '../state/state-folder';
import type { RuntimeEvent } from './events';
import type { CallableFunction } from './ports/callable-function';
import type { DynamodbLocal } from './ports/dynamodb-local';
import type { GivenUpQueue } from './ports/message-queue';
import type { ReplicationTask } from './ports/replication-task';

/** Who runs `npm run sql` and the runtime itself; may do everything in the warehouse. */
export const OPERATOR = 'operator';

export interface Cluster {
  readonly clusterIdentifier: string;
  readonly database: string;
  /** The DuckDB file. */
  readonly file: string;
  readonly adminUser: string;
}

export interface DmsEndpoint {
  readonly address: string;
  readonly type: 'source' | 'target';
  /** Reads the endpoint's secret. @throws Error while set-up has not filled it */
  readonly readLogin: ReadLogin;
  /** For a target: the warehouse by its database name. */
  readonly databaseName: string | undefined;
}

export interface TableStream {
  readonly tableName: string;
  /** As DynamoDB Local knows it. */
  readonly localArn: string;
}

export interface Laptop {
  readonly facts: AccountFacts;
  /** Resolves references among what has started so far. */
  readonly lookup: Lookup;
  readonly permissions: Permissions;
  readonly state: StateFolder;
  /** Instead of every schedule's own rate. */
  readonly everySeconds: number | undefined;
  readonly secrets: SecretsManager;
  readonly s3: S3Service;
  readonly dynamodb: DynamodbLocal;
  readonly gateway: Gateway;
  /** Where relative paths of a stack start. */
  readonly stackFolder: (stack: string) => string;
  /** Services behind the gateway by signing name; a twin may add one. */
  readonly services: Record<string, GatewayService>;
  readonly tell: (event: RuntimeEvent) => void;

  readonly parameterGroups: Map<string, Readonly<Record<string, string>>>;
  readonly mysqlServers: Map<string, MysqlServer>;
  /** By database name. */
  readonly warehouses: Map<string, TwinWarehouse>;
  readonly clusters: Cluster[];
  /** By the ARN that the stacks know. */
  readonly streams: Map<string, TableStream>;
  readonly endpoints: Map<string, DmsEndpoint>;
  readonly connections: Connections;
  readonly tasks: ReplicationTask[];
  readonly queues: Map<string, GivenUpQueue>;
  readonly functions: Map<string, CallableFunction>;
  readonly mappings: StreamMapping[];
  readonly schedules: Schedule[];
}
