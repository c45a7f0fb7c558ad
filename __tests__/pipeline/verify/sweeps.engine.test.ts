import fc from 'fast-check';
import type { ReplicatedTable } from '../../../pipeline/tables';
import { buildFreeLeases, takeNote } from '../../../pipeline/verify/lease';
import type { ReconciledTable } from '../../../pipeline/verify/reconcile-tables';
import { assertRuns, proofMs } from '../../support/proof';
import {
  differencesOf,
  killedAfter,
  POINTS,
  rows,
  SteppingClock,
  type SweepBed,
  type SweptRows,
  startSweepBed,
  THINGS,
  WORDS,
} from './sweep-bed';

let sweeps: SweepBed;
beforeAll(async () => {
  sweeps = await startSweepBed();
});
afterAll(() => sweeps?.stop());

async function fill(table: ReplicatedTable, source: SweptRows, target: SweptRows = source): Promise<void> {
  await sweeps.setSource(table, source);
  await sweeps.setTarget(table, target);
}

const KINDS = [
  ['a MySQL table, range by range', POINTS],
  ['a MySQL table whose key has no common order', WORDS],
  ['a DynamoDB table, segment by segment', THINGS],
] as const;

describe.each(KINDS)('a sweep of %s', (_, table) => {
  it('is cut into runs, resumes where it stopped, and proves the table equal', async () => {
    await fill(table, rows(1, 2, 3, 4, 5, 6, 7));
    // Each look at the clock costs 20 of the run's 280 seconds.
    const clock = new SteppingClock(20_000);
    const reconcile = sweeps.reconciler([table], clock);
    const seen: ReconciledTable[] = [];
    for (let run = 0; run < 12 && seen.at(-1)?.isProven !== true; run += 1) {
      const { tables } = await reconcile({ work: run === 0 ? 'begin' : 'resume' });
      seen.push(tables[0]!);
    }
    expect(seen.at(-1)).toMatchObject({ isProven: true, progressPercent: 100, sourceRows: 7, targetRows: 7 });
    // A table of few rows is one part where a part is a share of the hashes.
    if (table !== WORDS) expect(seen.length).toBeGreaterThan(1);
    const { tables } = await reconcile({ work: 'resume' });
    expect(tables).toMatchObject([{ isNews: false, isProven: true, mismatches: 0 }]);
  });

  it('finds what is missing, extra and different, at first in flight and then as mismatches', async () => {
    const source = rows(1, 2, 3, 4, 5, 6);
    const target = new Map([...source, [90, 1], [91, 2]]);
    target.delete(0);
    target.set(3, -1);
    await fill(table, source, target);
    const clock = new SteppingClock();
    const reconcile = sweeps.reconciler([table], clock);
    const young = await reconcile({ work: 'begin' });
    expect(young.tables).toMatchObject([
      { mismatches: 0, inFlight: 4, isProven: false, progressPercent: 100 },
    ]);
    clock.ms += 900_000;
    const late = await reconcile();
    expect(late.tables).toMatchObject([{ missing: 1, extra: 2, different: 1, mismatches: 4, inFlight: 0 }]);
    expect(late.tables[0]!.examples).toHaveLength(4);
    await sweeps.setTarget(table, source);
    const fixed = await reconcile();
    expect(fixed.tables).toMatchObject([{ mismatches: 0, inFlight: 0, isProven: true }]);
  });
});

describe('two reconciliations at once', () => {
  it('are one: the second ends as skipped and does nothing', async () => {
    await fill(POINTS, rows(1, 2, 3));
    const reconcile = sweeps.reconciler([POINTS], new SteppingClock());
    const both = await Promise.all([reconcile({ work: 'begin' }), reconcile({ work: 'begin' })]);
    expect(both.map(({ isSkipped }) => isSkipped).sort()).toEqual([false, true]);
    expect(both.map(({ tables }) => tables.length).sort()).toEqual([0, 1]);
    const third = await reconcile();
    // The schedule's wish to begin is not lost: the next run does it.
    expect(third).toMatchObject({ isSkipped: false, tables: [{ isProven: true, isNews: true }] });
    expect(await reconcile()).toMatchObject({
      isSkipped: false,
      tables: [{ isProven: true, isNews: false }],
    });
  });

  it('are two again once the lease of a run that was killed is freed or has expired', async () => {
    const reconcile = sweeps.reconciler([POINTS], new SteppingClock());
    const insert = (seconds: number): Promise<void> =>
      sweeps.bed.run(
        `INSERT INTO "cdc"."leases" ("name", "holder", "expires_at") SELECT 'reconcile', 'killed', DATEADD(second, ${seconds}, GETDATE())`,
      );
    await insert(60);
    expect(await reconcile({ work: 'begin' })).toMatchObject({ isSkipped: true, tables: [], failed: [] });
    await sweeps.bed.run(buildFreeLeases());
    expect(await takeNote(sweeps.bed.warehouse, 'reconcile-begin')).toBe(true);
    await insert(-1);
    expect(await reconcile()).toMatchObject({ isSkipped: false });
  });
});

