/** Items and a wide table for tests of the DynamoDB way. */
import fc from 'fast-check';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import type { DynamodbTable } from '../../pipeline/tables';
import type { ColumnType } from '../../pipeline/values/column-type';

/** The shape of one item of the seed. */
export const tradeItem: Item = {
  id: { S: '5597a1617df886b33f839f9a' },
  details: {
    M: {
      asks: { L: [{ N: '110.07' }, { N: '110.12' }] },
      bids: { L: [{ N: '109.9' }] },
      lag: { N: '0' },
      system: { S: 'abc' },
    },
  },
  price: { N: '110' },
  shares: { N: '200' },
  ticker: { S: 'abcd' },
  ticket: { S: 'z100' },
  time: { M: { date: { S: '2012-03-02T22:00:00.000Z' } } },
};

const types: Readonly<Record<string, ColumnType>> = {
  id: { kind: 'text', characters: 20 },
  small: { kind: 'smallint' },
  whole: { kind: 'integer' },
  big: { kind: 'bigint' },
  amount: { kind: 'decimal', precision: 18, scale: 2 },
  ratio: { kind: 'double' },
  flag: { kind: 'boolean' },
  day: { kind: 'date' },
  at: { kind: 'timestamp' },
  name: { kind: 'text', characters: 10 },
  doc: { kind: 'document' },
};

/** A column of every type. */
export const WIDE: DynamodbTable = {
  source: 'dynamodb',
  name: 'wide',
  target: { schema: 'lab', table: 'wide' },
  key: ['id'],
  keyTypes: { id: 'S' },
  columns: Object.entries(types).map(([name, type]) => ({
    name,
    type,
    path: [name],
    nullable: name !== 'id',
  })),
};

/** A number as a client may write it: up to 38 significant digits, with or without an exponent. */
export const marshallNumber: fc.Arbitrary<string> = fc
  .record({
    sign: fc.constantFrom('', '-'),
    digits: fc.stringMatching(/^[1-9]\d{0,37}$/),
    point: fc.nat(38),
    exponent: fc.oneof(fc.constant(0), fc.integer({ min: -90, max: 80 })),
  })
  .map(({ sign, digits, point, exponent }) => {
    const split = Math.min(point, digits.length);
    const whole = digits.slice(0, split) || '0';
    const fraction = digits.slice(split);
    return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${exponent === 0 ? '' : `E${exponent}`}`;
  });
