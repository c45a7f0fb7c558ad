/** Staged files to the warehouse twin, next to the minimum that DuckDB must do for the same rows. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { startGateway } from '../../local/protocol/gateway';
import type { GatewayService } from '../../local/protocol/service';
import { createDataApi } from '../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { S3Service } from '../../local/services/s3/s3-service';
import { parseStreamRecord, sourceTables } from '../../pipeline/capture/stream-record';
import { BatchStore } from '../../pipeline/load/batch-store';
import { loadTable } from '../../pipeline/load/load-table';
import { type StagedFile, StagedFiles } from '../../pipeline/stage/staged-file';
import { buildStagedLine } from '../../pipeline/stage/staged-line';
import { writeStagedFile } from '../../pipeline/stage/write-staged-file';

import { DataApi } from '../../pipeline/warehouse/data-api';
import { buildWarehouseDdl } from '../../pipeline/warehouse/warehouse-ddl';
import { BENCH_TRADES } from './bench-tables';
import { type BenchOptions, type BenchResult, type Spent, timeSpent } from './result';
import { BENCH_TABLE_PREFIX, benchRecord } from './stream-record';

const ROWS = 1_000_000;
const FILE_COUNTS = [1, 100, 1_000];
/** Each fifth event changes an item that is there. */
const EXISTING_SHARE = 0.2;
const BUCKET = 'bench';
const COMMIT = {
  copyRoleArn: 'arn:aws:iam::123456789012:role/copy',
  tombstoneDays: 30,
  maxTries: 1,
  pause: async () => {},
};
const TABLES = sourceTables([BENCH_TRADES], BENCH_TABLE_PREFIX);

export async function bench({ rows = ROWS }: BenchOptions = {}): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const fileCount of FILE_COUNTS) {
    const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-load-'));
    try {
      results.push(await benchFiles(folder, rows, fileCount));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return results;
}

async function benchFiles(folder: string, rows: number, fileCount: number): Promise<BenchResult> {
  const existing = [stagedFile({ from: 0, to: rows * EXISTING_SHARE, step: 5, sequence: 0 })];
  const each = Math.ceil(rows / fileCount);
  const changed = Array.from({ length: fileCount }, (_, index) =>
    stagedFile({ from: index * each, to: Math.min(rows, (index + 1) * each), step: 1, sequence: rows }),
  );
  const floor = await timeFloor(folder, existing, changed);
  const spent = await timePipeline(join(folder, 'pipeline'), existing, changed);
  return {
    name: 'load',
    shape: `${rows} changes in ${fileCount} files, ${rows * EXISTING_SHARE} of them replace a row`,
    rows,
    ...spent,
    rowsPerSecond: rows / spent.seconds,
    floor: 'DuckDB read_json, delete, insert',
    floorRowsPerSecond: rows / floor.seconds,
    floorCpuSeconds: floor.cpuSeconds,
    ratio: floor.seconds / spent.seconds,
  };
}

interface FileContent {
  readonly from: number;
  readonly to: number;
  /** Between the numbers of two items. */
  readonly step: number;
  readonly sequence: number;
}

/** Changes as the stage function writes them. */
function stagedFile({ from, to, step, sequence }: FileContent): StagedFile {
  const files = new StagedFiles();
  for (let at = from; at < to; at += 1) {
    const record = parseStreamRecord(benchRecord({ number: at * step, sequence: sequence + at }), TABLES);
    files.add(record, buildStagedLine(record));
  }
  const [file] = files.build();
  if (file === undefined) throw new RangeError('a file needs a record');
  return file;
}

interface Pipeline {
  put(files: readonly StagedFile[]): Promise<void>;
  load(): Promise<number>;
  stop(): Promise<void>;
}

async function timePipeline(
  folder: string,
  existing: readonly StagedFile[],
  changed: readonly StagedFile[],
): Promise<Spent> {
  const pipeline = await startPipeline(folder);
  try {
    await pipeline.put(existing);
    await pipeline.load();
    await pipeline.put(changed);
    return await timeSpent(async () => {
      const rows = await pipeline.load();
      const expected = changed.reduce((sum, { rowCount }) => sum + rowCount, 0);
      if (rows !== expected) throw new Error(`${rows} rows were loaded, and ${expected} were staged`);
    });
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
    put: async (files) => {
      for (const file of files) await writeStagedFile(s3, BUCKET, file);
    },
    load: async () => {
      const limits = { maxFiles: 1000, maxBytes: 1e9 };
      return (await loadTable(ports, BENCH_TRADES, { limits, remainingMs })).rows;
    },
    stop: async () => {
      s3.destroy();
      redshift.destroy();
      await gateway.stop();
      await warehouse.close();
    },
  };
}

async function timeFloor(
  folder: string,
  existing: readonly StagedFile[],
  changed: readonly StagedFile[],
): Promise<Spent> {
  const write = (name: string, files: readonly StagedFile[]): string => {
    mkdirSync(join(folder, name));
    for (const [index, { body }] of files.entries())
      writeFileSync(join(folder, name, `${index}.json.gz`), body);
    return join(folder, name, '*.json.gz');
  };
  const existingFiles = write('existing', existing);
  const changedFiles = write('changed', changed);
  const columns =
    "{id: 'VARCHAR', ticker: 'VARCHAR', price: 'DECIMAL(38,12)', shares: 'DECIMAL(38,12)', traded_at: 'TIMESTAMP', item: 'JSON', _cdc_version: 'VARCHAR'}";
  const instance = await DuckDBInstance.create(join(folder, 'floor.duckdb'), { threads: '2' });
  const connection = await instance.connect();
  const read = (file: string): string => `SELECT * FROM read_json('${file}', columns = ${columns})`;
  await connection.run(`CREATE TABLE trades AS ${read(existingFiles)}`);
  const spent = await timeSpent(async () => {
    await connection.run('BEGIN');
    await connection.run(`CREATE TEMP TABLE changed AS ${read(changedFiles)}`);
    await connection.run('DELETE FROM trades USING changed WHERE trades.id = changed.id');
    await connection.run('INSERT INTO trades SELECT * FROM changed');
    await connection.run('COMMIT');
  });
  connection.closeSync();
  instance.closeSync();
  return spent;
}
