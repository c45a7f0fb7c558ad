import fc from 'fast-check';
import type { AttributeValue, Item } from '../../../pipeline/dynamodb/attribute-value';
import { projectItem, projectKey } from '../../../pipeline/dynamodb/project-item';
import { PipelineError } from '../../../pipeline/errors';
import { marshallNumber, tradeItem, WIDE } from '../../support/items';
import { TRADES } from '../../support/tables';

const wide = (attributes: Record<string, AttributeValue>) =>
  projectItem(WIDE, { id: { S: 'a' }, ...attributes });

it('an item of the seed becomes its typed columns and the whole document', () => {
  const row = projectItem(TRADES, tradeItem);
  expect(row.columns).toEqual({
    id: '5597a1617df886b33f839f9a',
    ticker: 'abcd',
    ticket: 'z100',
    price: '110',
    shares: '200',
    system: 'abc',
    lag: '0',
    traded_at: '2012-03-02 22:00:00.000000',
  });
  expect(row.flags).toBeNull();
  expect(row.item).toBe(
    '{"details":{"asks":["110.07","110.12"],"bids":["109.9"],"lag":"0","system":"abc"},' +
      '"id":"5597a1617df886b33f839f9a","price":"110","shares":"200","ticker":"abcd","ticket":"z100",' +
      '"time":{"date":"2012-03-02T22:00:00.000Z"}}',
  );
});

it.each<[string, AttributeValue, string | null, string]>([
  ['small', { N: '-32768' }, '-32768', 'fits'],
  ['small', { N: '32768' }, null, 'too great'],
  ['whole', { N: '7.0' }, '7', 'a whole number however written'],
  ['whole', { N: '7.5' }, null, 'not whole'],
  ['big', { N: '9223372036854775807' }, '9223372036854775807', 'the greatest'],
  ['amount', { N: '9999999999999999.99' }, '9999999999999999.99', 'decimal(18,2) full'],
  ['amount', { N: '1E+2' }, '100', 'written with an exponent'],
  ['amount', { N: '0.001' }, null, 'would be rounded'],
  ['amount', { N: '10000000000000000' }, null, 'too many digits before the point'],
  ['amount', { S: '1' }, null, 'text, not a number'],
  ['ratio', { N: '0.1' }, '0.1', 'the double that stands for it'],
  ['ratio', { N: '0.12345678901234567890' }, null, 'no double has so many digits'],
  ['flag', { BOOL: false }, 'false', 'boolean'],
  ['flag', { N: '1' }, null, 'a number is no boolean'],
  ['day', { S: '2017-06-29' }, '2017-06-29', 'date'],
  ['day', { S: '2017-06-31' }, null, 'no such day'],
  ['at', { S: '2012-03-02T22:00:00+01:00' }, '2012-03-02 21:00:00.000000', 'in UTC'],
  ['at', { N: '1330725600' }, null, 'an epoch is not declared'],
  ['name', { S: 'æøå€😀'.repeat(2) }, 'æøå€😀'.repeat(2), '26 bytes of ten characters'],
  ['name', { S: 'x'.repeat(41) }, null, '41 bytes in 10 characters times 4'],
  ['name', { S: '' }, '', 'empty text is not NULL'],
  ['name', { S: 'a\0b' }, null, 'NUL'],
  ['name', { N: '5' }, null, 'a number is no text'],
  ['doc', { L: [{ N: '1.10' }, { NULL: true }] }, '["1.1",null]', 'document'],
  ['doc', { S: 'y'.repeat(65_536) }, null, 'a string that SUPER cannot hold'],
])('column %s of %j: %s (%s)', (column, attribute, expected) => {
  const row = wide({ [column]: attribute });
  expect(row.columns[column]).toBe(expected);
  const flagged = row.flags?.split(',').includes(column) ?? false;
  expect(flagged).toBe(expected === null);
});

it('NULL and an absent attribute are NULL without a flag', () => {
  const row = wide({ amount: { NULL: true } });
  expect(row.columns.amount).toBeNull();
  expect(row.columns.name).toBeNull();
  expect(row.flags).toBeNull();
});

