import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  type ExactJson,
  ExactNumber,
  JsonSyntaxError,
  parseExactJson,
} from '../../../pipeline/files/exact-json';
import { type JsonItem, readJsonItems } from '../../../pipeline/files/json-items';
import { Refusal } from '../../../pipeline/files/rejection';
import { buildItem } from '../../../pipeline/ingest/build-item';
import { parseDynamodbNumber } from '../../../pipeline/ingest/item-number';
import type { DynamodbTable } from '../../../pipeline/tables';
import { byteStream, collect } from '../../support/byte-stream';
import { TRADES } from '../../support/tables';

const read = async (content: string | Buffer, chunkBytes?: number): Promise<JsonItem[]> =>
  (await collect(readJsonItems(byteStream(content, chunkBytes)))).flat();

/** What JSON.parse would give, numbers aside, which stay text in angle brackets. */
function plain(value: ExactJson | Refusal): unknown {
  if (value instanceof ExactNumber) return `<${value.text}>`;
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

it('the seed file of this project is read whole, and every item can be taken', async () => {
  const items = await read(readFileSync(join(__dirname, '../../../seed-data/trades.json')));
  expect(items).toHaveLength(12);
  for (const { value } of items) {
    expect(value).not.toBeInstanceOf(Refusal);
    expect(buildItem(value as ExactJson, TRADES)).not.toBeInstanceOf(Refusal);
  }
});

describe('the file', () => {
  it('items know their line, in any layout, with a byte order mark and other members', async () => {
    const content =
      '\ufeff{ "meta": {"data": [1, "]"]}, "count": 2,\r\n"data": [{"id":"ä{"},\n {"id": "b",\n"x": [ ]}, 3,"s]"\n,null], "more": "…" }\n';
    for (const chunkBytes of [1, 2, 7, 1000]) {
      const items = await read(content, chunkBytes);
      expect(items.map(({ line, value }) => [line, plain(value)])).toEqual([
        [2, { id: 'ä{' }],
        [3, { id: 'b', x: [] }],
        [4, '<3>'],
        [4, 's]'],
        [5, null],
      ]);
      expect(items[1]?.bytes.toString()).toBe('{"id": "b",\n"x": [ ]}');
    }
  });

  it.each([
    ['', 'the file is empty'],
    ['  ', 'line 1, column 3: the file ends where an object'],
    ['[{"id":"a"}]', 'line 1, column 1: expected an object'],
    ['{}', 'the object has no "data"'],
    ['{"items": []}', 'the object has no "data"'],
    ['{"data": {}}', 'line 1, column 10: expected an array as the value of "data"'],
    ['{"data": [], "data": []}', 'line 1, column 22: "data" appears twice'],
    ['{"data": [{"id": "a"}\n {"id": "b"}]}', 'line 2, column 2: expected a comma or ]'],
    ['{"data": [{"id": "a"},]}', 'line 1, column 23: expected an item'],
    ['{"data": [{"id": "a"}]', 'line 1, column 23: the file ends where a comma or } is expected'],
    ['{"data": [{"id": "a"}', 'the file ends where a comma or ] is expected'],
    ['{"data": [\n{"id": "a"', 'the file ends inside the value that starts on line 2, column 1'],
    ['{"data": []} {}', 'line 1, column 14: expected nothing more'],
    ['{"data": [{"ä": "😀", "b": tru}]}', 'line 1, column 27: expected a value'],
    ['{"data": [{"a": 1,\n\n "b" 2}]}', 'line 3, column 6: expected :'],
    ['{"data": [01]}', 'line 1, column 12: expected the end'],
    ['{"data": ["a\tb"]}', 'line 1, column 13: expected "'],
    ['{"data": ["\\x"]}', 'line 1, column 12: expected an escape of JSON'],
    ['{"data": [{"a": [1}]}', 'line 1, column 19: expected ]'],
    ['{"other": nul, "data": []}', 'line 1, column 11: expected a value'],
    ['{"data" []}', 'line 1, column 9: expected a colon'],
    ['{data: []}', 'line 1, column 2: expected a name in quotes, or }'],
  ])('a broken file is unreadable, with line and column: %j', async (content, message) => {
    for (const chunkBytes of [1, 1000]) {
      const failure = await read(content, chunkBytes).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'SEED_UNREADABLE', disposition: 'halt' });
      expect((failure as Error).message).toContain(message);
    }
  });

  it('a value without an end is given up after a bounded number of bytes', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from('{"data": [\n{"id": "a');
      for (;;) yield Buffer.alloc(1024 * 1024, 0x61);
    }
    await expect(collect(readJsonItems(endless()))).rejects.toThrow(
      /the value that starts on line 2, column 1 has more than 16777216 bytes/,
    );
  });

  it('an item of 15 MB is refused on its own, in the memory of its beginning', async () => {
    async function* large(): AsyncGenerator<Buffer> {
      yield Buffer.from('{"data": [{"id": "a"},\n{"id": "b", "list": [{}');
      for (let part = 0; part < 15; part += 1) yield Buffer.from(',{}'.repeat(350_000));
      yield Buffer.from(']},\n{"id": "c"}]}');
    }
    const items = (await collect(readJsonItems(large()))).flat();
    expect(items.map(({ line, isCut }) => ({ line, isCut }))).toEqual([
      { line: 1, isCut: false },
      { line: 2, isCut: true },
      { line: 3, isCut: false },
    ]);
    expect(items[1]?.value).toMatchObject({
      code: 'ITEM_TOO_LARGE',
      reason: 'the item has more than 4194304 bytes of JSON; DynamoDB takes 400 KB',
    });
    expect(items[1]?.bytes.length).toBe(1024);
  });

  it('an item of more values than DynamoDB counts bytes is refused before they are in memory', async () => {
    const items = await read(`{"data": [{"id": "a", "list": [{}${',{}'.repeat(1_000_000)}]}, {"id": "b"}]}`);
    expect(items[0]?.value).toMatchObject({
      code: 'ITEM_TOO_LARGE',
      reason: 'its values without their content have more than 409600 bytes as DynamoDB counts them',
    });
    expect(items[1]?.value).toBeInstanceOf(Map);
  });

  it('an item that is not UTF-8 is refused on its own', async () => {
    const content = Buffer.from('{"data": [{"id": "caf\xe9"}, {"id": "b"}]}', 'latin1');
    const items = await read(content);
    expect(items[0]?.value).toMatchObject({ code: 'INVALID_UTF8' });
    expect(items[1]?.value).toBeInstanceOf(Map);
  });
});

