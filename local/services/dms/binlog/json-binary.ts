/**
 * The layout of MySQL's binary JSON (MySQL source documentation, `json_binary.h`): a byte of type, then the value.
 * A container has a count and a size, a place and length for each key, a type and place for each value; then the keys
 * in their order (shorter ones first, then by bytes) and the values.
 */
import { BinlogDamagedError, ByteReader } from './byte-reader';

export const JSON_TYPE = {
  SMALL_OBJECT: 0,
  LARGE_OBJECT: 1,
  SMALL_ARRAY: 2,
  LARGE_ARRAY: 3,
  LITERAL: 4,
  INT16: 5,
  UINT16: 6,
  INT32: 7,
  UINT32: 8,
  INT64: 9,
  UINT64: 10,
  DOUBLE: 11,
  STRING: 12,
  OPAQUE: 15,
} as const;

/** `bytes` begin with the value, and may go on behind it. */
export interface StoredJson {
  readonly type: number;
  readonly bytes: Buffer;
}

export interface JsonContainer {
  readonly isObject: boolean;
  /** None for an array. */
  readonly keys: readonly string[];
  readonly values: readonly StoredJson[];
}

const NULL: StoredJson = { type: JSON_TYPE.LITERAL, bytes: Buffer.alloc(1) };

/** What a column or a change holds. */
export function storedJson(stored: Buffer): StoredJson {
  // An update that fails halfway under a lax sql_mode stores nothing at all; MySQL reads it as null.
  return stored.length === 0 ? NULL : { type: stored[0] as number, bytes: stored.subarray(1) };
}

export const isContainer = (type: number): boolean => type <= JSON_TYPE.LARGE_ARRAY;

/** MySQL refuses documents that are deeper (MySQL manual, "The JSON Data Type"). */
const DEEPEST = 100;

/**
 * @param depth how many containers it is in
 * @throws BinlogDamagedError when the bytes end too early
 */
export function readContainer({ type, bytes }: StoredJson, depth: number): JsonContainer {
  if (depth > DEEPEST) throw new BinlogDamagedError('a JSON value is deeper than MySQL allows');
  const isLarge = type === JSON_TYPE.LARGE_OBJECT || type === JSON_TYPE.LARGE_ARRAY;
  const isObject = type === JSON_TYPE.SMALL_OBJECT || type === JSON_TYPE.LARGE_OBJECT;
  const width = isLarge ? 4 : 2;
  const reader = new ByteReader(bytes, 0, bytes.length);
  const count = reader.uint(width);
  reader.skip(width);
  if (count * (isObject ? width + 2 : 0) + count * (width + 1) > reader.remaining)
    throw new BinlogDamagedError(`a JSON value has ${count} members, for which it has no room`);
  const keys = Array.from({ length: isObject ? count : 0 }, () => {
    const at = reader.uint(width);
    return bytes.toString('utf8', at, at + reader.uint(2));
  });
  const values = Array.from({ length: count }, () => {
    const inner = reader.uint(1);
    const entry = reader.take(width);
    const at = isInline(inner, isLarge) ? entry : bytes.readUIntLE(entry, width);
    return { type: inner, bytes: bytes.subarray(at) };
  });
  return { isObject, keys, values };
}

/** Short values are in the place of their offset. */
export const isInline = (type: number, isLarge: boolean): boolean =>
  type === JSON_TYPE.LITERAL ||
  type === JSON_TYPE.INT16 ||
  type === JSON_TYPE.UINT16 ||
  (isLarge && (type === JSON_TYPE.INT32 || type === JSON_TYPE.UINT32));

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
export function variableLength(reader: ByteReader): number {
  let length = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.uint(1);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return length;
}

const FIXED_BYTES: Readonly<Record<number, number>> = {
  [JSON_TYPE.LITERAL]: 1,
  [JSON_TYPE.INT16]: 2,
  [JSON_TYPE.UINT16]: 2,
  [JSON_TYPE.INT32]: 4,
  [JSON_TYPE.UINT32]: 4,
  [JSON_TYPE.INT64]: 8,
  [JSON_TYPE.UINT64]: 8,
  [JSON_TYPE.DOUBLE]: 8,
};

/** The bytes of a value that holds no others. @throws BinlogDamagedError for a type that no version of MySQL writes */
export function scalarBytes({ type, bytes }: StoredJson): Buffer {
  const reader = new ByteReader(bytes, 0, bytes.length);
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) return reader.slice(fixed);
  if (type !== JSON_TYPE.STRING && type !== JSON_TYPE.OPAQUE) throw unknownJsonType(type);
  if (type === JSON_TYPE.OPAQUE) reader.skip(1);
  reader.skip(variableLength(reader));
  return bytes.subarray(0, reader.offset);
}

export const unknownJsonType = (type: number): BinlogDamagedError =>
  new BinlogDamagedError(`a JSON value has the type ${type}, which is not one of MySQL 9.7`);
