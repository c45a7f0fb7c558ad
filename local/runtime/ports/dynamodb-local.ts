/** The port of DynamoDB Local, and how the runtime itself talks to it, past the gateway. */
import { Single } from '../registry';

/** What a client must know: the access key and the region choose the database, and nothing checks the secret. */
export interface DynamodbDatabase {
  /** `http://127.0.0.1:<port>`, for DynamoDB and DynamoDB Streams alike. */
  readonly endpoint: string;
  /** The database of this key and this region holds the pipeline's tables. */
  readonly accessKeyId: string;
  readonly region: string;
}

export interface DynamodbLocal extends DynamodbDatabase {
  stop(): Promise<void>;
}

export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function dynamodbLocalClientConfig(database: DynamodbDatabase): LocalClientConfig {
  const { endpoint, region, accessKeyId } = database;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey: 'laptop' } };
}

export const DYNAMODB_LOCAL = new Single<DynamodbLocal>('DynamoDB Local');
