/** `npm start -- --mysql … --dynamodb …`: tables that this project neither made nor changes, replicated without AWS. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DuckDBInstance } from '@duckdb/node-api';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import type { SslMode } from '../../local/protocol/mysql/tls-modes';
import { startTlsRelay } from '../../local/protocol/mysql/tls-relay';
import { type DynamodbLocal, dynamodbLocalClientConfig } from '../../local/runtime/ports/dynamodb-local';
import type { MysqlServer } from '../../local/runtime/ports/mysql-server';
import { waitUntil } from '../../local/runtime/wait-until';
import { startDynamodbLocal } from '../../local/services/dynamodb/dynamodb-local';
import { startMysqlServer } from '../../local/services/rds/mysql-server';
import { ensureTlsIdentity, type TlsIdentity } from '../../local/services/rds/tls-identity';
import { findClientPort } from '../../local/state/client-port';
import { ownTablesFolder } from '../../local/state/own-source';
import { LaptopRun, run } from '../support/laptop-run';

const ROOT = join(__dirname, '..', '..');
const TABLES = join(ROOT, 'tables');
const entries = readdirSync(TABLES);

let folder: string;
let somebody: MysqlServer;
let items: DynamodbLocal;
let client: DynamoDBClient;
let identity: TlsIdentity;
let pipeline: LaptopRun | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-own-source-'));
  [somebody, items] = await Promise.all([
    startMysqlServer({
      folder: join(folder, 'somebody'),
      parameters: { binlog_format: 'ROW', binlog_row_image: 'MINIMAL', require_secure_transport: '0' },
    }),
    startDynamodbLocal({ folder: join(folder, 'items') }),
  ]);
  client = new DynamoDBClient(dynamodbLocalClientConfig(items));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: items.accessKeyId, AWS_SECRET_ACCESS_KEY: 'a secret key' });
  await createTable('quotes', 'NEW_AND_OLD_IMAGES');
  await createTable('marks');
  await createTable('news', 'KEYS_ONLY');
  await put({ id: { S: 'q1' }, price: { N: '12.5' }, note: { S: 'one' } });
  await put({ id: { S: 'q2' }, price: { N: '7' } });
  identity = await ensureTlsIdentity(join(folder, 'relay'));
  await ask(
    'CREATE DATABASE shop',
    'CREATE TABLE shop.orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer VARCHAR(40) NOT NULL, total DECIMAL(12,2), placed_at DATETIME(3))',
    "INSERT INTO shop.orders (customer, total, placed_at) VALUES ('ann', 12.50, '2026-01-02 03:04:05.678'), ('bob', -0.01, NULL)",
    // A table of the same name as one of the demo, which an ingest would fill.
    'CREATE TABLE shop.txns (id INT PRIMARY KEY)',
    'CREATE TABLE shop.`odd,one` (id INT) ENGINE=MERGE',
    'CREATE TABLE shop.twin (id INT PRIMARY KEY)',
    'CREATE TABLE shop.Twin (id INT PRIMARY KEY)',
    "CREATE USER reader@'%' IDENTIFIED BY 'a secret'",
    "GRANT SELECT ON shop.* TO reader@'%'",
  );
});

afterAll(async () => {
  await pipeline?.killHard();
  client.destroy();
  await Promise.all([somebody.stop(), items.stop()]);
  rmSync(folder, { recursive: true, force: true });
  // Each catalogue has bundles of its own.
  const catalogue = relative(ROOT, ownTablesFolder(place().dataDir)).replaceAll(/[^A-Za-z0-9]+/g, '-');
  rmSync(join(ROOT, 'dist', catalogue), { recursive: true, force: true });
});

async function createTable(TableName: string, StreamViewType?: 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY') {
  const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType } };
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      ...(StreamViewType === undefined ? {} : stream),
    }),
  );
}

const put = (Item: Record<string, AttributeValue>) =>
  client.send(new PutItemCommand({ TableName: 'quotes', Item }));

/** As the owner of the server. */
async function ask(...statements: readonly string[]): Promise<unknown> {
  const { host, port, adminUser: user, adminPassword: password } = somebody;
  const ssl = { rejectUnauthorized: false };
  const connection = await createConnection({ host, port, user, password, ssl });
  try {
    let rows: unknown;
    for (const statement of statements) [rows] = await connection.query(statement);
    return rows;
  } finally {
    await connection.end();
  }
}

