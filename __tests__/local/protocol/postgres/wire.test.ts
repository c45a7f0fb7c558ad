import { MessageFrames, ProtocolViolation } from '../../../../local/protocol/postgres/frontend-messages';
import { parameterText, valueBytes } from '../../../../local/protocol/postgres/value-bytes';
import { WarehouseError } from '../../../../local/runtime/ports/warehouse';
import {
  countPlaceholders,
  cutStatements,
} from '../../../../local/services/redshift/postgres/cut-statements';
import { describeFailure } from '../../../../local/services/redshift/postgres/sql-states';

const query = (text: string): Buffer => {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.from('Q\0\0\0\0');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

it('a message is whole however its bytes arrive', () => {
  const frames = new MessageFrames({ longestMessageBytes: 1_000 });
  frames.start();
  const texts: string[] = [];
  for (const byte of Buffer.concat([query('select 1'), query('é')])) {
    frames.add(Buffer.from([byte]));
    for (let next = frames.next(); next !== undefined; next = frames.next()) texts.push(next.body.text());
  }
  expect(texts).toEqual(['select 1', 'é']);
});

it.each([
  ['longer than allowed', Buffer.from([0x51, 0, 1, 0, 0])],
  ['shorter than its own length', Buffer.from([0x51, 0, 0, 0, 3])],
  ['of a negative length', Buffer.from([0x51, 255, 255, 255, 255])],
])('a message %s is refused by its head alone', (_, bytes) => {
  const frames = new MessageFrames({ longestMessageBytes: 1_000 });
  frames.start();
  frames.add(bytes);
  expect(() => frames.next()).toThrow(ProtocolViolation);
});

it('fields past the end of a message are refused', () => {
  const frames = new MessageFrames({ longestMessageBytes: 1_000 });
  frames.start();
  frames.add(query('x'));
  const body = frames.next()!.body;
  expect(body.text()).toBe('x');
  expect(() => body.int32()).toThrow('ends before its fields do');
  expect(() => body.text()).toThrow('has no end');
});

it.each([
  ['numeric', '0'],
  ['numeric', '0.01'],
  ['numeric', '-12345678.90'],
  ['numeric', '10000'],
  ['numeric', '-0.0000000001'],
  ['numeric', '99999999999999999999999999999999999999'],
  ['int8', '-9223372036854775808'],
  ['timestamp', '1969-12-31 23:59:59.000001'],
  ['timestamp', '0001-01-01 00:00:00.000000'],
  ['timestamp', '9999-12-31 23:59:59.999999'],
  ['date', '2024-02-29'],
  ['date', '0001-01-01'],
  ['varchar', 'ü€😀'],
])('%s %s is the same after it was binary', (type, text) => {
  const value = type === 'int8' ? BigInt(text) : text;
  expect(parameterText(valueBytes(value, type, 1)!, type, 1)).toBe(text);
});

it('a value of 32 bits prints as short as it can', () => {
  expect(valueBytes(Math.fround(0.1), 'float4', 0)!.toString()).toBe('0.1');
  expect(valueBytes(Math.fround(16_777_217), 'float4', 0)!.toString()).toBe('16777216');
});

it('statements are cut at semicolons that are no part of a text or a comment', () => {
  const text = `select ';' -- ;\n; /* ; */ ;; select ";" , $1 , $12`;
  expect(cutStatements(text).map(({ sql }) => sql.trim())).toEqual([
    "select ';' -- ;",
    'select ";" , $1 , $12',
  ]);
  expect(countPlaceholders('select $2, $1, $2')).toBe(2);
});

it.each([
  ['syntax error at or near "x"\n  Position: 7', '42601', 7],
  ['relation "a" does not exist', '42P01', undefined],
  ['column "a" does not exist in t, u', '42703', undefined],
  ['function f(integer) does not exist', '42883', undefined],
  ['permission denied for relation t', '42501', undefined],
  ["Query cancelled on user's request", '57014', undefined],
  ['COMMENT is not supported', '0A000', undefined],
  ['something that nobody knows', 'XX000', undefined],
])('%j has the SQLSTATE %s', (message, code, position) => {
  const said = describeFailure(new WarehouseError(message));
  expect([said.code, said.position]).toEqual([code, position]);
});
