import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { ItemProfiler, MAX_ATTRIBUTES } from '../../../pipeline/dynamodb/profile-items';
import { proposeEntry } from '../../../pipeline/dynamodb/propose-entry';
import { parseCatalogue } from '../../../pipeline/values/catalogue';

const target = { schema: 'market', table: 'quotes' };
const propose = (
  items: readonly Item[],
  key: Parameters<typeof proposeEntry>[1]['key'] = [{ name: 'id', type: 'S' }],
) => {
  const profiler = new ItemProfiler();
  for (const item of items) profiler.add(item);
  return proposeEntry(profiler.attributes(), { key, target, itemCount: items.length });
};
/** Of one attribute beside the key: its proposed type. */
const typeOf = (...values: readonly Item[string][]): string | undefined =>
  propose(values.map((value, at) => ({ id: { S: String(at) }, a: value }))).fates.find(
    ({ path }) => path === 'a',
  )?.redshift;

describe('the proposed column of an attribute', () => {
  it.each<[string, Item[string][], string | undefined]>([
    ['whole numbers', [{ N: '1' }, { N: '-9223372036854775808' }], 'bigint'],
    ['whole numbers past BIGINT', [{ N: '9223372036854775808' }], 'numeric(38,12)'],
    ['prices', [{ N: '1' }, { N: '0.25' }], 'numeric(38,12)'],
    ['many decimals', [{ N: '1.12345678901234567890' }], 'numeric(38,19)'],
    ['too many digits', [{ N: '1E+30' }, { N: '1E-30' }], 'only in item'],
    ['texts, with room for twice as much', [{ S: 'x'.repeat(200) }], 'varchar(1024)'],
    ['text of several bytes a character', [{ S: '€'.repeat(50) }], 'varchar(1024)'],
    ['long text', [{ S: 'x'.repeat(40_000) }], 'only in item'],
    ['days', [{ S: '2026-02-28' }], 'date'],
    ['times', [{ S: '2026-02-28T01:02:03.5Z' }, { NULL: true }], 'timestamp'],
    ['times and another text', [{ S: '2026-02-28T01:02:03Z' }, { S: 'soon' }], 'varchar(256)'],
    ['booleans', [{ BOOL: true }], 'boolean'],
    ['two types', [{ S: '1' }, { N: '1' }], 'only in item'],
    ['lists', [{ L: [] }], 'only in item'],
    ['nothing but NULL', [{ NULL: true }], 'only in item'],
  ])('for %s', (_what, values, expected) => {
    expect(typeOf(...values)).toBe(expected);
  });
});

describe('a proposed entry', () => {
  it('has its key first, columns out of maps with names of their own, and is one that synthesis takes', () => {
    const { entry, fates } = propose(
      [
        {
          Price: { N: '1' },
          at: { N: '1.5' },
          id: { S: 'a' },
          m: { M: { price: { N: '2' }, _cdc_x: { S: '' } } },
        },
        { at: { N: '2' }, id: { S: 'a' }, item: { S: 'x' }, price: { NULL: true } },
      ],
      [
        { name: 'id', type: 'S' },
        { name: 'at', type: 'N' },
      ],
    );
    expect(entry.columns).toEqual([
      { name: 'id', redshift: 'varchar(2048)' },
      { name: 'at', redshift: 'numeric(38,1)' },
      { name: 'price', path: ['Price'], redshift: 'bigint' },
      { name: 'm_price', path: ['m', 'price'], redshift: 'bigint' },
      { name: 'm__cdc_x', path: ['m', '_cdc_x'], redshift: 'varchar(256)' },
      { name: 'item_value', path: ['item'], redshift: 'varchar(256)' },
    ]);
    expect(fates.find(({ path }) => path === 'Price')?.nullPercent).toBe('50 %');
    expect(parseCatalogue({ quotes: entry })).toHaveLength(1);
  });

  it('is refused when the items are not of that key', () => {
    expect(() => propose([{ other: { S: 'a' } }])).toThrow(/no item of the sample has the key id/);
  });

  it('looks at so many attributes and no more, where the names in a map are data', () => {
    const names = Object.fromEntries(
      Array.from({ length: 2 * MAX_ATTRIBUTES }, (_, at) => [`n${at}`, { N: '1' }]),
    );
    expect(propose([{ id: { S: 'a' }, m: { M: names } }]).entry.columns.length).toBeLessThan(MAX_ATTRIBUTES);
  });
});
