/** What the parse files need of each other: handed to each of them, so that none has to import another in a circle. */
import type { TokenReader } from './token-reader';
import type { Expression, FromItem, Query } from './tree';

export interface Grammar {
  readonly reader: TokenReader;
  expression(): Expression;
  /** An expression that ends before `IN`, `BETWEEN`, `AND` and comparisons. */
  operand(): Expression;
  /** A whole query, as it stands alone or in brackets. */
  query(): Query;
  from(): FromItem[];
}

export function parseExpressions(g: Grammar): Expression[] {
  const list = [g.expression()];
  while (g.reader.acceptOperator(',')) list.push(g.expression());
  return list;
}

/** A query begins here, in however many brackets. */
export function startsQuery({ reader }: Grammar): boolean {
  let ahead = 0;
  while (reader.isOperator('(', ahead)) ahead += 1;
  const { kind, text } = reader.peek(ahead);
  return kind === 'word' && (text === 'select' || text === 'with');
}
