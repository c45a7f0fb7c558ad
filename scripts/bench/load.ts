/** Stream records to staged files to the warehouse twin, next to the minimum that DuckDB must do for the same rows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DynamoDBRecord } from 'aws-lambda';
import { startGateway } from '../../local/protocol/gateway';
import type { GatewayService } from '../../local/protocol/service';
import { createDataApi } from '../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { S3Service } from '../../local/services/s3/s3-service';
import { parseStreamRecord, sourceTables } from '../../pipeline/capture/stream-record';
import { BatchStore } from '../../pipeline/load/batch-store';
import { loadTable } from '../../pipeline/load/load-table';
import { stageRecords } from '../../pipeline/stage/stage-records';
import { buildStagedLine } from '../../pipeline/stage/staged-line';
import { writeStagedFile } from '../../pipeline/stage/write-staged-file';
import { DataApi } from '../../pipeline/warehouse/data-api';
import { buildWarehouseDdl } from '../../pipeline/warehouse/warehouse-ddl';
import { BENCH_TRADES } from './bench-tables';
import type { BenchResult } from './result';

const EXISTING_ROWS = 200_000;
const CHANGED_ROWS = 50_000;
/** Records that one invocation gets. */
const DELIVERY_ROWS = 1_000;
const BUCKET = 'bench';
const COMMIT = {
  copyRoleArn: 'arn:aws:iam::123456789012:role/copy',
  tombstoneDays: 30,
  maxTries: 1,
  pause: async () => {},
};
const TABLES = sourceTables([BENCH_TRADES], 'bench-');

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-load-'));
  try {
    const seconds = await timePipeline(join(folder, 'pipeline'));
    const floorSeconds = await timeFloor(folder);
    return [
      {
        name: 'load',
        shape: `stage and load ${CHANGED_ROWS} changes into ${EXISTING_ROWS} rows`,
        rows: CHANGED_ROWS,
        seconds,
        rowsPerSecond: CHANGED_ROWS / seconds,
        floor: 'DuckDB read_json, delete, insert',
        floorRowsPerSecond: CHANGED_ROWS / floorSeconds,
        ratio: floorSeconds / seconds,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Items of the seed's shape; a change of an existing item has the item's number and a later sequence number. */
function changeOf(number: number, sequence: number): DynamoDBRecord {
  const id = { S: `item-${number}` };
  const NewImage = {
    id,
    price: { N: `${sequence % 1000}.25` },
    shares: { N: String(number % 500) },
    ticker: { S: `t${number % 100}` },
    details: {
      M: { lag: { N: '0' }, system: { S: 'abc' }, asks: { L: [{ N: '110.07' }, { N: '110.12' }] } },
    },
    time: { M: { date: { S: '2012-03-02T22:00:00.000Z' } } },
  };
  return {
    eventID: `event-${sequence}`,
    eventName: 'INSERT',
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/bench-trades/stream/1',
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { id },
      NewImage,
      SequenceNumber: String(10n ** 20n + BigInt(sequence)),
    },
  } as DynamoDBRecord;
}

/** Every fourth item changes. */
const changes = (): DynamoDBRecord[] =>
  Array.from({ length: CHANGED_ROWS }, (_, index) => changeOf(index * 4, EXISTING_ROWS + index));

const existing = (): DynamoDBRecord[] =>
  Array.from({ length: EXISTING_ROWS }, (_, index) => changeOf(index, index));

interface Pipeline {
  stageAndLoad(records: readonly DynamoDBRecord[]): Promise<void>;
  stop(): Promise<void>;
}

async function timePipeline(folder: string): Promise<number> {
  const pipeline = await startPipeline(folder);
  try {
    await pipeline.stageAndLoad(existing());
    const records = changes();
    return await timeSeconds(() => pipeline.stageAndLoad(records));
  } finally {
    await pipeline.stop();
  }
}

async function startPipeline(folder: string): Promise<Pipeline> {
  const s3Service = await S3Service.open(join(folder, 's3'));
  s3Service.store.createBucket(BUCKET);
  const warehouse = await openWarehouse({
    file: join(folder, 'warehouse.duckdb'),
    database: 'dev',
    fetchObject: async (bucket, key) => buffer(s3Service.store.read(bucket, key)),
  });
  const services = { 'redshift-data': createDataApi({ warehouse, clusterIdentifier: 'bench' }) };
  const gateway = await startGateway({
    services: new Map<string, GatewayService>(Object.entries({ s3: s3Service, ...services })),
  });
  const credentials = gateway.registerCaller('bench');
  const client = { endpoint: gateway.endpoint, region: 'eu-central-1', credentials };
  const s3 = new S3Client(client);
  const redshift = new RedshiftDataClient(client);
  const remainingMs = (): number => 600_000;
  const dataApi = new DataApi({ client: redshift, clusterIdentifier: 'bench', database: 'dev', remainingMs });
  await dataApi.executeBatch(buildWarehouseDdl([BENCH_TRADES]));
  const ports = { dataApi, store: new BatchStore(s3, BUCKET), commit: COMMIT };
  return {
    stageAndLoad: async (records) => {
      for (let start = 0; start < records.length; start += DELIVERY_ROWS) {
        await stageRecords(records.slice(start, start + DELIVERY_ROWS), {
          tables: TABLES,
          writeFile: (file) => writeStagedFile(s3, BUCKET, file),
        });
      }
      await loadTable(ports, BENCH_TRADES, { limits: { maxFiles: 1000, maxBytes: 1e9 }, remainingMs });
    },
    stop: async () => {
      s3.destroy();
      redshift.destroy();
      await gateway.stop();
      await warehouse.close();
    },
  };
}

async function timeFloor(folder: string): Promise<number> {
  const writeLines = (name: string, records: readonly DynamoDBRecord[]): string => {
    const file = join(folder, name);
    const lines = records.map((record) => `${buildStagedLine(parseStreamRecord(record, TABLES)).text}\n`);
    writeFileSync(file, gzipSync(lines.join('')));
    return file;
  };
  const existingFile = writeLines('existing.json.gz', existing());
  const changedFile = writeLines('changed.json.gz', changes());
  const columns =
    "{id: 'VARCHAR', ticker: 'VARCHAR', price: 'DECIMAL(38,12)', shares: 'DECIMAL(38,12)', traded_at: 'TIMESTAMP', item: 'JSON', _cdc_version: 'VARCHAR'}";
  const instance = await DuckDBInstance.create(join(folder, 'floor.duckdb'), { threads: '2' });
  const connection = await instance.connect();
  const read = (file: string): string => `SELECT * FROM read_json('${file}', columns = ${columns})`;
  await connection.run(`CREATE TABLE trades AS ${read(existingFile)}`);
  const seconds = await timeSeconds(async () => {
    await connection.run('BEGIN');
    await connection.run(`CREATE TEMP TABLE changed AS ${read(changedFile)}`);
    await connection.run('DELETE FROM trades USING changed WHERE trades.id = changed.id');
    await connection.run('INSERT INTO trades SELECT * FROM changed');
    await connection.run('COMMIT');
  });
  connection.closeSync();
  instance.closeSync();
  return seconds;
}

async function timeSeconds(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1000;
}
