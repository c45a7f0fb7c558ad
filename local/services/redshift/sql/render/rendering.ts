/** What the render files need of each other, and of what was resolved. Handed to each, so that none imports another in a circle. */
import type { ResolvedNames } from '../resolve/resolve-names';
import type { TypeName } from '../syntax/column-type';
import type { Expression, FromItem, OrderItem, Query } from '../syntax/tree';

export interface RenderContext {
  readonly database: string;
  readonly defaultSchema: string;
  readonly searchPath?: readonly string[];
  readonly user: string;
}

export interface Rendering {
  readonly context: RenderContext;
  readonly names: ResolvedNames;
  typeOf(node: Expression): TypeName | undefined;
  /** Every operation is in parentheses, so that the precedence of either language never matters. */
  expression(node: Expression): string;
  query(query: Query): string;
  from(items: readonly FromItem[]): string;
}

export const renderList = (r: Rendering, nodes: readonly Expression[]): string =>
  nodes.map((node) => r.expression(node)).join(', ');

export function renderOrderBy(r: Rendering, items: readonly OrderItem[]): string {
  const texts = items.map(({ value, descending, nulls }) => {
    const order = descending ? ' DESC' : '';
    return `${r.expression(value)}${order}${nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`}`;
  });
  return `ORDER BY ${texts.join(', ')}`;
}