/** Over the port for clients of Postgres, each query until it answers so. */
async function waitForRows(
  dataDir: string,
  expected: Readonly<Record<string, readonly object[]>>,
): Promise<void> {
  const { port, database, user, password } = findClientPort(dataDir);
  const reader = new pg.Client({ host: '127.0.0.1', port, database, user, password });
  await reader.connect();
  try {
    for (const [query, rows] of Object.entries(expected)) {
      let seen: unknown;
      const asExpected = async (): Promise<boolean> => {
        seen = (await reader.query(query)).rows;
        return JSON.stringify(seen) === JSON.stringify(rows);
      };
      const lastState = (): string => JSON.stringify(seen);
      await waitUntil(asExpected, { what: `the rows of ${query}`, timeoutMs: 20_000, lastState });
    }
  } finally {
    await reader.end();
  }
}

const url = (): string => `mysql://reader@127.0.0.1:${somebody.port}`;
const place = () => ({ deployment: join(folder, 'unused'), dataDir: join(folder, 'data') });

it('names every problem at once, with what solves it, and has changed nothing', async () => {
  process.env.MYSQL_PWD = 'a secret';
  const { code, output } = await run(
    place(),
    'own_source',
    '--mysql',
    url(),
    '--tables',
    'shop.orders,shop.nope',
    '--dynamodb',
    items.endpoint,
    '--items',
    'marks,news,nothing',
  );
  expect(code).toBe(1);
  expect(output).toContain("SET GLOBAL binlog_row_image = 'FULL'");
  expect(output).toContain(
    'the server has no table shop.nope that this login may see; in shop it sees odd,one, orders',
  );
  expect(output).toContain("GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'reader'@'%'");
  const update = `aws dynamodb update-table --endpoint-url ${items.endpoint} --region us-east-1 --table-name`;
  const on = '--stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES';
  expect(output).toContain('marks: it has no stream');
  expect(output).toContain(`Run: ${update} marks ${on}`);
  expect(output).toContain('news: its stream has KEYS_ONLY');
  expect(output).toContain('there is no table nothing in us-east-1; there are marks, news, quotes');
  expect(output).not.toContain('a secret');
});

it('calls what goes wrong behind a connection by its name, and not a server that cannot be reached', async () => {
  const tables = ownTablesFolder(place().dataDir);
  const damaged = join(tables, 'dynamodb_quotes.json');
  writeFileSync(damaged, '{ "source": ');
  const sources = [
    '--mysql',
    url(),
    '--tables',
    'shop.txns',
    '--dynamodb',
    items.endpoint,
    '--items',
    'quotes',
  ];
  const { code, output } = await run(place(), 'own_source', ...sources);
  rmSync(damaged);
  expect(code).toBe(1);
  expect(output).toContain('dynamodb_quotes.json');
  expect(output).not.toContain('cannot connect');
});

it('reaches a server as --ssl-mode says, and says why not', async () => {
  const outcome = async (mode: SslMode, caFile?: string): Promise<string> => {
    const server = { host: '127.0.0.1', port: somebody.port, mode, caFile };
    const relay = await startTlsRelay({ server, ...identity });
    try {
      const connection = await createConnection({
        host: '127.0.0.1',
        port: relay.port,
        user: 'reader',
        password: 'a secret',
        ssl: { rejectUnauthorized: false },
      });
      const [rows] = await connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      await connection.end();
      return (rows as { Value: string }[])[0]?.Value === '' ? 'plain' : 'encrypted';
    } catch {
      return relay.lastFailure() ?? 'no reason';
    } finally {
      await relay.stop();
    }
  };
  expect(await outcome('DISABLED')).toBe('plain');
  expect(await outcome('PREFERRED')).toBe('encrypted');
  expect(await outcome('REQUIRED')).toBe('encrypted');
  expect(await outcome('VERIFY_CA')).toMatch(
    /not signed by an authority that is trusted here.*--ssl-mode REQUIRED/,
  );
  expect(await outcome('VERIFY_CA', somebody.caFile)).toBe('encrypted');
  expect(await outcome('VERIFY_IDENTITY', somebody.caFile)).toBe('encrypted');
});

