/** What the parse files need of each other: handed to each of them, so that none has to import another in a circle. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { TokenReader } from './token-reader';
import type { Expression, FromItem, Query } from './tree';

export interface Grammar {
  readonly reader: TokenReader;
  expression(): Expression;
  /** An expression that ends before `IN`, `BETWEEN`, `AND` and comparisons. */
  operand(): Expression;
  /** A whole query, whether a statement or in brackets. */
  query(): Query;
  from(): FromItem[];
}

export function parseExpressions(g: Grammar): Expression[] {
  const list = [g.expression()];
  while (g.reader.acceptOperator(',')) list.push(g.expression());
  return list;
}

/** Far beyond what anybody writes; without a limit, looking ahead at each bracket takes quadratic time. */
const MAX_OPEN_BRACKETS = 500;

/** A query begins here, in however many brackets. */
export function startsQuery({ reader }: Grammar): boolean {
  let ahead = 0;
  while (reader.isOperator('(', ahead)) ahead += 1;
  if (ahead > MAX_OPEN_BRACKETS) throw new WarehouseError('stack depth limit exceeded');
  const { kind, text } = reader.peek(ahead);
  return kind === 'word' && (text === 'select' || text === 'with');
}
