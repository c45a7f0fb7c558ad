import { sourceTables } from '../../pipeline/capture/stream-record';
import { DESCRIBE_TABLES } from '../../pipeline/schedule-event';
import { stageRecords } from '../../pipeline/stage/stage-records';
import { writeStagedFile } from '../../pipeline/stage/write-staged-file';
import { TABLES } from '../../pipeline/tables';
import { buildSweepInsert } from '../../pipeline/verify/sweep-record';
import { newSweep } from '../../pipeline/verify/sweep-table';
import { utcText } from '../../pipeline/verify/utc-text';
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
let invoke: (event?: object) => Promise<unknown>;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: TABLES });
  setEnvironment({
    ...bed.environment,
    CLUSTER_IDENTIFIER: 'cdc-dev',
    DATABASE_NAME: 'dev',
    DATA_BUCKET: BUCKET,
  });
  lines = captureLines();
  const { handler } = await import('../../handlers/measure-freshness');
  invoke = (event = {}) => handler(event, lambdaContext('cdc-dev-measure-freshness'));
});

afterAll(async () => {
  lines.stop();
  await bed.stop();
});

const beat = (secondsAgo: number): Promise<unknown> =>
  bed.dataApi.executeBatch([
    'DELETE FROM "cdc_heartbeat"."heartbeats"',
    `INSERT INTO "cdc_heartbeat"."heartbeats" ("id", "beat_at") VALUES (1, '${utcText(Date.now() - secondsAgo * 1_000)}')`,
  ]);

/** A sweep that began so long ago, and whether it proved its table equal. */
const sweep = (tableName: string, secondsAgo: number, isEqual: boolean): Promise<unknown> => {
  const startedAtMs = Date.now() - secondsAgo * 1_000;
  const equalAtMs = isEqual ? startedAtMs + 1_000 : undefined;
  return bed.dataApi.execute(
    buildSweepInsert({ ...newSweep(tableName, startedAtMs), finishedAtMs: startedAtMs + 1_000, equalAtMs }),
  );
};

const near = (seconds: number) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && value >= seconds && value < seconds + 120,
});

it('says nothing of what it cannot know: no heartbeat yet, and no sweep', async () => {
  expect(await invoke()).toEqual({
    tables: [
      { table: 'txns', freshnessSeconds: undefined, proofAgeSeconds: undefined },
      { table: 'trades', freshnessSeconds: 0, proofAgeSeconds: undefined },
    ],
  });
  expect(lines.read()).not.toContainEqual(
    expect.objectContaining({ table: 'txns', FreshnessSeconds: expect.anything() }),
  );
});

it('a table of MySQL is as fresh as the newest heartbeat in the warehouse', async () => {
  await beat(400);
  expect(await invoke()).toMatchObject({ tables: [{ table: 'txns', freshnessSeconds: near(400) }, {}] });
  expect(lines.read()).toContainEqual(
    expect.objectContaining({ table: 'txns', FreshnessSeconds: near(400) }),
  );
});

it('a table of DynamoDB is as fresh as the oldest staged file that waits; fresh when none does', async () => {
  await stageRecords([streamRecord({ sequence: 1, id: 'a', after: {} })], {
    tables: sourceTables([TRADES], TABLE_PREFIX),
    writeFile: (file) => writeStagedFile(bed.s3, BUCKET, file),
  });
  const [file] = await bed.store.listWaiting('trades');
  const before = Math.floor((Date.now() - file!.writtenAtMs) / 1_000);
  expect(await invoke()).toMatchObject({ tables: [{}, { table: 'trades', freshnessSeconds: near(before) }] });
  await bed.store.remove(file!.key);
  expect(await invoke()).toMatchObject({ tables: [{}, { table: 'trades', freshnessSeconds: 0 }] });
});

it('a proof is as old as the sweep that last found the table equal, or as the first one while none has', async () => {
  await sweep('txns', 9_000, true);
  await sweep('txns', 5_000, true);
  await sweep('txns', 1_000, false);
  await sweep('trades', 7_000, false);
  await sweep('trades', 3_000, false);
  expect(await invoke()).toMatchObject({
    tables: [{ proofAgeSeconds: near(5_000) }, { proofAgeSeconds: near(7_000) }],
  });
  expect(lines.read()).toContainEqual(
    expect.objectContaining({ table: 'trades', ProofAgeSeconds: near(7_000) }),
  );
});

/** A load that was committed so long ago, of changes that were made so many seconds before. */
const load = (tableName: string, secondsAgo: number, lagSeconds: number | undefined): Promise<unknown> => {
  const loadedAtMs = Date.now() - secondsAgo * 1_000;
  const changedAt = lagSeconds === undefined ? 'NULL' : `'${utcText(loadedAtMs - lagSeconds * 1_000)}'`;
  const batch = `${tableName} ${secondsAgo}`;
  return bed.dataApi.execute(
    `INSERT INTO "cdc"."load_ledger" VALUES ('${batch}', '${tableName}', 'manifest', 1, 1, 1, 0, ${changedAt}, '${utcText(loadedAtMs)}')`,
  );
};

it('tells the API rows and lag of each table beside, as the last finished sweep and the last load had them', async () => {
  await beat(400);
  const described = async () => {
    const { tables } = (await invoke(DESCRIBE_TABLES)) as { tables: { table: string }[] };
    return new Map(tables.map(({ table, ...others }) => [table, others]));
  };
  const before = await described();
  expect(before.get('txns')).toMatchObject({ freshnessSeconds: near(400), lagSeconds: near(340), rows: 0 });
  // Nothing was loaded yet: that is no lag of zero.
  expect(before.get('trades')).toMatchObject({ freshnessSeconds: 0, lagSeconds: null, rows: 0 });
  const startedAtMs = Date.now() - 500;
  const counted = { ...newSweep('trades', startedAtMs), targetRows: 9_007_199n };
  await bed.dataApi.execute(buildSweepInsert({ ...counted, finishedAtMs: startedAtMs + 100 }));
  // Under way: what it counted so far is not what the table has.
  await bed.dataApi.execute(buildSweepInsert({ ...newSweep('trades', startedAtMs + 200), targetRows: 5n }));
  await load('trades', 3_000, 70);
  await load('trades', 1_000, 12);
  // A batch that had no change in it says nothing of the lag; one of another month neither.
  await load('trades', 500, undefined);
  await load('trades', 8 * 86_400, 7_000);
  expect((await described()).get('trades')).toMatchObject({ rows: 9_007_199, lagSeconds: 12 });
});