describe('a sweep of a DynamoDB table', () => {
  it('keeps within its read units, by what DynamoDB says that its reads consumed', async () => {
    await fill(THINGS, new Map(Array.from({ length: 60 }, (_, id) => [id, id])));
    const clock = new SteppingClock();
    const startedAtMs = clock.ms;
    const { tables } = await sweeps.reconciler(
      [THINGS],
      clock,
    )({
      work: 'begin',
      rowsAPart: 10,
      readUnitsPerSecond: 1,
      endsAtMs: clock.ms + 10_000_000,
    });
    const { readUnits, isProven } = tables[0]!;
    const elapsedSeconds = (clock.ms - startedAtMs) / 1_000;
    expect(isProven).toBe(true);
    expect(readUnits).toBeGreaterThan(0);
    // The last page is not waited for any more, and the first one comes before anything is known.
    expect(readUnits).toBeLessThanOrEqual(elapsedSeconds + 2);
  });

  it('that is spread over its time has compared no larger a share of the table than of the time', async () => {
    await fill(POINTS, rows(1, 2, 3, 4, 5, 6, 7, 8));
    const clock = new SteppingClock();
    // The clocks of earlier sweeps ran ahead of the time of day.
    clock.ms += 86_400_000;
    const reconcile = sweeps.reconciler([POINTS], clock);
    await reconcile({ work: 'all' });
    clock.ms += 1_000;
    const progress: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const { tables } = await reconcile({ work: run === 0 ? 'begin' : 'resume', spreadSeconds: 1_000 });
      progress.push(tables[0]!.progressPercent);
      // A second more than a quarter: the start of a sweep is kept to the second.
      clock.ms += 251_000;
    }
    expect(progress).toEqual([25, 50, 75, 99, 100]);
  });

  it('leaves nothing behind in the warehouse but its record', async () => {
    const [row] = await sweeps.bed.warehouse.readRows(
      'SELECT CAST(COUNT(*) AS VARCHAR) AS n FROM "cdc"."seen_rows"',
    );
    expect(row?.n).toBe('0');
  });
});

/** What happens to a row, and when its change comes to the target, if ever. */
const CHANGE = fc.record({
  id: fc.integer({ min: 0, max: 7 }),
  value: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  fate: fc.constantFrom('at once', 'later', 'lost' as const),
});
const RUN = fc.record({
  /** How soon the run's time is over. */
  stepMs: fc.constantFrom(0, 10_000, 40_000),
  rowsAPart: fc.integer({ min: 1, max: 3 }),
  /** Calls of the warehouse after which the run is killed. */
  killedAfter: fc.option(fc.integer({ min: 3, max: 20 }), { nil: undefined }),
});
const HISTORY = fc.array(fc.record({ changes: fc.array(CHANGE, { maxLength: 3 }), run: RUN }), {
  minLength: 1,
  maxLength: 5,
});

describe.each([
  ['MySQL', POINTS],
  ['DynamoDB', THINGS],
] as const)('whatever happens while a table of %s is swept in runs that are cut off anywhere', (_, table) => {
  it(
    'no row is reported that is equal, and in the end each one that was lost is',
    async () => {
      const property = fc.asyncProperty(HISTORY, async (history) => {
        const [source, target, arriving]: [SweptRows, SweptRows, Map<number, number | undefined>] = [
          rows(1, 1, 1, 1),
          rows(1, 1, 1, 1),
          new Map(),
        ];
        const apply = (to: SweptRows, id: number, value: number | undefined): void => {
          if (value === undefined) to.delete(id);
          else to.set(id, value);
        };
        const clock = new SteppingClock();
        const reconcile = sweeps.reconciler([table], clock);
        const differing = (): number => {
          const { missing, extra, different } = differencesOf(source, target);
          return missing + extra + different;
        };
        await sweeps.bed.run('DELETE FROM "cdc"."sweeps"');
        await sweeps.bed.run('DELETE FROM "cdc"."differences"');
        for (const { changes, run } of history) {
          // What was on its way has arrived: five minutes are a run of the load.
          for (const [id, value] of arriving) apply(target, id, value);
          arriving.clear();
          for (const { id, value, fate } of changes) {
            apply(source, id, value);
            arriving.delete(id);
            if (fate === 'at once') apply(target, id, value);
            if (fate === 'later') arriving.set(id, value);
          }
          await fill(table, source, target);
          clock.ms += 300_000;
          clock.stepMs = run.stepMs;
          const warehouse =
            run.killedAfter === undefined
              ? sweeps.bed.warehouse
              : killedAfter(sweeps.bed.warehouse, run.killedAfter);
          const { tables } = await reconcile({ work: 'begin', rowsAPart: run.rowsAPart, warehouse }).catch(
            () => ({
              tables: [],
            }),
          );
          // The lease of a run that was killed expires.
          if (run.killedAfter !== undefined) await sweeps.bed.run('DELETE FROM "cdc"."leases"');
          clock.stepMs = 0;
          for (const { mismatches } of tables) expect(mismatches).toBeLessThanOrEqual(differing());
        }
        for (const [id, value] of arriving) apply(target, id, value);
        await fill(table, source, target);
        // The sweep that is open may have passed a row before it was lost: the one after it has not.
        await reconcile({ work: 'begin' });
        clock.ms += 300_000;
        await reconcile({ work: 'begin' });
        clock.ms += 900_000;
        const { tables } = await reconcile();
        const expected = differencesOf(source, target);
        expect(tables).toMatchObject([
          {
            ...expected,
            mismatches: differing(),
            inFlight: 0,
            isProven: differing() === 0,
            progressPercent: 100,
          },
        ]);
      });
      await assertRuns(property, { numRuns: 1, seed: 20_260_101 });
    },
    proofMs + 300_000,
  );
});
