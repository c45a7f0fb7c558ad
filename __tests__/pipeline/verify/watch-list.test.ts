import { NOTHING } from '../../../pipeline/verify/row-comparison';
import {
  ageDifference,
  isOverdue,
  kindOf,
  type WatchedDifference,
  watchListOf,
} from '../../../pipeline/verify/watch-list';

const keyHash = '0123456789abcdef0123456789abcdef';
const seen = (source: string, target: string) => ({ keyHash, source, target });

/** What a list of looks, each `[seconds, source, target]`, makes of a difference. */
function watch(...looks: readonly (readonly [number, string, string])[]): WatchedDifference {
  let last: WatchedDifference | undefined;
  for (const [at, source, target] of looks) {
    last = ageDifference(seen(source, target), watchListOf(last === undefined ? [] : [last]), at);
  }
  return last!;
}

describe('a watched difference', () => {
  it('becomes overdue when the source row stays as it is and does not arrive', () => {
    const difference = watch([1000, 'a', NOTHING], [1300, 'a', NOTHING], [1900, 'a', NOTHING]);
    expect(isOverdue(difference, 1899, 900)).toBe(false);
    expect(isOverdue(difference, 1900, 900)).toBe(true);
  });

  it('becomes overdue when the target row stays stale while its source goes on changing', () => {
    expect(isOverdue(watch([0, 'a', 'old'], [400, 'b', 'old'], [900, 'c', 'old']), 900, 900)).toBe(true);
  });

  it('stays in flight for as long as both sides go on changing', () => {
    expect(isOverdue(watch([0, 'a', 'x'], [800, 'b', 'a'], [1600, 'c', 'b']), 1600, 900)).toBe(false);
  });

  it('is in flight while changes reach the target, even if both sides look the same at each look', () => {
    expect(isOverdue(watch([0, 'a', 'x@1'], [600, 'a', 'x@2'], [1200, 'a', 'x@3']), 1200, 900)).toBe(false);
    expect(isOverdue(watch([0, 'a', '-@1'], [600, 'a', '-@2'], [1200, 'a', '-@3']), 1200, 900)).toBe(false);
    expect(isOverdue(watch([0, 'a', 'x@1'], [600, 'b', 'x@1'], [1200, 'a', 'x@1']), 1200, 900)).toBe(true);
  });

  it('starts the age of one side again when that side changes, and keeps the other one', () => {
    expect(watch([0, 'a', 'x'], [100, 'b', 'x'])).toMatchObject({ sourceSince: 100, targetSince: 0 });
    expect(watch([0, 'a', 'x'], [100, 'a', 'y'])).toMatchObject({ sourceSince: 0, targetSince: 100 });
  });

  it('is missing, extra or different by which sides have rows', () => {
    expect(kindOf(seen('a', NOTHING))).toBe('missing');
    expect(kindOf(seen('a', `${NOTHING}@1`))).toBe('missing');
    expect(kindOf(seen(NOTHING, 'a'))).toBe('extra');
    expect(kindOf(seen('a', 'b'))).toBe('different');
  });
});
