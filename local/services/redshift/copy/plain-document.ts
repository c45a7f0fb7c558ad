/**
 * JSON documents as the stage function writes them, found by their bytes: texts without escapes, `true`, `false`, `null`,
 * names in their order, no blanks. Read and written again, such a document is the same bytes.
 */
import { MAX_STRING_BYTES } from '../../../../pipeline/values/text';
import { beginsWith, plainStringEnd } from './json-bytes';

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LITERALS = ['null', 'true', 'false'].map((word) => Buffer.from(word));
/** DynamoDB nests 32 levels; a stack has room for many more. */
const MAX_DEPTH = 100;

/**
 * Behind a document that begins at `start`; -1 for one that is written in any other way. Names in strictly rising order
 * cannot come twice. One that begins with a digit is left out, because JavaScript puts such names first, and so are numbers.
 */
export function plainDocumentEnd(bytes: Buffer, start: number, end: number, depth = 0): number {
  switch (bytes[start]) {
    case QUOTE:
      return shortStringEnd(bytes, start, end);
    case OPEN_BRACE:
      return depth < MAX_DEPTH ? objectEnd(bytes, start + 1, end, depth + 1) : -1;
    case OPEN_BRACKET:
      return depth < MAX_DEPTH ? arrayEnd(bytes, start + 1, end, depth + 1) : -1;
    default:
      return literalEnd(bytes, start, end);
  }
}

function objectEnd(bytes: Buffer, start: number, end: number, depth: number): number {
  if (bytes[start] === CLOSE_BRACE) return start + 1;
  let at = start;
  let before = 0;
  let beforeEnd = 0;
  for (;;) {
    const nameEnd = shortStringEnd(bytes, at, end);
    if (nameEnd < 0 || bytes[nameEnd] !== COLON) return -1;
    const first = bytes[at + 1] as number;
    if (first >= ZERO && first <= NINE) return -1;
    // Without their closing quotes, so that a name comes behind its own beginning.
    if (beforeEnd > 0 && !isBehind(bytes, at, nameEnd - 1, before, beforeEnd - 1)) return -1;
    [before, beforeEnd] = [at, nameEnd];
    at = plainDocumentEnd(bytes, nameEnd + 1, end, depth);
    if (at < 0 || bytes[at] === CLOSE_BRACE) return at < 0 ? -1 : at + 1;
    if (bytes[at] !== COMMA) return -1;
    at += 1;
  }
}

/** Whether the first text comes behind the second one in the order of bytes. */
function isBehind(bytes: Buffer, start: number, end: number, other: number, otherEnd: number): boolean {
  const common = Math.min(end - start, otherEnd - other);
  for (let index = 0; index < common; index += 1) {
    const difference = (bytes[start + index] as number) - (bytes[other + index] as number);
    if (difference !== 0) return difference > 0;
  }
  return end - start > otherEnd - other;
}

function arrayEnd(bytes: Buffer, start: number, end: number, depth: number): number {
  if (bytes[start] === CLOSE_BRACKET) return start + 1;
  let at = start;
  for (;;) {
    at = plainDocumentEnd(bytes, at, end, depth);
    if (at < 0 || bytes[at] === CLOSE_BRACKET) return at < 0 ? -1 : at + 1;
    if (bytes[at] !== COMMA) return -1;
    at += 1;
  }
}

/** A SUPER value has no longer ones. */
function shortStringEnd(bytes: Buffer, start: number, end: number): number {
  const behind = plainStringEnd(bytes, start, end);
  return behind - start - 2 > MAX_STRING_BYTES ? -1 : behind;
}

function literalEnd(bytes: Buffer, start: number, end: number): number {
  const word = LITERALS.find((one) => one[0] === bytes[start]);
  if (word === undefined || start + word.length > end) return -1;
  return beginsWith(bytes, start, word) ? start + word.length : -1;
}
