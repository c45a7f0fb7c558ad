/** How the runtime itself talks to DynamoDB Local, past the gateway: any credentials will do there. */
import type { DynamodbLocal } from './dynamodb-local';

export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function dynamodbLocalClientConfig({ endpoint }: DynamodbLocal): LocalClientConfig {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
  };
}
