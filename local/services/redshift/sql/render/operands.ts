/** Operands, with the checks and conversions that Redshift makes and DuckDB does not. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { macroCall } from '../names';
import { isTextType } from '../resolve/value-types';
import type { Expression } from '../syntax/tree';
import type { Rendering } from './rendering';

/** A SUPER value, or one of a type that only DuckDB knows. */
export function maybeSuper(r: Rendering, node: Expression): boolean {
  const type = r.typeOf(node);
  return type === 'super' || (type === undefined && (node.kind === 'column' || node.kind === 'subquery'));
}

/**
 * An operand that must not be SUPER: DuckDB would compare or hash the JSON text, where Redshift compares the
 * value inside. The check costs nothing at run time, since the type is known when the statement is bound.
 */
export const renderScalar = (r: Rendering, node: Expression): string =>
  maybeSuper(r, node) ? macroCall('scalar', [r.expression(node)]) : r.expression(node);

export const renderScalars = (r: Rendering, nodes: readonly Expression[]): string =>
  nodes.map((node) => renderScalar(r, node)).join(', ');

/** An operand that becomes text by itself: numbers print as in Redshift. */
export const renderAsText = (r: Rendering, node: Expression): string =>
  r.typeOf(node) === 'numeric' ? macroCall('bare_text', [r.expression(node)]) : renderScalar(r, node);

/** Known to be text, so that no branch for other types is needed. */
export const isText = (r: Rendering, node: Expression): boolean =>
  node.kind === 'string' || node.kind === 'parameter' || isTextType(r.typeOf(node));

/** Longest text that may be written several times: within one another they would grow without end. */
const MOST_COPIED_CHARACTERS = 32_768;

/** @throws WarehouseError for text that is too long to be written more than once */
export function copied(sql: string): string {
  if (sql.length <= MOST_COPIED_CHARACTERS) return sql;
  throw new WarehouseError(
    'stack depth limit exceeded\nDetail:\n  an operand that is needed several times is too long for the laptop: select it in a subquery',
  );
}
