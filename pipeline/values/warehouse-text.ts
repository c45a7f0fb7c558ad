/** What text the warehouse can hold. Shared by columns and by strings inside a document. */

/**
 * The longest VARCHAR, and the longest string inside a SUPER value, in bytes of UTF-8 (Amazon Redshift database
 * developer guide, "Character types" and "SUPER type").
 */
export const MAX_STRING_BYTES = 65_535;

/** The bytes that a text column of so many characters gets: UTF-8 takes up to four a character. */
export const textBytes = (characters: number): number => Math.min(4 * characters, MAX_STRING_BYTES);

/** The warehouse's text has no NUL, and half of a surrogate pair is no UTF-8 at all. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Whether `text` can be stored unaltered in so many bytes. */
export function holdsText(text: string, maxBytes: number = MAX_STRING_BYTES): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so short strings need not be measured.
  const fits = text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
  return fits && !UNSTORABLE.test(text);
}
