/** Whatever happens to a table and to what carries its changes, the target ends equal to it. */
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { nextBackfill } from '../../../pipeline/stage/backfill-due';
import type { BackfillState } from '../../../pipeline/stage/backfill-state';
import { BackfillStore } from '../../../pipeline/stage/backfill-store';
import { runBackfillStep } from '../../../pipeline/stage/backfill-table';
import { runsOf } from '../../support/proof';
import { TableSource } from '../../support/table-source';
import { TRADES } from '../../support/tables';
import { BUCKET } from '../../support/warehouse-bed';
import { useLoadBed } from './load-bed';
import { Stopped, StoppingDataApi, stoppingStore } from './stopping-ports';

const bed = useLoadBed();
const { load, stage, list, targetRows } = bed;

/** Few keys and many changes; two keys differ in a trailing blank alone. */
const KEYS = ['a', 'a ', 'b', 'ß😀'];

const change = fc.record({
  id: fc.constantFrom(...KEYS),
  /** NULL for a delete. */
  price: fc.option(fc.integer({ min: -99_999, max: 99_999 })),
  isExpiry: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const STOPS = ['writeText', 'executeBatch', 'moveToLoaded', 'remove'] as const;

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('change' as const), change }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      count: fc.integer({ min: 1, max: 5 }),
      /** Files arrive at the bucket in another order. */
      isReversed: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deliver again' as const), which: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('load' as const), maxFiles: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('stopped load' as const), at: fc.constantFrom(...STOPS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const), which: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('backfill' as const),
      /** Otherwise it is the schedule, which begins one as it is due. */
      isAsked: fc.boolean(),
      meanwhile: fc.array(change, { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('recreate' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const history = fc.record({
  roundedToMs: fc.constantFrom(1_000 as const, 60_000 as const),
  keepsExpired: fc.boolean(),
  steps: fc.array(fc.record({ step, seconds: fc.integer({ min: 0, max: 200 }) }), {
    minLength: 8,
    maxLength: 24,
  }),
});

class Pipeline {
  private readonly backfills = new BackfillStore(bed.s3, BUCKET);
  private readonly deliveries: DynamoDBRecord[][] = [];
  private backfill: BackfillState | undefined;
  /** Why the stream alone cannot make the target equal any more. */
  private asked: string | undefined;

  constructor(private readonly source: TableSource) {}

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'change':
        return this.apply(step.change);
      case 'deliver':
        return this.deliver(step.count, step.isReversed);
      case 'deliver again':
        return stage(this.deliveries[step.which % (this.deliveries.length || 1)] ?? []);
      case 'load':
        return void (await load({}, step.maxFiles));
      case 'stopped load':
        return this.stopLoad(step.at);
      case 'replay':
        return this.replay(step.which);
      case 'backfill':
        return this.runBackfill(step.isAsked ? 'by hand' : undefined, step.meanwhile);
      case 'trim':
        if (this.source.trim()) this.asked = 'records left the stream unread';
        return;
      case 'recreate':
        this.source.recreate();
        this.deliveries.length = 0;
    }
  }

  /** All that is under way arrives; a table that the stream cannot make equal is backfilled, by its schedule or by its repair. */
  async finish(): Promise<void> {
    await this.deliver(Number.POSITIVE_INFINITY, false);
    await load();
    await this.runBackfill(this.asked, []);
    await load();
  }

  private apply({ id, price, isExpiry }: Change): void {
    if (price === null) this.source.remove(id, { isExpiry });
    else this.source.put(id, (price / 100).toFixed(2));
  }

  private async deliver(count: number, isReversed: boolean): Promise<void> {
    const records = this.source.read(count);
    if (records.length === 0) return;
    this.deliveries.push(records);
    const half = Math.ceil(records.length / 2);
    const files = [records.slice(0, half), records.slice(half)].filter(({ length }) => length > 0);
    for (const file of isReversed ? files.reverse() : files) await stage(file);
  }

  private async stopLoad(at: (typeof STOPS)[number]): Promise<void> {
    const ports =
      at === 'executeBatch'
        ? { dataApi: new StoppingDataApi(bed.dataApiOptions) }
        : { store: stoppingStore(bed.s3, at) };
    await load(ports).catch((error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
    });
  }

  /** A loaded file comes back. One of a table that was deleted since needs a backfill, as ARCHITECTURE says (D43). */
  private async replay(which: number): Promise<void> {
    const loaded = (await list('loaded/trades/')).filter((key) => key.endsWith('.gz'));
    const key = loaded[which % (loaded.length || 1)];
    if (key === undefined) return;
    await bed.store.writeBytes(key.replace('loaded/', 'incoming/'), await bed.store.readBytes(key));
    if (!this.source.wasRecreated) return;
    this.asked = 'files of the former table were replayed';
    this.source.doubtAll();
  }

  private async runBackfill(asked: string | undefined, meanwhile: readonly Change[]): Promise<void> {
    const begun = nextBackfill(this.source.describe(), this.backfill, { asked, columns: 'same' });
    const changes = [...meanwhile];
    this.backfill = await runBackfillStep(bed.table, begun, {
      scan: async (segment, segmentCount) => {
        const items = this.source.items.filter(
          (item) => KEYS.indexOf(item.id?.S ?? '') % segmentCount === segment,
        );
        const next = changes.shift();
        if (next !== undefined) this.apply(next);
        return { items, next: undefined, readUnits: 0 };
      },
      writeFile: (file) => this.backfills.writeFile(file),
      saveState: async () => undefined,
      writeEnd: (runId, state) => this.backfills.writeEnd(TRADES, runId, state),
      reject: (error) => {
        throw error;
      },
      pause: async () => undefined,
      remainingMs: () => 600_000,
      maxReadUnitsPerSecond: 1_000,
    });
    for (const missed of changes) this.apply(missed);
  }
}

it('the target ends equal to the table after any history, with loads that stop, replays, backfills, trims and new streams', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ roundedToMs, keepsExpired, steps }) => {
      await bed.empty();
      bed.table = { ...TRADES, keepsExpired };
      const source = new TableSource({ roundedToMs, keepsExpired });
      const pipeline = new Pipeline(source);
      for (const { step, seconds } of steps) {
        source.pass(seconds);
        await pipeline.take(step);
      }
      await pipeline.finish();
      expect((await targetRows()).filter(source.isCertain)).toEqual(source.expectedRows());
      expect(await list('incoming/')).toEqual([]);
    }),
    runsOf({ numRuns: 10, seed: 20_260_101 }),
  );
});
