import fc from 'fast-check';
import { checkSuper } from '../../../../../local/services/redshift/copy/convert-value';
import { plainDocumentEnd } from '../../../../../local/services/redshift/copy/plain-document';
import { buildItemJson } from '../../../../../pipeline/dynamodb/item-json';

const endOf = (text: string): number => {
  const bytes = Buffer.from(`--${text},`);
  return plainDocumentEnd(bytes, 2, bytes.length) - 2;
};

it('a document that is taken as bytes is what reading and writing it would give', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '"b":',
    '"aa":',
    '"1":',
    '"é"',
    '""',
    'null',
    'true',
    'fals',
    'e',
    '1',
    ' ',
    '\\',
    '"',
  );
  const texts = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 8 }).map((pieces) => `{"a":${pieces.join('')}}`),
  );
  let takenCount = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const end = endOf(text);
      if (end !== Buffer.byteLength(text)) return;
      takenCount += 1;
      expect(checkSuper(JSON.parse(text))).toBe(text);
    }),
    { numRuns: 1_000 },
  );
  expect(takenCount).toBeGreaterThan(100);
});

it('items are taken as bytes; what could be read in two ways is not', () => {
  const item = {
    id: { S: 'ß😀' },
    n: { N: '-1.50' },
    m: { M: { b: { BOOL: true }, a: { NULL: true }, '': { L: [{ S: '' }, { M: {} }, { L: [] }] } } },
    s: { SS: ['b', 'a'] },
  };
  const { json } = buildItemJson(item);
  expect(endOf(json)).toBe(Buffer.byteLength(json));
  const deep = `${'['.repeat(101)}${']'.repeat(101)}`;
  const long = `"${'x'.repeat(65_536)}"`;
  for (const text of [
    '{"a":"1","a":"2"}',
    '{"b":"","a":""}',
    '{"10":""}',
    '{"a":1}',
    '{"a": ""}',
    '"\\n"',
    '"',
    deep,
    long,
    'nul',
    '',
  ])
    expect(endOf(text)).toBe(-3);
});
