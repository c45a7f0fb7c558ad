/**
 * Random histories of items, many at once: each has keys, changes, shards and deliveries of its own, and all share a table, whose
 * loads, stops, replays, backfills, trims, streams and columns are drawn beside them. No key of one history meets one of another.
 */
import fc from 'fast-check';

export const HISTORIES_AT_ONCE = 20;
export const HISTORIES = Array.from({ length: HISTORIES_AT_ONCE }, (_, index) => `h${index}`);

/** Few keys and many changes; two keys differ in a trailing blank alone. */
export const KEYS = ['a', 'a ', 'b', 'ß😀'];

const change = fc.record({
  key: fc.constantFrom(...KEYS),
  /** NULL for a delete. */
  price: fc.option(fc.integer({ min: -99_999, max: 99_999 })),
  isExpiry: fc.boolean(),
  /** Longer than the narrow column. */
  isLong: fc.boolean(),
});
export type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const historyStep = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('change' as const), change }) },
  {
    weight: 2,
    arbitrary: fc.record({
      /** Several items at one time. */
      kind: fc.constant('transaction' as const),
      changes: fc.array(change, { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deliver again' as const), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reshard' as const),
      count: fc.constantFrom(1 as const, 2 as const),
    }),
  },
);
export type HistoryStep = typeof historyStep extends fc.Arbitrary<infer Value> ? Value : never;

export const STOPS = ['writeText', 'executeBatch', 'moveToLoaded', 'removeTogether', 'remove'] as const;

const tableStep = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('load' as const),
      maxFiles: fc.constantFrom(1, 3, 100),
    }),
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
      /** Of four; the run ends there, and the next one continues. */
      pages: fc.integer({ min: 1, max: 4 }),
      meanwhile: fc.array(fc.record({ history: fc.constantFrom(...HISTORIES), change }), { maxLength: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'trim' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'recreate' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'new stream' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'other columns' as const }) },
);
export type TableStep = typeof tableStep extends fc.Arbitrary<infer Value> ? Value : never;

export const manyHistories = fc.record({
  roundedToMs: fc.constantFrom(1_000 as const, 60_000 as const),
  keepsExpired: fc.boolean(),
  isNarrow: fc.boolean(),
  rounds: fc.array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 200 }),
      steps: fc.array(fc.array(historyStep, { maxLength: 4 }), {
        minLength: HISTORIES_AT_ONCE,
        maxLength: HISTORIES_AT_ONCE,
      }),
      /** Files arrive at the bucket in another order. */
      isReversed: fc.boolean(),
      table: tableStep,
    }),
    { minLength: 4, maxLength: 14 },
  ),
});
