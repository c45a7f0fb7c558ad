/** Secrets for tests: the two calls of Secrets Manager that the pipeline makes, over a map, at a real endpoint. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface SecretStore {
  readonly endpoint: string;
  readonly client: SecretsManagerClient;
  /** Values by secret id; a secret without a value is undefined, an unknown secret is not there. */
  readonly values: Map<string, string | undefined>;
  /** Ids that were written, in order. */
  readonly writes: string[];
  /** Ids that were read, in order. */
  readonly reads: string[];
  stop(): Promise<void>;
}

export const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;

export async function startSecretStore(): Promise<SecretStore> {
  const values = new Map<string, string | undefined>();
  const writes: string[] = [];
  const reads: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, string>;
    const id = input.SecretId ?? '';
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    const missing = { __type: 'ResourceNotFoundException', message: 'no such secret or value' };
    if (!values.has(id)) return answer(400, missing);
    if (String(request.headers['x-amz-target']).endsWith('PutSecretValue')) {
      values.set(id, input.SecretString);
      writes.push(id);
      return answer(200, { ARN: id });
    }
    reads.push(id);
    const value = values.get(id);
    return value === undefined ? answer(400, missing) : answer(200, { ARN: id, SecretString: value });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new SecretsManagerClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return {
    endpoint,
    client,
    values,
    writes,
    reads,
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
