/** Tables that are really there, in the place of stand-ins: at the endpoint of their owner, and only read. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EngineProxy } from '../../protocol/engine-proxy';
import { parseTarget } from '../../protocol/json-protocol';
import { type EngineService, ServiceError } from '../../protocol/service';
import type { DynamodbLocal } from '../../runtime/ports/dynamodb-local';
import type { OwnDynamodb } from '../../state/own-source';

/** DynamoDB Local takes any key, and without -sharedDb has other tables for each. */
const ANY_KEY = { accessKeyId: 'local', secretAccessKey: 'local' };

/** With the keys of the profile, or of the environment. @throws Error when the profile has none */
export async function reachOwnDatabase({ endpoint, region, profile }: OwnDynamodb): Promise<DynamodbLocal> {
  const keys = profile === undefined ? keysOfEnvironment() : await keysOfProfile(profile, region);
  return { endpoint, region, ...keys, isReadOnly: true, stop: async () => undefined };
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function keysOfEnvironment(): Keys {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : ANY_KEY;
}

async function keysOfProfile(profile: string, region: string): Promise<Keys> {
  const client = new DynamoDBClient({ profile, region });
  try {
    const { accessKeyId, secretAccessKey } = await client.config.credentials();
    return { accessKeyId, secretAccessKey };
  } finally {
    client.destroy();
  }
}

const READING_CALLS = [
  'BatchGetItem',
  'DescribeEndpoints',
  'DescribeLimits',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'Query',
  'Scan',
];

/** Whoever calls, and whatever the owner's key may do: what writes goes no further. */
export class ReadingProxy implements EngineService {
  constructor(
    private readonly proxy: EngineProxy,
    private readonly endpoint: string,
  ) {}

  async forward(message: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const operation = parseTarget(message);
    if (!READING_CALLS.includes(operation))
      throw new ServiceError(
        'AccessDeniedException',
        `${operation} is not passed on: the tables at ${this.endpoint} are somebody else's, and this pipeline only reads them`,
      );
    await this.proxy.forward(message, body, response);
  }
}
