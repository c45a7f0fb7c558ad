/** A row or item of a seed file that cannot be taken: where it is and why. */
import type { TextMisfit } from '../values/text';

/** Each code with what it means; the metric and the log carry the code, the rejected file carries the rest. */
export const REJECTION_CODES = {
  LINE_TOO_LONG: 'a line is longer than any row can be',
  INVALID_UTF8: 'the bytes are not UTF-8',
  STRAY_QUOTE: 'a quote appears where RFC 4180 allows none',
  UNCLOSED_QUOTE: 'a quoted field is not closed',
  WRONG_COLUMN_COUNT: 'the row has more or fewer columns than the header',
  VALUE_MISSING: 'a required value is empty',
  NUL_CHARACTER: 'text holds U+0000, which the warehouse cannot',
  TEXT_TOO_LONG: 'text is longer than its column',
  BAD_DATE: 'not a date, or not one of the calendar',
  BAD_BOOLEAN: 'neither TRUE nor FALSE',
  BAD_NUMBER: 'not a number',
  TOO_MANY_DECIMALS: 'more decimals than the column holds',
  NUMBER_OUT_OF_RANGE: 'larger or smaller than the column holds',
  NUMBER_TOO_PRECISE: 'more than the 38 digits that DynamoDB holds',
  NOT_AN_OBJECT: 'the item is not a JSON object',
  BAD_KEY: 'a key attribute is missing, of a wrong type, empty or too long',
  DUPLICATE_NAME: 'an object has the same name twice',
  BAD_NAME: 'an attribute name is empty or too long',
  INVALID_TEXT: 'text holds half a surrogate pair',
  NESTED_TOO_DEEP: 'nested deeper than DynamoDB allows',
  ITEM_TOO_LARGE: 'larger than DynamoDB allows',
  WRONG_TYPE: 'a value of the API is of another JSON type than its column takes',
  UNKNOWN_COLUMN: 'a row of the API names a column that is not to be given',
  DUPLICATE_KEY: 'two items of one request to the API have the same key',
  REFUSED_BY_SOURCE: 'the source refused just this item',
} as const;

export type RejectionCode = keyof typeof REJECTION_CODES;

export interface Rejection {
  /** Line of the file on which the row or item starts, from 1; the header has a number too. */
  readonly line: number;
  readonly code: RejectionCode;
  /** Says what was found and what was expected in names and counts; holds no value of the row. */
  readonly reason: string;
  /** Column, or path of the attribute, if one is to blame. */
  readonly column?: string;
  /** The row or item as it is in the file. It goes to the rejected file only. */
  readonly raw: string;
  /** `base64` when the bytes are not UTF-8; `cut` when `raw` is the beginning of something very long. */
  readonly rawForm?: 'base64' | 'cut';
}

/** Why a value or an item cannot be taken, before it is known where it is in the file. */
export class Refusal {
  constructor(
    readonly code: RejectionCode,
    readonly reason: string,
    readonly column?: string,
  ) {}
}

/** In the words of a rejected row. */
export function refuseText(misfit: TextMisfit): Refusal {
  switch (misfit.kind) {
    case 'nul':
      return new Refusal('NUL_CHARACTER', 'the text holds U+0000');
    case 'characters':
      return new Refusal(
        'TEXT_TOO_LONG',
        `the text has ${misfit.got} characters, the column takes ${misfit.max}`,
      );
    case 'bytes':
      return new Refusal(
        'TEXT_TOO_LONG',
        `the text has ${misfit.got} bytes, the warehouse takes ${misfit.max}`,
      );
  }
}
