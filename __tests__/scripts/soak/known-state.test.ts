import { KnownState } from '../../../scripts/soak/known-state';
import { uniqueRows } from '../../../scripts/soak/mysql-rows';
import { Random } from '../../../scripts/soak/random';

describe('what a writer knows', () => {
  it('finds a lost change, a revived row and a row that nobody wrote', () => {
    const known = new KnownState();
    known.acknowledge('a', '1.00');
    known.acknowledge('a', '2.00');
    known.acknowledge('b', null);
    known.acknowledge('c', '3.00');
    const found = new Map([
      ['a', '1.00'],
      ['b', '9.00'],
      ['d', '4.00'],
    ]);
    expect(known.differences(found)).toEqual([
      'a: 2.00 was acknowledged, found 1.00',
      'b: no row was acknowledged, found 9.00',
      'c: 3.00 was acknowledged, found no row',
      'd: nobody wrote it',
    ]);
  });

  it('takes both states of a change whose answer was lost, and one again after the next answer', () => {
    const known = new KnownState();
    known.acknowledge('a', '1.00');
    known.doubt('a', '2.00');
    expect(known.differences(new Map([['a', '1.00']]))).toEqual([]);
    expect(known.differences(new Map([['a', '2.00']]))).toEqual([]);
    expect(known.differences(new Map())).toEqual(['a: 1.00 or 2.00 was acknowledged, found no row']);
    known.acknowledge('a', '3.00');
    expect(known.differences(new Map([['a', '2.00']]))).toHaveLength(1);
  });
});

describe('a soak', () => {
  it('refuses a doubled row', () => {
    expect(() =>
      uniqueRows([
        ['a', '1'],
        ['a', '1'],
      ]),
    ).toThrow('a is there twice');
  });

  it('draws the same numbers from the same seed', () => {
    const [one, same, other] = [new Random(7), new Random(7), new Random(8)];
    const draws = (random: Random): number[] => Array.from({ length: 50 }, () => random.below(1_000));
    const first = draws(one);
    expect(draws(same)).toEqual(first);
    expect(draws(other)).not.toEqual(first);
  });
});
