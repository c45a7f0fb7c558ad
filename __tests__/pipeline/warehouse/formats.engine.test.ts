import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceTables } from '../../../pipeline/capture/stream-record';
import { loadTable } from '../../../pipeline/load/load-table';
import { stageRecords } from '../../../pipeline/stage/stage-records';
import { writeStagedFile } from '../../../pipeline/stage/write-staged-file';
import { TABLES } from '../../../pipeline/tables';
import { checkFormats, readFormats, settleFormats } from '../../../pipeline/warehouse/formats';
import { FORMATS } from '../../../pipeline/warehouse/table-definitions';
import { buildWarehouseSchemas, buildWarehouseTable } from '../../../pipeline/warehouse/warehouse-ddl';
import { streamRecord, TABLE_PREFIX } from '../../support/stream-records';
import { TRADES } from '../../support/tables';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../../support/warehouse-bed';
import { commit } from '../load/load-bed';

let bed: WarehouseBed;
beforeEach(async () => {
  bed = await startWarehouseBed({ tables: [] });
});
afterEach(() => bed.stop());

const MAKE_FORMATS = [...buildWarehouseSchemas(TABLES), buildWarehouseTable(FORMATS)];
const settle = async (): Promise<void> => {
  await bed.dataApi.executeBatch(MAKE_FORMATS);
  await settleFormats(bed.dataApi, TABLES);
};
const check = async (): Promise<void> => checkFormats(await readFormats(bed.dataApi), TRADES);
const numbers = () =>
  bed.dataApi.readRows('SELECT table_name, format FROM cdc.formats ORDER BY table_name, format');
const CURRENT = [
  { table_name: 'cdc.load_ledger', format: '1' },
  { table_name: 'cdc.trades_tombstones', format: '1' },
];

async function load(sequence: number, after?: Record<string, never>) {
  await stageRecords([streamRecord({ sequence, id: 'gone', ...(after === undefined ? {} : { after }) })], {
    tables: sourceTables([TRADES], TABLE_PREFIX),
    writeFile: (file) => writeStagedFile(bed.s3, BUCKET, file),
  });
  const ports = { dataApi: bed.dataApi, store: bed.store, commit };
  const limits = { maxFiles: 100, maxBytes: 1_000_000 };
  return loadTable(ports, TRADES, { limits, remainingMs: () => 0 });
}

/** The DDL of the version before format numbers, as it stood in that version's golden file. */
async function leaveStateWithoutFormats(): Promise<void> {
  const ddl = readFileSync(join(__dirname, 'state-without-formats.sql'), 'utf8');
  await bed.dataApi.executeBatch([
    ...ddl.split(';\n').filter((statement) => statement.trim() !== ''),
    // As set-up adds what is no change of a format.
    'ALTER TABLE market.trades ADD COLUMN _cdc_expired_at TIMESTAMP',
    'ALTER TABLE cdc.trades_tombstones ADD COLUMN _cdc_expired_at TIMESTAMP',
  ]);
}

it('ledger and tombstones of the version before get their number, and their rows still count', async () => {
  await leaveStateWithoutFormats();
  expect(await load(7)).toMatchObject({ files: 1, deleted: 1 });
  await expect(check()).rejects.toMatchObject({ code: 'LOAD_STATEMENT_FAILED' });
  await settle();
  expect(await numbers()).toEqual(CURRENT);
  await expect(check()).resolves.toBeUndefined();
  expect(await bed.dataApi.readRows('SELECT batch_id FROM cdc.load_ledger')).toHaveLength(1);
  expect(await load(6, {})).toMatchObject({ files: 1, upserted: 0 });
  expect(await bed.dataApi.readRows('SELECT id FROM market.trades')).toEqual([]);
});

it('new tables are made with their number, and a second run changes nothing', async () => {
  await settle();
  const written = await bed.dataApi.readRows('SELECT recorded_at FROM cdc.formats ORDER BY table_name');
  await settle();
  expect(await numbers()).toEqual(CURRENT);
  expect(await bed.dataApi.readRows('SELECT recorded_at FROM cdc.formats ORDER BY table_name')).toEqual(
    written,
  );
});

it('a run that stopped before a number was written is completed by the next one', async () => {
  await settle();
  await bed.dataApi.execute("DELETE FROM cdc.formats WHERE table_name = 'cdc.trades_tombstones'");
  await expect(check()).rejects.toMatchObject({
    code: 'WAREHOUSE_NOT_READY',
    message: expect.stringContaining(
      'cdc.trades_tombstones has no format number, expected 1. Usual cause: set-up has not run since this version was deployed. Invoke prepare-warehouse',
    ),
  });
  await settle();
  expect(await numbers()).toEqual(CURRENT);
});

it('a format of a newer version is refused by name, and nothing is changed', async () => {
  await bed.dataApi.executeBatch([
    ...MAKE_FORMATS,
    "INSERT INTO cdc.formats SELECT 'cdc.load_ledger', 2, GETDATE()",
  ]);
  const refused = {
    code: 'WAREHOUSE_NOT_READY',
    disposition: 'halt',
    message: expect.stringContaining(
      'cdc.load_ledger has format 2, and this version knows formats up to 1. Usual cause: an older version was deployed over a newer one. Deploy the newer version again; nothing was changed',
    ),
  };
  await expect(settle()).rejects.toMatchObject(refused);
  await expect(check()).rejects.toMatchObject(refused);
  const made = await bed.dataApi.readRows(
    "SELECT DISTINCT table_name FROM svv_columns WHERE table_schema = 'cdc'",
  );
  expect(made).toEqual([{ table_name: 'formats' }]);
});
