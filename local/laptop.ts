/** What the twins of resources share: the engines that serve several of them, and each other by name. */
import type { DynamodbLocal } from './engines/dynamodb-local';
import type { MysqlServer } from './engines/mysql-server';
import type { MessageQueue } from './engines/queue';
import type { Connections } from './engines/replication-task/connections';
import type { ReadLogin } from './engines/replication-task/source-connection';
import type { ReplicationTask } from './engines/replication-task/task';
import type { S3Service } from './engines/s3/s3-service';
import type { Schedule } from './engines/schedule';
import type { SecretsManager } from './engines/secrets-manager';
import type { StreamMapping } from './engines/stream-mapping/stream-mapping';
import type { TwinWarehouse } from './engines/warehouse/open-warehouse';
import type { LaptopFunction } from './functions/laptop-function';
import type { Gateway } from './gateway/gateway';
import type { JsonService } from './gateway/service';
import type { Permissions } from './permissions/permissions';
import type { RuntimeEvent } from './runtime-event';
import type { StateFolder } from './state-folder';
import type { AccountFacts } from './terraform/lookup';
import type { Lookup } from './terraform/references';

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
  /** JSON services behind the gateway by signing name; a twin may add one. */
  readonly services: Record<string, JsonService>;
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
  readonly queues: Map<string, MessageQueue>;
  readonly functions: Map<string, LaptopFunction>;
  readonly mappings: StreamMapping[];
  readonly schedules: Schedule[];
}
