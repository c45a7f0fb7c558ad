/**
 * The canonical text of a row: the same characters for the same values, whichever system holds the row.
 *
 * A row's text is its columns' parts in catalogue order, joined by {@link SEPARATOR}; a row's hash is the hash of
 * that text. Where a part ends is marked by the separator, which only a text may contain, or by the count of bytes
 * before a text; no part equals {@link NULL_PART}. So two rows have the same text exactly when they have the same
 * values:
 *
 * | column    | part                                                                    |
 * |-----------|-------------------------------------------------------------------------|
 * | NULL      | `~`                                                                     |
 * | integers  | decimal digits                                                          |
 * | decimal   | decimal digits with exactly the column's scale                          |
 * | boolean   | `1` or `0`                                                              |
 * | date      | `YYYY-MM-DD`                                                            |
 * | timestamp | `YYYY-MM-DD HH:MI:SS.ffffff`                                            |
 * | text      | `<count of UTF-8 bytes>:<the text>`, or its hash where a row would be too long   |
 * | document  | the hash of its canonical JSON text, or of its pieces' hashes, or `1` where it has too many  |
 * | real, double | its exact value as `<53-bit integer>e<power of two>`; zero has no sign. Systems print doubles differently |
 *
 * Documents come after all other columns: the text of such a row is the hash of its other columns' text, then the
 * part of each document. So a document can be brought into its canonical form without the other columns.
 *
 * `sql-dialect.ts` and its two dialects write the same text in SQL.
 */
import { createHash } from 'node:crypto';
import type { ColumnType } from '../values/column-type';
import { COMPARED_DOCUMENT_BYTES, PIECE_BYTES, WHOLE_DOCUMENT_BYTES } from './document-text';

export const SEPARATOR = '|';
export const NULL_PART = '~';
/** A double that no source can hold, so that it never equals one. */
export const NOT_FINITE_PART = 'not finite';

export interface CanonicalColumn {
  readonly type: ColumnType;
  /** A text that goes into the row's text as its hash. */
  readonly isHashed: boolean;
}

/** A value as staged lines carry it: numbers, dates and times as text. */
export type CanonicalValue = string | boolean | null;

/** Digits of every hash here: 128 bits are enough to tell rows apart, and half as many to send. */
export const HASH_DIGITS = 32;

/** The first digits of the SHA-256 of the text's UTF-8 bytes. MySQL has no MD5 any more from 9.6 on, nor under FIPS. */
export const hashText = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex').slice(0, HASH_DIGITS);

/** @throws RangeError when `value` is not of the column's type; the message never repeats the value. */
export function canonicalPart({ type, isHashed }: CanonicalColumn, value: CanonicalValue): string {
  if (value === null) return NULL_PART;
  const text = String(value);
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return decimalPart(text, 0);
    case 'decimal':
      return decimalPart(text, type.scale);
    case 'boolean':
      return booleanPart(text);
    case 'date':
      return matched(/^\d{4}-\d\d-\d\d$/, text, 'a date YYYY-MM-DD')[0];
    case 'timestamp':
      return timestampPart(text);
    case 'text':
      return isHashed ? hashText(text) : `${Buffer.byteLength(text)}:${text}`;
    case 'real':
    case 'double':
      return doublePart(text);
    case 'document':
      return documentPart(text);
  }
}

/** A document that is too long to be printed: only that it is there. */
export const UNPRINTED_PART = '1';

/** Of a document as staging writes it. A JSON null is NULL in the warehouse. */
export function documentPart(json: string): string {
  if (json === 'null') return NULL_PART;
  const byteCount = Buffer.byteLength(json);
  if (json === UNPRINTED_PART || byteCount > COMPARED_DOCUMENT_BYTES) return UNPRINTED_PART;
  return byteCount > WHOLE_DOCUMENT_BYTES ? hashOfPieces(Buffer.from(json)) : hashText(json);
}

/** The hash of the hashes of its pieces, each hashed as its hexadecimal digits: a piece may end within a character. */
function hashOfPieces(bytes: Buffer): string {
  const hashes: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    hashes.push(hashText(bytes.toString('hex', at, Math.min(at + PIECE_BYTES, bytes.length))));
  return hashText(hashes.join(''));
}

export const joinParts = (parts: readonly string[]): string => parts.join(SEPARATOR);

function decimalPart(text: string, scale: number): string {
  const [, sign, whole, fraction = ''] = matched(
    /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/,
    text,
    `a decimal number with ${scale} decimals`,
  );
  if (fraction.length > scale) {
    throw new RangeError(`expected at most ${scale} decimals, got ${fraction.length}`);
  }
  const digits = scale === 0 ? whole! : `${whole}.${fraction.padEnd(scale, '0')}`;
  return sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

function booleanPart(text: string): string {
  if (text === 'true' || text === '1') return '1';
  if (text === 'false' || text === '0') return '0';
  throw new RangeError('expected true or false');
}

function timestampPart(text: string): string {
  const [, date, time, fraction = ''] = matched(
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/,
    text,
    'a time YYYY-MM-DD HH:MI:SS.ffffff',
  );
  return `${date} ${time}.${fraction.padEnd(6, '0')}`;
}

function doublePart(text: string): string {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new RangeError('expected a number');
  if (!Number.isFinite(value)) return NOT_FINITE_PART;
  if (value === 0) return '0';
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  let mantissa = raw & 0xf_ffff_ffff_ffffn;
  let exponent = (biased === 0 ? 1 : biased) - 1075;
  if (biased > 0) mantissa |= 1n << 52n;
  // A subnormal number has fewer bits; SQL cannot see that, so it is scaled to 53 bits as all others.
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n;
    exponent -= 1;
  }
  return `${value < 0 ? '-' : ''}${mantissa}e${exponent}`;
}

function matched(pattern: RegExp, text: string, expected: string): RegExpExecArray {
  const match = pattern.exec(text);
  if (match === null) throw new RangeError(`expected ${expected}, got ${text.length} other characters`);
  return match;
}
