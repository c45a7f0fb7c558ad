/** A translated part of an expression. */
import { TWIN_SCHEMA } from './names';

/** As far as SUM, AVG and TRUNC need it: they answer in other types than DuckDB's. `time` is a date or timestamp. */
export type PieceType = 'int4' | 'int8' | 'time' | 'other';

export interface Piece {
  readonly sql: string;
  /** Set when it is a column or a navigation into a SUPER column: its type is not known here. */
  readonly column?: 'name' | 'path';
  /** The column's name, or the navigation's last step: the label of an output column without alias. */
  readonly name?: string;
  /** Absent when not known. */
  readonly type?: PieceType;
}

/** A call of one of the twin's macros. */
export const call = (macro: string, operands: readonly string[]): string =>
  `${TWIN_SCHEMA}.${macro}(${operands.join(', ')})`;

/**
 * An operand that must not be SUPER: DuckDB would compare or hash the JSON text, where Redshift compares the
 * value inside. The check costs nothing at run time, since the type is known when the statement is bound.
 */
export const scalar = (piece: Piece): string =>
  piece.column === 'path' ? call('scalar', [piece.sql]) : piece.sql;
