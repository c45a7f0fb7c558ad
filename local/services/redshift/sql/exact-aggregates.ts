/**
 * SUM and AVG of whole numbers. Redshift: SUM of int2 and int4 is int8, of int8 numeric(38,0); AVG of whole
 * numbers is int8, cut. DuckDB: HUGEINT and DOUBLE. Where the operand's type is not known the sum stays HUGEINT,
 * which answers as numeric.
 */
import { call, type Piece } from './piece';

interface ExactAggregate {
  readonly operand: Piece;
  readonly text: string;
  readonly distinct: boolean;
  readonly over: string;
}

export function writeSum({ operand, text, distinct, over }: ExactAggregate): Piece {
  const sum = `sum(${distinct ? 'DISTINCT ' : ''}${text})${over}`;
  switch (operand.type) {
    case 'int4':
      return { sql: `CAST(${sum} AS BIGINT)`, type: 'int8' };
    case 'int8':
      return { sql: `CAST(${sum} AS DECIMAL(38,0))`, type: 'other' };
    default:
      return { sql: sum, type: 'other' };
  }
}

export function writeAverage({ operand, text, distinct, over }: ExactAggregate): Piece {
  const inside = `${distinct ? 'DISTINCT ' : ''}${text}`;
  if (operand.type === 'int4' || operand.type === 'int8') {
    const quotient = `(sum(${inside})${over} // nullif(count(${inside})${over}, 0))`;
    return { sql: `CAST(${quotient} AS BIGINT)`, type: 'int8' };
  }
  return { sql: `avg(${call('not_whole', [inside])})${over}`, type: 'other' };
}
