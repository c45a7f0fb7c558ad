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

export interface MysqlAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly ssl: { readonly ca: string };
}

export interface DynamodbAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** @throws Error while the pipeline has never been up: the files are not there */
export function readMysqlAccess(dataDir: string): MysqlAccess {
  const secrets = JSON.parse(read(dataDir, 'secrets', 'secrets.json')) as SecretEntry[];
  const login = secrets.find(({ name }) => name.endsWith('-mysql-ingest'));
  const current = login?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value ?? '{}';
  return {
    host: '127.0.0.1',
    port: Number((JSON.parse(current) as { port: number | string }).port),
    user: 'cdc_admin',
    password: read(dataDir, 'mysql', 'admin-password'),
    ssl: { ca: read(dataDir, 'mysql', 'tls', 'ca.pem') },
  };
}

/** @throws Error while the pipeline is not up: the file is not there */
export function readDynamodbAccess(dataDir: string): DynamodbAccess {
  const { gatewayEndpoint, accessKeyId, secretAccessKey, region } = JSON.parse(
    read(dataDir, 'runtime.json'),
  ) as RuntimeFile;
  return { endpoint: gatewayEndpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

/** @throws Error while the pipeline is not up */
export async function connectMysql(dataDir: string): Promise<Connection> {
  return createConnection({
    ...readMysqlAccess(dataDir),
    database: 'bank',
    connectTimeout: 2_000,
    dateStrings: true,
    decimalNumbers: false,
    supportBigNumbers: true,
    bigNumberStrings: true,
    timezone: 'Z',
  });
}

/** @throws Error while the pipeline is not up */
export const connectDynamodb = (dataDir: string): DynamoDBClient =>
  new DynamoDBClient({ ...readDynamodbAccess(dataDir), maxAttempts: 1 });

const read = (dataDir: string, ...path: string[]): string => readFileSync(join(dataDir, ...path), 'utf8');
