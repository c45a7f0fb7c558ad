/** What the tests of loading share: a warehouse and a bucket, emptied before each test. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import { sourceTables } from '../../../pipeline/capture/stream-record';
import type { BatchStore } from '../../../pipeline/load/batch-store';
import type { LoadPorts } from '../../../pipeline/load/load-ports';
import { loadTable, type TableLoad } from '../../../pipeline/load/load-table';
import { stageRecords } from '../../../pipeline/stage/stage-records';
import { writeStagedFile } from '../../../pipeline/stage/write-staged-file';
import type { DynamodbTable } from '../../../pipeline/tables';
import type { DataApi, DataApiConnection } from '../../../pipeline/warehouse/data-api';
import type { StagingFunctions } from '../../support/staging-functions';
import { streamRecord, TABLE_PREFIX } from '../../support/stream-records';
import { TRADES } from '../../support/tables';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../../support/warehouse-bed';

export const commit = {
  copyRoleArn: 'arn:aws:iam::123456789012:role/cdc-dev-copy',
  tombstoneDays: 30,
  maxTries: 3,
  pause: async () => {},
};

/** Called at the top of a test file: starts before its first test and stops after its last. */
export function useLoadBed(): LoadBed {
  const bed = new LoadBed();
  beforeAll(() => bed.start());
  afterAll(() => bed.warehouse.stop());
  beforeEach(() => bed.empty());
  return bed;
}

export class LoadBed {
  warehouse!: WarehouseBed;

  async start(): Promise<void> {
    this.warehouse = await startWarehouseBed({ tables: [TRADES] });
  }

  async empty(): Promise<void> {
    this.table = TRADES;
    await this.dataApi.executeBatch([
      'DELETE FROM market.trades',
      'DELETE FROM cdc.trades_tombstones',
      'DELETE FROM cdc.load_ledger',
    ]);
    for (const key of await this.list('')) await this.store.remove(key);
  }

  get dataApi(): DataApi {
    return this.warehouse.dataApi;
  }

  get dataApiOptions(): DataApiConnection {
    return this.warehouse.dataApiOptions;
  }

  get store(): BatchStore {
    return this.warehouse.store;
  }

  get s3(): WarehouseBed['s3'] {
    return this.warehouse.s3;
  }

  /** The catalogue's entry, as the test has it. */
  table: DynamodbTable = TRADES;

  readonly load = (ports: Partial<LoadPorts> = {}, maxFiles = 100): Promise<TableLoad> => {
    const all = { dataApi: this.dataApi, store: this.store, commit, ...ports };
    return loadTable(all, this.table, { limits: { maxFiles, maxBytes: 1e9 }, remainingMs: () => 60_000 });
  };

  /** Stages by the bundle of the function, in its own process, instead of by calling its code. */
  staging: StagingFunctions | undefined;

  readonly stage = async (records: readonly DynamoDBRecord[]): Promise<void> => {
    if (this.staging !== undefined) return this.staging.stage(this.table, records);
    const { failures } = await stageRecords(records, {
      tables: sourceTables([this.table], TABLE_PREFIX),
      writeFile: (file) => writeStagedFile(this.s3, BUCKET, file),
    });
    expect(failures).toEqual([]);
  };

  readonly list = async (prefix: string): Promise<string[]> => {
    const listed = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    return (listed.Contents ?? []).map(({ Key }) => Key ?? '');
  };

  readonly targetRows = async (): Promise<string[]> => {
    const rows = await this.dataApi.readRows(
      "SELECT id, CAST(price AS VARCHAR) AS price, _cdc_digest, CASE WHEN _cdc_expired_at IS NULL THEN '' ELSE 'expired' END AS expired FROM market.trades",
    );
    return rows
      .map(
        ({ id, price, _cdc_digest, expired }) =>
          `${id}|${price === null ? null : Number(price)}|${_cdc_digest}|${expired}`,
      )
      .sort();
  };
}

export const trade = (sequence: number, id: string, price?: string): DynamoDBRecord =>
  streamRecord({ sequence, id, ...(price === undefined ? {} : { after: { price: { N: price } } }) });
