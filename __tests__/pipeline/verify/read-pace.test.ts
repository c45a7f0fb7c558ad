import fc from 'fast-check';
import type { Clock } from '../../../pipeline/verify/follow-differences';
import { ReadPace } from '../../../pipeline/verify/read-pace';

/** Time passes by waiting; those who wait together are woken in the order of their time. */
class QueueClock implements Clock {
  private ms = 0;
  private readonly sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  nowMs = (): number => this.ms;
  wait = (ms: number): Promise<void> =>
    new Promise((wake) => this.sleepers.push({ atMs: this.ms + ms, wake }));

  /** Lets time pass until `work` is done. */
  async run(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    void work.then(() => {
      isDone = true;
    });
    for (;;) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      if (isDone) return;
      this.sleepers.sort((left, right) => left.atMs - right.atMs);
      const next = this.sleepers.shift();
      if (next === undefined) throw new Error('nobody waits and the work is not done');
      this.ms = Math.max(this.ms, next.atMs);
      next.wake();
    }
  }
}

interface Read {
  readonly atMs: number;
  readonly units: number;
}

/** Reads pages of so many units, by so many readers at once. */
async function readAll(
  unitsPerSecond: number | undefined,
  readers: readonly (readonly number[])[],
): Promise<Read[]> {
  const clock = new QueueClock();
  const pace = new ReadPace(unitsPerSecond, clock);
  const reads: Read[] = [];
  const reader = async (pages: readonly number[]): Promise<void> => {
    for (const units of pages) {
      await pace.run(async () => {
        reads.push({ atMs: clock.nowMs(), units });
        return { answer: undefined, units, items: 1 };
      });
    }
  };
  await clock.run(Promise.all(readers.map(reader)));
  expect(pace.consumedUnits).toBeCloseTo(reads.reduce((sum, { units }) => sum + units, 0));
  return reads;
}

const PAGES = fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 1, maxLength: 20 });

it('reads consume no more than the limit in any time, and one page for each reader', async () => {
  const property = fc.asyncProperty(
    fc.array(PAGES, { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 500 }),
    async (readers, limit) => {
      const reads = await readAll(limit, readers);
      const largest = Math.max(...readers.flat());
      const total = reads.reduce((sum, { units }) => sum + units, 0);
      const lastMs = Math.max(...reads.map(({ atMs }) => atMs));
      expect(total).toBeLessThanOrEqual((limit * lastMs) / 1_000 + 2 * readers.length * largest + 1);
    },
  );
  await fc.assert(property, { numRuns: 200, seed: 1 });
});

it('pages of one size come exactly as often as the limit allows', async () => {
  const reads = await readAll(10, [[20, 20, 20, 20]]);
  expect(reads.map(({ atMs }) => atMs)).toEqual([0, 2_000, 4_000, 6_000]);
});

it('without a limit nothing waits', async () => {
  const reads = await readAll(undefined, [[100, 100, 100]]);
  expect(reads.map(({ atMs }) => atMs)).toEqual([0, 0, 0]);
});

it('pages are made so small that each costs about a second of the limit', async () => {
  const clock = new QueueClock();
  const pace = new ReadPace(50, clock);
  expect(pace.pageItems()).toBe(100);
  await clock.run(pace.run(async () => ({ answer: undefined, units: 25, items: 100 })));
  expect(pace.pageItems()).toBe(200);
  expect(new ReadPace(undefined, clock).pageItems()).toBeUndefined();
});
