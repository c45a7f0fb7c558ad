/** Rows into the warehouse twin by append and by COPY, each next to DuckDB doing the same on its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampValue,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import type { WarehouseSession } from '../../local/runtime/ports/warehouse';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { type BenchResult, measured } from './result';

const ROWS = 200_000;
const ROWS_PER_APPEND = 20_000;
const FILES = 4;
const COLUMNS = ['id', 'count', 'amount', 'price', 'moment', 'account', 'details', 'chip'];
const DDL = `(id BIGINT NOT NULL, count INTEGER, amount DECIMAL(18,2), price DECIMAL(38,12), moment TIMESTAMP, account VARCHAR(256), details VARCHAR(8000), chip BOOLEAN)`;
const FLOOR_DDL = DDL.replace(/VARCHAR\(\d+\)/g, 'VARCHAR').replace(' NOT NULL', '');
const TYPES = [BIGINT, INTEGER, DECIMAL(18, 2), DECIMAL(38, 12), TIMESTAMP, VARCHAR, VARCHAR, BOOLEAN];
const FIRST_MOMENT_MS = Date.UTC(2024, 0, 1);

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-'));
  const rows = Array.from({ length: ROWS }, (_, index) => textRow(index));
  const files = writeFiles(folder, rows);
  const manifest = { entries: files.map((url) => ({ url: `s3://bench/${url}`, mandatory: true })) };
  const bytes = new Map(files.map((file) => [file, gzipped(rows, files.indexOf(file))]));
  bytes.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  const warehouse = await openWarehouse({
    file: join(folder, 'twin.duckdb'),
    database: 'dev',
    fetchObject: async (_bucket, key) => bytes.get(key)!,
  });
  const session = await warehouse.openSession();
  const floor = await DuckDBInstance.create(join(folder, 'floor.duckdb'), {
    threads: '2',
    memory_limit: '2GB',
  });
  const connection = await floor.connect();
  try {
    return [
      await measureAppend(session, connection, rows),
      await measureCopy(session, connection, folder, files),
    ];
  } finally {
    connection.closeSync();
    floor.closeSync();
    await warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureAppend(
  session: WarehouseSession,
  connection: DuckDBConnection,
  rows: readonly (readonly string[])[],
): Promise<BenchResult> {
  const typed = rows.map(typedRow);
  return measured({
    name: 'warehouse-append',
    shape: `8 columns of text, ${ROWS_PER_APPEND} rows per call, one transaction`,
    rows: ROWS,
    floor: 'DuckDB appender, typed values',
    run: async () => {
      await remake(session);
      await session.begin();
      for (let start = 0; start < ROWS; start += ROWS_PER_APPEND) {
        await session.append('public.bench', COLUMNS, rows.slice(start, start + ROWS_PER_APPEND));
      }
      await session.commit();
    },
    runFloor: async () => {
      await connection.run(`CREATE OR REPLACE TABLE bench ${FLOOR_DDL}`);
      const appender = await connection.createAppender('bench');
      for (let start = 0; start < ROWS; start += 2048) {
        const part = typed.slice(start, start + 2048);
        const chunk = DuckDBDataChunk.create(TYPES, part.length);
        chunk.setRows(part);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    },
  });
}

function measureCopy(
  session: WarehouseSession,
  connection: DuckDBConnection,
  folder: string,
  files: readonly string[],
): Promise<BenchResult> {
  const columns = COLUMNS.map((name) => `${name}: 'VARCHAR'`).join(', ');
  const list = files.map((file) => `'${join(folder, file)}'`).join(', ');
  const casts = COLUMNS.map((name, index) => `CAST(${name} AS ${TYPES[index]})`).join(', ');
  return measured({
    name: 'warehouse-copy',
    shape: `${FILES} gzip files of JSON lines, 8 columns`,
    rows: ROWS,
    floor: 'DuckDB read_json of the same files, cast',
    run: async () => {
      await remake(session);
      await session.run(
        "COPY bench FROM 's3://bench/manifest.json' IAM_ROLE default FORMAT JSON 'auto' GZIP MANIFEST TIMEFORMAT 'auto'",
      );
    },
    runFloor: async () => {
      await connection.run(`CREATE OR REPLACE TABLE bench ${FLOOR_DDL}`);
      await connection.run(
        `INSERT INTO bench SELECT ${casts} FROM read_json([${list}], format = 'newline_delimited', columns = {${columns}})`,
      );
    },
  });
}

async function remake(session: WarehouseSession): Promise<void> {
  await session.run('DROP TABLE IF EXISTS public.bench');
  await session.run(`CREATE TABLE public.bench ${DDL}`);
}

function textRow(index: number): string[] {
  const at = new Date(FIRST_MOMENT_MS + index * 1000).toISOString().replace('T', ' ').replace('Z', '000');
  return [
    String(index),
    String(index % 1000),
    `${index}.${String(index % 100).padStart(2, '0')}`,
    `${index}.${String(index % 1000).padStart(12, '1')}`,
    at,
    `account-${index % 5000}`,
    `payment number ${index} to somebody in a town`,
    String(index % 2 === 0),
  ];
}

function typedRow(row: readonly string[]): DuckDBValue[] {
  const digits = (text: string): bigint => BigInt(text.replace('.', ''));
  return [
    BigInt(row[0]!),
    Number(row[1]),
    new DuckDBDecimalValue(digits(row[2]!), 18, 2),
    new DuckDBDecimalValue(digits(row[3]!), 38, 12),
    new DuckDBTimestampValue(BigInt(Date.parse(`${row[4]!.replace(' ', 'T')}Z`)) * 1000n),
    row[5]!,
    row[6]!,
    row[7] === 'true',
  ];
}

function writeFiles(folder: string, rows: readonly (readonly string[])[]): string[] {
  return Array.from({ length: FILES }, (_, index) => {
    const file = `part-${index}.json.gz`;
    writeFileSync(join(folder, file), gzipped(rows, index));
    return file;
  });
}

function gzipped(rows: readonly (readonly string[])[], part: number): Buffer {
  const size = ROWS / FILES;
  const lines = rows
    .slice(part * size, (part + 1) * size)
    .map((row) => JSON.stringify(Object.fromEntries(COLUMNS.map((name, index) => [name, row[index]]))));
  return gzipSync(`${lines.join('\n')}\n`);
}