it('strings that SUPER cannot hold are left out of the document, and their paths are flagged', () => {
  const long = 'z'.repeat(65_536);
  const row = wide({
    'odd,name/x': { S: long },
    deep: { M: { list: { L: [{ S: 'a' }, { S: long }] }, ok: { S: 'b' } } },
    set: { SS: ['b', 'a\0', 'a'] },
    binary: { B: Buffer.alloc(60_000).toString('base64') },
  });
  expect(row.item).toBe('{"deep":{"list":["a",null],"ok":"b"},"id":"a","set":["a","b"]}');
  expect(row.flags).toBe('item/binary,item/deep/list/1,item/odd%2Cname%2Fx,item/set');
  expect(row.flagCount).toBe(4);
});

it('more flags than their column holds are counted', () => {
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`attribute-number-${index}`, { S: '\0' }]),
  );
  const flags = wide(many).flags ?? '';
  expect(Buffer.byteLength(flags)).toBeLessThanOrEqual(4000);
  expect(flags).toMatch(/,\+\d+$/);
});

it('an item that grows beyond what COPY takes is flagged as a whole', () => {
  const numbers = { L: Array.from({ length: 40_000 }, () => ({ N: '1E+125' })) };
  const row = wide({ numbers });
  expect(row.item).toBeNull();
  expect(row.flags).toBe('item');
});

it('keys that look like integers or like JavaScript internals keep their place and value', () => {
  const item = JSON.parse(
    '{"id":{"S":"a"},"10":{"S":"ten"},"9":{"S":"nine"},"__proto__":{"S":"p"},"constructor":{"S":"c"}}',
  ) as Item;
  expect(projectItem(WIDE, item).item).toBe(
    '{"10":"ten","9":"nine","__proto__":"p","constructor":"c","id":"a"}',
  );
});

it('the digest tells types apart and does not see how a number or a set is written', () => {
  const digest = (value: AttributeValue): string => wide({ value }).digest;
  expect(digest({ S: '1' })).not.toBe(digest({ N: '1' }));
  expect(digest({ L: [{ S: 'a' }] })).not.toBe(digest({ SS: ['a'] }));
  expect(digest({ NULL: true })).not.toBe(wide({}).digest);
  expect(digest({ N: '1.0' })).toBe(digest({ N: '1' }));
  expect(digest({ NS: ['2', '10'] })).toBe(digest({ NS: ['10.0', '2'] }));
  expect(digest({ B: Buffer.from('ab') })).toBe(digest({ B: 'YWI=' }));
});

it('any number of up to 38 digits is in its column exactly, or flagged and in the item exactly', () => {
  fc.assert(
    fc.property(marshallNumber, (number) => {
      const row = wide({ amount: { N: number }, big: { N: number } });
      const inItem = (JSON.parse(row.item ?? '') as Record<string, string>).amount as string;
      for (const column of ['amount', 'big']) {
        const text = row.columns[column] ?? null;
        if (text === null) expect(row.flags?.split(',')).toContain(column);
        else expect(text).toBe(inItem);
      }
      expect(BigInt(scaled(inItem))).toBe(BigInt(scaled(number)));
    }),
  );
});

/** The number times 10^200, by moving the point as text. */
function scaled(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('E');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return whole + fraction + '0'.repeat(200 + Number(exponent) - fraction.length);
}

const UNUSABLE_KEY = /^STREAM_RECORD_INVALID: an item of trades has a key that its target cannot hold: id /;
const UNTYPED =
  /^STREAM_RECORD_INVALID: an attribute value must have exactly one of the types .*, got members: /;

it.each<[string, Item, RegExp]>([
  ['no key', { ticker: { S: 'x' } }, UNUSABLE_KEY],
  ['a key of another type', { id: { N: '1' } }, UNUSABLE_KEY],
  ['a key that is too long', { id: { S: 'x'.repeat(2049) } }, UNUSABLE_KEY],
  ['an attribute of no known type', { id: { S: 'x' }, odd: { X: '1' } as AttributeValue }, UNTYPED],
  ['an attribute of two types', { id: { S: 'x' }, odd: { S: '1', N: '1' } }, UNTYPED],
])('an item with %s is refused, without its values', (_why, item, message) => {
  const refused = (): unknown => projectItem(TRADES, item);
  expect(refused).toThrow(PipelineError);
  expect(refused).toThrow(message);
});

it('only the key is projected for deletes', () => {
  expect(projectKey(TRADES, { id: { S: 'k' }, price: { N: '1' } })).toEqual({ id: 'k' });
  expect(() => projectKey(TRADES, {})).toThrow(UNUSABLE_KEY);
});
