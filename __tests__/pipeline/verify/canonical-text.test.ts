import fc from 'fast-check';
import {
  type CanonicalValue,
  canonicalPart,
  documentPart,
  UNPRINTED_PART,
} from '../../../pipeline/verify/canonical-text';
import { comparedColumns } from '../../../pipeline/verify/compared-table';
import { canonicalDocument } from '../../../pipeline/verify/document-text';
import { ALL_TYPES, canonicalRow, columnValue, PLAIN, type Row, rowOf } from './all-types';

const textOf = (row: Row): string => canonicalRow(ALL_TYPES, row);

/** What makes two values of a type the same: numbers by value, all else by its text. */
function sameValue(kind: string, left: CanonicalValue, right: CanonicalValue): boolean {
  if (left === null || right === null) return left === right;
  if (kind === 'double') return Number(left) === Number(right);
  if (kind !== 'decimal') return String(left) === String(right);
  const scaled = (value: CanonicalValue): bigint =>
    BigInt(`${value}`.replace(/\.(\d*)$/, (_, f) => f.padEnd(30, '0')));
  return scaled(left) === scaled(right);
}

describe('the canonical text of a row', () => {
  it('is the same exactly when all values are the same', () => {
    const pair = rowOf(ALL_TYPES).chain((row) =>
      fc.tuple(
        fc.constant(row),
        fc.tuple(
          ...ALL_TYPES.columns.map(({ type }, at) => {
            const same: fc.Arbitrary<CanonicalValue> = fc.constant(row[at] ?? null);
            const other: fc.Arbitrary<CanonicalValue> = fc.option(columnValue(type));
            return fc.oneof({ weight: 8, arbitrary: same }, { weight: 1, arbitrary: other });
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const same = ALL_TYPES.columns.every(({ type }, at) =>
          sameValue(type.kind, left[at] ?? null, right[at] ?? null),
        );
        expect(textOf(left) === textOf(right)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never longer than a VARCHAR of the warehouse: only then the longest texts are hashed', () => {
    const hashed = (table: typeof ALL_TYPES): string[] =>
      comparedColumns(table)
        .filter(({ isHashed }) => isHashed)
        .map(({ name }) => name);
    expect(hashed(ALL_TYPES)).toEqual(['long']);
    expect(hashed(PLAIN)).toEqual([]);
    const longest: Row = ALL_TYPES.columns.map(({ type }) =>
      type.kind === 'text' ? '😀'.repeat(type.characters) : null,
    );
    expect(Buffer.byteLength(textOf(longest))).toBeLessThanOrEqual(65_535);
  });

  it.each([
    [{ kind: 'decimal', precision: 18, scale: 2 }, '110', '110.00'],
    [{ kind: 'decimal', precision: 18, scale: 2 }, '-0.00', '0.00'],
    [{ kind: 'decimal', precision: 18, scale: 2 }, '007.5', '7.50'],
    [{ kind: 'decimal', precision: 18, scale: 0 }, '7', '7'],
    [{ kind: 'bigint' }, '-9223372036854775808', '-9223372036854775808'],
    [{ kind: 'boolean' }, true, '1'],
    [{ kind: 'boolean' }, 'false', '0'],
    [{ kind: 'timestamp' }, '2012-03-02T22:00:00.5', '2012-03-02 22:00:00.500000'],
    [{ kind: 'timestamp' }, '2012-03-02 22:00:00', '2012-03-02 22:00:00.000000'],
    [{ kind: 'date' }, '2017-06-29', '2017-06-29'],
    [{ kind: 'text', characters: 5 }, '', '0:'],
    [{ kind: 'text', characters: 5 }, '~|é', '4:~|é'],
    [{ kind: 'double' }, '1', '4503599627370496e-52'],
    [{ kind: 'double' }, '-0', '0'],
    [{ kind: 'double' }, '5e-324', '4503599627370496e-1126'],
    [{ kind: 'double' }, '0.1', '7205759403792794e-56'],
    [{ kind: 'document' }, '{}', '44136fa355b3678a1146ad16f7e8649e'],
    [{ kind: 'document' }, 'null', '~'],
    [{ kind: 'document' }, `"${'x'.repeat(540_000)}"`, '1'],
  ] as const)('writes %j %p as %p', (type, value, part) => {
    expect(canonicalPart({ type, isHashed: false }, value)).toBe(part);
  });

  it.each([
    [{ kind: 'integer' }, '1.5'],
    [{ kind: 'decimal', precision: 5, scale: 2 }, '1.005'],
    [{ kind: 'decimal', precision: 5, scale: 2 }, 'secret'],
    [{ kind: 'boolean' }, 'secret'],
    [{ kind: 'date' }, 'secret'],
    [{ kind: 'timestamp' }, 'secret'],
    [{ kind: 'double' }, 'secret'],
  ] as const)('refuses %j %p without repeating it', (type, value) => {
    expect(() => canonicalPart({ type, isHashed: false }, value)).toThrow(RangeError);
    expect(() => canonicalPart({ type, isHashed: false }, value)).not.toThrow(/secret/);
  });
});

describe('a document', () => {
  it('that is long has a hash of all of its bytes, whichever of them is another', () => {
    const long = `"${'é'.repeat(60_000)}"`;
    const hashes = [0, 29_999, 30_000, 59_999].map((at) =>
      documentPart(`"${'é'.repeat(at)}e${'é'.repeat(59_999 - at)}"`),
    );
    expect(new Set([documentPart(long), UNPRINTED_PART, ...hashes]).size).toBe(6);
  });

  it('has one text, whatever the order of its names, its blanks, escapes and notation of numbers', () => {
    const text = '{"a":["100","x/é\\n",{"c":null,"d":true}],"b":"1.5"}';
    expect(canonicalDocument(text)).toBe(text);
    const other = '{ "b": 1.50, "a": [1e2, "x\\/\\u00e9\\u000a", {"d":true, "c":null}] }';
    expect(canonicalDocument(other)).toBe(text);
    expect(canonicalDocument('{"a":["100"]}')).not.toBe(canonicalDocument('{"a":["100.0"]}'));
  });

  it('that staging would not write stays as it is', () => {
    for (const text of ['{"a":1,"a":2}', '{"a"', '']) expect(canonicalDocument(text)).toBe(text);
  });
});
