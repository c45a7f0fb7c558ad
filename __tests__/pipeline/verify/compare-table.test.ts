import { hashText } from '../../../pipeline/verify/canonical-text';
import { type ComparisonOptions, compareTable } from '../../../pipeline/verify/compare-table';
import type { Bucket, ComparedSide, HashedRow } from '../../../pipeline/verify/side';
import { type WatchedDifference, watchListOf } from '../../../pipeline/verify/watch-list';

/** A side in memory: values by key, any number of rows a key. `looks` counts what is asked of it. */
class MemorySide implements ComparedSide {
  readonly rows = new Map<string, string[]>();
  readonly looks: string[] = [];

  constructor(rows: Readonly<Record<string, string | string[]>> = {}) {
    for (const [key, values] of Object.entries(rows)) this.rows.set(key, [values].flat());
  }

  async readBuckets(digits: number): Promise<Map<string, Bucket>> {
    this.looks.push('buckets');
    const buckets = new Map<string, Bucket>();
    for (const row of this.hashed()) {
      const name = row.keyHash.slice(0, digits);
      const { rowCount, hashSum } = buckets.get(name) ?? { rowCount: 0n, hashSum: 0n };
      const number = BigInt(`0x${row.rowHash.slice(0, 15)}`);
      buckets.set(name, { rowCount: rowCount + 1n, hashSum: hashSum + number, flagged: 0n });
    }
    return buckets;
  }

  async readRows(buckets: readonly string[], take: (row: HashedRow) => void): Promise<void> {
    this.looks.push('rows');
    for (const row of this.hashed()) if (buckets.some((bucket) => row.keyHash.startsWith(bucket))) take(row);
  }

  async readKeys(
    keys: readonly { readonly keyHash: string }[],
    take: (row: HashedRow) => void,
  ): Promise<void> {
    this.looks.push(`${keys.length} keys`);
    const sought = new Set(keys.map(({ keyHash }) => keyHash));
    for (const row of this.hashed()) if (sought.has(row.keyHash)) take(row);
  }

  private *hashed(): Generator<HashedRow> {
    for (const [key, values] of this.rows) {
      for (const value of values)
        yield { keyHash: hashText(key), rowHash: hashText(`${key}|${value}`), copies: 1, key: [key] };
    }
  }
}

/** Time passes only by waiting; `onWait` is what happens meanwhile. */
class ManualClock {
  ms = 1_700_000_000_000;
  waits: number[] = [];
  onWait: () => void = () => {};
  nowMs = (): number => this.ms;
  wait = async (ms: number): Promise<void> => {
    this.waits.push(ms);
    this.ms += ms;
    this.onWait();
  };
}

const FRESH = { watched: new Map(), rows: 0n };

function optionsOf(clock: ManualClock, more: Partial<ComparisonOptions> = {}): ComparisonOptions {
  return { drained: false, clock, deadlineMs: clock.ms + 60_000, allowedLagSeconds: 900, ...more };
}

const equalRows = { a: '1', b: '2', c: '3' };

describe('a comparison of drained sides', () => {
  const drained = optionsOf(new ManualClock(), { drained: true });

  it('reads each side once when all is equal', async () => {
    const [source, target] = [new MemorySide(equalRows), new MemorySide(equalRows)];
    const comparison = await compareTable(source, target, drained, FRESH);
    expect(comparison).toMatchObject({
      isEqual: true,
      sourceRows: 3n,
      targetRows: 3n,
      inFlight: 0,
      watched: [],
    });
    expect([source.looks, target.looks]).toEqual([['buckets'], ['buckets']]);
  });

  it.each([
    ['a row that is not there', { a: '1', b: '2' }, { missing: 1, extra: 0, different: 0 }],
    ['a row too many', { ...equalRows, d: '4' }, { missing: 0, extra: 1, different: 0 }],
    ['another value', { ...equalRows, b: 'x' }, { missing: 0, extra: 0, different: 1 }],
    ['a doubled row', { ...equalRows, b: ['2', '2'] }, { missing: 0, extra: 1, different: 0 }],
    ['a doubled key', { ...equalRows, b: ['x', 'y'] }, { missing: 0, extra: 1, different: 1 }],
    ['nothing', {}, { missing: 3, extra: 0, different: 0 }],
  ])('counts %s as mismatches at once', async (_, rows, counts) => {
    const clock = new ManualClock();
    const comparison = await compareTable(
      new MemorySide(equalRows),
      new MemorySide(rows),
      optionsOf(clock, { drained: true }),
      FRESH,
    );
    expect(comparison).toMatchObject({ counts, isEqual: false, isComplete: true, inFlight: 0 });
    expect(clock.waits).toEqual([]);
  });

  it('names mismatches by their key and the hash of it, never by value', async () => {
    const comparison = await compareTable(
      new MemorySide({ secret: 'value' }),
      new MemorySide(),
      drained,
      FRESH,
    );
    expect(comparison.examples).toEqual([{ kind: 'missing', keyHash: hashText('secret'), key: ['secret'] }]);
    expect(JSON.stringify(comparison, (_, value) => String(value))).not.toMatch(/"value"/);
  });

  it('gives lower bounds when more differs than it looks into', async () => {
    const rows = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, '1']));
    const limits = { rows: 20n, buckets: 10 };
    const gone = await compareTable(
      new MemorySide(rows),
      new MemorySide(),
      { ...drained, drillLimits: limits },
      FRESH,
    );
    expect(gone).toMatchObject({ counts: { missing: 500, extra: 0, different: 0 }, isComplete: false });
  });
});

