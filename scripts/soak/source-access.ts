/** How the running sources are reached: as an application would, beside the pipeline (README, "Look around"). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Connection, createConnection } from 'mysql2/promise';

interface RuntimeFile {
  readonly gatewayEndpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

interface SecretEntry {
  readonly name: string;
  readonly versions: readonly { readonly value: string; readonly stages: readonly string[] }[];
}

/** @throws Error while the pipeline is not up: the files are not there, or nothing listens */
export async function connectMysql(dataDir: string): Promise<Connection> {
  const secrets = JSON.parse(read(dataDir, 'secrets', 'secrets.json')) as SecretEntry[];
  const login = secrets.find(({ name }) => name.endsWith('-mysql-ingest'));
  const current = login?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value ?? '{}';
  return createConnection({
    host: '127.0.0.1',
    port: Number((JSON.parse(current) as { port: number | string }).port),
    user: 'cdc_admin',
    password: read(dataDir, 'mysql', 'admin-password'),
    database: 'bank',
    ssl: { ca: read(dataDir, 'mysql', 'tls', 'ca.pem') },
    connectTimeout: 2_000,
    dateStrings: true,
    decimalNumbers: false,
    supportBigNumbers: true,
    bigNumberStrings: true,
    timezone: 'Z',
  });
}

/** @throws Error while the pipeline is not up */
export function connectDynamodb(dataDir: string): DynamoDBClient {
  const { gatewayEndpoint, accessKeyId, secretAccessKey, region } = JSON.parse(
    read(dataDir, 'runtime.json'),
  ) as RuntimeFile;
  return new DynamoDBClient({
    endpoint: gatewayEndpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
}

const read = (dataDir: string, ...path: string[]): string => readFileSync(join(dataDir, ...path), 'utf8');
