/** Both kinds of source and the warehouse twin behind the gateway, for the tests of the comparison. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { endpointVariables } from '../../../local/protocol/endpoint-variables';
import { EngineProxy } from '../../../local/protocol/engine-proxy';
import { startGateway } from '../../../local/protocol/gateway';
import type { GatewayService } from '../../../local/protocol/service';
import type { WarehouseSession } from '../../../local/runtime/ports/warehouse';
import { startDynamodbLocal } from '../../../local/services/dynamodb/dynamodb-local';
import { createDataApi } from '../../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../../local/services/redshift/storage/open-warehouse';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { projectItem } from '../../../pipeline/dynamodb/project-item';
import {
  CHANGED_AT_COLUMN,
  DIGEST_COLUMN,
  type DynamodbTable,
  dynamodbTableName,
  dynamodbTables,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  type MysqlTable,
  mysqlTables,
  type ReplicatedTable,
  VERSION_COLUMN,
} from '../../../pipeline/tables';
import { comparedSource } from '../../../pipeline/verify/compared-sources';
import { type Clock, SYSTEM_CLOCK } from '../../../pipeline/verify/follow-differences';
import type { ReconciledSource } from '../../../pipeline/verify/reconcile-tables';
import { DataApi } from '../../../pipeline/warehouse/data-api';
import { quoteTable } from '../../../pipeline/warehouse/sql-text';
import { buildWarehouseDdl } from '../../../pipeline/warehouse/warehouse-ddl';
import { MemorySecrets } from '../../support/memory-secrets';
import type { Row } from './all-types';
import { type MysqlFixture, startMysqlFixture } from './mysql-fixture';

export const TABLE_PREFIX = 'cdc-dev-';
export const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:reconcile';
const REGION = 'eu-central-1';

export interface SourceOptions {
  readonly clock?: Clock;
  readonly rowsAPart?: number;
  readonly readUnitsPerSecond?: number;
  readonly warehouse?: DataApi;
}

export interface ComparisonBed {
  readonly mysql: MysqlFixture;
  readonly warehouse: DataApi;
  readonly dynamodb: DynamoDBClient;
  /** What sends a handler here. */
  readonly environment: Readonly<Record<string, string>>;
  sourceOf(table: ReplicatedTable, options?: SourceOptions): ReconciledSource;
  /** One statement in the warehouse, which commits by itself. */
  run(sql: string): Promise<void>;
  /** Replaces all rows of the source, of the target, or of both. */
  fillTarget(table: MysqlTable, rows: readonly Row[]): Promise<void>;
  fillBoth(table: MysqlTable, rows: readonly Row[]): Promise<void>;
  /** Replaces all items of the source, or all rows of the target by those of the items. */
  fillItems(table: DynamodbTable, items: readonly Item[]): Promise<void>;
  fillItemRows(table: DynamodbTable, items: readonly Item[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startComparisonBed(tables: readonly ReplicatedTable[]): Promise<ComparisonBed> {
  const engines = await startEngines(tables);
  const { folder, mysql, local, warehouse } = engines;
  const access = await startAccess(engines);
  const { dynamodb, dataApi } = access;
  await dataApi.executeBatch(buildWarehouseDdl(tables));
  const session = await warehouse.openSession();
  for (const table of dynamodbTables(tables)) await createTable(dynamodb, table);
  const fillers = fillersOf({ mysql, dynamodb, session });
  return {
    mysql,
    warehouse: dataApi,
    dynamodb,
    environment: access.environment,
    sourceOf: (table, { clock = SYSTEM_CLOCK, ...more } = {}) =>
      comparedSource(table, {
        mysql,
        dynamodb: { client: dynamodb, tablePrefix: TABLE_PREFIX },
        warehouse: dataApi,
        consistentScan: true,
        clock,
        ...more,
      }),
    run: async (sql) => void (await dataApi.execute(sql)),
    ...fillers,
    stop: async () => {
      await access.stop();
      await session.close();
      await Promise.all([warehouse.close(), local.stop(), mysql.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startEngines(tables: readonly ReplicatedTable[]) {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-verify-'));
  const [mysql, local, warehouse] = await Promise.all([
    startMysqlFixture(mysqlTables(tables)),
    startDynamodbLocal({ folder: join(folder, 'dynamodb') }),
    openWarehouse({
      file: join(folder, 'warehouse.duckdb'),
      database: 'dev',
      fetchObject: () => Promise.reject(new Error('nothing is copied here')),
    }),
  ]);
  return { folder, mysql, local, warehouse };
}

/** Clients as the function has them: through the gateway, signed by its role. */
async function startAccess({ mysql, local, warehouse }: Awaited<ReturnType<typeof startEngines>>) {
  const secrets = new MemorySecrets();
  secrets.values.set(SECRET_ARN, JSON.stringify(await mysql.secret.read()));
  const dynamodbProxy = new EngineProxy('DynamoDB Local', local);
  const gateway = await startGateway({
    services: new Map<string, GatewayService>([
      ['dynamodb', dynamodbProxy],
      ['redshift-data', createDataApi({ warehouse, clusterIdentifier: 'cdc-dev' })],
      ['secretsmanager', secrets],
    ]),
  });
  const credentials = gateway.registerCaller('cdc-dev-reconcile-tables');
  const client = { endpoint: gateway.endpoint, region: REGION, credentials };
  const redshift = new RedshiftDataClient(client);
  const dynamodb = new DynamoDBClient(client);
  return {
    dynamodb,
    dataApi: new DataApi({
      client: redshift,
      clusterIdentifier: 'cdc-dev',
      database: 'dev',
      remainingMs: () => 60_000,
    }),
    environment: {
      ...endpointVariables(gateway),
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      NODE_EXTRA_CA_CERTS: mysql.caFile,
    },
    stop: async () => {
      redshift.destroy();
      dynamodb.destroy();
      await gateway.stop();
      dynamodbProxy.stop();
    },
  };
}

interface FilledSystems {
  readonly mysql: MysqlFixture;
  readonly dynamodb: DynamoDBClient;
  readonly session: WarehouseSession;
}

function fillersOf({
  mysql,
  dynamodb,
  session,
}: FilledSystems): Pick<ComparisonBed, 'fillTarget' | 'fillBoth' | 'fillItems' | 'fillItemRows'> {
  const fill = async (
    table: ReplicatedTable,
    columns: readonly string[],
    rows: readonly Row[],
  ): Promise<void> => {
    const { schema, table: name } = table.target;
    await session.run(`DELETE FROM ${quoteTable(schema, name)}`);
    const texts = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
    await session.append(`${schema}.${name}`, columns, texts);
  };
  const namesOf = ({ columns }: ReplicatedTable): string[] => columns.map(({ name }) => name);
  const fillTarget: ComparisonBed['fillTarget'] = (table, rows) => fill(table, namesOf(table), rows);
  const itemColumns = [ITEM_COLUMN, FLAGS_COLUMN, DIGEST_COLUMN, VERSION_COLUMN, CHANGED_AT_COLUMN];
  return {
    fillTarget,
    fillBoth: async (table, rows) => {
      await mysql.fill(table, rows);
      await fillTarget(table, rows);
    },
    fillItems: async (table, items) => {
      await dynamodb.send(new DeleteTableCommand({ TableName: dynamodbTableName(table, TABLE_PREFIX) }));
      await createTable(dynamodb, table);
      await putItems(dynamodb, dynamodbTableName(table, TABLE_PREFIX), items);
    },
    fillItemRows: (table, items) =>
      fill(
        table,
        [...namesOf(table), ...itemColumns],
        items.map((item) => targetRow(table, item)),
      ),
  };
}

function targetRow(table: DynamodbTable, item: Item): Row {
  const { columns, item: document, flags, digest } = projectItem(table, item);
  const typed = table.columns.map(({ name }) => columns[name] ?? null);
  return [...typed, document, flags, digest, '1'.padStart(40, '0'), '2026-01-02 03:04:05.000000'];
}

async function createTable(client: DynamoDBClient, table: DynamodbTable): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: dynamodbTableName(table, TABLE_PREFIX),
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: table.key.map((name, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: table.key.map((name) => ({
        AttributeName: name,
        AttributeType: table.keyTypes[name],
      })),
    }),
  );
}

type SdkItem = NonNullable<Parameters<typeof JSON.stringify>[0]>;

async function putItems(client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    const requests = items.slice(at, at + 25).map((Item: SdkItem) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}
