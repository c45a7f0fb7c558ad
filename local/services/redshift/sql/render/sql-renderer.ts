/** A resolved statement's parts as DuckDB text: where the recursion of expressions, queries and FROM meets. */
import type { ResolvedNames } from '../resolve/resolve-names';
import type { ExpressionTypes } from '../resolve/resolve-types';
import type { TypeName } from '../syntax/column-type';
import type { Expression, FromItem, Query } from '../syntax/tree';
import { renderExpression } from './render-expression';
import { renderFrom } from './render-from';
import { renderQuery } from './render-query';
import type { RenderContext, Rendering } from './rendering';

export class SqlRenderer implements Rendering {
  constructor(
    readonly context: RenderContext,
    readonly names: ResolvedNames,
    private readonly types: ExpressionTypes,
  ) {}

  typeOf(node: Expression): TypeName | undefined {
    return this.types.get(node);
  }

  expression(node: Expression): string {
    return renderExpression(this, node);
  }

  query(query: Query): string {
    return renderQuery(this, query);
  }

  from(items: readonly FromItem[]): string {
    return renderFrom(this, items);
  }
}
