/** The port of DynamoDB Local, or of the server in its place, and how the runtime itself talks to it, past the gateway. */
import { Single } from '../registry';

/** What a client must know: the access key and the region choose the database. */
export interface DynamodbDatabase {
  /** `http://127.0.0.1:<port>`, for DynamoDB and DynamoDB Streams alike. */
  readonly endpoint: string;
  /** The database of this key and this region holds the pipeline's tables. */
  readonly accessKeyId: string;
  readonly region: string;
  /** Absent where nothing checks signatures. */
  readonly secretAccessKey?: string;
}

export interface DynamodbLocal extends DynamodbDatabase {
  /** Somebody else's: nothing of it is changed, whatever its key may do; and it runs on while this pipeline is stopped. */
  readonly isReadOnly?: true;
  stop(): Promise<void>;
}

export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function dynamodbLocalClientConfig(database: DynamodbDatabase): LocalClientConfig {
  const { endpoint, region, accessKeyId, secretAccessKey = 'laptop' } = database;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

export const DYNAMODB_LOCAL = new Single<DynamodbLocal>('DynamoDB Local');
