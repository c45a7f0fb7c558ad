import type { Context } from 'aws-lambda';
import { sourceTables } from '../../pipeline/capture/stream-record';
import { stageRecords } from '../../pipeline/stage/stage-records';
import { writeStagedFile } from '../../pipeline/stage/write-staged-file';
import { TABLES } from '../../pipeline/tables';
import {
  type CapturedLines,
  captureLines,
  lambdaContext,
  setEnvironment,
} from '../support/handler-environment';
import { streamRecord, TABLE_PREFIX } from '../support/stream-records';
import { TRADES } from '../support/tables';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../support/warehouse-bed';

let bed: WarehouseBed;
let lines: CapturedLines;
let invoke: (context?: Context) => Promise<unknown>;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: TABLES });
  setEnvironment({
    ...bed.environment,
    CLUSTER_IDENTIFIER: 'cdc-dev',
    DATABASE_NAME: 'dev',
    DATA_BUCKET: BUCKET,
    COPY_ROLE_ARN: 'arn:aws:iam::123456789012:role/cdc-dev-copy',
    MAX_BATCH_FILES: '100',
    MAX_BATCH_BYTES: '1000000',
    TOMBSTONE_DAYS: '30',
  });
  lines = captureLines();
  const { handler } = await import('../../handlers/load-staged-batches');
  invoke = (context = lambdaContext('cdc-dev-load-staged-batches')) => handler({}, context);
});

afterAll(async () => {
  lines.stop();
  await bed.stop();
});

it('without files there is nothing to load', async () => {
  expect(await invoke()).toEqual({
    tables: [{ table: 'trades', files: 0, rows: 0, status: 'nothing-to-load' }],
  });
  const outcome = lines.read().find((line) => line.outcome === 'loaded');
  expect(outcome).toMatchObject({ table: 'trades', files: 0, rows: 0 });
  expect(outcome).not.toHaveProperty('lagMs');
});

it('staged files are loaded, and the outcome says how many rows and how late', async () => {
  await stageRecords(
    [
      streamRecord({ sequence: 1, id: 'a', after: { price: { N: '1.5' } } }),
      streamRecord({ sequence: 2, id: 'b', after: {} }),
      streamRecord({ sequence: 3, id: 'b' }),
    ],
    {
      tables: sourceTables([TRADES], TABLE_PREFIX),
      writeFile: (file) => writeStagedFile(bed.s3, BUCKET, file),
    },
  );
  expect(await invoke()).toEqual({ tables: [{ table: 'trades', files: 1, rows: 3, status: 'loaded' }] });
  const outcome = lines.read().findLast((line) => line.outcome === 'loaded');
  expect(outcome).toMatchObject({ table: 'trades', files: 1, rows: 3, upserted: 1, deleted: 1, rejected: 0 });
  expect(outcome?.lagMs).toBeGreaterThan(0);
  expect(outcome?.batchId).toMatch(/^[0-9a-f]{32}$/);
  expect(lines.read()).toContainEqual(expect.objectContaining({ table: 'trades', LoadedRows: 3 }));
  expect(await bed.dataApi.readRows('SELECT id FROM market.trades')).toEqual([{ id: 'a' }]);
});

it('a warehouse that is not set up fails the run, and its files wait', async () => {
  await bed.dataApi.execute('ALTER TABLE market.trades RENAME TO trades_away');
  await stageRecords([streamRecord({ sequence: 4, id: 'c', after: {} })], {
    tables: sourceTables([TRADES], TABLE_PREFIX),
    writeFile: (file) => writeStagedFile(bed.s3, BUCKET, file),
  });
  await expect(invoke()).rejects.toMatchObject({ code: 'LOAD_STATEMENT_FAILED', disposition: 'halt' });
  expect(await bed.store.listWaiting('trades')).toHaveLength(1);
  await bed.dataApi.execute('ALTER TABLE market.trades_away RENAME TO trades');
  expect(await invoke()).toMatchObject({ tables: [{ files: 1, rows: 1 }] });
});

it('tables of a newer format fail the run by name, and files wait', async () => {
  await bed.dataApi.execute("UPDATE cdc.formats SET format = 2 WHERE table_name = 'cdc.load_ledger'");
  await expect(invoke()).rejects.toMatchObject({
    code: 'WAREHOUSE_NOT_READY',
    disposition: 'halt',
    message: expect.stringContaining('cdc.load_ledger has format 2, and this version knows formats up to 1'),
  });
});