it('a server that does not answer is a lost connection, not one that refuses the login', async () => {
  // Nothing listens on the discard port.
  const server = { host: '127.0.0.1', port: 9, mode: 'PREFERRED' as const, caFile: undefined };
  const relay = await startTlsRelay({ server, ...identity });
  try {
    await expect(
      createConnection({ host: '127.0.0.1', port: relay.port, user: 'reader', password: 'a secret' }),
    ).rejects.toMatchObject({ code: 'PROTOCOL_CONNECTION_LOST' });
    expect(relay.lastFailure()).toContain('ECONNREFUSED');
  } finally {
    await relay.stop();
  }
});

it('a balancer that takes connections for a server that is down is a lost connection as well', async () => {
  const balancer = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  const { port } = balancer.address() as AddressInfo;
  const relay = await startTlsRelay({ server: { host: '127.0.0.1', port, mode: 'PREFERRED' }, ...identity });
  try {
    await expect(
      createConnection({ host: '127.0.0.1', port: relay.port, user: 'reader', password: 'a secret' }),
    ).rejects.toMatchObject({ code: 'PROTOCOL_CONNECTION_LOST' });
  } finally {
    await relay.stop();
    balancer.close();
  }
});

it('add-table says why it does not take the certificate of a server, and takes it as --ssl-mode says', async () => {
  Object.assign(process.env, { MYSQL_USER: 'reader', MYSQL_PASSWORD: 'a secret' });
  const adding = ['mysql', 'shop.orders', '--server', `127.0.0.1:${somebody.port}`, '--dry-run'];
  const refused = await run(place(), 'add-table', ...adding);
  expect(refused.output).toMatch(/not signed by an authority that is trusted here .*--ssl-mode REQUIRED/);
  expect((await run(place(), 'add-table', ...adding, '--ssl-mode', 'REQUIRED')).code).toBe(0);
});

it('replicates its tables into a file, readable meanwhile, and leaves the server and the project as they were', async () => {
  await ask(
    "SET GLOBAL binlog_row_image = 'FULL'",
    "GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO reader@'%'",
  );
  const before = await ask('SHOW DATABASES');
  const { dataDir } = place();
  pipeline = LaptopRun.begin(
    'start',
    place(),
    '--no-page',
    '--mysql',
    url(),
    '--tables',
    // One table of each source cannot be replicated; the others start without it.
    'shop.*',
    '--dynamodb',
    items.endpoint,
    '--items',
    'quotes,marks',
  );
  // It bundles and synthesizes first.
  await pipeline.waitForLine(/every table is equal/, 120_000);
  expect(pipeline.lines).toContain('left out: shop.odd,one: ');
  expect(pipeline.lines).toContain('left out: marks: it has no stream');
  expect(pipeline.lines).toMatch(
    /left out: shop\.[Tt]win: its entry would have the name of that of shop\.[Tt]win/,
  );
  await ask(
    "INSERT INTO shop.orders (customer, total) VALUES ('cy', 3)",
    'UPDATE shop.orders SET total = 99 WHERE id = 1',
    'DELETE FROM shop.orders WHERE id = 2',
    'INSERT INTO shop.txns VALUES (7)',
  );
  await put({ id: { S: 'q3' }, price: { N: '0.1' }, note: { S: 'three' } });
  await client.send(new DeleteItemCommand({ TableName: 'quotes', Key: { id: { S: 'q2' } } }));
  const rows = [
    { id: '1', customer: 'ann', total: '99.00' },
    { id: '3', customer: 'cy', total: '3.00' },
  ];
  await waitForRows(dataDir, {
    'SELECT id, customer, total FROM orders ORDER BY id': rows,
    'SELECT id FROM shop.txns': [{ id: 7 }],
    'SELECT id, note FROM dynamodb.quotes ORDER BY id': [
      { id: 'q1', note: 'one' },
      { id: 'q3', note: 'three' },
    ],
  });
  const file = join(folder, 'copy.duckdb');
  expect((await run(place(), 'export', file)).output).toMatch(/shop\.orders +2\n/);
  // The command line knows the tables of the data folder, not those of the project.
  const backfill = await run(place(), 'backfill', 'dynamodb_quotes');
  expect(backfill.output).toContain('2 items of dynamodb_quotes staged');
  await takesWiderText(dataDir);
  expect(await pipeline.interrupt()).toBe(0);
  expect(pipeline.lines).not.toContain('a secret');
  expect((await client.send(new ScanCommand({ TableName: 'quotes' }))).Count).toBe(2);
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const copy = await instance.connect();
  const copied = await copy.runAndReadAll('SELECT CAST(total AS VARCHAR) FROM shop.orders ORDER BY id');
  expect(copied.getRows()).toEqual([['99.00'], ['3.00']]);
  instance.closeSync();
  expect(await ask('SHOW DATABASES')).toEqual(before);
  expect(readdirSync(TABLES)).toEqual(entries);
}, 180_000);

