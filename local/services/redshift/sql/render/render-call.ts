/** Calls of known functions. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { KNOWN_FUNCTIONS } from '../known';
import { macroCall } from '../names';
import type { CallExpression } from '../syntax/tree';
import { OWN_TEXTS, RENAMED_IN_DUCKDB, renderOperands, SAME_IN_DUCKDB, TWIN_MACROS } from './call-texts';
import { AGGREGATE_TEXTS } from './render-aggregate';
import { renderWindow } from './render-window';
import type { Rendering } from './rendering';

export function renderCall(r: Rendering, call: CallExpression): string {
  const { name, operands } = call;
  const aggregate = AGGREGATE_TEXTS.get(name);
  if (aggregate !== undefined) return aggregate(r, call);
  const own = OWN_TEXTS.get(name);
  if (own !== undefined) return own(r, operands);
  const text = renderPlain(r, call);
  // DuckDB counts in BIGINT what Redshift answers as INTEGER.
  return KNOWN_FUNCTIONS.get(name)?.answers === 'int4' ? `CAST(${text} AS INTEGER)` : text;
}

function renderPlain(r: Rendering, call: CallExpression): string {
  const { name, operands } = call;
  const macro = TWIN_MACROS.get(name);
  if (macro !== undefined) return macroCall(macro, [renderOperands(r, name, operands)]);
  const plain = RENAMED_IN_DUCKDB.get(name) ?? (SAME_IN_DUCKDB.has(name) ? name : undefined);
  if (plain === undefined) throw new WarehouseError(`function ${name} does not exist`);
  return `${plain}(${renderInside(r, call)})${renderWindow(r, call.over)}`;
}

function renderInside(r: Rendering, { name, operands, distinct, star, nulls }: CallExpression): string {
  if (star) return '*';
  const treatment = nulls === undefined ? '' : ` ${nulls.toUpperCase()} NULLS`;
  return `${distinct ? 'DISTINCT ' : ''}${renderOperands(r, name, operands)}${treatment}`;
}
