/** Whatever happens to a table and to what carries its changes, the target ends equal to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DynamodbTable } from '../../../pipeline/tables';
import { buildWarehouseDdl } from '../../../pipeline/warehouse/warehouse-ddl';
import { type DynamodbBed, startDynamodbBed } from '../../support/dynamodb-bed';
import { LocalTableSource } from '../../support/local-table-source';
import { canMoveClock, MovedClock } from '../../support/moved-clock';
import { assertRuns, isProof } from '../../support/proof';
import { StagingFunctions } from '../../support/staging-functions';
import { TableSource } from '../../support/table-source';
import { TRADES } from '../../support/tables';
import { HistoryPipeline, narrowTable } from './history-pipeline';
import { useLoadBed } from './load-bed';
import { HISTORIES, HISTORIES_AT_ONCE, manyHistories } from './random-histories';

const bed = useLoadBed();

let functions: StagingFunctions;
let folder: string;
let clock: MovedClock | undefined;
let dynamodb: DynamodbBed | undefined;

beforeAll(async () => {
  functions = new StagingFunctions(bed.warehouse);
  folder = mkdtempSync(join(tmpdir(), 'cdc-histories-'));
  if (!isProof || !canMoveClock) return;
  // S3 takes no request of another day.
  clock = new MovedClock(folder, { isOnlyJava: true });
  dynamodb = await startDynamodbBed();
});
afterAll(async () => {
  await functions.stop();
  await dynamodb?.stop();
  clock?.restore();
  rmSync(folder, { recursive: true, force: true });
});

/** Of a proof: in so many, DynamoDB Local has the items and the stream. */
const LOCAL_HISTORIES = 100;

async function beginSource(
  historyCount: number,
  options: { readonly roundedToMs: 1_000 | 60_000; readonly keepsExpired: boolean },
): Promise<TableSource> {
  if (historyCount >= LOCAL_HISTORIES || clock === undefined || dynamodb === undefined)
    return new TableSource(options);
  const { keepsExpired } = options;
  return LocalTableSource.start({ dynamodb, clock, folder, keepsExpired });
}

async function recreateTarget(table: DynamodbTable): Promise<void> {
  await bed.dataApi.executeBatch(['DROP TABLE market.trades', ...buildWarehouseDdl([table])]);
  bed.table = table;
}

// 35 s of processor time: on a machine that others use too, a minute is not enough.
jest.setTimeout(isProof ? 86_400_000 : 120_000);

it('the target ends equal to the table after any history, with loads that stop, replays, backfills, trims, new streams and other columns', async () => {
  let historyCount = 0;
  const run = fc.asyncProperty(manyHistories, async ({ roundedToMs, keepsExpired, isNarrow, rounds }) => {
    await bed.empty();
    // By bundles of the function, one for each state of the catalogue; their starts would cost the suite ten seconds.
    bed.staging = isProof || historyCount === 0 ? functions : undefined;
    const full = { ...TRADES, keepsExpired };
    await recreateTarget(isNarrow ? narrowTable(full) : full);
    const source = await beginSource(historyCount, { roundedToMs, keepsExpired });
    const pipeline = new HistoryPipeline(bed, source);
    for (const { seconds, steps, isReversed, table } of rounds) {
      source.pass(seconds);
      for (const [index, history] of HISTORIES.entries())
        for (const step of steps[index] ?? []) pipeline.takeHistoryStep(history, step);
      await pipeline.stage({ isReversed });
      await pipeline.takeTableStep(table);
    }
    await pipeline.finish();
    await source.stop();
    expect(await pipeline.targetRows()).toEqual(source.expectedRows(bed.table));
    expect(await bed.list('incoming/')).toEqual([]);
    historyCount += HISTORIES_AT_ONCE;
    if (isProof && historyCount % 200 === 0) console.info(`${historyCount} histories hold`);
  });
  await assertRuns(run, { numRuns: 10, seed: 20_260_101 });
  expect(historyCount).toBeGreaterThanOrEqual(HISTORIES_AT_ONCE);
});