/** The task follows the ALTER TABLE; a text that is too long for the target is rejected until the target is wider. */
async function takesWiderText(dataDir: string): Promise<void> {
  await ask(
    'ALTER TABLE shop.txns MODIFY id BIGINT',
    'ALTER TABLE shop.orders MODIFY customer VARCHAR(300) NOT NULL',
    "UPDATE shop.orders SET customer = REPEAT('a', 250) WHERE id = 1",
    "INSERT INTO shop.orders (id, customer) VALUES (4, 'eve')",
  );
  const lengths = 'SELECT id, LEN(customer) AS letters FROM shop.orders ORDER BY id';
  const [, cy, eve] = [
    { id: '1', letters: 250 },
    { id: '3', letters: 2 },
    { id: '4', letters: 3 },
  ];
  await waitForRows(dataDir, { [lengths]: [cy, eve] as object[] });
  const refused = await run(place(), 'resync', 'shop.txns', 'shop.orders');
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('id is bigint, and was int') });
  const { code, output } = await run(place(), 'resync', 'shop.orders');
  expect(output).toContain('customer is varchar(300), and was varchar(40)');
  expect([code, output]).toEqual([0, expect.stringContaining('shop.orders: a new copy of 3 rows')]);
  await waitForRows(dataDir, { [lengths]: [{ id: '1', letters: 250 }, cy, eve] as object[] });
  const compared = await run(place(), 'reconcile');
  expect(compared.output).toContain('every table is equal');
  await ask('DELETE FROM shop.orders WHERE id = 4', "UPDATE shop.orders SET customer = 'ann' WHERE id = 1");
  await waitForRows(dataDir, { [lengths]: [{ id: '1', letters: 3 }, cy] as object[] });
}

it('brings a table of another type back by one command: the entry, the target and its rows', async () => {
  await ask(
    'ALTER TABLE shop.orders MODIFY placed_at VARCHAR(30)',
    "INSERT INTO shop.orders VALUES (9, 'dee', 1, 'some day')",
  );
  const resynced = await run(place(), 'resync', 'shop.orders');
  expect(resynced.output).toContain('placed_at is varchar(30), and was datetime(3)');
  expect(resynced.output).toContain('shop.orders: a new copy of 3 rows');
  expect(resynced.code).toBe(0);
  const { output } = await run(
    place(),
    'sql',
    "SELECT LISTAGG(COALESCE(placed_at, '-'), ', ') WITHIN GROUP (ORDER BY id) AS days FROM shop.orders",
  );
  expect(output).toContain('2026-01-02 03:04:05.678, -, some day');
}, 120_000);