describe('a value', () => {
  it.each([
    ['{"a": 1, "b": {"c": 1, "d": 2, "c": 3}}', 'DUPLICATE_NAME', 'b.c'],
    ['{"a": [{"x": 1}, {"x": 1, "\\u0078": 2}]}', 'DUPLICATE_NAME', 'a.1.x'],
    ['{"a": "\\ud83d"}', 'INVALID_TEXT', 'a'],
    ['{"\\ude00": 1}', 'INVALID_TEXT', ''],
    [`${'['.repeat(5000)}${']'.repeat(5000)}`, 'NESTED_TOO_DEEP', undefined],
  ])('that would not survive is refused: %# %s', (text, code, column) => {
    expect(parseExactJson(text)).toEqual(expect.objectContaining({ code, column }));
  });

  it('escapes, pairs and U+FEFF are the characters they stand for', () => {
    expect(parseExactJson('"\\ud83d\\ude00\\u0000\\/\\b\\f\\n\\r\\t\\\\\\"\\ufeff\ufeffx"')).toBe(
      '😀\0/\b\f\n\r\t\\"\ufeff\ufeffx',
    );
  });

  it('the parser takes what JSON.parse takes, refuses what it refuses, and gives the same values', () => {
    const mutated = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', ']', '0', 'e', '-', ' ', '\\', '\n', '.'),
      )
      .map(([text, at, piece]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + piece + text.slice(place + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        let expected: unknown;
        let isJson = true;
        try {
          expected = JSON.parse(text);
        } catch {
          isJson = false;
        }
        let got: ExactJson | Refusal;
        try {
          got = parseExactJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonSyntaxError);
          expect(isJson).toBe(false);
          return;
        }
        expect(isJson).toBe(true);
        if (!(got instanceof Refusal)) expect(asDoubles(got)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

function asDoubles(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (value instanceof Map) {
    const object: Record<string, unknown> = {};
    for (const [name, member] of value) {
      Object.defineProperty(object, name, { value: asDoubles(member), enumerable: true });
    }
    return object;
  }
  return Array.isArray(value) ? value.map(asDoubles) : value;
}

describe('a number', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000e5', '0'],
    ['0e999999999999999999999', '0'],
    ['1E+2', '100'],
    ['1.50', '1.5'],
    ['100.0', '100'],
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
    ['-0.00012e-3', '-0.00000012'],
    ['9007199254740993', '9007199254740993'],
    ['0.1', '0.1'],
    [`${'9'.repeat(38)}e87`, `${'9'.repeat(38)}${'0'.repeat(87)}`],
    ['1e-130', `0.${'0'.repeat(129)}1`],
    [`1${'0'.repeat(100)}`, `1${'0'.repeat(100)}`],
  ])('%s is held as %s', (text, expected) => {
    expect(parseDynamodbNumber(text)).toBe(expected);
  });

  it.each([
    ['9'.repeat(39), 'NUMBER_TOO_PRECISE'],
    [`1.${'0'.repeat(37)}1`, 'NUMBER_TOO_PRECISE'],
    ['1e126', 'NUMBER_OUT_OF_RANGE'],
    ['-1e126', 'NUMBER_OUT_OF_RANGE'],
    ['9e-131', 'NUMBER_OUT_OF_RANGE'],
    ['1e999999999999999999999', 'NUMBER_OUT_OF_RANGE'],
    ['1e-999999999999999999999', 'NUMBER_OUT_OF_RANGE'],
  ])('%s is refused: %s', (text, code) => {
    expect(parseDynamodbNumber(text)).toMatchObject({ code });
  });

  it('of up to 38 digits keeps its value, whatever its exponent', () => {
    const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(digits, fc.integer({ min: -90, max: 80 }), (number, exponent) => {
        const text = parseDynamodbNumber(`${number}e${exponent}`) as string;
        const [whole = '', fraction = ''] = text.split('.');
        // number * 10^exponent = text, both sides raised to whole numbers.
        const raise = Math.max(0, -exponent, fraction.length);
        expect(BigInt(whole + fraction) * 10n ** BigInt(raise - fraction.length)).toBe(
          number * 10n ** BigInt(exponent + raise),
        );
        expect(text).toMatch(/^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/);
      }),
    );
  });
});

describe('an item', () => {
  const build = (text: string, table: DynamodbTable = TRADES): ReturnType<typeof buildItem> => {
    const value = parseExactJson(text);
    if (value instanceof Refusal) throw value;
    return buildItem(value, table);
  };

  it('keeps every kind of value, empty ones and odd names too', () => {
    const text =
      '{"id":"a","n":1.50,"t":true,"z":null,"e":"","l":[],"m":{},"__proto__":{"constructor":[{"x":-0}]}}';
    const built = build(text);
    expect(built).toMatchObject({ key: '["a"]' });
    expect(JSON.stringify((built as { item: object }).item)).toBe(
      '{"id":{"S":"a"},"n":{"N":"1.5"},"t":{"BOOL":true},"z":{"NULL":true},"e":{"S":""},"l":{"L":[]},"m":{"M":{}},' +
        '"__proto__":{"M":{"constructor":{"L":[{"M":{"x":{"N":"0"}}}]}}}}',
    );
  });

  it.each([
    ['[]', 'NOT_AN_OBJECT', undefined],
    ['"text"', 'NOT_AN_OBJECT', undefined],
    ['null', 'NOT_AN_OBJECT', undefined],
    ['{"ticker":"a"}', 'BAD_KEY', 'id'],
    ['{"id":1}', 'BAD_KEY', 'id'],
    ['{"id":null}', 'BAD_KEY', 'id'],
    ['{"id":""}', 'BAD_KEY', 'id'],
    ['{"id":"a\\u0000"}', 'BAD_KEY', 'id'],
    [`{"id":"${'x'.repeat(513)}"}`, 'BAD_KEY', 'id'],
    ['{"id":"a","d":{"x":[1,1e126]}}', 'NUMBER_OUT_OF_RANGE', 'd.x.1'],
    ['{"id":"a","d":{"":1}}', 'BAD_NAME', 'd.'],
    [
      `{"id":"a","d":${'['.repeat(32)}${']'.repeat(32)}}`,
      'NESTED_TOO_DEEP',
      expect.stringMatching(/^d\.0\./),
    ],
    [`{"id":"a","d":"${'x'.repeat(410_000)}"}`, 'ITEM_TOO_LARGE', undefined],
  ])('that DynamoDB or the warehouse cannot hold is refused: %# %s', (text, code, column) => {
    expect(build(text)).toEqual(expect.objectContaining({ code, column }));
  });

  it('has the key that its table says: two parts, numbers in one spelling', () => {
    const table: DynamodbTable = { ...TRADES, key: ['id', 'at'], keyTypes: { id: 'S', at: 'N' } };
    expect(build('{"id":"a","at":1.0}', table)).toMatchObject({ key: '["a","1"]' });
    expect(build('{"id":"a","at":"1"}', table)).toMatchObject({ code: 'BAD_KEY', column: 'at' });
    const sorted: DynamodbTable = { ...table, keyTypes: { id: 'S', at: 'S' } };
    expect(build(`{"id":"a","at":"${'x'.repeat(1025)}"}`, sorted)).toMatchObject({ code: 'BAD_KEY' });
  });
});
