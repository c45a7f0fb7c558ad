/** The parser of one statement: where the recursion of expressions, queries and FROM meets. */
import type { Grammar } from './grammar';
import { parseExpression, parseOperand } from './parse-expression';
import { parseFrom } from './parse-from';
import { parseQuery } from './parse-query';
import { type ReaderOptions, TokenReader } from './token-reader';
import type { Expression, FromItem, Query } from './tree';

export class SqlParser implements Grammar {
  readonly reader: TokenReader;

  constructor(sql: string, options: ReaderOptions = {}) {
    this.reader = new TokenReader(sql, options);
  }

  expression(): Expression {
    return parseExpression(this);
  }

  operand(): Expression {
    return parseOperand(this);
  }

  query(): Query {
    return parseQuery(this);
  }

  from(): FromItem[] {
    return parseFrom(this);
  }
}
