/** What text the warehouse can hold: its length in bytes and characters, and which characters. */

/**
 * The longest VARCHAR, and the longest string inside a SUPER value, in bytes of UTF-8 (Amazon Redshift database
 * developer guide, "Character types" and "SUPER type").
 */
export const MAX_STRING_BYTES = 65_535;

/** The bytes that a text column of so many characters gets: UTF-8 takes up to four a character. */
export const textBytes = (characters: number): number => Math.min(4 * characters, MAX_STRING_BYTES);

const NUL = '\0';

/** Whether the text has at most `maxBytes` bytes of UTF-8. A UTF-16 unit is at most three, so short text is not measured. */
export const fitsBytes = (text: string, maxBytes: number): boolean =>
  text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;

/**
 * Whether `text` can be stored unaltered in so many bytes: the warehouse's text has no NUL, and half of a surrogate pair
 * is no UTF-8 at all.
 */
export const holdsText = (text: string, maxBytes: number = MAX_STRING_BYTES): boolean =>
  fitsBytes(text, maxBytes) && !text.includes(NUL) && text.isWellFormed();

/** What JSON writes as it is, between quotes. */
const PLAIN = /^[\w .:+-]*$/;

/** `JSON.stringify` of a text; that of a short plain one, as most names and numbers are, without calling it. */
export const quoted = (text: string): string =>
  text.length < 64 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);

/** Why a text column cannot hold a text. */
export type TextMisfit =
  | { readonly kind: 'nul' }
  | { readonly kind: 'characters' | 'bytes'; readonly got: number; readonly max: number };

/** Undefined when a column of so many characters holds the text, at the source and in the warehouse. */
export function checkText(text: string, maxCharacters: number): TextMisfit | undefined {
  if (text.includes(NUL)) return { kind: 'nul' };
  const maxBytes = textBytes(maxCharacters);
  // A character is at least one UTF-16 unit.
  if (text.length <= maxCharacters && text.length * 3 <= maxBytes) return undefined;
  const characters = countCharacters(text);
  if (characters > maxCharacters) return { kind: 'characters', got: characters, max: maxCharacters };
  const bytes = Buffer.byteLength(text);
  return bytes > maxBytes ? { kind: 'bytes', got: bytes, max: maxBytes } : undefined;
}

/** Unicode code points, which is what databases call characters. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}
