/** `npm run prove -- catalogue`: 500 MySQL and 100 DynamoDB tables on the laptop, for minutes; no part of `npm test`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createConnection } from 'mysql2/promise';
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../pipeline/mysql/mysql-identifier';
import { dynamodbTables, mysqlTables } from '../../pipeline/tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { readDynamodbAccess, readMysqlAccess } from '../../scripts/soak/source-access';
import { synthesizeWith } from '../support/deployment';
import { generateCatalogue, LARGE } from '../support/generated-catalogue';
import { LaptopRun, runOnce, type TableSummary } from '../support/laptop-run';
import { isProof } from '../support/proof';

const files = generateCatalogue(LARGE);
const tables = parseCatalogue(files);
const ROWS = 3;

/** What every command of this test works with, in place of the tests' own catalogue. */
function useCatalogue(folder: string): string {
  const catalogue = join(folder, 'tables');
  mkdirSync(catalogue);
  for (const [name, entry] of Object.entries(files))
    writeFileSync(join(catalogue, `${name}.json`), JSON.stringify(entry));
  return synthesizeWith(catalogue).folder;
}

async function fillMysql(dataDir: string): Promise<void> {
  const mysql = await createConnection(readMysqlAccess(dataDir));
  // Columns without a value get the default of their type, which for a time would be a zero date and reject the row.
  await mysql.query("SET SESSION sql_mode = ''");
  for (const table of mysqlTables(tables)) {
    const times = table.columns.filter(({ type, nullable }) => type.kind === 'timestamp' && !nullable);
    const names = [...table.key, ...times.map(({ name }) => name)].map(quoteMysqlIdentifier).join(', ');
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const values = [...table.key.map(() => String(row + 1)), ...times.map(() => "'2026-01-02 03:04:05'")];
      return `(${values.join(', ')})`;
    });
    await mysql.query(
      `INSERT INTO ${quoteMysqlTable({ ...table, name: table.sourceTable ?? table.name })} (${names}) VALUES ${rows.join(', ')}`,
    );
  }
  await mysql.end();
}

async function fillDynamodb(dataDir: string): Promise<void> {
  const dynamodb = new DynamoDBClient(readDynamodbAccess(dataDir));
  for (const table of dynamodbTables(tables)) {
    for (let row = 0; row < ROWS; row += 1) {
      const Item: Record<string, AttributeValue> = { id: { S: `item-${row}` } };
      if (table.key.length > 1) Item.at = { N: String(row) };
      Item.details = { M: { attribute0: { S: 'a' } } };
      await dynamodb.send(new PutItemCommand({ TableName: `cdc-dev-${table.name}`, Item }));
    }
  }
  dynamodb.destroy();
}

(isProof ? it : it.skip)('a catalogue of 600 tables is set up, filled and equal on the laptop', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-catalogue-'));
  const place = { deployment: useCatalogue(folder), dataDir: join(folder, 'state') };
  const seconds: Record<string, number> = {};
  const timed = async <Result>(what: string, work: Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    const result = await work;
    seconds[what] = Math.round((performance.now() - startedAt) / 100) / 10;
    return result;
  };
  const laptop = LaptopRun.start(place, '--every', '3600');
  await timed('up', laptop.waitForLine(/^up in/m, 900_000));
  await timed('filled', Promise.all([fillMysql(place.dataDir), fillDynamodb(place.dataDir)]));
  expect(await timed('stopped', laptop.interrupt())).toBe(0);
  const compared: readonly TableSummary[] = await timed('one cycle', runOnce(place));
  console.log(JSON.stringify(seconds));
  expect(compared).toHaveLength(tables.length);
  expect(compared.filter(({ sourceRows, targetRows }) => sourceRows !== ROWS || targetRows !== ROWS)).toEqual(
    [],
  );
  rmSync(folder, { recursive: true });
});
