/** A JSON document in the one form in which both sides of a comparison are hashed. */
import { type ExactJson, ExactNumber, parseExactJson } from '../files/exact-json';
import { Refusal } from '../files/rejection';
import { canonicalNumber } from '../values/decimal';

/**
 * A longer document is hashed in pieces. JSON_SERIALIZE fails for what does not fit in a VARCHAR of 65,535 bytes (Amazon
 * Redshift database developer guide, "JSON_SERIALIZE function"); the rest is room for another way to escape.
 */
export const WHOLE_DOCUMENT_BYTES = 60_000;
/** In hexadecimal digits, a piece fits in a VARCHAR and in a row of a result, which has 64 KB. */
export const PIECE_BYTES = 30_000;
/**
 * DynamoDB's longest item has 400 KB; bytes as base64, and characters that JSON escapes, may make more of it. A document of
 * more pieces is compared by its presence, and by the digest of the item in the same row.
 */
export const MOST_PIECES = 18;
export const COMPARED_DOCUMENT_BYTES = PIECE_BYTES * MOST_PIECES;

/**
 * The text that staging writes for the same document: sorted names, no blanks, a number as a string of its digits in
 * their shortest form. So neither the order of names nor the notation of a number makes a difference. What is not
 * JSON, or has a name twice, stays as it is: staging writes no such text, so it equals none.
 */
export function canonicalDocument(text: string): string {
  try {
    const parsed = parseExactJson(text);
    return parsed instanceof Refusal ? text : print(parsed);
  } catch {
    return text;
  }
}

function print(json: ExactJson): string {
  if (json === null || typeof json === 'boolean') return String(json);
  if (typeof json === 'string') return JSON.stringify(json);
  if (json instanceof ExactNumber) return JSON.stringify(canonicalNumber(json.text) ?? json.text);
  if (json instanceof Map) {
    const members = [...json.keys()]
      .sort()
      .map((name: string) => `${JSON.stringify(name)}:${print(json.get(name) as ExactJson)}`);
    return `{${members.join(',')}}`;
  }
  return `[${(json as readonly ExactJson[]).map(print).join(',')}]`;
}
