import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { loadTable, type TableLoad } from '../../../pipeline/load/load-table';
import type { DataApi } from '../../../pipeline/warehouse/data-api';
import { TRADES } from '../../support/tables';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../../support/warehouse-bed';

let bed: WarehouseBed;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: [TRADES] });
});

afterAll(() => bed.stop());

function load(dataApi: DataApi): Promise<TableLoad> {
  const commit = {
    copyRoleArn: 'arn:aws:iam::123456789012:role/cdc-dev-copy',
    tombstoneDays: 30,
    maxTries: 3,
    pause: async () => {},
  };
  const limits = { maxFiles: 100, maxBytes: 1e9 };
  return loadTable({ dataApi, store: bed.store, commit }, TRADES, { limits, remainingMs: () => 60_000 });
}

const put = (Key: string, Body: Buffer): Promise<unknown> =>
  bed.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

const line = (price: string): Buffer =>
  gzipSync(
    `{"_cdc_operation":"insert","_cdc_version":"0000000000000000000000000000000000000001","_cdc_changed_at":"2026-01-01 00:00:00.000000","_cdc_digest":"d","id":"x","price":"${price}"}\n`,
  );

it('a file that was rejected, fixed and put back at once is loaded, also beside one that is damaged', async () => {
  const fixed = `incoming/trades/${'a'.repeat(16)}/${'1'.repeat(40)}-${'1'.repeat(40)}.json.gz`;
  const damaged = `incoming/trades/${'b'.repeat(16)}/${'2'.repeat(40)}-${'2'.repeat(40)}.json.gz`;
  await put(fixed, line('1e60'));
  expect((await load(bed.dataApi)).rejected).toEqual([
    expect.objectContaining({ key: fixed, line: '1', column: 'price' }),
  ]);
  await put(fixed, Buffer.from('no gzip'));
  expect((await load(bed.dataApi)).rejected).toEqual([
    expect.objectContaining({ key: fixed, reason: expect.stringContaining('no whole gzip file') }),
  ]);

  await put(fixed, line('1.5'));
  await put(damaged, Buffer.from('this is not a gzip file'));
  const again = await load(bed.dataApi);
  expect(again.rejected.map(({ key }) => key)).toEqual([damaged]);
  expect(again).toMatchObject({ rows: 1, upserted: 1 });
});
