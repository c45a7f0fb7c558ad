/** The port of DynamoDB Local, and how the runtime itself talks to it, past the gateway. */

export interface DynamodbLocal {
  /** `http://127.0.0.1:<port>`, for DynamoDB and DynamoDB Streams alike. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Any credentials will do there. */
export function dynamodbLocalClientConfig({ endpoint }: Pick<DynamodbLocal, 'endpoint'>): LocalClientConfig {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
  };
}
