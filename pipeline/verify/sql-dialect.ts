/** What differs between MySQL and Redshift where the same comparison is written in both. */
import type { ReplicatedTable } from '../tables';
import { HASH_DIGITS, NOT_FINITE_PART } from './canonical-text';
import type { ComparedColumn } from './compared-table';

export interface SqlDialect {
  /** The word that begins a query. */
  readonly select: string;
  quote(name: string): string;
  /** The quoted name of the compared table in this system. */
  tableOf(table: ReplicatedTable): string;
  /** A condition for the rows that are compared; undefined where all of this system are. */
  rowFilter(table: ReplicatedTable): string | undefined;
  /** An expression of the column's part of the canonical text; SQL NULL for NULL. */
  part(column: ComparedColumn): string;
  /** The column as plain text, to look the row up again. */
  keyText(column: ComparedColumn): string;
  /** 1 for a row with a value that its column in the warehouse cannot hold, else 0. */
  flagged(table: ReplicatedTable): string;
  /** An expression that joins parts, none of which is NULL, by the separator; a line each. */
  join(parts: readonly string[]): string;
  /** An exact number of the hexadecimal digits that `expression` gives: at most 15, which fit in 63 bits. */
  hexToNumber(expression: string): string;
  /** `sum` as text, so that no digit is lost on the way. */
  exactSum(sum: string): string;
}

/** {@link hashText} in SQL; all systems know this function, and it takes the bytes of the text as it is. */
export const buildTextHash = (expression: string): string =>
  `SUBSTRING(SHA2(${expression}, 256), 1, ${HASH_DIGITS})`;

export interface DoubleSyntax {
  /** An expression of type DOUBLE that is exactly an integer, as the text of that integer. */
  integerText(expression: string): string;
  concat(...expressions: readonly string[]): string;
}

/**
 * The exact value of a double as `<53-bit integer>e<power of two>`.
 *
 * LN tells the power of two to within one, and the integer's size then tells which of the neighbours it is.
 * Multiplying by a power of two is exact; in two steps, because the power for the smallest doubles is no double.
 */
export function doublePartSql(column: string, syntax: DoubleSyntax): string {
  const power = `FLOOR(LN(NULLIF(ABS(${column}), 0)) / ${Math.LN2})`;
  const half = `FLOOR((52 - ${power}) / 2)`;
  const scaled = `(ABS(${column}) * POWER(2, ${half}) * POWER(2, 52 - ${power} - ${half}))`;
  const text = (factor: string, shift: string): string =>
    syntax.concat(
      `CASE WHEN ${column} < 0 THEN '-' ELSE '' END`,
      syntax.integerText(`${scaled}${factor}`),
      `'e'`,
      syntax.integerText(`${power} - ${shift}`),
    );
  return [
    'CASE',
    `WHEN ${column} = 0 THEN '0'`,
    `WHEN NOT (ABS(${column}) / 2 < ABS(${column})) THEN '${NOT_FINITE_PART}'`,
    `WHEN ${scaled} >= 9007199254740992 THEN ${text(' / 2', '51')}`,
    `WHEN ${scaled} < 4503599627370496 THEN ${text(' * 2', '53')}`,
    `WHEN ${column} IS NOT NULL THEN ${text('', '52')}`,
    'END',
  ].join(' ');
}