describe('a comparison of running sides', () => {
  it('counts a row that arrives while it looks again as in flight, and the table as equal', async () => {
    const [source, target, clock] = [
      new MemorySide(equalRows),
      new MemorySide({ a: '1' }),
      new ManualClock(),
    ];
    clock.onWait = () => {
      const next = [...source.rows].find(([key]) => !target.rows.has(key));
      if (next) target.rows.set(...next);
    };
    const comparison = await compareTable(source, target, optionsOf(clock), FRESH);
    expect(comparison).toMatchObject({ isEqual: true, inFlight: 2, counts: { missing: 0 }, watched: [] });
    expect(clock.waits).toEqual([1_000, 3_000]);
    expect(target.looks).toEqual(['buckets', 'rows', '2 keys', '1 keys']);
  });

  it('counts a row that does not arrive yet as in flight, and remembers it', async () => {
    const [source, target, clock] = [
      new MemorySide(equalRows),
      new MemorySide({ a: '1', b: '2' }),
      new ManualClock(),
    ];
    const startedAt = clock.ms / 1000;
    const comparison = await compareTable(source, target, optionsOf(clock), FRESH);
    expect(comparison).toMatchObject({ isEqual: false, inFlight: 1, counts: { missing: 0 } });
    expect(comparison.watched).toMatchObject([{ sourceSince: startedAt, targetSince: startedAt }]);
  });

  it('never waits past its deadline', async () => {
    const clock = new ManualClock();
    const options = optionsOf(clock, { deadlineMs: clock.ms + 2_000 });
    await compareTable(new MemorySide(equalRows), new MemorySide(), options, FRESH);
    expect(clock.waits).toEqual([1_000]);
  });

  /** Compares repeatedly, a quarter of an hour apart, as the schedule does; `between` changes the sides. */
  async function runs(source: MemorySide, target: MemorySide, between: (run: number) => void, count: number) {
    const clock = new ManualClock();
    const results = [];
    let earlier = FRESH as { watched: ReadonlyMap<string, WatchedDifference>; rows: bigint };
    for (let run = 0; run < count; run += 1) {
      const comparison = await compareTable(source, target, optionsOf(clock), earlier);
      results.push(comparison);
      earlier = { watched: watchListOf(comparison.watched), rows: comparison.sourceRows };
      clock.ms += 900_000;
      between(run);
    }
    return results;
  }

  it('reports a lost row as a mismatch once it is overdue, and in every run from then on', async () => {
    const results = await runs(new MemorySide(equalRows), new MemorySide({ a: '1', b: '2' }), () => {}, 3);
    expect(results.map(({ counts }) => counts.missing)).toEqual([0, 1, 1]);
    expect(results.map(({ inFlight }) => inFlight)).toEqual([1, 0, 0]);
  });

  it('reports a lost row although many other rows are always in flight', async () => {
    const [source, target] = [new MemorySide({ lost: '1' }), new MemorySide()];
    const churn = (run: number): void => {
      target.rows.clear();
      for (const [key, value] of source.rows) if (key !== 'lost') target.rows.set(key, value);
      for (let at = 0; at < 300; at += 1) source.rows.set(`hot${at}`, [`${run}`]);
    };
    churn(-1);
    const results = await runs(source, target, churn, 4);
    expect(results.map(({ counts }) => counts)).toEqual([
      { missing: 0, extra: 0, different: 0 },
      ...Array(3).fill({ missing: 1, extra: 0, different: 0 }),
    ]);
    expect(results.every(({ inFlight }) => inFlight >= 300)).toBe(true);
  });

  it('reports a target row that stays stale while its source goes on changing', async () => {
    const source = new MemorySide({ a: '0' });
    const stale = await runs(
      source,
      new MemorySide({ a: 'old' }),
      (run) => source.rows.set('a', [`new ${run}`]),
      2,
    );
    expect(stale.map(({ counts }) => counts.different)).toEqual([0, 1]);
  });

  it('forgets a difference that was settled between two runs', async () => {
    const [source, target] = [new MemorySide({ a: '1' }), new MemorySide()];
    const flip = (run: number): void => {
      if (run % 2 === 0) target.rows.set('a', source.rows.get('a') ?? []);
      else source.rows.set('a', [`new ${run}`]);
    };
    const results = await runs(source, target, flip, 5);
    expect(results.map(({ counts }) => counts.missing + counts.different)).toEqual([0, 0, 0, 0, 0]);
    expect(results.map(({ isEqual }) => isEqual)).toEqual([false, true, false, true, false]);
  });

  it('keeps watching what lies in buckets that one run does not look into', async () => {
    const rows = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${at}`, '1']));
    const clock = new ManualClock();
    const options = (): ComparisonOptions => ({
      ...optionsOf(clock),
      drillLimits: { rows: 40n, buckets: 20 },
    });
    const first = await compareTable(new MemorySide(rows), new MemorySide(), options(), FRESH);
    clock.ms += 900_000;
    const earlier = { watched: watchListOf(first.watched), rows: 0n };
    const narrow = { ...options(), drillLimits: { rows: 5n, buckets: 2 } };
    const second = await compareTable(new MemorySide(rows), new MemorySide(), narrow, earlier);
    expect(first).toMatchObject({ counts: { missing: 0 }, isComplete: false });
    expect(second.counts.missing).toBeGreaterThanOrEqual(earlier.watched.size);
  });
});
