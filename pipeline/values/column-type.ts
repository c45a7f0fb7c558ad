/** What a column of the warehouse holds, distinguished only as far as source and warehouse need it. */
import { MAX_STRING_BYTES, textBytes } from './text';

export type ColumnType =
  | {
      readonly kind: 'smallint' | 'integer' | 'bigint' | 'real' | 'double' | 'boolean' | 'date';
    }
  /** Exact decimal. The warehouse holds at most 38 digits. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** Text of at most `characters` Unicode characters; the warehouse counts bytes, so it gets four times as many. */
  | {
      readonly kind: 'text';
      readonly characters: number;
      /** Letters, digits and signs only: one byte a character. */
      readonly isAscii?: true;
    }
  /** A wall-clock time in UTC with microseconds. */
  | { readonly kind: 'timestamp' }
  /** A JSON document; numbers inside are strings of their exact decimal digits. */
  | { readonly kind: 'document' };

export type TextType = Extract<ColumnType, { kind: 'text' }>;

/** The bytes of the warehouse's VARCHAR for a text column. */
export const varcharBytes = ({ characters, isAscii }: TextType): number =>
  isAscii === true ? Math.min(characters, MAX_STRING_BYTES) : textBytes(characters);
