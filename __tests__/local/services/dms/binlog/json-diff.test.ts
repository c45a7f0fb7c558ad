import fc from 'fast-check';
import { BinlogDamagedError } from '../../../../../local/services/dms/binlog/byte-reader';
import { applyJsonDiffs } from '../../../../../local/services/dms/binlog/json-diff';
import { jsonText } from '../../../../../local/services/dms/binlog/json-text';

type Json = number | Json[] | { [key: string]: Json };
type Leg = string | number;

const OPERATION = { replace: 0, insert: 1, remove: 2 } as const;

function lengthEncoded(bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(3, 0xfc);
  prefix.writeUInt16LE(bytes.length, 1);
  return bytes.length < 0xfb
    ? Buffer.concat([Buffer.of(bytes.length), bytes])
    : Buffer.concat([prefix, bytes]);
}

/** As MySQL stores an INT32, an array or an object without members. */
function stored(value: Json): Buffer {
  if (typeof value !== 'number') return Buffer.of(Array.isArray(value) ? 2 : 0, 0, 0, 4, 0);
  const bytes = Buffer.alloc(5, 7);
  bytes.writeInt32LE(value, 1);
  return bytes;
}

const pathText = (legs: readonly Leg[]): string =>
  `$${legs.map((leg) => (typeof leg === 'number' ? `[${leg}]` : `.${/^[a-z]\w*$/i.test(leg) ? leg : JSON.stringify(leg)}`)).join('')}`;

function diff(operation: keyof typeof OPERATION, legs: readonly Leg[] | string, value?: Json): Buffer {
  const path = Buffer.from(typeof legs === 'string' ? legs : pathText(legs));
  const parts = [Buffer.of(OPERATION[operation]), lengthEncoded(path)];
  if (value !== undefined) parts.push(lengthEncoded(stored(value)));
  return Buffer.concat(parts);
}

/** The document, from nothing, one member after the other; keys in the order given. */
function built(value: Json, legs: readonly Leg[] = []): Buffer[] {
  const empty = typeof value === 'number' ? value : Array.isArray(value) ? [] : {};
  const own = diff(legs.length === 0 ? 'replace' : 'insert', legs, empty);
  if (typeof value === 'number') return [own];
  const members: [Leg, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [own, ...members.flatMap(([leg, member]) => built(member, [...legs, leg]))];
}

/** As MySQL prints it: short keys first. */
function printed(value: Json): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  const keys = Object.keys(value).map((key) => Buffer.from(key));
  keys.sort((one, other) => one.length - other.length || Buffer.compare(one, other));
  const members = keys.map(
    (key) => `${JSON.stringify(key.toString())}: ${printed(value[key.toString()] as Json)}`,
  );
  return `{${members.join(', ')}}`;
}

function placesOf(value: Json, legs: readonly Leg[] = []): (readonly Leg[])[] {
  if (typeof value === 'number') return [legs];
  const members: [Leg, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [legs, ...members.flatMap(([leg, member]) => placesOf(member, [...legs, leg]))];
}

function changed(value: Json, legs: readonly Leg[], to: number | undefined): Json {
  const [first, ...rest] = legs;
  if (first === undefined) return to as number;
  if (Array.isArray(value)) {
    const change =
      rest.length > 0 ? [changed(value[first as number] as Json, rest, to)] : to === undefined ? [] : [to];
    return value.toSpliced(first as number, 1, ...change);
  }
  const { [first as string]: old, ...others } = value as { [key: string]: Json };
  if (rest.length === 0 && to === undefined) return others;
  return { ...others, [first]: changed(old as Json, rest, to) };
}

const key = fc
  .oneof(
    fc.constantFrom('a', 'b', 'aa', 'id', 'a b', 'q"q', '\\', 'é', '日本', ''),
    fc.string({ unit: 'grapheme' }),
  )
  .filter((text) => text !== '__proto__');
const { document } = fc.letrec<{ document: Json }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.array(tie('document'), { maxLength: 5 }),
    fc.dictionary(key, tie('document'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe('partial updates of JSON', () => {
  test('a document that is built, then changed at any of its places, prints as MySQL would print it', () => {
    const step = fc.record({
      place: fc.nat(),
      to: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(document, fc.array(step, { maxLength: 4 }), (start, steps) => {
        let bytes = applyJsonDiffs(Buffer.alloc(0), Buffer.concat(built(start)));
        let value = start;
        expect(jsonText(bytes)).toBe(printed(value));
        for (const { place, to } of steps) {
          const places = placesOf(value);
          const legs = places[place % places.length] as readonly Leg[];
          if (legs.length === 0 && to === undefined) continue;
          bytes = applyJsonDiffs(bytes, diff(to === undefined ? 'remove' : 'replace', legs, to));
          value = changed(value, legs, to);
          expect(jsonText(bytes)).toBe(printed(value));
        }
      }),
    );
  });

  test.each([
    ['$[last]', 'replace', '[1, 2, 9]'],
    ['$[last - 2]', 'replace', '[9, 2, 3]'],
    ['$[1]', 'insert', '[1, 9, 2, 3]'],
    ['$[7]', 'insert', '[1, 2, 3, 9]'],
    ['$[0][0]', 'replace', undefined],
    ['$[3]', 'replace', undefined],
    ['$.a', 'insert', undefined],
    ['$.a.b', 'replace', undefined],
    ['$[*]', 'replace', undefined],
    ['[0]', 'replace', undefined],
    ['', 'replace', undefined],
    ['$."\\x"', 'insert', undefined],
  ] as const)('%s, %s, in [1, 2, 3]', (path, operation, expected) => {
    const before = applyJsonDiffs(Buffer.alloc(0), Buffer.concat(built([1, 2, 3])));
    const change = () => jsonText(applyJsonDiffs(before, diff(operation, path, 9)));
    if (expected === undefined) expect(change).toThrow(BinlogDamagedError);
    else expect(change()).toBe(expected);
  });

  test('damaged documents and changes give a text or an error by name', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    const damaged = (bytes: Buffer, places: readonly (readonly [number, number])[]): Buffer => {
      const other = Buffer.from(bytes);
      for (const [at, mask] of places) other[at % other.length] = (other[at % other.length] as number) ^ mask;
      return other;
    };
    let refused = 0;
    fc.assert(
      fc.property(
        document,
        document,
        fc.uint8Array({ maxLength: 40 }),
        changes,
        (start, end, noise, places) => {
          const before = applyJsonDiffs(Buffer.alloc(0), Buffer.concat(built(start)));
          const diffs = Buffer.concat(built(end));
          for (const read of [
            () => jsonText(damaged(before, places)),
            () => jsonText(Buffer.from(noise)),
            () => jsonText(applyJsonDiffs(damaged(before, places), diff('replace', '$[0]', 1))),
            () => jsonText(applyJsonDiffs(before, damaged(diffs, places))),
          ])
            try {
              expect(typeof read()).toBe('string');
            } catch (error) {
              expect(error).toBeInstanceOf(BinlogDamagedError);
              refused += 1;
            }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(2_000);
  });

  test('no change at all leaves the bytes as they are', () => {
    const before = stored(7);
    expect(applyJsonDiffs(before, Buffer.alloc(0))).toBe(before);
  });
});
